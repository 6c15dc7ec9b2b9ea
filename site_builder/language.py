"""The words of the interface, in the language that archive.toml chose.

The program is written in Simplified Chinese: each phrase that a reader sees stands in the code or in a template as
`_("本库藏 {n} 版", n=3)` and is its own key. The other languages are gettext catalogues, `locale/<language>.po`, which
any PO editor opens; what a catalogue lacks is shown in Chinese. Only the interface is put into another language, never
what was printed. `python -m tests.language` brings the catalogues up to date with the phrases.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

INTERFACES = ("zh-Hans", "zh-Hant", "en")
CATALOGUES = Path(__file__).parent / "locale"
PLURAL = "|"  # parts the two forms of a message that counts, in a catalogue: {n} page|{n} pages

_words: dict[str, str] = {}


def is_traditional(tag: str) -> bool:
    """Whether a language tag means Chinese in Traditional characters.

    >>> [is_traditional(tag) for tag in ("zh-Hant", "zh-TW", "zh-hk", "zh-CN", "en")]
    [True, True, True, False, False]
    """
    return tag.casefold().startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo"))


def N_(message: str) -> str:
    """The message itself: marks one for the catalogues that is shown elsewhere, by `_`."""
    return message


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


def form(message: str, n: object = None) -> str:
    """The translation with its places still open: of a message that counts, the form for so many."""
    text = _words.get(message, message)
    if n is None or PLURAL not in text:
        return text
    one, more = text.split(PLURAL)
    return one if n == 1 else more


def _(message: str, /, **values: object) -> str:
    """The message in the language in use, with the values put into its `{name}` places.

    A message that counts is given the number as `n`; its translation may then have two forms, for one and for more.
    """
    text = form(message, values.get("n"))
    return text.format(**values) if values else text


_SCRIPT = """/* What the scripts say in this site's language. */
(() => {
  "use strict";

  const words = %s;
  window.archiveSay = (text, values = {}) => {
    const forms = (words[text] ?? text).split(%s);
    return forms[forms.length > 1 && values.n !== 1 ? 1 : 0].replace(/{(\\w+)}/g, (_, name) => values[name]);
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
    return (_SCRIPT % (json.dumps(words, ensure_ascii=False, indent=0), json.dumps(PLURAL))).encode()
