"""A page to draw on in millimetres, from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from circle15.publish.drawing.colours import INK
from circle15.publish.drawing.figures import new_figure
from circle15.publish.drawing.letters import MM_PER_INCH, POINTS_PER_INCH, width_mm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from circle15.publish.drawing.fonts import Typeface

    Side = Literal["left", "center", "right"]
    Level = Literal["top", "center", "baseline", "bottom"]

PLAIN: dict[str, Any] = {"linewidth": 0, "clip_on": False}
POINTS_PER_MM = POINTS_PER_INCH / MM_PER_INCH


@dataclass(frozen=True, eq=False)
class Paper:
    """A page: x to the right and y down, in millimetres.

    ``ground`` lies over the whole page, above any map.
    """

    figure: Figure
    ground: Axes
    face: Typeface
    width: float
    height: float

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size_pt: float,
        *,
        bold: bool = False,
        side: Side = "left",
        level: Level = "baseline",
        colour: str = INK,
        **more: Any,  # noqa: ANN401  matplotlib's own
    ) -> Text:
        """Write one line, or several parted by line breaks."""
        font = self.face.font(size_pt, bold=bold)
        return self.ground.text(
            x, y, words, fontproperties=font, ha=side, va=level, color=colour, clip_on=False, **more
        )

    def box(self, x: float, y: float, width: float, height: float, **more: Any) -> None:  # noqa: ANN401
        """Draw a rectangle from its upper left corner."""
        self.ground.add_patch(Rectangle((x, y), width, height, **(PLAIN | more)))

    def shape(self, xy: Sequence[tuple[float, float]], **more: Any) -> None:  # noqa: ANN401
        """Draw a closed shape."""
        self.ground.add_patch(Polygon(xy, closed=True, **(PLAIN | more)))

    def line(self, x: Sequence[float], y: Sequence[float], *, width_mm: float = 0.2, **more: Any) -> None:  # noqa: ANN401
        """Draw a line through points."""
        style: dict[str, Any] = {"color": INK, "solid_capstyle": "butt", "clip_on": False} | more
        self.ground.add_line(Line2D(x, y, linewidth=width_mm * POINTS_PER_MM, **style))

    def mark(self, x: float, y: float, size_mm: float, marker: str = "o", **more: Any) -> None:  # noqa: ANN401
        """Draw a marker of a size around a point."""
        edge: dict[str, Any] = {"markeredgewidth": 0.6, "markeredgecolor": "white"}
        style: dict[str, Any] = {"color": INK, "linestyle": "none", "clip_on": False} | edge | more
        self.ground.add_line(Line2D([x], [y], marker=marker, markersize=size_mm * POINTS_PER_MM, **style))

    def axes(self, x: float, y: float, width: float, height: float, **more: Any) -> Axes:  # noqa: ANN401
        """Axes of their own, below what is drawn on the page."""
        box = (x / self.width, 1 - (y + height) / self.height, width / self.width, height / self.height)
        return self.figure.add_axes(box, zorder=self.ground.get_zorder() - 1, **more)

    def width_of(self, words: str, size_pt: float, *, bold: bool = False) -> float:
        """How wide a line is."""
        return width_mm(words, size_pt, self.face, bold=bold)


def new_paper(width: float, height: float, face: Typeface) -> Paper:
    """An empty page of a size in millimetres."""
    figure = new_figure(width, height)
    ground = figure.add_axes((0.0, 0.0, 1.0, 1.0), zorder=10)
    ground.set(xlim=(0, width), ylim=(height, 0))
    ground.set_axis_off()
    return Paper(figure, ground, face, width, height)
