"""The nouns of a newspaper archive.

Everything here is frozen: a stage takes nouns and returns new ones (`dataclasses.replace`). All offsets are
half-open and count Unicode code points in `SourcePage.text`. The names are those of METS/ALTO, NDNP and impresso.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

from site_builder.light import light

Certainty = Literal["given", "stated", "inferred", "unknown"]
"""How a fact is known: by archive.toml or the path; printed on the page; reasoned from the text; not at all."""

ARTICLE_KINDS = ("kicker", "headline", "subtitle", "byline", "paragraph", "subheading", "caption", "jump", "duplicate")
FURNITURE_KINDS = ("masthead", "folio", "imprint", "rubric", "teaser", "editor", "other")
FIRST_EDITION = "a"  # in a claim: the first edition, whatever anybody else says; a page of it has edition ""
RUNNING_KINDS = frozenset({"paragraph", "subheading"})
BEFORE = "before"  # in the open data, of no printed piece: what a corrected one said before
HEADING_KINDS = ("kicker", "headline", "subtitle")
SHORT_KINDS = frozenset((*HEADING_KINDS, "jump"))  # of which a `Digest` has all blocks


class Span(NamedTuple):
    """A stretch of a page's source text: code points `start` to `end`, half-open."""

    start: int
    end: int


def file_and_number(source: str) -> tuple[str, int]:
    """The file that a page's source names, and which of the file's pages it is.

    >>> file_and_number("box-3/a.txt#2"), file_and_number("box #3/a#2.txt")
    (('box-3/a.txt', 2), ('box #3/a#2.txt', 1))
    """
    file, mark, number = source.rpartition("#")
    return (file, int(number)) if mark and number.isdecimal() else (source, 1)


def natural_order(name: str) -> tuple[tuple[int, str], ...]:
    """Sorts `2.txt` before `10.txt`, and a name before any that goes on behind it.

    >>> sorted(["10.txt", "2.txt", "a/1.txt", "2.txt#2"], key=natural_order)
    ['2.txt', '2.txt#2', '10.txt', 'a/1.txt']
    >>> sorted(["p1-01-2", "p1-01 (1)", "p1-01", "p1-01-10"], key=natural_order)
    ['p1-01', 'p1-01 (1)', 'p1-01-2', 'p1-01-10']
    """
    parts = re.findall(r"\d+|\D+", name)
    return (*((int(part), "") if part.isdecimal() else (1 << 60, part) for part in parts), (0, name))


# ---------------------------------------------------------------- what the source folder says


