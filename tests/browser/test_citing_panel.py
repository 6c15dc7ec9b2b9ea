"""An article's citations in a browser: opened and copied by keyboard, filled in with today's date, saved as files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import SEEDS
from playwright.sync_api import Browser, Locator, Page, Route, expect
from test_citing import BARE, ODD
from test_site_opens import NARROW, TOO_WIDE, served, window

from site_builder.build import Options, build
from site_builder.citation_files import bibtex, csl_json, data_url, ris
from site_builder.cited import Cited

pytestmark = pytest.mark.browser

ARTICLE = "liaoyuan-ribao/2021/01-21/p1-03.html"
PRINTED = "王苗，王彦雨. 市领导深入东辽县 检查督导疫情防控工作[N]. 辽源日报，2021-01-21（1）."
ONLINE = "王苗，王彦雨. 市领导深入东辽县 检查督导疫情防控工作[N/OL]. 辽源日报，2021-01-21（1）. {url}."
ELSEWHERE = "http://archive.example/some/where/"  # not the reader's own machine, nor a secure place


@pytest.fixture(scope="module", params=["http", "disk"])
def site(request: pytest.FixtureRequest, seed_site: Path) -> Iterator[str]:
    with served(seed_site) as root:
        yield root if request.param == "http" else seed_site.as_uri() + "/"


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site, built by somebody who doesn't say where it will live."""
    folder = tmp_path_factory.mktemp("nowhere")
    shutil.copytree(SEEDS, folder / "seeds")
    toml = folder / "seeds" / "archive.toml"
    toml.write_text(re.sub(r"^base_url.*\n", "", toml.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    build(Options(folder / "seeds", folder / "public"))
    return folder / "public"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, 1280) as page:
        page.clock.set_fixed_time("2026-09-05T23:30:00+08:00")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield page


def opened(page: Page, address: str) -> Locator:
    """The panel of an article, open, with the scripts behind it."""
    page.goto(address)
    panel = page.locator(".citing")
    panel.locator("summary").click()
    expect(panel.get_by_role("link", name="CSL-JSON")).to_be_visible()
    return panel


def by_style(panel: Locator) -> dict[str, str]:
    """The citations that are to be seen."""
    pairs = (
        "list => list.filter(dt => dt.offsetParent).map(dt => [dt.firstChild.data, dt.nextElementSibling.textContent])"
    )
    return dict(panel.locator("dt").evaluate_all(pairs))


def test_a_citation_is_copied_by_keyboard_as_plain_text(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    panel = page.locator(".citing")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("button", name="复制 文史脚注", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel.get_by_role("button", name="复制 GB/T 7714—2025", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("status")).to_have_text("已复制 GB/T 7714—2025")
    assert page.evaluate("navigator.clipboard.readText()") == PRINTED
    kinds = "navigator.clipboard.read().then(items => items.flatMap(item => item.types))"
    assert page.evaluate(kinds) == ["text/plain"]


def test_the_date_of_access_is_the_readers_today(page: Page, site: str) -> None:
    shown = by_style(opened(page, site + ARTICLE))
    address = f"https://example.org/{ARTICLE}"
    assert shown["GB/T 7714—2025 网络版"] == ONLINE.format(url=address)
    assert shown["GB/T 7714—2015 网络版"] == (
        f"王苗, 王彦雨. 市领导深入东辽县 检查督导疫情防控工作[N/OL]. 辽源日报, 2021-01-21(1)[2026-09-05]. {address}."
    )
    assert shown["MLA 9"].endswith(f", p. 1. 吉林地方报纸样例, {address}. Accessed 5 Sept. 2026.")
    assert shown["Chicago 书目"].endswith(f"January 21, 2021. {address}.")


def test_without_script_the_citations_and_the_ris_are_there(browser: Browser, seed_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto((seed_site / ARTICLE).as_uri())
    page.locator(".citing summary").click()
    shown = by_style(page.locator(".citing"))
    assert shown["GB/T 7714—2025"] == PRINTED
    assert shown["GB/T 7714—2025 网络版"] == ONLINE.format(url=f"https://example.org/{ARTICLE}")
    assert len(shown) == 9 and not any("Accessed" in text or "[20" in text for text in shown.values())
    with page.expect_download() as saving:
        page.get_by_role("link", name="RIS").click()
    assert saving.value.suggested_filename == "liaoyuan-ribao-2021-01-21-p1-03.ris"
    assert saving.value.path().read_text("utf-8").startswith("TY  - NEWS\nAU  - 王苗\nAU  - 王彦雨\nTI  - 市领导")
    context.close()


def host(page: Page, folder: Path) -> None:
    """Let the browser find the folder at ELSEWHERE."""

    def answer(route: Route) -> None:
        route.fulfill(path=folder / urlsplit(route.request.url).path.removeprefix(urlsplit(ELSEWHERE).path))

    page.route(ELSEWHERE + "**", answer)


def test_an_address_that_the_build_did_not_know_is_filled_in_on_the_web(page: Page, nowhere: Path) -> None:
    host(page, nowhere)
    panel = opened(page, f"{ELSEWHERE}{ARTICLE}#doubts")
    shown = by_style(panel)
    assert shown["GB/T 7714—2025"] == PRINTED
    assert shown["GB/T 7714—2025 网络版"] == ONLINE.format(url=ELSEWHERE + ARTICLE)
    assert shown["APA 7"].endswith(f"辽源日报, 1. {ELSEWHERE}{ARTICLE}")
    assert len(shown) == 9
    with page.expect_download() as saving:
        panel.get_by_role("link", name="RIS").click()
    assert f"\nUR  - {ELSEWHERE}{ARTICLE}\nER  - \n" in saving.value.path().read_text("utf-8")
    with page.expect_download() as saving:
        panel.get_by_role("link", name="CSL-JSON").click()
    assert json.loads(saving.value.path().read_text("utf-8"))[0]["URL"] == ELSEWHERE + ARTICLE


def test_over_http_the_browsers_own_command_copies(page: Page, nowhere: Path) -> None:
    """A page that is not secure has no navigator.clipboard."""
    host(page, nowhere)
    panel = opened(page, ELSEWHERE + ARTICLE)
    assert page.evaluate("navigator.clipboard") is None
    panel.get_by_role("button", name="复制 GB/T 7714—2025", exact=True).click()
    expect(panel.get_by_role("status")).to_have_text("已复制 GB/T 7714—2025")
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    assert page.locator("textarea").input_value() == PRINTED


def test_from_disk_without_the_sites_address_the_print_alone_is_cited(page: Page, nowhere: Path) -> None:
    shown = by_style(opened(page, (nowhere / ARTICLE).as_uri()))
    styles = ["文史脚注", "GB/T 7714—2025", "GB/T 7714—2015", "Chicago 脚注", "Chicago 书目", "MLA 9", "APA 7"]
    assert list(shown) == styles
    assert not any("{" in text or "file:" in text for text in shown.values())
    assert shown["MLA 9"].endswith("辽源日报, 21 Jan. 2021, p. 1.")


@pytest.mark.parametrize(
    "article",
    [
        "liaoyuan-ribao/2021/01-21/p1-03",  # two authors
        "liaoyuan-ribao/2020/02-19/p1-03",  # unsigned, with a subtitle, its date inferred
        "jilin-ribao/2022/04-21/p1-03",  # without headline
        "jilin-ribao/2022/04-04/p1-02",  # figures and Latin letters
    ],
)
def test_the_files_made_in_the_browser_are_those_of_the_build(
    page: Page, site: str, seed_site: Path, article: str
) -> None:
    panel = opened(page, f"{site}{article}.html")
    saved = {}
    for name in ("BibTeX", "RIS", "CSL-JSON"):
        with page.expect_download() as saving:
            panel.get_by_role("link", name=name).click()
        saved[saving.value.suggested_filename] = saving.value.path().read_text("utf-8")
    key = article.replace("/", "-")
    assert list(saved) == [f"{key}.bib", f"{key}.ris", f"{key}.json"]
    month = seed_site / "data/citations" / re.sub(r".*/(\d{4})/(\d\d)-.*", r"\1-\2", article)
    of_month = {ending: month.with_suffix(f".{ending}").read_text("utf-8") for ending in ("bib", "ris", "json")}
    assert saved[f"{key}.bib"] in of_month["bib"] and saved[f"{key}.bib"].startswith(f"@article{{{key},\n")
    assert saved[f"{key}.ris"] in of_month["ris"]
    (item,) = json.loads(saved[f"{key}.json"])
    assert item in json.loads(of_month["json"]) and item["id"] == key


@pytest.mark.parametrize("work", [ODD, BARE], ids=["odd", "bare"])
def test_whatever_is_cited_the_browser_writes_it_as_the_build_does(page: Page, seed_site: Path, work: Cited) -> None:
    page.goto((seed_site / ARTICLE).as_uri())
    panel = page.locator(".citing")
    given = {"href": data_url("application/x-research-info-systems", ris([work])), "download": f"{work.key}.ris"}
    panel.get_by_role("link", name="RIS", include_hidden=True).evaluate(
        "(link, given) => Object.assign(link, given)", given
    )
    panel.locator("summary").click()
    saved = []
    for name in ("BibTeX", "CSL-JSON"):
        with page.expect_download() as saving:
            panel.get_by_role("link", name=name).click()
        saved.append(saving.value.path().read_text("utf-8"))
    assert saved == [bibtex([work]), csl_json([work])]


@pytest.mark.parametrize("width", [1280, NARROW])
def test_the_open_panel_breaks_no_rule_of_axe_and_is_not_too_wide(
    browser: Browser, seed_site: Path, width: int
) -> None:
    with served(seed_site) as root, window(browser, width) as page:
        panel = opened(page, root + ARTICLE)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        panel.get_by_role("button", name="复制 APA 7").click()
        expect(panel.get_by_role("status")).to_have_text("已复制 APA 7")
        assert page.evaluate(TOO_WIDE) == []
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        assert results.violations_count == 0, results.generate_report()
