"""The program as a person calls it: what it says, its exit codes, and that whatever goes wrong the old site stands."""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from site_builder import serve
from site_builder.build import site_address
from site_builder.errors import SourceError
from site_builder.hosts import CACHE_HEADERS, SECURITY_HEADERS
from site_builder.model import Settings

CHECKOUT = Path(__file__).parents[1]
Call = Callable[..., subprocess.CompletedProcess[str]]

PAGE = "春耕忙\n\n本报讯（记者张赫）今年春耕早，进度快，农民心里乐开了花。\n"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A source folder of one page, without a finding."""
    page = tmp_path / "texts" / "liaoyuan-ribao" / "2021-01-21" / "1.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, "utf-8")
    return tmp_path / "texts"


def add_undated(texts: Path) -> None:
    (texts / "odd.txt").write_text("扶贫\n\n本报讯（记者李强）今年扶贫成效好，群众满意。\n", "utf-8")


def state(site: Path) -> str:
    """Changes if any file of the site does."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    return hashlib.sha256(b"\0".join(str(f.relative_to(site)).encode() + f.read_bytes() for f in files)).hexdigest()


def beside(out: Path) -> list[str]:
    """What a build has left beside the site, but for its cache."""
    names = (path.name for path in out.parent.iterdir() if path.name.startswith(f".{out.name}"))
    return sorted(name for name in names if name != f".{out.name}.cache")


# ---------------------------------------------------------------- built


def test_it_says_how_much_it_built_and_where_and_writes_no_colour_to_a_file(
    program: Call, tmp_path: Path, texts: Path
) -> None:
    done = program("texts", TERM="xterm-256color", NO_COLOR="1")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert re.sub(r"\d+\.\d s", "0.1 s", done.stdout) == (
        "1 page, 1 article in 0.1 s\n"
        "no findings\n"
        "permalinks.jsonl: 1 new; keep the file under version control\n"
        "no canonical links, sitemaps and feeds: they need --base-url, or base_url in archive.toml\n"
        f"built public: open {(tmp_path / 'public' / 'index.html').as_uri()}\n"
    )
    assert done.stderr == "reading 1 file …\nwriting …\nindexing …\n"
    assert (tmp_path / "public" / "liaoyuan-ribao" / "2021" / "01-21" / "p1-01.html").is_file()


def test_it_counts_findings_by_kind_and_tells_each_with_v(build_site: Call, texts: Path) -> None:
    add_undated(texts)
    short, long = build_site("texts").stdout, build_site("texts", "-v").stdout
    assert "\n2 findings:\n     1  日期不详 (no-date)\n     1  报纸不详 (no-newspaper)\n" in short
    assert re.search(r"\n     1  日期不详 \(no-date\)\n          undated/odd: .*\n     1  报纸不详", long)


def test_it_counts_in_the_plural_and_in_the_singular(build_site: Call, tmp_path: Path, texts: Path) -> None:
    two_articles = f"{PAGE}\n\n秋收好\n\n本报讯（记者李强）今年秋收好，粮食满仓，农民笑开了颜。\n"
    (texts / "liaoyuan-ribao" / "2021-01-21" / "2.txt").write_text(two_articles, "utf-8")
    (texts / "liaoyuan-ribao" / "2021-01-21" / "3.txt").write_text(" \n", "utf-8")
    said = build_site("texts").stdout
    assert re.match(r"3 pages, 3 articles in \d+\.\d s\n1 finding:\n     1  空白版面 \(empty-page\)\n", said)
    for page in ("findings.html", "liaoyuan-ribao/2021/01-21.html"):
        assert "空白版面" in (tmp_path / "public" / page).read_text("utf-8")


