"""Articles that must not be shown: their words are blanked out at the root, so that no output can hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from site_builder.anchoring import plain
from site_builder.brackets import jump_brackets
from site_builder.language import N_, _
from site_builder.ledger import Ledger
from site_builder.matching import issue_of
from site_builder.model import Article, Finding, Outcome, Page, SourcePage, Span, TextBlock
from site_builder.permalinks import page_of_address

BLANK = "■"
QUOTE = 6  # characters in a row: what shares as many with a withheld text, and with none that is shown, quotes it


def withhold(page: Page, ids: Collection[str]) -> Page:
    """The page with those of its articles blanked out.

    An article keeps its id, address and spans. Each of its characters becomes `■` in the source text and in its one
    block, so all offsets still hold; its headings, names, topics and findings are gone.
    """
    hidden = [article for article in page.articles if article.id in ids]
    if not hidden:
        return page
    words = "".join(plain(article.text) for article in hidden)
    spans_of = {article.id: _spans(article, page) for article in hidden}
    spans = sorted(span for own in spans_of.values() for span in own)
    text = _blanked(page.source.text, spans)
    facts = page.facts
    if _quotes(facts.evidence, words):
        facts = replace(facts, evidence=_("据本版一篇不予展示的文章推断。"))
    return replace(
        page,
        source=SourcePage(page.source.source, text, page.source.facts, page.source.reading),  # no other reading: it
        # holds the same words
        articles=tuple(
            _blank(article, spans_of[article.id], text) if article.id in spans_of else article
            for article in page.articles
        ),
        findings=tuple(finding for finding in page.findings if not _tells(finding, spans_of, spans, words)),
        facts=facts,
    )


# ---------------------------------------------------------------- corrections that quote it

HIDDEN = N_("所涉文字依本库编者的决定不予展示。")
BESIDE = N_("因同期有不予展示的文章，详情从略。")


def veiled(outcomes: Sequence[Outcome], pages: Sequence[Page], ids: Collection[str], ledger: Ledger) -> list[Outcome]:
    """What became of the corrections, without the words of those that may quote a text which must not be shown.

    One that was carried out quotes a withheld text if it shares QUOTE characters in a row with it that stand in nothing
    that is shown of its page: what readers see there anyhow (本报讯（记者) tells them nothing. One of a page's facts
    may quote any article of the issue, in few characters or as an older OCR had it: in an issue that has such a text,
    or ever had one (the ledger tells, when its page is missing or can't be read), what it quotes must stand in what is
    shown of the page as it is quoted.

    What a correction quotes that was not carried out, nobody knows: in such an issue it says nothing but that.
    """
    hidden = [article for page in pages for article in page.articles if article.id in ids]
    words = "".join(plain(block.text) + plain(block.before) for article in hidden for block in article.blocks)
    runs = _runs(words)
    asked = any(not one.done or not one.article_id for one in outcomes)  # else a million lines are not looked at
    issues = {issue_of(article.page_id) for article in hidden} | (_issues_of_withheld(ledger) if asked else set())
    shown: dict[str, str] = {}
    page_of = {page.id: page for page in pages}

    def stands(text: str, page_id: str) -> bool:
        """Whether a plain text stands in what is shown of a page."""
        if page_id not in shown:
            shown[page_id] = _shown(page_of[page_id], ids) if page_id in page_of else ""
        return text in shown[page_id]

    def tells(one: Outcome) -> bool:
        beside = not issues.isdisjoint(_issues(one, ledger))
        if beside and not one.article_id and not all(stands(text, one.page_id) for text in _quoted(one)):
            return True
        return any(not stands(run, one.page_id) for text in _said(one) for run in _runs(text) & runs)

    def veil(one: Outcome) -> Outcome:
        if one.state == "withheld" or one.article_id in ids:
            return _veil(one, _(HIDDEN))
        if not one.done and one.state != "already-right":
            return one if issues.isdisjoint(_issues(one, ledger)) else _veil(one, _(BESIDE))
        return _veil(one, _(HIDDEN)) if tells(one) else one

    return [veil(one) for one in outcomes]


def without_words(page: Page, told: Mapping[tuple[str, int], Outcome]) -> Page:
    """The page, the histories of its articles as they may be told: `told` has the corrections that say nothing."""
    if not any((one.correction.file, one.correction.number) in told for a in page.articles for one in a.history):
        return page
    return replace(
        page,
        articles=tuple(
            replace(
                article,
                history=tuple(told.get((one.correction.file, one.correction.number), one) for one in article.history),
            )
            for article in page.articles
        ),
    )


def _issues_of_withheld(ledger: Ledger) -> set[str]:
    """The issues that have, or had, an article which must not be shown."""
    lines = [line for line in ledger if line.state == "withheld" or line.was_withheld]
    return {issue_of(page) for line in lines for page in (line.page, page_of_address(line.id))}


def _issues(outcome: Outcome, ledger: Ledger) -> frozenset[str]:
    """The issues that a correction may be about: where it was looked for, and those of the id that it names."""
    one = outcome.correction
    pages = {outcome.page_id, one.page}
    if one.article:
        pages.add(page_of_address(one.article))
        pages |= {line.page for id in (one.article, ledger.end_of(one.article)) if (line := ledger.lines.get(id))}
    return frozenset(issue_of(page) for page in pages if page)


def _shown(page: Page, ids: Collection[str]) -> str:
    """What is shown of a page, plain: its texts as they are, and as they were read."""
    blocks = [*page.furniture, *(block for one in page.articles if one.id not in ids for block in one.blocks)]
    return plain("".join(block.text for block in blocks)) + "\n" + plain("".join(block.read for block in blocks))


def _veil(outcome: Outcome, message: str) -> Outcome:
    """The outcome without a word of what it is about."""
    blank = dict.fromkeys(("exact", "prefix", "suffix", "becomes", "was", "after", "before", "why"), "")
    correction = replace(outcome.correction, **blank)  # type: ignore[arg-type]
    return replace(outcome, correction=correction, before="", message=message, veiled=True)


def _runs(words: str) -> frozenset[str]:
    return frozenset(words[at : at + QUOTE] for at in range(len(words) - QUOTE + 1))


def _quoted(outcome: Outcome) -> tuple[str, ...]:
    """The quotation, plain, in its parts."""
    one = outcome.correction
    return plain(one.prefix), plain(one.exact), plain(one.suffix)


def _said(outcome: Outcome) -> tuple[str, ...]:
    """Everything that a correction says, plain: the quotation whole, for a run may lie across its parts."""
    one = outcome.correction
    said = (one.becomes, one.was, one.after, one.before, one.why, outcome.before)
    return ("".join(_quoted(outcome)), *map(plain, said))


# ---------------------------------------------------------------- blanking out


def _blanked(text: str, spans: Iterable[Span]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = (letter if letter.isspace() else BLANK for letter in letters[start:end])
    return "".join(letters)


def _spans(article: Article, page: Page) -> tuple[Span, ...]:
    """All that is an article's in its page's text, with the brackets round a jump line, which stand in no block."""
    brackets = jump_brackets(page.source.text, (article,))
    blocks = [*page.furniture, *(block for one in page.articles for block in one.blocks)] if brackets else []
    free = {at for at in brackets if not any(s.start <= at < s.end for block in blocks for s in block.spans)}
    held = {span for block in article.blocks for span in block.spans}
    return tuple(sorted(held | {Span(at, at + 1) for at in free}))


def _blank(article: Article, spans: tuple[Span, ...], text: str) -> Article:
    """The article without its words: one block over all its spans."""
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
    """Whether the message shares a run of QUOTE characters with the words, which are plain: in whatever width.

    >>> _quotes("日期为推断：电头“本报４月20日讯”。", "本报4月20日讯今天")
    True
    >>> _quotes("标题归属存疑。", "本报4月20日讯今天")
    False
    """
    return any(run in words for run in _runs(plain(message)))
