"""What an article is about: its topics and its places, few and certain rather than many.

Topics are the words of `[[topics]]`, or of topics.toml where the archive declares none, weighed by TF-IDF with jieba's
own IDF table. The text is cut by rjieba, jieba's algorithm and dictionary in Rust: with jieba itself 10,000 articles
would take a minute.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, pairwise
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from site_builder import cutter, gazetteer
from site_builder.charmaps import Openings
from site_builder.gazetteer import Place
from site_builder.mastheads import city_of
from site_builder.model import Article, Page, Settings, Topic

MOST_TOPICS = 4  # the limit
MOST_PLACES = 5
BLOCK_WEIGHT: Mapping[str, float] = {
    "headline": 5.0, "kicker": 3.0, "subtitle": 3.0, "subheading": 2.0, "caption": 1.0, "jump": 0.0, "byline": 0.0,
    "duplicate": 0.0,
}  # fmt: skip
"""How much a word counts by where it stands; in a paragraph 1. A headline says in ten words what a text says in 800."""
UNLISTED = 11.9547675029  # the median of jieba's IDF table, which jieba gives to words that it doesn't list
KEYWORDS = 40  # the heaviest words of an article, which stand for all it is about
WEAK = 0.045  # of the keywords' weight: a topic below it is mentioned, not treated
BESIDE = 0.17  # of the best topic's weight: below it a further topic is a side issue
FEWEST_HITS = 2.0  # mentions, by BLOCK_WEIGHT: a single word in the text is no topic
PLACE_WEIGHT: Mapping[str, float] = {"headline": 4.0, "kicker": 2.0, "subtitle": 2.0, "subheading": 2.0}
PLACE_NAMED = 3.0  # what a place must score: twice in the text, its opening included, or once in a heading
PLACE_BESIDE = 0.25  # of the best place's score
OPENING = 80  # characters of the first paragraph
NOT_THE_PLACE_AFTER = (
    "大学", "学院", "日报", "晚报", "路", "街", "大街", "大路", "时间", "籍", "银行", "合作组织", "话", "事变", "精神",
)  # fmt: skip
AGENCIES = ("新华社", "中新社", "人民网", "新华网", "本报")


# ---------------------------------------------------------------- topics


@cache
def _built_in() -> tuple[Topic, ...]:
    tables = tomllib.loads(files("site_builder").joinpath("topics.toml").read_text(encoding="utf-8"))["topics"]
    return tuple(Topic(table["id"], table["name"], tuple(table["words"])) for table in tables)


def topics_for(settings: Settings) -> tuple[Topic, ...]:
    """The archive's topics: its own, or the built-in ones if it declares none.

    >>> topics_for(Settings())[0].name
    '疫情防控'
    >>> topics_for(Settings(topics=(Topic("haigang", "海港", ("码头",)),)))
    (Topic(id='haigang', name='海港', words=('码头',)),)
    """
    return settings.topics or _built_in()


@cache
def _idf() -> dict[str, str]:
    """jieba's IDF table: words and their weights as printed there, for most are never asked for."""
    rows = cutter.jieba_file("analyse/idf.txt").read_text(encoding="utf-8").split()
    return dict(zip(rows[::2], rows[1::2], strict=True))


class _Worths(dict[str, float]):
    """What a word that may be a keyword counts: its IDF; what a lone character or a number counts: nothing."""

    def __missing__(self, word: str) -> float:
        worth = 0.0
        if len(word) > 1:
            if not "一" <= word[0] <= "鿿":
                return 0.0  # not kept: there are more numbers than words
            if (listed := _idf().get(word)) is None:
                return UNLISTED
            worth = float(listed)
        self[word] = worth
        return worth


_WORTHS = _Worths()


