"""Built sites as they lie on disk: every page, link, address and record of three archives.

`seeds` is the sample archive; `withheld` the same with two articles that must not be shown; `odd` a folder without
archive.toml whose files have the worst names that people give them.
"""

from __future__ import annotations

import gzip
import json
import posixpath
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from site_builder.build import Options, build
from site_builder.report import fold

SEEDS = Path(__file__).parents[1] / "seeds"
BASES = {"seeds": "https://example.org/", "withheld": "https://example.org/", "odd": "https://example.org/archive/"}
WITHHELD = ("liaoyuan-ribao/2021/01-21/p1-03", "baicheng-ribao/2020/02-19/p1-02")
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
UNLISTED = {"404.html", "search.html"}  # among what search engines are told of

ITEM = "大棚黄瓜喜获丰收\n\n　　本报讯（记者 顾敏行）近日，石盘镇的温室大棚里暖意融融，菜农们正忙着\n采摘头茬黄瓜。\n"
ODD_NAMES = (
    "liaoyuan-ribao/2021-02-04/p1.txt",
    "liaoyuan-ribao/2021-02-04/p1 .txt",  # not its page by the path's rule, but a name all the same
    "liaoyuan-ribao/2021-02-04/第2版 “要闻”.txt",
    "liaoyuan-ribao/2021-02-04-b/p1.txt",
    "LIAOYUAN-RIBAO/2021-02-05/P1.TXT",
    "Jilin Daily/2021-02-04 p3.md",
    "旧报 (一)/it's 100% #1 & more.txt",
    '旧报 (一)/"quoted" <b>.txt',
    "旧报 (一)/a:b|c?d*e.txt",
    "a\\b.txt",
    "é.txt",
    "data/01.txt",
    "-.txt",
    "a .txt",
    "🙂.txt",
    "index.txt",
    "%41.txt",
)


# ---------------------------------------------------------------- reading a site


