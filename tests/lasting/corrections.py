"""How corrections outlive the OCR: `python -m tests.lasting.corrections [--count N] [--seed N]`.

Corrections of all kinds are made on clean pages, as an editor would make them with the site's form: words quoted with
20 characters on either side. Then the pages are damaged as in `tests.lasting`, and built again with the ledger of the
first build and the corrections. Of each it is asked what became of it, by the places of the characters that it speaks
of: every character knows where it came from.

done      carried out, where it was meant
right     the source says so already, and it does
refused   left alone, with a finding that says so (conflict, orphaned)
gone      what it speaks of is no longer in the source, and a finding says so
wrong     carried out elsewhere, or taken for right where it is not
lost      nothing is said of it at all
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from site_builder.archive import Archive, gather
from site_builder.build import proved
from site_builder.ledger import Ledger
from site_builder.model import Article, Correction, Outcome, Page, PageEntry, PageFacts, Settings, SourcePage, TextBlock
from site_builder.permalinks import Rules

from . import __main__ as lasting
from . import damage
from .__main__ import DAMAGES, Damage, Leaf

ROUND = 20  # characters quoted on either side, as by static/correct.js
OPENING = 16
KINDS = (
    "replace", "replace", "replace", "split-paragraph", "join-paragraph", "split-article", "join-article", "heading",
    "kind", "move", "byline", "topics", "newspaper",
)  # fmt: skip
"""What is drawn, words most often."""

Key = tuple[int, int]  # a character: the number of its page in the issue, its offset in the page's first text


@dataclass(frozen=True, slots=True)
class Made:
    """A correction, and the characters that it speaks of."""

    correction: Correction
    keys: frozenset[Key]


# ---------------------------------------------------------------- making


def made(archive: Archive, texts: Sequence[str], count: int, rng: Random) -> list[Made]:
    """Corrections of the archive's articles, at most one of each article, for each must stand by itself."""
    pages = sorted(archive.pages, key=lambda page: page.facts.page or 0)
    articles = [
        (number, page, article)
        for number, page in enumerate(pages)
        for article in page.articles
        if sum(block.kind == "paragraph" and len(block.text) > 40 for block in article.blocks) > 1
    ]
    rng.shuffle(articles)
    out: list[Made] = []
    spoken: set[str] = set()
    for number, page, article in articles[: count or None]:
        if article.id in spoken:
            continue
        one = _made(rng.choice(KINDS), number, page, article, spoken, rng)
        if one is not None:
            out.append(one)
            spoken |= {article.id, one.correction.to}
    return out


def _made(kind: str, number: int, page: Page, article: Article, spoken: set[str], rng: Random) -> Made | None:
    paragraphs = [block for block in article.blocks if block.kind == "paragraph" and len(block.text) > 40]
    others = [other.id for other in page.articles if other.id != article.id and other.id not in spoken]
    block = rng.choice(paragraphs)
    opening = (0, OPENING)
    if kind == "replace":
        start = rng.randrange(2, len(block.text) - 10)
        end = start + rng.choice((2, 3, 4, 6, 8))
        words = block.text[start:end]
        becomes = words[:1] + rng.choice("甲乙丙丁戊己庚辛") + words[2:]
        if rng.random() < 0.2:
            becomes = words[:1] + words[2:]  # a character was read twice
        return _one(kind, number, page, article, block, (start, end), becomes=becomes)
    if kind in ("split-paragraph", "split-article"):
        at = next((at + 1 for at in range(20, len(block.text) - 20) if block.text[at] == "。"), 0)
        if not at or (kind == "split-article" and block is paragraphs[0]):
            return None
        return _one(kind, number, page, article, block, (at, at + OPENING))
    if kind == "join-paragraph":
        held = article.blocks
        pairs = [b for a, b in pairwise(held) if a.kind == b.kind == "paragraph" and b in paragraphs]
        return _one(kind, number, page, article, rng.choice(pairs), opening) if pairs else None
    if kind == "join-article":
        return _one(kind, number, page, article, block, opening, to=rng.choice(others)) if others else None
    if kind == "heading":
        heads = [b for b in article.blocks if b.kind == "headline" and len(b.text) > 7]
        if not heads or not others:
            return None
        return _one(kind, number, page, article, heads[0], (0, len(heads[0].text)), to=rng.choice(others))
    if kind == "kind":
        given = rng.choice(("caption", "subheading", "other"))
        return _one(kind, number, page, article, block, opening, kind=given)
    if kind == "move":
        other = rng.choice([b for b in paragraphs if b is not block])
        after = other.text[: 2 * OPENING]
        return _one(kind, number, page, article, block, opening, after=after)
    becomes = {"byline": "张赫", "topics": "春耕", "newspaper": "白城日报"}[kind]
    return _one("fact", number, page, article, block, opening, fact=kind, becomes=becomes)


