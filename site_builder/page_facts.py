"""Corrections of the facts that decide a page's address: its newspaper, its date, its number.

They are carried out before addresses are given, on the pages as they were read; all others after that (mending.py).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from site_builder.anchoring import CLEARLY, SHORTEST, AmbiguousError, Place, Quote, find, plain
from site_builder.corrections import FACTS_OF_PAGES, NotDone, contradict, unknown_target
from site_builder.language import _
from site_builder.ledger import Ledger
from site_builder.matching import issue_of
from site_builder.model import Correction, CorrectionState, Outcome, Page, PageFacts
from site_builder.permalinks import page_of_address
from site_builder.words import quote_short as quote


def facts_of_pages(
    corrections: Iterable[Correction], pages: Sequence[Page], ledger: Ledger
) -> tuple[dict[str, PageFacts], list[Outcome]]:
    """What corrections say of pages, by their sources, and what became of these corrections.

    `pages` have the ids that they have without corrections. A page is known by the words that are quoted from it: in
    the page of the id, else in its issue; or, if the id was given by a correction itself, in the page that it is of.
    """
    asked = [one for one in corrections if one.fact in FACTS_OF_PAGES]
    if not asked:
        return {}, []
    known = {page.id: page for page in pages}
    issues: dict[str, list[Page]] = {}
    for page in pages:
        issues.setdefault(issue_of(page.id), []).append(page)
    texts: dict[str, str] = {}
    moved = _moved(ledger) if any((one.page or _page_of_id(one.article, ledger)) not in known for one in asked) else {}
    given: dict[str, PageFacts] = {}
    said: dict[tuple[str, str], Correction] = {}
    outcomes: list[Outcome] = []
    for one in asked:
        id = one.page or _page_of_id(one.article, ledger)
        try:
            page, state = _named_page(one, id, known, issues, texts, moved)
        except NotDone as failed:
            outcomes.append(Outcome(one, failed.state, id if id in known else "", message=failed.message))
            continue
        earlier = said.get((page.source.source, one.fact))
        facts = given.get(page.source.source, PageFacts())
        now = _fact(replace(page, facts=facts) if earlier else page, one.fact)
        if now == one.becomes:
            outcomes.append(Outcome(one, "already-right", page.id))
            said.setdefault((page.source.source, one.fact), one)
            given[page.source.source] = facts
            continue
        if earlier and one.was != now:
            raise contradict(one, earlier)
        if one.was and one.was != now:
            message = _("原为“{was}”，现在却是“{now}”。", was=one.was, now=now)
            outcomes.append(Outcome(one, "conflict", page.id, message=message))
            continue
        said[page.source.source, one.fact] = one
        given[page.source.source] = _with_fact(facts, one)
        outcomes.append(Outcome(one, state, page.id, before=now))
    return given, outcomes


def _moved(ledger: Ledger) -> Mapping[str, set[str]]:
    """For each page that an address was ever made for, those whose addresses lead to it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in ledger:
        found[page_of_address(ledger.end_of(line.id))].add(page_of_address(line.id))
        found[page_of_address(line.id)].add(page_of_address(line.id))
    return found


def _page_of_id(article_id: str, ledger: Ledger) -> str:
    line = ledger.lines.get(ledger.end_of(article_id))
    return line.page if line else page_of_address(article_id)


def _named_page(
    one: Correction,
    id: str,
    known: Mapping[str, Page],
    issues: Mapping[str, Sequence[Page]],
    texts: dict[str, str],
    moved: Mapping[str, set[str]],
) -> tuple[Page, CorrectionState]:
    wanted = Quote(plain(one.exact), plain(one.prefix), plain(one.suffix))
    first = [known[id]] if id in known else []
    rest = [page for page in issues.get(issue_of(id), ()) if page.id != id]
    if not first and not rest:
        if id not in moved:
            raise unknown_target(one, sorted(known))
        first = [known[old] for old in sorted(moved[id]) if old in known]  # a correction has brought it to this id
    for held, state in ((first, "applied"), (rest, "re-anchored")):
        found: list[tuple[Page, Place]] = []
        for page in held:
            if page.id not in texts:
                blocks = [*page.furniture, *(block for article in page.articles for block in article.blocks)]
                texts[page.id] = plain("".join(block.text for block in blocks))
            try:
                place = find(texts[page.id], wanted, near=True)
            except AmbiguousError:
                place = Place(0, 0, "context", 1.0)  # the words stand on the page, wherever
            if place and (held is first or len(wanted.whole) >= SHORTEST):
                found.append((page, place))
        if found:
            best = max(found, key=lambda each: (each[1].how == "literal", each[1].likeness))
            if sum(each[1].likeness > best[1].likeness - CLEARLY for each in found) > 1:
                raise NotDone("conflict", _("{words}不止一版上有，不知指的是哪一版。", words=quote(one.exact)))
            literal = best[1].how != "alike"
            return best[0], "applied" if state == "applied" and literal else "re-anchored"
    raise NotDone("orphaned", _("{words}在现在的来源中找不到。", words=quote(one.exact)))


def _fact(page: Page, fact: str) -> str:
    """What holds now, as a correction would write it."""
    facts = page.facts
    if fact == "date":
        return facts.date.isoformat() if facts.date else ""
    if fact == "page":
        return str(facts.page) if facts.page else ""
    return facts.newspaper


def _with_fact(facts: PageFacts, one: Correction) -> PageFacts:
    if one.fact == "date":
        evidence = _("{by}校订：{why}", by=one.by, why=one.why)
        return replace(facts, date=dt.date.fromisoformat(one.becomes), date_certainty="given", evidence=evidence)
    if one.fact == "page":
        return replace(facts, page=int(one.becomes))
    return replace(facts, newspaper=one.becomes)
