"""The tags for citing, read as Zotero reads them.

The rules are those of Zotero's translators as public on GitHub in zotero/translators: “Embedded Metadata.js” (last
updated 2024-06-13) and “RDF.js”, which it hands to what it finds under a known prefix. Told in our own words:

- A tag's name is parted at `.`, `:` and `_`; its prefix (`DC`, `og`, `article`, `prism`, `bibo`, `eprints`) says which
  vocabulary it belongs to, whatever its case. The first letter of what follows is made small.
- The type of item is that of `og:type` if it is `website` (a web page) or a book, film or recording; else `DC.type` if
  that is one of Zotero's types; else a journal article where there is a `citation_title`; else a web page.
  `citation_journal_title` would overrule all of them.
- Each field takes the first of several tags, in the order of FIELDS. A newspaper article's publication may come from
  `og:site_name`. HighWire's tags then overrule title, date, language, creators and page.
- `DC.coverage` becomes the place in an archive; in `DC.identifier` numbers are looked for.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
import rispy
from test_archive import LIAOYUAN, article, page, stated, withheld
from test_linked_data import graph
from test_outputs import continued_archive, sample, unbroken, written

from site_builder.archive import Archive, gather
from site_builder.model import Article, PageFacts, Settings, TextBlock

BASE = "https://example.org/archive/"
PREFIXES = frozenset({"dc", "dcterms", "og", "article", "prism", "bibo", "eprints"})
ZOTEROS_TYPES = frozenset({"newspaperArticle", "journalArticle", "webpage", "book"})
FIELDS = {
    "title": ("dc:title", "og:title"),
    "publicationTitle": ("prism:publicationName", "dc:source"),
    "date": ("prism:publicationDate", "article:published_time", "dc:date"),
    "pages": ("bibo:pages", "prism:startingPage"),
    "edition": ("prism:edition",),
    "place": ("eprints:place_of_pub",),
    "language": ("dc:language",),
    "url": ("og:url",),
    "section": ("article:section",),
    "archiveLocation": ("dc:coverage",),
    "abstractNote": ("og:description", "dc:description"),
}
HIGHWIRE = {"title": "citation_title", "date": "citation_publication_date", "language": "citation_language"}


class Head(HTMLParser):
    """The tags of a page's head: name and value, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str]] = []
        self.feed(text[: text.index("</head>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or found.get("property")
        if tag == "meta" and name and found.get("content"):
            self.tags.append((name, found["content"] or ""))


def saved(text: str) -> dict[str, object]:
    """The item that Zotero makes of a page, by the rules above."""
    tags = Head(text).tags
    told: dict[str, list[str]] = {}
    for name, value in tags:
        prefix, *rest = re.split("[.:_]", name)
        if rest and prefix.casefold() in PREFIXES:
            own = name[len(prefix) + 1 :]
            told.setdefault(f"{prefix.casefold()}:{own[0].lower()}{own[1:]}", []).append(value)
        elif name.startswith("citation_"):
            told.setdefault(name, []).append(value)

    def first(*names: str) -> str:
        return next((told[name][0] for name in names if name in told), "")

    kind = first("dc:type")
    if "citation_journal_title" in told:
        kind = "journalArticle"
    elif first("og:type") == "website":
        kind = "webpage"
    elif kind not in ZOTEROS_TYPES:
        kind = "journalArticle" if "citation_title" in told else "webpage"
    item: dict[str, object] = {"itemType": kind}
    item |= {field: value for field, names in FIELDS.items() if (value := first(*names))}
    if "publicationTitle" not in item and kind in ("newspaperArticle", "webpage") and first("og:site_name"):
        item["publicationTitle"] = first("og:site_name")
    item |= {field: value for field, name in HIGHWIRE.items() if (value := first(name))}
    creators = told.get("citation_author") or told.get("dc:creator")
    item |= {"creators": creators} if creators else {}
    start, end = first("citation_firstpage"), first("citation_lastpage")
    item |= {"pages": f"{start}-{end}" if end else start} if start else {}
    return item


def test_zotero_saves_a_newspaper_article_with_all_that_a_citation_needs(tmp_path: Path) -> None:
    site = written(sample(), tmp_path, BASE)
    assert saved(site["liaoyuan-ribao/2021/01-21/p1-01.html"]) == {
        "itemType": "newspaperArticle",
        "title": "抓好春耕 不误农时：李某参加",
        "creators": ["张赫"],
        "publicationTitle": "辽源日报",
        "date": "2021-01-21",
        "pages": "1",
        "place": "辽源",
        "language": "zh-CN",
        "url": "https://example.org/archive/liaoyuan-ribao/2021/01-21/p1-01.html",
        "abstractNote": "昨日，市长到东丰县调研。",
    }
    assert saved(site["liaoyuan-ribao/2021/01-21.html"])["itemType"] == "webpage"


def test_every_article_of_the_sample_archive_is_one(seed_site: Path) -> None:
    pages = [file.read_text("utf-8") for file in sorted(seed_site.glob("*/20??/*/*.html"))]
    items = [saved(text) for text in pages if '<article class="article">' in text]
    assert len(items) == 36
    papers = {"白城日报", "辽源日报", "吉林日报"}
    assert {item["itemType"] for item in items} == {"newspaperArticle"}
    assert {item["publicationTitle"] for item in items} == papers
    assert {item["pages"] for item in items} == {"1"}
    assert {item["language"] for item in items} == {"zh-CN"}
    assert {item["date"] for item in items} == {"2020-02-19", "2021-01-21", "2022-04-04", "2022-04-21"}


def test_only_source_texts_and_the_page_for_what_is_missing_have_no_tags_for_sharing(seed_site: Path) -> None:
    for file in sorted(seed_site.rglob("*.html")):
        shared = any(name.startswith("og:") for name, _ in Head(file.read_text("utf-8")).tags)
        assert shared != (file.name == "404.html" or file.name.endswith("-00.html")), file


def test_only_one_tag_of_each_kind_is_told_but_for_names_and_topics(seed_site: Path) -> None:
    for file in sorted(seed_site.rglob("*.html")):
        names = [name for name, _ in Head(file.read_text("utf-8")).tags]
        many = {"DC.creator", "citation_author", "article:tag"}
        assert sorted({name for name in names if names.count(name) > 1} - many) == [], file
        assert not {"citation_journal_title", "DC.coverage", "DC.identifier", "article:section"} & set(names), file


def test_an_article_on_two_pages_has_both_numbers_and_no_range(tmp_path: Path) -> None:
    site = written(continued_archive("余下的话。"), tmp_path, BASE)
    assert saved(site["liaoyuan-ribao/2021/01-21/p1-01.html"])["pages"] == "1, 4"


def in_two_parts(headlines: tuple[str, str]) -> Archive:
    """An article of two pages, each part with a headline or without, signed by several hands."""
    first = Article(
        (
            *([TextBlock("headline", headlines[0], ()), TextBlock("subtitle", "——纪实", ())] if headlines[0] else ()),
            TextBlock("paragraph", "昨日，市长到东丰县调研，", ()),
            TextBlock("jump", "下转四版", ()),
        ),
        byline=("张赫",),
        topics=("春耕",),
    )
    rest = Article(
        (
            TextBlock("jump", "上接一版", ()),
            *([TextBlock("headline", headlines[1], ())] if headlines[1] else ()),
            TextBlock("paragraph", "种子充足，农机已经检修。", ()),
        ),
        byline=("通讯员甲",),
        topics=("农机",),
    )
    pages = [page("a.txt", first, facts=stated()), page("b.txt", rest, facts=stated(number=4))]
    return gather(Settings(newspapers=(LIAOYUAN,)), pages)


FIRST, SECOND = "liaoyuan-ribao/2021/01-21/p1-01.html", "liaoyuan-ribao/2021/01-21/p4-01.html"


@pytest.mark.parametrize(
    ("headlines", "title"),
    [
        (("抓好春耕", ""), "抓好春耕：纪实"),
        (("", "抓好春耕"), "抓好春耕"),
        (("抓好春耕", "春耕在即"), "抓好春耕：纪实"),
        (("", ""), "[昨日，市长到东丰县调研……]"),
    ],
)
def test_every_page_of_a_continued_article_tells_what_its_citations_say(
    tmp_path: Path, headlines: tuple[str, str], title: str
) -> None:
    archive = in_two_parts(headlines)
    site = written(archive, tmp_path, BASE)
    first, second = saved(site[FIRST]), saved(site[SECOND])
    assert second | {"abstractNote": first["abstractNote"]} == first
    assert (first["title"], first["creators"], first["pages"], first["url"]) == (
        title,
        ["张赫", "通讯员甲"],
        "1, 4",
        BASE + FIRST,
    )
    [ris] = rispy.loads(unquote(re.findall('href="data:[^,]*,([^"]*)"', site[SECOND])[0]))
    assert (ris["title"], ris["authors"], ris["start_page"], ris["urls"]) == (
        first["title"],
        first["creators"],
        first["pages"],
        [first["url"]],
    )
    nodes = [graph(site[path])["NewsArticle"] for path in (FIRST, SECOND)]
    assert nodes[0] == nodes[1]
    assert [topic["name"] for topic in nodes[0]["about"]] == ["春耕", "农机"]
    canonical = re.findall('<link rel="canonical" href="(.*?)">', site[SECOND])
    assert canonical == [BASE + SECOND]


def test_a_headline_on_the_second_part_names_the_first_and_says_where_it_stands(tmp_path: Path) -> None:
    site = written(in_two_parts(("", "抓好春耕")), tmp_path, BASE)
    assert '<h1><span class="untitled-mark">〔题在第4版〕</span>抓好春耕</h1>' in unbroken(site[FIRST])
    assert "<title>抓好春耕（" in site[FIRST] and "<h1><span>抓好春耕</span></h1>" in unbroken(site[SECOND])
    issue = unbroken(site["liaoyuan-ribao/2021/01-21.html"])
    assert '<span class="untitled-mark">〔题在第4版〕</span>抓好春耕</a></h3>' in issue and "〔无题〕" not in issue


def test_an_article_without_headline_is_marked_as_one_by_brackets(tmp_path: Path) -> None:
    site = written(sample(), tmp_path, BASE)
    assert saved(site["liaoyuan-ribao/2021/01-21/p1-02.html"])["title"] == "[无题的一篇，说的是清雪。]"


def test_a_second_edition_is_told(tmp_path: Path) -> None:
    archive = gather(
        Settings(newspapers=(LIAOYUAN,)), [page("a.txt", article("题", "文。"), facts=stated(edition="b"))]
    )
    item = saved(written(archive, tmp_path, BASE)["liaoyuan-ribao/2021/01-21-b/p1-01.html"])
    assert (item["edition"], item["date"]) == ("第二次出版", "2021-01-21")


def test_what_is_not_known_is_not_told(tmp_path: Path) -> None:
    archive = gather(Settings(title="旧报库"), [page("a.txt", article("甲事", "文。"), facts=PageFacts())])
    site = written(archive, tmp_path)
    assert saved(site["undated/a/01.html"]) == {
        "itemType": "newspaperArticle",
        "title": "甲事",
        "language": "zh-CN",
        "abstractNote": "文。",
    }


@pytest.mark.parametrize("base", ["", BASE])
def test_of_a_withheld_article_nothing_is_told(tmp_path: Path, base: str) -> None:
    text = written(withheld(), tmp_path, base)["liaoyuan-ribao/2021/01-21/p1-02.html"]
    assert [name for name, _ in Head(text).tags] == ["viewport", "robots", "color-scheme"]
    assert "ld+json" not in text
