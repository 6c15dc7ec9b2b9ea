"""The literal index's lists as files: shelves of many short lists, and long lists cut into files of their own.

Every file is one call of `archiveShard(name, tag, …)`, a classic script, for that is all that a page opened from disk
may load. The tag changes with the archive, so that files of two builds can't be mixed. Texts in it are numbers
(numbers.py). `static/index.js` reads them.

A shelf holds, for its keys in order, as numbers:

* keys: for each the step from the first character of the key before; then the second character, or where the first is
  the same its step;
* rows: for each 4 times the count of its rows, 2 more if these stand aside, 1 more if its places do (in no file, if
  the pair is frequent and they stand with its triples);
* aside: for each list that stands aside the number of its first file and the count of its files, then for each file of
  rows the step to its first article and how many rows it has, for each file of places the step to its first row;
* articles: for each row how many articles were passed over since the row before;
* counts: for each row twice how often the key stands there less one, 1 more if in a heading too;
* places: for each place how many were passed over since the one before in the same article.

A file of rows holds articles and counts, a file of places its places; no file of places goes on from one file of rows
to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np

from site_builder.grams import SECOND, Ints, Keys, Lists, sums
from site_builder.numbers import encode, encoded

# Sizes are bytes as a host sends them, zipped, by estimate.
SHELF = 5_000  # and all a query has to load of a rare pair
ROWS_ASIDE = 3_000  # a list of more gets files of its own: else it weighs on its neighbours
PLACES_ASIDE = 2_500
FILE = 12_000  # of rows or places of one list
UNIT = 64  # weights are told in parts of a byte, as whole numbers: their sums must be the same on every machine

Put = Callable[[str, str], None]
"""Takes the name of a shard and its arguments, as text."""


@dataclass(slots=True)
class Shelves:
    """Writes the lists of one `family` (`chars/7`: that kind, that span of keys) to shelves, and long ones aside.

    They come in the order of their keys, in one go or several, each of which begins a shelf. Of the keys that are
    `frequent` the places are left out.
    """

    family: str
    put: Put
    shelf: int = SHELF
    frequent: Keys = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    borders: list[int] = field(default_factory=list)  # two for each shelf: the first key on it, as steps like `keys`
    last: tuple[int, int] = (0, 0)  # the two halves of the last border
    rows: int = 0  # files of rows written
    places: int = 0  # files of places written

    def add(self, lists: Lists) -> None:
        """Write these; they come after all that were written."""
        if not len(lists.keys):
            return
        row_starts = sums(lists.rows)
        gaps = np.diff(lists.articles, prepend=0) - 1
        gaps[row_starts[:-1]] = lists.articles[row_starts[:-1]]
        has_places = len(lists.steps) > 0
        counts = (lists.counts >> 1) + 1
        place_starts = sums(counts) if has_places else np.zeros(len(counts) + 1, dtype=np.int64)
        key_places = place_starts[row_starts]
        row_weights = sums(_weights(16)[np.minimum((gaps + 1) * counts, _HEAVIEST)])
        place_weights = sums(_weights(26)[np.minimum(lists.steps + 1, _HEAVIEST)])
        of_rows, of_places = np.diff(row_weights[row_starts]), np.diff(place_weights[key_places])
        row_lengths, place_lengths = lists.rows, np.diff(key_places)
        frequent = np.isin(lists.keys, self.frequent)
        rows_aside = of_rows > UNIT * ROWS_ASIDE
        # Where rows stand aside, nobody knows how many places there are on the shelf.
        places_aside = (of_places > UNIT * PLACES_ASIDE) | (rows_aside | frequent) & has_places
        weights = 3 * UNIT + of_rows * ~rows_aside + of_places * ~places_aside
        shelf_of = (np.cumsum(weights) - weights) // (UNIT * self.shelf)
        begins = np.flatnonzero(np.diff(shelf_of, prepend=-1))
        kept_rows, kept_places = np.repeat(~rows_aside, row_lengths), np.repeat(~places_aside, place_lengths)
        aside: dict[int, list[int]] = {}
        for key in np.flatnonzero(rows_aside | places_aside).tolist():
            rows = slice(*row_starts[key : key + 2].tolist())
            ends = np.array([0, rows.stop - rows.start])
            aside[key] = []
            if rows_aside[key]:
                ends = _cuts(row_weights[rows.start : rows.stop + 1])
                aside[key] += self._rows_aside(lists.articles[rows], lists.counts[rows], ends)
            if frequent[key]:
                aside[key] += [0, 0]
            elif places_aside[key]:
                starts = place_starts[rows.start : rows.stop + 1]
                aside[key] += self._places_aside(lists.steps, starts, place_weights[starts], ends)
        firsts = (lists.keys >> np.uint64(SECOND)).astype(np.int64)
        seconds = (lists.keys & np.uint64((1 << SECOND) - 1)).astype(np.int64)
        shelf = len(self.borders) // 2
        self.borders += key_steps(firsts[begins], seconds[begins], *self.last).tolist()
        self.last = int(firsts[begins[-1]]), int(seconds[begins[-1]])
        steps = key_steps(firsts, seconds)
        steps[2 * begins], steps[2 * begins + 1] = firsts[begins], seconds[begins]
        ones = np.ones(len(lists.keys), dtype=np.int64)
        texts = [
            _Cut(steps, 2 * ones),
            _Cut(row_lengths << 2 | rows_aside << 1 | places_aside, ones),
            _Cut(gaps[kept_rows], row_lengths * ~rows_aside),
            _Cut(lists.counts[kept_rows], row_lengths * ~rows_aside),
            _Cut(lists.steps[kept_places], place_lengths * ~places_aside),
        ]
        bounds = [*begins.tolist(), len(lists.keys)]
        for number, (begin, end) in enumerate(pairwise(bounds), shelf):
            told = [text.part(begin, end) for text in texts]
            told.insert(2, encode([n for key in range(begin, end) for n in aside.get(key, ())]))
            self.put(f"{self.family}/{number}", ",".join([f'"{part}"' for part in told]))

    def _rows_aside(self, articles: Ints, counts: Ints, ends: Ints) -> list[int]:
        """What the shelf says of the files."""
        told = [self.rows, len(ends) - 1]
        before = 0
        for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            gaps = np.diff(articles[begin:end], prepend=articles[begin] - 1) - 1
            self._put_aside("rows", self.rows, f'"{encode(gaps)}","{encode(counts[begin:end])}"')
            self.rows += 1
            told += [int(articles[begin]) - before, end - begin]
            before = int(articles[begin])
        return told

    def _places_aside(self, steps: Ints, starts: Ints, weights: Ints, ends: Ints) -> list[int]:
        """`starts` are the rows' first places among the steps, `ends` the rows at which a file must end."""
        parts = zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        cuts = [begin + cut for begin, end in parts for cut in _cuts(weights[begin : end + 1])[:-1].tolist()]
        told = [self.places, len(cuts)]
        before = 0
        for begin, end in zip(cuts, [*cuts[1:], len(starts) - 1], strict=True):
            self._put_aside("places", self.places, f'"{encode(steps[starts[begin] : starts[end]])}"')
            self.places += 1
            told.append(begin - before)
            before = begin
        return told

    def _put_aside(self, kind: str, number: int, arguments: str) -> None:
        family, _, span = self.family.partition("/")
        self.put(f"{family}-{kind}/{span}/{number}", arguments)


