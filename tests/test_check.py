"""`examdesk check`: the mistakes authors make, and what they are told. Read every line aloud."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from examdesk.building import build_exam, check, freeze_exam, init_course
from examdesk.errors import CourseError, Fault
from examdesk.items import packages
from tests.conftest import ROOT

CHOICE, TRUE_FALSE, MULTI, NUMERIC, ORDERING, MATCHING = (f"exams/bank/d02/I-01{n}.yaml" for n in range(6))
REPLY, STARTER = "exams/bank/d08/R-001.yaml", "exams/bank/d08/I-001.yaml"
SCENARIO = "exams/bank/d08/S-04.yaml"
PERSONAS = "exams/personas.yaml"
EXAM, FROZEN, FACTS = "exams/START/exam.yaml", "exams/START/forms/a.yaml", "exams/handbook/facts.yaml"
POINTS, ROSTER = "grading/points.yaml", "grading/roster.csv"
NOTEBOOK = "source/START-a/START-a.ipynb"

Edit = Callable[[bytes], bytes]


class Mistake(NamedTuple):
    """One small edit of a good course, and the one fault it must give."""

    name: str
    file: str
    edit: Edit
    at: str  # the fault's line holds this text after the edit; "" is the first line
    wrong: str
    found: str
    cure: str


def swap(old: str, new: str, times: int = 1) -> Edit:
    """Replaces `old`, which must be there, once."""

    def edit(raw: bytes) -> bytes:
        assert old in raw.decode(), f"the course no longer holds {old!r}"
        return raw.decode().replace(old, new, times).encode()

    return edit


def drop(pattern: str) -> Edit:
    """Removes what a pattern finds first."""

    def edit(raw: bytes) -> bytes:
        text, count = re.subn(pattern, "", raw.decode(), count=1, flags=re.MULTILINE)
        assert count == 1
        return text.encode()

    return edit


def whole(text: str | bytes) -> Edit:
    return lambda raw: text if isinstance(text, bytes) else text.encode()


def add(text: str) -> Edit:
    return lambda raw: raw + text.encode()


def cell(item: str, change: Callable[[dict[str, Any]], object]) -> Edit:
    """Changes one cell of a notebook."""

    def edit(raw: bytes) -> bytes:
        notebook = json.loads(raw)
        change(next(c for c in notebook["cells"] if c["id"] == item))
        return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True).encode()

    return edit


def source(text: str) -> Callable[[dict[str, Any]], object]:
    return lambda c: c.update(source=text.splitlines(keepends=True))


def meta(**flags: object) -> Callable[[dict[str, Any]], object]:
    return lambda c: c["metadata"]["nbgrader"].update(flags)


MARKING = 'from examdesk.graders import award, choice\n{last}'
HIDDEN = f'exam.show("I-001")\n### BEGIN HIDDEN TESTS\n{MARKING}\n### END HIDDEN TESTS'
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"

MISTAKES = [
    # the YAML itself
    Mistake("a field indented wrongly", CHOICE, swap("\nedition: HB", "\n  edition: HB"), "  edition: HB",
            "the line does not fit the lines above", "edition: HB", "line up the fields"),
    Mistake("a text indented less than its fellow", CHOICE, swap('  en: "A cust', ' en: "A cust'), ' en: "A cust',
            "the line does not fit the lines above", "A customer waits", "line up the fields with spaces"),
    Mistake("a tab", CHOICE, swap('  zh: "顾客', '\tzh: "顾客'), '\tzh: "顾客', "there is a tab", "顾客在等",
            "replace every tab by spaces"),
    Mistake("a missing colon", CHOICE, swap("points: 1", "points 1"), "points 1", "a colon is missing", "points 1",
            "an ordinary colon (not the Chinese one) and a space"),
    Mistake("a Chinese colon", CHOICE, swap("points: 1", "points：1"), "points：1", "a colon is missing",
            "points：1", "not the Chinese one"),
    Mistake("no space after a colon", CHOICE, swap("edition: HB", "edition:HB"), "edition:HB", "a colon is missing",
            "edition:HB", "a space after it"),
    Mistake("a colon inside a text without quotes", CHOICE,
            swap('  en: "A customer waits; the', "  en: Well: the"),
            "  en: Well", "a colon stands where none belongs", "en: Well: the full",
            "put a text with a colon into quotes"),
    Mistake("a quotation mark never closed", CHOICE, swap('怎样发？"', "怎样发？"), '  en: "A cust',
            "the line does not fit", "", "quotes"),
    Mistake("a bracket never closed", CHOICE, swap("[F-LN-03]", "[F-LN-03"), "facts: [F-LN-03",
            "a bracket is not closed", "facts: [F-LN-03", "close it"),
    Mistake("a text that begins with a star", CHOICE, swap("edition: HB", "edition: *HB"), "edition: *HB",
            "cannot refer to another place", "HB", "needs quotes"),
    Mistake("a text that begins with an exclamation mark", CHOICE, swap("edition: HB", "edition: !HB"),
            "edition: !HB", "a text cannot begin with !", "!HB", "quotes"),
    Mistake("a text that begins with an at sign", CHOICE, swap("edition: HB", "edition: @HB"), "edition: @HB",
            "begins with a sign YAML keeps", "@HB", "quotes"),
    Mistake("a text in braces", CHOICE,
            swap('zh: "写完再发"', "zh: {商品}的价格"), "{商品}的价格",
            "the line does not fit", "{商品}", "quotes"),
    Mistake("a backslash in double quotes", CHOICE,
            swap('en: "When', 'en: "\\D When'), "\\D When", "a backslash", "When", "single quotes"),
    Mistake("a second file in the file", CHOICE, swap("key: d", "---\nkey: d"), "---", "three dashes", "---",
            "remove the line"),
    Mistake("an invisible sign", CHOICE, swap("怎样发", "怎样\x07发"), "\x07发", "an invisible sign", "",
            "type the line anew"),
    Mistake("a sign nobody sees", CHOICE, swap("怎样发", "怎样\u200b发"), "\u200b发",
            "an invisible sign stands in the text", "U+200B", "type the text anew"),
    Mistake("a field twice", CHOICE, swap("key: d", "key: d\nkey: a"), "key: a", '"key" stands twice',
            "also in line 40", "keep one"),
    Mistake("an empty file", CHOICE, whole(""), "", "the file is empty", "", "copy a similar file"),
    Mistake("only a comment", CHOICE, whole("# later\n"), "", "the file is empty", "", "copy a similar file"),
    Mistake("another encoding", CHOICE, lambda raw: raw.decode().encode("gb18030"), "  zh: \"",
            "the file is not UTF-8 text", "another encoding", "save it as UTF-8"),
    Mistake("a list in the place of an item", CHOICE, whole("- id: I-010\n- type: choice\n"), "", "this is no item",
            "a list of 2", "a space after the colon"),
    Mistake("no colon has a space", CHOICE, whole("id:I-010\ntype:choice\n"), "", "this is no item", "id:I-010",
            "a space after the colon"),
    Mistake("a bomb of aliases", CHOICE, whole(BOMB), "b: &b", "cannot refer to another place", "a",
            "write the text out"),
    Mistake("brackets without end", CHOICE, whole("[" * 50_000), "", "nested too deeply", "", "check the brackets"),
    Mistake("a huge file", CHOICE, lambda raw: raw + b"#" * 1_000_001, "", "the file is too large",
            "more than 1,000,000 bytes", "small file"),
    # the fields of every item
    Mistake("a misspelt type", CHOICE, swap("type: choice", "type: choise"), "type: choise", "no such item type",
            "choise", f"use one of: {', '.join(sorted(packages()))}"),
    Mistake("no type", CHOICE, drop(r"^type: choice\n"), "id: I-010", "the type is missing", "",
            "use one of: choice"),
    Mistake("a misspelt field", CHOICE, swap("layout: list", "layuot: list"), "layuot", '"layuot" is no field',
            "layuot", 'write "layout"'),
    Mistake("a field nobody knows", CHOICE, swap("layout: list", "colour: red"), "colour", '"colour" is no field',
            "colour", "remove it or correct its name"),
    Mistake("a field missing", CHOICE, drop(r"^edition: HB\n"), "id: I-010", '"edition" is missing', "", "add it"),
    Mistake("an empty field", CHOICE, swap("edition: HB", "edition:"), "edition:", '"edition" is empty', "nothing",
            "write a text"),
    Mistake("an id of another form", CHOICE, swap("id: I-010", "id: item 10"), "id: item 10",
            '"id" has the wrong form', "item 10", "write it like I-801"),
    Mistake("an id that is not the file's name", CHOICE, swap("id: I-010", "id: I-099"), "id: I-099",
            "the id is not the file's name, I-010", "I-099", "rename the file to I-099.yaml"),
    Mistake("a domain that does not exist", CHOICE, swap("domain: D2", "domain: D13"), "domain: D13",
            '"domain" has the wrong form', "D13", "use one of D1 … D12"),
    Mistake("a domain of another folder", CHOICE, swap("domain: D2", "domain: D4"), "domain: D4",
            "an item of D4 belongs into the folder d04", "d02", "move the file"),
    Mistake("no points", CHOICE, drop(r"^points: 1\n"), "id: I-010", "the item has no points", "", "points: 1"),
    Mistake("points 0", CHOICE, swap("points: 1", "points: 0"), "points: 0", "points above 0", "0", "above 0"),
    Mistake("points below 0", CHOICE, swap("points: 1", "points: -2"), "points: -2", "points above 0", "-2",
            "above 0"),
    Mistake("points in words", CHOICE, swap("points: 1", "points: one"), "points: one", '"points" must be a number',
            "one", "in digits"),
    Mistake("points without end", CHOICE, swap("points: 1", "points: 1e999999999"), "points: 1e9",
            '"points" must be a number', "1e999999999", "in digits"),
    Mistake("points divided by nothing", CHOICE, swap("points: 1", "points: 1/0"), "points: 1/0",
            '"points" must be a number', "1/0", "in digits"),
    Mistake("points with a decimal point and no quotes", CHOICE, swap("points: 1", "points: 1.5"), "points: 1.5",
            '"points" has a decimal point but no quotes', "1.5", 'in quotes, "1.5", so that it stays exact'),
    Mistake("critical in other words", CHOICE, swap("layout: list", "critical: sometimes"), "critical:",
            '"critical" must be true or false', "sometimes", "write true or false"),
    Mistake("a fact nobody knows", CHOICE, swap("F-LN-03", "F-LN-99"), "F-LN-99", "no such fact in the handbook",
            "F-LN-99", "exams/handbook/facts.yaml"),
    Mistake("one fact, not a list", CHOICE, swap("[F-LN-03]", "F-LN-03"), "facts: F-LN-03", '"facts" must be a list',
            "F-LN-03", "after a dash"),
    Mistake("an edition nobody knows", CHOICE, swap("edition: HB", "edition: HB-2031"), "edition: HB-2031",
            "no such edition", "HB-2031", "use one of: ED-TMALL-2023, HB"),
    Mistake("an edition of none of its facts", CHOICE, swap("edition: HB", "edition: ED-TMALL-2023"),
            "edition: ED-TMALL", "none of the item's facts is of this edition", "ED-TMALL-2023",
            "use the edition of its facts: HB"),
    Mistake("a text in a third language", CHOICE, swap('  en: "A cust', '  fr: "Quel"\n  en: "A cust'), "fr:",
            '"fr" (in stem) cannot stand here', "fr", "use one of: zh, en"),
    Mistake("a stem without languages", CHOICE,
            lambda raw: re.sub(rb"stem:\n.*\n.*\n", "stem: 怎样？\n".encode(), raw), "stem: 怎样",
            '"stem" must be a group of fields', "怎样？", "one line for each language"),
    Mistake("the same stem as another item", MATCHING,
            swap('"Match each case with its verdict."',
                 "a CUSTOMER waits (the full answer takes a minute to type), how is it sent"),
            "  en: a CUSTOMER", "word for word the stem of another item, exams/bank/d02/I-010.yaml:9",
            "a CUSTOMER", "ask something else"),
    # languages, reasons, numbers
    Mistake("an English text missing", CHOICE, drop(r'^      en: "When it.*\n'), "text:",
            'the text of "a" has no English (en) text', "only zh", "add the line  en: …"),
    Mistake("a Chinese reason missing", CHOICE, drop(r'^      zh: "写完再发要.*\n'), "reason:",
            'the reason of "a" has no Chinese (zh) text', "only en", "add the line  zh: …"),
    Mistake("a reason missing", TRUE_FALSE, drop(r"^    reason:\n(      .*\n)+"), "- id: t",
            '"reason" (in options "t") is missing', "", "add it"),
    Mistake("a reason too short", CHOICE,
            swap("This leaves the customer waiting for a minute.", "Wrong option."),
            "Wrong option.", 'the reason of "a" is too short', "Wrong option.", "at least 15 characters"),
    Mistake("a Chinese reason too short", CHOICE,
            swap("写完再发要让顾客空等一分钟。", "等太久了。"), "等太久了",
            'the reason of "a" is too short', "等太久了。", "at least 8 characters"),
    Mistake("a reason repeated in the item", CHOICE,
            swap("链接让顾客自己找，没有回答问题。", "说了请稍等, 还是要 空等一分钟"),
            "说了请稍等, ", "word for word the reason of another option, exams/bank/d02/I-010.yaml:24",
            "说了请稍等", "just this one"),
    Mistake("a reason repeated in the bank", ORDERING,
            swap("The question comes at the end and interrupts nobody.", "a FIRST word, shortens no wait"),
            "a FIRST", "exams/bank/d02/I-010.yaml:25", "a FIRST word", "just this one"),
    Mistake("the languages exchanged", CHOICE,
            swap('zh: "顾客在等回复，完整答案要打一分钟。怎样发？"', 'zh: "How?"'), 'zh: "How?"',
            "the text is not Chinese (zh)", "How?", "exchanged"),
    Mistake("English that is Chinese", CHOICE,
            swap('en: "A customer waits; the full answer takes a minute to type. How is it sent?"', 'en: "怎么发?"'),
            'en: "怎么', "the text is not English (en)", "怎么", "exchanged"),
    Mistake("a text still to be written", CHOICE, swap("顾客在等回复，完整答案要打一分钟。怎样发？", "…"), 'zh: "…"',
            "still to be written", "…", "write it"),
    Mistake("other numbers in the other language", NUMERIC,
            swap("above 50", "above 60"), 'reason:\n      zh: "每分钟超过',
            "the two languages name different numbers", "only in zh: 50; only in en: 60", "mislead"),
    # the types
    Mistake("a key that is no option", CHOICE, swap("key: d", "key: e"), "key: e", "the key is none of the options",
            "e", "use one of: a, b, c, d"),
    Mistake("a key that is a list", CHOICE, swap("key: d", "key: [c, d]"), "key: [c", '"key" must be a text',
            "a list of 2", "write a text"),
    Mistake("two options with one id", CHOICE, swap("- id: b", "- id: a"), "- id: a\n    text:\n      zh: \"先发",
            "this id stands twice", "a", "its own id"),
    Mistake("an option without an id", CHOICE, swap("  - id: b\n    text", "  - text"), '  - text',
            '"id" (in options, entry 2) is missing', "", "add it"),
    Mistake("an option id that is a number", CHOICE, swap("- id: b", "- id: 2"), "- id: 2",
            '"id" (in options "2") must be a text', "2", "quotes when it is a number"),
    Mistake("two options that say the same", CHOICE,
            swap("先发请稍等", "写完再发 "), '写完再发 "',
            '"a" and "b" say the same', "写完再发", "make them different"),
    Mistake("one option", TRUE_FALSE, drop(r"^  - id: f\n(    .*\n)+"), "options:", '"options" has too few entries',
            "a list of 1", "write at least 2"),
    Mistake("a true-false item with other ids", TRUE_FALSE,
            lambda raw: raw.replace(b"- id: t", b"- id: y").replace( b"key: t", b"key: y"), "options:",
            "a true-false item has other options", "y, f", "the ids t and f"),
    Mistake("a word that is no layout", CHOICE, swap("layout: list", "layout: grid"), "layout: grid",
            '"layout" is none of the allowed words', "grid", "use one of: list, true-false"),
    Mistake("a multi without a key", MULTI, swap("key: [a, c]", "key: []"), "key: []",
            '"key" has too few entries', "an empty list", "at least 1"),
    Mistake("a multi with every option", MULTI, swap("key: [a, c]", "key: [a, b, c]"), "key: [a, b",
            "every option is in the key", "a, b, c", "add a wrong option"),
    Mistake("a multi with an unknown option", MULTI, swap("key: [a, c]", "key: [a, c, x]"), "key: [a, c, x",
            "none of the options", "x", "use some of: a, b, c"),
    Mistake("a multi with one key as a word", MULTI, swap("key: [a, c]", "key: a"), "key: a",
            '"key" must be a list', "a", "after a dash"),
    Mistake("a rule nobody knows", MULTI, swap("rule: right-minus-wrong", "rule: fair"), "rule: fair",
            '"rule" is none of the allowed words', "fair",
            "use one of: right-minus-wrong, per-option, all-or-nothing"),
    Mistake("an ordering that leaves one out", ORDERING, swap("key: [b, a, c]", "key: [b, a]"),
            "key: [b", "the key is no order of all entries", "b, a", "put each of these once: a, b, c"),
    Mistake("an ordering key named twice", ORDERING, swap("key: [b, a, c]", "key: [b, a, a]"), "key: [b",
            "the key is no order of all entries", "b, a, a", "each of these once"),
    Mistake("a match with an unknown partner", MATCHING, swap("slow: p", "slow: z"), "key: {",
            "the partner is not on the right", "z", "use one of: p, q, r"),
    Mistake("a match without a partner", MATCHING, swap("slow: p, ", ""), "key: {",
            "an entry on the left has no partner", "slow", "add slow: …"),
    Mistake("a match for nobody on the left", MATCHING, swap("typo: q}", "typo: q, lost: q}"), "key: {",
            "not on the left", "lost", "use some of: slow"),
    Mistake("a numeric key that is no number", NUMERIC, swap("key: 54", "key: many"), "key: many",
            "the key is no integer", "many", "write it like 52"),
    Mistake("a decimal key without quotes", NUMERIC, swap("key: 54", "key: 54.5"), "key: 54.5",
            '"key" (in fields "speed") has the wrong form', "54.5", 'write the key in quotes, "54.5"'),
    Mistake("a tolerance below 0", NUMERIC, swap("tolerance: 0", "tolerance: -1"), "tolerance: -1",
            "a tolerance is below 0", "-1", "0 or more"),
    Mistake("a date that does not exist", NUMERIC,
            swap("kind: integer\n    key: 54", "kind: date\n    key: 2014-02-30"), "key: 2014-02-30",
            "the key is no date", "2014-02-30", '"2014-04-15"'),
    Mistake("a time that does not exist", NUMERIC, swap("kind: integer\n    key: 54", "kind: time\n    key: 25:40"),
            "key: 25:40", "the key is no time", "25:40", '"15:40"'),
    Mistake("a kind of field nobody knows", NUMERIC, swap("kind: integer", "kind: number"), "kind: number",
            '"kind" (in fields "speed") is none of the allowed words', "number",
            "use one of: integer, decimal, percent"),
    Mistake("a choice field with an unknown key", NUMERIC, swap("key: pass", "key: maybe"), "key: maybe",
            "the key is none of the options", "maybe", "use one of: pass, fail"),
    Mistake("a row too short", NUMERIC, swap('en: "Minutes"}, 5]', 'en: "Minutes"}]'),
            'Minutes"}]', "a row has more or fewer cells", "1", "write 2 cells"),
    Mistake("a rubric that does not add up", REPLY, swap("points: 4", "points: 5"), "rubric:",
            "the criteria add up to 4 points, the item has 5", "a list of 3", "correct one of them"),
    Mistake("limits the wrong way round", REPLY, swap("min: 10, max: 400", "min: 400, max: 10"), "limits:",
            "min is above max", "400", "exchange"),
    Mistake("a limit in words", REPLY, swap("max: 400", "max: many"), "limits:",
            '"max" (in limits) must be a whole number', "many", "in digits"),
    Mistake("a forbidden phrase missing", REPLY, drop(r"^    phrases: .*\n"), "- id: charge",
            '"phrases" (in forbidden "charge") is missing', "", "add it"),
    Mistake("a scenario without patience", SCENARIO, swap("patience: 16", "patience: 0"), "patience:",
            '"patience" (in play) is too small', "0", "use 4 or more"),
    Mistake("a persona nobody has written", SCENARIO, swap("persona: company-buyer", "persona: compony"), "persona:",
            "exams/personas.yaml has no persona of this name", "compony", "company-buyer, stocks-a-shop"),
    Mistake("a value that is a list", SCENARIO, swap("value: shoes", "value: [shoes]"), "value: [shoes]",
            '"value" (in play, fields "goods") must be a whole number or a text', "a list of 1", "examples"),
    # exams
    Mistake("an item that is not in the bank", EXAM, swap("[I-001, I-002]", "[I-001, I-002, I-999]"), "quiz: [I-001",
            "an item that is not in the bank", "I-999", "write the item"),
    Mistake("an item twice in a form", EXAM, swap("[I-001, I-002]", "[I-001, I-002, I-001]"), "quiz: [I-001",
            "I-001 stands twice in form a", "I-001", "keep one"),
    Mistake("a blueprint that does not fit", EXAM, swap("choice: 1", "choice: 2"), "blueprint:",
            "the blueprint wants 2 choice, form a has 1", "1", "change the form's items"),
    Mistake("a kind the blueprint forgot", EXAM, swap("choice: 1, numeric: 1", "choice: 1"), "blueprint:",
            "the blueprint wants 0 numeric, form a has 1", "1", "or the blueprint"),
    Mistake("a kind nobody knows", EXAM, swap("reply: 1}", "reply: 1, essay: 1}"), "blueprint:",
            "no item of the bank is of this kind", "essay", "the kinds are: choice, matching"),
    Mistake("another number of critical items", EXAM, swap("critical: 1", "critical: 3"), "critical: 3",
            "the exam wants 3 critical items, form a has 1", "I-001", "this number"),
    Mistake("other points", EXAM, swap("critical: 1", "critical: 1\npoints: 10"), "points: 10",
            "the exam wants 10 points, form a has 7", "7", "this number"),
    Mistake("a cut of 120 %", EXAM, swap("cut: 80%", "cut: 120%"), "cut: 120%",
            '"cut" (in pass) must be a share between 0% and 100%', "120%", "write it like 90%"),
    Mistake("a cut in words", EXAM, swap("cut: 80%", "cut: most"), "cut: most", '"cut" (in pass) must be a share',
            "most", "write it like 90%"),
    Mistake("a section without items", EXAM, swap("    replies: [R-001]\n", ""), "  a:",
            'form a has no items for the section "replies"', "", "name its items"),
    Mistake("a section nobody knows", EXAM, swap("    replies: [R-001]", "    replies: [R-001]\n    extra: [I-010]"),
            "extra:", "form a fills a section that does not exist", "extra", "use one of: quiz, replies"),
    Mistake("two sections with one id", EXAM, swap("{id: replies, title", "{id: quiz, title"),
            "{id: quiz, title: {zh: \"回复", "two sections have the same id", "quiz", "its own id"),
    Mistake("a reply in the quiz", EXAM, swap("part: replies", "part: quiz"), "replies: [R-001]",
            "R-001 cannot stand in a section with  part: quiz", "type reply", "part: replies"),
    Mistake("a part nobody knows", EXAM, swap("part: replies", "part: letters"), "part: letters",
            '"part" (in sections "replies") is none of the allowed words', "letters", "quiz, replies, scenarios"),
    Mistake("a language the exam is not given in", EXAM, swap("languages: [zh, en]", "languages: [en]"),
            "language: zh", "the exam opens in a language it is not given in", "zh", "use one of its languages: en"),
    Mistake("a third language", EXAM, swap("languages: [zh, en]", "languages: [zh, en, fr]"), "languages:",
            'entry 3 of "languages" is none of the allowed words', "fr", "use one of: zh, en"),
    Mistake("minutes 0", EXAM, swap("minutes: 10", "minutes: 0"), "minutes: 0", '"minutes" is too small', "0",
            "1 or more"),
    Mistake("half a minute", EXAM, swap("minutes: 10", "minutes: 10.5"), "minutes: 10.5",
            '"minutes" must be a whole number', "10.5", "in digits"),
    Mistake("sections that take longer than the exam", EXAM,
            lambda raw: swap("part: quiz", "part: quiz, minutes: 12")(
                swap("minutes: 10", "minutes: 10\none_way: true")(raw)),
            "minutes: 10", "the sections take 12 minutes, more than the exam", "10", "write minutes: 12"),
    Mistake("a pause moved on", EXAM, swap("minutes: 10", "minutes: 10\npause: 5"), "",
            "exam.yaml has changed since the form was frozen: the pause", "exam.yaml", "freeze a new form"),
    Mistake("a pause of no minutes", EXAM, swap("minutes: 10", "minutes: 10\npause: 0"), "pause: 0",
            '"pause" is too small', "0", "1 or more"),
    Mistake("a section with a time of its own where all are open", EXAM, swap("part: quiz", "part: quiz, minutes: 5"),
            "minutes: 5", "a section has a time of its own, but candidates go about freely", "5", "add one_way: true"),
    Mistake("no pass rule", EXAM, drop(r"^pass:\n(  .*\n)+"), "id: START", '"pass" is missing', "", "add it"),
    Mistake("an exam in another folder", EXAM, swap("id: START", "id: E77"), "id: E77",
            "the id is not the folder's name, START", "E77", "rename the folder to E77"),
    Mistake("a title in one language", EXAM, swap('{zh: "入门示例", en: "Starter exam"}', '{zh: "入门示例"}'),
            "title:", "the title has no text in en", "zh", "add en: …"),
    # the handbook and the grading files
    Mistake("a fact of an unknown edition", FACTS,
            swap("    kind: CALC\n    edition: HB", "    kind: CALC\n    edition: HX"), "edition: HX",
            "names an edition that is not listed", "HX", "add it under editions"),
    Mistake("a date of an edition that is none", FACTS, swap("valid_from: 2023-08-31", "valid_from: 2023-9-31"),
            "2023-9-31", '"valid_from" (in editions, ED-TMALL-2023) is no date', "2023-9-31",
            "write it like 2014-04-15"),
    Mistake("an edition that ends before it begins", FACTS, swap("valid_to: null", "valid_to: 2009-08-19"),
            "2009-08-19", "ends before it begins", "2009-08-19", "correct one of the two dates"),
    Mistake("violation points for an unknown fact", POINTS, swap("[F-TB-04]", "[F-TB-99]"), "F-TB-99",
            "no such fact", "F-TB-99", "correct the id"),
    Mistake("violation points of another edition", POINTS, swap("edition: ED-TMALL-2023", "edition: ED-TMALL-2031"),
            "ED-TMALL-2031", "no such edition", "ED-TMALL-2031", "use one of"),
    Mistake("violation points below 1", POINTS, swap("points: 4", "points: 0"), "points: 0", "is too small", "0",
            "1 or more"),
    Mistake("a rule twice", POINTS, swap("id: free-shipping", "id: invoice-refusal"),
            "id: invoice-refusal\n    edition: ED-TMALL-2023\n    points: 4", "stands twice", "invoice-refusal",
            "keep one"),
    Mistake("a policy file that is no YAML", "grading/policies/mine.yaml", whole("phrases: [a, b\n"), "phrases",
            "a bracket is not closed", "phrases", "close it"),
    Mistake("a candidate twice", ROSTER, whole("candidate,name,department,site,stage\n\nc1,王,a,b,c\nC1,李,a,b,c\n"),
            "C1,", "the candidate number stands twice", "C1", "the first is in line 3"),
    Mistake("extra time nobody can give", ROSTER,
            whole("candidate,name,department,site,stage,extra_time\nc1,王,a,b,c,x1.5\nc2,李,a,b,c,x3\n"),
            "c2,", "this is no extra time", "x3", "write x1.25, x1.5, x2, or minutes like +15"),
    Mistake("a missing column", ROSTER, whole("candidate,name,department,site\nc1,王,a,b\n"), "",
            'the column "stage" is missing', "candidate, name", "make the first line  candidate,name"),
    # frozen forms and exam notebooks
    Mistake("a frozen form changed by hand", FROZEN, swap("minutes: 10", "minutes: 99"), "",
            "the frozen form was edited", "", "restore the file"),
    Mistake("a frozen form that is damaged", FROZEN, swap("minutes: 10", "minutes 10"), "minutes 10",
            "a colon is missing", "minutes 10", "ordinary colon"),
    Mistake("an item that moved on", STARTER, swap("一个没有下过单的账号问", "有一个没有下过单的账号问"), "",
            "I-001 has changed in the bank since the form was frozen", "exams/bank/d08/I-001.yaml",
            "freeze a new form"),
    Mistake("an exam that moved on", EXAM, swap("cut: 80%", "cut: 70%"), "", "the pass rule",
            "exams/START/exam.yaml", "freeze a new form"),
    Mistake("a marking cell that ends otherwise", NOTEBOOK,
            cell("I-001", source(HIDDEN.format(last="print('done')"))), '"grade_id": "I-001"',
            "does not end in award(…); nbgrader would give full marks", "print('done')", "the last line"),
    Mistake("a semicolon after award", NOTEBOOK,
            cell("I-001", source(HIDDEN.format(last='award("I-001", choice(key="c"), out_of=1);'))),
            '"grade_id": "I-001"', "does not end in award(…)", "out_of=1);", "without a semicolon"),
    Mistake("award kept in a name", NOTEBOOK,
            cell("I-001", source(HIDDEN.format(last='mark = award("I-001", choice(key="c"), out_of=1)'))),
            '"grade_id": "I-001"', "does not end in award(…)", "mark = award", "the last line"),
    Mistake("a key that is not hidden", NOTEBOOK,
            cell("I-001", source(MARKING.format(last='award("I-001", choice(key="c"), out_of=1)'))),
            '"grade_id": "I-001"', "trainees would see the key", "award(", "BEGIN HIDDEN TESTS"),
    Mistake("marking code that cannot be read", NOTEBOOK,
            cell("I-001", source(HIDDEN.format(last="award('I-001', "))), '"grade_id": "I-001"', "cannot be read",
            "", "examdesk build"),
    Mistake("other points in the cell", NOTEBOOK, cell("I-001", meta(points=3)), '"grade_id": "I-001"',
            "the cell gives 3 points, award(…) says out_of=1", "3", "the same number"),
    Mistake("no points in the cell", NOTEBOOK, cell("I-001", meta(points=None)), '"grade_id": "I-001"',
            "the cell gives no points", "no", "the same number"),
    Mistake("a marking cell that is not locked", NOTEBOOK, cell("I-001", meta(locked=False)), '"grade_id": "I-001"',
            "not locked", "", "Autograder tests"),
    Mistake("a cell copied", NOTEBOOK, cell("setup", meta(grade_id="I-002")), '"grade_id": "I-002"',
            "two cells have this id", "I-002", "another id"),
    Mistake("an item without a cell", NOTEBOOK, cell("I-001", lambda c: c["metadata"].pop("nbgrader")), "",
            "the form has the item I-001, the notebook no marking cell for it", "I-001", "add the cell"),
    Mistake("a reply without a cell for its marker", NOTEBOOK,
            cell("R-001", lambda c: c["metadata"].pop("nbgrader")), '"grade_id": "R-001-evidence"',
            "the cell gives no points, and no cell for a marker does", "R-001", "Manually graded task"),
    Mistake("a reply that is not shown", NOTEBOOK, cell("R-001-evidence", lambda c: c["metadata"].pop("nbgrader")),
            "", "the form has the item R-001, the notebook no marking cell for it", "R-001", "add the cell"),
    Mistake("other points for the marker", NOTEBOOK, cell("R-001", meta(points=9)), '"grade_id": "R-001"',
            "the cell gives 9 points, form.json says 4", "9", "the same number"),
    Mistake("award of an item of another exam", NOTEBOOK,
            cell("I-001", lambda c: source("".join(c["source"]).replace( 'award("I-001"', 'award("I-777"'))(c)),
            '"grade_id": "I-001"', "names an item that is not in form.json", "I-777", "use one of: I-001"),
    Mistake("award without points", NOTEBOOK,
            cell("I-001", lambda c: source("".join(c["source"]).replace( ", out_of=1", ""))(c)),
            '"grade_id": "I-001"', "does not say out of how many points", "", "out_of=1"),
    Mistake("a notebook that is damaged", NOTEBOOK, whole("{"), "", "the notebook cannot be read", "",
            "build it anew"),
    Mistake("answers beside the exam", "source/START-a/responses.jsonl", whole("{}\n"), "", "a file with answers",
            "responses.jsonl", "remove it"),
    Mistake("a form.json that is damaged", "source/START-a/form.json", whole("{"), "", "missing or damaged", "",
            "examdesk build"),
    # files in the wrong place
    Mistake("an item saved with another ending", "exams/bank/d02/I-103.yaml.txt", whole("id: I-103\n"), "",
            "this file is no item and is not read", "I-103.yaml.txt", "name it like"),
    Mistake("a picture no item shows", "exams/bank/d02/coat.png", whole("png"), "",
            "this file is no item and is not read", "coat.png", "name a picture in an item beside it"),
    # the personas
    Mistake("a persona in one language", PERSONAS, drop(r", en: Chooses a gift"), "    name: {zh: 挑礼物送人}",
            '"name" (in personas "gift") must stand in both languages', "a group with zh", "zh: …  and  en: …"),
    Mistake("a motive nobody has described", PERSONAS, swap("motive: brand", "motive: brnad"), "motive: brnad",
            "there is no motive of this name", "brnad", "use one of: value, price, brand"),
    Mistake("a motive nobody has", PERSONAS, swap("  value: {zh", "  thrift: {zh: 节俭, en: thrift}\n  value: {zh"),
            "  thrift:", "no persona has this motive", "thrift", "write a persona who has it"),
    Mistake("a persona twice", PERSONAS, swap("id: regular", "id: gift"), "id: gift\n    name: {zh: 老顾客",
            "this id stands twice", "gift", "its own id"),
    Mistake("a persona with other numbers", PERSONAS, swap("for 20 less", "for 30 less"),
            "      - {zh: 一样的款别家便宜20", "name different numbers", "only in en: 30", ""),
    Mistake("an exam file with another name", "exams/E50/exam.yml", whole("id: E50\n"), "", "holds no exam.yaml",
            "exam.yml", "name the file exam.yaml"),
]

PROGRAMMERS = re.compile(
    r"\b(str|dict|NoneType|None|True|False|int|bool|float|tuple|object|pydantic|Traceback|\w+Error|instance|"
    r"validation error|Input should be|Value error|regex|schema|null|parse|token|mapping|scalar|sequence|literal|"
    r"exception)\b"
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course without faults: one item of every quiz type, a frozen form and its notebook."""
    course = tmp_path_factory.mktemp("good") / "course"
    init_course(course, roster=None, exams=None, name="good")
    for path in sorted((ROOT / "tests/authors").glob("*.yaml")):
        shutil.copy(path, course / "exams/bank/d02")
    freeze_exam(course, "START", "a")
    build_exam(course, "START")
    assert check(course).faults == ()
    return course


