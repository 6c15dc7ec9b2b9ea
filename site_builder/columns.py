"""Columns that stand side by side on one line are pulled apart and put in reading order.

`pdftotext -layout` and some OCR keep the page's layout: a line of text then holds a line of every column, parted by
gutters. pdftotext sets each printed character in one character cell, so a column's lines start at one offset (±1).
`pdftotext` without `-layout` sometimes sets two columns side by side with a single space for a gutter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from site_builder.model import Line, Span
from site_builder.paragraphs import STOP_END, common_width, runs_on, width

LEAST_ROWS = 5  # lines with a gutter that make a page one with columns side by side
SHARE = 0.12  # or this share of its lines, if that is more
NEAR = 3  # characters: how far apart two lines of a column may start (an indent and a cell's rounding)

_GUTTER = re.compile(r"[ \u3000]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3001-\u303f\uff01-\uff60“”‘’—…]")


@dataclass(slots=True)
class Segment:
    """A line of one column: its row, the cells `start` to `end` it stands in, and the line cut to it."""

    row: int
    start: int
    end: int
    line: Line

    def overlaps(self, start: int, end: int) -> bool:
        """Do the two stretches of cells share at least half of the shorter one?"""
        shared = min(self.end, end) - max(self.start, start)
        return shared >= 0.5 * min(self.end - self.start, end - start)


@dataclass(slots=True)
class Thread:
    """The lines of one column that follow one another."""

    segments: list[Segment]

    @property
    def start(self) -> int:
        return min(segment.start for segment in self.segments)

    @property
    def end(self) -> int:
        return max(segment.end for segment in self.segments)


def pull_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in reading order, cut at the gutters where columns stand side by side; else as they are.

    `lines` are the physical lines, uncleaned, with `indent` counting characters.
    """
    rows = [_segments(row, line) for row, line in enumerate(lines)]
    parted = sum(len([segment for segment in row if _is_column(segment.line.text)]) > 1 for row in rows)
    if parted >= max(LEAST_ROWS, SHARE * len(lines)):
        _part_at_single_spaces(rows)
        return [line for region in _regions(rows) for line in _in_order(region)]
    return _part_pairs(lines)


def _is_column(text: str) -> bool:
    return len(_HAN.findall(text)) >= 4


def _segments(row: int, line: Line) -> list[Segment]:
    out, at = [], 0
    for gutter in [*_GUTTER.finditer(line.text), None]:
        end = gutter.start() if gutter else len(line.text)
        if end > at:
            out.append(Segment(row, line.indent + at, line.indent + end, cut(line, at, end)))
        at = gutter.end() if gutter else end
    return out


def cut(line: Line, start: int, end: int) -> Line:
    """The part of an uncleaned line from `start` to `end`, without white space at its ends."""
    text = line.text[start:end]
    inner = text.strip()
    begin = line.span.start + start + text.index(inner)
    return replace(
        line,
        span=Span(begin, begin + len(inner)),
        text=inner,
        blank_before=line.blank_before if start == 0 else 0,
        indent=line.indent if start == 0 else 0,
    )


def _part_at_single_spaces(rows: list[list[Segment]]) -> None:
    """Part a segment at a single space where a column of a line nearby starts."""
    for i, row in enumerate(rows):
        near = [segment.start for other in rows[max(0, i - 2) : i] + rows[i + 1 : i + 3] for segment in other]
        single = {
            segment.start + space.end()
            for other in rows[max(0, i - 2) : i] + rows[i + 1 : i + 3]
            for segment in other
            for space in re.finditer(r"(?<=\S) (?=\S)", segment.line.text)
        }
        out: list[Segment] = []
        for segment in row:
            text, at = segment.line.text, 0
            for space in re.finditer(r"(?<=\S) (?=\S)", text):
                cell = segment.start + space.end()
                fits = any(abs(cell - other) <= 1 for other in near) or any(abs(cell - other) <= 1 for other in single)
                if fits and space.start() - at >= 6 and len(text) - space.end() >= 4:
                    out.append(
                        Segment(
                            i, segment.start + at, segment.start + space.start(), cut(segment.line, at, space.start())
                        )
                    )
                    at = space.end()
            out.append(Segment(i, segment.start + at, segment.end, cut(segment.line, at, len(text))))
        rows[i] = out


