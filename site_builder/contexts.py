"""What the pages show that something is read on: newspapers, issues, articles, editors' pages, search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from markupsafe import Markup

from site_builder import addresses, citing, descriptions, feeds, words
from site_builder.calendars import coverage, coverage_key, paper_year, years_of
from site_builder.data import other_readings
from site_builder.entries import Headline, Link, PageView, Part, Revision, Slot, Turn
from site_builder.histories import history
from site_builder.holdings import known_pages, pages_of
from site_builder.language import N_, _
from site_builder.ledger import Permalink
from site_builder.listing import ListPage
from site_builder.model import Article, EditorPage, Issue, Newspaper, Page
from site_builder.printed_dates import lunar_of
from site_builder.readings import label
from site_builder.reasons import Note, missing_notes, step_words, sums, sums_words
from site_builder.runs import Holdings, step
from site_builder.sources import path_facts
from site_builder.views import Views, dates_link, home_link

Context = Mapping[str, object]

MISSING_LISTED = 100  # stretches of missing issues that a newspaper's own page lists; of older years only how many

FORMER = {
    "merged": (N_("此文已并入另一篇"), N_("这里原有的文章，经重新整理，现在是另一篇的一部分：")),
    "moved": (N_("此文已移至另一网址"), N_("这篇文章所在版面的报名或日期经过订正，现在的网址是：")),
    "gone": (N_("此文已不在本库"), N_("这里曾有一篇文章，现在本库的来源中已没有它。它的编号不会再给别的文章。")),
    "waiting": (
        N_("此文暂时不能显示"),
        N_("有来源文件在这次建站时无法读取，这里的文章可能就在其中。文件修好后，文章会回到这个网址。"),
    ),
}
"""What is said at an address where no article stands: the page's title, and a sentence."""


# ---------------------------------------------------------------- newspapers, issues, articles


def newspaper(views: Views, newspaper: Newspaper, part: ListPage[Issue]) -> Context:
    held = views.archive.holdings[newspaper.id]
    first = part.pager.here == 1
    rows = coverage([held], partial(paper_year, held), partial(_paper_month, held)) if first else ()
    undated = views.archive.undated_of.get(newspaper.id, ())
    return views.frame(
        part.url,
        newspaper.name,
        description=_("本库所藏《{newspaper}》各期。", newspaper=newspaper.name),
        crumbs=[home_link(), Link(newspaper.name, "")],
        described=descriptions.newspaper(views, newspaper),
        feeds=feeds.links(views, feeds.of_newspaper(views, newspaper)),
        name=newspaper.name,
        held=views.newspaper_entry(newspaper),
        other_names=newspaper.other_names,
        publisher=newspaper.publisher,
        published=_published(newspaper),
        coverage=rows,
        coverage_key=coverage_key(rows),
        sums=sums_words(sums(held)) if first else (),
        missing=list(_missing(held)) if first else (),
        entries=[views.issue_entry(issue) for issue in part.entries],
        pager=part.pager,
        undated=[Link(page.source.source, page.url) for page in undated] if first else [],
    )


def _missing(held: Holdings) -> Iterator[tuple[Link, list[str], list[Note]]]:
    """The years of which issues are known to be missing, newest first: how many, and on which days."""
    left = MISSING_LISTED
    for year in reversed(years_of(held)):
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        if said := sums_words(replace(sums(held, first, last), full=0, part=0, held=0)):
            found = missing_notes(held.within(first, last)) if left > 0 else []
            left -= len(found)
            yield Link(words.year_name(year), addresses.newspaper_year_url(held.newspaper.id, year)), said, found


def _paper_month(held: Holdings, year: int, month: int) -> str:
    url = paper_year(held, year)
    return f"{url}#m{month}" if url else ""


def _published(newspaper: Newspaper) -> str:
    """When it appeared, as far as archive.toml says."""
    first = words.long_date(newspaper.first) if newspaper.first else ""
    last = words.long_date(newspaper.last) if newspaper.last else ""
    if first and last:
        return _("{first}创刊，{last}停刊", first=first, last=last)
    return _("{first}创刊", first=first) if first else _("{last}停刊", last=last) if last else ""


