"""Gathering: whose page, which day, which address, what stands before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.archive import Archive, gather
from site_builder.errors import SourceError
from site_builder.listing import paginate
from site_builder.model import (
    Article,
    Certainty,
    City,
    EditorPage,
    Finding,
    Newspaper,
    Page,
    PageEntry,
    PageFacts,
    Settings,
    SourcePage,
    Span,
    TextBlock,
    Topic,
)
from site_builder.settings import parse_settings

LIAOYUAN = Newspaper("liaoyuan-ribao", "辽源日报", other_names=("辽源报",), city="辽源")
DAY = dt.date(2021, 1, 21)


def article(*lines: str, topics: tuple[str, ...] = (), places: tuple[str, ...] = ()) -> Article:
    """An article of a headline and paragraphs; its spans are set by `page`."""
    kinds = ("headline", *["paragraph"] * (len(lines) - 1))
    blocks = tuple(TextBlock(kind, line, ()) for kind, line in zip(kinds, lines, strict=True))
    return Article(blocks, topics=topics, places=places)


def page(source: str, *articles: Article, facts: PageFacts | None = None, path: PageFacts | None = None) -> Page:
    """A restored page whose text is its articles' blocks, a line each."""
    text, set_articles, number = "", [], 0
    for one in articles:
        blocks = []
        for block in one.blocks:
            number += 1
            blocks.append(replace(block, spans=(Span(len(text), len(text) + len(block.text)),), lines=(number,)))
            text += block.text + "\n"
        set_articles.append(replace(one, blocks=tuple(blocks)))
    return Page(SourcePage(source, text, path or PageFacts()), (), tuple(set_articles), facts=facts or PageFacts())


def stated(date: dt.date | None = DAY, number: int | None = 1, **more: object) -> PageFacts:
    facts = PageFacts(newspaper="辽源日报", date=date, date_certainty="stated", page=number)
    return replace(facts, **more)  # type: ignore[arg-type]


def ids(archive: Archive) -> list[str]:
    return [page.id for page in archive.pages]


# ---------------------------------------------------------------- facts


def test_archive_toml_overrules_the_masthead_which_overrules_the_path_which_overrules_inference() -> None:
    days = [dt.date(2021, 1, day) for day in (1, 2, 3, 4)]
    inferred = PageFacts(newspaper="甲报", date=days[3], date_certainty="inferred", evidence="推断", page=4)
    path = PageFacts(newspaper="甲报", date=days[2], page=3)
    settings = Settings(pages=(PageEntry("a.txt", PageFacts(date=days[0], evidence="馆藏登记", page=1)),))
    pages = [
        page("a.txt", facts=replace(inferred, date=days[1], date_certainty="stated"), path=path),
        page("b.txt", facts=replace(inferred, date=days[1], date_certainty="stated"), path=path),
        page("c.txt", facts=inferred, path=path),
        page("d.txt", facts=inferred),
    ]
    settled = {page.source.source: page.facts for page in gather(settings, pages).pages}
    assert [settled[f"{name}.txt"].date for name in "abcd"] == days
    assert [settled[f"{name}.txt"].date_certainty for name in "abcd"] == ["given", "stated", "given", "inferred"]
    assert [settled[f"{name}.txt"].evidence for name in "abcd"] == ["馆藏登记", "推断", "", "推断"]


FIRST, SECOND, THIRD = (
    PageFacts(newspaper=f"{name}报", date=dt.date(2021, 1, number), page=number)
    for number, name in enumerate("甲乙丙", 1)
)


@pytest.mark.parametrize("fact", ["newspaper", "date", "page"])
@pytest.mark.parametrize(
    ("entry", "own", "certainty", "path"),
    [
        (FIRST, SECOND, "stated", PageFacts()),
        (FIRST, SECOND, "inferred", PageFacts()),
        (FIRST, PageFacts(), "unknown", SECOND),
        (FIRST, SECOND, "stated", THIRD),
        (PageFacts(), FIRST, "stated", SECOND),
        (PageFacts(), SECOND, "inferred", FIRST),
        (PageFacts(), FIRST, "inferred", PageFacts()),
        (PageFacts(), PageFacts(), "unknown", FIRST),
    ],
)
def test_of_any_two_sources_the_stronger_wins_fact_by_fact(
    fact: str, entry: PageFacts, own: PageFacts, certainty: Certainty, path: PageFacts
) -> None:
    one = page("a.txt", facts=replace(own, date_certainty=certainty), path=path)
    one = replace(one, newspaper_certainty=certainty, page_certainty=certainty)
    [settled] = gather(Settings(pages=(PageEntry("a.txt", entry),)), [one]).pages
    assert getattr(settled.facts, fact) == getattr(FIRST, fact)