def test_q_says_nothing(build_site: Call, texts: Path) -> None:
    add_undated(texts)
    done = build_site("texts", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_default_source_is_seeds_else_the_current_folder(build_site: Call, tmp_path: Path, texts: Path) -> None:
    assert build_site(cwd=texts).returncode == 0
    assert (texts / "public" / "liaoyuan-ribao.html").is_file()
    again = build_site(cwd=texts)  # the site in the source folder is no source
    assert again.stdout.startswith("1 page, 1 article ")
    texts.rename(tmp_path / "seeds")
    assert build_site().stdout.startswith("1 page, 1 article ")
    assert (tmp_path / "public" / "liaoyuan-ribao.html").is_file()


@pytest.mark.slow
def test_the_same_source_gives_the_same_bytes_whatever_the_number_of_processes(
    program: Call, tmp_path: Path, texts: Path
) -> None:
    add_days(texts)
    for out, jobs, seed in (("one", "1", "1"), ("other", "2", "2")):
        assert program("texts", "-o", out, "--jobs", jobs, PYTHONHASHSEED=seed).returncode == 0
    assert state(tmp_path / "one") == state(tmp_path / "other")


def test_a_terminal_without_chinese_and_a_machine_without_a_browser_are_no_reason_to_fail(
    program: Call, tmp_path: Path, texts: Path
) -> None:
    add_undated(texts)
    (tmp_path / "bin").mkdir()
    nobody = {"PATH": str(tmp_path / "bin"), "DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
    done = program("texts", "--open", PYTHONIOENCODING="ascii", **nobody)
    assert done.returncode == 0
    assert r"\u65e5\u671f\u4e0d\u8be6 (no-date)" in done.stdout
    home = (tmp_path / "public" / "index.html").as_uri()
    assert done.stdout.endswith(f"\nno browser was found; open {home} yourself\n")


def test_open_opens_the_home_page(program: Call, tmp_path: Path, texts: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/opened"\n')
    browser.chmod(0o755)
    assert program("texts", "--open", BROWSER=f"{browser} %s").returncode == 0
    assert (tmp_path / "opened").read_text() == (tmp_path / "public" / "index.html").as_uri() + "\n"


# ---------------------------------------------------------------- 1: findings under --strict


def test_strict_publishes_nothing_if_there_are_findings(build_site: Call, tmp_path: Path, texts: Path) -> None:
    assert build_site("texts", "--strict").returncode == 0
    before = state(tmp_path / "public")
    add_undated(texts)
    done = build_site("texts", "--strict")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "reading 2 files …\nbuild-site: nothing was published, for --strict was asked for and there are 2 findings:\n"
        "  undated/odd: "
    )
    assert state(tmp_path / "public") == before
    assert beside(tmp_path / "public") == []


# ---------------------------------------------------------------- 2: the source or the call is wrong


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["textes"], "there is no folder 'textes'; did you mean 'texts'?"),
        (["nowhere/at/all"], "there is no folder 'nowhere/at/all'"),
        (["texts/odd.txt"], "'texts/odd.txt' is a file; give the folder that it is in: 'texts'"),
        (["verify"], "this version has no command 'verify' yet; for a folder of that name write ./verify"),
        (["./verify"], "verify: there is no page text in it (.txt or .md); give the folder that holds them"),
        (["bare"], "bare: there is no page text in it (.txt or .md); give the folder that holds them"),
        ([""], "there is no folder ''"),
        (["texts", "-o", "texts/odd.txt"], "texts/odd.txt is a file; give a folder with -o"),
        (["texts", "-o", "texts/odd.txt/site"],
         "the site can't be put at {tmp}/texts/odd.txt/site (File exists: {tmp}/texts/odd.txt); "
         "give another folder with -o"),
        (["texts", "-o", "texts"], "texts is the source folder itself; give another folder with -o"),
        (["texts", "-o", "."], ". contains the source folder {tmp}/texts; give another folder with -o"),
        (["texts", "-o", "full"],
         "full is not empty and was not made by build-site; empty it yourself, or give another folder with -o"),
        (["texts", "--base-url", "example.org/a"],
         "--base-url: 'example.org/a' is not a web address such as https://example.org/archive/; "
         "did you mean 'https://example.org/a'?"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_what_to_do(
    build_site: Call, tmp_path: Path, texts: Path, words: list[str], message: str
) -> None:
    add_undated(texts)
    (tmp_path / "verify").mkdir()
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "archive.toml").write_text('title = "x"\n')
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("years of work")
    done = build_site(*words)
    assert done.stderr == f"build-site: {message.format(tmp=tmp_path)}\n"
    assert done.returncode == 2
    assert not (tmp_path / "public").exists()
    assert (tmp_path / "full" / "thesis.doc").read_text() == "years of work"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--strickt"], "unknown option '--strickt'; did you mean '--strict'?"),
        (["texts", "public"], "one folder is enough; unexpected 'public'"),
        (["--jobs", "none"], "argument --jobs: 'none' is not a number of processes, 1 or more"),
        (["--jobs", "0"], "argument --jobs: '0' is not a number of processes, 1 or more"),
        (["--serve", "texts"],
         "argument --serve: 'texts' is not a port; a folder goes before it: build-site texts --serve"),
        (["-q", "-v"], "argument -v/--verbose: not allowed with argument -q/--quiet"),
    ],
)  # fmt: skip
def test_an_unknown_word_is_told_what_was_meant(build_site: Call, texts: Path, words: list[str], message: str) -> None:
    done = build_site(*words)
    assert (done.returncode, done.stderr) == (2, f"build-site: {message}\nbuild-site --help tells more\n")


