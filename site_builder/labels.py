"""What a line is by its own words: furniture, byline, caption, jump. One test a kind, in LABELS.

Whether a line is a headline or running text shows only beside its neighbours: that is decided in paragraphs.py and
articles.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from site_builder import trace
from site_builder.marks import is_open
from site_builder.model import Line
from site_builder.patterns import HAN, TURN, dated
from site_builder.printed_dates import plain

TITLE_WORDS = (
    "日报|晚报|时报|都市报|晨报|早报|商报|新报|快报|导报|周报|周刊|青年报|农民报|工人报"
    "|法制报|法治报|文汇报|新闻报|消息报|公报"
)
NAME = rf"[{HAN}·]{{2,4}}"
ROLE = r"(?:首席|见习|特约|实习|全媒体|驻[^，。\s]{2,6})?(?:记者|通讯员|评论员|摄影记者|特派记者|文字记者)"
_MEDIUM = "(?:本报|本台|本刊|新华社|人民日报|总台|央视)"
_BOTH = "(?:文/图|文／图)"  # one person wrote and photographed
_SIGNS = "●■□◎○☆★▪•·"
_HANZI_NUMBER = "0-9０-９一二三四五六七八九十百千零〇"

_BYLINE = re.compile(
    rf"[{_SIGNS}\s]*(?:{_MEDIUM}{ROLE}|{ROLE}|(?:文|图|图文|{_BOTH}|撰文|作者)[/／:：\s])[：:\s/／]*"
    rf"(?:{NAME}|[{HAN}]{{5,9}}$)"
    rf"(?:[\s、，,/／]+(?:{_BOTH}[\s、]*)?(?:通讯员|记者|实习生)?[\s：:]*{NAME}){{0,7}}"
    rf"(?:[\s/／]*(?:文|图|{_BOTH}|整理))?\s*$"
)
_CREDIT = re.compile(
    rf"(?:摄影报道|(?:[{HAN}]{{2,4}}|记者|社)\s*摄(?:\s*[（(]影像中国[）)]|\s*影\s*报\s*道)?"
    rf"|资料图片|资料照片|[（(]?影像中国[）)]?|供\s*图|图/[{HAN}]{{2,4}})\s*[）)]?\s*[。]?$"
)
_CREDIT_MARK = re.compile("摄|资料|影像|供|图/")  # without one of these there is no credit
_CREDIT_END = re.compile(r"(?:摄|影报道|报道|片)\s*[）)]?$")
_CREDIT_ALONE = re.compile(
    rf"[（(]?\s*(?:资料图片|资料照片|(?:本报|新华社)?{ROLE}|本报)\s*(?:[{HAN}\s]{{2,8}}(?:摄|摄影报道))?\s*[）)]?$"
)
_CREDIT_WORD = re.compile("摄|摄影|影报道|摄影报道")
_PICTURE = re.compile(r"^(?:[▲▼◀▶△▽←→↑↓]\s*|[(（]?(?:上|下|左|右|题)?图[①-⑩一二三四12345]?[)）]?(?:为|[：:]|是))")
_EDITS = (
    r"(?:本版|本期|值班|今日|一版|责任|版面|执行)?\s*"
    r"(?:编辑|责编|编委|责任编辑|主编|执行主编|美编|版式|校对|审读|主任|总编|制图|设计制作|图片编辑|视觉|组版)"
)
_EDITOR = re.compile(rf"^{_EDITS}\s*[/／：:；\s　].{{1,40}}$")
_DIGITS = "〇○零一二三四五六七八九"
_YEAR = f"(?:[12]\\d{{3}}|[{_DIGITS}]{{4}})"
_MONTH_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[月.\-/／]\s*(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_DATE = rf"{_YEAR}\s*[年.\-/／]\s*{_MONTH_DAY}\s*日?"
_MASTHEAD_DATE = re.compile(rf"^{_DATE}\s*(?:星期|礼拜|周)\s*[一二三四五六日天].{{0,24}}$")
_MISREAD_DATE = re.compile(rf"^{_YEAR}\s*年[^，。]{{3,8}}日\s*星期\s*[一二三四五六日天]$")  # 2019年1]月3日 星期日
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LUNAR = re.compile(rf"^(?:农历|夏历)?[{_STEMS}][{_BRANCHES}]年.{{2,24}}$")
_NUMBER = re.compile(
    rf"^(?:总\s*第\s*[{_HANZI_NUMBER}]+\s*[期号]|第\s*[{_HANZI_NUMBER}]+\s*期)[^，。]{{0,16}}$"
    rf"|^今[日天]\s*[{_HANZI_NUMBER}]+\s*版.{{0,10}}$"
)
_OLD_NUMBER = re.compile(rf"^第\s*[{_HANZI_NUMBER}]{{3,6}}\s*号$")  # until the sixties: 第二八三四号
_PINYIN = re.compile(r"^(?=.*(?:BAO|WEN|KAN|XUN))[A-Z][A-Z ]{5,40}$")
_IMPRINT = re.compile(
    r"刊号|出版物号|CN\s?\d{2}\s?[-—－]\s?\d{4}|新闻热线|邮发代号|邮政编码|E-?mail|https?://|www\.|报社出版"
    r"|^.{2,24}(?:主管|主办)(?:\s*主办)?(?:.{0,20}出版)?$|^.{0,6}(?:社址|电话|地址|广告部|发行部|订报热线|零售)[：:].{4,}"
    r"|^.{0,6}(?:信箱|邮箱)[：:][^，。]{0,12}[@＠0-9A-Za-z]"
)
_PAPER = re.compile(rf"^[{HAN}]{{1,6}}(?:{TITLE_WORDS})$")
_PAGE = "(?:[A-D]?\\d{1,2}|第\\s*[0-9一二三四五六七八九十]{1,3}\\s*版)"
_MASTHEAD = re.compile(  # in one, which is tried once
    "|".join(sign.pattern for sign in (_MASTHEAD_DATE, _MISREAD_DATE, _LUNAR, _NUMBER, _PINYIN, _PAPER))
)
_FOLIO = re.compile(
    rf"^(?:(?:{_PAGE}\s*版|0\d|[A-D]\d{{1,2}})[{HAN}·]{{2,5}}|{_PAGE}\s*版?(?:[\s”\"·|｜]+[{HAN}·]{{2,8}})?)"
    rf"[\s”\"·|｜]*(?:.*{_DATE}.*)?$"
    rf"|^{_DATE}\s+.{{0,16}}第?\s*[0-9一二三四五六七八九十]{{1,3}}\s*版$"
)
_LUNAR_DAY = "[闰正一二三四五六七八九十冬腊]{1,3}月[初十廿卅一二三四五六七八九]{1,3}日?"
_HEAD_PART = re.compile(  # what a page's head is made of, in whatever order, each after its separators
    rf"[\s|｜·•/／—－”“\"]*(?:(?P<date>{_DATE})|(?P<weekday>[（(]?(?:星期|礼拜|周)[一二三四五六日天][）)]?)"
    rf"|(?P<lunar>(?:农历|夏历|(?=[{_STEMS}]))(?:[{_STEMS}][{_BRANCHES}]年)?{_LUNAR_DAY})"
    rf"|(?P<number>总?第[{_HANZI_NUMBER}]+[期号])|(?P<count>(?:今[日天]|本期|共)[{_HANZI_NUMBER}]{{1,3}}版)"
    rf"|(?P<page>(?:第\s?)?[A-D]?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})\s?版(?![{HAN}])"
    r"|(?<![\d.])[A-D]?\d{1,2}(?=[\s|｜]|$))"
    rf"|(?P<paper>[{HAN}]{{1,6}}(?:{TITLE_WORDS}))(?![{HAN}])|(?P<rubric>[{HAN}·]{{2,6}})(?=[\s|｜/／]|$))"
)
_NO_HEAD = re.compile("[，。；！？,;!?]")
_TEASER = re.compile(
    r"^[（(【\[]?\s*(?:详见|见|刊|转)?\s*第?\s*[A-D]?[0-9一二三四五六七八九十]{1,3}\s*版\s*[）)】\]]?$"
    r"|^[^，。；：！？（）()]{4,30}[（(]\s*(?:详见|见|刊|转)?\s*第?\s*[A-D]?[0-9一二三四五六七八九十]{1,3}\s*版\s*[）)]$"
)
_BARE_PAGE = re.compile(r"^第\s*[0-9一二三四五六七八九十]{1,3}\s*版$")  # a teaser, or the page's own number
_RULE_MARK = r"[|_=~^*'`.,\-—\\/■□●◆▲\s]"
_RULE, _MARK = re.compile(rf"{_RULE_MARK}+"), re.compile(r"[^.,\s]")
_SIGN_DATE = re.compile(rf"^{_DATE}$")
_NUMBERED = frozenset("第" + _DIGITS)  # or a digit: so _OLD_NUMBER and _SIGN_DATE begin
_ORGANISATION = re.compile(
    r"(?:办公室|委员会|指挥部|领导小组|人民政府|管理局|分局|公司|编辑部|联合会|总工会|法院|检察院|中心|学院|局|厅|部)$"
)


def is_jump(line: Line) -> bool:
    """A jump line (cut out by cleaning): 下转四版, 上接第一版."""
    return "jump" in line.rules


def is_repeat(line: Line) -> bool:
    """The second run of a loop that the OCR model fell into (cut off by cleaning)."""
    return "repeat" in line.rules


def is_byline(line: Line) -> bool:
    """A stand-alone byline: ●本报记者 薄秀芳."""
    return len(line.text) <= 60 and bool(_BYLINE.match(line.text)) and not TURN.match(line.text)


def is_caption(line: Line) -> bool:
    """A caption: it ends in a photo credit, or starts as captions do and is no longer than three lines.

    A credit at the end of a line of running text is none: a caption is not a dateline's paragraph.
    """
    if dated(line.text):
        return False
    return (len(line.text) <= 160 and bool(_CREDIT_MARK.search(line.text) and _CREDIT.search(line.text))) or (
        len(line.text) <= 120 and bool(_PICTURE.match(line.text))
    )


def is_editors_line(line: Line) -> bool:
    """Who edited the page: 本版编辑 王春苗, 责编：赖慧然 美编：张柏."""
    return len(line.text) <= 60 and bool(_EDITOR.match(line.text))


def is_masthead(line: Line) -> bool:
    """The paper's name, date, weekday, lunar date, running number and number of pages."""
    text = line.text
    if len(text) > 48:
        return False
    if _MASTHEAD.match(text):
        return True
    parts = _head_parts(text)
    return "paper" in parts and not parts.isdisjoint({"weekday", "lunar", "number", "count"})


