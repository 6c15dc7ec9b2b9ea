"""How wide lines are, and columns: in Chinese characters, each as wide as any other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

FLAT = 60.0  # characters: no newspaper column is so wide, so the line was flattened (a column piece or a paragraph)
WINDOW = 6  # lines up and down that tell the local width of the column; it changes in mid-page (seed 003, line 273)


class _Widths(dict[str, int]):
    """Each character's width in half characters, looked up once."""

    def __missing__(self, char: str) -> int:
        self[char] = 2 if unicodedata.east_asian_width(char) in "WFA" else 1
        return self[char]


_WIDTHS = _Widths()
_ALL_WIDE = re.compile("[\u4e00-\u9fff\u3001-\u303e\uff01-\uff60]*")


@lru_cache(maxsize=65536)
def width(text: str) -> float:
    """The width of a line in Chinese characters: others count half.

    >>> width("2月18日，")
    4.5
    """
    return float(len(text)) if _ALL_WIDE.fullmatch(text) else sum(map(_WIDTHS.__getitem__, text)) / 2


def common_width(sizes: Sequence[float]) -> float:
    """The width that at least three of the lines come within one character of, or 0: the median of those.

    >>> common_width([20.0, 19.5, 20.0, 7.0]), common_width([12.0, 20.0, 31.0])
    (20.0, 0.0)
    """
    return _common_width(sizes)


def _common_width(sizes: Sequence[float]) -> float:
    rounded = [round(size) for size in sizes]
    return _agreed(sizes, rounded, Counter([w for size, w in zip(sizes, rounded, strict=True) if 6 <= size <= FLAT]))


def _agreed(sizes: Sequence[float], rounded: Sequence[int], counts: Mapping[int, int]) -> float:
    """The width that most lines come near: `counts` says how many of those that may be a column's have which width."""
    most = common = 0
    number = counts.get
    for size, count in counts.items():
        near = number(size - 1, 0) + count + number(size + 1, 0)
        if near > most or (near == most and size > common):
            most, common = near, size
    if most < 3:
        return 0.0
    agreeing = [size for size, whole in zip(sizes, rounded, strict=True) if -1 <= whole - common <= 1]
    agreeing.sort()
    return agreeing[len(agreeing) // 2]


def local_widths(sizes: Sequence[float]) -> Sequence[tuple[float, float]]:
    """For each line the common width of the lines up to it and of the lines from it on; 0 where they have none."""
    return _local_widths(tuple(sizes))


@lru_cache(maxsize=4)  # most pages ask twice for the same
def _local_widths(sizes: tuple[float, ...]) -> Sequence[tuple[float, float]]:
    rounded = [round(size) for size in sizes]
    counts: dict[int, int] = {}  # of the lines in the window, which slides from one line to the next
    ahead: list[float] = []
    for end in range(len(sizes) + WINDOW):
        if end < len(sizes) and 6 <= sizes[end] <= FLAT:
            counts[rounded[end]] = counts.get(rounded[end], 0) + 1
        if (i := end - WINDOW) < 0:
            continue
        ahead.append(_agreed(sizes[i : end + 1], rounded[i : end + 1], counts))
        if 6 <= sizes[i] <= FLAT:
            counts[rounded[i]] -= 1
            if not counts[rounded[i]]:
                del counts[rounded[i]]
    # The lines up to one are the lines from WINDOW before it on.
    back = [_common_width(sizes[: i + 1]) for i in range(min(WINDOW, len(sizes)))] + ahead[: -WINDOW or None]
    return tuple(zip(back, ahead, strict=False))
