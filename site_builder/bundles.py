"""An index of Pagefind's make, written here: the same bytes that Pagefind 1.5 would write of the same words, for a
fiftieth of its time, as it is made of arrays and for one purpose (tests compare the two).

A bundle's files are CBOR behind a signature, zipped: `index/` holds the words in order, in files of CHUNK numbers, each
word with its pages; `filter/` the values of each filter with their pages; `.pf_meta` lists both, and the pages. A page
of a word is `[step from the page before, places in the text, places in the headings]`: places are steps too, behind a
weight (-25: that of an ordinary word; part of a compound weighs less) or the number of the heading's kind (-1, -2).

A word is indexed without its punctuation, `tu-104` as `tu104`, and so are its parts, `tu` and `104`, at a share of its
weight; `café` as a form of `cafe`. Few words are so: they are made one by one, all others at once.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import cbor2
import numpy as np
from numpy.typing import NDArray

from site_builder.grams import Ints

LANGUAGE = "unknown"  # Pagefind's own name for it: no stemming, and no second cutting in the browser
ENTRY = "pagefind-entry.json"
SIGNATURE = b"pagefind_dcd"  # begins every unzipped part of an index
CHUNK = 20_000  # numbers in a file of words, about
WEIGHT = 24  # of an ordinary word
JOINING = "_‿⁀⁔︳︴﹍﹎﹏＿"  # punctuation that stays in a word
LEVEL = 4  # of gzip: 9, which Pagefind takes, is six times as slow, for one part in twenty less

_PLAIN = re.compile(r"[0-9a-z\u3400-\u9fff]+")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~\xad\s]+")
_BORDER = re.compile(r"(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it is indexed: its name for the browser, the words of its text, of its headings by their kind, and
    what it is filtered by.
    """

    name: str
    words: Sequence[str]
    headings: Mapping[str, Sequence[str]]
    filters: Mapping[str, Sequence[str]]


class Form(NamedTuple):
    """What of a word is indexed: `word`, as the `variant` of it if that has diacritics; `weight` of WEIGHT."""

    word: str
    variant: str
    weight: int


class _Place(NamedTuple):
    page: int
    heading: int  # its kind's number, or -1 in the text
    at: int


# ---------------------------------------------------------------- words


def is_plain(word: str) -> bool:
    """Whether the word is indexed as it is."""
    return _PLAIN.fullmatch(word) is not None


