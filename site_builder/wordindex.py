"""The word index: Pagefind over jieba's words, for articles that tell of the same though they don't hold the string.

Pagefind finds words between spaces, and Chinese prints none. So every text is cut by jieba's dictionary, and indexed
under a language that Pagefind doesn't know: for `zh` its page script would cut the reader's query again with the
browser's own dictionary, even inside quotation marks, and miss.

The words that are written beside the index, with how frequent they are in the language, let the browser cut a query as
jieba would: by the most probable way. `static/related.js` does that, asks for each word, and ranks. An article is known
to Pagefind by its number in the literal index, which also shows it; so nothing but the index itself is shipped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import rjieba

from site_builder.bundles import ENTRY, Entry, bundle, tag_of
from site_builder.folding import fold
from site_builder.language import _
from site_builder.numbers import encode
from site_builder.pagefind import shared
from site_builder.records import SearchRecord
from site_builder.shards import shards

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
        found = rjieba.cut_for_search(fold("\n".join(blocks)))
        return [word for word in found if self[word] > 1] or [word for word in found if self[word]]

    @property
    def vocabulary(self) -> set[str]:
        return {word for word, worth in self.items() if worth}


# ---------------------------------------------------------------- the index


def build_words(articles: Sequence[SearchRecord], site: Path) -> str:
    """Write the word index of the articles, which are in the order of their numbers, to `<site>/pagefind/`.

    Every shard is a folder there, and `shards.json` lists them. The answer is what the page has to know of the words:
    the arguments of a shard of the literal index. The same articles give the same bytes.
    """
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    bytes_of = shared(folder)
    version = json.loads(bytes_of[ENTRY])["version"]
    number = {article.id: str(number) for number, article in enumerate(articles)}
    rows: list[dict[str, object]] = []
    vocabularies: list[set[str]] = []
    for path, part in shards(articles).items():
        words = Words()
        contents = bundle([as_entry(article, words, number[article.id]) for article in part], version)
        _write(contents, folder / path)
        rows.append({"path": path, "tag": tag_of(contents), "articles": len(part), "what": what_is_in(part)})
        vocabularies.append(words.vocabulary)
    bytes_of[SHARDS] = ("[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n").encode()
    _write(bytes_of, folder)
    return vocabulary_script(vocabularies)


def vocabulary_script(vocabularies: Sequence[set[str]]) -> str:
    r"""All words with the shards that hold them, and how probable each is, as two texts that JavaScript reads.

    A line is a word, and if not every shard holds it, the numbers of those that do, or after `-` don't. The page must
    know: a shard without one of a query's words takes no notice of it, and finds what looks like it.

        >>> vocabulary_script([{"人", "市", "春"}, {"人", "市"}, {"人", "冰"}])
        '"人\\n冰\\t2\\n市\\t-2\\n春\\t0","Mv^p"'
    """
    holders: dict[str, list[int]] = {}
    for number, vocabulary in enumerate(vocabularies):
        for word in vocabulary:
            holders.setdefault(word, []).append(number)
    holders = dict(sorted(holders.items()))
    lines = (word + _numbers(held, len(vocabularies)) for word, held in holders.items())
    return f'{json.dumps(chr(10).join(lines), ensure_ascii=False)},"{encode(rarities(holders.keys()))}"'


def _numbers(held: list[int], count: int) -> str:
    if len(held) == count:
        return ""
    if 2 * len(held) <= count:
        return "\t" + " ".join(map(str, held))
    return "\t-" + " ".join(map(str, sorted({*range(count)} - {*held})))


def rarities(words: Collection[str]) -> list[int]:
    """How improbable each word is, in steps of 1/STEP of a power of e, by jieba's dictionary; 0 for a word that jieba
    found by its characters' habits and not there.

    >>> rarities(["张志军队", "疫情", "的"])
    [0, 101, 42]
    """
    seen: dict[str, int] = {}
    total = 0
    with (files("jieba") / "dict.txt").open(encoding="utf-8") as dictionary:
        for line in dictionary:
            word, count, _ = line.split(" ", 2)
            total += int(count)
            if word in words:
                seen[word] = int(count)
    return [round(STEP * math.log(total / seen[word])) if seen.get(word) else 0 for word in words]


def _write(contents: Mapping[str, bytes], folder: Path) -> None:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def what_is_in(part: Iterable[SearchRecord]) -> str:
    """A shard in words, for the reader whom it is lost to: its newspapers and years.

    >>> import datetime as dt
    >>> record = SearchRecord("a/1", "", newspaper="辽源日报", date=dt.date(2021, 1, 21))
    >>> what_is_in([record]), what_is_in([SearchRecord("undated/b/1", "")])
    ('《辽源日报》2021年', '报纸不详，日期不详')
    >>> others = [SearchRecord("", "", newspaper=name, date=dt.date(1950, 1, 1)) for name in "甲乙丙"]
    >>> what_is_in([record, *others])
    '《辽源日报》《甲》《乙》等4种报纸1950年至2021年'
    """
    part = list(part)
    names = list(dict.fromkeys(record.newspaper for record in part if record.newspaper))
    years = sorted({record.date.year for record in part if record.date})
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
