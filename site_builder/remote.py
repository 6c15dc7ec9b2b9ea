"""A build whose source or site, or both, stand at an address: s3://bucket/pages, whatever fsspec has a driver for.

A build works in folders of this disk, as ever. What stands at the source's address is fetched into one before, and the
site is built in another, whole or not at all, and sent after; both are kept for the next time.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from site_builder.build import Options, Progress, Result
from site_builder.build import build as build_here
from site_builder.depot import is_address, shown
from site_builder.errors import ArchiveError, SourceError
from site_builder.fetching import fetch, record
from site_builder.places import kept, place_of
from site_builder.sending import Sent, refuse_foreign, send

__all__ = ["Sent", "build", "refuse"]


def refuse(given: str | None, command: str) -> None:
    """An error where an address can't be worked on."""
    if given and is_address(given):
        raise SourceError(
            f"{command} works on files of this disk, and '{shown(given)}' is an address; copy them here, and back after"
        )


def build(
    options: Options, source: str, out: str, progress: Progress = lambda what, done, total: None
) -> tuple[Result, Sent | None]:
    """Build with a source or a site at an address, or both; `""` is for what `options` says."""
    if not (source or out):
        return build_here(options, progress), None
    if source and out and f"{source.rstrip('/')}/".startswith(f"{out.rstrip('/')}/"):
        raise SourceError(f"{shown(out)} is or contains the source; give another address with -o")
    if options.scheduler and not options.cache:
        raise SourceError(
            "--scheduler: its workers must see what is fetched and built here; name a folder that all machines have"
            " under the same path with --cache"
        )
    with kept(options.cache, options.no_cache) as base, ExitStack() as stack:
        pages = stack.enter_context(place_of(source, base)) if source else None
        site = stack.enter_context(place_of(out, base)) if out else None
        if site:
            refuse_foreign(site.depot)
            options = replace(options, out=site.folder)
        if pages:
            fetch(pages, progress)
            options = replace(options, source=pages.folder)
        try:
            result = build_here(options, progress)
        except ArchiveError as error:
            if pages:
                error.message = error.message.replace(str(pages.folder), pages.depot.shown)
            raise
        if pages and not result.not_recorded:
            result = replace(result, not_recorded=record(pages, result, bool(out)))
        return result, send(site, progress) if site else None
