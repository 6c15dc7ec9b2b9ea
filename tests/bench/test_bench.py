"""The bench runs, and says what it measured. What it measures is never a test: machines differ."""

from __future__ import annotations

import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder import articles
from tests.bench import __main__ as bench
from tests.bench import building, corpus, drawing, keeping, measuring, pages
from tests.bench.building import ALL, BOTH, CHANGED, HUGO, PAGEFIND, PLAIN, Figures, Programs, Workshop

# ---------------------------------------------------------------- the stages of a page


@pytest.mark.parametrize("words", [["pages"], []])
def test_the_bench_runs_on_two_pages(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    site = [] if words else ["--no-site"]
    assert bench.main([*words, "--pages", "2", "--rounds", "1", *site]) == 0
    said = capsys.readouterr().out
    assert re.match(r"2 pages of \d+ to \d+ characters \(median \d+\)\n", said)
    rows = re.findall(r"^ *(\w+)(?: +\d+\.\d\d){3}$", said, re.MULTILINE)
    assert rows == ["restore", *pages.STAGES, "proof", "metadata"]
    whole = r"\nwhole site of 2 pages: \d+\.\d\d s by the clock, \d+\.\d\d s of CPU in this process\n$"
    assert bool(re.search(whole, said)) == bool(words)


def test_the_pages_measured_are_as_long_as_printed_ones() -> None:
    sizes = [len("".join(page.text.split())) for page in pages.pages(3, 7)]
    assert [size for size in sizes if not 0.9 * pages.SIZE < size < 1.3 * pages.SIZE] == []


def test_stages_stand_as_they_were_once_they_are_timed() -> None:
    before = [getattr(articles, name) for name in pages.STAGES]
    with pages.timed() as spent:
        articles.restore(pages.pages(1, 1)[0])
    assert list(spent) == list(pages.STAGES) and min(spent.values()) >= 0
    assert [getattr(articles, name) for name in pages.STAGES] == before


# ---------------------------------------------------------------- the archives


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def plain(text: str) -> str:
    """The characters alone, in one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_a_seed_makes_the_same_archive_and_a_smaller_one_begins_a_larger(tmp_path: Path) -> None:
    for name, seed, count in (("one", 1, 72), ("again", 1, 72), ("smaller", 1, 40), ("other", 2, 72)):
        corpus.make(seed, count, tmp_path / name)
    one, again, smaller, other = (files(tmp_path / name) for name in ("one", "again", "smaller", "other"))
    assert one == again
    assert len(smaller) < len(one) and [name for name, text in smaller.items() if one.get(name) != text] == []
    assert [name for name in other if name.endswith(".md") and other[name] == one.get(name)] == []


def test_an_archive_is_as_large_as_it_says(tmp_path: Path) -> None:
    corpus.make(3, 180, tmp_path)
    made = files(tmp_path)
    printed = [Path(name) for name in made if name.endswith(".txt")]
    assert len(printed) == 23 and len([name for name in made if name.endswith(".md")]) == 180
    issues = {path.parent for path in printed}
    assert len(issues) == 6 and {len([path for path in printed if path.parent == one]) for one in issues} == {4, 3}
    assert {path.parts[1] for path in printed} == {newspaper.id for newspaper in corpus.NEWSPAPERS}
    every = [article for page in corpus.archive(3, 2000) for article in page]
    sizes = [sum(map(len, article.paragraphs)) for article in every]
    assert 650 < sum(sizes) / len(sizes) < 750 and min(sizes) >= 150
    assert {topic for article in every for topic in article.topics} == set(corpus.TOPICS)


def test_reporters_write_for_years_and_days_do_not_repeat() -> None:
    every = [article for page in corpus.archive(1, 4000) for article in page]
    for newspaper in corpus.NEWSPAPERS:
        own = [article for article in every if article.newspaper == newspaper]
        assert len({article.reporter for article in own}) == corpus.REPORTERS
        assert len({article.date for article in own}) * 32 == len(own)
    assert len({article.slug for article in every}) == len(every)
    assert {article.date.year for article in every} >= set(range(2005, 2025))


def test_both_forms_tell_the_same_articles(tmp_path: Path) -> None:
    corpus.make(1, 160, tmp_path)
    for page in corpus.archive(1, 160):
        first = page[0]
        printed = tmp_path / "pages" / first.newspaper.id / f"{first.date}" / f"{first.page}.txt"
        left = plain(printed.read_text("utf-8").replace("# ", ""))
        for article in page:
            clean = (tmp_path / "markdown" / article.issue / f"{article.slug}.md").read_text("utf-8")
            head, body = clean.split("---\n")[1:]
            assert f'title: "{article.title}"\n' in head and f"reporter: {article.reporter}\n" in head
            assert body == "\n\n".join(article.paragraphs) + "\n"
            before, found, left = left.partition(plain(article.title + body))
            assert found, article.slug
            assert before == "" or article is first
        assert left == ""


def test_pages_look_as_ocr_leaves_them() -> None:
    texts = [corpus.page_text(1, page) for page in corpus.archive(1, 1600)]
    half = [text for text in texts if "，" not in text]
    running = [text for text in texts if max(map(len, text.splitlines())) > 60]
    spread = [text for text in texts if text not in running and not re.search(r"[^\n]\n[^\n]", text)]
    assert 0.3 < len(half) / len(texts) < 0.6 and all("," in text for text in half)
    assert 0.1 < len(running) / len(texts) < 0.3 and any("\n# " in text for text in running)
    assert 0.1 < len(spread) / len(texts) < 0.3


# ---------------------------------------------------------------- measuring


HOLD = "held = b'x' * ({} << 20)\n"
WAIT = "import time; time.sleep(1)\n"
PARENT = (
    "import subprocess, sys; " + HOLD.format(60) + f"subprocess.run([sys.executable, '-c', {HOLD.format(90) + WAIT!r}])"
)


@pytest.mark.skipif(not measuring.can_see_memory(), reason="this system doesn't say what processes hold")
def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    alone = measuring.peak([sys.executable, "-c", HOLD.format(60) + WAIT], tmp_path, {}, tmp_path / "log")
    together = measuring.peak([sys.executable, "-c", PARENT], tmp_path, {}, tmp_path / "log")
    assert 60 << 20 < alone < 110 << 20
    assert 150 << 20 < together < 220 << 20


@pytest.mark.skipif(not measuring.can_see_memory(), reason="this system doesn't say what processes hold")
def test_an_ended_process_holds_nothing() -> None:
    assert measuring.held(2**22 + 1) == 0


@pytest.mark.parametrize("measure", [measuring.seconds, measuring.peak])
def test_a_command_that_fails_says_how(measure: Callable[..., float], tmp_path: Path) -> None:
    words = [sys.executable, "-c", "print('what was wrong'); raise SystemExit(7)"]
    with pytest.raises(measuring.CommandError, match=r"ended with 7: .*\n*what was wrong"):
        measure(words, tmp_path, {}, tmp_path / "log")


# ---------------------------------------------------------------- tables and the picture


def figures() -> Figures:
    made = Figures(10_000)
    made.seconds.update({
        (ALL, 10_000): [10.0, 12.0, 11.0], (HUGO, 10_000): [6.0, 5.0, 5.0], (PAGEFIND, 10_000): [14.0, 15.0, 17.0],
        (CHANGED, 10_000): [1.5, 1.2, 2.2],
    })  # fmt: skip
    made.growth.update({(ALL, 1000): [1.2], (ALL, 10_000): [10.0, 12.0], (ALL, 100_000): [104.0, 144.0]})
    made.growth.update(
        {(HUGO, 1000): [0.8], (PAGEFIND, 1000): [2.0], (HUGO, 10_000): [5.0], (PAGEFIND, 10_000): [15.0]}
    )
    made.peaks.update({(ALL, 1000): 300_000_000, (ALL, 10_000): 1_100_000_000, (ALL, 100_000): 2_400_000_000})
    made.peaks.update({(BOTH, 1000): 400_000_000, (BOTH, 10_000): 2_500_000_000})
    made.written[ALL, 10_000] = (38_966, 460_000_000)
    return made


def test_each_promise_has_its_row() -> None:
    found = {row.what: row for row in building.rows(figures())}
    assert len(found) == 10
    first = found["everything from OCR text, against Hugo and Pagefind on clean Markdown"]
    assert (first.target, first.measured, first.span, first.kept) == ("at most 0.65", "0.50", "0.50–0.60", True)
    changed = found["one page changed, against everything"]
    assert (changed.target, changed.measured, changed.span, changed.kept) == (
        "at most 0.12",
        "0.15",
        "0.10–0.20",
        False,
    )
    assert found["peak memory at 10,000 articles"].measured == "1.10 GB"
    large = found["time of 100,000 articles against 10,000"]
    assert (large.measured, large.span, large.kept) == ("11.2", "10.4–12.0", False)
    assert found["peak memory at 100,000 articles"].kept is False
    missing = [row for row in found.values() if row.measured == building.NOT_MEASURED]
    assert len(missing) == 5 and {row.kept for row in missing} == {None}


def test_the_table_is_markdown_and_says_what_is_over() -> None:
    lines = building.table(figures()).splitlines()
    first, second = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert [line.count("|") for line in first] == [5] * 12 and [line.count("|") for line in second] == [8] * len(second)
    assert "| peak memory at 100,000 articles | at most 2 GB | 2.40 GB (over) |  |" in first
    assert "| build-site: all | 10,000 | 11.0 | 10.0–12.0 | 38,966 | 460 | 1.10 GB |" in second
    assert "| Hugo and Pagefind | 10,000 | 20.0 | 20.0–22.0 |  |  | 2.50 GB |" in second


def boxes(picture: str) -> list[tuple[str, float, float, float, float]]:
    """Each text of a picture and the space that it takes."""
    found = []
    for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
        words = "".join(text.itertext())
        size = 15 if text.get("class") == "head" else drawing.SIZE
        wide = len(words) * size * drawing.LETTER
        x = float(text.get("x", 0)) - {"start": 0.0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
        y = float(text.get("y", 0))
        found.append((words, x, y - size, x + wide, y + 3))
    return found


def test_the_picture_says_all_in_words_and_nothing_lies_on_anything_else() -> None:
    picture = building.drawn(figures(), "python -m tests.bench build")
    root = ElementTree.fromstring(picture)
    told = {name: root.findtext(f"{{http://www.w3.org/2000/svg}}{name}", "") for name in ("title", "desc")}
    assert told["title"] == "Seconds to build a site of 10,000 articles"
    assert "Hugo and Pagefind, clean Markdown: 20 s; build-site, everything from OCR text: 11 s" in told["desc"]
    assert "prefers-color-scheme: dark" in picture
    texts = boxes(picture)
    assert {"11 s", "1.50 s", "2.1 min", "1.10 GB", "100,000"} <= {text[0] for text in texts}
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert [text for text in texts if text[1] < 0 or text[2] < 0 or text[3] > width or text[4] > height] == []
    crossing = [
        (one[0], other[0])
        for at, one in enumerate(texts)
        for other in texts[at + 1 :]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]
    assert crossing == []


def test_a_picture_of_one_size_has_no_growth() -> None:
    alone = Figures(100)
    alone.seconds[ALL, 100] = [2.5]
    texts = {text[0] for text in boxes(building.drawn(alone, "command"))}
    assert texts == {
        "Seconds to build a site of 100 articles",
        "build-site, everything from OCR text",
        "2.5 s",
        "command",
    }


# ---------------------------------------------------------------- what is run


OURS = Programs(("build-site",), frozenset({"--cache", "--no-search"}), ("hugo",), ("pagefind",))


def test_what_a_program_does_not_know_is_not_measured() -> None:
    old = Programs(("build-site",), frozenset({"--out"}), ("hugo",))
    assert [step for step in building.STEPS if old.knows(step)] == [ALL, HUGO]
    some = Programs(("build-site",), frozenset({"--no-search"}))
    assert [step for step in building.STEPS if some.knows(step)] == [ALL, PLAIN]
    assert [step for step in building.STEPS if not OURS.knows(step)] == []


def test_each_step_finds_what_it_may_and_no_more(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, OURS)
    source = shop.archive(16) / "pages"
    command = list(map(str, shop.command(ALL, 16)))
    site, cache = shop.site(ALL, 16), Path(command[command.index("--cache") + 1])
    assert command[:4] == ["build-site", str(source), "-o", str(site)] and "--no-search" not in command
    assert "--no-search" in shop.command(building.ANEW, 16) and shop.site(building.ANEW, 16) != site

    def leave() -> list[bool]:
        for folder in (site, cache):
            folder.mkdir(exist_ok=True)
        ledger = source / "permalinks.jsonl"
        ledger.touch()
        shop.prepare(step, 16)
        return [site.exists(), cache.exists(), ledger.exists()]

    for step, left in ((ALL, [False] * 3), (building.SAME, [True] * 3), (CHANGED, [True] * 3)):
        assert leave() == left, step
    anew, kept = shop.site(building.ANEW, 16), Path(shop.command(building.ANEW, 16)[-2])
    for folder in (anew, kept):
        folder.mkdir()
    shop.prepare(building.ANEW, 16)
    assert (anew.exists(), kept.exists()) == (False, True)


def test_one_page_is_changed_for_as_long_as_it_is_measured(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, OURS)
    archive = shop.archive(48)
    before = files(archive)
    seen = []
    for number in (1, 2):
        with shop.changed(48, number):
            now = files(archive)
            changed = sorted(name for name in now if now[name] != before[name])
            assert len(changed) == 2 and len({Path(*Path(name).parts[1:]) for name in changed}) == 1
            seen.append(now[changed[0]])
        assert files(archive) == before
    assert seen[0] != seen[1]


@pytest.mark.slow
def test_the_bench_measures_a_small_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HUGO", "PAGEFIND"):
        monkeypatch.delenv(name, raising=False)
    words = ["build", "--articles", "8", "--runs", "1", "--sizes", "8", "--growth-runs", "1", "--out", str(tmp_path)]
    assert bench.main([*words, "--work", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert re.search(r"^\| build-site: all \| 8 \| [\d.]+ \| [\d.]+–[\d.]+ \| \d+ \| \d+ \|", said.out, re.MULTILINE)
    assert "round 1 of 1, 8 articles: all" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["speed.svg"]
    ElementTree.parse(tmp_path / "speed.svg")


def test_the_bench_measures_what_ledger_and_corrections_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert keeping.main(["--articles", "12", "--corrections", "5", "--runs", "1"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row[:30].strip() for row in rows[1:4]] == [keeping.FIRST, keeping.LEDGER, keeping.BOTH]
    assert rows[4] == "corrections: applied 5"
