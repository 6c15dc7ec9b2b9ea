"""The source folder -> pages of text. One reader a format, in READERS; what a file's path says of its page.

archive.toml is read in settings.py, the editors' own pages in editor_pages.py, bytes in encodings.py; `read_settings`,
`check_pages` and `read_editor_pages` stand here too, so that whoever reads the source folder asks one module.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from site_builder.conflicts import refuse_conflict
from site_builder.editor_pages import read_editor_pages
from site_builder.encodings import composed, decode
from site_builder.errors import SourceError
from site_builder.model import PageFacts, Reading, SourcePage
from site_builder.settings import check_pages, read_settings

__all__ = ["READERS", "check_pages", "find_files", "path_facts", "read_editor_pages", "read_pages", "read_settings"]

# ---------------------------------------------------------------- formats


def read_text(data: bytes, source: str) -> list[str]:
    r"""The pages of a plain-text or Markdown file: form feeds part them, as in what PDF tools and scanners write.

    A form feed belongs to no page. Blank pages keep their number, but not those at the end, where a form feed only
    closes the last page.

        >>> read_text("一版\n\f\f三版\n\f\n".encode(), "a.txt")
        ['一版\n', '', '三版\n']
        >>> read_text(b" \n", "blank.txt")
        [' \n']
    """
    text = decode(data, source)
    refuse_conflict(text, source)
    pages = text.split("\f")
    while len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    return pages


Reader = Callable[[bytes, str], list[str]]
"""From a file's bytes and its name (for errors) to the text of its pages, one or more."""

READERS: dict[str, Reader] = {  # to add a format: a function above, a row here
    ".txt": read_text,
    ".md": read_text,
}

NOT_PAGES = frozenset({"README.md", "readme.md", "about.md", "about", "corrections"})
"""What the editors keep beside the page texts, at the root of the source folder. archive.toml and permalinks.jsonl
need no mention: no reader takes them."""


SITE_MARKER = ".build-site"
"""The file in every site that we have built. Such a folder is no source, even if it isn't where this build goes."""

# ---------------------------------------------------------------- finding and reading files


def find_files(folder: Path, output: Path | None = None, templates: Path | None = None) -> list[Path]:
    """Every page-text file under the source folder, in the order of the code points of its relative path.

    Another reading of a page (`01.alt-tesseract.txt`) is read with the file that it belongs to (`01.txt`), and listed
    only if there is none. Left out are dot files, what the editors keep at the root (NOT_PAGES), built sites, and the
    output and templates folders where they lie inside. A link to a folder is followed; one that leads back to where it
    stands is an error.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; give the folder that holds the page texts")
    skipped = frozenset(path.resolve() for path in (output, templates) if path is not None)
    found = sorted(_walk(folder, folder, skipped, ()), key=lambda path: source_name(path, folder))
    known = {path.with_suffix("") for path in found if not _ALTERNATIVE.fullmatch(path.stem)}
    return [path for path in found if _main(path) == path.with_suffix("") or _main(path) not in known]


SETTLED = 2_000_000_000  # nanoseconds: in a folder that changed less long ago more may come without its time changing
_ALTERNATIVE = re.compile(r"(.+)\.alt-[^.]+")


def _main(path: Path) -> Path:
    """The file, without its ending, that a reading belongs to."""
    found = _ALTERNATIVE.fullmatch(path.stem)
    return path.with_name(found[1]) if found else path.with_suffix("")


def _walk(here: Path, folder: Path, skipped: frozenset[Path], above: tuple[Path, ...]) -> Iterator[Path]:
    """The page-text files under `here`; `above` are the real folders on the way to it."""
    try:
        real = here.resolve(strict=True)
        entries = sorted((entry.name, entry.is_dir()) for entry in here.iterdir())
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, until Python 3.12
        raise SourceError(
            f"{source_name(here, folder)}: can't list this folder ({_reason(error)}); mend or remove it"
        ) from None
    if real in above:
        raise SourceError(
            f"{source_name(here, folder)}: this link leads back to a folder that it stands in; remove the link"
        )
    if above and (SITE_MARKER, False) in entries:
        return
    for name, is_folder in entries:
        if name.startswith(".") or (here == folder and name in NOT_PAGES):
            continue
        path = here / name
        if is_folder:
            if path.resolve() not in skipped:
                yield from _walk(path, folder, skipped, (*above, real))
        elif path.suffix.lower() in READERS:
            yield path


def read_pages(path: Path, folder: Path) -> list[SourcePage]:
    """The pages of one file, each with its text exactly as decoded and with what the path says of it.

    A page without a visible character is a page all the same: it was scanned, and the site says that it is blank.
    """
    source = source_name(path, folder)
    texts = _texts(path, source)
    others = [
        (other, _texts(path.with_name(other), source_name(path.with_name(other), folder))) for other in _others(path)
    ]
    return [
        SourcePage(
            source=_numbered(source, number),
            text=text,
            facts=path_facts(source, number, len(texts)),
            others=tuple(
                Reading(_numbered(source_name(path.with_name(other), folder), number), pages[number - 1])
                for other, pages in others
                if number <= len(pages)
            ),
        )
        for number, text in enumerate(texts, start=1)
    ]


def _numbered(source: str, number: int) -> str:
    return source if number == 1 else f"{source}#{number}"


def _others(path: Path) -> list[str]:
    """The names of the files that hold other readings of a file's pages."""
    if _ALTERNATIVE.fullmatch(path.stem):
        return []
    begins = f"{path.stem}.alt-"
    names = [name for name in _alternatives(path.parent) if name.startswith(begins)]
    return sorted(
        name
        for name in names
        if Path(name).suffix.lower() in READERS and _main(path.with_name(name)) == path.with_suffix("")
    )


