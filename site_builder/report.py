"""What the build found out: that no character was lost, and what a reader should doubt.

**The proof of conservation.** A restored page may not lose, double, invent or reorder a character of its source. The
build proves it on every page, with nothing taken over from the stages that it checks:

1. *Nothing twice*: the blocks' spans are marked off in one array, a byte a character; a span that meets a mark
   overlaps another.
2. *Nothing lost*: what is still unmarked then must be white space, zero-width, the markup of a Markdown source, or the
   pair of brackets round a jump line.
3. *Nothing added, nothing moved*: each block's text equals its spans' characters, read in the block's own order, once
   both are folded: NFKC, no white space, look-alike radicals and the variant forms of quotation marks, brackets,
   dashes and middle dots made equal. Folding never makes two different words equal, so a changed wording shows.

1 and 2 put every printed character into exactly one block; 3 says that the block shows it and shows nothing else. All
blocks that differ from their source at all are folded in one go, parted by NUL (which folds to itself and joins with
nothing), so that a page of 6,000 characters takes less than a millisecond. Of a piece that an editor has corrected the
reading before is proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from site_builder.brackets import CLOSING, OPENING, jump_brackets
from site_builder.charmaps import CharMap, nfkc
from site_builder.language import N_, _
from site_builder.model import Article, Finding, Page, Span, TextBlock

FINDINGS: dict[str, tuple[str, str]] = {
    "no-headline": (N_("无题"), N_("正文之上找不到标题。原版可能没有标题，也可能扫描或识别时漏掉了。")),
    "headline-doubt": (N_("标题归属存疑"), N_("此标题归于此文，是按两者的位置和用字推断的，联系不够明显，可能有误。")),
    "order-doubt": (N_("阅读顺序存疑"), N_("识别时把各栏横着连读，或打乱了版块的先后；栏序是重新推断的，可能有误。")),
    "join-doubt": (N_("拼接存疑"), N_("这两行之间在来源中隔着别的文字，按内容或次序接在一起，语句未必相连。")),
    "orphan-headline": (
        N_("有题无文"),
        N_("这一行可能是栏目名，也可能是标题，而本版上找不到它的正文；它列在“版面其他文字”的栏目中。"),
    ),
    "open-end": (N_("文字中断"), N_("文章在句子中间结束。余下的文字可能在别的版面上，或识别时漏掉了。")),
    "jump-nowhere": (N_("下文未见"), N_("文章注明下转另一版，而在该版上找不到它的下文。")),
    "readings-differ": (N_("识别有异"), N_("同一版有另一份识别文字，此处两份不同，另一份也读得通。")),
    "readings-unlike": (N_("两份识别不合"), N_("同一版的两份识别文字大不相同，其中一份可能是别的版面。")),
    "duplicate": (N_("重复文字"), N_("同一段文字在来源中出现了两次。正文只登一次，数据中两次都保留。")),
    "no-date": (N_("日期不详"), N_("版面、文件路径和档案说明中都找不到出版日期，也无从推断。")),
    "no-newspaper": (N_("报纸不详"), N_("版面、文件路径和档案说明中都找不到报纸名称。")),
    "date-weekday": (N_("日期与星期不符"), N_("所记的日期那一天，不是版面上印的星期几。")),
    "date-lunar": (N_("日期与农历不符"), N_("所记的日期那一天，不是版面上印的农历日期。")),
    "issue-number": (N_("期号有疑"), N_("总期号不比本报前一期的大，其中一个期号或日期可能有误。")),
    "path-differs": (
        N_("路径与版面不符"),
        N_("文件路径所记的日期、报纸或版次，与版面上印的不同：文件放错了，或识别有误。"),
    ),
    "same-page": (N_("同版重复"), N_("两个来源文件都称自己是同一报纸、同一天、同一版。两者都已刊出。")),
    "correction-conflict": (
        N_("校订未能照办"),
        N_("编者的一条校订所引的文字，在来源中不止一处，或已读作别的字样，无法断定是否仍指此处，所以没有照改。"),
    ),
    "correction-orphaned": (
        N_("校订未找到原文"),
        N_("编者的一条校订所引的文字，在现在的来源中找不到，所以没有照改。"),
    ),
    "not-conserved": (
        N_("文字未能逐字核对"),
        N_("整理后的文字与来源不能逐字对应，所以本版按来源的原样逐行刊出，未分篇。"),
    ),
    "unreadable": (N_("文件无法读取"), N_("来源文件无法读取或无法解码，未能收录。")),
    "empty-page": (N_("空白版面"), N_("这一版的来源中没有文字。")),
}
"""Every kind of finding: its code, its short name, and what it means to a reader."""

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
VARIANTS = (
    ("“”〝〞＂「」『』‘’`´＇'", '"'),
    ("—–―─━−‐‑‒﹣－~～", "-"),
    ("•‧・●∙⋅", "·"),
    (OPENING, "("),
    (CLOSING, ")"),
    ("。．", "."),
    ("|｜", "|"),
)
"""Forms of one mark, and the form that they are folded to."""

# Radicals that OCR and PDF fonts give where the character is meant, and which NFKC leaves as they are.
RADICALS = (
    "⻘⻢⻩⻓⻛⻅⻜⻝⻉⻋⻔⻚⻙⻦⻥⻬⻮⻰⻳⺠⺟⻁⻄⻆⻑⻤⻧⻨⻣⺮⺼"
    "⻌⻖⻏⺈⺊⺌⺗⺘⺙⺡⺣⺨⺩⺫⺬⺭⺶⺷⺹⺻⺾⻂⻃⻍⻎⻐⻗⻞⻟⻪⻫"
)
MEANT = (
    "青马黄长风见飞食贝车门页韦鸟鱼齐齿龙龟民母虎西角長鬼卤麦骨竹肉"
    "辶阝阝刀卜小心手攴水火犬玉网示示羊羊老聿艸衣西辶辶金雨食飠黾斉"
)

_FOLDED = {form: to for forms, to in VARIANTS for form in forms if form != to} | dict(zip(RADICALS, MEANT, strict=True))
_VARIANT = re.compile(f"[{re.escape(''.join(_FOLDED))}]")
_ZERO_WIDTH = re.compile(f"[{ZERO_WIDTH}]+")
_UNMARKED = re.compile(rb"\x00+")

# A page is Markdown if it has one of its unmistakable signs; only then can a mark be markup. The groups are what may
# stand outside the blocks: never the character behind an escape, which is print.
_MARKDOWN = re.compile(r"^ {0,3}#{1,6}\s|\\[!-/:-@\[-`{-~]|<(?:\w+://|mailto:|[\w.+\\-]+@)[^<>\s]*>", re.MULTILINE)
_MARKUP = re.compile(
    r"""^[ \t>]*(\#{1,6})(?=\s|$)               # the signs of a heading
      | (?<=[ \t])(\#+)(?=[ \t]*$)             # and those that may close it
      | (\\)(?:[!-/:-@\[-`{-~]|$)              # a backslash before the mark that it escapes, or a hard line break
      | (<)(?:\w+:|www\.|[\w.+\\-]+@)[^<>\s]*(>)  # the brackets round an address
      | (\*+)                                  # emphasis, a list's bullet, a rule
    """,
    re.MULTILINE | re.VERBOSE,
)


def fold(text: str) -> str:
    """The text as conservation compares it: forms that a build may make regular are equal, everything else is not.

    >>> fold("（１２ 月）“⻘年”") == fold("(12月)「青年」")
    True
    >>> fold("２月") == fold("3月")
    False
    """
    return _fold(text)


def _folded(text: str) -> str:
    text = nfkc(_variants_folded(text))
    return "".join(_ZERO_WIDTH.sub("", _variants_folded(text)).split())


_fold = CharMap(_folded)


def _variants_folded(text: str) -> str:
    return _VARIANT.sub(lambda found: _FOLDED[found[0]], text)


def check(page: Page) -> list[str]:
    """Why the page's blocks are not its source, character for character; empty if they are.

    The reasons are phrases for a finding's message, at most one of each kind of fault.
    """
    text = page.source.text
    blocks = [*page.furniture, *(block for article in page.articles for block in article.blocks)]
    marks = bytearray(len(text))
    for block in blocks:
        for start, end in block.spans:
            if not 0 <= start <= end <= len(text):
                return [_("标注的位置（{start}–{end}）不在来源文字之内", start=start, end=end)]
            if marks.find(1, start, end) >= 0:
                return [_("第{line}行的文字用了两次", line=_line_of(text, marks.find(1, start, end)))]
            marks[start:end] = b"\x01" * (end - start)
    reasons = []
    held = ["".join([text[start:end] for start, end in block.spans]) for block in blocks]
    all_held = _printed("".join(held)) == _printed(text)  # so many characters, and none of them twice
    if not all_held and (lost := next(_lost(page, marks), None)) is not None:
        reasons.append(_("第{line}行的“{text}”未收入任何一段", line=_line_of(text, lost), text=text[lost]))
    if (wrong := _first_unlike(blocks, held)) is not None:
        start = wrong.spans[0].start if wrong.spans else 0
        reasons.append(_("第{line}行起的一段与来源文字不符", line=_line_of(text, start)))
    return reasons


def _line_of(text: str, offset: int) -> int:
    return len(text[: offset + 1].splitlines())


def _lost(page: Page, marks: bytearray) -> Iterator[int]:
    """Offsets of printed characters that no block holds."""
    text = page.source.text
    spare: set[int] | None = None
    for gap in _UNMARKED.finditer(marks):
        start, end = gap.span()
        if text[start:end].isspace():
            continue
        for offset in range(start, end):
            character = text[offset]
            if character.isspace() or character in ZERO_WIDTH:
                continue
            if spare is None:  # most pages never get here
                spare = _markup(text) | jump_brackets(text, page.articles)
            if offset not in spare:
                yield offset


def _markup(text: str) -> set[int]:
    """Offsets of the markup of a Markdown page; of none on any other page."""
    if not _MARKDOWN.search(text):
        return set()
    return {
        offset
        for found in _MARKUP.finditer(text)
        for group in range(1, _MARKUP.groups + 1)
        for offset in range(*found.span(group))
    }


def _printed(text: str) -> int:
    """How many characters are no white space."""
    return len("".join(text.split()))


def _first_unlike(blocks: list[TextBlock], texts: list[str]) -> TextBlock | None:
    """The first block that does not show what its spans hold; only what is not the very same needs folding."""
    unlike = [(block, held) for block, held in zip(blocks, texts, strict=True) if held != block.read]
    if not unlike:
        return None
    held, shown = "\0".join([held for _, held in unlike]), "\0".join([block.read for block, _ in unlike])
    bracketless = all(block.kind != "jump" for block, _ in unlike)
    if bracketless and held.count("\0") == shown.count("\0") == len(unlike) - 1 and fold(held) == fold(shown):
        return None
    for block, there in unlike:
        left, right = fold(there), fold(block.read)
        if left != right and not (block.kind == "jump" and left.strip("()") == right.strip("()")):
            return block
    return None


def conserved(page: Page) -> Page:
    """The page itself if it is conserved; else its raw lines in one piece, with a finding that says why."""
    reasons = check(page)
    if not reasons:
        return page
    message = _("整理后的文字与来源不能逐字对应（{reasons}），本版按来源原样逐行刊出。", reasons=_("；").join(reasons))
    kept = tuple(finding for finding in page.findings if finding.article is None)
    article = Article(tuple(_raw_lines(page.source.text)))
    articles = (article,) if article.blocks else ()
    return replace(page, furniture=(), articles=articles, findings=(*kept, Finding("not-conserved", message)))


def _raw_lines(text: str) -> Iterator[TextBlock]:
    at = 0
    for number, raw in enumerate(text.splitlines(keepends=True), 1):
        if fold(raw):
            start = at + len(raw) - len(raw.lstrip())
            shown = raw.strip()
            yield TextBlock("paragraph", shown, (Span(start, start + len(shown)),), (number,))
        at += len(raw)


def by_kind(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each kind, in the order of FINDINGS; kinds without any are left out."""
    codes = [finding.code for finding in findings]
    return {code: codes.count(code) for code in [*FINDINGS, *sorted(set(codes) - set(FINDINGS))] if code in codes}
