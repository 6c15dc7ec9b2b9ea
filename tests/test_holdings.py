"""What is known of a newspaper's days, reasoned from running numbers, page counts and weekdays."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_of_years import newspapers
from test_archive import article, page
from test_outputs import written

from site_builder.archive import Archive, gather
from site_builder.calendars import coverage, in_lines, month_calendar, paper_year, years_of
from site_builder.errors import SourceError
from site_builder.gaps import trusted
from site_builder.holdings import holdings, pages_of
from site_builder.model import Article, Issue, Newspaper, Page, PageFacts, Settings, TextBlock
from site_builder.reasons import missing_notes, notes, said, step_words, sums, sums_words, why
from site_builder.runs import WHY, Holdings, Point, step
from site_builder.settings import parse_settings

PAPER = Newspaper("a-bao", "甲报")
MONDAY = dt.date(2021, 3, 1)


def day(number: int) -> dt.date:
    """Days counted from a Monday, which is 0."""
    return MONDAY + dt.timedelta(days=number)


def held_page(
    at: int | dt.date, number: int | str = "", *, inferred: bool = False, count: int | None = None, page_number: int = 1
) -> Page:
    date = day(at) if isinstance(at, int) else at
    facts = PageFacts(
        newspaper="甲报",
        date=date,
        date_certainty="inferred" if inferred else "stated",
        page=page_number,
        issue_number=str(number),
        page_count=count,
    )
    return page(f"{date}-{page_number}.txt", article("题目"), facts=facts)


def archive(*pages: Page, paper: Newspaper = PAPER) -> Archive:
    return gather(Settings(newspapers=(paper,)), pages)


def known(*pages: Page, paper: Newspaper = PAPER) -> Holdings:
    return archive(*pages, paper=paper).holdings[paper.id]


def told(found: Holdings) -> list[str]:
    """The runs in short: days counted from the Monday, state, reason."""
    runs = []
    for run in found.runs:
        first, last = (run.first - MONDAY).days, (run.last - MONDAY).days
        lost = f" {run.lost}/{run.among}" if run.lost is not None else ""
        runs.append(f"{first}{'' if first == last else f'..{last}'} {run.state} {run.why}{lost}")
    return runs


# ---------------------------------------------------------------- running numbers


def test_as_many_numbers_as_days_means_that_each_day_had_its_issue() -> None:
    assert told(known(held_page(0, 100), held_page(5, 105))) == [
        "0 held uncounted",
        "1..4 missing daily",
        "5 held uncounted",
    ]


def test_numbers_that_follow_each_other_mean_that_nothing_appeared_between() -> None:
    assert told(known(held_page(0, 100), held_page(7, 101)))[1] == "1..6 none successive"


def test_where_all_issues_between_are_held_the_other_days_had_none() -> None:
    assert told(known(held_page(0, 100), held_page(2), held_page(4, 102))) == [
        "0 held uncounted",
        "1 none accounted",
        "2 held uncounted",
        "3 none accounted",
        "4 held uncounted",
    ]


def test_a_held_issue_without_a_number_is_none_of_the_missing() -> None:
    assert told(known(held_page(0, 100), held_page(2), held_page(4, 104))) == [
        "0 held uncounted",
        "1 missing daily",
        "2 held uncounted",
        "3 missing daily",
        "4 held uncounted",
    ]


def test_fewer_numbers_than_days_leave_open_which_days_but_not_how_many() -> None:
    assert told(known(held_page(0, 100), held_page(10, 104)))[1] == "1..9 unknown some 3/9"


def test_without_numbers_nothing_is_known_between() -> None:
    assert told(known(held_page(0), held_page(10, 104)))[1] == "1..9 unknown unnumbered"


def test_numbers_that_are_more_than_what_is_held_allows_prove_nothing() -> None:
    # three issues held between two numbers that leave room for one
    pages = [held_page(0, 100), held_page(1), held_page(2), held_page(3), held_page(5, 102)]
    assert told(known(*pages))[1] == "4 unknown doubtful"


# ---------------------------------------------------------------- weekdays


def weeks(count: int, start: int = 0, number: int = 100, rest: int = 6) -> list[Page]:
    """Weeks held from Monday on, but for one day of each."""
    pages = []
    for at in range(start, start + 7 * count):
        if at % 7 != rest:
            pages.append(held_page(at, number))
            number += 1
    return pages


def test_a_weekday_proved_to_be_without_a_paper_settles_which_days_are_missing() -> None:
    pages = weeks(6)
    gone = {16, 17, 18, 19, 21, 22, 23}  # Wednesday to Saturday, then Monday to Wednesday; the Sunday between is 20
    kept = [one for one in pages if one.facts.date and (one.facts.date - MONDAY).days not in gone]
    found = {(run.first - MONDAY).days: run for run in known(*kept).runs}
    assert (found[16].state, found[16].why, found[16].days, found[16].weekdays) == ("missing", "weekday-daily", 4, (6,))
    assert (found[20].state, found[20].why, found[20].days) == ("none", "weekday", 1)
    assert (found[21].state, found[21].days, found[21].numbers) == ("missing", 3, (118, 120))


def test_where_weekdays_do_not_settle_it_they_still_rule_themselves_out() -> None:
    before, after = weeks(4), weeks(4, start=49, number=100 + 24 + 14)  # three weeks: 18 working days, 14 numbers
    runs = known(*before, *after).runs
    assert {(run.lost, run.among) for run in runs if run.state == "unknown"} == {(14, 18)}
    assert {(run.first - MONDAY).days for run in runs if run.why == "weekday"} == {27, 34, 41, 48}


def test_a_habit_of_one_side_alone_is_not_carried_into_a_gap_that_it_does_not_explain() -> None:
    pages = [*weeks(6), held_page(62, 136 + 10)]
    assert all(run.why != "weekday" for run in known(*pages).runs)


def test_a_weekday_that_had_a_paper_even_once_is_no_habit() -> None:
    pages = [*weeks(6), *weeks(6, start=49, number=100 + 36 + 3)]
    sunday = held_page(34)  # an issue of a Sunday, between two numbers that leave no room for it
    runs = known(*pages, sunday).runs
    assert all(run.why != "weekday" for run in runs)


def test_a_weekly_paper_is_missing_on_its_own_weekday_only() -> None:
    fridays = [4 + 7 * at for at in range(12)]
    pages = [held_page(at, 100 + number) for number, at in enumerate(fridays) if number not in (5, 6)]
    found = known(*pages)
    assert [(run.first - MONDAY).days for run in found.runs if run.state == "missing"] == [39, 46]
    assert sums_words(sums(found)) == ["10 期是否齐全不详", "已知缺 2 期"]


def test_missing_issues_of_a_gap_that_reaches_into_the_next_year_are_not_counted_as_this_years() -> None:
    found = known(held_page(dt.date(2020, 12, 20), 100), held_page(dt.date(2021, 1, 20), 110))
    whole = sums(found)
    year = sums(found, dt.date(2021, 1, 1), dt.date(2021, 12, 31))
    assert (whole.held, whole.lost, whole.across) == (2, 9, 0)
    assert (year.held, year.lost, year.across) == (1, 0, 9)


# ---------------------------------------------------------------- doubt


def test_a_number_that_falls_proves_nothing_and_neither_does_the_one_that_it_fell_behind() -> None:
    pages = [held_page(0, 100), held_page(2, 202), held_page(4, 104), held_page(6, 106)]
    assert trusted(archive(*pages).issues) == [Point(day(0), 100), Point(day(6), 106)]
    assert told(known(*pages)) == [
        "0 held uncounted",
        "1 missing daily",
        "2 held uncounted",
        "3 missing daily",
        "4 held uncounted",
        "5 missing daily",
        "6 held uncounted",
    ]


def test_numbers_that_rise_faster_than_the_days_prove_nothing() -> None:
    pages = [held_page(0, 100), held_page(3, 131), held_page(40, 160)]
    assert trusted(archive(*pages).issues) == [Point(day(40), 160)]
    assert [run.split(" ", 1)[1] for run in told(known(*pages))] == [
        "held uncounted",
        "unknown unnumbered",
        "held uncounted",
        "unknown unnumbered",
        "held uncounted",
    ]


def test_an_inferred_date_proves_nothing() -> None:
    assert told(known(held_page(0, 100), held_page(3, 103, inferred=True)))[1] == "1..2 unknown unnumbered"
    within = known(held_page(0, 100), held_page(2, inferred=True), held_page(4, 102))
    assert told(within)[1:4:2] == ["1 unknown doubtful", "3 unknown doubtful"]


def test_two_editions_of_a_day_with_one_number_count_once() -> None:
    second = held_page(0, 100)
    second = replace(second, source=replace(second.source, source="b.txt"), facts=replace(second.facts, edition="b"))
    found = known(held_page(0, 100), second, held_page(3, 103))
    assert told(found) == ["0 held uncounted", "1..2 missing daily", "3 held uncounted"]
    assert found.runs[0].issues == 2


class Counted(dt.date):
    """A day that counts how often it is compared with another."""

    compared = 0

    def __lt__(self, other: dt.date) -> bool:
        Counted.compared += 1
        return super().__lt__(other)


def test_what_is_known_of_many_days_costs_no_more_for_each_than_of_few() -> None:
    dates = [Counted(2000, 1, 1) + dt.timedelta(days=2 * at) for at in range(1000)]
    issues = [Issue(f"a-bao/{at}", "", PAPER, date, (held_page(date, 100 + at),)) for at, date in enumerate(dates)]
    Counted.compared = 0
    assert len(holdings(PAPER, issues).runs) == 1999
    assert Counted.compared < 100 * len(issues)


# ---------------------------------------------------------------- the ends of the calendar


@pytest.mark.parametrize(
    ("days", "year", "cited"),
    [
        ((dt.date.min, dt.date(1, 1, 4)), "0001", "0001/01/04"),
        ((dt.date(9999, 12, 28), dt.date.max), "9999", "9999/12/31"),
    ],
)
def test_issues_of_the_first_and_the_last_day_of_all_have_their_pages(
    tmp_path: Path, days: tuple[dt.date, dt.date], year: str, cited: str
) -> None:
    first, last = days
    pages = [held_page(first, 1), held_page(last, 4)]
    evening = replace(pages[1], facts=replace(pages[1].facts, edition="b"))
    evening = replace(evening, source=replace(evening.source, source="b.txt"))
    paper = replace(PAPER, first=dt.date.min, last=dt.date.max)
    site = written(archive(*pages, evening, paper=paper), tmp_path, "https://example.org/")
    assert "第二次出版" in site[f"a-bao/{year}/{last:%m-%d}-b.html"] and f"dates/{year}.html" in site
    assert "第2–3期" in site[f"a-bao/{year}.html"]
    assert f"DA  - {cited}\n" in site[f"data/citations/{year}-{last:%m}.ris"]


def test_issues_more_than_a_century_apart_prove_nothing() -> None:
    assert told(known(held_page(0, 100), held_page(day(0).replace(year=2200), 103)))[1].endswith("unknown unnumbered")


def test_a_misdated_page_makes_no_pages_of_years_of_which_nothing_is_known() -> None:
    found = known(held_page(0, 100), held_page(1, 101), held_page(day(5).replace(year=2100), 110))
    assert years_of(found) == [2021, 2100]
    assert [paper_year(found, year) for year in (2021, 2050, 2100)] == ["a-bao/2021.html", "", "a-bao/2100.html"]
    rows = coverage([found], str, lambda year, month: "")
    assert [(row.name, row.said) for row in rows] == [("2021", ""), ("2022–2099", "有缺期，不知是哪几天"), ("2100", "")]


# ---------------------------------------------------------------- archive.toml


def with_days(text: str) -> Newspaper:
    [paper] = parse_settings(f'[[newspapers]]\nid = "a-bao"\nname = "甲报"\n{text}', Path()).newspapers
    return paper


def test_what_archive_toml_says_of_a_day_is_taken_into_account() -> None:
    paper = with_days('missing = ["2021-03-03"]\nnot_published = ["2021-03-05/2021-03-06"]')
    assert told(known(held_page(0, 100), held_page(7, 103), paper=paper)) == [
        "0 held uncounted",
        "1 unknown some 1/3",
        "2 missing given",
        "3 unknown some 1/3",
        "4..5 none given",
        "6 unknown some 1/3",
        "7 held uncounted",
    ]
    assert told(known(held_page(0, 100), held_page(7, 105), paper=paper)) == [
        "0 held uncounted",
        "1 missing daily",
        "2 missing given",
        "3 missing daily",
        "4..5 none given",
        "6 missing daily",
        "7 held uncounted",
    ]


def test_before_its_first_day_and_after_its_last_a_newspaper_did_not_appear() -> None:
    found = known(held_page(0, 100), paper=with_days("first = 2021-02-27\nlast = 2021-03-02"))
    assert told(found) == ["-2..-1 unknown outside", "0 held uncounted", "1 unknown outside"]
    assert [(found.at(day(at)).state, found.at(day(at)).why) for at in (-3, -2, 0, 2)] == [
        ("none", "before"),
        ("unknown", "outside"),
        ("held", "uncounted"),
        ("none", "after"),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("first = 2021-03-02", "first"),
        ("last = 2021-02-02", "last"),
        ('missing = ["2021-02-28/2021-03-05"]', "missing"),
        ("not_published = [2021-03-01]", "not_published"),
    ],
)
def test_a_held_day_that_archive_toml_rules_out_is_an_error(text: str, key: str) -> None:
    with pytest.raises(SourceError) as raised:
        known(held_page(0, 100), paper=with_days(text))
    assert str(raised.value) == (
        f"archive.toml: '{key}' in [[newspapers]] '甲报' rules out 2021-03-01, but '2021-03-01-1.txt' is a page of that"
        f" day; change '{key}', or give the page its right date in [[pages]]"
    )


# ---------------------------------------------------------------- pages of an issue


def one_issue(*pages: Page) -> Issue:
    [issue] = archive(*pages).issues
    return issue


def test_how_much_of_an_issue_is_held() -> None:
    full = one_issue(*(held_page(0, page_number=at, count=2 if at == 1 else None) for at in (1, 2)))
    assert tuple(pages_of(full)) == ("full", "printed", 2, 2, False)
    part = one_issue(held_page(0, count=4), held_page(0, page_number=3))
    assert tuple(pages_of(part)) == ("part", "printed", 2, 4, False)
    alone = one_issue(held_page(0))
    assert tuple(pages_of(alone)) == ("held", "uncounted", 1, 0, False)
    later = one_issue(held_page(0, page_number=3))
    assert tuple(pages_of(later)) == ("part", "named", 1, 3, True)
    beyond = one_issue(held_page(0, count=2), held_page(0, page_number=5))
    assert tuple(pages_of(beyond)) == ("held", "uncounted", 2, 0, False)


def test_a_jump_line_tells_of_a_page_that_is_not_held() -> None:
    jumping = Article((TextBlock("headline", "长文", ()), TextBlock("jump", "下转四版", ())))
    one = page("a.txt", jumping, facts=held_page(0).facts)
    assert tuple(pages_of(one_issue(one))) == ("part", "named", 1, 4, True)
    assert said(known(one).runs[0]) == "藏 1 / 至少 4 版"


# ---------------------------------------------------------------- in words


def test_every_reason_can_be_said() -> None:
    run = known(held_page(0, 100), held_page(3, 103)).runs[1]
    assert run.why == "daily"
    sentences = [why(replace(run, why=reason, weekdays=(6,), lost=2, among=3), 2021) for reason in WHY]
    assert all(sentence.endswith("。") for sentence in sentences) and len(set(sentences)) == len(WHY)


def test_what_is_missing_is_listed_with_its_numbers_and_reason() -> None:
    found = known(held_page(0, 100), held_page(4, 104), held_page(14, 107))
    assert [(note.days, note.what, note.why) for note in missing_notes(found.runs)] == [
        (
            "2021年3月2日至4日",
            "缺 3 期（总第101–103期）",
            "3月1日是总第100期，3月5日是总第104期，可知其间天天出报。",
        ),
        (
            "2021年3月6日至14日",
            "缺 2 期",
            "3月5日是总第104期，3月15日是总第107期，可知未藏的 9 天里出过 2 期，不知是哪几天。",
        ),
    ]


def test_days_without_a_paper_are_told_together() -> None:
    [note] = notes([known(*weeks(3))], day(0), day(30))
    assert (note.days, note.what, note.why) == (
        "2021年3月7日、3月14日",
        "没有出报",
        "前后两期期号相连。",
    )


def test_what_lies_between_two_issues() -> None:
    found = known(held_page(0, 100), held_page(1, 101), held_page(4, 102), held_page(10, 108), held_page(20, 113))
    ends = [(0, 1), (1, 4), (4, 10), (10, 20)]
    assert [step_words(step(found, day(first), day(last))) for first, last in ends] == [
        "",
        "相隔 3 天，其间没有出报",
        "相隔 6 天，其间缺 5 期",
        "相隔 10 天，其间缺 4 期",
    ]


def test_a_month_says_what_is_missing_and_a_year_of_nothing_takes_one_row() -> None:
    found = known(held_page(0, 100, count=1), held_page(5, 105, count=1), held_page(dt.date(2023, 3, 1)))
    rows = coverage([found], lambda year: f"{year}", lambda year, month: f"{year}-{month}")
    assert [(row.name, row.count, row.said) for row in rows] == [
        ("2021", 2, ""),
        ("2022", 0, "未藏"),
        ("2023", 1, ""),
    ]
    march = rows[0].cells[2]
    assert (march.count, march.sign, march.said, march.url) == (2, "缺4", "已知缺 4 期", "2021-3")


def test_a_month_is_complete_only_where_each_of_its_days_is_settled() -> None:
    pages = [held_page(at, 100 + at, count=1) for at in range(31)]
    whole, half = known(*pages), known(*pages[:20])
    signs = [coverage([one], str, lambda year, month: "")[0].cells[2].sign for one in (whole, half)]
    assert signs == ["全", ""]


def test_a_calendar_has_a_sign_for_each_state_and_says_it_newspaper_by_newspaper() -> None:
    other = replace(PAPER, id="b-bao", name="乙报")
    first = known(held_page(0, 100, count=1), held_page(3, 103), held_page(6, 104), held_page(9, 106))
    second = replace(known(held_page(0, 7, count=4), held_page(4, 11)), newspaper=other)
    alone = month_calendar([first], 2021, 3, str, named=False)
    cells = [cell for week in alone.weeks for cell in week if cell.day]
    assert [(cell.state, cell.sign, cell.said) for cell in cells[:11]] == [
        ("full", "全", "全藏，1 版"),
        ("missing", "缺", "缺"),
        ("missing", "缺", "缺"),
        ("held", "1版", "藏 1 版"),
        ("none", "休", "没有出报"),
        ("none", "休", "没有出报"),
        ("held", "1版", "藏 1 版"),
        ("unknown", "或缺", "或缺"),
        ("unknown", "或缺", "或缺"),
        ("held", "1版", "藏 1 版"),
        ("unknown", "", ""),
    ]
    both = month_calendar([first, second], 2021, 3, str)
    cells = [cell for week in both.weeks for cell in week if cell.day]
    assert [(cell.state, cell.sign, cell.said) for cell in cells[:5]] == [
        ("part", "残", "甲报全藏，1 版，乙报藏 1 / 4 版"),
        ("missing", "缺", "甲报、乙报缺"),
        ("missing", "缺", "甲报、乙报缺"),
        ("part", "残", "甲报藏 1 版，乙报缺"),
        ("held", "1版", "甲报没有出报，乙报藏 1 版"),
    ]


def test_before_the_first_day_and_after_the_last_the_calendar_says_that_nothing_appeared() -> None:
    found = known(held_page(0, 100, count=1), paper=with_days("first = 2021-03-01\nlast = 2021-03-02"))
    cells = [cell for week in month_calendar([found], 2021, 2, str, named=False).weeks for cell in week if cell.day]
    assert {(cell.sign, cell.said) for cell in cells} == {("休", "没有出报")}
    cells = [cell for week in month_calendar([found], 2021, 3, str, named=False).weeks for cell in week if cell.day]
    assert [cell.sign for cell in cells[:4]] == ["全", "", "休", "休"]
    year = notes([found], dt.date(2021, 1, 1), dt.date(2021, 12, 31), named=False)
    assert [(note.days, note.what, note.why) for note in year] == [
        ("2021年1月1日至2月28日", "没有出报", "在创刊之前，据档案说明。"),
        ("2021年3月3日至12月31日", "没有出报", "在停刊之后，据档案说明。"),
    ]


def test_months_of_which_all_days_are_alike_need_no_calendar() -> None:
    found = known(held_page(0, 100, count=1), held_page(40, 140, count=1))
    months = [month_calendar([found], 2021, month, str, named=False) for month in range(1, 13)]
    assert [month.name for month in months if not month.said] == ["3月", "4月"]
    lines = [(line.name, line.anchors, line.said) for line in in_lines(months)]
    assert lines == [
        ("1月至2月", ("m1", "m2"), "有没有出报不详"),
        ("5月至12月", tuple(f"m{month}" for month in range(5, 13)), "有没有出报不详"),
    ]
    wide = known(held_page(0, 100, count=1), held_page(90, 190, count=1))
    months = [month_calendar([wide], 2021, month, str, named=False) for month in (4, 5)]
    assert [(line.name, line.said) for line in in_lines(months)] == [("4月", "缺 30 期")]


# ---------------------------------------------------------------- in the pages and the data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A newspaper of which pages 1 and 3 of four are held, then two days are missing, then an issue of one page."""
    pages = [
        held_page(0, 100, count=4),
        held_page(0, page_number=3),
        held_page(3, 103, count=1),
        held_page(5, 104, count=1),
    ]
    return written(archive(*pages), tmp_path_factory.mktemp("site"))


