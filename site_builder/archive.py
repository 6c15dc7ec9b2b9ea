"""Everything gathered: whose page, which day, which address; what stands before and after; by date, city and topic."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from site_builder import addresses, continuations, metadata, words
from site_builder.corrections import FACTS_OF_PAGES
from site_builder.errors import SourceError
from site_builder.facts import Register, settle
from site_builder.holdings import check, holdings
from site_builder.language import _
from site_builder.ledger import Ledger, Permalink
from site_builder.mending import Mended, mend
from site_builder.model import (
    Article,
    City,
    Correction,
    EditorPage,
    Finding,
    Issue,
    Newspaper,
    Outcome,
    Page,
    PageEntry,
    PageFacts,
    Settings,
    Topic,
    natural_order,
)
from site_builder.page_facts import facts_of_pages
from site_builder.permalinks import Permalinks, Rules, assign, restructured
from site_builder.runs import Holdings
from site_builder.slugs import slug
from site_builder.withhold import veiled, withhold, without_words

Found = TypeVar("Found", Article, Finding)


@dataclass(frozen=True)
class Place:
    """What the archive holds of and about one city: its own newspapers' issues, and articles that tell of it."""

    city: City
    newspapers: tuple[Newspaper, ...]
    issues: tuple[Issue, ...]
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Subject:
    """A topic and its articles, oldest first, of a day the last first."""

    topic: Topic
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class ForEditors:
    """What the terminal tells and no page: the findings and the corrections with all their words, those too that may
    quote a text which must not be shown.
    """

    findings: tuple[Finding, ...] = ()
    corrections: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Archive:
    """The whole archive. Pages stand in order: by newspaper, date, edition and number, the undated ones last."""

    settings: Settings
    newspapers: tuple[Newspaper, ...]
    issues: tuple[Issue, ...]
    undated: tuple[Page, ...]
    editor_pages: tuple[EditorPage, ...] = ()
    findings: tuple[Finding, ...] = ()
    permalinks: Permalinks = field(default_factory=Permalinks)
    corrections: tuple[Outcome, ...] = ()  # all of them, in the order in which they were carried out
    for_editors: ForEditors = field(default_factory=ForEditors)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return (*(page for issue in self.issues for page in issue.pages), *self.undated)

    @property
    def articles(self) -> Iterator[Article]:
        """All articles that may be shown, in order."""
        return (article for page in self.pages for article in page.articles if not article.withheld)

    @cached_property
    def page_of(self) -> Mapping[str, Page]:
        """Page by id."""
        return {page.id: page for page in self.pages}

    @cached_property
    def issue_of(self) -> Mapping[str, Issue]:
        """Issue by the id of one of its pages; undated pages have none."""
        return {page.id: issue for issue in self.issues for page in issue.pages}

    @cached_property
    def article_of(self) -> Mapping[str, Article]:
        """Article by id, withheld ones too."""
        return {article.id: article for page in self.pages for article in page.articles}

    @cached_property
    def former(self) -> tuple[Permalink, ...]:
        """The lines of addresses where no article stands now, in order."""
        ledger, waiting = self.permalinks.ledger, self.permalinks.waiting
        return tuple(ledger.lines[id] for id in sorted(ledger.lines) if not ledger.lines[id].stands or id in waiting)

    @cached_property
    def parts_of(self) -> Mapping[str, tuple[Article, ...]]:
        """The articles that were once parted from each, by its id."""
        found: defaultdict[str, list[Article]] = defaultdict(list)
        for line in sorted(self.permalinks.ledger, key=lambda line: line.id):
            whole = self.permalinks.ledger.end_of(line.part_of)
            if line.part_of and whole != line.id and line.id in self.article_of:
                found[whole].append(self.article_of[line.id])
        return {id: tuple(parts) for id, parts in found.items()}

    def whole_of(self, article: Article) -> tuple[Article, ...]:
        """The parts of a continued article in order, this one among them; any other article alone.

        A part that must not be shown ends the chain: what goes on behind it stands by itself.
        """
        return self._wholes.get(article.id, (article,))

    def headed(self, article: Article) -> Article | None:
        """The part whose headline names the article: this one if it has its own, else the first that has one."""
        if article.headline:
            return article
        return next((part for part in self.whole_of(article) if part.headline), None)

    @cached_property
    def _wholes(self) -> Mapping[str, tuple[Article, ...]]:
        linked = {article.id: article for article in self.articles if article.continues or article.continued_by}
        found: dict[str, tuple[Article, ...]] = {}
        first = [article for article in linked.values() if article.continues not in linked]
        for article in (*first, *linked.values()):  # the latter for those that lead round in a ring
            parts: dict[str, Article] = {}
            part: Article | None = article
            while part and part.id not in parts and part.id not in found:
                parts[part.id] = part
                part = linked.get(part.continued_by)
            found |= dict.fromkeys(parts, tuple(parts.values()))
        return found

    @cached_property
    def page_corrections(self) -> Mapping[str, tuple[Outcome, ...]]:
        """The corrections of a page's own facts that were carried out, by its id."""
        found: defaultdict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.corrections:
            if outcome.done and outcome.correction.fact in FACTS_OF_PAGES:
                found[outcome.page_id].append(outcome)
        return {id: tuple(outcomes) for id, outcomes in found.items()}

    @cached_property
    def findings_of(self) -> Mapping[str, tuple[Finding, ...]]:
        """An article's findings by its id, and under a page's id those that concern the page as such."""
        found: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            found[finding.article_id or finding.page_id].append(finding)
        return {id: tuple(findings) for id, findings in found.items()}

    @cached_property
    def issues_of(self) -> Mapping[str, tuple[Issue, ...]]:
        """A newspaper's issues by its id, oldest first."""
        return {id: tuple(issues) for id, issues in itertools.groupby(self.issues, lambda issue: issue.newspaper.id)}

    @cached_property
    def undated_of(self) -> Mapping[str, tuple[Page, ...]]:
        """A newspaper's pages that belong to no issue, by its id."""
        found: defaultdict[str, list[Page]] = defaultdict(list)
        for page in self.undated:
            if page.newspaper is not None:
                found[page.newspaper.id].append(page)
        return {id: tuple(pages) for id, pages in found.items()}

    @cached_property
    def holdings(self) -> Mapping[str, Holdings]:
        """What is known of each newspaper's days, by its id."""
        return {paper.id: holdings(paper, self.issues_of.get(paper.id, ())) for paper in self.newspapers}

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[Article | None, Article | None]]:
        """The articles before and after each, by id: within its newspaper, or within its page if undated.

        A withheld article is nobody's neighbour, but has neighbours itself.
        """
        runs: list[list[Article]] = [
            [article for issue in issues for article in issue.articles] for issues in self.issues_of.values()
        ]
        runs += [list(page.articles) for page in self.undated]
        found: dict[str, tuple[Article | None, Article | None]] = {}
        for run in runs:
            after: list[Article | None] = list(_shown_before(reversed(run)))[::-1]
            for article, previous, following in zip(run, _shown_before(run), after, strict=True):
                found[article.id] = (previous, following)
        return found

    @cached_property
    def issue_neighbours(self) -> Mapping[str, tuple[Issue | None, Issue | None]]:
        """The issues of the same newspaper before and after each, by id."""
        return {
            issue.id: (issues[at - 1] if at else None, issues[at + 1] if at + 1 < len(issues) else None)
            for issues in self.issues_of.values()
            for at, issue in enumerate(issues)
        }

    # ------------------------------------------------------------ indexes

    @cached_property
    def by_date(self) -> Mapping[dt.date, tuple[Issue, ...]]:
        """The issues of each day held, days in order."""
        days: defaultdict[dt.date, list[Issue]] = defaultdict(list)
        for issue in self.issues:
            days[issue.date].append(issue)
        return {day: tuple(days[day]) for day in sorted(days)}

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The days held, in order."""
        return tuple(self.by_date)

    @cached_property
    def months(self) -> Mapping[tuple[int, int], tuple[dt.date, ...]]:
        """The years and months that something is held of, in order, each with its days."""
        return {
            month: tuple(days) for month, days in itertools.groupby(self.by_date, lambda day: (day.year, day.month))
        }

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(year for year, _ in self.months))

    @cached_property
    def topics(self) -> tuple[Subject, ...]:
        """The topics that articles have, most frequent first."""
        articles: defaultdict[str, list[Article]] = defaultdict(list)
        for article in self.by_day(self.articles):
            for name in article.topics:
                articles[name].append(article)
        subjects = [Subject(self._topics[name], tuple(found)) for name, found in articles.items()]
        return tuple(sorted(subjects, key=lambda subject: (-len(subject.articles), subject.topic.id)))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The cities that have newspapers or articles here: those with newspapers first, then the most told of."""
        articles: defaultdict[str, list[Article]] = defaultdict(list)
        for article in self.by_day(self.articles):
            for id in dict.fromkeys(self.city(name).id for name in article.places):
                articles[id].append(article)
        issues: defaultdict[str, list[Issue]] = defaultdict(list)
        for issue in sorted(self.issues, key=lambda issue: (issue.date, issue.id)):
            for id in dict.fromkeys(self.city(page.facts.city).id for page in issue.pages if page.facts.city):
                issues[id].append(issue)
        places = []
        for city in dict.fromkeys(self._cities.values()):
            if issues[city.id] or articles[city.id]:
                newspapers = sorted({issue.newspaper for issue in issues[city.id]}, key=lambda paper: paper.id)
                places.append(Place(city, tuple(newspapers), tuple(issues[city.id]), tuple(articles[city.id])))
        return tuple(sorted(places, key=lambda place: (not place.issues, -len(place.articles), place.city.id)))

    def topic(self, name: str) -> Topic:
        """The topic of this name."""
        return self._topics[name]

    def city(self, name: str) -> City:
        """The city of this name: 辽源 and 辽源市 are one."""
        return self._cities[city_key(name)]

    @cached_property
    def _topics(self) -> Mapping[str, Topic]:
        topics = {topic.name: topic for topic in self.settings.topics}
        taken = {topic.id for topic in topics.values()}
        for name in sorted({name for page in self.pages for article in page.articles for name in article.topics}):
            if name not in topics:
                topics[name] = Topic(addresses.free_id(slug(name) or "topic", taken), name)
                taken.add(topics[name].id)
        return topics

    @cached_property
    def _cities(self) -> Mapping[str, City]:
        cities = {city_key(name): city for city in self.settings.cities for name in (*city.other_names, city.name)}
        taken = {city.id for city in cities.values()}
        names = {newspaper.city for newspaper in self.newspapers} | {page.facts.city for page in self.pages}
        names |= {name for page in self.pages for article in page.articles for name in article.places}
        for name in sorted(names - {""}):
            if city_key(name) not in cities:
                city = City(addresses.free_id(slug(name) or "city", taken), name)
                cities[city_key(name)] = city
                taken.add(city.id)
        return cities

    def by_day(self, found: Iterable[Found]) -> list[Found]:
        """Oldest first, what has no date before all others; but of one day the last first.

        So it is shown from its end: the newest day above all others, and each day from its first page on.
        """

        def date(one: Found) -> dt.date:
            page = self.page_of.get(one.page_id)
            return page.facts.date or dt.date.min if page else dt.date.min

        last_first = list(found)[::-1]
        return sorted(last_first, key=date)


