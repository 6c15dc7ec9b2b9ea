"""How corrections outlive the OCR: `python -m tests.lasting.corrections [--count N] [--seed N]`.

Corrections of all kinds are made on clean pages, as an editor would make them with the site's form: words quoted with
20 characters on either side. Then the pages are damaged as in `tests.lasting`, and built again with the ledger of the
first build and the corrections. Of each it is asked what became of it, by the places of the characters that it speaks
of: every character knows where it came from. Each page has a notice besides that all others have too but for its names,
and characters that were read twice, of which the other reading has some once. Then the pages are built once more, with
the ledger of that build: nothing may change.

done      carried out, where it was meant
right     the source says so already, and it does
refused   left alone, with a finding that says so (conflict, orphaned)
gone      what it speaks of is no longer in the source, and a finding says so
wrong     carried out elsewhere, or taken for right where it is not
lost      nothing is said of it at all
unsteady  another state, another place or another address at the next build
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
    "kind", "move", "byline", "topics", "newspaper", "date", "page", "jump", "double", "double", "chain",
)  # fmt: skip
"""What is drawn, words most often."""

FIRST, LATER = Rules(day="2026-01-01"), Rules(day="2027-01-01")  # the corrections were made between them
NOTICE = (
    "招工启事",
    "兹因生产需要，经上级批准，{name}面向社会公开招收工人二十名，凡年满十八周岁、身体健康、有初中以上文化者，均可报名。",
    "报名时间自即日起至月底止，请持户口簿和学历证明到{name}劳资科面谈，择优录用，试用期三个月，食宿自理，待遇从优。",
)
FIRMS = ("第二纺织厂", "东山煤矿", "红旗机械厂", "城郊粮库")

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
        and _is_printed_once(page, article)
    ]
    rng.shuffle(articles)
    out: list[Made] = []
    spoken: set[str] = set()
    every = [article.id for page in pages for article in page.articles]
    for number, page, article in articles:
        if article.id in spoken or (count and len(out) >= count):
            continue
        kind = rng.choice(KINDS)
        if kind == "chain":
            pair = _chained(number, page, article, rng)
            rng.shuffle(pair)
            out += pair
            spoken.add(article.id)
            continue
        one = _made(kind, number, page, article, spoken, every, rng)
        if one is not None:
            out.append(one)
            spoken |= {article.id, one.correction.to, one.correction.becomes}
    return out


def _is_printed_once(page: Page, article: Article) -> bool:
    """Whether an OCR model has repeated nothing of the article; else either copy may be meant."""
    every = "".join(block.text for other in page.articles for block in other.blocks)
    stretches = (
        block.text[at : at + ROUND] for block in article.blocks for at in range(0, len(block.text) - ROUND, ROUND // 2)
    )
    return all(every.count(stretch) == 1 for stretch in stretches)


def _chained(number: int, page: Page, article: Article, rng: Random) -> list[Made]:
    """A correction of some words, and one of the same day that quotes them as the first leaves them."""
    block = rng.choice([block for block in article.blocks if block.kind == "paragraph" and len(block.text) > 40])
    start = rng.randrange(8, len(block.text) - 16)
    first = _one(
        "replace", number, page, article, block, (start, start + 4), becomes="甲" + block.text[start + 1 : start + 4]
    )
    exact = block.text[start - 3 : start] + first.correction.becomes
    second = replace(
        first.correction, exact=exact, becomes=exact[0] + "乙" + exact[2:],
        prefix=(first.correction.prefix + exact)[: -len(exact)][:-3], suffix=first.correction.suffix,
    )  # fmt: skip
    places = _places(page, block)[start - 3 : start + 4]
    return [first, Made(second, frozenset((number, place) for place in places))]


def _made(
    kind: str, number: int, page: Page, article: Article, spoken: set[str], every: Sequence[str], rng: Random
) -> Made | None:
    paragraphs = [block for block in article.blocks if block.kind == "paragraph" and len(block.text) > 40]
    others = [other.id for other in page.articles if other.id != article.id and other.id not in spoken]
    block = rng.choice(paragraphs)
    opening = (0, OPENING)
    if kind == "replace":
        start = rng.randrange(2, len(block.text) - 10)
        end = start + rng.choice((2, 3, 4, 6, 8))
        words = block.text[start:end]
        becomes = words[:1] + rng.choice([sign for sign in "甲乙丙丁戊己庚辛" if sign != words[1]]) + words[2:]
        if rng.random() < 0.2:
            becomes = words[:1] + words[2:]  # a character was read twice
        return _one(kind, number, page, article, block, (start, end), becomes=becomes)
    if kind == "double":
        twice = [at for at in range(3, len(block.text) - 3) if block.text[at - 1] == block.text[at]]
        at = rng.choice(twice) if twice else 0
        return _one("replace", number, page, article, block, (at, at + 1), becomes="") if twice else None
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
    if kind == "jump":
        free = [id for id in every if id not in spoken and id != article.id]
        return (
            _one("fact", number, page, article, block, opening, fact=kind, becomes=rng.choice(free)) if free else None
        )
    becomes = {
        "byline": "张赫", "topics": "春耕", "newspaper": "白城日报", "date": "2021-01-22", "page": str(number + 7),
    }[kind]  # fmt: skip
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


def with_notice(page: damage.Sheet, number: int) -> damage.Sheet:
    """The page with a notice that other pages have too, but for a name."""
    lines = [line.format(name=FIRMS[number % len(FIRMS)]) for line in NOTICE]
    kinds = ("headline", "paragraph", "paragraph")
    piece = tuple(damage.Block(kind, tuple(map(damage.Sign, line))) for kind, line in zip(kinds, lines, strict=True))
    return replace(page, articles=(*page.articles, piece))


def with_doubles(page: damage.Sheet, rng: Random) -> damage.Sheet:
    """The page with a character of many paragraphs read twice."""

    def doubled(block: damage.Block) -> damage.Block:
        if block.kind != "paragraph" or len(block.signs) < 40 or rng.random() < 0.5:
            return block
        at = rng.randrange(10, len(block.signs) - 10)
        return damage.Block(block.kind, (*block.signs[:at], block.signs[at - 1], *block.signs[at:]))

    return replace(page, articles=tuple(tuple(map(doubled, article)) for article in page.articles))


def without(leaf: Leaf, keys: frozenset[Key]) -> Leaf:
    """The page without these characters: another OCR has read them once."""

    def block(one: damage.Block) -> damage.Block:
        return damage.Block(one.kind, tuple(sign for sign in one.signs if (leaf.origin, sign.origin) not in keys))

    return replace(
        leaf,
        sheet=replace(leaf.sheet, articles=tuple(tuple(map(block, article)) for article in leaf.sheet.articles)),
    )


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
    return proved(gather(settings, pages, ledger=ledger, rules=LATER, corrections=corrections))


def judge(texts: Sequence[str], change: Damage, count: int, rng: Random) -> Counter[str]:
    """What became of the corrections of an issue. The clean pages are set by the press of `damage`, that all characters
    are where their blocks say.
    """
    clean = lasting.built(texts, Ledger())
    pages = sorted(clean.pages, key=lambda page: page.facts.page or 0)
    sheets = [with_doubles(with_notice(damage.sheet(page), number), rng) for number, page in enumerate(pages)]
    texts = [damage.printed(sheet)[0] for sheet in sheets]
    first = lasting.built(texts, Ledger(), FIRST)
    ledger = first.permalinks.ledger
    all_made = made(first, texts, count, rng)
    pages = sorted(first.pages, key=lambda page: page.facts.page or 0)
    leaves = change([Leaf(number, damage.sheet(page)) for number, page in enumerate(pages)], rng)
    once = [one.keys for one in all_made if one.correction.do == "replace" and not one.correction.becomes]
    read_once = frozenset(key for keys in once for key in keys if rng.random() < 0.5)
    leaves = [without(leaf, read_once) for leaf in leaves]
    prints = [(leaf.origin, *damage.printed(leaf.sheet)) for leaf in leaves]
    there = {(origin, offset) for origin, _, offsets in prints for offset in offsets}
    numbered = [replace(one, correction=replace(one.correction, number=n)) for n, one in enumerate(all_made, 1)]
    found = built([text for _, text, _ in prints], Ledger(ledger.lines), [one.correction for one in numbered])
    again = built([text for _, text, _ in prints], found.permalinks.ledger, [one.correction for one in numbered])
    later = {outcome.correction.number: outcome for outcome in again.corrections}
    plain = built([text for _, text, _ in prints], Ledger(ledger.lines))
    told = {outcome.correction.number: outcome for outcome in found.corrections}
    said = " ".join(finding.message for finding in found.findings)
    tally: Counter[str] = Counter(unsteady=len(again.permalinks.changes.new) + len(again.permalinks.changes.changed))
    for one in numbered:
        outcome = told.get(one.correction.number)
        verdict = _verdict(one, outcome, found, plain, prints, there) if outcome else "lost"
        if outcome and not outcome.done and outcome.state != "already-right" and outcome.message not in said:
            verdict = "lost"
        tally[verdict] += 1
        tally["all"] += 1
        tally["unsteady"] += later.get(one.correction.number) != outcome
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
        return "wrong" if here and (not touched & here or _reads(one, prints) == one.correction.exact) else "right"
    if not here:  # but of a character read twice now one may go as well as of the one that was read twice then
        beside = {(origin, at + step) for origin, at in one.keys for step in (-2, -1, 1, 2)}
        twice = one.correction.do == "replace" and not one.correction.becomes and any(at < 0 for _, at in touched)
        twice = twice and bool(beside & touched)
        return "done" if twice else "wrong"
    return ("right" if outcome.state == "already-right" else "done") if touched & here else "wrong"


def _reads(one: Made, prints: Sequence[tuple[int, str, Sequence[int]]]) -> str:
    """What is read now where the words were."""
    return "".join(
        char
        for origin, text, offsets in prints
        for char, offset in zip(text, offsets, strict=True)
        if (origin, offset) in one.keys
    )


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
        held = [*blocks, *page.furniture] if one.fact in ("newspaper", "date", "page") else own
    elif outcome.state == "already-right":
        held = own or blocks
    elif one.do == "replace":
        every = (*blocks, *page.furniture)
        changed = [place for block in every if block.before for place in _changed(page, block)]
        return {(origin, offsets[place]) for place in changed}
    elif one.do in ("join-article", "split-article"):
        held = [*blocks, *page.furniture]
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


COLUMNS = ("done", "right", "refused", "gone", "wrong", "lost", "unsteady")


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
