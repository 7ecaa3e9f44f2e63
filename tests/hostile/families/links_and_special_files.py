"""Links, devices, pipes and sockets: refused where one stands for notebook or journal, else never opened."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from examdesk.journal import NAME
from tests.hostile.cases import Make, good, put, refused
from tests.hostile.papers import outside

NOTED, SAID = "special-files", "plain file"


def link(target: str) -> Make:
    return lambda path: path.symlink_to(target)


def device(major: int, minor: int) -> Make:
    """A device node where this user may make one, else a link to one of the machine's own."""

    def make(path: Path) -> None:
        try:
            os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(major, minor))
        except PermissionError:
            path.symlink_to({3: "/dev/null", 5: "/dev/zero", 9: "/dev/urandom"}[minor])

    return make


def listened(path: Path) -> None:
    """A socket; its name is bound from within the folder, since names of sockets are short."""
    here = os.open(path.parent, os.O_RDONLY)
    try:
        socket.socket(socket.AF_UNIX).bind(f"/proc/self/fd/{here}/{path.name}")
    finally:
        os.close(here)


def hard(path: Path) -> None:
    """A second name of the neighbours' secret."""
    path.hardlink_to(outside(path.parent) / "secret.txt")


def hard_to_own(path: Path) -> None:
    """A second name of a file of one's own."""
    path.hardlink_to(path.parent / "form.json")


def loop(path: Path) -> None:
    path.symlink_to(path.parent, target_is_directory=True)


JOURNAL, NOTEBOOK, OTHER = NAME, "{form}.ipynb", "notes.txt"
SOURCE = "../../../source/E10-a/E10-a.ipynb"

CASES = [
    *refused(
        "symlink to source",
        SAID,
        source_notebook=put(NOTEBOOK, link(SOURCE)),
        source_journal=put(JOURNAL, link("../../../source/E10-a/form.json")),
        neighbour_journal=put(JOURNAL, link("../../zz-honest/E10-a/responses.jsonl")),
    ),
    *good(
        "symlink to source",
        NOTED,
        source_other=put(OTHER, link(SOURCE)),
        source_folder=put("source", link("../../../source")),
    ),
    *refused(
        "symlink to a system file",
        SAID,
        passwd_notebook=put(NOTEBOOK, link("/etc/passwd")),
        passwd_journal=put(JOURNAL, link("/etc/passwd")),
        dangling_journal=put(JOURNAL, link("/no/such/file")),
    ),
    *good(
        "symlink to a system file",
        NOTED,
        passwd_other=put(OTHER, link("/etc/passwd")),
        root_folder=put("root", link("/")),
    ),
    *good("symlink to a system file", passwd_form=put("form.json", link("/etc/passwd"))),
    *good(
        "directory loop",
        NOTED,
        loop=put("loop", loop),
        loop_self=put("self", link("self")),
        loop_up=put("up", link("../..")),
    ),
    *refused("directory loop", SAID, loop_notebook=put(NOTEBOOK, link("E10-a.ipynb"))),
    *refused(
        "link to an endless device",
        SAID,
        zero_notebook=put(NOTEBOOK, link("/dev/zero")),
        zero_journal=put(JOURNAL, link("/dev/zero")),
        random_journal=put(JOURNAL, link("/dev/urandom")),
    ),
    *good(
        "link to an endless device",
        NOTED,
        zero_other=put("data.csv", link("/dev/zero")),
        stdin_other=put("input", link("/dev/stdin")),
    ),
    *refused("FIFO", SAID, fifo_notebook=put(NOTEBOOK, os.mkfifo), fifo_journal=put(JOURNAL, os.mkfifo)),
    *good("FIFO", NOTED, fifo_other=put("pipe", os.mkfifo)),
    *good("FIFO", fifo_secret=put("submission_secret.txt", os.mkfifo), fifo_form=put("form.json", os.mkfifo)),
    *refused(
        "device node", SAID, device_notebook=put(NOTEBOOK, device(1, 5)), device_journal=put(JOURNAL, device(1, 9))
    ),
    *good("device node", NOTED, device_other=put("null", device(1, 3)), device_named=put("a.ipynb.gz", device(1, 5))),
    *refused("socket", SAID, socket_notebook=put(NOTEBOOK, listened), socket_journal=put(JOURNAL, listened)),
    *good("socket", NOTED, socket_other=put("s", listened)),
    *refused(
        "hard link",
        SAID,
        hard_notebook=put(NOTEBOOK, hard),
        hard_journal=put(JOURNAL, hard),
        hard_own=put(JOURNAL, hard_to_own),
    ),
    *good("hard link", "other-files", hard_other=put(OTHER, hard)),
    *refused(
        "directory loop", SAID, folder_notebook=put(NOTEBOOK, Path.mkdir), folder_journal=put(JOURNAL, Path.mkdir)
    ),
]