def city_key(name: str) -> str:
    """The same for 辽源 and 辽源市; a county keeps its 县, for 通化县 is not 通化."""
    return name[:-1] if len(name) > 2 and name.endswith("市") else name


def _shown_before(run: Iterable[Article]) -> Iterator[Article | None]:
    """For each article of a run, the last one before it that may be shown."""
    last: Article | None = None
    for article in run:
        yield last
        if not article.withheld:
            last = article


# ---------------------------------------------------------------- gathering


def gather(
    settings: Settings,
    pages: Iterable[Page],
    editor_pages: Iterable[EditorPage] = (),
    findings: Iterable[Finding] = (),
    ledger: Ledger | None = None,
    rules: Rules | None = None,
    corrections: Sequence[Correction] = (),
) -> Archive:
    """The archive that these pages make: facts settled, addresses given, corrections carried out, what must not be
    shown blanked out.

    `findings` are those that belong to no page (a file that could not be read). `ledger` has the addresses that were
    published before, and `rules` is what the archivist says of them besides what stands in archive.toml.
    """
    ledger = ledger or Ledger()
    ordered = sorted(pages, key=lambda page: natural_order(page.source.source))
    newspapers, gathered, placed = _placed(settings, ordered, ledger)
    given, of_facts = facts_of_pages(corrections, before := _all(gathered, placed), ledger)
    if given:
        settings = _with_given(settings, given)
        ordered = [_known_anew(page, settings) if page.source.source in given else page for page in ordered]
        newspapers, gathered, placed = _placed(settings, ordered, ledger)
        of_facts = _renamed(of_facts, before, _all(gathered, placed))
    rules = replace(rules or Rules(), withhold=settings.withhold)
    permalinks = assign(ledger, _all(gathered, placed), rules)
    gathered = [replace(one, pages=tuple(_owned(page, permalinks.ids) for page in one.pages)) for one in gathered]
    placed = [_owned(page, permalinks.ids) for page in placed]
    mended = mend(_all(gathered, placed), corrections, permalinks, settings) if corrections else Mended()
    permalinks = restructured(permalinks, ledger, mended.joined, mended.parted, rules.day)
    gathered = [
        _with_parts_joined(replace(one, pages=tuple(mended.pages.get(page.id, page) for page in one.pages)))
        for one in gathered
    ]
    placed = [mended.pages.get(page.id, page) for page in placed]
    gathered, placed, outcomes = _with_jumps(gathered, placed, mended)
    outcomes = sorted([*of_facts, *outcomes], key=lambda one: one.correction.order)
    told = veiled(outcomes, _all(gathered, placed), permalinks.withheld, permalinks.ledger)
    silent = {(one.correction.file, one.correction.number): one for one in told if one.veiled}

    def public(page: Page) -> Page:
        return without_words(withhold(page, permalinks.withheld), silent)

    gathered = [replace(issue, pages=tuple(map(public, issue.pages))) for issue in _with_doubtful_numbers(gathered)]
    loose = tuple(map(public, placed))
    every = [*(page for issue in gathered for page in issue.pages), *loose]
    editor_pages = tuple(editor_pages)
    _check_names(newspapers, editor_pages)
    for newspaper in newspapers:
        check(newspaper, (issue for issue in gathered if issue.newspaper.id == newspaper.id))
    doubts = tuple(finding for page in every for finding in page.findings)
    return Archive(
        settings=settings,
        newspapers=newspapers,
        issues=tuple(gathered),
        undated=loose,
        editor_pages=editor_pages,
        findings=(*doubts, *_of_those_not_done(told), *findings),
        permalinks=permalinks,
        corrections=tuple(told),
        for_editors=ForEditors((*doubts, *_of_those_not_done(outcomes), *findings), tuple(outcomes)),
    )


