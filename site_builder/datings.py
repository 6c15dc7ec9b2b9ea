"""The date and the city of a page that prints neither: reasoned from its articles, and from which words.

A daily prints the news of the day before. So the latest day that its reports tell of, plus one, is the day of issue,
if only the year can be had. Where it can't, or where the days don't agree, the date stays unknown: a wrong date
misleads a reader more than none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_builder import gazetteer
from site_builder.charmaps import all_to_nfkc
from site_builder.language import _
from site_builder.model import Article
from site_builder.printed_dates import agrees_with_weekday, closed_up, dates, days_of_year
from site_builder.words import long_date

OPENING = 120  # characters: a report says when in its first sentences; later dates tell of the past and of plans
WINDOW = 7  # days: clues further before the latest one say nothing about it
ENOUGH = 3  # the weight of clues that a date needs: one 本报…日讯, or three reports of the week
SAY = 3  # the most that one article can add to a city's weight
NOT_DAILY = ("周报", "周刊", "旬报", "月报", "旬刊", "月刊")

_OWN_DATELINE = re.compile(r"(?:本报|本台|本社)[^\d一二三四五六七八九十]{0,8}(\d{1,2})月(\d{1,2})日[讯电]")
_AGENCY_DATELINE = re.compile(r"(?:新华社|新华网|中新社|中新网|人民网|据)[^\d。,]{0,12}(\d{1,2})月(\d{1,2})日[讯电]")
_TODAY_IS = re.compile(r"(今天|今日|今晚|昨天|昨日|昨晚)\((\d{1,2})月(\d{1,2})日[^()]{0,6}\)")
_PLANNED_BEFORE = re.compile(r"(?:将于|将在|定于|拟于|于每年|每年|至|到|从|自|截至|截止|去年|上年|前年|明年|[—\-~])$")
_YEAR = re.compile(r"((?:19|20)\d\d)(?<![\d.]\d{4})年")
_YEAR_TO_COME = re.compile(r"(?:到|至|力争|截至|截止|目标|[—\-~])$")
_TO_COME_AFTER = re.compile(r"(?:前|底前|底|左右|实现|建成|远景)")
_HELD_AFTER = re.compile(
    r"第[\d一二三四五六七八九十]{1,3}[次期批号届季]|年会|暑期|暑假|[夏秋冬][季粮收]?"
    r"|[^,。;0-9]{0,14}(?:会议|论坛|峰会|大会|博览会|联赛|锦标赛|消费月)"
)
_SPRING_AFTER = re.compile("春[季运节耕]?")
_SINCE_AFTER = re.compile("以来|[一二三]季度|上半年|前[一二三四五六七八九十]+个月")
_OURS = re.compile("我[市州盟]")
_REVIEW_AFTER = re.compile("是[^,。;]{0,16}一年")


Said = Sequence[Sequence[tuple[str, str]]]
"""What each article says: the kind of each block, and its text with all that NFKC makes one."""


def said(articles: Iterable[Article]) -> Said:
    """What the articles say; the functions below all ask for it.

    >>> from site_builder.model import TextBlock
    >>> said([Article((TextBlock("paragraph", "２月１８日，", ()),))])
    [[('paragraph', '2月18日,')]]
    """
    blocks = [article.blocks for article in articles]
    texts = iter(all_to_nfkc([block.text for own in blocks for block in own]))
    return [[(block.kind, next(texts)) for block in own] for own in blocks]


@dataclass(frozen=True, slots=True)
class Clue:
    """A day that a report tells of, the words that say so and how far they can be trusted."""

    month: int
    day: int
    words: str
    weight: int
    own: bool = False  # the paper's own report: 本报4月20日讯

    def in_year(self, year: int) -> dt.date | None:
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


def clues(articles: Said) -> Iterator[Clue]:
    """The days that the articles' datelines, openings, captions and signatures tell of, in reading order.

    >>> from site_builder.model import TextBlock
    >>> text = "本报4月20日讯（记者黄鹭）今天，省委书记主持召开会议。会议将于5月1日再开。"
    >>> articles = said([Article((TextBlock("paragraph", text, ()),))])
    >>> [(clue.month, clue.day, clue.words) for clue in clues(articles)]
    [(4, 20, '本报4月20日讯')]
    """
    for article in articles:
        texts = [closed_up(text) for kind, text in article if kind in ("paragraph", "caption", "byline")]
        if not texts:
            continue
        for text in [text for text in texts if "月" in text]:
            for match in _OWN_DATELINE.finditer(text):
                yield Clue(int(match[1]), int(match[2]), match[0], 3, own=True)
            for match in _AGENCY_DATELINE.finditer(text):
                yield Clue(int(match[1]), int(match[2]), match[0], 2)
            for match in _TODAY_IS.finditer(text):
                yield Clue(int(match[2]), int(match[3]), match[0], 3, own=match[1].startswith("今"))
        for date, match in dates(texts[-1]):
            if len(texts[-1]) - match.end() <= 3:
                yield Clue(date.month, date.day, match[0], 3)
        yield from _opening_clues("".join(texts)[:OPENING])


def _opening_clues(opening: str) -> Iterator[Clue]:
    for month, day, match in days_of_year(opening):
        before, after = opening[: match.start()], opening[match.end() :]
        sentence = re.split("[。;]", after, maxsplit=1)[0]
        if after[:1] in ("讯", "电", "起", "前", "后", "至", "到", ")", "—", "-") or _PLANNED_BEFORE.search(
            before[-2:]
        ):
            continue
        if not re.search(r"将|拟|定于", sentence):
            yield Clue(month, day, match[0], 1)


def years(articles: Said) -> Iterator[tuple[int, str, str]]:
    """The years that the page's words speak of: the year of issue they point to, the words, and what kind they are.

    `held`: something takes place in it (2022年年会). `spring`: its spring. `since`: it has gone on for a while.
    `review`: a year looked back on (2019年是关键的一年, and 去年) is the one before. `named`: no more than that.

        >>> from site_builder.model import TextBlock
        >>> def page(text): return said([Article((TextBlock("paragraph", text, ()),))])
        >>> list(years(page("博鳌亚洲论坛2022年年会开幕。到2035年基本实现现代化。")))
        [(2022, '2022年年会', 'held')]
        >>> list(years(page("会议总结去年脱贫工作。他说，2019年是脱贫攻坚至关重要的一年。")))
        [(2020, '2019年是脱贫攻坚至关重要的一年”与“去年', 'review')]
    """
    for article in articles:
        text = closed_up("。".join([text for kind, text in article if kind != "duplicate"]))
        for match in _YEAR.finditer(text):
            year, after = int(match[1]), text[match.end() : match.end() + 40]
            before = text[max(0, match.start() - 2) : match.start()]
            if _YEAR_TO_COME.search(before) or _TO_COME_AFTER.match(after):
                continue
            for kind, pattern in (("spring", _SPRING_AFTER), ("since", _SINCE_AFTER), ("held", _HELD_AFTER)):
                if words := pattern.match(after):
                    yield year, match[0] + words[0], kind
                    break
            else:
                review = _REVIEW_AFTER.match(after)
                if review and "去年" in text:
                    yield year + 1, f"{match[0]}{review[0]}”与“去年", "review"
                else:
                    yield year, match[0], "named"


def date_of_issue(
    articles: Said, newspaper: str = "", printed: tuple[int, int] | None = None, weekday: str = ""
) -> tuple[dt.date, str] | None:
    """The day of issue and the evidence for it, in a sentence for readers, or None.

    `printed` is a month and day that the folio prints without the year; then only the year is inferred. A printed
    weekday must agree, else nothing is inferred.
    """
    if newspaper.endswith(NOT_DAILY):
        return None
    latest = (
        Clue(*printed, f"{printed[0]}月{printed[1]}日", 3, own=True) if printed else _latest(tuple(clues(articles)))
    )
    if latest is None:
        return None
    found = _year(latest, articles)
    if found is None or (told := latest.in_year(found[0])) is None:
        return None
    words = found[1]
    issued = told if printed else told + dt.timedelta(days=1)
    if weekday and not agrees_with_weekday(issued, weekday):
        return None
    if printed:
        why = _(
            "报眉只印“{latest}”，未印年份；文中有“{words}”，故推定为{date}。",
            latest=latest.words,
            words=words,
            date=long_date(told),
        )
        return told, why
    if words == latest.words:
        why = _(
            "版面未见日期。最晚的消息为“{latest}”，年份亦据此；日报次日见报，推定为{date}。",
            latest=latest.words,
            date=long_date(issued),
        )
    else:
        why = _(
            "版面未见日期。最晚的消息为“{latest}”，年份据文中“{words}”；日报次日见报，推定为{date}。",
            latest=latest.words,
            words=words,
            date=long_date(issued),
        )
    return issued, why


def _latest(found: Sequence[Clue]) -> Clue | None:
    """The latest day of the week that most clues tell of.

    A clue that is weak alone (a day in a report's opening) needs a second one for the same day or the day before: one
    stray later date is a plan or a misreading.
    """
    if not found:
        return None

    def week(centre: Clue) -> list[Clue]:
        return [clue for clue in found if abs(_days_between(centre, clue)) <= WINDOW]

    centre = max(found, key=lambda clue: sum(other.weight for other in week(clue)))
    near = week(centre)
    firm = [
        clue
        for clue in near
        if clue.weight >= ENOUGH or sum(0 <= _days_between(other, clue) <= 1 for other in near) > 1
    ]
    if not firm or sum(clue.weight for clue in near) < ENOUGH:
        return None
    return max(firm, key=lambda clue: (_days_between(centre, clue), clue.weight))


def _days_between(one: Clue, other: Clue) -> int:
    """Days from one to the other, the year unknown: from 28 December to 2 January it is 5, not -361."""
    return (_day_of_round_year(other) - _day_of_round_year(one) + 183) % 366 - 183


def _day_of_round_year(clue: Clue) -> int:
    return (clue.in_year(2000) or dt.date(2000, 1, 1)).timetuple().tm_yday


def _year(latest: Clue, articles: Said) -> tuple[int, str] | None:
    """The year of the latest clue, and the words that give it.

    A full date near the clue settles it. Else the latest year named, if its words speak of the year of issue. Which
    words do, depends on the season: until March, papers still report on last year, and what was held in it.
    """
    for article in articles:
        for _kind, text in article:
            for date, match in dates(closed_up(text)):
                told = latest.in_year(date.year)
                if told and 0 <= (told - date).days <= WINDOW:
                    return date.year, match[0]
    named = list(years(articles))
    newest = max((year for year, _, _ in named), default=0)
    of_newest = [(words, kind) for year, words, kind in named if year == newest]
    trusted = _trusted(latest.month)
    if sure := next((words for words, kind in of_newest if kind in trusted), ""):
        return newest, sure
    if latest.month >= 4 and len(of_newest) >= 2:
        return newest, of_newest[0][0]
    return None


def _trusted(month: int) -> tuple[str, ...]:
    """The kinds of words that give the year in a month: in December, next spring is spoken of already."""
    if month <= 3:
        return ("review", "spring")
    return ("held", "since") if month >= 11 else ("held", "since", "spring")


# ---------------------------------------------------------------- the city


def city_told_of(articles: Said) -> str:
    """The city that 我市 means: one that two articles name, foremost those that say 我市, and far more than any other.

    Every article has a limited say, for a page's one long report from elsewhere names its city twenty times. Without
    我市 nothing is inferred, nor where 我省 is as frequent: then the paper may be the province's.

        >>> from site_builder.model import TextBlock
        >>> def page(*texts): return said([Article((TextBlock("paragraph", text, ()),)) for text in texts])
        >>> city_told_of(page("我市召开会议，辽源市疾控中心参加。", "东辽县、东丰县春耕忙，我市加强指导。"))
        '辽源'
        >>> city_told_of(page("我省召开会议，辽源市疾控中心负责人参加。", "东辽县、东丰县春耕忙。"))
        ''
    """
    texts = [closed_up("\n".join([text for kind, text in article if kind != "duplicate"])) for article in articles]
    local = [len(_OURS.findall(text)) for text in texts]
    if sum(local) <= sum(text.count("我省") for text in texts):
        return ""
    weights: Counter[str] = Counter()
    named_in: Counter[str] = Counter()
    for text, ours in zip(texts, local, strict=True):
        for name, weight in _cities_of(text).items():
            weights[name] += min(weight, SAY) * (2 if ours else 1)
            named_in[name] += 1
    ranked = sorted(((weight, name) for name, weight in weights.items()), key=lambda row: (-row[0], row[1]))
    if not ranked or named_in[ranked[0][1]] < 2 or (len(ranked) > 1 and ranked[0][0] < 1.5 * ranked[1][0]):
        return ""
    return ranked[0][1]


def _cities_of(text: str) -> Counter[str]:
    """The cities that one article names, itself or one of its counties; a full name (辽源市) is worth two."""
    weights: Counter[str] = Counter()
    for at, name in gazetteer.mentions(text):
        before, after = text[max(0, at - 3) : at], text[at + len(name) : at + len(name) + 2]
        if after in ("日报", "晚报", "大学") or after[:1] in ("路", "街") or before in ("新华社", "中新社"):
            continue
        places = gazetteer.named(name)
        if (place := gazetteer.city(name)) is not None:
            if name != place.short:
                weights[place.short] += 2
            elif not place.is_word:
                weights[place.short] += 1
        elif len(places) == 1 and (name == places[0].name or not places[0].is_word):
            weights.update([parent.short] if (parent := gazetteer.city_of(places[0])) is not None else [])
    return weights
