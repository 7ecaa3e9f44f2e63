"""What every item type promises, tried on every real item of the bank and on what its own samples do."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from examdesk.graders import Award, Grading, grading
from examdesk.items import packages, part
from examdesk.model import Grader, Item, Judgement, Response
from tests.conftest import form_of, real_bank, respond
from tests.items.chats import TRIED

REAL = [real_bank().items[name] for name in sorted(real_bank().items)]
SEEDS = range(20)
SECRET = {"key", "reason", "rubric", "evidence", "forbidden", "samples", "tolerance", "score"}
PARTIAL = {"right-minus-wrong", "per-option", "per-field", "adjacent-pairs", "per-pair", "per-criterion"}
OURS = {"choice", "multi", "numeric", "ordering", "matching", "transcript", "register", "triage", "typing"}
MARKED_BY_PEOPLE = {"reply"}
UNSCORED = {"survey"}  # nothing in it is right or wrong



def under_every_rule() -> Iterator[Item]:
    """The real items; and, of every type with rules, those that no real item uses."""
    yield from REAL
    for name in ("multi", "numeric", "ordering", "matching", "register", "triage", "typing"):
        items = [item for item in REAL if item.type == name and "wanted" in item.body.get("rows", {"wanted": ()})]
        for rule in sorted(set(part(name, "grader").RULES) - {item.body["rule"] for item in items}):
            yield replace(items[0], id=f"{items[0].id}-{rule}", body={**items[0].body, "rule": rule})


ITEMS = list(under_every_rule())


Promise = Callable[[Item], None]


def shape(item: Item) -> tuple[Any, ...]:
    """What an item is tried for beside its words: one of every shape is tried by name, all others together."""
    body = item.body
    extras = ("layout", "rule", "steps", "answer_in", "keep_order", "table", "ask_class", "match", "checks", "channel")
    named = [str(body[name]) if isinstance(body[name], str | bool) else True for name in extras if name in body]
    fields = sorted({one["kind"] for one in body["fields"]}) if "fields" in body else ()
    return item.type, "chats" in body.get("play", ()), tuple(named), tuple(fields), len(body["stem"])


BY_NAME = list({shape(item): item for item in reversed(ITEMS)}.values())[::-1]
TOGETHER = [item for item in ITEMS if item not in BY_NAME]


def shown(items: Sequence[Item]) -> str:
    return items[0].id if len(items) == 1 else f"{len(items)}-others"


def each(wanted: Callable[[Item], bool] = lambda item: True, *, chats: bool = True) -> Callable[[Promise], Any]:
    """A test of one item, run for one item of every shape, and once, in make test, for all the others.

    `chats=False`: a chat takes a while. One scenario with one customer and one with several are tried in make test.
    """
    def made(promise: Promise) -> Any:
        def quick(item: Item) -> bool:
            return wanted(item) and (chats or item.type != "scenario")

        groups: list[Any] = [[item] for item in BY_NAME if quick(item)]
        if others := [item for item in TOGETHER if quick(item)]:
            groups.append(pytest.param(others, marks=pytest.mark.slow))
        if not chats:
            tried = [item for item in ITEMS if item.type == "scenario"]
            groups += [pytest.param([item], marks=pytest.mark.slow if item.id in TRIED else pytest.mark.soak)
                       for item in tried]  # fmt: skip

        @pytest.mark.parametrize("items", groups, ids=shown)
        @wraps(promise)
        def test(items: Sequence[Item]) -> None:
            for item in items:
                try:
                    promise(item)
                except BaseException as error:
                    error.add_note(f"item {item.id}")
                    raise

        del test.__wrapped__  # pytest would ask for its argument
        return test

    return made


def is_machine_marked(item: Item) -> bool:
    return item.type not in MARKED_BY_PEOPLE | UNSCORED


every_item, machine_marked, many_times = each(), each(is_machine_marked), each(is_machine_marked, chats=False)


def test_the_bank_is_without_faults_and_shows_every_built_in_type_of_ours() -> None:
    assert [str(fault) for fault in real_bank().faults] == []
    shown = {item.type for item in REAL}
    assert OURS | {"reply", "survey"} <= shown
    assert shown <= set(packages())


def hidden(item: Item) -> str:
    """The source of the item's autograder cell."""
    return next(cell.source for cell in part(item.type, "cells").cells(item) if cell.kind == "autograder")


