"""What the source folder yields: which files are pages, what their bytes say, what their paths say."""

from __future__ import annotations

import datetime as dt
import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder import sources
from site_builder.editor_pages import render
from site_builder.encodings import decode
from site_builder.errors import SourceError
from site_builder.model import EditorPage, PageFacts, SourcePage
from site_builder.slugs import slug
from site_builder.sources import find_files, path_facts, read_editor_pages, read_pages

SEEDS = Path(__file__).parents[1] / "seeds"
SENTENCE = "本报讯（记者张赫）2月18日，我市首次以网络视频方式召开会议。\r\n"


def plant(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("文", encoding="utf-8")


def found(folder: Path, output: Path | None = None, templates: Path | None = None) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_files(folder, output, templates)]


def read(folder: Path, name: str, data: bytes) -> list[SourcePage]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return read_pages(file, folder)


def refusal(action: object, *arguments: object) -> str:
    assert callable(action)
    with pytest.raises(SourceError) as caught:
        action(*arguments)
    return caught.value.message


# ---------------------------------------------------------------- which files are pages


def test_page_files_come_in_code_point_order_of_their_paths(tmp_path: Path) -> None:
    plant(tmp_path, "b.txt", "a/2.txt", "a/10.md", "a-b.txt", "A.TXT", "辽源.txt", "é.txt", "a/b/c/d.txt")
    assert found(tmp_path) == [
        "A.TXT", "a-b.txt", "a/10.md", "a/2.txt", "a/b/c/d.txt", "b.txt", "é.txt", "辽源.txt",
    ]  # fmt: skip


def test_what_the_editors_keep_at_the_root_is_no_page(tmp_path: Path) -> None:
    plant(
        tmp_path, "archive.toml", "permalinks.jsonl", "README.md", "about.md", "about/history.md", "corrections/a.txt",
        "scan.pdf", "p1.txt",
    )  # fmt: skip
    assert found(tmp_path) == ["p1.txt"]


def test_the_same_names_further_down_are_pages(tmp_path: Path) -> None:
    plant(tmp_path, "n/README.md", "n/about.md", "n/about/1.txt", "n/corrections/1.txt")
    assert found(tmp_path) == ["n/README.md", "n/about.md", "n/about/1.txt", "n/corrections/1.txt"]


def test_dot_files_and_dot_folders_are_ignored(tmp_path: Path) -> None:
    plant(tmp_path, ".a.txt", ".git/b.txt", "n/.c.md", "n/d.md")
    assert found(tmp_path) == ["n/d.md"]


def test_output_and_templates_inside_the_source_are_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "p1.txt", "public/robots.txt", "look/notes.md", "deep/site/robots.txt", "deep/1.txt")
    assert found(tmp_path, tmp_path / "public", tmp_path / "look") == ["deep/1.txt", "deep/site/robots.txt", "p1.txt"]
    assert found(tmp_path, tmp_path / "deep" / ".." / "deep" / "site") == [
        "deep/1.txt", "look/notes.md", "p1.txt", "public/robots.txt",
    ]  # fmt: skip


def test_a_site_built_earlier_is_no_source(tmp_path: Path) -> None:
    plant(tmp_path, "p1.txt", "old/robots.txt", "old/.build-site", "old/data/sources/p1.txt")
    assert found(tmp_path) == ["p1.txt"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    assert refusal(find_files, tmp_path / "x") == (
        f"{tmp_path / 'x'}: no such folder; give the folder that holds the page texts"
    )


def test_a_linked_folder_is_followed(tmp_path: Path) -> None:
    plant(tmp_path, "far/p1.txt")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "near").symlink_to(tmp_path / "far")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "far")
    assert found(tmp_path / "in") == ["again/p1.txt", "near/p1.txt"]


