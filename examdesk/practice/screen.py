"""The panels of a practice: the frame without time, and under every question what explains the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ipywidgets import VBox

from examdesk.sitting.screen import Action
from examdesk.sitting.screen import Screen as ExamScreen
from examdesk.sitting.shell import display
from examdesk.widgets.explanation import Explanation

Save = Callable[[str, str, Any], Any]


class Screen(ExamScreen):
    """Every question stands in a box with its explanation; a question that is tried again is a new one."""

    def __init__(self, sitting: Any) -> None:
        super().__init__(sitting)
        self.explanations: dict[str, Explanation] = {}
        self._boxes: dict[str, VBox] = {}
        self._saves: dict[str, Save] = {}

    def show_both(self, item: str, save: Save, actions: Mapping[str, Action]) -> None:
        """Shows the question of `item` and what explains it."""
        if item not in self._boxes:
            self._saves[item] = save
            self._make(item)
            self.explanations[item] = Explanation(actions=actions, item=item, **self._explaining(item))
            self._boxes[item] = VBox([self.questions[item], self.explanations[item]])
        display(self._boxes[item])

    def tell_explained(self, item: str, told: Mapping[str, Any]) -> None:
        self.explanations[item].told = dict(told)

    def forget(self, item: str) -> None:
        """Takes back what was said about an older answer."""
        self.explanations[item].told = {}
        self._tell_ready([item])

    def renew(self, items: Iterable[str]) -> None:
        """Makes these questions blank again: new panels in the old places.

        The explanation forgets first: its view is made anew, too, and only the old one knows where to go on.
        """
        for item in items:
            old = self.questions[item]
            self.forget(item)
            self._make(item)
            self._boxes[item].children = (self.questions[item], self.explanations[item])
            old.close()
        self.tell_answered()

    def tell_all(self, *, again: bool = False) -> None:
        super().tell_all(again=again)
        self._tell_ready(self.explanations)

    def tell(self, trait: str, value: Any, *, questions: bool = True) -> None:
        super().tell(trait, value, questions=questions)
        for panel in self.explanations.values() if questions else ():
            if panel.has_trait(trait):
                setattr(panel, trait, value)

    def _make(self, item: str) -> None:
        self.questions[item] = self._question(item, self._saves[item])
        self._begin(item)

    def _tell_ready(self, items: Iterable[str]) -> None:
        for item in items:
            for trait, value in self._explaining(item).items():
                setattr(self.explanations[item], trait, value)

    def _explaining(self, item: str) -> dict[str, Any]:
        sitting, data = self._sitting, self._sitting.form["questions"][item]
        return {"lang": sitting.language, "state": sitting.state_of(item), "number": data["number"],
                "ready": not sitting.response(item).is_blank}

    def _public(self) -> dict[str, Any]:
        return {**super()._public(), "practice": True}
