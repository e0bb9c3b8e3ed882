"""Lists of points on one datum that are declared to be on another, and a town of streets to hold them against."""

import numpy as np
import pyproj
import shapely
from scipy.spatial import cKDTree

from circle15.inputs.facilities.fit import Truth, fit_list, verdict
from circle15.inputs.files.datum import shifted_to

METRIC = pyproj.CRS.from_epsg(4549)
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", METRIC, always_xy=True)
DATUMS = ("wgs84", "gcj02", "bd09")
MIDDLE_M = (520000.0, 3340000.0)
TOWN_M = 9000.0


def crooked_streets(rng, count=260):
    """Straight streets in all directions across a square town, as points 5 m apart."""
    ends = rng.uniform(-TOWN_M, TOWN_M, (count, 2)) + MIDDLE_M
    turn, half_m = rng.uniform(0, np.pi, count), rng.uniform(300.0, 2500.0, count)
    along = np.column_stack([np.cos(turn), np.sin(turn)]) * half_m[:, None]
    lines = shapely.linestrings(np.stack([ends - along, ends + along], axis=1))
    return shapely.get_coordinates(shapely.segmentize(lines, 5.0))


def truth_of_streets(streets, zones=None):
    return Truth(TO_METRES, cKDTree(streets), zones, None, shapely.STRtree([]))


def beside(streets, rng, count, spread=(12.0, 40.0)):
    """Degrees on WGS 84 of facilities beside streets in the town's middle."""
    near = streets[np.abs(streets - MIDDLE_M).max(axis=1) < TOWN_M / 2]
    turn = rng.uniform(0, 2 * np.pi, count)
    off = np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(*spread, count)[:, None]
    xy = near[rng.integers(0, len(near), count)] + off
    return TO_METRES.transform(xy[:, 0], xy[:, 1], direction="INVERSE")


def anywhere(rng, count):
    """Degrees on WGS 84 of points that have nothing to do with streets."""
    xy = rng.uniform(-TOWN_M / 2, TOWN_M / 2, (count, 2)) + MIDDLE_M
    return TO_METRES.transform(xy[:, 0], xy[:, 1], direction="INVERSE")


def outcomes(wgs84, truth, texts=None, datums=DATUMS):
    """Of a list on each true datum and each declaration, what the test says: (true, declared, verdict)."""
    texts = [""] * len(wgs84[0]) if texts is None else texts
    for true in datums:
        fit = fit_list(*shifted_to(np.asarray(wgs84[0]), np.asarray(wgs84[1]), true), texts, truth)
        for declared in datums:
            yield true, declared, verdict(fit, declared)


def mark(true, declared, said):
    """``right``, ``wrong`` or ``undecided``."""
    if said.outcome == "undecided":
        return "undecided"
    return "right" if said.datum == true and (said.outcome == "as_declared") == (true == declared) else "wrong"
