"""下转 / 上接: an article's parts across the pages of an issue.

Each page's part stays an article of its own; `continues` and `continued_by` name the neighbour. Readers see one
article. Nothing is joined on the page number alone: the parts must also talk about the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from site_builder.affinity import Vocabulary, Weights
from site_builder.assignment import best_assignment
from site_builder.language import _
from site_builder.marks import is_open
from site_builder.model import Article, Finding, Page
from site_builder.patterns import dated
from site_builder.words import quote

_JUMP = re.compile(
    r"(?P<way>[紧下]\s*[转轉]|上\s*接)\s*第?\s*[A-Za-z]?\s*(?P<page>[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})\s*版"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}

BACK = 1.0  # the other part says 上接第一版
OPEN = 0.2  # the first part stops in mid-sentence and the other has no dateline of its own
ENOUGH = 0.6  # the evidence that joins two parts


def target(jump: str) -> tuple[bool, int] | None:
    """Whether a jump line points forward, and the number of the page it points to.

    >>> target("下转四版"), target("上接第一版"), target("下转A03版"), target("紧转十二版")
    ((True, 4), (False, 1), (True, 3), (True, 12))
    >>> target("下转明天") is None
    True
    """
    found = _JUMP.search(jump)
    if not found:
        return None
    return found["way"][0] != "上", _number(found["page"])


def _number(text: str) -> int:
    if text[0] not in _DIGITS and text[0] != "十":
        return int(text)
    tens, _, units = text.rpartition("十")
    if "十" not in text:
        return int("".join(str(_DIGITS[digit]) for digit in text))
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[units] if units else 0)


def join(pages: Sequence[Page]) -> tuple[list[Page], list[Finding]]:
    """The pages of one issue with their articles' parts joined, and a finding for each jump that leads nowhere.

    A jump to a page that the archive does not hold is no finding: the site says so beside the jump itself.
    """
    held = {page.facts.page for page in pages if page.facts.page is not None}
    articles = [(page, article) for page in pages for article in page.articles]
    leaving = [(page, article, to) for page, article in articles if (to := _leads(article, True)) in held]
    arriving = [(page, article) for page, article in articles if not article.withheld]
    if not leaving:
        return list(pages), []
    talk = _Talk([article for _, article in articles])
    scores = [
        {
            i: _evidence(page, article, other_page, other, talk) - ENOUGH
            for i, (other_page, other) in enumerate(arriving)
            if other_page.facts.page == to
        }
        for page, article, to in leaving
    ]
    next_of: dict[str, str] = {}
    findings: list[Finding] = []
    for (page, article, to), chosen in zip(leaving, best_assignment(scores), strict=True):
        if chosen >= 0:
            next_of[article.id] = arriving[chosen][1].id
        elif not article.withheld:
            block = next(block for block in article.blocks if block.kind == "jump")
            message = _("{quoted}：在第{page}版没有找到它的下文。", quoted=quote(article.jump), page=to)
            findings.append(Finding("jump-nowhere", message, page.id, article.id, block.spans, block.lines))
    before = {after: first for first, after in next_of.items()}
    return [
        replace(
            page,
            articles=tuple(
                replace(article, continues=before.get(article.id, ""), continued_by=next_of.get(article.id, ""))
                for article in page.articles
            ),
            # A continuation has its headline on the page before.
            findings=tuple(
                finding
                for finding in page.findings
                if not (finding.code == "no-headline" and finding.article_id in before)
            ),
        )
        for page in pages
    ], findings


def _leads(article: Article, forward: bool) -> int | None:
    """The page that the article's jump forward (or back) points to."""
    for block in article.blocks_of("jump"):
        if (where := target(block.text)) and where[0] == forward:
            return where[1]
    return None


class _Talk:
    """What the issue's articles talk about."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._vocabulary = Vocabulary()
        words = self._vocabulary.read([article.running_text for article in articles])
        self._words = dict(zip(map(id, articles), words, strict=True))
        self._weights = Weights(self._vocabulary, words)

    def alike(self, one: Article, other: Article) -> float:
        return self._weights.alike(self._words[id(one)], self._words[id(other)])

    def covered(self, heading: str, text: str) -> float:
        """The share of the heading's weight that the text also holds."""
        own, others = self._vocabulary.read([heading, text])
        return self._weights.covered(own, others)


def _evidence(page: Page, article: Article, other_page: Page, other: Article, talk: _Talk) -> float:
    """How much speaks for `other` going on from `article`: about 0 for strangers, above ENOUGH for the two parts."""
    if other is article or (other_page is page):
        return -1.0
    back = _leads(other, False)
    if back is not None and back != page.facts.page:
        return -1.0
    first = next((block.text for block in other.blocks if block.kind == "paragraph"), "")
    echo = talk.covered(article.headline + article.kicker, other.headline + other.kicker + first[:60])
    opened = is_open(article.running_text) and not dated(first)
    return BACK * (back is not None) + echo + talk.alike(article, other) + OPEN * opened
