"""Charts as inline SVG with outlined letters, the same bytes every time on one machine."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import pandas as pd

from examdesk.reports.html import Html, percent

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC", "PingFang HK",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "SimSun",
    "Noto Sans CJK JP", "Noto Sans CJK TC", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
INK, SOFT, BAR, FAILED, CUT, STAMP = "#26323f", "#5b6877", "#3b78b5", "#c9ced6", "#b3261e", "#b45309"
OPEN = "#8a97a6"  # may be nothing at all


@cache
def chinese_font() -> str | None:
    """The best Chinese font of this computer, None when there is none."""
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return next((name for name in FONTS if name in there), None)


def histogram(bars: pd.DataFrame, *, cut: float | None, x: str, y: str, cut_text: str, alt: str) -> Html:
    """The score histogram of `analysis.score_histogram`: columns below the cut grey, a line at the cut."""
    from matplotlib.figure import Figure

    with _style():
        figure = Figure(figsize=(8.4, 2.9), layout="constrained")
        axes = figure.add_subplot()
        colours = [FAILED if cut is not None and high <= cut + 1e-9 else BAR for high in bars["high"]]
        places = range(len(bars))
        axes.bar(places, bars["n"], width=0.92, color=colours)
        for place, n in zip(places, bars["n"], strict=True):
            axes.text(place, n, str(n), ha="center", va="bottom", fontsize=8, color=INK)
        axes.set_xticks(places, [_span(low, high) for low, high in zip(bars["low"], bars["high"], strict=True)])
        axes.tick_params(length=0, labelsize=8)
        axes.set_yticks([])
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.margins(x=0.01, y=0.18)
        if cut is not None:
            _draw_cut(axes, bars, cut, cut_text)
        return _svg(figure, alt)


def _draw_cut(axes: Any, bars: pd.DataFrame, cut: float, text: str) -> None:
    place = sum((min(cut, high) - low) / (high - low) for low, high in zip(bars["low"], bars["high"], strict=True)
                if low < cut) - 0.5
    axes.axvline(place, color=CUT, linewidth=1.4, linestyle=(0, (4, 2)))
    axes.annotate(text, (place, 1), xycoords=("data", "axes fraction"), xytext=(4, -2), textcoords="offset points",
                  color=CUT, fontsize=9, va="top")


def _span(low: float, high: float) -> str:
    if low == 0:
        return f"<{percent(high)}"
    return f"≥{percent(low)}" if high == 1 else f"{100 * low:.0f}–{percent(high)}"


@dataclass(frozen=True)
class Dumbbell:
    """One line of a chart of gains: from one share to another, with the interval of what lies between."""

    name: str
    pre: float
    post: float
    low: float  # of the gain; NaN where there is none
    high: float
    figure: str  # the gain in words
    whole: bool = False  # the line over all others


def dumbbells(rows: Sequence[Dumbbell], *, words: Mapping[str, str], alt: str) -> Html:
    """Before and after for every row, the first on top: open to full point, the gain written beside it.

    Losses are red; grey is what may be no change at all. `words`: pre, post, interval, open, x, gain, and stamp (what
    stands at the foot, "" for nothing).
    """
    from matplotlib.figure import Figure

    ends = [end for row in rows for end in (row.pre, row.post, row.pre + row.low, row.pre + row.high) if end == end]
    with _style():
        figure = Figure(figsize=(8.4, 0.36 * len(rows) + 1.25), layout="constrained")
        axes = figure.add_subplot()
        for place, row in enumerate(rows):
            _dumbbell(axes, place, row)
        axes.set_yticks(range(len(rows)), [row.name for row in rows])
        axes.set_ylim(len(rows) - 0.4, -0.7)
        axes.set_xlim(max(0.0, math.floor(10 * min(ends) - 0.2) / 10), min(1.0, math.ceil(10 * max(ends) + 0.2) / 10))
        axes.xaxis.set_major_formatter(lambda share, _: percent(share))
        axes.set_xlabel(words["x"])
        axes.tick_params(length=0, labelsize=9)
        axes.grid(axis="x", color="#e6eaef", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        if rows[0].whole and len(rows) > 1:
            axes.axhline(0.5, color=FAILED, linewidth=0.8)
            axes.get_yticklabels()[0].set_fontweight("bold")
        axes.text(1.02, 1.02, words["gain"], transform=axes.transAxes, fontsize=8, color=SOFT, va="bottom")
        _key(axes, words)
        if words["stamp"]:
            figure.text(0.995, 0.01, words["stamp"], ha="right", va="bottom", fontsize=8, color=STAMP)
        return _svg(figure, alt)


def _dumbbell(axes: Any, place: int, row: Dumbbell) -> None:
    colour = OPEN if row.low <= 0 <= row.high else CUT if row.post < row.pre else BAR
    if row.low == row.low:
        axes.plot([row.pre + row.low, row.pre + row.high], [place, place], color=colour, alpha=0.22, linewidth=9,
                  solid_capstyle="butt", zorder=2)
    axes.plot([row.pre, row.post], [place, place], color=colour, linewidth=2.2, zorder=3)
    axes.plot(row.pre, place, "o", markersize=7.5, markerfacecolor="white", markeredgecolor=colour, markeredgewidth=1.6,
              zorder=4)
    axes.plot(row.post, place, "o", markersize=8.5, color=colour, zorder=5)
    axes.text(1.02, place, row.figure, transform=axes.get_yaxis_transform(), fontsize=9, va="center",
              fontweight="bold" if row.whole else "normal", color={BAR: INK, OPEN: SOFT, CUT: CUT}[colour])


def _key(axes: Any, words: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", markersize=7.5, markerfacecolor="white", markeredgecolor=BAR, linestyle="",
               label=words["pre"]),
        Line2D([], [], marker="o", markersize=8.5, color=BAR, linestyle="", label=words["post"]),
        Line2D([], [], color=BAR, alpha=0.22, linewidth=9, solid_capstyle="butt", label=words["interval"]),
        Line2D([], [], color=OPEN, linewidth=2.2, label=words["open"]),
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, frameon=False, fontsize=8.3,
                borderaxespad=0.2, columnspacing=1.3, handletextpad=0.5)


def _style() -> Any:
    import matplotlib

    families = [name for name in (chinese_font(), "DejaVu Sans") if name]
    return matplotlib.rc_context({
        "font.family": families, "font.size": 9, "svg.fonttype": "path", "svg.hashsalt": "examdesk",
        "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
        "axes.unicode_minus": False,
    })  # fmt: skip


def _svg(figure: Any, alt: str) -> Html:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg"):], flags=re.DOTALL)
    label = f'<svg role="img" aria-label="{escape(alt)}" '
    return Html(f'<div class="chart">{text.replace("<svg ", label, 1)}</div>')
