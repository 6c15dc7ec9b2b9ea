"""What the archive holds of a newspaper, day by day, and what it knows not to hold.

A day of a newspaper is held (in full, in part, or nobody knows which), known to be missing, known to have had no paper,
or unknown. The last three are told apart as a historian would, by the running numbers (总第…期) printed on two held
issues: they say how many issues appeared between the two days.

- As many as there are days: each day had its paper, so what is not held is missing.
- None, or only those that are held: the other days had none.
- In between: weekdays on which this newspaper is known not to appear may leave just as many days as issues. What they
  don't settle is unknown; but how many issues are missing there is known, and is said.

A number that contradicts its neighbour (it doesn't rise, or rises faster than one a day) proves nothing, nor does that
neighbour; a date that was itself inferred proves nothing. What archive.toml says of a day comes before all reasoning.
"""

from __future__ import annotations

import datetime as dt
import itertools
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from site_builder import words
from site_builder.errors import SourceError
from site_builder.model import Days, Issue, Newspaper

State = Literal["full", "part", "held", "missing", "none", "unknown"]
HELD: tuple[State, ...] = ("full", "part", "held")

NEAR = 366  # days before and after a gap that are looked at for weekdays without a paper: habits change over years
WEEK = 7  # days without a paper that may be a habit: more are a holiday, which says nothing of weekdays
RESTS = 4  # times that a weekday was proved to have had no paper, before that is taken for a habit
LAST_PAGE = 32  # a jump line that names a page above this is more likely misread than right
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


class Pages(NamedTuple):
    """How much of an issue is here: see Run."""

    state: State
    why: str
    held: int
    printed: int = 0
    least: bool = False


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


# ---------------------------------------------------------------- an issue's pages


def pages_of(issue: Issue) -> Pages:
    """How much of an issue is here.

    The masthead may say how many pages there were (今日4版). Where it doesn't, a page number tells that those below it
    existed, and so does a jump line (下转四版): that makes an issue one held in part, but never one held in full.
    """
    numbers = {page.facts.page for page in issue.pages if page.facts.page is not None}
    unnumbered = sum(page.facts.page is None for page in issue.pages)
    printed = issue.page_count
    if printed and max(numbers, default=0) <= printed:
        if len(numbers) == printed:
            return Pages("full", "printed", printed, printed)
        if len(numbers) + unnumbered < printed:
            return Pages("part", "printed", len(numbers) + unnumbered, printed)
        return Pages("held", "uncounted", len(issue.pages))
    known = known_pages(issue)
    if not printed and not unnumbered and len(numbers) < known:
        return Pages("part", "named", len(numbers), known, least=True)
    return Pages("held", "uncounted", len(issue.pages))


def known_pages(issue: Issue) -> int:
    """The number up to which the issue is known to have had pages; 0 if nothing tells it."""
    numbers = {page.facts.page for page in issue.pages if page.facts.page is not None}
    highest = max(numbers, default=0)
    if issue.page_count:
        return issue.page_count if highest <= issue.page_count else 0
    jumps = (words.page_number(jump) for article in issue.articles if (jump := article.jump))
    return max(highest, *(jump for jump in jumps if jump and jump <= LAST_PAGE), 0)


# ---------------------------------------------------------------- a newspaper's days


@dataclass(frozen=True, slots=True)
class _Gap:
    """What two issues with numbers leave open between them: `open` are the days neither held nor told by archive.toml,
    `lost` the issues that appeared on some of them. `verdict` is why, once all days are in one state.
    """

    first: Point
    last: Point
    open: tuple[int, ...]
    lost: int
    state: State
    why: str


def holdings(newspaper: Newspaper, issues: Sequence[Issue]) -> Holdings:
    """What is known of each day of a newspaper, given its issues, oldest first."""
    days: defaultdict[dt.date, list[Issue]] = defaultdict(list)
    for issue in issues:
        days[issue.date].append(issue)
    sure = {date for date, held in days.items() if any(_is_sure(issue) for issue in held)}
    given = dict(_given(newspaper, days))
    points = trusted(issues)
    gaps = [_gap(first, last, sorted(days), sure, given) for first, last in itertools.pairwise(points)]
    habits = _Habits(gaps, sure | {day for day, state in given.items() if state == "missing"})
    told = {day: run for gap in gaps for day, run in _told(gap, habits)}
    told |= {day: Run(day, day, state, "given") for day, state in given.items()}
    runs = tuple(_joined(_runs(newspaper, days, told, gaps)))
    return Holdings(newspaper, runs, tuple(run.first for run in runs))