def test_a_newspapers_issues_stand_before_what_is_missing_which_is_folded_by_year(site: dict[str, str]) -> None:
    text = site["a-bao.html"]
    places = [text.index(part) for part in ("<h2>逐年逐月所藏", "<h2>各期", '<section id="missing">')]
    assert places == sorted(places)
    folded = text[places[-1] :]
    assert re.findall(r"<summary>(\S+)　<span class=\"where\">(.*?)</span>", folded) == [("2021年", "已知缺 2 期")]
    assert "总第100期，" not in folded  # the proof stands on the year's page
    assert "总第100期，" in site["a-bao/2021.html"]


def test_an_issue_shows_its_pages_and_what_lies_between_it_and_the_next(site: dict[str, str]) -> None:
    text = site["a-bao/2021/03-01.html"]
    slots = re.findall(r"<li>(?:<a href=\"(#p\d)\">|<span class=\"absent\">)(第\d版)", text)
    assert slots == [("#p1", "第1版"), ("", "第2版"), ("#p3", "第3版"), ("", "第4版")]
    assert "本库藏 2 / 4 版" in text and "总第100期" in text
    assert '辛丑年正月十八<span class="mark">推算</span>' in text
    assert "<small>其间第2版未藏</small>" in text
    assert "<span>下一版</span> 2021年3月4日第1版" in text
    assert "<small>相隔 3 天，其间缺 2 期</small>" in text
    assert "<small>相隔 2 天，其间没有出报</small>" in site["a-bao/2021/03-06.html"]


