"""What an article offers its reader: the size of its text, links to copy, Traditional characters, its source lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_site_opens import served, window

pytestmark = pytest.mark.browser

ARTICLE = "jilin-ribao/2022/04-21/p1-04.html"
GOLD = Path(__file__).parents[1] / "quality" / "gold"


@pytest.fixture(scope="module", params=["http", "disk"])
def site(request: pytest.FixtureRequest, seed_site: Path) -> Iterator[str]:
    with served(seed_site) as root:
        yield root if request.param == "http" else seed_site.as_uri() + "/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, 1280) as page:
        yield page


def test_the_size_of_the_text_is_kept_between_visits(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    size = "getComputedStyle(document.querySelector('.text')).fontSize"
    assert page.evaluate(size) == "18px"
    page.get_by_role("button", name="字号：大").click()
    expect(page.get_by_role("button", name="字号：大")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(size) == "22px"
    page.goto(site + "liaoyuan-ribao/2021/01-21/p1-01.html")
    assert page.evaluate(size) == "22px"
    page.get_by_role("button", name="字号：中").press("Enter")
    assert page.evaluate(size) == "18px"


def test_a_paragraphs_link_is_copied_by_keyboard_and_said(page: Page, site: str) -> None:
    if site.startswith("http"):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + ARTICLE)
    summary = page.locator("#p3 + details > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".tools [role=status]")).to_contain_text(f"已复制 {site}{ARTICLE}#p3")
    page.wait_for_function("location.hash === '#p3'")
    if site.startswith("http"):
        assert page.evaluate("navigator.clipboard.readText()") == f"{site}{ARTICLE}#p3"


def test_the_text_is_read_in_traditional_characters_and_back(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    headline, first = page.locator("hgroup h1"), page.locator("#p1")
    lines = page.locator("#p1 + details").inner_html()
    before = page.locator(".text").inner_text()
    page.get_by_role("button", name="以繁体字阅读正文").click()
    expect(headline).to_have_text("先鋒戰歌一路嘹亮")
    expect(first).to_have_text("他們是社區疫情防控的包保員、督導員、指揮員、協調員；")
    assert page.locator("#p1 + details").inner_html() == lines
    page.goto(site + "liaoyuan-ribao/2021/01-21/p1-01.html")
    expect(page.get_by_role("button", name="以繁体字阅读正文")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="以繁体字阅读正文").click()
    page.goto(site + ARTICLE)
    assert page.locator(".text").inner_text() == before


def test_traditional_characters_are_those_of_opencc(page: Page, seed_site: Path) -> None:
    page.goto((seed_site / ARTICLE).as_uri())
    page.add_script_tag(path=str(seed_site / "static" / "traditional.js"))
    text = "".join(file.read_text("utf-8") for file in sorted(GOLD.glob("*.toml")))
    ours = page.evaluate("text => archiveTraditional(text)", text)
    theirs = opencc.OpenCC("s2tw").convert(text)
    unlike = [text[max(0, at - 3) : at + 3] for at, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    assert len(unlike) <= len(text) / 2000, unlike
    assert page.evaluate("archiveTraditional('干部下乡，衣服很干净，头发长了，出发，皇后在后面')") == (
        "幹部下鄉，衣服很乾淨，頭髮長了，出發，皇后在後面"
    )


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_an_article_with_its_lines_open_or_a_source_page(
    browser: Browser, seed_site: Path, scheme: str
) -> None:
    for path, width in ((ARTICLE, 1280), (ARTICLE, 360), (re.sub("04.html$", "00.html", ARTICLE), 360)):
        with served(seed_site) as root, window(browser, width) as page:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(root + path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def steps(page: Page, *names: str) -> None:
    """Press the buttons of these names one after another."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(150)


def test_words_marked_and_unmarked_are_kept_whole_in_either_kind_of_character(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    before = page.locator(".text").inner_text()
    page.goto("about:blank")
    page.goto(site + ARTICLE + "#find=工作")
    marks = page.locator(".article mark")
    expect(marks.first).to_be_visible()
    count = marks.count()
    steps(page, "以繁体字阅读正文")
    expect(marks).to_have_count(count)
    assert page.locator("#p1").get_attribute("lang") == "zh-Hant"
    steps(page, "不再标出", "以繁体字阅读正文")
    expect(marks).to_have_count(0)
    assert page.locator(".text").inner_text() == before
    assert page.locator("#p1").get_attribute("lang") is None
    steps(page, "以繁体字阅读正文")
    page.evaluate("location.hash = 'find=' + encodeURIComponent('工作')")
    expect(marks).to_have_count(count)
    steps(page, "以繁体字阅读正文", "不再标出")
    assert page.locator(".text").inner_text() == before


def test_two_quick_clicks_turn_the_characters_once(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    before = page.locator(".text").inner_text()
    page.evaluate("() => { const one = document.querySelector('.tools [title^=以繁]'); one.click(); one.click(); }")
    expect(page.locator("hgroup h1")).to_have_text("先鋒戰歌一路嘹亮")
    steps(page, "以繁体字阅读正文")
    assert page.locator(".text").inner_text() == before


def test_characters_beyond_the_basic_plane_keep_their_places(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    page.evaluate("document.querySelector('#p1').innerHTML = '㓆㛟<b>㛠㛿</b>㟜先生说<i>今天</i>很好𠮷。'")
    steps(page, "以繁体字阅读正文")
    assert page.locator("#p1").inner_html() == "𠗣𡞵<b>𡢃𡠹</b>𡾱先生說<i>今天</i>很好𠮷。"


def test_a_links_own_name_comes_back_however_often_it_is_clicked(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    page.locator("#p3 + details > summary").click()
    link = page.locator("#p3 + details > a").first
    link.click()
    link.click()
    page.wait_for_timeout(2300)
    expect(link).to_have_text("链接")


def test_a_kept_size_that_is_none_counts_as_the_middle_one(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    page.evaluate("localStorage.setItem('size', 'huge')")
    page.reload()
    expect(page.get_by_role("button", name="字号：中")).to_have_attribute("aria-pressed", "true")
