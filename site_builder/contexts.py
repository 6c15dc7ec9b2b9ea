"""What each kind of web page shows: the contexts of the templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from markupsafe import Markup

from site_builder import addresses, words
from site_builder.archive import Archive, Place, Subject
from site_builder.calendars import coverage, month_calendar
from site_builder.listing import ListPage
from site_builder.model import Article, EditorPage, Finding, Issue, Newspaper, Page
from site_builder.views import Link, Part, Views, title_of

Context = Mapping[str, object]
Item = TypeVar("Item")

NEWEST_ISSUES = 6  # on the home page
TOP_TOPICS = 24

HOME = Link("首页", addresses.HOME)
DATES = Link("日期", addresses.DATES)
CITIES = Link("地区", addresses.CITIES)
TOPICS = Link("主题", addresses.TOPICS)


# ---------------------------------------------------------------- newspapers, issues, articles


def home(views: Views) -> Context:
    archive = views.archive
    newest = sorted(archive.issues, key=lambda issue: (issue.date, issue.id), reverse=True)[:NEWEST_ISSUES]
    dates = list(archive.by_date)
    return views.frame(
        addresses.HOME,
        views.site.title,
        section="home",
        newest=[views.issue_entry(issue) for issue in newest],
        newspapers=[_newspaper(views, newspaper) for newspaper in archive.newspapers],
        coverage=coverage(archive.issues),
        topics=[_topic_link(subject) for subject in archive.topics[:TOP_TOPICS]],
        more_topics=len(archive.topics) > TOP_TOPICS,
        period=words.period(dates[0], dates[-1]) if dates else "",
        totals=[
            (len(archive.newspapers), "种报纸"),
            (len(archive.issues), "期"),
            (len(archive.pages), "版"),
            (sum(1 for _ in archive.articles), "篇"),
        ],
        undated=len(archive.undated),
    )


def _newspaper(views: Views, newspaper: Newspaper) -> Context:
    """A newspaper and how much of it is held."""
    issues = views.archive.issues_of.get(newspaper.id, ())
    undated = sum(page.newspaper == newspaper for page in views.archive.undated)
    return {
        "link": views.newspaper_link(newspaper),
        "city": views.city_link(newspaper.city) if newspaper.city else None,
        "period": words.period(issues[0].date, issues[-1].date) if issues else "",
        "issues": len(issues),
        "pages": sum(len(issue.pages) for issue in issues) + undated,
    }


def newspaper(views: Views, newspaper: Newspaper, part: ListPage[Issue]) -> Context:
    return views.frame(
        part.url,
        newspaper.name,
        description=f"《{newspaper.name}》：本库所藏各期。",
        crumbs=[HOME, Link(newspaper.name, "")],
        name=newspaper.name,
        held=_newspaper(views, newspaper),
        other_names=newspaper.other_names,
        publisher=newspaper.publisher,
        coverage=coverage(views.archive.issues_of.get(newspaper.id, ())) if part.pager.here == 1 else (),
        entries=[views.issue_entry(issue) for issue in part.entries],
        pager=part.pager,
        undated=[
            Link(page.source.source, page.url)
            for page in views.archive.undated
            if page.newspaper == newspaper and part.pager.here == 1
        ],
    )


def issue(views: Views, issue: Issue) -> Context:
    date = words.long_date(issue.date)
    edition = words.edition_name(issue.edition)
    previous, following = views.archive.issue_neighbours[issue.id]
    city = issue.pages[0].facts.city
    return views.frame(
        issue.url,
        f"{issue.newspaper.name} {date}{edition}",
        description=f"《{issue.newspaper.name}》{date}：{_headlines(issue.pages)}",
        crumbs=[HOME, views.newspaper_link(issue.newspaper), Link(date + edition, "")],
        newspaper=views.newspaper_link(issue.newspaper),
        heading=issue.newspaper.name,
        date=Link(date, addresses.day_url(issue.date)),
        weekday=words.weekday(issue.date),
        lunar_date=issue.lunar_date,
        edition=edition,
        issue_number=issue.issue_number,
        held=_held(issue),
        city=views.city_link(city) if city else None,
        inferred=issue.date_certainty == "inferred",
        pages=[views.page_view(page) for page in issue.pages],
        previous=views.issue_link(previous),
        following=views.issue_link(following),
    )


def _held(issue: Issue) -> str:
    """How much of the issue is here: 本库藏 1 / 4 版 where the masthead says how many pages there were."""
    numbers = {page.facts.page for page in issue.pages if page.facts.page is not None}
    if issue.page_count and len(numbers) <= issue.page_count:
        return f"本库藏 {len(numbers)} / {issue.page_count} 版"
    return f"本库藏 {len(issue.pages)} 版"


def loose_page(views: Views, page: Page) -> Context:
    """A page whose issue nobody knows, shown as an issue of its own."""
    facts = page.facts
    return views.frame(
        page.url,
        views.place_of(page),
        description=f"{views.place_of(page)}：{_headlines([page])}",
        crumbs=[HOME, DATES, Link("日期或报名不详", addresses.UNDATED), Link(page.source.source, "")],
        newspaper=views.newspaper_link(page.newspaper) if page.newspaper else None,
        heading=facts.newspaper or "报纸不详",
        date=Link(words.long_date(facts.date) if facts.date else "日期不详", ""),
        weekday=words.weekday(facts.date) if facts.date else "",
        lunar_date=facts.lunar_date,
        edition="",
        issue_number=facts.issue_number,
        held="",
        city=views.city_link(facts.city) if facts.city else None,
        inferred=facts.date_certainty == "inferred",
        pages=[views.page_view(page)],
        previous=None,
        following=None,
    )


def undated(views: Views, part: ListPage[Page]) -> Context:
    return views.frame(
        part.url,
        "日期或报名不详的版面",
        crumbs=[HOME, DATES, Link("日期或报名不详", "")],
        section="dates",
        entries=[(Link(views.place_of(page), page.url), views.page_view(page)) for page in part.entries],
        pager=part.pager,
    )


def article(views: Views, article: Article, page: Page) -> Context:
    facts = page.facts
    issue = views.archive.issue_of.get(page.id)
    title = title_of(article)
    date = words.long_date(facts.date) if facts.date else "日期不详"
    crumbs = [HOME]
    if issue:
        crumbs += [views.newspaper_link(issue.newspaper), Link(date, issue.url), Link(words.page_label(page), page.url)]
    else:
        crumbs += [DATES, Link("日期或报名不详", addresses.UNDATED), Link(page.source.source, page.url)]
    previous, following = views.archive.neighbours[article.id]
    return views.frame(
        article.url,
        f"{title}（{facts.newspaper or '报纸不详'}，{date}）",
        description="" if article.withheld else words.first_words(article, words.LEAD_LENGTH),
        crumbs=crumbs,
        listed=not article.withheld,
        withheld=article.withheld,
        article_id=article.id,
        kickers=[block.text for block in article.blocks if block.kind == "kicker"],
        headlines=[block.text for block in article.blocks if block.kind == "headline"],
        subtitles=[block.text for block in article.blocks if block.kind == "subtitle"],
        untitled=words.name_of(article) if not article.headline and not article.withheld else "",
        parts=() if article.withheld else list(views.parts(article)),
        continuations=() if article.withheld else list(_continuations(views, article)),
        newspaper=views.newspaper_link(page.newspaper) if page.newspaper else None,
        date=Link(date, addresses.day_url(facts.date) if facts.date and issue else ""),
        weekday=words.weekday(facts.date) if facts.date else "",
        inferred=facts.date_certainty == "inferred",
        page=Link(words.page_label(page), page.url),
        city=views.city_link(facts.city) if facts.city else None,
        places=[link for name in article.places if (link := views.city_link(name)).text != facts.city],
        topics=[views.topic_link(name) for name in article.topics],
        byline=article.byline,
        notes=list(views.notes(page)),
        doubts=[views.doubt(finding) for finding in views.archive.findings_of.get(article.id, ())],
        origin=views.origin(page, article),
        report_url=views.report_url(article),
        previous=_neighbour(views, previous, page),
        following=_neighbour(views, following, page),
    )


def _headlines(pages: Iterable[Page]) -> str:
    titles = (article.headline for page in pages for article in page.articles if not article.withheld)
    return words.cut("；".join(title for title in titles if title), 120)


def _continuations(views: Views, article: Article) -> Iterator[tuple[Link, list[Part]]]:
    """The parts of the article on other pages, each with the page it stands on."""
    seen = {article.id}
    while (following := views.archive.article_of.get(article.continued_by)) and following.id not in seen:
        if following.withheld:
            return
        page = views.archive.page_of[following.page_id]
        yield Link(words.page_label(page), following.url), list(views.parts(following))
        seen.add(following.id)
        article = following


def _neighbour(views: Views, other: Article | None, page: Page) -> tuple[Link, str] | None:
    """The article before or after, and where it stands if that is not this page."""
    if other is None:
        return None
    there = views.archive.page_of[other.page_id]
    if there.id == page.id:
        where = ""
    elif there.facts.date == page.facts.date:
        where = words.page_label(there)
    else:
        where = f"{words.long_date(there.facts.date) if there.facts.date else ''}{words.page_label(there)}"
    return Link(title_of(other), other.url), where


# ---------------------------------------------------------------- indexes


def dates(views: Views) -> Context:
    by_date = views.archive.by_date
    return views.frame(
        addresses.DATES,
        "按日期浏览",
        crumbs=[HOME, Link("日期", "")],
        section="dates",
        coverage=coverage(views.archive.issues),
        days=len(by_date),
        undated=len(views.archive.undated),
    )


def year(views: Views, year: int) -> Context:
    by_date = views.archive.by_date
    years = sorted({day.year for day in by_date})
    months = [month_calendar(by_date, year, month) for month in range(1, 13)]
    previous, following = _around(years, year)
    return views.frame(
        addresses.year_url(year),
        f"{year}年",
        description=f"{year}年本库所藏各日报纸。",
        crumbs=[HOME, DATES, Link(f"{year}年", "")],
        section="dates",
        months=months,
        days=sum(1 for day in by_date if day.year == year),
        count=sum(month.count for month in months),
        previous=Link(f"{previous}年", addresses.year_url(previous)) if previous is not None else None,
        following=Link(f"{following}年", addresses.year_url(following)) if following else None,
    )


def month(views: Views, year: int, month: int) -> Context:
    by_date = views.archive.by_date
    months = sorted({(day.year, day.month) for day in by_date})
    previous, following = _around(months, (year, month))
    days = [day for day in by_date if (day.year, day.month) == (year, month)]
    name = f"{year}年{month}月"
    return views.frame(
        addresses.month_url(year, month),
        name,
        description=f"{name}本库所藏各日报纸。",
        crumbs=[HOME, DATES, Link(f"{year}年", addresses.year_url(year)), Link(f"{month}月", "")],
        section="dates",
        calendar=month_calendar(by_date, year, month),
        days=[
            (
                Link(f"{day.month}月{day.day}日 {words.weekday(day)}", addresses.day_url(day)),
                [views.issue_entry(issue) for issue in by_date[day]],
            )
            for day in days
        ],
        previous=Link(f"{previous[0]}年{previous[1]}月", addresses.month_url(*previous)) if previous else None,
        following=Link(f"{following[0]}年{following[1]}月", addresses.month_url(*following)) if following else None,
    )


def day(views: Views, date: dt.date) -> Context:
    by_date = views.archive.by_date
    previous, following = _around(list(by_date), date)
    return views.frame(
        addresses.day_url(date),
        f"{words.long_date(date)} {words.weekday(date)}",
        description=f"{words.long_date(date)}的报纸：{'、'.join(issue.newspaper.name for issue in by_date[date])}。",
        crumbs=[
            HOME,
            DATES,
            Link(f"{date.year}年", addresses.year_url(date.year)),
            Link(f"{date.month}月", addresses.month_url(date.year, date.month)),
            Link(f"{date.day}日", ""),
        ],
        section="dates",
        issues=[(views.issue_entry(issue), [views.page_view(page) for page in issue.pages]) for issue in by_date[date]],
        previous=Link(words.long_date(previous), addresses.day_url(previous)) if previous else None,
        following=Link(words.long_date(following), addresses.day_url(following)) if following else None,
    )


def cities(views: Views) -> Context:
    return views.frame(
        addresses.CITIES,
        "按地区浏览",
        crumbs=[HOME, Link("地区", "")],
        section="cities",
        with_newspapers=[
            (_city_link(place), [views.newspaper_link(newspaper) for newspaper in place.newspapers], len(place.issues))
            for place in views.archive.places
            if place.issues
        ],
        told_of=[_city_link(place) for place in views.archive.places if place.articles],
    )


def city(
    views: Views, place: Place, url: str, issues: ListPage[Issue] | None, articles: ListPage[Article] | None
) -> Context:
    return views.frame(
        url,
        place.city.name,
        description=f"{place.city.name}：本地报纸各期，以及各报记述{place.city.name}的文章。",
        crumbs=[HOME, CITIES, Link(place.city.name, "")],
        section="cities",
        name=place.city.name,
        newspapers=[_newspaper(views, newspaper) for newspaper in place.newspapers],
        issues=[views.issue_entry(issue) for issue in issues.entries] if issues else [],
        issues_pager=issues.pager if issues else None,
        articles=[views.article_entry(article) for article in articles.entries] if articles else [],
        articles_pager=articles.pager if articles else None,
    )


def topics(views: Views) -> Context:
    return views.frame(
        addresses.TOPICS,
        "按主题浏览",
        crumbs=[HOME, Link("主题", "")],
        section="topics",
        topics=[_topic_link(subject) for subject in views.archive.topics],
    )


def topic(views: Views, subject: Subject, part: ListPage[Article]) -> Context:
    return views.frame(
        part.url,
        subject.topic.name,
        description=f"主题“{subject.topic.name}”的文章，共{len(subject.articles)}篇。",
        crumbs=[HOME, TOPICS, Link(subject.topic.name, "")],
        section="topics",
        name=subject.topic.name,
        words=subject.topic.words,
        entries=[views.article_entry(article) for article in part.entries],
        pager=part.pager,
    )


def findings(views: Views, url: str, groups: Sequence[ListPage[Finding]]) -> Context:
    return views.frame(
        url,
        "存疑之处",
        description="整理时发现的疑点：缺标题、文字中断、日期矛盾等，逐条列出所在。",
        crumbs=[HOME, Link("存疑之处", "")],
        section="findings",
        total=len(views.archive.findings),
        groups=[([views.doubt(finding) for finding in group.entries], group.pager) for group in groups],
    )


def editor_page(views: Views, page: EditorPage) -> Context:
    return views.frame(
        addresses.html(page.name),
        page.title,
        crumbs=[HOME, Link(page.title, "")],
        section=page.name,
        body=Markup(page.html),  # the editors' own words, made by markdown-it-py with raw HTML off
    )


def search(views: Views) -> Context:
    """The values of the index's filters, each with its label: what `search.records` puts into the index."""
    archive = views.archive
    return views.frame(
        addresses.SEARCH,
        "检索",
        crumbs=[HOME, Link("检索", "")],
        section="search",
        newspapers=[(newspaper.name, newspaper.name) for newspaper in archive.newspapers],
        cities=[(city, city) for city in _cities_of_publication(archive)],
        topics=[(subject.topic.name, subject.topic.name) for subject in archive.topics],
    )


def _cities_of_publication(archive: Archive) -> list[str]:
    return sorted({page.facts.city for page in archive.pages} - {""}, key=lambda name: archive.city(name).id)


def not_found(views: Views) -> Context:
    """Served at any depth, so its links start at the root: `path` says so."""
    path = addresses.base_path(views.base_url) + addresses.NOT_FOUND
    return {**views.frame(path, "没有这一页", listed=False), "path": path}


def _around(items: Sequence[Item], item: Item) -> tuple[Item | None, Item | None]:
    """What stands before and after an item of a sorted list.

    >>> _around([2019, 2020, 2022], 2020), _around([2019], 2019)
    ((2019, 2022), (None, None))
    """
    at = items.index(item)
    return (items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None)


def _topic_link(subject: Subject) -> Link:
    return Link(subject.topic.name, addresses.topic_url(subject.topic.id), len(subject.articles))


def _city_link(place: Place) -> Link:
    return Link(place.city.name, addresses.city_url(place.city.id), len(place.articles))
