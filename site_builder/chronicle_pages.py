"""What the pages of changes show, their feed and their data: by day, what came, changed, went and was corrected."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_builder import addresses, data, feeds, words
from site_builder.chronicle import LISTED, Day
from site_builder.contexts import printed_at
from site_builder.entries import Link
from site_builder.feeds import Feed, Told
from site_builder.histories import said
from site_builder.language import N_, _
from site_builder.ledger import LEADING, UNTITLED, Permalink
from site_builder.listing import ListPage, Pager, paginate
from site_builder.model import Outcome
from site_builder.views import Views, home_link

FEW = 10  # of a kind, where all days stand on one page
SUMS = {
    "added": N_("新收 {n} 篇"),
    "changed": N_("有改动 {n} 篇"),
    "moved": N_("改换地址 {n} 篇"),
    "merged": N_("并入他篇 {n} 篇"),
    "gone": N_("不再收录 {n} 篇"),
    "withheld": N_("不予展示 {n} 篇"),
    "corrected": N_("校订 {n} 处"),
}

Context = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A change in a list. `to` is where the article's text is now, `note` says why, or what was corrected, by whom and
    why.
    """

    link: Link
    place: str
    to: Link | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of a kind on a day: how many, some of them, where all are; `cut` where not all are listed at all."""

    kind: str
    sum: str
    entries: tuple[ChangeEntry, ...]
    pager: Pager | None = None
    more: str = ""
    cut: bool = False


# ---------------------------------------------------------------- pages


def changes(views: Views, part: ListPage[Day], earlier: int) -> Context:
    """The days, newest first, each with the first few of what changed."""
    return views.frame(
        part.url,
        _("更新记录"),
        description=_("本库逐日的变动：新收、改动、移并、撤下的文章和编者的校订。"),
        crumbs=[home_link(), Link(_("更新记录"), "")],
        section="changes",
        feeds=feeds.links(views, feed(views)),
        days=[
            (_day_link(day), day.date.isoformat(), [_group(views, day, kind) for kind in day.counts])
            for day in part.entries
        ],
        further=_further(views, part),
        pager=part.pager,
        earlier=earlier if part.pager.here == part.pager.pages else 0,
    )


def _further(views: Views, part: ListPage[Day]) -> list[tuple[Link, str]]:
    """On the first page: the days that the feed leads to and that stand on an older page, so that the feed's addresses
    (`changes.html#2026-11-22`) find each of them here.
    """
    if part.pager.here != 1:
        return []
    newest = views.chronicle.days[: -feeds.NEWEST - 1 : -1]
    return [(_day_link(day), day.date.isoformat()) for day in newest[len(part.entries) :]]


def parts_of(day: Day) -> Iterator[ListPage[tuple[str, Permalink | Outcome]]]:
    """The day's lists, cut into pages: each begins on the day's own page, its older pages stand apart."""
    url = addresses.changes_url(day.date)
    for kind in day.counts:
        found = [(kind, one) for one in day.listed(kind)]
        yield from paginate(found, url, below=addresses.list_of(url, kind))


def day(
    views: Views,
    day: Day,
    url: str,
    parts: Sequence[ListPage[tuple[str, Permalink | Outcome]]],
    before: Day | None,
    after: Day | None,
) -> Context:
    """What changed on a day: the beginning of each list, or an older page of one."""
    date = words.long_date(day.date)
    own = url == addresses.changes_url(day.date)
    groups = {part.entries[0][0]: _listed(views, day, part) for part in parts if part.entries}
    kinds = list(day.counts) if own else list(groups)
    return views.frame(
        url,
        _("{date}的更新", date=date),
        description=_sums(day),
        crumbs=[home_link(), changes_link(), Link(date, "")],
        section="changes",
        groups=[groups.get(kind) or Group(kind, _(SUMS[kind], n=day.counts[kind]), ()) for kind in kinds],
        most=LISTED,
        previous=_day_link(before) if before else None,
        following=_day_link(after) if after else None,
    )


def changes_link() -> Link:
    return Link(_("更新记录"), addresses.CHANGES)


def _day_link(day: Day) -> Link:
    return Link(words.long_date(day.date), addresses.changes_url(day.date))


def _group(views: Views, day: Day, kind: str) -> Group:
    """The first few of a kind, and where the others are."""
    few = day.listed(kind)[: -FEW - 1 : -1]
    more = addresses.changes_url(day.date) if day.counts[kind] > len(few) > 0 else ""
    return Group(kind, _(SUMS[kind], n=day.counts[kind]), tuple(_entry(views, one) for one in few), more=more)


def _listed(views: Views, day: Day, part: ListPage[tuple[str, Permalink | Outcome]]) -> Group:
    kind, count = part.entries[0][0], day.counts[part.entries[0][0]]
    entries = tuple(_entry(views, one) for _kind, one in part.entries)
    return Group(kind, _(SUMS[kind], n=count), entries, part.pager, cut=count > part.pager.total)


def _sums(day: Day) -> str:
    return _("，").join(_(SUMS[kind], n=count) for kind, count in day.counts.items())


# ---------------------------------------------------------------- entries


def _entry(views: Views, one: Permalink | Outcome) -> ChangeEntry:
    return _correction(views, one) if isinstance(one, Outcome) else _change(views, one)


def _change(views: Views, line: Permalink) -> ChangeEntry:
    """A line of the ledger: what is or was printed there, and where it is now."""
    if line.state not in LEADING:
        return ChangeEntry(Link(_title(views, line), line.address), printed_at(views, line).text, note=line.why)
    end = views.archive.permalinks.ledger.lines.get(views.archive.permalinks.ledger.end_of(line.id))
    to = None
    if end is not None and end.id != line.id:
        to = Link(printed_at(views, end).text if line.state == "moved" else _title(views, end), end.address)
    return ChangeEntry(Link(_title(views, line), line.address), printed_at(views, line).text, to)


def _title(views: Views, line: Permalink) -> str:
    """What the article is called: as it is shown now, or as it was when it was last seen."""
    archive = views.archive
    article = archive.article_of.get(line.id)
    if line.was_withheld or (article and article.withheld):
        return _("不予展示的文章")
    if article and archive.headed(article):
        return views.title_of(article)
    if line.headline.startswith(UNTITLED):
        return _("〔无题〕{words}", words=line.headline.removeprefix(UNTITLED))
    return line.headline


def _correction(views: Views, outcome: Outcome) -> ChangeEntry:
    """A correction: of which article, or of which page's facts; what it has set right, who made it and why."""
    archive, one = views.archive, outcome.correction
    page = archive.page_of.get(outcome.page_id)
    place = views.place_of(page) if page else ""
    line = archive.permalinks.ledger.lines.get(archive.permalinks.ledger.end_of(outcome.article_id))
    link = Link(_title(views, line), line.address) if line else Link(place, page.url if page else "")
    signed = _("{by}：{why}", by=one.by, why=one.why) if one.why else one.by
    onward = archive.permalinks.ledger.lines.get(archive.permalinks.ledger.end_of(one.becomes))
    told = said(outcome, _title(views, onward) if one.fact == "jump" and onward else "")
    note = words.sentences(told, signed)
    return ChangeEntry(link, place if line else "", note=note)


