"""The archive as open data: one JSON object a line, keys in a fixed order (see README, "Open data")."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from site_builder import addresses
from site_builder.archive import Archive
from site_builder.model import BEFORE, Article, Finding, Issue, Outcome, Page, Reading, TextBlock
from site_builder.printed_dates import weekday_name
from site_builder.readings import label
from site_builder.runs import Holdings, Run

UNDATED = "undated"

Record = Mapping[str, object]


def month_of(page: Page) -> str:
    """The file that a page's records stand in: its month of issue, or `undated`."""
    if page.id.startswith(f"{UNDATED}/") or page.facts.date is None:
        return UNDATED
    return f"{page.facts.date.year:04d}-{page.facts.date.month:02d}"


def lines(records: Iterable[Record]) -> bytes:
    r"""The records as JSON Lines.

    >>> lines([{"id": "a", "text": "辽源"}]).decode()
    '{"id":"a","text":"辽源"}\n'
    """
    return "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records).encode()


def source_text(page: Page) -> bytes:
    """The page's text as decoded, its newlines untouched: offsets count its characters."""
    return page.source.text.encode()


def page_record(page: Page) -> Record:
    facts = page.facts
    record: dict[str, object] = {
        "id": page.id,
        "source": page.source.source,
        "newspaper": facts.newspaper,
        "city": facts.city,
        "date": facts.date.isoformat() if facts.date else None,
        "date_certainty": facts.date_certainty,
        "page": facts.page,
        "issue_number": facts.issue_number,
        "furniture": [_block(block) for block in page.furniture],
        "articles": [article.id for article in page.articles],
        "url": page.url,
        "evidence": facts.evidence,
    }
    if page.source.others:
        record["readings"] = [
            {"source": page.source.reading or page.source.source, "text": addresses.source_text(page.id)},
            *({"source": other.source, "text": path} for path, other in other_readings(page)),
        ]
    return record


def other_readings(page: Page) -> list[tuple[str, Reading]]:
    """The readings of a page that are not published, each with its address."""
    out: dict[str, Reading] = {}
    for other in page.source.others:
        path = addresses.other_reading(page.id, label(other.source))
        while path in out:
            path = path.removesuffix(".txt") + "-b.txt"
        out[path] = other
    return list(out.items())


def article_record(article: Article, page: Page) -> Record:
    facts = page.facts
    record: dict[str, object] = {
        "id": article.id,
        "url": article.url,
        "page_id": page.id,
        "newspaper": facts.newspaper,
        "city": facts.city,
        "date": facts.date.isoformat() if facts.date else None,
        "page": facts.page,
        "kicker": article.kicker,
        "headline": article.headline,
        "subtitle": article.subtitle,
        "byline": list(article.byline),
        "dateline": article.dateline,
        "jump": article.jump,
        "topics": list(article.topics),
        "blocks": [
            *(_block(block) for block in article.blocks),
            *(_block(TextBlock(BEFORE, block.before, (), corrected=True)) for block in article.blocks if block.before),
        ],
        "continues": article.continues or None,
        "continued_by": article.continued_by or None,
        "places": list(article.places),
    }
    if article.withheld:
        record["withheld"] = True
    return record


def issue_record(issue: Issue) -> Record:
    return {
        "id": issue.id,
        "url": issue.url,
        "newspaper": issue.newspaper.name,
        "date": issue.date.isoformat(),
        "edition": issue.edition,
        "weekday": issue.weekday or weekday_name(issue.date),
        "lunar_date": issue.lunar_date,
        "issue_number": issue.issue_number,
        "page_count": issue.page_count,
        "pages": [page.id for page in issue.pages],
        "date_certainty": issue.date_certainty,
    }


def coverage_record(held: Holdings, run: Run) -> Record:
    """Days on end that are in one state for one reason."""
    return {
        "newspaper_id": held.newspaper.id,
        "newspaper": held.newspaper.name,
        "first": run.first.isoformat(),
        "last": run.last.isoformat(),
        "days": run.days,
        "state": "not_published" if run.state == "none" else run.state,
        "reason": run.why,
        "issues": run.issues * run.days,
        "pages_held": run.held,
        "pages_printed": run.printed or None,
        "pages_at_least": run.least,
        "date_inferred": run.inferred,
        "between": [[point.date.isoformat(), point.number] for point in run.between or ()],
        "not_on": [weekday + 1 for weekday in run.weekdays],
        "missing_issues": run.days if run.state == "missing" else run.lost,
        "missing_among": run.days if run.state == "missing" else run.among or None,
    }


def finding_record(finding: Finding) -> Record:
    return {
        "code": finding.code,
        "page_id": finding.page_id,
        "article_id": finding.article_id or None,
        "spans": [list(span) for span in finding.spans],
        "message": finding.message,
    }


def correction_record(outcome: Outcome) -> Record:
    one = outcome.correction
    return {
        "file": one.file,
        "number": one.number,
        "state": outcome.state,
        "do": one.do,
        "page_id": outcome.page_id,
        "article_id": outcome.article_id or None,
        "read": outcome.before,
        "message": outcome.message,
        "article": one.article,
        "page": one.page,
        "exact": one.exact,
        "prefix": one.prefix,
        "suffix": one.suffix,
        "becomes": one.becomes,
        "kind": one.kind,
        "fact": one.fact,
        "was": one.was,
        "to": one.to,
        "after": one.after,
        "before": one.before,
        "by": one.by,
        "date": one.date.isoformat(),
        "why": one.why,
    }


def pages_file(pages: Sequence[Page]) -> bytes:
    return lines(page_record(page) for page in pages)


def articles_file(pages: Sequence[Page]) -> bytes:
    return lines(article_record(article, page) for page in pages for article in page.articles)


def issues_file(archive: Archive) -> bytes:
    return lines(issue_record(issue) for issue in archive.issues)


def coverage_file(archive: Archive) -> bytes:
    return lines(coverage_record(held, run) for held in archive.holdings.values() for run in held.runs)


def findings_file(archive: Archive) -> bytes:
    return lines(finding_record(finding) for finding in archive.findings)


def corrections_file(archive: Archive) -> bytes:
    return lines(correction_record(outcome) for outcome in archive.corrections)


def _block(block: TextBlock) -> Record:
    record: dict[str, object] = {
        "kind": block.kind, "text": block.text, "spans": [list(span) for span in block.spans]
    }  # fmt: skip
    if block.corrected:
        record["corrected"] = True
    return record
