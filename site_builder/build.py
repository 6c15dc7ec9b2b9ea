"""The pipeline, readable aloud: settings, files, pages, archive, outputs, search index, the finished site in place."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import pickle
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from site_builder import cache as caches
from site_builder import language, metadata, slugs, sources, store
from site_builder.archive import Archive, gather
from site_builder.cache import Cache
from site_builder.corrections import UnknownTargetError, read_corrections
from site_builder.errors import BuildError, CacheLostError, FindingsError, SourceError
from site_builder.hosts import beyond_limits
from site_builder.inputs import Inputs
from site_builder.language import _
from site_builder.ledger import FILE as LEDGER
from site_builder.ledger import read_ledger, write_ledger
from site_builder.model import Correction, Finding, Outcome, Page, Settings, file_and_number
from site_builder.permalinks import Permalinks, Rules, refuse_broken, refuse_changes
from site_builder.pool import Pool, collecting_seldom, never_collecting
from site_builder.render import STATIC, TEMPLATES
from site_builder.seen import Seen, Told
from site_builder.settings import base_address
from site_builder.swap import MARKER, StandsAlready, fresh
from site_builder.tree import Tree
from site_builder.work import Proving, Restoring, base_key, faults, page_key, restored
from site_builder.writing import write_site

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0: nobody knows)."""

FEW = 48  # files or issues: below it, worker processes cost more than they save, for each loads its dictionaries
CHUNK = 16  # files handed to a worker at a time, at most: fewer cost messages, more leave workers idle at the end
PROVED_TOGETHER = 50  # corrected pages
SPELT, LAST = "names", "last"  # kinds of cache entries


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
    search: bool = True
    cache: Path | None = None  # where what is worked out is kept for the next build; None: beside the site
    no_cache: bool = False
    check_cache: bool = False  # look through the whole cache for damage, and not only at what is asked for
    scheduler: str = ""  # the address of a Dask scheduler whose workers do the work


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
    archive: Archive | None = field(default=None, repr=False, compare=False)  # unknown where nothing has changed
    files: int = 0  # of the site
    written: int = 0  # of these, in this build: the others are as they were
    limits: tuple[str, ...] = ()  # what of the site is more than its host takes

    @property
    def home(self) -> Path:
        return self.out / "index.html"


def build(options: Options, progress: Progress = lambda what, done, total: None) -> Result:
    """Build the site of `options.source` at `options.out`, in whole or not at all."""
    try:
        return _build(options, progress)
    except CacheLostError:  # seldom, so only now is all of it looked through
        return _build(replace(options, check_cache=True), progress)


def _build(options: Options, progress: Progress) -> Result:
    started = time.perf_counter()
    if options.scheduler:  # whose workers may have another folder for their own
        options = replace(options, source=options.source.resolve())
    last: Result | None = None
    with fresh(options.out, options.source) as folder, ExitStack() as stack:
        stack.enter_context(collecting_seldom())
        cache, alone = stack.enter_context(_cache(options, folder))
        inputs = _inputs(options)
        tree = Tree(folder, options.out.resolve(), cache)
        if (last := _last(cache, tree, inputs, options)) is not None:
            raise StandsAlready
        spelt = _recall(cache)
        pool = stack.enter_context(Pool(options.jobs, options.scheduler))
        found = gathered(options, progress, pool, cache)
        with never_collecting():
            archive, unreadable = found.archive(), found.unreadable
        refuse_broken(archive.permalinks, options.preview)
        if options.frozen:
            refuse_changes(archive.permalinks)
        if options.strict and archive.findings:
            raise FindingsError(_listed(archive))
        used = write_site(archive, tree, cache, pool, progress, options.search)
        files = tree.files
        unchanged = tree.finish()
        with contextlib.suppress(BuildError):  # no room for what would only save time
            if len(slugs.known()) > spelt:
                cache.put(SPELT, caches.program(), pickle.dumps(dict(slugs.known()), 5))
            if not options.no_cache:
                tree.remember()
        if alone():
            _prune(cache, found.keys, used)
        stack.close()
        if unchanged:
            raise StandsAlready
    if last is not None:
        return replace(last, seconds=time.perf_counter() - started)
    not_recorded = "" if options.preview else _record(options.source, archive.permalinks)
    settings = archive.settings
    result = Result(
        out=options.out,
        pages=len(archive.pages),
        articles=sum(len(page.articles) for page in archive.pages),
        findings=archive.for_editors.findings,
        unreadable=tuple(error.message for error in unreadable.values()),
        seconds=time.perf_counter() - started,
        base_url=settings.base_url,
        inputs=(options.source, *([settings.templates] if settings.templates else [])),
        permalinks=archive.permalinks,
        corrections=archive.corrections,
        preview=options.preview,
        not_recorded=not_recorded,
        archive=archive,
        files=len(files),
        written=tree.written,
        limits=()
        if options.preview
        else beyond_limits([(MARKER, 0), *((f.path, f.size) for f in files)], settings.host),
    )
    if not (options.preview or options.no_cache or not_recorded or unreadable) and inputs.held_still():
        said = replace(result, archive=None, written=0, permalinks=Permalinks())
        with contextlib.suppress(OSError, BuildError):
            cache.put(LAST, _place(options), pickle.dumps((inputs.key, tree.record, said), 5))
    return result


