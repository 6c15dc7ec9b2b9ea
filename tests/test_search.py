"""The indexes as they lie on disk: what Pagefind is given and writes, what becomes of its errors; the literal one."""

from __future__ import annotations

import datetime as dt
import functools
import gzip
import hashlib
import json
import random
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import cbor2
import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder import grams, literal, numbers, pagefind, shards, shelves, wordindex
from site_builder.archive import gather
from site_builder.bundles import Entry, bundle
from site_builder.cache import Cache
from site_builder.errors import BuildError
from site_builder.folding import fold, lookup
from site_builder.model import HEADING_KINDS, Article, Page, PageFacts, Settings, SourcePage, Span, TextBlock
from site_builder.pagefind import Pagefind
from site_builder.pool import Pool
from site_builder.records import SearchRecord, item_of, items
from site_builder.search import build, build_index, index_records
from site_builder.tree import Tree
from site_builder.wordindex import Words, as_entry

RECORDS = (
    SearchRecord(
        id="liaoyuan-ribao/2021/01-21/p1-01",
        title="全力做好疫情防控",
        newspaper="辽源日报",
        city="辽源",
        topics=("疫情防控", "民生"),
        date=dt.date(2021, 1, 21),
        certainty="inferred",
        page=1,
        headings=("众志成城", "全力做好疫情防控"),
        body=("本报讯　１２名队员到岗。", "中国科学院来电。"),
    ),
    SearchRecord(
        id="changchun-ribao/2020/03-02/p4-02",
        title="春耕",
        newspaper="长春日报",
        city="长春",
        topics=("农业",),
        date=dt.date(2020, 3, 2),
        certainty="stated",
        page=4,
        headings=("春耕",),
        body=("备耕生产正在进行。",),
    ),
    SearchRecord(id="undated/jiu-bao/01", title="无题", untitled=True, body=("字迹不清",)),
)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shard(path: Path) -> list[Any]:
    """The arguments of the one call that a file of the literal index is."""
    call = re.fullmatch(r"archiveShard\((.*)\);\n", path.read_text("utf-8"), re.DOTALL)
    assert call, path
    arguments: list[Any] = json.loads(f"[{call[1]}]")
    return arguments


def entry_of(folder: Path) -> dict[str, Any]:
    """What an index of Pagefind says of itself."""
    entry: dict[str, Any] = json.loads((folder / "pagefind-entry.json").read_text())["languages"]["unknown"]
    return entry


def numbers_in(site: Path, shard: str) -> list[int]:
    """The numbers in it of the articles that a shard of the word index holds."""
    folder = site / "pagefind" / shard
    meta = gzip.decompress((folder / f"pagefind.{entry_of(folder)['hash']}.pf_meta").read_bytes())
    return [int(row[0].removeprefix(f"{shard}/")) for row in cbor2.loads(meta.removeprefix(b"pagefind_dcd"))[1]]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["疫情"], "疫情"),
        (["在中国科学院"], "中国 科学 学院 科学院 中国科学院"),
        (["1月21日"], "1 21"),
        (["苏联 ＴＵ机"], "苏联 tu"),
        (["遼源，", "", "的人"], "辽源"),
        ([], ""),
    ],
)
def test_a_text_is_cut_into_words(blocks: list[str], expected: str) -> None:
    words = Words()
    assert words.of(blocks) == expected.split()
    assert set(expected.split()) <= words.vocabulary


# ---------------------------------------------------------------- what is indexed


def test_an_entry_holds_text_and_filters() -> None:
    record = replace(RECORDS[0], title="全力防控", headings=("春耕", "全力防控"), body=("本报讯　１２人。",))
    assert as_entry(record, Words(), "7") == Entry(
        "7",
        ["春耕", "全力", "防控", "本报", "本报讯", "12"],
        {"title": ["全力", "防控"], "kicker": ["春耕"]},
        {
            "newspaper": ["辽源日报"],
            "city": ["辽源"],
            "topic": ["疫情防控", "民生"],
            "date": ["2021-01-21"],
        },
    )


