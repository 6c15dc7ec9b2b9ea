"""A build that takes over what has not changed gives the bytes that a clean one gives, whatever has been edited."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from site_builder import build as building
from site_builder import glimpse, inputs, sources, writing
from site_builder.build import Options, build
from site_builder.errors import ArchiveError, SourceError
from site_builder.ledger import FILE as LEDGER
from site_builder.model import SourcePage
from site_builder.pool import Pool
from tests.conftest import CHECKOUT, IN_CI, SEEDS
from tests.quality import maker

WORDS = "春耕备耕现场会在东河镇召开全市粮食产量增加群众踊跃参加防汛演练新建学校竣工道路通车医院义诊".encode("utf-32-le")
PAPERS = ("bcrb", "lyrb", "辽源日报")


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """New lines of the ledger bear the day; so that none of these tests runs over midnight."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")


def tree(folder: Path) -> dict[str, bytes]:
    """The bytes of all files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def some_words(dice: random.Random, count: int) -> str:
    text = WORDS.decode("utf-32-le")
    return "".join(dice.choice(text) for _ in range(count))


def a_page(dice: random.Random) -> str:
    """A short page: a few stories in a narrow column, one of them led to another page."""
    lines = []
    for _ in range(dice.randint(1, 3)):
        lines += [some_words(dice, dice.randint(6, 12)), ""]
        body = f"本报讯（记者 {some_words(dice, 2)}）2月{dice.randint(1, 28)}日，"
        body += dice.choice(["", "延吉市", "白城市", "长春"]) + some_words(dice, dice.randint(40, 90)) + "。"
        lines += [body[at : at + 18] for at in range(0, len(body), 18)]
        lines += ["（下转第2版）"] * (dice.random() < 0.2) + [""]
    return "\n".join(lines)


@dataclass
class Archivist:
    """Edits an archive at random, and builds it."""

    folder: Path
    out: Path
    dice: random.Random
    title: str = "档案"
    base_url: str = ""
    topics: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    interface: str = "zh-Hans"
    given: str = ""

    def __post_init__(self) -> None:
        self.folder.mkdir()
        for _ in range(self.dice.randint(3, 6)):
            self.add()
        self.settings()

    @property
    def pages(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*.txt") if ".alt-" not in path.name)

    def one(self) -> Path:
        return self.dice.choice(self.pages)

    def new_place(self) -> Path:
        day = f"2020-0{self.dice.randint(1, 3)}-{self.dice.randint(1, 28):02}"
        return self.folder / self.dice.choice(PAPERS) / day / f"{self.dice.randint(1, 4)}.txt"

    def settings(self) -> None:
        rows = [f'title = "{self.title}"', 'contact = "a@example.org"', f"withhold = {self.withheld}"]
        rows += [f'base_url = "{self.base_url}"'] if self.base_url else []
        rows += [f'interface = "{self.interface}"']
        rows += [f'[[topics]]\nname = "{name}"\nwords = ["{name}"]' for name in self.topics]
        rows += [self.given] if self.given and (self.folder / self.given.split('"')[1]).exists() else []
        (self.folder / "archive.toml").write_text("\n".join(rows), "utf-8")

    # ------------------------------------------------------------ edits

    def add(self) -> None:
        place = self.new_place()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(a_page(self.dice), "utf-8")

    def remove(self) -> None:
        if len(self.pages) > 1:
            self.one().unlink()

    def rename(self) -> None:
        page, place = self.one(), self.new_place()
        place.parent.mkdir(parents=True, exist_ok=True)
        page.rename(place)

    def edit(self) -> None:
        page = self.one()
        text = list(page.read_text("utf-8"))
        for _ in range(self.dice.randint(1, 3)):
            text[self.dice.randrange(len(text))] = self.dice.choice([*some_words(self.dice, 3), "\n", "。"])
        page.write_text("".join(text), "utf-8")

    def append(self) -> None:
        page = self.one()
        page.write_text(page.read_text("utf-8") + "\n\n" + a_page(self.dice), "utf-8")

    def swap(self) -> None:
        one, other = self.one(), self.one()
        here, there = one.read_text("utf-8"), other.read_text("utf-8")
        one.write_text(there, "utf-8")
        other.write_text(here, "utf-8")

    def second_reading(self) -> None:
        page = self.one()
        text = page.read_text("utf-8").replace("本", "木", 1)
        page.with_name(f"{page.stem}.alt-x.txt").write_text(text, "utf-8")

    def change_settings(self) -> None:
        self.title = self.dice.choice(["档案", "旧报"])
        self.base_url = self.dice.choice(["", "https://example.org/a/"])
        self.topics = self.dice.sample(["春耕", "防汛", "学校"], self.dice.randint(0, 3))
        self.settings()

    def withhold(self) -> None:
        found = sorted(path for path in self.out.rglob("p*-0*.html") if not path.name.endswith("-00.html"))
        if found:
            self.withheld = [self.dice.choice(found).relative_to(self.out).as_posix().removesuffix(".html")]
            self.settings()

    def correct(self) -> None:
        page = self.one()
        words = next((line for line in page.read_text("utf-8").splitlines() if len(line) > 12), "")
        shown = [path for path in self.out.rglob("p*-01.html") if words[2:8] and words[2:8] in path.read_text("utf-8")]
        if shown:
            id = shown[0].relative_to(self.out).as_posix().removesuffix(".html")
            folder = self.folder / "corrections"
            folder.mkdir(exist_ok=True)
            (folder / "a.toml").write_text(
                f'[[corrections]]\narticle = "{id}"\ndo = "replace"\nexact = "{words[2:8]}"\nbecomes = "改了"\n'
                'by = "编者"\ndate = 2026-11-22\nwhy = "误认"\n',
                "utf-8",
            )

    def lead_on(self) -> None:
        """An editor says that an article goes on in another, be it of another issue."""
        shown = sorted(path for path in self.out.rglob("p*-01.html"))
        if len(shown) > 1:
            one, other = (
                path.relative_to(self.out).as_posix().removesuffix(".html") for path in self.dice.sample(shown, 2)
            )
            folder = self.folder / "corrections"
            folder.mkdir(exist_ok=True)
            text = "本报讯（记者"
            (folder / "b.toml").write_text(
                f'[[corrections]]\narticle = "{one}"\ndo = "fact"\nfact = "jump"\nexact = "{text}"\n'
                f'becomes = "{other}"\nby = "编者"\ndate = 2026-11-22\nwhy = "转版"\n',
                "utf-8",
            )

    def undated(self) -> None:
        place = self.folder / "box" / f"{self.dice.choice('xyz')}.txt"
        place.parent.mkdir(exist_ok=True)
        place.write_text(a_page(self.dice), "utf-8")

    def speak(self) -> None:
        self.interface = self.dice.choice(["zh-Hans", "zh-Hant", "en"])
        self.settings()

    def date(self) -> None:
        boxes = sorted((self.folder / "box").glob("*.txt"))
        self.given = f'[[pages]]\nsource = "box/{boxes[0].name}"\nnewspaper = "bcrb"\n' if boxes else ""
        self.settings()

    def about(self) -> None:
        (self.folder / "about.md").write_text(f"# 关于\n\n{some_words(self.dice, 9)}\n", "utf-8")

    # ------------------------------------------------------------ and what may befall a site and a cache

    def harm_site(self) -> None:
        if files := sorted(path for path in self.out.rglob("*.html")):
            file = self.dice.choice(files)
            if self.dice.random() < 0.5:
                file.unlink()
            else:
                file.write_bytes(file.read_bytes()[::-1])
                os.utime(file)

    def harm_cache(self) -> None:
        cache = self.out.with_name(f".{self.out.name}.cache")
        if files := sorted(path for path in cache.rglob("*") if path.is_file() and path.name != "CACHE"):
            file = self.dice.choice(files)
            content = file.read_bytes()
            kind = self.dice.randrange(3)
            if kind == 0:
                file.unlink()
            else:
                file.write_bytes(content[: len(content) // 2] if kind == 1 else bytes(reversed(content)))

    @property
    def edits(self) -> list[Callable[[], None]]:
        return [
            self.add, self.remove, self.rename, self.edit, self.edit, self.append, self.swap, self.second_reading,
            self.change_settings, self.withhold, self.correct, self.lead_on, self.undated, self.date, self.speak,
            self.about, self.harm_site, self.harm_cache,
        ]  # fmt: skip


def outcome(options: Options) -> str:
    """What the build says if it refuses; a refusal must not depend on what was built before."""
    try:
        build(options)
    except ArchiveError as error:
        return str(error)
    return ""


def play(seed: int, folder: Path, steps: int, search: bool, each: bool) -> None:
    """Edit an archive `steps` times, build it each time, and compare with a clean build (after each step, or the last).

    Half of the archives keep a ledger.
    """
    dice = random.Random(seed)
    them = Archivist(folder / "source", folder / "public", dice)
    options = Options(them.folder, them.out, preview=dice.random() < 0.5, search=search, jobs=1)
    told = outcome(options)
    for step in range(steps):
        for _ in range(dice.randint(1, 2)):
            dice.choice(them.edits)()
        if told:  # what was refused is taken back
            them.withheld, them.given = [], ""
            shutil.rmtree(them.folder / "corrections", ignore_errors=True)
        them.settings()
        if dice.random() < 0.2:  # somebody has a look, and leaves another site there
            outcome(replace(options, preview=True, search=not search, base_url="https://example.net/"))
        ledger = them.folder / LEDGER
        before = ledger.read_bytes() if ledger.exists() else None
        told = outcome(options)
        if each or step == steps - 1:
            after = ledger.read_bytes() if ledger.exists() else None
            if before is None:
                ledger.unlink(missing_ok=True)
            else:
                ledger.write_bytes(before)
            clean = folder / f"clean-{step}"
            assert outcome(replace(options, out=clean, no_cache=True)) == told, (seed, step)
            assert (ledger.read_bytes() if ledger.exists() else None) == after, (seed, step)
            if not told:
                assert tree(them.out) == tree(clean), (seed, step)
            shutil.rmtree(clean, ignore_errors=True)


@pytest.mark.parametrize("seed", range(6))
def test_edits(seed: int, tmp_path: Path) -> None:
    play(seed, tmp_path, steps=5, search=True, each=True)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 600, 25))
def test_500_sequences_of_edits(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 25):
        folder = tmp_path / str(seed)
        folder.mkdir()
        play(seed, folder, steps=3, search=seed % 10 == 0, each=False)
        shutil.rmtree(folder)


# ---------------------------------------------------------------- what is written


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of two issues, and its site at `public`."""
    source = tmp_path / "source"
    dice = random.Random(7)
    for place in ("bcrb/2020-02-01/1", "bcrb/2020-02-01/2", "bcrb/2020-02-03/1", "lyrb/2020-02-03/1"):
        path = source / f"{place}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(a_page(dice), "utf-8")
    build(Options(source, tmp_path / "public"))
    return source


