"""Facilities stand beside streets, neither upon them nor far off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree
from scipy.stats import lognorm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.facilities.fit_trials import Trials
    from circle15.model.network import StreetNetwork

    Floats = NDArray[np.float64]

EDGES_M = np.array([0, 2, 4, 7, 10, 14, 19, 25, 32, 40, 50, 62, 77, 95, 120, 150, 200, 300, 500, np.inf])
# From a door on the pavement to a school amid its grounds: medians of the distance to the street's middle, and its
# spread as a standard deviation of the logarithm.
MEDIANS_M = (8.0, 16.0, 30.0, 55.0, 100.0)
SPREADS = (0.5, 0.8)
SHAPES = np.array(
    [np.diff(lognorm.cdf(EDGES_M, spread, scale=median_m)) for median_m in MEDIANS_M for spread in SPREADS]
)
# Streets are taken as points so close together that no distance is off by more than 2.5 m; a tree of points answers
# many times faster than one of lines.
POINTS_EVERY_M = 5.0


def street_tree(network: StreetNetwork) -> cKDTree:
    """The streets as points ``POINTS_EVERY_M`` apart."""
    vertices = np.diff(network.line_start)
    lines = shapely.linestrings(network.line_xy, indices=np.repeat(np.arange(network.edge_count), vertices))
    points = shapely.get_coordinates(shapely.segmentize(lines, POINTS_EVERY_M))
    return cKDTree(points, balanced_tree=False, compact_nodes=False)


def street_distances(trials: Trials, tree: cKDTree) -> Floats:
    """Metres to the nearest street, (trials, points); inf beyond the last class that counts."""
    metres: Floats = tree.query(trials.xy, distance_upper_bound=EDGES_M[-2])[0]
    return metres


def street_classes(metres: Floats) -> NDArray[np.int64]:
    """Which class of ``EDGES_M`` a distance is in.

    Examples
    --------
    >>> street_classes(np.array([0.0, 3.0, np.inf])).tolist()
    [0, 1, 18]
    """
    return (np.searchsorted(EDGES_M[1:-1], metres, side="right")).astype(np.int64)