def test_a_mistake_in_archive_toml_leaves_the_old_site(build_site: Call, tmp_path: Path, texts: Path) -> None:
    assert build_site("texts").returncode == 0
    before = state(tmp_path / "public")
    (texts / "archive.toml").write_text('titel = "辽源"\n', "utf-8")
    done = build_site("texts")
    assert (done.returncode, done.stderr) == (
        2, "build-site: archive.toml, line 1: unknown key 'titel'; did you mean 'title'?\n",
    )  # fmt: skip
    assert state(tmp_path / "public") == before


def test_a_folder_that_may_not_be_read_is_told(build_site: Call, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    advice = "(permission denied); allow yourself to read it, or give another folder\n"
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *words: False)  # root may read everything
        done = build_site("texts")
    assert (done.returncode, done.stderr) == (2, f"build-site: 'texts' can't be read {advice}")

    def denied(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "is_dir", denied)
        done = build_site("texts/below")
    assert (done.returncode, done.stderr) == (2, f"build-site: 'texts/below' can't be read {advice}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('title = "辽源"\n'.encode("gb18030"), "line 1: is not UTF-8; save the file as UTF-8"),
        ('title = "辽源"\n'.encode("utf-16"), "line 1: is not UTF-8; save the file as UTF-8"),
        ('title = "辽源\n'.encode(), r"line 1: Illegal character '\n' (column 12); the closing quote is missing"),
        ("title = “辽源”\n".encode(), "line 1: Invalid value (column 9); put text in straight quotes"),
        ('title: "辽源"\n'.encode(),
         "line 1: Expected '=' after a key in a key/value pair (column 6); a setting is written: key = value"),
    ],
)  # fmt: skip
def test_an_archive_toml_that_is_no_toml_or_no_utf_8_is_told(
    build_site: Call, texts: Path, content: bytes, message: str
) -> None:
    (texts / "archive.toml").write_bytes(content)
    done = build_site("texts")
    assert (done.returncode, done.stderr) == (2, f"build-site: archive.toml, {message}\n")


def test_an_archive_toml_may_begin_with_a_byte_order_mark(build_site: Call, tmp_path: Path, texts: Path) -> None:
    (texts / "archive.toml").write_bytes(b"\xef\xbb\xbf" + 'title = "辽源旧报"\n'.encode())
    assert build_site("texts").returncode == 0
    assert "<title>辽源旧报</title>" in (tmp_path / "public" / "index.html").read_text("utf-8")


def test_a_build_that_can_read_nothing_publishes_nothing(build_site: Call, tmp_path: Path, texts: Path) -> None:
    (texts / "liaoyuan-ribao" / "2021-01-21" / "1.txt").write_bytes(b"\x81\xff\x00\xfe\x81" * 9)
    done = build_site("texts", "--keep-going")
    assert done.returncode == 2
    assert "\nbuild-site: texts: none of its page texts can be read; the first: liaoyuan-ribao/" in done.stderr
    assert not (tmp_path / "public").exists()


