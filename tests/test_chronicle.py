"""What became of the archive, day by day: the ledger's days, the pages, the feed and the data that tell of them."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from test_outputs import sample, written
from test_permalinks import BRIDGE, DAY, HARVEST, OPERA, SCHOOL, SPRING, branches, misread, page, source_of

from site_builder import chronicle as chronicles
from site_builder import language
from site_builder.archive import Archive, gather
from site_builder.build import Options, build
from site_builder.errors import SourceError
from site_builder.ledger import Ledger, Permalink, heal, parse_ledger
from site_builder.model import PageEntry, PageFacts, Settings
from site_builder.permalinks import Rules
from site_builder.stamps import has_changed

Call = Callable[..., subprocess.CompletedProcess[str]]
FIRST, SECOND, THIRD, FOURTH = ("2026-11-22", "2027-01-05", "2027-03-08", "2028-02-29")
ISSUE = "liaoyuan-ribao/2021/01-21"
LONGER = (
    *SPRING,
    "春播面积比去年扩大一成，县里还为缺劳力的农户组织了互助组，抢在雨前把种子下到地里，老农们都说今年开了个好头。",
)


def seconds(day: str) -> str:
    return str(int(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()))


class Kept:
    """An archive that is built on one day and another."""

    def __init__(self, folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch, settings: str = "") -> None:
        self.source, self.out = folder / "texts", folder / "public"
        self._call, self._patch = call, monkeypatch
        self.source.mkdir()
        (self.source / "archive.toml").write_text(settings, "utf-8")

    def write(self, day: str, *articles: tuple[str, ...]) -> None:
        file = self.source / "liaoyuan-ribao" / day / "1.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source_of(*articles), "utf-8")

    def build(self, day: str, *words: str) -> Mapping[str, bytes]:
        self._patch.setenv("SOURCE_DATE_EPOCH", seconds(day))
        done = self._call(str(self.source), "-o", str(self.out), "-q", *words)
        assert done.returncode == 0, done.stderr
        return {file.relative_to(self.out).as_posix(): file.read_bytes() for file in self.out.rglob("*.*")}

    @property
    def ledger(self) -> bytes:
        return (self.source / "permalinks.jsonl").read_bytes()

    def days(self) -> dict[str, tuple[str | None, str | None]]:
        """`since` and `changed` of each line, by the end of its id."""
        records = map(json.loads, self.ledger.decode().splitlines())
        return {one["id"].rpartition("/")[2]: (one.get("since"), one.get("changed")) for one in records}


@pytest.fixture
def kept(tmp_path: Path, build_site: Call, monkeypatch: pytest.MonkeyPatch) -> Kept:
    return Kept(tmp_path, build_site, monkeypatch)


def row(site: Mapping[str, bytes], day: str, kind: str) -> dict[str, object]:
    rows = [json.loads(text) for text in site["data/changes.jsonl"].decode().splitlines()]
    (found,) = [one for one in rows if (one["date"], one["kind"]) == (day, kind)]
    return dict(found)


# ---------------------------------------------------------------- the days of the ledger


def test_a_build_on_another_day_writes_the_same_ledger_and_the_same_site(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING, BRIDGE)
    first, ledger = kept.build(FIRST), kept.ledger
    assert kept.days() == {"p1-01": (FIRST, None), "p1-02": (FIRST, None)}
    assert kept.build(SECOND) == kept.build(THIRD, "--frozen") == first
    assert kept.ledger == ledger


def test_what_is_new_or_changes_bears_the_day_and_what_stays_keeps_its_own(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING, BRIDGE)
    kept.build(FIRST)
    kept.write("2021-01-21", LONGER, BRIDGE, SCHOOL)
    kept.build(SECOND)
    assert kept.days() == {"p1-01": (FIRST, SECOND), "p1-02": (FIRST, None), "p1-03": (SECOND, None)}
    kept.write("2021-01-21", LONGER, BRIDGE)
    site = kept.build(THIRD, "--retire", f"{ISSUE}/p1-03", "--why", "重印。")
    assert kept.days() == {"p1-01": (FIRST, SECOND), "p1-02": (FIRST, None), "p1-03": (SECOND, THIRD)}
    assert row(site, FIRST, "added")["articles"] == [f"{ISSUE}/p1-01", f"{ISSUE}/p1-02"]
    assert row(site, SECOND, "added")["articles"] == row(site, THIRD, "gone")["articles"] == [f"{ISSUE}/p1-03"]
    assert row(site, SECOND, "changed") == {
        "date": SECOND, "kind": "changed", "count": 1, "articles": [f"{ISSUE}/p1-01"], "corrections": [],
    }  # fmt: skip
    told = site["changes.html"].decode()
    assert told.index("2027年3月8日") < told.index("2027年1月5日") < told.index("2026年11月22日")
    gone = site[f"{ISSUE}/p1-03.html"].decode()
    assert "<dt>不再收录</dt><dd>2027年3月8日起</dd>" in gone and "<dd>重印。</dd>" in gone
    assert "重印。" in told and "不再收录 1 篇" in told and "更早" not in told


def test_lines_of_ledgers_from_before_bear_no_day_until_they_change(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING, BRIDGE)
    kept.build(FIRST)
    old = kept.ledger.replace(f',"since":"{FIRST}"'.encode(), b"")
    (kept.source / "permalinks.jsonl").write_bytes(old)
    site = kept.build(SECOND)
    assert kept.ledger == old and site["data/changes.jsonl"] == b""
    assert "另有 2 篇早已在库" in site["changes.html"].decode()
    kept.write("2021-01-21", LONGER, BRIDGE)
    site = kept.build(THIRD)
    assert kept.days() == {"p1-01": (None, THIRD), "p1-02": (None, None)}
    assert row(site, THIRD, "changed")["count"] == 1 and "另有 2 篇早已在库" in site["changes.html"].decode()


def test_a_text_that_reads_a_little_otherwise_has_not_changed(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING, OPERA)
    kept.build(FIRST)
    kept.write("2021-01-21", tuple(line.replace("三万亩", "二万亩") for line in SPRING), OPERA)
    kept.build(SECOND)
    assert kept.days() == {"p1-01": (FIRST, None), "p1-02": (FIRST, None)}
    kept.write("2021-01-21", misread(SPRING), ("县剧团下乡演出", OPERA[1]))
    kept.build(THIRD)
    assert kept.days() == {"p1-01": (FIRST, THIRD), "p1-02": (FIRST, THIRD)}


@pytest.mark.parametrize(
    ("change", "notable"),
    [
        ({"headline": "春　耕忙"}, False),
        ({"headline": "秋收忙"}, True),
        ({"page": "a/2021/01-21/p2"}, True),
        ({"state": "withheld"}, True),
        ({"state": "merged", "to": "a/2021/01-21/p1-02"}, True),
        ({"part_of": "a/2021/01-21/p1-02"}, False),
        ({"size": 102}, False),
        ({"size": 107}, True),
    ],
)
def test_what_counts_as_a_change(change: dict[str, object], notable: bool) -> None:
    line = Permalink("a/2021/01-21/p1-01", "a/2021/01-21/p1", "live", "春耕忙", 100, "")
    assert has_changed(line, replace(line, **change)) is notable  # type: ignore[arg-type]


def test_a_files_new_name_and_other_first_words_are_no_change() -> None:
    line = Permalink("undated/x/01", "undated/x", "live", "〔无题〕今年春耕早", 100, "")
    assert not has_changed(line, replace(line, page="undated/y", headline="〔无题〕今牛春耕早"))
    assert has_changed(line, replace(line, headline="春耕忙"))


def test_an_article_whose_date_is_set_right_has_moved_and_is_not_new(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING)
    kept.write("2021-01-22", BRIDGE)
    kept.build(FIRST)
    (kept.source / "liaoyuan-ribao" / "2021-01-22").rename(kept.source / "liaoyuan-ribao" / "2021-01-23")
    site = kept.build(SECOND)
    rows = [json.loads(text) for text in site["data/changes.jsonl"].decode().splitlines()]
    assert [(one["date"], one["kind"], one["articles"]) for one in rows] == [
        (SECOND, "moved", ["liaoyuan-ribao/2021/01-22/p1-01"]),
        (FIRST, "added", ["liaoyuan-ribao/2021/01-22/p1-01", f"{ISSUE}/p1-01"]),
    ]
    told = site["changes/2027/01-05.html"].decode()
    assert 'href="../../liaoyuan-ribao/2021/01-23/p1-01.html"' in told and "《辽源日报》2021年1月23日第1版" in told


def test_a_preview_tells_what_would_be_told_and_records_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write("2021-01-21", SPRING)
    kept.build(FIRST)
    kept.write("2021-01-21", SPRING, BRIDGE)
    before = kept.ledger
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds(SECOND))
    build(Options(kept.source, kept.out, preview=True))
    assert kept.ledger == before
    assert "新收 1 篇" in (kept.out / "changes.html").read_text("utf-8")


def test_a_day_that_is_none_stops_the_build(kept: Kept, build_site: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write("2021-01-21", SPRING)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    done = build_site(str(kept.source), "-o", str(kept.out))
    assert done.returncode == 2 and "SOURCE_DATE_EPOCH: 'today' is no number of seconds" in done.stderr
    with pytest.raises(SourceError, match="line 1: 'since' is '2026-11-31'"):
        text = Permalink("a/1", "a", "live", "", 0, "", since="2026-11-31").text
        parse_ledger(text.encode())


# ---------------------------------------------------------------- two branches


def archive(*pages: object, before: Archive | None = None, day: str = "") -> Archive:
    entries = tuple(
        PageEntry(one.source.source, PageFacts(newspaper="辽源日报", date=DAY, page=1))  # type: ignore[attr-defined]
        for one in pages
    )
    ledger = before.permalinks.ledger if before else Ledger()
    return gather(Settings(pages=entries), pages, ledger=ledger, rules=Rules(day=day))  # type: ignore[arg-type]


def test_of_two_branches_the_earlier_first_day_and_the_later_change_hold() -> None:
    first = archive(page("1.txt", SPRING), day=FIRST)
    ours = archive(page("1.txt", SPRING, BRIDGE), before=first, day=THIRD)
    theirs = archive(page("1.txt", LONGER, BRIDGE), before=first, day=SECOND)
    healed, _said = heal(branches(first, ours, theirs))
    days = {line.headline: (line.since, line.changed) for line in healed}
    assert days == {SPRING[0]: (FIRST, SECOND), BRIDGE[0]: (SECOND, "")}
    other, _said = heal(branches(first, theirs, ours))
    assert [(line.since, line.changed) for line in other] == [(line.since, line.changed) for line in healed]
    assert parse_ledger(healed.text).lines == healed.lines


# ---------------------------------------------------------------- what must not be shown


def test_of_a_withheld_article_a_number_is_told_and_no_word(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING, BRIDGE, SCHOOL)
    kept.build(FIRST, "--base-url", "https://example.org/")
    toml = f'withhold = ["{ISSUE}/p1-02"]\n'
    (kept.source / "archive.toml").write_text(toml, "utf-8")
    corrections = kept.source / "corrections"
    corrections.mkdir()
    said = f'[[corrections]]\narticle = "{ISSUE}/p1-02"\nexact = "新桥昨日通车"\nbecomes = "新桥今日通车"\n'
    (corrections / "a.toml").write_text(f'{said}by = "王苗"\ndate = {SECOND}\nwhy = "新桥日期"\n', "utf-8")
    site = kept.build(SECOND, "--base-url", "https://example.org/")
    assert row(site, SECOND, "withheld") == {
        "date": SECOND, "kind": "withheld", "count": 1, "articles": [], "corrections": [],
    }  # fmt: skip
    assert row(site, FIRST, "added")["articles"] == [f"{ISSUE}/p1-01", f"{ISSUE}/p1-03"]
    for path, text in site.items():
        if path.startswith(("changes", "data/changes")):
            assert not any(word in text.decode() for word in ("新桥", "p1-02", "王苗")), path
    assert "不予展示 1 篇" in site["changes.html"].decode()


# ---------------------------------------------------------------- corrections


def test_corrections_stand_under_their_own_day_with_who_and_why(kept: Kept) -> None:
    kept.write("2021-01-21", OPERA, BRIDGE)
    corrections = kept.source / "corrections"
    corrections.mkdir()
    one = f'[[corrections]]\narticle = "{ISSUE}/p1-01"\nexact = "剧团下乡"\nbecomes = "剧团到乡"\n'
    none = f'[[corrections]]\narticle = "{ISSUE}/p1-02"\nexact = "此处没有这句话"\nbecomes = "无"\n'
    signed = 'by = "王苗"\ndate = 2027-02-01\nwhy = "标题误认<b>"\n'
    (corrections / "a.toml").write_text(one + signed + none + signed, "utf-8")
    site = kept.build(FIRST)
    assert row(site, "2027-02-01", "corrected") == {
        "date": "2027-02-01",
        "kind": "corrected",
        "count": 1,
        "articles": [],
        "corrections": [["corrections/a.toml", 1]],
    }
    told = site["changes.html"].decode()
    assert (
        "校订 1 处" in told
        and "原作“剧团下乡”，今作“剧团到乡”。王苗：标题误认&lt;b&gt;" in told
        and "没有这句话" not in told
    )
    assert f'<a href="{ISSUE}/p1-01.html">剧团到乡</a>' in told
    assert kept.build(SECOND) == site


# ---------------------------------------------------------------- pages, feed


def lines(count: int, day: str) -> list[Permalink]:
    ids = [f"a/2021/01-{at // 100 + 1:02d}/p1-{at % 100 + 1:02d}" for at in range(count)]
    return [Permalink(id, id.rpartition("-")[0], "gone", f"题{id[-8:]}", 0, "", since=day) for id in ids]


def test_a_long_list_is_bounded_and_cut_into_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicles, "LISTED", 250)
    old = sample()
    ledger = Ledger({**old.permalinks.ledger.lines, **{line.id: line for line in lines(300, FIRST)}})
    site = written(replace(old, permalinks=replace(old.permalinks, ledger=ledger)), tmp_path)
    assert {path for path in site if path.startswith("changes")} == {
        "changes.html", "changes/2026/11-22.html", "changes/2026/11-22/gone/1.html", "changes/2026/11-22/gone/2.html",
    }  # fmt: skip
    own, older = site["changes/2026/11-22.html"], site["changes/2026/11-22/gone/2.html"]
    assert "不再收录 300 篇" in own and own.count('<li><a href="../../a/2021/') == 50
    assert own.index("题03/p1-01") < own.index("题03/p1-02") and "题01/p1-01" not in older
    assert older.count('<li><a href="../../../../a/2021/') == 100
    assert (
        site["changes.html"].count('<li><a href="a/2021/') == 10
        and "changes/2026/11-22.html#gone" in site["changes.html"]
    )


def test_the_feed_has_an_entry_a_day_in_both_forms(kept: Kept) -> None:
    kept.write("2021-01-21", SPRING, BRIDGE)
    kept.build(FIRST)
    kept.write("2021-01-21", SPRING, BRIDGE, HARVEST)
    site = kept.build(SECOND, "--base-url", "https://example.org/a/")
    parsed = feedparser.parse(site["changes/feed.xml"])
    assert not parsed.bozo and parsed.feed.title.startswith("更新记录 · ")
    assert [(one.id, one.title, one.updated, one.summary) for one in parsed.entries] == [
        (
            "https://example.org/a/changes.html#2027-01-05",
            "2027年1月5日：新收 1 篇",
            "2027-01-05T12:00:00Z",
            f"新收 1 篇：{HARVEST[0]}。",
        ),
        (
            "https://example.org/a/changes.html#2026-11-22",
            "2026年11月22日：新收 2 篇",
            "2026-11-22T12:00:00Z",
            f"新收 2 篇：{SPRING[0]}；{BRIDGE[0]}。",
        ),
    ]
    items = json.loads(site["changes/feed.json"])["items"]
    assert [(one["id"], one["content_text"]) for one in items] == [(one.id, one.summary) for one in parsed.entries]
    told = site["changes.html"].decode()
    assert "changes/feed.xml" in told and 'id="2027-01-05"' in told and 'id="2026-11-22"' in told
    assert not [path for path in kept.build(SECOND) if path.startswith("changes/feed")]


def test_each_day_of_the_feed_has_a_place_on_the_first_page(tmp_path: Path) -> None:
    old = sample()
    days = [(dt.date(2026, 1, 1) + dt.timedelta(days=at)).isoformat() for at in range(102)]
    gone = [replace(line, since=day) for line, day in zip(lines(len(days), ""), days, strict=True)]
    ledger = Ledger({**old.permalinks.ledger.lines, **{line.id: line for line in gone}})
    site = written(replace(old, permalinks=replace(old.permalinks, ledger=ledger)), tmp_path)
    anchors = re.findall('id="(2026-[^"]*)"', site["changes.html"])
    assert anchors == days[:-51:-1]
    assert 'id="2026-01-01"' in site["changes/1.html"] and "再往前" not in site["changes/1.html"]


@pytest.mark.parametrize(
    ("interface", "said"),
    [
        ("zh-Hans", ("更新记录", "2026年11月22日的更新", "新收 2 篇")),
        ("zh-Hant", ("更新記錄", "2026年11月22日的更新", "新收 2 篇")),
        ("en", ("Changes", "Changes of 22 November 2026", "2 articles added")),
    ],
)
def test_the_pages_speak_the_sites_language(kept: Kept, interface: str, said: tuple[str, str, str]) -> None:
    (kept.source / "archive.toml").write_text(f'interface = "{interface}"\n', "utf-8")
    kept.write("2021-01-21", SPRING, BRIDGE)
    try:
        site = kept.build(FIRST)
    finally:
        language.use("zh-Hans")
    assert f"<h1>{said[0]}</h1>" in site["changes.html"].decode() and said[2] in site["changes.html"].decode()
    assert f"<h1>{said[1]}</h1>" in site["changes/2026/11-22.html"].decode()
    assert '<a href="changes.html">' in site["index.html"].decode()
