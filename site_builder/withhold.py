"""Articles that must not be shown: their words are blanked out at the root, so that no output can hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from site_builder.language import _
from site_builder.matching import issue_of
from site_builder.model import Article, Correction, Finding, Outcome, Page, SourcePage, Span, TextBlock

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
    runs = _runs(words)
    hidden_ids = {article.id for article in hidden}
    facts = page.facts
    if _quotes(facts.evidence, words):
        facts = replace(facts, evidence=_("据本版一篇不予展示的文章推断。"))
    return replace(
        page,
        source=SourcePage(page.source.source, text, page.source.facts, page.source.reading),  # no other reading: it
        # holds the same words
        articles=tuple(
            _blank(article, text)
            if article.id in hidden_ids
            else replace(article, history=tuple(_veil(one) if _speaks(one, runs) else one for one in article.history))
            for article in page.articles
        ),
        findings=tuple(finding for finding in page.findings if not _tells(finding, hidden_ids, spans, words)),
        facts=facts,
    )


def veiled(outcomes: Iterable[Outcome], pages: Iterable[Page], ids: Collection[str]) -> list[Outcome]:
    """What became of the corrections, without the words of those that quote a text which must not be shown.

    Where a correction was not carried out, nobody knows what it quotes: if its issue holds such a text, it says
    nothing.
    """
    if not ids:
        return [_veil(one) if one.state == "withheld" else one for one in outcomes]
    hidden: defaultdict[str, str] = defaultdict(str)
    for page in pages:
        for article in page.articles:
            if article.id in ids:
                words = "".join(_squeeze(block.text) + _squeeze(block.before) for block in article.blocks)
                hidden[issue_of(page.id)] += words
    every = _runs("".join(hidden.values()))
    return [
        _veil(one)
        if one.state == "withheld"
        or (not one.done and one.state != "already-right" and issue_of(one.page_id) in hidden)
        or _speaks(one, every)
        or (not one.article_id and _quotes_in_short(one.correction, hidden.get(issue_of(one.page_id), "")))
        else one
        for one in outcomes
    ]


def _veil(outcome: Outcome) -> Outcome:
    """The outcome without a word of what it is about."""
    blank = dict.fromkeys(("exact", "prefix", "suffix", "becomes", "was", "after", "before", "why"), "")
    message = _("所涉文字依本库编者的决定不予展示。")
    return replace(outcome, correction=replace(outcome.correction, **blank), before="", message=message)  # type: ignore[arg-type]


def _runs(words: str) -> frozenset[str]:
    return frozenset(words[at : at + QUOTE] for at in range(len(words) - QUOTE + 1))


def _speaks(outcome: Outcome, runs: Collection[str]) -> bool:
    """Whether a correction quotes a text that has these runs of QUOTE characters."""
    one = outcome.correction
    said: Sequence[str] = (
        one.exact, one.prefix, one.suffix, one.becomes, one.was, one.after, one.before, one.why, outcome.before,
    )  # fmt: skip
    return any(not _runs(_squeeze(text)).isdisjoint(runs) for text in said)


def _quotes_in_short(one: Correction, words: str) -> bool:
    """Whether a correction of a page's facts quotes so few characters that they may be of the withheld text: it may
    quote any article of the page.
    """
    quoted = _squeeze(one.exact)
    return len(quoted) < QUOTE and quoted in words


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
