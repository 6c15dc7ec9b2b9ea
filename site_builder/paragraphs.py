"""Lines -> paragraphs: undo the column's line wraps.

Only 13-15 % of the lines of the sample pages end with a sentence mark, so "join unless 。" fails, and so does "join
unless a blank line follows". Each break between two lines is weighed on all that print and language tell about it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from site_builder import trace
from site_builder.marks import (
    OPEN_END,
    SIGNED,
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
from site_builder.patterns import DATELINE, HAN, PIECE_END, TURN, dated
from site_builder.widths import FLAT, local_widths, width, widths

OPENING = re.compile(
    r"记者[：:]|答[：:]|问[：:]|——|[●■◆▲□○◎★☆]|[一二三四五六七八九十]+、|据了解|会上|会议(?:指出|强调|要求|认为|还)|目前，|[^，。]{2,4}(?:强调|指出|要求|表示)[，：]"
)
_RUNNING, _ANY_MARK, _NEWS_MARK = re.compile("[，。；]"), re.compile("[，。；：]"), re.compile("[，。；：、（）]")
_CLOSES = re.compile("[”’」』）)》】]")
_LEAD = re.compile(  # a news item's first words
    rf"(?:\d{{1,2}}月)?\d{{1,2}}日[，,]|(?:近日|日前|今天|昨天)[，,]|记者(?:\d{{1,2}}日|从)[{HAN}]"
)
_QUESTION = re.compile("(?:问|记者)[：:][^。？！]*$")
# A place, and what is told of it below: 四平：坚定信心、一鼓作气，全力打好攻坚战
PLACE = re.compile(rf"[{HAN}]{{2,4}}[：:][^。；：！？，]{{4,20}}，[^。；：！？]{{3,20}}")
_LONE = re.compile(rf"[{HAN}][，。、；]")
_QUOTE_MARK, _BRACKET = re.compile(r"[“”《》]"), re.compile(r"[（）()]")
_PIECE_START = re.compile("[“‘《（]")
_SERIES = re.compile("[—－]{2}[^，。；：！？]{2,24}(?:报道|见闻|纪实|综述|侧记|纪事)(?:之[一二三四五六七八九十]+)?")
_SUBTITLE = re.compile("[—－]{2}[^，。；：！？]{4,30}$")
TWO_HALVES = re.compile(
    r"[^，。；：！？、（）]{2,16}[ \u3000]+[^，。；：！？、（）]{2,16}(?:[ \u3000]+[^，。；：！？、（）]{2,16})?"
)

SHORT = 2.5  # characters short of the column's width: more than justification leaves, more than a two-character indent
LEAST_ITEM = 9.0  # characters: no column is narrower, so a shorter first line was broken off
INDENT = 3.2  # characters: a two-character indent and what justification leaves


class Break(NamedTuple):
    """The break between two lines, and what is known about the place."""

    before: Line
    after: Line
    sizes: tuple[float, float]  # the widths of the two
    columns: tuple[float, float]  # the width of the column at each of the two; 0: none
    so_far: str  # the paragraph up to and with `before`
    first: bool  # `before` is the first line of its paragraph, so an indent may have shortened it
    indents: bool  # the page has kept the indents of its paragraphs
    heads: Container[int]  # where the lines start that stand between a finished sentence and a dateline
    flattened: bool  # most of the page stands in lines too wide for a column
    lifted: bool  # a caption, a jump or the like stands between and was lifted out
    loose_blanks: bool = False  # the page's blank lines stand inside sentences as often as not
    lost_indents: bool = False  # paragraphs' first lines are short by the indent that they were printed with
    signed: bool = False  # a stand-alone byline stands between
    pieces: bool = False  # the two are pieces of one printed line


def weigh(gap: Break) -> list[tuple[str, float]]:
    """The reasons for and against the second line being the next of the first one's paragraph, each with its weight.

    A sum above 0 joins. The weights are set by hand so that one strong sign outweighs two weak ones; what they reach
    is pinned in tests/quality.
    """
    before, after = gap.before, gap.after
    sizes = gap.sizes
    flat = sizes[0] > FLAT
    ended = ends_sentence(before.text) or is_signed(gap.so_far)
    if "sense" in after.rules:
        return [("the sense opens a paragraph", -20)]
    if before.heading or after.heading:
        return [("a Markdown heading stands alone", -20)]
    if dated(after.text):
        return [("the next line opens a news item", -20)]
    if before.span.start in gap.heads or after.span.start in gap.heads:
        together = before.span.start in gap.heads and after.span.start in gap.heads
        return [("headlines stand before the next dateline", 20 if together else -20)]
    if gap.pieces and not ended:
        return [("the two are pieces of one printed line", 20)]
    if gap.signed:
        return [("a byline stands between", -20)]
    if after.text.endswith(("）", ")")) and SIGNED.fullmatch(after.text):
        return [("the next line is the signature", 20)]
    if gap.first and not unclosed(before.text) and not is_marked(before.text) and _SUBTITLE.match(after.text):
        return [("the next line opens with a dash, as subtitles do", -20)]
    alone = (before.blank_before and after.blank_before) or (not flat and sizes[1] > FLAT)
    if gap.first and alone and PLACE.fullmatch(before.text):
        return [("the line stands alone, a place and what is told of it", -20)]
    if flat and sizes[1] <= FLAT and not re.search("[。，；]", after.text):
        return [("no running text follows the flattened line", -20)]
    if gap.flattened and gap.first and not re.search("[。，；：]", before.text):
        return [("on a flattened page a line without any mark is a headline", -20)]
    full = flat or (gap.columns[0] > 0 and sizes[0] >= gap.columns[0] - SHORT - (gap.first and not ended))
    full = full or (not gap.first and not after.blank_before and is_stretched(before))
    reasons: list[tuple[str, float]] = []
    if gap.lifted:
        reasons.append(("something else stands between", -1))
    if ended and _CLOSES.match(after.text) and not after.blank_before:
        return [("no line may start with this mark", 20)]
    if ended:
        if flat or sizes[1] > FLAT:
            return [*reasons, ("a flattened paragraph ends with its sentence", -9)]
        if unclosed(gap.so_far) and not after.blank_before:
            reasons.append(("a quotation is still open", 4))
        if not full:
            return [*reasons, ("the sentence ends in a short line", -6)]
        if after.blank_before:
            loose = gap.loose_blanks and gap.lost_indents and after.blank_before == 1
            reasons.append(("the sentence ends before a blank line", -3 if loose else -5))
        if gap.indents:
            reasons.append(("the next line is indented", -8) if after.indent else ("the next line is not indented", 3))
        elif after.indent:
            reasons.append(("the next line is indented, as few are", -4))
        elif gap.columns[1] > 0 and 1.5 <= gap.columns[1] - sizes[1] <= INDENT:
            # The indent is lost: a first line is short by it, though the line after it is full again.
            reasons.append(("the next line is short by an indent", -4))
        elif (
            gap.lost_indents
            and (gap.loose_blanks or not after.blank_before)
            and not SIGNED.search(before.text)
            and 0 < gap.columns[1] <= sizes[1] + 0.5
            and gap.columns[0] <= sizes[0] + 0.5
        ):
            reasons.append(("both lines fill the column, and no indent is missing", 3))
        if OPENING.match(after.text):
            reasons.append(("the next line opens as paragraphs do", -2))
        if sizes[1] < 0.75 * gap.columns[0] and not is_marked(after.text) and not stops(after.text):
            reasons.append(("the next line is short and without any mark, as headlines are", -4))
        return [*reasons, ("the sentence ends in a full line", 1)]
    if cannot_start(after.text):
        reasons.append(("no line may start with this mark", 6))
    if runs_on(before.text, after.text):
        reasons.append(("a word or number runs across the break", 4.5))
    elif _LONE.match(after.text) and not stops(before.text):
        reasons.append(("the next line opens with a lone character and a mark", 2))
    if dated(opening := before.text.strip()) and DATELINE.fullmatch(opening):
        reasons.append(("a dateline alone in its line opens what follows", 8))
    if _QUESTION.match(gap.so_far) and not stops(before.text) and not TURN.match(after.text):
        reasons.append(("a question goes on to its question mark", 8))
    if sizes[1] <= 1:
        reasons.append(("a lone character", 4))
    if OPEN_END.search(before.text):
        reasons.append(("the line stops at a comma", 4))
    if unclosed(gap.so_far):
        reasons.append(("a bracket or quotation is open", 2))
    if stops(before.text):
        reasons.append(("the line stops at a semicolon, colon or dash", -2))
        if after.blank_before or OPENING.match(after.text):
            reasons.append(("and the next opens a paragraph", -3))
    if full:
        reasons.append(("the line fills its column", 3))
    elif gap.columns[0] and sizes[0] >= (0.7 if dated(before.text) else 0.8) * gap.columns[0]:
        reasons.append(("the line nearly fills its column", 1))
    else:
        # A line of a page read in bands may be short because a picture or a fold has taken the rest.
        lost = "band" in before.rules and (_RUNNING.search(before.text) or dated(before.text))
        reasons.append(("the line is short", 0.5 if lost else -4) if gap.columns[0] else ("no column here", -1))
        if not gap.columns[0] and dated(before.text) and not after.blank_before and sizes[0] >= LEAST_ITEM:
            reasons.append(("a news item's first line stops in mid-sentence", 3))
    if after.blank_before:
        reasons.append(("a blank line stands between", -1.5))
        if gap.first and before.blank_before and not _ANY_MARK.search(before.text):
            reasons.append(("the line stands alone, as headlines do", -3))
    no_room = gap.lifted and 0 < gap.columns[1] <= sizes[1] + 1  # the line fills the column without an indent
    if gap.indents and after.indent and not after.blank_before and not no_room:
        reasons.append(("the next line is indented", -3))
    opens = dated(before.text) or _NEWS_MARK.search(before.text)
    if gap.first and _LEAD.match(after.text) and not opens and sizes[0] >= LEAST_ITEM:
        reasons.append(("the next line begins as news items do, and this one has no mark", -6))
    if gap.first and TWO_HALVES.fullmatch(before.text) and not dated(before.text):
        reasons.append(("a gap parts the line in halves, as in headlines", -5))
    if not flat and sizes[1] > FLAT and re.search("[。，；]", before.text):
        reasons.append(("a flattened piece follows an open sentence", 4))
    return reasons


def blanks_are_loose(lines: Sequence[Line]) -> bool:
    """Do the page's blank lines stand inside sentences as often as between them? Then they mark no paragraphs.

    PDF tools set one wherever a text box ends, be it in mid-sentence.
    """
    gaps = [(before, after) for before, after in pairwise(lines) if after.blank_before]
    inside = sum(is_marked(before.text) and is_open(before.text) for before, _ in gaps)
    between = sum(ends_sentence(before.text) for before, _ in gaps)
    return inside >= 4 and inside >= 0.5 * between


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


def is_stretched(line: Line) -> bool:
    """Was the line letter-spaced over the whole column? Justification does that to a line with too few characters.

    >>> from site_builder.model import Span
    >>> is_stretched(Line(Span(0, 7), "操作。诊", 1)), is_stretched(Line(Span(0, 4), "操作。诊", 1))
    (True, False)
    """
    count = len(line.text)
    return count >= 3 and line.span.end - line.span.start >= 2 * count - 1 + len(line.skips)


def printed_widths(lines: Sequence[Line]) -> tuple[list[float], frozenset[int]]:
    """The width of each printed line up to the end of each line given, and which lines go on with a printed line.

    PDF text in raw order breaks a printed line where two marks stand together, a closing and an opening one
    (的《水利手册》 / （以下称); the pieces then fill the column between them, and no more than that.

        >>> from site_builder.model import Span
        >>> def page(*texts): return [Line(Span(0, len(text)), text, 1) for text in texts]
        >>> column = "一行印十四个汉字的正文内容啊"
        >>> printed_widths(page(column, column, column, "的《山区水利手册》", "（以下都称", column))
        ([14.0, 14.0, 14.0, 9.0, 14.0, 14.0], frozenset({4}))
    """
    own = widths([line.text for line in lines])
    columns = local_widths(own)
    sizes, pieces = list(own), set[int]()
    for i, line in enumerate(lines):
        if not i or line.blank_before:
            continue
        before, together = lines[i - 1].text, sizes[i - 1] + own[i]
        if cannot_start(line.text) and together <= FLAT:
            sizes[i] = together
            continue
        column = max((*columns[i - 1], *columns[i]))
        short = sizes[i - 1] < column - SHORT  # shorter than any wrap leaves a line
        if not (column and short and column - SHORT < together <= column + 1.5):
            continue
        if (PIECE_END.search(before) or _PIECE_START.match(line.text)) and not ends_sentence(before):
            sizes[i] = together
            pieces.add(i)
    return sizes, frozenset(pieces)


def joins(gap: Break) -> bool:
    """Does the paragraph go on over this break?"""
    reasons = weigh(gap)
    total = sum(weight for _, weight in reasons)
    if trace.asked():
        ends = trace.break_between(gap.before, gap.after)
        apart = f"A paragraph ends with {ends[0]}, and a new one begins with {ends[1]}."
        words = f"The paragraph goes on from {ends[0]} to {ends[1]}." if total > 0 else apart
        if gap.columns[0] > 0 and gap.sizes[0] <= FLAT:
            words += f" The first is {gap.sizes[0]:g} characters wide, its column {gap.columns[0]:g}."
        trace.tell("paragraphs", [gap.before.span, gap.after.span], words, reasons)
    return total > 0


def keeps_indents(lines: Sequence[Line]) -> bool:
    """Has the page kept the indents of its paragraphs? Then some lines, but not most, are indented."""
    indented = sum(1 <= line.indent <= 8 for line in lines)
    return 0.04 * len(lines) <= indented <= 0.5 * len(lines)


def chains(lines: Sequence[Line], lifted: Mapping[int, str] | None = None) -> list[list[Line]]:
    """The lines grouped into paragraphs; headlines are left a line each.

    `lifted` maps where a line starts before which something was lifted out to the kind of that: a caption in
    mid-sentence, a byline.
    """
    lifted = lifted or {}
    own_widths = widths([line.text for line in lines])
    sizes, pieces = printed_widths(lines)
    if blanks_are_spacing(lines):
        lines = [replace(line, blank_before=max(0, line.blank_before - 1)) for line in lines]
    columns, indents, loose = local_widths(sizes), keeps_indents(lines), blanks_are_loose(lines)
    lost = not indents and indents_are_lost(lines, sizes, columns)
    flattened = sum(size for size in sizes if size > FLAT) > 0.5 * sum(sizes)
    heads = before_datelines(lines)
    out: list[list[Line]] = []
    inserted: list[list[Line]] = []
    so_far, previous, widest = "", 0, 0.0
    plain = not trace.asked()  # who asks is told of every break
    skip = 0  # lines that stand in mid-sentence and were lifted out
    for i, line in enumerate(lines):
        if i < skip:
            inserted.append([line])
            continue
        if i:
            if skip != i and (skip := _inserted(lines, own_widths, i, heads)):
                inserted.append([line])
                if trace.asked():
                    around = trace.shown(lines[i - 1].text[-12:]), trace.shown(lines[skip].text[:12])
                    words = f"A sentence runs on around it from {around[0]} to {around[1]}, so it is lifted out."
                    trace.tell("paragraphs", [each.span for each in lines[i:skip]], words)
                continue
            last, size = lines[previous], sizes[previous]
            apart = line.span.start in lifted or previous != i - 1
            if (
                plain
                and not (apart or (indents and line.indent))
                and _runs_plainly(last, line, (size, sizes[i]), columns[previous][0], len(out[-1]) == 1, heads)
            ):
                out[-1].append(line)
                so_far, previous, widest = so_far + line.text, i, max(widest, own_widths[i])
                continue
            own = widest if len(out[-1]) > 1 else 0.0
            back, ahead = columns[previous]
            # A finished sentence is measured by its own paragraph, an unfinished line by whatever fits it better:
            # the column may widen or narrow in mid-paragraph (seed 003, line 273).
            column = (
                (own or back or ahead)
                if stops(last.text)
                else min((c for c in (own, back, ahead) if c), key=lambda c: abs(c - size), default=0.0)
            )
            gap = Break(
                last,
                line,
                (size, sizes[i]),
                (column, columns[i][1]),
                so_far,
                len(out[-1]) == 1,
                indents,
                heads,
                flattened,
                apart,
                loose,
                lost,
                lifted.get(line.span.start) == "byline",
                i in pieces and previous == i - 1 and line.span.start not in lifted,
            )
            if joins(gap):
                out[-1].append(replace(line, rules=(*line.rules, "doubtful")) if _is_doubtful(gap) else line)
                so_far, previous = so_far + line.text, i
                widest = max(widest, own_widths[i])
                continue
        out.append([line])
        so_far, previous, widest = line.text, i, own_widths[i]
    return [part for chain in [*out, *inserted] for part in _as_headlines(chain)]


def _runs_plainly(
    before: Line, after: Line, sizes: tuple[float, float], column: float, first: bool, heads: Container[int]
) -> bool:
    """Is the break one of the many that only a full line makes in running text? Then no reasons need be weighed.

    `weigh` finds that the line fills its column (+3), and of the reasons against a join none that could outweigh it:
    each condition here rules some of them out. (Nothing stands between the lines, and the second is not indented.)
    """
    text = before.text
    return bool(
        text
        and text[-1] not in STOPS  # no sentence ends, nor a clause
        and -SHORT <= sizes[0] - column <= SHORT  # so what `chains` takes as the column is as near, or nearer
        and column > 0
        and sizes[0] <= FLAT
        and sizes[1] <= FLAT
        and not after.blank_before
        and (not first or _RUNNING.search(text))  # else it may be a headline
        and "sense" not in after.rules
        and not (before.heading or after.heading)
        and not dated(after.text)
        and before.span.start not in heads
        and after.span.start not in heads
    )


def _is_doubtful(gap: Break) -> bool:
    """Does little but their order join the two lines? A blank line or a caption parts them, and no word runs on."""
    if not (gap.after.blank_before or gap.lifted) or width(gap.after.text) <= 1:
        return False
    return not stops(gap.before.text) and not runs_on(gap.before.text, gap.after.text)


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
        closes = unclosed_title(last.text) and "》" not in line.text and re.match("[^《》。]*》", after)
        spaced = lines[i].blank_before or lines[j + 1].blank_before
        if not spaced and max(sizes[i : j + 1]) < sizes[i - 1] + 1 and min(sizes[i : j + 1]) > sizes[i - 1] - 1:
            return 0  # the lines of one column, none of them set apart
        if runs_on(last.text, after) or (closes and j == i and sizes[i] <= sizes[i - 1] - SHORT):
            return 0 if runs_on(line.text, after) or dated(after) else j + 1
    return 0


def before_datelines(lines: Sequence[Line]) -> frozenset[int]:
    """Where the lines start that stand between a finished sentence and a dateline and look like headlines.

    Without blank lines (PDF text) nothing else may tell a headline from the column above it.
    """
    heads: set[int] = set()
    for i, line in enumerate(lines):
        if not dated(line.text):
            continue
        found: list[int] = []
        to_gap: list[int] = []  # those below the nearest blank line: headlines even under an unfinished sentence
        for before in reversed(lines[max(0, i - 6) : i]):
            if stops(before.text) or SIGNED.search(before.text) or dated(before.text):
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
    text = "".join(line.text for line in chain)
    if len(chain) == 1 or len(text) > 160 or _RUNNING.search(text) or dated(text):
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
    return len(gaps) > 20 and sum(gap == 1 for gap in gaps) >= 0.7 * len(gaps)
