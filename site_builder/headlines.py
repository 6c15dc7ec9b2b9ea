"""Which headline is whose: the heading lines of a page are grouped, matched to the bodies as a whole, and given roles.

Headings stand before their body, after it, or in a block far from it (seed 000, lines 129-133 and 177-186), or are
missing. What both talk about decides, together with distance; a body without a headline keeps none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from site_builder import trace
from site_builder.affinity import Row, Weights, Words, pairs
from site_builder.assignment import best_assignment
from site_builder.breaks import TWO_HALVES
from site_builder.patterns import HAN
from site_builder.widths import width

# How much standing beside a body speaks for a heading, against the share of its words that the body repeats (0 to 1).
BESIDE = 0.5  # the side on which this page's headings stand
OTHER_SIDE = 0.2
FARTHER = 0.12  # two bodies away, falling with distance
FAR_TALK = 0.55  # the share a heading must have in common with a body that it does not stand beside
FAR_ALONE = 0.25  # enough where the bodies beside it have nothing in common with it
SILENT = 0.05  # nothing in common: less than this share
OTHER_TALK = 0.15  # the same for one on the side where this page's headings do not stand
SPOKEN = 0.5  # the one whom the kicker names (柴伟在…会议上强调) opens the body
LINE = 0.15  # what each further line of a group must at least share with the body to be worth keeping in it
SURE_WIDTH = 10.0  # characters: what a body repeats of a shorter heading may be chance, and counts for less
CUT = 0.25  # what parting two adjacent heading lines costs
LEAST = 0.3  # a match below this is none: the lines are a rubric or a picture's words
REACH = 30  # bodies: no page has more than a few dozen
LONG_STRETCH = 12  # heading lines without a body between
MOST_CUTS = 4  # a stretch holds the headings of at most five articles
DOUBTFUL = 0.55  # a match below this is shown with a finding

_KICKER_END = re.compile(
    r"(?:强调|指出|要求|表示|召开|部署)$|(?:——|—|：)$|(?:召开|出席|会见|参加)[^，]{2,20}(?:会议|活动|座谈会|大会|会)$"
)
SPEAKER = re.compile(rf"([{HAN}]{{2,3}}?)(?:在|到|主持|出席|深入|会见|赴).*(?:强调|指出|要求)$")
SUBTITLE = re.compile(r"^[—─－-]{1,3}|(?:纪实|综述|侧记|纪事|见闻|之[一二三四五六七八九十]+)$|^[（(].+[）)]$")
_ATTEND = re.compile(r"^.{2,24}(?:出席|出席并讲话|主持|主持会议|出席会议|陪同|参加|讲话)$")
_WHO = re.compile(rf"[{HAN}]{{2,3}}(?:在|到|主持|出席|深入|会见|赴)")
_MARKED = re.compile(r"^[●■◆★☆◎▲].*[●■◆★☆◎▲]$")  # a rubric between two signs: ●总书记和人民心贴心●
_ORGANISATION = re.compile(r"(?:公司|集团|委员会|学校|学院|大学|医院|银行|厂|局|县|乡|镇|村|社区|街道)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading line (or one wrapped over two): its text, its place in the page's order, and the stretch of heading
    lines without a body between that it belongs to. `level` is that of a Markdown heading, else 0.
    """

    text: str
    place: int
    stretch: int
    level: int = 0
    ends_group: bool = False  # a byline follows
    tight: bool = False  # no blank line parts it from the heading before, though the page has blank lines
    apart: bool = False  # furniture parts it from the heading before


@dataclass(frozen=True, slots=True)
class Match:
    """A group of heading lines and the body they belong to (-1: none), with the strength of the evidence; and of each
    line's words the share that the body has.
    """

    headings: tuple[Heading, ...]
    body: int
    score: float
    shares: tuple[float, ...] = ()


