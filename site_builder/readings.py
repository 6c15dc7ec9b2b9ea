"""Two readings of one page: which of them is published, and where the others doubt it.

A page may have been recognised more than once, by different programs: `01.txt` and beside it `01.alt-tesseract.txt`.
One reading is published, the one that is most likely and most complete; nothing is mixed, for a text that nobody has
read is evidence of nothing. Where another reading differs and makes as good Chinese, that is a doubt, and is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from site_builder import cutter
from site_builder.folding import fold
from site_builder.language import _
from site_builder.model import Finding, Page, Reading, SourcePage, Span, TextBlock
from site_builder.words import quote

GRAM = 5  # printed characters in a row that two readings share where they are at the same place
LONGEST = 12  # characters: a longer difference is another order of the columns or a passage lost, not a misreading
UNLIKE = 0.2  # of the published text's grams in the other one: below it the two are hardly of one page
SHOWN = 5  # differences told of one piece of text; of more the number is told
CONTEXT = 4  # characters round a difference that tell which reading makes words
_HAN = re.compile(r"[㐀-鿿]")
_TELLING = re.compile(r"[㐀-鿿0-9A-Za-z]")  # what makes a difference: not marks and spaces


# ---------------------------------------------------------------- which one is published


def best(page: SourcePage) -> SourcePage:
    """The page with the text of its best reading; the rest stand in `others`. The first of equals is taken.

    >>> good, bad = "本市昨日召开春耕生产会议，部署春耕备耕工作。", "本巾咋日召幵眷耕生产会汉，部罟眷耕备耕工怍。"
    >>> page = best(SourcePage("a.txt", bad, others=(Reading("a.alt-x.txt", good),)))
    >>> page.source, page.text == good, page.reading, [other.source for other in page.others]
    ('a.txt', True, 'a.alt-x.txt', ['a.txt'])
    """
    if not page.others:
        return page
    readings = [Reading(page.source, page.text), *page.others]
    scores = _scores([reading.text for reading in readings])
    first = max(range(len(readings)), key=lambda number: (scores[number], -number))
    chosen = readings.pop(first)
    return replace(page, text=chosen.text, reading=chosen.source if first else "", others=tuple(readings))


def _scores(texts: Sequence[str]) -> list[float]:
    """How good each reading is: how much of it is words, how complete it is, how far the others agree with it."""
    sizes = [len(_HAN.findall(text)) for text in texts]
    most = max(sizes) or 1
    grams = [set(_grams(_printed(text)[0])) for text in texts]
    return [
        (likeness(text) ** 2) * (size / most) * (0.5 + 0.5 * _agreement(grams, number))
        for number, (text, size) in enumerate(zip(texts, sizes, strict=True))
    ]


def likeness(text: str) -> float:
    """How much like Chinese a text is, 0 to 1: the share of its printed characters that stand in words of two or more.

    A misread character seldom makes a word with those beside it, so it takes them down too.

    >>> likeness("本市昨日召开春耕生产会议") > 2 * likeness("本巾咋日召幵眷耕生严会汉")
    True
    """
    printed = "".join(text.split())
    in_words = sum(len(word) for word in cutter.cut(printed, False) if len(word) > 1 and _HAN.match(word))
    return in_words / (len(printed) or 1)


def _agreement(grams: Sequence[set[str]], number: int) -> float:
    """The mean share of a reading's grams that each other reading has too."""
    own = grams[number]
    others = [grams[other] for other in range(len(grams)) if other != number]
    return sum(len(own & other) / (len(own) or 1) for other in others) / len(others)


# ---------------------------------------------------------------- where they differ


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two readings differ: offsets in the published text, its words there and the other's."""

    span: Span
    here: str
    there: str
    before: str  # what both have before it
    after: str


def differences(text: str, other: str) -> list[Difference]:
    r"""Where another reading of the same print has other characters, whatever its lines and the order of its columns.

    Stretches that both have once are laid on each other, and what stands between two of them is compared.

    >>> differences("全市防控疫情的形势\n依然严峻复杂，不能松劲", "依然严峻复杂，不能松劲\n全市防控疫情的形势")
    []
    >>> found = differences("本市召开防控疫惰工作的会议部署下一步工作", "本市召开防控疫情工作的会议部署下一步工作")
    >>> [(one.span, one.here, one.there) for one in found]
    [(Span(start=7, end=8), '惰', '情')]
    """
    here, places = _printed(text)
    there, _places = _printed(other)
    shown, others = "".join(text.split()), "".join(other.split())
    found = []
    for (at, to, size), (next_at, next_to, _size) in pairwise(_shared(here, there)):
        start, begin = at + size, to + size
        if not (start <= next_at and begin <= next_to) or max(next_at - start, next_to - begin) > LONGEST:
            continue
        mine, its = here[start:next_at], there[begin:next_to]
        if _TELLING.findall(mine) != _TELLING.findall(its):
            end = places[next_at - 1] + 1 if next_at > start else places[start]
            found.append(
                Difference(
                    Span(places[start], end),
                    shown[start:next_at],
                    others[begin:next_to],
                    shown[max(0, start - CONTEXT) : start],
                    shown[next_at : next_at + CONTEXT],
                )
            )
    return found


