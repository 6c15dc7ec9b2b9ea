"""Whole texts at once, character by character: what Unicode does to a common character, looked up in a table.

Python normalises a page of 6,000 characters in a millisecond, for each full-width comma sends it the long way round;
and a build compares texts so all the time. A table of the characters that Chinese newspapers are printed with does the
same in a fiftieth of the time. A text that holds any other character is left to Python, so the answer is the same for
every text there is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint16]

HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
COMMON = ((0, 0x100), (0x2000, 0x2070), (0x2100, 0x2200), (0x2460, 0x2700), (0x2E80, 0x3400), (0xFF00, 0xFFF0))
"""The characters that a table may hold, from and to before: apart from Han, Latin, marks, signs and kana."""
SPELT_OUT = ("…", "℃", "㎡")  # common signs that NFKC turns into several characters
_DROPPED, _UNKNOWN = 0xFFFE, 0xFFFF  # no characters, and never will be
_BETWEEN = "龘"
_FEW = 24  # characters: so short a text is given to the function itself, which takes no longer


def nfkc(text: str) -> str:
    """The text in Unicode's one form for the same (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def stands_alone(char: str) -> bool:
    """Whether NFKC treats the character by itself, whatever stands beside it, if that stands alone too.

    What goes with the character before it is no mark of a combining class, nor a part of a Korean syllable.

    >>> stands_alone("，"), stands_alone("\u0301"), stands_alone("\u1161")
    (True, False, False)
    """
    return not any(unicodedata.combining(one) or "\u1100" <= one <= "\u11ff" for one in (char, *nfkc(char)))


class CharMap:
    """A function that does what NFKC does, and besides makes of each character by itself one other, or drops it.

    >>> fold = CharMap(lambda text: nfkc(text).casefold().replace(" ", ""))
    >>> fold("（１２ 月），ＡＢ……"), fold("e\u0301") == "\u00e9", fold("")
    ('(12月),ab......', True, '')
    """

    def __init__(self, function: Callable[[str], str]) -> None:
        self.function = function

    def __call__(self, text: str) -> str:
        if len(text) <= _FEW:
            return self.function(text)
        codes = self.codes(text)
        return self.function(text) if codes is None else codes.tobytes().decode("utf-16-le")

    def codes(self, text: str) -> Codes | None:
        """The code points of what the function makes of the text; None if the table lacks one of its characters."""
        for sign in SPELT_OUT:
            if sign in text:
                text = text.replace(sign, nfkc(sign))
        codes = self._table[np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)]
        if codes.max(initial=0) < _DROPPED:
            return codes
        return None if (codes == _UNKNOWN).any() else codes[codes != _DROPPED]

    @cached_property
    def _table(self) -> Codes:
        """By code point, the one that it becomes."""
        table = np.full(1 << 16, _UNKNOWN, np.uint16)
        for start, end in HAN:
            all_of_them = "".join(map(chr, range(start, end)))
            if self.function(all_of_them) == all_of_them:
                table[start:end] = np.arange(start, end)
        for code, becomes in self._pairs():
            table[code] = becomes
        return table

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for char, made in zip(_single(), _each(self.function, _single()), strict=True):
            if len(made) < 2:
                yield ord(char), ord(made) if made else _DROPPED


@cache
def _single() -> list[str]:
    """The COMMON characters that NFKC treats by themselves and turns into no more than one."""
    chars = [chr(code) for start, end in COMMON for code in range(start, end)]
    return [char for char, one in zip(chars, _each(nfkc, chars), strict=True) if len(one) == 1 and stands_alone(char)]


def _each(function: Callable[[str], str], chars: list[str]) -> list[str]:
    """What the function makes of each character, asked for all at once, with a character between that stays itself."""
    made = function(_BETWEEN.join(chars)).split(_BETWEEN)
    return made if len(made) == len(chars) else list(map(function, chars))


to_nfkc = CharMap(nfkc)
"""`nfkc` for texts of any length."""


def all_to_nfkc(texts: Sequence[str]) -> list[str]:
    r"""`nfkc` of each text, all in one go.

    >>> all_to_nfkc(["１２月", "", "，"]), all_to_nfkc(["\n１", "２"])
    (['12月', '', ','], ['\n1', '2'])
    """
    done = to_nfkc("\n".join(texts)).split("\n")  # NFKC joins nothing with a line's end
    return done if len(done) == len(texts) else [to_nfkc(text) for text in texts]


class Openings:
    """Where in a text one of many words may begin, told for the whole text at once by two characters of each word.

    >>> Openings(["辽源", "东辽县"]).at("辽源市、东辽县、辽河").tolist()
    [0, 4]
    """

    def __init__(self, words: Iterable[str]) -> None:
        firsts, seconds = np.zeros(1 << 16, bool), np.zeros(1 << 16, bool)
        for word in words:
            firsts[min(ord(word[0]), _UNKNOWN)] = True
            seconds[min(ord(word[1]), _UNKNOWN) if len(word) > 1 else slice(None)] = True
        self._firsts, self._seconds = firsts, seconds

    def at(self, text: str) -> NDArray[np.int64]:
        """The offsets, in order."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        begins = self._firsts.take(codes, mode="clip")
        begins[:-1] &= self._seconds.take(codes[1:], mode="clip")
        found: NDArray[np.int64] = np.flatnonzero(begins)
        return found
