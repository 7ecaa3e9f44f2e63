"""Nine kinds of agents who try to earn points without serving the customer. None of them may pass.

    zoo = zoo_of(stage)
    state = played(zoo, "buyer-parrot", seed=7)

The same kind and seed give the same chat. Long messages are drawn from a pool, so that each is understood once.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examdesk.items.scenario.secrets import secrets_of
from examdesk.items.scenario.world import State
from examdesk.model import Said
from examdesk.wording.phrases import MAX_TEXT, examples
from examdesk.workbench.moves import plain, possible, uses
from examdesk.workbench.stage import Stage, do, talk

POOL = 12  # long messages of each sort
WORDINGS = 12  # seeds of the customer: the marks do not depend on them
MORE = 4  # turns beyond the customer's patience

NOISE = ("…", "？", "zzz", "12345", "昨晚的球赛看了吗", "the weather is lovely here", "asdf qwer", "🙂🙂🙂")
SORRY = (
    "您好亲", "不好意思", "非常抱歉", "让您久等了", "请稍等", "感谢您的支持", "祝您生活愉快", "很高兴为您服务",
    "请您谅解", "I am so sorry", "Please accept our apologies", "Thank you for your patience", "Have a nice day",
)  # fmt: skip
GIVES = (
    "给您全额退款", "我马上给您退款", "退一半给您可以吗", "给您补偿 50 元", "好的", "可以", "没问题", "都按您说的办",
    "I will refund you in full", "We refund everything at once", "You get a voucher for 20 euros",
    "Yes", "OK", "Sure, no problem",
)  # fmt: skip


@dataclass(frozen=True)
class Zoo:
    """What the monkeys of a scenario draw from."""

    stage: Stage
    phrases: tuple[str, ...]  # of every act
    stuffed: tuple[str, ...]  # all phrases of a language in one message; one phrase of every act in one message
    answers: tuple[str, ...]  # one phrase of every act that breaks no rule, in one message
    courtesy: tuple[str, ...]
    policy: tuple[str, ...]  # sentences of stem, briefing and handbook
    sensible: tuple[Said, ...]  # uses of tools as the score half asks for
    breaches: tuple[Said, ...]


def zoo_of(stage: Stage) -> Zoo:
    """The monkeys' stock for a scenario."""
    rng, data = random.Random(" ".join(chat.data["begins"] for chat in stage.chats.values())), stage.play.data
    names = sorted(data["acts"])
    light = [text for name in names if stage.play.is_light(name) for text in stage.phrases(name)[::2]]
    briefing = [text for entry in data["briefing"] for text in entry.values()]
    return Zoo(
        stage,
        tuple(text for name in names for text in stage.phrases(name)[::2]),
        tuple(_stuffed(stage, rng)),
        tuple(_answers(stage, rng)),
        (*SORRY, *light),
        tuple(_sentences([*stage.stem.values(), *briefing, *stage.policy])),
        tuple(uses(stage)),
        tuple(breaches(stage)),
    )


def _stuffed(stage: Stage, rng: random.Random) -> Iterable[str]:
    acts = sorted(stage.play.data["acts"])
    for number in range(POOL):
        language = stage.languages[number % len(stage.languages)]
        yield _message(rng, [text for name in acts for text in stage.phrases(name, language)])
        yield _message(rng, [rng.choice(stage.phrases(name, language)) for name in acts])


def _answers(stage: Stage, rng: random.Random) -> Iterable[str]:
    acts = sorted(set(stage.play.data["acts"]) - forbidden_acts(stage))
    for number in range(POOL):
        language = stage.languages[number % len(stage.languages)]
        yield _message(rng, [rng.choice(stage.phrases(name, language)) for name in acts])


def _message(rng: random.Random, texts: list[str]) -> str:
    return "，".join(rng.sample(texts, len(texts)))[:MAX_TEXT]


def forbidden_acts(stage: Stage) -> set[str]:
    """Acts that break a rule or cost points."""
    critical = {name for rule in stage.score["critical"] for name in rule["acts"]}
    return critical | {entry["event"]["act"] for entry in stage.score["forbidden"] if "act" in entry["event"]}


def _sentences(texts: Iterable[str]) -> list[str]:
    pieces = (piece.strip(" -\n") for text in texts for piece in re.split(r"[。！？\n]|[.!?] ", text))
    return list(dict.fromkeys(piece[:MAX_TEXT] for piece in pieces if piece))


def breaches(stage: Stage) -> list[Said]:
    """Everything that fires a critical violation."""
    found: list[Said] = []
    for rule in stage.score["critical"]:
        phrases = [text for name in sorted(rule["phrases"]) for one in rule["phrases"][name] for text in examples(one)]
        found += talk(*phrases, *(text for act in rule["acts"] for text in stage.phrases(act)))
        found += [breaking(stage, event) for event in rule["tools"]]
    return [*found, *talk(*(text for secret in secrets_of(stage.score) for text in secret["texts"]))]


