"""An article as search sees it, and the order that search numbers articles in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_builder import addresses
from site_builder.model import HEADING_KINDS, Certainty
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


def records(archive: Archive) -> Iterator[SearchRecord]:
    """The archive's articles in its own order. A withheld article's text stands nowhere, so not here either; a
    duplicate passage is left out, as the same words stand in the article already. What a corrected piece said before is
    found too, as a further block behind the others: who quotes the old reading finds the article.
    """
    for page in archive.pages:
        facts = page.facts
        for article in page.articles:
            if article.withheld:
                continue
            shown = [block for block in article.blocks if block.kind != "duplicate"]
            yield SearchRecord(
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


def newest_first(articles: Iterable[SearchRecord]) -> list[SearchRecord]:
    """The articles in the order of their numbers: by date, the newest first, the undated last; of a day by id.

    >>> days = {"a": dt.date(2020, 1, 1), "b": None, "d": dt.date(2021, 1, 1), "c": dt.date(2021, 1, 1)}
    >>> [record.id for record in newest_first(SearchRecord(id, "", date=day) for id, day in days.items())]
    ['c', 'd', 'a', 'b']
    """
    return sorted(articles, key=lambda article: (-article.date.toordinal() if article.date else 1, article.id))
