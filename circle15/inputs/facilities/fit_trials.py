"""The places where a list's points are tried: under each datum, and pushed aside by vectors that mean nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.datum import in_gcj_box, to_wgs84

if TYPE_CHECKING:
    import pyproj
    from numpy.typing import NDArray

    from circle15.model.study import Datum

    Floats = NDArray[np.float64]

# CGCS 2000 and WGS 84 are one here.
CANDIDATES: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
# Between two datums a list moves by 300 to 1500 m; meaningless vectors are as long.
REACH_M = 1200.0
# Wider than what a street, a building or a cell tells of its neighbourhood, so that neighbouring vectors are hardly
# the same trial twice.
STEP_M = 80.0
# Were one of the datums right, what is asked is whether another could seem so, and that one is off by more than this;
# a vector nearer to the right place still finds the right streets, towns and names, and is no measure of chance.
APART_M = 250.0
# More points than these tell nothing new; the shares in a sample of them are known well enough.
MOST_POINTS = 200


@dataclass(frozen=True, eq=False)
class Trials:
    """Each point at all its trial places.

    Attributes
    ----------
    lonlat
        float64, (points, 2): the degrees that the list says.
    points
        int64, (points,): which of the points given are tried.
    xy
        float64, (trials, points, 2): metres. The first ``len(CANDIDATES)`` trials are the datums, in that order;
        the others are the whole list pushed aside.
    """

    lonlat: Floats
    points: NDArray[np.int64]
    xy: Floats

    @property
    def pushed(self) -> slice:
        """The trials that mean nothing."""
        return slice(len(CANDIDATES), None)


def make_trials(lon: Floats, lat: Floats, to_metres: pyproj.Transformer) -> Trials | None:
    """Try the degrees of a list, shape (n,), on every datum and elsewhere; None where GCJ-02 shifts nothing.

    Places that several rows share count once. Of a long list every k-th place is tried, from west to east.

    Parameters
    ----------
    lon, lat
        What the list says, degrees, on whatever datum.
    to_metres
        From WGS 84 degrees to the metres of the truth.
    """
    if not len(lon) or not in_gcj_box(lon, lat).all():
        return None
    points = _some(lon, lat)
    lon, lat = lon[points], lat[points]
    on_datums = np.stack([_metres(*to_wgs84(lon, lat, datum), to_metres) for datum in CANDIDATES])
    pushes = _pushes(on_datums.mean(axis=1) - on_datums[0].mean(axis=0))
    xy = np.concatenate([on_datums, on_datums[0] + pushes[:, None, :]])
    return Trials(np.column_stack([lon, lat]), points, xy)


def _metres(lon: Floats, lat: Floats, to_metres: pyproj.Transformer) -> Floats:
    return np.column_stack(to_metres.transform(lon, lat))


def _some(lon: Floats, lat: Floats) -> NDArray[np.int64]:
    """Rows of distinct places, at most ``MOST_POINTS``, evenly through the list from west to east."""
    # A tenth of a metre: the same place written with more digits.
    first = np.unique(np.round(np.column_stack([lon, lat]), 6), axis=0, return_index=True)[1]
    step = -(-len(first) // MOST_POINTS)
    return first[::step].astype(np.int64)


def _pushes(candidates: Floats) -> Floats:
    """Vectors of a triangular lattice around the candidates' middle, metres (n, 2), away from the candidates'."""
    vectors = _lattice(REACH_M, STEP_M) + candidates.mean(axis=0)
    gap_m = np.linalg.norm(vectors[:, None, :] - candidates[None, :, :], axis=2).min(axis=1)
    apart: Floats = vectors[gap_m > APART_M]
    return apart


def _lattice(reach: float, step: float) -> Floats:
    """Points of a triangular lattice no farther than ``reach`` from its middle.

    Examples
    --------
    >>> len(_lattice(1.0, 1.0))
    7
    """
    count = 2 * int(np.ceil(reach / step)) + 1
    along, up = np.meshgrid(np.arange(-count, count + 1), np.arange(-count, count + 1))
    points = np.column_stack([(along + up / 2.0).ravel(), (up * np.sqrt(0.75)).ravel()]) * step
    inside: Floats = points[np.hypot(points[:, 0], points[:, 1]) <= reach + 1e-9]
    return inside