def _inputs(options: Options) -> Inputs:
    """All that this build depends on."""
    own = sources.read_settings(options.source).templates
    told = replace(options, source=Path(), out=Path(), cache=None, jobs=0, scheduler="", no_cache=False)
    said = [f"{name}={os.environ.get(name, '')}" for name in ("NETLIFY", "URL")]
    return Inputs(options.source, [folder for folder in (own, TEMPLATES, STATIC) if folder], options.out, (told, said))


def _last(cache: Cache, tree: Tree, inputs: Inputs, options: Options) -> Result | None:
    """What the last build came to, if this one would come to the same and its site stands."""
    if options.preview or options.retire or options.check_cache or inputs.unknown:
        return None
    content = cache.get(LAST, _place(options))
    if content is None:
        return None
    key, record, result = pickle.loads(content)
    same = key == inputs.key and record == tree.record and isinstance(result, Result) and tree.stands()
    return replace(result, out=options.out) if same else None


def _place(options: Options) -> str:
    return caches.digest(str(options.out.resolve()).encode())


def cache_folder(options: Options) -> Path:
    """Where the cache is: beside the site, or where the caller wants it."""
    target = options.out.resolve()
    return options.cache.resolve() if options.cache else target.with_name(f".{target.name}.cache")


@contextmanager
def _cache(options: Options, folder: Path) -> Iterator[tuple[Cache, Callable[[], bool]]]:
    """The cache of this build: the one that is kept, or one for this build alone."""
    if options.no_cache:
        place = folder.with_name(f"{folder.name}-cache")  # removed by the next build, should this one be killed
        place.mkdir()
        (place / MARKER).touch()
        (place / caches.MARKER).touch()
    else:
        place = cache_folder(options)
        _refuse_misplaced(place, options)
    try:
        with caches.opened(place) as opened:
            yield opened
    except FileExistsError as error:
        raise SourceError(f"--cache: {error}; give another folder") from error
    finally:
        if options.no_cache:
            caches.discard(place)


def _refuse_misplaced(place: Path, options: Options) -> None:
    """The site and the source folder are no places for a cache: the one is replaced, the other watched and read."""
    for taken, what in ((options.out.resolve(), "the site"), (options.source.resolve(), "the source folder")):
        if options.cache and place.is_relative_to(taken):
            raise SourceError(f"--cache: {options.cache} is in {what}; give another folder")
    if place.exists() and not place.is_dir():
        raise SourceError(f"--cache: {place} is a file; give a folder")


def _recall(cache: Cache) -> int:
    """Take over how names are spelt; how many."""
    content = cache.get(SPELT, caches.program())
    if content is not None:
        slugs.recall(pickle.loads(content))
    return len(slugs.known())


