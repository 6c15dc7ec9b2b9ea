"""A TOML file's tables, read with their types and with the line of whatever is wrong. Knows no setting."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from site_builder.conflicts import refuse_conflict
from site_builder.errors import SourceError, did_you_mean
from site_builder.model import Days
from site_builder.toml_lines import Path, line_of

_PLACE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
_ADVICE = {
    "Invalid value": "; put text in straight quotes",
    r"Illegal character '\n'": "; the closing quote is missing",
    "Unterminated string": "; the closing quote is missing",
    "Expected '=' after a key in a key/value pair": "; a setting is written: key = value",
}
"""What to do about the commonest of tomllib's complaints."""


def decoded(data: bytes, file: str) -> str:
    """The text of a file, which has to be UTF-8, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{file}, line {line}: is not UTF-8; save the file as UTF-8") from None


def parse(file: str, text: str, keys: tuple[str, ...]) -> Table:
    r"""The whole file as a table with these keys; what isn't TOML is an error with its line.

    >>> parse("archive.toml", "\ntitle = 白城", ("title",))
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: archive.toml, line 2: Invalid value (column 9); put text in straight quotes
    """
    refuse_conflict(text, file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(_syntax_error(str(error), file, text)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        raise SourceError(
            f"{file}: can't be read as TOML; a number in it is too long, or brackets are too deep"
        ) from None
    table = Table(file, text, values, keys)
    table.check_keys()
    return table


def _syntax_error(message: str, file: str, text: str) -> str:
    """tomllib's complaint with the line in front, as all others have it."""
    place = _PLACE.search(message)
    if place is None:
        return f"{file}: {message}"
    what = message[: place.start()]
    advice = _ADVICE.get(what, "")
    if place.group(1) is None:
        return f"{file}, line {len(text.splitlines()) or 1}: {what} at the end of the file{advice}"
    return f"{file}, line {place.group(1)}: {what} (column {place.group(2)}){advice}"


@dataclass(frozen=True)
class Table:
    """A table of the file and the way to it: () is the file itself, ("pages", 1) the second [[pages]]."""

    file: str
    source: str  # the file's text
    values: dict[str, object]
    keys: tuple[str, ...]  # those that mean something here
    path: Path = ()
    outer_keys: tuple[str, ...] = ()  # those that mean something above the first [[table]]

    @property
    def where(self) -> str:
        return f" in [[{self.path[0]}]] no. {int(self.path[1]) + 1}" if self.path else ""

    def at(self, key: str | Path) -> str:
        """`archive.toml, line 7`: where a key stands, or the table if it isn't there."""
        way = key if isinstance(key, tuple) else (key,)
        return f"{self.file}, line {line_of(self.source, (*self.path, *way))}"

    def fail(self, key: str | Path, message: str) -> NoReturn:
        name = key[0] if isinstance(key, tuple) else key
        raise SourceError(f"{self.at(key)}: {name!r}{self.where} {message}")

    def check_keys(self) -> None:
        """Refuse a key that means nothing here, and say what it may have been meant for."""
        for key in self.values:
            if key in self.keys:
                continue
            guess = did_you_mean(key, self.keys)
            if not guess and key in self.outer_keys:
                guess = f"; {key!r} is a key of the whole archive and stands above the first [[table]]"
            elif not guess and did_you_mean(key, self.outer_keys):
                guess = did_you_mean(key, self.outer_keys) + " That one stands above the first [[table]]"
            guess = guess or f"; known are {', '.join(self.keys)}"
            raise SourceError(f"{self.at(key)}: unknown key {key!r}{self.where}{guess}")

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.fail(key, f"must be text in quotation marks, not {_kind(value)}")
        return value.strip()

    def required(self, key: str) -> str:
        value = self.text(key)
        if not value:
            self.fail(key, f"is {'empty' if key in self.values else 'missing'}; each [[{self.path[0]}]] needs it")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fail(key, f'must be a list such as ["甲", "乙"], not {_kind(value)}')
        for number, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                what = "an empty text" if isinstance(item, str) else _kind(item)
                self.fail((key, number), f"must hold texts in quotation marks, not {what}")
        return tuple(dict.fromkeys(item.strip() for item in value))

    def one_of(self, key: str, known: Sequence[str]) -> str:
        value = self.text(key)
        if value and value not in known:
            choice = " or ".join(repr(one) for one in known)
            self.fail(key, f"is {value!r}, but must be {choice}{did_you_mean(value, known)}")
        return value

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail(key, f"must be a whole number from 1, not {_kind(value)}")
        if value < 1:
            self.fail(key, f"is {value}, but must be a whole number from 1")
        return value

    def date(self, key: str) -> dt.date | None:
        """A date as text or as TOML's own: `"2021-01-21"` and `2021-01-21` mean the same."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if not isinstance(value, str):
            self.fail(key, f'must be a date such as "2021-01-21", not {_kind(value)}')
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            self.fail(key, f'is {value!r}, but must be a date such as "2021-01-21"')
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(key, f"is {value!r}, a day that the calendar doesn't have")

    def days(self, key: str) -> tuple[Days, ...]:
        """Days and stretches of days: `[2021-05-01, "2021-02-11/2021-02-17"]`, in order."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fail(key, f'must be a list of dates such as ["2021-01-21"], not {_kind(value)}')
        found = []
        for number, item in enumerate(value):
            ends = item.split("/") if isinstance(item, str) else [item]
            days = [_day(end) for end in ends]
            first, last = days[0], days[-1]
            if first is None or last is None or len(days) > 2:
                given = repr(item) if isinstance(item, str) else _kind(item)
                self.fail(
                    (key, number),
                    f'has {given}; give a day as "2021-01-21", or the first and the last of several as'
                    ' "2021-02-11/2021-02-17"',
                )
            if last < first:
                self.fail((key, number), f"has {item!r}, which ends before it begins")
            found.append(Days(first, last))
        return tuple(sorted(found))

    def tables(self, key: str, keys: tuple[str, ...]) -> list[Table]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(key, f"must be written [[{key}]], once for each, not {_kind(value)}")
        tables = [
            Table(self.file, self.source, item, keys, (key, number), self.keys) for number, item in enumerate(value)
        ]
        for table in tables:
            table.check_keys()
        return tables


def _day(value: object) -> dt.date | None:
    """The day that a value means, or None: `"2021-01-21"`, or TOML's own date."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _kind(value: object) -> str:
    """What a value is, in words.

    >>> [_kind(value) for value in ("", 1, 1.5, True, [], {}, dt.date(2021, 1, 21), dt.datetime(2021, 1, 21))]
    ['text', 'a number', 'a number', 'true or false', 'a list', 'a table', 'a date', 'a time']
    """
    kinds: tuple[tuple[type, str], ...] = (
        (str, "text"),
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
        (dt.datetime, "a time"),
        (dt.date, "a date"),
        (dt.time, "a time"),
    )
    return next(name for type_, name in kinds if isinstance(value, type_))
