"""An exam on a real hub, from release to feedback; and what nobody may do there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page

from examdesk.bank import load_form
from examdesk.journal import NAME, read_journal
from examdesk.marking import shown
from examdesk.model import Form
from tests.conftest import ROOT
from tests.hub.instructor import HubInstructor
from tests.hub.server import COURSE, Hub, running_hub
from tests.hub.trainee import HubTrainee, give_exam, log_in

pytestmark = [pytest.mark.soak, pytest.mark.browser]

EXAM, FORM = "E10", "E10-a"
RELEASE, COLLECT = "cloud-upload", "cloud-download"  # the icons' names


@pytest.fixture(scope="module")
def hub(can_run: None) -> Iterator[Hub]:
    with running_hub(["ann", "bo"], "ida") as running:
        yield running


def choices(form: Form) -> list[tuple[int, str, str]]:
    """(number, item, key) of the first three choice questions."""
    numbered = enumerate(form.items.values(), 1)
    return [(n, item.id, str(item.body["key"])) for n, item in numbered if item.type == "choice"][:3]


def journal_of(trainee: HubTrainee) -> Path:
    return trainee.person.home / FORM / NAME


def test_two_trainees_and_an_instructor_go_the_whole_road(hub: Hub, new_page: Callable[[], Page],
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    ann, bo = (HubTrainee(new_page(), hub, person) for person in hub.people[:2])
    ida = HubInstructor(new_page(), hub, hub.people[2])
    form = _released(ida, hub)
    took = {trainee.person.name: _begun(trainee, hub, pretending=other.person.name if trainee is bo else "")
            for trainee, other in ((ann, bo), (bo, ann))}

    asked = choices(form)
    for trainee, right in ((ann, 3), (bo, 1)):
        for number, item, key in asked[:right]:
            trainee.answer(number, form.items[item], key)
    _neither_reaches_the_other(ann, bo)
    for trainee in (ann, bo):
        trainee.hand_in()
        trainee.is_submitted()
        trainee.was_undisturbed()
    _the_exchange_shows_no_names(bo, hub)

    assert "cheating attempt" not in ida.presses(COLLECT, FORM)
    assert ida.grades(FORM)["graded"] == 2
    ida.runs("examdesk", "feedback", FORM)
    ida.runs("nbgrader", "release_feedback", FORM)
    for trainee, right in ((ann, 3), (bo, 1)):
        page = trainee.reads_feedback(FORM)
        assert f"{trainee.person.name} · {FORM}" in page
        assert f"{right} / {shown(sum((item.points for item in form.items.values()), Fraction(0)))}" in page
    with capsys.disabled():
        print("\n" + json.dumps(took, indent=1))


def test_culling_ends_no_sitting_that_a_page_shows(can_run: None, new_page: Callable[[], Page]) -> None:
    """Nor does a culled server lose anything: she logs in again, sees her answer and goes on."""
    soon = ("c.Spawner.args = [arg.replace('=21600', '=5').replace('cull_interval=300', 'cull_interval=2')"
            ".replace('timeout=3600', 'timeout=5') for arg in c.Spawner.args]")
    with running_hub(["ann"], "ida", more=soon) as hub:
        give_exam(hub.people[0], EXAM, FORM)
        ann = HubTrainee(new_page(), hub, hub.people[0])
        log_in(ann.page, hub, ann.person)
        ann.opens_exam(FORM)
        ann.begins()
        form = load_form(ROOT, FORM)
        (number, item, key), (next_number, next_item, next_key), _ = choices(form)
        ann.answer(number, form.items[item], key)

        time.sleep(20)  # she reads, four times as long as a kernel without a page may live
        assert len(_kernels(ann)) == 1
        ann.page.goto("about:blank")
        _wait(lambda: not _kernels(ann), seconds=60)
        _wait(lambda: not ann.person.processes, seconds=180)  # a server looks once a minute whether it is needed
        _wait(lambda: hub.has_noticed_the_end_of(ann.person), seconds=15)  # until then the hub sends her to a dead page

        again = HubTrainee(new_page(), hub, hub.people[0])
        log_in(again.page, hub, again.person)
        again.opens_exam(FORM)
        again.sees(number, form.items[item], key)
        again.answer(next_number, form.items[next_item], next_key)
        again.hand_in()


def _kernels(trainee: HubTrainee) -> list[int]:
    """Her kernels, by process id."""
    return [process.pid for process in trainee.person.processes if "ipykernel_launcher" in " ".join(process.cmdline())]


def _wait(until: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(0.5)


def _released(ida: HubInstructor, hub: Hub) -> Form:
    """The exam, made by the instructor for everybody else on the hub, and released in the formgrader."""
    ida.makes_the_course(EXAM, "candidate,name,department,site,stage\n" + "".join(
        f"{person.name},{person.name},after-sales,Dalian,new\n" for person in hub.people[:-1]))
    log_in(ida.page, hub, ida.person)
    ida.presses(RELEASE, FORM)
    return load_form(ida.course, FORM)


def _begun(trainee: HubTrainee, hub: Hub, *, pretending: str) -> dict[str, float]:
    """Logs in, fetches and starts the exam; it is hers, whatever name she forces into the page. How long she waited."""
    seconds = {"log in to JupyterLab": log_in(trainee.page, hub, trainee.person)}
    trainee.fetches(FORM)
    begun = time.perf_counter()
    trainee.opens_exam(FORM)
    seconds["exam ready"] = time.perf_counter() - begun
    trainee.begins(pretending=pretending)
    journal = read_journal(journal_of(trainee))
    assert journal is not None and journal.start["candidate"] == trainee.person.name
    return {name: round(value, 1) for name, value in seconds.items()}


def _neither_reaches_the_other(ann: HubTrainee, bo: HubTrainee) -> None:
    """By the hub, by her own server, by a kernel of her own: never."""
    for one, other in ((ann, bo), (bo, ann)):
        theirs = f"/user/{other.person.name}"
        assert one.ask(f"{theirs}/api/contents/{FORM}/{NAME}")["status"] == 403
        assert one.ask(f"{theirs}/api/kernels", "POST", "{}")["status"] == 403
        assert one.ask(f"api/contents/../{other.person.name}/{FORM}/{NAME}")["status"] in (403, 404)
        assert one.runs(f"print(open({str(journal_of(other))!r}).read())") == "PermissionError"
        assert one.person.name in one.runs(f"print(open({str(journal_of(one))!r}).read())")  # her own she can


def _the_exchange_shows_no_names(bo: HubTrainee, hub: Hub) -> None:
    inbound = hub.exchange / COURSE / "inbound"
    assert len(list(inbound.iterdir())) == 2
    assert bo.runs(f"import os; print(os.listdir({str(inbound)!r}))") == "PermissionError"
