"""archive.toml -> Settings, every key checked. A mistake is an error with its line and, for a slip, a guess.

To add a setting: a field in model.Settings, a row in the table of its keys, a line in the README.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from site_builder.addresses import RESERVED
from site_builder.errors import SourceError, did_you_mean
from site_builder.hosts import HOSTS
from site_builder.language import INTERFACES, is_traditional
from site_builder.model import (
    FIRST_EDITION,
    Certainty,
    City,
    Days,
    Newspaper,
    PageEntry,
    PageFacts,
    Settings,
    Topic,
    file_and_number,
)
from site_builder.slugs import slug
from site_builder.toml_tables import Table, decoded, parse

FILE = "archive.toml"

ARCHIVE_KEYS = (
    "title", "description", "base_url", "host", "language", "interface", "rights", "contact", "templates", "withhold",
    "newspapers", "cities", "topics", "pages",
)  # fmt: skip
NEWSPAPER_KEYS = (
    "id", "name", "other_names", "city", "publisher", "first", "last", "missing", "not_published",
)  # fmt: skip
CITY_KEYS = ("id", "name", "other_names")
TOPIC_KEYS = ("id", "name", "words")
PAGE_KEYS = ("source", "newspaper", "city", "date", "date_certainty", "evidence", "page", "edition")

GIVEN_CERTAINTIES: tuple[Certainty, ...] = ("given", "stated", "inferred")

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MAIL = re.compile(r"[^\s@/:<>]+@[^\s@/:<>]+\.[^\s@/:<>]+")


def read_settings(folder: Path) -> Settings:
    """The settings in the folder's archive.toml; a folder without one is an archive with every default."""
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; give the folder that holds the page texts")
    file = folder / FILE
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise SourceError(f"{FILE}: is a link that leads nowhere; mend or remove it") from None
        return Settings()
    except OSError as error:
        raise SourceError(f"{FILE}: can't be read ({error.strerror}); mend or remove it") from None
    return parse_settings(decoded(data, FILE), folder)


def parse_settings(text: str, folder: Path) -> Settings:
    r"""The settings in the text of an archive.toml; `templates` is looked for from `folder`.

    >>> parse_settings('titel = "白城日报"', Path())
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: archive.toml, line 1: unknown key 'titel'; did you mean 'title'?
    >>> [newspaper.id for newspaper in parse_settings('[[newspapers]]\nname = "白城日报"', Path()).newspapers]
    ['baicheng-ribao']
    """
    archive = parse(FILE, text, ARCHIVE_KEYS)
    newspapers = [(_newspaper(table), table) for table in archive.tables("newspapers", NEWSPAPER_KEYS)]
    cities = [(_city(table), table) for table in archive.tables("cities", CITY_KEYS)]
    topics = [(_topic(table), table) for table in archive.tables("topics", TOPIC_KEYS)]
    for things in (newspapers, cities, topics):
        _check_distinct(things)
    return Settings(
        title=archive.text("title"),
        description=archive.text("description"),
        base_url=_base_url(archive),
        host=archive.one_of("host", tuple(HOSTS)),
        language=_language(archive),
        interface=_interface(archive),
        rights=archive.text("rights"),
        contact=_contact(archive),
        templates=_templates(archive, folder),
        withhold=_withhold(archive),
        newspapers=tuple(one for one, _ in newspapers),
        cities=tuple(one for one, _ in cities),
        topics=tuple(one for one, _ in topics),
        pages=_pages(archive),
    )


