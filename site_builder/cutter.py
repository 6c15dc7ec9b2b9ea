"""Texts cut into words by rjieba: jieba's algorithm and dictionary in Rust.

The dictionary is read when the first text is cut: it takes as long as restoring ten pages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def jieba_file(name: str) -> Path:
    """A table of jieba's. It is found, not imported: jieba itself isn't used, and importing it takes longer than a
    table takes to read.

    >>> jieba_file("dict.txt").is_file()
    True
    """
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba is not installed", name="jieba")
    return Path(spec.origin).parent / name


@cache
def _rjieba() -> Callable[[str, bool], list[str]]:
    from rjieba import cut

    return cut


def cut(text: str, guess: bool = True) -> list[str]:
    """The words of a text; `guess` also finds words that no dictionary has, such as names.

    >>> cut("社会见闻"), cut("")
    (['社会', '见闻'], [])
    """
    return _rjieba()(text, guess)
