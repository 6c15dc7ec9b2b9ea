"""The archive's nouns as the templates show them: words and links worked out, so that a template only sets them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import count
from urllib.parse import quote

from markupsafe import Markup, escape

from site_builder import addresses, collation, linked_data, meta_tags, words
from site_builder.archive import Archive
from site_builder.calendars import MonthCalendar, month_calendar
from site_builder.chronicle import Chronicle, chronicle
from site_builder.cited import Cited, cited
from site_builder.entries import (
    ArticleEntry,
    Description,
    Doubt,
    FeedLink,
    IssueEntry,
    Link,
    NewspaperEntry,
    Origin,
    PageView,
    Part,
    Site,
    SourceRun,
)
from site_builder.language import INTERFACES, N_, _, is_chinese, is_traditional
from site_builder.model import HEADING_KINDS, Article, Finding, Issue, Newspaper, Page, SourcePage, TextBlock
from site_builder.reasons import Note, notes
from site_builder.report import FINDINGS
from site_builder.reporters import Reporter, by_initial, reporters
from site_builder.runs import Holdings

LONG_EVIDENCE = 60  # characters: more would be the largest part of what stands below a short article
HEADLINES = 3  # of an issue, in a list of issues
TITLE = N_("报纸档案")  # of a site that nobody gave a title

ABOVE = frozenset({"no-headline", "headline-doubt"})  # findings that stand under the headline, wherever they point
_PIECES = {"subheading": N_("小标题"), "caption": N_("图片说明"), "byline": N_("署名"), "jump": N_("转版")}
_PIECE = N_("文字")  # what a piece of any other kind is called


def home_link() -> Link:
    return Link(_("首页"), addresses.HOME)


def dates_link() -> Link:
    return Link(_("日期"), addresses.DATES)


class Views:
    """Turns the archive's nouns into what the templates show."""

    indexed = True  # whether the site can be searched

    def __init__(self, archive: Archive, base_url: str) -> None:
        self.archive = archive
        self.base_url = base_url
        self._leads: dict[str, str] = {}
        self._entries: dict[str, ArticleEntry] = {}
        self._issue_entries: dict[str, IssueEntry] = {}
        self._issues: dict[str, str] = {}
        self._cited: dict[str, Cited] = {}
        self._newspapers: dict[str, NewspaperEntry] = {}

    # ------------------------------------------------------------ the frame of every page

    @cached_property
    def site(self) -> Site:
        settings = self.archive.settings
        interface = settings.interface
        if interface.startswith("zh") and settings.language.startswith("zh"):
            traditional = interface == "zh-Hant"
            if traditional == is_traditional(settings.language):
                interface = settings.language
        return Site(
            title=settings.title or _(TITLE),
            description=settings.description,
            language=settings.language,
            interface=interface,
            printed=Markup("") if interface == settings.language else Markup(' lang="{}"').format(settings.language),
            said=Markup("") if interface == settings.language else Markup(' lang="{}"').format(interface),
            gap="" if is_chinese(interface) else " ",
            messages="" if settings.interface == INTERFACES[0] else addresses.MESSAGES,
            rights=settings.rights,
            contact=Link(_("联系我们"), _contact(settings.contact)) if settings.contact else None,
            editor_pages=tuple(Link(page.title, addresses.html(page.name)) for page in self.archive.editor_pages),
            opensearch=addresses.OPENSEARCH if self.base_url else "",
            feed=addresses.feed(addresses.HOME, "xml") if self.base_url and self.archive.issues else "",
        )

    def frame(
        self,
        path: str,
        title: str,
        *,
        description: str = "",
        crumbs: Iterable[Link] = (),
        section: str = "",
        listed: bool = True,
        described: Description | None = None,
        feeds: Iterable[FeedLink] = (),
        **content: object,
    ) -> dict[str, object]:
        """A page's context: what base.html needs, and the page's own content."""
        crumbs = tuple(crumbs)
        description = description or self.site.description
        canonical = addresses.absolute(path, self.base_url) if listed else ""
        return {
            "site": self.site,
            "path": path,
            "title": title,
            "description": description,
            "canonical": canonical,
            "listed": listed,
            "tags": self._tags(title, description, canonical, described) if listed else "",
            "linked_data": self._linked_data(path, crumbs, described) if listed else "",
            "feeds": tuple(feeds),
            "crumbs": crumbs,
            "section": section,
            **content,
        }

    def _tags(self, title: str, description: str, url: str, described: Description | None) -> Markup:
        site, language = self.site.title, self.site.interface
        if described is None:
            return meta_tags.html(meta_tags.shared(title, description, url, site, language))
        title, language, url = described.title or title, described.language or language, described.url or url
        site = site if described.site is None else described.site
        shared = meta_tags.shared(title, description, url, site, language, described.kind)
        return meta_tags.html([*shared, *described.tags])

    def _linked_data(self, path: str, crumbs: tuple[Link, ...], described: Description | None) -> Markup:
        if self.base_url:
            steps = _breadcrumbs(crumbs, self.base_url)
        else:
            steps = linked_data.breadcrumbs(crumbs, self.address_from(path))
        return linked_data.script(described.node if described else "", steps)

    def printed_in(self, page: Page, path: str) -> str:
        """The issue, or else the newspaper, that the page's articles were printed in, as JSON-LD for one of them."""
        issue = self.archive.issue_of.get(page.id)
        if issue is None or not self.base_url:
            return linked_data.printed_in(issue, page.newspaper, self.address_from(path))
        if issue.id not in self._issues:
            self._issues[issue.id] = linked_data.printed_in(issue, issue.newspaper, self.address_from(issue.url))
        return self._issues[issue.id]

    def address_from(self, path: str) -> Callable[[str], str]:
        """What makes full addresses of the site's, or where its own isn't known, links from the page at `path`."""
        if self.base_url:
            return partial(addresses.absolute, base_url=self.base_url)
        return partial(addresses.relative, path=path)

    # ------------------------------------------------------------ links

    def newspaper_link(self, newspaper: Newspaper) -> Link:
        return Link(newspaper.name, addresses.newspaper_url(newspaper.id))

    def issue_link(self, issue: Issue | None) -> Link | None:
        if issue is None:
            return None
        name = words.edition_name(issue.edition)
        date = words.long_date(issue.date)
        return Link(_("{date}（{edition}）", date=date, edition=name) if name else date, issue.url)

    def city_link(self, name: str) -> Link:
        """A city by name; it leads nowhere where the archive holds no issue and no article of the city."""
        city = self.archive.city(name)
        return Link(city.name, addresses.city_url(city.id) if city.id in self.city_ids else "")

    @cached_property
    def city_ids(self) -> frozenset[str]:
        return frozenset(place.city.id for place in self.archive.places)

    def topic_link(self, name: str) -> Link:
        return Link(name, addresses.topic_url(self.archive.topic(name).id))

    def reporter_link(self, name: str) -> Link:
        return Link(name, addresses.reporter_url(self.reporter_ids[name]))

    @cached_property
    def reporters(self) -> tuple[Reporter, ...]:
        return reporters(self.archive)

    @cached_property
    def reporters_by_initial(self) -> dict[str, list[Reporter]]:
        return by_initial(self.reporters)

    @cached_property
    def reporter_ids(self) -> dict[str, str]:
        return {reporter.name: reporter.id for reporter in self.reporters}

    def article_link(self, article: Article | None) -> Link | None:
        return None if article is None else Link(self.title_of(article), article.url)

    def title_of(self, article: Article) -> str:
        """An article's name in running words: what stands in for a headline is marked as such."""
        if article.withheld:
            return _("不予展示的文章")
        headed = self.archive.headed(article)
        if headed is None:
            return _("〔无题〕{words}", words=words.name_of(article))
        if headed is not article and self.first_part(article):
            return _("{headline}（续）", headline=headed.headline)
        return headed.headline

    def mark(self, article: Article) -> str:
        """What stands before a title that isn't printed there: 〔无题〕, 〔续〕, or where it is printed."""
        headed = self.archive.headed(article)
        if headed is None:
            return _("〔无题〕")
        if headed is article:
            return ""
        if self.first_part(article):
            return _("〔续〕")
        return _("〔题在{page}〕", page=words.page_label(self.archive.page_of[headed.page_id]))

    def cited(self, article: Article) -> Cited | None:
        """What a citation says of the article, all its parts as one; nothing of one that must not be shown."""
        if article.withheld:
            return None
        id = self.archive.whole_of(article)[0].id
        if id not in self._cited:
            self._cited[id] = cited(self.archive, article, self.site.title, self.base_url)
        return self._cited[id]

    def lead(self, article: Article) -> str:
        """How its text begins: worked out once, though an article stands in many lists."""
        if article.id not in self._leads:
            self._leads[article.id] = words.first_words(article, words.LEAD_LENGTH)
        return self._leads[article.id]

    def first_part(self, article: Article) -> Article | None:
        """The part that a continued article begins with, where this one is not it and it may be shown."""
        first = self.archive.whole_of(article)[0]
        return None if first.id == article.id else first

    def begun(self, article: Article) -> Link | None:
        """Where the article begins, if on another page: 上接第1版."""
        first = self.first_part(article)
        if first is None:
            return None
        return Link(_("上接{page}", page=words.page_label(self.archive.page_of[first.page_id])), first.url)

    def place_of(self, page: Page) -> str:
        """A page in words: 《辽源日报》2021年1月21日第1版."""
        facts = page.facts
        newspaper = _("《{newspaper}》", newspaper=facts.newspaper) if facts.newspaper else _("报纸不详，")
        date = words.long_date(facts.date) if facts.date else _("日期不详，")
        date = words.dated(date, words.edition_name(facts.edition))
        if facts.date and facts.page is None:
            date = _("{date}，", date=date)  # 版次不详 is a clause of its own
        return _("{newspaper}{date}{page}", newspaper=newspaper, date=date, page=words.page_label(page))

    @cached_property
    def chronicle(self) -> Chronicle:
        """What became of the archive by day. Of a correction in an article that must not be shown nothing is told."""
        archive = self.archive
        ends = archive.permalinks.ledger.end_of
        hidden = {id for id, article in archive.article_of.items() if article.withheld}
        told = [one for one in archive.corrections if one.done and ends(one.article_id) not in hidden]
        return chronicle(archive.permalinks.ledger, told)

    # ------------------------------------------------------------ entries of lists

    def article_entry(self, article: Article) -> ArticleEntry:
        """An article in a list: worked out once, though it stands in many."""
        if article.id not in self._entries:
            self._entries[article.id] = self._article_entry(article)
        return self._entries[article.id]

    def _article_entry(self, article: Article) -> ArticleEntry:
        page = self.archive.page_of[article.page_id]
        facts = page.facts
        first = self.first_part(article)
        named = self.archive.headed(article) or article
        untitled = not named.headline
        return ArticleEntry(
            title=words.headline_parts(words.name_of(named)),
            url=article.url,
            untitled=untitled,
            mark=self.mark(article),
            doubtful=self.headline_in_doubt(named),
            begun=self.begun(article),
            kicker=article.kicker,
            subtitle=article.subtitle,
            lead="" if untitled else self.lead(article),
            newspaper=facts.newspaper or _("报纸不详"),
            date=words.long_date(facts.date) if facts.date else _("日期不详"),
            inferred=facts.date_certainty == "inferred",
            page=words.page_label(page),
            jump="" if first is not None and "上接" in article.jump else article.jump,
        )

    def headline_in_doubt(self, article: Article) -> bool:
        """Whether the build doubts that the headline is this article's."""
        return any(finding.code == "headline-doubt" for finding in self.archive.findings_of.get(article.id, ()))

    def newspaper_entry(self, newspaper: Newspaper) -> NewspaperEntry:
        """A newspaper and how much of it is held: worked out once, though each page of its list shows it."""
        if newspaper.id not in self._newspapers:
            self._newspapers[newspaper.id] = self._newspaper_entry(newspaper)
        return self._newspapers[newspaper.id]

    def _newspaper_entry(self, newspaper: Newspaper) -> NewspaperEntry:
        issues = self.archive.issues_of.get(newspaper.id, ())
        undated = len(self.archive.undated_of.get(newspaper.id, ()))
        pages = sum(len(issue.pages) for issue in issues)
        own = addresses.newspaper_url(newspaper.id)
        return NewspaperEntry(
            link=self.newspaper_link(newspaper),
            city=self.city_link(newspaper.city) if newspaper.city else None,
            period=words.period(issues[0].date, issues[-1].date) if issues else "",
            held=(_("{n} 期", n=len(issues)), _("{n} 版", n=pages)) if issues else (),
            undated=Link(_("日期不详的 {n} 版", n=undated), f"{own}#undated") if undated else None,
        )

    def month_calendar(
        self,
        known: Sequence[Holdings],
        year: int,
        month: int,
        day_url: Callable[[dt.date], str],
        url: str = "",
        named: bool = True,
    ) -> MonthCalendar:
        """The calendar of a month: see calendars.month_calendar."""
        return month_calendar(known, year, month, day_url, url, named)

    def reasoned(self, known: Iterable[Holdings], first: dt.date, last: dt.date, named: bool = True) -> list[Note]:
        """What was reasoned of a stretch of time: see reasons.notes."""
        return notes(known, first, last, named)

    def issue_entry(self, issue: Issue) -> IssueEntry:
        """An issue in a list: worked out once, like an article."""
        if issue.id not in self._issue_entries:
            self._issue_entries[issue.id] = self._issue_entry(issue)
        return self._issue_entries[issue.id]

    def _issue_entry(self, issue: Issue) -> IssueEntry:
        shown = [article for article in issue.articles if not article.withheld]
        titled = [article for article in shown if article.headline]
        return IssueEntry(
            url=issue.url,
            newspaper=issue.newspaper.name,
            date=words.long_date(issue.date),
            weekday=words.weekday(issue.date),
            inferred=issue.date_certainty == "inferred",
            edition=words.edition_name(issue.edition),
            pages=len(issue.pages),
            articles=len(shown),
            headlines=tuple(self.article_entry(article) for article in (titled or shown)[:HEADLINES]),
        )

    def page_view(self, page: Page) -> PageView:
        shown = [article for article in page.articles if not article.withheld]
        return PageView(
            anchor=page.name if page.id in self.archive.issue_of else "page",
            label=words.page_label(page),
            entries=tuple(self.article_entry(article) for article in shown),
            furniture=tuple(_furniture(page)),
            withheld=len(page.articles) - len(shown),
            notes=tuple(self.notes(page)),
            doubts=tuple(self.doubt(finding) for finding in self.archive.findings_of.get(page.id, ())),
            origin=self.origin(page),
        )

    # ------------------------------------------------------------ what is known, how well, and from where

    def notes(self, page: Page, brief: bool = False) -> Iterable[str]:
        """What about this page is inferred, and from what; `brief` without evidence told at length."""
        facts = page.facts
        evidence = facts.evidence.strip()
        corrected = any(one.correction.fact == "date" for one in self.archive.page_corrections.get(page.id, ()))
        known = words.CORRECTED if corrected else words.CERTAINTY[facts.date_certainty]
        if brief and self.is_reasoned(page):
            evidence = ""
            yield _(known, evidence="").strip()
        if facts.date and evidence:  # a sentence of its own: it often has a colon in it
            yield _(known, evidence=evidence + "。" * (evidence[-1] not in "。.！？!?"))
        elif facts.date_certainty == "inferred" and not self.is_reasoned(page):
            yield _("日期系推断，版面上没有印出。")
        if page.newspaper_certainty == "inferred":
            yield _("报名系推断，版面上没有印出。")
        if page.page_certainty == "inferred":
            yield _("版次系推断，版面上没有印出。")

    def is_reasoned(self, page: Page) -> bool:
        """Whether what the date rests on is told at such length that the page's articles lead to it."""
        return page.facts.date is not None and len(page.facts.evidence.strip()) > LONG_EVIDENCE

    def doubt(self, finding: Finding) -> Doubt:
        name, meaning = FINDINGS.get(finding.code, (finding.code, ""))
        page = self.archive.page_of.get(finding.page_id)
        lines = words.line_ranges(finding.lines, page.source.shape if page else "")
        place, n = self._place(finding), len(finding.lines)
        return Doubt(finding.code, _(name), finding.message, _(meaning), lines, n, place)

    def _place(self, finding: Finding) -> Link:
        page = self.archive.page_of.get(finding.page_id)
        if page is None:
            return Link("", "")
        article = self.archive.article_of.get(finding.article_id)
        if article is None:
            return Link(self.place_of(page), page.url)
        place = _("{place}：{title}", place=self.place_of(page), title=self.title_of(article))
        return Link(place, article.url)

    def origin(self, page: Page, article: Article | None = None) -> Origin:
        """The source of a page, or of an article with its lines."""
        numbers = {line for block in article.blocks for line in block.lines} if article else set()
        lines = words.line_ranges(numbers, page.source.text)
        return Origin(page.source.source, addresses.source_page(page.id), lines, len(numbers))

    def report_url(self, article: Article) -> str:
        """Where a reader can report an error in this article, its id and address filled in."""
        contact = self.archive.settings.contact
        if not contact:
            return ""
        address = addresses.absolute(article.url, self.base_url) or article.url
        title = _in_address(_("勘误：{id}", id=article.id))
        lines = (_("文章编号：{id}", id=article.id), _("网页地址：{address}", address=address))
        body = _in_address("\n".join((*lines, "", _("有误之处："), "", _("应为："), "", _("依据："), "")))
        if contact.startswith(("http://", "https://")):
            return f"{contact}{'&' if '?' in contact else '?'}title={title}&body={body}"
        return f"{_contact(contact)}?subject={title}&body={body}"

    def source_runs(self, page: Page) -> Iterable[SourceRun]:
        """A page's source lines, cut where they go from one article to another. A blank line parts nothing."""
        owners: dict[int, list[Article]] = {}
        for article in page.articles:
            for number in {number for block in article.blocks for number in block.lines}:
                owners.setdefault(number, []).append(article)
        lines = page.source.text.splitlines()
        whose: list[Article] = []
        run: list[str] = []
        for number, line in enumerate(lines, 1):
            mine = owners.get(number, []) if line.strip() else whose
            if run and mine != whose:
                yield self._source_run(whose, run)
                run = []
            whose = mine
            run.append(f'<li id="L{number}" value={number}>{escape(line)}</li>')
        if run:
            yield self._source_run(whose, run)

    def _source_run(self, articles: Iterable[Article], lines: Iterable[str]) -> SourceRun:
        links = tuple(Link(self.title_of(one), "" if one.withheld else one.url) for one in articles)
        return SourceRun(links, Markup("<ol>" + "\n".join(lines) + "</ol>"))

    # ------------------------------------------------------------ an article's text

    def parts(self, article: Article, part: int = 1) -> Iterable[Part]:
        """The article's body in reading order: what stands in its heading and what is printed twice left out.

        `part` counts the pages that a continued article runs over: it keeps the anchors of its parts apart.
        """
        doubts = self._doubts_beside(article)
        numbers = count(1)
        for place, block in enumerate(article.blocks, 1):
            if block.kind == "duplicate" or block.kind in HEADING_KINDS:
                continue
            number = next(numbers) if block.kind == "paragraph" else 0
            anchor = f"p{number}" if number else f"b{place}"
            piece = Part(
                block.kind,
                block.text,
                anchor if part == 1 else f"part{part}-{anchor}",
                _("第{number}段", number=number) if number else _(_PIECES.get(block.kind, _PIECE)),
                self.lines(article, [block]),
                self.first_line(article, [block]),
                tuple(doubts.get(id(block), ())),
            )
            if block.kind == "jump":
                yield self._jump(article, piece)
            elif block.kind == "paragraph":
                lead, text = words.split_dateline(block.text, article.dateline)
                yield replace(piece, text=text, lead=lead) if lead else piece
            else:
                yield piece

    def lines(self, article: Article, blocks: Iterable[TextBlock]) -> Markup:
        """The source lines of some of an article's blocks; nothing for none."""
        source = self.archive.page_of[article.page_id].source
        starts = _line_starts(source)
        lines = [line for block in blocks for line in collation.collate(block, source.text, starts)]
        return collation.markup(lines, self.site.printed) if lines else Markup("")

    def first_line(self, article: Article, blocks: Iterable[TextBlock]) -> str:
        """Leads to the first source line of some of an article's blocks."""
        return addresses.source_page(article.page_id, min((n for block in blocks for n in block.lines), default=0))

    def heading(self, article: Article) -> tuple[TextBlock, ...]:
        """The printed pieces that stand above the article."""
        return tuple(block for block in article.blocks if block.kind in HEADING_KINDS)

    def doubts_of_heading(self, article: Article) -> list[Doubt]:
        """What is doubted about the article as a whole and its heading: all that stands beside no piece of its body."""
        return self._doubts_beside(article).get(0, [])

    def _doubts_beside(self, article: Article) -> dict[int, list[Doubt]]:
        """The doubts about an article by the piece that they stand beside: by its `id()`, 0 for the heading."""
        beside: dict[int, list[Doubt]] = {}
        for finding in self.archive.findings_of.get(article.id, ()):
            place = _beside(article, finding)
            beside.setdefault(id(place) if place else 0, []).append(self.doubt(finding))
        return beside

    def _jump(self, article: Article, piece: Part) -> Part:
        text = piece.text.strip("（）() 【】[]〔〕")
        back = "上接" in text
        other = self.archive.article_of.get(article.continues if back else article.continued_by)
        if other is not None:
            return replace(piece, text=text, link=self.article_link(other))
        issue = self.archive.issue_of.get(article.page_id)
        held = {page.facts.page for page in issue.pages} if issue else set()
        wanted = words.page_number(text)
        if wanted is None or wanted not in held:
            return replace(piece, text=text, note=_("本库未藏该版"))
        return replace(piece, text=text, note=_("该版上没有找到上文") if back else _("该版上没有找到下文"))