def test_an_undated_article_has_no_date_filter() -> None:
    assert as_entry(RECORDS[2], Words(), "7").filters == {}


def test_withheld_articles_and_duplicate_passages_are_not_indexed() -> None:
    def block(kind: str, text: str) -> TextBlock:
        return TextBlock(kind, text, ())

    shown = Article(
        (block("kicker", "引题"), block("headline", "标题"), block("paragraph", "正文"), block("duplicate", "正文")),
        topics=("民生",),
        id="a/01",
        url="a/01.html",
    )
    nameless = Article((block("paragraph", "没有标题的文章"),), id="a/02", url="a/02.html")
    hidden = Article((block("headline", "隐去"),), id="a/03", url="a/03.html", withheld=True)
    page = Page(
        SourcePage("a.txt", ""),
        (block("folio", "报眉"),),
        (shown, nameless, hidden),
        facts=PageFacts("辽源日报", "辽源", dt.date(2021, 1, 21), "given", page=2),
    )
    archive: Any = SimpleNamespace(pages=(page,))
    common: dict[str, Any] = {
        "newspaper": "辽源日报",
        "city": "辽源",
        "date": dt.date(2021, 1, 21),
        "certainty": "given",
        "page": 2,
    }
    headings = ("引题", "标题")
    assert [item.load() for item in items(archive)] == [
        SearchRecord("a/01", "标题", topics=("民生",), headings=headings, body=("正文",), **common),
        SearchRecord("a/02", "没有标题的文章", untitled=True, body=("没有标题的文章",), **common),
    ]


# ---------------------------------------------------------------- the index


def test_the_index_of_words_holds_every_article_by_its_number(tmp_path: Path) -> None:
    index_records(RECORDS, tmp_path)
    assert sorted(numbers_in(tmp_path, "all")) == [0, 1, 2]
    name, tag, lines, rarities = shard(tmp_path / "search" / "words.js")
    vocabulary = lines.split("\n")
    assert (name, vocabulary) == ("words", sorted(vocabulary))
    assert {"疫情", "中国科学院", "学院", "12"} <= set(vocabulary)
    assert len(rarities) == len(vocabulary)  # none is past 90
    assert tag == shard(tmp_path / "search" / "meta.js")[2]["words"]


def test_every_article_of_the_sample_archive_is_in_the_index(seed_site: Path) -> None:
    found = []
    for path in (seed_site / "search" / "texts").rglob("*.js"):
        found += [row[4:] for row in shard(path)[2:]]
    lines = [line for path in seed_site.glob("data/articles/*.jsonl") for line in path.read_text("utf-8").splitlines()]
    blocks = [[block for block in json.loads(line)["blocks"] if block["kind"] != "duplicate"] for line in lines]
    expected = [
        [block["text"] for block in sorted(row, key=lambda block: block["kind"] not in HEADING_KINDS)] for row in blocks
    ]
    assert sorted(found) == sorted(expected)


def test_filters_are_newspaper_city_topic_and_date(tmp_path: Path) -> None:
    index_records(RECORDS, tmp_path)
    filters = {}
    for path in (tmp_path / "pagefind" / "all" / "filter").iterdir():
        name, values = cbor2.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        filters[name] = {value: len(pages) for value, pages in values}
    assert filters == {
        "newspaper": {"辽源日报": 1, "长春日报": 1},
        "city": {"辽源": 1, "长春": 1},
        "topic": {"农业": 1, "民生": 1, "疫情防控": 1},
        "date": {"2020-03-02": 1, "2021-01-21": 1},
    }


def test_what_we_zip_bears_no_date_and_no_system(tmp_path: Path) -> None:
    index_records(RECORDS, tmp_path)
    zipped = [*(tmp_path / "pagefind").rglob("*.pf_*")]
    assert len(zipped) == 7
    assert {path.read_bytes()[:10] for path in zipped} == {b"\x1f\x8b\x08\0\0\0\0\0\0\xff"}


