"""Every model transcript of the bank's scenarios, played and marked anew: the same digest on every machine and Python.

    python -m tests.transcripts write bodies.json      # needs the project's packages
    python3.13 -m tests.transcripts bodies.json        # needs none: engine and grader are plain Python
    python -m tests.transcripts measure bodies.json    # what an answer and a replay cost

The digest is over every line said, every act understood and every judgement, under two seeds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from examdesk.items.scenario.desk import play_of
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.scoring import judged
from examdesk.items.scenario.world import start, take
from examdesk.model import digest

SEEDS = (0, 987_654_321_012)
ABSENT = ("numpy", "scipy", "sklearn", "pydantic", "yaml")
REPLAYS = 1_000

Bodies = Mapping[str, Mapping[str, Any]]


def written(path: Path) -> None:
    """The bodies of the bank's scenarios as JSON, each with its trained model where it can have one."""
    from examdesk.items.scenario import key
    from tests.items.chats import CHATS

    path.write_text(json.dumps({chat.item.id: bare(key.complete(chat.item.body)) for chat in CHATS}), "utf-8")


def bare(body: Mapping[str, Any]) -> dict[str, Any]:
    """Both halves, and the transcripts as journalled turns: [[id, turns], …]."""
    from examdesk.items.scenario.trials import events_of

    chats = [[script["id"], events_of(script)] for script in body["score"]["transcripts"]]
    return {"play": body["play"], "score": body["score"], "chats": chats}


def played(body: Mapping[str, Any]) -> Iterator[Any]:
    """Everything that came of every transcript under every seed, as plain data."""
    play = play_of(body["play"])
    for name, turns in body["chats"]:
        for seed in SEEDS:
            state = replay(play, [("opened", {"seed": seed}), *turns]).state
            mark = judged(play, body["score"], state)
            yield [name, seed, [[list(step.lines), list(step.found), step.state] for step in state.steps],
                   str(mark.fraction), [[part.criterion, str(part.fraction), part.reason] for part in mark.parts],
                   [list(one) for one in (*mark.critical, *mark.suspected)]]


def measured(bodies: Bodies) -> Iterator[str]:
    """How long one answer takes, and what marking a chat anew costs, in milliseconds."""
    answers, replays, done = list[float](), 0.0, 0
    for body in bodies.values():
        play = play_of(body["play"])
        chats = [turns for _, turns in body["chats"]]
        for chat in chats:  # the first time every word is new
            state = start(play, 7)
            for kind, value in chat:
                begun = time.perf_counter()
                state, _ = take(play, state, kind, value)
                answers.append(1000 * (time.perf_counter() - begun))
        fresh, begun = play_of(body["play"]), time.process_time()
        for number in range(REPLAYS // len(bodies)):
            chat = replay(fresh, [("opened", {"seed": number}), *chats[number % len(chats)]])
            judged(fresh, body["score"], chat.state)
            done += 1
        replays += time.process_time() - begun
    answers.sort()
    yield (f"{len(answers)} answers: median {median(answers):.2f} ms, "
           f"95th percentile {answers[len(answers) * 95 // 100]:.2f} ms, longest {answers[-1]:.1f} ms")
    yield f"{done} transcripts played and marked anew: {1000 * replays / done:.2f} CPU ms each"


def main(words: list[str]) -> None:
    """See the module's text."""
    if words[0] == "write":
        written(Path(words[1]))
        return
    bodies: Bodies = json.loads(Path(words[-1]).read_text("utf-8"))
    if words[0] == "measure":
        sys.stdout.write("\n".join(measured(bodies)) + "\n")
        return
    every = {name: digest(list(played(body))) for name, body in sorted(bodies.items())}
    loaded = ", ".join(name for name in ABSENT if name in sys.modules) or "none of " + ", ".join(ABSENT)
    sys.stdout.write(f"{digest(every)}  Python {sys.version.split()[0]}, {len(every)} scenarios, loaded: {loaded}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