@pytest.fixture
def course(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "course"))


def tried(course: Path, mistake: Mistake) -> tuple[Fault, ...]:
    """The faults of the course with one mistake in it."""
    path = course / mistake.file
    path.parent.mkdir(exist_ok=True)
    if mistake.file == SCENARIO:
        shutil.copy(ROOT / SCENARIO, path)
    if mistake.file in (EXAM, STARTER, REPLY, FACTS, MULTI) and "moved on" not in mistake.name:
        (course / FROZEN).unlink()  # else the frozen form, too, would differ
    path.write_bytes(mistake.edit(path.read_bytes() if path.exists() else b""))
    return check(course).faults


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_an_author_is_told_what_is_wrong_where_and_how_to_mend_it(course: Path, mistake: Mistake) -> None:
    faults = tried(course, mistake)
    assert len(faults) == 1, "\n".join(map(str, faults)) or "no fault"
    (fault,) = faults
    elsewhere = {"moved on": FROZEN, "exam file with another name": "exams/E50", "form.json": NOTEBOOK}
    assert fault.file == next((file for name, file in elsewhere.items() if name in mistake.name), mistake.file)
    assert mistake.wrong in fault.wrong
    assert mistake.found in fault.found
    assert mistake.cure in fault.cure
    assert not PROGRAMMERS.search(f"{fault.wrong} {fault.cure}"), str(fault)
    assert len(fault.found) <= 60 and "\n" not in str(fault)
    if mistake.at:
        text = (course / mistake.file).read_bytes().decode("utf-8", "replace")
        assert fault.line == text[: text.index(mistake.at)].count("\n") + 1, str(fault)


