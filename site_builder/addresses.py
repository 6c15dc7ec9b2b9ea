"""Every address of the site. They are decided here and nowhere else.

An address is relative to the site's root and names its file (`liaoyuan-ribao/2021/01-21/p1-03.html`), so the same
page has the same address on a host, under a sub-path and from disk. Ids are addresses without `.html`.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit

from site_builder.model import file_and_number
from site_builder.slugs import slug

HOME = "index.html"
DATES = "dates.html"
UNDATED = "dates/undated.html"
CITIES = "cities.html"
TOPICS = "topics.html"
FINDINGS = "findings.html"
SEARCH = "search.html"
NOT_FOUND = "404.html"
OPENSEARCH = "opensearch.xml"
COVERAGE = "data/coverage.jsonl"
SIMPLIFIED = "search/simplified.js"

RESERVED = frozenset((
    "404", "about", "cities", "data", "dates", "findings", "index", "pagefind", "robots", "search", "sitemap",
    "static", "topics", "undated",
))  # fmt: skip
"""Names at the site's root that no newspaper may take."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LONGEST_PART = 120  # characters of one part of an address: file systems hold 255 bytes
_WINDOWS = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)
_LETTERS = "bcdefghijklmnopqrstuvwxyz"


# ---------------------------------------------------------------- pages of the archive


def newspaper_url(newspaper_id: str) -> str:
    return f"{newspaper_id}.html"


def newspaper_year_url(newspaper_id: str, year: int) -> str:
    """
    >>> newspaper_year_url("liaoyuan-ribao", 2021)
    'liaoyuan-ribao/2021.html'
    """
    return f"{newspaper_id}/{year:04d}.html"


def issue_id(newspaper_id: str, date: dt.date, edition: str = "") -> str:
    """The id of all that a newspaper printed on one day.

    >>> issue_id("liaoyuan-ribao", dt.date(2021, 1, 21))
    'liaoyuan-ribao/2021/01-21'
    >>> issue_id("liaoyuan-ribao", dt.date(2021, 1, 21), "b")
    'liaoyuan-ribao/2021/01-21-b'
    """
    day = f"{newspaper_id}/{date.year:04d}/{date.month:02d}-{date.day:02d}"
    return f"{day}-{edition}" if edition else day


def html(id: str) -> str:
    """The address of the thing with this id."""
    return f"{id}.html"


def page_name(number: int | None, source: str) -> str:
    """A page's name in its issue: by its number, else by its source file's name.

    >>> page_name(1, "a/b.txt"), page_name(None, "a/第一版 (2).txt#2")
    ('p1', 'diyiban-2-2')
    """
    if number is not None:
        return f"p{number}"
    return slug(_source_name(source).rsplit("/", 1)[-1]) or "page"


def undated_id(source: str) -> str:
    """The id of a page without newspaper or date: its source's path, with what an address can't hold spelt out.

    >>> undated_id("box 3/p01_default.txt"), undated_id("p04.txt#2")
    ('undated/box-3/p01_default', 'undated/p04-2')
    """
    return "undated/" + "/".join(map(_safe_part, _source_name(source).split("/")))


def _safe_part(part: str) -> str:
    """A part of an address that every file system can hold: no name reserved by Windows, no dot at its end.

    >>> _safe_part("p01_default"), _safe_part("con"), _safe_part("a.")
    ('p01_default', 'con-page', 'a')
    """
    if not _PLAIN_NAME.fullmatch(part) or part.endswith(".") or len(part) > _LONGEST_PART:
        part = slug(part) or "page"
    return f"{part}-page" if part.split(".")[0].casefold() in _WINDOWS else part


def _source_name(source: str) -> str:
    """`a/b.txt#2` -> `a/b-2`."""
    file, number = file_and_number(source)
    stem = posixpath.splitext(file)[0]
    return stem if number == 1 else f"{stem}-{number}"


