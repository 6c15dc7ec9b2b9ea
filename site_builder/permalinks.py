"""An article's address is its own for ever: who gets which, and what becomes of the ledger.

matching.py says which article is which; here each gets its address. What was published before keeps it, if only its
page moved within its issue or its file was renamed. An article whose newspaper or date was set right gets an address
that says so, and the old one leads there. What is new gets the page's next number that no article ever had.
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from site_builder import addresses
from site_builder.errors import PermalinkError, SourceError, did_you_mean
from site_builder.fingerprints import FEW, veil
from site_builder.ledger import FILE, LEADING, SHOWN, Changes, Ledger, Permalink, changes, describe
from site_builder.matching import SAME, UNDATED, Matches, Seen, called, issue_of, match, text_of
from site_builder.model import Article, Page
from site_builder.stamps import stamped

FEW_NAMED = 4  # articles in which a withheld text may stand


@dataclass(frozen=True, slots=True)
class Rules:
    """What the archivist has said. `withhold` are ids from archive.toml, `retire` addresses that may break, `why` the
    words for it. `patient`: some files can't be read, so lines without an article wait for the next build: any of them
    may stand in one of those files. `day` is that of the build, which new and changed lines bear; `""` for none.
    """

    withhold: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()
    why: str = ""
    patient: bool = False
    day: str = ""


@dataclass(frozen=True, slots=True)
class Permalinks:
    """The outcome. `ids` gives each article its id by that of its place; `ledger` is what is to be written, where lines
    that would break (`broken`) stand as gone; `waiting` are those whose file can't be read now.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    changes: Changes = field(default_factory=Changes)
    withheld: frozenset[str] = frozenset()
    broken: tuple[str, ...] = ()
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


def assign(ledger: Ledger, pages: Sequence[Page], rules: Rules) -> Permalinks:
    """Give the articles of all pages, whose ids are those of their places, the ids that are theirs for ever."""
    matches = match(ledger, pages, rules.patient)
    ids, moved = _ids(ledger, pages, matches)
    withheld = _withheld(rules.withhold, ledger, moved, frozenset(ids.values()))
    lines = dict(ledger.lines)
    place_of = {line.id: place for place, line in matches.line_of.items()}
    for page in pages:
        for article in page.articles:
            parted = matches.parted.get(article.id, "")
            part_of = ids[place_of[parted]] if parted else ""
            line = _line(article, ids[article.id], matches, part_of, ids[article.id] in withheld)
            lines[line.id] = line
    for old, new in moved.items():
        lines[old] = replace(ledger.lines[old], state="moved", to=new, why="")
    for old, place in matches.inside.items():
        lines[old] = replace(ledger.lines[old], state="merged", to=ids[place], why="")
    after = Ledger(lines, ledger.read)
    there = frozenset(ids.values())
    lost = [line for line in ledger if line.id not in there and _leads_nowhere(lines[line.id], after)]
    named = _retired(rules, lost, withheld, ledger)
    unknown = _unknown(pages, ids, matches, withheld, lost, named, ledger, rules)
    waiting = frozenset(line.id for line in lost if rules.patient and line.id not in named and line.id not in unknown)
    lost = [line for line in lost if line.id not in waiting]
    for line in lost:
        lines[line.id] = replace(line, state="gone", to="", why=rules.why if line.id in named else "")
    _veil(lines, withheld, after)
    _check_unveiled(matches, ids, withheld, lines)
    broken = tuple(sorted(line.id for line in lost if line.id not in named and line.size))
    after = stamped(ledger, lines, rules.day)
    return Permalinks(ids, after, changes(ledger, after), withheld, broken, unknown, waiting)


def _leads_nowhere(line: Permalink, after: Ledger) -> bool:
    """Whether an address that has no article of its own leads to none either.

    It stood until now; or it leads in a ring, which two branches may have made, and the sources don't break it up.
    """
    return line.stands or (line.state in LEADING and not after.arrives(line.id))


