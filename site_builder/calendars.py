"""Pictures of time: what the archive holds by year and month, and a calendar for each month."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from site_builder import addresses
from site_builder.model import Issue

LEVELS = 4  # shades above "nothing"


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of the picture: how many pages it holds, how deep its shade is, where it leads."""

    name: str
    count: int
    level: int
    url: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of the picture; or, without cells, a run of years that nothing is held of."""

    name: str
    url: str
    count: int
    cells: tuple[MonthCell, ...]


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a calendar; `day` is 0 where the week reaches into another month, `url` empty where nothing is held."""

    day: int
    month: str = ""
    url: str = ""
    count: int = 0
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class MonthCalendar:
    """A month's weeks from Monday to Sunday."""

    name: str
    url: str
    count: int
    weeks: tuple[tuple[DayCell, ...], ...]


def coverage(issues: Iterable[Issue]) -> tuple[YearRow, ...]:
    """A year-by-month picture of what is held, oldest year first; runs of empty years take one row."""
    months: Counter[tuple[int, int]] = Counter()
    for issue in issues:
        months[issue.date.year, issue.date.month] += len(issue.pages)
    most = max(months.values(), default=0)
    rows: list[YearRow] = []
    for year in sorted({year for year, _ in months}):
        if rows:
            rows += _gap(int(rows[-1].name) + 1, year - 1)
        cells = tuple(_month_cell(year, month, months[year, month], most) for month in range(1, 13))
        rows.append(YearRow(f"{year}", addresses.year_url(year), sum(cell.count for cell in cells), cells))
    return tuple(rows)


def _gap(first: int, last: int) -> list[YearRow]:
    if first > last:
        return []
    return [YearRow(f"{first}" if first == last else f"{first}–{last}", "", 0, ())]


def _month_cell(year: int, month: int, count: int, most: int) -> MonthCell:
    level = math.ceil(LEVELS * count / most) if count else 0
    return MonthCell(f"{year}年{month}月", count, level, addresses.month_url(year, month) if count else "")


def month_calendar(days: Mapping[dt.date, Sequence[Issue]], year: int, month: int) -> MonthCalendar:
    """The calendar of a month with the days held."""
    cells: dict[int, DayCell] = {}
    for day in range(1, calendar.monthrange(year, month)[1] + 1):
        date = dt.date(year, month, day)
        issues = days.get(date, ())
        pages = sum(len(issue.pages) for issue in issues)
        inferred = bool(issues) and all(issue.date_certainty == "inferred" for issue in issues)
        url = addresses.day_url(date) if issues else ""
        cells[day] = DayCell(day, f"{year}年{month}月", url, pages, inferred)
    empty = DayCell(0)
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    count = sum(cell.count for cell in cells.values())
    return MonthCalendar(
        f"{month}月",
        addresses.month_url(year, month) if count else "",
        count,
        tuple(tuple(cells.get(day, empty) for day in week) for week in weeks),
    )