@pytest.mark.parametrize(("line", "day"), [("", "01-21-b"), ('edition = "c"', "01-21-c"), ('edition = ""', "01-21")])
def test_archive_tomls_edition_overrules_the_paths_also_where_it_is_the_first(line: str, day: str) -> None:
    settings = parse_settings(f'[[pages]]\nsource = "a.txt"\n{line}\n', Path())
    path = PageFacts(newspaper="辽源日报", date=DAY, page=1, edition="b")
    assert ids(gather(settings, [page("a.txt", path=path)])) == [f"liaoyuan-ribao/2021/{day}/p1"]


def test_evidence_given_for_a_date_that_the_page_prints_is_kept() -> None:
    settings = Settings(pages=(PageEntry("a.txt", PageFacts(evidence="馆藏登记")),))
    assert gather(settings, [page("a.txt", facts=stated())]).pages[0].facts.evidence == "馆藏登记"


@pytest.mark.parametrize(
    ("entry", "path", "said", "city"),
    [
        (PageFacts(), PageFacts(newspaper="辽源日报"), "", "辽源"),
        (PageFacts(newspaper="辽源日报"), PageFacts(), "", "辽源"),
        (PageFacts(newspaper="liaoyuan-ribao"), PageFacts(newspaper="长春日报"), "长春", "辽源"),
        (PageFacts(newspaper="辽源日报", city="梅河口"), PageFacts(), "长春", "梅河口"),
        (PageFacts(newspaper="baicheng-ribao"), PageFacts(), "长春", "洮南"),
        (PageFacts(newspaper="晨光报"), PageFacts(), "长春", "长春"),
        (PageFacts(newspaper="晨光报"), PageFacts(), "", ""),
    ],
)
def test_the_city_is_the_one_given_else_the_newspapers_own_else_the_one_its_name_tells_else_the_pages(
    entry: PageFacts, path: PageFacts, said: str, city: str
) -> None:
    papers = (Newspaper("liaoyuan-ribao", "辽源日报"), Newspaper("baicheng-ribao", "白城日报", city="洮南"))
    settings = Settings(newspapers=papers, pages=(PageEntry("a.txt", replace(entry, date=DAY)),))
    archive = gather(settings, [page("a.txt", facts=PageFacts(city=said), path=path)])
    assert archive.pages[0].facts.city == city
    assert {paper.id: paper.city for paper in archive.newspapers if paper.id == "liaoyuan-ribao"} == {
        "liaoyuan-ribao": "辽源"
    }


def test_a_page_with_nothing_printed_on_it_is_doubted_for_that_alone() -> None:
    archive = gather(Settings(), [page("a.txt", facts=stated()), page("b.txt", article("甲"), facts=stated(number=2))])
    assert [(finding.code, finding.page_id) for finding in archive.findings] == [
        ("empty-page", "liaoyuan-ribao/2021/01-21/p1")
    ]
    undated = gather(Settings(), [page("a.txt")])
    assert [finding.code for finding in undated.findings] == ["empty-page", "no-date", "no-newspaper"]


def test_archive_toml_may_call_its_own_date_inferred() -> None:
    entry = PageFacts(newspaper="辽源日报", date=DAY, date_certainty="inferred", evidence="据电头", page=1)
    archive = gather(Settings(newspapers=(LIAOYUAN,), pages=(PageEntry("a.txt", entry),)), [page("a.txt")])
    assert archive.pages[0].facts.date_certainty == "inferred"
    assert archive.pages[0].facts.city == "辽源"
    assert archive.pages[0].newspaper_certainty == archive.pages[0].page_certainty == "given"


