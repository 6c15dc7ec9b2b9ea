"""What a page tells programs of itself, in both ways: tags for those who cite and share, JSON-LD for search engines."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder import addresses, linked_data, meta_tags
from site_builder.entries import Description
from site_builder.model import Article, Issue, Newspaper, Page
from site_builder.views import Views


def article(views: Views, article: Article, page: Page) -> Description | None:
    """An article. Of one that must not be shown nothing is told, and nothing is told that isn't known: without a
    newspaper the site doesn't stand in for it.
    """
    if article.withheld:
        return None
    settings = views.archive.settings
    title = views.title_of(article)
    pages = list(_printed_on(views, article, page))
    topics = [views.topic_link(name) for name in article.topics]
    return Description(
        kind="article",
        title=title,
        site=page.facts.newspaper,  # "" too: the site is not the newspaper
        language=settings.language,
        tags=meta_tags.cited(article, pages, title, settings.language),
        node=linked_data.article(
            article,
            pages,
            views.printed_in(page, article.url),
            title,
            topics,
            settings.language,
            views.address_from(article.url),
        ),
    )


def _printed_on(views: Views, article: Article, page: Page) -> Iterator[Page]:
    """The article's page, and those that it goes on to, as far as its own page shows them."""
    yield page
    seen = {article.id}
    while (following := views.archive.article_of.get(article.continued_by)) and following.id not in seen:
        if following.withheld:
            return
        yield views.archive.page_of[following.page_id]
        seen.add(following.id)
        article = following


def issue(views: Views, issue: Issue) -> Description:
    language = views.archive.settings.language
    return Description(node=linked_data.issue(issue, language, views.address_from(issue.url)))


def newspaper(views: Views, newspaper: Newspaper) -> Description:
    url = addresses.newspaper_url(newspaper.id)
    language = views.archive.settings.language
    return Description(node=linked_data.newspaper(newspaper, language, views.address_from(url)))


def home(views: Views) -> Description:
    address, site = views.address_from(addresses.HOME), views.site
    home, search = address(addresses.HOME), address(addresses.SEARCH)
    return Description(node=linked_data.website(site.title, site.description, site.interface, home, search))