def numbers(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file's inode and time."""
    found = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix(): (one.st_ino, one.st_mtime_ns) for path, one in found.items()}


def test_nothing_changed_nothing_written(archive: Path) -> None:
    public = archive.with_name("public")
    before, folder = numbers(public), public.stat().st_ino
    result = build(Options(archive, public))
    assert result.written == 0 and result.files == len(before) - 1  # the marker is no file of the site
    assert numbers(public) == before and public.stat().st_ino == folder


def test_one_page_changed_the_others_stand(archive: Path) -> None:
    public = archive.with_name("public")
    before = numbers(public)
    page = archive / "lyrb/2020-02-03/1.txt"
    page.write_text(page.read_text("utf-8").replace("。", "，而且很好。", 1), "utf-8")
    result = build(Options(archive, public, search=True))
    after = numbers(public)
    same = {path for path in before if after.get(path) == before[path]}
    assert 0 < result.written < result.files
    assert {path for path in before if path.startswith("bcrb/") and path.endswith(".html")} <= same
    assert {"static/style.css", "dates/2020-02-01.html", "about.html"} & before.keys() <= same
    assert not {path for path in same if path.startswith("lyrb/2020/02-03/p1-01")}
    assert result.written >= len(before) - len(same) - 1


def test_an_edited_file_of_the_site_is_made_anew(archive: Path) -> None:
    public = archive.with_name("public")
    before = tree(public)
    for path in ("index.html", "static/style.css", "bcrb/2020/02-01/p1-01.html"):
        (public / path).write_text("von Hand", "utf-8")
    (public / "topics.html").unlink()
    build(Options(archive, public))
    assert tree(public) == before