def test_all_faults_of_all_files_come_at_once_sorted_by_file_and_line(course: Path) -> None:
    (course / FROZEN).unlink()
    chosen = ("points 0", "a key that is no option", "a multi without a key", "a cut of 120 %", "a fact nobody knows")
    for mistake in MISTAKES:
        if mistake.name in chosen:
            path = course / mistake.file
            path.write_bytes(mistake.edit(path.read_bytes()))
    faults = check(course).faults
    assert [(fault.file, fault.line) for fault in faults] == [
        (EXAM, 18), (CHOICE, 4), (CHOICE, 5), (CHOICE, 40), (MULTI, 27)
    ]


def test_a_copy_whose_id_was_not_changed_is_the_one_at_fault(course: Path) -> None:
    for name in ("A copy", "I-010 - 副本", "copy"):
        copy = course / "exams/bank/d02" / f"{name}.yaml"
        copy.write_bytes((course / CHOICE).read_bytes())
        (fault,) = check(course).faults
        assert fault.file == f"exams/bank/d02/{name}.yaml"
        assert fault.wrong == f"the id is not the file's name, {name}"
        copy.unlink()


def test_one_id_in_two_folders_names_the_other_file(course: Path) -> None:
    text = (course / CHOICE).read_text("utf-8").replace("domain: D2", "domain: D3")
    (course / "exams/bank/d03").mkdir()
    (course / "exams/bank/d03/I-010.yaml").write_text(text, "utf-8")
    (fault,) = check(course).faults
    assert (fault.file, fault.line, fault.found) == ("exams/bank/d03/I-010.yaml", 1, CHOICE)
    assert fault.wrong == "I-010 exists already"


