"""Every file of the site but the search index and what `static/` holds: its address, its template, its contents.

Nothing is made before it is asked for: an `Output` knows how to make its context or body, and can be forgotten once it
is written. A new index page is a function here, its row in INDEXES, and a template.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from site_builder import (
    addresses,
    chronicle_pages,
    citation_files,
    contexts,
    data,
    feeds,
    folding,
    indexes,
    language,
    reporter_pages,
)
from site_builder.addresses import relative
from site_builder.archive import Archive
from site_builder.calendars import years_of
from site_builder.ledger import LEADING
from site_builder.listing import paginate
from site_builder.model import Finding, Issue, Page
from site_builder.opensearch import opensearch
from site_builder.report import by_kind
from site_builder.sitemap import robots, sitemaps
from site_builder.views import Views

__all__ = ["INDEXES", "Output", "outputs", "relative"]


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the site: a page that `template` makes from a context, or a body of bytes."""

    path: str
    template: str = ""
    context: Callable[[], Mapping[str, object]] | None = None
    body: Callable[[], bytes] | None = None
    listed: bool = True  # among the site's pages, for search engines
    year: int | None = None  # of issue, where it is one thing printed then and no list of such


def outputs(archive: Archive, base_url: str = "") -> Iterator[Output]:
    """All of them, in a fixed order. `base_url` is the site's full address with `/` at its end, or `""`."""
    views = Views(archive, base_url)
    pages = [output for index in INDEXES for output in index(views)]
    yield from pages
    for page in archive.pages:
        yield from texts(page)
    for month, held in months_of(archive.pages).items():
        yield from month_files(views, held, month)
    yield from single_files(views)
    yield from maps(pages, base_url)


def maps(pages: Iterable[Output], base_url: str) -> Iterator[Output]:
    """The sitemaps: of all pages but those that no search engine need know."""
    listed: defaultdict[int | None, list[str]] = defaultdict(list)
    for output in pages:
        if output.listed:
            listed[output.year].append(output.path)
    for path, body in sitemaps(listed, base_url):
        yield Output(path, body=body)


def single_files(views: Views) -> Iterator[Output]:
    """What is one file for the whole archive, and no page."""
    archive, base_url = views.archive, views.base_url
    yield Output("data/issues.jsonl", body=partial(data.issues_file, archive))
    yield Output(addresses.COVERAGE, body=partial(data.coverage_file, archive))
    yield Output("data/findings.jsonl", body=partial(data.findings_file, archive))
    yield Output("data/corrections.jsonl", body=partial(data.corrections_file, archive))
    yield Output(addresses.SIMPLIFIED, body=folding.script)
    if views.site.messages:
        yield Output(views.site.messages, body=partial(language.script, archive.settings.interface))
    if base_url:
        yield Output(addresses.OPENSEARCH, body=partial(opensearch, views.site.title, views.site.language, base_url))
    yield Output(addresses.CHANGES_DATA, body=partial(chronicle_pages.data_file, views))
    for path, body in feeds.files(views, [chronicle_pages.feed(views)]):
        yield Output(path, body=body)
    yield Output("robots.txt", body=partial(robots, base_url))


def home(views: Views) -> Iterator[Output]:
    yield Output(addresses.HOME, "home.html", partial(indexes.home, views))


def newspapers(views: Views) -> Iterator[Output]:
    for newspaper in views.archive.newspapers:
        held = views.archive.issues_of.get(newspaper.id, ())
        for part in paginate(held, addresses.newspaper_url(newspaper.id)):
            yield Output(part.url, "newspaper.html", partial(contexts.newspaper, views, newspaper, part))


def newspaper_years(views: Views) -> Iterator[Output]:
    """Each newspaper's calendars, a page a year."""
    for newspaper in views.archive.newspapers:
        for year in years_of(views.archive.holdings[newspaper.id]):
            url = addresses.newspaper_year_url(newspaper.id, year)
            yield Output(url, "newspaper_year.html", partial(indexes.newspaper_year, views, newspaper, year))


