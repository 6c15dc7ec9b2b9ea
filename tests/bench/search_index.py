"""What building both search indexes of a site costs: seconds and memory. Run by hand, on Linux.

    python tests/bench/search_index.py SITE [--against COMMAND]

SITE is a built site; its articles are taken from its open data, and the indexes built anew into a folder of their own.
COMMAND is run after that and measured in the same way: usually `pagefind_extended --site SITE --output-path X`.
Memory is the peak of all processes together, each page of it counted once (PSS).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from site_builder.model import HEADING_KINDS
from site_builder.records import SearchRecord
from site_builder.search import index_records

PAUSE = 0.1  # seconds between two looks at the memory


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


def family(process: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from family(int(child))


def memory(process: int) -> int:
    """Bytes held by a process and all that it has started."""
    total = 0
    try:
        for one in family(process):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    except OSError:  # one of them has just ended
        pass
    return total


def measured(command: list[str]) -> tuple[float, int]:
    """Seconds and peak bytes of a command."""
    began = time.perf_counter()
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(PAUSE)
    if process.returncode:
        sys.exit(f"{shlex.join(command)} ended with {process.returncode}")
    return time.perf_counter() - began, peak


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
        seconds, peak = measured([sys.executable, __file__, str(call.site), "--into", folder])
    print(f"both indexes   {seconds:7.1f} s  {peak / 1e6:7.0f} MB")
    if call.against:
        other, peak = measured(shlex.split(call.against))
        print(f"the other      {other:7.1f} s  {peak / 1e6:7.0f} MB\nratio          {seconds / other:7.2f}")


if __name__ == "__main__":
    main()
