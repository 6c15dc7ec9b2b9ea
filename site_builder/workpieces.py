"""A page taken apart for its editors: pieces whose wording, borders and place can be changed, each with its way back.

A piece keeps what was read in the source beside what it says now, stretch by stretch. So it can be cut in two, joined
to another or quoted again after its wording was set right, and its spans still hold.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from site_builder.anchoring import from_plain, plain
from site_builder.model import Article, Correction, Outcome, Page, Span, TextBlock

OPENING = frozenset("（(〔[［【")  # round a jump line
CLOSING = frozenset("）)〕］]】")


@dataclass(slots=True)
class Run:
    """A stretch of a piece: what was read, and what it says now. Where a correction `by` spoke, it stays in one."""

    old: str
    new: str
    by: Correction | None = None


@dataclass(slots=True)
class Piece:
    """A text block at work. `moved` and `made` are the corrections that gave it its place and its kind."""

    kind: str
    runs: list[Run]
    spans: tuple[Span, ...]
    lines: tuple[int, ...]
    touched: bool = False
    moved: Correction | None = None
    made: Correction | None = None

    @classmethod
    def of(cls, block: TextBlock) -> Piece:
        return cls(block.kind, [Run(block.text, block.text)], block.spans, block.lines)

    @property
    def text(self) -> str:
        return "".join(run.new for run in self.runs)

    @property
    def read(self) -> str:
        return "".join(run.old for run in self.runs)

    @property
    def block(self) -> TextBlock:
        text, read = self.text, self.read
        return TextBlock(self.kind, text, self.spans, self.lines, self.touched, read if read != text else "")

    def runs_in(self, start: int, end: int) -> list[Run]:
        """The stretches that a part of the text touches."""
        found, at = [], 0
        for run in self.runs:
            if at < end and start < at + len(run.new):
                found.append(run)
            at += len(run.new)
        return found

    def runs_over(self, start: int, end: int) -> list[Run]:
        """The stretches of which something stands between two places; or within which both are, if they are one."""
        found, at = [], 0
        for run in self.runs:
            past = at + len(run.new)
            if (at < end and start < past) or (start < at == past < end) or (at == past == start == end):
                found.append(run)
            at = past
        return found

    def read_behind(self, at: int) -> str:
        """What was read of the text behind a place, which stands in no stretch that was set right."""
        read = ""
        for run in self.runs:
            read += run.old if at <= 0 else run.old[at:] if at < len(run.new) and run.by is None else ""
            at -= len(run.new)
        return read

    def may_be_cut(self, at: int) -> bool:
        """Whether there is text on both sides of a place, and it stands inside no stretch that was set right."""
        begun = 0
        for run in self.runs:
            if run.by and begun < at < begun + len(run.new):
                return False
            begun += len(run.new)
        return bool(self.text[:at].strip() and self.text[at:].strip())

    def replace(self, start: int, end: int, becomes: str, by: Correction) -> None:
        """Set a part of the text right. A stretch that was set right before is taken in whole."""
        self._isolate(start, end, becomes, by)
        self.touched = True

    def pin(self, start: int, end: int, by: Correction) -> None:
        """A correction holds that this part of the text is right as it is."""
        self._isolate(start, end, self.text[start:end], by)

    def _isolate(self, start: int, end: int, becomes: str, by: Correction) -> None:
        before: list[Run] = []
        after: list[Run] = []
        old, new, at = "", "", 0
        put = False
        for run in self.runs:
            low, high = at, at + len(run.new)
            at = high
            if high <= start:
                before.append(run)
            elif low >= end:
                after.append(run)
            else:
                first, last = max(0, start - low), min(len(run.new), end - low)
                if run.by is None:
                    if first:
                        before.append(Run(run.old[:first], run.new[:first]))
                    if last < len(run.new):
                        after.append(Run(run.old[last:], run.new[last:]))
                    old += run.old[first:last]
                else:
                    old += run.old
                    new += run.new[:first]
                new += "" if put else becomes
                put = True
                if run.by is not None:
                    new += run.new[last:]
        self.runs = [*before, Run(old, new if put else becomes, by), *after]

    def cut(self, at: int, source: str, starts: Sequence[int]) -> Piece:
        """Keep what stands before an offset of the text; the rest, as a piece of the same kind."""
        head: list[Run] = []
        tail: list[Run] = []
        low = 0
        for run in self.runs:
            inside = at - low
            low += len(run.new)
            if inside <= 0:
                tail.append(run)
            elif inside >= len(run.new) or run.by is not None:  # a stretch that was set right isn't cut
                head.append(run)
            else:
                head.append(Run(run.old[:inside], run.new[:inside]))
                tail.append(Run(run.old[inside:], run.new[inside:]))
        first, second = _cut_spans(self.spans, source, len(plain("".join(run.old for run in head))))
        rest = Piece(self.kind, tail, second, _numbers(second, starts), True, self.moved, self.made)
        self.runs, self.spans, self.lines, self.touched = head, first, _numbers(first, starts), True
        return rest

    def open(self, bracket: str, start: int) -> None:
        """Begin at an offset of the source, with the bracket that stands there, unless it is there already."""
        if not self.text.startswith(tuple(OPENING)):
            self.runs.insert(0, Run(bracket, bracket))
        self.spans = (Span(start, self.spans[0].end), *self.spans[1:])

    def close(self, bracket: str, end: int) -> None:
        """End before an offset of the source, with the bracket that stands there, unless it is there already."""
        if not self.text.endswith(tuple(CLOSING)):
            self.runs.append(Run(bracket, bracket))
        self.spans = (*self.spans[:-1], Span(self.spans[-1].start, end))

    def append(self, other: Piece) -> None:
        """Another piece goes on this one; between two Latin words with a space."""
        latin = [text.isascii() and text.isalnum() for text in (self.text[-1:], other.text[:1])]
        self.runs += [*([Run(" ", " ")] if all(latin) else []), *other.runs]
        self.spans += other.spans
        self.lines += other.lines
        self.touched = True


def _cut_spans(spans: Sequence[Span], source: str, count: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    r"""The spans parted behind so many plain characters.

    >>> _cut_spans((Span(0, 3), Span(5, 8)), "甲 乙\n　丙丁戊", 3)
    ((Span(start=0, end=3), Span(start=5, end=6)), (Span(start=6, end=8),))
    """
    head: list[Span] = []
    for at, (start, end) in enumerate(spans):
        held = len(plain(source[start:end]))
        if held <= count:
            head.append(Span(start, end))
            count -= held
            continue
        border = start + from_plain(source[start:end], count)
        if start < border:
            head.append(Span(start, border))
        return tuple(head), (Span(border, end), *spans[at + 1 :])
    return tuple(head), ()


def _numbers(spans: Sequence[Span], starts: Sequence[int]) -> tuple[int, ...]:
    """The numbers of the source lines that the spans touch, in their order."""
    found = (
        number
        for start, end in spans
        for number in range(bisect_right(starts, start), bisect_right(starts, max(start, end - 1)) + 1)
    )
    return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class WorkArticle:
    """An article at work. `facts` are those that a correction has set, with the correction; `before` are the blocks
    that it had, at hand as long as its page is at work.
    """

    article: Article
    pieces: list[Piece]
    touched: bool = False
    before: tuple[TextBlock, ...] = ()
    facts: dict[str, tuple[str, Correction]] = field(default_factory=dict)
    history: list[Outcome] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.article.id

    @property
    def searched(self) -> list[Piece]:
        """The pieces in which words are looked for: a passage that is printed twice has them once."""
        return [piece for piece in self.pieces if piece.kind != "duplicate"]


@dataclass(slots=True)
class WorkPage:
    """A page at work. Each piece of its furniture stands by itself."""

    page: Page
    articles: list[WorkArticle]
    furniture: list[Piece]
    touched: bool = False
    joined: dict[str, str] = field(default_factory=dict)  # articles that are part of others now
    parted: set[str] = field(default_factory=set)  # and those that are new
    _starts: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> WorkPage:
        articles = []
        for article in page.articles:
            blocks = tuple(article.blocks)
            articles.append(WorkArticle(article, [Piece.of(block) for block in blocks], before=blocks))
        return cls(page, articles, [Piece.of(block) for block in page.furniture])

    @property
    def starts(self) -> list[int]:
        """Where each line of the source begins."""
        if not self._starts:
            at = 0
            for line in self.page.source.text.splitlines(keepends=True):
                self._starts.append(at)
                at += len(line)
        return self._starts

    def texts(self) -> Iterator[tuple[WorkArticle | None, list[Piece]]]:
        """All that words can be looked for in: each article, each piece of furniture, each passage printed twice."""
        for article in self.articles:
            yield article, article.searched
        for piece in self.furniture:
            yield None, [piece]

    def become(self, piece: Piece, kind: str) -> None:
        """Make the piece one of another kind.

        A jump line's brackets stand outside of it, as those of no other kind of text may: then they become part of it.
        """
        if piece.kind == "jump" and piece.spans:
            text, taken = self.page.source.text, self._taken()
            (start, _), (_, end) = piece.spans[0], piece.spans[-1]
            before, after = len(text[:start].rstrip()) - 1, len(text) - len(text[end:].lstrip())
            if text[start] in OPENING:
                piece.open(text[start], start)
            elif before >= 0 and text[before] in OPENING and before not in taken:
                piece.open(text[before], before)
            if text[end - 1] in CLOSING:
                piece.close(text[end - 1], end)
            elif after < len(text) and text[after] in CLOSING and after not in taken:
                piece.close(text[after], after + 1)
            piece.lines = _numbers(piece.spans, self.starts)
        piece.kind, piece.touched = kind, True

    def _taken(self) -> set[int]:
        """The offsets of all that some piece holds."""
        pieces = [*self.furniture, *(piece for article in self.articles for piece in article.pieces)]
        return {offset for piece in pieces for span in piece.spans for offset in range(*span)}

    def cut(self, piece: Piece, at: int) -> Piece:
        return piece.cut(at, self.page.source.text, self.starts)

    def owner(self, piece: Piece) -> WorkArticle | None:
        return next((one for one in self.articles if any(each is piece for each in one.pieces)), None)
