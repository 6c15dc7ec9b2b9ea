"""Which article of this build is which of the ledger's: by what they say, never by their place or number.

The articles of an issue are matched to the lines that the ledger has for its pages, all at once, as an assignment.
First go those whose text is the same to the letter, which in most builds are all; then pages whose date, newspaper or
number was set right, which have another id now. For the others each pair is weighed
by the shingles that both have, rare ones more; a pair counts if at least SAME of either is in the other. What is left
over is asked where its text went (merged) or came from (parted); and pages of which most is left over are looked for
in the whole archive, for their date or newspaper may have been set right, or their file renamed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from site_builder.assignment import best_assignment
from site_builder.fingerprints import FEW, Likeness, Sample, Text, rarity, shingles, veil
from site_builder.ledger import UNTITLED, Ledger, Permalink
from site_builder.model import Article, Page

SHORT = 24  # shingles: a byline, a date, the institution that signs a notice; others of the day say the same
LEFT = 0.2  # of an old article, for so little to be what is left of it
SAME = 0.4  # of one text in the other: an article read twice with 5 % of characters wrong has 0.86, strangers 0.1
INSIDE = 0.5  # of an old article in a new one: it was merged into it; of a new one in an old one: it was parted from it
TWICE = 1.0  # of an old article, where an article that was there all along has it: else it only says much the same
EQUAL = 0.95  # of an old article: all of it, but for a misread character
SMALLER = 0.5  # a part so much smaller than the largest isn't the article, wherever the largest went
NEARLY = 0.85  # as large as the largest, for a sample can't tell better
ELSEWHERE = 0.4  # of both texts, for an article of one page to speak for its page's being another one now
TIED = 0.1  # below the best: an advertisement is as like on ten pages, and goes with the rest of its own
SPOKEN_FOR = 3  # a third of a page's articles must come from the old pages that it is to be
STRONG = 100  # shingles that both pages must share: a notice that is printed each week has fewer
SAME_PAGE = 0.03  # tells two notices of the same words apart, one on each of two pages
STANDS = 0.02  # so does that an article stood there until now
APART = 0.2  # of a text: thrice what chance makes of a share
WHOLE = 0.02  # and so much a part must be more like an article than the whole that it was parted from

GREW = 0.5  # of the lost text: by so much an article must have grown that it came into, where nothing else tells
LOWEST = 6  # shingles of a line that it is looked up by: at 5 % misread all six are spoilt once in 100,000 lines
COMMON = 64  # lines: a shingle that more have is a turn of phrase

UNDATED = "undated"
LONGEST_HEADLINE = 80  # characters of it that the ledger keeps: no more are needed to say what was here
FIRST_WORDS = 24  # of an article without headline; never as the site shows them, for that changes more often


def issue_of(page_id: str) -> str:
    """What a page's articles are matched within: its issue, or an undated page by itself.

    >>> issue_of("liaoyuan-ribao/2021/01-21/p1"), issue_of("undated/box-3/scan_017")
    ('liaoyuan-ribao/2021/01-21', 'undated/box-3/scan_017')
    """
    return page_id if page_id.startswith(f"{UNDATED}/") else page_id.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Seen:
    """An article of this build: its place's id (not yet its own), its page's, and its text as the ledger keeps it;
    `signs` are the first words of one that has no letter, of which a fingerprint tells nothing.
    """

    place: str
    page: str
    size: int
    fingerprint: str
    signs: str = ""


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

    def knows(self, line: Permalink) -> bool:
        """Whether it is known what became of a line's text."""
        return line.id in self.matched or line.id in self.inside


