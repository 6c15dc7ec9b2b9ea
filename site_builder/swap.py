"""The finished site takes the old one's place in whole, or not at all.

`fresh(out)` gives a new folder beside `out`, and swaps it in when its block ends without an exception. Beside the site
`public` there may stand, for as long as a build runs (or until the next one, if it was killed):

- `.public.lock`, held by the one build that may write here;
- `.public.building-…`, the site being built, and after the exchange the old one, on its way out;
- `.public.old-…`, the old site between the two renames of a system that can't exchange two folders.

Each run first finishes or undoes what a killed one left. Nothing is ever removed that doesn't carry `MARKER`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from site_builder.errors import BuildError, SourceError

MARKER = ".build-site"
"""The file in every site that build-site made. It lists what stands at the top of the site, so that whatever somebody
else has put there since is seen, and never removed."""

_TITLE = "Made by build-site, which replaces this whole folder. It wrote:\n"
STRAY = frozenset({MARKER, ".DS_Store", "Thumbs.db", "desktop.ini"})  # what file managers leave is nobody's work
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP, errno.EPERM}
_NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG}


class StandsAlready(Exception):
    """Raised within `fresh` where the new site is the old one: that stays, and is not touched."""


@contextlib.contextmanager
def fresh(out: Path, source: Path) -> Iterator[Path]:
    """A new folder for the site of `source`, which becomes `out` at the end; on an exception `out` stays as it was."""
    target = checked_target(out, source)
    with _telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target, str(target)):
        _recover(target)
        with _telling(target):
            _refuse_foreign(target, out)
        building = target.with_name(f".{target.name}.building-{secrets.token_hex(4)}")
        building.mkdir()
        try:
            (building / MARKER).write_text(marked(()), "utf-8", newline="\n")
            yield building
            names = (entry.name for entry in building.iterdir() if entry.name != MARKER)
            (building / MARKER).write_text(marked(names), "utf-8", newline="\n")
            _swap(building, target)
        except StandsAlready:
            pass
        finally:
            _remove(building)


def marked(names: Iterable[str]) -> str:
    """The text of the marker of a site at whose top these stand."""
    return _TITLE + "".join(f"{name}\n" for name in sorted(names))


def made(marker: str) -> frozenset[str]:
    """What stands at the top of the site, by the text of its marker."""
    return frozenset(marker.splitlines()[1:])


@contextlib.contextmanager
def _telling(target: Path) -> Iterator[None]:
    """A place where nobody can write is a mistake in the call; a full disk is not."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
        reason = f"{error.strerror}: {error.filename}"
        raise SourceError(f"the site can't be put at {target} ({reason}); give another folder with -o") from error


def checked_target(out: Path, source: Path) -> Path:
    """Where the site of `source` really goes; an error if that could cost anything but an old site."""
    if out.is_symlink() and not out.exists():
        raise SourceError(f"{out} is a link that leads nowhere; remove it, or give another folder with -o")
    if out.exists() and not out.is_dir():
        raise SourceError(f"{out} is a file; give a folder with -o")
    target, source = out.resolve(), source.resolve()
    if target == source:
        raise SourceError(f"{out} is the source folder itself; give another folder with -o")
    if target in source.parents:
        raise SourceError(f"{out} contains the source folder {source}; give another folder with -o")
    if target.is_mount():
        raise SourceError(f"{out} is a mounted disk, which can't be replaced in whole; give a folder in it with -o")
    return target


def _refuse_foreign(target: Path, out: Path) -> None:
    """An error if the output folder holds anything that build-site did not put there."""
    if not target.exists():
        return
    there = {entry.name for entry in target.iterdir()}
    if there and MARKER not in there:
        raise SourceError(
            f"{out} is not empty and was not made by build-site; empty it yourself, or give another folder with -o"
        )
    if there and (foreign := sorted(there - made((target / MARKER).read_text("utf-8")) - STRAY)):
        raise SourceError(
            f"{out} holds {foreign[0]!r}, which build-site did not put there and would remove; "
            "move it away, or give another folder with -o"
        )


# ---------------------------------------------------------------- the swap, and what a killed one left


def _swap(building: Path, target: Path) -> None:
    """Put the new site in the old one's place; the old one is afterwards in `building`, or gone."""
    if not target.exists():
        building.rename(target)
    elif not _exchange(building, target):
        _swap_by_two_renames(building, target)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system can't."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _swap_by_two_renames(building: Path, target: Path) -> None:
    """For a moment there is no site; `_recover` undoes it if that moment is our last."""
    old = building.with_name(building.name.replace(".building-", ".old-"))
    target.rename(old)
    try:
        building.rename(target)
    except BaseException:
        old.rename(target)
        raise
    _remove(old)


def _recover(target: Path) -> None:
    """Finish or undo what a killed build left beside the site. Only the holder of the lock may."""
    for old in sorted(target.parent.glob(f".{_literally(target.name)}.old-*")):
        if (old / MARKER).exists() and not target.exists():
            old.rename(target)
        else:
            _remove(old)
    for building in sorted(target.parent.glob(f".{_literally(target.name)}.building-*")):
        _remove(building)


def _literally(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _remove(folder: Path) -> None:
    """Remove a folder of ours: one with our marker, which goes last, or an empty one. Any other stays.

    What can't be removed (files of another user, say) is left for the next run: by now the site is in its place.
    """
    with contextlib.suppress(OSError):
        if folder.is_symlink() or not folder.is_dir():
            return
        entries = list(folder.iterdir())
        if entries and not (folder / MARKER).exists():
            return
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != MARKER:
                entry.unlink()
        (folder / MARKER).unlink(missing_ok=True)
        folder.rmdir()


# ---------------------------------------------------------------- one build at a time


@contextlib.contextmanager
def locked(target: Path, shown: str) -> Iterator[None]:
    """Hold the right to write `target`, called `shown`. The system lets go of it when we die, however we die."""
    path = target.with_name(f".{target.name}.lock")
    with _telling(target):
        file = _lock(path)
    if file is None:
        raise BuildError(f"another build-site is writing {shown}; wait for it, or give another folder with -o")
    try:
        yield
    finally:
        with contextlib.suppress(PermissionError):  # Windows keeps a file that is open; an empty one does no harm
            path.unlink(missing_ok=True)
        file.close()


def _lock(path: Path) -> BinaryIO | None:
    """The lock file, open and ours; None if it is another's."""
    while True:
        file = path.open("ab")
        if not _take(file):
            file.close()
            return None
        with contextlib.suppress(FileNotFoundError):
            # its last holder may have removed it between our opening and our taking it: then it locks nothing
            if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                return file
        file.close()


def _take(file: BinaryIO) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network disk without locks: better no lock than no build
        return True
    return True
