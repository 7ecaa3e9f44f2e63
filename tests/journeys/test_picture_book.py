"""Both READMEs show every item type, with pictures that are there."""

from __future__ import annotations

import re

import pytest

from examdesk.items import packages
from tests.journeys.exams import PROJECT


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_picture_book_shows_every_item_type_in_both_languages(readme: str) -> None:
    pictures = set(re.findall(r"\]\((docs/pictures/[a-z-]+\.png)\)", (PROJECT / readme).read_text("utf-8")))
    assert pictures >= {f"docs/pictures/{name}-{lang}.png" for name in packages() for lang in ("en", "zh")}
    assert [path for path in pictures if not (PROJECT / path).read_bytes().startswith(b"\x89PNG")] == []
