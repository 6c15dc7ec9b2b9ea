"""What was cut at a column's end is joined to the piece elsewhere on the page that goes on with it.

OCR and PDF extraction give a page's columns in an order of their own: a sentence stops at the foot of one column and
goes on pages of text later, and what follows it at once is another article's. A break that has only the order of the
source to speak for it is therefore taken as open, and weighed against every other piece that could go on from there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from site_builder import trace
from site_builder.affinity import Vocabulary, Weights, Words, unions
from site_builder.assignment import best_assignment
from site_builder.cutting import Body
from site_builder.marks import all_run_on, cannot_start, is_open, may_begin_word, may_end_word, runs_on, unclosed
from site_builder.patterns import dated
from site_builder.pieces import Piece
from site_builder.trace import Reasons
from site_builder.widths import width

SCRAP = 2.0  # characters: what is no longer was read from a rule or a picture, and goes on nowhere
REACH = 60  # pieces: more lie between the two parts of a sentence on no page
ENOUGH = 0.8  # the evidence that joins two pieces
NEXT = 0.9  # standing next in the source: enough where nothing else speaks
RUNS_ON = 1.0  # a word runs across the cut
MARK = 0.7  # the piece begins with a closing mark, so it cannot begin a sentence
CLOSES = 0.4  # the piece closes a bracket or quotation that was open
ALIKE = 0.6  # the article before the cut is, of all that could be, the one most like the piece; less by their ratio
LOOSE = 0.4  # nothing else tells why the piece stands where it does: no headline, no dateline, no byline opens it
CHANCE = 0.03  # two texts of a page are as alike as this by chance
PARAGRAPH = 0.5  # against taking a paragraph that follows a finished one for the rest of a sentence
FAR = 0.02  # against each body that lies between


def stitch(bodies: list[Body], vocabulary: Vocabulary) -> None:
    """Join each sentence that was cut off to the piece that goes on with it; the page is solved as a whole."""
    for body in bodies:
        body.pieces = [part for piece in body.pieces for part in _at_doubtful_breaks(piece)]
    where = {id(piece): (b, k) for b, body in enumerate(bodies) for k, piece in enumerate(body.pieces)}
    ends = [piece for body in bodies for piece in _open_ends(body)]
    starts = [piece for body in bodies for piece in body.pieces if _may_go_on(body, piece)]
    if not ends or not starts:
        _tell_apart(bodies, ())
        return
    starts.sort(key=lambda piece: piece.place)
    order = [start.place for start in starts]
    # For each end the starts that may go on from it: those that stand behind it, REACH of them.
    reach = [range(at := bisect_right(order, end.place), min(len(starts), at + REACH)) for end in ends]
    after: list[Sequence[int]] = list(reach)
    unclosed_ends = {id(end) for end in ends if unclosed(end.text)}
    headless = {i for i, start in enumerate(starts) if cannot_start(start.text)}
    heads = [start.text[:3] for start in starts]
    spots = [where[id(start)] for start in starts]
    signs = {i for i, (_, place) in enumerate(spots) if place == 0} | headless

    def possible() -> list[Sequence[int]]:
        """For each end the starts that may be joined to it at all: to talk about the same is not enough."""
        tails = [end.text[-3:] for end in ends]
        likely = {i for i, head in enumerate(heads) if i not in signs and may_end_word(head)}
        pairs = [
            (tail, heads[i])
            for tail, behind in zip(tails, reach, strict=True)
            for i in (behind if may_begin_word(tail) else ())
            if i in likely
        ]
        pairs = list(dict.fromkeys(pairs))
        run_on = {pair for pair, runs in zip(pairs, all_run_on(pairs), strict=True) if runs}
        out: list[Sequence[int]] = []
        for end, tail, behind in zip(ends, tails, reach, strict=True):
            if id(end) in unclosed_ends:
                out.append(behind)
                continue
            b, k = where[id(end)]
            next_one = (b, k + 1)
            out.append([i for i in behind if i in signs or (tail, heads[i]) in run_on or spots[i] == next_one])
        return out

    if not trace.asked():  # who asks is also told what came next
        after = possible()
    wanted = {i for behind in after for i in behind}
    if not wanted and not trace.asked():
        return
    talk = _Talk(bodies, vocabulary)
    likeness: dict[int, dict[int, float]] = {}  # by the end's id and by start
    those = sorted(wanted)
    most = [0.0] * len(those)  # for each of those the most that it is like any end
    candidates = talk.weights.row(vocabulary.read(starts[i].text for i in those))
    near = [(bisect_left(those, behind.start), bisect_left(those, behind.stop)) for behind in reach]
    open_ends = [(end, *span) for end, span in zip(ends, near, strict=True) if span[0] < span[1]]
    texts = talk.of_each([bodies[b].pieces[: k + 1] for b, k in (where[id(end)] for end, *_ in open_ends)])
    for (end, first, last), so_far in zip(open_ends, texts, strict=True):
        found = talk.weights.likeness(so_far, candidates, first, last).tolist()
        likeness[id(end)] = dict(zip(those[first:last], found, strict=True))
        most[first:last] = map(max, most[first:last], found)
    likest = dict(zip(those, most, strict=True))

    def evidence(end: Piece, i: int) -> Reasons:
        start = starts[i]
        (b, k), (c, m) = where[id(end)], spots[i]
        tail, head = end.text, start.text
        following = (c, m) == (b, k + 1)
        if following and not start.doubtful:
            return [("a paragraph's end parts them", -1.0)]
        alike = likeness[id(end)][i] / max(likest[i], CHANCE)
        closes = id(end) in unclosed_ends and not unclosed(tail + head)
        fresh = m > 0 and not start.doubtful and not is_open(bodies[c].pieces[m - 1].text)
        return [
            ("it follows in the source", NEXT if following else 0.0),
            ("a word runs on across the break", RUNS_ON * runs_on(tail, head)),
            ("no sentence may begin with its mark", MARK * (i in headless)),
            ("it closes an open bracket or quotation", CLOSES * closes),
            ("they talk about the same", ALIKE * alike),
            ("nothing else opens it", LOOSE * (m == 0)),
            ("it may be a paragraph of its own", -PARAGRAPH * (fresh and i not in headless)),
            ("other texts stand between", -FAR * abs(c - b)),
        ]

    scores = [
        {i: sum([weight for _, weight in evidence(end, i)]) - ENOUGH for i in behind}
        for end, behind in zip(ends, after, strict=True)
    ]
    chosen = best_assignment(scores)
    for end, own, at in zip(ends, scores, chosen, strict=True) if trace.asked() else ():
        _tell(end, {i: starts[i] for i in own}, own, at, evidence)
    joined = [(end, starts[c]) for end, c in zip(ends, chosen, strict=True) if c >= 0]
    _tell_apart(bodies, joined)
    _join(bodies, sorted(joined, key=lambda pair: pair[1].place, reverse=True), where, talk)
    bodies[:] = [body for body in bodies if body.pieces]


class _Talk:
    """What each piece of the page's bodies talks about."""

    def __init__(self, bodies: Sequence[Body], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        words = iter(vocabulary.read(piece.text for body in bodies for piece in body.pieces))
        self.weights = Weights(vocabulary, unions([[next(words) for _ in body.pieces] for body in bodies]))

    def of(self, pieces: Sequence[Piece]) -> Words:
        """What some pieces talk about, as they are by now."""
        return self.of_each([pieces])[0]

    def of_each(self, groups: Sequence[Sequence[Piece]]) -> list[Words]:
        """The same for several groups of pieces."""
        return unions([self._vocabulary.read([piece.text for piece in pieces]) for pieces in groups])


def _tell(
    end: Piece,
    starts: Mapping[int, Piece],
    scores: Mapping[int, float],
    chosen: int,
    evidence: Callable[[Piece, int], Reasons],
) -> None:
    """Note down what was taken for the rest of a sentence, and what came next."""
    ranked = sorted(scores, key=lambda i: scores[i], reverse=True)
    rival = next((i for i in ranked if i != chosen), -1)
    next_best = ""
    if rival >= 0:
        next_best = f" The next best was {trace.shown(starts[rival].text)}, {scores[rival] + ENOUGH:.2f}."
    stops = f"The sentence that stops at {trace.shown(end.text[-12:])}"
    if chosen < 0:
        trace.tell("stitching", end.spans, f"{stops} is left open: nothing on the page goes on with it.{next_best}")
        return
    reasons = [reason for reason in evidence(end, chosen) if abs(reason[1]) >= 0.005]
    words = f"{stops} goes on with {trace.shown(starts[chosen].text)} ({ENOUGH} is enough).{next_best}"
    trace.tell("stitching", (*end.spans[-1:], *starts[chosen].spans[:1]), words, reasons)


def _tell_apart(bodies: Sequence[Body], joined: Sequence[tuple[Piece, Piece]]) -> None:
    """Note down which lines stay apart that only their order would have joined."""
    for body in bodies if trace.asked() else ():
        for before, after in pairwise(body.pieces):
            if after.doubtful and not any(before is end and after is start for end, start in joined):
                last, first = before.lines[-1], after.lines[0]
                ends = " and ".join(trace.break_between(last, first))
                words = f"{ends} stay apart: little but their order would join them, so the whole page was searched."
                trace.overrule("paragraphs", [last.span, first.span], words)


def _at_doubtful_breaks(piece: Piece) -> list[Piece]:
    """A paragraph parted before the lines that only their order joins to it."""
    if piece.kind != "paragraph" or not [line for line in piece.lines[1:] if "doubtful" in line.rules]:
        return [piece]
    out = [Piece("paragraph", [piece.lines[0]], piece.doubtful)]
    for line in piece.lines[1:]:
        if "doubtful" in line.rules:
            clean = replace(line, rules=tuple(rule for rule in line.rules if rule != "doubtful"))
            out.append(Piece("paragraph", [clean], doubtful=True))
        else:
            out[-1].add([line])
    return out


def _open_ends(body: Body) -> list[Piece]:
    """The body's paragraphs that stop in mid-sentence, and no jump says where they go on."""
    out = []
    for k, piece in enumerate(body.pieces):
        if piece.kind == "paragraph" and is_open(piece.text) and not _is_scrap(piece.text):
            out += [piece] if [other.kind for other in body.pieces[k + 1 : k + 2]] != ["jump"] else []
    return out


def _is_scrap(text: str) -> bool:
    return len(text) <= 2 * SCRAP and width(text) <= SCRAP  # no character is narrower than half of one


def _may_go_on(body: Body, piece: Piece) -> bool:
    """May the piece begin in mid-sentence? Not with a dateline, nor where a headline or a byline opens it."""
    if piece.kind != "paragraph" or dated(piece.text) or "opens" in piece.lines[0].rules:
        return False
    return piece is not body.pieces[0] or not body.before


def _join(
    bodies: list[Body], joined: Sequence[tuple[Piece, Piece]], where: dict[int, tuple[int, int]], talk: _Talk
) -> None:
    """Carry out the joins, the last piece first; what stands behind a moved piece moves with it if it fits better."""
    for end, start in joined:
        target, source = bodies[where[id(end)][0]], bodies[where[id(start)][0]]
        at = source.pieces.index(start)
        rest = source.pieces[at + 1 :]
        del source.pieces[at:]
        end.add(start.lines)
        if target is source:
            source.pieces += rest
            continue
        moved = 0
        if rest:
            own, new = talk.of(source.pieces), talk.of(target.pieces)
        for words in map(talk.of, ([piece] for piece in rest)):
            if source.pieces and talk.weights.alike(words, new) <= talk.weights.alike(words, own):
                break
            moved += 1
        behind = target.pieces.index(end) + 1
        target.pieces[behind:behind] = rest[:moved]
        source.pieces += rest[moved:]
        if not source.pieces:
            target.closed = target.closed or source.closed
            target.before += source.before
