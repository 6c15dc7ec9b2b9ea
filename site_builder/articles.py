"""Text blocks -> articles: what each block is, where the page is cut, which headline is whose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from site_builder import bylines, trace
from site_builder.affinity import Row, Vocabulary, Weights, Words
from site_builder.breaks import TWO_HALVES
from site_builder.claims import CLAIM, RUBRIC, part_by_headings
from site_builder.cleaning import clean
from site_builder.cutting import Body, cut_bodies
from site_builder.headlines import DOUBTFUL, SUBTITLE, Heading, Match, match, roles, second_sets
from site_builder.language import _
from site_builder.marks import is_open, ties
from site_builder.model import Article, Finding, Page, SourcePage, Span
from site_builder.pieces import Piece, read_pieces
from site_builder.repeats import set_aside
from site_builder.stitching import stitch
from site_builder.widths import width
from site_builder.words import quote

FURNITURE = {"masthead", "folio", "imprint", "editor", "teaser", "other"}
ORPHAN = 9.0  # characters: a heading line this long that matches no body is worth a finding; shorter is a rubric
INSIDE = 0.7  # that a caption stands inside an article, against the share of its words that the article has
BEFORE = 0.4  # that the article stands before it
END = 8  # characters by which the beginning and the end of a passage are known
AGAIN = 0.25  # the share of a headline's words that the text below it says again, where nobody doubts
_LABEL = re.compile("[●■◆★☆◎▲—－]")  # print marks a rubric and a subtitle so: no headline
_SIGNATURE_END = re.compile(r"\d日$|[办局委会部院司厅]$")
_BANNER = re.compile("^.{2,8}(?:进行时|在行动|直通车|专栏|之窗|看台|剪影)$")


def restore(page: SourcePage) -> Page:
    """The page with its articles and furniture; `facts` stay empty."""
    lines = clean(page)
    pieces = read_pieces(lines)
    vocabulary = Vocabulary()
    vocabulary.read(piece.text for piece in pieces)  # in one go what the steps below ask for one by one
    bodies, loose = cut_bodies(pieces, vocabulary)
    set_aside(bodies)
    stitch(bodies, vocabulary)
    furniture = [piece for piece in pieces if piece.kind in FURNITURE]
    captions = [piece for piece in pieces if piece.kind == "caption"]
    told = read_words(bodies, [*loose, *captions], vocabulary)
    found = match_headings(bodies, loose, furniture, told)
    if part_by_headings(bodies, second_sets(found), vocabulary):
        trace.forget("headlines")
        told = read_words(bodies, [*loose, *captions], vocabulary)
        found = match_headings(bodies, loose, furniture, told)
    furniture += [_whole(piece, page.text) for piece in give_headings(bodies, loose, found)]
    place_captions(bodies, captions, furniture, told)
    articles, findings = [], []
    for number, body in enumerate(sorted(bodies, key=lambda body: body.place)):
        articles.append(_article(body))
        findings += _doubts(body, articles[-1], number)
    findings += [
        Finding(
            "orphan-headline",
            _("{line}：可能是栏目名，也可能是失去正文的标题。", line=_as_printed(piece.text)),
            spans=piece.spans,
            lines=piece.numbers,
        )
        for piece in furniture
        if piece.kind == "rubric"
        and width(piece.text) > ORPHAN
        and not _LABEL.match(piece.text)
        and not any(line.number < 8 for line in piece.lines)
    ]
    if ["band" for line in lines if "band" in line.rules]:
        message = _("这一版的各栏在来源中横着连读，或版块次序已乱，阅读顺序是推断的。")
        findings.insert(0, Finding("order-doubt", message))
    blocks = tuple(piece.block for piece in sorted(furniture, key=lambda piece: piece.place))
    return Page(page, blocks, tuple(articles), tuple(findings))


def _as_printed(line: str) -> str:
    """A printed line within a sentence: in quotation marks, unless it has some of its own.

    >>> _as_printed("防控动态"), _as_printed("同心战“疫”")
    ('“防控动态”', '同心战“疫”')
    """
    return line if "“" in line or "”" in line else quote(line)


def _ends(text: str) -> str:
    """A passage by its beginning and its end, which are enough to find it.

    >>> _ends("日前，记者来到该村，看到院子里的孩子们学得有模有样"), _ends("短讯一则")
    ('日前，记者来到该……子们学得有模有样', '短讯一则')
    """
    return text if len(text) <= 3 * END else f"{text[:END]}……{text[-END:]}"


def _whole(piece: Piece, text: str) -> Piece:
    """A jump line that belongs to no article is plain furniture: shown with the brackets that cleaning left out."""
    if piece.kind != "jump":
        return piece
    line = piece.lines[0]
    start = len(text[: line.span.start].rstrip()) - 1
    end = len(text) - len(text[line.span.end :].lstrip())
    opens = start >= 0 and text[start] in "（(〔［[【"
    closes = end < len(text) and text[end] in "）)〕］]】"
    span = Span(start if opens else line.span.start, end + 1 if closes else line.span.end)
    return Piece("other", [replace(line, span=span, text=text[span.start : span.end])])


class Told(NamedTuple):
    """What the page's articles talk about, and what its headings and captions say."""

    bodies: Sequence[Words]
    of: Mapping[str, Words]  # by the text of a heading or a caption
    weights: Weights
    row: Row  # the bodies' words, to be compared with others


