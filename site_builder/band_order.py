"""The strips of a page read in bands, put in reading order.

`read` knows such a page, and one that comes in the blocks that Tesseract finds; it gives back the lines as they are
read, cut at their columns, each marked "band". The marks that stood in the gutters come last, marked "gutter".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from site_builder import trace
from site_builder.affinity import Vocabulary, Weights, unions
from site_builder.band_links import (
    ALIKE,
    MOST_ALIKE,
    OWN,
    REACH,
    announced,
    are_heads,
    goes_on,
    is_head,
    is_heading,
    link_blocks,
    put_back,
)
from site_builder.bands import RUNS_ON, Block, Strip, cut_rows, is_furniture, take_apart
from site_builder.grids import column_width
from site_builder.gutters import is_spaced_out
from site_builder.marks import OPEN_END, SENTENCE_END, is_open, runs_on
from site_builder.model import Line
from site_builder.patterns import dated
from site_builder.widths import width

LEAST_ROWS = 4  # rows of several columns that make such a page
LEAST_MARKS, SHARE_OF_MARKS = 3, 0.1  # marks in its gutters: other tools than OCR leave none
LEAST_PAIRS, ALIGNED = 8, 0.4  # rows with a gap that follow one another, and how many of them may start alike
LEAST_MISREAD = 3  # brackets read as 〈
LEAST_OPEN = 3  # blocks that stop in mid-sentence
SCRAP = 2.5  # characters
NEAR = 12  # articles: no paragraph strays farther
STRAYED, CHANCE = 2.0, 0.03  # as much more alike must a strayed paragraph be to its own article
BENEATH = 0.6  # under several columns one alone goes on with the first, unless something new begins
INNER = 0.6  # the head of a column inside goes on with the column before it
GOES_ON = 0.5  # a full line opens no paragraph
NEXT = 0.4  # it is the very next block
BEFORE = 0.2  # it stands before it,
FARTHER = 0.015  # each block between against it (tests/quality, blocks)
BACK = 0.4  # against its standing before what it goes on with
FOOT, SHORT_WAY = 0.7, 8  # the last line of a paragraph, not many blocks away
LINE = 0.7  # the evidence that links what stands alone to another; with less, chance joins more (tests/quality)

SAME_COLUMN = "it stands in the same column, farther down"

_MISREAD = re.compile("〈[^〈〉《》]{2,20}[)）]")
_STRANGE = re.compile(r"\S +[。，”|｜]")  # print sets no white before these marks
_ANY_MARK = re.compile("[，。；、：]")
_WIDE = re.compile(r"[ \u3000]{2,}")


@dataclass(slots=True)
class Thread:
    """Strips of one column, one going on with the other."""

    column: int
    first: int  # the block it begins in
    last: int  # and the one where it ends
    strips: list[Strip]
    band: int = -1  # which linked blocks it is a column of; -1: it stands alone

    @property
    def text(self) -> str:
        return "".join(strip.text for strip in self.strips)


def read(lines: Sequence[Line]) -> list[Line] | None:
    """The page's lines in reading order if it was read in bands or blocks, or None if it was not.

    >>> from site_builder.model import Span
    >>> def page(*texts): return [Line(Span(0, len(text)), text, n) for n, text in enumerate(texts, 1)]
    >>> lines = page(
    ...     "青石村今年种下的果树已 ” 忙着疏花。老支书说，再",
    ...     "经开花，社员们一早就在  。过两年，这片山坡就能结",
    ...     "地里忙活，有的修剪枝条，  出第一批果子，到时候大",
    ...     "有的浇水施肥，一派繁忙 | 家的日子会更有奔头，城",
    ...     "景象。合作社的技术员说 。 里人也会来摘果子。",
    ... )
    >>> [line.text for line in read(lines)][4:7]
    ['景象。合作社的技术员说', '忙着疏花。老支书说，再', '过两年，这片山坡就能结']
    >>> read(page("青石村今年种下的果树已", "经开花。")) is None
    True
    """
    misread = len([line for line in lines if "〈" in line.text and _MISREAD.search(line.text)]) >= LEAST_MISREAD
    gapped = [line for line in lines if " " in line.text or "\u3000" in line.text]
    spaced = [line for line in gapped if " " in line.text]
    strange = [line for line in spaced if _STRANGE.search(line.text) and not _is_justified(line.text)]
    # What most pages lack is looked for first: marks, and gaps enough for LEAST_PAIRS lines to follow one another.
    gaps = len([line for line in gapped if _WIDE.search(line.text)])
    if not misread and len(strange) < LEAST_MARKS and gaps <= LEAST_PAIRS:
        return None
    column = column_width(lines)
    if not column:
        return None
    wide = [line for line in spaced if width(line.text) > 1.3 * column]
    read_from_rules = sum(width(line.text) > 1.3 * column for line in strange) >= LEAST_MARKS
    if not misread and not (len(wide) >= LEAST_ROWS and (read_from_rules or _ragged(wide))):
        return None
    rows = cut_rows(lines, column)
    several = sum(len(row.cells) > 1 and row.gaps > 0 for row in rows)
    if several < LEAST_ROWS and not misread:
        return None
    blocks, noise = take_apart(rows, column)
    marks = sum("in the gutter" in line.rules for line in noise)
    banded = several >= LEAST_ROWS and (marks >= max(LEAST_MARKS, SHARE_OF_MARKS * several) or _ragged(wide))
    if not banded and not (misread and _in_blocks(lines, blocks, column)):
        return None
    if trace.asked():
        _tell(several, marks, column, banded=banded)
    rest = [replace(line, blank_before=1, indent=0, rules=("gutter",)) for line in noise]
    return [*(line.marked("band") for line in _ordered(blocks, column, banded=banded)), *rest]


def _is_justified(text: str) -> bool:
    """Is the line letter-spaced over its column (要 求 ， 坚 定 信 心)? `cut_rows` leaves it whole."""
    return is_spaced_out(text) and "     " not in text


def _tell(several: int, marks: int, column: float, *, banded: bool) -> None:
    """Note down by which signs the page is read so."""
    said = "The page comes in blocks in an order of their own, which are put in the order of the articles:"
    why = "round brackets are read as 〈, most lines are no wider than a column, and blocks stop in mid-sentence"
    if banded:
        said = "The page was read in bands, right across its columns, which are taken apart and read one by one:"
        gutters = f"{marks} marks of rules stand between them" if marks else "they start at ever other places"
        why = f"{several} lines hold words of several columns, and {gutters}"
    trace.tell("layout", (), f"{said} {why}. A column is {column:g} characters wide.")


def _ragged(lines: Sequence[Line]) -> bool:
    """Do the lines' columns start at ever other places, counted in characters?

    Where a tool keeps a column's place it gives each character one cell, so that the column starts at one offset.
    """
    starts = [{line.indent + gap.end() for gap in _WIDE.finditer(line.text)} for line in lines]
    couples = [(before, after) for before, after in pairwise(starts) if before and after]
    aligned = sum(any(abs(a - b) <= 1 for a in before for b in after) for before, after in couples)
    return len(couples) >= LEAST_PAIRS and aligned <= ALIGNED * len(couples)


def _in_blocks(lines: Sequence[Line], blocks: Sequence[Block], column: float) -> bool:
    """Does the page come in the blocks that Tesseract finds, a column's piece each, in an order of its own?

    It reads （ as 〈; most lines are no wider than a column, and blocks stop in mid-sentence.
    """
    narrow = sum(width(line.text) <= column + 2 for line in lines)
    open_ends = sum(
        strip.told.is_open and width(strip.lines[-1].text) >= column - 2 and not is_head(strip)
        for block in blocks
        for strip in block.strips.values()
    )
    return narrow >= 0.8 * len(lines) and open_ends >= LEAST_OPEN


def _ordered(blocks: Sequence[Block], column: float, *, banded: bool) -> list[Line]:
    """The lines of the blocks as they are read.

    A blank line is kept between columns only where a sentence has ended, so that none parts the words of one.
    """
    blocks = put_back([announced(block) for block in blocks], column)
    bands = link_blocks(blocks, column)
    threads = _threads(blocks, bands)
    threads = _link_alone(threads, column)
    out: list[Line] = []
    why: dict[int, str] = {}
    last: Thread | None = None
    for thread in _in_order(threads) if banded else _by_article(_in_order(threads)):
        together = last is not None and last.band == thread.band >= 0
        for k, strip in enumerate(thread.strips):
            closed = not out or not is_open(out[-1].text)
            if out and trace.asked():
                why |= {line.span.start: SAME_COLUMN for line in strip.lines}
                why[strip.lines[0].span.start] = _reason(out[-1], strip.lines[0], thread, k, together=together)
            blank = int(closed or not together or is_head(strip)) if not k else int(closed and thread.band < 0)
            out += [replace(line, blank_before=int("opens" in line.rules)) for line in strip.lines]
            headed = k > 0 and thread.column > 0 and are_heads(thread.strips[:k]) and not is_head(strip)
            first = out[-len(strip.lines)]
            rules = (*first.rules, "opens") if headed else first.rules
            out[-len(strip.lines)] = replace(first, blank_before=blank, rules=rules)
        if thread.band < 0 and width(thread.text) <= SCRAP and not is_furniture(out[-1]):
            out[-1] = replace(out[-1], rules=("gutter",))  # what is left of a torn line, and nothing goes on with it
        last = thread
    trace.tell_moved(out, why)
    return out


def _reason(before: Line, line: Line, thread: Thread, k: int, *, together: bool) -> str:
    """Why the first line of a thread's strip is read where it is."""
    if not k:
        return "the column beside it ends there" if together else "it is the next text in the order of the page"
    same = SAME_COLUMN if thread.band >= 0 else "no other block of the page goes on so well with that"
    return f"{same}, and a word runs across" if runs_on(before.text, line.text) else same