def test_a_link_back_to_its_own_folder_is_an_error(tmp_path: Path) -> None:
    plant(tmp_path, "n/p1.txt")
    (tmp_path / "n" / "up").symlink_to(tmp_path)
    assert refusal(find_files, tmp_path) == (
        "n/up: this link leads back to a folder that it stands in; remove the link"
    )


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "n/p1.txt")
    listed = Path.iterdir

    def locked(folder: Path) -> object:
        if folder.name == "n":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", locked)
    assert refusal(find_files, tmp_path) == "n: can't list this folder (Permission denied); mend or remove it"


def test_a_name_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xb0\xd7.txt")).write_text("x")
    assert refusal(find_files, tmp_path) == r"\udcb0\udcd7.txt: this file's name is not UTF-8; rename it"


def test_a_decomposed_name_is_composed_in_the_source(tmp_path: Path) -> None:
    assert [page.source for page in read(tmp_path, "cafe\u0301.txt", b"x")] == ["caf\u00e9.txt"]


# ---------------------------------------------------------------- reading a file


def test_a_page_has_its_text_exactly_and_its_paths_facts(tmp_path: Path) -> None:
    assert read(tmp_path, "liaoyuan-ribao/2021-01-21/p1.txt", "\n \u3000一\r\n二\r三\u2028四\x0b\n".encode()) == [
        SourcePage(
            source="liaoyuan-ribao/2021-01-21/p1.txt",
            text="\n \u3000一\r\n二\r三\u2028四\x0b\n",
            facts=PageFacts(newspaper="liaoyuan-ribao", date=dt.date(2021, 1, 21), date_certainty="given", page=1),
        )
    ]


def test_form_feeds_part_pages_and_belong_to_none(tmp_path: Path) -> None:
    pages = read(tmp_path, "liaoyuan-ribao/2021-01-21.txt", "一版\n\f二版\r\n\f\f四版\f \n\f".encode())
    assert [(page.source, page.text, page.facts.page) for page in pages] == [
        ("liaoyuan-ribao/2021-01-21.txt", "一版\n", 1),
        ("liaoyuan-ribao/2021-01-21.txt#2", "二版\r\n", 2),
        ("liaoyuan-ribao/2021-01-21.txt#3", "", 3),
        ("liaoyuan-ribao/2021-01-21.txt#4", "四版", 4),
    ]


@pytest.mark.parametrize(("data", "text"), [(b"", ""), (b" \r\n", " \r\n"), (b"\f\n\f", ""), (b"\xef\xbb\xbf", "")])
def test_a_blank_file_is_one_blank_page(tmp_path: Path, data: bytes, text: str) -> None:
    assert read(tmp_path, "p.txt", data) == [SourcePage("p.txt", text)]


def test_a_file_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    assert refusal(read, tmp_path, "n/p1.txt", b"a\x00b") == (
        "n/p1.txt: holds NUL bytes, so it is no text; remove it or save it as UTF-8"
    )


def test_a_broken_link_is_found_and_fails_only_when_read(tmp_path: Path) -> None:
    (tmp_path / "p1.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "p2.txt").symlink_to(tmp_path / "p2.txt")
    first, second = find_files(tmp_path)
    assert refusal(read_pages, first, tmp_path) == (
        "p1.txt: can't be read (No such file or directory); mend or remove it"
    )
    assert refusal(read_pages, second, tmp_path) == (
        "p2.txt: can't be read (Too many levels of symbolic links); mend or remove it"
    )


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p1.txt")
    assert refusal(read_pages, tmp_path / "p1.txt", tmp_path) == "p1.txt: is not a plain file; remove it"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["2.txt", "about.md", "archive.toml"])
def test_a_merge_conflict_is_refused_and_not_published(
    build_site: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, name: str, end: str
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "1.txt").write_text("春耕忙\n\n本报讯 今年春耕早。\n", "utf-8")
    lines = ["", "<<<<<<< HEAD", "本报讯", "||||||| 5a9f", "本", "=======", "本报訊", ">>>>>>> her-branch", ""]
    (source / name).write_bytes(end.join(lines).encode())
    built = build_site(source, "-o", tmp_path / "site")
    assert built.returncode == 2
    assert f"build-site: {name}, line 2: holds a merge conflict; keep one of the two versions" in built.stderr


