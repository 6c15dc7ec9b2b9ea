"""Citations as files for reference managers: BibTeX, RIS, CSL-JSON.

An article has no files of its own: three for each would be 30,000 more for 10,000 articles, and hosts limit the number
of files. Nor does its page hold all three: they would be as long as all its citations. Its RIS stands there, in the
link that saves it, which needs no script and no server; when somebody opens the citations, `static/citing-files.js`
makes BibTeX and CSL-JSON of it, and must say the same as this module. Those of all articles of a month stand beside
its data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from site_builder.archive import Archive
from site_builder.cited import Cited, cited
from site_builder.language import N_, _
from site_builder.model import Page

INFERRED = N_("日期系推断")
_TEX = str.maketrans(
    {character: f"\\{character}" for character in "#$%&_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
_NO_URL = [(mark, quote(mark)) for mark in map(chr, (*b'% "#<>[\\]^`{|}', *range(0x20), *range(0x7F, 0xA0)))]


def bibtex(works: Iterable[Cited]) -> str:
    r"""BibTeX; BibLaTeX and the Chinese styles take `date` and `entrysubtype` from it too. The key is the article's id.

    A name of several words is braced, or its last word would be taken for a surname.
    """
    return "".join(map(_bibtex, works))


def _bibtex(work: Cited) -> str:
    fields = [
        ("author", " and ".join(f"{{{_tex(name)}}}" if " " in name else _tex(name) for name in work.authors)),
        ("title", _tex(work.named)),
        ("journal", _tex(work.newspaper)),
        ("entrysubtype", "newspaper"),
        ("date", f"{work.date}" if work.date else ""),
        ("year", f"{work.date.year}" if work.date else ""),
        ("pages", _pages(work)),
        ("note", _(INFERRED) if work.inferred else ""),
        ("url", work.url),
    ]
    lines = [f"  {key} = {{{value}}}" for key, value in fields if value]
    return f"@article{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return text.translate(_TEX)


def ris(works: Iterable[Cited]) -> str:
    """RIS: a newspaper article is NEWS, its newspaper T2, the archive that holds it DP."""
    return "".join(map(_ris, works))


def _ris(work: Cited) -> str:
    fields = [
        ("TY", "NEWS"),
        *(("AU", name) for name in work.authors),
        ("TI", work.named),
        ("T2", work.newspaper),
        ("CY", work.place),
        ("DA", work.date.isoformat().replace("-", "/") if work.date else ""),
        ("PY", f"{work.date.year}" if work.date else ""),
        ("SP", _pages(work)),
        ("LA", work.language),
        ("N1", _(INFERRED) if work.inferred else ""),
        ("DP", work.archive),
        ("UR", work.url),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - \n"


def csl_json(works: Iterable[Cited]) -> str:
    """CSL-JSON, the form that pandoc and citeproc read. A name is literal: nothing tells surname from given name."""
    return json.dumps([_csl(work) for work in works], ensure_ascii=False, separators=(",", ":")) + "\n"


def _csl(work: Cited) -> dict[str, object]:
    item: dict[str, object] = {"id": work.key, "type": "article-newspaper"}
    if work.authors:
        item["author"] = [{"literal": name} for name in work.authors]
    item["title"] = work.named
    if work.newspaper:
        item["container-title"] = work.newspaper
    if work.place:
        item["publisher-place"] = work.place
    if work.date:
        issued: dict[str, object] = {"date-parts": [[work.date.year, work.date.month, work.date.day]]}
        item["issued"] = issued | {"circa": True} if work.inferred else issued
    if work.pages:
        item["page"] = _pages(work)
    item["language"] = work.language
    item["source"] = work.archive
    if work.url:
        item["URL"] = work.url
    return item


def _pages(work: Cited) -> str:
    return ", ".join(map(str, work.pages))


Format = Callable[[Iterable[Cited]], str]

FORMATS: dict[str, Format] = {"bib": bibtex, "ris": ris, "json": csl_json}
"""By the end of their files' names."""


def data_url(kind: str, text: str) -> str:
    r"""The text as an address; only what may not stand in one is written by its number, so Chinese stays short.

    >>> data_url("text/plain", "AU  - 张赫\n")
    'data:text/plain;charset=utf-8,AU%20%20-%20张赫%0A'
    """
    for character, code in _NO_URL:  # all in less time than str.translate takes with Chinese
        if character in text:
            text = text.replace(character, code)
    return f"data:{kind};charset=utf-8,{text}"


def month_file(archive: Archive, pages: Sequence[Page], archive_title: str, base_url: str, ending: str) -> bytes:
    """All articles of these pages in one file, each once: not under the page that it goes on on."""
    works = (
        cited(archive, article, archive_title, base_url)
        for page in pages
        for article in page.articles
        if not article.withheld
    )
    return FORMATS[ending]({work.id: work for work in works}.values()).encode()
