"""Where quoted words stand in a text that may have been read anew: exactly, by what stands round them, or by likeness.

Texts are compared without white space and without the width of signs (`plain`). First the words are looked for as they
were quoted, between the words that were quoted round them; then alone, where what stands round them is alike; then
what is most like all of it. A stretch that is hardly better than another is no find: which is meant can't be told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from site_builder.errors import ArchiveError

ALIKE = 0.72  # of a quotation and what stands in its place: one read anew with 5 % of characters wrong has 0.95, and
# the most like of other passages seldom above 0.5
ROUND = 0.55  # of what stands round the words: less is another place that has the same words
ALIKE_SHORT = 0.85  # of one of fewer than SHORT characters, in which a name or a figure makes all the difference
SHORT = 16
SHORTEST = 8  # characters: a shorter quotation is like too much to be looked for by likeness
HALF = 0.5  # of the words themselves
SIDE, BESIDE = 6, 0.75  # characters on either side, and how like they must be, for words that are read quite otherwise
SURE_SIDE, ONE_SIDE = 0.8, 24  # on one side alone, and with how many characters
OTHER, FLANK = 3, 3  # characters in a row that are others, between so many that are the same: another name
BORDER = 2  # of which so many aren't the words themselves, which may be read otherwise now
CLEARLY = 0.1  # so much the best must be better than the second
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

How = Literal["literal", "context", "alike"]


@lru_cache(maxsize=1 << 16)
def _plain_sign(sign: str) -> str:
    if sign in ZERO_WIDTH:
        return ""
    return "".join(unicodedata.normalize("NFKC", sign).split())


def plain(text: str) -> str:
    """The text as quotations are compared: without white space, and without width.

    >>> plain("（２ 月）书 记")
    '(2月)书记'
    """
    return "".join(map(_plain_sign, text))


def from_plain(text: str, at: int) -> int:
    """The offset in a text of a place in what is plain of it.

    >>> text = "书 记 …柴伟"
    >>> [from_plain(text, at) for at in (0, 1, 2, 5, 7)]
    [0, 2, 4, 5, 7]
    """
    seen = 0
    for offset, sign in enumerate(text):
        own = len(_plain_sign(sign))
        if seen >= at and own:
            return offset
        seen += own
    return len(text)


def sign_at(text: str, at: int) -> str:
    """The sign of a text within which a place in what is plain of it falls; nothing where it stands between two.

    >>> sign_at("第⑩条", 2), sign_at("第⑩条", 1), sign_at("第⑩条", 3)
    ('⑩', '', '')
    """
    for sign in text:
        own = len(_plain_sign(sign))
        if at <= 0:
            return ""
        if at < own:
            return sign
        at -= own
    return ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation, plain: the words, and those round them. `becomes` are the words that may stand there by now."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    becomes: str | None = None

    @property
    def whole(self) -> str:
        return self.prefix + self.exact + self.suffix


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a plain text that may be what was quoted; `right`: it says what the words should become."""

    start: int
    end: int
    how: How
    likeness: float
    right: bool = False


class AmbiguousError(ArchiveError):
    """Several stretches may be meant, and none more than another."""


class UnsureError(AmbiguousError):
    """The place is found, but not whether the words that are to go still stand there."""


def find(text: str, quote: Quote, *, near: bool = True) -> Place | None:
    """Where the quotation stands in a plain text. `near`: it was read in this very text, so that words that stand here
    once need nothing round them.

        >>> text = "昨日,市委书记记柴伟主持召开会议。会后,柴伟书记到乡镇调研。"
        >>> find(text, Quote("书记记", "市委", "柴伟"))
        Place(start=5, end=8, how='literal', likeness=1.0, right=False)

    Another OCR has read what stands round the words otherwise; or it has read the words themselves right.

        >>> find("昨日,市季书记记柴伟主特召开会议。", Quote("书记记", "昨日,市委", "柴伟主持"))
        Place(start=5, end=8, how='context', likeness=0.7777777777777778, right=False)
        >>> find("昨日,市委书记柴伟主持召开会议。", Quote("书记记", "市委", "柴伟主持", "书记"))
        Place(start=5, end=7, how='literal', likeness=1.0, right=True)
        >>> find("昨日,市委书汜记柴伟主持召开会议。", Quote("书记记", "昨日,市委", "柴伟主持召开")).how
        'alike'

    Words that stand there twice, with nothing to tell which of them are meant, are nowhere.

        >>> find("会议指出。会议强调。", Quote("会议"))
        Traceback (most recent call last):
        ...
        site_builder.anchoring.AmbiguousError: 2 places
    """
    if literal := _literal(text, quote):
        return _only(literal)
    if found := _by_context(text, quote, near):
        place = _best(found, text, quote)
    elif alike := _alike(text, quote) or _alike_on_one_side(text, quote):
        place = alike
    else:
        return _lonely(text, quote) if near else None
    return _unless_out(text, quote, place) if quote.becomes == "" and place.how != "literal" else place


