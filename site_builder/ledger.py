"""permalinks.jsonl: every article address that was ever published, one a line, kept with the sources for good.

The lines stand in the order of their ids, so that a change shows as a few lines wherever it happens. The file is read
before a build and written after the site is in its place, beside itself and then renamed, so it is never half there.
"""

from __future__ import annotations

import codecs
import contextlib
import datetime as dt
import errno
import gc
import hashlib
import io
import json
import os
import re
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from site_builder import addresses
from site_builder.errors import SourceError
from site_builder.fingerprints import VEILED, Sample, Text, is_fingerprint, veil

FILE = "permalinks.jsonl"
UNTITLED = "〔无题〕"  # begins what stands in for a headline: first words, of which the fingerprint tells
HEAL = "heal-permalinks"  # the command that joins two versions of the file

State = Literal["live", "withheld", "merged", "moved", "gone"]
"""live: an article stands there. withheld: one does, and must not be shown. merged: its text is part of the article at
`to`. moved: its page's newspaper or date was set right, and it stands at `to`. gone: it is no more, and somebody said
that this is so."""

_STATES: dict[str, State] = {state: state for state in get_args(State)}
LEADING: frozenset[State] = frozenset({"merged", "moved"})
STANDING: frozenset[State] = frozenset({"live", "withheld"})

