"""The search index, and all that is special about Chinese in it.

Pagefind finds words between spaces, and Chinese prints none. So every text is cut by jieba's dictionary and handed to
Pagefind as *words with spaces between*, under a language that it doesn't know: for `zh` its page script would cut the
reader's query again with the browser's own dictionary, even inside quotation marks, and miss.

The words of a record are at the same time its text for display, so nothing has to be stored twice. Three rare
punctuation marks, which Pagefind doesn't index, say how to put the text together again:

* `SPACE` is a space that was printed;
* `BLOCK` parts two blocks;
* after `REST` comes what is only there to be found: the words inside longer words, and, in an archive of up to
  `CHARACTERS_UP_TO` articles, every single character. With the characters nineteen of twenty strings taken at random
  from real pages are found, half words and words across jieba's borders among them; without, two of three.

`static/search.js` reads them, and cuts queries by longest match over the vocabulary that is written beside the
index, so that the words of the query are words of the index.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import rjieba

from site_builder.model import HEADING_KINDS, Certainty
from site_builder.pagefind import ENTRY, LANGUAGE, Pagefind, bundle, shared
from site_builder.shards import shards
from site_builder.words import name_of

if TYPE_CHECKING:
    from site_builder.archive import Archive

FOLDER = "pagefind"  # in the site
VOCABULARY = "words.txt"
SHARDS = "shards.json"

SPACE = "⸱"
BLOCK = "⸏"
REST = "⸖"

CHARACTERS_UP_TO = 2_000  # articles; Pagefind needs 0.45 MB for each with its characters, 0.3 MB without

AT_ONCE = 2  # shards being written: each is a process of a few hundred MB

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_NO_MARKS = dict.fromkeys(map(ord, (SPACE, BLOCK, REST)))


# ---------------------------------------------------------------- what is indexed


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One article as the index sees it. `url` is relative to the site's root; `title` is what a result is called;
    `headings` are kicker, headline and subtitle as printed, `body` the blocks after them.
    """

    id: str
    url: str
    title: str
    newspaper: str = ""
    city: str = ""
    topics: tuple[str, ...] = ()
    date: dt.date | None = None
    certainty: Certainty = "unknown"  # of the date
    page: int | None = None
    headings: tuple[str, ...] = ()
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What was indexed: articles, different words, and the size of the files the site now carries."""

    articles: int
    words: int
    files: int
    bytes: int


def records(archive: Archive) -> Iterator[SearchRecord]:
    """The archive's articles in its own order. A withheld article's text stands nowhere, so not here either; a
    duplicate passage is left out, as the same words stand in the article already.
    """
    for page in archive.pages:
        facts = page.facts
        for article in page.articles:
            if article.withheld:
                continue
            shown = [block for block in article.blocks if block.kind != "duplicate"]
            headings = tuple(block.text for block in shown if block.kind in HEADING_KINDS)
            body = tuple(block.text for block in shown if block.kind not in HEADING_KINDS)
            yield SearchRecord(
                id=article.id,
                url=article.url,
                title=name_of(article),
                newspaper=facts.newspaper,
                city=facts.city,
                topics=article.topics,
                date=facts.date,
                certainty=facts.date_certainty,
                page=facts.page,
                headings=headings,
                body=body,
            )


# ---------------------------------------------------------------- words


class Word(NamedTuple):
    """A word at `start` to `end` of a text; `inner` if it stands inside the whole word that follows it."""

    text: str
    start: int
    end: int
    inner: bool


def fold(text: str) -> str:
    """Full-width forms as half-width ones, character by character, so that offsets stay: readers type `12` for `１２`.

    >>> fold("５月１２日（ＡＢ）　")
    '5月12日(AB) '
    """
    return text.translate(_FOLD)


def words(text: str) -> list[Word]:
    """jieba's search-mode words: each whole word, before it the dictionary words inside it.

    >>> [word.text + ("?" if word.inner else "") for word in words("中国科学院在辽源")]
    ['中国?', '科学?', '学院?', '科学院?', '中国科学院', '在', '辽源']

    Which word is whole can only be told from the end: 中国 may be one, until 中国科学院 turns out to begin with it.
    """
    found: list[Word] = []
    whole_start = len(text) + 1
    for word, start, end in reversed(rjieba.tokenize(text, mode="search")):
        inner = start >= whole_start
        if not inner:
            whole_start = start
        found.append(Word(word, start, end, inner))
    found.reverse()
    return found


def is_word(word: str) -> bool:
    """Whether anything of it can be searched for: punctuation is not indexed.

    >>> is_word("3.5"), is_word("，")
    (True, False)
    """
    return any(char.isalnum() for char in word)


def spaced(blocks: Iterable[str], vocabulary: set[str], characters: bool = True) -> str:
    """Blocks as Pagefind gets them: words with spaces between, and marks to put the text together again.

    Whole words stand one after the other, as a phrase needs them; words inside them, full-width words in half-width
    characters, and single characters follow once each. All are added to the vocabulary as a query is folded.

        >>> spaced(["科学院 １２人", "到岗"], set())
        '科学院 ⸱ １２ 人 ⸏ 到 岗 ⸖ 12 学 学院 科 科学 院'
        >>> spaced(["科学院 １２人", "到岗"], set(), characters=False)
        '科学院 ⸱ １２ 人 ⸏ 到 岗 ⸖ 12 学院 科学'
    """
    shown: list[str] = []
    printed: set[str] = set()
    found: set[str] = set()
    for block in blocks:
        text = block.strip().translate(_NO_MARKS)
        if shown and text:
            shown.append(BLOCK)
        for word, start, end, inner in words(fold(text)):
            if word.isspace():
                shown.append(SPACE)
                continue
            if not inner:
                shown.append(text[start:end])
                printed.add(text[start:end].lower())
            if is_word(word):
                found.add(word.lower())
                if characters:
                    found.update(char for char in word if char.isalnum() and not char.isascii())
    vocabulary |= found
    rest = sorted(found - printed)
    return " ".join([*shown, REST, *rest] if rest else shown)


# ---------------------------------------------------------------- the index


def build_index(articles: Iterable[SearchRecord], site: Path) -> IndexReport:
    """Write the word index of the articles, and its vocabulary, to `<site>/pagefind/`.

    Every shard is a folder there, and `shards.json` lists them. The same articles in the same order give the same
    bytes. An archive without articles gets an empty vocabulary and no shard.
    """
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    articles = list(articles)
    parts = shards(articles)
    with Pagefind(folder) as pagefind:
        files = shared(pagefind)
    written = _write_shards(parts, folder, characters=len(articles) <= CHARACTERS_UP_TO)
    vocabulary = vocabulary_lines([shard.vocabulary for shard in written])
    files[VOCABULARY] = "".join(f"{line}\n" for line in vocabulary).encode()
    rows = [
        {"path": path, "tag": shard.tag, "articles": len(part), "what": what_is_in(part)}
        for (path, part), shard in zip(parts.items(), written, strict=True)
    ]
    files[SHARDS] = ("[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n").encode()
    _write(files, folder)
    return IndexReport(
        len(articles),
        len(vocabulary),
        len(files) + sum(shard.files for shard in written),
        sum(map(len, files.values())) + sum(shard.bytes for shard in written),
    )


class _Written(NamedTuple):
    """A shard on the disk. The tag changes when anything of it does."""

    tag: str
    vocabulary: set[str]
    files: int
    bytes: int


def _write_shards(parts: Mapping[str, list[SearchRecord]], folder: Path, characters: bool) -> list[_Written]:
    """Write the shards, as many at a time as there are cores, but no more than AT_ONCE: memory is theirs."""
    running: set[Pagefind] = set()

    def write(path: str, part: list[SearchRecord]) -> _Written:
        vocabulary: set[str] = set()
        requests = ((article.id, as_request(article, vocabulary, characters)) for article in part)
        with Pagefind(folder) as pagefind:
            running.add(pagefind)
            try:
                files = bundle(requests, pagefind)
            finally:
                running.discard(pagefind)
        _write(files, folder / path)
        tag = json.loads(files[ENTRY])["languages"][LANGUAGE]["hash"]
        return _Written(tag, vocabulary, len(files), sum(map(len, files.values())))

    pool = ThreadPoolExecutor(min(AT_ONCE, os.cpu_count() or 1))
    try:
        return list(pool.map(write, parts, parts.values()))
    except BaseException:  # a fault, or Ctrl-C: don't wait for the others
        for pagefind in tuple(running):
            pagefind.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def vocabulary_lines(vocabularies: list[set[str]]) -> list[str]:
    r"""All words, in order; one that not every shard holds with the numbers of those that do, or after `-` don't.

    >>> vocabulary_lines([{"人", "市", "春"}, {"人", "市"}, {"人", "冰"}])
    ['人', '冰\t2', '市\t-2', '春\t0']

    The page must know: a shard without one of a query's words takes no notice of it, and finds what has the others.
    """
    holders: dict[str, list[int]] = {}
    for number, vocabulary in enumerate(vocabularies):
        for word in vocabulary:
            holders.setdefault(word, []).append(number)
    return [word + _numbers(held, len(vocabularies)) for word, held in sorted(holders.items())]


def _numbers(held: list[int], count: int) -> str:
    if len(held) == count:
        return ""
    if 2 * len(held) <= count:
        return "\t" + " ".join(map(str, held))
    return "\t-" + " ".join(map(str, sorted({*range(count)} - {*held})))


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def what_is_in(part: Iterable[SearchRecord]) -> str:
    """A shard in words, for the reader whom it is lost to: its newspapers and years.

    >>> record = SearchRecord("a/1", "a/1.html", "", newspaper="辽源日报", date=dt.date(2021, 1, 21))
    >>> what_is_in([record]), what_is_in([SearchRecord("undated/b/1", "", "")])
    ('《辽源日报》2021年', '报纸不详，日期不详')
    >>> others = [SearchRecord("", "", "", newspaper=name, date=dt.date(1950, 1, 1)) for name in "甲乙丙"]
    >>> what_is_in([record, *others])
    '《辽源日报》《甲》《乙》等4种报纸1950年至2021年'
    """
    part = list(part)
    names = list(dict.fromkeys(record.newspaper for record in part if record.newspaper))
    years = sorted({record.date.year for record in part if record.date})
    what = "".join(f"《{name}》" for name in names[:3]) + (f"等{len(names)}种报纸" if len(names) > 3 else "")
    when = f"{years[0]}年" + (f"至{years[-1]}年" if len(years) > 1 else "") if years else "，日期不详"
    return (what or "报纸不详") + when


def as_request(article: SearchRecord, vocabulary: set[str], characters: bool = True) -> dict[str, Any]:
    """One article as Pagefind's AddRecord takes it.

    The headings stand in the text, so that phrases are found in them, and once more as `meta`, which is where
    Pagefind weighs them: `title` counts five times a word of the text. What is only shown (`page`, `certainty`) is
    a filter too, not meta: meta are words to be found, and every article would be found by `1`.
    """
    meta = {"title": spaced([article.title], vocabulary, characters)}
    if beside := [heading for heading in article.headings if heading != article.title]:
        meta["kicker"] = spaced(beside, vocabulary, characters)
    date = article.date.isoformat() if article.date else ""
    filters: dict[str, list[str]] = {
        "newspaper": [article.newspaper],
        "city": [article.city],
        "topic": list(article.topics),
        "year": [date[:4]],
        "date": [date],
        "certainty": [article.certainty if date else ""],
        "page": [str(article.page or "")],
    }
    return {
        "url": quote(article.url),
        "content": spaced((*article.headings, *article.body), vocabulary, characters),
        "language": LANGUAGE,
        "meta": meta,
        "filters": {name: values for name, values in filters.items() if any(values)},
    }
