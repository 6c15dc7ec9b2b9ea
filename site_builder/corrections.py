"""corrections/*.toml -> Correction, every key checked. A mistake is an error with its file, its line and what to do.

A correction quotes what it sets right (`exact`, with `prefix` and `suffix` where the same words stand more than once),
and says under which address the words were read. Where they stand now, anchoring.py finds; mending.py carries it out.
"""

from __future__ import annotations

import datetime as dt
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder.anchoring import plain
from site_builder.encodings import composed
from site_builder.errors import SourceError, did_you_mean
from site_builder.model import ARTICLE_KINDS, FURNITURE_KINDS, HEADING_KINDS, Correction, CorrectionState
from site_builder.toml_tables import Table, decoded, parse

FOLDER = "corrections"
KEYS = (
    "do", "article", "page", "exact", "prefix", "suffix", "becomes", "kind", "fact", "was", "to", "after", "before",
    "by", "date", "why",
)  # fmt: skip
SHOWN_KINDS = tuple(kind for kind in ARTICLE_KINDS if kind != "jump")
FACTS_OF_PAGES = ("newspaper", "date", "page")
FACTS_OF_ARTICLES = ("byline", "topics", "jump")
FACTS = (*FACTS_OF_PAGES, *FACTS_OF_ARTICLES)


@dataclass(frozen=True, slots=True)
class Operation:
    """Which of the keys that not all corrections have must be there, and which may be."""

    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


OPERATIONS: Mapping[str, Operation] = {
    "replace": Operation(("becomes",)),
    "split-paragraph": Operation(),
    "join-paragraph": Operation(takes=("after",)),
    "split-article": Operation(),
    "join-article": Operation(("to",)),
    "heading": Operation(("to",), ("kind",)),
    "kind": Operation(("kind",), ("to",)),
    "move": Operation(takes=("after", "before")),
    "fact": Operation(("fact", "becomes"), ("was",)),
}
"""What a correction may do. The quoted words are what is replaced; or they open the paragraph or the article that is to
begin there; or they stand in the piece (the article, the page) that is meant."""

SEVERAL = '"文化、散文"'
_PARTICULAR = ("becomes", "kind", "fact", "was", "to", "after", "before")
_MAY_BE_EMPTY = ("becomes",)


def read_corrections(folder: Path) -> tuple[Correction, ...]:
    """All corrections of the source folder, in the order in which they are carried out: by date, file and place."""
    found = [one for file in _files(folder / FOLDER) for one in read_file(file, name_of(file))]
    return in_order(found)


def _files(folder: Path) -> list[Path]:
    """The files of corrections. What looks like one and would not be read is an error: nothing is lost in silence."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SourceError(f"{FOLDER}: can't be read as a folder ({error.strerror}); mend or remove it") from None
    for entry in entries:
        name = name_of(entry)
        if entry.is_dir():
            raise SourceError(f"{name}: is a folder; put its files into {FOLDER}/ itself")
        if entry.suffix != ".toml" and entry.suffix.lower() == ".toml":
            raise SourceError(f"{name}: must end in '.toml', in small letters; rename it")
        if entry.suffix != ".toml" and (found := _HIDDEN.fullmatch(entry.name)):
            raise SourceError(
                f"{name}: is not read, for its name must end in '.toml'; rename it to '{found[1]}.toml', or move it"
                " away"
            )
    return [entry for entry in entries if entry.suffix == ".toml"]


_HIDDEN = re.compile(r"(.+)\.toml(?!~$|.*\.(?:bak|old|orig|rej|swp|tmp)$).+", re.IGNORECASE)
"""A file of corrections by a name that mail or Windows gave it (`a.toml.txt`); a copy that an editor or a merge left
beside the file is none."""


def name_of(file: Path) -> str:
    """What a file in corrections/ is called: in messages, in the data, and in the order of corrections."""
    return composed(f"{FOLDER}/{file.name}")


def in_order(corrections: list[Correction]) -> tuple[Correction, ...]:
    return tuple(sorted(corrections, key=lambda one: one.order))


def read_file(file: Path, name: str) -> list[Correction]:
    """The corrections in a file; `name` is what messages call it."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise SourceError(f"{name}: is not a plain file; remove it")
        data = file.read_bytes()
    except OSError as error:
        raise SourceError(f"{name}: can't be read ({error.strerror}); mend or remove it") from None
    return parse_corrections(decoded(data, name), name)


