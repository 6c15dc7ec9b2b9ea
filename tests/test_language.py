"""The interface in three languages: every phrase is in the catalogues, and what was printed says its own language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from site_builder import language
from site_builder.language import PLURAL
from tests.language import CHECKOUT, NO_PHRASES, TRANSLATED, catalogue, phrases, updated

HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
MARKS = re.compile("[\u3001-\u303f\uff01-\uff65]")  # of Chinese; not the space, which parts facts in each language
PLACE = re.compile(r"\{(\w+)\}")
CALL = re.compile(r"""\b(?:_|N_|say)\(\s*(?:"[^"]*"|'[^']*')""")
COUNTED = {"n", "total", "lines"}  # places beside which the code gives the number as `n`
EXAMPLES = {"两 会", "-广告"}  # what a reader may type into the search box

# Chinese that the modules which make pages hold, and which is no phrase: what they look for in print; what the ledger
# records; the words of a Chinese style of citation.
NO_PHRASE = {"上接", "〔无题〕", "等", "[日期不详]", "[报名不详]"}
PAGES = (
    "calendars", "charts", "citation_files", "citing", "collation", "contexts", "data", "descriptions", "feeds",
    "indexes", "linked_data", "meta_tags", "opensearch", "outputs", "pictures", "reasons", "render", "reporter_pages",
    "sitemap", "views", "words",
)  # fmt: skip
FINDERS = ("archive", "articles", "build", "continuations", "facts", "metadata", "readings", "report", "withhold")


def entries(interface: str) -> list[Message]:
    return [entry for entry in catalogue(interface) if entry.id]


# ---------------------------------------------------------------- the catalogues


@pytest.mark.parametrize("interface", TRANSLATED)
def test_a_catalogue_holds_just_the_phrases_of_the_program(interface: str) -> None:
    """`python -m tests.language` mends it."""
    assert {entry.id: [file for file, _ in entry.locations] for entry in entries(interface)} == {
        phrase: sorted(files) for phrase, files in phrases().items()
    }
    assert (language.CATALOGUES / f"{interface}.po").read_bytes() == updated(interface)


@pytest.mark.parametrize("interface", TRANSLATED)
def test_every_phrase_is_translated_and_read(interface: str) -> None:
    assert [entry.id for entry in entries(interface) if not entry.string or entry.fuzzy] == []


@pytest.mark.parametrize("interface", TRANSLATED)
def test_a_translation_has_the_places_of_its_phrase(interface: str) -> None:
    wrong = []
    for entry in entries(interface):
        places = set(PLACE.findall(entry.id))
        for form in entry.string.split(PLURAL):
            named = {"month" if place in ("month_name", "month_short") else place for place in PLACE.findall(form)}
            if named != places and not (len(entry.string.split(PLURAL)) == 2 and named == places - {"n"}):
                wrong.append((entry.id, form))
    assert wrong == []


def test_only_what_counts_has_two_forms() -> None:
    forms = {entry.id: len(entry.string.split(PLURAL)) for interface in TRANSLATED for entry in entries(interface)}
    assert [phrase for phrase, number in forms.items() if number > 2] == []
    uncounted = [phrase for phrase, number in forms.items() if number == 2 and not COUNTED & set(PLACE.findall(phrase))]
    assert uncounted == []
    assert [entry.id for entry in entries("zh-Hant") if PLURAL in entry.string] == []


def test_an_english_translation_holds_no_chinese() -> None:
    assert [entry.id for entry in entries("en") if HAN.search(entry.string) or MARKS.search(entry.string)] == []


def test_a_traditional_translation_holds_no_simplified_characters() -> None:
    from opencc import OpenCC

    to_traditional = OpenCC("s2tw")
    doubtful = {entry.string: to_traditional.convert(entry.string) for entry in entries("zh-Hant")}
    assert {said: meant for said, meant in doubtful.items() if said != meant} == {}


