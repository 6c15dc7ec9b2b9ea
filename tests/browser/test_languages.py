"""The interface in English and in Traditional characters in a real Chromium: what axe says, the scripts' words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from test_site_opens import KINDS, TOO_WIDE, served, window

pytestmark = pytest.mark.browser

Sites = Callable[[str], Path]


@pytest.mark.parametrize("interface", ["en", pytest.param("zh-Hant", marks=pytest.mark.slow)])
def test_axe_finds_nothing_and_no_kind_of_page_scrolls_sideways(
    browser: Browser, site_in: Sites, interface: str
) -> None:
    wrong: list[tuple[str, str, object]] = []
    with served(site_in(interface)) as root, window(browser, 360) as page:
        for kind, path in KINDS.items():
            page.goto(root + path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            found = Axe().run(page)
            violations = found.response["violations"]
            wrong += [(kind, one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
            wrong += [(kind, "too wide", element) for element in page.evaluate(TOO_WIDE)]
    assert wrong == []


def test_search_speaks_english_of_what_was_found(browser: Browser, site_in: Sites) -> None:
    with served(site_in("en")) as root, window(browser, 1280) as page:
        page.goto(root + "search.html?q=疫情防控")
        status = page.get_by_role("status").first
        expect(status).to_have_text("31 articles found.")
        first = page.locator("#search-results > li").first
        expect(first.locator(".search-where")).to_have_text("辽源日报19 February 2020inferredPage 1")
        expect(first.locator("h2 a")).to_have_attribute("lang", "zh-CN")
        expect(page.get_by_role("heading", name="Newspapers")).to_be_visible()

        page.goto(root + "search.html?q=没有这句话的报纸 也没有这一句")
        expect(status).to_have_text("No article contains all of “没有这句话的报纸”, “也没有这一句”.")
        expect(page.locator("#search-tips")).to_have_text(
            "Use fewer words: only “没有这句话的报纸”, only “也没有这一句”."
        )

        page.goto(root + "search.html?q=疫情防控&from=2021-01-21&to=2021-01-21")
        expect(page.get_by_role("list", name="Conditions chosen")).to_have_text(
            "Remove: from 21 January 2021 ×Remove: until 21 January 2021 ×"
        )


def test_one_article_is_found_in_the_singular(browser: Browser, site_in: Sites) -> None:
    with served(site_in("en")) as root, window(browser, 1280) as page:
        page.goto(root + "search.html?q=夯实筑牢防线")
        expect(page.get_by_role("status").first).to_have_text("1 article found.")


def test_an_article_reached_from_search_says_where_the_words_are(browser: Browser, site_in: Sites) -> None:
    with served(site_in("en")) as root, window(browser, 1280) as page:
        page.goto(root + "liaoyuan-ribao/2021/01-21/p1-01.html#find=疫情")
        bar = page.get_by_role("region", name="Text found")
        bar.get_by_role("button", name="Next place").click()
        expect(bar.get_by_role("status")).to_contain_text("“疫情”: 2 of ")


def test_the_tools_of_an_article_and_its_citations_speak_the_language(browser: Browser, site_in: Sites) -> None:
    article = "liaoyuan-ribao/2021/01-21/p1-01.html"
    with served(site_in("en")) as root, window(browser, 1280) as page:
        page.goto(root + article)
        expect(page.locator(".tools")).to_have_text("SMLTrad.Share")
        page.locator(".citing summary").click()
        expect(page.get_by_role("button", name="Copy MLA 9")).to_be_visible()
    with served(site_in("zh-Hant")) as root, window(browser, 1280) as page:
        page.goto(root + article)
        expect(page.locator(".tools")).to_have_text("小中大繁分享")
        expect(page.locator("article h1")).to_contain_text("夯实筑牢防线")
        page.get_by_role("button", name="以繁體字閱讀").click()
        expect(page.locator("article h1")).to_contain_text("夯實築牢防線")


def test_search_speaks_traditional_chinese_from_disk(browser: Browser, site_in: Sites) -> None:
    with window(browser, 1280) as page:
        page.goto(f"{site_in('zh-Hant').as_uri()}/search.html?q=疫情防控")
        expect(page.get_by_role("status").first).to_have_text("共找到 31 篇文章。")
        expect(page.get_by_role("heading", name="年份")).to_be_visible()