@pytest.mark.parametrize(
    "edit",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw + b"\n\n# a remark\n",
        lambda raw: b"# yaml-language-server: $schema=../../schema/item.json\n" + raw,
        lambda raw: raw.replace(b"critical: true\n", b"critical: yes\n"),
        lambda raw: raw.replace(b"id: t\n", b"'id': 't'\n"),
    ],
    ids=["BOM", "Windows line ends", "a remark", "an editor's hint", "yes for true", "quotes"],
)
@pytest.mark.parametrize("file", [CHOICE, TRUE_FALSE, REPLY, EXAM, FACTS, POINTS])
def test_what_is_only_written_otherwise_is_no_fault(course: Path, file: str, edit: Edit) -> None:
    (course / file).write_bytes(edit((course / file).read_bytes()))
    assert check(course).faults == ()


def test_times_dates_and_words_like_no_mean_what_the_author_sees(course: Path) -> None:
    """Plain YAML reads 15:40 as 940, no as false and 010 as 8."""
    text = (course / NUMERIC).read_text("utf-8")
    text = text.replace("kind: integer\n    key: 54", "kind: time\n    key: 15:40")
    text = text.replace("{id: fail,", "{id: no,").replace("key: pass", "key: no")
    (course / NUMERIC).write_text(text, "utf-8")
    assert check(course).faults == ()


