"""The site that is being written, beside the one that stands: what is the same in both is written once.

A *unit* is what one piece of work makes: the pages of an issue, a page of a list, a shard of an index. Its *key* is a
hash of all that went into it. A unit that stands in the old site under the same key, each of its files untouched since,
is taken over by hard links: no byte is written, and programs that copy sites see that nothing changed. A file that
somebody has edited, however, has another size or time, and its unit is made anew.
"""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from site_builder.cache import Cache, digest
from site_builder.errors import BuildError

# A file that is there is never written into: it may be the old site's, under a second name.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

Unit = tuple[str, "tuple[Written, ...]"]  # its key and its files


class Written(NamedTuple):
    """A file of the site: its address, its bytes' number, and when it was written (nanoseconds)."""

    path: str
    size: int
    mtime: int


def put(folder: Path, path: str, content: bytes) -> Written:
    """Write one file of the site in `folder`."""
    place = _place(folder, path)
    try:
        descriptor = os.open(place, _NEW, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        descriptor = os.open(place, _NEW, 0o666)
    except FileExistsError:  # a worker was lost after it had written this, and its task is done again
        os.unlink(place)
        descriptor = os.open(place, _NEW, 0o666)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        mtime = os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)
    return Written(path, len(content), mtime)


def _place(folder: Path, path: str) -> str:
    """Where a file goes; an error if that is not in the site."""
    parts = PurePosixPath(path).parts if "//" in path or "." in path else tuple(path.split("/"))
    plain = "/".join(parts) == path and not path.startswith("/") and ".." not in parts and "." not in parts
    if not path or not plain or any(character in path for character in '\\:\0*?"<>|'):
        raise BuildError(f"the address {path!r} does not lie in the site")
    return os.path.join(folder, *parts)


# ruff's Path rules are off for this file: with a century's pages, making a Path costs more than the system call.


class Tree:
    """A site being written in `folder`, with the help of the one that stands in `old`."""

    def __init__(self, folder: Path, old: Path | None = None, cache: Cache | None = None) -> None:
        self.folder = folder
        self._old = old
        self._cache = cache
        self._name = digest(str(old).encode())
        self._before: dict[str, Unit] = _read(cache, self._name) if cache and old and old.is_dir() else {}
        self._units: dict[str, Unit] = {}
        self._taken: dict[str, str] = {}  # addresses in small letters: macOS and Windows know no other
        self._linking: list[str] = []  # units taken over
        self.written = 0  # files that are new

    def kept(self, unit: str, key: str) -> bool:
        """Take a unit's files over from the old site, if it has them under this key and untouched."""
        before = self._before.get(unit)
        if before is None or before[0] != key or not all(map(self._stands, before[1])):
            return False
        self._note(unit, key, before[1])
        self._linking.append(unit)
        return True

    def wrote(self, unit: str, key: str, files: Iterable[Written]) -> None:
        """Note which files a unit has."""
        files = tuple(files)
        self._note(unit, key, files)
        self.written += len(files)

    def put(self, unit: str, key: str, path: str, content: bytes) -> None:
        """Write a unit that is one file."""
        self.wrote(unit, key, [put(self.folder, path, content)])

    def _note(self, unit: str, key: str, files: tuple[Written, ...]) -> None:
        if unit in self._units:
            raise BuildError(f"two parts of the site are called {unit!r}")
        for file in files:
            folded = file.path.casefold()
            if folded in self._taken:
                raise BuildError(f"two pages of the site want the address {file.path!r}")
            self._taken[folded] = unit
        self._units[unit] = (key, files)

    def stands(self) -> bool:
        """Whether the old site is as the last build left it: all its files, and no others."""
        files = [file for _, files in self._before.values() for file in files]
        if not files or self._old is None or not all(map(self._stands, files)):
            return False
        return _count(self._old) == _count(self.folder) + len(files)

    def _stands(self, file: Written) -> bool:
        """Whether a file of the old site is as it was written."""
        try:
            found = os.stat(f"{self._old}/{file.path}", follow_symlinks=False)
        except OSError:
            return False
        return found.st_size == file.size and found.st_mtime_ns == file.mtime

    def finish(self) -> bool:
        """Bring all that is taken over into the new site. True if the new site is the old one: then nothing is done."""
        if not self.written and self._old is not None and _count(self._old) == _count(self.folder) + len(self.files):
            return True
        for unit in self._linking:
            key, files = self._units[unit]
            self._units[unit] = (key, tuple(map(self._link, files)))
        return False

    def _link(self, file: Written) -> Written:
        """A file of the old site in the new one, too."""
        old, new = f"{self._old}/{file.path}", f"{self.folder}/{file.path}"
        try:
            try:
                os.link(old, new)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(new), exist_ok=True)
                os.link(old, new)
        except OSError:  # a disk without hard links
            os.makedirs(os.path.dirname(new), exist_ok=True)
            shutil.copyfile(old, new)
            return Written(file.path, file.size, os.stat(new).st_mtime_ns)
        return file

    @property
    def files(self) -> list[Written]:
        """All files noted so far."""
        return [file for _, files in self._units.values() for file in files]

    @property
    def record(self) -> str:
        """Tells what the last build has noted down of the site from what any other has."""
        content = self._cache.get("site", self._name) if self._cache is not None else None
        return digest(content or b"")

    def remember(self) -> None:
        """Note down for the next build what this one has written; should it come to nothing, that is seen then."""
        if self._cache is not None:
            self._cache.put("site", self._name, pickle.dumps((self._units,), 5))

    @property
    def names(self) -> frozenset[str]:
        """The cache entries that the next build will ask for."""
        return frozenset({self._name})


def _count(folder: Path) -> int:
    """How many files are in a folder. Of a site that is being written these are its marker, and those of its units."""
    count, folders = 0, [os.fspath(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    count += 1
    return count


def _read(cache: Cache, name: str) -> dict[str, Unit]:
    content = cache.get("site", name)
    if content is None:
        return {}
    try:
        (units,) = pickle.loads(content)
    except Exception:  # whatever a foreign program may have put there under the right hash
        return {}
    return units if isinstance(units, dict) else {}
