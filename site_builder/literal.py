"""The literal index on the disk: every string of every article, for a page that may load nothing but scripts.

Files of `search/`, each a call of `archiveShard(name, tag, …)`, in folders of FOLDER:

* `meta`: how many articles there are, what the shelves hold, what is in which file of facts;
* `chars`, `pairs`, `triples`, and `-rows` and `-places` of each: shelves.py;
* `facts`: of 4,096 articles each, their ids, dates, newspapers, cities, topics, lengths and files of texts;
* `texts`: of an article or two each, what a result shows.

Articles are numbered from the newest to the oldest, so every list is in the order of dates.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path

from site_builder import grams, numbers, shelves
from site_builder.folding import lookup
from site_builder.grams import BODY, lists, placed, triples
from site_builder.numbers import encode
from site_builder.records import SearchRecord
from site_builder.shelves import SHELF, Shelves

# One more as soon as the same articles are written as other bytes, unless only a constant or the folding changed.
FORMAT = 1
FILES_A_FOLDER = 1_000  # hosts allow a few thousand
FACTS = 4_096  # articles
TEXT = 4_000  # bytes: past it an article's text has its file to itself
# Places of a pair: past it they are some 15 kB, and stand with the pair's triples.
FREQUENT = 10_000
FREQUENT_OF = 700  # or this part of all characters: in a large archive everything is loaded by larger files
SHELVES = 6_000  # at most, about: their borders are loaded with the page

_NUMBER = re.compile(r"[0-9]+$")
_SHARED = 78  # characters at most that an id is said to share with the one before


def build_literal(articles: Sequence[SearchRecord], files: Files) -> None:
    """Write the literal index of these articles, which are in the order of their numbers."""
    characters = sum(len(block) for article in articles for block in (*article.headings, *article.body))
    shelf = max(SHELF, characters // SHELVES)
    chars = Shelves("chars", files.put, shelf)
    pairs = Shelves("pairs", files.put, shelf, max(FREQUENT, characters // FREQUENT_OF))
    for single, double in lists(articles):
        chars.add(single)
        pairs.add(double)
    threes = Shelves("triples", files.put, shelf)
    for triple in triples(articles, pairs.frequent) if pairs.frequent else ():
        threes.add(triple)
    text_files = [len(group) for group in _texts(articles, files)]
    names = _Names()
    facts = list(_facts(articles, text_files, names, files))
    meta = {
        "articles": len(articles),
        "characters": characters,
        "body": BODY,
        "chars": encode(chars.borders),
        "pairs": encode(pairs.borders),
        "triples": encode(threes.borders),
        "frequent": [chr(first) + chr(second) for first, second in pairs.frequent],
        "facts": FACTS,
        "spans": facts,
        "newspapers": list(names.newspapers),
        "cities": list(names.cities),
        "topics": list(names.topics),
    }
    files.put("meta", _json(meta))


def tag_of(articles: Iterable[SearchRecord]) -> str:
    """A name for all that decides the bytes of the index: the articles, and what this program makes of them.

    Browsers keep the files of a tag for a year. A newer program with other sizes or another folding must give another
    tag, or a returning reader's old files would be read by the rules of the new ones.
    """
    digest = hashlib.sha256(repr(_rules()).encode())
    digest.update(lookup().astype("<u4").tobytes())
    for article in articles:
        digest.update(repr(article).encode())
    return digest.hexdigest()[:8]


def _rules() -> list[tuple[str, str, int]]:
    """FORMAT, and every number by which the index is cut and written."""
    return [
        (module.__name__, name, value)
        for module in (sys.modules[__name__], grams, numbers, shelves)
        for name, value in sorted(vars(module).items())
        if name.isupper() and isinstance(value, int)
    ]


@dataclass(slots=True)
class Files:
    """Writes shards of an index into a folder; `tag` is the archive's."""

    folder: Path
    tag: str
    _made: set[Path] = field(default_factory=set)

    def put(self, name: str, arguments: str) -> None:
        """Write a shard: `pairs/1234` to `pairs/1/234.js`."""
        kind, _, number = name.partition("/")
        folder = self.folder / kind / str(int(number) // FILES_A_FOLDER) if number else self.folder
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        path = folder / f"{int(number) % FILES_A_FOLDER if number else kind}.js"
        path.write_bytes(f'archiveShard("{name}","{self.tag}",{arguments});\n'.encode())


# ---------------------------------------------------------------- texts


def _texts(articles: Iterable[SearchRecord], files: Files) -> Iterator[list[str]]:
    """Write the texts; the texts of each file."""
    for number, group in enumerate(_grouped(map(_text, articles))):
        files.put(f"texts/{number}", ",".join(group))
        yield group


def _text(article: SearchRecord) -> str:
    """Title, page or 0, 1 if the date is inferred and 2 if the title isn't printed, count of headings, blocks."""
    marks = (article.certainty == "inferred" and article.date is not None) + 2 * article.untitled
    blocks = [block for _, block in placed(article)]
    return _json([article.title, article.page or 0, marks, len(article.headings), *blocks])


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


# ---------------------------------------------------------------- facts


class _Names:
    """The newspapers, cities and topics of the articles, numbered as they come."""

    def __init__(self) -> None:
        self.newspapers: dict[str, int] = {"": 0}
        self.cities: dict[str, int] = {"": 0}
        self.topics: dict[str, int] = {}

    def newspaper(self, name: str) -> int:
        return self.newspapers.setdefault(name, len(self.newspapers))

    def city(self, name: str) -> int:
        return self.cities.setdefault(name, len(self.cities))

    def topic(self, name: str) -> int:
        return self.topics.setdefault(name, len(self.topics))


def _facts(
    articles: Sequence[SearchRecord], text_files: Iterable[int], names: _Names, files: Files
) -> Iterator[list[str]]:
    """Write the facts; of each file the first and last date."""
    file_of = [number for number, count in enumerate(text_files) for _ in range(count)]
    for start in range(0, len(articles), FACTS):
        part = articles[start : start + FACTS]
        topics = [tuple(names.topic(topic) for topic in article.topics) for article in part]
        sets = {row: number for number, row in enumerate(dict.fromkeys(topics))}
        days = [article.date.toordinal() if article.date else 0 for article in part]
        texts = file_of[start : start + FACTS]
        columns = [
            ids(article.id for article in part),
            encode(_falling(days)),
            encode(_runs(names.newspaper(article.newspaper) for article in part)),
            encode(_runs(names.city(article.city) for article in part)),
            encode([sets[row] for row in topics]),
            encode([_length(article) for article in part]),
            encode([texts[0], *(after - before for before, after in pairwise(texts))]),
        ]
        files.put(f"facts/{start // FACTS}", ",".join(map(_json, [list(sets), *columns])))
        dates = [article.date.isoformat() if article.date else "" for article in (part[0], part[-1])]
        yield dates


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


def _falling(days: Iterable[int]) -> list[int]:
    """Runs of days that never rise: the first day or how far the next is below, and how many articles it has.

    >>> _falling([9, 9, 7])
    [9, 2, 2, 1]
    """
    numbers: list[int] = []
    before = 0
    for day, run in groupby(days):
        numbers += [before - day if numbers else day, len(list(run))]
        before = day
    return numbers


def _runs(values: Iterable[int]) -> list[int]:
    """Each value and how often it follows itself.

    >>> _runs([3, 3, 0])
    [3, 2, 0, 1]
    """
    return [number for value, run in groupby(values) for number in (value, len(list(run)))]


def _length(article: SearchRecord) -> int:
    """How long the article is, in steps of half an octave: enough to weigh a hit by.

    >>> _length(SearchRecord("a/1", "", body=("字" * 700,))), _length(SearchRecord("a/1", ""))
    (19, 0)
    """
    characters = sum(map(len, (*article.headings, *article.body)))
    return round(2 * math.log2(characters)) if characters else 0


def _json(value: object) -> str:
    """As JSON, which is JavaScript too."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
