"""What every scenario of several customers promises beside what every scenario does, see test_every_scenario.py."""

from __future__ import annotations

import random

import pytest

from examdesk.items.scenario import question
from examdesk.items.scenario.desk import Desk, Queue
from examdesk.items.scenario.scoring import earning
from examdesk.items.scenario.world import MAX_STEPS, is_over, start, take
from examdesk.model import Said
from tests.items.chats import POLITE, QUEUES, Chat, talk

every_queue = pytest.mark.parametrize("chat", QUEUES, ids=lambda chat: chat.item.id)


def lived(chat: Chat, said: list[Said]) -> Queue:
    state = chat.lived([turn for turn in chat.aimed(said) if "chat" in turn[1]], 0)[0]
    assert isinstance(state, Queue)
    return state


@every_queue
def test_whoever_is_served_with_courtesy_alone_loses_patience_and_it_always_ends(chat: Chat) -> None:
    text = POLITE[chat.language][0]
    state = lived(chat, talk(*[text] * (chat.stage.patience + 5)))
    assert is_over(chat.play, state)
    assert len(state.steps) <= chat.stage.patience
    assert isinstance(chat.play, Desk)
    for name, one in state.chats.items():
        assert one.at == chat.play.chats[name].data["leaves"]["go"]


@every_queue
def test_who_gets_no_answer_at_all_leaves_and_it_always_ends(chat: Chat) -> None:
    tool: Said = ("acted", {"tool": next(iter(chat.play.tools)), "args": {}})
    state = lived(chat, [tool] * MAX_STEPS)
    assert is_over(chat.play, state)
    assert len(state.steps) < MAX_STEPS
    assert chat.judge(chat.aimed([tool] * MAX_STEPS)).fraction < chat.pass_mark / 2


@every_queue
def test_everybody_comes_while_others_are_still_there(chat: Chat) -> None:
    state = start(chat.play, 0)
    assert isinstance(state, Queue)
    assert 1 < len(state.chats) < len(chat.play.data["chats"])
    for turn in chat.script(chat.named("gold")[0]):
        state, _ = take(chat.play, state, *turn)
        if len(state.chats) == len(chat.play.data["chats"]):
            break
    assert not [name for name, one in state.chats.items() if is_over(chat.play.chats[name], one)]


@every_queue
def test_every_point_is_earned_in_the_chat_it_names(chat: Chat) -> None:
    mark = chat.judge(chat.script(chat.named("gold")[0]))
    reasons = "; ".join(part.reason for part in mark.parts)
    for entry in earning(chat.score):
        event = entry.get("event", {})
        name = event.get("chat", event.get("answered"))
        words = entry["text"]["en"]
        told = next(one for one in reasons.split("; turn ") if one.endswith(words) or f": {words}" in one)
        assert "missing" not in told
        assert name is None or f"({name}): {words}" in told


@every_queue
def test_one_answer_sent_to_all_fails(chat: Chat) -> None:
    acts = [name for name in chat.play.data["acts"] if not chat.play.is_light(name) and not chat.play.is_whole(name)]
    rng = random.Random(5)
    for name in acts:
        text = "，".join(rng.sample(chat.worded(name, chat.language), 2))
        twice = [one["id"] for one in chat.play.data["chats"]] * 2
        mark = chat.judge([("said", {"chat": name, "text": text}) for name in twice])
        assert not mark.evidence["passed"], text


@every_queue
def test_the_browser_gets_only_what_it_draws(chat: Chat) -> None:
    drawn = question.shown(chat.public, None)
    assert drawn.keys() == {"stem", "briefing", "tools", "chats"}
    assert {name for one in drawn["chats"] for name in one} == {"id", "customer", "tools"}
    tools = [*drawn["tools"], *(tool for one in drawn["chats"] for tool in one["tools"])]
    assert {name for tool in tools for name in tool} == {"id", "label", "args"}
