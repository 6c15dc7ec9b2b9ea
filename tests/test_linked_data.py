"""What pages tell search engines in JSON-LD, read back by extruct; and what all this weighs in a head."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import extruct
import pytest
from test_archive import LIAOYUAN, article, page, stated
from test_outputs import continued_archive, sample, written

from site_builder.archive import gather
from site_builder.model import Article, PageFacts, Settings, TextBlock

BASE = "https://example.org/archive/"
BUDGET = 3500  # bytes in the head of an article: tags and JSON-LD


def graph(text: str) -> dict[str, dict[str, Any]]:
    """The page's nodes by their type."""
    [found] = extruct.extract(text, syntaxes=["json-ld"])["json-ld"]
    assert found["@context"] == "https://schema.org"
    return {node["@type"]: node for node in found["@graph"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return written(sample(), tmp_path_factory.mktemp("site"), BASE)


def test_an_article_tells_all_that_is_known_of_it(site: dict[str, str]) -> None:
    nodes = graph(site["liaoyuan-ribao/2021/01-21/p1-01.html"])
    newspaper = {"@type": "Newspaper", "name": "辽源日报", "url": f"{BASE}liaoyuan-ribao.html"}
    assert nodes["NewsArticle"] == {
        "@type": "NewsArticle",
        "url": f"{BASE}liaoyuan-ribao/2021/01-21/p1-01.html",
        "headline": "抓好春耕 不误农时",
        "alternativeHeadline": ["市长调研时强调", "李某参加"],
        "author": [{"@type": "Person", "name": "张赫"}],
        "datePublished": "2021-01-21",
        "dateline": "本报讯",
        "printPage": "1",
        "inLanguage": "zh-CN",
        "about": [{"@type": "Thing", "name": "春耕", "url": f"{BASE}topics/chungeng.html"}],
        "contentLocation": [{"@type": "Place", "name": "东丰县"}],
        "isPartOf": {
            "@type": "PublicationIssue",
            "url": f"{BASE}liaoyuan-ribao/2021/01-21.html",
            "issueNumber": "8201",
            "datePublished": "2021-01-21",
            "isPartOf": newspaper,
        },
    }
    steps = [(step["position"], step["name"], step["item"]) for step in nodes["BreadcrumbList"]["itemListElement"]]
    assert steps == [
        (1, "首页", f"{BASE}index.html"),
        (2, "辽源日报", f"{BASE}liaoyuan-ribao.html"),
        (3, "2021年1月21日", f"{BASE}liaoyuan-ribao/2021/01-21.html"),
        (4, "第1版", f"{BASE}liaoyuan-ribao/2021/01-21.html#p1"),
    ]


def test_what_was_not_printed_is_no_headline(site: dict[str, str]) -> None:
    node = graph(site["liaoyuan-ribao/2021/01-21/p1-02.html"])["NewsArticle"]
    assert "headline" not in node and node["name"] == "[无题的一篇，说的是清雪。]"


def test_an_article_on_two_pages_names_both(tmp_path: Path) -> None:
    node = graph(written(continued_archive("余下的话。"), tmp_path)["liaoyuan-ribao/2021/01-21/p1-01.html"])[
        "NewsArticle"
    ]
    assert (node["printPage"], node["pagination"]) == ("1", "1, 4")


def test_issue_newspaper_and_site_tell_what_they_are(site: dict[str, str]) -> None:
    issue = graph(site["liaoyuan-ribao/2021/01-21.html"])["PublicationIssue"]
    assert (issue["issueNumber"], issue["datePublished"], issue["isPartOf"]["name"]) == (
        "8201",
        "2021-01-21",
        "辽源日报",
    )
    newspaper = graph(site["liaoyuan-ribao.html"])["Newspaper"]
    assert newspaper == {
        "@type": "Newspaper",
        "name": "辽源日报",
        "url": f"{BASE}liaoyuan-ribao.html",
        "alternateName": ["辽源报"],
        "inLanguage": "zh-CN",
        "locationCreated": {"@type": "Place", "name": "辽源"},
    }
    home = graph(site["index.html"])["WebSite"]
    assert (home["name"], home["url"]) == ("辽源旧报", f"{BASE}index.html")
    assert home["potentialAction"]["target"]["urlTemplate"] == f"{BASE}search.html?q={{q}}"


def test_a_page_without_date_or_newspaper_tells_only_what_is_true(tmp_path: Path) -> None:
    site = written(gather(Settings(), [page("a.txt", article("甲事", "文。"), facts=PageFacts())]), tmp_path)
    node = graph(site["undated/a/01.html"])["NewsArticle"]
    assert node == {"@type": "NewsArticle", "url": "01.html", "headline": "甲事", "inLanguage": "zh-CN"}


def test_without_the_sites_address_links_are_relative_to_the_page(tmp_path: Path) -> None:
    nodes = graph(written(sample(), tmp_path)["liaoyuan-ribao/2021/01-21/p1-01.html"])
    issue = nodes["NewsArticle"]["isPartOf"]
    assert (nodes["NewsArticle"]["url"], issue["url"]) == ("p1-01.html", "../01-21.html")
    assert issue["isPartOf"]["url"] == "../../../liaoyuan-ribao.html"
    assert nodes["BreadcrumbList"]["itemListElement"][3]["item"] == "../01-21.html#p1"


def test_no_words_of_print_end_the_data(tmp_path: Path) -> None:
    headline = '“题”</script><script src="x"> <!-- &amp; \\u003c'
    one = Article((TextBlock("headline", headline, ()), TextBlock("paragraph", "文。", ())))
    site = written(gather(Settings(newspapers=(LIAOYUAN,)), [page("a.txt", one, facts=stated())]), tmp_path, BASE)
    text = site["liaoyuan-ribao/2021/01-21/p1-01.html"]
    assert graph(text)["NewsArticle"]["headline"] == headline
    assert f"{headline[:3]}&lt;/script&gt;" in text and text.count("</script>") == text.count("<script")


def test_every_page_of_the_sample_archive_can_be_read_back(seed_site: Path) -> None:
    kinds: dict[str, int] = {}
    for file in sorted(seed_site.rglob("*.html")):
        if file.name not in ("404.html", "search.html") and not file.name.endswith("-00.html"):  # a source text
            for kind in graph(file.read_text("utf-8")):
                kinds[kind] = kinds.get(kind, 0) + 1
    assert kinds["PublicationIssue"] == 5 and kinds["Newspaper"] == 3 and kinds["WebSite"] == 1
    assert kinds["NewsArticle"] == 36


def test_an_articles_head_keeps_its_budget_and_repeats_no_paragraph(seed_site: Path) -> None:
    weights = {}
    for file in sorted(seed_site.glob("*/20??/*/*.html")):
        text = file.read_text("utf-8")
        head, body = text.split("</head>")
        told = re.findall(r'<meta (?:property|name="(?:DC|cit|prism|bibo|eprints)).*>|<script type=.*</script>', head)
        weights[file.name] = len("\n".join(told).encode())
        long = [words for words in re.findall("<p>([^<]{80,})</p>", body) if words in head]
        assert long == [], file
    assert {name: weight for name, weight in weights.items() if weight > BUDGET} == {}
