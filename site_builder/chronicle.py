"""What became of the archive, day by day: articles that came, changed or went, and corrections.

The days are those that the ledger's lines bear and those that editors signed their corrections with; no clock is asked,
and no text. A line knows the last of its changes only: an article that changes again leaves the earlier day's list.
"""

from __future__ import annotations

import datetime as dt
import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from site_builder.ledger import Ledger, Permalink
from site_builder.model import Outcome

KINDS = ("added", "changed", "moved", "merged", "gone", "withheld", "corrected")
LISTED = 1000  # of a kind on a day: of more, as when all is read anew, the number tells enough

_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Day:
    """What changed on a day, how often by kind, and the newest LISTED of each kind, oldest first."""

    date: dt.date
    counts: Mapping[str, int]
    lines: Mapping[str, tuple[Permalink, ...]]
    corrections: tuple[Outcome, ...]

    def listed(self, kind: str) -> tuple[Permalink, ...] | tuple[Outcome, ...]:
        return self.corrections if kind == "corrected" else self.lines.get(kind, ())


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The days on which something changed, oldest first; `earlier` articles stand since nobody knows when."""

    days: tuple[Day, ...]
    earlier: int


def chronicle(ledger: Ledger, corrections: Iterable[Outcome]) -> Chronicle:
    """What became of these addresses, and of these corrections. Of what must not be shown a number alone is told."""
    lines: defaultdict[str, defaultdict[str, list[Permalink]]] = defaultdict(lambda: defaultdict(list))
    hidden: defaultdict[str, int] = defaultdict(int)
    earlier = 0
    moved = {(line.to, _last(line)) for line in ledger if line.state == "moved"}
    for line in ledger:
        earlier += line.state == "live" and not line.since
        for day, kind in _events(line):
            if (line.id, day) in moved and day == line.since and kind in ("added", "withheld"):
                continue  # it has come under this address, which is told of the former
            if kind == "withheld":
                hidden[day] += 1
            else:
                lines[day][kind].append(line)
    corrected: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in corrections:
        corrected[outcome.correction.date.isoformat()].append(outcome)
    days = sorted({*lines, *hidden, *corrected})
    return Chronicle(tuple(_day(day, lines.get(day, {}), hidden[day], corrected.get(day, [])) for day in days), earlier)


def _last(line: Permalink) -> str:
    return line.changed or line.since


def _events(line: Permalink) -> Iterator[tuple[str, str]]:
    """On which days something became of an address, and what.

    >>> def told(state, since, changed, to="", fingerprint=""):
    ...     return list(_events(Permalink("a/1", "a", state, "", 0, fingerprint, to, since=since, changed=changed)))
    >>> told("live", "2026-11-22", "2027-01-05")
    [('2026-11-22', 'added'), ('2027-01-05', 'changed')]
    >>> told("gone", "", "2027-01-05"), told("gone", "2026-11-22", ""), told("live", "", "")
    ([('2027-01-05', 'gone')], [('2026-11-22', 'gone')], [])
    >>> told("withheld", "2026-11-22", "2027-01-05"), told("gone", "2026-11-22", "2027-01-05", fingerprint="~NZTy")
    ([('2027-01-05', 'withheld')], [])
    """
    last = _last(line)
    if line.state == "withheld" or line.was_withheld:
        if line.state == "withheld" and last:
            yield last, "withheld"
        return
    if line.since and (line.changed or line.state == "live"):
        yield line.since, "added"
    if last and line.state != "live":
        yield last, line.state
    elif line.changed:
        yield line.changed, "changed"


def _day(day: str, lines: Mapping[str, list[Permalink]], hidden: int, corrections: list[Outcome]) -> Day:
    counts = {kind: len(lines.get(kind, ())) for kind in KINDS} | {"withheld": hidden, "corrected": len(corrections)}
    return Day(
        dt.date.fromisoformat(day),
        {kind: count for kind, count in counts.items() if count},
        {kind: _newest(lines[kind]) for kind in KINDS if kind in lines},
        tuple(corrections[-LISTED:]),
    )


def _newest(lines: list[Permalink]) -> tuple[Permalink, ...]:
    """The newest LISTED of them in order, found among a million by their dates alone."""
    return tuple(sorted(heapq.nlargest(LISTED, lines, key=_date) if len(lines) > LISTED else lines, key=_place))


def _date(line: Permalink) -> str:
    """The date in an id, and what stands behind it; nothing where it has none."""
    newspaper, _slash, rest = line.id.partition("/")
    return rest if newspaper != "undated" else ""


def _place(line: Permalink) -> tuple[str, str, tuple[int, ...], str]:
    """Sorts the oldest issue first and what has no date before all others, but an issue from its end: so a list that
    is shown from its end has the newest issue above, and each from its first article on.

    >>> ids = ("a/2021/01-21/p1-02", "a/2021/01-21/p10-01", "a/2021/01-21/p2-01", "b/2020/12-31/p1-01", "undated/x/01")
    >>> for line in sorted((Permalink(id, "", "live", "", 0, "") for id in ids), key=_place, reverse=True):
    ...     print(line.id)
    a/2021/01-21/p1-02
    a/2021/01-21/p2-01
    a/2021/01-21/p10-01
    b/2020/12-31/p1-01
    undated/x/01
    """
    issue, _slash, place = line.id.rpartition("/")
    return _date(line).rpartition("/")[0], issue, tuple(-int(number) for number in _NUMBERS.findall(place)), line.id
