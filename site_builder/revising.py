"""`build-site correct`: what a file of corrections would change, and its way into corrections/."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from site_builder.archive import Archive
from site_builder.build import Options, Progress, gathered
from site_builder.corrections import FOLDER, in_order, name_of, read_file
from site_builder.errors import SourceError
from site_builder.model import Article, Correction, Outcome
from site_builder.trace import shown

ROUND = 16  # characters shown on either side of what changes in a line
LONGEST = 60  # characters of a line that comes or goes as a whole

NOT_DONE = ("conflict", "orphaned")
STATES = {
    "applied": "is carried out",
    "re-anchored": "is carried out, though the source has changed since it was made",
    "already-right": "changes nothing: the source says so already",
    "withheld": "is of a text that must not be shown, and is not carried out",
    "conflict": "can't be carried out",
    "orphaned": "can't be carried out",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """What files of corrections would do: in words, and under which name each comes into corrections/. `refused` are
    those that can't be carried out, `broken` those in corrections/ that can't be carried out any more with the new.
    """

    words: tuple[str, ...]  # all of it; and of these, what is wrong
    wrong: tuple[str, ...]
    files: tuple[tuple[Path, Path], ...]  # from where, to where
    refused: tuple[Outcome, ...]
    broken: tuple[Outcome, ...] = ()


def revise(files: Sequence[Path], options: Options, progress: Progress = lambda what, done, total: None) -> Revision:
    """Read files of corrections, and see what becomes of the archive with them."""
    held = gathered(options, progress)
    ways: list[tuple[Path, Path]] = []
    new: list[Correction] = []
    old = list(held.corrections)
    for file in files:
        target = _target(file, options.source, {way[1].name for way in ways})
        name = name_of(target)
        read_file(file, str(file))  # so that a mistake is told of the file that was given
        read = read_file(file, name)  # in the order in which the build will read it
        if _same(file, target):
            old = [one for one in old if one.file != name]
        else:
            ways.append((file, target))
        new += read
    before, after = held.archive(in_order(old)), held.archive(in_order([*old, *new]))
    told = {(one.file, one.number) for one in new}
    outcomes = [one for one in after.for_editors.corrections if (one.correction.file, one.correction.number) in told]
    refused = tuple(one for one in outcomes if one.state in NOT_DONE)
    broken = tuple(_broken(before, after))
    wrong = (*map(_said, refused), *map(_said_anew, broken))
    words = (*map(_said, outcomes), *map(_said_anew, broken), *_differences(before, after))
    return Revision(words, wrong, tuple(ways), refused, broken)


def add(revision: Revision) -> Iterator[Path]:
    """Put the files into corrections/, over none that is there; where each came to."""
    if revision.refused:
        raise SourceError(
            f"nothing was added, for {len(revision.refused)} of these corrections can't be carried out; quote more"
            " (prefix, suffix), or mend what is quoted"
        )
    if revision.broken:
        raise SourceError(
            f"nothing was added, for {len(revision.broken)} of the corrections that are in {FOLDER}/ couldn't be"
            " carried out any more; mend what these quote, or take them away, and then add the new"
        )
    for file, target in revision.files:
        target.parent.mkdir(exist_ok=True)
        with target.open("xb") as opened:
            opened.write(file.read_bytes())
        yield target


def _broken(before: Archive, after: Archive) -> Iterator[Outcome]:
    """The corrections that the new ones put out of place: carried out, or right in the source, before and not now."""
    was = {(one.correction.file, one.correction.number): one.state for one in before.for_editors.corrections}
    for one in after.for_editors.corrections:
        state = was.get((one.correction.file, one.correction.number), one.state)
        if state not in NOT_DONE and one.state in NOT_DONE:
            yield one


def _same(file: Path, target: Path) -> bool:
    return target.exists() and file.resolve() == target.resolve()


def _target(file: Path, source: Path, taken: set[str]) -> Path:
    """Where the file is to stand: where it is, if that is corrections/, else under a name that is free there."""
    if file.suffix != ".toml" or file.name.startswith("."):
        raise SourceError(f"{file}: is no file of corrections; its name must end in .toml")
    folder = source / FOLDER
    if file.resolve().parent == folder.resolve():
        return folder / file.name
    number, target = 1, folder / file.name
    while target.exists() or target.name in taken:
        if target.exists() and target.read_bytes() == file.read_bytes():
            raise SourceError(f"{file}: is in {FOLDER}/ already, as {target.name}")
        number += 1
        target = folder / f"{file.stem}-{number}.toml"
    return target


def _said(outcome: Outcome) -> str:
    one = outcome.correction
    why = f": {outcome.message}" if outcome.message else ""
    return f"{one.name}: {one.do} {shown(one.exact)} {STATES[outcome.state]}{why}"


def _said_anew(outcome: Outcome) -> str:
    one = outcome.correction
    return f"{one.name}: {one.do} {shown(one.exact)} can't be carried out any more: {outcome.message}"


# ---------------------------------------------------------------- what changes


def _differences(before: Archive, after: Archive) -> Iterator[str]:
    """The lines of all articles that change, each article under its address."""
    met: set[str] = set()
    for id, article in before.article_of.items():
        end = after.permalinks.ledger.end_of(id)
        now = after.article_of.get(end)
        old = _lines(before, article)
        if end != id and end in before.article_of:  # it comes into another, which is shown by itself
            yield from _article(id, [*_hunks(old, []), f"  > {end}"])
            continue
        met.add(end)
        changed = list(_hunks(old, _lines(after, now) if now else []))
        if changed or end != id:
            yield from _article(f"{id} -> {end}" if end != id else id, changed)
    for id, article in after.article_of.items():
        if id not in met and id not in before.article_of:
            yield from _article(f"{id} (new)", _hunks([], _lines(after, article)))


def _article(title: str, hunks: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from hunks


def _lines(archive: Archive, article: Article) -> list[str]:
    """What is shown of an article, a line each: facts, then pieces."""
    facts = archive.page_of[article.page_id].facts
    said = {
        "newspaper": facts.newspaper,
        "date": facts.date.isoformat() if facts.date else "",
        "page": str(facts.page or ""),
        "(byline)": "、".join(article.byline),
        "topics": "、".join(article.topics),
        "goes on in": article.continued_by,
    }
    if article.withheld:
        return ["(withheld)"]
    return [
        *(f"{name}: {value}" for name, value in said.items() if value),
        *(f"{block.kind}: {block.text}" for block in article.blocks),
    ]


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """What differs, as a reader of diffs expects it; of a line that changes, only where it does.

    >>> for line in _hunks(["headline: 春耕忙", "paragraph: 农民心里里乐开了花。"], ["headline: 春耕忙", "paragraph: 农民心里乐开了花。"]):
    ...     print(line)
      - paragraph: 农民心里里乐开了花。
      + paragraph: 农民心里乐开了花。
    """  # noqa: E501
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if j - i == m - k:
            for was, now in zip(old[i:j], new[k:m], strict=True):
                left, right = _narrowed(was, now)
                yield f"  - {left}"
                yield f"  + {right}"
            continue
        yield from (f"  - {_short(line)}" for line in old[i:j])
        yield from (f"  + {_short(line)}" for line in new[k:m])


def _narrowed(was: str, now: str) -> tuple[str, str]:
    """Two lines, each with no more of what they share than is needed to see where they differ."""
    kind, _, _rest = was.partition(": ")
    head = 0
    while head < min(len(was), len(now)) and was[head] == now[head]:
        head += 1
    tail = 0
    while tail < min(len(was), len(now)) - head and was[-1 - tail] == now[-1 - tail]:
        tail += 1
    first = max(0, head - ROUND)
    if first <= len(kind) + 3:
        first = 0

    def part(line: str) -> str:
        last = len(line) - max(0, tail - ROUND)
        return (f"{kind}: …" if first else "") + line[first:last] + ("…" if last < len(line) else "")

    return part(was), part(now)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…（{len(line)}）"
