"""Columns that stand side by side on one line are pulled apart and put in reading order.

`pdftotext -layout` and some OCR keep the page's layout: a line of text then holds a line of every column, parted by
gutters. pdftotext sets each printed character in one character cell, so a column's lines start at one offset (±1).
Columns that only a single space parts are told by their width instead: see gutters.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from site_builder import band_order, trace
from site_builder.gutters import is_spaced_out, part_blocks
from site_builder.marks import is_open
from site_builder.model import Line
from site_builder.patterns import dated

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
    start: int = field(init=False)
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.start = min(segment.start for segment in self.segments)
        self.end = max(segment.end for segment in self.segments)

    def add(self, segment: Segment) -> None:
        self.segments.append(segment)
        self.start, self.end = min(self.start, segment.start), max(self.end, segment.end)


def pull_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in reading order, cut at the gutters where columns stand side by side; else as they are.

    `lines` are the physical lines, uncleaned, with `indent` counting characters.
    """
    if (read := band_order.read(lines)) is not None:
        return read
    gapped = [line.text for line in lines if " " in line.text or "\u3000" in line.text]
    if len(gapped) < LEAST_ROWS or sum(bool(_GUTTER.search(text)) for text in gapped) < LEAST_ROWS:
        return part_blocks(lines)
    rows = [_segments(row, line) for row, line in enumerate(lines)]
    parted = sum(len(row) > 1 and sum(_is_column(segment.line.text) for segment in row) > 1 for row in rows)
    if parted >= max(LEAST_ROWS, SHARE * len(lines)):
        _part_at_single_spaces(rows)
        trace.tell("layout", (), f"The page has columns side by side: wide gutters part them on {parted} lines.")
        ordered = [line for region in _regions(rows) for line in _in_order(region)]
        trace.tell_moved(ordered, "columns that stand side by side are read one after the other")
        return ordered
    return part_blocks(lines)


def _is_column(text: str) -> bool:
    return len(_HAN.findall(text)) >= 4


def _segments(row: int, line: Line) -> list[Segment]:
    if "  " not in line.text and "\u3000" not in line.text:
        return [Segment(row, line.indent, line.indent + len(line.text), line)]
    out, at = [], 0
    for gutter in [*_GUTTER.finditer(line.text), None]:
        end = gutter.start() if gutter else len(line.text)
        if end > at:
            out.append(Segment(row, line.indent + at, line.indent + end, line.cut(at, end)))
        at = gutter.end() if gutter else end
    return out