def test_a_site_never_shares_a_file_that_is_written_anew(archive: Path, tmp_path: Path) -> None:
    """The old site may be held open, or copied by hard links: no byte of it changes."""
    public, copy = archive.with_name("public"), tmp_path / "copy"
    shutil.copytree(public, copy, copy_function=os.link)
    before = tree(copy)
    (archive / "archive.toml").write_text('title = "anders"', "utf-8")
    build(Options(archive, public))
    assert tree(copy) == before and tree(public) != before


def test_a_disk_without_hard_links(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    public = archive.with_name("public")
    (archive / "bcrb/2020-02-01/1.txt").write_text("春耕\n\n本报讯 今天下雪。", "utf-8")
    build(Options(archive, public, preview=True))
    build(Options(archive, clean := public.with_name("clean"), preview=True, no_cache=True))
    assert tree(public) == tree(clean)
    assert build(Options(archive, public, preview=True)).written == 0


# ---------------------------------------------------------------- the cache


def test_a_cache_may_be_deleted_or_be_another_programs(archive: Path) -> None:
    public = archive.with_name("public")
    before = tree(public)
    for file in archive.with_name(".public.cache").rglob("*"):
        if file.is_file() and file.name != "CACHE":
            file.write_bytes(b"garbage")
    build(Options(archive, public))
    assert tree(public) == before
    shutil.rmtree(archive.with_name(".public.cache"))
    build(Options(archive, public))
    assert tree(public) == before


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("notes", "notes is there, and is no cache of build-site's; give another folder"),
        ("source/kept", "source/kept is in the source folder; give another folder"),
        ("public/kept", "public/kept is in the site; give another folder"),
        ("notes/a.txt", "a.txt is a file; give a folder"),
    ],
)
def test_a_folder_that_is_no_cache_is_refused(archive: Path, place: str, said: str) -> None:
    notes = archive.with_name("notes")
    notes.mkdir()
    (notes / "a.txt").write_text("mine", "utf-8")
    with pytest.raises(SourceError, match=f"--cache: .*{re.escape(said)}"):
        build(Options(archive, archive.with_name("public"), cache=archive.parent / place))
    assert [path.name for path in notes.iterdir()] == ["a.txt"]


