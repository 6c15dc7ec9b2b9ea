"""The search index: the literal one, which finds every string, and that of words, which finds what is related.

Both are made of shards (shards.py): some hundred articles that one piece of work reads. What it makes of them is kept
in the cache, and its files in the site, until one of the articles changes. From what is kept of all shards the lists of
the literal index are joined, a span of keys at a time. So no more than a shard's texts, or a span's numbers, are in
memory, and all cores are busy: words are looked up in one process while another joins lists.

A cache entry that is missing or damaged when it is needed is made anew, from the shard it is of.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from site_builder import grams, literal, store, wordindex
from site_builder.archive import Archive
from site_builder.cache import Cache, digest, plain, program
from site_builder.errors import BuildError
from site_builder.grams import BODY, Lists, Text
from site_builder.literal import Files, Names, Shard, as_script
from site_builder.numbers import encode
from site_builder.pool import Pool
from site_builder.records import Item, SearchRecord, item_of, items, newest_first
from site_builder.shards import shards
from site_builder.shelves import Shelves
from site_builder.tree import Tree, Written, put

Task = TypeVar("Task")
Result = TypeVar("Result")

# What is kept in the cache.
SHARD, TEXT, LISTS, TRIPLES, WORDS = "search-shard", "search-text", "search-lists", "search-triples", "search-words"
SHELVES, VOCABULARY, PROGRAM = "search-shelves", "search-vocabulary", "search-pagefind"
DICTIONARY = "search-dictionary"

_VERSION = 8  # characters of a hash: a name for all files of a unit
_FEW = 3  # shards: up to so many are not worth starting worker processes for
_ATTEMPTS = 3  # at joining lists: the second after damaged ones were made anew


def build_index(archive: Archive, tree: Tree, cache: Cache, pool: Pool) -> Mapping[str, frozenset[str]]:
    """Write both indexes of the archive's articles to the site. The same articles give the same bytes, in whatever
    order, by however many jobs, and whatever the cache holds. The answer: all cache entries that the next build will
    ask for, by their kinds.
    """
    return build(items(archive), tree, cache, pool)


def index_records(records: Iterable[SearchRecord], site: Path) -> None:
    """Write both indexes of these articles to a folder, here and now."""
    with tempfile.TemporaryDirectory() as folder, Pool(1) as pool:
        build(map(item_of, records), Tree(site), Cache(Path(folder)), pool)


def build(found: Iterable[Item], tree: Tree, cache: Cache, pool: Pool) -> Mapping[str, frozenset[str]]:
    parts = shards(newest_first(found))
    return _Build(tree, cache, pool).run({name: tuple(part) for name, part in parts.items()})


# ---------------------------------------------------------------- in a worker: a shard


@dataclass(frozen=True, slots=True)
class _Shard:
    """A shard to be read: for the literal index under `key`, for that of words under `words`; empty: not for it."""

    name: str
    items: tuple[Item, ...]
    key: str
    words: str
    pagefind: str  # its version
    rules: str
    cache: Path
    site: Path


@dataclass(frozen=True, slots=True)
class _Read:
    known: dict[str, Any] | None
    files: tuple[Written, ...]
    words: dict[str, Any] | None
    word_files: tuple[Written, ...]


def _read(task: _Shard) -> _Read:
    cache = Cache(task.cache)
    store.use(cache)
    records = [item.load() for item in task.items]
    known = words = None
    files: tuple[Written, ...] = ()
    word_files: tuple[Written, ...] = ()
    if task.key:
        known, files = _read_literally(task, records, cache)
    if task.words:
        contents, words = wordindex.write_shard(records, task.name, task.pagefind)
        cache.put(WORDS, task.words, json.dumps(words, ensure_ascii=False).encode())
        word_files = tuple(
            put(task.site, f"{wordindex.FOLDER}/{task.name}/{path}", content) for path, content in contents.items()
        )
        del words["vocabulary"]
    return _Read(known, files, words, word_files)


def _read_literally(
    task: _Shard, records: Sequence[SearchRecord], cache: Cache
) -> tuple[dict[str, Any], tuple[Written, ...]]:
    version = _version(task.rules, *map(plain, records))
    files = Files(task.site, version[:_VERSION])
    shard = literal.shard_of(records, literal.write_texts(records, task.name, files))
    text = grams.text_of(records)
    cache.put(TEXT, task.key, grams.packed(text))
    chars, pairs = grams.singles_and_pairs(text)
    lists = []
    for span, (single, double) in enumerate(zip(grams.segments(chars), grams.segments(pairs), strict=True)):
        content = grams.packed([*single, *double])
        cache.put(LISTS, _part(task.key, span), content)
        lists.append(digest(content))
    noted = [[pair, count] for pair, count in grams.noted(pairs, shard["characters"]).items()]
    known: dict[str, Any] = {"version": version, "shard": shard, "lists": lists, "noted": noted}
    cache.put(SHARD, task.key, json.dumps(known, ensure_ascii=False).encode())
    return known, tuple(files.written)


def _version(rules: str, *parts: object) -> str:
    """A name for what is made of these parts by `literal.rules`: by their content alone, so that a newer program which
    would write the same changes no file.
    """
    told = (part if isinstance(part, bytes) else str(part).encode() for part in parts)
    return digest(rules.encode(), *told)


def _part(key: str, *numbers: int) -> str:
    return digest(key.encode(), *(str(number).encode() for number in numbers))


@dataclass(frozen=True, slots=True)
class _Triples:
    """The strings of three characters to be listed of a shard."""

    text: str  # its key in the cache
    key: str
    frequent: tuple[int, ...]
    cache: Path


def _list_triples(task: _Triples) -> list[str] | None:
    """The digests of the lists; None if the shard's text can't be read."""
    cache = Cache(task.cache)
    content = cache.get(TEXT, task.text)
    if content is None:
        return None
    codes, *rest = grams.unpacked(content)
    frequent = np.array(task.frequent, dtype=np.uint64)
    found = grams.triples(Text(codes.astype(np.uint32), *rest), frequent)
    digests = []
    for span, lists in enumerate(grams.spans(found, len(frequent))):
        content = grams.packed(lists)
        cache.put(LISTS, _part(task.key, span), content)
        digests.append(digest(content))
    cache.put(TRIPLES, task.key, json.dumps(digests).encode())
    return digests


# ---------------------------------------------------------------- in a worker: a span of keys


@dataclass(frozen=True, slots=True)
class _Span:
    """Lists to be joined: `families` of span `number`, from the cache entries of all shards, each with the number of
    its first article.
    """

    families: tuple[str, ...]
    number: int
    key: str
    version: str
    parts: tuple[tuple[str, int], ...]
    shelf: int
    frequent: tuple[int, ...]
    cache: Path
    site: Path


def _join(task: _Span) -> tuple[list[list[int]], tuple[Written, ...]] | list[int]:
    """The borders of the shelves of each family, and their files; or which of the shards can't be read."""
    cache = Cache(task.cache)
    contents = [cache.get(LISTS, key) for key, _ in task.parts]
    damaged = [number for number, content in enumerate(contents) if content is None]
    if damaged:
        return damaged
    columns = [grams.views(content) for content in contents if content is not None]
    files = Files(task.site, task.version[:_VERSION])
    borders = []
    width = len(Lists._fields)
    for at, family in enumerate(task.families):
        parts = [
            (base, Lists(*row[width * at : width * (at + 1)]))
            for row, (_, base) in zip(columns, task.parts, strict=True)
        ]
        frequent = np.array(task.frequent if family == "pairs" else (), dtype=np.uint64)
        shelves = Shelves(f"{family}/{task.number}", files.put, task.shelf, frequent)
        for lists in grams.blocks(parts, grams.BLOCK):
            shelves.add(lists)
        borders.append(shelves.borders)
    cache.put(SHELVES, task.key, json.dumps(borders).encode())
    return borders, tuple(files.written)


