"""How many items can be given at once when domains and kinds both have their number: a largest flow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

Node = Hashable
SOURCE, SINK = "source", "sink"


class Flow:
    """A network of whole numbers. `push` fills it; what it has filled is never taken out of an edge of the source.

    >>> flow = Flow({(SOURCE, "D1"): 2, ("D1", "choice"): 1, ("D1", "multi"): 3,
    ...              ("choice", SINK): 2, ("multi", SINK): 1})
    >>> flow.push(), flow.left(("choice", SINK)), sorted(flow.reached())
    (2, 1, ['source'])
    """

    def __init__(self, capacity: Mapping[tuple[Node, Node], int]) -> None:
        self._room: dict[Node, dict[Node, int]] = {}
        for (tail, head), room in capacity.items():
            self.widen(tail, head, room)

    def widen(self, tail: Node, head: Node, more: int) -> None:
        """Lets `more` pass from `tail` to `head`."""
        self._room.setdefault(tail, {}).setdefault(head, 0)
        self._room.setdefault(head, {}).setdefault(tail, 0)
        self._room[tail][head] += more

    def push(self) -> int:
        """Fills the network as far as it goes; how much was added."""
        added = 0
        while path := self._path():
            steps = list(pairwise(path))
            much = min(self._room[tail][head] for tail, head in steps)
            for tail, head in steps:
                self._room[tail][head] -= much
                self._room[head][tail] += much
            added += much
        return added

    def left(self, edge: tuple[Node, Node]) -> int:
        """What could still pass along an edge."""
        return self._room[edge[0]][edge[1]]

    def reached(self) -> set[Node]:
        """The nodes something could still be brought to: an edge out of these is what stops the flow."""
        seen: dict[Node, None] = {SOURCE: None}
        todo: list[Node] = [SOURCE]
        for node in todo:
            fresh = [head for head in self._beside(node) if head not in seen]
            seen.update(dict.fromkeys(fresh))
            todo += fresh
        return set(seen)

    def _path(self) -> Sequence[Node] | None:
        before: dict[Node, Node] = {SOURCE: SOURCE}
        todo: list[Node] = [SOURCE]
        for node in todo:  # grows while it is read: breadth first, so that every path is a shortest one
            for head in self._beside(node):
                if head not in before:
                    before[head] = node
                    todo.append(head)
        if SINK not in before:
            return None
        path: list[Node] = [SINK]
        while path[-1] != SOURCE:
            path.append(before[path[-1]])
        return path[::-1]

    def _beside(self, node: Node) -> list[Node]:
        return [head for head, room in self._room.get(node, {}).items() if room > 0]