def test_two_builds_with_one_cache(archive: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    words = [sys.executable, "-m", "site_builder", str(archive), "-q", "--frozen", "--cache", str(tmp_path / "both")]
    started = []
    for out in outs:
        started.append(subprocess.Popen([*words, "-o", str(out)], env=os.environ | {"PYTHONPATH": str(CHECKOUT)}))
        time.sleep(0.1)
    assert [process.wait(120) for process in started] == [0, 0, 0]
    assert tree(outs[0]) == tree(outs[1]) == tree(outs[2])


def test_nothing_is_kept_of_pages_that_are_gone(archive: Path) -> None:
    cache = archive.with_name(".public.cache")
    before = len(list((cache / "pages").rglob("*")))
    (archive / "lyrb/2020-02-03/1.txt").unlink()
    build(Options(archive, archive.with_name("public"), preview=True))
    entries = [path for path in (cache / "pages").rglob("*") if path.is_file()]
    assert len(entries) == 3 and before > 3


def test_without_a_cache_nothing_is_left_beside_the_site(archive: Path, tmp_path: Path) -> None:
    build(Options(archive, tmp_path / "new/public", no_cache=True))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["public"]
    assert not (tmp_path / "new/public/.cache").exists()


# ---------------------------------------------------------------- hands


def test_the_number_of_hands_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With so few pages nobody would start workers: here they are."""
    monkeypatch.setattr(building, "FEW", 1)
    monkeypatch.setattr(writing, "FEW", 1)
    pages = [maker.make(replace(maker.style(family, 3), stories=2)).text for family in list(maker.FAMILIES)[:4]]
    source = tmp_path / "source"
    shutil.copytree(SEEDS, source)
    for number, text in enumerate(pages, 1):
        (source / f"{number}.txt").write_text(text, "utf-8")
    sites = []
    for jobs in (1, 2, 3) if IN_CI else (1, 2):
        out = tmp_path / f"out-{jobs}"
        build(Options(source, out, preview=True, jobs=jobs))
        sites.append(tree(out))
    assert all(site == sites[0] for site in sites)


# ---------------------------------------------------------------- --serve


@pytest.mark.parametrize("seed", range(4))
def test_a_saved_page_is_shown_as_the_build_will_show_it(seed: int, archive: Path) -> None:
    """What `--serve` writes at once are the bytes that the whole build writes afterwards."""
    options = Options(archive, archive.with_name("public"), preview=True)
    result = build(options)
    dice = random.Random(seed)
    page = archive / dice.choice(["bcrb/2020-02-01/1.txt", "bcrb/2020-02-01/2.txt", "lyrb/2020-02-03/1.txt"])
    before = tree(options.out)
    page.write_text(
        page.read_text("utf-8").replace("。", f"，{some_words(dice, 4)}。", 1) + "\n\n" + a_page(dice), "utf-8"
    )
    shown = glimpse.show(result, options, [page])
    assert shown == f"{page.parent.parent.name}/2020/{page.parent.name[5:]}"
    early = tree(options.out)
    changed = {path for path in early if early[path] != before.get(path)}
    assert changed and all(shown in path for path in changed)
    build(options)
    late = tree(options.out)
    assert {path: early[path] for path in changed} == {path: late[path] for path in changed}
    build(replace(options, out=archive.with_name("clean"), no_cache=True))
    assert late == tree(archive.with_name("clean"))


def test_what_is_delicate_waits_for_the_build(archive: Path) -> None:
    page = archive / "bcrb/2020-02-01/1.txt"
    (archive / "archive.toml").write_text('withhold = ["bcrb/2020/02-01/p2-01"]', "utf-8")
    options = Options(archive, archive.with_name("public"), preview=True)
    result = build(options)
    before = tree(options.out)
    other = archive / "lyrb/2020-02-03/1.txt"
    assert glimpse.show(result, options, [page]) == ""
    assert glimpse.show(result, options, [page, other]) == ""
    assert glimpse.show(result, options, [archive / "archive.toml"]) == ""
    assert glimpse.show(result, replace(options, no_cache=True), [other]) == ""
    other.unlink()
    assert glimpse.show(result, options, [other]) == ""
    assert tree(options.out) == before


def test_without_search_the_search_page_says_so(archive: Path) -> None:
    public = archive.with_name("public")
    with_it = (public / "search.html").read_text("utf-8")
    build(Options(archive, public, search=False))
    page = (public / "search.html").read_text("utf-8")
    assert "没有做检索索引" in page and "search-form" not in page and "search.js" not in page
    assert not (public / "search/meta.js").exists() and not (public / "pagefind").exists()
    build(Options(archive, public))
    assert (public / "search.html").read_text("utf-8") == with_it
    assert (public / "search/meta.js").exists()


def test_a_file_that_no_build_has_put_there_does_not_stay(archive: Path) -> None:
    """Inside a folder of the site, that is; beside its folders it stops the build."""
    public = archive.with_name("public")
    before = tree(public)
    (public / "bcrb/2020/stray.html").write_text("?", "utf-8")
    build(Options(archive, public))
    assert tree(public) == before


# ---------------------------------------------------------------- nothing is read where nothing has changed


@pytest.fixture
def left_alone(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    """The archive and its site, as if nobody had touched the sources for a while."""
    monkeypatch.setattr(inputs, "MARGIN", -60.0)
    options = Options(archive, archive.with_name("public"))
    build(options)
    return options


class ReadError(Exception):
    pass


def refuse_to_read(*_: object) -> None:
    raise ReadError


def test_a_build_in_which_nothing_changed_reads_no_page(left_alone: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    before = numbers(left_alone.out)
    usual = build(replace(left_alone, preview=True))
    monkeypatch.setattr(building, "gathered", refuse_to_read)
    result = build(left_alone)
    assert numbers(left_alone.out) == before and result.written == 0
    assert (result.pages, result.articles, result.findings) == (usual.pages, usual.articles, usual.findings)


def retouch(archive: Path) -> None:
    page = archive / "bcrb/2020-02-01/1.txt"
    text, times = page.read_text("utf-8"), page.stat()
    page.write_text(text[::-1], "utf-8")
    os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        retouch,
        lambda archive: (archive / "bcrb/2020-02-01/3.txt").write_text("春耕", "utf-8"),
        lambda archive: (archive / "lyrb/2020-02-03/1.txt").rename(archive / "lyrb/2020-02-03/2.txt"),
        lambda archive: (archive / "archive.toml").write_text('title = "x"', "utf-8"),
        lambda archive: (archive / LEDGER).write_text("", "utf-8"),
        lambda archive: (archive / "about.md").write_text("# x", "utf-8"),
        lambda archive: (archive.with_name("public") / "index.html").unlink(),
        lambda archive: (archive.with_name("public") / "bcrb/x.html").write_text("x", "utf-8"),
        lambda archive: (archive / "linked").symlink_to(archive / "bcrb", target_is_directory=True),
    ],
)
def test_any_change_is_seen(
    change: Callable[[Path], object], left_alone: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(left_alone.source)
    monkeypatch.setattr(building, "gathered", refuse_to_read)
    with pytest.raises(ReadError):
        build(left_alone)


@pytest.mark.parametrize(
    "other", [{"base_url": "https://example.org/"}, {"strict": True}, {"search": False}, {"no_cache": True}]
)
def test_another_call_is_another_build(
    other: dict[str, Any], left_alone: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "gathered", refuse_to_read)
    with pytest.raises(ReadError):
        build(replace(left_alone, **other))


def test_what_was_changed_a_moment_ago_is_read_again(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(archive, archive.with_name("public"))
    monkeypatch.setattr(inputs, "MARGIN", 3600.0)
    build(options)
    monkeypatch.setattr(inputs, "MARGIN", 0.0)
    monkeypatch.setattr(building, "gathered", refuse_to_read)
    with pytest.raises(ReadError):
        build(options)


def test_of_files_only_those_are_read_that_were_not_left_alone(
    left_alone: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    usual = sources.read_pages

    def noting(path: Path, folder: Path) -> list[SourcePage]:
        read.add(path.relative_to(folder).as_posix())
        return usual(path, folder)

    monkeypatch.setattr(sources, "read_pages", noting)
    retouch(left_alone.source)
    build(replace(left_alone, preview=True))
    assert read == {"bcrb/2020-02-01/1.txt"}


def exchange(archive: Path) -> None:
    one, other = archive / "bcrb/2020-02-01/1.txt", archive / "lyrb/2020-02-03/1.txt"
    one.rename(archive / "x")
    other.rename(one)
    (archive / "x").rename(other)


@pytest.mark.parametrize(
    "change",
    [
        retouch,
        exchange,
        lambda archive: (archive / "bcrb/2020-02-01/1.alt-x.txt").write_text("春耕", "utf-8"),
        lambda archive: (archive / "bcrb/2020-02-01/1.txt").unlink(),
        lambda archive: (archive / "archive.toml").write_text(
            '[[pages]]\nsource = "bcrb/2020-02-01/1.txt"\ncity = "海城"\n', "utf-8"
        ),
    ],
)
def test_what_was_noted_of_files_holds_only_as_long_as_they_do(
    change: Callable[[Path], object], left_alone: Options, tmp_path: Path
) -> None:
    change(left_alone.source)
    build(replace(left_alone, preview=True))
    clean = replace(left_alone, out=tmp_path / "clean", no_cache=True, preview=True)
    build(clean)
    assert tree(left_alone.out) == tree(clean.out)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells a process so plainly who it is")
def test_workers_that_are_let_go_end_and_others_take_their_place() -> None:
    with Pool(2) as pool:
        first = set(pool.run(os.path.realpath, ["/proc/self"] * 8))
        assert os.path.realpath("/proc/self") not in first
        pool.let_go()
        assert not any(Path(process).exists() for process in first)
        assert not first & set(pool.run(os.path.realpath, ["/proc/self"] * 8))
        pool.let_go()
        assert list(pool.run(os.path.basename, ["a/b"])) == ["b"]
    with Pool(1) as pool:
        pool.let_go()
        assert set(pool.run(os.path.realpath, ["/proc/self"])) == {os.path.realpath("/proc/self")}
