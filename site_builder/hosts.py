"""What web hosts are told, what they take, and what of a finished site is more than that.

The limits are those of each host's documentation, looked up in November 2026 in copies of its pages (only
Cloudflare's tells its own age: it is of January 2026 or later):

- Netlify: https://docs.netlify.com/site-deploys/overview, "Files per directory limit": no limit on the number of files
  a deploy, but deploys fail where a folder holds more than 54,000 files. No size of a file or of a site is named there.
- GitHub Pages: https://docs.github.com/pages/getting-started-with-github-pages/github-pages-limits: a published site
  may be no larger than 1 GB. No number of files is named. A file of more than 100 MB can't be pushed to a repository
  (https://help.github.com/articles/working-with-large-files/), so it can't be published from a branch; for GitHub
  Actions, which publishes without one, no size of a file is named.
- Cloudflare Pages: https://developers.cloudflare.com/pages/platform/limits: "Files", 20,000 a site on the Free plan,
  and 100,000 on paid ones with the variable `PAGES_WRANGLER_MAJOR_VERSION=4`; "File size", 25 MiB. No size of a site
  is named.

`None` means that the host documents no such limit.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

MIB = 2**20
MB = 10**6
GB = 10**9


@dataclass(frozen=True, slots=True)
class Host:
    """A host's name, and what it takes at most."""

    name: str
    files: int | None = None  # a deploy
    more_files: int | None = None  # a deploy, on a plan that costs money
    folder_files: int | None = None  # a folder, those in its sub-folders not counted
    file_bytes: int | None = None
    site_bytes: int | None = None


HOSTS = {
    "netlify": Host("Netlify", folder_files=54_000),
    "github-pages": Host("GitHub Pages", file_bytes=100 * MB, site_bytes=GB),
    "cloudflare-pages": Host("Cloudflare Pages", files=20_000, more_files=100_000, file_bytes=25 * MIB),
}
"""By the names that `host` in archive.toml knows."""


# ---------------------------------------------------------------- files and headers

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
"""What every page is served with: by --serve, by a host that reads `_headers`, and (the same words) in netlify.toml.
`wasm-unsafe-eval` lets the browser compile Pagefind; nothing else runs or loads that is not the site's own file."""

CACHE_HEADERS = {
    "/static/*": "public, max-age=3600",
    "/search/:kind/:folder/*": "public, max-age=31536000, immutable",  # asked for with the archive's tag behind `?`
    "/pagefind/:shard/index/*": "public, max-age=31536000, immutable",  # named by the hash of what is in them
}
"""How long a browser may keep what never or seldom changes. Of pages it asks each time, which is what hosts do by
themselves: a rule for `/*` would be added to these, not replaced by them."""


def host_files(host: str) -> Iterable[tuple[str, bytes]]:
    """The files that a host reads from the site's root, each with its text."""
    if host == "github-pages":
        return [(".nojekyll", b"")]
    if host in ("netlify", "cloudflare-pages"):
        return [("_headers", _headers().encode())]
    return []


def _headers() -> str:
    rules = {"/*": SECURITY_HEADERS} | {path: {"Cache-Control": cache} for path, cache in CACHE_HEADERS.items()}
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
        for path, headers in rules.items()
    )


# ---------------------------------------------------------------- limits

_PART = "Take another host, or part the archive into several sites, by newspaper or by decade."


def beyond_limits(files: Iterable[tuple[str, int]], host: str) -> tuple[str, ...]:
    """Where a site of these files (path in the site, bytes) is more than its host takes: a message for each limit.

    >>> beyond_limits([("index.html", 4_000), ("data/findings.jsonl", 30_000_000)], "netlify")
    ()
    >>> for message in beyond_limits([("index.html", 4_000), ("data/findings.jsonl", 30_000_000)], "cloudflare-pages"):
    ...     print(message)
    Cloudflare Pages takes no file over 25 MiB; data/findings.jsonl has 28.6 MiB. Leave it out of what you upload; \
readers lose no more than that part of the open data.
    """
    limits = HOSTS.get(host)
    if limits is None:
        return ()
    count = size = 0
    folders: Counter[str] = Counter()
    large: list[tuple[str, int]] = []
    for path, length in files:
        count += 1
        size += length
        folders[path.rpartition("/")[0]] += 1
        if limits.file_bytes is not None and length > limits.file_bytes:
            large.append((path, length))
    return (*_files(limits, count), *_folders(limits, folders), *_large(limits, large), *_size(limits, size))


def files_of(site: Path) -> Iterator[tuple[str, int]]:
    """The files of a finished site: path in the site, bytes."""
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(site / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                else:
                    yield path, entry.stat(follow_symlinks=False).st_size


def _files(limits: Host, count: int) -> Iterator[str]:
    if limits.files is None or count <= limits.files:
        return
    most, paid = f"{limits.name} takes at most {limits.files:,} files a deploy", limits.more_files
    if paid is not None and count <= paid:
        advice = f"A paid plan takes {paid:,}. Or take another host, or part the archive into several sites."
        yield f"{most} on its free plan; this site has {count:,}. {advice}"
    elif paid is not None:
        yield f"{most}, {paid:,} on a paid plan; this site has {count:,}. {_PART}"
    else:
        yield f"{most}; this site has {count:,}. {_PART}"


def _folders(limits: Host, folders: Mapping[str, int]) -> Iterator[str]:
    if limits.folder_files is None:
        return
    for folder, count in sorted(folders.items()):
        if count > limits.folder_files:
            name = f"{folder}/" if folder else "the top of the site"
            undated = "undated" in folder.split("/")
            advice = "Put the texts that it is made of into several folders." if undated else _PART
            said = f"{limits.name} takes at most {limits.folder_files:,} files in a folder; {name} has {count:,}."
            yield f"{said} {advice}"


def _large(limits: Host, large: Sequence[tuple[str, int]]) -> Iterator[str]:
    if limits.file_bytes is None or not large:
        return
    path, length = max(large, key=itemgetter(1, 0))
    one = len(large) == 1
    said = (
        f"{limits.name} takes no file over {amount(limits.file_bytes, limits.file_bytes)}; "
        f"{path} has {amount(length, limits.file_bytes)}{'' if one else f', the largest of {len(large)} such files'}."
    )
    if limits is HOSTS["github-pages"]:
        yield f"{said} This holds for a site published from a branch; publish it by GitHub Actions."
    elif all(name.startswith("data/") for name, _ in large):
        it, part = ("it", "that part") if one else ("them", "those parts")
        yield f"{said} Leave {it} out of what you upload; readers lose no more than {part} of the open data."
    else:
        yield f"{said} {_PART}"


def _size(limits: Host, size: int) -> Iterator[str]:
    if limits.site_bytes is not None and size > limits.site_bytes:
        most = amount(limits.site_bytes, limits.site_bytes)
        yield f"{limits.name} takes sites of at most {most}; this one has {amount(size, limits.site_bytes)}. {_PART}"


def amount(value: int, limit: int) -> str:
    """An amount in the unit in which the limit is documented.

    >>> amount(26_214_400, 25 * MIB), amount(26_738_688, 25 * MIB), amount(1_230_000_000, GB), amount(GB, GB)
    ('25 MiB', '25.5 MiB', '1.23 GB', '1 GB')
    """
    unit, name = (MIB, "MiB") if limit % MIB == 0 else (GB, "GB") if limit % GB == 0 else (MB, "MB")
    return f"{f'{value / unit:.2f}' if unit == GB else f'{value / unit:.1f}'}".rstrip("0").rstrip(".") + f" {name}"
