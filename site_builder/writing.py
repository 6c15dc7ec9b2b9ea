"""Everything of the site, written by as many hands as there are, and nothing that stands already.

The pages of an issue are one unit, and so are a month's data, a page of a list, a single file. What goes into each is
hashed first; only where the hash is another than at the last build, or the files aren't as they were left, is it made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from site_builder.archive import Archive
from site_builder.cache import Cache, digest, plain
from site_builder.hosts import host_files
from site_builder.keyed import Keyed
from site_builder.model import Issue, Page
from site_builder.outputs import LISTS, issues, maps, single_files
from site_builder.parts import Frame, frame_of, part_of, printed
from site_builder.pool import Pool
from site_builder.render import compiled_entries, static_files, templates_key
from site_builder.search import build_index
from site_builder.tree import Tree
from site_builder.views import Views
from site_builder.work import Lists, Writing, lists_written, written

TOGETHER = 8  # parts written by one task, at most
PAGES = 40  # of lists, by one task
FEW = 6  # tasks: below it, worker processes cost more than they save

Progress = Callable[[str, int, int], None]


def write_site(
    archive: Archive, tree: Tree, cache: Cache, pool: Pool, progress: Progress, search: bool = True
) -> Mapping[str, Collection[str]]:
    """Write all files of the site. The answer tells which entries of the cache that has use for, by kind."""
    views = Views(archive, archive.settings.base_url)
    views.indexed = search
    frame = frame_of(views, templates_key(archive.settings.templates, archive.settings.interface))
    desk = _Desk(views, frame, frame.key, tree, cache, pool, progress)
    desk.write_parts()
    desk.write_lists()
    desk.write_files()
    used = compiled_entries(archive.settings.templates, frame.templates, cache.folder)
    progress("indexing", 0, 0)
    del desk, views, frame  # what they have worked out for lists leaves its room to the index,
    pool.let_go()  # and so does what workers hold of pages
    return {**used, **(build_index(archive, tree, cache, pool) if search else {})}


@dataclass(slots=True)
class _Desk:
    views: Views
    frame: Frame
    key: str  # of the frame
    tree: Tree
    cache: Cache
    pool: Pool
    progress: Progress
    done: int = 0
    keys: dict[str, str] = field(default_factory=dict)  # of parts, by the ids of their pages

    def _told(self, files: int) -> None:
        self.done += files
        self.progress("writing", self.done, 0)

    # ------------------------------------------------------------ issues, and data by month

    def write_parts(self) -> None:
        """The pages of each issue, and what is written by month."""
        months: defaultdict[str, list[Issue | Page]] = defaultdict(list)
        keys: dict[str, str] = {}
        stale: set[str] = set()
        for one in printed(self.views.archive):
            part = part_of(self.views, one)
            keys[one.id] = digest(self.key.encode(), plain(part))
            months[part.month].append(one)
            self.keys.update((page.id, keys[one.id]) for page in part.pages)
            if not self.tree.kept(f"issue {one.id}", keys[one.id]):
                stale.add(one.id)
        for month, held in months.items():
            keys[month] = digest(self.key.encode(), *(keys[one.id].encode() for one in held))
            if not self.tree.kept(f"month {month}", keys[month]):
                stale.add(month)
        plans = list(_plans(months, stale))
        tasks = map(self._writing, plans)
        for plan, answers in zip(plans, self.pool.run(written, tasks, few=FEW), strict=True):
            units = [("issue", one.id) for one in plan.due] + [("month", plan.month)] * bool(plan.month)
            for (kind, name), files in zip(units, answers, strict=True):
                self.tree.wrote(f"{kind} {name}", keys[name], files)
                self._told(len(files))

    def _writing(self, plan: _Plan) -> Writing:
        due = {one.id for one in plan.due}
        return Writing(
            cache=self.cache.folder,
            site=self.tree.folder,
            own_templates=self.frame.settings.templates,
            frame=self.frame,
            parts=tuple(part_of(self.views, one) for one in plan.held),
            stale=tuple(one.id in due for one in plan.held),
            month=plan.month,
        )

    # ------------------------------------------------------------ lists

    def write_lists(self) -> None:
        """The pages that lead to the issues."""
        keys: dict[str, str] = {}
        keyed = Keyed(self.views, self.keys)

        def stale() -> Iterator[tuple[str, str, Mapping[str, object]]]:
            for index in LISTS:
                for named, output in zip(index(keyed), index(self.views), strict=True):
                    told = named.context() if named.context else {}
                    key = digest(self.key.encode(), output.template.encode(), plain(told))
                    if not self.tree.kept(output.path, key):
                        keys[output.path] = key
                        yield output.path, output.template, output.context() if output.context else {}

        tasks = (self._lists(pages) for pages in _batches(stale(), PAGES))
        for files in self.pool.run(lists_written, tasks, few=FEW):
            for file in files:
                self.tree.wrote(file.path, keys.pop(file.path), [file])
            self._told(len(files))

    def _lists(self, pages: tuple[tuple[str, str, Mapping[str, object]], ...]) -> Lists:
        frame = self.frame
        settings = frame.settings
        return Lists(
            self.cache.folder, self.tree.folder, settings.templates, frame.templates, settings.interface, pages
        )

    # ------------------------------------------------------------ single files

    def write_files(self) -> None:
        """What is one file, and made here: data of the whole archive, feeds, sitemaps, what is copied."""
        pages = chain.from_iterable(index(self.views) for index in (issues, *LISTS))
        for output in chain(single_files(self.views), maps(pages, self.views.base_url)):
            assert output.body is not None
            self._write(output.path, output.body())
        settings = self.frame.settings
        for path, file in static_files(settings.templates):
            self._write(path, file.read_bytes())
        for path, content in host_files(settings.host):
            self._write(path, content)

    def _write(self, path: str, content: bytes) -> None:
        key = digest(content)
        if not self.tree.kept(path, key):
            self.tree.put(path, key, path, content)
        self._told(1)


class _Plan(NamedTuple):
    """What is written together: of the issues held those that are due, and the month whose data they are all of."""

    held: Sequence[Issue | Page]
    due: Sequence[Issue | Page]
    month: str = ""


def _plans(months: Mapping[str, Sequence[Issue | Page]], stale: Collection[str]) -> Iterator[_Plan]:
    """A month of few issues is read once, for its pages and its data."""
    for month, held in months.items():
        due = [one for one in held if one.id in stale]
        if month in stale and len(held) <= TOGETHER:
            yield _Plan(held, due, month)
            continue
        for start in range(0, len(due), TOGETHER):
            together = due[start : start + TOGETHER]
            yield _Plan(together, together)
        if month in stale:
            yield _Plan(held, (), month)


def _batches(
    pages: Iterator[tuple[str, str, Mapping[str, object]]], size: int
) -> Iterator[tuple[tuple[str, str, Mapping[str, object]], ...]]:
    batch: list[tuple[str, str, Mapping[str, object]]] = []
    for page in pages:
        batch.append(page)
        if len(batch) == size:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)
