"""What an OCR model printed twice: a block that stands on the page a second time.

Language-model OCR repeats itself. A repeated passage is kept, as a `duplicate` beside the better copy, but is not read
twice. Boilerplate that recurs in different articles (要深入贯彻落实…) is left alone: only a whole paragraph whose words
all stand in another one counts, and none that a dateline opens (two reports of one visit begin alike, seed 004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from site_builder import trace
from site_builder.affinity import in_order
from site_builder.cutting import Body
from site_builder.patterns import dated
from site_builder.pieces import Piece

LEAST = 40  # characters: a shorter repetition may be a slogan's
GRAM = 8  # characters compared at once: long enough that chance does not repeat them
SHARE = 0.85  # of a paragraph's grams that the other copy must hold; OCR reads the two copies a little differently
FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)  # odd, of no pattern


def set_aside(bodies: list[Body]) -> None:
    """Set each paragraph that stands on the page a second time beside its better copy, as a duplicate.

    The better copy opens an article that a headline or a byline announces; else it is the one that comes first.
    """
    paragraphs = [
        (body, piece)
        for body in bodies
        for piece in body.pieces
        if piece.kind == "paragraph" and len(piece.text) >= LEAST and not dated(piece.text)
    ]
    candidates: list[tuple[Body, Piece, frozenset[str]]] = []
    if _may_repeat([piece.text for _, piece in paragraphs]):
        candidates = [(body, piece, frozenset(_grams(piece.text))) for body, piece in paragraphs]
        seen = Counter[str]()
        for *_, grams in candidates:
            seen.update(grams)
        twice = {gram for gram, times in seen.items() if times > 1}
        candidates = [row for row in candidates if not twice.isdisjoint(row[2])]
    for i, (body, piece, grams) in enumerate(candidates):
        for other_body, other, other_grams in candidates[i + 1 :]:
            if "duplicate" in (piece.kind, other.kind):
                continue
            shared = len(grams & other_grams)
            if shared < SHARE * min(len(grams), len(other_grams)):
                continue
            if _announced(other_body, other) > _announced(body, piece):
                _move(piece, body, other, other_body)
            elif shared >= SHARE * len(other_grams):
                _move(other, other_body, piece, body)
    bodies[:] = [body for body in bodies if any(piece.kind != "duplicate" for piece in body.pieces)]


def _grams(text: str) -> list[str]:
    return [text[i : i + GRAM] for i in range(len(text) - GRAM + 1)]


def _may_repeat(texts: Sequence[str]) -> bool:
    """May a paragraph stand here twice? Then SHARE of the grams of one recur; on most pages no paragraph has as many.

    Of the n grams of the shorter copy d are different ones: n - d recur inside it, and SHARE of the d in the other
    copy. Together that is SHARE of n at least. Grams are told apart by a number each, so that two may seem alike that
    are not, which only costs time: a page's are sorted in a tenth of the time that a set of strings takes.

        >>> text = "".join(map(chr, range(0x4E00, 0x4E60)))
        >>> _may_repeat([text, "甲" + text]), _may_repeat([text, text[:40] + text[:30:-1]])
        (True, False)
    """
    if not texts:
        return False
    grams = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    for step, factor in zip((1, 2, 4), FACTORS, strict=True):  # of two characters, of four, of GRAM
        grams = grams[:-step] * factor + grams[step:]
    known = (grams >> np.uint64(24)).astype(np.int64)
    order = in_order(known)
    ranked = known[order]
    again = ranked[1:] == ranked[:-1]
    recurs = np.zeros(len(grams) + GRAM, np.int64)
    recurs[order[1:][again]] = recurs[order[:-1][again]] = 1
    before = recurs.cumsum() - recurs  # how many of those before each gram
    ends = np.cumsum([len(text) for text in texts]) - (GRAM - 1)
    sizes = np.array([len(text) - (GRAM - 1) for text in texts])
    return bool((before[ends] - before[ends - sizes] >= SHARE * sizes).any())


def _announced(body: Body, piece: Piece) -> bool:
    return bool(body.before) and body.pieces[0] is piece


def _move(piece: Piece, body: Body, better: Piece, to: Body) -> None:
    if trace.asked():
        twice = f"{trace.shown(piece.text)} stands on the page twice"
        kept = f"this copy is kept as a duplicate, the better one begins in line {better.numbers[0]}"
        trace.tell("repeats", piece.spans, f"{twice}: {kept}.")
        aside = f"a second copy, which begins in line {piece.numbers[0]}, was set aside as a duplicate"
        trace.tell("repeats", better.spans, f"{twice}: {aside}.")
    piece.kind = "duplicate"
    at = body.pieces.index(piece)
    following = body.pieces[at + 1 : at + 2]
    moved = [piece, *(other for other in following if other.kind == "duplicate")]
    for other in moved:
        body.pieces.remove(other)
    behind = to.pieces.index(better) + 1
    to.pieces[behind:behind] = moved
