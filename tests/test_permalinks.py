"""An address, once published, is its article's for ever: whatever the OCR, the folder or the program does next."""

from __future__ import annotations

import codecs
import datetime as dt
import errno
import itertools
import json
import re
import subprocess
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder import addresses, build, ledger, matching
from site_builder.archive import Archive, gather
from site_builder.errors import PermalinkError, SourceError
from site_builder.fingerprints import VEILED, Sample, Text, shingles, veil
from site_builder.ledger import Ledger, Permalink, changes, heal, parse_ledger
from site_builder.model import Article, Page, PageEntry, PageFacts, Settings, SourcePage, Span, TextBlock
from site_builder.permalinks import Permalinks, Rules, refuse_broken

CHECKOUT = Path(__file__).parents[1]
SEEDS = CHECKOUT / "seeds"
HARVEST = (
    "秋粮入仓",
    "本报讯（记者孙平）各公社秋粮入库已近尾声，粮站门前大车排成长龙，过秤、验质、开票，几道手续半天就办完了。",
)
SKATING = (
    "冰上运动会开幕",
    "本报讯（记者吴迪）全区第三届冰上运动会今晨在劳动公园开幕，来自十二个单位的二百多名选手参加速滑和冰球比赛。",
)
WELLS = (
    "柳河乡打井抗旱",
    "本报讯柳河乡连日无雨，地里的苗都打了蔫。乡里组织六个打井队，半个月打出十一眼机井，浇地两千亩。",
)
Call = Callable[..., subprocess.CompletedProcess[str]]

SPRING = (
    "春耕忙",
    "本报讯（记者张赫）今年春耕早，进度快，农民心里乐开了花。全县已有三万亩水田完成翻耕，农机合作社的二十台拖拉机昼夜不停。",
    "县农业局组织技术员下到各村，教农户选种育秧。种子站备足了优质稻种，化肥、农药也已运到乡镇，保证不误农时。",
)
BRIDGE = (
    "新桥通车",
    "本报讯（记者李强）横跨东河的新桥昨日通车，两岸群众敲锣打鼓前来祝贺。新桥长二百四十米，可容四辆汽车并行。",
    "施工队在寒冬里坚持作业，比计划提前了四十天。老船工王大爷说，往后过河再也不用等渡船了。",
)
SCHOOL = (
    "山村小学有了新教室",
    "本报讯（通讯员赵敏）柳树沟小学的孩子们搬进了新教室。窗户明亮，炉火正旺，课桌都是乡里木匠新打的。",
    "校长介绍，全校六十七名学生分成四个班上课，另请了两位师范毕业生任教，图书室也有了三百多册藏书。",
)
OPERA = (
    "剧团下乡",
    "本报讯（记者周兰）县评剧团昨晚在河口屯演出《小女婿》，四邻八乡来了上千人，掌声不断，散场时已近半夜。",
)
DAY = dt.date(2021, 1, 21)
ISSUE = "liaoyuan-ribao/2021/01-21"


def article(lines: Sequence[str]) -> Article:
    kinds = ("headline", *["paragraph"] * (len(lines) - 1))
    return Article(tuple(TextBlock(kind, line, (), ()) for kind, line in zip(kinds, lines, strict=True)))


def page(source: str, *articles: Sequence[str]) -> Page:
    """A restored page whose text is its articles' blocks, a line each."""
    text, placed = "", []
    for one in map(article, articles):
        blocks = []
        for block in one.blocks:
            blocks.append(replace(block, spans=(Span(len(text), len(text) + len(block.text)),)))
            text += block.text + "\n"
        placed.append(replace(one, blocks=tuple(blocks)))
    return Page(SourcePage(source, text), (), tuple(placed))


def archive(
    *pages: Page, before: Archive | None = None, withhold: tuple[str, ...] = (), day: dt.date = DAY, **rules: object
) -> Archive:
    """The archive of these pages of one issue, in their order; pages whose source begins with `odd` are undated."""
    entries = tuple(
        PageEntry(one.source.source, PageFacts(newspaper="辽源日报", date=day, page=number))
        for number, one in enumerate(pages, 1)
        if not one.source.source.startswith("odd")
    )
    old = before.permalinks.ledger if before else Ledger()
    return gather(Settings(pages=entries, withhold=withhold), pages, ledger=old, rules=Rules(**rules))  # type: ignore[arg-type]


def heads(held: Archive) -> dict[str, str]:
    """The headline at each address where an article stands."""
    return {one.id.removeprefix(f"{ISSUE}/"): one.headline for one in held.article_of.values()}


def line(held: Archive, id: str) -> Permalink:
    return held.permalinks.ledger.lines[id if "/" in id else f"{ISSUE}/{id}"]


def misread(lines: Sequence[str]) -> tuple[str, ...]:
    """Every fifteenth character is another: about what poor microfilm gives."""
    return tuple("".join("囗" if at % 15 == 7 else char for at, char in enumerate(line)) for line in lines)


# ---------------------------------------------------------------- who keeps which


def test_without_a_ledger_articles_are_numbered_as_they_stand() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL))
    assert heads(first) == {"p1-01": "春耕忙", "p1-02": "新桥通车", "p2-01": "山村小学有了新教室"}
    assert [one.state for one in first.permalinks.ledger] == ["live"] * 3
    assert not archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL), before=first).permalinks.changes


def test_a_new_article_gets_the_next_number_wherever_it_stands() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    grown = archive(page("1.txt", SCHOOL, BRIDGE, SPRING), before=first)
    assert heads(grown) == {"p1-03": "山村小学有了新教室", "p1-02": "新桥通车", "p1-01": "春耕忙"}
    assert grown.permalinks.changes.new == (f"{ISSUE}/p1-03",) and grown.permalinks.changes.changed == ()


def test_a_number_is_never_given_again() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    without = archive(page("1.txt", SPRING), before=first, retire=(f"{ISSUE}/p1-02",))
    assert heads(archive(page("1.txt", SCHOOL, SPRING), before=without)) == {
        "p1-03": "山村小学有了新教室", "p1-01": "春耕忙",
    }  # fmt: skip


def test_another_ocr_with_another_order_gives_the_same_addresses() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE, SCHOOL))
    second = archive(page("1.txt", *map(misread, (SCHOOL, SPRING, BRIDGE))), before=first)
    assert [one.id[-2:] for one in second.article_of.values()] == ["03", "01", "02"]
    assert (
        line(second, "p1-01").headline == "春耕忙"
        and line(second, "p1-03").fingerprint != line(first, "p1-03").fingerprint
    )


def test_a_page_inserted_before_shifts_no_address_of_the_issue() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    second = archive(page("0.txt", SCHOOL), page("1.txt", SPRING, BRIDGE), before=first)
    assert heads(second) == {"p1-03": "山村小学有了新教室", "p1-01": "春耕忙", "p1-02": "新桥通车"}
    assert line(second, "p1-01").page == f"{ISSUE}/p2"


def test_of_a_split_article_the_larger_part_keeps_the_address_and_each_names_the_other() -> None:
    whole = (*SPRING, *BRIDGE[1:])
    first = archive(page("1.txt", SCHOOL, whole))
    second = archive(page("1.txt", SCHOOL, BRIDGE, SPRING), before=first)
    assert heads(second) == {"p1-01": "山村小学有了新教室", "p1-03": "新桥通车", "p1-02": "春耕忙"}
    assert line(second, "p1-03").part_of == f"{ISSUE}/p1-02"
    assert [part.headline for part in second.parts_of[f"{ISSUE}/p1-02"]] == ["新桥通车"]
    third = archive(page("1.txt", SCHOOL, BRIDGE, SPRING), before=second)
    assert not third.permalinks.changes


def test_of_two_articles_run_together_the_smaller_ones_address_leads_to_the_larger_ones() -> None:
    first = archive(page("1.txt", OPERA, SPRING))
    second = archive(page("1.txt", (*OPERA, *SPRING[1:])), before=first)
    assert list(heads(second)) == ["p1-02"]
    assert (line(second, "p1-01").state, line(second, "p1-01").to) == ("merged", f"{ISSUE}/p1-02")
    parted = archive(page("1.txt", OPERA, SPRING), before=second)
    assert heads(parted) == {"p1-01": "剧团下乡", "p1-02": "春耕忙"}


