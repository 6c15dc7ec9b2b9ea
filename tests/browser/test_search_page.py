"""The search page in a real Chromium: over http under a sub-path with the site's security headers, and from disk."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import jinja2
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from site_builder import folding, shards
from site_builder.entries import Link
from site_builder.records import SearchRecord
from site_builder.render import environment
from site_builder.search import index_records

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
BASE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<script src="static/site.js" defer></script>{% block head %}{% endblock %}</head>
<body><main>{% block main %}{% endblock %}</main></body>
</html>"""
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'self'"


def record(number: int, title: str, *body: str, **facts: Any) -> SearchRecord:
    day = facts.pop("date", dt.date(2021, 1, 21))
    return SearchRecord(
        id=f"a/{number}",
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
    return make_site(tmp_path_factory.mktemp("www") / "archive", RECORDS)


def make_site(site: Path, records: list[SearchRecord]) -> Path:
    shutil.copytree(ROOT / "static", site / "static")
    templates = environment(None)
    ours = jinja2.FileSystemLoader(ROOT / "templates")
    templates.loader = jinja2.ChoiceLoader([jinja2.DictLoader({"base.html": BASE}), ours])
    page = templates.get_template("search.html").render(
        path="search.html",
        site=SimpleNamespace(language="zh-CN", interface="zh-CN", printed=""),
        indexed=True,
        newspapers=[Link("辽源日报", "liaoyuan-ribao.html")],
    )
    (site / "search.html").write_text(page, encoding="utf-8")
    index_records(records, site)
    (site / "search" / "simplified.js").write_bytes(folding.script())
    return site


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site.parent) as root:
        yield f"{root}/archive/search.html"


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # looks often whether to end
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; whatever a script throws or a policy blocks fails the test, but what Pagefind throws to nobody
    when its WebAssembly can't be loaded.
    """
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)) if "Pagefind WASM" not in str(error) else None)
    page.on(
        "console",
        lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert errors == []


def search(page: Page, query: str) -> None:
    page.get_by_label("词语").fill(query)
    page.get_by_role("button", name="检索", exact=True).click()


def titles(page: Page) -> list[str]:
    return page.locator("#search-results h2 a").all_inner_texts()


def status(page: Page) -> Any:
    return expect(page.locator("#search-status"))


def facet(page: Page, name: str) -> Any:
    return page.locator("#search-facets").get_by_role("link", name=re.compile(name))


# ---------------------------------------------------------------- results


def test_a_result_shows_headline_newspaper_date_page_and_marked_excerpt(page: Page, address: str) -> None:
    page.goto(address)
    search(page, "疫情防控")
    status(page).to_have_text("共找到 1 篇文章。")
    first = page.locator("#search-results > li").first
    expect(first.get_by_role("link")).to_have_text("消息一则")
    assert (first.get_by_role("link").get_attribute("href") or "").startswith("a/1.html#find=" + quote("疫情防控"))
    assert first.locator(".search-where > span").all_inner_texts() == ["辽源日报", "2021年1月21日", "第3版"]
    expect(first.locator(".search-excerpt")).to_contain_text("全市疫情防控工作取得新进展，２８５名队员到岗。其余内容")
    assert first.locator(".search-excerpt mark").all_inner_texts() == ["疫情防控"]


@pytest.mark.parametrize(
    ("query", "found", "marks"),
    [
        ("2月18日", "春耕备耕", ["2月18日"]),
        ("285名", "消息一则", ["２８５名"]),
        ("tu-104", "春耕备耕", ["TU-104"]),
        ("ＴＵ－104", "春耕备耕", ["TU-104"]),
        ("到中", "春耕备耕", ["到中"]),
        ("張志軍", "春耕备耕", ["张志军"]),
        ("市疫", "消息一则", ["市疫"]),
        ("客机 科学院", "春耕备耕", ["客机", "科学院"]),
        ('"苏联 TU"', "春耕备耕", ["苏联 TU"]),
        ("“苏联 ＴＵ”", "春耕备耕", ["苏联 TU"]),
        ("TU苏联", "", []),
        ("春耕 -客机", "日期不明的一篇", ["春耕"]),
        ('春耕 -"苏联 TU"', "日期不明的一篇", ["春耕"]),
        ("粗</b>", "<b>尖括号</b>", ["粗</b>"]),
        ("。", None, None),
    ],
)
def test_what_a_reader_may_type(
    page: Page, address: str, query: str, found: str | None, marks: list[str] | None
) -> None:
    page.goto(address)
    search(page, query)
    if found is None:
        status(page).to_have_text(f"共找到 {len(RECORDS)} 篇文章。")
        return
    status(page).to_contain_text("共找到 1 篇文章" if found else "没有一篇文章含有")
    assert titles(page) == ([found] if found else [])
    assert page.locator("#search-results .search-excerpt mark").all_inner_texts() == marks


def test_what_was_excluded_is_said(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("春耕 -客机"))
    status(page).to_have_text("共找到 1 篇文章，都不含“客机”。")
    search(page, "-客机")
    status(page).to_have_text("请再写一个要找的词，或选定报纸、地区、主题、日期：“-”后面的词只用来排除。")
    page.goto(address + "?q=" + quote("-疫情防控") + "&from=2020-01-01&to=2021-12-31")
    status(page).to_have_text("共找到 2 篇文章，都不含“疫情防控”。")
    expect(page.locator("#search-facets")).to_be_visible()


def test_where_what_was_excluded_leaves_nothing_it_can_be_taken_away(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("客机 -苏联"))
    status(page).to_have_text("没有一篇文章含有“客机”而不含“苏联”。")
    page.get_by_role("link", name="去掉要排除的词").click()
    status(page).to_contain_text("共找到 1 篇文章")
    page.goto(address + "?q=" + quote("客机 -苏联") + "&from=1958-01-01")
    status(page).to_have_text("没有一篇文章含有“客机”而不含“苏联”，并符合所选条件。")


def test_text_is_shown_as_text(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("他写道"))
    status(page).to_contain_text("共找到 1 篇文章")
    expect(page.locator(".search-excerpt")).to_have_text("他写道：a<b>粗</b>。")
    assert page.locator("#search-results b").count() == 0


def test_an_inferred_date_and_a_missing_one_are_said(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("尖括号"))
    assert page.locator(".search-where .mark").all_inner_texts() == ["推断"]
    page.goto(address + "?q=" + quote("春耕正忙"))
    assert page.locator(".search-where > span").all_inner_texts() == ["报纸不详", "日期不详"]


HOLD = """() => {
    const find = archiveIndex.find
    archiveIndex.find = async (terms, ...rest) => {
        if (terms[0] === '客机') await new Promise(release => { window.release = release })
        return find(terms, ...rest)
    }
}"""


def test_results_come_as_one_types_and_a_late_answer_is_dropped(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(HOLD)
    page.get_by_label("词语").press_sequentially("客机")
    page.wait_for_function("() => window.release")
    page.get_by_label("词语").fill("")
    page.get_by_label("词语").press_sequentially("他写道")
    status(page).to_have_text("共找到 1 篇文章。")
    page.evaluate("() => window.release()")
    page.wait_for_timeout(100)
    assert titles(page) == ["<b>尖括号</b>"]
    page.go_back()  # what was typed is one step
    expect(page.get_by_label("词语")).to_have_value("")
    status(page).to_have_text("")


# ---------------------------------------------------------------- narrowing, order, pages, address


def test_facets_count_and_narrow_the_result(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("春耕"))
    status(page).to_have_text("共找到 2 篇文章。")
    page.goto(address + "?q=" + quote("内容"))
    status(page).to_have_text("共找到 2 篇文章。")
    assert page.locator("#search-facets li").all_inner_texts() == ["疫情防控\n1", "2021年\n1", "2020年\n1"]
    facet(page, "2020年").click()
    status(page).to_have_text("共找到 1 篇文章。")
    assert page.url.endswith("&from=2020-01-01&to=2020-12-31")
    assert titles(page) == ["疫情面前防控不松懈"]
    facet(page, "疫情防控").click()
    expect(facet(page, "疫情防控")).to_have_attribute("aria-current", "true")
    facet(page, "2020年.*取消").click()
    status(page).to_have_text("共找到 1 篇文章。")
    facet(page, "疫情防控.*取消").click()
    status(page).to_have_text("共找到 2 篇文章。")
    assert page.url == address + "?q=" + quote("内容")


def test_a_newspaper_and_a_city_narrow(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("。") + "&newspaper=" + quote("长春日报"))
    status(page).to_have_text("共找到 1 篇文章。")
    page.goto(address + "?q=" + quote("。") + "&city=" + quote("长春") + "&topic=" + quote("疫情防控"))
    status(page).to_have_text("没有一篇文章含有“。”并符合所选条件。")
    page.get_by_role("link", name="去掉所选的条件").click()
    status(page).to_have_text(f"共找到 {len(RECORDS)} 篇文章。")


def test_a_date_range_includes_both_days_and_needs_no_word(page: Page, address: str) -> None:
    page.goto(address + "?from=2020-02-18&to=2021-01-21&sort=oldest")
    status(page).to_have_text("共找到 3 篇文章。")
    assert titles(page)[0] == "疫情面前防控不松懈"
    page.get_by_label("起始日期").fill("2020-02-19")
    status(page).to_have_text("共找到 2 篇文章。")
    page.goto(address + "?from=2030-01-01")
    status(page).to_have_text("没有一篇文章符合所选条件。")


def test_sorting_by_date_puts_the_undated_last(page: Page, address: str) -> None:
    page.goto(address + "?sort=newest&q=" + quote("春耕"))
    status(page).to_have_text("共找到 2 篇文章。")
    assert titles(page) == ["春耕备耕", "日期不明的一篇"]
    page.get_by_label("排序").select_option("oldest")
    page.wait_for_url(re.compile("sort=oldest"))
    status(page).to_have_text("共找到 2 篇文章。")
    assert titles(page) == ["春耕备耕", "日期不明的一篇"]


def test_ten_a_page_with_links(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("棋赛") + "&sort=oldest")
    status(page).to_have_text("共找到 23 篇文章。")
    pager = page.get_by_role("navigation", name="结果分页")
    expect(pager).to_contain_text("第 1 页，共 3 页")
    seen = titles(page)
    pager.get_by_role("link", name="下一页").click()
    expect(pager).to_contain_text("第 2 页")
    expect(page.locator("#search-status")).to_be_focused()
    seen += titles(page)
    page.goto(page.url.replace("page=2", "page=3"))
    expect(pager).to_contain_text("第 3 页")
    expect(pager.get_by_role("link", name="下一页")).to_have_count(0)
    seen += titles(page)
    assert seen == [f"棋赛第{i}轮" for i in range(23)]
    page.goto(page.url.replace("page=3", "page=99"))
    expect(pager).to_contain_text("第 3 页")


def test_the_address_holds_the_search_and_back_goes_back(page: Page, address: str) -> None:
    page.goto(address)
    search(page, "内容")
    status(page).to_have_text("共找到 2 篇文章。")
    facet(page, "2021年").click()
    status(page).to_have_text("共找到 1 篇文章。")
    page.get_by_label("排序").select_option("newest")
    page.wait_for_url(re.compile("sort=newest"))
    page.go_back()
    page.go_back()
    status(page).to_have_text("共找到 2 篇文章。")
    page.go_forward()
    status(page).to_have_text("共找到 1 篇文章。")
    expect(page.get_by_label("起始日期")).to_have_value("2021-01-01")
    page.reload()
    status(page).to_have_text("共找到 1 篇文章。")
    expect(page.get_by_label("词语")).to_have_value("内容")
    expect(page).to_have_title("内容 - 检索")


# ---------------------------------------------------------------- help


def test_newspapers_cities_and_topics_are_suggested(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("词语").press_sequentially("疫情")
    found = page.get_by_role("list", name="建议").get_by_role("link")
    expect(found.first).to_be_visible()
    assert found.all_inner_texts() == ["主题疫情防控"]
    found.first.click()
    status(page).to_have_text("共找到 1 篇文章。")
    assert page.url == address + "?topic=" + quote("疫情防控")
    expect(page.locator("#search-status")).to_be_focused()  # not the box: a phone's keyboard would open
    search(page, "长春")
    assert set(found.all_inner_texts()) >= {"报纸长春日报", "地区长春"}


def test_the_keyboard_alone_suffices(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("body").press("/")
    expect(page.get_by_label("词语")).to_be_focused()
    page.keyboard.type("棋赛")
    status(page).to_have_text("共找到 23 篇文章。")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    links = page.locator("#search-results h2 a")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("词语")).to_be_focused()
    page.keyboard.press("ArrowDown")
    target = links.nth(0).get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(target.partition("#")[0])))


def test_the_count_is_heard(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("春耕"))
    status(page).to_have_text("共找到 2 篇文章。")
    expect(page.locator("#search-status")).to_have_attribute("aria-live", "polite")


def test_without_javascript_the_page_says_what_works_instead(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#search-notice")).to_contain_text("检索要用到 JavaScript")
    expect(page.locator("#search-notice")).to_be_visible()
    links = page.locator("#search-elsewhere a")
    assert [link.get_attribute("href") for link in links.all()] == [
        "liaoyuan-ribao.html",
        "dates.html",
        "cities.html",
        "topics.html",
        "reporters.html",
    ]
    context.close()


@pytest.mark.parametrize("script", ["text", "index", "search"])
def test_where_a_script_is_lost_the_page_says_what_works_instead(page: Page, address: str, script: str) -> None:
    page.goto(address)
    expect(page.locator("#search-notice")).to_be_hidden()
    page.route(f"**/static/{script}.js", lambda route: route.abort())
    page.route("**/search/simplified.js", lambda route: route.abort())  # it calls text.js
    page.goto(address + "?q=" + quote("春耕"))
    expect(page.locator("#search-notice")).to_be_visible()
    expect(page.locator("#search-elsewhere")).to_be_visible()


def test_styles_and_scripts_stay_small() -> None:
    def size(*names: str) -> int:
        return sum((ROOT / "static" / name).stat().st_size for name in names)

    for kind in ("article", "calendars"):  # no page loads both
        assert size("style.css", f"{kind}.css") < 20_000
    assert size("site.js", "reading.js", "citing.js") < 15_000  # all that an article loads by itself


# ---------------------------------------------------------------- how it is typed


@pytest.mark.parametrize(
    ("query", "terms", "exclude"),
    [
        ("调整“三区”设置", ["调整“三区”设置"], []),
        ("“三区”设置 和“四区”", ["“三区”设置", "和“四区”"], []),
        ("“三区” 设置", ["三区", "设置"], []),
        ('"两 会" -"一 区"', ["两 会"], ["一 区"]),
        ('"他说“好”"', ["他说“好”"], []),
        ('"未完', ['"未完'], []),
        ('"', ['"'], []),
        ("“”", ["“”"], []),
        ("TU-104 -ＡＢ －丙", ["tu-104"], ["ab", "丙"]),
    ],
)
def test_quotation_marks_and_dashes_are_signs_only_at_a_words_border(
    page: Page, address: str, query: str, terms: list[str], exclude: list[str]
) -> None:
    page.goto(address)
    assert page.evaluate(
        "text => { const {terms, exclude} = archiveText.parse(text); return [terms, exclude] }", query
    ) == [
        terms,
        exclude,
    ]


@pytest.mark.parametrize("term", ["苏联 TU", "-甲", "工作", "“好”", '"'])
def test_a_term_is_written_so_that_it_is_read_as_the_same(page: Page, address: str, term: str) -> None:
    page.goto(address)
    folded = page.evaluate("text => archiveText.fold(text)", term)
    assert page.evaluate("text => archiveText.parse(archiveText.written(text)).terms", term) == [folded]


def test_words_are_told_as_they_were_typed(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("“苏联 ＴＵ” 張三"))
    status(page).to_have_text("没有一篇文章同时含有“苏联 ＴＵ”、“張三”。")
    page.get_by_role("link", name="只找“苏联 ＴＵ”").click()
    expect(page.get_by_label("词语")).to_have_value('"苏联 ＴＵ"')
    status(page).to_have_text("共找到 1 篇文章。")


def test_what_narrows_stands_beside_the_count_and_can_be_taken_back(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address + "?q=" + quote("内容") + "&city=" + quote("辽源") + "&from=2021-01-01")
    status(page).to_have_text("共找到 1 篇文章。")
    active = page.get_by_role("list", name="所选的条件").get_by_role("link")
    expect(active).to_have_text(["取消：辽源 ×", "取消：2021年1月1日起 ×"])
    active.last.click()
    status(page).to_have_text("共找到 2 篇文章。")
    expect(page.locator("#search-status")).to_be_focused()
    expect(active).to_have_text(["取消：辽源 ×"])


def test_dates_the_wrong_way_round_can_be_swapped(page: Page, address: str) -> None:
    page.goto(address + "?from=2021-12-31&to=2020-01-01")
    status(page).to_contain_text("两个日期写反了")
    page.get_by_role("link", name="对调两个日期").click()
    status(page).to_have_text("共找到 3 篇文章。")
    expect(page.get_by_label("起始日期")).to_have_value("2020-01-01")


def test_typing_a_date_is_one_step(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("棋赛"))
    status(page).to_have_text("共找到 23 篇文章。")
    page.locator("#search-options summary").click()
    before = page.evaluate("history.length")
    for day in ("0201-01-10", "2019-01-10", "2019-01-11"):
        page.get_by_label("起始日期").fill(day)
        page.wait_for_timeout(700)
    status(page).to_have_text("共找到 13 篇文章。")
    assert page.evaluate("history.length") == before + 1


def test_what_is_typed_just_before_a_click_is_not_lost(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("内"))
    status(page).to_have_text("共找到 2 篇文章。")
    page.get_by_label("词语").fill("内容")
    page.evaluate("[...document.querySelectorAll('#search-facets a')].find(a => /2020/.test(a.textContent)).click()")
    status(page).to_have_text("共找到 1 篇文章。")
    assert page.url == address + "?q=" + quote("内容") + "&from=2020-01-01&to=2020-12-31"
    page.go_back()
    expect(page.get_by_label("词语")).to_have_value("内容")
    assert page.url == address + "?q=" + quote("内容")


# ---------------------------------------------------------------- nothing found, related articles


def test_where_nothing_is_found_related_articles_are_shown(page: Page, address: str) -> None:
    page.goto(address)
    search(page, "防控疫情新闻")
    status(page).to_have_text("没有一篇文章含有“防控疫情新闻”。")
    expect(page.locator("#search-tips")).to_contain_text("少打几个字")
    related = page.locator("#search-related-results h2 a")
    expect(related.first).to_be_visible()
    assert set(related.all_inner_texts()) == {"疫情面前防控不松懈", "消息一则"}
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    search(page, "客机 疫情")
    status(page).to_have_text("没有一篇文章同时含有“客机”、“疫情”。")
    page.get_by_role("link", name="只找“客机”").click()
    status(page).to_have_text("共找到 1 篇文章。")
    expect(page.locator("#search-related")).to_be_hidden()


def test_related_articles_can_be_asked_for_and_are_not_loaded_before(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "?q=" + quote("疫情防控"))
    status(page).to_have_text("共找到 1 篇文章。")
    assert [url for url in asked if "pagefind" in url or "words.js" in url or "related" in url] == []
    page.get_by_role("link", name="再找相关的文章").click()
    expect(page.locator("#search-related-results h2 a")).to_have_text("疫情面前防控不松懈")
    assert page.url.endswith("&mode=related")
    assert [url for url in asked if "pagefind.js" in url]
    expect(page.locator("#search-related-title")).to_be_focused()
    page.goto(address + "?mode=related&q=" + quote("疫情防控 -面前"))
    expect(page.locator("#search-related-status")).to_contain_text("没有别的相关文章。")
    expect(page.locator("#search-related-results > li")).to_have_count(0)


def test_related_articles_begin_after_what_was_found_however_much_that_is(page: Page, crowded: str) -> None:
    page.goto(crowded + "?mode=related&q=" + quote("棋赛正在进行"))
    status(page).to_have_text("共找到 60 篇文章。")
    expect(related(page)).to_have_text(["另一种棋赛"])


def test_while_one_types_related_articles_are_only_offered(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_label("词语").press_sequentially("防控疫情新闻")
    status(page).to_have_text("没有一篇文章含有“防控疫情新闻”。")
    expect(page.get_by_role("link", name="再找相关的文章")).to_be_visible()
    assert [url for url in asked if "related" in url] == []
    page.keyboard.press("Enter")
    expect(page.locator("#search-related-results h2 a")).to_have_count(2)


def test_from_disk_all_works_but_pagefind(page: Page, site: Path) -> None:
    page.goto((site / "search.html").as_uri() + "?q=" + quote("春耕"))
    status(page).to_have_text("共找到 2 篇文章。")
    search(page, "防控疫情新闻")
    status(page).to_have_text("没有一篇文章含有“防控疫情新闻”。")
    expect(page.locator("#search-related-status")).to_contain_text("从磁盘打开时不能按词义相关检索")
    assert set(page.locator("#search-related-results h2 a").all_inner_texts()) == {"疫情面前防控不松懈", "消息一则"}


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("疫情防控工作取得新进展", ["疫情", "防控", "工作", "取得", "新进展"]),
        ("2月18日，張志軍到中国科学院。", ["2", "月", "18", "日", "张志军", "到", "中国科学院"]),
    ],
)
def test_a_query_is_cut_as_the_index_was(page: Page, address: str, phrase: str, words: list[str]) -> None:
    page.goto(address + "?q=" + quote("没有这一句"))
    page.wait_for_function("typeof window.archiveRelated === 'function'")
    assert page.evaluate("text => window.archiveRelated.cut(text)", phrase) == words


def test_an_archive_without_articles_finds_nothing(page: Page, site: Path, tmp_path: Path) -> None:
    index_records([], tmp_path)
    (tmp_path / "search" / "simplified.js").write_bytes(folding.script())
    shutil.copy(site / "search.html", tmp_path)
    shutil.copytree(site / "static", tmp_path / "static")
    with served(tmp_path) as root:
        page.goto(f"{root}/search.html?newspaper=" + quote("辽源日报"))
        status(page).to_have_text("没有一篇文章符合所选条件。")
        search(page, "春耕")
        status(page).to_contain_text("没有一篇文章含有“春耕”")


# ---------------------------------------------------------------- what can't be read


def test_an_index_that_cannot_be_read_is_said_and_tried_again(page: Page, address: str) -> None:
    page.route("**/search/meta.js*", lambda route: route.abort())
    page.goto(address)
    search(page, "春耕")
    status(page).to_contain_text("检索没有成功：索引的一部分没能读出来")
    expect(page.locator("#search-elsewhere")).to_be_visible()
    page.unroute_all()
    search(page, "春耕")
    status(page).to_have_text("共找到 2 篇文章。")


def test_a_shard_that_is_lost_is_said_with_what_was_searched_all_the_same(page: Page, address: str) -> None:
    page.goto(address)
    page.route("**/search/texts/**", lambda route: route.abort())
    search(page, "春耕")
    status(page).to_contain_text("共找到 2 篇文章。 有 2 篇的文字没能读出来。")
    assert titles(page) == ["这一篇的文字没能读出来，可以打开它的网页"] * 2
    page.unroute_all()
    page.route("**/search/facts/**", lambda route: route.abort())
    page.reload()
    status(page).to_have_text(
        "能查到的部分里没有一篇文章含有“春耕”。 索引的一部分没能读出来：2022年7月13日以前和日期不详的文章没有查全。"
    )
    page.unroute_all()
    search(page, "春耕")
    status(page).to_have_text("共找到 2 篇文章。")


def test_a_lost_shelf_leaves_the_other_words(page: Page, sharded: str) -> None:
    """The shelves of single characters and of pairs are files of their own; only one of them is lost."""
    page.route("**/search/chars/**", lambda route: route.abort())
    page.goto(sharded + "?q=" + quote("冰灯节 龙"))
    status(page).to_contain_text("索引里“龙”的部分没能读出来，下面的文章含有其余的字，未必含有全部。")
    status(page).to_contain_text("共找到 5 篇文章")
    assert all("第4篇" in title for title in titles(page))


def test_an_excluded_word_that_can_t_be_looked_up_excludes_nothing(page: Page, sharded: str) -> None:
    page.route("**/search/chars/**", lambda route: route.abort())
    page.goto(sharded + "?q=" + quote("冰灯节 -冲"))
    status(page).to_have_text("共找到 5 篇文章，都不含“冲”。")  # their texts say so
    page.route("**/search/texts/**", lambda route: route.abort())
    page.reload()
    status(page).to_have_text(
        "共找到 5 篇文章。 索引的一部分没能读出来，“冲”没能排除，下面的文章里可能有。 有 5 篇的文字没能读出来。"
    )


# ---------------------------------------------------------------- a large archive's word index


def series(newspaper: str, folder: str, *years: int) -> list[SearchRecord]:
    """Eight articles a year, a month each: every other one has a topic, the fourth tells of lanterns."""
    return [
        replace(
            record(
                year * 100 + month,
                f"{newspaper}{year}年第{month}篇",
                "冰灯节开幕。" if month == 4 else FILLER,
                "龙潭山。" * (month % 3 + 1),
                newspaper=newspaper,
                city=newspaper[:2],
                topics=("疫情防控",) if month % 2 else (),
                date=dt.date(year, month, 5),
            ),
            id=f"{folder}/{year}/{month:02}-05/p1-01",
        )
        for year in years
        for month in range(1, 9)
    ]


UNDATED = replace(RECORDS[4], id="undated/a/01", body=("龙潭山。",))
SHARDED = [*series("辽源日报", "lyrb", *range(1950, 1954)), *series("长春日报", "ccrb", 1952), UNDATED]
NEWEST = sorted((record.date or dt.date.min for record in SHARDED), reverse=True)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a search page over more articles with the same sentence than related ones are ranked."""
    folder = tmp_path_factory.mktemp("crowded")
    many = [record(i, f"棋赛第{i}轮", "棋赛正在进行。") for i in range(60)]
    make_site(folder / "archive", [*many, record(99, "另一种棋赛", FILLER)])
    with served(folder) as root:
        yield f"{root}/archive/search.html"


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a search page over 41 articles in six shards."""
    folder = tmp_path_factory.mktemp("sharded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "LIMIT", 9)
        make_site(folder / "archive", SHARDED)
    names = sorted(path.name for path in (folder / "archive" / "pagefind").iterdir() if path.is_dir())
    assert names == ["_001", "_1", "lyrb_1950", "lyrb_1951", "lyrb_1952", "lyrb_1953"]
    with served(folder) as root:
        yield f"{root}/archive/search.html"


def related(page: Page) -> Any:
    return page.locator("#search-related-results h2 a")


def test_shards_are_searched_as_one(page: Page, sharded: str) -> None:
    page.goto(sharded + "?q=" + quote("冰灯的节开幕"))
    expect(related(page)).to_have_count(5)
    assert set(related(page).all_inner_texts()) == {
        "长春日报1952年第4篇",
        *(f"辽源日报{year}年第4篇" for year in range(1950, 1954)),
    }
    page.goto(sharded + "?mode=related&q=" + quote("冰灯的节开幕") + "&newspaper=" + quote("长春日报"))
    expect(related(page)).to_have_text(["长春日报1952年第4篇"])
    page.goto(sharded + "?mode=related&q=" + quote("冰灯的节开幕") + "&from=1951-01-01&to=1952-12-31")
    expect(related(page)).to_have_count(3)


@pytest.mark.parametrize(
    ("part", "how"), [("pagefind-entry.json*", "404"), ("*.pf_meta", "page"), ("index/*", "abort")]
)
def test_a_shard_that_can_t_be_read_is_named_and_the_others_are_searched(
    page: Page, sharded: str, part: str, how: str
) -> None:
    def answer(route: Route) -> None:
        if how == "abort":
            route.abort()
        else:
            route.fulfill(status=404 if how == "404" else 200, content_type="text/html", body="<p>找不到")

    page.route(f"**/pagefind/lyrb_1952/{part}", answer)
    page.goto(sharded + "?q=" + quote("冰灯的节开幕"))
    expect(page.locator("#search-related-status")).to_contain_text(
        "相关索引有一部分没能读出来：《辽源日报》1952年没有查到。"
    )
    assert "辽源日报1952年第4篇" not in related(page).all_inner_texts()
    expect(related(page)).to_have_count(4)
    page.unroute_all()
    search(page, "冰灯节的开幕")
    expect(related(page)).to_have_count(5)
    expect(page.locator("#search-related-status")).not_to_contain_text("没能读出来")


@pytest.mark.parametrize("part", ["*.pf_meta", "wasm*", "lyrb_*/**,_*/**"])
def test_where_nothing_can_be_read_the_page_says_so_and_tries_again(page: Page, sharded: str, part: str) -> None:
    for pattern in part.split(","):
        page.route(f"**/pagefind/{pattern}", lambda route: route.abort())
    page.goto(sharded + "?q=" + quote("冰灯的节开幕"))
    expect(page.locator("#search-related-status")).to_contain_text("相关的文章没能找：索引没能读出来。")
    page.unroute_all()
    search(page, "冰灯节的开幕")
    expect(related(page)).to_have_count(5)
