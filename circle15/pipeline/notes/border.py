"""Whether the streets go on beyond the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.assess.place_names import SIDES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

# Streets count as cut where fewer metres than this share of those inside lie beyond the border, on a side whose
# inner strip has at least this share of the mean side's streets.
CUT_SHARE = 0.05
SETTLED_SHARE = 0.25


def cut_sides(network: StreetNetwork, area: shapely.Geometry, strip_m: float) -> tuple[str, ...]:
    """The sides on which streets come close to the border and hardly any go on: people there seem worse off.

    Parameters
    ----------
    network
        The streets.
    area
        The study's area, in the network's metres.
    strip_m
        Width of the strips inside and outside the border that are compared.

    Returns
    -------
    tuple of str
        Of ``SIDES``, as seen from the area's middle. A street counts where its edge's first vertex lies.
    """
    border = area.simplify(strip_m / 50).boundary.buffer(strip_m)
    octant, points = _octants(network, area)
    shapely.prepare(area)
    shapely.prepare(border)
    near, inside = shapely.covers(border, points), shapely.covers(area, points)
    inside_m = np.bincount(octant[near & inside], network.length_m[near & inside], len(SIDES))
    outside_m = np.bincount(octant[near & ~inside], network.length_m[near & ~inside], len(SIDES))
    settled = inside_m > SETTLED_SHARE * inside_m.mean()
    return tuple(SIDES[at] for at in np.flatnonzero(settled & (outside_m < CUT_SHARE * inside_m)))


def short_sides(network: StreetNetwork, area: shapely.Geometry, needed_m: float) -> tuple[str, ...]:
    """The sides on which no street lies as far beyond the border as a rule reaches.

    Parameters
    ----------
    network, area
        As for ``cut_sides``.
    needed_m
        Metres beyond the border up to which a site may be within reach of somebody inside.

    Returns
    -------
    tuple of str
        Of ``SIDES``; those where hardly any street lies inside are left out.
    """
    octant, points = _octants(network, area)
    inside, far = area, area.simplify(needed_m / 50).buffer(needed_m)
    shapely.prepare(inside)
    shapely.prepare(far)
    inside_m = np.bincount(octant, np.where(shapely.covers(inside, points), network.length_m, 0.0), len(SIDES))
    beyond = np.bincount(octant[~shapely.covers(far, points)], minlength=len(SIDES)) > 0
    settled = inside_m > SETTLED_SHARE * inside_m.mean()
    return tuple(SIDES[at] for at in np.flatnonzero(settled & ~beyond))


def _octants(network: StreetNetwork, area: shapely.Geometry) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """The side of the area's middle on which each edge's first vertex lies, and these vertices as points."""
    first_xy = network.line_xy[network.line_start[:-1]]
    east_m, north_m = (first_xy - [area.centroid.x, area.centroid.y]).T
    octant = np.round(np.arctan2(north_m, east_m) / (np.pi / 4)).astype(np.int64) % len(SIDES)
    return octant, shapely.points(first_xy)
