"""Ways of an OpenStreetMap extract that may be used: .osm.pbf or .osm."""

from __future__ import annotations

import math
import tempfile
from array import array
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from circle15.errors import DataError
from circle15.inputs.files.layers import require_file
from circle15.inputs.files.osm_file import damage, open_osm, osm_format
from circle15.inputs.streets.areas import Area, Ring, cross_areas
from circle15.inputs.streets.assembly import permitted
from circle15.inputs.streets.found import Account
from circle15.inputs.streets.traits import WALKED, Traits, traits_of
from circle15.inputs.streets.uses import mask_of, use_of, wanted_permits
from circle15.inputs.streets.walking import kind_number, why_not_walked
from circle15.inputs.streets.ways import UNITS_PER_DEGREE, Box, Ways, WaysFound, join_ways, starts, touching
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode

    Boxes = Mapping[Mode, Box | None]

NOWHERE = 2**31 - 1  # osmium's coordinate of a node that the file does not hold
VERTICES_AT_ONCE = 1_000_000
WKB_HEAD_BYTES = 9  # byte order, type and number of places come before a line's coordinates


def read_osm_ways(path: Path, crs: pyproj.CRS, degrees: Boxes, *, private: bool = False) -> WaysFound:
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

    Raises
    ------
    DataError
        No such file, not an OpenStreetMap file or a damaged one, or no highways in it.
    """
    require_file(path)
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    try:
        gathered = _gathered_in_any_order(path, degrees, to_metres, private)
    except damage() as fault:
        raise DataError("network.damaged_osm", file=path.name) from fault
    if gathered.read == 0:
        raise DataError("network.no_highways", file=path.name)
    return gathered.found()


def _gathered_in_any_order(path: Path, degrees: Boxes, to_metres: pyproj.Transformer, private: bool) -> _Gathered:
    """Read an extract; where its objects are not in order of their ids, as editors write them, read a sorted copy."""
    try:
        return _gathered(path, degrees, to_metres, private)
    except RuntimeError as fault:
        if "out of order" not in str(fault):
            raise
    with tempfile.TemporaryDirectory(prefix="circle15_", ignore_cleanup_errors=True) as folder:
        return _gathered(_sorted_copy(path, Path(folder)), degrees, to_metres, private)


def _sorted_copy(path: Path, folder: Path) -> Path:
    import osmium

    copy = folder / "sorted.osm.pbf"
    objects = osmium.MergeInputReader()
    objects.add_buffer(path.read_bytes(), osm_format(path))
    writer = osmium.WriteHandler(str(copy))
    objects.apply(writer, simplify=False)
    writer.close()
    return copy


def _gathered(path: Path, degrees: Boxes, to_metres: pyproj.Transformer, private: bool) -> _Gathered:
    gathered = _Gathered(degrees, to_metres, private)
    highways = _highways(path).handler_for_filtered(gathered)
    gathered.is_sorted = highways.header.get("sorting") == "Type_then_ID"
    for thing in highways:
        if thing.is_area():
            gathered.add_area(thing)
        else:
            gathered.add_way(thing)
    return gathered


def _highways(path: Path) -> Any:  # noqa: ANN401 - osmium publishes no types
    """All ways and areas tagged ``highway``, in the file's order."""
    # Imported here: reading a line layer needs no osmium.
    import osmium

    highway = osmium.filter.KeyFilter("highway")
    shapes = osmium.filter.EntityFilter(osmium.osm.WAY | osmium.osm.AREA)
    return (
        osmium.FileProcessor(open_osm(path))
        .with_locations()
        .with_areas(highway)
        .with_filter(shapes)
        .with_filter(highway)
    )


def _line_factory() -> Any:  # noqa: ANN401
    import osmium

    return osmium.geom.WKBFactory()


def _no_box() -> list[float]:
    return [np.inf, np.inf, -np.inf, -np.inf]


