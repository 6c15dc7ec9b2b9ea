"""Restored pages on the disk, and in memory what an archive needs of them.

A century of a daily paper doesn't fit into memory. So a page that has been restored is put into the cache in whole, and
what goes on from there is the same `Page` with the texts left out: in place of an article's blocks stand
`StoredBlocks`, which know its headings, its first words and its fingerprint, and fetch the rest from the cache when
anybody asks for it. Nobody need know which of the two he has in hand: both say the same, one sooner.

When such a page is pickled, for a worker or for a key, only the name of its cache entry goes along.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, overload

from site_builder import words
from site_builder.cache import Cache
from site_builder.errors import CacheLostError
from site_builder.matching import first_words, text_of
from site_builder.model import SHORT_KINDS, Article, Digest, Page, PageFacts, Reading, SourcePage, TextBlock
from site_builder.reporters import printed_byline

KIND, LIGHT = "pages", "digests"  # of cache entries: the texts, and all else
AT_HAND = 48  # pages that a process keeps in memory: an issue and its neighbours


class _Whole(NamedTuple):
    """What is left on the disk."""

    text: str
    others: tuple[Reading, ...]
    furniture: tuple[TextBlock, ...]
    blocks: tuple[tuple[TextBlock, ...], ...]  # of each article


_cache: Cache | None = None
_at_hand: OrderedDict[str, _Whole] = OrderedDict()


def use(cache: Cache) -> None:
    """Fetch stored pages from this cache from now on. A worker is told so by each of its tasks."""
    global _cache
    if _cache is None or _cache.folder != cache.folder:
        _cache = cache
        _at_hand.clear()


def _whole(key: str) -> _Whole:
    found = _at_hand.get(key)
    if found is None:
        content = _cache.get(KIND, key) if _cache is not None else None
        if content is None:
            raise CacheLostError("the cache was changed while it was in use; run build-site again")
        found = _at_hand[key] = pickle.loads(content)
        if len(_at_hand) > AT_HAND:
            _at_hand.popitem(last=False)
    else:
        _at_hand.move_to_end(key)
    assert isinstance(found, _Whole)
    return found


class _Stored(Sequence[TextBlock]):
    """Blocks that are fetched when somebody asks for one; how many there are is known."""

    __slots__ = ()

    @property
    def name_in_keys(self) -> str:
        """Tells these blocks from all others."""
        raise NotImplementedError

    @property
    def _all(self) -> tuple[TextBlock, ...]:
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> TextBlock: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[TextBlock, ...]: ...
    def __getitem__(self, at: int | slice) -> TextBlock | tuple[TextBlock, ...]:
        return self._all[at]

    def __iter__(self) -> Iterator[TextBlock]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Stored):
            return self.name_in_keys == other.name_in_keys or self._all == other._all
        return self._all == other

    def __hash__(self) -> int:
        return hash(self._all)

    def __repr__(self) -> str:
        return repr(self._all)


class StoredBlocks(_Stored):
    """An article's blocks."""

    __slots__ = ("_key", "_number", "digest")

    def __init__(self, key: str, number: int, digest: Digest) -> None:
        self._key, self._number, self.digest = key, number, digest

    @property
    def name_in_keys(self) -> str:
        return f"{self._key}/{self._number}"

    @property
    def _all(self) -> tuple[TextBlock, ...]:
        return _whole(self._key).blocks[self._number]

    def __len__(self) -> int:
        return self.digest.blocks

    def __reduce__(self) -> tuple[object, ...]:
        return StoredBlocks, (self._key, self._number, self.digest)


class StoredFurniture(_Stored):
    """A page's furniture."""

    __slots__ = ("_count", "_key")

    def __init__(self, key: str, count: int) -> None:
        self._key, self._count = key, count

    @property
    def name_in_keys(self) -> str:
        return self._key

    @property
    def _all(self) -> tuple[TextBlock, ...]:
        return _whole(self._key).furniture

    def __len__(self) -> int:
        return self._count

    def __reduce__(self) -> tuple[object, ...]:
        return StoredFurniture, (self._key, self._count)


class StoredSource(SourcePage):
    """A page's source. `shape` is at hand, the text and its other readings are fetched."""

    __slots__ = ("_key", "_shape")
    _key: str
    _shape: str

    def __init__(self, source: str, facts: PageFacts, reading: str, key: str, shape: str) -> None:
        for name, value in (("source", source), ("facts", facts), ("reading", reading)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_shape", shape)

    @property
    def text(self) -> str:
        return _whole(self._key).text

    @property
    def others(self) -> tuple[Reading, ...]:
        return _whole(self._key).others

    @property
    def shape(self) -> str:
        return self._shape

    @property
    def key(self) -> str:
        """Its name in the cache."""
        return self._key

    @property
    def name_in_keys(self) -> tuple[str, str]:
        return self.source, self._key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SourcePage):
            return NotImplemented
        return (self.source, self.facts, self.reading, self.text, self.others) == (
            other.source, other.facts, other.reading, other.text, other.others,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.source, self._key))

    def __reduce__(self) -> tuple[object, ...]:
        return StoredSource, (self.source, self.facts, self.reading, self._key, self._shape)


def put(page: Page, key: str, cache: Cache) -> Page:
    """Put a page into the cache under this key; the answer is the page with its texts left out."""
    source = page.source
    blocks = tuple(tuple(article.blocks) for article in page.articles)
    whole = _Whole(source.text, source.others, tuple(page.furniture), blocks)
    cache.put(KIND, key, pickle.dumps(whole, 5))
    stored = replace(
        page,
        source=StoredSource(source.source, source.facts, source.reading, key, source.shape),
        furniture=StoredFurniture(key, len(page.furniture)),
        articles=tuple(
            replace(article, blocks=StoredBlocks(key, number, _digest(article)))
            for number, article in enumerate(page.articles)
        ),
    )
    cache.put(LIGHT, key, pickle.dumps(stored, 5))
    return stored


def get(key: str, cache: Cache, check: bool = False) -> Page | None:
    """The page of this key, its texts left out; None if the cache doesn't have it in whole. Whether the texts are
    damaged is seen when they are fetched, or here where `check` asks for it.
    """
    content = cache.get(LIGHT, key)
    if content is None or not (cache.get(KIND, key) is not None if check else cache.has(KIND, key)):
        return None
    page = pickle.loads(content)
    return page if isinstance(page, Page) else None


def _digest(article: Article) -> Digest:
    text = text_of(article)
    return Digest(
        blocks=len(article.blocks),
        short=tuple(
            TextBlock(block.kind, block.text, (), block.lines) for block in article.blocks if block.kind in SHORT_KINDS
        ),
        dateline=article.dateline,
        openings={length: words.first_words(article, length) for length in (words.NAME_LENGTH, words.LEAD_LENGTH)},
        begins=first_words(article),
        size=text.size,
        fingerprint=text.fingerprint(),
        signed={name: printed_byline(article, name) for name in article.byline},
    )
