"""Which series the pictures of many years show: the issues of newspapers, the articles of topics."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

from site_builder import addresses
from site_builder.archive import Archive, Subject
from site_builder.calendars import tallies
from site_builder.charts import LANES, Chart, Series, chart, month_number
from site_builder.entries import Link
from site_builder.language import _
from site_builder.model import Article


def holdings(archive: Archive) -> Chart | None:
    """The issues held and missing of each newspaper, those with most first."""
    series = []
    for held in archive.holdings.values():
        months = {month_number(*month): tally for month, tally in sorted(tallies([held]).items())}
        counts = {month: tally.issues for month, tally in months.items() if tally.issues}
        missing = {month: tally.missing for month, tally in months.items() if tally.missing}
        if counts:
            link = Link(held.newspaper.name, addresses.newspaper_url(held.newspaper.id))
            series.append(Series(link, counts, missing))
    series.sort(key=lambda one: -sum(one.counts.values()))
    return chart(
        "held",
        _("历年所藏各报期数"),
        series,
        "issues",
        _("其余 {n} 种报纸", n=len(series) - LANES + 1),
        partial(year_url, archive),
        partial(month_url, archive),
    )


def topics(archive: Archive) -> Chart | None:
    """The articles of the most frequent topics, under all articles that there are."""
    every = Counter(month for article in archive.articles if (month := _month(archive, article)) is not None)
    series = [Series(Link(_("全部文章"), ""), every, {}, alone=True)]
    series += [_subject(archive, subject) for subject in archive.topics[: LANES - 1]]
    if len(series) == 1:
        return None
    return chart(
        "topics",
        _("历年各主题的文章数"),
        series,
        "articles",
        "",
        partial(year_url, archive),
        partial(month_url, archive),
    )


def topic(archive: Archive, subject: Subject) -> Chart | None:
    """One topic's articles."""
    return chart(
        "years",
        _("历年的文章数"),
        [replace(_subject(archive, subject), name=Link(_("历年的文章数"), ""))],
        "articles",
        "",
        partial(year_url, archive),
        partial(month_url, archive),
    )


def _subject(archive: Archive, subject: Subject) -> Series:
    counts = Counter(month for article in subject.articles if (month := _month(archive, article)) is not None)
    return Series(Link(subject.topic.name, addresses.topic_url(subject.topic.id)), counts, {})


def _month(archive: Archive, article: Article) -> int | None:
    """The month that an article belongs to; none where its day or newspaper is unknown."""
    issue = archive.issue_of.get(article.page_id)
    return month_number(issue.date.year, issue.date.month) if issue else None


# ---------------------------------------------------------------- where a year and a month lead


def year_url(archive: Archive, year: int) -> str:
    return addresses.year_url(year) if year in archive.years else ""


def month_url(archive: Archive, year: int, month: int) -> str:
    return addresses.month_url(year, month) if (year, month) in archive.months else ""


def month_or_year_url(archive: Archive, year: int, month: int) -> str:
    return month_url(archive, year, month) or year_url(archive, year)