# ---------------------------------------------------------------- feed, data


def feed(views: Views) -> Feed:
    """The newest days, for those who follow what changes and not what was printed.

    An entry leads to the day's place on the page of all days, never to the day's own page: an article that changes
    again, or a correction that is taken back, may leave a day with nothing, and then it has no page any more.
    """
    days = views.chronicle.days[: -feeds.NEWEST - 1 : -1]
    return Feed(addresses.CHANGES, _("更新记录"), "", [_told(views, day) for day in days])


def _told(views: Views, day: Day) -> Told:
    url, told = addresses.changes_anchor(day.date), []
    for kind, count in day.counts.items():
        titles = dict.fromkeys(_entry(views, one).link.text for one in day.listed(kind)[: -feeds.HEADLINES - 1 : -1])
        total = _(SUMS[kind], n=count)
        text = _("；").join(titles)
        told.append(_("{total}：{titles}。", total=total, titles=text) if titles else _("{total}。", total=total))
    title = _("{date}：{sums}", date=words.long_date(day.date), sums=_sums(day))
    return Told(url, title, day.date, functools.reduce(words.sentences, told))


def data_file(views: Views) -> bytes:
    """A line for each kind of change of each day, newest day first."""
    return data.lines(_record(day, kind) for day in views.chronicle.days[::-1] for kind in day.counts)


def _record(day: Day, kind: str) -> data.Record:
    return {
        "date": day.date.isoformat(),
        "kind": kind,
        "count": day.counts[kind],
        "articles": [line.id for line in day.lines.get(kind, ())[::-1]],
        "corrections": [[one.correction.file, one.correction.number] for one in day.corrections]
        if kind == "corrected"
        else [],
    }
