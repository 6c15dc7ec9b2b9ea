"""The measures of a restored page against its truth: the founders' (see the contract), on pages instead of a site.

Characters are compared after NFKC, without white space, and with look-alikes of quotation marks, brackets, dashes and
radicals taken as equal, so that regular typography costs nothing.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from site_builder.model import RUNNING_KINDS, Article, Page, TextBlock

MEASURES = (
    "articles",  # F1; an article is found when its text is FOUND alike over pairs of characters
    "headlines",  # F1, character for character, on matched articles; an invented one counts against
    "hl_near",  # the same for headlines at least NEAR alike: OCR misreads large type
    "kickers",  # mean F1 of kickers and of subtitles, character for character
    "bylines",  # F1 of the reporters' names
    "datelines",  # share of true datelines found
    "captions",  # F1 of captions at least CAPTION alike
    "paragraphs",  # mean F1 of paragraph ends within matched articles, WITHIN characters
    "text",  # 1 - character error rate of the running text; an article not found is all wrong
    "metadata",  # share of newspaper, city, date and page number that are right
    "jumps",  # F1 of jump lines
    "conserved",  # share of characters that stand in exactly one block and are shown as they are
)
FOUND = 0.9
MATCHED = 0.3  # below it two articles have nothing to do with each other
NEAR = 0.7
CAPTION = 0.9
WITHIN = 2

Figures = dict[str, float | None]
"""The measures of a page, each from 0 to 1; None where neither truth nor page has anything to measure."""

_WHITE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MARKUP = frozenset("#*\\<>`_")
RADICALS = dict(
    zip(
        "⻘⻢⻩⻓⻛⻅⻜⻝⻉⻋⻔⻚⻙⻦⻥⻬⻮⻰⻳⺠⺟⻁⻄⻆⻑⻤⻧⻨⻣⺮⺼⻌⻖⻏⺈⺊⺌⺗⺘⺙⺡⺣⺨⺩⺫⺬⺭⺶⺷⺹⺻⺾⻂⻃⻍⻎⻐⻗⻞⻟⻪⻫",
        "青马黄长风见飞食贝车门页韦鸟鱼齐齿龙龟民母虎西角長鬼卤麦骨竹肉辶阝阝刀卜小心手攴水火犬玉网示示羊羊老聿艸衣西辶辶金雨食飠黾斉",
        strict=True,
    )
)
_ALIKE = (
    ("“”〝〞＂「」『』‘’`´＇'", '"'),
    ("—–―─━−‐‑‒﹣－~～", "-"),
    ("•‧・●∙⋅", "·"),
    ("（(〔[［【〖〈《<＜﹙", "("),
    ("）)〕]］】〗〉》>＞﹚", ")"),
    ("。．", "."),
    ("|｜", "|"),
)
_FOLD = str.maketrans(RADICALS | {sign: one for signs, one in _ALIKE for sign in signs})
_OPENING, _CLOSING = "（(〔[［【〖〈《<", "）)〕]］】〗〉》>"
_BRACKETS = frozenset(_OPENING + _CLOSING)


def plain(text: str) -> str:
    """The text as it is compared.

    >>> plain("“⽤⻘春 铺路”（记者）"), plain("8０%，")
    ('"用青春铺路"(记者)', '80%,')
    """
    folded = unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)
    return "".join(char for char in folded if not char.isspace() and char not in _WHITE)


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as the measures see it, of the truth or of a restored page; every text is `plain`."""

    kicker: str = ""
    headline: str = ""
    subtitle: str = ""
    jump: str = ""
    dateline: str = ""
    byline: tuple[str, ...] = ()
    running: tuple[str, ...] = ()  # paragraphs and subheadings
    captions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return "".join(self.running)

    @property
    def ends(self) -> list[int]:
        """Where its paragraphs end, but for the last."""
        ends, at = [], 0
        for text in self.running[:-1]:
            at += len(text)
            ends.append(at)
        return ends

    @property
    def pairs(self) -> Counter[str]:
        text = self.headline + self.body + "".join(self.captions)
        return Counter(text[at : at + 2] for at in range(len(text) - 1))


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page should become. A fact that is not known (None or "") is not measured."""

    articles: tuple[Reading, ...]
    facts: Mapping[str, str | int | None]  # newspaper, city, date (ISO), page


# ---------------------------------------------------------------- truth and page, read


def reading(article: Mapping[str, Any]) -> Reading:
    """An article of a gold file: a subheading is a paragraph that opens with `## `."""

    def text(key: str) -> str:
        return plain(article.get(key) or "")

    paragraphs = (paragraph.removeprefix("## ") for paragraph in article.get("paragraphs", ()))
    return Reading(
        kicker=text("kicker"),
        headline=text("headline"),
        subtitle=text("subtitle"),
        jump=text("jump").strip("()"),
        dateline=text("dateline"),
        byline=tuple(map(plain, article.get("byline") or ())),
        running=tuple(filter(None, map(plain, paragraphs))),
        captions=tuple(map(plain, article.get("captions") or ())),
    )


def read_gold(path: Path) -> Truth:
    """The truth of a page from its gold file."""
    gold = tomllib.loads(path.read_text("utf-8"))
    facts = {key: gold["issue"].get(key) for key in ("newspaper", "city", "date", "page")}
    return Truth(tuple(map(reading, gold["articles"])), facts)


def read_article(article: Article) -> Reading:
    """A restored article."""
    return Reading(
        kicker=plain(article.kicker),
        headline=plain(article.headline),
        subtitle=plain(article.subtitle),
        jump=plain(article.jump).strip("()"),
        dateline=plain(article.dateline),
        byline=tuple(map(plain, article.byline)),
        running=tuple(filter(None, (plain(block.text) for block in article.blocks if block.kind in RUNNING_KINDS))),
        captions=tuple(plain(block.text) for block in article.blocks if block.kind == "caption"),
    )


# ---------------------------------------------------------------- measuring


def measure(page: Page, truth: Truth) -> Figures:
    """All measures of a restored page. Its facts should be settled (see `archive.gather`)."""
    return Comparison(tuple(map(read_article, page.articles)), truth.articles).figures | {
        "metadata": _facts_right(page, truth),
        "conserved": conserved(page),
    }


class Comparison:
    """The articles found on a page beside the true ones, matched one to one."""

    def __init__(self, found: Sequence[Reading], real: Sequence[Reading]) -> None:
        self.found, self.real = found, real
        self.matches = _matched(found, real)
        self.partner = {true: mine for mine, true, _ in self.matches}

    @property
    def figures(self) -> Figures:
        sure = sum(likeness >= FOUND for _, _, likeness in self.matches)
        return {
            "articles": f1(sure, len(self.found), len(self.real)),
            "headlines": self._heads("headline"),
            "hl_near": self._heads("headline", NEAR),
            "kickers": mean([self._heads("kicker"), self._heads("subtitle")]),
            "bylines": self._names(),
            "datelines": self._datelines(),
            "captions": self._captions(),
            "paragraphs": mean(paragraph_ends(self.found[mine], self.real[true]) for mine, true, _ in self.matches),
            "text": self._text(),
            "jumps": self._heads("jump"),
        }

    def _beside(self) -> Iterator[tuple[Reading | None, Reading]]:
        """Each true article with the one found for it."""
        for number, true in enumerate(self.real):
            yield self.found[self.partner[number]] if number in self.partner else None, true

    def _heads(self, kind: str, near: float = 1.0) -> float | None:
        mine = sum(bool(getattr(article, kind)) for article in self.found)
        true = sum(bool(getattr(article, kind)) for article in self.real)
        if not mine and not true:
            return None
        hits = sum(
            Levenshtein.normalized_similarity(getattr(found, kind), getattr(real, kind)) >= near
            for found, real in self._beside()
            if found and getattr(real, kind) and getattr(found, kind)
        )
        return f1(hits, mine, true)

    def _names(self) -> float | None:
        mine = sum(len(article.byline) for article in self.found)
        true = sum(len(article.byline) for article in self.real)
        hits = sum(sum((Counter(f.byline) & Counter(r.byline)).values()) for f, r in self._beside() if f)
        return f1(hits, mine, true) if mine or true else None

    def _datelines(self) -> float | None:
        return mean(float(bool(f and f.dateline == r.dateline)) for f, r in self._beside() if r.dateline)

    def _captions(self) -> float | None:
        mine = sum(len(article.captions) for article in self.found)
        true = sum(len(article.captions) for article in self.real)
        hits = 0
        for found, real in self._beside():
            free = list(found.captions) if found else []
            for caption in real.captions:
                like = [text for text in free if Levenshtein.normalized_similarity(text, caption) >= CAPTION]
                if like:
                    free.remove(like[0])
                    hits += 1
        return f1(hits, mine, true) if mine or true else None

    def _text(self) -> float | None:
        total = sum(len(article.body) for article in self.real)
        wrong = sum(
            min(len(real.body), Levenshtein.distance(found.body if found else "", real.body))
            for found, real in self._beside()
        )
        return 1 - wrong / total if total else None


def _matched(found: Sequence[Reading], real: Sequence[Reading]) -> list[tuple[int, int, float]]:
    """Found and true articles one to one, the most alike first, with their likeness."""
    mine, true = [article.pairs for article in found], [article.pairs for article in real]
    scored = sorted(((_dice(a, b), i, j) for i, a in enumerate(mine) for j, b in enumerate(true)), reverse=True)
    matches: list[tuple[int, int, float]] = []
    for likeness, i, j in scored:
        if likeness >= MATCHED and all(i != x and j != y for x, y, _ in matches):
            matches.append((i, j, likeness))
    return matches


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def f1(hits: float, found: float, real: float) -> float:
    """The harmonic mean of precision and recall.

    >>> f1(3, 4, 5) == 6 / 9, f1(0, 0, 0)
    (True, 1.0)
    """
    return 2 * hits / (found + real) if found or real else 1.0


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that there are."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def paragraph_ends(found: Reading, real: Reading) -> float:
    """F1 of the paragraph ends, found ones first moved to where they stand in the true text."""
    moved: dict[int, int] = {}
    for op in Levenshtein.opcodes(found.body, real.body):
        for at in range(op.src_start, op.src_end + 1):
            moved[at] = op.dest_start + min(at - op.src_start, op.dest_end - op.dest_start)
    mine = [moved.get(end, end) for end in found.ends]
    free, hits = list(real.ends), 0
    for end in mine:
        near = [(abs(other - end), other) for other in free if abs(other - end) <= WITHIN]
        if near:
            free.remove(min(near)[1])
            hits += 1
    return f1(hits, len(mine), len(real.ends))


def _facts_right(page: Page, truth: Truth) -> float | None:
    facts = page.facts
    shown = {
        "newspaper": facts.newspaper,
        "city": facts.city,
        "date": facts.date.isoformat() if facts.date else None,
        "page": facts.page,
    }
    return mean(float(shown[key] == value) for key, value in truth.facts.items() if value not in (None, ""))


def conserved(page: Page) -> float:
    """The share of the source's characters that stand in one block's spans and are shown as they are."""
    source = page.source.text
    seen: Counter[int] = Counter()
    spare: set[int] = set()
    wrong = 0
    for block in (*page.furniture, *(block for article in page.articles for block in article.blocks)):
        for start, end in block.spans:
            seen.update(range(start, end))
        if block.kind == "jump":
            spare |= _brackets_round(block, source)
        wrong += _shown_otherwise(block, source)
    ink = [at for at, char in enumerate(source) if not char.isspace() and char not in _WHITE]
    lost = sum(seen[at] == 0 and source[at] not in _MARKUP and at not in spare for at in ink)
    twice = sum(seen[at] > 1 for at in ink)
    return max(0.0, 1 - (lost + twice + wrong) / max(1, len(ink)))


def _shown_otherwise(block: TextBlock, source: str) -> int:
    """How many characters a block shows otherwise than its spans hold them, a Markdown source's markup left out."""
    held = "".join(source[start:end] for start, end in block.spans)
    want, got = plain(held), plain(block.text)
    if block.kind == "jump":
        want, got = want.strip("()"), got.strip("()")
    if want == got:
        return 0
    markup = str.maketrans("", "", "#*\\_`()")
    if want.translate(markup) == got.translate(markup) and _MARKUP & set(held):
        return 0
    return Levenshtein.distance(want, got)


def _brackets_round(block: TextBlock, source: str) -> set[int]:
    """The places of the brackets that may stand round a jump line, outside its spans."""
    if not block.spans:
        return set()
    before, after = block.spans[0].start - 1, block.spans[-1].end
    while before > 0 and source[before].isspace():
        before -= 1
    while after < len(source) - 1 and source[after].isspace():
        after += 1
    return {at for at in (before, after) if 0 <= at < len(source) and source[at] in _BRACKETS}