def _one(
    do: str, number: int, page: Page, article: Article, block: TextBlock, where: tuple[int, int], **more: str
) -> Made:
    """A correction that quotes a stretch of a block as the form does."""
    shown = [each for each in article.blocks if each.kind != "duplicate"]
    at = next(at for at, each in enumerate(shown) if each is block)
    before = "".join(each.text for each in shown[:at]) + block.text[: where[0]]
    after = block.text[where[1] :] + "".join(each.text for each in shown[at + 1 :])
    target = {"page": page.id} if more.get("fact") == "newspaper" else {"article": article.id}
    correction = Correction(
        file="corrections/made.toml", number=0, line=0, do=do, exact=block.text[slice(*where)], by="张赫",
        date=dt.date(2026, 11, 22), why="试", prefix=before[-ROUND:], suffix=after[:ROUND], **target, **more,
    )  # fmt: skip
    places = _places(page, block)
    return Made(correction, frozenset((number, place) for place in places[slice(*where)]))


def _places(page: Page, block: TextBlock) -> list[int]:
    """The offset in the source of each character of a block's text; these pages print as they are read."""
    text = page.source.text
    held = [at for start, end in block.spans for at in range(start, end) if not text[at].isspace()]
    letters = [at for at, char in enumerate(block.text) if not char.isspace()]
    assert len(held) == len(letters), block
    back = dict(zip(letters, held, strict=True))
    return [back.get(at, held[0]) for at in range(len(block.text))]


# ---------------------------------------------------------------- judging


def built(texts: Sequence[str], ledger: Ledger, corrections: Sequence[Correction] = ()) -> Archive:
    """An issue of these pages, corrected."""
    names = [f"{number}.txt" for number in range(1, len(texts) + 1)]
    entries = tuple(
        PageEntry(name, PageFacts(newspaper="样报", date=dt.date(2021, 1, 21), page=number))
        for number, name in enumerate(names, 1)
    )
    settings = Settings(pages=entries)
    pages = [
        lasting.metadata.read_facts(lasting.articles.restore(SourcePage(name, text)), settings)
        for name, text in zip(names, texts, strict=True)
    ]
    return proved(gather(settings, pages, ledger=ledger, rules=Rules(), corrections=corrections))


def judge(texts: Sequence[str], change: Damage, count: int, rng: Random) -> Counter[str]:
    """What became of the corrections of an issue. The clean pages are set by the press of `damage`, that all characters
    are where their blocks say.
    """
    clean = lasting.built(texts, Ledger())
    pages = sorted(clean.pages, key=lambda page: page.facts.page or 0)
    texts = [damage.printed(damage.sheet(page))[0] for page in pages]
    first = lasting.built(texts, Ledger())
    ledger = first.permalinks.ledger
    all_made = made(first, texts, count, rng)
    pages = sorted(first.pages, key=lambda page: page.facts.page or 0)
    leaves = change([Leaf(number, damage.sheet(page)) for number, page in enumerate(pages)], rng)
    prints = [(leaf.origin, *damage.printed(leaf.sheet)) for leaf in leaves]
    there = {(origin, offset) for origin, _, offsets in prints for offset in offsets}
    numbered = [replace(one, correction=replace(one.correction, number=n)) for n, one in enumerate(all_made, 1)]
    found = built([text for _, text, _ in prints], Ledger(ledger.lines), [one.correction for one in numbered])
    plain = built([text for _, text, _ in prints], Ledger(ledger.lines))
    told = {outcome.correction.number: outcome for outcome in found.corrections}
    said = " ".join(finding.message for finding in found.findings)
    tally: Counter[str] = Counter()
    for one in numbered:
        outcome = told.get(one.correction.number)
        verdict = _verdict(one, outcome, found, plain, prints, there) if outcome else "lost"
        if outcome and not outcome.done and outcome.state != "already-right" and outcome.message not in said:
            verdict = "lost"
        tally[verdict] += 1
        tally["all"] += 1
        if verdict in WATCHED:
            WATCHED[verdict].append((one, outcome))
    return tally


WATCHED: dict[str, list[tuple[Made, Outcome | None]]] = {"wrong": [], "lost": [], "refused": []}


