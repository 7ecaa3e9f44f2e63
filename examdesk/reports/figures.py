"""Charts as inline SVG with outlined letters, the same bytes every time on one machine."""

from __future__ import annotations

import io
import re
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
INK, BAR, FAILED, CUT = "#26323f", "#3b78b5", "#c9ced6", "#b3261e"


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
