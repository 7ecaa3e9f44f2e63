"""Everything that can be wrong with a scenario, found by machine: hand-written ones are faulty more often than not.

Every line, act, state, field and tool that is named exists, can be reached and stands in every language; every point
can be earned. Whether the chat works is tried in `trials.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from examdesk.bank.schema import Loc, Problem, repeated
from examdesk.items.scenario import clockwork, doubts, entity_faults, rating, utterances
from examdesk.items.scenario.scoring import FULL, earning
from examdesk.items.scenario.serving import USES
from examdesk.model import LANGUAGES
from examdesk.wording.phrases import is_sound

WORDINGS = 3  # of every line
PHRASES = 10  # of every act in every language

Body = Mapping[str, Any]
Found = Iterator[Problem]


def faults(body: Body) -> Found:
    """Every wrong name, number and way in both halves."""
    play = body["play"]
    yield from _languages(body)
    yield from _lines(play, list(said_in(play)))
    yield from _states(play)
    yield from _acts(body)
    yield from _rules(play)
    yield from _tools(play)
    yield from _mood(play)
    yield from _score(body, reachable(play))
    yield from doubts.faults(body)
    yield from utterances.faults(body, spoken(body))
    yield from entity_faults.faults(body)
    yield from clockwork.faults(body)


def _unknown(names: Iterable[tuple[Loc, str]], known: Iterable[str], what: str) -> Found:
    """A problem for every name that is not known."""
    allowed = sorted(known)
    for loc, name in names:
        if name not in allowed:
            cure = f"use one of: {', '.join(allowed) or 'none yet'}"
            yield Problem(loc, f"there is no {what} of this name", name, cure)


# Texts


def _languages(body: Body) -> Found:
    """Every text stands in every language of the stem; what is said in the chat, in every language spoken there."""
    halves = {name: part for name, part in body.items() if name != "utterances"}
    for loc, texts in _texts(halves, ()):
        wanted = spoken(body) if in_chat(loc) else set(body["stem"])
        missing = sorted(wanted - {language for language, words in texts.items() if words})
        if missing:
            of = "spoken in the chat" if in_chat(loc) else "of the stem"
            yield Problem(loc, "a language is missing", ", ".join(missing), f"write it in every language {of}")
        if in_chat(loc) and set(texts) - wanted:
            wrong, cure = "the chat is not held in this language", "remove it, or speaks: with it"
            yield Problem(loc, wrong, ", ".join(sorted(set(texts) - wanted)), cure)


def spoken(body: Body) -> set[str]:
    """The languages the chat may be held in: the customer's only one, or all of the stem."""
    play = body["play"]
    return {play["speaks"]} if "speaks" in play else set(body["stem"])


def in_chat(loc: Loc) -> bool:
    """Whether a text is said in the chat: a line of the customer, or the phrases of an act or a violation."""
    return loc[:2] == ("play", "lines") or loc[-1:] == ("phrases",)


def _texts(value: Any, loc: Loc) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    optional = loc[-1:] in (("unless",), ("allowed",), ("fillers",))
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            if not optional:
                yield loc, value
            return
        for name, entry in value.items():
            yield from _texts(entry, (*loc, name))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts(entry, (*loc, index))


# Lines


def _lines(play: Body, said: list[tuple[Loc, str]]) -> Found:
    """Every line named exists, every line has enough wordings, and somebody says it."""
    yield from _unknown(said, play["lines"], "line")
    spoken = {name for _, name in said}
    for name, wordings in play["lines"].items():
        if len(wordings) < WORDINGS:
            cure = f"write at least {WORDINGS}, so that not everybody reads the same chat"
            yield Problem(("play", "lines", name), "the line has too few wordings", str(len(wordings)), cure)
        if name not in spoken:
            yield Problem(("play", "lines", name), "nobody says this line", name, "name it in a say: or remove it")


def said_in(play: Body) -> Iterator[tuple[Loc, str]]:
    """(place, line) of everything the customer may say."""
    yield from ((("play", "opening", index), name) for index, name in enumerate(play["opening"]))
    yield from ((("play", "leaves", "say", index), name) for index, name in enumerate(play["leaves"]["say"]))
    yield ("play", "leaves", "warning"), play["leaves"]["warning"]
    yield from ((("play", "fallback", use), name) for use, name in play["fallback"].items())
    yield from clockwork.said(play)
    if "unsure" in play:
        yield ("play", "unsure", "say"), play["unsure"]["say"]
    yield from ((("play", "facts", index, "say"), fact["say"]) for index, fact in enumerate(play["facts"]))
    tones = enumerate(play["mood"]["tones"])
    yield from ((("play", "mood", "tones", index, "say"), tone["say"]) for index, tone in tones)
    for loc, rule in _all_rules(play):
        yield from (((*loc, "say", index), name) for index, name in enumerate(rule["say"]))
    for state, spec in play["states"].items():
        loc = ("play", "states", state)
        yield from (((*loc, "say", index), name) for index, name in enumerate(spec["say"]))
        if "hint" in spec:
            yield (*loc, "hint"), spec["hint"]


