"""A folder at an address, s3://bucket/pages, as fsspec and its drivers show it: what is there, and every failure told.

A driver may raise whatever it likes, and some leave out of a listing what they could not list. Here a listing is whole,
or an error: what is missing in one would be removed here, or taken for a free place there.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from site_builder.errors import ArchiveError, BuildError, SourceError, did_you_mean

EXTRA = "'newspaper-archive-site[remote]'"
DRIVERS = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs",
    "sftp": "paramiko", "ssh": "paramiko", "smb": "smbprotocol", "webdav": "webdav4", "hf": "huggingface_hub",
    "oss": "ossfs", "http": "aiohttp requests", "https": "aiohttp requests",
}  # fmt: skip
STAMPS = (
    "md5Hash", "ETag", "etag", "content_hash", "checksum", "crc32c", "sha", "CRC", "generation",
    "mtime", "LastModified", "last_modified", "modificationTime", "updated", "modified", "modify", "created",
)  # fmt: skip
"""What tells a file from an earlier one of its size, as different drivers call it: the surest first. (`time` is when a
file was last read.)"""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:://|::.*://)")  # not C:\\
_PASSWORD = re.compile(r"(://[^/@:]*):[^/@]*@")
_HERE = ("file", "local")


class Held(NamedTuple):
    """A file there: where, its size (-1: nobody knows), and what tells it from another of that size ("": nothing)."""

    path: str
    size: int
    stamp: str
    is_folder: bool = False

    def same(self, size: object, stamp: object) -> bool:
        return (self.size, self.stamp) == (size, stamp) and bool(stamp)


def is_address(given: str) -> bool:
    r"""Whether this is an address and no path of this disk.

    >>> [is_address(given) for given in ("s3://bucket/pages", "zip::s3://bucket/pages.zip", "pages", r"C:\\pages")]
    [True, True, False, False]
    """
    return bool(_ADDRESS.match(given))


def plain(given: str) -> str:
    """The path of this disk that a file:/// address names; anything else as it is.

    >>> plain("file:///srv/%E6%8A%A5"), plain("s3://bucket/pages"), plain("pages")
    ('/srv/报', 's3://bucket/pages', 'pages')
    """
    if not is_address(given) or given.partition("://")[0].lower() not in _HERE:
        return given
    machine, _, path = given.partition("://")[2].partition("/")
    if machine not in ("", "localhost"):
        raise SourceError(f"'{given}' names a machine, '{machine}'; for a folder of this one write file:///folder")
    from urllib.request import url2pathname  # which loads all that speaks with the net

    return url2pathname(f"/{path}")


def shown(address: str) -> str:
    """The address without a password.

    >>> shown("ftp://me:secret@example.org/pages")
    'ftp://me:…@example.org/pages'
    """
    return _PASSWORD.sub(r"\1:…@", address)


class Depot:
    """The folder at an address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.shown = shown(address)
        self._scheme = address.partition(":")[0]
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise SourceError(f"{self.shown}: addresses need more programs: {self._install(EXTRA)}") from error
        for name in ("fsspec", *DRIVERS.get(self._scheme, "").split()):  # some log tracebacks of what they raise, too
            logging.getLogger(name).addHandler(logging.NullHandler())
        with self.telling("can't be reached"):
            self._fs, root = url_to_fs(address)
        self._root = root.rstrip("/") or root[:1]

    def _install(self, *names: str) -> str:
        return " ".join(["pip install", *names, *DRIVERS.get(self._scheme, "").split()])

    def files(self) -> dict[str, Held]:
        """Every file below, by its path from here. A folder that isn't there has none, but its bucket must be there."""
        with self.telling("can't be listed"):
            self._fs.invalidate_cache()
            return self._named(self._below(self._root))

    def top(self) -> dict[str, Held]:
        """What stands at the top, folders too."""
        with self.telling("can't be listed"):
            self._fs.invalidate_cache()
            try:
                return self._named(self._fs.ls(self._root, detail=True))
            except FileNotFoundError:
                return self.files()  # of which there are none; but where it is the bucket that is missing, this says so

    def has_files(self, name: str) -> bool:
        """Whether there is any file in a folder that is there."""
        with self.telling("can't be listed"):
            return any(info["type"] != "directory" for info in self._below(self.path(name)))

    def read(self, name: str) -> bytes:
        with self.telling("can't be read"):
            return bytes(self._fs.cat_file(self.path(name)))

    def get(self, paths: Sequence[str], files: Sequence[Path]) -> None:
        """Fetch what stands at these paths into these files."""
        with self.telling("can't be fetched", "; build again"):
            self._fs.get(list(paths), [str(file) for file in files])

    def put(self, files: Sequence[Path], names: Sequence[str]) -> None:
        with self.telling("can't be written", "; the next build finishes what this one has begun"):
            self._fs.put([str(file) for file in files], [self.path(name) for name in names])

    def put_whole(self, file: Path, name: str) -> None:
        """Put a file there that must never be there in part."""
        with self.telling("can't be written"):
            if _is_flat(self._fs):  # where a file is whole or not at all
                self._fs.put_file(str(file), self.path(name))
                return
            beside = self.path(f".{name}.new")
            self._fs.put_file(str(file), beside)
            try:
                self._fs.mv(beside, self.path(name))
            except Exception:
                with contextlib.suppress(Exception):
                    self._fs.rm_file(beside)
                raise

    def remove(self, paths: Sequence[str]) -> None:
        with self.telling("can't be removed", "; the next build finishes what this one has begun"):
            if plain := [path for path in paths if not _MAGIC.search(path)]:
                self._fs.rm(plain)
            for path in set(paths) - set(plain):
                self._fs.rm_file(path)

    def path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}" if self._root else name

    @contextlib.contextmanager
    def telling(self, what: str, then: str = "") -> Iterator[None]:
        """Say in our own words what goes wrong; drivers have no exceptions in common."""
        try:
            yield
        except ArchiveError:
            raise
        except ImportError as error:
            way = self._install() if self._scheme in DRIVERS else str(error)
            raise SourceError(f"{self.shown}: the driver for {self._scheme}:// is missing: {way}") from error
        except FileNotFoundError as error:
            raise SourceError(
                f"{self.shown}: {what}, for there is no such place ({_reason(error)}); make the bucket or folder, or"
                " mend the address"
            ) from error
        except Exception as error:
            reason = _reason(error)
            if isinstance(error, ValueError) and reason.startswith("Protocol not known"):
                guess = did_you_mean(self._scheme, DRIVERS)
                raise SourceError(
                    f"{self.shown}: '{self._scheme}' is no kind of address that fsspec knows{guess}"
                ) from error
            if isinstance(error, PermissionError) or "Credential" in type(error).__name__:
                raise SourceError(
                    f"{self.shown}: {what} ({reason}); give yourself the right to, or the driver the right credentials"
                ) from error
            raise BuildError(f"{self.shown}: {what} ({type(error).__name__}: {reason}){then}") from error

    def _below(self, top: str) -> list[Mapping[str, Any]]:
        """What is below a folder. fsspec's own walk passes over a folder that it can't list."""
        if _is_flat(self._fs):
            return list(self._fs.find(top, detail=True).values())
        found = []
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                infos = self._fs.ls(folder, detail=True)
            except FileNotFoundError:
                if folder == self._root:
                    return []
                raise
            for info in infos:
                if info["type"] != "directory":
                    found.append(info)
                elif info["name"].rstrip("/") != folder.rstrip("/"):
                    folders.append(info["name"])
        return found

    def _named(self, infos: Iterable[Mapping[str, Any]]) -> dict[str, Held]:
        root = self._root.strip("/")
        found = {}
        for info in infos:
            path = str(info["name"])
            is_folder = info["type"] == "directory"
            name = path.strip("/")[len(root) :].strip("/")
            if (path.endswith("/") and not is_folder) or (is_folder and not name):
                continue  # what buckets have for an empty folder
            if not name:
                raise SourceError(f"{self.shown}: is a file; give the folder that it is in")
            if any(part in ("", ".", "..") for part in name.split("/")) or "\\" in name or "\0" in name:
                raise SourceError(f"{self.shown}: {name!r} there can be no file of a disk; rename it")
            size = info.get("size")
            found[name] = Held(path, -1 if size is None else int(size), _stamp(info), is_folder)
        return found


_MAGIC = re.compile(r"[*?\[]")  # in a path that fsspec would take for a pattern


def _stamp(info: Mapping[str, Any]) -> str:
    return next((str(info[key]).strip('"') for key in STAMPS if info.get(key) not in (None, "")), "")


def _is_flat(fs: Any) -> bool:
    """Whether this is a store that lists all its files as one: its driver then has a way of its own to do so."""
    from fsspec.asyn import AsyncFileSystem
    from fsspec.implementations.dirfs import DirFileSystem
    from fsspec.spec import AbstractFileSystem

    while isinstance(fs, DirFileSystem):
        fs = fs.fs
    own = getattr(type(fs), "_find", AsyncFileSystem._find)
    return type(fs).find is not AbstractFileSystem.find or own is not AsyncFileSystem._find


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())
