"""The source at an address is mirrored into a folder here, only what has changed; the ledger goes back there."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import posixpath
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

from site_builder import sources, swap
from site_builder.build import Progress, Result
from site_builder.depot import Held
from site_builder.encodings import decode
from site_builder.errors import ArchiveError, BuildError, SourceError
from site_builder.ledger import FILE as LEDGER
from site_builder.places import Place, batches
from site_builder.settings import FILE as SETTINGS


def fetch(pages: Place, progress: Progress) -> None:
    """Make the folder here the same as the one there, as far as a build reads it."""
    there = pages.depot.files()
    if not there:
        raise SourceError(f"{pages.depot.shown}: there is no file; give the address of the folder of page texts")
    pages.folder.mkdir(exist_ok=True)
    here = pages.here()
    try:
        _take(pages, {name: there[name] for name in (SETTINGS,) if name in there}, here)
        wanted = _wanted(there, _templates(pages.folder) if SETTINGS in there else "")
        for name in here.keys() - wanted.keys():
            _remove(pages.folder / name, pages.folder)
        pages.notes = {name: kept for name, kept in pages.notes.items() if name in wanted}
        _take(pages, wanted, pages.here(), progress)
    finally:
        pages.note()


def _take(
    pages: Place,
    wanted: Mapping[str, Held],
    here: Mapping[str, tuple[int, int]],
    progress: Progress = lambda what, done, total: None,
) -> None:
    """Fetch what is not here as it is there. Each file comes into its place whole."""
    left = []
    for name, held in wanted.items():
        kept = pages.notes.get(name, [None, None, None])
        if not held.same(*kept[:2]) or here.get(name, (None, None))[1] != kept[2]:
            left.append(name)
    coming = pages.place / "coming"
    shutil.rmtree(coming, ignore_errors=True)
    done = 0
    for names in batches(left):
        progress("fetching", done, len(left))
        coming.mkdir(exist_ok=True)
        files = [coming / str(number) for number in range(len(names))]
        pages.depot.get([wanted[name].path for name in names], files)
        for name, file in zip(names, files, strict=True):
            held, target, at = wanted[name], pages.folder / name, file.stat()
            if held.size not in (-1, at.st_size):
                raise BuildError(f"{pages.depot.shown}: {name} was changed while it was fetched; build again")
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
            pages.notes[name] = [held.size, held.stamp, at.st_mtime_ns]
        done += len(names)
        progress("fetching", done, len(left))


def _wanted(there: Mapping[str, Held], templates: str) -> Mapping[str, Held]:
    """What a build reads: not the scans beside the texts, nor sites that were built among them."""
    sites = {name.rpartition("/")[0] for name in there if name.endswith(f"/{swap.MARKER}")}
    found = {}
    for name, held in there.items():
        parts = name.split("/")
        is_own = bool(templates) and name.startswith(f"{templates}/")
        is_text = posixpath.splitext(name)[1].lower() in sources.READERS or name in (SETTINGS, LEDGER)
        is_text |= parts[0] == "corrections" and name.endswith(".toml")
        hidden = any(part.startswith(".") for part in parts)
        in_site = any("/".join(parts[:length]) in sites for length in range(1, len(parts)))
        if is_own or (is_text and not hidden and not in_site):
            found[name] = held
    return found


def _templates(folder: Path) -> str:
    """The folder of the archive's own templates; what is wrong with archive.toml, the build will say."""
    try:
        given = tomllib.loads(decode((folder / SETTINGS).read_bytes(), SETTINGS)).get("templates")
    except (OSError, ValueError, SourceError):
        return ""
    return posixpath.normpath(given) if isinstance(given, str) else ""


def _remove(file: Path, top: Path) -> None:
    """Remove a file, and the folders that it leaves empty."""
    file.unlink()
    for folder in itertools.takewhile(lambda above: above != top, file.parents):
        with contextlib.suppress(OSError):
            folder.rmdir()


def record(pages: Place, result: Result, sending: bool) -> str:
    """Put the ledger that the build has written at the address; why that can't be done, or nothing.

    Where somebody else has changed it since, this site may give an address to one article and his to another.
    """
    file = pages.folder / LEDGER
    kept = pages.notes.get(LEDGER)
    if not file.exists() or (kept and kept[2] == file.stat().st_mtime_ns):
        return ""
    try:
        now = pages.depot.read(LEDGER) if LEDGER in pages.depot.top() else None
        if (b"" if now is None else hashlib.sha256(now).digest()) == result.permalinks.ledger.read:
            pages.depot.put_whole(file, LEDGER)
            at = pages.depot.top()[LEDGER]
            pages.notes[LEDGER] = [at.size, at.stamp, file.stat().st_mtime_ns]
            pages.note()
            return ""
    except ArchiveError as error:
        return error.message
    if sending:
        raise BuildError(
            f"{pages.depot.shown}: somebody else has changed {LEDGER} there since; nothing was sent: build again"
        )
    return "somebody else has changed it there since"
