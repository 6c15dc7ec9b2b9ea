"""Paragraphs that OCR ran together are broken again where the sense shows it.

Much modern OCR gives a column piece as one long line, with several printed paragraphs inside and no trace of
their breaks. A news item's paragraphs open in few ways: a speaker's next point (景俊海强调，), a turn of the report
(同时，…), a list of those present, the parallel leads of a feature. Only pages whose breaks are lost are touched: on
one that has kept them a long paragraph is what was printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from site_builder.marks import is_open
from site_builder.model import Line
from site_builder.patterns import HAN
from site_builder.widths import FLAT, width

LOST = 360  # characters: flattened paragraphs longer than this on average hide breaks (seed 002: 506)
MANY = 3  # openings inside lines, and twice as many as at their heads: the page's breaks are lost
LONG = 360  # characters: one line as long as this has swallowed a break even where the page has kept some
LOOP = 40  # characters: a shorter repetition may be a slogan's
LEAST = 30  # characters: no shorter piece is made, but for a signature or a list of names

# How much speaks for a paragraph to open at a sentence's start (log-odds): fitted to the paragraphs of the seeds' truth
# and of the invented stories by `python -m tests.quality.breaks`, which also measures them.
WEIGHTS = {
    "": -0.39,
    "opens": 0.71,
    "turn": 0.06,
    "speaks": 0.74,
    "goes on": -1.59,
    "says who was quoted": -0.07,
    "item": 0.44,
    "quotes": 0.31,
    "after a quotation": -0.09,
    "named again": 0.33,
    "begins as another": 0.25,
    "short": -0.07,
    "after a cry": 0.61,
}
MORE = 0.36  # added where the page's breaks are lost: a break too many there costs less than one too few
FEWER = -0.5  # the same for a single long line of a page that has kept its breaks

_WIDE, _HALF = str.maketrans(",:;!?()", "，：；！？（）"), re.compile("[,:;!?()]")
_SENTENCE = re.compile("(?:[。！？!?]|……)[”’）)]*")
_TURN = re.compile(
    r"此次|这次|本次|这些年|多年来|连日来|当晚|当日|次日|翌日|当天|目前|近日|日前|今年|去年|近年来|昨[天日晚]|今天|如今|眼下"
    r"|随后|此前|会前|会上|会后|其间|期间|截至|据了解|据悉|据介绍|同时|此外|另外|下一步|接下来|与此同时|在此基础上|针对"
    r"|\d{1,2}月\d{1,2}日|\d{1,2}日|\d{4}年|清晨|深夜|上午|下午|傍晚|入夜|夜里|一天|有一次|从.{1,4}开始|为[^。，]{2,14}，"
)
_GOES_ON = re.compile(
    "(?!此次|这次|本次|这些年|该公司|此时|此前)(?:同时，(?:要|还要|还)|他们?[^，。]{0,6}(?:强调|指出|要求|说|表示)|[他她它这那其此该但而却也还又再更就并要]"
    "|因此|所以|对此|为此|于是|不过|然而|希望|[一二三四五六七]是|第[二三四五]|有的|尤其|特别|完全|坚持|加强|坚决|推动|加快|同样|确保)"
)
_SPEAKS = re.compile(
    rf"[{HAN}·]{{2,24}}?(?:强调|指出|要求|表示|认为|提出|介绍说?|告诉记者|说|希望|坦言|回忆说?)(?=[，：,:])"
)
# Openings that in news items hardly ever stand inside a paragraph.
_SPEECH = rf"[{HAN}]{{2,4}}(?:同志)?(?:强调|指出|要求|表示|认为|提出|介绍|告诉记者)[，,:：]"
_OPENS = re.compile(
    rf"(?:(?={_SPEECH})"
    r"|(?=(?:同时|此外|另外|据了解|据悉|据介绍|近年来|下一步|接下来|与此同时|在此基础上)[，,])"
    r"|(?=(?:会上|会前|会后|会议期间|检查期间|调研期间|活动中|座谈会上|随后)[，,])"
    r"|(?=(?:此次|这次|本次)[^。，,]{2,12}(?:采取|以|共|由|是|将))"
    r"|(?=针对[^。，,]{4,24}(?:问题|情况|形势)[，,])|(?=从[^。，,]{2,12}(?:情况|来)?看[，,])"
    r"|(?=截至[^。，,]{3,16}[，,时])|(?=提醒[^。，,]{2,10}[，,])|(?=(?:应该|应当)[^。，,]{2,8}(?:认识到|看到)[，,])"
    r"|(?=(?:过去|今年|去年)[^。，,]{0,4}(?:以来|里|中)[，,])"
    rf"|(?=(?:[{HAN}]{{2,4}}、){{3,}}[{HAN}]{{2,4}}[^。，,]{{0,14}}(?:参会|参加|出席|陪同|列席))"
    rf"|(?=[^。，,]{{2,12}}(?:一行先后|一行来到|先后来到|先后深入))"
    r"|(?=(?:中共中央政治局(?:常委|委员)|全国(?:人大|政协)[^。，,]{0,10})[、，,]))"
)
_SAID = re.compile(rf"[{HAN}·]{{2,16}}(?:说|表示|介绍|回忆|坦言|感慨|笑着|一边|告诉)")
_ITEM = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|——|[●■◆▲★]|第[一二三四五六]，"
)
_LEAD = re.compile(rf"(?<=[。！？”）)])(?=[{HAN}]{{2}}“[^”]{{2,8}}”[{HAN}]{{1,4}}[，,][^，,。]{{4,16}}。)")
_DATED = r"\d{4}年\d{1,2}月\d{1,2}日$"
_SIGNATURE = re.compile(rf"(?<=。)\s*(?=[^。，,]{{6,40}}(?:办公室|委员会|指挥部|领导小组|人民政府|局|公司)\s*{_DATED})")
_SIGN_DATE = re.compile(r"(?<=[室会部组府局司])\s*(?=" + _DATED + ")")


def breaks_are_lost(lines: Sequence[Line]) -> bool:
    """Have the page's flattened paragraphs swallowed their breaks?

    Then they are too long on average, or what opens paragraphs (栾国栋强调，…) stands inside lines, not at their heads.
    """
    lengths: list[int] = []
    inside = at_heads = 0
    open_before = False
    for line in [line for line in lines if len(line.text) > FLAT]:
        if width(line.text) <= FLAT:
            continue
        text = _widened(line.text)
        inside += sum(_surely_opens(text, at) for at in sentence_ends(text) if at >= LEAST)
        if open_before and lengths:
            lengths[-1] += len(text)
        else:
            lengths.append(len(text))
            at_heads += _surely_opens(text, 0)
        open_before = is_open(text)
    if len(lengths) < 3:
        return inside > 1 and not at_heads
    return sum(lengths) / len(lengths) >= LOST or (inside >= MANY and inside > 2 * at_heads)


def _widened(text: str) -> str:
    """The text with its marks set full width; most have none that aren't."""
    return text.translate(_WIDE) if _HALF.search(text) else text


