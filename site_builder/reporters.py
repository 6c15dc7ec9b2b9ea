"""Whose names stand in bylines: the articles under each name, with the words that were printed.

Entries are gathered by the printed name and by nothing else. Whether one 张伟 is another, the archive can't know and
never says: what stands under a name is parted by newspaper, and where years lie between, by time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_builder import addresses
from site_builder.archive import Archive
from site_builder.bylines import COMPOUND
from site_builder.model import Article
from site_builder.patterns import DATELINE
from site_builder.slugs import personal_slug

FAR_APART = 10  # years without a line in a newspaper: whoever signs so then may well be somebody else
AROUND = 24  # characters shown on each side of a name that stands in a longer text

_BRACKET = re.compile("[（()）]")


@dataclass(frozen=True)
class Reporter:
    """A name that stands in bylines, and the articles under it as `Archive.by_day` has them.

    `id` is its address (`zhang-he`).
    """

    id: str
    name: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands under a name in one newspaper without a long gap, newest first; `newspaper` is "" if unknown."""

    newspaper: str
    first: dt.date | None
    last: dt.date | None
    articles: tuple[Article, ...]


def reporters(archive: Archive) -> tuple[Reporter, ...]:
    """All names, by their spelling in letters.

    Names that are spelt alike (张赫, 张贺) get `-b`, `-c` … in the order in which they were first printed, so that
    newer issues change no address; those without a date come last.
    """
    date = {page.id: page.facts.date for page in archive.pages}
    articles: defaultdict[str, list[Article]] = defaultdict(list)
    for article in archive.by_day(archive.articles):
        for name in article.byline:
            articles[name].append(article)

    def first_printed(name: str) -> tuple[dt.date, str]:
        dated = (day for article in articles[name] if (day := date[article.page_id]))
        return next(dated, dt.date.max), name

    taken: set[str] = set()
    found = []
    for name in sorted(articles, key=first_printed):
        spelling = spelt(name)
        id = addresses.free_id(spelling, taken)
        taken.add(addresses.folded(id))
        found.append((spelling, Reporter(id, name, tuple(articles[name]))))
    return tuple(reporter for _, reporter in sorted(found, key=lambda one: (one[0], one[1].name)))


def spelt(name: str) -> str:
    """A Chinese name in letters, family name first.

    >>> spelt("张赫"), spelt("欧阳修远"), spelt("于小博"), spelt("曾国强"), spelt("买买提·艾力")
    ('zhang-he', 'ouyang-xiuyuan', 'yu-xiaobo', 'zeng-guoqiang', 'maimaiti-aili')
    """
    if "·" in name:
        return personal_slug(*name.split("·"))
    family = 2 if name.startswith(COMPOUND) and len(name) > 2 else 1
    return personal_slug(name[:family], name[family:])


def initial(reporter: Reporter) -> str:
    """The letter that the name stands under in a list; `#` where it has none.

    >>> initial(Reporter("zhang-he", "张赫", ())), initial(Reporter("u5b57", "字", ()))
    ('Z', 'U')
    """
    letter = reporter.id[0]
    return letter.upper() if letter.isalpha() else "#"


# ---------------------------------------------------------------- evidence


def printed_byline(article: Article, name: str) -> str:
    """The printed words that name somebody as the author: a line of its own, or the brackets in the text.

    They are looked for in the order in which `bylines.byline` reads them; where none of these hold the name, what
    stands around it is shown, and nothing if it stands nowhere.

    >>> from site_builder.model import TextBlock
    >>> text = "本报讯（记者 张赫 通讯员 李四）2月18日，我市首次召开千人大会。"
    >>> printed_byline(Article((TextBlock("paragraph", text, ()),)), "张赫")
    '本报讯（记者 张赫 通讯员 李四）'
    >>> signed = Article((TextBlock("paragraph", "本报讯 近日整改完毕（见图）。（筱棋）", ()),))
    >>> printed_byline(signed, "筱棋")
    '（筱棋）'
    >>> printed_byline(Article((TextBlock("byline", "本报记者 张赫 报道", ()),)), "张赫")
    '本报记者 张赫 报道'
    """
    if (digest := article.digest) and name in digest.signed:
        return digest.signed[name]
    for block in article.blocks:
        if block.kind == "byline" and name in block.text:
            return _around(block.text, name)
    paragraphs = [block.text for block in article.blocks if block.kind == "paragraph" and name in block.text]
    for text in paragraphs:
        if found := _bracket(text, name):
            start, end = found
            opening = DATELINE.match(text)
            led = opening is not None and not text[opening.end() : start].strip()
            return _around(text[0 if led else start : end], name)
    others = (block.text for block in article.blocks if block.kind == "caption" and name in block.text)
    text = next(others, paragraphs[0] if paragraphs else "")
    return _around(text, name)


def _bracket(text: str, name: str) -> tuple[int, int] | None:
    """The first brackets that hold the name and no others, opened and closed.

    >>> _bracket("本报讯 张赫（见图）今天（记者张赫）", "张赫"), _bracket("张赫（记者）", "张赫")
    ((12, 18), None)
    """
    at = text.find(name)
    while at >= 0:
        before, after = text[:at], _BRACKET.search(text, at)
        opened = max(before.rfind("（"), before.rfind("("))
        if after and after[0] in "）)" and opened > max(before.rfind("）"), before.rfind(")")):
            return opened, after.end()
        at = text.find(name, at + 1)
    return None


def _around(text: str, name: str) -> str:
    """The text itself if it is short, else the part of it that the name stands in.

    >>> _around("本报记者 张赫 报道", "张赫"), _around("甲" * 60 + "张赫" + "乙" * 60, "张赫")[23:28]
    ('本报记者 张赫 报道', '甲甲张赫乙')
    """
    if len(text) <= 2 * AROUND + len(name):
        return text
    at = text.index(name)
    start, end = max(0, at - AROUND), min(len(text), at + len(name) + AROUND)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


# ---------------------------------------------------------------- never merged unsaid


def stretches(archive: Archive, articles: Iterable[Article]) -> Iterator[Stretch]:
    """Articles under one name, newest first, parted by newspaper and by gaps of more than FAR_APART years.

    What has no date stands by itself, since nobody knows which years it belongs to.
    """
    parted: dict[tuple[str, bool], list[list[Article]]] = {}
    date: dict[str, dt.date | None] = {}
    for article in articles:
        facts = archive.page_of[article.page_id].facts
        day = date[article.id] = facts.date
        runs = parted.setdefault((facts.newspaper, day is not None), [])
        later = date[runs[-1][-1].id] if runs else None
        if not runs or (later and day and far_apart(day, later)):
            runs.append([])
        runs[-1].append(article)
    for (newspaper, _dated), runs in parted.items():
        for run in runs:
            yield Stretch(newspaper, date[run[-1].id], date[run[0].id], tuple(run))


def far_apart(earlier: dt.date, later: dt.date) -> bool:
    """
    >>> far_apart(dt.date(1958, 3, 1), dt.date(1968, 3, 1)), far_apart(dt.date(1958, 3, 1), dt.date(1968, 3, 2))
    (False, True)
    """
    return (later.year - FAR_APART, later.month, later.day) > (earlier.year, earlier.month, earlier.day)


def by_initial(reporters: Sequence[Reporter]) -> dict[str, list[Reporter]]:
    """The names under each letter, letters in order."""
    letters: defaultdict[str, list[Reporter]] = defaultdict(list)
    for reporter in reporters:
        letters[initial(reporter)].append(reporter)
    return dict(sorted(letters.items()))
