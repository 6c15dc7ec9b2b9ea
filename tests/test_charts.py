"""Pictures of many years: their bars, their ticks, and the table that says the same."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from run_of_years import write
from test_archive import DAY, LIAOYUAN, article, page, stated
from test_outputs import written

from site_builder.archive import gather
from site_builder.build import Options, build
from site_builder.charts import LANES, Chart, Series, chart, month_number
from site_builder.entries import Link
from site_builder.model import Settings
from site_builder.outputs import outputs
from site_builder.render import Site

CHART = re.compile(r'<div class="chart">.*?</details>\s*</div>', re.DOTALL)


def drawn(*series: Series) -> Chart:
    found = chart("id", "题", series, "issues", "其余", "{}.html".format, "{}-{}.html".format)
    assert found is not None
    return found


def counted(months: Sequence[tuple[int, int]], name: str = "甲报", n: int = 1) -> Series:
    return Series(Link(name, f"{name}.html"), {month_number(*month): n for month in months}, {})


def test_a_few_months_have_a_tick_each_and_lead_to_the_month() -> None:
    found = drawn(counted([(2020, 11), (2021, 2)]))
    assert [(tick.x, tick.text, tick.name, tick.url) for tick in found.ticks] == [
        ("0", "2020.11", "2020年11月", "2020-11.html"),
        ("25", "2020.12", "2020年12月", "2020-12.html"),
        ("50", "2021.1", "2021年1月", "2021-1.html"),
        ("75", "2021.2", "2021年2月", "2021-2.html"),
    ]
    assert (found.units, found.lanes[0].held) == (40, "M1 36v-36h8v36zM31 36v-36h8v36z")


def test_more_months_are_drawn_in_whole_years() -> None:
    found = drawn(counted([(2020, 2), (2022, 4)]))
    assert [(tick.x, tick.text, tick.url) for tick in found.ticks] == [
        ("0", "2020", "2020.html"),
        ("33.33", "2021", "2021.html"),
        ("66.67", "2022", "2022.html"),
    ]
    assert (found.units, found.lanes[0].held) == (360, "M11 36v-36h8v36zM271 36v-36h8v36z")


def test_many_years_are_drawn_by_year_and_the_ticks_stay_few() -> None:
    found = drawn(counted([(year, 5) for year in range(1950, 2020)]))
    assert found.units == 700
    assert [tick.text for tick in found.ticks] == ["1950", "1960", "1970", "1980", "1990", "2000", "2010"]
    assert [link.text for link, _ in found.rows][:2] == ["1950–1959", "1960–1969"]
    assert [cells for _, cells in found.rows] == [("10",)] * 7


def test_what_is_missing_stands_on_what_is_held() -> None:
    months = {month_number(2020, 1): 3, month_number(2020, 2): 1}
    found = drawn(Series(Link("甲报", ""), months, {month_number(2020, 2): 2}))
    assert (found.lanes[0].held, found.lanes[0].missing) == ("M1 36v-36h8v36zM11 36v-12h8v12z", "M10 24v-24h10v24z")
    assert found.lanes[0].note == "共 4 期，缺 2"
    assert [cells for _, cells in found.rows] == [("3",), ("1（缺 2）",)]
    assert "浅色的一截" in found.description


def test_lanes_share_a_scale_unless_one_stands_alone() -> None:
    every = replace(counted([(2020, 1), (2020, 2)], "全部", 100), alone=True)
    found = drawn(every, counted([(2020, 1)], n=4), counted([(2020, 2)], n=2))
    assert [re.findall(r"v-(\d+)", lane.held) for lane in found.lanes] == [["36", "36"], ["36"], ["18"]]


def test_the_smallest_of_many_are_added_up() -> None:
    many = [counted([(2020, 1), (2020, 2)], f"{at}报", 50 - at) for at in range(30)]
    found = drawn(*many)
    assert len(found.lanes) == LANES and found.lanes[-1].name.text == "其余"
    assert found.rows[0][1][-1] == str(sum(50 - at for at in range(LANES - 1, 30)))


def test_one_month_is_no_picture() -> None:
    assert chart("id", "题", [counted([(2020, 1)])], "issues", "", str, lambda year, month: "") is None


# ---------------------------------------------------------------- in the pages


def figures(site: dict[str, str]) -> dict[str, str]:
    return {path: found[0] for path, text in site.items() if path.endswith(".html") and (found := CHART.search(text))}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    pages = [
        page(f"{at}.txt", article(f"题{at}<b>", topics=("教育",)), facts=stated(DAY.replace(year=2010 + at)))
        for at in range(8)
    ]
    return written(gather(Settings(newspapers=(LIAOYUAN,)), pages), tmp_path_factory.mktemp("site"))


def test_every_picture_is_well_formed_and_has_its_words(site: dict[str, str]) -> None:
    assert set(figures(site)) == {"index.html", "dates.html", "topics.html", "topics/jiaoyu.html"}
    for path, text in figures(site).items():
        whole = ElementTree.fromstring(text)
        svg = whole.find("figure/svg")
        assert svg is not None
        ids = {element.get("id") for element in svg}
        assert set(str(svg.get("aria-labelledby")).split()) <= ids, path
        title, desc = svg.find("title"), svg.find("desc")
        assert title is not None and title.text and desc is not None and "2010年1月至2017年12月" in str(desc.text)
        assert not [element for element in whole.iter() if "style" in element.attrib]
        assert all("".join(link.itertext()).strip() for link in whole.iter("a"))


def test_every_pictures_table_says_the_same_as_the_picture(site: dict[str, str]) -> None:
    for path, text in figures(site).items():
        whole = ElementTree.fromstring(text)
        rows = [["".join(cell.itertext()) for cell in row] for row in whole.findall("details//tr")]
        lanes = ["".join(name.itertext()) for name in whole.iter("text") if name.get("class") is None]
        assert rows[0][1:] == lanes and len(lanes) == (2 if path == "topics.html" else 1), path
        assert rows[1:] == [[f"{year}年1月", *["1"] * len(lanes)] for year in range(2010, 2018)], path
        scopes = [cell.get("scope") for row in whole.findall("details//tr") for cell in row if cell.tag == "th"]
        assert scopes == ["col"] * (1 + len(lanes)) + ["row"] * 8, path
        for link in whole.iter("a"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(link.get("href"))))
            assert target in site, (path, target)


def test_the_pictures_stay_small_however_much_there_is(tmp_path: Path) -> None:
    """Sixty newspapers over a century and more."""
    pages = [
        page(f"{paper}-{year}.txt", article("题", topics=(f"主题{paper}",)),
             facts=replace(stated(DAY.replace(year=year)), newspaper=f"{paper}号报"))
        for paper in range(60) for year in range(1880 + paper % 7, 2020, 3)
    ]  # fmt: skip
    site = Site(tmp_path)
    for output in outputs(gather(Settings(), pages)):
        if output.path in ("index.html", "topics.html", "dates/1999.html"):
            site.write(output)
    sizes = {path.name: path.stat().st_size for path in tmp_path.rglob("*.html")}
    assert sizes["index.html"] < 60_000 and sizes["topics.html"] < 40_000 and sizes["1999.html"] < 60_000


@pytest.mark.slow
def test_a_made_archive_of_ten_years_is_built(tmp_path: Path) -> None:
    assert write(tmp_path / "made") == 738
    build(Options(tmp_path / "made", tmp_path / "public"))
    text = (tmp_path / "public" / "songjiang-ribao.html").read_text("utf-8")
    assert "137 期全藏，274 期不全，已知缺" in text
