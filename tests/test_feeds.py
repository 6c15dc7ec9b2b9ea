"""Feeds as feedparser and a JSON parser read them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import feedparser
import pytest
from test_archive import DAY, LIAOYUAN, article, page, stated, withheld
from test_outputs import sample, written

from site_builder import feeds
from site_builder.archive import gather
from site_builder.model import Article, Settings, TextBlock

BASE = "https://example.org/archive/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return written(sample(), tmp_path_factory.mktemp("site"), BASE)


def atom(text: str) -> Any:
    parsed = feedparser.parse(text.encode(), response_headers={"content-type": "application/atom+xml; charset=utf-8"})
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    return parsed


def test_the_archives_feed_is_of_its_issues_newest_first(site: dict[str, str]) -> None:
    feed = atom(site["feed.xml"])
    assert (feed.feed.title, feed.feed.id, feed.feed.updated) == ("辽源旧报", f"{BASE}feed.xml", "2022-03-01T12:00:00Z")
    assert [(entry.id, entry.title, entry.link, entry.updated, entry.summary) for entry in feed.entries] == [
        (
            f"{BASE}liaoyuan-ribao/2022/03-01.html",
            "辽源日报 2022年3月1日",
            f"{BASE}liaoyuan-ribao/2022/03-01.html",
            "2022-03-01T12:00:00Z",
            "日期系推断。次年的一篇",
        ),
        (
            f"{BASE}liaoyuan-ribao/2021/01-21.html",
            "辽源日报 2021年1月21日",
            f"{BASE}liaoyuan-ribao/2021/01-21.html",
            "2021-01-21T12:00:00Z",
            "抓好春耕 不误农时；另一份来源",
        ),
    ]


def test_a_topics_feed_is_of_its_articles(site: dict[str, str]) -> None:
    feed = atom(site["topics/chungeng/feed.xml"])
    assert feed.feed.title == "春耕 · 辽源旧报"
    assert [link.href for link in feed.feed.links] == [f"{BASE}topics/chungeng/feed.xml", f"{BASE}topics/chungeng.html"]
    [entry] = feed.entries
    assert entry.id == entry.link == f"{BASE}liaoyuan-ribao/2021/01-21/p1-01.html"
    assert (entry.title, entry.author, [tag.term for tag in entry.tags]) == ("抓好春耕 不误农时", "张赫", ["春耕"])
    assert entry.summary == "《辽源日报》2021年1月21日第1版。昨日，市长到东丰县调研。"


def test_a_citys_feed_has_its_newspapers_issues_and_what_tells_of_it(site: dict[str, str]) -> None:
    ids = [entry.id.removeprefix(BASE) for entry in atom(site["cities/liaoyuan/feed.xml"]).entries]
    assert ids == ["liaoyuan-ribao/2022/03-01.html", "liaoyuan-ribao/2021/01-21.html"]
    ids = [entry.id.removeprefix(BASE) for entry in atom(site["cities/dongfengxian/feed.xml"]).entries]
    assert ids == ["liaoyuan-ribao/2021/01-21/p1-01.html"]


def test_both_forms_have_the_same_entries(site: dict[str, str]) -> None:
    found = [path for path in site if path.endswith("/feed.xml") or path == "feed.xml"]
    assert len(found) == 5
    for path in found:
        entries = atom(site[path]).entries
        told = json.loads(site[path.removesuffix("xml") + "json"])
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        assert told["feed_url"] == BASE + path.removesuffix("xml") + "json"
        assert [
            (item["id"], item["title"], item["content_text"], item["date_published"]) for item in told["items"]
        ] == [(entry.id, entry.title, entry.summary, entry.published) for entry in entries]


def test_pages_lead_to_the_feed_of_what_they_list(site: dict[str, str]) -> None:
    for path, feed in {
        "index.html": "feed",
        "liaoyuan-ribao.html": "liaoyuan-ribao/feed",
        "cities/liaoyuan.html": "liaoyuan/feed",
        "topics/chungeng.html": "chungeng/feed",
    }.items():
        for form, media in ("xml", "application/atom+xml"), ("json", "application/feed+json"):
            assert f'<link rel="alternate" type="{media}" title="' in site[path]
            assert site[path].count(f'href="{feed}.{form}"') >= 2  # in its head, and where a reader sees it
    assert (
        '<a href="../../../feed.xml" type="application/atom+xml">订阅</a>'
        in site["liaoyuan-ribao/2021/01-21/p1-01.html"]
    )


def test_without_the_sites_address_there_are_none(tmp_path: Path) -> None:
    site = written(sample(), tmp_path)
    assert [path for path, text in site.items() if "feed." in path or (path.endswith(".html") and "订阅" in text)] == []


def test_a_feed_is_of_bounded_length_and_has_the_newest(tmp_path: Path) -> None:
    days = [DAY + dt.timedelta(days=at) for at in range(feeds.NEWEST + 11)]
    pages = [
        page(f"{at}.txt", article(f"题{at}", "文。" * 400, topics=("教育",)), facts=stated(day))
        for at, day in enumerate(days)
    ]
    pages.append(page("undated.txt", article("哪天都行", "文。", topics=("教育",))))
    site = written(gather(Settings(newspapers=(LIAOYUAN,)), pages), tmp_path, BASE)
    for path in ("feed.xml", "liaoyuan-ribao/feed.xml", "topics/jiaoyu/feed.xml"):
        dates = [entry.updated[:10] for entry in atom(site[path]).entries]
        assert dates == [day.isoformat() for day in days[: -feeds.NEWEST - 1 : -1]]
        assert len(site[path].encode()) < 50_000


def test_an_issue_of_many_articles_tells_how_many(tmp_path: Path) -> None:
    articles = [article(f"题{at}", "文。") for at in range(20)]
    site = written(gather(Settings(), [page("a.txt", *articles, facts=stated())]), tmp_path, BASE)
    [entry] = atom(site["feed.xml"]).entries
    assert entry.summary == "；".join(f"题{at}" for at in range(feeds.HEADLINES)) + "等，共 20 篇。"


def test_what_has_no_date_is_in_no_feed(tmp_path: Path) -> None:
    pages = [page("a.txt", article("甲", "文。", topics=("教育",), places=("辽源",)))]
    site = written(gather(Settings(), pages), tmp_path, BASE)
    assert [path for path in site if "feed." in path] == []
    assert "订阅" not in site["index.html"] + site["topics/jiaoyu.html"]


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    one = Article(
        (TextBlock("headline", "甲\x0c乙<b>&\ufffe", ()), TextBlock("paragraph", "文\x00。", ())), topics=("教\x01育",)
    )
    site = written(gather(Settings(), [page("a.txt", one, facts=stated())]), tmp_path, BASE)
    for path in [path for path in site if path.endswith("feed.xml")]:
        for entry in atom(site[path]).entries:
            assert entry.title in ("辽源日报 2021年1月21日", "甲乙<b>&")


def test_a_withheld_article_is_in_no_feed(tmp_path: Path) -> None:
    site = written(withheld(), tmp_path, BASE)
    told = [text for path, text in site.items() if "feed." in path]
    assert told and not [text for text in told if "p1-02" in text or "寻人启事" in text]


def test_every_feed_of_the_sample_archive_is_read_without_a_warning(seed_site: Path) -> None:
    found = sorted(seed_site.rglob("feed.xml"))
    assert len(found) > 30
    for file in found:
        assert atom(file.read_text("utf-8")).entries
