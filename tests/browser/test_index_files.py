"""The index in all the shapes that a large archive's takes, by limits that a small one passes, in a real Chromium: with
all its files, and with some of them missing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import truth
from playwright.sync_api import Browser, Page, expect
from test_literal_search import Asked, answers, check, fits
from test_search_page import served

from site_builder import grams, literal, shelves
from site_builder.build import Options, build

pytestmark = pytest.mark.browser

SEEDS = Path(__file__).parents[2] / "seeds"
LIMITS = {
    literal: {"FREQUENT": 20, "FREQUENT_OF": 10**9, "FACTS": 7, "SHELF": 300},
    shelves: {"ROWS_ASIDE": 8, "PLACES_ASIDE": 10, "FILE": 12},
    grams: {"BLOCK": 500},
}
LISTS = [f"{family}{kind}" for family in ("chars", "pairs", "triples") for kind in ("", "-rows", "-places")]
LISTS.remove("chars-places")  # there are none
KINDS = [*LISTS, "facts", "texts"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive's site, its index in many small files."""
    out = tmp_path_factory.mktemp("small-files") / "public"
    with pytest.MonkeyPatch.context() as patch:
        for module, limits in LIMITS.items():
            for name, limit in limits.items():
                patch.setattr(module, name, limit)
        build(Options(SEEDS, out))
    return out


@pytest.fixture(scope="module")
def found(site: Path) -> list[truth.Found]:
    return truth.articles(site)


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_function("typeof window.archiveSearch === 'function'")
    yield page
    page.close()


def queries(found: list[truth.Found], count: int, seed: int) -> list[Asked]:
    """One to three terms, often with something to leave out, filters, dates; in each order."""
    rng = random.Random(seed)
    strings = iter(truth.strings(found, 4 * count, seed))
    asked: list[Asked] = []
    for number in range(count):
        size = rng.choice([1, 1, 2, 3])
        terms = [next(strings)[: 12 if size == 1 else rng.randint(1, 4)] for _ in range(size)]
        article = rng.choice(found)
        options: dict[str, Any] = {"sort": ("relevance", "newest", "oldest")[number % 3]}
        every = {"newspaper": article.newspaper, "city": article.city, "from": article.date, "to": article.date}
        options |= {name: value for name, value in every.items() if value and rng.random() < 0.2}
        if article.topics and rng.random() < 0.2:
            options["topic"] = article.topics[0]
        if rng.random() < 0.4:
            options["exclude"] = [rng.choice(article.blocks).strip()[: rng.randint(1, 5)]]
        asked.append((terms, options))
    return [(terms, options) for terms, options in asked if "" not in options.get("exclude", ())]


def often(found: list[truth.Found], count: int) -> list[str]:
    """So many strings of each length of 1 to 3 characters, those that most articles have."""
    told: list[str] = []
    for size in (1, 2, 3):
        counts = Counter(
            string
            for article in found
            for string in {block[at : at + size] for block in article.blocks for at in range(len(block) - size + 1)}
            if string.isalpha()
        )
        told += sorted(counts, key=lambda string: (-counts[string], string))[:count]
    return told


@pytest.mark.parametrize("way", ["http", "disk"])
def test_every_shape_of_list_is_read_right(browser: Browser, site: Path, found: list[truth.Found], way: str) -> None:
    with served(site) as root, opened(browser, (root if way == "http" else site.as_uri()) + "/search.html") as page:
        read: set[str] = set()
        page.on("request", lambda request: read.add(request.url.partition("/search/")[2].partition("/")[0]))
        asked = queries(found, 90, seed=5) + [([string], {"sort": "newest"}) for string in often(found, 10)]
        check(page, found, asked)
        told = answers(page, asked)
        assert sum(bool(answer["total"]) for answer in told) > 30
        dates = {article.id: article.date for article in found}
        for (_, options), answer in zip(asked, told, strict=True):
            days = [dates[id] for id in answer["ids"]]
            assert options["sort"] == "relevance" or days == sorted(days, reverse=options["sort"] == "newest")
        assert {*KINDS} <= read, "a kind of file was never asked for"


ASK = """async asked => Promise.all(asked.map(([query, options]) =>
    window.archiveSearch(query, options).catch(error => ({ error: error.message }))))"""


@contextmanager
def without(site: Path, kind: str) -> Iterator[None]:
    """The site without every other file of a kind."""
    lost = sorted((site / "search" / kind).rglob("*.js"))[::2]
    assert lost
    for path in lost:
        path.rename(path.with_suffix(".lost"))
    yield
    for path in lost:
        path.with_suffix(".lost").rename(path)


@pytest.mark.parametrize("kind", [kind for kind in LISTS if kind not in ("chars", "pairs")])
def test_where_a_file_is_missing_an_answer_is_right_or_none(
    browser: Browser, site: Path, found: list[truth.Found], kind: str
) -> None:
    asked = queries(found, 15, seed=6) + [([string], {}) for string in often(found, 8)]
    address = site.as_uri() + "/search.html"
    with without(site, kind), opened(browser, address) as page:
        failed = []
        for (terms, options), answer in zip(asked, page.evaluate(ASK, asked), strict=True):
            if "error" in answer:
                assert answer["error"] == "索引的一部分没能读出来，这次没有查全。请检查网络后再试。"
                failed.append((terms, options))
            else:
                assert {*answer["ids"]} == {article.id for article in found if fits(article, terms, options)}
        term = next(terms[0] for terms, options in failed if not options)
        page.goto(f"{address}?q={quote(term)}")
        expect(page.locator("#search-status")).to_contain_text("没能读出来")
