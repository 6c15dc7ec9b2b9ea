"""The sample archive's issue pages and one article, as they are shown: `<main>` compared whole.

Goldens that a change was meant to change are rewritten by `UPDATE_GOLDENS=1 pytest tests/test_golden.py`; read the
difference before committing it.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
UPDATE = bool(os.environ.get("UPDATE_GOLDENS"))

PAGES = (
    "baicheng-ribao/2020/02-19.html",
    "liaoyuan-ribao/2020/02-19.html",
    "liaoyuan-ribao/2021/01-21.html",
    "jilin-ribao/2022/04-04.html",
    "jilin-ribao/2022/04-21.html",
    "liaoyuan-ribao/2021/01-21/p1-01.html",
)
INLINE = frozenset({"a", "b", "span", "strong", "small", "br"})
VOID = frozenset({"br", "input", "link", "meta"})


class Main(HTMLParser):
    """`<main>`, an element a line (inline ones within their line), white space as a browser shows it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._depth = 0
        self._block = self._line = ""  # the start tag of the line's element, and what stands in it so far
        self.lines: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (not self._open and tag != "main") or tag == "wbr":  # where a line may break is no text
            return
        said = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
        if tag in INLINE:
            self._line += f"<{tag}{said}>"
        else:
            self._end_line()
            self._block = f"<{tag}{said}>"
            self._depth = len(self._open)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        assert self._open[-1] == tag, f"</{tag}> where <{self._open[-1]}> is open"
        if tag in INLINE:
            self._line += f"</{tag}>"
        else:
            self._end_line()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._line += escape(data, quote=False)

    def _end_line(self) -> None:
        text = re.sub(r"[ \t\n\r]+", " ", self._line).strip(" ")  # a full-width space is print
        if line := self._block + text:
            self.lines.append("  " * (self._depth if self._block else len(self._open)) + line)
        self._block = self._line = ""


def normalised(text: str) -> str:
    return "\n".join(Main(text).lines) + "\n"


def name_of(page: str) -> str:
    return page.replace("/", "_")


@pytest.mark.parametrize("page", PAGES)
def test_main_is_as_it_was(seed_site: Path, page: str) -> None:
    actual = normalised((seed_site / page).read_text("utf-8"))
    file = GOLDEN / name_of(page)
    if UPDATE:
        file.write_text(actual, "utf-8", newline="\n")
        pytest.skip(f"{file.name} is rewritten")
    expected = file.read_text("utf-8") if file.is_file() else ""
    assert actual == expected, f"{page} (- golden, + built)\n" + "\n".join(differences(expected, actual))


def differences(expected: str, actual: str) -> Iterator[str]:
    return difflib.unified_diff(expected.splitlines(), actual.splitlines(), "golden", "built", lineterm="", n=2)


def test_no_golden_is_left_over() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(map(name_of, PAGES))


def test_indenting_a_template_anew_changes_no_golden() -> None:
    loose = '<main id="main">\n  <h1>\n    春耕\n  忙 </h1>\n<p>一 <b>二</b></p>\n</main>'
    assert normalised(loose) == '<main id="main">\n  <h1>春耕 忙\n  <p>一 <b>二</b>\n'
