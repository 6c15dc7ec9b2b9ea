"""Who wrote it and where from: names and datelines in the words of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from site_builder.patterns import DATELINE, HAN

# Common surnames (the first hundred as in 公安部户政管理研究中心, 二〇二〇年全国姓名报告), to part names that a
# PDF's text runs together (郑雨禾苏明远唐静安).
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文葛章樊倪柳鲁俞单庞阎翟傅兰关安萧申"
)
COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
    "独孤",
)
_MEDIUM = rf"(?:本报|本台|本刊|新华社|人民日报|总台|央视|[{HAN}]{{2,4}}(?:日报|晚报|时报|都市报))"
_ROLES = re.compile(
    rf"{_MEDIUM}?(?:首席|见习|特约|实习|全媒体|摄影|特派)?(?:记者|通讯员|评论员|实习生|撰稿|编辑)"
    r"|图文|文/图|文／图|摄影报道|整理|作者|文/|图/|[●■□◎○☆★▪•]"
)
_NAME = re.compile(rf"[{HAN}]{{2,16}}(?:·[{HAN}]{{1,6}})?")
_OPENING = re.compile(r"[（(]\s*([^（()）]{2,60}?)\s*[）)]")
_SIGNED = re.compile(r"[（(]\s*([^（()）]{2,40}?)\s*[）)]\s*$")
_WROTE_TOO = re.compile(
    rf"[（(]?\s*({_MEDIUM}?(?:记者|通讯员)\s*[{HAN}·\s]{{2,12}}?)\s*(?:摄影报道|图文报道|文/图|图文)\s*[）)]?"
)
_AGENCY_END = re.compile(r"[（(]\s*(新华社[^（()）]{0,20}电|据[^（()）]{2,16})\s*[）)]\s*$")
_NO_NAME = re.compile(r"电$|讯$|报|社|网|据|转|版|图|上接|下转|完|续|供稿|资料|以下简称|公司|委|局|[0-9]|[。，；：]")


def split_names(text: str) -> list[str]:
    """The personal names in a byline's words, in order.

    Names run together are parted at common surnames; an unparted run of four characters or fewer is one name.

        >>> split_names("记者 王苗 王彦雨")
        ['王苗', '王彦雨']
        >>> split_names("记者 陶若溪 通讯员 梁思远"), split_names("孙卉 记者李政孚")
        (['陶若溪', '梁思远'], ['孙卉', '李政孚'])
        >>> split_names("记者郑雨禾苏明远唐静安")
        ['郑雨禾', '苏明远', '唐静安']
    """
    names: list[str] = []
    for run in _NAME.findall(_ROLES.sub(" ", text)):
        names += _part(run) if len(run) > 4 and "·" not in run else [run]
    return names


def _part(run: str) -> list[str]:
    """Part a run of names at surnames, each of two or three characters (four after a compound surname)."""
    best: dict[int, tuple[int, list[str]]] = {0: (0, [])}
    for at in range(len(run)):
        if at not in best:
            continue
        cost, names = best[at]
        sizes = (4, 3) if run[at : at + 2] in COMPOUND else (3, 2)
        for rank, size in enumerate(sizes):
            name = run[at : at + size]
            if len(name) == size:
                price = cost + rank + (0 if name[0] in SURNAMES or size == 4 else 3)
                if at + size not in best or price < best[at + size][0]:
                    best[at + size] = (price, [*names, name])
    return best.get(len(run), (0, [run]))[1]


def dateline(paragraphs: list[str]) -> str:
    """The dateline that opens the article, or the agency line that ends it, or nothing.

    >>> dateline(["本报4月20日讯（记者黄鹭）今天，省委书记"]), dateline(["新华社北京4月20日电 外交部发言人"])
    ('本报4月20日讯', '新华社北京4月20日电')
    >>> dateline(["元旦以来，", "战疫奇迹。（新华社北京1月16日电）"])
    '新华社北京1月16日电'
    """
    if not paragraphs:
        return ""
    if found := DATELINE.match(paragraphs[0]):
        return found[0].strip()
    ended = _AGENCY_END.search(paragraphs[-1]) if _ends_in_brackets(paragraphs[-1]) else None
    return ended[1] if ended and ended[1].startswith("新华社") else ""


def _ends_in_brackets(text: str) -> bool:
    return text.rstrip()[-1:] in ("）", ")")  # looked for first: most texts end otherwise, and the patterns are dear


def byline(lines: list[str], paragraphs: list[str], credits: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of the article's reporters and authors, without repeats.

    `lines` are its stand-alone byline lines. Without one, the brackets after the dateline tell; without those, the
    brackets that end the article: （筱棋）; and without those, who both wrote and photographed: the one of its
    captions (`credits`) that is nothing but 本报记者 章北河 摄影报道.

        >>> byline([], ["本报讯（孙卉 记者李政孚）在全市上下", "整改完毕。（筱棋）"])
        ('孙卉', '李政孚')
        >>> byline([], ["本报讯 为深入贯彻", "尽快整改完毕。（筱棋）"])
        ('筱棋',)
        >>> byline([], ["雪后初晴，菜农在大棚里采摘黄瓜。"], ["本报记者 章北河 摄影报道"])
        ('章北河',)
        >>> byline([], ["本报讯 各县（市、区）", "参会。（转自《吉林日报》）"])
        ()
    """
    names: list[str] = [name for line in lines for name in split_names(line)]
    if not names and paragraphs:
        opening = DATELINE.match(paragraphs[0])
        if opening and (
            found := _OPENING.match(paragraphs[0], opening.end())
            or _OPENING.match(paragraphs[0][opening.end() :].lstrip())
        ):
            names = [] if _NO_NAME.search(_ROLES.sub("", found[1])) else split_names(found[1])
        signed = _SIGNED.search(paragraphs[-1]) if not names and _ends_in_brackets(paragraphs[-1]) else None
        if signed and not _NO_NAME.search(_ROLES.sub("", signed[1])):
            names = split_names(signed[1])
    if not names:
        names = [name for text in credits if (found := _WROTE_TOO.fullmatch(text)) for name in split_names(found[1])]
    return tuple(dict.fromkeys(names))
