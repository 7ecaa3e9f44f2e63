"""The room of one sitting as its page shows it: not open yet, open, or closed; and who may start now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from examdesk.errors import CourseError, SubmissionRefused
from examdesk.extra import longer
from examdesk.journal import clock, plain_file
from examdesk.opening import EVER, NAME, Opening, opening_of
from examdesk.widgets import TEXTS

if TYPE_CHECKING:
    from examdesk.sitting.sitting import Sitting

MAX_BYTES = 10_000


class Room:
    """The opening and closing time and the start code that came with the exam, read once."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self.opening = self._read()

    @property
    def is_new(self) -> bool:
        """Whether the exam was fetched again and came with other times."""
        return self._read() != self.opening

    def admit(self, candidate: str, code: Any, *, extra: str) -> None:
        """Raises ValueError, with what to do, unless the candidate may start now with this start code."""
        texts, opening, now = TEXTS[self._sitting.language], self.opening, clock.now()
        if opening.opens is not None and now < opening.opens:
            raise ValueError(texts["room_early"])
        if opening.closes is not None and (opening.closes - now).total_seconds() + self._later(extra) <= 0:
            raise ValueError(texts["room_shut"])
        if opening.code is not None and not opening.code.fits(code):
            raise ValueError(texts["start_code_wrong"])

    def as_shown(self) -> dict[str, Any]:
        """What the start page needs: seconds to both times, the times themselves, whether it asks for a code."""
        opening, now = self.opening, clock.now()
        shown: dict[str, Any] = {"code": True} if opening.code is not None else {}
        if opening.opens is not None:
            shown |= {"opens": round((opening.opens - now).total_seconds(), 1), "opens_at": opening.opens.isoformat()}
        if opening.closes is not None:
            later = self._later(self._sitting.hour.extra)
            shown |= {"closes": round((opening.closes - now).total_seconds() + later, 1),
                      "closes_at": opening.closes.isoformat(), "later": later}
        return shown

    def _later(self, extra: str) -> float:
        """By how many seconds extra time puts the closing off."""
        whole = 60 * self._sitting.form["minutes"]
        return longer(whole, extra, of=whole) - whole

    def _read(self) -> Opening:
        path = self._sitting.folder / NAME
        try:
            raw = plain_file(path, cap=MAX_BYTES)
            return EVER if raw is None else opening_of(json.loads(raw.decode("utf-8-sig")))
        except (OSError, ValueError, SubmissionRefused):
            raise CourseError(f"{path}: damaged. Cure: fetch the exam again; answers are kept") from None
