"""What workers do: restore the pages of files, write the pages of issues, write lists. Each task brings all it needs.

A function here is called by its name in another process, or on another machine that sees the same folders. It leaves
its results in the cache and in the site that is being built, and answers with little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from site_builder import articles, language, metadata, readings, report, sources, store
from site_builder.cache import Cache, digest, plain, program
from site_builder.errors import ArchiveError, BuildError, SourceError
from site_builder.model import Page, PageFacts, Settings, SourcePage
from site_builder.outputs import Output, month_files, pages_of_issue, pages_of_loose_page, texts
from site_builder.parts import Frame, Part, archive_of
from site_builder.render import rendered
from site_builder.seen import Told, told
from site_builder.tree import Written, put

# ---------------------------------------------------------------- restoring


def restore_file(path: Path, folder: Path, settings: Settings) -> list[Page]:
    """The pages of one source file, restored, proved and understood."""
    return [restore_page(source, settings) for source in sources.read_pages(path, folder)]


def restore_page(source: SourcePage, settings: Settings) -> Page:
    """One page restored, proved and understood."""
    page = readings.compared(report.conserved(articles.restore(readings.best(source))))
    page = metadata.read_facts(page, settings)
    return metadata.add_subjects(page, settings)


def settings_of(settings: Settings) -> Settings:
    """The settings as far as restoring any page asks for them."""
    return Settings(
        language=settings.language,
        interface=settings.interface,
        newspapers=settings.newspapers,
        cities=settings.cities,
        topics=settings.topics,
    )


@dataclass(frozen=True, slots=True)
class Restoring:
    """Some files to restore, with what archive.toml says of their pages, and the part of their keys that all share."""

    folder: Path
    cache: Path | None  # without one, whole pages are answered
    settings: Settings
    base: str
    files: tuple[Path, ...]


def restored(task: Restoring) -> list[list[Page] | SourceError]:
    """The pages of each file, or what is wrong with it."""
    language.use(task.settings.interface)
    cache = Cache(task.cache) if task.cache else None
    if cache:
        store.use(cache)
    return [_attempt(path, task, cache) for path in task.files]


def _attempt(path: Path, task: Restoring, cache: Cache | None) -> list[Page] | SourceError:
    settings = task.settings
    try:
        found = sources.read_pages(path, task.folder)
        if cache is None:
            return [restore_page(source, settings) for source in found]
        return [
            store.put(restore_page(source, settings), page_key(told(source), task.base, settings), cache)
            for source in found
        ]
    except SourceError as error:
        return error
    except ArchiveError:
        raise
    except Exception as error:
        raise BuildError(f"{path}: {type(error).__name__}: {error}; this is a fault of build-site") from error


def page_key(page: Told, base: str, settings: Settings) -> str:
    """What a restored page is known by: program and settings (`base`), what archive.toml says of it, and its text."""
    said: tuple[PageFacts, ...] = (settings.given(page.source),)
    return digest(base.encode(), plain(said), page.text.encode())


def base_key(settings: Settings) -> str:
    """The part of a page's key that is the same for all pages."""
    return digest(program().encode(), plain(settings_of(settings)))


# ---------------------------------------------------------------- proving


@dataclass(frozen=True, slots=True)
class Proving:
    """Pages that corrections have changed."""

    cache: Path | None  # where their texts are, if they aren't in memory
    interface: str
    pages: tuple[Page, ...]


def faults(task: Proving) -> list[tuple[str, list[str]]]:
    """The ids of pages whose blocks aren't their sources, character for character, with the reasons."""
    language.use(task.interface)
    if task.cache:
        store.use(Cache(task.cache))
    return [(page.id, reasons) for page in task.pages if (reasons := report.check(page))]


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class Writing:
    """Parts whose pages are to be written (those in `stale`), and the month whose data they are, if they are that."""

    cache: Path
    site: Path
    own_templates: Path | None
    frame: Frame
    parts: tuple[Part, ...]
    stale: tuple[bool, ...]
    month: str = ""


def written(task: Writing) -> list[tuple[Written, ...]]:
    """The files of each stale part, and at the end those of the month."""
    language.use(task.frame.settings.interface)
    store.use(Cache(task.cache))
    write = partial(_write, task.site, task.cache, task.own_templates, task.frame.templates)
    answers = []
    for part, stale in zip(task.parts, task.stale, strict=True):
        if stale:
            views = archive_of(task.frame, [part])  # alone: another part of the task would tell it more
            pages = pages_of_issue(views, part.issue) if part.issue else pages_of_loose_page(views, part.pages[0])
            outputs = [*pages, *(output for page in part.pages for output in texts(page))]
            answers.append(tuple(write(output) for output in outputs))
    if task.month:
        views = archive_of(task.frame, task.parts)
        held = [page for part in task.parts for page in part.pages]
        answers.append(tuple(write(output) for output in month_files(views, held, task.month)))
    return answers


def _write(site: Path, cache: Path, own_templates: Path | None, templates: str, output: Output) -> Written:
    content = output.body() if output.body else rendered(output, own_templates, templates, cache)
    return put(site, output.path, content)


@dataclass(frozen=True, slots=True)
class Lists:
    """Pages of lists to be written, each with its address, its template and what that sets."""

    cache: Path
    site: Path
    own_templates: Path | None
    templates: str  # a hash of all templates
    interface: str
    pages: tuple[tuple[str, str, Mapping[str, object]], ...]


def lists_written(task: Lists) -> list[Written]:
    """Their files."""
    language.use(task.interface)
    outputs = (Output(path, template, partial(_same, context)) for path, template, context in task.pages)
    return [_write(task.site, task.cache, task.own_templates, task.templates, output) for output in outputs]


def _same(context: Mapping[str, object]) -> Mapping[str, object]:
    return context
