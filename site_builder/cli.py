"""Arguments, progress, messages, exit codes: the only module that prints."""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib.metadata
import io
import os
import shlex
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from site_builder import ledger, remote, render, report
from site_builder.build import Options, Progress, Result
from site_builder.depot import is_address, plain
from site_builder.errors import ArchiveError, SourceError, did_you_mean
from site_builder.language import _
from site_builder.pool import collecting_seldom

# What only some calls need is imported where they do: the server, rich, what corrections ask for. All of it together
# takes longer to load than a page takes to restore.

PROGRAM = "build-site"
EXPLAIN = "explain"
LEDGER = ledger.FILE
CORRECT = "correct"
SUB_COMMANDS = ("verify",)  # kept for later: a folder of such a name is given as ./verify

BUILT, WRONG, FAILED, INTERRUPTED = 0, 2, 3, 130  # 1 and 2 also come with the errors (errors.py)

DESCRIPTION = "Turn a folder of OCR'd newspaper pages (.txt, .md) into a website."
EPILOG = """\
`build-site` alone builds ./seeds, or else the current folder, into ./public.

`build-site explain FILE[:LINE]` builds nothing: it says what was decided about a page, or a line of it, and why.
`build-site correct FILE...` says what a file of corrections would change, and puts it into SOURCE/corrections/.
`build-site heal-permalinks [SOURCE]` joins two versions of permalinks.jsonl that a merge has left in one file.

SOURCE and OUT may be addresses such as s3://bucket/pages: see README.md, Publishing.

Each build writes into SOURCE the file permalinks.jsonl, which keeps every article at its address for ever: commit it.

exit codes:
  0    the site was built
  1    nothing was published, for there are findings and --strict was given, or a published address would break
       and no --retire names it, or permalinks.jsonl would change and --frozen was given
  2    the source folder or the call is wrong
  3    something failed midway (the disk, Pagefind)
  130  interrupted by Ctrl-C
With 1 to 3 the site that was there before stands as it was.
"""


def entry() -> NoReturn:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is no reason to fail
    code = main(sys.argv[1:])
    gc.freeze()  # nor need anybody look for cycles in what goes with the process
    sys.exit(code)


def main(argv: Sequence[str]) -> int:
    """Run one call; its exit code."""
    if argv[:1] == [EXPLAIN]:
        return _explain_page(argv[1:])
    if argv[:1] == [ledger.HEAL]:
        return _heal(argv[1:])
    if argv[:1] == [CORRECT]:
        return _correct(argv[1:])
    try:
        call = _parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else WRONG
    try:
        return _run(call)
    except KeyboardInterrupt as stop:
        _complain(str(stop) or "interrupted; the site that stands is whole")
        return INTERRUPTED
    except Exception as error:
        return _explain(error, call.verbosity)


