"""Where each character and each pair of neighbours stands: the literal index before it is cut into files.

Articles are numbered, and so are the characters of each. Headings stand from 0 and the body from BODY (or after longer
headings), so that a place tells whether it is in a heading. Every character begins one pair, a block's last one a pair
with nothing, so no string is ever found across the end of a block. A string of characters is found by pairs that cover
it; a single character has lists of its own, which tell articles and not places.

The places of 疫情 are so many that nobody should have to load them. But a string of three or more characters tells what
stands beside such a pair; so where a pair is frequent, each three characters that hold it have a list.

An archive is larger than memory, and changes a page at a time. So lists are made of some hundred articles (shards.py)
in each of SEGMENTS spans of characters, and kept; an index joins those of one span, shard after shard. The spans are
fixed, and about as heavy as one another in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from site_builder.folding import lookup
from site_builder.records import SearchRecord

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

BODY = 128  # the place of the first character after the headings
SEGMENTS = "0、一丁丛习亻伟兌切匙另咍圳头审左弁惡持斺朊栤沴牍皆秱绔色觥趋達闵驲"  # what each begins with but the first
SPANS = 8  # of keys of three characters
BLOCK = 1 << 20  # numbers that are joined in one go: 50 to 100 MB of memory
NOTED = 7_000  # a pair is frequent by its places in articles where it is one of so many characters, or more

SECOND = 21  # bits of a key's second character; the first has as many
_INDEX = 22  # bits left beside a key in 64


class Lists(NamedTuple):
    """Lists of where keys stand, in the order of the keys.

    A key is one or two characters (the first << SECOND | the second: code points; 0 where there is one), or three
    (`triples`). Each has some `rows`, one for each article: its number, twice how often the key stands in it less one,
    1 more if in a heading too. Then for each place how many were passed over since the one before in the same article;
    there are none where the key is one character.
    """

    keys: Keys
    rows: Ints
    articles: Ints
    counts: Ints
    steps: Ints


class Text(NamedTuple):
    """The characters of a shard's articles, folded: code points, 0 after each block, and where its blocks begin, with
    their articles and the places of these characters.
    """

    codes: NDArray[np.uint32]
    starts: Ints
    articles: Ints
    places: Ints


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


def text_of(articles: Iterable[SearchRecord]) -> Text:
    """The articles' characters; they are numbered from 0."""
    blocks: list[str] = []
    rows: list[tuple[int, int, int]] = []
    length = 0
    for number, article in enumerate(articles):
        for place, block in placed(article):
            blocks.append(block)
            rows.append((length, number, place))
            length += len(block) + 1
    joined = "".join([block.replace("\0", " ") + "\0" for block in blocks])
    codes = lookup()[np.frombuffer(joined.encode("utf-32-le"), np.uint32)]
    starts, numbers, places = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Text(codes, starts, numbers, places)


# ---------------------------------------------------------------- lists of a shard


def singles_and_pairs(text: Text) -> tuple[Lists, Lists]:
    """The lists of single characters and those of pairs."""
    codes = text.codes.astype(np.uint64)
    index = np.flatnonzero(codes)
    pairs = codes[index] << np.uint64(SECOND) | codes[index + 1]
    articles, places = _where(text)
    characters = codes[index] << np.uint64(42) | (articles[index] << 1 | (places[index] >= BODY)).astype(np.uint64)
    characters.sort()
    index = index[pairs & np.uint64((1 << SECOND) - 1) > 0]
    return _single(characters), _lists(pairs[pairs & np.uint64((1 << SECOND) - 1) > 0], index, articles, places)


def triples(text: Text, frequent: Keys) -> Lists:
    """The lists of three characters that hold one of these pairs, which are in order.

    Such a key is, as first character, twice the pair's number where the pair comes first, else 1 more; as second, the
    third character. Where both its pairs are frequent the first one counts.
    """
    codes = text.codes.astype(np.uint64)
    one, two, three = codes[:-2], codes[1:-1], codes[2:]
    pairs = codes[:-1] << np.uint64(SECOND) | codes[1:]
    number = np.minimum(np.searchsorted(frequent, pairs), len(frequent) - 1).astype(np.uint64)
    known = frequent[number] == pairs
    index = np.flatnonzero((known[:-1] | known[1:]) & (one > 0) & (two > 0) & (three > 0))
    leading = known[index]
    first = np.where(leading, 2 * number[index], 2 * number[index + 1] + 1)
    keys = first << np.uint64(SECOND) | np.where(leading, three[index], one[index])
    return _lists(keys, index, *_where(text))


