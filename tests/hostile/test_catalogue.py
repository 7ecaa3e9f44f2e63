"""The catalogue is whole: three cases for every example of the table of families, and none beside it."""

from __future__ import annotations

from collections import Counter

from tests.hostile.catalogue import ALL, TABLE, examples

CASES = Counter((case.family, case.example) for case in ALL.values())


def test_every_example_has_three_cases() -> None:
    named = [(family, example) for family in TABLE for example in examples(family)]
    assert [place for place in named if CASES[place] < 3] == []
    assert [place for place in CASES if place not in named] == []


def test_every_case_has_a_name_of_its_own_that_a_folder_can_have() -> None:
    assert sum(CASES.values()) == len(ALL) >= 150
    assert all(name.isascii() and "/" not in name and len(name) <= 120 for name in ALL)


def test_a_case_says_all_that_it_promises() -> None:
    for case in ALL.values():
        assert (case.end == "R") == bool(case.words), case.name
        assert case.end not in ("Z",) or case.lost, case.name
        assert case.end != "H" or case.flags, case.name
