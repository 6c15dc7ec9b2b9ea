"""A source or a site at an address: what is fetched, what is sent and in which order, and what is refused."""

from __future__ import annotations

import hashlib
import posixpath
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.spec import AbstractFileSystem

from site_builder import places, remote
from site_builder.build import Options, build
from site_builder.ledger import FILE as LEDGER
from site_builder.swap import MARKER
from tests.conftest import Call
from tests.test_incremental import tree

PAGES, SITE = "memory://bucket/pages", "memory://bucket/site"
DAYS = ("2021-01-21", "2021-01-22", "2021-01-23")


class Folders(LocalFileSystem):
    """A file system of folders, as SFTP's: a listing for each, and files that come to be bit by bit."""

    protocol = "folders"

    def __init__(self) -> None:
        super().__init__(auto_mkdir=True)

    @classmethod
    def _strip_protocol(cls, path: Any) -> str:
        return str(LocalFileSystem._strip_protocol(str(path).removeprefix("folders://")))


fsspec.register_implementation("folders", Folders, clobber=True)


@pytest.fixture(autouse=True)
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    """The memory as a bucket, empty; and a cache of the user's that is empty too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield fsspec.filesystem("memory")
    MemoryFileSystem.store.clear()


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    source = tmp_path / "texts"
    for day, what in zip(DAYS, ("春耕", "夏收", "秋收"), strict=True):
        page = source / "liaoyuan-ribao" / day / "1.txt"
        page.parent.mkdir(parents=True)
        page.write_text(f"{what}忙\n\n本报讯（记者张赫）今年{what}早，进度快，农民心里乐开了花。\n", "utf-8")
    (source / "archive.toml").write_text('templates = "ours"\ntitle = "县报"\n', "utf-8")
    (source / "ours" / "static").mkdir(parents=True)
    (source / "ours" / "static" / "seal.png").write_bytes(b"\x89PNG")
    return source


@pytest.fixture
def there(texts: Path, bucket: MemoryFileSystem) -> Path:
    """The texts at PAGES too."""
    bucket.put(str(texts), "/bucket/pages", recursive=True)
    return texts


def page_of(day: str) -> str:
    return f"/bucket/pages/liaoyuan-ribao/{day}/1.txt"


def held(fs: Any, folder: str) -> dict[str, bytes]:
    """The bytes of all files below a folder of a file system."""
    return {path[len(folder) + 1 :]: fs.cat_file(path) for path in fs.find(folder)}


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[list[str], list[str]]]:
    """`moved()`: what has been fetched and sent since it was last asked."""
    fetched: list[str] = []
    sent: list[str] = []
    get, put = MemoryFileSystem.get_file, MemoryFileSystem.put_file

    def get_file(self: Any, rpath: str, lpath: str, *more: Any, **options: Any) -> Any:
        fetched.append(rpath)
        return get(self, rpath, lpath, *more, **options)

    def put_file(self: Any, lpath: str, rpath: str, *more: Any, **options: Any) -> Any:
        sent.append(rpath)
        return put(self, lpath, rpath, *more, **options)

    monkeypatch.setattr(MemoryFileSystem, "get_file", get_file)
    monkeypatch.setattr(MemoryFileSystem, "put_file", put_file)

    def asked() -> tuple[list[str], list[str]]:
        done = fetched[:], sent[:]
        fetched.clear()
        sent.clear()
        return done

    return asked


def break_after(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> list[str]:
    """From the file of this number on nothing can be sent; what is, is listed."""
    sent: list[str] = []
    put = MemoryFileSystem.put_file

    def put_file(self: Any, lpath: str, rpath: str, *more: Any, **options: Any) -> Any:
        if len(sent) == number:
            raise error
        sent.append(rpath)
        return put(self, lpath, rpath, *more, **options)

    monkeypatch.setattr(MemoryFileSystem, "put_file", put_file)
    return sent


# ---------------------------------------------------------------- as a local build


@pytest.mark.parametrize("kind", ["memory", "folders"])
def test_the_site_is_the_one_that_a_build_here_makes(kind: str, build_site: Call, tmp_path: Path, texts: Path) -> None:
    base = "/bucket" if kind == "memory" else str(tmp_path / "far")
    fs, pages, site = fsspec.filesystem(kind), f"{kind}://{base}/pages", f"{kind}://{base}/site"
    fs.put(str(texts), f"{base}/pages", recursive=True)
    done = build_site(pages, "-o", site)
    assert (done.returncode, build_site(texts).returncode) == (0, 0)
    assert held(fs, f"{base}/site") == tree(tmp_path / "public")
    assert held(fs, f"{base}/pages") == tree(texts)  # with its ledger
    assert re.search(rf"\nsent \d+ files to {site}\nits copy here: open file://.*/index.html\n$", done.stdout)
    assert build_site(pages, "-o", tmp_path / "third", "--frozen").returncode == 0
    assert tree(tmp_path / "third") == tree(tmp_path / "public")


def test_a_source_here_is_built_to_an_address(
    build_site: Call, tmp_path: Path, texts: Path, bucket: MemoryFileSystem
) -> None:
    assert build_site("texts", "-o", SITE, "--no-cache").returncode == 0
    assert build_site("texts").returncode == 0
    assert held(bucket, "/bucket/site") == tree(tmp_path / "public")
    assert not list((tmp_path / "user").rglob("*"))  # which --no-cache leaves alone


def test_file_addresses_are_folders_here(build_site: Call, tmp_path: Path, texts: Path) -> None:
    out = (tmp_path / "a site").as_uri()
    assert "%20" in out
    assert build_site(texts.as_uri(), "-o", out).returncode == 0
    assert (tmp_path / "a site" / "index.html").is_file() and (texts / LEDGER).is_file()
    assert not (tmp_path / "user").exists()
    assert "names a machine, 'tmp'" in build_site("file://tmp/texts").stderr


# ---------------------------------------------------------------- only what has changed


def test_the_second_build_moves_nothing_and_a_later_one_what_has_changed(
    build_site: Call, tmp_path: Path, there: Path, bucket: MemoryFileSystem, moved: Any
) -> None:
    assert build_site(PAGES, "-o", SITE).returncode == 0
    fetched, sent = moved()
    assert len(fetched) == 5 and len(sent) == len(held(bucket, "/bucket/site")) + 1  # with the ledger
    before = held(bucket, "/bucket/site")

    done = build_site(PAGES, "-o", SITE)
    assert moved() == ([], []) and f"sent 0 files to {SITE}\n" in done.stdout

    page = there / "liaoyuan-ribao" / DAYS[1] / "1.txt"
    page.write_text(page.read_text("utf-8").replace("乐开了花", "笑开了颜"), "utf-8")
    bucket.put_file(str(page), page_of(DAYS[1]))
    moved()
    assert build_site(PAGES, "-o", SITE).returncode == 0
    fetched, sent = moved()
    after = held(bucket, "/bucket/site")
    assert fetched == [page_of(DAYS[1])]
    assert {path.removeprefix("/bucket/site/") for path in sent if "/site/" in path} == {
        *(name for name in after if after[name] != before.get(name)),
    }
    assert build_site("texts").returncode == 0
    assert after == tree(tmp_path / "public") != before


def test_what_goes_there_goes_here_and_what_is_of_no_use_is_not_fetched(
    build_site: Call, tmp_path: Path, there: Path, bucket: MemoryFileSystem, moved: Any
) -> None:
    bucket.pipe_file("/bucket/pages/liaoyuan-ribao/2021-01-21/1.tif", b"a scan")
    bucket.pipe_file("/bucket/pages/.trash/1.txt", "旧".encode())
    assert build_site(PAGES, "-o", f"{PAGES}/site").returncode == 0  # which is no source next time
    assert [path for path in moved()[0] if "tif" in path or "trash" in path] == []
    bucket.rm_file(page_of(DAYS[2]))
    gone = "liaoyuan-ribao/2021/01-23/p1-01"
    refused = build_site(PAGES, "-o", f"{PAGES}/site")
    assert refused.returncode == 1 and gone in refused.stderr and moved()[1] == []
    done = build_site(PAGES, "-o", f"{PAGES}/site", "--retire", gone)
    assert done.returncode == 0 and re.search(r"sent \d+ files to .*/site, [1-9]\d* removed\n", done.stdout)
    (there / "liaoyuan-ribao" / DAYS[2] / "1.txt").unlink()
    bucket.get_file(f"/bucket/pages/{LEDGER}", str(there / LEDGER))
    assert build_site("texts", "--frozen").returncode == 0
    here = set(tree(tmp_path / "public"))
    assert set(held(bucket, "/bucket/pages/site")) == here
    assert "liaoyuan-ribao/2021/01-23.html" not in here  # an issue's page: it is among those removed


def test_lost_notes_cost_sending_again_and_never_leave_what_is_stale(
    build_site: Call, tmp_path: Path, texts: Path, bucket: MemoryFileSystem, moved: Any
) -> None:
    assert build_site("texts", "-o", SITE).returncode == 0
    whole = held(bucket, "/bucket/site")
    other = whole["index.html"][::-1]  # of the same size, sent by another machine
    for notes in ("lost", "there"):
        if notes == "lost":
            shutil.rmtree(tmp_path / "user")
        bucket.pipe_file("/bucket/site/index.html", other)
        bucket.pipe_file("/bucket/site/liaoyuan-ribao/1999.html", b"stale")
        moved()
        assert build_site("texts", "-o", SITE).returncode == 0
        assert held(bucket, "/bucket/site") == whole
        assert len(moved()[1]) == (len(whole) - 1 if notes == "lost" else 1)
    home = bucket.store["/bucket/site/index.html"]
    bucket.pipe_file("/bucket/site/index.html", b"cut short")
    bucket.store["/bucket/site/index.html"].created = home.created  # by a clock that stands still
    assert build_site("texts", "-o", SITE).returncode == 0
    assert held(bucket, "/bucket/site") == whole


def test_a_site_built_anew_of_the_same_bytes_is_not_sent_again(
    build_site: Call, tmp_path: Path, texts: Path, moved: Any
) -> None:
    assert build_site("texts", "-o", SITE).returncode == 0
    for folder in (tmp_path / "user").glob("build-site/addresses/*/*files*"):
        shutil.rmtree(folder)  # the copy and its cache, but not the notes
    moved()
    assert build_site("texts", "-o", SITE).returncode == 0
    assert moved()[1] == []


def test_a_store_that_tells_the_hash_of_a_file_gets_only_what_differs_without_notes_too(
    build_site: Call, texts: Path, bucket: MemoryFileSystem, moved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ls = MemoryFileSystem.ls

    def with_hash(self: Any, path: str, detail: bool = True, **options: Any) -> Any:
        found = ls(self, path, detail=True, **options)
        for info in found:
            if info["type"] == "file":
                info["ETag"] = f'"{hashlib.md5(self.store[info["name"]].getvalue()).hexdigest()}"'
        return found

    monkeypatch.setattr(MemoryFileSystem, "ls", with_hash)
    monkeypatch.setattr(MemoryFileSystem, "find", AbstractFileSystem.find)
    assert build_site("texts", "-o", SITE, "--no-cache").returncode == 0
    bucket.pipe_file("/bucket/site/index.html", bucket.cat_file("/bucket/site/index.html")[::-1])
    moved()
    assert build_site("texts", "-o", SITE, "--no-cache").returncode == 0
    assert moved()[1] == ["/bucket/site/index.html"]


# ---------------------------------------------------------------- midway

LINK = re.compile(r'(?:href|src)="([^"#?:]+)["#?]')


def dead_links(fs: Any) -> list[str]:
    """What a reader who starts at the home page finds to lead to nothing."""
    store = held(fs, "/bucket/site")
    found, pages, seen = [], ["index.html"], {"index.html"}
    while pages:
        name = pages.pop()
        for link in set(LINK.findall(store[name].decode())):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
            if target not in store:
                found.append(f"{name} -> {target}")
            elif target.endswith(".html") and target not in seen:
                seen.add(target)
                pages.append(target)
    return found


def test_the_home_page_is_sent_when_all_that_it_leads_to_is_there(build_site: Call, texts: Path, moved: Any) -> None:
    assert build_site("texts", "-o", SITE).returncode == 0
    sent = [path.removeprefix("/bucket/site/") for path in moved()[1]]
    pages = [name for name in sent if name.endswith(".html")]
    assert sent[0] == MARKER and sent[-1] == "index.html"
    assert pages.index("liaoyuan-ribao/2021/01-21/p1-01.html") < pages.index("liaoyuan-ribao/2021/01-21.html")
    assert max(map(sent.index, (name for name in sent if name.startswith("static/")))) < sent.index(pages[0])


def test_while_a_change_is_sent_no_link_leads_to_nothing(
    build_site: Call, texts: Path, bucket: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build_site("texts", "-o", SITE).returncode == 0
    assert dead_links(bucket) == []
    page = texts / "liaoyuan-ribao" / DAYS[1] / "1.txt"
    (page.parent / "2.txt").write_text(page.read_text("utf-8").replace("夏收", "防汛"), "utf-8")  # new pages, and
    shutil.rmtree(texts / "liaoyuan-ribao" / DAYS[0])  # pages that go
    seen: list[list[str]] = []
    paths: list[str] = []
    for name in ("put_file", "rm_file"):
        step = getattr(MemoryFileSystem, name)

        def watched(self: Any, *given: Any, step: Any = step, **options: Any) -> Any:
            done = step(self, *given, **options)
            seen.append(dead_links(self))
            paths.append(given[-1])
            return done

        monkeypatch.setattr(MemoryFileSystem, name, watched)
    before = set(held(bucket, "/bucket/site"))
    assert build_site("texts", "-o", SITE, "--retire", "liaoyuan-ribao/2021/01-21/p1-01").returncode == 0
    after = set(held(bucket, "/bucket/site"))
    assert after - before and before - after
    assert len(seen) > 20 and [dead for dead in seen if dead] == []
    assert [
        path.removeprefix("/bucket/site/") in after for path in paths[paths.index("/bucket/site/index.html") + 1 :]
    ] == [
        False
        for _ in before - after  # after the home page nothing but removals
    ]


@pytest.mark.parametrize("number", [0, 1, 7, 40])
def test_what_was_interrupted_is_finished_by_the_next_build(
    number: int, build_site: Call, tmp_path: Path, texts: Path, bucket: MemoryFileSystem
) -> None:
    with pytest.MonkeyPatch.context() as broken:
        sent = break_after(broken, number, ConnectionError("the line is down"))
        done = build_site("texts", "-o", SITE)
    assert (done.returncode, len(sent)) == (3, number)
    assert done.stderr.endswith(
        f"build-site: {SITE}: can't be written (ConnectionError: the line is down); the next build finishes what this"
        " one has begun\n"
    )
    assert "/bucket/site/index.html" not in sent
    with pytest.MonkeyPatch.context() as watched:
        rest = break_after(watched, -1, ConnectionError())
        assert build_site("texts", "-o", SITE).returncode == 0
    assert build_site("texts").returncode == 0
    assert held(bucket, "/bucket/site") == tree(tmp_path / "public")
    assert sorted(sent + rest) == sorted(f"/bucket/site/{name}" for name in tree(tmp_path / "public"))  # each once


def test_ctrl_c_says_what_is_half_done(build_site: Call, texts: Path, bucket: MemoryFileSystem) -> None:
    with pytest.MonkeyPatch.context() as broken:
        break_after(broken, 5, KeyboardInterrupt())
        done = build_site("texts", "-o", SITE)
    assert done.returncode == 130
    assert done.stderr.endswith(f"interrupted; {SITE} has only a part of the new site until the next build\n")
    assert build_site("texts", "-o", SITE).returncode == 0 and dead_links(bucket) == []


def test_a_file_is_fetched_whole_or_not_at_all(
    build_site: Call, tmp_path: Path, there: Path, bucket: MemoryFileSystem
) -> None:
    get = MemoryFileSystem.get_file

    def half(self: Any, rpath: str, lpath: str, *more: Any, **options: Any) -> Any:
        get(self, rpath, lpath, *more, **options)
        if rpath == page_of(DAYS[1]):
            Path(lpath).write_bytes(Path(lpath).read_bytes()[:30])

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(MemoryFileSystem, "get_file", half)
        done = build_site(PAGES)
    assert (done.returncode, (tmp_path / "public").exists()) == (3, False)
    assert f"liaoyuan-ribao/{DAYS[1]}/1.txt was changed while it was fetched; build again" in done.stderr
    assert build_site(PAGES).returncode == 0
    assert build_site("texts", "-o", "local").returncode == 0
    assert tree(tmp_path / "public") == tree(tmp_path / "local")


def test_a_copy_that_is_not_as_it_was_fetched_is_fetched_again(
    build_site: Call, tmp_path: Path, there: Path, bucket: MemoryFileSystem, moved: Any
) -> None:
    assert build_site(PAGES).returncode == 0
    (copy,) = (tmp_path / "user").glob("build-site/addresses/*/files")
    (copy / "liaoyuan-ribao" / DAYS[0] / "1.txt").write_text("别的\n", "utf-8")
    (copy / "liaoyuan-ribao" / DAYS[1] / "1.txt").unlink()
    ledger = bucket.cat_file(f"/bucket/pages/{LEDGER}")
    (copy / LEDGER).write_bytes(b"")  # as by a build that was killed before it put its own back
    moved()
    assert build_site(PAGES, "--frozen").returncode == 0
    assert sorted(moved()[0]) == sorted([page_of(DAYS[0]), page_of(DAYS[1]), f"/bucket/pages/{LEDGER}"])
    assert bucket.cat_file(f"/bucket/pages/{LEDGER}") == ledger


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied"), "can't be listed (Permission denied); give yourself the right to"),
        (FileNotFoundError(2, "No such file"), "can't be listed, for there is no such place (No such file)"),
    ],
)
def test_a_folder_that_cannot_be_listed_is_an_error_and_not_taken_for_empty(
    error: OSError, told: str, build_site: Call, tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build_site(f"folders://{texts}").returncode == 0
    ls = Folders.ls

    def denied(self: Any, path: str, *more: Any, **options: Any) -> Any:
        if path.endswith(DAYS[1]):
            raise error
        return ls(self, path, *more, **options)

    monkeypatch.setattr(Folders, "ls", denied)
    done = build_site(f"folders://{texts}")
    assert done.returncode == 2
    assert f"folders://{texts}: {told}" in done.stderr


# ---------------------------------------------------------------- what is somebody else's


def test_a_foreign_folder_is_refused_before_anything_is_built(
    build_site: Call, tmp_path: Path, texts: Path, bucket: MemoryFileSystem
) -> None:
    bucket.pipe_file("/bucket/site/thesis.doc", b"years of work")
    done = build_site("texts", "-o", SITE)
    assert done.returncode == 2 and done.stderr == (
        f"build-site: {SITE} holds 'thesis.doc', which build-site did not put there and would remove; move it away, or"
        " give another address with -o\n"
    )
    assert held(bucket, "/bucket/site") == {"thesis.doc": b"years of work"} and not (texts / LEDGER).exists()
    bucket.rm_file("/bucket/site/thesis.doc")
    bucket.makedirs("/bucket/site/nothing/in/it")  # as a file system of folders may keep it
    assert build_site("texts", "-o", SITE).returncode == 0
    bucket.pipe_file("/bucket/site/mine/thesis.doc", b"years of work")
    done = build_site("texts", "-o", SITE)
    assert done.returncode == 2 and f"{SITE} holds 'mine', which build-site did not put there" in done.stderr
    assert bucket.cat_file("/bucket/site/mine/thesis.doc") == b"years of work"


def test_the_ledger_goes_back_only_where_addresses_were_published(
    build_site: Call, there: Path, bucket: MemoryFileSystem, moved: Any
) -> None:
    odd = "/bucket/pages/odd.txt"
    bucket.pipe_file(odd, "扶贫\n\n本报讯（记者李强）今年扶贫成效好，群众满意。\n".encode())
    assert build_site(PAGES, "-o", SITE, "--strict").returncode == 1
    assert build_site(PAGES, "-o", SITE, "--frozen").returncode == 1
    assert moved()[1] == [] and not bucket.exists(f"/bucket/pages/{LEDGER}")
    assert build_site(PAGES).returncode == 0
    ledger = bucket.cat_file(f"/bucket/pages/{LEDGER}")
    (sent,) = moved()[1]
    assert LEDGER in sent and len(ledger.splitlines()) == 4
    assert build_site(PAGES, "-o", SITE, "--frozen").returncode == 0
    bucket.rm_file(odd)
    moved()
    assert build_site(PAGES, "-o", SITE).returncode == 1
    assert moved()[1] == [] and bucket.cat_file(f"/bucket/pages/{LEDGER}") == ledger


def test_a_ledger_that_somebody_else_has_changed_meanwhile_is_not_written_over(
    build_site: Call, there: Path, bucket: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(options: Options, progress: Any) -> Any:
        result = build(options, progress)
        bucket.pipe_file(f"/bucket/pages/{LEDGER}", b"another's\n")
        return result

    monkeypatch.setattr(remote, "build_here", meanwhile)
    done = build_site(PAGES, "-o", SITE)
    assert done.returncode == 3
    assert f"{PAGES}: somebody else has changed {LEDGER} there since; nothing was sent: build again" in done.stderr
    assert held(bucket, "/bucket/site") == {}
    done = build_site(PAGES)
    assert bucket.cat_file(f"/bucket/pages/{LEDGER}") == b"another's\n"


def test_a_source_that_is_only_for_reading_is_published_with_a_warning(
    build_site: Call, tmp_path: Path, texts: Path
) -> None:
    archive = shutil.make_archive(str(tmp_path / "pages"), "zip", texts)
    for _ in "first", "again":
        done = build_site(f"zip::file://{archive}", "-q")
        assert done.returncode == 0
        assert done.stderr.startswith(f"build-site: the site was published, but {LEDGER} can't be written (zip::")
    assert build_site("texts", "-o", "local").returncode == 0
    assert tree(tmp_path / "public") == tree(tmp_path / "local")


# ---------------------------------------------------------------- told in words


@pytest.mark.parametrize(
    ("missing", "address", "told"),
    [
        ("fsspec", "s3://b/p", "addresses need more programs: pip install 'newspaper-archive-site[remote]' s3fs"),
        ("s3fs", "s3://b/p", "the driver for s3:// is missing: pip install s3fs"),
        ("gcsfs", "gs://b/p", "the driver for gs:// is missing: pip install gcsfs"),
        ("", "memry://b/p", "'memry' is no kind of address that fsspec knows"),
        ("", "sfpt://b/p", "'sfpt' is no kind of address that fsspec knows; did you mean 'sftp'?"),
    ],
)
def test_a_missing_program_is_named(
    missing: str, address: str, told: str, build_site: Call, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [missing, *(name for name in sys.modules if name.startswith(f"{missing}."))] if missing else []:
        monkeypatch.setitem(sys.modules, name, None)
    done = build_site("texts", "-o", address)
    assert (done.returncode, done.stderr) == (2, f"build-site: {address}: {told}\n")


class NoCredentialsError(Exception):
    """As botocore's."""


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (FileNotFoundError("The specified bucket does not exist"), 2,
         "can't be listed, for there is no such place (The specified bucket does not exist); make the bucket or folder,"
         " or mend the address"),
        (NoCredentialsError("Unable to locate credentials"), 2,
         "can't be listed (Unable to locate credentials); give yourself the right to, or the driver the right"
         " credentials"),
        (TimeoutError(), 3, "can't be listed (TimeoutError: TimeoutError)"),
    ],
)  # fmt: skip
def test_what_a_driver_raises_is_told_without_a_traceback(
    error: Exception, code: int, told: str, build_site: Call, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: Any, **options: Any) -> Any:
        raise error

    monkeypatch.setattr(MemoryFileSystem, "ls", fails)
    monkeypatch.setattr(MemoryFileSystem, "find", fails)
    for words in ((PAGES,), ("texts", "-o", PAGES)):
        done = build_site(*words)
        assert (done.returncode, done.stderr) == (code, f"build-site: {PAGES}: {told}\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((PAGES, "--serve"), "--serve watches and serves folders of this disk, no addresses"),
        (("texts", "-o", SITE, "--serve"), "--serve watches and serves folders of this disk, no addresses"),
        (("texts", "-o", SITE, "--open", "--no-cache"), "--open shows the copy that is kept of what is sent"),
        ((PAGES, "--scheduler", "tcp://127.0.0.1:9"), "--scheduler: its workers must see what is fetched"),
        ((PAGES, "-o", "memory://bucket"), "memory://bucket is or contains the source; give another address with -o"),
        ((PAGES, "-o", PAGES), f"{PAGES} is or contains the source"),
        (("memory://bucket/none",), "memory://bucket/none: there is no file; give the address of the folder"),
        (("memory://bucket/pages/archive.toml",), "archive.toml: is a file; give the folder that it is in"),
        (("explain", f"{PAGES}/1.txt"), f"explain works on files of this disk, and '{PAGES}/1.txt' is an address"),
        (("heal-permalinks", PAGES), f"heal-permalinks works on files of this disk, and '{PAGES}' is an address"),
        (("correct", "texts/archive.toml", "--source", PAGES), "correct works on files of this disk, and "),
        (("correct", "texts/archive.toml", "-o", SITE), "correct works on files of this disk, and "),
        (("ftp://me:secret@127.0.0.1:9/pages",), "ftp://me:…@127.0.0.1:9/pages: can't be reached (Conn"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], told: str, build_site: Call, there: Path) -> None:
    done = build_site(*words)
    assert done.returncode in (2, 3) and told in done.stderr
    assert "secret" not in done.stderr and "Traceback" not in done.stderr