@lru_cache(maxsize=8)
def _words_of(topics: tuple[Topic, ...]) -> dict[str, tuple[tuple[str, tuple[int, ...]], ...]]:
    """The topics' words by their first two characters, longest first, each with the numbers of its topics.

    One of a single character counts at a block's end alone.
    """
    owners: dict[str, list[int]] = {}
    for index, topic in enumerate(topics):
        for word in dict.fromkeys(topic.words or (topic.name,)):
            if word:
                owners.setdefault(word, []).append(index)
    table: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for word, indexes in owners.items():
        table.setdefault(f"{word}\n"[:2], []).append((word, tuple(indexes)))
    return {start: tuple(sorted(found, key=lambda row: -len(row[0]))) for start, found in table.items()}


@lru_cache(maxsize=8)
def _openings(topics: tuple[Topic, ...]) -> Openings:
    return Openings(_words_of(topics))


@lru_cache(maxsize=4096)
def _weight(word: str) -> float:
    """A topic word's IDF. One that jieba cuts in two (复工复产) is as rare as its rarest part, and a little rarer."""
    table = _idf()
    if word in table:
        return float(table[word])
    parts = cutter.cut(word)
    known = [float(table[part]) for part in parts if part in table]
    return max(known) * 1.1 if known and len(parts) > 1 else UNLISTED


class CutBlock(NamedTuple):
    """A block cut into words, and where it stands in the text of all."""

    kind: str
    start: int
    end: int
    words: Sequence[str]

    @property
    def weight(self) -> float:
        return BLOCK_WEIGHT.get(self.kind, 1.0)


class Cut(NamedTuple):
    """Articles cut into words by rjieba, all in one go.

    Names and topics are looked for where a word begins: in 社会|见闻 there is no 会见.
    """

    text: str  # of the blocks that count, each in a line
    borders: NDArray[np.bool_]  # by offset: whether a word begins or ends there
    articles: Sequence[Sequence[CutBlock]]

    def begin(self, offsets: NDArray[np.int64]) -> list[int]:
        """Those of the offsets at which a word begins."""
        found: list[int] = offsets[self.borders[offsets]].tolist()
        return found


def cut(articles: Iterable[Article]) -> Cut:
    """The articles' blocks that count, cut into words.

    >>> from site_builder.model import TextBlock
    >>> done = cut([Article((TextBlock("headline", "社会见闻", ()),))])
    >>> done.articles[0][0].words, done.begin(np.array([0, 1, 2, 3]))
    (['社会', '见闻'], [0, 2])
    """
    counting = [[block for block in article.blocks if BLOCK_WEIGHT.get(block.kind, 1.0)] for article in articles]
    texts = [block.text for blocks in counting for block in blocks]
    text = "\n".join([*texts, ""])  # rjieba never sees a word in a line's end, so each block is cut as if alone
    words = cutter.cut(text)
    offsets = np.fromiter(accumulate(map(len, words), initial=0), np.int64, len(words) + 1)
    borders = np.zeros(len(text) + 1, bool)
    borders[offsets] = True
    starts = [0, *accumulate(map(len, texts))]
    starts = [start + number for number, start in enumerate(starts)]
    first = offsets.searchsorted(starts).tolist()
    of_blocks = [words[start : end - 1] for start, end in pairwise(first)]
    rows = iter(zip(starts, starts[1:], of_blocks, strict=False))
    return Cut(
        text,
        borders,
        [
            [CutBlock(block.kind, start, end - 1, own) for block, (start, end, own) in zip(blocks, rows, strict=False)]
            for blocks in counting
        ],
    )


def _keyword_weight(blocks: Iterable[CutBlock]) -> float:
    """The TF-IDF weight of the article's heaviest KEYWORDS words together, each block by its weight."""
    by_weight: dict[float, list[str]] = {1.0: []}
    for block in blocks:
        by_weight.setdefault(block.weight, []).extend(block.words)
    counts: dict[str, float] = dict(Counter(by_weight.pop(1.0)))
    for weight, words in by_weight.items():
        for word in words:
            counts[word] = counts.get(word, 0) + weight
    worths = np.fromiter(map(mul, counts.values(), map(_WORTHS.__getitem__, counts)), np.float64, len(counts))
    worths.sort()
    heaviest: list[float] = worths[: -KEYWORDS - 1 : -1].tolist()
    return sum(heaviest)


