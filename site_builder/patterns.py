"""What Chinese newspaper print looks like: the patterns that more than one stage needs."""

from __future__ import annotations

import re

HAN = r"\u2e80-\u2fd5\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
CJK = HAN + r"\u3001-\u3003\u3008-\u301f\u2014\u2018\u2019\u201c\u201d\u2026\uff01-\uff60"

_NEWS = "[讯訊电電]|消息"
DATELINE = re.compile(
    r"(?:[【〔\[]\s*)?(?:"
    rf"(?:据)?(?:新[华華{HAN}]社|中新社|中新网|人民日报|央视|总台)[^。，、；：！？\s（(]{{0,12}}?"
    rf"(?:\d{{1,2}}月)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})日?\s?(?:{_NEWS})"
    rf"|本报(?:[^。，、；：！？\s（(《]{{0,8}})?(?:\d{{1,2}}月\d{{1,2}}日)?\s?(?:{_NEWS})(?=[\s（(【\d“《]|[^息])"
    rf"|本[刊台站{HAN}][讯訊](?=[\s（(〈【]|\d)"  # OCR misreads the middle character: 本动讯
    r"|本报[讯訊]|本报\s?(?=[（(〈]\s?(?:记者|通讯员|特约|本报记者))"
    rf"|《[^》]{{2,10}}》\s?(?:{_NEWS})"
    r"|[^。，、；：！？\s（(]{0,6}\d{1,2}月\d{1,2}日[电電讯訊](?=[\s（(])"
    r")(?:\s*[】〕\]])?"
    r"|[【〔\[][^】〕\]。，、；：！？]{3,14}日\s?[电電讯訊]\s*[】〕\]]"  # whatever OCR has made of the agency's name
)
"""How a news item opens: 本报讯, 本报4月20日讯, 新华社北京4月20日电, 《吉林日报》讯, 【新华社河间十五日电】."""


_MAY_BE_DATED = frozenset("【〔[据新中人央总本《")  # so DATELINE begins, or with a month after few characters


def dated(text: str) -> bool:
    """Does a dateline open the text?

    >>> dated("本报讯（记者 丁一）昨日"), dated("昨日，本报讯"), dated("〔新华至保定二十五日電〕横跨东河")
    (True, False, True)
    """
    return (text[:1] in _MAY_BE_DATED or "月" in text[1:9]) and DATELINE.match(text) is not None


JUMP = re.compile(
    r"[（(〔\[【《]?\s*((?:[紧下]\s*[转轉]|上\s*接)\s*第?\s*[A-Za-z]?\s*[0-9０-９一二三四五六七八九十]{1,3}\s*版[^。，；！？（）()]{0,12}?)\s*[▶►→]?\s*[）)〕\]】]?\s*$"
)
"""A jump line at the end of a line: （下转四版）, （紧转6版）, （下转A08版）, 上接第一版."""

TURN = re.compile("(?:记者|问|答)[：:]")
"""How an interview's question or answer begins."""

PIECE_END = re.compile("[，、；：”’》）]$")
"""A mark behind which PDF text may break a printed line in two."""
