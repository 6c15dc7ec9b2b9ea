"""`--scheduler`: the workers of a Dask cluster do the work, and what a lost one leaves undone is done again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder import pool
from site_builder.build import Options, build
from site_builder.errors import SourceError
from tests.conftest import CHECKOUT, IN_CI
from tests.test_incremental import a_page, tree

try:
    from distributed import Client
except ImportError:
    Client = None

needs_dask = pytest.mark.skipif(
    Client is None and not IN_CI, reason="needs Dask: pip install -e '.[cluster]'"
)  # fmt: skip


class Cluster:
    """A scheduler and two workers, each a process of its own, as on three machines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
        self.processes = [self._start("scheduler", "--no-dashboard", "--port", "0", "--host", "127.0.0.1")]
        self.workers = [self._start("worker", "--nthreads", "1", "--no-dashboard", "--no-nanny") for _ in range(2)]
        self.processes += self.workers
        with self.client() as client:
            client.wait_for_workers(2, timeout=60)
            self.address: str = client.scheduler.address

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, "--scheduler-file", str(self._file), *words]
        log = (self._folder / f"{kind}.log").open("ab")
        return subprocess.Popen(command, cwd=self._folder, env=self._environ, stdout=log, stderr=log)

    def client(self) -> Client:
        return Client(scheduler_file=str(self._file), timeout="60s", set_as_default=False)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    running = Cluster(folder)
    yield running
    running.stop()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Enough pages for workers to be busy with."""
    source = tmp_path / "source"
    dice = random.Random(3)
    for number in range(120):
        path = source / f"bcrb/2020-{1 + number // 28:02}-{1 + number % 28:02}/1.txt"
        path.parent.mkdir(parents=True)
        path.write_text(a_page(dice), "utf-8")
    return source


@needs_dask
def test_a_worker_is_killed_midway(cluster: Cluster, archive: Path, tmp_path: Path) -> None:
    build(Options(archive, tmp_path / "local", preview=True, jobs=1))
    seen: list[str] = []
    killed = threading.Event()

    def kill_one(what: str, done: int, total: int) -> None:
        seen.append(what)
        if what == "reading" and done >= 20 and not killed.is_set():
            killed.set()
            cluster.workers[0].send_signal(signal.SIGKILL)

    build(Options(archive, tmp_path / "public", preview=True, scheduler=cluster.address), kill_one)
    assert killed.is_set() and cluster.workers[0].wait(10) == -signal.SIGKILL
    assert {"reading", "writing"} <= set(seen)
    assert tree(tmp_path / "public") == tree(tmp_path / "local")


@needs_dask
@pytest.mark.slow
def test_a_changed_file_is_not_taken_for_the_old_one(cluster: Cluster, archive: Path, tmp_path: Path) -> None:
    options = Options(archive, tmp_path / "public", preview=True, scheduler=cluster.address, no_cache=True)
    build(options)
    page = archive / "bcrb/2020-01-01/1.txt"
    page.write_text("春耕备耕现场会\n\n本报讯 今天下雪。", "utf-8")
    build(options)
    build(Options(archive, tmp_path / "local", preview=True, jobs=1))
    assert tree(tmp_path / "public") == tree(tmp_path / "local")


@needs_dask
def test_no_scheduler_answers(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 1)
    with pytest.raises(SourceError, match=r"--scheduler: no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        build(Options(archive, tmp_path / "public", scheduler="tcp://127.0.0.1:9"))
    assert not (tmp_path / "public").exists()
