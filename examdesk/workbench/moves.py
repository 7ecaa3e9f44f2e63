"""What an agent could do in a scenario: one message that says exactly one act, and every sensible use of a tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

from examdesk.items.scenario.scoring import earning
from examdesk.model import Said
from examdesk.workbench.stage import Stage, do, talk

USES = 24  # of one tool

Body = Mapping[str, Any]


def plain_words(stage: Stage) -> dict[str, str]:
    """{act: the first of its phrases that says this act and nothing else}; acts without one are left out."""
    found = {}
    for name in sorted(stage.play.acts):
        texts = (text for text in stage.phrases(name) if stage.play.understood(text) == [name])
        if (text := next(texts, None)) is not None:
            found[name] = text
    return found


def single(stage: Stage, words: Mapping[str, str]) -> list[Said]:
    """Messages of one act, and the uses of every tool."""
    said = [*talk(*words.values()), *uses(stage)]
    return [one for turn in said for one in stage.aimed(turn)]


def double(stage: Stage, words: Mapping[str, str]) -> list[Said]:
    """Messages of two acts that earn something."""
    earn = sorted({event["act"] for event in events(stage.score) if event.get("act") in words})
    texts = [f"{words[one]}，{words[two]}" for one, two in combinations(earn, 2)]
    said = talk(*(text for text in texts if len(stage.play.understood(text)) == 2))
    return [one for turn in said for one in stage.aimed(turn)]


def events(score: Body) -> Iterator[Body]:
    """Every event that earns points."""
    for entry in earning(score):
        yield from (entry[use] for use in ("event", "first", "then") if use in entry)


def uses(stage: Stage) -> list[Said]:
    """Every tool with the values the score half asks for; where it asks for none, with every choice."""
    found = []
    for name, tool in stage.play.tools.items():
        values = [sensible(stage, name, arg) for arg in tool["args"]]
        typed = [dict(zip([arg["id"] for arg in tool["args"]], one, strict=True)) for one in product(*values)]
        found += [do(name, args) for args in typed[:USES]]
    return found


def sensible(stage: Stage, tool: str, arg: Body) -> list[Any]:
    """The values worth trying for one argument of a tool."""
    goal, sets = stage.score["goal"]["fields"], stage.play.tools[tool]["sets"]
    wanted = [value for name, given in sets.items() if given == f"${arg['id']}" for value in goal.get(name, ())]
    asked = [event for event in events(stage.score) if event.get("tool") == tool]
    wanted += [value for event in asked for value in event["where"].get(arg["id"], ())]
    typed = list(dict.fromkeys(map(plain, wanted)))
    if arg["kind"] == "choice":  # a goal may want a field left as it is, with a value nobody can choose
        typed = [value for value in typed if value in possible(arg)]
    return typed or possible(arg)


def plain(value: Any) -> Any:
    """An accepted value as somebody would type it."""
    return value.removeprefix("~") if isinstance(value, str) else value


def possible(arg: Body) -> list[Any]:
    """Values an argument may have, whether they are of use or not."""
    if arg["kind"] == "choice":
        return [option["id"] for option in arg["options"]]
    return [arg["min"], arg["max"]] if arg["kind"] == "number" else ["x"]