def _explain_page(words: Sequence[str]) -> int:
    """Say what was decided about a page, or a line of it, and why; the exit code."""
    try:
        call = _explain_parser().parse_args(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else WRONG
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty() and not os.environ.get("PYTHONIOENCODING"):
        sys.stdout.reconfigure(encoding="utf-8")  # what goes into a file or a pipe doesn't depend on the machine
    try:
        remote.refuse(call.page, EXPLAIN)
        from site_builder.explain import explain, find_target

        _say(explain(find_target(call.page)))
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _explain(error, call.verbosity)
    return BUILT


def _heal(words: Sequence[str]) -> int:
    """Join the two versions of the ledger that a merge has left in one file; the exit code."""
    try:
        call = _heal_parser().parse_args(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else WRONG
    try:
        remote.refuse(call.source, ledger.HEAL)
        folder = _source(call.source)
        for line in ledger.heal_file(folder):
            _say(line)
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _explain(error, call.verbosity)
    return BUILT


def _correct(words: Sequence[str]) -> int:
    """Say what files of corrections would change, and add them; the exit code."""
    try:
        call = _correct_parser().parse_args(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else WRONG
    try:
        for given in (*call.files, call.source, call.out):
            remote.refuse(given, CORRECT)
        options = Options(_source(call.source), Path(plain(call.out)), jobs=call.jobs)
        files = [Path(name) for name in call.files]
        for file in files:
            if not file.is_file():
                raise SourceError(f"there is no file '{file}'")
        from site_builder import revising

        with _progress(call.verbosity) as progress:
            revision = revising.revise(files, options, progress)
        for line in revision.words if call.verbosity >= 0 else revision.wrong:
            _say(line)
        if call.check and revision.wrong:
            return WRONG
        if not call.check:
            for target in revising.add(revision):
                if call.verbosity < 0:
                    continue
                _say(f"added {target}; build to publish it, and keep the file under version control")
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _explain(error, call.verbosity)
    return BUILT


def _run(call: argparse.Namespace) -> int:
    source, out = (given if is_address(plain(given)) else "" for given in (call.source or "", call.out))
    options = Options(
        source=Path() if source else _source(call.source),
        out=Path(plain(call.out)),
        base_url=call.base_url,
        strict=call.strict,
        keep_going=call.keep_going,
        jobs=call.jobs,
        frozen=call.frozen,
        retire=tuple(call.retire),
        why=call.why,
        preview=call.serve is not None,
        search=not call.no_search,
        cache=Path(call.cache) if call.cache else None,
        no_cache=call.no_cache,
        scheduler=call.scheduler,
    )
    if call.cache and call.no_cache:
        raise SourceError("--cache and --no-cache exclude each other; leave one out")
    if call.why and not call.retire:
        raise SourceError("--why says why an address goes; name it with --retire")
    for option, words in (("--why", call.why), *(("--retire", given) for given in call.retire)):
        if not words.isprintable() and any("\udc80" <= char <= "\udcff" for char in words):
            raise SourceError(f"{option}: {words!r} is no UTF-8; type it again, or set the terminal to UTF-8")
    if (source or out) and call.serve is not None:
        raise SourceError(
            "--serve watches and serves folders of this disk, no addresses; use a copy of the source here"
        )
    if out and call.open and call.no_cache:
        raise SourceError(
            "--open shows the copy that is kept of what is sent, and --no-cache keeps none; leave one out"
        )
    if call.serve is None:
        result = _build(options, call.verbosity, source, out)
        if call.open:
            _open(result.home.resolve().as_uri())
        return BUILT
    return _serve(options, call)


def _build(options: Options, verbosity: int, source: str = "", out: str = "") -> Result:
    """Build, with a source or a site at an address if one is given."""
    with collecting_seldom(), _progress(verbosity) as progress:
        result, sent = remote.build(options, source, out, progress)
    if verbosity >= 0:
        _sum_up(result, sent, verbosity)
    elif result.not_recorded:
        _complain_of_record(result)
    return result


def _serve(options: Options, call: argparse.Namespace) -> int:
    """Build, serve, and build again at each change; a build that fails leaves the site that is served."""
    from site_builder import glimpse, serve

    with serve.server(options.out.resolve(), call.serve or None) as (address, tell):
        result = _build(options, call.verbosity)
        whole = True
        with contextlib.suppress(KeyboardInterrupt):
            _say(f"serving {address} and building anew at each change; Ctrl-C ends it")
            if call.open:
                _open(address)
            for changed in serve.changes((*result.inputs, render.TEMPLATES, render.STATIC), options.out):
                try:
                    if whole and (shown := glimpse.show(result, options, changed)):
                        tell()
                        _say(f"shown: {shown}; lists and search follow")
                    whole = False  # until a build says that all is well
                    result = _build(options, call.verbosity)
                    whole = True
                    tell()
                except Exception as error:
                    _explain(error, call.verbosity)
                    _say("the site stands as it was; waiting for the next change")
        _say("")  # the terminal has just written ^C
        _say(f"stopped; {options.out} is for looking at; to publish, run: {_publishing(call)}")
    return BUILT


def _publishing(call: argparse.Namespace) -> str:
    """The same call without --serve, which records the addresses."""
    words = [PROGRAM, *([call.source] if call.source else [])]
    words += ["-o", call.out] if call.out != "public" else []
    words += ["--base-url", call.base_url] if call.base_url else []
    return shlex.join(words)


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        _say(f"no browser was found; open {address} yourself")


# ---------------------------------------------------------------- the call


class _Parser(argparse.ArgumentParser):
    """Words its errors as the rest of the program does, and guesses typing slips."""

    def parse_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        call, unknown = self.parse_known_args(args, namespace)
        if unknown:
            known = [option for action in self._actions for option in action.option_strings]
            enough = "one page at a time" if EXPLAIN in self.prog else "one folder is enough"
            kind = "unknown option" if unknown[0].startswith("-") else f"{enough}; unexpected"
            self.error(f"{kind} '{unknown[0]}'{did_you_mean(unknown[0], known)}")
        return call

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{PROGRAM}: {message}\n{self.prog} --help tells more\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", help="the folder of page texts (./seeds, else .), or its address"
    )
    parser.add_argument(
        "-o", "--out", default="public", metavar="OUT", help="where the site goes (./public): a folder, or an address"
    )
    parser.add_argument(
        "--base-url", default="", metavar="URL", help="where the site will live: https://example.org/archive/"
    )
    parser.add_argument(
        "--serve", nargs="?", type=_port, const=0, metavar="PORT",
        help="serve the site on 127.0.0.1 and build it anew when its source changes",
    )  # fmt: skip
    parser.add_argument("--open", action="store_true", help="open the site in the browser")
    parser.add_argument("--strict", action="store_true", help="publish nothing if there are findings")
    parser.add_argument("--keep-going", action="store_true", help="leave out files that can't be read")
    parser.add_argument("--frozen", action="store_true", help=f"publish nothing if {LEDGER} would change (for CI)")
    parser.add_argument(
        "--retire", action="append", default=[], metavar="ADDRESS",
        help="this published address (or all of this page's) may go; it will say what was there",
    )  # fmt: skip
    parser.add_argument("--why", default="", metavar="TEXT", help="why they go, shown at the addresses")
    parser.add_argument("--no-search", action="store_true", help="leave the search index out")
    parser.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="worker processes (one a core)")
    parser.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="let the workers of this Dask scheduler do the work"
    )
    parser.add_argument(
        "--cache", metavar="FOLDER", help="where what need not be done again is kept (.OUT.cache, beside OUT)"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="do everything anew, and keep nothing for the next time"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", dest="verbosity", action="store_const", const=-1, default=0, help="say nothing but errors"
    )
    loudness.add_argument(
        "-v", "--verbose", dest="verbosity", action="store_const", const=1, help="show each finding, and tracebacks"
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {_version()}")
    return parser


def _explain_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{PROGRAM} {EXPLAIN}",
        description="Say what each stage decided about a page, or a line of it, and why. Builds nothing.",
        epilog=f"For a source folder called {EXPLAIN} write: {PROGRAM} ./{EXPLAIN}",
        allow_abbrev=False,
    )
    parser.add_argument("page", metavar="FILE[:LINE]", help="a page text; FILE#2 is the second page of its file")
    parser.add_argument(
        "-v", "--verbose", dest="verbosity", action="store_const", const=1, default=0, help="show tracebacks"
    )
    return parser