def _literal(text: str, quote: Quote) -> list[Place]:
    """The quotation as it stands, with what stands round it; where nothing was quoted round it, nothing."""
    if not (quote.prefix or quote.suffix):
        return []
    start = len(quote.prefix)
    found = [Place(at + start, at + start + len(quote.exact), "literal", 1.0) for at in _all(text, quote.whole)]
    if found or quote.becomes is None or len(quote.prefix + quote.suffix) < 4:
        return found
    right = quote.prefix + quote.becomes + quote.suffix
    return [Place(at + start, at + start + len(quote.becomes), "literal", 1.0, True) for at in _all(text, right)]


def _by_context(text: str, quote: Quote, near: bool) -> list[Place]:
    """Where the words stand as they are quoted (or as they should be), between words that are like those round them."""
    found: list[Place] = []
    alone = not (quote.prefix or quote.suffix)
    for words, right in ((quote.exact, False), (quote.becomes or "", True)):
        for at in _all(text, words) if words else ():
            end = at + len(words)
            likeness = float(near or len(words) >= SHORTEST) if alone else _round(text, at, end, quote)
            if likeness >= ROUND and not _names_another(quote, text, at, end):
                found.append(Place(at, end, "literal" if alone and near else "context", likeness, right))
    left = [one for one in found if not any(_holds(other, one) for other in found)]
    wrong = [one for one in left if not one.right]
    if alone and wrong and quote.exact not in (quote.becomes or ""):
        return wrong  # what they should become may stand elsewhere too, and means nothing
    return left


def _holds(wider: Place, one: Place) -> bool:
    """Whether a find is no more than a part of another.

    记 in 书记 is no 记 that should become 书记, and 书记 in 书记记 is not yet what 书记记 should become.
    """
    inside = wider.start <= one.start and one.end <= wider.end and wider.end - wider.start > one.end - one.start
    return inside and wider.right != one.right and wider.likeness >= one.likeness - CLEARLY


def _unless_out(text: str, quote: Quote, place: Place) -> Place:
    """The place of words that are to be taken out; or, if they are out already, the place where they were.

    What stands there may be the same words, but those that were to stay: 里 was read twice, and now once. So what was
    quoted is laid beside what is read, with the words and without them; what needs fewer characters to be changed is
    what stands there. If both need as many, nobody can tell.

        >>> quote = Quote("里", "农民心里", "乐开了花。", "")
        >>> find("农民心里乐开了化。", quote).right, find("农民心里里乐开了化。", quote).right
        (True, False)
        >>> find("农民心里甲乐开了花。", quote)
        Traceback (most recent call last):
        ...
        site_builder.anchoring.UnsureError: still there or not
    """
    size = len(quote.exact)
    start = max(0, place.start - len(quote.prefix) - size) if quote.prefix else place.start
    end = place.end + len(quote.suffix) + size if quote.suffix else place.end
    read = text[start:end]
    still, out = (
        _changes(words, read, from_start=not quote.prefix, to_end=not quote.suffix)
        for words in (quote.whole, quote.prefix + quote.suffix)
    )
    if still < out:
        return place
    if still == out:
        raise UnsureError("still there or not")
    at = place.end if quote.prefix.endswith(quote.exact) else place.start
    return Place(at, at, place.how, place.likeness, True)


