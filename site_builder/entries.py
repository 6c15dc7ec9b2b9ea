"""What a template sets: each kind of entry with its words and links worked out. views.py fills them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from site_builder.light import light


@light(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; `url` is empty where there is nowhere to go. `count` is what waits there."""

    text: str
    url: str
    count: int = 0


@light(frozen=True, slots=True)
class FeedLink:
    """A feed in one form: what the form is called, its media type, what the feed is called."""

    form: str
    type: str
    title: str
    url: str


@light(frozen=True, slots=True)
class Site:
    """What every page shows of the archive as a whole."""

    title: str
    description: str
    language: str  # of what was printed
    interface: str  # of the site's own words
    printed: Markup  # the attribute that says so where what was printed is in another language, else ""
    said: Markup  # and the one of the site's own words among what was printed
    gap: str  # what stands between two sentences
    messages: str  # the address of the scripts' words, where these aren't their own
    rights: str
    contact: Link | None
    editor_pages: tuple[Link, ...]
    opensearch: str  # the address of its description for browsers, where that can be written
    feed: str  # the address of its Atom feed, where there is one


@light(frozen=True, slots=True)
class Description:
    """What a page tells programs of itself beyond what every page does; what is empty is told as for every page.

    `node` is its JSON-LD as text, `tags` are those for citing it, `site` is what it is part of if not this site,
    `url` where what it tells of begins, if on another page.
    """

    node: str
    kind: str = "website"  # in Open Graph's words
    title: str = ""
    url: str = ""
    site: str | None = None
    language: str = ""
    tags: Sequence[tuple[str, str, str]] = ()


Headline = tuple[tuple[tuple[str, bool], ...], ...]
"""A headline's halves, each in runs of which those marked true must not be broken: `words.headline_parts`."""


@light(frozen=True, slots=True)
class ArticleEntry:
    """An article in a list. Without a headline, `title` is its first words and `untitled` is true.

    `begun` leads to the page where it begins, if that is another one; without a headline of its own it bears that of
    another part. `mark` says what a title is that isn't printed there, `doubtful` that it may be another article's.
    """

    title: Headline
    url: str
    untitled: bool
    mark: str
    doubtful: bool
    begun: Link | None
    kicker: str
    subtitle: str
    lead: str
    newspaper: str
    date: str
    inferred: bool
    page: str
    jump: str


@light(frozen=True, slots=True)
class IssueEntry:
    """An issue in a list, with the first headlines of it."""

    url: str
    newspaper: str
    date: str
    weekday: str
    inferred: bool
    edition: str
    pages: int
    articles: int
    headlines: tuple[ArticleEntry, ...]


@light(frozen=True, slots=True)
class NewspaperEntry:
    """A newspaper and how much of it is held; `undated` leads to its pages that belong to no issue."""

    link: Link
    city: Link | None
    period: str
    held: tuple[str, ...]
    undated: Link | None


@light(frozen=True, slots=True)
class Turn:
    """The way to what comes before or after; `note` says what lies between, if not nothing."""

    label: str
    text: str
    url: str
    note: str = ""


@light(frozen=True, slots=True)
class Slot:
    """A page in an issue's 版面导航; without `anchor` it is known to have been printed, and is not held."""

    label: str
    anchor: str
    articles: int = 0


@light(frozen=True, slots=True)
class Doubt:
    """A finding as a reader sees it: its short name, what it says here, what it means, where to look."""

    code: str
    name: str
    message: str
    meaning: str
    lines: str
    n: int  # how many lines
    place: Link


@light(frozen=True, slots=True)
class Part:
    """A printed piece of an article's body; `lead` is the dateline that opens it, `link` where a jump goes.

    `anchor` is its address on the page, `name` what it is called there, `lines` are the source lines that it was
    rebuilt from and `line` leads to the first of them; `doubts` are those about it.
    """

    kind: str
    text: str
    anchor: str
    name: str
    lines: Markup
    line: str
    doubts: tuple[Doubt, ...] = ()
    lead: str = ""
    link: Link | None = None
    note: str = ""


@light(frozen=True, slots=True)
class Revision:
    """A correction that was carried out: what was done, why, by whom and when. `before` is the whole piece as it was
    read, where words were replaced.
    """

    said: str
    why: str
    signed: str
    before: str = ""


@light(frozen=True, slots=True)
class Origin:
    """Where a text came from: the source file, the page with its text in the site, and its lines there."""

    source: str
    url: str
    lines: str
    n: int  # how many lines


@light(frozen=True, slots=True)
class SourceRun:
    """Lines of a source text that went the same way: into these articles, or (none) into no article."""

    owners: tuple[Link, ...]
    lines: Markup


@light(frozen=True, slots=True)
class PageView:
    """A printed page as its issue shows it."""

    anchor: str
    label: str
    entries: tuple[ArticleEntry, ...]
    furniture: tuple[tuple[str, tuple[str, ...]], ...]
    withheld: int
    notes: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    origin: Origin
