"""The cells of a page read in bands are put in reading order: strips of a column, and what goes on from which.

Such a page comes in blocks, and the blocks of different articles in turn. A strip is what one block holds of one
column. Where it goes on is a question of geometry (the same column below it, the next column's head at its foot) and
of language (a word that runs across, a bracket that closes): both are weighed, and the best links are taken first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from site_builder.affinity import Weights, pairs
from site_builder.grids import FULL, NOISE, Cell, column_width, fit
from site_builder.gutters import is_spaced_out
from site_builder.labels import is_caption, is_editors_line, is_folio, is_imprint, is_masthead
from site_builder.model import Line
from site_builder.paragraphs import (
    NO_START,
    OPEN_END,
    OPENING,
    SENTENCE_END,
    STOP_END,
    is_open,
    runs_on,
    unclosed,
    width,
)
from site_builder.patterns import DATELINE, HAN

LEAST_ROWS = 4  # rows of several columns that make such a page
MOST_COST = 8.0  # a row that fits worse is not cut at columns, but at its widest gaps
RUNS_ON = 0.9  # a word runs across: it may be chance, but seldom is
LINK = 0.55  # the evidence that links two strips
BEAM = 8

_FURNITURE = (is_folio, is_imprint, is_masthead, is_editors_line, is_caption)
_MARKS = re.escape(NOISE)
_TAIL_NOISE = re.compile(rf"(?:[ \u3000]+[{_MARKS}]+|[|｜]+)[{_MARKS} \u3000]*$")
_HEAD_NOISE = re.compile(r"^[“”‘’\"'《〈。，、.,· ]*[|｜][ |｜]*|^[”’。，、；：》〉）｜|.,;:!·…—\-]+(?: +|(?=[^\d]))")
_TINY = re.compile(rf"[{HAN}0-9A-Za-z]{{1,2}}[{_MARKS}]?")
_PARTED = re.compile(r" [“”‘’\"']*[|｜]|[ \u3000]{6,}")
_LETTERS = re.compile(r"[A-Za-z|_.,'~^* -]{1,6}")
_LAST_NOISE = re.compile(r"[ \u3000]+[。.,“”‘’|｜《]$|[ \u3000]{3,}[A-Za-z]{1,3}$")
_CLOSING = dict(zip("“‘《〈（(", "”’》〉）)", strict=True))


@dataclass(slots=True)
class Strip:
    """The lines that a block holds of one column."""

    block: int
    column: int
    columns: int  # how many its block has
    lines: list[Line]
    set_in: bool | None = None  # its first line is indented; None: nothing tells

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


@dataclass(slots=True)
class Row:
    line: Line
    cells: tuple[Cell, ...]
    cost: float
    gaps: int  # cuts that stand at a gap or a mark


def read(lines: Sequence[Line]) -> list[Line] | None:
    """The page's lines in reading order if it was read in bands, or None if it was not."""
    column = column_width(lines)
    if not column:
        return None
    rows = _rows(lines, column)
    several = [row for row in rows if len(row.cells) > 1 and row.gaps]
    if len(several) < LEAST_ROWS:
        return None
    strips, noise = _strips(rows, column)
    if sum("in the gutter" in line.rules for line in noise) < max(3, 0.1 * len(several)):
        return None
    rest = [replace(line, blank_before=1, indent=0, rules=("gutter",)) for line in noise]
    return [*(replace(line, rules=("band",)) for line in _ordered(strips, column)), *rest]


def _rows(lines: Sequence[Line], column: float) -> list[Row]:
    out: list[Row] = []
    for line in lines:
        whole = Row(line, (Cell(0, 0, len(line.text)),), 0.0, 0)
        if (
            (width(line.text) <= column + 2 and not _PARTED.search(line.text))
            or (is_spaced_out(line.text) and "     " not in line.text)
            or any(test(line) for test in _FURNITURE)
            or DATELINE.fullmatch(line.text)
        ):
            out.append(whole)
            continue
        found = fit(line.text, column)
        gaps = sum(
            line.text[cell.start - 1] in " \u3000|｜" or line.text[cell.start] in NOISE for cell in found.cells[1:]
        )
        if found.cost > MOST_COST:
            parts = [gap.span() for gap in re.finditer(r"[ \u3000]{4,}", line.text)]
            edges = [0, *(end for _, end in parts), len(line.text)]
            cells = tuple(Cell(k, start, end) for k, (start, end) in enumerate(zip(edges, edges[1:], strict=False)))
            out.append(Row(line, cells, 0.0, len(parts)) if len(cells) > 1 else whole)
        else:
            out.append(Row(line, found.cells, found.cost, gaps))
    out = [_without_debris(row) for row in out]
    for i, row in enumerate(out):
        near = sum(other.gaps > 0 for other in out[max(0, i - 4) : i + 5] if other is not row)
        if len(row.cells) > 1 and not row.gaps and near < 2:
            out[i] = Row(row.line, (Cell(0, 0, len(row.line.text)),), 0.0, 0)
    return out


