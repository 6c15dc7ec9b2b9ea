"""What stops a build, and how it is worded: what, where, and what to do.

An error is for the person who runs the build to mend. A doubt about the archive is a `model.Finding` instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ArchiveError(Exception):
    """Something the person who runs `build-site` has to mend. `exit_code` is the program's."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SourceError(ArchiveError):
    """The source folder, one of its files, archive.toml or the call is wrong (exit code 2)."""


class FindingsError(ArchiveError):
    """There are findings, and --strict was asked for (exit code 1)."""

    exit_code = 1


class PermalinkError(ArchiveError):
    """A published address would break, or the ledger would change and --frozen was asked for (exit code 1)."""

    exit_code = 1


class BuildError(ArchiveError):
    """Something failed midway: the disk, Pagefind (exit code 3)."""

    exit_code = 3


class CacheLostError(BuildError):
    """An entry of the cache is damaged or gone that was there when the build began."""


NEAR = 0.7  # how alike a word must be to be guessed (difflib's ratio): titel for title, not --bogus for --out


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The guess that ends an error message, or nothing.

    >>> did_you_mean("titel", ["title", "rights"])
    "; did you mean 'title'?"
    >>> did_you_mean("zzz", ["title", "rights"])
    ''
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=NEAR)
    return f"; did you mean '{near[0]}'?" if near else ""