def _alternatives(folder: Path) -> tuple[str, ...]:
    """The names of a folder's files that are other readings; a folder that has long been as it is, is looked through
    once.
    """
    changed = folder.stat().st_mtime_ns
    if sys.platform == "win32" or time.time_ns() - changed < SETTLED:
        return _named_so(os.fspath(folder))
    return _settled(os.fspath(folder), changed)


@lru_cache(maxsize=64)
def _settled(folder: str, _changed: int) -> tuple[str, ...]:
    return _named_so(folder)


def _named_so(folder: str) -> tuple[str, ...]:
    with os.scandir(folder) as entries:
        return tuple(entry.name for entry in entries if ".alt-" in entry.name)


def other_readings(path: Path) -> list[Path]:
    """The files that hold other readings of a file's pages."""
    return [path.with_name(name) for name in _others(path)]


def _texts(path: Path, source: str) -> list[str]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(f"{source}: is not a plain file; remove it")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{source}: can't be read ({_reason(error)}); mend or remove it") from None
    return READERS[path.suffix.lower()](data, source)


def source_name(path: Path, folder: Path) -> str:
    """A file's name in the archive: its path relative to the source folder, with `/` on every system.

    Composed (NFC), because macOS may hand back é in two pieces where archive.toml has it in one.

        >>> source_name(Path("in/liaoyuan-ribao/p1.txt"), Path("in")), source_name(Path("in"), Path("in"))
        ('liaoyuan-ribao/p1.txt', '.')
    """
    return composed(path.relative_to(folder).as_posix())


def _reason(error: Exception) -> str:
    """Why the system refused, without Python's numbers and paths.

    >>> _reason(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory'
    """
    return error.strerror or str(error) if isinstance(error, OSError) else "too many levels of symbolic links"


# ---------------------------------------------------------------- what a path says

_DATE = re.compile(r"(?:^|/)(\d{4})[-/](\d{2})-(\d{2})(?:-([b-z]))?(?=[-_ /]|$)")
_PAGE = re.compile(r"[-_ /]p?0*([1-9]\d{0,2})", re.IGNORECASE)

