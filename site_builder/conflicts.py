"""The marks that version control leaves in a file when two people have changed the same lines."""

from __future__ import annotations

import re

from site_builder.errors import SourceError

_MARKS = (re.compile("<{7}(?: .*)?"), re.compile("={7}"), re.compile(">{7}(?: .*)?"))  # each a whole line


def refuse_conflict(text: str, name: str) -> None:
    r"""An error if a file holds a merge conflict: published, its marks and both versions would stand in an article.

    All three kinds of line must be there, each from the beginning of a line, the middle one with nothing behind it, in
    their order. A row of signs alone is print: a rule between columns, a table, an arrow.

        >>> refuse_conflict("春耕忙\n<<<<<<< HEAD\n本报讯\n=======\n本报訊\n>>>>>>> name\n", "2.txt")
        Traceback (most recent call last):
        ...
        site_builder.errors.SourceError: 2.txt, line 2: holds a merge conflict; keep one of the two versions, or what is right of both, and take out the lines that begin with <<<<<<<, ======= and >>>>>>>
        >>> refuse_conflict("<<<<<<< 上接一版\n=======\n本报讯\n======= 完\n", "2.txt")
    """  # noqa: E501
    if "<<<<<<<" not in text:
        return
    first = wanted = 0
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if _MARKS[0].fullmatch(line):
            first, wanted = number, 1
        elif wanted and _MARKS[wanted].fullmatch(line):
            wanted += 1
        if wanted == len(_MARKS):
            raise SourceError(
                f"{name}, line {first}: holds a merge conflict; keep one of the two versions, or what is right of both,"
                " and take out the lines that begin with <<<<<<<, ======= and >>>>>>>"
            )