def _all_rules(play: Body) -> Iterator[tuple[Loc, Body]]:
    for state, spec in play["states"].items():
        yield from ((("play", "states", state, "rules", index), rule) for index, rule in enumerate(spec["rules"]))
    yield from ((("play", "anywhere", index), rule) for index, rule in enumerate(play["anywhere"]))


# States


def _states(play: Body) -> Found:
    """Every state named exists, can be reached, and can be left under any input."""
    states = play["states"]
    named = [(("play", "begins"), play["begins"]), (("play", "leaves", "go"), play["leaves"]["go"]), *_ways(play)]
    yield from _unknown(named, states, "state")
    for name, spec in states.items():
        loc = ("play", "states", name)
        if not spec["end"] and not ("hint" in spec and "moves_on" in spec):
            cure = "give it hint: and moves_on: (its own name where he waits), or end: true"
            yield Problem(loc, "a customer who does not understand gets stuck in this state", name, cure)
        if states.get(spec.get("moves_on"), {"end": False})["end"]:
            cure = "move on to a state in which he waits"
            yield Problem((*loc, "moves_on"), "what is not understood would end the chat", spec["moves_on"], cure)
        if name not in reachable(play):
            yield Problem(loc, "no way leads to this state", name, "lead a go: to it or remove it")
    left = play["leaves"]["go"]
    if left in states and not states[left]["end"]:
        cure = "name a state with end: true"
        yield Problem(("play", "leaves", "go"), "the customer leaves to a state that is no end", left, cure)


def _ways(play: Body) -> Iterator[tuple[Loc, str]]:
    """(place, state) of every way from one state to another."""
    for name, spec in play["states"].items():
        loc = ("play", "states", name)
        if "skip" in spec:
            yield (*loc, "skip", "go"), spec["skip"]["go"]
        if "moves_on" in spec:
            yield (*loc, "moves_on"), spec["moves_on"]
    yield from (((*loc, "go"), rule["go"]) for loc, rule in _all_rules(play) if "go" in rule)


def reachable(play: Body) -> set[str]:
    """The states a chat can get to."""
    found, open_ = set(), [play["begins"], play["leaves"]["go"]]
    everywhere = [rule["go"] for rule in play["anywhere"] if "go" in rule]
    while open_:
        name = open_.pop()
        if name in found or name not in play["states"]:
            continue
        found.add(name)
        open_ += [goal for loc, goal in _ways(play) if loc[:3] == ("play", "states", name)]
        open_ += [] if play["states"][name]["end"] else everywhere
    return found


# Acts, rules and conditions


def _acts(body: Body) -> Found:
    """Acts refer to acts, have phrases enough, and opposites are mutual."""
    acts, languages = body["play"]["acts"], sorted(spoken(body))
    for name, act in acts.items():
        loc = ("play", "acts", name)
        named = [((*loc, "yields_to", index), other) for index, other in enumerate(act["yields_to"])]
        opposite = act.get("opposite")
        yield from _unknown([*named, *([((*loc, "opposite"), opposite)] if opposite else [])], acts, "act")
        if opposite in acts and acts[opposite].get("opposite") != name:
            wrong = "the opposite act does not name this one"
            yield Problem((*loc, "opposite"), wrong, opposite, "write it on both acts")
        for language in languages:
            count = len(act["phrases"].get(language, ()))
            if count < PHRASES:
                cure = f"write at least {PHRASES}, as agents really type them"
                yield Problem((*loc, "phrases", language), "the act has too few phrases", str(count), cure)
        for use in ("phrases", "unless"):
            yield from _sound(act[use], (*loc, use))


def _sound(phrases: Mapping[str, list[str]], loc: Loc) -> Found:
    for language, ones in phrases.items():
        for index, phrase in enumerate(ones):
            if not is_sound(phrase):
                cure = "write words that must stand there between the gaps, and close every bracket before a gap"
                yield Problem((*loc, language, index), "this is no phrase", phrase, cure)


