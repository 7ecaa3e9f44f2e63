"""SR-12 to SR-20: theory and practical exams, sampling, retraining and promotion."""

from __future__ import annotations

import re
import shutil
from datetime import date
from fractions import Fraction
from json import dumps
from pathlib import Path

import pytest
from nbformat import from_dict
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from typer.testing import CliRunner

from examdesk.bank import read_exam, read_handbook
from examdesk.building import form_json
from examdesk.building.freezing import as_frozen
from examdesk.building.notebooks import notebook
from examdesk.cli import app
from examdesk.items import part
from examdesk.model import Item
from examdesk.mystery.drawing import draw
from examdesk.practice.rehearsing import comment, record
from tests.conftest import ROOT, behaved, marked, real_bank, real_form
from tests.mystery.sealed import candidate_view

# built in the first release


@pytest.mark.parametrize("name", ["E01-a", "E10-a", "E11-sampler-a"])
def test_sr12_right_key_scores_all_empty_scores_nothing_and_no_key_is_released(name: str) -> None:
    """Correct key scores 100%, empty submission 0%, and keys are absent from the released notebook"""
    form = real_form(name)
    right, empty = marked(form, behaved(form, "right")), marked(form, behaved(form, "blank"))
    machine = [item for item in form.items.values() if item.type != "reply"]
    assert [Fraction(right[item.id]["points"]) for item in machine] == [item.points for item in machine]
    assert {Fraction(empty[item.id]["points"]) for item in machine} == {0}
    released = from_dict(notebook(form))
    for cell in released.cells:
        cell.source = "".join(cell.source)
    for step in (ClearHiddenTests(), ClearMarkScheme()):
        released, _ = step.preprocess(released, {})
    text = dumps([released, form_json(form)], ensure_ascii=False)
    assert "exam.show" in text
    reasons = [words for item in form.items.values() for _, texts in part(item.type, "key").reasons(item.body)
               for words in texts.values()]
    assert len(reasons) > 50
    assert not [secret for secret in ("award(", "HIDDEN TESTS", "MARK SCHEME", "key=", *reasons) if secret in text]


# come later


def test_sr13_another_product_pack_changes_stems_and_keys_but_not_the_exam() -> None:
    """Replacing the pack changes stems and keys without touching exam code"""
    exams, bank = ROOT / "exams", real_bank()
    authored, document = read_exam(exams, "E02", root=ROOT)
    handbook = read_handbook(exams, root=ROOT)
    packs = ("shoes", "hair-ornaments", "coats", "cable")
    forms = {pack: as_frozen(authored, "a", bank, handbook, document.name, pack=pack) for pack in packs}
    shoes = forms.pop("shoes")
    assert shoes == as_frozen(authored, "a", bank, handbook, document.name)  # the pack exam.yaml names
    for pack, form in forms.items():
        assert [*form.items] == [*shoes.items] and form.sections == shoes.sections and form.out_of == shoes.out_of, pack
        for name, item in shoes.items.items():
            others = form.every(name)
            assert {(other.type, other.points) for other in others} == {(item.type, item.points)}
            stems, keys = ([told(one) for one in shoes.every(name)] for told in (stem, right_answer))
            assert not [other for other in others if stem(other) in stems], (pack, name)
            assert [right_answer(other) for other in others] != keys, (pack, name)  # single sums may come out alike


def stem(item: Item) -> dict[str, str]:
    return dict(item.body["stem"])


def right_answer(item: Item) -> list[str]:
    """The key, as a candidate would read it: a different thing to know, not only a different letter."""
    question, body = part(item.type, "question"), item.body
    key = {one["id"]: one["key"] for one in body["fields"]} if "fields" in body else body["key"]
    told: list[str] = question.told(question.public(item), key, "zh")
    return told


@pytest.mark.slow
@pytest.mark.parametrize("role", ["agent", "customer"])
def test_sr14_both_roles_can_be_taken_and_the_mentor_comments_are_recorded(role: str, tmp_path: Path) -> None:
    """Both roles can be taken; mentor comments appear in the record"""
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    words = ["scenario", "rehearse", "S-03", "--as", role, "--trainee", "li", "--mentor", "wang"]
    typed = "您好，欢迎光临！\n/mentor 先问地址\n您要改成什么地址？\n/end\n"
    ran = CliRunner().invoke(app, [*words, "--course", str(tmp_path)], input=typed)
    assert ran.exit_code == 0, ran.output
    name = ran.output.split("Kept as rehearsal ")[1].split(".")[0]
    comment(tmp_path, name, "换角色再来一次", mentor="zhao")
    kept = record(tmp_path, name)
    assert kept.role == role and {message.who for message in kept.messages} == {"agent", "customer"}
    assert [(one.mentor, one.text) for one in kept.comments] == [("wang", "先问地址"), ("zhao", "换角色再来一次")]
    assert set(kept.probing.get("facts", ())) == ({"new-address"} if role == "customer" else set())


