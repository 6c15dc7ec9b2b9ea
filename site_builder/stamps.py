"""The days that a line of the ledger bears: since when its address is published, and when it last changed notably.

A build is handed its day and stamps with it what is new or changes, and nothing else; so the next build, on whatever
day, writes the same ledger and the same site. Lines from before days were kept have none and get none until they
change.

Not every change is notable. A newer version of the program joins a line otherwise, another OCR reads a character in a
hundred otherwise, and thousands of articles are not quite what they were: a list of all of them tells nobody anything.
So a text has changed where a tenth of its shingles is not the same (three or four characters in a hundred are
others), or where it has grown or shrunk by a twentieth (a sentence or a paragraph has come or gone). What a line keeps
is compared, not the text, which nobody has any more: small changes that each pass unnoticed never add up.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_builder.fingerprints import folded
from site_builder.ledger import UNTITLED, Ledger, Permalink
from site_builder.matching import UNDATED

OTHERS = 0.1  # of the shingles in either sample that only one has, from which on the text is another one
GROWN = 0.05  # of its shingles by which a text has grown or shrunk
FEW = 6  # shingles: a character that is read otherwise in a short notice takes three away and brings three in


def stamped(before: Ledger, after: Mapping[str, Permalink], day: str) -> Ledger:
    """The ledger with these lines, each with its days; without a day (`""`) none is new or changes on any."""
    lines = dict(after)
    for id, line in after.items():
        old = before.lines.get(id)
        if line is old:
            continue
        if old is None:
            since, changed = day, ""
        else:
            since = old.since
            changed = day if day and day != since and has_changed(old, line) else old.changed
        if (since, changed) != (line.since, line.changed):
            lines[id] = line.dated(since, changed)
    return Ledger(lines, before.read)


def has_changed(old: Permalink, new: Permalink) -> bool:
    """Whether readers would say that what stands at the address is another thing now.

    >>> from dataclasses import replace
    >>> line = Permalink("a/2021/01-21/p1-01", "a/2021/01-21/p1", "live", "春耕 忙", 0, "")
    >>> has_changed(line, replace(line, headline="春耕忙")), has_changed(line, replace(line, headline="秋收忙"))
    (False, True)
    >>> has_changed(line, replace(line, state="gone"))
    True
    """
    if (old.state, old.to) != (new.state, new.to):
        return True
    if new.state != "live":
        return False
    return (
        (old.page != new.page and not new.page.startswith(f"{UNDATED}/"))  # which a file's new name gives
        or (old.headline != new.headline and _title(old.headline) != _title(new.headline))
        or _says_other(old, new)
    )


def _title(headline: str) -> str:
    """What tells one headline from another; nothing where first words stand in for one."""
    return "" if headline.startswith(UNTITLED) else folded(headline)


def _says_other(old: Permalink, new: Permalink) -> bool:
    if old.fingerprint == new.fingerprint and old.size == new.size:
        return False
    if abs(new.size - old.size) > max(FEW, GROWN * old.size):
        return True
    only_one, either = old.sample.unlike(new.sample)
    return only_one > FEW and only_one >= OTHERS * either
