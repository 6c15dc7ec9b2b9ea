"""Nouns of which there are very many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

__all__ = ["light"]

if TYPE_CHECKING:
    from dataclasses import dataclass as light
else:

    def light(*, frozen: bool, slots: bool):
        """A dataclass that only the type checker keeps frozen: else making one costs five times as much.

        A page has hundreds of lines, and each stage makes some of them anew.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)
