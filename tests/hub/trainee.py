"""What a person does at a hub in the browser: log in, fetch, sit, hand in, submit, read feedback."""

from __future__ import annotations

import subprocess
import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.hub.people import Person
from tests.hub.server import PASSWORD, Hub
from tests.journeys.exams import fetched
from tests.journeys.trainee import Trainee

SPAWN_MS = 120_000

ASK = """async ([path, method, body]) => {
  const { baseUrl, token } = JSON.parse(document.querySelector("#jupyter-config-data").textContent);
  const address = path.startsWith("/") ? path : baseUrl + path;
  const reply = await fetch(address, { method, body, headers: { Authorization: `token ${token}` } });
  return { status: reply.status, text: await reply.text() };
}"""

# Runs code in a kernel of her own, as a page of hers may: what it prints, or the name of its error.
RUN = """async (code) => {
  const { baseUrl, token } = JSON.parse(document.querySelector("#jupyter-config-data").textContent);
  const headers = { Authorization: `token ${token}` };
  const { id } = await (await fetch(`${baseUrl}api/kernels`, { method: "POST", body: "{}", headers })).json();
  const socket = new WebSocket(`ws://${location.host}${baseUrl}api/kernels/${id}/channels?token=${token}`);
  const header = { msg_id: "ask", username: "", session: "ask", msg_type: "execute_request", version: "5.3" };
  const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
  const said = await new Promise((done) => {
    let text = "";
    socket.onopen = () => socket.send(JSON.stringify(
      { channel: "shell", header, parent_header: {}, metadata: {}, content, buffers: [] }));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.parent_header?.msg_id !== "ask") return;
      if (message.msg_type === "stream") text += message.content.text;
      if (message.msg_type === "error") text += message.content.ename;
      if (message.msg_type === "status" && message.content.execution_state === "idle") done(text);
    };
  });
  socket.close();
  await fetch(`${baseUrl}api/kernels/${id}`, { method: "DELETE", headers });
  return said;
}"""


def give_exam(person: Person, exam: str, form: str) -> None:
    """The exam in her home folder, as if fetched."""
    folder = person.home / form
    folder.mkdir()
    fetched(exam, folder)
    subprocess.run(["chown", "-R", f"{person.name}:", str(folder)], check=True)


def log_in(page: Page, hub: Hub, person: Person) -> float:
    """Logs in and waits for JupyterLab; the seconds from the click to its first page."""
    page.goto(f"{hub.url}/hub/login")
    page.locator("#username_input").fill(person.name)
    page.locator("#password_input").fill(PASSWORD)
    begun = time.perf_counter()
    page.locator("#login_submit").click()
    page.wait_for_url(f"{hub.url}/user/{person.name}/**", timeout=SPAWN_MS)
    page.wait_for_selector("#jp-main-dock-panel", timeout=SPAWN_MS)
    return time.perf_counter() - begun


class HubTrainee(Trainee):
    """A trainee before her own server's JupyterLab."""

    def __init__(self, page: Page, hub: Hub, person: Person, *, lang: str = "zh") -> None:
        super().__init__(page, hub.url, lang=lang)
        self.person, self.server = person, f"{hub.url}/user/{person.name}"

    def ask(self, path: str, method: str = "GET", body: str | None = None) -> dict[str, Any]:
        """The reply to a request with her token; a path without a leading slash is one of her own server."""
        reply: dict[str, Any] = self.page.evaluate(ASK, [path, method, body])
        return reply

    def runs(self, code: str) -> str:
        """What a kernel of hers prints, or the name of the error."""
        return str(self.page.evaluate(RUN, code))

    def opens_assignments(self) -> None:
        """nbgrader's list of assignments, from JupyterLab's menu."""
        self.page.goto(f"{self.server}/lab?reset")
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        self.page.locator(".lm-Menu-itemLabel", has_text="Assignment List").click()

    def listed(self, form: str, where: str) -> Locator:
        """The line of an exam among the `released`, `fetched` or `submitted` ones."""
        return self.page.locator(f"#{where}_assignments_list .list_item", has_text=form)

    def fetches(self, form: str) -> None:
        self.opens_assignments()
        self.listed(form, "released").get_by_role("button", name="Fetch").click()
        expect(self.listed(form, "fetched").first).to_be_visible()

    def is_submitted(self) -> None:
        """Waits until the page says that the exam lies with the teacher; nobody pressed anything for it."""
        expect(self.page.locator(".xd-sent .xd-saved")).to_contain_text(self.word("submitted", at="")[:5])

    def opens_exam(self, form: str) -> None:
        self.open(f"{self.server}/lab/tree/{form}/{form}.ipynb?reset")

    def reads_feedback(self, form: str) -> str:
        """What the page says that comes with her feedback, fetched from the exchange and opened in JupyterLab."""
        self.opens_assignments()
        self.listed(form, "submitted").get_by_role("button", name="Fetch Feedback").first.click()
        self.page.locator("#submitted_assignments_list a", has_text="view feedback").click()
        self.page.locator(".jp-DirListing-item", has_text=f"{form}.html").dblclick()
        return self.page.frame_locator(".jp-HTMLViewer iframe").locator("body").inner_text()

    def begins(self, *, pretending: str = "") -> None:
        """Starts the exam under the name the hub knows; to be `pretending` she must open the field by force."""
        box = self.page.get_by_label(self.word("candidate"), exact=True)
        expect(box).to_have_value(self.person.name)
        expect(box).not_to_be_editable()
        if pretending:
            box.evaluate("box => { box.readOnly = false; }")
            box.fill(pretending)
        self.page.get_by_label(self.word("candidate_confirm", id=pretending or self.person.name)).check()
        self.page.get_by_role("button", name=self.word("start")).click()
        expect(self.question(1)).to_be_visible()