# ---------------------------------------------------------------- the build


@dataclass
class _Build:
    tree: Tree
    cache: Cache
    pool: Pool
    asked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def run(self, parts: Mapping[str, tuple[Item, ...]]) -> Mapping[str, frozenset[str]]:
        self.literal_rules = literal.rules()
        self.rules = digest(program().encode(), self.literal_rules.encode())
        self.parts = parts
        self.keys = {name: self._key("shard", *(item.key for item in part)) for name, part in parts.items()}
        self._use_pagefind()
        self._read_shards()
        self._find_frequent()
        self._list_triples()
        words = self._words_to_do()
        spans = self._join_spans(words)
        self.pool.let_go()
        self._write_rest(spans)
        return {kind: frozenset(keys) for kind, keys in self.asked.items()}

    def _version(self, *parts: object) -> str:
        return _version(self.literal_rules, *parts)

    def _key(self, *parts: object) -> str:
        return digest(self.rules.encode(), *(str(part).encode() for part in parts))

    def _run(self, function: Callable[[Task], Result], tasks: list[Task]) -> Iterator[Result]:
        """A small archive is done here: worker processes would take longer to start."""
        return self.pool.run(function, tasks, few=_FEW if len(self.parts) >= _FEW else len(tasks) + 1)

    def _get(self, kind: str, key: str) -> Any:
        """What the cache knows, from JSON; None if nothing."""
        self.asked[kind].add(key)
        content = self.cache.get(kind, key)
        return None if content is None else json.loads(content)

    # ------------------------------------------------------------ shards

    def _read_shards(self) -> None:
        """Read what changed for the literal index; where it is much, for that of words in one go."""
        self.known: dict[str, dict[str, Any]] = {}
        self.words: dict[str, dict[str, Any]] = {}
        changed = []
        for name, key in self.keys.items():
            known = self._get(SHARD, key)
            if known is not None and self.tree.kept(f"{literal.FOLDER}/texts/{name}", key):
                self.known[name] = known
            else:
                changed.append(name)
            self.asked[TEXT].add(key)
            self.asked[LISTS].update(_part(key, span) for span in range(len(grams.SEGMENTS) + 1))
        self._changed_words = []
        for name in self.parts:
            key = self._words_key(name)
            words = self._get(WORDS, key)
            if words is not None and self.tree.kept(f"{wordindex.FOLDER}/{name}", key):
                self.words[name] = words
            else:
                self._changed_words.append(name)
        together = {*self._changed_words} if len(changed) > self.pool.jobs else set()
        tasks = [self._task(name, True, name in together) for name in changed]
        for task, read in zip(tasks, self._run(_read, tasks), strict=True):
            self._note_literally(task, read)
            if task.words:
                self._note_words(task, read)

    def _task(self, name: str, literally: bool, words: bool) -> _Shard:
        key = self.keys[name] if literally else ""
        words_key = self._words_key(name) if words else ""
        rules = self.literal_rules
        return _Shard(name, self.parts[name], key, words_key, self.pagefind, rules, self.cache.folder, self.tree.folder)

    def _words_key(self, name: str) -> str:
        return self._key("words", name, self.pagefind, self.keys[name])

    def _note_literally(self, task: _Shard, read: _Read) -> None:
        assert read.known is not None
        self.known[task.name] = read.known
        self.tree.wrote(f"{literal.FOLDER}/texts/{task.name}", task.key, read.files)

    def _note_words(self, task: _Shard, read: _Read) -> None:
        assert read.words is not None
        self.words[task.name] = read.words
        self.tree.wrote(f"{wordindex.FOLDER}/{task.name}", task.words, read.word_files)

    def _words_to_do(self) -> list[_Shard]:
        return [self._task(name, False, True) for name in self._changed_words if name not in self.words]

    def _again(self, names: Iterable[str]) -> None:
        """Read shards anew of which the cache has lost something. Their files are in the site already."""
        with tempfile.TemporaryDirectory() as folder:
            tasks = [
                _Shard(
                    name, self.parts[name], self.keys[name], "", "", self.literal_rules, self.cache.folder, Path(folder)
                )
                for name in names
            ]
            for _ in self._run(_read, tasks):
                pass

    # ------------------------------------------------------------ frequent pairs

    def _find_frequent(self) -> None:
        """The characters of all, and the frequent pairs: a pair counts by its places in shards where it is noted."""
        self.shards: list[Shard] = [self.known[name]["shard"] for name in self.parts]
        self.characters = sum(shard["characters"] for shard in self.shards)
        places: defaultdict[int, int] = defaultdict(int)
        for name in self.parts:
            for pair, count in self.known[name]["noted"]:
                places[pair] += count
        least = literal.frequent_from(self.characters)
        self.frequent = tuple(sorted(pair for pair, count in places.items() if count > least))
        counts = [len(part) for part in self.parts.values()]
        self.bases = _sums(counts)

    def _list_triples(self) -> None:
        self.triples: dict[str, list[str]] = {}
        if not self.frequent:
            return
        self._triple_keys = {name: self._key("triples", key, self.frequent) for name, key in self.keys.items()}
        left = []
        for name, key in self._triple_keys.items():
            known = self._get(TRIPLES, key)
            self.asked[LISTS].update(_part(key, span) for span in range(grams.SPANS))
            if known is None:
                left.append(name)
            else:
                self.triples[name] = known
        self._list_triples_of(left)

    def _list_triples_of(self, names: Sequence[str]) -> None:
        for _ in range(_ATTEMPTS):
            tasks = [
                _Triples(self.keys[name], self._triple_keys[name], self.frequent, self.cache.folder) for name in names
            ]
            lost = []
            for name, digests in zip(names, self._run(_list_triples, tasks), strict=True):
                if digests is None:
                    lost.append(name)
                else:
                    self.triples[name] = digests
            if not lost:
                return
            self._again(lost)
            names = lost
        raise BuildError("search index: the cache loses what is written to it")

    # ------------------------------------------------------------ lists

    def _join_spans(self, words: Sequence[_Shard]) -> dict[str, list[tuple[str, list[list[int]]]]]:
        """Join the lists of all spans, and do the words that are left beside it. Of each span its version, and the
        borders of its families.
        """
        names = list(self.parts)
        shelf = literal.shelf_size(self.characters)
        spans: list[_Span] = []
        for number in range(len(grams.SEGMENTS) + 1):
            frequent = tuple(self.frequent)
            told = [self.known[name]["lists"][number] for name in names]
            version = self._version("pairs", number, shelf, _of_span(frequent, number), *told, *self.bases)
            keys = tuple(_part(self.keys[name], number) for name in names)
            spans.append(self._span(("chars", "pairs"), number, version, keys, shelf, frequent))
        for number in range(grams.SPANS if self.frequent else 0):
            told = [self.triples[name][number] for name in names]
            version = self._version("triples", number, shelf, self.frequent, *told, *self.bases)
            keys = tuple(_part(self._triple_keys[name], number) for name in names)
            spans.append(self._span(("triples",), number, version, keys, shelf, ()))
        borders: dict[str, list[list[int]]] = {}
        left: list[_Span] = []
        for span in spans:
            known = self._get(SHELVES, span.key)
            if known is not None and self.tree.kept(_unit(span), span.key):
                borders[span.key] = known
            else:
                left.append(span)
        todo: list[_Shard | _Span] = [*words, *left]
        for _ in range(_ATTEMPTS):
            damaged: set[str] = set()
            again: list[_Shard | _Span] = []
            for task, done in zip(todo, self._run(_do, todo), strict=True):
                if isinstance(task, _Shard):
                    assert isinstance(done, _Read)
                    self._note_words(task, done)
                elif isinstance(done, list):
                    damaged.update(names[number] for number in done)
                    again.append(task)
                else:
                    assert isinstance(done, tuple)
                    borders[task.key], files = done
                    self.tree.wrote(_unit(task), task.key, files)
            if not again:
                found: dict[str, list[tuple[str, list[list[int]]]]] = {"pairs": [], "triples": []}
                for span in spans:
                    found[span.families[-1]].append((span.version, borders[span.key]))
                return found
            self._again(sorted(damaged))
            if self.frequent:
                self._list_triples_of(sorted(damaged))
            todo = again
        raise BuildError("search index: the cache loses what is written to it")

    def _span(
        self,
        families: tuple[str, ...],
        number: int,
        version: str,
        keys: tuple[str, ...],
        shelf: int,
        frequent: tuple[int, ...],
    ) -> _Span:
        parts = tuple(zip(keys, self.bases, strict=True))
        key = self._key(version)
        return _Span(families, number, key, version, parts, shelf, frequent, self.cache.folder, self.tree.folder)

    # ------------------------------------------------------------ what is told of all

    def _use_pagefind(self) -> None:
        """What every search of words needs, from Pagefind itself; asked once for each version of it."""
        self.asked[PROGRAM].add(self.rules)
        content = self.cache.get(PROGRAM, self.rules)
        if content is None:
            content = wordindex.shared_files()
            self.cache.put(PROGRAM, self.rules, content)
        self.pagefind, self._shared = wordindex.shared_from(content)

    def _write_rest(self, spans: Mapping[str, list[tuple[str, list[list[int]]]]]) -> None:
        names = Names(self.shards)
        tables = digest(json.dumps([names.newspapers, names.cities, names.topics]).encode())
        versions = [self.known[name]["version"] for name in self.parts]
        groups = literal.fact_groups([len(shard["ids"]) for shard in self.shards])
        facts = []
        for number, (begin, end) in enumerate(groups):
            version = self._version("facts", number, tables, *versions[begin:end])
            self._script(f"facts/{number}", version, lambda b=begin, e=end: literal.facts(self.shards[b:e], names))
            facts.append(version)
        vocabulary = self._write_words()
        meta = {
            "articles": sum(len(shard["ids"]) for shard in self.shards),
            "characters": self.characters,
            "body": BODY,
            "shards": list(self.parts),
            "counts": encode([len(shard["ids"]) for shard in self.shards]),
            "texts": _versions(versions),
            "bounds": grams.SEGMENTS,
            "lists": _versions(version for version, _ in spans["pairs"]),
            "chars": [encode(borders[0]) for _, borders in spans["pairs"]],
            "pairs": [encode(borders[1]) for _, borders in spans["pairs"]],
            "tripleLists": _versions(version for version, _ in spans["triples"]),
            "triples": [encode(borders[0]) for _, borders in spans["triples"]],
            "frequent": [chr(pair >> grams.SECOND) + chr(pair & (1 << grams.SECOND) - 1) for pair in self.frequent],
            "facts": _versions(facts),
            "groups": encode([sum(len(shard["ids"]) for shard in self.shards[begin:end]) for begin, end in groups]),
            "spans": encode([day for begin, end in groups for day in literal.dates(self.shards[begin:end])]),
            "words": vocabulary[:_VERSION],
            "newspapers": list(names.newspapers),
            "cities": list(names.cities),
            "topics": list(names.topics),
        }
        content = as_script(meta)
        self._script("meta", self._version(content), lambda: content)

    def _write_words(self) -> str:
        """The words, and the list of their shards; the version of the words."""
        version = self._version("vocabulary", *(self.words[name]["digest"] for name in self.parts))
        key = self._key(version)
        self.asked[VOCABULARY].add(key)
        self.asked[DICTIONARY].add(self.rules)
        script = self.cache.get(VOCABULARY, key)
        if script is None:
            vocabularies = [self._vocabulary(name) for name in self.parts]
            script = wordindex.vocabulary_script(vocabularies, self._dictionary()).encode()
            self.cache.put(VOCABULARY, key, script)
        text = script.decode()
        self._script("words", version, lambda: text)
        rows = [
            {
                "path": name,
                "tag": self.words[name]["tag"],
                "articles": len(shard["ids"]),
                "what": wordindex.what_is_in(shard["newspapers"], shard["days"]),
            }
            for name, shard in zip(self.parts, self.shards, strict=True)
        ]
        files = {**self._shared, wordindex.SHARDS: wordindex.list_of_shards(rows)}
        for name, content in files.items():
            path = f"{wordindex.FOLDER}/{name}"
            content_key = digest(content)
            if not self.tree.kept(path, content_key):
                self.tree.put(path, content_key, path, content)
        return version

    def _dictionary(self) -> wordindex.Dictionary:
        content = self.cache.get(DICTIONARY, self.rules)
        if content is None:
            content = wordindex.dictionary_bytes()
            self.cache.put(DICTIONARY, self.rules, content)
        return wordindex.dictionary_from(content)

    def _vocabulary(self, name: str) -> list[str]:
        words = self.words[name]
        if "vocabulary" not in words:
            words = self._get(WORDS, self._words_key(name))
            if words is None:  # damaged since it was written
                raise BuildError("search index: the cache loses what is written to it")
        found: list[str] = words["vocabulary"]
        return found

    def _script(self, name: str, version: str, arguments: Any) -> None:
        """Write one file of the literal index, if it is another than before."""
        unit, key = f"{literal.FOLDER}/{name}", self._key(version)
        if not self.tree.kept(unit, key):
            files = Files(self.tree.folder, version[:_VERSION])
            files.put(name, arguments())
            self.tree.wrote(unit, key, files.written)


def _do(task: _Shard | _Span) -> _Read | tuple[list[list[int]], tuple[Written, ...]] | list[int]:
    return _read(task) if isinstance(task, _Shard) else _join(task)


def _unit(span: _Span) -> str:
    return f"{literal.FOLDER}/{span.families[-1]}/{span.number}"


def _of_span(frequent: Iterable[int], number: int) -> list[int]:
    """The pairs that begin with a character of the span."""
    bounds = ["\0", *grams.SEGMENTS, chr(0x10FFFF)]
    low, high = (ord(bounds[at]) << grams.SECOND for at in (number, number + 1))
    return [pair for pair in frequent if low <= pair < high]


def _versions(keys: Iterable[str]) -> str:
    return "".join(key[:_VERSION] for key in keys)


def _sums(counts: Sequence[int]) -> list[int]:
    """What stands before each: the sum of all others."""
    sums, total = [], 0
    for count in counts:
        sums.append(total)
        total += count
    return sums
