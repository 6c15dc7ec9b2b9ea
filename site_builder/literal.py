"""The literal index on the disk: every string of every article, for a page that may load nothing but scripts.

Files of `search/`, each a call of `archiveShard(name, version, …)`:

* `meta`: how many articles there are, which shards of them, what the shelves hold, and the version of all other files;
* `chars`, `pairs`, `triples`, and `-rows` and `-places` of each: shelves.py, in a folder for each span of keys;
* `facts`: of some 4,096 articles each, their ids, dates, newspapers, cities, topics, lengths and files of texts;
* `texts`: of an article or two each, what a result shows, in a folder for each shard.

Articles are numbered shard after shard (shards.py), in each from the newest to the oldest. So what is changed or added
moves no other article within its own shard, whose texts and word index stay as they are. All else that is told of a
number is rewritten, but it is joined from what was kept of each shard (grams.py), at a tenth of what the texts cost.

The other way, lists for each shard by itself, would write a hundredth of that at a change. But a string of a query has
two or three lists, and each would have to be asked for in twenty shards at 10,000 articles, in a thousand at a million:
a reader would pay for every change ever made. As it is, a query asks for as many files whatever the archive's size.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypedDict

from site_builder import grams, numbers, shelves
from site_builder.cache import digest
from site_builder.folding import lookup
from site_builder.grams import placed
from site_builder.numbers import encode
from site_builder.records import SearchRecord
from site_builder.shelves import SHELF
from site_builder.tree import Written, put

FOLDER = "search"  # in the site

# One more as soon as the same articles are written as other bytes, unless only a constant or the folding changed.
FORMAT = 2
FACTS = 4_096  # articles, about
TEXT = 4_000  # bytes: past it an article's text has its file to itself
# Places of a pair: past it they are some 15 kB, and stand with the pair's triples.
FREQUENT = 10_000
FREQUENT_OF = 700  # or this part of all characters: in a large archive everything is loaded by larger files
SHELVES = 6_000  # at most, about: their borders are loaded with the page

_NUMBER = re.compile(r"[0-9]+$")
_SHARED = 78  # characters at most that an id is said to share with the one before


def rules() -> str:
    """A name for all that decides the bytes of the index but the articles.

    Browsers keep the files of a version for a year. A newer program with other sizes or another folding must give other
    versions, or a returning reader's old files would be read by the rules of the new ones.
    """
    told = [
        (module.__name__, name, value)
        for module in (sys.modules[__name__], grams, numbers, shelves)
        for name, value in sorted(vars(module).items())
        if name.isupper() and isinstance(value, int | str)
    ]
    return digest(repr(told).encode(), lookup().astype("<u4").tobytes())


def shelf_size(characters: int) -> int:
    """How large shelves are in an archive of so many characters. It grows by leaps, so that it seldom changes.

    >>> shelf_size(10_000_000), shelf_size(700_000_000)
    (5000, 160000)
    """
    size = SHELF
    while size * SHELVES < characters:
        size *= 2
    return size


def frequent_from(characters: int) -> int:
    """How many places a frequent pair has, at least, among so many characters."""
    return max(FREQUENT, characters // FREQUENT_OF)


@dataclass(slots=True)
class Files:
    """Writes shards of the index to the site in `folder`, all of a `version`."""

    folder: Path
    version: str
    written: list[Written] = field(default_factory=list)

    def put(self, name: str, arguments: str) -> None:
        content = f'archiveShard("{name}","{self.version}",{arguments});\n'
        self.written.append(put(self.folder, f"{FOLDER}/{name}.js", content.encode()))


# ---------------------------------------------------------------- a shard's articles


class Shard(TypedDict):
    """What the index has to know of a shard's articles without their texts. Of each article the id, the day (0: none),
    the newspaper, city and topics by their numbers in the lists of these, the length, and whether a file of texts
    begins with it.
    """

    characters: int
    newspapers: list[str]
    cities: list[str]
    topics: list[str]
    ids: list[str]
    days: list[int]
    newspaper: list[int]
    city: list[int]
    topic: list[list[int]]
    lengths: list[int]
    begins: list[int]


def write_texts(articles: Sequence[SearchRecord], shard: str, files: Files) -> list[int]:
    """Write the texts of a shard; 1 for each article that a file begins with, 0 for others."""
    begins: list[int] = []
    for number, group in enumerate(_grouped(map(_text, articles))):
        files.put(f"texts/{shard}/{number}", ",".join(group))
        begins += [1] + [0] * (len(group) - 1)
    return begins


def shard_of(articles: Sequence[SearchRecord], begins: list[int]) -> Shard:
    newspapers, cities, topics = _Numbered(), _Numbered(), _Numbered()
    newspaper = [newspapers[article.newspaper] for article in articles]
    city = [cities[article.city] for article in articles]
    topic = [[topics[topic] for topic in article.topics] for article in articles]
    return {
        "characters": sum(map(_characters, articles)),
        "newspapers": list(newspapers),
        "cities": list(cities),
        "topics": list(topics),
        "ids": [article.id for article in articles],
        "days": [article.date.toordinal() if article.date else 0 for article in articles],
        "newspaper": newspaper,
        "city": city,
        "topic": topic,
        "lengths": [_length(article) for article in articles],
        "begins": begins,
    }


class _Numbered(dict[str, int]):
    """Names numbered as they come."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


def _text(article: SearchRecord) -> str:
    """Title, page or 0, 1 if the date is inferred and 2 if the title isn't printed, count of headings, blocks."""
    marks = (article.certainty == "inferred" and article.date is not None) + 2 * article.untitled
    blocks = [block for _, block in placed(article)]
    return as_script([article.title, article.page or 0, marks, len(article.headings), *blocks])