def test_an_unreadable_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "p1.txt")

    def locked(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert refusal(read_pages, tmp_path / "p1.txt", tmp_path) == (
        "p1.txt: can't be read (Permission denied); mend or remove it"
    )


def test_a_format_is_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources.READERS, ".rev", lambda data, source: [data.decode()[::-1], source])
    plant(tmp_path, "p.rev")
    (file,) = find_files(tmp_path)
    file.write_text("文本")
    assert read_pages(file, tmp_path) == [SourcePage("p.rev", "本文"), SourcePage("p.rev#2", "p.rev")]


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312"]
)
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    assert decode(SENTENCE.encode(encoding), "a.txt") == SENTENCE


def test_utf16_with_either_mark() -> None:
    assert decode(b"\xff\xfe" + SENTENCE.encode("utf-16-le"), "a.txt") == SENTENCE
    assert decode(b"\xfe\xff" + SENTENCE.encode("utf-16-be"), "a.txt") == SENTENCE


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_seed_pages_survive_every_encoding(seed: Path, encoding: str) -> None:
    text = seed.read_bytes().decode()
    assert decode(text.encode(encoding), seed.name) == text


def test_traditional_characters_in_gb18030() -> None:
    text = "遼源日報社出版　國內統一刊號"
    assert decode(text.encode("gb18030"), "a.txt") == text


def test_plain_ascii_in_utf16_without_a_mark() -> None:
    assert decode("page one\n".encode("utf-16-le"), "a.txt") == "page one\n"
    assert decode("page one\n".encode("utf-16-be"), "a.txt") == "page one\n"


def test_a_mark_inside_the_text_stays() -> None:
    assert decode("一\ufeff二".encode("utf-8-sig"), "a.txt") == "一\ufeff二"


NEITHER = "and the file reads neither as GB18030 nor as UTF-16; save it as UTF-8"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (SENTENCE.encode() * 9 + b"\xff", f"a.txt, line 10: byte 0xFF is not UTF-8, {NEITHER}"),
        ("頭版\r要聞\n新聞".encode("big5"), f"a.txt, line 1: byte 0xC0 is not UTF-8, {NEITHER}"),
        ("ok\nÜnïcode".encode("cp1252"), f"a.txt, line 2: byte 0xDC is not UTF-8, {NEITHER}"),
        ("日本語の新聞記事です".encode("shift_jis"), f"a.txt, line 1: byte 0x93 is not UTF-8, {NEITHER}"),
        ("白城\x01日报".encode("gbk"), f"a.txt, line 1: byte 0xB0 is not UTF-8, {NEITHER}"),
        (b"\x80" * 64, f"a.txt, line 1: byte 0x80 is not UTF-8, {NEITHER}"),
        (b"\x00\x01\x02", "a.txt: holds NUL bytes, so it is no text; remove it or save it as UTF-8"),
        (
            b"\xef\xbb\xbfab\xff",
            "a.txt: begins as UTF-8 but byte 0xFF after character 2 is not; save it again as UTF-8",
        ),
        (b"\xff\xfea\x00b", "a.txt: begins as UTF-16 but byte 0x62 after character 1 is not; save it again as UTF-8"),
        (
            b"\xff\xfe\x00\x00a\x00\x00\x00",
            "a.txt: holds NUL characters, so it is no text; remove it or save it as UTF-8",
        ),
    ],
    ids=["bad byte", "big5", "cp1252", "shift-jis", "control", "not gb18030", "nul", "marked 8", "marked 16", "utf-32"],
)
def test_what_is_no_text_is_refused_with_its_place(data: bytes, message: str) -> None:
    assert refusal(decode, data, "a.txt") == message


# ---------------------------------------------------------------- what a path says

DAY = dt.date(2021, 1, 21)


