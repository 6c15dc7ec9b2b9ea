"""Names as addresses: 辽源日报 -> `liaoyuan-ribao`.

An address is for ever, so it must come out the same on every machine: no locale, no clock, and two libraries with
fixed dictionaries (jieba's words, pypinyin's readings). Who needs another address gives an `id` in archive.toml.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import ParamSpec

Parts = ParamSpec("Parts")

LONGEST = 80  # letters: with folders and `.html`, far below the 255 bytes that file systems allow a name

_HANZI = "〇㐀-鿿\U00020000-\U000323af"
_RUNS = re.compile(f"[a-z0-9]+|[{_HANZI}]+")
_TITLE = re.compile("(?:日|晚|早|晨|午|时|周|月|商|导|快|新|公|画|学)报$")

# Cities and counties that pypinyin 0.55 reads wrongly when they stand alone.
_READINGS = {
    "朝阳": [["cháo"], ["yáng"]],
    "珲春": [["hún"], ["chūn"]],
    "长白": [["cháng"], ["bái"]],
    "大城": [["dài"], ["chéng"]],
    "浚县": [["xùn"], ["xiàn"]],
    "穆棱": [["mù"], ["líng"]],
    "崆峒": [["kōng"], ["tóng"]],
}


# Family names that are read in a way of their own.
_FAMILY = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge", "区": "ou", "朴": "piao",
    "翟": "zhai", "任": "ren", "缪": "miao", "冼": "xian", "宓": "mi", "逄": "pang", "覃": "qin", "种": "chong",
    "乜": "nie", "尉迟": "yuchi", "令狐": "linghu",
}  # fmt: skip


_Spelt = Callable[Parts, str]
_known: dict[tuple[str, ...], str] = {}
"""What has been spelt: loading the dictionaries takes longer than a build in which little has changed."""


def known() -> Mapping[tuple[str, ...], str]:
    """What has been spelt so far: only this program reads the same from it again."""
    return _known


def recall(spelt: Mapping[tuple[str, ...], str]) -> None:
    """Take over what the same program has spelt before."""
    _known.update(spelt)


def _remembered(spell: _Spelt[Parts]) -> _Spelt[Parts]:
    """Spell each name once."""

    @functools.wraps(spell)
    def spelt(*parts: Parts.args, **_none: Parts.kwargs) -> str:
        key = (spell.__name__, *map(str, parts))
        if key not in _known:
            _known[key] = spell(*parts, **_none)
        return _known[key]

    return spelt


@_remembered
def slug(name: str) -> str:
    """A name in lower-case ASCII letters, digits and hyphens; never empty, and the same on every machine.

    Chinese is cut into words and spelt in pinyin: words are what a reader of the address can say. A newspaper's title
    word (日报, 晚报) is a word of its own, and a bare 报 belongs to the word before it.

        >>> slug("辽源日报"), slug("疫情防控"), slug("中国青年报")
        ('liaoyuan-ribao', 'yiqing-fangkong', 'zhongguo-qingnianbao')

    Other letters lose their accents; everything else only parts words.

        >>> slug("Café “Tōkyō” People’s Daily (2021)"), slug("APEC会议")
        ('cafe-tokyo-peoples-daily-2021', 'apec-huiyi')

    Where nothing is left, the characters' numbers are the name: ugly, but an address, and not that of another.

        >>> slug("——"), slug("")
        ('u2014-u2014', 'unnamed')

    A sentence is cut at a word, so that it can be a file's name.

        >>> len(slug("一路向前" * 50)) <= LONGEST
        True
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    plain = re.sub("['’]", "", plain).casefold()
    words = [word for run in _RUNS.findall(plain) for word in ([run] if run.isascii() else _chinese_words(run))]
    numbers = [f"u{ord(char):04x}" for char in name if not char.isspace()]
    return _shorten("-".join(words or numbers) or "unnamed")


@_remembered
def personal_slug(*parts: str) -> str:
    """A person's name as an address, its first part the family name, each part a word.

    >>> personal_slug("张", "赫"), personal_slug("单", "田芳"), personal_slug("解", ""), personal_slug("\U000323af", "")
    ('zhang-he', 'shan-tianfang', 'xie', 'u323af')
    """
    words = [_FAMILY.get(part) if not at else None for at, part in enumerate(parts)]
    spelt = [word or _pinyin(part) for word, part in zip(words, parts, strict=True)]
    return _shorten("-".join(filter(None, spelt)) or slug("".join(parts)))


def _shorten(address: str) -> str:
    """At most LONGEST letters, cut after a whole word where there is one.

    >>> _shorten("liaoyuan-" * 12) == "-".join(["liaoyuan"] * 9)
    True
    >>> len(_shorten("a" * 300))
    80
    """
    if len(address) <= LONGEST:
        return address
    return address[: LONGEST + 1].rpartition("-")[0] or address[:LONGEST]


def _chinese_words(run: str) -> list[str]:
    """The pinyin of a run of Chinese characters, a word each.

    A character that the dictionary leaves alone joins the word before it: a lone syllable says nothing. Two
    characters are one word without asking (白城, 防疫), and so is what stands before a title word.

        >>> _chinese_words("白城"), _chinese_words("延边晨报"), _chinese_words("解放军报")
        (['baicheng'], ['yanbian', 'chenbao'], ['jiefangjunbao'])
        >>> _chinese_words("长春"), _chinese_words("长岭"), _chinese_words("珲春"), _chinese_words("校长")
        (['changchun'], ['changling'], ['hunchun'], ['xiaozhang'])
    """
    title = _TITLE.search(run)
    if title and title.start():
        return [*_chinese_words(run[: title.start()]), _pinyin(title.group())]
    if len(run) > 2 and run.endswith("报"):
        words = _chinese_words(run[:-1])
        return [*words[:-1], words[-1] + "bao"] if words else ["bao"]
    words = []
    for word in [run] if len(run) <= 2 else _cut(run):
        if words and len(word) == 1:
            words[-1] += word
        else:
            words.append(word)
    return [spelt for word in words if (spelt := _pinyin(word))]


def _cut(run: str) -> list[str]:
    """jieba's words; the library is loaded only when a Chinese name needs an address.

    >>> _cut("复工复产")
    ['复工', '复产']
    """
    import rjieba

    return list(rjieba.cut(run))


@functools.lru_cache(maxsize=4096)
def _pinyin(word: str) -> str:
    """A word's letters without tones; a character that has no reading is left out.

    >>> _pinyin("重庆"), _pinyin("六安"), _pinyin("吕梁"), _pinyin("\U000323af")
    ('chongqing', 'luan', 'lvliang', '')
    """
    _prepare_pypinyin()
    from pypinyin import lazy_pinyin

    letters = "".join(lazy_pinyin(word, errors="ignore"))
    return re.sub("[^a-z]", "", letters)


@functools.cache
def _prepare_pypinyin() -> None:
    """Teach pypinyin how places are read: an unknown word's 长 is zhǎng to it, but in a place nearly always cháng."""
    from pypinyin import load_phrases_dict, load_single_dict

    load_single_dict({ord("长"): "cháng,zhǎng"})
    load_phrases_dict(_READINGS)
