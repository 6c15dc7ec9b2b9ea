"""Citations of an article in the styles that readers of Chinese newspapers write in.

The rules are those of GB/T 7714—2025 (7.1 to 7.8, 8.5) and its forerunner of 2015, of the Chicago Manual of Style (17
and 18, notes and bibliography; where they differ, 18), the MLA Handbook (9) and the Publication Manual of the APA (7).
They are written out here because no library has them right for newspapers printed in Chinese: citeproc-py 0.11 drops
`[N]` where there is no address, has half-width marks only, sets the full stop outside the inverted commas, gives the
title of an unsigned article twice, and takes 2 to 24 milliseconds for each style.

Names stay as they were printed, in Chinese and in Chinese order, with no comma in them. Characters are not italic in
any of these styles, so a citation is plain text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from site_builder.archive import Archive
from site_builder.citation_files import data_url, ris
from site_builder.cited import Cited, cited
from site_builder.language import _
from site_builder.model import Article

LISTED = 3  # authors that GB/T 7714 lists before 等
CHICAGO_LISTED = 6  # more than these, and a bibliography of Chicago 18 names the first three alone
APA_LISTED = 20  # more than these, and APA 7 leaves out those between the nineteenth and the last
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
STOPS = "？！?!…"  # a title that ends with one takes no full stop
_INNER_TITLE = str.maketrans("《》", "〈〉")
_INNER = str.maketrans("“”‘’", "‘’“”")


class Gap(NamedTuple):
    """A citation's text, with a gap in it that only the reader's browser can fill.

    `pattern` says with what: `{iso}`, `{mla}` and `{chicago}` are today's date as each style writes it, `{url}` is the
    article's address where the build did not know it. Without script nothing stands there.
    """

    before: str
    pattern: str = ""
    after: str = ""


class Citation(NamedTuple):
    """A citation with the style's name. `hidden` until its gap is filled: it would say nothing without the address."""

    style: str
    text: Gap
    hidden: bool = False


class Panel(NamedTuple):
    """What an article's page shows under 引用. `ris` is the address of a file called `file`.

    `address` is set where the browser has to make it a full one.
    """

    citations: tuple[Citation, ...]
    inferred: bool
    file: str
    ris: str
    address: str


def panel(archive: Archive, article: Article, archive_title: str, base_url: str) -> Panel | None:
    """The citations of an article, and a file of it; a withheld one has none."""
    if article.withheld:
        return None
    work = cited(archive, article, archive_title, base_url)
    return Panel(
        citations=citations(work),
        inferred=work.inferred and work.date is not None,
        file=f"{work.key}.ris",
        ris=data_url("application/x-research-info-systems", ris([work])),
        address="" if work.url else work.address,
    )


def citations(work: Cited) -> tuple[Citation, ...]:
    """The article in each style, the Chinese ones first."""
    online = not work.url
    read, note, listed = _("网络版"), _("脚注"), _("书目")
    return (
        Citation(_("文史脚注"), humanities_note(work)),
        Citation("GB/T 7714—2025", gbt_2025(work)),
        Citation(f"GB/T 7714—2025 {read}", gbt_2025_online(work), online),
        Citation("GB/T 7714—2015", gbt_2015(work)),
        Citation(f"GB/T 7714—2015 {read}", gbt_2015_online(work), online),
        Citation(f"Chicago {note}", chicago_note(work)),
        Citation(f"Chicago {listed}", chicago_bibliography(work)),
        Citation("MLA 9", mla(work)),
        Citation("APA 7", apa(work)),
    )


# ---------------------------------------------------------------- as Chinese historians cite


def humanities_note(work: Cited) -> Gap:
    """作者：《题名》，《报名》日期，第N版。, as journals of history and letters in China have it in their notes.

    Book-title marks in a title become the inner ones; first words that stand in for a title are no title, and are
    quoted; a date that was not printed stands in brackets.
    """
    authors = (
        f"{'、'.join(work.authors[:LISTED])}{'等' if len(work.authors) > LISTED else ''}：" if work.authors else ""
    )
    title = f"{work.title}——{work.subtitle}" if work.subtitle else work.title
    title = f"“{title.translate(_INNER)}”" if work.untitled else f"《{title.translate(_INNER_TITLE)}》"
    day = f"{work.date.year}年{work.date.month}月{work.date.day}日" if work.date else "日期不详"
    date = f"〔{day}〕" if work.inferred or work.date is None else day
    pages = f"，第{'、'.join(map(str, work.pages))}版" if work.pages else ""
    return Gap(f"{authors}{title}，{f'《{work.newspaper}》' if work.newspaper else '〔报名不详〕'}{date}{pages}。")


# ---------------------------------------------------------------- GB/T 7714


