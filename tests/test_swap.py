"""The old site stands until the new one is whole: kills at every step, refusals, leftovers, two builds at once."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from site_builder import swap
from site_builder.errors import BuildError, SourceError
from site_builder.swap import MARKER, fresh

OLD = {"index.html": "old", "a/b.html": "old b"}
NEW = {"index.html": "new", "a/b.html": "new b", "c/d.html": "new d"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source folder; the site goes beside it."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "p1.txt").write_text("文")
    return folder


def publish(out: Path, source: Path, files: dict[str, str]) -> None:
    with fresh(out, source) as folder:
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)


def files_of(folder: Path) -> dict[str, str]:
    found = (file for file in folder.rglob("*") if file.is_file() and file.name != MARKER)
    return {file.relative_to(folder).as_posix(): file.read_text() for file in found}


def beside(out: Path) -> list[str]:
    """Whatever a build left next to its output."""
    return sorted(path.name for path in out.parent.iterdir() if path.name.startswith("."))


def test_the_new_site_takes_the_place_of_the_old_and_nothing_is_left_over(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "public"
    publish(out, source, OLD)
    publish(out, source, NEW)
    assert files_of(out) == NEW
    assert beside(out) == []
    assert (out / MARKER).read_text("utf-8").splitlines()[1:] == ["a", "c", "index.html"]


def test_folders_on_the_way_to_the_output_are_made(tmp_path: Path, source: Path) -> None:
    publish(tmp_path / "some" / "where" / "public", source, NEW)
    assert files_of(tmp_path / "some" / "where" / "public") == NEW


def test_an_empty_folder_and_a_link_to_a_folder_may_be_the_output(tmp_path: Path, source: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    publish(tmp_path / "link", source, OLD)
    publish(tmp_path / "link", source, NEW)
    assert (tmp_path / "link").is_symlink()
    assert files_of(tmp_path / "real") == NEW


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, OSError])
def test_a_build_that_fails_leaves_the_old_site(tmp_path: Path, source: Path, stop: type[BaseException]) -> None:
    out = tmp_path / "public"
    publish(out, source, OLD)
    with pytest.raises(stop), fresh(out, source) as folder:
        (folder / "index.html").write_text("half")
        raise stop
    assert files_of(out) == OLD
    assert beside(out) == []


# ---------------------------------------------------------------- kills

STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.listdir", "fcntl.flock")


def _publish_and_die(step: int, out: Path, source: Path, exchange: bool) -> None:
    """Publish, and be killed at the given one of the steps that Python reports to an audit hook."""
    seen = 0

    def count(event: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        if event in STEPS or event.startswith(("shutil.", "ctypes.")):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    if not exchange:
        swap._exchange = lambda one, other: False
    sys.addaudithook(count)
    publish(out, source, NEW)


@pytest.mark.skipif(sys.platform != "linux", reason="needs fork and SIGKILL, tried on Linux only")
@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_killed_at_any_step_a_whole_site_stands_and_the_next_run_tidies_up(
    tmp_path: Path, source: Path, exchange: bool
) -> None:
    fork = multiprocessing.get_context("fork")
    killed_old = killed_new = killed_between = 0
    for step in range(1, 500):
        out = tmp_path / str(step) / "public"
        publish(out, source, OLD)
        child = fork.Process(target=_publish_and_die, args=(step, out, source, exchange))
        child.start()
        child.join()
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        if out.exists():
            assert files_of(out) in (OLD, NEW)
            killed_old += files_of(out) == OLD
            killed_new += files_of(out) == NEW
        else:
            killed_between += 1
            with pytest.raises(ValueError), fresh(out, source):  # a run that fails by itself still mends it
                raise ValueError
            assert files_of(out) == OLD
        publish(out, source, NEW)
        assert files_of(out) == NEW
        assert beside(out) == []
    else:
        pytest.fail("the build never came to its end")
    assert killed_old > 10
    assert killed_new > 5
    assert (killed_between > 0) == (not exchange)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has renameat2, which exchanges two folders in one step")
def test_there_is_a_site_at_every_moment(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "public"
    publish(out, source, OLD)
    stop = multiprocessing.get_context("fork").Event()
    ready = multiprocessing.get_context("fork").Event()
    missing = multiprocessing.get_context("fork").Value("i", 0)

    def watch() -> None:
        while not stop.is_set():
            for _ in range(200):
                if not (out / "index.html").exists():
                    missing.value += 1
            ready.set()

    watcher = multiprocessing.get_context("fork").Process(target=watch)
    watcher.start()
    ready.wait()
    for _ in range(30):
        publish(out, source, NEW)
    stop.set()
    watcher.join()
    assert missing.value == 0


# ---------------------------------------------------------------- refusals


def refusal(out: Path, source: Path) -> str:
    with pytest.raises(SourceError) as caught:
        publish(out, source, NEW)
    return caught.value.message


def test_a_folder_that_build_site_did_not_make_is_refused(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "public"
    out.mkdir()
    (out / "thesis.doc").write_text("years of work")
    assert refusal(out, source) == (
        f"{out} is not empty and was not made by build-site; empty it yourself, or give another folder with -o"
    )
    assert files_of(out) == {"thesis.doc": "years of work"}
    assert beside(out) == []


def test_a_site_that_holds_somebody_elses_work_is_refused(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "public"
    publish(out, source, OLD)
    (out / ".DS_Store").write_text("nobody's")
    (out / ".git").mkdir()
    assert refusal(out, source) == (
        f"{out} holds '.git', which build-site did not put there and would remove; "
        "move it away, or give another folder with -o"
    )
    assert files_of(out) == OLD | {".DS_Store": "nobody's"}


def test_the_source_and_what_contains_it_are_refused(tmp_path: Path, source: Path) -> None:
    assert refusal(source, source) == f"{source} is the source folder itself; give another folder with -o"
    assert refusal(tmp_path, source) == f"{tmp_path} contains the source folder {source}; give another folder with -o"
    (tmp_path / "link").symlink_to(source)
    assert refusal(tmp_path / "link", source) == (
        f"{tmp_path / 'link'} is the source folder itself; give another folder with -o"
    )
    assert [path.name for path in source.iterdir()] == ["p1.txt"]


def test_files_and_broken_links_are_refused(tmp_path: Path, source: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    assert refusal(tmp_path / "file", source) == f"{tmp_path / 'file'} is a file; give a folder with -o"
    assert refusal(tmp_path / "link", source) == (
        f"{tmp_path / 'link'} is a link that leads nowhere; remove it, or give another folder with -o"
    )


@pytest.mark.parametrize("step", ["mkdir", "open", "iterdir"])
def test_a_place_where_nobody_may_write_is_a_mistake_in_the_call_and_a_full_disk_is_not(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    out = tmp_path / "below" / "public"
    if step != "mkdir":
        publish(out, source, OLD)
    for number, kind in ((errno.EACCES, SourceError), (errno.ENOSPC, OSError)):

        def refused(path: Path, *words: object, number: int = number, **more: object) -> None:
            raise OSError(number, os.strerror(number), str(path))

        with monkeypatch.context() as patched, pytest.raises(kind) as caught:
            patched.setattr(Path, step, refused)
            publish(out, source, NEW)
        if kind is SourceError:
            assert str(caught.value).startswith(f"the site can't be put at {out} (Permission denied: ")
    assert step == "mkdir" or files_of(out) == OLD


def test_a_mounted_disk_is_refused(source: Path) -> None:
    assert refusal(Path("/proc"), source) == (
        "/proc is a mounted disk, which can't be replaced in whole; give a folder in it with -o"
    )


def test_a_second_build_of_the_same_site_stops_and_harms_neither(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "public"
    publish(out, source, OLD)
    with fresh(out, source) as folder:
        (folder / "index.html").write_text("first")
        with pytest.raises(BuildError, match="another build-site is writing"):
            publish(out, source, NEW)
        assert (folder / "index.html").read_text() == "first"
    assert files_of(out) == {"index.html": "first"}
    assert beside(out) == []


def test_only_leftovers_of_this_output_and_of_ours_are_removed(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "public"
    for name in (".public.building-mine", ".public.old-mine", ".public2.building-x", ".other.building-x"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MARKER).write_text("\nindex.html\n")
        (tmp_path / name / "index.html").write_text("")
    (tmp_path / ".public.building-notes").mkdir()
    (tmp_path / ".public.building-notes" / "diary").write_text("")
    (tmp_path / ".public.building-file").write_text("")
    publish(out, source, NEW)
    assert files_of(out) == NEW
    assert beside(out) == [
        ".other.building-x", ".public.building-file", ".public.building-notes", ".public2.building-x",
    ]  # fmt: skip
