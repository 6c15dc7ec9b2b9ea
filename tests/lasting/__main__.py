"""How addresses outlive the OCR: `python -m tests.lasting [--pages N | --articles N] [--seed N]`.

Issues of three made pages (and the sample archive) are built; then their pages are damaged as a new OCR run would do,
and built again with the ledger of the first build. Where that build is refused, for addresses would break, it is done
again as an archivist would: with the `--retire` that its message has ready. Then for each address of the first build it
is asked whether the site has a page there (answer: all must), and which article's, by the characters that both hold.

same     the article that has more of the old one's characters than any other, or at least two fifths of them (where
         one was cut in halves, a sample can't tell which is larger)
part     another that has some of them: what is left of an article whose larger part went into another
wrong    one that has less than a tenth of them
refused  none: the build asked for --retire, and the address says what was there
gone     none: the address says what was there, without being asked, for it had no letter
removed  none, and rightly: the page is no longer in the source (one that led to another article would count as wrong)
retired  all that the build asked for, those of pages that are no longer in the source too
led      of the others, those whose old address leads to another one, into which the article was merged
"""

from __future__ import annotations

import argparse
import datetime as dt
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

from site_builder import articles, metadata, sources
from site_builder.archive import Archive, gather
from site_builder.errors import PermalinkError
from site_builder.fingerprints import folded, shingles
from site_builder.ledger import Ledger
from site_builder.model import Page, PageEntry, PageFacts, Settings, SourcePage
from site_builder.outputs import former
from site_builder.outputs import issues as issue_pages
from site_builder.permalinks import Rules, refuse_broken
from site_builder.views import Views
from tests.quality import maker

from . import damage
from .damage import Sheet

SEEDS = Path(__file__).parents[2] / "seeds"
PAGES_AN_ISSUE = 3
PASSAGE = 50  # letters
SHARED = 0.5  # of a passage's shingles: above it both tell the same

Key = tuple[int, int]  # a character: the number of its page in the issue, its offset in the page's first text


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of an issue: its number among the pages as they first were (-1: added since), and how to print it."""

    origin: int
    sheet: Sheet


Damage = Callable[[list[Leaf], Random], list[Leaf]]


def each(change: Callable[[Sheet, Random], Sheet]) -> Damage:
    return lambda leaves, rng: [replace(leaf, sheet=change(leaf.sheet, rng)) for leaf in leaves]


def again(share: float) -> Damage:
    """Another OCR: other lines, another order of the articles, another dialect now and then, and errors."""

    def change(sheet: Sheet, rng: Random) -> Sheet:
        sheet = damage.reordered(damage.rewrapped(sheet, rng), rng)
        sheet = damage.other_dialect(sheet, rng) if rng.random() < 0.2 else sheet
        return damage.misread(sheet, share, rng)

    return each(change)


def page_added(leaves: list[Leaf], rng: Random) -> list[Leaf]:
    """Another page comes first. The maker tells the same stories with other names, so it must be one of others."""
    told = {number for leaf in leaves for number in shingles(_letters(leaf.sheet.articles))}
    while True:
        style = maker.style("scan", rng.randrange(10**6, 2 * 10**6))
        added = damage.sheet(restored(maker.make(style).text))
        kept = tuple(article for article in added.articles if not _retold(_letters([article]), told))
        if kept:
            return [Leaf(-1, replace(added, articles=kept)), *leaves]


def _letters(pieces: Iterable[damage.Piece]) -> str:
    return "".join(sign.char for article in pieces for block in article for sign in block.signs)


def page_removed(leaves: list[Leaf], rng: Random) -> list[Leaf]:
    at = rng.randrange(len(leaves))
    return [*leaves[:at], *leaves[at + 1 :]]


def all_at_once(leaves: list[Leaf], rng: Random) -> list[Leaf]:
    for change in (page_added, each(damage.run_together), each(damage.split), again(0.02)):
        leaves = change(leaves, rng)
    return leaves


DAMAGES: Mapping[str, Damage] = {
    "printed again": lambda leaves, rng: leaves,
    "1 % misread": each(lambda sheet, rng: damage.misread(sheet, 0.01, rng)),
    "2 % misread": each(lambda sheet, rng: damage.misread(sheet, 0.02, rng)),
    "5 % misread": each(lambda sheet, rng: damage.misread(sheet, 0.05, rng)),
    "re-wrapped": each(damage.rewrapped),
    "other dialect": each(damage.other_dialect),
    "reordered": each(damage.reordered),
    "run together": each(damage.run_together),
    "split": each(damage.split),
    "page added": page_added,
    "page removed": page_removed,
    "new OCR, 1 %": again(0.01),
    "new OCR, 2 %": again(0.02),
    "new OCR, 5 %": again(0.05),
    "all at once, 2 %": all_at_once,
}


# ---------------------------------------------------------------- building


def restored(text: str) -> Page:
    return articles.restore(SourcePage("a.txt", text))


def built(texts: Sequence[str], ledger: Ledger, rules: Rules | None = None) -> Archive:
    """An issue of these pages."""
    return gathered(*read(texts), ledger, rules)


def read(texts: Sequence[str]) -> tuple[Settings, list[Page]]:
    """Pages restored, and what is known of them."""
    names = [f"{number}.txt" for number in range(1, len(texts) + 1)]
    entries = tuple(
        PageEntry(name, PageFacts(newspaper="样报", date=dt.date(2021, 1, 21), page=number))
        for number, name in enumerate(names, 1)
    )
    settings = Settings(pages=entries)
    pages = [
        metadata.read_facts(articles.restore(SourcePage(name, text)), settings)
        for name, text in zip(names, texts, strict=True)
    ]
    return settings, pages


def gathered(settings: Settings, pages: Sequence[Page], ledger: Ledger, rules: Rules | None = None) -> Archive:
    return gather(settings, pages, ledger=ledger, rules=rules)


def refused(archive: Archive) -> tuple[str, ...]:
    """What the build's message says to retire, as somebody copies it; nothing where the build is not refused."""
    try:
        refuse_broken(archive.permalinks)
    except PermalinkError as error:
        words = [
            word for line in str(error).split("\n") if line.startswith("  --retire ") for word in shlex.split(line)
        ]
        return tuple(word for word in words if word != "--retire")
    return ()


