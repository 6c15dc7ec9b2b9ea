"""Every file of the site: its address, its links, its data."""

from __future__ import annotations

import datetime as dt
import json
import posixpath
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from test_archive import DAY, LIAOYUAN, article, page, stated, withheld

from site_builder import contexts
from site_builder.archive import Archive, gather
from site_builder.entries import Link
from site_builder.ledger import Permalink
from site_builder.listing import paginate
from site_builder.model import (
    Article,
    EditorPage,
    Finding,
    Newspaper,
    Page,
    PageEntry,
    PageFacts,
    Settings,
    Span,
    TextBlock,
)
from site_builder.outputs import outputs
from site_builder.records import records
from site_builder.render import Site
from site_builder.views import Views

PAGE_KEYS = [
    "id",
    "source",
    "newspaper",
    "city",
    "date",
    "date_certainty",
    "page",
    "issue_number",
    "furniture",
    "articles",
]
ARTICLE_KEYS = [
    "id",
    "url",
    "page_id",
    "newspaper",
    "city",
    "date",
    "page",
    "kicker",
    "headline",
    "subtitle",
    "byline",
    "dateline",
    "jump",
    "topics",
    "blocks",
    "continues",
    "continued_by",
    "places",
]
FINDING_KEYS = ["code", "page_id", "article_id", "spans", "message"]


def unbroken(html: str) -> str:
    """The HTML without the places where its headlines may break."""
    return html.replace("<wbr>", "")


def sample() -> Archive:
    """A small archive with one of everything that a page may have to show."""
    full = Article(
        (
            TextBlock("kicker", "市长调研时强调", ()),
            TextBlock("headline", "抓好春耕", ()),
            TextBlock("headline", "不误农时", ()),
            TextBlock("subtitle", "李某参加", ()),
            TextBlock("byline", "本报记者 张赫", ()),
            TextBlock("paragraph", "本报讯（记者 张赫）昨日，市长到东丰县调研。", ()),
            TextBlock("subheading", "备足种子", ()),
            TextBlock("paragraph", "种子<b>充足</b> & 化肥到位。", ()),
            TextBlock("duplicate", "种子<b>充足</b> & 化肥到位。", ()),
            TextBlock("caption", "图为调研现场。 李四 摄", ()),
            TextBlock("jump", "下转四版", ()),
        ),
        byline=("张赫",),
        dateline="本报讯",
        topics=("春耕",),
        places=("东丰县",),
    )
    untitled = Article((TextBlock("paragraph", "无题的一篇，说的是清雪。", ()),))
    pages = [
        replace(
            page("a.txt", full, untitled, facts=stated(issue_number="8201", page_count=4)),
            furniture=(TextBlock("masthead", "LIAO YUAN RI BAO", ()),),
            findings=(Finding("no-headline", "正文之上没有标题。", article=1), Finding("date-weekday", "星期有疑。")),
        ),
        page("b.txt", article("另一份来源"), facts=stated()),
        page("c.txt", article("次年的一篇"), facts=stated(dt.date(2022, 3, 1))),
        page("d.txt", article("哪天都行")),
    ]
    entry = PageEntry("c.txt", PageFacts(date=dt.date(2022, 3, 1), date_certainty="inferred", evidence="据电头"))
    settings = Settings(
        title="辽源旧报",
        base_url="https://example.org/archive/",
        contact="https://example.org/issues/new",
        newspapers=(LIAOYUAN,),
        pages=(entry,),
    )
    return gather(settings, pages, [EditorPage("about", "关于本库", "<h1>关于本库</h1>")])


