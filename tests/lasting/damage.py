"""A page as another OCR run would give it. Every character knows where it came from, so that the truth comes along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from site_builder.model import HEADING_KINDS, Page, TextBlock


class Sign(NamedTuple):
    """A character, and its offset in the text that was read before; -1 for what was not there."""

    char: str
    origin: int = -1


Signs = tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    signs: Signs


Piece = tuple[Block, ...]  # an article, or the furniture at the head


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be printed: its furniture, its articles in order, and how lines are set."""

    furniture: Piece
    articles: tuple[Piece, ...]
    width: int = 0  # of a column, in characters; 0: a line a paragraph
    spaced: bool = False  # a blank line after each line


def sheet(page: Page) -> Sheet:
    """What stands on a restored page."""

    def block(one: TextBlock) -> Block:
        text = page.source.text
        signs = (Sign(text[at], at) for start, end in one.spans for at in range(start, end))
        return Block(one.kind, tuple(sign for sign in signs if not sign.char.isspace()))

    return Sheet(
        tuple(map(block, page.furniture)), tuple(tuple(map(block, article.blocks)) for article in page.articles), 19
    )


def printed(page: Sheet) -> tuple[str, list[int]]:
    """The page's text, and the origin of each of its characters."""
    rows: list[Signs] = [block.signs for block in page.furniture]
    for article in page.articles:
        rows.append(())
        for block in article:
            rows += _lines(block, page.width)
    if page.spaced:
        rows = [each for row in rows for each in (row, ())]
    signs = [sign for row in rows for sign in (*row, Sign("\n"))]
    return "".join(sign.char for sign in signs), [sign.origin for sign in signs]


def _lines(block: Block, width: int) -> list[Signs]:
    if block.kind in HEADING_KINDS or not width:
        return [block.signs, ()] if block.kind in HEADING_KINDS else [block.signs]
    signs = (Sign("　"), Sign("　"), *block.signs) if block.kind == "paragraph" else block.signs
    return [tuple(signs[at : at + width]) for at in range(0, len(signs), width)]


# ---------------------------------------------------------------- damages: a sheet -> a sheet


def misread(page: Sheet, share: float, rng: Random) -> Sheet:
    """So many characters are wrong: eight of ten read as another, one lost, one read twice."""
    pool = [sign.char for article in page.articles for block in article for sign in block.signs]

    def spoil(block: Block) -> Block:
        out: list[Sign] = []
        for sign in block.signs:
            chance = rng.random() / share if share else 1.0
            if chance < 0.8:
                out.append(Sign(rng.choice(pool), sign.origin))
            elif chance < 0.9 or chance >= 1:
                out.append(sign)
                if chance < 0.9:
                    out.append(Sign(sign.char))
        return Block(block.kind, tuple(out))

    return replace(page, articles=tuple(tuple(map(spoil, article)) for article in page.articles))


def rewrapped(page: Sheet, rng: Random) -> Sheet:
    return replace(page, width=rng.choice((11, 14, 24, 31)))


def other_dialect(page: Sheet, rng: Random) -> Sheet:
    """A blank line after each line, or a line a paragraph."""
    return replace(page, spaced=True) if rng.random() < 0.5 else replace(page, width=0)


def reordered(page: Sheet, rng: Random) -> Sheet:
    articles = list(page.articles)
    rng.shuffle(articles)
    return replace(page, articles=tuple(articles))


def run_together(page: Sheet, rng: Random) -> Sheet:
    """The second of two articles loses its headings and goes on in the first one's last paragraph."""
    able = [
        at
        for at in range(len(page.articles) - 1)
        if page.articles[at][-1].kind == "paragraph" and any(b.kind == "paragraph" for b in page.articles[at + 1])
    ]
    if not able:
        return page
    at = rng.choice(able)
    first, second = page.articles[at : at + 2]
    rest = tuple(block for block in second if block.kind not in HEADING_KINDS)
    last = Block("paragraph", (*first[-1].signs, *rest[0].signs))
    return replace(page, articles=(*page.articles[:at], (*first[:-1], last, *rest[1:]), *page.articles[at + 2 :]))


def split(page: Sheet, rng: Random) -> Sheet:
    """An article is cut at a paragraph, and what comes after gets a headline and a dateline of its own."""
    able = [at for at, article in enumerate(page.articles) if sum(b.kind == "paragraph" for b in article) > 1]
    if not able:
        return page
    at = rng.choice(able)
    article = page.articles[at]
    cuts = [cut for cut in range(1, len(article)) if article[cut].kind == article[cut - 1].kind == "paragraph"]
    if not cuts:
        return page
    cut = rng.choice(cuts)
    headline = Block(
        "headline", tuple(map(Sign, rng.choice(("各地秋粮收购进展顺利", "我市举行文艺汇演", "新桥昨日通车"))))
    )
    opened = Block("paragraph", (*map(Sign, "本报讯"), *article[cut].signs))
    parts = (article[:cut], (headline, opened, *article[cut + 1 :]))
    return replace(page, articles=(*page.articles[:at], *parts, *page.articles[at + 1 :]))


def read_again(pages: Sequence[Sheet], share: float, rng: Random) -> list[Sheet]:
    """Everything at once: other lines, another order, errors."""
    return [misread(reordered(rewrapped(page, rng), rng), share, rng) for page in pages]
