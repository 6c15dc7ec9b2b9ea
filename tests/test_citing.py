"""Citations: in each style, whole; as files, read back by others' parsers."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import bibtexparser
import pytest
import rispy
from test_archive import DAY, LIAOYUAN, article, page, stated

from site_builder.archive import Archive, gather
from site_builder.citation_files import bibtex, csl_json, data_url, month_file, ris
from site_builder.cited import Cited, cited
from site_builder.citing import apa, chicago_bibliography, chicago_note, citations, gbt_2025, humanities_note, mla
from site_builder.model import Article, Settings, TextBlock
from site_builder.views import Views

URL = "https://example.org/liaoyuan-ribao/2021/01-21/p1-03.html"
WORK = Cited(
    id="liaoyuan-ribao/2021/01-21/p1-03",
    authors=("王苗", "王彦雨"),
    title="市领导深入东辽县 检查督导疫情防控工作",
    untitled=False,
    subtitle="",
    newspaper="辽源日报",
    place="辽源",
    date=DAY,
    inferred=False,
    pages=(1,),
    language="zh-CN",
    archive="辽源旧报",
    address="liaoyuan-ribao/2021/01-21/p1-03.html",
    url=URL,
)
TODAY = {"iso": "2026-11-22", "mla": "22 Nov. 2026", "chicago": "November 22, 2026", "url": URL}


def shown(work: Cited, **filled: str) -> dict[str, str]:
    """The citations by style but the Chinese historians' note, with what a browser fills in; hidden ones left out."""
    found = {}
    for style, (before, pattern, after), hidden in citations(work)[1:]:
        gap = re.sub(r"{(\w+)}", lambda name: filled.get(name[1], name[0]), pattern)
        complete = not re.search(r"{\w+}", gap)
        if complete or not hidden:
            found[style] = before + (gap if complete else "") + after
    return found


# ---------------------------------------------------------------- each style, all facts known


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({}, "王苗、王彦雨：《市领导深入东辽县 检查督导疫情防控工作》，《辽源日报》2021年1月21日，第1版。"),
        (
            {"authors": ("甲", "乙", "丙", "丁"), "title": "学习《条例》", "subtitle": "记一次会", "pages": (1, 4)},
            "甲、乙、丙等：《学习〈条例〉——记一次会》，《辽源日报》2021年1月21日，第1、4版。",
        ),
        (
            {"authors": (), "title": "昨日，“双创”……", "untitled": True},
            "“昨日，‘双创’……”，《辽源日报》2021年1月21日，第1版。",
        ),
        (
            {"inferred": True, "newspaper": "", "pages": ()},
            "王苗、王彦雨：《市领导深入东辽县 检查督导疫情防控工作》，〔报名不详〕〔2021年1月21日〕。",
        ),
        ({"authors": (), "date": None}, "《市领导深入东辽县 检查督导疫情防控工作》，《辽源日报》〔日期不详〕，第1版。"),
    ],
)
def test_a_note_as_chinese_historians_write_it(changes: dict[str, Any], note: str) -> None:
    assert humanities_note(replace(WORK, **changes)).before == note
    assert citations(replace(WORK, **changes))[0].style == "文史脚注"


def test_an_article_in_each_style() -> None:
    title = "市领导深入东辽县 检查督导疫情防控工作"
    assert shown(WORK, **TODAY) == {
        "GB/T 7714—2025": f"王苗，王彦雨. {title}[N]. 辽源日报，2021-01-21（1）.",
        "GB/T 7714—2025 网络版": f"王苗，王彦雨. {title}[N/OL]. 辽源日报，2021-01-21（1）. {URL}.",
        "GB/T 7714—2015": f"王苗, 王彦雨. {title}[N]. 辽源日报, 2021-01-21(1).",
        "GB/T 7714—2015 网络版": f"王苗, 王彦雨. {title}[N/OL]. 辽源日报, 2021-01-21(1)[2026-11-22]. {URL}.",
        "Chicago 脚注": f"王苗 and 王彦雨, “{title},” 辽源日报, January 21, 2021, 1, {URL}.",
        "Chicago 书目": f"王苗 and 王彦雨. “{title}.” 辽源日报, January 21, 2021. {URL}.",
        "MLA 9": f"王苗 and 王彦雨. “{title}.” 辽源日报, 21 Jan. 2021, p. 1. 辽源旧报, {URL}. Accessed 22 Nov. 2026.",
        "APA 7": f"王苗, & 王彦雨. (2021, January 21). {title}. 辽源日报, 1. {URL}",
    }


