"""What a page prints about itself: newspaper, date, weekday, lunar date, running number, page count, page number.

Reads the furniture alone. A masthead has it all, a folio (报眉) the number, rubric, date and name; scanners leave both
in pieces, so every fact is looked for on its own, in the blocks where it is likeliest first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_builder import gazetteer, trace
from site_builder.model import Certainty, Newspaper, PageFacts, Settings, TextBlock
from site_builder.printed_dates import LunarDate, dates, days_of_year, lunar_date, number, plain, weekday

TITLE_PINYIN = {
    "日报": "RIBAO", "晚报": "WANBAO", "时报": "SHIBAO", "都市报": "DUSHIBAO",
    "晨报": "CHENBAO", "商报": "SHANGBAO", "新报": "XINBAO", "早报": "ZAOBAO",
    "周报": "ZHOUBAO", "导报": "DAOBAO", "快报": "KUAIBAO", "今报": "JINBAO",
    "信报": "XINBAO", "农民报": "NONGMINBAO", "青年报": "QINGNIANBAO", "工人报": "GONGRENBAO",
    "群众报": "QUNZHONGBAO", "大众报": "DAZHONGBAO", "人民报": "RENMINBAO", "经济报": "JINGJIBAO",
    "科技报": "KEJIBAO", "教育报": "JIAOYUBAO", "法制报": "FAZHIBAO", "法治报": "FAZHIBAO",
    "生活报": "SHENGHUOBAO", "老年报": "LAONIANBAO", "少年报": "SHAONIANBAO", "电视报": "DIANSHIBAO",
    "广播电视报": "GUANGBODIANSHIBAO", "文化报": "WENHUABAO", "矿工报": "KUANGGONGBAO", "石油报": "SHIYOUBAO",
    "铁道报": "TIEDAOBAO", "农垦报": "NONGKENBAO", "特区报": "TEQUBAO", "侨乡报": "QIAOXIANGBAO",
    "日报晨刊": "RIBAOCHENKAN", "报": "BAO",
}  # fmt: skip
"""The words that end a newspaper's name, and how a masthead spells them. A bare 报 (东辽报) needs a place before it."""

NOT_A_PAPER = re.compile(r"(?:[通简海战情汇举公申电本喜板捷墙黑预警填回呈上播转]|机关)报$")
_PAPERS_BY_CITY = """
    北京: 人民日报 光明日报 经济日报 工人日报 新京报 京华时报
    上海: 解放日报 文汇报 新民晚报 新闻晨报 劳动报
    天津: 今晚报
    南京: 新华日报 扬子晚报 现代快报 金陵晚报
    济南: 大众日报 齐鲁晚报
    广州: 南方日报 羊城晚报 南方都市报 新快报 信息时报
    杭州: 钱江晚报 都市快报
    宁波: 东南商报
    合肥: 新安晚报 江淮晨报
    福州: 海峡都市报
    泉州: 东南早报
    南昌: 江南都市报
    青岛: 半岛都市报
    郑州: 大河报 东方今报
    武汉: 楚天都市报 长江日报
    长沙: 三湘都市报 潇湘晨报
    南宁: 南国早报
    海口: 南国都市报
    成都: 华西都市报 天府早报
    昆明: 春城晚报
    西安: 华商报 三秦都市报
    石家庄: 燕赵都市报 燕赵晚报
    太原: 三晋都市报
    沈阳: 辽沈晚报
    吉林: 江城日报
    长春: 城市晚报 新文化报
    延边: 图们江报
    哈尔滨: 生活报 新晚报 龙江日报
    淄博: 鲁中晨报
    厦门: 海峡导报
    九江: 浔阳晚报
    深圳: 晶报
"""
KNOWN_TITLES = {
    name: city
    for row in _PAPERS_BY_CITY.split("\n")[1:-1]
    for city, names in [row.strip().split(": ")]
    for name in names.split()
}
"""Papers whose name does not say where they are made. 江城日报 is Jilin city's, 吉林日报 the province's."""

