"""What the tests of one scenario ask: which lines came, which rules fired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from examdesk.model import Said
from tests.items.chats import Chat, talk


def lines_of(chat: Chat, said: Sequence[Said]) -> set[str]:
    """Every line the customer says in a chat."""
    return {line for step in chat.lived(said, 3)[0].steps for line, _ in step.lines}


def suspected(chat: Chat, text: str) -> list[str]:
    """The violations a single message is suspected of."""
    return [name for name, _ in chat.judge(talk(text)).suspected]


def every_rule_fires(chat: Chat) -> None:
    """Every plus, minus and critical of the score half fires in some transcript."""
    marks = [chat.judge(chat.script(one["id"])) for one in chat.transcripts]
    reasons = "; ".join(part.reason for mark in marks for part in mark.parts).replace("missing: ", "")
    marked = [*chat.score["required"], *chat.score["order"], *chat.score["forbidden"]]
    assert [one["id"] for one in marked if f": {one['text']['en']}" not in reasons] == []
    found = {name for mark in marks for name, _ in (*mark.critical, *mark.suspected)}
    assert found == {one["id"] for one in chat.score["critical"]}


def rewritten(chat: Chat, short: Mapping[str, Said]) -> list[str]:
    """The rewritten transcripts of a scenario that do not pass or fail as the original, or accuse a gold one.

    `short` names its actions; everything else in the file is a message.
    """
    file = Path(__file__).with_name("rewrites") / f"{chat.item.id}.yaml"
    wrong = []
    for one in yaml.safe_load(file.read_text("utf-8")):
        mark = chat.judge([short.get(turn) or talk(turn)[0] for turn in one["turns"]])
        gold = one["of"] in chat.named("gold")
        if mark.evidence["passed"] != gold or (gold and (mark.suspected or mark.critical)):
            wrong.append(f"{one['of']}: {mark.evidence['earned']} {mark.suspected}")
    return wrong
