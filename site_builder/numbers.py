r"""Rows of numbers as text that a script can hold between quotation marks, and that gzip still makes much smaller.

A number is one character, the smaller the fewer bytes of UTF-8: up to 90 one byte, up to 1,976 two, up to 44,983
three. A larger one is two characters, the first of which says how often 32,768 goes into it. None is `"`, `\`, a
control character, a line separator, a surrogate or white space. `static/text.js` reads them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.int64]

BACKSLASH = 92
ONE = 91  # numbers of one byte: from `#` to `~` without the backslash
TWO = 1_977  # up to here of two: from U+00A1
THREE = 44_984  # up to here of three: from U+3001 to below the surrogates
PREFIX = 0xE000  # and more: begins a pair
STEP = 1 << 15
LARGEST = (0xF8FF - PREFIX) * STEP - 1


def encode(numbers: ArrayLike) -> str:
    r"""The numbers, none below zero, as text.

    >>> encode([0, 56, 57, 90, 91, 1_976, 1_977])
    '#[]~¡߾、'
    >>> encode([]), [hex(ord(char)) for char in encode([44_983, 44_984, 70_000])]
    ('', ['0xd7ff', '0xe001', '0x5800', '0xe002', '0x39b8'])
    """
    text, _ = encoded(numbers)
    return text


def encoded(numbers: ArrayLike) -> tuple[str, Numbers]:
    """The numbers as text, and where in it each begins, with its whole length at the end.

    >>> text, starts = encoded([1, 70_000, 2])
    >>> len(text), starts.tolist()
    (4, [0, 1, 3, 4])
    """
    values = np.asarray(numbers, dtype=np.int64)
    if values.size and not 0 <= values.min() <= values.max() <= LARGEST:
        raise ValueError(f"a number of {values.min()} to {values.max()} can't be written")
    large = values >= THREE
    if not large.any():
        return _codes()[values].tobytes().decode("utf-16-le"), np.arange(len(values) + 1)
    codes = _codes()[np.where(large, values % STEP, values)]
    width = 1 + large
    starts = np.concatenate([[0], np.cumsum(width)])
    codes = np.repeat(codes, width)
    codes[starts[:-1][large]] = PREFIX + values[large] // STEP
    return codes.tobytes().decode("utf-16-le"), starts


@cache
def _codes() -> NDArray[np.uint16]:
    """The characters of all numbers that are one."""
    values = np.arange(THREE)
    one = values + 35
    one += one >= BACKSLASH
    codes = np.where(values < ONE, one, np.where(values < TWO, values - ONE + 0xA1, values - TWO + 0x3001))
    return codes.astype("<u2")
