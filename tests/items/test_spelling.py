"""A forgiving customer: typing errors are read over, other words are not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from examdesk.items.scenario.play import Play
from examdesk.items.scenario.spelling import Spelling, one_for_all
from examdesk.items.scenario.utterances import LONGEST, faults, uttered
from tests.items.chats import chat

KNOWN = Spelling(["invoice", "postage", "refund", "refunds", "发票", "不"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("invocie", "invoice"), ("invoce", "invoice"), ("invooice", "invoice"), ("invoices", "invoice"),
        ("involce", "involce"),  # another letter makes another word
        ("nivoice", "nivoice"),  # nobody mistypes the first letter unseen
        ("refunsd", "refunsd"),  # refunds or refund: two words, so none
        ("invoiecs", "invoiecs"), ("post", "post"), ("12345", "12345"), ("", ""),
    ],
)  # fmt: skip
def test_a_word_is_mended_only_when_it_is_one_slip_from_one_known_word(typed: str, read: str) -> None:
    assert KNOWN.mended([typed]) == (read,)


def test_characters_typed_for_each_other_are_one_and_a_no_stays_a_no() -> None:
    assert one_for_all("帐号在那儿，再说得") == one_for_all("账号再那儿，在说的")
    assert one_for_all("不没别") == "不没别"


def forgiving(**more: Any) -> Play:
    return Play({**chat("S-04").item.body["play"], **more})


def test_only_a_forgiving_customer_reads_over_errors() -> None:
    text = "Yes we can isseu the invocie"
    assert forgiving(forgiving=True).understood(text) == forgiving().understood("Yes we can issue the invoice") != []
    assert forgiving().understood(text) == []


def test_reading_over_errors_changes_nothing_where_there_are_none() -> None:
    plain, kind = forgiving(), forgiving(forgiving=True)
    for act, spec in plain.data["acts"].items():
        for text in uttered({act: {"zh": {"a": spec["phrases"].get("zh", [])}}}):
            assert kind.understood(text.text) == plain.understood(text.text)


def test_an_author_is_told_of_sentences_that_help_nobody() -> None:
    body = copy.deepcopy(dict(chat("S-04").item.body))
    body["utterances"] = {
        "can": {"zh": {"a": ["可以开", "长" * (LONGEST + 1)]}, "fr": {"a": ["oui"]}},
        "cannot": {"zh": {"b": ["可以开"]}}, "flies": {"zh": {"a": ["飞"]}},
    }  # fmt: skip
    found = [(one.loc, one.wrong) for one in faults(body, {"zh", "en"})]
    assert [loc[1] for loc, _ in found] == ["can", "can", "cannot", "flies"]
    assert "longer than" in found[0][1] and "not held" in found[1][1] and "two acts" in found[2][1]
