"""What an article says, in a few bytes: enough to know it again after another OCR has read it.

The text is folded to its letters and digits, and cut into shingles of three characters. Each has a number that looks
random but is always the same. The fingerprint is a sample: the SAMPLE shingles with the lowest numbers. Because chance
chose them, the share of them that another text holds is the share of the whole text that it holds, to within 0.07; and
because their numbers lie below a limit, the other text's shingles below that limit are a fair sample of it too. So a
text that nobody has any more can be compared with one at hand: how much of each is in the other.

Against three characters one OCR error spoils three shingles: at 5 % misread 86 % of them are left. Other articles of
the page share 1 to 5 %. With two characters both are higher (90 %, 10 to 20 %).
"""

from __future__ import annotations

import base64
import copy
import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from site_builder.charmaps import CharMap, nfkc

SHINGLE = 3  # characters
SAMPLE = 48  # shingles kept: 192 letters in the ledger, and a share is known to within 0.07
VEILED = "~"  # begins the fingerprint of a text that must not be shown

_FINGERPRINT = re.compile(r"(?:[A-Za-z0-9+/]{4})*|~(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3})?")
_NUMBERS = 1 << 24
_MASK = (1 << 32) - 1
_OF_FIRST, _OF_SECOND, _OF_THIRD, _SPREAD = map(np.uint32, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x2C1B3C6D))
_BYTES = 3  # of a number
CERTAIN = 3  # standard deviations by which bytes that are shared must exceed what chance shares
_WIDER = 1.25  # a veiled sample's limit is guessed from the text's length, so look a little above it


def folded(text: str) -> str:
    r"""The text's letters and digits: width, case, spaces, line ends and punctuation tell nothing of what it says.

    >>> folded("本报讯（记者 张赫）\n２月１８日，TU-104")
    '本报讯记者张赫2月18日tu104'
    """
    return _folding(text)


_folding = CharMap(lambda text: "".join(filter(str.isalnum, nfkc(text))).casefold())


