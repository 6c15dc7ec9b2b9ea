"""What a page tells programs of itself, in both ways: tags for those who cite and share, JSON-LD for search engines."""

from __future__ import annotations

from site_builder import addresses, linked_data, meta_tags
from site_builder.entries import Description
from site_builder.model import Article, Issue, Newspaper, Page
from site_builder.views import Views


def article(views: Views, article: Article, page: Page) -> Description | None:
    """An article, all its parts as one, on the page of any of them. Of one that must not be shown nothing is told, and
    nothing is told that isn't known: without a newspaper the site doesn't stand in for it.
    """
    work = views.cited(article)
    if work is None:
        return None
    parts = views.archive.whole_of(article)
    headed = views.archive.headed(parts[0]) or parts[0]
    topics = list(dict.fromkeys(name for part in parts for name in part.topics))
    return Description(
        kind="article",
        title=views.title_of(parts[0]),
        url=work.url,
        site=work.newspaper,  # "" too: the site is not the newspaper
        language=work.language,
        tags=meta_tags.cited(work, topics, page.facts.edition),
        node=linked_data.article(
            work,
            parts,
            headed.kicker,
            views.printed_in(page, article.url),
            map(views.topic_link, topics),
            views.address_from(article.url),
        ),
    )


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
