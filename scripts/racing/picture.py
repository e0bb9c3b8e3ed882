"""The picture: how many times as long as circle15 everybody takes, on a log axis, readable in grey."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from racing.result import Result, results

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

WORK, WHOLE = "0.15", "white"
ROW_INCHES = 0.24


def draw(records: dict[str, Any], path: Path) -> None:
    """Draw the ratios of all tasks to an SVG, the same bytes for the same records."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rows = _rows(records)
    with plt.rc_context({"svg.hashsalt": "circle15", "svg.fonttype": "path", "font.size": 8}):
        figure, axes = plt.subplots(figsize=(8.5, ROW_INCHES * len(rows) + 0.9), layout="constrained")
        _axis(axes, rows)
        for height, row in enumerate(rows):
            if not isinstance(row, str):
                _dots(axes, height, row)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def _rows(records: dict[str, Any]) -> list[str | Result]:
    """A heading for each task that has peers with seconds, and a row for each of them."""
    rows: list[str | Result] = []
    for record in records.values():
        peers = [result for result in results(record)[1:] if not math.isnan(result.times_run)]
        rows += [record["title"], *peers] if peers else []
    return rows


def _axis(axes: Axes, rows: list[str | Result]) -> None:
    names = [row if isinstance(row, str) else row.name.replace("`", "") for row in rows]
    axes.set_yticks(range(len(rows)), names)
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_fontweight("bold" if isinstance(row, str) else "normal")
    axes.set(xscale="log", ylim=(len(rows) - 0.3, -0.7), xlabel="times as long as circle15")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.axvline(1.0, color="0.15", linewidth=1)
    axes.grid(axis="x", color="0.88", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    for colour, label in ((WORK, "the work"), (WHOLE, "with preparing")):
        axes.plot([], [], "o", markerfacecolor=colour, markeredgecolor=WORK, markersize=5, label=label)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


def _dots(axes: Axes, height: int, row: Result) -> None:
    axes.plot([1, row.times_run], [height, height], color="0.6", linewidth=1.2, zorder=1)
    for value, colour, size in ((row.times_all, WHOLE, 6.5), (row.times_run, WORK, 4)):
        axes.plot(value, height, "o", markerfacecolor=colour, markeredgecolor=WORK, markersize=size)
    furthest = max(row.times_run, row.times_all, 1.0)
    axes.annotate(
        f"{row.times_run:,.3g}" if row.times_run < 1000 else f"{row.times_run:,.0f}",
        (furthest, height),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=7,
    )
