"""What the life of items allows: who may certify, what is retired, and what no person has read yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from examdesk.bank import Bank, Document, ExamFile
from examdesk.bank.lives import life_of, read_of, same, signers
from examdesk.bank.schema import LifeFile
from examdesk.errors import Fault
from examdesk.model import Item

SIGNED = {"pilot": 1, "active": 2}  # persons who must have reviewed an item of this state, as it stands
NOT_ON_TRIAL = ("reply", "scenario", "survey")  # marked by a person, too long, or worth no points anyway
Exams = Mapping[str, tuple[ExamFile, Document]]


def life_faults(bank: Bank) -> Iterator[Fault]:
    """Items whose state is more than their reviews carry, and authors among the reviewers."""
    for item in bank.drafts.values():
        document = bank.documents[item.id]
        if life := _life(document):
            yield from _own_reviews(document, life)
            yield from _state_faults(document, life, item)


def _life(document: Document) -> LifeFile | None:
    try:
        return life_of(document)
    except ValueError:  # named among the item's own faults
        return None


def _own_reviews(document: Document, life: LifeFile) -> Iterator[Fault]:
    for index, review in enumerate(life.reviews):
        if same(review.by, life.author) and review.kind == "person":
            yield document.fault(("life", "reviews", index, "by"), "the author reviews the own item", found=review.by,
                                 cure="let somebody else review it, and set the state back until then")


def _state_faults(document: Document, life: LifeFile, item: Item) -> Iterator[Fault]:
    if life.state == "reviewed" and not [one for one in life.reviews if one.of == read_of(document, item)]:
        yield document.fault(("life", "state"), "nobody has reviewed the item as it stands",
                             found=f"{len(life.reviews)} reviews of other texts", cure="write draft, or review it")
    needed, signed = SIGNED.get(life.state, 0), signers(life, read_of(document, item))
    if len(signed) < needed:
        yield document.fault(("life", "state"), f"an item that is {life.state} has been reviewed, as it stands, by "
                             f"{needed} {'person' if needed == 1 else 'persons'} other than its author",
                             found=", ".join(signed) or "nobody",
                             cure=f"run  examdesk bank review {item.id} --by NAME,  or set the state back")


def unsigned(items: Sequence[Item], bank: Bank, persons: int) -> list[str]:
    """The items that fewer persons than `persons` have reviewed as they stand."""
    found = [item.id for item in items
             if len(signers(_life(bank.documents[item.id]), read_of(bank.documents[item.id], item))) < persons]
    return sorted(found)


def form_life_faults(exam: ExamFile, document: Document, form: str, bank: Bank, *, frozen: bool) -> Iterator[Fault]:
    """What keeps a form from being frozen: retired items, and in an exam that certifies those not signed or tried."""
    items = [bank.drafts[name] for names in exam.forms[form].values() for name in names if name in bank.drafts]
    states = {item.id: life.state if (life := _life(bank.documents[item.id])) else "draft" for item in items}
    retired = sorted(name for name, state in states.items() if state == "retired")
    if retired and not frozen:
        yield document.fault(("forms", form), f"form {form} would be frozen with items that are retired",
                             found=few(retired), cure="put other items in their place")
    if not frozen:
        yield from _trial_faults(exam, document, form, items, states)
    if not exam.certifies:
        return
    on_trial = [item for item in items if item.id in exam.pilot]
    counted = [item for item in items if item.id not in exam.pilot]
    open_ = sorted({item.id for item in counted if states[item.id] not in ("active", "retired")}
                   | {item.id for item in on_trial if states[item.id] not in ("pilot", "active", "retired")}
                   | {*unsigned(counted, bank, 2), *unsigned(on_trial, bank, 1)})
    if open_:
        yield document.fault(
            ("certifies",), f"{len(open_)} items of form {form} may not certify anybody: an item of an exam that "
            "certifies is active, and two persons other than its author have reviewed it as it stands; one on trial is "
            "pilot, and one person has", found=few(open_),
            cure="let two persons review each:  examdesk bank review ID --by NAME;  or write certifies: false")


def _trial_faults(exam: ExamFile, document: Document, form: str, items: Sequence[Item], states: Mapping[str, str]
                  ) -> Iterator[Fault]:
    """Pilot items that would be scored, and items on trial that no machine marks."""
    scored = sorted(name for name, state in states.items() if state == "pilot" and name not in exam.pilot)
    if scored:
        yield document.fault(("forms", form), f"form {form} would score items that are pilot", found=few(scored),
                             cure="name them under pilot: too; they are shown and marked, and worth no points")
    by_hand = sorted(item.id for item in items if item.id in exam.pilot and item.type in NOT_ON_TRIAL)
    if by_hand:
        yield document.fault(("pilot",), "only a quiz item can be on trial in an exam", found=few(by_hand),
                             cure="try replies and scenarios in an exam that does not certify, or in practice")


def exam_life_faults(exams: Exams, bank: Bank, frozen: Mapping[str, set[str]]) -> Iterator[Fault]:
    """The same for every form of every exam; `frozen` holds {exam: its frozen forms}."""
    for exam, document in exams.values():
        held = {name for sections in exam.forms.values() for names in sections.values() for name in names}
        for index, name in enumerate(exam.pilot):
            if name not in held:
                yield document.fault(("pilot", index), "no form holds this item", found=name,
                                     cure="correct the id, or put it into a form")
        for form in exam.forms:
            yield from form_life_faults(exam, document, form, bank, frozen=form in frozen.get(exam.id, ()))


def exam_life_notes(exams: Exams, bank: Bank) -> Iterator[Fault]:
    """Forms for practice with items no person has reviewed, and cuts that no panel has set."""
    for exam, document in exams.values():
        for form in exam.forms:
            items = [bank.drafts[name] for names in exam.forms[form].values() for name in names if name in bank.drafts]
            if not exam.certifies and (open_ := unsigned(items, bank, 1)):
                yield document.fault(("forms", form), f"no person has reviewed {len(open_)} of the {len(items)} items "
                                     f"of form {form}; it is good for practice and trial, not for certificates",
                                     found=few(open_), cure="run  examdesk bank review ID --by NAME")
        if exam.certifies and exam.pass_.panel is None:
            yield document.fault(("pass", "cut"), "the cut is provisional: no panel has set it", found=exam.pass_.cut,
                                 cure="name method, judges and day under panel: once a panel has met")


def few(names: Sequence[str]) -> str:
    """Some names and how many more."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