def test_a_newspaper_lists_what_is_missing_and_leads_to_its_years(site: dict[str, str]) -> None:
    text = site["a-bao.html"]
    assert "2 期全藏，1 期不全，已知缺 2 期" in text
    assert "2021年3月2日至3日</span> <strong>缺 2 期（总第101–102期）</strong>" in text
    assert '<a href="a-bao/2021.html#m3" title="已知缺 2 期">' in text
    year = site["a-bao/2021.html"]
    assert '<td class="is-missing" title="缺">' in year and "图例" in year
    assert "期号相连，其间没有出报。" in year
    assert 'href="2021/03-01.html"' in year


def test_a_day_and_a_month_tell_what_is_not_held(site: dict[str, str]) -> None:
    assert "本月未藏、未出报的日子" in site["dates/2021/03.html"]
    assert 'href="../a-bao/2021.html"' in site["dates/2021.html"]


def test_what_is_known_is_published_as_data(site: dict[str, str]) -> None:
    records = [json.loads(line) for line in site["data/coverage.jsonl"].splitlines()]
    assert [(one["first"], one["days"], one["state"], one["reason"], one["missing_issues"]) for one in records] == [
        ("2021-03-01", 1, "part", "printed", None),
        ("2021-03-02", 2, "missing", "daily", 2),
        ("2021-03-04", 1, "full", "printed", None),
        ("2021-03-05", 1, "not_published", "successive", None),
        ("2021-03-06", 1, "full", "printed", None),
    ]
    assert records[0] | {"first": "", "last": ""} == {
        "newspaper_id": "a-bao",
        "newspaper": "甲报",
        "first": "",
        "last": "",
        "days": 1,
        "state": "part",
        "reason": "printed",
        "issues": 1,
        "pages_held": 2,
        "pages_printed": 4,
        "pages_at_least": False,
        "date_inferred": False,
        "between": [],
        "not_on": [],
        "missing_issues": None,
        "missing_among": None,
    }
    assert records[1]["between"] == [["2021-03-01", 100], ["2021-03-04", 103]]


