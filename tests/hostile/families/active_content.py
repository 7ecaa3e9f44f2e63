"""Scripts in what a notebook shows: never in a page of ours."""

from __future__ import annotations

from typing import Any

from tests.hostile.cases import Damage, cells, code, data, good

SCRIPTS = {
    "text/html": "<script>alert(1)</script><img src=x onerror=alert(2)><iframe srcdoc='<script>alert(3)</script>'>",
    "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(4)'><script>alert(5)</script></svg>",
    "text/markdown": "[x](javascript:alert(6)) <details open ontoggle=alert(7)>",
    "application/javascript": "alert(8)",
    "text/latex": "\\href{javascript:alert(9)}{x}",
}


def outputs(*kinds: str, item: str = "") -> Damage:
    """Outputs of these kinds in every code cell, or in one."""
    shown = [{"output_type": "display_data", "metadata": {}, "data": {kind: SCRIPTS[kind]}} for kind in kinds]
    return cells(lambda cell: cell["cell_type"] == "code" and cell.update(outputs=shown), item)


def attached(kind: str, **more: Any) -> Damage:
    """A Markdown cell of the trainee's with an attachment."""
    cell = {
        "cell_type": "markdown",
        "id": "own",
        "metadata": {},
        "source": "![x](attachment:x)",
        "attachments": {"x": {kind: SCRIPTS[kind]}},
        **more,
    }
    return data(lambda read: read["cells"].append(cell))


def on_ours(kind: str) -> Damage:
    """An attachment of an exam's own cell."""
    return cells(lambda cell: cell.update(attachments={"x": {kind: SCRIPTS[kind]}}))


CASES = [
    *good(
        "SVG with script in outputs",
        svg_output=outputs("image/svg+xml"),
        svg_first=outputs("image/svg+xml", item="setup"),
        svg_and_html=outputs("image/svg+xml", "text/html"),
    ),
    *good(
        "HTML with script in outputs",
        html_output=outputs("text/html"),
        script_output=outputs("application/javascript"),
        every_kind=outputs(*SCRIPTS),
        markdown_output=outputs("text/markdown", "text/latex"),
    ),
    *good(
        "SVG with script in attachments",
        "extra-cells",
        svg_attached=attached("image/svg+xml"),
        svg_named=attached("image/svg+xml", source="<img src='attachment:x' onerror=alert(1)>"),
    ),
    *good("SVG with script in attachments", svg_on_ours=on_ours("image/svg+xml")),
    *good(
        "HTML with script in attachments",
        "extra-cells",
        html_attached=attached("text/html"),
        html_source=attached("text/html", source="<script>alert(3)</script>"),
        html_in_code=data(
            lambda read: read["cells"].append(
                {
                    **code("x"),
                    "outputs": [
                        {
                            "output_type": "error",
                            "ename": "<script>",
                            "evalue": "<script>alert(1)</script>",
                            "traceback": [],
                        }
                    ],
                }
            )
        ),
    ),
    *good("HTML with script in attachments", html_on_ours=on_ours("text/html")),
]
