"""archive.toml: every key is read, and every mistake is told with its line and what to do."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.errors import SourceError
from site_builder.model import City, Days, Newspaper, PageEntry, PageFacts, Settings, Topic
from site_builder.settings import check_pages, parse_settings, read_settings
from site_builder.toml_lines import line_of

SEEDS = Path(__file__).parents[1] / "seeds"


def settings(text: str, folder: Path = SEEDS) -> Settings:
    return parse_settings(text, folder)


def refusal(text: str, folder: Path = SEEDS) -> str:
    with pytest.raises(SourceError) as caught:
        parse_settings(text, folder)
    return caught.value.message


# ---------------------------------------------------------------- what is read


def test_without_the_file_every_setting_has_its_default(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_bytes(b"")
    assert read_settings(tmp_path) == Settings()


def test_every_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "look").mkdir()
    (tmp_path / "archive.toml").write_text(
        """
title = " 样例 "
description = "说明"
base_url = "https://example.org/archive"
host = "github-pages"
language = "zh-Hant-TW"
interface = "en"
rights = "版权"
contact = "https://example.org/报错"
templates = "look"
withhold = ["liaoyuan-ribao/2021/01-21/p1-03", "undated/a/01", "undated/a/01"]

[[newspapers]]
id = "lyrb"
name = "辽源日报"
other_names = ["辽源报", " LIAO YUAN RI BAO "]
city = "辽源"
publisher = "辽源日报社"

[[newspapers]]
name = "吉林日报"

[[cities]]
id = "ly"
name = "辽源"
other_names = ["辽源市"]

[[topics]]
id = "yiqing"
name = "疫情防控"
words = ["疫情", "核酸"]

[[topics]]
name = "脱贫攻坚"

[[pages]]
source = "a/p1.txt"
newspaper = "lyrb"
city = "东丰"
date = "2021-01-21"
date_certainty = "stated"
evidence = "报头"
page = 1
edition = "b"

[[pages]]
source = "a/p1.txt#2"
date = 2021-01-22

[[pages]]
source = "b.txt"
newspaper = "梨树报"
""",
        encoding="utf-8",
    )
    assert read_settings(tmp_path) == Settings(
        title="样例",
        description="说明",
        base_url="https://example.org/archive/",
        host="github-pages",
        language="zh-Hant-TW",
        interface="en",
        rights="版权",
        contact="https://example.org/报错",
        templates=tmp_path / "look",
        withhold=("liaoyuan-ribao/2021/01-21/p1-03", "undated/a/01"),
        newspapers=(
            Newspaper("lyrb", "辽源日报", ("辽源报", "LIAO YUAN RI BAO"), "辽源", "辽源日报社"),
            Newspaper("jilin-ribao", "吉林日报"),
        ),
        cities=(City("ly", "辽源", ("辽源市",)),),
        topics=(Topic("yiqing", "疫情防控", ("疫情", "核酸")), Topic("tuopin-gongjian", "脱贫攻坚", ("脱贫攻坚",))),
        pages=(
            PageEntry(
                "a/p1.txt",
                PageFacts(
                    newspaper="lyrb",
                    city="东丰",
                    date=dt.date(2021, 1, 21),
                    date_certainty="stated",
                    evidence="报头",
                    page=1,
                    edition="b",
                ),
            ),
            PageEntry("a/p1.txt#2", PageFacts(date=dt.date(2021, 1, 22), date_certainty="given")),
            PageEntry("b.txt", PageFacts(newspaper="梨树报")),
        ),
    )


def test_the_seeds_settings_agree_with_the_gold() -> None:
    known = read_settings(SEEDS)
    assert known.newspapers == (
        Newspaper("baicheng-ribao", "白城日报", (), "白城"),
        Newspaper("liaoyuan-ribao", "辽源日报", (), "辽源", "辽源日报社"),
        Newspaper("jilin-ribao", "吉林日报", (), "长春"),
    )
    assert [
        (entry.source, entry.facts.newspaper, str(entry.facts.date), entry.facts.date_certainty, entry.facts.page)
        for entry in known.pages
    ] == [
        ("000_adeb9900ddbe73f3.txt", "baicheng-ribao", "2020-02-19", "inferred", 1),
        ("001_6d4c2b4beb5ee594.txt", "liaoyuan-ribao", "2020-02-19", "inferred", 1),
        ("002_3c47d52ac3f817bf.txt", "liaoyuan-ribao", "2021-01-21", "stated", 1),
        ("003_60d6ed3006fbef54.txt", "jilin-ribao", "2022-04-21", "inferred", 1),
        ("004_a251911eb66d684e.txt", "jilin-ribao", "2022-04-04", "inferred", 1),
    ]
    assert all(entry.facts.evidence for entry in known.pages)
    assert (known.base_url, known.language) == ("https://example.org/", "zh-CN")
    check_pages(known, [file.name for file in SEEDS.glob("*.txt")])


@pytest.mark.parametrize("contact", ["", "a.b+c@example.org", "http://example.org/issues?new=1"])
def test_a_contact_is_a_mail_or_web_address(contact: str) -> None:
    assert settings(f'contact = "{contact}"').contact == contact


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_mark_and_any_newline_are_fine(tmp_path: Path, newline: str) -> None:
    text = newline.join(["\ufefftitle = '样例'", "rigths = 1"])
    (tmp_path / "archive.toml").write_bytes(text.encode())
    with pytest.raises(SourceError) as caught:
        read_settings(tmp_path)
    assert caught.value.message == "archive.toml, line 2: unknown key 'rigths'; did you mean 'rights'?"


# ---------------------------------------------------------------- the file itself


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_settings(tmp_path / "x")
    assert caught.value.message == f"{tmp_path / 'x'}: no such folder; give the folder that holds the page texts"


def test_a_file_that_is_not_utf8_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").write_bytes("\ntitle = '白城'".encode("gbk"))
    with pytest.raises(SourceError) as caught:
        read_settings(tmp_path)
    assert caught.value.message == "archive.toml, line 2: is not UTF-8; save the file as UTF-8"


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").mkdir()
    with pytest.raises(SourceError) as caught:
        read_settings(tmp_path)
    assert caught.value.message == "archive.toml: can't be read (Is a directory); mend or remove it"


def test_a_broken_link_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "archive.toml").symlink_to(tmp_path / "gone.toml")
    with pytest.raises(SourceError) as caught:
        read_settings(tmp_path)
    assert caught.value.message == "archive.toml: is a link that leads nowhere; mend or remove it"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("title = 'a'\nrights = 样例", r"archive\.toml, line 2: .+ \(column 10\); put text in straight quotes$"),
        ("title = 'a'\n\ntitle = 'b'\n", r"archive\.toml, line 3: .+ \(column \d+\)$"),
        (
            'title = \'a\'\nrights = """b\n',
            r"archive\.toml, line 2: .+ at the end of the file; the closing .+ is missing$",
        ),
        ("[[pages]]\ndate = 2021-02-30\n", r"archive\.toml, line 2: .+ \(column 8\)$"),
    ],
)
def test_what_is_not_toml_is_an_error_with_its_line(text: str, start: str) -> None:
    assert re.match(start, refusal(text))


