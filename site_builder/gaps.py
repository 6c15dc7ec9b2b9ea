"""What two issues with running numbers tell of the days between them: the reasoning that `holdings` rests on."""

from __future__ import annotations

import datetime as dt
import itertools
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from site_builder.model import Issue
from site_builder.runs import DAY, Point, Run, State, days_of

NEAR = 366  # days before and after a gap that are looked at for weekdays without a paper: habits change over years
WEEK = 7  # days without a paper that may be a habit: more are a holiday, which says nothing of weekdays
RESTS = 4  # times that a weekday was proved to have had no paper, before that is taken for a habit
CENTURY = 36525 * DAY  # two issues further apart prove nothing: one of them is misdated


@dataclass(frozen=True, slots=True)
class _Gap:
    """What two issues with numbers leave open between them: `open` are the days neither held nor told by archive.toml,
    `lost` the issues that appeared on some of them. `state` is that of all open days, where they are in one.
    """

    first: Point
    last: Point
    open: tuple[int, ...]
    lost: int
    state: State
    why: str


def told(issues: Sequence[Issue], held: Collection[dt.date], given: Mapping[dt.date, State]) -> dict[dt.date, Run]:
    """What running numbers tell of days that are not held. `given` are those that archive.toml tells of."""
    days = sorted(held)
    sure = {issue.date for issue in issues if is_sure(issue)}
    gaps = [
        _gap(first, last, days, sure, given)
        for first, last in itertools.pairwise(trusted(issues))
        if last.date - first.date <= CENTURY
    ]
    habits = _Habits(gaps, sure | {day for day, state in given.items() if state == "missing"})
    return {day: run for gap in gaps for day, run in _told(gap, habits)}


def is_sure(issue: Issue) -> bool:
    """Whether its date was said or printed, not inferred."""
    return issue.date_certainty in ("given", "stated")


def trusted(issues: Iterable[Issue]) -> list[Point]:
    """The days whose running number may be relied on, oldest first.

    Left out are those that the build doubts, and with each the number that it fell behind; days whose date was
    inferred or that bear two numbers; and any two neighbours that rise faster than the days between them.
    """
    numbered = [issue for issue in issues if issue.issue_number.isdecimal()]
    doubted = {issue.id for pair in itertools.pairwise(numbered) if _is_doubted(pair[1]) for issue in pair} | {
        issue.id for issue in numbered if _is_doubted(issue)
    }
    numbers: defaultdict[dt.date, set[int]] = defaultdict(set)
    void: set[dt.date] = set()
    for issue in numbered:
        numbers[issue.date].add(int(issue.issue_number))
        if issue.id in doubted or not is_sure(issue):
            void.add(issue.date)
    points: list[Point] = []
    for date in sorted(numbers):
        if date in void or len(numbers[date]) > 1:
            continue
        point = Point(date, *numbers[date])
        if points and not 1 <= point.number - points[-1].number <= (date - points[-1].date).days:
            points.pop()  # one of the two is wrong, and nothing tells which
        else:
            points.append(point)
    return points


def _is_doubted(issue: Issue) -> bool:
    return any(finding.code == "issue-number" for page in issue.pages for finding in page.findings)


def _gap(
    first: Point, last: Point, held: Sequence[dt.date], sure: set[dt.date], given: Mapping[dt.date, State]
) -> _Gap:
    """What the numbers of two issues tell of the days between them, without regard to weekdays."""
    inside = held[bisect_right(held, first.date) : bisect_left(held, last.date)]
    certain = sum(day in sure for day in inside)
    open_days = []
    lost = last.number - first.number - 1 - certain
    taken = set(inside)
    for day in days_of(first.date + DAY, last.date - DAY):
        if given.get(day) == "missing":
            lost -= 1
        elif day not in taken and day not in given:
            open_days.append(day.toordinal())
    doubtful = len(inside) - certain  # held, but perhaps on another day
    gap = _Gap(first, last, tuple(open_days), lost, "unknown", "doubtful")
    if lost < doubtful or lost > len(open_days) + doubtful:
        return gap
    if lost == len(open_days) + doubtful:
        return replace(gap, lost=len(open_days), state="missing", why="daily")
    if doubtful:
        return gap
    if lost == 0:
        return replace(gap, state="none", why="accounted" if inside else "successive")
    return replace(gap, why="some")


class _Habits:
    """On which weekdays a newspaper did and didn't appear, as far as its numbers prove it."""

    def __init__(self, gaps: Iterable[_Gap], appeared: Iterable[dt.date]) -> None:
        self._rested: list[list[int]] = [[] for _ in range(7)]
        self._appeared: list[list[int]] = [[] for _ in range(7)]
        for day in appeared:
            self._appeared[day.weekday()].append(day.toordinal())
        for gap in gaps:
            for ordinal in gap.open:
                if gap.state == "none" and len(gap.open) <= WEEK:
                    self._rested[_weekday(ordinal)].append(ordinal)
                elif gap.state == "missing":
                    self._appeared[_weekday(ordinal)].append(ordinal)
        for days in (*self._rested, *self._appeared):
            days.sort()

    def rests(self, gap: _Gap) -> tuple[int, ...]:
        """The weekdays on which it never appeared round this gap, and often enough was proved not to.

        That it didn't before and didn't after is a habit; that it didn't on one side alone is one where it leaves just
        as many days as there are issues missing.
        """
        first, last = gap.first.date.toordinal(), gap.last.date.toordinal()
        found = []
        both_sides = True
        for weekday in range(7):
            before = _count(self._rested[weekday], first - NEAR, first)
            after = _count(self._rested[weekday], last, last + NEAR)
            if before + after >= RESTS and not _count(self._appeared[weekday], first - NEAR, last + NEAR):
                found.append(weekday)
                both_sides = both_sides and before > 0 and after > 0
        left = sum(_weekday(day) not in found for day in gap.open)
        if left == gap.lost or (both_sides and left > gap.lost):
            return tuple(found)
        return ()


def _count(days: Sequence[int], first: int, last: int) -> int:
    return bisect_right(days, last) - bisect_left(days, first)


def _weekday(ordinal: int) -> int:
    """Monday is 0, as with a date: the first day of all was a Monday."""
    return (ordinal - 1) % 7


def _told(gap: _Gap, habits: _Habits) -> Iterator[tuple[dt.date, Run]]:
    """The open days of a gap, each with what is known of it."""
    between = (gap.first, gap.last)
    weekdays = habits.rests(gap) if gap.why == "some" else ()
    left = sum(_weekday(day) not in weekdays for day in gap.open)
    for ordinal in gap.open:
        day = dt.date.fromordinal(ordinal)
        if gap.why != "some":
            yield day, Run(day, day, gap.state, gap.why, between)
        elif _weekday(ordinal) in weekdays:
            yield day, Run(day, day, "none", "weekday", between, weekdays)
        elif weekdays and left == gap.lost:
            yield day, Run(day, day, "missing", "weekday-daily", between, weekdays)
        else:
            yield day, Run(day, day, "unknown", "some", between, weekdays, lost=gap.lost, among=left)