def _without_debris(row: Row) -> Row:
    """The row with a last cell that holds only some letters made a part of the cell before it; see `_peel`."""
    cells = row.cells
    while len(cells) > 1 and _LETTERS.fullmatch(row.line.text[cells[-1].start : cells[-1].end]):
        cells = (*cells[:-2], replace(cells[-2], end=cells[-1].end))
    return replace(row, cells=cells)


def _strips(rows: Sequence[Row], column: float) -> tuple[list[Strip], list[Line]]:
    """The rows dealt out to strips, and the marks that stood in the gutters."""
    blocks: list[list[Row]] = []
    for row in rows:
        if row.line.blank_before or not blocks:
            blocks.append([])
        blocks[-1].append(row)
    strips: list[Strip] = []
    noise: list[Line] = []
    for number, block in enumerate(blocks):
        usual = [cell.column for row in block for cell in row.cells if row.cost < 3 and _has_text(row.line, cell)]
        count = max([*usual, *(len(row.cells) - 1 for row in block)]) + 1
        held: dict[int, list[tuple[Line, bool]]] = {}
        set_in: dict[int, bool | None] = {}
        if count > 1:
            scraps = [row for row in block if len(row.cells) == 1 and _TINY.fullmatch(row.line.text)]
            strips += [Strip(number, 0, 1, [row.line]) for row in scraps]
            block = [row for row in block if row not in scraps]
        for row, places in zip(block, _deal(block, count), strict=True):
            for k, (cell, place) in enumerate(zip(row.cells, places, strict=True)):
                part, marks = _peel(row.line, cell, first=k == 0, last=k == len(row.cells) - 1)
                noise += marks
                if part:
                    held.setdefault(place, []).append((part, k > 0))
                    set_in.setdefault(place, _set_in(row, k, column))
        for place in sorted(held):
            own = _without_quotes(held[place], noise)
            strips.append(Strip(number, place, count, own, set_in[place]))
    kept: list[Strip] = []
    for before, strip in zip([None, *strips], strips, strict=False):
        if _is_scrap(strip) and not (before and runs_on(before.lines[-1].text, strip.text)):
            noise += strip.lines
        else:
            kept.append(strip)
    return kept, noise


def _is_scrap(strip: Strip) -> bool:
    """Is the strip one line of a character or two, as pictures and rules are read?"""
    return len(strip.lines) == 1 and bool(
        re.fullmatch(rf"[{HAN}{_MARKS}]( *[{HAN}{_MARKS}])?|[A-Za-z{_MARKS} ]{{1,3}}", strip.text)
    )


def _set_in(row: Row, k: int, column: float) -> bool | None:
    """Is the row's cell indented? Only a full cell before it, whose start is known, can tell."""
    if not k or row.line.text[: row.cells[k].start].endswith(" " * 8):
        return None
    if row.cells[k].offset > 1:
        return True
    before = row.line.text[row.cells[k - 1].start : row.cells[k - 1].end].strip(" " + NOISE)
    return False if width(before) >= column - FULL else None


def _deal(block: Sequence[Row], count: int) -> list[tuple[int, ...]]:
    """For each row the columns of its cells."""
    State = tuple[float, tuple[tuple[int, ...], ...], tuple[str, ...]]
    states: list[State] = [(0.0, (), ("",) * count)]
    for row in block:
        texts = [row.line.text[cell.start : cell.end].strip(" " + NOISE) for cell in row.cells]
        ranked: list[State] = []
        for score, places, tails in states:
            for chosen in _places(row, count):
                gain, ends = 0.0, list(tails)
                for cell, text, place in zip(row.cells, texts, chosen, strict=True):
                    gain -= (0.1 if cell.column and _after_gap(row, cell) else 0.3) * abs(place - cell.column)
                    if tails[place] and text:
                        gain += _language(tails[place][-12:], text[:12])
                    elif not tails[place]:
                        gain -= 0.05 * place
                    ends[place] = text or ends[place]
                if len(row.cells) > 1 and chosen[-1] != count - 1:
                    gain -= 0.6
                ranked.append((score + gain, (*places, chosen), tuple(ends)))
        ranked.sort(key=lambda state: state[0], reverse=True)
        states = ranked[:BEAM]
    return list(states[0][1])


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


