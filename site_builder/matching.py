"""Which article of this build is which of the ledger's: by what they say, never by their place or number.

The articles of an issue are matched to the lines that the ledger has for its pages, all at once, as an assignment.
First go those whose text is the same to the letter, which in most builds are all. For the others each pair is weighed
by the shingles that both have, rare ones more; a pair counts if at least SAME of either is in the other. What is left
over is asked where its text went (merged) or came from (parted); and pages that are left over in whole are looked for
in the whole archive, for their date or newspaper may have been set right, or their file renamed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from site_builder.affinity import best_assignment
from site_builder.fingerprints import FEW, Likeness, Sample, Text, rarity, shingles, veil
from site_builder.ledger import Ledger, Permalink
from site_builder.model import Article, Page

SAME = 0.4  # of one text in the other: an article read twice with 5 % of characters wrong has 0.86, strangers 0.1
INSIDE = 0.5  # of an old article in a new one: it was merged into it; of a new one in an old one: it was parted from it
EQUAL = 0.95  # of an old article, where an article that was there all along has it: else it only says much the same
SMALLER = 0.5  # a part so much smaller than the largest isn't the article, wherever the largest went
NEARLY = 0.85  # as large as the largest, for a sample can't tell better
ELSEWHERE = 0.4  # of both texts, for an article of one page to speak for its page's being another one now
SAME_PAGE = 0.03  # tells two notices of the same words apart, one on each of two pages
STANDS = 0.02  # so does that an article stood there until now

LOWEST = 6  # shingles of a line that it is looked up by: at 5 % misread all six are spoilt once in 100,000 lines
COMMON = 64  # lines: a shingle that more have is a turn of phrase

UNDATED = "undated"


def issue_of(page_id: str) -> str:
    """What a page's articles are matched within: its issue, or an undated page by itself.

    >>> issue_of("liaoyuan-ribao/2021/01-21/p1"), issue_of("undated/box-3/scan_017")
    ('liaoyuan-ribao/2021/01-21', 'undated/box-3/scan_017')
    """
    return page_id if page_id.startswith(f"{UNDATED}/") else page_id.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Seen:
    """An article of this build: its place's id (not yet its own), its page's, and its text as the ledger keeps it."""

    place: str
    page: str
    size: int
    fingerprint: str


@dataclass(slots=True)
class Matches:
    """What the matching found, by the place's id of an article and the id of a line."""

    seen: dict[str, Seen] = field(default_factory=dict)
    line_of: dict[str, Permalink] = field(default_factory=dict)  # place -> the line of the same article
    inside: dict[str, str] = field(
        default_factory=dict
    )  # line without an article -> place of the one that has its text
    parted: dict[str, str] = field(default_factory=dict)  # place of a new article -> the line that had its text
    matched: set[str] = field(default_factory=set)  # lines with an article

    def pair(self, place: str, line: Permalink) -> None:
        self.line_of[place] = line
        self.matched.add(line.id)


def match(ledger: Ledger, pages: Sequence[Page]) -> Matches:
    """Match the articles of all pages, whose ids are those of their places, to the ledger's lines."""
    matches = Matches()
    lines_of: defaultdict[str, list[Permalink]] = defaultdict(list)
    for line in ledger:
        if line.state != "moved" or not ledger.arrives(line.id):  # else it leads to the line that has the text
            lines_of[issue_of(line.page)].append(line)
    issues: defaultdict[str, list[Page]] = defaultdict(list)
    for page in pages:
        issues[issue_of(page.id)].append(page)
    loose: list[tuple[Article, Page]] = []
    left: list[Permalink] = []
    for issue, held in issues.items():
        articles = [(article, page) for page in held for article in page.articles]
        lines = lines_of.pop(issue, [])
        texts = {article.id: text_of(article) for article, _ in articles}
        for article, page in articles:
            text = texts[article.id]
            matches.seen[article.id] = Seen(article.id, page.id, text.size, text.fingerprint())
        lines = _match_equal(lines, texts, matches)
        _match_alike(lines, texts, matches)
        left += [line for line in lines if line.id not in matches.inside and line.id not in matches.matched]
        loose += [(article, page) for article, page in articles if article.id not in matches.line_of]
    left += [line for lines in lines_of.values() for line in lines]
    if left and loose:
        _match_elsewhere([line for line in left if line.state != "merged"], loose, matches)
    return matches


def text_of(article: Article) -> Text:
    return Text(shingles(article.text))


# ---------------------------------------------------------------- within an issue


def _match_equal(lines: Sequence[Permalink], texts: Mapping[str, Text], matches: Matches) -> list[Permalink]:
    """Match what is equal to the letter, on the same page first; the lines that are left."""
    left = sorted(lines, key=lambda line: (not line.stands, line.id))
    for by_page in (True, False):
        waiting: defaultdict[tuple[str, int, str], list[Permalink]] = defaultdict(list)
        for line in left:
            waiting[line.fingerprint, line.size, line.page if by_page else ""].append(line)
        veiled = any(line.was_withheld for line in left)
        for place in texts:
            if place in matches.line_of or not left:
                continue
            seen = matches.seen[place]
            prints = [seen.fingerprint, *([veil(seen.fingerprint)] if veiled else [])]
            for one in prints:
                if found := waiting.get((one, seen.size, seen.page if by_page else "")):
                    matches.pair(place, found.pop(0))
                    break
        left = [line for line in left if line.id not in matches.matched]
    return left


