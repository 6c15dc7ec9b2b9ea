"""Pictures of many years: a lane of bars for each newspaper or topic, worked out for an SVG that a template draws.

The bars of a lane are one path, stretched to the width of the page; words and links keep their size. So a picture of
sixty years is no larger than one of six months, and a telephone shows it as well as a wide screen. Every number in it
stands in a table too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from site_builder import words
from site_builder.entries import Link
from site_builder.language import N_, _

LANES = 12  # further ones are added up in one
MONTHS = 180  # more than these are drawn by year
FEW_MONTHS = 12  # up to here each month has its tick
TICKS = 10  # on the axis, at most
TABLE_MONTHS, TABLE_YEARS = 24, 40  # rows of the table by month, by year; more years go by ten
STEPS = (1, 2, 5, 10, 20, 50, 100)  # years between ticks

HEAD, BARS, FOOT = 34, 36, 22  # heights in CSS pixels: a lane's name, its bars, the axis
UNIT, GAP = 10, 2  # width of a bar with the white behind it, in units of the path

UNITS = {
    "issues": (
        N_("共 {n} 期"),
        N_("自{first}至{last}，每月的期数，条越高越多：{names}。"),
        N_("自{first}至{last}，每年的期数，条越高越多：{names}。"),
    ),
    "articles": (
        N_("共 {n} 篇"),
        N_("自{first}至{last}，每月的篇数，条越高越多：{names}。"),
        N_("自{first}至{last}，每年的篇数，条越高越多：{names}。"),
    ),
}
"""What is counted: how many there are in all, and what a picture of them by month or by year shows."""

Months = Mapping[int, int]
"""How many there are in each month, which is counted from the year 0."""


@dataclass(frozen=True, slots=True)
class Series:
    """What a lane shows: how many there are by month, and how many more are known to be missing."""

    name: Link
    counts: Months
    missing: Months
    alone: bool = False  # drawn to a scale of its own


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane as it is drawn: two paths, and where they stand."""

    name: Link
    note: str
    label: int  # y of its words
    top: int  # y of its bars
    base: int
    held: str
    missing: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis; `url` leads to that year or month. `x` and `width` are in per cent."""

    x: str
    width: str
    middle: str
    text: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and the table that says the same."""

    id: str
    title: str
    description: str
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    units: int  # width of the paths
    bars: int
    height: int
    plot: int  # height without the axis
    has_missing: bool
    head: tuple[Link, ...]
    rows: tuple[tuple[Link, tuple[str, ...]], ...]


def month_number(year: int, month: int) -> int:
    """
    >>> divmod(month_number(2021, 12), 12)
    (2021, 11)
    """
    return year * 12 + month - 1


def chart(
    id: str,
    title: str,
    series: Sequence[Series],
    unit: str,
    others: str,
    year_url: Callable[[int], str],
    month_url: Callable[[int, int], str],
) -> Chart | None:
    """The picture of these series; none where fewer than two months are to be shown.

    `unit` is what they are, a key of UNITS; `others` names the lane that the smallest are added up in.
    """
    series = _few(series, others)
    used = {month for one in series for months in (one.counts, one.missing) for month, n in months.items() if n}
    if len(used) < 2:
        return None
    first, last = min(used), max(used)
    step = 1
    if last - first >= FEW_MONTHS:  # whole years
        first, last = first // 12 * 12, last // 12 * 12 + 11
    if last - first >= MONTHS:
        step = 12
    drawn = [(_binned(one.counts, first, step), _binned(one.missing, first, step)) for one in series]
    high = _highest(pair for pair, one in zip(drawn, series, strict=True) if not one.alone)
    lanes = []
    for at, (one, (counts, missing)) in enumerate(zip(series, drawn, strict=True)):
        top = at * (HEAD + BARS) + HEAD
        own = _highest([(counts, missing)])
        held, known = _paths(counts, missing, own if one.alone else high)
        note = _note(one, unit)
        lanes.append(Lane(one.name, note, top - 7, top, top + BARS, held, known))
    span = (last - first + 1) // step
    plot = len(lanes) * (HEAD + BARS)
    has_missing = any(lane.missing for lane in lanes)
    return Chart(
        id,
        title,
        _described(series, first, last, step, unit, has_missing),
        tuple(lanes),
        tuple(_ticks(first, last, year_url, month_url)),
        span * UNIT,
        BARS,
        plot + FOOT,
        plot,
        has_missing,
        tuple(one.name for one in series),
        tuple(_rows(series, used, year_url, month_url)),
    )


def _few(series: Sequence[Series], others: str) -> list[Series]:
    """At most LANES of them: the smallest are added up."""
    if len(series) <= LANES:
        return list(series)
    kept, rest = list(series[: LANES - 1]), series[LANES - 1 :]
    sums: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for one in rest:
        for total, months in zip(sums, (one.counts, one.missing), strict=True):
            for month, n in months.items():
                total[month] = total.get(month, 0) + n
    return [*kept, Series(Link(others, "", len(rest)), *sums)]