def _beside(article: Article, finding: Finding) -> TextBlock | None:
    """The piece of the body that a finding stands beside: where its place ends, or what was shown last before that."""
    if not finding.spans or finding.code in ABOVE:
        return None
    last = None
    for block in article.blocks:
        if block.kind != "duplicate" and block.kind not in HEADING_KINDS:
            last = block
        if any(start <= finding.spans[-1].start < end for start, end in block.spans):
            return last if block.kind not in HEADING_KINDS else None
    return None


@lru_cache(maxsize=4)
def _line_starts(source: SourcePage) -> list[int]:
    return collation.line_starts(source.text)


@lru_cache(maxsize=16)  # the articles of a page stand under the same
def _breadcrumbs(crumbs: tuple[Link, ...], base_url: str) -> str:
    return linked_data.breadcrumbs(crumbs, partial(addresses.absolute, base_url=base_url))


def _furniture(page: Page) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What is printed on the page besides its articles, by kind."""
    for kind, name in words.FURNITURE.items():
        if texts := tuple(block.text for block in page.furniture if block.kind == kind):
            yield _(name), texts


def _in_address(text: str) -> str:
    r"""The text as part of an address. Chinese stays as it is, for browsers encode it: that keeps pages short.

    >>> _in_address("勘误：a/b\n&")
    '勘误：a/b%0A%26'
    """
    return re.sub(r"[\x00-\x7f]+", lambda plain: quote(plain[0]), text)


def _contact(contact: str) -> str:
    return contact if contact.startswith(("http://", "https://", "mailto:")) else f"mailto:{contact}"