LONGEST = 600  # characters: no masthead is longer, and what goes on for pages is not furniture
MASTHEAD, LIKELY_MASTHEAD = 3, 2  # signs: with three, a number on the page points to another (今日导读 3版)
READ_FIRST = ("masthead", "folio")
READ_ALONE = ("imprint", "other", "editor", "rubric")  # a fact there counts only if it is the block's whole text
_TITLES = "|".join(sorted(TITLE_PINYIN, key=len, reverse=True))
_NAME = re.compile(rf"(?:(?!{_TITLES})[一-鿿]){{0,8}}(?:{_TITLES})")
_SOURCE_BEFORE = re.compile(r"(?:据|转自|摘自|原载|载|[《〈])$")
_COUNT = re.compile(
    r"(?:今日|本期|今天|今|共|对开|全|每日|总|(?<=[期号])|(?<=[期号] ))\s?"
    r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?(?:个|块|大)?版"
)
_ISSUE = re.compile(
    r"(?:(总)\s?[期号刊]?\s?第?|第)\s?(\d{1,6}|[〇○零一二三四五六七八九十百千万]{1,9})\s?[期号]"
    r"|\bN[Oo]\.?\s?(\d{2,6})\b"
)
_PAGE = re.compile(r"(第)?\s?(A|[B-Z])?\s?(\d{1,3}|[一二三四五六七八九十]{1,3})\s?版(?!面|式|权|本|画)")
_FOLIO_NUMBER = re.compile(r"(?:^|\s)(A)?(\d{1,2})(?=\s|$|\s?[\"”“|/·]?\s?[一-鿿]{2}(?<!月)(?<!年))")
_LATIN = re.compile(r"[A-Za-zÜüǖǘǚǜ][A-Za-zÜüǖǘǚǜ'’ ]{3,60}")
_PUBLISHER = re.compile(r"([一-鿿]{1,12}报)社")
_LICENCE = re.compile(r"刊号|出版物号|CN ?\d\d ?-?\d{4}")
_BODY = re.compile(r"主管|主办|出版|机关报|编辑出版")
_COLOPHON = re.compile(r"社址|地址|邮编|邮政编码|印刷|承印|零售|定价|每份|广告|校对")


@dataclass(frozen=True, slots=True)
class Stated:
    """What the furniture says. `month_day` is a date printed without its year, for the page's texts to complete."""

    facts: PageFacts
    newspaper_certainty: Certainty = "unknown"
    page_certainty: Certainty = "unknown"
    lunar: LunarDate | None = None
    month_day: tuple[int, int] | None = None
    lines: tuple[int, ...] = ()  # of the date and what stands with it


def read(furniture: Sequence[TextBlock], settings: Settings) -> Stated:
    """All facts that a page's furniture states."""
    first = [plain(block.text[:LONGEST]) for block in furniture if block.kind in READ_FIRST]
    alone = [plain(block.text[:LONGEST]) for block in furniture if block.kind in READ_ALONE]
    texts = first + alone
    name, certainty = newspaper_name(first, alone, settings)
    date_text, date = _stated_date(first, alone)
    days = [(month, day) for text in first for month, day, _ in days_of_year(text)] if date is None else []
    lunar = next((found for text in texts if (found := lunar_date(text))), None)
    numbered = first + [text for text in alone if _ISSUE.fullmatch(text) or _COUNT.search(text) or "总第" in text]
    issue = issue_number(numbered)
    count = next((number(match[1]) for text in numbered if (match := _COUNT.search(text))), None)
    page = page_number(first, alone)
    signs = _front_page_signs(name, issue, count, texts)
    if page is not None and count is not None and page > count:
        page = None  # a digit of something else
    page_certainty: Certainty = "stated" if page or signs >= MASTHEAD else "unknown"
    if signs >= MASTHEAD:
        page = 1
    elif page is None and signs >= LIKELY_MASTHEAD:
        page, page_certainty = 1, "inferred"  # a folio may show as much, so a path that says 2 is believed
    printed = [*first, *(text for text in alone if weekday(text) == text)]
    day = next((day for text in (date_text, *printed) if (day := weekday(text))), "")
    facts = PageFacts(
        newspaper=name, city=city_of(name, settings) or _city_of_publisher(texts), date=date,
        date_certainty="stated" if date else "unknown", page=page, issue_number=issue, weekday=day,
        lunar_date=lunar.text if lunar else "", page_count=count,
    )  # fmt: skip
    if trace.asked():
        _tell(facts, date_text, page_certainty, signs)
    lines = tuple(line for block in furniture if _dates_the_page(plain(block.text), date) for line in block.lines)
    return Stated(facts, certainty, page_certainty, lunar, days[0] if days else None, lines)


