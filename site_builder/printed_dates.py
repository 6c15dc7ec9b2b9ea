"""Dates as newspapers print them: 2021年1月21日, 一九五八年三月四日, 2026.7.4, 星期四, 庚子年十二月初九.

Everything here reads text that has been through `plain`. No pattern repeats over what another repeats over, so
each runs in linear time.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from site_builder.charmaps import to_nfkc

_DIGITS = dict(zip("〇○零一二三四五六七八九", "00012 3456789".replace(" ", ""), strict=True))
WEEKDAYS = "一二三四五六日"
_JULIAN = 1721425  # from the ordinal of a date to the Julian day that begins on it
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12, "臘": 12}
SOLAR_TERMS = (
    "立春|雨水|惊蛰|春分|清明|谷雨|立夏|小满|芒种|夏至|小暑|大暑"
    "|立秋|处暑|白露|秋分|寒露|霜降|立冬|小雪|大雪|冬至|小寒|大寒"
)

_HAN_NUMBER = (
    "三十[一]?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅[一]?|[一二三四五六七八九]"
)
_YEAR = r"(?:(?:18|19|20)\d\d|[一二][〇○零O一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|{_HAN_NUMBER})"
_FULL = re.compile(
    rf"(?<![\d〇○零一二三四五六七八九])({_YEAR})\s?年\s?({_MONTH})\s?月\s?({_DAY})\s?日"
    r"|(?<![\d.])((?:19|20)\d\d)\s?[-./·—]\s?(1[0-2]|0?[1-9])\s?[-./·—]\s?(3[01]|[12]\d|0?[1-9])(?![\d.]\d|\d)"
)
# Without one of these there is no full date; looked for first, since they are found in a fraction of the time.
_FIGURED_YEAR = re.compile(r"[\dO〇○零一二三四五六七八九]\s?年")
_POINTED_YEAR = re.compile(r"(?:19|20)\d\d\s?[-./·—]")
_YEARLESS = re.compile(rf"(?<![年\d十])({_MONTH})\s?月\s?({_DAY})\s?日")
_WEEKDAY = re.compile(r"(?:星期|礼拜|(?<!每)周)([一二三四五六日天])")
_GANZHI = rf"[{STEMS}][{BRANCHES}]"
_LUNAR = re.compile(
    rf"(农历|夏历|旧历|阴历)?\s?(?:({_GANZHI})\s?(?:\([^()]{{1,2}}\))?\s?年)?\s?"
    r"(闰?)(正|冬|腊|臘|十[一二]?|[一二三四五六七八九])月(?:[大小]\s?)?"
    r"(初[一二三四五六七八九十]|三十|二十[一二三四五六七八九]?|十[一二三四五六七八九]|廿[一二三四五六七八九]?|卅)"
    rf"(?![一二三四五六七八九十])(?!\s?(?:{SOLAR_TERMS}))"
)


class LunarDate(NamedTuple):
    """A lunar date as printed. `year` is the 干支 pair or `""`; a leap month is negative, as in lunar-python."""

    text: str
    year: str
    month: int
    day: int


def plain(text: str) -> str:
    """The text in one form of digits, letters and spaces, spaced-out characters closed up.

    A date set wide (二 〇 二 一 年) and full-width digits say the same as a narrow one; nothing here is ever displayed.

        >>> plain("２０２１年１月２１日　星期四"), plain("辽 源 日 报"), plain("LIAO YUAN RI BAO")
        ('2021年1月21日 星期四', '辽源日报', 'LIAO YUAN RI BAO')
        >>> plain("辽源 日报"), plain("2 0 2 1 年")
        ('辽源 日报', '2021年')
    """
    return closed_up(to_nfkc(text))


def closed_up(text: str) -> str:
    """The same for a text that is in one form of digits and letters already."""
    words = text.split()
    spaced = len(words) > 2 and all(len(word) == 1 and not "A" <= word.upper() <= "Z" for word in words)
    return ("" if spaced else " ").join(words)


def number(text: str) -> int:
    """A number in digits, in Chinese numerals or in Chinese numerals used as digits.

    >>> [number(text) for text in ("07", "十", "十二", "二十", "廿五", "卅一", "初九", "初十")]
    [7, 10, 12, 20, 25, 31, 9, 10]
    >>> [number(text) for text in ("二〇二一", "八二〇一", "二百零四", "一千二百")]
    [2021, 8201, 204, 1200]
    """
    text = text.lstrip("初").replace("廿", "二十").replace("卅", "三十").replace("O", "〇")
    if text.isdecimal():
        return int(text)
    total, digit = 0, ""
    for character in text:
        if character in _DIGITS:
            digit += _DIGITS[character]
        else:
            total += int(digit or "1") * {"十": 10, "百": 100, "千": 1000, "万": 10000}[character]
            digit = ""
    return total + int(digit or "0")


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(number(year), number(month), number(day))
    except ValueError:
        return None


def dates(text: str) -> Iterator[tuple[dt.date, re.Match[str]]]:
    """Every full date that exists, and where it stands. What is no date (2月30日) is passed over.

    >>> [str(date) for date, _ in dates("2021年1月21日 一九五八年三月四日 2026.7.4 2022-04-21 2021年2月30日")]
    ['2021-01-21', '1958-03-04', '2026-07-04', '2022-04-21']
    """
    for match in _FULL.finditer(text) if _FIGURED_YEAR.search(text) or _POINTED_YEAR.search(text) else ():
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        if date := _date(year, month, day):
            yield date, match


def days_of_year(text: str) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Every date without a year, as month and day.

    >>> [(month, day) for month, day, _ in days_of_year("2月18日至20日，十二月廿日，2021年3月4日")]
    [(2, 18), (12, 20)]
    """
    for match in _YEARLESS.finditer(text) if "月" in text else ():
        if _date("2000", match[1], match[2]):
            yield number(match[1]), number(match[2]), match