def run(item: Item, response: Response) -> Award:
    """The award of the item's hidden cell, run as the in-process grader runs it."""
    tree = ast.parse(hidden(item))
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {"exam": type("Exam", (), {"show": staticmethod(lambda item: None)})()}
    context = Grading(form=form_of(item), responses={item.id: response}, displayed=[])
    with grading(context):
        exec(compile(tree, item.id, "exec"), names)
        return eval(compile(ast.Expression(last.value), item.id, "eval"), names)  # type: ignore[no-any-return]


def grader_of(item: Item) -> Grader:
    """The grader that the hidden cell spells out; a cell is run once."""
    if item.id not in GRADERS or GRADERS[item.id][0] is not item:
        GRADERS[item.id] = item, spelled_out(item)
    return GRADERS[item.id][1]


GRADERS: dict[str, tuple[Item, Grader]] = {}


def spelled_out(item: Item) -> Grader:
    tree = ast.parse(hidden(item))
    call = tree.body.pop()
    names: dict[str, Any] = {"exam": type("Exam", (), {"show": staticmethod(lambda item: None)})()}
    exec(compile(tree, item.id, "exec"), names)
    return eval(ast.unparse(call.value.args[1]), names)  # type: ignore[attr-defined, no-any-return]


def judge(item: Item, behaviour: str, seed: int = 0) -> Judgement:
    samples = part(item.type, "samples")
    given = (item,) if behaviour in ("right", "blank") else (item, random.Random(seed))
    return grader_of(item)(respond(item, getattr(samples, behaviour)(*given)))


@each(lambda item: item.type in UNSCORED)
def test_a_survey_is_decided_and_worth_nothing_whatever_is_said_and_keeps_it_off_the_mark(item: Item) -> None:
    for behaviour in ("right", "wrong", "partial", "blank"):
        samples = part(item.type, "samples")
        given = (item,) if behaviour in ("right", "blank") else (item, random.Random(3))
        award = run(item, respond(item, getattr(samples, behaviour)(*given)))
        assert award.points == 0 and award.mark["points"] == award.mark["out_of"] == "0"  # decided: nobody waits
        written = json.dumps(dict(award.mark), ensure_ascii=False) + award.html
        for line in part(item.type, "question").told(part(item.type, "question").public(item),
                                                     respond(item, samples.right(item)).value, "zh"):
            assert line not in written


@machine_marked
def test_the_right_sample_earns_everything(item: Item) -> None:
    assert judge(item, "right").fraction == 1


@machine_marked
def test_a_blank_response_earns_nothing(item: Item) -> None:
    assert judge(item, "blank").fraction == 0


@many_times
def test_a_wrong_sample_earns_less_than_a_partial_one_and_that_less_than_a_right_one(item: Item) -> None:
    for seed in SEEDS:
        wrong, half = judge(item, "wrong", seed).fraction, judge(item, "partial", seed).fraction
        assert wrong is not None and half is not None
        assert 0 <= wrong <= half < 1
        if (item.body.get("rule") in PARTIAL or item.type == "transcript") and steps(item) > 1:
            assert wrong < half


def steps(item: Item) -> int:
    """In how many steps an item of ours can be half right."""
    if item.type == "transcript":
        return sum("key" in line for line in item.body["lines"])
    if item.type == "register":
        return len(judge(item, "right").parts)
    if item.type == "typing":
        return 2
    entries = item.body["fields"] if "fields" in item.body else item.body["key"]
    return len(entries) - (item.type == "ordering")


@each(lambda item: item.type in MARKED_BY_PEOPLE)
def test_a_reply_always_waits_for_a_marker(item: Item) -> None:
    right, blank = judge(item, "right"), judge(item, "blank")
    assert right.fraction is blank.fraction is None
    assert [part.fraction for part in right.parts] == [1] * len(part("reply", "key").lines(item.body))
    assert sum(part.weight for part in right.parts) == 1
    assert blank.reason == "blank reply"
    wrong = judge(item, "wrong")
    assert wrong.fraction is None
    assert sum(part.fraction for part in wrong.parts) < len(right.parts)