def issue(views: Views, issue: Issue) -> Context:
    date = words.long_date(issue.date)
    edition = words.edition_name(issue.edition)
    city = issue.pages[0].facts.city
    before, after = _turns(views, issue)
    return views.frame(
        issue.url,
        f"{issue.newspaper.name} {words.dated(date, edition)}",
        description=_(
            "《{newspaper}》{date}：{headlines}",
            newspaper=issue.newspaper.name,
            date=date,
            headlines=_headlines(issue.pages),
        ),
        crumbs=[home_link(), views.newspaper_link(issue.newspaper), Link(words.dated(date, edition), "")],
        described=descriptions.issue(views, issue),
        newspaper=views.newspaper_link(issue.newspaper),
        heading=issue.newspaper.name,
        date=Link(date, addresses.day_url(issue.date)),
        weekday=words.weekday(issue.date),
        lunar_date=issue.lunar_date or lunar_of(issue.date).text,
        lunar_computed=not issue.lunar_date,
        edition=edition,
        issue_number=issue.issue_number,
        held=_held(issue),
        city=views.city_link(city) if city else None,
        inferred=issue.date_certainty == "inferred",
        slots=_slots(views, issue),
        pages=list(_pages(views, issue, before.note if before else "", after.note if after else "")),
        previous=before,
        following=after,
    )


def _held(issue: Issue) -> str:
    """How much of the issue is here: 本库藏 1 / 4 版 where the masthead says how many pages there were."""
    pages = pages_of(issue)
    if pages.least:
        return _("本库藏 {held} / 至少 {printed} 版", held=pages.held, printed=pages.printed)
    if pages.printed:
        return _("本库藏 {held} / {printed} 版", held=pages.held, printed=pages.printed)
    return _("本库藏 {n} 版", n=len(issue.pages))


def _turns(views: Views, issue: Issue) -> tuple[Turn | None, Turn | None]:
    """The issues before and after, and what lies between."""
    previous, following = views.archive.issue_neighbours[issue.id]
    held = views.archive.holdings[issue.newspaper.id]

    def turn(label: str, other: Issue | None) -> Turn | None:
        link = views.issue_link(other)
        if other is None or link is None:
            return None
        first, last = sorted((issue.date, other.date))
        return Turn(label, link.text, link.url, step_words(step(held, first, last)))

    return turn(_("上一期"), previous), turn(_("下一期"), following)


def _slots(views: Views, issue: Issue) -> list[Slot]:
    """The issue's pages as 版面导航 lists them, those that are known and not held among them."""
    numbers = {page.facts.page for page in issue.pages}
    absent = [number for number in range(1, known_pages(issue) + 1) if number not in numbers]
    slots: list[tuple[tuple[bool, int], Slot]] = [
        ((False, number), Slot(_("第{n}版", n=number), "")) for number in absent
    ]
    for page in issue.pages:
        shown = sum(not article.withheld for article in page.articles)
        number = page.facts.page
        slots.append(((number is None, number or 0), Slot(words.page_label(page), page.name, shown)))
    return [slot for place, slot in sorted(slots, key=lambda one: one[0])]


def _pages(
    views: Views, issue: Issue, before_it: str, after_it: str
) -> Iterator[tuple[PageView, Turn | None, Turn | None]]:
    """The issue's pages, each with the way to the page before and after: beyond the issue's own into the next issue.

    From a page that is held alone the ways to the issues before and after are enough.
    """
    if len(issue.pages) == 1:
        yield views.page_view(issue.pages[0]), None, None
        return
    previous, following = views.archive.issue_neighbours[issue.id]
    pages = [
        *([previous.pages[-1]] if previous else [None]), *issue.pages, *([following.pages[0]] if following else [None])
    ]  # fmt: skip
    for before, page, after in zip(pages, issue.pages, pages[2:], strict=False):
        yield (
            views.page_view(page),
            _page_turn(_("上一版"), page, before, before_it),
            _page_turn(_("下一版"), page, after, after_it),
        )