def answering(archive: Archive) -> Set[str]:
    """The ids of all addresses where the site has a page of an article, or one that leads on or says what was there."""
    views = Views(archive, "")
    paths = {output.path for pages in (issue_pages(views), former(views)) for output in pages}
    return {path.removesuffix(".html") for path in paths}


def characters(archive: Archive, origins: Sequence[tuple[int, Sequence[int]]]) -> dict[str, frozenset[Key]]:
    """The characters of each article, by its id."""
    out: dict[str, frozenset[Key]] = {}
    pages = sorted(archive.pages, key=lambda page: page.facts.page or 0)
    for page, (origin, offsets) in zip(pages, origins, strict=True):
        for article in page.articles:
            places = (offsets[at] for block in article.blocks for span in block.spans for at in range(*span))
            out[article.id] = frozenset((origin, place) for place in places if place >= 0 and origin >= 0)
    return out


def judge(texts: Sequence[str], change: Damage, rng: Random) -> Counter[str]:
    """What became of the addresses of an issue."""
    first = built(texts, Ledger())
    whole = [(number, range(len(text))) for number, text in enumerate(texts)]
    before = {
        id: frozenset(key for key in keys if not texts[key[0]][key[1]].isspace())
        for id, keys in characters(first, whole).items()
    }
    pages = sorted(first.pages, key=lambda page: page.facts.page or 0)
    leaves = change([Leaf(number, damage.sheet(page)) for number, page in enumerate(pages)], rng)
    prints = [(leaf.origin, *damage.printed(leaf.sheet)) for leaf in leaves]
    ledger = first.permalinks.ledger
    again = read([text for _, text, _ in prints])
    second = gathered(*again, Ledger(ledger.lines))
    broken = frozenset(second.permalinks.broken)
    if retire := refused(second):
        second = gathered(*again, Ledger(ledger.lines), Rules(retire=retire))
        refuse_broken(second.permalinks)
    answers = answering(second)
    after = characters(second, [(origin, offsets) for origin, _, offsets in prints])
    there = {leaf.origin for leaf in leaves}
    count: Counter[str] = Counter(published=len(before), retired=len(broken))
    count["answer"] = sum(id in answers for id in ledger.lines)
    assert set(ledger.lines) == set(before)
    for id, old in before.items():
        end = second.permalinks.ledger.end_of(id)
        if not any(page in there for page, _ in old):
            count["wrong" if end in after else "removed"] += 1
            continue
        if end not in after:
            count["refused" if end in broken else "gone"] += 1
            continue
        held = len(old & after[end])
        most = max(len(old & keys) for keys in after.values())
        count[verdict(held, most, len(old))] += 1
        count["led"] += end != id
    third = gathered(*again, second.permalinks.ledger)
    count["unsteady"] += bool(third.permalinks.changes)
    return count