def _match_alike(lines: Sequence[Permalink], texts: Mapping[str, Text], matches: Matches) -> None:
    """Match what is alike; then find where the text of lines without an article went, and of new articles came from."""
    places = [place for place in texts if place not in matches.line_of]
    if not lines or not (places or any(line.stands for line in lines)):
        return
    weights = rarity(list(texts.values()))
    samples = [line.sample for line in lines]
    scores: list[dict[int, float]] = []
    for line, sample in zip(lines, samples, strict=True):
        row: dict[int, float] = {}
        alike = [sample.likeness(texts[place], weights) for place in places]
        most = max((likeness.of_old for likeness in alike), default=0.0)
        for column, (place, likeness) in enumerate(zip(places, alike, strict=True)):
            if likeness.speaks(SAME) and _may_be_it(likeness, most):
                same_page = matches.seen[place].page == line.page
                row[column] = likeness.both + SAME_PAGE * same_page + STANDS * line.stands
        scores.append(row)
    changed: list[tuple[Permalink, Sample]] = []
    for line, sample, column in zip(lines, samples, best_assignment(scores), strict=True):
        if column >= 0:
            matches.pair(places[column], line)
            changed.append((line, sample))
    _find_inside(lines, samples, texts, weights, matches)
    for place in places:
        if place not in matches.line_of:
            shares = [(sample.likeness(texts[place], weights), line) for line, sample in changed]
            told = [(one.of_new, line.id) for one, line in shares if one.of_new >= INSIDE and one.shared >= FEW]
            if told:
                matches.parted[place] = max(told)[1]


def _may_be_it(likeness: Likeness, most: float) -> bool:
    """Whether an article can be the old one, of which another has the share `most`.

    It has as much, or nearly; or it is a lesser part, but then one that is made of the old article in good part
    and not a long article that happens to have a passage of it.
    """
    if likeness.of_old >= NEARLY * most:
        return True
    return likeness.of_old >= SMALLER * most and likeness.of_new >= SAME


def _find_inside(
    lines: Sequence[Permalink],
    samples: Sequence[Sample],
    texts: Mapping[str, Text],
    weights: Mapping[int, float],
    matches: Matches,
) -> None:
    """Where the text of lines that have no article now stands: in the article that has most of it.

    Two notices may say much the same with other names. What an article shares with a lost one only shows that the lost
    one has come into it if the article has not said it before.
    """
    for line, sample in zip(lines, samples, strict=True):
        if line.id in matches.matched or line.state == "gone":
            continue
        best, most = "", 0.0
        for place, text in texts.items():
            share = sample.likeness(text, weights).of_old
            own = matches.line_of.get(place)
            enough = EQUAL if own is not None and sample.was_in(own.sample, text) else INSIDE
            if share >= enough and share > most:
                best, most = place, share
        if best:
            matches.inside[line.id] = best


# ---------------------------------------------------------------- in the whole archive


def _match_elsewhere(lines: Sequence[Permalink], loose: Sequence[tuple[Article, Page]], matches: Matches) -> None:
    """Match pages that stand at another place now: at least half of a page's lines must speak for the same pages.

    One article alone speaks for nothing: the notice that is printed each week would be taken for last week's.
    """
    articles: defaultdict[str, list[Article]] = defaultdict(list)
    for article, page in loose:
        articles[page.id].append(article)
    of_page: defaultdict[str, list[Permalink]] = defaultdict(list)
    for line in lines:
        of_page[line.page].append(line)
    voters = {page: [line for line in own if line.stands] or own for page, own in of_page.items()}
    votes = _votes([line for own in voters.values() for line in own], loose)
    for group, targets in _moved(voters, votes):
        _match_alike(
            [line for page in group for line in of_page[page]],
            {article.id: text_of(article) for page in targets for article in articles[page]},
            matches,
        )


def _votes(lines: Sequence[Permalink], loose: Iterable[tuple[Article, Page]]) -> Counter[tuple[str, str]]:
    """How many lines of an old page find their like on a new page, by both pages' ids."""
    samples = [line.sample for line in lines]
    index: defaultdict[int, list[int]] = defaultdict(list)
    for at, sample in enumerate(samples):
        for number in sample.numbers[:LOWEST]:
            index[number].append(at)
    veiled = [at for at, sample in enumerate(samples) if sample.veiled]
    best: dict[int, tuple[float, str]] = {}
    for article, page in loose:
        text = text_of(article)
        rare = [index[number] for number in sorted(index.keys() & text.numbers) if len(index[number]) <= COMMON]
        for at in sorted({at for found in rare for at in found} | set(veiled)):
            likeness = samples[at].likeness(text)
            if likeness.both >= ELSEWHERE and likeness.both > best.get(at, (0.0, ""))[0]:
                best[at] = (likeness.both, page.id)
    return Counter((lines[at].page, page) for at, (_, page) in best.items())


def _moved(
    voters: Mapping[str, Sequence[Permalink]], votes: Mapping[tuple[str, str], int]
) -> list[tuple[list[str], list[str]]]:
    """Old pages with the new ones that they are now, each set of them that shares a page."""
    led: defaultdict[str, list[str]] = defaultdict(list)
    given: Counter[str] = Counter()
    for (old, new), count in sorted(votes.items()):
        if 4 * count >= len(voters[old]):
            led[old].append(new)
            given[old] += count
    groups: list[tuple[list[str], list[str]]] = []
    for old, news in led.items():
        if 2 * given[old] < len(voters[old]):
            continue
        sharing = [group for group in groups if set(group[1]) & set(news)]
        merged = ([old], list(news))
        for group in sharing:
            merged = (group[0] + merged[0], list(dict.fromkeys(group[1] + merged[1])))
            groups.remove(group)
        groups.append(merged)
    return groups