def parse_corrections(text: str, file: str) -> list[Correction]:
    r"""The corrections in the text of a file.

    >>> quoted = '[[corrections]]\npage = "a/2021/01-21/p1"\nexact = "书记记柴伟"\n'
    >>> signed = 'by = "张赫"\ndate = 2026-11-22\nwhy = "衍一字"\n'
    >>> (one,) = parse_corrections(quoted + 'becomes = "书记柴伟"\n' + signed, "corrections/a.toml")
    >>> one.do, one.name, one.becomes, one.date.isoformat()
    ('replace', 'corrections/a.toml, line 1', '书记柴伟', '2026-11-22')
    >>> parse_corrections(quoted + 'becoms = "书记柴伟"\n' + signed, "corrections/a.toml")
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: corrections/a.toml, line 4: unknown key 'becoms' in [[corrections]] no. 1; did you mean 'becomes'?
    >>> parse_corrections(quoted + signed, "corrections/a.toml")
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: corrections/a.toml, line 1: 'becomes' in [[corrections]] no. 1 is missing; 'replace' needs it
    """  # noqa: E501
    tables = parse(file, text, ("corrections",)).tables("corrections", KEYS)
    if not tables:
        raise SourceError(f"{file}: has no [[corrections]]; write one, or remove the file")
    return [_correction(table, number) for number, table in enumerate(tables, 1)]


def _correction(table: Table, number: int) -> Correction:
    do = table.one_of("do", tuple(OPERATIONS)) or "replace"
    _check_keys_of(table, do)
    if bool(table.text("article")) == bool(table.text("page")):
        table.fail("article", "or 'page' is needed: the id under which the words were read, and not both")
    for key in ("article", "page", "to"):
        _check_id(table, key)
    for key in ("becomes", "was"):
        if isinstance(table.values.get(key), list):
            table.fail(key, f"must be text in quotation marks, not a list; several names are written {SEVERAL}")
    one = Correction(
        file=table.file,
        number=number,
        line=int(table.at(()).rpartition(" ")[2]),
        do=do,
        exact=_quotation(table, "exact"),
        by=table.required("by"),
        date=_date(table),
        why=table.required("why"),
        article=table.text("article"),
        page=table.text("page"),
        prefix=table.text("prefix"),
        suffix=table.text("suffix"),
        becomes=table.text("becomes"),
        kind=table.one_of("kind", _kinds(do)),
        fact=table.one_of("fact", FACTS),
        was=table.text("was"),
        to=table.text("to"),
        after=_quotation(table, "after") if "after" in table.values else "",
        before=_quotation(table, "before") if "before" in table.values else "",
    )
    if do == "replace" and one.exact == one.becomes:
        table.fail("becomes", "says what 'exact' says but for spaces at its ends; nothing would change")
    if do == "move" and bool(one.after) == bool(one.before):
        table.fail("after", "or 'before' is needed: words of the piece that it is to stand behind or in front of")
    if do == "fact":
        _check_fact(table, one)
    return one


def _check_keys_of(table: Table, do: str) -> None:
    """Refuse keys that the operation lacks or doesn't know."""
    operation = OPERATIONS[do]
    for key in operation.needs:
        if key not in table.values or (key not in _MAY_BE_EMPTY and not table.text(key)):
            missing = "empty" if key in table.values else "missing"
            table.fail(key, f"is {missing}; '{do}' needs it")
    for key in _PARTICULAR:
        if key in table.values and key not in (*operation.needs, *operation.takes):
            known = ", ".join((*operation.needs, *operation.takes)) or "no further key"
            table.fail(key, f"means nothing with do = '{do}', which takes {known}")