def gbt_2025(work: Cited) -> Gap:
    """As printed: 责任者. 题名：副题[N]. 报名，日期（版次）.

    `.` and `[ ]` are half-width, the other marks full-width (chapter 6). An unsigned article begins with its title
    (7.1.3), a title of one's own stands in brackets (7.2.1), and so does a date that was not printed (7.5.4.3).
    """
    return Gap(f"{_gbt(work, '[N]', '，', '：', '（{}）')}.")


def gbt_2025_online(work: Cited) -> Gap:
    """As read here: [N/OL] and the address. This edition asks for no date of access of a newspaper (8.5.2, table 4)."""
    text = f"{_gbt(work, '[N/OL]', '，', '：', '（{}）')}."
    return Gap(f"{text} {work.url}.") if work.url else Gap(text, " {url}.")


def gbt_2015(work: Cited) -> Gap:
    """As printed, by the edition before: the same with half-width marks."""
    return Gap(f"{_gbt(work, '[N]', ', ', ': ', '({})')}.")


def gbt_2015_online(work: Cited) -> Gap:
    """As read here, by the edition before: with the date of access in brackets behind the page."""
    text = _gbt(work, "[N/OL]", ", ", ": ", "({})")
    return Gap(text, "[{iso}]", f". {work.url}.") if work.url else Gap(text, "[{iso}]. {url}.")


def _gbt(work: Cited, mark: str, comma: str, colon: str, page: str) -> str:
    names = [*work.authors[:LISTED], "等"] if len(work.authors) > LISTED else work.authors
    authors = f"{comma.join(names)}. " if names else ""
    title = f"[{work.title}]" if work.untitled else work.title
    subtitle = f"{colon}{work.subtitle}" if work.subtitle else ""
    date = "[日期不详]" if work.date is None else f"[{work.date}]" if work.inferred else f"{work.date}"
    pages = page.format(comma.join(map(str, work.pages))) if work.pages else ""
    return f"{authors}{title}{subtitle}{mark}. {work.newspaper or '[报名不详]'}{comma}{date}{pages}"


# ---------------------------------------------------------------- Chicago


def chicago_note(work: Cited) -> Gap:
    """A note: it names the page, and after two authors only the first."""
    authors = f"{_first_of(work.authors, 2)}, " if work.authors else ""
    title = _titled(work, "untitled" if authors else "Untitled", ",", always=True)
    pages = f", {_ranges(work.pages, '–')}" if work.pages else ""
    text = f"{authors}{title} {work.newspaper or '[unidentified newspaper]'}, {_chicago_date(work)}{pages}"
    accessed = "" if work.date else ", accessed {chicago}"  # asked for only where there is no date of publication
    if work.url:
        return Gap(text, accessed, f", {work.url}.")
    return Gap(text, accessed + ", {url}.") if text[-1] == "." else Gap(text, accessed + ", {url}", ".")


def chicago_bibliography(work: Cited) -> Gap:
    """An entry of a bibliography: no page, and the newspaper's name in place of an author where there is none."""
    title, date = _titled(work, "Untitled", "."), _chicago_date(work)
    newspaper = work.newspaper or "[unidentified newspaper]"
    if work.authors:
        text = f"{_stopped(_chicago_authors(work.authors))} {title} {newspaper}, {date}"
    elif work.newspaper:
        text = f"{newspaper}. {title} {date if date != 'n.d.' else 'N.d.'}"
    else:
        text = f"{title} {newspaper}, {date}"
    text = _stopped(text)
    accessed = "" if work.date else " Accessed {chicago}."
    return Gap(text, accessed, f" {work.url}.") if work.url else Gap(text, accessed + " {url}.")


def _chicago_authors(names: Sequence[str]) -> str:
    """The authors of a bibliography's entry.

    >>> _chicago_authors(["王苗", "王彦雨"]), _chicago_authors(["王苗", "王彦雨", "于蕊"])
    ('王苗 and 王彦雨', '王苗, 王彦雨, and 于蕊')
    >>> _chicago_authors("甲乙丙丁戊己庚")
    '甲, 乙, 丙, et al.'
    """
    if len(names) > CHICAGO_LISTED:
        return f"{', '.join(names[:3])}, et al."
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])}, and {names[-1]}"


def _chicago_date(work: Cited) -> str:
    if work.date is None:
        return "n.d."
    text = f"{MONTHS[work.date.month - 1]} {work.date.day}, {work.date.year}"
    return f"[{text}?]" if work.inferred else text


# ---------------------------------------------------------------- MLA, APA


