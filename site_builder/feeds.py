"""Feeds for those who follow the archive: the newest of what it, a newspaper, a city or a topic holds.

Each comes as Atom (RFC 4287) and as JSON Feed (1.1), with the same entries. The archive and a newspaper are followed by
the issue, for a day's articles alone would fill a feed; a topic is followed by the article, a city by both.

A build has no clock and doesn't know when a page was added, so an entry bears the day it was printed on, and the newest
are those printed last. What has no date is in no feed. Everything in a feed needs a full address: without the site's
own there are none.
"""

from __future__ import annotations

import datetime as dt
import heapq
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from site_builder import addresses, words
from site_builder.archive import Place, Subject
from site_builder.entries import FeedLink
from site_builder.language import _
from site_builder.model import Article, Issue, Newspaper
from site_builder.views import Views
from site_builder.xml_text import escape, quoteattr

NEWEST = 50  # entries of a feed
HEADLINES = 12  # of an issue, in its entry

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that is no issue and no article: what became of the archive on a day."""

    url: str
    title: str
    date: dt.date
    text: str

    @property
    def id(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Feed:
    """What the page at `home` lists, newest first."""

    home: str
    title: str
    description: str
    entries: Sequence[Issue | Article | Told]


# ---------------------------------------------------------------- which there are


def of_archive(views: Views) -> Feed:
    newest = sorted(views.archive.issues, key=lambda issue: (issue.date, issue.id), reverse=True)
    return Feed(addresses.HOME, views.site.title, views.site.description, newest[:NEWEST])


def of_newspaper(views: Views, newspaper: Newspaper) -> Feed:
    issues = views.archive.issues_of.get(newspaper.id, ())
    return Feed(addresses.newspaper_url(newspaper.id), newspaper.name, "", issues[: -NEWEST - 1 : -1])


def of_topic(views: Views, subject: Subject) -> Feed:
    url = addresses.topic_url(subject.topic.id)
    return Feed(url, subject.topic.name, "", list(_newest(views, subject.articles)))


def of_city(views: Views, place: Place) -> Feed:
    """Its newspapers' issues, and the articles that tell of it."""
    issues = [(issue.date, issue) for issue in place.issues[: -NEWEST - 1 : -1]]
    articles = [(_date(views, article), article) for article in _newest(views, place.articles)]
    both: Iterable[tuple[dt.date | None, Issue | Article]] = heapq.merge(
        issues, articles, key=lambda one: one[0] or dt.date.min, reverse=True
    )
    return Feed(addresses.city_url(place.city.id), place.city.name, "", [one for _day, one in both][:NEWEST])


def _newest(views: Views, articles: Sequence[Article]) -> Iterator[Article]:
    """The last of those given oldest first, newest first, as far as they have a date."""
    return (article for article in articles[: -NEWEST - 1 : -1] if _date(views, article))


def _date(views: Views, article: Article) -> dt.date | None:
    return views.archive.page_of[article.page_id].facts.date


def links(views: Views, feed: Feed) -> tuple[FeedLink, ...]:
    """The feed in both forms, for the page whose list it follows; nothing where it can't be written or is empty."""
    if not views.base_url or not feed.entries:
        return ()
    title = feed.title if feed.home == addresses.HOME else f"{feed.title} · {views.site.title}"
    return (
        FeedLink("Atom", "application/atom+xml", title, addresses.feed(feed.home, "xml")),
        FeedLink("JSON Feed", "application/feed+json", title, addresses.feed(feed.home, "json")),
    )


# ---------------------------------------------------------------- files


