"""Which goes with which, solved for the page as a whole: the assignment whose scores sum to the most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

LARGE = 80  # rows or columns that scores tie together: no printed page has as many


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
        if len(rows) == 1:
            own = scores[rows[0]]
            found = {rows[0]: max(columns, key=lambda column: own[column])}
        elif max(len(rows), len(columns)) > LARGE:
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
        least, used, free, j0 = [math.inf] * (size + 1), [0], list(range(1, size + 1)), 0
        while True:
            i0, delta, j1 = matched[j0], math.inf, 0
            own, price = cost[i0 - 1], u[i0]
            for j in free:
                here = own[j - 1] - price - v[j]
                if here < least[j]:
                    least[j], way[j] = here, j0
                if least[j] < delta:
                    delta, j1 = least[j], j
            for j in used:
                u[matched[j]] += delta
                v[j] -= delta
            for j in free:
                least[j] -= delta
            j0 = j1
            if matched[j0] == 0:
                break
            used.append(j0)
            free.remove(j0)
        while j0:
            matched[j0] = matched[way[j0]]
            j0 = way[j0]
    out = [-1] * rows
    for j in range(1, columns + 1):
        if matched[j] and matched[j] <= rows and table[matched[j] - 1][j - 1] > 0:
            out[matched[j] - 1] = j - 1
    return out
