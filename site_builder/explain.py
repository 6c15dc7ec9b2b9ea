"""`build-site explain`: what each stage decided about a page, or a line of it, and why.

The page goes through the stages exactly as in a build, while `trace` notes their decisions down; here they are put in
order. What needs the archive's other pages (continuations, the running number) is not looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from site_builder import metadata, sources, words
from site_builder.archive import gather
from site_builder.cleaning import ZERO_WIDTH
from site_builder.errors import SourceError, did_you_mean
from site_builder.model import Article, Finding, Line, Page, TextBlock
from site_builder.settings import FILE
from site_builder.trace import Decision, Trace, recording, shown
from site_builder.work import restore_page

HEADS = ("kicker", "headline", "subtitle", "byline")
KNOWN = {
    "given": "archive.toml or the path gives it",
    "stated": "printed on the page",
    "inferred": "reasoned from the text",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be explained: a file of a source folder, one of its pages or all (0), and a line or none (0)."""

    path: Path
    folder: Path
    page: int = 0
    line: int = 0


# ---------------------------------------------------------------- what is asked for


def find_target(given: str) -> Target:
    """The page, and the line if one is named, that FILE[:LINE] means; FILE#2 is the second page of its file."""
    file, colon, line = given.rpartition(":")
    if not colon or not line.isdecimal() or _is_file(Path(given)):
        file, line = given, "0"
    elif not _number(line):
        raise SourceError(f"'{given}': lines are counted from 1; give {file}:1 for the first")
    path, page = Path(file), 0
    name, mark, number = file.rpartition("#")
    if not _is_file(path) and mark and number.isdecimal():
        path, page = Path(name), _number(number)
        if not page:
            raise SourceError(f"'{given}': pages are counted from 1; give {name}#1 for the first")
        file = name
    if given and not file:
        raise SourceError(f"'{given}' names no file; give one before it, such as page.txt{given}")
    if not _is_file(path):
        raise SourceError(_missing(path, given))
    if path.suffix.lower() not in sources.READERS:
        raise SourceError(f"'{path}' is no page text; give a file that ends in {' or '.join(sources.READERS)}")
    folder = _source_folder(path)
    place = path.resolve().relative_to(folder)
    if place.parts[0] in sources.NOT_PAGES:
        raise SourceError(f"a build leaves '{path}' out: {place.parts[0]} is the editors' own; give a page text")
    return Target(path, folder, page, _number(line))


def _number(digits: str) -> int:
    """The number, or, for one of more digits than Python reads, one that is larger than any file's."""
    try:
        return int(digits)
    except ValueError:
        return sys.maxsize


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a folder that may not be read; a name that can't be one
        return False


def _missing(path: Path, given: str) -> str:
    """Why there is nothing to explain, and what to do."""
    try:
        if given and path.is_dir():
            inside = next(iter(sources.find_files(path)), None)
            example = f", such as '{inside}'" if inside else ""
            return f"'{given}' is a folder; give one of its page texts{example}"
        beside = [str(each) for each in path.parent.iterdir() if each.suffix.lower() in sources.READERS]
    except (OSError, ValueError):
        beside = []
    head, colon, line = given.rpartition(":")
    if colon and _is_file(Path(head)):
        return f"'{line}' is no line number; give one such as {head}:12"
    return f"there is no file '{given and path}'{did_you_mean(str(path), sorted(beside))}"


def _source_folder(path: Path) -> Path:
    """The source folder of a page text: the nearest above it with an archive.toml, else the one that a build takes."""
    above = path.resolve().parents
    with_settings = next((folder for folder in above if _is_file(folder / FILE)), None)
    built = (folder for folder in (Path("seeds").resolve(), Path().resolve()) if folder in above)
    return with_settings or next(built, path.resolve().parent)


# ---------------------------------------------------------------- the report