def files(views: Views, more: Iterable[Feed] = ()) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Every feed's two files; `more` are feeds of what is no part of the archive's own lists."""
    archive = views.archive
    made = _Entries(views)
    for feed in (
        of_archive(views),
        *(of_newspaper(views, newspaper) for newspaper in archive.newspapers),
        *(of_city(views, place) for place in archive.places),
        *(of_topic(views, subject) for subject in archive.topics),
        *more,
    ):
        if found := links(views, feed):
            atom, json_feed = found
            yield atom.url, partial(_atom, views, feed, found, made)
            yield json_feed.url, partial(_json_feed, views, feed, found, made)


def _atom(views: Views, feed: Feed, links: Sequence[FeedLink], made: _Entries) -> bytes:
    entries = [made.of(one) for one in feed.entries]
    own, home = (addresses.absolute(url, views.base_url) for url in (links[0].url, feed.home))
    rows = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(views.site.language)}>',
        f"<id>{escape(own)}</id>",
        f"<title>{_xml(links[0].title)}</title>",
        *([f"<subtitle>{_xml(feed.description)}</subtitle>"] if feed.description else ()),
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>',
        f"<updated>{entries[0].moment}</updated>",
        f"<author><name>{_xml(views.site.title)}</name></author>",
        *(entry.atom for entry in entries),
        "</feed>",
        "",
    )
    return "\n".join(rows).encode()


def _json_feed(views: Views, feed: Feed, links: Sequence[FeedLink], made: _Entries) -> bytes:
    site = views.site
    own, home = (addresses.absolute(url, views.base_url) for url in (links[1].url, feed.home))
    head: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": links[1].title,
        "home_page_url": home,
        "feed_url": own,
        "description": feed.description,
        "language": site.language,
        "authors": [{"name": site.title}],
    }
    told = _encode({name: value for name, value in head.items() if value})
    items = ",\n".join(made.of(one).json for one in feed.entries)
    return f'{told[:-1]},"items":[\n{items}\n]}}\n'.encode()


# ---------------------------------------------------------------- entries


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as both forms write it."""

    moment: str
    atom: str
    json: str


class _Entries:
    """Makes entries, each once: an article may stand in several feeds."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._made: dict[str, _Entry] = {}

    def of(self, one: Issue | Article | Told) -> _Entry:
        if one.id not in self._made:
            self._made[one.id] = self._entry_of(one)
        return self._made[one.id]

    def _entry_of(self, one: Issue | Article | Told) -> _Entry:
        if isinstance(one, Told):
            return self._entry(one.url, one.title, one.date, one.text, (), ())
        return self._issue(one) if isinstance(one, Issue) else self._article(one)

    def _issue(self, issue: Issue) -> _Entry:
        edition = words.edition_name(issue.edition)
        titles = [article.headline for article in issue.articles if article.headline and not article.withheld]
        text = _("；").join(titles[:HEADLINES])
        if len(titles) > HEADLINES:
            text = _("{titles}等，共 {n} 篇。", titles=text, n=len(titles))
        if issue.date_certainty == "inferred":
            text = words.sentences(_("日期系推断。"), text)
        title = f"{issue.newspaper.name} {words.dated(words.long_date(issue.date), edition)}"
        return self._entry(issue.url, title, issue.date, text, (), ())

    def _article(self, article: Article) -> _Entry:
        views = self._views
        page = views.archive.page_of[article.page_id]
        lead = views.lead(article)
        if page.facts.date_certainty == "inferred":
            lead = words.sentences(_("日期系推断。"), lead)
        text = _("{place}。{text}", place=views.place_of(page), text=lead)
        assert page.facts.date is not None
        title = views.title_of(article)
        return self._entry(article.url, title, page.facts.date, text, article.byline, article.topics)

    def _entry(
        self, url: str, title: str, date: dt.date, text: str, names: Sequence[str], topics: Sequence[str]
    ) -> _Entry:
        full = addresses.absolute(url, self._views.base_url)
        moment = _moment(date)
        atom = (
            f"<entry><id>{escape(full)}</id><title>{_xml(title)}</title><link href={quoteattr(full)}/>"
            f"<published>{moment}</published><updated>{moment}</updated>"
            + "".join([f"<author><name>{_xml(name)}</name></author>" for name in names])
            + "".join([f"<category term={quoteattr(_NO_XML.sub('', topic))}/>" for topic in topics])
            + f"<summary>{_xml(text)}</summary></entry>"
        )
        item: dict[str, object] = {
            "id": full, "url": full, "title": title, "content_text": text, "date_published": moment
        }  # fmt: skip
        if names:
            item["authors"] = [{"name": name} for name in names]
        if topics:
            item["tags"] = topics
        return _Entry(moment, atom, _encode(item))


def _moment(date: dt.date) -> str:
    """The day of issue as the formats want it, with an hour: noon in Greenwich is that day nearly everywhere.

    >>> _moment(dt.date(2021, 1, 21))
    '2021-01-21T12:00:00Z'
    """
    return f"{date.isoformat()}T12:00:00Z"


def _xml(text: str) -> str:
    r"""The text with what XML can't hold left out: OCR may leave control characters.

    >>> _xml("甲\x0c<乙> & 丙")
    '甲&lt;乙&gt; &amp; 丙'
    """
    return escape(_NO_XML.sub("", text))