def topics_of(article: Article, topics: tuple[Topic, ...]) -> tuple[str, ...]:
    """The names of the topics that an article treats, best first, at most four; none where all are weak.

    >>> from site_builder.model import TextBlock
    >>> text = "本报讯 市疾控中心通报，昨日新增确诊病例2例。各社区加强疫情防控，开展核酸检测。"
    >>> blocks = TextBlock("headline", "我市严防疫情反弹", ()), TextBlock("paragraph", text, ())
    >>> topics_of(Article(blocks), topics_for(Settings()))
    ('疫情防控',)
    """
    return _topics_of(cut([article]), topics)[0]


def _topics_of(cut: Cut, topics: tuple[Topic, ...]) -> list[tuple[str, ...]]:
    """The topics of each article."""
    table, text = _words_of(topics), cut.text
    found = [(at, words) for at in cut.begin(_openings(topics).at(text)) if (words := table.get(text[at : at + 2]))]
    places = [at for at, _ in found]
    out: list[tuple[str, ...]] = []
    last = 0
    for blocks in cut.articles:
        hits: dict[int, float] = {}
        scores: dict[int, float] = {}
        for block in blocks:
            where = block.weight
            for at, words in found[bisect_left(places, block.start) : bisect_left(places, block.end)]:
                if at < last:
                    continue
                for word, indexes in words:
                    if text.startswith(word, at):
                        last = at + len(word)
                        for index in indexes:
                            hits[index] = hits.get(index, 0.0) + where
                            scores[index] = scores.get(index, 0.0) + where * _weight(word)
                        break
        beside = BESIDE * max(scores.values(), default=0.0)
        likely = [i for i in scores if hits[i] >= FEWEST_HITS and scores[i] >= beside]
        floor = WEAK * _keyword_weight(blocks) if likely else 0.0  # which takes as long as all else here
        told = sorted([i for i in likely if scores[i] >= floor], key=lambda index: (-scores[index], index))
        out.append(tuple([topics[i].name for i in told[:MOST_TOPICS]]))
    return out


# ---------------------------------------------------------------- places


@dataclass(frozen=True, slots=True)
class Home:
    """The city that a page is at home in, and its place in the gazetteer, if it has one."""

    name: str = ""
    place: Place | None = None

    @property
    def province(self) -> str:
        return self.place.province if self.place else ""


def home_of(page: Page, settings: Settings) -> Home:
    """The page's city: archive.toml's for the page, else its newspaper's, else what the page says of itself."""
    given, own, path = settings.given(page.source.source), page.facts, page.source.facts
    printed = own.newspaper if page.newspaper_certainty != "inferred" else ""
    newspaper = given.newspaper or printed or path.newspaper or own.newspaper
    name = given.city or city_of(newspaper, settings) or own.city
    return Home(name, gazetteer.city(name) or next(iter(gazetteer.named(name)), None))


def places_of(article: Article, home: Home, settings: Settings) -> tuple[str, ...]:
    """The cities and counties that an article tells of, by display name, most told of first.

    A name in a heading weighs most, then one in the opening; a place that is named once in passing doesn't count.

        >>> from site_builder.model import TextBlock
        >>> text = "本报讯 东辽县春耕备耕有序推进。记者在东辽县看到，种子已备足。去年曾到四平市学习。"
        >>> article = Article((TextBlock("headline", "东辽县春耕忙", ()), TextBlock("paragraph", text, ())))
        >>> places_of(article, Home("辽源", gazetteer.city("辽源")), Settings())
        ('东辽县',)
    """
    return _places_of(cut([article]), [article], home, settings)[0]


def _places_of(cut: Cut, articles: Iterable[Article], home: Home, settings: Settings) -> list[tuple[str, ...]]:
    """The places of each article."""
    named = _named(cut)
    at = [at for at, _ in named]
    out = []
    for article, blocks in zip(articles, cut.articles, strict=True):
        text = article.text
        scores: dict[str, float] = {}
        known: dict[str, str] = {}
        own = named[bisect_left(at, blocks[0].start) : bisect_left(at, blocks[-1].end)] if blocks else []
        for name, gain in _mentions(cut.text, blocks, own, home, settings):
            if name not in known:
                known[name] = _resolve(name, text, home, settings)
            if display := known[name]:
                scores[display] = scores.get(display, 0.0) + gain
        floor = max(PLACE_NAMED, PLACE_BESIDE * max(scores.values(), default=0.0))
        ranked = sorted(
            (display for display in scores if scores[display] >= floor), key=lambda display: -scores[display]
        )
        out.append(tuple(ranked[:MOST_PLACES]))  # sorted() is stable: of equals the one named first
    return out


