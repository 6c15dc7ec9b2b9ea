"""The break between two lines: does the paragraph go on over it? Weighed on all that print and language tell.

The many breaks that one sign settles are told at once; all others have their reasons for and against added up.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from site_builder import trace
from site_builder.marks import (
    OPEN_END,
    SIGNED,
    STOPS,
    cannot_start,
    ends_sentence,
    is_marked,
    is_signed,
    runs_on,
    stops,
    unclosed,
)
from site_builder.model import Line
from site_builder.patterns import DATELINE, HAN, TURN, dated
from site_builder.widths import FLAT, width

OPENING = re.compile(
    r"记者[：:]|答[：:]|问[：:]|——|[●■◆▲□○◎★☆]|[一二三四五六七八九十]+、|据了解|会上|会议(?:指出|强调|要求|认为|还)|目前，|[^，。]{2,4}(?:强调|指出|要求|表示)[，：]"
)
RUNNING, _ANY_MARK, _NEWS_MARK = re.compile("[，。；]"), re.compile("[，。；：]"), re.compile("[，。；：、（）]")
_CLOSES = frozenset("”’」』）)》】")
_LEAD = re.compile(  # a news item's first words
    rf"(?:\d{{1,2}}月)?\d{{1,2}}日[，,]|(?:近日|日前|今天|昨天)[，,]|记者(?:\d{{1,2}}日|从)[{HAN}]"
)
_QUESTION = re.compile("(?:问|记者)[：:][^。？！]*$")
# A place, and what is told of it below: 四平：坚定信心、一鼓作气，全力打好攻坚战
PLACE = re.compile(rf"[{HAN}]{{2,4}}[：:][^。；：！？，]{{4,20}}，[^。；：！？]{{3,20}}")
_LONE = re.compile(rf"[{HAN}][，。、；]")
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
    chain: Sequence[Line]  # the paragraph up to and with `before`
    first: bool  # `before` is the first line of its paragraph, so an indent may have shortened it
    indents: bool  # the page has kept the indents of its paragraphs
    heads: Container[int]  # where the lines start that stand between a finished sentence and a dateline
    flattened: bool  # most of the page stands in lines too wide for a column
    lifted: bool  # a caption, a jump or the like stands between and was lifted out
    loose_blanks: bool = False  # the page's blank lines stand inside sentences as often as not
    lost_indents: bool = False  # paragraphs' first lines are short by the indent that they were printed with
    signed: bool = False  # a stand-alone byline stands between
    pieces: bool = False  # the two are pieces of one printed line

    @property
    def so_far(self) -> str:
        """The paragraph's text up to and with `before`."""
        return "".join([line.text for line in self.chain])


def weigh(gap: Break) -> list[tuple[str, float]]:
    """The reasons for and against the second line being the next of the first one's paragraph, each with its weight.

    A sum above 0 joins. The weights are set by hand so that one strong sign outweighs two weak ones; what they reach
    is pinned in tests/quality.
    """
    before, after = gap.before, gap.after
    sizes = gap.sizes
    flat = sizes[0] > FLAT
    ended = ends_sentence(before.text) or (is_signed(gap.so_far) if before.text[-1:] in "）)" else False)
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
    if flat and sizes[1] <= FLAT and not RUNNING.search(after.text):
        return [("no running text follows the flattened line", -20)]
    if gap.flattened and gap.first and not _ANY_MARK.search(before.text):
        return [("on a flattened page a line without any mark is a headline", -20)]
    full = flat or (gap.columns[0] > 0 and sizes[0] >= gap.columns[0] - SHORT - (gap.first and not ended))
    full = full or (not gap.first and not after.blank_before and is_stretched(before))
    reasons: list[tuple[str, float]] = []
    if gap.lifted:
        reasons.append(("something else stands between", -1))
    if ended and after.text[:1] in _CLOSES and not after.blank_before:
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
            and not is_signed(before.text)
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
    so_far = gap.so_far
    if runs_on(before.text, after.text):
        reasons.append(("a word or number runs across the break", 4.5))
    elif _LONE.match(after.text) and not stops(before.text):
        reasons.append(("the next line opens with a lone character and a mark", 2))
    if dated(opening := before.text.strip()) and DATELINE.fullmatch(opening):
        reasons.append(("a dateline alone in its line opens what follows", 8))
    if _QUESTION.match(so_far) and not stops(before.text) and not TURN.match(after.text):
        reasons.append(("a question goes on to its question mark", 8))
    if sizes[1] <= 1:
        reasons.append(("a lone character", 4))
    if OPEN_END.search(before.text):
        reasons.append(("the line stops at a comma", 4))
    if unclosed(so_far):
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
        lost = "band" in before.rules and (RUNNING.search(before.text) or dated(before.text))
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
    if not flat and sizes[1] > FLAT and RUNNING.search(before.text):
        reasons.append(("a flattened piece follows an open sentence", 4))
    return reasons


