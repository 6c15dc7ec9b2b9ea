"""How much two texts of a page talk about the same: shared names, numbers and rare words, weighted.

Character pairs stand for words: they need no dictionary, survive OCR slips, and cost little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from site_builder.patterns import HAN

_TOKENS = re.compile(rf"[0-9]+(?:\.[0-9]+)?[%％]?[{HAN}]?|[A-Za-z]{{2,}}|[{HAN}]+")


UNSEEN = (
    0.4  # of the highest weight: a pair that no body has tells little of whose heading it is (OCR misreads large type)
)


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
        out.update(token[i : i + 2] for i in range(len(token) - 1))
    return frozenset(out)


class Weights:
    """The weight of each pair on one page: log((1 + n) / df) over the page's n bodies, so what all of them say is worth
    nearly nothing and what one says is worth most.
    """

    def __init__(self, bodies: Iterable[frozenset[str]]) -> None:
        bodies = list(bodies)
        self._seen = Counter(pair for body in bodies for pair in body)
        self._all = len(bodies) + 1

    def of(self, pair: str) -> float:
        seen = self._seen.get(pair, 0)
        return math.log(self._all / seen) if seen else UNSEEN * math.log(self._all)

    def total(self, some: Iterable[str]) -> float:
        return sum(self.of(pair) for pair in sorted(some))

    def covered(self, heading: frozenset[str], body: frozenset[str]) -> float:
        """The share of the heading's weight that the body also holds, 0 to 1."""
        whole = self.total(heading)
        return self.total(heading & body) / whole if whole else 0.0

    def alike(self, a: frozenset[str], b: frozenset[str]) -> float:
        """The cosine of the two texts' weights, 0 to 1."""
        size = math.sqrt(sum(self.of(p) ** 2 for p in sorted(a)) * sum(self.of(p) ** 2 for p in sorted(b)))
        return sum(self.of(p) ** 2 for p in sorted(a & b)) / size if size else 0.0


def best_assignment(scores: Sequence[Sequence[float]]) -> list[int]:
    """For each row the column it is matched to, so that the sum of scores is the largest; -1 where none helps.

    The Hungarian method (Kuhn 1955, in the O(n^3) form with potentials), rows padded so that a row may stay unmatched
    at a score of 0.

        >>> best_assignment([[0.9, 0.8], [0.8, 0.1]])
        [1, 0]
        >>> best_assignment([[-1.0]])
        [-1]
    """
    rows, columns = len(scores), len(scores[0]) if scores else 0
    size = rows + columns
    cost = [[-scores[i][j] if i < rows and j < columns else 0.0 for j in range(size)] for i in range(size)]
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
        if matched[j] and matched[j] <= rows and scores[matched[j] - 1][j - 1] > 0:
            out[matched[j] - 1] = j - 1
    return out
