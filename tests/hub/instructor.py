"""What an instructor does at a hub: her course lies in her home folder, the formgrader runs in her own server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.hub.people import Person
from tests.hub.server import COURSE, DEPLOYMENT, Hub


class HubInstructor:
    """An instructor; her commands run in her own shell, her clicks in her own server."""

    def __init__(self, page: Page, hub: Hub, person: Person) -> None:
        self.page, self.hub, self.person = page, hub, person
        self.course = person.home / COURSE

    def runs(self, *words: str, cwd: Path | None = None) -> str:
        return self.person.run(*words, cwd=cwd or self.course, env={"JUPYTER_CONFIG_PATH": str(self.hub.etc)})

    def makes_the_course(self, exam: str, roster: str) -> None:
        """A course of her own with one exam, frozen, built and generated."""
        home = self.person.home
        for folder in ("exams", "grading"):
            private = shutil.ignore_patterns("records.db*", "db_url")
            shutil.copytree(ROOT / folder, home / "bank" / folder, ignore=private)
        (home / "roster.csv").write_text(roster, "utf-8")
        (home / ".jupyter").mkdir()
        shutil.copy(DEPLOYMENT / "instructor_nbgrader_config.py", home / ".jupyter" / "nbgrader_config.py")
        subprocess.run(["chown", "-R", f"{self.person.name}:", str(home)], check=True)
        self.runs("examdesk", "init", COURSE, "--exams", "bank/exams", "--roster", "roster.csv", cwd=home)
        self.runs("examdesk", "freeze", exam, "--form", "a")
        self.runs("examdesk", "build", exam)
        self.runs("nbgrader", "generate_assignment", f"{exam}-a")

    def presses(self, icon: str, form: str) -> str:
        """Presses an icon in the exam's row of the formgrader; the log in the window that reports success."""
        self.page.goto(f"{self.hub.url}/user/{self.person.name}/formgrader/manage_assignments")
        self.page.locator("#main-table tr", has_text=form).locator(f".glyphicon-{icon}").click()
        window = self.page.locator(".modal.in")
        expect(window.locator(".modal-title")).to_have_text("Success")
        return window.inner_text()

    def grades(self, form: str) -> dict[str, Any]:
        """What `examdesk autograde --json` says."""
        said = self.runs("examdesk", "autograde", form, "--json")
        found: dict[str, Any] = json.loads(said[said.index("{"):said.rindex("}") + 1])
        return found
