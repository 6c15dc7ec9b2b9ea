"""Pictures of time: what the archive holds by year and month, a calendar for each month, and why a day is what it is.

No state is told by colour alone: each has a sign (全, 缺, 休 …), words for those who hear the page, and a reason.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from site_builder import addresses, words
from site_builder.holdings import DAY, HELD, Holdings, Run, State, Step
from site_builder.language import _

LEVELS = 4  # shades above "nothing"
FEW_WEEKDAYS = 3  # without a paper that are named; of more the others are
NAMED = 3  # newspapers of one state that a day names
LISTED = 12  # stretches without a paper that are named one by one


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of the picture: how many issues it holds, how deep its shade is, where it leads, what is missing."""

    count: int
    level: int
    url: str
    sign: str = ""
    said: str = ""


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

    `sign` is what stands under its number, `said` the same in words, newspaper by newspaper.
    """

    day: int
    month: str = ""
    url: str = ""
    state: State = "unknown"
    sign: str = ""
    said: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class MonthCalendar:
    """A month's weeks from Monday to Sunday."""

    name: str
    url: str
    anchor: str
    weeks: tuple[tuple[DayCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Some days and why they are what they are said to be."""

    days: str
    what: str
    why: str
    state: State
    newspaper: str = ""


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
    said = _("没有出报") if rested else _("未藏")
    return [YearRow(f"{first}" if first == last else f"{first}–{last}", "", 0, (), said)]


def _month_cell(year: int, month: int, tally: Tally, most: int, month_url: Callable[[int, int], str]) -> MonthCell:
    days = calendar.monthrange(year, month)[1]
    settled = bool(tally.settled) and all(count == days for count in tally.settled.values())
    sign = said = ""
    if tally.missing:
        sign = _("缺{n}", n=tally.missing)
        said = _("已知缺 {n} 期", n=tally.missing)
    elif tally.lost:
        sign, said = _("或缺"), _("这前后有缺期，不知是哪几天")
    elif settled and tally.issues and tally.whole:
        sign, said = _("全"), _("所出各期都在，各版齐全")
    elif settled and not tally.issues:
        sign, said = _("休"), _("没有出报")
    level = math.ceil(LEVELS * tally.issues / most) if tally.issues else 0
    url = month_url(year, month) if tally.issues or sign else ""
    return MonthCell(tally.issues, level, url, sign, said)


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
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    return MonthCalendar(
        _("{month}月", month=month),
        url,
        f"m{month}",
        tuple(tuple(cells.get(day, empty) for day in week) for week in weeks),
    )


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
        pages = sum(run.held for run in held)
        sign = _part_sign(held[0]) if alone and state == "part" else _pages_sign(state, pages)
    elif "missing" in states:
        state, sign = "missing", _("缺")
    elif any(run.lost for _, run in runs):
        sign = _("或缺")
    elif states == {"none"} and not untold:
        state, sign = "none", _("休")
    return DayCell(
        date.day,
        _("{year}年{month}月", year=date.year, month=date.month),
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
        told.append((who if len(of) <= NAMED else _("{names}等 {n} 种", names=who, n=len(of))) + what)
    return _("，").join(told)


def told_of(run: Run) -> bool:
    """Whether there is anything to say of a day."""
    return run.state != "unknown" or bool(run.lost)


def _part_sign(run: Run) -> str:
    """What an issue held in part bears: 1/4版, or 1/4+版 where there may have been more."""
    return _("{held}/{printed}{more}版", held=run.held, printed=run.printed, more="+" if run.least else "")


def _pages_sign(state: State, pages: int) -> str:
    """What other held days bear: 全4版, 残5版 of several newspapers, 2版 (nobody knows of how many)."""
    if state == "full":
        return _("全{n}版", n=pages)
    return _("残{n}版", n=pages) if state == "part" else _("{n}版", n=pages)


def said(run: Run) -> str:
    """A day's state in words.

    >>> day = dt.date(2021, 1, 21)
    >>> said(Run(day, day, "part", "printed", issues=1, held=1, printed=4))
    '藏 1 / 4 版'
    """
    if run.state == "full":
        return _("全藏，{n} 版", n=run.held)
    if run.state == "part" and run.printed:
        if run.least:
            return _("不全，藏 {held} 版，至少有 {printed} 版", held=run.held, printed=run.printed)
        return _("藏 {held} / {printed} 版", held=run.held, printed=run.printed)
    if run.state in HELD:
        return _("藏 {n} 版", n=run.held)
    if run.state == "missing":
        return _("缺")
    if run.state == "none":
        return _("没有出报")
    return _("或缺") if run.lost else _("不详")


# ---------------------------------------------------------------- reasons


def notes(known: Iterable[Holdings], first: dt.date, last: dt.date, named: bool = True) -> list[Note]:
    """What was reasoned of a stretch of time, newspaper by newspaper: what is missing, what never was, and why."""
    found = []
    for held in known:
        name = held.newspaper.name if named else ""
        runs = list(held.within(first, last))
        found += missing_notes(runs, name)
        found += _rests(runs, name)
    return found


def missing_notes(runs: Iterable[Run], newspaper: str = "") -> list[Note]:
    """What is known to be missing, in order. Runs that only days without a paper part are told as one."""
    found: list[Run] = []
    counts: list[int] = []
    parted, gaps = True, set()
    for run in runs:
        if run.state == "missing":
            last = found[-1] if found else None
            if last and not parted and (last.why, last.between) == (run.why, run.between):
                found[-1] = replace(last, last=run.last)
                counts[-1] += run.days
            else:
                found.append(run)
                counts.append(run.days)
            parted = False
        elif run.lost and run.between not in gaps:
            gaps.add(run.between)
            found.append(run)
            counts.append(run.lost)
        parted = parted or (run.state != "missing" and run.why != "weekday")
    return [_missing_note(run, count, newspaper) for run, count in zip(found, counts, strict=True)]


def _missing_note(run: Run, count: int, newspaper: str) -> Note:
    first, last = run.first, run.last
    if run.lost and run.between:
        first, last = run.between[0].date + DAY, run.between[1].date - DAY
    what = _("缺 {n} 期", n=count)
    if run.numbers:
        what += _("（总第{numbers}期）", numbers="–".join(map(str, dict.fromkeys(run.numbers))))
    return Note(short_period(first, last), what, why(run), run.state, newspaper)


def _rests(runs: Iterable[Run], newspaper: str) -> list[Note]:
    """The days on which nothing appeared, those of one reason together."""
    groups: dict[object, list[Run]] = {}
    for run in runs:
        if run.state == "none":
            groups.setdefault(run.between if run.why == "weekday" else run.why, []).append(run)
    found = []
    for group in groups.values():
        run = group[0]
        days = _("、").join(_periods(group[:LISTED]))
        if run.why == "weekday":
            days = short_period(group[0].first, group[-1].last)
        elif len(group) > LISTED:
            days += _("等 {n} 天", n=sum(one.days for one in group))
        alone = len(group) == 1 or run.why == "weekday"
        what = _("没有出报")
        if run.why == "weekday":
            what = _("{days}没有出报", days=_weekdays(run.weekdays))
            if len(run.weekdays) > FEW_WEEKDAYS:
                what = _("除{days}外没有出报", days=_weekdays(_others(run.weekdays)))
        found.append(Note(days, what, why(run) if alone else _why_all(run.why), "none", newspaper))
    return found


def _periods(runs: Sequence[Run]) -> Iterator[str]:
    """Stretches of days one after the other: the year is said where it changes."""
    year = 0
    for run in runs:
        text = short_period(run.first, run.last)
        yield text.removeprefix(_("{year}年", year=year)) if run.first.year == year else text
        year = run.first.year


def _weekdays(days: Sequence[int]) -> str:
    return _("、").join(_(words.WEEKDAYS[day]) for day in days)


def _others(days: Sequence[int]) -> list[int]:
    return [day for day in range(7) if day not in days]


def _why_all(reason: str) -> str:
    """The reason for several runs, without the numbers of each."""
    if reason == "successive":
        return _("前后两期期号相连。")
    return _("前后两期之间的各期都在，别的日子没有出报。") if reason == "accounted" else _("据档案说明。")


def short_period(first: dt.date, last: dt.date) -> str:
    """A stretch of days in few words.

    >>> days = [dt.date(2021, 1, 21), dt.date(2021, 1, 24), dt.date(2021, 2, 2), dt.date(2022, 2, 2)]
    >>> [short_period(days[0], day) for day in days]
    ['2021年1月21日', '2021年1月21日至24日', '2021年1月21日至2月2日', '2021年1月21日至2022年2月2日']
    """
    if first == last:
        return words.long_date(first)
    if first.year != last.year:
        return words.period(first, last)
    end = _("{day}日", day=last.day)
    if first.month != last.month:
        end = _("{month}月{day}日", month=last.month, day=last.day)
    return _("{first}至{last}", first=words.long_date(first), last=end)


def why(run: Run) -> str:
    """The reason for a run's state, in a sentence."""
    ends = ""
    if run.between:
        (first, low), (last, high) = run.between
        ends = _(
            "{first} 是总第{low}期，{last} 是总第{high}期",
            first=words.long_date(first), low=low, last=words.long_date(last), high=high,
        )  # fmt: skip
    rests = _("{days}不出报", days=_weekdays(run.weekdays))
    if len(run.weekdays) > FEW_WEEKDAYS:
        rests = _("只在{days}出报", days=_weekdays(_others(run.weekdays)))
    reasons: Mapping[str, Callable[[], str]] = {
        "printed": lambda: _("报头印有“今日{n}版”。", n=run.printed),
        "named": lambda: _("按版次和“下转”所指，至少有 {n} 版。", n=run.printed),
        "uncounted": lambda: _("原有几版，版面上没有印出。"),
        "given": lambda: _("据档案说明。"),
        "before": lambda: _("在创刊之前，据档案说明。"),
        "after": lambda: _("在停刊之后，据档案说明。"),
        "daily": lambda: _("{ends}，可知其间天天出报。", ends=ends),
        "successive": lambda: _("{ends}，期号相连，其间没有出报。", ends=ends),
        "accounted": lambda: _("{ends}，其间各期都在，别的日子没有出报。", ends=ends),
        "weekday": lambda: _("{ends}；本报这一时期{rests}。", ends=ends, rests=rests),
        "weekday-daily": lambda: _("{ends}；本报这一时期{rests}，其余的日子恰够这些期。", ends=ends, rests=rests),
        "some": lambda: _(
            "{ends}，可知未藏的 {among} 天里出过 {n} 期，不知是哪几天。", ends=ends, among=run.among, n=run.lost
        ),
        "doubtful": lambda: _("期号与日期互相矛盾，不能据以推断。"),
        "unnumbered": lambda: _("前后没有可以为据的期号。"),
        "outside": lambda: _("在所藏各期之外。"),
    }
    return reasons[run.why]()


def step_words(step: Step) -> str:
    """What lies between two issues that follow each other in the archive; nothing if the one is of the next day.

    >>> step_words(Step(1, 0, False)), step_words(Step(3, 0, False)), step_words(Step(12, 9, False))
    ('', '相隔 3 天，其间没有出报', '相隔 12 天，其间缺 9 期')
    >>> step_words(Step(40, 2, True)), step_words(Step(337, 0, True))
    ('相隔 40 天，其间至少缺 2 期', '相隔 337 天，其间出过几期不详')
    """
    if step.days <= 1:
        return ""
    apart = _("相隔 {n} 天", n=step.days)
    if step.missing and step.more:
        return _("{apart}，其间至少缺 {n} 期", apart=apart, n=step.missing)
    if step.missing:
        return _("{apart}，其间缺 {n} 期", apart=apart, n=step.missing)
    if step.more:
        return _("{apart}，其间出过几期不详", apart=apart)
    return _("{apart}，其间没有出报", apart=apart)


# ---------------------------------------------------------------- the key, and sums


def key(named: bool = True) -> tuple[tuple[State, str, str], ...]:
    """图例: each state's looks, its sign, and what it means."""
    return (
        ("full", _("全4版"), _("全藏：所印的版数都在")),
        ("part", _("1/4版"), _("不全：已知还有别的版未藏；“+”表示至少")),
        *((("part", _("残5版"), _("几种报纸中有缺或不全")),) if named else ()),
        ("held", _("1版"), _("有藏：原有几版不详")),
        ("missing", _("缺"), _("已知出了报，本库未藏")),
        ("none", _("休"), _("没有出报")),
        ("unknown", _("或缺"), _("这前后有缺期，不知是不是这一天")),
        ("unknown", "", _("不加记号：有没有出报不详")),
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """What is known of a stretch of a newspaper's days, counted: issues by how much of them is here, issues missing.

    `lost` are missing ones of which the day is not known, `across` those that may lie outside the stretch.
    """

    full: int = 0
    part: int = 0
    held: int = 0
    missing: int = 0
    lost: int = 0
    across: int = 0


def sums(held: Holdings, first: dt.date = dt.date.min, last: dt.date = dt.date.max) -> Sums:
    """A newspaper's days from one to another, counted."""
    counts: dict[str, int] = {}
    lost: dict[object, tuple[str, int]] = {}
    for run in held.within(first, last):
        if run.state in HELD:
            counts[run.state] = counts.get(run.state, 0) + run.issues * run.days
        elif run.state == "missing":
            counts["missing"] = counts.get("missing", 0) + run.days
        elif run.lost and run.between:
            inside = first <= run.between[0].date + DAY and run.between[1].date - DAY <= last
            lost[run.between] = ("lost" if inside else "across", run.lost)
    for kind, count in lost.values():
        counts[kind] = counts.get(kind, 0) + count
    return Sums(**counts)


def sums_words(counts: Sums) -> list[str]:
    """The sums in words, what is nought left out.

    >>> sums_words(Sums(full=2, part=1, missing=5, lost=3))
    ['2 期全藏', '1 期不全', '已知缺 5 期', '另缺 3 期，不知是哪几天']
    """
    said = [
        (counts.full, _("{n} 期全藏", n=counts.full)),
        (counts.part, _("{n} 期不全", n=counts.part)),
        (counts.held, _("{n} 期是否齐全不详", n=counts.held)),
        (counts.missing, _("已知缺 {n} 期", n=counts.missing)),
        (counts.lost, _("另缺 {n} 期，不知是哪几天", n=counts.lost)),
        (counts.across, _("与邻年之间另缺 {n} 期", n=counts.across)),
    ]
    return [text for count, text in said if count]


def years_of(held: Holdings) -> list[int]:
    """The years of a newspaper that have a calendar: something is held of them, or known to be missing."""
    years: set[int] = set()
    for run in held.runs:
        if run.state in HELD or run.state == "missing" or run.lost:
            years |= set(range(run.first.year, run.last.year + 1))
    return sorted(years)


def paper_year(held: Holdings, year: int) -> str:
    """Where a newspaper's calendar of a year stands, or "" if it has none."""
    runs = held.within(dt.date(year, 1, 1), dt.date(year, 12, 31))
    known = any(run.state in HELD or run.state == "missing" or run.lost for run in runs)
    return addresses.newspaper_year_url(held.newspaper.id, year) if known else ""
