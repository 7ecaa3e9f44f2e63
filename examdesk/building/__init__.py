"""From the bank to an exam notebook: check, freeze, build; and a course folder of one's own."""

from __future__ import annotations

from examdesk.building.assembling import Parallel, parallel_forms
from examdesk.building.check import Report, check
from examdesk.building.course import course_folder, init_course
from examdesk.building.extra_times import extra_times, write_codes
from examdesk.building.freezing import freeze_exam, key_modules
from examdesk.building.notebooks import build_exam, build_form, form_json
from examdesk.building.practice import build_practice
from examdesk.building.schemas import write_schemas

__all__ = [
    "Parallel",
    "Report",
    "build_exam",
    "build_form",
    "build_practice",
    "check",
    "course_folder",
    "extra_times",
    "form_json",
    "freeze_exam",
    "init_course",
    "key_modules",
    "parallel_forms",
    "write_codes",
    "write_schemas",
]
