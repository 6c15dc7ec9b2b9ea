"""A page that was recognised more than once: which reading is published, what the others doubt, where they stay."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from conftest import SEEDS, Call

from site_builder import report
from site_builder.articles import restore
from site_builder.model import Reading, SourcePage
from site_builder.readings import best, compared, differences
from site_builder.sources import find_files, read_pages

TEXTS = sorted(SEEDS.glob("*.txt"))
MISREAD = "巾咋幵罟汉怍惰眷己末"


def misread(text: str, share: float, seed: int = 1) -> str:
    """The text with some of its characters read as others."""
    chance = random.Random(seed)
    return "".join(chance.choice(MISREAD) if not char.isspace() and chance.random() < share else char for char in text)


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name[:3])
@pytest.mark.parametrize("share", [0.01, 0.05])
def test_the_better_reading_is_published_whichever_file_it_is(file: Path, share: float) -> None:
    good = file.read_text("utf-8")
    bad = misread(good, share)
    assert best(SourcePage("1.txt", bad, others=(Reading("1.alt-x.txt", good),))).text == good
    assert best(SourcePage("1.txt", good, others=(Reading("1.alt-x.txt", bad),))).text == good
    half = good[: len(good) // 2]
    assert best(SourcePage("1.txt", half, others=(Reading("1.alt-x.txt", good),))).text == good


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name[:3])
def test_misreadings_are_found_in_whatever_order_the_other_reading_has_its_lines(file: Path) -> None:
    text = file.read_text("utf-8")
    wrong = misread(text, 0.01)
    blocks = wrong.split("\n")
    cuts = range(0, len(blocks), max(1, len(blocks) // 8))
    moved = "\n".join("\n".join(blocks[at : at + cuts.step]) for at in reversed(cuts))
    places = {at for at, (a, b) in enumerate(zip(text, wrong, strict=True)) if a != b}
    found = differences(text, moved)
    seen = {at for one in found for at in range(*one.span)}
    assert len(seen & places) >= 0.7 * len(places)  # those beside a cut or in a passage that stands twice aren't
    assert len(seen - places) <= 0.15 * len(seen)
    for one in found:
        assert not one.here or "".join(text[one.span.start : one.span.end].split()) == one.here


def test_only_a_reading_that_makes_sense_is_a_doubt() -> None:
    text = "云陵市召开防控疫情工作会议\n\n　　本报讯 昨日，云陵市召开疫情防控工作会议，部署下一步工作，要求落实责任。"
    page = restore(SourcePage("1.txt", text, others=(Reading("1.alt-x.txt", text.replace("部署", "部罟")),)))
    assert [one.code for one in compared(page).findings if one.code.startswith("readings")] == []
    page = restore(SourcePage("1.txt", text, others=(Reading("1.alt-x.txt", text.replace("昨日", "今日")),)))
    (finding,) = (one for one in compared(page).findings if one.code == "readings-differ")
    assert finding.message == "另一份识别（x）不同：“讯昨日”作“讯今日”。"
    assert [text[start:end] for start, end in finding.spans] == ["昨"]
    assert finding.lines == (3,)


def test_another_page_is_not_taken_for_another_reading() -> None:
    one, two = (file.read_text("utf-8") for file in TEXTS[:2])
    page = compared(report.conserved(restore(SourcePage("1.txt", one, others=(Reading("1.alt-x.txt", two),)))))
    assert [f.code for f in page.findings if f.code.startswith("readings")] == ["readings-unlike"]


def test_a_files_readings_are_read_with_it(tmp_path: Path) -> None:
    for name in ("1.txt", "1.alt-tess.txt", "1.alt-b.md", "2.alt-x.txt", "12.txt"):
        (tmp_path / name).write_text(f"{name}\f第二版{name}", "utf-8")
    assert [path.name for path in find_files(tmp_path)] == ["1.txt", "12.txt", "2.alt-x.txt"]
    first, second = read_pages(tmp_path / "1.txt", tmp_path)
    assert [other.source for other in first.others] == ["1.alt-b.md", "1.alt-tess.txt"]
    assert second.others[0] == Reading("1.alt-b.md#2", "第二版1.alt-b.md")
    assert read_pages(tmp_path / "2.alt-x.txt", tmp_path)[0].others == ()


def folder(tmp_path: Path, extra: str = "") -> Path:
    source = tmp_path / "archive" / "liaoyuan-ribao" / "2021-01-21"
    source.mkdir(parents=True)
    text = (SEEDS / TEXTS[2].name).read_text("utf-8")
    (source / "1.txt").write_text(misread(text, 0.03), "utf-8")
    (source / "1.alt-second.txt").write_text(text, "utf-8")
    (tmp_path / "archive" / "archive.toml").write_text(extra, "utf-8")
    return tmp_path / "archive"


def test_the_site_publishes_the_better_reading_and_keeps_both(build_site: Call, tmp_path: Path) -> None:
    assert build_site(folder(tmp_path), "-o", tmp_path / "site").returncode == 0
    site = tmp_path / "site"
    good = (SEEDS / TEXTS[2].name).read_bytes()
    page_id = "liaoyuan-ribao/2021/01-21/p1"
    assert (site / f"data/sources/{page_id}.txt").read_bytes() == good
    other = site / f"data/sources/{page_id}.alt-1-txt.txt"
    assert other.read_text("utf-8") == misread(good.decode(), 0.03)
    (record,) = map(json.loads, (site / "data/pages/2021-01.jsonl").read_text("utf-8").splitlines())
    assert record["source"] == "liaoyuan-ribao/2021-01-21/1.txt"
    assert record["readings"] == [
        {"source": "liaoyuan-ribao/2021-01-21/1.alt-second.txt", "text": f"data/sources/{page_id}.txt"},
        {"source": "liaoyuan-ribao/2021-01-21/1.txt", "text": f"data/sources/{page_id}.alt-1-txt.txt"},
    ]
    assert "另一份识别（1.txt）" in (site / f"{page_id}-00.html").read_text("utf-8")


def test_a_withheld_articles_words_stand_in_no_other_reading(build_site: Call, tmp_path: Path) -> None:
    source = folder(tmp_path, 'withhold = ["liaoyuan-ribao/2021/01-21/p1-01"]\n')
    assert build_site(source, "-o", tmp_path / "site").returncode == 0
    words = "争取尽快扑灭疫情"
    holding = [
        path.relative_to(tmp_path).as_posix()
        for path in (tmp_path / "site").rglob("*")
        if path.suffix in (".html", ".txt", ".jsonl", ".js") and words in path.read_text("utf-8")
    ]
    assert holding == []
    assert words in (source / "liaoyuan-ribao/2021-01-21/1.alt-second.txt").read_text("utf-8")
