"""The words of the interface, in the language that archive.toml chose.

The program is written in Simplified Chinese: each phrase that a reader sees stands in the code or in a template as
`_("本库藏 {n} 版", n=3)` and is its own key. The other languages are gettext catalogues, `locale/<language>.po`, which
any PO editor opens; what a catalogue lacks is shown in Chinese. Only the interface is put into another language, never
what was printed. `python -m tests.language` brings the catalogues up to date with the phrases.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape


def N_(message: str) -> str:
    """The message itself: marks one for the catalogues that is shown elsewhere, by `_`."""
    return message


INTERFACES = ("zh-Hans", "zh-Hant", "en")
CATALOGUES = Path(__file__).parent / "locale"
PLURAL = "|"  # parts the two forms of a message that counts, in a catalogue: {n} page|{n} pages
MONTH_NAMES = N_("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月")

_words: dict[str, str] = {}
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHINESE = re.compile(
    rf"<[^>]*>|[《（〔「『]*\d*[{_HAN}]"
    rf"(?:[{_HAN}\u3000-\u303f\uff01-\uffef“”‘’…—·0-9. ]*[{_HAN}。，、；：？！》）〕」』…])?"
)


def is_traditional(tag: str) -> bool:
    """Whether a language tag means Chinese in Traditional characters.

    >>> [is_traditional(tag) for tag in ("zh-Hant", "zh-TW", "zh-hk", "zh-CN", "en")]
    [True, True, True, False, False]
    """
    return tag.casefold().startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo"))


def use(interface: str) -> None:
    """From now on speak this one of INTERFACES. Each process has to be told.

    >>> use("zh-Hans")
    >>> _("共 {n} 版", n=4)
    '共 4 版'
    """
    _words.clear()
    _words.update(catalogue(interface))


def is_chinese(tag: str) -> bool:
    """
    >>> [is_chinese(tag) for tag in ("zh-Hans", "zh", "en")]
    [True, True, False]
    """
    return tag.casefold().split("-")[0] == "zh"


@cache
def catalogue(interface: str) -> dict[str, str]:
    """The translations of one language: message in Simplified Chinese -> translation."""
    return {phrase: said for phrase, (said, _files) in _read(interface).items()}


@cache
def _read(interface: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The translations of one language, each with the files that its phrase stands in."""
    file = CATALOGUES / f"{interface}.po"
    if interface == INTERFACES[0] or not file.is_file():
        return {}
    from babel.messages.pofile import read_po  # seldom needed, and slow to load

    with file.open("rb") as opened:
        found = read_po(opened, locale=interface.replace("-", "_"))
    return {
        str(one.id): (str(one.string), tuple(file for file, _line in one.locations))
        for one in found
        if one.id and one.string and not one.fuzzy
    }


def mixed(text: str, printed: str) -> Markup:
    """Words of an interface that isn't Chinese, the Chinese in them marked as what it is.

    `printed` is its language.

    >>> print(mixed("The link between “春风, 春雨 春雷” & the text", "zh-CN"))
    The link between “<bdi lang="zh-CN">春风</bdi>, <bdi lang="zh-CN">春雨 春雷</bdi>” &amp; the text
    >>> print(mixed(Markup('<a title="春">2月3日，要闻</a>'), "zh-CN"))
    <a title="春"><bdi lang="zh-CN">2月3日，要闻</bdi></a>
    """
    mark = Markup('<bdi lang="{}">').format(printed)
    return Markup(_CHINESE.sub(lambda run: run[0] if run[0][0] == "<" else f"{mark}{run[0]}</bdi>", str(escape(text))))


def form(message: str, n: object = None) -> str:
    """The translation with its places still open: of a message that counts, the form for so many."""
    text = _words.get(message, message)
    if n is None or PLURAL not in text:
        return text
    one, more = text.split(PLURAL)
    return one if n == 1 else more


def _(message: str, /, **values: object) -> str:
    """The message in the language in use, with the values put into its `{name}` places.

    A message that counts is given the number as `n`; its translation may then have two forms, for one and for more. One
    with a `month` may name it, as `{month_name}` or with its first three letters as `{month_short}`.
    """
    text = form(message, values.get("n"))
    return text.format(**completed(values)) if values else text


def completed(values: dict[str, object]) -> dict[str, object]:
    """The values of a message, and what a translation may say instead.

    >>> completed({"day": 21, "month": 1})
    {'day': 21, 'month': 1, 'month_name': '1月', 'month_short': '1月'}
    """
    if isinstance(month := values.get("month"), int):
        name = form(MONTH_NAMES).split()[month - 1]
        return {**values, "month_name": name, "month_short": name[:3]}
    return values


_SCRIPT = """/* What the scripts say in this site's language. */
(() => {
  "use strict";

  const words = %s;
  const months = %s;
  window.archiveSay = (text, values = {}) => {
    const forms = (words[text] ?? text).split(%s);
    const known = { ...values, month_name: months[values.month - 1] };
    return forms[forms.length > 1 && values.n !== 1 ? 1 : 0].replace(/{(\\w+)}/g, (_, name) => known[name]);
  };
})();
"""


def script(interface: str) -> bytes:
    """static/messages.js: `window.archiveSay`, which puts the phrases of the other scripts into the site's language.

    >>> script("zh-Hans").decode().split("const words = ")[1].split(";")[0]
    '{}'
    """
    words = {
        phrase: said
        for phrase, (said, files) in _read(interface).items()
        if any(file.startswith("static/") for file in files)
    }
    months = _read(interface).get(MONTH_NAMES, (MONTH_NAMES,))[0].split()
    return (_SCRIPT % tuple(json.dumps(one, ensure_ascii=False, indent=0) for one in (words, months, PLURAL))).encode()
