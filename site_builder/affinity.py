"""How much two texts of a page talk about the same: shared names, numbers and rare words, weighted.

Character pairs stand for words: they need no dictionary, survive OCR slips, and cost little. All texts of a page are
read in one go, and their pairs are numbers in arrays from then on: sets of strings take five times as long.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray

from site_builder.patterns import HAN

Words = NDArray[np.int64]
"""The words of a text: the numbers that its vocabulary gives to the text's pairs, each once, in order."""

_TOKENS = re.compile(rf"[0-9]+(?:\.[0-9]+)?[%％]?[{HAN}]?|[A-Za-z]{{2,}}|[{HAN}]+")
_NUMBER = re.compile(rf"[0-9][0-9]*(?:\.[0-9]+)?[%％]?[{HAN}]?")  # a first character that stands alone is found faster
_LATIN = re.compile(r"[A-Za-z][A-Za-z]+")

_BITS = 18  # of a Chinese character's code point
_IS_HAN = np.zeros((1 << _BITS) + 1, bool)  # by code point; the last stands for all beyond
for _first, _last in re.findall("(.)-(.)", HAN.encode("ascii").decode("unicode-escape")):
    _IS_HAN[ord(_first) : ord(_last) + 1] = True

_STOPS = frozenset("。；：！？”），")  # so nearly every paragraph ends, and no pair runs on
_GOES_ON = re.compile(rf"[0-9A-Za-z.%％{HAN}]")
_NONE: Words = np.zeros(0, np.int64)

UNSEEN = (
    0.4  # of the highest weight: a pair that no body has tells little of whose heading it is (OCR misreads large type)
)


def pairs(text: str) -> frozenset[str]:
    """The text's adjacent Chinese character pairs, its numbers (with their unit) and its Latin words.

    >>> sorted(pairs("龙山区8户企业"))
    ['8户', '企业', '山区', '龙山']
    """
    out: set[str] = set()
    for token in _TOKENS.findall(text):
        if token[0].isascii():
            out.add(token)
            token = token[-1:]
        out.update(map(add, token, token[1:]))
    return frozenset(out)


