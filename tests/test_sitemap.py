"""Sitemaps against what sitemaps.org's schemas (sitemap.xsd, siteindex.xsd) and its protocol page demand."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from test_archive import DAY, LIAOYUAN, article, page, stated
from test_outputs import written

from site_builder import sitemap
from site_builder.archive import gather
from site_builder.model import Settings

BASE = "https://example.org/archive/"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(data: bytes, root: str, item: str) -> list[str]:
    """The addresses of a file that holds against the schema: nothing but `loc` is told of any of them."""
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n') and len(data) <= 50 * 1024 * 1024
    tree = ElementTree.fromstring(data)
    assert tree.tag == NAMESPACE + root and not tree.attrib
    assert 1 <= len(tree) <= 50_000
    found = []
    for row in tree:
        assert row.tag == NAMESPACE + item and not row.attrib and not (row.text or "").strip()
        [loc] = row  # one and only; lastmod, changefreq and priority may be left out
        assert loc.tag == f"{NAMESPACE}loc" and not len(loc) and not loc.attrib
        text = loc.text or ""
        assert 12 <= len(text) <= 2048 and text.isascii() and re.fullmatch(r"[^\s<>\"{}|\\^`]+", text)
        assert urlsplit(text).scheme == "https"
        found.append(text)
    assert len(set(found)) == len(found)
    return found


def listed(folder: Path, base: str) -> dict[str, list[str]]:
    """What each sitemap of the index lists."""
    parts = locations((folder / "sitemap.xml").read_bytes(), "sitemapindex", "sitemap")
    assert all(part.startswith(base) and "/" not in part.removeprefix(base) for part in parts)
    names = [part.removeprefix(base) for part in parts]
    assert sorted(names) == sorted(file.name for file in folder.glob("sitemap-*"))
    return {name: locations((folder / name).read_bytes(), "urlset", "url") for name in names}


def test_the_sample_archives_sitemaps_hold_against_the_schema_and_go_by_year(seed_site: Path) -> None:
    found = listed(seed_site, "https://example.org/")
    assert list(found) == ["sitemap-pages.xml", "sitemap-2020.xml", "sitemap-2021.xml", "sitemap-2022.xml"]
    for year in (2020, 2021, 2022):
        assert {re.search(r"/(20\d\d)/", url)[1] for url in found[f"sitemap-{year}.xml"]} == {str(year)}  # type: ignore[index]
    assert not [url for url in found["sitemap-pages.xml"] if re.search(r"ribao/20\d\d/", url)]
    assert "https://example.org/reporters/zhang-he.html" in found["sitemap-pages.xml"]


def test_a_year_too_large_for_one_file_gets_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "LARGEST", 5)
    pages = [
        page(f"{at}.txt", *[article(f"题{at}-{n}") for n in range(2)], facts=stated(DAY + dt.timedelta(days=at)))
        for at in range(3)
    ]
    pages.append(page("x.txt", article("旧"), facts=stated(dt.date(1958, 3, 1))))
    site = written(gather(Settings(newspapers=(LIAOYUAN,)), pages), tmp_path, BASE)
    found = listed(tmp_path, BASE)
    assert [name for name in found if "pages" not in name] == [
        "sitemap-1958.xml",
        "sitemap-2021.xml",
        "sitemap-2021-2.xml",
    ]
    assert [len(found[name]) for name in ("sitemap-1958.xml", "sitemap-2021.xml", "sitemap-2021-2.xml")] == [2, 5, 4]
    every = [url.removeprefix(BASE) for urls in found.values() for url in urls]
    assert sorted(every) == sorted(
        path for path in site if path.endswith(".html") and not path.endswith(("404.html", "search.html", "-00.html"))
    )


def test_an_empty_archive_has_a_sitemap_too(tmp_path: Path) -> None:
    written(gather(Settings(), []), tmp_path, BASE)
    assert list(listed(tmp_path, BASE)) == ["sitemap-pages.xml"]