def explain(target: Target) -> str:
    """The report, in lines of plain text."""
    settings = replace(sources.read_settings(target.folder), withhold=())
    settings = replace(settings, topics=metadata.topics_for(settings))
    pages = sources.read_pages(target.path.resolve(), target.folder)
    if target.page > len(pages):
        held = f"{len(pages)} page{'s' * (len(pages) > 1)}"
        raise SourceError(f"'{target.path}' holds {held}; there is no page {_shown(target.page)}")
    chosen = [pages[target.page - 1]] if target.page or target.line else pages
    if target.line and target.page == 0:
        chosen = pages[:1]
    out: list[str] = []
    for source in chosen:
        lines = source.text.splitlines()
        if target.line > len(lines):
            no = f"'{target.path}' has no line {_shown(target.line)}"
            many = f"; its other pages are given as {target.path}#2:1" if len(pages) > 1 and not target.page else ""
            raise SourceError(f"{no}; give one from 1 to {len(lines)}{many}" if lines else f"{no}: it is empty")
        with recording() as trace:
            page = restore_page(source, settings)
        (settled,) = gather(settings, [page]).pages
        report = Report(settled, trace, lines)
        found = "with its archive.toml" if _is_file(target.folder / FILE) else "which has no archive.toml"
        here = Path().resolve()
        folder = target.folder.relative_to(here) if here in target.folder.parents else target.folder
        out += [f"{source.source}, read as a page of {'this folder' if folder == here else folder}, {found}"]
        out += report.of_line(target.line) if target.line else report.of_page()
        out.append("")
    return "\n".join(out[:-1])


