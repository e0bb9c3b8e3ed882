"""Which land between units is a sliver: a border drawn twice, not a place that someone forgot or claimed."""

from __future__ import annotations

import shapely

# Borders of two offices lie some tens of metres apart at most; half a cell of the grid holds no place to speak of.
SLIVER_WIDTH_M = 50.0
# Land that small is a sliver in any form.
SMALL_M2 = 10_000.0
# Two units may share this much of the smaller one, in any form, or as slivers.
SMALL_SHARE = 0.01
SLIVER_SHARE = 0.10
# Below this the land is the rounding of coordinates, and not spoken of.
SAID_M2 = 1.0


def is_narrow(shape: shapely.Geometry) -> bool:
    """Whether a shape is nowhere wider than ``SLIVER_WIDTH_M``.

    Examples
    --------
    >>> is_narrow(shapely.box(0, 0, 3000, 40)), is_narrow(shapely.box(0, 0, 60, 60))
    (True, False)
    """
    return bool(shapely.is_empty(shapely.buffer(shape, -SLIVER_WIDTH_M / 2)))


def is_gap_sliver(shape: shapely.Geometry) -> bool:
    """Whether land of no unit goes to a neighbour: 1 ha at most, or nowhere wider than 50 m."""
    return bool(shapely.area(shape) <= SMALL_M2) or is_narrow(shape)


def narrow_m2(shape: shapely.Geometry) -> float:
    """How much of a shape is narrower than ``SLIVER_WIDTH_M``: arms and spits, m2.

    Examples
    --------
    >>> lake = shapely.union(shapely.box(0, 0, 400, 400), shapely.box(400, 100, 1400, 120))
    >>> round(narrow_m2(lake))
    20000
    """
    half = SLIVER_WIDTH_M / 2
    wide = shapely.buffer(shapely.buffer(shape, -half, join_style="mitre"), half, join_style="mitre")
    return float(shapely.area(shapely.difference(shape, wide)))


def is_overlap_sliver(shared: shapely.Geometry, smaller_m2: float) -> bool:
    """Whether land that two units claim may be given to one of them.

    It may where it is 1 ha and 1 % of the smaller unit at most, or nowhere wider than 50 m and 10 % of the smaller
    unit at most.

    Examples
    --------
    >>> is_overlap_sliver(shapely.box(0, 0, 2000, 10), 4e6), is_overlap_sliver(shapely.box(0, 0, 200, 200), 4e6)
    (True, False)
    """
    shared_m2 = float(shapely.area(shared))
    if shared_m2 <= min(SMALL_M2, SMALL_SHARE * smaller_m2):
        return True
    return shared_m2 <= SLIVER_SHARE * smaller_m2 and is_narrow(shared)
