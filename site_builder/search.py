"""The search index, and all that is special about Chinese in it.

Pagefind finds words between spaces, and Chinese prints none. So every text is cut by jieba's dictionary and handed to
Pagefind as *words with spaces between*, under a language that it doesn't know: for `zh` its page script would cut the
reader's query again with the browser's own dictionary, even inside quotation marks, and miss.

The words of a record are at the same time its text for display, so nothing has to be stored twice. Three rare
punctuation marks, which Pagefind doesn't index, say how to put the text together again:

* `SPACE` is a space that was printed;
* `BLOCK` parts two blocks;
* after `REST` comes what is only there to be found: the words inside longer words, and, in an archive of up to
  `CHARACTERS_UP_TO` articles, every single character. With the characters nineteen of twenty strings taken at random
  from real pages are found, half words and words across jieba's borders among them; without, two of three.

`static/search.js` reads them, and cuts queries by longest match over the vocabulary that is written beside the
index, so that the words of the query are words of the index.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import gzip
import hashlib
import io
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import quote

import cbor2
import pagefind_bin
import rjieba

from site_builder.errors import BuildError
from site_builder.model import HEADING_KINDS, Certainty
from site_builder.words import name_of

if TYPE_CHECKING:
    from site_builder.archive import Archive

FOLDER = "pagefind"  # in the site; pagefind.js finds the rest of the index by its own address
VOCABULARY = "words.txt"
NOT_SHIPPED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.*")
# Pagefind's ready-made interfaces, 420 KB; pagefind.js and pagefind-worker.js refer to none of them

LANGUAGE = "unknown"  # Pagefind's own name for it: no stemming, and no second cutting in the browser
UNDATED = "0000-00-00"  # sorts undated articles as the oldest; without the key Pagefind would leave them out

SIGNATURE = b"pagefind_dcd"  # begins every unzipped part of an index

SPACE = "⸱"
BLOCK = "⸏"
REST = "⸖"

CHARACTERS_UP_TO = 2_000  # articles; Pagefind needs 0.45 MB for each with its characters, 0.3 MB without

IN_FLIGHT = 64  # requests sent ahead of their replies: enough to keep Pagefind busy, about 1 MB of text at most

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_NO_MARKS = dict.fromkeys(map(ord, (SPACE, BLOCK, REST)))


# ---------------------------------------------------------------- what is indexed


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One article as the index sees it. `url` is relative to the site's root; `title` is what a result is called;
    `headings` are kicker, headline and subtitle as printed, `body` the blocks after them.
    """

    id: str
    url: str
    title: str
    newspaper: str = ""
    city: str = ""
    topics: tuple[str, ...] = ()
    date: dt.date | None = None
    certainty: Certainty = "unknown"  # of the date
    page: int | None = None
    headings: tuple[str, ...] = ()
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What was indexed: articles, different words, and the size of the files the site now carries."""

    articles: int
    words: int
    files: int
    bytes: int


def records(archive: Archive) -> Iterator[SearchRecord]:
    """The archive's articles in its own order. A withheld article's text stands nowhere, so not here either; a
    duplicate passage is left out, as the same words stand in the article already.
    """
    for page in archive.pages:
        facts = page.facts
        for article in page.articles:
            if article.withheld:
                continue
            shown = [block for block in article.blocks if block.kind != "duplicate"]
            headings = tuple(block.text for block in shown if block.kind in HEADING_KINDS)
            body = tuple(block.text for block in shown if block.kind not in HEADING_KINDS)
            yield SearchRecord(
                id=article.id,
                url=article.url,
                title=name_of(article),
                newspaper=facts.newspaper,
                city=facts.city,
                topics=article.topics,
                date=facts.date,
                certainty=facts.date_certainty,
                page=facts.page,
                headings=headings,
                body=body,
            )


# ---------------------------------------------------------------- words


class Word(NamedTuple):
    """A word at `start` to `end` of a text; `inner` if it stands inside the whole word that follows it."""

    text: str
    start: int
    end: int
    inner: bool


def fold(text: str) -> str:
    """Full-width forms as half-width ones, character by character, so that offsets stay: readers type `12` for `１２`.

    >>> fold("５月１２日（ＡＢ）　")
    '5月12日(AB) '
    """
    return text.translate(_FOLD)


def words(text: str) -> list[Word]:
    """jieba's search-mode words: each whole word, before it the dictionary words inside it.

    >>> [word.text + ("?" if word.inner else "") for word in words("中国科学院在辽源")]
    ['中国?', '科学?', '学院?', '科学院?', '中国科学院', '在', '辽源']

    Which word is whole can only be told from the end: 中国 may be one, until 中国科学院 turns out to begin with it.
    """
    found: list[Word] = []
    whole_start = len(text) + 1
    for word, start, end in reversed(rjieba.tokenize(text, mode="search")):
        inner = start >= whole_start
        if not inner:
            whole_start = start
        found.append(Word(word, start, end, inner))
    found.reverse()
    return found


def is_word(word: str) -> bool:
    """Whether anything of it can be searched for: punctuation is not indexed.

    >>> is_word("3.5"), is_word("，")
    (True, False)
    """
    return any(char.isalnum() for char in word)


def spaced(blocks: Iterable[str], vocabulary: set[str], characters: bool = True) -> str:
    """Blocks as Pagefind gets them: words with spaces between, and marks to put the text together again.

    Whole words stand one after the other, as a phrase needs them; words inside them, full-width words in half-width
    characters, and single characters follow once each. All are added to the vocabulary as a query is folded.

        >>> spaced(["科学院 １２人", "到岗"], set())
        '科学院 ⸱ １２ 人 ⸏ 到 岗 ⸖ 12 学 学院 科 科学 院'
        >>> spaced(["科学院 １２人", "到岗"], set(), characters=False)
        '科学院 ⸱ １２ 人 ⸏ 到 岗 ⸖ 12 学院 科学'
    """
    shown: list[str] = []
    printed: set[str] = set()
    found: set[str] = set()
    for block in blocks:
        text = block.strip().translate(_NO_MARKS)
        if shown and text:
            shown.append(BLOCK)
        for word, start, end, inner in words(fold(text)):
            if word.isspace():
                shown.append(SPACE)
                continue
            if not inner:
                shown.append(text[start:end])
                printed.add(text[start:end].lower())
            if is_word(word):
                found.add(word.lower())
                if characters:
                    found.update(char for char in word if char.isalnum() and not char.isascii())
    vocabulary |= found
    rest = sorted(found - printed)
    return " ".join([*shown, REST, *rest] if rest else shown)


# ---------------------------------------------------------------- Pagefind


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
            self._process.kill()
        with contextlib.suppress(OSError):
            self._input.close()
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()

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


def build_index(articles: Iterable[SearchRecord], site: Path) -> IndexReport:
    """Write the word index of the articles, and its vocabulary, to `<site>/pagefind/`.

    The same articles in the same order give the same bytes. An archive without articles gets an empty vocabulary; the
    search page then never asks Pagefind, which can't open an index of nothing.
    """
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    articles = list(articles)
    vocabulary: set[str] = set()
    with Pagefind(folder) as pagefind:
        config = {"force_language": LANGUAGE, "keep_index_url": True}
        index = pagefind.ask("a new index", type="NewIndex", config=config)["index_id"]
        for article in articles:
            request = as_request(article, vocabulary, characters=len(articles) <= CHARACTERS_UP_TO)
            pagefind.send(f"the article {article.id}", type="AddRecord", index_id=index, **request)
        # Not WriteFiles: it answers before its files are written, and some stay empty if Pagefind ends then.
        answer = pagefind.ask("the finished index", type="GetFiles", index_id=index)
    files = {
        file["path"]: base64.b64decode(file["content"])
        for file in answer["files"]
        if not any(fnmatch(file["path"], pattern) for pattern in NOT_SHIPPED)
    }
    files = put_in_order(files)
    files[VOCABULARY] = "".join(f"{word}\n" for word in sorted(vocabulary)).encode()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return IndexReport(len(articles), len(vocabulary), len(files), sum(map(len, files.values())))


def put_in_order(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of an index, by path, with what Pagefind 1.5 leaves in the order of a hash table put in a fixed one.

    That is the values within each filter, the list of filters and the list of sorts; articles, words and texts are
    in order already. Each changed file is named by its new contents, and by them alone, as Pagefind does it.
    """
    files = dict(files)
    entry = json.loads(files["pagefind-entry.json"])
    try:
        for name, language in entry["languages"].items():
            version, pages, chunks, filters, sorts, *rest = _unpack(files.pop(f"pagefind.{language['hash']}.pf_meta"))
            for row in filters:
                filter_name, values = _unpack(files.pop(f"filter/{row[1]}.pf_filter"))
                row[1], content = _pack([filter_name, sorted(values)], name)
                files[f"filter/{row[1]}.pf_filter"] = content
            language["hash"], content = _pack([version, pages, chunks, sorted(filters), sorted(sorts), *rest], name)
            files[f"pagefind.{language['hash']}.pf_meta"] = content
    except (LookupError, TypeError, ValueError, OSError) as error:
        raise BuildError(
            f"search index: Pagefind {entry.get('version')} writes its index in a way not known here ({error}); "
            "install pagefind-bin 1.5"
        ) from error
    files["pagefind-entry.json"] = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    return files