def _tell(facts: PageFacts, date_text: str, page_certainty: Certainty, signs: int) -> None:
    """Note down what the furniture states, and in which words."""
    known = (
        (facts.date, f"The date {facts.date} is printed: {trace.shown(date_text)}."),
        (facts.weekday, f"The weekday is printed: {facts.weekday}."),
        (facts.lunar_date, f"The lunar date is printed: {facts.lunar_date}."),
        (facts.issue_number, f"The running number is printed: {facts.issue_number}."),
        (facts.page_count, f"The number of pages is printed: {facts.page_count}."),
    )
    for value, words in known:
        if value:
            trace.tell("masthead", (), words)
    if facts.page is not None:
        why = f"{signs} of the 5 signs of a masthead are there (name, running number, page count, licence, publisher)"
        how = why if signs >= LIKELY_MASTHEAD and facts.page == 1 else "the number is printed"
        sure = "" if page_certainty == "stated" else ", as far as can be told"
        trace.tell("masthead", (), f"It is page {facts.page}{sure}: {how}.")


def _dates_the_page(text: str, date: dt.date | None) -> bool:
    return any(found == date for found, _ in dates(text)) or bool(lunar_date(text))


def _stated_date(first: Iterable[str], alone: Iterable[str]) -> tuple[str, dt.date | None]:
    """The date of issue and the block it stands in: one with its weekday before one without.

    Outside masthead and folio a date counts only if it has a weekday or stands alone; an advertisement's has not.
    """
    found = [(not weekday(text), text, date) for text in first for date, _ in dates(text)]
    found += [
        (not weekday(text), text, date)
        for text in alone
        for date, match in dates(text)
        if len(text) <= 40 and (weekday(text) or match[0] == text)
    ]
    _, text, date = min(found, key=lambda row: row[0], default=(True, "", None))
    return text, date


# ---------------------------------------------------------------- the newspaper's name


def newspaper_name(first: Sequence[str], alone: Sequence[str], settings: Settings) -> tuple[str, Certainty]:
    """The newspaper's name and how it is known: read as such, or concluded from 辽源日报社出版.

    A declared newspaper comes first, then a place and a title word, then the title's pinyin (the calligraphy of a title
    is what OCR reads worst), then any title that stands alone. The publisher is the weakest: a 日报社 also publishes
    a 都市报.

        >>> newspaper_name(["辽源日报"], [], Settings())
        ('辽源日报', 'stated')
        >>> newspaper_name(["LIAO YUAN RI BAO 中共辽源市委主办 辽源日报社出版"], [], Settings())
        ('辽源日报', 'stated')
        >>> newspaper_name(["安川午市报", "ANSHAN DUSHIBAO", "鞍山日报社主办"], [], Settings())
        ('鞍山都市报', 'stated')
        >>> newspaper_name(["鞍山日报社主办"], [], Settings())
        ('鞍山日报', 'inferred')
    """
    whole = [text for text in alone if _NAME.fullmatch(text) or _LATIN.fullmatch(text)]
    candidates = [*first, *whole]
    everything = [*first, *alone]
    ways: tuple[tuple[Callable[[], str], str], ...] = (  # each is only tried if those before it find nothing
        (lambda: _declared_name(candidates, settings.newspapers), "archive.toml declares a newspaper of this name"),
        (lambda: _name_with_a_place(candidates), "it is a place's name and a word for a newspaper"),
        (lambda: _name_in_pinyin(candidates, everything, settings.newspapers), "its name is printed in pinyin"),
        (lambda: _name_alone(first), "it stands alone and ends in a word for a newspaper"),
    )
    for find, how in ways:
        if found := find():
            trace.tell("masthead", (), f"The newspaper is {trace.shown(found)}, as printed: {how}.")
            return found, "stated"
    published = (match[1] for text in everything if _BODY.search(text) for match in _PUBLISHER.finditer(text))
    return next(((name, "inferred") for text in published if (name := _with_place(text))), ("", "unknown"))


