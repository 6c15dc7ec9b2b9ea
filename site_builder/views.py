"""What the templates show: each noun with its words and links worked out, so that a template only sets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from site_builder import addresses, words
from site_builder.archive import Archive
from site_builder.model import HEADING_KINDS, Article, Finding, Issue, Newspaper, Page, TextBlock
from site_builder.report import FINDINGS

HEADLINES = 3  # of an issue, in a list of issues
TITLE = "报纸档案"  # of a site that nobody gave a title


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; `url` is empty where there is nowhere to go. `count` is what waits there."""

    text: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """What every page shows of the archive as a whole."""

    title: str
    description: str
    language: str
    rights: str
    contact: Link | None
    editor_pages: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article in a list. Without a headline, `title` is its first words and `untitled` is true."""

    title: str
    url: str
    untitled: bool
    kicker: str
    subtitle: str
    lead: str
    newspaper: str
    date: str
    inferred: bool
    page: str
    jump: str


@dataclass(frozen=True, slots=True)
class IssueEntry:
    """An issue in a list, with the first headlines of it."""

    url: str
    newspaper: str
    date: str
    weekday: str
    inferred: bool
    edition: str
    pages: int
    articles: int
    headlines: tuple[ArticleEntry, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A printed piece of an article's body; `lead` is the dateline that opens it, `link` where a jump goes."""

    kind: str
    text: str
    lead: str = ""
    link: Link | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding as a reader sees it: its short name, what it says here, what it means, where to look."""

    code: str
    name: str
    message: str
    meaning: str
    lines: str
    place: Link


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text came from: the source file, its text in the site, and its lines there."""

    source: str
    url: str
    lines: str


@dataclass(frozen=True, slots=True)
class PageView:
    """A printed page as its issue shows it."""

    anchor: str
    label: str
    entries: tuple[ArticleEntry, ...]
    furniture: tuple[tuple[str, tuple[str, ...]], ...]
    withheld: int
    notes: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    origin: Origin