def refuse_broken(permalinks: Permalinks, preview: bool = False) -> None:
    """An error if addresses would break that nobody has named. A preview shows what is broken, but nothing withheld."""
    if permalinks.unknown:
        count = len(permalinks.unknown)
        raise PermalinkError(
            "\n".join(
                (
                    f"nothing was {'shown' if preview else 'published'}, for {count} withheld"
                    f" article{'s are' if count > 1 else ' is'} not recognised any more, and what must not be shown"
                    " might come to light:",
                    *(
                        f"  {id}{f'; perhaps now {_listed(new)}' if new else ''}"
                        for id, new in list(permalinks.unknown.items())[:SHOWN]
                    ),
                    "look where their texts are now. Name each article that holds one in archive.toml (withhold); then,"
                    " or if a text is no longer in the source, build once with",
                    _arguments(permalinks.ledger, tuple(permalinks.unknown), by_page=False),
                )
            )
        )
    if permalinks.broken and not preview:
        count = len(permalinks.broken)
        new = frozenset(permalinks.changes.new)
        copied = all(line.state == "gone" or line.id in new for line in permalinks.ledger)
        raise PermalinkError(
            "\n".join(
                (
                    f"nothing was published, for {count} published address{'es' if count > 1 else ''} would break:",
                    *describe(permalinks.ledger, permalinks.broken),
                    "the source holds no article any more that says what they said; put the texts back, or, if they are"
                    " to go, build once with",
                    _arguments(permalinks.ledger, permalinks.broken),
                    *(
                        [f"(no address in {FILE} has its article: if it came along with a copied folder, delete it)"]
                        if copied
                        else []
                    ),
                )
            )
        )


def _listed(ids: Sequence[str]) -> str:
    """
    >>> _listed(["a"]), _listed(list("abcdef"))
    ('a', 'a, b, c, d, …')
    """
    return ", ".join([*ids[:FEW_NAMED], *(["…"] if len(ids) > FEW_NAMED else [])])


def _arguments(ledger: Ledger, ids: Sequence[str], by_page: bool = True) -> str:
    """What to add to the call, ready to copy: of many addresses, their pages or issues."""
    given = list(ids)
    if by_page and len(given) > SHOWN:
        given = list(dict.fromkeys(ledger.lines[id].page for id in ids))
    if by_page and len(given) > SHOWN:
        given = list(dict.fromkeys(map(issue_of, given)))
    return "  " + " ".join(f"--retire {shlex.quote(id)}" for id in given)


def refuse_changes(permalinks: Permalinks) -> None:
    """An error if the ledger is not as the last build left it."""
    if permalinks.changes:
        new, changed = permalinks.changes.new, permalinks.changes.changed
        raise PermalinkError(
            "\n".join(
                (
                    f"nothing was published, for --frozen was asked for and {FILE} would change:",
                    *([f"new lines: {len(new)}", *describe(permalinks.ledger, new)] if new else []),
                    *([f"lines that change: {len(changed)}", *describe(permalinks.ledger, changed)] if changed else []),
                    f"build without --frozen, look at what changes in {FILE}, and commit it",
                )
            )
        )


# ---------------------------------------------------------------- ids


def _ids(ledger: Ledger, pages: Sequence[Page], matches: Matches) -> tuple[dict[str, str], dict[str, str]]:
    """The id of each article by its place's, and the new id of each line whose article has another one now."""
    ids: dict[str, str] = {}
    moved: dict[str, str] = {}
    taken = {addresses.folded(page.id) for page in pages if page.id.startswith(f"{UNDATED}/")}
    former: dict[str, dict[str, list[str]]] | None = None
    for page in pages:
        last = ledger.last_number(page.id)
        for article in page.articles:
            line = matches.line_of.get(article.id)
            if line is not None and _keeps(line.id, page.id):
                ids[article.id] = line.id
                continue
            if line is not None:
                former = former if former is not None else _former(ledger)
                if earlier := former.get(_group(page.id), {}).get(line.id):
                    ids[article.id] = moved[line.id] = earlier[0]
                    continue
            last += 1
            while addresses.folded(own := addresses.article_id(page.id, last)) in taken:
                last += 1
            ids[article.id] = own
            if line is not None:
                moved[line.id] = own
    return ids, moved


