"""A page read in bands, taken apart: its rows cut into cells, its blocks into strips, the gutters' marks peeled off.

Between blank lines stands a block; what it holds of one column is a strip. See grids.py for how a row is cut, and
band_order.py for the order in which strips are read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from site_builder import cutter
from site_builder.breaks import RUNNING
from site_builder.grids import FULL, GUTTER, MOST_COST, NOISE, Cell, fit
from site_builder.gutters import is_spaced_out
from site_builder.labels import is_caption, is_editors_line, is_folio, is_imprint, is_masthead
from site_builder.marks import NO_START, OPEN_END, SENTENCE_END, is_open, runs_on
from site_builder.model import Line
from site_builder.patterns import DATELINE, HAN, dated
from site_builder.widths import width

INDENT = 1.6  # characters that an indented cell is at least set in
SCRAP = 3.0  # characters: a shorter line at a strip's edge may be debris
BEAM = 8  # ways to deal out a block's cells that are followed at once
FILLED = 0.3
LEAD = 0.6  # the white of columns that have ended is lost at a line's start, but that is rare
LONG_WORD = 1.4  # a word of three characters and more does
RUNS_ON = 0.9  # a word runs across: it may be chance, but seldom is

FURNITURE = (is_folio, is_imprint, is_masthead, is_editors_line, is_caption)
_MARKS = re.escape(NOISE)
_HAN, _ANY_MARK = re.compile(f"[{HAN}]"), re.compile("[，。；、：]")
_TAIL_NOISE = re.compile(rf"[ \u3000]{{4,}}\S[ \u3000]*$|(?:[ \u3000]+[{_MARKS}]+|[|｜]+)[{_MARKS} \u3000]*$")
_HEAD_NOISE = re.compile(
    r"^[“”‘’\"'《〈。，、.,· ]*[|｜][ |｜]*"
    r"|^(?:(?!——|……)[”’。，、；：》〉）｜|.,;:!·…—\-])+(?: +|(?=[^\d]))"  # a dash or dots of two are print
)
_SCRAP = re.compile(rf"[{HAN}{_MARKS}]( *[{HAN}{_MARKS}])?|[A-Za-z{_MARKS} ]{{1,3}}")
_TINY = re.compile(rf"[{HAN}0-9A-Za-z]{{1,2}}[{_MARKS}]?")
_PARTED = re.compile(r"[ \u3000]{6,}")
_RESUMES = re.compile(r"[（(〈]\s*以下简称")
_NOW = re.compile(r"(?:今|昨|明)[天日]$")
_DATE = re.compile(r"[（(〈]\s*(?:\d{1,2}月)?\d{1,2}日")
_BETWEEN = re.compile(r"[ \u3000]*[|｜][ \u3000]*|[ \u3000]{3,}")
_GUTTER = re.compile(rf"[ \u3000|｜][{_MARKS}]*$")
_FEW_LETTERS = re.compile("[A-Za-z]{1,3}")
_LETTERS = re.compile(r"[A-Za-z|_.,'~^* -]{1,6}")
_LAST_NOISE = re.compile(r"[ \u3000]+[。.,“”‘’|｜《]$|[ \u3000]{3,}[A-Za-z]{1,3}$")
_CLOSING = dict(zip("“‘《〈（(", "”’》〉）)", strict=True))


class StripText(NamedTuple):
    """What the lines of a strip say: asked for whenever it is compared with another one."""

    lines: int  # how many they are
    text: str
    size: float  # its width
    is_open: bool  # it stops in mid-sentence
    marked: bool  # it has marks of running text
    head: str  # its first line that is no scrap
    tail: str  # and its last one
    stands_alone: tuple[bool, bool]  # whether its first line is furniture, and its last one


def _strip_text(lines: Sequence[Line]) -> StripText:
    text = "".join([line.text for line in lines])
    head = next((line.text for line in lines if width(line.text) >= SCRAP), lines[0].text)
    tail = next((line.text for line in reversed(lines) if width(line.text) >= SCRAP), lines[-1].text)
    ends = is_furniture(lines[0]), is_furniture(lines[-1])
    return StripText(len(lines), text, width(text), is_open(text), bool(RUNNING.search(text)), head, tail, ends)


@dataclass(slots=True)
class Strip:
    """The lines that a block holds of one column."""

    column: int
    lines: list[Line]
    set_in: bool | None = None  # its first line is indented; None: nothing tells
    _told: StripText | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def told(self) -> StripText:
        """What its lines say; kept until lines are added."""
        if self._told is None or self._told.lines != len(self.lines):
            self._told = _strip_text(self.lines)
        return self._told

    @property
    def text(self) -> str:
        return self.told.text


@dataclass(slots=True)
class Block:
    """The rows between two blank lines: a strip for each of its columns."""

    columns: int
    strips: dict[int, Strip]
    rows: int = 1
    ruled: bool = False  # a printed rule was read in its gutter


@dataclass(slots=True)
class Row:
    """A line of the source, cut into cells."""

    line: Line
    cells: tuple[Cell, ...]
    cost: float
    gaps: int  # cuts that stand at a gap or a mark


@lru_cache(maxsize=4096)
def is_furniture(line: Line) -> bool:
    """Is the line one that stands by itself: masthead, folio, imprint, editors' line, caption?"""
    return any(test(line) for test in FURNITURE)


