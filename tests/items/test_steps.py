"""A reply in steps: what is shown, what is final, what the marker gets; on the course's own two items."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from examdesk.errors import NotSaved
from examdesk.items import part, responses
from examdesk.items.reply import steps
from examdesk.items.reply.letters import _numbers
from examdesk.journal import NAME, read_journal
from examdesk.model import Event, Item, Judgement, Response
from examdesk.sitting import Sitting
from tests.conftest import ROOT, form_of, real_bank, real_form
from tests.items.authoring import authored, refused
from tests.items.test_reply import released
from tests.test_leaks import found, planted

LETTERS, MAIL = real_bank().items["R-E20"], real_bank().items["R-E19"]
PUBLIC = part("reply", "question").public(LETTERS)
FIRST = LETTERS.body["steps"][0]["samples"]["right"][0]


def answer(final: int, *texts: str, item: Item = LETTERS, **figures: str) -> dict[str, Any]:
    """An answer with the texts of the first steps, and the figures of steps named with _ for -."""
    written: dict[str, dict[str, str]] = {}
    for step, said in zip(item.body["steps"], texts, strict=False):
        written[step["id"]] = {"text": said} | (
            {"figure": figures[name]} if (name := step["id"].replace("-", "_")) in figures else {})
    return {"final": final, "steps": written}


def judge(item: Item, value: object, *events: Event) -> Judgement:
    return part("reply", "cells").grader(item.body)(Response(item.id, value, events))


# What is shown


def test_the_browser_gets_a_step_only_when_the_one_before_it_is_final() -> None:
    question = part("reply", "question")
    shown = question.shown(PUBLIC, answer(0, "Dear buyer"))
    assert [step["id"] for step in shown["steps"]] == ["letter-1"] and shown["of"] == 2
    second = json.dumps(PUBLIC["steps"][1]["message"]["en"])
    assert second not in json.dumps(shown) and second not in json.dumps(question.shown(PUBLIC, None))
    assert [step["id"] for step in question.shown(PUBLIC, answer(1, "Dear buyer"))["steps"]] == ["letter-1", "letter-2"]


def test_a_reply_without_steps_is_shown_and_settled_as_before() -> None:
    question, plain = part("reply", "question"), real_bank().items["R-C08"]
    public = question.public(plain)
    assert question.shown(public, "x") == public
    assert set(public) == {"stem", "message", "context", "answer_in", "limits"}
    assert question.settled(public, "new", iter(["old"])) == "new"


def test_the_released_notebook_holds_no_later_step() -> None:
    for item in (LETTERS, MAIL):
        task, evidence = part("reply", "cells").cells(item)
        shown, editor = released(("task", task.source), ("autograder", evidence.source))
        assert editor.strip() == f'exam.show("{item.id}")'
        first, second = item.body["steps"]
        for language in ("zh", "en"):
            assert first["prompt"][language][:20] in shown
            for secret in (second["prompt"], second["title"], second["message"]):
                assert secret[language][:20] not in shown and secret[language][:20] in task.source
        assert all(one["reason"]["zh"] in task.source and one["reason"]["zh"] not in shown
                   for step in item.body["steps"] for one in step["rubric"])


def test_no_rubric_phrase_sample_or_figure_key_is_in_what_a_candidate_gets() -> None:
    """The whole road is searched by tests/test_leaks.py, which plants its canaries in these two items as well."""
    form, canaries = planted(replace(real_form("E11-sampler-a"), items={one.id: one for one in (LETTERS, MAIL)}))
    heads = {canary.at[2] for canary in canaries}
    assert heads == {"rubric", "forbidden", "samples", "figure"} and len(canaries) > 200
    question = part("reply", "question")
    for item in form.items.values():
        task, evidence = part("reply", "cells").cells(item)
        public = question.public(item)
        texts = [*released(("task", task.source), ("autograder", evidence.source)), json.dumps(public)]
        texts += [json.dumps(question.shown(public, {"final": n, "steps": {}})) for n in (0, 1)]
        assert found(canaries, {str(n): words.encode() for n, words in enumerate(texts)}) == {}
        assert found(canaries, {"whole": (task.source + evidence.source).encode()})


# What is final


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ([answer(0, "one"), answer(0, "two")], answer(0, "two")),
        ([answer(0, "one"), answer(1, "one"), answer(1, "one", "second")], answer(1, "one", "second")),
        ([answer(1, "one"), answer(1, "changed", "second")], answer(1, "one", "second")),
        ([answer(1, "one"), answer(0, "changed")], answer(1, "one")),
        ([answer(1, "one", "second"), None], answer(1, "one", "second")),
        ([answer(1, "one"), {}], answer(1, "one")),
        ([answer(0, "one"), None], None),
        ([{"final": 1, "steps": {}}, answer(1, "written later", "second")],
         {"final": 1, "steps": {"letter-2": {"text": "second"}}}),
    ],
)  # fmt: skip
def test_what_is_written_into_a_final_step_never_counts(answers: list[Any], counts: Any) -> None:
    assert steps.settled(PUBLIC, answers) == counts


def sitting(folder: Path, item: Item = LETTERS) -> Sitting:
    (folder / "form.json").write_text(json.dumps(form_of(item)), "utf-8")
    found = Sitting(folder, json.loads((folder / "form.json").read_text("utf-8")))
    if found.state == "waiting":
        found._start("c1")
    found.screen.questions[item.id] = found.screen._question(item.id, found._save)
    found.screen._begin(item.id)
    return found


def tell(sat: Sitting, value: object, nonce: int, item: Item = LETTERS) -> list[dict[str, Any]]:
    """What the widget answers to one message of the browser."""
    heard: list[dict[str, Any]] = []
    widget = sat.screen.questions[item.id]
    widget.send = lambda content, buffers=None: heard.append(content)  # type: ignore[method-assign]
    widget._received(widget, {"type": "answered", "nonce": nonce, "value": value}, None)
    return heard


def test_a_final_step_is_on_the_disk_survives_the_kernel_and_cannot_be_changed(tmp_path: Path) -> None:
    sat = sitting(tmp_path)
    assert len(sat.screen.questions[LETTERS.id].question["steps"]) == 1
    assert tell(sat, answer(0, "Dear buyer"), 1)[0]["type"] == "saved"
    assert len(sat.screen.questions[LETTERS.id].question["steps"]) == 1
    assert tell(sat, answer(1, "Dear buyer"), 2)[0]["type"] == "saved"
    assert len(sat.screen.questions[LETTERS.id].question["steps"]) == 2
    assert '"final":1' in (tmp_path / NAME).read_text("utf-8").splitlines()[-1]
    again = sitting(tmp_path)  # another kernel
    widget = again.screen.questions[LETTERS.id]
    assert widget.value == answer(1, "Dear buyer") and len(widget.question["steps"]) == 2
    for changed in (answer(0, "Dear buyer"), answer(1, "Dear friend", "second"), None):
        (heard,) = tell(again, changed, 3)
        assert heard["type"] == "not-saved" and heard["final"] and "定稿" in heard["why"]
    assert tell(again, answer(1, "Dear buyer", "second"), 4)[0]["type"] == "saved"
    journal = read_journal(tmp_path / NAME)
    assert journal is not None
    assert responses(form_of(LETTERS)["questions"], journal)[LETTERS.id].value == answer(1, "Dear buyer", "second")


def test_a_step_that_could_not_be_written_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sat = sitting(tmp_path)

    def full(*_given: object, **_named: object) -> Event:
        raise NotSaved("no space left")

    monkeypatch.setattr(sat._writer, "append", full)
    (heard,) = tell(sat, answer(1, "Dear buyer"), 1)
    assert heard["type"] == "not-saved" and not heard["final"]  # the page tries again
    assert len(sat.screen.questions[LETTERS.id].question["steps"]) == 1


def test_a_journal_that_was_cooked_is_marked_by_the_text_that_was_final(tmp_path: Path) -> None:
    sat = sitting(tmp_path)
    tell(sat, answer(1, FIRST + " Please revise your feedback."), 1)
    sat._writer.append("answered", answer(1, FIRST, "second"), item=LETTERS.id)
    sat._writer.append("answered", answer(0, FIRST), item=LETTERS.id)
    journal = read_journal(tmp_path / NAME)
    assert journal is not None
    response = responses(form_of(LETTERS)["questions"], journal)[LETTERS.id]
    mark = part("reply", "cells").grader(LETTERS.body)(response)
    assert dict(mark.suspected)["letter-1.mentions-feedback"]
    assert response.value["steps"]["letter-2"] == {"text": "second"}
    assert any("changed a final step and do not count" in note for note in mark.evidence["notes"])


# What the marker gets


def test_evidence_is_told_by_step_and_nothing_is_marked() -> None:
    mark = judge(LETTERS, answer(0, FIRST))
    assert mark.fraction is None
    assert mark.reason == "waits for a marker; letter-1: evidence for 4 of 4; letter-2: not opened"
    assert [one.criterion for one in mark.parts][:2] == ["letter-1.regret", "letter-1.explains"]
    assert sum(one.weight for one in mark.parts) == 1
    assert judge(LETTERS, answer(1, FIRST)).reason.endswith("letter-2: blank")
    assert judge(LETTERS, None).reason == judge(LETTERS, {"final": 1, "steps": {}}).reason == "blank reply"


def test_a_word_forbidden_in_one_letter_may_stand_in_the_other() -> None:
    word = "Perhaps you would reconsider your feedback."
    assert judge(LETTERS, answer(1, FIRST, word)).suspected == ()
    (rule, span), = judge(LETTERS, answer(1, f"{FIRST} {word}", word)).suspected
    assert rule == "letter-1.mentions-feedback" and "feedback" in span


@pytest.mark.parametrize(
    ("figure", "letter", "found"),
    [
        ("30", "it usually takes 30 days", {"median", "uses-median"}),
        ("３０ 天", "it usually takes thirty days", {"median", "uses-median"}),
        ("30", "it usually takes 12 days", {"median"}),
        ("30", "we hope it comes before 30 June", {"median"}),
        ("30", "it left on 2014-05-30 and takes some days", {"median"}),
        ("30", "a 30-day wait is normal", {"median", "uses-median"}),
        ("29.9", "it usually takes 30 days", {"uses-median"}),
        ("many", "it usually takes 130 days", set()),
        ("", "between 25-30 days", {"uses-median"}),
    ],
)  # fmt: skip
def test_the_figure_must_be_right_and_be_used_with_its_unit(figure: str, letter: str, found: set[str]) -> None:
    mark = judge(MAIL, answer(0, letter, item=MAIL, day_15=figure))
    assert {name.removeprefix("day-15.") for name in mark.evidence["found"]} == found


@pytest.mark.parametrize(("figure", "letter", "used"), [
    ("12", "another 12 days", True), ("12", "another 10 days", False), ("", "another 10 days", False),
    ("ten", "another 10 days", False)])
def test_the_candidates_own_figure_counts_where_the_criterion_says_so(figure: str, letter: str, used: bool) -> None:
    mark = judge(MAIL, answer(1, "x", letter, item=MAIL, day_20=figure))
    assert ("day-20.uses-left" in mark.evidence["found"]) == used
    assert ("day-20.left" in mark.evidence["found"]) == (figure == "10")


def test_a_bomb_of_digits_costs_little() -> None:
    assert len(list(_numbers("1-" * 10_000))) == 0
    assert judge(MAIL, answer(0, "9" * 20_000, item=MAIL, day_15="9" * 40)).fraction is None


def test_every_step_is_told_with_its_figure_and_explained_with_its_key() -> None:
    question, key = part("reply", "question"), part("reply", "key")
    told = question.told(question.public(MAIL), answer(1, "one\ntwo", "three", item=MAIL, day_15="30"), "en")
    assert told == ["[Step 1 · 16 June: an unasked letter]", "Median of the days to delivery: 30 days", "one", "two",
                    "[Step 2 · 21 June: the answer]", "three"]
    assert key.explain(MAIL.body, None, "en", show_key=False) == []
    explained = key.explain(MAIL.body, None, "en", show_key=True)
    assert explained[0] == "16 June: an unasked letter (Median of the days to delivery: 30 days)"
    assert len(explained) == len(key.lines(MAIL.body)) + 2


# What an author is told


SOURCE = (ROOT / "exams/bank/d05/R-E19.yaml").read_text("utf-8").replace("id: R-E19", "id: I-999")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("        figure: own\n", "", 'nothing is evidence for this criterion'),
        ("        figure: own\n", "        figure: own\n        evidence: [ten days]\n", "only the number itself"),
        ("        figure: own\n", "        figure: mine\n", "none of the allowed words"),
        ("      key: 10\n", "      key: ten\n", "the key is no integer"),
        ("      key: 30\n", "      key: 31\n", "a right sample shows no evidence for a criterion"),
        ("  - id: day-20\n", "  - id: day-15\n", "this id stands twice"),
        ("points: 11\n", "points: 9\n", "add up to 11 points, the item has 9"),
        ("limits: {min: 80, max: 900}", "limits: {min: 80, max: 9000}", "too long to be saved"),
        ("answer_in: en\n", "answer_in: en\nlimits: {min: 1, max: 9}\n", "every step has its own limits"),
        ("    limits: {min: 80, max: 900}\n", "", '"limits" (in steps "day-15") is missing'),
    ],
)  # fmt: skip
def test_the_author_of_steps_is_told_what_is_wrong_and_how_to_mend_it(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in SOURCE
    refused(tmp_path, SOURCE.replace(old, new), words)


def test_a_fault_in_a_step_names_its_line(tmp_path: Path) -> None:
    changed = SOURCE.replace('"ask the post office"]', '"ask the post office", "x"]')
    item, faults = authored(tmp_path, changed)
    assert item is None
    line = next(n for n, words in enumerate(changed.splitlines(), start=1) if '"x"]' in words)
    assert [(fault.line, fault.wrong) for fault in faults] == [(line, "a phrase is too short to be told from chance")]


def test_one_step_is_no_reply_in_steps_and_a_figure_nobody_looks_at_is_a_fault(tmp_path: Path) -> None:
    second = SOURCE.index("  - id: day-20")
    refused(tmp_path, SOURCE[:second].replace("points: 11", "points: 6"), "write at least 2")
    lonely = SOURCE.replace("        figure: right\n", "        evidence: [days]\n").replace(
        "        figure: own\n", "        evidence: [days]\n")
    refused(tmp_path, lonely, "no criterion looks at the figure")


def test_neither_whole_nor_in_steps_is_said_in_plain_words(tmp_path: Path) -> None:
    source = (ROOT / "exams/bank/d12/R-C20.yaml").read_text("utf-8").replace("id: R-C20", "id: I-999")
    refused(tmp_path, source.replace("limits: {min: 4, max: 200}\n", ""), '"limits" is missing')