def _is_sure(issue: Issue) -> bool:
    return issue.date_certainty in ("given", "stated")


def _given(newspaper: Newspaper, held: Mapping[dt.date, object]) -> Iterator[tuple[dt.date, State]]:
    states: tuple[tuple[State, tuple[Days, ...]], ...] = (
        ("missing", newspaper.missing),
        ("none", newspaper.not_published),
    )
    for state, stretches in states:
        for first, last in stretches:
            yield from ((day, state) for day in _days(first, last) if day not in held)


def trusted(issues: Iterable[Issue]) -> list[Point]:
    """The days whose running number may be relied on, oldest first.

    Left out are those that the build doubts, and with each the number that it fell behind; days whose date was
    inferred or that bear two numbers; and any two neighbours that rise faster than the days between them.
    """
    numbered = [issue for issue in issues if issue.issue_number.isdecimal()]
    doubted = {
        issue.id for pair in itertools.pairwise(numbered) if _is_doubted(pair[1]) for issue in pair
    } | {issue.id for issue in numbered if _is_doubted(issue)}
    numbers: defaultdict[dt.date, set[int]] = defaultdict(set)
    void: set[dt.date] = set()
    for issue in numbered:
        numbers[issue.date].add(int(issue.issue_number))
        if issue.id in doubted or not _is_sure(issue):
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
    for day in _days(first.date + DAY, last.date - DAY):
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


def _runs(
    newspaper: Newspaper,
    days: Mapping[dt.date, Sequence[Issue]],
    told: Mapping[dt.date, Run],
    gaps: Sequence[_Gap],
) -> Iterator[Run]:
    """Every day that something is known of and the stretches between them, in order."""
    known = sorted({*days, *told, *(day for day in (newspaper.first, newspaper.last) if day)})
    held = sorted(days)
    before: dt.date | None = None
    for day in known:
        if before is not None and day - before > DAY:
            yield _untold(before + DAY, day - DAY, held)
        if day in days:
            yield _held_day(day, days[day])
        else:
            yield told.get(day) or _untold(day, day, held)
        before = day


def _untold(first: dt.date, last: dt.date, held: Sequence[dt.date]) -> Run:
    inside = bool(held) and held[0] < first and last < held[-1]
    return Run(first, last, "unknown", "unnumbered" if inside else "outside")


def _held_day(day: dt.date, issues: Sequence[Issue]) -> Run:
    """A held day; of several editions the one that is held worst decides."""
    pages = [pages_of(issue) for issue in issues]
    worst = min(pages, key=lambda one: ("part", "held", "full").index(one.state))
    counted = all(one.printed for one in pages)
    return Run(
        day,
        day,
        worst.state,
        worst.why,
        issues=len(issues),
        held=sum(one.held for one in pages),
        printed=sum(one.printed for one in pages) if counted else 0,
        least=any(one.least for one in pages),
        inferred=not any(map(_is_sure, issues)),
    )


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs with neighbours joined that differ in nothing but their days."""
    last: Run | None = None
    for run in runs:
        if last and last.last + DAY == run.first and _same(last, run):
            last = replace(last, last=run.last)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


def _same(one: Run, other: Run) -> bool:
    return replace(one, first=other.first, last=other.last) == other


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
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


# ---------------------------------------------------------------- archive.toml against the pages


def check(newspaper: Newspaper, issues: Iterable[Issue]) -> None:
    """Refuse what archive.toml says of a day where a page says otherwise: one of the two has to be mended."""
    if not (newspaper.first or newspaper.last or newspaper.missing or newspaper.not_published):
        return
    for issue in issues:
        for key in _contradicted(newspaper, issue.date):
            raise SourceError(
                f"archive.toml: {key!r} in [[newspapers]] {newspaper.name!r} rules out {issue.date}, but"
                f" {issue.pages[0].source.source!r} is a page of that day; change {key!r}, or give the page its"
                " right date in [[pages]]"
            )


def _contradicted(newspaper: Newspaper, date: dt.date) -> Iterator[str]:
    if newspaper.first and date < newspaper.first:
        yield "first"
    if newspaper.last and date > newspaper.last:
        yield "last"
    for key, stretches in (("missing", newspaper.missing), ("not_published", newspaper.not_published)):
        if any(first <= date <= last for first, last in stretches):
            yield key