def test_a_corrected_date_gives_a_new_address_to_which_the_old_one_leads_and_back_again() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    moved = archive(page("1.txt", SPRING, BRIDGE), before=first, day=dt.date(2021, 1, 22))
    assert list(moved.article_of) == ["liaoyuan-ribao/2021/01-22/p1-01", "liaoyuan-ribao/2021/01-22/p1-02"]
    assert (line(moved, "p1-02").state, line(moved, "p1-02").to) == ("moved", "liaoyuan-ribao/2021/01-22/p1-02")
    back = archive(page("1.txt", SPRING, BRIDGE), before=moved)
    assert list(heads(back)) == ["p1-01", "p1-02"]
    assert line(back, "liaoyuan-ribao/2021/01-22/p1-01").to == f"{ISSUE}/p1-01"
    assert back.permalinks.broken == ()


def test_an_undated_file_may_be_renamed_or_moved() -> None:
    first = archive(page("odd/box-3/x.txt", SPRING, BRIDGE))
    second = archive(page("odd/box-4/scan_017.txt", misread(BRIDGE), SPRING), before=first)
    assert [one.id for one in second.article_of.values()] == ["undated/odd/box-3/x/02", "undated/odd/box-3/x/01"]
    dated = archive(page("1.txt", SPRING, BRIDGE), before=second)
    assert heads(dated) == {"p1-01": "春耕忙", "p1-02": "新桥通车"}
    assert line(dated, "undated/odd/box-3/x/02").to == f"{ISSUE}/p1-02"


def test_a_notice_printed_again_is_not_last_weeks() -> None:
    """One article of a page alone doesn't say that the page is another one now."""
    first = archive(page("odd/a.txt", SPRING, BRIDGE, OPERA))
    second = archive(page("odd/b.txt", SCHOOL, OPERA), before=first)
    assert list(second.article_of) == ["undated/odd/b/01", "undated/odd/b/02"]
    assert len(second.permalinks.broken) == 3


def test_a_page_never_takes_an_address_that_an_article_has_had() -> None:
    first = archive(page("odd/x.txt", SPRING))
    second = archive(page("odd/x.txt", SPRING), page("odd/x/01.txt", BRIDGE), before=first)
    assert [one.id for one in second.pages] == ["undated/odd/x", "undated/odd/x/01-b"]


def test_two_files_of_one_page_keep_each_its_own() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", misread(SPRING), misread(BRIDGE)))
    second = archive(page("1.txt", BRIDGE, SPRING), page("2.txt", misread(BRIDGE), misread(SPRING)), before=first)
    assert [one.id[-5:] for one in second.article_of.values()] == ["p1-02", "p1-01", "p2-02", "p2-01"]


def test_one_lost_article_is_not_led_to_another_pages_notice() -> None:
    """That all the others of its page are still there speaks against the page's being another one now."""
    first = archive(page("odd/a.txt", SPRING, BRIDGE, OPERA))
    second = archive(page("odd/a.txt", SPRING, BRIDGE), page("odd/b.txt", OPERA), before=first)
    assert list(second.article_of) == ["undated/odd/a/01", "undated/odd/a/02", "undated/odd/b/01"]
    assert second.permalinks.broken == ("undated/odd/a/03",)


def test_a_page_of_one_notice_is_another_one_only_to_the_letter() -> None:
    first = archive(page("odd/a.txt", OPERA))
    again = (OPERA[0], OPERA[1].replace("小女婿", "茶瓶计"))
    assert archive(page("odd/b.txt", again), before=first).permalinks.broken == ("undated/odd/a/01",)
    assert list(archive(page("odd/b.txt", OPERA), before=first).article_of) == ["undated/odd/a/01"]


def test_a_page_is_not_another_one_that_has_most_from_elsewhere() -> None:
    first = archive(page("odd/a.txt", OPERA, WELLS))
    second = archive(page("odd/b.txt", SPRING, OPERA, BRIDGE, SCHOOL, WELLS, HARVEST, SKATING), before=first)
    assert len(second.permalinks.broken) == 2


def test_a_renamed_newspapers_pages_are_told_apart_though_each_has_the_same_advertisement() -> None:
    pages = [page(f"odd/{number}.txt", one, OPERA) for number, one in enumerate((SPRING, BRIDGE, SCHOOL))]
    first = archive(*pages)
    renamed = [replace(one, source=replace(one.source, source=f"oddly/{at}.txt")) for at, one in enumerate(pages)]
    moved = archive(*renamed, before=first)
    assert list(moved.article_of) == list(first.article_of) and not moved.permalinks.broken


def test_many_pages_that_move_at_once_cost_no_square() -> None:
    started = time.process_time()
    assert len(matching._sharing({f"old {at}": [f"new {at}"] for at in range(30_000)})) == 30_000
    assert time.process_time() - started < 5


def test_undated_pages_look_up_what_is_taken_and_never_copy_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    free_id = addresses.free_id

    def noted(wanted: str, taken: Collection[str]) -> str:
        asked.append(taken)
        return free_id(wanted, taken)

    monkeypatch.setattr(addresses, "free_id", noted)
    archive(*(page(f"odd/{name}.txt", SPRING) for name in "abc"))
    assert len(asked) == 3 and all(one is asked[0] for one in asked)


def test_of_two_articles_that_have_a_lost_text_the_one_that_did_not_have_it_before_is_meant() -> None:
    """A passage was read twice, in SPRING and by itself; now what stood by itself is BRIDGE's last paragraph."""
    note = ("", SPRING[2][:24])
    first = archive(page("1.txt", SPRING, BRIDGE, SCHOOL, note))
    second = archive(page("1.txt", SPRING, (*BRIDGE, note[1]), SCHOOL), before=first)
    assert (line(second, "p1-04").state, line(second, "p1-04").to) == ("merged", f"{ISSUE}/p1-02")
    assert not archive(page("1.txt", SPRING, (*BRIDGE, note[1]), SCHOOL), before=second).permalinks.changes


def test_of_two_notices_with_the_same_words_each_lost_one_leads_to_the_article_that_it_came_into() -> None:
    """LONG gained one but lost as much of its own, so nothing tells that it grew; SCHOOL did grow, but by the other."""
    words = "孩子们跟随剪纸艺人{}学习剪窗花。该校今年开设了剪纸、皮影、竹编等七门课程，每周由老艺人来校上课。"
    here, there = (
        ("", f"{place}小学，{words.format(name)}") for place, name in (("定陶区", "邓子"), ("三原县", "王红"))
    )
    long = ("征文", "".join(chr(0x4E00 + at * 7919 % 20000) for at in range(1400)))
    first = archive(page("1.txt", long, here), page("2.txt", SCHOOL, there))
    second = archive(
        page("1.txt", (*long[:1], long[1][:1300], here[1])), page("2.txt", (*SCHOOL, there[1])), before=first
    )
    assert [line(second, id).to.removeprefix(f"{ISSUE}/") for id in ("p1-02", "p2-02")] == ["p1-01", "p2-01"]


def test_a_text_that_others_have_always_had_too_is_what_is_left_of_it() -> None:
    """SPRING still has the whole passage, as before; the article that repeated it now lacks its first half."""
    first = archive(page("1.txt", SPRING, BRIDGE, ("", SPRING[2][:40])))
    second = archive(page("1.txt", (*misread(SPRING[:2]), SPRING[2]), BRIDGE, ("", SPRING[2][22:40])), before=first)
    assert [one.id[-2:] for one in second.article_of.values()] == ["01", "02", "03"]


def test_a_lost_turn_of_phrase_leads_to_no_article_that_happens_to_have_it() -> None:
    """Three letters that came to stand alone: any article of the day may have them, and most do."""
    without = (HARVEST[0], HARVEST[1].removeprefix("本报讯"))
    first = archive(page("1.txt", ("", "本报讯"), without), page("2.txt", BRIDGE, SCHOOL))
    changed = [(one[0], *(text + "（待续）" for text in one[1:])) for one in (BRIDGE, SCHOOL, HARVEST)]
    second = archive(page("1.txt", (*changed[2], "完")), page("2.txt", *changed[:2]), before=first)
    assert line(second, "p1-01").to == f"{ISSUE}/p1-02"
    twice = archive(page("1.txt", changed[2], SKATING), page("2.txt", *changed[:2]), before=first)
    assert twice.permalinks.broken == (f"{ISSUE}/p1-01",)
    told = archive(page("1.txt", ("", "本报讯"), HARVEST), page("2.txt", BRIDGE, SCHOOL))
    again = archive(page("1.txt", changed[2]), page("2.txt", *changed[:2]), before=told)
    assert again.permalinks.broken == (f"{ISSUE}/p1-01",)