def _rules(play: Body) -> Found:
    """A rule is about one act or one tool that exists, under conditions that can hold."""
    tools = [tool["id"] for tool in play["tools"]]
    for loc, rule in _all_rules(play):
        if ("act" in rule) == ("tool" in rule):
            yield Problem(loc, "a rule is about exactly one act or one tool", "", "write act: or tool:")
        named = [((*loc, use), rule[use]) for use in ("act", "means") if use in rule]
        yield from _unknown(named, play["acts"], "act")
        yield from _unknown([((*loc, "tool"), rule["tool"])] if "tool" in rule else [], tools, "tool")
        yield from _condition(play, (*loc, "if"), rule["if"])
    for name, spec in play["states"].items():
        if "skip" in spec:
            yield from _condition(play, ("play", "states", name, "skip", "if"), spec["skip"]["if"])
    yield from repeated([fact["id"] for fact in play["facts"]], ("play", "facts"))
    for index, fact in enumerate(play["facts"]):
        named = [(("play", "facts", index, "asked_by"), act) for act in fact["asked_by"]]
        yield from _unknown(named, play["acts"], "act")


def _condition(play: Body, loc: Loc, condition: Body) -> Found:
    yield from _unknown([((*loc, "acts"), name) for name in condition["acts"]], play["acts"], "act")
    facts = [fact["id"] for fact in play["facts"]]
    yield from _unknown([((*loc, "facts"), name) for name in condition["facts"]], facts, "fact")
    yield from _values(play, (*loc, "fields"), condition["fields"])


def _values(play: Body, loc: Loc, values: Mapping[str, Any]) -> Found:
    """Fields exist, and where their values are listed, the value is one of them."""
    fields = {field["id"]: field for field in play["fields"]}
    yield from _unknown([((*loc, name), name) for name in values], fields, "field")
    for name, value in values.items():
        options = [option["id"] for option in fields.get(name, {"options": []})["options"]]
        if options and value not in options:
            cure = f"use one of: {', '.join(options)}"
            yield Problem((*loc, name), "the field cannot have this value", str(value), cure)


# Tools and fields


def _tools(play: Body) -> Found:
    """Tools read and write fields that exist, with values these can have."""
    yield from repeated([field["id"] for field in play["fields"]], ("play", "fields"))
    yield from repeated([tool["id"] for tool in play["tools"]], ("play", "tools"))
    for index, field in enumerate(play["fields"]):
        yield from _values(play, ("play", "fields", index, "value"), {field["id"]: field["value"]})
        yield from _values(play, ("play", "fields", index, "after"), field["after"])
    for index, tool in enumerate(play["tools"]):
        loc = ("play", "tools", index)
        yield from repeated([arg["id"] for arg in tool["args"]], (*loc, "args"))
        yield from _values(play, (*loc, "needs"), tool["needs"])
        yield from _unknown([((*loc, "at"), name) for name in tool.get("at", ())], play["states"], "state")
        for name, typed in tool["sets"].items():
            yield from _effect(play, tool, (*loc, "sets"), name, typed)
        for place, arg in enumerate(tool["args"]):
            if (arg["kind"] == "choice") != bool(arg["options"]):
                cure = "give options: to a choice, and to nothing else"
                yield Problem((*loc, "args", place), "options and kind do not fit", arg["kind"], cure)


def _effect(play: Body, tool: Body, loc: Loc, name: str, value: Any) -> Found:
    if not (isinstance(value, str) and value.startswith("$")):
        yield from _values(play, loc, {name: value})
        return
    args = {arg["id"]: arg for arg in tool["args"]}
    yield from _unknown([((*loc, name), value[1:])], args, "argument")
    for option in args.get(value[1:], {"options": []})["options"]:
        yield from _values(play, loc, {name: option["id"]})


def _mood(play: Body) -> Found:
    mood, leaves = play["mood"], play["leaves"]
    if not mood["min"] < mood["start"] <= mood["max"]:
        found = f"{mood['min']}, {mood['start']}, {mood['max']}"
        yield Problem(("play", "mood"), "the mood starts outside its bounds", found, "write min < start <= max")
    if leaves["warns_at"] >= play["patience"]:
        loc, found = ("play", "leaves", "warns_at"), str(leaves["warns_at"])
        yield Problem(loc, "the warning comes before the chat", found, "use a smaller number")


# The score half


def _score(body: Body, reached: set[str]) -> Found:
    """Weights sum to 100, criteria exist and can be earned, events can happen, the goal can be reached."""
    play, score = body["play"], body["score"]
    for group in ("criteria", "required", "order", "forbidden", "critical", "transcripts"):
        yield from repeated([entry["id"] for entry in score[group]], ("score", group))
    total = sum(entry["weight"] for entry in earning(score)) + rating.weight(score["criteria"])
    if total != FULL:
        yield Problem(("score", "required"), f"the weights do not sum to {FULL}", str(total), "change the weights")
    criteria = [entry["id"] for entry in score["criteria"]]
    for group in ("required", "order", "forbidden"):
        entries = enumerate(score[group])
        named = [(("score", group, index, "criterion"), entry["criterion"]) for index, entry in entries]
        yield from _unknown(named, criteria, "criterion")
    for index, name in enumerate(criteria):
        earns = name in [entry["criterion"] for entry in earning(score)]
        if earns and "rated" in score["criteria"][index]:
            yield Problem(("score", "criteria", index), "a criterion is rated or earned, not both", name, "make it two")
        if not earns and "rated" not in score["criteria"][index]:
            cure = "let a required event count for it, or remove it"
            yield Problem(("score", "criteria", index), "nothing earns points for this criterion", name, cure)
    for loc, event in _events(score):
        yield from _event(play, loc, event)
    yield from _goal(play, score, reached)


