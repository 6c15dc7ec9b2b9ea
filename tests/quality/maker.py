"""Makes damaged newspaper pages with their truth: what scanners, OCR and PDF tools leave of a printed page.

A `Style` says all about a page; `make(style)` makes the same page from the same style each time. The page is set as a
printer would set it, in cells (a character, and which printed piece it belongs to), so that the truth comes with the
text. Only `_spoiled`, at the end, changes characters.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from random import Random
from typing import Literal, NamedTuple

from lunar_python import Solar
from pypinyin import lazy_pinyin

from .measures import RADICALS, Reading, Truth, plain
from .stories import Story, Teller, choose, texts, towns

NO_START = frozenset("，。、；：！？”’）》】〕…%％,.;:!?)")  # marks that open no line
NO_END = frozenset("“‘（《【〔(")  # marks that close none
MARKS = (NO_START | NO_END) - {"…"}
HALF = 0.5  # a Latin letter's or digit's share of a Chinese character's width

Heads = Literal["before", "after", "block", "inside", "mixed"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is printed and what befalls it. Chances run from 0 to 1."""

    family: str
    seed: int
    stories: int = 6
    old: bool = False
    # print
    widths: tuple[int, int] = (13, 24)  # characters a line, from and to
    width_changes: float = 0.0  # chance that an article changes its column's width
    justified: float = 0.0  # chance that a short line is spaced out
    spaced_heads: float = 0.0  # chance that a headline is
    vertical_heads: float = 0.0  # chance that one arrives a character a line
    lost_spaces: bool = False  # names run together, as in PDF text: （记者陈思远李桂兰）
    head_width: float = 0.0  # headings are broken at so many times the column's width; 0: never
    captions: float = 0.25
    jumps: float = 0.15
    masthead: float = 0.6  # chance of a masthead; else perhaps a folio
    furniture: float = 0.25  # chance of a rubric or a teaser at an article, of an editors' line
    # order
    heads: Heads = "before"
    no_heads: float = 0.0  # chance that an article's headings are missing
    cut_captions: bool = False  # captions stand in mid-sentence
    same_line: float = 0.0  # chance that an article opens in the line that ends the one before
    displaced: float = 0.0  # chance that an article's tail stands after the next article
    layout: Literal["stream", "columns", "gutter", "bands", "blocks"] = "stream"
    # lines
    indent: float = 0.0  # chance that a paragraph keeps its indent
    indent_sign: str = "　　"
    paragraph_gaps: float = 1.0  # chance of a blank line between paragraphs
    article_gaps: float = 1.0
    head_gaps: float = 1.0
    line_gaps: float = 0.0  # chance of a blank line after a line; 1 for all
    column_gaps: bool = False  # a blank line where a column ends, often inside a sentence
    flat: tuple[int, int] = (0, 0)  # one line a column piece of so many characters; (0, 0) for printed lines
    merged: float = 0.0  # chance that the next paragraph goes on in the same flat line
    fragments: bool = False  # lines broken between two marks, as PDF text in raw order is
    repeats: float = 0.0  # chance that a passage of an article is printed twice
    # characters
    markdown: bool = False
    half_width: bool = False
    radicals: bool = False
    quotes: Literal["", "straight", "wrong"] = ""
    noise: float = 0.0  # share of characters misread
    lost: float = 0.0  # chance that a picture or a fold takes some characters of a line: only white is left
    angles: float = 0.0  # chance that （ is read as 〈
    debris: float = 0.0  # chance of rubbish after a line


class Cell(NamedTuple):
    """A character on the page, the piece that it belongs to (-1: white space or markup), and its place in it."""

    char: str
    piece: int = -1
    at: int = -1


@dataclass(frozen=True, slots=True)
class Row:
    """A line on the page; `first` and `last` say whether it opens or ends a paragraph. No cells: a blank line."""

    cells: tuple[Cell, ...] = ()
    first: bool = False
    last: bool = False


BLANK = Row()


@dataclass(frozen=True, slots=True)
class Piece:
    """What was printed: `kind` as in the contract, `article` its number on the page, or -1 for furniture."""

    kind: str
    text: str
    article: int = -1


@dataclass(frozen=True, slots=True)
class MadePage:
    """A made page: its text, its truth, and which piece each of its characters belongs to."""

    style: Style
    text: str
    truth: Truth
    pieces: tuple[Piece, ...] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)


@dataclass(slots=True)
class Proof:
    """An article in type: headings, and its text in lines."""

    story: Story
    heads: list[Row]
    body: list[Row]
    columns: list[list[Row]]  # the text again, where columns stand side by side


def make(style: Style) -> MadePage:
    """The page of a style."""
    return _Printer(style).page()


# ---------------------------------------------------------------- lines


def wide(char: str) -> float:
    return HALF if char.isascii() else 1.0


def size(cells: Iterable[Cell]) -> float:
    return sum(wide(cell.char) for cell in cells)


