"""Templates, static files, writing. What is written where, outputs.py decides."""

from __future__ import annotations

import os
import re
import shutil
import traceback
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import jinja2

from site_builder.cache import Cache, digest
from site_builder.errors import ArchiveError, BuildError, SourceError
from site_builder.outputs import Output
from site_builder.templating import KIND, Compiled, Templates


def _own_folder(name: str) -> Path:
    """`templates/` or `static/`: inside the package where it was installed, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


_FORBIDDEN = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_CONTROLS = bytes((*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F))
_SUSPECT = tuple(map(re.compile, (rb"\xc2[\x80-\x9f]", rb"\xef\xb7", rb"\xbf[\xbe\xbf]")))
"""What UTF-8 makes of the other forbidden characters, and of few besides."""

TEMPLATES = _own_folder("templates")
STATIC = _own_folder("static")


# ---------------------------------------------------------------- templates


def environment(own: Path | None) -> Templates:
    """Jinja over our templates, each of which a file of the same name in the folder `own` replaces."""
    return Templates(_folders(own))


@lru_cache(maxsize=2)
def _environment(own: Path | None, key: str, cache: Path) -> Templates:
    return Templates(_folders(own), _compiled(own, key, cache))


def _folders(own: Path | None) -> list[Path]:
    return [folder for folder in (own, TEMPLATES) if folder]


def _compiled(own: Path | None, key: str, cache: Path) -> Compiled:
    return Compiled(Cache(cache), key, *map(str, _folders(own)))


def compiled_entries(own: Path | None, key: str, cache: Path) -> Mapping[str, Collection[str]]:
    """The cache entries that the templates have use for, by kind."""
    names = [path for folder in _folders(own) for path, _file in _files(folder)]
    return {KIND: _compiled(own, key, cache).entries(names)}


def rendered(output: Output, own: Path | None, key: str, cache: Path) -> bytes:
    """The page that an output's template makes. `own` are the user's templates, and `key` is `templates_key` of all;
    in the folder `cache` they are kept compiled.
    """
    return _page(_environment(own, key, cache), output, own)


def templates_key(own: Path | None, interface: str) -> str:
    """Tells the templates, in this language of the site's own words, from any others."""
    folders = [folder for folder in (TEMPLATES, own) if folder]
    files = [(path, file) for folder in folders for path, file in sorted(_files(folder)) if path.endswith(".html")]
    return digest(interface.encode(), *(part for path, file in files for part in (path.encode(), file.read_bytes())))


def _page(templates: Templates, output: Output, own: Path | None) -> bytes:
    context = output.context() if output.context else {}
    try:
        return _encoded(templates.get_template(output.template).render({"path": output.path, **context}))
    except jinja2.TemplateSyntaxError as error:
        raise _template_error([(error.filename or "", error.lineno)], f"{error.message}", own) from error
    except jinja2.TemplateNotFound as error:
        raise _template_error(_places(error), f"there is no template '{error.name}'", own) from error
    except UnicodeDecodeError as error:
        raise _not_utf8(own) from error
    except Exception as error:  # whatever an expression of a template may raise
        kind = "" if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: "
        raise _template_error(_places(error), f"{kind}{error} (while writing {output.path})", own) from error


def _encoded(text: str) -> bytes:
    r"""The page in UTF-8, with a sign in place of what HTML forbids: control characters, and what is no character.

    OCR may leave such; in `data/` they stay. That there is none, the encoded page tells in a tenth of the time.

    >>> _encoded("甲\x01乙\x9f丙\n").decode(), ascii(_encoded("\ufdd0 \uffff \U0001fffe").decode())
    ('甲�乙�丙\n', "'\\ufffd \\ufffd \\ufffd'")
    """
    content = text.encode()
    if len(content.translate(None, _CONTROLS)) == len(content) and not any(
        pattern.search(content) for pattern in _SUSPECT
    ):
        return content
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text).encode()


def _places(error: Exception) -> list[tuple[str, int]]:
    """The templates and lines where it happened, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    return [(frame.filename, frame.lineno or 0) for frame in frames if not frame.filename.endswith(".py")]


def _template_error(places: list[tuple[str, int]], message: str, own: Path | None) -> ArchiveError:
    """With templates of the user's in play it is the user's to mend; among our own alone it is our fault.

    One of the user's may also lack what one of ours asks of it (a macro): then all that may be meant are named.
    """
    theirs = sorted(path.name for path in own.glob("*.html")) if own else []
    at_theirs = own is not None and any(Path(file).is_relative_to(own) for file, _ in places)
    file, line = places[-1] if places else ("", 0)
    where = f"template {file if at_theirs else Path(file).name}, line {line}: " if places else ""
    if theirs and not at_theirs:
        message += f"; it may need something that your own templates lack ({', '.join(theirs)} in {own})"
    return (SourceError if theirs else BuildError)(where + message)


def _not_utf8(own: Path | None) -> ArchiveError:
    """Jinja doesn't say which template it could not decode."""
    for path in sorted(own.rglob("*.html")) if own else []:
        try:
            path.read_text("utf-8")
        except UnicodeDecodeError:
            return SourceError(f"template {path}: is not UTF-8; save the file as UTF-8")
    return BuildError("a template is not UTF-8")


# ---------------------------------------------------------------- writing


class Site:
    """The folder of a site that is being written. Takes only addresses that lie in it, and each only once."""

    def __init__(self, folder: Path, own_templates: Path | None = None) -> None:
        self.folder = folder
        self._own = own_templates
        self._templates = environment(own_templates)
        self._taken: set[str] = set()  # in small letters: macOS and Windows know no other
        self._made: dict[str, str] = {}  # folders by their addresses

    def write(self, output: Output) -> None:
        """Make what the output is made of, and write it to its address."""
        if output.body:
            self.write_bytes(output.path, output.body())
        else:
            self.write_bytes(output.path, _page(self._templates, output, self._own))

    def write_bytes(self, path: str, content: bytes) -> None:
        """Write one file. Text comes encoded, so that no system puts its own line ends into it."""
        file = os.open(self._place(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)

    def copy_static(self) -> None:
        """Our static files, and the user's own."""
        for path, file in static_files(self._own):
            shutil.copyfile(file, self._place(path))

    def _place(self, path: str) -> str:
        folder, _slash, name = path.rpartition("/")
        plain = not {"", "..", "."} & {*(folder.split("/") if folder else ()), name}
        if not plain or any(character in path for character in '\\:\0*?"<>|'):
            raise BuildError(f"the address {path!r} does not lie in the site")
        if path.casefold() in self._taken:
            raise BuildError(f"two pages of the site want the address {path!r}")
        self._taken.add(path.casefold())
        if folder not in self._made:
            self._made[folder] = f"{self.folder / folder}{os.sep}"
            Path(self._made[folder]).mkdir(parents=True, exist_ok=True)
        return self._made[folder] + name


def static_files(own: Path | None) -> list[tuple[str, Path]]:
    """Our static files by address; one of the same name in the user's own templates/static takes the place of ours."""
    files = dict(_files(STATIC))
    if own and (own / "static").is_dir():
        files.update(_files(own / "static"))
    return [(f"static/{path}", file) for path, file in sorted(files.items())]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*"):
        path = file.relative_to(folder)
        if file.is_file() and not any(part.startswith((".", "__")) for part in path.parts):
            yield path.as_posix(), file