def _part_at_single_spaces(rows: list[list[Segment]]) -> None:
    """Part a segment at single spaces where a column of a line nearby starts, or where it is several columns long."""
    sizes = sorted(segment.end - segment.start for row in rows if len(row) > 2 for segment in row)
    usual = sizes[len(sizes) // 2] if sizes else 0
    for i, row in enumerate(rows):
        around = [segment for other in rows[max(0, i - 2) : i] + rows[i + 1 : i + 3] for segment in other]
        starts = {segment.start for segment in around} | {cell for segment in around for cell in _spaces(segment)}
        out: list[Segment] = []
        for segment in row:
            at = segment.start
            for cell in _spaces(segment):
                fits = not starts.isdisjoint((cell - 1, cell, cell + 1))
                long = usual >= 8 and segment.end - at > 1.5 * usual and abs(cell - 1 - at - usual) <= 4
                rest = segment.line.text[cell - segment.start :]
                least = 1 if long else 2 if rest.endswith("。") else 4  # a paragraph's last characters are few
                if (fits or long) and cell - 1 - at >= 6 and segment.end - cell >= least:
                    out.append(_between(segment, at, cell - 1))
                    at = cell
            out.append(_between(segment, at, segment.end))
        rows[i] = out


def _spaces(segment: Segment) -> list[int]:
    """The cells after the segment's single spaces."""
    if " " not in segment.line.text or is_spaced_out(segment.line.text):
        return []
    return [segment.start + space.end() for space in re.finditer(r"(?<=\S) (?=\S)", segment.line.text)]


def _between(segment: Segment, start: int, end: int) -> Segment:
    """The part of a segment between two of its cells."""
    if (start, end) == (segment.start, segment.end):
        return segment
    part = segment.line.cut(start - segment.start, end - segment.start)
    return Segment(segment.row, start, end, part)


def _regions(rows: list[list[Segment]]) -> list[list[list[Segment]]]:
    """The rows parted where above and below stand different articles.

    That is at a blank line, if the page has few of them or its columns do not go on below it, and where three columns
    and more end on one line.
    """
    blank = sum(bool(row and row[0].line.blank_before) for row in rows)
    out: list[list[list[Segment]]] = [[]]
    for i, row in enumerate(rows):
        at_blank = bool(row and row[0].line.blank_before) and (
            blank <= 0.2 * len(rows)
            or not any(_resumed(above, rows[i : i + 4], 2) for above in rows[max(0, i - 4) : i])
        )
        all_end = i > 1 and len(rows[i - 1]) >= 3 and len(row) <= 1 and not _resumed(rows[i - 1], rows[i : i + 8])
        if out[-1] and (at_blank or all_end):
            out.append([])
        out[-1].append(row)
    return out


def _resumed(last: Sequence[Segment], rows: Sequence[Sequence[Segment]], least: int = 3) -> bool:
    """Do at least so many of a line's columns go on in one of the lines below?"""

    def goes_on(segment: Segment, row: Sequence[Segment]) -> bool:
        return any(abs(segment.start - other.start) <= 2 * NEAR for other in row)

    return any(sum(goes_on(segment, row) for segment in last) >= least for row in rows)


def _in_order(region: Sequence[Sequence[Segment]]) -> list[Line]:
    """The region's lines column by column, from the left; what spans several columns comes before them."""
    threads: list[Thread] = []
    active: list[Thread] = []
    for row in region:
        for segment in row:
            under = [thread for thread in active if segment.overlaps(thread.start, thread.end)]
            beside = [thread for thread in under if abs(thread.start - segment.start) <= NEAR]
            if len(under) == 1 and (beside or segment.start >= under[0].start - 2 * NEAR):
                under[0].add(segment)
                continue
            if beside:
                beside[0].add(segment)
                continue
            active = [thread for thread in active if thread not in under]
            thread = Thread([segment])
            threads.append(thread)
            active.append(thread)
    out: list[Line] = []
    above: list[Line] = []
    for thread in sorted(threads, key=lambda thread: (_rank(thread, threads), thread.segments[0].row)):
        starts = Counter(segment.start for segment in thread.segments)
        usual = max(starts, key=lambda start: (starts[start], start == thread.segments[-1].start, -start))
        lines = [
            replace(segment.line, blank_before=0, indent=2 if 2 <= segment.start - usual <= 4 else 0)
            for segment in thread.segments
        ]
        if out:
            heads = _headings_above(lines, out[-1])
            above += lines[:heads]
            lines = lines[heads:]
        out += lines
    ordered = above + out
    if ordered:
        ordered[0] = replace(ordered[0], blank_before=max(1, region[0][0].line.blank_before))
    return ordered


def _headings_above(lines: Sequence[Line], last: Line) -> int:
    """How many of a column's first lines are headings set above it, into the midst of the sentence that runs on from
    the column before: that one stops open, and the first line of running text here is not indented.
    """
    if not is_open(last.text):
        return 0
    column = sorted(len(line.text) for line in lines)[len(lines) // 2]
    for i, line in enumerate(lines):
        heading = (
            len(line.text) < 0.85 * column + 2 * (i == 0)
            and not re.search("[，。；]", line.text)
            and not dated(line.text)
        )
        if not heading:
            return i if not line.indent and not dated(line.text) else 0
    return 0


def _rank(thread: Thread, threads: Sequence[Thread]) -> int:
    """The number of columns that start clearly to the left of the thread."""
    columns = 0
    last = -100
    for start in sorted({other.start for other in threads if other.start < thread.start - NEAR}):
        if start - last > 2 * NEAR:
            columns, last = columns + 1, start
    return columns