class Days(NamedTuple):
    """A stretch of days, both ends included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Newspaper:
    """A title: 辽源日报. `id` is its address (`liaoyuan-ribao`)."""

    id: str
    name: str
    other_names: tuple[str, ...] = ()
    city: str = ""
    publisher: str = ""
    first: dt.date | None = None  # the day of its first issue
    last: dt.date | None = None
    missing: tuple[Days, ...] = ()  # days of which the issue is known to be missing here
    not_published: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True)
class City:
    """A city as the archive's cities index shows it; `other_names` also count as mentions of it."""

    id: str
    name: str
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject heading and the words that speak for it. `id` is its address (`yiqing-fangkong`)."""

    id: str
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What somebody or something claims about one page. `None` and `""` mean: says nothing.

    Comes from a `[[pages]]` entry of archive.toml, from the path, from the masthead and folio, or from inference.
    `newspaper` is a display name or an id; `edition` is `""` or a letter (`b` for a day's second edition, and
    FIRST_EDITION where somebody says that it is the first).
    """

    newspaper: str = ""
    city: str = ""
    date: dt.date | None = None
    date_certainty: Certainty = "unknown"
    evidence: str = ""
    page: int | None = None
    edition: str = ""
    issue_number: str = ""  # 总第8201期 -> "8201"
    weekday: str = ""  # as printed: 星期四
    lunar_date: str = ""  # as printed: 庚子年十二月初九
    page_count: int | None = None  # 今日4版

    def over(self, other: PageFacts) -> PageFacts:
        """What archive.toml says of a page by two of its tables; this one comes first. A date keeps its evidence."""
        date = self if self.date else replace(other, evidence=self.evidence or other.evidence)
        return replace(
            self,
            newspaper=self.newspaper or other.newspaper,
            city=self.city or other.city,
            date=date.date,
            date_certainty=date.date_certainty,
            evidence=date.evidence,
            page=self.page or other.page,
            edition=self.edition or other.edition,
        )


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One `[[pages]]` table of archive.toml: facts given for the page whose source this is."""

    source: str
    facts: PageFacts


@dataclass(frozen=True, slots=True)
class Settings:
    """archive.toml, checked. Every field has a default, so a folder without the file is a valid archive."""

    title: str = ""
    description: str = ""
    base_url: str = ""  # absolute, ends with "/"; "" if unknown
    host: str = ""  # "", "netlify", "github-pages" or "cloudflare-pages"
    language: str = "zh-CN"  # of what was printed
    interface: str = "zh-Hans"  # of the site's own words: one of language.INTERFACES
    rights: str = ""
    contact: str = ""  # a mail address or a web address
    templates: Path | None = None
    withhold: tuple[str, ...] = ()  # ids of articles whose text must not be shown
    newspapers: tuple[Newspaper, ...] = ()
    cities: tuple[City, ...] = ()
    topics: tuple[Topic, ...] = ()  # empty: the built-in list
    pages: tuple[PageEntry, ...] = ()
    _given: dict[str, PageFacts] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_given", {entry.source: entry.facts for entry in self.pages})

    def given(self, source: str) -> PageFacts:
        """What archive.toml says of a page: the table of its own source, and that of its file (but for the number).

        >>> tables = (PageEntry("a.txt", PageFacts("甲报", page=1)), PageEntry("a.txt#3", PageFacts(page=4)))
        >>> given = [Settings(pages=tables).given(source) for source in ("a.txt", "a.txt#2", "a.txt#3")]
        >>> [(facts.newspaper, facts.page) for facts in given]
        [('甲报', 1), ('甲报', None), ('甲报', 4)]
        """
        own = self._given.get(source, PageFacts())
        file, number = file_and_number(source)
        return own if number == 1 else own.over(replace(self._given.get(file, PageFacts()), page=None))


@dataclass(frozen=True, slots=True)
class Reading:
    """A page as some program recognised it: the file (`01.alt-tesseract.txt`) and the text."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page's text exactly as decoded. `source` is the file's path relative to the source folder, with `/`,
    and `#2` for the second page of a file with form feeds. `facts` is what the path says.

    Where the page was recognised more than once, `others` are the readings that are not published, and `reading` is
    the file of the one that is, if that is not `source` itself.
    """

    source: str
    text: str
    facts: PageFacts = field(default_factory=PageFacts)
    reading: str = ""
    others: tuple[Reading, ...] = ()

    @property
    def shape(self) -> str:
        r"""The text with a sign for each line that is not blank: all that numbers of lines need to be told by.

        >>> SourcePage("a.txt", "本报讯\n\n今天。").shape
        'x\n\nx'
        """
        return "\n".join("x" if line.strip() else "" for line in self.text.splitlines())


@dataclass(frozen=True, slots=True)
class EditorPage:
    """A page written by the archive's editors (about.md): `name` is its address without `.html`."""

    name: str
    title: str
    html: str


# ---------------------------------------------------------------- what the editors set right

