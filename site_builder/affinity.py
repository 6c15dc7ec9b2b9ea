"""How much two texts of a page talk about the same: shared names, numbers and rare words, weighted.

Character pairs stand for words: they need no dictionary, survive OCR slips, and cost little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import add

from site_builder.patterns import HAN

_TOKENS = re.compile(rf"[0-9]+(?:\.[0-9]+)?[%％]?[{HAN}]?|[A-Za-z]{{2,}}|[{HAN}]+")


_GOES_ON = re.compile(rf"[0-9A-Za-z.%％{HAN}]")

LARGE = 80  # rows or columns that scores tie together: no printed page has as many
UNSEEN = (
    0.4  # of the highest weight: a pair that no body has tells little of whose heading it is (OCR misreads large type)
)


@lru_cache(maxsize=4096)
def pairs(text: str) -> frozenset[str]:
    """The text's adjacent Chinese character pairs, its numbers (with their unit) and its Latin words.

    >>> sorted(pairs("龙山区8户企业"))
    ['8户', '企业', '山区', '龙山']
    """
    out: set[str] = set()
    for token in _TOKENS.findall(text):
        if token[0].isascii():
            out.add(token)
            token = token[-1:]
        out.update(map(add, token, token[1:]))
    return frozenset(out)


def pairs_of(texts: Iterable[str]) -> frozenset[str]:
    """The pairs of some texts run together. A text's own, if it does not run on, are found once for all.

    >>> pairs_of(["龙山区8户", "企业。", "复工"]) == pairs("龙山区8户企业。复工")
    True
    """
    return _pairs_of(tuple(texts))


@lru_cache(maxsize=1024)
def _pairs_of(texts: tuple[str, ...]) -> frozenset[str]:
    found: list[frozenset[str]] = []
    run = ""
    for text in texts:
        if run and not (_GOES_ON.match(run[-1]) and _GOES_ON.match(text)):
            found.append(pairs(run))
            run = ""
        run += text
    return frozenset().union(*found, pairs(run))


class _Seen(dict[str, int]):
    """In how many bodies each pair is, its df: counted for a pair once it is asked for, or for all pairs at once.

    Headlines ask for some hundreds of a page's thousands of pairs, whole texts for all.
    """

    def __init__(self, bodies: Sequence[frozenset[str]]) -> None:
        super().__init__()
        self._bodies, self._counted = bodies, False

    def __missing__(self, pair: str) -> int:
        self[pair] = 0 if self._counted else sum([pair in body for body in self._bodies])
        return self[pair]

    def count(self) -> None:
        """Count all pairs that the bodies have."""
        if not self._counted:
            seen = Counter[str]()
            for body in self._bodies:
                seen.update(body)
            self.update(seen)
            self._counted = True


class Weights:
    """The weight of each pair on one page: log((1 + n) / df) over the page's n bodies, so what all of them say is worth
    nearly nothing and what one says is worth most. Whole thousandths, so that no sum depends on the order of a set.
    """

    def __init__(self, bodies: Iterable[frozenset[str]]) -> None:
        bodies = list(bodies)
        self._seen = _Seen(bodies)
        known = [round(1000 * math.log((len(bodies) + 1) / df)) for df in range(1, len(bodies) + 1)]
        self._weight = [round(1000 * UNSEEN * math.log(len(bodies) + 1)), *known]  # by df; of no body: 0
        self._square = [weight * weight for weight in self._weight]
        self._lengths: dict[frozenset[str], float] = {}
        self._wholes: dict[frozenset[str], int] = {}

    def total(self, some: Iterable[str]) -> int:
        """The weight of some pairs together, in thousandths."""
        df, weight = self._seen, self._weight
        return sum([weight[df[pair]] for pair in some])

    def known(self, some: Iterable[str]) -> list[tuple[str, int]]:
        """The pairs that a body of the page has, each with its weight in thousandths."""
        return [(pair, self._weight[df]) for pair in some if (df := self._seen[pair])]

    def covered(self, heading: frozenset[str], body: frozenset[str]) -> float:
        """The share of the heading's weight that the body also holds, 0 to 1."""
        if (whole := self._wholes.get(heading)) is None:
            whole = self._wholes[heading] = self.total(heading)
        return self.total(heading & body) / whole if whole else 0.0

    def alike(self, a: frozenset[str], b: frozenset[str]) -> float:
        """The cosine of the two texts' weights, 0 to 1."""
        size = self._length(a) * self._length(b)
        df, square = self._seen, self._square
        return sum([square[df[pair]] for pair in a & b]) / size if size else 0.0

    def likeness(self, a: frozenset[str], *, shared: bool) -> Callable[[frozenset[str]], float]:
        """`alike` with the first text given, for many others that hold only pairs of the page's bodies.

        `shared` says that a is a body and the others are of other bodies: then what only a body has need not be asked.
        """
        length, square = self._length(a), self._square
        worth = [(pair, square[df]) for pair in a if (df := self._seen[pair]) > shared]

        def alike(b: frozenset[str]) -> float:
            size = length * self._length(b)
            return sum([weight for pair, weight in worth if pair in b]) / size if size else 0.0

        return alike

    def _length(self, some: frozenset[str]) -> float:
        if some not in self._lengths:
            self._seen.count()
            df, square = self._seen, self._square
            self._lengths[some] = math.sqrt(sum([square[df[pair]] for pair in some]))
        return self._lengths[some]


