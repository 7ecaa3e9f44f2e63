"""Candidates whose chats a marker looks at: graded by the form's own cells, with their journals in autograded/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from examdesk.building import form_json
from examdesk.graders import responses_of
from examdesk.journal import NAME, parse
from examdesk.model import Form, Said
from examdesk.pipeline.moderation import Case, Change, carry_out, open_case, propose, with_moderations
from examdesk.pipeline.pages import FeedbackForm, Standing
from examdesk.records import GradedSubmission
from examdesk.records.moderations import MODERATED
from examdesk.reports.exports import load_marks
from tests.nbgrader.courses import all_right, journal
from tests.regrades import Sat

CHAT = "S-04"
WHO = {"by": "Li Hua", "why": "she says it in her own words"}

# Gold, but for turn 2 and turn 4, in which no machine reads what a person does.
CHATTED: tuple[Said, ...] = (
    ("acted", {"tool": "look_up_order", "args": {}}),
    ("said", {"text": "您好亲，票的事您把心放肚子里。"}),
    ("said", {"text": "不用您出税点，开票完全免费。"}),
    ("said", {"text": "买的是啥就写啥呀。"}),
    ("said", {"text": "抱歉让您久等，财务周一才回来，从周一起7天内用快递给您寄出。"}),
    ("said", {"text": "邮费由我们承担，您不用付。"}),
    ("said", {"text": "麻烦把发票抬头和税号发我一下，开公司还是个人呢？"}),
    ("acted", {"tool": "record_invoice_request", "args": {
        "title": "远帆样例贸易有限公司", "category": "same", "post_paid_by": "shop", "days": "d7"}}),
    ("said", {"text": "已经帮您登记好了，祝您生活愉快！"}),
)  # fmt: skip


@dataclass
class Chats(Sat):
    """A course in which people have chatted, everything else right."""

    heads: dict[str, str] = field(default_factory=dict)

    @cached_property
    def frozen(self) -> Form:
        return self.form

    def chat(self, candidate: str, said: Sequence[Said] = CHATTED) -> None:
        """Somebody chats with the buyer of S-04 and is graded."""
        form = self.frozen
        right = [entry for entry in all_right(form) if entry[0] != CHAT]
        raw = journal(form, candidate, [*right, (CHAT, "opened", {}), *((CHAT, *one) for one in said)])
        folder = self.course / "autograded" / candidate / form.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NAME).write_bytes(raw)
        self.heads[candidate] = parse(raw).head
        self.responses[candidate] = responses_of(form_json(form), parse(raw)) or {}
        self.records.save_submission(self.graded(form, candidate))

    def graded(self, form: Form, candidate: str) -> GradedSubmission:
        return replace(super().graded(form, candidate), journal_head=self.heads[candidate])

    def grade_again(self, course: Path, form: Form) -> dict[str, GradedSubmission]:
        """As the bulk run does it: with what markers have corrected."""
        rows = [row for row in self.records.marks(form=form.id) if row.kind == MODERATED]
        lines = {row.candidate: row for row in self.records.submissions(form=form.id)}
        return {name: with_moderations(form, found, self.responses[name],
                                       [row for row in rows if row.candidate == name], lines[name])
                for name, found in super().grade_again(course, form).items()}

    def case(self, candidate: str) -> Case:
        return open_case(self.course, self.form_id, candidate, CHAT)

    def corrected(self, candidate: str, turn: int, **what: object) -> Change:
        """A marker corrects a turn."""
        change = propose(self.case(candidate), turn, **{**WHO, **what})
        carry_out(self.course, change)
        return change

    def turns_counted(self, candidate: str) -> dict[int, tuple[str, ...]]:
        return {turn.number: turn.counted for turn in self.case(candidate).turns("zh")}

    def in_csv(self, candidate: str) -> dict[str, tuple[float, str, str]]:
        """{criterion: (points, kind, who)} of the chat, as marks.csv has it."""
        table = load_marks(self.course)
        rows = table[(table["candidate"] == candidate) & (table["item"] == CHAT)]
        return {row.criterion: (row.points, row.kind, row.grader) for row in rows.itertuples()}

    def page(self, candidate: str) -> str:
        """The feedback page."""
        from examdesk.analysis import load_cohort

        standing = Standing.of(load_cohort(self.course, self.frozen.exam), self.form_id, candidate)
        return FeedbackForm(self.form).page(standing, self.course / "autograded" / candidate / self.form_id / NAME)
