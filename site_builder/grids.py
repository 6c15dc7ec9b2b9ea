"""Pages on which each line of OCR runs across all the columns of the page, gutters and all.

Tesseract that keeps its spaces reads a page in bands: a line of text then holds a line of each column, and what parts
them is a run of spaces, one space, a mark read from the printed rule, or nothing. The spaces are to no scale: each row
has a width of its own for them. What can be relied on is print itself: the columns of a page are of one width, and a
Chinese character is as wide as any other. So each row is fitted to columns of that width.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from site_builder.marks import runs_on
from site_builder.model import Line
from site_builder.widths import width

GUTTER = 1.2  # characters between two columns
SPACES = (0.65, 0.5, 0.8, 0.95)  # characters that a row's space may be wide, the likeliest first
LEAST_WIDTH, MOST_WIDTH = 9, 26  # characters of a newspaper's column
MOST_COLUMNS = 6
FULL = 1.3  # characters: what a full cell may be short of its column, or over it

GAP = re.compile(r"[ \u3000]+")
NOISE = "。，、”“’‘《》〈〉|｜,.·;:；：[]{}!_^~*'\"`-—…\\/°"
RULE = re.compile(r"[ “”‘’\"']*[|｜][ |｜]*")  # a printed rule, and what else the scan saw in it
MOST_COST = 8.0  # what fits worse is no row of columns
_GAPS = re.compile(" {2,}")
_MARK_BEFORE = re.compile(rf"[ \u3000][{re.escape(NOISE)}]+$|[|｜]$")
_WHITE, _RULES, _NOISES = frozenset(" \u3000"), frozenset("|｜"), frozenset(NOISE)
_LONE = re.compile(r"(?<= {4})\S(?= {2})")  # a lone character in the white of a picture


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row holds of one column: `column` counts from the row's first, `offset` is how far it is set in."""

    column: int
    start: int
    end: int
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A row cut into cells, and what speaks against it."""

    cost: float
    cells: tuple[Cell, ...]


def column_width(lines: Sequence[Line]) -> float:
    """The width of the page's columns: that of most stretches of text between two gaps; 0 if there is none.

    First lines are two characters short and last lines end anywhere, but full lines are all of one width.

        >>> from site_builder.model import Span
        >>> text = "今年以来，全县上下齐动手 。 修渠引水三十多里，新增水"
        >>> column_width([Line(Span(0, 1), text, 1)] * 4)
        12.0
    """
    seen: Counter[int] = Counter()
    for line in lines:
        for part in GAP.split(line.text) if " " in line.text or "\u3000" in line.text else (line.text,):
            size = width(part.strip(NOISE))
            if LEAST_WIDTH <= size <= MOST_WIDTH:
                seen[math.ceil(size)] += 1
    near = {size: seen[size - 1] + seen[size] for size in seen}
    if not near:
        return 0.0
    best = max(near, key=lambda size: (near[size], size))
    return float(best) if near[best] >= 8 else 0.0


def fit(text: str, column: float, most: int = MOST_COLUMNS) -> Fit:
    """The row cut into cells of columns so wide, in the way that the least speaks against.

    A gap may be white of any count, a mark, or nothing; white may also be all that is left of a column.

        >>> def cells(text, column): return [text[cell.start : cell.end].strip() for cell in fit(text, column).cells]
        >>> cells("增水田两千亩，粮食增产一 ” 成以上。眼下，田里的油菜  正开着花，远近的人都来看", 12)
        ['增水田两千亩，粮食增产一 ”', '成以上。眼下，田里的油菜', '正开着花，远近的人都来看']
        >>> cells("增水田两千亩，粮食增产一成以上。眼下，田里的油菜", 12)
        ['增水田两千亩，粮食增产一', '成以上。眼下，田里的油菜']
        >>> white = " " * 23
        >>> [cell.column for cell in fit(f"增水田两千亩，粮食增产一{white}正开着花，远近的人都来看", 12).cells]
        [0, 2]
    """
    text = _LONE.sub(lambda lone: " " * len(lone[0]), text)
    spaces = SPACES if "    " in text else SPACES[:1]
    fits = [_fit(text, column, space, most) for space in spaces]
    return min(fits, key=lambda found: found.cost)


def _fit(text: str, column: float, space: float, most: int) -> Fit:
    at = [0.0]  # where each character starts, in Chinese characters
    for char in text:
        at.append(at[-1] + (space if char in _WHITE else width(char)))
    starts = _starts(text, column, at)
    step = column + GUTTER
    best: dict[int, Fit] = {0: Fit(abs(space - SPACES[0]), (Cell(0, 0, len(text)),))}
    found: list[Fit] = []
    for i in starts:
        if i not in best:
            continue
        here = best[i]
        last = here.cells[-1]
        found.append(Fit(here.cost + _cell_cost(text[i:], column, space, last=True), here.cells))
        for j in starts:
            if j <= i:
                continue
            whole = text[i:j]
            size = _size(whole.rstrip(" \u3000" + NOISE), space)
            if size > column + FULL + 2:
                break
            distance = at[j] - at[i]
            skipped = max(1, round(distance / step))
            drawn = whole.rstrip()[-1:] in _RULES and bool(RULE.search(whole[-6:]))
            own = cut = -1.0  # what speaks against the cell, and against the cut behind it; worked out once
            for m in {skipped, max(1, round((distance - 2) / step))}:
                if last.column + m >= most:
                    continue
                if own < 0:
                    own, cut = _cell_cost(whole, column, space), _cut_cost(whole, text[j:])
                offset = last.offset + distance - m * step
                cost = (
                    here.cost
                    + own
                    + _offset_cost(offset, first=i == 0, drawn=drawn)
                    + cut
                    + 0.6 * (m - 1)
                    - 1.5 * drawn
                )
                cell = Cell(last.column + m, j, len(text), offset if offset > 1.2 else 0.0)
                if j not in best or cost < best[j].cost:
                    cells = (*here.cells[:-1], Cell(last.column, last.start, j, last.offset), cell)
                    best[j] = Fit(cost, cells)
    return min(found, key=lambda fit: fit.cost)


def _starts(text: str, column: float, at: Sequence[float]) -> list[int]:
    """Where a cell may start: behind a gap, or where a full cell's width may end."""
    out = {0} | {gap.end() for gap in GAP.finditer(text)}
    out.discard(len(text))
    for start in sorted(out):
        for j in range(start + int(column * 0.8), min(len(text) - 1, start + int(column * 2) + 2)):
            if abs(at[j] - at[start] - column) <= FULL and (text[j - 1] not in " \u3000"):
                out.add(j)
    for rule in RULE.finditer(text):
        out = {j for j in out if not rule.start() < j < rule.end()} | {rule.end()}
    return sorted(out - {len(text)})


