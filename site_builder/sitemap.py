"""What search engines ask for: sitemaps by year of issue, and robots.txt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from site_builder.addresses import absolute
from site_builder.xml_text import escape

LARGEST = 50_000  # addresses in one sitemap, by sitemaps.org; so many of ours are some 5 MB of the 50 allowed
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def robots(base_url: str) -> bytes:
    """Everybody may read everything; the sitemap is named if its full address is known.

    >>> print(robots("https://example.org/").decode(), end="")
    User-agent: *
    Allow: /
    Sitemap: https://example.org/sitemap.xml
    """
    sitemap = f"Sitemap: {absolute('sitemap.xml', base_url)}\n" if base_url else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def sitemaps(listed: Mapping[int | None, Sequence[str]], base_url: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """An index, and a sitemap of each year's issues and articles and one of all other pages; none without an address.

    A year that comes to an end keeps its file from then on. All stand at the root: a sitemap may list only what lies
    in its own folder or below. When a page was last changed no build knows, so none says so.

    >>> [path for path, body in sitemaps({None: ["index.html"], 2021: ["a/2021/01-21.html"]}, "https://example.org/")]
    ['sitemap.xml', 'sitemap-pages.xml', 'sitemap-2021.xml']
    """
    if not base_url:
        return
    parts: dict[str, Sequence[str]] = {}
    for year, paths in sorted(listed.items(), key=lambda one: one[0] or 0):
        name = f"sitemap-{year or 'pages'}"
        for number, start in enumerate(range(0, len(paths), LARGEST), 1):
            parts[f"{name}.xml" if number == 1 else f"{name}-{number}.xml"] = paths[start : start + LARGEST]
    yield "sitemap.xml", partial(_sitemap, "sitemapindex", "sitemap", list(parts), base_url)
    for path, part in parts.items():
        yield path, partial(_sitemap, "urlset", "url", part, base_url)


def _sitemap(root: str, item: str, paths: Iterable[str], base_url: str) -> bytes:
    rows = "".join(f"<{item}><loc>{escape(absolute(path, base_url))}</loc></{item}>\n" for path in paths)
    return f"{_HEAD}<{root} {_NAMESPACE}>\n{rows}</{root}>\n".encode()