CorrectionState = Literal["applied", "re-anchored", "already-right", "conflict", "orphaned", "withheld"]
"""applied: the quoted words stood where the correction says, and were set right. re-anchored: they were read otherwise
or stood elsewhere, and were set right. already-right: the source says by itself what the correction wants. conflict:
the words may be found, but it can't be told whether this is still what was meant. orphaned: they are not found.
withheld: they belong to a text that must not be shown."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One `[[corrections]]` table of a file in corrections/. `exact`, `prefix`, `suffix` are a W3C TextQuoteSelector;
    `article` or `page` is the id under which the words were read. What else is filled depends on `do`: corrections.py.
    """

    file: str  # corrections/2026-11.toml
    number: int  # of its table in the file, from 1
    line: int  # where that begins
    do: str
    exact: str
    by: str
    date: dt.date
    why: str
    article: str = ""
    page: str = ""
    prefix: str = ""
    suffix: str = ""
    becomes: str = ""
    kind: str = ""
    fact: str = ""
    was: str = ""
    to: str = ""  # the id of the article that takes it in
    after: str = ""  # a quotation of the piece that it stands behind
    before: str = ""  # or in front of

    @property
    def name(self) -> str:
        """Its place, for messages: `corrections/2026-11.toml, line 12`."""
        return f"{self.file}, line {self.line}"

    @property
    def order(self) -> tuple[dt.date, tuple[tuple[int, str], ...], int]:
        """Corrections are carried out by date; those of a day by file and place, unless one waits for another.

        Files go by their names without `.toml`, numbers in them by size: the second file of a day and article, which
        `correct` calls `…-2.toml` and a browser `… (1).toml`, comes after the first.
        """
        return self.date, natural_order(self.file.removesuffix(".toml")), self.number


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a correction: `before` is what it replaced, `message` says why it could not be carried out, or of
    a `veiled` one, which has no words, why they are not told.
    """

    correction: Correction
    state: CorrectionState
    page_id: str = ""
    article_id: str = ""
    before: str = ""
    message: str = ""
    veiled: bool = False

    @property
    def done(self) -> bool:
        return self.state in ("applied", "re-anchored")


# ---------------------------------------------------------------- what stands on a page


@light(frozen=True, slots=True)
class Line:
    r"""A printed line. `text` is what was printed, as far as cleaning can tell; `span` is where it stands in the
    source, white space at both ends left out. `skips` are offsets inside the span of characters that are markup of
    the source, not print (a Markdown `\\`). `rules` names the cleaning rules that changed the text.
    """

    span: Span
    text: str
    number: int  # of the line in the source text, from 1
    blank_before: int = 0  # blank lines between this line and the one before
    indent: int = 0  # columns of white space before it (a full-width space counts two)
    heading: int = 0  # level of a Markdown heading, else 0
    skips: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    order: int = 0  # its place in the page's reading order, which columns side by side make another than the source's

    def cut(self, start: int, end: int) -> Line:
        """The part of an uncleaned line from `start` to `end` of its text, without white space at its ends."""
        text = self.text[start:end]
        inner = text.strip()
        begin = self.span.start + start + text.index(inner)
        blank, indent = (0, 0) if start else (self.blank_before, self.indent)
        span = Span(begin, begin + len(inner))
        # Not by dataclasses.replace, which costs three times as much: a page has hundreds of lines.
        return Line(span, inner, self.number, blank, indent, self.heading, self.skips, self.rules, self.order)

    def cleaned(self, text: str, rules: tuple[str, ...], order: int) -> Line:
        """The line as it was printed, with the rules that changed it and its place in the page's order."""
        if order == self.order and not rules:
            return self
        blank, indent, heading = self.blank_before, self.indent, self.heading
        return Line(self.span, text, self.number, blank, indent, heading, self.skips, rules, order)

    def below(self, blank: int) -> Line:
        """The line with so many blank lines between it and the one before."""
        rest = self.indent, self.heading, self.skips, self.rules, self.order
        return Line(self.span, self.text, self.number, blank, *rest)

    def marked(self, rule: str) -> Line:
        """The line with one more rule."""
        place = self.blank_before, self.indent, self.heading, self.skips
        return Line(self.span, self.text, self.number, *place, (*self.rules, rule), self.order)

    @property
    def spans(self) -> Iterator[Span]:
        """The line's span with the skipped characters cut out."""
        start = self.span.start
        for skip in self.skips:
            if skip > start:
                yield Span(start, skip)
            start = skip + 1
        if start < self.span.end:
            yield Span(start, self.span.end)


@light(frozen=True, slots=True)
class TextBlock:
    """A printed piece: `kind` is one of ARTICLE_KINDS or FURNITURE_KINDS, `text` what the site shows."""

    kind: str
    text: str
    spans: tuple[Span, ...]
    lines: tuple[int, ...] = ()  # numbers of the source lines it was rebuilt from
    corrected: bool = False  # by an editor: in its wording, its kind, its borders or its place
    before: str = ""  # where its wording was: what was read in the source

    @property
    def read(self) -> str:
        """Its text as it was read in the source, before any correction: what its spans hold."""
        return self.before or self.text


