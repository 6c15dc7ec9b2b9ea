"""What building both search indexes of a site costs: seconds, and in a second run memory. Run by hand, on Linux.

    python -m tests.bench.search_index SITE [--against COMMAND]

SITE is a built site; its articles are taken from its open data, and the indexes built anew into a folder of their own.
COMMAND is run after that and measured in the same way: usually `pagefind_extended --site SITE --output-path X`.
`measuring.py` says what its memory is.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from site_builder.model import HEADING_KINDS
from site_builder.records import SearchRecord
from site_builder.search import index_records
from tests.bench.measuring import peak, seconds


def records(site: Path) -> Iterator[SearchRecord]:
    """The site's articles as its builder had indexed them, but for the name of one without headline."""
    for path in sorted((site / "data" / "articles").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("withheld"):
                continue
            blocks = [block for block in row["blocks"] if block["kind"] != "duplicate"]
            yield SearchRecord(
                id=row["id"],
                title=row["headline"] or blocks[0]["text"][:24],
                untitled=not row["headline"],
                newspaper=row["newspaper"],
                city=row["city"],
                topics=tuple(row["topics"]),
                date=dt.date.fromisoformat(row["date"]) if row["date"] else None,
                certainty="stated",
                page=row["page"],
                headings=tuple(block["text"] for block in blocks if block["kind"] in HEADING_KINDS),
                body=tuple(block["text"] for block in blocks if block["kind"] not in HEADING_KINDS),
            )


def measured(command: list[str]) -> tuple[float, int]:
    """Seconds and peak bytes of a command."""
    with tempfile.TemporaryDirectory() as folder:
        where = (Path.cwd(), os.environ, Path(folder) / "log")
        return seconds(command, *where), peak(command, *where)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--against", default="", help="a command to be measured after it")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.into:
        index_records(records(call.site), call.into)
        return
    with tempfile.TemporaryDirectory() as folder:
        ours, most = measured([sys.executable, "-m", "tests.bench.search_index", str(call.site), "--into", folder])
    print(f"both indexes   {ours:7.1f} s  {most / 1e6:7.0f} MB")
    if call.against:
        other, most = measured(shlex.split(call.against))
        print(f"the other      {other:7.1f} s  {most / 1e6:7.0f} MB\nratio          {ours / other:7.2f}")


if __name__ == "__main__":
    main()
