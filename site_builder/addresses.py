"""Every address of the site. They are decided here and nowhere else.

An address is relative to the site's root and names its file (`liaoyuan-ribao/2021/01-21/p1-03.html`), so the same
page has the same address on a host, under a sub-path and from disk. Ids are addresses without `.html`.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import quote, urlsplit

from site_builder.model import file_and_number
from site_builder.slugs import slug

HOME = "index.html"
DATES = "dates.html"
UNDATED = "dates/undated.html"
CITIES = "cities.html"
TOPICS = "topics.html"
FINDINGS = "findings.html"
CHANGES = "changes.html"
REPORTERS = "reporters.html"
SEARCH = "search.html"
NOT_FOUND = "404.html"
OPENSEARCH = "opensearch.xml"
COVERAGE = "data/coverage.jsonl"
CHANGES_DATA = "data/changes.jsonl"
SIMPLIFIED = "search/simplified.js"
MESSAGES = "static/messages.js"  # what the scripts say, in another language than their own

RESERVED = frozenset((
    "404", "about", "changes", "cities", "data", "dates", "feed", "findings", "index", "pagefind", "reporters",
    "robots", "search", "sitemap", "static", "topics", "undated",
))  # fmt: skip
"""Names at the site's root that no newspaper may take."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OUR_ENDING = re.compile(r"\.(html|txt)$", re.IGNORECASE)
_LONGEST_PART = 120  # characters of one part of an address: file systems hold 255 bytes
_WINDOWS = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)
_NO_QUOTING = re.compile(r"[\w./#~-]*", re.ASCII)
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

    Nor does it end as the site's own files do: the folder of the page `x.html` would stand where the file of `x` is.

    >>> _safe_part("p01_default"), _safe_part("con"), _safe_part("a."), _safe_part("x.html")
    ('p01_default', 'con-page', 'a', 'x-html')
    """
    part = _OUR_ENDING.sub(r"-\1", part)
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


def changes_url(date: dt.date) -> str:
    """What changed in the archive on a day.

    >>> changes_url(dt.date(2026, 11, 22))
    'changes/2026/11-22.html'
    """
    return f"changes/{date.year:04d}/{date.month:02d}-{date.day:02d}.html"


def changes_anchor(date: dt.date) -> str:
    """A day's place on the page of all days: it answers when the day's own page, with nothing left on it, is gone.

    >>> changes_anchor(dt.date(2026, 11, 22))
    'changes.html#2026-11-22'
    """
    return f"{CHANGES}#{date.isoformat()}"


def city_url(city_id: str) -> str:
    return f"cities/{city_id}.html"


def topic_url(topic_id: str) -> str:
    return f"topics/{topic_id}.html"


def reporter_url(reporter_id: str) -> str:
    return f"reporters/{reporter_id}.html"


def initial_url(letter: str) -> str:
    """The list of the names under a letter. No name is spelt so: none is of one word with a digit.

    >>> initial_url("Z"), initial_url("#")
    ('reporters/0-z.html', 'reporters/0-0.html')
    """
    return f"reporters/0-{letter.casefold().replace('#', '0')}.html"


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


def feed(url: str, ending: str) -> str:
    """The feed of what the page at `url` lists; that of the whole archive stands at the site's root.

    >>> feed("topics/jiaoyu.html", "xml"), feed("index.html", "json")
    ('topics/jiaoyu/feed.xml', 'feed.json')
    """
    return f"feed.{ending}" if url == HOME else f"{url.removesuffix('.html')}/feed.{ending}"


# ---------------------------------------------------------------- open data


def source_text(page_id: str) -> str:
    return f"data/sources/{page_id}.txt"


def other_reading(page_id: str, label: str) -> str:
    """Another reading of a page's text, which is not published.

    >>> other_reading("liaoyuan-ribao/2021/01-21/p1", "Tesseract 5")
    'data/sources/liaoyuan-ribao/2021/01-21/p1.alt-tesseract-5.txt'
    """
    return f"data/sources/{page_id}.alt-{slug(label) or 'other'}.txt"


def source_page(page_id: str, line: int = 0) -> str:
    """The page that shows a source text with its lines numbered, or one of its lines: beside the articles, as their 00.

    >>> source_page("liaoyuan-ribao/2021/01-21/p1", 12)
    'liaoyuan-ribao/2021/01-21/p1-00.html#L12'
    """
    return html(article_id(page_id, 0)) + (f"#L{line}" if line else "")


def data_file(kind: str, month: str) -> str:
    return f"data/{kind}/{month}.jsonl"


def citation_file(month: str, ending: str) -> str:
    return f"data/citations/{month}.{ending}"


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
        there, name = file.rpartition("/")[::2]
        link = _way(there, path.rpartition("/")[0]) + name
    return (link if link.isascii() else quote(link)) + mark + anchor


@lru_cache(maxsize=4096)  # thousands of pages share a folder, and what they link to as well
def _way(there: str, here: str) -> str:
    """The way from one folder to another, both from the root.

    >>> _way("dates/2021", "liaoyuan-ribao/2021/01-21"), _way("liaoyuan-ribao/2021", "liaoyuan-ribao/2021/01-21")
    ('../../../dates/2021/', '../')
    >>> _way("", "dates"), _way("dates", ""), _way("dates", "dates")
    ('../', 'dates/', '')
    """
    target, folder = (path.split("/") if path else [] for path in (there, here))
    shared = 0
    for step, own in zip(target, folder, strict=False):
        if step != own:
            break
        shared += 1
    return "../" * (len(folder) - shared) + "".join(f"{step}/" for step in target[shared:])


def base_path(base_url: str) -> str:
    """The path under which the site is served.

    >>> base_path("https://example.org/archive/"), base_path("")
    ('/archive/', '/')
    """
    path = urlsplit(base_url).path
    return path if path.endswith("/") else path + "/"


def absolute(url: str, base_url: str) -> str:
    """The full address, or `""` where nobody said where the site will live."""
    if not base_url:
        return ""
    base = base_url if base_url[-1] == "/" else base_url + "/"
    return base + (url if _NO_QUOTING.fullmatch(url) else quote(url, safe="/#"))  # quoting costs as much as all else