def cut_rows(lines: Sequence[Line], column: float) -> list[Row]:
    """The lines as rows, each cut at its columns."""
    out: list[Row] = []
    for line in lines:
        whole = Row(line, (Cell(0, 0, len(line.text)),), 0.0, 0)
        if (
            (width(line.text) <= column + 2 and not _PARTED.search(line.text))
            or (is_spaced_out(line.text) and "     " not in line.text)
            or any(test(line) for test in FURNITURE if test is not is_caption or width(line.text) < 1.6 * column)
            or DATELINE.fullmatch(line.text)
        ):
            out.append(whole)
            continue
        if headings := _headings(line, column):
            out.append(headings)
            continue
        found = fit(line.text, column)
        gaps = sum(
            bool(_GUTTER.search(line.text[: cell.start])) or line.text[cell.start] in NOISE for cell in found.cells[1:]
        )
        if found.cost >= MOST_COST:
            parts = [gap.span() for gap in re.finditer(r"[ \u3000]{4,}", line.text)]
            edges = [0, *(end for _, end in parts), len(line.text)]
            cells = tuple(Cell(k, start, end) for k, (start, end) in enumerate(pairwise(edges)))
            out.append(Row(line, cells, 0.0, len(parts)) if len(cells) > 1 else whole)
        else:
            out.append(Row(line, found.cells, found.cost, gaps))
    out = [_without_debris(row) for row in out]
    for i, row in enumerate(list(out)):
        near = sum(other.gaps > 0 for other in out[max(0, i - 4) : i + 5] if other is not row)
        last = row.line.text[row.cells[-1].start :]
        remnant = width(last) < 0.6 * column and not SENTENCE_END.search(last)
        if len(row.cells) > 1 and not row.gaps and (near < 2 or remnant):
            out[i] = Row(row.line, (Cell(0, 0, len(row.line.text)),), 0.0, 0)
    return out


def _headings(line: Line, column: float) -> Row | None:
    """The row cut at its wide gaps alone, if headings stand in it of which one is wider than a column.

    >>> from site_builder.model import Span
    >>> text = "全县冬季农田水利建设现场推进会昨日召开     山村通上自来水"
    >>> [cell.start for cell in _headings(Line(Span(0, len(text)), text, 1), 16.0).cells]
    [0, 24]
    """
    if _ANY_MARK.search(line.text):
        return None
    edges = [0, *(gap.end() for gap in _BETWEEN.finditer(line.text)), len(line.text)]
    sizes = [width(line.text[start:end].strip()) for start, end in pairwise(edges)]
    if len(sizes) < 2 or max(sizes) <= column or min(sizes) < 4:
        return None
    cells: list[Cell] = []
    place = 0
    for (start, end), size in zip(pairwise(edges), sizes, strict=True):
        cells.append(Cell(place, start, end))
        place += max(1, math.ceil(size / (column + GUTTER)))
    return Row(line, tuple(cells), 0.0, len(cells) - 1)


