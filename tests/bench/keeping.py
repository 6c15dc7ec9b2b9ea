"""What an archive's memory costs: `python -m tests.bench keeping [--articles N] [--corrections N] [--runs N]`.

The same made pages (`corpus.py`) are built three ways, each a whole process that finds neither site nor cache: as if
for the first time; with the ledger (`permalinks.jsonl`) of an earlier build, to whose lines all articles are matched;
and with that and corrections, each of other words in another article, quoted as the site's form does. They take turns,
and each ratio is that of two neighbours.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import corpus, measuring
from tests.bench.building import CHECKOUT, RAM_DISK, SEED, programs, tell

FIRST, LEDGER, BOTH = "first build", "with ledger", "with ledger and corrections"
ROUND = 20  # characters quoted on either side, as by static/correct.js
LONG = 3 * ROUND  # characters of a paragraph from which words are quoted
A_FILE = 50  # corrections


def corrections(site: Path, count: int) -> Iterator[str]:
    """So many corrections as TOML, spread over the articles of a site: four characters become four others."""
    found = []
    for file in sorted((site / "data" / "articles").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            article = json.loads(line)
            text = next((one["text"] for one in article["blocks"] if len(one["text"]) >= LONG), "")
            if text and '"' not in text and "\\" not in text:
                found.append((article["id"], text))
    for number in range(count):
        id, text = found[number * len(found) // count]
        middle = len(text) // 2
        quoted = {
            "article": id,
            "prefix": text[middle - ROUND : middle],
            "exact": text[middle : middle + 4],
            "suffix": text[middle + 4 : middle + 4 + ROUND],
            "becomes": "此处改正",
            "by": "校对",
            "why": "据原版影像。",
        }
        rows = [f'{key} = "{value}"' for key, value in quoted.items()]
        yield "\n".join(["[[corrections]]", *rows, "date = 2026-11-22", ""])


def measure(folder: Path, articles: int, count: int, runs: int) -> tuple[dict[str, list[float]], Counter[str]]:
    """Seconds of each way, a figure a run, and what became of the corrections."""
    ours = programs("", "").ours
    pages = folder / "pages"
    tell(f"making {articles:,} articles")
    corpus.make(SEED, articles, folder)
    site, cache, log = folder / "site", folder / "cache", folder / "log"

    def seconds(source: Path) -> float:
        for old in (site, cache):
            shutil.rmtree(old, ignore_errors=True)
        return measuring.seconds([*ours, source, "-o", site, "--cache", cache], CHECKOUT, {}, log)

    seconds(pages)
    sources = {FIRST: pages, LEDGER: folder / "ledger", BOTH: folder / "both"}
    for name in (LEDGER, BOTH):
        shutil.copytree(pages, sources[name])
    (sources[BOTH] / "corrections").mkdir()
    texts = list(corrections(site, count))
    for first in range(0, len(texts), A_FILE):
        file = sources[BOTH] / "corrections" / f"{first:05}.toml"
        file.write_text("\n".join(texts[first : first + A_FILE]), "utf-8")
    spent: dict[str, list[float]] = {name: [] for name in sources}
    for number in range(1, runs + 1):
        for name, source in sources.items():
            if name == FIRST:
                (source / "permalinks.jsonl").unlink(missing_ok=True)
            spent[name].append(seconds(source))
            tell(f"round {number} of {runs}: {name} {spent[name][-1]:.2f} s")
    rows = (site / "data" / "corrections.jsonl").read_text("utf-8").splitlines()
    return spent, Counter(json.loads(row)["state"] for row in rows)


def table(spent: dict[str, list[float]], states: Counter[str]) -> str:
    """
    >>> print(table({FIRST: [10.0, 20.0], LEDGER: [10.2, 20.8], BOTH: [10.5, 21.0]}, Counter({"applied": 7})))
    way                              seconds    ratio    least     most
    first build                        15.00     1.00     1.00     1.00
    with ledger                        15.50     1.03     1.02     1.04
    with ledger and corrections        15.75     1.05     1.05     1.05
    corrections: applied 7
    """
    rows = [f"{'way':<30}{'seconds':>10}{'ratio':>9}{'least':>9}{'most':>9}"]
    for name, times in spent.items():
        ratios = [one / first for one, first in zip(times, spent[FIRST], strict=True)]
        figures = (statistics.median(ratios), min(ratios), max(ratios))
        rows.append(f"{name:<30}{statistics.median(times):10.2f}" + "".join(f"{figure:9.2f}" for figure in figures))
    said = ", ".join(f"{state} {number:,}" for state, number in sorted(states.items()))
    return "\n".join([*rows, f"corrections: {said}"])


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench keeping", description=(__doc__ or "").split(":", 1)[0] + "."
    )
    parser.add_argument("--articles", type=int, default=10_000, help="made articles (%(default)s)")
    parser.add_argument("--corrections", type=int, default=1_000, help="corrections of them (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="rounds (%(default)s)")
    args = parser.parse_args(words)
    place = RAM_DISK if RAM_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        try:
            print(table(*measure(Path(folder), args.articles, args.corrections, args.runs)))
        except measuring.CommandError as error:
            print(error, file=sys.stderr)
            return 1
    return 0