# ---------------------------------------------------------------- against the truth


def check_against(appeared: list[int], held: set[int], numbered: set[int], *, habits: bool) -> None:
    """What is said of each day against what was: habits of weekdays are looked at only where there are any."""
    numbers = {at: 100 + number for number, at in enumerate(appeared)}
    found = known(*(held_page(at, numbers[at] if at in numbered else "") for at in sorted(held)))
    for at in range(appeared[0] - 3, appeared[-1] + 3):
        run = found.at(day(at))
        assert (run.state in ("full", "part", "held")) == (at in held)
        if run.weekdays and not habits:
            continue
        if run.state in ("missing", "none"):
            assert (run.state == "missing") == (at in numbers)
        if run.lost is not None and run.between:
            first, last = ((point.date - MONDAY).days for point in run.between)
            assert run.lost == len([at for at in numbers if first < at < last and at not in held])
        if run.numbers:
            first, last = (at - (day(at) - run.first).days, at + (run.last - day(at)).days)
            assert run.numbers == (numbers[first], numbers[last])
    assert [run.first for run in found.runs[1:]] == [run.last + dt.timedelta(days=1) for run in found.runs[:-1]]


@given(st.data())
def test_numbers_never_make_anything_false_be_said(data: st.DataObject) -> None:
    """A newspaper may have appeared on any days at all, and anything of it may be held."""
    appeared = sorted(data.draw(st.sets(st.integers(0, 60), min_size=2, max_size=40)))
    held = data.draw(st.sets(st.sampled_from(appeared), min_size=1))
    numbered = data.draw(st.sets(st.sampled_from(sorted(held))))
    check_against(appeared, held, numbered, habits=False)


