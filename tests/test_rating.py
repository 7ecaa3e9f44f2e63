"""What only a person can hear in a chat: he rates a criterion; until then the chat is unmarked, never 0."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from examdesk.bank import find_form, thaw, write_form
from examdesk.bank.forms import freeze
from examdesk.cli import app
from examdesk.errors import CourseError
from examdesk.items.scenario import key
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.scoring import judged
from examdesk.model import Form, Item
from examdesk.pipeline.moderation import rate
from tests.conftest import real_form
from tests.items.chats import chat
from tests.moderations import CHAT, Chats

GOLD = chat(CHAT).script("gold-zh")
LEVELS = ("生硬 curt", "冷淡 cool", "一般 plain", "友好 friendly", "亲切 warm")


def rated(item: Item) -> Item:
    """S-04, its courtesy rated by a person."""
    body: dict[str, Any] = copy.deepcopy(dict(item.body))
    score = body["score"]
    score["required"] = [one for one in score["required"] if one["criterion"] != "courtesy"]
    score["forbidden"] = [one for one in score["forbidden"] if one["criterion"] != "courtesy"]
    levels = [dict(zip(("zh", "en"), level.split(), strict=True)) for level in LEVELS]
    next(one for one in score["criteria"] if one["id"] == "courtesy")["rated"] = {"weight": 10, "levels": levels}
    return replace(item, body=body)


def with_rating(form: Form) -> Form:
    return thaw(freeze(replace(form, items={**form.items, CHAT: rated(form.items[CHAT])})))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Chats:
    chats = Chats.made(tmp_path_factory.mktemp("rated") / "course", "E11-sampler-a")
    write_form(find_form(chats.course, chats.form_id), with_rating(chats.form))
    chats.chat("wang", GOLD)
    chats.chat("blank", ())
    return chats


@pytest.fixture
def chats(template: Chats, tmp_path: Path) -> Chats:
    shutil.copytree(template.course, tmp_path / "course")
    return Chats(tmp_path / "course", template.form_id, dict(template.responses), dict(template.heads))


def test_until_a_person_has_rated_it_the_chat_is_unmarked_and_the_result_withheld(template: Chats) -> None:
    case = template.case("wang")
    assert {row.criterion: row.points for row in case.standing} == {
        "resolution": 4, "compliance": Fraction("2.8"), "procedure": Fraction("2.2"), "courtesy": None}
    assert (case.points, case.outcome.result) == (None, "withheld")
    assert f"unmarked:{CHAT}" in case.outcome.waiting


def test_a_chat_in_which_nothing_was_said_waits_for_nobody(template: Chats) -> None:
    case = template.case("blank")
    assert case.points == 0 and f"unmarked:{CHAT}" not in case.outcome.waiting


def test_a_rating_makes_the_chat_marked_and_a_later_one_stands_in_its_place(chats: Chats) -> None:
    rate(chats.course, chats.case("wang"), "courtesy", 4, by="Li Hua", comment="您的语气很好。")
    assert chats.points("wang", CHAT) == Fraction("9.75")
    row = next(row for row in chats.case("wang").standing if row.criterion == "courtesy")
    assert (row.kind, row.grader, row.evidence["level"]) == ("marker", "Li Hua", 4)
    rate(chats.course, chats.case("wang"), "courtesy", 1, by="Zhao Min")
    assert chats.points("wang", CHAT) == 9 and not chats.case("wang").decided
    assert len([row for row in chats.records.marks() if row.kind == "marker"]) == 2


@pytest.mark.slow
def test_the_candidate_reads_the_comment_and_the_points_after_the_rating_only(chats: Chats) -> None:
    before = chats.page("wang")
    assert "待人工评阅" in before and "服务礼貌" not in before.split(f'id="{CHAT}"')[1]
    rate(chats.course, chats.case("wang"), "courtesy", 5, by="Li Hua", comment="您的语气很好。")
    after = chats.page("wang")
    assert "您的语气很好。" in after and "10 / 10" in after and "Li Hua" not in after


@pytest.mark.slow
def test_a_correction_of_an_act_leaves_the_rating_as_it_is(chats: Chats) -> None:
    rate(chats.course, chats.case("wang"), "courtesy", 3, by="Li Hua")
    chats.corrected("wang", 3, drop=["no-charge"])
    for _ in range(2):  # the yes to his question and the goal are lost, 12 + 20 of 100
        assert chats.points("wang", CHAT) == Fraction("9.5") - Fraction("3.2")
        chats.records.save_submission(replace(chats.graded(chats.frozen, "wang"), engine="examdesk 9"))
    assert next(row for row in chats.case("wang").standing if row.criterion == "courtesy").points == Fraction("0.5")


@pytest.mark.parametrize(("criterion", "level", "by", "said"), [
    ("courtesy", 6, "Li Hua", "no such level (found: 6). Cure: use one of: 1 curt; 2 cool"),
    ("courtesy", 0, "Li Hua", "no such level (found: 0)"),
    ("compliance", 3, "Li Hua", "no person rates this criterion (found: compliance). Cure: use one of: courtesy"),
    ("courtesy", 3, " ", 'Cure: add  --by "YOUR NAME"'),
])  # fmt: skip
def test_what_nobody_can_rate_is_said(template: Chats, criterion: str, level: int, by: str, said: str) -> None:
    with pytest.raises(CourseError) as refused:
        rate(template.course, template.case("wang"), criterion, level, by=by)
    assert said in str(refused.value)


@pytest.mark.slow
def test_the_command_says_what_was_given(chats: Chats) -> None:
    place = ("--course", str(chats.course))
    ran = CliRunner().invoke(app, ["marks", "chat", chats.form_id, "wang", *place])
    assert "Rated by a person:  examdesk marks rate FORM CANDIDATE courtesy LEVEL" in ran.output
    assert "5 亲切" in ran.output
    ran = CliRunner().invoke(app, ["marks", "rate", chats.form_id, "wang", "courtesy", "4", "--by", "Li Hua", *place])
    assert ran.exit_code == 0 and "S-04 courtesy: 4 friendly, 0.75 of 1 points" in ran.output


# For authors


def test_an_author_tries_his_scenario_out_as_if_rated_best() -> None:
    item = rated(real_form("E11-sampler-a").items[CHAT])
    play = chat(CHAT).play
    gold = replay(play, GOLD).state
    found = judged(play, item.body["score"], gold)
    assert found.fraction == 1 and found.evidence["passed"]
    waiting = judged(play, item.body["score"], gold, unrated=True)
    assert waiting.fraction is None and not waiting.evidence["passed"] and waiting.reason.endswith("rate: courtesy")


@pytest.mark.parametrize(("change", "wrong"), [
    (lambda score: score["criteria"][-1]["rated"].update(weight=9), "the weights do not sum to 100"),
    (lambda score: score["required"][0].update(criterion="courtesy"), "a criterion is rated or earned, not both"),
])  # fmt: skip
def test_a_rating_has_a_criterion_and_points_of_its_own(change: Any, wrong: str) -> None:
    item = rated(real_form("E11-sampler-a").items[CHAT])
    body = copy.deepcopy(dict(item.body))
    change(body["score"])
    assert wrong in [problem.wrong for problem in key.faults(body)]
