"""What a page tells search engines about itself in schema.org's words, as JSON-LD.

The words of an article are not repeated here, and nothing is said that the archive doesn't know: an empty value is
left out. Addresses are full where the site's own is known, else relative to the page, as JSON-LD allows. Each function
gives JSON, not the nouns behind it: what the articles of an issue share is put into words once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup

from site_builder import addresses
from site_builder.cited import Cited
from site_builder.entries import Link
from site_builder.model import Article, Issue, Newspaper

Node = Mapping[str, object]
Address = Callable[[str], str]
"""Makes of an address in the site the one that is to be written."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def script(node: str, breadcrumbs: str) -> Markup:
    r"""What the page is and where it stands, as the text of `<script type="application/ld+json">`; nothing for nothing.

    Such an element is data and never runs, so the security headers, which forbid inline scripts, let it stand. Within
    it a browser looks for `</script` and `<!--` alone: no `<` may be left as such.

    >>> print(script('{"@type":"Thing","name":"“a</script>” & b"}', ""))
    {"@context":"https://schema.org","@graph":[{"@type":"Thing","name":"“a\u003c/script>” & b"}]}
    >>> script("", "")
    Markup('')
    """
    if not node and not breadcrumbs:
        return Markup("")
    graph = f"{node},{breadcrumbs}" if node and breadcrumbs else node or breadcrumbs
    return Markup(('{"@context":"https://schema.org","@graph":[' + graph + "]}").replace("<", "\\u003c"))


def breadcrumbs(crumbs: Iterable[Link], address: Address) -> str:
    """Where the page stands, already as JSON, since many pages share it; the last step may have no address.

    >>> print(breadcrumbs([Link("主题", "topics.html"), Link("春耕", "")], "https://example.org/".__add__)[45:])
    {"@type":"ListItem","position":1,"name":"主题","item":"https://example.org/topics.html"},\
{"@type":"ListItem","position":2,"name":"春耕"}]}
    """
    steps = [
        {"@type": "ListItem", "position": position, "name": crumb.text}
        | ({"item": address(crumb.url)} if crumb.url else {})
        for position, crumb in enumerate(crumbs, 1)
    ]
    return _encode({"@type": "BreadcrumbList", "itemListElement": steps}) if len(steps) > 1 else ""


def article(
    work: Cited,
    parts: Sequence[Article],
    kicker: str,
    within: str,
    topics: Iterable[Link],
    address: Address,
) -> str:
    """An article: the same on the page of each of its parts. `within` is what it was printed in.

    A headline is one only if it was printed: what stands in for it is a `name`. Topics are what an article is about
    as the program sees it; they are no sections of the newspaper, so `articleSection` is not used.
    """
    places = dict.fromkeys(name for part in parts for name in part.places)
    own = _told({
        "@type": "NewsArticle",
        "url": address(work.address),
        "headline": "" if work.untitled else work.title,
        "name": work.named if work.untitled else "",
        "alternativeHeadline": [words for words in (kicker, work.subtitle) if words],
        "author": [{"@type": "Person", "name": name} for name in work.authors],
        "datePublished": work.date.isoformat() if work.date else "",
        "dateline": parts[0].dateline,
        "printPage": str(work.pages[0]) if work.pages else "",
        "pagination": ", ".join(map(str, work.pages)) if len(work.pages) > 1 else "",
        "inLanguage": work.language,
        "about": [{"@type": "Thing", "name": topic.text, "url": address(topic.url)} for topic in topics],
        "contentLocation": [{"@type": "Place", "name": name} for name in places],
    })  # fmt: skip
    return f'{own[:-1]},"isPartOf":{within}}}' if within else own


def printed_in(issue: Issue | None, newspaper: Newspaper | None, address: Address) -> str:
    """What an article was printed in: its issue, else its newspaper, as far as they are known."""
    if issue:
        return _told(_issue(issue, address))
    return _told(_newspaper(newspaper, address)) if newspaper else ""


def issue(issue: Issue, language: str, address: Address) -> str:
    """An issue, on its own page."""
    return _told({**_issue(issue, address), "inLanguage": language})


def _issue(issue: Issue, address: Address) -> Node:
    return {
        "@type": "PublicationIssue",
        "url": address(issue.url),
        "issueNumber": issue.issue_number,
        "datePublished": issue.date.isoformat(),
        "isPartOf": _newspaper(issue.newspaper, address),
    }


def newspaper(newspaper: Newspaper, language: str, address: Address) -> str:
    """A newspaper, on its own page."""
    return _told({
        **_newspaper(newspaper, address),
        "alternateName": list(newspaper.other_names),
        "inLanguage": language,
        "publisher": {"@type": "Organization", "name": newspaper.publisher} if newspaper.publisher else None,
        "locationCreated": {"@type": "Place", "name": newspaper.city} if newspaper.city else None,
    })  # fmt: skip


def _newspaper(newspaper: Newspaper, address: Address) -> Node:
    return {"@type": "Newspaper", "name": newspaper.name, "url": address(addresses.newspaper_url(newspaper.id))}


def website(title: str, description: str, language: str, home: str, search: str) -> str:
    """The site, on its home page. How to search it can be said only with a full address."""
    target = {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{q}}"}
    action = {"@type": "SearchAction", "target": target, "query-input": "required name=q"}
    return _told({
        "@type": "WebSite",
        "name": title,
        "url": home,
        "description": description,
        "inLanguage": language,
        "potentialAction": action if "://" in search else None,
    })  # fmt: skip


def _told(node: Node) -> str:
    """The node as JSON, without what is empty."""
    return _encode({name: value for name, value in node.items() if value})
