"""What the pages of one issue show of the archive: enough to write them, by a worker that has nothing else.

An issue's pages show little besides the issue itself: its neighbours, the names and addresses of cities, topics and
reporters, where articles go on, which lines of the ledger are theirs. A `Part` is the issue (or an undated page) with
just that, small enough to be sent; `archive_of` makes of some parts an archive that says the same of their pages as the
whole one. So a part's hash tells whether anything has changed that its pages show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from site_builder.archive import Archive, city_key
from site_builder.cache import digest, plain, program
from site_builder.data import month_of
from site_builder.entries import Site
from site_builder.ledger import Ledger, Permalink
from site_builder.model import (
    Article,
    City,
    EditorPage,
    Finding,
    Issue,
    Newspaper,
    Outcome,
    Page,
    Settings,
    Topic,
)
from site_builder.permalinks import Permalinks
from site_builder.runs import Holdings
from site_builder.views import Views

Turns = tuple[Issue | None, Issue | None]
Beside = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of the site share."""

    settings: Settings  # without what is said of single pages
    site: Site
    base_url: str
    newspapers: tuple[Newspaper, ...]
    editor_pages: tuple[EditorPage, ...]
    templates: str  # a hash of all templates

    @property
    def key(self) -> str:
        return digest(program().encode(), plain(self))


def frame_of(views: Views, templates: str) -> Frame:
    """The frame of a site."""
    archive = views.archive
    settings = replace(archive.settings, pages=(), withhold=(), topics=(), cities=())
    pages = tuple(replace(page, html="") for page in archive.editor_pages)
    return Frame(settings, views.site, views.base_url, archive.newspapers, pages, templates)


@dataclass(frozen=True, slots=True)
class Part:
    """An issue or an undated page, and what its pages show of the rest of the archive. Articles beside others and in
    wholes are told by their ids, "" for none.
    """

    issue: Issue | None
    page: Page | None
    others: tuple[Page, ...]  # pages that are only named: without articles
    articles: tuple[Article, ...]  # of such pages
    neighbours: Mapping[str, Beside]
    wholes: Mapping[str, tuple[str, ...]]
    findings: Mapping[str, tuple[Finding, ...]]
    issues: tuple[Issue, ...] = ()  # that an article of this one goes on in, their pages without articles
    turns: Turns = (None, None)
    holdings: Holdings | None = None  # from the issue before to the one after
    lines: tuple[Permalink, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)
    cities: Mapping[str, City] = field(default_factory=dict)
    linked_cities: tuple[str, ...] = ()
    topics: Mapping[str, Topic] = field(default_factory=dict)
    reporters: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.issue.id if self.issue else self.pages[0].id

    @property
    def pages(self) -> tuple[Page, ...]:
        return self.issue.pages if self.issue else (self.page,) if self.page else ()

    @property
    def month(self) -> str:
        return month_of(self.pages[0])


def printed(archive: Archive) -> Iterator[Issue | Page]:
    """What the parts of the archive are: its issues, and its pages of no issue, in the order of its pages."""
    yield from archive.issues
    yield from archive.undated


def part_of(views: Views, one: Issue | Page) -> Part:
    """An issue or an undated page with what its pages show of the rest."""
    return _part(views, one, one.pages) if isinstance(one, Issue) else _part(views, None, (one,))


def _part(views: Views, issue: Issue | None, pages: tuple[Page, ...]) -> Part:
    archive = views.archive
    own = [article for page in pages for article in page.articles]
    ids = [article.id for article in own]
    here = {page.id for page in pages}
    neighbours = {id: archive.neighbours[id] for id in ids}
    wholes = {id: whole for id in ids if len(whole := archive.whole_of(archive.article_of[id])) > 1}
    lines = _lines(archive.permalinks.ledger, ids)
    parts = {id: archive.parts_of[id] for id in ids if id in archive.parts_of}
    beside = [one for two in neighbours.values() for one in two if one is not None]
    linked = [article for whole in (*wholes.values(), *parts.values()) for article in whole]
    onward = [
        archive.article_of[id] for one in own for id in (one.continues, one.continued_by) if id in archive.article_of
    ]
    told = [archive.article_of[line.id] for line in lines if line.id in archive.article_of]
    shown = {
        article.id: article for article in (*beside, *linked, *onward, *told) if article.page_id not in here
    }  # of other pages: they may be named
    chains = {id: archive.whole_of(article) for id, article in shown.items()}
    for whole in list(chains.values()):  # a neighbour is called by the part that has its headline
        shown |= {article.id: article for article in whole if article.page_id not in here}
    wholes |= {id: whole for id, whole in chains.items() if len(whole) > 1}
    turns = archive.issue_neighbours[issue.id] if issue else (None, None)
    pages_of_wholes = [article.page_id for whole in wholes.values() for article in whole if article.page_id not in here]
    far = {one.id: one for id in pages_of_wholes if (one := archive.issue_of.get(id)) and one is not issue}
    others = {id: archive.page_of[id] for id in dict.fromkeys(article.page_id for article in shown.values())}
    topics = dict.fromkeys(name for article in (*own, *shown.values()) for name in article.topics)
    bylines = dict.fromkeys(name for article in own for name in article.byline)
    names = dict.fromkeys([*(name for article in own for name in article.places), *(page.facts.city for page in pages)])
    cities = {city_key(name): archive.city(name) for name in names if name}
    linked_ids = [article.id for article in linked]
    findings = {
        id: found
        for id in dict.fromkeys((*ids, *linked_ids, *(page.id for page in pages)))
        if (found := archive.findings_of.get(id))
    }
    return Part(
        issue=issue,
        page=None if issue else pages[0],
        others=tuple(_named(page) for page in others.values()),
        articles=tuple(shown.values()),
        neighbours={id: _ids(two) for id, two in neighbours.items()},
        wholes={id: _ids(whole) for id, whole in wholes.items()},
        findings=findings,
        issues=tuple(replace(one, pages=tuple(map(_named, one.pages))) for one in far.values()),
        turns=(_turn(turns[0]), _turn(turns[1])),
        holdings=_between(archive.holdings[issue.newspaper.id], issue, turns) if issue else None,
        lines=lines,
        parts={id: _ids(some) for id, some in parts.items()},
        corrections={
            page.id: archive.page_corrections[page.id] for page in pages if page.id in archive.page_corrections
        },
        cities=cities,
        linked_cities=tuple(dict.fromkeys(city.id for city in cities.values() if city.id in views.city_ids)),
        topics={name: archive.topic(name) for name in topics},
        reporters={name: views.reporter_ids[name] for name in bylines},
    )


