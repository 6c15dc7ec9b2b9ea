"""The word index as it lies on disk: what Pagefind is given, what it writes, and what becomes of its errors."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder import search
from site_builder.errors import BuildError
from site_builder.model import Article, Page, PageFacts, SourcePage, TextBlock
from site_builder.search import BLOCK, REST, SPACE, Pagefind, SearchRecord, as_request, build_index, spaced, words

RECORDS = (
    SearchRecord(
        id="liaoyuan-ribao/2021/01-21/p1-01",
        url="liaoyuan-ribao/2021/01-21/p1-01.html",
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
        url="changchun-ribao/2020/03-02/p4-02.html",
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
    SearchRecord(id="undated/旧 报/01", url="undated/旧 报/01.html", title="无题", body=("字迹不清",)),
)


def printed(content: str) -> list[str]:
    """The blocks of an indexed text as they were printed, as search.js puts them together."""
    blocks = [""]
    for word in content.split():
        if word == REST:
            break
        if word == BLOCK:
            blocks.append("")
        elif word == SPACE:
            blocks[-1] += " "
        else:
            blocks[-1] += word
    return blocks


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fragments(site: Path) -> dict[str, dict[str, Any]]:
    """What the index holds, by address."""
    found = {}
    for path in (site / "pagefind" / "fragment").iterdir():
        fragment = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        found[fragment["url"]] = fragment
    return found


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["疫情"], "疫情 ⸖ 情 疫"),
        (["在中国科学院"], "在 中国科学院 ⸖ 中 中国 国 学 学院 科 科学 科学院 院"),
        (["1月21日"], "1 月 21 日"),
        (["苏联 TU-104 机"], "苏联 ⸱ TU-104 ⸱ 机 ⸖ tu 联 苏"),
        (["第１２期"], "第 １２ 期 ⸖ 12"),
        (["人民", "", "的人"], "人民 ⸏ 的 人 ⸖ 民"),
        (["　他说⸖。"], "他 说 。"),
        ([], ""),
    ],
)
def test_a_text_becomes_words_with_spaces_between(blocks: list[str], expected: str) -> None:
    assert spaced(blocks, set()) == expected


@given(st.text(alphabet=st.sampled_from("中国科学院辽源日报疫情防控１２12ＡBcＤ，。 -—“”\n.3亿元⸖⸱⸏𠮷"), max_size=60))
def test_the_printed_text_can_be_put_together_again(text: str) -> None:
    display = "".join(" " if char.isspace() else char for char in text.strip() if char not in "⸖⸱⸏").strip()
    squeezed = " ".join(printed(spaced([text], set()))[0].split())
    assert squeezed == " ".join(display.split())


@given(st.text(max_size=80))
def test_whole_words_are_the_text_and_inner_words_stand_inside_the_next_whole_one(text: str) -> None:
    found = words(text)
    assert "".join(word.text for word in found if not word.inner) == text
    whole = None
    for word in reversed(found):
        if word.inner:
            assert whole is not None
            assert whole.start <= word.start < word.end <= whole.end
            assert text[word.start : word.end] == word.text
        else:
            whole = word


def test_a_large_archive_is_indexed_without_single_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CHARACTERS_UP_TO", 1)
    build_index(RECORDS[1:], tmp_path)
    vocabulary = set((tmp_path / "pagefind" / "words.txt").read_text().split())
    assert "春耕" in vocabulary
    assert "耕" not in vocabulary


def test_the_vocabulary_is_folded_and_without_punctuation() -> None:
    vocabulary: set[str] = set()
    spaced(["ＴＵ-104客机，“１２”人"], vocabulary)
    assert vocabulary == {"tu", "tu-104", "客机", "客", "机", "12", "人"}


# ---------------------------------------------------------------- what is indexed


def test_a_request_holds_text_filters_and_sort() -> None:
    record = replace(RECORDS[0], title="全力防控", headings=("春耕", "全力防控"), body=("本报讯　１２人。",))
    assert as_request(record, set()) == {
        "url": "liaoyuan-ribao/2021/01-21/p1-01.html",
        "content": "春耕 ⸏ 全力 防控 ⸏ 本报讯 ⸱ １２ 人 。 ⸖ 12 全 力 报 控 春 本 本报 耕 讯 防",
        "language": "unknown",
        "meta": {"title": "全力 防控 ⸖ 全 力 控 防", "kicker": "春耕 ⸖ 春 耕"},
        "filters": {
            "newspaper": ["辽源日报"],
            "city": ["辽源"],
            "topic": ["疫情防控", "民生"],
            "year": ["2021"],
            "date": ["2021-01-21"],
            "certainty": ["inferred"],
            "page": ["1"],
        },
        "sort": {"date": "2021-01-21"},
    }


def test_an_undated_article_has_no_date_filter_and_sorts_oldest() -> None:
    request = as_request(RECORDS[2], set())
    assert request["filters"] == {}
    assert request["sort"] == {"date": "0000-00-00"}
    assert request["url"] == "undated/%E6%97%A7%20%E6%8A%A5/01.html"


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
    assert list(search.records(archive)) == [
        SearchRecord("a/01", "a/01.html", "标题", topics=("民生",), headings=headings, body=("正文",), **common),
        SearchRecord("a/02", "a/02.html", "没有标题的文章", body=("没有标题的文章",), **common),
    ]


# ---------------------------------------------------------------- the index


def test_the_index_holds_every_article_as_printed(tmp_path: Path) -> None:
    report = build_index(RECORDS, tmp_path)
    found = fragments(tmp_path)
    assert {url: printed(fragment["content"]) for url, fragment in found.items()} == {
        "liaoyuan-ribao/2021/01-21/p1-01.html": [
            "众志成城",
            "全力做好疫情防控",
            "本报讯 １２名队员到岗。",
            "中国科学院来电。",
        ],
        "changchun-ribao/2020/03-02/p4-02.html": ["春耕", "备耕生产正在进行。"],
        "undated/%E6%97%A7%20%E6%8A%A5/01.html": ["字迹不清"],
    }
    assert report.articles == 3
    files = contents(tmp_path)
    assert (report.files, report.bytes) == (len(files), sum(map(len, files.values())))
    vocabulary = files["pagefind/words.txt"].decode().splitlines()
    assert vocabulary == sorted(vocabulary)
    assert len(vocabulary) == report.words
    assert {"疫情", "中国科学院", "学院", "12"} <= set(vocabulary)


def test_every_article_of_the_sample_archive_is_in_the_index(seed_site: Path) -> None:
    lines = [line for path in seed_site.glob("data/articles/*.jsonl") for line in path.read_text("utf-8").splitlines()]
    text = {article["url"]: article["blocks"] for article in map(json.loads, lines)}
    found = fragments(seed_site)
    assert {unquote(url) for url in found} == set(text)
    for url, fragment in found.items():
        blocks = [block["text"] for block in text[unquote(url)] if block["kind"] != "duplicate"]
        indexed = "".join(printed(fragment["content"]))
        assert sorted(indexed.replace(" ", "")) == sorted("".join("".join(blocks).split()))


def test_filters_are_newspaper_city_topic_year_date_certainty_and_page(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    filters = {}
    for path in (tmp_path / "pagefind" / "filter").iterdir():
        name, values = cbor2.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        filters[name] = {value: len(pages) for value, pages in values}
    assert filters == {
        "newspaper": {"辽源日报": 1, "长春日报": 1},
        "city": {"辽源": 1, "长春": 1},
        "topic": {"农业": 1, "民生": 1, "疫情防控": 1},
        "year": {"2020": 1, "2021": 1},
        "date": {"2020-03-02": 1, "2021-01-21": 1},
        "certainty": {"inferred": 1, "stated": 1},
        "page": {"1": 1, "4": 1},
    }


def test_what_we_zip_bears_no_date_and_no_system(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    ours = [*(tmp_path / "pagefind").glob("*.pf_meta"), *(tmp_path / "pagefind").glob("filter/*")]
    assert len(ours) == 8
    assert {path.read_bytes()[:10] for path in ours} == {b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"}


def test_the_index_has_one_language_that_no_browser_cuts_again(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    entry = json.loads((tmp_path / "pagefind" / "pagefind-entry.json").read_text())
    assert list(entry["languages"]) == ["unknown"]
    assert entry["languages"]["unknown"]["page_count"] == 3


def test_only_the_files_a_search_needs_are_shipped(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    names = {path.name for path in (tmp_path / "pagefind").iterdir() if path.suffix != ".pf_meta"}
    assert names == {
        "filter",
        "fragment",
        "index",
        "pagefind-entry.json",
        "pagefind-worker.js",
        "pagefind.js",
        "wasm.unknown.pagefind",
        "words.txt",
    }


def many(count: int) -> list[SearchRecord]:
    """Articles with many values in every filter, where a hash table's order would show."""
    return [
        SearchRecord(
            id=f"a/{i}",
            url=f"a/{i}.html",
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
    for name in ("first", "second", "third"):
        build_index(many(300), tmp_path / name)
        built.append(contents(tmp_path / name))
    assert built[0] == built[1] == built[2]
    assert len(fragments(tmp_path / "first")) == 300


def test_an_archive_without_articles_has_an_empty_vocabulary(tmp_path: Path) -> None:
    report = build_index([], tmp_path)
    assert (report.articles, report.words) == (0, 0)
    assert (tmp_path / "pagefind" / "words.txt").read_text() == ""


# ---------------------------------------------------------------- Pagefind's service


def test_requests_run_ahead_of_replies_but_not_far(tmp_path: Path) -> None:
    with Pagefind(tmp_path) as pagefind:
        index = pagefind.ask("a new index", type="NewIndex", config={"force_language": "unknown"})["index_id"]
        ahead = 0
        for i in range(3 * search.IN_FLIGHT):
            record = SearchRecord(id=str(i), url=f"{i}.html", title="长" * 4000, body=("文字" * 4000,))
            pagefind.send(str(i), type="AddRecord", index_id=index, **as_request(record, set()))
            ahead = max(ahead, len(pagefind._waiting))
        files = pagefind.ask("the last", type="GetFiles", index_id=index)["files"]
    assert ahead == search.IN_FLIGHT
    assert sum(file["path"].startswith("fragment/") for file in files) == 3 * search.IN_FLIGHT


def test_what_pagefind_refuses_is_named_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"could not handle the article a/1: .*unknown variant `Nonsense`"):  # noqa: SIM117
        with Pagefind(tmp_path) as pagefind:
            pagefind.ask("the article a/1", type="Nonsense")


def test_pagefind_ending_midway_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Pagefind ended while busy with"):  # noqa: SIM117
        with Pagefind(tmp_path) as pagefind:
            index = pagefind.ask("a new index", type="NewIndex", config={})["index_id"]
            pagefind._process.kill()
            for record in many(500):
                pagefind.send(record.id, type="AddRecord", index_id=index, **as_request(record, set()))


def test_a_missing_pagefind_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise FileNotFoundError("Could not find any of []")

    monkeypatch.setattr("pagefind_bin.get_executable", nowhere)
    with pytest.raises(BuildError, match="reinstall the package pagefind-bin"):
        build_index(RECORDS, tmp_path)


@pytest.mark.parametrize("meta", [["2.0", []], "2.0"])
def test_an_index_of_another_make_is_an_error(meta: object) -> None:
    files = {
        "pagefind-entry.json": b'{"version":"2.0","languages":{"unknown":{"hash":"x"}}}',
        "pagefind.x.pf_meta": gzip.compress(b"pagefind_dcd" + cbor2.dumps(meta)),
    }
    with pytest.raises(BuildError, match=r"Pagefind 2\.0 writes its index in a way not known here"):
        search.put_in_order(files)
