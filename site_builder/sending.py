"""The finished site is sent to an address, only what has changed.

An address can't be replaced in whole, so files go in an order in which no link leads to nothing: first those that are
new there, to which nothing leads yet, the home page last of them; then those that change; then files are removed, to
which nothing leads any more. The next sending finishes one that was interrupted.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import itertools
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from site_builder import swap
from site_builder.build import Progress
from site_builder.depot import Depot, Held
from site_builder.errors import ArchiveError, SourceError
from site_builder.places import Place, batches

HOME = "index.html"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent where."""

    address: str
    files: int
    removed: int


def refuse_foreign(depot: Depot) -> None:
    """An error if the address holds anything that build-site did not put there."""
    there = depot.top()
    made = swap.made(depot.read(swap.MARKER).decode()) if swap.MARKER in there else frozenset()
    for name in sorted(there.keys() - made - swap.STRAY):
        if not there[name].is_folder or depot.has_files(name):
            raise SourceError(
                f"{depot.shown} holds {name!r}, which build-site did not put there and would remove; move it away, or"
                " give another address with -o"
            )


def send(site: Place, progress: Progress) -> Sent:
    """Make what is at the address the same as the site here."""
    depot, here, there = site.depot, site.here(), site.depot.files()
    del here[swap.MARKER]
    marker = (site.folder / swap.MARKER).read_text("utf-8")
    before = depot.read(swap.MARKER).decode() if swap.MARKER in there else ""
    left = [name for name, at in here.items() if not _stands(site, name, at, there.get(name))]
    gone = sorted(there.keys() - here.keys() - {swap.MARKER})
    begun = swap.marked(swap.made(marker) | swap.made(before))  # until the end, both old and new names are ours
    line = functools.partial(_place_in_line, there)
    sent: list[str] = []
    names: Sequence[str] = ()
    try:
        if left or gone:
            _mark(site, begun, before)
            before = begun
        for _, turn in itertools.groupby(sorted(left, key=line), line):
            for names in batches(list(turn)):
                progress("sending", len(sent), len(left))
                depot.put([site.folder / name for name in names], names)
                sent += names
                progress("sending", len(sent), len(left))
        for old in batches(gone):
            depot.remove([there[name].path for name in old])
        _mark(site, marker, before)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; {depot.shown} has only a part of the new site until the next build"
        ) from None
    finally:
        _note_sent(site, here, there, sent, names)
    return Sent(depot.shown, len(left), len(gone))


def _place_in_line(there: Container[str], name: str) -> tuple[bool, int, int]:
    """When a file is sent: new ones first, so that whatever leads to them finds them.

    Of these, and of the others, first what pages load, then pages and feeds from the deepest on, as articles before the
    lists that name them, then what stands at the top, and the home page in the end.

    >>> names = ["index.html", "bcrb.html", "bcrb/2021/01-21.html", "bcrb/2021/01-21/p1-01.html", "static/site.js"]
    >>> sorted(names, key=lambda name: _place_in_line((), name))
    ['static/site.js', 'bcrb/2021/01-21/p1-01.html', 'bcrb/2021/01-21.html', 'bcrb.html', 'index.html']
    >>> sorted(names, key=lambda name: _place_in_line(("index.html", "static/site.js"), name))[-2:]
    ['static/site.js', 'index.html']
    """
    depth = name.count("/")
    if name == HOME:
        return name in there, 3, 0
    if not depth:
        return name in there, 2, 0
    leads = name.endswith((".html", ".xml", "feed.json"))
    return name in there, int(leads), -depth if leads else 0


def _stands(site: Place, name: str, at: tuple[int, int], held: Held | None) -> bool:
    """Whether a file there is the one here: by what was noted of it, or by the hash that some stores tell of a file."""
    if held is None or held.size != at[0] or not held.stamp:
        return False
    kept = site.notes.get(name, [None, None, "", ""])
    known = kept[3] == held.stamp
    if known and tuple(kept[:2]) == at:
        return True
    digest = _md5(site.folder / name)
    if (known and kept[2] == digest) or held.stamp in (digest, base64.b64encode(bytes.fromhex(digest)).decode()):
        site.notes[name] = [*at, digest, held.stamp]
        return True
    return False


def _md5(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, functools.partial(hashlib.md5, usedforsecurity=False)).hexdigest()


def _mark(site: Place, text: str, there: str) -> None:
    """Say at the address that what is there is ours."""
    if text != there:
        file = site.place / "marker"
        file.write_text(text, "utf-8", newline="\n")
        site.depot.put([file], [swap.MARKER])


def _note_sent(
    site: Place,
    here: Mapping[str, tuple[int, int]],
    there: Mapping[str, Held],
    sent: Collection[str],
    trying: Collection[str],
) -> None:
    """Note down what stands at the address now. Of files that may or may not have been sent, those that are others."""
    with contextlib.suppress(ArchiveError):  # what isn't noted is sent again
        done = frozenset(sent)
        after = site.depot.files() if trying else {}
        for name in done.union(trying):
            held = after.get(name)
            if held and held.size == here[name][0] and (name in done or held != there.get(name)):
                site.notes[name] = [*here[name], _md5(site.folder / name), held.stamp]
    site.notes = {name: kept for name, kept in site.notes.items() if name in here}
    site.note()
