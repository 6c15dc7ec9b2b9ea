"""Which blocks of a page read in bands go on with one another.

The blocks of different articles come in turn, so that where a block goes on is a question of place (the block right
below, others between) and of language (a word that runs across, a bracket that closes, words in common). Blocks of
several columns are linked as wholes, since what speaks for one column speaks for its neighbours too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from site_builder.affinity import Vocabulary, Weights
from site_builder.bands import Block, Strip, is_furniture, language
from site_builder.breaks import OPENING, RUNNING
from site_builder.marks import OPEN_END, SENTENCE_END, STOP_END, runs_on, unclosed
from site_builder.model import Line
from site_builder.patterns import DATELINE
from site_builder.widths import width

MOST_HEADINGS = 4  # lines over an article
BELOW = 1.6  # the next block stands right below, and nothing in it opens a paragraph where a sentence is open
OVER = 0.4  # debris lies between
BEHIND = 0.5  # other blocks lie between the two,
FAR = 0.02  # each of them against it
AGAINST = -0.7  # so much against it, and the block below is another's
ALIKE, MOST_ALIKE = 12.0, 0.8  # for each column that talks about the same
TURNED = 0.9  # a word runs from a column's foot to the next one's head
HEADED = 0.5  # a headline stands over the second block
NO_MORE = 0.3  # the block below has fewer columns or more
BAND = 0.9  # the evidence that links two blocks of several columns
LOOSE = 0.45  # the same for what is still open at both ends
REACH = 60  # blocks: more lie between two parts of a column on no page
LEAST_HEADING = 6.0  # characters: a shorter line over text may be debris

OWN = re.compile(rf"记者|通讯员|{DATELINE.pattern}")  # a byline or a dateline is no part of a sentence
_DAY = re.compile(r"(?:\d{1,2}月)?\d{1,2}.?日[，上下]")  # 9日，县里…: so opens a report, or its next point
_MARK, _CLAUSE = re.compile("[，。；、：]"), re.compile("[，。；、]")


def announced(block: Block) -> Block:
    """The block with the first line of text under its headings marked "opens": there an article opens.

    A line without any mark that stands alone over columns of text is a heading; so is one beside it.

        >>> from site_builder.model import Span
        >>> def strip(k, *lines): return Strip(k, [Line(Span(0, 1), text, int(n)) for n, text in lines])
        >>> left = strip(0, (1, "山村通上自来水"), (2, "昨天，青石村的水龙"), (3, "头里流出了清水。"))
        >>> [line.rules for line in announced(Block(2, {0: left, 1: strip(1, (2, "村民说，")) }, 3)).strips[0].lines]
        [(), ('opens',), ()]
    """
    if block.columns == 1 or not _opens(block):
        return block
    top = min(strip.lines[0].number for strip in block.strips.values())
    strips = dict(block.strips)
    for k, strip in block.strips.items():
        at = next((n for n, line in enumerate(strip.lines) if _MARK.search(line.text) or OWN.search(line.text)), 0)
        if 0 < at <= MOST_HEADINGS and strip.lines[0].number == top and not OWN.search(strip.lines[at].text):
            first = replace(strip.lines[at], rules=("opens",))
            strips[k] = replace(strip, lines=[*strip.lines[:at], first, *strip.lines[at + 1 :]])
    return replace(block, strips=strips)


def link_blocks(blocks: Sequence[Block], column: float) -> list[list[tuple[int, int]]]:
    """The blocks of several columns in sets of which one goes on with the other: their places, and how far set off.

    The best links are taken first: those to the block right below, then those that much speaks for, then what is left
    open at both ends. None is taken where a word runs from the foot of a column to the head of the next.
    """
    several = [i for i, block in enumerate(blocks) if block.columns > 1]
    vocabulary = Vocabulary()
    words = vocabulary.read([strip.text for i in several for strip in blocks[i].strips.values()])
    weights, read = Weights(vocabulary, words), iter(words)
    told = {i: {k: next(read) for k in blocks[i].strips} for i in several}
    scored: list[tuple[float, int, int, int]] = []
    for at, i in enumerate(several):
        for j in several[at + 1 : at + 1 + REACH]:
            score, shift = _block_link(blocks, i, j, column)
            alike = sum(weights.alike(told[i][k + shift], told[j][k]) for k in told[j] if k + shift in told[i])
            scored.append((score + min(MOST_ALIKE, ALIKE * alike), i, j, shift))
    after: dict[int, tuple[int, int]] = {}
    before: dict[int, int] = {}
    for least in (BELOW + AGAINST, BAND, LOOSE):
        for score, i, j, shift in sorted(scored, key=lambda row: (-row[0], *row[1:])):
            if score < least or i in after or j in before:
                continue
            head = i
            while head in before:
                head = before[head]
            if score - TURNED * _turns(blocks[i], blocks[head]) >= least:
                after[i], before[j] = (j, shift), i
    out: list[list[tuple[int, int]]] = []
    for i in several:
        if i not in before:
            chain = [(i, 0)]
            while chain[-1][0] in after:
                j, shift = after[chain[-1][0]]
                chain.append((j, chain[-1][1] + shift))
            out.append(chain)
    return out


def _block_link(blocks: Sequence[Block], i: int, j: int, column: float) -> tuple[float, int]:
    """What speaks for one block of several columns going on with another, and by how many columns that is set off.

    The white of columns that have ended is lost at the start of a line: then the others seem to stand farther left.
    """
    a, b = blocks[i], blocks[j]
    if is_heading(a) and not is_heading(b) and j <= i + 2:
        return BELOW, 0
    if _opens(b):
        return -1.0, 0
    below = all(_is_debris(block) for block in blocks[i + 1 : j])
    headed = j > i + 1 and blocks[j - 1].columns == 1 and _is_headline(blocks[j - 1].strips[0])
    best = (-1.0, 0)
    for shift in {0, max(0, a.columns - b.columns)}:
        if any(_runs_down(a.strips[k], column) for k in range(shift) if k in a.strips):
            continue
        words = sum(
            goes_on(a.strips[k + shift], strip, column) for k, strip in b.strips.items() if k + shift in a.strips
        )
        if not below and words < 0:
            continue
        place = BELOW - OVER * (j > i + 1) if below and words > AGAINST else BEHIND - FAR * (j - i)
        other = NO_MORE * (a.columns != b.columns) * (3 if min(a.rows, b.rows) >= 3 and not shift else 1)
        best = max(best, (place + words - other - HEADED * headed, -shift))
    return best[0], -best[1]


def _runs_down(strip: Strip, column: float) -> bool:
    """Does the strip stop in mid-sentence at the end of a full line? Then its column has not ended."""
    return strip.told.is_open and width(strip.lines[-1].text) >= column - 2.5


def _opens(block: Block) -> bool:
    """Does a headline stand over the block's first column, and its text below?"""
    first = block.strips.get(0)
    if first is None or len(first.lines) < 2:
        return False
    head = first.lines[0].text
    return (
        not _MARK.search(head)
        and not OWN.search(head)
        and width(head) >= LEAST_HEADING
        and block.rows > min(map(len, _lines(block)), default=0)
    )


