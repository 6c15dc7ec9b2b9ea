"""Bylines: under each name its articles, with the printed words, and nobody taken for somebody else unsaid."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from test_archive import DAY, LIAOYUAN, page, stated
from test_outputs import Links, written

from site_builder import reporter_pages
from site_builder.archive import Archive, gather
from site_builder.model import Article, Newspaper, Page, Settings, TextBlock
from site_builder.reporters import printed_byline, reporters, stretches

JILIN = Newspaper("jilin-ribao", "吉林日报", city="长春")


def signed(headline: str, *names: str) -> Article:
    text = f"本报讯（记者 {' '.join(names)}）昨日，春耕开始。"
    blocks = (TextBlock("headline", headline, ()), TextBlock("paragraph", text, ()))
    return Article(blocks, byline=names, dateline="本报讯")


def printed(headline: str, date: dt.date | None, *names: str, newspaper: str = "辽源日报") -> Page:
    return page(f"{headline}.txt", signed(headline, *names), facts=stated(date, newspaper=newspaper))


def gathered(*pages: Page) -> Archive:
    return gather(Settings(newspapers=(LIAOYUAN, JILIN)), pages)


def main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


# ---------------------------------------------------------------- names and their addresses


def test_names_spelt_alike_keep_their_addresses_when_newer_issues_come() -> None:
    before = gathered(printed("甲", DAY, "张赫"), printed("乙", DAY + dt.timedelta(days=1), "张贺"))
    later = gathered(
        *before.pages, printed("丙", DAY + dt.timedelta(days=2), "张和", "张赫"), printed("丁", None, "张荷")
    )
    assert {one.name: one.id for one in reporters(before)} == {"张赫": "zhang-he", "张贺": "zhang-he-b"}
    ids = {one.name: one.id for one in reporters(later)}
    assert ids == {"张赫": "zhang-he", "张贺": "zhang-he-b", "张和": "zhang-he-c", "张荷": "zhang-he-d"}


def test_names_stand_by_their_spelling_family_names_read_as_such(tmp_path: Path) -> None:
    names = ("曾国强", "单田", "欧阳修远", "安心", "仇英")
    site = written(gathered(printed("甲", DAY, *names)), tmp_path)
    assert re.findall(r'<h2>(\w)</h2>|reporters/([\w-]+)\.html"', main(site["reporters.html"])) == [
        ("A", ""), ("", "an-xin"), ("O", ""), ("", "ouyang-xiuyuan"), ("Q", ""), ("", "qiu-ying"),
        ("S", ""), ("", "shan-tian"), ("Z", ""), ("", "zeng-guoqiang"),
    ]  # fmt: skip


def test_many_names_are_parted_by_letter_and_a_letters_many_by_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporter_pages, "NAMES", 2)
    monkeypatch.setattr(reporter_pages, "MOST", 1)
    names = ("张一", "张二", "张三", "安心", "李四")
    site = written(gathered(printed("甲", DAY, *names), printed("乙", DAY, "李四")), tmp_path)
    index = Links(main(site["reporters.html"])).targets
    assert index == ["reporters/0-a.html", "reporters/0-l.html", "reporters/0-z.html", "reporters/li-si.html"]
    first, second = Links(main(site["reporters/0-z.html"])).targets, Links(main(site["reporters/0-z/2.html"])).targets
    assert first == ["0-a.html", "0-l.html", "0-z/2.html", "zhang-er.html", "zhang-san.html"]
    assert second == ["../0-a.html", "../0-l.html", "../0-z.html", "../0-z.html", "../zhang-yi.html"]
    assert "张二—张三" in site["reporters/0-z.html"]


def test_an_article_leads_to_its_names_and_an_archive_without_any_says_so(tmp_path: Path) -> None:
    site = written(gathered(printed("甲", DAY, "张赫", "李四")), tmp_path / "a")
    article = site["liaoyuan-ribao/2021/01-21/p1-01.html"]
    assert (
        '<a href="../../../reporters/zhang-he.html">张赫</a>、<a href="../../../reporters/li-si.html">李四</a>'
        in article
    )
    assert "还没有认出署名的文章。" in written(gathered(), tmp_path / "b")["reporters.html"]


# ---------------------------------------------------------------- evidence


def test_each_entry_shows_where_it_was_printed_and_the_words(tmp_path: Path) -> None:
    site = written(gathered(printed("抓好春耕", DAY, "张赫", "李四")), tmp_path)
    assert (
        '<h3><a href="../liaoyuan-ribao/2021/01-21/p1-01.html">抓好春耕</a></h3>\n      '
        '<p class="where">《辽源日报》2021年1月21日第1版　版面所印：<q>本报讯（记者 张赫 李四）</q></p>'
    ) in site["reporters/zhang-he.html"]


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("byline", "本报记者 张赫 报道", "本报记者 张赫 报道"),
        ("byline", "●" + "本报记者李四" * 9 + "张赫", "…" + ("本报记者李四" * 9)[-24:] + "张赫"),
        ("paragraph", "本报4月20日讯（记者张赫）今天，张赫说。", "本报4月20日讯（记者张赫）"),
        ("paragraph", "张赫说（见图），整改完毕。（记者 张赫）", "（记者 张赫）"),
        ("caption", "本报记者 张赫 摄影报道", "本报记者 张赫 摄影报道"),
        ("paragraph", "没有括号，只有张赫。", "没有括号，只有张赫。"),
    ],
)
def test_the_printed_words_are_quoted(kind: str, text: str, shown: str) -> None:
    assert printed_byline(Article((TextBlock("headline", "张赫其人", ()), TextBlock(kind, text, ()))), "张赫") == shown


def test_every_entry_of_the_sample_archive_has_its_evidence(seed_site: Path) -> None:
    found = 0
    for file in sorted((seed_site / "reporters").glob("*.html")):
        text = main(file.read_text("utf-8"))
        [name] = re.findall("<h1>(.*)</h1>", text)
        entries, evidence = text.count("<h3>"), re.findall("<q>(.*?)</q>", text)
        assert entries == len(evidence) and all(name in words for words in evidence), file
        found += entries
    assert found == 35


# ---------------------------------------------------------------- never merged unsaid


def test_newspapers_and_years_far_apart_stand_apart(tmp_path: Path) -> None:
    days = [dt.date(1958, 3, 1), dt.date(1959, 5, 1), dt.date(1970, 1, 1), dt.date(1971, 1, 1)]
    pages = [printed(f"题{at}", day, "张赫") for at, day in enumerate(days)]
    pages += [printed("外报", dt.date(1959, 1, 1), "张赫", newspaper="吉林日报"), printed("哪天", None, "张赫")]
    archive = gathered(*pages)
    [reporter] = reporters(archive)
    groups = [
        (group.newspaper, group.first and group.first.year, group.last and group.last.year, len(group.articles))
        for group in stretches(archive, reporter.articles[::-1])
    ]
    assert groups == [
        ("辽源日报", 1970, 1971, 2),
        ("辽源日报", 1958, 1959, 2),
        ("吉林日报", 1959, 1959, 1),
        ("辽源日报", None, None, 1),
    ]
    text = main(written(archive, tmp_path)["reporters/zhang-he.html"])
    assert re.findall('<h2>(.*?) <span class="count">(.*?)</span></h2>', text) == [
        ("《辽源日报》", "1970年至1971年　2 篇"),
        ("《辽源日报》", "1958年至1959年　2 篇"),
        ("《吉林日报》", "1959年　1 篇"),
        ("《辽源日报》", "日期不详　1 篇"),
    ]
    assert "只凭印出的姓名归在一处，不表示出自一人之手" in text and "相隔 10 年以上" in text


def test_a_long_list_is_paginated_as_topics_are(tmp_path: Path) -> None:
    pages = [printed(f"题{at}", DAY + dt.timedelta(days=at), "张赫") for at in range(101)]
    site = written(gathered(*pages), tmp_path)
    assert main(site["reporters/zhang-he.html"]).count("<q>") == 1
    assert main(site["reporters/zhang-he/1.html"]).count("<q>") == 100


def test_a_withheld_article_stands_under_no_name(tmp_path: Path) -> None:
    archive = gathered(printed("甲", DAY, "张赫"))
    [article] = archive.articles
    settings = replace(archive.settings, withhold=(article.id,))
    site = written(gather(settings, [printed("甲", DAY, "张赫")]), tmp_path)
    assert [path for path in site if path.startswith("reporters/")] == []