def written(archive: Archive, folder: Path, base_url: str = "") -> dict[str, str]:
    """The text of every file of the site, by its address."""
    site = Site(folder)
    for output in outputs(archive, base_url):
        site.write(output)
    site.copy_static()
    return {
        file.relative_to(folder).as_posix(): file.read_bytes().decode()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return written(sample(), tmp_path_factory.mktemp("site"), "https://example.org/archive/")


class Links(HTMLParser):
    """Collects a page's links, anchors and heading levels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.targets += [value for name in ("href", "src", "action") if (value := found.get(name))]
        self.ids |= {value for value in [found.get("id")] if value}
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdecimal():
            self.levels.append(int(tag[1]))
        assert "style" not in found and not any(name.startswith("on") for name in found)
        data = found.get("type") == "application/ld+json"  # which never runs
        assert tag != "style" and (tag != "script" or "src" in found or data)


def html(site: dict[str, str]) -> Iterator[tuple[str, Links]]:
    return ((path, Links(text)) for path, text in site.items() if path.endswith(".html"))


# ---------------------------------------------------------------- addresses and links


def test_the_sites_addresses(site: dict[str, str]) -> None:
    expected = """
        404.html about.html cities.html cities/dongfengxian.html cities/liaoyuan.html
        cities/dongfengxian/feed.json cities/dongfengxian/feed.xml
        cities/liaoyuan/feed.json cities/liaoyuan/feed.xml
        data/articles/2021-01.jsonl data/articles/2022-03.jsonl data/articles/undated.jsonl
        data/citations/2021-01.bib data/citations/2021-01.json data/citations/2021-01.ris
        data/citations/2022-03.bib data/citations/2022-03.json data/citations/2022-03.ris
        data/citations/undated.bib data/citations/undated.json data/citations/undated.ris
        changes.html data/changes.jsonl data/corrections.jsonl data/coverage.jsonl data/findings.jsonl
    data/issues.jsonl
        data/pages/2021-01.jsonl data/pages/2022-03.jsonl data/pages/undated.jsonl
        data/sources/liaoyuan-ribao/2021/01-21/p1-b.txt data/sources/liaoyuan-ribao/2021/01-21/p1.txt
        data/sources/liaoyuan-ribao/2022/03-01/p1.txt data/sources/undated/d.txt
        dates.html dates/2021.html dates/2021/01-21.html dates/2021/01.html
        dates/2022.html dates/2022/03-01.html dates/2022/03.html dates/undated.html
        feed.json feed.xml findings.html index.html
        liaoyuan-ribao.html liaoyuan-ribao/2021.html liaoyuan-ribao/2022.html
        liaoyuan-ribao/feed.json liaoyuan-ribao/feed.xml
        liaoyuan-ribao/2021/01-21.html liaoyuan-ribao/2021/01-21/p1-01.html liaoyuan-ribao/2021/01-21/p1-02.html
        liaoyuan-ribao/2021/01-21/p1-00.html liaoyuan-ribao/2021/01-21/p1-b-00.html
        liaoyuan-ribao/2021/01-21/p1-b-01.html liaoyuan-ribao/2022/03-01.html liaoyuan-ribao/2022/03-01/p1-01.html
        liaoyuan-ribao/2022/03-01/p1-00.html
        opensearch.xml reporters.html reporters/zhang-he.html robots.txt search.html search/simplified.js
        sitemap-2021.xml sitemap-2022.xml sitemap-pages.xml sitemap.xml
        topics.html topics/chungeng.html topics/chungeng/feed.json topics/chungeng/feed.xml
        undated/d.html undated/d/00.html undated/d/01.html
    """
    assert {path for path in site if not path.startswith("static/")} == set(expected.split())


def test_browsers_can_add_the_search_where_the_sites_address_is_known(site: dict[str, str], tmp_path: Path) -> None:
    link = '<link rel="search" type="application/opensearchdescription+xml"'
    assert link in site["index.html"] and link in site["liaoyuan-ribao/2021/01-21/p1-01.html"]
    assert 'template="https://example.org/archive/search.html?q={searchTerms}"' in site["opensearch.xml"]
    without = written(sample(), tmp_path)
    assert "opensearch.xml" not in without and link not in without["index.html"]


def test_every_link_is_relative_and_leads_to_a_file_and_an_anchor_of_the_site(site: dict[str, str]) -> None:
    pages = dict(html(site))
    for path, links in pages.items():
        for target in links.targets:
            parts = urlsplit(target)
            if parts.scheme:
                assert parts.scheme in ("https", "mailto", "data")
                continue
            if path == "404.html" and not target.startswith("#"):
                assert parts.path.startswith("/archive/")
                file = parts.path.removeprefix("/archive/")
            else:
                assert not target.startswith("/")
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)) if parts.path else path
            assert unquote(file) in site, f"{path} -> {target}"
            if parts.fragment:
                assert parts.fragment in pages[unquote(file)].ids, f"{path} -> {target}"


def test_headings_begin_with_one_h1_and_leave_out_no_level(site: dict[str, str]) -> None:
    for path, links in html(site):
        assert links.levels[:1] == [1] and links.levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in zip(links.levels, links.levels[1:], strict=False)), path


def test_absolute_addresses_stand_only_where_the_sites_own_is_known(site: dict[str, str], tmp_path: Path) -> None:
    canonical = '<link rel="canonical" href="https://example.org/archive/liaoyuan-ribao/2021/01-21.html">'
    assert canonical in site["liaoyuan-ribao/2021/01-21.html"]
    locations = [
        node.text or ""
        for path, text in site.items()
        if path.startswith("sitemap-")
        for node in ElementTree.fromstring(text).iter()
        if node.tag.endswith("loc")
    ]
    assert "https://example.org/archive/undated/d/01.html" in locations
    assert not [one for one in locations if one.endswith(("404.html", "search.html"))]
    assert site["robots.txt"].endswith("Sitemap: https://example.org/archive/sitemap.xml\n")

    nowhere = written(replace(sample(), settings=Settings()), tmp_path)
    assert not [path for path in nowhere if path.startswith("sitemap") or "feed." in path]
    assert "Sitemap" not in nowhere["robots.txt"]
    assert not [path for path, text in nowhere.items() if "canonical" in text and path.endswith(".html")]


def test_older_pages_of_a_list_stay_what_they_are_when_something_newer_comes() -> None:
    before = {page.url: page.entries for page in paginate(range(250), "topics/x.html")}
    after = {page.url: page.entries for page in paginate(range(301), "topics/x.html")}
    assert list(before) == ["topics/x.html", "topics/x/2.html", "topics/x/1.html"]
    assert list(after) == ["topics/x.html", "topics/x/3.html", "topics/x/2.html", "topics/x/1.html"]
    for url in ("topics/x/1.html", "topics/x/2.html"):
        assert before[url] == after[url]
    assert after["topics/x.html"] == (300,)
    assert [entry for entries in after.values() for entry in entries] == list(reversed(range(301)))


def test_long_lists_are_paginated_and_linked(tmp_path: Path) -> None:
    days = [DAY + dt.timedelta(days=at) for at in range(101)]
    pages = [
        page(f"{at}.txt", article(f"题{at}", topics=("教育",), places=("辽源",)), facts=stated(day))
        for at, day in enumerate(days)
    ]
    doubts = [replace(one, findings=(Finding("open-end", "文字中断。", article=0),)) for one in pages]
    site = written(gather(Settings(newspapers=(LIAOYUAN,)), doubts), tmp_path)
    for older in (
        "liaoyuan-ribao/1.html",
        "topics/jiaoyu/1.html",
        "cities/liaoyuan/1.html",
        "cities/liaoyuan/issues/1.html",
        "findings/open-end/1.html",
    ):
        newest = {"findings/open-end": "findings", "cities/liaoyuan/issues": "cities/liaoyuan"}
        base = posixpath.dirname(older)
        first = newest.get(base, base) + ".html"
        assert posixpath.relpath(older, posixpath.dirname(first) or ".") in Links(site[first]).targets
        assert posixpath.relpath(first, posixpath.dirname(older)) in Links(site[older]).targets


# ---------------------------------------------------------------- what pages show


def test_an_article_shows_all_that_is_printed_once_and_escaped(site: dict[str, str]) -> None:
    text = site["liaoyuan-ribao/2021/01-21/p1-01.html"]
    assert '<p class="kicker">市长调研时强调</p>' in unbroken(text)
    assert "<h1><span>抓好春耕</span> <span>不误农时</span></h1>" in unbroken(text)
    assert '<span class="dateline">本报讯（记者 张赫）</span>昨日，市长到东丰县调研。' in text
    assert text.count("种子&lt;b&gt;充足&lt;/b&gt; &amp; 化肥到位。</p>") == 1
    assert "下转四版<span> · 本库未藏该版</span>" in text
    assert "第 1–11 行" in text
    assert "文章编号：liaoyuan-ribao/2021/01-21/p1-01%0A" in text and "title=" in text  # in the report link


def test_a_missing_headline_is_marked_and_never_invented(site: dict[str, str]) -> None:
    assert (
        '<span class="untitled-mark">〔无题〕</span>无题的一篇，说的是清雪。'
        in site["liaoyuan-ribao/2021/01-21/p1-02.html"]
    )
    assert "〔无题〕</span>无题的一篇，说的是清雪。" in unbroken(site["liaoyuan-ribao/2021/01-21.html"])
    assert "正文之上没有标题。" in site["liaoyuan-ribao/2021/01-21/p1-02.html"]


def test_an_issue_says_how_much_of_it_is_held_and_what_is_inferred(site: dict[str, str]) -> None:
    assert "本库藏 1 / 4 版" in site["liaoyuan-ribao/2021/01-21.html"]
    assert "第1版（另一来源）" in site["liaoyuan-ribao/2021/01-21.html"]
    assert "日期系推断。据电头。" in site["liaoyuan-ribao/2022/03-01/p1-01.html"]
    assert "推断" not in site["liaoyuan-ribao/2021/01-21/p1-01.html"]


def test_the_calendar_links_the_days_held(site: dict[str, str]) -> None:
    targets = Links(site["dates/2021.html"]).targets
    assert [target for target in targets if target.startswith("2021/")] == ["2021/01.html", "2021/01-21.html"]


def test_a_continued_article_is_shown_whole() -> None:
    archive = gather(
        Settings(),
        [
            page(
                "1.txt", Article((TextBlock("headline", "长文", ()), TextBlock("jump", "下转四版", ()))), facts=stated()
            ),
            page("4.txt", article("（上接一版）", "余下的话。"), facts=stated(number=4)),
        ],
    )
    first, second = archive.articles
    first, second = replace(first, continued_by=second.id), replace(second, continues=first.id)
    [issue] = archive.issues
    pages = tuple(replace(one, articles=(part,)) for one, part in zip(issue.pages, (first, second), strict=True))
    joined = replace(archive, issues=(replace(issue, pages=pages),))
    output = next(output for output in outputs(joined) if output.path == first.url)
    assert output.context is not None
    continuations: Any = output.context()["continuations"]
    assert [(place.text, [part.text for part in parts]) for place, parts in continuations] == [
        ("第4版", ["余下的话。"])
    ]


def continued_archive(second_text: str) -> Archive:
    """An article on page 1 that goes on on page 4, where the build has joined the two."""
    pages = [
        page(
            "1.txt",
            Article((TextBlock("headline", "长文一篇", ()), TextBlock("paragraph", "开头，", ()))),
            facts=stated(),
        ),
        page("4.txt", Article((TextBlock("paragraph", second_text, ()),)), facts=stated(number=4)),
    ]
    archive = gather(Settings(), pages)
    first, second = archive.articles
    parts = (replace(first, continued_by=second.id), replace(second, continues=first.id))
    [issue] = archive.issues
    joined = tuple(replace(one, articles=(part,)) for one, part in zip(issue.pages, parts, strict=True))
    return replace(archive, issues=(replace(issue, pages=joined),))


def test_the_second_part_of_an_article_leads_to_the_first(tmp_path: Path) -> None:
    site = written(continued_archive("余下的话。"), tmp_path)
    part = site["liaoyuan-ribao/2021/01-21/p4-01.html"]
    assert '<p class="continued"><a href="p1-01.html">上接第1版</a></p>' in part
    assert '<h1><span class="untitled-mark">〔续〕</span>长文一篇</h1>' in unbroken(part)
    assert "<title>长文一篇（续）（" in part
    issue = site["liaoyuan-ribao/2021/01-21.html"]
    assert '<span class="untitled-mark">〔续〕</span>长文一篇</a></h3>' in unbroken(issue)
    assert '<p class="where"><a href="01-21/p1-01.html">上接第1版</a></p>' in issue
    assert "〔无题〕" not in part + issue


def test_a_newspaper_is_summed_up_once_however_many_pages_show_it() -> None:
    pages = [page("1.txt", article("题"), facts=stated()), page("2.txt", article("题"), facts=stated(date=None))]
    archive = gather(Settings(newspapers=(LIAOYUAN,)), pages)
    views = Views(archive, "")
    entry = views.newspaper_entry(archive.newspapers[0])
    assert (entry.held, entry.undated) == (
        ("1 期", "1 版"),
        Link("日期不详的 1 版", "liaoyuan-ribao.html#undated"),
    )
    assert views.newspaper_entry(archive.newspapers[0]) is entry


def test_what_html_forbids_is_shown_as_a_sign_and_kept_in_the_data(tmp_path: Path) -> None:
    forbidden = "\x01\x08\x1f\x7f\x80\x9f\ufdd0\ufffe\uffff\U0001ffff"
    one = page("a.txt", article(f"甲{forbidden}乙", f"文{forbidden}字。"), facts=stated())
    site = written(gather(Settings(newspapers=(LIAOYUAN,)), [one]), tmp_path, "https://example.org/")
    pages = {path: text for path, text in site.items() if path.endswith(".html")}
    assert [path for path, text in pages.items() if set(forbidden) & set(text)] == []
    text = pages["liaoyuan-ribao/2021/01-21/p1-01.html"]
    assert f"甲{'�' * 10}乙" in text and f"文{'�' * 10}字。" in text
    [ris] = re.findall('href="(data:[^"]*)"', text)
    assert "甲%01%08%1F%7F%C2%80%C2%9F\N{REPLACEMENT CHARACTER}" in ris
    assert json.loads(site["data/articles/2021-01.jsonl"])["headline"] == f"甲{forbidden}乙"


def test_a_headline_in_doubt_is_marked_wherever_it_is_shown(tmp_path: Path) -> None:
    one = replace(page("a.txt", article("存疑的题", "正文。"), facts=stated()))
    doubted = replace(one, findings=(Finding("headline-doubt", "标题与正文的联系不够确定。", article=0),))
    site = written(gather(Settings(), [doubted]), tmp_path)
    for path, link in {
        "index.html": "liaoyuan-ribao/2021/01-21/p1-01.html#doubts",
        "liaoyuan-ribao/2021/01-21.html": "01-21/p1-01.html#doubts",
        "dates/2021/01-21.html": "../../liaoyuan-ribao/2021/01-21/p1-01.html#doubts",
    }.items():
        mark = f'<a class="mark" href="{link}" title="标题可能不属此文">标题存疑</a>'
        assert mark in site[path], path
    assert 'id="doubts"' in site["liaoyuan-ribao/2021/01-21/p1-01.html"]


def test_a_headlines_numbers_and_halves_are_kept_whole(tmp_path: Path) -> None:
    site = written(gather(Settings(), [page("a.txt", article("新增病例2137例 抗疫不松劲"), facts=stated())]), tmp_path)
    halves = '<span class="part">新增病例<span class="nowrap">2137例</span></span> <span class="part">抗疫不松劲</span>'
    for path in ("index.html", "liaoyuan-ribao/2021/01-21.html", "liaoyuan-ribao/2021/01-21/p1-01.html"):
        assert halves in unbroken(site[path]), path


def test_cities_stand_in_an_order_that_a_reader_can_see(tmp_path: Path) -> None:
    places = ("四平", "龙山区", "长春市朝阳区", "北京市朝阳区")
    pages = [
        page("1.txt", article("甲", "甲。", places=places), facts=stated()),
        page("2.txt", article("乙", "乙。", places=("龙山区",)), facts=stated(dt.date(2021, 1, 22))),
        page("3.txt", facts=stated(newspaper="白城日报", city="白城")),
    ]
    settings = Settings(newspapers=(LIAOYUAN, Newspaper("baicheng-ribao", "白城日报", city="白城")))
    text = written(gather(settings, pages), tmp_path)["cities.html"]
    shown = [found.split("</a>")[0] for found in text.split('.html">')[1:] if "cities/" not in found[:3]]
    listed = [name for name in shown if name in (*places, "辽源", "白城")]
    assert listed == ["辽源", "白城", "龙山区", "北京市朝阳区", "长春市朝阳区", "四平"]
    assert '<span class="count">辽源市　2 篇</span>' in text and '<span class="count">1 篇</span>' in text
    assert "辽源日报</a>　2 期" in text


def test_no_page_stands_where_another_has_its_folder(tmp_path: Path) -> None:
    names = ("x.txt", "x.html.txt", "y.txt.md", "y.md", "box.html/z.txt", "box.txt", "can.txt/z.txt", "can.md")
    known = written(gather(Settings(), [page(name, article(name), facts=stated(None)) for name in names]), tmp_path)
    assert len({path for path in known if path.startswith("undated/") and path.count("/01.html")}) == len(names)
    folders = {path.rpartition("/")[0] for path in known}
    assert [path for path in known if path in folders] == []


def test_where_a_page_of_unknown_newspaper_or_number_stands_is_said_clause_by_clause() -> None:
    day = dt.date(2022, 4, 21)
    held = gather(Settings(), [page("a.txt", article("甲"), facts=PageFacts(date=day, date_certainty="inferred"))])
    views = Views(held, "")
    assert views.place_of(held.pages[0]) == "报纸不详，2022年4月21日，版次不详（a.txt）"
    gone = Permalink("undated/scans/2022-04-21-x/01", "undated/scans/2022-04-21-x", "gone", "甲", 0, "")
    assert contexts.printed_at(views, gone).text == "报纸不详，2022年4月21日"
    unknown = Permalink("undated/b/01", "undated/b", "gone", "甲", 0, "")
    assert contexts.printed_at(views, unknown).text == "日期或报纸不详"


def test_an_archive_of_undated_pages_says_what_there_is(tmp_path: Path) -> None:
    known = written(
        gather(Settings(newspapers=(LIAOYUAN,)), [page("a.txt", article("甲"), facts=stated(None))]), tmp_path
    )
    assert "undated/a.html" in Links(known["index.html"]).targets
    for path in ("index.html", "liaoyuan-ribao.html"):
        assert "日期不详的 1 版" in known[path] and "0 期" not in known[path] and "最新各期" not in known[path]
        assert "0</b>" not in known[path]
    pages = dict(html(known))
    for path, links in pages.items():
        for target in links.targets:
            file, _, anchor = target.partition("#")
            if path != "404.html" and ":" not in target:
                there = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
                assert there in known, f"{path} -> {target}"
                assert not anchor or anchor in pages[there].ids


# ---------------------------------------------------------------- open data


def rows(text: str) -> list[dict[str, object]]:
    assert text.endswith("\n") and "\r" not in text
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


def test_data_has_every_key_in_the_contracts_order(site: dict[str, str]) -> None:
    kinds = {"pages": PAGE_KEYS, "articles": ARTICLE_KEYS}
    for kind, keys in kinds.items():
        for month in ("2021-01", "2022-03", "undated"):
            for row in rows(site[f"data/{kind}/{month}.jsonl"]):
                assert list(row)[: len(keys)] == keys
    for row in rows(site["data/findings.jsonl"]):
        assert list(row)[: len(FINDING_KEYS)] == FINDING_KEYS


def test_an_articles_record(site: dict[str, str]) -> None:
    record = rows(site["data/articles/2021-01.jsonl"])[0]
    blocks = record.pop("blocks")
    assert isinstance(blocks, list) and len(blocks) == 11
    assert blocks[1] == {"kind": "headline", "text": "抓好春耕", "spans": [[8, 12]]}
    assert record == {
        "id": "liaoyuan-ribao/2021/01-21/p1-01",
        "url": "liaoyuan-ribao/2021/01-21/p1-01.html",
        "page_id": "liaoyuan-ribao/2021/01-21/p1",
        "newspaper": "辽源日报",
        "city": "辽源",
        "date": "2021-01-21",
        "page": 1,
        "kicker": "市长调研时强调",
        "headline": "抓好春耕 不误农时",
        "subtitle": "李某参加",
        "byline": ["张赫"],
        "dateline": "本报讯",
        "jump": "下转四版",
        "topics": ["春耕"],
        "continues": None,
        "continued_by": None,
        "places": ["东丰县"],
    }


def test_an_undated_pages_record_has_null_and_empty_values(site: dict[str, str]) -> None:
    [record] = rows(site["data/pages/undated.jsonl"])
    assert {key: record[key] for key in PAGE_KEYS} == {
        "id": "undated/d",
        "source": "d.txt",
        "newspaper": "",
        "city": "",
        "date": None,
        "date_certainty": "unknown",
        "page": None,
        "issue_number": "",
        "furniture": [],
        "articles": ["undated/d/01"],
    }


def test_source_texts_keep_their_newlines_and_offsets() -> None:
    text = "\ufeff甲\r\n\U00020000乙\r丙\u2028丁\n"
    raw = Page(replace(page("a.txt").source, text=text), (), (Article((TextBlock("paragraph", "甲", (Span(1, 2),)),)),))
    output = next(
        output for output in outputs(gather(Settings(), [raw])) if output.path == "data/sources/undated/a.txt"
    )
    assert output.body is not None and output.body() == text.encode()


def test_a_withheld_text_stands_nowhere(tmp_path: Path) -> None:
    archive = withheld()
    site = written(archive, tmp_path, "https://example.org/")
    assert "不予展示" in site["liaoyuan-ribao/2021/01-21/p1-02.html"]
    for words in ("寻人启事", "王某某", "六十八岁", "某某街道"):
        assert not [path for path, text in site.items() if words in text], words
    assert "p1-02" not in site["sitemap.xml"]
    assert [record.id for record in records(archive)] == [one.id for one in archive.articles]
    linking = [path for path, links in html(site) if any(target.endswith("p1-02.html") for target in links.targets)]
    # Only its own canonical address would do, and it has none.
    assert linking == []


def test_two_builds_give_the_same_bytes(site: dict[str, str], tmp_path: Path) -> None:
    assert written(sample(), tmp_path, "https://example.org/archive/") == site


def test_a_newspaper_leads_to_its_undated_pages(tmp_path: Path) -> None:
    site = written(gather(Settings(), [page("a.txt", article("甲"), facts=stated(None))]), tmp_path)
    assert "undated/a.html" in Links(site["liaoyuan-ribao.html"]).targets
    assert "dates/undated.html" in Links(site["index.html"]).targets


def test_an_empty_archive_is_a_site_too(tmp_path: Path) -> None:
    site = written(gather(Settings(), []), tmp_path)
    assert site["data/issues.jsonl"] == site["data/findings.jsonl"] == site["data/corrections.jsonl"] == ""
    assert "<title>报纸档案</title>" in site["index.html"]
