"""The layers of a map: areas, cells, streets, borders. Everything is in the study's own metric system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from circle15.publish.drawing.colours import PAPER
from circle15.publish.drawing.paper import POINTS_PER_MM, Paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from circle15.publish.sheets.layout import Layout
    from circle15.publish.sheets.material import Streets

LAND, FRAME = "#FAFAF7", "#3C4043"
STREET, MAIN_STREET = "#C6CACF", "#A9AEB5"
TOWN_EDGE, WHOLE_EDGE = "#5F6368", "#202124"
# Everything drawn on the ground, from below: their order.
AREAS, CELLS, STREETS, VEIL, EDGES, OUTLINES = 1, 2, 3, 4, 5, 6
# Lines and shapes are drawn no finer than this part of a millimetre on paper.
FINEST_MM = 0.05
# A cell of a picture is so many pixels wide.
PIXELS = 4


@dataclass(frozen=True, eq=False)
class Ground:
    """A map on a page: its axes are metres."""

    paper: Paper
    layout: Layout
    axes: Axes


def new_ground(paper: Paper, layout: Layout) -> Ground:
    """An empty map in its frame."""
    box = layout.map
    west, south, east, north = layout.extent
    axes = paper.axes(box.left, box.top, box.right - box.left, box.bottom - box.top)
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], facecolor=PAPER)
    for spine in axes.spines.values():
        spine.set(edgecolor=FRAME, linewidth=0.25 * POINTS_PER_MM)
    return Ground(paper, layout, axes)


def draw_area(ground: Ground, shape: shapely.Geometry, order: float, **style: Any) -> None:  # noqa: ANN401
    """Fill an area, or draw its edge, as ``style`` says; what is finer than can be printed is left out."""
    fine = shapely.simplify(shape, ground.layout.metres(FINEST_MM), preserve_topology=True)
    path = path_of(fine)
    if path is not None:
        # add_patch would measure every curve for limits that a map sets itself.
        ground.axes.add_artist(PathPatch(path, **{"linewidth": 0, "zorder": order} | style))


def path_of(shape: shapely.Geometry) -> Path | None:
    """The rings of all polygons of a shape as one path; None where there are none."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    if not rings:
        return None
    corners = [shapely.get_coordinates(ring) for ring in rings]
    codes = [np.full(len(xy), Path.LINETO, dtype=np.uint8) for xy in corners]
    for code in codes:
        code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(np.concatenate(corners), np.concatenate(codes))


def draw_edge(ground: Ground, shape: shapely.Geometry, width_mm: float, colour: str, **style: Any) -> None:  # noqa: ANN401
    """Draw the edge of an area."""
    wide = width_mm * ground.layout.letters * POINTS_PER_MM
    draw_area(ground, shape, EDGES, **{"facecolor": "none", "edgecolor": colour, "linewidth": wide} | style)


def draw_cells(
    ground: Ground, x: NDArray[np.float64], y: NDArray[np.float64], colours: Sequence[str], cell_m: float
) -> None:
    """Colour squares of the grid, given by their middles, as one picture; those beyond the map are left out."""
    west, south, east, north = ground.layout.extent
    inside = (x > west - cell_m) & (x < east + cell_m) & (y > south - cell_m) & (y < north + cell_m)
    if not inside.any():
        return
    x, y, colours = x[inside], y[inside], [colour for colour, there in zip(colours, inside, strict=True) if there]
    columns, rows = (np.rint((values - values.min()) / cell_m).astype(np.int64) for values in (x, y))
    picture = np.zeros((rows.max() + 1, columns.max() + 1, 4), dtype=np.uint8)
    shades = {colour: _bytes_of(colour) for colour in set(colours)}
    picture[rows, columns] = [shades[colour] for colour in colours]
    left, bottom = x.min() - cell_m / 2, y.min() - cell_m / 2
    extent = (left, left + picture.shape[1] * cell_m, bottom, bottom + picture.shape[0] * cell_m)
    # A program that shows a PDF may blur pixels into each other: so finely that no edge of a cell is blurred.
    picture = picture.repeat(PIXELS, axis=0).repeat(PIXELS, axis=1)
    limits = ground.axes.get_xlim(), ground.axes.get_ylim()
    ground.axes.imshow(picture, extent=extent, origin="lower", interpolation="none", aspect="auto", zorder=CELLS)
    ground.axes.set(xlim=limits[0], ylim=limits[1])


def _bytes_of(colour: str) -> tuple[int, ...]:
    """A colour as red, green, blue and opacity of 0 to 255."""
    return tuple(round(part * 255) for part in to_rgba(colour))


def draw_streets(ground: Ground, streets: Streets, finest_m: float = 0.0) -> None:
    """Draw streets lightly; where the map is small only the main ones.

    Parameters
    ----------
    finest_m
        Side streets are drawn only where a millimetre is no more than so many metres; 0 for always.
    """
    small = finest_m and ground.layout.metres(1.0) > finest_m
    for main, colour, width_mm in ((False, STREET, 0.08), (True, MAIN_STREET, 0.14)):
        if main or not small:
            path = _lines(streets, streets.main if main else ~streets.main, ground.layout.extent)
            if path is not None:
                wide = width_mm * ground.layout.letters * POINTS_PER_MM
                patch = PathPatch(path, facecolor="none", edgecolor=colour, linewidth=wide, zorder=STREETS)
                patch.set_rasterized(True)
                ground.axes.add_artist(patch)


def _lines(streets: Streets, wanted: NDArray[np.bool_], extent: tuple[float, float, float, float]) -> Path | None:
    """Wanted lines that come into an extent, as one path."""
    west, south, east, north = extent
    x, y = streets.xy[:, 0], streets.xy[:, 1]
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    line = np.repeat(np.arange(len(wanted)), np.diff(streets.start))
    drawn = wanted & (np.bincount(line, weights=inside, minlength=len(wanted)) > 0)
    if not drawn.any():
        return None
    codes = np.full(len(x), Path.LINETO, dtype=np.uint8)
    codes[streets.start[:-1]] = Path.MOVETO
    rows = drawn[line]
    return Path(streets.xy[rows], codes[rows])


def veil_around(ground: Ground, shape: shapely.Geometry) -> None:
    """Pale out what lies around an area."""
    around = shapely.difference(shapely.box(*ground.layout.extent), shape)
    draw_area(ground, around, VEIL, facecolor=PAPER, alpha=0.62)
