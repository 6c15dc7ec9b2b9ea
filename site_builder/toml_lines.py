"""Where each key of a TOML file stands. tomllib reads the values but keeps no line numbers; errors need them."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from functools import lru_cache

Path = tuple[str | int, ...]
"""The way to a value: ("newspapers", 1, "name") is the name in the second [[newspapers]]."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")  # numbers, true, dates (which may hold a space)


def line_of(text: str, path: Path) -> int:
    r"""The line, from 1, on which a value of a valid TOML file begins, or the table that lacks it.

    >>> text = 'title = \"\"\"\na = 1\"\"\"\n\n[[newspapers]]\nname = "a"\n[[newspapers]]\n# name\n"name" = "b"\n'
    >>> line_of(text, ("title",)), line_of(text, ("newspapers", 1, "name")), line_of(text, ("newspapers", 1, "city"))
    (1, 8, 6)

    Tables may also stand in a list.

    >>> line_of('pages = [\n  {source = "a"},\n  {source = "b", page = 1}]', ("pages", 1, "page"))
    3
    """
    lines = _lines(text)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


@lru_cache(maxsize=2)  # a file of a thousand tables asks for the line of each
def _lines(text: str) -> dict[Path, int]:
    return _Scan(text).lines


class _Scan:
    """One walk through a TOML text that tomllib has already found valid, noting each key's line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}  # of [[tables]] so far
        table: Path = ()
        while self._skip(_BLANK) is not None and self.at < len(text):
            if self._take("[["):
                table = self._array_table()
            elif self._take("["):
                table = self._key(())
                self._take("]")
            else:
                self._pair(table)

    def _line(self) -> int:
        return bisect_right(self.newlines, self.at - 1) + 1

    def _skip(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match.group()

    def _take(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _array_table(self) -> Path:
        line = self._line()
        table = self._key((), last_is_array=True)
        self._take("]]")
        number = self.counts.get(table, -1) + 1
        self.counts[table] = number
        self.lines.setdefault(table, line)
        self.lines[(*table, number)] = line
        return (*table, number)

    def _key(self, path: Path, *, last_is_array: bool = False) -> Path:
        """Read a dotted key below `path`, enter the latest of each array of tables on the way, and note its line."""
        line = self._line()
        while (match := _KEY.match(self.text, self.at)) is not None:
            self.at = match.end()
            raw = match.group(1)
            name = next(iter(tomllib.loads(f"name = {raw}").values())) if raw[0] in "\"'" else raw
            path = (*path, name)
            if not self._take("."):
                break
            self.lines.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path])
        if not last_is_array:
            self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = self._key(table)
        self._take("=")
        self._value(path)
        if self.at == start:  # not TOML; tomllib has said so already
            self.at = len(self.text)

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        if self._skip(_STRING) is not None:
            return
        if self._take("["):
            number = 0
            while self._skip(_BLANK) is not None and not self._take("]") and self.at < len(self.text):
                self.lines[(*path, number)] = self._line()
                self._value((*path, number))
                self._skip(_BLANK)
                self._take(",")
                number += 1
        elif self._take("{"):
            while self._skip(_BLANK) is not None and not self._take("}") and self.at < len(self.text):
                self._pair(path)
                self._skip(_BLANK)
                self._take(",")
        else:
            self._skip(_PLAIN)
