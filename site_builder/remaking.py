"""A page that corrections have taken apart (workpieces.py), put together again: a page like any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from site_builder import addresses, bylines, metadata
from site_builder.corrections import names
from site_builder.model import Finding, Page, Settings, TextBlock
from site_builder.workpieces import WorkPage


def put_together(work: WorkPage, settings: Settings) -> Page:
    """The page as its pieces now are, with what they tell: bylines, topics, doubts that are answered."""
    page = work.page
    articles = []
    for one in work.articles:
        article = replace(one.article, history=tuple(one.history)) if one.history else one.article
        if one.touched:
            blocks = tuple(piece.block for piece in one.pieces)
            byline, dateline = signed(blocks)
            article = replace(
                article,
                blocks=blocks,
                byline=byline,
                dateline=dateline,
                url=addresses.html(article.id),
                page_id=page.id,
            )
            if _words(blocks) != _words(one.before) or one.id in work.parted:
                article = metadata.add_subjects(replace(page, articles=(article,)), settings).articles[0]
            given = {fact: names(value) for fact, (value, _by) in one.facts.items()}
            article = replace(article, byline=given.get("byline", byline), topics=given.get("topics", article.topics))
        articles.append(article)
    furniture = tuple(piece.block for piece in work.furniture)
    headed = {article.id for article in articles if article.headline}
    findings = tuple(
        _of_whole(finding, work.joined) for finding in page.findings if not _settled(finding, page, headed, furniture)
    )
    return replace(page, articles=tuple(articles), furniture=furniture, findings=findings)


def _words(blocks: Sequence[TextBlock]) -> str:
    """The words that an article's topics and places are found in, but for where paragraphs begin."""
    return "".join(block.text if block.kind == "paragraph" else f"\n{block.kind} {block.text}\n" for block in blocks)


def signed(blocks: Sequence[TextBlock]) -> tuple[tuple[str, ...], str]:
    """The byline and the dateline that the blocks tell."""
    texts = {kind: [b.text for b in blocks if b.kind == kind] for kind in ("byline", "paragraph", "caption")}
    return bylines.byline(texts["byline"], texts["paragraph"], texts["caption"]), bylines.dateline(texts["paragraph"])


def _of_whole(finding: Finding, joined: Mapping[str, str]) -> Finding:
    into = joined.get(finding.article_id)
    return replace(finding, article_id=into) if into else finding


def _settled(finding: Finding, page: Page, headed: Iterable[str], furniture: Sequence[TextBlock]) -> bool:
    """Whether the corrections have answered a doubt: a headline was given, or taken to where it belongs."""
    if finding.code == "no-headline":
        return finding.article_id in headed
    if finding.code == "orphan-headline":
        return not any(block.spans == finding.spans for block in furniture)
    return False
