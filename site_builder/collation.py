r"""A block beside the source lines it was rebuilt from, with every difference marked: what an editor calls a collation.

The differences are few in kind, since a build may not change a wording: white space that fell away (letter-spacing, an
indent) or came in between, and forms made regular (`,` shown as `，`, `⻘` as `青`). The line breaks themselves are the
lines. A source line often holds more than the block does; what is another block's is left out, and said so.

Of a block that an editor has corrected the reading before is shown: what the editor changed, its history tells.

The markup is written here and not in a template: an archive of a million articles has some ten million such lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Literal

from markupsafe import Markup, escape

from site_builder.light import light
from site_builder.model import TextBlock
from site_builder.report import ZERO_WIDTH, fold

Change = Literal["same", "removed", "added", "changed"]

_LONGEST = 6  # characters on one side that may stand for one on the other: `......` for `…`, `(一)` for `㈠`
_SIZES = sorted(product(range(1, _LONGEST + 1), repeat=2), key=sum)[1:]
_RUN = re.compile(r"[㐀-鿿A-Za-z0-9，。、；：！？“”（）《》]+|.", re.DOTALL)  # either like in both, or looked at alone
_MARKUP = re.compile(r"[&<>\"']").search
_MORE = "<i>…</i>"
_BLANK = {" ": "␣", "\u3000": "□", "\t": "⇥"}  # how a space that fell away is shown


@light(frozen=True, slots=True)
class Reading:
    """A stretch of a line: what the source has, and what the site shows for it."""

    change: Change
    source: str
    shown: str


@light(frozen=True, slots=True)
class SourceLine:
    """A block's part of one source line; `begun`, `unended`: more of the line, not the block's, stands round it."""

    number: int
    readings: tuple[Reading, ...]
    begun: bool = False
    unended: bool = False


_IN_PAGE = Markup("")  # in the page's language


def line_starts(text: str) -> list[int]:
    r"""Where each line of a text begins: numbers count as everywhere in the program, by `str.splitlines`.

    >>> line_starts("甲\n\n乙")
    [0, 2, 3]
    """
    starts, at = [], 0
    for line in text.splitlines(keepends=True):
        starts.append(at)
        at += len(line)
    return starts or [0]


def collate(block: TextBlock, text: str, starts: Sequence[int]) -> tuple[SourceLine, ...]:
    r"""The source lines that a block was rebuilt from, in the block's order. `starts` are `line_starts(text)`.

    >>> from site_builder.model import Span
    >>> text = "云 陵 市\n　大桥,今天通车。\n"
    >>> block = TextBlock("paragraph", "云陵市大桥，今天通车。", (Span(0, 5), Span(7, 16)))
    >>> for line in collate(block, text, line_starts(text)):
    ...     print(line.number, [(one.change, one.source, one.shown) for one in line.readings])
    1 [('same', '云', '云'), ('removed', ' ', ''), ('same', '陵', '陵'), ('removed', ' ', ''), ('same', '市', '市')]
    2 [('same', '大桥', '大桥'), ('changed', ',', '，'), ('same', '今天通车。', '今天通车。')]
    """
    lines: list[SourceLine] = []
    last, size, read = len(starts), len(text), block.read
    at = 0  # in the block's text
    for start, end in block.spans:
        while start < end:
            number = bisect_right(starts, start)
            line_end = starts[number] if number < last else size
            source = text[start : min(end, line_end)].rstrip()
            if source:  # not white space alone at a line's end
                readings: tuple[Reading, ...]
                if read.startswith(source, at):  # most lines
                    readings, at = (Reading("same", source, source),), at + len(source)
                else:
                    readings, at = _readings(source, read, at)
                unended = not text[start + len(source) : line_end].isspace() and start + len(source) < line_end
                if lines and lines[-1].number == number:
                    before = lines[-1]
                    lines[-1] = SourceLine(number, (*before.readings, *readings), before.begun, unended)
                else:
                    begun = text[starts[number - 1] : start]
                    lines.append(SourceLine(number, readings, bool(begun) and not begun.isspace(), unended))
            start = line_end
    return tuple(lines)


def _readings(source: str, shown: str, at: int) -> tuple[tuple[Reading, ...], int]:
    """What became of a piece of a source line, and where the shown text goes on behind it."""
    out: list[Reading] = []
    begun = done = 0  # in the source: where the stretch in hand begins that both have, and how far all is read
    for run in _RUN.finditer(source):
        start, end = run.span()
        if start < done:
            continue
        if shown.startswith(run[0], at):
            at, done = at + end - start, end
            continue
        while done < end:
            if source[done] == shown[at : at + 1]:
                at, done = at + 1, done + 1
                continue
            if begun < done:
                out.append(Reading("same", source[begun:done], source[begun:done]))
            reading = _change(source, done, shown, at)
            out.append(reading)
            at, done = at + len(reading.shown), done + len(reading.source)
            begun = done
    if begun < done:
        out.append(Reading("same", source[begun:], source[begun:]))
    return tuple(out), at


def _change(source: str, i: int, shown: str, at: int) -> Reading:
    """What two places that begin unlike have instead of one another."""
    if source[i].isspace() or source[i] in ZERO_WIDTH:
        return Reading("removed", source[i], "")
    if shown[at : at + 1].isspace():
        return Reading("added", "", shown[at])
    there, form = _pair(source, i, shown, at)
    return Reading("changed" if form else "removed", there, form)  # else: markup of the source, a jump line's bracket


def _pair(source: str, i: int, shown: str, at: int) -> tuple[str, str]:
    """The shortest stretches that are one in two forms; if there are none, the source's next character alone."""
    if _one_form(source[i], shown[at : at + 1]):  # most pairs
        return source[i], shown[at]
    for long, wide in _SIZES:
        there, here = source[i : i + long], shown[at : at + wide]
        if len(there) == long and len(here) == wide and fold(there) and fold(there) == fold(here):
            return there, here
    return source[i], ""


@lru_cache(maxsize=4096)
def _one_form(there: str, here: str) -> bool:
    """Whether these are one character in two forms."""
    return bool(here and fold(there)) and fold(there) == fold(here)


def markup(lines: Sequence[SourceLine], printed: Markup = _IN_PAGE) -> Markup:
    """The lines as a list, numbered as in the source, with `del` for what fell away and `ins` for what came in.

    `printed` is the attribute that says its language, where the page is in another one.

    >>> markup([SourceLine(12, (Reading("same", "大桥", "大桥"), Reading("changed", ",", "，")), unended=True)])
    Markup('<ol><li value=12>大桥<del>,</del><ins>，</ins><i>…</i></li></ol>')
    """
    return Markup(f"<ol{printed}>" + "".join(map(_item, lines)) + "</ol>")


def _item(line: SourceLine) -> str:
    pieces = "".join(map(_piece, line.readings))
    return f"<li value={line.number}>{_MORE * line.begun}{pieces}{_MORE * line.unended}</li>"


def _piece(reading: Reading) -> str:
    if reading.change == "same":
        return _plain(reading.source)
    return _deleted(reading.source) + (f"<ins>{_plain(reading.shown)}</ins>" if reading.shown else "")


def _plain(text: str) -> str:
    """The text as HTML. Nearly none has a character to escape."""
    return str(escape(text)) if _MARKUP(text) else text


def _deleted(source: str) -> str:
    return f"<del>{_plain(_BLANK.get(source, source))}</del>" if source else ""
