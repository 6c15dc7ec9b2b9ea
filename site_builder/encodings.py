"""Bytes -> text, exactly: UTF-8, UTF-16 or GB18030, each with proof.

Newlines stay as they are, since every offset of the archive counts in this text. Only a byte order mark goes: it says
how to read the file and is not part of what it says.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter

from site_builder.errors import SourceError

MARKS = ((codecs.BOM_UTF8, "utf-8", "UTF-8"), (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
         (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"))  # fmt: skip
GUESSES = ("gb18030", "utf-16-le", "utf-16-be")

READABLE = 0.7  # of what is not ASCII: pages of OCR text have 0.97 and more, wrongly decoded ones less than 0.5


def composed(name: str) -> str:
    r"""A file's name as the archive has it: composed (NFC); one that no page could show is an error.

    >>> composed("\udcff.txt")
    Traceback (most recent call last):
    ...
    site_builder.errors.SourceError: \udcff.txt: this file's name is not UTF-8; rename it
    """
    name = unicodedata.normalize("NFC", name)
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "backslashreplace").decode()
        raise SourceError(f"{shown}: this file's name is not UTF-8; rename it") from None
    return name


def decode(data: bytes, source: str) -> str:
    r"""The text of a file, or an error that names it and says what to do.

    A byte order mark settles the encoding. Without one, UTF-8 is tried first: other encodings of Chinese hardly ever
    happen to be valid UTF-8. GB18030 accepts nearly any bytes, and UTF-16 all of even length, so these must also read
    as Chinese or plain Latin text.

        >>> decode(b"\xef\xbb\xbf" + "白城".encode(), "a.txt"), decode("白城\r\n".encode("gb18030"), "a.txt")
        ('白城', '白城\r\n')
        >>> decode("辽源日报\n".encode("utf-16"), "a.txt"), decode("辽源日报\n".encode("utf-16-be"), "a.txt")
        ('辽源日报\n', '辽源日报\n')

    A NUL is never print, and a wrong byte amid UTF-8 must not turn a whole page into the rare characters that it
    would be in GB18030.

        >>> decode(b"\x89PNG\r\n\x1a\n\x00\x00", "a.txt")
        Traceback (most recent call last):
        ...
        site_builder.errors.SourceError: a.txt: holds NUL bytes, so it is no text; remove it or save it as UTF-8
        >>> decode("白城\n日报".encode()[:-1], "a.txt")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        site_builder.errors.SourceError: a.txt, line 2: byte 0xE6 is not UTF-8, and the file reads neither as ...
    """
    for mark, encoding, name in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding, name, source)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = f"{source}, line {_line(data, error.start)}: byte 0x{data[error.start]:02X} is not UTF-8"
    else:
        if "\0" not in text:
            return text
        wrong = ""
    guesses = {encoding: guess for encoding in GUESSES if (guess := _try(data, encoding)) is not None}
    best = max(guesses, key=lambda encoding: share_of_usual(guesses[encoding]), default="")
    if best and share_of_usual(guesses[best]) >= READABLE:
        return guesses[best]
    if b"\0" in data:
        raise SourceError(f"{source}: holds NUL bytes, so it is no text; remove it or save it as UTF-8")
    raise SourceError(f"{wrong}, and the file reads neither as GB18030 nor as UTF-16; save it as UTF-8")


def _marked(data: bytes, encoding: str, name: str, source: str) -> str:
    """The text of a file whose byte order mark names its encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"byte 0x{data[error.start]:02X} after character {len(data[: error.start].decode(encoding))}"
        raise SourceError(f"{source}: begins as {name} but {where} is not; save it again as UTF-8") from None
    if "\0" in text:
        raise SourceError(f"{source}: holds NUL characters, so it is no text; remove it or save it as UTF-8")
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _line(data: bytes, offset: int) -> int:
    r"""The number of the line that holds a byte; lines may end in CR, LF or both.

    >>> _line(b"a\r\nb\rc", 5)
    3
    """
    before = data[:offset]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


def share_of_usual(text: str) -> float:
    r"""How much of a text's non-ASCII part is characters that Chinese print commonly uses: 1.0 for ASCII alone.

    A text with a control character or an unassigned one is none (0.0), whatever else it holds.

        >>> share_of_usual("本报讯（记者张赫）2月18日"), share_of_usual("plain text\n")
        (1.0, 1.0)
        >>> share_of_usual("白城日报社".encode().decode("gb18030", "ignore")) < READABLE
        True
        >>> share_of_usual("白城\x01日报")
        0.0
    """
    counts = Counter(text)
    if any(unicodedata.category(char) in ("Cc", "Cn", "Cs") and not char.isspace() for char in counts):
        return 0.0
    foreign = {char: count for char, count in counts.items() if not char.isascii()}
    if not foreign:
        return 1.0
    return sum(count for char, count in foreign.items() if is_usual(char)) / sum(foreign.values())


def is_usual(char: str) -> bool:
    """Is this among the signs and the commoner characters of GB2312 (simplified) or Big5 (traditional)?

    Their first levels, 3755 and 5401 characters, are nearly all of print; the 20,000 rare ones of GBK are what wrongly
    decoded bytes are made of. Radicals that stand for characters (⻘) come from PDF files and are no sign of either.

        >>> [is_usual(char) for char in "辽遼—，⻘珲鍙"]
        [True, True, True, True, True, False, False]
    """
    if "\u2e80" <= char <= "\u2fdf":
        return True
    gbk = char.encode("gbk", "ignore")
    if len(gbk) == 2 and gbk[1] >= 0xA1 and (0xA1 <= gbk[0] <= 0xA9 or 0xB0 <= gbk[0] <= 0xD7):
        return True
    big5 = char.encode("big5", "ignore")
    return len(big5) == 2 and 0xA1 <= big5[0] <= 0xC6