def forms(word: str) -> list[Form]:
    """All that a (folded) word is indexed as.

    >>> forms("tu-104")
    [Form(word='tu104', variant='', weight=24), Form(word='tu', variant='', weight=12), Form(word='104', ...)]
    >>> forms("18%"), forms("café")
    ([Form(word='18', variant='', weight=24)], [Form(word='cafe', variant='café', weight=24)])
    """
    whole = "".join(char for char in word if char.isalnum() or char in JOINING)
    found = [_form(whole, WEIGHT)] if whole else []
    if not whole or word.isalnum():
        return found
    parts = [part for run in _PUNCTUATION.split(word) for part in _BORDER.split(run) if part]
    if not whole.startswith(" ".join(parts)):
        parts = [part for part in parts if len(part.encode()) > 1]
        found += [_form(part, max(1, WEIGHT // len(parts))) for part in parts]
    return found


def _form(word: str, weight: int) -> Form:
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char)[0] != "M")
    return Form(bare, word if bare != word else "", weight)


# ---------------------------------------------------------------- the bundle


def bundle(entries: Sequence[Entry], version: str) -> dict[str, bytes]:
    """The files of an index of these articles; `version` is that of the Pagefind whose page script will read it."""
    fields = sorted({kind for entry in entries for kind in entry.headings})
    words = _Words(entries, fields)
    files: dict[str, bytes] = {}
    chunks: list[list[str]] = []
    for first, last, content in words.chunks():
        name = _name(content)
        files[f"index/{name}.pf_index"] = _gzip(SIGNATURE + content)
        chunks.append([first, last, name])
    for before, after in pairwise(chunks):
        shared = next((at for at, (a, b) in enumerate(zip(before[1], after[0], strict=False)) if a != b), None)
        if shared is None:
            shared = min(len(before[1]), len(after[0]))
        if before[1][: shared + 1] >= before[0]:
            before[1] = before[1][: shared + 1]
        after[0] = after[0][: shared + 1]
    filters: list[list[str]] = []
    for kind, values in sorted(_filters(entries).items()):
        name, content = _pack([kind, sorted([value, pages] for value, pages in values.items())])
        files[f"filter/{name}.pf_filter"] = content
        filters.append([kind, name])
    pages = [[entry.name, max(1, len(entry.words))] for entry in entries]
    name, content = _pack([version, pages, chunks, filters, [], fields])
    files[f"pagefind.{name}.pf_meta"] = content
    files[ENTRY] = entry_file(version, name, len(entries))
    return files


def entry_file(version: str, meta: str, pages: int) -> bytes:
    """What the page script reads first."""
    language = {"hash": meta, "wasm": None, "page_count": pages}
    entry = {"version": version, "languages": {LANGUAGE: language}, "include_characters": list(JOINING)}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()


def tag_of(files: Mapping[str, bytes]) -> str:
    """A name that changes when anything of a bundle does."""
    tag: str = json.loads(files[ENTRY])["languages"][LANGUAGE]["hash"]
    return tag


def _filters(entries: Iterable[Entry]) -> dict[str, dict[str, list[int]]]:
    found: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for page, entry in enumerate(entries):
        for kind, values in entry.filters.items():
            for value in values:
                found[kind][value].append(page)
    return {kind: dict(values) for kind, values in found.items()}


class _Numbered(dict[str, int]):
    """Words numbered as they come."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Words:
    """The words of the entries, in order, each with its pages as bytes."""

    def __init__(self, entries: Sequence[Entry], fields: Sequence[str]) -> None:
        numbers = _Numbered()
        text = [numbers[word] for entry in entries for word in entry.words]
        texts = [len(entry.words) for entry in entries]
        of_headings = [
            (numbers[word], page, fields.index(kind), at)
            for page, entry in enumerate(entries)
            for kind, words in entry.headings.items()
            for at, word in enumerate(words)
        ]
        tokens = np.array(text, dtype=np.int64)
        counts = np.array(texts, dtype=np.int64)
        places = np.arange(len(tokens)) - np.repeat(np.cumsum(counts) - counts, counts)
        pages = np.repeat(np.arange(len(entries)), counts)
        headings = np.array(of_headings, dtype=np.int64).reshape(-1, 4)
        unplain = {word: number for word, number in numbers.items() if not is_plain(word)}
        made = {form.word for word in unplain for form in forms(word)}
        apart = np.zeros(len(numbers), dtype=bool)
        apart[[*unplain.values(), *(numbers[word] for word in made if word in numbers)]] = True
        single = apart[tokens]
        single_headings = apart[headings[:, 0]]
        listed = list(numbers)
        self._single: defaultdict[str, defaultdict[str, list[tuple[_Place, int]]]]
        self._single = defaultdict(lambda: defaultdict(list))
        for number, page, at in np.column_stack([tokens, pages, places])[single].tolist():
            self._add(listed[number], _Place(page, -1, at))
        for number, page, field, at in headings[single_headings].tolist():
            self._add(listed[number], _Place(page, field, at))
        plain = sorted(word for word, number in numbers.items() if not apart[number])
        rank = np.full(len(numbers), -1, dtype=np.int64)
        rank[[numbers[word] for word in plain]] = np.arange(len(plain))
        headings = headings[~single_headings]
        self._plain = dict(
            zip(
                plain,
                _packed(
                    rank[tokens[~single]],
                    pages[~single],
                    places[~single],
                    np.column_stack([rank[headings[:, 0]], headings[:, 1:]]),
                    len(plain),
                    max(1, len(entries)),
                ),
                strict=True,
            )
        )

    def _add(self, word: str, place: _Place) -> None:
        for form in forms(word):
            self._single[form.word][form.variant].append((place, form.weight))

    def chunks(self) -> Iterable[tuple[str, str, bytes]]:
        """The first word, the last word and the bytes of each file of words."""
        first, size = "", 0
        parts: list[bytes] = []
        count = 0
        word = ""
        for word in sorted({*self._plain, *self._single}):
            numbers, content = self._plain[word] if word in self._plain else _packed_singly(self._single[word])
            first = first if parts else word
            parts += (b"\x83", _head(0x60, len(word.encode())), word.encode(), content)
            count += 1
            size += numbers
            if size >= CHUNK:
                yield first, word, b"".join([b"\x81", _head(0x80, count), *parts])
                parts, count, size = [], 0, 0
        if parts:
            yield first, word, b"".join([b"\x81", _head(0x80, count), *parts])


def _packed_singly(variants: Mapping[str, list[tuple[_Place, int]]]) -> tuple[int, bytes]:
    """How many numbers the pages of a word and of its variants are, and their bytes."""
    pages = _pages(variants.get("", []))
    others = [[variant, _pages(places)] for variant, places in sorted(variants.items()) if variant]
    every = [*pages, *(page for other in others for page in other[1])]
    size = sum(1 + len(text) + len(headings) for _, text, headings in every) + len(others)
    return size, cbor2.dumps(pages) + cbor2.dumps(others)


def _pages(places: Iterable[tuple[_Place, int]]) -> list[list[Any]]:
    by_page: defaultdict[int, list[tuple[_Place, int]]] = defaultdict(list)
    for place, weight in places:
        by_page[place.page].append((place, weight))
    rows: list[list[Any]] = []
    before = 0
    for page, held in sorted(by_page.items()):
        text = _steps((-1 - weight, place.at) for place, weight in held if place.heading < 0)
        headings = _steps((-1 - place.heading, place.at) for place, _ in held if place.heading >= 0)
        rows.append([page - before, text, headings])
        before = page
    return rows


def _steps(places: Iterable[tuple[int, int]]) -> list[int]:
    """Places behind their marks (below zero), the mark nearest zero first, as steps from one to the next."""
    found: list[int] = []
    mark, before = 0, 0
    for kind, at in sorted(places, key=lambda place: (-place[0], place[1])):
        if kind != mark:
            found.append(kind)
            mark, before = kind, 0
        found.append(at - before)
        before = at
    return found


# ---------------------------------------------------------------- many words at once


def _packed(
    words: Ints, pages: Ints, places: Ints, headings: Ints, count: int, all_pages: int
) -> Iterable[tuple[int, bytes]]:
    """The same for each plain word: of each place in the text its word, page and place, the places of a page in order;
    in `headings` a row for each place: word, page, kind, place.
    """
    order = np.argsort(words * all_pages + pages, kind="stable")
    keys = (words * all_pages + pages)[order]
    places = places[order]
    headings = headings[np.lexsort((headings[:, 3], headings[:, 2], headings[:, 1], headings[:, 0]))]
    heading_keys = headings[:, 0] * all_pages + headings[:, 1]
    rows = np.concatenate([keys, heading_keys])
    rows.sort()
    rows = rows[np.diff(rows, prepend=-1) > 0]
    row_word, row_page = np.divmod(rows, all_pages)
    steps = np.diff(row_page, prepend=0)
    begins = np.flatnonzero(np.diff(row_word, prepend=-1))
    steps[begins] = row_page[begins]
    text_start, text_end = np.searchsorted(keys, rows), np.searchsorted(keys, rows, side="right")
    in_text = text_end - text_start
    place_steps = np.diff(places, prepend=0)
    first = text_start[in_text > 0]
    place_steps[first] = places[first]

    # Headings: before the first place of a kind its mark, a number below zero: CBOR's 0x20 and more.
    new_kind = np.ones(len(headings), dtype=bool)
    new_kind[1:] = (np.diff(heading_keys) != 0) | (np.diff(headings[:, 2]) != 0)
    heading_steps = np.diff(headings[:, 3], prepend=0)
    heading_steps[new_kind] = headings[new_kind, 3]
    heading_start, heading_end = np.searchsorted(heading_keys, rows), np.searchsorted(heading_keys, rows, side="right")
    marks = np.concatenate([[0], np.cumsum(new_kind)])
    in_headings = heading_end - heading_start + marks[heading_end] - marks[heading_start]

    # The items of each row: its page, the count and weight of its places, these, the count of those in headings, these.
    of_row = 3 + in_text + in_headings
    starts = np.cumsum(of_row) - of_row
    values = np.zeros(int(of_row.sum()), dtype=np.int64)
    kinds = np.zeros(len(values), dtype=np.uint8)
    values[starts], kinds[starts] = steps, 1
    values[starts + 1], kinds[starts + 1] = np.where(in_text > 0, in_text + 1, 0), 2
    values[np.repeat(starts + 2 - text_start, in_text) + np.arange(len(keys))] = place_steps
    closing = starts + 2 + in_text
    values[closing], kinds[closing] = in_headings, 3
    if len(headings):
        row_of = np.searchsorted(rows, heading_keys)
        before = heading_start[row_of]
        at = closing[row_of] + 1 + np.arange(len(headings)) - before + marks[1:] - marks[before]
        values[at] = heading_steps
        mark_at = at[new_kind] - 1
        values[mark_at], kinds[mark_at] = headings[new_kind, 2], 4
    content, ends = _cbor(values, kinds)
    word_starts = np.searchsorted(row_word, np.arange(count + 1))
    row_ends = np.append(starts, len(values))
    bounds = np.append(0, ends)[row_ends[word_starts]].tolist()
    numbers = np.concatenate([[0], np.cumsum(1 + in_text + (in_text > 0) + in_headings)])[word_starts]
    held = np.diff(word_starts).tolist()
    for word, size in enumerate(np.diff(numbers).tolist()):
        yield size, _head(0x80, held[word]) + content[bounds[word] : bounds[word + 1]] + b"\x80"


def _cbor(values: Ints, kinds: Bytes) -> tuple[bytes, Ints]:
    """Numbers as CBOR, and where each ends. Kinds: 0 a number, 1 a page's (behind the head of a row of three), 2 and 3
    the count of a row, 2 with the weight WEIGHT behind it where it isn't 0, 4 a number below zero.
    """
    major = np.array([0x00, 0x00, 0x80, 0x80, 0x20], dtype=np.uint64)[kinds]
    number = values.astype(np.uint64)
    if len(number) and number.max() >= 1 << 32:
        raise ValueError("a number of more than 32 bits")
    eight = np.uint64(8)
    low, next_byte = number & np.uint64(255), number >> eight & np.uint64(255)
    long = next_byte << eight | low << np.uint64(16)
    # The bytes of each item in one number, the first byte the lowest.
    item = np.where(
        number < 24,
        major | number,
        np.where(
            number < 256,
            major | np.uint64(24) | low << eight,
            major | np.uint64(25) | long,
        ),
    )
    width = np.where(number < 24, 1, np.where(number < 256, 2, 3))
    large = np.flatnonzero(number >= 1 << 16)
    if len(large):
        swapped = number[large].astype(">u4").view("<u4").astype(np.uint64)
        item[large] = major[large] | np.uint64(26) | swapped << eight
        width[large] = 5
    paged = kinds == 1
    item[paged] = item[paged] << eight | np.uint64(0x83)
    width[paged] += 1
    weighted = np.flatnonzero((kinds == 2) & (values > 0))
    item[weighted] |= np.uint64(WEIGHT << 8 | 0x38) << (width[weighted] * 8).astype(np.uint64)
    width[weighted] += 2
    ends = np.cumsum(width)
    content = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    at = ends - width
    content[at] = item & np.uint64(255)
    for byte in range(1, int(width.max(initial=1))):
        more = np.flatnonzero(width > byte)
        content[at[more] + byte] = item[more] >> np.uint64(8 * byte) & np.uint64(255)
    return content.tobytes(), ends


def _head(major: int, count: int) -> bytes:
    """The head of a text or a row.

    >>> [_head(0x80, count).hex() for count in (3, 24, 256, 70_000)]
    ['83', '9818', '990100', '9a00011170']
    """
    if count < 24:
        return bytes([major | count])
    if count < 256:
        return bytes([major | 24, count])
    if count < 1 << 16:
        return bytes([major | 25]) + count.to_bytes(2)
    return bytes([major | 26]) + count.to_bytes(4)


# ---------------------------------------------------------------- bytes


def _pack(value: list[Any]) -> tuple[str, bytes]:
    """A part of the index, and the name that Pagefind finds it by."""
    content = cbor2.dumps(value)
    return _name(content), _gzip(SIGNATURE + content)


def unpacked(content: bytes) -> Any:
    """What a file of the index holds."""
    data = gzip.decompress(content)
    if not data.startswith(SIGNATURE):
        raise ValueError("no signature")
    return cbor2.loads(data.removeprefix(SIGNATURE))


def _name(content: bytes) -> str:
    return f"{LANGUAGE}_{hashlib.sha256(SIGNATURE + content).hexdigest()[:12]}"


def _gzip(data: bytes) -> bytes:
    """Zipped without a date or a system in its head. `gzip.compress` names the system in some versions of Python.

    >>> _gzip(b"")[:10].hex()
    '1f8b08000000000000ff'
    """
    packed = bytearray(gzip.compress(data, compresslevel=LEVEL, mtime=0))
    packed[8:10] = 0, 255  # how hard it was zipped, and the system: not told, "unknown"
    return bytes(packed)