@pytest.mark.slow
def test_sr15_sealed_scenario_shows_no_id_or_goal_and_one_seed_gives_one_scenario(tmp_path: Path) -> None:
    """Candidate view holds no scenario id or goal; same random seed gives the same scenario to two assessors"""
    shutil.copytree(ROOT / "exams", tmp_path / "exams")
    first = draw(tmp_path, "chats", seed=4711, assessor="wang")
    second = draw(tmp_path, "chats", seed=4711, assessor="zhao")
    assert first.scenarios == second.scenarios and first.form == second.form and len(first.scenarios) == 3
    view = candidate_view(tmp_path, second.form)
    assert "customer-3" in view and not re.search(r"\bS-[0-9]", view)
    for name in first.scenarios:
        body = real_bank().items[name].body
        goal = [body["score"]["goal"]["states"], [entry["text"] for entry in body["score"]["criteria"]]]
        secrets = [*goal[0], *(words for texts in goal[1] for words in texts.values()), *body["stem"].values()]
        assert not [secret for secret in secrets if dumps(secret, ensure_ascii=False) in view]


@pytest.mark.xfail(strict=True, reason="chat-log sampling comes later")
def test_sr16_sample_of_20_of_200_chats_is_fixed_and_a_21_second_wait_is_flagged() -> None:
    """From 200 chats a fixed-random sample of 20 is drawn; a wait of 21 s is flagged, 20 s is not"""
    from examdesk.programme.sampling import flag_waits, sample_chats

    chats = [f"chat-{number:03}" for number in range(200)]
    sample = sample_chats(chats, n=20, seed=5)
    assert len(set(sample)) == 20
    assert sample == sample_chats(chats, n=20, seed=5)
    assert flag_waits([20, 21]) == [False, True]


@pytest.mark.xfail(strict=True, reason="chat-log sampling comes later")
def test_sr17_transcript_without_the_closing_question_loses_that_point_only() -> None:
    """Transcript lacking the closing question loses that point only"""
    from examdesk.programme.sampling import phone_rubric

    turns = ["您好，我是海尔客服小李。", "您别急，我慢慢说给您听。", "请问还有什么可以帮您？", "感谢来电，再见。"]
    full, lacking = phone_rubric(turns), phone_rubric([turn for turn in turns if "还有什么" not in turn])
    assert full.points == full.out_of
    assert full.points - lacking.points == 1
    assert lacking.lost == ("closing question",)


@pytest.mark.xfail(strict=True, reason="programme rules (pathways, gates, ledger) come later")
def test_sr18_d6_at_55_percent_gets_the_d6_module_and_a_retest_of_other_items() -> None:
    """A person with D6 at 55% gets the D6 module and a re-test sharing no item with the first"""
    from examdesk.programme import retraining

    seen = {"I-601", "I-602", "I-603"}
    order = retraining({"D5": 0.80, "D6": 0.55}, seen=seen, on=date(2025, 6, 2))
    assert order.modules == ("D6",)
    assert order.due > date(2025, 6, 2)
    assert order.retest_items
    assert not seen & set(order.retest_items)


@pytest.mark.xfail(strict=True, reason="programme rules (pathways, gates, ledger) come later")
def test_sr19_not_fit_needs_two_assessors() -> None:
    """No 'not fit' verdict can be saved with one assessor"""
    from examdesk.programme import VerdictRefused, save_verdict

    with pytest.raises(VerdictRefused, match="two assessors"):
        save_verdict("li", verdict="not fit", assessors=["wang"], evidence=["S-08"])
    with pytest.raises(VerdictRefused, match="two assessors"):
        save_verdict("li", verdict="not fit", assessors=["wang", "wang"], evidence=["S-08"])
    save_verdict("li", verdict="not fit", assessors=["wang", "zhao"], evidence=["S-08"])


@pytest.mark.xfail(strict=True, reason="certificates and validity come later")
def test_sr20_promotion_list_shows_only_t1_or_t2_holders_with_a_year() -> None:
    """Eligibility list shows only T1 or T2 holders with a year of service"""
    from examdesk.certificates import Holder, eligible

    people = [
        Holder("ann", tracks=("T1",), service_days=365),
        Holder("bo", tracks=("T2",), service_days=400),
        Holder("cai", tracks=("T1",), service_days=364),
        Holder("deng", tracks=("T3",), service_days=900),
    ]
    assert [person.name for person in eligible(people, track="T5")] == ["ann", "bo"]
