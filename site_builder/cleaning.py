"""A line as printed <- a line as scanned. One rule a kind of damage, in RULES.

A rule changes a line's text, never its span, and never drops, adds or reorders a printed character: width, spacing and
the form of a look-alike are all it may touch. So whatever a rule does can be undone from the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from site_builder import trace
from site_builder.columns import pull_apart
from site_builder.flattened import FEWER, LONG, LOOP, MORE, break_by_sense, breaks_are_lost, cut_loop, has_leads
from site_builder.marks import ends_sentence
from site_builder.model import Line, SourcePage, Span
from site_builder.patterns import CJK, DATELINE, HAN, JUMP
from site_builder.quotes import curl_quotes, turn_quotes
from site_builder.widths import FLAT

ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))

_ZERO_WIDTH = re.compile(f"[{''.join(map(chr, ZERO_WIDTH))}]")
_RADICAL = re.compile("[\u2e80-\u2fd5]")

# The CJK Radicals Supplement, which a PDF's font may put in a character's place (Unicode: EquivalentUnifiedIdeograph).
# NFKC leaves all but two of this block as they are; the Kangxi Radicals (U+2F00-2FD5) it turns into characters.
_SUPPLEMENT = str.maketrans(
    "⻘⻢⻩⻓⻛⻅⻜⻝⻉⻋⻔⻚⻙⻦⻥⻬⻮⻰⻳⺠⺟⻁⻄⻆⻤⻧⻨⻣⺮⺼⻌⻖⻏⺈⺊⺌⺡⺩⺫⺬⺭⺶⺷⺹⻂⻃⻐⻗⻞⻟⻪⻫⻑",
    "青马黄长风见飞食贝车门页韦鸟鱼齐齿龙龟民母虎西角鬼卤麦骨竹肉辶阝阝刀卜小水玉网示示羊羊老衣西金雨食飠黾斉長",
)
_KANGXI = {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)}
RADICALS = _SUPPLEMENT | _KANGXI

HEADING_LENGTH = 24  # characters: a line without marks of a page read in bands may be a headline
SPACED = 0.1  # of the lines stand below blank ones, on a page that has these between paragraphs and not only articles

_JUMP_BACK = re.compile(
    r"[（(〔\[【]\s*上\s*接[^）)〕\]】]{1,12}[）)〕\]】]\s*(?=\S)"
)  # （上接第一版）on before its text
_JUMP_START = re.compile(r"[（(〔\[【《〈]\s*([紧下]\s*[转轉]\s*第?)\s*$")
_JUMP_END = re.compile(r"\s*(第?\s*[A-Za-z]?\s*[0-9０-９一二三四五六七八九十]{1,3}\s*版)\s*[）)〕\]】》〉]\s*$")
_RUN_IN = re.compile(
    rf"(?<=[{HAN}”])本报讯(?=[\s（(])"
)  # a headline's last characters run into the dateline (PDF text)

_GAP = re.compile(r"\s(?<=[。！？”）)]\s)\s*")  # the space first: a text is searched for one far sooner

# What may stand at a line's ends and is no print: white space (as str.isspace has it) and zero-width characters.
_SPACE = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_BLANK = "".join(map(chr, ZERO_WIDTH)) + _SPACE
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_ATX, _ESCAPED = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.M), re.compile(r"\\[_*#\-]")
_MARKDOWN_SIGN = re.compile(r"[#\\<*]")  # without one of these a line has no Markdown
_AUTOLINK = re.compile(r"<(?=(?:https?://|mailto:)[^\s<>]+(>))")
_STRONG = re.compile(r"(?<![\\*])(\*\*)(?=\S)[^*]+?(?<=\S)(\*\*)")

_SPACED = re.compile(rf"(?<![{CJK}\w])(?:[{CJK}][ \u3000]{{1,2}}){{2,}}[{CJK}](?![{CJK}\w])")
_SPACED_INSIDE = re.compile(rf"(?:(?<=[{HAN}]) )?(?<!\w)(?:[{HAN}] ){{2,}}[{HAN}](?![{CJK}\w])(?: (?=[{HAN}]))?")
_BETWEEN_GAPS = re.compile(r"\s\S\s")  # a lone character: without one no line is spaced out, nor any run in it
_NAMES = re.compile(r"(?:[（(][^）)]*|(?:记者|通讯员|作者)\s*)$")  # names stand apart by their spaces
_RUNNING, _ANY_MARK = re.compile("[，。；]"), re.compile("[，。；、：]")
_WIDE_GAP = re.compile(r"[ \u3000]{2,}")
_STOP = re.compile(rf"(?<=[{HAN}])(?<![一二三四五六七八九十百])\.(?=[”’」』）)]*$)")
_HOLE = re.compile(rf"(?<=[{CJK}]) {{2,}}(?=[{CJK}])")
_STRAY = re.compile(  # here too the space comes first
    rf" (?:(?<=[{CJK}] ) *(?=[，。、；：！？）》」』”’])|(?<=[（《「『“‘，、；] ) *(?=[{CJK}])"
    r"|(?<=\d[年月] ) *(?=\d{1,2} ?[月日]))"
)
_ODD = re.compile(r"[〈〉<>\[\]]")
_INSIDE = r"([^（）()〈〉<>《》\[\]]{1,40})"
_ROUND = re.compile(rf"(?<![a-z] )[〈<\[](?! ){_INSIDE}[）)]|[（(]{_INSIDE}[〉>\]]")
_TITLE = re.compile(rf"《{_INSIDE}[〉>]|[〈<]{_INSIDE}》")
_HALF = re.compile(r"[,:;!?()]")
_HALF_IN_CHINESE = re.compile(f"[,:;!?](?:(?<=[{CJK}].)|(?=[{CJK}]))")
_WIDER = dict(zip(",:;!?", "，：；！？", strict=True))
_WIDE = str.maketrans(",:;!?()", "，：；！？（）")


def restore_radicals(text: str) -> str:
    """Turn radicals that a PDF's font put in a character's place back into the character.

    The Kangxi block by NFKC, the supplement by Unicode's own table; nothing else is normalised.

        >>> restore_radicals("⽤⽉⾼ ⻘⻢⻓⻛")
        '用月高 青马长风'
    """
    return text.translate(RADICALS) if _RADICAL.search(text) else text


def close_gaps(text: str) -> str:
    """Remove the spaces that a spaced-out headline or a justified line leaves between characters.

    Where nearly all the line is single characters the whole line is spaced out, and only a wider gap is real; else
    only runs of three and more single Chinese characters are closed. So a real gap between two halves of a headline
    or between names stays, and so does a space beside a Latin word or a number. In running text (it has its marks) the
    spaces at both ends of such a run are letter-spacing too.

        >>> close_gaps("落 细 防 控 措 施")
        '落细防控措施'
        >>> close_gaps("本 报 讯   走 进 3 . 6 万 亩 稻 田")
        '本报讯 走进3.6万亩稻田'
        >>> close_gaps("送温暖鼓干劲 聚合力抗疫情"), close_gaps("记者 王 苗 王彦雨")
        ('送温暖鼓干劲 聚合力抗疫情', '记者 王 苗 王彦雨')
        >>> close_gaps("苏联 TU-104 客机"), close_gaps("会议要求，坚 决 守 住 安全生产底线")
        ('苏联 TU-104 客机', '会议要求，坚决守住安全生产底线')
        >>> close_gaps("（记者 王 苗 李 强）近日，"), close_gaps("本报记者 王 苗 李 强，")
        ('（记者 王 苗 李 强）近日，', '本报记者 王 苗 李 强，')
    """
    if not _BETWEEN_GAPS.search(text):  # as with most
        return text
    words = text.split()
    if len(words) >= 4 and sum([len(word) == 1 for word in words]) >= 0.7 * len(words):
        return re.sub(r"\s{2,}", "\0", text).replace(" ", "").replace("\u3000", "").replace("\0", " ")
    if _RUNNING.search(text):
        text = _SPACED_INSIDE.sub(_closed, text)
    return _SPACED.sub(_closed, text)


def _closed(run: re.Match[str]) -> str:
    """The run without its spaces, if it is none of names."""
    return run[0] if _NAMES.search(run.string, 0, run.start()) else re.sub(r"[ \u3000]", "", run[0])


def narrow_gaps(text: str) -> str:
    """Make a wide gap inside a line one space: how wide it was set tells no reader anything.

    A single full-width space, as between the halves of a headline, stays as printed.

        >>> narrow_gaps("春风送岗位   就业暖民心"), narrow_gaps("春风送岗位　就业暖民心")
        ('春风送岗位 就业暖民心', '春风送岗位　就业暖民心')
    """
    return _WIDE_GAP.sub(" ", text)


def widen_stop(text: str) -> str:
    """Set a full stop full width where it ends a line of Chinese text.

    Inside a line a point may stand for the dot of a foreign name (卡尔.马克思), and after a numeral it counts (一.).

        >>> widen_stop("确保农民种粮有账算."), widen_stop("他说：“心里有底了.”")
        ('确保农民种粮有账算。', '他说：“心里有底了。”')
        >>> widen_stop("一."), widen_stop("等等...")
        ('一.', '等等...')
    """
    return _STOP.sub("。", text) if "." in text else text


def close_stray_spaces(text: str) -> str:
    """Remove a space before a closing mark, after an opening one or a comma, and inside a date: print has none there.

    >>> close_stray_spaces("《 关于2022年》 ，决定"), close_stray_spaces("2月 18日，记者， 从")
    ('《关于2022年》，决定', '2月18日，记者，从')
    """
    return _STRAY.sub("", text) if " " in text else text


def widen_punctuation(text: str) -> str:
    """Set `,:;!?()` full width where they stand in Chinese text, as print does.

    A mark between two Latin letters or digits (`12:30`, `E-mail:x`) is left alone; brackets change in pairs.

        >>> widen_punctuation("2月18日,副省长到我市(吉林省),他说:好!")
        '2月18日，副省长到我市（吉林省），他说：好！'
        >>> widen_punctuation("E-mail:jl@126.com 12:30 1,000")
        'E-mail:jl@126.com 12:30 1,000'
    """
    while (widened := _widen_once(text)) != text:  # a mark made wide is a Chinese neighbour to the next
        text = widened
    return text


def _widen_once(text: str) -> str:
    if not _HALF.search(text):
        return text
    if "(" not in text and ")" not in text:
        return _HALF_IN_CHINESE.sub(lambda mark: _WIDER[mark[0]], text)
    chars, opened = list(text), []
    for found in _HALF.finditer(text):
        i, char = found.start(), found[0]
        before, after = text[i - 1 : i].strip(), text[i + 1 : i + 2].strip()
        chinese = bool(_CHINESE.match(before) or _CHINESE.match(after))
        if char == "(":
            opened.append((i, chinese))
        elif char == ")":
            start, wide = opened.pop() if opened else (-1, False)
            if chinese or wide:
                chars[i] = "）"
                if start >= 0:
                    chars[start] = "（"
        elif chinese and not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum()):
            chars[i] = char.translate(_WIDE)
    for start, wide in opened:
        if wide:
            chars[start] = "（"
    return "".join(chars)


def pair_brackets(text: str) -> str:
    """Give a bracket that OCR read as another kind the form of its partner: 〈记者丁一) is （记者丁一）.

    Only where a pair of different kinds encloses at most 40 characters without another bracket between.

        >>> pair_brackets("本报讯〈记者丁一) 4日，《意见〉提出")
        '本报讯（记者丁一） 4日，《意见》提出'
        >>> pair_brackets("《云陵日报〉讯（记者 顾敏行]")
        '《云陵日报》讯（记者 顾敏行）'
        >>> pair_brackets("〈意见〉"), pair_brackets("a < b )"), pair_brackets("[注]（完）")
        ('〈意见〉', 'a < b )', '[注]（完）')
    """
    if not _ODD.search(text):
        return text
    text = _ROUND.sub(lambda found: f"（{found[1] or found[2]}）", text)
    return _TITLE.sub(lambda found: f"《{found[1] or found[2]}》", text)


def drop_zero_width(text: str) -> str:
    """Leave out zero-width characters: nothing was printed there.

    >>> drop_zero_width("本报\u200b讯")
    '本报讯'
    """
    return text.translate(ZERO_WIDTH) if _ZERO_WIDTH.search(text) else text


def close_holes(text: str) -> str:
    """Close the white that a lost word leaves on a page read in bands: there a gap is no gap in print.

    Only a line that may be a headline, without any mark and short, keeps one space: it may part two halves.

        >>> close_holes("走进      丰收的田野，")
        '走进丰收的田野，'
        >>> close_holes("走进春天里   收获满粮仓")
        '走进春天里 收获满粮仓'
    """
    heading = len(text) <= HEADING_LENGTH and not _ANY_MARK.search(text)
    return _HOLE.sub(" " if heading else "", text)


_CHINESE = re.compile(f"[{CJK}]")
_ANY_SPACE = " \u3000"

RULES: tuple[Callable[[str], str], ...] = (
    drop_zero_width,
    restore_radicals,
    close_gaps,
    narrow_gaps,
    pair_brackets,
    widen_punctuation,
    widen_stop,
    curl_quotes,
    close_stray_spaces,
)
SIGNS: dict[Callable[[str], str], str] = {
    drop_zero_width: "".join(map(chr, ZERO_WIDTH)),
    restore_radicals: "".join(map(chr, range(0x2E80, 0x2FD6))),
    close_gaps: _ANY_SPACE,
    narrow_gaps: _ANY_SPACE,
    pair_brackets: "〈〉<>[]",
    widen_punctuation: ",:;!?()",
    widen_stop: ".",
    curl_quotes: '"＂',
    close_stray_spaces: _ANY_SPACE,
}
"""A rule changes a line only where one of its characters stands in it, and sets none of another's. Most lines have none
of any. A rule that isn't named here is asked about each line.
"""
_TOUCHED = re.compile(f"[{re.escape(''.join(SIGNS.values()))}]")


@lru_cache(maxsize=1024)
def _rules_for(signs: frozenset[str]) -> tuple[Callable[[str], str], ...]:
    """The rules that may change a line which has these of the SIGNS."""
    return tuple(rule for rule in RULES if rule not in SIGNS or not signs.isdisjoint(SIGNS[rule]))


def is_markdown(text: str) -> bool:
    r"""Is the text Markdown? An ATX heading, a backslash escape or an address in angle brackets says so.

    >>> is_markdown("## 市领导深入东丰县"), is_markdown("#1 号楼"), is_markdown("jl\\_lyrb@126.com")
    (True, False, True)
    """
    return bool(
        ("#" in text and _ATX.search(text))  # each pattern is looked for where its sign stands: on few pages
        or ("\\" in text and _ESCAPED.search(text))
        or ("<" in text and _AUTOLINK.search(text))
    )


def _single_spaced(lines: list[Line]) -> list[Line]:
    """The lines with one blank line where no fewer than two or three ever stand, as some programs put them between all
    paragraphs: only where there are fewer as well do so many tell that an article ends. If paragraphs end without any,
    these are no paragraphs' blank lines.

    >>> def gaps(*counts): return [Line(Span(0, 1), "x", 1, count) for count in counts]
    >>> [line.blank_before for line in _single_spaced(gaps(0, 2, 0, 2, 3))]
    [0, 1, 0, 1, 2]
    >>> [line.blank_before for line in _single_spaced(gaps(0, 2, 0, 1, 3))]
    [0, 2, 0, 1, 3]
    """
    gaps = [line.blank_before for line in lines[1:] if line.blank_before]
    less = min(gaps, default=1) - 1
    if not less or len(gaps) < SPACED * len(lines):
        return lines
    usual = sorted(len(line.text) for line in lines)[len(lines) // 2]
    ends = [after for line, after in pairwise(lines) if len(line.text) < usual and ends_sentence(line.text)]
    if sum(not after.blank_before for after in ends) > SPACED * len(ends):
        return lines
    return [lines[0], *(line.below(line.blank_before - less) if line.blank_before else line for line in lines[1:])]


def clean(page: SourcePage) -> list[Line]:
    """The page's printed lines in source order, blank ones left out.

    A line that holds the end of one article and the start of the next, or a jump line after text, becomes two.
    """
    markdown = is_markdown(page.text)
    physical: list[Line] = []
    at = blank = 0
    blanks = _BLANK if _ZERO_WIDTH.search(page.text) else None
    for number, raw in enumerate(page.text.splitlines(keepends=True), 1):
        text = raw.strip(blanks)
        if text:
            lead = 0 if raw[0] == text[0] else raw.index(text)
            span = Span(at + lead, at + lead + len(text))
            physical.append(Line(span, text, number, blank, lead, 0, (), (), len(physical)))  # keywords cost a quarter
            blank = 0
        else:
            blank += 1
        at += len(raw)
    physical = _single_spaced(physical)
    printed = physical if markdown else pull_apart(physical)
    trace.tell_parts("columns", physical, printed, "Columns stand side by side here, and each is read by itself.")
    before, printed = printed, _cut_wrapped_jumps(printed)
    trace.tell_parts("cleaning", before, printed, "A jump line is wrapped over two lines here.")
    before = printed
    longest = max([len(line.text) for line in printed], default=0)
    if longest >= 2 * LOOP:
        printed = [part for line in printed for part in cut_loop(line)]
    trace.tell_parts(
        "cleaning", before, printed, "The second repeats at once what stands before it: a loop of the OCR."
    )
    lost = longest > FLAT and breaks_are_lost(printed)
    before, bias = printed, MORE if lost else FEWER
    if lost or longest >= LONG:
        leads = has_leads(printed)
        printed = [
            part
            for line in printed
            for part in (break_by_sense(line, leads, bias) if lost or len(line.text) >= LONG else [line])
        ]
    trace.tell_parts(
        "cleaning", before, printed, "Its paragraphs had been run together; by the sense, new ones open there."
    )
    before, parts = printed, list[Line]()
    for line in map(_read_markdown, printed) if markdown else printed:
        if line.skips or line.heading or not (_CUT_SIGN.search(line.text) and _MAY_CUT.search(line.text)):
            parts.append(line)
        else:
            parts += _cut(line)
    trace.tell_parts("cleaning", before, parts, "A dateline opens a news item there, or a jump line stands apart.")
    touched = _TOUCHED.search if SIGNS.keys() >= set(RULES) else bool
    cleaned = turn_quotes(
        [
            _apply(line, order)
            if line.rules or touched(line.text)
            else (line if order == line.order else line.cleaned(line.text, (), order))
            for order, line in enumerate(parts)
        ]
    )
    trace.tell_lines(cleaned)
    return cleaned


def _cut_wrapped_jumps(lines: Sequence[Line]) -> list[Line]:
    """Cut off a jump line that is wrapped over two lines, 《下转 and 第4版）; its brackets are left out.

    >>> texts = ["棉农都说好。（下转", "第四版）"]
    >>> [line.text for line in _cut_wrapped_jumps([Line(Span(0, len(text)), text, 1) for text in texts])]
    ['棉农都说好。', '下转', '第四版']
    """
    if not [line for line in lines if "版" in line.text and _JUMP_END.match(line.text)]:
        return list(lines)
    out: list[Line] = []
    for line in lines:
        end = _JUMP_END.match(line.text) if "版" in line.text else None
        start = _JUMP_START.search(out[-1].text) if end and out else None
        if not (start and end):
            out.append(line)
            continue
        before = out.pop()
        if before.text[: start.start()].strip():
            out.append(before.cut(0, start.start()))
        out.append(replace(before.cut(start.start(1), start.end(1)), rules=("jump",)))
        out.append(replace(line.cut(end.start(1), end.end(1)), rules=("jump", "jump's end")))
    return out


def _read_markdown(line: Line) -> Line:
    """The line with its Markdown marks taken out of the text and noted as skipped."""
    text, skips, heading = line.text, set[int](), 0
    if not _MARKDOWN_SIGN.search(text):
        return line
    if found := _HEADING.match(text):
        heading = len(found[1])
        cut = found.end()
        line = replace(line, span=Span(line.span.start + cut, line.span.end))
        text = text[cut:]
    for found in _ESCAPE.finditer(text):
        skips.add(found.start())
    for found in _AUTOLINK.finditer(text):
        skips |= {found.start(), found.start(1)}
    for found in _STRONG.finditer(text):
        skips |= {found.start(1), found.start(1) + 1, found.start(2), found.start(2) + 1}
    kept = "".join(char for i, char in enumerate(text) if i not in skips)
    if trace.asked() and (heading or skips):
        marks = "#" * heading + "".join(text[i] if i - 1 in skips else f" {text[i]}" for i in sorted(skips))
        trace.tell("cleaning", [line.span], f"Marks of Markdown, which are no print, were left out: {marks.strip()}.")
    return replace(line, text=kept, heading=heading, skips=tuple(line.span.start + i for i in sorted(skips)))


_MAY_CUT = re.compile(r"\s|版|本报讯|上\s*接")  # without one of these a line has nothing to be cut at
_CUT_SIGN = re.compile(f"[{_SPACE}版本上]")  # so each begins; looked for first (\s would take three times as long)


def _cut(line: Line) -> list[Line]:
    """Cut a line, which has something to be cut at, before a dateline that follows a finished sentence, and before a
    jump line that ends it.
    """
    gaps = _GAP.finditer(line.text) if _GAP.search(line.text) else ()
    cuts = [0, *(gap.end() for gap in gaps if DATELINE.match(line.text, gap.end()))]
    if "本报讯" in line.text:
        cuts += [found.start() for found in _RUN_IN.finditer(line.text) if found.start() not in cuts]
    cuts.sort()
    if back := _JUMP_BACK.match(line.text):
        cuts = sorted({*cuts, back.end()})
    parts = [line]
    if cuts != [0]:
        parts = [line.cut(start, end) for start, end in zip(cuts, [*cuts[1:], len(line.text)], strict=True)]
    return [piece for part in parts for piece in _cut_jump(part)]


def _cut_jump(line: Line) -> list[Line]:
    """Cut off the jump line that ends the line, or is all of it; its brackets are left out."""
    jump = JUMP.search(line.text) if "版" in line.text else None
    if not jump or not (jump.start() == 0 or jump[0][0] in "（(〔[【" or len(jump[1]) <= 8):
        return [line]
    end = jump.end(1)
    if sign := line.text[end:].strip(" \t\u3000）)〕]】"):  # 下转第3版 ▶
        end = line.text.index(sign, end) + len(sign)
    parts = [replace(line.cut(jump.start(1), end), rules=("jump",))]
    if trace.asked() and len(line.text.strip()) > len(parts[0].text):
        trace.tell("cleaning", parts[0].spans, f"It is cut out as a jump line: {trace.shown(parts[0].text)}.")
    if line.text[: jump.start()].strip():
        parts.insert(0, line.cut(0, jump.start()))
    return parts


def _apply(line: Line, order: int) -> Line:
    text, fired = line.text, list(line.rules)
    if "band" in line.rules:
        text = close_holes(text)
    for rule in _rules_for(frozenset(_TOUCHED.findall(text))):
        if (changed := rule(text)) != text:
            if trace.asked():
                said = " ".join((rule.__doc__ or "").strip().split("\n\n")[0].split()).rstrip(".")
                trace.tell("cleaning", [line.span], f"{said}: {_change(text, changed)}.")
            text = changed
            fired.append(rule.__name__)
    return line.cleaned(text, tuple(fired), order)


def _change(before: str, after: str) -> str:
    """What a rule changed, without what it left alone at both ends.

    >>> _change("2月18日上午,副省长到我市", "2月18日上午，副省长到我市")
    '「上午,副省」 became 「上午，副省」'
    """
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    end = 0
    while end < min(len(before), len(after)) - same and before[-1 - end] == after[-1 - end]:
        end += 1
    start, tail = max(0, same - 2), max(0, end - 2)
    was, became = (trace.shown(text[start : len(text) - tail]) for text in (before, after))
    return f"{was} became {became}"