def _threads(blocks: Sequence[Block], bands: Sequence[Sequence[tuple[int, int]]]) -> list[Thread]:
    """The columns of the linked blocks, and each block of one column.

    A heading alone between headings beside one another and their text belongs to the first of them.
    """
    out: list[Thread] = []
    taken: set[int] = set()
    for number, chain in enumerate(bands):
        held = [(i, _columns(blocks[i], blocks[j], shift)) for (i, shift), (j, _) in pairwise([*chain, chain[-1]])]
        if len(chain) > 1 and chain[1][0] == chain[0][0] + 2 and is_heading(blocks[chain[0][0]]):
            between = chain[0][0] + 1
            if blocks[between].columns == 1 and is_heading(blocks[between]):
                held.insert(1, (between, blocks[between].strips))
                taken.add(between)
        for k in sorted({k for _, strips in held for k in strips}):
            own = [(i, strips[k]) for i, strips in held if k in strips]
            out.append(Thread(k, own[0][0], own[-1][0], [strip for _, strip in own], number))
    for i, block in enumerate(blocks):
        if block.columns == 1 and i not in taken:
            out += [Thread(0, i, i, [strip]) for strip in block.strips.values()]
    return out


def _columns(block: Block, below: Block, shift: int) -> dict[int, Strip]:
    """The block's strips by their columns; the last heading of several stands over the last column below."""
    last = max(block.strips)
    if block is below or not is_heading(block) or last == 0:
        return {k + shift: strip for k, strip in block.strips.items()}
    return {(max(below.strips) if k == last else k) + shift: strip for k, strip in block.strips.items()}


