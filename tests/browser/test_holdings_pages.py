"""The pages that tell what is held, missing and unknown, and the pictures of many years: what axe says of them, their
widths, their links in a real browser.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from run_of_years import text
from test_site_opens import TOO_WIDE, served

from site_builder.build import Options, build

pytestmark = pytest.mark.browser

START = dt.date(2018, 11, 26)  # a Monday
NAMES = {"songjiang-ribao": "松江日报", "jiangcheng-bao": "江城报"}
PAGES = {
    "home": "index.html",
    "dates": "dates.html",
    "year": "dates/2019.html",
    "month": "dates/2018/12.html",
    "day": "dates/2018/12-04.html",
    "newspaper": "songjiang-ribao.html",
    "newspaper's year": "songjiang-ribao/2018.html",
    "issue": "songjiang-ribao/2018/12-06.html",
    "topics": "topics.html",
    "topic": "topics/jiaotong.html",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two newspapers over three years: one that rests on Sundays, with gaps; one of which a few issues are held."""
    folder = tmp_path_factory.mktemp("made")
    days = [START + dt.timedelta(days=at) for at in range(760)]
    numbers = {day: 3000 + number for number, day in enumerate(day for day in days if day.weekday() != 6)}
    held = [day for day in days[:70] + days[-30:] if day in numbers and day.day % 5]
    for count, day in enumerate(held):
        for page in (1, 2) if count % 3 else (1, 2, 3, 4):
            file = folder / "songjiang-ribao" / day.isoformat() / f"{page}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text("松江日报", day, numbers[day], page, count), "utf-8")
    for day, number in ((START, 50), (dt.date(2018, 12, 4), 54), (dt.date(2019, 12, 3), 70)):
        file = folder / "jiangcheng-bao" / f"{day}-p1.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text("江城报", day, number, 1, number), "utf-8")
    tables = [f'[[newspapers]]\nid = "{id}"\nname = "{name}"\n' for id, name in NAMES.items()]
    (folder / "archive.toml").write_text("\n".join(tables), "utf-8")
    out = tmp_path_factory.mktemp("site") / "public"
    build(Options(folder, out))
    return out


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: Path, scheme: str) -> None:
    with served(site) as root:
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1100, "height": 900})  # type: ignore[arg-type]
        page = context.new_page()
        wrong = {}
        for name, path in PAGES.items():
            page.goto(root + path)
            for details in page.locator("details").all():
                details.locator("summary").click()
            options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
            found = Axe().run(page, options=options).response["violations"]
            if found:
                wrong[name] = [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]
        context.close()
    assert wrong == {}


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_window(browser: Browser, site: Path, width: int) -> None:
    with served(site) as root:
        page = browser.new_page(viewport={"width": width, "height": 800})
        wide = {}
        for name, path in PAGES.items():
            page.goto(root + path)
            if found := page.evaluate(TOO_WIDE):
                wide[name] = found
        page.close()
    assert wide == {}


def test_the_picture_leads_to_years_and_newspapers(browser: Browser, site: Path) -> None:
    with served(site) as root:
        page = browser.new_page(java_script_enabled=False)
        page.goto(root + "index.html")
        picture = page.get_by_role("group", name="历年所藏各报期数")
        expect(picture).to_be_visible()
        picture.get_by_role("link", name="2019年").click()
        expect(page.locator("h1")).to_have_text("2019年")
        page.get_by_role("link", name="松江日报").first.click()
        expect(page.locator("h1")).to_have_text("松江日报 2019年")
        page.goto(root + "dates.html")
        page.get_by_role("group", name="历年所藏各报期数").get_by_role("link", name="江城报").click()
        expect(page.locator("h1")).to_have_text("江城报")
        page.close()


def test_a_day_that_is_missing_says_so_in_words(browser: Browser, site: Path) -> None:
    with served(site) as root:
        page = browser.new_page()
        page.goto(root + "songjiang-ribao/2018.html")
        expect(page.locator("#m12 td").filter(has_text="缺").first).to_have_text("5缺日，缺")
        expect(page.locator(".notes").first).to_contain_text("可知11月30日出过一期")
        page.close()
