"""What editors set right stays right: found by its words wherever they stand, never against another or in silence."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from test_permalinks import BRIDGE, DAY, HARVEST, ISSUE, SCHOOL, SKATING, SPRING, misread, page

from site_builder import data
from site_builder.anchoring import Quote, find
from site_builder.archive import Archive, gather
from site_builder.build import proved
from site_builder.contexts import _revisions
from site_builder.corrections import in_order, parse_corrections, read_corrections
from site_builder.errors import SourceError
from site_builder.ledger import Ledger
from site_builder.mending import _Desk
from site_builder.model import Article, Page, PageEntry, PageFacts, Settings, SourcePage, Span, TextBlock
from site_builder.permalinks import Rules, refuse_broken
from site_builder.records import records
from site_builder.views import Views

Call = Callable[..., subprocess.CompletedProcess[str]]
SEEDS = Path(__file__).parents[1] / "seeds"
SIGNED = 'by = "孙平"\ndate = 2026-11-22\nwhy = "原版如此"\n'
SLIP = ("春耕忙", "本报讯（记者张赫）今年春耕早，进度快，农民心里里乐开了花。全县已有三万亩水田完成翻耕。", SPRING[2])
"""SPRING as an OCR gives it: 里 is read twice."""


def table(keys: str, article: str = f"{ISSUE}/p1-01", signed: str = SIGNED) -> str:
    where = f'page = "{article}"' if article.rpartition("/")[2].count("-") == 0 else f'article = "{article}"'
    return f"[[corrections]]\n{where}\n{keys}\n{signed}\n"


MENDED = table('exact = "心里里乐"\nbecomes = "心里乐"')


def archive(
    *pages: Page,
    toml: str | Sequence[str] = "",
    before: Archive | None = None,
    withhold: tuple[str, ...] = (),
    number: int = 1,
    **rules: object,
) -> Archive:
    """The archive of these pages of one issue (the first has the number), corrected by these files."""
    entries = tuple(
        PageEntry(one.source.source, PageFacts(newspaper="辽源日报", date=DAY, page=own))
        for own, one in enumerate(pages, number)
    )
    files = [toml] if isinstance(toml, str) else toml
    found = [
        one
        for number, text in enumerate(files)
        for one in (parse_corrections(text, f"corrections/{'abc'[number]}.toml") if text else [])
    ]
    old = before.permalinks.ledger if before else Ledger()
    settings = Settings(pages=entries, withhold=withhold)
    return proved(gather(settings, pages, ledger=old, rules=Rules(**rules), corrections=in_order(found)))  # type: ignore[arg-type]


def states(held: Archive) -> list[str]:
    return [one.state for one in held.corrections]


def body(held: Archive, id: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in held.article_of[f"{ISSUE}/{id}"].blocks]


def texts(held: Archive, id: str) -> list[str]:
    return [text for _, text in body(held, id)]


# ---------------------------------------------------------------- words


def test_words_are_replaced_and_what_was_read_is_kept() -> None:
    held = archive(page("1.txt", SLIP, BRIDGE), toml=MENDED)
    assert states(held) == ["applied"]
    assert texts(held, "p1-01") == [SLIP[0], SLIP[1].replace("心里里", "心里"), SLIP[2]]
    corrected = held.article_of[f"{ISSUE}/p1-01"].blocks[1]
    assert (corrected.corrected, corrected.before, corrected.spans) == (True, SLIP[1], (Span(4, 4 + len(SLIP[1])),))
    [outcome] = held.article_of[f"{ISSUE}/p1-01"].history
    assert (outcome.before, outcome.correction.becomes) == ("心里里乐", "心里乐")
    assert held.findings == ()


def test_data_marks_the_corrected_block_and_adds_the_reading_before_it_without_a_place() -> None:
    held = archive(page("1.txt", SLIP), toml=MENDED)
    [record] = map(json.loads, data.articles_file(held.pages).decode().splitlines())
    assert [(block["kind"], block.get("corrected", False), bool(block["spans"])) for block in record["blocks"]] == [
        ("headline", False, True), ("paragraph", True, True), ("paragraph", False, True), ("before", True, False),
    ]  # fmt: skip
    assert record["blocks"][3]["text"] == SLIP[1]
    [row] = map(json.loads, data.corrections_file(held).decode().splitlines())
    assert (row["file"], row["state"], row["read"], row["becomes"]) == (
        "corrections/a.toml", "applied", "心里里乐", "心里乐",
    )  # fmt: skip


def test_search_finds_both_readings() -> None:
    [record] = records(archive(page("1.txt", SLIP), toml=MENDED))
    assert [("心里里乐" in text, "心里乐" in text) for text in record.body] == [
        (False, True), (False, False), (True, False),
    ]  # fmt: skip


def test_a_source_that_is_right_by_now_is_left_as_it_is() -> None:
    held = archive(page("1.txt", SPRING, BRIDGE), toml=MENDED)
    assert states(held) == ["already-right"] and texts(held, "p1-01") == list(SPRING)
    assert not any(block.corrected for block in held.article_of[f"{ISSUE}/p1-01"].blocks)


def test_another_ocr_is_corrected_in_the_same_place() -> None:
    first = archive(page("1.txt", SLIP, BRIDGE))
    quoted = table(
        'prefix = "今年春耕早，进度快，农民"\nexact = "心里里乐"\nsuffix = "开了花。全县已有"\nbecomes = "心里乐"'
    )
    again = (SLIP[0], SLIP[1].replace("进度快", "迸度快").replace("心里里乐", "心里甲乐"), SLIP[2])
    held = archive(page("1.txt", BRIDGE, again), toml=quoted, before=first)
    assert states(held) == ["re-anchored"]
    assert texts(held, "p1-01")[1] == SLIP[1].replace("进度快", "迸度快").replace("心里里乐", "心里乐")


def test_words_that_stand_twice_are_left_alone_and_said() -> None:
    held = archive(page("1.txt", SPRING), toml=table('exact = "农"\nbecomes = "衣"'))
    assert states(held) == ["conflict"] and texts(held, "p1-01") == list(SPRING)
    [finding] = held.findings
    assert (finding.code, finding.article_id) == ("correction-conflict", f"{ISSUE}/p1-01")
    assert finding.message == ("corrections/a.toml, line 1（孙平，2026-11-22）：“农”不止一处，不知指的是哪一处。")


def test_words_that_are_gone_are_said_to_be_gone() -> None:
    held = archive(page("1.txt", SPRING), toml=table('exact = "拖拉机站昨日开工"\nbecomes = "拖拉机站今日开工"'))
    assert states(held) == ["orphaned"] and [finding.code for finding in held.findings] == ["correction-orphaned"]


def test_a_correction_follows_its_words_into_another_article() -> None:
    first = archive(page("1.txt", BRIDGE, SLIP, SCHOOL))
    together = page("1.txt", (*SLIP, *BRIDGE[1:]), SCHOOL)
    joined = archive(together, before=first)
    [led] = joined.former
    words = {f"{ISSUE}/p1-01": BRIDGE[2][:20], f"{ISSUE}/p1-02": SLIP[2][:20]}[led.id]
    held = archive(together, toml=table(f'exact = "{words}"\nbecomes = "改过"', led.id), before=joined)
    assert states(held) == ["applied"] and held.corrections[0].article_id == led.to


def test_a_later_correction_may_quote_an_earlier_one() -> None:
    later = table('exact = "农民心里乐开"\nbecomes = "社员心里乐开"', signed=SIGNED.replace("11-22", "11-23"))
    held = archive(page("1.txt", SLIP), toml=[later, MENDED])
    assert states(held) == ["applied", "applied"]
    assert "社员心里乐开了花" in texts(held, "p1-01")[1]
    assert held.article_of[f"{ISSUE}/p1-01"].blocks[1].before == SLIP[1]


@pytest.mark.parametrize("source", [SLIP, SPRING])
def test_two_corrections_that_contradict_each_other_are_an_error_naming_both(source: Sequence[str]) -> None:
    other = table('exact = "心里里乐"\nbecomes = "心中乐"').replace("孙平", "李强")
    with pytest.raises(SourceError) as error:
        archive(page("1.txt", source), toml=[MENDED, other])
    assert error.value.message == (
        "corrections/b.toml, line 1: wants another thing of the same words ('心里里乐') than corrections/a.toml, line 1"
        " by 孙平 does; take one of the two away, or have the later one quote what the earlier one writes"
    )


def test_a_later_correction_may_quote_an_earlier_one_though_another_word_of_it_is_misread_now() -> None:
    later = table(
        'exact = "进度快，农民心里乐开"\nbecomes = "进度快，社员心里乐开"', signed=SIGNED.replace("11-22", "11-23")
    )
    again = (SLIP[0], SLIP[1].replace("进度快", "迸度快"), SLIP[2])
    held = archive(page("1.txt", again), toml=[MENDED, later], before=archive(page("1.txt", SLIP)))
    assert states(held) == ["applied", "re-anchored"] and "进度快，社员心里乐开了花" in texts(held, "p1-01")[1]


def test_the_same_correction_twice_does_no_harm() -> None:
    held = archive(page("1.txt", SLIP), toml=[MENDED, MENDED])
    assert states(held) == ["applied", "already-right"] and "心里乐" in texts(held, "p1-01")[1]


def test_byline_dateline_and_topics_follow_the_corrected_words() -> None:
    held = archive(page("1.txt", SLIP), toml=table('exact = "（记者张赫）"\nbecomes = "（记者张赤）"'))
    assert held.article_of[f"{ISSUE}/p1-01"].byline == ("张赤",)


def test_addresses_do_not_move_whatever_is_corrected() -> None:
    first = archive(page("1.txt", SLIP, BRIDGE))
    all_new = table(f'exact = "{SLIP[1]}"\nbecomes = "{SCHOOL[1]}"')
    held = archive(page("1.txt", SLIP, BRIDGE), toml=all_new, before=first)
    assert texts(held, "p1-01")[1] == SCHOOL[1] and not held.permalinks.changes


# ---------------------------------------------------------------- structure


def test_a_paragraph_is_parted_and_both_parts_keep_their_places() -> None:
    held = archive(page("1.txt", SPRING), toml=table('do = "split-paragraph"\nexact = "全县已有"'))
    assert states(held) == ["applied"]
    first, second = SPRING[1][: SPRING[1].index("全县")], SPRING[1][SPRING[1].index("全县") :]
    assert texts(held, "p1-01") == [SPRING[0], first, second, SPRING[2]]
    blocks = held.article_of[f"{ISSUE}/p1-01"].blocks
    assert [block.spans for block in blocks[1:3]] == [
        (Span(4, 4 + len(first)),), (Span(4 + len(first), 4 + len(SPRING[1])),),
    ]  # fmt: skip


def test_paragraphs_are_joined() -> None:
    held = archive(page("1.txt", SPRING), toml=table('do = "join-paragraph"\nexact = "县农业局组织"'))
    assert states(held) == ["applied"] and texts(held, "p1-01") == [SPRING[0], SPRING[1] + SPRING[2]]
    again = archive(
        page("1.txt", (SPRING[0], SPRING[1] + SPRING[2])), toml=table('do = "join-paragraph"\nexact = "县农业局组织"')
    )
    assert states(again) == ["already-right"]


def test_words_are_corrected_after_their_paragraph_was_parted_and_joined() -> None:
    toml = "".join((
        table('exact = "心里里乐"\nbecomes = "心里乐"'),
        table('do = "split-paragraph"\nexact = "全县已有"'),
        table('do = "join-paragraph"\nexact = "全县已有"', signed=SIGNED.replace("11-22", "11-23")),
        table('exact = "三万亩"\nbecomes = "三万余亩"'),
    ))  # fmt: skip
    held = archive(page("1.txt", SLIP), toml=toml)
    assert states(held) == ["applied"] * 4
    assert texts(held, "p1-01")[1] == SLIP[1].replace("心里里", "心里").replace("三万亩", "三万余亩")
    assert held.article_of[f"{ISSUE}/p1-01"].blocks[1].before == SLIP[1]


TWO_IN_ONE = (*SPRING, *BRIDGE[1:])
PART = table(f'do = "split-article"\nexact = "{BRIDGE[1][:12]}"')


def test_an_article_that_was_run_together_is_parted_and_its_part_has_an_address_for_ever() -> None:
    first = archive(page("1.txt", TWO_IN_ONE, SCHOOL))
    held = archive(page("1.txt", TWO_IN_ONE, SCHOOL), toml=PART, before=first)
    assert texts(held, "p1-01") == list(SPRING) and texts(held, "p1-03") == list(BRIDGE[1:])
    assert held.permalinks.ledger.lines[f"{ISSUE}/p1-03"].part_of == f"{ISSUE}/p1-01"
    assert held.permalinks.changes.new == (f"{ISSUE}/p1-03",) and held.permalinks.changes.changed == ()
    again = archive(page("1.txt", TWO_IN_ONE, SCHOOL), toml=PART, before=held)
    assert not again.permalinks.changes and texts(again, "p1-03") == list(BRIDGE[1:])


def test_once_the_source_parts_it_too_the_part_stands_at_the_same_address() -> None:
    first = archive(page("1.txt", TWO_IN_ONE, SCHOOL), toml=PART)
    held = archive(page("1.txt", SPRING, SCHOOL, BRIDGE), toml=PART, before=first)
    refuse_broken(held.permalinks)
    assert states(held) == ["already-right"] and texts(held, "p1-03") == list(BRIDGE)


JOIN = table(f'do = "join-article"\nto = "{ISSUE}/p1-01"\nexact = "{BRIDGE[2][:12]}"', f"{ISSUE}/p1-02")


def test_an_article_that_was_cut_in_two_is_joined_and_its_address_leads_to_the_whole() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE, SCHOOL))
    held = archive(page("1.txt", SPRING, BRIDGE, SCHOOL), toml=JOIN, before=first)
    assert body(held, "p1-01")[3:] == [("subheading", BRIDGE[0]), ("paragraph", BRIDGE[1]), ("paragraph", BRIDGE[2])]
    assert [(line.id, line.state, line.to) for line in held.former] == [(f"{ISSUE}/p1-02", "merged", f"{ISSUE}/p1-01")]
    again = archive(page("1.txt", SPRING, BRIDGE, SCHOOL), toml=JOIN, before=held)
    assert not again.permalinks.changes and states(again) == ["applied"]
    undone = archive(page("1.txt", SPRING, BRIDGE, SCHOOL), before=again)
    assert sorted(undone.article_of) == [f"{ISSUE}/p1-0{number}" for number in (1, 2, 3)]


def test_what_was_said_of_an_article_is_said_of_the_whole_that_it_is_joined_to() -> None:
    toml = "".join((
        table('do = "fact"\nfact = "byline"\nbecomes = "李强、王苗"\nexact = "横跨东河"', f"{ISSUE}/p1-02"),
        table(f'do = "fact"\nfact = "jump"\nbecomes = "{ISSUE}/p2-01"\nexact = "横跨东河"', f"{ISSUE}/p1-02"),
        JOIN,
    ))  # fmt: skip
    held = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL), toml=toml)
    whole = held.article_of[f"{ISSUE}/p1-01"]
    assert states(held) == ["applied"] * 3 and {one.article_id for one in held.corrections} == {whole.id}
    assert (whole.byline, whole.continued_by) == (("张赫", "李强", "王苗"), f"{ISSUE}/p2-01")


def headless(source: str) -> Page:
    """A page whose second article has lost its headline to the furniture."""
    whole = page(source, SPRING, BRIDGE)
    spring, bridge = whole.articles
    lost = replace(bridge.blocks[0], kind="rubric")
    return replace(whole, articles=(spring, replace(bridge, blocks=bridge.blocks[1:])), furniture=(lost,))


def test_a_headline_is_given_to_its_article() -> None:
    toml = table(f'do = "heading"\nto = "{ISSUE}/p1-02"\nexact = "新桥通车"', f"{ISSUE}/p1")
    held = archive(headless("1.txt"), toml=toml)
    assert body(held, "p1-02")[0] == ("headline", "新桥通车") and held.pages[0].furniture == ()
    assert states(archive(page("1.txt", SPRING, BRIDGE), toml=toml)) == ["already-right"]


def test_a_piece_is_a_caption_or_furniture_or_printed_twice() -> None:
    for kind in ("caption", "duplicate"):
        held = archive(page("1.txt", SPRING), toml=table(f'do = "kind"\nkind = "{kind}"\nexact = "县农业局"'))
        assert states(held) == ["applied"] and body(held, "p1-01")[2] == (kind, SPRING[2])
    held = archive(page("1.txt", SPRING), toml=table('do = "kind"\nkind = "imprint"\nexact = "县农业局"'))
    assert [block.kind for block in held.pages[0].furniture] == ["imprint"] and len(body(held, "p1-01")) == 2


def test_a_piece_is_moved() -> None:
    toml = table(f'do = "move"\nexact = "{BRIDGE[2][:9]}"\nafter = "{SPRING[1][:9]}"', f"{ISSUE}/p1-02")
    held = archive(page("1.txt", SPRING, BRIDGE), toml=toml)
    assert texts(held, "p1-01") == [SPRING[0], SPRING[1], BRIDGE[2], SPRING[2]] and texts(held, "p1-02") == list(
        BRIDGE[:2]
    )
    toml = table(f'do = "move"\nexact = "{SPRING[2][:9]}"\nbefore = "{SPRING[1][:9]}"')
    assert texts(archive(page("1.txt", SPRING), toml=toml), "p1-01") == [SPRING[0], SPRING[2], SPRING[1]]


def test_an_article_may_not_be_left_without_a_word() -> None:
    held = archive(page("1.txt", SPRING[:1], BRIDGE), toml=table('do = "kind"\nkind = "rubric"\nexact = "春耕忙"'))
    assert states(held) == ["conflict"] and texts(held, "p1-01") == ["春耕忙"]


def test_a_border_that_one_wants_and_another_not_is_an_error() -> None:
    toml = "".join(table(f'do = "{do}-paragraph"\nexact = "全县已有"') for do in ("split", "join"))
    with pytest.raises(SourceError, match="wants another thing of the same words"):
        archive(page("1.txt", SPRING), toml=toml)


def test_two_corrections_that_want_a_piece_in_two_places_are_an_error() -> None:
    toml = "".join(table(f'do = "kind"\nkind = "{kind}"\nexact = "县农业局"') for kind in ("caption", "subheading"))
    with pytest.raises(SourceError, match=r"a\.toml, line 10: wants another thing .* than corrections/a\.toml, line 1"):
        archive(page("1.txt", SPRING), toml=toml)


# ---------------------------------------------------------------- facts


def test_a_pages_date_is_set_right_and_its_addresses_lead_on() -> None:
    first = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL))
    toml = table(f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\nexact = "{SPRING[1][:14]}"', f"{ISSUE}/p1")
    held = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL), toml=toml, before=first)
    there = "liaoyuan-ribao/2021/01-22"
    assert sorted(held.article_of) == [f"{ISSUE}/p2-01", f"{there}/p1-01", f"{there}/p1-02"]
    assert [(line.id, line.to) for line in held.former] == [
        (f"{ISSUE}/p1-01", f"{there}/p1-01"), (f"{ISSUE}/p1-02", f"{there}/p1-02"),
    ]  # fmt: skip
    assert held.page_of[f"{there}/p1"].facts.evidence == "孙平校订：原版如此"
    assert [one.page_id for one in held.corrections] == [f"{there}/p1"]
    again = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL), toml=toml, before=held)
    assert not again.permalinks.changes


def test_a_page_whose_date_was_set_right_is_known_by_its_new_id_too() -> None:
    pages = (page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL))
    dated = table(f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\nexact = "{SPRING[1][:14]}"', f"{ISSUE}/p1")
    held = archive(*pages, toml=dated, before=archive(*pages))
    there = "liaoyuan-ribao/2021/01-22"
    numbered = table(f'do = "fact"\nfact = "page"\nbecomes = "3"\nexact = "{SPRING[1][:14]}"', f"{there}/p1")
    worded = table('exact = "两岸群众"\nbecomes = "两岸民众"', f"{there}/p1-02")
    again = archive(*pages, toml=[dated, numbered, worded], before=held)
    assert states(again) == ["applied"] * 3 and again.pages[1].id == f"{there}/p3"
    assert "两岸民众" in again.article_of[f"{there}/p1-02"].blocks[1].text
    assert [one.page_id for one in again.corrections] == [f"{there}/p3"] * 3


def test_a_fact_of_a_page_is_known_by_its_words_where_another_page_has_come_before() -> None:
    toml = table(f'do = "fact"\nfact = "newspaper"\nbecomes = "白城日报"\nexact = "{SPRING[1][:14]}"', f"{ISSUE}/p1")
    held = archive(page("0.txt", SCHOOL), page("1.txt", SPRING), toml=toml)
    assert states(held) == ["re-anchored"]
    assert sorted(held.article_of) == ["baicheng-ribao/2021/01-21/p2-01", f"{ISSUE}/p1-01"]


def test_byline_and_topics_are_given() -> None:
    toml = "".join((
        table('do = "fact"\nfact = "byline"\nwas = "张赫"\nbecomes = "张赫、王苗"\nexact = "记者张赫"'),
        table('do = "fact"\nfact = "topics"\nbecomes = "春耕，农机"\nexact = "记者张赫"'),
        table('do = "fact"\nfact = "byline"\nwas = "李四"\nbecomes = "赵六"\nexact = "本报讯"', f"{ISSUE}/p1-02"),
    ))  # fmt: skip
    held = archive(page("1.txt", SPRING, BRIDGE), toml=toml)
    one = held.article_of[f"{ISSUE}/p1-01"]
    assert (one.byline, one.topics) == (("张赫", "王苗"), ("春耕", "农机"))
    assert states(held) == ["applied", "applied", "conflict"]
    assert held.findings[0].message.endswith("：原为“李四”，现在却是“李强”。")


def test_an_article_is_led_on_to_where_it_goes_on() -> None:
    toml = table(f'do = "fact"\nfact = "jump"\nbecomes = "{ISSUE}/p2-01"\nexact = "横跨东河"', f"{ISSUE}/p1-02")
    held = archive(page("1.txt", SPRING, BRIDGE), page("2.txt", SCHOOL), toml=toml)
    assert held.article_of[f"{ISSUE}/p1-02"].continued_by == f"{ISSUE}/p2-01"
    assert held.article_of[f"{ISSUE}/p2-01"].continues == f"{ISSUE}/p1-02"
    (told,) = _revisions(Views(held, ""), held.article_of[f"{ISSUE}/p1-02"])
    assert told.said == "下文见“山村小学有了新教室”。"


# ---------------------------------------------------------------- what must not be shown


@pytest.mark.parametrize(
    "toml",
    [
        MENDED,
        table('exact = "这几个字从来没有在这里印过"\nbecomes = "农民心里里乐开了花"'),
        table(
            f'exact = "{BRIDGE[1][:9]}"\nsuffix = "{BRIDGE[1][9:]}"\nprefix = "{SLIP[2]}"\nbecomes = "改过"',
            f"{ISSUE}/p1-02",
        ),
        table(f'do = "join-article"\nto = "{ISSUE}/p1-02"\nexact = "心里里乐"'),
    ],
)
def test_no_word_of_a_withheld_text_comes_to_light_by_a_correction(toml: str) -> None:
    held = archive(page("1.txt", SLIP, BRIDGE), toml=toml, withhold=(f"{ISSUE}/p1-01",))
    said = data.corrections_file(held) + data.articles_file(held.pages) + data.findings_file(held)
    words, others = "".join(SLIP[1:]), "".join(BRIDGE)
    runs = [words[at : at + 6] for at in range(len(words) - 5) if words[at : at + 6] not in others]
    assert [run for run in runs if run in said.decode()] == []
    assert held.article_of[f"{ISSUE}/p1-01"].withheld


def published(held: Archive) -> str:
    return (data.corrections_file(held) + data.articles_file(held.pages) + data.findings_file(held)).decode()


@pytest.mark.parametrize("where", [f"{ISSUE}/p1", f"{ISSUE}/p1-02"])
@pytest.mark.parametrize("gone", [True, False])
def test_no_word_of_a_withheld_text_comes_to_light_when_its_page_is_missing(where: str, gone: bool) -> None:
    toml = table('exact = "农民心里里乐开了花"\nbecomes = "农民心里乐开了花"', where)
    hidden, other, named = page("1.txt", SLIP, BRIDGE), page("2.txt", SCHOOL), (f"{ISSUE}/p1-01",)
    first = archive(hidden, other)
    before = archive(hidden, other, before=first, withhold=named)
    retire = (f"{ISSUE}/p1-01", f"{ISSUE}/p1-02") if gone else ()
    held = archive(other, toml=toml, before=before, withhold=named, number=2, retire=retire, patient=not gone)
    assert states(held) == ["orphaned"] and "农民" not in published(held)
    assert [one.message for one in held.corrections] == ["因同期有不予展示的文章，详情从略。"]


NUMBER = ("通知", "本报讯张某某的证号为２２０４０１１９７００１０１２３４５，住址见存档。", SPRING[2])


@pytest.mark.parametrize("quoted", ['exact = "220401197001012345"', 'prefix = "为220"\nexact = "401"\nsuffix = "1970"'])
def test_the_width_of_signs_hides_no_quotation_of_a_withheld_text(quoted: str) -> None:
    toml = table(f'do = "fact"\nfact = "page"\nbecomes = "2"\n{quoted}', f"{ISSUE}/p1")
    pages, named = [page("1.txt", NUMBER, BRIDGE)], (f"{ISSUE}/p1-01",)
    held = archive(*pages, toml=toml, before=archive(*pages), withhold=named)
    assert states(held) == ["applied"] and "401" not in published(held)
    assert [one.correction.exact for one in held.for_editors.corrections] != [""]


def test_an_applied_correction_that_shares_set_words_with_a_withheld_text_is_told_alike_everywhere() -> None:
    """Both articles say 两岸群众敲锣打鼓: what is shown anyhow tells nothing."""
    drums = ("敲锣打鼓", "本报讯（记者张赫）两岸群众敲锣打鼓迎新春，张某某因故没有到场。")
    toml = [
        table('exact = "两岸群众敲锣打鼓前来"\nbecomes = "群众敲锣打鼓前来"', f"{ISSUE}/p1-02"),
        table(
            'exact = "四十天"\nbecomes = "五十天"',
            f"{ISSUE}/p1-02",
            SIGNED.replace("原版如此", "参见张某某因故没有到场"),
        ),
    ]
    pages = [page("1.txt", drums, BRIDGE)]
    held = archive(*pages, toml=toml, before=archive(*pages), withhold=(f"{ISSUE}/p1-01",))
    told, silent = held.corrections
    assert told.done and told.correction.exact == "两岸群众敲锣打鼓前来" and told.correction.why == "原版如此"
    assert silent.done and silent.veiled and not silent.correction.why
    assert held.article_of[f"{ISSUE}/p1-02"].history == held.corrections


def test_the_editor_is_told_why_a_correction_beside_a_withheld_text_can_not_be_carried_out(
    build_site: Call, tmp_path: Path, seeds: Path
) -> None:
    settings = (seeds / "archive.toml").read_text("utf-8")
    (seeds / "archive.toml").write_text(f'withhold = ["{SNOW[:-2]}03"]\n{settings}', "utf-8")
    (tmp_path / "mine.toml").write_text(table('exact = "清雪"\nbecomes = "扫雪"', SNOW), "utf-8")
    refused = build_site("correct", "mine.toml")
    assert "replace 「清雪」 can't be carried out: “清雪”不止一处，不知指的是哪一处。" in refused.stdout
    (seeds / "corrections").mkdir()
    shutil.copy(tmp_path / "mine.toml", seeds / "corrections")
    built = build_site(seeds, "-o", tmp_path / "site", "-v", "--no-search")
    assert "“清雪”不止一处" in built.stdout
    for name in ("findings.html", "data/findings.jsonl", "data/corrections.jsonl"):
        text = (tmp_path / "site" / name).read_text("utf-8")
        assert "因同期有不予展示的文章，详情从略" in text and "“清雪”不止一处" not in text


# ---------------------------------------------------------------- build-site correct

SNOW = "liaoyuan-ribao/2021/01-21/p1-06"
SQUARE = table('exact = "宪法广场"\nbecomes = "立宪广场"', SNOW)
DIFFERENCE = """\
{file}, line 1: replace 「宪法广场」 is carried out

