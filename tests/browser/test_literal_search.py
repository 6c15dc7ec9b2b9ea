"""window.archiveSearch in a real Chromium against the truth, over http and from disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opencc
import pytest
import truth
from playwright.sync_api import Browser, Error, Page
from test_search_page import served

pytestmark = pytest.mark.browser

ASK = "([query, options]) => window.archiveSearch(query, options)"


@pytest.fixture(scope="module")
def found(seed_site: Path) -> list[truth.Found]:
    return truth.articles(seed_site)


@pytest.fixture(scope="module", params=["http", "disk"])
def page(request: pytest.FixtureRequest, browser: Browser, seed_site: Path) -> Iterator[Page]:
    """The sample archive's search page, once over http and once from disk."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with served(seed_site) as root:
        page.goto((root if request.param == "http" else seed_site.as_uri()) + "/search.html")
        page.wait_for_function("typeof window.archiveSearch === 'function'")
        yield page
        context.close()
    assert errors == []


def ask(page: Page, query: str | list[str], **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(ASK, [query, options])
    return answer


def check(page: Page, found: list[truth.Found], terms: list[str], **options: Any) -> None:
    """The answer is exactly the articles that hold all terms, and every excerpt is right."""
    answer = ask(page, terms, **options)
    blocks = {article.id: article.blocks for article in found}
    expected = {
        article.id
        for article in found
        if all(article.has(term) for term in terms)
        and not any(article.has(term) for term in options.get("exclude", ()))
        and options.get("newspaper", article.newspaper) == article.newspaper
        and options.get("city", article.city) == article.city
        and ("topic" not in options or options["topic"] in article.topics)
        and ("from" not in options or options["from"] <= article.date)
        and ("to" not in options or "" < article.date <= options["to"])
    }
    assert (set(answer["ids"]), answer["total"], len(answer["ids"])) == (expected, len(expected), len(expected)), terms
    for result in answer["results"]:
        assert result["url"] == f"{result['id']}.html"
        assert truth.faults(result["excerpt"], terms, blocks[result["id"]]) == []


def test_every_string_of_the_archive_is_found_and_nothing_else(page: Page, found: list[truth.Found]) -> None:
    for string in truth.strings(found, 150, seed=1):
        check(page, found, [string])


def test_strings_that_stand_nowhere_are_not_found(page: Page, found: list[truth.Found]) -> None:
    strings = truth.strings(found, 80, seed=2)
    for one, other in zip(strings[::2], strings[1::2], strict=True):
        check(page, found, [one + other])


def test_a_string_is_not_found_across_the_end_of_a_block(page: Page, found: list[truth.Found]) -> None:
    for article in found[::3]:
        for one, other in zip(article.blocks, article.blocks[1:], strict=False):
            check(page, found, [(one[-2:] + other[:2]).strip()])


def test_several_terms_exclusion_filters_and_dates(page: Page, found: list[truth.Found]) -> None:
    strings = [string for string in truth.strings(found, 120, seed=3) if len(string) < 4]
    for number, (one, other) in enumerate(zip(strings[::2], strings[1::2], strict=False)):
        article = found[number % len(found)]
        check(page, found, [one, other])
        check(page, found, [one], exclude=[other])
        check(page, found, [one], newspaper=article.newspaper, exclude=[other])
        check(page, found, [one], city=article.city)
        if article.topics:
            check(page, found, [one], topic=article.topics[0])
        check(page, found, [one], **{"from": article.date or "2020-01-01"})
        check(page, found, [one], **{"from": "2020-02-19", "to": article.date or "2021-12-31"})


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_each_order_has_the_same_articles(page: Page, found: list[truth.Found], sort: str) -> None:
    dates = {article.id: article.date for article in found}
    for string in ("疫情", "市", "防控工作"):
        check(page, found, [string], sort=sort, limit=100)
        ids = ask(page, string, sort=sort)["ids"]
        if sort != "relevance":
            told = [dates[id] for id in ids]
            assert told == sorted(told, reverse=sort == "newest")


def test_a_headline_counts_for_more_than_the_text(page: Page) -> None:
    titles = [result["headline"] for result in ask(page, "疫情", limit=40)["results"]]
    with_it = ["疫情" in title for title in titles]
    assert sum(with_it[: len(titles) // 2]) > sum(with_it[len(titles) // 2 :])


def test_traditional_and_full_width_forms_find_the_same(page: Page, found: list[truth.Found]) -> None:
    to_traditional = opencc.OpenCC("s2t")
    for string in truth.strings(found, 200, seed=4):
        wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in string)
        assert ask(page, to_traditional.convert(string))["ids"] == ask(page, string)["ids"] == ask(page, wide)["ids"]


@pytest.mark.parametrize("query", ["", "  ", "\u3000"])
def test_a_blank_query_finds_nothing(page: Page, query: str) -> None:
    assert ask(page, query) == {"total": 0, "ids": [], "results": []}


def test_white_space_parts_terms_but_not_in_a_row_of_terms(page: Page, found: list[truth.Found]) -> None:
    spaced = next(block for article in found for block in article.blocks if " " in block.strip())
    at = spaced.strip().index(" ")
    around = spaced.strip()[at - 1 : at + 2]
    check(page, found, [around])
    assert ask(page, around.replace(" ", "\u3000"))["ids"] == ask(page, around.split())["ids"]


def test_limit_bounds_the_results_only(page: Page) -> None:
    answer = ask(page, "疫情", limit=3)
    assert len(answer["results"]) == 3 < len(answer["ids"]) == answer["total"]


@pytest.mark.parametrize("part", ["meta", "pairs/*/*", "facts/*/*", "texts/*/*"])
def test_a_missing_shard_is_an_error_in_words(browser: Browser, seed_site: Path, part: str) -> None:
    page = browser.new_page()
    with served(seed_site) as root:
        page.route(f"**/search/{part}.js*", lambda route: route.abort())
        page.goto(f"{root}/search.html")
        page.wait_for_function("typeof window.archiveSearch === 'function'")
        with pytest.raises(Error, match="索引的一部分没能读出来，这次没有查全。请检查网络后再试。"):
            ask(page, "疫情防控")
        page.unroute_all()
        assert ask(page, "疫情防控")["total"] > 0
    page.close()


def test_an_index_of_another_build_is_not_mixed_with_ours(browser: Browser, seed_site: Path) -> None:
    page = browser.new_page()
    with served(seed_site) as root:
        page.route(
            "**/search/pairs/**",
            lambda route: route.fulfill(content_type="text/javascript", body='archiveShard("pairs/0","other","","");'),
        )
        page.goto(f"{root}/search.html")
        page.evaluate("() => { document.querySelector('main').dataset.ready = 1 }")
        page.evaluate("() => { for (let i = 0; i < 99; i++) archiveShard(`pairs/${i}`, 'other') }")
        with pytest.raises(Error, match="网站刚刚更新过，请重新载入本页再检索。"):
            ask(page, "疫情防控")
    page.close()


def test_the_open_data_and_the_index_tell_of_the_same_articles(page: Page, found: list[truth.Found]) -> None:
    everything = page.evaluate("async () => (await archiveIndex.meta()).articles")
    assert everything == len(found)
    assert json.dumps(ask(page, "。")["total"]) != "0"