class Vocabulary:
    """Numbers for the pairs that the texts of a page have, and the words of each text that was read.

    >>> vocabulary = Vocabulary()
    >>> one, other = vocabulary.read(["龙山区8户企业", "企业在龙山区"])
    >>> len(one), len(other), len(np.intersect1d(one, other))
    (4, 5, 3)
    """

    def __init__(self) -> None:
        self.size = 1  # one more than the last pair's number; 0 is no pair's
        self._codes, self._numbers = _NONE, _NONE  # of all pairs, in the order of their codes
        self._tokens: dict[str, int] = {}  # codes of numbers and Latin words
        self._words: dict[str, Words] = {}  # by text
        self._groups: dict[tuple[str, ...], Words] = {}  # by the texts of a group

    def read(self, texts: Iterable[str]) -> list[Words]:
        """The words of each text; all that are new are read in one go."""
        texts = list(texts)
        if new := [text for text in dict.fromkeys(texts) if text not in self._words]:
            where, found = self._found("\n".join(new))
            order = in_order(found)
            ranked = found[order]
            first = np.ones(len(found), bool)
            np.not_equal(ranked[1:], ranked[:-1], out=first[1:])
            numbers = np.empty(len(found), np.int64)
            numbers[order] = self._numbered(ranked[first])[first.cumsum() - 1]
            text_of = np.arange(len(new)).repeat([len(text) + 1 for text in new])[where]
            self._words.update(zip(new, _parted(text_of, numbers, len(new)), strict=True))
        return [self._words[text] for text in texts]

    def read_together(self, groups: Iterable[Sequence[str]]) -> list[Words]:
        """The words of each group of texts, run together as one: where one does not run on, its own are known.

        >>> vocabulary = Vocabulary()
        >>> (body,) = vocabulary.read_together([["山区8户", "企业。", "复工"]])
        >>> body.tolist() == vocabulary.read(["山区8户企业。复工"])[0].tolist()
        True
        """
        wanted = [tuple(texts) for texts in groups]
        new = [texts for texts in dict.fromkeys(wanted) if texts not in self._groups]
        parted = [_runs(texts) for texts in new]
        words = iter(self.read(run for runs in parted for run in runs))
        if new:
            self._groups.update(zip(new, unions([[next(words) for _ in runs] for runs in parted]), strict=True))
        return [self._groups[texts] for texts in wanted]

    def _found(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each pair of the text begins, and a code for it: two code points in one, or less than 0 for a token."""
        chars = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
        begins = _IS_HAN.take(chars, mode="clip")
        ends = begins[1:].copy()
        found = [*_NUMBER.finditer(text), *_LATIN.finditer(text)]
        at = [token.start() for token in found]
        tokens = [self._tokens.setdefault(token[0], -1 - len(self._tokens)) for token in found]
        begins[[token.end() - 1 for token in found]] = False  # a number's unit goes with the number alone
        where = np.flatnonzero(begins[:-1] & ends)
        codes = chars[where] << _BITS | chars[where + 1]
        return np.concatenate([where, np.array(at, np.int64)]), np.concatenate([codes, np.array(tokens, np.int64)])

    def _numbered(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of some pairs, given in the order of their codes, each once; a new pair gets the next number."""
        if self.size == 1:  # the first texts: as good as the whole page
            self.size += len(codes)
            self._codes, self._numbers = codes, np.arange(1, self.size)
            return self._numbers
        at = self._codes.searchsorted(codes)
        new = self._codes.take(at, mode="clip") != codes
        numbers = np.where(new, self.size - 1 + new.cumsum(), self._numbers.take(at, mode="clip"))
        self.size += int(new.sum())
        known = np.concatenate([self._codes, codes[new]])
        order = known.argsort(kind="stable")
        self._codes, self._numbers = known[order], np.concatenate([self._numbers, numbers[new]])[order]
        return numbers


def in_order(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """`argsort` for codes of up to 40 bits, in half the time: each is sorted together with its place.

    >>> in_order(np.array([30, -7, 20, -7])).tolist()
    [1, 3, 2, 0]
    """
    bits = len(codes).bit_length()
    ranked = codes << bits | np.arange(len(codes))
    ranked.sort()
    order: NDArray[np.int64] = ranked & ((1 << bits) - 1)
    return order


def _runs(texts: Sequence[str]) -> list[str]:
    """The texts, those that run on put together with what they run on to."""
    runs: list[str] = []
    for text in texts:
        if runs and runs[-1][-1:] not in _STOPS and _GOES_ON.match(runs[-1][-1:]) and _GOES_ON.match(text):
            runs[-1] += text
        else:
            runs.append(text)
    return runs


def unions(groups: Sequence[Sequence[Words]]) -> list[Words]:
    """For each group of texts the words that any of them has.

    >>> [words.tolist() for words in unions([[np.array([1, 3]), np.array([2, 3])], [], [np.array([3])]])]
    [[1, 2, 3], [], [3]]
    """
    if len(groups) == 1:
        return [_once(_end_to_end(groups[0]))]
    sizes = [sum(map(len, group)) for group in groups]
    words = _end_to_end(words for group in groups for words in group)
    return _parted(np.arange(len(groups)).repeat(sizes), words, len(groups))


def _parted(text: NDArray[np.int64], words: NDArray[np.int64], count: int) -> list[Words]:
    """The words of each of so many texts, in order and each once: a pair's number and that of the text it is in."""
    if not count:
        return []
    size = int(words.max(initial=0)) + 1
    found = _once(text * size + words)
    edges = found.searchsorted(np.arange(count + 1) * size)
    found -= np.arange(count).repeat(edges[1:] - edges[:-1]) * size
    return [found[start:end] for start, end in pairwise(edges.tolist())]


def _once(words: Words) -> Words:
    """The words in order and each once; what is given is put in order too."""
    words.sort()
    new = np.ones(len(words), bool)
    np.not_equal(words[1:], words[:-1], out=new[1:])
    once: Words = words[new]
    return once


@dataclass(frozen=True, slots=True)
class Row:
    """The words of several texts end to end, so that another text is compared with all of them in one go."""

    words: Words
    edges: NDArray[np.int64]  # where each text's words begin, and the end of the last one's
    lengths: NDArray[np.float64]

    @property
    def texts(self) -> NDArray[np.int64]:
        """For each word the number of its text."""
        return np.arange(len(self.edges) - 1).repeat(np.diff(self.edges))

    def sums(self, worth: NDArray[np.int64], first: int = 0, end: int | None = None) -> NDArray[np.int64]:
        """What the words of each text, from first to before end, are worth together; a word's worth by its number."""
        edges = self.edges[first : None if end is None else end + 1]
        running = np.zeros(edges[-1] - edges[0] + 1, np.int64)
        worth[self.words[edges[0] : edges[-1]]].cumsum(out=running[1:])
        at = running[edges - edges[0]]
        sums: NDArray[np.int64] = at[1:] - at[:-1]
        return sums

    def only(self, wanted: NDArray[np.bool_]) -> Row:
        """The texts without all other words."""
        kept = wanted[self.words]
        running = np.zeros(len(kept) + 1, np.int64)
        kept.cumsum(out=running[1:])
        return Row(self.words[kept], running[self.edges], self.lengths)


class Weights:
    """The weight of each pair on one page: log((1 + n) / df) over the page's n bodies, so what all of them say is worth
    nearly nothing and what one says is worth most. Whole thousandths, so that no sum depends on an order.

    >>> vocabulary = Vocabulary()
    >>> heading, *bodies = vocabulary.read(["春耕备耕", "全市春耕开始", "全市召开会议", "会议在全市召开"])
    >>> weights = Weights(vocabulary, bodies)
    >>> [round(weights.covered(heading, body), 2) for body in bodies]
    [0.56, 0.0, 0.0]
    >>> weights.alike(bodies[1], bodies[2]) > weights.alike(bodies[0], bodies[1]) > 0
    True
    """

    def __init__(self, vocabulary: Vocabulary, bodies: Sequence[Words]) -> None:
        df = np.bincount(_end_to_end(bodies), minlength=vocabulary.size + 1)
        known = [round(1000 * math.log((len(bodies) + 1) / df)) for df in range(1, len(bodies) + 1)]
        by_df = np.array([round(1000 * UNSEEN * math.log(len(bodies) + 1)), *known])
        self._weight = by_df[df]  # by the pair's number; the last is that of all pairs read later
        self.size = len(self._weight)
        self._square = self._weight * self._weight

    def row(self, texts: Sequence[Words]) -> Row:
        """Some texts, to be compared with others."""
        edges = np.array([0, *accumulate(map(len, texts))])
        row = Row(_end_to_end(texts), edges, np.zeros(0))
        return replace(row, lengths=np.sqrt(row.sums(self._square)))

    def among(self, texts: Iterable[Words]) -> NDArray[np.bool_]:
        """For each pair, by its number, whether one of the texts has it."""
        out = np.zeros(self.size, bool)
        out[_end_to_end(texts)] = True
        return out

    def covered(self, heading: Words, body: Words) -> float:
        """The share of the heading's weight that the body also holds, 0 to 1."""
        whole = self._sum(self._weight, heading)
        return self._sum(self._weight, _shared(heading, body)) / whole if whole else 0.0

    def growing(self, heading: Words, texts: Sequence[Words]) -> list[float]:
        """`covered` for the first of the texts, for the first two together, and so on.

        >>> vocabulary = Vocabulary()
        >>> heading, *texts = vocabulary.read(["春耕备耕", "全市春耕", "全市召开会议", "备耕开始"])
        >>> [round(share, 2) for share in Weights(vocabulary, texts).growing(heading, texts)]
        [0.42, 0.42, 0.83]
        """
        worth = self._weight.take(heading, mode="clip")
        held = np.array([_has(text, heading) for text in texts]).reshape(len(texts), len(heading))
        sums = np.logical_or.accumulate(held) @ worth
        shares: list[float] = (sums / max(int(worth.sum()), 1)).tolist()
        return shares

    def near(self, headings: Sequence[Words], bodies: Row, reach: Sequence[range]) -> list[list[float]]:
        """`covered` for each heading and each of the bodies that are in its reach."""
        if not headings:
            return []
        words, heading = _end_to_end(headings), _numbers_of(headings)
        said = bodies.only(self.among(headings))
        order = said.words.argsort(kind="stable")
        holders = said.texts[order]
        many = np.bincount(said.words, minlength=self.size)
        last, many = many.cumsum()[words], many[words]
        # One entry for each word of a heading and each body that holds it.
        each = np.arange(len(words)).repeat(many)
        holder = holders[np.arange(len(each)) - many.cumsum()[each] + last[each]]
        at = holder - np.array([bodies.start for bodies in reach])[heading[each]]
        size = max(map(len, reach), default=0)
        within = (at >= 0) & (at < size)
        weight = self._weight.take(words, mode="clip")
        place = heading[each] * size + at
        sums = np.bincount(place[within], weight[each][within], len(headings) * size).reshape(len(headings), size)
        wholes = np.bincount(heading, weight, len(headings))
        shares = (sums / np.maximum(wholes, 1)[:, None]).tolist()
        return [share[: len(bodies)] for share, bodies in zip(shares, reach, strict=True)]

    def shares(self, heading: Words, bodies: Row, first: int = 0, end: int | None = None) -> NDArray[np.float64]:
        """`covered` for each of several bodies."""
        whole = self._sum(self._weight, heading) or 1
        return bodies.sums(self._worth(self._weight, heading), first, end) / whole

    def alike(self, a: Words, b: Words) -> float:
        """The cosine of the two texts' weights, 0 to 1."""
        size = self._length(a) * self._length(b)
        return self._sum(self._square, _shared(a, b)) / size if size else 0.0

    def likeness(self, a: Words, others: Row, first: int = 0, end: int | None = None) -> NDArray[np.float64]:
        """`alike` for each of several others."""
        sizes = self._length(a) * others.lengths[first:end]
        sums = others.sums(self._worth(self._square, a), first, end)
        return np.divide(sums, sizes, out=np.zeros(len(sums)), where=sizes > 0)

    def _length(self, words: Words) -> float:
        return math.sqrt(self._sum(self._square, words))

    def _sum(self, worth: NDArray[np.int64], words: Words) -> int:
        return int(np.add.reduce(worth.take(words, mode="clip")))

    def _worth(self, worth: NDArray[np.int64], words: Words) -> NDArray[np.int64]:
        """What each pair is worth if only these words are worth anything."""
        out = np.zeros(self.size, np.int64)
        out[words] = worth[words]
        return out


def _numbers_of(texts: Sequence[Words]) -> NDArray[np.int64]:
    """For each word of the texts, laid end to end, the number of its text."""
    return np.arange(len(texts)).repeat(list(map(len, texts)))


def _end_to_end(texts: Iterable[Words]) -> Words:
    words: Words = np.concatenate([_NONE, *texts])
    return words


def _shared(a: Words, b: Words) -> Words:
    """The words that both texts have."""
    both: Words = a[_has(b, a)]
    return both


def _has(text: Words, words: Words) -> NDArray[np.bool_]:
    """For each of the words whether the text has it."""
    has: NDArray[np.bool_] = text.take(text.searchsorted(words), mode="clip") == words if len(text) else words < 0
    return has
