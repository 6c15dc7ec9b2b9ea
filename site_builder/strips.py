"""The strips of a page read in bands, put in reading order.

The blocks of different articles come in turn, so that where a strip goes on is a question of place (the block below,
the next column's head, a line that stands alone) and of language (a word that runs across, a bracket that closes).
Blocks of several columns are linked as wholes, since what speaks for one column speaks for its neighbours too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from site_builder.affinity import Weights, pairs
from site_builder.bands import RUNS_ON, Block, Strip, cut_rows, is_furniture, language, take_apart
from site_builder.grids import column_width
from site_builder.model import Line
from site_builder.paragraphs import OPEN_END, OPENING, SENTENCE_END, STOP_END, is_open, runs_on, unclosed, width
from site_builder.patterns import DATELINE

LEAST_ROWS = 4  # rows of several columns that make such a page
LEAST_MARKS, SHARE_OF_MARKS = 3, 0.1  # marks in its gutters: other tools than OCR leave none
MOST_HEADINGS = 4  # lines over an article
LEAST_PAIRS, ALIGNED = 8, 0.4  # rows with a gap that follow one another, and how many of them may start alike
LEAST_MISREAD = 3  # brackets read as 〈
LEAST_OPEN = 3  # blocks that stop in mid-sentence
BELOW = 1.6  # the next block stands right below, and nothing in it opens a paragraph where a sentence is open
OVER = 0.4  # debris lies between
BEHIND = 0.5  # other blocks lie between the two,
FAR = 0.02  # each of them against it
AGAINST = -0.7  # so much against it, and the block below is another's
ALIKE, MOST_ALIKE = 12.0, 0.8  # for each column that talks about the same
SCRAP = 3.0  # characters: a shorter line at a strip's edge may be debris
TURNED = 0.9  # a word runs from a column's foot to the next one's head
HEADED = 0.5  # a headline stands over the second block
NO_MORE = 0.3  # the block below has fewer columns or more
BAND = 0.9  # the evidence that links two blocks of several columns
LOOSE = 0.45  # the same for what is still open at both ends
STRAYED, CHANCE = 2.0, 0.03  # as much more alike must a strayed paragraph be to its own article
BENEATH = 0.6  # under several columns one alone goes on with the first, unless something new begins
INNER = 0.6  # the head of a column inside goes on with the column before it
GOES_ON = 0.5  # a full line opens no paragraph
LINE = 0.5  # the evidence that links a line or strip alone to another


_MISREAD = re.compile("〈[^〈〉《》]{2,20}[)）]")
_OWN = re.compile(rf"记者|通讯员|{DATELINE.pattern}")  # a byline or a dateline is no part of a sentence
_STRANGE = re.compile(r"\S +[。，”|｜]")  # print sets no white before these marks
_WIDE = re.compile(r"[ \u3000]{2,}")
_DAY = re.compile(r"(?:\d{1,2}月)?\d{1,2}.?日[，上下]")


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
    """The page's lines in reading order if it was read in bands, or None if it was not."""
    column = column_width(lines)
    if not column:
        return None
    misread = sum(bool(_MISREAD.search(line.text)) for line in lines) >= LEAST_MISREAD
    wide = [line for line in lines if " " in line.text and width(line.text) > 1.3 * column]
    read_from_rules = sum(bool(_STRANGE.search(line.text)) for line in wide) >= LEAST_MARKS
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
    rest = [replace(line, blank_before=1, indent=0, rules=("gutter",)) for line in noise]
    return [*(replace(line, rules=(*line.rules, "band")) for line in _ordered(blocks, column, banded=banded)), *rest]


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
        is_open(strip.text) and width(strip.lines[-1].text) >= column - 2 and not _is_head(strip)
        for block in blocks
        for strip in block.strips.values()
    )
    return narrow >= 0.8 * len(lines) and open_ends >= LEAST_OPEN


def _ordered(blocks: Sequence[Block], column: float, *, banded: bool) -> list[Line]:
    blocks = put_back([_announced(block) for block in blocks], column)
    bands = link_blocks(blocks, column)
    threads = _threads(blocks, bands)
    threads = _link_alone(threads, column)
    out: list[Line] = []
    last: Thread | None = None
    for thread in _in_order(threads) if banded else _by_article(_in_order(threads)):
        together = last is not None and last.band == thread.band >= 0
        for k, strip in enumerate(thread.strips):
            closed = not out or not is_open(out[-1].text)
            blank = int(closed or not together) if not k else int(closed and thread.band < 0)
            out += [replace(line, blank_before=int("opens" in line.rules)) for line in strip.lines]
            headed = k > 0 and thread.column > 0 and _heads(thread.strips[:k]) and not _is_head(strip)
            first = out[-len(strip.lines)]
            rules = (*first.rules, "opens") if headed else first.rules
            out[-len(strip.lines)] = replace(first, blank_before=blank, rules=rules)
        last = thread
    return out