def _prune(cache: Cache, keys: Collection[str], used: Mapping[str, Collection[str]]) -> None:
    """Remove what this build had no use for."""
    kept = {store.KIND: keys, store.LIGHT: keys, SPELT: {caches.program()}, **used}
    for kind, names in kept.items():
        cache.prune(kind, frozenset(names))


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that an archive is made of, with its pages restored; `archive` makes it, with these corrections."""

    archive: Callable[..., Archive]
    corrections: tuple[Correction, ...]
    unreadable: Mapping[str, SourceError]
    keys: frozenset[str] = frozenset()  # of the pages in the cache


def gathered(
    options: Options,
    progress: Progress = lambda what, done, total: None,
    pool: Pool | None = None,
    cache: Cache | None = None,
) -> Gathered:
    """Read the source folder and restore its pages. Without a cache, they stay in memory."""
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
    pool = pool or Pool(1)
    pages, unreadable, keys = _restored(files, settings, options, pool, cache, progress)
    if not pages:
        raise SourceError(f"{options.source}: none of its page texts can be read; the first: {_first(unreadable)}")
    sources.check_pages(settings, (page.source.source for page in pages), unreadable)
    lost = [_("来源文件 {source} 无法读取，未能收录。", source=name) for name in unreadable]
    doubts = [Finding("unreadable", message) for message in lost]
    known = replace(settings, topics=metadata.topics_for(settings))
    day = day_of_build(os.environ)
    rules = Rules(retire=options.retire, why=options.why, patient=bool(unreadable), day=day.isoformat())
    editor_pages = sources.read_editor_pages(options.source)

    def archive(corrections: Sequence[Correction] = corrections) -> Archive:
        try:
            made = gather(known, pages, editor_pages, doubts, ledger, rules, corrections)
            return proved(made, pool, cache.folder if cache else None)
        except UnknownTargetError as error:
            if ledger.read:
                raise
            raise SourceError(
                f"{error.said}, and {LEDGER}, which has the addresses of former builds, is missing or empty; restore it"
                " from version control, or, if the archive was never built, mend the id"
            ) from None

    return Gathered(archive, corrections, unreadable, keys)


def proved(archive: Archive, pool: Pool | None = None, cache: Path | None = None) -> Archive:
    """The archive, if corrections have lost no character either: of what they changed, the reading before is proved.

    It is left to workers only where these are at work already: to start some costs more than to prove a thousand pages.
    """
    done = {one.page_id for one in archive.corrections if one.done}
    pages = [page for page in archive.pages if page.id in done]
    tasks = [
        Proving(cache, archive.settings.interface, tuple(pages[at : at + PROVED_TOGETHER]))
        for at in range(0, len(pages), PROVED_TOGETHER)
    ]
    for page, reasons in chain.from_iterable((pool or Pool(1)).run(faults, tasks, few=len(tasks) + 1)):
        raise BuildError(f"corrections on {page}: {'；'.join(reasons)}; this is a fault of build-site")
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


def _first(unreadable: Mapping[str, SourceError]) -> str:
    return next(error.message for error in unreadable.values())


def _listed(archive: Archive) -> str:
    """The findings that keep a --strict build from being published."""
    rows = [
        f"  {finding.page_id or '-'}: {finding.message} [{finding.code}]" for finding in archive.for_editors.findings
    ]
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


# ---------------------------------------------------------------- the one look at a clock


def day_of_build(environ: Mapping[str, str]) -> dt.date:
    """The day that new and changed lines of the ledger bear: the one of SOURCE_DATE_EPOCH if that is set, else today.

    What a line bears it keeps, so a site doesn't depend on the day of its build but through the ledger.

    >>> day_of_build({"SOURCE_DATE_EPOCH": "1795305600"})
    datetime.date(2026, 11, 22)
    """
    if not (given := environ.get("SOURCE_DATE_EPOCH", "")):
        return dt.date.today()
    try:
        return dt.datetime.fromtimestamp(int(given), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise SourceError(
            f"the variable SOURCE_DATE_EPOCH: '{given}' is no number of seconds since 1970; mend or unset it"
        ) from None


# ---------------------------------------------------------------- pages


def _restored(
    files: Sequence[Path],
    settings: Settings,
    options: Options,
    pool: Pool,
    cache: Cache | None,
    progress: Progress,
) -> tuple[list[Page], dict[str, SourceError], frozenset[str]]:
    """All pages, in the order of their files; with --keep-going also the files that can't be read, and why not; and
    the names that the pages have in the cache.
    """
    progress("reading", 0, len(files))
    base = base_key(settings)
    found: dict[Path, list[Page] | SourceError] = {}
    if cache:
        store.use(cache)
        with never_collecting():
            seen = Seen(cache, options.source)
            for path in files:
                with contextlib.suppress(SourceError):  # whoever restores the file will say so
                    known = known_pages(seen.pages(path), options, settings, base, cache)
                    if known is not None:
                        found[path] = known
                        progress("reading", len(found), len(files))
            seen.remember()
    left = [path for path in files if path not in found]
    shared = replace(settings, pages=())
    size = max(1, min(CHUNK, len(left) // (pool.jobs * 4)))
    tasks = [
        Restoring(
            options.source, cache.folder if cache else None, _said_of(chunk, shared, settings, options), base, chunk
        )
        for chunk in _chunks(left, size)
    ]
    answers = pool.run(restored, tasks, few=-(-FEW // size))
    for task, results in zip(tasks, answers, strict=True):
        for path, result in zip(task.files, results, strict=True):
            if isinstance(result, SourceError) and not options.keep_going:
                raise result
            found[path] = result
            progress("reading", len(found), len(files))
    pages: list[Page] = []
    unreadable: dict[str, SourceError] = {}
    for path in files:
        result = found[path]
        if isinstance(result, SourceError):
            unreadable[sources.source_name(path, options.source)] = result
        else:
            pages += result
    keys = frozenset(page.source.key for page in pages if isinstance(page.source, store.StoredSource))
    return pages, unreadable, keys


def known_pages(
    told: Iterable[Told], options: Options, settings: Settings, base: str, cache: Cache
) -> list[Page] | None:
    """A file's pages, if the cache has them all."""
    pages = []
    for one in told:
        page = store.get(page_key(one, base, settings), cache, options.check_cache)
        if page is None:
            return None
        pages.append(page)
    return pages


def _said_of(files: Sequence[Path], shared: Settings, settings: Settings, options: Options) -> Settings:
    """The settings with what archive.toml says of the pages of these files, and of no others."""
    if not settings.pages:
        return shared
    names = {sources.source_name(path, options.source) for path in files}
    return replace(shared, pages=tuple(one for one in settings.pages if file_and_number(one.source)[0] in names))


def _chunks(values: Sequence[Path], size: int) -> Iterator[tuple[Path, ...]]:
    for start in range(0, len(values), size):
        yield tuple(values[start : start + size])