def test_the_index_has_one_language_that_no_browser_cuts_again(tmp_path: Path) -> None:
    index_records(RECORDS, tmp_path)
    for folder, count in (("pagefind", 0), ("pagefind/all", 3)):
        entry = json.loads((tmp_path / folder / "pagefind-entry.json").read_text())
        assert list(entry["languages"]) == ["unknown"]
        assert entry["languages"]["unknown"]["page_count"] == count


def test_only_the_files_a_search_needs_are_shipped(tmp_path: Path) -> None:
    index_records(RECORDS, tmp_path)
    folder = tmp_path / "pagefind"
    names = {path.name for path in folder.iterdir() if path.suffix != ".pf_meta"}
    assert names == {"all", "pagefind-entry.json", "pagefind.js", "shards.json", "wasm.unknown.pagefind"}
    names = {path.name for path in (folder / "all").iterdir() if path.suffix != ".pf_meta"}
    assert names == {"filter", "index", "pagefind-entry.json"}


def many(count: int) -> list[SearchRecord]:
    """Articles with many values in every filter, where a hash table's order would show."""
    return [
        SearchRecord(
            id=f"a/{i}",
            title=f"第{i}篇",
            newspaper=f"报纸{i % 7}",
            city=f"城市{i % 11}",
            topics=(f"专题{i % 5}", f"专题{i % 13 + 5}"),
            date=dt.date(2020, 1, 1) + dt.timedelta(days=i % 97),
            page=i % 8 + 1,
            headings=("引题", f"第{i}篇"),
            body=(f"这是第{i}篇文章的正文，讲疫情防控。" * 3,),
        )
        for i in range(count)
    ]


def test_the_same_articles_give_the_same_bytes(tmp_path: Path) -> None:
    built = []
    for name, articles in (("first", many(300)), ("second", many(300)), ("third", many(300)[::-1])):
        index_records(articles, tmp_path / name)
        built.append(contents(tmp_path / name))
    assert built[0] == built[1] == built[2]


# ---------------------------------------------------------------- shards


def issues(newspaper: str, *years: int, articles: int = 4) -> list[SearchRecord]:
    """An issue a year."""
    return [
        SearchRecord(
            id=f"{newspaper}/{year}/01-01/p1-{number:02}",
            title=f"{year}年第{number}篇",
            newspaper=newspaper,
            date=dt.date(year, 1, 1),
            body=(f"{newspaper}{year}年的新闻。",),
        )
        for year in years
        for number in range(1, articles + 1)
    ]


@pytest.fixture
def ten_a_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "LIMIT", 10)


@pytest.mark.usefixtures("ten_a_shard")
def test_small_newspapers_share_a_shard_and_the_years_of_a_large_one_are_parted() -> None:
    articles = [*issues("lyrb", *range(1950, 1957)), *issues("ccrb", 1960), *issues("blrb", 1961)]
    found = shards.shards(articles)
    assert {name: sorted({(r.newspaper, r.date.year) for r in part if r.date}) for name, part in found.items()} == {
        "_1": [("blrb", 1961), ("ccrb", 1960)],
        "lyrb_1920-to-1951": [("lyrb", 1950), ("lyrb", 1951)],
        "lyrb_1952-to-1953": [("lyrb", 1952), ("lyrb", 1953)],
        "lyrb_1954-to-1955": [("lyrb", 1954), ("lyrb", 1955)],
        "lyrb_1956-to-1959": [("lyrb", 1956)],
    }


@given(
    st.lists(
        st.builds(
            SearchRecord,
            id=st.builds("{}/{}".format, st.sampled_from(["a", "b", "undated"]), st.integers(0, 10**6)),
            title=st.just(""),
            date=st.none() | st.dates(dt.date(1950, 1, 1), dt.date(1950, 3, 1)) | st.dates(),
        ),
        max_size=60,
        unique_by=lambda record: record.id,
    ),
    st.integers(1, 8),
)
def test_no_shard_passes_the_limit_nothing_is_lost_and_one_more_moves_no_other(
    articles: list[SearchRecord], limit: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "LIMIT", limit)
        found = shards.shards(articles)
        assert all(0 < len(part) <= limit for part in found.values())
        assert sorted(record.id for part in found.values() for record in part) == sorted(r.id for r in articles)
        for part in found.values():
            assert part == [record for record in articles if record in part]
        if articles:
            before = shards.shards(articles[:-1])
            changed = [name for name, part in before.items() if found.get(name) != part]
            assert len(changed) <= 1