def verdict(held: int, most: int, whole: int) -> str:
    """What an address answers with, by the characters of the old article that it, and any article at most, holds.

    >>> verdict(60, 60, 100), verdict(45, 55, 100), verdict(30, 70, 100), verdict(5, 95, 100)
    ('same', 'same', 'part', 'wrong')
    """
    if held and (held >= most or 5 * held >= 2 * whole):
        return "same"
    return "part" if 10 * held >= whole else "wrong"


def issues(pages: int, seed: int) -> list[list[str]]:
    """Texts of made pages, so many of each family, up to three an issue.

    The maker tells each of its stories many times, with other names: no two pages of an issue may tell the same.
    """
    texts = [made.text for made in maker.corpus(seed, pages)]
    Random(seed).shuffle(texts)
    out: list[list[str]] = []
    told: list[set[int]] = []
    for text in texts:
        own = shingles(text)
        for issue, before in zip(out, told, strict=True):
            if len(issue) < PAGES_AN_ISSUE and not _retold(text, before):
                issue.append(text)
                before |= own
                break
        else:
            out.append([text])
            told.append(set(own))
    return out


def enough(articles: int, seed: int) -> list[list[str]]:
    """Issues of made pages that together hold so many articles, and hardly more."""
    pages = 1
    while True:
        held = issues(pages, seed)
        total = 0
        for number, texts in enumerate(held, 1):
            total += sum(len(restored(text).articles) for text in texts)
            if total >= articles:
                return held[:number]
        pages = max(pages + 1, -(-pages * articles // total))


def _retold(text: str, told: Set[int]) -> bool:
    """Whether a passage of the text was told before, but for names and figures."""
    letters = folded(text)
    passages = (shingles(letters[at : at + PASSAGE]) for at in range(0, len(letters), PASSAGE))
    return any(len(passage & told) >= SHARED * PASSAGE for passage in passages)


def seeds() -> list[list[str]]:
    return [[page.text] for path in sources.find_files(SEEDS) for page in sources.read_pages(path, SEEDS)]


def scores(
    held: Sequence[Sequence[str]], names: Sequence[str] = tuple(DAMAGES), jobs: int = 1
) -> dict[str, Counter[str]]:
    if jobs < 2:
        return {name: score(name, held) for name in names}
    with ProcessPoolExecutor(jobs) as pool:
        return dict(zip(names, pool.map(partial(score, held=held), names), strict=True))


def score(name: str, held: Sequence[Sequence[str]]) -> Counter[str]:
    """What became of the addresses of all issues by one damage."""
    total: Counter[str] = Counter()
    for number, texts in enumerate(held):
        total += judge(texts, DAMAGES[name], Random(f"{name} {number}"))
    return total


COLUMNS = ("addresses", "answer", "same", "part", "wrong", "refused", "gone", "led", "unsteady", "removed", "retired")


def table(rows: Mapping[str, Counter[str]]) -> str:
    lines = [f"{'':18}" + "".join(f"{name:>11}" for name in COLUMNS)]
    for name, count in rows.items():
        asked = sum(count[verdict] for verdict in ("same", "part", "wrong", "refused", "gone"))
        cells = [f"{asked:11}", _share(count["answer"], count["published"]), _share(count["same"], asked)]
        lines.append(f"{name:18}" + "".join([*cells, *(f"{count[column]:11}" for column in COLUMNS[3:])]))
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    """In a hundred, never rounded up to all."""
    return f"{int(10000 * part / whole) / 100:10.2f}%" if whole else f"{'-':>11}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lasting", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=6, help="made pages of each family (%(default)s)")
    parser.add_argument(
        "--articles", type=int, default=0, help="instead, so many issues that they hold so many articles"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="make other pages")
    parser.add_argument("--damage", action="append", choices=list(DAMAGES), help="only these")
    args = parser.parse_args(words)
    names = args.damage or tuple(DAMAGES)
    made = enough(args.articles, args.seed) if args.articles else issues(args.pages, args.seed)
    lost = 0
    for title, held in (("sample archive", seeds()), ("made pages", made)):
        rows = scores(held, names, args.jobs)
        print(f"{title}\n{table(rows)}\n", flush=True)
        lost += sum(count["published"] - count["answer"] for count in rows.values())
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