# ---------------------------------------------------------------- corrections


def _with_given(settings: Settings, given: Mapping[str, PageFacts]) -> Settings:
    """The settings as if archive.toml said of pages what corrections say; the corrections overrule it."""
    entries = {entry.source: entry for entry in settings.pages}
    for source, facts in given.items():
        entries[source] = PageEntry(source, facts.over(entries[source].facts if source in entries else PageFacts()))
    return replace(settings, pages=tuple(entries.values()))


def _known_anew(page: Page, settings: Settings) -> Page:
    """The page, with its doubts about its date and what its articles tell of worked out from its corrected facts."""
    kept = tuple(finding for finding in page.findings if finding.code not in ("date-weekday", "date-lunar"))
    return metadata.add_subjects(metadata.read_facts(replace(page, findings=kept), settings), settings)


def _renamed(outcomes: Iterable[Outcome], before: Iterable[Page], after: Iterable[Page]) -> list[Outcome]:
    """The outcomes with the ids that pages have since their facts were corrected."""
    source_of = {page.id: page.source.source for page in before}
    id_of = {page.source.source: page.id for page in after}
    return [replace(one, page_id=id_of.get(source_of.get(one.page_id, ""), one.page_id)) for one in outcomes]


def _with_jumps(
    issues: Sequence[Issue], loose: Sequence[Page], mended: Mended
) -> tuple[list[Issue], list[Page], list[Outcome]]:
    """Lead articles on to where corrections say that they go on; nowhere, where they say that."""
    outcomes = list(mended.outcomes)
    if not mended.jumps:
        return list(issues), list(loose), outcomes
    articles = {article.id: article for page in _all(issues, loose) for article in page.articles}
    leads = {id: (to, articles[id].continued_by) for id, (to, _by) in mended.jumps.items() if id in articles}
    onward = {id: article.continued_by for id, article in articles.items() if article.continued_by}
    for id, (to, _was) in leads.items():
        onward = {one: other for one, other in onward.items() if one != id and other != to}
        if to:
            onward[id] = to
    back = {to: id for id, to in onward.items()}

    def led(page: Page) -> Page:
        wanted = [(onward.get(one.id, ""), back.get(one.id, "")) for one in page.articles]
        if all((one.continued_by, one.continues) == two for one, two in zip(page.articles, wanted, strict=True)):
            return page
        return replace(
            page,
            articles=tuple(
                replace(one, continued_by=on, continues=before)
                for one, (on, before) in zip(page.articles, wanted, strict=True)
            ),
            findings=tuple(
                one
                for one in page.findings
                if not (one.code == "jump-nowhere" and one.article_id in leads)
                and not (one.code == "no-headline" and one.article_id in back)
            ),
        )

    for at, outcome in enumerate(outcomes):
        if outcome.correction.fact == "jump" and outcome.done and outcome.article_id in leads:
            to, was = leads[outcome.article_id]
            outcomes[at] = replace(outcome, state="already-right") if to == was else replace(outcome, before=was)
    return (
        [replace(issue, pages=tuple(map(led, issue.pages))) for issue in issues],
        [led(page) for page in loose],
        outcomes,
    )


