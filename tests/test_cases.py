"""Cases in plain text: print in, print out. Anyone can add one to a file in cases/; each begins by saying how."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from site_builder import report
from site_builder.articles import restore
from site_builder.cleaning import clean
from site_builder.labels import label
from site_builder.metadata import read_facts
from site_builder.model import Article, Page, Settings, SourcePage, TextBlock
from site_builder.paragraphs import chains
from site_builder.pieces import join

CASES = Path(__file__).parent / "cases"
KNOWN_FAILURES = CASES / "known_failures.md"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: `stage` is what has to happen to `printed`, so that it becomes `expected`."""

    file: str
    line: int
    stage: str
    title: str
    printed: str
    expected: str


def read_cases(file: Path) -> list[Case]:
    r"""The cases of a file: a title, a dot, what is printed, a dot, what is expected, a dot.

    All else is prose for people, but a heading (`## articles`) that names a stage says what the cases below it are of;
    without one, the file's name does. `\u200b` stands for what nobody can see.
    """
    stage, title, dots = file.stem, "", list[int]()
    lines = file.read_text("utf-8").splitlines()
    cases = []
    for number, line in enumerate(lines):
        if line == ".":
            dots.append(number)
            if len(dots) == 3:
                printed, expected = ("\n".join(lines[a + 1 : b]) for a, b in pairwise(dots))
                cases.append(Case(file.name, dots[0], stage, title, _unescaped(printed), _unescaped(expected)))
                dots, title = [], ""
        elif not dots and line.startswith("## "):
            stage = line.removeprefix("## ")
        elif not dots and line.strip():
            title = line
    assert not dots, f"{file.name}, line {dots[0] + 1}: this case is not closed by a third dot"
    return cases


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


# ---------------------------------------------------------------- the stages, each from text to text


def cleaned(text: str) -> Iterable[str]:
    """Each line as it was printed."""
    return (line.text for line in clean(SourcePage("case.txt", text)))


def paragraphs(text: str) -> Iterable[str]:
    """Each paragraph (or line of a heading), its wraps undone."""
    return (join(chain) for chain in chains(clean(SourcePage("case.txt", text))))


def labels(text: str) -> Iterable[str]:
    """Each line with the kind that its own words tell, if they do."""
    lines = clean(SourcePage("case.txt", text))
    return (f"[{kind}] {line.text}" if kind else line.text for line, kind in zip(lines, label(lines), strict=True))


def articles(text: str) -> Iterable[str]:
    """The page's articles, parted by `---`, and after `===` its furniture; a block a line."""
    page = restored(text)
    for number, article in enumerate(page.articles):
        yield from ["---"] * bool(number)
        yield from map(_shown, article.blocks)
    yield from ["==="] * bool(page.furniture)
    yield from map(_shown, page.furniture)


def bylines(text: str) -> Iterable[str]:
    """Each article's dateline and the names in its byline."""
    return (f"{article.dateline or '无电头'}｜{_names(article)}" for article in restored(text).articles)


def metadata(text: str) -> Iterable[str]:
    """Every fact that the page knows of itself, how it knows, and where it contradicts itself."""
    page = read_facts(restored(text), Settings())
    facts = page.facts
    rows = (
        ("newspaper", facts.newspaper, page.newspaper_certainty),
        ("city", facts.city, ""),
        ("date", facts.date, facts.date_certainty),
        ("weekday", facts.weekday, ""),
        ("lunar date", facts.lunar_date, ""),
        ("issue number", facts.issue_number, ""),
        ("page count", facts.page_count, ""),
        ("page", facts.page, page.page_certainty),
    )
    known = (f"{name}: {value}{f' ({certainty})' if certainty else ''}" for name, value, certainty in rows if value)
    doubts = (f"finding: {finding.code}" for finding in page.findings if finding.code.startswith("date-"))
    return [*known, *doubts]


STAGES: dict[str, Callable[[str], Iterable[str]]] = {
    "cleaning": cleaned,
    "paragraphs": paragraphs,
    "labels": labels,
    "articles": articles,
    "bylines": bylines,
    "metadata": metadata,
}


def restored(text: str) -> Page:
    page = restore(SourcePage("case.txt", text))
    assert report.check(page) == []
    return page


def _shown(block: TextBlock) -> str:
    return f"[{block.kind}] {block.text}"


def _names(article: Article) -> str:
    return "、".join(article.byline) or "无署名"


# ---------------------------------------------------------------- the tests


def all_cases() -> list[Case]:
    return [case for file in sorted(CASES.glob("*.md")) for case in read_cases(file)]


def as_parameter(case: Case) -> object:
    known = case.file == KNOWN_FAILURES.name
    reason = f"cases/{case.file}, line {case.line}"
    # Strict: what is cured has to move to its stage's file. An exception is no known failure.
    marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)] if known else []
    return pytest.param(case, id=f"{case.stage}: {case.title}", marks=marks)


@pytest.mark.parametrize("case", [as_parameter(case) for case in all_cases()])
def test_case(case: Case) -> None:
    expected = case.expected.split("\n") if case.expected else []
    actual = list(STAGES[case.stage](case.printed))
    diff = "\n".join(difflib.ndiff(expected, actual))
    assert actual == expected, f"cases/{case.file}, line {case.line}: {case.title} (- expected, + is)\n{diff}"


def test_every_stage_has_a_file_of_cases_and_no_title_stands_twice() -> None:
    assert {file.stem for file in CASES.glob("*.md")} == {*STAGES, KNOWN_FAILURES.stem}
    titles = [(case.stage, case.title) for case in all_cases()]
    assert sorted(set(titles)) == sorted(titles)
    assert [case for case in all_cases() if not case.title] == []