def _grouped(texts: Iterable[str]) -> Iterator[list[str]]:
    """Neighbours together as long as they are TEXT bytes at most.

    >>> [len(group) for group in _grouped(["x" * size for size in (1500, 1500, 1500, 9000, 10)])]
    [2, 1, 1, 1]
    """
    group: list[str] = []
    size = 0
    for text in texts:
        more = len(text.encode())
        if group and size + more > TEXT:
            yield group
            group, size = [], 0
        group.append(text)
        size += more
    if group:
        yield group


def _characters(article: SearchRecord) -> int:
    return sum(map(len, (*article.headings, *article.body)))


def _length(article: SearchRecord) -> int:
    """How long the article is, in steps of half an octave: enough to weigh a hit by.

    >>> _length(SearchRecord("a/1", "", body=("字" * 700,))), _length(SearchRecord("a/1", ""))
    (19, 0)
    """
    characters = _characters(article)
    return round(2 * math.log2(characters)) if characters else 0


# ---------------------------------------------------------------- facts of all


class Names:
    """The newspapers, cities and topics of all shards, numbered as they come."""

    def __init__(self, shards: Iterable[Shard]) -> None:
        self.newspapers, self.cities, self.topics = _Numbered({"": 0}), _Numbered({"": 0}), _Numbered()
        for shard in shards:
            for kind, table in self._tables():
                for name in shard[kind]:  # type: ignore[literal-required]
                    table[name]

    def _tables(self) -> tuple[tuple[str, _Numbered], ...]:
        return ("newspapers", self.newspapers), ("cities", self.cities), ("topics", self.topics)

    def of(self, shard: Shard) -> Mapping[str, list[int]]:
        """The numbers that the shard's own ones stand for."""
        return {kind: [table[name] for name in shard[kind]] for kind, table in self._tables()}  # type: ignore[literal-required]


def fact_groups(counts: Sequence[int]) -> list[tuple[int, int]]:
    """Which shards share a file of facts, by how many articles each has: from, and up to but not with.

    >>> fact_groups([4000, 50, 60, 9000, 1])
    [(0, 2), (2, 3), (3, 4), (4, 5)]
    """
    groups: list[tuple[int, int]] = []
    begin = size = 0
    for number, count in enumerate(counts):
        if number > begin and size + count > FACTS:
            groups.append((begin, number))
            begin, size = number, 0
        size += count
    return [*groups, (begin, len(counts))] if counts else []


def facts(shards: Sequence[Shard], names: Names) -> str:
    """The arguments of a file of facts."""
    numbers = [names.of(shard) for shard in shards]
    topics = [
        tuple(number["topics"][topic] for topic in row)
        for shard, number in zip(shards, numbers, strict=True)
        for row in shard["topic"]
    ]
    sets = {row: number for number, row in enumerate(dict.fromkeys(topics))}
    papers = [
        number["newspapers"][at] for shard, number in zip(shards, numbers, strict=True) for at in shard["newspaper"]
    ]
    cities = [number["cities"][at] for shard, number in zip(shards, numbers, strict=True) for at in shard["city"]]
    columns = [
        ids(id for shard in shards for id in shard["ids"]),
        encode(_steps(day for shard in shards for day in shard["days"])),
        encode(_runs(papers)),
        encode(_runs(cities)),
        encode([sets[row] for row in topics]),
        encode([length for shard in shards for length in shard["lengths"]]),
        encode([begin for shard in shards for begin in shard["begins"]]),
    ]
    return ",".join(map(as_script, [list(sets), *columns]))


def dates(shards: Iterable[Shard]) -> tuple[int, int]:
    """The newest day, and the oldest: 0 if one of the articles has none."""
    days = [day for shard in shards for day in shard["days"]]
    return max(days, default=0), min(days, default=0)


def ids(values: Iterable[str]) -> str:
    r"""Ids as lines: what each has after what it shares with the one before, behind a character for how much that is;
    or `+` and how many follow that only count on.

    >>> ids(["a/2021/p1-08", "a/2021/p1-09", "a/2021/p1-10", "a/2021/p2-01"])
    '0a/2021/p1-08\n+2\n82-01'
    """
    lines: list[str] = []
    before = ""
    counted = 0
    for value in values:
        if value == _next(before):
            counted += 1
        else:
            if counted:
                lines.append(f"+{counted}")
                counted = 0
            shared = next(
                (at for at, (a, b) in enumerate(zip(before, value, strict=False)) if a != b),
                min(len(before), len(value)),
            )
            shared = min(shared, _SHARED)
            lines.append(chr(ord("0") + shared) + value[shared:])
        before = value
    if counted:
        lines.append(f"+{counted}")
    return "\n".join(lines)


def _next(id: str) -> str:
    """The id that counts on.

    >>> _next("a/p1-09"), _next("a")
    ('a/p1-10', '')
    """
    number = _NUMBER.search(id)
    return f"{id[: number.start()]}{int(number[0]) + 1:0{len(number[0])}}" if number else ""


def _steps(days: Iterable[int]) -> list[int]:
    """Runs of days: how far each is below the one before, doubled, or above, doubled and 1 more; and how many articles
    it has.

    >>> _steps([9, 9, 7, 8])
    [19, 2, 4, 1, 3, 1]
    """
    numbers: list[int] = []
    before = 0
    for day, run in groupby(days):
        numbers += [2 * (before - day) if day <= before else 2 * (day - before) + 1, len(list(run))]
        before = day
    return numbers


def _runs(values: Iterable[int]) -> list[int]:
    """Each value and how often it follows itself.

    >>> _runs([3, 3, 0])
    [3, 2, 0, 1]
    """
    return [number for value, run in groupby(values) for number in (value, len(list(run)))]


def as_script(value: Any) -> str:
    """As JSON, which is JavaScript too."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
