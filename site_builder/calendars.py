"""Pictures of time: what the archive holds by year and month, and a calendar for each month.

No state is told by colour alone: each has a sign (全, 缺, 休 …) and words for those who hear the page. `reasons` says
why.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from site_builder import addresses, words
from site_builder.language import N_, _
from site_builder.reasons import said, told_of
from site_builder.runs import DAY, HELD, Holdings, Run, State

LEVELS = 4  # shades above "nothing"
NAMED = 3  # newspapers of one state that a day names
SIGNS = {
    "full": N_("全：所出各期都在，各版齐全"),
    "missing": N_("缺：已知出过而本库未藏的期数"),
    "lost": N_("或缺：这前后有缺期，不知是哪几天"),
    "none": N_("休：没有出报"),
    "": N_("不加记号：不详"),
}
"""What the signs of a month mean."""


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of the picture: how many issues it holds, how deep its shade is, where it leads, what is missing."""

    count: int
    level: int
    url: str
    sign: str = ""
    said: str = ""
    kind: str = ""  # which of SIGNS its sign is


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of the picture; or, without cells, a run of years that nothing is held of."""

    name: str
    url: str
    count: int
    cells: tuple[MonthCell, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a calendar; `day` is 0 where the week reaches into another month, `url` empty where nothing is held.

    `before` and `after` make a date of its number. `sign` is what stands under it, `said` the same in words, newspaper
    by newspaper.
    """

    day: int
    before: str = ""
    after: str = ""
    url: str = ""
    state: State = "unknown"
    sign: str = ""
    said: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class MonthCalendar:
    """A month's weeks from Monday to Sunday; `said` is what may stand in their place where all days are alike."""

    name: str
    url: str
    anchor: str
    weeks: tuple[tuple[DayCell, ...], ...]
    said: str = ""
    missing: int = 0


@dataclass(frozen=True, slots=True)
class MonthsLine:
    """Months one after the other that need no calendar, and what there is to say of them."""

    name: str
    anchors: tuple[str, ...]
    said: str


# ---------------------------------------------------------------- years and months


@dataclass(slots=True)
class Tally:
    """What is known of a month: issues held and missing, whether it is settled and complete."""

    issues: int = 0
    missing: int = 0
    rests: int = 0
    lost: bool = False  # issues are missing here or in a month beside it
    whole: bool = True  # every issue that appeared is held in full
    settled: dict[str, int] = field(default_factory=dict)  # days of which all is known, by newspaper


Month = tuple[int, int]


def tallies(known: Iterable[Holdings]) -> dict[Month, Tally]:
    """What is known of each month that any of the newspapers' runs reach into."""
    found: dict[Month, Tally] = {}
    for held in known:
        for run in held.runs:
            for month, days in months_of(run.first, run.last):
                tally = found.setdefault(month, Tally())
                tally.settled.setdefault(held.newspaper.id, _days_outside(held, month))
                if run.state in HELD:
                    tally.issues += run.issues * days
                    tally.whole = tally.whole and run.state == "full"
                tally.missing += days if run.state == "missing" else 0
                tally.rests += days if run.state == "none" else 0
                tally.lost = tally.lost or bool(run.lost)
                if run.state != "unknown":
                    tally.settled[held.newspaper.id] += days
    return found