def is_imprint(line: Line) -> bool:
    """刊号, 主管主办, 热线, 网址: the lines of law and address."""
    return len(line.text) <= 60 and not dated(line.text) and bool(_IMPRINT.search(line.text))


def is_folio(line: Line) -> bool:
    """The line at a page's head: 03 本地新闻 2026.7.4 星期六; 辽源日报 2021年1月21日 第二版."""
    if len(line.text) > 60:
        return False
    return bool(_FOLIO.match(line.text)) or {"paper", "page"} <= _head_parts(line.text)


def _head_parts(text: str) -> frozenset[str]:
    """What a line says that says nothing but what a page's head does: newspaper, date, page and so on, in any order.

    A page's number without 版 counts only beside a date, and a rubric's words only beside all else.

    >>> sorted(_head_parts("辽源日报　２０２１年１月２１日　星期四　第二版"))
    ['date', 'page', 'paper', 'weekday']
    >>> sorted(_head_parts("辽源日报 | 要闻 | 2021.1.21 | 02")), _head_parts("辽源日报 要闻 02")
    (['date', 'page', 'paper', 'rubric'], frozenset())
    >>> _head_parts("人民日报发表社论"), _head_parts("《辽源日报》2021年1月21日讯"), _head_parts("辽源日报 3版印刷机")
    (frozenset(), frozenset(), frozenset())
    """
    if "报" not in text or _NO_HEAD.search(text):
        return frozenset()
    text = plain(text).rstrip(' |｜·•/／—－”“"')
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        part = _HEAD_PART.match(text, at)
        if part is None or not part.lastgroup or part.lastgroup in found:
            return frozenset()
        found[part.lastgroup] = part[part.lastgroup]
        at = part.end()
    if "page" in found and "date" not in found and "版" not in found["page"]:
        return frozenset()
    return frozenset(found)