def _size(text: str, space: float) -> float:
    gaps = text.count(" ")
    return width(text) - gaps * 0.5 + gaps * space


def _cell_cost(cell: str, column: float, space: float, last: bool = False) -> float:
    """What speaks against a cell: it is wider than its column, or full of gaps."""
    text = cell.rstrip(" \u3000" + NOISE)
    gaps = _GAPS.findall(text) if "  " in text else ()
    size = _size(_GAPS.sub(" ", text) if gaps else text, space)  # what a lost word leaves is to no scale at all
    cost = 2.0 * max(0.0, size - column - 0.6)
    for gap in gaps:
        cost += 0.35 * min(4, len(gap)) if len(gap) < column / min(SPACES) else MOST_COST
    return cost


def _offset_cost(offset: float, *, first: bool, drawn: bool) -> float:
    """What speaks against a cell that starts so far from its column's edge.

    An indent is two characters; a row's own indent, which the scan has dropped, moves all that follows by as much.
    Where a rule is read as `|` there is little doubt, whatever the type before it measures.
    """
    if offset < 0:  # characters were lost
        lost = min(-offset, abs(offset + 2) + 0.3) if first else -offset
        cost = 0.5 * max(0.0, lost - 0.8)
    else:
        cost = 0.9 * max(0.0, min(offset, abs(offset - 2) + 0.3) - 0.5)
    return min(cost, 0.8) if drawn else cost


def _cut_cost(before: str, after: str) -> float:
    """What speaks against a cut: little of a gap, and a word that runs across it."""
    text = before.rstrip(" \u3000")
    gap = len(before) - len(text)
    mark = text[-1:] in _NOISES and bool(_MARK_BEFORE.search(text))
    if gap >= 2 or mark:
        cost = 0.0
    elif gap == 1:
        cost = 0.4
    else:
        cost = 2.0
    if gap < 2 and not mark and runs_on(text[-3:], after[:3]):
        cost += 1.0
    return cost
