"""Lists of points on one datum that are declared to be on another, and a town of streets to hold them against."""

import numpy as np
import pyproj
import shapely
from scipy.spatial import cKDTree
from shapely import affinity

from circle15.inputs.facilities.fit import Truth, fit_list, verdict
from circle15.inputs.files.datum import shifted_to

METRIC = pyproj.CRS.from_epsg(4549)
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", METRIC, always_xy=True)
DATUMS = ("wgs84", "gcj02", "bd09")
MIDDLE_M = (520000.0, 3340000.0)
TOWN_M = 9000.0


def crooked_streets(rng, count=260):
    """Straight streets in all directions across a square town, as points 5 m apart."""
    return shapely.get_coordinates(shapely.segmentize(crooked_lines(rng, count), 5.0))


def truth_of_streets(streets, zones=None, named=None):
    return Truth(TO_METRES, cKDTree(streets), zones, None, shapely.STRtree([]), named or {})


def crooked_lines(rng, count=260):
    """Straight streets in all directions across a square town."""
    ends = rng.uniform(-TOWN_M, TOWN_M, (count, 2)) + MIDDLE_M
    turn, half_m = rng.uniform(0, np.pi, count), rng.uniform(300.0, 2500.0, count)
    along = np.column_stack([np.cos(turn), np.sin(turn)]) * half_m[:, None]
    return shapely.linestrings(np.stack([ends - along, ends + along], axis=1))


def lattice_lines(rng):
    """Streets at right angles, turned by any angle, the blocks of one size from 100 to 400 m."""
    block_m, turn = rng.uniform(100.0, 400.0), rng.uniform(0, 90.0)
    at = np.arange(-TOWN_M, TOWN_M, block_m)
    ends = np.array([[(x, -TOWN_M), (x, TOWN_M)] for x in at] + [[(-TOWN_M, y), (TOWN_M, y)] for y in at])
    lines = shapely.linestrings(ends + MIDDLE_M)
    return np.array([affinity.rotate(line, turn, origin=MIDDLE_M) for line in lines], dtype=object)


def ring_lines(rng):
    """Ring roads and radial roads around a middle: curved streets, long names."""
    middle = np.array(MIDDLE_M) + rng.uniform(-2000.0, 2000.0, 2)
    turns = np.sort(rng.uniform(0, 2 * np.pi, 24))
    radial = [[middle, middle + 9000.0 * np.array([np.cos(turn), np.sin(turn)])] for turn in turns]
    rings = [shapely.Point(middle).buffer(radius_m).exterior for radius_m in np.cumsum(rng.uniform(150.0, 700.0, 18))]
    return np.array([*shapely.linestrings(radial), *rings], dtype=object)


TOWNS = {"crooked": crooked_lines, "lattice": lattice_lines, "rings": ring_lines}


def named_town(kind, rng):
    """Lines of a town, and what it holds against lists: the streets, and each by its name."""
    lines = TOWNS[kind](rng)
    called = {f"第{number}大街": lines[number : number + 1] for number in range(len(lines))}
    return lines, truth_of_streets(shapely.get_coordinates(shapely.segmentize(lines, 5.0)), None, called)


def named_lists(lines, rng, count, naming=0.5, lying=0.2):
    """Degrees on WGS 84 beside streets, and texts: some name their street, some of these another one."""
    streets = rng.integers(0, len(lines), count)
    xy = []
    for street in streets:
        line = lines[street]
        for _ in range(100):
            place = line.interpolate(rng.uniform(0, line.length))
            if np.hypot(place.x - MIDDLE_M[0], place.y - MIDDLE_M[1]) < TOWN_M / 2:
                break
        turn, off_m = rng.uniform(0, 2 * np.pi), rng.exponential(50.0)
        xy.append((place.x + off_m * np.cos(turn), place.y + off_m * np.sin(turn)))
    said = np.where(rng.uniform(size=count) < lying, rng.integers(0, len(lines), count), streets)
    texts = [f"第{name}大街8号" if rng.uniform() < naming else "" for name in said]
    return TO_METRES.transform(*np.array(xy).T, direction="INVERSE"), texts


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
