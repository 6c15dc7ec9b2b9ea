"""How wide lines are, and columns: in Chinese characters, each as wide as any other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

FLAT = 60.0  # characters: no newspaper column is so wide, so the line was flattened (a column piece or a paragraph)
LEAST = 6.0  # characters: a shorter line does not tell its column's width
WINDOW = 6  # lines up and down that tell the local width of the column; it changes in mid-page (seed 003, line 273)


_HALVES = {"W": 2, "F": 2, "A": 2, "H": 1, "Na": 1, "N": 1}  # by Unicode's East Asian width


class _Widths(dict[str, int]):
    """Each character's width in half characters, looked up once."""

    def __missing__(self, char: str) -> int:
        self[char] = _HALVES[unicodedata.east_asian_width(char)]
        return self[char]


_WIDTHS = _Widths()
_WIDE = re.compile("[\u4e00-\u9fff\u3001-\u303e\uff01-\uff60\u2014\u2018\u2019\u201c\u201d\u2026]+")  # nearly all


@lru_cache(maxsize=65536)
def width(text: str) -> float:
    """The width of a line in Chinese characters: others count half.

    >>> width("2月18日，")
    4.5
    """
    if _WIDE.fullmatch(text):
        return float(len(text))
    rest = _WIDE.sub("", text)
    return len(text) - len(rest) + sum(map(_WIDTHS.__getitem__, rest)) / 2


@cache
def _halves() -> NDArray[np.int8]:
    """The width of each character of the basic plane in half characters, by its code point."""
    kinds = map(unicodedata.east_asian_width, map(chr, range(1 << 16)))
    return np.fromiter(map(_HALVES.__getitem__, kinds), np.int8, 1 << 16)


def widths(texts: Sequence[str]) -> list[float]:
    """`width` of each text, all measured in one go.

    >>> widths(["2月18日，", "", "好"])
    [4.5, 0.0, 1.0]
    """
    chars = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    if chars.max(initial=0) >> 16:
        return [width(text) for text in texts]
    running = np.concatenate(([0], _halves()[chars].cumsum(dtype=np.int64)))
    sums = running[np.array([0, *accumulate(map(len, texts))])]
    halves: list[float] = ((sums[1:] - sums[:-1]) / 2).tolist()
    return halves


def common_width(sizes: Sequence[float]) -> float:
    """The width that at least three of the lines come within one character of, or 0: the median of those.

    >>> common_width([20.0, 19.5, 20.0, 7.0]), common_width([12.0, 20.0, 31.0])
    (20.0, 0.0)
    """
    rounded = [round(size) for size in sizes]
    counts = Counter([whole for size, whole in zip(sizes, rounded, strict=True) if LEAST <= size <= FLAT])
    near = {size: counts[size - 1] + counts[size] + counts[size + 1] for size in counts}
    common = max(near, key=lambda size: (near[size], size), default=0)
    if near.get(common, 0) < 3:
        return 0.0
    agreeing = sorted(size for size, whole in zip(sizes, rounded, strict=True) if abs(whole - common) <= 1)
    return agreeing[len(agreeing) // 2]


def local_widths(sizes: Sequence[float]) -> Sequence[tuple[float, float]]:
    """For each line the common width of the lines up to it and of the lines from it on; 0 where they have none.

    That is `common_width` of each window of lines, found for all windows at once: a row is one line of each window.
    """
    count = len(sizes)
    padded = np.zeros(count + 2 * WINDOW)
    padded[WINDOW : count + WINDOW] = sizes
    own = np.array([padded[k : k + count + WINDOW] for k in range(WINDOW + 1)])
    rounded = np.rint(own).clip(0, 2 * FLAT).astype(np.int8)
    counts = (own >= LEAST) & (own <= FLAT)
    near = ((np.abs(rounded[:, None] - rounded) <= 1) & counts[:, None]).sum(0, dtype=np.int16) * counts
    best = (near * 256 + rounded).max(0)  # most lines near, and of equals the widest
    agrees = np.abs(rounded - (best % 256).astype(np.int8)) <= 1
    own[~agrees] = np.inf
    own.sort(0)
    found = np.where(best >= 3 * 256, own[agrees.sum(0) // 2, np.arange(count + WINDOW)], 0.0).tolist()
    return list(zip(found[:count], found[WINDOW:], strict=True))