def noted(pairs: Lists, characters: int) -> dict[int, int]:
    """How many places the pairs have that are frequent in these articles."""
    ends = np.cumsum(pairs.rows)
    places = np.diff(np.concatenate([[0], np.cumsum((pairs.counts >> 1) + 1)])[np.concatenate([[0], ends])])
    many = np.flatnonzero(places * NOTED >= characters)
    return dict(zip(pairs.keys[many].tolist(), places[many].tolist(), strict=True))


def _where(text: Text) -> tuple[Ints, Ints]:
    """The article and the place of each character."""
    lengths = np.diff(text.starts, append=len(text.codes))
    return np.repeat(text.articles, lengths), np.repeat(text.places - text.starts, lengths) + np.arange(len(text.codes))


def _single(characters: Keys) -> Lists:
    """From characters, articles and whether in the body, in order."""
    starts = changes(characters >> np.uint64(1))
    rows = characters[starts]
    key_starts = changes(rows >> np.uint64(42))
    return Lists(
        (rows[key_starts] >> np.uint64(42)) << np.uint64(SECOND),
        np.diff(key_starts, append=len(rows)),
        (rows >> np.uint64(1) & np.uint64((1 << 41) - 1)).astype(np.int64),
        2 * (np.diff(starts, append=len(characters)) - 1) + (1 - (rows & np.uint64(1)).astype(np.int64)),
        np.zeros(0, dtype=np.int64),
    )


def _lists(keys: Keys, index: Ints, articles: Ints, places: Ints) -> Lists:
    order = _order(keys)
    keys, index = keys[order], index[order]
    articles, places = articles[index], places[index]
    starts = changes(keys, articles)
    row_keys = keys[starts]
    key_starts = changes(row_keys)
    steps = np.diff(places, prepend=0) - 1
    steps[starts] = places[starts]
    return Lists(
        row_keys[key_starts],
        np.diff(key_starts, append=len(row_keys)),
        articles[starts],
        2 * (np.diff(starts, append=len(keys)) - 1) + (places[starts] < BODY),
        steps,
    )


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


def changes(*columns: NDArray[np.int64] | NDArray[np.uint64]) -> Ints:
    """Where a column has another value than in the row before; 0 for the first row.

    >>> changes(np.array([1, 1, 2, 2]), np.array([5, 5, 5, 6])).tolist()
    [0, 2, 3]
    """
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)


# ---------------------------------------------------------------- cut, kept, joined


def segments(lists: Lists) -> list[Lists]:
    """The lists of each span of first characters."""
    bounds = np.array([ord(char) for char in SEGMENTS], dtype=np.uint64) << np.uint64(SECOND)
    return _cut(lists, np.searchsorted(lists.keys, bounds))