def _of_those_not_done(outcomes: Iterable[Outcome]) -> Iterator[Finding]:
    """A finding for each correction that could not be carried out."""
    for outcome in outcomes:
        one, message = outcome.correction, outcome.message
        said = _("{name}（{by}，{date}）：{message}", name=one.name, by=one.by, date=one.date, message=message)
        if outcome.state == "conflict":
            yield Finding("correction-conflict", said, outcome.page_id, outcome.article_id)
        elif outcome.state == "orphaned":
            yield Finding("correction-orphaned", said, outcome.page_id, outcome.article_id)


def _placed(
    settings: Settings, pages: Sequence[Page], ledger: Ledger
) -> tuple[tuple[Newspaper, ...], list[Issue], list[Page]]:
    """The pages with their facts settled and their addresses: newspapers, issues, and pages that belong to none."""
    settled = settle(settings, pages)
    register = Register(settings, settled)
    issues: defaultdict[tuple[str, dt.date, str], list[Page]] = defaultdict(list)
    undated: list[Page] = []
    for page in map(register.named, settled):
        if page.newspaper is None or page.facts.date is None:
            undated.append(page)
        else:
            issues[page.newspaper.id, page.facts.date, page.facts.edition].append(page)
    return register.newspapers, [_issue(issues[key]) for key in sorted(issues)], list(_undated(undated, ledger))


