"""Paragraphs that OCR ran together are broken again where the sense shows it.

Much modern OCR gives a column piece as one long line, with several printed paragraphs inside and no trace of
their breaks. A news item's paragraphs open in few ways: a speaker's next point (景俊海强调，), a turn of the report
(同时，…), a list of those present, the parallel leads of a feature. Only pages whose breaks are lost are touched: on
one that has kept them a long paragraph is what was printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from site_builder.model import Line
from site_builder.paragraphs import FLAT, is_open, width
from site_builder.patterns import HAN

LOST = 360  # characters: flattened paragraphs longer than this on average hide breaks (seed 002: 506)
LONG = 360  # characters: one line as long as this has swallowed a break even where the page has kept some
LOOP = 40  # characters: a shorter repetition may be a slogan's
LEAST = 40  # characters: no shorter piece is made, but for a signature or a list of names

_SPEECH = rf"[{HAN}]{{2,4}}(?:同志)?(?:强调|指出|要求|表示|认为|提出|介绍|告诉记者)[，,:：]"
_OPENERS = re.compile(
    rf"(?<=[。！？”）)])\s*(?:(?={_SPEECH})"
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
_LEAD = re.compile(rf"(?<=[。！？”）)])(?=[{HAN}]{{2}}“[^”]{{2,8}}”[{HAN}]{{1,4}}[，,][^，,。]{{4,16}}。)")
_DATED = r"\d{4}年\d{1,2}月\d{1,2}日$"
_SIGNATURE = re.compile(rf"(?<=。)\s*(?=[^。，,]{{6,40}}(?:办公室|委员会|指挥部|领导小组|人民政府|局|公司)\s*{_DATED})")
_SIGN_DATE = re.compile(r"(?<=[室会部组府局司])\s*(?=" + _DATED + ")")


def breaks_are_lost(lines: Sequence[Line]) -> bool:
    """Have the page's flattened paragraphs swallowed their breaks? Then they are too long on average."""
    lengths: list[int] = []
    open_before = False
    for line in lines:
        if len(line.text) > FLAT and width(line.text) > FLAT:
            if open_before and lengths:
                lengths[-1] += len(line.text)
            else:
                lengths.append(len(line.text))
            open_before = is_open(line.text)
    return len(lengths) >= 3 and sum(lengths) / len(lengths) >= LOST


def break_by_sense(line: Line, leads: bool) -> list[Line]:
    """The uncleaned line parted where paragraphs open; each part but the first carries the rule "sense".

    `leads` says whether the page has parallel leads (聚焦“乡村干部”主体，精准实施专业化教育。).
    """
    text = line.text
    if width(text) <= FLAT:
        return [line]
    cuts = {found.end() for found in _OPENERS.finditer(text)}
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
    return sum(len(_LEAD.findall(line.text)) for line in lines if "“" in line.text) >= 2


def cut_loop(line: Line) -> list[Line]:
    """The uncleaned line cut before a passage that repeats at once what stands before it (seed 001, line 62).

    >>> from site_builder.model import Span
    >>> passage = "眼下防控疫情到了最吃劲的关键时刻，任何部门和个人的安全都放在第一位，切不可把检查搞得像模像样，"
    >>> text = "日前，记者去某市场。" + passage + passage
    >>> [part.text == passage for part in cut_loop(Line(Span(0, len(text)), text, 1))]
    [False, True]
    """
    text = line.text
    if len(text) < 2 * LOOP:
        return [line]
    size = next((k for k in range(len(text) // 2, LOOP - 1, -1) if text.endswith(text[-2 * k : -k])), 0)
    if not size:
        return [line]
    at = len(text) - size
    return [line.cut(0, at), replace(line.cut(at, len(text)), rules=(*line.rules, "repeat"))]
