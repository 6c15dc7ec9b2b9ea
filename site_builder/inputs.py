"""Whether anything that a build depends on has changed at all since the last one: told without reading a page.

Every file of the source folder, of the templates and of the static files is known by its size, its times and its
number on the disk, as the system keeps them; no program can change a file and leave its time of change as it was. Only
the ledger, which a build writes itself, is known by its content. What was changed within MARGIN of a build's beginning
may have been changed again within the same tick of the clock, so of such a build nothing is believed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from site_builder.cache import digest, plain, program
from site_builder.ledger import FILE as LEDGER

MARGIN = 2.0  # seconds: some disks tell time no better


class Inputs:
    """The files that a build is made of, as they were when it began."""

    def __init__(self, source: Path, others: Iterable[Path], out: Path, told: object) -> None:
        """`others` are further folders; `out` is left out if it lies in one of them; `told` is all else that counts."""
        self._folders = [source, *others]
        self._out = out.resolve()
        self._ledger = source / LEDGER
        self._told = digest(program().encode(), plain(told))
        self.unknown = sys.platform == "win32"  # which doesn't tell when a file was last changed
        self._began = time.time_ns() - int(MARGIN * 1e9)
        self._files = self._seen()

    @property
    def key(self) -> str:
        """Tells these inputs from any others."""
        try:
            ledger = self._ledger.read_bytes()
        except OSError:
            ledger = b""
        return digest(self._told.encode(), self._files.encode(), ledger)

    def held_still(self) -> bool:
        """Whether the files are still the same, and were left alone for long enough before the build to be sure."""
        return not self.unknown and self._latest < self._began and self._seen() == self._files

    def _seen(self) -> str:
        self._latest = 0
        rows = []
        for folder in self._folders:
            rows.append(os.fspath(folder))
            try:
                held = sorted(self._walk(os.fspath(folder)))
            except OSError:  # a link that leads nowhere, a folder that can't be read
                self.unknown = True
                continue
            for path, found in held:
                if path != os.fspath(self._ledger):
                    self._latest = max(self._latest, found.st_mtime_ns, found.st_ctime_ns)
                    rows.append(f"{path} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}")
        return digest("\n".join(rows).encode("utf-8", "surrogateescape"))

    def _walk(self, folder: str) -> Iterator[tuple[str, os.stat_result]]:
        folders = [folder]
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if not entry.is_dir():
                        yield entry.path, entry.stat()
                    elif not entry.is_symlink() and Path(entry.path).resolve() != self._out:
                        folders.append(entry.path)
                    elif entry.is_symlink():  # a folder elsewhere, which isn't looked into: so nothing is known
                        self.unknown = True