def _without_debris(row: Row) -> Row:
    """The row with a last cell that holds only some letters made a part of the cell before it; see `_peel`."""
    cells = row.cells
    while len(cells) > 1 and _LETTERS.fullmatch(row.line.text[cells[-1].start : cells[-1].end]):
        cells = (*cells[:-2], replace(cells[-2], end=cells[-1].end))
    return replace(row, cells=cells)


def take_apart(every: Sequence[Row], column: float) -> tuple[list[Block], list[Line]]:
    """The page's blocks, and the marks that stood in their gutters.

    No mark is dropped: what is peeled off a cell is furniture of the page.

        >>> from site_builder.model import Span
        >>> texts = ["增水田两千亩，粮食增产一 ” 成以上。眼下，田里的油菜"]
        >>> texts.append("花开得正好。             “来看花的人很多。老支书说")
        >>> lines = [Line(Span(0, len(text)), text, n) for n, text in enumerate(texts, 1)]
        >>> (block,), marks = take_apart(cut_rows(lines, 12), 12)
        >>> [strip.text for strip in block.strips.values()]
        ['增水田两千亩，粮食增产一花开得正好。', '成以上。眼下，田里的油菜来看花的人很多。老支书说']
        >>> [mark.text for mark in marks]
        ['”', '“']
    """
    parted: list[list[Row]] = []
    for row in every:
        if row.line.blank_before or not parted:
            parted.append([])
        parted[-1].append(row)
    blocks: list[Block] = []
    noise: list[Line] = []
    for rows in parted:
        noise += [row.line for row in rows if _FEW_LETTERS.fullmatch(row.line.text)]
        blocks += _blocks([row for row in rows if not _FEW_LETTERS.fullmatch(row.line.text)], column, noise)
    kept: list[Block] = []
    for block in blocks:
        strip = block.strips[min(block.strips)]
        before = [line.text for other in kept[-1:] for line in other.strips[max(other.strips)].lines[-1:]]
        if _is_scrap(block) and not (before and runs_on(before[0], strip.text)):
            noise += strip.lines
        else:
            kept.append(block)
    return kept, noise


def _blocks(rows: Sequence[Row], column: float, noise: list[Line]) -> list[Block]:
    """The block of these rows, and before it each scrap of a line that stands alone in one of them."""
    if not rows:
        return []
    usual = [cell.column for row in rows for cell in row.cells if row.cost < 3 and _has_text(row.line, cell)]
    lasts = [row.cells[-1].column for row in rows]
    several = sum(len(row.cells) > 1 for row in rows)
    least = 2 if several >= 5 else 1
    count = max((k for k in set(usual) if sum(other >= k for other in lasts) >= least), default=0) + 1
    rows = [_refit(row, column, count) for row in rows]
    count = max(count, *(len(row.cells) for row in rows))
    out: list[Block] = []
    if count > 1:
        scraps = [row for row in rows if len(row.cells) == 1 and _TINY.fullmatch(row.line.text)]
        out = [Block(1, {0: Strip(0, [row.line])}) for row in scraps]
        rows = [row for row in rows if row not in scraps]
    held: dict[int, list[tuple[Line, bool]]] = {}
    set_in: dict[int, bool | None] = {}
    ruled = False
    for row, places in zip(rows, _deal(rows, count, column), strict=True):
        for k, (cell, place) in enumerate(zip(row.cells, places, strict=True)):
            part, marks = _peel(row.line, cell, first=k == 0, last=k == len(row.cells) - 1)
            noise += marks
            ruled |= any("|" in mark.text for mark in marks)
            if part:
                held.setdefault(place, []).append((part, k > 0))
                set_in.setdefault(place, _set_in(row, k, column))
    if held:
        strips = {place: Strip(place, _without_quotes(held[place], noise), set_in[place]) for place in sorted(held)}
        out.append(Block(count, strips, len(rows), ruled))
    return out


