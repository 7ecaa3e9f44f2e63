"""What a marker in the formgrader sees of one mark, as HTML, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from html import escape
from typing import Any

from examdesk.items import part
from examdesk.marking import shown
from examdesk.model import Judgement, Response, text, without_pictures


def marker_view(
    form: Mapping[str, Any], item: str, response: Response, judgement: Judgement, points: Fraction | None,
    full: Fraction,
) -> str:
    """Question, response and reason, escaped, by the form.json as the candidate saw it."""
    question, language = form["questions"][item], form["language"]
    public = question["public"]
    told = part(question["type"], "question").told(public, response.value, language) if response.value else []
    answer = "<br>".join(escape(line) for line in told) or "<i>blank · 空白</i>"
    if told and not full:
        answer = "<i>unscored, not shown · 不计分，不显示</i>"
    marked = judgement.fraction is not None or any(p.waits for p in judgement.parts)  # else parts are evidence only
    rows = "".join(
        f"<tr><td>{escape(p.criterion)}</td>"
        f"<td>{shown(p.fraction * p.weight * full if marked and not p.waits else None)} / {shown(p.weight * full)}</td>"
        f"<td>{escape(p.reason)}</td></tr>"
        for p in judgement.parts
    )
    found = "".join(
        f"<li>{escape(rule)}: <q>{escape(span)}</q></li>" for rule, span in (*judgement.critical, *judgement.suspected)
    )
    return (
        f'<div class="examdesk-mark"><p><b>{question["number"]}. {escape(item)}</b> '
        f"{shown(points)} / {shown(full)} · {escape(judgement.reason)}</p>"
        f'<p style="white-space:pre-wrap">{_escaped(without_pictures(text(public["stem"], language)))}</p>'
        f'<blockquote style="white-space:pre-wrap">{answer}</blockquote>'
        + (f"<table>{rows}</table>" if rows else "")
        + (f"<p>Please check · 请核对:</p><ul>{found}</ul>" if found else "")
        + "</div>"
    )


_escaped = lru_cache(maxsize=4096)(escape)