def _all(issues: Iterable[Issue], loose: Iterable[Page]) -> list[Page]:
    return [*(page for issue in issues for page in issue.pages), *loose]


def _with_parts_joined(issue: Issue) -> Issue:
    """The issue with the parts of its articles joined across its pages."""
    pages, findings = continuations.join(issue.pages)
    of: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        of[finding.page_id].append(finding)
    return replace(
        issue,
        pages=tuple(replace(page, findings=(*page.findings, *of[page.id])) if of[page.id] else page for page in pages),
    )


def _issue(pages: Sequence[Page]) -> Issue:
    """One day's pages of one newspaper, with their addresses."""
    first = pages[0]
    assert first.newspaper is not None and first.facts.date is not None
    id = addresses.issue_id(first.newspaper.id, first.facts.date, first.facts.edition)
    url = addresses.html(id)
    taken: dict[str, Page] = {}
    for page in sorted(pages, key=lambda page: (page.facts.page is None, page.facts.page or 0)):
        wanted = f"{id}/{addresses.page_name(page.facts.page, page.source.source)}"
        page_id = addresses.free_id(wanted, taken)
        doubts = []
        if page.facts.page is not None and page_id != wanted:
            doubts.append(_same_page(page, taken[wanted]))
        doubts += _if_empty(page)
        taken[page_id] = _addressed(page, page_id, f"{url}#{page_id.rsplit('/', 1)[-1]}", doubts)
    return Issue(id, url, first.newspaper, first.facts.date, tuple(taken.values()), first.facts.edition)