def _binned(months: Months, first: int, step: int) -> dict[int, int]:
    bins: dict[int, int] = {}
    for month, n in sorted(months.items()):
        at = (month - first) // step
        bins[at] = bins.get(at, 0) + n
    return bins


def _highest(pairs: Iterable[tuple[Months, Months]]) -> int:
    return max(
        (counts.get(at, 0) + missing.get(at, 0) for counts, missing in pairs for at in {*counts, *missing}), default=1
    )


def _paths(counts: Months, missing: Months, highest: int) -> tuple[str, str]:
    """The bars of what is there, and above them those of what is known to be missing.

    >>> _paths({0: 2, 2: 1}, {2: 1}, 2)
    ('M1 36v-36h8v36zM21 36v-18h8v18z', 'M20 18v-18h10v18z')
    """
    held, known = [], []
    for at in sorted({*counts, *missing}):
        x = at * UNIT + GAP // 2
        there = _height(counts.get(at, 0), highest)
        if there:
            held.append(f"M{x} {BARS}v-{there}h{UNIT - GAP}v{there}z")
        if gone := min(_height(missing.get(at, 0), highest), BARS - there):
            known.append(f"M{at * UNIT} {BARS - there}v-{gone}h{UNIT}v{gone}z")
    return "".join(held), "".join(known)


def _height(n: int, highest: int) -> int:
    return max(2, round(BARS * n / highest)) if n else 0  # what is there is seen


def _note(one: Series, unit: str) -> str:
    total = sum(one.counts.values())
    gone = sum(one.missing.values())
    said = _(UNITS[unit][0], n=total)
    return _("{count}，缺 {n}", count=said, n=gone) if gone else said


def _described(series: Sequence[Series], first: int, last: int, step: int, unit: str, missing: bool) -> str:
    said = _(
        UNITS[unit][2 if step == 12 else 1],
        first=words.month_of_year(first // 12, first % 12 + 1),
        last=words.month_of_year(last // 12, last % 12 + 1),
        names=words.and_so_on(one.name.text for one in series),
    )
    if missing:
        said = words.sentences(said, _("浅色的一截是已知出过而本库未藏的。"))
    return words.sentences(said, _("各数另见图下的表。"))


def _ticks(
    first: int, last: int, year_url: Callable[[int], str], month_url: Callable[[int, int], str]
) -> list[Tick]:
    """The years along the axis, or the months of a picture of few."""
    span = last - first + 1
    if span <= FEW_MONTHS:
        every = -(-span // TICKS)
        return [
            _tick(at - first, every, span, f"{at // 12}.{at % 12 + 1}",
                  _("{year}年{month}月", year=at // 12, month=at % 12 + 1), month_url(at // 12, at % 12 + 1))
            for at in range(first, last + 1, every)
        ]  # fmt: skip
    years = span // 12
    every = next((step for step in STEPS if years / step <= TICKS), STEPS[-1])
    start = first // 12
    return [
        _tick((year - start) * 12, 12, span, f"{year}", _("{year}年", year=year), year_url(year))
        for year in range(start, start + years)
        if year % every == 0 or years <= TICKS
    ]


def _tick(at: int, width: int, span: int, text: str, name: str, url: str) -> Tick:
    width = min(width, span - at)
    return Tick(_percent(at / span), _percent(width / span), _percent((at + width / 2) / span), text, name, url)


def _percent(part: float) -> str:
    """
    >>> _percent(1 / 3), _percent(0.5), _percent(0)
    ('33.33', '50', '0')
    """
    return f"{100 * part:.2f}".rstrip("0").rstrip(".")


def _rows(
    series: Sequence[Series],
    used: set[int],
    year_url: Callable[[int], str],
    month_url: Callable[[int, int], str],
) -> list[tuple[Link, tuple[str, ...]]]:
    """The numbers: month by month, year by year or ten years by ten, whichever is a table of a size to be read."""
    years = len({month // 12 for month in used})
    size = 1 if len(used) <= TABLE_MONTHS else 12 if years <= TABLE_YEARS else 120
    binned = [(_binned(one.counts, 0, size), _binned(one.missing, 0, size)) for one in series]
    rows = []
    for period in sorted({month // size for month in used}):
        if size == 1:
            year, month = period // 12, period % 12 + 1
            link = Link(_("{year}年{month}月", year=year, month=month), month_url(year, month))
        elif size == 12:
            link = Link(_("{year}年", year=period), year_url(period))
        else:
            link = Link(f"{period * 10}–{period * 10 + 9}", "")
        rows.append((link, tuple(_cell(there.get(period, 0), gone.get(period, 0)) for there, gone in binned)))
    return rows


def _cell(there: int, gone: int) -> str:
    return _("{count}（缺 {n}）", count=there, n=gone) if gone else f"{there}"