def match(
    headings: Sequence[Heading],
    bodies: Sequence[tuple[int, str]],
    words: Mapping[str, Words],
    row: Row,
    weights: Weights,
) -> list[Match]:
    """Match the headings to the bodies, each body to at most one group of one stretch.

    `bodies` holds the place of each body's first line in the page's order and its text, `row` the bodies' words;
    `words` are those of the headings, by their text.
    """
    if not headings or not bodies:
        return [Match((heading,), -1, 0.0) for heading in headings]
    places = [place for place, _ in bodies]
    after = _stand_after(headings, places)
    # What a body repeats of a short heading may be chance, and counts for less.
    shares: dict[int, dict[int, float]] = {}  # by the heading's place and by body
    strong: dict[int, list[int]] = {}  # by the heading's place the bodies that it may be far from
    reach = [_near(heading, places) for heading in headings]
    held = weights.near([words[heading.text] for heading in headings], row, reach)
    said = {heading.place: (near, own) for heading, near, own in zip(headings, reach, held, strict=True)}
    for heading, near, own in zip(headings, reach, held, strict=True):
        if (size := width(heading.text) / SURE_WIDTH) < 1.0:
            own = [share * size for share in own]
        shares[heading.place] = dict(zip(near, own, strict=True))
        strong[heading.place] = [body for body, share in zip(near, own, strict=True) if share >= FAR_ALONE]

    following = {heading.place: bisect_right(places, heading.place) for heading in headings}
    speakers = {heading.place: named[1] for heading in headings if (named := SPEAKER.match(heading.text))}

    # The largest share that the two bodies beside a line have in common with it, and that any body has.
    next_door, anywhere = dict[int, float](), dict[int, float]()
    for heading in headings:
        at = following[heading.place]
        next_door[heading.place] = max(shares[heading.place].get(body, 0.0) for body in (at - 1, at))
        anywhere[heading.place] = max(shares[heading.place].values())

    worked_out: dict[tuple[int, int], dict[int, float]] = {}

    def scores(group: Sequence[Heading]) -> dict[int, float]:
        """How much speaks for a body being that of a group, of lines that follow one another; worked out once.

        For all bodies that are left out nothing does: what stands nowhere near must share much, and most don't.
        """
        key = group[0].place, len(group)
        if (known := worked_out.get(key)) is None:
            known = worked_out[key] = evidence(group)
        return known

    def evidence(group: Sequence[Heading]) -> dict[int, float]:
        held = [shares[heading.place] for heading in group]
        at = following[group[0].place]
        speaker = speakers.get(group[0].place)
        apart = max([next_door[heading.place] for heading in group]) < SILENT  # from the bodies beside it
        elsewhere = max([anywhere[heading.place] for heading in group]) >= FAR_ALONE
        out: dict[int, float] = {}
        for body in likely(group):
            own = [share.get(body, 0.0) for share in held]
            talk, most = sum(own), max(own)
            beside = _beside(body - at, after)
            if speaker and speaker in bodies[body][1][:60]:
                talk, most = talk + SPOKEN, 1.0
            needed = OTHER_TALK if beside < BESIDE else 0.0
            if beside < OTHER_SIDE:
                needed = FAR_ALONE if apart else FAR_TALK
            silent = most < SILENT and elsewhere  # it stands beside this body, but another one talks about the same
            out[body] = talk + beside - LINE * (len(group) - 1) if most >= needed and not silent else 0.0
        return out

    def likely(group: Sequence[Heading]) -> Iterable[int]:
        """The bodies that anything may speak for: those beside it, and those that share much with one of its lines."""
        near = _near(group[0], places)
        if group[0].place in speakers:
            return near
        at = following[group[0].place]
        return sorted({at - 1, at}.intersection(near).union(*[strong[heading.place] for heading in group]))

    groups = [group for lines in _stretches(headings) for group in _partition(lines, scores)]
    chosen = best_assignment([{body: score - LEAST for body, score in scores(group).items()} for group in groups])
    found = _with_other_halves(
        [
            Match(group, body, scores(group)[body] if body >= 0 else 0.0)
            for group, body in zip(groups, chosen, strict=True)
        ]
    )
    for each in found if trace.asked() else ():
        known = dict.fromkeys(_near(each.headings[0], places), 0.0) | scores(each.headings) | {each.body: each.score}
        _tell(each.headings, each.body, known, places, bodies)
    return [replace(each, shares=_shares(each, said)) if each.body >= 0 else each for each in found]


