"""What the pages show that lead to what is read: home, dates, cities, topics, findings."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from markupsafe import Markup

from site_builder import addresses, descriptions, feeds, gazetteer, pictures, words
from site_builder.archive import Archive, Place, Subject
from site_builder.calendars import coverage, coverage_key, in_lines, key, paper_year, years_of
from site_builder.entries import Link, PageView
from site_builder.language import N_, _
from site_builder.listing import ListPage
from site_builder.model import Article, Finding, Issue, Newspaper, Page
from site_builder.reasons import sums, sums_words
from site_builder.runs import Holdings
from site_builder.slugs import slug
from site_builder.views import Views, dates_link, home_link

Context = Mapping[str, object]
Item = TypeVar("Item", int, dt.date, tuple[int, int])

NEWEST_ISSUES = 6  # on the home page
TOP_TOPICS = 24


def cities_link() -> Link:
    return Link(_("地区"), addresses.CITIES)


def topics_link() -> Link:
    return Link(_("主题"), addresses.TOPICS)


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A city, county or district in the list of them; `within` is the city that it lies in, if its name hides that."""

    link: Link
    within: str
    newspapers: tuple[Link, ...]
    issues: int
    articles: int


def home(views: Views) -> Context:
    archive = views.archive
    newest = sorted(archive.issues, key=lambda issue: (issue.date, issue.id), reverse=True)[:NEWEST_ISSUES]
    dates = list(archive.by_date)
    totals = (
        (len(archive.newspapers), N_("<b>{n}</b> 种报纸")),
        (len(archive.issues), N_("<b>{n}</b> 期")),
        (len(archive.pages), N_("<b>{n}</b> 版")),
        (sum(1 for _article in archive.articles), N_("<b>{n}</b> 篇文章")),
    )
    return views.frame(
        addresses.HOME,
        views.site.title,
        section="home",
        described=descriptions.home(views),
        feeds=feeds.links(views, feeds.of_archive(views)),
        newest=[views.issue_entry(issue) for issue in newest],
        newspapers=[views.newspaper_entry(newspaper) for newspaper in archive.newspapers],
        chart=pictures.holdings(archive),
        topics=[_topic_link(subject) for subject in archive.topics[:TOP_TOPICS]],
        more_topics=len(archive.topics) > TOP_TOPICS,
        period=words.period(dates[0], dates[-1]) if dates else "",
        totals=[Markup(_(message, n=number)) for number, message in totals if number],
        undated=len(archive.undated),
        loose=[_loose(views, page) for page in archive.undated[:NEWEST_ISSUES]] if not archive.issues else (),
    )


def dates(views: Views) -> Context:
    archive = views.archive
    rows = coverage(
        archive.holdings.values(), partial(pictures.year_url, archive), partial(pictures.month_or_year_url, archive)
    )
    return views.frame(
        addresses.DATES,
        _("按日期浏览"),
        crumbs=[home_link(), Link(_("日期"), "")],
        section="dates",
        chart=pictures.holdings(archive),
        coverage=rows,
        coverage_key=coverage_key(rows),
        days=len(archive.by_date),
        undated=len(archive.undated),
    )


def year(views: Views, year: int) -> Context:
    archive = views.archive
    days = [day for held_month, of in archive.months.items() if held_month[0] == year for day in of]
    previous, following = _around(archive.years, year)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    known = _known(archive, first, last)
    months = [
        views.month_calendar(known, year, month, _day_url, pictures.month_url(archive, year, month))
        for month in range(1, 13)
    ]
    shown = [month for month in months if not month.said]
    return views.frame(
        addresses.year_url(year),
        words.year_name(year),
        description=_("本库所藏{time}的报纸，逐日列出。", time=words.year_name(year)),
        crumbs=[home_link(), dates_link(), Link(words.year_name(year), "")],
        section="dates",
        months=shown,
        lines=in_lines(months),
        key=key(shown, named=len(archive.newspapers) > 1),
        papers=[
            (Link(held.newspaper.name, url), sums_words(sums(held, first, last)))
            for held in known
            if (url := paper_year(held, year))
        ],
        days=len(days),
        count=sum(len(issue.pages) for day in days for issue in archive.by_date[day]),
        previous=Link(words.year_name(previous), addresses.year_url(previous)) if previous is not None else None,
        following=Link(words.year_name(following), addresses.year_url(following)) if following else None,
    )


def _known(archive: Archive, first: dt.date, last: dt.date) -> list[Holdings]:
    """What is known of the newspapers whose days reach into a stretch of time."""
    return [
        held
        for held in archive.holdings.values()
        if held.first and held.last and held.first <= last and held.last >= first
    ]


