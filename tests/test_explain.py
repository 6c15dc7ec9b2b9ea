"""`build-site explain`: an archivist asks why a page was read so, and gets reasons in whole sentences."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from site_builder import report, trace
from site_builder.articles import restore
from site_builder.explain import explain, find_target
from site_builder.model import SourcePage, Span, TextBlock

SEEDS = Path(__file__).parents[1] / "seeds"
Call = Callable[..., subprocess.CompletedProcess[str]]
BAICHENG, LIAOYUAN, JILIN = (
    next(SEEDS.glob(f"{number}_*.txt")) for number in ("000", "001", "003")
)  # the pages with the hard places


def said(page: Path, line: int = 0) -> str:
    return explain(find_target(f"{page}:{line}" if line else str(page)))


def missing(text: str, sentences: Iterable[str]) -> list[str]:
    """The sentences that are not there, each as (the end of) a line of the text."""
    lines = text.splitlines()
    return [sentence for sentence in sentences if not any(sentence in line for line in lines)]


def holds(block: TextBlock, span: Span) -> bool:
    return any(own.start < span.end and span.start < own.end for own in block.spans)


# ---------------------------------------------------------------- hard places of the sample pages


def test_two_articles_on_one_line() -> None:
    text = said(BAICHENG, 63)
    assert not missing(
        text,
        [
            "Line 63: 「平台收听收看会议并参加培训。 本报讯（记者张风）2月17日，市人民检察」",
            "One line of the source holds 2 printed lines: 「平台收听收看会议并参加培训。」, then "
            "「本报讯（记者张风）2月17日，市人民检察」. A dateline opens a news item there, or a jump line "
            "stands apart.",
            "The first printed line of it: 「平台收听收看会议并参加培训。」",
            "The second printed line of it: 「本报讯（记者张风）2月17日，市人民检察」",
            "A paragraph ends with 「收听收看会议并参加培训。」 (line 63), and a new one begins with "
            "「本报讯（记者张风）2月1」 (line 63).",
            "the next line opens a news item (-20); together -20.",
            "is read as running text: a dateline opens it.",
        ],
    )
    articles = re.findall(r"It is part of a paragraph \(lines? [\d–]+\) of article (\d+)", text)
    assert len(set(articles)) == 2


def test_a_headline_in_a_block_far_from_its_text() -> None:
    text = said(BAICHENG, 131)
    assert not missing(
        text,
        [
            "「益海嘉里（白城）粮油食品工业有限公司」 is read as a heading: it is 18 characters wide, has few "
            "marks, and no full "
            "stop ends it.",
            "Kicker, line 131: 「益海嘉里（白城）粮油食品工业有限公司」",
            "Headline, line 133: 「研判形势 早作部署 防疫生产两不误」",
            "is the headline of the text 「本报讯（记者朱晴）近日，记者……",
            "the text repeats its words 益海嘉里、白城、粮油食品工业有限公司",
        ],
    )
    assert re.search(r"it stands (?:directly|\d texts?) (?:behind|before) it, the text repeats", text)
    assert re.search(r"The evidence is (?:weak|fair|strong) \(\d\.\d\d\)\. The next best, with \d\.\d\d, was 「", text)


def test_a_caption_in_mid_sentence() -> None:
    caption, rest = said(LIAOYUAN, 31), said(LIAOYUAN, 33)
    assert not missing(
        caption,
        [
            "By its own words it is a caption: it ends in a photo credit, 「夏景明 摄」.",
            "It is part of a caption (line 31) of article 1, 「副省长侯淅珉到我市督导检查疫情防控及复工复产工作情况」.",
        ],
    )
    assert "it stands inside that, which has " in caption
    assert not missing(
        rest,
        [
            "「交车,通过手机扫码,察看数据录入情况。侯淅……尽最大努力降低疫情影响,确保」 became "
            "「交车，通过手机扫码，察看数据录入情况。侯淅……尽最大努力降低疫情影响，确保」.",
            "The paragraph goes on from 「节、复工复产三个节点外地」 (line 27) to 「公交车，通过手机扫码，察」"
            " (line 33).",
            "something else stands between (-1)",
            "It is part of a paragraph (lines 27, 33) of article 1, "
            "「副省长侯淅珉到我市督导检查疫情防控及复工复产工作情况」.",
        ],
    )


def test_a_loop_of_the_ocr() -> None:
    text = said(LIAOYUAN, 62)
    assert not missing(
        text,
        [
            "The second repeats at once what stands before it: a loop of the OCR.",
            "By its own words it is a repetition by the OCR",
            "「日前，记者去某批发市场，本以为按现在的局势……一来，防控场面搞得像模像样，」 stands on the "
            "page twice: this copy is kept as a duplicate, the better one begins in line 102.",
        ],
    )
    better = said(LIAOYUAN, 102)
    assert "It is part of a paragraph (line 102)" in better
    assert "stands on the page twice: a second copy, which begins in line 62, was set aside as a duplicate." in better
    assert "this copy" not in better


def test_a_column_that_changes_its_width() -> None:
    text = said(JILIN, 273)
    assert not missing(
        text,
        [
            "The paragraph goes on from 「保及时发现风险、迅速有」 (line 271) to 「效处置。要精心开展医疗救」 "
            "(line 273). The first is 11 "
            "characters wide, its column 11. Weighed: a word or number runs across the break (+4.5), the line "
            "fills its "
            "column (+3); together +7.5.",
            "The paragraph goes on from 「尽快设立康复驿站，进一步」 (line 273) to "
            "「加强治愈出院患者居家管理」 (line 275). The first is 26 "
            "characters wide, its column 26.",
        ],
    )


def test_a_date_cut_over_two_lines() -> None:
    text = said(BAICHENG, 200)
    assert not missing(
        text,
        [
            "Nothing was changed: the line is as it was scanned.",
            "The paragraph goes on from 「供及时、免费寄递服务。2」 (line 199) to 「月2日，白城邮政主动上门」 "
            "(line 200).",
            "a word or number runs across the break (+4.5)",
        ],
    )


def test_columns_side_by_side_are_told_apart(tmp_path: Path) -> None:
    left = (
        "市里召开春耕备耕会议，要|求各地抓紧农时，备足种子|"
        "化肥，检修农机，让农民种|粮放心。会后，代表们看了|农机大院和种子市场，听了|"
        "农民的意见。"
    )
    right = (
        "柳汀区智能公交开通运行，|全长十八公里，设站二十六|"
        "座，配车十五辆。市民扫码|就能乘车，手机上查得到到|站时间，年内还将再开通两|"
        "条线路。"
    )
    page = tmp_path / "columns.txt"
    page.write_text(
        "\n".join(f"{one}    {other}" for one, other in zip(left.split("|"), right.split("|"), strict=True)), "utf-8"
    )
    assert not missing(
        said(page, 2),
        [
            "One line of the source holds 2 printed lines: 「求各地抓紧农时，备足种子」, then 「全长十八公里，"
            "设站二十六」. "
            "Columns stand side by side here, and each is read by itself."
        ],
    )
    assert "Columns side by side: 6 lines of the source were pulled apart" in said(page)


@pytest.mark.parametrize(
    ("text", "line", "marks"), [("# 春耕忙", 1, "#"), ("**本报讯**春耕早。", 3, "** **"), ("青石\\_村很忙。", 3, "\\")]
)
def test_marks_of_markdown_are_told(tmp_path: Path, text: str, line: int, marks: str) -> None:
    (tmp_path / "a.md").write_text(text if line == 1 else f"# 春耕忙\n\n{text}\n", "utf-8")
    told = said(tmp_path / "a.md", line)
    assert f"  Marks of Markdown, which are no print, were left out: {marks}.\n" in told
    assert "Nothing was changed" not in told


def test_lines_read_as_headings_of_their_own_are_not_told_to_go_on() -> None:
    text = said(next(SEEDS.glob("004_*.txt")), 5)
    assert "The paragraph goes on" not in text
    assert (
        "(line 3) and 「坚决夺取社会面清零攻坚战」 (line 5) stand apart: no mark of running text stands in these "
        "lines, so each is a heading; lines stay together only where a word runs across." in text
    )


def test_lines_of_a_page_read_in_bands_tell_what_they_are_read_after(tmp_path: Path) -> None:
    page = tmp_path / "bands.txt"
    page.write_text(
        "青石村今年种下的果树已 ” 忙着疏花。老支书说，再\n"
        "经开花，社员们一早就在  。过两年，这片山坡就能结\n"
        "地里忙活，有的修剪枝条，  出第一批果子，到时候大\n"
        "有的浇水施肥，一派繁忙 | 家的日子会更有奔头，城\n"
        "景象。合作社的技术员说 。 里人也会来摘果子。\n",
        "utf-8",
    )
    assert "In which order it was read\n  The page was read in bands, right across its columns, " in said(page)
    assert "It is read after line 5, 「景象。合作社的技术员说」: the column beside it ends there." in said(page, 1)


# ---------------------------------------------------------------- a page


def test_a_page_tells_what_it_is_its_articles_and_what_belongs_to_none() -> None:
    text = said(next(SEEDS.glob("002_*.txt")))
    assert not missing(
        text,
        [
            "Newspaper: 辽源日报 (archive.toml or the path gives it).",
            "The newspaper is 「辽源日报」, as printed: its name is printed in pinyin.",
            "The date 2021-01-21 is printed: 「2021年1月21日 星期四」.",
            "It is page 1: 5 of the 5 signs of a masthead are there (name, running number, page count, "
            "licence, publisher).",
            "Kicker, line 28: 「景俊海在全省疫情防控工作视频调度会上强调」",
            "Headline, line 30: 「科学精准施策 夯实筑牢防线 坚决打赢疫情防控这场硬仗」",
            "its speaker 景俊海 opens the text. The evidence is strong",
        ],
    )


@pytest.mark.parametrize("page", sorted(SEEDS.glob("0*.txt")), ids=lambda page: page.name[:3])
def test_every_line_has_its_explanation(page: Path) -> None:
    source = SourcePage(page.name, page.read_text("utf-8"))
    with trace.recording() as noted:
        restored = restore(source)
    assert report.check(restored) == []
    assert restored == restore(source), "a page reads the same whether anybody asks or not"
    for line in noted.lines:
        told = [decision for decision in noted.decisions if decision.touches(*line.span)]
        assert told, f"line {line.number}: nothing is said of {line.text}"
        assert all(decision.words.endswith((".", "」")) for decision in told), told


@pytest.mark.parametrize("page", sorted(SEEDS.glob("0*.txt")), ids=lambda page: page.name[:3])
def test_no_join_is_told_of_lines_that_end_up_apart(page: Path) -> None:
    with trace.recording() as noted:
        restored = restore(SourcePage(page.name, page.read_text("utf-8")))
    blocks = [*restored.furniture, *(block for article in restored.articles for block in article.blocks)]
    joins = [told for told in noted.of("paragraphs") if told.words.startswith("The paragraph goes on from ")]
    assert joins
    apart = [told.words for told in joins if not any(all(map(partial(holds, block), told.spans)) for block in blocks)]
    assert apart == []


def test_every_article_and_all_furniture_of_a_page_is_told_of() -> None:
    text = said(BAICHENG)
    page = restore(SourcePage(BAICHENG.name, BAICHENG.read_text("utf-8")))
    assert f"\nArticles: {len(page.articles)}\n" in text
    assert not missing(text, [f"「{article.headline}」" for article in page.articles if article.headline])
    assert f"\nFurniture, which belongs to no article: {len(page.furniture)}\n" in text
    rows = re.findall(r"^  lines? [\d–, ]+: (\w+) 「.*\.$", text, re.MULTILINE)
    assert rows == [block.kind for block in page.furniture]


# ---------------------------------------------------------------- the call


def test_it_says_so_on_the_command_line(program: Call) -> None:
    done = program("explain", f"{BAICHENG}:200", cwd=SEEDS, PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        f"{BAICHENG.name}, read as a page of this folder, with its archive.toml\nLine 200: 「月2日，"
    )
    assert "\x1b" not in done.stdout


def test_what_goes_into_a_pipe_is_utf_8(program: Call) -> None:
    environ = {"PYTHONIOENCODING": "", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    done = program("explain", f"{BAICHENG}:200", **environ)
    assert "「月2日，白城邮政主动上门" in done.stdout


def test_a_page_outside_a_source_folder_is_explained_too(build_site: Call, tmp_path: Path) -> None:
    page = tmp_path / "loose.txt"
    page.write_text("春耕忙\n\n本报讯（记者张赫）今年春耕早，进度快，农民心里乐开了花。\n", "utf-8")
    done = build_site("explain", "loose.txt", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("loose.txt, read as a page of this folder, which has no archive.toml\n")
    assert "Newspaper: not known." in done.stdout


def test_a_page_of_a_file_of_several(build_site: Call, tmp_path: Path) -> None:
    item = "本报讯（记者张赫）今年春耕早，进度快，农民心里乐开了花。\n"
    (tmp_path / "issue.txt").write_text(f"春耕忙\n\n{item}\f秋收好\n\n{item}", "utf-8")
    whole = build_site("explain", "issue.txt").stdout
    assert "issue.txt, read" in whole and "issue.txt#2, read" in whole
    assert "Line 1: 「秋收好」" in build_site("explain", "issue.txt#2:1").stdout
    assert build_site("explain", "issue.txt:9").stderr == (
        "build-site: 'issue.txt' has no line 9; give one from 1 to 3; its other pages are given as issue.txt#2:1\n"
    )
    assert build_site("explain", "issue.txt#3").stderr == "build-site: 'issue.txt' holds 2 pages; there is no page 3\n"


def test_a_blank_line_and_an_empty_page(build_site: Call, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("春耕忙\n\n\u200b\ufeff\u200b\n", "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    assert build_site("explain", "a.txt:2").stdout.endswith("\nLine 2 is blank: nothing is printed there.\n")
    assert build_site("explain", "a.txt:3").stdout.endswith("\nLine 3 is blank: nothing is printed there.\n")
    assert "\nArticles: 0\n" in build_site("explain", "empty.txt").stdout
    done = build_site("explain", "empty.txt:1")
    assert (done.returncode, done.stderr) == (2, "build-site: 'empty.txt' has no line 1: it is empty\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pag.txt"], "there is no file 'pag.txt'; did you mean 'page.txt'?"),
        (["nowhere/1.txt:3"], "there is no file 'nowhere/1.txt'"),
        ([""], "there is no file ''"),
        (["texts"], "'texts' is a folder; give one of its page texts, such as 'texts/1.txt'"),
        (["page.txt:0"], "'page.txt:0': lines are counted from 1; give page.txt:1 for the first"),
        (["page.txt:000"], "'page.txt:000': lines are counted from 1; give page.txt:1 for the first"),
        (["page.txt#0"], "'page.txt#0': pages are counted from 1; give page.txt#1 for the first"),
        (["page.txt#00:3"], "'page.txt#00:3': pages are counted from 1; give page.txt#1 for the first"),
        ([f"page.txt:{'9' * 5000}"], "'page.txt' has no line of so high a number; give one from 1 to 1"),
        ([f"page.txt#{'9' * 5000}"], "'page.txt' holds 1 page; there is no page of so high a number"),
        ([":3"], "':3' names no file; give one before it, such as page.txt:3"),
        (["#2"], "'#2' names no file; give one before it, such as page.txt#2"),
        (["about.md"], "a build leaves 'about.md' out: about.md is the editors' own; give a page text"),
        (["page.txt:7"], "'page.txt' has no line 7; give one from 1 to 1"),
        (["page.txt:x"], "'x' is no line number; give one such as page.txt:12"),
        (["scan.pdf"], "'scan.pdf' is no page text; give a file that ends in .txt or .md"),
        (["bad.txt"], None),
    ],
)
def test_a_wrong_call_is_told_what_to_do(
    build_site: Call, tmp_path: Path, words: list[str], message: str | None
) -> None:
    (tmp_path / "texts").mkdir()
    for name in ("page.txt", "texts/1.txt", "scan.pdf", "about.md"):
        (tmp_path / name).write_text("春耕忙\n", "utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\x81\xff\x00\xfe\x81" * 9)
    done = build_site("explain", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"build-site: {message}\n" if message else done.stderr.startswith("build-site: bad.txt: ")
    assert "Traceback" not in done.stderr


def test_a_file_that_may_not_be_read_is_told(build_site: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.txt").write_text("春耕忙\n", "utf-8")

    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "page.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)  # root may read everything
    done = build_site("explain", "page.txt")
    assert (done.returncode, done.stderr) == (
        2, "build-site: page.txt: can't be read (Permission denied); mend or remove it\n",
    )  # fmt: skip


def test_the_call_itself(build_site: Call, tmp_path: Path) -> None:
    assert build_site("explain").stderr.endswith("FILE[:LINE]\nbuild-site explain --help tells more\n")
    assert "FILE[:LINE]" in build_site("explain", "--help").stdout
    assert "build-site explain FILE[:LINE]" in build_site("--help").stdout
    done = build_site("-v", "explain")
    assert done.stderr.endswith("goes first: build-site explain FILE[:LINE]; a folder is given as ./explain\n")


def test_a_source_folder_called_explain_is_built(build_site: Call, tmp_path: Path) -> None:
    (tmp_path / "explain").mkdir()
    (tmp_path / "explain" / "1.txt").write_text("春耕忙\n\n本报讯（记者张赫）今年春耕早，进度快。\n", "utf-8")
    done = build_site("." + os.sep + "explain", "-q")
    assert done.returncode == 0
    assert (tmp_path / "public" / "index.html").is_file()