# ---------------------------------------------------------------- keys and types

ONE = '[[newspapers]]\nname = "甲日报"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n# titel\ntitel = 1", "line 3: unknown key 'titel'; did you mean 'title'?"),
        (
            "colour = 1",
            "line 1: unknown key 'colour'; known are title, description, base_url, host, language, interface, rights,"
            " contact, templates, withhold, newspapers, cities, topics, pages",
        ),
        ("[[newspaper]]\nname = 'a'", "line 1: unknown key 'newspaper'; did you mean 'newspapers'?"),
        (ONE + "nmae = 'x'", "line 3: unknown key 'nmae' in [[newspapers]] no. 1; did you mean 'name'?"),
        (
            "title = 'a'\n\n" + ONE + ONE + "titel = 'x'",
            "line 7: unknown key 'titel' in [[newspapers]] no. 2; did you mean 'title'?"
            " That one stands above the first [[table]]",
        ),
        (
            ONE + "rights = 'x'",
            "line 3: unknown key 'rights' in [[newspapers]] no. 1; 'rights' is a key of the whole archive and stands"
            " above the first [[table]]",
        ),
        (
            "[[pages]]\nsource = 'a'\nweather = 'x'",
            "line 3: unknown key 'weather' in [[pages]] no. 1; known are source, newspaper, city, date,"
            " date_certainty, evidence, page, edition",
        ),
        (
            "[[cities]]\nname = 'a'\nid.x = 1",
            "line 3: 'id' in [[cities]] no. 1 must be text in quotation marks, not a table",
        ),
        ("title = 7", "line 1: 'title' must be text in quotation marks, not a number"),
        ("title = true", "line 1: 'title' must be text in quotation marks, not true or false"),
        ("rights = 2021-01-21", "line 1: 'rights' must be text in quotation marks, not a date"),
        ("withhold = 'a/b'", 'line 1: \'withhold\' must be a list such as ["甲", "乙"], not text'),
        ("withhold = [\n 'a/b',\n 7]", "line 3: 'withhold' must hold texts in quotation marks, not a number"),
        (
            "[[topics]]\nname = 'a'\nwords = ['']",
            "line 3: 'words' in [[topics]] no. 1 must hold texts in quotation marks, not an empty text",
        ),
        ("[newspapers]\nname = 'a'", "line 1: 'newspapers' must be written [[newspapers]], once for each, not a table"),
        ("pages = ['a']", "line 1: 'pages' must be written [[pages]], once for each, not a list"),
        (
            "[[pages]]\nsource = 'a'\npage = '1'",
            "line 3: 'page' in [[pages]] no. 1 must be a whole number from 1, not text",
        ),
        (
            "[[pages]]\nsource = 'a'\npage = true",
            "line 3: 'page' in [[pages]] no. 1 must be a whole number from 1, not true or false",
        ),
        (
            "[[pages]]\nsource = 'a'\npage = 0",
            "line 3: 'page' in [[pages]] no. 1 is 0, but must be a whole number from 1",
        ),
    ],
)
def test_an_unknown_or_mistyped_key_is_an_error_with_line_and_guess(text: str, message: str) -> None:
    assert refusal(text) == f"archive.toml, {message}"