def test_second_page_of_a_file_takes_its_files_entry_but_not_its_page_number() -> None:
    settings = Settings(pages=(PageEntry("a.txt", stated()), PageEntry("a.txt#3", PageFacts(page=4))))
    archive = gather(settings, [page("a.txt"), page("a.txt#2"), page("a.txt#3")])
    assert ids(archive) == [f"liaoyuan-ribao/2021/01-21/{name}" for name in ("p1", "p4", "a-2")]


def test_a_newspaper_has_one_id_by_whatever_name_it_is_called() -> None:
    names = ["辽源报", "辽源日报", "liaoyuan-ribao", "长春晚报", "changchun-wanbao"]
    pages = [page(f"{at}.txt", facts=stated(number=at, newspaper=name)) for at, name in enumerate(names, 1)]
    archive = gather(Settings(newspapers=(LIAOYUAN,)), pages)
    assert [(paper.id, paper.name) for paper in archive.newspapers] == [
        ("changchun-wanbao", "长春晚报"),
        ("liaoyuan-ribao", "辽源日报"),
    ]
    assert {page.facts.newspaper for page in archive.pages} == {"长春晚报", "辽源日报"}


def test_a_newspaper_that_nobody_declared_belongs_to_its_pages_usual_city() -> None:
    pages = [
        page(f"{at}.txt", facts=stated(number=at, city=city)) for at, city in enumerate(["", "辽源", "长春", "辽源"])
    ]
    archive = gather(Settings(), pages)
    assert archive.newspapers == (Newspaper("liaoyuan-ribao", "辽源日报", city="辽源"),)
    assert {page.facts.city for page in archive.pages} == {"辽源"}


# ---------------------------------------------------------------- addresses and order


def test_addresses_of_an_issue_its_pages_and_articles() -> None:
    archive = gather(Settings(), [page("x/2.txt", article("乙"), article("丙"), facts=stated(number=2))])
    [issue] = archive.issues
    assert (issue.id, issue.url) == ("liaoyuan-ribao/2021/01-21", "liaoyuan-ribao/2021/01-21.html")
    assert (issue.pages[0].id, issue.pages[0].url) == (f"{issue.id}/p2", f"{issue.id}.html#p2")
    assert [(one.id, one.url) for one in issue.articles] == [
        ("liaoyuan-ribao/2021/01-21/p2-01", "liaoyuan-ribao/2021/01-21/p2-01.html"),
        ("liaoyuan-ribao/2021/01-21/p2-02", "liaoyuan-ribao/2021/01-21/p2-02.html"),
    ]


def test_pages_stand_in_order_whatever_the_order_they_come_in() -> None:
    later = DAY + dt.timedelta(days=1)
    pages = [
        page("e.txt", facts=stated(later)),
        page("b.txt", facts=stated(number=10)),
        page("c.txt", facts=stated(number=None)),
        page("d.txt", facts=stated(edition="b")),
        page("a.txt", facts=stated(number=2)),
        page("10.txt"),
        page("9.txt"),
    ]
    expected = [
        "liaoyuan-ribao/2021/01-21/p2",
        "liaoyuan-ribao/2021/01-21/p10",
        "liaoyuan-ribao/2021/01-21/c",
        "liaoyuan-ribao/2021/01-21-b/p1",
        "liaoyuan-ribao/2021/01-22/p1",
        "undated/9",
        "undated/10",
    ]
    assert ids(gather(Settings(), pages)) == ids(gather(Settings(), pages[::-1])) == expected


def test_two_sources_of_one_page_are_both_published_and_doubted() -> None:
    archive = gather(
        Settings(), [page("a.txt", article("甲"), facts=stated()), page("b.txt", article("乙"), facts=stated())]
    )
    assert ids(archive) == ["liaoyuan-ribao/2021/01-21/p1", "liaoyuan-ribao/2021/01-21/p1-b"]
    assert [one.id.rsplit("/")[-1] for one in archive.articles] == ["p1-01", "p1-b-01"]
    assert archive.findings == (
        Finding(
            "same-page",
            "《辽源日报》同一天的第1版有不止一份来源：a.txt 与 b.txt。两份都已刊出。",
            page_id="liaoyuan-ribao/2021/01-21/p1-b",
        ),
    )


