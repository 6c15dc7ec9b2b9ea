"""The pipeline, readable aloud: settings, files, pages, archive, outputs, search index, the finished site in place."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from types import FrameType

from site_builder import articles, language, metadata, readings, report, sources
from site_builder.archive import Archive, gather
from site_builder.corrections import read_corrections
from site_builder.errors import ArchiveError, BuildError, FindingsError, SourceError
from site_builder.hosts import beyond_limits, files_of, host_files
from site_builder.language import _
from site_builder.ledger import read_ledger, write_ledger
from site_builder.model import Correction, Finding, Outcome, Page, Settings, SourcePage
from site_builder.outputs import outputs
from site_builder.permalinks import Permalinks, Rules, refuse_broken, refuse_changes
from site_builder.records import records
from site_builder.render import Site
from site_builder.search import build_index
from site_builder.settings import base_address
from site_builder.swap import fresh

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0: nobody knows)."""

FEW_FILES = 48  # below it, worker processes cost more than they save: each loads the dictionaries, about a second
CHUNK = 16  # files handed to a worker at a time, at most: fewer cost messages, more leave workers idle at the end


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants. `jobs` is the number of worker processes, 0 for one a core."""

    source: Path
    out: Path
    base_url: str = ""
    strict: bool = False
    keep_going: bool = False
    jobs: int = 0
    frozen: bool = False  # the ledger must not change
    retire: tuple[str, ...] = ()  # addresses that may go
    why: str = ""  # why they go, in words for readers
    preview: bool = False  # not to be published: the ledger is read, but addresses may break and none is recorded


@dataclass(frozen=True, slots=True)
class Result:
    """What was built, and where."""

    out: Path
    pages: int
    articles: int
    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...]  # with --keep-going: what was wrong with the files left out
    seconds: float
    base_url: str  # "" if nobody said where the site will live
    inputs: tuple[Path, ...]  # the folders that it was built from
    permalinks: Permalinks
    corrections: tuple[Outcome, ...] = ()
    preview: bool = False
    not_recorded: str = ""  # why the ledger could not be written
    limits: tuple[str, ...] = ()  # what of the site is more than its host takes

    @property
    def home(self) -> Path:
        return self.out / "index.html"


def build(options: Options, progress: Progress = lambda what, done, total: None) -> Result:
    """Build the site of `options.source` at `options.out`, in whole or not at all."""
    started = time.perf_counter()
    with fresh(options.out, options.source) as folder:
        found = gathered(options, progress)
        archive, unreadable = found.archive(), found.unreadable
        refuse_broken(archive.permalinks, options.preview)
        if options.frozen:
            refuse_changes(archive.permalinks)
        if options.strict and archive.findings:
            raise FindingsError(_listed(archive))
        _write(archive, folder, progress)
    not_recorded = "" if options.preview else _record(options.source, archive.permalinks)
    settings = archive.settings
    return Result(
        out=options.out,
        pages=len(archive.pages),
        articles=sum(len(page.articles) for page in archive.pages),
        findings=archive.findings,
        unreadable=tuple(error.message for error in unreadable.values()),
        seconds=time.perf_counter() - started,
        base_url=settings.base_url,
        inputs=(options.source, *([settings.templates] if settings.templates else [])),
        permalinks=archive.permalinks,
        corrections=archive.corrections,
        preview=options.preview,
        not_recorded=not_recorded,
        limits=beyond_limits(files_of(options.out), settings.host) if settings.host and not options.preview else (),
    )


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that an archive is made of, with its pages restored; `archive` makes it, with these corrections."""

    archive: Callable[..., Archive]
    corrections: tuple[Correction, ...]
    unreadable: Mapping[str, SourceError]


def gathered(options: Options, progress: Progress = lambda what, done, total: None) -> Gathered:
    """Read the source folder and restore its pages."""
    settings = sources.read_settings(options.source)
    ledger = read_ledger(options.source)
    corrections = read_corrections(options.source)
    settings = replace(settings, base_url=site_address(options.base_url, os.environ, settings))
    language.use(settings.interface)
    files = sources.find_files(options.source, options.out, settings.templates)
    if not files:
        raise SourceError(
            f"{options.source}: there is no page text in it (.txt or .md); give the folder that holds them"
        )
    pages, unreadable = _restored(files, settings, options, progress)
    if not pages:
        raise SourceError(f"{options.source}: none of its page texts can be read; the first: {_first(unreadable)}")
    sources.check_pages(settings, (page.source.source for page in pages), unreadable)
    lost = [_("来源文件 {source} 无法读取，未能收录。", source=name) for name in unreadable]
    doubts = [Finding("unreadable", message) for message in lost]
    known = replace(settings, topics=metadata.topics_for(settings))
    rules = Rules(retire=options.retire, why=options.why, patient=bool(unreadable))
    editor_pages = sources.read_editor_pages(options.source)

    def archive(corrections: Sequence[Correction] = corrections) -> Archive:
        return proved(gather(known, pages, editor_pages, doubts, ledger, rules, corrections))

    return Gathered(archive, corrections, unreadable)


def proved(archive: Archive) -> Archive:
    """The archive, if corrections have lost no character either: of what they changed, the reading before is proved."""
    done = {one.page_id for one in archive.corrections if one.done}
    for page in archive.pages:
        if page.id in done and (reasons := report.check(page)):
            raise BuildError(f"corrections on {page.id}: {'；'.join(reasons)}; this is a fault of build-site")
    return archive


