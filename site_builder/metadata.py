"""What is known of a page and its articles: newspaper, city, date, number; topics and places.

A fact is `stated` where the page prints it and `inferred` where it is reasoned from the texts, with the words that
it rests on; else it is unknown. What archive.toml and the path say is weighed against this later, when the archive
is gathered. Topics and places are found in `subjects`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from site_builder import datings, mastheads
from site_builder.language import _
from site_builder.model import Finding, Page, Settings
from site_builder.printed_dates import agrees_with_lunar, agrees_with_weekday, lunar_of
from site_builder.subjects import add_subjects, topics_for
from site_builder.words import long_date, weekday

__all__ = ["add_subjects", "read_facts", "topics_for"]


def read_facts(page: Page, settings: Settings) -> Page:
    """The page with what it says about itself: its facts, how they are known, and where they contradict each other."""
    stated = mastheads.read(page.furniture, settings)
    facts = stated.facts
    said = datings.said(page.articles) if facts.date is None or not facts.city else ()
    if facts.date is None and (
        inferred := datings.date_of_issue(said, facts.newspaper, stated.month_day, facts.weekday)
    ):
        facts = replace(facts, date=inferred[0], date_certainty="inferred", evidence=inferred[1])
    if not facts.city:
        facts = replace(facts, city=datings.city_told_of(said))
    return replace(
        page,
        facts=facts,
        newspaper_certainty=stated.newspaper_certainty,
        page_certainty=stated.page_certainty,
        findings=(*page.findings, *_contradictions(stated, *_date_to_check(page, stated, settings))),
    )


def _date_to_check(page: Page, stated: mastheads.Stated, settings: Settings) -> tuple[dt.date | None, str]:
    """The date that the page will be shown under, and what says so: archive.toml, the page, or its path."""
    if given := settings.given(page.source.source).date:
        return given, _("元数据给定的日期是{date}", date=long_date(given))
    if printed := stated.facts.date:
        return printed, _("版面印的日期是{date}", date=long_date(printed))
    filed = page.source.facts.date
    return filed, _("路径给定的日期是{date}", date=long_date(filed)) if filed else ""


def _contradictions(stated: mastheads.Stated, date: dt.date | None, dating: str) -> list[Finding]:
    """A date printed beside another weekday or lunar date than its own; which is wrong, a reader has to see."""
    findings: list[Finding] = []
    if date is None:
        return findings
    if (printed := stated.facts.weekday) and not agrees_with_weekday(date, printed):
        message = _(
            "{dating}，当日为{weekday}，而版面印作“{printed}”。", dating=dating, weekday=weekday(date), printed=printed
        )
        findings.append(Finding("date-weekday", message, lines=stated.lines))
    if stated.lunar and not agrees_with_lunar(date, stated.lunar):
        true, printed = lunar_of(date).text, stated.lunar.text
        message = _("{dating}，当日为农历{lunar}，而版面印作“{printed}”。", dating=dating, lunar=true, printed=printed)
        findings.append(Finding("date-lunar", message, lines=stated.lines))
    return findings