def _announced(block: Block) -> Block:
    """The block with the first line of text under its headings marked: there an article opens.

    A line without any mark that stands alone in the block's first rows is a heading; so is one beside it.
    """
    if block.columns == 1 or not _opens(block):
        return block
    rows = {strip.lines[0].number for strip in block.strips.values()}
    for strip in block.strips.values():
        at = next((k for k, line in enumerate(strip.lines) if re.search("[，。；、：]", line.text)), 0)
        if 0 < at <= MOST_HEADINGS and strip.lines[0].number == min(rows) and not _OWN.search(strip.lines[at].text):
            strip.lines[at] = replace(strip.lines[at], rules=("opens",))
    return block


# ---------------------------------------------------------------- blocks of several columns


def link_blocks(blocks: Sequence[Block], column: float) -> list[list[tuple[int, int]]]:
    """The blocks of several columns in sets of which one goes on with the other: their places, and how far set off."""
    several = [i for i, block in enumerate(blocks) if block.columns > 1]
    told = {i: {k: pairs(strip.text) for k, strip in blocks[i].strips.items()} for i in several}
    weights = Weights(words for strips in told.values() for words in strips.values())
    scored: list[tuple[float, int, int, int]] = []
    for at, i in enumerate(several):
        for j in several[at + 1 :]:
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
    if _is_heading(a) and not _is_heading(b) and j <= i + 2:
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
    """Does the strip stop in mid-sentence at the end of a full line?"""
    return is_open(strip.text) and width(strip.lines[-1].text) >= column - 2.5


def _opens(block: Block) -> bool:
    """Does a headline stand over the block's first column, and its text below?"""
    first = block.strips.get(0)
    if first is None or len(first.lines) < 2:
        return False
    head = first.lines[0].text
    return not re.search("[，。；：、]", head) and width(head) >= 6 and block.rows > min(map(len, _lines(block)))


def _lines(block: Block) -> list[list[Line]]:
    return [strip.lines for k, strip in block.strips.items() if k]


def _turns(foot: Block, head: Block) -> bool:
    """Does a word run from the foot of a column to the head of the next? Then no column goes on below."""
    return any(
        k + 1 in head.strips and runs_on(foot.strips[k].lines[-1].text, head.strips[k + 1].lines[0].text)
        for k in foot.strips
    )


def _is_heading(block: Block) -> bool:
    """Does the block hold nothing but headings?"""
    return all(_is_head(strip) for strip in block.strips.values())


def _is_head(strip: Strip) -> bool:
    return not re.search("[，。；]", strip.text) and len(strip.lines) <= 3


def _heads(strips: Sequence[Strip]) -> bool:
    """Are these strips headings, and not debris alone?"""
    return all(_is_head(strip) for strip in strips) and any(width(strip.text) >= 6 for strip in strips)


def _is_debris(block: Block) -> bool:
    """Does the block hold only scraps of lines?"""
    return block.rows == 1 and all(
        width(strip.text) < 11 and not re.search("[，。；]", strip.text) for strip in block.strips.values()
    )


def _is_headline(strip: Strip) -> bool:
    return width(strip.text) >= 8 and not re.search("[，。；]", strip.text)


def goes_on(a: Strip, b: Strip, column: float) -> float:
    """What the words say of one strip going on with another."""
    tail = next((line.text for line in reversed(a.lines) if width(line.text) >= SCRAP), a.lines[-1].text)
    head = next((line.text for line in b.lines if width(line.text) >= SCRAP), b.lines[0].text)
    if is_furniture(a.lines[-1]) or is_furniture(b.lines[0]):
        return -5.0
    heading = not re.search("[，。；、]", a.text) and width(a.text) < 1.5 * column
    if not heading and width(b.lines[0].text) > column + 2 and not re.search("[，。；]", b.lines[0].text):
        return -1.5  # a headline over the columns
    if _OWN.search(head[:14]):
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
    if len(b.lines) > 1 and width(head) < column - 3 and not re.search("[，。；、]", head):
        score -= 0.6
    if unclosed(a.text):
        score += 0.4 if '"' in b.text or not unclosed(a.text + b.text) else -0.5
    return score


def _threads(blocks: Sequence[Block], bands: Sequence[Sequence[tuple[int, int]]]) -> list[Thread]:
    """The columns of the linked blocks, and each block of one column."""
    out: list[Thread] = []
    for number, chain in enumerate(bands):
        held = [_columns(blocks[i], blocks[j], shift) for (i, shift), (j, _) in pairwise([*chain, chain[-1]])]
        for k in sorted({k for strips in held for k in strips}):
            own = [(i, strips[k]) for (i, _), strips in zip(chain, held, strict=True) if k in strips]
            out.append(Thread(k, own[0][0], own[-1][0], [strip for _, strip in own], number))
    for i, block in enumerate(blocks):
        if block.columns == 1:
            out += [Thread(0, i, i, [strip]) for strip in block.strips.values()]
    return out


def _columns(block: Block, below: Block, shift: int) -> dict[int, Strip]:
    """The block's strips by their columns; the last heading of several stands over the last column below."""
    last = max(block.strips)
    if block is below or not _is_heading(block) or last == 0:
        return {k + shift: strip for k, strip in block.strips.items()}
    return {(max(below.strips) if k == last else k) + shift: strip for k, strip in block.strips.items()}


