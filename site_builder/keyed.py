"""What a page of a list shows, told by names: enough to see whether it has changed, at a tenth of the cost.

A list shows articles, issues and pages, each in a few words that take a while to work out. What these words are depends
on nothing but the issue's part of the archive, and that has a hash. So for a key it is enough to know which articles a
page shows, in what order, and that hash. `Keyed` is a `Views` that puts it in place of the words: the same functions
that make a page's context make its key, and nothing that a page shows can be forgotten.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from site_builder.cache import digest, plain
from site_builder.calendars import MonthCalendar
from site_builder.entries import ArticleEntry, Description, Doubt, FeedLink, IssueEntry, Link, Origin, PageView
from site_builder.model import Article, Finding, Issue, Page
from site_builder.reasons import Note
from site_builder.runs import HELD, Holdings, days_of
from site_builder.views import Views

_NOWHERE = Link("", "")


class Keyed(Views):
    """Tells articles, issues and pages by their ids and by the keys of the parts that they belong to."""

    def __init__(self, views: Views, keys: Mapping[str, str]) -> None:
        """`keys` has the part's key for each page's id."""
        super().__init__(views.archive, views.base_url)
        self._keys = keys
        self.indexed = views.indexed
        self.__dict__.update(
            site=views.site,
            chronicle=views.chronicle,
            reporters=views.reporters,
            reporters_by_initial=views.reporters_by_initial,
            reporter_ids=views.reporter_ids,
            city_ids=views.city_ids,
        )
        self._newspapers = views._newspapers

    def frame(
        self,
        path: str,
        title: str,
        *,
        description: str = "",
        crumbs: Iterable[Link] = (),
        section: str = "",
        listed: bool = True,
        described: Description | None = None,
        feeds: Iterable[FeedLink] = (),
        **content: object,
    ) -> dict[str, object]:
        return {
            "frame": (path, title, description, tuple(crumbs), section, listed, described, tuple(feeds)),
            **content,
        }

    def article_entry(self, article: Article) -> ArticleEntry:
        key = self._keys[article.page_id]
        return ArticleEntry((), article.url, False, "", False, None, "", "", "", key, "", False, "", "")

    def issue_entry(self, issue: Issue) -> IssueEntry:
        return IssueEntry(issue.url, self._keys[issue.pages[0].id], "", "", False, "", 0, 0, ())

    def page_view(self, page: Page) -> PageView:
        return PageView(page.id, self._keys[page.id], (), (), 0, (), (), Origin("", "", "", 0))

    def doubt(self, finding: Finding) -> Doubt:
        key = self._keys.get(finding.page_id, "")
        lines = ",".join(map(str, finding.lines))
        return Doubt(finding.code, finding.article_id, finding.message, key, lines, 0, _NOWHERE)

    def month_calendar(
        self,
        known: Sequence[Holdings],
        year: int,
        month: int,
        day_url: Callable[[dt.date], str],
        url: str = "",
        named: bool = True,
    ) -> MonthCalendar:
        """Told by what is known of the month's days, and by where those lead of which something is held."""
        first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        told = [(held.newspaper, held.part(first, last).runs) for held in known]
        days = {
            day for _paper, runs in told for run in runs if run.state in HELD for day in days_of(run.first, run.last)
        }
        urls = [day_url(day) for day in sorted(days) if first <= day <= last]
        return MonthCalendar(digest(plain((told, urls))), url, f"{year}-{month}", ())

    def reasoned(self, known: Iterable[Holdings], first: dt.date, last: dt.date, named: bool = True) -> list[Note]:
        """Told by what is known of the days, of which all of it follows."""
        told = [(held.newspaper, held.part(first, last).runs) for held in known]
        return [Note(digest(plain((told, first, last, named))), "", "", "unknown")]

    def title_of(self, article: Article) -> str:
        return f"{article.id} {self._keys[article.page_id]}"

    def place_of(self, page: Page) -> str:
        return f"{page.id} {self._keys[page.id]}"

    def lead(self, article: Article) -> str:
        return self.title_of(article)