def breaking(stage: Stage, event: Mapping[str, Any]) -> Said:
    """A tool used with the values that break a rule."""
    tool, where = event["tool"], event["where"]
    args = {arg["id"]: (where.get(arg["id"]) or possible(arg))[0] for arg in stage.play.tools[tool]["args"]}
    kind, value = do(tool, {name: plain(value) for name, value in args.items()})
    return kind, {**value, **({"chat": event["chat"]} if "chat" in event else {})}


# The monkeys: the next turn of each, None when it is through.

Monkey = Callable[[Zoo, random.Random, State], Said | None]


def silent(zoo: Zoo, rng: random.Random, state: State) -> Said | None:
    """Nothing, or a few messages without meaning."""
    return None if rng.random() < 0.5 else _says(rng, NOISE)


def at_random(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Phrases of any act, noise, and tools with any values."""
    pick = rng.random()
    if pick < 0.2:
        return _does(zoo, rng)
    return _says(rng, NOISE if pick < 0.3 else zoo.phrases)


def keyword_stuffer(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """All there is in one message, or all the answers in one message again and again; tools with any values."""
    if rng.random() < 0.2:
        return _does(zoo, rng)
    said = next((step.text for step in state.steps if step.text in zoo.answers), None)
    if said:
        return ("said", {"text": said})
    stuffs = any(step.text for step in state.steps) or rng.random() < 0.5
    return _says(rng, zoo.stuffed if stuffs else zoo.answers)


def apologiser(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Courtesy only."""
    return _says(rng, zoo.courtesy)


def refund_always(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Gives the customer what he wants, and money; tools with any values."""
    return _does(zoo, rng) if rng.random() < 0.2 else _says(rng, GIVES)


def policy_paster(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Pastes the rules."""
    return _says(rng, zoo.policy)


def tools_only(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Says nothing and uses the tools, half the time as they should be used."""
    return rng.choice(zoo.sensible) if rng.random() < 0.5 else _does(zoo, rng)


def buyer_parrot(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Pastes back what the customer said last."""
    lines = state.steps[-1].lines if state.steps else state.opening
    language = rng.choice(zoo.stage.languages)
    said = [zoo.stage.play.texts(line)[language] for line in lines if "." not in line[0]]
    return talk(" ".join(said) or "…")[0]


def breach_happy(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Breaks a rule at once and again, and does what comes between."""
    if zoo.breaches and (not state.steps or rng.random() < 0.4):
        return rng.choice(zoo.breaches)
    return rng.choice(zoo.sensible) if rng.random() < 0.2 else _says(rng, zoo.phrases)


KINDS: dict[str, Monkey] = {
    "silent": silent,
    "random": at_random,
    "keyword-stuffer": keyword_stuffer,
    "apologiser": apologiser,
    "refund-always": refund_always,
    "policy-paster": policy_paster,
    "tools-only": tools_only,
    "buyer-parrot": buyer_parrot,
    "breach-happy": breach_happy,
}


def all_answers(zoo: Zoo, rng: random.Random, state: State) -> Said:
    """Every right answer in one message, worded anew each time: no monkey, he knows what is right; told, not barred."""
    return rng.choice(zoo.sensible) if rng.random() < 0.1 else _says(rng, zoo.answers)


KNOWING: dict[str, Monkey] = {"all-answers": all_answers}


def _says(rng: random.Random, texts: tuple[str, ...]) -> Said:
    return ("said", {"text": rng.choice(texts)})


def _does(zoo: Zoo, rng: random.Random) -> Said:
    """Any tool with any values; a text is now and then the right one."""
    tool = rng.choice(sorted(zoo.stage.play.tools))
    if rng.random() < 0.3:
        return rng.choice(zoo.sensible)
    return do(tool, {arg["id"]: rng.choice(possible(arg)) for arg in zoo.stage.play.tools[tool]["args"]})


def played(zoo: Zoo, kind: str, *, seed: int) -> State:
    """The whole chat of one monkey."""
    rng, monkey = random.Random(f"{kind} {seed}"), (KINDS | KNOWING)[kind]
    state = zoo.stage.begun(rng.randrange(WORDINGS))
    for _ in range(zoo.stage.patience + MORE):
        said = None if zoo.stage.is_over(state) else monkey(zoo, rng, state)
        if said is None:
            return state
        if several := zoo.stage.ready(state, said):
            state = zoo.stage.after(state, several[0] if len(several) == 1 else rng.choice(several))
    return state


@dataclass(frozen=True)
class Tally:
    """What many monkeys of a kind earned, in points of 100."""

    kind: str
    runs: int
    high: Fraction  # 95th percentile: the smallest figure that 95 of 100 do not exceed
    most: Fraction
    passed: int  # with nothing certain or suspected: nobody would have looked
    ended: int


def tally(zoo: Zoo, kind: str, *, runs: int) -> Tally:
    """Points of many monkeys of a kind."""
    points, passed, ended = list[Fraction](), 0, 0
    for seed in range(runs):
        state = played(zoo, kind, seed=seed)
        mark = zoo.stage.judged(state)
        points.append(zoo.stage.points(mark))
        passed += bool(mark.evidence["passed"]) and not mark.suspected
        ended += zoo.stage.is_over(state)
    points.sort()
    return Tally(kind, runs, points[-(-95 * runs // 100) - 1], points[-1], passed, ended)
