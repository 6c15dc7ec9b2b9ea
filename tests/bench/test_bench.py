"""The bench runs. What it measures is never a test: machines differ."""

from __future__ import annotations

import re

import pytest

from tests.bench import __main__ as bench


def test_the_bench_runs_on_two_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--pages", "2", "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert re.match(r"2 pages of \d+ to \d+ characters \(median \d+\)\n", said)
    rows = re.findall(r"^ *(\w+)(?: +\d+\.\d\d){3}$", said, re.MULTILINE)
    assert rows == ["restore", *bench.STAGES, "proof", "metadata"]
    assert re.search(r"\nwhole site of 2 pages: \d+\.\d\d s by the clock, \d+\.\d\d s of CPU in this process\n$", said)


def test_the_pages_measured_are_as_long_as_printed_ones() -> None:
    sizes = [len("".join(page.text.split())) for page in bench.pages(3, 7)]
    assert [size for size in sizes if not 0.9 * bench.SIZE < size < 1.3 * bench.SIZE] == []


def test_stages_stand_as_they_were_once_they_are_timed() -> None:
    before = [getattr(bench.articles, name) for name in bench.STAGES]
    with bench.timed() as spent:
        bench.articles.restore(bench.pages(1, 1)[0])
    assert list(spent) == list(bench.STAGES) and min(spent.values()) >= 0
    assert [getattr(bench.articles, name) for name in bench.STAGES] == before