def _same_page(page: Page, first: Page) -> Finding:
    return Finding(
        "same-page",
        _(
            "《{newspaper}》同一天的第{page}版有不止一份来源：{first} 与 {second}。两份都已刊出。",
            newspaper=page.facts.newspaper,
            page=page.facts.page,
            first=first.source.source,
            second=page.source.source,
        ),
    )


def _if_empty(page: Page) -> list[Finding]:
    """A finding if nothing is printed on the page: whoever looks for its text must not think that it was lost here."""
    if page.furniture or page.articles:
        return []
    return [Finding("empty-page", _("这一版的来源里没有一个字：原版可能空白或只有图片，也可能没有识别出文字。"))]


def _undated(pages: Iterable[Page], ledger: Ledger) -> Iterator[Page]:
    """Pages whose newspaper or day nobody knows, with their addresses: none where an article ever stood."""
    known = [addresses.folded(id) for id in ledger.lines if id.startswith("undated/")]
    blocked = {*known, *(id[: id.rindex(".html/")] for id in known if ".html/" in id)}  # `taken`, what was, and what
    # would be a file where older versions made a folder
    taken: set[str] = set()
    for page in pages:
        id = _free_undated_id(page, taken, blocked)
        doubts = _if_empty(page)
        if page.facts.date is None:
            doubts.append(Finding("no-date", _("这一版的日期不详：报头、文件路径和正文都没有可靠的线索。")))
        if page.newspaper is None:
            doubts.append(Finding("no-newspaper", _("这一版属于哪份报纸不详：报头、文件路径和正文都没有可靠的线索。")))
        page = _addressed(page, id, addresses.html(id), doubts)
        own = (id, addresses.article_id(id, 0), *(article.id for article in page.articles))
        own_folded = {addresses.folded(each) for each in own}
        taken |= own_folded
        blocked |= own_folded
        yield page


