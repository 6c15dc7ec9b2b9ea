"""What the pages of bylines show: the names, and under each name its articles with the words that were printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_builder import addresses, words
from site_builder.entries import Link
from site_builder.language import _
from site_builder.listing import ListPage
from site_builder.model import Article
from site_builder.reporters import FAR_APART, Reporter, Stretch, printed_byline, stretches
from site_builder.views import Views, home_link

Context = Mapping[str, object]

NAMES = 400  # on one page: more are parted by letter
MOST = 60  # names of the most articles, where not all are on one page


@dataclass(frozen=True, slots=True)
class Letter:
    """A page of the names under a letter; `here` is its number among `urls`, the letter's pages, from 0."""

    url: str
    letter: str
    reporters: tuple[Reporter, ...]
    here: int
    ranges: tuple[Link, ...]  # the letter's pages, each by its first and last name, where there are several


@dataclass(frozen=True, slots=True)
class Names:
    """Names under a heading; `id` is its anchor."""

    heading: str
    id: str
    names: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """An article under a name: where it was printed, and the printed words that name its author."""

    article: Link
    place: str
    inferred: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under a name in one newspaper in one stretch of years."""

    newspaper: str  # "" if unknown
    years: str
    entries: tuple[Signed, ...]


# ---------------------------------------------------------------- the names


def names(views: Views) -> Context:
    """All names by letter; where there are many, those of the most articles, and the letters to go on to."""
    reporters = views.reporters
    if len(reporters) <= NAMES:
        groups = [
            Names(_heading(letter), f"letter-{letter if letter.isalpha() else '0'}", tuple(map(_link, found)))
            for letter, found in views.reporters_by_initial.items()
        ]
        ways = [Link(group.heading, f"{addresses.REPORTERS}#{group.id}") for group in groups] if groups[1:] else []
    else:
        most = sorted(reporters, key=lambda reporter: -len(reporter.articles))[:MOST]
        groups = [Names(_("文章最多的"), "most", tuple(map(_link, most)))]
        ways = _ways(views)
    return views.frame(
        addresses.REPORTERS,
        _("按署名浏览"),
        description=_("文章的署名，共 {n} 个，附原版所印的文字。", n=len(reporters)),
        crumbs=[home_link(), Link(_("署名"), "")],
        section="reporters",
        total=len(reporters),
        ways=ways,
        ranges=(),
        groups=groups,
    )


def letters(views: Views) -> Iterator[Letter]:
    """The pages of names by letter, where one page can't hold all."""
    if len(views.reporters) <= NAMES:
        return
    for letter, found in views.reporters_by_initial.items():
        chunks = [tuple(found[start : start + NAMES]) for start in range(0, len(found), NAMES)]
        own = addresses.initial_url(letter)
        urls = [own, *(addresses.list_page(own, number) for number in range(2, len(chunks) + 1))]
        ranges = tuple(
            Link(f"{chunk[0].name}—{chunk[-1].name}", url) for chunk, url in zip(chunks, urls, strict=True)
        )  # fmt: skip
        for here, (chunk, url) in enumerate(zip(chunks, urls, strict=True)):
            yield Letter(url, letter, chunk, here, ranges if len(chunks) > 1 else ())


def letter(views: Views, part: Letter) -> Context:
    heading = _heading(part.letter)
    title = _("署名：{letter}", letter=heading)
    if part.ranges:
        title = _("{title}（{range}）", title=title, range=part.ranges[part.here].text)
    return views.frame(
        part.url,
        title,
        crumbs=[home_link(), Link(_("署名"), addresses.REPORTERS), Link(heading, "")],
        section="reporters",
        total=len(views.reporters),
        ways=_ways(views),
        ranges=part.ranges,
        groups=[Names(heading, "letter", tuple(map(_link, part.reporters)))],
    )


def _ways(views: Views) -> list[Link]:
    return [
        Link(_heading(letter), addresses.initial_url(letter), len(found))
        for letter, found in views.reporters_by_initial.items()
    ]


def _heading(letter: str) -> str:
    return letter if letter.isalpha() else _("其他")


def _link(reporter: Reporter) -> Link:
    return Link(reporter.name, addresses.reporter_url(reporter.id), len(reporter.articles))


# ---------------------------------------------------------------- one name


def reporter(views: Views, reporter: Reporter, part: ListPage[Article]) -> Context:
    groups = [_group(views, reporter.name, stretch) for stretch in stretches(views.archive, part.entries)]
    return views.frame(
        part.url,
        _("署名{name}的文章", name=words.quote(reporter.name)),
        description=_("各报署名{name}的文章，共 {n} 篇。", name=words.quote(reporter.name), n=len(reporter.articles)),
        crumbs=[home_link(), Link(_("署名"), addresses.REPORTERS), Link(reporter.name, "")],
        section="reporters",
        name=reporter.name,
        gap=FAR_APART,
        groups=groups,
        pager=part.pager,
    )


def _group(views: Views, name: str, stretch: Stretch) -> Group:
    entries: Sequence[Signed] = [_signed(views, article, name) for article in stretch.articles]
    if stretch.first is None or stretch.last is None:
        years = _("日期不详")
    elif stretch.first.year == stretch.last.year:
        years = _("{year}年", year=stretch.first.year)
    else:
        years = _("{first}年至{last}年", first=stretch.first.year, last=stretch.last.year)
    return Group(stretch.newspaper, years, tuple(entries))


def _signed(views: Views, article: Article, name: str) -> Signed:
    page = views.archive.page_of[article.page_id]
    return Signed(
        article=Link(views.title_of(article), article.url),
        place=views.place_of(page),
        inferred=page.facts.date_certainty == "inferred",
        evidence=printed_byline(article, name),
    )
