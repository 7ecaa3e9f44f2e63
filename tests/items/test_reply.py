"""Replies: evidence for the marker, suspicions, tricks and bombs; the machine never marks."""

from __future__ import annotations

import random
import time
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from examdesk.graders import Grading, award, grading
from examdesk.items import part
from examdesk.items.reply.evidence import LONGEST, plain
from examdesk.items.reply.grader import criterion, forbidden, rubric
from examdesk.model import Item, Judgement, Response
from tests.conftest import form_of, real_bank, respond

ITEMS = [item for item in real_bank().items.values() if item.type == "reply" and "steps" not in item.body]
MESSAGE = ("我买的是你们的特价鞋,能开发票吗?急用,今天能给我吗?", "Can I have an invoice? I need it urgently, today?")
every_reply = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)


def judge(reply: object) -> Judgement:
    grade = rubric(
        criteria=[
            criterion("can", 2, "可以开", "能开的", "you can have"),
            criterion("free", 1, "免费", "不收费"),
            criterion("period", 2, "7天内", "within 7 days"),
        ],
        forbidden=[
            forbidden(
                "refusal", "不能开", "开不了", "cannot issue", allowed=["不能开错", "不是不能开"], critical=True
            ),
            forbidden("rude", "你自己看", allowed=[]),
        ],
        limits=(5, 60),
        message=MESSAGE,
    )
    return grade(Response("R-C08", reply))


def test_evidence_is_collected_and_nothing_is_marked() -> None:
    mark = judge("亲,可以开的,7天内给您寄出。")
    assert mark.fraction is None
    assert mark.reason == "waits for a marker; evidence for 2 of 3"
    assert mark.evidence["found"] == {"can": "可以开", "period": "7天内"}
    assert [(part.criterion, part.fraction, part.weight) for part in mark.parts] == [
        ("can", 1, Fraction(2, 5)), ("free", 0, Fraction(1, 5)), ("period", 1, Fraction(2, 5)),
    ]  # fmt: skip
    assert mark.suspected == mark.critical == ()
    assert mark.evidence["notes"] == []
    assert mark.evidence["length"] == 15


@pytest.mark.parametrize("blank", [None, "", "   \n", "\u200b\u200d", {}, 3, ["可以开"]])
def test_a_blank_reply_still_waits_for_its_marker(blank: object) -> None:
    mark = judge(blank)
    assert (mark.fraction, mark.reason, mark.suspected) == (None, "blank reply", ())
    assert all(part.fraction == 0 for part in mark.parts)


@pytest.mark.parametrize(
    "written",
    [
        "可以开的,免费",
        "可 以 开",
        "可\n以\t开",
        "可\u200b以\u2060开",
        "可以\ufeff开",
        "You CAN have it",
        "ｙｏｕ　ｃａｎ　ｈａｖｅ it",
        "you can\ufe0f have",
    ],
)
def test_spacing_case_width_and_invisible_characters_hide_nothing(written: str) -> None:
    assert "can" in judge(written).evidence["found"]


def test_a_phrase_is_not_found_inside_a_longer_number() -> None:
    assert "period" not in judge("亲,17天内给您寄出").evidence["found"]
    assert "period" in judge("亲,不是17天内,7天内给您寄出").evidence["found"]


@pytest.mark.parametrize("fine", ["亲,发票不能开错类目,请给抬头", "不是不能开,财务周一回来", "不 能 开 错"])
def test_an_allowed_look_alike_is_no_suspicion(fine: str) -> None:
    mark = judge(fine)
    assert mark.suspected == ()
    assert mark.evidence["forbidden"] == {}


def test_a_breach_beside_a_look_alike_is_still_seen() -> None:
    mark = judge("发票不能开错,不过特价商品我们开不了的哦")
    assert [rule for rule, _ in mark.suspected] == ["refusal"]
    assert mark.reason == "waits for a marker; evidence for 0 of 3; 1 suspected critical"


def test_a_suspicion_shows_what_stands_around_it_and_no_more() -> None:
    reply = "一二三四五六七八九十甲乙丙 不能开 丁戊己庚辛壬癸子丑寅卯辰"
    (_, span), = judge(reply).suspected
    assert span == "五六七八九十甲乙丙 不能开 丁戊己庚辛壬癸子丑"
    assert len(span) <= 10 + 4 + 10


@pytest.mark.parametrize("reply", ["我们没说不能开发票", "别说开不了", "We do not say we cannot issue it"])
def test_a_negation_before_it_stays_a_suspicion_and_is_noted(reply: str) -> None:
    """A person decides: "we do not say that we cannot" and "not only late, we cannot" look alike."""
    mark = judge(reply)
    assert [rule for rule, _ in mark.suspected] == ["refusal"]
    assert "refusal: a negation stands before it" in mark.evidence["notes"]