def test_a_lost_date_leads_to_the_article_that_it_came_into_and_not_to_one_that_had_it() -> None:
    date = "二〇一五年四月二十三日"
    had = (SCHOOL[0], SCHOOL[1], SCHOOL[2] + date)
    first = archive(page("1.txt", SPRING, had, BRIDGE, ("", date)), page("2.txt", HARVEST))
    lost = archive(page("1.txt", SPRING, had, BRIDGE), page("2.txt", HARVEST), before=first)
    assert lost.permalinks.broken == (f"{ISSUE}/p1-04",)
    came = archive(page("1.txt", SPRING, had, (*BRIDGE, date)), page("2.txt", HARVEST), before=first)
    assert line(came, "p1-04").to == f"{ISSUE}/p1-03"
    second = ("", "全县春季植树造林工作领导小组办公室", date)  # two new ones have it: nothing tells in which it is
    asked = archive(page("1.txt", SPRING, had, (*BRIDGE, date), second), page("2.txt", HARVEST), before=first)
    assert asked.permalinks.broken == (f"{ISSUE}/p1-04",)
    pages = (page("0.txt", OPERA, WELLS), page("1.txt", SPRING, SCHOOL, (*BRIDGE, date)), page("2.txt", HARVEST))
    renumbered = archive(
        *pages, before=archive(page("1.txt", SPRING, SCHOOL, BRIDGE, ("", date)), page("2.txt", HARVEST))
    )
    assert line(renumbered, "p1-04").to == f"{ISSUE}/p1-03"


def test_of_two_notices_the_one_that_is_parted_from_a_long_article_is_not_the_other_which_came_into_one() -> None:
    words = (
        "受冷空气影响，预计{}日夜间到{}，我市自北向南有一次小到中雨，山区局部有大雨。"
        "气象部门提醒，降水期间道路湿滑，请注意交通安全；设施农业要加固棚膜，防范大风。"
    )
    own, other = ("降水降温", words.format("十六", "后天")), ("深山里的坚守", words.format("廿三", "周末"), *SPRING[1:])
    first = archive(page("1.txt", other), page("2.txt", own, HARVEST))
    assert list(heads(first)) == ["p1-01", "p2-01", "p2-02"]
    second = archive(page("1.txt", SPRING, other[:2]), page("2.txt", (*HARVEST, own[1], *WELLS)), before=first)
    assert line(second, "p2-01").to == f"{ISSUE}/p2-02"
    assert heads(second) == {"p1-01": "春耕忙", "p1-02": "深山里的坚守", "p2-02": "秋粮入仓"}


def test_a_notice_of_the_same_words_on_a_new_page_is_not_one_that_has_come_whole_into_another_article() -> None:
    words = "{}日，{}的麦田里，收割机来回穿梭。眼下，{}亩小麦陆续成熟，{}抢抓晴好天气组织机收，确保颗粒归仓。"
    names = (("三", "榆树屯", "四十七万", "村里"), ("廿六", "大王庄镇", "九万", "农机队"))
    own, other = (words.format(*each) for each in names)
    first = archive(page("1.txt", SPRING, ("夏收时节", own)))
    second = archive(page("0.txt", ("夏收时节", other), OPERA), page("1.txt", (*SPRING, "夏收时节", own)), before=first)
    assert heads(second) == {"p1-03": "夏收时节", "p1-04": "剧团下乡", "p1-01": "春耕忙"}
    assert line(second, "p1-02").to == f"{ISSUE}/p1-01"


def test_a_lost_story_does_not_lead_to_another_page_that_always_told_it_of_other_people() -> None:
    told = "".join((*SPRING, *BRIDGE, *SCHOOL))
    first = archive(
        page("1.txt", OPERA), page("2.txt", ("", told)), page("3.txt", ("", told.replace("王大爷", "李大叔")))
    )
    second = archive(page("1.txt", OPERA), page("2.txt", ("", told.replace("王大爷", "李大叔"))), before=first)
    assert second.permalinks.broken == (f"{ISSUE}/p2-01",)
    same = archive(page("1.txt", OPERA), page("2.txt", ("", told)), page("3.txt", ("", told)))
    once = archive(page("1.txt", OPERA), page("2.txt", ("", told)), before=same)
    assert not once.permalinks.broken


def test_a_turn_of_phrase_in_a_new_article_is_not_what_is_left_of_a_long_one() -> None:
    phrase = "孩子们在老师指导下练习书法"
    first = archive(page("1.txt", OPERA), page("2.txt", ("", SPRING[2], *BRIDGE[1:], phrase)))
    second = archive(page("1.txt", OPERA, ("", phrase + "本报记者蒋辉东摄于城关镇中")), before=first)
    assert second.permalinks.broken == (f"{ISSUE}/p2-01",)


def test_a_headline_that_stands_over_a_few_words_is_not_the_article_that_had_it() -> None:
    old = ("政策送到家门口", *BRIDGE[1:])
    first = archive(page("1.txt", SPRING, old))
    second = archive(page("1.txt", SPRING, ("政策送到家门口", "本版编辑丁强")), before=first)
    assert second.permalinks.broken == (f"{ISSUE}/p1-02",) and list(heads(second)) == ["p1-01", "p1-03"]


def test_what_has_no_letter_is_known_by_its_signs() -> None:
    first = archive(page("1.txt", SPRING, ("", "“/”")))
    assert not archive(page("1.txt", ("", "“/”"), SPRING), before=first).permalinks.changes
    other = archive(page("1.txt", SPRING, ("", "——")), before=first)
    assert (line(other, "p1-02").state, list(heads(other))) == ("gone", ["p1-01", "p1-03"])
    hidden = (f"{ISSUE}/p1-02",)
    veiled = archive(page("1.txt", SPRING, ("", "“/”")), before=first, withhold=hidden)
    assert not archive(page("1.txt", SPRING, ("", "“/”")), before=veiled, withhold=hidden).permalinks.changes


def test_what_has_no_letter_needs_no_retiring() -> None:
    first = archive(page("1.txt", SPRING, ("", "。")))
    second = archive(page("1.txt", SPRING), before=first)
    assert not second.permalinks.broken and line(second, "p1-02").state == "gone"


def parted(held: Archive, number: int, part: Sequence[str]) -> Archive:
    """The archive as a correction leaves it that parts an article of p1-01, which is whole in the source."""
    (one,) = archive(page("1.txt", part)).permalinks.ledger
    lines = held.permalinks.ledger.lines
    own = replace(one, id=f"{ISSUE}/p1-{number:02d}", part_of=f"{ISSUE}/p1-01")
    return replace(held, permalinks=replace(held.permalinks, ledger=Ledger({**lines, own.id: own})))


@pytest.mark.parametrize("headed", [False, True])
@pytest.mark.parametrize(
    "kept", [("短讯", "昨日雪。"), ("短讯集锦", "昨日全县普降大雪，道路积雪盈尺，交通部门连夜清扫，客运班车今晨恢复。")]
)
def test_what_is_left_of_an_article_that_a_correction_parted_keeps_its_address_when_the_source_parts_it_too(
    kept: tuple[str, ...], headed: bool
) -> None:
    """The larger part has had a line of its own since; the whole's line still has the text of both."""
    rest = ("", *BRIDGE[1:])
    first = archive(page("1.txt", (*kept, *BRIDGE[1:]), SCHOOL))
    before = parted(first, 3, rest)
    second = archive(page("1.txt", kept, BRIDGE if headed else rest, SCHOOL), before=before)
    assert [one.id[-2:] for one in second.article_of.values()] == ["01", "03", "02"]
    assert not second.permalinks.broken and not second.permalinks.changes.new
    whole = archive(page("1.txt", misread((*kept, *BRIDGE[1:])), SCHOOL), before=before)
    assert [one.id[-2:] for one in whole.article_of.values()] == ["01", "02"]
    assert line(whole, "p1-03").to == f"{ISSUE}/p1-01"