def told(newspaper: str = "", page: int | None = None, edition: str = "") -> PageFacts:
    return PageFacts(newspaper=newspaper, date=DAY, date_certainty="given", page=page, edition=edition)


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("liaoyuan-ribao/2021-01-21/1.txt", told("liaoyuan-ribao", 1)),
        ("liaoyuan-ribao/2021-01-21/01.txt", told("liaoyuan-ribao", 1)),
        ("liaoyuan-ribao/2021-01-21/P012.md", told("liaoyuan-ribao", 12)),
        ("liaoyuan-ribao/2021-01-21-b/p2.txt", told("liaoyuan-ribao", 2, "b")),
        ("liaoyuan-ribao/2021/01-21/p2.txt", told("liaoyuan-ribao", 2)),
        ("liaoyuan-ribao/2021/01-21-c/p2.txt", told("liaoyuan-ribao", 2, "c")),
        ("吉林/辽源日报/2021-01-21/3.txt", told("辽源日报", 3)),
        ("辽源日报/2021-01-21-p4.txt", told("辽源日报", 4)),
        ("辽源日报/2021-01-21-b_04.txt", told("辽源日报", 4, "b")),
        ("2021/01-21/1.txt", told("", 1)),
        ("2021-01-21.txt", told()),
        ("2021-01-21-头版.txt", told()),
        ("2021-01-21-banner.txt", told()),
        ("liaoyuan-ribao/2021-01-21/A02.txt", told("liaoyuan-ribao")),
        ("liaoyuan-ribao/2021-01-21/0.txt", told("liaoyuan-ribao")),
        ("liaoyuan-ribao/2021-01-21/1234.txt", told("liaoyuan-ribao")),
        ("liaoyuan-ribao/2021-01-21/text/1.txt", told("liaoyuan-ribao")),
        ("a/2020-01-01/b/2021-01-21/1.txt", told("b", 1)),
        ("a/2021-01-21/2021-02-30/1.txt", told("a")),
        ("pages/2021-01-21/1.txt", told("", 1)),
        ("1999/2021-01-21/1.txt", told("", 1)),
        ("a/2021-01-21b/1.txt", PageFacts()),
        ("a/20210121/1.txt", PageFacts()),
        ("a/2021-13-01/1.txt", PageFacts()),
        ("a/0000-01-01/1.txt", PageFacts()),
        ("liaoyuan-ribao/p1.txt", PageFacts()),
        ("000_adeb9900ddbe73f3.txt", PageFacts()),
    ],
)
def test_a_path_tells_only_what_is_plain(source: str, facts: PageFacts) -> None:
    assert path_facts(source) == facts


# ---------------------------------------------------------------- the editors' pages


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_no_editors_pages_is_no_error(tmp_path: Path) -> None:
    assert read_editor_pages(tmp_path) == []


def test_editors_pages_have_their_addresses_titles_and_links(tmp_path: Path) -> None:
    write(
        tmp_path,
        "about.md",
        "# 关于 `本站`\n\n见[沿革](about/沿革.md#早期)、[存疑](findings.html)、[外](https://a.org/b.md)。",
    )
    write(tmp_path, "about/沿革.md", "[回](../about.md)与[引用](cite.md)\n")
    write(tmp_path, "about/cite.md", "## 小\n\n# 引用\n办法\n===\n")
    write(tmp_path, "about/.draft.md", "x")
    assert read_editor_pages(tmp_path) == [
        EditorPage(
            "about",
            "关于 本站",
            '<h1>关于 <code>本站</code></h1>\n<p>见<a href="about/yange.html#%E6%97%A9%E6%9C%9F">沿革</a>、'
            '<a href="findings.html">存疑</a>、<a href="https://a.org/b.md">外</a>。</p>\n',
        ),
        EditorPage("about/cite", "引用", "<h2>小</h2>\n<h1>引用</h1>\n<h1>办法</h1>\n"),
        EditorPage(
            "about/yange",
            "沿革",
            '<h1>沿革</h1>\n<p><a href="../about.html">回</a>与<a href="cite.html">引用</a></p>\n',
        ),
    ]