def weekday(text: str) -> str:
    """The first weekday named, as printed; a 周末 or 上周 is none.

    >>> weekday("2021年1月21日 星期四"), weekday("周日"), weekday("每周一 出版")
    ('星期四', '周日', '')
    """
    match = _WEEKDAY.search(text)
    return match[0] if match else ""


def weekday_name(date: dt.date) -> str:
    """
    >>> weekday_name(dt.date(2021, 1, 21))
    '星期四'
    """
    return "星期" + WEEKDAYS[date.weekday()]


def agrees_with_weekday(date: dt.date, printed: str) -> bool:
    """Whether a date falls on the weekday printed.

    >>> agrees_with_weekday(dt.date(2026, 7, 5), "星期天"), agrees_with_weekday(dt.date(2026, 7, 5), "周六")
    (True, False)
    """
    return WEEKDAYS[date.weekday()] == printed[-1].replace("天", "日")


def lunar_date(text: str) -> LunarDate | None:
    """The first lunar date of the day: one that names a solar term (十二月廿二立春) tells of another day.

    A date in Chinese numerals (三月二十日) is not lunar, nor is 三月二十 without 农历 or a year: 二十 may go on. With
    a 日 behind it only 农历, a year of the sixty or a month that no other calendar has makes it lunar.

        >>> lunar_date("庚子年十二月初九 十二月廿二立春")
        LunarDate(text='庚子年十二月初九', year='庚子', month=12, day=9)
        >>> lunar_date("十二月廿二立春 农历丙午年闰五月廿一")
        LunarDate(text='丙午年闰五月廿一', year='丙午', month=-5, day=21)
        >>> lunar_date("夏历正月初十"), lunar_date("一九五八年三月二十日"), lunar_date("三月廿日")
        (LunarDate(text='正月初十', year='', month=1, day=10), None, None)
        >>> lunar_date("农历戊戌年正月十五日")
        LunarDate(text='戊戌年正月十五', year='戊戌', month=1, day=15)
    """
    for match in _LUNAR.finditer(text):
        label, year, leap, month, day = match.groups()
        surely = label or year or month in LUNAR_MONTHS
        if not surely and (day[0] not in "初廿" or text.startswith("日", match.end())):
            continue
        value = LUNAR_MONTHS.get(month) or number(month)
        printed = re.sub(r"\s", "", match[0].removeprefix(label or ""))
        return LunarDate(printed, year or "", -value if leap else value, number(day))
    return None


@lru_cache(maxsize=4096)  # the pages of a day ask for the same
def lunar_of(date: dt.date) -> LunarDate:
    """The day in the lunar calendar, worded as a masthead does.

    >>> lunar_of(dt.date(2021, 1, 21)).text, lunar_of(dt.date(2020, 5, 27)).text, lunar_of(dt.date(1983, 3, 1)).text
    ('庚子年十二月初九', '庚子年闰四月初五', '癸亥年正月十七')
    """
    from lunar_python.util import LunarUtil

    months = _lunar_months(date.year)
    first, year, month = months[bisect_right(months, (date.toordinal() + 1, 0, 0)) - 1]
    day = date.toordinal() - first + 1
    named = STEMS[(year - 4) % 10] + BRANCHES[(year - 4) % 12]
    names = ("", "正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
    text = f"{named}年{'闰' if month < 0 else ''}{names[abs(month)]}月{LunarUtil.DAY[day]}"
    return LunarDate(text, named, month, day)


@lru_cache(maxsize=256)
def _lunar_months(year: int) -> list[tuple[int, int, int]]:
    """The lunar months that a year's days lie in, in order: the first day of each (counted as dates are), the lunar
    year, the number. Asked for once a year, for lunar-python works out the sun's and the moon's courses each time.
    """
    from lunar_python import LunarYear

    months = {
        (round(month.getFirstJulianDay()) - _JULIAN, month.getYear(), month.getMonth())
        for about in (year - 1, year)
        for month in LunarYear.fromYear(about).getMonths()
    }
    return sorted(months)


def agrees_with_lunar(date: dt.date, printed: LunarDate) -> bool:
    """Whether a date is the lunar one printed; a year that was not printed agrees with any.

    >>> agrees_with_lunar(dt.date(2025, 1, 22), lunar_date("农历甲辰年腊月廿三"))
    True
    """
    true = lunar_of(date)
    return (true.month, true.day) == (printed.month, printed.day) and printed.year in ("", true.year)
