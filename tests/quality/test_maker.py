"""The maker tells the truth: what it says was printed is on the page, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from . import maker, stories
from .measures import plain

NO_ARTICLE = {"masthead", "folio", "rubric", "teaser", "editor", "other"}


@pytest.fixture(scope="module", params=list(maker.FAMILIES))
def clean_pages(request: pytest.FixtureRequest) -> list[maker.MadePage]:
    """Pages of a family as they are before characters are misread."""
    styles = [maker.style(request.param, seed) for seed in range(40, 46)]
    return [maker.make(replace(style, noise=0.0, lost=0.0, angles=0.0)) for style in styles]


def test_every_character_printed_is_on_the_page_once(clean_pages: list[maker.MadePage]) -> None:
    for made in clean_pages:
        assert made.text == "".join(cell.char for cell in made.cells)
        places: defaultdict[int, list[maker.Cell]] = defaultdict(list)
        for cell in made.cells:
            places[cell.piece].append(cell)
        for number, piece in enumerate(made.pieces):
            printed = sorted(places[number], key=lambda cell: cell.at)
            assert plain("".join(cell.char for cell in printed)) == plain(piece.text), (made.style, piece)
        assert {cell.char for cell in places[-1] if not cell.char.isspace()} <= set("#\\")


def test_what_is_not_in_the_truth_is_furniture_or_printed_twice(clean_pages: list[maker.MadePage]) -> None:
    for made in clean_pages:
        printed: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for piece in made.pieces:
            printed[piece.article, piece.kind].append(plain(piece.text))
        assert {kind for article, kind in printed if article < 0} <= NO_ARTICLE
        for number, true in enumerate(made.truth.articles):
            assert printed[number, "paragraph"] == list(true.running)
            assert printed[number, "caption"] == list(true.captions)
            assert "".join(printed[number, "headline"]) == true.headline
            assert "".join(printed[number, "kicker"]) == true.kicker
            assert "".join(printed[number, "subtitle"]) == true.subtitle
            assert "".join(printed[number, "jump"]).strip("()") == true.jump
            whole = true.body
            assert all(text in whole for text in printed[number, "duplicate"])


def test_a_paragraph_stands_in_its_order_unless_columns_stand_side_by_side(clean_pages: list[maker.MadePage]) -> None:
    for made in clean_pages:
        if made.style.layout == "stream" and not made.style.displaced:
            last: defaultdict[int, int] = defaultdict(lambda: -1)
            for cell in made.cells:
                assert cell.piece < 0 or cell.at > last[cell.piece]
                last[cell.piece] = cell.at


def test_datelines_and_bylines_are_in_the_text(clean_pages: list[maker.MadePage]) -> None:
    for made in clean_pages:
        lines = "".join(plain(piece.text) for piece in made.pieces if piece.kind == "byline")
        for true in made.truth.articles:
            assert true.body.startswith(true.dateline) or true.body.endswith(f"({true.dateline})")
            assert all(name in true.body + lines for name in true.byline)
            assert not {"{", "}"} & set(true.headline + true.body)


def test_set_lines_open_with_no_closing_mark() -> None:
    for seed in range(40, 50):
        made = maker.make(maker.style("scan", seed))
        assert [line for line in made.text.split("\n") if line and line != "……" and line[0] in maker.NO_START] == []


def test_a_style_makes_the_same_page_each_time_and_seeds_differ() -> None:
    for family in maker.FAMILIES:
        style = maker.style(family, 7)
        assert maker.make(style) == maker.make(style)
        assert maker.make(style).text != maker.make(maker.style(family, 8)).text


def test_misreading_keeps_the_length_of_the_text() -> None:
    style = replace(maker.style("ocr", 3), noise=0.03)
    spoiled, clean = maker.make(style), maker.make(replace(style, noise=0.0, quotes="", half_width=False, debris=0.0))
    assert spoiled.truth == clean.truth
    misread = sum(
        cell.piece >= 0 and cell.char != spoiled.pieces[cell.piece].text[cell.at]
        for cell in spoiled.cells
        if cell.piece >= 0 and cell.char not in ',:;!?()"”'
    )
    assert 0.01 < misread / len(spoiled.text) < 0.05


def test_every_story_can_be_told() -> None:
    assert len(stories.invented()) >= 25
    assert len(stories.from_gold()) >= 20
    kinds = {story.kind for story in stories.invented()}
    assert kinds == {"news", "agency", "interview", "notice", "opinion", "feature", "photo", "weather", "sport", "old"}