def read_words(bodies: list[Body], others: Sequence[Piece], vocabulary: Vocabulary) -> Told:
    """The words of the page's bodies, which are put in their order, and of other pieces."""
    bodies.sort(key=lambda body: body.place)
    texts = [piece.text for piece in others]
    of = dict(zip(texts, vocabulary.read(texts), strict=True))
    own = vocabulary.read_together(body.texts for body in bodies)
    weights = Weights(vocabulary, own)
    return Told(own, of, weights, weights.row(own))


def match_headings(
    bodies: Sequence[Body], loose: Sequence[Piece], furniture: Sequence[Piece], told: Told
) -> list[Match]:
    """Which group of headings belongs to which body (its place in `bodies`)."""
    places = [body.place for body in bodies]
    blanks = any(piece.lines[0].blank_before for piece in loose[1:])
    headings: list[Heading] = []
    last: Piece | None = None
    for i, piece in enumerate(loose):
        if piece.kind != "heading":
            continue
        stretch = _stretch(piece, places)
        near = last if last and headings[-1].stretch == stretch else None
        headings.append(
            Heading(
                piece.text,
                piece.place,
                stretch,
                level=max(line.heading for line in piece.lines),
                ends_group=i + 1 < len(loose)
                and loose[i + 1].kind == "byline"
                and _stretch(loose[i + 1], places) == stretch,
                tight=bool(near and blanks and piece.lines[0].number == near.lines[-1].number + 1),
                apart="opens" in piece.lines[0].rules
                or bool(near and any(near.place < other.place < piece.place for other in furniture)),
            )
        )
        last = piece
    texts = [(body.place, body.text) for body in bodies]
    return match(headings, texts, told.of, told.row, told.weights)


def _stretch(piece: Piece, places: Sequence[int]) -> int:
    """How many bodies open before the piece: headings with the same count have no body's opening between them.

    `places` are those of the bodies, which `match_headings` has put in order.
    """
    return bisect_left(places, piece.place)


