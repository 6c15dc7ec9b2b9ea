"""The proof of conservation finds every way to lose, double, invent or move a character, and asks for no more."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import Article, Finding, Page, SourcePage, Span, TextBlock
from site_builder.report import FINDINGS, by_kind, check, conserved, fold

SOURCE = "春耕忙\n本报讯 今年春耕早，\n进度快。\n（下转四版）\n"


def block(source: str, printed: str, text: str | None = None, kind: str = "paragraph") -> TextBlock:
    """The block that holds `printed` where it stands in the source, shown as `text`."""
    start = source.index(printed)
    return TextBlock(kind, printed if text is None else text, (Span(start, start + len(printed)),))


def page(source: str, *blocks: TextBlock, furniture: tuple[TextBlock, ...] = (), name: str = "p1.txt") -> Page:
    return Page(SourcePage(name, source), furniture, (Article(blocks),) if blocks else ())


HEADLINE = block(SOURCE, "春耕忙", kind="headline")
BODY = block(SOURCE, "本报讯 今年春耕早，\n进度快。", "本报讯　今年春耕早，进度快。")
JUMP = block(SOURCE, "下转四版", kind="jump")


def test_a_page_that_shows_all_it_holds_is_conserved() -> None:
    assert check(page(SOURCE, HEADLINE, BODY, JUMP)) == []
    assert check(page(SOURCE, BODY, JUMP, furniture=(HEADLINE,))) == []
    assert check(page(SOURCE, HEADLINE, BODY, block(SOURCE, "（下转四版）", "下转四版", kind="jump"))) == []
    assert check(page(SOURCE, HEADLINE, BODY, block(SOURCE, "下转四版", "（下转四版）", kind="jump"))) == []
    assert check(page(" \n\u3000\u200b\ufeff\n")) == []


def test_a_lost_character_is_found() -> None:
    assert check(page(SOURCE, HEADLINE, JUMP)) == ["第2行的“本”未收入任何一段"]
    assert check(page(SOURCE, block(SOURCE, "耕忙"), BODY, JUMP)) == ["第1行的“春”未收入任何一段"]
    assert check(page(SOURCE, HEADLINE, BODY)) == ["第4行的“（”未收入任何一段"]


def test_brackets_are_spare_only_round_a_jump() -> None:
    assert check(page(SOURCE, HEADLINE, BODY, replace(JUMP, kind="paragraph"))) == ["第4行的“（”未收入任何一段"]
    far = "春耕（很忙） 下转四版"
    assert check(page(far, block(far, "春耕"), block(far, "很忙"), block(far, "下转四版", kind="jump"))) == [
        "第1行的“（”未收入任何一段"
    ]


def test_a_character_used_twice_is_found() -> None:
    assert check(page(SOURCE, HEADLINE, HEADLINE, BODY, JUMP)) == ["第1行的文字用了两次"]
    assert check(page(SOURCE, HEADLINE, BODY, block(SOURCE, "忙\n本报讯"), JUMP)) == ["第1行的文字用了两次"]
    assert check(page(SOURCE, TextBlock("paragraph", "忙忙", (Span(2, 3), Span(2, 3))))) == ["第1行的文字用了两次"]


def test_an_added_or_changed_character_is_found() -> None:
    wrong = ["第2行起的一段与来源文字不符"]
    assert check(page(SOURCE, HEADLINE, replace(BODY, text=BODY.text + "了"), JUMP)) == wrong
    assert check(page(SOURCE, HEADLINE, replace(BODY, text=BODY.text.replace("早", "晚")), JUMP)) == wrong
    assert check(page(SOURCE, HEADLINE, replace(BODY, text=BODY.text.replace("，", "。")), JUMP)) == wrong
    assert check(page(SOURCE, HEADLINE, replace(BODY, text=BODY.text.replace("，", "")), JUMP)) == wrong
    assert check(page(SOURCE, HEADLINE, BODY, JUMP, TextBlock("paragraph", "编", ()))) == [
        "第1行起的一段与来源文字不符"
    ]


def test_a_moved_character_is_found_within_a_block_and_between_two() -> None:
    assert check(page("甲乙丙", TextBlock("paragraph", "乙甲丙", (Span(0, 3),)))) != []
    assert check(page("甲乙丙", TextBlock("paragraph", "乙甲丙", (Span(1, 2), Span(0, 1), Span(2, 3))))) == []
    shifted = page("甲乙丙", TextBlock("headline", "甲乙", (Span(0, 1),)), TextBlock("paragraph", "丙", (Span(1, 3),)))
    assert check(shifted) == ["第1行起的一段与来源文字不符"]


def test_a_span_outside_the_source_is_found() -> None:
    assert check(page("甲乙", TextBlock("paragraph", "甲乙", (Span(0, 3),)))) == ["标注的位置（0–3）不在来源文字之内"]
    assert check(page("甲乙", TextBlock("paragraph", "甲乙", (Span(-2, 2),)))) == ["标注的位置（-2–2）不在来源文字之内"]


def test_regular_typography_is_no_change() -> None:
    source = "２０２１ 年“⻘年”—ＴＵ（一）〝二〞 三．四・"
    shown = "2021年「青年」－TU(一)“二”三。四·"
    assert check(page(source, TextBlock("paragraph", shown, (Span(0, len(source)),)))) == []


def test_markup_is_spare_only_on_a_markdown_page_and_only_where_it_is_markup() -> None:
    source = "## 春耕\n\njl\\_lyrb <http://a.org> **重要**\n"
    parts = [block(source, part) for part in ("春耕", "jl", "_lyrb", "http://a.org", "重要")]
    assert check(page(source, *parts)) == []
    plain = "春耕# 忙*"
    assert check(page(plain, block(plain, "春耕"), block(plain, "忙"))) == ["第1行的“#”未收入任何一段"]
    escaped = "## 题\n2 \\* 3"
    kept = [block(escaped, part) for part in ("题", "2", "3")]
    assert check(page(escaped, *kept)) == ["第2行的“*”未收入任何一段"]
    compared = "## 题\n1<2 5>3"
    kept = [block(compared, part) for part in ("题", "1", "2", "5", "3")]
    assert check(page(compared, *kept)) == ["第2行的“<”未收入任何一段"]


def test_a_page_that_fails_is_published_as_its_raw_lines() -> None:
    doubt = Finding("no-date", "日期不详。")
    broken = replace(page(SOURCE, HEADLINE, JUMP), findings=(doubt, Finding("open-end", "中断。", article=0)))
    mended = conserved(broken)
    assert [(b.kind, b.text, b.lines) for b in mended.articles[0].blocks] == [
        ("paragraph", "春耕忙", (1,)),
        ("paragraph", "本报讯 今年春耕早，", (2,)),
        ("paragraph", "进度快。", (3,)),
        ("paragraph", "（下转四版）", (4,)),
    ]
    assert mended.furniture == ()
    assert mended.findings == (
        doubt,
        Finding(
            "not-conserved",
            "整理后的文字与来源不能逐字对应（第2行的“本”未收入任何一段），本版按来源原样逐行刊出。",
        ),
    )
    assert conserved(mended) is mended


@given(st.text())
def test_raw_lines_conserve_any_text(text: str) -> None:
    broken = page(text, TextBlock("paragraph", "不在其中", ()))
    assert check(broken) != []
    assert check(conserved(broken)) == []


@given(st.text(alphabet="春耕忙（）()「」“” \n\u3000１2ＡB⻘\0", max_size=30), st.data())
def test_any_single_loss_is_found(text: str, data: st.DataObject) -> None:
    printed = [at for at, character in enumerate(text) if not character.isspace()]
    if printed:
        lost = data.draw(st.sampled_from(printed))
        spans = (Span(0, lost), Span(lost + 1, len(text)))
        held = "".join(text[start:end] for start, end in spans)
        assert check(page(text, TextBlock("paragraph", text, (Span(0, len(text)),)))) == []
        assert check(page(text, TextBlock("paragraph", held, spans))) != []
        assert check(page(text, TextBlock("paragraph", held, (Span(0, len(text)),)))) != []


@pytest.mark.parametrize("pair", ["，、", "（）", "一—", "己已", "．，", "1l", "日曰", "0〇"])
def test_folding_keeps_different_characters_apart(pair: str) -> None:
    assert fold(pair[0]) != fold(pair[1])


def test_a_page_of_6000_characters_is_proved_in_milliseconds() -> None:
    source = ("本报讯　记者“张赫”报道，２月１８日（星期二）我市召开会议。\n" * 200)[:6000]
    lines = conserved(page(source, TextBlock("paragraph", "", ()))).articles[0].blocks
    whole = page(source, *lines)
    best = min(_seconds(whole) for _ in range(5))
    assert best < 0.01  # about 0.001 on an idle machine


def _seconds(whole: Page) -> float:
    start = time.perf_counter()
    assert check(whole) == []
    return time.perf_counter() - start


def test_findings_are_counted_in_the_order_of_the_table() -> None:
    codes = ("same-page", "no-date", "same-page", "no-headline")
    assert list(by_kind(Finding(code, "。") for code in codes).items()) == [
        ("no-headline", 1),
        ("no-date", 1),
        ("same-page", 2),
    ]


def test_each_kind_of_finding_has_a_short_name_and_a_sentence() -> None:
    for name, meaning in FINDINGS.values():
        assert 2 <= len(name) < 12
        assert meaning.endswith("。")
