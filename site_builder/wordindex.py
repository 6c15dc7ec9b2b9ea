"""The word index: Pagefind over jieba's words, for articles that tell of the same though they don't hold the string.

Pagefind finds words between spaces, and Chinese prints none. So every text is cut by jieba's dictionary, and indexed
under a language that Pagefind doesn't know: for `zh` its page script would cut the reader's query again with the
browser's own dictionary, even inside quotation marks, and miss.

The words that are written beside the index, with how frequent they are in the language, let the browser cut a query as
jieba would: by the most probable way. `static/related.js` does that, asks for each word, and ranks. An article is known
to Pagefind by its number in the literal index, which also shows it; so nothing but the index itself is shipped.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cbor2

from site_builder.bundles import ENTRY, Entry, bundle, tag_of
from site_builder.cache import digest
from site_builder.cutter import jieba_file
from site_builder.folding import fold
from site_builder.language import _
from site_builder.numbers import encode
from site_builder.pagefind import shared
from site_builder.records import SearchRecord

FOLDER = "pagefind"  # in the site
SHARDS = "shards.json"

STEP = 8  # parts of a power of e in which a word's frequency is told


# ---------------------------------------------------------------- words


class Words(dict[str, int]):
    """Every word met, and its worth: 0 if nothing of it can be searched for, as punctuation; 1 if it is a single
    character (的, 到), which tells nothing of what an article is about, and such are two words of five; else 2.

    >>> known = Words()
    >>> [known[word] for word in ("3.5", "a", "，", "的")]
    [2, 2, 0, 1]
    """

    def __missing__(self, word: str) -> int:
        worth = self[word] = (2 if len(word) > 1 or word.isascii() else 1) if any(map(str.isalnum, word)) else 0
        return worth

    def of(self, blocks: Iterable[str]) -> list[str]:
        """jieba's search-mode words of the blocks: each whole word, before it the dictionary words inside it. Single
        characters are left out, if there are others.

        >>> Words().of(["中国科学院在辽源，ＴＵ-104", "到岗。"]), Words().of(["到"])
        (['中国', '科学', '学院', '科学院', '中国科学院', '辽源', 'tu', 'tu-104'], ['到'])
        """
        import rjieba  # its dictionary takes a while to load

        found = rjieba.cut_for_search(fold("\n".join(blocks)))
        return [word for word in found if self[word] > 1] or [word for word in found if self[word]]

    @property
    def vocabulary(self) -> set[str]:
        return {word for word, worth in self.items() if worth}


# ---------------------------------------------------------------- the index


def shared_files() -> bytes:
    """What all shards share, and the version of the Pagefind that it is of, as bytes to keep."""
    with tempfile.TemporaryDirectory() as folder:
        found = shared(Path(folder))
    version = json.loads(found[ENTRY])["version"]
    return cbor2.dumps([version, found])


def shared_from(content: bytes) -> tuple[str, dict[str, bytes]]:
    """The version, and the files by their names."""
    version, found = cbor2.loads(content)
    return version, found


def write_shard(articles: Iterable[SearchRecord], name: str, version: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a shard, and what is to be known of it: its tag, which changes when anything of it does, its words,
    and a digest of these. An article is called by the shard's address and its number there.
    """
    words = Words()
    contents = bundle(
        [as_entry(article, words, f"{name}/{number}") for number, article in enumerate(articles)], version
    )
    vocabulary = sorted(words.vocabulary)
    told = digest("\n".join(vocabulary).encode())
    return contents, {"tag": tag_of(contents), "digest": told, "vocabulary": vocabulary}


def list_of_shards(rows: Iterable[Mapping[str, object]]) -> bytes:
    return ("[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n").encode()