def test_an_unreadable_file_stops_the_build_unless_it_may_keep_going(build_site: Call, texts: Path) -> None:
    (texts / "bad.txt").write_bytes(b"\x81\xff\x00\xfe\x81" * 9)
    done = build_site("texts")
    assert done.returncode == 2
    assert re.fullmatch(r"reading 2 files …\nbuild-site: bad\.txt: .+\n", done.stderr)
    done = build_site("texts", "--keep-going")
    assert done.returncode == 0
    assert re.search(r"^build-site: left out: bad\.txt: .+$", done.stderr, re.MULTILINE)
    assert "\n1 finding:\n     1  文件无法读取 (unreadable)\n" in done.stdout
    assert build_site("texts", "--keep-going", "--strict").returncode == 1


def test_a_mistake_in_ones_own_template_is_told_with_its_line(build_site: Call, tmp_path: Path, texts: Path) -> None:
    (texts / "archive.toml").write_text('templates = "look"\n')
    (texts / "look").mkdir()
    home = texts / "look" / "home.html"
    home.write_text("<h1>\n{{ titel }}\n</h1>")
    done = build_site("texts")
    assert done.returncode == 2
    assert done.stderr.endswith(
        "\nbuild-site: template texts/look/home.html, line 2: 'titel' is undefined (while writing index.html)\n"
    )
    home.write_text("<h1>\n\n{% if %}")
    done = build_site("texts")
    assert done.returncode == 2
    assert "\nbuild-site: template texts/look/home.html, line 3: " in done.stderr
    home.write_bytes("<h1>辽源</h1>".encode("gb18030"))
    done = build_site("texts")
    assert done.returncode == 2
    assert done.stderr.endswith("\nbuild-site: template texts/look/home.html: is not UTF-8; save the file as UTF-8\n")
    assert not (tmp_path / "public").exists()


def test_a_template_of_ours_that_misses_something_in_ones_own_names_these(build_site: Call, texts: Path) -> None:
    (texts / "archive.toml").write_text('templates = "look"\n')
    (texts / "look").mkdir()
    (texts / "look" / "macros.html").write_text("{% macro other() %}{% endmacro %}")
    done = build_site("texts")
    assert done.returncode == 2
    assert done.stderr.endswith("; it may need something that your own templates lack (macros.html in texts/look)\n")


def test_ones_own_templates_and_static_files_take_the_place_of_ours(
    build_site: Call, tmp_path: Path, texts: Path
) -> None:
    (texts / "archive.toml").write_text('templates = "look"\n')
    (texts / "look" / "static").mkdir(parents=True)
    (texts / "look" / "home.html").write_text('<p>{{ "a<b" }}</p>')
    (texts / "look" / "static" / "search.css").write_text("/* mine */")
    assert build_site("texts").returncode == 0
    assert (tmp_path / "public" / "index.html").read_text() == "<p>a&lt;b</p>"
    assert (tmp_path / "public" / "static" / "search.css").read_text() == "/* mine */"
    ours = (CHECKOUT / "static" / "search.js").read_bytes()
    assert (tmp_path / "public" / "static" / "search.js").read_bytes() == ours


@pytest.mark.parametrize(
    ("name", "ours", "mine"),
    [
        ("base.html", '<footer class="site-footer">', '<footer class="mine">{{ path }} {{ title }}'),
        ("macros.html", "{% keep by parts %}", "{% keep by parts %}<b>{{ path }}</b>"),
        ("article.html", '<article class="article">', '<article class="mine">{{ path }} {{ article_id }}'),
        ("citing.html", "<summary>", "<summary>{{ path }}"),
    ],
)
def test_each_page_is_made_by_ones_own_template_anew(
    build_site: Call, tmp_path: Path, texts: Path, name: str, ours: str, mine: str
) -> None:
    (texts / "archive.toml").write_text('templates = "look"\n')
    (texts / "liaoyuan-ribao" / "2021-01-21" / "2.txt").write_text(PAGE, "utf-8")
    (texts / "look").mkdir()
    (texts / "look" / name).write_text((CHECKOUT / "templates" / name).read_text("utf-8").replace(ours, mine), "utf-8")
    assert build_site("texts").returncode == 0
    for page in ("liaoyuan-ribao/2021/01-21/p1-01.html", "liaoyuan-ribao/2021/01-21/p2-01.html"):
        shown = (tmp_path / "public" / page).read_text("utf-8")
        assert mine.partition("{{ path }}")[0].rpartition("%}")[2] + page in shown