def match(ledger: Ledger, pages: Sequence[Page], patient: bool = False) -> Matches:
    """Match the articles of all pages, whose ids are those of their places, to the ledger's lines.

    `patient`: some files can't be read. Then nobody knows whether a text that isn't seen has come into another, for it
    may stand in one of those.
    """
    matches = Matches()
    lines_of: defaultdict[str, list[Permalink]] = defaultdict(list)
    for line in ledger:
        if line.state != "moved" or not ledger.arrives(line.id):  # else it leads to the line that has the text
            lines_of[issue_of(line.page)].append(line)
    issues: defaultdict[str, list[Page]] = defaultdict(list)
    for page in pages:
        issues[issue_of(page.id)].append(page)
    for page in pages:
        for article in page.articles:
            size, fingerprint = size_and_fingerprint(article)
            signs = "" if size else called(article)
            matches.seen[article.id] = Seen(article.id, page.id, size, fingerprint, signs)
    unequal: dict[str, list[Permalink]] = {}
    for issue, held in issues.items():
        places = [article.id for page in held for article in page.articles]
        unequal[issue] = _match_equal(lines_of.pop(issue, []), places, matches)
    standing = Counter(line.page for line in ledger if line.stands)
    sizes = {page.id: len(page.articles) for page in pages}
    _match_renamed([*chain(*unequal.values()), *chain(*lines_of.values())], pages, standing, sizes, matches, patient)
    loose: list[tuple[Article, Page]] = []
    left: list[Permalink] = []
    for issue, held in issues.items():
        articles = [(article, page) for page in held for article in page.articles]
        lines = [line for line in unequal[issue] if not matches.knows(line)]
        if lines and (any(line.stands for line in lines) or any(a.id not in matches.line_of for a, _ in articles)):
            _match_alike(lines, {article.id: text_of(article) for article, _ in articles}, matches, patient)
        here = {page.id for page in held}
        left += [
            line
            for line in lines
            if line.id not in matches.matched and (line.id not in matches.inside or line.page not in here)
        ]
        loose += [(article, page) for article, page in articles if article.id not in matches.line_of]
    left += [line for lines in lines_of.values() for line in lines if not matches.knows(line)]
    if left and loose:
        _match_elsewhere(left, loose, standing, sizes, matches, patient)
    for id in matches.matched & matches.inside.keys():  # of a page that stands elsewhere: its twin had the words here
        del matches.inside[id]
    return matches


def text_of(article: Article) -> Text:
    return Text(shingles(article.text))


def size_and_fingerprint(article: Article) -> tuple[int, str]:
    """An article's text as the ledger keeps it."""
    if article.digest:
        return article.digest.size, article.digest.fingerprint
    text = text_of(article)
    return text.size, text.fingerprint()


def first_words(article: Article) -> str:
    """What the ledger calls an article without headline."""
    return article.digest.begins if article.digest else " ".join(article.text.split())[:FIRST_WORDS]


def called(article: Article) -> str:
    """An article's headline as the ledger keeps it."""
    return (article.headline or f"{UNTITLED}{first_words(article)}")[:LONGEST_HEADLINE]


# ---------------------------------------------------------------- within an issue


def _match_equal(lines: Sequence[Permalink], places: Sequence[str], matches: Matches) -> list[Permalink]:
    """Match what is equal to the letter, on the same page first; the lines that are left.

    What has no letter (“/”, ——) is equal if its signs are.
    """
    left = sorted(lines, key=lambda line: (not line.stands, bool(line.part_of), line.id))  # a whole before its part
    for by_page in (True, False):
        waiting: defaultdict[tuple[str, int, str, str], list[Permalink]] = defaultdict(list)
        for line in left:
            signs = "" if line.size or line.was_withheld else line.headline
            waiting[line.fingerprint, line.size, signs, line.page if by_page else ""].append(line)
        veiled = any(line.was_withheld for line in left)
        for place in places:
            if place in matches.line_of or not left:
                continue
            seen = matches.seen[place]
            prints = [(seen.fingerprint, seen.signs), *([(veil(seen.fingerprint), "")] if veiled else [])]
            for one, signs in prints:
                if found := waiting.get((one, seen.size, signs, seen.page if by_page else "")):
                    matches.pair(place, found.pop(0))
                    break
        left = [line for line in left if line.id not in matches.matched]
    return left