def _changes(words: str, text: str, *, from_start: bool, to_end: bool) -> int:
    """How many characters must be changed for the words to stand in a text: anywhere, or at its very start or end.

    >>> _changes("农民心里", "昨日农民心甲", from_start=False, to_end=True)
    1
    """
    row = list(range(len(text) + 1)) if from_start else [0] * (len(text) + 1)
    for number, sign in enumerate(words, 1):
        last, row = row, [number]
        for at, there in enumerate(text):
            row.append(min(last[at] + (sign != there), last[at + 1] + 1, row[at] + 1))
    return row[-1] if to_end else min(row)


def _lonely(text: str, quote: Quote) -> Place | None:
    """Words that stand once in the very text, though what stood round them has gone to another place."""
    if len(quote.exact) < SHORTEST or text.count(quote.exact) != 1:
        return None
    at = text.index(quote.exact)
    if _names_another(quote, text, at, at + len(quote.exact)):
        return None
    return Place(at, at + len(quote.exact), "context", ROUND)


def _round(text: str, start: int, end: int, quote: Quote) -> float:
    """How alike what stands round a stretch is to what was quoted round the words.

    It may be a little longer or shorter: a character was lost, or read twice. If the words and what stands on one side
    are long enough, the other side may be another's: an article was parted there, or two were run together.
    """
    before, after = len(quote.prefix), len(quote.suffix)
    sides = [
        (size, Indel.normalized_similarity(said, there))
        for size, said, there in (
            (before, quote.prefix, text[max(0, start - before) : start]),
            (after, quote.suffix, text[end : end + after]),
        )
        if size
    ]
    together = sum(size * likeness for size, likeness in sides) / (before + after)
    firm = [likeness for size, likeness in sides if size + end - start >= SHORT and likeness >= SURE_SIDE]
    return max(together, ROUND if firm else 0.0)


def _alike(text: str, quote: Quote) -> Place | None:
    """The stretch that is most like the quotation and what stands round it."""
    if len(quote.whole) < SHORTEST or len(text) < 2:
        return None
    best = _window(text, quote.whole)
    if best is None:
        return None
    start, end, likeness = best
    others = [other for part in (text[:start], text[end:]) if (other := _window(part, quote.whole))]
    if any(other[2] > likeness - CLEARLY for other in others):
        raise AmbiguousError("2 places")
    opened, closed = _borders(quote, text[start:end])
    read = text[start + opened : start + closed]
    if not _plausible(quote, text[start : start + opened], read, text[start + closed : end]):
        return None
    if _names_another(quote, text, start + opened, start + closed):
        return None
    return Place(start + opened, start + closed, "alike", likeness, quote.becomes is not None and read == quote.becomes)


def _alike_on_one_side(text: str, quote: Quote) -> Place | None:
    """The same without what stood on the other side, where an article was parted or two were run together."""
    sides = (replace(quote, prefix=""), replace(quote, suffix="")) if quote.prefix and quote.suffix else ()
    found = [place for side in sides if len(side.whole) >= ONE_SIDE and (place := _alike(text, side))]
    found = [one for one in found if not _names_another(quote, text, one.start, one.end)]
    return max((one for one in found if one.likeness >= SURE_SIDE), key=lambda one: one.likeness, default=None)


def _plausible(quote: Quote, before: str, read: str, after: str) -> bool:
    """Whether what was read may be the words: it is like them, or what stands on both sides is what was quoted there.

    What stands round them may have gone to another place without them, or they without it: so many words as a
    paragraph's first aren't read as none.
    """
    wanted = (quote.exact, quote.becomes) if quote.becomes else (quote.exact,)
    if any(Indel.normalized_similarity(read, words) >= HALF for words in wanted):
        return True
    if len(quote.exact) >= SHORTEST and 2 * len(read) < len(quote.exact):
        return False
    sides = ((quote.prefix, before), (quote.suffix, after))
    return all(len(said) >= SIDE and Indel.normalized_similarity(said, there) >= BESIDE for said, there in sides)