def wrap(
    cells: Sequence[Cell], width_of: Callable[[], float], hang: bool, cut_numbers: bool = False
) -> list[tuple[list[Cell], float]]:
    """The paragraph in lines, each with the width that it was set to; the first is set two characters in.

    A closing mark opens no line: with `hang` it stands over the edge, else the character before it comes along. An
    opening mark ends none. A number is cut only if that is allowed, a dash or an ellipsis never.
    """

    def holds(before: str, after: str) -> bool:
        number = before.isascii() and (before.isalnum() or before in ".,-") and after.isascii() and after.isalnum()
        return before in NO_END or after in NO_START or before == after == "—" or (number and not cut_numbers)

    lines: list[tuple[list[Cell], float]] = []
    line: list[Cell] = []
    width = width_of()
    room = width - 2
    for cell in cells:
        if line and size(line) + wide(cell.char) > room + 0.01 and not (hang and cell.char in NO_START):
            down: list[Cell] = []
            while len(line) > 1 and holds(line[-1].char, (down or [cell])[0].char):
                down.insert(0, line.pop())
            lines.append((line, width if lines else width - 2))
            line = down
            room = width = width_of()
        line.append(cell)
    return [*lines, (line, width if lines else width - 2)]


def spaced(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with a space between any two but letters and digits.

    >>> "".join(cell.char for cell in spaced([*map(Cell, "阻断12条 途径")]))
    '阻 断 12 条 途 径'
    """
    out: list[Cell] = []
    for cell in cells:
        if cell.char.isspace():
            continue
        if out and not (out[-1].char.isascii() and cell.char.isascii()):
            out.append(Cell(" "))
        out.append(cell)
    return out


def fragments(row: Row) -> list[Row]:
    """The line broken between any two marks that stand together, as raw PDF text is.

    >>> row = Row(tuple(map(Cell, "走，“不负韶华”。在")))
    >>> ["".join(cell.char for cell in part.cells) for part in fragments(row)]
    ['走，', '“不负韶华”', '。在']
    """
    parts: list[list[Cell]] = [[]]
    for before, cell in pairwise((Cell(""), *row.cells)):
        if before.char in MARKS and cell.char in MARKS:
            parts.append([])
        parts[-1].append(cell)
    return [Row(tuple(part), row.first and not i, row.last and part is parts[-1]) for i, part in enumerate(parts)]


# ---------------------------------------------------------------- the page


class _Printer:
    def __init__(self, style: Style) -> None:
        self.style = style
        self.rng = Random(f"{style.family} {style.seed}")
        self.pieces: list[Piece] = []
        self.town = self.rng.choice(towns())
        first = dt.date(1950, 1, 10) if style.old else dt.date(2015, 1, 10)
        self.day = first + dt.timedelta(days=self.rng.randrange(3200))
        self.facts: dict[str, str | int | None] = {}

    def page(self) -> MadePage:
        style = self.style
        teller = Teller(self.rng, self.town, self.day)
        stories = [
            teller.tell(story, captions=style.captions, jump=style.jumps)
            for story in choose(self.rng, style.stories, old=style.old)
        ]
        if self.chance(0.7):
            stories.sort(key=lambda story: not story.dateline)  # a page seldom opens with a notice
        stories = [
            replace(story, headline=(), kicker="", subtitle="")
            if self.chance(style.no_heads) and story.dateline  # else nobody could tell where it begins
            else story
            for story in stories
        ]
        top = self.masthead()
        proofs = [self.proof(number, story) for number, story in enumerate(stories)]
        body = self.side_by_side(proofs) if style.layout != "stream" else self.stream(proofs)
        rows = [*top, *body, *self.editors()]
        cells = tuple(cell for row in self.spoiled(rows) for cell in (*row.cells, Cell("\n")))
        text = "".join(cell.char for cell in cells)
        return MadePage(style, text, Truth(tuple(map(reading, stories)), self.facts), tuple(self.pieces), cells)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def ink(self, kind: str, text: str, article: int = -1) -> list[Cell]:
        """A new piece, in cells."""
        self.pieces.append(Piece(kind, text, article))
        number = len(self.pieces) - 1
        cells = [Cell(char) if char.isspace() else Cell(char, number, at) for at, char in enumerate(text)]
        if self.style.lost_spaces and kind in ("paragraph", "byline", "caption"):
            return [cell for cell in cells if cell.piece >= 0]
        return cells

    def line(self, kind: str, text: str, article: int = -1) -> Row:
        return Row(tuple(self.ink(kind, text, article)), True, True)

    # ------------------------------------------------------------ furniture

    def masthead(self) -> list[Row]:
        """A masthead, or a folio, or nothing; what it states becomes the page's true facts."""
        rng, day, data = self.rng, self.day, texts()["furniture"]
        title = rng.choice(data["papers"])
        name = self.town.name + title
        date = f"{day.year}年{day.month}月{day.day}日"
        weekday = f"星期{'一二三四五六日'[day.weekday()]}"
        facts = {"newspaper": name, "city": self.town.name, "date": day.isoformat()}
        if self.chance(self.style.masthead):
            self.facts = facts | {"page": 1}
            lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
            count = rng.choice((4, 8, 12))
            number, telephone = rng.randrange(900, 24000), rng.randrange(2000000, 8999999)
            years = f"{lunar.getYearInGanZhi()}年{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"
            words = [
                name,
                *rng.choice(([], [f"{self._pinyin(self.town.name)} {self._pinyin(title)}"])),
                f"{date} {weekday}",
                f"{rng.choice(('农历', ''))}{years}",
                rng.choice((f"第{number}期 今日{count}版", f"总第{number}期 今日{count}版", f"总第{number}号")),
                *rng.choice(([], [f"国内统一连续出版物号 CN{rng.randrange(10, 65)}-{rng.randrange(1, 90):04}"])),
                *rng.choice(([], [f"{self.town.name}日报社主办", f"新闻热线：0{rng.randrange(310, 999)}-{telephone}"])),
            ]
            rows = [self.line("masthead", word) for word in words]
        elif self.chance(0.6):
            number = rng.randrange(2, 9)
            self.facts = facts | {"page": number}
            section = rng.choice(data["sections"])
            folio = rng.choice(
                (
                    f"{number:02} {section} {date} {weekday}",
                    f"{number:02} {section} {day.year}.{day.month}.{day.day} {weekday}",
                    f"{date} {weekday} 第{number}版 {section}",
                )
            )
            rows = [self.line("folio", folio), self.line("masthead", name)]
            if self.chance(0.5):
                rows.reverse()
        else:
            return []
        gap = [BLANK] if self.chance(max(self.style.head_gaps, 0.3)) else []
        return [each for row in rows for each in (row, *gap)]

    @staticmethod
    def _pinyin(words: str) -> str:
        return "".join(lazy_pinyin(words)).upper()

    def editors(self) -> list[Row]:
        if not self.chance(self.style.furniture):
            return []
        names = [Teller(self.rng, self.town, self.day).name() for _ in range(3)]
        form = self.rng.choice(
            ("本版编辑 {} {}", "责编：{} 美编：{} 校对：{}", "编辑/{} 版式/{}", "责任编辑 {} 版式设计 {}")
        )
        return [BLANK, self.line("editor", form.format(*names))]

    def between(self) -> list[Row]:
        """What may stand between two articles: a rubric, a teaser, blank lines."""
        data, rng = texts()["furniture"], self.rng
        rows = [BLANK] * rng.choice((1, 1, 1, 2, 3)) if self.chance(self.style.article_gaps) else []
        gap = [BLANK] if rows else []
        if self.chance(self.style.furniture * 0.6):
            rubrics = data["old_rubrics" if self.style.old else "rubrics"]
            rows += [self.line("rubric", rng.choice(rubrics)), *gap]
        elif self.chance(self.style.furniture * 0.3):
            page = rng.choice(("（第四版）", "（详见3版）", "（见第二版）"))
            rows += [self.line("teaser", rng.choice(data["teasers"])), self.line("teaser", page), *gap]
        return rows

    # ------------------------------------------------------------ an article

    def proof(self, number: int, story: Story) -> Proof:
        style, rng = self.style, self.rng
        width = rng.randint(*style.widths)
        heads = self._heads(number, story, width)
        paragraphs = [self.ink("paragraph", text.removeprefix("## "), number) for text in story.paragraphs]
        if self.chance(style.repeats):
            self._loop(paragraphs)
        body = self._flat(paragraphs, story) if style.flat[1] else self._set(paragraphs, story, width)
        columns = self._columns(body) if style.layout != "stream" else []
        return Proof(story, heads, self._with_extras(number, story, body), columns)

    def _heads(self, number: int, story: Story, width: int) -> list[Row]:
        style = self.style
        rows: list[Row] = []
        letters = self.chance(style.spaced_heads)
        for at, (kind, text) in enumerate(story.heads):
            cells = self.ink(kind, text, number)
            parts = [cells]
            if style.head_width:
                parts = [part for part, _ in wrap(cells, lambda: 1 + max(8, width * style.head_width), False)]
            if kind == "headline" and len(text) < 16 and self.chance(style.vertical_heads):
                parts = [[cell] for cell in cells if cell.piece >= 0]
            for part in parts:
                printed = spaced(part) if letters and kind == "headline" and not text.isascii() else part
                mark: list[Cell] = []
                if style.markdown and kind == "headline" and (rows == [] or at == 1 or self.chance(0.5)):
                    mark = [Cell(char) for char in "## "]
                rows.append(Row((*mark, *printed), True, True))
        if story.byline_line:
            rows.append(self.line("byline", story.byline_line, number))
        gap = [BLANK] if self.chance(style.head_gaps) else []
        return [each for row in rows for each in (row, *gap)]

    def _set(self, paragraphs: Sequence[list[Cell]], story: Story, width: int) -> list[Row]:
        """The text in printed lines."""
        style, rng = self.style, self.rng
        other = rng.randint(*style.widths) if self.chance(style.width_changes) else width
        if style.width_changes and abs(other - width) < 3:
            other = width + 6 if self.chance(0.5) else max(9, width - 5)
        change = rng.randrange(6, 20)
        set_so_far = 0

        def width_of() -> float:
            nonlocal set_so_far
            set_so_far += 1
            return width if set_so_far <= change else other

        hang, cut_numbers = self.chance(0.4), self.chance(0.3)
        column = rng.randrange(8, 18)
        rows: list[Row] = []
        count = 0
        for text, cells in zip(story.paragraphs, paragraphs, strict=True):
            heading = text.startswith("## ")
            lines = [(cells, size(cells))] if heading else wrap(cells, width_of, hang, cut_numbers)
            gap = style.paragraph_gaps if not heading else max(style.paragraph_gaps, 0.3)
            if rows and rows[-1].cells and self.chance(gap):
                rows.append(BLANK)
            for at, (line, full) in enumerate(lines):
                last = at == len(lines) - 1
                printed = line
                if not last and size(line) < full - 0.9 and self.chance(style.justified):
                    printed = spaced(line)
                if not at and not heading and self.chance(style.indent):
                    printed = [*map(Cell, style.indent_sign), *printed]
                rows.append(Row(tuple(printed), not at, last))
                count += 1
                if self.chance(style.line_gaps) or (style.column_gaps and not count % column):
                    rows.append(BLANK)
        return rows

    def _flat(self, paragraphs: Sequence[list[Cell]], story: Story) -> list[Row]:
        """The text in long lines, each a column's piece, with one or more paragraphs in it."""
        style, rng = self.style, self.rng
        rows: list[Row] = []
        line: list[Cell] = []
        limit = rng.randint(*style.flat)

        def close() -> None:
            nonlocal line, limit
            if line:
                rows.extend((Row(tuple(line)), BLANK))
            line, limit = [], rng.randint(*style.flat)

        merged = self.chance(0.8)
        for text, cells in zip(story.paragraphs, paragraphs, strict=True):
            if text.startswith("## ") or not merged or not self.chance(style.merged):
                close()
            for cell in cells:
                if len(line) >= limit and cell.char not in NO_START:
                    close()
                line.append(cell)
            if text.startswith("## "):
                close()
        close()
        return rows[:-1]

    def _loop(self, paragraphs: list[list[Cell]]) -> None:
        """Print a passage again right after itself, as OCR models do."""
        long = [cells for cells in paragraphs if len(cells) > 80]
        if not long:
            return
        cells = self.rng.choice(long)
        length = self.rng.randrange(24, 60)
        start = self.rng.randrange(1, len(cells) - length)
        passage = cells[start : start + length]
        article = self.pieces[cells[0].piece].article
        cells[start + length : start + length] = self.ink("duplicate", "".join(c.char for c in passage), article)

    def _with_extras(self, number: int, story: Story, body: list[Row]) -> list[Row]:
        """The text with its captions and its jump."""
        style, rng = self.style, self.rng
        body = list(body)
        if story.jump:
            jump = self.ink("jump", story.jump, number)
            if self.chance(0.6):
                body[-1] = replace(body[-1], cells=(*body[-1].cells, Cell(" "), *jump))
            else:
                body.append(Row(tuple(jump)))
        for caption in story.captions:
            row = self.line("caption", caption.text, number)
            gap = [BLANK] * rng.choice((1, 1, 2)) if self.chance(max(style.paragraph_gaps, style.article_gaps)) else []
            inner = [at for at in range(1, len(body)) if body[at - 1].cells and body[at].cells]
            split = [at for at in inner if not body[at].first]
            if style.flat[1]:
                split = [at for at in range(1, len(body)) if not body[at].cells]
            joints = [at for at in range(1, len(body)) if body[at].first or not body[at].cells]
            places = split if style.cut_captions else joints
            if caption.inside and places:
                at = rng.choice(places)
                body[at:at] = [*gap, row, *gap]
            else:
                body += [*gap, row]
        return body

    # ------------------------------------------------------------ the order of a page

    def stream(self, proofs: Sequence[Proof]) -> list[Row]:
        """One article after the other, as far as the style lets them."""
        style, rng = self.style, self.rng
        out: list[Row] = []
        waiting: list[Row] = []
        tail: list[Row] = []
        again: list[Row] = []
        for number, proof in enumerate(proofs):
            body, late = proof.body, tail
            tail = []
            where = (
                style.heads if style.heads != "mixed" else rng.choice(("before", "before", "after", "block", "inside"))
            )
            if where == "inside" and len([row for row in body if row.cells]) < 4:
                where = "before"
            ahead = proof.heads if where == "before" else []
            same_line = (
                not ahead and out and self._is_text(out[-1]) and proof.story.dateline and self.chance(style.same_line)
            )
            if same_line:
                out[-1] = Row((*out[-1].cells, Cell(" "), *body[0].cells))
                body = body[1:]
            elif out:
                out += self.between()
            if style.displaced and len(body) > 8 and number < len(proofs) - 1 and self.chance(style.displaced):
                at = rng.randrange(len(body) // 2, len(body) - 2)
                body, tail = body[:at], body[at:]
            if where == "inside":
                at = rng.choice([at for at in range(1, len(body)) if body[at - 1].cells])
                gap = [BLANK] if style.head_gaps else []
                body = [*body[:at], *gap, *proof.heads, *gap, *body[at:]]
            out += [*ahead, *body]
            if late:
                out += [BLANK, *late]
            if where == "after" and proof.heads:
                out += [*([BLANK] if style.head_gaps else []), *_trim(proof.heads)]
            if where == "block" and proof.heads:
                waiting += [*([BLANK] if waiting and style.article_gaps else []), *_trim(proof.heads)]
            if again:
                out += [BLANK, *again]
                again = []
            if self.chance(style.repeats) and not style.flat[1]:
                again = self._printed_again(proof.body)
            if waiting and (self.chance(0.4) or number == len(proofs) - 1):
                out += [*([BLANK] if style.head_gaps else []), *waiting]
                waiting = []
        return [*out, *([BLANK, *tail] if tail else []), *([BLANK, *again] if again else [])]

    def _printed_again(self, body: Sequence[Row]) -> list[Row]:
        """Whole lines of the body a second time."""
        rows = [row for row in body if row.cells and all(c.piece < 0 or self._runs(c.piece) for c in row.cells)]
        if len(rows) < 6:
            return []
        opening = [at for at in range(1, len(rows) - 4) if rows[at].first]
        start = self.rng.choice(opening) if opening and self.chance(0.6) else self.rng.randrange(1, len(rows) - 4)
        part = rows[start : start + self.rng.randrange(3, 6)]
        text = "".join(cell.char for row in part for cell in row.cells if cell.piece >= 0)
        article = max(self.pieces[cell.piece].article for row in part for cell in row.cells if cell.piece >= 0)
        copy = iter(self.ink("duplicate", text, article))
        return [Row(tuple(next(copy) if cell.piece >= 0 else cell for cell in row.cells)) for row in part]

    def _runs(self, piece: int) -> bool:
        return self.pieces[piece].kind == "paragraph"

    def _is_text(self, row: Row) -> bool:
        """Does the line end in running text, at a full stop?"""
        end = row.cells[-1] if row.cells else Cell("")
        return end.piece >= 0 and self._runs(end.piece) and end.char in "。）"

    # ------------------------------------------------------------ columns side by side

    def _columns(self, body: Sequence[Row]) -> list[list[Row]]:
        """The text in two to four columns of equal height."""
        rows = [row for row in body if row.cells]
        number = min(self.rng.choice((1, 2, 2, 3, 4)), max(1, len(rows) // 3))
        height = -(-len(rows) // number)
        return [rows[at : at + height] for at in range(0, len(rows), height)]

    def side_by_side(self, proofs: Sequence[Proof]) -> list[Row]:
        """Articles in columns beside each other, one or two articles at a height."""
        out: list[Row] = []
        waiting = list(enumerate(proofs))
        while waiting:
            number, proof = waiting.pop(0)
            columns = [list(column) for column in proof.columns]
            heads = [row for row in proof.heads if row.cells]
            if out:
                out += self.between()
            paired = waiting and len(columns) <= 2 and self.style.layout in ("columns", "bands", "blocks")
            if paired and self.chance(0.6):
                beside_number, beside = waiting.pop(0)
                theirs = [list(column) for column in _evenly(beside, 2)]
                columns[0] = [*heads, *columns[0]]
                theirs[0] = [*(row for row in beside.heads if row.cells), *theirs[0]]
                for column in columns[1:]:
                    column[:0] = [BLANK] * len(heads)
                for column in theirs[1:]:
                    column[:0] = [BLANK] * sum(bool(row.cells) for row in beside.heads)
                self._end_column(number, proof, columns[-1])
                self._end_column(beside_number, beside, theirs[-1])
                out += self._rows([*columns, *theirs])
            else:
                self._end_column(number, proof, columns[-1])
                block = self._rows(columns)
                middle = max((len(row.cells) for row in block), default=0) // 2
                for row in heads:
                    left = max(0, middle - len(row.cells) // 2) if self.style.layout == "columns" else 0
                    out.append(replace(row, cells=(*[Cell(" ")] * left, *row.cells)))
                out += block
        return out

    def _end_column(self, number: int, proof: Proof, column: list[Row]) -> None:
        """The jump and the captions, at the end of the article's last column."""
        if proof.story.jump:
            column.append(next(row for row in self._extra_rows(proof, "jump")))
        column += self._extra_rows(proof, "caption")

    def _extra_rows(self, proof: Proof, kind: str) -> list[Row]:
        rows = []
        for row in proof.body:
            cells = [cell for cell in row.cells if cell.piece >= 0 and self.pieces[cell.piece].kind == kind]
            if cells:
                start, end = row.cells.index(cells[0]), row.cells.index(cells[-1])
                width = max(10, max(len(line.cells) for column in proof.columns for line in column))
                parts = wrap(row.cells[start : end + 1], lambda width=float(width): width, False)  # type: ignore[misc]
                rows += [Row(tuple(part), not at, at == len(parts) - 1) for at, (part, _) in enumerate(parts)]
        return rows

    def _rows(self, columns: Sequence[Sequence[Row]]) -> list[Row]:
        if self.style.layout == "gutter":
            return self._beside(columns)
        if self.style.layout == "bands":
            return self._bands(columns)
        if self.style.layout == "blocks":
            return self._blocks(columns)
        shift = self.rng.choice((0, 0, 1))
        shifted = [[*[BLANK] * (shift * (at % 2)), *column] for at, column in enumerate(columns)]
        starts, start = [], 0
        gutter = self.rng.choice((2, 3, 4, 6))
        for column in shifted:
            starts.append(start)
            start += max((len(row.cells) for row in column), default=0) + gutter
        rows = []
        for beside in zip_longest(*shifted, fillvalue=BLANK):
            cells: list[Cell] = []
            for at, row in zip(starts, beside, strict=True):
                if row.cells:
                    cells += [Cell(" ")] * (at - len(cells))
                    cells += row.cells
            rows.append(Row(tuple(cells)))
        return rows

    def _beside(self, columns: Sequence[Sequence[Row]]) -> list[Row]:
        """Columns with but a space between them; a line that opens a paragraph or is short stands alone."""
        rows: list[Row] = []
        for beside in zip_longest(*columns, fillvalue=BLANK):
            cells: list[Cell] = []
            full = False
            for row in beside:
                if not row.cells:
                    continue
                if cells and full and not row.first:
                    cells += [Cell(" "), *row.cells]
                else:
                    if cells:
                        rows.append(Row(tuple(cells)))
                    cells = list(row.cells)
                full = not row.last
            if cells:
                rows.append(Row(tuple(cells)))
        return rows

    def _bands(self, columns: Sequence[Sequence[Row]]) -> list[Row]:
        """Columns as Tesseract reads them, a row of print right across the page.

        Each row has a width of its own for its spaces, and leading white is lost. A gutter is a run of spaces, one
        space, a mark that was read from the rule, or nothing.
        """
        style, rng = self.style, self.rng
        step = max(size(row.cells) for column in columns for row in column) + 1.2
        marks = rng.choice(("。”“", "|", "”《", "|“", "。"))
        rows: list[Row] = []
        for beside in zip_longest(*columns, fillvalue=BLANK):
            unit = rng.uniform(0.45, 0.9)
            cells: list[Cell] = []
            at = 0.0
            for number, row in enumerate(beside):
                if not row.cells:
                    continue
                white = number * step + 2 * (row.first and not row.last) - at
                if cells and white < 2 and self.chance(0.35):
                    cells += [Cell(" "), *self.ink("other", rng.choice(marks)), *[Cell(" ")] * rng.randint(0, 1)]
                elif cells and not (white < 1.6 and self.chance(0.08)):
                    cells += [Cell(" ")] * max(1, round(white / unit))
                cells += row.cells
                at = number * step + 2 * (row.first and not row.last) + size(row.cells)
            if cells:
                rows.append(Row(tuple(cells)))
                if self.chance(style.line_gaps):
                    rows.append(BLANK)
        return rows

    def _blocks(self, columns: Sequence[Sequence[Row]]) -> list[Row]:
        """Columns as Tesseract finds them: blocks of some lines, all that stand at one height from left to right."""
        rows: list[Row] = []
        height = max(map(len, columns))
        at = 0
        while at < height:
            some = self.rng.randint(5, 12)
            for column in columns:
                for row in column[at : at + some]:
                    rows += [row, BLANK] if row.last and self.chance(0.7) else [row]
                if rows and rows[-1].cells:
                    rows.append(BLANK)
            at += some
        return rows

    # ------------------------------------------------------------ characters

    def spoiled(self, rows: Sequence[Row]) -> list[Row]:
        """The lines as a machine read them. Only here characters change."""
        style = self.style
        out: list[Row] = []
        for row in rows:
            parts = fragments(row) if style.fragments and row.cells else [row]
            for part in parts:
                cells = [read for cell in self._torn(part.cells) for read in self._misread(cell)]
                out.append(replace(part, cells=tuple(cells)))
                if cells and self.chance(style.debris):
                    out.append(self.line("other", self.rng.choice(DEBRIS)))
                    if self.chance(0.5):
                        out.append(BLANK)
        return out

    def _torn(self, cells: tuple[Cell, ...]) -> Sequence[Cell]:
        """The cells, some perhaps taken out and white in their place."""
        if not self.style.lost or len(cells) < 12 or not self.chance(self.style.lost):
            return cells
        start, count = self.rng.randrange(4, len(cells) - 6), self.rng.randint(1, 4)
        return [*cells[:start], *[Cell(" ")] * (count * 2), *cells[start + count :]]

    def _misread(self, cell: Cell) -> tuple[Cell, ...]:
        style, char = self.style, cell.char
        if cell.piece < 0:
            return (cell,)
        if style.markdown and char in "-_*":
            return Cell("\\"), cell
        if style.half_width and char in HALF_WIDTH:
            char = HALF_WIDTH[char]
        if style.radicals and char in PDF_RADICALS:
            char = PDF_RADICALS[char]
        if style.angles and char == "（" and self.chance(style.angles):
            char = "〈"
        if style.quotes and char in "“”":
            char = '"' if style.quotes == "straight" else "”"
        if style.noise and self.chance(style.noise):
            char = self.rng.choice(CONFUSED.get(char, ANY_CHARACTER))
        return (cell._replace(char=char),)


def _trim(rows: Sequence[Row]) -> list[Row]:
    """The lines without blank ones at the end."""
    end = len(rows)
    while end and not rows[end - 1].cells:
        end -= 1
    return list(rows[:end])


def _evenly(proof: Proof, most: int) -> list[list[Row]]:
    rows = [row for column in proof.columns for row in column]
    height = -(-len(rows) // min(most, len(proof.columns)))
    return [rows[at : at + height] for at in range(0, len(rows), height)]


def reading(story: Story) -> Reading:
    """The truth of a story, as the measures see it."""
    return Reading(
        kicker=plain(story.kicker),
        headline=plain("".join(story.headline)),
        subtitle=plain(story.subtitle),
        jump=plain(story.jump).strip("()"),
        dateline=plain(story.dateline),
        byline=tuple(map(plain, story.byline)),
        running=tuple(plain(paragraph.removeprefix("## ")) for paragraph in story.paragraphs),
        captions=tuple(plain(caption.text) for caption in story.captions),
    )


HALF_WIDTH = dict(zip("，：；！？（）", ",:;!?()", strict=True))
PDF_RADICALS = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}
PDF_RADICALS |= {
    char: radical for radical, char in RADICALS.items() if radical in "⻘⻢⻩⻓⻛⻅⻜⻝⻉⻋⻔⻚⻥⻬⻮⻰⻳⺠"
}
_ALIKE = (  # characters that OCR takes for each other, in groups
    "未末 日曰目 人入八 己已巳 大太犬 天夫无 干千于 由田甲申 今令 市巿 问间闻 白自 民良 部郡 侯候俟 微徽 拨拔"
    " 住往佳 折拆析 晴睛 治冶 防妨访 各名 记纪 请清情 体休 主王玉 员贡 土士 ，. 、， 。. ：; （〈 1l] 0O 5S"
)
CONFUSED = {char: group.replace(char, "") for group in _ALIKE.split() for char in group}
ANY_CHARACTER = (
    "的一是不了在有和这中大为上个国我以要他时来用们生到作地于出就分对成会可主发"
    "年动同工也能下过子说产种面而方后多定行学法所"
)
DEBRIS = ("Is", "|", "瑟", "NS", "一一", "[", "。", "9", "了", "SS", "户", "En", "“", "ws", "水 天", "］", "~", "Rd")


# ---------------------------------------------------------------- families of damage


FAMILIES: dict[str, Callable[[Random], dict[str, object]]] = {
    # columns and paragraphs as a good scanner leaves them
    "scan": lambda rng: {
        "widths": (13, 30),
        "indent": rng.choice((0, 0, 0.5, 1)),
        "justified": rng.choice((0, 0.1)),
        "captions": 0.3,
    },
    # headings after their articles, in blocks elsewhere, missing
    "headings": lambda rng: {
        "widths": (13, 26),
        "heads": rng.choice(("after", "block", "mixed")),
        "no_heads": rng.choice((0.1, 0.25)),
        "spaced_heads": 0.3,
        "same_line": 0.3,
        "vertical_heads": rng.choice((0, 0, 0.3)),
    },
    # a blank line after every line, or none on the page
    "blanks": lambda rng: {
        "widths": (11, 28),
        "width_changes": 0.2,
        "justified": 0.1,
        "spaced_heads": 0.2,
        **rng.choice(
            (
                {"line_gaps": 1.0, "article_gaps": rng.choice((0, 1))},
                {"line_gaps": 1.0, "indent": rng.choice((0.0, 0.7)), "indent_sign": " "},
                {"paragraph_gaps": 0.0, "article_gaps": 1.0, "head_gaps": 0.0},
                {"paragraph_gaps": 0.0, "article_gaps": 0.0, "head_gaps": 0.0, "indent": rng.choice((0.0, 0.6))},
            )
        ),
    },
    # blank lines, captions and headings inside sentences
    "cuts": lambda rng: {
        "widths": (14, 26),
        "line_gaps": rng.choice((0.05, 0.1)),
        "paragraph_gaps": rng.choice((0.6, 0.9)),
        "heads": rng.choice(("inside", "mixed", "before")),
        "captions": 0.6,
        "cut_captions": True,
        "same_line": 0.3,
        "width_changes": 0.3,
    },
    # columns that change their width
    "widths": lambda rng: {
        "widths": (9, 31),
        "width_changes": 0.8,
        "justified": 0.3,
        "indent": rng.choice((0, 0.5, 1)),
        "paragraph_gaps": rng.choice((0, 0.5, 1)),
        "column_gaps": rng.random() < 0.5,
    },
    # one long line a column's piece
    "flat": lambda rng: {
        "flat": rng.choice(((140, 300), (200, 420))),
        "merged": rng.choice((0.5, 0.9, 1.0)),
        "markdown": rng.random() < 0.5,
        "half_width": rng.random() < 0.7,
        "captions": 0.4,
        "cut_captions": rng.random() < 0.5,
    },
    # pdftotext -layout
    "layout": lambda rng: {
        "layout": "columns",
        "widths": (13, 20),
        "indent": rng.choice((1.0, 1.0, 0.0)),
        "indent_sign": "  ",
        "paragraph_gaps": 0.0,
        "head_gaps": 0.0,
    },
    # columns with a single space between them
    "gutter": lambda rng: {
        "layout": "gutter",
        "widths": (15, 22),
        "paragraph_gaps": 0.0,
        "head_gaps": rng.choice((0.0, 1.0)),
        "head_width": 1.5,
    },
    # pdftotext -raw
    "raw": lambda rng: {
        "widths": (13, 20),
        "paragraph_gaps": 0.0,
        "article_gaps": 0.0,
        "head_gaps": 0.0,
        "fragments": True,
        "lost_spaces": rng.random() < 0.5,
        "head_width": 1.2,
        "captions": 0.5,
        "cut_captions": True,
        "justified": 0.5,
        "furniture": 0.4,
    },
    # pdfminer
    "pdfminer": lambda rng: {
        "widths": (13, 20),
        "paragraph_gaps": rng.choice((0.7, 1.0)),
        "column_gaps": True,
        "radicals": True,
        "head_width": 1.2,
        "justified": 0.7,
        "spaced_heads": 0.3,
        "displaced": rng.choice((0, 0.2)),
        "captions": 0.4,
        "cut_captions": rng.random() < 0.5,
    },
    # Tesseract that keeps its spaces: a row of print in one line, with all its columns
    "bands": lambda rng: {
        "layout": "bands",
        "widths": (width := rng.randint(13, 20), width),
        "paragraph_gaps": 0.0,
        "head_gaps": rng.choice((0.0, 1.0)),
        "head_width": 1.5,
        "line_gaps": rng.choice((0.04, 0.08, 0.15)),
        "noise": rng.choice((0.005, 0.01)),
        "lost": rng.choice((0.02, 0.05)),
        "angles": 0.5,
        "debris": rng.choice((0.0, 0.02)),
    },
    # Tesseract that parts the columns, but gives their pieces in an order of its own
    "blocks": lambda rng: {
        "layout": "blocks",
        "widths": (width := rng.randint(13, 20), width),
        "head_gaps": 1.0,
        "head_width": 1.5,
        "noise": rng.choice((0.005, 0.01)),
        "angles": rng.choice((0.7, 1.0)),
        "debris": rng.choice((0.0, 0.02)),
    },
    # misread characters and rubbish
    "ocr": lambda rng: {
        "widths": (13, 24),
        "noise": rng.choice((0.01, 0.02, 0.03)),
        "debris": rng.choice((0.0, 0.02, 0.04)),
        "half_width": rng.random() < 0.3,
        "quotes": rng.choice(("", "straight", "wrong")),
        "line_gaps": rng.choice((0.0, 0.04)),
        "indent": rng.choice((0.0, 0.6)),
        "indent_sign": "  ",
        **rng.choice(({}, {"layout": "gutter"}, {"layout": "columns", "paragraph_gaps": 0.0})),
    },
    # passages printed twice
    "repeats": lambda rng: {
        "widths": (14, 26),
        "repeats": 0.4,
        **rng.choice(({}, {"flat": (200, 400), "merged": 0.7})),
    },
    # the fifties
    "old": lambda rng: {
        "old": True,
        "stories": 5,
        "widths": (9, 16),
        "paragraph_gaps": rng.choice((0, 1)),
        "indent": rng.choice((0, 1)),
        "captions": 0.0,
        "heads": rng.choice(("before", "after")),
        "spaced_heads": 0.3,
    },
    # anything together
    "mixed": lambda rng: {
        "widths": (11, 28),
        "heads": "mixed",
        "no_heads": 0.1,
        "indent": rng.choice((0, 0.5, 1)),
        "paragraph_gaps": rng.choice((0.5, 1)),
        "width_changes": 0.3,
        "justified": 0.2,
        "half_width": rng.random() < 0.5,
        "quotes": rng.choice(("", "straight", "wrong")),
        "captions": 0.4,
        "cut_captions": True,
        "repeats": 0.1,
        "same_line": 0.2,
        "line_gaps": rng.choice((0, 0.03, 1)),
        "noise": rng.choice((0, 0.005)),
    },
}


def style(family: str, seed: int) -> Style:
    """A style of the family; another for every seed."""
    rng = Random(f"style {family} {seed}")
    return Style(family, seed, **({"stories": rng.randint(4, 7)} | FAMILIES[family](rng)))  # type: ignore[arg-type]


def corpus(seed: int, pages: int = 3) -> list[MadePage]:
    """So many made pages of each family."""
    return [make(style(family, seed * 1000 + at)) for family in FAMILIES for at in range(pages)]