_KEYS = ("id", "address", "page", "state", "headline", "size", "fingerprint")
_MORE = ("to", "part_of", "why", "since", "changed")  # only where there is something to say
_NEEDED, _KNOWN = frozenset(_KEYS), frozenset((*_KEYS, *_MORE))
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode  # a sixth quicker than json.loads
_ID = re.compile(r'[^\s"\\:*?<>|#]+/[^\s"\\:*?<>|#]+')
_NUMBERED = re.compile(r"(.+[-/])(\d+)")
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Permalink:
    """A line of the ledger. `page` is the id of the page where the article was last seen, `size` how many shingles its
    text has, `part_of` the id of the article that it was once parted from, `why` what somebody said on why it is gone.
    `since` is the day on which the address was first published, `changed` the last one on which what is said of it
    changed notably (see dating.py); `""` where nobody knows, as of all lines from before these were kept.
    """

    id: str
    page: str
    state: State
    headline: str
    size: int
    fingerprint: str
    to: str = ""
    part_of: str = ""
    why: str = ""
    since: str = ""
    changed: str = ""

    @property
    def address(self) -> str:
        return addresses.html(self.id)

    @property
    def stands(self) -> bool:
        """Whether an article stands at the address."""
        return self.state in STANDING

    @property
    def was_withheld(self) -> bool:
        return self.fingerprint.startswith(VEILED)

    @property
    def sample(self) -> Sample:
        return Sample(self.fingerprint, self.size)

    def dated(self, since: str, changed: str) -> Permalink:
        """The line with other days; a million are made at once, so not by `replace`, which takes thrice as long."""
        return Permalink(
            self.id, self.page, self.state, self.headline, self.size, self.fingerprint, self.to, self.part_of, self.why,
            since, changed,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """The line as it is written."""
        record: dict[str, object] = {key: getattr(self, key) for key in _KEYS}
        record |= {key: value for key in _MORE if (value := getattr(self, key))}
        return _encode(record) + "\n"


@dataclass(frozen=True)
class Ledger:
    """The permalinks by id. `read` tells the file as it was read from any other, and is empty if there was none."""

    lines: Mapping[str, Permalink] = field(default_factory=dict)
    read: bytes = field(default=b"", repr=False, compare=False)

    def __iter__(self) -> Iterator[Permalink]:
        return iter(self.lines.values())

    def __len__(self) -> int:
        return len(self.lines)

    def end_of(self, id: str) -> str:
        """Where an address leads in the end: its own id where it leads nowhere.

        >>> def line(id, state, to=""):
        ...     return Permalink(id, "", state, "", 0, "", to)
        >>> ledger = Ledger({one.id: one for one in [line("a", "moved", "b"), line("b", "merged", "c")]})
        >>> ledger.end_of("a"), ledger.end_of("c")
        ('c', 'c')
        """
        seen = {id}
        while (line := self.lines.get(id)) and line.state in LEADING and line.to not in seen:
            id = line.to
            seen.add(id)
        return id

    def arrives(self, id: str) -> bool:
        """Whether an address leads somewhere in the end: two branches, each of which moved it, may have made a ring."""
        end = self.lines.get(self.end_of(id))
        return end is not None and end.state not in LEADING

    @property
    def rings(self) -> list[list[str]]:
        """The addresses that lead to each other, each ring once and in order.

        >>> def line(id, to):
        ...     return Permalink(id, "", "moved", "", 0, "", to)
        >>> Ledger({one.id: one for one in [line("a", "b"), line("b", "c"), line("c", "b")]}).rings
        [['b', 'c']]
        """
        found = []
        seen: set[str] = set()
        for id in sorted(self.lines):
            way: list[str] = []
            while id not in seen and (line := self.lines.get(id)) and line.state in LEADING:
                way.append(id)
                seen.add(id)
                id = line.to
            if id in way:
                found.append(sorted(way[way.index(id) :]))
        return found

    @cached_property
    def _highest(self) -> Mapping[str, int]:
        """The highest number given, by what stands before it in the id."""
        found: dict[str, int] = {}
        for id in self.lines:
            if numbered := _NUMBERED.fullmatch(id):
                before, number = numbered[1], int(numbered[2])
                found[before] = max(found.get(before, 0), number)
        return found

    def last_number(self, page_id: str) -> int:
        """The highest number that an article of the page ever had.

        >>> ledger = Ledger({id: Permalink(id, "", "gone", "", 0, "") for id in ("a/2021/01-21/p1-09", "undated/x/02")})
        >>> ledger.last_number("a/2021/01-21/p1"), ledger.last_number("undated/x"), ledger.last_number("undated/y")
        (9, 2, 0)
        """
        return self._highest.get(addresses.article_id(page_id, 1)[:-2], 0)

    def texts(self) -> Iterator[bytes]:
        """The file's lines as they are written, in the order of their ids."""
        return (self.lines[id].text.encode() for id in sorted(self.lines))

    @property
    def text(self) -> bytes:
        """The file as it is written."""
        return b"".join(self.texts())


def _before(id: str) -> str:
    """What stands before an article's number in its id.

    >>> _before("a/2021/01-21/p1-03"), _before("undated/x/01")
    ('a/2021/01-21/p1-', 'undated/x/')
    """
    numbered = _NUMBERED.fullmatch(id)
    return numbered[1] if numbered else f"{id}-"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build does to the ledger: ids of lines that it adds and that it changes. None is ever taken away."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


def changes(before: Ledger, after: Ledger) -> Changes:
    """The lines that are new or not the same any more, in order."""
    ids = sorted(id for id, line in after.lines.items() if before.lines.get(id) != line)
    return Changes(tuple(id for id in ids if id not in before.lines), tuple(id for id in ids if id in before.lines))


# ---------------------------------------------------------------- reading


def read_ledger(folder: Path) -> Ledger:
    """The source folder's ledger; an archive that was never built has none."""
    file = folder / FILE
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise SourceError(f"{FILE}: is a link that leads nowhere; mend it, or the addresses are lost") from None
        return Ledger()
    except OSError as error:
        raise SourceError(f"{FILE}: can't be read ({error.strerror}); mend it, or the addresses are lost") from None
    return parse_ledger(content, str(folder))


def parse_ledger(content: bytes, folder: str = ".") -> Ledger:
    r"""The ledger in these bytes; a mistake is an error with its line.

    >>> parse_ledger(b'{"id":"a/1"}\n')
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: permalinks.jsonl, line 1: has no 'address'; restore it from version control
    >>> parse_ledger(b"<<<<<<< HEAD\n", "a")
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: permalinks.jsonl, line 1: holds a merge conflict; run: build-site heal-permalinks a
    """
    marked = any(mark in content for mark in (b"<<<<<<<", b"=======", b">>>>>>>"))  # quick: a search costs a second
    if marked and (conflict := _CONFLICT.search(content)):
        at = content.count(b"\n", 0, conflict.start()) + 1
        raise SourceError(f"{FILE}, line {at}: holds a merge conflict; run: build-site {HEAL} {folder}")
    lines: dict[str, Permalink] = {}
    with _undisturbed():
        for number, text in enumerate(io.BytesIO(content.removeprefix(codecs.BOM_UTF8)), 1):
            if not text.isspace():
                line = _line(text, number)
                if line.id in lines:
                    raise SourceError(
                        f"{FILE}, line {number}: has {line.id} a second time, as after a merge of two versions;"
                        f" run: build-site {HEAL} {folder}"
                    )
                lines[line.id] = line
    for line in lines.values():
        if line.to and line.to not in lines:
            raise SourceError(
                f"{FILE}: {line.id} leads to {line.to}, which has no line; restore it from version control"
            )
    return Ledger(lines, _digest(content))


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Without garbage collection: of a million lines read none is garbage, and looking takes half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _digest(content: bytes) -> bytes:
    """What tells the file as it was read; of an empty one the same as of none, for neither has a line to lose."""
    return hashlib.sha256(content).digest() if content else b""


def _line(text: bytes, number: int) -> Permalink:
    """A line of the file, every value checked: what is read wrongly today breaks an address for good."""
    try:
        said = text.decode()
        if "\\u" in said:
            json.dumps(json.loads(said), ensure_ascii=False).encode()  # half a character can't be written again
        record, end = _decode(said) if said[:1] == "{" else (None, 0)
        if said[end:] not in ("\n", "", "\r\n"):  # written by hand, perhaps
            record = json.loads(said)
    except (ValueError, RecursionError):  # no JSON, no UTF-8; brackets in brackets in brackets
        raise _wrong(number, "is no JSON") from None
    if not isinstance(record, dict):
        raise _wrong(number, "is no JSON object")
    if not _NEEDED <= record.keys() <= _KNOWN:
        for key in _KEYS:
            if key not in record:
                raise _wrong(number, f"has no '{key}'")
        key = next(key for key in record if key not in _KNOWN)
        raise _wrong(number, f"has a key '{key}' that this version doesn't know", "use the newer build-site")
    if [*map(type, record.values())].count(str) != len(record) - 1 or type(record["size"]) is not int:
        wrong = next(key for key, value in record.items() if type(value) is not (int if key == "size" else str))
        raise _wrong(number, f"'{wrong}' is {record[wrong]!r}")
    id, state = record["id"], record["state"]
    if not _ID.fullmatch(id) or id[0] in "/." or id[-1] == "/" or "//" in id or "/." in id:
        raise _wrong(number, f"'id' is {id!r}")
    if record["address"] != f"{id}.html":
        raise _wrong(number, f"the address is {record['address']!r}, which is not that of {id}")
    if state not in _STATES:
        raise _wrong(number, f"'state' is {state!r}")
    if (state in LEADING) != bool(record.get("to")):
        raise _wrong(number, "says where it leads, but doesn't" if record.get("to") else "doesn't say where it leads")
    if record["size"] < 0 or not is_fingerprint(record["fingerprint"]):
        raise _wrong(number, "'fingerprint' is none")
    return Permalink(
        id, sys.intern(record["page"]), _STATES[state], record["headline"], record["size"], record["fingerprint"],
        record.get("to", ""), record.get("part_of", ""), record.get("why", ""),
        _day(record["since"], "since", number) if "since" in record else "",
        _day(record["changed"], "changed", number) if "changed" in record else "",
    )  # fmt: skip


def _day(text: str, key: str, number: int) -> str:
    """The day, the same object in all lines that have it; an error if it is none."""
    if (day := _DAYS.get(text)) is not None:
        return day
    try:
        if dt.date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError:
        raise _wrong(number, f"'{key}' is {text!r}") from None
    return _DAYS.setdefault(text, text)


_DAYS: dict[str, str] = {}  # those read: of a million lines most have the days of a few builds


def _wrong(number: int, what: str, advice: str = "restore it from version control") -> SourceError:
    return SourceError(f"{FILE}, line {number}: {what}; {advice}")


# ---------------------------------------------------------------- writing


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Put the ledger in its place, whole. If the file isn't any more what was read, somebody else has changed it: then
    nothing is written, for his lines would be lost.
    """
    file = (folder / FILE).resolve()  # a link stays one
    try:
        there = _digest(file.read_bytes())
    except FileNotFoundError:
        there = b""
    if there != ledger.read:
        raise FileExistsError(errno.EEXIST, "somebody else has changed it since", str(file))
    beside = file.with_name(f".{FILE}.{secrets.token_hex(4)}")
    for left in file.parent.glob(f".{FILE}.{'[0-9a-f]' * 8}"):  # by a build that was killed
        left.unlink(missing_ok=True)
    try:
        with beside.open("xb") as out:
            out.writelines(ledger.texts())
            out.flush()
            os.fsync(out.fileno())
        if there:
            with contextlib.suppress(OSError):
                beside.chmod(file.stat().st_mode & 0o777)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


# ---------------------------------------------------------------- joining two versions

SAME = 0.4  # how alike two texts under one id must be to be one article (see fingerprints.py: strangers have 0.1)
APART = 0.2  # thrice what chance makes of a share: by so much more of a text must be in one article than in another
_DECIDED: tuple[State, ...] = ("live", "gone", "merged", "moved", "withheld")  # what is later holds

Side = Literal["ours", "theirs", "both"]
"""The version that a line is from; `both` for what git merged by itself, which may be either's or what was before."""


def heal(content: bytes) -> tuple[Ledger, list[str]]:
    """The ledger that joins the two versions in a file with marks of a merge, or with ids twice; and what was decided.

    Each line that only one version has is kept. Where both have a line of one article, what was decided (gone, merged,
    moved) holds over what merely stands, and withheld over all; the next build looks at the text again anyway. It was
    published on the earlier of their days, and has changed on the later. Where both gave one number to different new
    articles, the second gets the page's next free one, and lines that name the number mean the one or the other. Where
    both moved one address, each elsewhere, one of the new addresses leads to the other.
    """
    ours, theirs, side = _sides(content)
    lines = dict(ours)
    again: list[Permalink] = []
    moves: list[tuple[Permalink, Permalink]] = []
    for line in theirs:
        own = lines.get(line.id)
        if own is None:
            lines[line.id] = line
        elif own != line and _is_one(own, line):
            lines[line.id] = _joined(own, line)
            if own.state == line.state == "moved":
                moves.append((own, line))
            elif _held(own, line) is line:
                side[line.id] = "theirs"
        elif own != line:
            again.append(line)
    said, others = _number_again(lines, again, side)
    for id, line in lines.items():
        if line.to in others or line.part_of in others:
            to, part_of = (_meant(line, named, others, lines, side[id]) for named in (line.to, line.part_of))
            lines[id] = replace(line, to=to, part_of=part_of)
            said += _told(line, lines[id], others, lines, side[id])
    said += _rejoin(lines, moves, others, side)
    return Ledger(lines, _digest(content)), said


def _number_again(
    lines: dict[str, Permalink], again: Sequence[Permalink], side: dict[str, Side]
) -> tuple[list[str], Mapping[str, Sequence[str]]]:
    """Give the second of two articles under one id the page's next free number: what is said, and by id the new ones.

    The highest number of a page is counted on: to look for it each time in a long ledger would take seconds.
    """
    said: list[str] = []
    others: defaultdict[str, list[str]] = defaultdict(list)
    highest = dict(Ledger(lines)._highest)
    for line in again:
        id = next((id for id in others[line.id] if _is_one(lines[id], line)), "")
        if id:  # a third version
            lines[id] = _joined(lines[id], replace(line, id=id))
            continue
        before = _before(line.id)
        highest[before] = highest.get(before, 0) + 1
        id = f"{before}{highest[before]:02d}"
        others[line.id].append(id)
        lines[id] = replace(line, id=id)
        side[id] = "theirs"
        said.append(f"{line.id} was two articles: “{line.headline}” is now {id}")
    return said, {id: found for id, found in others.items() if found}


def _meant(
    line: Permalink, named: str, others: Mapping[str, Sequence[str]], lines: Mapping[str, Permalink], side: Side
) -> str:
    """The id that a line means by one that was given to two articles.

    The version that the line is from had only one of them. Where git merged the line by itself nobody knows whose it
    is; then the one that has the line's text is meant.
    """
    if side != "both" or named not in others:
        return others[named][0] if named in others and side == "theirs" else named
    likest, best = named, _share(line, lines[named])
    for id in others[named]:
        if (share := _share(line, lines[id])) >= best + APART:
            likest, best = id, share
    return likest


def _share(line: Permalink, other: Permalink) -> float:
    """How much of a line's text the other line's article has, as far as the two samples can tell."""
    if line.was_withheld or other.was_withheld:
        return float(veil(line.fingerprint) == veil(other.fingerprint))
    return line.sample.within(other.sample)


def _told(
    before: Permalink,
    after: Permalink,
    others: Mapping[str, Sequence[str]],
    lines: Mapping[str, Permalink],
    side: Side,
) -> list[str]:
    """What is said of an address that led to a number which was given to two articles."""
    if after.to != before.to:
        return [f"{after.id} leads to {after.to}"]
    if side == "both" and after.to in others:
        shares = [_share(before, lines[id]) for id in (after.to, *others[after.to])]
        if shares[0] < max(shares[1:]) + APART:
            rest = " or ".join(others[after.to])
            return [f"{after.id} leads to {after.to}, but nothing tells whether {rest} is meant; look at them"]
    return []


def _rejoin(
    lines: dict[str, Permalink],
    moves: Sequence[tuple[Permalink, Permalink]],
    others: Mapping[str, Sequence[str]],
    side: Mapping[str, Side],
) -> list[str]:
    """Where both versions moved one address, each elsewhere, let one of the new addresses lead to the other.

    Both were published and mean one article, which the sources have at one place at most: the other address would seem
    lost. What is new on such a page, and the same in both versions, goes the same way.
    """
    said: list[str] = []
    pages: dict[tuple[str, str], None] = {}

    def join(one: str, other: str) -> None:
        go, stay = (one, other) if lines[other].state == "withheld" else (other, one)
        pages[lines[one].page, lines[other].page] = None
        lines[go] = replace(lines[go], state="moved", to=stay, why="")
        said.append(f"{one} and {other} are one article: {go} leads to {stay} until a build says where it stands")

    for own, line in moves:
        first = Ledger(lines).end_of(_meant(own, own.to, others, lines, "ours"))
        second = Ledger(lines).end_of(_meant(line, line.to, others, lines, "theirs"))
        if first != second and lines[first].stands and lines[second].stands and _is_one(lines[first], lines[second]):
            join(first, second)
    new: defaultdict[tuple[str, Side], list[str]] = defaultdict(list)
    for line in lines.values() if pages else ():
        if line.stands:
            new[line.page, side[line.id]].append(line.id)
    for here, there in list(pages):
        for one in new[here, "ours"]:
            alike = {id: _share(lines[one], lines[id]) for id in new[there, "theirs"] if lines[id].stands}
            likest = max(alike, key=lambda id: alike[id], default="")
            if likest and lines[one].stands and alike[likest] >= SAME and here != there:
                join(one, likest)
    return said


def heal_file(folder: Path) -> list[str]:
    """Heal the source folder's ledger, and say what was done."""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{folder} holds no {FILE}; a build writes it") from None
    healed, said = heal(content)
    if healed.text == content and not healed.rings:
        return [f"{FILE}: nothing to heal, {len(healed)} addresses"]
    said += [
        f"{' and '.join(ring)} lead to each other; the next build breaks this up, or asks for --retire"
        for ring in healed.rings
    ]
    if healed.text != content:
        write_ledger(folder, healed)
    return [*said, f"{FILE}: healed, {len(healed)} addresses; build the site, then commit both"]


def _sides(content: bytes) -> tuple[dict[str, Permalink], list[Permalink], dict[str, Side]]:
    """Our version's lines, the lines of the other that ours hasn't or has otherwise, and whose each line is by its id;
    of an id that both have, whose the first is.
    """
    ours: dict[str, Permalink] = {}
    theirs: list[Permalink] = []
    sides: dict[str, Side] = {}
    side: Side | Literal["base"] = "both"
    for number, text in enumerate(content.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        mark = text[:7] if _CONFLICT.match(text) else b""
        if mark:
            side = _SIDES[mark]
        elif text.strip() and side != "base":
            found = _line(text, number)
            sides.setdefault(found.id, side)
            if side == "theirs" or found.id in ours:
                theirs.append(found)
            else:
                ours[found.id] = found
    return ours, theirs, sides


_SIDES: Mapping[bytes, Side | Literal["base"]] = {
    b"<<<<<<<": "ours", b"|||||||": "base", b"=======": "theirs", b">>>>>>>": "both",
}  # fmt: skip


def _is_one(a: Permalink, b: Permalink) -> bool:
    """Whether two lines under one id are of one article: the same words, or the same decision about it."""
    if a.fingerprint == b.fingerprint or a.was_withheld or b.was_withheld:
        return True  # a veiled one is never given another number: its text might come to light
    return a.sample.likeness(Text(frozenset(b.sample.numbers))).of_old >= SAME


def _joined(a: Permalink, b: Permalink) -> Permalink:
    """The line that holds, of two of one article."""
    known = [day for day in (a.since, b.since) if day]
    return replace(_held(a, b), since=min(known, default=""), changed=max(a.changed, b.changed))


def _held(a: Permalink, b: Permalink) -> Permalink:
    return b if _DECIDED.index(b.state) > _DECIDED.index(a.state) else a


SHOWN = 20  # lines in a message


def describe(ledger: Ledger, ids: Sequence[str]) -> list[str]:
    """Lines as a message names them: the id, what becomes of it, its headline."""
    rows = []
    for id in ids[:SHOWN]:
        line = ledger.lines[id]
        where = f" to {line.to}" if line.to else ""
        rows.append(f"  {id}: {line.state}{where}{f' “{line.headline}”' if line.headline else ''}")
    return [*rows, f"  … and {len(ids) - SHOWN} more"] if len(ids) > SHOWN else rows
