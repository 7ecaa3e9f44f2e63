"""The border to what authors write: YAML with line numbers, pydantic, and every fault of a file at once."""

from __future__ import annotations

from examdesk.bank.bank import Bank, read_bank
from examdesk.bank.exams import ExamFile, read_exam, read_exams
from examdesk.bank.files import Document, load_yaml
from examdesk.bank.forms import find_form, form_files, load_form, read_form, read_frozen, thaw, write_form
from examdesk.bank.handbook import Handbook, read_handbook
from examdesk.bank.pictures import Attached
from examdesk.bank.points import PointsFile, ViolationRule, prices_of, read_points, violation_points
from examdesk.bank.rooms import read_room, read_rooms
from examdesk.bank.roster import Trainee, read_roster
from examdesk.bank.schema import Choosable, Explained, ItemFile, Labelled, Loc, Problem, TextMap

__all__ = [
    "Attached",
    "Bank",
    "Choosable",
    "Document",
    "ExamFile",
    "Explained",
    "Handbook",
    "ItemFile",
    "Labelled",
    "Loc",
    "PointsFile",
    "Problem",
    "TextMap",
    "Trainee",
    "ViolationRule",
    "find_form",
    "form_files",
    "load_form",
    "load_yaml",
    "prices_of",
    "read_bank",
    "read_exam",
    "read_exams",
    "read_form",
    "read_frozen",
    "read_handbook",
    "read_points",
    "read_room",
    "read_rooms",
    "read_roster",
    "thaw",
    "violation_points",
    "write_form",
]