# ---------------------------------------------------------------- 3: something failed midway


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_full_disk_leaves_the_old_site(build_site: Call, tmp_path: Path, texts: Path) -> None:
    assert build_site("texts").returncode == 0
    before = state(tmp_path / "public")
    (texts / "liaoyuan-ribao" / "2021-01-21" / "1.txt").write_text(PAGE.replace("春耕忙", "春耕早"), "utf-8")
    starter = tmp_path / "limited.py"  # a file may grow to 2,000 bytes: as good as a disk that is full
    starter.write_text(
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "from site_builder.cli import main\n"
        "sys.exit(main(['texts']))\n"
    )
    command = [sys.executable, str(starter)]
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("build-site: File too large")
    assert "Traceback" not in done.stderr
    assert state(tmp_path / "public") == before
    assert beside(tmp_path / "public") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send SIGINT or SIGKILL to a process")
@pytest.mark.parametrize("stop", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGKILL])
@pytest.mark.parametrize(
    "stages", [("reading", "indexing"), pytest.param(("reading", "writing", "indexing") * 4, marks=pytest.mark.slow)]
)
def test_a_build_killed_or_interrupted_at_any_moment_leaves_the_old_site(
    build_site: Call, tmp_path: Path, texts: Path, stop: signal.Signals, stages: tuple[str, ...]
) -> None:
    add_days(texts)
    assert build_site("texts").returncode == 0
    old = state(tmp_path / "public")
    (texts / "liaoyuan-ribao" / "2021-01-21" / "1.txt").write_text(PAGE.replace("春耕忙", "春耕早"), "utf-8")
    assert build_site("texts", "-o", "other").returncode == 0
    new = state(tmp_path / "other")
    for stage in stages:
        with running("texts", "--jobs", "2", "--no-cache", cwd=tmp_path) as process:  # or all may be done already
            assert process.stderr is not None
            until(process.stderr.readline, stage)
            time.sleep(random.random() / 2)
            process.send_signal(stop)
            _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, -stop, 130)
        assert "Traceback" not in errors
        assert state(tmp_path / "public") in (old, new)
        assert until(lambda group=process.pid: "none" if all_gone(group) else "some", "none")
    assert build_site("texts").returncode == 0
    assert beside(tmp_path / "public") == []


