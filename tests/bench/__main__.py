"""`python -m tests.bench` says what a page costs, stage by stage; `python -m tests.bench build` what a site does, and
`python -m tests.bench keeping` what the ledger and corrections add.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.bench import building, keeping, pages


def main(words: Sequence[str] | None = None) -> int:
    """Run the part that the first word names; without one, the stages of a page, with that part's options."""
    name, *rest = [*(sys.argv[1:] if words is None else words)] or ["pages"]
    parts = {"pages": pages.main, "build": building.main, "keeping": keeping.main}
    return parts[name](rest) if name in parts else pages.main([name, *rest])


if __name__ == "__main__":
    raise SystemExit(main())