def test_what_is_not_critical_is_evidence_only() -> None:
    mark = judge("亲,发票的事你自己看页面吧")
    assert mark.suspected == ()
    assert list(mark.evidence["forbidden"]) == ["rude"]


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (MESSAGE[0], "the buyer's message pasted back: 100 % of the reply"),
        (MESSAGE[1] + " ok", "the buyer's message pasted back: 95 % of the reply"),
        ("亲您好稍等" * 12, "says the same again"),
        ("可以开 免费 7天内", "little but the phrases that are looked for"),
        ("好", "1 characters; 5 to 60 are advised"),
        ("您好,发票的事情我来说明一下。" * 5, "75 characters; 5 to 60 are advised"),
    ],
)
def test_ways_around_writing_a_reply_are_noted_for_the_marker(reply: str, note: str) -> None:
    mark = judge(reply)
    assert any(one.startswith(note) for one in mark.evidence["notes"]), mark.evidence["notes"]
    assert mark.fraction is None


@pytest.mark.parametrize(
    "bomb",
    [
        "\u0301\u0323" * 50_000,  # alternating marks: quadratic when normalised whole
        "a" + "\u0323\u0301\u0302" * 10_000,
        "\u0f73" * 40_000,  # a mark of class 0 that becomes two marks
        "\u0301\u0301\u0301\u0301\uff9e" * 10_000,  # a letter that becomes a mark
        "\ufdfa" * 40_000,  # grows eighteen-fold
        "ß" * 40_000,
        "不能开错" * 10_000,
        "1" * 20_000 + "7天内",
        "17天内" * 10_000,
        "可以开" * 10_000,
        "\u200b" * 40_000,
        "\ud800" * 40_000,
        " " * 40_000,
        "不" * 40_000,
    ],
    ids=lambda bomb: f"{ord(bomb[0]):04x}",
)
def test_a_bomb_costs_little(bomb: str) -> None:
    began = time.process_time()
    judge(bomb)
    assert time.process_time() - began < 0.1


def test_normalising_is_bounded_whatever_the_marks() -> None:
    first = {chr(c): unicodedata.normalize("NFKC", chr(c))[0] for c in range(0x300, 0x110000)}
    marks = [char for char, becomes in first.items() if unicodedata.combining(becomes)]
    for seed in range(3):
        text = "".join(random.Random(seed).choices(marks, k=LONGEST))
        began = time.process_time()
        found = plain(text)
        assert time.process_time() - began < 0.1
        assert len(found.bare) == len(found.at)


@every_reply
def test_right_samples_show_everything_and_break_nothing(item: Item) -> None:
    grade = part("reply", "cells").grader(item.body)
    for sample in item.body["samples"]["right"]:
        mark = grade(Response(item.id, sample))
        assert len(mark.evidence["found"]) == len(item.body["rubric"])
        assert mark.suspected == () and mark.evidence["forbidden"] == {} and mark.evidence["notes"] == []


@every_reply
def test_every_forbidden_phrase_is_seen_and_every_look_alike_passes(item: Item) -> None:
    grade = part("reply", "cells").grader(item.body)
    for rule in item.body["forbidden"]:
        for phrase in rule["phrases"]:
            mark = grade(Response(item.id, f"亲,{phrase}哦"))
            assert rule["id"] in mark.evidence["forbidden"], phrase
            assert (rule["id"] in dict(mark.suspected)) == rule["critical"]
        for phrase in rule["allowed"]:
            assert rule["id"] not in grade(Response(item.id, f"亲,{phrase}哦")).evidence["forbidden"], phrase


# The notebook cells


def released(*cells: tuple[str, str]) -> list[str]:
    """The sources of (kind, source) cells after nbgrader has made the candidates' version."""
    notebook = new_notebook()
    for kind, source in cells:
        new = new_code_cell if kind == "autograder" else new_markdown_cell
        meta = {"schema_version": 3, "grade_id": f"c{len(notebook.cells)}", "points": 1, "locked": True,
                "solution": False, "grade": kind == "autograder", "task": kind == "task"}  # fmt: skip
        notebook.cells.append(new(source, metadata={"nbgrader": meta}))
    for preprocessor in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        notebook, _ = preprocessor().preprocess(notebook, {})
    return [cell.source for cell in notebook.cells]


@every_reply
def test_candidates_get_the_task_without_the_mark_scheme(item: Item) -> None:
    task, evidence = part("reply", "cells").cells(item)
    assert (task.kind, task.grade_id, task.points) == ("task", item.id, item.points)
    assert (evidence.kind, evidence.grade_id, evidence.points) == ("autograder", f"{item.id}-evidence", 0)
    for one in (*item.body["rubric"], *item.body["forbidden"]):
        assert one["id"] in task.source and one["reason"]["zh"] in task.source
    assert "#critical" in task.source
    shown, editor = released(("task", task.source), ("autograder", evidence.source))
    assert editor.strip() == f'exam.show("{item.id}")'
    for texts in (item.body["stem"], item.body["message"]):
        assert all(words in shown for words in texts.values())
    for one in (*item.body["rubric"], *item.body["forbidden"]):
        assert one["reason"]["zh"] not in shown and one["text"]["en"] not in shown
    assert "MARK SCHEME" not in shown and "#critical" not in shown