def _correct_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{PROGRAM} {CORRECT}",
        description="Say what files of corrections would change, and add them to SOURCE/corrections/. Builds nothing.",
        epilog="A file in corrections/ is only checked. No file there is ever written over.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a file of corrections (.toml), as the site's form makes"
    )
    parser.add_argument("--source", metavar="SOURCE", help="the folder of page texts (./seeds, else .)")
    parser.add_argument("-o", "--out", default="public", metavar="OUT", help="where the site is (./public)")
    parser.add_argument("--check", action="store_true", help="only say what it would change")
    parser.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="worker processes (one a core)")
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", dest="verbosity", action="store_const", const=-1, default=0, help="say nothing but errors"
    )
    loudness.add_argument("-v", "--verbose", dest="verbosity", action="store_const", const=1, help="show tracebacks")
    return parser


def _heal_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{PROGRAM} {ledger.HEAL}",
        description=f"Join the two versions of {LEDGER} that a merge has left in one file. Builds nothing.",
        epilog="Every address of both is kept; where both gave one number to a new article, it says which moved.",
        allow_abbrev=False,
    )
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="the folder of page texts (./seeds, else .)")
    parser.add_argument(
        "-v", "--verbose", dest="verbosity", action="store_const", const=1, default=0, help="show tracebacks"
    )
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not a port; a folder goes before it: {PROGRAM} {text} --serve")