def _group(id: str) -> str:
    """The issue that an id speaks of, a page's or an article's; all undated ones speak of none."""
    return UNDATED if id.startswith(f"{UNDATED}/") else id.rpartition("/")[0]


def _keeps(id: str, page_id: str) -> bool:
    """Whether an article that now stands on this page keeps its id: what the id says of its issue is still true.

    >>> _keeps("a/2021/01-21/p1-03", "a/2021/01-21/p2"), _keeps("a/2021/01-21/p1-03", "a/2021/01-22/p1")
    (True, False)
    >>> _keeps("undated/box-3/x/01", "undated/box-4/y"), _keeps("undated/x/01", "a/2021/01-21/p1")
    (True, False)
    """
    return _group(id) == _group(page_id)


def _former(ledger: Ledger) -> dict[str, dict[str, list[str]]]:
    """For each issue and each line, the addresses in the issue that lead to the line: a date may be set back."""
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in sorted(ledger, key=lambda line: line.id):
        if line.state == "moved":
            found[_group(line.id)][ledger.end_of(line.id)].append(line.id)
    return {issue: dict(lines) for issue, lines in found.items()}


# ---------------------------------------------------------------- what corrections join and part


def page_of_address(article_id: str) -> str:
    """The page that an article's id was made for; where it stands now, the ledger tells.

    >>> page_of_address("a/2021/01-21/p1-03"), page_of_address("undated/box-3/x/01")
    ('a/2021/01-21/p1', 'undated/box-3/x')
    """
    return article_id.rpartition("/" if article_id.startswith(f"{UNDATED}/") else "-")[0]


def part_id(found: Permalinks, parts: Iterable[Permalink], page_id: str, part: Article, taken: Collection[str]) -> str:
    """The id of an article that a correction parts from another: what it had before, or the page's next number.

    `parts` are the lines of all that were ever parted from the whole, `taken` the ids of articles that stand. `part`
    has the words that were read in the source: it is known again by them, whatever else is corrected in it.
    """
    text = text_of(part)
    likest, best = "", SAME
    for line in sorted(parts, key=lambda line: line.id):
        if line.id not in taken:
            both = line.sample.likeness(text).both
            if both >= best:
                likest, best = line.id, both
    if likest:
        return likest
    number = found.ledger.last_number(page_id) + 1
    while (own := addresses.article_id(page_id, number)) in taken or own in found.ledger.lines:
        number += 1
    return own


def restructured(
    found: Permalinks,
    before: Ledger,
    joined: Mapping[str, str],
    parted: Mapping[str, tuple[str, Article]],
    day: str = "",
) -> Permalinks:
    """The outcome once corrections have joined articles to others and parted new ones from them.

    What was read is matched to the ledger without them, so the fingerprint of a joined article stays its own and a
    whole one's stays that of the whole: at the next build each is known again, and the corrections do the same again.
    """
    if not joined and not parted:
        return found
    lines = dict(found.ledger.lines)
    for id, (whole, part) in parted.items():
        text = text_of(part)
        seen = Seen(id, part.page_id, text.size, text.fingerprint())
        lines[id] = _line_of(part, id, seen, whole)
    for id, into in joined.items():
        lines[id] = replace(lines[id], state="merged", to=into, why="")
    after = stamped(before, lines, day)
    return replace(
        found,
        ledger=after,
        changes=changes(before, after),
        broken=tuple(id for id in found.broken if id not in parted),
        waiting=found.waiting - frozenset(parted),
    )


# ---------------------------------------------------------------- lines