@pytest.mark.parametrize("change", [lambda lines: lines, misread])
def test_a_whole_article_is_not_taken_for_its_part_that_has_all_its_words(
    change: Callable[[Sequence[str]], tuple[str, ...]],
) -> None:
    """The text repeats its headline, which was parted from it: both are the same to the letter. The whole is older."""
    whole = (SKATING[0], SKATING[0] + SKATING[1])
    first = archive(page("1.txt", OPERA, whole))
    lines = dict(first.permalinks.ledger.lines)
    own = lines.pop(f"{ISSUE}/p1-02")
    part = replace(own, id=f"{ISSUE}/p1-03", part_of=f"{ISSUE}/p1-09")
    ledger_of = {**lines, part.id: part, f"{ISSUE}/p1-09": replace(own, id=f"{ISSUE}/p1-09")}
    before = replace(first, permalinks=replace(first.permalinks, ledger=Ledger(ledger_of)))
    second = archive(page("1.txt", OPERA, change(whole)), before=before)
    assert [one.id[-2:] for one in second.article_of.values()] == ["01", "09"]
    assert line(second, "p1-03").to == f"{ISSUE}/p1-09"


# ---------------------------------------------------------------- withheld


def garbled(lines: Sequence[str], every: str) -> tuple[str, ...]:
    """Characters are lost, in steps of so many: what no OCR program gives any more."""
    steps = itertools.cycle(map(int, every))
    lost = set(itertools.takewhile(lambda at: at < 999, itertools.accumulate(steps)))
    return tuple("".join("囗" if at in lost else char for at, char in enumerate(line)) for line in lines)


def test_a_withheld_article_that_is_not_recognised_stops_every_build_even_a_preview() -> None:
    hidden = (f"{ISSUE}/p1-02",)
    first = archive(page("1.txt", SPRING, BRIDGE), withhold=hidden)
    second = archive(page("1.txt", SPRING, garbled(BRIDGE, "3")), before=first, withhold=hidden)
    for preview in (False, True):
        with pytest.raises(PermalinkError) as stopped:
            refuse_broken(second.permalinks, preview)
        assert stopped.value.message == (
            f"nothing was {'shown' if preview else 'published'}, for 1 withheld article is not recognised any more,"
            " and what must not be shown might come to light:\n"
            f"  {ISSUE}/p1-02; perhaps now {ISSUE}/p1-03\n"
            "look where their texts are now. Name each article that holds one in archive.toml (withhold); then, or if a"
            " text is no longer in the source, build once with\n"
            f"  --retire {ISSUE}/p1-02"
        )
    refuse_broken(archive(page("1.txt", SPRING), before=first, withhold=hidden, retire=hidden).permalinks)


def test_a_withheld_article_is_not_retired_with_its_page() -> None:
    hidden = (f"{ISSUE}/p1-02",)
    first = archive(page("1.txt", SPRING, BRIDGE), withhold=hidden)
    second = archive(page("1.txt", OPERA), before=first, withhold=hidden, retire=(f"{ISSUE}/p1",))
    assert list(second.permalinks.unknown) == list(hidden)
    with pytest.raises(SourceError) as stopped:
        archive(page("1.txt", SPRING), before=first, withhold=hidden, retire=(f"{ISSUE}/p1",))
    assert stopped.value.message == (
        f"--retire: of page {ISSUE}/p1 only withheld articles would break ({hidden[0]}), which are never retired with"
        " their page: look where their texts are now, then name each by its own address"
    )


def test_a_new_article_that_says_much_of_what_a_withheld_one_said_stops_the_build() -> None:
    hidden = (f"{ISSUE}/p1-02",)
    first = archive(page("1.txt", SPRING, BRIDGE), withhold=hidden)
    new = garbled(BRIDGE, "46")
    with pytest.raises(SourceError, match=f"{ISSUE}/p1-03 says much the same"):
        archive(page("1.txt", SPRING, new), before=first, withhold=hidden, retire=hidden)
    gone = archive(page("1.txt", SPRING), before=first, withhold=hidden, retire=hidden)
    with pytest.raises(SourceError, match=f"{ISSUE}/p1-03 says much the same"):
        archive(page("1.txt", SPRING, new), before=gone, withhold=hidden)
    both = archive(page("1.txt", SPRING, new), before=first, withhold=(*hidden, f"{ISSUE}/p1-03"), retire=hidden)
    assert [one.withheld for one in both.article_of.values()] == [False, True]


def test_what_has_come_into_an_article_that_is_withheld_later_gives_no_word_away() -> None:
    first = archive(page("1.txt", SCHOOL, OPERA, SPRING))
    merged = archive(page("1.txt", SCHOOL, (*OPERA, *SPRING[1:])), before=first)
    hidden = archive(page("1.txt", SCHOOL, (*OPERA, *SPRING[1:])), before=merged, withhold=(f"{ISSUE}/p1-03",))
    assert (line(merged, "p1-02").to, line(hidden, "p1-02").headline) == (f"{ISSUE}/p1-03", "")
    assert line(hidden, "p1-02").fingerprint[:1] == line(hidden, "p1-03").fingerprint[:1] == VEILED
    assert not archive(
        page("1.txt", SCHOOL, (*OPERA, *SPRING[1:])), before=hidden, withhold=(f"{ISSUE}/p1-03",)
    ).permalinks.changes


def test_a_short_withheld_text_is_not_seen_in_every_long_one() -> None:
    """A long text has most of the 256 bytes that there are."""
    short = Text(shingles("县剧团今晚演出新戏"))
    long = "".join(text for one in (SPRING, BRIDGE, SCHOOL, WELLS, HARVEST, SKATING) for text in one)
    assert Sample(veil(short.fingerprint()), short.size).likeness(Text(shingles(long))).of_old == 0
    assert Sample(veil(short.fingerprint()), short.size).likeness(short).of_old == 1


def test_a_withheld_articles_line_gives_no_word_away_and_still_knows_it() -> None:
    hidden = (f"{ISSUE}/p1-02",)
    first = archive(page("1.txt", SPRING, BRIDGE, SCHOOL), withhold=hidden)
    kept = line(first, "p1-02")
    assert (kept.state, kept.headline, kept.fingerprint[:1]) == ("withheld", "", VEILED)
    again = archive(page("1.txt", *map(misread, (SCHOOL, BRIDGE, SPRING))), before=first, withhold=hidden)
    assert [(one.id[-2:], one.withheld) for one in again.article_of.values()] == [
        ("03", False),
        ("02", True),
        ("01", False),
    ]
    shown = archive(page("1.txt", SPRING, BRIDGE, SCHOOL), before=again)
    assert line(shown, "p1-02").headline == "新桥通车" and not line(shown, "p1-02").was_withheld


def test_withholding_takes_the_words_from_the_line() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    second = archive(page("1.txt", SPRING, BRIDGE), before=first, withhold=(f"{ISSUE}/p1-02",))
    assert "新桥" in first.permalinks.ledger.text.decode() and "新桥" not in second.permalinks.ledger.text.decode()
    gone = archive(page("1.txt", SPRING), before=first, withhold=(f"{ISSUE}/p1-02",), retire=(f"{ISSUE}/p1-02",))
    assert (line(gone, "p1-02").state, line(gone, "p1-02").headline) == ("gone", "")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ([SCHOOL, OPERA, SPRING], [SCHOOL, (*OPERA, *SPRING[1:])], "p1-03"),
        ([SCHOOL, (*SPRING, *BRIDGE[1:])], [SCHOOL, BRIDGE, SPRING], "p1-03"),
    ],
)
def test_text_that_must_not_be_shown_is_not_shown_in_another_article(
    before: list[tuple[str, ...]], after: list[tuple[str, ...]], shown: str
) -> None:
    hidden = (f"{ISSUE}/p1-02",)
    first = archive(page("1.txt", *before), withhold=hidden)
    with pytest.raises(
        SourceError, match=f"text of {hidden[0]}, which must not be shown, now stands in {ISSUE}/{shown}"
    ):
        archive(page("1.txt", *after), before=first, withhold=hidden)
    both = archive(page("1.txt", *after), before=first, withhold=(*hidden, f"{ISSUE}/{shown}"))
    assert all(one.withheld for one in both.article_of.values() if one.id != f"{ISSUE}/p1-01")


def test_an_article_stays_withheld_where_its_date_is_corrected() -> None:
    hidden = (f"{ISSUE}/p1-01",)
    first = archive(page("1.txt", SPRING, BRIDGE), withhold=hidden)
    moved = archive(page("1.txt", SPRING, BRIDGE), before=first, withhold=hidden, day=dt.date(2021, 1, 22))
    assert [one.withheld for one in moved.article_of.values()] == [True, False]
    assert "春耕" not in moved.permalinks.ledger.text.decode()


# ---------------------------------------------------------------- the program