def free_id(wanted: str, taken: Collection[str]) -> str:
    """The id itself, or the first of `-b`, `-c` … that nothing else has.

    Upper and lower case are one, as they are to many file systems: `taken` holds ids folded by `folded`.

    >>> free_id("x/P1", {"x/p1", "x/p1-b"})
    'x/P1-c'
    """
    if folded(wanted) not in taken:
        return wanted
    for letter in _LETTERS:
        if folded(f"{wanted}-{letter}") not in taken:
            return f"{wanted}-{letter}"
    number = 2
    while folded(f"{wanted}-z{number}") in taken:
        number += 1
    return f"{wanted}-z{number}"


def folded(id: str) -> str:
    """The id as a file system that knows no case compares it."""
    return id.casefold()


def article_id(page_id: str, number: int) -> str:
    """The id of a page's article, counted from 1.

    >>> article_id("liaoyuan-ribao/2021/01-21/p1", 3), article_id("undated/p04", 12)
    ('liaoyuan-ribao/2021/01-21/p1-03', 'undated/p04/12')
    """
    return f"{page_id}{'/' if page_id.startswith('undated/') else '-'}{number:02d}"


# ---------------------------------------------------------------- indexes


def year_url(year: int) -> str:
    return f"dates/{year:04d}.html"


def month_url(year: int, month: int) -> str:
    return f"dates/{year:04d}/{month:02d}.html"


def day_url(date: dt.date) -> str:
    return f"dates/{date.year:04d}/{date.month:02d}-{date.day:02d}.html"


def city_url(city_id: str) -> str:
    return f"cities/{city_id}.html"


def topic_url(topic_id: str) -> str:
    return f"topics/{topic_id}.html"


def list_page(url: str, number: int) -> str:
    """The address of an older page of a long list; the newest stands at the list's own address.

    >>> list_page("topics/jiaoyu.html", 3)
    'topics/jiaoyu/3.html'
    """
    return f"{url.removesuffix('.html')}/{number}.html"


def list_of(url: str, name: str) -> str:
    """What the older pages of a second list on the page at `url` hang from.

    >>> list_page(list_of("cities/liaoyuan.html", "issues"), 1)
    'cities/liaoyuan/issues/1.html'
    """
    return f"{url.removesuffix('.html')}/{name}.html"


# ---------------------------------------------------------------- open data


def source_text(page_id: str) -> str:
    return f"data/sources/{page_id}.txt"


def data_file(kind: str, month: str) -> str:
    return f"data/{kind}/{month}.jsonl"


# ---------------------------------------------------------------- links


def relative(target: str, path: str) -> str:
    """The link to `target` as the page at `path` must write it; an anchor is kept, a full address left alone.

    A path that starts with `/` belongs to a page served at any depth (404.html): its links start at the root too.

    >>> relative("liaoyuan-ribao/2021/01-21.html#p1", "liaoyuan-ribao/2021/01-21/p1-03.html")
    '../01-21.html#p1'
    >>> relative("index.html", "index.html"), relative("a.html#p2", "a.html"), relative("#main", "x/a.html")
    ('index.html', '#p2', '#main')
    >>> relative("about/编者.html", "/archive/404.html"), relative("https://example.org/", "a.html")
    ('/archive/about/%E7%BC%96%E8%80%85.html', 'https://example.org/')
    """
    if ":" in target or target.startswith("#"):  # no address of the site has a colon
        return target
    file, mark, anchor = target.partition("#")
    if path.startswith("/"):
        link = path[: path.rindex("/") + 1] + file
    elif file == path and mark:
        link = ""
    else:
        link = _relative(file.split("/"), path.split("/")[:-1])
    return (link if link.isascii() else quote(link)) + mark + anchor


def _relative(file: list[str], folder: list[str]) -> str:
    """The way from a folder to a file, both from the root (posixpath.relpath takes four times as long)."""
    shared = 0
    for there, here in zip(file[:-1], folder, strict=False):
        if there != here:
            break
        shared += 1
    return "../" * (len(folder) - shared) + "/".join(file[shared:])


def base_path(base_url: str) -> str:
    """The path under which the site is served.

    >>> base_path("https://example.org/archive/"), base_path("")
    ('/archive/', '/')
    """
    path = urlsplit(base_url).path
    return path if path.endswith("/") else path + "/"


def absolute(url: str, base_url: str) -> str:
    """The full address, or `""` where nobody said where the site will live."""
    return base_url.rstrip("/") + "/" + quote(url, safe="/#") if base_url else ""
