"""Runs a command and measures it: seconds by the clock, or the most memory that it and all that it starts ever hold.

Both at once would be unfair, for looking at memory takes time from those that are looked at. Memory is PSS, which
counts each page in use once, however many processes share it; what a file on a RAM disk takes is not in it. It is
looked at every 50 ms, so a peak shorter than that may be missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PAUSE = 0.05  # seconds between two looks at the memory
PROC = Path("/proc")


class CommandError(Exception):
    """A command failed; the message has the end of what it said."""


def can_see_memory() -> bool:
    """Only Linux tells of a process what it holds and shares."""
    return (PROC / "self" / "smaps_rollup").exists()


def family(process: int) -> list[int]:
    """A process, all that it has started, and those of its session that have lost their parent."""
    parents: dict[int, int] = {}
    found = {process}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            parents[int(entry.name)] = int(fields[1])
            if int(fields[3]) == process:
                found.add(int(entry.name))
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def held(process: int) -> int:
    """Bytes that a process holds, its share of what it has in common with others; 0 once it has ended."""
    try:
        text = (PROC / f"{process}" / "smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Pss:"))


def seconds(command: Sequence[str | Path], cwd: Path, environ: Mapping[str, str], log: Path) -> float:
    """How long a command takes. What it says goes into `log`."""
    with log.open("wb") as said:
        start = time.perf_counter()
        code = subprocess.run(command, cwd=cwd, env=environ, stdout=said, stderr=said).returncode
        spent = time.perf_counter() - start
    _refuse(code, command, log)
    os.sync()  # or the next one would wait for this one's files
    return spent


def peak(command: Sequence[str | Path], cwd: Path, environ: Mapping[str, str], log: Path) -> int:
    """The most bytes that a command and all that it starts hold at a time."""
    most = 0
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=cwd, env=environ, stdout=said, stderr=said, start_new_session=True) as process,
    ):
        while process.poll() is None:
            most = max(most, sum(map(held, family(process.pid))))
            time.sleep(PAUSE)
    _refuse(process.returncode, command, log)
    return most


def _refuse(code: int, command: Sequence[str | Path], log: Path) -> None:
    if code:
        end = "\n".join(log.read_text("utf-8", "replace").splitlines()[-12:])
        raise CommandError(f"ended with {code}: {' '.join(map(str, command))}\n{end}")


def machine() -> str:
    """The machine in a few words: cores, processor, memory."""
    parts = [f"{os.cpu_count()} cores"]
    try:
        rows = (PROC / "cpuinfo").read_text().splitlines()
        parts += [row.partition(":")[2].strip() for row in rows if row.startswith("model name")][:1]
    except OSError:
        parts.append(sys.platform)
    return ", ".join(parts)