def test_pages_without_date_or_newspaper_keep_their_sources_name() -> None:
    pages = [
        page("box 3/p01_default.txt", article("甲"), facts=PageFacts(newspaper="辽源日报")),
        page("p04.txt#2", article("乙"), facts=PageFacts(date=DAY)),
    ]
    archive = gather(Settings(), pages)
    assert [(page.id, page.url) for page in archive.undated] == [
        ("undated/box-3/p01_default", "undated/box-3/p01_default.html"),
        ("undated/p04-2", "undated/p04-2.html"),
    ]
    assert [one.id for one in archive.articles] == ["undated/box-3/p01_default/01", "undated/p04-2/01"]
    assert [(finding.code, finding.page_id) for finding in archive.findings] == [
        ("no-date", "undated/box-3/p01_default"),
        ("no-newspaper", "undated/p04-2"),
    ]


def test_a_files_article_and_another_files_page_never_share_an_address() -> None:
    archive = gather(Settings(), [page("x.txt", article("甲")), page("x/01.txt", article("乙"))])
    addresses = [page.url for page in archive.pages] + [one.url for one in archive.articles]
    assert len(set(addresses)) == len(addresses) == 4


def test_findings_learn_the_ids_of_what_they_concern() -> None:
    doubtful = replace(
        page("a.txt", article("甲"), article("乙"), facts=stated()),
        findings=(Finding("no-headline", "没有标题。", article=1), Finding("no-date", "日期不详。")),
    )
    [finding] = gather(Settings(), [doubtful]).findings
    assert (finding.page_id, finding.article_id) == ("liaoyuan-ribao/2021/01-21/p1", "liaoyuan-ribao/2021/01-21/p1-02")


@pytest.mark.parametrize(("numbers", "doubted"), [((1, 2, 3), []), ((1, 2, 2), [2]), ((8201, 8100, 8101), [1])])
def test_running_numbers_must_rise_with_the_date(numbers: tuple[int, ...], doubted: list[int]) -> None:
    days = [DAY + dt.timedelta(days=at) for at in range(len(numbers))]
    pages = [
        page(f"{at}.txt", article("甲"), facts=stated(day, issue_number=str(number)))
        for at, (day, number) in enumerate(zip(days, numbers, strict=True))
    ]
    archive = gather(Settings(), pages)
    assert [finding.page_id for finding in archive.findings] == [archive.issues[at].pages[0].id for at in doubted]
    assert {finding.code for finding in archive.findings} <= {"issue-number"}


def test_names_that_the_site_needs_itself_are_refused() -> None:
    with pytest.raises(SourceError, match="newspaper id 'dates'"):
        gather(Settings(newspapers=(Newspaper("dates", "日期报"),)), [])
    with pytest.raises(SourceError, match=r"liaoyuan-ribao\.html"):
        gather(Settings(newspapers=(LIAOYUAN,)), [], [EditorPage("liaoyuan-ribao", "关于", "")])


# ---------------------------------------------------------------- before, after, and by what


def test_neighbours_go_on_across_pages_and_issues_of_one_newspaper() -> None:
    later = DAY + dt.timedelta(days=9)
    pages = [
        page("1.txt", article("甲"), article("乙"), facts=stated()),
        page("2.txt", article("丙"), facts=stated(number=2)),
        page("3.txt", article("丁"), facts=stated(later)),
        page("4.txt", article("戊"), facts=stated(newspaper="长春日报")),
        page("5.txt", article("己")),
    ]
    archive = gather(Settings(), pages)
    around = {
        archive.article_of[id].headline: tuple(other.headline if other else None for other in both)
        for id, both in archive.neighbours.items()
    }
    assert around == {
        "甲": (None, "乙"),
        "乙": ("甲", "丙"),
        "丙": ("乙", "丁"),
        "丁": ("丙", None),
        "戊": (None, None),
        "己": (None, None),
    }


