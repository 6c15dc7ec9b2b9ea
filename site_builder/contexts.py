"""What the pages show that something is read on: newspapers, issues, articles, editors' pages, search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from markupsafe import Markup

from site_builder import addresses, words
from site_builder.calendars import coverage, paper_year
from site_builder.entries import Headline, Link, PageView, Part, Slot, Turn
from site_builder.holdings import Holdings, known_pages, pages_of, step
from site_builder.language import _
from site_builder.listing import ListPage
from site_builder.model import Article, EditorPage, Issue, Newspaper, Page
from site_builder.printed_dates import lunar_of
from site_builder.reasons import missing_notes, step_words, sums, sums_words
from site_builder.views import DATES, HOME, Views

Context = Mapping[str, object]

MISSING_LISTED = 100  # stretches of missing issues that a newspaper's own page lists; its years list all


# ---------------------------------------------------------------- newspapers, issues, articles


def newspaper(views: Views, newspaper: Newspaper, part: ListPage[Issue]) -> Context:
    held = views.archive.holdings[newspaper.id]
    first = part.pager.here == 1
    listed = missing_notes(held.runs)[::-1] if first else []
    return views.frame(
        part.url,
        newspaper.name,
        description=f"本库所藏《{newspaper.name}》各期。",
        crumbs=[HOME, Link(newspaper.name, "")],
        name=newspaper.name,
        held=views.newspaper_entry(newspaper),
        other_names=newspaper.other_names,
        publisher=newspaper.publisher,
        published=_published(newspaper),
        coverage=coverage([held], partial(paper_year, held), partial(_paper_month, held)) if first else (),
        sums=sums_words(sums(held)) if first else (),
        missing=listed[:MISSING_LISTED],
        more_missing=max(0, len(listed) - MISSING_LISTED),
        entries=[views.issue_entry(issue) for issue in part.entries],
        pager=part.pager,
        undated=[
            Link(page.source.source, page.url)
            for page in views.archive.undated
            if page.newspaper == newspaper and first
        ],
    )


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
        f"{issue.newspaper.name} {date}{edition}",
        description=f"《{issue.newspaper.name}》{date}：{_headlines(issue.pages)}",
        crumbs=[HOME, views.newspaper_link(issue.newspaper), Link(date + edition, "")],
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
        return _("本库藏 {held} 版，原有至少 {printed} 版", held=pages.held, printed=pages.printed)
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
        return Turn(label, f"{date}{words.edition_name(there.edition)}{words.page_label(other)}", other.url, between)
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
        description=f"{views.place_of(page)}：{_headlines([page])}",
        crumbs=[HOME, DATES, Link("日期或报名不详", addresses.UNDATED), Link(page.source.source, "")],
        newspaper=views.newspaper_link(page.newspaper) if page.newspaper else None,
        heading=facts.newspaper or "报纸不详",
        date=Link(words.long_date(facts.date) if facts.date else "日期不详", ""),
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
    date = words.long_date(facts.date) if facts.date else "日期不详"
    crumbs = [HOME]
    if issue:
        crumbs += [views.newspaper_link(issue.newspaper), Link(date, issue.url), Link(words.page_label(page), page.url)]
    else:
        crumbs += [DATES, Link("日期或报名不详", addresses.UNDATED), Link(page.source.source, page.url)]
    previous, following = views.archive.neighbours[article.id]
    first, bare = views.first_part(article), not article.headline and not article.withheld
    parts = () if article.withheld else tuple(views.parts(article))
    printed_begun = any(part.link and "上接" in part.text for part in parts)
    return views.frame(
        article.url,
        f"{title}（{facts.newspaper or '报纸不详'}，{date}）",
        description="" if article.withheld else words.first_words(article, words.LEAD_LENGTH),
        crumbs=crumbs,
        listed=not article.withheld,
        withheld=article.withheld,
        article_id=article.id,
        begun=None if printed_begun else views.begun(article),
        doubtful=views.headline_in_doubt(article) and not article.withheld,
        kickers=[block.text for block in article.blocks if block.kind == "kicker"],
        headlines=[words.headline_parts(block.text) for block in article.blocks if block.kind == "headline"],
        subtitles=[block.text for block in article.blocks if block.kind == "subtitle"],
        continued=words.headline_parts(first.headline) if bare and first else (),
        untitled=words.name_of(article) if bare and not (first and first.headline) else "",
        parts=parts,
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
        parts = [part for part in views.parts(following) if not (part.kind == "jump" and "上接" in part.text)]
        yield Link(words.page_label(page), following.url), parts
        seen.add(following.id)
        article = following


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
        where = f"{words.long_date(there.facts.date) if there.facts.date else ''}{words.page_label(there)}"
    title = views.title_of(other)
    return Link(title, other.url), words.headline_parts(title), where


# ---------------------------------------------------------------- editors' pages, search, 404


def editor_page(views: Views, page: EditorPage) -> Context:
    return views.frame(
        addresses.html(page.name),
        page.title,
        crumbs=[HOME, Link(page.title, "")],
        section=page.name,
        body=Markup(page.html),  # the editors' own words, made by markdown-it-py with raw HTML off
    )


def search(views: Views) -> Context:
    return views.frame(
        addresses.SEARCH,
        "检索",
        crumbs=[HOME, Link("检索", "")],
        section="search",
        newspapers=[views.newspaper_link(newspaper) for newspaper in views.archive.newspapers],
    )


def not_found(views: Views) -> Context:
    """Served at any depth, so its links start at the root: `path` says so."""
    path = addresses.base_path(views.base_url) + addresses.NOT_FOUND
    return {**views.frame(path, "没有这一页", listed=False), "path": path}
