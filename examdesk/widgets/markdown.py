r"""Authored Markdown as HTML: HTML in it stays text, a formula \( … \) becomes MathML, nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from markdown_it.token import Token

MATHML = "{http://www.w3.org/1998/Math/MathML}"
_TAGS = frozenset([
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msup", "msub", "msubsup", "munder",
    "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose",
])
_ATTRIBUTES = frozenset([
    "display", "stretchy", "fence", "separator", "form", "linethickness", "columnalign", "rowspacing", "columnspacing",
    "movablelimits", "lspace", "rspace", "width", "mathvariant", "accent", "minsize", "maxsize",
])


def rendered(texts: Mapping[str, str]) -> dict[str, str]:
    """HTML per language of authored Markdown."""
    return {language: _markdown().render(source) for language, source in texts.items()}


def mathml(formula: str, *, block: bool = False) -> str:
    """The formula, in LaTeX, as MathML, which browsers draw and screen readers read; "" when it cannot be shown.

    The converter passes some of its input on as markup, so only plain MathML is let through.
    """
    from latex2mathml.converter import convert

    try:
        made = convert(formula, display="block" if block else "inline")
        nodes = list(ElementTree.fromstring(made).iter())
    except Exception:  # the converter's own errors share no class
        return ""
    plain = all(node.tag.removeprefix(MATHML) in _TAGS and set(node.attrib) <= _ATTRIBUTES for node in nodes)
    unread = any("\\" in (node.text or "") for node in nodes)  # a command the converter does not know
    return made if plain and not unread else ""


@cache
def _markdown() -> MarkdownIt:
    from mdit_py_plugins.texmath import texmath_plugin

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").use(texmath_plugin, delimiters="brackets")
    markdown.add_render_rule("math_inline", _formula)
    markdown.add_render_rule("math_block", _formula)
    markdown.add_render_rule("math_block_eqno", _formula)
    draw = markdown.renderer.rules["image"]  # type: ignore[attr-defined]

    def picture(_self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Only what came with the exam: an address is shown by its text."""
        own = str(tokens[at].attrs.get("src", "")).startswith("data:image/")
        return draw(tokens, at, options, env) if own else escape(tokens[at].content)

    markdown.add_render_rule("image", picture)
    return markdown


def _formula(_self: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    token = tokens[at]
    return mathml(token.content, block=token.block) or f"<code>{escape(token.content)}</code>"
