"""What a generator computes by stands in the fact it names, in the edition it names: a changed rule is noticed."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from examdesk.bank import read_handbook
from examdesk.generators import accounts, norms, shipping, windows
from tests.conftest import ROOT

PERCENT = 100
LINES = accounts.LINES
RULES = [  # (fact, edition, the number in its text, what the generator computes by)
    ("F-EB-33", "ED-PAYPAL-45", "45 days", windows.WINDOWS["paypal-dispute"].days),
    ("F-EB-34", "ED-PAYPAL-45", "10 days", windows.WINDOWS["paypal-answer"].days),
    ("F-EB-30", "ED-EBAY-CASE60", "60 days", windows.WINDOWS["ebay-case"].days),
    ("F-EB-32", "ED-EBAY-CASE60", "one month", windows.WINDOWS["case-closed"].months),
    ("F-EB-49", "HB", "90 days", windows.WINDOWS["ebay-message"].days),
    ("F-EB-50", "HB", "6 months", windows.WINDOWS["alert-kept"].months),
    ("F-EB-14", "ED-EBAY-2010", "description at most 1%", accounts.LIMITS["us"]["description"] * PERCENT),
    *[("F-EB-14", "ED-EBAY-2010", f"shipping {line} at most 2%", accounts.LIMITS["us"][line] * PERCENT)
      for line in LINES[2:]],
    ("F-EB-14", "ED-EBAY-2010", "communication at most 2%", accounts.LIMITS["us"]["communication"] * PERCENT),
    ("F-EB-15", "ED-EBAY-2010", "description at most 1.2%", accounts.LIMITS["de"]["description"] * PERCENT),
    *[("F-EB-15", "ED-EBAY-2010", f"shipping {line} at most 2.4%", accounts.LIMITS["de"][line] * PERCENT)
      for line in LINES[2:]],
    ("F-EB-15", "ED-EBAY-2010", "communication at most 2.4%", accounts.LIMITS["de"]["communication"] * PERCENT),
    ("F-EB-16", "ED-EBAY-2010", "opened cases at most 1%", accounts.OPENED * PERCENT),
    ("F-EB-16", "ED-EBAY-2010", "unresolved cases at most 0.3%", accounts.UNRESOLVED * PERCENT),
    ("F-LN-02", "HB", "50 characters", norms.PER_MINUTE),
    ("F-LN-03", "HB", "20 seconds", norms.LONGEST_WAIT),
    ("F-XB-15", "HB", "2 kg", Fraction(shipping.FREE_BELOW, 1000)),
    ("F-OP-08", "HB", "16:00", shipping.CUT_OFF.hour),
]


@pytest.mark.parametrize(("fact", "edition", "words", "number"), RULES, ids=[f"{rule[0]} {rule[2]}" for rule in RULES])
def test_a_generator_computes_by_the_number_in_its_fact(fact: str, edition: str, words: str, number: object) -> None:
    told = read_handbook(ROOT / "exams", root=ROOT).facts[fact]
    assert words in told.text["en"] and told.edition == edition
    found = re.search(r"[0-9.]+", words)
    assert (Fraction(found[0]) if found else 1) == number
