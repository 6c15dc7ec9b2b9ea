"""window.archiveSearch in a real Chromium against the truth, over http and from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opencc
import pytest
import truth
from playwright.sync_api import Browser, Error, Page
from test_search_page import served

pytestmark = pytest.mark.browser

ASK = """async asked => {
    const found = []
    for (const [query, options] of asked) found.push(await window.archiveSearch(query, options))
    return found
}"""


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


Asked = tuple[str | list[str], dict[str, Any]]


def answers(page: Page, asked: list[Asked]) -> list[dict[str, Any]]:
    """To each query with its options; in one call, for each call to the browser takes time."""
    found: list[dict[str, Any]] = page.evaluate(ASK, asked)
    return found


def ask(page: Page, query: str | list[str], **options: Any) -> dict[str, Any]:
    return answers(page, [(query, options)])[0]


def check(page: Page, found: list[truth.Found], asked: list[Asked]) -> None:
    """Each answer is exactly the articles that hold all terms, and every excerpt is right."""
    blocks = {article.id: article.blocks for article in found}
    for (terms, options), answer in zip(asked, answers(page, asked), strict=True):
        expected = {article.id for article in found if fits(article, terms, options)}
        told = (set(answer["ids"]), answer["total"], len(answer["ids"]))
        assert told == (expected, len(expected), len(expected)), (terms, options)
        for result in answer["results"]:
            assert result["url"] == f"{result['id']}.html"
            assert truth.faults(result["excerpt"], list(terms), blocks[result["id"]]) == []


def fits(article: truth.Found, terms: str | list[str], options: dict[str, Any]) -> bool:
    return (
        all(article.has(term) for term in terms)
        and not any(article.has(term) for term in options.get("exclude", ()))
        and options.get("newspaper", article.newspaper) == article.newspaper
        and options.get("city", article.city) == article.city
        and ("topic" not in options or options["topic"] in article.topics)
        and ("from" not in options or options["from"] <= article.date)
        and ("to" not in options or "" < article.date <= options["to"])
    )


def test_every_string_of_the_archive_is_found_and_nothing_else(page: Page, found: list[truth.Found]) -> None:
    check(page, found, [([string], {}) for string in truth.strings(found, 200, seed=1)])


def test_strings_that_stand_nowhere_are_not_found(page: Page, found: list[truth.Found]) -> None:
    strings = truth.strings(found, 100, seed=2)
    check(page, found, [([one + other], {}) for one, other in zip(strings[::2], strings[1::2], strict=True)])


def test_a_string_is_not_found_across_the_end_of_a_block(page: Page, found: list[truth.Found]) -> None:
    ends = [
        (one[-2:] + other[:2]).strip()
        for article in found
        for one, other in zip(article.blocks, article.blocks[1:], strict=False)
    ]
    check(page, found, [([end], {}) for end in ends])


def test_several_terms_exclusion_filters_and_dates(page: Page, found: list[truth.Found]) -> None:
    strings = [string for string in truth.strings(found, 100, seed=3) if len(string) < 4]
    asked: list[Asked] = []
    for number, (one, other) in enumerate(zip(strings[::2], strings[1::2], strict=False)):
        article = found[number % len(found)]
        asked += [
            ([one, other], {}),
            ([one], {"exclude": [other]}),
            ([one], {"newspaper": article.newspaper, "exclude": [other]}),
            ([one], {"city": article.city}),
            ([one], {"from": article.date or "2020-01-01"}),
            ([one], {"from": "2020-02-19", "to": article.date or "2021-12-31"}),
            *([([one], {"topic": article.topics[0]})] if article.topics else []),
        ]
    check(page, found, asked)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_each_order_has_the_same_articles(page: Page, found: list[truth.Found], sort: str) -> None:
    dates = {article.id: article.date for article in found}
    for string in ("疫情", "市", "防控工作"):
        check(page, found, [([string], {"sort": sort, "limit": 100})])
        ids = ask(page, string, sort=sort)["ids"]
        if sort != "relevance":
            told = [dates[id] for id in ids]
            dated = [date for date in told if date]
            assert dated == sorted(dated, reverse=sort == "newest")
            assert told[: len(dated)] == dated


def test_a_headline_counts_for_more_than_the_text(page: Page) -> None:
    titles = [result["headline"] for result in ask(page, "疫情", limit=40)["results"]]
    with_it = ["疫情" in title for title in titles]
    assert sum(with_it[: len(titles) // 2]) > sum(with_it[len(titles) // 2 :])


def test_traditional_and_full_width_forms_find_the_same(page: Page, found: list[truth.Found]) -> None:
    to_traditional = opencc.OpenCC("s2t")
    strings = truth.strings(found, 200, seed=4)
    wide = [string.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) for string in strings]
    forms = [strings, [to_traditional.convert(string) for string in strings], wide]
    plain, traditional, full = (
        [answer["ids"] for answer in answers(page, [(string, {}) for string in form])] for form in forms
    )
    assert traditional == full == plain


@pytest.mark.parametrize("query", ["", "  ", "\u3000"])
def test_a_blank_query_finds_nothing(page: Page, query: str) -> None:
    assert ask(page, query) == {"total": 0, "ids": [], "results": []}


def test_white_space_parts_terms_but_not_in_a_row_of_terms(page: Page, found: list[truth.Found]) -> None:
    spaced = next(block for article in found for block in article.blocks if " " in block.strip())
    at = spaced.strip().index(" ")
    around = spaced.strip()[at - 1 : at + 2]
    check(page, found, [([around], {})])
    assert ask(page, around.replace(" ", "\u3000"))["ids"] == ask(page, around.split())["ids"]


def test_limit_bounds_the_results_only(page: Page) -> None:
    answer = ask(page, "疫情", limit=3)
    assert len(answer["results"]) == 3 < len(answer["ids"]) == answer["total"]


@pytest.mark.parametrize("part", ["meta", "simplified", "pairs/*/*", "facts/*", "texts/*/*"])
def test_a_missing_shard_is_an_error_in_words(browser: Browser, seed_site: Path, part: str) -> None:
    page = browser.new_page()
    with served(seed_site) as root:
        page.route(f"**/search/{part}.js*", lambda route: route.abort())
        page.goto(f"{root}/search.html")
        page.wait_for_function("typeof window.archiveSearch === 'function'")
        with pytest.raises(Error, match="索引的一部分没能读出来，这次没有查全。请检查网络后再试。"):
            ask(page, "疫情防控")
        page.unroute_all()
        page.wait_for_timeout(300)  # until whatever was asked for beside the one that failed has failed too
        assert ask(page, "疫情防控")["total"] > 0
    page.close()


def test_an_index_of_another_build_is_not_mixed_with_ours(browser: Browser, seed_site: Path) -> None:
    page = browser.new_page()
    with served(seed_site) as root:
        page.route(
            "**/search/pairs/**",
            lambda route: route.fulfill(content_type="text/javascript", body='archiveShard("pairs/0/0","other");'),
        )
        page.goto(f"{root}/search.html")
        page.evaluate("() => { document.querySelector('main').dataset.ready = 1 }")
        page.evaluate("() => { for (let i = 0; i < 4e3; i++) archiveShard(`pairs/${i % 40}/${i / 40 | 0}`, 'other') }")
        with pytest.raises(Error, match="网站刚刚更新过，请重新载入本页再检索。"):
            ask(page, "疫情防控")
    page.close()