@pytest.mark.parametrize("key", ["newspapers", "cities", "topics"])
def test_every_table_needs_its_name(key: str) -> None:
    assert refusal(f"\n[[{key}]]\nid = 'a'") == (
        f"archive.toml, line 2: 'name' in [[{key}]] no. 1 is missing; each [[{key}]] needs it"
    )
    assert refusal(f"\n[[{key}]]\nname = ' '") == (
        f"archive.toml, line 3: 'name' in [[{key}]] no. 1 is empty; each [[{key}]] needs it"
    )


def test_every_page_needs_its_source() -> None:
    assert refusal("[[pages]]\npage = 1") == (
        "archive.toml, line 1: 'source' in [[pages]] no. 1 is missing; each [[pages]] needs it"
    )


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "base_url = 'example.org'",
            "line 1: 'base_url' is 'example.org'; it must be an absolute address such as 'https://example.org/archive/'",
        ),
        (
            "host = 'netlfy'",
            "line 1: 'host' is 'netlfy', but must be 'netlify' or 'github-pages' or 'cloudflare-pages'"
            "; did you mean 'netlify'?",
        ),
        ("language = '中文'", "line 1: 'language' is '中文'; it must be a language tag such as 'zh-CN'"),
        (
            "contact = 'mailto:a@example.org'",
            "line 1: 'contact' is 'mailto:a@example.org'; it must be a mail address such as 'editors@example.org',"
            " or a web address that begins with https://",
        ),
        (
            "contact = 'javascript:x'",
            "line 1: 'contact' is 'javascript:x'; it must be a mail address such as 'editors@example.org',"
            " or a web address that begins with https://",
        ),
        (
            "contact = 'http://[x'",
            "line 1: 'contact' is 'http://[x'; it must be a mail address such as 'editors@example.org',"
            " or a web address that begins with https://",
        ),
        (
            "withhold = ['a/b',\n'https://example.org/a/b.html']",
            "line 2: 'withhold' has 'https://example.org/a/b.html'; give an article's id, such as"
            " 'liaoyuan-ribao/2021/01-21/p1-03' (its address without the site's and without '.html')",
        ),
        (
            "[[newspapers]]\nname = '白城日报'\nid = 'Baicheng'",
            "line 3: 'id' in [[newspapers]] no. 1 is 'Baicheng', which can't be an address; use a-z, 0-9 and hyphens,"
            " such as 'baicheng-ribao'",
        ),
        (
            "[[newspapers]]\nname = '白城日报'\nid = 'data'",
            "line 3: 'id' in [[newspapers]] no. 1 would stand at data.html, which is a page or folder of the site;"
            " choose another",
        ),
        (
            "[[newspapers]]\nname = 'Topics'",
            "line 2: 'name' in [[newspapers]] no. 1 would stand at topics.html, which is a page or folder of the site;"
            " give it an id of its own",
        ),
        (
            "[[pages]]\nsource = 'a'\ndate = '2021-02-30'",
            "line 3: 'date' in [[pages]] no. 1 is '2021-02-30', a day that the calendar doesn't have",
        ),
        (
            "[[pages]]\nsource = 'a'\ndate = '2021/1/21'",
            "line 3: 'date' in [[pages]] no. 1 is '2021/1/21', but must be a date such as \"2021-01-21\"",
        ),
        (
            "[[pages]]\nsource = 'a'\ndate = 20210121",
            "line 3: 'date' in [[pages]] no. 1 must be a date such as \"2021-01-21\", not a number",
        ),
        (
            "[[pages]]\nsource = 'a'\ndate = 2021-01-21 10:00:00",
            "line 3: 'date' in [[pages]] no. 1 must be a date such as \"2021-01-21\", not a time",
        ),
        (
            "[[pages]]\nsource = 'a'\ndate = 2021-01-21\ndate_certainty = 'infered'",
            "line 4: 'date_certainty' in [[pages]] no. 1 is 'infered', but must be 'given' or 'stated' or 'inferred'"
            "; did you mean 'inferred'?",
        ),
        (
            "[[pages]]\nsource = 'a'\ndate_certainty = 'stated'",
            "line 3: 'date_certainty' in [[pages]] no. 1 stands without a date; give the date too, or leave both out",
        ),
        (
            "[[pages]]\nsource = 'a'\nedition = 'a'",
            "line 3: 'edition' in [[pages]] no. 1 is 'a'; use 'b' for a day's second edition, 'c' for a third,"
            " '' for the first",
        ),
        (
            "[[pages]]\nsource = 'a'\n[[pages]]\nsource = 'b'\n[[pages]]\nsource = 'a'",
            "line 6: 'source' in [[pages]] no. 3 is 'a', as in [[pages]] no. 1; put the facts of a page in one table",
        ),
    ],
)
def test_a_value_that_cannot_be_is_an_error(text: str, message: str) -> None:
    assert refusal(text) == f"archive.toml, {message}"