@dataclass
class _Gathered:
    """What has been read so far; vertices wait in plain arrays until there are enough of them to project."""

    degrees: Boxes
    to_metres: pyproj.Transformer
    private: bool = False
    is_sorted: bool = False
    relations: int = 0
    read: int = 0
    incomplete: int = 0
    account: Account = field(default_factory=Account)
    areas: list[Area] = field(default_factory=list)
    rims: set[int] = field(default_factory=set)
    parts: list[Ways] = field(default_factory=list)
    box: list[float] = field(default_factory=_no_box)
    names: dict[int, str] = field(default_factory=dict)
    lines: Any = field(default_factory=_line_factory)
    way_id: array[int] = field(default_factory=lambda: array("q"))
    kind: array[int] = field(default_factory=lambda: array("h"))
    permits: array[int] = field(default_factory=lambda: array("H"))
    drive_kmh: array[float] = field(default_factory=lambda: array("d"))
    count: array[int] = field(default_factory=lambda: array("q"))
    ref: array[int] = field(default_factory=lambda: array("q"))
    x: array[int] = field(default_factory=lambda: array("i"))
    y: array[int] = field(default_factory=lambda: array("i"))

    def relation(self, _: Any) -> None:  # noqa: ANN401
        """Count a relation of any kind; osmium calls this by its name."""
        self.relations += 1

    def add_way(self, way: Any) -> None:  # noqa: ANN401
        """Take a way in, or count why not."""
        self.read += 1
        use = use_of(way.tags)
        permits = wanted_permits(use, self.degrees, private=self.private)
        self.account.count(use, permits, self.degrees)
        if permits:
            permits = self._near(way, permits)
        if not permits:
            return
        self._add_line(way.id, use.kind, permits, use.drive_kmh, way.nodes)
        self.account.keep(way.id, use, permits)
        name = way.tags.get("name")
        if name:
            self.names[way.id] = name

    def _near(self, way: Any, permits: int) -> int:  # noqa: ANN401
        """What is left of the permits of a way where its modes' boxes are looked at."""
        own = None
        for mode, box in self.degrees.items():
            if box is None or not permits & mask_of(mode):
                continue
            own = own or self._box_of(way)
            if own is None:
                return permits
            if not (own[2] >= box[0] and own[0] <= box[2] and own[3] >= box[1] and own[1] <= box[3]):
                permits &= ~mask_of(mode)
                self.account.left_out[mode]["outside"] += 1
        if not permits and own is not None:
            self.box = [*map(min, self.box[:2], own[:2]), *map(max, self.box[2:], own[2:])]
        return permits

    def _box_of(self, way: Any) -> Box | None:  # noqa: ANN401
        """The box around a whole way, found without a look at each of its nodes in Python; None where that fails."""
        import osmium

        try:
            line = bytes.fromhex(self.lines.create_linestring(way))
        except (RuntimeError, osmium.InvalidLocationError):  # fewer than two places, or nodes missing from the file
            return None
        # Plain Python: for the few places of one way numpy takes longer than the look at each node that is saved.
        lonlat = array("d", line[WKB_HEAD_BYTES:])
        lon, lat = lonlat[::2], lonlat[1::2]
        return min(lon), min(lat), max(lon), max(lat)

    def add_area(self, area: Any) -> None:  # noqa: ANN401
        """Take in a polygon to walk on: a closed way tagged ``area=yes``, or a multipolygon with its rim."""
        is_closed_way = area.from_way()
        not_walked = "walk" not in self.degrees or why_not_walked(area.tags) is not None
        if not_walked or (is_closed_way and area.tags.get("area") != "yes"):
            return
        way_id = area.orig_id() if is_closed_way else -area.orig_id()
        if not is_closed_way:
            self.rims.add(way_id)
        for outer in area.outer_rings():
            rims = [outer, *area.inner_rings(outer)]
            if not is_closed_way:
                self._add_line(way_id, kind_number(area.tags["highway"]), WALKED, math.nan, outer)
            self._keep_area(way_id, [([n.ref for n in rim], [(n.x, n.y) for n in rim]) for rim in rims])

    def _add_line(self, way_id: int, kind: int, permits: int, drive_kmh: float, nodes: Any) -> None:  # noqa: ANN401
        before = len(self.ref)
        for node in nodes:
            self.ref.append(node.ref)
            self.x.append(node.x)
            self.y.append(node.y)
        self.way_id.append(way_id)
        self.kind.append(kind)
        self.permits.append(permits)
        self.drive_kmh.append(drive_kmh)
        self.count.append(len(self.ref) - before)
        if len(self.ref) >= VERTICES_AT_ONCE:
            self._project()

    def _keep_area(self, way_id: int, rims: list[tuple[list[int], list[tuple[int, int]]]]) -> None:
        rings = []
        for refs, places in rims:
            lonlat = np.array(places[:-1], dtype=np.float64) / UNITS_PER_DEGREE
            rings.append(Ring(np.array(refs[:-1], dtype=np.int64), self._metres(lonlat)))
            if not rings[1:] and not touching(np.array([0, len(lonlat)]), lonlat, self.degrees["walk"])[0]:
                return
        self.areas.append(Area(way_id, rings[0], tuple(rings[1:])))

    def _project(self) -> None:
        """Turn what waits into ways in metres; leave out those outside the box, cut those with missing nodes."""
        part, lonlat = self._waiting()
        self._widen(lonlat)
        part, near = self._touching(part, lonlat)
        near_vertices = np.repeat(near, np.diff(part.start))
        self.parts.append(replace(part.take(near), vertex_xy=self._metres(lonlat[near_vertices])))
        for waiting in (self.way_id, self.kind, self.permits, self.drive_kmh, self.count, self.ref, self.x, self.y):
            del waiting[:]

    def _touching(self, part: Ways, lonlat: NDArray[np.float64]) -> tuple[Ways, NDArray[np.bool_]]:
        """The ways without the permits of modes whose boxes they do not touch, and which of them have any left."""
        permits = part.traits.permits.copy()
        for mode, box in self.degrees.items():
            may = permits & mask_of(mode) != 0
            near = touching(part.start, lonlat, box)
            far_ids = np.setdiff1d(part.way_id[may & ~near], part.way_id[may & near])
            far = len(np.setdiff1d(far_ids, np.array(sorted(self.rims), dtype=np.int64)))
            self.account.left_out[mode]["outside"] += far
            permits[~near] &= ~np.uint16(mask_of(mode))
        return replace(part, own_traits=traits_of(permits, part.traits.drive_kmh)), permits != 0

    def _waiting(self) -> tuple[Ways, NDArray[np.float64]]:
        """The waiting ways, still without metres, and their longitudes and latitudes."""
        x, y = np.array(self.x, dtype=np.int64), np.array(self.y, dtype=np.int64)
        known = (x != NOWHERE) & (y != NOWHERE)
        way = np.repeat(np.arange(len(self.count)), np.array(self.count, dtype=np.int64))
        self.incomplete += len(np.unique(way[~known]))
        run = np.cumsum(~known) + way  # grows by one at each new way and at each missing node
        _, first, counts = np.unique(run[known], return_index=True, return_counts=True)
        way_of_run = way[known][first]
        permits = np.array(self.permits, dtype=np.uint16)
        lost = np.setdiff1d(np.arange(len(permits)), way_of_run)
        for mode in self.degrees:
            self.account.left_out[mode]["no_nodes"] += int((permits[lost] & mask_of(mode) != 0).sum())
        ways = Ways(
            np.array(self.way_id, dtype=np.int64)[way_of_run],
            np.array(self.kind, dtype=np.int16)[way_of_run],
            starts(counts.astype(np.int64)),
            np.array(self.ref, dtype=np.int64)[known],
            np.zeros((int(known.sum()), 2)),
            Traits(permits[way_of_run], np.array(self.drive_kmh, dtype=np.float64)[way_of_run]),
        )
        return ways, np.column_stack([x, y])[known] / UNITS_PER_DEGREE

    def _widen(self, lonlat: NDArray[np.float64]) -> None:
        if len(lonlat):
            low, high = lonlat.min(axis=0), lonlat.max(axis=0)
            self.box = [*np.minimum(self.box[:2], low).tolist(), *np.maximum(self.box[2:], high).tolist()]

    def _metres(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self.to_metres.transform(lonlat[:, 0], lonlat[:, 1]))

    def found(self) -> WaysFound:
        """Everything, with lines across the areas."""
        self._project()
        ways = join_ways(self.parts)
        # Streets for vehicles alone do not lead onto a square.
        crossings = cross_areas(self.areas, permitted(ways, "walk"))
        west, south, east, north = self.box
        return WaysFound(
            join_ways([ways, crossings.ways]),
            self.read,
            self.account.reasons(),
            (west, south, east, north),
            self._notes(crossings.crossed, crossings.limited),
            frozenset(area.way_id for area in self.areas),
            frozenset(self.account.spans),
            self.names,
            self.account.odd,
        )

    def _notes(self, crossed: int, limited: int) -> tuple[Note, ...]:
        notes = []
        if self.areas:
            notes.append(Note("network.areas", {"areas": len(self.areas), "crossed": crossed}))
        if limited:
            notes.append(Note("network.areas_limited", {"areas": limited}))
        if self.is_sorted and self.relations == 0:
            # Extracts hold nodes, ways, relations in this order; one cut between two blocks reads as if it were whole.
            notes.append(Note("network.perhaps_cut"))
        if self.incomplete:
            notes.append(Note("network.incomplete_ways", {"ways": self.incomplete}))
        return tuple(notes)
