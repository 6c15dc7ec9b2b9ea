"""The search page in a real Chromium: over http under a sub-path with the site's security headers, and from disk."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from site_builder import shards
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
    return make_site(tmp_path_factory.mktemp("www") / "archive", RECORDS)


def make_site(site: Path, records: list[SearchRecord]) -> Path:
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
    build_index(records, site)
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
    threading.Thread(target=server.serve_forever, daemon=True).start()
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


PHRASE = """async (language) => {
    const pagefind = await import('./pagefind/pagefind.js');
    const instance = pagefind.createInstance();
    await instance.mergeIndex(new URL('pagefind/all/', location).pathname, { language });
    return (await instance.search('"疫情 防控"')).results.length;
}"""


def test_the_page_keeps_its_language_and_the_words_are_not_cut_again(page: Page, address: str) -> None:
    """With the page's `zh-CN`, Pagefind finds nothing for a quoted phrase: it cuts it once more."""
    page.goto(address + "?q=" + quote("疫情防控"))
    status(page).to_contain_text("共找到")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate(PHRASE, "unknown") == 1
    assert page.evaluate(PHRASE, "zh-cn") == 0


def test_text_is_shown_as_text(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("尖括号"))
    status(page).to_contain_text("共找到 1 篇文章")
    expect(page.locator(".search-excerpt")).to_have_text("他写道：a<b>粗</b>。")
    assert page.locator("#search-results b").count() == 0


def test_an_inferred_date_is_marked(page: Page, address: str) -> None:
    page.goto(address + "?q=" + quote("尖括号"))
    expect(page.locator(".search-where")).to_have_text("辽源日报 · 2022年7月13日推断 · 第1版")
    assert page.locator(".search-where .mark").all_inner_texts() == ["推断"]


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
    assert titles(page) == []
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
    with served(tmp_path) as root:
        page.goto(f"{root}/search.html?newspaper=" + quote("辽源日报"))
        status(page).to_have_text("没有符合所选条件的文章，可以放宽条件再试。")
        search(page, "春耕")
        status(page).to_have_text("没有结果：索引里没有词语“春”、“耕”。")
        assert titles(page) == []


