"""What a page tells programs about itself in `<meta>`: Open Graph for those who share a link, Dublin Core and the tags
of HighWire Press for those who cite.

Zotero's “Embedded Metadata” makes an item of these by the rules that tests/test_meta_tags.py spells out. What follows
from them: `DC.type` alone makes the item a newspaper article, and `citation_journal_title` would make it another;
`og:site_name` is the newspaper's name, since it becomes the publication; no `DC.coverage` and no `DC.identifier`, for
the one becomes the place in an archive, and in the other numbers are taken for an ISBN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape

from markupsafe import Markup

from site_builder import words
from site_builder.cited import Cited

Tag = tuple[str, str, str]
"""`property` or `name`, what is told, and its value."""


@cache
def locale(tag: str) -> str:
    """A language tag as Open Graph writes it, which knows no scripts; nothing where no country can be told.

    >>> locale("zh-CN"), locale("zh-Hant-TW"), locale("zh-Hans"), locale("zh-Hant"), locale("en")
    ('zh_CN', 'zh_TW', 'zh_CN', 'zh_TW', '')
    """
    language, *parts = tag.split("-")
    country = next((part.upper() for part in parts if len(part) == 2), "")
    if not country and language == "zh" and parts:
        country = {"hans": "CN", "hant": "TW"}.get(parts[0].casefold(), "")
    return f"{language}_{country}" if country else ""


def shared(title: str, description: str, url: str, site: str, language: str, kind: str = "website") -> list[Tag]:
    """Open Graph: what a link to the page looks like where somebody shares it."""
    return [
        ("property", "og:type", kind),
        ("property", "og:title", title),
        ("property", "og:description", description),
        ("property", "og:url", url),
        ("property", "og:site_name", site),
        ("property", "og:locale", locale(language)),
    ]


def cited(work: Cited, topics: Iterable[str], edition: str) -> list[Tag]:
    """What a citation of the article needs: the same on the page of each of its parts."""
    date = work.date.isoformat() if work.date else ""
    return [
        ("property", "article:published_time", date),
        *(("property", "article:tag", topic) for topic in topics),
        ("name", "DC.type", "newspaperArticle"),
        ("name", "DC.title", work.named),
        *(("name", "DC.creator", name) for name in work.authors),
        ("name", "DC.date", date),
        ("name", "DC.source", work.newspaper),
        ("name", "DC.language", work.language),
        ("name", "citation_title", work.named),
        *(("name", "citation_author", name) for name in work.authors),
        ("name", "citation_publication_date", date),
        *_printed_on(work.pages),
        ("name", "prism.edition", words.edition_name(edition)),
        ("name", "eprints.place_of_pub", work.place),
    ]


def _printed_on(pages: Sequence[int]) -> list[Tag]:
    """The page's number; of an article that goes on elsewhere all of them, in the one tag that Zotero takes as it is:
    from a first and a last page it would make a range.
    """
    if len(pages) > 1:
        return [("name", "bibo.pages", ", ".join(map(str, pages)))]
    return [("name", "citation_firstpage", str(number)) for number in pages]


def html(tags: Iterable[Tag]) -> Markup:
    """The tags as they stand in a page's head, a line each; what is empty is left out.

    Made here, not by the template: there are some twenty on each page, and so it costs a third.

    >>> print(html([("name", "DC.title", "“<b>” & c"), ("name", "DC.date", "")]))
    <meta name="DC.title" content="“&lt;b&gt;” &amp; c">
    """
    return Markup("\n".join([f'<meta {by}="{name}" content="{escape(value)}">' for by, name, value in tags if value]))