def _jobs(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not a number of processes, 1 or more")


def _source(given: str | None) -> Path:
    """The source folder, or an error that guesses what was meant."""
    if given is None:
        return _readable(Path("seeds") if Path("seeds").is_dir() else Path())
    if given == EXPLAIN:
        raise SourceError(f"'{EXPLAIN}' goes first: {PROGRAM} {EXPLAIN} FILE[:LINE]; a folder is given as ./{EXPLAIN}")
    if given in (CORRECT, ledger.HEAL):
        raise SourceError(f"'{given}' goes first: {PROGRAM} {given}; a folder is given as ./{given}")
    if given in SUB_COMMANDS:
        raise SourceError(f"this version has no command '{given}' yet; for a folder of that name write ./{given}")
    given = plain(given)
    path = Path(given)
    try:
        if given and path.is_dir():
            return _readable(path)
        if given and path.exists():
            raise SourceError(f"'{given}' is a file; give the folder that it is in: '{path.parent}'")
        beside = [str(each) for each in path.parent.iterdir() if each.is_dir()] if path.parent.is_dir() else []
    except OSError as error:
        raise _unreadable(path) from error
    raise SourceError(f"there is no folder '{given}'{did_you_mean(str(path), sorted(beside))}")


def _readable(folder: Path) -> Path:
    if not os.access(folder, os.R_OK | os.X_OK):
        raise _unreadable(folder)
    return folder


def _unreadable(path: Path) -> SourceError:
    return SourceError(f"'{path}' can't be read (permission denied); allow yourself to read it, or give another folder")


def _version() -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version("newspaper-archive-site")
    return "(not installed)"


# ---------------------------------------------------------------- messages


def _say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:  # `build-site | head`: whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    print(f"{PROGRAM}: {text}", file=sys.stderr, flush=True)


def _explain(error: Exception, verbosity: int) -> int:
    """Say what stopped a build; the exit code for it."""
    if verbosity > 0 and (not isinstance(error, ArchiveError) or error.__cause__):
        traceback.print_exception(error)
    if isinstance(error, ArchiveError):
        _complain(error.message)
        return error.exit_code
    if isinstance(error, OSError):
        _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return FAILED
    _complain(f"{type(error).__name__}: {error}")
    _complain(f"this is a fault of {PROGRAM}; with -v it shows where")
    return FAILED


def _sum_up(result: Result, sent: remote.Sent | None, verbosity: int) -> None:
    _say(f"{_count(result.pages, 'page')}, {_count(result.articles, 'article')} in {result.seconds:.1f} s")
    for message in result.unreadable:
        _complain(f"left out: {message}")
    _say(f"{_count(len(result.findings), 'finding')}:" if result.findings else "no findings")
    for code, number in report.by_kind(result.findings).items():
        _say(f"{number:6}  {_(report.FINDINGS[code][0])} ({code})")
        for finding in result.findings:
            if verbosity > 0 and finding.code == code:
                _say(f"          {finding.article_id or finding.page_id}: {finding.message}")
    _sum_up_corrections(result)
    _sum_up_permalinks(result)
    if not result.base_url:
        _say("no canonical links, sitemaps and feeds: they need --base-url, or base_url in archive.toml")
    for message in result.limits:
        _complain(message)
    if sent:
        removed = f", {sent.removed} removed" if sent.removed else ""
        _say(f"sent {_count(sent.files, 'file')} to {sent.address}{removed}")
    if result.home.exists():
        _say(f"{'its copy here' if sent else f'built {result.out}'}: open {result.home.resolve().as_uri()}")


def _sum_up_corrections(result: Result) -> None:
    """How many corrections there are, and of how many the source has made something else."""
    states = [one.state for one in result.corrections]
    if states:
        from site_builder.revising import STATES

        words = {
            "applied": "carried out",
            "already-right": "right in the source by now",
            "withheld": "of withheld texts",
        }
        counts = [f"{states.count(state)} {words.get(state, state)}" for state in STATES if state in states]
        _say(f"{_count(len(states), 'correction')}: {', '.join(counts)}")


def _sum_up_permalinks(result: Result) -> None:
    """What became of the addresses: of them all, nobody wants to hear where nothing has."""
    permalinks = result.permalinks
    if permalinks.waiting:
        much = _count(len(permalinks.waiting), "article")
        _complain(f"{much} may be in the files left out and can't be shown now; the addresses say so")
    if not permalinks.changes:
        return
    if result.preview:
        if permalinks.broken:
            _complain(
                f"{_count(len(permalinks.broken), 'published address')} would break; without --serve it says which"
            )
        _say(
            f"{LEDGER}: {_changed(result)} addresses are not recorded while serving; what is served is for looking at"
            " only: to publish, build without --serve"
        )
    elif result.not_recorded:
        _complain_of_record(result)
    else:
        _say(f"{LEDGER}: {_changed(result)}; keep the file under version control")


def _complain_of_record(result: Result) -> None:
    """Said with -q too: a site whose addresses nobody knows may change them."""
    _complain(
        f"the site was published, but {LEDGER} can't be written ({result.not_recorded}), so {_changed(result)}"
        " addresses are not recorded: build where the source folder can be written, and commit the file, before the"
        " texts change"
    )


def _changed(result: Result) -> str:
    changes = result.permalinks.changes
    return ", ".join([
        *([f"{len(changes.new)} new"] if changes.new else []),
        *([f"{len(changes.changed)} changed"] if changes.changed else []),
    ])  # fmt: skip


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 'es' if noun.endswith('ss') else 's'}"


@contextlib.contextmanager
def _progress(verbosity: int) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere one line for each stage; nothing with -q."""
    if verbosity < 0:
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    stages: dict[str, TaskID] = {}
    if not console.is_terminal:

        def line(what: str, done: int, total: int) -> None:
            if what not in stages:
                stages[what] = TaskID(0)
                much = f" {_count(total, 'file')}" if total else ""
                print(f"{what}{much} …", file=sys.stderr, flush=True)

        yield line
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[much]}"))
        with Bar(*columns, console=console, transient=True) as bar:

            def advance(what: str, done: int, total: int) -> None:
                if what not in stages:
                    for task in bar.tasks:
                        bar.update(task.id, total=task.completed)
                    stages[what] = bar.add_task(what, total=total or None, much="")
                bar.update(stages[what], completed=done, much=f"{done}/{total}" if total else str(done or ""))

            yield advance