@every_item
def test_parts_share_the_points(item: Item) -> None:
    for behaviour in ("right", "wrong", "partial", "blank"):
        mark = judge(item, behaviour)
        if not mark.parts:
            continue
        assert sum(part.weight for part in mark.parts) == 1
        if mark.fraction is not None:
            assert sum((part.fraction * part.weight for part in mark.parts), Fraction(0)) == mark.fraction


@every_item
def test_malformed_values_are_refused_and_never_raise_out_of_the_grader(item: Item) -> None:
    question, grade = part(item.type, "question"), grader_of(item)
    public = question.public(item)
    for value in part(item.type, "samples").malformed(item):
        with pytest.raises(ValueError):
            question.clean(public, value)
        mark = grade(Response(item.id, value))
        assert mark.fraction in (0, None), value
        assert not mark.critical


@every_item
def test_clean_keeps_what_the_samples_answer_and_calls_it_the_same_again(item: Item) -> None:
    question, samples = part(item.type, "question"), part(item.type, "samples")
    public = question.public(item)
    for said in (samples.right(item), samples.partial(item, random.Random(1)), samples.wrong(item, random.Random(1))):
        for kind, value in said:
            if kind == "answered":
                cleaned = question.clean(public, value)
                assert cleaned == value
                assert question.clean(public, json.loads(json.dumps(cleaned))) == cleaned


@every_item
def test_what_a_candidate_gets_holds_no_key_and_no_reason(item: Item) -> None:
    public = part(item.type, "question").public(item)
    written = json.dumps(public, ensure_ascii=False)
    for _, texts in part(item.type, "key").reasons(item.body):
        for reason in texts.values():
            assert json.dumps(reason, ensure_ascii=False)[1:-1] not in written
    assert not SECRET & set(names_in(public))
    for phrase in phrases(item):
        assert json.dumps(phrase, ensure_ascii=False) not in written


def phrases(item: Item) -> Iterator[str]:
    """Every phrase and sample of a reply, and every word looked for in a register."""
    for asked in item.body.get("steps", [item.body]):  # of a reply in steps every step has its own
        for one in asked.get("rubric", []):
            yield from one["evidence"]
        for one in asked.get("forbidden", []) if item.type == "reply" else []:
            yield from (*one["phrases"], *one["allowed"])
        for samples in asked["samples"].values() if item.type == "reply" else []:
            yield from samples