def _line(article: Article, id: str, matches: Matches, part_of: str, withheld: bool) -> Permalink:
    """The article's line. A withheld one's has no headline, and a fingerprint that gives no word away."""
    seen: Seen = matches.seen[article.id]
    before = matches.line_of.get(article.id)
    part_of = part_of or (before.part_of if before else "")
    if withheld:
        veiled = veil(seen.fingerprint)
        return Permalink(id, seen.page, "withheld", "", seen.size, veiled, part_of=part_of)
    return _line_of(article, id, seen, part_of)


def _line_of(article: Article, id: str, seen: Seen, part_of: str) -> Permalink:
    return Permalink(id, seen.page, "live", called(article), seen.size, seen.fingerprint, part_of=part_of)


# ---------------------------------------------------------------- what must not be shown


def _withheld(named: Collection[str], ledger: Ledger, moved: Mapping[str, str], ids: Collection[str]) -> frozenset[str]:
    """The ids of the articles that must not be shown: those named, and where they stand now if they moved."""
    return frozenset(_place_of(id, ledger, moved, ids) for id in named)


def _place_of(id: str, ledger: Ledger, moved: Mapping[str, str], ids: Collection[str]) -> str:
    """Where the article that archive.toml names stands now; an error if there never was one of this id.

    A typing slip must not publish what must not be shown. Where it stands no more (it is gone, or part of another, of
    which `_check_unveiled` speaks), its last id.
    """
    if id not in ids and id not in ledger.lines:
        raise SourceError(f"archive.toml: withhold: there is no article '{id}'{did_you_mean(id, ids)}")
    seen = {id}
    while id not in ids:
        line = ledger.lines[id]
        to = moved.get(id) or (line.to if line.state == "moved" else "")
        if not to or to in seen:
            return id
        id = to
        seen.add(id)
    return id


def _check_unveiled(
    matches: Matches, ids: Mapping[str, str], withheld: Collection[str], after: Mapping[str, Permalink]
) -> None:
    """An error if the text of an article that must not be shown now stands in one that would be."""
    own = {line.id: ids[place] for place, line in matches.line_of.items()}
    for place, id in sorted(matches.parted.items()):
        if own.get(id, id) in withheld and ids[place] not in withheld:
            raise _unveiled(id, ids[place])
    for id in sorted(withheld):
        line = after[id]
        if line.state == "merged" and line.to in after and after[line.to].state == "live":
            raise _unveiled(id, line.to, line.part_of == line.to)


def _veil(lines: dict[str, Permalink], withheld: Collection[str], after: Ledger) -> None:
    """Take the words from each line whose address leads to an article that must not be shown, or was one itself."""
    if not withheld:
        return
    for id, line in list(lines.items()):
        if (id in withheld or (line.state in LEADING and after.end_of(id) in withheld)) and not (
            line.was_withheld and not line.headline
        ):
            lines[id] = replace(line, headline="", fingerprint=veil(line.fingerprint))


MAY_BE = 0.3  # of a withheld text in a new article of its issue: a veiled fingerprint may share 0.2 with a stranger
MAY_BE_ELSEWHERE = 0.5  # where ten thousand new articles may be asked, and chance must not speak for one


def _unknown(
    pages: Sequence[Page],
    ids: Mapping[str, str],
    matches: Matches,
    withheld: Collection[str],
    lost: Sequence[Permalink],
    named: Collection[str],
    ledger: Ledger,
    rules: Rules,
) -> dict[str, tuple[str, ...]]:
    """The withheld articles that are recognised no more, each with new articles that are shown and may hold its words.

    An error if one is so like a withheld text that it may well be it, whatever was retired: somebody has to say so.
    """
    here = frozenset(ids.values())
    absent = [ledger.lines[id] for id in sorted(withheld) if id not in here and id in ledger.lines]
    if not absent:
        return {}
    new = [
        (article, page)
        for page in pages
        for article in page.articles
        if article.id not in matches.line_of and ids[article.id] not in withheld
    ]
    texts = {article.id: text_of(article) for article, _ in new}
    for line in absent:
        sample = line.sample
        for article, page in new:
            likeness = sample.likeness(texts[article.id])
            enough = MAY_BE if issue_of(page.id) == issue_of(line.page) else MAY_BE_ELSEWHERE
            if likeness.of_old >= enough and likeness.shared >= FEW:
                raise SourceError(
                    f"archive.toml: withhold: {line.id}, which must not be shown, is not recognised any more, and"
                    f" {ids[article.id]} says much the same; name that one as well, or, if it says something else, take"
                    f" {line.id} from the list"
                )
    gone = {line.id for line in lost if line.id not in named}
    found: dict[str, tuple[str, ...]] = {}
    for line in absent:
        near = tuple(ids[article.id] for article, page in new if issue_of(page.id) == issue_of(line.page))
        if line.id in gone and (near or not rules.patient):
            found[line.id] = near
    return found