# ---------------------------------------------------------------- what stands alone


def _link_alone(threads: Sequence[Thread], column: float) -> list[Thread]:
    """The threads with those that go on with one another joined: the best links first."""
    vocabulary = Vocabulary()
    words = vocabulary.read([thread.text for thread in threads])
    weights = Weights(vocabulary, words)
    scored: list[tuple[float, int, int]] = []
    order = sorted(range(len(threads)), key=lambda j: threads[j].first)
    firsts = [threads[j].first for j in order]
    for i, a in enumerate(threads):
        for j in order[bisect_left(firsts, a.last - REACH) : bisect_right(firsts, a.last + REACH)]:
            b = threads[j]
            if i == j:
                continue
            if (a.band < 0 or b.band < 0) and (score := _link(a, b, column)) >= LINE - MOST_ALIKE:
                score += min(MOST_ALIKE, ALIKE * weights.alike(words[i], words[j])) if score > 0 else 0.0
                if score >= LINE:
                    scored.append((score, i, j))
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for _, i, j in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if i in after or j in before:
            continue
        at = j
        while at in after:
            at = after[at]
        if at != i:
            after[i], before[j] = j, i
    out: list[Thread] = []
    for i in range(len(threads)):
        if i not in before:
            thread, at = threads[i], i
            while at in after:
                at = after[at]
                more = threads[at]
                first = min(thread.first, more.first) if thread.band < 0 else thread.first
                thread = Thread(thread.column, first, more.last, [*thread.strips, *more.strips], thread.band)
            out.append(thread)
    return out


def _link(a: Thread, b: Thread, column: float) -> float:
    """What speaks for one thread, of which at least one stands alone, going on with another.

    A finished sentence needs nothing more; only under several columns does what stands alone go on with the first. A
    torn scrap, or a heading, goes on only right below and where a word runs into it.
    """
    tail, head = a.strips[-1], b.strips[0]
    apart = b.first - a.last
    if not tail.told.is_open:
        below = a.band >= 0 and b.band < 0 and apart == 1 and a.column == 0
        return BENEATH if below and not is_head(head) and not _starts_anew(head) else -1.0
    scrap = is_head(tail) or is_head(head) or _is_fragment(a, column) or _is_fragment(b, column)
    if scrap and not 0 < apart <= 2:
        return -1.0
    words = goes_on(tail, head, column)
    if scrap and words < RUNS_ON and not (apart == 1 and OPEN_END.search(tail.text)):
        return -1.0
    score = words + (GOES_ON if _set_in(head, column) is False else 0.0)
    score -= 1.0 if _set_in(head, column) and b.band < 0 else 0.0
    if b.band >= 0 and b.column > 0:
        score -= INNER
    if apart == 1:
        return score + (NEXT if a.band < 0 and b.band < 0 else BEFORE)
    if apart < 0:
        return score - BACK + FARTHER * apart
    foot = (
        apart <= SHORT_WAY
        and len(head.lines) == 1
        and bool(SENTENCE_END.search(head.text))
        and width(head.text) < column
    )
    return score + (FOOT if foot else BEFORE) - FARTHER * apart


