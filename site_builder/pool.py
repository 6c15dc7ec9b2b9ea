"""Work done several tasks at a time: in worker processes of this machine, on a cluster, or one after another here.

Results come in the order of the tasks, whoever does them, so that no output depends on how many workers there are.
A task brings everything that it needs, and is small: paths, keys and settings, of texts only what was corrected.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

from site_builder.cache import loaded
from site_builder.errors import BuildError, SourceError

Task = TypeVar("Task")
Result = TypeVar("Result")

PATIENCE = 10  # seconds for a scheduler to answer
MOST = 61  # processes that Windows can wait for
AHEAD = 3  # tasks for each worker that wait or are being done: none waits for work, and few results wait for their turn
SELDOM = (100_000, 4, 4)  # objects, and so on: restoring a page makes some tens of thousands, hardly any in cycles


class Pool:
    """Runs functions over tasks. `jobs` is how many are done at a time: 0 means one a core.

    `scheduler` is the address of a Dask scheduler, whose workers then do them. Worker processes are started when there
    is enough to do for the first time, for each takes a while to load its dictionaries.
    """

    def __init__(self, jobs: int = 0, scheduler: str = "") -> None:
        self.jobs = min(jobs or os.cpu_count() or 1, MOST if sys.platform == "win32" else sys.maxsize)
        self._scheduler = scheduler
        self._executor: Executor | None = None
        self._client: Any = None

    def __enter__(self) -> Self:
        if self._scheduler:
            self._client, self._executor = _cluster(self._scheduler)
            self.jobs = max(1, sum(self._client.nthreads().values()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
        elif self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task], few: int = 2) -> Iterator[Result]:
        """The function's results for the tasks, in their order. Fewer than `few` are done here, one after another.

        The function is sent by its name, so it must be one of a module; tasks and results are pickled.
        """
        if self._executor is None:
            begun = list(itertools.islice(tasks, few)) if not isinstance(tasks, list) else tasks[:few]
            rest = iter(tasks) if not isinstance(tasks, list) else iter(tasks[few:])
            if self.jobs == 1 or len(begun) < few:
                yield from map(function, itertools.chain(begun, rest))
                return
            self._executor = _processes(self.jobs)
            tasks = itertools.chain(begun, rest)
        yield from self._spread(self._executor, function, tasks)

    def let_go(self) -> None:
        """End the worker processes; the next work that is enough for some starts new ones.

        What they hold of the work before, an allocator seldom gives back. Workers of a cluster stay.
        """
        if self._client is None and self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None

    def _spread(
        self, executor: Executor, function: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Result]:
        waiting: deque[Future[Result]] = deque()
        left = iter(tasks)
        try:
            with _interrupts_held() as pressed:  # not while workers are half started
                for task in itertools.islice(left, AHEAD * self.jobs):
                    waiting.append(executor.submit(function, task))
            if pressed:
                raise KeyboardInterrupt
            while waiting:
                result = waiting.popleft().result()
                for task in itertools.islice(left, 1):
                    waiting.append(executor.submit(function, task))
                yield result
        except BrokenProcessPool as error:
            raise BuildError("a worker process was ended from outside (out of memory?); try --jobs 1") from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] == "distributed":  # which is loaded only for a cluster
                raise BuildError(f"the cluster gave up a task: {error}; look at its workers' logs") from error
            raise
        finally:
            for future in waiting:
                future.cancel()


def _processes(jobs: int) -> ProcessPoolExecutor:
    # Never by plain fork: a copy of a process with threads may hang, and would hold on to the lock of the output.
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        from multiprocessing import forkserver  # which Windows doesn't have

        context.set_forkserver_preload(["site_builder.work", "rjieba"])
        with _on_interrupt(signal.SIG_IGN):  # which the server of forks and all its children keep
            forkserver.ensure_running()
    return ProcessPoolExecutor(jobs, context, _start_worker)


def _cluster(address: str) -> tuple[Any, Executor]:
    """A Dask client and its executor. Results are never remembered there: the same file may hold another text."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SourceError("--scheduler needs Dask: pip install 'newspaper-archive-site[cluster]'") from error
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SourceError(f"--scheduler: no Dask scheduler answers at {address} ({error}); start one there") from error
    try:
        _check_workers(client)
    except BaseException:
        client.close()
        raise
    return client, client.get_executor(pure=False)


def _check_workers(client: Any) -> None:
    """An error if the workers would not do what this process would."""
    threads = client.nthreads()
    if not threads:
        raise SourceError("--scheduler: no worker is connected to it; start some: dask worker ADDRESS --nthreads 1")
    if any(number > 1 for number in threads.values()):
        raise SourceError("--scheduler: a worker does several tasks at once in threads; start it with --nthreads 1")
    if any(program != loaded() for program in client.run(loaded).values()):
        raise SourceError("--scheduler: a worker runs another version of build-site; start it anew with this one")


@contextmanager
def _interrupts_held() -> Iterator[list[int]]:
    """Ctrl-C is noted down for the time being."""
    pressed: list[int] = []
    with _on_interrupt(lambda number, frame: pressed.append(number)):
        yield pressed


@contextmanager
def _on_interrupt(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> Iterator[None]:
    """Ctrl-C is handled so, for the time being. Only the main thread gets to hear of it at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# ---------------------------------------------------------------- in a worker


def collect_seldom() -> None:
    """Look for cycles of objects less often: a worker has no other use, and saves about a twentieth of its time."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """The same for the time being: a build makes millions of objects and hardly a cycle among them."""
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@contextmanager
def never_collecting() -> Iterator[None]:
    """Look for no cycles while what stays to the end is read or gathered: it has none, and to look through it again
    and again takes a tenth of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.enable()


def _start_worker() -> None:
    """Make a worker ready: it leaves Ctrl-C to the main process, and ends when that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)
