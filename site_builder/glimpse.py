"""`--serve`: the pages of an issue as a saved page makes them, some seconds before the whole site is built anew.

Of what a build has found out, nearly all still holds when one file of an issue has changed: its neighbours, the names
and addresses of everything else. So the issue alone is gathered again and its pages are written into the site that is
served. Lists, data and search follow with the next build, which takes nothing for granted that is done here. Where more
may have changed (what must not be shown, corrections, another date), it is left to that.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from site_builder import sources, store
from site_builder.archive import Archive, gather
from site_builder.build import Options, Result, cache_folder, day_of_build, known_pages
from site_builder.cache import Cache
from site_builder.errors import SourceError
from site_builder.ledger import Ledger
from site_builder.matching import issue_of
from site_builder.model import Article, Issue, Page, file_and_number
from site_builder.parts import frame_of, part_of
from site_builder.permalinks import Rules
from site_builder.render import templates_key
from site_builder.seen import told
from site_builder.views import Views
from site_builder.work import Restoring, Writing, base_key, restored, written

Value = TypeVar("Value")

_STANDING = frozenset({"holdings", "issue_neighbours", "issues_of", "parts_of", "former", "page_corrections"})
"""What of an archive is taken over as it was. What isn't is worked out anew, or left out."""


def show(result: Result, options: Options, changed: Collection[Path]) -> str:
    """Write the pages of the one issue that a changed file belongs to; its id, or nothing if a build has to tell."""
    archive = result.archive
    if archive is None or options.no_cache or len(changed) != 1:
        return ""
    (path,) = changed
    try:
        file = sources.source_name(path.resolve(), options.source.resolve())
        issue = _issue_of(archive, file)
        if issue is None or _delicate(archive, issue):
            return ""
        cache = Cache(cache_folder(options))
        store.use(cache)
        anew = _gathered(archive, issue, options, cache)
        if anew is not None:
            _write(_with(archive, issue, anew), anew.issues[0], options, cache)
            return issue.id
    except Exception:  # whatever it is, the build that follows says what is wrong
        return ""
    return ""


def _issue_of(archive: Archive, file: str) -> Issue | None:
    """The issue that all pages of a source file belong to."""
    found = {
        issue.id: issue
        for issue in archive.issues
        for page in issue.pages
        if file_and_number(page.source.source)[0] == file
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _delicate(archive: Archive, issue: Issue) -> bool:
    """Whether the issue holds something that must not be shown, or that an editor has set right."""
    here = {page.id for page in issue.pages}
    return any(article.withheld for article in issue.articles) or any(
        one.page_id in here or issue_of(one.page_id) == issue.id for one in archive.corrections
    )


def _gathered(archive: Archive, issue: Issue, options: Options, cache: Cache) -> Archive | None:
    """An archive of the issue alone, as its files are now; None if they make another issue."""
    settings = sources.read_settings(options.source)
    base = base_key(settings)
    pages: list[Page] = []
    for file in dict.fromkeys(file_and_number(page.source.source)[0] for page in issue.pages):
        path = options.source / file
        found = known_pages(map(told, sources.read_pages(path, options.source)), options, settings, base, cache)
        if found is None:
            answer = restored(Restoring(options.source, cache.folder, settings, base, (path,)))[0]
            if isinstance(answer, SourceError):
                return None
            found = answer
        pages += found
    lines = {line.id: line for line in archive.permalinks.ledger if issue_of(line.page) == issue.id}
    rules = Rules(patient=True, day=day_of_build(os.environ).isoformat())
    shown = replace(archive.settings, withhold=())  # the issue holds nothing of these
    anew = gather(shown, pages, ledger=Ledger(lines), rules=rules)
    same = len(anew.issues) == 1 and not anew.undated and anew.issues[0].id == issue.id
    return anew if same and anew.issues[0].newspaper.id == issue.newspaper.id else None


def _with(archive: Archive, issue: Issue, anew: Archive) -> Archive:
    """The archive with the issue in its place. What is known of the rest is taken over as it was."""
    (fresh,) = anew.issues
    known = {name: value for name, value in archive.__dict__.items() if name in _STANDING}
    old = {article.id for article in issue.articles}
    page_ids = {page.id for page in issue.pages}
    whole = replace(archive, issues=tuple(fresh if one.id == issue.id else one for one in archive.issues))
    known["page_of"] = _patched(archive.page_of, page_ids, anew.page_of)
    known["issue_of"] = _patched(archive.issue_of, page_ids, anew.issue_of)
    known["article_of"] = _patched(archive.article_of, old, anew.article_of)
    known["findings_of"] = _patched(archive.findings_of, old | page_ids, anew.findings_of)
    known["_wholes"] = _patched(archive._wholes, old, anew._wholes)
    known["neighbours"] = _patched(archive.neighbours, old, _neighbours(archive, issue, fresh))
    whole.__dict__.update(known)
    return whole


def _patched(known: Mapping[str, Value], gone: Collection[str], new: Mapping[str, Value]) -> dict[str, Value]:
    return {id: value for id, value in known.items() if id not in gone} | dict(new)


def _neighbours(archive: Archive, issue: Issue, fresh: Issue) -> dict[str, tuple[Article | None, Article | None]]:
    """What stands before and after each article of the issue, within it and round it."""
    before: Sequence[Article | None] = [archive.neighbours[one.id][0] for one in issue.articles[:1]]
    after: Sequence[Article | None] = [archive.neighbours[one.id][1] for one in issue.articles[-1:]]
    run = [*(before or [None]), *fresh.articles, *(after or [None])]
    found: dict[str, tuple[Article | None, Article | None]] = {}
    for previous, article, following in zip(run, run[1:], run[2:], strict=False):
        if article is not None:
            found[article.id] = (previous, following)
    return found


def _write(archive: Archive, issue: Issue, options: Options, cache: Cache) -> None:
    settings = archive.settings
    views = Views(archive, settings.base_url)
    frame = frame_of(views, templates_key(settings.templates, settings.interface))
    out = options.out.resolve()
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.glimpse-", dir=out.parent) as folder:
        site = Path(folder)
        task = Writing(cache.folder, site, settings.templates, frame, (part_of(views, issue),), (True,))
        for files in written(task):
            for file in files:
                target = out / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                (site / file.path).replace(target)
