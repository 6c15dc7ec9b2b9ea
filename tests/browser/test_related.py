"""Articles that tell of the same, on the sample archive over http: its words, and headlines told in other words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import rjieba
import truth
from playwright.sync_api import Browser, Page
from test_search_page import served

from site_builder.folding import fold

pytestmark = pytest.mark.browser

ASK = """async texts => {
    const found = []
    for (const text of texts) {
        const { articles, facts } = await window.archiveRelated(text, {})
        found.push(articles.slice(0, 5).map(article => facts.of("ids", article)))
    }
    return found
}"""
COMMON = ["消息", "报道", "我省", "有关", "情况", "新闻", "工作", "积极"]


def is_word(word: str) -> bool:
    """Whether anything of it can be searched for: punctuation is not indexed."""
    return any(map(str.isalnum, word))


@pytest.fixture(scope="module")
def page(browser: Browser, seed_site: Path) -> Iterator[Page]:
    page = browser.new_page()
    with served(seed_site) as root:
        page.goto(f"{root}/search.html?q={quote('没有这一句')}")
        page.wait_for_function("typeof window.archiveRelated === 'function'")
        yield page
    page.close()


def test_queries_are_cut_as_the_index_was(page: Page, seed_site: Path) -> None:
    blocks = [block for article in truth.articles(seed_site) for block in article.blocks]
    phrases = sorted({phrase for block in blocks for phrase in re.findall(r"\w+", block) if 4 <= len(phrase) <= 24})
    phrases = random.Random(1).sample(phrases, 200)
    told = page.evaluate("texts => Promise.all(texts.map(text => window.archiveRelated.cut(text)))", phrases)
    expected = [[word for word in rjieba.cut(fold(phrase), True) if is_word(word)] for phrase in phrases]
    other = [pair for pair in zip(told, expected, strict=True) if pair[0] != pair[1]]
    assert len(other) <= 0.05 * len(phrases), other


def retold(headline: str, rng: random.Random) -> str:
    """The headline without one of its words, with two neighbours swapped and a word of every day added."""
    words = [word for word in rjieba.cut(headline, True) if is_word(word)]
    if len(words) > 3:
        del words[rng.randrange(len(words))]
    at = rng.randrange(len(words) - 1)
    words[at : at + 2] = words[at + 1], words[at]
    words.insert(rng.randrange(len(words) + 1), rng.choice(COMMON))
    return "".join(words)


def test_a_headline_told_in_other_words_finds_its_article(page: Page, seed_site: Path) -> None:
    lines = [line for path in seed_site.glob("data/articles/*.jsonl") for line in path.read_text("utf-8").splitlines()]
    rows = sorted((row["id"], row["headline"]) for row in map(json.loads, lines) if row["headline"])
    rng = random.Random(2)
    asked = [(id, retold(headline, rng)) for id, headline in rng.sample(rows, 30)]
    answers = page.evaluate(ASK, [text for _, text in asked])
    missed = [text for (id, text), found in zip(asked, answers, strict=True) if id not in found]
    assert len(missed) <= 3, missed