def source_of(*articles: Sequence[str]) -> str:
    return "\n\n\n".join("\n\n".join(one) for one in articles) + "\n"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A source folder with a page of two articles and one of another day."""
    for day, own in (("2021-01-21", (SPRING, BRIDGE)), ("2021-01-22", (SCHOOL,))):
        file = tmp_path / "texts" / "liaoyuan-ribao" / day / "1.txt"
        file.parent.mkdir(parents=True)
        file.write_text(source_of(*own), "utf-8")
    return tmp_path / "texts"


def rewrite(texts: Path, *articles: Sequence[str]) -> None:
    (texts / "liaoyuan-ribao" / "2021-01-21" / "1.txt").write_text(source_of(*articles), "utf-8")


def records(texts: Path) -> list[dict[str, object]]:
    return [json.loads(text) for text in (texts / "permalinks.jsonl").read_text("utf-8").splitlines()]


def shown(tmp_path: Path, id: str) -> str:
    return (tmp_path / "public" / f"{id}.html").read_text("utf-8")


def test_the_build_writes_the_ledger_and_leaves_it_where_nothing_changes(build_site: Call, texts: Path) -> None:
    assert "\npermalinks.jsonl: 3 new; keep the file under version control\n" in build_site("texts").stdout
    assert [list(record) for record in records(texts)] == [
        ["id", "address", "page", "state", "headline", "size", "fingerprint", "since"]
    ] * 3
    assert [record["id"] for record in records(texts)] == [
        f"{ISSUE}/p1-01",
        f"{ISSUE}/p1-02",
        "liaoyuan-ribao/2021/01-22/p1-01",
    ]
    file = texts / "permalinks.jsonl"
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    done = build_site("texts", "--frozen")
    assert done.returncode == 0 and "permalinks" not in done.stdout
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert sorted(path.name for path in texts.iterdir()) == ["liaoyuan-ribao", "permalinks.jsonl"]


def test_frozen_says_which_lines_would_change_and_publishes_nothing(
    build_site: Call, tmp_path: Path, texts: Path
) -> None:
    done = build_site("texts", "--frozen")
    assert done.returncode == 1 and "new lines: 3\n" in done.stderr
    assert not (tmp_path / "public").exists() and not (texts / "permalinks.jsonl").exists()
    build_site("texts")
    rewrite(texts, OPERA, misread(SPRING), BRIDGE)
    done = build_site("texts", "--frozen")
    assert done.returncode == 1
    assert done.stderr.endswith(
        "build-site: nothing was published, for --frozen was asked for and permalinks.jsonl would change:\n"
        f"new lines: 1\n  {ISSUE}/p1-03: live “剧团下乡”\nlines that change: 1\n  {ISSUE}/p1-01: live “春耕忙”\n"
        "build without --frozen, look at what changes in permalinks.jsonl, and commit it\n"
    )
    assert [record["id"] for record in records(texts)][:2] == [f"{ISSUE}/p1-01", f"{ISSUE}/p1-02"]


def test_an_address_that_would_break_stops_the_build_until_it_is_named(
    build_site: Call, tmp_path: Path, texts: Path
) -> None:
    build_site("texts")
    before = (texts / "permalinks.jsonl").read_bytes()
    rewrite(texts, BRIDGE)
    done = build_site("texts")
    assert done.returncode == 1
    assert f"for 1 published address would break:\n  {ISSUE}/p1-01: gone “春耕忙”\n" in done.stderr
    assert "--retire" in done.stderr
    assert "春耕忙" in shown(tmp_path, f"{ISSUE}/p1-01") and (texts / "permalinks.jsonl").read_bytes() == before
    done = build_site("texts", "--retire", f"https://example.org/{ISSUE}/p1-01.html", "--why", "来源误收，2026年撤下。")
    assert done.returncode == 0 and "permalinks.jsonl: 1 changed;" in done.stdout
    gone = shown(tmp_path, f"{ISSUE}/p1-01")
    for words in ("此文已不在本库", "春耕忙", "2021年1月21日第1版", "来源误收，2026年撤下。", 'content="noindex"'):
        assert words in gone
    assert build_site("texts", "--frozen").returncode == 0
    assert shown(tmp_path, f"{ISSUE}/p1-01") == gone
    rewrite(texts, BRIDGE, SPRING)
    assert build_site("texts").returncode == 0
    assert "乐开了花" in shown(tmp_path, f"{ISSUE}/p1-01")


def test_a_whole_page_may_be_retired_by_its_id(build_site: Call, tmp_path: Path, texts: Path) -> None:
    build_site("texts")
    (texts / "liaoyuan-ribao" / "2021-01-21" / "1.txt").unlink()
    assert "for 2 published addresses would break:" in build_site("texts").stderr
    assert build_site("texts", "--retire", f"{ISSUE}/p1").returncode == 0
    assert "它所在的版面已不在本库的来源中。" in shown(tmp_path, f"{ISSUE}/p1-02")
    assert "《辽源日报》2021年1月21日第1版" in shown(tmp_path, f"{ISSUE}/p1-02")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--retire", f"{ISSUE}/p1-01"],
         f"--retire: {ISSUE}/p1-01 still has its article, and needs no retiring; to hide an article, name it in "
         "archive.toml (withhold)"),
        (["--retire", f"{ISSUE}/p1-1"],
         f"--retire: no address '{ISSUE}/p1-1' was ever published; did you mean '{ISSUE}/p1-01'?"),
        (["--retire", f"{ISSUE}/p1"],
         f"--retire: no address of page {ISSUE}/p1 would break, so nothing of it needs retiring; to hide an article, "
         "name it in archive.toml (withhold)"),
        (["--retire", ISSUE],
         f"--retire: no address of issue {ISSUE} would break, so nothing of it needs retiring; to hide an article, "
         "name it in archive.toml (withhold)"),
        (["--retire", "liaoyuan-ribao/2021/1-21"],
         f"--retire: no address 'liaoyuan-ribao/2021/1-21' was ever published; did you mean '{ISSUE}'?"),
        (["--retire", f"{ISSUE}/p1-01", "--why", "a\udcff"],
         "--why: 'a\\udcff' is no UTF-8; type it again, or set the terminal to UTF-8"),
        (["--why", "误收"], "--why says why an address goes; name it with --retire"),
    ],
)  # fmt: skip
def test_what_can_not_be_retired_is_told(build_site: Call, texts: Path, words: list[str], message: str) -> None:
    build_site("texts")
    done = build_site("texts", *words)
    assert done.returncode == 2 and done.stderr.endswith(f"build-site: {message}\n")


BRIDGE_AND_WELLS = (*BRIDGE, WELLS[1].removeprefix("本报讯"))


def test_a_merged_articles_address_leads_to_the_other(build_site: Call, tmp_path: Path, texts: Path) -> None:
    rewrite(texts, SCHOOL, BRIDGE, WELLS)
    build_site("texts")
    rewrite(texts, SCHOOL, BRIDGE_AND_WELLS)
    assert build_site("texts").returncode == 0
    old = shown(tmp_path, f"{ISSUE}/p1-03")
    assert '<meta http-equiv="refresh" content="0; url=p1-02.html">' in old
    assert '<a href="p1-02.html">新桥通车</a>' in old
    rewrite(texts, SCHOOL, BRIDGE, WELLS)
    assert build_site("texts").returncode == 0
    assert "打出十一眼机井" in shown(tmp_path, f"{ISSUE}/p1-03")


def test_the_parts_of_a_split_article_name_each_other(build_site: Call, tmp_path: Path, texts: Path) -> None:
    rewrite(texts, SCHOOL, BRIDGE_AND_WELLS)
    build_site("texts")
    rewrite(texts, SCHOOL, WELLS, BRIDGE)
    assert build_site("texts").returncode == 0
    assert '<a href="p1-03.html">柳河乡打井抗旱</a>（曾是此文的一部分）' in shown(tmp_path, f"{ISSUE}/p1-02")
    assert '<a href="p1-02.html">新桥通车</a>（此文曾是其一部分）' in shown(tmp_path, f"{ISSUE}/p1-03")


def test_a_source_folder_that_can_not_be_written_is_no_reason_not_to_publish(
    build_site: Call, tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*words: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(build, "write_ledger", refused)
    done = build_site("texts")
    assert done.returncode == 0 and (tmp_path / "public" / "index.html").is_file()
    assert (
        "build-site: the site was published, but permalinks.jsonl can't be written (Read-only file system), so 3 new"
        " addresses are not recorded" in done.stderr
    )


def test_lines_that_somebody_wrote_while_the_site_was_built_are_not_lost(texts: Path) -> None:
    mine = ledger.read_ledger(texts)
    (texts / "permalinks.jsonl").write_text("other")
    with pytest.raises(OSError, match="somebody else has changed it since"):
        ledger.write_ledger(texts, mine)
    assert [path.name for path in texts.iterdir() if path.is_file()] == ["permalinks.jsonl"]
    assert (texts / "permalinks.jsonl").read_text() == "other"


def test_an_empty_ledger_is_written_like_one_that_is_not_there(build_site: Call, texts: Path) -> None:
    (texts / "permalinks.jsonl").write_bytes(b"")
    done = build_site("texts")
    assert done.returncode == 0 and "can't be written" not in done.stderr
    assert len(records(texts)) == 3


def test_a_build_that_fails_writes_no_ledger(build_site: Call, texts: Path) -> None:
    (texts / "archive.toml").write_text('templates = "look"\n')
    (texts / "look").mkdir()
    (texts / "look" / "home.html").write_text("{{ nothing }}")
    assert build_site("texts").returncode == 2
    assert not (texts / "permalinks.jsonl").exists()


def test_a_preview_records_nothing_and_refuses_nothing(tmp_path: Path, texts: Path) -> None:
    options = build.Options(texts, tmp_path / "public", preview=True)
    build.build(options)
    assert not (texts / "permalinks.jsonl").exists()
    build.build(replace(options, preview=False))
    before = (texts / "permalinks.jsonl").read_bytes()
    rewrite(texts, BRIDGE)
    result = build.build(options)
    assert result.permalinks.broken == (f"{ISSUE}/p1-01",) and (texts / "permalinks.jsonl").read_bytes() == before
    assert "此文已不在本库" in shown(tmp_path, f"{ISSUE}/p1-01")


def test_with_keep_going_the_articles_of_an_unreadable_file_wait(build_site: Call, tmp_path: Path, texts: Path) -> None:
    build_site("texts")
    before = (texts / "permalinks.jsonl").read_bytes()
    (texts / "liaoyuan-ribao" / "2021-01-22" / "1.txt").write_bytes(b"\x81\xff\x00\xfe\x81" * 9)
    done = build_site("texts", "--keep-going")
    assert done.returncode == 0 and "1 article may be in the files left out and can't be" in done.stderr
    assert (texts / "permalinks.jsonl").read_bytes() == before
    assert "此文暂时不能显示" in shown(tmp_path, "liaoyuan-ribao/2021/01-22/p1-01")


@pytest.mark.parametrize("change", [lambda lines: lines, misread])
def test_of_two_files_of_one_page_the_unreadable_ones_articles_wait_too(
    build_site: Call, tmp_path: Path, texts: Path, change: Callable[[Sequence[str]], tuple[str, ...]]
) -> None:
    """The other one takes the page's address then, so that the page is there; and it may say the same."""
    day = texts / "liaoyuan-ribao" / "2021-01-21"
    (day / "01.txt").write_text(source_of(OPERA, change(SPRING)), "utf-8")
    build_site("texts")
    before = (texts / "permalinks.jsonl").read_bytes()
    whole = (day / "01.txt").read_bytes()
    (day / "01.txt").write_bytes(b"\x81\xff\x00\xfe\x81" * 9)
    done = build_site("texts", "--keep-going")
    assert done.returncode == 0, done.stderr
    states = {record["id"]: record["state"] for record in records(texts)}
    assert len(states) == 5 and set(states.values()) == {"live"}
    assert "此文暂时不能显示" in shown(tmp_path, f"{ISSUE}/p1-01")
    (day / "01.txt").write_bytes(whole)
    assert build_site("texts").returncode == 0
    assert (texts / "permalinks.jsonl").read_bytes() == before