@dataclass
class Document(HTMLParser):
    """What the tests ask of a page."""

    text: str
    targets: list[tuple[str, str, str]] = field(default_factory=list)  # tag, rel, address
    ids: list[str] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)  # of the first of each tag

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.text)
        self.close()
        self.faults += [f"<{tag}> is left open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes.setdefault(tag, found)
        self.targets += [
            (tag, found.get("rel", ""), found[name]) for name in ("href", "src", "action") if name in found
        ]
        self.ids += [found["id"]] if "id" in found else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.titles += [""] if tag == "title" and "svg" not in self._open else []
        self.faults += [f"{name} on <{tag}>" for name in found if name == "style" or name.startswith("on")]
        self._data = found.get("type") == "application/ld+json"  # which never runs
        if tag == "style" or (tag == "script" and not found.get("src") and not self._data):
            self.faults.append(f"inline <{tag}>")
        if len(found) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.titles[-1] += data
        if self._open[-1:] == ["script"] and data.strip() and not self._data:
            self.faults.append("inline <script>")


@dataclass(frozen=True)
class BuiltSite:
    name: str
    folder: Path
    base_url: str

    @cached_property
    def files(self) -> dict[str, bytes]:
        return {
            file.relative_to(self.folder).as_posix(): file.read_bytes()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file()
        }

    @cached_property
    def pages(self) -> dict[str, Document]:
        return {path: Document(data.decode()) for path, data in self.files.items() if path.endswith(".html")}

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The lines of all data files whose address begins so."""
        return [
            json.loads(line)
            for path, data in self.files.items()
            if path.startswith(f"data/{kind}") and path.endswith(".jsonl")
            for line in data.decode().split("\n")[:-1]
        ]

    def source_of(self, page_id: str) -> str:
        return self.files[f"data/sources/{page_id}.txt"].decode()

    def led_to(self, path: str, target: str) -> tuple[str, str]:
        """The file and anchor that a link on a page leads to."""
        parts = urlsplit(target)
        base = urlsplit(self.base_url).path
        if path == "404.html" and parts.path.startswith(base):
            return unquote(parts.path.removeprefix(base)), unquote(parts.fragment)
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
        return file, unquote(parts.fragment)


@pytest.fixture(scope="module")
def sites(seed_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, BuiltSite]:
    folder = tmp_path_factory.mktemp("sites")
    shutil.copytree(SEEDS, folder / "withheld")
    toml = (SEEDS / "archive.toml").read_text("utf-8")
    quoted = ", ".join(f'"{id}"' for id in WITHHELD)
    (folder / "withheld" / "archive.toml").write_text(f"withhold = [{quoted}]\n{toml}", "utf-8")
    for number, name in enumerate(ODD_NAMES):
        file = folder / "odd" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"第{'一二三四五六七八九十'[number % 10]}件事\n\n{ITEM}", "utf-8")
    for name, base in BASES.items():
        if name != "seeds":
            build(Options(folder / name, folder / f"{name}-site", base_url=base))
    return {
        name: BuiltSite(name, seed_site if name == "seeds" else folder / f"{name}-site", base)
        for name, base in BASES.items()
    }


@pytest.fixture(params=list(BASES))
def site(request: pytest.FixtureRequest, sites: dict[str, BuiltSite]) -> BuiltSite:
    return sites[request.param]


def unseen(site: BuiltSite) -> set[str]:
    """The pages that only say that an article is withheld."""
    return {f"{id}.html" for id in WITHHELD} if site.name == "withheld" else set()


def sources(site: BuiltSite) -> set[str]:
    """The pages that show a source text: its articles are what search engines are told of."""
    return {path for path, page in site.pages.items() if 'class="source-lines"' in page.text}


# ---------------------------------------------------------------- pages


def test_every_page_is_a_whole_document_in_its_language(site: BuiltSite) -> None:
    wrong = {}
    for path, page in site.pages.items():
        faults = list(page.faults)
        if not page.text.lstrip().startswith("<!DOCTYPE html>"):
            faults.append("no doctype")
        if page.attributes.get("html", {}).get("lang") != "zh-CN":
            faults.append("no language")
        if len(page.titles) != 1 or not page.titles[0].strip():
            faults.append(f"titles {page.titles}")
        if page.tags.count("main") != 1 or 'charset="utf-8"' not in page.text or 'name="viewport"' not in page.text:
            faults.append("not one main, no charset or no viewport")
        faults += [f"the id {id!r} twice" for id in sorted({id for id in page.ids if page.ids.count(id) > 1})]
        if faults:
            wrong[path] = faults
    assert wrong == {}


def test_headings_begin_with_the_only_h1_and_leave_out_no_level(site: BuiltSite) -> None:
    wrong = {
        path: page.levels
        for path, page in site.pages.items()
        if page.levels[:1] != [1]
        or page.levels.count(1) != 1
        or any(after > before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    }
    assert wrong == {}


def test_no_two_pages_have_one_title(site: BuiltSite) -> None:
    """Among bookmarks and search results a title is all one sees; articles may share a headline."""
    articles = {record["url"] for record in site.records("articles/")}
    titles = [page.titles[0] for path, page in site.pages.items() if path not in articles]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []


# ---------------------------------------------------------------- links


def test_every_link_is_relative_names_its_file_and_leads_to_a_file_and_an_anchor(site: BuiltSite) -> None:
    wrong = []
    for path, page in site.pages.items():
        for _, rel, target in page.targets:
            if rel == "canonical" or target.startswith(("mailto:", "https://", "http://", "data:")):
                continue  # looked at below, or not a link but a file to save
            file, anchor = site.led_to(path, target)
            if path == "404.html" and not target.startswith(("/", "#")):
                wrong.append(f"{path}: {target} is not from the root")
            elif path != "404.html" and target.startswith("/"):
                wrong.append(f"{path}: {target} is not relative")
            elif re.search(r"\s|[^\x21-\x7e]", target):
                wrong.append(f"{path}: {target} is not an address as it must be written")
            elif file not in site.files:
                wrong.append(f"{path}: {target} leads nowhere")
            elif anchor and file in site.pages and anchor not in site.pages[file].ids:
                wrong.append(f"{path}: {target} has no such anchor")
    assert wrong == []


def test_nothing_is_loaded_from_elsewhere(site: BuiltSite) -> None:
    loaded = {
        (tag, rel, target)
        for page in site.pages.values()
        for tag, rel, target in page.targets
        if urlsplit(target).netloc and (tag != "a" or target.startswith("//")) and rel != "canonical"
    }
    assert loaded == set()
    sheets = {path: data.decode() for path, data in site.files.items() if path.endswith(".css")}
    assert [path for path, sheet in sheets.items() if re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", sheet)] == []


def test_every_page_is_reached_from_the_home_page(site: BuiltSite) -> None:
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        path = waiting.pop()
        for tag, _, target in site.pages[path].targets:
            file, _ = site.led_to(path, target)
            if tag == "a" and not urlsplit(target).scheme and file in site.pages and file not in reached:
                reached.add(file)
                waiting.append(file)
    assert set(site.pages) - reached == {"404.html"} | unseen(site)


def test_canonical_addresses_are_the_pages_own(site: BuiltSite) -> None:
    given = {
        path: [target for _, rel, target in page.targets if rel == "canonical"] for path, page in site.pages.items()
    }
    listed = set(site.pages) - {"404.html"} - unseen(site) - sources(site)
    expected = {path: [site.base_url + path] for path in listed}
    assert {path: [unquote(target) for target in targets] for path, targets in given.items() if targets} == expected


def test_the_sitemap_lists_every_page_once(site: BuiltSite) -> None:
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    index = [row.text or "" for row in ElementTree.fromstring(site.files["sitemap.xml"]).iter(name)]
    parts = [ElementTree.fromstring(site.files[part.removeprefix(site.base_url)]) for part in index]
    listed = [unquote(row.text or "") for part in parts for row in part.iter(name)]
    told = set(site.pages) - UNLISTED - unseen(site) - sources(site)
    assert sorted(listed) == sorted(site.base_url + path for path in told)
    assert f"Sitemap: {site.base_url}sitemap.xml\n" in site.files["robots.txt"].decode()


# ---------------------------------------------------------------- addresses that every system can hold

DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def unfit(paths: Iterable[str]) -> list[str]:
    """The addresses that no file can have on Windows."""
    return [
        path
        for path in paths
        for part in path.split("/")
        if re.search(r'[\x00-\x1f<>:"|?*\\]', part) or part.endswith((" ", ".")) or DEVICES.fullmatch(part)
    ]


def test_every_address_is_a_file_name_on_every_system(site: BuiltSite) -> None:
    assert unfit(site.files) == []


def test_no_two_addresses_differ_in_case_alone(site: BuiltSite) -> None:
    assert len({path.casefold() for path in site.files}) == len(site.files)


def test_every_source_has_its_page_whatever_its_name(sites: dict[str, BuiltSite]) -> None:
    assert sorted(record["source"] for record in sites["odd"].records("pages/")) == sorted(ODD_NAMES)
    assert {record["url"].partition("#")[0] for record in sites["odd"].records("pages/")} <= set(sites["odd"].pages)


@pytest.mark.parametrize(
    "names",
    [
        ("Page.txt", "page.txt"),
        ("PAGE/1.txt", "page/1.txt"),
        ("page/01.txt", "Page.txt"),  # the page's article would be page/01
        ("liaoyuan-ribao/2021-02-04/A02.txt", "liaoyuan-ribao/2021-02-04/a02.txt"),
        ("Liaoyuan-Ribao/2021-02-04/p1.txt", "liaoyuan-ribao/2021-02-04/p1.txt"),
        ("page 1.txt", "page-1.txt", "page_1.txt"),
        ("第一版.txt", "diyiban.txt"),
    ],
)
def test_names_that_are_nearly_one_get_addresses_of_their_own(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_text(ITEM, "utf-8")
    build(Options(tmp_path / "source", tmp_path / "out"))
    site = BuiltSite("names", tmp_path / "out", "")
    assert sorted(record["source"] for record in site.records("pages/")) == sorted(names)
    assert len({record["url"].casefold() for record in site.records("pages/")}) == len(names)


@pytest.mark.parametrize("name", ["con.txt", "aux/1.txt", "NUL.md", "com1.txt", "a..txt", "a./1.txt"])
def test_a_name_that_windows_does_not_allow_becomes_another(tmp_path: Path, name: str) -> None:
    file = tmp_path / "source" / name
    file.parent.mkdir(parents=True)
    file.write_text(ITEM, "utf-8")
    build(Options(tmp_path / "source", tmp_path / "out"))
    assert unfit(BuiltSite("names", tmp_path / "out", "").files) == []


@pytest.mark.parametrize("name", ["a" * 251 + ".txt", "市" * 80 + ".txt", "a" * 255 + "/1.txt"])
def test_a_name_as_long_as_can_be_is_an_address(tmp_path: Path, name: str) -> None:
    file = tmp_path / "source" / name
    file.parent.mkdir(parents=True)
    file.write_text(ITEM, "utf-8")
    build(Options(tmp_path / "source", tmp_path / "out"))
    assert [record["source"] for record in BuiltSite("names", tmp_path / "out", "").records("pages/")] == [name]


# ---------------------------------------------------------------- open data

BLOCK_KEYS = ["kind", "text", "spans"]
PAGE_KEYS = [
    "id", "source", "newspaper", "city", "date", "date_certainty", "page", "issue_number", "furniture", "articles",
]  # fmt: skip
ARTICLE_KEYS = [
    "id", "url", "page_id", "newspaper", "city", "date", "page", "kicker", "headline", "subtitle", "byline", "dateline",
    "jump", "topics", "blocks", "continues", "continued_by", "places",
]  # fmt: skip
FINDING_KEYS = ["code", "page_id", "article_id", "spans", "message"]


def test_records_have_the_contracts_keys_in_its_order(site: BuiltSite) -> None:
    for kind, keys in (("pages/", PAGE_KEYS), ("articles/", ARTICLE_KEYS), ("findings", FINDING_KEYS)):
        assert {tuple(record)[: len(keys)] for record in site.records(kind)} <= {tuple(keys)}
    blocks = [
        *(block for record in site.records("articles/") for block in record["blocks"]),
        *(block for record in site.records("pages/") for block in record["furniture"]),
    ]
    assert {tuple(block)[: len(BLOCK_KEYS)] for block in blocks} == {tuple(BLOCK_KEYS)}


def test_every_article_of_the_data_has_its_page_and_every_article_page_its_record(site: BuiltSite) -> None:
    articles = site.records("articles/")
    shown = sorted(path for path, page in site.pages.items() if '<article class="article">' in page.text)
    assert sorted(record["url"] for record in articles) == shown
    assert [record["url"] for record in articles] == [f"{record['id']}.html" for record in articles]
    pages = {record["id"]: record["articles"] for record in site.records("pages/")}
    held: dict[str, list[str]] = {id: [] for id in pages}
    for record in articles:
        held[record["page_id"]].append(record["id"])
    assert held == pages


def test_what_the_records_name_is_there(site: BuiltSite) -> None:
    articles = {record["id"]: record for record in site.records("articles/")}
    pages = {record["id"] for record in site.records("pages/")}
    issues = site.records("issues")
    dated = [id for record in issues for id in record["pages"]]
    assert sorted(dated) == sorted(id for id in pages if not id.startswith("undated/"))
    assert {record["url"] for record in issues} <= set(site.pages)
    for finding in site.records("findings"):
        assert finding["page_id"] in pages
        assert finding["article_id"] is None or articles[finding["article_id"]]["page_id"] == finding["page_id"]
    for id, record in articles.items():
        assert record["continued_by"] is None or articles[record["continued_by"]]["continues"] == id
        assert record["continues"] is None or articles[record["continues"]]["continued_by"] == id


def test_every_blocks_text_is_what_stands_at_its_spans_and_nothing_is_left_over(site: BuiltSite) -> None:
    articles = {record["id"]: record for record in site.records("articles/")}
    for page in site.records("pages/"):
        text = site.source_of(page["id"])
        own = [articles[id] for id in page["articles"]]
        blocks = [*page["furniture"], *(block for article in own for block in article["blocks"])]
        left = list(text)
        for block in blocks:
            held = "".join(text[start:end] for start, end in block["spans"])
            assert fold(block["text"]).strip("()") == fold(held).strip("()")
            for start, end in block["spans"]:
                assert "\0" not in left[start:end], f"{page['id']}: {text[start:end]} stands in two blocks"
                left[start:end] = "\0" * (end - start)
        rest = {char for char in left if fold(char) and char != "\0"}
        allowed = set("（）()【】〔〕[]《》" if any(article["jump"] for article in own) else "")
        allowed |= set("#*\\<>" if re.search(r"^#|\\_", text, re.MULTILINE) else "")
        assert rest <= allowed, f"{page['id']}: {rest} stands in no block"


# ---------------------------------------------------------------- what must not be shown


def test_of_a_withheld_article_nothing_stands_anywhere_but_that_it_is_withheld(sites: dict[str, BuiltSite]) -> None:
    before = {record["id"]: record for record in sites["seeds"].records("articles/")}
    secrets = [fold(block["text"]) for id in WITHHELD for block in before[id]["blocks"]]
    public = "".join(
        fold(block["text"])
        for records in (
            [record for record in before.values() if record["id"] not in WITHHELD],
            [{"blocks": record["furniture"]} for record in sites["seeds"].records("pages/")],
        )
        for record in records
        for block in record["blocks"]
    )
    public += fold((SEEDS / "archive.toml").read_text("utf-8").replace(",", ""))
    runs = {run for secret in secrets for at in range(len(secret) - 7) if (run := secret[at : at + 8]) not in public}
    assert len(runs) > 200
    told = {path: found for path, text in texts(sites["withheld"]) if (found := leaks(runs, text))}
    assert told == {}
    for id in WITHHELD:
        page = sites["withheld"].pages[f"{id}.html"]
        assert "不予展示" in page.text and 'name="robots" content="noindex"' in page.text


def texts(site: BuiltSite) -> Iterator[tuple[str, str]]:
    """Everything that a reader or a script can get of a site, the search index unpacked and its spaces closed up."""
    for path, data in site.files.items():
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        yield path, fold(re.sub(r"<[^>]*>", "", plain.decode("utf-8", "ignore")))


def leaks(runs: Iterable[str], text: str) -> list[str]:
    there = {text[at : at + 8] for at in range(len(text) - 7)}
    return sorted(there.intersection(runs))[:3]


def test_the_other_articles_stay_as_they_were(sites: dict[str, BuiltSite]) -> None:
    def known(site: BuiltSite) -> dict[str, dict[str, Any]]:
        return {record["id"]: record for record in site.records("articles/") if record["id"] not in WITHHELD}

    assert known(sites["withheld"]) == known(sites["seeds"])