def issues(views: Views) -> Iterator[Output]:
    """Each issue with its articles, then the pages whose issue nobody knows with theirs."""
    for issue in views.archive.issues:
        yield from pages_of_issue(views, issue)
    for page in views.archive.undated:
        yield from pages_of_loose_page(views, page)


def pages_of_issue(views: Views, issue: Issue) -> Iterator[Output]:
    """An issue, its articles, and its pages' source texts."""
    yield Output(issue.url, "issue.html", partial(contexts.issue, views, issue), year=issue.date.year)
    for page in issue.pages:
        yield from _articles(views, page, issue.date.year)
        yield _source(views, page)


def pages_of_loose_page(views: Views, page: Page) -> Iterator[Output]:
    """The same of a page whose issue nobody knows."""
    yield Output(page.url, "issue.html", partial(contexts.loose_page, views, page))
    yield from _articles(views, page)
    yield _source(views, page)


def _source(views: Views, page: Page) -> Output:
    return Output(addresses.source_page(page.id), "source.html", partial(contexts.source, views, page), listed=False)


def _articles(views: Views, page: Page, year: int | None = None) -> Iterator[Output]:
    for article in page.articles:
        context = partial(contexts.article, views, article, page)
        yield Output(article.url, "article.html", context, listed=not article.withheld, year=year)


def former(views: Views) -> Iterator[Output]:
    """Every address that an article once had and has no more: it leads to where the text is, or says what was here."""
    for line in views.archive.former:
        leads = line.state in LEADING and line.id not in views.archive.permalinks.waiting
        template = "moved.html" if leads else "gone.html"
        yield Output(line.address, template, partial(contexts.former, views, line), listed=False)


def dates(views: Views) -> Iterator[Output]:
    yield Output(addresses.DATES, "dates.html", partial(indexes.dates, views))
    for year in views.archive.years:
        yield Output(addresses.year_url(year), "year.html", partial(indexes.year, views, year))
    for year, month in views.archive.months:
        yield Output(addresses.month_url(year, month), "month.html", partial(indexes.month, views, year, month))
    for day in views.archive.days:
        yield Output(addresses.day_url(day), "day.html", partial(indexes.day, views, day))
    if views.archive.undated:
        for part in paginate(views.archive.undated[::-1], addresses.UNDATED):
            yield Output(part.url, "undated.html", partial(indexes.undated, views, part))


def cities(views: Views) -> Iterator[Output]:
    """A city's page holds two lists. Both begin on the city's own page; their older pages stand apart."""
    yield Output(addresses.CITIES, "cities.html", partial(indexes.cities, views))
    for place in views.archive.places:
        url = addresses.city_url(place.city.id)
        issues, *older_issues = paginate(place.issues, url, below=addresses.list_of(url, "issues"))
        articles, *older_articles = paginate(place.articles, url)
        yield Output(url, "city.html", partial(indexes.city, views, place, url, issues, articles))
        for older in older_issues:
            yield Output(older.url, "city.html", partial(indexes.city, views, place, older.url, older, None))
        for part in older_articles:
            yield Output(part.url, "city.html", partial(indexes.city, views, place, part.url, None, part))


def topics(views: Views) -> Iterator[Output]:
    yield Output(addresses.TOPICS, "topics.html", partial(indexes.topics, views))
    for subject in views.archive.topics:
        for part in paginate(subject.articles, addresses.topic_url(subject.topic.id)):
            yield Output(part.url, "topic.html", partial(indexes.topic, views, subject, part))