@dataclass(frozen=True, slots=True)
class Digest:
    """What a list shows of an article and the ledger asks of it, for articles whose blocks aren't at hand: how many
    blocks there are, those of SHORT_KINDS (without spans), how its text begins (by the length asked for, behind this
    dateline), its first words for the ledger, its size and fingerprint there, and the words that name its reporters.
    """

    blocks: int
    short: tuple[TextBlock, ...]
    dateline: str
    openings: Mapping[int, str]
    begins: str
    size: int
    fingerprint: str
    signed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Article:
    """An article's part on one page. `id`, `url`, `page_id` are empty until the archive is gathered."""

    blocks: Sequence[TextBlock]
    byline: tuple[str, ...] = ()
    dateline: str = ""
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    id: str = ""
    url: str = ""
    page_id: str = ""
    continues: str = ""  # id of the part it goes on from
    continued_by: str = ""
    withheld: bool = False
    history: tuple[Outcome, ...] = ()  # the corrections that were carried out in it

    def joined(self, kind: str) -> str:
        """The texts of all blocks of a kind, joined by one space."""
        return " ".join(block.text for block in self.blocks_of(kind))

    @property
    def digest(self) -> Digest | None:
        """What is known of the blocks without fetching them; None where they are at hand."""
        return getattr(self.blocks, "digest", None)

    def blocks_of(self, kind: str) -> list[TextBlock]:
        """Its blocks of a kind; those of SHORT_KINDS have no spans if they aren't at hand."""
        digest = self.digest
        blocks = self.blocks if digest is None or kind not in SHORT_KINDS else digest.short
        return [block for block in blocks if block.kind == kind]

    @property
    def kicker(self) -> str:
        return self.joined("kicker")

    @property
    def headline(self) -> str:
        return self.joined("headline")

    @property
    def subtitle(self) -> str:
        return self.joined("subtitle")

    @property
    def jump(self) -> str:
        """The jump line's words without brackets: 下转四版."""
        return self.joined("jump").strip("（）() ")

    @property
    def running_text(self) -> str:
        """Its paragraphs and subheadings, joined without a break."""
        return "".join(block.text for block in self.blocks if block.kind in RUNNING_KINDS)

    @property
    def text(self) -> str:
        """Everything printed in it but duplicates, one block a line."""
        return "\n".join(block.text for block in self.blocks if block.kind != "duplicate")


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt about the archive, for readers and editors. `code` is a key of report.FINDINGS; `message` is Chinese,
    complete in itself. `lines` are source line numbers, for a reader to look at.
    """

    code: str
    message: str
    page_id: str = ""
    article_id: str = ""
    spans: tuple[Span, ...] = ()
    lines: tuple[int, ...] = ()
    article: int | None = None  # its number on the page, from 0, until ids are known


@dataclass(frozen=True, slots=True)
class Page:
    """A printed page, restored. Before gathering, `id` is empty and `facts` is what the page itself says
    (masthead, folio, inference); after it, `facts` is what the archive has settled on and `newspaper` is set.
    """

    source: SourcePage
    furniture: Sequence[TextBlock]
    articles: tuple[Article, ...]
    findings: tuple[Finding, ...] = ()
    facts: PageFacts = field(default_factory=PageFacts)
    newspaper: Newspaper | None = None
    newspaper_certainty: Certainty = "unknown"
    page_certainty: Certainty = "unknown"
    id: str = ""
    url: str = ""  # the issue's page with this page's anchor, or the undated page's own

    @property
    def name(self) -> str:
        """Its place in the issue as an address: `p1`, `p1-b`, or the source's name where the number is unknown."""
        return self.id.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Issue:
    """All that the archive holds of one newspaper on one day (and edition), pages in order."""

    id: str  # liaoyuan-ribao/2021/01-21
    url: str  # liaoyuan-ribao/2021/01-21.html
    newspaper: Newspaper
    date: dt.date
    pages: tuple[Page, ...]
    edition: str = ""

    def _first(self, name: str) -> object:
        return next((value for page in self.pages if (value := getattr(page.facts, name))), None)

    @property
    def weekday(self) -> str:
        return str(self._first("weekday") or "")

    @property
    def lunar_date(self) -> str:
        return str(self._first("lunar_date") or "")

    @property
    def issue_number(self) -> str:
        return str(self._first("issue_number") or "")

    @property
    def page_count(self) -> int | None:
        count = self._first("page_count")
        return count if isinstance(count, int) else None

    @property
    def date_certainty(self) -> Certainty:
        """The strongest certainty that any of its pages has."""
        order: tuple[Certainty, ...] = ("given", "stated", "inferred")
        known = {page.facts.date_certainty for page in self.pages}
        return next((certainty for certainty in order if certainty in known), "unknown")

    @property
    def articles(self) -> tuple[Article, ...]:
        return tuple(article for page in self.pages for article in page.articles)
