"""Pictures in stems: ![what it shows](coat.png), a file beside the item.

The item takes the picture in, so that a frozen form needs no file, and the page no address.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from examdesk.bank.files import Document
from examdesk.errors import Fault
from examdesk.model import PICTURE

MAX_BYTES = 200_000
KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}


def with_pictures(document: Document, body: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The body of an item with every picture of its stem as a data address, and what is wrong with the pictures."""
    stem: dict[str, str] = {}
    faults: list[Fault] = []
    for language, source in body["stem"].items():
        place = ("stem", language)

        def taken(link: re.Match[str], place: tuple[str, str] = place) -> str:
            alt, name = link[1].strip(), link[2].strip()
            address, wrong, cure = _read(document, name)
            if not alt:
                wrong, cure = "the picture has no text for people who cannot see it", "write it into the [ ]"
            if wrong:
                faults.append(document.fault(place, wrong, found=link[0], cure=cure))
            return f"![{alt}]({address})"

        stem[language] = PICTURE.sub(taken, source)
    return {**body, "stem": stem}, faults


def _read(document: Document, name: str) -> tuple[str, str, str]:
    """The data address of a picture file; what is wrong with it, and the cure."""
    folder = document.path.parent.resolve()
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder):
        return "", "a picture is a file beside the item", "put the file there and write its name, e.g. (coat.png)"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return "", "there is no such picture", f"put {path.name} into the item's folder, or correct the name"
    kind = next((kind for magic, kind in KINDS.items() if data.startswith(magic)), "")
    if not kind:
        return "", "this is no PNG, JPEG or GIF picture", "save it as one of these"
    if len(data) > MAX_BYTES:
        return "", f"the picture is larger than {MAX_BYTES // 1000} kB", "make it smaller; 1,000 pixels are wide enough"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}", "", ""