@lru_cache(maxsize=8)
def weights_over(bodies: tuple[frozenset[str], ...]) -> Weights:
    """The weights of a page's bodies, which several steps ask for."""
    return Weights(bodies)


def best_assignment(scores: Sequence[Mapping[int, float]]) -> list[int]:
    """For each row the column it is matched to, so that the sum of scores is the largest; -1 where none helps.

    A row maps columns to scores; one that is missing, or not above 0, is no match. Rows and columns that no score ties
    together are solved apart, each by the Hungarian method (Kuhn 1955, in the O(n^3) form with potentials); a tangle
    of more than LARGE, which no printed page has, by taking the best score first.

        >>> best_assignment([{0: 0.9, 1: 0.8}, {0: 0.8, 1: 0.1}])
        [1, 0]
        >>> best_assignment([{0: -1.0}, {}, {5: 1.0}])
        [-1, -1, 5]
    """
    out = [-1] * len(scores)
    for rows in _tied(scores):
        columns = sorted({column for row in rows for column, score in scores[row].items() if score > 0})
        if max(len(rows), len(columns)) > LARGE:
            found = _best_first(scores, rows)
        else:
            table = [[max(0.0, scores[row].get(column, 0.0)) for column in columns] for row in rows]
            found = {row: columns[j] for row, j in zip(rows, _hungarian(table), strict=True) if j >= 0}
        for row, column in found.items():
            out[row] = column
    return out


def _tied(scores: Sequence[Mapping[int, float]]) -> list[list[int]]:
    """The rows that have a score above 0, in sets that share no column."""
    rows_of: dict[int, list[int]] = {}
    for row, own in enumerate(scores):
        for column, score in own.items():
            if score > 0:
                rows_of.setdefault(column, []).append(row)
    seen: set[int] = set()
    out: list[list[int]] = []
    for first, own in enumerate(scores):
        if first in seen or not any(score > 0 for score in own.values()):
            continue
        tied, waiting = [], [first]
        seen.add(first)
        while waiting:
            row = waiting.pop()
            tied.append(row)
            for column, score in scores[row].items():
                # Each column is followed once: its rows are then all seen.
                for other in rows_of.pop(column, ()) if score > 0 else ():
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
        out.append(sorted(tied))
    return out


def _best_first(scores: Sequence[Mapping[int, float]], rows: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    taken: set[int] = set()
    ranked = sorted((-score, row, column) for row in rows for column, score in scores[row].items() if score > 0)
    for _, row, column in ranked:
        if row not in found and column not in taken:
            found[row] = column
            taken.add(column)
    return found


def _hungarian(table: Sequence[Sequence[float]]) -> list[int]:
    """For each row of a table of scores, none below 0, the column of the best matching; -1 where it would score 0."""
    rows, columns = len(table), len(table[0])
    size = max(rows, columns)
    cost = [[-table[i][j] if i < rows and j < columns else 0.0 for j in range(size)] for i in range(size)]
    u, v, matched = [0.0] * (size + 1), [0.0] * (size + 1), [0] * (size + 1)
    for i in range(1, size + 1):
        matched[0], way = i, [0] * (size + 1)
        least, used, j0 = [math.inf] * (size + 1), [False] * (size + 1), 0
        while True:
            used[j0] = True
            i0, delta, j1 = matched[j0], math.inf, 0
            for j in range(1, size + 1):
                if not used[j]:
                    here = cost[i0 - 1][j - 1] - u[i0] - v[j]
                    if here < least[j]:
                        least[j], way[j] = here, j0
                    if least[j] < delta:
                        delta, j1 = least[j], j
            for j in range(size + 1):
                if used[j]:
                    u[matched[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            j0 = j1
            if matched[j0] == 0:
                break
        while j0:
            matched[j0] = matched[way[j0]]
            j0 = way[j0]
    out = [-1] * rows
    for j in range(1, columns + 1):
        if matched[j] and matched[j] <= rows and table[matched[j] - 1][j - 1] > 0:
            out[matched[j] - 1] = j - 1
    return out
