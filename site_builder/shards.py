"""Which part of the search index an article belongs to: blocks that don't move when a page is added.

Every article has a key, a row of bits: its newspaper's (a hash of the id), its date's, its own (a hash of its id). The
whole archive is one shard as long as it holds no more than LIMIT articles; past that it is halved by the first bit of
the keys, each half that is still too large by the next, and so on. So small newspapers share a shard, and the years of
a large one are parted into spans of 8, 4, 2, 1, then months, then days. An article more changes the shard that it falls
in, or halves it, and touches no other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Protocol, TypeVar

LIMIT = 1_000  # articles: up to 0.3 MB of memory for each while a shard is indexed, and two are at a time

_HASH = 32  # bits
_MONTH, _DAY = 4, 5
_DATE = 14 + _MONTH + _DAY
_BITS = _HASH + _DATE + _HASH


class Dated(Protocol):
    """What is sharded: the first part of its id is its newspaper's."""

    @property
    def id(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...


Article = TypeVar("Article", bound=Dated)


def shards(articles: Iterable[Article]) -> dict[str, list[Article]]:
    """The articles by the names of their shards, in the order of the keys; within a shard they keep their own."""
    found: dict[str, list[Article]] = {}
    _divide([(_key(article), article) for article in articles], 0, found)
    return found


def _divide(articles: list[tuple[int, Article]], depth: int, found: dict[str, list[Article]]) -> None:
    if len(articles) > LIMIT and depth < _BITS:
        bit = 1 << (_BITS - 1 - depth)
        _divide([row for row in articles if not row[0] & bit], depth + 1, found)
        _divide([row for row in articles if row[0] & bit], depth + 1, found)
    elif articles:
        key, article = articles[0]
        found[_name(_newspaper(article.id), key, depth)] = [article for _, article in articles]


def _newspaper(article_id: str) -> str:
    return article_id.partition("/")[0]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[: _HASH // 8])


def _key(article: Dated) -> int:
    day = article.date
    date = day.year << _MONTH + _DAY | day.month << _DAY | day.day if day else 0
    return (_hash(_newspaper(article.id)) << _DATE | date) << _HASH | _hash(article.id)


def _name(newspaper: str, key: int, depth: int) -> str:
    """What the keys have in common that begin with the same `depth` bits; a folder's name.

    >>> key = 0b1011 << _BITS - 4 | (1952 << 9 | 3 << 5 | 21) << _HASH
    >>> [_name("lyrb", key, depth) for depth in (0, 3, _HASH + 12, _HASH + 14)]
    ['all', '_101', 'lyrb_1952-to-1955', 'lyrb_1952']
    >>> [_name("lyrb", key, _HASH + 14 + depth) for depth in (1, 4, 5, 9, 12)]
    ['lyrb_1952-01-to-07', 'lyrb_1952-03', 'lyrb_1952-03-16-to-31', 'lyrb_1952-03-21', 'lyrb_1952-03-21_000']

    Newspapers that share a shard are not named, as others may join them.
    """
    if depth <= 0:
        return "all"
    if depth < _HASH:
        return f"_{key >> _BITS - depth:0{depth}b}"
    name = f"{newspaper}_{_span(key >> _HASH & (1 << _DATE) - 1, max(0, _HASH + _DATE - depth))}"
    below = depth - _HASH - _DATE
    return f"{name}_{(key & (1 << _HASH) - 1) >> _HASH - below:0{below}b}" if below > 0 else name


def _span(date: int, free: int) -> str:
    """The dates that differ from this one in the last `free` bits."""
    if not date and not free:
        return "undated"
    first = date >> free << free
    last = first + (1 << free) - 1
    if free >= _MONTH + _DAY:
        start, end = first >> _MONTH + _DAY, last >> _MONTH + _DAY
        return f"{start:04}" + (f"-to-{end:04}" if end > start else "")
    year, month = f"{date >> _MONTH + _DAY:04}", f"{date >> _DAY & 15:02}"
    if free >= _DAY:
        start, end = max(1, first >> _DAY & 15), min(12, last >> _DAY & 15)
        return f"{year}-{start:02}" + (f"-to-{end:02}" if end > start else "")
    start, end = max(1, first & 31), last & 31
    return f"{year}-{month}-{start:02}" + (f"-to-{end:02}" if end > start else "")
