"""What search engines ask for: sitemap.xml and robots.txt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from xml.sax.saxutils import escape

from site_builder.addresses import absolute

LARGEST = 50_000  # addresses in one sitemap, by sitemaps.org
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


def sitemaps(paths: Sequence[str], base_url: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The sitemap's file, or several with an index; none where no full addresses can be given."""
    if not base_url:
        return
    if len(paths) <= LARGEST:
        yield "sitemap.xml", partial(_sitemap, "urlset", "url", paths, base_url)
        return
    parts = {
        f"sitemap-{number}.xml": paths[start : start + LARGEST]
        for number, start in enumerate(range(0, len(paths), LARGEST), 1)
    }
    yield "sitemap.xml", partial(_sitemap, "sitemapindex", "sitemap", list(parts), base_url)
    for path, part in parts.items():
        yield path, partial(_sitemap, "urlset", "url", part, base_url)


def _sitemap(root: str, item: str, paths: Iterable[str], base_url: str) -> bytes:
    rows = "".join(f"<{item}><loc>{escape(absolute(path, base_url))}</loc></{item}>\n" for path in paths)
    return f"{_HEAD}<{root} {_NAMESPACE}>\n{rows}</{root}>\n".encode()