def test_a_message_is_headed_by_who_sends_it_and_without_a_sender_by_the_buyer() -> None:
    owner, buyer = (next(item for item in ITEMS if item.id == name) for name in ("R-C44", "R-C43"))
    shown, _ = released(*((one.kind, one.source) for one in part("reply", "cells").cells(owner)))
    assert "店主:\n" in shown and "The owner:\n" in shown and "买家:" not in shown and "Buyer:" not in shown
    shown, _ = released(*((one.kind, one.source) for one in part("reply", "cells").cells(buyer)))
    assert "买家:\n" in shown and "Buyer:\n" in shown
    assert part("reply", "question").public(owner)["sender"] == {"zh": "店主", "en": "The owner"}
    assert "sender" not in part("reply", "question").public(buyer)


REGIONS = ("MARK SCHEME", "HIDDEN TESTS", "SOLUTION")
DELIMITERS = [f"### {word} {region}" for region in REGIONS for word in ("BEGIN", "END")]


ODD = ["![x](attachment:a.png)", "'''\n\"\"\"\\", "$x$ | * _ [a](b) <script>"]


@pytest.mark.parametrize("hostile", [*DELIMITERS, *ODD])
def test_no_text_of_anybody_breaks_the_delimiters(hostile: str) -> None:
    item = ITEMS[0]
    texts = {"zh": f"甲 {hostile} 乙", "en": f"a {hostile} b\n{hostile}"}
    said = {"text": texts, "reason": texts, "allowed": [hostile]}
    lines = [{**one, **said, "evidence": [*one["evidence"], hostile]} for one in item.body["rubric"]]
    rules = [{**one, **said, "phrases": [*one["phrases"], hostile]} for one in item.body["forbidden"]]
    mined = {"stem": texts, "message": texts, "context": [texts], "rubric": lines, "forbidden": rules}
    task, evidence = part("reply", "cells").cells(replace(item, body={**item.body, **mined}))
    shown, editor = released(("task", task.source), ("autograder", evidence.source))
    assert editor.strip() == f'exam.show("{item.id}")'
    assert "Mark scheme" not in shown and "MARK SCHEME ###" not in shown
    assert "<script>" not in task.source
    names = {"criterion": criterion, "forbidden": forbidden, "rubric": rubric}
    names["award"] = lambda _item, grader, out_of: grader
    grade = eval(evidence.source[evidence.source.index("award(") : evidence.source.rindex("### END")], names)
    found = grade(Response(item.id, f"x{hostile}y"))
    assert len(found.evidence["found"]) == len(item.body["rubric"])  # the phrase is the author's, letter by letter


def test_a_marker_sees_the_reply_escaped_with_its_suspicion() -> None:
    item = next(item for item in ITEMS if item.id == "R-C08")
    response = respond(item, [("answered", "<script>alert(1)</script>特价商品不能开发票")])
    with grading(Grading(form_of(item), {item.id: response}, [])):
        shown = award(item.id, part("reply", "cells").grader(item.body), out_of=0)
    assert repr(shown) == "0.0" and shown.mark["points"] is None
    assert [rule for rule, _ in shown.mark["suspected"]] == ["refusal"]
    assert "<script>" not in shown.html and "&lt;script&gt;" in shown.html


def test_a_reply_is_explained_by_its_marker_not_by_the_machine() -> None:
    key, body = part("reply", "key"), ITEMS[0].body
    assert key.explain(body, "绝对不会坏", "zh", show_key=False) == []
    assert len(key.explain(body, "绝对不会坏", "zh", show_key=True)) == len(body["rubric"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"limits": {"min": 20, "max": 10}}, "min is above max"),
        ({"rubric": [{"evidence": ["开"]}]}, "too short"),
        ({"rubric": [{"evidence": ["没有人这样写"]}]}, "no evidence for a criterion"),
        ({"forbidden": [{"allowed": ["完全无关"]}]}, "never needed"),
        ({"forbidden": [{"phrases": ["免费"], "allowed": []}]}, "taken for a forbidden one"),
    ],
)
def test_the_author_of_a_reply_is_told_what_is_wrong(change: dict[str, object], words: str) -> None:
    body = next(item for item in ITEMS if item.id == "R-C08").body
    for field, new in change.items():
        rest = [{**body[field][0], **new[0]}, *body[field][1:]] if isinstance(new, list) else new
        body = {**body, field: rest}
    problems = part("reply", "key").faults(body)
    assert any(words in problem.wrong for problem in problems)
    assert all(problem.cure for problem in problems)
