"""An exam on a real hub, from release to feedback; and what nobody may do there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from examdesk.bank import load_form
from examdesk.journal import NAME, read_journal
from examdesk.model import Form
from tests.hub.instructor import HubInstructor
from tests.hub.server import COURSE, Hub, running_hub
from tests.hub.trainee import HubTrainee, log_in

pytestmark = [pytest.mark.soak, pytest.mark.browser]

EXAM, FORM = "E10", "E10-a"
RELEASE, COLLECT = "cloud-upload", "cloud-download"  # the icons' names


@pytest.fixture(scope="module")
def hub(can_run: None) -> Iterator[Hub]:
    with running_hub(["ann", "bo"], "ida") as running:
        yield running


def choices(form: Form) -> list[tuple[int, str, str]]:
    """(number, item, key) of the first three choice questions."""
    found = [(n, item.id, str(item.body["key"])) for n, item in enumerate(form.items.values(), 1) if item.type == "choice"]
    return found[:3]


def journal_of(trainee: HubTrainee) -> Path:
    return trainee.person.home / FORM / NAME


def test_two_trainees_and_an_instructor_go_the_whole_road(hub: Hub, new_page: Callable[[], Page],
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    seconds: dict[str, float] = {}
    ann, bo = (HubTrainee(new_page(), hub, person) for person in hub.people[:2])
    ida = HubInstructor(new_page(), hub, hub.people[2])
    ida.makes_the_course(EXAM, "candidate,name,department,site,stage\n" + "".join(
        f"{person.name},{person.name},after-sales,Dalian,new\n" for person in hub.people[:2]))
    seconds["spawn to JupyterLab, instructor"] = log_in(ida.page, hub, ida.person)
    ida.presses(RELEASE, FORM)
    form = load_form(ida.course, FORM)
    asked = choices(form)

    for trainee in (ann, bo):
        seconds[f"spawn to JupyterLab, {trainee.person.name}"] = log_in(trainee.page, hub, trainee.person)
        trainee.fetches(FORM)
        begun = time.perf_counter()
        trainee.open(f"{trainee.server}/lab/tree/{FORM}/{FORM}.ipynb?reset")
        seconds[f"exam open, {trainee.person.name}"] = time.perf_counter() - begun
        trainee.begins(pretending=ann.person.name if trainee is bo else "")
        started = read_journal(journal_of(trainee))
        assert started is not None and started.start["candidate"] == trainee.person.name

    for number, item, key in asked:
        ann.answer(number, form.items[item], key)
    bo.answer(asked[0][0], form.items[asked[0][1]], asked[0][2])
    _neither_reaches_the_other(ann, bo)
    for trainee in (ann, bo):
        trainee.hand_in()
        trainee.was_undisturbed()
        trainee.submits(FORM)
    _the_exchange_shows_no_names(bo, hub)

    log = ida.presses(COLLECT, FORM)
    assert "cheating attempt" not in log
    grading = ida.grades(FORM)
    assert grading["graded"] == 2, grading
    ida.runs("examdesk", "feedback", FORM)
    ida.runs("nbgrader", "release_feedback", FORM)
    for trainee, right in ((ann, 3), (bo, 1)):
        page = trainee.reads_feedback(FORM)
        print(page[:1500])
    with capsys.disabled():
        print("\n" + json.dumps({name: round(value, 1) for name, value in seconds.items()}, indent=1))


def _neither_reaches_the_other(ann: HubTrainee, bo: HubTrainee) -> None:
    """By the hub, by her own server, by a kernel of her own: never."""
    for one, other in ((ann, bo), (bo, ann)):
        theirs = f"/user/{other.person.name}"
        assert one.ask(f"{theirs}/api/contents/{FORM}/{NAME}")["status"] == 403
        assert one.ask(f"{theirs}/api/kernels", "POST", "{}")["status"] == 403
        assert one.ask(f"api/contents/../{other.person.name}/{FORM}/{NAME}")["status"] in (403, 404)
        assert one.runs(f"print(open({str(journal_of(other))!r}).read())") == "PermissionError"
        assert one.person.name in one.runs(f"print(open({str(journal_of(one))!r}).read())")  # the way is open, not the door


def _the_exchange_shows_no_names(bo: HubTrainee, hub: Hub) -> None:
    inbound = hub.exchange / COURSE / "inbound"
    assert len(list(inbound.iterdir())) == 2
    assert bo.runs(f"import os; print(os.listdir({str(inbound)!r}))") == "PermissionError"
