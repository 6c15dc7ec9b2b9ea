"""Quotation marks as they were printed: OCR gives them straight, or facing the wrong way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from site_builder import trace
from site_builder.model import Line
from site_builder.patterns import CJK

_WRONG = re.compile("(?:[^“”]*(?<![。！？…，])”(?![，。、；：！？）])[^“”]{2,24}(?<![，、：（])“)+[^“”]*")
_TURNED = str.maketrans("“”", "”“")


def curl_quotes(text: str) -> str:
    """Set straight quotation marks between Chinese characters as print does, by whether one is open.

    >>> curl_quotes('他说："好。"会后'), curl_quotes('推进"一带一路"，')
    ('他说：“好。”会后', '推进“一带一路”，')
    >>> curl_quotes('误且不负责任"。'), curl_quotes('14" iPad')
    ('误且不负责任”。', '14" iPad')
    """
    if '"' not in text and "＂" not in text:
        return text
    out: list[str] = []
    balance = 0  # quotations open so far
    for i, char in enumerate(text):
        balance += (char == "“") - (char == "”")
        if char not in '"＂':
            out.append(char)
            continue
        before, after = text[i - 1 : i].strip() if i else "", text[i + 1 : i + 2].strip()
        if not (re.match(f"[{CJK}]", before) or re.match(f"[{CJK}]", after)):
            out.append(char)
            continue
        opened = balance > 0
        closing = opened or bool(re.match("[，。；：！？、）]", after)) or (not after and bool(before))
        out.append("”" if closing else "“")
        balance += -1 if closing else 1
    return "".join(out)


def turn_quotes(lines: Sequence[Line]) -> list[Line]:
    """Turn the marks of a line whose quotations all close before they open: 实行”零报告“制度.

    A line that goes on with a quotation and opens another (岗位”精神和“冲锋) has them in the same order too. So the
    last mark above it decides: if that one opens, this line's first mark closes it and nothing is turned. Nor is it
    where a stop or comma stands beside the marks as print has it: before or behind a closing one, before an opening.

        >>> from site_builder.model import Span
        >>> def turned(*texts): return [line.text for line in turn_quotes([Line(Span(0, 1), t, 1) for t in texts])]
        >>> turned("各村实行”零报告“制度", "做到”早发现“、”早隔离“")
        ['各村实行“零报告”制度', '做到“早发现”、“早隔离”']
        >>> turned("发扬“坚守", "岗位”精神和“冲锋", "在前”的作风"), turned("底了。”会后，他说：“走")
        (['发扬“坚守', '岗位”精神和“冲锋', '在前”的作风'], ['底了。”会后，他说：“走'])
        >>> turned("产品备案”，次日办结“一类审批")
        ['产品备案”，次日办结“一类审批']
    """
    out = list(lines)
    open_above = False
    for i, line in enumerate(lines):
        if "“" not in line.text and "”" not in line.text:
            continue
        if "”" in line.text and not open_above and _WRONG.fullmatch(line.text):
            turned = line.text.translate(_TURNED)
            if trace.asked():
                change = f"{trace.shown(line.text)} became {trace.shown(turned)}"
                trace.tell("cleaning", [line.span], f"Turn quotation marks that face the wrong way: {change}.")
            line = out[i] = replace(line, text=turned, rules=(*line.rules, "turn_quotes"))
        open_above = line.text.rfind("“") > line.text.rfind("”")
    return out
