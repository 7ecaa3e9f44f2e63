"""The trainee: sits an exam in JupyterLab, never sees code, never loses an answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from examdesk.autograding.times import timed
from examdesk.bank import load_form
from examdesk.extra import code_of
from examdesk.items import part
from examdesk.model import Item
from tests.journeys.exams import PROJECT, Fetched
from tests.journeys.server import Lab
from tests.journeys.trainee import Trainee

pytestmark = pytest.mark.browser

Fetch = Callable[..., Fetched]
# What a screen reader would say by itself, in window.heard.
HEARD = """() => {
  window.heard = [];
  const look = () => document.querySelectorAll(".xd-live").forEach(({ textContent: text }) => {
    if (text && window.heard.at(-1) !== text) window.heard.push(text);
  });
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
NewTrainee = Callable[..., Trainee]


def value_of(item: Item, *, seed: int | None = None) -> Any:
    """A right answer, or with a seed a wrong one, as the item type's samples have it."""
    samples = part(item.type, "samples")
    said = samples.right(item) if seed is None else samples.wrong(item, random.Random(seed))
    if item.type in ("scenario", "inbox"):
        return [[kind, value] for kind, value in said if kind in ("said", "acted")]
    return said[-1][1]


def test_a_trainee_takes_the_compliance_exam_with_the_mouse(lab: Lab, fetch: Fetch, new_trainee: NewTrainee) -> None:
    """Lin opens the exam, gives her number, answers all 24 questions and thinks twice about two of them. Half-way she
    reads on in English. Every answer is called saved; at the end she hands in and notes the check code. What lies on
    the disk is what she chose, the notebook is the one she fetched, and her browser talked to the exam server alone.
    """
    exam = fetch("E10")
    released = exam.notebook.read_bytes()
    lin = new_trainee()
    lin.open(lab.page(exam.notebook))
    cells = lin.page.locator(".jp-Cell").count()
    lin.start("C-0017")

    expected: dict[str, Any] = {}
    items = list(exam.form.items.values())
    for number, item in enumerate(items, start=1):
        if number == 13:
            lin.speak("en")
            lin.sees(1, items[0], expected[items[0].id])
        expected[item.id] = value_of(item)
        lin.answer(number, item, expected[item.id])
    for number in (2, 20):
        expected[items[number - 1].id] = value_of(items[number - 1], seed=number)
        lin.answer(number, items[number - 1], expected[items[number - 1].id])
    for number, item in enumerate(items, start=1):
        lin.sees(number, item, expected[item.id])

    assert exam.answers == expected
    assert exam.journal.flags == ()
    code = lin.hand_in()
    expect(lin.question(1).get_by_role("radio").first).to_be_disabled()
    assert exam.journal.events[-1].kind == "finished"
    assert exam.journal.start["candidate"] == "C-0017"
    assert len(code.split(":")[-1].strip()) == 9
    assert lin.page.locator(".jp-Cell").count() == cells == len(items) + 3
    assert exam.notebook.read_bytes() == released
    lin.was_undisturbed()


def test_a_trainee_takes_the_exam_with_the_keyboard_alone(lab: Lab, fetch: Fetch, new_trainee: NewTrainee) -> None:
    """Mei has no mouse. Tab leads her from her number to the first question, arrows move the choice, Space ticks,
    Enter starts and hands in. By habit she presses b and d d, which would add and delete cells in Lab: the exam stays
    whole. Her screen reader hears every question as a group with its text, and every option by its words.
    """
    exam = fetch("E10")
    mei = new_trainee(locale="zh-CN")
    mei.open(lab.page(exam.notebook))
    cells = mei.page.locator(".jp-Cell").count()
    keys = mei.page.keyboard

    mei.tab_to("#xd-candidate")
    keys.type("C-0018")
    keys.press("Tab")
    keys.press("Space")
    mei.tab_to("#xd-start")
    keys.press("Enter")
    expect(mei.page.locator("#xd-title")).to_be_focused()

    items = list(exam.form.items.values())
    first, radios = mei.question(1), mei.question(1).get_by_role("radio")
    stem = items[0].body["stem"]["zh"].splitlines()[0]
    expect(mei.page.get_by_role("group", name=stem[:20])).to_be_visible()
    for option in items[0].body["options"]:
        expect(first.get_by_role("radio", name=option["text"]["zh"], exact=True)).to_be_visible()

    mei.tab_to(".xd-question[data-number='1'] input")
    keys.press("Space")
    mei.saved(1)
    for habit in ("b", "a", "d", "d", "x", "Escape", "ArrowDown", "ArrowDown", "ArrowUp"):
        keys.press(habit)
    expect(radios.nth(1)).to_be_checked()
    expect(radios.nth(1)).to_be_focused()
    mei.saved(1)
    assert mei.page.locator(".jp-Cell").count() == cells

    several = next(number for number, item in enumerate(items, start=1) if item.type == "multi")
    mei.tab_to(f".xd-question[data-number='{several}'] input")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    mei.saved(several)

    mei.tab_to(f"#xd-flag-{items[several - 1].id}")
    keys.press("Space")
    flag = mei.page.get_by_role("button", name=f"{mei.word('flag')}: {mei.word('question', n=several)}", exact=True)
    expect(flag).to_have_attribute("aria-pressed", "true")
    expect(flag).to_be_focused()
    mei.saved(several)
    mei.page.locator("#xd-title").focus()
    mei.tab_to("#xd-nav")
    keys.press("Enter")
    mei.tab_to("#xd-nav-1")
    for _ in range(several - 1):
        keys.press("ArrowRight")
    state = f"{mei.word('question', n=several)}, {mei.word('answered')}, {mei.word('flagged')}"
    expect(mei.page.get_by_role("button", name=state, exact=True)).to_be_focused()
    keys.press("Enter")
    expect(mei.question(several).get_by_role("checkbox").first).to_be_focused()
    expect(mei.page.get_by_role("navigation", name=mei.word("navigator"))).to_have_count(0)

    mei.tab_to("#xd-sure")
    expect(mei.page.locator(".xd-flagged-list")).to_have_text(mei.word("finish_flagged", list=several))
    keys.press("Space")
    mei.tab_to("#xd-finish")
    keys.press("Enter")
    expect(mei.page.locator(".xd-witness")).to_be_visible()
    chosen = exam.answers
    assert chosen[items[0].id] == radios.nth(1).get_attribute("value")
    assert len(chosen[items[several - 1].id]) == 2  # type: ignore[arg-type]
    assert mei.page.locator(".jp-Cell").count() == cells
    mei.was_undisturbed()


def test_a_lost_kernel_loses_no_answer(lab: Lab, fetch: Fetch, new_trainee: NewTrainee) -> None:
    """Hao has answered three questions when his computer stalls and the kernel dies. The answer he gives meanwhile is
    called not saved, and stays. Nobody has to click anything: the exam comes back, all answers with it, and the late
    one is saved.
    """
    exam = fetch("E10")
    hao = new_trainee()
    hao.open(lab.page(exam.notebook))
    hao.start("C-0019")
    items = list(exam.form.items.values())
    for number, item in enumerate(items[:3], start=1):
        hao.answer(number, item, value_of(item))

    kernel = lab.kernel_process(exam.notebook)
    kernel.suspend()
    hao.question(4).locator(f"input[value='{value_of(items[3])}']").check()
    expect(hao.status(4)).to_have_text(hao.word("not_saved"))
    assert items[3].id not in exam.answers
    hao.page.get_by_label(hao.word("finish_confirm")).check()
    hao.page.get_by_role("button", name=hao.word("finish"), exact=True).click()
    expect(hao.page.get_by_text(hao.word("finish_unsaved", list="4"))).to_be_visible()

    kernel.kill()
    hao.ready("restart")
    hao.saved(4)
    for number, item in enumerate(items[:4], start=1):
        hao.sees(number, item, value_of(item))
    expect(hao.page.get_by_role("dialog")).to_have_count(0)
    hao.answer(5, items[4], value_of(items[4]))
    assert exam.answers == {item.id: value_of(item) for item in items[:5]}
    assert [event.kind for event in exam.journal.events].count("resumed") == 1
    assert exam.journal.flags == ()
    hao.was_undisturbed()


@pytest.mark.soak
def test_a_kernel_ended_by_somebody_else_comes_back(lab: Lab, fetch: Fetch, new_trainee: NewTrainee) -> None:
    """The hub ends kernels that look idle; an assistant restarts one from another window. Yan's page hears of
    neither. Her next answer gets no reply, so the page looks, starts the exam again and saves the answer.
    """
    exam = fetch("E10")
    yan = new_trainee()
    yan.open(lab.page(exam.notebook))
    yan.start("C-0020")
    items = list(exam.form.items.values())
    yan.answer(1, items[0], value_of(items[0]))

    lab.api(f"kernels/{lab.kernel(exam.notebook)}/restart", "POST")
    yan.question(2).locator(f"input[value='{value_of(items[1])}']").check()
    yan.ready("restart")
    yan.saved(2)
    lab.api(f"kernels/{lab.kernel(exam.notebook)}", "DELETE")
    yan.question(3).locator(f"input[value='{value_of(items[2])}']").check()
    expect(yan.status(3)).to_have_text(yan.word("saved"), timeout=60_000)
    assert exam.answers == {item.id: value_of(item) for item in items[:3]}
    yan.was_undisturbed()


def test_everything_is_back_after_a_reload_and_in_a_second_window(
    lab: Lab, fetch: Fetch, new_trainee: NewTrainee
) -> None:
    """Bo reloads the page, then opens the exam in a second window as well. Both show every answer; what he changes in
    one window he sees in the other. The next day, with a new kernel and a new browser, everything is still there.
    """
    exam = fetch("E10")
    items = list(exam.form.items.values())
    bo = new_trainee()
    bo.open(lab.page(exam.notebook))
    bo.start("C-0021")
    for number in (1, 14, 23):
        bo.answer(number, items[number - 1], value_of(items[number - 1]))
    bo.page.reload()
    bo.ready("open")
    expect(bo.page.locator("#filebrowser, #jp-MainMenu")).to_have_count(0)  # the page is the exam's own again
    again = new_trainee()
    again.open(lab.page(exam.notebook))
    for number in (1, 14, 23):
        bo.sees(number, items[number - 1], value_of(items[number - 1]))
        again.sees(number, items[number - 1], value_of(items[number - 1]))
    before = len(exam.journal.events)
    again.answer(1, items[0], value_of(items[0], seed=1))
    bo.sees(1, items[0], value_of(items[0], seed=1))
    bo.answer(2, items[1], value_of(items[1]))
    again.sees(2, items[1], value_of(items[1]))
    assert len(exam.journal.events) == before + 2
    assert [event.kind for event in exam.journal.events].count("resumed") == 0

    lab.api(f"kernels/{lab.kernel(exam.notebook)}", "DELETE")
    for window in (bo, again):
        window.page.context.close()
    tomorrow = new_trainee()
    tomorrow.open(lab.page(exam.notebook))
    for number in (2, 14, 23):
        tomorrow.sees(number, items[number - 1], value_of(items[number - 1]))
    for trainee in (bo, again, tomorrow):
        trainee.was_undisturbed()


def test_a_trainee_takes_the_sampler_with_every_kind_of_question(
    lab: Lab, fetch: Fetch, new_trainee: NewTrainee
) -> None:
    """Fang ticks, fills in numbers, puts steps into order, matches pairs, writes two replies in Chinese and serves a
    buyer in the chat. In the middle of the chat her page reloads: the buyer remembers everything.
    """
    exam = fetch("E11-sampler")
    fang = new_trainee()
    fang.open(lab.page(exam.notebook))
    fang.start("C-0023")
    expected: dict[str, Any] = {}
    for number, item in enumerate(exam.form.items.values(), start=1):
        expected[item.id] = value_of(item)
        if item.type == "scenario":
            half = len(expected[item.id]) // 2
            fang.answer(number, item, expected[item.id][:half])
            fang.page.reload()
            fang.ready("open")
            fang.sees(number, item, expected[item.id][:half])
            fang.answer(number, item, expected[item.id][half:])
        else:
            fang.answer(number, item, expected[item.id])
    for number, item in enumerate(exam.form.items.values(), start=1):
        fang.sees(number, item, expected[item.id])
    assert exam.answers == expected
    assert exam.journal.flags == ()
    expect(fang.page.get_by_text(fang.word("finish_all"))).to_be_visible()
    fang.hand_in()
    fang.was_undisturbed()


def test_a_trainee_with_extra_time_goes_from_part_to_part_and_rests(
    lab: Lab, fetch: Fetch, new_trainee: NewTrainee
) -> None:
    """Rui types the code she was told and starts with half as much time again. Only one part is on the page. She rests,
    and meanwhile sees no question; then she goes on to the next part, for good.
    """
    form = load_form(PROJECT, "E11-sampler-a")
    own = tuple(replace(section, minutes=minutes)
                for section, minutes in zip(form.sections, (20, 15, None), strict=True))
    exam = fetch("E11-sampler", one_way=True, pause=5, sections=own)
    rui = new_trainee()
    rui.open(lab.page(exam.notebook))
    rui.page.locator("#xd-candidate").fill("C-0024")
    rui.page.get_by_text(rui.word("code_open")).click()
    rui.page.get_by_label(rui.word("code"), exact=True).fill("000000")
    rui.page.keyboard.press("Enter")
    expect(rui.page.get_by_role("alert").filter(has_text=rui.word("code_wrong"))).to_be_visible()
    rui.page.get_by_label(rui.word("code"), exact=True).fill(code_of(form.id, "C-0024", "x1.5"))
    rui.page.keyboard.press("Enter")
    long = rui.word("hour_both", m=67, s=30)
    expect(rui.page.get_by_role("status").filter(has_text=rui.word("code_start", time=long))).to_be_visible()
    rui.start("C-0024")
    expect(rui.page.get_by_role("timer")).to_have_text(rui.word("left_section", time=rui.word("hour", m=30)))
    expect(rui.page.locator(".xd-question:visible")).to_have_count(12)

    rui.page.get_by_role("button", name=rui.word("pause")).click()
    expect(rui.page.get_by_role("region", name=rui.word("paused"))).to_be_visible()
    expect(rui.page.locator(".xd-question:visible")).to_have_count(0)
    rui.page.get_by_role("button", name=rui.word("resume")).click()
    expect(rui.question(2)).to_be_visible()
    second = list(exam.form.items.values())[1]
    rui.answer(2, second, value_of(second))
    rui.page.get_by_label(rui.word("section_confirm", title="回复买家")).check()
    rui.page.get_by_role("button", name=rui.word("section_next")).click()
    expect(rui.page.locator(".xd-question:visible")).to_have_count(2)
    now = rui.word("section_now", n=2, title="回复买家")
    expect(rui.page.get_by_role("status").filter(has_text=now)).to_be_visible()
    expect(rui.page.get_by_role("timer")).to_contain_text(rui.word("hour", m=23))
    assert exam.answers == {second.id: value_of(second)}
    assert [event.kind for event in exam.journal.events if event.item is None] == [
        "started", "witness", "pause", "resumed", "section"]
    assert exam.journal.flags == ()
    rui.was_undisturbed()


def test_when_the_time_is_over_the_exam_hands_itself_in(lab: Lab, fetch: Fetch, new_trainee: NewTrainee) -> None:
    """Tao is still writing when the time ends. What he typed is saved, the questions close, the code is on the page;
    his screen reader heard it coming.
    """
    exam = fetch("E11-sampler", minutes=8 / 60)
    tao = new_trainee()
    tao.open(lab.page(exam.notebook))
    tao.page.evaluate(HEARD)
    tao.start("C-0025")
    reply = tao.question(13).get_by_role("textbox")
    reply.click()
    typed = ""
    while tao.page.get_by_role("timer").is_visible() and reply.is_enabled() and len(typed) < 400:
        tao.page.keyboard.type("好", delay=60)  # never long enough a rest for the text to save itself
        typed += "好"
    code = tao.page.locator(".xd-witness")
    expect(code).to_be_visible()
    expect(reply).not_to_be_editable()
    expect(tao.page.locator(".xd-ended")).to_have_text(code.inner_text())
    saved = exam.answers["R-C06"]
    assert isinstance(saved, str) and len(saved) >= 20 and typed.startswith(saved)
    assert exam.journal.events[-1].value == {"answered": 1, "reason": "time"}
    assert timed(json.loads((exam.folder / "form.json").read_text("utf-8")), exam.journal, "")[1] == []
    heard = tao.page.evaluate("window.heard")
    assert heard[0].startswith(tao.word("announce_last", time=tao.word("hour_seconds", s=4)))
    assert heard[1:] == [tao.word("time_over"), tao.word("time_closed", code=code.inner_text()[-9:])]
    tao.was_undisturbed()


def test_a_page_that_does_not_get_ready_says_so(lab: Lab, fetch: Fetch, new_trainee: NewTrainee) -> None:
    """Lab's answer to "which settings" is lost on the way. The page said at once that it opens, and after a while says
    what to do; a reload helps.
    """
    exam = fetch("E10")
    xia = new_trainee()
    xia.page.clock.install()
    xia.page.route("**/lab/api/settings?*", lambda route: None)
    xia.page.goto(lab.page(exam.notebook))
    said = xia.page.locator(".exam-opening[role=status]")
    expect(said).to_contain_text("正在打开考试")
    expect(said).to_contain_text("Opening the exam")
    xia.page.clock.fast_forward(20_000)
    expect(said).to_contain_text("重新加载")
    expect(said).to_contain_text("reload this page")
    xia.page.unroute_all()
    xia.page.clock.resume()
    xia.open(lab.page(exam.notebook))
    expect(said).to_be_hidden()
    xia.was_undisturbed()


@pytest.mark.parametrize("how", ["another cell", "a changed cell", "a program beside it", "a package beside it"])
def test_a_notebook_that_is_not_purely_an_exam_does_not_run(
    how: str, lab: Lab, fetch: Fetch, new_trainee: NewTrainee
) -> None:
    """A stranger's notebook says that it is an exam, but holds a cell of its own, or brings a Python file that would
    be imported in place of ours; or a text of the exam is not the released one. Opening it runs nothing.
    """
    exam = fetch("E10")
    notebook = json.loads(exam.notebook.read_text("utf-8"))
    if how == "another cell":
        notebook["cells"][2]["source"] = 'exam.show("I-801")\nopen("ran", "w")'
        exam.notebook.write_text(json.dumps(notebook), "utf-8")
    elif how == "a changed cell":
        changed = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
        changed["source"] = ["## Part 1, with the answers\n"]
        exam.notebook.write_text(json.dumps(notebook), "utf-8")
    else:
        program = "examdesk.py" if how == "a program beside it" else "json/__init__.py"
        (exam.folder / program).parent.mkdir(exist_ok=True)
        (exam.folder / program).write_text('open("ran", "w")\n', "utf-8")
    eve = new_trainee()
    eve.page.goto(lab.page(exam.notebook))
    if how == "another cell":
        expect(eve.page.locator(".jp-InputArea-editor").first).to_be_visible()
    elif how == "a changed cell":
        expect(eve.page.locator(".exam-banner p")).to_have_count(2)
        expect(eve.page.locator(".exam-banner")).to_contain_text(changed["id"])
    else:
        expect(eve.page.locator(".exam-banner")).to_contain_text(Path(program).name)
    lab.wait_until_idle(exam.notebook)
    expect(eve.page.locator(".xd-frame")).to_have_count(0)
    assert not (exam.folder / "ran").exists()
