"""An article as search sees it, and what is known of it before its text is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_builder import addresses
from site_builder.cache import digest, plain
from site_builder.model import HEADING_KINDS, Article, Certainty, PageFacts
from site_builder.store import StoredBlocks
from site_builder.words import name_of

if TYPE_CHECKING:
    from site_builder.archive import Archive


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One article as the indexes see it. `title` is what a result is called, and `untitled` says that it isn't
    printed; `headings` are kicker, headline and subtitle as printed, `body` the blocks after them.
    """

    id: str
    title: str
    untitled: bool = False
    newspaper: str = ""
    city: str = ""
    topics: tuple[str, ...] = ()
    date: dt.date | None = None
    certainty: Certainty = "unknown"  # of the date
    page: int | None = None
    headings: tuple[str, ...] = ()
    body: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return addresses.html(self.id)


@dataclass(frozen=True, slots=True)
class Item:
    """An article before its text is loaded. The key is another as soon as anything of its record is."""

    id: str
    date: dt.date | None
    key: str
    source: SearchRecord | tuple[Article, PageFacts]

    def load(self) -> SearchRecord:
        return self.source if isinstance(self.source, SearchRecord) else record_of(*self.source)


def items(archive: Archive) -> Iterator[Item]:
    """The archive's articles in its own order. A withheld article's text stands nowhere, so not here either."""
    for page in archive.pages:
        for article in page.articles:
            if not article.withheld:
                key = _key(article, page.facts)
                yield Item(article.id, page.facts.date, key, (article, page.facts))


def _key(article: Article, facts: PageFacts) -> str:
    """A name for all that `record_of` would say."""
    blocks = article.blocks
    text = blocks.name_in_keys.encode() if isinstance(blocks, StoredBlocks) else plain(tuple(blocks))
    printed = (facts.newspaper, facts.city, facts.date, facts.date_certainty, facts.page)
    return digest(text, repr((article.id, article.topics, printed)).encode())


def item_of(record: SearchRecord) -> Item:
    return Item(record.id, record.date, digest(plain(record)), record)


def records(archive: Archive) -> Iterator[SearchRecord]:
    """All of them."""
    return (item.load() for item in items(archive))


def record_of(article: Article, facts: PageFacts) -> SearchRecord:
    """An article's record, from what is known of its page. A duplicate passage is left out, as the same words stand in
    the article already. What a corrected piece said before is found too, as a further block behind the others: who
    quotes the old reading finds the article.
    """
    shown = [block for block in article.blocks if block.kind != "duplicate"]
    return SearchRecord(
        id=article.id,
        title=name_of(article),
        untitled=not article.headline,
        newspaper=facts.newspaper,
        city=facts.city,
        topics=article.topics,
        date=facts.date,
        certainty=facts.date_certainty,
        page=facts.page,
        headings=tuple(block.text for block in shown if block.kind in HEADING_KINDS),
        body=(
            *(block.text for block in shown if block.kind not in HEADING_KINDS),
            *(block.before for block in article.blocks if block.before),
        ),
    )


def newest_first(articles: Iterable[Item]) -> list[Item]:
    """The articles by date, the newest first, the undated last; of a day by id.

    >>> days = {"a": dt.date(2020, 1, 1), "b": None, "d": dt.date(2021, 1, 1), "c": dt.date(2021, 1, 1)}
    >>> [item.id for item in newest_first(item_of(SearchRecord(id, "", date=day)) for id, day in days.items())]
    ['c', 'd', 'a', 'b']
    """
    return sorted(articles, key=lambda article: (-article.date.toordinal() if article.date else 1, article.id))