def _free_undated_id(page: Page, taken: Set[str], blocked: set[str]) -> str:
    """An id for the page that neither it nor any of its articles shares with another.

    `blocked` is every id that no page may have. It grows with the archive, so it is never copied; it is left as it was.
    """
    passed_over: set[str] = set()
    while True:
        id = addresses.free_id(addresses.undated_id(page.source.source), blocked)
        numbers = range(len(page.articles) + 1)  # 0 is its source text
        if not any(addresses.folded(addresses.article_id(id, number)) in taken for number in numbers):
            blocked -= passed_over
            return id
        passed_over.add(addresses.folded(id))
        blocked.add(addresses.folded(id))


def _addressed(page: Page, id: str, url: str, doubts: Iterable[Finding]) -> Page:
    """The page with its id and its articles', and with findings that point at them.

    The articles' ids are those of their places; which address is whose, permalinks.py decides.
    """
    articles = tuple(
        replace(article, id=(own := addresses.article_id(id, number)), url=addresses.html(own), page_id=id)
        for number, article in enumerate(page.articles, 1)
    )
    # What the archive has settled may have answered what the page alone could not say.
    kept = (finding for finding in page.findings if finding.code not in ("no-date", "no-newspaper"))
    findings = tuple(
        replace(
            finding,
            page_id=id,
            article_id=articles[finding.article].id if finding.article is not None else finding.article_id,
        )
        for finding in (*kept, *doubts)
    )
    return replace(page, id=id, url=url, articles=articles, findings=findings)


def _owned(page: Page, ids: Mapping[str, str]) -> Page:
    """The page, each of its articles under the id that is its own for ever."""
    if all(ids[article.id] == article.id for article in page.articles):
        return page
    articles = tuple(
        replace(article, id=ids[article.id], url=addresses.html(ids[article.id])) for article in page.articles
    )
    findings = tuple(
        replace(finding, article_id=ids[finding.article_id]) if finding.article_id in ids else finding
        for finding in page.findings
    )
    return replace(page, articles=articles, findings=findings)


def _with_doubtful_numbers(issues: Iterable[Issue]) -> Iterator[Issue]:
    """The issues, with a finding on each whose running number is not above that of an earlier day's."""
    last: Issue | None = None
    for issue in issues:
        if not issue.issue_number.isdecimal():
            yield issue
            continue
        later = last is not None and last.newspaper.id == issue.newspaper.id and last.date < issue.date
        if last is not None and later and int(issue.issue_number) <= int(last.issue_number):
            yield _doubt_number(issue, last)
        else:
            yield issue
        last = issue


def _doubt_number(issue: Issue, before: Issue) -> Issue:
    at = next(at for at, page in enumerate(issue.pages) if page.facts.issue_number)
    page = issue.pages[at]
    finding = Finding(
        "issue-number",
        _(
            "期号没有随日期增加：{earlier}是总第{number}期，{later}却是总第{next}期。其中一个期号或日期可能有误。",
            earlier=words.long_date(before.date),
            number=before.issue_number,
            later=words.long_date(issue.date),
            next=issue.issue_number,
        ),
        page_id=page.id,
    )
    page = replace(page, findings=(*page.findings, finding))
    return replace(issue, pages=(*issue.pages[:at], page, *issue.pages[at + 1 :]))


def _check_names(newspapers: Iterable[Newspaper], editor_pages: Iterable[EditorPage]) -> None:
    """Two things at one address are an error."""
    taken = addresses.RESERVED - {"about"}
    for newspaper in newspapers:
        if newspaper.id in addresses.RESERVED:
            raise SourceError(
                f"archive.toml: the newspaper id '{newspaper.id}' is an address of the site itself; choose another"
            )
        taken |= {newspaper.id}
    for page in editor_pages:
        if page.name in taken:
            raise SourceError(f"{page.name}.md: the site has another page at {page.name}.html; rename the file")