def _events(score: Body) -> Iterator[tuple[Loc, Body]]:
    for group, uses in (("required", ("event",)), ("order", ("first", "then")), ("forbidden", ("event",))):
        for index, entry in enumerate(score[group]):
            yield from ((("score", group, index, use), entry[use]) for use in uses)
    for index, step in enumerate(score.get("phases", {"steps": ()})["steps"]):
        yield ("score", "phases", "steps", index, "event"), step["event"]
    for index, rule in enumerate(score["critical"]):
        yield from ((("score", "critical", index, "tools", place), tool) for place, tool in enumerate(rule["tools"]))


def _event(play: Body, loc: Loc, event: Body) -> Found:
    """The event is one thing that some act, tool or question can bring about."""
    uses = [use for use in ("act", "tool", "fact", *USES) if use in event] + (["goal"] if event["goal"] else [])
    if len(uses) != 1:
        cure = "write one of act:, tool:, fact:, goal: true"
        yield Problem(loc, "an event is exactly one thing", ", ".join(uses) or "nothing", cure)
    tools = {tool["id"]: tool for tool in play["tools"]}
    yield from _unknown([((*loc, "act"), event["act"])] if "act" in event else [], play["acts"], "act")
    yield from _unknown([((*loc, "tool"), event["tool"])] if "tool" in event else [], tools, "tool")
    facts = [fact["id"] for fact in play["facts"]]
    yield from _unknown([((*loc, "fact"), event["fact"])] if "fact" in event else [], facts, "fact")
    args = {arg["id"]: arg for arg in tools.get(event.get("tool", ""), {"args": []})["args"]}
    yield from _unknown([((*loc, "where", name), name) for name in event["where"]], args, "argument")
    for name, accepted in event["where"].items():
        options = [option["id"] for option in args.get(name, {"options": []})["options"]]
        named = [((*loc, "where", name), str(value)) for value in accepted] if options else []
        yield from _unknown(named, options, "choice")


def _goal(play: Body, score: Body, reached: set[str]) -> Found:
    """The goal is an end the chat can come to, with values the tools can write; something is earned by it."""
    goal, loc = score["goal"], ("score", "goal")
    yield from _unknown([((*loc, "states"), name) for name in goal["states"]], reached, "reachable state")
    fields = [field["id"] for field in play["fields"]]
    yield from _unknown([((*loc, "fields", name), name) for name in goal["fields"]], fields, "field")
    for name, accepted in goal["fields"].items():
        if not any(_can_be(play, name, value) for value in accepted):
            cure = "let a tool set it"
            yield Problem((*loc, "fields", name), "no tool can bring the field to this value", str(accepted), cure)
    if not any(entry["event"]["goal"] for entry in score["required"]):
        yield Problem(("score", "required"), "nothing is earned by reaching the goal", "", "add  event: {goal: true}")
    for index, rule in enumerate(score["critical"]):
        place = ("score", "critical", index)
        yield from _unknown([((*place, "acts"), name) for name in rule["acts"]], play["acts"], "act")
        yield from (*_sound(rule["phrases"], (*place, "phrases")), *_sound(rule["allowed"], (*place, "allowed")))
        if any("tool" not in event for event in rule["tools"]):
            yield Problem((*place, "tools"), "only an action is certain", "", "write  tool:, or use acts:")
        if not (rule["tools"] or rule["acts"] or rule["phrases"]):
            yield Problem(place, "nothing fires this violation", rule["id"], "add tools:, acts: or phrases:")
    for index, entry in enumerate(score["forbidden"]):
        excuses = [(("score", "forbidden", index, "excused_by"), name) for name in entry["excused_by"]]
        yield from _unknown(excuses, play["acts"], "act")


def _can_be(play: Body, name: str, value: Any) -> bool:
    """Whether a field starts with a value or some tool can write it."""
    if any(field["id"] == name and field["value"] == value for field in play["fields"]):
        return True
    for tool in play["tools"]:
        written = tool["sets"].get(name)
        arg = next((a for a in tool["args"] if written == f"${a['id']}"), None)
        if written == value or (arg and (arg["kind"] != "choice" or value in [o["id"] for o in arg["options"]])):
            return True
    return False