def _refit(row: Row, column: float, count: int) -> Row:
    """The row cut anew if it has more columns than its block."""
    if row.cells[-1].column < count or row.cost == 0.0:
        return row
    found = fit(row.line.text, column, count)
    return Row(row.line, found.cells, found.cost, row.gaps) if found.cost < row.cost + 2 else row


def _is_scrap(block: Block) -> bool:
    """Is the block one line of a character or two, as pictures and rules are read?"""
    strip = block.strips[min(block.strips)]
    return len(block.strips) == len(strip.lines) == 1 and bool(_SCRAP.fullmatch(strip.text))


def _set_in(row: Row, k: int, column: float) -> bool | None:
    """Is the row's cell indented? Only a full cell before it, whose start is known, can tell."""
    if not k or row.line.text[: row.cells[k].start].endswith(" " * 8):
        return None
    if row.cells[k].offset > INDENT:
        return True
    before = row.line.text[row.cells[k - 1].start : row.cells[k - 1].end].strip(" " + NOISE)
    return False if width(before) >= column - FULL else None


def _deal(block: Sequence[Row], count: int, column: float) -> list[tuple[int, ...]]:
    """For each row the columns of its cells: as they fit, but for what language and full lines say otherwise.

    The white of a column that has ended is lost where it would open the line, and text beside a headline in large type
    may stand farther to the right than it seems.
    """
    if count == 1:
        return [(0,)] * len(block)

    @cache
    def going_on(tail: str, text: str) -> float:
        if _is_heading(tail) and dated(text):
            return 0.0
        return language(tail[-12:], text[:12]) + _filled(tail, column)

    State = tuple[float, tuple[tuple[int, ...], ...], tuple[str, ...]]
    states: list[State] = [(0.0, (), ("",) * count)]
    for row in block:
        in_large_type, places_of_row = _beside_heading(row), _places(row, count)
        texts = [row.line.text[cell.start : cell.end].strip(" " + NOISE) for cell in row.cells]
        ranked: list[State] = []
        for score, places, tails in states:
            for chosen in places_of_row:
                gain, ends = -LEAD * min(1, chosen[0]), list(tails)
                for cell, text, place in zip(row.cells, texts, chosen, strict=True):
                    off = abs(place - chosen[0] - cell.column)
                    gain -= (0.1 if cell.column and in_large_type else 0.4) * off
                    if tails[place] and text:
                        gain += going_on(tails[place], text)
                    elif not tails[place]:
                        gain -= 0.05 * place
                    ends[place] = text or ends[place]
                if len(row.cells) > 1 and chosen[-1] != count - 1:
                    gain -= 0.6 if in_large_type else 0.2
                ranked.append((score + gain, (*places, chosen), tuple(ends)))
        ranked.sort(key=lambda state: state[0], reverse=True)
        states = ranked[:BEAM]
    return list(states[0][1])


def _filled(tail: str, column: float) -> float:
    """What a column's last line says of its going on: a full line in mid-sentence must, a short one has no need to."""
    if SENTENCE_END.search(tail):
        return 0.0
    return FILLED if width(tail) >= column - 2.5 else -FILLED


def _places(row: Row, count: int) -> list[tuple[int, ...]]:
    """The columns that a row's cells may stand in: as they fit, or later ones behind a wide gap or a lost start."""
    out: list[tuple[int, ...]] = [()]
    for k, cell in enumerate(row.cells):
        wide = k > 0 and bool(re.search(r" {4,}$", row.line.text[: cell.start]))
        left = len(row.cells) - k - 1
        grown: list[tuple[int, ...]] = []
        for places in out:
            low = places[-1] + 1 if places else 0
            step = cell.column - row.cells[k - 1].column if k else 0
            high = count - left
            options = range(low, high) if wide or k == 0 else [max(low, min(high - 1, places[-1] + step))]
            grown += [(*places, place) for place in options]
        out = grown
    return out or [tuple(range(len(row.cells)))]


def _beside_heading(row: Row) -> bool:
    """Does text stand to the right of a heading? Its larger type then says little of how far to the right."""
    texts = [row.line.text[cell.start : cell.end] for cell in row.cells]
    return len(texts) > 1 and _is_heading(texts[0]) and not _is_heading(texts[-1]) and _after_gap(row, row.cells[-1])