def check_pages(settings: Settings, sources: Iterable[str], unreadable: Iterable[str] = ()) -> None:
    """Refuse a [[pages]] table for a page that isn't there: its facts would be lost without a word.

    `sources` are the sources of all pages, `unreadable` those of files that couldn't be read: how many pages these
    hold nobody knows, so facts for any are let pass.

        >>> check_pages(Settings(pages=(PageEntry("p1.tx", PageFacts()),)), ["p1.txt", "p2.txt"])
        Traceback (most recent call last):
        ...
        site_builder.errors.SourceError: archive.toml: [[pages]] no. 1: there is no page 'p1.tx'; did you mean 'p1.txt'?
    """
    known = list(dict.fromkeys(sources))
    there, passed = frozenset(known), frozenset(unreadable)
    for number, entry in enumerate(settings.pages, start=1):
        if entry.source not in there and file_and_number(entry.source)[0] not in passed:
            guess = did_you_mean(entry.source, known) or (
                "; a source is a file's path from the source folder, such as 'liaoyuan-ribao/2021-01-21/p1.txt',"
                " with '#2' after it for the second page of a file"
            )
            raise SourceError(f"{FILE}: [[pages]] no. {number}: there is no page {entry.source!r}{guess}")


def base_address(url: str) -> str | None:
    """A site's absolute address with its closing slash, or None if this is no such address.

    >>> base_address("https://example.org/archive"), base_address("http://127.0.0.1:8000/")
    ('https://example.org/archive/', 'http://127.0.0.1:8000/')
    >>> [base_address(url) for url in ("example.org", "ftp://a.org/", "https://", "https://a.org/?x", "https://a b")]
    [None, None, None, None, None]
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or any(char in url for char in "?# \t\r\n\"'<>\\"):
        return None
    return url if url.endswith("/") else url + "/"


# ---------------------------------------------------------------- one setting each


def _newspaper(table: Table) -> Newspaper:
    name = table.required("name")
    newspaper = Newspaper(
        id=_id(table, name, RESERVED),
        name=name,
        other_names=table.texts("other_names"),
        city=table.text("city"),
        publisher=table.text("publisher"),
        first=table.date("first"),
        last=table.date("last"),
        missing=table.days("missing"),
        not_published=table.days("not_published"),
    )
    _check_days(newspaper, table)
    return newspaper


def _check_days(newspaper: Newspaper, table: Table) -> None:
    """What is said of a newspaper's days must fit together: a day can't be both missing and without a paper."""
    first, last = newspaper.first or dt.date.min, newspaper.last or dt.date.max
    if last < first:
        table.fail("last", f"is {last}, before 'first', {first}")
    for days in newspaper.missing:
        if days.first < first or days.last > last:
            key = "first" if days.first < first else "last"
            table.fail("missing", f"has {_stretch(days)}, outside what {key!r} says; nothing was published then")
        for none in newspaper.not_published:
            if none.first <= days.last and days.first <= none.last:
                both = Days(max(none.first, days.first), min(none.last, days.last))
                table.fail("missing", f"has {_stretch(both)}, as has 'not_published'; only one of them can be right")


def _stretch(days: Days) -> str:
    return f"{days.first}" if days.first == days.last else f"{days.first} to {days.last}"


def _city(table: Table) -> City:
    name = table.required("name")
    return City(id=_id(table, name), name=name, other_names=table.texts("other_names"))


def _topic(table: Table) -> Topic:
    """A topic without words is looked for by its name."""
    name = table.required("name")
    return Topic(id=_id(table, name), name=name, words=table.texts("words") or (name,))


def _id(table: Table, name: str, reserved: frozenset[str] = frozenset()) -> str:
    """The id given, or the name in pinyin. It is an address, so it must look like one and be free."""
    given = table.text("id")
    if given and not _ID.fullmatch(given):
        table.fail("id", f"is {given!r}, which can't be an address; use a-z, 0-9 and hyphens, such as {slug(name)!r}")
    id = given or slug(name)
    if id in reserved:
        key, advice = ("id", "choose another") if given else ("name", "give it an id of its own")
        table.fail(key, f"would stand at {id}.html, which is a page or folder of the site; {advice}")
    return id


def _pages(archive: Table) -> tuple[PageEntry, ...]:
    entries: dict[str, PageEntry] = {}
    for table in archive.tables("pages", PAGE_KEYS):
        source = unicodedata.normalize("NFC", table.required("source"))
        if source in entries:
            first = list(entries).index(source) + 1
            table.fail("source", f"is {source!r}, as in [[pages]] no. {first}; put the facts of a page in one table")
        entries[source] = PageEntry(source, _page_facts(table))
    return tuple(entries.values())


def _page_facts(table: Table) -> PageFacts:
    date = table.date("date")
    certainty = table.one_of("date_certainty", GIVEN_CERTAINTIES)
    if certainty and date is None:
        table.fail("date_certainty", "stands without a date; give the date too, or leave both out")
    edition = table.text("edition")
    if "edition" in table.values and not edition:
        edition = FIRST_EDITION
    elif edition and not re.fullmatch("[b-z]", edition):
        table.fail("edition", f"is {edition!r}; use 'b' for a day's second edition, 'c' for a third, '' for the first")
    known: Certainty = next((one for one in GIVEN_CERTAINTIES if one == certainty), "given")
    return PageFacts(
        newspaper=table.text("newspaper"),
        city=table.text("city"),
        date=date,
        date_certainty=known if date else "unknown",
        evidence=table.text("evidence"),
        page=table.number("page"),
        edition=edition,
    )


def _base_url(archive: Table) -> str:
    given = archive.text("base_url")
    address = base_address(given) if given else ""
    if address is None:
        archive.fail("base_url", f"is {given!r}; it must be an absolute address such as 'https://example.org/archive/'")
    return address


def _language(archive: Table) -> str:
    given = archive.text("language") or Settings().language
    if not _LANGUAGE.fullmatch(given):
        archive.fail("language", f"is {given!r}; it must be a language tag such as 'zh-CN'")
    return given


def _interface(archive: Table) -> str:
    """Which language the site speaks: as given, else Traditional Chinese where that is what was printed."""
    traditional = is_traditional(archive.text("language"))
    return archive.one_of("interface", INTERFACES) or ("zh-Hant" if traditional else Settings().interface)


def _contact(archive: Table) -> str:
    given = archive.text("contact")
    if given and not _MAIL.fullmatch(given):
        try:
            parts = urlsplit(given)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", given)
        except ValueError:
            is_address = False
        if not is_address:
            archive.fail(
                "contact",
                f"is {given!r}; it must be a mail address such as 'editors@example.org', or a web address"
                " that begins with https://",
            )
    return given


def _templates(archive: Table, folder: Path) -> Path | None:
    given = archive.text("templates")
    if given and not (folder / given).is_dir():
        archive.fail("templates", f"is {given!r}, but {folder / given} is no folder; make it or leave the key out")
    return folder / given if given else None


def _withhold(archive: Table) -> tuple[str, ...]:
    """Ids of articles. Whether such articles exist is known only when the archive is gathered."""
    given = archive.texts("withhold")
    for number, id in enumerate(given):
        if "://" in id or id.endswith(".html") or id.startswith("/") or "/" not in id:
            archive.fail(
                ("withhold", number),
                f"has {id!r}; give an article's id, such as 'liaoyuan-ribao/2021/01-21/p1-03' (its address without"
                " the site's and without '.html')",
            )
    return given


# ---------------------------------------------------------------- what no two may share


def _check_distinct(things: Sequence[tuple[Newspaper | City | Topic, Table]]) -> None:
    """No two newspapers (cities, topics) may share an id or a name, another name included: a mention must mean one."""
    ids: dict[str, int] = {}
    owners: dict[str, int] = {}
    for number, (thing, table) in enumerate(things):
        first = ids.setdefault(thing.id, number)
        if first != number:
            other = f"[[{table.path[0]}]] no. {first + 1} ({things[first][0].name})"
            has = "has" if "id" in table.values else "would by its name have"
            raise SourceError(
                f"{table.at('id')}: {thing.name!r}{table.where} {has} the id {thing.id!r}, as {other};"
                " give one of them another id"
            )
        other_names = () if isinstance(thing, Topic) else thing.other_names
        for name in (thing.name, *other_names):
            first = owners.setdefault(name, number)
            if first != number:
                key = "name" if name == thing.name else "other_names"
                table.fail(key, f"has {name!r}, as [[{table.path[0]}]] no. {first + 1}; join the two or rename one")
