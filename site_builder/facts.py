"""What the archive settles on where several sources speak of one page.

archive.toml overrules the masthead, which overrules the path, which overrules inference.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from site_builder import addresses
from site_builder.language import N_, _
from site_builder.mastheads import city_of, name_of_pinyin
from site_builder.model import FIRST_EDITION, Certainty, Finding, Newspaper, Page, PageFacts, Settings
from site_builder.slugs import slug

Fact = TypeVar("Fact")


class Claim(NamedTuple, Generic[Fact]):
    """What one source says, how it knows, and why one may believe it."""

    fact: Fact | None
    certainty: Certainty = "given"
    evidence: str = ""


def settle(settings: Settings, pages: Iterable[Page]) -> list[Page]:
    """The pages with their facts settled; the newspaper's name is still as its source wrote it."""
    return [_settled(page, settings.given(page.source.source)) for page in pages]


def _settled(page: Page, entry: PageFacts) -> Page:
    path, own = page.source.facts, page.facts
    newspaper = _strongest(
        Claim(entry.newspaper), Claim(own.newspaper, _known(page.newspaper_certainty)), Claim(path.newspaper)
    )
    number = _strongest(Claim(entry.page), Claim(own.page, _known(page.page_certainty)), Claim(path.page))
    said: Certainty = entry.date_certainty if entry.date_certainty in ("stated", "inferred") else "given"
    date = _strongest(
        Claim(entry.date, said, entry.evidence),
        Claim(own.date, _known(own.date_certainty), own.evidence),
        Claim(path.date, "given", path.evidence),
    )
    edition = entry.edition or own.edition or path.edition
    facts = replace(
        own,
        newspaper=newspaper.fact or "",
        city=entry.city or own.city or path.city,
        date=date.fact,
        date_certainty=date.certainty,
        evidence=entry.evidence or date.evidence,
        page=number.fact,
        edition="" if edition == FIRST_EDITION else edition,
        issue_number=entry.issue_number or own.issue_number or path.issue_number,
        weekday=entry.weekday or own.weekday or path.weekday,
        lunar_date=entry.lunar_date or own.lunar_date or path.lunar_date,
        page_count=entry.page_count or own.page_count or path.page_count,
    )
    return replace(
        page,
        facts=facts,
        newspaper_certainty=newspaper.certainty,
        page_certainty=number.certainty,
        findings=(*page.findings, *_disagreements(page, entry)),
    )


_DATE_DIFFERS = N_("版面所印的日期是 {printed}，文件路径所记的是 {filed}；这里以版面为准。")
_NEWSPAPER_DIFFERS = N_("版面所印的报纸是 {printed}，文件路径所记的是 {filed}；这里以版面为准。")
_PAGE_DIFFERS = N_("版面所印的版次是 第{printed}版，文件路径所记的是 第{filed}版；这里以版面为准。")


def _disagreements(page: Page, entry: PageFacts) -> list[Finding]:
    """Where the path contradicts what is printed, and archive.toml does not settle it: a misfiled or a misread page."""
    path, own = page.source.facts, page.facts
    pairs = []
    if own.date_certainty == "stated" and own.date and path.date and own.date != path.date and not entry.date:
        pairs.append((_DATE_DIFFERS, own.date.isoformat(), path.date.isoformat()))
    same = _key(own.newspaper) == _key(path.newspaper) or slug(own.newspaper) == slug(path.newspaper)
    named = bool(own.newspaper and path.newspaper) and page.newspaper_certainty == "stated"
    if named and not same and not entry.newspaper:
        pairs.append((_NEWSPAPER_DIFFERS, own.newspaper, path.newspaper))
    if page.page_certainty == "stated" and own.page and path.page and own.page != path.page and not entry.page:
        pairs.append((_PAGE_DIFFERS, f"{own.page}", f"{path.page}"))
    return [Finding("path-differs", _(message, printed=printed, filed=filed)) for message, printed, filed in pairs]


def _known(certainty: Certainty) -> Certainty:
    """What a page says without telling how it knows was printed on it."""
    return "stated" if certainty == "unknown" else certainty


def _strongest(entry: Claim[Fact], own: Claim[Fact], path: Claim[Fact]) -> Claim[Fact]:
    """The claim that holds, of archive.toml's, the page's own and the path's."""
    order = (entry, own, path) if own.certainty == "stated" else (entry, path, own)
    return next((claim for claim in order if claim.fact), Claim(None, "unknown"))


class Register:
    """The newspapers: those that archive.toml declares, and those that its pages name besides."""

    def __init__(self, settings: Settings, pages: Sequence[Page]) -> None:
        self._settings = settings
        self._by_name: dict[str, Newspaper] = {}
        for declared in settings.newspapers:
            newspaper = replace(declared, city=city_of(declared.name, settings))
            for name in (newspaper.id, newspaper.name, *newspaper.other_names):
                self._by_name[_key(name)] = newspaper
        self._add_found(pages)

    @property
    def newspapers(self) -> tuple[Newspaper, ...]:
        """All of them, by id."""
        return tuple(sorted(dict.fromkeys(self._by_name.values()), key=lambda newspaper: newspaper.id))

    def named(self, page: Page) -> Page:
        """The page with its newspaper, and with that newspaper's display name and city among its facts.

        The city is archive.toml's for the page or its newspaper, else the one that the newspaper's name tells (a path
        may be all that names it), else what the page says of itself.
        """
        newspaper = self._by_name.get(_key(page.facts.newspaper)) if page.facts.newspaper else None
        if newspaper is None:
            return page
        given = self._settings.given(page.source.source).city
        city = given or newspaper.city or page.facts.city
        return replace(page, newspaper=newspaper, facts=replace(page.facts, newspaper=newspaper.name, city=city))

    def _add_found(self, pages: Sequence[Page]) -> None:
        """A newspaper for every name that nobody declared. A path's `jilin-ribao` and a masthead's 吉林日报 are one."""
        cities: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for page in pages:
            name = page.facts.newspaper
            if name and _key(name) not in self._by_name:
                cities[name][page.facts.city] += 1
        taken = {newspaper.id for newspaper in self._by_name.values()} | addresses.RESERVED
        ids: dict[str, Newspaper] = {newspaper.id: newspaper for newspaper in self._by_name.values()}
        # Names before ids: what is no address itself is the better name to display.
        for name in sorted(cities, key=lambda name: (slug(name) == name, name)):
            if name in ids:
                self._by_name[_key(name)] = ids[name]
            elif _key(name) not in self._by_name:
                id = addresses.free_id(slug(name) or "newspaper", taken)
                title = name_of_pinyin(name) or name
                found = Newspaper(id, title, city=city_of(title, self._settings) or _usual(cities[name]))
                ids[found.id] = self._by_name[_key(name)] = found
                taken.add(found.id)


def _key(name: str) -> str:
    """Names that differ in width, case or spacing alone are one."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _usual(names: Counter[str]) -> str:
    """The most frequent name, empty ones left aside.

    >>> _usual(Counter({"": 9, "长春": 2, "吉林": 2}))
    '吉林'
    """
    return min((name for name in names if name), key=lambda name: (-names[name], name), default="")