# ---------------------------------------------------------------- no phrase is forgotten


@pytest.mark.parametrize("file", sorted((CHECKOUT / "templates").glob("*.html")), ids=lambda file: file.name)
def test_no_phrase_of_a_template_stands_unwrapped(file: Path) -> None:
    text = CALL.sub("", re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL))
    for example in EXAMPLES:
        text = text.replace(example, "")
    assert [line.strip() for line in text.splitlines() if HAN.search(line) or MARKS.search(line)] == []


@pytest.mark.parametrize("file", sorted((CHECKOUT / "static").glob("*.js")), ids=lambda file: file.name)
def test_no_phrase_of_a_script_stands_unwrapped(file: Path) -> None:
    if f"static/{file.name}" in NO_PHRASES:
        return
    text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert [line.strip() for line in CALL.sub("", text).splitlines() if HAN.search(line)] == []


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
            yield node


def texts(node: ast.AST) -> list[ast.Constant]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


@pytest.mark.parametrize("module", PAGES)
def test_no_phrase_of_a_module_that_makes_pages_stands_unwrapped(module: str) -> None:
    tree = ast.parse((CHECKOUT / "site_builder" / f"{module}.py").read_text("utf-8"))
    said = {id(text) for call in calls(tree) for argument in call.args for text in texts(argument)}
    said |= {id(text) for node in ast.walk(tree) if isinstance(node, ast.Expr) for text in texts(node)}  # docstrings
    others = {text.value for text in texts(tree) if id(text) not in said and HAN.search(text.value)}
    if module == "citing":  # a Chinese citation is Chinese in any interface
        others -= {"日期不详", "〔报名不详〕", *(one for one in others if re.fullmatch("[年月日第版等、：，。]*", one))}
    patterns = {text for text in others if ("[" in text and text not in NO_PHRASE) or module == "words"}  # what is read
    assert others - patterns - NO_PHRASE == set()


@pytest.mark.parametrize("module", FINDERS)
def test_a_finding_is_worded_in_the_language_of_the_interface(module: str) -> None:
    tree = ast.parse((CHECKOUT / "site_builder" / f"{module}.py").read_text("utf-8"))
    said = {id(text) for call in calls(tree) for argument in call.args for text in texts(argument)}
    findings = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and "Finding" in ast.unparse(node.func)]
    unsaid = {text.value for call in findings for text in texts(call) if id(text) not in said}
    assert [text for text in unsaid if HAN.search(text)] == []


def test_each_phrase_in_python_is_found_by_the_extractor() -> None:
    """It finds none within an f-string."""
    known = phrases()
    for file in sorted((CHECKOUT / "site_builder").glob("*.py")):
        for call in calls(ast.parse(file.read_text("utf-8"))):
            for argument in call.args[:1]:
                if isinstance(argument, ast.Constant):
                    assert f"site_builder/{file.name}" in known.get(argument.value, ()), argument.value


# ---------------------------------------------------------------- saying it


@pytest.fixture
def speak() -> Iterator[Callable[[str], None]]:
    yield language.use
    language.use("zh-Hans")


def test_a_message_that_counts_has_the_form_for_its_number(speak: Callable[[str], None]) -> None:
    speak("en")
    assert [language._("{n} 期", n=number) for number in (0, 1, 2)] == ["0 issues", "1 issue", "2 issues"]
    assert language._("{year}年{month}月{day}日", year=2021, month=1, day=21) == "21 January 2021"
    speak("zh-Hant")
    assert language._("{n} 篇", n=1) == "1 篇"
    assert language._("检索") == "檢索"
    speak("zh-Hans")
    assert language._("{n} 期", n=1) == "1 期"


def test_what_a_catalogue_lacks_is_said_in_chinese(speak: Callable[[str], None]) -> None:
    speak("en")
    assert language._("没有人译过的{n}话", n=1) == "没有人译过的1话"