def is_teaser(line: Line) -> bool:
    """A pointer to another page, alone or behind a headline: （第四版）, 南门老街更新记（第四版）."""
    return bool(_TEASER.match(line.text))


def is_gutter(line: Line) -> bool:
    """A mark that the scan made of the rule or the white between two columns (peeled off by bands.py)."""
    return "gutter" in line.rules


def is_debris(line: Line) -> bool:
    """What OCR reads from rules and pictures: marks alone, or a few letters between blank lines."""
    if _RULE.fullmatch(line.text) and _MARK.search(line.text):
        return bool(line.blank_before) or line.text != "——"  # a dash that was wrapped is print
    return bool(line.blank_before) and bool(re.fullmatch(r"[A-Za-z\s|_=~^*'`.-]{1,8}", line.text))


LABELS: tuple[tuple[str, Callable[[Line], bool]], ...] = (
    ("other", is_gutter),
    ("jump", is_jump),  # first: 下转 ends what else would look like a short headline
    ("duplicate", is_repeat),
    ("teaser", is_teaser),
    ("imprint", is_imprint),
    ("folio", is_folio),
    ("masthead", is_masthead),
    ("editor", is_editors_line),
    ("caption", is_caption),
    ("byline", is_byline),
    ("other", is_debris),
)


# Whatever a test above says yes to begins like this, or holds one of these words, or ends as a paper's name does, or is
# marked by a rule. Most lines of running text are told by these two looks to have no label.
_MAY_BEGIN = re.compile(
    rf"[A-D]?\d|[第总今A-Z]|[{_DIGITS}]{{4}}|(?:农历|夏历)?[{_STEMS}][{_BRANCHES}]年|{_EDITS}"
    rf"|[▲▼◀▶△▽←→↑↓]|[(（]?[上下左右题]?图|[{_SIGNS}\s]*(?:文|图|撰文|作者|{_MEDIUM}?{ROLE})"
    rf"|{_RULE_MARK}+$|[A-Za-z\s|_=~^*'`.-]{{1,8}}$"
)
_FIRSTS = frozenset(  # the letters among what _MAY_BEGIN begins with; all else is a figure or a mark
    f"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz第总今{_DIGITS}农夏{_STEMS}本期值一版执责编委主美校审制设图视组"
    "上下左右题文撰作新人央首见特实全驻记通评摄"
)
_MAY_HOLD = re.compile(  # each begins with a letter, not a class: then none is tried elsewhere, in a fifth of the time
    "版|刊号|CN|新闻热线|邮发代号|邮政编码|mail|http|www|主管|主办|社址|电话|地址|广告部|发行部|订报热线|零售|信箱|邮箱"
    r"|摄|资料|影像|供\s*图|图/|报[\s|｜]|期[一二三四五六日天]|周[一二三四五六日天]|期(?<=\d期)|号(?<=\d号)"
)