def test_without_script_no_date_of_access_stands_there() -> None:
    styles = shown(WORK)
    assert styles["GB/T 7714—2015 网络版"].endswith(f"2021-01-21(1). {URL}.")
    assert styles["MLA 9"].endswith(f"辽源旧报, {URL}.")
    assert len(styles) == 8


def test_without_the_sites_address_the_browser_fills_it_in() -> None:
    assert shown(replace(WORK, url=""), **TODAY) == shown(WORK, **TODAY)


def test_without_the_sites_address_and_script_the_print_alone_is_cited() -> None:
    title = "市领导深入东辽县 检查督导疫情防控工作"
    assert shown(replace(WORK, url="")) == {
        "GB/T 7714—2025": f"王苗，王彦雨. {title}[N]. 辽源日报，2021-01-21（1）.",
        "GB/T 7714—2015": f"王苗, 王彦雨. {title}[N]. 辽源日报, 2021-01-21(1).",
        "Chicago 脚注": f"王苗 and 王彦雨, “{title},” 辽源日报, January 21, 2021, 1.",
        "Chicago 书目": f"王苗 and 王彦雨. “{title}.” 辽源日报, January 21, 2021.",
        "MLA 9": f"王苗 and 王彦雨. “{title}.” 辽源日报, 21 Jan. 2021, p. 1.",
        "APA 7": f"王苗, & 王彦雨. (2021, January 21). {title}. 辽源日报, 1.",
    }


# ---------------------------------------------------------------- facts that are missing, doubted, many

PRINTED = replace(WORK, url="", authors=("张赫",), title="卡点岂能成摆设")
ORDER = ("GB/T 7714—2025", "GB/T 7714—2015", "Chicago 脚注", "Chicago 书目", "MLA 9", "APA 7")

