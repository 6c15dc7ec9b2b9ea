"""The page is cut into bodies: which paragraphs are one article's, and where the next begins.

A dateline, a byline or a wide gap opens an article; a jump or a signature ends one. Headings part what stands on both
sides of them, unless they are subheadings or were set into the midst of a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from site_builder import trace
from site_builder.affinity import Row, Vocabulary, Weights, Words, unions
from site_builder.breaks import TWO_HALVES
from site_builder.marks import is_open, is_signed
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
    def texts(self) -> list[str]:
        """The texts of its paragraphs and subheadings."""
        return [piece.text for piece in self.pieces if piece.kind in ("paragraph", "subheading")]

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def place(self) -> int:
        return self.pieces[0].place


def cut_bodies(pieces: Sequence[Piece], vocabulary: Vocabulary) -> tuple[list[Body], list[Piece]]:
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
            if is_signed(piece.text) and not DATELINE.fullmatch(piece.text):
                bodies[-1].closed = True
    if bodies:  # a jump back that nothing follows: its text stands before it, or not on this page
        bodies[-1].pieces += ahead
        ahead = []
    return _rejoin(bodies, waiting + ahead, vocabulary)


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


def _rejoin(bodies: list[Body], tail: list[Piece], vocabulary: Vocabulary) -> tuple[list[Body], list[Piece]]:
    """Put together again what headings alone had parted: subheadings inside an article, headings in mid-sentence."""
    if all(body.sure for body in bodies):
        loose = [piece for body in bodies for piece in body.before] + tail
        return bodies, sorted(loose, key=lambda piece: piece.place)
    headings = [[piece for piece in body.before if piece.kind == "heading"] for body in bodies]
    words = vocabulary.read_together(body.texts for body in bodies)
    read = iter(vocabulary.read(head.text for heads in headings for head in heads))
    titles = [[next(read) for _ in heads] for heads in headings]
    weights = Weights(vocabulary, words)
    page = _Page([body.text for body in bodies], words, weights, weights.row(words))
    # Of each body's headings the largest share of words that the body before it has, and that it has itself.
    near = [range(i - 1, i + 1) for i, heads in enumerate(titles) for _ in heads]
    shares = iter(weights.near([head for heads in titles for head in heads], page.row, near))
    held = [[next(shares) for _ in heads] for heads in titles]
    beside = [tuple(max([share[side] for share in own], default=0.0) for side in (0, 1)) for own in held]
    out: list[Body] = []
    kept: list[Words] = []
    # Subheadings come in a series of one shape (闻令而动 凝聚合力, 党建引领 筑牢防线): one makes another likely.
    series = {
        shape(heads[0])
        for i, heads in enumerate(headings)
        if i and heads and not bodies[i].sure and TWO_HALVES.fullmatch(heads[0].text)
        for sides in [_Sides(i, words[i - 1], page)]
        if sides.fit > SAME_ARTICLE * sides.usual
    }
    alone = [
        shape(heads[0]) if len(heads) == 1 and not body.sure else None
        for body, heads in zip(bodies, headings, strict=True)
    ]
    runs = {a for a, b in pairwise(alone) if a and a == b and a[1] > 1}
    for i, (body, mine) in enumerate(zip(bodies, words, strict=True)):
        if body.sure or not out:
            out.append(body)
            kept.append(mine)
            continue
        last, own, heads = out[-1], kept[-1], headings[i]
        sides = _Sides(i, own, page)
        before, ours = beside[i]
        theirs = before if own is words[i - 1] else max([weights.covered(head, own) for head in titles[i]], default=0.0)
        open_before = is_open(last.text) and not last.closed
        first = heads[0].lines[0] if heads else None
        single = len(heads) == 1 and width(heads[0].text) <= 22 and not (first and first.heading)
        single = single and not (first and "opens" in first.rules)  # a wide gap above it: a headline
        why = "nothing but a heading stands between"
        if heads and all(head.text.startswith(("—", "－")) for head in heads) and not body.announced:
            why = "what stands between is a subtitle, which alone opens no article"
            last.pieces += body.pieces  # a subtitle alone opens no article: it is another's, or stands in mid-sentence
            last.before += body.before
        elif heads and ours < 0.3 and theirs < 0.3 and sides.are_strange(titles[i]) and sides.fit > 0:
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
            last.paragraphs[-1].add(body.paragraphs[0].lines)
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
        kept[-1] = unions([[own, mine]])[0]
    loose = [piece for body in out for piece in body.before] + tail
    return out, sorted((piece for piece in loose if piece.kind != "subheading"), key=lambda piece: piece.place)


class _Page(NamedTuple):
    """What the page's bodies talk about."""

    texts: Sequence[str]
    words: Sequence[Words]
    weights: Weights
    row: Row


class _Sides:
    """What a body and the text before it have in common; worked out once it is asked for, as for most it is not."""

    def __init__(self, number: int, last: Words, page: _Page) -> None:
        self._number, self._last, self._page = number, last, page

    @cached_property
    def _others(self) -> NDArray[np.bool_]:
        """Which of the page's bodies are neither this one nor part of the text before it."""
        own = self._page.texts[self._number]
        outside = np.ones(self._page.weights.size, np.int64)
        outside[self._last] = 0
        return np.array([text != own for text in self._page.texts]) & (self._page.row.sums(outside) > 0)

    @cached_property
    def fit(self) -> float:
        """How alike the two are."""
        return self._page.weights.alike(self._page.words[self._number], self._last)

    @cached_property
    def usual(self) -> float:
        """How alike the body usually is to the page's others."""
        alike = self._page.weights.likeness(self._page.words[self._number], self._page.row)[self._others].tolist()
        return sum(alike) / len(alike) if alike else 0.0

    def are_strange(self, titles: Sequence[Words]) -> bool:
        """Does another body hold most of each heading's words?"""
        shares = (self._page.weights.shares(title, self._page.row) for title in titles)
        return all(bool((share[self._others] > STRANGE).any()) for share in shares)


def shape(head: Piece) -> tuple[int, int]:
    """The width of a heading and its number of parts: what a series of subheadings has in common."""
    return round(width(head.text)), len(head.text.split())