liaoyuan-ribao/2021/01-21/p1-06
  - paragraph: …区税务局门前、半岛广场、福寿路、宪法广场、煤机厂铁道口、人民大街及南…
  + paragraph: …区税务局门前、半岛广场、福寿路、立宪广场、煤机厂铁道口、人民大街及南…
"""


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The sample archive, to be written into."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return tmp_path / "seeds"


def test_correct_says_what_a_file_would_change_and_adds_it(build_site: Call, tmp_path: Path, seeds: Path) -> None:
    (tmp_path / "mine.toml").write_text(SQUARE, "utf-8")
    checked = build_site("correct", "mine.toml", "--check")
    assert (checked.returncode, checked.stdout) == (0, DIFFERENCE.format(file="corrections/mine.toml"))
    assert not (seeds / "corrections").exists()
    added = build_site("correct", "mine.toml")
    assert added.stdout == DIFFERENCE.format(file="corrections/mine.toml") + (
        "added seeds/corrections/mine.toml; build to publish it, and keep the file under version control\n"
    )
    assert (seeds / "corrections" / "mine.toml").read_text("utf-8") == SQUARE
    again = build_site("correct", "mine.toml")
    assert (again.returncode, again.stderr.splitlines()[-1]) == (
        2, "build-site: mine.toml: is in corrections/ already, as mine.toml",
    )  # fmt: skip
    there = build_site("correct", "seeds/corrections/mine.toml")
    assert (there.returncode, there.stdout) == (0, DIFFERENCE.format(file="corrections/mine.toml"))


def test_correct_writes_over_nothing(build_site: Call, tmp_path: Path, seeds: Path) -> None:
    (seeds / "corrections").mkdir()
    (seeds / "corrections" / "mine.toml").write_text(SQUARE, "utf-8")
    (tmp_path / "mine.toml").write_text(table('exact = "福寿路"\nbecomes = "福寿大路"', SNOW), "utf-8")
    assert "added seeds/corrections/mine-2.toml" in build_site("correct", "mine.toml").stdout
    assert (seeds / "corrections" / "mine.toml").read_text("utf-8") == SQUARE


def test_correct_adds_nothing_that_can_not_be_carried_out(build_site: Call, tmp_path: Path, seeds: Path) -> None:
    (tmp_path / "mine.toml").write_text(table('exact = "清雪"\nbecomes = "扫雪"', SNOW), "utf-8")
    refused = build_site("correct", "mine.toml")
    assert (
        refused.stdout
        == "corrections/mine.toml, line 1: replace 「清雪」 can't be carried out: “清雪”不止一处，不知指的是哪一处。\n"
    )
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (
        2,
        "build-site: nothing was added, for 1 of these corrections can't be carried out; quote more (prefix, suffix),"
        " or mend what is quoted",
    )
    assert build_site("correct", "mine.toml", "--check").returncode == 2
    assert not (seeds / "corrections").exists()
    missing = build_site("correct", "yours.toml")
    assert (missing.returncode, missing.stderr) == (2, "build-site: there is no file 'yours.toml'\n")


def test_correct_adds_nothing_that_puts_an_older_correction_out_of_place(
    build_site: Call, tmp_path: Path, seeds: Path
) -> None:
    (seeds / "corrections").mkdir()
    (seeds / "corrections" / "a.toml").write_text(SQUARE, "utf-8")
    earlier = SIGNED.replace("11-22", "11-21")
    other = table('do = "kind"\nkind = "other"\nexact = "半岛广场、福寿路、宪法广场、煤机厂铁道口"', SNOW, earlier)
    (tmp_path / "new.toml").write_text(other, "utf-8")
    said = (
        "corrections/a.toml, line 1: replace 「宪法广场」 can't be carried out any more:"
        " “宪法广场”在现在的来源中找不到。"
    )
    checked = build_site("correct", "new.toml", "--check")
    assert checked.returncode == 2 and said in checked.stdout.splitlines()
    refused = build_site("correct", "new.toml", "-q")
    assert (refused.returncode, refused.stdout.splitlines(), refused.stderr) == (
        2,
        [said],
        "build-site: nothing was added, for 1 of the corrections that are in corrections/ couldn't be carried out any"
        " more; mend what these quote, or take them away, and then add the new\n",
    )
    assert [file.name for file in (seeds / "corrections").iterdir()] == ["a.toml"]


def test_correct_is_quiet_if_asked(build_site: Call, tmp_path: Path, seeds: Path) -> None:
    (tmp_path / "mine.toml").write_text(SQUARE, "utf-8")
    added = build_site("correct", "-q", "mine.toml")
    assert (added.returncode, added.stdout, added.stderr) == (0, "", "")
    assert (seeds / "corrections" / "mine.toml").exists()


def test_a_lost_ledger_is_said_where_a_correction_names_an_address(
    build_site: Call, tmp_path: Path, seeds: Path
) -> None:
    (seeds / "corrections").mkdir()
    (seeds / "corrections" / "a.toml").write_text(table('exact = "宪法"\nbecomes = "法"', f"{SNOW[:-2]}17"), "utf-8")
    (seeds / "permalinks.jsonl").unlink()
    built = build_site(seeds, "-o", tmp_path / "site", "-q")
    assert (built.returncode, built.stderr) == (
        2,
        f"build-site: corrections/a.toml, line 1: no article '{SNOW[:-2]}17' is known, and permalinks.jsonl, which has"
        " the addresses of former builds, is missing or empty; restore it from version control, or, if the archive was"
        " never built, mend the id\n",
    )


def test_a_long_quotation_is_told_in_short() -> None:
    (orphan,) = archive(page("1.txt", SPRING), toml=table(f'exact = "{"里" * 100_000}"\nbecomes = "壹"')).findings
    assert orphan.code == "correction-orphaned" and len(orphan.message) < 120


def test_a_correction_of_furniture_is_no_correction_of_the_articles_of_its_page() -> None:
    plain, signed = page("1.txt", SPRING, BRIDGE), "本版编辑王苗"
    at = len(plain.source.text)
    editor = TextBlock("editor", signed, (Span(at, at + len(signed)),))
    one = replace(plain, source=SourcePage("1.txt", f"{plain.source.text}{signed}\n"), furniture=(editor,))
    mended = archive(one, toml=table('exact = "王苗"\nprefix = "编辑"\nbecomes = "王描"', f"{ISSUE}/p1"))
    assert states(mended) == ["applied"] and mended.pages[0].furniture[0].text == "本版编辑王描"
    assert mended.page_corrections == {}
    fact = table('do = "fact"\nfact = "page"\nbecomes = "2"\nexact = "今年春耕早"', f"{ISSUE}/p1")
    assert list(archive(one, toml=fact).page_corrections) == [f"{ISSUE}/p2"]


def test_an_article_shows_what_was_set_right_and_a_build_says_how_much(
    build_site: Call, tmp_path: Path, seeds: Path
) -> None:
    (seeds / "corrections").mkdir()
    (seeds / "corrections" / "a.toml").write_text(SQUARE, "utf-8")
    assert "1 correction: 1 carried out\n" in build_site("seeds", "-o", "site").stdout
    text = (tmp_path / "site" / f"{SNOW}.html").read_text("utf-8")
    assert '<a class="mark" href="#corrections">已校订</a>' in text
    shown = re.sub(
        "<[^>]*>|\\s", "", text[text.index('<ol class="revisions">') : text.index("</ol>", text.index("revisions"))]
    )
    assert shown.startswith(
        "原作“宪法广场”，今作“立宪广场”。原版如此孙平，2026年11月22日校订前全段市清雪总指挥部一行先后来到"
    )
    assert "宪法广场" in shown[60:]
    assert "宪法广场" in text[text.index("煤机厂") - 300 :]  # the source lines stay as they are


# ---------------------------------------------------------------- what is wrong with a file


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            'do = "replase"\nexact = "甲"\nbecomes = "乙"',
            "line 3: 'do' in [[corrections]] no. 1 is 'replase', but must be ",
        ),
        ('exact = "甲"\nbecomes = " 甲"', "line 4: 'becomes' in [[corrections]] no. 1 says what 'exact' says but for "),
        (
            'do = "fact"\nfact = "date"\nexact = "甲"\nbecomes = "20210121"',
            "line 6: 'becomes' in [[corrections]] no. 1 is '20210121', but must be a date such as \"2021-01-21\"",
        ),
        (
            'do = "fact"\nfact = "date"\nexact = "甲"\nbecomes = "2021-01-21"\nwas = "2021-W03-4"',
            "line 7: 'was' in [[corrections]] no. 1 is '2021-W03-4', but must be a date such as \"2021-01-21\"",
        ),
        (
            'do = "fact"\nfact = "topics"\nexact = "甲"\nbecomes = ["文化", "散文"]',
            "line 6: 'becomes' in [[corrections]] no. 1 must be text in quotation marks, not a list; several names are"
            ' written "文化、散文"',
        ),
        (
            'do = "fact"\nfact = "topics"\nexact = "甲"\nbecomes = "、"',
            "line 6: 'becomes' in [[corrections]] no. 1 is '、'; several are written \"文化、散文\", and none as \"\"",
        ),
        (
            'do = "split-paragraph"\nexact = "甲"\nbecomes = "乙"',
            "line 5: 'becomes' in [[corrections]] no. 1 means nothing ",
        ),
        ('do = "move"\nexact = "甲"', "line 1: 'after' in [[corrections]] no. 1 or 'before' is needed: "),
        (
            'do = "fact"\nfact = "date"\nexact = "甲"\nbecomes = "1月2日"',
            "line 6: 'becomes' in [[corrections]] no. 1 is '1月2日'",
        ),
        (
            'page = "a/b"\nexact = "甲"\nbecomes = "乙"',
            "line 2: 'article' in [[corrections]] no. 1 or 'page' is needed: ",
        ),
        (
            'exact = "  "\nbecomes = "乙"',
            "line 3: 'exact' in [[corrections]] no. 1 is empty; each [[corrections]] needs it",
        ),
        (
            'do = "join-article"\nexact = "甲"\nto = "https://a/b.html"',
            "line 5: 'to' in [[corrections]] no. 1 is 'https",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(keys: str, message: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_corrections(table(keys), "corrections/a.toml")
    assert error.value.message.startswith(f"corrections/a.toml, {message}")


def test_an_address_that_never_was_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"a\.toml, line 1: no article '.*p1-07' is known; did you mean '.*p1-01'\?"):
        archive(page("1.txt", SPRING), toml=table('exact = "春耕"\nbecomes = "秋收"', f"{ISSUE}/p1-07"))


def test_more_of_it() -> None:
    """Another OCR with errors in every fifteenth character, in another order, among others."""
    first = archive(page("1.txt", SLIP, BRIDGE), page("2.txt", SCHOOL))
    quoted = table(
        'prefix = "今年春耕早，进度快，农民"\nexact = "心里里乐"\nsuffix = "开了花。全县已有三万亩"\nbecomes = "心里乐"'
    )
    again = [page("1.txt", misread(HARVEST), misread(BRIDGE)), page("2.txt", misread(SCHOOL), misread(SLIP), SKATING)]
    held = archive(*again, toml=quoted, before=first)
    assert states(held) == ["re-anchored"] and "心里乐" in texts(held, "p1-01")[1]


def test_a_page_in_raw_lines_can_be_corrected() -> None:
    blocks = tuple(
        TextBlock("paragraph", text, (Span(at, at + 3),), (n,))
        for n, (text, at) in enumerate([("甲乙丙", 0), ("丁戊己", 4)], 1)
    )
    held = archive(
        Page(SourcePage("1.txt", "甲乙丙\n丁戊己\n"), (), (Article(blocks),)),
        toml=table('do = "join-paragraph"\nexact = "丁戊"'),
    )
    assert texts(held, "p1-01") == ["甲乙丙丁戊己"]
    assert held.article_of[f"{ISSUE}/p1-01"].blocks[0].lines == (1, 2)
    assert isinstance(held.corrections[0].correction.date, dt.date)


# ---------------------------------------------------------------- what a review found


HEAD = table(f'do = "heading"\nexact = "{BRIDGE[0]}"\nto = "{ISSUE}/p1-01"', f"{ISSUE}/p1-02")
MOVE = table(f'do = "move"\nexact = "{BRIDGE[2][:9]}"\nafter = "{SPRING[1][:9]}"', f"{ISSUE}/p1-02")


@pytest.mark.parametrize("toml", [JOIN, HEAD, MOVE])
def test_what_was_brought_into_an_article_is_not_shown_again_when_that_is_withheld(toml: str) -> None:
    pages = [page("1.txt", SPRING, BRIDGE, SCHOOL)]
    before = archive(*pages, toml=toml, before=archive(*pages))
    assert states(before) == ["applied"]
    with pytest.raises(SourceError, match="must not be shown"):
        archive(*pages, toml=toml, before=before, withhold=(f"{ISSUE}/p1-01",))


def test_a_part_is_withheld_with_the_whole_and_the_message_says_so() -> None:
    pages = [page("1.txt", (*SPRING, *BRIDGE[1:]), SCHOOL)]
    first = archive(*pages, toml=PART, before=archive(*pages))
    (part,) = [line.id for line in first.permalinks.ledger if line.part_of]
    with pytest.raises(SourceError, match=rf"{part} is a part of {ISSUE}/p1-01 in the source.*split-article"):
        archive(*pages, toml=PART, before=first, withhold=(part,))
    held = archive(*pages, toml=PART, before=first, withhold=(part, f"{ISSUE}/p1-01"))
    assert [one.id for one in held.articles] == [f"{ISSUE}/p1-02"] and states(held) == ["withheld"]


def test_a_pages_fact_that_quotes_few_words_of_a_withheld_text_tells_none_of_them() -> None:
    toml = table('do = "fact"\nfact = "page"\nbecomes = "2"\nexact = "乐开了花"', f"{ISSUE}/p1")
    pages = [page("1.txt", SPRING, BRIDGE)]
    first = archive(*pages)
    (shown,) = archive(*pages, toml=toml, before=first).corrections
    (told,) = archive(*pages, toml=toml, before=first, withhold=(f"{ISSUE}/p1-01",)).corrections
    assert shown.correction.exact == "乐开了花" and shown.done and told.done
    assert not told.correction.exact and not told.correction.why and "不予展示" in told.message


@pytest.mark.parametrize("do", ["split-paragraph", "split-article"])
def test_nothing_is_parted_within_words_that_were_set_right(do: str) -> None:
    toml = [
        table('exact = "进度快，农民心里乐开了花。"\nbecomes = "进度很快，农民的心里都乐开了花。"'),
        table(f'do = "{do}"\nexact = "都乐开了花。"\nprefix = "农民的心里"'),
    ]
    held = archive(page("1.txt", SPRING), toml=toml)
    assert states(held) == ["applied", "conflict"]
    assert len(held.article_of) == 1 and len(body(held, "p1-01")) == 3


@pytest.mark.parametrize(
    ("kind", "shown"), [("paragraph", "（下转四版）"), ("other", "（下转四版）"), ("caption", "（下转四版）")]
)
def test_a_jump_line_that_is_none_takes_its_brackets_along(
    tmp_path: Path, build_site: Call, seeds: Path, kind: str, shown: str
) -> None:
    where = 'page = "baicheng-ribao/2020/02-19/p1"\nexact = "下转四版"\nprefix = "很可能会前功尽弃。"\n'
    (seeds / "corrections").mkdir()
    text = f'[[corrections]]\n{where}do = "kind"\nkind = "{kind}"\n{SIGNED}'
    (seeds / "corrections" / "a.toml").write_text(text, "utf-8")
    built = build_site(seeds, "-o", tmp_path / "site")
    assert built.returncode == 0, built.stderr
    (said,) = map(json.loads, (tmp_path / "site/data/corrections.jsonl").read_text("utf-8").splitlines())
    assert (said["state"], said["read"]) == ("applied", "jump")
    file = "pages" if kind == "other" else "articles"
    records = map(json.loads, (tmp_path / f"site/data/{file}/2020-02.jsonl").read_text("utf-8").splitlines())
    blocks = [block for one in records for block in one.get("furniture", one.get("blocks", ()))]
    (block,) = [block for block in blocks if block.get("corrected")]
    assert (block["kind"], block["text"]) == (kind, shown)
    source = (tmp_path / "site/data/sources/baicheng-ribao/2020/02-19/p1.txt").read_text("utf-8")
    assert "".join(source[start:end] for start, end in block["spans"]) == shown


@pytest.mark.parametrize("ends", [("p1-01",), ("p1-02", "p1-01")])
def test_an_article_does_not_go_on_in_itself(ends: tuple[str, ...]) -> None:
    begins = ("p1-01", "p1-02")
    words = {"p1-01": SPRING[1][12:22], "p1-02": BRIDGE[1][12:22]}
    toml = "".join(
        table(f'do = "fact"\nfact = "jump"\nbecomes = "{ISSUE}/{to}"\nexact = "{words[id]}"', f"{ISSUE}/{id}")
        for id, to in zip(begins, ends, strict=False)
    )
    held = archive(page("1.txt", SPRING, BRIDGE), toml=toml)
    assert states(held)[-1] == "conflict"
    assert all(article.continued_by != article.id for article in held.article_of.values())


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("2026/q.toml", MENDED, "is a folder"),
        ("X.TOML", MENDED, "small letters"),
        (
            "x.toml.txt",
            MENDED,
            "corrections/x.toml.txt: is not read, for its name must end in '.toml';",
        ),
        ("x.toml (1)", MENDED, "rename it to 'x.toml'"),
        (os.fsdecode(b"\xff.toml"), MENDED, "corrections/\\udcff.toml: this file's name is not UTF-8; rename it"),
        ("a.toml", f"<<<<<<< HEAD\n{MENDED}=======\n{MENDED}>>>>>>> name\n", "a.toml, line 1: holds a merge conflict;"),
        ("a.toml", f"a = {'9' * 5000}", "too long"),
        ("a.toml", f"a = {'[' * 20_000}", "too deep"),
    ],
)
def test_a_file_that_would_not_be_read_is_an_error(
    build_site: Call, tmp_path: Path, seeds: Path, name: str, text: str, said: str
) -> None:
    file = seeds / "corrections" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    built = build_site(seeds, "-o", tmp_path / "site")
    assert built.returncode == 2 and said in built.stderr and "Traceback" not in built.stderr


def test_a_pipe_among_the_corrections_is_refused_and_not_waited_for(
    build_site: Call, tmp_path: Path, seeds: Path
) -> None:
    (seeds / "corrections").mkdir()
    os.mkfifo(seeds / "corrections" / "a.toml")
    built = build_site(seeds, "-o", tmp_path / "site")
    assert (built.returncode, built.stderr.splitlines()[-1]) == (
        2, "build-site: corrections/a.toml: is not a plain file; remove it",
    )  # fmt: skip


def test_copies_that_an_editor_left_beside_a_file_are_no_corrections(tmp_path: Path) -> None:
    (tmp_path / "corrections").mkdir()
    for name in ("a.toml", "a.toml~", "a.toml.bak", "a.toml.orig", "README.md", "notes.txt", "b.toml.toml"):
        (tmp_path / "corrections" / name).write_text(MENDED, "utf-8")
    assert [one.file for one in read_corrections(tmp_path)] == ["corrections/a.toml", "corrections/b.toml.toml"]


def test_the_second_file_of_a_day_comes_after_the_first(tmp_path: Path) -> None:
    """As the form names both, and a browser or `correct` the second: it quotes what the first has written."""
    (tmp_path / "corrections").mkdir()
    stem = "2026-11-22-01-21-p1-01"
    for number, ending in enumerate(("", " (1)", "-2", "-3", "-10")):
        keys = f'exact = "心{number}里"\nbecomes = "心{number + 1}里"'
        (tmp_path / "corrections" / f"{stem}{ending}.toml").write_text(table(keys), "utf-8")
    found = read_corrections(tmp_path)
    assert [one.exact for one in found] == ["心0里", "心1里", "心2里", "心3里", "心4里"]


def test_a_file_of_many_corrections_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from site_builder import toml_lines

    scans = 0
    whole = toml_lines._Scan.__init__

    def counted(self: object, text: str) -> None:
        nonlocal scans
        scans += 1
        whole(self, text)  # type: ignore[arg-type]

    monkeypatch.setattr(toml_lines._Scan, "__init__", counted)
    assert len(parse_corrections(MENDED * 50, "corrections/many.toml")) == 50
    assert scans == 1


# ---------------------------------------------------------------- what is set right once stays so, build after build

BACK = (*SCHOOL[:1], SCHOOL[1].replace("通讯员", "记者"), SCHOOL[2])  # has the words of a short quotation too
NEXT_DAY = dt.date(2021, 1, 22)
PAPER, OTHER = "辽源日报", "白城日报"
ON_1, ON_2 = PageFacts(newspaper=PAPER, date=DAY, page=1), PageFacts(newspaper=PAPER, date=DAY, page=2)
FORM = f'exact = "{SPRING[1][:16]}"\nprefix = "{SPRING[0]}"\nsuffix = "{SPRING[1][16:36]}"'  # as the form quotes
SHORT = 'exact = "本报讯（记者"'  # stands on both pages


def builds(
    toml: Sequence[str],
    facts: Sequence[PageFacts],
    pages: Sequence[Page],
    count: int = 3,
    before: Ledger | None = None,
) -> list[Archive]:
    """So many builds with the corrections, each with the ledger of the one before; the first with one without them."""
    entries = tuple(PageEntry(one.source.source, fact) for one, fact in zip(pages, facts, strict=True))
    found = [one for at, text in enumerate(toml) for one in parse_corrections(text, f"corrections/{'abc'[at]}.toml")]
    settings = Settings(pages=entries)
    ledger = before or gather(settings, pages).permalinks.ledger
    held: list[Archive] = []
    for _ in range(count):
        held.append(proved(gather(settings, pages, ledger=ledger, corrections=in_order(found))))
        ledger = held[-1].permalinks.ledger
    return held


def steady(held: Sequence[Archive], *expected: str) -> None:
    """All builds say the same of their corrections, and none but the first changes an address."""
    assert [states(one) for one in held] == [list(expected)] * len(held)
    assert [one.permalinks.changes for one in held[1:]] == [held[1].permalinks.changes] * (len(held) - 1)
    assert not held[1].permalinks.changes
    assert len({tuple(sorted(one.article_of)) for one in held}) == 1


@pytest.mark.parametrize("quoted", [FORM, SHORT])
@pytest.mark.parametrize("named", ["article", "page"])
@pytest.mark.parametrize(
    ("fact", "becomes", "second", "there"),
    [
        ("date", "2021-01-22", replace(ON_2, date=NEXT_DAY), "liaoyuan-ribao/2021/01-22/p1"),
        ("date", "2021-01-22", replace(ON_1, date=NEXT_DAY), "liaoyuan-ribao/2021/01-22/p1"),
        ("date", "2021-01-22", ON_2, "liaoyuan-ribao/2021/01-22/p1"),
        ("newspaper", OTHER, replace(ON_2, newspaper=OTHER), "baicheng-ribao/2021/01-21/p1"),
        ("newspaper", OTHER, replace(ON_1, newspaper=OTHER), "baicheng-ribao/2021/01-21/p1"),
        ("page", "3", ON_2, f"{ISSUE}/p3"),
        ("page", "2", ON_2, f"{ISSUE}/p2"),
    ],
)
def test_a_fact_of_a_page_is_the_same_at_each_build(
    quoted: str, named: str, fact: str, becomes: str, second: PageFacts, there: str
) -> None:
    toml = table(
        f'do = "fact"\nfact = "{fact}"\nbecomes = "{becomes}"\n{quoted}',
        f"{ISSUE}/p1-01" if named == "article" else f"{ISSUE}/p1",
    )
    held = builds([toml], (ON_1, second), (page("1.txt", SPRING, BRIDGE), page("2.txt", BACK)))
    steady(held, "applied")
    assert [one.corrections[0].page_id for one in held] == [there] * 3
    assert [one.page_of[there].source.source for one in held] == ["1.txt"] * 3


@pytest.mark.parametrize("quoted", [FORM, SHORT])
def test_an_undated_page_that_was_given_its_day_keeps_it(quoted: str) -> None:
    where = "undated/odd/1/01"
    toml = "".join(
        table(f'do = "fact"\nfact = "{fact}"\nbecomes = "{becomes}"\n{quoted}', "x/p1-01").replace("x/p1-01", where)
        for fact, becomes in (("date", "2021-01-21"), ("newspaper", PAPER))
    )
    held = builds([toml], (PageFacts(), ON_1), (page("odd/1.txt", SPRING, BRIDGE), page("2.txt", BACK)))
    steady(held, "applied", "applied")
    assert held[0].permalinks.ledger.end_of(where) == held[2].permalinks.ledger.end_of(where) == f"{ISSUE}/1-01"


@pytest.mark.parametrize("where", ["liaoyuan-ribao/2021/01-22/p1", "liaoyuan-ribao/2021/01-22/p1-02"])
def test_a_page_may_be_quoted_under_the_id_that_a_correction_gave_it(where: str) -> None:
    """Though its issue has other pages, and one that had this id before."""
    pages = (page("1.txt", SPRING, BRIDGE), page("2.txt", BACK))
    facts = (ON_1, replace(ON_1, date=NEXT_DAY))
    dated = table(f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\n{FORM}')
    ledger = builds([dated], facts, pages, 1)[0].permalinks.ledger
    there = "liaoyuan-ribao/2021/01-22"
    assert ledger.end_of(f"{ISSUE}/p1-01") == f"{there}/p1-02"
    numbered = table(f'do = "fact"\nfact = "page"\nbecomes = "3"\n{FORM}', where)
    for one in builds([dated, numbered], facts, pages, before=ledger):
        assert states(one) == ["applied", "applied"]
        assert [(page.id, page.source.source) for page in one.pages] == [
            (f"{there}/p1", "2.txt"), (f"{there}/p3", "1.txt"),
        ]  # fmt: skip
    assert not one.permalinks.changes


def test_a_corrected_date_is_said_to_be_corrected_and_what_it_rested_on_is_still_told() -> None:
    dated = replace(ON_1, date_certainty="inferred", evidence="据文意推断")
    toml = table(f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\n{FORM}')
    (held,) = builds([toml], (dated,), (page("1.txt", SPRING),), 1)
    (corrected,) = held.pages
    assert list(Views(held, "").notes(corrected)) == ["日期经校订。孙平校订：原版如此（校订前的依据：据文意推断）。"]


@pytest.mark.parametrize("suffix", ["乐开了花。全县已有三万亩", ""])
@pytest.mark.parametrize(
    ("read", "state", "shown"),
    [
        ("进度快，农民心里里乐开了花。", "applied", "进度快，农民心里乐开了花。"),
        ("进度快，农民心里乐开了花。", "already-right", ""),
        ("进度怏，农民心里乐开了化。", "already-right", ""),
        ("进度怏，农民心里里乐开了化。", "re-anchored", "进度怏，农民心里乐开了化。"),
    ],
)
def test_what_was_read_twice_is_taken_out_once(suffix: str, read: str, state: str, shown: str) -> None:
    toml = table(f'exact = "里"\nprefix = "今年春耕早，进度快，农民心里"\nsuffix = "{suffix}"\nbecomes = ""')
    words = SLIP[1].replace("进度快，农民心里里乐开了花。", read)
    held = archive(page("1.txt", (SLIP[0], words, SLIP[2])), toml=toml, before=archive(page("1.txt", SLIP)))
    assert (states(held), texts(held, "p1-01")[1]) == ([state], words.replace(read, shown or read))
    assert held.findings == ()


def test_what_may_have_been_taken_out_or_misread_is_left_alone() -> None:
    toml = table('exact = "里"\nprefix = "进度快，农民心里"\nsuffix = "乐开了花。全县"\nbecomes = ""')
    words = SLIP[1].replace("心里里乐", "心里甲乐")
    held = archive(page("1.txt", (SLIP[0], words, SLIP[2])), toml=toml, before=archive(page("1.txt", SLIP)))
    assert (states(held), texts(held, "p1-01")[1]) == (["conflict"], words)
    assert held.findings[0].message.endswith("：“里”是否已经删去，无法断定。")


NOTICE = ("招工启事", "兹因工作需要，面向社会公开招收工人二十名，有意者请到厂部报名，电话三二一四。")
SAME_NOTICE = (NOTICE[0], NOTICE[1].replace("厂部", "矿部").replace("一四", "一五"))
UNREAD = (NOTICE[0], NOTICE[1].replace("面向社会公开招收工人二十名，有意者请到", "囗" * 19))
HIRED = table('exact = "招收工人二十名"\nprefix = "面向社会公开"\nsuffix = "，有意者请到"\nbecomes = "招收工人三十名"')


@pytest.mark.parametrize(
    "pages",
    [
        [page("1.txt", UNREAD, SPRING), page("2.txt", SAME_NOTICE, BRIDGE)],
        [page("1.txt", UNREAD, SPRING, SAME_NOTICE), page("2.txt", BRIDGE)],
        [page("1.txt", SPRING), page("2.txt", SAME_NOTICE, BRIDGE)],  # the build asks for --retire
    ],
)
def test_no_correction_comes_into_another_notice_of_much_the_same_words(pages: Sequence[Page]) -> None:
    first = archive(page("1.txt", NOTICE, SPRING), page("2.txt", SAME_NOTICE, BRIDGE), day="2026-01-01")
    for _ in range(2):
        first = archive(*pages, toml=HIRED, before=first, day="2027-01-01")
        assert states(first) == ["orphaned"]
        assert not any(block.corrected for article in first.articles for block in article.blocks)


def test_a_correction_follows_its_words_into_an_article_that_is_new_since_it_was_made() -> None:
    whole = (*SLIP, *BRIDGE[1:], *SCHOOL[1:])
    toml = table(
        f'exact = "往后过河"\nprefix = "{BRIDGE[2][-19:-10]}"\nsuffix = "再也不用等渡船了"\nbecomes = "今后过河"'
    )
    held = archive(page("1.txt", whole), day="2026-01-01")
    for _ in range(2):
        held = archive(page("1.txt", SLIP), page("2.txt", BRIDGE, SCHOOL), toml=toml, before=held, day="2027-01-01")
        (outcome,) = held.corrections
        assert outcome.done and "今后过河" in held.article_of[outcome.article_id].text


def test_a_fact_of_a_parted_article_is_that_articles_in_whatever_order_the_files_stand() -> None:
    first = archive(page("1.txt", TWO_IN_ONE, SCHOOL), toml=PART)
    fact = table(f'do = "fact"\nfact = "byline"\nbecomes = "王苗"\nexact = "{BRIDGE[1][:12]}"', f"{ISSUE}/p1-03")
    for toml in ([fact, PART], [PART, fact]):
        held = archive(page("1.txt", TWO_IN_ONE, SCHOOL), toml=toml, before=first)
        assert states(held) == ["applied", "applied"]
        assert [held.article_of[f"{ISSUE}/p1-0{n}"].byline for n in (1, 3)] == [("张赫",), ("王苗",)]
    alone = archive(page("1.txt", TWO_IN_ONE, SCHOOL), toml=fact, before=first)
    assert states(alone) == ["conflict"] and alone.article_of[f"{ISSUE}/p1-01"].byline == ()


def test_of_one_day_a_correction_may_quote_what_another_writes_whatever_their_files_are_called() -> None:
    later = table('exact = "农民心里乐开"\nbecomes = "社员心里乐开"')
    chained = table('exact = "社员心里乐开了花"\nbecomes = "社员心里都乐开了花"')
    results = []
    for toml in ([MENDED, later, chained], [later, MENDED, chained], [chained, later, MENDED]):
        held = archive(page("1.txt", SLIP), toml=toml)
        assert states(held) == ["applied"] * 3
        results.append(texts(held, "p1-01")[1])
    assert set(results) == {SLIP[1].replace("农民心里里乐", "社员心里都乐")}


def test_what_another_correction_wrote_is_not_said_to_stand_in_the_source() -> None:
    never = table('exact = "心中里乐"\nprefix = "农民"\nsuffix = "开了花"\nbecomes = "心里乐"')
    held = archive(page("1.txt", SLIP), toml=[MENDED, never])
    assert states(held) == ["applied", "orphaned"]
    assert held.corrections[1].message == (
        "“心中里乐”在现在的来源中找不到；此处的“心里乐”是corrections/a.toml, line 1所改。"
    )
    twice = archive(page("1.txt", SLIP), toml=[MENDED, MENDED])
    assert [one.message for one in twice.corrections] == ["", "corrections/a.toml, line 1已经这样改了。"]


WIDE = ("外事", "本报讯外宾参观NewYork大厦,随后量得面积１５㎡，第⑩条另有说明。", SPRING[2])


@pytest.mark.parametrize(
    ("exact", "becomes", "shown"),
    [
        ("NewYork", "New York", WIDE[1].replace("NewYork", "New York")),
        ("大厦,", "大厦，", WIDE[1].replace("大厦,", "大厦，")),
        ("㎡", "平方米", WIDE[1].replace("㎡", "平方米")),
        ("15m2", "16平米", WIDE[1].replace("１５㎡", "16平米")),
        ("第⑩条", "第九条", WIDE[1].replace("⑩", "九")),
    ],
)
def test_spaces_and_the_width_of_signs_can_be_set_right(exact: str, becomes: str, shown: str) -> None:
    toml = table(f'exact = "{exact}"\nbecomes = "{becomes}"')
    held = archive(page("1.txt", WIDE), toml=toml)
    assert (states(held), texts(held, "p1-01")[1]) == (["applied"], shown)
    again = archive(page("1.txt", (WIDE[0], shown, WIDE[2])), toml=toml)
    assert states(again) == ["already-right"] and not any(b.corrected for b in again.pages[0].articles[0].blocks)


@pytest.mark.parametrize(
    "keys",
    [
        'exact = "面积15m"\nbecomes = "面积16m"',
        'exact = "0条"\nbecomes = "9条"',
        'do = "split-paragraph"\nexact = "0条另有"',
    ],
)
def test_half_of_a_sign_is_not_taken_for_all_of_it(keys: str) -> None:
    held = archive(page("1.txt", WIDE), toml=table(keys))
    assert states(held) == ["conflict"] and texts(held, "p1-01") == list(WIDE)
    assert held.corrections[0].message.endswith("这一个字符当中；请引整个字符。")


@pytest.mark.parametrize("duplicate", [False, True])
def test_what_has_no_letter_is_no_article_of_its_own(duplicate: bool) -> None:
    toml = table('do = "split-article"\nexact = "。"\nprefix = "保证不误农时"')
    if duplicate:
        toml = table('do = "kind"\nkind = "duplicate"\nexact = "县农业局"') + toml.replace("11-22", "11-23")
    held = archive(page("1.txt", SPRING, BRIDGE), toml=toml)
    assert states(held)[-1] == "conflict" and texts(held, "p1-01") == list(SPRING)
    assert not archive(page("1.txt", SPRING, BRIDGE), toml=toml, before=held).permalinks.changes


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            table(f'do = "join-article"\nto = "{ISSUE}/p1-01"\nexact = "搬进了新教室"', f"{ISSUE}/p2-01"),
            f'{ISSUE}/p1-01 不在同一版上；跨版的下文请用 fact = "jump" 相连。',
        ),
        (
            table(f'do = "move"\nafter = "{SPRING[1][:12]}"\nexact = "校长介绍，全校"', f"{ISSUE}/p2-01"),
            f"“{SPRING[1][:12]}”不在同一版上。",
        ),
        (
            table(f'do = "heading"\nto = "{ISSUE}/p2-02"\nexact = "校长"', f"{ISSUE}/p2-01"),
            "“校长”现在是另一段文字的一部分；请引全段。",
        ),
    ],
)
def test_a_correction_that_can_not_be_says_what_to_do_instead(toml: str, message: str) -> None:
    held = archive(page("1.txt", SPRING), page("2.txt", SCHOOL, BRIDGE), toml=toml)
    assert (states(held), held.corrections[0].message) == (["conflict"], message)


def test_what_was_said_of_other_words_is_not_looked_through_again_for_each_correction() -> None:
    held = archive(page("1.txt", SPRING))
    desk = _Desk(held.pages, held.permalinks, Settings())
    said = desk.said
    for one in parse_corrections(MENDED + table('exact = "春耕忙"\nbecomes = "秋收忙"'), "corrections/a.toml"):
        desk.refuse_other_words(one, Quote(one.exact, "", "", one.becomes))
    assert desk.said is said and len(said) == 2


def test_of_one_day_a_pages_fact_may_be_set_right_twice_whatever_the_files_are_called() -> None:
    one, two = (
        table(f'do = "fact"\nfact = "date"\nbecomes = "{becomes}"\nwas = "{was}"\n{FORM}')
        for was, becomes in (("2021-01-21", "2021-01-22"), ("2021-01-22", "2021-01-23"))
    )
    for toml in ([one, two], [two, one]):
        held = builds(toml, (ON_1,), (page("1.txt", SPRING, BRIDGE),))
        steady(held, "applied", "applied")
        assert held[0].pages[0].id == "liaoyuan-ribao/2021/01-23/p1"


def test_the_same_fact_of_a_page_twice_does_no_harm() -> None:
    dated = table(f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\n{FORM}')
    right = table(f'do = "fact"\nfact = "page"\nbecomes = "1"\n{FORM}')
    (held,) = builds([dated + right, dated + right], (ON_1,), (page("1.txt", SPRING, BRIDGE),), 1)
    assert [(one.state, one.message) for one in held.corrections] == [
        ("applied", ""),
        ("already-right", ""),
        ("already-right", "corrections/a.toml, line 1已经这样改了。"),
        ("already-right", ""),
    ]


def test_a_fact_of_a_page_that_was_taken_out_is_not_carried_over_to_the_page_that_has_its_number_now() -> None:
    pages = [page("1.txt", NOTICE, SPRING), page("2.txt", SAME_NOTICE, BRIDGE), page("3.txt", SCHOOL)]
    quoted = f'exact = "{NOTICE[1][:10]}"\nsuffix = "{NOTICE[1][10:40]}"'
    for where in (f"{ISSUE}/p1", f"{ISSUE}/p1-01"):
        toml = table(f'do = "fact"\nfact = "newspaper"\nbecomes = "{OTHER}"\n{quoted}', where)
        held = archive(*pages, day="2026-01-01")
        assert states(archive(*pages, toml=toml, before=held, day="2026-12-01")) == ["applied"]
        for _ in range(2):
            held = archive(*pages[1:], toml=toml, before=held, day="2027-01-01")
            assert states(held) == ["orphaned"] and {one.newspaper.name for one in held.issues} == {PAPER}


HIRING = (
    "招工启事",
    "兹因生产需要，经上级批准，{}面向社会公开招收工人二十名，凡年满十八周岁、身体健康、有初中以上文化者，均可报名。",
    "报名时间自即日起至月底止，请持户口簿和学历证明到{}劳资科面谈，择优录用，试用期三个月，食宿自理，待遇从优。",
)
MILL, WORKS = (tuple(line.format(firm) for line in HIRING) for firm in ("第二纺织厂", "红旗机械厂"))
MOVED = table(
    f'do = "fact"\nfact = "newspaper"\nbecomes = "{OTHER}"\nexact = "{BRIDGE[1][:16]}"\nsuffix = "{BRIDGE[1][16:36]}"',
    f"{ISSUE}/p2",
)


def test_a_page_that_was_set_right_takes_its_notice_along_and_leaves_another_pages_alone() -> None:
    first = archive(page("1.txt", SPRING, MILL), page("2.txt", BRIDGE, WORKS), day="2026-01-01")
    torn = page("1.txt", SPRING, MILL[:2], ("山村小学", MILL[2]))
    second = archive(torn, page("2.txt", BRIDGE, misread(WORKS)), toml=MOVED, before=first, day="2026-12-01")
    lines = second.permalinks.ledger.lines
    there = "baicheng-ribao/2021/01-21"
    assert [(lines[f"{ISSUE}/p2-0{n}"].state, lines[f"{ISSUE}/p2-0{n}"].to) for n in (1, 2)] == [
        ("moved", f"{there}/p2-01"),
        ("moved", f"{there}/p2-02"),
    ]
    assert second.article_of[f"{ISSUE}/p1-02"].page_id == f"{ISSUE}/p1"


def test_a_notice_of_a_page_that_was_set_right_did_not_come_into_another_pages_article_that_took_one_in() -> None:
    long = (*SPRING, *SCHOOL[1:])
    first = archive(page("1.txt", long, MILL), page("2.txt", BRIDGE, WORKS), day="2026-01-01")
    joined = page("1.txt", (*long, *MILL))
    second = archive(joined, page("2.txt", BRIDGE, misread(WORKS)), toml=MOVED, before=first, day="2026-12-01")
    lines = second.permalinks.ledger.lines
    assert lines[f"{ISSUE}/p2-02"].to == "baicheng-ribao/2021/01-21/p2-02"
    assert lines[f"{ISSUE}/p1-02"].to == f"{ISSUE}/p1-01"


def test_a_fact_of_a_page_finds_it_where_a_page_came_before_and_its_article_was_torn() -> None:
    dated = table(
        f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\nexact = "{WORKS[2][:16]}"\nsuffix = "{WORKS[2][16:36]}"',
        f"{ISSUE}/p1-01",
    )
    held = archive(page("1.txt", WORKS, SPRING), page("2.txt", MILL, BRIDGE), day="2026-01-01")
    torn = page("1.txt", WORKS[:2], ("文艺汇演", f"本报讯{WORKS[2]}"), SPRING)
    pages = page("0.txt", SCHOOL), torn, page("2.txt", MILL, BRIDGE)
    for _ in range(3):
        held = archive(*pages, toml=dated, before=held, day="2026-12-01")
        assert states(held) == ["applied"]
        assert [one.source.source for one in held.pages if one.facts.date != DAY] == ["1.txt"]
    assert not held.permalinks.changes


def test_words_are_not_found_in_the_notice_of_another_firm() -> None:
    quote = Quote(
        "开招收工人二",
        "产需要，经上级批准，红旗机械厂面向社会公",
        "十名，凡年满十八周岁、身体健康、有初中以",
        "招收工人二",
    )
    read = "，{}面胜社会公开招收收工人二十名，凡年满十周岁、身体健康、有初中以上文化者"
    found = find(f"兹因生产需要，经上级批准{read.format('红旗机诫厂')}", quote)
    assert found is not None and (found.how, found.right) == ("alike", False)
    for firm in ("第二纺织厂", "东山煤矿"):
        assert find(f"兹因生产需要，经上级批准{read.format(firm)}", quote) is None


def test_a_quoted_name_is_not_found_where_another_stands() -> None:
    quote = Quote(
        "二纺", "即日起至月底止，请持户口簿和学历证明到第", "织厂劳资科面谈，择优录用，试用期三个月，", "二丁"
    )
    read = "报名时间自即日起至月底止，请持户口簿和学历证明到{}劳资科面谈，择优录用，试用期三个月，食宿自理。"
    assert find(read.format("东山煤矿"), quote) is None
    found = find(read.format("第一纺织厂"), quote)
    assert found is not None and found.end - found.start == 2


def test_an_opening_that_is_lost_is_not_found_in_what_stood_round_it() -> None:
    quote = Quote(
        "〔新华社保定二十五日电〕横跨东河",
        "支援工业建设首批旅客列车通过新建大桥",
        "的铁路大桥，今天上午十时举行通车典礼。",
    )
    text = "支援工业建设首批旅客列车通过新建大桥{}的铁路大桥，今天上午十时举行通车典礼。首批旅客列车缓缓驶过。"
    assert find(text.format(""), quote) is None
    found = find(text.format("〔新华至保定二十五曰电〕横跨东河"), quote)
    assert found is not None and found.end - found.start == len(quote.exact)


def test_words_that_stand_once_are_replaced_though_what_they_become_stands_elsewhere() -> None:
    held = archive(page("1.txt", SPRING), toml=table('exact = "进度快"\nbecomes = "农机"'))
    assert (states(held), texts(held, "p1-01")[1].count("农机")) == (["applied"], 2)
    longer = table('exact = "进度快"\nbecomes = "进度快了"')
    both = (SPRING[0], SPRING[1].replace("进度快", "进度快了"), SPRING[2] + "进度快。")
    assert states(archive(page("1.txt", both), toml=longer)) == ["conflict"]
    read = (SPRING[0], SPRING[1].replace("进度快", "进度快了"), SPRING[2])
    assert states(archive(page("1.txt", read), toml=longer)) == ["already-right"]


def test_articles_that_a_correction_joined_stay_joined_when_their_pages_date_is_set_right_and_back() -> None:
    pages = (page("1.txt", SPRING, BRIDGE, SCHOOL),)
    joined = table(
        f'do = "join-article"\nexact = "{SCHOOL[0]}"\nto = "{ISSUE}/p1-02"',
        f"{ISSUE}/p1-03",
        SIGNED.replace("22", "20"),
    )
    dated = table(f'do = "fact"\nfact = "date"\nbecomes = "2021-01-22"\n{FORM}')
    there = "liaoyuan-ribao/2021/01-22"
    held = archive(*pages, toml=joined, before=archive(*pages))
    for toml, at in (([joined, dated], there), ([joined, dated], there), ([joined], ISSUE), ([joined], ISSUE)):
        held = archive(*pages, toml=toml, before=held)
        assert states(held) == ["applied"] * len(toml) and not held.permalinks.broken
        lines = held.permalinks.ledger
        assert lines.end_of(f"{ISSUE}/p1-03") == lines.end_of(f"{ISSUE}/p1-02") == f"{at}/p1-02"
        assert SCHOOL[1] in held.article_of[f"{at}/p1-02"].text
        assert [one.id for one in held.articles] == [f"{at}/p1-01", f"{at}/p1-02"]


def with_jump(text: str, block: str) -> Page:
    """A page of two articles, each match of the pattern a block; the first ends with a jump line."""
    spans = [Span(found.start(), found.end()) for found in re.finditer(block, text)]
    kinds = ("headline", "paragraph", "jump", "headline", "paragraph")
    blocks = [
        TextBlock(kind, text[span.start : span.end], (span,), (number,))
        for number, (kind, span) in enumerate(zip(kinds, spans, strict=True), 1)
    ]
    return Page(SourcePage("1.txt", text), (), (Article(tuple(blocks[:3])), Article(tuple(blocks[3:]))))


def test_a_withheld_article_whose_jump_line_stands_in_brackets_does_not_keep_its_page_from_being_corrected() -> None:
    text = "春耕忙\n今年春耕早，农民心里里乐开了花。\n（下转第四版）\n新桥通车\n昨日通车。\n"
    one = with_jump(text, "[^\n（）]+")
    toml = table('exact = "昨日通车"\nbecomes = "今日通车"', f"{ISSUE}/p1-02")
    held = archive(one, toml=toml, withhold=(f"{ISSUE}/p1-01",))
    assert states(held) == ["applied"] and held.article_of[f"{ISSUE}/p1-02"].blocks[1].text == "今日通车。"
    assert "下转" not in held.pages[0].source.text and "（" not in held.pages[0].source.text


@pytest.mark.parametrize("name", ["讣告", "送温暖鼓干劲聚合力抗疫情夺取最后胜利"])
def test_a_headline_that_was_given_to_a_withheld_article_is_not_shown_where_it_was_read(name: str) -> None:
    one = with_rubric(name, "")
    given = f'do = "heading"\nexact = "{name}"\nto = "{ISSUE}/p1-01"'
    for where in (f"{ISSUE}/p1-01", f"{ISSUE}/p1"):
        held = archive(one, toml=table(given, where), before=archive(one))
        assert name in held.article_of[f"{ISSUE}/p1-01"].text
        hidden = archive(one, toml=table(given, where), before=held, withhold=(f"{ISSUE}/p1-01",))
        assert name not in hidden.pages[0].source.text and hidden.pages[0].furniture == ()
        said = "".join(record.decode() for record in (data.corrections_file(hidden), data.articles_file(hidden.pages)))
        assert name not in said
        for other in (with_rubric(name, name), with_rubric("囗" * len(name), "")):  # read twice, or not at all
            with pytest.raises(SourceError, match="which must not be shown, is not found, or stands twice"):
                archive(other, toml=table(given, where), before=held, withhold=(f"{ISSUE}/p1-01",))


def with_rubric(name: str, twice: str) -> Page:
    one = page("1.txt", SPRING, BRIDGE)
    text, rubrics = one.source.text, []
    for words in filter(None, (name, twice)):
        rubrics.append(TextBlock("rubric", words, (Span(len(text), len(text) + len(words)),), ()))
        text += words + "\n"
    return replace(one, source=SourcePage("1.txt", text), furniture=tuple(rubrics))


def test_brackets_round_a_withheld_jump_line_that_are_anothers_stay_its_own() -> None:
    text = "春耕忙\n今年春耕早，农民心里里乐开了花。\n下转第四版\n》》新桥通车\n昨日通车。\n"
    one = with_jump(text, "[^\n]+")
    toml = table('exact = "昨日通车"\nbecomes = "今日通车"', f"{ISSUE}/p1-02")
    held = archive(one, toml=toml, withhold=(f"{ISSUE}/p1-01",))
    assert states(held) == ["applied"] and "》》新桥通车" in held.pages[0].source.text