def is_stretched(line: Line) -> bool:
    """Was the line letter-spaced over the whole column? Justification does that to a line with too few characters.

    >>> from site_builder.model import Span
    >>> is_stretched(Line(Span(0, 7), "操作。诊", 1)), is_stretched(Line(Span(0, 4), "操作。诊", 1))
    (True, False)
    """
    count = len(line.text)
    return count >= 3 and line.span.end - line.span.start >= 2 * count - 1 + len(line.skips)


def joins(gap: Break) -> bool:
    """Does the paragraph go on over this break?"""
    reasons = weigh(gap)
    total = sum([weight for _, weight in reasons])
    if trace.asked():
        ends = trace.break_between(gap.before, gap.after)
        apart = f"A paragraph ends with {ends[0]}, and a new one begins with {ends[1]}."
        words = f"The paragraph goes on from {ends[0]} to {ends[1]}." if total > 0 else apart
        if gap.columns[0] > 0 and gap.sizes[0] <= FLAT:
            words += f" The first is {gap.sizes[0]:g} characters wide, its column {gap.columns[0]:g}."
        trace.tell("paragraphs", [gap.before.span, gap.after.span], words, reasons)
    return total > 0


def runs_plainly(
    before: Line,
    after: Line,
    sizes: tuple[float, float],
    column: float,
    heads: Container[int],
    *,
    first: bool,
    flattened: bool,
) -> bool:
    """Is the break one of the many that only a full line makes in running text? Then no reasons need be weighed.

    `weigh` finds that the line fills its column (+3), perhaps a blank line (-1.5), and of the reasons against a join
    none that could outweigh it: each condition here rules some of them out. (Nothing stands between the lines, and the
    second is not indented and opens no news item.)
    """
    text = before.text
    return bool(
        text[-1] not in STOPS  # no sentence ends, nor a clause
        and 0 < column <= sizes[0] + SHORT
        and sizes[0] <= FLAT
        and sizes[1] <= FLAT
        and "sense" not in after.rules
        and not (before.heading or after.heading)
        and before.span.start not in heads
        and after.span.start not in heads
        and (not first or _opens(text, after, flattened=flattened))
    )


def _opens(text: str, after: Line, *, flattened: bool) -> bool:
    """Does a line surely open a paragraph, for all that itself and the next one tell, and is no headline?"""
    if after.blank_before or RUNNING.search(text):
        return not after.blank_before
    return not (flattened or " " in text or "\u3000" in text or after.text[0] in "—－" or _LEAD.match(after.text))


def is_doubtful(before: Line, after: Line, *, lifted: bool) -> bool:
    """Does little but their order join the two lines? A blank line or a caption parts them, and no word runs on."""
    if not (after.blank_before or lifted) or width(after.text) <= 1:
        return False
    return not stops(before.text) and not runs_on(before.text, after.text)


def parts_plainly(
    before: Line, after: Line, sizes: tuple[float, float], column: float, heads: Container[int], *, first: bool
) -> bool:
    """Does a sentence end in a short line, or in a flattened one, or a headline end? Then so does the paragraph.

    `weigh` finds so (-6 or more against a join), and no exception, each of which is ruled out here: the next line is a
    signature, starts with a closing mark, or stands between headlines. All else that it may find speaks against a join
    too, or is outweighed.
    """
    text, head = after.text, before.span.start in heads
    if head != (after.span.start in heads):
        return True
    if head or not ends_sentence(before.text) or text[:1] in _CLOSES or text[-1:] in "）)":
        return False
    if sizes[0] > FLAT or sizes[1] > FLAT:
        return True
    full = 0 < column <= sizes[0] + SHORT
    return not (full or (not first and not after.blank_before and is_stretched(before)))