@given(st.data())
def test_of_a_newspaper_with_fixed_days_nothing_false_is_said_either(data: st.DataObject) -> None:
    rests = data.draw(st.sets(st.integers(0, 6), max_size=6))
    appeared = [at for at in range(150) if at % 7 not in rests]
    held = data.draw(st.sets(st.sampled_from(appeared), min_size=1, max_size=100))
    check_against(appeared, held, held, habits=True)


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 200), st.booleans()), min_size=1, max_size=25))
def test_whatever_numbers_were_misread_a_held_day_stays_held(issues: list[tuple[int, int, bool]]) -> None:
    days = {at: (number, inferred) for at, number, inferred in issues}
    found = known(*(held_page(at, number, inferred=inferred) for at, (number, inferred) in sorted(days.items())))
    for at in range(81):
        assert (found.at(day(at)).state == "held") == (at in days)


def test_a_made_archive_of_ten_years_is_told_right() -> None:
    for id, name, appeared, kept in newspapers():
        numbers = {date: 3000 + number for number, date in enumerate(appeared)}
        paper = Newspaper(id, name)
        issues = [
            Issue(f"{id}/{date}", "", paper, date, (held_page(date, numbers[date]),))
            for date, here in zip(appeared, kept, strict=True)
            if here
        ]
        found = holdings(paper, issues)
        assert found.first == issues[0].date and found.last == issues[-1].date
        settled = 0
        for at in range((issues[-1].date - issues[0].date).days):
            date = issues[0].date + dt.timedelta(days=at)
            run = found.at(date)
            settled += run.state != "unknown"
            assert run.state != "missing" or date in numbers
            assert run.state != "none" or date not in numbers
        assert settled > 1500, name