def test_the_templates_folder_must_be_there(tmp_path: Path) -> None:
    assert refusal("templates = 'look'", tmp_path) == (
        f"archive.toml, line 1: 'templates' is 'look', but {tmp_path / 'look'} is no folder;"
        " make it or leave the key out"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[newspapers]]\nname = '甲报'\nid = 'a'\n[[newspapers]]\nname = '乙报'\nid = 'a'",
            "line 6: '乙报' in [[newspapers]] no. 2 has the id 'a', as [[newspapers]] no. 1 (甲报);"
            " give one of them another id",
        ),
        (
            "[[topics]]\nname = '时事'\n[[topics]]\nname = '实事'",
            "line 3: '实事' in [[topics]] no. 2 would by its name have the id 'shishi', as [[topics]] no. 1 (时事);"
            " give one of them another id",
        ),
        (
            "[[cities]]\nname = '辽源'\n[[cities]]\nname = '辽源'\nid = 'b'",
            "line 4: 'name' in [[cities]] no. 2 has '辽源', as [[cities]] no. 1; join the two or rename one",
        ),
        (
            "[[newspapers]]\nname = '吉林日报'\n[[newspapers]]\nname = '江城日报'\nother_names = ['吉林日报']",
            "line 5: 'other_names' in [[newspapers]] no. 2 has '吉林日报', as [[newspapers]] no. 1;"
            " join the two or rename one",
        ),
    ],
)
def test_no_two_share_an_id_or_a_name(text: str, message: str) -> None:
    assert refusal(text) == f"archive.toml, {message}"


def test_a_name_repeated_among_its_own_other_names_is_no_clash() -> None:
    text = "[[cities]]\nname = '辽源'\nother_names = ['辽源', '辽源市']"
    assert settings(text).cities == (City("liaoyuan", "辽源", ("辽源", "辽源市")),)


# ---------------------------------------------------------------- [[pages]] against the pages there are


def unknown_page(source: str) -> str:
    known = Settings(pages=(PageEntry("a/p1.txt", PageFacts()), PageEntry(source, PageFacts())))
    with pytest.raises(SourceError) as caught:
        check_pages(known, ["a/p1.txt", "a/p1.txt#2", "a/p10.txt"])
    return caught.value.message


def test_facts_for_a_page_that_is_not_there_are_an_error() -> None:
    assert unknown_page("a/p1.text") == (
        "archive.toml: [[pages]] no. 2: there is no page 'a/p1.text'; did you mean 'a/p1.txt'?"
    )
    assert unknown_page("zzz") == (
        "archive.toml: [[pages]] no. 2: there is no page 'zzz'; a source is a file's path from the source folder,"
        " such as 'liaoyuan-ribao/2021-01-21/p1.txt', with '#2' after it for the second page of a file"
    )


def test_facts_for_each_page_of_a_file_are_fine() -> None:
    check_pages(Settings(pages=(PageEntry("a#2", PageFacts()), PageEntry("a", PageFacts()))), ["a", "a#2"])


def test_facts_for_any_page_of_an_unreadable_file_are_let_pass() -> None:
    known = Settings(pages=(PageEntry("a.txt#3", PageFacts()), PageEntry("a.txt", PageFacts())))
    check_pages(known, ["b.txt"], unreadable=["a.txt"])


