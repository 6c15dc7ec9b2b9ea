"""Pagefind as a program that is talked to, and its index as bytes.

An index is a *bundle*: a folder with `pagefind-entry.json`, one `.pf_meta`, and the folders `index`, `filter` and
`fragment` (a file for each article, which we leave out). An archive's index is several, one for each shard, which the
browser joins. What they share (the page script, the WebAssembly) stands once above them, with an index of no articles
that the browser starts from: so every shard is one among equals, and one that can't be loaded takes no other with it.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import cbor2
import pagefind_bin

from site_builder.errors import BuildError

LANGUAGE = "unknown"  # Pagefind's own name for it: no stemming, and no second cutting in the browser
SHARED = ("pagefind.js", f"wasm.{LANGUAGE}.pagefind")  # what every bundle would hold a copy of, and a search needs
ENTRY = "pagefind-entry.json"

SIGNATURE = b"pagefind_dcd"  # begins every unzipped part of an index

IN_FLIGHT = 64  # requests sent ahead of their replies: enough to keep Pagefind busy, about 1 MB of text at most


# ---------------------------------------------------------------- the program


class Pagefind:
    """A running `pagefind --service`: requests and replies as base64 JSON, each ended by a comma, over two pipes.

    Requests go ahead of their replies, `IN_FLIGHT` at most, so that neither side waits and memory stays bounded;
    PyPI's own wrapper waits 0.1 s for each. Pagefind answers in order, which also fixes the order of the index.
    Every reply is read before the input is closed: Pagefind drops what it hasn't answered by then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sent = 0
        self._waiting: list[str] = []  # what each unanswered request was about, oldest first
        self._replies: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

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
        self._reader = threading.Thread(target=self._read_replies, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        with contextlib.suppress(OSError):
            self._input.close()
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()

    def kill(self) -> None:
        """End it at once, from any thread; who waits for a reply gets an error."""
        self._process.kill()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def send(self, about: str, **payload: Any) -> None:
        """Send a request on its way; `about` names it should Pagefind refuse it."""
        while len(self._waiting) >= IN_FLIGHT:
            self._next_reply()
        self._sent += 1
        request = json.dumps({"message_id": self._sent, "payload": payload}, ensure_ascii=False)
        self._waiting.append(about)
        try:
            self._input.write(base64.b64encode(request.encode()) + b",")
            self._input.flush()
        except OSError:  # it ended: its last replies or its log say why
            while self._waiting:
                self._next_reply()

    def ask(self, about: str, **payload: Any) -> dict[str, Any]:
        """Send a request and wait for its reply, and for all that were sent before."""
        self.send(about, **payload)
        reply: dict[str, Any] = {}
        while self._waiting:
            reply = self._next_reply()
        return reply

    def _next_reply(self) -> dict[str, Any]:
        about = self._waiting[0]
        reply = self._replies.get()
        if reply is None:
            self._log.seek(0)
            log = self._log.read().decode(errors="replace").strip()
            raise BuildError(f"search index: Pagefind ended while busy with {about}: {log or 'it left no message'}")
        if reply["type"] == "Error":
            raise BuildError(f"search index: Pagefind could not handle {about}: {reply['message']}")
        del self._waiting[0]
        return reply

    def _read_replies(self) -> None:
        """In a thread: a reply left unread would fill the pipe, and Pagefind would stop reading ours."""
        output = self._process.stdout
        assert isinstance(output, io.BufferedReader)
        parts: list[bytes] = []  # of one reply: the last holds the whole index
        while chunk := output.read1(1 << 20):
            *ends, rest = chunk.split(b",")
            for end in ends:
                self._replies.put(_payload(b"".join([*parts, end])))
                parts.clear()
            parts.append(rest)
        self._replies.put(None)


def _payload(message: bytes) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = json.loads(base64.b64decode(message))["payload"]
    except (ValueError, LookupError):
        text = message[:200].decode(errors="replace")
        return {"type": "Error", "message": f"its answer can't be read: {text}"}
    return payload


# ---------------------------------------------------------------- its files


def bundle(
    requests: Iterable[tuple[str, dict[str, Any]]], pagefind: Pagefind, numbers: Mapping[str, int]
) -> dict[str, bytes]:
    """The files of an index of these articles, each given by its name and what AddRecord takes; without SHARED.
    `numbers` are the articles' by their addresses: see `put_in_order`.
    """
    index = _new_index(pagefind)
    for name, request in requests:
        pagefind.send(f"the article {name}", type="AddRecord", index_id=index, **request)
    files = _files(pagefind, index)
    kept = {path: files[path] for path in files if "/" in path or path == ENTRY or "pf_meta" in path}
    return put_in_order(kept, numbers)


def shared(pagefind: Pagefind) -> dict[str, bytes]:
    """SHARED, and an index of no articles."""
    files = _files(pagefind, _new_index(pagefind))
    entry = json.loads(files[ENTRY])
    name, meta = _pack([entry["version"], [], [], [], [], []], LANGUAGE)
    entry["languages"] = {LANGUAGE: {"hash": name, "wasm": None, "page_count": 0}}
    try:
        return {
            **{path: files[path] for path in SHARED},
            f"pagefind.{name}.pf_meta": meta,
            ENTRY: _json(entry),
        }
    except KeyError as error:
        raise _other_make(entry, error) from error


def _new_index(pagefind: Pagefind) -> int:
    config = {"force_language": LANGUAGE, "keep_index_url": True}
    index: int = pagefind.ask("a new index", type="NewIndex", config=config)["index_id"]
    return index


def _files(pagefind: Pagefind, index: int) -> dict[str, bytes]:
    """Not by WriteFiles: that answers before its files are written, and some stay empty if Pagefind ends then."""
    answer = pagefind.ask("the finished index", type="GetFiles", index_id=index)
    return {file["path"]: base64.b64decode(file["content"]) for file in answer["files"]}


def put_in_order(files: Mapping[str, bytes], numbers: Mapping[str, int]) -> dict[str, bytes]:
    """The files of an index, by path, with what Pagefind 1.5 leaves in the order of a hash table put in a fixed one.

    That is the values within each filter and the list of filters; articles, words and texts are in order already.
    Each changed file is named by its new contents, and by them alone, as Pagefind does it.

    The files of texts for display, one for each article, are left out. What the browser hears with each result is the
    name of that file, and in its place it gets the article's number: with it the literal index shows the article.
    """
    files = dict(files)
    entry = json.loads(files[ENTRY])
    try:
        for name, language in entry["languages"].items():
            version, pages, chunks, filters, sorts, *rest = _unpack(files.pop(f"pagefind.{language['hash']}.pf_meta"))
            for row in pages:
                content = files.pop(f"fragment/{row[0]}.pf_fragment")
                row[0] = str(numbers[json.loads(_unzip(content))["url"]])
            for row in filters:
                filter_name, values = _unpack(files.pop(f"filter/{row[1]}.pf_filter"))
                row[1], content = _pack([filter_name, sorted(values)], name)
                files[f"filter/{row[1]}.pf_filter"] = content
            language["hash"], content = _pack([version, pages, chunks, sorted(filters), sorted(sorts), *rest], name)
            files[f"pagefind.{language['hash']}.pf_meta"] = content
    except (LookupError, TypeError, ValueError, OSError) as error:
        raise _other_make(entry, error) from error
    files[ENTRY] = _json(entry)
    return files


def _other_make(entry: Mapping[str, Any], error: Exception) -> BuildError:
    return BuildError(
        f"search index: Pagefind {entry.get('version')} writes its index in a way not known here ({error}); "
        "install pagefind-bin 1.5"
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _unpack(content: bytes) -> Any:
    return cbor2.loads(_unzip(content))


def _unzip(content: bytes) -> bytes:
    data = gzip.decompress(content)
    if not data.startswith(SIGNATURE):
        raise ValueError("no signature")
    return data.removeprefix(SIGNATURE)


def _pack(value: list[Any], language: str) -> tuple[str, bytes]:
    """A part of the index, and the name that Pagefind finds it by."""
    data = SIGNATURE + cbor2.dumps(value)
    return f"{language}_{hashlib.sha256(data).hexdigest()[:12]}", _gzip(data)


def _gzip(data: bytes) -> bytes:
    """Zipped without a date or a system in its head. `gzip.compress` names the system in some versions of Python.

    >>> _gzip(b"")[:10].hex()
    '1f8b08000000000002ff'
    """
    packed = bytearray(gzip.compress(data, compresslevel=9, mtime=0))
    packed[9] = 255  # "unknown"
    return bytes(packed)
