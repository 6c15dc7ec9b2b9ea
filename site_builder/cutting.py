"""The page is cut into bodies: which paragraphs are one article's, and where the next begins.

A dateline, a byline or a wide gap opens an article; a jump or a signature ends one. Headings part what stands on both
sides of them, unless they are subheadings or were set into the midst of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from site_builder import trace
from site_builder.affinity import Weights, pairs, pairs_of, weights_over
from site_builder.marks import SIGNED, is_open
from site_builder.paragraphs import TWO_HALVES
from site_builder.patterns import DATELINE, dated
from site_builder.pieces import Piece
from site_builder.widths import width

SAME_ARTICLE = 3.0  # times as alike as the page's bodies usually are: surely one article
STRANGE = 0.5  # the share of a heading's words that another body holds, and these two do not: it only stands here
LOOSELY = 0.5  # enough where headings of one shape follow each other, body after body without a dateline
CONTINUED = 2.5  # times as alike as usual: what goes on behind the article's own headings
OWN_WORDS = 3.0  # how much more alike a subheading's two sides must be, the more its words are those that follow it


@dataclass(slots=True)
class Body:
    """An article in the making: its paragraphs, subheadings, captions and jump in order."""

    pieces: list[Piece] = field(default_factory=list)
    heads: list[Piece] = field(default_factory=list)  # headings, with their kinds, and stand-alone bylines
    before: list[Piece] = field(default_factory=list)  # the headings and bylines between it and the body before
    sure: bool = True  # it opens as articles do; else only headings part it from the body before
    announced: bool = False  # a byline or a wide gap stands before it: likely it opens an article
    closed: bool = False  # a jump or a signature has ended it
    doubt: float = 1.0  # the evidence for its headings

    @property
    def paragraphs(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == "paragraph"]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind in ("paragraph", "subheading"))

    @property
    def words(self) -> frozenset[str]:
        """The pairs of its text."""
        return pairs_of(piece.text for piece in self.pieces if piece.kind in ("paragraph", "subheading"))

    @property
    def place(self) -> int:
        return self.pieces[0].place


def cut_bodies(pieces: Sequence[Piece]) -> tuple[list[Body], list[Piece]]:
    """Cut the page into bodies; returns them with the headings and bylines still to be matched."""
    bodies: list[Body] = []
    waiting: list[Piece] = []  # headings and bylines
    ahead: list[Piece] = []  # a jump back, which stands before what it continues
    for piece in pieces:
        if piece.kind in ("heading", "byline"):
            waiting.append(piece)
        elif piece.kind in ("jump", "duplicate"):
            if not bodies or piece.text.startswith("上"):
                ahead.append(piece)
                continue
            bodies[-1].pieces.append(piece)
            bodies[-1].closed = bodies[-1].closed or (piece.kind == "jump" and not waiting)
        elif piece.kind == "paragraph":
            gap = "opens" in piece.lines[0].rules
            last = bodies[-1] if bodies else None
            sure = last is None or bool(dated(piece.text) or last.closed or ahead or (gap and not waiting))
            if last is None or sure or waiting:
                announced = gap or any(head.kind == "byline" for head in waiting)
                if trace.asked():
                    _tell_opening(piece, last, bool(ahead), gap, waiting)
                bodies.append(Body([*ahead, piece], before=waiting, sure=sure, announced=announced))
                waiting, ahead = [], []
            else:
                last.pieces.append(piece)
            if SIGNED.search(piece.text) and not DATELINE.fullmatch(piece.text):
                bodies[-1].closed = True
    if bodies:  # a jump back that nothing follows: its text stands before it, or not on this page
        bodies[-1].pieces += ahead
        ahead = []
    return _rejoin(bodies, waiting + ahead)


def _tell_opening(piece: Piece, last: Body | None, jumped_back: bool, gap: bool, waiting: Sequence[Piece]) -> None:
    """Note down why an article's text opens with a paragraph."""
    heads = "、".join(trace.shown(head.text) for head in waiting)
    signs = (
        (last is None, "it is the first running text of the page"),
        (dated(piece.text), "a dateline opens it"),
        (last is not None and last.closed, "a signature or a jump line has ended the text before it"),
        (jumped_back, "a jump line back (上接) stands before it"),
        (gap, "a wide gap stands above it"),
        (bool(waiting), f"between it and the text before stands {heads}"),
    )
    why = "; ".join(words for true, words in signs if true)
    trace.tell("cutting", piece.spans, f"A new text opens with {trace.shown(piece.text)}: {why}.")


def _tell_rejoined(body: Body, last: Body, why: str, fit: float, usual: float, ours: float, theirs: float) -> None:
    """Note down that a text goes on with the one behind the headings that stand between."""
    likeness = f"{fit / usual:.1f} times as alike as this page's texts usually are" if usual else "alike"
    trace.tell(
        "cutting",
        [span for piece in (*body.before, *body.pieces[:1]) for span in piece.spans],
        f"{trace.shown(body.text)} is of one article with {trace.shown(last.text)}: {why}. The two are {likeness}; of "
        f"the words of the heading between, {theirs:.0%} stand in the text before and {ours:.0%} in the one after.",
    )