def test_a_hand_written_notebook_may_hold_prose_magics_and_tasks_of_its_own(course: Path) -> None:
    notebook = json.loads((course / NOTEBOOK).read_text("utf-8"))
    own = {"grade": False, "locked": True, "schema_version": 3, "solution": False, "task": True, "grade_id": "essay"}
    notebook["cells"] += [
        {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "Good luck"},
        {"cell_type": "markdown", "id": "essay", "metadata": {"nbgrader": own}, "source": ["Write\n", "a page"]},
    ]
    marking = next(one for one in notebook["cells"] if one["id"] == "I-001")
    marking["source"] = "%matplotlib inline\n" + "".join(marking["source"]) + "  # the end\n\n"
    (course / NOTEBOOK).write_text(json.dumps(notebook), "utf-8")
    assert check(course).faults == ()


def test_a_third_of_a_point_is_the_same_in_item_form_and_cell(course: Path) -> None:
    (course / FROZEN).unlink()
    text = (course / STARTER).read_text("utf-8")
    (course / STARTER).write_text(text.replace("points: 1", 'points: "1/3"'), "utf-8")
    freeze_exam(course, "START", "a")
    build_exam(course, "START")
    assert check(course).faults == ()


def test_files_editors_leave_behind_are_no_faults(course: Path) -> None:
    for name in (".DS_Store", "I-010.yaml~", ".I-010.yaml.swp", "#I-010.yaml#", "README.md"):
        (course / "exams/bank/d02" / name).write_bytes(b"\x00")
    assert check(course).faults == ()


