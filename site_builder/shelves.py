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

import numpy as np
from numpy.typing import NDArray

from site_builder.grams import Ints, Lists
from site_builder.numbers import LARGEST, encode, encoded

# Sizes are bytes as a host sends them, zipped, by estimate.
SHELF = 5_000  # and all a query has to load of a rare pair
ROWS_ASIDE = 3_000  # a list of more gets files of its own: else it weighs on its neighbours
PLACES_ASIDE = 2_500
FILE = 12_000  # of rows or places of one list

Put = Callable[[str, str], None]
"""Takes the name of a shard and its arguments, as text."""


@dataclass(slots=True)
class Shelves:
    """Writes the lists of one family (`chars`, `pairs`, `triples`) to shelves, and long ones aside.

    Of keys that stand in more than `most` places the places are left out; these keys are `frequent`.
    """

    family: str
    put: Put
    shelf: int = SHELF
    most: int = LARGEST
    frequent: list[tuple[int, int]] = field(default_factory=list)
    borders: list[int] = field(default_factory=list)  # two for each shelf: the first key on it, as steps like `keys`
    rows: int = 0  # files of rows written
    places: int = 0  # files of places written
    _last: tuple[int, int] = (0, 0)

    def add(self, lists: Lists) -> None:
        """Write these; their keys are above all that were added before."""
        if not len(lists.first):
            return
        gaps = _gaps(lists.articles, lists.row_starts[:-1])
        counts = 2 * (lists.counts - 1) + lists.in_heading
        steps = _gaps(lists.places, lists.place_starts[:-1]) if len(lists.places) else lists.places
        row_weights = _sums(np.log2((gaps + 1) * lists.counts) / 8 + 0.25)
        place_weights = _sums(np.log2(steps + 1) / 8 + 0.4)
        of_rows = np.diff(row_weights[lists.row_starts])
        place_starts = lists.place_starts[lists.row_starts]  # by key
        of_places = np.diff(place_weights[place_starts])
        row_lengths, place_lengths = np.diff(lists.row_starts), np.diff(place_starts)
        frequent = place_lengths > self.most
        self.frequent += zip(lists.first[frequent].tolist(), lists.second[frequent].tolist(), strict=True)
        rows_aside = of_rows > ROWS_ASIDE
        places_aside = (of_places > PLACES_ASIDE) | rows_aside & (of_places > 0)  # else their number is unknown
        weights = 3 + of_rows * ~rows_aside + of_places * ~places_aside
        shelf_of = (np.cumsum(weights) - weights) // self.shelf
        kept_rows, kept_places = np.repeat(~rows_aside, row_lengths), np.repeat(~places_aside, place_lengths)
        texts = [
            _Cut(gaps[kept_rows], row_lengths * ~rows_aside),
            _Cut(counts[kept_rows], row_lengths * ~rows_aside),
            _Cut(steps[kept_places], place_lengths * ~places_aside),
        ]
        aside: dict[int, list[int]] = {}
        for key in np.flatnonzero(rows_aside | places_aside).tolist():
            rows = slice(*lists.row_starts[key : key + 2].tolist())
            ends = np.array([0, rows.stop - rows.start])
            aside[key] = []
            if rows_aside[key]:
                ends = _cuts(row_weights[rows.start : rows.stop + 1])
                aside[key] += self._rows_aside(lists.articles[rows], counts[rows], ends)
            if frequent[key]:
                aside[key] += [0, 0]
            elif places_aside[key]:
                starts = lists.place_starts[rows.start : rows.stop + 1]
                aside[key] += self._places_aside(steps, starts, place_weights[starts], ends)
        sizes = row_lengths << 2 | rows_aside << 1 | places_aside
        begins = np.flatnonzero(np.diff(shelf_of, prepend=-1)).tolist()
        for begin, end in zip(begins, [*begins[1:], len(lists.first)], strict=True):
            self._shelf(lists, begin, end, sizes, [n for key in range(begin, end) for n in aside.get(key, ())], texts)

    def _shelf(self, lists: Lists, begin: int, end: int, sizes: Ints, aside: list[int], texts: list[_Cut]) -> None:
        first, second = lists.first[begin:end], lists.second[begin:end]
        self.borders += key_steps(first[:1], second[:1], *self._last).tolist()
        self._last = int(first[0]), int(second[0])
        told = [encode(key_steps(first, second)), encode(sizes[begin:end]), encode(aside)]
        parts = [*told, *(text.part(begin, end) for text in texts)]
        self.put(f"{self.family}/{len(self.borders) // 2 - 1}", ",".join(f'"{part}"' for part in parts))

    def _rows_aside(self, articles: Ints, counts: Ints, ends: Ints) -> list[int]:
        """What the shelf says of the files."""
        told = [self.rows, len(ends) - 1]
        before = 0
        for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            gaps = np.diff(articles[begin:end], prepend=articles[begin] - 1) - 1
            self.put(f"{self.family}-rows/{self.rows}", f'"{encode(gaps)}","{encode(counts[begin:end])}"')
            self.rows += 1
            told += [int(articles[begin]) - before, end - begin]
            before = int(articles[begin])
        return told

    def _places_aside(self, steps: Ints, starts: Ints, weights: NDArray[np.float64], ends: Ints) -> list[int]:
        """`starts` are the rows' first places among the steps, `ends` the rows at which a file must end."""
        parts = zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        cuts = [begin + cut for begin, end in parts for cut in _cuts(weights[begin : end + 1])[:-1].tolist()]
        told = [self.places, len(cuts)]
        before = 0
        for begin, end in zip(cuts, [*cuts[1:], len(starts) - 1], strict=True):
            self.put(f"{self.family}-places/{self.places}", f'"{encode(steps[starts[begin] : starts[end]])}"')
            self.places += 1
            told.append(begin - before)
            before = begin
        return told


