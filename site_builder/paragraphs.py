"""Lines -> paragraphs: undo the column's line wraps.

Only 13-15 % of the lines of the sample pages end with a sentence mark, so "join unless 。" fails, and so does "join
unless a blank line follows". Each break between two lines is weighed on all that print and language tell about it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from site_builder import trace
from site_builder.breaks import INDENT, RUNNING, SHORT, Break, is_doubtful, joins, parts_plainly, runs_plainly
from site_builder.marks import (
    NO_STARTS,
    OPEN_END,
    STOPS,
    cannot_start,
    ends_sentence,
    is_marked,
    is_open,
    is_signed,
    runs_on,
    stops,
    unclosed,
    unclosed_title,
)
from site_builder.model import Line
from site_builder.patterns import dated
from site_builder.widths import FLAT, local_widths, width, widths

_QUOTE_MARK, _BRACKET = re.compile(r"[“”《》]"), re.compile(r"[（）()]")
_CLOSES_TITLE = re.compile("[^《》。]*》")
_PIECE_START, _PIECE_ENDS = frozenset("“‘《（"), frozenset("，、；：”’》）")  # those that PIECE_END knows
_SERIES = re.compile("[—－]{2}[^，。；：！？]{2,24}(?:报道|见闻|纪实|综述|侧记|纪事)(?:之[一二三四五六七八九十]+)?")


def blanks_are_loose(lines: Sequence[Line]) -> bool:
    """Do the page's blank lines stand inside sentences as often as between them? Then they mark no paragraphs.

    PDF tools set one wherever a text box ends, be it in mid-sentence.
    """
    above = [before.text for before, after in pairwise(lines) if after.blank_before]
    inside = sum([is_marked(text) and is_open(text) for text in above])
    return inside >= 4 and inside >= 0.5 * sum(map(ends_sentence, above))


def indents_are_lost(lines: Sequence[Line], sizes: Sequence[float], columns: Sequence[tuple[float, float]]) -> bool:
    """Were the paragraphs printed with indents that the text has lost? Their first lines are then short by that much.

    Told by the lines that follow a sentence ending in a short line: those surely open a paragraph.
    """
    short = [
        columns[i][1] > 0 and 1.5 <= columns[i][1] - sizes[i] <= INDENT
        for i in range(1, len(lines))
        if 0 < sizes[i - 1] < columns[i - 1][0] - SHORT
        and sizes[i] > 0.7 * columns[i][1] > 0
        and ends_sentence(lines[i - 1].text)
    ]
    return len(short) >= 3 and sum(short) >= 0.6 * len(short)


def printed_widths(
    lines: Sequence[Line], own: Sequence[float], columns: Sequence[tuple[float, float]]
) -> tuple[list[float], frozenset[int]]:
    """The width of each printed line up to the end of each line given, and which lines go on with a printed line.

    PDF text in raw order breaks a printed line where two marks stand together, a closing and an opening one
    (的《水利手册》 / （以下称); the pieces then fill the column between them, and no more than that. `own` holds
    the width of each line by itself, `columns` those of the columns.

        >>> from site_builder.model import Span
        >>> def page(*texts): return [Line(Span(0, len(text)), text, 1) for text in texts]
        >>> column = "一行印十四个汉字的正文内容啊"
        >>> lines = page(column, column, column, "的《山区水利手册》", "（以下都称", column)
        >>> own = widths([line.text for line in lines])
        >>> printed_widths(lines, own, local_widths(own))
        ([14.0, 14.0, 14.0, 9.0, 14.0, 14.0], frozenset({4}))
    """
    sizes, pieces = list(own), set[int]()
    last = lines[0].text[-1:]
    for i, line in enumerate(lines):
        text, before = line.text, last
        last = text[-1:]
        first = text[:1]
        if not (before in _PIECE_ENDS or first in _PIECE_START or first in NO_STARTS) or not i or line.blank_before:
            continue  # as with most
        headless = cannot_start(text)
        if not (headless or before in _PIECE_ENDS or first in _PIECE_START):
            continue
        together = sizes[i - 1] + own[i]
        if headless and together <= FLAT:
            sizes[i] = together
            continue
        column = max((*columns[i - 1], *columns[i]))
        short = sizes[i - 1] < column - SHORT  # shorter than any wrap leaves a line
        if not (column and short and column - SHORT < together <= column + 1.5):
            continue
        if not ends_sentence(lines[i - 1].text) and (before in _PIECE_ENDS or first in _PIECE_START):
            sizes[i] = together
            pieces.add(i)
    return sizes, frozenset(pieces)


def keeps_indents(lines: Sequence[Line]) -> bool:
    """Has the page kept the indents of its paragraphs? Then some lines, but not most, are indented."""
    indented = [line for line in lines if 1 <= line.indent <= 8]
    return 0.04 * len(lines) <= len(indented) <= 0.5 * len(lines)


def chains(lines: Sequence[Line], lifted: Mapping[int, str] | None = None) -> list[list[Line]]:
    """The lines grouped into paragraphs; headlines are left a line each.

    `lifted` maps where a line starts before which something was lifted out to the kind of that: a caption in
    mid-sentence, a byline.
    """
    lifted = lifted or {}
    texts = [line.text for line in lines]
    own_widths = widths(texts)
    columns = local_widths(own_widths)
    sizes, pieces = printed_widths(lines, own_widths, columns)
    if sizes != own_widths:
        columns = local_widths(sizes)
    if blanks_are_spacing(lines):
        lines = [line.below(line.blank_before - 1) if line.blank_before else line for line in lines]
    indents, loose = keeps_indents(lines), blanks_are_loose(lines)
    lost = not indents and indents_are_lost(lines, sizes, columns)
    flattened = sum([size for size in sizes if size > FLAT]) > 0.5 * sum(sizes)
    news = [dated(text) for text in texts]
    heads = before_datelines(lines, news)
    out: list[list[Line]] = []
    inserted: list[list[Line]] = []
    previous, widest = 0, 0.0
    plain = not trace.asked()  # who asks is told of every break
    runs = _runs_on_where_full(lines, sizes, news, heads, lifted, indents=indents)
    skip = 0  # lines that stand in mid-sentence and were lifted out
    for i, line in enumerate(lines):
        if i < skip:
            inserted.append([line])
            continue
        if i:
            may_be_inserted = not is_marked(texts[i]) and _may_be_inserted(lines, own_widths, i)
            if plain and runs[i] and not may_be_inserted and previous == i - 1 and len(out[-1]) > 1:
                column = columns[previous][0]
                if 0 < column - SHORT <= sizes[previous] <= column + SHORT:  # as with most: the line fills its column
                    out[-1].append(line)
                    previous = i
                    if own_widths[i] > widest:
                        widest = own_widths[i]
                    continue
            if skip != i and may_be_inserted and (skip := _inserted(lines, own_widths, i, heads)):
                inserted.append([line])
                if trace.asked():
                    around = trace.shown(lines[i - 1].text[-12:]), trace.shown(lines[skip].text[:12])
                    words = f"A sentence runs on around it from {around[0]} to {around[1]}, so it is lifted out."
                    trace.tell("paragraphs", [each.span for each in lines[i:skip]], words)
                continue
            last, chain, both = lines[previous], out[-1], (sizes[previous], sizes[i])
            first, apart = len(chain) == 1, line.span.start in lifted or previous != i - 1
            fitting = (0.0 if first else widest), *columns[previous]
            column, fits = fitting[1], 0 < fitting[1] - SHORT <= both[0] <= fitting[1] + SHORT
            if not fits:
                column = _column(last, both[0], *fitting)
            if (
                plain
                and not (apart or news[i] or (indents and line.indent))
                and runs_plainly(last, line, both, column, heads, first=first, flattened=flattened)
            ):
                doubtful = line.blank_before and is_doubtful(last, line, lifted=False)
                chain.append(line.marked("doubtful") if doubtful else line)
                previous, widest = i, max(widest, own_widths[i])
                continue
            if fits:
                column = _column(last, both[0], *fitting)
            gap = Break(
                last,
                line,
                both,
                (column, columns[i][1]),
                chain,
                first,
                indents,
                heads,
                flattened,
                apart,
                loose,
                lost,
                lifted.get(line.span.start) == "byline",
                i in pieces and previous == i - 1 and line.span.start not in lifted,
            )
            parted = plain and (news[i] or parts_plainly(last, line, both, column, heads, first=first))
            if not parted and joins(gap):
                chain.append(line.marked("doubtful") if is_doubtful(last, line, lifted=apart) else line)
                previous, widest = i, max(widest, own_widths[i])
                continue
        out.append([line])
        previous, widest = i, own_widths[i]
    return [part for chain in [*out, *inserted] for part in _as_headlines(chain)]


def _runs_on_where_full(
    lines: Sequence[Line],
    sizes: Sequence[float],
    news: Sequence[bool],
    heads: Container[int],
    lifted: Container[int],
    *,
    indents: bool,
) -> list[bool]:
    """Which lines go on with the one before if only that fills its column and is not the first of its paragraph.

    They are those that `runs_plainly` finds to, told for all lines in one go: most do.
    """
    out: list[bool] = []
    is_open = False  # the line before stops in mid-clause
    for line, size, opens in zip(lines, sizes, news, strict=True):
        start = line.span.start
        usual = size <= FLAT and not line.heading and start not in heads
        alone = opens or line.blank_before or start in lifted or (indents and line.indent) or "sense" in line.rules
        out.append(is_open and usual and not alone)
        is_open = usual and line.text[-1] not in STOPS
    return out


def _column(line: Line, size: float, own: float, back: float, ahead: float) -> float:
    """The column that a line is measured by: its own paragraph's, that of the lines up to it, or of those from it on.

    A finished sentence is measured by its own paragraph, an unfinished line by whatever fits it better: the column may
    widen or narrow in mid-paragraph (seed 003, line 273).
    """
    if stops(line.text):
        return own or back or ahead
    best = own
    for column in (back, ahead):
        if column and (not best or abs(column - size) < abs(best - size)):
            best = column
    return best


def _may_be_inserted(lines: Sequence[Line], sizes: Sequence[float], i: int) -> bool:
    """May `_inserted` find anything? Not where the line stands in its column as all do, and is as wide as the last."""
    if not -1 < sizes[i] - sizes[i - 1] < 1 or lines[i].blank_before or lines[i].text[0] in "—－":
        return True
    return i + 1 < len(lines) and bool(lines[i + 1].blank_before)


def _inserted(lines: Sequence[Line], sizes: Sequence[float], i: int, heads: Container[int]) -> int:
    """Where the sentence before line i goes on, if line i and up to three more are a headline set into its midst; or 0.

    The words must run on across the headline, from the line before it to the line after, and not into it.
    """
    last = lines[i - 1]
    if is_marked(lines[i].text) or stops(last.text) or last.heading or last.span.start in heads:
        return 0
    unmarked = not is_marked(last.text) and not dated(last.text)
    if unmarked and (i < 2 or lines[i - 1].blank_before):
        return 0
    at = _goes_on_at(lines, sizes, i, unmarked=unmarked)
    return 0 if at and runs_on(last.text, lines[i].text) else at  # the dear question last


def _goes_on_at(lines: Sequence[Line], sizes: Sequence[float], i: int, *, unmarked: bool) -> int:
    """The same, whether or not a word runs into line i; `unmarked`: the line before has no mark of running text."""
    last = lines[i - 1]
    for j in range(i, min(i + 4, len(lines) - 1)):
        line = lines[j]
        bare = _QUOTE_MARK.sub("", line.text)
        if is_marked(bare) or _BRACKET.search(bare) or OPEN_END.search(bare) or unclosed(line.text):
            return 0
        after = lines[j + 1].text
        if j == i and not unmarked and _SERIES.fullmatch(line.text) and not dated(after):
            return i + 1
        closes = unclosed_title(last.text) and "》" not in line.text and _CLOSES_TITLE.match(after)
        spaced = lines[i].blank_before or lines[j + 1].blank_before
        if not spaced and max(sizes[i : j + 1]) < sizes[i - 1] + 1 and min(sizes[i : j + 1]) > sizes[i - 1] - 1:
            return 0  # the lines of one column, none of them set apart
        if runs_on(last.text, after) or (closes and j == i and sizes[i] <= sizes[i - 1] - SHORT):
            return 0 if runs_on(line.text, after) or dated(after) else j + 1
    return 0


def before_datelines(lines: Sequence[Line], news: Sequence[bool]) -> frozenset[int]:
    """Where the lines start that stand between a finished sentence and a dateline and look like headlines.

    Without blank lines (PDF text) nothing else may tell a headline from the column above it. `news` says of each line
    whether a dateline opens it.
    """
    heads: set[int] = set()
    for i in [i for i, opens in enumerate(news) if opens]:
        found: list[int] = []
        to_gap: list[int] = []  # those below the nearest blank line: headlines even under an unfinished sentence
        for before in reversed(lines[max(0, i - 6) : i]):
            if stops(before.text) or is_signed(before.text) or dated(before.text):
                to_gap = found
                break
            if is_marked(before.text) or width(before.text) > 40 or len(found) == 5:
                break
            found.append(before.span.start)
            if before.blank_before and not to_gap:
                to_gap = list(found)
        heads.update(to_gap)
    return frozenset(heads)


def _as_headlines(chain: list[Line]) -> list[list[Line]]:
    """A chain without any mark of running text is no paragraph but headlines: parted again at its blank lines.

    Lines without a blank between stay together only where a word runs across their break.
    """
    if len(chain) == 1:
        return [chain]
    text = "".join([line.text for line in chain])
    if len(text) > 160 or RUNNING.search(text) or dated(text):
        return [chain]
    out = [[chain[0]]]
    for before, after in pairwise(chain):
        wrapped = not after.blank_before and (runs_on(before.text, after.text) or width(after.text) <= 4)
        if wrapped:
            out[-1].append(after)
        else:
            out.append([after])
            if trace.asked():
                apart = " and ".join(trace.break_between(before, after))
                why = "no mark of running text stands in these lines, so each is a heading; lines stay together only"
                words = f"{apart} stand apart: {why} where a word runs across."
                trace.overrule("paragraphs", [before.span, after.span], words)
    return out


def wide_gaps(lines: Sequence[Line]) -> int:
    """How many blank lines part articles on this page, or 0 where blank lines do not tell.

    Some pages set one blank line between paragraphs and two between articles; then the wider gap is rare, but not so
    rare as to be chance.

        >>> from site_builder.model import Span
        >>> def page(*gaps): return [Line(Span(0, 1), "x", 1, gap) for gap in gaps]
        >>> wide_gaps(page(0, 0, 1, 0, 2, 0, 1, 0, 0, 2, 0, 1, 0, 2, 0)), wide_gaps(page(0, 1, 0, 3, 1))
        (2, 0)
    """
    gaps = [line.blank_before for line in lines[1:]]
    usual = max(1, sorted(gaps)[int(0.75 * len(gaps))]) if gaps else 1
    wider = [gap for gap in gaps if gap > usual]
    return min(wider) if len(wider) >= 3 and len(wider) <= 0.25 * len(gaps) else 0


def blanks_are_spacing(lines: Sequence[Line]) -> bool:
    """Does the page put one blank line after nearly every line (seed 003), so that a blank means nothing?"""
    gaps = [line.blank_before for line in lines[1:]]
    return len(gaps) > 20 and gaps.count(1) >= 0.7 * len(gaps)