def mla(work: Cited) -> Gap:
    """An entry of a list of works cited: the newspaper is the first container, the archive on the web the second."""
    authors = f"{_stopped(_first_of(work.authors, 2))} " if work.authors else ""
    date = "" if work.date is None else _mla_date(work.date)
    pages = ""
    if work.pages:
        pages = f"p. {work.pages[0]}" if len(work.pages) == 1 else f"pp. {_mla_pages(work.pages)}"
    printed = [work.newspaper or "[unidentified newspaper]", f"[{date}?]" if work.inferred and date else date, pages]
    text = _stopped(f"{authors}{_titled(work, 'Untitled', '.')} {', '.join(filter(None, printed))}")
    container = f" {work.archive}, "
    if work.url:
        return Gap(f"{text}{container}{work.url}.", " Accessed {mla}.")
    return Gap(text, f"{container}{{url}}. Accessed {{mla}}.")


def _mla_date(date: dt.date) -> str:
    """
    >>> _mla_date(dt.date(2021, 1, 21)), _mla_date(dt.date(1966, 5, 1))
    ('21 Jan. 2021', '1 May 1966')
    """
    return f"{date.day} {MLA_MONTHS[date.month - 1]} {date.year}"


def _mla_pages(pages: Sequence[int]) -> str:
    """Several pages: in one run, or the first with a plus where the article goes on further behind.

    >>> _mla_pages([1, 2]), _mla_pages([1, 4])
    ('1-2', '1+')
    """
    run = _ranges(pages, "-")
    return f"{pages[0]}+" if "," in run else run


def apa(work: Cited) -> Gap:
    """An entry of a reference list: the year first, no `p.`, and the title in an author's place where there is none."""
    title = f"[{_titled(work, 'Untitled', '')}]" if work.untitled else work.full_title
    pages = f", {_ranges(work.pages, '–')}" if work.pages else ""
    source = f"{work.newspaper or '[Unidentified newspaper]'}{pages}."
    date, title = f"({_apa_date(work)}).", _stopped(title)
    text = f"{_stopped(_apa_authors(work.authors))} {date} {title}" if work.authors else f"{title} {date}"
    return Gap(f"{text} {source} {work.url}") if work.url else Gap(f"{text} {source}", " {url}")


def _apa_authors(names: Sequence[str]) -> str:
    """
    >>> _apa_authors(["王苗"]), _apa_authors(["王苗", "王彦雨"])
    ('王苗', '王苗, & 王彦雨')
    >>> _apa_authors("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌")
    '甲, 乙, 丙, 丁, 戊, 己, 庚, 辛, 壬, 癸, 子, 丑, 寅, 卯, 辰, 巳, 午, 未, 申, . . . 戌'
    """
    if len(names) > APA_LISTED:
        return f"{', '.join(names[: APA_LISTED - 1])}, . . . {names[-1]}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"


def _apa_date(work: Cited) -> str:
    if work.date is None:
        return "n.d."
    text = f"{work.date.year}, {MONTHS[work.date.month - 1]} {work.date.day}"
    return f"[ca. {text}]" if work.inferred else text


# ---------------------------------------------------------------- what the Western styles share


def _first_of(names: Sequence[str], most: int) -> str:
    """All names, or the first alone where there are more than `most`.

    >>> _first_of(["王苗", "王彦雨"], 2), _first_of(["王苗", "王彦雨", "于蕊"], 2)
    ('王苗 and 王彦雨', '王苗 et al.')
    """
    return f"{names[0]} et al." if len(names) > most else " and ".join(names)


def _titled(work: Cited, untitled: str, mark: str, always: bool = False) -> str:
    """The title in inverted commas, the mark that follows it inside them; one without headline is described."""
    if work.untitled:
        return f"{untitled} article beginning {_quoted(work.title.rstrip('…'), mark)}"
    title = work.full_title
    return _quoted(title, mark if always or title[-1] not in STOPS else "")


def _quoted(text: str, mark: str = "") -> str:
    """Text in inverted commas; those in it become single ones.

    >>> _quoted("战“疫”，东辽这样做！")
    '“战‘疫’，东辽这样做！”'
    """
    nested = "“" in text or "”" in text or "‘" in text or "’" in text  # translate takes time, and few have them
    return f"“{text.translate(_INNER) if nested else text}{mark}”"


def _stopped(text: str) -> str:
    """The text with a full stop, unless it ends with a mark that stands for one.

    >>> _stopped("王苗"), _stopped("王苗 et al."), _stopped("谁来买单？"), _stopped("“谁来买单？”")
    ('王苗.', '王苗 et al.', '谁来买单？', '“谁来买单？”.')
    """
    return text if text[-1] == "." or text[-1] in STOPS else f"{text}."


def _ranges(pages: Sequence[int], dash: str) -> str:
    """Page numbers, those that follow on each other as a range.

    >>> _ranges([1], "–"), _ranges([1, 4], "–"), _ranges([1, 2, 3, 8], "–")
    ('1', '1, 4', '1–3, 8')
    """
    if len(pages) == 1:
        return str(pages[0])
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], page]
        else:
            runs.append([page])
    return ", ".join(dash.join(map(str, run)) for run in runs)
