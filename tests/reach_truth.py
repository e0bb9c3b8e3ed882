"""Areas of reach against dense random points, each searched like a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility

MARGIN_M = 100.0


@dataclass(frozen=True)
class Measured:
    """How areas of one facility fare at its limits, ascending, against points in the largest one's box and a margin.

    ``area_error`` is drawn over true area less 1; ``wrong`` the share of all points on the wrong side, and
    ``wrong_of_area`` the number of these over that of points truly within.
    """

    area_error: list[float]
    wrong: list[float]
    wrong_of_area: list[float]


def true_metres(network, entrances, xy, max_leg_m, leg_factor=1.0):
    """Metres from each point to the nearest entrance."""
    points = join_to_edges(network, xy, max_leg_m, leg_factor)
    return nearest_facility(network, points, entrances, np.zeros(len(entrances), dtype=int)).metres


def points_around(areas, rng, count):
    """Random points in the box of all ``areas`` and a margin."""
    west, south, east, north = areas.total_bounds
    low, high = (west - MARGIN_M, south - MARGIN_M), (east + MARGIN_M, north + MARGIN_M)
    return rng.uniform(low, high, (count, 2))


def measured(network, entrances, areas, rng, count, max_leg_m, leg_factor=1.0):
    """Compare the areas of one facility with ``count`` points."""
    xy = points_around(areas, rng, count)
    return compared(areas, xy, true_metres(network, entrances, xy, max_leg_m, leg_factor))


def compared(areas, xy, metres):
    """Compare the areas of one facility with points whose metres are known."""
    found = Measured([], [], [])
    for limit_m, area in zip(areas["limit_m"], areas.geometry, strict=True):
        within, drawn = metres <= limit_m, shapely.contains_xy(area, xy)
        differ = int((within != drawn).sum())
        found.area_error.append(float(drawn.sum() / max(within.sum(), 1) - 1))
        found.wrong.append(differ / len(xy))
        found.wrong_of_area.append(differ / max(int(within.sum()), 1))
    return found


def check_bands(areas):
    """Valid multipolygons, each covered by the next of the same facility; give how many were compared."""
    assert areas.geometry.is_valid.all()
    assert set(areas.geometry.geom_type) <= {"MultiPolygon"}
    of_one = areas["facility"] if "facility" in areas else np.zeros(len(areas))
    compared = 0
    for _, bands in areas.groupby(of_one):
        assert bands["limit_m"].is_monotonic_increasing
        for inner, outer in zip(bands.geometry, bands.geometry[1:], strict=False):
            assert outer.covers(inner)
            compared += 1
    return compared
