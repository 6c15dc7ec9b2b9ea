"""Corrections of the facts that decide a page's address: its newspaper, its date, its number.

They are carried out before addresses are given, on the pages as they were read; all others after that (mending.py).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from site_builder.anchoring import CLEARLY, SHORTEST, AmbiguousError, Place, Quote, find, plain
from site_builder.corrections import FACTS_OF_PAGES, NotDone, contradict, unknown_target
from site_builder.fingerprints import FEW, Text, shingles
from site_builder.language import _
from site_builder.ledger import LEADING, Ledger, Permalink
from site_builder.matching import INSIDE, issue_of, text_of
from site_builder.model import Correction, CorrectionState, Outcome, Page, PageFacts
from site_builder.permalinks import page_of_address
from site_builder.words import quote_short as quote

LARGER = 1.25  # than what it took in, at least, an article is; else it only says much the same


def facts_of_pages(
    corrections: Iterable[Correction], pages: Sequence[Page], ledger: Ledger
) -> tuple[dict[str, PageFacts], list[Outcome]]:
    """What corrections say of pages, by their sources, and what became of these corrections.

    `pages` have the ids that they have without corrections.
    """
    asked = [one for one in corrections if one.fact in FACTS_OF_PAGES]
    if not asked:
        return {}, []
    search = _Search(pages, ledger, asked)
    given: dict[str, PageFacts] = {}
    said: dict[tuple[str, str], Correction] = {}
    outcomes: list[Outcome] = []
    for _day, those in groupby(asked, lambda one: one.date):
        todo = list(those)
        while todo:  # one may set right what another of its day has written, whatever their files are called
            one = next((one for one in todo if not _waits(one, todo)), todo[0])
            todo.remove(one)
            outcomes.append(_outcome(one, search, given, said))
    return given, outcomes


def _waits(one: Correction, todo: Iterable[Correction]) -> bool:
    """Whether a correction holds only once another has been carried out."""
    return bool(one.was) and any(
        other.fact == one.fact and other.becomes == one.was and other.was != one.becomes
        for other in todo
        if other is not one
    )


def _outcome(
    one: Correction, search: _Search, given: dict[str, PageFacts], said: dict[tuple[str, str], Correction]
) -> Outcome:
    likeliest = search.candidates(one)
    try:
        page, state = search.named(one, likeliest)
    except NotDone as failed:
        return Outcome(one, failed.state, likeliest[0].id if likeliest else "", message=failed.message)
    key = (page.source.source, one.fact)
    facts = given.get(page.source.source, PageFacts())
    earlier = said.get(key)
    now = _fact(replace(page, facts=facts.over(page.facts)), one.fact)
    if now == one.becomes:
        said.setdefault(key, one)
        written = earlier is not None and _fact(replace(page, facts=facts), one.fact) == now
        message = _("{name}已经这样改了。", name=earlier.name) if earlier and written else ""
        return Outcome(one, "already-right", page.id, message=message)
    if earlier and one.was != now:
        raise contradict(one, earlier)
    if one.was and one.was != now:
        message = _("原为“{was}”，现在却是“{now}”。", was=one.was, now=now)
        return Outcome(one, "conflict", page.id, message=message)
    said[key] = one
    given[page.source.source] = _with_fact(facts, one, facts.evidence or page.facts.evidence)
    return Outcome(one, state, page.id, before=now)


class _Search:
    """Finds the page that a correction means, among pages as they are without corrections.

    The ledger tells where articles stood when all corrections had been carried out. So an id in it may be that of a
    page which the very correction has moved, and which stands elsewhere now, while another page has the id; but what
    the correction once meant it must mean at each build, or addresses would move to and fro.
    """

    def __init__(self, pages: Sequence[Page], ledger: Ledger, asked: Iterable[Correction]) -> None:
        self.known = {page.id: page for page in pages}
        self.ledger = ledger
        self._issues: defaultdict[str, list[Page]] = defaultdict(list)
        for page in pages:
            self._issues[issue_of(page.id)].append(page)
        self._words: dict[str, str] = {}
        self._texts: dict[str, list[Text]] = {}
        self._came_to: defaultdict[str, Counter[str]] = defaultdict(Counter)  # for each page that holds articles whose
        # addresses were made for others: those others, and of how many articles
        self._lines: defaultdict[str, list[Permalink]] = defaultdict(list)  # of the issues that are asked for
        issues = {issue_of(id) for one in asked for id in self._ids(one)}
        for line in ledger:
            made_for = page_of_address(line.id)
            for issue in {issue_of(made_for), issue_of(line.page)} & issues:
                self._lines[issue].append(line)
            end = ledger.lines.get(ledger.end_of(line.id), line) if line.state in LEADING else line
            if end is not line or line.page != made_for:
                for now in {end.page, page_of_address(end.id)} - {made_for}:
                    self._came_to[now][made_for] += 1

    def _ids(self, one: Correction) -> tuple[str, str]:
        """The page that the id of a correction was made for, and the one where it leads."""
        line = self.ledger.lines.get(self.ledger.end_of(one.article)) if one.article else None
        made_for = one.page or page_of_address(one.article)
        return made_for, line.page if line else made_for

    def candidates(self, one: Correction) -> list[Page]:
        """The pages that a correction may mean, the likeliest first.

        They are those with the article that it names, or with one of the page, as the ledger knows their words: first
        the page that the id was made for, as without corrections it still has that id; then those whose articles came
        to a page of this id, or to where it leads, as a correction may have brought them there; then the page where it
        leads, which may merely have the id; or else another of the issue. If the words are on no page any more, it is
        the one that the id was made for, unless the ledger knows that for another page.
        """
        made_for, now = self._ids(one)
        came = self._came_to.get(now, Counter()) + self._came_to.get(made_for, Counter())
        ids = dict.fromkeys((made_for, *sorted(came, key=lambda id: (-came[id], id)), now))
        likely = [self.known[id] for id in ids if id in self.known]
        named = self._named_lines(one)
        others = self._others(one, likely) if named else []
        for pages, torn in ((likely, False), (others, False), ([*likely, *others], True)) if named else ():
            held = [(page, self._held(page, one, named, torn)) for page in pages]
            most = max((count for _page, count in held), default=0)
            if most:
                return [page for page, count in held if count == most]
        return [page for page in likely if page.id == made_for and not (named and self._is_another(page, one))]

    def _others(self, one: Correction, candidates: Sequence[Page]) -> list[Page]:
        """The other pages of the issues that a correction may mean."""
        issues = dict.fromkeys(map(issue_of, (*self._ids(one), *(page.id for page in candidates))))
        return [page for issue in issues for page in self._issues.get(issue, ()) if page not in candidates]

    def _named_lines(self, one: Correction) -> list[Permalink]:
        """The lines of the article that a correction names, or of those that stood on the page when it was made."""
        if one.article:
            named = [self.ledger.lines[one.article]] if one.article in self.ledger.lines else []
        else:
            made_for = [line for line in self._lines[issue_of(one.page)] if page_of_address(line.id) == one.page]
            named = [line for line in made_for if line.since <= one.date.isoformat()]
        moved = [self.ledger.end_of(line.id) for line in named if line.state == "moved"]
        return [*named, *(self.ledger.lines[id] for id in moved if id in self.ledger.lines)]

    def _held(self, page: Page, one: Correction, named: Sequence[Permalink], torn: bool = False) -> int:
        """How many of these lines have an article on the page, by the words that the ledger knows it by, be it parted
        or joined by now; or, if it is `torn`, its words in several.

        An article that is more like another line, and shares with this one what that line had too, is that other: a
        notice that was printed twice, with a name changed. Unless it is the one into which this one came.
        """
        texts = [Text(shingles(" ".join(article.text for article in page.articles)))] if torn else self._texts_of(page)
        issues = dict.fromkeys(map(issue_of, self._ids(one)))
        lines = (line for issue in issues for line in self._lines[issue])
        took_in = {self.ledger.end_of(line.id): line.size for line in named if line.state == "merged"}
        rivals = [
            line
            for line in lines
            if line.state != "gone"
            and line not in named
            and not (line.id in took_in and line.size > LARGER * took_in[line.id])
        ]
        return sum(any(self._is(line, text, rivals, torn) for text in texts) for line in named)

    def _may_hold(self, page: Page, one: Correction, named: Sequence[Permalink]) -> bool:
        return any(self._held(page, one, named, torn) for torn in (False, True))

    def _is_another(self, page: Page, one: Correction) -> bool:
        """Whether all articles of the page that the ledger knew when a correction was made are those of other pages:
        the one that it means was taken out.
        """
        made_for, _now = self._ids(one)
        texts = self._texts_of(page)
        lines = [line for line in self._lines[issue_of(made_for)] if line.since <= one.date.isoformat()]
        known = {
            page_of_address(line.id)
            for line in lines
            if any(self._is(line, text, (other for other in lines if other is not line)) for text in texts)
        }
        return bool(known) and made_for not in known

    def _texts_of(self, page: Page) -> list[Text]:
        if page.id not in self._texts:
            self._texts[page.id] = [text_of(article) for article in page.articles]
        return self._texts[page.id]

    def _is(self, line: Permalink, text: Text, rivals: Iterable[Permalink], whole_page: bool = False) -> bool:
        likeness = line.sample.likeness(text)
        if likeness.of_old < INSIDE or likeness.shared < FEW:
            return False
        for rival in rivals:
            other = rival.sample.likeness(text)
            if (other.of_old > likeness.of_old) if whole_page else (other.both > likeness.both):
                known, had = line.sample.shared_before(rival.sample, text)
                if known and had >= INSIDE * known:
                    return False
        return True

    def named(self, one: Correction, candidates: Sequence[Page]) -> tuple[Page, CorrectionState]:
        """The page on which the quoted words stand: among the candidates, else among the others of their issues.

        Of several candidates with the words alike the likeliest is meant; of others none can be told.
        """
        rest = self._others(one, candidates)
        if not candidates and not rest and not self._published(one):
            raise unknown_target(one, sorted(self.known))
        wanted = Quote(plain(one.exact), plain(one.prefix), plain(one.suffix))
        found = self._with_words(candidates, wanted)
        if found:
            return found[0][0], _state(found[0][1])
        named = self._named_lines(one)
        if len(wanted.whole) >= SHORTEST:
            found = self._with_words([page for page in rest if not named or self._may_hold(page, one, named)], wanted)
        if len(found) > 1:
            raise NotDone("conflict", _("{words}不止一版上有，不知指的是哪一版。", words=quote(one.exact)))
        if found:
            return found[0][0], _state(found[0][1]) if named else "re-anchored"
        raise NotDone("orphaned", _("{words}在现在的来源中找不到。", words=quote(one.exact)))

    def _published(self, one: Correction) -> bool:
        """Whether the id was ever one: its page may have gone since."""
        if one.article:
            return one.article in self.ledger.lines
        return any(one.page in (line.page, page_of_address(line.id)) for line in self._lines[issue_of(one.page)])

    def _with_words(self, pages: Iterable[Page], wanted: Quote) -> list[tuple[Page, Place]]:
        """Of the pages those that have the words, or none of which has them clearly better."""
        found: list[tuple[Page, Place]] = []
        for page in pages:
            if page.id not in self._words:
                blocks = [*page.furniture, *(block for article in page.articles for block in article.blocks)]
                self._words[page.id] = plain("".join(block.text for block in blocks))
            try:
                place = find(self._words[page.id], wanted, near=True)
            except AmbiguousError:
                place = Place(0, 0, "context", 1.0)  # the words stand on the page, wherever
            if place:
                found.append((page, place))
        best = max((place.likeness for _page, place in found), default=0.0)
        return [(page, place) for page, place in found if place.likeness > best - CLEARLY]


def _state(place: Place) -> CorrectionState:
    return "re-anchored" if place.how == "alike" else "applied"


def _fact(page: Page, fact: str) -> str:
    """What holds now, as a correction would write it."""
    facts = page.facts
    if fact == "date":
        return facts.date.isoformat() if facts.date else ""
    if fact == "page":
        return str(facts.page) if facts.page else ""
    return facts.newspaper


def _with_fact(facts: PageFacts, one: Correction, earlier: str) -> PageFacts:
    """The facts with what the correction says; what the date rested on before is still told."""
    if one.fact == "date":
        evidence = _("{by}校订：{why}", by=one.by, why=one.why)
        if earlier:
            evidence = _("{evidence}（校订前的依据：{earlier}）", evidence=evidence, earlier=earlier)
        return replace(facts, date=dt.date.fromisoformat(one.becomes), date_certainty="given", evidence=evidence)
    if one.fact == "page":
        return replace(facts, page=int(one.becomes))
    return replace(facts, newspaper=one.becomes)
