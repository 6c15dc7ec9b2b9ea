"""Where each character and each pair of neighbours stands: the literal index before it is cut into files.

Articles are numbered from 0 as they come, and so are the characters of each. Headings stand from 0 and the body from
BODY (or after longer headings), so that a place tells whether it is in a heading. Every character begins one pair, a
block's last one a pair with nothing, so no string is ever found across the end of a block. A string of characters is
found by pairs that cover it; a single character has lists of its own, which tell articles and not places.

The places of 疫情 are so many that nobody should have to load them. But a string of three or more characters tells what
stands beside such a pair; so where a pair is frequent, each three characters that hold it have a list.

An archive is larger than memory: the characters of CHUNK at a time are sorted and laid aside on the disk, and then the
runs are joined for PART characters at a time, from the lowest code points to the highest.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from site_builder.folding import lookup
from site_builder.records import SearchRecord

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

BODY = 128  # the place of the first character after the headings
CHUNK = 1 << 20  # characters sorted at a time: about 60 MB
PART = 1 << 20  # characters joined at a time, unless one single character has more

_SECOND = 21  # bits of a key's second character; the first has as many
_INDEX = 22  # bits left beside a key in 64


class Lists(NamedTuple):
    """Lists of where keys stand, in the order of the keys.

    A key is one or two characters (`first`, `second`: code points; `second` is 0 for one), or three (`triples`).
    Key k has the rows from `row_starts[k]` to `row_starts[k + 1]`, a row for each article: its number, how often the
    key stands in it, and 1 if in a heading too. Row r has the places from `place_starts[r]` to `place_starts[r + 1]`;
    there are none where the key is one character.
    """

    first: Ints
    second: Ints
    row_starts: Ints
    articles: Ints
    counts: Ints
    in_heading: Ints
    place_starts: Ints
    places: Ints


KeysOf = Callable[[Keys], tuple[Keys, Ints]]
"""Takes the code points of a chunk, 0 after each block; gives keys and at which of the code points each begins."""


class _Blocks(NamedTuple):
    """The blocks of a chunk: where each begins in it, and the article and place of that character."""

    starts: Ints
    articles: Ints
    places: Ints


@dataclass(frozen=True, slots=True)
class _Run:
    """A sorted chunk on the disk, from `offset` of the file: keys, then the index in the chunk that each was found at.
    `firsts` are the first characters of its keys, and `starts` where each of these begins, with the run's length at
    the end.
    """

    file: IO[bytes]
    offset: int
    blocks: _Blocks
    firsts: Ints
    starts: Ints

    def read(self, low: int, high: int) -> tuple[Keys, Ints, Ints]:
        """Keys, articles and places of the characters from `low` to below `high`, in order."""
        begin, end = (int(self.starts[np.searchsorted(self.firsts, bound)]) for bound in (low, high))
        self.file.seek(self.offset + 8 * begin)
        keys: Keys = np.fromfile(self.file, np.uint64, end - begin)
        self.file.seek(self.offset + 8 * int(self.starts[-1]) + 4 * begin)
        index = np.fromfile(self.file, np.uint32, end - begin).astype(np.int64)
        block = np.searchsorted(self.blocks.starts, index, side="right") - 1
        return keys, self.blocks.articles[block], self.blocks.places[block] + index - self.blocks.starts[block]


def lists(articles: Iterable[SearchRecord]) -> Iterator[tuple[Lists, Lists]]:
    """The lists of single characters and of pairs, a part of the keys at a time, each part above the one before."""
    for found in _sorted(articles, _pair_keys):
        yield _single(*found), _pairs(*found)


def triples(articles: Iterable[SearchRecord], frequent: list[tuple[int, int]]) -> Iterator[Lists]:
    """The lists of three characters that hold one of these pairs, which are in order.

    Such a key is, as `first`, twice the pair's number where the pair comes first, else 1 more; as `second`, the third
    character. Where both its pairs are frequent the first one counts.
    """
    pairs = np.array([first << _SECOND | second for first, second in frequent], dtype=np.uint64)
    return (_pairs(*found) for found in _sorted(articles, partial(_triple_keys, pairs)))


def _sorted(articles: Iterable[SearchRecord], keys_of: KeysOf) -> Iterator[tuple[Keys, Ints, Ints]]:
    """All keys with their articles and places, in order, but for the second characters of the same first."""
    with tempfile.TemporaryFile() as file:
        runs = [_run(texts, blocks, keys_of, file) for texts, blocks in _chunks(articles)]
        for low, high in _parts(runs):
            columns = zip(*(run.read(low, high) for run in runs), strict=True)
            keys, numbers, places = (np.concatenate(column) for column in columns)
            yield keys, numbers, places


def placed(article: SearchRecord) -> Iterator[tuple[int, str]]:
    """The article's blocks with the places they begin at. One place is left free after each: two pairs that stand
    side by side there would look like four characters in a row.

    >>> list(placed(SearchRecord("a/1", "", headings=("春耕", "备耕"), body=("正文", "又及"))))
    [(0, '春耕'), (3, '备耕'), (128, '正文'), (131, '又及')]
    """
    place = 0
    for block in article.headings:
        yield place, block
        place += len(block) + 1
    place = max(place, BODY)
    for block in article.body:
        yield place, block
        place += len(block) + 1


def _chunks(articles: Iterable[SearchRecord]) -> Iterator[tuple[list[str], _Blocks]]:
    """Texts of about CHUNK characters together. Each block counts one more, for the nothing after its end."""
    texts: list[str] = []
    rows: list[tuple[int, int, int]] = []
    length = 0

    def chunk() -> tuple[list[str], _Blocks]:
        starts, numbers, places = np.array(rows, dtype=np.int64).T
        return texts, _Blocks(starts, numbers, places)

    for number, article in enumerate(articles):
        for place, block in placed(article):
            texts.append(block)
            rows.append((length, number, place))
            length += len(block) + 1
        if length >= CHUNK:
            yield chunk()
            texts, rows, length = [], [], 0
    if length:
        yield chunk()


def _pair_keys(codes: Keys) -> tuple[Keys, Ints]:
    index = np.flatnonzero(codes)
    return codes[index] << np.uint64(_SECOND) | codes[index + 1], index


def _triple_keys(frequent: Keys, codes: Keys) -> tuple[Keys, Ints]:
    one, two, three = codes[:-2], codes[1:-1], codes[2:]
    pairs = codes[:-1] << np.uint64(_SECOND) | codes[1:]
    number = np.searchsorted(frequent[:-1], pairs).astype(np.uint64)
    known = frequent[number] == pairs
    index = np.flatnonzero((known[:-1] | known[1:]) & (one > 0) & (two > 0) & (three > 0))
    leading = known[index]
    first = np.where(leading, 2 * number[index], 2 * number[index + 1] + 1)
    return first << np.uint64(_SECOND) | np.where(leading, three[index], one[index]), index


def _run(texts: list[str], blocks: _Blocks, keys_of: KeysOf, file: IO[bytes]) -> _Run:
    joined = "".join(text.replace("\0", " ") + "\0" for text in texts)
    codes = lookup()[np.frombuffer(joined.encode("utf-32-le"), np.uint32)].astype(np.uint64)
    keys, index = keys_of(codes)
    order = _order(keys)
    keys, order = keys[order], index[order]
    firsts, starts = np.unique(keys >> np.uint64(_SECOND), return_index=True)
    offset = file.seek(0, os.SEEK_END)
    keys.tofile(file)
    order.astype(np.uint32).tofile(file)
    return _Run(file, offset, blocks, firsts.astype(np.int64), np.append(starts, len(keys)))


def _order(keys: Keys) -> Ints:
    """What sorts the keys and keeps the order of equal ones.

    Sorting numbers that carry their index is several times as fast as asking numpy for the order; past a few million
    there is no room for the index.
    """
    if len(keys) >= 1 << _INDEX:
        return np.argsort(keys, kind="stable")
    packed = keys << np.uint64(_INDEX) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    return (packed & np.uint64((1 << _INDEX) - 1)).astype(np.int64)


def _parts(runs: list[_Run]) -> Iterator[tuple[int, int]]:
    """Spans of first characters, together all of them, that have about PART places each."""
    if not runs:
        return
    firsts = np.concatenate([run.firsts for run in runs])
    counts = np.concatenate([np.diff(run.starts) for run in runs])
    every, at = np.unique(firsts, return_inverse=True)
    total = np.cumsum(np.bincount(at, counts))
    begin = 0
    while begin < len(every):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + PART, side="right")))
        yield int(every[begin]), int(every[end - 1]) + 1
        begin = end


def _single(keys: Keys, articles: Ints, places: Ints) -> Lists:
    """Lists of single characters: sorted by character, article, and heading before body."""
    characters = (keys >> np.uint64(_SECOND)).astype(np.int64)
    rows = np.sort(characters << 42 | articles << 1 | (places >= BODY))
    starts = _changes(rows >> 1)
    row_keys, numbers, body = rows[starts] >> 42, rows[starts] >> 1 & (1 << 41) - 1, rows[starts] & 1
    key_starts = _changes(row_keys)
    first = row_keys[key_starts]
    nothing = np.zeros(0, dtype=np.int64)
    return Lists(
        first,
        np.zeros_like(first),
        np.append(key_starts, len(starts)),
        numbers,
        np.diff(np.append(starts, len(rows))),
        1 - body,
        np.zeros(len(starts) + 1, dtype=np.int64),
        nothing,
    )


def _pairs(keys: Keys, articles: Ints, places: Ints) -> Lists:
    """Lists of pairs, those with nothing left out."""
    inner = np.flatnonzero(keys & np.uint64((1 << _SECOND) - 1))
    order = inner[_order(keys[inner])]
    keys, articles, places = keys[order], articles[order], places[order]
    place_starts = _changes(keys, articles)
    row_keys = keys[place_starts]
    key_starts = _changes(row_keys)
    pairs = row_keys[key_starts].astype(np.int64)
    return Lists(
        pairs >> _SECOND,
        pairs & (1 << _SECOND) - 1,
        np.append(key_starts, len(row_keys)),
        articles[place_starts],
        np.diff(np.append(place_starts, len(keys))),
        (places[place_starts] < BODY).astype(np.int64),
        np.append(place_starts, len(keys)),
        places,
    )


def _changes(*columns: NDArray[np.int64] | NDArray[np.uint64]) -> Ints:
    """Where a column has another value than in the row before; 0 for the first row.

    >>> _changes(np.array([1, 1, 2, 2]), np.array([5, 5, 5, 6])).tolist()
    [0, 2, 3]
    """
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)