def _day_url(date: dt.date) -> str:
    return addresses.day_url(date)


def month(views: Views, year: int, month: int) -> Context:
    archive = views.archive
    by_date = archive.by_date
    previous, following = _around(list(archive.months), (year, month))
    name = words.month_of_year(year, month)
    first = dt.date(year, month, 1)
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    known = _known(archive, first, last)
    shown = views.month_calendar(known, year, month, _day_url)
    return views.frame(
        addresses.month_url(year, month),
        name,
        description=_("本库所藏{time}的报纸，逐日列出。", time=name),
        crumbs=[
            home_link(),
            dates_link(),
            Link(words.year_name(year), addresses.year_url(year)),
            Link(words.month_name(month), ""),
        ],
        section="dates",
        calendar=shown,
        key=key([shown], named=len(archive.newspapers) > 1),
        notes=views.reasoned(known, first, last),
        days=[
            (
                Link(_day_and_weekday(words.day_of_month(day), day), addresses.day_url(day)),
                [views.issue_entry(issue) for issue in by_date[day]],
            )
            for day in archive.months[year, month]
        ],
        previous=Link(words.month_of_year(*previous), addresses.month_url(*previous)) if previous else None,
        following=Link(words.month_of_year(*following), addresses.month_url(*following)) if following else None,
    )


def newspaper_year(views: Views, newspaper: Newspaper, year: int) -> Context:
    """A newspaper's calendars of a year, with all that is known to be missing and why."""
    held = views.archive.holdings[newspaper.id]
    urls = {issue.date: issue.url for issue in reversed(views.archive.issues_of.get(newspaper.id, ()))}
    previous, following = _around(years_of(held), year)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = [
        views.month_calendar([held], year, month, partial(_issue_url, urls), named=False) for month in range(1, 13)
    ]
    shown = [month for month in months if not month.said]
    return views.frame(
        addresses.newspaper_year_url(newspaper.id, year),
        f"{newspaper.name} {words.year_name(year)}",
        description=_(
            "《{newspaper}》{year}年逐日的收藏情形：有藏、未藏、未出报。", newspaper=newspaper.name, year=year
        ),
        crumbs=[home_link(), views.newspaper_link(newspaper), Link(words.year_name(year), "")],
        name=newspaper.name,
        year=year,
        months=shown,
        lines=in_lines(months),
        key=key(shown, named=False),
        sums=sums_words(sums(held, first, last)),
        notes=views.reasoned([held], first, last, named=False),
        previous=_paper_year_link(newspaper, previous),
        following=_paper_year_link(newspaper, following),
    )


def _paper_year_link(newspaper: Newspaper, year: int | None) -> Link | None:
    return Link(words.year_name(year), addresses.newspaper_year_url(newspaper.id, year)) if year else None


def _issue_url(urls: Mapping[dt.date, str], date: dt.date) -> str:
    return urls[date]


def day(views: Views, date: dt.date) -> Context:
    by_date = views.archive.by_date
    previous, following = _around(views.archive.days, date)
    return views.frame(
        addresses.day_url(date),
        _day_and_weekday(words.long_date(date), date),
        description=_(
            "{date}的报纸：{newspapers}。",
            date=words.long_date(date),
            newspapers=words.and_so_on(issue.newspaper.name for issue in by_date[date]),
        ),
        crumbs=[
            home_link(),
            dates_link(),
            Link(words.year_name(date.year), addresses.year_url(date.year)),
            Link(words.month_name(date.month), addresses.month_url(date.year, date.month)),
            Link(_("{day}日", day=date.day), ""),
        ],
        section="dates",
        issues=[(views.issue_entry(issue), [views.page_view(page) for page in issue.pages]) for issue in by_date[date]],
        notes=views.reasoned(_known(views.archive, date, date), date, date),
        previous=Link(words.long_date(previous), addresses.day_url(previous)) if previous else None,
        following=Link(words.long_date(following), addresses.day_url(following)) if following else None,
    )


def _day_and_weekday(day: str, date: dt.date) -> str:
    return _("{date} {weekday}", date=day, weekday=words.weekday(date))


def undated(views: Views, part: ListPage[Page]) -> Context:
    return views.frame(
        part.url,
        _("日期或报名不详的版面"),
        crumbs=[home_link(), dates_link(), Link(_("日期或报名不详"), "")],
        section="dates",
        entries=[_loose(views, page) for page in part.entries],
        pager=part.pager,
    )


def _loose(views: Views, page: Page) -> tuple[Link, PageView]:
    return Link(views.place_of(page), page.url), views.page_view(page)