_TELLING = frozenset({"jump", "repeat", "gutter"})


def may_tell(line: Line) -> bool:
    """May one of LABELS be true of the line?"""
    text = line.text
    if line.rules and not _TELLING.isdisjoint(line.rules):
        return True
    begins = (text[0] in _FIRSTS or not text[0].isalpha()) and _MAY_BEGIN.match(text)
    return bool(begins or text[-1] in "报刊" or _MAY_HOLD.search(text))


def label(lines: Sequence[Line]) -> list[str]:
    """The kind of each line, or "" where its own words do not tell.

    A name of a paper, a bare date and a page number are furniture only where other furniture stands beside them or at
    the page's top: 人民日报 may also be a headline's word, 2020年2月18日 signs a notice.
    """
    kinds = [_own_kind(line) if may_tell(line) else "" for line in lines]
    own = list(kinds)
    furniture = {"masthead", "folio", "imprint", "editor"}
    for i, line in enumerate(lines):
        kind = kinds[i]
        if not (kind or (first := line.text[0]) in _NUMBERED or first.isdecimal()):
            continue
        near = kinds[max(0, i - 2) : i] + kinds[i + 1 : i + 3]
        if kind == "masthead" and _PAPER.match(line.text) and i > 5 and not furniture & set(near):
            kinds[i] = "" if len(line.text) > 5 and line.blank_before == 0 else kind
        wrapped = i and not kinds[i - 1] and not line.blank_before and is_open(lines[i - 1].text)
        if kind == "teaser" and wrapped and line.text[0] not in "（(【[":
            kinds[i] = ""  # the end of a sentence: …的报告（详见第三版）
        if kind == "folio" and not (i < 6 or furniture & set(near) or line.text.startswith("第")):
            kinds[i] = ""
        if kind == "teaser" and _BARE_PAGE.match(line.text) and (i < 6 or furniture & set(near)):
            kinds[i] = "folio"  # beside a date it is this page's number
        if not kind and _OLD_NUMBER.match(line.text) and furniture & set(near):
            kinds[i] = "masthead"  # a notice may have such a number too
        if not kind and _SIGN_DATE.match(line.text) and i:
            kinds[i] = "masthead" if i < 8 and furniture & set(near) else "signature"
    _mend_captions(lines, kinds)
    for i in range(len(kinds) - 1) if "signature" in kinds else ():
        if (
            not kinds[i]
            and kinds[i + 1] == "signature"
            and _ORGANISATION.search(lines[i].text)
            and len(lines[i].text) <= 40
        ):
            kinds[i] = "signature"
    if trace.asked():
        _tell(lines, own, kinds)
    return kinds