def test_an_item_with_faults_is_named_once_not_again_by_its_exam(course: Path) -> None:
    (course / FROZEN).unlink()
    (course / STARTER).write_text("id: I-001\n", "utf-8")
    (fault,) = check(course).faults
    assert (fault.file, fault.wrong) == (STARTER, "the type is missing")


def test_a_handbook_with_faults_is_named_once_not_by_every_item(course: Path) -> None:
    (course / FACTS).write_text("editions: {}\n", "utf-8")
    assert {fault.file for fault in check(course).faults} == {FACTS}


def test_a_retired_form_may_differ_from_the_bank_but_must_be_whole(course: Path) -> None:
    exam = (course / EXAM).read_text("utf-8")
    (course / EXAM).write_text(exam.replace("  a:\n", "  b:\n"), "utf-8")
    item = (course / STARTER).read_text("utf-8")
    (course / STARTER).write_text(item.replace("一个没有下过单的账号问", "有一个没有下过单的账号问"), "utf-8")
    assert check(course).faults == ()
    (course / FROZEN).write_text((course / FROZEN).read_text("utf-8").replace("minutes: 10", "minutes: 9"), "utf-8")
    assert [fault.file for fault in check(course).faults] == [FROZEN]


def test_a_frozen_form_copied_to_another_letter_is_a_fault(course: Path) -> None:
    shutil.copy(course / FROZEN, (course / FROZEN).with_name("b.yaml"))
    (fault,) = check(course).faults
    assert fault.wrong == "this is the frozen form of another place, not START-b"
    assert fault.found == "START-a"