def _match_alike(
    lines: Sequence[Permalink], texts: Mapping[str, Text], matches: Matches, patient: bool = False
) -> None:
    """Match what is alike; then find where the text of lines without an article went, and of new articles came from."""
    places = [place for place in texts if place not in matches.line_of]
    if not lines or not (places or any(line.stands for line in lines)):
        return
    weights = rarity(list(texts.values()))
    samples = [line.sample for line in lines]
    alike = [[sample.likeness(texts[place], weights) for place in places] for sample in samples]
    at_of = {line.id: at for at, line in enumerate(lines)}
    parts: defaultdict[str, list[tuple[Sample, Sequence[Likeness]]]] = defaultdict(list)
    for line, sample, own in zip(lines, samples, alike, strict=True):
        if line.part_of in at_of:
            parts[line.part_of].append((sample, own))
    for place in texts:
        other = matches.line_of.get(place)
        if other is not None and other.part_of in at_of:
            parts[other.part_of].append((other.sample, ()))
    scores: list[dict[int, float]] = []
    for line, sample, own in zip(lines, samples, alike, strict=True):
        row: dict[int, float] = {}
        claimed: set[int] = set()
        if line.id in parts:
            rest, claimed = _rest(sample, own, parts[line.id])
            left = [rest.likeness(texts[place], weights) for place in places]
            own = [
                of_rest if of_rest.both > max(one.both, SAME) else one for one, of_rest in zip(own, left, strict=True)
            ]
        most = max((likeness.of_old for column, likeness in enumerate(own) if column not in claimed), default=0.0)
        for column, (place, likeness) in enumerate(zip(places, own, strict=True)):
            if (
                _tells(likeness, line.size)
                and likeness.speaks(SAME)
                and _may_be_it(likeness, most)
                and not _is_twins(column, own, alike)
            ):
                same_page = matches.seen[place].page == line.page
                row[column] = likeness.both + SAME_PAGE * same_page + STANDS * line.stands
                if line.part_of in at_of:
                    row[column] -= WHOLE
        scores.append(row)
    changed: list[tuple[Permalink, Sample]] = []
    for line, sample, column in zip(lines, samples, best_assignment(scores), strict=True):
        if column >= 0:
            matches.pair(places[column], line)
            changed.append((line, sample))
    for place in places:
        if place not in matches.line_of:
            shares = [(sample.likeness(texts[place], weights), line) for line, sample in changed]
            told = [(one.of_new, line.id) for one, line in shares if one.of_new >= INSIDE and one.shared >= FEW]
            if told:
                matches.parted[place] = max(told)[1]
    if not patient:
        _find_inside(lines, samples, texts, weights, matches)


def _rest(
    sample: Sample, alike: Sequence[Likeness], parts: Iterable[tuple[Sample, Sequence[Likeness]]]
) -> tuple[Sample, set[int]]:
    """What is left of a line's text without the parts that have an article of their own; and the columns of those that
    are more like such a part than like the whole.

    A correction has parted an article that was whole in the source, so its line has the text of the whole. Should the
    source part it too, most of that text is in the part's article, and yet what is left is the whole's own.
    """
    claimed: set[int] = set()
    apart = []
    for part, own in parts:
        more = {
            column
            for column, (of_part, of_whole) in enumerate(zip(own, alike, strict=False))
            if of_part.both >= SAME and of_part.both > of_whole.both + WHOLE
        }
        if more or not own:  # none: the part is there to the letter
            apart.append(part)
            claimed |= more
    return (sample.without(apart) if apart else sample), claimed


def _tells(likeness: Likeness, old: int) -> bool:
    """Whether what a new text shares with an old one of so many shingles says enough: if it is short, it must be a good
    part of either.

    A date or a byline stands in many articles of a day, and a rubric or a headline over many.
    """
    return (old >= SHORT or likeness.of_new >= SAME) and (likeness.of_old * old >= SHORT or likeness.of_old >= LEFT)


def _is_twins(column: int, own: Sequence[Likeness], alike: Sequence[Sequence[Likeness]]) -> bool:
    """Whether a new article that is like an old one is a part of another, which said the same with other names.

    A notice may be printed twice, by itself and within a longer article. When the next OCR runs the one together with
    others and parts the other from its article, what stands by itself now is more like the notice that did before. But
    another old article has all of it, names too; and all of the notice is elsewhere, or it is only a little of this.
    Where all of it is in several that have nothing else, it was parted itself, and the other need only have more.
    """
    likeness = own[column]
    told = max((row[column].of_new for row in alike if row[column].shared >= FEW), default=0.0) - likeness.of_new
    others = [one for at, one in enumerate(own) if at != column]
    if sum(one.of_old for one in others if one.of_new >= likeness.of_new + APART) >= likeness.of_old:
        return told > 0
    elsewhere = any(one.of_old >= likeness.of_old for one in others)
    return told >= APART and (elsewhere or likeness.of_new < SAME)


def _may_be_it(likeness: Likeness, most: float) -> bool:
    """Whether an article can be the old one, of which another has the share `most`.

    It has as much, or nearly; or it is a lesser part, but then one that is made of the old article in good part
    and not a long article that happens to have a passage of it. Where another has all of it, a lesser part is none: it
    is a notice of the same words with other names.
    """
    if likeness.of_old >= NEARLY * most:
        return True
    return most < EQUAL and likeness.of_old >= SMALLER * most and likeness.of_new >= SAME