def _after_gap(row: Row, cell: Cell) -> bool:
    """Does the cell stand behind so wide a gap that its column is in doubt?"""
    return row.line.text[: cell.start].endswith(" " * 4)


@lru_cache(maxsize=65536)
def _language(before: str, after: str) -> float:
    """How well the words go on from one line to the next."""
    if SENTENCE_END.search(before):
        return -1.0 if NO_START.match(after) else 0.1
    if DATELINE.match(after):
        return -1.5
    if runs_on(before, after):
        return RUNS_ON
    if NO_START.match(after):
        return 0.5
    return 0.2 if OPEN_END.search(before) else 0.0


def _has_text(line: Line, cell: Cell) -> bool:
    return len(re.findall(f"[{HAN}]", line.text[cell.start : cell.end])) >= 3


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


def _ordered(strips: Sequence[Strip], column: float) -> list[Line]:
    strips = _put_back(strips)
    links = _links(strips, column)
    after = dict(links)
    heads = [i for i in range(len(strips)) if i not in set(after.values())]
    chains: list[list[int]] = []
    for head in heads:
        chain = [head]
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        chains.append(chain)
    out: list[Line] = []
    for chain, first in _in_order(chains, strips):
        for k, i in enumerate(chain):
            lines = strips[i].lines
            closed = not out or not is_open(out[-1].text)
            blank = int(closed and (not k or strips[i].columns == 1)) or int(
                not k and (first or strips[i].columns == 1)
            )
            out += [replace(line, blank_before=0) for line in lines]
            out[-len(lines)] = replace(out[-len(lines)], blank_before=blank)
    return out


def _put_back(strips: Sequence[Strip]) -> list[Strip]:
    """The strips with those of one line put back where a strip lacks that line: words run on into it and out of it."""
    kept = list(strips)
    for strip in strips:
        if len(strip.lines) > 1 or width(strip.text) < 2:
            continue
        line = strip.lines[0]
        for other in kept:
            at = next(
                (
                    k
                    for k, (before, after) in enumerate(pairwise(other.lines), 1)
                    if other is not strip
                    and not runs_on(before.text, after.text)
                    and not STOP_END.search(before.text)
                    and runs_on(before.text, line.text)
                    and runs_on(line.text, after.text)
                ),
                0,
            )
            if at:
                other.lines.insert(at, line)
                kept.remove(strip)
                break
    return kept


def _in_order(chains: Sequence[list[int]], strips: Sequence[Strip]) -> list[tuple[list[int], bool]]:
    """The chains as they are read: those that stand beside one another from the left, and from the top.

    With each, whether it opens a region.
    """
    spans = [(min(strips[i].block for i in chain), max(strips[i].block for i in chain)) for chain in chains]
    order = sorted(range(len(chains)), key=lambda c: spans[c])
    regions: list[list[int]] = []
    end = -1
    for c in order:
        if not regions or spans[c][0] > end:
            regions.append([])
        regions[-1].append(c)
        end = max(end, spans[c][1])
    return [
        (chains[c], not k)
        for region in regions
        for k, c in enumerate(sorted(region, key=lambda c: (_column(chains[c], strips), strips[chains[c][0]].block)))
    ]


def _column(chain: Sequence[int], strips: Sequence[Strip]) -> int:
    """The column that a chain begins in: a heading alone above it may seem to stand farther to the left."""
    column, block = 0, -1
    for i in chain:
        if strips[i].block <= block:
            break
        column, block = max(column, strips[i].column), strips[i].block
    return column