@dataclass(frozen=True, slots=True)
class Report:
    """A page, what was decided about it, and the lines of its source."""

    page: Page
    trace: Trace
    lines: Sequence[str]

    # ------------------------------------------------------------ a page

    def of_page(self) -> list[str]:
        out = ["", "What the page is", *_indented(self._facts())]
        cut = [decision.words for decision in self.trace.of("columns")]
        layout = [decision.words for decision in self.trace.of("layout")]
        if layout:
            moved = sum(decision.words.startswith("It is read after") for decision in self.trace.of("order"))
            out += ["", "In which order it was read", *_indented(layout)]
            out += _indented([f"{moved} lines are read after another than the one above them."] * bool(moved))
        if cut:
            out += [
                "",
                f"Columns side by side: {len(cut)} lines of the source were pulled apart, the first of them thus",
            ]
            out += _indented(cut[:1])
        out += ["", f"Articles: {len(self.page.articles)}"]
        for number, article in enumerate(self.page.articles, 1):
            out += [
                "",
                f"{number}. {_name(article)}, {self._where(article.blocks)}",
                *_indented(self._article(article)),
            ]
        out += ["", f"Furniture, which belongs to no article: {len(self.page.furniture)}"]
        for block in self.page.furniture:
            out.append(
                f"  {self._where([block])}: {block.kind} {shown(block.text)}. {self._why_furniture(block)}".rstrip()
            )
        others = [finding for finding in self.page.findings if finding.article is None and not finding.article_id]
        return [*out, "", f"Doubts about the page: {len(others)}", *_indented(map(self._finding, others))]

    def _facts(self) -> Iterator[str]:
        facts, page = self.page.facts, self.page
        date = words.long_date(facts.date) if facts.date else ""
        rows = (
            ("Newspaper", facts.newspaper, page.newspaper_certainty),
            ("City", facts.city, ""),
            ("Date", date, facts.date_certainty),
            ("Page", str(facts.page or ""), page.page_certainty),
        )
        for name, value, certainty in rows:
            known = KNOWN.get(certainty, "")
            yield f"{name}: {value or 'not known'}{f' ({known})' if value and known else ''}."
        if facts.evidence:
            yield f"The evidence, as readers see it: {facts.evidence}"
        told = [decision.words for decision in self.trace.of("masthead")]
        yield from told or ["Nothing on the page states its newspaper, date or number."]

    def _article(self, article: Article) -> Iterator[str]:
        yield from self._why_article(article)
        if article.byline:
            yield f"By {'、'.join(article.byline)}."
        if article.dateline:
            yield f"Its dateline is {shown(article.dateline)}."
        for block in article.blocks:
            if block.kind not in HEADS:
                yield f"{block.kind}, {self._where([block])}: {shown(block.text)}"
        number = self.page.articles.index(article)
        for finding in self.page.findings:
            if finding.article == number or (finding.article_id and finding.article_id == article.id):
                yield f"Doubt: {self._finding(finding)}"

    def _why_article(self, article: Article) -> Iterator[str]:
        """Why its text opens where it does, and why its headline is its own."""
        heads = [block for block in article.blocks if block.kind in HEADS[:3]]
        running = [block for block in article.blocks if block.kind not in HEADS]
        told = [*self._about(heads, "headlines"), *self._about(heads, "rubrics")]
        if not heads:
            told = ["It has no headline: no heading of the page fits it."]
        for block in heads:
            yield f"{block.kind.capitalize()}, {self._where([block])}: {shown(block.text)}"
        yield from dict.fromkeys([*told, *self._about(running[:1], "cutting")])

    def _why_furniture(self, block: TextBlock) -> str:
        told = [*self._about([block], "labels", "scraps"), *self._about([block], "headlines", "rubrics")]
        return " ".join(dict.fromkeys(told))

    def _finding(self, finding: Finding) -> str:
        where = f" ({_lines(finding.lines, self.lines)})" if finding.lines else ""
        return f"{finding.message} [{finding.code}]{where}"

    # ------------------------------------------------------------ a line

    def of_line(self, number: int) -> list[str]:
        text = self.lines[number - 1]
        if not text.translate(ZERO_WIDTH).strip():
            return [f"Line {number} is blank: nothing is printed there."]
        out = [f"Line {number}: {shown(text.strip(), 80)}"]
        parts = [line for line in self.trace.lines if line.number == number]
        start = len("".join(self.page.source.text.splitlines(keepends=True)[: number - 1]))
        out += ["", "What was printed"]
        changed = [d.words for d in self.trace.of("columns", "cleaning") if d.touches(start, start + len(text))]
        out += _indented(changed or ["Nothing was changed: the line is as it was scanned."])
        for place, part in enumerate(parts, 1):
            if len(parts) > 1:
                out += ["", f"The {_ordinal(place)} printed line of it: {shown(part.text, 60)}"]
            out += self._of_part(part)
        return out

    def _of_part(self, part: Line) -> list[str]:
        told = self._decisions(part, "labels")
        kinds = [decision.words for decision in told]
        plain = "No label fits its words by themselves, so it is running text or a heading."
        read = [decision.words for decision in self._decisions(part, "scraps", "pieces")]
        out = ["", "What it is", *_indented([*(kinds or [plain]), *read])]
        breaks = self._decisions(part, "order", "paragraphs", "stitching")
        if breaks:
            out += ["", "The lines before and after it (a sum above 0 joins)", *_indented(map(_weighed, breaks))]
        return [*out, "", "Where it stands", *_indented(self._place(part))]

    def _place(self, part: Line) -> Iterator[str]:
        for number, article in enumerate(self.page.articles, 1):
            for block in article.blocks:
                if _holds(block, part):
                    which = f"article {number}, {_name(article)}"
                    yield f"It is part of a {block.kind} ({self._where([block])}) of {which}."
                    own = [d.words for d in self._decisions(part, "cutting", "repeats", "captions")]
                    yield from dict.fromkeys([*own, *self._why_article(article)])
                    return
        for block in self.page.furniture:
            if _holds(block, part):
                yield f"It belongs to no article: it stands among the page's furniture, as {block.kind}."
                yield from (d.words for d in self._decisions(part, "headlines", "rubrics"))

    # ------------------------------------------------------------ help

    def _decisions(self, part: Line, *stages: str) -> list[Decision]:
        return [decision for decision in self.trace.of(*stages) if decision.touches(*part.span)]

    def _about(self, blocks: Iterable[TextBlock], *stages: str) -> list[str]:
        spans = [span for block in blocks for span in block.spans[:1]]
        return [d.words for d in self.trace.of(*stages) if any(d.touches(*span) for span in spans)]

    def _where(self, blocks: Iterable[TextBlock]) -> str:
        return _lines([number for block in blocks for number in block.lines], self.lines)


def _shown(number: int) -> str:
    return str(number) if number < sys.maxsize else "of so high a number"


def _name(article: Article) -> str:
    return shown(article.headline) if article.headline else f"without headline, {shown(words.first_words(article, 24))}"


def _lines(numbers: Sequence[int], text: Sequence[str]) -> str:
    """Line numbers in words.

    >>> _lines([3], ["a"] * 9), _lines([1, 2, 5], ["a"] * 9)
    ('line 3', 'lines 1–2, 5')
    """
    noun = "line" if len(set(numbers)) == 1 else "lines"
    return f"{noun} {words.line_ranges(numbers, chr(10).join(text)).replace('、', ', ')}"


def _weighed(decision: Decision) -> str:
    """The decision with what spoke for it and against it."""
    if not decision.reasons:
        return decision.words
    total = sum(weight for _, weight in decision.reasons)
    signed = ", ".join(f"{words} ({weight:+.4g})" for words, weight in decision.reasons)
    return f"{decision.words} Weighed: {signed}; together {total:+.4g}."


def _holds(block: TextBlock, part: Line) -> bool:
    return any(span.start < part.span.end and part.span.start < span.end for span in block.spans)


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