def test_what_could_not_be_recorded_is_said_with_quiet_too(
    build_site: Call, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*words: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(build, "write_ledger", refused)
    done = build_site("texts", "-q")
    assert (done.returncode, done.stdout) == (0, "") and "can't be written (Read-only file system)" in done.stderr


def test_a_folder_that_began_as_a_copy_of_another_is_told_of_the_ledger_that_came_along(
    build_site: Call, texts: Path
) -> None:
    build_site("texts")
    said = "(no address in permalinks.jsonl has its article: if it came along with a copied folder, delete it)"
    rewrite(texts, OPERA)
    assert said not in build_site("texts").stderr
    (texts / "liaoyuan-ribao" / "2021-01-22" / "1.txt").unlink()
    done = build_site("texts")
    assert done.returncode == 1 and said in done.stderr
    assert f"  --retire {ISSUE}/p1-01 --retire {ISSUE}/p1-02 --retire liaoyuan-ribao/2021/01-22/p1-01\n" in done.stderr


# ---------------------------------------------------------------- the file


def test_what_a_killed_build_left_is_swept_by_the_next_that_writes(build_site: Call, texts: Path) -> None:
    (texts / ".permalinks.jsonl.0a1b2c3d").write_text("half of a le")
    (texts / ".permalinks.jsonl.mine").write_text("not ours")
    build_site("texts")
    assert sorted(path.name for path in texts.iterdir() if path.is_file()) == [
        ".permalinks.jsonl.mine", "permalinks.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("}", "", 1), "line 1: is no JSON"),
        (lambda text: "[1]\n" + text, "line 1: is no JSON object"),
        (lambda text: text + "[" * 100_000, "line 4: is no JSON"),
        (lambda text: text.replace("春耕忙", "\\ud800", 1), "line 1: is no JSON"),
        (lambda text: text.replace('"size"', '"seize"', 1), "line 1: has no 'size'"),
        (lambda text: text.replace("}", ',"new":"x"}', 1), "line 1: has a key 'new' that this version doesn't know"),
        (lambda text: text.replace('"live"', '"alive"', 1), "line 1: 'state' is 'alive'"),
        (lambda text: text.replace('"live"', '"merged"', 1), "line 1: doesn't say where it leads"),
        (lambda text: text.replace("p1-01.html", "p1-09.html", 1), "line 1: the address is"),
        (lambda text: re.sub('"fingerprint":"...', '"fingerprint":"', text, count=1), "line 1: 'fingerprint' is none"),
        (lambda text: text.replace(f'"id":"{ISSUE}/p1-01"', '"id":"../x"', 1), "line 1: 'id' is '../x'"),
        (lambda text: text + text.splitlines()[0], f"line 4: has {ISSUE}/p1-01 a second time"),
        (
            lambda text: f"<<<<<<< HEAD\n{text}=======\n>>>>>>> b\n",
            "line 1: holds a merge conflict; run: build-site heal-permalinks texts",
        ),
    ],
)
def test_a_damaged_ledger_stops_the_build_with_its_line(
    build_site: Call, texts: Path, change: Callable[[str], str], message: str
) -> None:
    build_site("texts")
    file = texts / "permalinks.jsonl"
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    done = build_site("texts")
    assert done.returncode == 2
    assert f"build-site: permalinks.jsonl, {message}" in done.stderr and "Traceback" not in done.stderr


def test_a_byte_order_mark_is_no_fault(build_site: Call, texts: Path) -> None:
    """As Windows' Notepad writes it."""
    build_site("texts")
    file = texts / "permalinks.jsonl"
    whole = file.read_bytes()
    file.write_bytes(codecs.BOM_UTF8 + whole)
    assert build_site("texts", "--frozen").returncode == 0
    file.write_bytes(codecs.BOM_UTF8 + whole + whole)
    assert build_site("heal-permalinks", "texts").returncode == 0 and file.read_bytes() == whole


def test_a_line_may_write_its_characters_as_numbers(build_site: Call, texts: Path) -> None:
    build_site("texts")
    file = texts / "permalinks.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records(texts)), "ascii")
    assert build_site("texts", "--frozen").returncode == 0


def test_line_ends_of_windows_change_no_line(build_site: Call, texts: Path) -> None:
    build_site("texts")
    file = texts / "permalinks.jsonl"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert build_site("texts", "--frozen").returncode == 0


def branches(first: Archive, ours: Archive, theirs: Archive) -> bytes:
    """What git leaves of two branches that both changed the file: with the common base between them."""
    sides = [one.permalinks.ledger.text.decode() for one in (ours, first, theirs)]
    return "<<<<<<< ours\n{}||||||| base\n{}=======\n{}>>>>>>> theirs\n".format(*sides).encode()