def months_of(first: dt.date, last: dt.date) -> Iterator[tuple[Month, int]]:
    """The months that a stretch of days reaches into, and how many of its days lie in each.

    >>> list(months_of(dt.date(2020, 12, 30), dt.date(2021, 1, 2)))
    [((2020, 12), 2), ((2021, 1), 2)]
    """
    while first <= last:
        end = min(last, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        yield (first.year, first.month), (end - first).days + 1
        if end == last:
            return  # no day need come after
        first = end + DAY


def _days_outside(held: Holdings, month: Month) -> int:
    """The days of a month that lie before the newspaper's first or after its last, as archive.toml gives them."""
    start, end = _ends(*month)
    first, last = held.newspaper.first, held.newspaper.last
    before = min((first - start).days, (end - start).days + 1) if first and first > start else 0
    after = min((end - last).days, (end - start).days + 1) if last and last < end else 0
    return before + after


def _ends(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def coverage(
    known: Iterable[Holdings], year_url: Callable[[int], str], month_url: Callable[[int, int], str]
) -> tuple[YearRow, ...]:
    """A year-by-month picture of what is held and missing, oldest year first; runs of empty years take one row.

    `year_url` and `month_url` say where a year and a month lead that something is known of, or "".
    """
    months = tallies(known)
    most = max((tally.issues for tally in months.values()), default=0)
    shown = sorted({year for (year, _), tally in months.items() if tally.issues or tally.missing})
    rows: list[YearRow] = []
    for year in shown:
        if rows:
            rows += _empty_years(int(rows[-1].name) + 1, year - 1, months)
        cells = tuple(
            _month_cell(year, month, months.get((year, month), Tally()), most, month_url) for month in range(1, 13)
        )
        rows.append(YearRow(f"{year}", year_url(year), sum(cell.count for cell in cells), cells))
    return tuple(rows)


def _empty_years(first: int, last: int, months: Mapping[Month, Tally]) -> list[YearRow]:
    if first > last:
        return []
    span = range(first, last + 1)
    tally = [months.get((year, month), Tally()) for year in span for month in range(1, 13)]
    days = sum(366 if calendar.isleap(year) else 365 for year in span)
    rested = all(len(one.settled) == 1 for one in tally) and sum(one.rests for one in tally) == days
    lost = any(one.lost for one in tally)
    said = _("没有出报") if rested else _("有缺期，不知是哪几天") if lost else _("未藏")
    return [YearRow(f"{first}" if first == last else f"{first}–{last}", "", 0, (), said)]


def _month_cell(year: int, month: int, tally: Tally, most: int, month_url: Callable[[int, int], str]) -> MonthCell:
    days = calendar.monthrange(year, month)[1]
    settled = bool(tally.settled) and all(count == days for count in tally.settled.values())
    sign = said = kind = ""
    if tally.missing:
        kind, sign = "missing", _("缺{n}", n=tally.missing)
        said = _("已知缺 {n} 期", n=tally.missing)
    elif tally.lost:
        kind, sign, said = "lost", _("或缺"), _("这前后有缺期，不知是哪几天")
    elif settled and tally.issues and tally.whole:
        kind, sign, said = "full", _("全"), _("所出各期都在，各版齐全")
    elif settled and not tally.issues:
        kind, sign, said = "none", _("休"), _("没有出报")
    level = math.ceil(LEVELS * tally.issues / most) if tally.issues else 0
    url = month_url(year, month) if tally.issues or sign else ""
    return MonthCell(tally.issues, level, url, sign, said, kind)


def coverage_key(rows: Iterable[YearRow]) -> str:
    """What the numbers and signs of a picture mean, in a sentence: of the signs those that it has."""
    used = {cell.kind for row in rows for cell in row.cells if cell.sign or not cell.count}
    meanings = [_(meaning) for kind, meaning in SIGNS.items() if kind in used]
    numbers = _("数字是所藏期数，颜色越深，期数越多。")
    return words.sentences(numbers, _("{signs}。", signs=_("；").join(meanings))) if meanings else numbers


# ---------------------------------------------------------------- days


def month_calendar(
    known: Sequence[Holdings],
    year: int,
    month: int,
    day_url: Callable[[dt.date], str],
    url: str = "",
    named: bool = True,
) -> MonthCalendar:
    """The calendar of a month: each day with what is known of it in these newspapers, named or not."""
    first, last = _ends(year, month)
    told: dict[int, list[tuple[Holdings, Run]]] = {}
    untold: set[int] = set()  # days on which some newspaper may have appeared, and nobody knows
    for held in known:
        for run in held.within(first, last):
            days = range(run.first.day, run.last.day + 1)
            if told_of(run):
                for day in days:
                    told.setdefault(day, []).append((held, run))
            elif run.why != "outside":
                untold.update(days)
    cells = {
        day: _day_cell(dt.date(year, month, day), told.get(day, ()), day in untold, day_url, named)
        for day in range(first.day, last.day + 1)
    }
    empty = DayCell(0)
    missing = sum(run.state == "missing" for runs in told.values() for _, run in runs)
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    return MonthCalendar(
        _("{month}月", month=month),
        url,
        f"m{month}",
        tuple(tuple(cells.get(day, empty) for day in week) for week in weeks),
        _all_alike(cells.values(), missing),
        missing,
    )


def _all_alike(cells: Iterable[DayCell], missing: int) -> str:
    """A month in a few words, where they say all that its calendar would: nothing of it is held."""
    kinds = {_kind(cell) for cell in cells}
    if kinds == {""}:
        return _("有没有出报不详")
    if kinds == {"none"}:
        return _("没有出报")
    if kinds <= {"missing", "none"}:
        return _("缺 {n} 期", n=missing)
    return _("这前后有缺期，不知是哪几天") if kinds <= {"lost", "none"} else ""


def in_lines(months: Sequence[MonthCalendar]) -> list[MonthsLine]:
    """The months that need no calendar, those of which the same is said together; what counts is said of each."""
    lines: list[MonthsLine] = []
    last: MonthCalendar | None = None
    first = ""
    for month in months:
        if last is not None and last.said and last.said == month.said and not month.missing:
            name = _("{first}至{last}", first=first, last=month.name)
            lines[-1] = MonthsLine(name, (*lines[-1].anchors, month.anchor), month.said)
        elif month.said:
            first = month.name
            lines.append(MonthsLine(first, (month.anchor,), month.said))
        last = month
    return lines


def _day_cell(
    date: dt.date,
    runs: Sequence[tuple[Holdings, Run]],
    untold: bool,
    day_url: Callable[[dt.date], str],
    named: bool,
) -> DayCell:
    """A day of several newspapers: what is not held of one makes the day one held in part."""
    held = [run for _, run in runs if run.state in HELD]
    states = {run.state for _, run in runs}
    state: State = "unknown"
    sign = ""
    if held:
        known = states <= {"full", "none"} and not untold
        state = "full" if known else "part" if states & {"part", "missing"} else "held"
        alone = len(held) == 1 and states <= {held[0].state, "none"}
        sign = _("全") if state == "full" else _("残") if state == "part" else ""
        if state == "part" and alone and held[0].printed and not held[0].least:
            sign = f"{held[0].held}/{held[0].printed}"
        sign = sign or _("{n}版", n=sum(run.held for run in held))
    elif "missing" in states:
        state, sign = "missing", _("缺")
    elif any(run.lost for _, run in runs):
        sign = _("或缺")
    elif states == {"none"} and not untold:
        state, sign = "none", _("休")
    before, after = _("{year}年{month}月{day}日", year=date.year, month=date.month, day="\0").split("\0")
    return DayCell(
        date.day,
        before,
        after,
        day_url(date) if held else "",
        state,
        sign,
        _told(runs, named) if sign else "",
        bool(held) and all(run.inferred for run in held),
    )


def _told(runs: Sequence[tuple[Holdings, Run]], named: bool) -> str:
    """A day's states in words: 松江日报藏 2 / 4 版，松江晚报缺. Of many newspapers in one state the first are named."""
    names: dict[str, list[str]] = {}
    for held, run in runs:
        if told_of(run):
            names.setdefault(said(run), []).append(held.newspaper.name)
    if not named:
        return "".join(names)
    told = []
    for what, of in names.items():
        who = _("、").join(of[:NAMED])
        who = who if len(of) <= NAMED else _("{names}等 {n} 种", names=who, n=len(of))
        told.append(_("{newspapers}{state}", newspapers=who, state=what))
    return _("，").join(told)


# ---------------------------------------------------------------- the key, and years


def _kind(cell: DayCell) -> str:
    """Which row of the key a day's sign is explained by."""
    if cell.state == "part":
        return "part" if "/" in cell.sign else "some"
    return cell.state if cell.state != "unknown" else "lost" if cell.sign else ""


def key(months: Iterable[MonthCalendar], named: bool = True) -> tuple[tuple[State, str, str], ...]:
    """图例: the looks, the sign and the meaning of each state that these calendars show."""
    used = {_kind(cell) for month in months for week in month.weeks for cell in week if cell.day}
    lacking = _("不全：已知还有别的版或别的报纸未藏") if named else _("不全：已知还有别的版未藏")
    rows: dict[str, tuple[State, str, str]] = {
        "full": ("full", _("全"), _("全藏：所印的版数都在")),
        "part": ("part", "1/4", _("不全：印有 4 版，藏 1 版")),
        "some": ("part", _("残"), lacking),
        "held": ("held", _("1版"), _("有藏：原有几版不详")),
        "missing": ("missing", _("缺"), _("已知出了报，本库未藏")),
        "none": ("none", _("休"), _("没有出报")),
        "lost": ("unknown", _("或缺"), _("这前后有缺期，不知是不是这一天")),
        "": ("unknown", "", _("不加记号：有没有出报不详")),
    }
    return tuple(row for kind, row in rows.items() if kind in used)


def years_of(held: Holdings) -> list[int]:
    """The years of a newspaper that have a calendar: something is held of them, or a day is known to be missing.

    That issues are missing in them, nobody knows when, is not enough: one misdated page would make a hundred years.
    """
    years: set[int] = set()
    for run in held.runs:
        if _has_calendar(run):
            years |= set(range(run.first.year, run.last.year + 1))
    return sorted(years)


def paper_year(held: Holdings, year: int) -> str:
    """Where a newspaper's calendar of a year stands, or "" if it has none."""
    runs = held.within(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return addresses.newspaper_year_url(held.newspaper.id, year) if any(map(_has_calendar, runs)) else ""


def _has_calendar(run: Run) -> bool:
    return run.state in HELD or run.state == "missing"
