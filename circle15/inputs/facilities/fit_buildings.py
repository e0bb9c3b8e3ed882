"""Facilities stand in buildings, or at their doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.inputs.facilities.fit_trials import Trials

# Within; then metres from the wall.
EDGES_M = np.array([0.5, 4.0, 8.0, 15.0, 25.0, 40.0, 60.0])
# How far beyond the wall points scatter, in the mean.
SCATTERS_M = (3.0, 8.0, 20.0)
_UP_TO = 1.0 - np.exp(-EDGES_M[None, :] / np.array(SCATTERS_M)[:, None])
SHAPES = np.diff(_UP_TO, axis=1, prepend=0.0, append=1.0)


def building_classes(trials: Trials, footprints: shapely.STRtree) -> NDArray[np.int64]:
    """How far each point lies from the nearest footprint, (trials, points): 0 within, then classes of ``EDGES_M``.

    Parameters
    ----------
    trials
        The points.
    footprints
        A tree of polygons in the same metres.
    """
    places = shapely.points(trials.xy.reshape(-1, 2))
    near, metres = footprints.query_nearest(places, max_distance=EDGES_M[-1], return_distance=True, all_matches=False)
    distance_m = np.full(len(places), np.inf)
    distance_m[near[0]] = metres
    return np.searchsorted(EDGES_M, distance_m, side="left").reshape(trials.xy.shape[:2]).astype(np.int64)