# ---------------------------------------------------------------- what stands alone


def put_back(blocks: Sequence[Block], column: float) -> list[Block]:
    """The blocks with a line that stands alone put back where a strip lacks it: words run into it and out of it.

    A full line may have strayed far; of a scrap of one or two characters that would be chance, but for a strip near by.
    """
    for i, block in enumerate(blocks):
        if block.rows > 1:
            continue
        for k, strip in list(block.strips.items()):
            full = width(strip.text) >= 0.8 * column
            if len(strip.lines) > 1 or is_furniture(strip.lines[0]) or _OWN.search(strip.text):
                continue
            near = [other for j, other in enumerate(blocks) if j != i and (full or abs(j - i) <= 2)]
            if any(_insert(strip.lines[0], other) for parts in near for other in parts.strips.values()):
                del block.strips[k]
        if len(block.strips) == 1:
            block.columns, block.strips = 1, {0: strip for strip in block.strips.values()}
    return [block for block in blocks if block.strips]


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


def _link_alone(threads: Sequence[Thread], column: float) -> list[Thread]:
    """The threads with those that go on with one another joined: the best links first."""
    words = [pairs(thread.text) for thread in threads]
    weights = Weights(words)
    scored: list[tuple[float, int, int]] = []
    for i, a in enumerate(threads):
        for j, b in enumerate(threads):
            if i != j and (a.band < 0 or b.band < 0) and (score := _link(a, b, column)) >= LINE - MOST_ALIKE:
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
    """What speaks for one thread, of which at least one stands alone, going on with another."""
    tail, head = a.strips[-1], b.strips[0]
    apart = b.first - a.last
    if not is_open(tail.text):
        below = a.band >= 0 and b.band < 0 and apart == 1 and a.column == 0
        return BENEATH if below and not _is_head(head) and not _starts_anew(head) else -1.0
    words = goes_on(tail, head, column)
    scrap = _is_head(tail) or _is_head(head) or _is_fragment(a, column) or _is_fragment(b, column)
    if scrap and not 0 < apart <= 2:
        return -1.0
    if scrap and words < RUNS_ON and not (apart == 1 and OPEN_END.search(tail.text)):
        return -1.0
    score = words + (GOES_ON if _set_in(head, column) is False else 0.0)
    score -= 1.0 if _set_in(head, column) and b.band < 0 else 0.0
    if b.band >= 0 and b.column > 0:
        score -= INNER
    if apart == 1:
        return score + (0.4 if a.band < 0 and b.band < 0 else 0.2)
    if apart < 0:
        return score - 0.4 + 0.01 * apart
    foot = apart <= 8 and len(head.lines) == 1 and bool(SENTENCE_END.search(head.text)) and width(head.text) < column
    return score + (0.7 if foot else 0.2) - 0.01 * apart


def _starts_anew(strip: Strip) -> bool:
    """Does the strip begin with a headline, a dateline or a line of furniture?"""
    first = strip.lines[0]
    return (
        is_furniture(first)
        or bool(_OWN.search(first.text[:14]))
        or not re.search("[，。；、：]", first.text)
    )


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
    text = thread.text
    return (
        thread.band < 0
        and len(thread.strips) == 1
        and len(thread.strips[0].lines) == 1
        and width(text) < 0.75 * column
        and not SENTENCE_END.search(text)
    )


# ---------------------------------------------------------------- order


def _by_article(threads: Sequence[Thread]) -> list[Thread]:
    """The threads with each paragraph that stands alone under another article's headline moved to its own article.

    What a headline stands over is one article's, until the next; a thread that is open at no end may have strayed. It
    is moved where it has far more words in common.
    """
    groups: list[list[Thread]] = [[]]
    for thread in threads:
        heading = thread.band < 0 and _is_head(thread.strips[0]) and width(thread.text) >= 6
        follows = bool(groups[-1]) and not _heads(groups[-1][-1].strips)
        if heading and follows:
            groups.append([])
        groups[-1].append(thread)
    told = [[pairs(thread.text) for thread in group] for group in groups]
    weights = Weights(frozenset().union(*words) for words in told)
    moved: list[tuple[int, Thread]] = []
    for g, group in enumerate(groups):
        for k, thread in enumerate(group):
            if thread.band >= 0 or k == 0 or _is_head(thread.strips[0]) or DATELINE.match(thread.text):
                continue
            if is_furniture(thread.strips[0].lines[0]):
                continue
            others = frozenset().union(*(words for m, words in enumerate(told[g]) if m != k))
            own = weights.alike(told[g][k], others)
            scores = [(weights.alike(told[g][k], frozenset().union(*told[h])), h) for h in range(len(groups)) if h != g]
            best, h = max(scores, default=(0.0, g))
            if best > STRAYED * own + CHANCE:
                moved.append((h, thread))
    gone = {id(thread) for _, thread in moved}
    out: list[Thread] = []
    for g, group in enumerate(groups):
        heads = [thread for thread in group if id(thread) not in gone]
        own = sorted((thread for h, thread in moved if h == g), key=lambda thread: thread.first)
        for thread in own:
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