def _unveiled(hidden: str, shown: str, part: bool = False) -> SourceError:
    if part:  # corrections come after what must not be shown: a part of theirs can't be kept back by itself
        return SourceError(
            f"archive.toml: withhold: {hidden} is a part of {shown} in the source, and can't be withheld by itself, not"
            f" even where a correction (split-article) parts it; name {shown} as well, which withholds all of it, or"
            f" take {hidden} from the list"
        )
    return SourceError(
        f"archive.toml: withhold: text of {hidden}, which must not be shown, now stands in {shown} too; name that one"
        f" as well, or take {hidden} from the list"
    )


# ---------------------------------------------------------------- what goes


def _retired(rules: Rules, lost: Sequence[Permalink], withheld: Collection[str], ledger: Ledger) -> frozenset[str]:
    """The lines that may go: named by their own address, or by their page's or issue's; a withheld one by its own."""
    found: set[str] = set()
    for given in rules.retire:
        id = id_of(given)
        own = {
            line.id
            for line in lost
            if id == line.id or (id in (line.page, issue_of(line.page)) and line.id not in withheld)
        }
        known = ledger.lines.get(id)
        if own:
            found |= own
        elif known is None:
            _refuse_page(given, id, lost, ledger)
        elif known.state != "gone":
            where = "still has its article" if known.stands else f"leads to {known.to}"
            raise SourceError(
                f"--retire: {id} {where}, and needs no retiring; to hide an article, name it in archive.toml (withhold)"
            )
    return frozenset(found)


def _refuse_page(given: str, id: str, lost: Sequence[Permalink], ledger: Ledger) -> None:
    """An error that says why nothing of a page or an issue goes, or that there never was one of this id. No error if
    something of it has gone before: the same call may be made twice.
    """
    held = [line for line in ledger if id in (line.page, issue_of(line.page))]
    if not held:
        known = {*ledger.lines, *(line.page for line in ledger), *(issue_of(line.page) for line in ledger)}
        raise SourceError(f"--retire: no address '{given}' was ever published{did_you_mean(id, known)}")
    kind = "page" if any(id == line.page for line in held) else "issue"
    hidden = sorted(line.id for line in lost if id in (line.page, issue_of(line.page)))
    if hidden:
        raise SourceError(
            f"--retire: of {kind} {id} only withheld articles would break ({_listed(hidden)}), which are never retired"
            f" with their {kind}: look where their texts are now, then name each by its own address"
        )
    if not any(line.state == "gone" for line in held):
        raise SourceError(
            f"--retire: no address of {kind} {id} would break, so nothing of it needs retiring; to hide an article,"
            " name it in archive.toml (withhold)"
        )


def id_of(address: str) -> str:
    """The id in an address as somebody may give it.

    >>> id_of("https://example.org/liaoyuan-ribao/2021/01-21/p1-03.html"), id_of("liaoyuan-ribao/2021/01-21/p1-03")
    ('liaoyuan-ribao/2021/01-21/p1-03', 'liaoyuan-ribao/2021/01-21/p1-03')
    """
    return unquote(urlsplit(address).path).strip("/").removesuffix(".html")
