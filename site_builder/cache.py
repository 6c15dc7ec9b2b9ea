"""What a build need not work out again: a folder of small files beside the site, which may be deleted at any time.

Every entry is named by what it was made from (a hash of its inputs and of the program itself), so it is never out of
date: what was made from other inputs has another name. It begins with a hash of its content, so one that is damaged is
seen, and made anew. It comes into being by a rename, so no reader sees half of it and two builds may use one cache at
once. What a build did not ask for goes when it ends, unless another build is using the cache too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import io
import os
import pickle
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import Any, BinaryIO

from site_builder.errors import BuildError

FORMAT = 1  # one more as soon as entries are written in another way
MARKER = "CACHE"
_SAID = "Made by build-site to build the site faster next time. It may be deleted at any time.\n"
_DIGEST = 16  # bytes
_TEMPORARY = ".new-"
_LIBRARIES = (
    "babel", "cbor2", "jieba", "jinja2", "lunar-python", "markdown-it-py", "markupsafe", "numpy", "pagefind-bin",
    "pypinyin", "rapidfuzz", "rjieba",
)  # fmt: skip


def digest(*parts: bytes) -> str:
    """A name for what was made from these parts, in order; other parts have another name.

    >>> digest(b"ab", b"c") == digest(b"a", b"bc"), len(digest(b""))
    (False, 32)
    """
    found = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.hexdigest()


def plain(value: object) -> bytes:
    """A value as bytes that depend on nothing but the value: two that are equal give the same, however they came about.

    Pickle writes an object that it meets again as a reference, so its bytes tell which strings are one object and which
    are only equal. Its `fast` mode doesn't. The value must hold no set, for that has no order, and no ring. What has a
    `name_in_keys` is told by that.

    >>> word = "辽源"
    >>> plain((word, word)) == plain(("辽源", "".join(["辽", "源"])))
    True
    """
    buffer = io.BytesIO()
    pickler = _Namer(buffer, 5)
    pickler.fast = True
    pickler.dump(value)
    return buffer.getvalue()


class _Namer(pickle.Pickler):
    """Tells a dataclass or a named tuple by its name and its values, and a day by its number, at a third of the usual
    cost: as if each were kept elsewhere under that name. It is never read again.
    """

    def persistent_id(self, value: object) -> Any:
        kind = type(value)
        if kind in _ATOMS:
            return None
        values = _VALUES.get(kind)
        if values is None:
            values = _VALUES[kind] = _values_of(kind)
        return values(value)


_ATOMS = frozenset({str, tuple, int, bool, NoneType, list, dict, float, bytes})  # what pickle tells well and soon


def _told_by_pickle(_value: object) -> None:
    return None


_VALUES: dict[type, Callable[[Any], object]] = {dt.date: lambda day: ("date", day.toordinal())}


def _values_of(kind: type) -> Callable[[Any], object]:
    name = kind.__name__
    if hasattr(kind, "name_in_keys"):
        return lambda value: (name, value.name_in_keys)
    if dataclasses.is_dataclass(kind):
        return attrgetter("__class__.__name__", *(field.name for field in dataclasses.fields(kind)))
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return lambda values: (name, *values)
    return _told_by_pickle


@cache
def program() -> str:
    """A name for this very program: its own files and the versions of the libraries that decide what it writes."""
    folder = Path(__file__).parent
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    parts = [part for path in files for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes())]
    versions = [f"{name} {_version(name)}".encode() for name in _LIBRARIES]
    return digest(f"{FORMAT} {sys.version} {sys.platform}".encode(), *versions, *parts)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


LOADED = program()
"""The program that this process runs, whatever has become of its files since."""


def loaded() -> str:
    return LOADED


class Cache:
    """The entries in a folder. Kinds keep apart what is made in different ways; a key is a `digest`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, kind: str, key: str) -> bytes | None:
        """An entry's content; None if there is none, or it is damaged."""
        try:
            content = self._path(kind, key).read_bytes()
        except OSError:
            return None
        head, body = content[:_DIGEST], content[_DIGEST:]
        if hashlib.blake2b(body, digest_size=_DIGEST).digest() != head:
            return None
        return body

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Make an entry; a `BuildError` where that can't be done."""
        path = self._path(kind, key)
        temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(6)}")
        data = hashlib.blake2b(content, digest_size=_DIGEST).digest() + content
        try:
            try:
                temporary.write_bytes(data)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(data)
            temporary.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            if path.exists():  # Windows doesn't replace what another build is reading, and it says the same
                return
            raise BuildError(
                f"{error.strerror or error}: the cache {self.folder} can't be written; make room, or give another"
                " folder with --cache, or none with --no-cache"
            ) from error

    def has(self, kind: str, key: str) -> bool:
        """Whether there is such an entry, be it damaged."""
        return self._path(kind, key).exists()

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key

    def prune(self, kind: str, keys: frozenset[str]) -> None:
        """Remove all entries of a kind but these."""
        with contextlib.suppress(OSError):
            for shelf in os.scandir(self.folder / kind):
                for entry in os.scandir(shelf.path) if shelf.is_dir(follow_symlinks=False) else ():
                    if entry.name not in keys:
                        with contextlib.suppress(OSError):
                            os.unlink(entry.path)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[tuple[Cache, Callable[[], bool]]]:
    """A cache for the time of a build, and what tells whether nobody else is using it, and keeps others waiting then.

    It is made if there is none. A folder that is there and is no cache of ours is refused with an `OSError`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds texts that must not be shown, too
    marker = folder / MARKER
    if not marker.exists():
        if any(folder.iterdir()):
            raise FileExistsError(f"{folder} is there, and is no cache of build-site's")
        marker.write_text(_SAID, "utf-8", newline="\n")
    with marker.open("rb+") as file:
        _hold(file, alone=False)
        yield Cache(folder), lambda: _hold(file, alone=True)


def _hold(file: BinaryIO, alone: bool) -> bool:
    """Hold the cache with others, waiting for one who is pruning; or alone, if no other holds it: whether that is so.
    The system lets go of it when we die, however we die.

    On Windows, and on a disk without locks, nobody knows who else holds it; there nothing is pruned.
    """
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except (ImportError, OSError):
        return False
    return True


def discard(folder: Path) -> None:
    """Remove a cache that was made for one build."""
    shutil.rmtree(folder, ignore_errors=True)
