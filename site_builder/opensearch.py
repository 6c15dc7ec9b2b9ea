"""The description by which a browser adds the archive's search to its own (OpenSearch 1.1)."""

from __future__ import annotations

from site_builder import addresses
from site_builder.language import _
from site_builder.xml_text import escape, quoteattr

SHORT_NAME = 16  # characters that the format allows
LONG_NAME = 48


def opensearch(title: str, language: str, base_url: str) -> bytes:
    """The description as XML. Its addresses are absolute, so it is written only where the site's own is known.

    >>> print(opensearch("样例 & 报纸", "zh-CN", "https://example.org/a/").decode())
    <?xml version="1.0" encoding="UTF-8"?>
    <OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
    <ShortName>样例 &amp; 报纸</ShortName>
    <LongName>样例 &amp; 报纸</LongName>
    <Description>检索《样例 &amp; 报纸》的全部文字</Description>
    <Language>zh-CN</Language>
    <InputEncoding>UTF-8</InputEncoding>
    <OutputEncoding>UTF-8</OutputEncoding>
    <Image type="image/svg+xml">https://example.org/a/static/favicon.svg</Image>
    <Url type="text/html" method="get" template="https://example.org/a/search.html?q={searchTerms}"/>
    <Url type="application/opensearchdescription+xml" rel="self" template="https://example.org/a/opensearch.xml"/>
    </OpenSearchDescription>
    <BLANKLINE>
    """
    description = _("检索《{title}》的全部文字", title=title)
    search = addresses.absolute(addresses.SEARCH, base_url) + "?q={searchTerms}"
    return "\n".join((
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(title[:SHORT_NAME])}</ShortName>",
        f"<LongName>{escape(title[:LONG_NAME])}</LongName>",
        f"<Description>{escape(description)}</Description>",
        f"<Language>{escape(language)}</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        f'<Image type="image/svg+xml">{escape(addresses.absolute("static/favicon.svg", base_url))}</Image>',
        f'<Url type="text/html" method="get" template={quoteattr(search)}/>',
        '<Url type="application/opensearchdescription+xml" rel="self" '
        f"template={quoteattr(addresses.absolute(addresses.OPENSEARCH, base_url))}/>",
        "</OpenSearchDescription>",
        "",
    )).encode()  # fmt: skip
