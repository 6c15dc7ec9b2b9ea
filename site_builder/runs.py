"""What can be known of a newspaper's days: runs of days in one state for one reason, and what lies between two of them.

How it comes to be known is told in `holdings` and `gaps`.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from site_builder.model import Newspaper

State = Literal["full", "part", "held", "missing", "none", "unknown"]
HELD: tuple[State, ...] = ("full", "part", "held")

DAY = dt.timedelta(days=1)


class Point(NamedTuple):
    """A day whose paper bears a running number that may be relied on."""

    date: dt.date
    number: int


@dataclass(frozen=True, slots=True)
class Run:
    """Days on end that are in one state for one reason.

    `why` is one of the reasons below; `between` are the two issues that it rests on. Of held days `held` pages of
    `printed` are here (0: nobody knows how many there were; `least`: there were so many or more). Of unknown days,
    `lost` issues are missing among `among` days, of which these are some; None: nobody knows.
    """

    first: dt.date
    last: dt.date
    state: State
    why: str
    between: tuple[Point, Point] | None = None
    weekdays: tuple[int, ...] = ()
    issues: int = 0
    held: int = 0
    printed: int = 0
    least: bool = False
    inferred: bool = False
    lost: int | None = None
    among: int = 0

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def numbers(self) -> tuple[int, int] | None:
        """The running numbers that missing issues must have borne, where every day between two issues is accounted for.

        >>> between = (Point(dt.date(2021, 1, 1), 10), Point(dt.date(2021, 1, 5), 14))
        >>> Run(dt.date(2021, 1, 3), dt.date(2021, 1, 4), "missing", "daily", between).numbers
        (12, 13)
        """
        if self.state != "missing" or self.between is None:
            return None
        (start, first), (end, last) = self.between
        if first + _working_days(start, end, self.weekdays) != last:
            return None  # archive.toml leaves out further days
        before = first + _working_days(start, self.first, self.weekdays)
        return before, before + _working_days(self.first, self.last, self.weekdays)


def _working_days(after: dt.date, upto: dt.date, rests: Sequence[int]) -> int:
    """The days after one and up to another that are on none of these weekdays.

    >>> _working_days(dt.date(2021, 1, 1), dt.date(2021, 1, 15), (6,))
    12
    """
    days = (upto - after).days
    weeks, left = divmod(days, 7)
    return weeks * (7 - len(rests)) + sum((after.weekday() + ahead) % 7 not in rests for ahead in range(1, left + 1))


WHY = (
    "printed",  # the masthead says how many pages there were
    "named",  # page numbers and jump lines name pages that are not here
    "uncounted",  # nothing says how many pages there were
    "given",  # archive.toml says so
    "before",  # the day lies before the newspaper's first, by archive.toml
    "after",  # after its last
    "daily",  # as many numbers as days
    "successive",  # the two numbers follow each other
    "accounted",  # all numbers between are held, on other days
    "weekday",  # it did not appear on this day of the week
    "weekday-daily",  # as many numbers as days, but for the weekdays on which it did not appear
    "some",  # fewer numbers than days
    "doubtful",  # the numbers contradict each other or what is held
    "unnumbered",  # no running number before or after that could be relied on
    "outside",  # before the first held issue or after the last
)


@dataclass(frozen=True, slots=True)
class Holdings:
    """A newspaper's days from the first that is known of to the last, without a break."""

    newspaper: Newspaper
    runs: tuple[Run, ...] = ()
    _starts: tuple[dt.date, ...] = ()

    @property
    def first(self) -> dt.date | None:
        return self.runs[0].first if self.runs else None

    @property
    def last(self) -> dt.date | None:
        return self.runs[-1].last if self.runs else None

    def at(self, date: dt.date) -> Run:
        """What is known of one day, be it outside all that is known."""
        if self.newspaper.first and date < self.newspaper.first:
            return Run(date, date, "none", "before")
        if self.newspaper.last and date > self.newspaper.last:
            return Run(date, date, "none", "after")
        if self.runs and self.runs[0].first <= date <= self.runs[-1].last:
            return self.runs[bisect_right(self._starts, date) - 1]
        return Run(date, date, "unknown", "outside")

    def part(self, first: dt.date, last: dt.date) -> Holdings:
        """What it says of a stretch of time, and maybe of some days around it."""
        low = max(0, bisect_right(self._starts, first) - 1)
        high = bisect_right(self._starts, last)
        return Holdings(self.newspaper, self.runs[low:high], self._starts[low:high])

    def within(self, first: dt.date, last: dt.date) -> Iterator[Run]:
        """The runs of a stretch of time, cut off at its ends; those before the newspaper's first day and after its last
        too, where archive.toml gives these.
        """
        begun, ended = self.newspaper.first, self.newspaper.last
        if begun and first < begun:
            yield Run(first, min(begun - DAY, last), "none", "before")
        for at in range(max(0, bisect_right(self._starts, first) - 1), len(self.runs)):
            run = self.runs[at]
            if run.first > last:
                break
            if run.last >= first:
                yield replace(run, first=max(run.first, first), last=min(run.last, last))
        if ended and last > ended:
            yield Run(max(ended + DAY, first), last, "none", "after")


def days_of(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Each day from one to another."""
    return map(dt.date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


# ---------------------------------------------------------------- from one issue to the next


class Step(NamedTuple):
    """What lies between two held issues that follow each other: how many days apart they are, how many issues are
    known to be missing between them (`more`: perhaps further ones), and whether that is all that can be said.
    """

    days: int
    missing: int
    more: bool


def step(known: Holdings, first: dt.date, last: dt.date) -> Step:
    """What lies between two held days with nothing held between them."""
    missing, more, counted = 0, False, set()
    if last - first <= DAY:
        return Step((last - first).days, 0, False)  # nor need a day come before or after
    for run in known.within(first + DAY, last - DAY):
        if run.state == "missing":
            missing += run.days
        elif run.state == "unknown":
            if run.lost is None or run.between is None:
                more = True
            elif run.between not in counted:
                counted.add(run.between)
                inside = first <= run.between[0].date and run.between[1].date <= last
                missing += run.lost if inside else 0
                more = more or not inside
    return Step((last - first).days, missing, more)