def _surely_opens(text: str, at: int) -> bool:
    return bool(_OPENS.match(text, at) or _SPEAKS.match(text, at)) and not _GOES_ON.match(text, at)


def sentence_ends(text: str) -> list[int]:
    """Where the text's sentences end, the last one left out.

    >>> sentence_ends("会议召开。他说：“好！”随后散会。")
    [5, 12]
    """
    return [found.end() for found in _SENTENCE.finditer(text) if found.end() < len(text)]


def opening_signs(text: str, at: int, starts: Counter[str]) -> list[str]:
    """The signs that speak for or against a paragraph opening at a sentence's start: keys of WEIGHTS.

    `starts` counts the first two and three characters of the text's sentences: who is named again and again at a
    sentence's head is whom the report follows, paragraph by paragraph (赵乐际指出，… 赵乐际强调，…).
    """
    head = text[at : at + 40]
    ends = _SENTENCE.search(text, at)
    goes_on = bool(_GOES_ON.match(head))
    quoted = text[at - 1] in '”"'
    again = not goes_on and starts[head[:3]] >= 2
    signs = {
        "opens": bool(_OPENS.match(text, at)),
        "turn": bool(_TURN.match(head)),
        "speaks": not goes_on and not quoted and bool(_SPEAKS.match(head)),
        "says who was quoted": quoted and bool(_SAID.match(head)),
        "goes on": goes_on,
        "item": bool(_ITEM.match(head)),
        "quotes": head[0] in '“"',
        "after a quotation": quoted,
        "named again": again,
        "begins as another": not goes_on and not again and starts[head[:2]] >= 2,
        "short": (ends.end() if ends else len(text)) - at <= 14,
        "after a cry": text[at - 1] in "！？!?",
    }
    return [sign for sign, holds in signs.items() if holds]


