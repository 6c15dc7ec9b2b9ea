"""What a citation says of an article: who wrote it, its title, where and when it was printed; in no style yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from site_builder import addresses, words
from site_builder.archive import Archive
from site_builder.model import Article


@dataclass(frozen=True, slots=True)
class Cited:
    """An article as it is cited, all its parts as one. What nobody knows is empty.

    Without a headline, `title` is the article's first words and `untitled` is true. `authors` are the names printed in
    the bylines, reporters' and 通讯员's alike, as they were printed; no style turns them round. `address` is where the
    article begins, from the site's root, and `url` the same in full where the site's own address is known.
    """

    id: str
    authors: tuple[str, ...]
    title: str
    untitled: bool
    subtitle: str
    newspaper: str
    place: str
    date: dt.date | None
    inferred: bool
    pages: tuple[int, ...]
    language: str
    archive: str
    address: str
    url: str

    @property
    def key(self) -> str:
        """Its id as a word: for BibTeX, and as a file's name."""
        return self.id.replace("/", "-")

    @property
    def full_title(self) -> str:
        """Headline and subtitle in one."""
        return f"{self.title}：{self.subtitle}" if self.subtitle else self.title

    @property
    def named(self) -> str:
        """What programs that cite are given as its title; that of an article without headline is marked as ours."""
        return f"[{self.title}]" if self.untitled else self.full_title


def cited(archive: Archive, article: Article, archive_title: str, base_url: str) -> Cited:
    """How to cite this article: by its first part, with the names and the pages of all its parts."""
    parts = archive.whole_of(article)
    first = parts[0]
    titled = archive.headed(first)
    facts = archive.page_of[first.page_id].facts
    numbers = (archive.page_of[part.page_id].facts.page for part in parts)
    return Cited(
        id=first.id,
        authors=tuple(dict.fromkeys(name for part in parts for name in part.byline)),
        title=words.name_of(titled or first),
        untitled=titled is None,
        subtitle=titled.subtitle.lstrip("—－- ") if titled else "",
        newspaper=facts.newspaper,
        place=facts.city,
        date=facts.date,
        inferred=facts.date_certainty == "inferred",
        pages=tuple(dict.fromkeys(number for number in numbers if number is not None)),
        language=archive.settings.language,
        archive=archive_title,
        address=first.url,
        url=addresses.absolute(first.url, base_url),
    )