def _links(strips: Sequence[Strip], column: float) -> list[tuple[int, int]]:
    """Which strip goes on with which: the best links first, each strip with one before and one after it."""
    words = [pairs(strip.text) for strip in strips]
    weights = Weights(words)
    scored: list[tuple[float, int, int]] = []
    blocks: dict[int, dict[int, Strip]] = {}
    for strip in strips:
        blocks.setdefault(strip.block, {})[strip.column] = strip

    def beside(a: Strip, b: Strip) -> float:
        """What speaks for the other columns of the two blocks going on as well."""
        if a.columns == 1 or b.columns == 1 or a.column != b.column or a.block >= b.block:
            return 0.0
        mine, theirs = blocks[a.block], blocks[b.block]
        others = [k for k in mine.keys() & theirs.keys() if k != a.column]
        return max(-1.0, min(0.6, sum(_goes_on(mine[k], theirs[k], column) for k in others)))

    for i, a in enumerate(strips):
        for j, b in enumerate(strips):
            if i != j and (score := _link(a, b, blocks, column) + 0.7 * beside(a, b)) > LINK - 0.3:
                score += 0.3 * min(1.0, 4 * weights.alike(words[i], words[j]))
                if score >= LINK:
                    scored.append((score, i, j))
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    _take(scored, after, before)
    loose: list[tuple[float, int, int]] = []
    for i, a in enumerate(strips):
        if i in after or not is_open(a.text):
            continue
        for j, b in enumerate(strips):
            if j in before or b.block <= a.block or _is_fragment(b, column):
                continue
            goes_on = _goes_on(a, b, column)
            tail = b.columns == 1 and len(b.lines) == 1 and bool(SENTENCE_END.search(b.text)) and width(b.text) < column
            same = a.columns > 1 and b.columns > 1 and a.column == b.column
            if goes_on >= 0 and (tail or same):
                loose.append((goes_on - 0.05 * (b.block - a.block), i, j))
    _take(loose, after, before)
    return sorted(after.items())


def _take(scored: list[tuple[float, int, int]], after: dict[int, int], before: dict[int, int]) -> None:
    """Take the best links first, each strip with one before and one after it, and none in a circle."""
    for _, i, j in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if i in after or j in before:
            continue
        at = j
        while at in after:
            at = after[at]
        if at != i:
            after[i], before[j] = j, i


def _link(a: Strip, b: Strip, blocks: Mapping[int, Mapping[int, Strip]], column: float) -> float:
    """What speaks for one strip going on with another."""
    score = _goes_on(a, b, column)
    apart = b.block - a.block
    if apart > 0 and a.columns > 1 and b.columns > 1:
        near = 1.2 if apart == 1 else max(0.1, 0.6 - 0.05 * apart)
        if a.column == b.column:
            return score + near - 0.1 * (a.columns != b.columns)
        if a.column == a.columns - 1 > 0 and b.column == b.columns - 1:  # both stand at the page's edge
            return score + near - 0.3
    if apart > 0 and (a.columns == 1 or b.columns == 1):
        return score + (0.4 if apart == 1 else max(0.0, 0.2 - 0.02 * apart))
    if apart > 0:
        return score + (0.2 if apart == 1 else 0.0) - 0.05 * apart
    if b.column > a.column:  # from a column's foot to the next one's head
        below = a.column in blocks.get(a.block + 1, {}) and len(blocks[a.block + 1]) > 1
        above = b.column in blocks.get(b.block - 1, {}) and len(blocks[b.block - 1]) > 1
        return score + 0.2 - 0.1 * (b.column - a.column - 1) - 0.4 * below - 0.4 * above
    return score - 0.4


def _is_fragment(strip: Strip, column: float) -> bool:
    """Is the strip part of a line that the scan has torn off? Words alone do not tell where it belongs."""
    return (
        strip.columns == 1
        and len(strip.lines) == 1
        and width(strip.text) < 0.75 * column
        and not SENTENCE_END.search(strip.text)
    )


def _goes_on(a: Strip, b: Strip, column: float) -> float:
    """What the words say of one strip going on with another."""
    tail, head = a.lines[-1].text, b.lines[0].text
    if any(test(line) for test in _FURNITURE for line in (a.lines[-1], b.lines[0])):
        return -5.0
    heading = not re.search("[，。；、]", a.text) and width(a.text) < 1.5 * column
    if _is_fragment(a, column) or _is_fragment(b, column):
        return -5.0
    if DATELINE.match(head):
        return 0.0 if heading else -1.0
    if heading:
        return 0.0 if a.columns > 1 else -0.2
    if SENTENCE_END.search(tail):
        return -1.0 if NO_START.match(head) else 0.0 if b.set_in is None else 0.3 if b.set_in else -0.3
    score = _language(tail[-12:], head[:12])
    if column - width(tail) > 3 and not OPEN_END.search(tail):
        score -= 0.4
    if OPENING.match(head):
        score -= 0.3
    if b.set_in:
        score -= 1.0
    if len(b.lines) > 1 and width(head) < column - 3 and not re.search("[，。；、]", head):
        score -= 0.6
    if unclosed(a.text) and not unclosed(a.text + b.text):
        score += 0.4
    return score