def test_a_handbook_fact_reworded_leaves_frozen_forms_valid_but_an_expired_edition_does_not(course: Path) -> None:
    facts = (course / FACTS).read_text("utf-8")
    (course / FACTS).write_text(facts.replace("以任何形式泄露顾客信息", "不论以什么形式泄露顾客信息"), "utf-8")
    assert check(course).faults == ()
    (course / FACTS).write_text(facts.replace("status: current", "status: historical", 1), "utf-8")
    assert [fault.wrong for fault in check(course).faults] == [
        "exam.yaml has changed since the form was frozen: which editions are no longer current"
    ]


def test_the_report_as_json_names_counts_and_faults(course: Path) -> None:
    (course / CHOICE).write_bytes(swap("key: d", "key: e")((course / CHOICE).read_bytes()))
    found = json.loads(json.dumps(check(course).as_json()))
    by_domain = found.pop("by_domain")
    kinds = sum((Counter(types) for types in by_domain.values()), Counter[str]())
    assert kinds == Counter(found["by_type"]) and by_domain["D8"]["choice"] > 0 and list(by_domain) == sorted(by_domain)
    assert found == {
        "items": 9,
        "by_type": {"choice": 3, "matching": 1, "multi": 1, "numeric": 2, "ordering": 1, "reply": 1},
        "faults": [{"file": CHOICE, "line": 40, "wrong": "the key is none of the options", "found": "e",
                    "cure": "use one of: a, b, c, d"}],
        "notes": [{"file": EXAM, "line": 12, "wrong": "no person has reviewed 3 of the 3 items of form a; it is good "
                   "for practice and trial, not for certificates", "found": "I-001, I-002, R-001",
                   "cure": "run  examdesk bank review ID --by NAME"}],
        "facts": {"covered": 6, "not_covered": ["F-TB-02", "F-TB-04", "F-TB-07", "F-TB-10", "F-TB-11", "F-TB-14"]},
    }


def test_a_course_with_a_programme_is_told_of_items_without_a_guess(course: Path) -> None:
    (course / "exams" / "programme.yaml").write_text(
        "tracks: {}\nexams: [{id: START, title: {zh: 考试, en: Exam}, parts: [{kinds: {choice: 2}}]}]\n", "utf-8")
    report = check(course)
    assert report.faults == ()
    (note,) = (note for note in report.notes if note.file == "exams/bank")
    assert note.wrong.startswith("9 of 9 quiz and reply items have no difficulty, 9 no level")


def test_a_folder_without_exams_says_where_to_go(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="examdesk init"):
        check(tmp_path)


def test_the_real_course_has_no_faults() -> None:
    report = check(ROOT)
    assert report.faults == (), "\n".join(map(str, report.faults))
    assert report.items >= 58
