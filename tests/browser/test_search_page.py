"""The search page in a real Chromium: over http under a sub-path with the site's security headers, and from disk."""

from __future__ import annotations

import datetime as dt
import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from site_builder.render import environment
from site_builder.search import SearchRecord, build_index

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
BASE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}</head>
<body><main>{% block main %}{% endblock %}</main></body>
</html>"""
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'self'"


def record(number: int, title: str, *body: str, **facts: Any) -> SearchRecord:
    day = facts.pop("date", dt.date(2021, 1, 21))
    return SearchRecord(
        id=f"a/{number}",
        url=f"a/{number}.html",
        title=title,
        newspaper=facts.pop("newspaper", "辽源日报"),
        city=facts.pop("city", "辽源"),
        topics=facts.pop("topics", ()),
        date=day,
        certainty=facts.pop("certainty", "stated"),
        page=facts.pop("page", 1),
        headings=(title,),
        body=body,
    )


FILLER = "其余内容与此无关。" * 20
RECORDS = [
    record(1, "消息一则", f"{FILLER}全市疫情防控工作取得新进展，２８５名队员到岗。{FILLER}", page=3),
    record(2, "疫情面前防控不松懈", FILLER, date=dt.date(2020, 2, 18), topics=("疫情防控",)),
    record(3, "春耕备耕", "苏联 TU-104 客机飞抵。2月18日，张志军到中国科学院。", newspaper="长春日报", city="长春"),
    record(4, "<b>尖括号</b>", "他写道：a<b>粗</b>。", date=dt.date(2022, 7, 13), certainty="inferred"),
    record(5, "日期不明的一篇", "春耕正忙。", date=None, newspaper="", city="", page=None),
    *(record(100 + i, f"棋赛第{i}轮", "棋赛正在进行。", date=dt.date(2019, 1, 1) + dt.timedelta(i)) for i in range(23)),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that is nothing but a search page and its index, in a folder below the server's root."""
    site = tmp_path_factory.mktemp("www") / "archive"
    shutil.copytree(ROOT / "static", site / "static")
    templates = environment(None)
    ours = jinja2.FileSystemLoader(ROOT / "templates")
    templates.loader = jinja2.ChoiceLoader([jinja2.DictLoader({"base.html": BASE}), ours])
    page = templates.get_template("search.html").render(
        path="search.html",
        newspapers=[("辽源日报", "辽源日报"), ("长春日报", "长春日报")],
        cities=[("辽源", "辽源"), ("长春", "长春")],
        topics=[("疫情防控", "疫情防控")],
    )
    (site / "search.html").write_text(page, encoding="utf-8")
    build_index(RECORDS, site)
    return site


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(site.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/archive/search.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; whatever a script throws or a policy blocks fails the test."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert errors == []


def search(page: Page, query: str) -> None:
    page.get_by_label("词语").fill(query)
    page.get_by_role("button", name="检索").click()


def titles(page: Page) -> list[str]:
    return page.locator("#search-results h2").all_inner_texts()


def status(page: Page) -> Any:
    return expect(page.get_by_role("status"))


def test_a_result_shows_headline_newspaper_date_page_and_marked_excerpt(page: Page, address: str) -> None:
    page.goto(address)
    search(page, "疫情防控")
    status(page).to_have_text("共找到 2 篇文章，每篇都含有“疫情”、“防控”。")
    first = page.locator("#search-results > li").first
    expect(first.get_by_role("link")).to_have_text("消息一则")
    expect(first.get_by_role("link")).to_have_attribute("href", "a/1.html")
    expect(first.locator(".search-where")).to_have_text("辽源日报 · 2021年1月21日 · 第3版")
    expect(first.locator(".search-excerpt")).to_contain_text("全市疫情防控工作取得新进展，２８５名队员到岗。其余内容")
    assert first.locator("mark").all_inner_texts() == ["疫情防控"]


def test_a_string_that_stands_unbroken_comes_before_its_words_apart(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("疫情防控"))
    status(page).to_contain_text("共找到 2 篇文章")
    assert titles(page) == ["消息一则", "疫情面前防控不松懈"]
    assert page.locator("#search-results > li").nth(1).locator("h2 mark").all_inner_texts() == ["疫情", "防控"]


@pytest.mark.parametrize(
    ("query", "found", "marks"),
    [
        ("2月18日", "春耕备耕", ["2月18日"]),
        ("285名", "消息一则", ["２８５名"]),
        ("tu-104", "春耕备耕", ["TU-104"]),
        ("ＴＵ－104", "春耕备耕", ["TU-104"]),
        ("科学院", "春耕备耕", ["科学院"]),
        ("志军", "春耕备耕", ["志军"]),
        ("“张志军”", "春耕备耕", ["张志军"]),
        ("市疫", "消息一则", ["市疫"]),
        ("客机 科学院", "春耕备耕", ["客机", "科学院"]),
        ("粗", "<b>尖括号</b>", ["粗"]),
    ],
)
def test_what_a_reader_may_type(page: Page, address: str, query: str, found: str, marks: list[str]) -> None:
    page.goto(address)
    search(page, query)
    status(page).to_contain_text("共找到 1 篇文章")
    assert titles(page) == [found]
    assert page.locator("#search-results mark").all_inner_texts() == marks


def test_the_page_keeps_its_language_and_the_words_are_not_cut_again(page: Page, address: str) -> None:
    """With the page's `zh-CN`, Pagefind finds nothing for a quoted phrase (tried; ../shared/design/search.md)."""
    page.goto(address + "?q=" + quote("疫情防控"))
    status(page).to_contain_text("共找到")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    phrase = "import('./pagefind/pagefind.js').then(p => p.search('\"疫情 防控\"')).then(a => a.results.length)"
    assert page.evaluate(phrase) == 1


def test_text_is_shown_as_text(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("尖括号"))
    status(page).to_contain_text("共找到 1 篇文章")
    expect(page.locator(".search-excerpt")).to_have_text("他写道：a<b>粗</b>。")


def test_an_inferred_date_is_marked(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("尖括号"))
    expect(page.locator(".search-where")).to_have_text("辽源日报 · 2022年7月13日推断 · 第1版")


def test_words_that_occur_nowhere_are_named(page: Page, address: str) -> None:
    page.goto(address)
    search(page, "疫情魑魅")
    status(page).to_contain_text("没有结果：索引里没有词语“魑”、“魅”。")
    assert titles(page) == []
    page.get_by_role("link", name="只查“疫情”").click()
    status(page).to_have_text("共找到 2 篇文章。")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("春耕 疫情", "没有一篇文章同时含有“春耕”、“疫情”。"),
        ("，。", "没有结果：标点不能检索，请输入文字或数字。"),
        ("zeppelin", "没有结果：索引里没有词语“zeppelin”。"),
    ],
)
def test_no_result_says_why(page: Page, address: str, query: str, said: str) -> None:
    page.goto(address)
    search(page, query)
    status(page).to_have_text(said)
    assert titles(page) == []