def _is_heading(text: str) -> bool:
    return not _ANY_MARK.search(text)


def _after_gap(row: Row, cell: Cell) -> bool:
    """Does the cell stand behind so wide a gap that its column is in doubt?"""
    return row.line.text[: cell.start].endswith(" " * 4)


@lru_cache(maxsize=65536)
def language(before: str, after: str) -> float:
    """How well the words go on from one line to the next.

    >>> language("村里的拖拉", "机手都来了") > language("社员们开", "会商量办法") > language("大家都说", "今年丰收")
    True
    >>> language("全乡运动会今天", "(5月9日) 揭幕"), language("广场上。", "，人来人往")
    (0.9, -1.0)
    """
    if SENTENCE_END.search(before):
        return -1.0 if NO_START.match(after) else 0.1
    if dated(after):
        return -1.5
    if (_RESUMES.match(after) and before[-1:] in "》”") or (_NOW.search(before) and _DATE.match(after)):
        return RUNS_ON
    if _HAN.match(before[-1:]) and _HAN.match(after):
        if length := _word_across(before[-3:], after[:3]):
            return RUNS_ON if length == 2 else LONG_WORD
    elif runs_on(before, after):
        return RUNS_ON
    if NO_START.match(after):
        return 0.5
    return 0.2 if OPEN_END.search(before) else 0.0


def _word_across(tail: str, head: str) -> int:
    """The length of the word that runs across from one line's last characters to the next one's first; 0: none does."""
    at = 0
    for word in cutter.cut(tail + head, False):
        if at < len(tail) < at + len(word):
            return len(word)
        at += len(word)
    return 0


def _has_text(line: Line, cell: Cell) -> bool:
    """Does the cell hold more than debris?"""
    text = line.text[cell.start : cell.end].strip(" ”“|")
    return len(re.findall(f"[{HAN}0-9]", text)) >= 3 or (len(text) > 1 and bool(SENTENCE_END.search(text)))


def _peel(line: Line, cell: Cell, *, first: bool, last: bool) -> tuple[Line | None, list[Line]]:
    """The cell as a line of its own, and the marks at its edges that the scan made of the gutter."""
    text = line.text[cell.start : cell.end]
    start, end = 0, len(text)
    if not re.search(rf"[{HAN}0-9A-Za-z]", text):
        end = 0
    elif not first and (found := _HEAD_NOISE.match(text)):
        start = found.end()
    if (not last and (found := _TAIL_NOISE.search(text, start) or re.search(r"(?<=.)[“‘《〈]$", text))) or (
        last and (found := _LAST_NOISE.search(text)) and found.start() > start
    ):
        end = found.start()
    marks = []
    for a, b in ((0, start), (end, len(text))):
        if text[a:b].strip():
            mark = line.cut(cell.start + a, cell.start + b)
            gutter = (
                line.text[cell.start + a - 1 : cell.start + a + 1].strip()
                != line.text[cell.start + a - 1 : cell.start + a + 1]
            )
            marks.append(replace(mark, rules=("in the gutter",) if gutter or "|" in text[a:b] else ()))
    if not text[start:end].strip():
        return None, marks
    part = line.cut(cell.start + start, cell.start + end)
    return replace(part, indent=0), marks


def _without_quotes(held: Sequence[tuple[Line, bool]], noise: list[Line]) -> list[Line]:
    """The strip's lines without opening marks at a gutter that nothing closes: the scan made them of the rule."""
    out: list[Line] = []
    for i, (line, inner) in enumerate(held):
        mark = line.text[:1]
        if inner and mark in _CLOSING and len(line.text) > 1:
            rest = line.text[1:] + "".join(other.text for other, _ in held[i + 1 : i + 4])
            opens, closes = rest.find(mark), rest.find(_CLOSING[mark])
            if closes < 0 or 0 <= opens < closes:
                noise.append(line.cut(0, 1))
                line = line.cut(1, len(line.text))
        out.append(line)
    return out