def _lines(block: Block) -> list[list[Line]]:
    return [strip.lines for k, strip in block.strips.items() if k]


def _turns(foot: Block, head: Block) -> bool:
    """Does a word run from the foot of a column to the head of the next? Then no column goes on below."""
    return any(
        k + 1 in head.strips and runs_on(foot.strips[k].lines[-1].text, head.strips[k + 1].lines[0].text)
        for k in foot.strips
    )


def is_heading(block: Block) -> bool:
    """Does the block hold nothing but headings?"""
    return all(is_head(strip) for strip in block.strips.values())


def is_head(strip: Strip) -> bool:
    """Is the strip nothing but a heading: a few lines without any mark of running text?"""
    return len(strip.lines) <= 3 and not strip.told.marked


def are_heads(strips: Sequence[Strip]) -> bool:
    """Are these strips headings, and not debris alone?"""
    return all(is_head(strip) for strip in strips) and any(strip.told.size >= LEAST_HEADING for strip in strips)


def _is_debris(block: Block) -> bool:
    """Does the block hold only scraps of lines?"""
    return block.rows == 1 and all(strip.told.size < 11 and not strip.told.marked for strip in block.strips.values())


def _is_headline(strip: Strip) -> bool:
    """Is the strip a headline over what follows, and no debris?"""
    return strip.told.size >= 8 and not strip.told.marked


