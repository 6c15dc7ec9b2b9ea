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

from site_builder import pagefind, search, shards
from site_builder.errors import BuildError
from site_builder.model import Article, Page, PageFacts, SourcePage, TextBlock
from site_builder.pagefind import Pagefind
from site_builder.search import BLOCK, REST, SPACE, SearchRecord, as_request, build_index, spaced, words

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
    for path in (site / "pagefind").glob("*/fragment/*"):
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


def test_a_request_holds_text_and_filters() -> None:
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
    }


def test_an_undated_article_has_no_date_filter() -> None:
    request = as_request(RECORDS[2], set())
    assert request["filters"] == {}
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
    for path in (tmp_path / "pagefind" / "all" / "filter").iterdir():
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
    ours = [*(tmp_path / "pagefind").rglob("*.pf_meta"), *(tmp_path / "pagefind").glob("*/filter/*")]
    assert len(ours) == 9
    assert {path.read_bytes()[:10] for path in ours} == {b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"}


def test_the_index_has_one_language_that_no_browser_cuts_again(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    for folder, count in (("pagefind", 0), ("pagefind/all", 3)):
        entry = json.loads((tmp_path / folder / "pagefind-entry.json").read_text())
        assert list(entry["languages"]) == ["unknown"]
        assert entry["languages"]["unknown"]["page_count"] == count


def test_only_the_files_a_search_needs_are_shipped(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    folder = tmp_path / "pagefind"
    names = {path.name for path in folder.iterdir() if path.suffix != ".pf_meta"}
    assert names == {"all", "pagefind-entry.json", "pagefind.js", "shards.json", "wasm.unknown.pagefind", "words.txt"}
    names = {path.name for path in (folder / "all").iterdir() if path.suffix != ".pf_meta"}
    assert names == {"filter", "fragment", "index", "pagefind-entry.json"}


def test_an_article_s_file_is_named_by_its_date(tmp_path: Path) -> None:
    build_index(RECORDS, tmp_path)
    names = [path.name for path in (tmp_path / "pagefind" / "all" / "fragment").iterdir()]
    assert sorted(name[:11] for name in names) == ["0000-00-00_", "2020-03-02_", "2021-01-21_"]


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


# ---------------------------------------------------------------- shards


def issues(newspaper: str, *years: int, articles: int = 4) -> list[SearchRecord]:
    """An issue a year."""
    return [
        SearchRecord(
            id=f"{newspaper}/{year}/01-01/p1-{number:02}",
            url=f"{newspaper}/{year}/01-01/p1-{number:02}.html",
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
            url=st.just(""),
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
def test_an_issue_more_changes_no_other_shard(tmp_path: Path) -> None:
    """Of the index all else that may change is the list of shards and the vocabulary."""
    articles = [*issues("lyrb", *range(1950, 1957)), *issues("ccrb", 1960), *issues("blrb", 1961)]
    build_index(articles, tmp_path / "before")
    build_index([*articles, *issues("lyrb", 1957)], tmp_path / "after")
    before, after = contents(tmp_path / "before"), contents(tmp_path / "after")
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    assert {path.split("/")[1] for path in changed} == {"lyrb_1956-to-1959", "shards.json", "words.txt"}
    assert len(fragments(tmp_path / "after")) == len(articles) + 4


@pytest.mark.usefixtures("ten_a_shard")
def test_an_issue_that_is_too_many_halves_its_shard_alone(tmp_path: Path) -> None:
    articles = [*issues("lyrb", *range(1950, 1957)), *issues("ccrb", 1960), *issues("blrb", 1961)]
    build_index(articles, tmp_path / "before")
    build_index([*articles, *issues("lyrb", 1949)], tmp_path / "after")
    before, after = contents(tmp_path / "before"), contents(tmp_path / "after")
    changed = {path.split("/")[1] for path in {*before, *after} if before.get(path) != after.get(path)}
    halves = {"lyrb_1948-to-1949", "lyrb_1950-to-1951"}
    assert changed == {"lyrb_1920-to-1951", *halves, "shards.json", "words.txt"}


@pytest.mark.usefixtures("ten_a_shard")
def test_the_list_of_shards_says_what_is_in_them(tmp_path: Path) -> None:
    articles = [*issues("lyrb", 1950, 1951), *issues("ccrb", 1960)]
    build_index([*articles, *RECORDS[2:]], tmp_path)
    rows = json.loads((tmp_path / "pagefind" / "shards.json").read_text("utf-8"))
    assert {row["path"]: (row["articles"], row["what"]) for row in rows} == {
        "_0": (9, "《lyrb》1950年至1951年"),
        "_1": (4, "《ccrb》1960年"),
    }
    for row in rows:
        folder = tmp_path / "pagefind" / row["path"]
        assert (folder / f"pagefind.{row['tag']}.pf_meta").exists()
        assert len(list((folder / "fragment").iterdir())) == row["articles"]


@pytest.mark.usefixtures("ten_a_shard")
def test_a_fault_in_one_shard_stops_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def refused(requests: Any, service: Pagefind) -> dict[str, bytes]:
        begun.append("x")
        if len(begun) == 1:
            raise BuildError("search index: no")
        return pagefind.bundle(requests, service)

    monkeypatch.setattr(search, "bundle", refused)
    with pytest.raises(BuildError, match="search index: no"):
        build_index(issues("lyrb", *range(1900, 2000)), tmp_path)
    assert len(begun) < 10


def test_an_archive_without_articles_has_an_empty_vocabulary(tmp_path: Path) -> None:
    report = build_index([], tmp_path)
    assert (report.articles, report.words) == (0, 0)
    assert (tmp_path / "pagefind" / "words.txt").read_text() == ""
    assert json.loads((tmp_path / "pagefind" / "shards.json").read_text()) == []


# ---------------------------------------------------------------- Pagefind's service


def test_requests_run_ahead_of_replies_but_not_far(tmp_path: Path) -> None:
    with Pagefind(tmp_path) as service:
        index = service.ask("a new index", type="NewIndex", config={"force_language": "unknown"})["index_id"]
        ahead = 0
        for i in range(3 * pagefind.IN_FLIGHT):
            record = SearchRecord(id=str(i), url=f"{i}.html", title="长" * 4000, body=("文字" * 4000,))
            service.send(str(i), type="AddRecord", index_id=index, **as_request(record, set()))
            ahead = max(ahead, len(service._waiting))
        files = service.ask("the last", type="GetFiles", index_id=index)["files"]
    assert ahead == pagefind.IN_FLIGHT
    assert sum(file["path"].startswith("fragment/") for file in files) == 3 * pagefind.IN_FLIGHT


def test_what_pagefind_refuses_is_named_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"could not handle the article a/1: .*unknown variant `Nonsense`"):  # noqa: SIM117
        with Pagefind(tmp_path) as service:
            service.ask("the article a/1", type="Nonsense")
    assert service._process.poll() is not None


def test_pagefind_ending_midway_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Pagefind ended while busy with"):  # noqa: SIM117
        with Pagefind(tmp_path) as service:
            index = service.ask("a new index", type="NewIndex", config={})["index_id"]
            service._process.kill()
            for record in many(500):
                service.send(record.id, type="AddRecord", index_id=index, **as_request(record, set()))
    assert not service._reader.is_alive()


def test_a_missing_pagefind_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise FileNotFoundError("Could not find any of []")

    monkeypatch.setattr("pagefind_bin.get_executable", nowhere)
    with pytest.raises(BuildError, match="reinstall the package pagefind-bin"):
        build_index(RECORDS, tmp_path)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("meta", [["2.0", []], "2.0"])
def test_an_index_of_another_make_is_an_error(meta: object) -> None:
    files = {
        "pagefind-entry.json": b'{"version":"2.0","languages":{"unknown":{"hash":"x"}}}',
        "pagefind.x.pf_meta": gzip.compress(b"pagefind_dcd" + cbor2.dumps(meta)),
    }
    with pytest.raises(BuildError, match=r"Pagefind 2\.0 writes its index in a way not known here") as raised:
        pagefind.put_in_order(files)
    assert "install pagefind-bin 1.5" in str(raised.value)
