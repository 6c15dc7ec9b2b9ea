"""Why a day is what it is said to be, and what lies between two issues, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from site_builder import words
from site_builder.language import _
from site_builder.runs import DAY, HELD, Holdings, Run, State, Step

FEW_WEEKDAYS = 3  # without a paper that are named; of more the others are
LISTED = 12  # stretches without a paper that are named one by one


@dataclass(frozen=True, slots=True)
class Note:
    """Some days and why they are what they are said to be."""

    days: str
    what: str
    why: str
    state: State
    newspaper: str = ""


def told_of(run: Run) -> bool:
    """Whether there is anything to say of a day."""
    return run.state != "unknown" or bool(run.lost)


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
            return _("藏 {held} / 至少 {printed} 版", held=run.held, printed=run.printed)
        return _("藏 {held} / {printed} 版", held=run.held, printed=run.printed)
    if run.state in HELD:
        return _("藏 {n} 版", n=run.held)
    if run.state == "missing":
        return _("缺")
    if run.state == "none":
        return _("没有出报")
    return _("或缺") if run.lost else _("不详")


# ---------------------------------------------------------------- lists of days


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
    return Note(short_period(first, last), what, why(run, first.year), run.state, newspaper)


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
        found.append(Note(days, what, why(run, run.first.year) if alone else _why_all(run.why), "none", newspaper))
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
    day = {"year": first.year, "month": first.month, "day": first.day}
    if first.month == last.month:
        return _("{year}年{month}月{day}日至{last}日", **day, last=last.day)
    return _("{year}年{month}月{day}日至{end}", **day, end=words.day_of_month(last))


def why(run: Run, year: int) -> str:
    """The reason for a run's state, in a sentence. `year` has just been named: it isn't said again.

    >>> first, last = (dt.date(2020, 11, 25), 6048), (dt.date(2020, 11, 27), 6050)
    >>> day = dt.date(2020, 11, 26)
    >>> why(Run(day, day, "missing", "daily", between=(first, last)), 2020)
    '11月25日是总第6048期，11月27日是总第6050期，可知11月26日出过一期。'
    """
    ends = ""
    if run.between:
        (first, low), (last, high) = run.between
        ends = _(
            "{first}是总第{low}期，{last}是总第{high}期",
            first=_date(first, year), low=low, last=_date(last, first.year), high=high,
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
        "daily": lambda: (
            _("{ends}，可知{day}出过一期。", ends=ends, day=_date(first + DAY, first.year))
            if last - first == 2 * DAY
            else _("{ends}，可知其间天天出报。", ends=ends)
        ),
        "successive": lambda: _("{ends}，期号相连，其间没有出报。", ends=ends),
        "accounted": lambda: _("{ends}，其间各期都在，别的日子没有出报。", ends=ends),
        "weekday": lambda: _("{ends}；本报这一时期{rests}。", ends=ends, rests=rests),
        "weekday-daily": lambda: _("{ends}；本报这一时期{rests}，其余日子正好出这几期。", ends=ends, rests=rests),
        "some": lambda: _(
            "{ends}，可知未藏的 {among} 天里出过 {n} 期，不知是哪几天。", ends=ends, among=run.among, n=run.lost
        ),
        "doubtful": lambda: _("期号与日期互相矛盾，不能据以推断。"),
        "unnumbered": lambda: _("前后没有可以为据的期号。"),
        "outside": lambda: _("在所藏各期之外。"),
    }
    return reasons[run.why]()


def _date(date: dt.date, year: int) -> str:
    return words.day_of_month(date) if date.year == year else words.long_date(date)


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


# ---------------------------------------------------------------- sums


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