def reporters(views: Views) -> Iterator[Output]:
    """A page a name, and the lists that lead to them: one of all, or where there are many one a letter."""
    yield Output(addresses.REPORTERS, "reporters.html", partial(reporter_pages.names, views))
    for part in reporter_pages.letters(views):
        yield Output(part.url, "reporters.html", partial(reporter_pages.letter, views, part))
    for reporter in views.reporters:
        for page in paginate(reporter.articles, addresses.reporter_url(reporter.id)):
            yield Output(page.url, "reporter.html", partial(reporter_pages.reporter, views, reporter, page))


def findings(views: Views) -> Iterator[Output]:
    """All kinds begin on one page; the older pages of a long kind stand apart."""
    kinds: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in views.archive.by_day(views.archive.findings):
        kinds[finding.code].append(finding)
    url = addresses.FINDINGS
    lists = [
        list(paginate(kinds[code], url, below=addresses.list_of(url, code))) for code in by_kind(views.archive.findings)
    ]
    first = [parts[0] for parts in lists]
    yield Output(url, "findings.html", partial(indexes.findings, views, url, first))
    for part in itertools.chain.from_iterable(parts[1:] for parts in lists):
        yield Output(part.url, "findings.html", partial(indexes.findings, views, part.url, [part]))


def changes(views: Views) -> Iterator[Output]:
    """The days on which something changed, and a page for each: its lists begin there, their older pages apart."""
    days = views.chronicle.days
    for page in paginate(days, addresses.CHANGES):
        yield Output(page.url, "changes.html", partial(chronicle_pages.changes, views, page, views.chronicle.earlier))
    for before, day, after in zip((None, *days), days, (*days[1:], None), strict=False):
        url, parts = addresses.changes_url(day.date), list(chronicle_pages.parts_of(day))
        first = [part for part in parts if part.url == url]
        yield Output(url, "changes_day.html", partial(chronicle_pages.day, views, day, url, first, before, after))
        for part in parts:
            if part.url != url:
                context = partial(chronicle_pages.day, views, day, part.url, [part], before, after)
                yield Output(part.url, "changes_day.html", context)


def editor_pages(views: Views) -> Iterator[Output]:
    for page in views.archive.editor_pages:
        yield Output(addresses.html(page.name), "editor.html", partial(contexts.editor_page, views, page))


def search(views: Views) -> Iterator[Output]:
    yield Output(addresses.SEARCH, "search.html", partial(contexts.search, views), listed=False)


def not_found(views: Views) -> Iterator[Output]:
    yield Output(addresses.NOT_FOUND, "404.html", partial(contexts.not_found, views), listed=False)


INDEXES: tuple[Callable[[Views], Iterator[Output]], ...] = (
    home,
    newspapers,
    newspaper_years,
    issues,
    former,
    dates,
    cities,
    topics,
    reporters,
    findings,
    changes,
    editor_pages,
    search,
    not_found,
)


LISTS = tuple(index for index in INDEXES if index is not issues)
"""Those of the INDEXES that aren't the pages of one issue."""


def texts(page: Page) -> Iterator[Output]:
    """A page's source text, and other readings of it."""
    yield Output(addresses.source_text(page.id), body=partial(data.source_text, page))
    for path, other in data.other_readings(page):
        yield Output(path, body=other.text.encode)


def months_of(pages: Iterable[Page]) -> dict[str, list[Page]]:
    """The pages by the month that their data stand under, months in order."""
    months: defaultdict[str, list[Page]] = defaultdict(list)
    for page in pages:
        months[data.month_of(page)].append(page)
    return dict(sorted(months.items()))


def month_files(views: Views, pages: Sequence[Page], month: str) -> Iterator[Output]:
    """A month's pages and articles as data, and the citations of its articles in each format."""
    yield Output(addresses.data_file("pages", month), body=partial(data.pages_file, pages))
    yield Output(addresses.data_file("articles", month), body=partial(data.articles_file, pages))
    for ending in citation_files.FORMATS:
        body = partial(citation_files.month_file, views.archive, pages, views.site.title, views.base_url, ending)
        yield Output(addresses.citation_file(month, ending), body=body)
