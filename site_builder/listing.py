"""Long lists, cut into pages whose numbers never shift when something newer is added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from site_builder import addresses

PER_PAGE = 100

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one page of a list stands. Page numbers count from the oldest; the newest page has no number."""

    total: int
    here: int
    pages: int
    newest: str = ""
    newer: str = ""
    older: str = ""
    oldest: str = ""


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Entry]):
    """One page of a list, its entries newest first."""

    url: str
    entries: tuple[Entry, ...]
    pager: Pager


def paginate(entries: Sequence[Entry], url: str, below: str = "") -> Iterator[ListPage[Entry]]:
    """The pages of a list given oldest first: first the one at `url`, which holds the newest, then the older ones.

    Each numbered page holds PER_PAGE entries counted from the oldest and never changes when newer ones come; the rest
    (at least one) stands at `url`. `below` is the address that the numbers hang from, where that is not `url` itself.

    >>> [(page.url, page.entries[0], page.entries[-1]) for page in paginate(range(205), "topics/x.html")]
    [('topics/x.html', 204, 200), ('topics/x/2.html', 199, 100), ('topics/x/1.html', 99, 0)]
    >>> [(page.url, page.entries) for page in paginate([], "topics/x.html")]
    [('topics/x.html', ())]
    """
    last = max(1, -(-len(entries) // PER_PAGE))
    urls = {number: addresses.list_page(below or url, number) for number in range(1, last)} | {last: url}
    for number in range(last, 0, -1):
        chunk = entries[(number - 1) * PER_PAGE : number * PER_PAGE]
        pager = Pager(
            total=len(entries),
            here=last + 1 - number,
            pages=last,
            newest=url if number < last else "",
            newer=urls.get(number + 1, ""),
            older=urls.get(number - 1, ""),
            oldest=urls[1] if number > 1 else "",
        )
        yield ListPage(urls[number], tuple(reversed(chunk)), pager)