def _record(source: Path, permalinks: Permalinks) -> str:
    """Write the ledger, now that the site stands; why that can't be done, or nothing.

    A site that stands is no failure, and the same sources will get the same addresses at the next build.
    """
    try:
        if permalinks.changes:
            write_ledger(source, permalinks.ledger)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _write(archive: Archive, folder: Path, progress: Progress) -> None:
    site = Site(folder, archive.settings.templates)
    for number, output in enumerate(outputs(archive, archive.settings.base_url), 1):
        site.write(output)
        progress("writing", number, 0)
    site.copy_static()
    for path, content in host_files(archive.settings.host):
        site.write_bytes(path, content)
    progress("indexing", 0, 0)
    build_index(records(archive), folder)


def _first(unreadable: Mapping[str, SourceError]) -> str:
    return next(error.message for error in unreadable.values())


def _listed(archive: Archive) -> str:
    """The findings that keep a --strict build from being published."""
    rows = [f"  {finding.page_id or '-'}: {finding.message} [{finding.code}]" for finding in archive.findings]
    count = f"{len(rows)} finding{'s' if len(rows) > 1 else ''}"
    return "\n".join([f"nothing was published, for --strict was asked for and there are {count}:", *rows])


# ---------------------------------------------------------------- where the site will live


def site_address(option: str, environ: Mapping[str, str], settings: Settings) -> str:
    """The site's absolute address: by --base-url, else by the host's own variable, else by archive.toml; or `""`.

    Netlify says in `URL` where the site it is building will be. Elsewhere a variable of that name means nothing.
    """
    if option:
        return _absolute(option, "--base-url")
    on_netlify = environ.get("NETLIFY") or settings.host == "netlify"
    if on_netlify and environ.get("URL"):
        return _absolute(environ["URL"], "the variable URL")
    return settings.base_url


def _absolute(address: str, giver: str) -> str:
    if known := base_address(address):
        return known
    guess = f"; did you mean 'https://{address.lstrip('/')}'?" if base_address(f"https://{address.lstrip('/')}") else ""
    raise SourceError(f"{giver}: '{address}' is not a web address such as https://example.org/archive/{guess}")


# ---------------------------------------------------------------- pages


def restore_file(path: Path, folder: Path, settings: Settings) -> list[Page]:
    """The pages of one source file, restored, proved and understood."""
    return [restore_page(source, settings) for source in sources.read_pages(path, folder)]


def restore_page(source: SourcePage, settings: Settings) -> Page:
    """One page restored, proved and understood."""
    page = readings.compared(report.conserved(articles.restore(readings.best(source))))
    page = metadata.read_facts(page, settings)
    return metadata.add_subjects(page, settings)


def _restored(
    files: list[Path], settings: Settings, options: Options, progress: Progress
) -> tuple[list[Page], dict[str, SourceError]]:
    """All pages, in the order of their files; with --keep-going also the files that can't be read, and why not."""
    pages: list[Page] = []
    unreadable: dict[str, SourceError] = {}
    progress("reading", 0, len(files))
    with _workers(len(files), settings, options) as attempts:
        for done, (path, result) in enumerate(zip(files, attempts(files), strict=True), 1):
            if not isinstance(result, SourceError):
                pages += result
            elif options.keep_going:
                unreadable[sources.source_name(path, options.source)] = result
            else:
                raise result
            progress("reading", done, len(files))
    return pages, unreadable


def _attempt(path: Path, folder: Path, settings: Settings) -> list[Page] | SourceError:
    """The pages of a file, or what is wrong with it."""
    try:
        return restore_file(path, folder, settings)
    except SourceError as error:
        return error
    except ArchiveError:
        raise
    except Exception as error:
        raise BuildError(f"{path}: {type(error).__name__}: {error}; this is a fault of build-site") from error


_Attempts = Callable[[Iterable[Path]], Iterator[list[Page] | SourceError]]


@contextmanager
def _workers(files: int, settings: Settings, options: Options) -> Iterator[_Attempts]:
    """Something that reads files: in this process if they are few, else in several. The order is that of the files."""
    jobs = min(options.jobs or os.cpu_count() or 1, files)
    if jobs == 1 or files < FEW_FILES:
        yield partial(map, partial(_attempt, folder=options.source, settings=settings))
        return
    # Never by plain fork: a copy of a process with threads may hang, and would hold on to the lock of the output.
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        from multiprocessing import forkserver  # which Windows doesn't have

        with _on_interrupt(signal.SIG_IGN):  # which the server of forks and all its children keep
            forkserver.ensure_running()
    pool = ProcessPoolExecutor(jobs, context, _start_worker, (options.source, settings))

    def attempts(paths: Iterable[Path]) -> Iterator[list[Page] | SourceError]:
        pressed: list[int] = []
        with _on_interrupt(lambda number, frame: pressed.append(number)):  # not while workers are half started
            results = pool.map(_attempt_in_worker, paths, chunksize=max(1, min(CHUNK, files // (jobs * 4))))
        if pressed:
            raise KeyboardInterrupt
        return results

    try:
        yield attempts
    except BrokenProcessPool as error:
        raise BuildError("a worker process was ended from outside (out of memory?); try --jobs 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


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


SELDOM = 100_000  # objects: restoring a page makes some tens of thousands, hardly any of them in cycles


def collect_seldom() -> None:
    """Look for cycles of objects less often: a worker has no other use, and saves about a twentieth of its time."""
    gc.freeze()
    gc.set_threshold(SELDOM)


_in_worker: partial[list[Page] | SourceError]


def _start_worker(folder: Path, settings: Settings) -> None:
    """Make a worker ready: it leaves Ctrl-C to the main process, and ends when that is killed."""
    global _in_worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    language.use(settings.interface)
    collect_seldom()
    _in_worker = partial(_attempt, folder=folder, settings=settings)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _attempt_in_worker(path: Path) -> list[Page] | SourceError:
    return _in_worker(path)