_FOLDERS_OF_NO_TITLE = frozenset(
    {"archive", "corpus", "data", "issues", "newspapers", "ocr", "pages", "raw", "scans", "sources", "texts", "txt"}
    | {"报纸", "文本", "数据"}
)
"""Folders that say what kind of thing they hold, not which newspaper."""


def path_facts(source: str, number: int = 1, of: int = 1) -> PageFacts:
    """What a path tells of its page: newspaper, date, edition and page number, each only where it is plain.

    The date is the anchor. It is a folder or the head of a file's name, whole or with the year as a folder above; a
    letter after it is that day's second or third edition. The folder above the date is the newspaper, the rest of
    the path is the page.

        >>> def told(source, number=1, of=1):
        ...     facts = path_facts(source, number, of)
        ...     return facts.newspaper, str(facts.date or ""), facts.edition, facts.page
        >>> told("liaoyuan-ribao/2021-01-21/p1.txt"), told("辽源日报/2021/01-21/02.txt")
        (('liaoyuan-ribao', '2021-01-21', '', 1), ('辽源日报', '2021-01-21', '', 2))
        >>> told("liaoyuan-ribao/2021-01-21-b/4.md"), told("liaoyuan-ribao/2021-01-21-b-p4.md")
        (('liaoyuan-ribao', '2021-01-21', 'b', 4), ('liaoyuan-ribao', '2021-01-21', 'b', 4))
        >>> told("2021-01-21/1.txt"), told("2021-01-21-p1.txt"), told("scans/2021-01-21/1.txt")
        (('', '2021-01-21', '', 1), ('', '2021-01-21', '', 1), ('', '2021-01-21', '', 1))

    A date that the calendar doesn't have is no date, and without a date a folder is only a folder.

        >>> told("liaoyuan-ribao/2021-02-30/1.txt"), told("liaoyuan-ribao/1.txt"), told("002_3c47d52ac3f817bf.txt")
        (('', '', '', None), ('', '', '', None), ('', '', '', None))

    A02 is page 2 of a section A, which is not page 2 of the issue; below a further folder 1 may be anything.

        >>> told("liaoyuan-ribao/2021-01-21/A02.txt"), told("liaoyuan-ribao/2021-01-21/sport/1.txt")
        (('liaoyuan-ribao', '2021-01-21', '', None), ('liaoyuan-ribao', '2021-01-21', '', None))

    A file of several pages that is named for the day alone is the issue, and its pages count from 1. If the name has a
    page number, that is the first page's; what the others are, it doesn't say.

        >>> told("liaoyuan-ribao/2021-01-21.txt", 3, of=4), told("liaoyuan-ribao/2021-01-21.txt")
        (('liaoyuan-ribao', '2021-01-21', '', 3), ('liaoyuan-ribao', '2021-01-21', '', None))
        >>> told("liaoyuan-ribao/2021-01-21/p3.txt", 1, of=2)[3], told("liaoyuan-ribao/2021-01-21/p3.txt", 2, of=2)[3]
        (3, None)
    """
    stem = source.rpartition(".")[0]
    for match in reversed(list(_DATE.finditer(stem))):
        year, month, day, edition = match.groups(default="")
        try:
            date = dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
        rest = stem[match.end() :]
        named = _PAGE.fullmatch(rest)
        page = None
        if named and number == 1:
            page = int(named.group(1))
        elif not rest and of > 1:
            page = number
        above = stem[: match.start()].rpartition("/")[2]
        return PageFacts(
            newspaper=above if names_a_newspaper(above) else "",
            date=date,
            date_certainty="given",
            page=page,
            edition=edition,
        )
    return PageFacts()


def names_a_newspaper(folder: str) -> bool:
    """Does a folder's name read as a newspaper's id or name? It has a letter, and isn't a word for any such folder.

    >>> [names_a_newspaper(name) for name in ("liaoyuan-ribao", "辽源日报", "Jilin Daily", "2021", "texts", "")]
    [True, True, True, False, False, False]
    """
    return any(char.isalpha() for char in folder) and folder.lower() not in _FOLDERS_OF_NO_TITLE