def _check_id(table: Table, key: str) -> None:
    id = table.text(key)
    if id and ("://" in id or id.endswith(".html") or id.startswith("/") or "/" not in id):
        what = "a page's id, such as 'liaoyuan-ribao/2021/01-21/p1'"
        if key != "page":
            what = "an article's id, such as 'liaoyuan-ribao/2021/01-21/p1-03' (编号 at the article's end)"
        table.fail(key, f"is {id!r}; give {what}")


def _quotation(table: Table, key: str) -> str:
    text = table.required(key)
    if not plain(text):
        table.fail(key, "quotes nothing but white space; quote some words")
    return text


def _date(table: Table) -> dt.date:
    date = table.date("date")
    if date is None:
        table.fail("date", "is missing; say on which day the correction was made: date = 2026-11-22")
    return date


def _kinds(do: str) -> tuple[str, ...]:
    return HEADING_KINDS if do == "heading" else (*SHOWN_KINDS, *FURNITURE_KINDS)


def _check_fact(table: Table, one: Correction) -> None:
    """What a fact becomes must be a value of its kind."""
    if one.fact == "date":
        _check_day(table, "becomes")
        _check_day(table, "was")
    elif one.fact == "page" and not re.fullmatch("[1-9][0-9]{0,2}", one.becomes):
        table.fail("becomes", f'is {one.becomes!r}, but must be a page number such as "4"')
    elif one.fact == "newspaper" and not one.becomes:
        table.fail("becomes", "is empty; give the newspaper's name or id")
    elif one.fact == "jump" and one.becomes:
        _check_id(table, "becomes")
    elif one.fact in ("byline", "topics") and one.becomes and not names(one.becomes):
        table.fail("becomes", f'is {one.becomes!r}; several are written {SEVERAL}, and none as ""')
    if one.fact in FACTS_OF_ARTICLES and one.page:
        table.fail("page", f"can't say whose {one.fact} it is; give the article's id as 'article'")


def _check_day(table: Table, key: str) -> None:
    """A day is written in one way only, for it is compared as it is written."""
    text = table.text(key)
    try:
        if text and dt.date.fromisoformat(text).isoformat() == text:
            return
    except ValueError:
        pass
    if text or key == "becomes":
        table.fail(key, f'is {text!r}, but must be a date such as "2021-01-21"')


def names(text: str) -> tuple[str, ...]:
    """The names of a byline or the topics in a correction's words.

    >>> names("张赫、王苗"), names("")
    (('张赫', '王苗'), ())
    """
    return tuple(dict.fromkeys(name for part in re.split("[、,，;；]", text) if (name := part.strip())))


class UnknownTargetError(SourceError):
    """An address that no build ever published: a slip of the pen, or the ledger is lost; `said` is without a guess."""

    def __init__(self, said: str, guess: str = "") -> None:
        super().__init__(said + guess)
        self.said = said


def unknown_target(one: Correction, known: list[str]) -> SourceError:
    id = one.article or one.page
    said = f"{one.name}: no {'article' if one.article else 'page'} '{id}' is known"
    return UnknownTargetError(said, did_you_mean(id, known))


def contradict(one: Correction, other: Correction) -> SourceError:
    """Two corrections that want different things of the same words."""
    return SourceError(
        f"{one.name}: wants another thing of the same words ('{one.exact}') than {other.name} by {other.by} does;"
        " take one of the two away, or have the later one quote what the earlier one writes"
    )


class NotDone(Exception):
    """A correction that can't be carried out: its state, and why, in words for editors."""

    def __init__(self, state: CorrectionState, message: str = "") -> None:
        super().__init__(message)
        self.state, self.message = state, message


class NotYet(NotDone):
    """One that another correction of the same day may make possible."""


class Deferred(NotYet):
    """One that quotes what another of the same day is still to write, or to part; it may be possible without, too."""