def _unpack(content: bytes) -> Any:
    data = gzip.decompress(content)
    if not data.startswith(SIGNATURE):
        raise ValueError("no signature")
    return cbor2.loads(data.removeprefix(SIGNATURE))


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


def as_request(article: SearchRecord, vocabulary: set[str], characters: bool = True) -> dict[str, Any]:
    """One article as Pagefind's AddRecord takes it.

    The headings stand in the text, so that phrases are found in them, and once more as `meta`, which is where
    Pagefind weighs them: `title` counts five times a word of the text. What is only shown (`page`, `certainty`) is
    a filter too, not meta: meta are words to be found, and every article would be found by `1`.
    """
    meta = {"title": spaced([article.title], vocabulary, characters)}
    if beside := [heading for heading in article.headings if heading != article.title]:
        meta["kicker"] = spaced(beside, vocabulary, characters)
    date = article.date.isoformat() if article.date else ""
    filters: dict[str, list[str]] = {
        "newspaper": [article.newspaper],
        "city": [article.city],
        "topic": list(article.topics),
        "year": [date[:4]],
        "date": [date],
        "certainty": [article.certainty if date else ""],
        "page": [str(article.page or "")],
    }
    return {
        "url": quote(article.url),
        "content": spaced((*article.headings, *article.body), vocabulary, characters),
        "language": LANGUAGE,
        "meta": meta,
        "filters": {name: values for name, values in filters.items() if any(values)},
        "sort": {"date": date or UNDATED},
    }
