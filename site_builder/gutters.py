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
from itertools import accumulate, combinations, pairwise
from operator import add
from typing import NamedTuple

from site_builder import trace
from site_builder.breaks import OPENING
from site_builder.labels import is_byline, is_caption
from site_builder.marks import NO_START, OPEN_END, SENTENCE_END, STOP_END, runs_on
from site_builder.model import Line
from site_builder.patterns import PIECE_END, dated
from site_builder.widths import FLAT, width

ROUGH = 1.6  # characters that a column's full lines differ by: half-width figures, a mark at the line's end
LEAST_WIDTH = 8  # characters: no newspaper column is narrower
MOST_COLUMNS = 5
PACE = 0.4  # against each line that another column is ahead when a column goes on
LEAST_RUN = 4  # lines: a shorter run above the columns is more likely a heading's or a caption's
BEAM = 24  # ways to deal out the lines that are followed at once

_EDGE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff60“”‘’—…0-9A-Za-z%]")
_SPACE = re.compile(r"(?<=\S) (?=\S)")


def is_spaced_out(text: str) -> bool:
    """Is the line letter-spaced, so that its spaces part no columns?"""
    words = text.split()
    return len(words) >= 4 and sum([len(word) == 1 for word in words]) >= 0.7 * len(words)


def part_blocks(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page, with the columns of each block that has several pulled apart."""
    if len([line for line in lines if " " in line.text]) < 2:  # `_part` wants two in a block
        return list(lines)
    starts = [i for i, line in enumerate(lines) if line.blank_before and i]
    out: list[Line] = []
    for start, end in pairwise([0, *starts, len(lines)]):
        out += _part(lines[start:end])
    trace.tell_moved(out, "columns that stand side by side are read one after the other")
    return out


def _part(block: Sequence[Line]) -> Sequence[Line]:
    if len([line for line in block if " " in line.text]) < 2:
        return block
    column, rows = _rows(block)
    several = [i for i, row in enumerate(rows) if len(row) > 1]
    if len(several) < 2 or len(several) < 0.15 * len(rows):
        return block
    too_long = sum(len(row) == 1 and FLAT > width(row[0].text) > column + 2 * ROUGH for row in rows)
    if too_long > 0.5 * len(several):
        return block  # its lines are longer than such a column: those are two words with a space between
    first = _first_text(block, rows, column, several[0])
    last = max(several[-1], *(i for i, line in enumerate(block) if not is_caption(line)), first)
    body = rows[first : last + 1]
    count = max(len(row) for row in body)
    if count > MOST_COLUMNS:
        return block
    body, pieces = _whole_lines(body, column)
    dealt = [row for row in body if not (len(row) == 1 and is_caption(row[0]))]
    captions = [row[0] for row in body if len(row) == 1 and is_caption(row[0])]
    above = _set_before(dealt, count, column)
    columns: list[list[Line]] = [[] for _ in range(count)]
    for row, places in zip(dealt[above:], _deal(dealt[above:], count, column).places, strict=True):
        for line, place in zip(row, places, strict=True):
            columns[place] += pieces.get(line.span.start, [line])
    columns = _with_run([row[0] for row in dealt[:above]], [lines for lines in columns if lines], column)
    if trace.asked():
        words = f"From line {body[0][0].number} on {count} columns of {column:g} characters stand side by side"
        trace.tell("layout", (), f"{words}, parted by single spaces: they are dealt so that most sentences run on.")
    text = [replace(line, blank_before=0) for lines in columns for line in lines]
    out = [*block[:first], *text, *captions, *block[last + 1 :]]
    return [replace(out[0], blank_before=block[0].blank_before), *out[1:]]


def _whole_lines(rows: Sequence[list[Line]], column: float) -> tuple[list[list[Line]], dict[int, list[Line]]]:
    """The rows with the pieces of one printed line put together, and the pieces of each such line by its start.

    PDF text breaks a printed line between two marks and may give the second piece first: `，他们把感悟化作` / `后”`.
    """
    out: list[list[Line]] = []
    pieces: dict[int, list[Line]] = {}
    for row in rows:
        line = row[0]
        above = out[-1] if out else []
        before = above[-1] if above else None
        if before is None or not (len(row) == 1 or len(above) == 1):
            out.append(list(row))
            continue
        if len(row) == 1 and _are_pieces(before, line, column):
            first, second = before, line
        elif len(above) == 1 and _are_pieces(row[-1], before, column) and NO_START.match(before.text):
            first, second = row[-1], before
            out[-1] = list(row)
        else:
            out.append(list(row))
            continue
        pieces[first.span.start] = [*pieces.get(first.span.start, [first]), *pieces.get(second.span.start, [second])]
        out[-1][-1] = replace(first, text=first.text + second.text)
    return out, pieces


def _are_pieces(first: Line, second: Line, column: float) -> bool:
    together = width(first.text) + width(second.text)
    between = PIECE_END.search(first.text) or NO_START.match(second.text)
    short = width(first.text) < column - 2 * ROUGH
    return bool(short and between and not SENTENCE_END.search(first.text) and abs(together - column) <= ROUGH)


def _set_before(rows: Sequence[Sequence[Line]], count: int, column: float) -> int:
    """How many lines at the block's head are a run of one column that was set before the others, out of its place.

    `pdftotext` gives the longest text box first: then the columns beside each other open with a dateline under lines
    that stop in mid-sentence.
    """
    head = next((i for i, row in enumerate(rows) if len(row) > 1), 0)
    if head < LEAST_RUN or not any(dated(line.text) for line in rows[head]):
        return 0
    together = _deal(rows, count, column)
    apart = _deal(rows[head:], count, column)
    run = sum(_goes_on(a[0].text, b[0].text, column) for a, b in pairwise(rows[:head]))
    return head if run + apart.score + _across(apart, column) > together.score + _across(together, column) else 0


def _with_run(run: list[Line], columns: list[list[Line]], column: float) -> list[list[Line]]:
    """The columns with a run of lines set where its sentences run on best: before, between or after them."""
    if not run:
        return columns

    def fit(at: int) -> float:
        order = [*columns[:at], run, *columns[at:]]
        return sum(_goes_on(a[-1].text, b[0].text, column) for a, b in pairwise(order))

    at = max(range(len(columns) + 1), key=fit)
    return [*columns[:at], run, *columns[at:]]


def _rows(block: Sequence[Line]) -> tuple[float, list[list[Line]]]:
    """The width of the block's columns and its lines cut into their cells; no line is cut if there is no such width."""
    spaces = [
        [found.start() for found in _SPACE.finditer(line.text)]
        if " " in line.text and not is_spaced_out(line.text)
        else []
        for line in block
    ]
    if sum(map(bool, spaces)) < 2:  # `_part` wants two lines that are cut
        return 0.0, [[line] for line in block]
    spaced = [(i, own, _edges(block[i].text)) for i, own in enumerate(spaces) if own]
    widths = {edges[at] for _, own, edges in spaced for at in own if edges[at] >= LEAST_WIDTH}
    best: tuple[int, float] = (0, 0.0)
    cells: list[list[tuple[int, int]]] = []
    for column in sorted(widths):
        found = [_cells(block[i].text, own, edges, column) for i, own, edges in spaced]
        count = sum([len(row) > 1 for row in found]) * 10 + sum(map(len, found))
        if count >= best[0]:
            best, cells = (count, column), found
    if not cells:
        return 0.0, [[line] for line in block]
    rows = [[line] for line in block]
    for (i, *_), row in zip(spaced, cells, strict=True):
        rows[i] = [block[i].cut(*cell) for cell in row]
    return best[1], rows


def _edges(text: str) -> list[float]:
    """How wide the text is up to each of its characters, and in whole.

    >>> _edges("8月 好")
    [0, 0.5, 1.5, 2.0, 3.0]
    """
    return list(accumulate(map(width, text), initial=0))


def _cells(text: str, spaces: Sequence[int], at_width: Sequence[float], column: float) -> list[tuple[int, int]]:
    """Where the cells of a line stand if its columns are so wide; the whole line if they are not.

    `at_width` holds the width of the text up to each of its characters.
    """
    whole = [(0, len(text))]
    if at_width[-1] > (column + ROUGH) * MOST_COLUMNS or at_width[-1] <= column + 0.5:
        return whole
    out: list[tuple[int, int]] = []
    start = 0
    for at in spaces:
        size = at_width[at] - at_width[start]
        if size > column + ROUGH:
            return whole
        if size >= column - 2 * ROUGH and _EDGE.match(text[at - 1]) and _EDGE.match(text[at + 1]):
            piece = text[start:at]
            if size < column - ROUGH and any(piece.count(a) > piece.count(b) for a, b in ("（）", "()")):
                continue  # 本报讯（记者 顾敏行）
            out.append((start, at))
            start = at + 1
    if not out or at_width[-1] - at_width[start] > column + ROUGH:
        return whole
    return [*out, (start, len(text))]


def _first_text(block: Sequence[Line], rows: Sequence[Sequence[Line]], column: float, several: int) -> int:
    """The first row that is running text: what stands above it are headings and bylines."""
    for i in range(several):
        text = block[i].text
        full = column - 2 * ROUGH - 2 <= width(text) <= column + ROUGH
        if dated(text) or (full and re.search("[，。；]", text) and not is_byline(block[i])):
            return i
    return several


class _State(NamedTuple):
    """A way to deal the rows read so far out to the columns."""

    score: float
    places: tuple[tuple[int, ...], ...]  # for each row the columns of its cells
    last: tuple[Line | None, ...]  # the last line of each column
    first: tuple[Line | None, ...]
    ahead: tuple[tuple[int, ...], ...]  # how many lines each other column had since a column's last one


def _deal(rows: Sequence[Sequence[Line]], count: int, column: float) -> _State:
    """The dealing of the rows' cells to the columns in which the most sentences run on."""
    none = (None,) * count
    states = [_State(0.0, (), none, none, ((0,) * count,) * count)]
    for row in rows:
        ranked = [
            _dealt(state, row, chosen, column) for state in states for chosen in combinations(range(count), len(row))
        ]
        ranked.sort(key=lambda state: state.score, reverse=True)
        states = []
        seen: set[tuple[int, ...]] = set()
        for state in ranked:
            key = tuple(line.span.start if line else -1 for line in state.last)
            if key not in seen:
                seen.add(key)
                states.append(state)
            if len(states) == BEAM:
                break
    return max(states, key=lambda state: state.score + _across(state, column))


def _dealt(state: _State, row: Sequence[Line], chosen: tuple[int, ...], column: float) -> _State:
    """The state after one more row, its cells dealt to the chosen columns."""
    gain, last, first = 0.0, list(state.last), list(state.first)
    for line, place in zip(row, chosen, strict=True):
        before = last[place]
        if before:
            # The lines of columns side by side are set at one pace: none waits while another has several.
            gain += _goes_on(before.text, line.text, column) - PACE * max(0, max(state.ahead[place]) - 1)
        else:
            gain -= 0.1 * place
        first[place] = first[place] or line
        last[place] = line
    taken = [int(place in chosen) for place in range(len(last))]
    none = (0,) * len(last)
    ahead = [none if took else tuple(map(add, others, taken)) for took, others in zip(taken, state.ahead, strict=True)]
    return _State(state.score + gain, (*state.places, chosen), tuple(last), tuple(first), tuple(ahead))


def _across(state: _State, column: float) -> float:
    """The score of the sentences that run on from the foot of a column to the head of the next."""
    pairs = zip(state.last, state.first[1:], strict=False)
    return sum(_goes_on(end.text, start.text, column) for end, start in pairs if end and start)


@lru_cache(maxsize=65536)
def _goes_on(before: str, after: str, column: float) -> float:
    """How well a line goes on from another in one column."""
    ended = bool(STOP_END.search(before))
    if dated(after):
        return 0.0 if ended else -3.0
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
