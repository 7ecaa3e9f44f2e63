"""Pictures in stems, ![what it shows](coat.png), and attached ones, {picture: coat.png, alt: {…}}.

Each is a file beside the item.
The item takes the picture in, so that a frozen form needs no file, and the page no address.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from examdesk.bank.files import Document
from examdesk.bank.schema import Strict, TextMap, Words
from examdesk.errors import Fault
from examdesk.model import PICTURE

MAX_BYTES = 200_000
MAX_ATTACHED = 60_000  # of a picture in a chat, which is sent to the page again with every turn
KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}
ATTACHED = {"picture", "alt"}


class Attached(Strict):
    """A picture that is no part of a text."""

    picture: Words  # the name of a file beside the item
    alt: TextMap  # what it shows, for people who cannot see it


def with_pictures(document: Document, body: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The body of an item with every picture as a data address, and what is wrong with the pictures."""
    stem: dict[str, str] = {}
    faults: list[Fault] = []
    body = _attached(document, body, (), faults)
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


def _attached(document: Document, value: Any, place: tuple[str, ...], faults: list[Fault]) -> Any:
    """The value with all attached pictures taken in; its faults are added to `faults`."""
    if not isinstance(value, dict):
        return value
    if value.keys() != ATTACHED:
        return {name: _attached(document, inner, (*place, name), faults) for name, inner in value.items()}
    address, wrong, cure = _read(document, value["picture"], limit=MAX_ATTACHED)
    if wrong:
        faults.append(document.fault((*place, "picture"), wrong, found=value["picture"], cure=cure))
    return {**value, "picture": address}


def _read(document: Document, name: str, *, limit: int = MAX_BYTES) -> tuple[str, str, str]:
    """The data address of a picture file; what is wrong with it, and the cure."""
    folder = document.path.parent.resolve()
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder):
        return "", "a picture is a file beside the item", "put the file there and write its name, e.g. (coat.png)"
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError):
        return "", "there is no such picture", f"put {path.name} into the item's folder, or correct the name"
    kind = next((kind for magic, kind in KINDS.items() if data.startswith(magic)), "")
    if not kind:
        return "", "this is no PNG, JPEG or GIF picture", "save it as one of these"
    if len(data) > limit:
        return "", f"the picture is larger than {limit // 1000} kB", "make it smaller; 1,000 pixels are wide enough"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}", "", ""