def all_gone(group: int) -> bool:
    """Whether no process of a call is left: its workers and Pagefind end with it."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def add_days(texts: Path) -> None:
    """56 pages more: enough for several processes."""
    for day in range(1, 29):
        for month in ("02", "03"):
            page = texts / "liaoyuan-ribao" / f"2021-{month}-{day:02d}" / "1.txt"
            page.parent.mkdir()
            page.write_text(PAGE.replace("春耕", f"{day}日春耕"), "utf-8")


@contextmanager
def running(*words: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "site_builder", *words],
        cwd=cwd, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_fault_of_ours_is_told_in_a_line_and_with_v_in_full(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], texts: Path, tmp_path: Path
) -> None:
    from site_builder import articles, cli

    def broken(page: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(articles, "restore", broken)
    assert cli.main(["texts"]) == 3
    assert capsys.readouterr().err == (
        "reading 1 file …\n"
        "build-site: texts/liaoyuan-ribao/2021-01-21/1.txt: ZeroDivisionError: division by zero; "
        "this is a fault of build-site\n"
    )
    assert cli.main(["texts", "-v"]) == 3
    assert "Traceback" in capsys.readouterr().err


# ---------------------------------------------------------------- where the site will live


@pytest.mark.parametrize(
    ("option", "environ", "settings", "address"),
    [
        ("", {}, Settings(), ""),
        ("", {}, Settings(base_url="https://a.org/"), "https://a.org/"),
        ("https://c.org/x", {"NETLIFY": "true", "URL": "https://b.org"}, Settings(), "https://c.org/x/"),
        ("", {"NETLIFY": "true", "URL": "https://b.org"}, Settings(base_url="https://a.org/"), "https://b.org/"),
        ("", {"URL": "https://b.org"}, Settings(host="netlify"), "https://b.org/"),
        ("", {"URL": "https://b.org"}, Settings(base_url="https://a.org/"), "https://a.org/"),
    ],
)
def test_the_option_comes_before_the_host_and_the_host_before_archive_toml(
    option: str, environ: dict[str, str], settings: Settings, address: str
) -> None:
    assert site_address(option, environ, settings) == address


def test_what_is_no_web_address_is_refused() -> None:
    with pytest.raises(SourceError, match=r"the variable URL: 'b\.org' is not a web address"):
        site_address("", {"NETLIFY": "true", "URL": "b.org"}, Settings())


def test_hosts_get_the_files_that_they_read(build_site: Call, tmp_path: Path, texts: Path) -> None:
    for host, file in (("github-pages", ".nojekyll"), ("netlify", "_headers"), ("cloudflare-pages", "_headers")):
        (texts / "archive.toml").write_text(f'host = "{host}"\n')
        assert build_site("texts", "-q").returncode == 0
        found = {path.name for path in (tmp_path / "public").iterdir()} & {".nojekyll", "_headers"}
        assert found == {file}
    rules = (tmp_path / "public" / "_headers").read_text()
    assert rules.startswith(f"/*\n  Content-Security-Policy: {SECURITY_HEADERS['Content-Security-Policy']}\n")
    assert "\n/static/*\n  Cache-Control: public, max-age=3600\n" in rules


def test_netlify_toml_says_the_same_as_the_headers_file() -> None:
    rules = tomllib.loads((CHECKOUT / "netlify.toml").read_text("utf-8"))["headers"]
    expected = {"/*": SECURITY_HEADERS} | {path: {"Cache-Control": cache} for path, cache in CACHE_HEADERS.items()}
    assert {rule["for"]: rule["values"] for rule in rules} == expected


def test_machines_that_publish_never_number_articles_that_nobody_has_recorded() -> None:
    command = tomllib.loads((CHECKOUT / "netlify.toml").read_text("utf-8"))["build"]["command"]
    workflow = re.search(r"^ +- run: (build-site .*)$", (CHECKOUT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert "--frozen" in command and workflow is not None and "--frozen" in workflow[1]


def test_netlify_is_told_to_leave_html_in_the_addresses() -> None:
    settings = tomllib.loads((CHECKOUT / "netlify.toml").read_text("utf-8"))
    assert settings["build"]["processing"] == {"html": {"pretty_urls": False}}


# ---------------------------------------------------------------- --serve


def fetch(address: str) -> tuple[int, str, str]:
    """Status, content type and text."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode("utf-8", "replace")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send SIGINT or SIGKILL to a process")