def _shares(match: Match, said: Mapping[int, tuple[range, Sequence[float]]]) -> tuple[float, ...]:
    """Of each line's words the share that the body has; `said` are those of all bodies that may be a line's."""
    lines = [said[heading.place] for heading in match.headings]
    return tuple([own[match.body - near.start] for near, own in lines])


def _with_other_halves(found: list[Match]) -> list[Match]:
    """Give a line that no body takes to the heading above it, if the two are as long as each other and stand together.

    The second half of a headline may say nothing that the article says in the same words (众人搭手天亮前送到家).
    """
    out: list[Match] = []
    for match in found:
        above = out[-1] if out else None
        if (
            above
            and above.body >= 0
            and match.body < 0
            and len(above.headings) == len(match.headings) == 1
            and _are_halves(above.headings[0], match.headings[0])
        ):
            out[-1] = replace(above, headings=(*above.headings, *match.headings))
        else:
            out.append(match)
    return out


def _are_halves(first: Heading, second: Heading) -> bool:
    together = first.stretch == second.stretch and not second.apart and not first.ends_group
    as_long = abs(width(first.text) - width(second.text)) <= 1 and first.level == second.level
    plain = not (SUBTITLE.search(second.text) or _KICKER_END.search(first.text) or TWO_HALVES.fullmatch(first.text))
    return together and as_long and plain


def _tell(
    group: Sequence[Heading],
    body: int,
    scores: Mapping[int, float],
    places: Sequence[int],
    bodies: Sequence[tuple[int, str]],
) -> None:
    """Note down which text a group of headings was given to, why, and which came next."""
    title = trace.shown(" / ".join(heading.text for heading in group), 60)
    rival = max((b for b in scores if b >= 0 and b != body), key=lambda b: scores[b], default=-1)
    second = f" The next best, with {scores[rival]:.2f}, was {trace.shown(bodies[rival][1], 24)}." if rival >= 0 else ""
    if rival >= 0 and scores[rival] <= 0:
        second = " No other text of the page comes into question."
    spans = trace.spans_of(heading.place for heading in group)
    if body < 0:
        why = "no text of the page speaks enough for it"
        if rival >= 0 and scores[rival] > LEAST:
            nearest = trace.shown(bodies[rival][1], 24)
            why = f"the text nearest to it, {nearest} ({scores[rival]:.2f}), has one that fits better"
        trace.tell("headlines", spans, f"{title} is no text's headline: {why}.")
        return
    away = body - bisect_right(places, group[0].place)
    between = away if away >= 0 else -1 - away
    where = "stands directly" if not between else f"stands {between} text{'s' if between > 1 else ''}"
    where += " before it" if away >= 0 else " behind it"
    shared = "、".join(_shared(group, pairs(bodies[body][1])))
    talk = f"the text repeats its words {shared}" if shared else "the text repeats none of its words"
    named = SPEAKER.match(group[0].text)
    spoken = f"; its speaker {named[1]} opens the text" if named and named[1] in bodies[body][1][:60] else ""
    strength = "strong" if scores[body] / len(group) >= 2 * DOUBTFUL else "fair"
    strength = "weak" if scores[body] / len(group) < DOUBTFUL else strength
    opens = trace.spans_of([bodies[body][0]])
    trace.tell(
        "headlines",
        [*spans, *opens],
        f"{title} is the headline of the text {trace.shown(bodies[body][1], 24)}: it {where}, {talk}{spoken}. "
        f"The evidence is {strength} ({scores[body]:.2f}).{second}",
    )


def _shared(group: Sequence[Heading], words: frozenset[str]) -> list[str]:
    """The stretches of the headings that a text repeats, pair by pair, in their order.

    >>> _shared([Heading("大棚黄瓜喜获丰收", 0, 0)], pairs("棚里的黄瓜今年丰收"))
    ['黄瓜', '丰收']
    """
    out: list[str] = []
    for heading in group:
        run = ""
        for first, second in pairwise([*heading.text, " "]):
            if first + second in words:
                run = run + second if run else first + second
            elif run:
                out.append(run)
                run = ""
    return list(dict.fromkeys(out))


