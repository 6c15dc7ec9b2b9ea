"""Text as XML wants it. Python's `xml.sax.saxutils` does the same, but loads all that it takes to fetch a web page."""

from __future__ import annotations

from html import escape as _escape

_BLANKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def escape(text: str) -> str:
    """The text between two tags.

    >>> escape('A & B <i>"c"</i>')
    'A &amp; B &lt;i&gt;"c"&lt;/i&gt;'
    """
    return _escape(text, quote=False)


def quoteattr(text: str) -> str:
    r"""The value of an attribute, with its quotation marks.

    >>> quoteattr("a<b\n"), quoteattr('"a"'), quoteattr("'a\"")
    ('"a&lt;b&#10;"', '\'"a"\'', '"\'a&quot;"')
    """
    value = escape(text)
    for blank, reference in _BLANKS.items():
        value = value.replace(blank, reference)
    if '"' not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', "&quot;") + '"'
