"""The search index: the literal one, which finds every string, and that of words, which finds what is related."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from site_builder.literal import Files, build_literal, tag_of
from site_builder.records import SearchRecord, newest_first
from site_builder.wordindex import build_words

FOLDER = "search"  # in the site; Pagefind has its own


def build_index(articles: Iterable[SearchRecord], site: Path) -> None:
    """Write both indexes of the articles to the site. The same articles, in whatever order, give the same bytes."""
    ordered = newest_first(articles)
    files = Files(site / FOLDER, tag_of(ordered))
    build_literal(ordered, files)
    files.put("words", build_words(ordered, site))