def names_in(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
    for child in data.values() if isinstance(data, dict) else data if isinstance(data, list) else []:
        yield from names_in(child)


@each(lambda item: item.type in ("ordering", "matching", "triage"))
def test_the_order_in_form_json_does_not_depend_on_the_authors_order(item: Item) -> None:
    """The same entries written down in any other order give the same file, so no order tells anything."""
    side = {"ordering": "entries", "matching": "right", "triage": "tickets"}[item.type]
    question = part(item.type, "question")
    for seed in SEEDS:
        shuffled = random.Random(seed).sample(item.body[side], len(item.body[side]))
        other = replace(item, body={**item.body, side: shuffled})
        assert question.public(other) == question.public(item)


@every_item
def test_arranging_is_settled_by_the_seed_and_loses_nothing(item: Item) -> None:
    question = part(item.type, "question")
    public = question.public(item)
    before = json.dumps(public, sort_keys=True)
    for seed in SEEDS:
        arranged = question.arranged(public, seed=seed)
        assert arranged == question.arranged(public, seed=seed)
        assert sorted(leaves(arranged)) == sorted(leaves(public))
        assert arranged.keys() == public.keys()
    assert json.dumps(public, sort_keys=True) == before


def leaves(data: Any) -> list[str]:
    children = list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else None
    return [json.dumps(data)] if children is None else [leaf for child in children for leaf in leaves(child)]


@every_item
def test_an_answer_can_be_told_in_both_languages_and_a_blank_one_says_nothing(item: Item) -> None:
    question = part(item.type, "question")
    public = question.public(item)
    value = respond(item, part(item.type, "samples").right(item)).value
    for language in ("zh", "en"):
        lines = question.told(public, value, language)
        assert lines and all(isinstance(line, str) and line.strip() for line in lines)
        assert question.told(public, None, language) == []


@every_item
def test_the_hidden_cell_ends_in_award_and_gives_the_same_judgement(item: Item) -> None:
    source = hidden(item)
    assert source.splitlines()[0] == f'exam.show("{item.id}")'
    assert [line for line in source.splitlines() if "HIDDEN TESTS" in line] == [
        "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS",
    ]  # fmt: skip
    last = ast.parse(source).body[-1]
    assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and ast.unparse(last.value.func) == "award"
    for behaviour in ("right", "wrong", "partial", "blank"):
        samples = part(item.type, "samples")
        given = (item,) if behaviour in ("right", "blank") else (item, random.Random(3))
        response = respond(item, getattr(samples, behaviour)(*given))
        award, mark = run(item, response), grader_of(item)(response)
        assert award.mark["reason"] == mark.reason
        assert award.mark["out_of"] == str(item.points)
        assert [p["criterion"] for p in award.mark["parts"]] == [p.criterion for p in mark.parts]
        if mark.fraction is None:
            assert award.mark["points"] is None and repr(award) == "0.0"  # worth 0 points: the task cell has them all
        else:
            assert award.points == mark.fraction * item.points


@every_item
def test_the_cells_are_worth_the_points_of_the_item_and_only_one_of_them_asks(item: Item) -> None:
    cells = part(item.type, "cells").cells(item)
    assert sum(cell.points for cell in cells) == item.points
    assert cells[0].grade_id == item.id
    assert len({cell.grade_id for cell in cells}) == len(cells)
    assert sum("exam.show(" in cell.source for cell in cells) == 1


@each(lambda item: item.type != "scenario")
def test_without_the_key_nothing_is_explained_to_a_blank_response(item: Item) -> None:
    """A chat is another matter: it is explained by the criteria it did not meet."""
    key = part(item.type, "key")
    for language in ("zh", "en"):
        assert key.explain(item.body, None, language, show_key=False) == []


@each(lambda item: item.type in ("numeric", "ordering", "matching", "triage", "register"))
def test_a_wholly_wrong_answer_is_told_no_reason_that_states_the_key(item: Item) -> None:
    key, samples = part(item.type, "key"), part(item.type, "samples")
    value = respond(item, samples.wrong(item, random.Random(5))).value
    told = "\n".join(key.explain(item.body, value, "zh", show_key=False))
    shown = "\n".join(key.explain(item.body, value, "zh", show_key=True))
    for _, texts in key.reasons(item.body):
        assert texts["zh"] not in told
        assert texts["zh"] in shown


@every_item
def test_a_right_answer_is_explained_the_same_with_and_without_the_key(item: Item) -> None:
    """Who has everything right may read why; a reply is explained by its marker."""
    key = part(item.type, "key")
    value = respond(item, part(item.type, "samples").right(item)).value
    if item.type in OURS:
        told = key.explain(item.body, value, "en", show_key=False)
        assert told and told == key.explain(item.body, value, "en", show_key=True)


@each(lambda item: item.type == "multi")
def test_a_multi_without_the_key_explains_only_what_was_chosen(item: Item) -> None:
    chosen = respond(item, part("multi", "samples").wrong(item, random.Random(2))).value
    told = part("multi", "key").explain(item.body, chosen, "zh", show_key=False)
    reasons = {option["id"]: option["reason"]["zh"] for option in item.body["options"]}
    assert len(told) == len(chosen)
    assert all(any(reasons[name] in line for line in told) for name in chosen)


@pytest.mark.parametrize("name", sorted({item.type for item in ITEMS}))
def test_the_widget_of_every_type_is_one_module_that_writes_text_only(name: str) -> None:
    module = part(name, "widget")
    lines = str(module.Widget._esm).splitlines()
    assert sum(line.startswith("export default") for line in lines) == 1
    for fragment in Path(module.__file__).parent.glob("*.js"):
        assert "innerHTML" not in fragment.read_text("utf-8")