def test_the_scripts_get_just_what_they_say() -> None:
    text = language.script("en").decode()
    words = json.loads(text[text.index("const words = ") + 14 : text.index(";\n  const months")])
    assert set(words) == {phrase for phrase, files in phrases().items() if any("static/" in file for file in files)}
    assert words["正在检索…"] == "Searching…"


# ---------------------------------------------------------------- the sample site


class Reader(HTMLParser):
    """Collects the text of a page by the language that it is said to be in; what can't hold markup is left out."""

    ALONE = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
    UNMARKED = frozenset({"title", "desc", "script", "style", "head"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []  # language, text
        self.names: list[str] = []  # attributes that are read out
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not any(name in self.UNMARKED for name, _ in self.open):
            self.names += [given[name] or "" for name in ("title", "aria-label", "placeholder") if name in given]
        if tag not in self.ALONE:
            self.open.append((tag, given.get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and not any(name in self.UNMARKED for name, _ in self.open):
            self.said.append((self.open[-1][1], data))


def pages(site: Path) -> Iterator[tuple[str, Reader]]:
    for file in sorted(site.rglob("*.html")):
        yield file.relative_to(site).as_posix(), Reader(file.read_text("utf-8"))


def test_in_english_everything_chinese_says_that_it_is(site_in: Callable[[str], Path]) -> None:
    wrong = [
        (path, text.strip())
        for path, page in pages(site_in("en"))
        for lang, text in page.said
        if HAN.search(text) and not lang.startswith("zh")
    ]
    assert wrong == []


def test_in_english_no_english_words_are_called_chinese(site_in: Callable[[str], Path]) -> None:
    sentence = re.compile("[a-z]{3,} [a-z]{2,} [a-z]{2,}")
    wrong = [
        (path, text.strip())
        for path, page in pages(site_in("en"))
        for lang, text in page.said
        if lang.startswith("zh") and sentence.search(text) and "ntitled article beginning" not in text  # a citation
    ]
    assert wrong == []


def test_in_english_no_name_that_is_read_out_is_chinese(site_in: Callable[[str], Path]) -> None:
    wrong = [(path, name) for path, page in pages(site_in("en")) for name in page.names if HAN.search(name)]
    assert wrong == []


def test_in_traditional_characters_the_interface_is_and_the_print_is_not(site_in: Callable[[str], Path]) -> None:
    page = (site_in("zh-Hant") / "liaoyuan-ribao/2021/01-21/p1-01.html").read_text("utf-8")
    assert '<html lang="zh-Hant">' in page
    said = Reader(page).said
    interface = "".join(text for lang, text in said if lang == "zh-Hant")
    printed = "".join(text for lang, text in said if lang == "zh-CN")
    assert "關於此文" in interface
    assert "檢索" in interface
    assert "夯实筑牢防线" in printed
    assert "关于此文" not in page


def test_the_scripts_are_given_their_words_before_they_run(site_in: Callable[[str], Path], seed_site: Path) -> None:
    page = (site_in("en") / "search.html").read_text("utf-8")
    scripts = re.findall(r'<script src="([^"]+)"', page)
    assert scripts[0] == "static/messages.js"
    assert (site_in("en") / "static/messages.js").read_bytes() == language.script("en")
    assert "messages.js" not in (seed_site / "search.html").read_text("utf-8")
    assert not (seed_site / "static/messages.js").exists()


def test_data_but_findings_and_notes_of_citations_are_the_same_in_every_language(
    site_in: Callable[[str], Path], seed_site: Path
) -> None:
    names = [
        file.relative_to(seed_site)
        for file in sorted((seed_site / "data").rglob("*"))
        if file.is_file() and "citations" not in file.parts and file.name != "findings.jsonl"
    ]
    for interface in TRANSLATED:
        site = site_in(interface)
        assert [name for name in names if (site / name).read_bytes() != (seed_site / name).read_bytes()] == []
