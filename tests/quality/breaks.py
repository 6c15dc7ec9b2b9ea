"""The weights of paragraph breaks on flattened pages, fitted anew: `python -m tests.quality.breaks`.

Every article of the seeds' truth and every invented story is run together into one line; its paragraph ends are the
truth. Logistic regression by plain gradient descent; the printed weights are those of site_builder/flattened.py.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from site_builder.flattened import LEAST, WEIGHTS, opening_signs, paragraph_ends, sentence_ends

HERE = Path(__file__).parent
STEPS, RATE = 2000, 1.0
SHRINK = 0.01  # L2: the examples are few


def paragraphs() -> list[list[str]]:
    """The paragraphs of each article, subheadings left out."""
    files = [*sorted((HERE / "gold").glob("*.toml")), HERE / "texts.toml"]
    contents = [tomllib.loads(path.read_text("utf-8")) for path in files]
    return [
        [text for text in article.get("paragraphs", []) if not text.startswith("## ")]
        for content in contents
        for article in content.get("articles") or content["stories"]
    ]


def true_ends(texts: Sequence[str]) -> list[int]:
    return list(accumulate(map(len, texts)))[:-1]


def examples() -> list[tuple[list[str], bool]]:
    """For each sentence end the signs that stand there, and whether a paragraph ends there."""
    out = []
    for texts in paragraphs():
        text, ends = "".join(texts), true_ends(texts)
        places = sentence_ends(text)
        starts = Counter(text[at : at + size] for at in [0, *places] for size in (2, 3))
        last = 0
        for at in places:
            if at - last >= LEAST or at in ends:
                out.append((["", *opening_signs(text, at, starts)], at in ends))
            if at in ends:
                last = at
    return out


def fit(seen: Sequence[tuple[list[str], bool]]) -> dict[str, float]:
    weights = dict.fromkeys(WEIGHTS, 0.0)
    for _ in range(STEPS):
        slope = {sign: SHRINK * weight * bool(sign) for sign, weight in weights.items()}
        for signs, ends in seen:
            chance = 1 / (1 + math.exp(-sum(weights[sign] for sign in signs)))
            for sign in signs:
                slope[sign] += (chance - ends) / len(seen)
        weights = {sign: weight - RATE * slope[sign] for sign, weight in weights.items()}
    return {sign: round(weight, 2) for sign, weight in weights.items()}


def score(bias: float) -> float:
    """F1 of the paragraph ends found in all articles, each run together into one line."""
    hits = found = real = 0
    for texts in paragraphs():
        ends, guess = set(true_ends(texts)), set(paragraph_ends("".join(texts), bias))
        hits, found, real = hits + len(ends & guess), found + len(guess), real + len(ends)
    return 2 * hits / (found + real)


def main() -> None:
    for sign, weight in fit(examples()).items():
        print(f'    "{sign}": {weight},')
    for bias in (-0.5, 0.0, 0.5, 1.0):
        print(f"F1 with the weights that stand in the package, bias {bias}: {score(bias):.3f}")


if __name__ == "__main__":
    main()
