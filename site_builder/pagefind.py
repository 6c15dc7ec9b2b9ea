"""Pagefind as a program: asked once for what every search with its index needs, and whether it writes its index as
bundles.py does.

What all shards of an archive's index share (the page script, the WebAssembly) stands once above them, with an index of
no articles that the browser starts from: so every shard is one among equals, and one that can't be loaded takes no
other with it.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import pagefind_bin

from site_builder.bundles import ENTRY, LANGUAGE, Entry, bundle, unpacked
from site_builder.errors import BuildError

SHARED = ("pagefind.js", f"wasm.{LANGUAGE}.pagefind")  # what every bundle would hold a copy of, and a search needs

# Articles with all that bundles.py has a rule for: if Pagefind makes the same of them, it is of the make known here.
SAMPLE = (
    Entry(
        "0",
        ["春耕", "备耕", "春耕", "tu-104", "18%", "3.5", "café", "cafe", "a_b", "2b-c3"] + ["春"] * 30,
        {"title": ["春耕", "café"], "kicker": ["备耕", "春耕", "春耕"]},
        {"newspaper": ["长春日报"], "topic": ["农业", "民生"]},
    ),
    Entry("1", ["春"], {"title": ["春耕"]}, {}),
    Entry("2", ["104", "tu", *(f"第{number}" for number in range(300)), "春耕"], {"title": []}, {"topic": ["民生"]}),
)


class Pagefind:
    """A running `pagefind --service`: requests and replies as base64 JSON, each ended by a comma, over two pipes.

    PyPI's own wrapper waits 0.1 s for each.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sent = 0

    def __enter__(self) -> Self:
        self._log: IO[bytes] = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                [str(pagefind_bin.get_executable()), "--service"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=self._folder,  # it would read a pagefind.toml of the current folder
            )
        except OSError as error:
            self._log.close()
            raise BuildError(
                f"search index: Pagefind can't be started ({error}); reinstall the package pagefind-bin"
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def ask(self, about: str, **payload: Any) -> dict[str, Any]:
        """Send a request and wait for its reply; `about` names it should Pagefind refuse it."""
        assert self._process.stdin and self._process.stdout
        self._sent += 1
        request = json.dumps({"message_id": self._sent, "payload": payload}, ensure_ascii=False)
        with contextlib.suppress(OSError):  # it ended: its log says why
            self._process.stdin.write(base64.b64encode(request.encode()) + b",")
            self._process.stdin.flush()
        parts: list[bytes] = []
        while not (parts and parts[-1].endswith(b",")):
            parts.append(self._process.stdout.read1(1 << 20))  # type: ignore[attr-defined]
            if not parts[-1]:
                self._log.seek(0)
                log = self._log.read().decode(errors="replace").strip()
                raise BuildError(f"search index: Pagefind ended while busy with {about}: {log or 'it left no message'}")
        reply = _payload(b"".join(parts)[:-1])
        if reply["type"] == "Error":
            raise BuildError(f"search index: Pagefind could not handle {about}: {reply['message']}")
        return reply

    def files(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """The files of its own index of these articles."""
        config = {"force_language": LANGUAGE, "keep_index_url": True}
        index = self.ask("a new index", type="NewIndex", config=config)["index_id"]
        for entry in entries:
            self.ask(f"the article {entry.name}", type="AddRecord", index_id=index, **_request(entry))
        answer = self.ask("the finished index", type="GetFiles", index_id=index)
        return {file["path"]: base64.b64decode(file["content"]) for file in answer["files"]}


def _payload(message: bytes) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = json.loads(base64.b64decode(message))["payload"]
    except (ValueError, LookupError):
        text = message[:200].decode(errors="replace")
        return {"type": "Error", "message": f"its answer can't be read: {text}"}
    return payload


def _request(entry: Entry) -> dict[str, Any]:
    """An article as AddRecord takes it."""
    return {
        "url": f"{entry.name}.html",
        "content": " ".join(entry.words),
        "language": LANGUAGE,
        "meta": {kind: " ".join(words) for kind, words in entry.headings.items()},
        "filters": {kind: list(values) for kind, values in entry.filters.items()},
    }


# ---------------------------------------------------------------- what it gives


def shared(folder: Path) -> dict[str, bytes]:
    """SHARED, and an index of no articles. An error if this Pagefind writes its index in another way than we do."""
    with Pagefind(folder) as pagefind:
        files = pagefind.files(SAMPLE)
    version = ""
    try:
        version = json.loads(files[ENTRY])["version"]
        if not is_same(files, bundle(SAMPLE, version)):
            raise ValueError("a sample came out otherwise")
        return {**{path: files[path] for path in SHARED}, **bundle([], version)}
    except (LookupError, TypeError, ValueError, OSError) as error:
        raise BuildError(
            f"search index: Pagefind {version} writes its index in a way not known here ({error}); "
            "install pagefind-bin 1.5"
        ) from error


def is_same(theirs: Mapping[str, bytes], ours: Mapping[str, bytes]) -> bool:
    """Whether two bundles say the same: all but the names of files, and of articles."""
    return _contents(theirs) == _contents(ours)


def _contents(files: Mapping[str, bytes]) -> Sequence[object]:
    entry = json.loads(files[ENTRY])
    language = entry["languages"][LANGUAGE]
    version, pages, chunks, filters, *rest = unpacked(files[f"pagefind.{language.pop('hash')}.pf_meta"])
    return [
        entry,
        version,
        [count for _, count in pages],
        [[first, last, gzip.decompress(files[f"index/{name}.pf_index"])] for first, last, name in chunks],
        sorted([kind, sorted(unpacked(files[f"filter/{name}.pf_filter"])[1])] for kind, name in filters),
        rest,
    ]