def _printed(text: str) -> tuple[str, list[int]]:
    """The printed characters, widths and forms made one, and where each stands."""
    places = [at for at, char in enumerate(text) if not char.isspace()]
    folded = fold(text)
    return "".join(folded[at] for at in places), places


def _grams(text: str) -> list[str]:
    return [text[at : at + GRAM] for at in range(len(text) - GRAM + 1)]


def _once(text: str) -> dict[str, int]:
    """The grams that stand in the text once, and where."""
    places: dict[str, int] = {}
    for at, gram in enumerate(_grams(text)):
        places[gram] = -1 if gram in places else at
    return {gram: at for gram, at in places.items() if at >= 0}


def _shared(here: str, there: str) -> list[tuple[int, int, int]]:
    """The longest stretches that both texts have: where in each, and how long; in the order of the first."""
    own, others = _once(here), _once(there)
    out: list[tuple[int, int, int]] = []
    at = 0  # what stands before it is laid on something already
    for gram, place in own.items():
        if place < at or gram not in others:
            continue
        start, begin = place, others[gram]
        while start > at and begin > 0 and here[start - 1] == there[begin - 1]:
            start, begin = start - 1, begin - 1
        end, stop = place + GRAM, others[gram] + GRAM
        while end < len(here) and stop < len(there) and here[end] == there[stop]:
            end, stop = end + 1, stop + 1
        out.append((start, begin, end - start))
        at = end
    return out


def _may_be_right(difference: Difference) -> bool:
    """Whether the other reading makes at least as many words here as the published one, or numbers are concerned."""
    if re.search("[0-9A-Za-z]", difference.here + difference.there):
        return True
    mine, its = (
        sum(len(word) for word in cutter.cut(difference.before + words + difference.after, False) if len(word) > 1)
        for words in (difference.here, difference.there)
    )
    return its - len(difference.there) >= mine - len(difference.here)


# ---------------------------------------------------------------- findings


def compared(page: Page) -> Page:
    """The page, with a finding on each piece of its text that another reading doubts."""
    if not page.source.others:
        return page
    findings = [finding for other in page.source.others for finding in _doubts(page, other)]
    return replace(page, findings=(*page.findings, *findings))


def _doubts(page: Page, other: Reading) -> Iterator[Finding]:
    name = label(other.source)
    ours, theirs = (set(_grams(_printed(text)[0])) for text in (page.source.text, other.text))
    if len(ours & theirs) < UNLIKE * max(1, min(len(ours), len(theirs))):
        message = _("另一份识别（{name}）与本版文字大不相同，可能不是同一版。", name=name)
        yield Finding("readings-unlike", message)
        return
    places = [(article, number, block) for number, article in enumerate(page.articles) for block in article.blocks]
    doubted = [one for one in differences(page.source.text, other.text) if _may_be_right(one)]
    told: dict[int, tuple[int, TextBlock, list[Difference]]] = {}
    for one in doubted:
        for _article, number, block in places:
            if any(start <= one.span.start < end for start, end in block.spans):
                told.setdefault(id(block), (number, block, []))[2].append(one)
    for number, block, some in told.values():
        spans = tuple(one.span for one in some)
        lines = tuple(sorted({line for line in block.lines if _stands_in(page.source.text, line, spans)}))
        yield Finding("readings-differ", _message(name, some), spans=spans, lines=lines, article=number)


def _stands_in(text: str, line: int, spans: Sequence[Span]) -> bool:
    return any(len(text[: span.start + 1].splitlines()) == line for span in spans)


def _message(name: str, some: Sequence[Difference]) -> str:
    pairs = "；".join(
        _(
            "{ours}作{theirs}",
            ours=_shown(one.before, one.here, one.after),
            theirs=_shown(one.before, one.there, one.after),
        )
        for one in some[:SHOWN]
    )
    if len(some) > SHOWN:
        return _("另一份识别（{name}）有 {n} 处不同，如{pairs}。", name=name, n=len(some), pairs=pairs)
    return _("另一份识别（{name}）不同：{pairs}。", name=name, pairs=pairs)


def _shown(before: str, words: str, after: str) -> str:
    return quote(before[-1:] + words + after[:1])


def label(source: str) -> str:
    """What a reading is called: the word in its file's name, else the file.

    >>> label("ribao/2021-01-21/01.alt-tesseract.txt"), label("a/01.txt")
    ('tesseract', '01.txt')
    """
    name = source.rpartition("/")[2]
    found = re.search(r"\.alt-([^.]+)\.", name)
    return found[1] if found else name
