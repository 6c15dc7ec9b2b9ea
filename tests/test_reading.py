"""An article beside its source: each piece with its lines, the whole source with its numbers, the doubts."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from hypothesis import given
from test_properties import EXAMPLES, columns, pages

from site_builder import report
from site_builder.articles import restore
from site_builder.collation import collate, line_starts
from site_builder.model import SourcePage


@given(pages | columns)
@EXAMPLES
def test_a_collation_holds_every_character_of_both_sides(text: str) -> None:
    page = report.conserved(restore(SourcePage("a.txt", text)))
    starts, lines = line_starts(text), text.splitlines()
    for block in [*page.furniture, *(block for article in page.articles for block in article.blocks)]:
        found = collate(block, text, starts)
        shown = "".join(one.shown for line in found for one in line.readings)
        source = "".join(one.source for line in found for one in line.readings)
        assert "".join(shown.split()) == "".join(block.text.split())
        assert "".join(source.split()) == "".join("".join(text[start:end] for start, end in block.spans).split())
        assert {line.number for line in found} <= set(block.lines)
        for line in found:
            assert "".join(one.source for one in line.readings) in lines[line.number - 1]


def article(site: Path, path: str) -> str:
    return (site / path).read_text("utf-8")


def test_each_piece_shows_its_lines_with_every_change(seed_site: Path) -> None:
    text = article(seed_site, "jilin-ribao/2022/04-21/p1-04.html")
    spaced = "<li value=504>先<del>␣</del>锋<del>␣</del>战<del>␣</del>歌<del>␣</del>一<del>␣</del>路"
    assert spaced in text
    lines = re.search(r'<p id="p3">.*?<details>(.*?)</details>', text, re.DOTALL)
    assert lines is not None
    assert '<a href="#p3">链接</a> <a href="p1-00.html#L314">整版来源</a>' in lines[1]
    assert re.findall(r"<li value=(\d+)>(.*?)</li>", lines[1]) == [
        ("314", "他们与社区工作人员一道，分析疫情防"),
        ("316", "控形势，找准重点难点，研究对策措施；"),
        ("318", "他们擦亮先锋本色，用实际行动干出公"),
        ("320", "信力、干出带动力、干出战斗力；"),
    ]


def test_the_source_page_holds_every_line_under_the_article_it_went_to(seed_site: Path) -> None:
    text = article(seed_site, "jilin-ribao/2022/04-21/p1-00.html")
    plain = article(seed_site, "data/sources/jilin-ribao/2022/04-21/p1.txt")
    lines = re.findall(r'<li id="L(\d+)" value=(\d+)>(.*?)</li>', text)
    assert [(int(id), int(number)) for id, number, _ in lines] == [(n, n) for n in range(1, len(lines) + 1)]
    assert [unescape(line) for *_, line in lines] == plain.splitlines()
    runs = re.split('<section class="source-run">', text)
    owner = next(run for run in runs if 'id="L314"' in run)
    assert re.search(r"<h2><a href=\"p1-04.html\">先锋战歌一路嘹亮</a></h2>", owner)
    assert '<meta name="robots" content="noindex">' in text


def test_a_doubt_stands_beside_the_text_it_concerns(seed_site: Path) -> None:
    found = 0
    for file in seed_site.glob("*-ribao/*/*/p*-*.html"):
        text = file.read_text("utf-8")
        for doubt in re.finditer(r"<b>拼接存疑</b> “……(.*?)”与", text):
            quoted, before = doubt[1], text[: doubt.start()]
            paragraph = re.findall(r"<p id=\"[^\"]*\"[^>]*>(.*?)</p>", before)[-1]
            assert quoted[-2:] in re.sub("<[^>]*>", "", paragraph)
            found += 1
    assert found


def test_an_article_page_stays_small_beyond_what_it_quotes(seed_site: Path) -> None:
    sizes = {}
    for file in seed_site.glob("*-ribao/*/*/p*-*.html"):
        text = file.read_text("utf-8")
        quoted = re.findall(r'<li value=\d+>.*?</li>|<(?:p|h2) id="[^"]*"[^>]*>.*?</(?:p|h2)>', text)
        sizes[file] = len(text.encode()) - sum(len(one.encode()) for one in quoted)
    assert {file: size for file, size in sizes.items() if size > 14_000 and not file.name.endswith("-00.html")} == {}


def test_an_article_without_headline_has_no_lines_of_one(seed_site: Path) -> None:
    untitled = article(seed_site, "jilin-ribao/2022/04-21/p1-03.html")
    titled = article(seed_site, "jilin-ribao/2022/04-21/p1-04.html")
    assert "标题原文" not in untitled and "<ol></ol>" not in untitled
    assert 'id="heading"' in titled and '<summary>标题原文</summary><a href="#heading">链接</a>' in titled