def _page_turn(label: str, page: Page, other: Page | None, between: str) -> Turn | None:
    """The way from a page to another; where it is of another issue, or pages between are not held, this is said.

    `between` says what lies between the two issues.
    """
    if other is None:
        return None
    here, there = page.facts, other.facts
    if (here.date, here.edition) != (there.date, there.edition):
        date = words.long_date(there.date) if there.date else ""
        date = words.dated(date, words.edition_name(there.edition))
        return Turn(label, _("{date}{page}", date=date, page=words.page_label(other)), other.url, between)
    note = ""
    if here.page and there.page and abs(here.page - there.page) > 1:
        first, last = sorted((here.page, there.page))
        numbers = "–".join(dict.fromkeys((f"{first + 1}", f"{last - 1}")))
        note = _("其间第{numbers}版未藏", numbers=numbers)
    return Turn(label, words.page_label(other), other.url, note)


def loose_page(views: Views, page: Page) -> Context:
    """A page whose issue nobody knows, shown as an issue of its own."""
    facts = page.facts
    return views.frame(
        page.url,
        views.place_of(page),
        description=_("{place}：{title}", place=views.place_of(page), title=_headlines([page])),
        crumbs=[home_link(), dates_link(), Link(_("日期或报名不详"), addresses.UNDATED), Link(page.source.source, "")],
        newspaper=views.newspaper_link(page.newspaper) if page.newspaper else None,
        heading=facts.newspaper or _("报纸不详"),
        date=Link(words.long_date(facts.date) if facts.date else _("日期不详"), ""),
        weekday=words.weekday(facts.date) if facts.date else "",
        lunar_date=facts.lunar_date or (lunar_of(facts.date).text if facts.date else ""),
        lunar_computed=not facts.lunar_date,
        edition="",
        issue_number=facts.issue_number,
        held="",
        city=views.city_link(facts.city) if facts.city else None,
        inferred=facts.date_certainty == "inferred",
        slots=(),
        pages=[(views.page_view(page), None, None)],
        previous=None,
        following=None,
    )


def article(views: Views, article: Article, page: Page) -> Context:
    facts = page.facts
    issue = views.archive.issue_of.get(page.id)
    title = views.title_of(article)
    date = words.long_date(facts.date) if facts.date else _("日期不详")
    crumbs = [home_link()]
    if issue:
        crumbs += [views.newspaper_link(issue.newspaper), Link(date, issue.url), Link(words.page_label(page), page.url)]
    else:
        crumbs += [dates_link(), Link(_("日期或报名不详"), addresses.UNDATED), Link(page.source.source, page.url)]
    previous, following = views.archive.neighbours[article.id]
    work, headed = views.cited(article), views.archive.headed(article)
    bare = work is not None and not article.headline
    parts = () if article.withheld else tuple(views.parts(article))
    printed_begun = any(part.link and "上接" in part.text for part in parts)
    return views.frame(
        article.url,
        _("{title}（{newspaper}，{date}）", title=title, newspaper=facts.newspaper or _("报纸不详"), date=date),
        description="" if article.withheld else views.lead(article),
        crumbs=crumbs,
        listed=not article.withheld,
        described=descriptions.article(views, article, page),
        withheld=article.withheld,
        article_id=article.id,
        begun=None if printed_begun else views.begun(article),
        kickers=[words.headline_parts(block.text) for block in article.blocks if block.kind == "kicker"],
        headlines=[words.headline_parts(block.text) for block in article.blocks if block.kind == "headline"],
        subtitles=[words.headline_parts(block.text) for block in article.blocks if block.kind == "subtitle"],
        continued=words.headline_parts(headed.headline) if bare and headed else (),
        untitled=words.name_of(article) if bare and not headed else "",
        mark=views.mark(article),
        parts=parts,
        heading_lines="" if article.withheld else views.lines(article, views.heading(article)),
        heading_line=views.first_line(article, views.heading(article)),
        continuations=() if article.withheld else list(_continuations(views, article)),
        newspaper=views.newspaper_link(page.newspaper) if page.newspaper else None,
        date=Link(date, addresses.day_url(facts.date) if facts.date and issue else ""),
        weekday=words.weekday(facts.date) if facts.date else "",
        inferred=facts.date_certainty == "inferred",
        page=Link(words.page_label(page), page.url),
        city=views.city_link(facts.city) if facts.city else None,
        places=[link for name in article.places if (link := views.city_link(name)).text != facts.city],
        topics=[views.topic_link(name) for name in article.topics],
        byline=[views.reporter_link(name) for name in article.byline],
        notes=list(views.notes(page, brief=True)),
        reasoned=views.is_reasoned(page),
        doubts=views.doubts_of_heading(article),
        parted=_parted(views, article),
        revisions=() if article.withheld else _revisions(views, article),
        origin=views.origin(page, article),
        report_url=views.report_url(article),
        citing=citing.panel(work) if work else None,
        previous=_neighbour(views, previous, page),
        following=_neighbour(views, following, page),
    )