@pytest.mark.usefixtures("ten_a_shard")
def test_the_list_of_shards_says_what_is_in_them(tmp_path: Path) -> None:
    articles = [*issues("lyrb", 1950, 1951), *issues("ccrb", 1960)]
    index_records([*articles, *RECORDS[2:]], tmp_path)
    rows = json.loads((tmp_path / "pagefind" / "shards.json").read_text("utf-8"))
    assert {row["path"]: (row["articles"], row["what"]) for row in rows} == {
        "_0": (9, "《lyrb》1950年至1951年"),
        "_1": (4, "《ccrb》1960年"),
    }
    for row in rows:
        folder = tmp_path / "pagefind" / row["path"]
        assert (folder / f"pagefind.{row['tag']}.pf_meta").exists()
        assert len(numbers_in(tmp_path, row["path"])) == row["articles"]


def test_an_archive_without_articles_has_an_empty_index(tmp_path: Path) -> None:
    index_records([], tmp_path)
    assert shard(tmp_path / "search" / "words.js")[2:] == ["", ""]
    assert json.loads((tmp_path / "pagefind" / "shards.json").read_text()) == []
    assert shard(tmp_path / "search" / "meta.js")[2]["articles"] == 0


# ---------------------------------------------------------------- Pagefind's service


WORDS = st.lists(
    st.sampled_from(
        ["疫情", "疫情防控", "防控", "人", "tu-104", "tu", "104", "18%", "3.5", "35", "café", "cafe", "a_b", "2b-c3"]
    )
    | st.text("春耕备", min_size=1, max_size=3),
    max_size=12,
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        name=st.just("x"),
        words=WORDS.filter(bool),
        headings=st.dictionaries(st.sampled_from(["title", "kicker"]), WORDS),
        filters=st.dictionaries(st.sampled_from(["city", "topic"]), st.lists(st.sampled_from("甲乙丙"), unique=True)),
    ),
    max_size=5,
)


@settings(max_examples=30)
@given(ENTRIES)
def test_the_index_is_the_one_that_pagefind_would_write(entries: list[Entry]) -> None:
    entries = [replace(entry, name=str(number)) for number, entry in enumerate(entries)]
    entries += [Entry("last", ["末"], {"title": [], "kicker": []}, {})]
    with tempfile.TemporaryDirectory() as folder, Pagefind(Path(folder)) as program:
        assert pagefind.is_same(program.files(entries), bundle(entries, "1.5.2"))


def test_a_long_index_is_the_one_that_pagefind_would_write(tmp_path: Path) -> None:
    """Many files of words, numbers of several bytes."""
    words = Words()
    articles = [replace(record, body=record.body * 30) for record in many(400)]
    entries = [as_entry(record, words, str(number)) for number, record in enumerate(articles)]
    entries.append(Entry("long", [f"字{number}" for number in range(70_000)], {"title": ["字7"], "kicker": []}, {}))
    with Pagefind(tmp_path) as program:
        theirs = program.files(entries)
    assert sum(path.startswith("index/") for path in theirs) > 3
    assert pagefind.is_same(theirs, bundle(entries, "1.5.2"))


def test_what_pagefind_refuses_is_named_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"could not handle the article a/1: .*unknown variant `Nonsense`"):  # noqa: SIM117
        with Pagefind(tmp_path) as service:
            service.ask("the article a/1", type="Nonsense")
    assert service._process.poll() is not None


def test_pagefind_ending_midway_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Pagefind ended while busy with"):  # noqa: SIM117
        with Pagefind(tmp_path) as service:
            service._process.kill()
            service.files(pagefind.SAMPLE)


def test_a_missing_pagefind_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise FileNotFoundError("Could not find any of []")

    monkeypatch.setattr("pagefind_bin.get_executable", nowhere)
    with pytest.raises(BuildError, match="reinstall the package pagefind-bin"):
        index_records(RECORDS, tmp_path)
    assert not (tmp_path / "pagefind" / "pagefind.js").exists()


