"""Where on this disk the copy of a folder at an address is kept, and what was noted down of its files.

What is kept may be lost: then all is fetched, and sent, again.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from site_builder import cache as caches
from site_builder import swap
from site_builder.depot import Depot
from site_builder.errors import SourceError

AT_ONCE = 500  # files handed to a driver together: it may move many at the same time
ADDRESSES = "addresses"  # beside the kinds of entries in a cache


class Place:
    """The folder here for one at an address, and what was noted down of each file when both were last the same."""

    def __init__(self, depot: Depot, place: Path) -> None:
        self.depot = depot
        self.place = place
        self.folder = place / "files"
        self._notes = place / "notes.json"

    @functools.cached_property
    def notes(self) -> dict[str, list[Any]]:
        try:
            return dict(json.loads(self._notes.read_text("utf-8"))["files"])
        except (OSError, ValueError, TypeError, KeyError):
            return {}

    def note(self) -> None:
        beside = self._notes.with_suffix(".new")
        beside.write_text(json.dumps({"address": self.depot.shown, "files": self.notes}), "utf-8")
        beside.replace(self._notes)

    def here(self) -> dict[str, tuple[int, int]]:
        """The size and the time of each file here."""
        found: dict[str, tuple[int, int]] = {}
        folders = [""]
        while folders:
            above = folders.pop()
            with os.scandir(self.folder / above) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{above}{entry.name}/")
                    else:
                        at = entry.stat(follow_symlinks=False)
                        found[f"{above}{entry.name}"] = (at.st_size, at.st_mtime_ns)
        return found


@contextlib.contextmanager
def place_of(address: str, base: Path) -> Iterator[Place]:
    """The place for an address, held for this build alone."""
    depot = Depot(address)
    words = re.sub(r"[^A-Za-z0-9]+", "-", depot.shown).strip("-")[-40:]
    place = base / ADDRESSES / f"{words}-{caches.digest(depot.shown.rstrip('/').encode())[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    with swap.locked(place, depot.shown):
        yield Place(depot, place)


@contextlib.contextmanager
def kept(cache: Path | None, no_cache: bool) -> Iterator[Path]:
    """The folder below which copies are kept: the cache, if one is named; with --no-cache, a folder for this build."""
    if no_cache:
        with tempfile.TemporaryDirectory(prefix="build-site-") as folder:
            yield Path(folder)
        return
    base = cache.resolve() if cache else _cache_of_user()
    if base.exists() and not base.is_dir():
        raise SourceError(f"--cache: {base} is a file; give a folder")
    try:
        with caches.opened(base):  # which makes it one, and for nobody else to read
            pass
    except FileExistsError as error:
        raise SourceError(f"--cache: {error}; give another folder") from error
    yield base


def _cache_of_user() -> Path:
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches"
    else:
        folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder) / "build-site"


def batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]
