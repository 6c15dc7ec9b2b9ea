"""What a page costs: `python -m tests.bench pages [--pages N] [--rounds N] [--seed N] [--no-site] [--collect]`.

Prints the median of the CPU time that one page of about 6,000 characters takes, stage by stage, on pages of all
families of damage that tests/quality makes so long; then what the proof costs, and what a whole site does. Loading
dictionaries is left out: a first page pays for it. Between rounds what the program remembers of texts is forgotten, so
that no page profits from having been read before. Garbage is collected as seldom as in a worker of a build.
"""

from __future__ import annotations

import argparse
import functools
import gc
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from site_builder import articles, metadata, report
from site_builder.build import Options, build
from site_builder.model import Settings, SourcePage
from site_builder.pool import collect_seldom
from tests.quality import maker

SIZE = 6000  # characters, blanks not counted: a broadsheet's page
STAGES = (
    "clean", "read_pieces", "cut_bodies", "set_aside", "stitch", "read_words", "match_headings", "part_by_headings",
    "give_headings", "place_captions",
)  # fmt: skip
"""The parts of `articles.restore` that are timed by themselves."""

Times = dict[str, list[float]]


def page(family: str, seed: int) -> SourcePage | None:
    """A made page of about SIZE characters; none if the family has not so many stories (old print)."""
    style = maker.style(family, seed)
    for stories in range(4, 40):
        text = maker.make(replace(style, stories=stories)).text
        if len("".join(text.split())) >= 0.95 * SIZE:
            return SourcePage(f"{family}-{seed}.txt", text)
    return None


def pages(count: int, seed: int) -> list[SourcePage]:
    """So many pages, of each family in turn."""
    made = (page(family, 1000 * seed + number) for number, family in enumerate(itertools.cycle(maker.FAMILIES)))
    return list(itertools.islice(filter(None, made), count))


def forget() -> None:
    """Empty what the program remembers of texts; what it has loaded (without a limit) stays."""
    for name, module in list(sys.modules.items()):
        if name.startswith("site_builder."):
            for function in vars(module).values():
                parameters = getattr(function, "cache_parameters", None)
                if parameters and parameters()["maxsize"] is not None:
                    function.cache_clear()


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Within, each of the STAGES notes down the CPU time that it takes, in ms."""
    originals = {name: getattr(articles, name) for name in STAGES if hasattr(articles, name)}

    def timing(name: str, stage: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(stage)
        def run(*words: object) -> object:
            start = time.process_time_ns()
            try:
                return stage(*words)
            finally:
                spent[name] += (time.process_time_ns() - start) / 1e6

        return run

    spent = dict.fromkeys(originals, 0.0)
    for name, stage in originals.items():
        setattr(articles, name, timing(name, stage))
    try:
        yield spent
    finally:
        for name, stage in originals.items():
            setattr(articles, name, stage)


def measure(sources: Sequence[SourcePage], rounds: int) -> list[Times]:
    """For each page the times of its stages, a figure a round."""
    out: list[Times] = [{} for _ in sources]
    for _ in range(rounds):
        forget()
        for source, times in zip(sources, out, strict=True):
            start = time.process_time_ns()
            restored = articles.restore(source)
            whole = time.process_time_ns()
            assert report.check(restored) == []
            proved = time.process_time_ns()
            metadata.add_subjects(metadata.read_facts(restored, Settings()), Settings())
            understood = time.process_time_ns()
            steps = (("restore", whole - start), ("proof", proved - whole), ("metadata", understood - proved))
            for name, spent in steps:
                times.setdefault(name, []).append(spent / 1e6)
        forget()
        for source, times in zip(sources, out, strict=True):
            with timed() as spent_on:
                articles.restore(source)
            for name, took in spent_on.items():
                times.setdefault(name, []).append(took)
    return out


def whole_build(sources: Sequence[SourcePage]) -> tuple[float, float]:
    """Seconds that building a site of these pages takes, by the clock and of this process's CPU."""
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts"
        texts.mkdir()
        for number, source in enumerate(sources):
            (texts / f"{number:04}-{source.source}").write_text(source.text, "utf-8")
        start, cpu = time.perf_counter(), time.process_time()
        build(Options(texts, Path(folder) / "site"))
        return time.perf_counter() - start, time.process_time() - cpu


def table(measured: Sequence[Times]) -> str:
    """A row a stage: of all pages the median, nine tenths of them, the slowest; each page by its own median."""
    rows = [f"{'CPU ms a page':<20}{'median':>8}{'9 of 10':>9}{'slowest':>9}"]
    for name in ("restore", *STAGES, "proof", "metadata"):
        each = sorted(statistics.median(times[name]) for times in measured if name in times)
        if each:
            tenth = each[min(len(each) - 1, int(0.9 * len(each)))]
            indent = "  " if name in STAGES else ""
            rows.append(f"{indent + name:<20}{statistics.median(each):8.2f}{tenth:9.2f}{each[-1]:9.2f}")
    return "\n".join(rows)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench pages", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=52, help="pages to make, of each family in turn (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each page is read (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="make other pages")
    parser.add_argument("--collect", action="store_true", help="collect garbage as Python does, not as a worker")
    parser.add_argument("--no-site", action="store_true", help="leave the whole build out")
    args = parser.parse_args(words)
    sources = pages(args.pages, args.seed)
    measure(sources[:1], 1)  # loads the dictionaries
    usual = gc.get_threshold()
    if not args.collect:
        collect_seldom()
    measured = measure(sources, args.rounds)
    gc.set_threshold(*usual)
    gc.unfreeze()
    sizes = sorted(len("".join(source.text.split())) for source in sources)
    print(f"{len(sources)} pages of {sizes[0]} to {sizes[-1]} characters (median {statistics.median(sizes):.0f})\n")
    print(table(measured))
    if not args.no_site:
        clock, cpu = whole_build(sources)
        print(f"\nwhole site of {len(sources)} pages: {clock:.2f} s by the clock, {cpu:.2f} s of CPU in this process")
    return 0