def _starts_anew(strip: Strip) -> bool:
    """Does the strip begin with a headline, a dateline or a line of furniture?"""
    first = strip.lines[0]
    return is_furniture(first) or bool(OWN.search(first.text[:14])) or not _ANY_MARK.search(first.text)


def _set_in(strip: Strip, column: float) -> bool | None:
    """Is the strip's first line indented? Then it falls short of the column by two characters; else it is full."""
    size = width(strip.lines[0].text)
    if len(strip.lines) == 1:
        return None
    if size >= column - 0.8:
        return False
    return True if column - 3.5 <= size <= column - 1.2 and not SENTENCE_END.search(strip.lines[0].text) else None


def _is_fragment(thread: Thread, column: float) -> bool:
    """Is the thread part of a line that the scan has torn off? Words alone do not tell where it belongs."""
    if thread.band >= 0 or len(thread.strips) > 1 or len(thread.strips[0].lines) > 1:
        return False
    told = thread.strips[0].told
    return told.size < 0.75 * column and not SENTENCE_END.search(told.text)


# ---------------------------------------------------------------- order


def _by_article(threads: Sequence[Thread]) -> list[Thread]:
    """The threads with each paragraph that stands alone under another article's headline moved to its own article.

    What a headline stands over is one article's, until the next; a thread that is open at no end may have strayed. It
    is moved where it has far more words in common.
    """
    groups: list[list[Thread]] = [[]]
    for thread in threads:
        heading = thread.band < 0 and is_head(thread.strips[0]) and width(thread.text) >= 6
        follows = bool(groups[-1]) and not are_heads(groups[-1][-1].strips)
        if heading and follows:
            groups.append([])
        groups[-1].append(thread)
    vocabulary = Vocabulary()
    read = iter(vocabulary.read([thread.text for group in groups for thread in group]))
    told = [[next(read) for _ in group] for group in groups]
    texts = unions(told)
    weights = Weights(vocabulary, texts)
    moved: list[tuple[int, Thread]] = []
    for g, group in enumerate(groups):
        for k, thread in enumerate(group):
            if thread.band >= 0 or k == 0 or is_head(thread.strips[0]) or dated(thread.text):
                continue
            if is_furniture(thread.strips[0].lines[0]):
                continue
            (others,) = unions([[words for m, words in enumerate(told[g]) if m != k]])
            own = weights.alike(told[g][k], others)
            near = [h for h in range(max(0, g - NEAR), min(len(groups), g + NEAR + 1)) if h != g]
            scores = [(weights.alike(told[g][k], texts[h]), h) for h in near]
            best, h = max(scores, default=(0.0, g))
            if best > STRAYED * own + CHANCE:
                moved.append((h, thread))
                if trace.asked():
                    likeness = f"is more like another headline's text ({best:.2f}) than the one around it ({own:.2f})"
                    words = f"By the words that they share, it {likeness}, so it was moved there."
                    trace.tell("order", [line.span for strip in thread.strips for line in strip.lines], words)
    gone = {id(thread) for _, thread in moved}
    out: list[Thread] = []
    for g, group in enumerate(groups):
        heads = [thread for thread in group if id(thread) not in gone]
        for thread in sorted((thread for h, thread in moved if h == g), key=lambda thread: thread.first):
            at = next((k for k, other in enumerate(heads) if k > 1 and other.first > thread.first), len(heads))
            heads.insert(at, thread)
        out += heads
    return out


def _in_order(threads: Sequence[Thread]) -> list[Thread]:
    """The threads as they are read: by where their linked blocks begin, the columns of one set from the left."""
    begins: dict[int, int] = {}
    for thread in threads:
        if thread.band >= 0:
            begins[thread.band] = min(thread.first, begins.get(thread.band, thread.first))
    return sorted(
        threads,
        key=lambda thread: (begins.get(thread.band, thread.first), thread.band, thread.column, thread.first),
    )