def _rejoin(bodies: list[Body], tail: list[Piece]) -> tuple[list[Body], list[Piece]]:
    """Put together again what headings alone had parted: subheadings inside an article, headings in mid-sentence."""
    if all(body.sure for body in bodies):
        loose = [piece for body in bodies for piece in body.before] + tail
        return bodies, sorted(loose, key=lambda piece: piece.place)
    words = [body.words for body in bodies]
    weights = weights_over(tuple(words))
    out: list[Body] = []
    kept: list[frozenset[str]] = []
    # Subheadings come in a series of one shape (闻令而动 凝聚合力, 党建引领 筑牢防线): one makes another likely.
    series = {
        shape(head)
        for before, body, mine in zip(words, bodies[1:], words[1:], strict=False)
        if not body.sure
        for head in [piece for piece in body.before if piece.kind == "heading"][:1]
        if TWO_HALVES.fullmatch(head.text)
        and weights.alike(mine, before) > SAME_ARTICLE * _Sides(mine, before, words, weights).usual
    }
    alone = [shape(heads[0]) if len(heads := _headings(body)) == 1 and not body.sure else None for body in bodies]
    runs = {a for a, b in pairwise(alone) if a and a == b and a[1] > 1}
    for body, mine in zip(bodies, words, strict=True):
        if body.sure or not out:
            out.append(body)
            kept.append(mine)
            continue
        last, own = out[-1], kept[-1]
        sides = _Sides(mine, own, words, weights)
        heads = _headings(body)
        theirs = max((weights.covered(pairs(head.text), own) for head in heads), default=0.0)
        ours = max((weights.covered(pairs(head.text), mine) for head in heads), default=0.0)
        open_before = is_open(last.text) and not last.closed
        first = heads[0].lines[0] if heads else None
        single = len(heads) == 1 and width(heads[0].text) <= 22 and not (first and first.heading)
        single = single and not (first and "opens" in first.rules)  # a wide gap above it: a headline
        why = "nothing but a heading stands between"
        if heads and all(head.text.startswith(("—", "－")) for head in heads) and not body.announced:
            why = "what stands between is a subtitle, which alone opens no article"
            last.pieces += body.pieces  # a subtitle alone opens no article: it is another's, or stands in mid-sentence
            last.before += body.before
        elif heads and ours < 0.3 and theirs < 0.3 and sides.are_strange(heads) and sides.fit > 0:
            why = "what stands between is another article's heading"
            last.pieces += body.pieces  # the headings between are another article's
            last.before += body.before
        elif theirs >= STRANGE and theirs > ours + 0.15 and sides.fit > CONTINUED * sides.usual:
            why = "what stands between is this article's own heading, set into its midst"
            last.pieces += body.pieces  # the headings between are its own
            last.before += body.before
        elif body.announced:
            out.append(body)
            kept.append(mine)
            continue
        elif open_before and theirs >= 0.5 * ours and theirs > 0.2 and sides.fit > sides.usual:
            why = "the sentence before is open, and the headings only stand in its midst"
            last.paragraphs[-1].lines += body.paragraphs[0].lines
            last.pieces += [piece for piece in body.pieces if piece is not body.paragraphs[0]]
            last.before += body.before
        elif (single and not open_before) and (
            (sides.fit > (1 + OWN_WORDS * ours) * sides.usual and len(last.paragraphs) >= 2)
            or (sides.fit >= sides.usual and shape(heads[0]) in series)
            or (sides.fit >= LOOSELY * sides.usual and shape(heads[0]) in runs)
        ):
            why = "the heading between is a subheading inside it"
            heads[0].kind = "subheading"
            last.pieces += [heads[0], *body.pieces]
        else:
            out.append(body)
            kept.append(mine)
            continue
        if trace.asked():
            _tell_rejoined(body, last, why, sides.fit, sides.usual, ours, theirs)
        last.closed = body.closed
        kept[-1] = kept[-1] | mine
    loose = [piece for body in out for piece in body.before] + tail
    return out, sorted((piece for piece in loose if piece.kind != "subheading"), key=lambda piece: piece.place)


def _headings(body: Body) -> list[Piece]:
    return [piece for piece in body.before if piece.kind == "heading"]


class _Sides:
    """What a body and the text before it have in common; worked out once it is asked for, as for most it is not."""

    def __init__(
        self, mine: frozenset[str], last: frozenset[str], words: Sequence[frozenset[str]], weights: Weights
    ) -> None:
        self._mine, self._last, self._words, self._weights = mine, last, words, weights

    @cached_property
    def _others(self) -> list[frozenset[str]]:
        return [other for other in self._words if other is not self._mine and not other <= self._last]

    @cached_property
    def _alike(self) -> Callable[[frozenset[str]], float]:
        return self._weights.likeness(self._mine, shared=True)

    @cached_property
    def fit(self) -> float:
        """How alike the two are."""
        return self._alike(self._last)

    @cached_property
    def usual(self) -> float:
        """How alike the body usually is to the page's others."""
        alike = [self._alike(other) for other in self._others]
        return sum(alike) / len(alike) if alike else 0.0

    def are_strange(self, heads: Sequence[Piece]) -> bool:
        """Does another body hold most of each heading's words?"""
        covered, others = self._weights.covered, self._others
        return all(any(covered(pairs(head.text), other) > STRANGE for other in others) for head in heads)


def shape(head: Piece) -> tuple[int, int]:
    """The width of a heading and its number of parts: what a series of subheadings has in common."""
    return round(width(head.text)), len(head.text.split())
