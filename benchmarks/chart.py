"""The chart of docs/performance.md: each figure and its target, and the gain by threads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from measuring import FigureKind, Result
from report import significant
from threads import Scaling

# The same figures must always give the same file.
mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "text_processor"
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["font.family"] = "sans-serif"

from matplotlib import pyplot  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.ticker import LogLocator, NullLocator  # noqa: E402

MET, MISSED = "#1b7f5c", "#c2571a"
INK, FAINT = "#24292f", "#d0d7de"
TEXTS = "#1b6fae", "#8a4fbf"

SCALING_ROWS = 9
"""The height of the panel for threads, in rows of the other panels."""


def draw(results: Sequence[Result], scaling: Sequence[Scaling], path: Path) -> None:
    """Draw medians, their spread and their targets: speeds in the upper panel, costs below, and the gain by threads."""
    speeds = [result for result in results if result.kind is FigureKind.SPEED and result.bound]
    costs = [result for result in results if result.kind is not FigureKind.SPEED and result.bound]
    rows = (len(speeds), len(costs), SCALING_ROWS)
    figure, (above, below, last) = pyplot.subplots(
        3, 1, figsize=(11, 0.36 * sum(rows) + 2.8), height_ratios=rows, layout="constrained"
    )
    _panel(above, speeds, [1.0] * len(speeds))
    above.set_title("Times as fast as the peer: more is better", loc="left", fontsize=11)
    _panel(below, costs, [result.bound or 1.0 for result in costs])
    below.set_title("Cost in proportion to its target: less is better", loc="left", fontsize=11)
    _threads(last, scaling)
    last.set_title("Index of a file, times as fast as on one thread: more is better", loc="left", fontsize=11)
    figure.legend(handles=_explained(), loc="outside lower right", ncols=4, frameon=False, fontsize=9)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _panel(axes: mpl.axes.Axes, results: Sequence[Result], scales: Sequence[float]) -> None:
    axes.set_xscale("log")
    for place, (result, scale) in enumerate(zip(results, scales, strict=True)):
        colour = MET if result.met else MISSED
        middle, bound = result.figure / scale, (result.bound or 1.0) / scale
        axes.plot(
            [result.lowest / scale, result.highest / scale], [place, place], color=colour, linewidth=5, alpha=0.35
        )
        axes.plot(middle, place, "o" if result.met else "X", color=colour, markersize=8)
        axes.plot(bound, place, "|", color=INK, markersize=17, markeredgewidth=2)
        axes.annotate(
            f"{significant(middle)}×",
            (1.01, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            fontsize=9,
        )
    axes.set_yticks(range(len(results)), [f"{result.work}\nagainst {result.peer}" for result in results], fontsize=7.5)
    axes.set_ylim(len(results) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(axis="x", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _threads(axes: mpl.axes.Axes, scaling: Sequence[Scaling]) -> None:
    for colour, each in zip(TEXTS, scaling, strict=True):
        gains = [each.seconds[1] / seconds for seconds in each.seconds.values()]
        axes.plot(list(each.seconds), gains, "o-", color=colour, label=each.text)
    numbers = [*max((each.seconds for each in scaling), key=len)]
    axes.plot(numbers, numbers, "--", color=FAINT, label="as many times as fast as there are threads")
    axes.set_xticks(numbers, [f"{number} thread{'s' * (number > 1)}" for number in numbers])
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    axes.grid(color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _explained() -> list[Line2D]:
    """Return the legend of the signs."""
    return [
        Line2D([], [], color=INK, marker="|", markersize=12, markeredgewidth=2, linestyle="", label="target"),
        Line2D([], [], color=MET, marker="o", linestyle="", label="median, target met"),
        Line2D([], [], color=MISSED, marker="X", linestyle="", label="median, target missed"),
        Line2D([], [], color=INK, linewidth=5, alpha=0.35, label="lowest to highest"),
    ]