SIGNS: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "jump": (),
    "teaser": (("it points to another page", _TEASER),),
    "imprint": (("it has words of law and address", _IMPRINT),),
    "folio": (("it has a page's number, as the line at a page's head does", _FOLIO),),
    "masthead": (
        ("it is a date with its weekday", _MASTHEAD_DATE),
        ("it is a lunar date", _LUNAR),
        ("it is a running number or a number of pages", _NUMBER),
        ("it is a newspaper's name in pinyin", _PINYIN),
        ("it is a newspaper's name", _PAPER),
    ),
    "editor": (("it says who edited the page", _EDITOR),),
    "caption": (("it ends in a photo credit", _CREDIT), ("it begins as captions do", _PICTURE)),
    "byline": (("it names a reporter or an author and says nothing else", _BYLINE),),
}
"""For `explain`: what a pattern that the tests above use has seen, in words."""


def _tell(lines: Sequence[Line], own: Sequence[str], kinds: Sequence[str]) -> None:
    """Note down why each line has its kind: by its own words, or by its neighbours."""
    tests = dict(LABELS)
    for line, first, kind in zip(lines, own, kinds, strict=True):
        if first:
            seen = [(words, found) for words, pattern in SIGNS.get(first, ()) if (found := pattern.search(line.text))]
            meaning = " ".join((tests[first].__doc__ or "").split("\n\n")[0].split()).rstrip(".")
            because = f"{seen[0][0]}, {trace.shown(seen[0][1][0])}" if seen else meaning
            trace.tell("labels", [line.span], f"By its own words it is {KINDS.get(first, first)}: {because}.")
        if kind != first:
            now = f"it is taken as {KINDS.get(kind, kind)}" if kind else "it is not, and is read as running text"
            trace.tell("labels", [line.span], f"By the lines beside it {now}.")


KINDS = {
    "jump": "a jump line",
    "duplicate": "a repetition by the OCR",
    "teaser": "a teaser",
    "imprint": "part of the imprint",
    "folio": "part of the folio",
    "masthead": "part of the masthead",
    "editor": "an editors' line",
    "caption": "a caption",
    "byline": "a byline",
    "other": "debris of rules and pictures",
    "signature": "a signature",
}
"""The kinds as `explain` calls them."""


def _own_kind(line: Line) -> str:
    for kind, test in LABELS:
        if test(line):
            return kind
    return ""


def _mend_captions(lines: Sequence[Line], kinds: list[str]) -> None:
    """Label the lines that a caption was wrapped over: its start, a bracket in its midst, its last characters."""
    for i, kind in enumerate(kinds):
        if kind != "caption":
            continue
        text = lines[i].text
        if i + 1 < len(kinds) and kinds[i + 1] in ("", "other") and not lines[i + 1].blank_before:
            after = lines[i + 1].text
            if (text.endswith("摄") and after.startswith("影报道")) or (len(after) <= 6 and _CREDIT_END.search(after)):
                kinds[i + 1] = "caption"
        if i and not kinds[i - 1]:
            before = lines[i - 1].text
            named = _CREDIT_WORD.fullmatch(text) and re.search(rf"{ROLE}\s*{NAME}$", before)
            opened = bool(named) or bool(re.match(rf"[（(]\s*(?:本报|新华社)?{ROLE}$", before))
            tail = (
                re.match(rf"[{HAN}]{{1,6}}[。，](?=.*摄)", text)
                and not _PICTURE.match(text)
                and not re.search("[。！？]$", before)
            )
            alone = bool(_CREDIT_ALONE.match(text)) and bool(re.search("。$", before)) and len(before) <= 30
            fresh = bool(lines[i - 1].blank_before) or (
                i > 1 and bool(kinds[i - 2] or re.search("[。！？”）]$", lines[i - 2].text))
            )
            if alone and fresh and not lines[i].blank_before and not dated(before):
                kinds[i - 1] = "caption"
            if opened or (tail and not lines[i].blank_before and not dated(before)):
                kinds[i - 1] = "caption"