def test_an_error_in_the_source_names_its_address(build_site: Call, bucket: MemoryFileSystem) -> None:
    bucket.pipe_file("/bucket/pages/scan.tif", b"a scan")
    done = build_site(PAGES)
    assert done.stderr == (
        f"build-site: {PAGES}: there is no page text in it (.txt or .md); give the folder that holds them\n"
    )


def test_a_name_that_leads_out_of_the_mirror_is_refused(
    build_site: Call, tmp_path: Path, there: Path, bucket: MemoryFileSystem
) -> None:
    bucket.pipe_file("/bucket/pages/../../../escaped.txt", b"x")
    done = build_site(PAGES)
    assert done.returncode == 2 and "'../../../escaped.txt' there can be no file of a disk; rename it" in done.stderr
    assert not list(tmp_path.rglob("escaped.txt"))


def test_two_builds_at_once_for_one_address_are_refused(build_site: Call, tmp_path: Path, texts: Path) -> None:
    with places.kept(None, False) as base, places.place_of(SITE, base):
        done = build_site("texts", "-o", SITE)
    assert done.returncode == 3 and f"another build-site is writing {SITE}; wait for it" in done.stderr


def test_what_is_kept_lies_below_the_cache_that_is_named(build_site: Call, tmp_path: Path, there: Path) -> None:
    assert build_site(PAGES, "-o", SITE, "--cache", "kept").returncode == 0
    assert len(list((tmp_path / "kept" / "addresses").glob("memory-bucket-*/files"))) == 2
    assert (tmp_path / "kept" / "pages").is_dir() and not (tmp_path / "user").exists()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.doc").touch()
    assert "--cache: " in build_site(PAGES, "--cache", "foreign").stderr
    assert "is a file; give a folder" in build_site(PAGES, "--cache", "foreign/thesis.doc").stderr