def _revisions(views: Views, article: Article) -> tuple[Revision, ...]:
    """What editors have set right in the article and its parts on other pages, and in the facts of its page."""
    whole = views.archive.whole_of(article)
    shown = whole[whole.index(article) :]
    done = [outcome for part in shown for outcome in part.history]
    befores = [block.before for part in shown for block in part.blocks if block.before]
    onward = {
        part.id: views.title_of(views.archive.article_of[part.continued_by])
        for part in shown
        if part.continued_by in views.archive.article_of
    }
    return history([*done, *views.archive.page_corrections.get(article.page_id, ())], befores, onward)


def _parted(views: Views, article: Article) -> list[tuple[str, Link]]:
    """The articles that earlier readings of the page held to be one with this, each with what it is to it."""
    ledger = views.archive.permalinks.ledger
    line = ledger.lines.get(article.id)
    end = ledger.end_of(line.part_of) if line else ""
    whole = views.article_link(views.archive.article_of.get(end)) if end != article.id else None
    parts = [
        (_("曾是此文的一部分"), link)
        for part in views.archive.parts_of.get(article.id, ())
        if (link := views.article_link(part))
    ]
    return [*([(_("此文曾是其一部分"), whole)] if whole else []), *parts]


def former(views: Views, line: Permalink) -> Context:
    """An address where an article stood: where its text is now, or what was here and why it is no more."""
    ledger, waiting = views.archive.permalinks.ledger, line.id in views.archive.permalinks.waiting
    target = views.archive.article_of.get(ledger.end_of(line.id))
    title, said = FORMER["waiting" if waiting else line.state]
    went = line.changed or line.since  # on the day of its first publication, there is no later one
    return views.frame(
        line.address,
        _(title),
        crumbs=[home_link(), Link(line.id, "")],
        listed=False,
        article_id=line.id,
        said=_(said),
        waiting=waiting,
        target=views.article_link(target) or Link(line.to, addresses.html(ledger.end_of(line.id))),
        was_withheld=line.was_withheld,
        stood=_("不予展示的文章") if line.was_withheld else line.headline,
        place=printed_at(views, line),
        why=line.why or _reason(views, line),
        went=words.long_date(dt.date.fromisoformat(went)) if line.state == "gone" and went else "",
    )


def _reason(views: Views, line: Permalink) -> str:
    """Why an article is gone, where nobody has said it: what the sources show."""
    if line.page in views.archive.page_of:
        return _("它所在的版面现在的文字中已没有这篇文章。")
    return _("它所在的版面已不在本库的来源中。")