def test_a_city_has_its_own_newspapers_and_apart_what_others_tell_of_it() -> None:
    settings = Settings(cities=(City("liaoyuan", "辽源", ("辽源市",)),), newspapers=(LIAOYUAN,))
    pages = [
        page("1.txt", article("甲", places=("长春",)), facts=stated()),
        page("2.txt", article("乙", places=("辽源市", "东丰县")), facts=stated(newspaper="长春日报", city="长春")),
    ]
    places = {place.city.id: place for place in gather(settings, pages).places}
    assert {id: [issue.newspaper.name for issue in place.issues] for id, place in places.items()} == {
        "liaoyuan": ["辽源日报"],
        "changchun": ["长春日报"],
        "dongfengxian": [],
    }
    assert [one.headline for one in places["liaoyuan"].articles] == ["乙"]


def test_topics_come_with_their_declared_ids_most_frequent_first() -> None:
    settings = Settings(topics=(Topic("fangyi", "疫情防控", ("疫情",)),))
    pages = [page("1.txt", article("甲", topics=("教育",)), article("乙", topics=("疫情防控", "教育")), facts=stated())]
    topics = gather(settings, pages).topics
    assert [(one.topic.id, len(one.articles)) for one in topics] == [("jiaoyu", 2), ("fangyi", 1)]


# ---------------------------------------------------------------- withholding


def withheld() -> Archive:
    hidden = article("寻人启事", "王某某，六十八岁，家住某某街道。", topics=("公告",), places=("辽源",))
    shown = page("1.txt", article("甲", "正文。"), hidden, article("丙"), facts=stated())
    doubtful = replace(shown, findings=(Finding("open-end", "文字中断：家住某某街道。", article=1),))
    return gather(Settings(withhold=("liaoyuan-ribao/2021/01-21/p1-02",)), [doubtful])


def test_a_withheld_article_keeps_its_address_and_spans_and_loses_its_words() -> None:
    archive = withheld()
    hidden = archive.article_of["liaoyuan-ribao/2021/01-21/p1-02"]
    [page] = archive.pages
    assert page.source.text == "甲\n正文。\n■■■■\n■■■■■■■■■■■■■■■■\n丙\n"
    assert hidden.withheld and hidden.url == "liaoyuan-ribao/2021/01-21/p1-02.html"
    assert hidden.headline == "" and hidden.topics == hidden.places == ()
    [block] = hidden.blocks
    assert block.text == "".join(page.source.text[start:end] for start, end in block.spans) == "■" * 20
    assert archive.findings == ()
    assert [one.headline for one in archive.articles] == ["甲", "丙"]


def test_a_withheld_article_is_nobodys_neighbour_but_has_its_own() -> None:
    archive = withheld()
    first, hidden, last = (archive.neighbours[f"liaoyuan-ribao/2021/01-21/p1-0{at}"] for at in (1, 2, 3))
    assert [one and one.headline for one in (*first, *hidden, *last)] == [None, "丙", "甲", "丙", "甲", None]


def test_evidence_that_quotes_a_withheld_article_is_not_shown() -> None:
    facts = stated(date_certainty="inferred", evidence="电头“本报4月20日讯”称“今天”")
    hidden = page("1.txt", article("题", "本报4月20日讯　今天，省委召开会议。"), facts=facts)
    [shown] = gather(Settings(withhold=("liaoyuan-ribao/2021/01-21/p1-01",)), [hidden]).pages
    assert "本报4月20日讯" not in shown.facts.evidence


def test_withholding_an_article_that_is_not_there_is_an_error() -> None:
    settings = Settings(withhold=("liaoyuan-ribao/2021/01-21/p1-1",))
    with pytest.raises(SourceError, match="did you mean 'liaoyuan-ribao/2021/01-21/p1-01'"):
        gather(settings, [page("1.txt", article("甲"), facts=stated())])


