"""`--scheduler`: the workers of a Dask cluster do the work, and what a lost one leaves undone is done again.

Nothing of Dask is loaded into the process of the tests: its event loop would be in the way of the browser's.
"""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.build import Options, build
from tests.conftest import CHECKOUT, IN_CI, Call
from tests.test_incremental import a_page, tree

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None and not IN_CI, reason="needs Dask: pip install -e '.[cluster]'"
)
READY = """
import sys
from distributed import Client
with Client(scheduler_file=sys.argv[1], timeout="60s") as client:
    client.wait_for_workers(2, timeout=60)
    print(client.scheduler.address)
"""


class Cluster:
    """A scheduler and two workers, each a process of its own, as on three machines."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
        self.processes = [self._start("scheduler", "--no-dashboard", "--port", "0", "--host", "127.0.0.1")]
        words = ("--nthreads", str(threads), "--no-dashboard", "--no-nanny")
        self.workers = [self._start("worker", *words) for _ in range(2)]
        self.processes += self.workers
        asked = [sys.executable, "-c", READY, str(self._file)]
        self.address = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=120).stdout.strip()

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, "--scheduler-file", str(self._file), *words]
        log = (self._folder / f"{kind}.log").open("ab")
        return subprocess.Popen(command, cwd=self._folder, env=self._environ, stdout=log, stderr=log)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    running = Cluster(folder, getattr(request, "param", 1))
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
    build(Options(source, tmp_path / "local", jobs=1))  # here, with its ledger: the others are to be the same
    return source


@needs_dask
def test_a_worker_is_killed_midway(cluster: Cluster, archive: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "site_builder", "source", "--frozen", "-q", "--scheduler", cluster.address]
    building = subprocess.Popen(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(CHECKOUT)})
    pages = tmp_path / ".public.cache" / "pages"
    while sum(1 for _ in pages.glob("*/*")) < 20:
        assert building.poll() is None
        time.sleep(0.01)
    cluster.workers[0].send_signal(signal.SIGKILL)
    assert building.wait(180) == 0
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    assert tree(tmp_path / "public") == tree(tmp_path / "local")


@needs_dask
@pytest.mark.slow
def test_a_changed_file_is_not_taken_for_the_old_one(
    cluster: Cluster, archive: Path, tmp_path: Path, program: Call
) -> None:
    words = ("source", "--no-cache", "-q", "--scheduler", cluster.address)
    assert program(*words).returncode == 0
    page = archive / "bcrb/2020-01-01/1.txt"
    page.write_text(page.read_text("utf-8").replace("。", "，天气很好。", 1), "utf-8")
    assert program(*words).returncode == 0
    build(Options(archive, tmp_path / "after", jobs=1, no_cache=True))
    assert tree(tmp_path / "public") == tree(tmp_path / "after")


@needs_dask
@pytest.mark.slow
@pytest.mark.parametrize("cluster", [2], indirect=True)
def test_workers_with_threads_are_refused(cluster: Cluster, archive: Path, program: Call) -> None:
    done = program("source", "--scheduler", cluster.address)
    assert done.returncode == 2
    assert "several tasks at once in threads; start it with --nthreads 1" in done.stderr


@needs_dask
@pytest.mark.slow
def test_no_scheduler_answers(archive: Path, tmp_path: Path, program: Call) -> None:
    done = program("source", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "--scheduler: no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert not (tmp_path / "public").exists()