def _declared_name(texts: Iterable[str], newspapers: Iterable[Newspaper]) -> str:
    known = [(name, paper.name) for paper in newspapers for name in (paper.name, *paper.other_names)]
    for text in texts:
        for name, display in sorted(known, key=lambda pair: -len(pair[0])):
            at = text.find(plain(name)) if name else -1
            if at >= 0 and not text[at + len(name) :].startswith("社") and not _SOURCE_BEFORE.search(text[:at]):
                return display
    return ""


def _names(texts: Iterable[str]) -> Iterator[str]:
    """Every run that ends in a title word and is neither a publisher (日报社) nor a source (据《吉林日报》)."""
    for text in texts:
        for match in _NAME.finditer(text):
            if not text.startswith("社", match.end()) and not _SOURCE_BEFORE.search(text[: match.start()]):
                yield match[0]


def _name_with_a_place(texts: Iterable[str]) -> str:
    return next((name for run in _names(texts) if (name := _with_place(run))), "")


def _with_place(run: str) -> str:
    """The newspaper's name at the end of a run of characters: 要闻辽源日报 -> 辽源日报."""
    title = _title_word(run)
    body = run.removesuffix(title)
    for start in range(len(body) + 1):
        if run[start:] in KNOWN_TITLES or (len(body) - start >= 2 and gazetteer.named(body[start:])):
            return run[start:]
    return ""


def _title_word(name: str) -> str:
    return next((word for word in sorted(TITLE_PINYIN, key=len, reverse=True) if name.endswith(word)), "")


def _name_alone(texts: Iterable[str]) -> str:
    """A title that no gazetteer knows (红色边疆晨报) counts if it is all that its block says."""
    for text in texts:
        title = _title_word(text)
        shortest = 3 if title == "报" else 4
        if title and _NAME.fullmatch(text) and len(text) >= shortest and not NOT_A_PAPER.search(text):
            return text
    return ""


def name_of_pinyin(id: str) -> str:
    """The newspaper that an address spells, where one place's name and a title word fit it; else nothing.

    >>> name_of_pinyin("jilin-ribao"), name_of_pinyin("liaoyuan-wanbao"), name_of_pinyin("the-daily")
    ('吉林日报', '辽源晚报', '')
    """
    spelt = id.replace("-", " ").upper()
    return _name_in_pinyin([spelt], [spelt], ()) if id.isascii() else ""


def _name_in_pinyin(texts: Iterable[str], everything: Sequence[str], newspapers: Iterable[Newspaper]) -> str:
    """
    >>> _name_in_pinyin(["ANSHAN RIBAO"], ["ANSHAN RIBAO"], ())
    '鞍山日报'
    >>> _name_in_pinyin(["TAIZHOU WANBAO"], ["台州日报社主办"], ()), _name_in_pinyin(["TAIZHOU WANBAO"], [], ())
    ('台州晚报', '')
    """
    latin = [
        re.sub(r"[^A-Z]", "", match[0].upper().replace("Ü", "V")) for text in texts for match in _LATIN.finditer(text)
    ]
    if not latin:
        return ""
    from pypinyin import lazy_pinyin  # here, for to read its table takes as long as to restore thirty pages

    for paper in newspapers:
        if any(spelling and spelling in latin for spelling in ["".join(lazy_pinyin(paper.name)).upper()]):
            return paper.name
    for spelling in latin:
        for word in sorted(TITLE_PINYIN, key=lambda word: (-len(TITLE_PINYIN[word]), word != "新报")):
            places = gazetteer.by_pinyin().get(spelling.removesuffix(TITLE_PINYIN[word]), ())
            if not spelling.endswith(TITLE_PINYIN[word]) or not places or word == "报":
                continue
            larger = [place for place in places if not place.is_county] or list(places)
            shorts = dict.fromkeys(place.short for place in larger)
            written = [short for short in shorts if any(short in text for text in everything)]
            if len(shorts) == 1 or len(written) == 1:
                return (written or list(shorts))[0] + word
    return ""