def _find_inside(
    lines: Sequence[Permalink],
    samples: Sequence[Sample],
    texts: Mapping[str, Text],
    weights: Mapping[int, float],
    matches: Matches,
) -> None:
    """Where the text of lines that have no article now stands: in the article that has most of it.

    Two articles may say the same, a passage that was read twice or a notice with other names. What an article shares
    with a lost one only shows that the lost one has come into it if the article has not said it before. If all that
    have it have said it before, a new article that has some of it is the lost one's own. A turn of phrase (本报讯) has
    come into an article only if it is the one of its page that has it and had not said it before.
    """
    line_of = {line.id: line for line in lines}
    before = {place: line_of[matches.parted[place]] for place in texts if matches.parted.get(place) in line_of}
    before |= {place: matches.line_of[place] for place in texts if place in matches.line_of}
    home = _homes(texts, matches)
    lost: list[tuple[Permalink, Sample, list[Find], list[tuple[float, str]]]] = []
    for line, sample in zip(lines, samples, strict=True):
        if line.id in matches.matched or line.state == "gone":
            continue
        found: list[Find] = []
        spare: list[tuple[float, str]] = []
        short = line.size < SHORT
        for place, text in texts.items():
            likeness = sample.likeness(text, weights)
            if not likeness.speaks(SAME) or (short and matches.seen[place].page != home.get(line.page, line.page)):
                continue
            news = _is_news(line, sample, before.get(place), text)
            if likeness.of_old >= (TWICE if news == TOLD else INSIDE) or short:
                found.append(Find(news, likeness.of_old, place))
            if place not in matches.line_of and not short:
                spare.append((likeness.of_old, place))
        if short:
            found = _plainly(found)
        if found:
            lost.append((line, sample, found, spare))
    claims: defaultdict[str, list[tuple[float, Sample]]] = defaultdict(list)
    for _, sample, found, _ in lost:
        for find in found:
            if find.news >= NEWS:
                claims[find.place].append((find.of_old, sample))
    for line, sample, found, spare in lost:
        place, news = _likeliest(sample, found, claims, texts)
        if news == TOLD and spare:
            matches.pair(max(spare, key=lambda one: one[0])[1], line)
        else:
            matches.inside[line.id] = place


def _homes(places: Iterable[str], matches: Matches) -> dict[str, str]:
    """Where each page is now, by its id: most of its articles are there. A page that is inserted renumbers others."""
    pages: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        if line := matches.line_of.get(place):
            pages[line.page][matches.seen[place].page] += 1
    return {old: min(count, key=lambda new: (-count[new], new)) for old, count in pages.items()}


@dataclass(frozen=True, slots=True)
class Find:
    """An article that has a share of a lost line's text, and whether that is news there."""

    news: int
    of_old: float
    place: str


TOLD, UNSURE, NEWS, LED = range(4)


def _plainly(found: Sequence[Find]) -> list[Find]:
    """Of the articles of its page that have a short text, the one into which it has come, if that is beyond doubt.

    >>> told, unsure, news = Find(TOLD, 1.0, "a"), Find(UNSURE, 1.0, "b"), Find(NEWS, 1.0, "c")
    >>> [[find.place for find in _plainly(found)] for found in ([told], [unsure], [told, news], [unsure, news])]
    [[], ['b'], ['c'], []]
    """
    if led := [find for find in found if find.news == LED]:
        return led
    new = [find for find in found if find.news != TOLD]
    plain = len(new) == 1 and new[0].of_old >= INSIDE and (new[0].news == NEWS or len(found) == 1)
    return new if plain else []


def _is_news(line: Permalink, sample: Sample, own: Permalink | None, text: Text) -> int:
    """Whether an article, which was `own` before or a part of it, did not say yet what a lost line says.

    A long article's sample holds few of a short text's shingles, or none. Then it tells something that the article has
    grown, but nothing that it hasn't, for it may have lost other lines. What a build has decided holds at the next; and
    a part without an article is in its whole again, whose line had the part's text all along if a correction parted it.
    """
    if own is None:
        return NEWS
    if (line.state == "merged" and line.to == own.id) or line.part_of == own.id:
        return LED
    known, before = sample.shared_before(own.sample, text)
    if known >= FEW or 0 < known == before:
        return TOLD if 2 * before > known else NEWS
    return NEWS if text.size - own.size >= GREW * line.size else UNSURE