def test_two_branches_are_healed_and_no_address_is_lost() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    ours = archive(page("1.txt", SPRING, BRIDGE, SCHOOL), before=first)
    theirs = archive(page("1.txt", misread(SPRING), OPERA), before=first, retire=(f"{ISSUE}/p1-02",))
    healed, said = heal(branches(first, ours, theirs))
    assert {id[-2:]: (one.state, one.headline) for id, one in healed.lines.items()} == {
        "01": ("live", "春耕忙"), "02": ("gone", "新桥通车"),
        "03": ("live", "山村小学有了新教室"), "04": ("live", "剧团下乡"),
    }  # fmt: skip
    assert said == [f"{ISSUE}/p1-03 was two articles: “剧团下乡” is now {ISSUE}/p1-04"]
    assert parse_ledger(healed.text).lines == healed.lines


def dated(days: Sequence[tuple[Page, int]], before: Ledger | None = None) -> Ledger:
    """The ledger of pages, each the first of its day of January 2021."""
    facts = [PageFacts(newspaper="辽源日报", date=dt.date(2021, 1, day), page=1) for _, day in days]
    entries = tuple(PageEntry(one.source.source, fact) for (one, _), fact in zip(days, facts, strict=True))
    held = gather(Settings(pages=entries), [one for one, _ in days], ledger=before or Ledger())
    refuse_broken(held.permalinks)
    return held.permalinks.ledger


def git_merge(folder: Path, first: bytes, ours: bytes, theirs: bytes, *options: str) -> bytes:
    """What `git merge` leaves of a file that two branches have changed."""
    file = folder / "permalinks.jsonl"
    folder.mkdir(parents=True, exist_ok=True)

    def git(*words: str, fails: bool = False) -> None:
        call = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", *options, *words]
        done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
        assert fails or done.returncode == 0, done.stderr

    def commit(content: bytes) -> None:
        file.write_bytes(content)
        git("add", file.name)
        git("commit", "-qm", "x")

    git("init", "-q", "-b", "ours")
    commit(first)
    git("checkout", "-qb", "theirs")
    commit(theirs)
    git("checkout", "-q", "ours")
    commit(ours)
    git("merge", "theirs", fails=True)
    return file.read_bytes()


def ends(held: Ledger) -> dict[str, str]:
    """By headline of each line, which its article had when it was last seen there, where the line leads in the end."""
    return {f"{one.id.removeprefix('liaoyuan-ribao/2021/')} {one.headline}": held.end_of(one.id) for one in held}


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_two_branches_that_moved_two_pages_to_one_day_send_no_address_to_the_others_articles(
    tmp_path: Path, style: str
) -> None:
    """Both gave the day's first numbers; git merges by itself the lines that only one of them has changed."""
    others = [(f"无关之{at}", f"无关的第{at}篇文章说的是另外一件事情{at * 7919}。{at * 104729}") for at in range(5)]
    here, between, there = page("1.txt", SPRING, HARVEST), page("9.txt", *others), page("2.txt", SCHOOL, SKATING)
    first = dated([(here, 21), (between, 23), (there, 25)])
    ours = dated([(here, 22), (between, 23), (there, 25)], first)
    theirs = dated([(here, 21), (between, 23), (there, 22)], first)
    content = git_merge(tmp_path, first.text, ours.text, theirs.text, "-c", f"merge.conflictStyle={style}")
    assert content.count(b"<<<<<<<") == 1 and content.rindex(b">>>>>>>") < content.index(
        b'"id":"liaoyuan-ribao/2021/01-25'
    )
    healed, said = heal(content)
    day = "liaoyuan-ribao/2021/01-22"
    assert {id: end for id, end in ends(healed).items() if id[:5] not in ("01-22", "01-23")} == {
        "01-21/p1-01 春耕忙": f"{day}/p1-01",
        "01-21/p1-02 秋粮入仓": f"{day}/p1-02",
        "01-25/p1-01 山村小学有了新教室": f"{day}/p1-03",
        "01-25/p1-02 冰上运动会开幕": f"{day}/p1-04",
    }
    assert {one.id: one.headline for one in healed if one.id.startswith(day)} == {
        f"{day}/p1-01": "春耕忙", f"{day}/p1-02": "秋粮入仓",
        f"{day}/p1-03": "山村小学有了新教室", f"{day}/p1-04": "冰上运动会开幕",
    }  # fmt: skip
    assert said[2:] == [
        f"liaoyuan-ribao/2021/01-25/p1-01 leads to {day}/p1-03",
        f"liaoyuan-ribao/2021/01-25/p1-02 leads to {day}/p1-04",
    ]
    assert ends(dated([(here, 22), (between, 23), (there, 22)], healed)) == ends(healed)


@pytest.mark.parametrize("swapped", [False, True])
def test_lines_that_lead_to_a_number_given_twice_mean_their_own_versions_article(swapped: bool) -> None:
    """A short text that came into a long one: of the long one's sample nothing tells that it is in it."""
    one, other = dated([(page("1.txt", SPRING), 21)]), dated([(page("1.txt", BRIDGE), 21)])
    lost = replace(other.lines[f"{ISSUE}/p1-01"], id=f"{ISSUE}/p1-09", state="merged", to=f"{ISSUE}/p1-01", size=0,
                   fingerprint="")  # fmt: skip
    sides = [one.text, other.text + lost.text.encode()]
    ours, theirs = sides[::-1] if swapped else sides
    marked = b"<<<<<<< a\n%s=======\n%s>>>>>>> b\n"
    healed, _said = heal(marked % (ours, theirs))
    assert healed.lines[healed.end_of(lost.id)].headline == "新桥通车"
    healed, said = heal(marked % (one.text, other.text) + lost.text.encode())
    new = f"{ISSUE}/p1-10"
    assert said == [
        f"{ISSUE}/p1-01 was two articles: “新桥通车” is now {new}",
        f"{lost.id} leads to {ISSUE}/p1-01, but nothing tells whether {new} is meant; look at them",
    ]


@pytest.mark.parametrize("right", [24, 25, 26, 27])
def test_a_page_that_two_branches_moved_to_two_days_keeps_all_its_addresses(tmp_path: Path, right: int) -> None:
    """The sources then have one of the days, or another: the addresses of both lead there, and nothing is lost."""
    old, new = page("1.txt", SPRING, BRIDGE), page("1.txt", SPRING, misread(BRIDGE), WELLS)
    beside = page("2.txt", SCHOOL, SKATING)
    first = dated([(old, 24), (beside, 28)])
    ours, theirs = dated([(new, 25), (beside, 28)], first), dated([(new, 26), (beside, 28)], first)
    healed, said = heal(git_merge(tmp_path, first.text, ours.text, theirs.text))
    day = "liaoyuan-ribao/2021/01-{}/p1-0{}".format
    assert said == [
        f"{day(25, at)} and {day(26, at)} are one article: {day(26, at)} leads to {day(25, at)} until a build says"
        " where it stands"
        for at in (1, 2, 3)
    ]
    held = dated([(new, right), (beside, 28)], healed)
    assert [one.id for one in held if one.stands and one.page != "liaoyuan-ribao/2021/01-28/p1"] == [
        day(right, at) for at in (1, 2, 3)
    ]
    assert {held.end_of(day(there, at)) for there in (24, 25, 26) for at in (1, 2)} == {day(right, 1), day(right, 2)}
    for at, headline in enumerate(("春耕忙", "新桥通车", "柳河乡打井抗旱"), 1):
        for there in (24, 25, 26)[at == 3 :]:
            assert held.lines[held.end_of(day(there, at))].headline.replace("囗", "") == headline
    assert not changes(held, dated([(new, right), (beside, 28)], held))


def test_of_two_addresses_of_one_article_the_withheld_one_stands() -> None:
    day = "liaoyuan-ribao/2021/01-2{}/p1-01".format
    first = dated([(page("1.txt", SPRING), 21)])
    ours, theirs = (dated([(page("1.txt", SPRING), there)], first) for there in (22, 23))
    own = theirs.lines[day(3)]
    hidden = replace(own, state="withheld", headline="", fingerprint=veil(own.fingerprint))
    moved = replace(theirs.lines[day(1)], headline="", fingerprint=hidden.fingerprint)
    veiled = Ledger({**theirs.lines, day(3): hidden, day(1): moved})
    healed, _said = heal(b"<<<<<<< a\n%s=======\n%s>>>>>>> b\n" % (ours.text, veiled.text))
    assert (healed.end_of(day(1)), healed.lines[day(3)].state) == (day(3), "withheld")
    assert (healed.lines[day(2)].state, healed.lines[day(2)].to) == ("moved", day(3))


