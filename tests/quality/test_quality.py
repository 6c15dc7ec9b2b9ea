"""Pages are restored no worse than before: each measure stands at or above its floor in floors.toml."""

from __future__ import annotations

import tomllib

import pytest

from site_builder.flattened import WEIGHTS
from site_builder.model import Article, Page, SourcePage, Span, TextBlock

from . import breaks, maker, score
from .measures import MEASURES, Comparison, Figures, Reading, conserved, paragraph_ends, plain

FLOORS: dict[str, dict[str, float]] = tomllib.loads((score.HERE / "floors.toml").read_text("utf-8"))
HOW = "To raise floors: python -m tests.quality.score --floors > tests/quality/floors.toml; to lower one, say why."


@pytest.fixture(scope="module")
def seeds() -> dict[str, Figures]:
    return score.score_seeds()


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Figures]]:
    return score.score_made(maker.corpus(score.SEED, score.PAGES))


def below(rows: dict[str, Figures]) -> list[str]:
    """What stands below its floor, in words."""
    return [
        f"{row} {name}: {rows[row][name]} is below {floor}"
        for row, floors in FLOORS.items()
        if row in rows
        for name, floor in floors.items()
        if (rows[row][name] or 0.0) < floor
    ]


def test_seeds_hold_their_floors(seeds: dict[str, Figures]) -> None:
    rows = {"seeds": score.overall(seeds)}
    assert not (short := below(rows)), "\n".join([*short, score.table(seeds | rows), HOW])


def test_made_pages_hold_their_floors(made: dict[str, dict[str, Figures]]) -> None:
    rows = score.by_family(made)
    assert not (short := below(rows)), "\n".join([*short, score.table(rows), HOW])


def test_no_character_is_lost_on_any_page(seeds: dict[str, Figures], made: dict[str, dict[str, Figures]]) -> None:
    pages = seeds | {f"{family} {name}": row for family, rows in made.items() for name, row in rows.items()}
    assert {name: row["conserved"] for name, row in pages.items() if row["conserved"] != 1.0} == {}


def test_every_family_and_measure_has_a_floor(made: dict[str, dict[str, Figures]]) -> None:
    rows = score.by_family(made)
    assert list(FLOORS) == ["seeds", *rows]
    assert {row: {key for key in MEASURES if rows[row][key] is not None} for row in rows} == {
        row: set(floors) for row, floors in FLOORS.items() if row != "seeds"
    }


# ---------------------------------------------------------------- the measures themselves

LEFT = Reading(headline="春耕开始", running=("本报讯大雪过后,各地春耕陆续开始.", "农民下田."), byline=("张三",))
RIGHT = Reading(headline="秋收结束", running=("今年秋粮收购进展顺利,入库八万吨.", "价格平稳."), jump="下转四版")


def test_a_page_read_right_scores_one() -> None:
    figures = Comparison([RIGHT, LEFT], [LEFT, RIGHT]).figures
    assert {value for value in figures.values() if value is not None} == {1.0}


def test_an_article_not_found_is_all_wrong() -> None:
    figures = Comparison([LEFT], [LEFT, RIGHT]).figures
    assert figures["articles"] == 2 / 3
    assert figures["headlines"] == 2 / 3
    assert figures["text"] == pytest.approx(len(LEFT.body) / len(LEFT.body + RIGHT.body))
    assert figures["jumps"] == 0.0


def test_paragraph_ends_count_within_two_characters() -> None:
    whole = plain("甲乙丙丁戊己庚辛。子丑寅卯辰。")
    assert paragraph_ends(Reading(running=(whole[:9], whole[9:])), Reading(running=(whole[:7], whole[7:]))) == 1.0
    assert paragraph_ends(Reading(running=(whole[:12], whole[12:])), Reading(running=(whole[:7], whole[7:]))) == 0.0
    assert paragraph_ends(Reading(running=(whole,)), Reading(running=(whole[:7], whole[7:]))) == 0.0


def test_lost_doubled_and_changed_characters_are_not_conserved() -> None:
    source = SourcePage("a.txt", "春耕开始（下转四版）")

    def page(*blocks: TextBlock) -> Page:
        return Page(source, (), (Article(blocks),))

    text, jump = TextBlock("paragraph", "春耕开始", (Span(0, 4),)), TextBlock("jump", "下转四版", (Span(5, 9),))
    assert conserved(page(text, jump)) == 1.0
    assert conserved(page(text)) == pytest.approx(1 - 6 / 10)
    assert conserved(page(text, jump, text)) == pytest.approx(1 - 4 / 10)
    assert conserved(page(TextBlock("paragraph", "秋耕开始", (Span(0, 4),)), jump)) == pytest.approx(1 - 1 / 10)


def test_the_weights_of_paragraph_breaks_are_the_fitted_ones() -> None:
    fitted = breaks.fit(breaks.examples())
    assert fitted == pytest.approx(WEIGHTS, abs=0.02)