def _likeliest(
    sample: Sample,
    found: Sequence[Find],
    claims: Mapping[str, Sequence[tuple[float, Sample]]],
    texts: Mapping[str, Text],
) -> tuple[str, int]:
    """The article that a lost line came into, and whether its text is news there.

    Two notices with the same words but for the names may both be lost, each into another article. To either, the
    other's article tells news too; but what is new there is the other's if that one has more of its words there.
    """
    best, likeliest = (-1, 0.0), ("", TOLD)
    for find in found:
        news = find.news
        if news == NEWS and any(
            more > find.of_old and _twins(sample, other, texts[find.place]) for more, other in claims[find.place]
        ):
            news = UNSURE
        if (news, find.of_old) > best:
            best, likeliest = (news, find.of_old), (find.place, news)
    return likeliest


def _twins(sample: Sample, other: Sample, text: Text) -> bool:
    """Whether most of what one lost line shares with a text the other one shares with it too."""
    known, shared = sample.shared_before(other, text)
    return known >= FEW and 2 * shared > known


# ---------------------------------------------------------------- in the whole archive


def _match_renamed(
    lines: Sequence[Permalink],
    pages: Sequence[Page],
    standing: Mapping[str, int],
    held: Mapping[str, int],
    matches: Matches,
    patient: bool,
) -> None:
    """Match pages whose ids are new before all others: where a page's date, newspaper or number was set right, that
    keeps its articles from being taken for others of the issue, where it stood, that say much the same.
    """
    new = [(article, page) for page in pages if page.id not in standing for article in page.articles]
    loose = [(article, page) for article, page in new if article.id not in matches.line_of]
    left = [line for line in lines if line.id not in matches.matched]
    if left and loose:
        stays = _staying(left, pages, standing, matches)
        _match_elsewhere([line for line in left if line.page not in stays], loose, standing, held, matches, patient)


def _staying(
    lines: Sequence[Permalink], pages: Sequence[Page], standing: Mapping[str, int], matches: Matches
) -> frozenset[str]:
    """The pages half of whose lines find their like on the page of the same id: these stand where they stood.

    A wire story of the same day, or last year's, on a page that is new takes nothing from them.
    """
    asked = {line.page for line in lines}
    texts = {
        page.id: [text_of(article) for article in page.articles if article.id not in matches.line_of]
        for page in pages
        if page.id in asked
    }
    count = Counter(line.page for line in matches.line_of.values() if line.stands)
    for line in lines:
        if line.stands:
            sample = line.sample
            count[line.page] += any(sample.likeness(text).both >= ELSEWHERE for text in texts.get(line.page, ()))
    return frozenset(page for page, number in count.items() if number and 2 * number >= standing.get(page, 0))


def _match_elsewhere(
    lines: Sequence[Permalink],
    loose: Sequence[tuple[Article, Page]],
    standing: Mapping[str, int],
    held: Mapping[str, int],
    matches: Matches,
    patient: bool,
) -> None:
    """Match pages that stand at another place now: at least half of all lines that stood on a page must speak for the
    same pages, be it that they are still there and speak for none, and must say enough together.

    One article alone speaks for nothing: the notice that is printed each week would be taken for last week's.
    `standing` counts the lines that stood on each old page, `held` the articles on each new one.
    """
    articles: defaultdict[str, list[Article]] = defaultdict(list)
    for article, page in loose:
        articles[page.id].append(article)
    of_page: defaultdict[str, list[Permalink]] = defaultdict(list)
    for line in lines:
        of_page[line.page].append(line)
    voters = {
        page: [line for line in own if line.stands] or [line for line in own if line.state != "merged"]
        for page, own in of_page.items()
    }  # a merged line's text is another's; but where a correction has joined the two, it goes with its page
    electorate = {page: standing.get(page, 0) or len(own) for page, own in voters.items()}
    votes = _votes(voters, loose)
    for group, targets in _moved(electorate, held, votes):
        _match_alike(
            [line for page in group for line in of_page[page]],
            {article.id: text_of(article) for page in targets for article in articles[page]},
            matches,
            patient,
        )


@dataclass(slots=True)
class Vote:
    """How many lines of an old page find their like on a new one, and about how many shingles they share."""

    lines: int = 0
    shared: float = 0.0
    equal: int = 0  # to the letter


