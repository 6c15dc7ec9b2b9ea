"""What a page says about itself, and what its articles give away. All newspapers but the real names are invented."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lunar_python import Solar

from site_builder.metadata import read_facts
from site_builder.model import (
    Article,
    Finding,
    Newspaper,
    Page,
    PageEntry,
    PageFacts,
    Settings,
    SourcePage,
    TextBlock,
)
from site_builder.printed_dates import lunar_of


def page(*furniture: str, kind: str = "masthead", articles: tuple[Article, ...] = (), source: str = "x.txt") -> Page:
    blocks = tuple(TextBlock(kind, text, (), (number,)) for number, text in enumerate(furniture, 1))
    return Page(SourcePage(source, ""), blocks, articles)


def article(*paragraphs: str, headline: str = "") -> Article:
    heading = (TextBlock("headline", headline, ()),) if headline else ()
    return Article((*heading, *(TextBlock("paragraph", text, ()) for text in paragraphs)))


def test_a_whole_masthead_of_today() -> None:
    read = read_facts(
        page(
            "安 阳 晚 报",
            "ANYANG WANBAO",
            "２０２６年７月５日　星期日",
            "农历丙午年五月廿一",
            "总第4096期 今日16版",
            "国内统一连续出版物号 CN41-0000",
            "安阳日报社主办",
        ),
        Settings(),
    )
    assert read.facts == PageFacts(
        newspaper="安阳晚报",
        city="安阳",
        date=dt.date(2026, 7, 5),
        date_certainty="stated",
        page=1,
        issue_number="4096",
        weekday="星期日",
        lunar_date="丙午年五月廿一",
        page_count=16,
    )
    assert (read.newspaper_certainty, read.page_certainty, read.findings) == ("stated", "stated", ())


def test_a_masthead_of_1958() -> None:
    read = read_facts(
        page(
            "通化日报", "一九五八年三月四日 星期二", "农历戊戌年正月十五", "第五四二号 今日四版", "中共通化地委机关报"
        ),
        Settings(),
    )
    assert read.facts == PageFacts(
        newspaper="通化日报",
        city="通化",
        date=dt.date(1958, 3, 4),
        date_certainty="stated",
        page=1,
        issue_number="542",
        weekday="星期二",
        lunar_date="戊戌年正月十五",
        page_count=4,
    )
    assert read.findings == ()


def test_a_masthead_of_1983_in_one_block() -> None:
    read = read_facts(
        page("绥化日报 1983年12月1日 星期四 癸亥年十月廿七 总第2834期 今日4版 中共绥化地委主办"), Settings()
    )
    assert read.facts == PageFacts(
        newspaper="绥化日报",
        city="绥化",
        date=dt.date(1983, 12, 1),
        date_certainty="stated",
        page=1,
        issue_number="2834",
        weekday="星期四",
        lunar_date="癸亥年十月廿七",
        page_count=4,
    )
    assert read.findings == ()


@pytest.mark.parametrize("kind", ["folio", "other"])
def test_a_folio_gives_name_date_and_number(kind: str) -> None:
    read = read_facts(page("03 本地新闻", "2026.7.4 星期六", "晋中晚报", "责任编辑：姚某", kind=kind), Settings())
    assert read.facts == PageFacts(
        newspaper="晋中晚报",
        city="晋中",
        date=dt.date(2026, 7, 4),
        date_certainty="stated",
        page=3,
        weekday="星期六",
    )


def test_a_folio_in_one_line() -> None:
    read = read_facts(page("第三版 农村新闻 宜春日报 1994年5月6日 星期五", kind="folio"), Settings())
    assert read.facts == PageFacts(
        newspaper="宜春日报",
        city="宜春",
        date=dt.date(1994, 5, 6),
        date_certainty="stated",
        page=3,
        weekday="星期五",
    )


def test_a_folio_without_a_number_is_not_the_front_page() -> None:
    read = read_facts(page("宜春日报", "1994年5月6日", kind="folio"), Settings())
    assert (read.facts.page, read.page_certainty) == (None, "unknown")


def test_a_masthead_stands_on_page_1_whatever_numbers_are_about() -> None:
    pointing = read_facts(page("宜春日报", "总第834期 今日4版", "3版 农村新闻"), Settings())
    stray = read_facts(page("总第834期 今日4版", "9"), Settings())
    assert (pointing.facts.page, stray.facts.page) == (1, 1)


def test_page_1_is_stated_by_a_masthead_and_inferred_from_half_of_one() -> None:
    whole = read_facts(page("宜春日报", "总第834期 今日4版"), Settings())
    half = read_facts(page("宜春日报", "总第834期", kind="folio"), Settings())
    assert [(read.facts.page, read.page_certainty) for read in (whole, half)] == [(1, "stated"), (1, "inferred")]


def test_a_colophon_is_no_masthead() -> None:
    furniture = "本报社址：某路1号 邮编：136200 国内统一刊号：CN22-0000 印刷：辽源日报社印刷厂 零售每份1元"
    read = read_facts(page(furniture, kind="imprint"), Settings())
    assert (read.facts.page, read.facts.newspaper) == (None, "")


@pytest.mark.parametrize(
    ("furniture", "name", "city", "certainty"),
    [
        (["LIAO YUAN RI BAO", "总第8201期"], "辽源日报", "辽源", "stated"),
        (["ZUNYIXINBAO"], "遵义新报", "遵义", "stated"),
        (["曲彰午市报", "QUJING DUSHIBAO"], "曲靖都市报", "曲靖", "stated"),
        (["SUZHOU WANBAO", "中共宿州市委主管"], "宿州晚报", "宿州", "stated"),
        (["SUZHOU WANBAO"], "", "", "unknown"),
        (["中共辽源市委主管主办 辽源日报社出版"], "辽源日报", "辽源", "inferred"),
        (["吉林日报"], "吉林日报", "长春", "stated"),
        (["江城日报"], "江城日报", "吉林", "stated"),
        (["四川农民报"], "四川农民报", "成都", "stated"),
        (["延边朝鲜族自治州报"], "延边朝鲜族自治州报", "延边", "stated"),
        (["东辽报"], "东辽报", "东辽县", "stated"),
        (["北疆红旗晨报"], "北疆红旗晨报", "", "stated"),
        (["转自《人民日报》"], "", "", "unknown"),
        (["疫情通报"], "", "", "unknown"),
        (["中共四平市委机关报"], "", "四平", "unknown"),
    ],
)
def test_the_name_and_the_city(furniture: list[str], name: str, city: str, certainty: str) -> None:
    read = read_facts(page(*furniture), Settings())
    assert (read.facts.newspaper, read.facts.city, read.newspaper_certainty) == (name, city, certainty)


def test_a_declared_newspaper_answers_to_its_other_names_and_pinyin() -> None:
    paper = Newspaper("hongqi-bao", "红旗报", ("红旗战报",), "梅河口")
    settings = Settings(newspapers=(paper,))
    for furniture in ("红旗报 第3期", "红旗战报", "HONG QI BAO"):
        facts = read_facts(page(furniture), settings).facts
        assert (facts.newspaper, facts.city) == ("红旗报", "梅河口"), furniture


def test_a_date_against_its_weekday_and_lunar_date_is_a_finding() -> None:
    read = read_facts(page("辽源日报", "2021年1月21日 星期五", "庚子年十二月初八"), Settings())
    assert read.facts.date == dt.date(2021, 1, 21)
    assert read.findings == (
        Finding("date-weekday", "版面印的日期是2021年1月21日，当日为星期四，而版面印作“星期五”。", lines=(2, 3)),
        Finding(
            "date-lunar",
            "版面印的日期是2021年1月21日，当日为农历庚子年十二月初九，而版面印作“庚子年十二月初八”。",
            lines=(2, 3),
        ),
    )


def test_a_leap_month_is_another_month() -> None:
    assert read_facts(page("2020年5月27日 星期三 庚子年闰四月初五"), Settings()).findings == ()
    codes = [finding.code for finding in read_facts(page("2020年5月27日 庚子年四月初五"), Settings()).findings]
    assert codes == ["date-lunar"]


def test_a_solar_terms_day_is_not_the_day_of_issue() -> None:
    read = read_facts(page("2021年1月21日 星期四", "庚子年十二月初九 十二月廿二立春"), Settings())
    assert (read.facts.lunar_date, read.findings) == ("庚子年十二月初九", ())


def test_a_given_date_is_checked_against_the_printed_weekday() -> None:
    entry = PageEntry("x.txt", PageFacts(date=dt.date(2021, 1, 22)))
    read = read_facts(page("星期四"), Settings(pages=(entry,)))
    assert [finding.message for finding in read.findings] == [
        "元数据给定的日期是2021年1月22日，当日为星期五，而版面印作“星期四”。"
    ]


def test_what_is_given_for_a_file_is_checked_on_each_of_its_pages() -> None:
    entry = PageEntry("x.txt", PageFacts(date=dt.date(2021, 1, 22)))
    read = read_facts(page("星期四", source="x.txt#2"), Settings(pages=(entry,)))
    assert [finding.code for finding in read.findings] == ["date-weekday"]


def test_an_advertisements_date_is_not_the_day_of_issue() -> None:
    read = read_facts(page("招标公告：2021年3月4日前到某处报名", kind="other"), Settings())
    assert read.facts == PageFacts()


# ---------------------------------------------------------------- inference


def test_a_dateline_dates_the_page_to_the_next_day() -> None:
    read = read_facts(
        page(
            articles=(
                article("本报4月20日讯（记者黄某）今天，省委书记主持召开会议。"),
                article("新华社北京4月20日电 论坛2022年年会将于4月21日开幕。"),
            )
        ),
        Settings(),
    )
    assert read.facts == PageFacts(
        date=dt.date(2022, 4, 21),
        date_certainty="inferred",
        evidence="版面未见日期。最晚的消息为“本报4月20日讯”，年份据文中“2022年年会”；"
        "日报次日见报，推定为2022年4月21日。",
    )


def test_a_signed_notice_gives_the_year() -> None:
    read = read_facts(
        page(
            articles=(
                article("本报讯 2月18日上午，副省长到我市检查。"),
                article("截至2月17日24时，无新增病例。", "市领导小组办公室 2020年2月18日"),
            )
        ),
        Settings(),
    )
    assert read.facts.date == dt.date(2020, 2, 19)
    assert "“2020年2月18日”" in read.facts.evidence


def test_a_year_looked_back_on_is_the_one_before() -> None:
    read = read_facts(
        page(
            articles=(
                article("2月18日，我市召开会议，总结去年脱贫工作。他指出，2019年是脱贫攻坚至关重要的一年。"),
                article("2月18日，记者采访了专家。"),
                article("2月17日，市检察院开展活动。"),
            )
        ),
        Settings(),
    )
    assert read.facts.date == dt.date(2020, 2, 19)


def test_the_turn_of_the_year() -> None:
    read = read_facts(page(articles=(article("本报12月31日讯 今天下午，2021年第三次会议召开。"),)), Settings())
    assert read.facts.date == dt.date(2022, 1, 1)


def test_without_a_year_the_date_stays_unknown() -> None:
    read = read_facts(page(articles=(article("新华社北京4月3日电 今天，会议召开。"), article("4月3日讯"))), Settings())
    assert read.facts == PageFacts()


def test_in_january_last_years_figures_give_no_year() -> None:
    text = "今天（1月21日），发布会介绍，2024年以来，工业经济平稳。2024年增长5.8%，较2023年提升。"
    assert read_facts(page(articles=(article(text),)), Settings()).facts.date is None


def test_one_stray_date_dates_nothing() -> None:
    read = read_facts(page(articles=(article("5月3日，他出生在农村。2021年他回乡，2021年又离开。"),)), Settings())
    assert read.facts.date is None


def test_a_weekly_is_not_dated_by_its_reports() -> None:
    read = read_facts(page("某城周报", articles=(article("本报4月20日讯 今天，2022年年会召开。"),)), Settings())
    assert read.facts.date is None


def test_a_folio_date_without_its_year_needs_one_that_fits_the_weekday() -> None:
    reports = (article("本报讯 2022年年会召开。"),)
    read = read_facts(page("4月21日 星期四", kind="folio", articles=reports), Settings())
    assert (read.facts.date, read.facts.date_certainty) == (dt.date(2022, 4, 21), "inferred")
    assert read_facts(page("4月21日 星期五", kind="folio", articles=reports), Settings()).facts.date is None


def test_our_city_is_the_one_most_named() -> None:
    local = (article("我市召开会议，白城市疾控中心参加。"), article("洮南市、镇赉县春耕忙，我市加强指导。"))
    assert read_facts(page(articles=local), Settings()).facts.city == "白城"


def test_a_report_from_elsewhere_does_not_make_the_city() -> None:
    reports = (article("我市企业入选。"), article("天津市推动科技。天津市高校多。天津的经验好。"))
    assert read_facts(page(articles=reports), Settings()).facts.city == ""


@pytest.mark.parametrize("text", ["一" * 60_000, "报" * 60_000, "本报" * 30_000, "2021年1月" * 15_000, "A " * 30_000])
def test_no_text_takes_long(text: str) -> None:
    start = time.perf_counter()
    read_facts(page(text, articles=(article(text),)), Settings())
    assert time.perf_counter() - start < 5


@settings(deadline=None)  # the first day of a year waits for its moons to be worked out
@given(st.dates(dt.date(1840, 1, 1), dt.date(2099, 12, 31)))
def test_the_lunar_date_of_a_day_is_the_one_that_lunar_python_gives(date: dt.date) -> None:
    lunar = Solar.fromYmd(date.year, date.month, date.day).getLunar()
    found = lunar_of(date)
    assert (found.year, found.month, found.day) == (lunar.getYearInGanZhi(), lunar.getMonth(), lunar.getDay())
    assert found.text.endswith(f"月{lunar.getDayInChinese()}") and ("闰" in found.text) == (lunar.getMonth() < 0)