def _verdict(
    one: Made,
    outcome: Outcome,
    found: Archive,
    plain: Archive,
    prints: Sequence[tuple[int, str, Sequence[int]]],
    there: set[Key],
) -> str:
    if outcome.state in ("conflict", "orphaned"):
        return "refused" if len(one.keys & there) * 2 >= len(one.keys) else "gone"
    touched = _touched(one.correction, outcome, found, plain, prints)
    here = one.keys & there
    if outcome.state == "already-right" and one.correction.do == "replace":
        return "wrong" if here and not touched & here else "right"
    if not here:
        return "wrong"
    return ("right" if outcome.state == "already-right" else "done") if touched & here else "wrong"


def _touched(
    one: Correction,
    outcome: Outcome,
    found: Archive,
    plain: Archive,
    prints: Sequence[tuple[int, str, Sequence[int]]],
) -> set[Key]:
    """The characters that the correction was carried out on: of the stretch, the paragraph, the article, the page."""
    after = sorted(found.pages, key=lambda page: page.source.source)
    at = next(at for at, page in enumerate(after) if page.id == outcome.page_id)
    page, (origin, _, offsets) = after[at], prints[at]
    blocks = [block for article in page.articles for block in article.blocks]
    lines = found.permalinks.ledger.lines  # an article may have been parted by another correction after this one
    own = [
        block
        for article in (*page.articles, *next(each for each in plain.pages if each.source == page.source).articles)
        if outcome.article_id == article.id or outcome.article_id == getattr(lines.get(article.id), "part_of", "")
        for block in article.blocks
    ]
    if one.do == "fact":
        held = blocks if one.fact == "newspaper" else own
    elif outcome.state == "already-right":
        held = own or blocks
    elif one.do == "replace":
        changed = [place for block in blocks if block.before for place in _changed(page, block)]
        return {(origin, offsets[place]) for place in changed}
    elif one.do in ("join-article", "split-article"):
        held = blocks
    else:
        held = [block for block in (*blocks, *page.furniture) if block.corrected]
    return {(origin, offsets[place]) for block in held for span in block.spans for place in range(*span)}


def _changed(page: Page, block: TextBlock) -> list[int]:
    """The offsets of the characters of a block that were replaced, and of two on either side."""
    was, now = block.before, block.text
    head = tail = 0
    while head < min(len(was), len(now)) and was[head] == now[head]:
        head += 1
    while tail < min(len(was), len(now)) - head and was[-1 - tail] == now[-1 - tail]:
        tail += 1
    return _places(page, replace(block, text=was))[max(0, head - 2) : len(was) - tail + 2]


def scores(held: Sequence[Sequence[str]], count: int, names: Sequence[str]) -> dict[str, Counter[str]]:
    """What became of `count` corrections in each damage, spread over the issues."""
    out = {}
    for name in names:
        total: Counter[str] = Counter()
        for number, texts in enumerate(held):
            left = count - total["all"]
            if left > 0:
                share = -(-left // (len(held) - number))
                total += judge(texts, DAMAGES[name], share, Random(f"{name} {number}"))
        out[name] = total
    return out


COLUMNS = ("done", "right", "refused", "gone", "wrong", "lost")


def table(rows: Mapping[str, Counter[str]]) -> str:
    lines = [f"{'':18}{'corrections':>13}" + "".join(f"{name:>9}" for name in COLUMNS)]
    for name, count in rows.items():
        lines.append(f"{name:18}{count['all']:13}" + "".join(f"{count[column]:9}" for column in COLUMNS))
    return "\n".join(lines)


def held(pages: int, seed: int) -> Iterable[list[str]]:
    return [*lasting.seeds(), *lasting.issues(pages, seed)]


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lasting.corrections", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--count", type=int, default=200, help="corrections for each damage (%(default)s)")
    parser.add_argument("--pages", type=int, default=6, help="made pages of each family (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="make other pages")
    parser.add_argument("--damage", action="append", choices=list(DAMAGES), help="only these")
    parser.add_argument("--show", action="store_true", help="show those that were not carried out")
    args = parser.parse_args(words)
    rows = scores(list(held(args.pages, args.seed)), args.count, args.damage or tuple(DAMAGES))
    print(table(rows))
    for verdict, cases in WATCHED.items() if args.show else ():
        for one, outcome in cases:
            print(
                verdict,
                one.correction,
                outcome and (outcome.state, outcome.article_id, outcome.before, outcome.message),
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
