"""What the archive holds of a newspaper, day by day, and what it knows not to hold.

A day of a newspaper is held (in full, in part, or nobody knows which), known to be missing, known to have had no paper,
or unknown. The last three are told apart as a historian would, by the running numbers (总第…期) printed on two held
issues: they say how many issues appeared between the two days.

- As many as there are days: each day had its paper, so what is not held is missing.
- None, or only those that are held: the other days had none.
- In between: weekdays on which this newspaper is known not to appear may leave just as many days as issues. What they
  don't settle is unknown; but how many issues are missing there is known, and is said.

A number that contradicts its neighbour (it doesn't rise, or rises faster than one a day) proves nothing, nor does that
neighbour; a date that was itself inferred proves nothing, nor do two issues more than a century apart. What
archive.toml says of a day comes before all reasoning.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import NamedTuple

from site_builder import gaps, words
from site_builder.errors import SourceError
from site_builder.gaps import is_sure
from site_builder.model import Days, Issue, Newspaper
from site_builder.runs import DAY, Holdings, Run, State, days_of

_TOLD = attrgetter(*(field.name for field in fields(Run) if field.name not in ("first", "last")))
"""All that a run says but its days."""

LAST_PAGE = 32  # a jump line that names a page above this is more likely misread than right


class Pages(NamedTuple):
    """How much of an issue is here: see Run."""

    state: State
    why: str
    held: int
    printed: int = 0
    least: bool = False


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


def holdings(newspaper: Newspaper, issues: Sequence[Issue]) -> Holdings:
    """What is known of each day of a newspaper, given its issues, oldest first."""
    days: defaultdict[dt.date, list[Issue]] = defaultdict(list)
    for issue in issues:
        days[issue.date].append(issue)
    given = dict(_given(newspaper, days))
    told = gaps.told(issues, days, given)
    told |= {day: Run(day, day, state, "given") for day, state in given.items()}
    runs = tuple(_joined(_runs(newspaper, days, told)))
    return Holdings(newspaper, runs, tuple(run.first for run in runs))


def _given(newspaper: Newspaper, held: Mapping[dt.date, object]) -> Iterator[tuple[dt.date, State]]:
    states: tuple[tuple[State, tuple[Days, ...]], ...] = (
        ("missing", newspaper.missing),
        ("none", newspaper.not_published),
    )
    for state, stretches in states:
        for first, last in stretches:
            yield from ((day, state) for day in days_of(first, last) if day not in held)


def _runs(
    newspaper: Newspaper,
    days: Mapping[dt.date, Sequence[Issue]],
    told: Mapping[dt.date, Run],
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
        inferred=not any(map(is_sure, issues)),
    )


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs with neighbours joined that differ in nothing but their days."""
    first: Run | None = None
    last: Run | None = None
    for run in runs:
        if first and last and last.last + DAY == run.first and _TOLD(first) == _TOLD(run):
            last = run
            continue
        if first and last:
            yield _upto(first, last)
        first = last = run
    if first and last:
        yield _upto(first, last)


def _upto(first: Run, last: Run) -> Run:
    """One run from the first of two to the other."""
    return first if first is last else replace(first, last=last.last)


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
