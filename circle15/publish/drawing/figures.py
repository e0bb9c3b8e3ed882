"""Figures of a size on paper, in one style whatever the machine's own settings are."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from circle15.publish.drawing.letters import MM_PER_INCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

SETTINGS = {
    "axes.linewidth": 0.6,
    "figure.facecolor": "white",
    "hatch.linewidth": 0.5,
    "image.composite_image": False,
    "path.simplify": True,
    "pdf.compression": 6,
    "pdf.fonttype": 3,
    "savefig.bbox": "standard",
    "savefig.facecolor": "white",
    "text.hinting": "none",  # letters are as wide as they are measured to be
    "text.parse_math": False,  # a $ in a name is a $
    "text.usetex": False,
}


@contextmanager
def house_style() -> Iterator[None]:
    """While the block runs, matplotlib draws as this program wants it, not as the machine is set."""
    with matplotlib.style.context(["default", SETTINGS]):
        yield


def in_house_style(draw: Callable[P, T]) -> Callable[P, T]:
    """The same function, drawing in the house style."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        with house_style():
            return draw(*args, **kwargs)

    return drawn


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty figure of a size on paper; it belongs to no window."""
    figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH))
    FigureCanvasAgg(figure)
    return figure
