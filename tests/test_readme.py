"""README.md held against the program: what it says of settings, options, findings, data and names is so."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
import shlex
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from site_builder import data, hosts, report, settings
from site_builder.corrections import OPERATIONS, parse_corrections
from site_builder.model import ARTICLE_KINDS, FURNITURE_KINDS, CorrectionState, Outcome, Settings
from site_builder.settings import parse_settings
from site_builder.sources import path_facts

CHECKOUT = Path(__file__).parents[1]
README = (CHECKOUT / "README.md").read_text("utf-8")
PROSE = re.sub(r"^ *```.*?^ *```$", "", README, flags=re.MULTILINE | re.DOTALL)
LARGEST_IMAGE = 250_000  # bytes
NOT_NAMES = {"css", "html", "json", "jsonl", "md", "py", "toml", "tsv", "txt", "xml"}  # what follows a file's dot

Table = list[list[str]]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def table(first: str, after: str = "") -> Table:
    """The rows of the first table with this heading row (or its beginning) behind the words `after`."""
    lines = README[README.index(after) :].splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def code(text: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, those in a list too."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
    return ["".join(line.removeprefix(indent) for line in text.splitlines(True)) for indent, text in found]


def marked(mark: str) -> str:
    """The one block below `<!-- mark -->`."""
    (block,) = re.findall(rf"<!-- {re.escape(mark)} -->\n *```\w+\n(.*?)\n *```", README, re.DOTALL)
    return str(block).strip()


# ---------------------------------------------------------------- the two commands


def test_the_first_command_stands_the_same_in_both_languages() -> None:
    command = "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/build-site --open"
    assert marked("command 1: the sample site") == command
    assert README.count(command) == 2
    assert command in README[: README.index("## What it is")]


def test_the_second_command_is_the_one_that_ci_runs() -> None:
    command = marked("command 2: the tests")
    assert command == ".venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"
    assert README.count(command) == 1
    *_, last = (CHECKOUT / ".ci" / "run").read_text("utf-8").strip().splitlines()
    assert last.replace(" --quiet", "") == command


def test_commands_use_options_that_there_are(build_site: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    known = options_of(build_site("--help").stdout) | options_of(build_site("correct", "--help").stdout)
    used = {
        word
        for line in re.findall(r"build-site ([^\n`]*)", "\n".join([*blocks("sh"), *blocks("yaml")]))
        for word in shlex.split(line)
        if word.startswith("-")
    }
    assert used and used <= known


# ---------------------------------------------------------------- settings

TABLES = {
    "archive": settings.ARCHIVE_KEYS,
    "newspapers": settings.NEWSPAPER_KEYS,
    "cities": settings.CITY_KEYS,
    "topics": settings.TOPIC_KEYS,
    "pages": settings.PAGE_KEYS,
}


@pytest.mark.parametrize("name", TABLES)
def test_each_key_of_archive_toml_has_its_row(name: str) -> None:
    assert tuple(row[0].strip("`") for row in table("key", f"<!-- settings: {name} -->")) == TABLES[name]


@pytest.mark.parametrize("name", TABLES)
def test_the_examples_of_the_settings_are_read(name: str, tmp_path: Path) -> None:
    rows = table("key", f"<!-- settings: {name} -->")
    examples = [example for *_, cell in rows for example in code(cell)]
    keys = [row[0].strip("`") for row in rows]
    assert [example.partition(" = ")[0] for example in examples] == [key for key in keys if key not in TABLES]
    (tmp_path / "our-templates").mkdir()
    head = "" if name == "archive" else f"[[{name}]]\n"
    assert parse_settings(head + "\n".join(examples), tmp_path) != Settings()


def test_defaults_are_as_documented() -> None:
    defaults = {row[0].strip("`"): row[2].strip("`") for row in table("key", "<!-- settings: archive -->")}
    assert defaults["language"] == Settings().language
    views = importlib.import_module("site_builder.views")
    assert defaults["title"] == views.TITLE
    assert all(host in README for host in hosts.HOSTS)


def test_the_limits_of_hosts_are_those_that_the_build_goes_by() -> None:
    def told(*limits: str | None) -> list[str]:
        return [limit or "–" for limit in limits]

    rows = {row[0].strip("`"): row[1:] for row in table("host", "### Hosts and their limits")}
    assert list(rows) == list(hosts.HOSTS)
    for name, host in hosts.HOSTS.items():
        files = f"{host.files:,}" if host.files else ""
        files += f", on paid plans {host.more_files:,}" if host.more_files else ""
        largest = hosts.amount(host.file_bytes, host.file_bytes) if host.file_bytes else ""
        site = hosts.amount(host.site_bytes, host.site_bytes) if host.site_bytes else ""
        folder = f"{host.folder_files:,}" if host.folder_files else ""
        assert [cell.partition(" if ")[0] for cell in rows[name]] == told(files, folder, largest, site)


def test_the_examples_of_archive_toml_are_read_whole(tmp_path: Path) -> None:
    first, second = (parse_settings(text, tmp_path) for text in blocks("toml")[:2])
    assert (first.title, first.newspapers[0].id) == ("辽源日报数字档案", "liaoyuan-ribao")
    assert second.pages[0].facts.date == dt.date(2020, 2, 19)


def test_the_error_in_the_text_is_the_one_that_is_given(tmp_path: Path) -> None:
    with pytest.raises(settings.SourceError) as caught:
        parse_settings('titel = "白城日报"', tmp_path)
    assert f"`{caught.value.message}`" in README


def test_a_path_says_what_its_row_says() -> None:
    for path, *told in table("path"):
        facts = path_facts(path.strip("`"))
        assert told == [facts.newspaper, str(facts.date or ""), facts.edition, str(facts.page or "")], path


# ---------------------------------------------------------------- the command line


def options_of(text: str) -> set[str]:
    """The options that a help text lists, or a cell of the README."""
    return set(re.findall(r"(?<![\w/-])-{1,2}[a-z][a-z-]*", text))


def test_options_are_documented_and_documented_ones_exist(
    build_site: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    usage, listed = build_site("--help").stdout.split("\noptions:\n")
    listed = listed.partition("\n\n")[0]
    there = {option for line in listed.splitlines() for option in options_of(line[:22])}
    assert options_of(" ".join(row[0] for row in table("option"))) == there
    wanted = set(re.findall(r"-[a-z-]+ (\[?[A-Z]+)", usage.partition("\n\n")[0]))
    assert wanted == {value for row in table("option") for value in re.findall(r"-[a-z-]+ (\[?[A-Z]+)", row[0])}


def test_exit_codes_are_those_of_the_help(build_site: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    there = re.findall(r"^  (\d+)  ", build_site("--help").stdout, re.MULTILINE)
    assert [row[0] for row in table("exit code")] == there


def test_the_explanation_shown_is_the_one_that_is_given(
    build_site: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    given = build_site("explain", "seeds/000_adeb9900ddbe73f3.txt:199", cwd=CHECKOUT).stdout
    at = 0
    for shown in marked("output: explain").split("…\n"):  # the rest is left out
        found = given.find(shown.removesuffix("…"), at)
        assert found >= 0, f"build-site explain no longer says:\n{shown}\nbut:\n{given}"
        at = found + len(shown)


# ---------------------------------------------------------------- findings, kinds, data


def test_each_finding_is_explained_under_its_chinese_name() -> None:
    rows = table("code", "## Findings")
    assert {row[0].strip("`"): row[1] for row in rows} == {key: name for key, (name, _) in report.FINDINGS.items()}
    assert all(meaning for *_, meaning in rows)


def test_findings_that_are_never_made_are_named() -> None:
    modules = (path for path in (CHECKOUT / "site_builder").glob("*.py") if path.name != "settings.py")
    made = {
        name for path in modules for name in re.findall(r'(?:Finding|find)\(\s*"([a-z-]+)"', path.read_text("utf-8"))
    }
    (named,) = re.findall(r"not yet reported by the build: (.*)\.$", README, re.MULTILINE) or [""]
    assert set(code(named)) == set(report.FINDINGS) - made


def test_the_glossary_has_each_kind_of_block() -> None:
    words = {word for row in table("print") for word in code(row[1])}
    assert {*ARTICLE_KINDS, *FURNITURE_KINDS} <= words


def test_the_data_have_the_keys_that_are_listed(seed_site: Path) -> None:
    rows = table("file", "## Open data")
    assert len(rows) == 9
    for name, _, keys in rows[:7]:
        file = seed_site / "data" / name.strip("`").removeprefix("data/")
        if file.name == "corrections.jsonl":  # the sample archive has none
            (one,) = parse_corrections(marked("example: corrections"), "corrections/a.toml")
            assert parse_corrections(marked("example: page fact"), "corrections/a.toml")
            assert code(keys) == list(data.correction_record(Outcome(one, "applied")))
            continue
        record = json.loads(file.read_text("utf-8").splitlines()[0])
        listed = [key for key in code(keys) if key not in ("withheld", "readings")]  # which few have
        assert listed == list(record), file


def test_every_file_of_data_is_of_a_kind_that_is_listed(seed_site: Path) -> None:
    def kind(path: str) -> str:
        return "/".join(path.split("/")[:2])

    listed = {kind(path) for name, _, _ in table("file", "## Open data") for path in code(name) if "/" in path}
    files = (file for file in (seed_site / "data").rglob("*") if file.is_file())
    assert {kind(file.relative_to(seed_site).as_posix()) for file in files} == listed


def test_the_addresses_of_the_sample_site_are_there(seed_site: Path) -> None:
    listed = [address for row in table("what", "## Addresses") for address in code(row[1])]
    held = [address for address in listed if not address.startswith("undated/")]
    assert len(held) == len(listed) - 1
    for address in held:
        file, _, anchor = address.partition("#")
        assert f'id="{anchor}"' in (seed_site / file).read_text("utf-8") if anchor else (seed_site / file).is_file()


def test_corrections_are_documented() -> None:
    rows = table("`do`", "### Corrections")
    assert [code(row[0])[0] for row in rows] == list(OPERATIONS)
    for row in rows:
        operation = OPERATIONS[code(row[0])[0]]
        assert {*operation.needs, *operation.takes} <= {word for cell in row for word in code(cell)}
    assert {code(row[0])[0] for row in table("state", "### Corrections")} == set(get_args(CorrectionState))


# ---------------------------------------------------------------- names, links, images


def names() -> Iterator[tuple[str, str]]:
    """Names of the program as they are written in the text: `sources.READERS`."""
    for word in code(PROSE):
        found = re.fullmatch(r"([a-z_]+)\.([A-Za-z_]+)", word)
        if found and found[2] not in NOT_NAMES and (CHECKOUT / "site_builder" / f"{found[1]}.py").is_file():
            yield found[1], found[2]


def test_names_of_the_program_exist() -> None:
    assert set(names()) >= {("sources", "READERS"), ("cleaning", "RULES"), ("labels", "LABELS"), ("outputs", "INDEXES")}
    for module, name in set(names()):
        assert hasattr(importlib.import_module(f"site_builder.{module}"), name), f"{module}.{name}"


def test_files_of_the_program_exist() -> None:
    for word in set(code(PROSE)):
        if re.fullmatch(r"[a-z_]+\.py", word):
            assert (CHECKOUT / "site_builder" / word).is_file(), word
        elif re.match(r"(?:site_builder|templates|static|tests|seeds|\.ci)/", word):
            assert (CHECKOUT / word).exists(), word


def anchors() -> set[str]:
    """The anchors of the headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", PROSE, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    assert len(links) > 10
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors(), link
        elif not link.startswith("https://"):
            assert (CHECKOUT / link).is_file(), link


def test_images_are_small_and_all_are_shown() -> None:
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README))
    drawn = sorted((CHECKOUT / ".github").glob("*.svg"))
    for file in drawn:
        assert ElementTree.parse(file).getroot().tag.endswith("}svg") and file.stat().st_size <= LARGEST_IMAGE
    files = sorted((CHECKOUT / ".github").glob("*.png"))
    assert {file.relative_to(CHECKOUT).as_posix() for file in (*files, *drawn)} == shown
    for file in files:
        image = file.read_bytes()
        assert image.startswith(b"\x89PNG") and len(image) <= LARGEST_IMAGE, file.name


def test_nothing_of_one_machine_is_in_it() -> None:
    assert not re.findall(r"(?:^|[\s`\"'(])/(?:work|opt|tmp|home|root|usr|Users)/", README)
    assert "\t" not in README and not re.search(r"[ \t]+$", README, re.MULTILINE)