def give_headings(bodies: list[Body], loose: Sequence[Piece], found: Sequence[Match]) -> list[Piece]:
    """Give each body its headings, with their kinds, and its bylines; returns what belongs to none, as rubrics."""
    places = [body.place for body in bodies]
    of = {piece.place: piece for piece in loose if piece.kind == "heading"}
    owner: dict[int, Body] = {}
    matched = [group for group in found if group.body >= 0]
    shares = {
        heading.place: share for group in matched for heading, share in zip(group.headings, group.shares, strict=True)
    }
    for group in matched:
        body = bodies[group.body]
        kept = [h for h in group.headings if not _is_rubric(h, group.headings, shares[h.place])]
        for heading in group.headings if trace.asked() else ():
            if heading not in kept:
                words = f"{trace.shown(heading.text)} is a rubric: short, above, and hardly repeated in the text."
                trace.tell("rubrics", of[heading.place].spans, words)
        for heading, kind in zip(kept, roles(kept), strict=True):
            of[heading.place].kind = kind
            body.heads.append(of[heading.place])
            owner[heading.place] = body
        if kept:
            sure = _stands_above(kept, body, places, [shares[h.place] for h in kept])
            body.doubt = 1.0 if sure else group.score / len(group.headings)
    for i, piece in enumerate(loose):
        if piece.kind == "byline" and bodies:
            near = (*reversed(loose[max(0, i - 2) : i]), *loose[i + 1 : i + 2])
            stretch = _stretch(piece, places)
            beside = [
                owner[other.place] for other in near if other.place in owner and _stretch(other, places) == stretch
            ]
            following = [body for body in bodies if body.place > piece.place]
            (beside or following or bodies[-1:])[0].heads.append(piece)
    given = {id(piece) for body in bodies for piece in body.heads}
    rest = [piece for piece in loose if id(piece) not in given]
    for piece in rest:
        piece.kind = {"heading": "rubric", "jump": "jump"}.get(piece.kind, "other")
    return rest


def _stands_above(group: Sequence[Heading], body: Body, places: Sequence[int], shares: Sequence[float]) -> bool:
    """Does a line of the headings stand right above the text, and the text say a good part of it again? Then the two
    belong together beyond doubt, though the other lines may say what the text does not.

    `shares` are those of each line's words that the text has.
    """
    above = group[-1].place < body.place and group[-1].stretch == bisect_left(places, body.place)
    return above and max(shares) >= AGAIN


def _is_rubric(heading: Heading, group: Sequence[Heading], share: float) -> bool:
    """Is the line a rubric (同心战“疫”) and no part of this article's headings, of whose words it has a share?"""
    if heading is group[0] and len(group) > 1 and share < CLAIM and _BANNER.search(heading.text):
        return True
    if width(heading.text) > RUBRIC or heading.ends_group or SUBTITLE.search(heading.text):
        return False
    if len(group) == 1:
        return False
    later = [other for other in group if other.place > heading.place]
    if heading.place != group[0].place or not later or abs(width(later[0].text) - width(heading.text)) <= 0.5:
        return False  # rubrics stand above; two short lines of one length are a pair
    return share < 0.6 and width(later[0].text) <= RUBRIC


def place_captions(bodies: Sequence[Body], captions: Sequence[Piece], furniture: list[Piece], told: Told) -> None:
    """Put each caption into the article that it stands in, or that talks about the same."""
    if not captions:
        return
    # Which article each line of the page belongs to, in the source's order.
    owner = {line.order: b for b, body in enumerate(bodies) for piece in body.pieces for line in piece.lines}
    end = max(owner, default=0) + 1
    for caption in captions:
        if not bodies:
            caption.kind = "other"
            furniture.append(caption)
            continue
        before = next((owner[order] for order in range(caption.place, -1, -1) if order in owner), -1)
        behind = next((owner[order] for order in range(caption.place + 1, end) if order in owner), -1)
        inside = before >= 0 and behind == before
        shares = told.weights.shares(told.of[caption.text], told.row).tolist()
        near = (BEFORE + INSIDE * inside) if before >= 0 else 0.0
        best = max(range(len(bodies)), key=lambda b: shares[b] + near * (b == before))
        chosen = bodies[best]
        if trace.asked():
            where = "stands apart from"
            if best == before:
                where = "stands inside" if inside else "stands behind"
            said = f"The caption belongs to the text {trace.shown(chosen.text)}: it {where} that"
            trace.tell("captions", caption.spans, f"{said}, which has {shares[best]:.0%} of its words.")
        at = sum(piece.place < caption.place for piece in chosen.pieces)
        chosen.pieces.insert(at, caption)