# ---------------------------------------------------------------- lines

HARD = '''# [[pages]] in a comment
title = """
[[pages]]
source = "no\\""" quite"""
rights = \'\'\'it's
'\'a\'\'\' # x
"base_url" = "#" # not a "comment
withhold = [ # list
  "a/b", # ]
  'c]',
]
[[newspapers]]
name = "a"
[[ pages ]]
source = """a"""""
date = 2021-01-21 10:00:00
[pages.more]
deep.er = 1
[[newspapers]]
other_names = ["x",
 """
 y"""]
topics = [{name = "a"},
  {name = "b", words = ["c",
  "d"]}]
'''


def test_the_hard_file_is_one_that_tomllib_reads() -> None:
    assert tomllib.loads(HARD)["pages"][0]["source"] == 'a""'


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("rights",), 5),
        (("base_url",), 7),
        (("withhold",), 8),
        (("withhold", 1), 10),
        (("newspapers", 0), 12),
        (("newspapers", 0, "name"), 13),
        (("pages", 0), 14),
        (("pages", 0, "source"), 15),
        (("pages", 0, "date"), 16),
        (("pages", 0, "more"), 17),
        (("pages", 0, "more", "deep", "er"), 18),
        (("newspapers", 1), 19),
        (("newspapers", 1, "city"), 19),
        (("newspapers", 1, "other_names", 1), 21),
        (("newspapers", 1, "topics", 0, "name"), 23),
        (("newspapers", 1, "topics", 1, "words", 1), 25),
        (("nothing",), 1),
    ],
)
def test_lines_are_found_through_strings_comments_and_tables(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(HARD, path) == line


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), max_size=6))
def test_the_line_of_a_key_is_right_whatever_stands_before_it(values: list[str]) -> None:
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    before = "".join(f'k{number} = """\n{value}"""\n' for number, value in enumerate(quoted))
    assert line_of(before + "titel = 1", ("titel",)) == 2 * len(values) + 1


# ---------------------------------------------------------------- the days of a newspaper


def test_the_days_of_a_newspaper_are_read() -> None:
    [paper] = parse_settings(
        ONE + 'first = 1950-01-01\nlast = "2021-12-31"\n'
        'missing = ["2021-03-01", 2020-05-01]\nnot_published = ["2021-02-11/2021-02-17"]',
        Path(),
    ).newspapers
    assert (paper.first, paper.last) == (dt.date(1950, 1, 1), dt.date(2021, 12, 31))
    assert paper.missing == (
        Days(dt.date(2020, 5, 1), dt.date(2020, 5, 1)),
        Days(dt.date(2021, 3, 1), dt.date(2021, 3, 1)),
    )
    assert paper.not_published == (Days(dt.date(2021, 2, 11), dt.date(2021, 2, 17)),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("first = '2021-02-30'", "line 3: 'first' in [[newspapers]] no. 1 is '2021-02-30', a day that the calendar"),
        (
            "first = 2021-03-01\nlast = 2021-02-01",
            "line 4: 'last' in [[newspapers]] no. 1 is 2021-02-01, before 'first', 2021-03-01",
        ),
        (
            "missing = '2021-02-01'",
            "line 3: 'missing' in [[newspapers]] no. 1 must be a list of dates such as [\"2021-01-21\"], not text",
        ),
        (
            "missing = ['2021-02-01',\n'2021-2-2']",
            "line 4: 'missing' in [[newspapers]] no. 1 has '2021-2-2'; give a day as \"2021-01-21\", or the first and"
            ' the last of several as "2021-02-11/2021-02-17"',
        ),
        ("missing = [5]", "line 3: 'missing' in [[newspapers]] no. 1 has a number; give a day as"),
        (
            "not_published = ['2021-02-05/2021-02-01']",
            "line 3: 'not_published' in [[newspapers]] no. 1 has '2021-02-05/2021-02-01', which ends",
        ),
        (
            "first = 2021-03-01\nmissing = ['2021-02-01']",
            "line 4: 'missing' in [[newspapers]] no. 1 has 2021-02-01, outside what 'first' says; nothing",
        ),
        (
            "missing = ['2021-02-01/2021-02-09']\nnot_published = ['2021-02-08/2021-02-20']",
            "line 3: 'missing' in [[newspapers]] no. 1 has 2021-02-08 to 2021-02-09, as has 'not_published'; only",
        ),
    ],
)
def test_days_that_cannot_be_are_refused_with_their_line(text: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_settings(ONE + text, Path())
    assert message in str(raised.value)
