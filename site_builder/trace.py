"""What the stages decide about a page and why, noted down while somebody asks: `build-site explain`.

A stage tells its decision where it takes it, in words made from what it has just weighed, so that an explanation can't
drift away from the program. Nobody asks during a build; then `asked()` is false and nothing is made or kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import pairwise

from site_builder.model import Line, Span

QUOTED = 36  # characters of a quotation: about two lines of a newspaper column

Reasons = Sequence[tuple[str, float]]
"""What speaks for a decision and what against it, each with its weight."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a stage decided about some stretches of the source, in an English sentence that quotes the print."""

    stage: str
    spans: tuple[Span, ...]
    words: str
    reasons: tuple[tuple[str, float], ...] = ()

    def touches(self, start: int, end: int) -> bool:
        """Is it about print that stands between these offsets of the source?"""
        return any(span.start < end and start < span.end for span in self.spans)


@dataclass(slots=True)
class Trace:
    """All decisions about one page in the order in which they were taken, and its lines as cleaning left them."""

    decisions: list[Decision] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def of(self, *stages: str) -> Iterator[Decision]:
        return (decision for decision in self.decisions if decision.stage in stages)


_asked: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def recording() -> Iterator[Trace]:
    """Note down what is decided within.

    >>> with recording() as trace:
    ...     tell("labels", [Span(0, 4)], "it is a byline")
    >>> [decision.words for decision in trace.of("labels")], asked()
    (['it is a byline'], False)
    """
    trace = Trace()
    token = _asked.set(trace)
    try:
        yield trace
    finally:
        _asked.reset(token)


def asked() -> bool:
    """Does anybody want to know? A stage asks this before it makes words."""
    return _asked.get() is not None


def tell(stage: str, spans: Iterable[Span], words: str, reasons: Reasons = ()) -> None:
    """Note a decision down."""
    if trace := _asked.get():
        trace.decisions.append(Decision(stage, tuple(spans), words, tuple(reasons)))


def overrule(stage: str, spans: Sequence[Span], words: str) -> None:
    """Note a decision down that undoes what the stage told of the very same stretches."""
    if trace := _asked.get():
        undone = (stage, tuple(spans))
        trace.decisions[:] = [decision for decision in trace.decisions if (decision.stage, decision.spans) != undone]
        tell(stage, spans, words)


def forget(stage: str) -> None:
    """What the stage decided so far no longer holds: it decides anew."""
    if trace := _asked.get():
        trace.decisions[:] = [decision for decision in trace.decisions if decision.stage != stage]


def tell_lines(lines: Sequence[Line]) -> None:
    """Note down the page's printed lines, for decisions that know only a line's place in the order."""
    if trace := _asked.get():
        trace.lines[:] = lines


def spans_of(places: Iterable[int]) -> list[Span]:
    """Where the lines of these places in the page's order stand."""
    trace = _asked.get()
    return [trace.lines[place].span for place in places] if trace and trace.lines else []


def tell_parts(stage: str, before: Sequence[Line], after: Sequence[Line], why: str) -> None:
    """Note down which lines a step has cut into several, each with its parts in the order that it gives them."""
    if not asked() or len(before) == len(after):
        return
    parts: dict[int, list[Line]] = {}
    for line in after:
        parts.setdefault(line.number, []).append(line)
    for line in before:
        own = [part for part in parts.get(line.number, []) if line.span.start <= part.span.start < line.span.end]
        if len(own) > 1:
            texts = ", then ".join(shown(part.text) for part in own)
            tell(stage, [line.span], f"One line of the source holds {len(own)} printed lines: {texts}. {why}")


def tell_moved(lines: Sequence[Line], why: str | Mapping[int, str]) -> None:
    """Note down which lines are read after another than the one above them in the source, and why: one reason for
    all, or one for each by where it starts.
    """
    if not asked():
        return
    numbers = sorted({line.number for line in lines})
    above = dict(zip(numbers[1:], numbers, strict=False))
    for before, line in pairwise(lines):
        if before.number not in (line.number, above.get(line.number)):
            because = why if isinstance(why, str) else why.get(line.span.start, "")
            said = f"It is read after line {before.number}, {shown(before.text)}{': ' if because else ''}{because}."
            tell("order", [Span(line.span.start, line.span.start + 1)], said)


def break_between(before: Line, after: Line) -> tuple[str, str]:
    """The end of a line and the beginning of another, each quoted, with its number."""
    return f"{shown(before.text[-12:])} (line {before.number})", f"{shown(after.text[:12])} (line {after.number})"


def shown(text: str, most: int = QUOTED) -> str:
    """Print, quoted; a long text by its first and last words. Corner brackets, for print has the curly ones itself.

    >>> shown("他说：“好。”"), shown("一二三四五六七八九十", 6)
    ('「他说：“好。”」', '「一二三……九十」')
    """
    if len(text) <= most:
        return f"「{text}」"
    head = most * 3 // 5
    return f"「{text[:head]}……{text[head - most + 1 :]}」"
