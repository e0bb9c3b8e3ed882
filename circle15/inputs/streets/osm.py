"""Ways of an OpenStreetMap extract that may be used: .osm.pbf or .osm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from circle15.errors import DataError
from circle15.inputs.files.osm_file import damage, osm_format
from circle15.inputs.files.pbf.blobs import DAMAGE
from circle15.inputs.files.present import require_file
from circle15.inputs.streets.areas import Area, Crossings, Ring, cross_areas
from circle15.inputs.streets.assembly import permitted
from circle15.inputs.streets.found import Account
from circle15.inputs.streets.highways import Asked, Highways
from circle15.inputs.streets.highways_any import read_any_highways
from circle15.inputs.streets.highways_pbf import read_pbf_highways
from circle15.inputs.streets.placed import Drawn, Placed, placed
from circle15.inputs.streets.squares import Square, squares_of
from circle15.inputs.streets.traits import WALKED, Traits
from circle15.inputs.streets.uses import KEYS, Use, use_of, wanted_permits
from circle15.inputs.streets.walking import kind_number, why_not_walked
from circle15.inputs.streets.ways import UNITS_PER_DEGREE, Box, Ways, WaysFound, join_ways, starts, touching
from circle15.model.ledger import Note
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.highways import Line, Relation

    Boxes = Mapping[Mode, Box | None]

PBF = "osm.pbf"
FEWEST_IN_RING = 4  # three corners and the first again


def read_osm_ways(
    path: Path,
    crs: pyproj.CRS,
    degrees: Boxes,
    *,
    private: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> WaysFound:
    """Read the ways that some modes may use, and lines across the areas that may be walked.

    Parameters
    ----------
    path
        The extract.
    crs
        The metric system of the result.
    degrees
        By mode asked for: ways that do not touch its box (west, south, east, north) are left out for it, whole.
    private
        Whether ways inside gated compounds are read, too.
    progress
        Called as ``progress(done, of)`` after each block of a .osm.pbf file.

    Raises
    ------
    DataError
        No such file, not an OpenStreetMap file or a damaged one, or no highways in it.
    """
    require_file(path)

    def wanted(tags: Mapping[str, str]) -> bool:
        return wanted_permits(use_of(tags.items()), degrees, private=private) != 0

    try:
        highways = _highways(path, Asked(tuple(sorted(KEYS)), wanted, progress))
        squares = _squares(highways, degrees)
    except damage() + DAMAGE as fault:
        raise DataError("network.damaged_osm", file=path.name) from fault
    if highways.read == 0:
        raise DataError("network.no_highways", file=path.name)
    to_metres = transformer(4326, crs)
    return _found(_Read(highways, squares, degrees, private), to_metres)


def _highways(path: Path, asked: Asked) -> Highways:
    return read_pbf_highways(path, asked) if osm_format(path) == PBF else read_any_highways(path, asked)


def _squares(highways: Highways, degrees: Boxes) -> tuple[Square, ...]:
    """The areas to walk on: closed ways tagged ``area=yes``, and multipolygons; those beyond the bounds left out."""
    if "walk" not in degrees:
        return ()
    is_square = [tags.get("area", "") == "yes" and why_not_walked(tags) is None for tags in highways.said]
    rows = np.flatnonzero(np.array(is_square, dtype=np.bool_)[highways.says]).tolist() if is_square else []
    lines = {int(highways.way_id[row]): highways.line(row) for row in rows}
    closed = {way: line for way, line in lines.items() if _is_ring(line) and _touches(line, degrees["walk"])}
    relations = [relation for relation in highways.relations if why_not_walked(relation.tags) is None]
    found = squares_of(closed, relations, highways.members)
    return tuple(square for square in found if _touches(square.rims[0], degrees["walk"]))


def _is_ring(line: Line) -> bool:
    return len(line.node_id) >= FEWEST_IN_RING and bool(line.node_id[0] == line.node_id[-1])


def _touches(line: Line, box: Box | None) -> bool:
    if box is None:
        return True
    lonlat = line.xy / np.float64(UNITS_PER_DEGREE)
    return bool(touching(np.array([0, len(lonlat)]), lonlat, box)[0])


@dataclass(frozen=True, eq=False)
class _Read:
    """What the file holds, and what was asked for."""

    highways: Highways
    squares: tuple[Square, ...]
    degrees: Boxes
    private: bool

    @property
    def uses(self) -> tuple[Use, ...]:
        """What each saying of the ways means."""
        return tuple(use_of(tags.items()) for tags in self.highways.said)

    def permits(self, uses: Sequence[Use]) -> NDArray[np.uint16]:
        """The bits of each use that count."""
        bits = [wanted_permits(use, self.degrees, private=self.private) for use in uses]
        return np.array(bits, dtype=np.uint16)

    @property
    def relations(self) -> Mapping[int, Relation]:
        """The relations tagged ``highway``, by id."""
        return {relation.id: relation for relation in self.highways.relations}


def _found(read: _Read, to_metres: pyproj.Transformer) -> WaysFound:
    """Everything, in metres, with lines across the areas."""
    uses = read.uses
    permits = read.permits(uses)
    parts = list(placed(_drawn(read, uses, permits), read.degrees, to_metres))
    ways = join_ways([part.ways for part in parts])
    account = _account(read, uses, permits, parts, ways)
    areas = _areas(read.squares, to_metres)
    crossings = _crossings(areas, ways)
    west, south, east, north = _around([part.box for part in parts])
    return WaysFound(
        join_ways([ways, crossings.ways]) if len(crossings.ways) else ways,
        read.highways.read,
        account.reasons(),
        (west, south, east, north),
        _notes(read.highways, sum(part.incomplete for part in parts), areas, crossings),
        frozenset(area.way_id for area in areas),
        span_ids=frozenset(account.spans),
        crossing_ids=frozenset(account.crossings),
        names=_names(read.highways, ways),
        odd=account.odd,
    )


def _drawn(read: _Read, uses: Sequence[Use], permits: NDArray[np.uint16]) -> Drawn:
    """The ways that are wanted, and the rims of relations as ways of negative ids."""
    highways = read.highways
    rims = [(square, square.rims[0]) for square in read.squares if not square.from_way]
    kinds = [kind_number(read.relations[square.id].tags["highway"]) for square, _ in rims]
    counts = np.concatenate([np.diff(highways.start), [len(line.node_id) for _, line in rims]]).astype(np.int64)
    kmh = np.array([use.drive_kmh for use in uses], dtype=np.float64)
    kind = np.array([use.kind for use in uses], dtype=np.int16)
    says = highways.says
    return Drawn(
        np.concatenate([highways.way_id, np.array([-square.id for square, _ in rims], dtype=np.int64)]),
        np.concatenate([kind[says], np.array(kinds, dtype=np.int16)]),
        starts(counts),
        np.concatenate([highways.node_id, *(line.node_id for _, line in rims)]),
        np.concatenate([highways.xy, *(line.xy for _, line in rims)]),
        Traits(
            np.concatenate([permits[says], np.full(len(rims), WALKED, dtype=np.uint16)]),
            np.concatenate([kmh[says], np.full(len(rims), math.nan)]),
        ),
    )


def _account(
    read: _Read, uses: Sequence[Use], permits: NDArray[np.uint16], parts: Sequence[Placed], ways: Ways
) -> Account:
    account, highways = Account(), read.highways
    for use, bits, count in zip(uses, permits.tolist(), highways.count, strict=True):
        account.count(use, bits, read.degrees, count)
    for part in parts:
        for mode in read.degrees:
            account.left_out[mode]["no_nodes"] += part.no_nodes[mode]
            account.left_out[mode]["outside"] += part.outside[mode]
    ids, one = np.unique(ways.way_id, return_index=True)
    order = np.argsort(highways.way_id, kind="stable")
    own = ids >= 0
    at = order[np.searchsorted(highways.way_id, ids[own], sorter=order)]
    groups = np.column_stack([highways.says[at], ways.traits.permits[one[own]]])
    kinds, group = np.unique(groups, axis=0, return_inverse=True)
    for number, (says, bits) in enumerate(kinds.tolist()):
        account.keep_all(ids[own][group == number].tolist(), uses[says], bits)
    return account


def _areas(squares: Sequence[Square], to_metres: pyproj.Transformer) -> list[Area]:
    """The areas in metres; all their places are turned to metres at once."""
    rims = [rim for square in squares for rim in square.rims]
    if not rims:
        return []
    lonlat = np.concatenate([rim.xy[:-1] for rim in rims]) / np.float64(UNITS_PER_DEGREE)
    xy = np.column_stack(to_metres.transform(*lonlat.T))
    ends = np.cumsum([len(rim.node_id) - 1 for rim in rims])
    rings = iter([Ring(rim.node_id[:-1], own) for rim, own in zip(rims, np.split(xy, ends[:-1]), strict=True)])
    areas = []
    for square in squares:
        outer, *holes = (next(rings) for _ in square.rims)
        areas.append(Area(square.id if square.from_way else -square.id, outer, tuple(holes)))
    return areas


def _crossings(areas: Sequence[Area], ways: Ways) -> Crossings:
    # Streets for vehicles alone do not lead onto a square.
    return cross_areas(areas, permitted(ways, "walk") if areas else ways)


def _around(boxes: Sequence[Box]) -> Box:
    low = np.array([box[:2] for box in boxes], dtype=np.float64).reshape(-1, 2).min(axis=0, initial=np.inf)
    high = np.array([box[2:] for box in boxes], dtype=np.float64).reshape(-1, 2).max(axis=0, initial=-np.inf)
    (west, south), (east, north) = low.tolist(), high.tolist()
    return west, south, east, north


def _names(highways: Highways, ways: Ways) -> dict[int, str]:
    """What the ways that are kept are called."""
    kept = set(ways.way_id.tolist()) if highways.names else set()
    return {way: name for way, name in highways.names.items() if way in kept}


def _notes(highways: Highways, incomplete: int, areas: Sequence[Area], crossings: Crossings) -> tuple[Note, ...]:
    notes = []
    if areas:
        notes.append(Note("network.areas", {"areas": len(areas), "crossed": crossings.crossed}))
    if crossings.limited:
        notes.append(Note("network.areas_limited", {"areas": crossings.limited}))
    if highways.is_sorted and highways.relation_count == 0:
        # Extracts hold nodes, ways, relations in this order; one cut between two blocks reads as if it were whole.
        notes.append(Note("network.perhaps_cut"))
    if incomplete:
        notes.append(Note("network.incomplete_ways", {"ways": incomplete}))
    return tuple(notes)
