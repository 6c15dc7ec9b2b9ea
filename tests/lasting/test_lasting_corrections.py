"""Corrections outlive the OCR: the quick part of `python -m tests.lasting.corrections` (see the README)."""

from __future__ import annotations

import pytest

from tests.lasting import __main__ as lasting
from tests.lasting import corrections

FLOORS = {"printed again": 0.95, "2 % misread": 0.95, "new OCR, 2 %": 0.95, "all at once, 2 %": 0.9}
"""The least share of corrections that must be carried out, or be right in the source, where their words are there."""


@pytest.mark.parametrize("damage", FLOORS)
def test_corrections_are_carried_out_where_they_were_meant_and_nowhere_else(damage: str) -> None:
    count = corrections.scores([*lasting.seeds(), *lasting.issues(1, seed=3)[:2]], 40, [damage])[damage]
    assert count["all"] >= 35 and (count["wrong"], count["lost"], count["unsteady"]) == (0, 0, 0), count
    assert count["done"] + count["right"] >= FLOORS[damage] * (count["all"] - count["gone"]), count


def test_the_bench_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert corrections.main(["--pages", "0", "--count", "5", "--damage", "re-wrapped"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:2] == ["re-wrapped", "5"]
