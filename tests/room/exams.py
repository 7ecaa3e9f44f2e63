"""A course folder and candidates who sit its tutorial exam, without a browser."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from examdesk.handin import file_name, pack
from examdesk.handin.contents import MANIFEST, digest
from examdesk.journal import NAME, Writer
from tests.conftest import ROOT

FORM = "E00-tutorial-a"
PEOPLE = ("li", "wang", "zhao")


def course(folder: Path) -> Path:
    """A course with the tutorial exam and three people on its roster."""
    (folder / "exams").mkdir(parents=True)
    shutil.copytree(ROOT / "source" / FORM, folder / "source" / FORM)
    (folder / "grading").mkdir()
    rows = "".join(f"{name},名字 {name},售前,杭州,新人\n" for name in PEOPLE)
    (folder / "grading" / "roster.csv").write_text("candidate,name,department,site,stage\n" + rows, "utf-8")
    return folder


def sit(folder: Path, candidate: str, *answers: str, finish: bool = True, form: str = FORM) -> Path:
    """A folder in which `candidate` chose `answers` one after the other in the first question, and handed in."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (f"{FORM}.ipynb", "form.json"):
        shutil.copy(ROOT / "source" / FORM / name, folder / name)
    writer = Writer(folder / NAME)
    writer.append("started", {"exam": "E00-tutorial", "form": form, "candidate": candidate, "attempt": 1,
                              "engine": "0", "language": "zh"})
    for value in answers:
        writer.append("answered", value, item="I-C20")
    if finish:
        writer.append("finished", {"answered": 1})
    return folder


def handed_in(folder: Path, candidate: str, *answers: str, **how: Any) -> Path:
    """The hand-in file of that candidate."""
    return pack(sit(folder, candidate, *answers, **how), FORM)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def remade(path: Path, change: Callable[[dict[str, bytes]], Any], *, honest: bool = True) -> Path:
    """The file with other contents; `honest` writes a manifest that fits them."""
    files = members(path)
    change(files)
    if honest and MANIFEST in files:
        manifest = json.loads(files[MANIFEST])
        manifest["files"] = {name: {"bytes": len(data), "sha256": digest(data)}
                             for name, data in files.items() if name != MANIFEST}
        files[MANIFEST] = json.dumps(manifest).encode()
    path.write_bytes(archived(files))
    return path


def archived(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


__all__ = ["FORM", "PEOPLE", "archived", "course", "file_name", "handed_in", "members", "remade", "sit"]
