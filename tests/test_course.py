"""A course folder of one's own, its roster, and the schemas editors read."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import fastjsonschema
import jsonschema
import pytest
import referencing
from typer.testing import CliRunner

from examdesk.bank import load_yaml
from examdesk.bank.roster import Trainee, read_roster, roster_bytes
from examdesk.building import build_exam, check, freeze_exam, init_course, write_schemas
from examdesk.building.course import TEMPLATES
from examdesk.building.schemas import schema_files
from examdesk.cli import app
from examdesk.errors import AuthorError, CourseError
from examdesk.extra import code_of
from tests.conftest import ROOT

PEOPLE = "candidate,name,department,site,stage\nc-01,王小明,售前,杭州,新人\nC_02,Li Na,after-sales,Hangzhou,T1\n"
WORKED_IN = ("exams", "source", "release", "submitted", "autograded", "feedback", "grading", "notebooks")


def written(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def every_file(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The course folder


def test_a_new_course_has_no_faults_and_its_starter_exam_can_be_built(tmp_path: Path) -> None:
    course = tmp_path / "deep" / "course"
    made = init_course(course, roster=None, exams=None, name=None)
    assert made == sorted(every_file(course))
    assert check(course).faults == ()
    assert check(course).by_type == {"choice": 1, "numeric": 1, "reply": 1}
    freeze_exam(course, "START", "a")
    assert [folder.name for folder in build_exam(course, "START")] == ["START-a"]
    assert check(course).faults == ()


def test_nbgrader_is_configured_by_two_lines(tmp_path: Path) -> None:
    init_course(tmp_path / "course", roster=None, exams=None, name=None)
    config = (tmp_path / "course" / "nbgrader_config.py").read_text("utf-8")
    assert config == "from examdesk.pipeline import configure\nconfigure(get_config())\n"
    ast.parse(config)


def test_every_folder_says_on_one_screen_who_works_there_and_what_to_run(tmp_path: Path) -> None:
    init_course(tmp_path / "course", roster=None, exams=None, name="双十一 training")
    for folder in WORKED_IN[1:]:
        text = (tmp_path / "course" / folder / "README.md").read_text("utf-8")
        assert len(text.splitlines()) <= 50, folder
        assert "examdesk " in text or "nbgrader " in text, folder
    assert (tmp_path / "course" / "README.md").read_text("utf-8").startswith("# 双十一 training – ")


@pytest.mark.slow
def test_the_exams_of_the_project_are_copied_with_forms_handbook_and_grading_files(tmp_path: Path) -> None:
    init_course(tmp_path / "course", roster=None, exams=ROOT / "exams", name="demo")
    copied, original = every_file(tmp_path / "course" / "exams"), every_file(ROOT / "exams")
    assert {name: copied[name] for name in original} == original
    assert not any("START" in name for name in copied)
    points = "grading/points.yaml"
    assert (tmp_path / "course" / points).read_bytes() == (ROOT / points).read_bytes()
    assert check(tmp_path / "course").faults == ()


def test_a_course_may_be_named_in_the_place_of_its_exams_folder(tmp_path: Path) -> None:
    init_course(tmp_path / "one", roster=None, exams=None, name=None)
    (tmp_path / "one" / "exams" / ".hidden").write_text("x")
    (tmp_path / "one" / "exams" / "half.tmp").write_text("x")
    init_course(tmp_path / "two", roster=None, exams=tmp_path / "one", name=None)
    assert "exams/START/exam.yaml" in every_file(tmp_path / "two")
    assert not any("hidden" in name or "half" in name for name in every_file(tmp_path / "two"))


def test_exams_with_a_handbook_of_their_own_get_no_points_that_do_not_fit(tmp_path: Path) -> None:
    init_course(tmp_path / "one", roster=None, exams=None, name=None)
    (tmp_path / "one" / "exams").rename(tmp_path / "exams")
    facts = tmp_path / "exams" / "handbook" / "facts.yaml"
    facts.write_text(facts.read_text("utf-8").replace("F-TB-04", "F-ZZ-04"), "utf-8")
    init_course(tmp_path / "two", roster=None, exams=tmp_path / "exams", name=None)
    assert not (tmp_path / "two" / "grading" / "points.yaml").exists()
    assert check(tmp_path / "two").faults == ()


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "grading").mkdir(parents=True)
    (course / "notes.txt").write_text("mine")
    (course / "grading" / "roster.csv").write_text("mine")
    with pytest.raises(CourseError, match=r"grading/roster\.csv: exists already; nothing was written"):
        init_course(course, roster=None, exams=None, name=None)
    assert every_file(tmp_path) == {"course/notes.txt": b"mine", "course/grading/roster.csv": b"mine"}
    (course / "grading" / "roster.csv").unlink()
    init_course(course, roster=None, exams=None, name=None)
    assert (course / "notes.txt").read_text() == "mine"
    assert check(course).faults == ()
    with pytest.raises(CourseError, match="exists already"):
        init_course(course, roster=None, exams=None, name=None)


def test_a_file_or_link_in_the_way_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "mine", "course")
    with pytest.raises(CourseError, match="this is a file"):
        init_course(tmp_path / "course", roster=None, exams=None, name=None)
    (tmp_path / "other").mkdir()
    os.symlink(tmp_path / "nowhere", tmp_path / "other" / "README.md")
    with pytest.raises(CourseError, match=r"README\.md: exists already"):
        init_course(tmp_path / "other", roster=None, exams=None, name=None)
    written(tmp_path, "mine", "third")
    (tmp_path / "fourth").mkdir()
    written(tmp_path / "fourth", "mine", "exams")
    with pytest.raises(CourseError, match="exams: exists already"):
        init_course(tmp_path / "fourth", roster=None, exams=None, name=None)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        init_course(tmp_path / "course", roster=None, exams=None, name=None)
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_roster_or_a_wrong_exams_folder_stops_before_the_first_file(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="candidate number stands twice"):
        init_course(tmp_path / "course", roster=written(tmp_path, PEOPLE + "c-01,X,,,\n"), exams=None, name=None)
    with pytest.raises(CourseError, match="no bank/ in this folder"):
        init_course(tmp_path / "course", roster=None, exams=tmp_path, name=None)
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_templates_are_the_same_as_the_files_of_the_project() -> None:
    """Cure when this fails: copy the project's file into examdesk/building/templates/."""
    same = [name for name in every_file(TEMPLATES) if name.startswith("grading/") or name == "exams/README.md"]
    same += ["exams/personas.yaml"]
    same += [f"{folder}/README.md" for folder in ("source", "release", "submitted", "autograded", "feedback")]
    different = [name for name in same if (TEMPLATES / name).read_bytes() != (ROOT / name).read_bytes()]
    assert different == []
    assert {"grading/points.yaml", "grading/README.md", "grading/policies/report.yaml"} <= set(same)