class _Cut:
    """Numbers as text, of which the stretch of some keys can be had."""

    def __init__(self, numbers: Ints, lengths: Ints) -> None:
        self._text, starts = encoded(numbers)
        self._ends = starts[sums(lengths)].tolist()

    def part(self, begin: int, end: int) -> str:
        return self._text[self._ends[begin] : self._ends[end]]


_HEAVIEST = (1 << 16) - 1


@cache
def _weights(least: int) -> Ints:
    """What a number weighs: the larger, the more bits, but text and zipping make of most a byte or less."""
    return np.round(np.log2(np.maximum(np.arange(_HEAVIEST + 1), 1)) * (UNIT // 8)).astype(np.int64) + least


def key_steps(first: Ints, second: Ints, before_first: int = 0, before_second: int = 0) -> Ints:
    """Keys as steps, two numbers a key.

    >>> key_steps(np.array([5, 5, 9]), np.array([0, 7, 3])).tolist()
    [5, 0, 0, 7, 4, 3]
    """
    steps = np.empty((len(first), 2), dtype=np.int64)
    steps[:, 0] = np.diff(first, prepend=before_first)
    steps[:, 1] = np.where(steps[:, 0] > 0, second, np.diff(second, prepend=before_second))
    return steps.ravel()


def _cuts(weights: Ints) -> Ints:
    """Where to cut a list whose weight grows like this into files of about FILE, both ends included.

    >>> _cuts(UNIT * np.array([0, 5000, 10_000, 15_000, 20_000])).tolist()
    [0, 2, 4]
    """
    whole = int(weights[-1] - weights[0])
    count = max(1, (2 * whole + UNIT * FILE) // (2 * UNIT * FILE))
    wanted = weights[0] + whole * np.arange(1, count) // count
    return np.unique(np.concatenate([[0], np.searchsorted(weights, wanted), [len(weights) - 1]]))
