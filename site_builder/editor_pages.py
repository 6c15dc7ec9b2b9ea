"""The editors' own pages: about.md and about/*.md, written in Markdown and rendered with raw HTML off.

Only these are ever rendered as Markdown. A page's OCR text is not.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from site_builder.conflicts import refuse_conflict
from site_builder.encodings import decode
from site_builder.errors import SourceError, did_you_mean
from site_builder.model import EditorPage
from site_builder.slugs import slug

if TYPE_CHECKING:
    from markdown_it.token import Token


def read_editor_pages(folder: Path) -> list[EditorPage]:
    """about.md first, then the files of about/ by the code points of their names; none is no error.

    A page's address is its file's: `about.html`, `about/<file name in ASCII>.html`. Two files that would share one are
    an error, and so is a link to a Markdown file that is not among them, and so is a page in a folder below about/.
    """
    if deeper := sorted(path.relative_to(folder).as_posix() for path in (folder / "about").glob("*/**/*.md")):
        raise SourceError(f"{deeper[0]}: editors' pages stand in about/, not in a folder below it; move it there")
    files = [folder / "about.md", *sorted((folder / "about").glob("*.md"), key=lambda path: path.name)]
    sources: dict[str, Path] = {}
    names: dict[str, str] = {}  # of the source -> of the page
    for file in files:
        is_there = file.exists() or file.is_symlink()  # a broken link is there: reading it will say so
        if not is_there or file.name.startswith("."):
            continue
        source = file.relative_to(folder).as_posix()
        name = "about" if source == "about.md" else f"about/{slug(file.stem)}"
        taken = next((other for other, its_name in names.items() if its_name == name), None)
        if taken is not None:
            raise SourceError(f"{source}: has the same address as {taken} ({name}.html); rename one of them")
        sources[source], names[source] = file, name
    return [_read(file, source, names) for source, file in sources.items()]


def _read(file: Path, source: str, names: dict[str, str]) -> EditorPage:
    try:
        text = decode(file.read_bytes(), source)
        refuse_conflict(text, source)
    except OSError as error:
        raise SourceError(f"{source}: can't be read ({error.strerror}); mend or remove it") from None
    title, html = render(text, source, names)
    return EditorPage(name=names[source], title=title, html=html)


def render(text: str, source: str, names: dict[str, str]) -> tuple[str, str]:
    r"""A page's title and HTML. The title is its first `# ` heading, else the file's name, which then heads the page.

        >>> render("# 关于*本站*\n\n样例。", "about.md", {})
        ('关于本站', '<h1>关于<em>本站</em></h1>\n<p>样例。</p>\n')
        >>> render("样例。", "about/说明.md", {})
        ('说明', '<h1>说明</h1>\n<p>样例。</p>\n')

    Raw HTML is shown as it was typed, and a link to a script is no link.

        >>> render("# A\n\n<b>x</b> [y](javascript:alert(1))", "about.md", {})[1]
        '<h1>A</h1>\n<p>&lt;b&gt;x&lt;/b&gt; [y](javascript:alert(1))</p>\n'
    """
    from markdown_it import MarkdownIt  # here, for most archives have no such page

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for token in _flat(tokens):
        _move_style_to_class(token)
        _point_at_page(token, source, names)
    heading = next((i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1"), None)
    if heading is None:
        title = _file_title(source)
        tokens = [*_heading(title), *tokens]
    else:
        title = "".join(_words(tokens[heading + 1].children or ()))
    return title, markdown.renderer.render(tokens, markdown.options, {})


def _file_title(source: str) -> str:
    """A legible title from a file's name.

    >>> _file_title("about/how_to-cite.md"), _file_title("about/说明.md"), _file_title("about/ISSN.md")
    ('How to cite', '说明', 'ISSN')
    """
    name = posixpath.splitext(posixpath.basename(source))[0]
    title = " ".join(name.replace("-", " ").replace("_", " ").split()) or name
    return title[0].upper() + title[1:]


def _heading(title: str) -> list[Token]:
    """The tokens of a first heading with just these words."""
    from markdown_it.token import Token

    inline = Token("inline", "", 0, children=[Token("text", "", 0, content=title)])
    return [Token("heading_open", "h1", 1, block=True), inline, Token("heading_close", "h1", -1, block=True)]


def _flat(tokens: Iterable[Token], line: int = 0) -> Iterator[Token]:
    """Every token, those of running text included; these learn the line that they stand on."""
    for token in tokens:
        if token.map is None:
            token.map = [line, line]
        line = token.map[0] + (token.type in ("softbreak", "hardbreak"))
        yield token
        yield from _flat(token.children or (), line)


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    """The words of a heading without its markup."""
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline", "image"):
            yield token.content


def _move_style_to_class(token: Token) -> None:
    """Turn a table column's `style="text-align:right"` into `class="align-right"`: the site's policy forbids styles."""
    style = token.attrs.pop("style", None)
    if isinstance(style, str):
        token.attrSet("class", f"align-{style.removeprefix('text-align:')}")


def _point_at_page(token: Token, source: str, names: dict[str, str]) -> None:
    """Turn a link to another editors' file (`about/history.md`) into one to its page (`about/history.html`)."""
    if token.type != "link_open":
        return
    try:
        parts = urlsplit(str(token.attrs.get("href", "")))
    except ValueError:  # http://[: an address that no browser opens either
        return
    if parts.scheme or parts.netloc or not parts.path.endswith(".md"):
        return
    here = posixpath.dirname(source)
    linked = posixpath.normpath(posixpath.join(here, unquote(parts.path)))
    if linked not in names:
        line = (token.map or [0])[0] + 1
        raise SourceError(
            f"{source}, line {line}: a link leads to {linked!r}, which is no editors' page"
            f"{did_you_mean(linked, names) or '; only about.md and the files of about/ are'}"
        )
    address = posixpath.relpath(names[linked] + ".html", here or ".")
    token.attrSet("href", address + (f"#{parts.fragment}" if parts.fragment else ""))
