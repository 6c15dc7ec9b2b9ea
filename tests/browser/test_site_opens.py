"""The built site in a real Chromium: over http under a sub-path with its security headers, and from disk."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from site_builder.hosts import SECURITY_HEADERS

pytestmark = pytest.mark.browser

NARROW = 390  # CSS pixels: a phone
KINDS = {
    "home": "index.html",
    "newspaper": "liaoyuan-ribao.html",
    "issue": "liaoyuan-ribao/2021/01-21.html",
    "issue with much furniture": "baicheng-ribao/2020/02-19.html",
    "article": "liaoyuan-ribao/2021/01-21/p1-01.html",
    "dates": "dates.html",
    "year": "dates/2020.html",
    "month": "dates/2020/02.html",
    "day": "dates/2020/02-19.html",
    "cities": "cities.html",
    "city": "cities/liaoyuan.html",
    "topics": "topics.html",
    "topic": "topics/yiqing-fangkong.html",
    "reporters": "reporters.html",
    "reporter": "reporters/zhang-he.html",
    "findings": "findings.html",
    "changes": "changes.html",
    "changes of a day": "changes/2026/11-22.html",
    "editors' page": "about.html",
    "search": "search.html",
    "not found": "404.html",
}
WATCH = "addEventListener('securitypolicyviolation', found => console.error('policy: ' + found.violatedDirective))"
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    return [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > width + 0.5)
        .map(element => element.outerHTML.slice(0, 80))
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves as a host would that reads the site's headers."""

    def end_headers(self) -> None:
        for name, value in SECURITY_HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # looks often whether to end
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def addresses(seed_site: Path) -> Iterator[dict[str, str]]:
    """Where the site can be had: under a sub-path, at a host's root, and from disk."""
    with served(seed_site.parent) as above, served(seed_site) as root:
        yield {"sub-path": f"{above}{seed_site.name}/", "root": root, "disk": seed_site.as_uri() + "/"}


@contextmanager
def window(browser: Browser, width: int) -> Iterator[Page]:
    """A fresh window; whatever fails to load, throws or breaks the policy fails the test."""
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            errors.append(f"{page.url}: {message.text}")

    def on_failure(request: Request) -> None:
        if request.failure == "net::ERR_ABORTED":
            return  # the browser itself gave up a request (an icon's, say) since the reader had gone on to another page
        errors.append(f"{page.url}: {request.url} failed ({request.failure})")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            errors.append(f"{page.url}: {response.url} is {response.status}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on("requestfailed", on_failure)
    page.on("response", on_response)
    try:
        yield page
    finally:
        context.close()
    assert errors == []


def stands_at(page: Page, address: str, heading: str) -> None:
    expect(page).to_have_url(address)
    expect(page.locator("h1")).to_contain_text(heading)


@pytest.mark.parametrize(("way", "width"), [("sub-path", 1280), ("sub-path", NARROW), ("disk", 1280)])
def test_a_reader_clicks_from_the_home_page_to_an_article_a_topic_and_a_month(
    browser: Browser, addresses: dict[str, str], way: str, width: int
) -> None:
    site = addresses[way]
    with window(browser, width) as page:
        page.goto(site + "index.html")
        stands_at(page, site + "index.html", "吉林地方报纸样例")

        page.locator("main .papers").get_by_role("link", name="辽源日报", exact=True).click()
        stands_at(page, site + "liaoyuan-ribao.html", "辽源日报")

        page.locator("main .issue-list").get_by_role("link", name="2021年1月21日").click()
        stands_at(page, site + "liaoyuan-ribao/2021/01-21.html", "辽源日报")

        first = page.locator("main .entry h3 a").first
        headline = first.inner_text()
        first.click()
        stands_at(page, site + "liaoyuan-ribao/2021/01-21/p1-01.html", headline.split()[0])

        page.locator("main a[rel=next]").click()
        expect(page).to_have_url(site + "liaoyuan-ribao/2021/01-21/p1-02.html")
        page.locator("main a[rel=prev]").click()
        stands_at(page, site + "liaoyuan-ribao/2021/01-21/p1-01.html", headline.split()[0])

        topic = page.locator("main dd.links a[href*='topics/']").first
        name = topic.inner_text()
        topic.click()
        stands_at(page, site + "topics/yiqing-fangkong.html", name)

        page.get_by_role("navigation", name="主导航").get_by_role("link", name="日期").click()
        expect(page).to_have_url(site + "dates.html")
        page.locator("main table.coverage a[href='dates/2021/01.html']").first.click()
        stands_at(page, site + "dates/2021/01.html", "2021年1月")

        page.locator("main table.calendar td.held a").click()
        expect(page).to_have_url(site + "dates/2021/01-21.html")
        page.locator(".site-title a").click()
        expect(page).to_have_url(site + "index.html")


@pytest.mark.parametrize("way", ["sub-path", "disk"])
def test_going_back_and_following_an_anchor_work(browser: Browser, addresses: dict[str, str], way: str) -> None:
    site = addresses[way]
    with window(browser, 1280) as page:
        page.goto(site + "liaoyuan-ribao/2021/01-21/p1-02.html")
        page.locator("main .folio").get_by_role("link", name="第1版").click()
        expect(page).to_have_url(site + "liaoyuan-ribao/2021/01-21.html#p1")
        expect(page.locator("#p1")).to_be_in_viewport()
        page.go_back()
        expect(page).to_have_url(site + "liaoyuan-ribao/2021/01-21/p1-02.html")


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_page_scrolls_sideways_on_a_phone(browser: Browser, addresses: dict[str, str], kind: str) -> None:
    way = "root" if kind == "not found" else "sub-path"  # its links begin at the host's root
    with window(browser, NARROW) as page:
        page.goto(addresses[way] + KINDS[kind])
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate(TOO_WIDE) == []


def test_a_page_is_readable_without_scripts(browser: Browser, addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses["sub-path"] + KINDS["article"])
    expect(page.locator("main .text p").first).to_be_visible()
    page.goto(addresses["sub-path"] + KINDS["search"])
    expect(page.get_by_role("region", name="按目录浏览").get_by_role("link", name="日期")).to_be_visible()
    context.close()
