"""Pieces of a page: escaped text, tables, figures as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Finished HTML: what is in it is escaped already. A notebook shows it as it is."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def told(value: object) -> str:
    """A value as HTML: text is escaped, finished HTML stays."""
    return str(value) if isinstance(value, Html) else escape(str(value))


def tag(name: str, *children: object, cls: str = "") -> Html:
    """An element with its children.

    >>> tag("p", "1 < 2", cls="note")
    '<p class="note">1 &lt; 2</p>'
    """
    attribute = f' class="{escape(cls)}"' if cls else ""
    return Html(f"<{name}{attribute}>{''.join(told(child) for child in children)}</{name}>")


def joined(*pieces: object) -> Html:
    return Html("".join(told(piece) for piece in pieces))


def table(head: Sequence[object], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = (), cls: str = "",
          ) -> Html:
    """A table; the columns named by index in `numbers` are set to the right. The first column heads its row."""

    def cells(row: Sequence[object], first: str) -> str:
        return "".join(
            tag(first if index == 0 else "td", value, cls="n" if index in numbers else "").replace(
                "<th", '<th scope="row"', 1)
            for index, value in enumerate(row)
        )

    top = "".join(tag("th", value, cls="n" if index in numbers else "").replace("<th", '<th scope="col"', 1)
                  for index, value in enumerate(head))
    body = "".join(f"<tr>{cells(row, 'th')}</tr>" for row in rows)
    return Html(f'<div class="wide"><table class="{escape(cls)}"><thead><tr>{top}</tr></thead>'
                f"<tbody>{body}</tbody></table></div>")


def percent(share: float, digits: int = 0) -> str:
    """A share for people; "–" when there is none.

    >>> percent(0.594827, 1), percent(float("nan"))
    ('59.5%', '–')
    """
    return "–" if math.isnan(share) else f"{100 * share:.{digits}f}%"


def signed(r: float) -> str:
    """A correlation with its sign; "–" when there is none.

    >>> signed(-0.2248), signed(0.3)
    ('−0.22', '+0.30')
    """
    return "–" if math.isnan(r) else f"{r:+.2f}".replace("-", "−")
