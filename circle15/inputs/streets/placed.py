"""Ways of an extract in metres: those that touch the bounds, cut where the file does not hold their nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.streets.highways import NOWHERE
from circle15.inputs.streets.traits import Traits, traits_of
from circle15.inputs.streets.uses import mask_of
from circle15.inputs.streets.ways import UNITS_PER_DEGREE, Box, Ways, starts, touching

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyproj
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode

    Boxes = Mapping[Mode, Box | None]

VERTICES_AT_ONCE = 1_000_000


@dataclass(frozen=True, eq=False)
class Drawn:
    """Ways as the file draws them.

    Attributes
    ----------
    way_id, kind, start, vertex_id
        As in ``Ways``.
    xy
        int32, (vertices, 2): longitude and latitude in 1e-7 degrees, ``NOWHERE`` where the file has no such node.
    traits
        Who may use the ways.
    """

    way_id: NDArray[np.int64]
    kind: NDArray[np.int16]
    start: NDArray[np.int64]
    vertex_id: NDArray[np.int64]
    xy: NDArray[np.int32]
    traits: Traits

    def part(self, first: int, last: int) -> Drawn:
        """The ways from ``first`` to before ``last``."""
        begin, end = self.start[first], self.start[last]
        return Drawn(
            self.way_id[first:last],
            self.kind[first:last],
            self.start[first : last + 1] - begin,
            self.vertex_id[begin:end],
            self.xy[begin:end],
            Traits(self.traits.permits[first:last], self.traits.drive_kmh[first:last]),
        )


@dataclass(frozen=True, eq=False)
class Placed:
    """Ways in metres.

    Attributes
    ----------
    ways
        Those that some mode may use within its bounds; a way is several where nodes of it are missing.
    box
        The box around all ways, degrees: west, south, east, north; infinite where there are none.
    incomplete
        How many ways lack nodes, those that lie elsewhere aside.
    no_nodes, outside
        By mode, how many ways lack all nodes, or do not touch its bounds.
    """

    ways: Ways
    box: Box
    incomplete: int
    no_nodes: Mapping[Mode, int]
    outside: Mapping[Mode, int]


def placed(drawn: Drawn, degrees: Boxes, to_metres: pyproj.Transformer) -> Iterator[Placed]:
    """Place ways, some at a time.

    Parameters
    ----------
    drawn
        Ways as the file draws them.
    degrees
        By mode asked for: ways that do not touch its box are left out for it, whole.
    to_metres
        From degrees to metres.
    """
    first, count = 0, len(drawn.way_id)
    while first < count:
        beyond = drawn.start[first] + VERTICES_AT_ONCE
        last = max(first + 1, int(np.searchsorted(drawn.start, beyond, side="right")) - 1)
        yield _placed(drawn.part(first, last), degrees, to_metres)
        first = last


def _placed(drawn: Drawn, degrees: Boxes, to_metres: pyproj.Transformer) -> Placed:
    known = (drawn.xy != NOWHERE).all(axis=1)
    way = np.repeat(np.arange(len(drawn.way_id)), np.diff(drawn.start))
    way_of_run, start = _runs(way, known)
    lonlat = drawn.xy[known] / np.float64(UNITS_PER_DEGREE)
    ways = Ways(
        drawn.way_id[way_of_run],
        drawn.kind[way_of_run],
        start,
        drawn.vertex_id[known],
        lonlat,
        drawn.traits.take(way_of_run),
    )
    near, outside = _near(ways, degrees)
    is_near = near.traits.permits != 0
    kept = near.take(is_near)
    lost = np.setdiff1d(np.arange(len(drawn.way_id)), way_of_run)
    cut = np.intersect1d(way[~known], np.concatenate([lost, way_of_run[is_near]]))
    missing = {mode: int((drawn.traits.permits[lost] & mask_of(mode) != 0).sum()) for mode in degrees}
    in_metres = np.column_stack(to_metres.transform(*kept.vertex_xy.T))
    traits = traits_of(kept.traits.permits, kept.traits.drive_kmh)
    return Placed(
        replace(kept, vertex_xy=in_metres, own_traits=traits),
        _box_of(lonlat),
        len(cut),
        missing,
        outside,
    )


def _runs(way: NDArray[np.int64], known: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The way of each run of known vertices, and where the runs start among those vertices."""
    way_known = way[known]
    missing_before = np.cumsum(~known)[known]
    new = (way_known[1:] != way_known[:-1]) | (missing_before[1:] != missing_before[:-1])
    first = np.flatnonzero(np.append(True, new)[: len(way_known)])
    return way_known[first], starts(np.diff(np.append(first, len(way_known))))


def _near(ways: Ways, degrees: Boxes) -> tuple[Ways, dict[Mode, int]]:
    """The ways without the permits of modes whose boxes they do not touch; by mode, how many touch it nowhere."""
    permits = ways.traits.permits.copy()
    outside: dict[Mode, int] = {}
    for mode, box in degrees.items():
        may = permits & mask_of(mode) != 0
        near = touching(ways.start, ways.vertex_xy, box)
        far_ids = np.setdiff1d(ways.way_id[may & ~near], ways.way_id[may & near])
        outside[mode] = int((far_ids >= 0).sum())  # rims of relations have negative ids, and are no ways
        permits[~near] &= ~np.uint16(mask_of(mode))
    return replace(ways, own_traits=Traits(permits, ways.traits.drive_kmh)), outside


def _box_of(lonlat: NDArray[np.float64]) -> Box:
    if not len(lonlat):
        return np.inf, np.inf, -np.inf, -np.inf
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    return west, south, east, north