def _votes(
    voters: Mapping[str, Sequence[Permalink]], loose: Iterable[tuple[Article, Page]]
) -> dict[tuple[str, str], Vote]:
    """What the lines of old pages say for new pages, by both pages' ids: each line for one."""
    lines = [line for own in voters.values() for line in own]
    samples = [line.sample for line in lines]
    told = [(article, page, text_of(article)) for article, page in loose]
    wanted = frozenset().union(*(text.numbers for *_, text in told))
    index: defaultdict[int, list[int]] = defaultdict(list)
    for at, sample in enumerate(samples):
        for number in sample.numbers[:LOWEST]:
            if number in wanted:
                index[number].append(at)
    veiled = [at for at, sample in enumerate(samples) if sample.veiled]
    found: defaultdict[int, dict[str, tuple[float, float, bool]]] = defaultdict(dict)
    for _article, page, text in told:
        rare = [index[number] for number in sorted(index.keys() & text.numbers) if len(index[number]) <= COMMON]
        like = [at for at in veiled if 2 * lines[at].size >= text.size and lines[at].size <= 2 * text.size]
        for at in sorted({at for found in rare for at in found} | set(like)):
            both = samples[at].likeness(text).both
            if both >= ELSEWHERE and both > found[at].get(page.id, (0.0,))[0]:
                equal = lines[at].size == text.size and both == 1.0
                found[at][page.id] = (both, both * min(lines[at].size, text.size), equal)
    votes: dict[tuple[str, str], Vote] = {}
    first = 0
    for old, own in voters.items():
        _vote(old, [found.get(first + at, {}) for at in range(len(own))], votes)
        first += len(own)
    return votes


def _vote(
    old: str, found: Sequence[Mapping[str, tuple[float, float, bool]]], votes: dict[tuple[str, str], Vote]
) -> None:
    """Count an old page's votes. A line that finds its like on several pages goes with most of the others."""
    liked = []
    for one in found:
        best = max((both for both, _, _ in one.values()), default=0.0)
        liked.append([page for page, (both, _, _) in one.items() if both >= best - TIED])
    left = [at for at, pages in enumerate(liked) if pages]
    while left:
        count = Counter(page for at in left for page in liked[at])
        most = max(count.values())
        page = min(page for page, times in count.items() if times == most)
        vote = votes[old, page] = Vote()
        for at in left:
            if page in liked[at]:
                _, shared, equal = found[at][page]
                vote.lines += 1
                vote.shared += shared
                vote.equal += equal
        left = [at for at in left if page not in liked[at]]


def _moved(
    electorate: Mapping[str, int], held: Mapping[str, int], votes: Mapping[tuple[str, str], Vote]
) -> list[tuple[list[str], list[str]]]:
    """Old pages with the new ones that they are now, each set of them that shares a page.

    A page of one notice is another one only if it is so to the letter, and has nothing else.
    """
    spoken: Counter[str] = Counter()
    for (_, new), vote in votes.items():
        spoken[new] += vote.lines
    led: defaultdict[str, list[str]] = defaultdict(list)
    given: defaultdict[str, Vote] = defaultdict(Vote)
    for (old, new), vote in sorted(votes.items(), key=lambda one: one[0]):
        if 4 * vote.lines >= electorate[old] and SPOKEN_FOR * spoken[new] >= held[new]:
            led[old].append(new)
            sum_of = given[old]
            sum_of.lines += vote.lines
            sum_of.shared += vote.shared
            sum_of.equal += vote.equal
    sure = {
        old: news
        for old, news in led.items()
        if 2 * given[old].lines >= electorate[old]
        and (given[old].shared >= STRONG or given[old].equal == electorate[old] == sum(held[new] for new in news))
    }
    return _sharing(sure)


def _sharing(led: Mapping[str, Sequence[str]]) -> list[tuple[list[str], list[str]]]:
    """Old pages and the new ones that they lead to, in sets that share no page.

    >>> _sharing({"a": ["x"], "b": ["y"], "c": ["x", "z"]})
    [(['a', 'c'], ['x', 'z']), (['b'], ['y'])]
    """
    olds_of: defaultdict[str, list[str]] = defaultdict(list)
    for old, news in led.items():
        for new in news:
            olds_of[new].append(old)
    out: list[tuple[list[str], list[str]]] = []
    seen: set[str] = set()
    for first in led:
        if first in seen:
            continue
        olds: dict[str, None] = {first: None}
        found: dict[str, None] = {}
        waiting = [first]
        while waiting:
            for new in led[waiting.pop()]:
                if new not in found:
                    found[new] = None
                    more = [old for old in olds_of[new] if old not in olds]
                    olds |= dict.fromkeys(more)
                    waiting += more
        seen.update(olds)
        out.append((list(olds), list(found)))
    return out