# The roster


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_roster_is_read_as_excel_writes_it(tmp_path: Path, encoding: str) -> None:
    for text in (PEOPLE, PEOPLE.replace("\n", "\r\n"), PEOPLE.replace("\n", "\n\n") + ",,,,\n", PEOPLE.rstrip("\n")):
        assert read_roster(written(tmp_path, text.encode(encoding))) == [
            Trainee("c-01", "王小明", "售前", "杭州", "新人"),
            Trainee("C_02", "Li Na", "after-sales", "Hangzhou", "T1"),
        ]


def test_columns_may_stand_in_another_order_beside_others(tmp_path: Path) -> None:
    text = 'Stage, name ,phone,site,department,CANDIDATE\nT1,"Li, Na",123,杭州,售后,c1\n'
    assert read_roster(written(tmp_path, text)) == [Trainee("c1", "Li, Na", "售后", "杭州", "T1")]


def test_a_roster_of_nobody_yet_is_empty(tmp_path: Path) -> None:
    assert read_roster(written(tmp_path, "candidate,name,department,site,stage\n")) == []


def test_all_faults_of_a_roster_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = PEOPLE + (
        "c-01,Second,a,b,c\n"
        "../etc,Path,a,b,c\n"
        "王,Chinese,a,b,c\n"
        ",Nobody,a,b,c\n"
        "c 5,Space,a,b,c\n"
        f"{'x' * 41},Long,a,b,c\n"
        "c6,,a,b,c\n"
        "c7,Seven,a,b,c,d\n"
        f"c8,{'y' * 81},a,b,c\n"
        "c9,Nine\x07,a,b,c\n"
    )
    with pytest.raises(AuthorError) as raised:
        read_roster(written(tmp_path, text))
    assert [(fault.line, fault.wrong) for fault in raised.value.faults] == [
        (4, "the candidate number stands twice"),
        (5, "this is no candidate number"),
        (6, "this is no candidate number"),
        (7, "this is no candidate number"),
        (8, "this is no candidate number"),
        (9, "this is no candidate number"),
        (10, "the name is missing"),
        (11, "the line has more cells than the first line"),
        (12, "a cell is too long or holds an invisible sign"),
        (13, "a cell is too long or holds an invisible sign"),
    ]
    assert all(fault.file == "people.csv" and fault.cure for fault in raised.value.faults)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "the roster is empty"),
        (b"\n\n", "the roster is empty"),
        (b"PK\x03\x04 a workbook", "this is no CSV file"),
        ("candidate,name".encode("utf-16"), "this is no CSV file"),
        (b"\xff\xffcandidate,name,department,site,stage\n", "the text is neither UTF-8 nor GB18030"),
        (b"name,department,site,stage\n", 'the column "candidate" is missing'),
        (b"candidate,candidate,name,department,site,stage\n", 'the column "candidate" stands twice'),
        (b"candidate;name;department;site;stage\n", 'the column "candidate" is missing'),
        (b"candidate,name,department,site,stage\n" + b"x" * 200_000, "the line cannot be read as CSV"),
    ],
)
def test_a_file_that_is_no_roster_says_how_to_save_one(tmp_path: Path, content: bytes, wrong: str) -> None:
    with pytest.raises(AuthorError) as raised:
        read_roster(written(tmp_path, content))
    assert raised.value.faults[0].wrong == wrong
    assert raised.value.faults[0].cure