def test_serve_serves_builds_anew_survives_mistakes_and_ends_with_ctrl_c(tmp_path: Path, texts: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = texts / "liaoyuan-ribao" / "2021-01-21" / "1.txt"
    with running("texts", "--serve", str(port), cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        home = f"http://127.0.0.1:{port}/"
        said = f"serving {home} and building anew at each change; Ctrl-C ends it\n"
        while (line := process.stdout.readline()) != said:
            assert line, process.stderr.read()

        assert fetch(home)[:2] == (200, "text/html; charset=utf-8")
        assert fetch(home + "static/search.js")[:2] == (200, "text/javascript; charset=utf-8")
        (tmp_path / "public" / "pagefind" / "other.wasm").touch()
        assert fetch(f"{home}pagefind/other.wasm")[:2] == (200, "application/wasm")
        assert fetch(f"{home}pagefind/wasm.unknown.pagefind")[0] == 200
        missing = (404, "text/html; charset=utf-8", (tmp_path / "public" / "404.html").read_text("utf-8"))
        assert fetch(home + "no/such/page.html") == missing
        assert fetch(home + "static/") == missing
        assert fetch(home + "../texts/archive.toml")[0] == 404
        with urllib.request.urlopen(home, timeout=10) as answer:
            assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS

        (tmp_path / "public" / "pagefind" / "other.wasm").unlink()
        article = home + "liaoyuan-ribao/2021/01-21/p1-01.html"
        (texts / "archive.toml").write_text('titel = "x"\n')
        assert "unknown key 'titel'" in until(process.stderr.readline, "unknown key")
        until(process.stdout.readline, "the site stands as it was")
        assert "春耕忙" in fetch(article)[2]
        (texts / "archive.toml").unlink()
        until(process.stdout.readline, "built public")
        page.write_text(PAGE.replace("春耕忙", "秋收好"), "utf-8")
        until(process.stdout.readline, "shown: liaoyuan-ribao/2021/01-21; lists and search follow")
        assert "秋收好" in fetch(article)[2]
        until(lambda: fetch(home + "data/articles/2021-01.jsonl")[2], "秋收好")
        page.with_name("2.txt").write_text(PAGE.replace("春耕忙", "冬藏早"), "utf-8")
        until(lambda: fetch(article.replace("p1", "p2"))[2], "冬藏早")
        page.unlink()
        until(lambda: str(fetch(article)[0]), "404")
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 0
        assert said.endswith("\n\nstopped; public is for looking at; to publish, run: build-site texts\n")


def until(read: Callable[[], str], wanted: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if wanted in (text := read()):
            return text
    raise AssertionError(f"waited for {wanted!r}")


def test_a_port_that_is_taken_is_refused_before_anything_is_built(build_site: Call, texts: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = build_site("texts", "--serve", str(port))
    assert (done.returncode, done.stderr) == (
        2, f"build-site: --serve: port {port} is taken; give another, or none for the first free one from 8000\n",
    )  # fmt: skip


def test_without_a_port_the_first_free_one_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(serve, "FIRST_PORT", port)
        with serve.server(tmp_path, None) as (address, _):
            assert port < int(address.rstrip("/").rpartition(":")[2]) < port + serve.TRIED


@pytest.mark.browser
def test_a_browser_finds_nothing_that_the_security_headers_forbid(browser: Browser, seed_site: Path) -> None:
    complaints: list[str] = []
    pages = sorted(page.relative_to(seed_site).as_posix() for page in seed_site.rglob("*.html"))
    with serve.server(seed_site, None) as (address, _):
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
        for path in pages[:: max(1, len(pages) // 30)]:
            page.goto(address + path)
        page.goto(address + "search.html?q=疫情")
        page.locator("#search-results > li").first.wait_for()
        page.close()
    assert complaints == []


@pytest.mark.browser
def test_a_browser_shows_a_change_by_itself_and_reloads_no_other_page(browser: Browser, tmp_path: Path) -> None:
    text = "<!doctype html><title>x</title><body><p>{}</p></body>"
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text(text.format("before"), "utf-8")
    with serve.server(tmp_path, None) as (address, tell):
        pages = {name: browser.new_page() for name in ("a.html", "b.html")}
        for name, page in pages.items():
            with page.expect_response(lambda answer: answer.url.endswith(serve.CHANGES)):
                page.goto(address + name)
            page.evaluate("window.mine = true")
        time.sleep(0.3)  # for the first number to arrive
        (tmp_path / "a.html").write_text(text.format("after"), "utf-8")
        tell()
        pages["a.html"].get_by_text("after").wait_for()
        assert pages["a.html"].evaluate("window.mine") is None
        assert pages["b.html"].evaluate("window.mine") is True
        for page in pages.values():
            page.close()


# ---------------------------------------------------------------- help


def test_help_names_every_exit_code_and_option(program: Call) -> None:
    text = program("--help").stdout
    options = set(re.findall(r"^  (?:-\w(?: \w+)?, )?(-+[\w-]+)", text, re.MULTILINE))
    assert options == {
        "--help", "--out", "--base-url", "--serve", "--open", "--strict", "--keep-going", "--jobs", "--quiet",
        "--verbose", "--version", "--frozen", "--retire", "--why", "--no-search", "--scheduler", "--cache",
        "--no-cache",
    }  # fmt: skip
    assert re.findall(r"^  (\d+)  ", text, re.MULTILINE) == ["0", "1", "2", "3", "130"]


def test_help_explains_every_option(program: Call) -> None:
    listed = program("--help").stdout.partition("\noptions:\n")[2].partition("\n\n")[0]
    options = re.split(r"\n  (?=-)", listed)
    assert len(options) == 18
    assert [option for option in options if not re.search(r"(?:  |\n +)[a-z]", option)] == []


def test_version(program: Call) -> None:
    done = program("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"build-site (\d+\.\d+\.\d+|\(not installed\))\n", done.stdout)