def _near(heading: Heading, places: Sequence[int]) -> range:
    """The bodies that may be a heading's: REACH of them before and after it."""
    following = bisect_right(places, heading.place)
    return range(max(0, following - REACH), min(len(places), following + REACH))


def _stretches(headings: Sequence[Heading]) -> list[list[Heading]]:
    """The headings parted where a body, furniture or a wide gap stands between: never one article's across it."""
    out: list[list[Heading]] = []
    for heading in headings:
        if out and heading.stretch == out[-1][-1].stretch and not heading.apart:
            out[-1].append(heading)
        else:
            out.append([heading])
    return out


def _stand_after(headings: Sequence[Heading], places: Sequence[int]) -> bool:
    """Do this page's headings stand after their bodies? Then a body opens the page and a heading ends it."""
    return min(places) < headings[0].place and headings[-1].place > max(places)


def _beside(distance: int, after: bool) -> float:
    """How much a body's distance speaks for a heading: the next body after it (0), the one before (-1), or farther."""
    if distance in (0, -1):
        return BESIDE if after == bool(distance) else OTHER_SIDE
    return FARTHER / (distance if distance > 0 else -distance - 1)


def _partition(
    lines: list[Heading], scores: Callable[[Sequence[Heading]], Mapping[int, float]]
) -> list[tuple[Heading, ...]]:
    """The parting of a stretch's lines into groups that the bodies bear out best.

    All partings of up to LONG_STRETCH lines are tried, each group at most given to its best free body; a longer
    stretch is a list or a table, and no article's headings.
    """
    if len(lines) > LONG_STRETCH:
        return [(line,) for line in lines]
    if len(lines) == 1:
        return [tuple(lines)]
    best, chosen = float("-inf"), [(0, len(lines))]
    # By the lines from start to end: what they gain as a group with each body that anything speaks for, what speaks
    # against that group, and the most that it can add to a parting.
    gains: dict[tuple[int, int], list[tuple[float, int]]] = {}
    disorder: dict[tuple[int, int], float] = {}
    most: dict[tuple[int, int], float] = {}
    for span in combinations(range(len(lines) + 1), 2):
        group = lines[span[0] : span[1]]
        gains[span] = [(gain, -body) for body, score in scores(group).items() if (gain := score - LEAST) > 0]
        disorder[span] = _disorder(group)
        most[span] = max([gain for gain, _ in gains[span]], default=0.0) - disorder[span]

    costs = [0.0, *(_cut_cost(*pair, lines[cut:]) for cut, pair in enumerate(pairwise(lines), 2))]
    for count in range(min(len(lines), MOST_CUTS + 1)):
        for cuts in combinations(range(1, len(lines)), count):
            groups = list(pairwise([0, *cuts, len(lines)]))
            value = -sum([costs[cut] for cut in cuts])
            if value + sum([most[group] for group in groups]) < best - 1e-6:
                continue
            ranked = [(gain, -i, body) for i, group in enumerate(groups) for gain, body in gains[group]]
            ranked.sort(reverse=True)
            taken: set[int] = set()
            served: set[int] = set()
            for gain, i, body in ranked:
                if i not in served and body not in taken:
                    value += gain
                    served.add(i)
                    taken.add(body)
            value -= sum([disorder[group] for group in groups])
            if value > best + 1e-9:
                best, chosen = value, groups
    return [tuple(lines[start:end]) for start, end in chosen]


def _cut_cost(before: Heading, after: Heading, rest: Sequence[Heading]) -> float:
    if _MARKED.match(before.text):
        return 0.0
    if _KICKER_END.search(before.text) or after.tight:
        return 1.0  # …强调 announces its headline; what print sets as one block belongs together
    if before.ends_group or SUBTITLE.search(before.text):
        return 0.0
    if before.level and before.level == after.level:
        return 0.1  # two headings of one level in a Markdown source
    if SUBTITLE.search(after.text) or _ATTEND.search(after.text):
        return 0.6
    if _KICKER_END.search(after.text):
        return 0.0
    if _ORGANISATION.search(after.text) and rest and TWO_HALVES.fullmatch(before.text):
        return 0.05  # a headline, then the next one's kicker
    return CUT


