"""How the site says things: dates, pages, counts, first words, in the language of the interface."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from site_builder import cutter
from site_builder.language import N_, _
from site_builder.model import Article, Page

WEEKDAYS = (
    N_("星期一"),
    N_("星期二"),
    N_("星期三"),
    N_("星期四"),
    N_("星期五"),
    N_("星期六"),
    N_("星期日"),
)
CERTAINTY = {
    "given": N_("日期依档案说明。{evidence}"),
    "stated": N_("日期版面上印有。{evidence}"),
    "inferred": N_("日期系推断。{evidence}"),
    "unknown": N_("日期不详。{evidence}"),
}
"""How the date is known, and by what."""
CORRECTED = N_("日期经校订。{evidence}")
"""The same, where a correction has set it."""
EDITIONS = (
    N_("第二次出版"),
    N_("第三次出版"),
    N_("第四次出版"),
    N_("第五次出版"),
    N_("第六次出版"),
    N_("第七次出版"),
    N_("第八次出版"),
    N_("第九次出版"),
)
FURNITURE = {
    "masthead": N_("报头"),
    "folio": N_("报眉"),
    "imprint": N_("版权行"),
    "rubric": N_("栏目"),
    "teaser": N_("导读"),
    "editor": N_("编辑"),
    "other": N_("其他"),
}

NAME_LENGTH = 24  # characters of first words that name an article without headline: about a line on a phone
LEAD_LENGTH = 56  # characters of first words under a headline: two lines of a newspaper column
LONGEST_WORD = 8  # characters looked at behind a cut, to see whether it goes through a word
NEAR = 0.5  # of the length of first words: from here on a sentence or a pause is a good end
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_STOPS = "。！？；，、：,;!?"
_SENTENCE = re.compile("[。！？!?][”’」』）)》]*")
_PAUSE = re.compile("[；，,;]")
_TOLD = "强调|指出|认为|表示|要求|介绍|提出|宣布|透露|回忆|坦言|写道|说|获悉|了解到|得知|看到|告诉记者"
_TIME = (
    r"(?:(?:[0-9０-９〇○一二三四五六七八九十]+[年月日号时点分])+|近日|日前|此时|目前|同时|随后|昨[天日]|今[天日]|当[天日晚])"
    r"(?:凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上?|夜里?)?"
)
_HANGING = re.compile(  # what a cut-off text must not end with: a time, a lone name, a verb of saying
    rf"(?:.*[）)\s])?[于自从]?{_TIME}起?|.*(?:以来|年来|的?同时)|.{{0,3}}|.*(?:{_TOLD})[：:]?"
)
_TOLD_LAST = re.compile(f"(?:{_TOLD})$")
_OPENING = re.compile(r"\s*[（(〔［\[][^）)〕］\]]{1,40}[）)〕］\]]\s*")
_INNER = str.maketrans("“”‘’", "‘’“”")
QUOTED, OPENING = 40, 24  # characters of a long quotation, and how many of them are its first
_NEVER_FIRST = frozenset("，。、；：！？）》】”’」』…—·%％ 的了着过们者性化等和与及")
_NEVER_LAST = frozenset("（《【“‘「『—·")
_SHORTEST_PART = 4  # characters of a half of a headline that may have a line to itself: fewer look like a stray end
_NUMBER = re.compile(
    r"(?:第|[A-Za-z]+[-－]?)?[0-9０-９]+(?:[.．,，:：/／-][0-9０-９]+)*(?:[十百千万亿]|多|余)*"
    r"(?:平方米|平方公里|公里|公斤|公顷|小时|分钟|[年月日时分秒天周岁例个名人位户家亩吨元斤米条项件次届期号台辆张场份倍版%％‰℃])?"
)


def weekday(date: dt.date) -> str:
    """The day of the week as a masthead prints it.

    >>> weekday(dt.date(2021, 1, 21))
    '星期四'
    """
    return _(WEEKDAYS[date.weekday()])


def long_date(date: dt.date) -> str:
    """The date as it is printed and read.

    >>> long_date(dt.date(2021, 1, 21))
    '2021年1月21日'
    """
    return _("{year}年{month}月{day}日", year=date.year, month=date.month, day=date.day)


def day_of_month(date: dt.date) -> str:
    """The date where its year is known.

    >>> day_of_month(dt.date(2021, 1, 21))
    '1月21日'
    """
    return _("{month}月{day}日", month=date.month, day=date.day)


def month_of_year(year: int, month: int) -> str:
    """
    >>> month_of_year(2021, 1)
    '2021年1月'
    """
    return _("{year}年{month}月", year=year, month=month)


def month_name(month: int) -> str:
    """
    >>> month_name(1)
    '1月'
    """
    return _("{month}月", month=month)


def year_name(year: int) -> str:
    """
    >>> year_name(2021)
    '2021年'
    """
    return _("{year}年", year=year)


def sentences(first: str, second: str) -> str:
    """Two sentences, one after the other.

    >>> sentences("报纸不详。", "日期不详。")
    '报纸不详。日期不详。'
    """
    return _("{first}{second}", first=first, second=second)


def and_so_on(names: Iterable[str]) -> str:
    """Names side by side.

    >>> and_so_on(["白城日报", "吉林日报"])
    '白城日报、吉林日报'
    """
    return _("、").join(names)


def edition_name(edition: str) -> str:
    """The name of a second printing of one day.

    >>> edition_name("b"), edition_name("")
    ('第二次出版', '')
    """
    if not edition:
        return ""
    if edition in tuple("bcdefghi"):
        return _(EDITIONS[ord(edition) - ord("b")])
    return _("第 {edition} 次出版", edition=edition)


def dated(date: str, edition: str) -> str:
    """A day, and which printing of it.

    >>> dated("2021年1月21日", "第二次出版"), dated("2021年1月21日", "")
    ('2021年1月21日第二次出版', '2021年1月21日')
    """
    return _("{date}{edition}", date=date, edition=edition) if edition else date


def page_label(page: Page) -> str:
    """What a page is called: 第1版, or the name of its file where the number is unknown."""
    if page.facts.page is not None:
        copy = page.name.removeprefix(f"p{page.facts.page}").strip("-")
        if copy and not page.id.startswith("undated/"):
            return _("第{page}版（另一来源）", page=page.facts.page)
        return _("第{page}版", page=page.facts.page)
    return _("版次不详（{source}）", source=page.source.source)


def quote(text: str) -> str:
    """The text in quotation marks; those that it has itself become the inner ones, as print alternates them.

    >>> quote("他的心一直与我们连在一起"), quote("“就地过年”，减少风险"), quote("甲说：“乙说‘好’。”")
    ('“他的心一直与我们连在一起”', '“‘就地过年’，减少风险”', '“甲说：‘乙说“好”。’”')
    """
    return _("“{text}”", text=text.translate(_INNER))


def quote_short(text: str) -> str:
    """The text in quotation marks; a long one by its first and last words, which tell whoever has written it which.

    >>> quote_short("心里里乐"), quote_short("里" * 100_000)
    ('“心里里乐”', '“里里里里里里里里里里里里里里里里里里里里里里里里……里里里里里里里里里里里里里里”')
    """
    return quote(text if len(text) <= QUOTED else f"{text[:OPENING]}……{text[OPENING + 2 - QUOTED :]}")


@lru_cache(maxsize=1024)  # an article's, and its neighbours' at their turn
def headline_parts(text: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """A headline's halves, each in runs between which a line may break: words, numbers with their unit (marked true).

    A half that is no longer than a word stays with the one before it.

    >>> headline_parts("新增病例2137例 抗疫不松劲")
    ((('新增', False), ('病例', False), ('2137例', True)), (('抗疫', False), ('不松劲', False)))
    >>> headline_parts("苏联 TU-104 客机")
    ((('苏联 ', False), ('TU-104', True), (' 客机', False)),)
    >>> headline_parts("（17日，本市）")
    ((('（17日，', True), ('本市）', False)),)
    """
    halves: list[str] = []
    for half in text.split():
        if halves and (len(half) < _SHORTEST_PART or len(halves[-1]) < _SHORTEST_PART):
            halves[-1] += f" {half}"
        else:
            halves.append(half)
    return tuple(tuple(_runs(half)) for half in halves)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for number in _NUMBER.finditer(text):
        start, end = number.span()
        while start > at and text[start - 1] in _NEVER_LAST:
            start -= 1
        while end < len(text) and text[end] in _NEVER_FIRST and not text[end].isspace():
            end += 1
        if start > at:
            yield from ((words, False) for words in phrases(text[at:start]))
        yield text[start:end], True
        at = end
    if at < len(text):
        yield from ((words, False) for words in phrases(text[at:]))


def phrases(text: str) -> list[str]:
    """The text's words, each with the marks and the lone characters that belong to it.

    No line of a headline may begin with a closing mark or a suffix, or end with an opening mark.

    >>> phrases("推动“零报告”制度的落实"), phrases("聚合力抗疫情")
    (['推动', '“零报告”', '制度的', '落实'], ['聚合力', '抗疫情'])
    """
    out: list[str] = []
    glue = True  # the next word goes on with the last: an opening mark, a character alone, or nothing stands before it
    for word in cutter.cut(text, True):
        if out and (glue or word[0] in _NEVER_FIRST):
            out[-1] += word
        else:
            out.append(word)
        glue = word[-1] in _NEVER_LAST or word.isspace() or len(out[-1].strip("“‘《（【")) == 1
    return out


@lru_cache(maxsize=1024)  # the same is asked for by an article's page, its neighbours' and its citations
def cut(text: str, length: int) -> str:
    """The first words of a text: a whole sentence if one ends near, else to a pause, and never cut inside a word.

    What tells of nothing yet (近日, a date, 他强调) is no end.

    >>> cut("庚子年末，寒潮来袭，我市各部门迅速行动起来", 12)
    '庚子年末，寒潮来袭……'
    >>> cut("寒潮来袭。我市各部门迅速行动起来", 8), cut("庚子年末寒潮来袭，他强调，要保障供暖", 12)
    ('寒潮来袭。', '庚子年末寒潮来袭……')
    >>> cut("庚子年末寒潮来袭，2月18日，我市各部门行动起来", 16)
    '庚子年末寒潮来袭……'
    >>> cut("我市各部门迅速行动起来应对寒潮", 8)
    '我市各部门……'
    >>> cut("短讯一则", 12), cut("他们是包保员；", 12), cut("", 12)
    ('短讯一则', '他们是包保员……', '')
    """
    text = " ".join(text.split())
    if len(text) <= length:
        return text if text[-1:] not in "；，、：,;" else text.rstrip(_STOPS) + "……" * bool(text)
    kept = text[:length]
    near = length * NEAR
    if ends := [found.end() for found in _SENTENCE.finditer(text, 0, length + 1) if near <= found.end()]:
        return text[: ends[-1]]
    for pause in reversed([found.start() for found in _PAUSE.finditer(kept) if found.start() >= near]):
        if not _hangs(kept[:pause]):
            return kept[:pause].rstrip(_STOPS + " ") + "……"
    at = 0
    for word in cutter.cut(text[: length + LONGEST_WORD], True):
        if at + len(word) > length and at >= near:
            kept = kept[:at]
            break
        at += len(word)
    if _hangs(kept):
        pause = _last_clause(kept) - 1
        kept = _TOLD_LAST.sub("", kept[:pause] if pause >= length / 3 else kept)
    return kept.rstrip(_STOPS + " ") + "……"


def _last_clause(text: str) -> int:
    return max(text.rfind(mark) for mark in "。！？；，：,;!?") + 1


def _hangs(text: str) -> bool:
    """Does a text that is cut off here end with what tells of nothing yet?

    >>> [_hangs(text) for text in ("会议召开，近日", "他强调", "（记者 张赫）2月18日", "疫情发生以来", "寒潮来袭")]
    [True, True, True, True, False]
    """
    return bool(_HANGING.fullmatch(text[_last_clause(text) :].strip()))


def first_words(article: Article, length: int) -> str:
    """How its text begins, after a dateline and the reporters' bracket.

    >>> from site_builder.model import TextBlock
    >>> text = "本报讯（记者 张赫）2月18日，我市首次召开千人大会。"
    >>> first_words(Article((TextBlock("paragraph", text, ()),), dateline="本报讯"), 40)
    '2月18日，我市首次召开千人大会。'
    """
    digest = article.digest
    if digest and digest.dateline == article.dateline and length in digest.openings:
        return digest.openings[length]
    running = (block.text for block in article.blocks if block.kind == "paragraph")
    others = (block.text for block in article.blocks if block.kind not in ("paragraph", "jump", "duplicate"))
    text = next(running, None) or next(others, "")
    return cut(split_dateline(text, article.dateline)[1] or text, length)


def split_dateline(text: str, dateline: str) -> tuple[str, str]:
    """A paragraph's dateline with its bracket, and the rest; nothing and the whole where it does not begin so.

    >>> split_dateline("本报讯（记者张赫）近日，", "本报讯")
    ('本报讯（记者张赫）', '近日，')
    >>> split_dateline("新华社北京4月20日电　外交部发言人", "新华社北京4月20日电")
    ('新华社北京4月20日电　', '外交部发言人')
    >>> split_dateline("近日，", "")
    ('', '近日，')
    """
    if not dateline or not text.startswith(dateline):
        return "", text
    bracket = _OPENING.match(text, len(dateline))
    end = bracket.end() if bracket else len(text) - len(text[len(dateline) :].lstrip())
    return text[:end], text[end:]


def name_of(article: Article) -> str:
    """What an article is called in a list: its headline, else its kicker or subtitle, else its first words."""
    return article.headline or first_words(article, NAME_LENGTH)


def page_number(text: str) -> int | None:
    """The page that a jump line names.

    >>> page_number("下转四版"), page_number("下转第 12 版"), page_number("上接第十一版"), page_number("下转")
    (4, 12, 11, None)
    """
    found = re.search(r"第?\s*(\d+|[一二三四五六七八九十]+)\s*版", text)
    if found is None:
        return None
    if found[1].isdecimal():
        return int(found[1])
    tens, ten, ones = found[1].rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def line_ranges(numbers: Collection[int], text: str = "") -> str:
    r"""Line numbers of a text as a reader wants them: blank lines part nothing.

    >>> line_ranges([1, 3, 4], "a\n\nb\nc"), line_ranges([1, 3, 4], "a\nb\nc\nd")
    ('1–4', '1、3–4')
    """
    lines = _lines(text)
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and all(not line.strip() for line in lines[runs[-1][-1] : number - 1]):
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number, number])
    return and_so_on(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)


@lru_cache(maxsize=4)  # a page's articles ask in a row
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


def period(first: dt.date, last: dt.date) -> str:
    """A stretch of time in words.

    >>> period(dt.date(2020, 2, 19), dt.date(2021, 1, 21)), period(dt.date(2020, 2, 19), dt.date(2020, 2, 19))
    ('2020年2月19日至2021年1月21日', '2020年2月19日')
    """
    if first == last:
        return long_date(first)
    return _("{first}至{last}", first=long_date(first), last=long_date(last))
