"""An article reached from search: its words marked; the search box of every page; what axe says of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_site_opens import served, window

pytestmark = pytest.mark.browser

ARTICLE = "liaoyuan-ribao/2021/01-21/p1-01.html"


@pytest.fixture(scope="module", params=["http", "disk"])
def site(request: pytest.FixtureRequest, seed_site: Path) -> Iterator[str]:
    with served(seed_site) as root:
        yield root if request.param == "http" else seed_site.as_uri() + "/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, 1280) as page:
        yield page


def test_a_reader_goes_from_a_result_to_each_place_of_the_word(page: Page, site: str) -> None:
    page.goto(site + "search.html?q=" + quote("核酸"))
    first = page.locator("#search-results h2 a").first
    first.click()
    page.wait_for_url(re.compile("#find="))
    marks = page.locator(".article mark")
    expect(marks.first).to_be_in_viewport()
    assert set(marks.all_inner_texts()) == {"核酸"}
    count = marks.count()
    assert count > 1
    said = page.get_by_role("region", name="检索到的文字").get_by_role("status")
    expect(said).to_have_text(f"“核酸”：第 1 处，共 {count} 处")
    page.get_by_role("button", name="下一处").click()
    expect(said).to_have_text(f"“核酸”：第 2 处，共 {count} 处")
    expect(marks.nth(1)).to_have_class("current")
    expect(marks.nth(1)).to_be_in_viewport()
    page.get_by_role("button", name="上一处").click()
    page.get_by_role("button", name="上一处").click()
    expect(said).to_have_text(f"“核酸”：第 {count} 处，共 {count} 处")


def test_marks_are_turned_off_and_leave_the_text_as_it_was(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    before = page.locator(".article").inner_html()
    page.goto(site + ARTICLE + "#find=" + quote("核酸"))
    expect(page.locator(".article mark").first).to_be_visible()
    page.get_by_role("button", name="不再标出").click()
    expect(page.locator(".article mark")).to_have_count(0)
    expect(page.locator(".article h1")).to_be_focused()
    assert page.locator(".article").inner_html().replace(' tabindex="-1"', "") == before
    assert page.url == site + ARTICLE
    expect(page.locator(".found-bar")).to_have_count(0)


def test_going_elsewhere_on_the_page_keeps_the_marks(page: Page, site: str) -> None:
    page.goto(site + ARTICLE + "#find=" + quote("核酸"))
    expect(page.locator(".found-bar")).to_contain_text("第 1 处")
    count = page.locator(".article mark").count()
    page.evaluate("document.querySelector('.skip').click()")
    page.wait_for_url(re.compile("#main$"))
    page.wait_for_timeout(100)
    assert page.locator(".article mark").count() == count > 0


def test_the_bar_is_one_row_on_a_phone_and_shows_the_count(browser: Browser, site: str) -> None:
    with window(browser, 390) as page:
        page.goto(site + ARTICLE + "#find=" + quote("核酸") + "&find=" + quote("没有这样长的一句话" * 3))
        bar = page.locator(".found-bar")
        expect(bar.locator(".found-count")).to_have_text(re.compile(r"^1/\d+$"))
        box = bar.bounding_box()
        assert box is not None
        assert box["height"] < 60
        assert box["width"] <= 390
        for name in ("上一处", "下一处", "不再标出"):
            expect(bar.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_print_has_neither_form_nor_marks(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(site + "search.html?q=" + quote("疫情"))
    mark = page.locator("#search-results mark").first
    expect(mark).to_be_visible()
    assert mark.evaluate("element => getComputedStyle(element).backgroundColor") == "rgba(0, 0, 0, 0)"
    for part in ("#search-form", "#search-facets", "#search-suggestions", "#search-related-link"):
        expect(page.locator(part)).to_be_hidden()


@pytest.mark.parametrize(
    ("find", "marks"),
    [
        ("find=" + quote("檢測"), {"检测"}),
        ("find=" + quote("核酸") + "&find=" + quote("防控"), {"核酸", "防控"}),
        ("find=" + quote("没有的话"), set()),
        ("find=", set()),
        ("find=%3Cb%3E", set()),
    ],
)
def test_what_the_address_asks_is_marked(page: Page, site: str, find: str, marks: set[str]) -> None:
    page.goto(site + "index.html")
    page.goto(f"{site}{ARTICLE}#{find}")
    if marks:
        expect(page.locator(".article mark").first).to_be_visible()
    else:
        page.wait_for_timeout(100)
    assert set(page.locator(".article mark").all_inner_texts()) == marks


def test_a_word_is_marked_across_the_dateline_and_the_text_after_it(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    paragraph = page.locator(".text p:has(.dateline)").first
    lead = paragraph.locator(".dateline").inner_text().strip()
    after = (paragraph.text_content() or "").strip()[len(lead) :][:2]
    page.goto(site + "index.html")
    page.goto(f"{site}{ARTICLE}#find={quote(lead[-2:] + after)}")
    expect(page.locator(".found-bar")).to_contain_text("第 1 处，共 1 处")
    assert "".join(page.locator(".article mark").all_inner_texts()) == lead[-2:] + after


@pytest.mark.parametrize("path", ["index.html", ARTICLE])
def test_every_page_has_a_search_box_that_the_slash_key_goes_to(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="检索全部文字")
    expect(box).to_be_focused()
    page.keyboard.type("疫情")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_contain_text("共找到")
    expect(page.get_by_label("词语")).to_have_value("疫情")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing(browser: Browser, seed_site: Path, scheme: str) -> None:
    queries = ["", "?q=" + quote("疫情"), "?q=" + quote("没有这样一句话") + "&city=" + quote("白城")]
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    with served(seed_site) as root:
        for path in [*(f"search.html{query}" for query in queries), f"{ARTICLE}#find={quote('核酸')}"]:
            page.goto(root + path, wait_until="networkidle")
            assert [found["id"] for found in Axe().run(page).response["violations"]] == [], path
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_results_does_not_scroll_sideways(browser: Browser, site: str, width: int) -> None:
    with window(browser, width) as page:
        page.goto(site + "search.html?q=" + quote("疫情"))
        expect(page.locator("#search-results > li").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
