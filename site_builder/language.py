"""The words of the interface, in the language that archive.toml chose.

The program is written in Simplified Chinese: each phrase that a reader sees stands in the code or in a template as
`_("本库藏 {n} 版", n=3)` and is its own key. The other languages are gettext catalogues, `locale/<language>.po`, which
any PO editor opens; what a catalogue lacks is shown in Chinese. Only the interface is put into another language, never
what was printed.
"""

from __future__ import annotations

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


@cache
def catalogue(interface: str) -> dict[str, str]:
    """The translations of one language: message in Simplified Chinese -> translation."""
    file = CATALOGUES / f"{interface}.po"
    if interface == INTERFACES[0] or not file.is_file():
        return {}
    from babel.messages.pofile import read_po  # seldom needed, and slow to load

    with file.open("rb") as opened:
        found = read_po(opened, locale=interface.replace("-", "_"))
    return {str(one.id): str(one.string) for one in found if one.id and one.string and not one.fuzzy}


def _(message: str, /, **values: object) -> str:
    """The message in the language in use, with the values put into its `{name}` places.

    A message that counts is given the number as `n`; its translation may then have two forms, for one and for more.
    """
    text = _words.get(message, message)
    if "n" in values and PLURAL in text:
        one, more = text.split(PLURAL)
        text = one if values["n"] == 1 else more
    return text.format(**values) if values else text