def _ids(articles: Iterable[Article | None]) -> Any:
    return tuple(article.id if article else "" for article in articles)


def _named(page: Page) -> Page:
    """A page that is named and led to, without what is on it."""
    return replace(page, articles=(), findings=(), furniture=())


def _turn(issue: Issue | None) -> Issue | None:
    """An issue that is led to, with its first and last page."""
    if issue is None:
        return None
    return replace(issue, pages=tuple(_named(page) for page in (issue.pages[0], issue.pages[-1])))


def _between(held: Holdings, issue: Issue, turns: Turns) -> Holdings:
    """What is known of the days from the issue before to the one after."""
    before, after = (turn.date if turn else issue.date for turn in turns)
    return held.part(before, after)


def _lines(ledger: Ledger, ids: Iterable[str]) -> tuple[Permalink, ...]:
    """The ledger's lines of these articles, and of those that they were parted from as far as they lead."""
    found: dict[str, Permalink] = {}
    for id in ids:
        line = ledger.lines.get(id)
        if line is None or not line.part_of:
            continue
        at: Permalink | None = line
        found[id] = line
        at = ledger.lines.get(line.part_of)
        while at is not None and at.id not in found:
            found[at.id] = at
            at = ledger.lines.get(at.to) if at.to else None
    return tuple(found.values())


# ---------------------------------------------------------------- and back


def archive_of(frame: Frame, parts: Sequence[Part]) -> Views:
    """An archive that says of the pages of these parts what the whole one says, as the templates see it."""
    archive = Archive(
        settings=frame.settings,
        newspapers=frame.newspapers,
        issues=tuple(part.issue for part in parts if part.issue),
        undated=tuple(page for part in parts if not part.issue for page in part.pages),
        editor_pages=frame.editor_pages,
        permalinks=Permalinks(ledger=Ledger({line.id: line for part in parts for line in part.lines})),
    )
    pages = [page for part in parts for page in part.pages]
    articles = [article for page in pages for article in page.articles]
    named = {page.id: page for part in parts for page in part.others}
    known_by = {article.id: article for part in parts for article in part.articles}
    known_by.update((article.id, article) for article in articles)

    def met(ids: Iterable[str]) -> tuple[Article | None, ...]:
        return tuple(known_by[id] if id else None for id in ids)

    known: dict[str, object] = {
        "page_of": named | {page.id: page for page in pages},
        "issue_of": {
            page.id: issue for part in parts for issue in (*part.issues, part.issue) if issue for page in issue.pages
        },
        "article_of": known_by,
        "neighbours": {id: met(two) for part in parts for id, two in part.neighbours.items()},
        "_wholes": {id: met(whole) for part in parts for id, whole in part.wholes.items()},
        "findings_of": _joined(part.findings for part in parts),
        "issue_neighbours": {part.issue.id: part.turns for part in parts if part.issue},
        "parts_of": {id: met(some) for part in parts for id, some in part.parts.items()},
        "page_corrections": _joined(part.corrections for part in parts),
        "_cities": _joined(part.cities for part in parts),
        "_topics": _joined(part.topics for part in parts),
        "holdings": {part.issue.newspaper.id: part.holdings for part in parts if part.issue},  # of a part alone
    }
    archive.__dict__.update(known)
    views = Views(archive, frame.base_url)
    views.__dict__.update(
        site=frame.site,
        city_ids=frozenset(id for part in parts for id in part.linked_cities),
        reporter_ids=_joined(part.reporters for part in parts),
    )
    return views


def _joined(mappings: Iterable[Mapping[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for mapping in mappings:
        found.update(mapping)
    return found