def goes_on(a: Strip, b: Strip, column: float) -> float:
    """What the words say of one strip going on with another.

    >>> from site_builder.model import Span
    >>> def strip(*lines, set_in=None): return Strip(0, [Line(Span(0, 1), text, 1) for text in lines], set_in)
    >>> above = strip("青石村今年种下的果树", "已经开花，合作社的社")
    >>> goes_on(above, strip("员忙着疏花。"), 10) > goes_on(above, strip("本报讯 昨天，全县"), 10)
    True
    >>> goes_on(above, strip("干部也来帮忙。", set_in=True), 10)  # indented: no sentence goes on there
    -1.0
    """
    above, below = a.told, b.told
    tail, head = above.tail, below.head
    if above.stands_alone[1] or below.stands_alone[0]:
        return -5.0
    heading = above.size < 1.5 * column and not (above.marked or "、" in above.text)
    first = b.lines[0].text
    if not heading and width(first) > column + 2 and not RUNNING.search(first):
        return -1.5  # a headline over the columns
    if OWN.search(head[:14]):
        return 0.0 if heading else -1.0
    if heading:
        return max(0.0, language(tail[-12:], head[:12]))
    if SENTENCE_END.search(tail):
        return 0.0 if b.set_in is None else 0.3 if b.set_in else -0.3
    score = language(tail[-12:], head[:12])
    if column - width(tail) > 3 and not OPEN_END.search(tail):
        score -= 0.4
    if OPENING.match(head):
        score -= 0.3
    if _DAY.match(head):
        score -= 0.8
    if b.set_in:
        score -= 1.0
    if len(b.lines) > 1 and width(head) < column - 3 and not _CLAUSE.search(head):
        score -= 0.6
    if unclosed(above.text):
        score += 0.4 if '"' in below.text or not unclosed(above.text + below.text) else -0.5
    return score


def put_back(blocks: Sequence[Block], column: float) -> list[Block]:
    """The blocks with a line that stands alone put back where a strip lacks it: words run into it and out of it.

    A full line may have strayed far; of a scrap of one or two characters that would be chance, but for a strip near by.

        >>> from site_builder.model import Span
        >>> def block(*lines): return Block(1, {0: Strip(0, [Line(Span(0, 1), text, 1) for text in lines])}, len(lines))
        >>> found = put_back([block("种下的果树开了花，合", "产队的仓库还空着。"), block("作社员工都笑了，而生")], 10)
        >>> [line.text for line in found[0].strips[0].lines]
        ['种下的果树开了花，合', '作社员工都笑了，而生', '产队的仓库还空着。']
    """
    out = [
        replace(block, strips={k: replace(strip, lines=list(strip.lines)) for k, strip in block.strips.items()})
        for block in blocks
    ]
    for i, block in enumerate(out):
        if block.rows > 1:
            continue
        for k, strip in list(block.strips.items()):
            if len(strip.lines) > 1 or is_furniture(strip.lines[0]) or OWN.search(strip.text):
                continue
            reach = REACH if width(strip.text) >= 0.8 * column else 2
            near = [*out[max(0, i - reach) : i], *out[i + 1 : i + 1 + reach]]
            if any(_insert(strip.lines[0], other) for parts in near for other in parts.strips.values()):
                del block.strips[k]
        if len(block.strips) == 1:
            (strip,) = block.strips.values()
            block.columns, block.strips = 1, {0: strip}
    return [block for block in out if block.strips]


def _insert(line: Line, strip: Strip) -> bool:
    """Put the line into the strip if words run into it and out of it there, and do not run on without it."""
    for k, (before, after) in enumerate(pairwise(strip.lines), 1):
        if (
            not STOP_END.search(before.text)
            and not runs_on(before.text, after.text)
            and runs_on(before.text, line.text)
            and runs_on(line.text, after.text)
        ):
            strip.lines.insert(k, line)
            return True
    return False
