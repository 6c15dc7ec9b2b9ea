"""The editors' corrections carried out: each where its words stand now, none in silence, none against another.

The ledger is matched to the articles as they were read, and only then are they corrected: so no correction can move an
address, and none is lost with one. What a correction joins or parts is told to the ledger in so many words
(`permalinks.restructured`). Facts that decide a page's address (newspaper, date, page number) are set before that.

Corrections are carried out by date, those of a day in whatever order they can be. A later one may quote what an
earlier one has written; two that want different things of the same words are an error that names both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from site_builder.anchoring import CLEARLY, AmbiguousError, Place, Quote, UnsureError, find, from_plain, plain, sign_at
from site_builder.corrections import FACTS_OF_PAGES, Deferred, NotDone, NotYet, contradict, names, unknown_target
from site_builder.errors import SourceError
from site_builder.fingerprints import shingles
from site_builder.language import _
from site_builder.ledger import Permalink
from site_builder.matching import issue_of
from site_builder.model import (
    FURNITURE_KINDS,
    HEADING_KINDS,
    Article,
    Correction,
    CorrectionState,
    Outcome,
    Page,
    Settings,
)
from site_builder.permalinks import Permalinks, page_of_address, part_id
from site_builder.remaking import put_together, signed
from site_builder.words import quote_short as quote
from site_builder.workpieces import Piece, WorkArticle, WorkPage

SURE = 0.8  # of the words and what stands round them, in the very article that they were read in: no other is asked
ELSEWHERE = 12  # characters, with what stands round the words: fewer are no proof outside of the article
SLIP = 2  # characters by which a place may be off that was found by likeness
HALF = 0.5  # of the words: what is less like them, and less like what they should become, may be something else
FIRM = 12  # characters round the words: by so many a place is known, whatever stands in it

BESIDE = frozenset({"caption", "byline", "jump"})  # may stand between two parts of a paragraph
WHOLE = 0.5  # of a piece: who gives a headline to another article quotes the most of it

_ORDER = {"kicker": 0, "headline": 1, "subtitle": 2}


@dataclass(slots=True)
class Mended:
    """What the corrections have made: pages by id, outcomes in order, and what the ledger and the jumps must know."""

    pages: dict[str, Page] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    joined: dict[str, str] = field(default_factory=dict)  # articles that are part of others now
    parted: dict[str, tuple[str, Article]] = field(default_factory=dict)  # new ones: the whole, and what was read
    jumps: dict[str, tuple[str, Correction]] = field(default_factory=dict)  # where an article goes on


@dataclass(slots=True)
class Spot:
    """Where words stand: on which page, in which article (or none: furniture), from which piece to which."""

    page: WorkPage
    article: WorkArticle | None
    pieces: list[Piece]  # in which they were looked for
    place: Place
    away: bool  # not where the correction says

    def locate(self, at: int, end: bool = False) -> tuple[int, int]:
        """The piece (its place in `pieces`) and the offset in its text of a plain offset; at a border the later piece,
        or for an end the earlier.
        """
        for number, piece in enumerate(self.pieces):
            held = len(plain(piece.text))
            if at < held or (end and at == held) or number == len(self.pieces) - 1:
                return number, from_plain(piece.text, at) if not end else _end(piece.text, at)
            at -= held
        raise AssertionError("no pieces")

    @property
    def first(self) -> tuple[int, int]:
        return self.locate(self.place.start)

    @property
    def last(self) -> tuple[int, int]:
        return self.locate(self.place.end, end=True)

    @property
    def touched(self) -> list[Piece]:
        """The pieces that hold the words, or a good part of them."""
        first, last = self.first[0], self.last[0]
        return self.pieces[first : max(first, last) + 1]

    @property
    def piece(self) -> Piece:
        """The piece in which the words begin; one found by likeness may seem to begin a sign too early."""
        number, at = self.first
        if self.place.how == "alike" and number + 1 < len(self.pieces) and self.last[0] > number:
            left = len(plain(self.pieces[number].text[at:]))
            if left <= SLIP:
                return self.pieces[number + 1]
        return self.pieces[number]

    def parted_sign(self, *ends: int) -> str:
        """The sign within which one of these places falls, if any does: 0 stands within ⑩, which is plainly 10."""
        for at in ends:
            for piece in self.pieces:
                held = plain(piece.text)
                if at < len(held):
                    if sign := sign_at(piece.text, at):
                        return sign
                    break
                at -= len(held)
        return ""

    @property
    def state(self) -> CorrectionState:
        return "re-anchored" if self.away or self.place.how != "literal" else "applied"


def _end(text: str, at: int) -> int:
    """The offset behind the last of so many plain characters.

    >>> _end("书 记  柴伟", 2), _end("１５㎡，", 4)
    (3, 3)
    """
    seen = 0
    for offset, sign in enumerate(text if at else ""):
        seen += len(plain(sign))
        if seen >= at:
            return offset + 1
    return len(text) if at else 0


def mend(
    pages: Sequence[Page], corrections: Iterable[Correction], permalinks: Permalinks, settings: Settings
) -> Mended:
    """Carry out the corrections on pages whose articles have their own ids."""
    desk = _Desk(pages, permalinks, settings)
    wanted = (one for one in corrections if one.fact not in FACTS_OF_PAGES)
    for _day, those in groupby(wanted, lambda one: one.date):
        desk.carry_out_day(list(those))
    return desk.finished()


@dataclass(slots=True)
class PutOff:
    """A correction that could not be carried out yet: why, what would be said of it, and how many corrections of its
    issue had been carried out when it was tried.
    """

    correction: Correction
    failed: NotYet | SourceError
    outcome: Outcome
    issue: str
    after: int


class _Desk:
    """The pages that are being worked on, and those that may be."""

    def __init__(self, pages: Sequence[Page], permalinks: Permalinks, settings: Settings) -> None:
        self.settings = settings
        self.permalinks = permalinks
        self.pages = {page.id: page for page in pages}
        self.page_of = {article.id: page.id for page in pages for article in page.articles}
        self.in_issue: dict[str, list[str]] = {}
        for id in self.pages:
            self.in_issue.setdefault(issue_of(id), []).append(id)
        self.open: dict[str, WorkPage] = {}
        self.asked_page = ""  # of the correction that is being carried out
        self.waiting: defaultdict[str, list[Correction]] = defaultdict(list)  # those of its day that are not carried
        # out yet, by where their words were read
        self.done: Counter[str] = Counter()  # corrections carried out, by issue
        self.said: defaultdict[tuple[str, str], dict[tuple[str, str], Correction]] = defaultdict(dict)  # of the same
        # words: by where they were read and which they are, then by what stands round them
        self.borders: dict[tuple[str, str], Correction] = {}  # what was said of the border in front of words
        self.mended = Mended()
        self.operations: Mapping[str, Callable[[Correction, Spot], str | None]] = {
            "replace": self.replace,
            "split-paragraph": self.split_paragraph,
            "join-paragraph": self.join_paragraph,
            "split-article": self.split_article,
            "join-article": self.join_article,
            "heading": self.heading,
            "kind": self.kind,
            "move": self.move,
            "fact": self.fact,
        }

    def carry_out_day(self, those: Sequence[Correction]) -> None:
        """Carry out the corrections of a day, and note what became of each.

        One may quote what another writes, or speak of an article that another parts; and the order of a day's files is
        nobody's choice. So what can't be done is tried again whenever another of its issue was carried out since. What
        is left then is orphaned, or contradicts another.
        """
        for one in those:
            self.waiting[one.article or one.page].append(one)
        left = [each for one in those if (each := self.carry_out(one))]
        while left:
            ready = [each for each in left if self.done[each.issue] > each.after]
            insists = not ready
            if insists:  # what only waited for others has waited in vain
                ready = [each for each in left if isinstance(each.failed, Deferred)][:1]
            if not ready:
                break
            for each in ready:
                again = self.carry_out(each.correction, insists)
                at = _index(left, each)
                left[at : at + 1] = [again] if again else []
        for each in left:
            if isinstance(each.failed, SourceError):
                raise each.failed
            self.note(each.outcome)
        self.waiting.clear()

    def carry_out(self, one: Correction, insists: bool = False) -> PutOff | None:
        """Carry a correction out, and note what became of it; nothing is noted where others of its day may help it.
        With `insists` it waits for none.
        """
        state: CorrectionState
        self.asked_page = ""
        page_id = article_id = before = message = ""
        not_yet: NotYet | SourceError | None = None
        try:
            spot = self.spot(one, insists)
            page_id = spot.page.page.id
            article_id = spot.article.id if spot.article else ""
            self.refuse_withheld(article_id)
            if one.to:
                self.refuse_to_show(one, self.standing(one.to), article_id)
            done = self.operations[one.do](one, spot)
            state = "already-right" if done is None else spot.state
            before = done or ""
            article_id = spot.page.joined.get(article_id, article_id)
            if one.do in ("heading", "kind") and one.to:
                article_id = self.standing(one.to)
        except NotDone as failed:
            not_yet = failed if isinstance(failed, NotYet) else None
            state, message = failed.state, failed.message
            article_id = article_id or self.standing(one.article)
            page_id = page_id or self.page_of.get(article_id, "") or self.asked_page
        except SourceError as failed:
            not_yet, state = failed, "conflict"
        outcome = Outcome(one, state, page_id, article_id, before, message)
        if not_yet:
            issue = issue_of(page_id or self.asked_page or one.page or page_of_address(one.article))
            return PutOff(one, not_yet, outcome, issue, self.done[issue])
        self.waiting[one.article or one.page].remove(one)
        self.note(outcome)
        return None

    def note(self, outcome: Outcome) -> None:
        one = outcome.correction
        lost = outcome.state in ("conflict", "orphaned")
        if lost and one.to and self.standing(one.to) in self.permalinks.withheld:
            raise SourceError(
                f"{one.name}: what it gives to '{one.to}', which must not be shown, is not found, or stands twice, and"
                " would be shown where it was read; mend the quotation, or take the correction away"
            )
        self.mended.outcomes.append(outcome)
        if outcome.done and outcome.page_id in self.open:
            page = self.open[outcome.page_id]
            page.touched = True
            self.done[issue_of(page.page.id)] += 1
            for article in page.articles:
                if article.id == outcome.article_id:
                    article.history.append(outcome)

    # ------------------------------------------------------------ where

    def standing(self, id: str) -> str:
        """The article that stands at an id now, or nothing; one that was just parted, whatever the ledger says."""
        if id in self.page_of:
            return id
        end = self.permalinks.ledger.end_of(id)
        end = self.mended.joined.get(end, end)
        return end if end in self.page_of else ""

    def scope(self, one: Correction, insists: bool) -> tuple[list[str], str]:
        """The pages that a correction may mean, and the article if it names one, as they stand now.

        An article that a correction parts from another stands only when that was done.
        """
        if one.article:
            article, line = self.standing(one.article), self.permalinks.ledger.lines.get(one.article)
            if line and not insists and self.is_whole_again(one.article):
                self.asked_page = line.page
                raise Deferred("orphaned", _("{id} 现在没有文章。", id=one.article))
            if article:
                return [self.page_of[article]], article
            if line is None:
                raise unknown_target(one, sorted(self.page_of))
            if line.was_withheld:
                raise NotDone("withheld")
            return [line.page], ""
        votes = self.pages_since.get(one.page, Counter())
        if one.page not in self.pages and not votes:
            raise unknown_target(one, sorted(self.pages))
        likeliest = sorted(votes, key=lambda page: (-votes[page], page))[:1]
        return list(dict.fromkeys([*([one.page] if one.page in self.pages else []), *likeliest])), ""

    @cached_property
    def pages_since(self) -> Mapping[str, Counter[str]]:
        """For each page that an address was ever made for, the pages on which its articles stand now."""
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for line in self.permalinks.ledger:
            found[page_of_address(line.id)][self.page_of.get(self.standing(line.id), line.page)] += 1
        return found

    @cached_property
    def parts(self) -> Mapping[str, list[Permalink]]:
        """The lines of the articles that were once parted from each."""
        found: defaultdict[str, list[Permalink]] = defaultdict(list)
        for line in self.permalinks.ledger:
            if line.part_of:
                found[line.part_of].append(line)
        return found

    def work(self, page_id: str) -> WorkPage:
        if page_id not in self.open:
            self.open[page_id] = WorkPage.of(self.pages[page_id])
        return self.open[page_id]

    def refuse_withheld(self, article_id: str) -> None:
        if article_id in self.permalinks.withheld:
            raise NotDone("withheld")

    def is_given_to(self, one: Correction, article_id: str) -> bool:
        """Whether the article that a correction names is the one that takes the words in: they stand elsewhere yet."""
        return bool(article_id) and self.standing(one.to) == article_id

    def refuse_to_show(self, one: Correction, receiver: str, source: str) -> None:
        """An error if what must not be shown was to take something in of another article: left there, it would show
        again. What stood in none, as a headline that OCR took for furniture, is taken in, and so it isn't shown.
        """
        if source and receiver in self.permalinks.withheld and receiver != source:
            raise SourceError(
                f"{one.name}: it brings text of '{source}' into '{receiver}', which must not be shown, and without it"
                f" the text would be shown where it was read; name '{source}' in withhold too, or take the correction"
                " away"
            )

    def spot(self, one: Correction, insists: bool) -> Spot:
        """Where the words of a correction stand now."""
        page_ids, article_id = self.scope(one, insists)
        self.asked_page = page_ids[0]
        if not self.is_given_to(one, article_id):
            self.refuse_withheld(article_id)
        becomes = plain(one.becomes) if one.do == "replace" and not _only_looks(one) else None
        wanted = Quote(plain(one.exact), plain(one.prefix), plain(one.suffix), becomes)
        if one.do == "replace":
            self.refuse_other_words(one, wanted)
        elif one.do in ("split-paragraph", "join-paragraph"):
            self.refuse_other_border(one, wanted)
        found = self.anywhere(one, wanted, page_ids, article_id)
        if found is None and one.do == "replace":
            self.refuse_contradiction(one, wanted, page_ids[0])
        if found is None:
            raise NotYet("orphaned", _("{words}在现在的来源中找不到。", words=quote(one.exact)))
        if found.place.how != "literal" and not insists and self.quotes_what_waits(one, wanted):
            raise Deferred("orphaned")
        return found

    def quotes_what_waits(self, one: Correction, wanted: Quote) -> bool:
        """Whether a correction quotes its words as another, which is still to be carried out, leaves them."""
        for other in self.waiting[one.article or one.page]:
            if other is not one and other.do == "replace":
                before, after = (
                    fuzz.partial_ratio(plain(other.prefix + words + other.suffix), wanted.whole)
                    for words in (other.exact, other.becomes)
                )
                if after > before:
                    return True
        return False

    def refuse_other_words(self, one: Correction, wanted: Quote) -> None:
        """An error if another correction wants other words for the same quotation, and none has brought it back."""
        where = one.article or one.page
        other = self.said[where, wanted.exact].setdefault((wanted.prefix, wanted.suffix), one)
        becomes = plain(one.becomes)
        if plain(other.becomes) != becomes:
            raise contradict(one, other)
        if becomes != wanted.exact:
            self.said.pop((where, becomes), None)

    def refuse_other_border(self, one: Correction, wanted: Quote) -> None:
        """An error if one parts a paragraph where another joins it, and neither is the later one."""
        key = (one.article or one.page, wanted.exact)
        other = self.borders.setdefault(key, one)
        if other.do != one.do and other.date == one.date:
            raise contradict(one, other)
        self.borders[key] = one

    def anywhere(self, one: Correction, wanted: Quote, page_ids: Sequence[str], article_id: str) -> Spot | None:
        """Look in the article, then on its page, then in its issue: there only where its words may have come to."""
        own: list[Spot] = []
        for page in [self.work(id) for id in page_ids if id in self.pages]:
            named = [(a, pieces) for a, pieces in page.texts() if a is not None and a.id == article_id]
            if named:
                own = self.found_in(page, named, wanted, near=True, away=False)
                if own and (own[0].place.how == "literal" or own[0].place.likeness >= SURE):
                    return _clearest(own)
            rest = [
                (a, pieces)
                for a, pieces in page.texts()
                if a is None or (a.id != article_id and (one.page or self.may_have(one, a.id)))
            ]
            near = not one.article or self.is_given_to(one, article_id)
            own += self.found_in(page, rest, wanted, near=near, away=bool(one.article))
            twice = [] if own else [(a, p) for a, p in _twice(page) if one.page or (a and a.id == article_id)]
            own += self.found_in(page, twice, wanted, near=True, away=False)
        if own:
            return _clearest(own)
        others: list[Spot] = []
        for other in self.in_issue.get(issue_of(page_ids[0]), ()):
            if other not in page_ids:
                page = self.work(other)
                texts = [(a, pieces) for a, pieces in page.texts() if a is not None and self.may_have(one, a.id)]
                others += self.found_in(page, texts, wanted, near=False, away=True)
        return _clearest(others) if others else None

    def may_have(self, one: Correction, id: str) -> bool:
        """Whether an article may have the words of another, or of another page, that a correction names.

        It may if it was parted from that one, or that one from it; if its address was made for that page; or if it is
        new since the correction was made, so that another reading may have put anything into it. But one that stood
        when the words were read had words of its own: if they are much the same (a notice that two factories had
        printed, with a name changed), they are still not those that were quoted.
        """
        lines = self.permalinks.ledger.lines
        if one.article:
            named = self.permalinks.ledger.end_of(one.article)
            line = lines.get(one.article)
            if line and line.part_of and self.permalinks.ledger.end_of(line.part_of) == id:
                return True
            seen, whole = {id}, self.whole_of(id)
            while whole and whole not in seen:
                if whole in (one.article, named) or self.permalinks.ledger.end_of(whole) == named:
                    return True
                seen.add(whole)
                whole = self.whole_of(whole)
        elif page_of_address(id) == one.page:
            return True
        if id in self.mended.parted:
            return self.may_have(one, self.mended.parted[id][0])
        return bool(lines.get(id)) and self.since(id) > one.date.isoformat()

    def is_whole_again(self, id: str) -> bool:
        """Whether an article that was parted from another stands no more: not yet, if a correction is to part it."""
        return id not in self.page_of and id not in self.mended.joined and bool(self.whole_of(id))

    def whole_of(self, id: str) -> str:
        """The article that one was parted from, or nothing."""
        if id in self.mended.parted:
            return self.mended.parted[id][0]
        return self.permalinks.ledger.lines[id].part_of if id in self.permalinks.ledger.lines else ""

    def since(self, id: str) -> str:
        """The day on which the article was first published, be it at another address; `""` where nobody knows."""
        days: list[str] = [self.permalinks.ledger.lines[id].since, *self.came_from.get(id, [])]
        return min(days)

    @cached_property
    def came_from(self) -> Mapping[str, list[str]]:
        """For each article that stood at other addresses before, since when."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for line in self.permalinks.ledger:
            if line.state == "moved":
                found[self.permalinks.ledger.end_of(line.id)].append(line.since)
        return found

    def found_in(
        self,
        page: WorkPage,
        texts: Iterable[tuple[WorkArticle | None, list[Piece]]],
        wanted: Quote,
        *,
        near: bool,
        away: bool,
    ) -> list[Spot]:
        if not near and len(wanted.whole) < ELSEWHERE:
            return []
        found = []
        for article, pieces in texts:
            text = _plain_text(pieces)
            try:
                place = find(text, wanted, near=near)
            except UnsureError:
                raise NotDone("conflict", _("{words}是否已经删去，无法断定。", words=quote(wanted.exact))) from None
            except AmbiguousError:
                raise NotDone("conflict", _("{words}不止一处，不知指的是哪一处。", words=quote(wanted.exact))) from None
            if place is not None:
                found.append(Spot(page, article, pieces, place, away))
        return found

    def refuse_contradiction(self, one: Correction, wanted: Quote, page_id: str) -> None:
        """An error if the words were there until another correction set them right in another way."""
        page = self.work(page_id) if page_id in self.pages else None
        standing = self.standing(one.article)
        for article, pieces in page.texts() if page else ():
            if not any(run.by for piece in pieces for run in piece.runs):
                continue
            if one.article and article and article.id != standing and not self.may_have(one, article.id):
                continue
            try:
                place = find("".join(plain(piece.read) for piece in pieces), wanted)
            except AmbiguousError:
                continue
            at = 0
            for piece in pieces if place else ():
                for run in piece.runs:
                    held = len(plain(run.old))
                    if run.by and place and at < place.end and place.start < at + held:
                        raise contradict(one, run.by)
                    at += held

    def target(self, one: Correction, spot: Spot, words: str) -> tuple[WorkArticle | None, Piece]:
        """The piece on the same page that further words of the correction quote."""
        wanted = Quote(plain(words))
        found = self.found_in(spot.page, spot.page.texts(), wanted, near=True, away=False)
        own = [each for each in found if each.article is spot.article and each.place.how == "literal"]
        found = own or found
        if not found:
            for id in self.in_issue.get(issue_of(spot.page.page.id), ()):
                if id != spot.page.page.id and any(wanted.exact in _plain_text(p) for _, p in self.work(id).texts()):
                    raise NotYet("conflict", _("{words}不在同一版上。", words=quote(words)))
            raise NotYet("orphaned", _("{words}在现在的来源中找不到。", words=quote(words)))
        other = _clearest(found)
        if other.article is None:
            raise NotDone("conflict", _("{words}不在任何一篇文章里。", words=quote(words)))
        self.refuse_to_show(one, other.article.id, spot.article.id if spot.article else "")
        return other.article, other.piece

    def receiver(self, one: Correction, spot: Spot) -> WorkArticle:
        """The article that takes something in: it must stand on the same page, for a piece's place is its page's."""
        id = self.standing(one.to)
        for article in spot.page.articles:
            if article.id == id:
                return article
        if one.to not in self.permalinks.ledger.lines and not id:
            raise SourceError(f"{one.name}: no article '{one.to}' is known")
        if not id:
            raise NotYet("conflict", _("{id} 现在没有文章。", id=one.to))
        if one.do == "join-article":
            message = _('{id} 不在同一版上；跨版的下文请用 fact = "jump" 相连。', id=one.to)
            raise NotDone("conflict", message)
        raise NotDone("conflict", _("{id} 不在同一版上。", id=one.to))

    # ------------------------------------------------------------ words

    def replace(self, one: Correction, spot: Spot) -> str | None:
        """The words become others. What was read there is returned; nothing if the source is right already."""
        place, wanted = spot.place, plain(one.exact)
        (first, start), (last, end) = spot.first, spot.last
        if place.right or (first == last and _only_looks(one) and spot.pieces[first].text[start:end] == one.becomes):
            if first == last:
                self.refuse_overlap(one, spot.pieces[first], start, end)
                self.refuse_merit(one, spot)
                spot.pieces[first].pin(start, end, one)
            return None
        self.refuse_half_sign(spot, place.start, place.end)
        becomes = one.becomes
        if first < last and place.end > place.start:
            start, end, becomes, first = self.within_one(one, spot)
        piece = spot.pieces[first]
        read = piece.text[start:end]
        if plain(read) != wanted and becomes == one.becomes:
            self.refuse_overlap(one, piece, start, end)
            near = max(Indel.normalized_similarity(plain(read), plain(text)) for text in (one.exact, becomes))
            firm = len(plain(one.prefix)) + len(plain(one.suffix)) >= FIRM and place.likeness >= SURE
            as_long = abs(len(plain(read)) - len(wanted)) <= 1 + len(wanted) // 2
            if not (near >= HALF or (firm and as_long)):
                words = _("{words}现在读作{read}，无法断定是否仍应照改。", words=quote(one.exact), read=quote(read))
                raise NotYet("conflict", words)
        if not plain(piece.text[:start] + becomes + piece.text[end:]):
            raise NotDone("conflict", _("改后这一段不剩一个字；若不属此文，请改它的类别。"))
        piece.replace(start, end, becomes, one)
        self.changed(spot)
        return read

    def refuse_half_sign(self, spot: Spot, *ends: int) -> None:
        """Nothing is done at a place that is none: within a sign, of which only half was quoted."""
        if sign := spot.parted_sign(*ends):
            raise NotDone("conflict", _("所引文字的一端落在{sign}这一个字符当中；请引整个字符。", sign=quote(sign)))

    def refuse_merit(self, one: Correction, spot: Spot) -> None:
        """The source isn't right by itself where another correction has written what this one wants.

        What counts is what changes of the words: others may have written what stands beside it.
        """
        same, tail = _shared(plain(one.exact), plain(one.becomes))
        number, start = spot.locate(spot.place.start + same)
        last, end = spot.locate(spot.place.end - tail, end=True)
        if number != last:
            return
        piece = spot.pieces[number]
        for run in piece.runs_over(start, max(start, end)):
            if run.by and run.old != run.new and plain(one.exact) in plain(piece.read):
                raise NotDone("already-right", _("{name}已经这样改了。", name=run.by.name))
            if run.by and run.old != run.new:
                words = {"words": quote(one.exact), "becomes": quote(one.becomes), "name": run.by.name}
                raise NotDone("orphaned", _("{words}在现在的来源中找不到；此处的{becomes}是{name}所改。", **words))

    def refuse_overlap(self, one: Correction, piece: Piece, start: int, end: int) -> None:
        """An error if another correction has said what stands in a stretch, and this one doesn't quote that.

        What stands beside may be read otherwise since: that is no contradiction.
        """
        at = 0
        for run in piece.runs:
            held = plain(run.new[max(0, start - at) : max(0, end - at)])
            at += len(run.new)
            other = run.by if run.by != one and held else None
            if other and plain(other.becomes) != plain(one.becomes) and held not in plain(one.exact):
                raise contradict(one, other)

    def within_one(self, one: Correction, spot: Spot) -> tuple[int, int, str, int]:
        """Words that run over a paragraph's end: what changes of them must stand in one paragraph."""
        exact, becomes = plain(one.exact), plain(one.becomes)
        same, tail = _shared(exact, becomes)
        self.refuse_half_sign(spot, spot.place.start + same, spot.place.end - tail)
        opened = spot.locate(spot.place.start + same)
        closed = spot.locate(spot.place.end - tail, end=True)
        literal = spot.place.end - spot.place.start == len(exact)
        if not literal or same + tail >= len(exact) or opened[0] != closed[0]:
            raise NotDone("conflict", _("{words}现在分在两段里。", words=quote(one.exact)))
        return opened[1], closed[1], becomes[same : len(becomes) - tail], opened[0]

    def changed(self, spot: Spot) -> None:
        if spot.article:
            spot.article.touched = True

    # ------------------------------------------------------------ paragraphs

    def border(self, spot: Spot) -> tuple[int, int]:
        """Where the words begin: a piece and an offset in it, 0 if they open it, however uncertain the likeness."""
        self.refuse_half_sign(spot, spot.place.start)
        number, at = spot.first
        slip = SLIP if spot.place.how == "alike" else 0
        if len(plain(spot.pieces[number].text[:at])) <= slip:
            return number, 0
        if slip and len(plain(spot.pieces[number].text[at:])) <= slip and number + 1 < len(spot.pieces):
            return number + 1, 0
        return number, at

    def parted(self, spot: Spot) -> tuple[int, bool]:
        """The piece that begins with the words, by its place; whether it had to be cut off."""
        number, at = self.border(spot)
        if not at:
            return number, False
        piece = spot.pieces[number]
        if not piece.may_be_cut(at):
            raise NotDone(
                "conflict", _("{words}在一处改过的文字当中，不能从那里断开。", words=quote(plain(piece.text)[:20]))
            )
        rest = spot.page.cut(piece, at)
        spot.pieces.insert(number + 1, rest)
        if spot.article:
            spot.article.pieces.insert(_index(spot.article.pieces, piece) + 1, rest)
        return number + 1, True

    def split_paragraph(self, one: Correction, spot: Spot) -> str | None:
        if spot.article is None:
            raise NotDone("conflict", _("{words}不在任何一篇文章里。", words=quote(one.exact)))
        _number, cut = self.parted(spot)
        self.changed(spot)
        return "" if cut else None

    def join_paragraph(self, one: Correction, spot: Spot) -> str | None:
        if spot.article is None:
            raise NotDone("conflict", _("{words}不在任何一篇文章里。", words=quote(one.exact)))
        number, at = self.border(spot)
        piece = spot.pieces[number]
        if one.after:
            owner, target = self.target(one, spot, one.after)
            if target is piece:
                return None
        else:
            if at:
                return None
            before = [each for each in spot.pieces[:number] if each.kind not in BESIDE]
            owner, target = spot.article, before[-1] if before else piece
            if target is piece:
                raise NotDone("conflict", _("{words}前面没有别的段落。", words=quote(one.exact)))
        if target.kind != piece.kind:
            raise NotDone("conflict", _("{words}与前面一段不是一类文字。", words=quote(one.exact)))
        target.append(piece)
        self.take_out(spot.page, spot.article, [piece], owner)
        if owner:
            owner.touched = True
        return ""

    # ------------------------------------------------------------ articles

    def split_article(self, one: Correction, spot: Spot) -> str | None:
        whole = spot.article
        if whole is None:
            raise NotDone("conflict", _("{words}不在任何一篇文章里。", words=quote(one.exact)))
        number, at = self.border(spot)
        before = [piece for piece in spot.pieces[:number] if piece.kind not in HEADING_KINDS]
        if not at and (not before or all(piece.kind == "byline" for piece in before)):
            return None
        first = spot.pieces[number]
        behind = whole.pieces[_index(whole.pieces, first) + 1 :]
        reads = [(first.kind, first.read_behind(at)), *((piece.kind, piece.read) for piece in behind)]
        if not shingles("".join(read for kind, read in reads if kind != "duplicate")):  # no build would know it again
            raise NotDone("conflict", _("自{words}起不剩一个字，不成一篇。", words=quote(one.exact)))
        number, _cut = self.parted(spot)
        at = _index(whole.pieces, spot.pieces[number])
        pieces = whole.pieces[at:]
        del whole.pieces[at:]
        part = Article(tuple(piece.block for piece in pieces), page_id=spot.page.page.id)
        read = replace(part, blocks=tuple(replace(block, text=block.read) for block in part.blocks))
        taken = frozenset(self.page_of) | frozenset(self.mended.parted)
        id = part_id(self.permalinks, self.parts.get(whole.id, ()), spot.page.page.id, read, taken)
        self.mended.parted[id] = (whole.id, read)
        spot.page.parted.add(id)
        self.page_of[id] = spot.page.page.id
        new = WorkArticle(replace(part, id=id), pieces, touched=True)
        spot.page.articles.insert(_index(spot.page.articles, whole) + 1, new)
        self.changed(spot)
        return ""

    def join_article(self, one: Correction, spot: Spot) -> str | None:
        if spot.article is None:
            raise NotDone("conflict", _("{words}不在任何一篇文章里。", words=quote(one.exact)))
        self.refuse_whole(one, spot.article)
        target = self.receiver(one, spot)
        if target is spot.article:
            return None
        headed = any(piece.kind in HEADING_KINDS for piece in target.pieces)
        for piece in list(spot.article.pieces):
            if piece.kind in HEADING_KINDS and headed:
                piece.kind, piece.touched = "subheading", True
                target.pieces.append(piece)
            elif piece.kind in HEADING_KINDS:
                _put_heading(target.pieces, piece)
            else:
                target.pieces.append(piece)
        target.touched = True
        target.history += spot.article.history
        spot.article.pieces = []
        self.close(spot.page, spot.article, target)
        return ""

    def close(self, page: WorkPage, article: WorkArticle, into: WorkArticle) -> None:
        """An article that has nothing left is part of another: its address leads there, and what was said of it is said
        of the whole.
        """
        for fact, (value, by) in article.facts.items():
            if fact not in into.facts:
                both = (*self.current(into, fact), *names(value))
                into.facts[fact] = ("、".join(dict.fromkeys(both)), by)
        if article.id in self.mended.jumps:
            self.mended.jumps.setdefault(into.id, self.mended.jumps.pop(article.id))
        del page.articles[_index(page.articles, article)]
        for old, new in list(self.mended.joined.items()):
            if new == article.id:
                self.mended.joined[old] = into.id
        self.mended.joined[article.id] = page.joined[article.id] = into.id
        del self.page_of[article.id]

    def take_out(
        self, page: WorkPage, article: WorkArticle | None, pieces: Sequence[Piece], into: WorkArticle | None
    ) -> None:
        """Take pieces from where they stood; `into` is the article that they go to."""
        held = article.pieces if article else page.furniture
        gone = {id(piece) for piece in pieces}
        left = [piece for piece in held if id(piece) not in gone]
        if article and into is not article and not left and into is None:
            raise NotDone("conflict", _("这样此文就不剩文字；若它属于另一篇，请把两篇合并。"))
        held[:] = left
        if article:
            article.touched = True
        if article and into is not None and into is not article and not left:
            self.close(page, article, into)

    def heading(self, one: Correction, spot: Spot) -> str | None:
        target, kind = self.receiver(one, spot), one.kind or "headline"
        pieces = [piece for piece in spot.touched if piece.moved != one]
        if spot.article is target and all(piece.kind == kind for piece in pieces):
            return None
        if len(plain(one.exact)) < WHOLE * len(plain("".join(piece.text for piece in pieces))):
            raise NotDone("conflict", _("{words}现在是另一段文字的一部分；请引全段。", words=quote(one.exact)))
        self.claim(one, pieces)
        before = pieces[0].kind
        self.take_out(spot.page, spot.article, pieces, target)
        for piece in pieces:
            spot.page.become(piece, kind)
            _put_heading(target.pieces, piece)
        target.touched = True
        return before

    def claim(self, one: Correction, pieces: Iterable[Piece]) -> None:
        """An error if another correction has said where one of the pieces belongs."""
        for piece in pieces:
            if piece.moved and piece.moved != one:
                raise contradict(one, piece.moved)
            piece.moved = piece.made = one

    def kind(self, one: Correction, spot: Spot) -> str | None:
        pieces = [piece for piece in spot.touched if piece.kind != one.kind]
        whole = len(plain("".join(piece.text for piece in spot.touched)))
        if len(spot.touched) > 1 and len(plain(one.exact)) < WHOLE * whole:
            raise NotDone("conflict", _("{words}现在分在两段里。", words=quote(one.exact)))
        for piece in spot.touched:
            if piece.made and piece.made.kind != one.kind:
                raise contradict(one, piece.made)
            piece.made = one
        if not pieces:
            return None
        before = pieces[0].kind
        if one.kind in FURNITURE_KINDS:
            if spot.article:
                self.take_out(spot.page, spot.article, pieces, None)
                spot.page.furniture += pieces
        elif spot.article is None:
            if not one.to:
                raise NotDone(
                    "conflict", _("{words}不在任何一篇文章里；请用 to 写明归哪一篇。", words=quote(one.exact))
                )
            target = self.receiver(one, spot)
            self.take_out(spot.page, None, pieces, target)
            target.pieces += pieces
            spot.article = target
        for piece in pieces:
            spot.page.become(piece, one.kind)
            if one.kind in HEADING_KINDS and spot.article:
                spot.article.pieces.remove(piece)
                _put_heading(spot.article.pieces, piece)
        self.changed(spot)
        return before

    def move(self, one: Correction, spot: Spot) -> str | None:
        owner, target = self.target(one, spot, one.after or one.before)
        assert owner is not None
        pieces = spot.touched
        if any(piece is target for piece in pieces):
            raise NotDone("conflict", _("{words}就在要移动的那一段里。", words=quote(one.after or one.before)))
        at = _index(owner.pieces, target)
        beside = (
            owner.pieces[at + 1 : at + 1 + len(pieces)] if one.after else owner.pieces[max(0, at - len(pieces)) : at]
        )
        if [id(piece) for piece in beside] == [id(piece) for piece in pieces]:
            return None
        for piece in pieces:
            if piece.moved and piece.moved != one:
                raise contradict(one, piece.moved)
            piece.moved = one
        if spot.article is None and any(piece.kind in FURNITURE_KINDS for piece in pieces):
            for piece in pieces:
                piece.kind = "paragraph"
        self.take_out(spot.page, spot.article, pieces, owner)
        at = _index(owner.pieces, target) + (1 if one.after else 0)
        owner.pieces[at:at] = pieces
        for piece in pieces:
            piece.touched = True
        owner.touched = True
        return ""

    # ------------------------------------------------------------ facts

    def fact(self, one: Correction, spot: Spot) -> str | None:
        article = spot.article
        if article is None:
            raise NotDone("conflict", _("{words}不在任何一篇文章里。", words=quote(one.exact)))
        self.refuse_whole(one, article)
        if one.fact == "jump":
            return self.jump(one, article)
        spoken = article.facts.get(one.fact)
        now = names(spoken[0]) if spoken else self.current(article, one.fact)
        if now == names(one.becomes):
            article.facts[one.fact] = (one.becomes, one)
            return None
        if spoken and names(one.was) != now:
            raise contradict(one, spoken[1])
        if one.was and names(one.was) != now:
            raise NotYet("conflict", _("原为“{was}”，现在却是“{now}”。", was=one.was, now="、".join(now)))
        article.facts[one.fact] = (one.becomes, one)
        article.touched = True
        return "、".join(now)

    def refuse_whole(self, one: Correction, article: WorkArticle) -> None:
        """What was said of a part of an article isn't said of all of it, where it isn't parted any more."""
        if self.is_whole_again(one.article) and article.id != one.article:
            raise NotDone("conflict", _("{id} 现在没有文章。", id=one.article))

    def current(self, article: WorkArticle, fact: str) -> tuple[str, ...]:
        if fact == "byline":
            return signed([piece.block for piece in article.pieces])[0]
        return article.article.topics

    def jump(self, one: Correction, article: WorkArticle) -> str | None:
        target = self.standing(one.becomes) if one.becomes else ""
        if one.becomes and not target:
            if one.becomes not in self.permalinks.ledger.lines:
                raise SourceError(f"{one.name}: no article '{one.becomes}' is known")
            raise NotYet("conflict", _("{id} 现在没有文章。", id=one.becomes))
        self.refuse_withheld(target)
        seen, at = {article.id}, target
        while at and at not in seen:
            seen.add(at)
            at = self.mended.jumps[at][0] if at in self.mended.jumps else ""
        if at:
            raise NotDone("conflict", _("下文不能是文章自己，也不能绕回来。"))
        before = self.mended.jumps.get(article.id)
        if before and before[0] != target:
            raise contradict(one, before[1])
        self.mended.jumps[article.id] = (target, one)
        return ""

    # ------------------------------------------------------------ done

    def finished(self) -> Mended:
        joined = self.mended.joined
        self.mended.outcomes[:] = [
            replace(one, article_id=joined[one.article_id]) if one.article_id in joined else one
            for one in self.mended.outcomes
        ]
        for id, work in self.open.items():
            if work.touched:
                self.mended.pages[id] = put_together(work, self.settings)
        return self.mended