def _named(cut: Cut) -> list[tuple[int, str]]:
    """Every place name that is a word of its own and no part of another name, and where it stands."""
    text = cut.text
    return [
        (at, name)
        for at, name in gazetteer.mentions(text, cut.begin(gazetteer.may_begin(text)))
        if cut.borders[end := at + len(name)]
        and not (text.startswith(NOT_THE_PLACE_AFTER, end) or text.endswith(AGENCIES, 0, at))
    ]


def _mentions(
    text: str, blocks: Iterable[CutBlock], named: Iterable[tuple[int, str]], home: Home, settings: Settings
) -> Iterator[tuple[str, float]]:
    """The places that an article's blocks name, as often as they do, with what the mention is worth."""
    declared = [
        name for city in settings.cities for name in (city.name, *city.other_names) if not gazetteer.named(name)
    ]
    opening = True
    rest = deque(named)
    for block in blocks:
        worth = PLACE_WEIGHT.get(block.kind, 1.0)
        is_opening = opening and block.kind == "paragraph"
        opening = opening and block.kind != "paragraph"
        while rest and rest[0][0] < block.end:
            at, name = rest.popleft()
            yield name, worth + (1.0 if is_opening and at - block.start < OPENING else 0.0)
        for name in declared:
            yield from ((name, worth) for _ in range(text.count(name, block.start, block.end)))
        if home.name:
            yield from ((home.name, worth) for _ in range(text.count("我市", block.start, block.end)))


def _resolve(name: str, text: str, home: Home, settings: Settings) -> str:
    """The display name of the place that a name stands for in this text, or nothing if that can't be told.

    >>> home = Home("辽源", gazetteer.city("辽源"))
    >>> [_resolve(name, name, home, Settings()) for name in ("辽源市", "东辽", "龙山区", "和平区", "和平", "吉林")]
    ['辽源', '东辽县', '龙山区', '', '', '']
    >>> _resolve("朝阳区", "长春市朝阳区", home, Settings()), _resolve("西安区", "西安区", home, Settings())
    ('长春市朝阳区', '辽源市西安区')
    """
    for city in settings.cities:
        if name in (city.name, *city.other_names):
            return city.name
    if name == home.name:
        return home.place.display if home.place else name
    if name in gazetteer.GENERIC_DISTRICTS:
        return ""
    places = gazetteer.named(name)
    place = next((place for place in places if place.is_city), None)
    if place is not None:
        in_full = name != place.short
        return place.display if in_full or not place.is_word or place == home.place else ""
    in_full = any(name == place.name for place in places)
    counties = [place for place in places if place.is_county and (name == place.name or not (in_full or place.is_word))]
    if any(place.is_province for place in places):
        return ""
    at_home = [place for place in counties if home.place and gazetteer.city_of(place) == home.place]
    with_parent = [place for place in counties if (parent := gazetteer.city_of(place)) and parent.short in text]
    in_province = [place for place in counties if place.province == home.province]
    proven = [place for place in counties if in_full or place.name in text]
    for choice in (at_home, with_parent, in_province, proven):
        if len(choice) == 1:
            return choice[0].display
    return ""


def add_subjects(page: Page, settings: Settings) -> Page:
    """The page, each article with its topics and places."""
    words = cut(page.articles)
    topics = _topics_of(words, topics_for(settings))
    places = _places_of(words, page.articles, home_of(page, settings), settings)
    subjects = zip(page.articles, topics, places, strict=True)
    return replace(page, articles=tuple(replace(one, topics=treats, places=told) for one, treats, told in subjects))