def test_a_missing_roster_is_a_line_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="the roster cannot be read"):
        read_roster(tmp_path / "no.csv")


def test_a_roster_is_written_as_it_is_read_and_excel_sees_its_chinese(tmp_path: Path) -> None:
    people = [Trainee("c-01", "王小明, 组长", "售前", "杭州", "新人"), Trainee("c2", "“Li”", "", "", "")]
    content = roster_bytes(people)
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_roster(written(tmp_path, content)) == people
    init_course(tmp_path / "course", roster=tmp_path / "people.csv", exams=None, name=None)
    assert read_roster(tmp_path / "course" / "grading" / "roster.csv") == people


# Schemas


def test_the_tracked_schemas_are_those_the_code_writes(tmp_path: Path) -> None:
    """Cure when this fails: run  examdesk schemas."""
    fresh = {path.name: path.read_bytes() for path in write_schemas(tmp_path / "schema")}
    assert fresh == every_file(ROOT / "exams" / "schema")
    assert fresh == schema_files()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "schema").iterdir()}
    write_schemas(tmp_path / "schema")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "schema").iterdir()} == before


def _validator(name: str) -> jsonschema.Draft7Validator:
    files = {file: json.loads(content) for file, content in schema_files().items()}
    registry = referencing.Registry().with_resources(
        (file, referencing.Resource.from_contents(schema)) for file, schema in files.items()
    )
    return jsonschema.Draft7Validator(files[name], registry=registry)


@pytest.mark.slow
def test_the_schemas_accept_every_file_authors_have_written() -> None:
    files = [*sorted((ROOT / "exams" / "bank").rglob("*.yaml")), *sorted((ROOT / "exams").glob("*/exam.yaml")),
             ROOT / "exams/handbook/facts.yaml", ROOT / "grading/points.yaml", ROOT / "exams/personas.yaml"]
    read = {path: load_yaml(path, root=ROOT).data for path in files}
    kinds = {path: data["type"] if path.parents[1].name == "bank" else path.stem for path, data in read.items()}
    schemas = {kind: json.loads(schema_files()[f"{kind}.json"]) for kind in set(kinds.values())}
    accepts = {kind: fastjsonschema.compile(schema, use_default=False) for kind, schema in schemas.items()}
    for path, data in read.items():
        accepts[kinds[path]](data)  # raises with the place of what is wrong
    assert len(files) > 60


@pytest.mark.parametrize(
    "change", [{"layuot": "list"}, {"type": "choise"}, {"points": 1.5}, {"options": []}, {"stem": "x"}]
)
def test_the_schemas_underline_common_mistakes(change: dict[str, object]) -> None:
    item = load_yaml(ROOT / "tests/authors/I-010.yaml", root=ROOT).data
    assert list(_validator("item.json").iter_errors(item)) == []
    assert list(_validator("item.json").iter_errors({**item, **change}))


def test_extra_time_is_an_optional_column_and_survives_writing(tmp_path: Path) -> None:
    head = "candidate,name,department,site,stage,extra_time\n"
    people = read_roster(written(tmp_path, f"{head}c1,Li,a,b,c,×1.5\nc2,Wu,a,b,c,15\nc3,He,a,b,c,\nc4,Qi,a,b,c\n"))
    assert [one.extra_time for one in people] == ["x1.5", "+15", "", ""]
    assert read_roster(written(tmp_path, roster_bytes(people))) == people
    assert b"extra_time" not in roster_bytes(people[2:])


def test_the_instructor_reads_who_has_extra_time_and_the_file_holds_codes_alone(tmp_path: Path) -> None:
    init_course(tmp_path / "course", roster=None, exams=ROOT / "exams", name="demo")
    (tmp_path / "course/grading/roster.csv").write_text(
        "candidate,name,department,site,stage,extra_time\nc1,Li,a,b,c,x1.5\nc2,Wu,a,b,c,\nc3,He,a,b,c,+15\n", "utf-8")
    run = CliRunner().invoke(app, ["extra-time", "E10-a", "--course", str(tmp_path / "course"),
                                   "--codes-to", str(tmp_path / "codes")])
    assert [line.split()[:5] for line in run.stdout.splitlines()[:2]] == [
        ["c1", "Li", "x1.5", "37.5", "min"], ["c3", "He", "+15", "40", "min"]]
    told = {code_of("E10-a", "c1", "x1.5"), code_of("E10-a", "c3", "+15")}
    assert {line.split("code ")[1].replace(" ", "") for line in run.stdout.splitlines()[:2]} == told
    assert (tmp_path / "codes").read_text("ascii").split() == sorted(told)
