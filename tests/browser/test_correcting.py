"""From an error that a reader sees to the page without it: the form, the file, `build-site correct`, the next build."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_site_opens import served, window

from site_builder.cli import main

pytestmark = pytest.mark.browser

SEEDS = Path(__file__).parents[2] / "seeds"
SNOW = "liaoyuan-ribao/2021/01-21/p1-06"
REPORT = "liaoyuan-ribao/2021/01-21/p1-08"
ESSAY = "liaoyuan-ribao/2021/01-21/p1-05"


class Desk:
    """An archive with its site, as an editor has it."""

    def __init__(self, folder: Path) -> None:
        self.source, self.site = folder / "seeds", folder / "site"
        shutil.copytree(SEEDS, self.source)
        self.build()

    def build(self) -> None:
        assert main([str(self.source), "-o", str(self.site), "-q"]) == 0

    def correct(self, text: str, name: str) -> int:
        file = self.source.parent / name
        file.write_text(text, "utf-8")
        return main(["correct", str(file), "--source", str(self.source)])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, 1280) as page:
        yield page


def opened(page: Page, url: str, lines: str) -> None:
    """Ask for the form at the piece whose source lines these are."""
    page.goto(url)
    page.locator(f"{lines} > summary").click()
    page.locator(lines).get_by_role("button", name="校对本段").click()
    expect(page.get_by_label("校订", exact=True)).to_be_focused()


def sign(page: Page) -> None:
    page.get_by_label("校订者").fill("张赫")
    page.get_by_label("依据").fill('据原版影像，"总"字衍')


def downloaded(page: Page) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载").click()
    assert waiting.value.suggested_filename.endswith(".toml")
    return Path(waiting.value.path()).read_text("utf-8")


def test_an_error_is_marked_and_set_right_and_a_merged_articles_address_leads_on(
    page: Page, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(desk.site) as root:
        opened(page, f"{root}{SNOW}.html", "#p1 + details")
        sign(page)
        words = page.get_by_label("应为")
        words.fill(words.input_value().replace("市清雪总指挥部", "市清雪指挥部"))
        text = downloaded(page)
        [one] = tomllib.loads(text)["corrections"]
        assert (one["article"], one["do"], one["exact"], one["becomes"]) == (SNOW, "replace", "清雪总指挥", "清雪指挥")
        assert (one["prefix"][-9:], one["suffix"][:6]) == ("1月18日下午，市", "部会同市委督")
        assert one["why"] == '据原版影像，"总"字衍'
        assert desk.correct(text, "snow.toml") == 0
        assert "市清雪指挥部会同" in capsys.readouterr().out

        opened(page, f"{root}{REPORT}.html", "header > details")
        sign(page)
        page.get_by_label("校订", exact=True).select_option("此文应并入另一篇")
        page.get_by_label("那一篇的编号或网址").fill(f"{root}{ESSAY}.html#p2")
        text = downloaded(page)
        [one] = tomllib.loads(text)["corrections"]
        assert (one["do"], one["article"], one["to"]) == ("join-article", REPORT, ESSAY)
        assert desk.correct(text, "report.toml") == 0
        desk.build()
        for address in (root, desk.site.as_uri() + "/"):
            page.goto(f"{address}{SNOW}.html")
            page.reload()
            expect(page.locator("#p1")).to_contain_text("1月18日下午，市清雪指挥部会同市委督查室")
            expect(page.locator(".revisions li")).to_contain_text("原作“清雪总指挥”，今作“清雪指挥”。")
            page.goto(f"{address}{REPORT}.html")
            expect(page).to_have_url(f"{address}{ESSAY}.html")
            expect(page.locator(".text")).to_contain_text("累计确诊病例7例")
            page.goto(f"{address}search.html?q=市清雪总指挥部会同")
            page.locator("main").get_by_role("link", name="市清查城区清雪工作").first.click()
            expect(page.locator(".before mark")).to_be_visible()
            expect(page.locator(".before mark")).to_have_text("市清雪总指挥部会同")


def test_from_disk_a_correction_is_copied_or_written_as_a_mail(page: Page, seed_site: Path) -> None:
    opened(page, (seed_site / f"{SNOW}.html").as_uri(), "#p2 + details")
    expect(page.locator("form.correct [role=status]")).to_have_text("请在上面改正文字")
    expect(page.get_by_role("button", name="复制", exact=True)).to_be_disabled()
    page.get_by_label("校订", exact=True).select_option("与上一段相连")
    sign(page)
    page.get_by_role("button", name="复制", exact=True).click()
    expect(page.locator("form.correct [role=status]")).to_have_text("已复制")
    shown = page.get_by_label("校订文件").inner_text()
    mail = page.get_by_role("link", name="写信给编者").get_attribute("href") or ""
    assert mail.startswith("mailto:archive@example.org?subject=")
    assert unquote(mail.split("body=")[1]).strip() == shown.strip()
    [one] = tomllib.loads(shown)["corrections"]
    assert (one["do"], one["exact"], one["article"]) == ("join-paragraph", "市清雪总指挥部一行先后来到龙山区", SNOW)
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#p2 + details").get_by_role("button", name="校对本段")).to_be_focused()


def test_what_a_paragraph_is_must_be_chosen_and_can_not_be_what_it_is(page: Page, seed_site: Path) -> None:
    opened(page, (seed_site / f"{SNOW}.html").as_uri(), "#p2 + details")
    which, status = page.get_by_label("校订", exact=True), page.locator("form.correct [role=status]")
    which.select_option("这一段归类不对")
    sign(page)
    expect(status).to_have_text("请选出这一段是什么")
    expect(page.get_by_label("校订文件")).to_be_hidden()
    kinds = page.get_by_label("应归为").locator("option").all_inner_texts()
    assert kinds[:4] == ["（请选择）", "标题（此文的）", "引题", "副题"] and "正文" not in kinds
    page.get_by_label("应归为").select_option("标题（此文的）")
    [one] = tomllib.loads(page.get_by_label("校订文件").inner_text())["corrections"]
    assert (one["do"], one["kind"]) == ("kind", "headline")
    which.select_option("这一段是另一篇的标题")
    page.get_by_label("那一篇的编号或网址").fill(REPORT)
    [one] = tomllib.loads(page.get_by_label("校订文件").inner_text())["corrections"]
    assert (one["do"], one["to"]) == ("heading", REPORT)
    which.select_option("自此另为一篇")
    expect(status).to_have_text("请写出新的一篇开头的几个字")


def test_words_that_stand_in_for_a_headline_are_not_quoted(page: Page, seed_site: Path) -> None:
    untitled = next(
        path for path in sorted(seed_site.rglob("p*-*.html")) if 'class="untitled"' in path.read_text("utf-8")
    )
    opened(page, untitled.as_uri(), "#p1 + details")
    page.get_by_label("校订", exact=True).select_option("与上一段相连")
    sign(page)
    [one] = tomllib.loads(page.get_by_label("校订文件").inner_text())["corrections"]
    assert "prefix" not in one


def test_what_is_quoted_is_what_was_printed_though_it_is_read_in_traditional_characters(
    page: Page, seed_site: Path
) -> None:
    page.goto((seed_site / f"{SNOW}.html").as_uri())
    page.get_by_role("button", name="以繁体字阅读").click()
    expect(page.locator("hgroup h1")).to_have_text("市清查城區清雪工作")
    page.locator("#p1 + details > summary").click()
    page.locator("#p1 + details").get_by_role("button", name="校对本段").click()
    assert "我市近期清雪情况进行检查验收" in page.get_by_label("应为").input_value()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_on_the_form(browser: Browser, seed_site: Path, scheme: str, width: int) -> None:
    with served(seed_site) as root, window(browser, width) as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        opened(page, f"{root}{SNOW}.html", "#p1 + details")
        sign(page)
        page.get_by_label("应为").fill("改过")
        expect(page.get_by_label("校订文件")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