class Views:
    """Turns the archive's nouns into what the templates show."""

    def __init__(self, archive: Archive, base_url: str) -> None:
        self.archive = archive
        self.base_url = base_url

    # ------------------------------------------------------------ the frame of every page

    @cached_property
    def site(self) -> Site:
        settings = self.archive.settings
        return Site(
            title=settings.title or TITLE,
            description=settings.description,
            language=settings.language,
            rights=settings.rights,
            contact=Link("联系我们", _contact(settings.contact)) if settings.contact else None,
            editor_pages=tuple(Link(page.title, addresses.html(page.name)) for page in self.archive.editor_pages),
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
        **content: object,
    ) -> dict[str, object]:
        """A page's context: what base.html needs, and the page's own content."""
        return {
            "site": self.site,
            "path": path,
            "title": title,
            "description": description or self.site.description,
            "canonical": addresses.absolute(path, self.base_url) if listed else "",
            "listed": listed,
            "crumbs": tuple(crumbs),
            "section": section,
            **content,
        }

    # ------------------------------------------------------------ links

    def newspaper_link(self, newspaper: Newspaper) -> Link:
        return Link(newspaper.name, addresses.newspaper_url(newspaper.id))

    def issue_link(self, issue: Issue | None) -> Link | None:
        if issue is None:
            return None
        name = words.edition_name(issue.edition)
        return Link(words.long_date(issue.date) + (f"（{name}）" if name else ""), issue.url)

    def city_link(self, name: str) -> Link:
        return Link(self.archive.city(name).name, addresses.city_url(self.archive.city(name).id))

    def topic_link(self, name: str) -> Link:
        return Link(name, addresses.topic_url(self.archive.topic(name).id))

    def article_link(self, article: Article | None) -> Link | None:
        return None if article is None else Link(title_of(article), article.url)

    def place_of(self, page: Page) -> str:
        """A page in words: 《辽源日报》2021年1月21日第1版."""
        facts = page.facts
        newspaper = f"《{facts.newspaper}》" if facts.newspaper else "报纸不详，"
        date = words.long_date(facts.date) if facts.date else "日期不详，"
        edition = words.edition_name(facts.edition)
        return f"{newspaper}{date}{edition}{words.page_label(page)}"

    # ------------------------------------------------------------ entries of lists

    def article_entry(self, article: Article) -> ArticleEntry:
        page = self.archive.page_of[article.page_id]
        facts = page.facts
        untitled = not article.headline
        return ArticleEntry(
            title=words.name_of(article),
            url=article.url,
            untitled=untitled,
            kicker=article.kicker,
            subtitle=article.subtitle,
            lead="" if untitled else words.first_words(article, words.LEAD_LENGTH),
            newspaper=facts.newspaper or "报纸不详",
            date=words.long_date(facts.date) if facts.date else "日期不详",
            inferred=facts.date_certainty == "inferred",
            page=words.page_label(page),
            jump=article.jump,
        )

    def issue_entry(self, issue: Issue) -> IssueEntry:
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

    def notes(self, page: Page) -> Iterable[str]:
        """What about this page is inferred, and from what."""
        evidence = page.facts.evidence.rstrip("。. ")
        if page.facts.date_certainty == "inferred":
            yield f"日期为推断：{evidence}。" if evidence else "日期为推断，版面上没有印出。"
        elif evidence and page.facts.date:
            yield f"日期{words.CERTAINTY[page.facts.date_certainty]}：{evidence}。"
        if page.newspaper_certainty == "inferred":
            yield "报名为推断，版面上没有印出。"
        if page.page_certainty == "inferred":
            yield "版次为推断，版面上没有印出。"

    def doubt(self, finding: Finding) -> Doubt:
        name, meaning = FINDINGS.get(finding.code, (finding.code, ""))
        page = self.archive.page_of.get(finding.page_id)
        lines = words.line_ranges(finding.lines, page.source.text if page else "")
        return Doubt(finding.code, name, finding.message, meaning, lines, self._place(finding))

    def _place(self, finding: Finding) -> Link:
        page = self.archive.page_of.get(finding.page_id)
        if page is None:
            return Link("", "")
        article = self.archive.article_of.get(finding.article_id)
        if article is None:
            return Link(self.place_of(page), page.url)
        return Link(f"{self.place_of(page)}：{title_of(article)}", article.url)

    def origin(self, page: Page, article: Article | None = None) -> Origin:
        """The source of a page, or of an article with its lines."""
        numbers = {line for block in article.blocks for line in block.lines} if article else set()
        return Origin(page.source.source, addresses.source_text(page.id), words.line_ranges(numbers, page.source.text))

    def report_url(self, article: Article) -> str:
        """Where a reader can report an error in this article, its id and address filled in."""
        contact = self.archive.settings.contact
        if not contact:
            return ""
        address = addresses.absolute(article.url, self.base_url) or article.url
        title = quote(f"勘误：{article.id}")
        body = quote(f"文章编号：{article.id}\n网页地址：{address}\n\n有误之处：\n\n应为：\n\n依据：\n")
        if contact.startswith(("http://", "https://")):
            return f"{contact}{'&' if '?' in contact else '?'}title={title}&body={body}"
        return f"{_contact(contact)}?subject={title}&body={body}"

    # ------------------------------------------------------------ an article's text

    def parts(self, article: Article) -> Iterable[Part]:
        """The article's body in reading order: what stands in its heading and what is printed twice left out."""
        for block in article.blocks:
            if block.kind == "jump":
                yield self._jump(article, block)
            elif block.kind == "paragraph":
                lead, text = words.split_dateline(block.text, article.dateline)
                yield Part(block.kind, text, lead)
            elif block.kind != "duplicate" and block.kind not in HEADING_KINDS:
                yield Part(block.kind, block.text)

    def _jump(self, article: Article, block: TextBlock) -> Part:
        text = block.text.strip("（）() 【】[]〔〕")
        back = "上接" in text
        other = self.archive.article_of.get(article.continues if back else article.continued_by)
        if other is not None:
            return Part("jump", text, link=self.article_link(other))
        issue = self.archive.issue_of.get(article.page_id)
        held = {page.facts.page for page in issue.pages} if issue else set()
        wanted = words.page_number(text)
        if wanted is None or wanted not in held:
            return Part("jump", text, note="本库未收该版")
        return Part("jump", text, note="未在该版找到上文" if back else "未在该版找到下文")


def title_of(article: Article) -> str:
    """An article's name in running words: what stands in for a headline is marked as such."""
    if article.withheld:
        return "不予展示的文章"
    return article.headline or f"〔无题〕{words.name_of(article)}"


def _furniture(page: Page) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What is printed on the page besides its articles, by kind."""
    for kind, name in words.FURNITURE.items():
        if texts := tuple(block.text for block in page.furniture if block.kind == kind):
            yield name, texts


def _contact(contact: str) -> str:
    return contact if contact.startswith(("http://", "https://", "mailto:")) else f"mailto:{contact}"
