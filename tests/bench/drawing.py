"""Draws what was measured: bars of seconds, and how time and memory grow. Plain SVG, for light pages and dark ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 820
MARGIN = 20
LINE = 26  # from one bar to the next
LABELS = 300  # where bars begin
BARS = 420  # the longest one
CHART = 150  # height of a chart of growth
LETTER = 0.58  # width of a letter, of its size; a little more than it is
SIZE = 13

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1f2328; stroke: #ffffff; stroke-width: 4px; paint-order: stroke }
.head { font-weight: 600; font-size: 15px }
.quiet { fill: #59636e }
.page { fill: #ffffff }
.ours { fill: #0969da } .theirs { fill: #8c959f }
.line.ours { fill: none; stroke: #0969da; stroke-width: 2 }
.line.theirs { fill: none; stroke: #8c959f; stroke-width: 2 }
.axis { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; stroke: #0d1117 }
.quiet { fill: #9198a1 }
.page { fill: #0d1117 }
.ours { fill: #4493f8 } .theirs { fill: #7d8590 }
.line.ours { stroke: #4493f8 } .line.theirs { stroke: #7d8590 }
.axis { stroke: #3d444d }
}"""


@dataclass(frozen=True)
class Bar:
    """What took so many seconds."""

    name: str
    seconds: float
    ours: bool


@dataclass(frozen=True)
class Growth:
    """What took so many seconds and bytes, by number of articles."""

    name: str
    seconds: Mapping[int, float]
    memory: Mapping[int, float]
    ours: bool


def picture(articles: int, bars: Sequence[Bar], growth: Sequence[Growth], command: str) -> str:
    """The whole picture; the growth is left out where there is only one size of it."""
    grows = any(len(one.seconds) > 1 for one in growth)
    top = MARGIN + 46 + LINE * len(bars)
    height = top + (CHART + 110 if grows else 0) + 34
    title = f"Seconds to build a site of {articles:,} articles"
    told = "; ".join(f"{bar.name}: {_seconds(bar.seconds)}" for bar in bars)
    grown = "; ".join(
        f"{one.name}: " + ", ".join(f"{size:,} articles {_seconds(taken)}" for size, taken in one.seconds.items())
        for one in growth
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' role="img" aria-labelledby="title desc">',
        f'<title id="title">{title}</title>',
        f'<desc id="desc">{escape(told)}.{f" Growth: {escape(grown)}." if grows else ""}</desc>',
        f"<style>\n{STYLE}\n</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>',
        _text(MARGIN, MARGIN + 16, title, "head"),
        *_bars(bars, MARGIN + 38),
        *(_charts(growth, top) if grows else ()),
        _text(MARGIN, height - 14, command, "quiet"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}"{named}{at}>{escape(text)}</text>'


def _bars(bars: Sequence[Bar], top: float) -> Iterator[str]:
    longest = max((bar.seconds for bar in bars), default=1)
    for number, bar in enumerate(bars):
        y = top + LINE * number
        width = max(1.5, BARS * bar.seconds / longest)
        yield _text(LABELS - 10, y + 13, bar.name, anchor="end")
        yield f'<rect class="{_side(bar.ours)}" x="{LABELS}" y="{y:g}" width="{width:.1f}" height="17" rx="2"/>'
        yield _text(LABELS + round(width, 1) + 8, y + 13, _seconds(bar.seconds))


def _side(ours: bool) -> str:
    return "ours" if ours else "theirs"


def _charts(growth: Sequence[Growth], top: float) -> Iterator[str]:
    """Two charts side by side, both axes logarithmic: what grows as the archive does is a straight line."""
    wide = (WIDTH - 3 * MARGIN) / 2
    y = top + 30
    yield _text(MARGIN, y, "Time by number of articles", "head")
    yield from _chart([(one, one.seconds) for one in growth], MARGIN, y + 12, wide, _seconds)
    if any(one.memory for one in growth):
        yield _text(2 * MARGIN + wide, y, "Peak memory by number of articles", "head")
        yield from _chart([(one, one.memory) for one in growth], 2 * MARGIN + wide, y + 12, wide, _memory)
    x = float(MARGIN)
    for one in growth:
        yield f'<rect class="{_side(one.ours)}" x="{x:g}" y="{y + CHART + 47:g}" width="12" height="12" rx="2"/>'
        yield _text(x + 18, y + CHART + 58, one.name, "quiet")
        x += 18 + len(one.name) * SIZE * LETTER + 30


def _chart(
    lines: Sequence[tuple[Growth, Mapping[int, float]]], left: float, top: float, wide: float,
    word: Callable[[float], str],
) -> Iterator[str]:  # fmt: skip
    lines = [(one, values) for one, values in lines if values]
    sizes = sorted({size for _, values in lines for size in values})
    every = [value for _, values in lines for value in values.values()]
    across = _scale(sizes[0], sizes[-1], left + 40, left + wide - 50)
    down = _scale(min(every), max(every), top + CHART - 22, top + 26)
    yield f'<path class="axis" d="M{left:g} {top + CHART:g}h{wide:g}"/>'
    for size in sizes:
        yield _text(round(across(size), 1), top + CHART + 18, f"{size:,}", "quiet", "middle")
    for one, values in lines:
        points = [(round(across(size), 1), round(down(value), 1)) for size, value in sorted(values.items())]
        path = "L".join(f"{x:g} {y:g}" for x, y in points)
        yield f'<path class="line {_side(one.ours)}" d="M{path}"/>'
        for (x, y), (size, value) in zip(points, sorted(values.items()), strict=True):
            others = [values[size] for other, values in lines if other is not one and size in values]
            above = all(value >= other for other in others)
            yield f'<circle class="{_side(one.ours)}" cx="{x:g}" cy="{y:g}" r="3.5"/>'
            yield _text(x, y - 9 if above else y + 19, word(value), anchor="middle")


def _scale(least: float, most: float, start: float, end: float) -> Callable[[float], float]:
    """From values to places, by their logarithms."""
    span = math.log(most / least) or 1
    return lambda value: start + (end - start) * math.log(value / least) / span


def _seconds(value: float) -> str:
    if value >= 120:
        return f"{value / 60:.1f} min"
    return f"{value:.2f} s" if value < 2 else f"{value:.1f} s" if value < 10 else f"{value:.0f} s"


def _memory(value: float) -> str:
    return f"{value / 1e9:.2f} GB" if value >= 1e8 else f"{value / 1e6:.0f} MB"