def paragraph_ends(text: str, bias: float) -> list[int]:
    """The sentence ends at which the text is best parted into paragraphs, all of them weighed together.

    `bias` is added to the weight of each break: above 0 more are made.
    """
    text = _widened(text)
    ends = sentence_ends(text)
    starts = Counter(text[at : at + size] for at in [0, *ends] for size in (2, 3))
    weight = {at: bias + WEIGHTS[""] + sum(WEIGHTS[s] for s in opening_signs(text, at, starts)) for at in ends}
    best: dict[int, tuple[float, int]] = {0: (0.0, 0)}  # the best parting up to each place, and the place before it
    places, k, last = [0, *ends], 0, (float("-inf"), 0)  # the best of the places far enough before
    for at in ends:
        while places[k] <= at - LEAST:
            last = max(last, (best[places[k]][0], places[k]))
            k += 1
        best[at] = (last[0] + weight[at], last[1])
    goes_on = is_open(text)  # then its last piece is as long as what follows it makes it
    rest = {at: score for at, (score, _) in best.items() if goes_on or len(text) - at >= LEAST or at == 0}
    at = max(rest, key=lambda place: rest[place])
    out: list[int] = []
    while at:
        out.append(at)
        at = best[at][1]
    return out[::-1]


def break_by_sense(line: Line, leads: bool, bias: float = MORE) -> list[Line]:
    """The uncleaned line parted where paragraphs open; each part but the first carries the rule "sense".

    `leads` says whether the page has parallel leads (聚焦“乡村干部”主体，精准实施专业化教育。).
    """
    text = line.text
    if width(text) <= FLAT:
        return [line]
    cuts = set(paragraph_ends(text, bias))
    if leads:
        cuts |= {found.end() for found in _LEAD.finditer(text)}
    signed: set[int] = set()
    if re.search(_DATED, text):
        signed = {found.end() for found in (*_SIGNATURE.finditer(text), *_SIGN_DATE.finditer(text))}
    edges = [0]
    for cut in sorted(cuts | signed):
        if cut in signed or cut - edges[-1] >= LEAST:
            edges.append(cut)
    parts = [line.cut(start, end) for start, end in pairwise([*edges, len(text)]) if text[start:end].strip()]
    return [parts[0], *(replace(part, rules=(*line.rules, "sense")) for part in parts[1:])]


def has_leads(lines: Sequence[Line]) -> bool:
    """Do two and more paragraphs of the page open with a parallel lead?"""
    return sum([len(_LEAD.findall(line.text)) for line in lines if "“" in line.text]) >= 2


def cut_loop(line: Line) -> list[Line]:
    """The uncleaned line cut before a passage that repeats at once what stands before it (seed 001, line 62).

    >>> from site_builder.model import Span
    >>> passage = "眼下防控疫情到了最吃劲的关键时刻，任何部门和个人的安全都放在第一位，切不可把检查搞得像模像样，"
    >>> text = "日前，记者去某市场。" + passage + passage
    >>> [part.text == passage for part in cut_loop(Line(Span(0, len(text)), text, 1))]
    [False, True]
    """
    text = line.text
    if len(text) < 2 * LOOP or text[-LOOP:] not in text[:-LOOP]:  # as with nearly all: its end stands nowhere before
        return [line]
    size = next((k for k in range(len(text) // 2, LOOP - 1, -1) if text.endswith(text[-2 * k : -k])), 0)
    if not size:
        return [line]
    at = len(text) - size
    return [line.cut(0, at), replace(line.cut(at, len(text)), rules=(*line.rules, "repeat"))]
