"""The manager: opens the report from a disk, without a network, and knows what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from examdesk.reports import write_reports
from examdesk.reports.texts import domain_name, say
from tests.cohorts import GIVE_AWAY, WEAK, WRONG_KEY, write_course

FINDINGS = {"wrong-key": WRONG_KEY, "weak-domain": WEAK, "give-away": GIVE_AWAY}
FIGURES = {  # what each finding must tell, in any language
    "wrong-key": r"\d+%.*r = \+0\.\d\d.*\d+%.*r = −0\.\d\d.*n\s=\s120",
    "weak-domain": r"\d+%.*\d+%.*\d+.*t = −\d+\.\d.*n\s=\s120",
    "give-away": r"\d+%.*n\s=\s120",
}
INTERVAL = {"zh": r"^95% 区间 \d\d\.\d%–\d\d\.\d%，n\s=\s\d+", "en": r"^95 % interval \d\d\.\d%–\d\d\.\d%, n\s=\s\d+"}


class Manager:
    """A person with a report folder and a browser that reaches nobody."""

    def __init__(self, page: Page) -> None:
        self.page, self.lang = page, "zh"
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    def say(self, key: str, **figures: object) -> str:
        return say(key, self.lang, **figures)

    def speaks(self, lang: str) -> None:
        """Clicks on the other language."""
        self.page.get_by_role("link", name=self.say("other_language"), exact=True).click()
        self.lang = lang
        expect(self.page.locator("html")).to_have_attribute("lang", {"zh": "zh-CN", "en": "en"}[lang])

    def reads_the_exam(self) -> None:
        """The exam's page: pass rate with its interval, the planted findings with figures, what to do next."""
        page = self.page
        rate = page.locator(".card", has_text=self.say("pass_rate")).first
        expect(rate.locator("b")).to_have_text(re.compile(r"^\d\d\.\d%$"))
        expect(rate.locator("small")).to_have_text(re.compile(INTERVAL[self.lang]))
        expect(page.locator(".findings li")).to_have_count(len(FINDINGS))
        for rule, subject in FINDINGS.items():
            found = page.locator(".findings li", has_text=subject)
            expect(found.locator(".flag")).to_have_text(self.say(rule))
            expect(found.locator("p").first).to_have_text(re.compile(FIGURES[rule]))
        self._reads_the_steps()
        expect(page.get_by_role("img", name=self.say("histogram_alt", bars=""))).to_be_visible()

    def _reads_the_steps(self) -> None:
        steps = self.page.locator("ol.steps li").all_inner_texts()
        assert WRONG_KEY in steps[0], "a wrong key comes before everything else"
        for named in (domain_name(WEAK, self.lang), GIVE_AWAY, "R-C06"):
            assert any(named in step for step in steps), named
        heading = {"zh": "下一步做什么", "en": "What to do next"}[self.lang]
        expect(self.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of one exam that 120 people sat, with three planted faults."""
    course = tmp_path_factory.mktemp("course")
    write_course(course, plants=tuple(FINDINGS), n=120)
    write_reports(course)
    return course / "report"


@pytest.fixture
def manager(browser: Browser) -> Iterator[Manager]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_offline(True)
    yield Manager(context.new_page())
    context.close()


@pytest.mark.browser
def test_a_manager_reads_the_report_from_a_disk_without_a_network(manager: Manager, report: Path) -> None:
    """Director Zhao gets the report folder on a USB stick; her laptop is offline. She opens index.html, sees one exam
    with its pass rate, the interval and three findings, and clicks on it. The page names the item whose key may be
    wrong, the domain that needs training and the item everybody gets right, each with its figures, and tells her what
    to do first: have the key checked. She switches to English for a colleague, reads the same, goes back to the
    overview and from there to the Chinese page again. Nothing failed, and the browser asked for nothing but files.
    """
    page = manager.page
    page.goto((report / "index.html").as_uri())
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(re.compile(r"E11.*120.*\d\d\.\d%.*\d\d%–\d\d%.*3$"))

    row.get_by_role("link", name="E11").click()
    manager.reads_the_exam()
    rate = page.locator(".card b").all_inner_texts()

    manager.speaks("en")
    manager.reads_the_exam()
    assert page.locator(".card b").all_inner_texts() == rate, "the same figures in both languages"

    page.get_by_role("link", name=manager.say("all_exams"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(manager.say("overview"))
    manager.speaks("zh")
    page.get_by_role("link", name="E11").click()
    manager.reads_the_exam()

    assert manager.errors == []
    assert [url for url in manager.asked if not url.startswith("file:")] == []
    assert len(manager.asked) == 6, "pages and nothing else: no script, no font, no picture"
