"""What the literal search must find, worked out from a site's open data by looking everywhere."""

from __future__ import annotations

import html
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

from site_builder.folding import fold


@dataclass(frozen=True)
class Found:
    """An article of the open data, its searchable blocks folded."""

    id: str
    newspaper: str
    city: str
    topics: tuple[str, ...]
    date: str
    blocks: tuple[str, ...]

    def has(self, term: str) -> bool:
        return any(term in block for block in self.blocks)


def articles(site: Path) -> list[Found]:
    lines = [line for path in site.glob("data/articles/*.jsonl") for line in path.read_text("utf-8").splitlines()]
    return [
        Found(
            row["id"],
            row["newspaper"],
            row["city"],
            tuple(row["topics"]),
            row["date"] or "",
            tuple(fold(block["text"]) for block in row["blocks"] if block["kind"] != "duplicate"),
        )
        for row in map(json.loads, lines)
        if not row.get("withheld")
    ]


def strings(found: list[Found], count: int, seed: int) -> list[str]:
    """Strings of 1 to 12 characters that stand in the articles, wherever words begin and end."""
    rng = random.Random(seed)
    texts = sorted(block for article in found for block in article.blocks if len(block) > 14)
    drawn: list[str] = []
    while len(drawn) < count:
        text = rng.choice(texts)
        size = rng.choice([1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 10, 12])
        start = rng.randrange(len(text) - size)
        string = text[start : start + size]
        if not re.search(r"\s", string):
            drawn.append(string)
    return drawn


def faults(excerpt: str, terms: list[str], blocks: tuple[str, ...]) -> list[str]:
    """What is wrong with an excerpt: it must be a run of one block, and every term in it marked."""
    plain, marked, inside = "", [], False
    for piece in re.split(r"(</?mark>)", excerpt):
        if piece in ("<mark>", "</mark>"):
            inside = piece == "<mark>"
        else:
            text = html.unescape(piece)
            plain += text
            marked += [inside] * len(text)
    text = fold(plain)
    found = [] if any(text.strip("… ") in block for block in blocks) else [f"no run of a block: {plain}"]
    hits = [(at, term) for term in terms for at in range(len(text)) if text.startswith(term, at)]
    if not hits:
        found.append(f"shows no term: {plain}")
    return found + [f"not marked: {term}" for at, term in hits if not all(marked[at : at + len(term)])]
