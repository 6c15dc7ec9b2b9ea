"""Articles that must not be shown: their words are blanked out at the root, so that no output can hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from site_builder.model import Article, Finding, Page, Span, TextBlock

BLANK = "■"
QUOTE = 6  # characters in a row: evidence that shares as many with a withheld text is taken to quote it


def withhold(page: Page, ids: Collection[str]) -> Page:
    """The page with those of its articles blanked out.

    An article keeps its id, address and spans. Each of its characters becomes `■` in the source text and in its one
    block, so all offsets still hold; its headings, names, topics and findings are gone.
    """
    hidden = [article for article in page.articles if article.id in ids]
    if not hidden:
        return page
    words = "".join(_squeeze(article.text) for article in hidden)
    spans = sorted(span for article in hidden for block in article.blocks for span in block.spans)
    text = _blanked(page.source.text, spans)
    hidden_ids = {article.id for article in hidden}
    facts = page.facts
    if _quotes(facts.evidence, words):
        facts = replace(facts, evidence="据本版一篇不予展示的文章推断。")
    return replace(
        page,
        source=replace(page.source, text=text, others=()),  # another reading holds the same words
        articles=tuple(_blank(article, text) if article.id in hidden_ids else article for article in page.articles),
        findings=tuple(finding for finding in page.findings if not _tells(finding, hidden_ids, spans, words)),
        facts=facts,
    )


def _blanked(text: str, spans: Iterable[Span]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = (letter if letter.isspace() else BLANK for letter in letters[start:end])
    return "".join(letters)


def _blank(article: Article, text: str) -> Article:
    """The article without its words: one block over all its spans."""
    spans = tuple(sorted(span for block in article.blocks for span in block.spans))
    shown = "".join(letter for start, end in spans for letter in text[start:end] if not letter.isspace())
    lines = tuple(sorted({line for block in article.blocks for line in block.lines}))
    block = TextBlock("paragraph", shown, spans, lines)
    return Article((block,), id=article.id, url=article.url, page_id=article.page_id, withheld=True)


def _tells(finding: Finding, ids: Collection[str], spans: Iterable[Span], words: str) -> bool:
    """Whether a finding concerns a withheld article, points into it or quotes it."""
    return (
        finding.article_id in ids
        or any(a.start < b.end and b.start < a.end for a in finding.spans for b in spans)
        or _quotes(finding.message, words)
    )


def _quotes(message: str, words: str) -> bool:
    """Whether the message shares a run of QUOTE characters with the words.

    >>> _quotes("日期为推断：电头“本报4月20日讯”。", "本报4月20日讯今天")
    True
    >>> _quotes("标题归属存疑。", "本报4月20日讯今天")
    False
    """
    message = _squeeze(message)
    return any(message[at : at + QUOTE] in words for at in range(len(message) - QUOTE + 1))


def _squeeze(text: str) -> str:
    return "".join(text.split())