CASES = {
    "no author": (
        replace(PRINTED, authors=()),
        "卡点岂能成摆设[N]. 辽源日报，2021-01-21（1）.",
        "卡点岂能成摆设[N]. 辽源日报, 2021-01-21(1).",
        "“卡点岂能成摆设,” 辽源日报, January 21, 2021, 1.",
        "辽源日报. “卡点岂能成摆设.” January 21, 2021.",
        "“卡点岂能成摆设.” 辽源日报, 21 Jan. 2021, p. 1.",
        "卡点岂能成摆设. (2021, January 21). 辽源日报, 1.",
    ),
    "no headline": (
        replace(PRINTED, title="2月17日，市检察院“检察长”一行来到城关……", untitled=True),
        "张赫. [2月17日，市检察院“检察长”一行来到城关……][N]. 辽源日报，2021-01-21（1）.",
        "张赫. [2月17日，市检察院“检察长”一行来到城关……][N]. 辽源日报, 2021-01-21(1).",
        "张赫, untitled article beginning “2月17日，市检察院‘检察长’一行来到城关,” 辽源日报, January 21, 2021, 1.",
        "张赫. Untitled article beginning “2月17日，市检察院‘检察长’一行来到城关.” 辽源日报, January 21, 2021.",
        "张赫. Untitled article beginning “2月17日，市检察院‘检察长’一行来到城关.” 辽源日报, 21 Jan. 2021, p. 1.",
        "张赫. (2021, January 21). [Untitled article beginning “2月17日，市检察院‘检察长’一行来到城关”]. 辽源日报, 1.",
    ),
    "no author and no headline": (
        replace(PRINTED, authors=(), title="短讯一则", untitled=True),
        "[短讯一则][N]. 辽源日报，2021-01-21（1）.",
        "[短讯一则][N]. 辽源日报, 2021-01-21(1).",
        "Untitled article beginning “短讯一则,” 辽源日报, January 21, 2021, 1.",
        "辽源日报. Untitled article beginning “短讯一则.” January 21, 2021.",
        "Untitled article beginning “短讯一则.” 辽源日报, 21 Jan. 2021, p. 1.",
        "[Untitled article beginning “短讯一则”]. (2021, January 21). 辽源日报, 1.",
    ),
    "no page": (
        replace(PRINTED, pages=()),
        "张赫. 卡点岂能成摆设[N]. 辽源日报，2021-01-21.",
        "张赫. 卡点岂能成摆设[N]. 辽源日报, 2021-01-21.",
        "张赫, “卡点岂能成摆设,” 辽源日报, January 21, 2021.",
        "张赫. “卡点岂能成摆设.” 辽源日报, January 21, 2021.",
        "张赫. “卡点岂能成摆设.” 辽源日报, 21 Jan. 2021.",
        "张赫. (2021, January 21). 卡点岂能成摆设. 辽源日报.",
    ),
    "no date": (
        replace(PRINTED, date=None),
        "张赫. 卡点岂能成摆设[N]. 辽源日报，[日期不详]（1）.",
        "张赫. 卡点岂能成摆设[N]. 辽源日报, [日期不详](1).",
        "张赫, “卡点岂能成摆设,” 辽源日报, n.d., 1.",
        "张赫. “卡点岂能成摆设.” 辽源日报, n.d.",
        "张赫. “卡点岂能成摆设.” 辽源日报, p. 1.",
        "张赫. (n.d.). 卡点岂能成摆设. 辽源日报, 1.",
    ),
    "an inferred date": (
        replace(PRINTED, inferred=True),
        "张赫. 卡点岂能成摆设[N]. 辽源日报，[2021-01-21]（1）.",
        "张赫. 卡点岂能成摆设[N]. 辽源日报, [2021-01-21](1).",
        "张赫, “卡点岂能成摆设,” 辽源日报, [January 21, 2021?], 1.",
        "张赫. “卡点岂能成摆设.” 辽源日报, [January 21, 2021?].",
        "张赫. “卡点岂能成摆设.” 辽源日报, [21 Jan. 2021?], p. 1.",
        "张赫. ([ca. 2021, January 21]). 卡点岂能成摆设. 辽源日报, 1.",
    ),
    "no newspaper": (
        replace(PRINTED, newspaper=""),
        "张赫. 卡点岂能成摆设[N]. [报名不详]，2021-01-21（1）.",
        "张赫. 卡点岂能成摆设[N]. [报名不详], 2021-01-21(1).",
        "张赫, “卡点岂能成摆设,” [unidentified newspaper], January 21, 2021, 1.",
        "张赫. “卡点岂能成摆设.” [unidentified newspaper], January 21, 2021.",
        "张赫. “卡点岂能成摆设.” [unidentified newspaper], 21 Jan. 2021, p. 1.",
        "张赫. (2021, January 21). 卡点岂能成摆设. [Unidentified newspaper], 1.",
    ),
    "nothing but a headline": (
        replace(PRINTED, authors=(), newspaper="", date=None, pages=()),
        "卡点岂能成摆设[N]. [报名不详]，[日期不详].",
        "卡点岂能成摆设[N]. [报名不详], [日期不详].",
        "“卡点岂能成摆设,” [unidentified newspaper], n.d.",
        "“卡点岂能成摆设.” [unidentified newspaper], n.d.",
        "“卡点岂能成摆设.” [unidentified newspaper].",
        "卡点岂能成摆设. (n.d.). [Unidentified newspaper].",
    ),
    "no author and no date": (
        replace(PRINTED, authors=(), date=None, pages=()),
        "卡点岂能成摆设[N]. 辽源日报，[日期不详].",
        "卡点岂能成摆设[N]. 辽源日报, [日期不详].",
        "“卡点岂能成摆设,” 辽源日报, n.d.",
        "辽源日报. “卡点岂能成摆设.” N.d.",
        "“卡点岂能成摆设.” 辽源日报.",
        "卡点岂能成摆设. (n.d.). 辽源日报.",
    ),
    "three authors": (
        replace(PRINTED, authors=("王苗", "王彦雨", "于蕊")),
        "王苗，王彦雨，于蕊. 卡点岂能成摆设[N]. 辽源日报，2021-01-21（1）.",
        "王苗, 王彦雨, 于蕊. 卡点岂能成摆设[N]. 辽源日报, 2021-01-21(1).",
        "王苗 et al., “卡点岂能成摆设,” 辽源日报, January 21, 2021, 1.",
        "王苗, 王彦雨, and 于蕊. “卡点岂能成摆设.” 辽源日报, January 21, 2021.",
        "王苗 et al. “卡点岂能成摆设.” 辽源日报, 21 Jan. 2021, p. 1.",
        "王苗, 王彦雨, & 于蕊. (2021, January 21). 卡点岂能成摆设. 辽源日报, 1.",
    ),
    "seven authors": (
        replace(PRINTED, authors=("王苗", "王彦雨", "于蕊", "徐楠", "刘鹰", "黄鹭", "张赫")),
        "王苗，王彦雨，于蕊，等. 卡点岂能成摆设[N]. 辽源日报，2021-01-21（1）.",
        "王苗, 王彦雨, 于蕊, 等. 卡点岂能成摆设[N]. 辽源日报, 2021-01-21(1).",
        "王苗 et al., “卡点岂能成摆设,” 辽源日报, January 21, 2021, 1.",
        "王苗, 王彦雨, 于蕊, et al. “卡点岂能成摆设.” 辽源日报, January 21, 2021.",
        "王苗 et al. “卡点岂能成摆设.” 辽源日报, 21 Jan. 2021, p. 1.",
        "王苗, 王彦雨, 于蕊, 徐楠, 刘鹰, 黄鹭, & 张赫. (2021, January 21). 卡点岂能成摆设. 辽源日报, 1.",
    ),
    "a subtitle and a mark at its end": (
        replace(PRINTED, title="战“疫”，谁来买单", subtitle="东辽这样做！"),
        "张赫. 战“疫”，谁来买单：东辽这样做！[N]. 辽源日报，2021-01-21（1）.",
        "张赫. 战“疫”，谁来买单: 东辽这样做！[N]. 辽源日报, 2021-01-21(1).",
        "张赫, “战‘疫’，谁来买单：东辽这样做！,” 辽源日报, January 21, 2021, 1.",
        "张赫. “战‘疫’，谁来买单：东辽这样做！” 辽源日报, January 21, 2021.",
        "张赫. “战‘疫’，谁来买单：东辽这样做！” 辽源日报, 21 Jan. 2021, p. 1.",
        "张赫. (2021, January 21). 战“疫”，谁来买单：东辽这样做！ 辽源日报, 1.",
    ),
    "a part on a page further behind": (
        replace(PRINTED, pages=(1, 4)),
        "张赫. 卡点岂能成摆设[N]. 辽源日报，2021-01-21（1，4）.",
        "张赫. 卡点岂能成摆设[N]. 辽源日报, 2021-01-21(1, 4).",
        "张赫, “卡点岂能成摆设,” 辽源日报, January 21, 2021, 1, 4.",
        "张赫. “卡点岂能成摆设.” 辽源日报, January 21, 2021.",
        "张赫. “卡点岂能成摆设.” 辽源日报, 21 Jan. 2021, pp. 1+.",
        "张赫. (2021, January 21). 卡点岂能成摆设. 辽源日报, 1, 4.",
    ),
    "a part on the next page": (
        replace(PRINTED, pages=(1, 2)),
        "张赫. 卡点岂能成摆设[N]. 辽源日报，2021-01-21（1，2）.",
        "张赫. 卡点岂能成摆设[N]. 辽源日报, 2021-01-21(1, 2).",
        "张赫, “卡点岂能成摆设,” 辽源日报, January 21, 2021, 1–2.",
        "张赫. “卡点岂能成摆设.” 辽源日报, January 21, 2021.",
        "张赫. “卡点岂能成摆设.” 辽源日报, 21 Jan. 2021, pp. 1-2.",
        "张赫. (2021, January 21). 卡点岂能成摆设. 辽源日报, 1–2.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_missing_doubted_or_many(name: str) -> None:
    work, *expected = CASES[name]
    assert shown(work) == dict(zip(ORDER, expected, strict=True))


def test_chicago_asks_for_the_date_of_access_where_nothing_was_dated() -> None:
    work = replace(PRINTED, date=None, url=URL)
    assert shown(work, **TODAY)["Chicago 脚注"] == (
        f"张赫, “卡点岂能成摆设,” 辽源日报, n.d., 1, accessed November 22, 2026, {URL}."
    )
    assert shown(work, **TODAY)["Chicago 书目"] == (
        f"张赫. “卡点岂能成摆设.” 辽源日报, n.d. Accessed November 22, 2026. {URL}."
    )


# ---------------------------------------------------------------- which article, which parts


def continued(*withhold: str) -> Archive:
    """An article that begins on page 1 and goes on on page 4, and two of page 4 alone."""
    first = Article(
        (
            TextBlock("kicker", "市长调研时强调", ()),
            TextBlock("headline", "抓好春耕", ()),
            TextBlock("headline", "不误农时", ()),
            TextBlock("subtitle", "——东丰县春耕纪实", ()),
            TextBlock("paragraph", "昨日，市长到东丰县调研，", ()),
            TextBlock("jump", "下转四版", ()),
        ),
        byline=("张赫",),
    )
    rest = Article(
        (TextBlock("jump", "上接一版", ()), TextBlock("paragraph", "种子充足。", ())), byline=("张赫", "通讯员甲")
    )
    pages = [
        page("a.txt", first, facts=stated()),
        page("b.txt", rest, article("另一篇", "正文。"), article("第三篇", "正文。"), facts=stated(number=4)),
    ]
    settings = Settings(newspapers=(LIAOYUAN,), withhold=withhold)
    return gather(settings, pages)


def test_a_continued_article_is_cited_as_one_by_its_first_part() -> None:
    archive = continued()
    parts = [part for part in archive.articles if part.continues or part.continued_by]
    assert [part.id for part in parts] == ["liaoyuan-ribao/2021/01-21/p1-01", "liaoyuan-ribao/2021/01-21/p4-01"]
    works = [cited(archive, part, "辽源旧报", "https://example.org/") for part in parts]
    assert works[0] == works[1]
    assert works[0] == Cited(
        id="liaoyuan-ribao/2021/01-21/p1-01",
        authors=("张赫", "通讯员甲"),
        title="抓好春耕 不误农时",
        untitled=False,
        subtitle="东丰县春耕纪实",
        newspaper="辽源日报",
        place="辽源",
        date=DAY,
        inferred=False,
        pages=(1, 4),
        language="zh-CN",
        archive="辽源旧报",
        address="liaoyuan-ribao/2021/01-21/p1-01.html",
        url="https://example.org/liaoyuan-ribao/2021/01-21/p1-01.html",
    )


def test_an_article_whose_first_part_is_withheld_is_cited_by_the_part_that_is_shown() -> None:
    archive = continued("liaoyuan-ribao/2021/01-21/p1-01")
    rest = archive.article_of["liaoyuan-ribao/2021/01-21/p4-01"]
    work = cited(archive, rest, "辽源旧报", "")
    assert (work.id, work.untitled, work.title, work.pages) == (rest.id, True, "种子充足。", (4,))


def test_a_withheld_article_is_not_cited() -> None:
    archive = continued("liaoyuan-ribao/2021/01-21/p4-03")
    withheld = archive.article_of["liaoyuan-ribao/2021/01-21/p4-03"]
    assert Views(archive, "").cited(withheld) is None
    listed = json.loads(month_file(archive, archive.pages, "辽源旧报", "", "json"))
    assert [item["id"] for item in listed] == ["liaoyuan-ribao-2021-01-21-p1-01", "liaoyuan-ribao-2021-01-21-p4-02"]


# ---------------------------------------------------------------- files

ODD = replace(
    WORK,
    id="a/1",
    authors=("阿卜杜拉·买买提", "Edgar P. Snow"),
    title="“60%”的 A_B & C#1：{甲}~^\\",
    pages=(1, 4),
    inferred=True,
)
BARE = replace(
    WORK,
    id="undated/a/01",
    authors=(),
    newspaper="",
    place="",
    date=None,
    pages=(),
    url="",
    title="短讯一则",
    untitled=True,
)


def test_bibtex_is_read_back() -> None:
    database = bibtexparser.parse_string(bibtex([WORK, ODD, BARE]))
    assert not database.failed_blocks
    first, odd, bare = database.entries
    assert (first.entry_type, first.key) == ("article", "liaoyuan-ribao-2021-01-21-p1-03")
    assert {field.key: field.value for field in first.fields} == {
        "author": "王苗 and 王彦雨",
        "title": "市领导深入东辽县 检查督导疫情防控工作",
        "journal": "辽源日报",
        "entrysubtype": "newspaper",
        "date": "2021-01-21",
        "year": "2021",
        "pages": "1",
        "url": URL,
    }
    values = {field.key: field.value for field in odd.fields}
    assert values["author"] == "阿卜杜拉·买买提 and {Edgar P. Snow}"
    assert values["title"] == r"“60\%”的 A\_B \& C\#1：\{甲\}\textasciitilde{}\textasciicircum{}\textbackslash{}"
    assert (values["pages"], values["note"]) == ("1, 4", "日期系推断")
    assert {field.key: field.value for field in bare.fields} == {"title": "[短讯一则]", "entrysubtype": "newspaper"}


def test_ris_is_read_back() -> None:
    first, odd, bare = rispy.loads(ris([WORK, ODD, BARE]))
    assert first == {
        "type_of_reference": "NEWS",
        "authors": ["王苗", "王彦雨"],
        "title": "市领导深入东辽县 检查督导疫情防控工作",
        "secondary_title": "辽源日报",
        "place_published": "辽源",
        "date": "2021/01/21",
        "year": "2021",
        "start_page": "1",
        "language": "zh-CN",
        "database_provider": "辽源旧报",
        "urls": [URL],
    }
    assert (odd["title"], odd["start_page"], odd["notes"]) == (ODD.title, "1, 4", ["日期系推断"])
    assert bare == {
        "type_of_reference": "NEWS",
        "title": "[短讯一则]",
        "language": "zh-CN",
        "database_provider": "辽源旧报",
    }


def test_csl_json_has_the_schemas_fields_and_types() -> None:
    """Names and types as in csl-data.json of the CSL schema 1.0.2."""
    first, odd, bare = json.loads(csl_json([WORK, ODD, BARE]))
    assert first == {
        "id": "liaoyuan-ribao-2021-01-21-p1-03",
        "type": "article-newspaper",
        "author": [{"literal": "王苗"}, {"literal": "王彦雨"}],
        "title": "市领导深入东辽县 检查督导疫情防控工作",
        "container-title": "辽源日报",
        "publisher-place": "辽源",
        "issued": {"date-parts": [[2021, 1, 21]]},
        "page": "1",
        "language": "zh-CN",
        "source": "辽源旧报",
        "URL": URL,
    }
    assert odd["issued"] == {"date-parts": [[2021, 1, 21]], "circa": True}
    assert bare == {
        "id": "undated-a-01",
        "type": "article-newspaper",
        "title": "[短讯一则]",
        "language": "zh-CN",
        "source": "辽源旧报",
    }


def test_a_file_stands_whole_in_the_address_that_saves_it() -> None:
    text = ris([ODD])
    address = data_url("application/x-research-info-systems", text)
    assert unquote(address.partition(",")[2]) == text
    assert re.fullmatch(r"[!$&-;=?-Z_a-z~%\u00a0-\U0010ffff]+", address)  # the URL standard's code points alone


# ---------------------------------------------------------------- the sample site


class Shown(HTMLParser):
    """The citations that a page shows, by style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._in, self.found = "", dict[str, str]()
        self._style = ""
        panel = text[text.index('<details class="citing"') :]
        self.feed(panel[: panel.index("</details>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag if tag != "span" else self._in

    def handle_data(self, data: str) -> None:
        if self._in == "dt" and data.strip():
            self._style = data
        elif self._in == "dd" and data.strip():
            self.found[self._style] = self.found.get(self._style, "") + data


# Written by hand from the printed pages (seeds/*.txt and what archive.toml says of their dates) and the two standards.
BY_HAND = {
    "liaoyuan-ribao/2021/01-21/p1-01": (
        "黄鹭. 科学精准施策 夯实筑牢防线 坚决打赢疫情防控这场硬仗[N]. 辽源日报，2021-01-21（1）.",
        "黄鹭. 科学精准施策 夯实筑牢防线 坚决打赢疫情防控这场硬仗[N]. 辽源日报, 2021-01-21(1).",
    ),
    "liaoyuan-ribao/2021/01-21/p1-03": (
        "王苗，王彦雨. 市领导深入东辽县 检查督导疫情防控工作[N]. 辽源日报，2021-01-21（1）.",
        "王苗, 王彦雨. 市领导深入东辽县 检查督导疫情防控工作[N]. 辽源日报, 2021-01-21(1).",
    ),
    "liaoyuan-ribao/2021/01-21/p1-05": (  # signed by an agency only
        "疫情形势越复杂，越要不折不扣落实中央要求[N]. 辽源日报，2021-01-21（1）.",
        "疫情形势越复杂，越要不折不扣落实中央要求[N]. 辽源日报, 2021-01-21(1).",
    ),
    "liaoyuan-ribao/2021/01-21/p1-06": (
        "徐楠，刘鹰. 市清查城区清雪工作[N]. 辽源日报，2021-01-21（1）.",
        "徐楠, 刘鹰. 市清查城区清雪工作[N]. 辽源日报, 2021-01-21(1).",
    ),
    "liaoyuan-ribao/2021/01-21/p1-07": (
        "筱棋. 我市开展安全生产和能源保供联合检查[N]. 辽源日报，2021-01-21（1）.",
        "筱棋. 我市开展安全生产和能源保供联合检查[N]. 辽源日报, 2021-01-21(1).",
    ),
    "liaoyuan-ribao/2020/02-19/p1-03": (  # unsigned, with a subtitle
        "迅速行动 主动履职：全市组织系统服务疫情防控工作综述[N]. 辽源日报，[2020-02-19]（1）.",
        "迅速行动 主动履职: 全市组织系统服务疫情防控工作综述[N]. 辽源日报, [2020-02-19](1).",
    ),
    "liaoyuan-ribao/2020/02-19/p1-05": (
        "王茵. 战“疫”，东辽这样做！[N]. 辽源日报，[2020-02-19]（1）.",
        "王茵. 战“疫”，东辽这样做！[N]. 辽源日报, [2020-02-19](1).",
    ),
    "baicheng-ribao/2020/02-19/p1-06": (  # signed 孙卉 记者李政孚
        "孙卉，李政孚. 白城邮政多举措确保防疫期间工作平稳运行[N]. 白城日报，[2020-02-19]（1）.",
        "孙卉, 李政孚. 白城邮政多举措确保防疫期间工作平稳运行[N]. 白城日报, [2020-02-19](1).",
    ),
    "jilin-ribao/2022/04-04/p1-08": (  # five reporters
        "赵广欣，韩雪洁，隋二龙，等. 吹响“社会面清零”冲锋号[N]. 吉林日报，[2022-04-04]（1）.",
        "赵广欣, 韩雪洁, 隋二龙, 等. 吹响“社会面清零”冲锋号[N]. 吉林日报, [2022-04-04](1).",
    ),
    "jilin-ribao/2022/04-21/p1-04": (  # its subtitle is printed behind a dash
        "李抑嫱. 先锋战歌一路嘹亮：全省各级党员领导干部下沉社区战“疫”纪实[N]. 吉林日报，[2022-04-21]（1）.",
        "李抑嫱. 先锋战歌一路嘹亮: 全省各级党员领导干部下沉社区战“疫”纪实[N]. 吉林日报, [2022-04-21](1).",
    ),
}


@pytest.mark.parametrize("id", BY_HAND)
def test_the_samples_gbt_citations_are_those_written_by_hand(seed_site: Path, id: str) -> None:
    found = Shown((seed_site / f"{id}.html").read_text("utf-8")).found
    new, old = BY_HAND[id]
    address = f". https://example.org/{id}.html."
    online = [text.removesuffix(".").replace("[N]", "[N/OL]") + address for text in (new, old)]
    assert [found[style] for style in list(found)[1:5]] == [new, online[0], old, online[1]]


def test_a_panel_stays_small(seed_site: Path) -> None:
    sizes = {}
    for file in seed_site.glob("*-ribao/*/*/*.html"):
        text = file.read_text("utf-8")
        if 'class="citing"' in text:
            end = text.index("citing.js")
            sizes[file] = len(text[text.index('<details class="citing"') : end].encode())
    assert len(sizes) > 8 and max(sizes.values()) <= 3300


def test_the_ris_in_a_page_is_the_months_entry(seed_site: Path) -> None:
    month = (seed_site / "data/citations/2021-01.ris").read_text("utf-8")
    records = [f"{record}ER  - \n" for record in month.split("ER  - \n")[:-1]]
    assert len(records) == 9
    for number, record in enumerate(records, 1):
        page_text = (seed_site / f"liaoyuan-ribao/2021/01-21/p1-{number:02d}.html").read_text("utf-8")
        (address,) = re.findall(r'download="[^"]+\.ris" href="([^"]+)"', page_text)
        assert unquote(html.unescape(address).partition("charset=utf-8,")[2]) == record


def test_the_months_files_hold_each_article(seed_site: Path) -> None:
    found: dict[str, list[Any]] = {}
    for line in (seed_site / "data/articles/2022-04.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        found[record["id"].replace("/", "-")] = record["byline"]
    items = json.loads((seed_site / "data/citations/2022-04.json").read_text("utf-8"))
    assert {item["id"]: [name["literal"] for name in item.get("author", [])] for item in items} == found
    bib = (seed_site / "data/citations/2022-04.bib").read_text("utf-8")
    assert re.findall(r"^@article{(.+),$", bib, re.MULTILINE) == list(found)


def test_a_date_is_written_as_each_style_writes_it() -> None:
    september = replace(PRINTED, date=dt.date(1966, 9, 5))
    assert gbt_2025(september).before.endswith("1966-09-05（1）.")
    assert chicago_note(september).before.endswith("September 5, 1966, 1")
    assert chicago_bibliography(september).before.endswith("September 5, 1966.")
    assert mla(september).before.endswith("5 Sept. 1966, p. 1.")
    assert "(1966, September 5)" in apa(september).before
