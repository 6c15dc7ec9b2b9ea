"""The brackets round a jump line, （下转第四版）, which stand in none of the page's blocks."""

from __future__ import annotations

from collections.abc import Iterable

from site_builder.model import Article

OPENING = "（(〔[［【〖〈《<＜﹙"
CLOSING = "）)〕]］】〗〉》>＞﹚"


def jump_brackets(text: str, articles: Iterable[Article]) -> set[int]:
    """Offsets in a page's text of the nearest characters round each jump line, where these are a pair of brackets."""
    found = set()
    for block in (block for article in articles for block in article.blocks):
        if block.kind == "jump" and block.spans:
            before = len(text[: block.spans[0].start].rstrip()) - 1
            after = len(text) - len(text[block.spans[-1].end :].lstrip())
            if before >= 0 and text[before] in OPENING:
                found.add(before)
            if after < len(text) and text[after] in CLOSING:
                found.add(after)
    return found