def test_healing_many_doubles_looks_for_the_highest_number_once() -> None:
    one, other = dated([(page("1.txt", SPRING), 21)]), dated([(page("1.txt", BRIDGE), 21)])
    (here,), (there,) = one, other
    ids = [f"liaoyuan-ribao/2021/01-21/p1-{at:02d}" for at in range(1, 2001)]
    ours, theirs = (b"".join(replace(line, id=id).text.encode() for id in ids) for line in (here, there))
    started = time.process_time()
    healed, said = heal(b"<<<<<<< a\n%s=======\n%s>>>>>>> b\n" % (ours, theirs))
    assert time.process_time() - started < 2
    assert len(healed) == 4000 and said[-1].endswith(f"is now {ISSUE}/p1-4000")


def test_the_command_heals_the_file(build_site: Call, texts: Path) -> None:
    build_site("texts")
    file = texts / "permalinks.jsonl"
    whole = file.read_text("utf-8")
    first, rest = whole.split("\n", 1)
    file.write_text(
        f"<<<<<<< HEAD\n{first}\n=======\n{first.replace('春耕忙', '春耕')}\n>>>>>>> b\n{rest}{first}\n", "utf-8"
    )
    assert "run: build-site heal-permalinks texts\n" in build_site("texts").stderr
    done = build_site("heal-permalinks", "texts")
    assert (done.returncode, done.stdout) == (
        0, "permalinks.jsonl: healed, 3 addresses; build the site, then commit both\n",
    )  # fmt: skip
    assert file.read_text("utf-8") == whole
    assert build_site("heal-permalinks", "texts").stdout == "permalinks.jsonl: nothing to heal, 3 addresses\n"
    assert build_site("heal-permalinks", "nowhere").returncode == 2
    assert "holds no permalinks.jsonl" in build_site("heal-permalinks", "texts/liaoyuan-ribao").stderr


def test_a_line_is_short(build_site: Call, texts: Path) -> None:
    long = ("很长的标题" * 60, *SPRING[1:], *BRIDGE[1:], *SCHOOL[1:])
    first = archive(page("1.txt", long))
    assert len(line(first, "p1-01").text.encode()) <= 700
    assert all(len(text.encode()) < 520 for text in (SEEDS / "permalinks.jsonl").read_text("utf-8").splitlines())


# ---------------------------------------------------------------- the sample archive


def test_the_sample_archives_ledger_is_that_of_its_site(build_site: Call, tmp_path: Path) -> None:
    """Whoever changes how pages are restored builds `seeds` once and commits its permalinks.jsonl too."""
    done = build_site(SEEDS, "-o", tmp_path / "public", "--frozen")
    assert done.returncode == 0, done.stderr


def test_a_ring_of_addresses_is_broken_up_where_the_article_stands() -> None:
    """Two branches set the date right, each otherwise; the sources now say one of them."""
    here, there = f"{ISSUE}/p1-01", "liaoyuan-ribao/2021/01-22/p1-01"
    first = archive(page("1.txt", SPRING))
    moved = archive(page("1.txt", SPRING), before=first, day=dt.date(2021, 1, 22))
    lines = moved.permalinks.ledger.lines
    ring = {here: replace(lines[here], to=there), there: replace(lines[there], state="moved", to=here)}
    held = replace(moved, permalinks=replace(moved.permalinks, ledger=Ledger(ring)))
    for withhold in ((), (there,)):
        healed = archive(page("1.txt", SPRING), before=held, withhold=withhold)
        assert [(one.id, one.withheld) for one in healed.article_of.values()] == [(here, bool(withhold))]
        assert healed.permalinks.ledger.end_of(there) == here


def test_an_address_that_leads_to_none_is_told(build_site: Call, texts: Path) -> None:
    build_site("texts")
    file = texts / "permalinks.jsonl"
    file.write_text(file.read_text("utf-8").replace('"live"', '"merged","to":"a/b"', 1), "utf-8")
    done = build_site("texts")
    assert done.returncode == 2
    wrong = f"{ISSUE}/p1-01 leads to a/b, which has no line"
    assert done.stderr == f"build-site: permalinks.jsonl: {wrong}; restore it from version control\n"


def test_healing_tells_of_addresses_that_lead_to_each_other(build_site: Call, texts: Path) -> None:
    build_site("texts")
    file = texts / "permalinks.jsonl"
    here, there = f"{ISSUE}/p1-01", f"{ISSUE}/p1-02"
    ring = [
        (text.replace('"live"', '"moved"')[:-1] + f',"to":"{to}"}}') if to else text
        for text, to in zip(file.read_text("utf-8").splitlines(), (there, here, ""), strict=True)
    ]
    file.write_text("\n".join(ring) + "\n", "utf-8")
    done = build_site("heal-permalinks", "texts")
    assert done.stdout.startswith(
        f"{here} and {there} lead to each other; the next build breaks this up, or asks for --retire\n"
    )
    rewrite(texts, OPERA)
    done = build_site("texts")
    assert done.returncode == 1 and "2 published addresses would break" in done.stderr


def test_an_article_is_never_named_as_a_part_of_itself() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE))
    own = line(first, "p1-02")
    odd = {**first.permalinks.ledger.lines, own.id: replace(own, part_of=own.id)}
    again = archive(page("1.txt", SPRING, BRIDGE), before=replace(first, permalinks=Permalinks(ledger=Ledger(odd))))
    assert again.parts_of == {}


WIRE = (
    "",
    "新华社北京一月二十日电 国务院今天发出通知，要求各地切实做好春节期间的市场供应和交通运输工作，保证商品不脱销。",
    "通知说，各地要提前安排货源，组织好粮油、肉禽、蔬菜和煤炭的调运；铁路、公路部门要加开班次，保证旅客走得了、走得好。",
)


@pytest.mark.parametrize("withhold", [(), (f"{ISSUE}/p1-01",)])
def test_a_new_page_with_the_same_wire_story_takes_nothing_from_one_that_is_read_anew(
    withhold: tuple[str, ...],
) -> None:
    def built(pages: Sequence[Page], before: Archive | None) -> Archive:
        names = ("辽源日报", "白城日报")
        entries = tuple(
            PageEntry(one.source.source, PageFacts(newspaper=name, date=DAY, page=1))
            for one, name in zip(pages, names, strict=False)
        )
        settings = Settings(pages=entries, withhold=withhold)
        return gather(settings, pages, ledger=before.permalinks.ledger if before else Ledger())

    first = built([page("1.txt", WIRE)], None)
    misprinted = ("", WIRE[1], WIRE[2].replace("货源", "货原"))
    second = built([page("1.txt", misprinted), page("2.txt", WIRE)], first)
    assert line(second, "p1-01").state == ("withheld" if withhold else "live") and not line(second, "p1-01").to
    own = second.article_of[f"{ISSUE}/p1-01"]
    assert (own.page_id, own.withheld) == (f"{ISSUE}/p1", bool(withhold))
    assert ("货原" in next(one for one in second.pages if one.id == own.page_id).source.text) != bool(withhold)


def test_last_weeks_programme_read_anew_is_not_this_weeks() -> None:
    shows = [("电视节目", f"十八时新闻联播，十九时三十分{name}，二十一时晚间新闻。") for name in ("戏曲", "球赛")]
    days = [(DAY, 1), (DAY + dt.timedelta(7), 1)]

    def built(pages: Sequence[Page], before: Archive | None) -> Archive:
        entries = tuple(
            PageEntry(one.source.source, PageFacts(newspaper="辽源日报", date=day, page=number))
            for one, (day, number) in zip(pages, days, strict=False)
        )
        return gather(Settings(pages=entries), pages, ledger=before.permalinks.ledger if before else Ledger())

    first = built([page("1.txt", shows[0], WIRE)], None)
    again = page("1.txt", (shows[0][0], shows[0][1].replace("晚间", "晚问")), ("", *misread(WIRE)[1:]))
    second = built([again, page("2.txt", shows[0], WIRE)], first)
    assert [one.page_id for one in second.articles if one.id.startswith(ISSUE)] == [f"{ISSUE}/p1"] * 2
    assert {line(second, id).state for id in ("p1-01", "p1-02")} == {"live"}