def test_a_link_to_no_editors_page_is_an_error_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "about.md", "# A\n\n[x](x.md)\n")
    assert refusal(read_editor_pages, tmp_path) == (
        "about.md, line 3: a link leads to 'x.md', which is no editors' page; only about.md and the files of about/ are"
    )
    write(tmp_path, "about.md", "# A\n\n一\n二[沿革](about/histroy.md)\n")
    write(tmp_path, "about/history.md", "x")
    assert refusal(read_editor_pages, tmp_path) == (
        "about.md, line 4: a link leads to 'about/histroy.md', which is no editors' page"
        "; did you mean 'about/history.md'?"
    )


def test_two_editors_pages_of_one_address_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "about/A B.md", "x")
    write(tmp_path, "about/a-b.md", "x")
    assert refusal(read_editor_pages, tmp_path) == (
        "about/a-b.md: has the same address as about/A B.md (about/a-b.html); rename one of them"
    )


def test_a_broken_link_in_place_of_about_md_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "about.md").symlink_to(tmp_path / "gone.md")
    assert refusal(read_editor_pages, tmp_path) == (
        "about.md: can't be read (No such file or directory); mend or remove it"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x"])
def test_a_link_to_a_script_is_no_link(address: str) -> None:
    assert render(f"# A\n\n[x]({address})", "about.md", {}) == ("A", f"<h1>A</h1>\n<p>[x]({address})</p>\n")


def test_raw_html_is_shown_not_obeyed() -> None:
    assert render("# A <i>\n\n<script>x</script>", "about.md", {}) == (
        "A <i>",
        "<h1>A &lt;i&gt;</h1>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n",
    )


def test_a_tables_alignment_is_a_class_for_the_policy_forbids_styles() -> None:
    assert render("# A\n\n| 甲 | 乙 |\n| --: | - |\n| 1 | 2 |\n", "about.md", {})[1] == (
        '<h1>A</h1>\n<table>\n<thead>\n<tr>\n<th class="align-right">甲</th>\n<th>乙</th>\n</tr>\n</thead>\n'
        '<tbody>\n<tr>\n<td class="align-right">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n'
    )


def test_an_address_that_no_browser_opens_is_left_alone() -> None:
    assert render("# A\n\n[x](<http://[a.md>)", "about.md", {})[1] == (
        '<h1>A</h1>\n<p><a href="http://%5Ba.md">x</a></p>\n'
    )


# ---------------------------------------------------------------- the sample archive


def test_the_seeds_are_five_pages_exactly_as_they_are() -> None:
    names = [file.name for file in find_files(SEEDS)]
    assert [name[:3] for name in names] == ["000", "001", "002", "003", "004"]
    for name in names:
        text = (SEEDS / name).read_bytes().decode()
        assert read_pages(SEEDS / name, SEEDS) == [SourcePage(name, text, PageFacts())]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("白城日报", "baicheng-ribao"),
        ("辽源日报", "liaoyuan-ribao"),
        ("吉林日报", "jilin-ribao"),
        ("吉林农村报", "jilin-nongcunbao"),
        ("白城", "baicheng"),
        ("长春", "changchun"),
        ("疫情防控", "yiqing-fangkong"),
        ("复工复产", "fugong-fuchan"),
        ("春耕生产", "chungengshengchan"),
        ("報", "bao"),
        ("Jilin Daily", "jilin-daily"),
        ("Правда", "u041f-u0440-u0430-u0432-u0434-u0430"),
    ],
)
def test_addresses_of_names_stay_as_they_are(name: str, address: str) -> None:
    assert slug(name) == address


def test_an_editors_page_below_about_is_an_error_and_not_lost(tmp_path: Path) -> None:
    plant(tmp_path, "about/history/founding.md")
    expected = "about/history/founding.md: editors' pages stand in about/, not in a folder below it; move it there"
    assert refusal(read_editor_pages, tmp_path) == expected