def shingles(text: str) -> frozenset[int]:
    """The numbers of the text's shingles; a text shorter than one is one.

    The numbers are arithmetic alone, for they are kept for decades: no hash of Python's, which may change.

    >>> sorted(shingles("春耕忙")), sorted(shingles("春，耕　忙")) == sorted(shingles("春耕忙")), shingles("。")
    ([13392321], True, frozenset())
    >>> len(shingles("春耕忙春耕忙")), len(shingles("春耕"))
    (3, 1)
    """
    letters: NDArray[np.uint16] | NDArray[np.uint32] | None = _folding.codes(text)
    if letters is None:
        letters = np.frombuffer(folded(text).encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(letters):
        return frozenset()
    codes = np.zeros(max(len(letters), SHINGLE), np.uint32)
    codes[: len(letters)] = letters
    numbers = codes[:-2] * _OF_FIRST + codes[1:-1] * _OF_SECOND + codes[2:] * _OF_THIRD  # all modulo 2 ** 32
    numbers ^= numbers >> np.uint32(15)
    numbers *= _SPREAD
    return frozenset((numbers >> np.uint32(8)).tolist())


def _byte(number: int) -> int:
    """A byte that a shingle shares with every 256th other."""
    return (number * 0x9E3779B1 & _MASK) >> 24


@dataclass(frozen=True)
class Text:
    """A text at hand: all its shingles."""

    numbers: frozenset[int]

    @cached_property
    def ordered(self) -> list[int]:
        return sorted(self.numbers)

    @property
    def size(self) -> int:
        return len(self.numbers)

    def fingerprint(self) -> str:
        """The sample as the ledger keeps it.

        >>> Text(shingles("今年春耕早")).fingerprint()
        'e0z4ri+ruD1G'
        """
        limit = 2 * SAMPLE * _NUMBERS // max(1, self.size)  # chance puts twice as many below it as are wanted
        low = sorted([number for number in self.numbers if number < limit])
        kept = (low if len(low) >= SAMPLE else self.ordered)[:SAMPLE]
        return _text(b"".join([number.to_bytes(_BYTES, "big") for number in kept]))


def veil(fingerprint: str) -> str:
    """The fingerprint of a text that must not be shown: of each shingle a byte, without their order.

    Nobody can tell which of some thousands of likely shingles a byte stands for, so no text can be read back, and any
    word that somebody tries fits by chance one time in six; yet 48 bytes together tell one article of a page from the
    others. (Whoever has the whole text can of course see that it is the one.)

    >>> veil("e0z4ri+ruD1G") == veil("~NZTy") == "~NZTy"
    True
    """
    if fingerprint.startswith(VEILED):
        return fingerprint
    return VEILED + _text(bytes(sorted(map(_byte, _numbers(_bytes(fingerprint))))))


def _numbers(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + _BYTES], "big") for at in range(0, len(data), _BYTES))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def is_fingerprint(text: str) -> bool:
    """Whether the ledger's fingerprint is one.

    >>> is_fingerprint("e0z4ri+ruD1G"), is_fingerprint("~NZTy"), is_fingerprint("e0z4r"), is_fingerprint("")
    (True, True, False, True)
    """
    return _FINGERPRINT.fullmatch(text) is not None


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of an old text is in a new one, how much of the new in the old, and both in one: 0 to 1; and by how many
    shingles this is known.
    """

    of_old: float
    of_new: float
    both: float
    shared: int

    def speaks(self, share: float) -> bool:
        """Whether a share of either is in the other, by enough shingles to tell."""
        return self.of_old >= share or (self.of_new >= share and self.shared >= FEW)


FEW = 4  # shingles: fewer may be a turn of phrase

STRANGERS = Likeness(0.0, 0.0, 0.0, 0)


class Sample:
    """A text of the ledger: its fingerprint read, and the number of shingles that it had."""

    def __init__(self, fingerprint: str, size: int) -> None:
        self.veiled = fingerprint.startswith(VEILED)
        data = _bytes(fingerprint.removeprefix(VEILED))
        self._share = min(1.0, len(data) / (1 if self.veiled else _BYTES) / size) if size else 1.0  # that was kept
        if self.veiled:
            self.numbers: tuple[int, ...] = ()
            self._kept = Counter(data)
            self._limit = int(min(1.0, self._share * _WIDER) * _NUMBERS) if self._share < 1 else _NUMBERS
        else:
            self.numbers = _numbers(data)
            self._limit = self.numbers[-1] if self.numbers and self._share < 1 else _NUMBERS

    def likeness(self, text: Text, weights: Mapping[int, float] | None = None) -> Likeness:
        """How alike the old text and the one at hand are; `weights` makes rare shingles tell more than common ones.

        >>> said = "今年春耕早，农民乐开了花。"
        >>> old, new = Text(shingles(said)), Text(shingles(said + "昨日雪。"))
        >>> likeness = Sample(old.fingerprint(), old.size).likeness(new)
        >>> likeness.of_old, likeness.of_new, round(likeness.both, 2)
        (1.0, 0.75, 0.86)
        """
        near = text.ordered[: bisect_right(text.ordered, self._limit)]
        if self.veiled:
            return self._veiled_likeness(near)
        found = text.numbers.intersection(self.numbers)
        if not found:
            return STRANGERS
        if weights is None:
            old, new, shared = float(len(self.numbers)), float(len(near)), float(len(found))
        else:
            old, new, shared = (weight_of(numbers, weights) for numbers in (self.numbers, near, found))
        return Likeness(shared / old, shared / new, 2 * shared / (old + new), len(found))

    def shared_before(self, other: Sample, text: Text) -> tuple[int, int]:
        """Of the shingles that this text shares with one at hand, which was `other` before: of how many the sample of
        `other` can tell whether it had them, and how many of these it had.

        >>> old, other = (Sample(Text(shingles(text)).fingerprint(), 99) for text in ("东河昨日通车", "西河昨日通车"))
        >>> old.shared_before(other, Text(shingles("西河昨日通车")))
        (3, 3)
        >>> old.shared_before(other, Text(shingles("西山下雪")))
        (0, 0)
        """
        known = [number for number in self.numbers if number in text.numbers and number <= other._limit]
        return len(known), sum(number in other.numbers for number in known)

    def within(self, other: Sample) -> float:
        """The share of this text that is in the other, told by the shingles of which the other's sample can tell it.

        >>> texts = (Text(shingles("东河昨日")), Text(shingles("东河昨日通车")))
        >>> old, other = (Sample(text.fingerprint(), text.size) for text in texts)
        >>> old.within(other), other.within(old)
        (1.0, 0.5)
        """
        known = [number for number in self.numbers if number <= other._limit]
        return sum(number in other.numbers for number in known) / len(known) if known else 0.0

    def without(self, parts: Iterable[Sample]) -> Sample:
        """What is left of the text where parts of it are taken out. A part is shorter, so its sample reaches further
        and has all shingles of the part that this one has.

        >>> whole, part = (Sample(Text(shingles(text)).fingerprint(), 4) for text in ("东河昨日通车", "东河昨日"))
        >>> whole.without([part]).likeness(Text(shingles("昨日通车"))).of_old
        1.0
        """
        rest = copy.copy(self)
        taken = {number for part in parts for number in part.numbers}
        rest.numbers = tuple(number for number in self.numbers if number not in taken)
        return rest

    def unlike(self, other: Sample) -> tuple[int, int]:
        """Of the shingles that both samples would hold if the texts had them: how many only one has, and how many there
        are in either.

        >>> old, new = (Sample(Text(shingles(text)).fingerprint(), 9) for text in ("东河昨日通车", "西河昨日通车"))
        >>> old.unlike(new)
        (2, 5)
        """
        limit = min(self._limit, other._limit)
        ours, theirs = ({number for number in each.numbers if number <= limit} for each in (self, other))
        return len(ours ^ theirs), len(ours | theirs)

    def _veiled_likeness(self, near: Collection[int]) -> Likeness:
        """The same from bytes, less what as many bytes would share by chance."""
        kept = self._kept.total()
        if not kept or not near:
            return STRANGERS
        hits = (self._kept & Counter(map(_byte, near))).total()
        chance = 1 - (1 - 1 / 256) ** len(near)
        if hits - chance * kept < CERTAIN * math.sqrt(kept * chance * (1 - chance)):
            return STRANGERS  # a long text has most bytes that there are
        of_old = max(0.0, (hits / kept - chance) / (1 - chance))
        expected = max(1.0, len(near) / (_WIDER if self._share < 1 else 1))
        both = 2 * of_old * kept / (kept + expected)
        return Likeness(of_old, min(1.0, of_old * kept / expected), min(1.0, both), round(of_old * kept))


RARE = 1.0  # the weight of a shingle that one article has


def weight_of(numbers: Collection[int], weights: Mapping[int, float]) -> float:
    """Their weight together: the exact sum, rounded once, so that it doesn't depend on the order of a set."""
    return math.fsum([weights.get(number, RARE) for number in numbers])


def rarity(texts: Collection[Text]) -> dict[int, float]:
    """The weight of the shingles that several texts share: halved for two, a third for three. Others weigh RARE.

    >>> rarity([Text(frozenset({1, 2})), Text(frozenset({2, 3})), Text(frozenset({2}))])
    {2: 0.3333333333333333}
    """
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(text.numbers)
    return {number: RARE / count for number, count in seen.items() if count > 1}
