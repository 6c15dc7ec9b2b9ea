"""Lines -> pieces: what each stretch of a page is by itself, a paragraph, a heading or one of the labelled lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from site_builder import trace
from site_builder.breaks import PLACE
from site_builder.cleaning import pair_brackets
from site_builder.labels import label
from site_builder.marks import SENTENCE_END, is_open, runs_on
from site_builder.model import Line, Span, TextBlock
from site_builder.paragraphs import blanks_are_spacing, chains, keeps_indents, wide_gaps
from site_builder.patterns import HAN, TURN, dated
from site_builder.widths import width

LEAST_HEADING = 3  # Chinese characters
LONG_HEADING = 50.0  # characters: no line of a heading is longer
_BARE, _HAN = re.compile(f"[^{HAN}A-Za-z0-9]+"), re.compile(f"[{HAN}]")
_CLOSED = re.compile("[。！？!?][”’」』]?$")
_WORD = re.compile(r"[一-鿿A-Za-z]")
_CRY_END, _COMMA = re.compile("[！？!?][”’」』]?$"), re.compile("[，、]")
_ASKED = re.compile(r"^(?:记者|问|答|[^，。：]{2,8})[：:]")


@dataclass(slots=True)
class Piece:
    """A printed piece of the page in its order: a paragraph, a heading, or one of the labelled lines."""

    kind: str
    lines: list[Line]
    doubtful: bool = False  # only its place in the source joins it to the paragraph before
    _text: str = field(default="", repr=False, compare=False)

    @property
    def text(self) -> str:
        """Its lines run together; kept until lines are added. (A line's text never changes once it is cleaned.)"""
        if not self._text:
            self._text = join(self.lines)
        return self._text

    def add(self, lines: Sequence[Line]) -> None:
        """Let it go on with more lines."""
        self.lines += lines
        self._text = ""

    @property
    def place(self) -> int:
        return self.lines[0].order

    @property
    def spans(self) -> tuple[Span, ...]:
        if [line for line in self.lines if line.skips]:
            return tuple([span for line in self.lines for span in line.spans])
        return tuple([line.span for line in self.lines])

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its source lines."""
        return tuple(dict.fromkeys([line.number for line in self.lines]))

    @property
    def block(self) -> TextBlock:
        return TextBlock(self.kind, self.text, self.spans, self.numbers)


def join(lines: Sequence[Line]) -> str:
    """The lines' texts run together, a space only between two Latin words; brackets that a wrap had parted agree."""
    if len(lines) == 1:
        return pair_brackets(lines[0].text)
    return _joined(tuple([line.text for line in lines]))


@lru_cache(maxsize=4096)
def _joined(lines: tuple[str, ...]) -> str:
    if not [line for line in lines[1:] if line[:1] <= "z"]:  # no line but the first begins with a Latin letter
        return pair_brackets("".join(lines))
    text = ""
    for line in lines:
        latin = text[-1:].isascii() and text[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha()
        text += (" " if latin else "") + line
    return pair_brackets(text)


def read_pieces(lines: Sequence[Line]) -> list[Piece]:
    """The lines as pieces, in the page's order: paragraphs rebuilt, headings told from running text."""
    kinds = label(lines)
    running: list[Line] = []
    pieces: list[Piece] = []
    lifted: dict[int, str] = {}
    for i, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind in ("", "signature"):
            running.append(line)
            if i and kinds[i - 1] not in ("", "signature"):
                lifted[line.span.start] = kinds[i - 1]
        elif pieces and _goes_with(pieces[-1], kind, lines, i):
            pieces[-1].add([line])
        else:
            pieces.append(Piece(kind, [line]))
    if "signature" in kinds:
        signed = [line for line, kind in zip(lines, kinds, strict=True) if kind == "signature"]
        signatures = {line.span.start for line in signed}
        running = [line for line in running if line.span.start not in signatures]
        pieces += [Piece("paragraph", [line]) for line in signed]
    if not running:
        return sorted(pieces, key=lambda piece: piece.place)
    found = _with_their_first_lines(chains(running, lifted))
    texts = [*map(join, found), ""]
    for chain, text, following in zip(found, texts, texts[1:], strict=False):
        kind = "heading" if is_heading(chain, text, following, pieces) else "paragraph"
        pieces.append(Piece(kind, chain, _text=text))
    pieces.sort(key=lambda piece: piece.place)
    _open_with_headline(pieces)
    _set_scraps_aside(pieces)
    wide, spacing = wide_gaps(lines), blanks_are_spacing(running) and not keeps_indents(running)
    for before, piece in pairwise(pieces):
        first = piece.lines[0]
        gap = bool(wide and first.blank_before >= wide and before.kind != "caption")
        if piece.kind == "paragraph" and before.kind == "paragraph" and is_open(before.text):
            continue
        if gap or (spacing and piece.kind == "paragraph" and first.indent and not first.blank_before):
            piece.lines[0] = first.marked("opens")
    if trace.asked():
        _tell(pieces)
    return pieces


def _tell(pieces: Sequence[Piece]) -> None:
    """Note down what was read as a heading and what as running text."""
    for piece in pieces:
        own = piece.text
        signs = (
            (dated(own), "a dateline opens it"),
            (bool(re.search("[。；]", own)), "it has full stops or semicolons, as no heading has"),
            (width(own) > LONG_HEADING, "it is longer than any heading"),
            (True, "its commas or its last mark are not those of a heading"),
        )
        why = f"running text: {next(words for true, words in signs if true)}"
        if piece.kind == "heading":
            marked = any(line.heading for line in piece.lines)
            short = f"it is {width(own):g} characters wide, has few marks, and no full stop ends it"
            why = f"a heading: {'the Markdown of the source says so' if marked else short}"
        if piece.kind in ("heading", "paragraph"):
            trace.tell("pieces", piece.spans, f"{trace.shown(own)} is read as {why}.")
        if "opens" in piece.lines[0].rules:
            trace.tell("pieces", piece.spans[:1], "A gap wider than this page has between paragraphs stands above it.")


def _with_their_first_lines(found: Sequence[list[Line]]) -> list[list[Line]]:
    """The chains, with a paragraph's first line put before it that looked like a heading: a word runs on from it."""
    out: list[list[Line]] = []
    for chain in found:
        first, before = chain[0], out[-1] if out else None
        if (
            before
            and first.order == before[-1].order + 1
            and not (first.heading or before[-1].heading)
            and "。" not in before[-1].text  # as in no heading
            and _COMMA.search(before[-1].text)
            and not dated(first.text)
            and is_heading(before, join(before), "")
            and runs_on(before[-1].text, first.text)
        ):
            if trace.asked():
                ends = " to ".join(trace.break_between(before[-1], first))
                words = f"The paragraph goes on from {ends}: a word runs across the break."
                trace.overrule("paragraphs", [before[-1].span, first.span], words)
            before += chain
        else:
            out.append(list(chain))
    return out


def _open_with_headline(pieces: list[Piece]) -> None:
    """A paragraph that says the headline's words again, as an exclamation, opens the article and is no second headline.

    It may stand in two lines with a blank line between, as PDF tools leave it.
    """
    i = 0
    while i < len(pieces) - 1:
        i += 1
        if not pieces[i - 1].kind == pieces[i].kind == "heading":
            continue
        words, said, j = _bare(pieces[i - 1].text), "", i
        if len(words) < 2 * LEAST_HEADING:
            continue
        while j < len(pieces) and pieces[j].kind == "heading" and len(said) < len(words):
            said, j = said + _bare(pieces[j].text), j + 1
        news = j < len(pieces) and dated(pieces[j].text)
        if said == words and not news and _CLOSED.search(pieces[j - 1].text):
            pieces[i:j] = [Piece("paragraph", [line for piece in pieces[i:j] for line in piece.lines])]


def _bare(text: str) -> str:
    return _BARE.sub("", text)


def _set_scraps_aside(pieces: list[Piece]) -> None:
    """Headings of one or two characters are scraps of rules and pictures, unless they end the heading above them, or
    two characters announce a news item (扶贫).
    """
    for i, piece in enumerate(pieces):
        if piece.kind != "heading" or (count := len(_HAN.findall(piece.text))) >= LEAST_HEADING:
            continue
        above = (
            i > 0 and pieces[i - 1].kind == "heading" and piece.lines[0].number - pieces[i - 1].lines[-1].number <= 3
        )
        following = pieces[i + 1] if i + 1 < len(pieces) else None
        announces = count == 2 and following is not None and (following.kind == "byline" or dated(following.text))
        piece.kind = "heading" if above or announces else "other"
        if piece.kind == "other" and trace.asked():
            short = f"is a scrap: it has fewer than {LEAST_HEADING} Chinese characters and ends no heading above it"
            trace.tell("scraps", piece.spans, f"{trace.shown(piece.text)} {short}.")


def _goes_with(last: Piece, kind: str, lines: Sequence[Line], i: int) -> bool:
    """Does the labelled line belong to the piece before it?

    So does the end of a jump line that was wrapped, and a caption's next line; and all the marks of a page's gutters
    are one piece of furniture.
    """
    line = lines[i]
    return (
        ("jump's end" in line.rules and last.kind == "jump")
        or ("gutter" in line.rules and "gutter" in last.lines[-1].rules)
        or (kind == last.kind == "caption" and _same_caption(last, lines, i))
    )


def _same_caption(last: Piece, lines: Sequence[Line], i: int) -> bool:
    """Does the line go on with the caption before it: 摄 / 影报道, ▲活动现场。 / （本报记者 摄）?"""
    line = lines[i]
    return lines[i - 1] is last.lines[-1] and not line.blank_before and not re.match("[▲▼←→↑↓图]", line.text)


def is_heading(chain: Sequence[Line], text: str, following: str, before: Sequence[Piece] = ()) -> bool:
    """Is this chain of lines, run together as `text`, a heading rather than running text?

    A heading ends without a full stop and has few marks; an exclamation or a question may end one only where an
    article opens behind it.
    """
    if [line for line in chain if line.heading]:
        return True
    if len(text) > 2 * LONG_HEADING or "。" in text or "；" in text or text.endswith(("，", "、", "……")):
        return False
    size = width(text)
    if size > LONG_HEADING or dated(text):
        return False
    if not _WORD.search(text) or TURN.match(text) or PLACE.fullmatch(text):
        return False
    if _CRY_END.search(text):
        opens = dated(following) or (0 < width(following) <= 30 and not SENTENCE_END.search(following))
        return (
            size <= 22
            and text.count("，") <= 1
            and (bool(opens) or not before or size <= 14)
            and not _ASKED.match(text)
        )
    if text.endswith(("：", ":")):
        return False
    commas = text.count("，") + text.count(",")
    if commas and "band" in chain[0].rules:  # no headline, but what a picture or a misread word has left of a line
        return False
    opens = dated(following)
    return commas <= 2 and not (commas and len(chain) > 1 and not (opens and size <= 30))