def test_a_pagefind_of_another_make_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagefind, "bundle", lambda entries, version: bundle([*entries, *entries], version))
    with pytest.raises(BuildError, match=r"Pagefind 1\.5\.\d writes its index in a way not known here .*install"):
        pagefind.shared(tmp_path)


# ---------------------------------------------------------------- the literal index


def decode(text: str) -> list[int]:
    """The numbers in a text, as static/text.js reads them."""
    found, high = [], 0
    for code in map(ord, text):
        if code >= 0xE000:
            high = (code - 0xE000) << 15
            continue
        low = code - 35 - (code > 92) if code < 0x7F else code - 0xA1 + 91 if code < 0x800 else code - 0x3001 + 1977
        found.append(high + low)
        high = 0
    return found


@given(st.lists(st.integers(0, numbers.LARGEST) | st.integers(0, 50_000)))
def test_numbers_are_text_that_a_script_can_hold(values: list[int]) -> None:
    text = numbers.encode(values)
    assert decode(text) == values
    assert json.loads(f'"{text}"') == text
    assert not set(text) & set("\u2028\u2029\ufeff\xa0 ")


def test_folding_is_that_of_opencc_character_by_character() -> None:
    t2s = opencc.OpenCC("t2s")
    for code in (*range(0x20, 0x3400), *range(0x3400, 0xA000, 7), *range(0xF900, 0xFFFF), *range(0x20000, 0x21000)):
        half = code - 0xFEE0 if 0xFF01 <= code <= 0xFF5E else 0x20 if code in (0x3000, 0xA0) else code
        char = chr(half).lower() if len(chr(half).lower()) == 1 else chr(half)
        simple = t2s.convert(char)
        assert fold(chr(code)) == (simple if len(simple) == 1 and ord(simple) < 0x10000 else char)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *((literal, name) for name in ("FORMAT", "FACTS", "TEXT", "FREQUENT", "FREQUENT_OF", "SHELVES")),
        *((shelves, name) for name in ("SHELF", "ROWS_ASIDE", "PLACES_ASIDE", "FILE")),
        *((grams, name) for name in ("BODY", "SPANS", "NOTED", "BLOCK")),
        *((numbers, name) for name in ("ONE", "TWO", "STEP")),
    ],
)
def test_all_versions_change_with_what_shapes_the_files(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = literal.rules()
    monkeypatch.setattr(module, name, getattr(module, name) + 1)
    assert literal.rules() != before


def test_all_versions_change_with_the_folding(monkeypatch: pytest.MonkeyPatch) -> None:
    before = literal.rules()
    codes = lookup().copy()
    codes[ord("氹")] = ord("凼")
    monkeypatch.setattr(literal, "lookup", lambda: codes)
    assert literal.rules() != before


def versions(site: Path) -> dict[str, str]:
    return {name: shard(site / name)[1] for name in contents(site) if name.startswith("search/")}


@pytest.mark.usefixtures("ten_a_shard")
def test_a_version_changes_with_what_it_is_of_and_with_nothing_else(tmp_path: Path) -> None:
    articles = issues("lyrb", *range(1950, 1957))
    index_records(articles, tmp_path / "before")
    changed = replace(articles[0], title="改")
    index_records([changed, *articles[1:]], tmp_path / "after")
    before, after = versions(tmp_path / "before"), versions(tmp_path / "after")
    bytes_before, bytes_after = contents(tmp_path / "before"), contents(tmp_path / "after")
    differing = {name for name in before if before[name] != after[name]}
    assert before.keys() == after.keys()
    assert {name for name in before if bytes_before[name] != bytes_after[name]} == differing
    assert {name.rpartition("/")[0] for name in differing if "texts" in name} == {"search/texts/lyrb_1920-to-1951"}
    assert not [name for name in differing if "pairs" in name], "the title isn't among the texts"


def test_what_the_page_is_told_of_versions_is_right(tmp_path: Path) -> None:
    """As static/index.js reads it."""
    index_records(many(300), tmp_path)
    meta = shard(tmp_path / "search/meta.js")[2]
    told = {"search/words.js": meta["words"]}
    for kind, listed in (("facts", meta["facts"]), ("chars", meta["lists"]), ("pairs", meta["lists"])):
        told |= {f"search/{kind}/{number}": listed[8 * number :][:8] for number in range(len(listed) // 8)}
    told |= {f"search/texts/{name}": meta["texts"][8 * number :][:8] for number, name in enumerate(meta["shards"])}
    for name, version in versions(tmp_path).items():
        if name != "search/meta.js":
            kind = re.sub(r"-(rows|places)", "", name)
            assert version == (told.get(kind) or told.get(kind.removesuffix(".js")) or told[kind.rpartition("/")[0]])


def test_a_change_of_the_format_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If only the digest differs, the same articles are written in another way: count FORMAT up, or returning readers'
    browsers read the files that they have kept as if they were new ones. Files of all kinds are in it.
    """
    monkeypatch.setattr(literal, "FREQUENT", 50)
    for limit in ("ROWS_ASIDE", "PLACES_ASIDE", "FILE"):
        monkeypatch.setattr(shelves, limit, 8)
    index_records([*RECORDS, *many(40)], tmp_path)
    kinds = {f"{family}{kind}" for family in ("pairs", "triples") for kind in ("", "-rows", "-places")}
    assert kinds < {path.name for path in (tmp_path / "search").iterdir()}
    version = re.compile(rb'(?<=",")[0-9a-f]{8}(?=",)|(?<="(?:facts|lists|texts|words)":")[0-9a-f]+')
    files = {name: content for name, content in contents(tmp_path / "search").items() if name != "meta.js"}
    said = sorted((name, version.sub(b"", content)) for name, content in files.items())
    digest = hashlib.sha256(repr(said).encode()).hexdigest()[:8]
    assert (literal.FORMAT, digest) == (2, "a610c6d7")


TEXTS = st.lists(st.lists(st.text("一二三四", max_size=12), max_size=3), max_size=6)


def told_by(lists: grams.Lists) -> dict[str, list[tuple[int, int, int]]]:
    """Of each key its rows: article, count, 1 if in a heading."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    row = 0
    for key, rows in zip(lists.keys.tolist(), lists.rows.tolist(), strict=True):
        name = (chr(key >> grams.SECOND) + chr(key & (1 << grams.SECOND) - 1)).rstrip("\0")
        span = slice(row, row + rows)
        counts = lists.counts[span].tolist()
        found[name] = [
            (article, (count >> 1) + 1, count & 1)
            for article, count in zip(lists.articles[span].tolist(), counts, strict=True)
        ]
        row += rows
    return found


def places_in(lists: grams.Lists) -> list[tuple[str, int, int]]:
    """Each key with the articles and places that it stands at."""
    steps = iter(lists.steps.tolist())
    found = []
    for name, rows in told_by(lists).items():
        for article, count, _ in rows:
            place = -1
            for _ in range(count):
                place += next(steps) + 1
                found.append((name, article, place))
    assert next(steps, None) is None
    return found


@given(TEXTS, st.integers(1, 3), st.integers(1, 40))
def test_lists_tell_where_each_character_and_pair_stands(texts: list[list[str]], size: int, most: int) -> None:
    """Made of some articles at a time, cut into spans, kept as bytes, and joined some keys at a time."""
    articles = [SearchRecord(f"a/{i}", "", headings=tuple(row[:1]), body=tuple(row[1:])) for i, row in enumerate(texts)]
    kept: list[tuple[int, list[bytes], list[bytes]]] = []
    for start in range(0, len(articles), size):
        cut = [grams.segments(one) for one in grams.singles_and_pairs(grams.text_of(articles[start : start + size]))]
        kept.append((start, *([grams.packed(part) for part in parts] for parts in cut)))
    singles: dict[str, list[tuple[int, int, int]]] = {}
    pairs: list[tuple[str, int, int]] = []
    for span in range(len(grams.SEGMENTS) + 1 if kept else 0):
        single, double = ([(base, grams.Lists(*grams.views(row[at][span]))) for base, *row in kept] for at in (0, 1))
        for lists in grams.blocks(single, most):
            assert len(lists.keys) == 1 or len(lists.articles) < 2 * most
            assert not singles.keys() & told_by(lists).keys()
            singles |= told_by(lists)
        for lists in grams.blocks(double, most):
            pairs += places_in(lists)
    expected: dict[str, dict[int, list[int]]] = {}
    stand: list[tuple[str, int, int]] = []
    for number, article in enumerate(articles):
        for start, block in grams.placed(article):
            for at, char in enumerate(block):
                row = expected.setdefault(char, {}).setdefault(number, [0, 0])
                row[0] += 1
                row[1] |= start + at < grams.BODY
                if at + 1 < len(block):
                    stand.append((block[at : at + 2], number, start + at))
    assert singles == {char: [(at, *row) for at, row in rows.items()] for char, rows in sorted(expected.items())}
    assert pairs == sorted(stand)


def test_what_is_asked_of_the_index_stays_small_however_frequent_a_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(literal, "FREQUENT", 200)
    monkeypatch.setattr(shelves, "FILE", 500)
    monkeypatch.setattr(shelves, "ROWS_ASIDE", 300)
    monkeypatch.setattr(shelves, "PLACES_ASIDE", 300)
    index_records(many(300), tmp_path)
    meta = shard(tmp_path / "search" / "meta.js")[2]
    assert {"疫情", "防控", "文章"} <= set(meta["frequent"])
    sizes = {path: len(path.read_bytes()) for path in tmp_path.rglob("*.js")}
    assert max(size for path, size in sizes.items() if path.parent.parent.name.endswith(("-rows", "-places"))) < 2_000


def test_a_withheld_article_can_t_be_searched(tmp_path: Path) -> None:
    """Its words stand nowhere in the archive; this is the last place where they could come back."""
    chosen = Settings(withhold=("undated/a/01",))
    blocks = (TextBlock("headline", "秘密标题", (Span(0, 4),)), TextBlock("paragraph", "秘密正文", (Span(5, 9),)))
    page = Page(SourcePage("a.txt", "秘密标题\n秘密正文"), (), (Article(blocks),))
    with Pool(1) as pool:
        build_index(gather(chosen, [page]), Tree(tmp_path), Cache(tmp_path / "cache"), pool)
    everything = b"".join(contents(tmp_path / "search").values()).decode()
    assert "秘密" not in everything and "■" not in everything


# ---------------------------------------------------------------- building anew


@dataclass
class Kept:
    """A site that is built again and again, with a cache beside it."""

    folder: Path
    written: int = 0
    used: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def build(self, articles: Iterable[SearchRecord], jobs: int = 1) -> dict[str, bytes]:
        new = self.folder / "new"
        new.mkdir()
        cache = Cache(self.folder / "cache")
        tree = Tree(new, self.site, cache)
        with Pool(jobs) as pool:
            self.used = build(map(item_of, articles), tree, cache, pool)
        self.written = tree.written
        if tree.finish():
            shutil.rmtree(new)
        else:
            shutil.rmtree(self.site, ignore_errors=True)
            new.rename(self.site)
        tree.remember()
        for kind, keys in self.used.items():
            cache.prune(kind, keys)
        return contents(self.site)


@pytest.fixture(scope="module")
def asked_once() -> Iterator[None]:
    """Pagefind is asked once for what all searches need, and the dictionary read once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("shared_files", "dictionary_bytes", "dictionary_from"):
            patch.setattr(wordindex, name, functools.cache(getattr(wordindex, name)))
        yield


def fresh(articles: Iterable[SearchRecord]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        index_records(articles, Path(folder))
        return contents(Path(folder))


SMALL: dict[ModuleType, dict[str, Any]] = {
    literal: {"FREQUENT": 3, "FREQUENT_OF": 10**9, "FACTS": 5, "TEXT": 60, "SHELF": 20},
    shards: {"LIMIT": 4},
    grams: {"SEGMENTS": "备春", "SPANS": 2},
}
EDITED = st.builds(
    SearchRecord,
    id=st.builds("{}/{}".format, st.sampled_from("ab"), st.integers(0, 12)),
    title=st.text("春耕备", max_size=3),
    newspaper=st.sampled_from(["", "甲", "乙"]),
    topics=st.lists(st.sampled_from(["农业", "民生"]), unique=True).map(tuple),
    date=st.none() | st.dates(dt.date(1950, 1, 1), dt.date(1950, 1, 9)),
    headings=st.lists(st.text("春耕备", max_size=4), max_size=1).map(tuple),
    body=st.lists(st.text("春耕备。", max_size=12), max_size=2).map(tuple),
)
STEPS = st.lists(st.tuples(st.lists(EDITED, max_size=4), st.sets(st.integers(0, 30), max_size=3)), max_size=5)


@pytest.mark.usefixtures("asked_once")
@settings(max_examples=12, deadline=None)
@given(STEPS, st.randoms())
def test_after_any_edits_the_index_is_as_if_made_anew(
    steps: list[tuple[list[SearchRecord], set[int]]], rng: random.Random
) -> None:
    """Articles are added, changed, removed; files of the cache and of the site get lost or damaged in between."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for module, limits in SMALL.items():
            for name, limit in limits.items():
                patch.setattr(module, name, limit)
        kept = Kept(Path(folder))
        articles: dict[str, SearchRecord] = {}
        for added, removed in steps:
            articles |= {article.id: article for article in added}
            for number in removed:
                articles.pop(f"a/{number}", None)
            shuffled = rng.sample(list(articles.values()), len(articles))
            assert kept.build(shuffled) == fresh(articles.values())
            for path in rng.sample(sorted((kept.folder / "cache").rglob("*")), 3):
                if path.is_file():
                    path.write_bytes(rng.choice([b"", path.read_bytes()[:-1], path.read_bytes()[:-1] + b"?"]))
            lost = rng.choice(sorted(path for path in kept.site.rglob("*") if path.is_file()))
            lost.unlink()


@pytest.mark.usefixtures("asked_once", "ten_a_shard")
def test_the_index_is_the_same_by_however_many_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(literal, "FREQUENT", 50)
    articles = many(100)
    assert Kept(tmp_path).build(articles, jobs=3) == fresh(articles)


@pytest.mark.usefixtures("asked_once", "ten_a_shard")
@pytest.mark.parametrize("kind", ["search-shard", "search-text", "search-lists", "search-triples", "search-words"])
def test_a_damaged_cache_costs_time_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(literal, "FREQUENT", 50)
    articles = many(60)
    kept = Kept(tmp_path)
    kept.build(articles)
    entries = [path for path in (tmp_path / "cache" / kind).rglob("*") if path.is_file()]
    assert {path.name for path in entries} == kept.used[kind]
    for path in entries[::2]:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    articles[0] = replace(articles[0], body=("另一篇。" * 50,))
    assert kept.build(articles) == fresh(articles)


@pytest.mark.usefixtures("asked_once", "ten_a_shard")
def test_only_what_depends_on_a_change_is_written(tmp_path: Path) -> None:
    articles = issues("lyrb", *range(1950, 1960))
    kept = Kept(tmp_path)
    kept.build(articles)
    kept.build(articles[::-1])
    assert kept.written == 0
    articles[-1] = replace(articles[-1], body=(*articles[-1].body, "龘防疫"))
    before = kept.build(articles)
    articles[-1] = replace(articles[-1], body=(*articles[-1].body[:-1], "靐春耕"))
    after = kept.build(articles)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert kept.written < len(after) / 2
    shard_of_it = "lyrb_1958-to-1959"
    assert {name.split("/")[2] for name in changed if "/texts/" in name} == {shard_of_it}
    assert {name.split("/")[1] for name in changed if name.startswith("pagefind/")} == {shard_of_it, "shards.json"}
    spans = {name.split("/")[2] for name in changed if "/pairs/" in name}
    assert len(spans) <= 6, "those of the characters"