def test_a_path_that_contradicts_the_printed_page_is_a_finding_and_the_print_holds() -> None:
    path = PageFacts(newspaper="jilin-ribao", date=dt.date(2020, 5, 5), date_certainty="given", page=3)
    own = page("jilin-ribao/2020-05-05/3.txt", article("题", "文。"), facts=stated(), path=path)
    printed = replace(own, newspaper_certainty="stated", page_certainty="stated")
    archive = gather(Settings(), [printed])
    assert [finding.message for finding in archive.findings if finding.code == "path-differs"] == [
        "版面所印的日期是 2021-01-21，文件路径所记的是 2020-05-05；这里以版面为准。",
        "版面所印的报纸是 辽源日报，文件路径所记的是 jilin-ribao；这里以版面为准。",
        "版面所印的版次是 第1版，文件路径所记的是 第3版；这里以版面为准。",
    ]
    assert [page.id for page in archive.pages] == ["liaoyuan-ribao/2021/01-21/p1"]


def test_a_path_that_spells_the_printed_newspaper_agrees_with_it() -> None:
    path = PageFacts(newspaper="liaoyuan-ribao", date=DAY, date_certainty="given", page=1)
    printed = replace(
        page("a.txt", article("题", "文。"), facts=stated(), path=path),
        newspaper_certainty="stated",
        page_certainty="stated",
    )
    assert [finding.code for finding in gather(Settings(), [printed]).findings] == []


def test_a_newspaper_known_by_its_folder_alone_is_shown_by_the_name_that_the_folder_spells() -> None:
    path = PageFacts(newspaper="jilin-ribao", date=DAY, date_certainty="given", page=2)
    archive = gather(Settings(), [page("jilin-ribao/2021-01-21/2.txt", article("题", "文。"), path=path)])
    assert [(paper.id, paper.name, paper.city) for paper in archive.newspapers] == [("jilin-ribao", "吉林日报", "长春")]


# ---------------------------------------------------------------- the parts of a continued article


def linked(*links: tuple[int, int], hidden: int = 0) -> tuple[Archive, list[Article]]:
    """Four articles of a page, numbered from 1, of which these go on in those."""
    archive = gather(Settings(newspapers=(LIAOYUAN,)), [page("a.txt", *map(article, "甲乙丙丁"), facts=stated())])
    [issue] = archive.issues
    ids = {number: one.id for number, one in enumerate(issue.pages[0].articles, 1)}
    articles = tuple(
        replace(
            one,
            continues=next((ids[a] for a, b in links if b == number), ""),
            continued_by=next((ids[b] for a, b in links if a == number), ""),
            withheld=number == hidden,
        )
        for number, one in enumerate(issue.pages[0].articles, 1)
    )
    held = replace(issue, pages=(replace(issue.pages[0], articles=articles),))
    return replace(archive, issues=(held,)), list(articles)


@pytest.mark.parametrize(
    ("links", "hidden", "wholes"),
    [
        ((), 0, ["甲", "乙", "丙", "丁"]),
        (((1, 3), (3, 4)), 0, ["甲丙丁", "乙", "甲丙丁", "甲丙丁"]),
        (((3, 1),), 0, ["丙甲", "乙", "丙甲", "丁"]),
        (((1, 2), (2, 3), (3, 4)), 2, ["甲", "乙", "丙丁", "丙丁"]),
        (((1, 2), (2, 1)), 0, ["甲乙", "甲乙", "丙", "丁"]),
    ],
)
def test_the_parts_of_an_article_are_one_whole_up_to_what_must_not_be_shown(
    links: tuple[tuple[int, int], ...], hidden: int, wholes: list[str]
) -> None:
    archive, articles = linked(*links, hidden=hidden)
    assert ["".join(part.headline for part in archive.whole_of(one)) for one in articles] == wholes


def test_of_a_day_lists_show_the_first_page_first_and_days_from_new_to_old() -> None:
    first, second = dt.date(2021, 1, 21), dt.date(2021, 1, 22)
    pages = [
        page("a.txt", article("甲", topics=("教育",)), article("乙", topics=("教育",)), facts=stated(first)),
        page("b.txt", article("丙", topics=("教育",)), facts=replace(stated(first), page=2)),
        page("c.txt", article("丁", topics=("教育",)), article("戊", topics=("教育",)), facts=stated(second)),
    ]
    [topic] = gather(Settings(), pages).topics
    [shown] = paginate(topic.articles, "topics/jiaoyu.html")
    assert [one.headline for one in shown.entries] == ["丁", "戊", "甲", "乙", "丙"]
