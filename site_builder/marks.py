"""Where lines and texts begin and stop: what marks and words at their ends tell.

Looked at for every line of a page, by several stages: so each test asks for the one character that it needs first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from site_builder import cutter
from site_builder.patterns import HAN

SENTENCE_END = re.compile(r"(?:[。！？!?]|……)[”’」』）)\]】]*$|^…+$")
STOP_END = re.compile(r"[。！？!?；;：:…—][”’」』）)\]】]*$")
OPEN_END = re.compile(r"[，、,（(《〈“‘「『·]$")
NO_START = re.compile(r"[，。、；：！？,;:!?）)》〉”’」』】%％℃]|…+(?=[^…])")
STOPS = frozenset("。！？!?；;：:…—”’」』）)]】")  # the last character of all that STOP_END and SENTENCE_END fit
NO_STARTS = frozenset("，。、；：！？,;:!?）)》〉”’」』】%％℃]…")  # and the first of what NO_START does
_CLOSING = "”’」』）)]】"
_ENDING = frozenset("。！？!?")
_STOPPING = _ENDING | frozenset("；;：:…—")
_OPENING_MARK = re.compile("[（《“「]")
_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("「", "」"))
_GOES_WITH_NUMBER = re.compile(r"[0-9A-Za-z%.]|[年月日例个人元万亿级版号时分届次]")
_WORD = re.compile(f"[{HAN}A-Za-z0-9]")
_WORDS_MEET = re.compile(rf"[{HAN}A-Za-z0-9]{{2}}")
SIGNED = re.compile(
    rf"(?:^|(?<=[。！？!?”…]))\s*[（(]\s*(?:(?:本报)?(?:记者|通讯员|作者)[^（()）]{{2,24}}|(?:转自|据|新华社)[^（()）]{{2,16}}|完"
    rf"|[{HAN}]{{2,9}}(?:[\s、，][{HAN}]{{2,4}})*)\s*[）)]$"
)


def runs_on(before: str, after: str) -> bool:
    """Does a word, or a number, run across the break?

    >>> runs_on("看望了坚守在卡点的工", "作人员"), runs_on("邮政服务。2", "月2日"), runs_on("落实到位", "李军一行")
    (True, True, False)
    """
    return _runs_on(before[-3:], after[:3])


@lru_cache(maxsize=65536)
def _runs_on(before: str, after: str) -> bool:
    if _is_number(before, after):
        return True
    if not _WORDS_MEET.match(before[-1:] + after[:1]):
        return False
    return len(before) not in accumulate(map(len, cutter.cut(before + after, False)))


def may_begin_word(before: str) -> bool:
    """May a word or a number stop short at the text's end? It ends in none of the marks, then."""
    return _WORD.match(before[-1:]) is not None


def may_end_word(after: str) -> bool:
    """May the rest of a word or a number open the text?"""
    return after[:1] in "%." or _WORD.match(after) is not None


def all_run_on(breaks: Sequence[tuple[str, str]]) -> list[bool]:
    """`runs_on` for each of many breaks, whose words are looked for in one go: that takes a third of the time.

    >>> all_run_on([("卡点的工", "作人员"), ("邮政服务。2", "月2日"), ("落实到位", "李军一行"), ("“", "工")])
    [True, True, False, False]
    """
    out = [False] * len(breaks)
    texts: list[str] = []
    seams: list[tuple[int, int]] = []  # the break's number, and where it is in all texts together
    at = 0
    for i, (before, after) in enumerate(breaks):
        before, after = before[-3:], after[:3]
        if before[-1:].isascii() and _is_number(before, after):
            out[i] = True
        elif _WORDS_MEET.match(before[-1:] + after[:1]):
            texts.append(before + after)
            seams.append((i, at + len(before)))
            at += len(texts[-1]) + 1
    if texts:
        edges = set(accumulate(map(len, cutter.cut("\n".join(texts), False))))
        for i, seam in seams:
            out[i] = seam not in edges
    return out


def _is_number(before: str, after: str) -> bool:
    """Does a number, or a Latin word, go on behind the break, or with its unit?"""
    last = before[-1:]
    return last.isascii() and last.isalnum() and _GOES_WITH_NUMBER.match(after) is not None


def stops(text: str) -> bool:
    """Does the text stop at a mark that ends a sentence or part of one?"""
    if text[-1:] not in STOPS:  # as with most lines
        return False
    return text.rstrip(_CLOSING)[-1:] in _STOPPING  # what STOP_END finds, without a search through a whole paragraph


def ends_sentence(text: str) -> bool:
    """Does a sentence end with the text?"""
    if text[-1:] not in STOPS:
        return False
    inner = text.rstrip(_CLOSING)  # so again, for SENTENCE_END
    return inner[-1:] in _ENDING or inner.endswith("……") or not text.strip("…")


def cannot_start(text: str) -> bool:
    """Does the text begin with a mark that no printed line may start with?"""
    return text[:1] in NO_STARTS and NO_START.match(text) is not None


def is_marked(text: str) -> bool:
    """Has the text marks of running text, that no headline has?"""
    return "，" in text or "。" in text or "；" in text or text.count("、") > 1  # a regex takes three times as long


def ties(before: str, after: str) -> bool:
    """Does anything but their place tie two lines together: a word across the break, a comma, a mark that can't open?

    >>> ties("看望了坚守在卡点的工", "作人员"), ties("抓好三个节点外地", "公交车，通过手机扫码")
    (True, False)
    """
    return bool(runs_on(before, after) or OPEN_END.search(before) or cannot_start(after) or unclosed(before))


def is_open(text: str) -> bool:
    """Does the text stop in mid-sentence?

    >>> is_open("积极创造条件加快复工复"), is_open("取得显著成效。”"), is_open("（筱棋）")
    (True, False, False)
    """
    return not (stops(text) or is_signed(text))


def is_signed(text: str) -> bool:
    """Does a signature in brackets end the text? (looked for only where a bracket does: the pattern is dear)

    >>> is_signed("尽快整改完毕。（筱棋）"), is_signed("尽快整改完毕。"), is_signed("龙山区（新区）")
    (True, False, False)
    """
    return text.endswith(("）", ")")) and bool(SIGNED.search(text))


def unclosed(text: str) -> bool:
    """Is a bracket, a title mark or a quotation still open at its end?

    >>> unclosed("审议通过《关于统筹做好"), unclosed("“零报告”制度")
    (True, False)
    """
    if not _OPENING_MARK.search(text):  # as with most
        return False
    return any((opened := text.count(opening)) and opened > text.count(closing) for opening, closing in _PAIRS)


def unclosed_title(text: str) -> bool:
    """Does the text stop inside a title's marks?

    >>> unclosed_title("暂列榜首的《给"), unclosed_title("《红岩》已经")
    (True, False)
    """
    return text.rfind("《") > text.rfind("》")