def _names_another(quote: Quote, text: str, start: int, end: int) -> bool:
    """Whether what stands at a place and round it is what was quoted but for a name or a figure: another notice.

    OCR misreads a character here and there; that it misreads several in a row, and those on both sides right, happens
    once in thousands of lines. Words that are to be set right may be read quite otherwise, though, with a character
    beside them. And what differs as far as was quoted is another matter: an article may have been parted there.

    >>> quote, other = Quote("招工二十", "红旗机械厂今年", "名，凡年满"), "第二纺织厂今年招工二十名，凡年满"
    >>> _names_another(quote, other, 7, 11), _names_another(quote, "据说，" + other, 10, 14)
    (False, False)
    >>> quote = Quote("招工二十", "经批准，红旗机械厂今年", "名，凡年满")
    >>> _names_another(quote, "经批准，红旗机诫广今年招工二十名，凡年满", 11, 15)
    False
    >>> _names_another(quote, "经批准，第二纺织厂今年招工二十名，凡年满", 11, 15)
    True
    """
    opens, closes = len(quote.prefix), len(quote.prefix) + len(quote.exact)
    there = text[max(0, start - opens - FLANK) : end + len(quote.suffix) + FLANK]
    flanked = False  # by what was read right
    others: list[int] = []
    for step in Levenshtein.opcodes(quote.whole, there):
        if step.tag == "equal":
            outside = sum(not opens <= at < closes for at in others)
            if flanked and len(others) >= OTHER and (quote.becomes is None or outside >= BORDER):
                if step.src_end - step.src_start >= FLANK:
                    return True
            else:
                others = []
            flanked = flanked or step.src_end - step.src_start >= FLANK
        elif step.tag == "replace":
            others += range(step.src_start, step.src_end)
    return False


def _window(text: str, whole: str) -> tuple[int, int, float] | None:
    """The stretch of the text that is most like the quotation, if it is like it: start, end, likeness."""
    found = fuzz.partial_ratio_alignment(whole, text, score_cutoff=100 * (ALIKE - 0.15))
    if found is None or len(text) < len(whole) // 2:
        return None
    slack = max(3, len(whole) // 8)  # it may be longer by what was read twice
    if len(text) < len(whole):
        start, end = 0, len(text)
    else:
        start, end = max(0, found.dest_start - slack), min(len(text), found.dest_end + slack)
    start, end = _trimmed(whole, text, start, end)
    likeness = Indel.normalized_similarity(whole, text[start:end])
    return (start, end, likeness) if likeness >= (ALIKE if len(whole) >= SHORT else ALIKE_SHORT) else None


def _trimmed(whole: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without what stands before the quotation's first character and behind its last."""
    steps = Levenshtein.opcodes(whole, text[start:end])
    if steps and steps[0].tag == "insert":
        start += steps[0].dest_end
    if len(steps) > 1 and steps[-1].tag == "insert":
        end -= steps[-1].dest_end - steps[-1].dest_start
    return start, end


def _borders(quote: Quote, read: str) -> tuple[int, int]:
    """Where the words begin and end in what stands for the quotation and what is round it."""
    steps = Levenshtein.opcodes(quote.whole, read)
    opens, closes = len(quote.prefix), len(quote.prefix) + len(quote.exact)
    start = end = None
    for step in steps:
        if start is None and step.src_start <= opens < step.src_end:
            start = min(step.dest_start + opens - step.src_start, step.dest_end)
        if step.src_start < closes <= step.src_end:
            end = min(step.dest_start + closes - step.src_start, step.dest_end)
            if step.tag == "delete":
                end = step.dest_start
    start = len(read) if start is None else start
    end = len(read) if end is None else end
    return min(start, end), end


def _all(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _only(found: Sequence[Place]) -> Place:
    if len(found) > 1:
        raise AmbiguousError(f"{len(found)} places")
    return found[0]


def _best(found: Sequence[Place], text: str, quote: Quote) -> Place:
    """The likeliest, if it is clearly so; or if it makes no difference: of 里里 either may be taken out.

    >>> _best([Place(1, 2, "context", 0.9), Place(2, 3, "context", 0.9)], "心里里乐", Quote("里", becomes="")).start
    1
    """
    ranked = sorted(found, key=lambda one: (-one.likeness, one.start))
    best = ranked[0]
    for other in ranked[1:]:
        if other.likeness > best.likeness - CLEARLY / 2:
            after = [
                text if one.right else text[: one.start] + (quote.becomes or "") + text[one.end :]
                for one in (best, other)
            ]
            if quote.becomes is None or after[0] != after[1]:
                raise AmbiguousError(f"{len(ranked)} places")
    return best