def spans(lists: Lists, frequent: int) -> list[Lists]:
    """The lists of three characters, of about as many pairs each; so many are frequent."""
    bounds = np.array([2 * (frequent * part // SPANS) for part in range(1, SPANS)], dtype=np.uint64)
    return _cut(lists, np.searchsorted(lists.keys, bounds << np.uint64(SECOND)))


def _cut(lists: Lists, cuts: NDArray[np.intp]) -> list[Lists]:
    bounds = _bounds(lists, cuts)
    return [_part(lists, bounds, number) for number in range(len(cuts) + 1)]


def _bounds(lists: Lists, cuts: NDArray[np.intp]) -> Ints:
    """Where each part begins that is cut off before these keys, and the last one ends: by keys, rows and places."""
    ends = np.concatenate([[0], cuts, [len(lists.keys)]])
    row_ends = sums(lists.rows)[ends]
    place_ends = sums((lists.counts >> 1) + 1)[row_ends] if len(lists.steps) else 0 * ends
    return np.array([ends, row_ends, place_ends], dtype=np.int64)


def _part(lists: Lists, bounds: Ints, number: int) -> Lists:
    keys, rows, places = (slice(*cut[number : number + 2].tolist()) for cut in bounds)
    return Lists(lists.keys[keys], lists.rows[keys], lists.articles[rows], lists.counts[rows], lists.steps[places])


def sums(numbers: Ints) -> Ints:
    """The sum of all numbers before each, and of all.

    >>> sums(np.array([3, 4])).tolist()
    [0, 3, 7]
    """
    return np.concatenate([[0], np.cumsum(numbers, dtype=np.int64)])


def blocks(parts: Sequence[tuple[int, Lists]], most: int) -> Iterator[Lists]:
    """The lists of several shards as those of all, some keys at a time: about so many rows and places, or one key's.

    What is not yet joined may be held in narrow numbers, as `views` gives it: of an archive of a century the lists of a
    span are some ten million numbers, and joining takes several times their room.
    """
    if not parts:
        return
    keys = np.concatenate([lists.keys.astype(np.uint64) for _, lists in parts])
    order = np.argsort(keys, kind="stable")
    weights = np.concatenate([_weights(lists) for _, lists in parts])[order]
    keys = keys[order]
    firsts = changes(keys)
    block_of = (np.cumsum(weights) - weights)[firsts] // most
    borders = keys[firsts[np.flatnonzero(np.diff(block_of)) + 1]]
    cuts = [_bounds(lists, np.searchsorted(lists.keys, borders.astype(lists.keys.dtype))) for _, lists in parts]
    for number in range(len(borders) + 1):
        cut = [(base, _part(lists, bounds, number)) for (base, lists), bounds in zip(parts, cuts, strict=True)]
        yield joined([(base, lists_from([column.astype(np.int64) for column in part])) for base, part in cut])


def _weights(lists: Lists) -> Ints:
    """How many rows and places each key has."""
    ends = sums(lists.rows)
    return np.diff(ends + sums((lists.counts >> 1) + 1)[ends]) if len(lists.steps) else np.diff(ends)


def joined(parts: Sequence[tuple[int, Lists]]) -> Lists:
    """The lists of several shards as those of all; `parts` has the number of each shard's first article, rising."""
    every = [lists for _, lists in parts]
    if not every:
        return Lists(np.zeros(0, dtype=np.uint64), *(np.zeros((4, 0), dtype=np.int64)))
    keys = np.concatenate([lists.keys for lists in every])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    rows = np.concatenate([lists.rows for lists in every])
    row_starts = (np.cumsum(rows) - rows)[order]
    rows = rows[order]
    taken = _stretches(row_starts, rows)
    counts = np.concatenate([lists.counts for lists in every])
    steps = np.concatenate([lists.steps for lists in every])
    if len(steps):
        place_ends = np.concatenate([[0], np.cumsum((counts >> 1) + 1)])
        begins = place_ends[row_starts]
        steps = steps[_stretches(begins, place_ends[row_starts + rows] - begins)]
    key_starts = changes(keys)
    return Lists(
        keys[key_starts],
        np.add.reduceat(rows, key_starts) if len(keys) else rows,
        np.concatenate([lists.articles + base for base, lists in parts])[taken],
        counts[taken],
        steps,
    )


def _stretches(starts: Ints, lengths: Ints) -> Ints:
    """The indexes of these stretches, one after another.

    >>> _stretches(np.array([7, 0]), np.array([2, 3])).tolist()
    [7, 8, 0, 1, 2]
    """
    return np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))


_WIDTHS = {"<u2": 2, "<u4": 4, "<u8": 8}


def packed(columns: Iterable[NDArray[np.int64] | NDArray[np.uint64] | NDArray[np.uint32]]) -> bytes:
    """Columns of numbers, none below zero, as bytes: a head of each one's width and length, then all."""
    head, parts = "", []
    for column in columns:
        highest = int(column.max(initial=0))
        kind = "<u2" if highest < 1 << 16 else "<u4" if highest < 1 << 32 else "<u8"
        head += f"{kind}{len(column)} "
        parts.append(column.astype(kind).tobytes())
    return b"".join([head.encode(), b"\n", *parts])


def unpacked(content: bytes) -> list[NDArray[np.int64]]:
    """The columns of `packed`.

    >>> [column.tolist() for column in unpacked(packed([np.array([1, 70_000]), np.array([2])]))]
    [[1, 70000], [2]]
    """
    return [column.astype(np.int64) for column in views(content)]


def views(content: bytes) -> list[Any]:
    """The same as it is held: whole numbers of no more bytes than the column needs."""
    head, _, _ = content.partition(b"\n")
    at = len(head) + 1
    columns = []
    for part in head.decode().split():
        kind, count = part[:3], int(part[3:])
        columns.append(np.frombuffer(content, kind, count, at))
        at += _WIDTHS[kind] * count
    return columns


def lists_from(columns: Sequence[NDArray[np.int64]]) -> Lists:
    return Lists(columns[0].astype(np.uint64), *columns[1:])