# ---------------------------------------------------------------- the city


def city_of(name: str, settings: Settings) -> str:
    """The city a newspaper is made in, by its name. A province's paper is made in its capital.

    >>> [city_of(name, Settings()) for name in ("辽源日报", "吉林日报", "江城日报", "延边日报")]
    ['辽源', '长春', '吉林', '延边']
    >>> [city_of(name, Settings()) for name in ("义乌商报", "东辽报", "晨光报")]
    ['义乌', '东辽县', '']
    """
    for paper in settings.newspapers:
        if name in (paper.id, paper.name, *paper.other_names):
            if paper.city:
                return paper.city
            name = paper.name
            break
    if name in KNOWN_TITLES:
        return KNOWN_TITLES[name]
    body = name.removesuffix(_title_word(name))
    for end in range(len(body), 1, -1):
        if province := gazetteer.province(body[:end]):
            return gazetteer.capital(province).short
        if places := gazetteer.named(body[:end]):
            place = places[0]
            return place.short if place.is_city or place.name.endswith("市") else place.name
    return ""


def _city_of_publisher(texts: Iterable[str]) -> str:
    """中共辽源市委主管主办 names the city even where the title is lost."""
    for text in texts:
        for match in re.finditer(r"中共([一-鿿]{2,10}?(?:市|州|盟|地区))委", text):
            if place := gazetteer.city(match[1]):
                return place.short
    return ""


# ---------------------------------------------------------------- numbers


def issue_number(texts: Iterable[str]) -> str:
    """The running number, in digits: 总第…期 before 第…期, for the second may count within the year.

    >>> [issue_number([text]) for text in ("总第8201期 今日4版", "第10658期今日8版", "第二八三四号", "四版")]
    ['8201', '10658', '2834', '']
    >>> issue_number(["第21期", "总第8201期"])
    '8201'
    """
    found = [match for text in texts for match in _ISSUE.finditer(text)]
    best = next((match for match in found if match[1]), found[0] if found else None)
    return str(number(best[2] or best[3])) if best else ""


def page_number(first: Sequence[str], alone: Sequence[str]) -> int | None:
    """The page's number in the issue. 今日4版 counts pages, 下转四版 and (第四版) point to another.

    >>> [page_number([text], []) for text in ("03 本地新闻", "第三版", "A02", "02版", "2版 要闻")]
    [3, 3, 2, 2, 2]
    >>> [page_number([text], []) for text in ("2026.7.4 星期六 03", "要闻 第十二版")]
    [3, 12]
    >>> [page_number([text], []) for text in ("今日4版", "对开四版", "(第四版)", "B02", "2021年1月21日", "下转三版")]
    [None, None, None, None, None, None]
    """
    for text in [*first, *(text for text in alone if len(text) <= 16 and _PAGE.match(text))]:
        for match in _PAGE.finditer(_COUNT.sub(" ", text)):
            before = _COUNT.sub(" ", text)[: match.start()]
            if match[2] in (None, "A") and not re.search(r"[转见接载到自(\[本]\s?$", before):
                return number(match[3]) or None
    for text in [*first, *(text for text in alone if re.fullmatch(r"A?\d\d(?:\s[一-鿿]{2,8})?", text))]:
        for _, match in dates(text):
            text = text.replace(match[0], " ")
        if (found := _FOLIO_NUMBER.search(text)) and number(found[2]):
            return number(found[2])
    return None


def _front_page_signs(name: str, issue: str, count: int | None, texts: Iterable[str]) -> int:
    """How many signs of a masthead the furniture shows: name, running number, page count, licence (刊号), publisher.

    A folio repeats name and date, and at most the running number. The licence and publisher of a colophon (社址, 印刷,
    定价), which closes the last page, don't count.
    """
    own = [text for text in texts if not _COLOPHON.search(text)]
    return sum(
        (
            bool(name),
            bool(issue),
            count is not None,
            any(_LICENCE.search(text) for text in own),
            any(_BODY.search(text) for text in own),
        )
    )