def _regions(rows: list[list[Segment]]) -> list[list[list[Segment]]]:
    """The rows parted at blank lines, if the page has few of them: above and below stand different articles."""
    blank = sum(bool(row and row[0].line.blank_before) for row in rows)
    out: list[list[list[Segment]]] = [[]]
    for row in rows:
        if row and row[0].line.blank_before and blank <= 0.2 * len(rows) and out[-1]:
            out.append([])
        out[-1].append(row)
    return out


def _in_order(region: Sequence[Sequence[Segment]]) -> list[Line]:
    """The region's lines column by column, from the left; what spans several columns comes before them."""
    threads: list[Thread] = []
    active: list[Thread] = []
    for row in region:
        for segment in row:
            under = [thread for thread in active if segment.overlaps(thread.start, thread.end)]
            beside = [thread for thread in under if abs(thread.start - segment.start) <= NEAR]
            if len(under) == 1 and (beside or segment.start >= under[0].start):
                under[0].segments.append(segment)
                continue
            if beside:
                beside[0].segments.append(segment)
                continue
            active = [thread for thread in active if thread not in under]
            thread = Thread([segment])
            threads.append(thread)
            active.append(thread)
    threads.sort(key=lambda thread: (_rank(thread, threads), thread.segments[0].row))
    out: list[Line] = []
    for thread in threads:
        for i, segment in enumerate(thread.segments):
            blank = segment.line.blank_before if i == 0 and not out else 0
            lead = segment.start - thread.start
            out.append(replace(segment.line, blank_before=blank, indent=2 if 1 <= lead <= 4 else 0))
    return out


def _rank(thread: Thread, threads: Sequence[Thread]) -> int:
    """The number of columns that start clearly to the left of the thread."""
    return len({other.start // 4 for other in threads if other.start < thread.start - NEAR})


def _part_pairs(lines: Sequence[Line]) -> list[Line]:
    """Pull apart two columns that a single space parts, in blocks of lines without a blank between.

    A line holds two columns if a space stands where the column's width ends and both sides are Chinese. At least two
    such lines make a block; a line of one column in it belongs to the left one unless that one's words run on past it.
    """
    column = common_width([width(line.text) for line in lines if width(line.text) <= 34])
    if not column:
        return list(lines)
    out: list[Line] = []
    for block in _blocks(lines):
        gutters = [_gutter(line.text, column) for line in block]
        if sum(gutter > 0 for gutter in gutters) < 2:
            out += block
            continue
        first = next(i for i, gutter in enumerate(gutters) if gutter)
        left: list[Line] = list(block[:first])
        right: list[Line] = []
        for i, (line, gutter) in enumerate(zip(block[first:], gutters[first:], strict=True), first):
            if gutter:
                left.append(cut(line, 0, gutter))
                right.append(replace(cut(line, gutter, len(line.text)), indent=0))
            elif _belongs_right(left[-1], line, block[i + 1] if i + 1 < len(block) else None, gutters[i + 1 : i + 2]):
                right.append(line)
            else:
                left.append(line)
        out += left + right
    return out


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    out: list[list[Line]] = []
    for line in lines:
        if line.blank_before or not out:
            out.append([])
        out[-1].append(line)
    return out


def _gutter(text: str, column: float) -> int:
    """Where the space stands that parts two columns in the line, or 0."""
    if not 1.3 * column < width(text) <= 2.3 * column:
        return 0
    for space in re.finditer(r"(?<=\S) (?=\S)", text):
        left, right = text[: space.start()], text[space.end() :]
        sides = _HAN.match(left[-1]) and (_HAN.match(right[0]) or right[0].isdigit())
        if sides and abs(width(left) - column) <= 2.0 and width(right) <= column + 2.0:
            return space.start()
    return 0


def _belongs_right(left: Line, line: Line, after: Line | None, gutter: Sequence[int]) -> bool:
    if STOP_END.search(left.text) or after is None or runs_on(left.text, line.text):
        return False
    following = after.text[: gutter[0]] if gutter and gutter[0] else after.text
    return runs_on(left.text, following) or bool(STOP_END.search(line.text) and width(line.text) < width(left.text) - 3)
