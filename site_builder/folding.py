"""What search takes for the same character: widths, cases, Traditional and Simplified.

One table, character by character, so that no text ever changes its length and offsets in a folded text are offsets in
the printed one. It is applied to the index and to what a reader types, never to what is shown; `static/text.js` does
the same in the browser, with the same table. Not Unicode's NFKC: that makes `…` three dots and `①` a 1.

`simplified.txt` holds what OpenCC's configuration `t2s` says of single characters, without those whose Simplified form
lies outside the Basic Multilingual Plane, where few fonts have it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from site_builder.numbers import encode

TABLE = "simplified.txt"
_CASED = 0x1E944  # past the last character that Unicode knows a small form of
_CODE_POINTS = 0x110000


@cache
def simplified() -> dict[str, str]:
    """The Simplified form of each Traditional character that has one, in the order of their code points."""
    lines = files("site_builder").joinpath(TABLE).read_text("utf-8").splitlines()
    return {line[0]: line[1] for line in lines if not line.startswith("#")}


@cache
def table() -> dict[int, int]:
    """Code point to code point, for all that folding changes."""
    found: dict[int, int] = {0x3000: 0x20, 0xA0: 0x20}
    for code in range(_CASED):
        half = code - 0xFEE0 if 0xFF01 <= code <= 0xFF5E else code
        small = chr(half).lower()
        char = small if len(small) == 1 else chr(half)
        if ord(char) != code:
            found.setdefault(code, ord(char))
    for char, simple in simplified().items():
        found[ord(char)] = ord(simple)
    return found


def fold(text: str) -> str:
    """The text as search compares it; each character stays one character.

    >>> fold("５月１２日（ＡＢ）　遼寧省長")
    '5月12日(ab) 辽宁省长'
    >>> fold("①……㎡"), len(fold("𠁞İ")) == len("𠁞İ")
    ('①……㎡', True)
    """
    codes = lookup()[np.frombuffer(text.encode("utf-32-le"), np.uint32)]
    return codes.tobytes().decode("utf-32-le")  # in a tenth of the time that str.translate takes


@cache
def lookup() -> NDArray[np.uint32]:
    """`table` as an array over all code points, for whole texts at once."""
    codes = np.arange(_CODE_POINTS, dtype=np.uint32)
    codes[list(table())] = list(table().values())
    return codes


def script() -> bytes:
    """The table of Simplified forms as a script for the browser: `archiveText.simplified(characters, forms)`.

    Both are numbers (numbers.py): the step from one character to the next, and the step from a character's form to
    the next one's, doubled, with 1 added where it goes down. The forms run nearly as the characters do.
    """
    pairs = [(ord(char), ord(simple)) for char, simple in simplified().items()]
    characters = np.diff([0, *(char for char, _ in pairs)])
    steps = np.diff([0, *(simple for _, simple in pairs)])
    forms = np.where(steps < 0, -2 * steps + 1, 2 * steps)
    return f'archiveText.simplified("{encode(characters)}","{encode(forms)}");\n'.encode()