class _Cut:
    """Numbers as text, of which the stretch of some keys can be had."""

    def __init__(self, numbers: Ints, lengths: Ints) -> None:
        self._text, starts = encoded(numbers)
        self._ends = starts[np.concatenate([[0], np.cumsum(lengths)])].tolist()

    def part(self, begin: int, end: int) -> str:
        return self._text[self._ends[begin] : self._ends[end]]


def key_steps(first: Ints, second: Ints, before_first: int = 0, before_second: int = 0) -> Ints:
    """Keys as steps, two numbers a key.

    >>> key_steps(np.array([5, 5, 9]), np.array([0, 7, 3])).tolist()
    [5, 0, 0, 7, 4, 3]
    """
    steps = np.empty((len(first), 2), dtype=np.int64)
    steps[:, 0] = np.diff(first, prepend=before_first)
    steps[:, 1] = np.where(steps[:, 0] > 0, second, np.diff(second, prepend=before_second))
    return steps.ravel()


def _gaps(values: Ints, starts: Ints) -> Ints:
    """How many values are passed over from each to the next; at a start, from 0.

    >>> _gaps(np.array([3, 4, 9, 1]), np.array([0, 3])).tolist()
    [3, 0, 4, 1]
    """
    gaps = np.diff(values, prepend=0) - 1
    gaps[starts] = values[starts]
    return gaps


def _sums(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(weights)])


def _cuts(weights: NDArray[np.float64]) -> Ints:
    """Where to cut a list whose weight grows like this into files of about FILE, both ends included.

    >>> _cuts(np.array([0.0, 5000, 10_000, 15_000, 20_000])).tolist()
    [0, 2, 4]
    """
    count = max(1, round((weights[-1] - weights[0]) / FILE))
    wanted = weights[0] + (weights[-1] - weights[0]) * np.arange(1, count) / count
    return np.unique(np.concatenate([[0], np.searchsorted(weights, wanted), [len(weights) - 1]]))