def test_the_sample_archive_finds_its_own_headlines(page: Page, seed_site: Path) -> None:
    lines = [line for path in seed_site.glob("data/articles/*.jsonl") for line in path.read_text("utf-8").splitlines()]
    named = [article for article in map(json.loads, lines) if article["headline"]]
    with served(seed_site) as root:
        for article in named[:: max(1, len(named) // 6)]:
            page.goto(f"{root}/search.html?q={quote(article['headline'])}")
            status(page).to_contain_text("共找到")
            links = page.locator("#search-results h2 a")
            assert article["url"] in [link.get_attribute("href") for link in links.all()]


# ---------------------------------------------------------------- an index of several shards


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


def shown_dates(page: Page) -> list[str]:
    """Of all results, after the last page of them was asked for."""
    more = page.locator("#search-more")
    while more.is_visible():
        count = page.locator("#search-results > li").count()
        more.click()
        expect(page.locator("#search-results > li").nth(count)).to_be_visible()
    return [
        (item.locator("time").get_attribute("datetime") or "") if item.locator("time").count() else ""
        for item in page.locator("#search-results > li").all()
    ]


def test_shards_are_searched_as_one(page: Page, sharded: str) -> None:
    page.goto(sharded + "?q=" + quote("龙潭山"))
    status(page).to_contain_text("共找到 41 篇文章")
    assert page.locator("#search-results > li").count() == 10
    expect(page.locator("#search-more")).to_have_text("再看 10 篇（还有 31 篇）")
    assert len(shown_dates(page)) == 41
    assert sorted(titles(page)) == sorted(record.title for record in SHARDED)
    search(page, "冰灯节开幕")
    status(page).to_contain_text("共找到 5 篇文章")


def test_filters_hold_in_all_shards(page: Page, sharded: str) -> None:
    page.goto(sharded + "?q=" + quote("龙潭山") + "&newspaper=" + quote("辽源日报"))
    status(page).to_contain_text("共找到 32 篇文章")
    page.get_by_label("主题").select_option("疫情防控")
    status(page).to_contain_text("共找到 16 篇文章")
    page.get_by_label("报纸").select_option("长春日报")
    status(page).to_contain_text("共找到 4 篇文章")
    assert set(page.locator(".search-where").all_inner_texts()) == {
        f"长春日报 · 1952年{month}月5日 · 第1版" for month in (1, 3, 5, 7)
    }
    page.goto(sharded + "?newspaper=" + quote("长春日报"))
    status(page).to_have_text("共找到 8 篇文章。")


@pytest.mark.parametrize("query", ["龙潭山", ""])
def test_dates_sort_and_narrow_across_shards(page: Page, sharded: str, query: str) -> None:
    page.goto(f"{sharded}?q={quote(query)}&sort=newest&from=1951-03-05&to=1952-04-05")
    status(page).to_contain_text("共找到 14 篇文章")
    expected = [date.isoformat() for date in NEWEST if dt.date(1951, 3, 5) <= date <= dt.date(1952, 4, 5)]
    assert shown_dates(page) == expected
    page.get_by_label("排序").select_option("oldest")
    expect(page.locator("#search-results > li time").first).to_have_attribute("datetime", "1951-03-05")
    status(page).to_contain_text("共找到 14 篇文章")
    assert shown_dates(page) == expected[::-1]


def test_the_undated_are_the_oldest_across_shards(page: Page, sharded: str) -> None:
    page.goto(sharded + "?sort=newest&q=" + quote("龙潭山"))
    status(page).to_contain_text("共找到 41 篇文章")
    expected = [date.isoformat() if date > dt.date.min else "" for date in NEWEST]
    assert shown_dates(page) == expected
    page.get_by_label("排序").select_option("oldest")
    expect(page.locator("#search-results h2").first).to_have_text("日期不明的一篇")
    status(page).to_contain_text("共找到 41 篇文章")
    assert shown_dates(page) == expected[::-1]


def test_a_string_that_stands_unbroken_comes_first_of_all_shards(page: Page, sharded: str) -> None:
    page.goto(sharded + "?q=" + quote("辽源日报1953年第4篇"))
    status(page).to_contain_text("共找到")
    assert titles(page)[0] == "辽源日报1953年第4篇"


@pytest.mark.parametrize(("query", "count"), [("第4篇冰灯", 5), ("辽源冰灯", 4), ("其余冰灯", 0), ("明 潭山", 1)])
def test_a_shard_without_one_of_the_words_finds_nothing(page: Page, sharded: str, query: str, count: int) -> None:
    """Pagefind takes no notice of a word that is nowhere in a shard."""
    page.goto(sharded + "?q=" + quote(query))
    status(page).to_contain_text(f"共找到 {count} 篇文章" if count else "没有一篇文章同时含有")
    assert len(titles(page)) == count


LOST = "索引有一部分没能读出来：《辽源日报》1952年，共 8 篇，没有查到；其余的都查过了。"


@pytest.mark.parametrize("part", ["pagefind-entry.json*", "*.pf_meta", "index/*", "filter/*"])
@pytest.mark.parametrize("how", ["abort", "404", "page"])
def test_a_shard_that_can_t_be_read_is_named_and_the_others_are_searched(
    page: Page, sharded: str, part: str, how: str
) -> None:
    def answer(route: Route) -> None:
        if how == "abort":
            route.abort()
        else:
            route.fulfill(status=404 if how == "404" else 200, content_type="text/html", body="<p>找不到")

    page.route(f"**/pagefind/lyrb_1952/{part}", answer)
    page.goto(sharded + "?sort=oldest&q=" + quote("龙潭山") + "&newspaper=" + quote("辽源日报"))
    status(page).to_contain_text("共找到 24 篇文章")
    status(page).to_contain_text(LOST)
    assert {date[:4] for date in shown_dates(page)} == {"1950", "1951", "1953"}
    page.unroute_all()
    search(page, "龙潭山")
    status(page).to_contain_text("共找到 32 篇文章")
    expect(page.get_by_role("status")).not_to_contain_text("没能读出来")


def test_an_article_that_can_t_be_read_has_its_place_in_the_list(page: Page, sharded: str) -> None:
    page.route("**/pagefind/lyrb_1952/fragment/1952-04-05_*", lambda route: route.abort())
    page.goto(sharded + "?sort=oldest&q=" + quote("冰灯节"))
    status(page).to_contain_text("共找到 5 篇文章")
    lost = page.locator("#search-results > li", has_text="没能读出来")
    expect(lost).to_have_text("有一篇文章（1952年4月5日）的内容没能读出来，请稍后再检索一次。")
    assert len(titles(page)) == 4
    page.unroute_all()
    search(page, "冰灯节开幕")
    status(page).to_contain_text("共找到 5 篇文章")
    expect(lost).to_have_count(0)


@pytest.mark.parametrize("part", ["*.pf_meta", "wasm*", "lyrb_*/**,_*/**"])
def test_where_nothing_can_be_read_the_page_says_so_and_tries_again(page: Page, sharded: str, part: str) -> None:
    for pattern in part.split(","):
        page.route(f"**/pagefind/{pattern}", lambda route: route.abort())
    page.goto(sharded + "?q=" + quote("龙潭山"))
    status(page).to_contain_text("检索没有成功：索引没能读出来。")
    assert titles(page) == []
    page.unroute_all()
    search(page, "冰灯节")
    status(page).to_contain_text("共找到 5 篇文章")