def cities(views: Views) -> Context:
    """Where newspapers come from, most issues first; what articles tell of, most told of first; of equals by pinyin."""
    entries = sorted((_place(views, place) for place in views.archive.places), key=lambda entry: slug(entry.link.text))
    with_newspapers = sorted((entry for entry in entries if entry.issues), key=lambda entry: -entry.issues)
    told_of = sorted((entry for entry in entries if entry.articles), key=lambda entry: -entry.articles)
    return views.frame(
        addresses.CITIES,
        _("按地区浏览"),
        crumbs=[home_link(), Link(_("地区"), "")],
        section="cities",
        with_newspapers=with_newspapers,
        told_of=told_of,
    )


def _place(views: Views, place: Place) -> PlaceEntry:
    return PlaceEntry(
        link=Link(place.city.name, addresses.city_url(place.city.id)),
        within=_within(place.city.name),
        newspapers=tuple(map(views.newspaper_link, place.newspapers)),
        issues=len(place.issues),
        articles=len(place.articles),
    )


def _within(name: str) -> str:
    """The city that a county or district lies in; nothing for a city, or where several are called so.

    >>> _within("龙山区"), _within("辽源"), _within("朝阳区")
    ('辽源市', '', '')
    """
    places = gazetteer.named(name)
    if len(places) != 1 or not places[0].is_county:
        return ""
    parent = gazetteer.city_of(places[0])
    return parent.name if parent else ""


def city(
    views: Views, place: Place, url: str, issues: ListPage[Issue] | None, articles: ListPage[Article] | None
) -> Context:
    return views.frame(
        url,
        place.city.name,
        description=_("{city}的报纸各期，以及各报述及{city}的文章。", city=place.city.name),
        crumbs=[home_link(), cities_link(), Link(place.city.name, "")],
        feeds=feeds.links(views, feeds.of_city(views, place)),
        section="cities",
        name=place.city.name,
        within=_within(place.city.name),
        newspapers=[views.newspaper_entry(newspaper) for newspaper in _newspapers_of(views, place)],
        issues=[views.issue_entry(issue) for issue in issues.entries] if issues else [],
        issues_pager=issues.pager if issues else None,
        articles=[views.article_entry(article) for article in articles.entries] if articles else [],
        articles_pager=articles.pager if articles else None,
    )


def _newspapers_of(views: Views, place: Place) -> Iterator[Newspaper]:
    """The city's newspapers, those of which only undated pages are held with them."""
    for newspaper in views.archive.newspapers:
        if newspaper in place.newspapers or (newspaper.city and views.archive.city(newspaper.city) == place.city):
            yield newspaper


def topics(views: Views) -> Context:
    return views.frame(
        addresses.TOPICS,
        _("按主题浏览"),
        crumbs=[home_link(), Link(_("主题"), "")],
        section="topics",
        chart=pictures.topics(views.archive),
        topics=[_topic_link(subject) for subject in views.archive.topics],
    )


def topic(views: Views, subject: Subject, part: ListPage[Article]) -> Context:
    return views.frame(
        part.url,
        subject.topic.name,
        description=_("主题为“{topic}”的文章，共{n}篇。", topic=subject.topic.name, n=len(subject.articles)),
        crumbs=[home_link(), topics_link(), Link(subject.topic.name, "")],
        feeds=feeds.links(views, feeds.of_topic(views, subject)),
        section="topics",
        name=subject.topic.name,
        words=subject.topic.words,
        chart=pictures.topic(views.archive, subject) if part.pager.here == 1 else None,
        entries=[views.article_entry(article) for article in part.entries],
        pager=part.pager,
    )


def findings(views: Views, url: str, groups: Sequence[ListPage[Finding]]) -> Context:
    return views.frame(
        url,
        _("存疑之处"),
        description=_("整理时发现的疑点，如缺标题、文字中断、日期矛盾，逐条注明所在版面。"),
        crumbs=[home_link(), Link(_("存疑之处"), "")],
        section="findings",
        total=len(views.archive.findings),
        groups=[([views.doubt(finding) for finding in group.entries], group.pager) for group in groups],
    )


def _around(items: Sequence[Item], item: Item) -> tuple[Item | None, Item | None]:
    """What stands before and after an item of a sorted list, found by halving it.

    >>> _around([2019, 2020, 2022], 2020), _around([2019], 2019)
    ((2019, 2022), (None, None))
    """
    at = bisect_left(items, item)
    return (items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None)


def _topic_link(subject: Subject) -> Link:
    return Link(subject.topic.name, addresses.topic_url(subject.topic.id), len(subject.articles))
