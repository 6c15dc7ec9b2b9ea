"""A body parted by a headline that has no article yet: what its last paragraphs say is what the headline says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from site_builder import trace
from site_builder.affinity import Vocabulary, Weights
from site_builder.cutting import Body
from site_builder.headlines import SPEAKER, Heading
from site_builder.marks import is_open
from site_builder.widths import width

CLAIM = 0.45  # how much more of a heading's weight the last paragraphs must hold than the first, to be cut off for it
RUBRIC = 7.0  # characters: a line as short as this beside a headline of its own is a rubric


def part_by_headings(bodies: list[Body], candidates: Sequence[Sequence[Heading]], vocabulary: Vocabulary) -> bool:
    """Part a body where its last paragraphs are another article's, whose headline stands elsewhere on the page.

    Nothing between two paragraphs tells of the cut (seed 001, line 39): only that the words of a headline that has no
    body are nearly all in the later paragraphs, and hardly in the earlier ones or in any other body.
    """
    claims: _Claims | None = None
    parted = False
    for group in candidates:
        if sum(width(heading.text) for heading in group) < 2 * RUBRIC:
            continue
        if named := SPEAKER.match(group[0].text):
            parted |= _part_at_speaker(bodies, named[1])
            continue
        claims = claims or _Claims(bodies, candidates, vocabulary)
        best = claims.best(group, bodies)
        if best is None:
            continue
        gain, tail, k, body = best
        if tail >= CLAIM + 0.1 and claims.elsewhere(group, bodies, body) < tail - 0.2:
            at = body.pieces.index(body.paragraphs[k])
            if trace.asked():
                said = f"From {trace.shown(body.pieces[at].text)} on it is another article: what follows has {tail:.0%}"
                title = trace.shown("".join(heading.text for heading in group))
                told = f"{said} of the words of the headline {title}, what stands before {tail - gain:.0%}."
                trace.tell("cutting", body.pieces[at].spans, told)
            bodies.append(Body(body.pieces[at:], closed=body.closed))
            del body.pieces[at:]
            body.closed = parted = True
    return parted


class _Claims:
    """What of each paragraph the headings say that have no article yet, by weights over the page's paragraphs."""

    def __init__(self, bodies: Sequence[Body], candidates: Sequence[Sequence[Heading]], vocabulary: Vocabulary) -> None:
        paragraphs = [piece for body in bodies for piece in body.paragraphs]
        words = vocabulary.read(piece.text for piece in paragraphs)
        self._vocabulary = vocabulary
        self._words = dict(zip(map(id, paragraphs), words, strict=True))
        said = [_said(group) for group in candidates]
        self._titles = dict(zip(said, vocabulary.read(said), strict=True))
        self._weights = Weights(vocabulary, words)
        self._row = self._weights.row(words)

    def best(self, group: Sequence[Heading], bodies: Sequence[Body]) -> tuple[float, float, int, Body] | None:
        """The body that the headings best claim the end of: how much more of their weight that end holds than what
        stands before it (CLAIM and more), how much in all, and at which paragraph it begins.
        """
        title = self._titles[_said(group)]
        shares = dict(zip(self._words, self._weights.shares(title, self._row).tolist(), strict=True))
        best: tuple[float, float, int, Body] | None = None
        for body in bodies:
            paragraphs = body.paragraphs
            if sum([shares[id(piece)] for piece in paragraphs]) < CLAIM - 0.01:
                continue  # no end of it can hold so much; so it is with most
            texts = [self._words[id(piece)] for piece in paragraphs]
            heads, tails = self._weights.growing(title, texts), self._weights.growing(title, texts[::-1])[::-1]
            for k in range(1, len(texts)):
                tail = tails[k]
                gain = tail - heads[k - 1]
                if gain >= CLAIM and not is_open(paragraphs[k - 1].text) and (best is None or (gain, tail) > best[:2]):
                    best = (gain, tail, k, body)
        return best

    def elsewhere(self, group: Sequence[Heading], bodies: Sequence[Body], body: Body) -> float:
        """The largest share of the headings' weight that a body other than this one holds."""
        others = self._vocabulary.read_together(other.texts for other in bodies if other is not body)
        return max([self._weights.covered(self._titles[_said(group)], other) for other in others], default=0.0)


def _said(group: Sequence[Heading]) -> str:
    return "\n".join(heading.text for heading in group)


def _part_at_speaker(bodies: list[Body], name: str) -> bool:
    """Part a body before the paragraph that opens 柴伟强调, if a kicker 柴伟在…强调 has no article yet and the body is
    about somebody else: its first paragraph does not know the name.
    """
    for body in bodies:
        if not body.paragraphs or name in body.paragraphs[0].text:
            continue
        for paragraph in body.paragraphs[1:]:
            if re.match(f"{name}(?:强调|指出|要求|表示|说)", paragraph.text):
                at = body.pieces.index(paragraph)
                if trace.asked():
                    words = f"{trace.shown(paragraph.text)} opens an article: a kicker announces the speaker {name}."
                    trace.tell("cutting", paragraph.spans, words)
                bodies.append(Body(body.pieces[at:], closed=body.closed))
                del body.pieces[at:]
                body.closed = True
                return True
    return False
