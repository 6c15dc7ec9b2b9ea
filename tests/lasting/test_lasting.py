"""Addresses outlive the OCR: the quick part of `python -m tests.lasting`, whose figures stand in the README."""

from __future__ import annotations

import pytest

from tests.lasting import __main__ as lasting

FLOORS = {
    "printed again": 0.99,
    "2 % misread": 0.99,
    "5 % misread": 0.97,
    "new OCR, 2 %": 0.99,
    "new OCR, 5 %": 0.97,
    "run together": 0.97,
    "split": 0.97,
    "page added": 0.97,
    "all at once, 2 %": 0.97,
}
"""The least share of addresses that must answer with the same article."""


@pytest.mark.parametrize("damage", FLOORS)
def test_the_sample_archives_addresses_answer_with_the_same_articles(damage: str) -> None:
    count = lasting.scores(lasting.seeds(), [damage])[damage]
    asked = sum(count[name] for name in ("same", "part", "wrong", "refused"))
    assert asked == 36 and count["same"] >= FLOORS[damage] * asked, count
    assert (count["wrong"], count["refused"], count["unsteady"]) == (0, 0, 0)
    assert count["answer"] == count["published"] == 36


@pytest.mark.parametrize("damage", ["new OCR, 2 %", "all at once, 2 %", "page removed"])
def test_made_pages_addresses_never_answer_with_a_wrong_article(damage: str) -> None:
    count = lasting.scores(lasting.issues(1, seed=2)[:3], [damage])[damage]
    assert count["same"] and (count["wrong"], count["unsteady"]) == (0, 0), count
    assert count["answer"] == count["published"] > 0, count


def test_a_page_removed_leaves_addresses_that_must_be_named_and_then_all_answer() -> None:
    count = lasting.scores(lasting.seeds(), ["page removed"])["page removed"]
    assert count == {"removed": 36, "retired": 36, "published": 36, "answer": 36}


def test_an_address_without_a_page_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "former", lambda views: ())
    count = lasting.scores(lasting.seeds()[:1], ["page removed"])["page removed"]
    assert count["published"] and not count["answer"]


def test_the_bench_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert lasting.main(["--pages", "0", "--damage", "re-wrapped"]) == 0
    said = capsys.readouterr().out
    assert said.count("100.00%") == 2  # answer, same
    assert said.startswith("sample archive\n") and " 100.00% " in said