def vocabulary_script(vocabularies: Sequence[Iterable[str]], dictionary: Dictionary) -> str:
    r"""All words with the shards that hold them, and how probable each is, as two texts that JavaScript reads.

    A line is a word, and if not every shard holds it, the numbers of those that do, or after `-` don't. The page must
    know: a shard without one of a query's words takes no notice of it, and finds what looks like it.

        >>> vocabulary_script([["人", "市", "春"], ["人", "市"], ["人", "冰"]], {"人": 42, "市": 51, "冰": 59})
        '"人\\n冰\\t2\\n市\\t-2\\n春\\t0","M_V#"'
    """
    holders: dict[str, list[int]] = {}
    for number, vocabulary in enumerate(vocabularies):
        for word in vocabulary:
            holders.setdefault(word, []).append(number)
    holders = dict(sorted(holders.items()))
    lines = (word + _numbers(held, len(vocabularies)) for word, held in holders.items())
    rarities = encode([dictionary.get(word, 0) for word in holders])
    return f'{json.dumps(chr(10).join(lines), ensure_ascii=False)},"{rarities}"'


def _numbers(held: list[int], count: int) -> str:
    if len(held) == count:
        return ""
    if 2 * len(held) <= count:
        return "\t" + " ".join(map(str, held))
    return "\t-" + " ".join(map(str, sorted({*range(count)} - {*held})))


Dictionary = Mapping[str, int]
"""How improbable a word is, in steps of 1/STEP of a power of e, by jieba's dictionary; a word that jieba found by its
characters' habits isn't there.
"""


def dictionary_bytes() -> bytes:
    """The dictionary, to be kept: reading jieba's own takes long."""
    counts: dict[str, int] = {}
    for line in jieba_file("dict.txt").read_text("utf-8").splitlines():
        word, count, _ = line.split(" ", 2)
        if int(count):
            counts[word] = int(count)
    total = sum(counts.values())
    rarities = bytes(round(STEP * math.log(total / count)) for count in counts.values())
    return len(rarities).to_bytes(4) + rarities + "\n".join(counts).encode()


def dictionary_from(content: bytes) -> Dictionary:
    """
    >>> known = dictionary_from(dictionary_bytes())
    >>> [known.get(word, 0) for word in ("张志军队", "疫情", "的")]
    [0, 101, 42]
    """
    count = int.from_bytes(content[:4])
    return dict(zip(content[4 + count :].decode().split("\n"), content[4 : 4 + count], strict=True))


def what_is_in(newspapers: Iterable[str], days: Iterable[int]) -> str:
    """A shard in words, for the reader whom it is lost to: its newspapers and years. Days are counted from 1; 0: none.

    >>> what_is_in(["辽源日报"], [dt.date(2021, 1, 21).toordinal()]), what_is_in([""], [0])
    ('《辽源日报》2021年', '报纸不详，日期不详')
    >>> what_is_in(["辽源日报", "甲", "乙", "丙"], [dt.date(year, 1, 1).toordinal() for year in (2021, 1950)])
    '《辽源日报》《甲》《乙》等4种报纸1950年至2021年'
    """
    names = [name for name in newspapers if name]
    years = sorted({dt.date.fromordinal(day).year for day in {*days} if day})
    what = "".join(_("《{newspaper}》", newspaper=name) for name in names[:3]) if names else _("报纸不详")
    if len(names) > 3:
        what = _("{newspapers}等{n}种报纸", newspapers=what, n=len(names))
    if not years:
        return _("{newspapers}，日期不详", newspapers=what)
    if len(years) == 1:
        return _("{newspapers}{year}年", newspapers=what, year=years[0])
    return _("{newspapers}{first}年至{last}年", newspapers=what, first=years[0], last=years[-1])


def as_entry(article: SearchRecord, words: Words, name: str) -> Entry:
    """One article as it is indexed.

    The headings stand in the text, and once more by themselves, which is where Pagefind weighs them: `title` counts
    five times a word of the text.
    """
    headings = {"title": words.of([article.title])}
    if beside := [heading for heading in article.headings if heading != article.title]:
        headings["kicker"] = words.of(beside)
    filters: dict[str, list[str]] = {
        "newspaper": [article.newspaper],
        "city": [article.city],
        "topic": list(article.topics),
        "date": [article.date.isoformat() if article.date else ""],
    }
    filters = {kind: values for kind, values in filters.items() if any(values)}
    return Entry(name, words.of((*article.headings, *article.body)), headings, filters)