def test_ten_at_a_time(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("棋赛"))
    status(page).to_have_text("共找到 23 篇文章。")
    more = page.locator("#search-more")
    expect(page.locator("#search-results > li")).to_have_count(10)
    expect(more).to_have_text("再看 10 篇（还有 13 篇）")
    more.click()
    expect(page.locator("#search-results > li")).to_have_count(20)
    expect(page.locator("#search-results > li").nth(10).get_by_role("link")).to_be_focused()
    more.click()
    expect(page.locator("#search-results > li")).to_have_count(23)
    expect(more).to_be_hidden()
    assert len(set(titles(page))) == 23


def test_filters_narrow_the_result(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("春耕"))
    status(page).to_have_text("共找到 2 篇文章。")
    page.get_by_label("报纸").select_option("长春日报")
    status(page).to_have_text("共找到 1 篇文章。")
    assert titles(page) == ["春耕备耕"]
    page.get_by_label("地区").select_option("辽源")
    status(page).to_have_text("没有符合所选条件的文章，可以放宽条件再试。")
    page.get_by_label("地区").select_option("")
    page.get_by_label("报纸").select_option("")
    status(page).to_have_text("共找到 2 篇文章。")


def test_a_topic_alone_lists_its_articles(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("主题").select_option("疫情防控")
    status(page).to_have_text("共找到 1 篇文章。")
    assert titles(page) == ["疫情面前防控不松懈"]


def test_a_date_range_includes_both_days(page: Page, address: str) -> None:
    page.goto(address + "?from=2020-02-18&to=2021-01-21&sort=oldest")
    status(page).to_have_text("共找到 3 篇文章。")
    assert titles(page)[0] == "疫情面前防控不松懈"
    assert sorted(titles(page)) == sorted(["疫情面前防控不松懈", "消息一则", "春耕备耕"])
    page.get_by_label("起始日期").fill("2020-02-19")
    status(page).to_have_text("共找到 2 篇文章。")
    page.get_by_label("起始日期").fill("2030-01-01")
    status(page).to_have_text("没有符合所选条件的文章，可以放宽条件再试。")


def test_sorting_by_date_puts_the_undated_last_or_first(page: Page, address: str) -> None:
    page.goto(address + "?sort=newest&q=" + quote("春耕"))
    status(page).to_have_text("共找到 2 篇文章。")
    assert titles(page) == ["春耕备耕", "日期不明的一篇"]
    expect(page.locator(".search-where").nth(1)).to_have_text("报纸不详 · 日期不详")
    page.get_by_label("排序").select_option("oldest")
    expect(page.locator("#search-results h2").first).to_have_text("日期不明的一篇")


def test_the_address_holds_the_search_and_back_goes_back(page: Page, address: str) -> None:
    page.goto(address)
    search(page, "春耕")
    status(page).to_have_text("共找到 2 篇文章。")
    page.get_by_label("报纸").select_option("长春日报")
    status(page).to_have_text("共找到 1 篇文章。")
    assert page.url == f"{address}?q={quote('春耕')}&newspaper={quote('长春日报')}"
    page.go_back()
    status(page).to_have_text("共找到 2 篇文章。")
    expect(page.get_by_label("报纸")).to_have_value("")
    page.go_forward()
    status(page).to_have_text("共找到 1 篇文章。")
    expect(page.get_by_label("报纸")).to_have_value("长春日报")
    page.reload()
    status(page).to_have_text("共找到 1 篇文章。")
    expect(page.get_by_label("词语")).to_have_value("春耕")
    expect(page).to_have_title("春耕 - 检索")


def test_a_late_answer_to_an_older_search_is_dropped(page: Page, address: str) -> None:
    held: list[Route] = []
    page.goto(address)
    page.route("**/fragment/*", lambda route: route.continue_() if held else held.append(route))
    search(page, "客机")
    while not held:
        page.wait_for_timeout(50)
    search(page, "尖括号")
    status(page).to_have_text("共找到 1 篇文章。")
    with page.expect_response("**/fragment/*"):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert titles(page) == ["<b>尖括号</b>"]
    status(page).to_have_text("共找到 1 篇文章。")


def test_an_index_that_cannot_be_read_is_said_and_tried_again(page: Page, address: str) -> None:
    page.goto(address)
    page.route("**/words.txt", lambda route: route.abort())
    search(page, "春耕")
    status(page).to_contain_text("检索没有成功：索引没能读出来。")
    page.unroute("**/words.txt")
    search(page, "春耕")
    status(page).to_have_text("共找到 2 篇文章。")


def test_nothing_is_loaded_before_the_first_search(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert [url for url in asked if "pagefind" in url] == []


def test_from_disk_the_page_says_that_search_needs_a_server(page: Page, site: Path) -> None:
    page.goto((site / "search.html").as_uri() + "?q=" + quote("春耕"))
    status(page).to_have_text("从磁盘打开网站时，浏览器不允许检索运行；请按下面的目录浏览，或到网上的网站检索。")
    expect(page.get_by_label("词语")).to_be_disabled()
    links = page.locator("#search-elsewhere a")
    assert [link.get_attribute("href") for link in links.all()] == [
        "index.html",
        "dates.html",
        "cities.html",
        "topics.html",
    ]


def test_without_javascript_the_page_says_what_works_instead(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    notice = page.locator("noscript")  # Playwright takes its text for hidden even where it is drawn
    assert "检索要用到 JavaScript" in (notice.text_content() or "")
    box = notice.bounding_box()
    assert box and box["height"] > 10
    expect(page.locator("#search-elsewhere")).to_contain_text("日期")
    context.close()


def test_an_archive_without_articles_finds_nothing(page: Page, site: Path, address: str, tmp_path: Path) -> None:
    build_index([], tmp_path)
    shutil.copy(site / "search.html", tmp_path)
    shutil.copytree(site / "static", tmp_path / "static")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.goto(f"http://127.0.0.1:{server.server_port}/search.html?newspaper=" + quote("辽源日报"))
    status(page).to_have_text("没有符合所选条件的文章，可以放宽条件再试。")
    search(page, "春耕")
    status(page).to_have_text("没有结果：索引里没有词语“春”、“耕”。")
    server.shutdown()
    server.server_close()


def test_the_sample_archive_finds_its_own_headlines(page: Page, seed_site: Path) -> None:
    lines = [line for path in seed_site.glob("data/articles/*.jsonl") for line in path.read_text("utf-8").splitlines()]
    named = [article for article in map(json.loads, lines) if article["headline"]]
    handler = functools.partial(Handler, directory=str(seed_site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for article in named[:: max(1, len(named) // 6)]:
        page.goto(f"http://127.0.0.1:{server.server_port}/search.html?q={quote(article['headline'])}")
        status(page).to_contain_text("共找到")
        links = page.locator("#search-results h2 a")
        assert article["url"] in [link.get_attribute("href") for link in links.all()]
    server.shutdown()
    server.server_close()