def _article(body: Body) -> Article:
    order = {"kicker": 0, "headline": 1, "subtitle": 2, "byline": 3}
    heads = sorted(body.heads, key=lambda piece: (order[piece.kind], piece.place))
    blocks = [piece.block for piece in (*_merged(heads, body.text), *body.pieces)]
    texts = [block.text for block in blocks if block.kind == "paragraph"]
    own = [block.text for block in blocks if block.kind == "byline"]
    credits = [block.text for block in blocks if block.kind == "caption"]
    return Article(tuple(blocks), bylines.byline(own, texts, credits), bylines.dateline(texts))


def _merged(heads: list[Piece], text: str) -> list[Piece]:
    """Headline lines that are one sentence over two lines become one block; two equal halves stay two.

    The article's own text tells, where it says the words at the break again: run together (春耕备耕现场推进会) or
    parted by a mark (落细防控措施，严防疫情反弹). Else their lengths do: 市市监局为一次性隔离衣 /
    生产企业开辟行政审批绿色通道 is one sentence; two lines of one length are a pair.
    """
    out: list[Piece] = []
    for piece in heads:
        last = out[-1] if out else None
        if (
            last
            and piece.kind == last.kind == "headline"
            and piece.lines[0].number - last.lines[-1].number <= 1
            and _is_one(last.text, piece.text, text)
        ):
            if trace.asked():
                wrapped = " and ".join(trace.break_between(last.lines[-1], piece.lines[0]))
                spans = last.lines[-1].span, piece.lines[0].span
                trace.overrule("paragraphs", spans, f"{wrapped} are one headline, wrapped over its lines.")
            last.add(piece.lines)
        else:
            out.append(Piece(piece.kind, list(piece.lines), _text=piece.text))
    return out


def _is_one(first: str, second: str, text: str) -> bool:
    """Are two lines of a headline one sentence, wrapped?

    >>> _is_one("落细防控措施", "严防疫情反弹", "会议要求落细防控措施，严防疫情反弹。")
    False
    >>> _is_one("云陵召开“春耕备耕”", "现场推进会", "云陵市召开“春耕备耕”现场推进会。")
    True
    """
    end, start = first.rstrip("”》")[-2:], second.lstrip("“《")[:2]
    seam = re.search(f"{re.escape(end)}([”》]?[，、；]|[”》]?)[“《]?{re.escape(start)}", text)
    if seam:
        return not re.search("[，、；]", seam[1])
    unlike = abs(width(first) - width(second)) > 1
    return unlike and not TWO_HALVES.fullmatch(first) and not TWO_HALVES.fullmatch(second)


def _doubts(body: Body, article: Article, number: int) -> list[Finding]:
    first = body.pieces[0]
    out = []

    def find(code: str, message: str, piece: Piece) -> None:
        out.append(Finding(code, message, spans=piece.spans, lines=piece.numbers, article=number))

    if not article.headline:
        find("no-headline", _("版面文字中找不到这篇文章的标题。"), first)
    elif body.doubt < DOUBTFUL:
        headline = next(piece for piece in body.heads if piece.kind == "headline")
        message = _("标题{quoted}与正文的联系不够确定。", quoted=quote(article.headline))
        find("headline-doubt", message, headline)
    for piece in body.pieces:
        if piece.kind == "duplicate":
            message = _("{quoted}这段文字在来源中出现两次，正文只登一次。", quoted=quote(_ends(piece.text)))
            find("duplicate", message, piece)
    if not body.paragraphs:
        return out
    for before, after in [pair for piece in body.paragraphs for pair in pairwise(piece.lines)]:
        if after.order != before.order + 1 and not ties(before.text, after.text):
            message = _(
                "“……{end}”与“{start}……”在来源中不相连，是推断拼接的，可能有误。",
                end=before.text[-8:],
                start=after.text[:8],
            )
            parted = Piece("paragraph", [before, after])
            find("join-doubt", message, parted)
    last = body.paragraphs[-1]
    if is_open(last.text) and not article.jump and not _SIGNATURE_END.search(last.text):
        find("open-end", _("正文在句子中间断开，原文可能有缺失。"), last)
    return out
