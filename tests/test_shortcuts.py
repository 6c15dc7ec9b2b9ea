"""Each look that settles the common case early settles it as the long way round does."""

from __future__ import annotations

import sys
import unicodedata
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder import articles, charmaps, cleaning, fingerprints, labels, marks, repeats, report, trace, widths
from site_builder.affinity import Vocabulary, Weights, pairs
from site_builder.model import Line, SourcePage, Span
from tests.quality import maker

MADE = [SourcePage(f"{page.style.family}-{page.style.seed}.txt", page.text) for page in maker.corpus(3, 1)]
MARKS = '。！？!?；;：:…—”’」』）)]】，、,（(《〈“‘「『·》〉%％℃〈[."＂ \u3000\u200b⼀⻘'
WORDS = "本报讯记者摄编辑版第期号农历庚子年月日一二三０5Axz报刊社地址电话文图/｜|▲上接下转主管办CNwwhtp"
print_like = st.text(alphabet=MARKS + WORDS + "全县上下齐动手", max_size=24)


@pytest.mark.parametrize("page", MADE, ids=lambda page: page.source)
def test_a_page_is_restored_as_it_is_where_every_break_is_weighed(page: SourcePage) -> None:
    with trace.recording():  # who asks is told the reasons of each decision, so no shortcut is taken
        asked = articles.restore(page)
    assert articles.restore(page) == asked


@given(print_like.filter(bool))
def test_no_label_fits_a_line_that_may_have_none(text: str) -> None:
    for blank in (0, 1):
        line = Line(Span(0, len(text)), text, 1, blank)
        found = [kind for kind, test in labels.LABELS if test(line)]
        assert labels.may_tell(line) or not found


@pytest.mark.parametrize("page", MADE, ids=lambda page: page.source)
def test_no_label_fits_a_line_of_a_page_that_may_have_none(page: SourcePage) -> None:
    for line in cleaning.clean(page):
        assert labels.may_tell(line) or not any(test(line) for _, test in labels.LABELS)


@given(print_like)
def test_no_rule_changes_a_line_without_a_character_that_one_touches(text: str) -> None:
    assert cleaning._TOUCHED.search(text) or all(rule(text) == text for rule in cleaning.RULES)


@given(print_like)
def test_the_rules_that_a_line_s_signs_name_do_what_all_rules_do(text: str) -> None:
    some, every = text, text
    for rule in cleaning._rules_for(frozenset(cleaning._TOUCHED.findall(text))):
        some = rule(some)
    for rule in cleaning.RULES:
        every = rule(every)
    assert some == every


@pytest.mark.parametrize(
    "kind", [charmaps.to_nfkc, report._fold, fingerprints._folding], ids=["nfkc", "proof", "again"]
)
def test_a_table_of_characters_says_what_its_function_says(kind: charmaps.CharMap) -> None:
    held = [chr(code) for code in np.flatnonzero(kind._table != charmaps._UNKNOWN).tolist()]
    assert len(held) > 28_000
    step = 50
    for texts in (held, held[::-1], held[::7] + held[::3], [f"{char}…" for char in held[::11]]):
        for at in range(0, len(texts), step):
            text = "".join(texts[at : at + step])
            assert kind(text) == kind.function(text)


def test_no_character_of_a_table_goes_with_the_one_before_it() -> None:
    canonical = [unicodedata.decomposition(chr(code)).split() for code in range(sys.maxunicode + 1)]
    second = {int(parts[1], 16) for parts in canonical if len(parts) == 2 and not parts[0].startswith("<")}
    table = charmaps.to_nfkc._table
    assert second.isdisjoint(table[table < charmaps._DROPPED].tolist())


@given(st.text(alphabet=MARKS + WORDS + "é\u0301ｶﾞ가\u11a8𠀀①㎡…", min_size=20, max_size=80))
def test_a_text_with_any_other_character_is_left_to_the_function(text: str) -> None:
    for kind in (charmaps.to_nfkc, report._fold, fingerprints._folding):
        assert kind(text) == kind.function(text)


@given(print_like)
def test_a_line_is_cut_only_at_what_may_cut_it(text: str) -> None:
    line = Line(Span(0, len(text)), text, 1)
    if text.strip() and not cleaning._MAY_CUT.search(text):
        assert cleaning._cut_jump(line) == [line]
        assert not (cleaning._GAP.search(text) or cleaning._RUN_IN.search(text) or cleaning._JUMP_BACK.match(text))


@given(print_like)
def test_marks_at_a_line_s_ends_are_known_by_one_character(text: str) -> None:
    assert marks.stops(text) == bool(marks.STOP_END.search(text))
    assert marks.ends_sentence(text) == bool(marks.SENTENCE_END.search(text))
    assert marks.cannot_start(text) == bool(marks.NO_START.match(text))


@given(st.lists(st.integers(min_value=0, max_value=130).map(lambda size: size / 2), max_size=40))
def test_a_sliding_window_finds_the_widths_of_each_window(sizes: list[float]) -> None:
    reach = widths.WINDOW
    ahead = [widths.common_width(sizes[i : i + reach + 1]) for i in range(len(sizes))]
    back = [widths.common_width(sizes[max(0, i - reach) : i + 1]) for i in range(len(sizes))]
    assert list(widths.local_widths(sizes)) == list(zip(back, ahead, strict=True))


@given(st.lists(st.text(alphabet="县乡村水田修渠引粮12.%％Ax，。\n😀", max_size=12), max_size=6))
def test_a_vocabulary_numbers_the_pairs_of_texts(texts: list[str]) -> None:
    vocabulary = Vocabulary()
    words = [set(own.tolist()) for own in vocabulary.read(texts)]
    found = [pairs(text) for text in texts]
    assert list(map(len, words)) == list(map(len, found))
    for one, other in combinations(range(len(texts)), 2):
        assert len(words[one] & words[other]) == len(found[one] & found[other])


@given(st.lists(st.text(alphabet="县乡村水田修渠引粮", min_size=2, max_size=12), min_size=2, max_size=6))
def test_likeness_is_the_same_for_one_text_and_for_many(texts: list[str]) -> None:
    vocabulary = Vocabulary()
    heading, *bodies = vocabulary.read(["修渠引水", *texts])
    weights = Weights(vocabulary, bodies)
    row = weights.row(bodies)
    covered = [weights.covered(heading, body) for body in bodies]
    assert weights.likeness(heading, row).tolist() == [weights.alike(heading, body) for body in bodies]
    assert weights.shares(heading, row).tolist() == covered
    assert weights.near([heading], row, [range(1, len(bodies))]) == [covered[1:]]


@given(st.text(alphabet="甲乙丙", min_size=40, max_size=60), st.integers(min_value=0, max_value=4))
def test_a_paragraph_that_stands_twice_is_never_overlooked(text: str, misread: int) -> None:
    other = text[:misread] + "丁" * bool(misread) + text[misread + bool(misread) :]
    own, copy = (frozenset(repeats._grams(each)) for each in (text, other))
    twice = len(own & copy) >= repeats.SHARE * min(len(own), len(copy))
    assert repeats._may_repeat([text, other]) or not twice


@given(st.lists(st.tuples(print_like, print_like), max_size=12))
def test_words_run_on_over_one_break_as_over_many_looked_at_together(breaks: list[tuple[str, str]]) -> None:
    one_by_one = [marks.runs_on(before, after) for before, after in breaks]
    assert marks.all_run_on(breaks) == one_by_one
    may = [marks.may_begin_word(before) and marks.may_end_word(after) for before, after in breaks]
    assert all(may for may, runs in zip(may, one_by_one, strict=True) if runs)