def _disorder(group: Sequence[Heading]) -> float:
    """What speaks against these lines being one article's: a kicker in the midst, more than four lines."""
    kickers = sum(bool(_KICKER_END.search(heading.text)) for heading in group[1:])
    return 0.5 * kickers + 0.3 * max(0, len(group) - 4)


def second_sets(found: Sequence[Match]) -> list[tuple[Heading, ...]]:
    """Headings that look like another article's: groups without a body, and what follows a kicker inside a group."""
    out = []
    for group in found:
        inner = [i for i, heading in enumerate(group.headings) if i and _KICKER_END.search(heading.text)]
        if group.body < 0:
            out.append(group.headings)
        elif inner:
            out.append(group.headings[inner[-1] :])
    return out


def roles(group: Sequence[Heading]) -> list[str]:
    """The kind of each line of one article's headings, in print order: kicker, headline or subtitle.

    >>> def of(*texts): return roles([Heading(text, i, 0) for i, text in enumerate(texts)])
    >>> of("景俊海在会上强调", "落细防控措施 严防疫情反弹", "坚决夺取全省抗疫全面胜利", "江泽林出席")
    ['kicker', 'headline', 'headline', 'subtitle']
    >>> of("先锋战歌一路嘹亮", "——全省各级党员领导干部下沉社区战“疫”纪实")
    ['headline', 'subtitle']
    >>> of("益海嘉里（白城）粮油食品工业有限公司", "研判形势 早作部署 防疫生产两不误")
    ['kicker', 'headline']
    """
    kinds = ["headline"] * len(group)
    if len(group) < 2:
        return kinds
    levels = [heading.level for heading in group]
    for i, heading in enumerate(group):
        if i and (SUBTITLE.search(heading.text) or (_ATTEND.search(heading.text) and width(heading.text) <= 10)):
            kinds[i] = "subtitle"
    main = [i for i, kind in enumerate(kinds) if kind == "headline"]
    if len(group) > 2 and _WHO.match(group[0].text) and _KICKER_END.search(group[1].text):
        kinds[0] = kinds[1] = "kicker"  # a long kicker wrapped over two lines
        main = main[2:]
    if any(levels):
        top = min(level for level in levels if level)
        for i in main:
            if levels[i] != top:
                kinds[i] = "kicker" if i < levels.index(top) else kinds[i]
        return kinds
    pair_follows = len(main) >= 3 and _is_pair(group[main[0]], group[main[1]], group[main[2]])
    if len(main) >= 2 and (pair_follows or _is_kicker(group[main[0]], group[main[1]], len(group))):
        kinds[main[0]] = "kicker"
    return kinds


def _is_pair(first: Heading, second: Heading, third: Heading) -> bool:
    """Are the second and third line the two halves of a headline, and the first none?"""
    a, b, c = width(first.text), width(second.text), width(third.text)
    return (third.tight and not second.tight) or (abs(b - c) <= 1 and abs(a - b) >= 1 and abs(a - c) >= 1.5)


def _is_kicker(first: Heading, second: Heading, lines: int) -> bool:
    halves = bool(TWO_HALVES.fullmatch(first.text)), bool(TWO_HALVES.fullmatch(second.text))
    if _KICKER_END.search(first.text) or (_ORGANISATION.search(first.text) and halves[1]):
        return True
    a, b = width(first.text), width(second.text)
    if abs(a - b) <= 1.5 or (second.tight and a > 0.6 * b):
        return False  # two equal lines, or one block, are one headline
    if a <= 0.5 * b or (a <= 0.7 * b and b >= 10):
        return True  # 新春走基层
    if halves == (True, False):
        return True  # a slogan in two halves over a headline that tells the news
    return any(halves) and a > b and (lines == 3 or a > 1.3 * b)
