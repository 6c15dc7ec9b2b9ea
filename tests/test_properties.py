"""What must hold for any page whatever: nothing lost, nothing that depends on chance, nothing that makes it fall."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from site_builder import cli, report
from site_builder.articles import restore
from site_builder.cleaning import RULES, clean
from site_builder.encodings import decode
from site_builder.errors import SourceError
from site_builder.metadata import add_subjects, read_facts
from site_builder.model import ARTICLE_KINDS, FURNITURE_KINDS, Settings, SourcePage
from tests.conftest import IN_CI

SEEDS = Path(__file__).parents[1] / "seeds"

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(EXAMPLES, max_examples=60)
BUILDS = settings(EXAMPLES, max_examples=6 if IN_CI else 3, phases=(Phase.explicit, Phase.generate))  # slow

# ---------------------------------------------------------------- pages as nobody would print them

HAN = "市委书记沈柏川在春耕备耕会议上强调要抓实落细各项措施群众说心里有底了记者顾敏行通讯员闻溪大棚黄瓜公交线路"
MARKS = "，。、；：！？…—·（）《》〈〉〔〕【】「」『』“”‘’,.:;!?()[]<>\"'-~*#_\\|■●▲▶※％%℃／/"
SPACES = " \t\u00a0\u2002\u2003\u3000\u205f\u1680"
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\ufe0f\u0301"
RADICALS = "⽤⽉⾼⻘⻢⻓⻛⺠⻔⼀"
ODD = "０１２ＡＢ①㈠㎡㍿Ⅳﬁ가あア🙂𠮷𪚥\ue000\u0378½²"
LETTERS = "0123456789aZ"

characters = st.sampled_from(HAN) | st.sampled_from(MARKS + SPACES + BREAKS + UNSEEN + RADICALS + ODD + LETTERS)
strings = st.text(characters, max_size=40)
sentences = st.text(st.sampled_from(HAN + "，、“”（）"), min_size=3, max_size=50).map(lambda text: text + "。")
tokens = st.sampled_from((
    "本报讯（记者 顾敏行）", "本报2月3日讯（记", "者凌晓岚）", "新华社北京2月3日电　", "【新华社河间十五日电】",
    "《云川日报》讯", "（下转四版）", "下转第3版 ▶", "（下转A08版）", "（上接第一版）", "上接一版", "【紧转6版】",
    "（第四版）", "下转四版）", "云陵日报", "YUN LING RI BAO", "2021年2月4日 星期四", "庚子年十二月廿三",
    "总第5127期 今日8版", "03 民生 2021年2月4日", "国内统一刊号：CN22-0099", "本版编辑 闻溪", "●本报记者 顾敏行",
    "▲活动现场。 章北河 摄", "摄\n影报道", "图为会场。", "落 细 防 控", "春 风 送 岗 位   就 业 暖 民 心",
    "沈柏川在会上强调", "——侧记", "记者：", "答：", "一、", "## ", "# 云陵日报", "**编者按**", "\\_", "\\",
    "<http://www.ylnews.example>", "<a@b.example>", "> ", "- ", "---", "***", "<b>粗</b>", "<script>", "&amp;",
    "{{ 7*7 }}", "http://x.example/?a=1&b=2", "10.5%", "TU-104", "1,268",
    "\n", "\n\n", "\r\n", "\r", "\n　　", "\f",
))  # fmt: skip
pages = st.lists(strings | sentences | tokens, max_size=24).map("".join)
"""Print, debris and traps in any order."""

columns = st.builds(
    lambda texts, width, newline, indent: newline.join(wrapped(indent + text, width, newline) for text in texts),
    st.lists(st.text(st.sampled_from(HAN + "，。"), min_size=8, max_size=90) | tokens, min_size=1, max_size=8),
    st.integers(8, 24),
    st.sampled_from(("\n", "\r\n", "\n\n", "\n \n")),
    st.sampled_from(("", "　　", "  ")),
)
"""Columns of one width, with the blank lines and indents that they may have."""


def wrapped(text: str, width: int, newline: str) -> str:
    return newline.join(text[at : at + width] for at in range(0, len(text), width))


def printed(text: str) -> str:
    """All that is seen of a text, look-alikes made equal."""
    return report.fold(text)


LONE_JUMP = """　　。。。。。。。。。
上。。。。。。。。。。
。。。。。。。。。。。
上。。。。。。。。。。
上。。。。。。。。。心
了
　　上。。。。。。。
　　（下转四版）
　　。。。。。。。。。
。。。。。。。。。。。
。。。。。。。。。。。
。。。。。。。。。"""
"""A jump that once was left without a paragraph."""


# ---------------------------------------------------------------- nothing is lost


@EXAMPLES
@given(pages | columns)
@example("（上接第一版）\n近日，大棚黄瓜喜获丰收。")  # a jump before any article
@example("春耕")  # a heading and nothing else
@example(LONE_JUMP)
@example("# 春耕\n\n近日，\\**编者按**")  # an escaped star beside strong type
def test_every_character_of_a_page_stands_in_exactly_one_block(text: str) -> None:
    source = SourcePage("p.txt", text)
    page = restore(source)
    assert report.check(page) == []
    assert page.source == source
    assert {block.kind for block in page.furniture} <= {*FURNITURE_KINDS}
    assert {block.kind for article in page.articles for block in article.blocks} <= {*ARTICLE_KINDS}


@EXAMPLES
@given(pages | columns)
def test_whatever_restoring_does_the_published_page_is_conserved(text: str) -> None:
    page = report.conserved(restore(SourcePage("p.txt", text)))
    assert report.check(page) == []


@EXAMPLES
@given(pages | columns)
@example("近日，\n\u00ad\n\u200d\n春耕")  # lines of nothing that is seen
def test_cleaning_keeps_every_printed_character_of_a_line(text: str) -> None:
    lines = clean(SourcePage("p.txt", text))
    for line in lines:
        assert printed(line.text) == printed("".join(text[start:end] for start, end in line.spans))
        assert line.text == line.text.strip() != ""
    places = sorted(line.span for line in lines)  # columns side by side are read one after the other
    assert all(0 <= span.start < span.end <= len(text) for span in places)
    assert all(one.end <= next_one.start for one, next_one in pairwise(places))


@EXAMPLES
@given(pages.filter(lambda text: not any(mark in text for mark in "\\#*<>")))
def test_cleaning_leaves_nothing_out_but_the_brackets_of_a_jump(text: str) -> None:
    lines = sorted(clean(SourcePage("p.txt", text)), key=lambda line: line.span)
    assert without_brackets("".join(line.text for line in lines)) == without_brackets(text)


def without_brackets(text: str) -> str:
    return printed(text).replace("(", "").replace(")", "")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@FEW
@given(strings | sentences | tokens)
def test_a_rule_applied_twice_does_no_more_than_once(rule: Callable[[str], str], text: str) -> None:
    once = rule(text)
    assert rule(once) == once
    assert printed(once) == printed(text)


@EXAMPLES
@given(strings)
@example("::—")
def test_cleaning_a_clean_line_changes_nothing(text: str) -> None:
    assume(not any(mark in text for mark in "\\#*<>"))
    once = [line.text for line in clean(SourcePage("p.txt", text))]
    assert [line.text for line in clean(SourcePage("p.txt", "\n".join(once)))] == once


# ---------------------------------------------------------------- nothing depends on chance


@FEW
@given(pages | columns)
def test_restoring_and_understanding_a_page_twice_gives_the_same(text: str) -> None:
    source = SourcePage("p.txt", text)
    first, second = (add_subjects(read_facts(restore(source), Settings()), Settings()) for _ in range(2))
    assert first == second


@FEW
@given(pages)
def test_a_findings_place_is_on_its_page(text: str) -> None:
    page = restore(SourcePage("p.txt", text))
    for finding in page.findings:
        assert finding.code in report.FINDINGS
        assert all(0 <= start < end <= len(text) for start, end in finding.spans)
        assert all(1 <= line <= len(text.splitlines()) for line in finding.lines)
        assert finding.article is None or 0 <= finding.article < len(page.articles)


# ---------------------------------------------------------------- nothing makes it fall

names = st.text(st.sampled_from("ab1 第版'\"#%&+é日-_.~"), min_size=1, max_size=8).map(str.strip)
telling = st.sampled_from(("liaoyuan-ribao", "2021-02-04", "2021-02-04-b", "p1", "A02", "undated", "data", "index"))
paths = (
    st.lists(names | telling, min_size=1, max_size=4)
    .filter(lambda parts: all(part.strip(".") and not part.startswith(".") for part in parts))
    .map("/".join)
)
folders = st.dictionaries(paths, pages, min_size=1, max_size=4)
TROUBLE = {
    "a b/#1": "本报讯（记者 顾敏行）近日，大棚黄瓜丰收。（下转四版）",
    "a-b/1": "\f\f",
    "第1版": "",
    "p%20'": "\u2028",
}


@BUILDS
@given(folders)
@example(TROUBLE)
def test_any_folder_of_texts_builds_twice_to_the_same_bytes(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source"
        for path, text in files.items():
            file = source / f"{path}.txt"
            assume(not any(parent.is_file() for parent in file.parents))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.replace("\0", "").encode())
        codes = [cli.main(["-q", str(source), "-o", str(Path(name) / out)]) for out in ("one", "two")]
        assert codes == [0, 0]
        assert contents(Path(name) / "one") == contents(Path(name) / "two")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- encodings


@EXAMPLES
@given(pages, st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le+", "utf-16-be+")))
def test_a_text_whose_encoding_is_marked_or_utf8_comes_back_exactly(text: str, encoding: str) -> None:
    text = text.removeprefix("\ufeff")
    marked = encoding.endswith("+")
    data = (("\ufeff" if marked else "") + text).encode(encoding.rstrip("+"))
    assert decode(data, "p.txt") == text


chinese = st.lists(sentences, max_size=12).map(
    lambda texts: "\n".join(["本报讯（记者 顾敏行）近日，大棚黄瓜丰收。", *texts])
)


@EXAMPLES
@given(chinese, st.sampled_from(("gb18030", "gbk", "utf-16-le", "utf-16-be")), st.sampled_from(("\n", "\r\n", "\r")))
def test_a_chinese_text_without_a_mark_comes_back_exactly(text: str, encoding: str, newline: str) -> None:
    text = text.replace("\n", newline)
    assert decode(text.encode(encoding), "p.txt") == text


@EXAMPLES
@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_a_named_error(data: bytes) -> None:
    try:
        text = decode(data, "p.txt")
    except SourceError as error:
        assert error.message.startswith("p.txt")
    else:
        assert "\0" not in text
        assert not any(unicodedata.category(char) == "Cs" for char in text)


def test_a_page_of_thousands_of_lines_is_restored_like_any_other() -> None:
    """What no page has (a whole year in one file) must not hang the build: cubic methods would take hours here."""
    lines = [f"第{number}行的标题" if number % 3 else f"本报讯 第{number}条消息，见报。" for number in range(3000)]
    page = restore(SourcePage("year.txt", "\n\n".join(lines)))
    assert report.check(page) == []
    assert len(page.articles) == 1000


NEWS = "本报讯（记者 张赫）3月2日，区里的篮球联赛在市体育馆开赛，来自各乡镇的十二支球队参加了比赛。"
REPEATS = [
    f"{NEWS}\n\n篮球联赛开赛\n\n{NEWS}\n\n图书馆新馆开放\n\n4日，图书馆新馆开放，读者络绎不绝，书架前坐满了人。\n",
    "市民广场的灯会从初一开到十五，每晚都有上万人前来观赏，孩子们最喜欢那盏十二米高的兔子灯。\n\n灯会开幕\n\n"
    "市民广场的灯会从初一开到十五，每晚都有上万人前来观赏，孩子们最喜欢那盏十二米高的兔子灯。（下转第3版）\n\n沈柏川在会上强调\n",
    f"要闻\n\n{NEWS}\n\n（上接第一版）\n",
    "（上接第一版）\n▲活动现场。 章北河 摄\n",
    "本报讯（记者 张赫）3月2日，冬季⻂联赛在市体育馆开赛，⻟食供应充足。",
]


@pytest.mark.parametrize("text", REPEATS)
def test_repetitions_stray_jumps_and_rare_radicals_lose_nothing(text: str) -> None:
    assert report.check(restore(SourcePage("p.txt", text))) == []


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
@pytest.mark.parametrize("blank", [2, 3])
def test_as_many_blank_lines_between_all_paragraphs_mean_no_more_than_one(seed: Path, blank: int) -> None:
    page = restore(SourcePage("a.txt", seed.read_text("utf-8")))
    blocks = [block for article in page.articles for block in article.blocks]
    wrapped = ["\n".join(block.text[at : at + 22] for at in range(0, len(block.text), 22)) for block in blocks]

    def read(gap: int) -> list[list[tuple[str, str]]]:
        found = restore(SourcePage("a.txt", ("\n" * (gap + 1)).join(wrapped))).articles
        return [[(block.kind, block.text) for block in article.blocks] for article in found]

    assert read(blank) == read(1)
