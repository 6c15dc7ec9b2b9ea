"""Columns side by side with a single space for a gutter, as `pdftotext` without `-layout` sets them at times.

A line then holds a line of each column whose baseline agrees; one whose baseline does not (a paragraph's first line, a
line beside a picture) stands alone, and nothing says to which column it belongs. So each block of lines is read as a
whole: of all the ways to deal its lines out to the columns, the one in which the most sentences run on is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from site_builder.labels import is_byline, is_caption
from site_builder.model import Line
from site_builder.paragraphs import NO_START, OPEN_END, OPENING, STOP_END, runs_on, width
from site_builder.patterns import DATELINE

ROUGH = 1.6  # characters that a column's full lines differ by: half-width figures, a mark at the line's end
LEAST_WIDTH = 8  # characters: no newspaper column is narrower
MOST_COLUMNS = 5
BEAM = 24  # ways to deal out the lines that are followed at once

_EDGE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff60“”‘’—…0-9A-Za-z%]")
_SPACE = re.compile(r"(?<=\S) (?=\S)")


def is_spaced_out(text: str) -> bool:
    """Is the line letter-spaced, so that its spaces part no columns?"""
    words = text.split()
    return len(words) >= 4 and sum(len(word) == 1 for word in words) >= 0.7 * len(words)


def part_blocks(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page, with the columns of each block that has several pulled apart."""
    out: list[Line] = []
    for block in _blocks(lines):
        out += _part(block)
    return out


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    out: list[list[Line]] = []
    for line in lines:
        if line.blank_before or not out:
            out.append([])
        out[-1].append(line)
    return out


def _part(block: list[Line]) -> list[Line]:
    column, rows = _rows(block)
    several = [i for i, row in enumerate(rows) if len(row) > 1]
    if len(several) < 2 or len(several) < 0.15 * len(rows):
        return block
    first = _first_text(block, rows, column, several[0])
    last = max(several[-1], *(i for i, line in enumerate(block) if not is_caption(line)), first)
    body = rows[first : last + 1]
    count = max(len(row) for row in body)
    if count > MOST_COLUMNS:
        return block
    columns: list[list[Line]] = [[] for _ in range(count)]
    dealt = [row for row in body if not (len(row) == 1 and is_caption(row[0]))]
    captions = [row[0] for row in body if len(row) == 1 and is_caption(row[0])]
    for row, places in zip(dealt, _deal(dealt, count, column), strict=True):
        for line, place in zip(row, places, strict=True):
            columns[place].append(line)
    text = [replace(line, blank_before=0) for lines in columns for line in lines]
    out = [*block[:first], *text, *captions, *block[last + 1 :]]
    return [replace(out[0], blank_before=block[0].blank_before), *out[1:]]


def _rows(block: Sequence[Line]) -> tuple[float, list[list[Line]]]:
    """The width of the block's columns and its lines cut into their cells; no line is cut if there is no such width."""
    spaces = [
        [] if is_spaced_out(line.text) else [found.start() for found in _SPACE.finditer(line.text)] for line in block
    ]
    widths = {
        round(width(line.text[:at]) * 2) / 2
        for line, own in zip(block, spaces, strict=True)
        for at in own
        if width(line.text[:at]) >= LEAST_WIDTH
    }
    best: tuple[int, float] = (0, 0.0)
    cells: list[list[tuple[int, int]]] = []
    for column in sorted(widths):
        found = [_cells(line.text, own, column) for line, own in zip(block, spaces, strict=True)]
        count = sum(len(row) > 1 for row in found) * 10 + sum(len(row) for row in found)
        if count >= best[0]:
            best, cells = (count, column), found
    if not cells:
        return 0.0, [[line] for line in block]
    return best[1], [[line.cut(*cell) for cell in row] for line, row in zip(block, cells, strict=True)]


def _cells(text: str, spaces: Sequence[int], column: float) -> list[tuple[int, int]]:
    """Where the cells of a line stand if its columns are so wide; the whole line if they are not."""
    whole = [(0, len(text))]
    if width(text) > (column + ROUGH) * MOST_COLUMNS or width(text) < column + 2:
        return whole
    out: list[tuple[int, int]] = []
    start = 0
    for at in spaces:
        size = width(text[start:at])
        if size > column + ROUGH:
            return whole
        if size >= column - 2 * ROUGH and _EDGE.match(text[at - 1]) and _EDGE.match(text[at + 1]):
            piece = text[start:at]
            if any(piece.count(a) > piece.count(b) for a, b in ("（）", "()")) and size < column - ROUGH:
                continue  # 本报讯（记者 顾敏行）
            out.append((start, at))
            start = at + 1
    if not out or width(text[start:]) > column + ROUGH:
        return whole
    return [*out, (start, len(text))]


def _first_text(block: Sequence[Line], rows: Sequence[Sequence[Line]], column: float, several: int) -> int:
    """The first row that is running text: what stands above it are headings and bylines."""
    for i in range(several):
        text = block[i].text
        full = column - 2 * ROUGH - 2 <= width(text) <= column + ROUGH
        if DATELINE.match(text) or (full and re.search("[，。；]", text) and not is_byline(block[i])):
            return i
    return several


def _deal(rows: Sequence[Sequence[Line]], count: int, column: float) -> list[tuple[int, ...]]:
    """For each row the columns of its cells, in the dealing in which the most sentences run on."""
    State = tuple[float, tuple[tuple[int, ...], ...], tuple[Line | None, ...], tuple[Line | None, ...]]
    states: list[State] = [(0.0, (), (None,) * count, (None,) * count)]
    for row in rows:
        ranked: list[State] = []
        for score, places, last, first in states:
            for chosen in combinations(range(count), len(row)):
                gain, ends, starts = 0.0, list(last), list(first)
                for line, place in zip(row, chosen, strict=True):
                    before = ends[place]
                    gain += _goes_on(before.text, line.text, column) if before else -0.1 * place
                    starts[place] = starts[place] or line
                    ends[place] = line
                ranked.append((score + gain, (*places, chosen), tuple(ends), tuple(starts)))
        ranked.sort(key=lambda state: state[0], reverse=True)
        kept: list[State] = []
        seen: set[tuple[int, ...]] = set()
        for state in ranked:
            key = tuple(line.span.start if line else -1 for line in state[2])
            if key not in seen:
                seen.add(key)
                kept.append(state)
            if len(kept) == BEAM:
                break
        states = kept

    def whole(state: State) -> float:
        """The score with the sentences that run on from the foot of a column to the head of the next."""
        across = 0.0
        for end, start in zip(state[2], state[3][1:], strict=False):
            if end and start:
                across += _goes_on(end.text, start.text, column)
        return state[0] + across

    return list(max(states, key=whole)[1])


@lru_cache(maxsize=65536)
def _goes_on(before: str, after: str, column: float) -> float:
    """How well a line goes on from another in one column."""
    ended = bool(STOP_END.search(before))
    short = width(before) < column - 2 * ROUGH
    ends_short = bool(STOP_END.search(after)) and width(after) < column - 2 * ROUGH
    opens = bool(OPENING.match(after))
    if ended:
        return (0.6 if short else 0.2) - 0.5 * ends_short + 0.2 * opens  # a paragraph of one short line is rare
    if NO_START.match(after):
        return 1.5
    if runs_on(before, after):
        return 2.0
    if short:
        return -1.0
    return (0.5 if OPEN_END.search(before) or ends_short else 0.3) - 0.3 * opens
