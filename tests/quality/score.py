"""How well the site builder restores pages: `python -m tests.quality.score [--seed N] [--pages N] [--floors]`.

Prints the measures (see measures.py) of the seeds against their gold, and of made pages, by family of damage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from site_builder import articles, metadata, sources
from site_builder.archive import gather
from site_builder.model import Page, Settings, SourcePage

from . import maker
from .measures import MEASURES, Figures, mean, measure, read_gold

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds"
SEED = 1  # of the pages that the floors are pinned to
PAGES = 10  # of each family
MARGIN = 0.01  # a floor stands so far under the figure that was measured

Table = Mapping[str, Figures]


def seed_pages(folder: Path = SEEDS) -> dict[str, Page]:
    """The seeds restored and gathered with their archive.toml, by name."""
    settings = sources.read_settings(folder)
    files = [path for path in sources.find_files(folder) if (HERE / "gold" / f"{path.stem}.toml").exists()]
    found = [page for path in files for page in sources.read_pages(path, folder)]
    pages = [metadata.read_facts(articles.restore(page), settings) for page in found]
    return {Path(page.source.source).stem: page for page in gather(settings, pages).pages}


def made_page(made: maker.MadePage) -> Page:
    """A made page restored as the only one of an archive without settings."""
    page = articles.restore(SourcePage(f"{made.style.family}-{made.style.seed}.txt", made.text))
    return gather(Settings(), [metadata.read_facts(page, Settings())]).pages[0]


def score_seeds() -> dict[str, Figures]:
    pages = seed_pages()
    return {name: measure(pages[name], read_gold(HERE / "gold" / f"{name}.toml")) for name in sorted(pages)}


def score_made(pages: Iterable[maker.MadePage]) -> dict[str, dict[str, Figures]]:
    """The figures of each page, by family."""
    out: dict[str, dict[str, Figures]] = {}
    for made in pages:
        figures = measure(made_page(made), made.truth)
        out.setdefault(made.style.family, {})[str(made.style.seed)] = figures
    return out


def overall(table: Table) -> Figures:
    """The mean of each measure."""
    return {name: mean(row[name] for row in table.values()) for name in MEASURES}


def by_family(scores: Mapping[str, Table]) -> dict[str, Figures]:
    """A row a family, and one for all made pages."""
    rows = {family: overall(pages) for family, pages in scores.items()}
    return rows | {"made": overall({f"{f} {p}": row for f, pages in scores.items() for p, row in pages.items()})}


def table(rows: Table) -> str:
    """The rows as text. Figures are cut, not rounded: only an exact 1 prints as 1.000."""
    width = max(map(len, rows))
    lines = [" ".join([" " * width, *(f"{name:>10}" for name in MEASURES)])]
    for name, row in rows.items():
        cells = [
            " " * 9 + "-" if (value := row[key]) is None else f"{int(value * 1000) / 1000:10.3f}" for key in MEASURES
        ]
        lines.append(" ".join([f"{name:{width}}", *cells]))
    return "\n".join(lines)


def floors(rows: Table) -> str:
    """The rows as floors.toml wants them."""
    out = []
    for name, row in rows.items():
        out.append(f"[{name}]")
        for key in MEASURES:
            if (value := row[key]) is not None:
                floor = 1.0 if key == "conserved" else max(0.0, int((value - MARGIN) * 1000) / 1000)
                out.append(f"{key} = {floor}")
        out.append("")
    return "\n".join(out)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.score", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--seed", type=int, default=SEED, help="make other pages (the floors are pinned to %(default)s)"
    )
    parser.add_argument("--pages", type=int, default=PAGES, help="pages of each family (default %(default)s)")
    parser.add_argument("--family", action="append", choices=list(maker.FAMILIES), help="only these families")
    parser.add_argument("--each", action="store_true", help="print every made page's figures too")
    parser.add_argument("--floors", action="store_true", help="print the figures as floors.toml")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the made pages and their truth there")
    args = parser.parse_args(words)
    pages = [
        made for made in maker.corpus(args.seed, args.pages) if made.style.family in (args.family or maker.FAMILIES)
    ]
    if args.write:
        write(pages, args.write)
    scores = score_made(pages)
    rows = by_family(scores)
    if not args.family:
        seeds = score_seeds()
        rows = {"seeds": overall(seeds)} | rows
    if args.floors:
        print(floors(rows))
        return 0
    if not args.family:
        print(table(seeds | {"seeds": rows.pop("seeds")}), end="\n\n")
    if args.each:
        for family, each in scores.items():
            print(table({f"{family} {name}": row for name, row in each.items()}), end="\n\n")
    print(table(rows))
    return 0


def write(pages: Iterable[maker.MadePage], folder: Path) -> None:
    """Each made page as FAMILY-SEED.txt, and beside it what it should become."""
    folder.mkdir(parents=True, exist_ok=True)
    for made in pages:
        name = f"{made.style.family}-{made.style.seed}"
        (folder / f"{name}.txt").write_text(made.text, "utf-8")
        lines = [str(made.style), str(dict(made.truth.facts)), ""]
        for article in made.truth.articles:
            lines += [
                f"[{article.kicker}] [{article.headline}] [{article.subtitle}] {article.dateline} {article.byline}"
            ]
            lines += [*article.running, *(f"图 {caption}" for caption in article.captions), article.jump, ""]
        (folder / f"{name}.truth").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
