"""A kernel that is killed again and again, in a real browser: no acknowledged answer is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.kills import exam_to_kill, figures, killed_exam
from tests.journeys.server import Lab

pytestmark = [pytest.mark.browser, pytest.mark.soak]


def test_no_acknowledged_answer_is_lost_when_the_kernel_is_killed(browser: Browser, lab: Lab) -> None:
    """A hundred kills at random moments while she clicks and types."""
    exam = exam_to_kill(lab.home / "kills")
    kills = killed_exam(browser, lab, exam, times=100, seed=1)
    found = figures(kills, exam)
    assert found["kills"] == 100 and found["acknowledged_answers"] >= 100, found
    assert kills.lost(exam) == []
    assert found["journal_flags"] == []