def _only_looks(one: Correction) -> bool:
    """Whether a correction changes nothing but spaces or the width of signs: all else is compared without these."""
    return one.do == "replace" and plain(one.exact) == plain(one.becomes)


def _shared(exact: str, becomes: str) -> tuple[int, int]:
    """How many characters two texts share at their start, and how many others at their end.

    >>> _shared("心里里乐", "心里乐")
    (2, 1)
    """
    same = tail = 0
    while same < min(len(exact), len(becomes)) and exact[same] == becomes[same]:
        same += 1
    while tail < min(len(exact), len(becomes)) - same and exact[-1 - tail] == becomes[-1 - tail]:
        tail += 1
    return same, tail


def _index(held: Sequence[object], one: object) -> int:
    return next(at for at, each in enumerate(held) if each is one)


def _plain_text(pieces: Iterable[Piece]) -> str:
    return "".join(plain(piece.text) for piece in pieces)


def _twice(page: WorkPage) -> list[tuple[WorkArticle | None, list[Piece]]]:
    """The passages that were read twice, each by itself."""
    return [(article, [piece]) for article in page.articles for piece in article.pieces if piece.kind == "duplicate"]


def _put_heading(pieces: list[Piece], piece: Piece) -> None:
    """Put a piece of a heading in its place: kickers, headlines, subtitles."""
    at = 0
    while at < len(pieces) and _ORDER.get(pieces[at].kind, 9) <= _ORDER[piece.kind]:
        at += 1
    pieces.insert(at, piece)


def _clearest(found: Sequence[Spot]) -> Spot:
    """The likeliest of several, if it is clearly so."""
    ranked = sorted(found, key=lambda spot: (spot.place.how != "literal", -spot.place.likeness))
    best = ranked[0]
    for other in ranked[1:]:
        same_rank = (other.place.how == "literal") == (best.place.how == "literal")
        if same_rank and other.place.likeness > best.place.likeness - CLEARLY / 2:
            raise NotDone("conflict", _("所引文字不止一处，不知指的是哪一处。"))
    return best
