"""What the files of pages were found to hold: a file that was left alone since need not be read to name its pages.

A file is known by its size, its times and its number on the disk, and so is each other reading of it. What was changed
within `inputs.MARGIN` before it was read may have been changed again within the same tick of the clock, so nothing is
noted of it; nor on a system that doesn't tell when a file was last changed. See `inputs`, which trusts in the same.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import time
from pathlib import Path
from typing import NamedTuple

from site_builder import inputs, sources
from site_builder.cache import Cache, digest, plain, program
from site_builder.errors import BuildError
from site_builder.model import SourcePage

KIND = "seen"  # of cache entries

Stamp = tuple[tuple[str, int, int, int, int], ...]  # name, size, times, number: of a file and of its other readings


class Told(NamedTuple):
    """A page of a file: its name, and what tells its text and all else that is read of it from any other."""

    source: str
    text: str


def told(page: SourcePage) -> Told:
    """A page as it was read."""
    return Told(page.source, digest(plain(page)))


class Seen:
    """The pages of the files of one source folder, as the last build found them and as this one does."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self._cache, self._folder = cache, folder
        self._key = digest(str(folder.resolve()).encode())
        self._before = self._read()
        self._now: dict[str, tuple[Stamp, tuple[Told, ...]]] = {}

    def pages(self, path: Path) -> tuple[Told, ...]:
        """The pages of a file; a `SourceError` where it can't be read."""
        name = os.fspath(path)
        began = time.time_ns() - int(inputs.MARGIN * 1e9)
        stamp = _stamp(path)
        known = self._before.get(name)
        if known is not None and known[0] == stamp:
            self._now[name] = known
            return known[1]
        pages = tuple(map(told, sources.read_pages(path, self._folder)))
        if stamp and stamp == _stamp(path) and max(max(one[2:4]) for one in stamp) < began:
            self._now[name] = stamp, pages
        return pages

    def remember(self) -> None:
        """Note down for the next build what was found."""
        if self._now != self._before:
            with contextlib.suppress(BuildError):  # no room for what would only save time
                self._cache.put(KIND, self._key, program().encode() + pickle.dumps(self._now, 5))

    def _read(self) -> dict[str, tuple[Stamp, tuple[Told, ...]]]:
        content, of = self._cache.get(KIND, self._key) or b"", program().encode()
        if not content.startswith(of):  # another program reads pages in another way
            return {}
        known: dict[str, tuple[Stamp, tuple[Told, ...]]] = pickle.loads(content[len(of) :])
        return known


def _stamp(path: Path) -> Stamp:
    """What tells a file, and other readings of it, from what they were before; nothing where that isn't known."""
    if sys.platform == "win32":  # which doesn't tell when a file was last changed
        return ()
    try:
        found = [(os.fspath(file), file.stat()) for file in (path, *sources.other_readings(path))]
    except OSError:
        return ()
    return tuple((file, at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino) for file, at in found)