def printed_at(views: Views, line: Permalink) -> Link:
    """Where the article was printed, as its page or the address itself tells it."""
    page = views.archive.page_of.get(line.page)
    if page is not None:
        return Link(views.place_of(page), page.url)
    newspaper, year, day = [*line.id.split("/"), "", ""][:3]
    try:
        date = dt.date(int(year), int(day[:2]), int(day[3:5]))
    except ValueError:
        if known := path_facts(f"{line.page}.txt").date:  # of an undated page that is gone, what its file's name said
            return Link(_("{newspaper}{date}", newspaper=_("报纸不详，"), date=words.long_date(known)), "")
        return Link(_("日期或报纸不详"), "")
    name = next((known.name for known in views.archive.newspapers if known.id == newspaper), newspaper)
    number = line.id.rpartition("/")[2].partition("-")[0].removeprefix("p")
    where = _("第{n}版", n=int(number)) if number.isdecimal() else ""
    place = {"newspaper": _("《{newspaper}》", newspaper=name), "date": words.long_date(date), "page": where}
    return Link(_("{newspaper}{date}{page}", **place) if where else _("{newspaper}{date}", **place), "")


def _headlines(pages: Iterable[Page]) -> str:
    titles = (article.headline for page in pages for article in page.articles if not article.withheld)
    return words.cut("；".join(title for title in titles if title), 120)


def _continuations(views: Views, article: Article) -> Iterator[tuple[Link, list[Part]]]:
    """The parts of the article on other pages, each with the page it stands on."""
    whole = views.archive.whole_of(article)
    for number, following in enumerate(whole[whole.index(article) + 1 :], 2):
        page = views.archive.page_of[following.page_id]
        parts = [part for part in views.parts(following, number) if not (part.kind == "jump" and "上接" in part.text)]
        yield Link(words.page_label(page), following.url), parts


def _neighbour(views: Views, other: Article | None, page: Page) -> tuple[Link, Headline, str] | None:
    """The article before or after, its title to be set, and where it stands if that is not this page."""
    if other is None:
        return None
    there = views.archive.page_of[other.page_id]
    if there.id == page.id:
        where = ""
    elif there.facts.date == page.facts.date:
        where = words.page_label(there)
    else:
        where = words.page_label(there)
        if there.facts.date:
            where = _("{date}{page}", date=words.long_date(there.facts.date), page=where)
    title = views.title_of(other)
    return Link(title, other.url), words.headline_parts(title), where


def source(views: Views, page: Page) -> Context:
    """A page's source text, its lines numbered and led to what was made of them."""
    place = views.place_of(page)
    return views.frame(
        addresses.source_page(page.id),
        _("{place}：来源文字", place=place),
        crumbs=[home_link(), Link(place, page.url), Link(_("来源文字"), "")],
        listed=False,
        place=Link(place, page.url),
        source=page.source.reading or page.source.source,
        others=[Link(label(other.source), path) for path, other in other_readings(page)],
        plain=addresses.source_text(page.id),
        runs=list(views.source_runs(page)),
        withheld=any(article.withheld for article in page.articles),
    )


# ---------------------------------------------------------------- editors' pages, search, 404


def editor_page(views: Views, page: EditorPage) -> Context:
    return views.frame(
        addresses.html(page.name),
        page.title,
        crumbs=[home_link(), Link(page.title, "")],
        section=page.name,
        body=Markup(page.html),  # the editors' own words, made by markdown-it-py with raw HTML off
    )


def search(views: Views) -> Context:
    return views.frame(
        addresses.SEARCH,
        _("检索"),
        crumbs=[home_link(), Link(_("检索"), "")],
        section="search",
        indexed=views.indexed,
        newspapers=[views.newspaper_link(newspaper) for newspaper in views.archive.newspapers],
    )


def not_found(views: Views) -> Context:
    """Served at any depth, so its links start at the root: `path` says so."""
    path = addresses.base_path(views.base_url) + addresses.NOT_FOUND
    return {**views.frame(path, _("没有这一页"), listed=False), "path": path}
