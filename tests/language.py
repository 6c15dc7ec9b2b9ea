"""Brings the catalogues of site_builder/locale up to date with the phrases of the program.

    python -m tests.language

Every phrase that `_`, `N_` or (in browser scripts) `say` is given is collected from the package, the templates and
the scripts. Translations are kept; what is no longer said is dropped; a new phrase waits for its translation: in
Traditional characters OpenCC writes a draft, marked fuzzy, which counts as missing until somebody has read it. The same
phrases give the same files: no date, no line number, no path of this machine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract
from opencc import OpenCC

from site_builder.language import CATALOGUES, INTERFACES, PLURAL

CHECKOUT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "N_": None, "say": None}
TRANSLATED = INTERFACES[1:]
NO_PHRASES = {"static/traditional.js"}  # a table of characters
PLACE = re.compile(r"\{(\w+)\}")

HEADER = """\
# The interface in {name}: each phrase in Simplified Chinese is its own key.
# Two forms of a message that counts its {{n}} are parted by {plural}: {{n}} page{plural}{{n}} pages
# After a change of the program: python -m tests.language
msgid ""
msgstr ""
"Language: {tag}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
NAMES = {"zh-Hant": "Traditional Chinese, as it is written in Taiwan", "en": "English"}


def files() -> Iterator[tuple[str, str, object]]:
    """Every file that may speak to readers: its path, and how phrases are found in it."""
    for folder, ending, method in (
        ("site_builder", ".py", "python"),
        ("templates", ".html", babel_extract),
        ("static", ".js", "javascript"),
    ):
        for file in sorted((CHECKOUT / folder).glob(f"*{ending}")):
            path = file.relative_to(CHECKOUT).as_posix()
            if path not in NO_PHRASES:
                yield path, folder, method


def phrases() -> dict[str, list[str]]:
    """Every phrase, with the files that it stands in, in the order of the files and of their lines."""
    found: dict[str, list[str]] = {}
    for path, _folder, method in files():
        text = (CHECKOUT / path).read_bytes()
        options = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true", "encoding": "utf-8"}
        options["extensions"] = "site_builder.templating.Keep"
        for _line, message, _comments, _context in extract(method, io.BytesIO(text), KEYWORDS, (), options):
            phrase = message[0] if isinstance(message, tuple) else message
            if path not in found.setdefault(phrase, []):
                found[phrase].append(path)
    return found


def catalogue(interface: str) -> Catalog:
    """A catalogue as it stands."""
    file = CATALOGUES / f"{interface}.po"
    if not file.is_file():
        return Catalog()
    with file.open("rb") as opened:
        return read_po(opened, locale=interface.replace("-", "_"))


def updated(interface: str) -> bytes:
    """The catalogue with just the phrases that the program has now."""
    before = catalogue(interface)
    draft = OpenCC("s2twp").convert if interface == "zh-Hant" else lambda phrase: ""
    after = Catalog()
    for phrase, places in phrases().items():
        old = before.get(phrase)
        said = str(old.string) if old else ""
        new = after.add(phrase, said or draft(phrase), [(place, None) for place in places])
        new.flags = {"fuzzy"} if (old.fuzzy if said and old else new.string) else set()
    written = io.BytesIO()
    write_po(written, after, width=120, omit_header=True, include_lineno=False)
    header = HEADER.format(name=NAMES[interface], tag=interface, plural=PLURAL)
    return header.encode() + written.getvalue().strip(b"\n") + b"\n"


def main() -> None:
    """Write the catalogues, and say what is still to be translated."""
    CATALOGUES.mkdir(exist_ok=True)
    for interface in TRANSLATED:
        content = updated(interface)
        (CATALOGUES / f"{interface}.po").write_bytes(content)
        waiting = [one.id for one in catalogue(interface) if one.id and (not one.string or one.fuzzy)]
        print(f"{interface}: {len(phrases())} phrases, {len(waiting)} to be translated")
        for phrase in waiting:
            print(f"  {phrase}")


if __name__ == "__main__":
    main()
