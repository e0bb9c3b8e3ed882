"""The streets of a place, for each mode of travel, from whichever file an office has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from circle15.catalogue.through import through_kinds
from circle15.errors import DataError
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.files.present import require_file
from circle15.inputs.streets.assembly import assemble, assemble_edges, permitted
from circle15.inputs.streets.crossings import Crossings
from circle15.inputs.streets.islands import without_loose_areas
from circle15.inputs.streets.mode_notes import mode_notes, odd_notes
from circle15.inputs.streets.osm import read_osm_ways
from circle15.inputs.streets.speeds import every_kind
from circle15.model.ledger import Note
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.ways import Box, WaysFound
    from circle15.model.network import StreetNetwork

LINE_ENDINGS = (".gpkg", ".shp", ".geojson", ".json")
GRAPH_ENDING = ".graphml"

# Why ways are left out, in the order told.
REASONS = (
    "never",
    "motorroad",
    "no_sidewalk",
    "access",
    "foot",
    "unlisted",
    "ferry",
    "no_line",
    "no_nodes",
    "other_direction",
    "outside",
)

Read = tuple["StreetNetwork", tuple[Note, ...]]


@dataclass(frozen=True, eq=False)
class ModesRead:
    """The streets of each mode asked for, ids of the ways that are bridges or tunnels, crossings, and notes."""

    networks: Mapping[Mode, StreetNetwork]
    span_ids: frozenset[int]
    crossings: Crossings
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, networks: Mapping[Mode, StreetNetwork], found: WaysFound, notes: tuple[Note, ...]) -> ModesRead:
        """With what the reader found beside the ways."""
        return cls(networks, found.span_ids, Crossings(found.crossing_places, found.crossing_ids), notes)


def read_streets(
    path: Path,
    *,
    layer: str | None,
    crs: pyproj.CRS,
    bounds: Box | None,
    private: bool = False,
    towgs84: tuple[float, ...] | None = None,
    cut_at: Collection[int] = (),
) -> Read:
    """Read the streets that can be walked: ``read_modes`` for walkers alone.

    Returns
    -------
    StreetNetwork
    tuple of Note
    """
    wanted = Wanted(path, layer, crs, {"walk": bounds}, private, towgs84, cut_at)
    read = read_modes(wanted)
    return read.networks["walk"], read.notes


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be read.

    Attributes
    ----------
    path
        ``.osm.pbf`` or ``.osm`` (an OpenStreetMap extract), ``.gpkg``, ``.shp`` or ``.geojson`` (lines in Geofabrik's
        schema), or ``.graphml`` (OSMnx).
    layer
        Which layer of a file of several.
    crs
        The metric system of the result.
    bounds
        By mode, walking among them: the district and its surroundings, west, south, east, north in metres of ``crs``.
        Ways whose own box does not touch it are left out; the others are kept whole. Boxes are compared in degrees,
        so a way that lies just beyond the bounds may stay.
    private
        Whether streets inside gated compounds are read, too, and marked ``restricted``; a graph holds none.
    towgs84
        What takes a line layer on an old datum to WGS 84, see ``helmert``.
    cut_at
        Ids of places in an OpenStreetMap extract at which its walking ways are cut: its gates.
    progress
        Called as ``progress(done, of)`` while a large extract is read.
    """

    path: Path
    layer: str | None
    crs: pyproj.CRS
    bounds: Mapping[Mode, Box | None]
    private: bool = False
    towgs84: tuple[float, ...] | None = None
    cut_at: Collection[int] = ()
    progress: Callable[[int, int], None] | None = None

    @property
    def degrees(self) -> dict[Mode, Box | None]:
        """The boxes in degrees around the bounds."""
        return {mode: _degrees(box, self.crs) for mode, box in self.bounds.items()}


def read_modes(wanted: Wanted) -> ModesRead:
    """Read the streets of each mode; the file is read once for all of them.

    Returns
    -------
    ModesRead
        ``notes`` say how many ways were read, kept and left out and why, islands, areas crossed, and what looks wrong.

    Raises
    ------
    DataError
        No such file, of another kind or damaged, no highways, no coordinate system, an old datum, or elsewhere.
    """
    require_file(wanted.path)
    name = wanted.path.name.lower()
    if is_osm(name):
        return _read_osm(wanted)
    if name.endswith(LINE_ENDINGS):
        return _read_lines(wanted)
    if name.endswith(GRAPH_ENDING):
        return _read_graph(wanted)
    raise DataError("network.unknown_format", file=wanted.path.name)


def _read_osm(wanted: Wanted) -> ModesRead:
    found = read_osm_ways(wanted.path, wanted.crs, wanted.degrees, private=wanted.private, progress=wanted.progress)
    _require_overlap(found, wanted)
    networks = _assembled(found, wanted)
    networks["walk"], loose = without_loose_areas(networks["walk"], found.area_ids)
    return ModesRead.of(networks, found, (*_notes(networks, found, wanted.path), *loose))


def _assembled(found: WaysFound, wanted: Wanted) -> dict[Mode, StreetNetwork]:
    """The network of each mode, with what its ways are called."""
    networks = {}
    for mode in wanted.bounds:
        _require_ways(found, mode, wanted)
        cut_at = wanted.cut_at if mode == "walk" else ()
        networks[mode] = replace(assemble(found.ways, wanted.crs, cut_at, mode), way_names=found.names)
    return networks


def _require_ways(found: WaysFound, mode: Mode, wanted: Wanted) -> None:
    """For walkers, ``_require_overlap`` has told more."""
    if mode == "walk":
        return
    ways, file = permitted(found.ways, mode), wanted.path.name
    if not len(ways):
        raise DataError(f"modes.{mode}_none", file=file)
    names, passed = every_kind(), through_kinds(mode)
    if all(names[kind] in passed for kind in np.unique(ways.kind)):
        raise DataError("modes.only_passed", file=file, kinds=", ".join(sorted(passed)))


def _read_lines(wanted: Wanted) -> ModesRead:
    # Imported here: an extract needs none of the libraries that read layers.
    from circle15.inputs.streets.lines import near_miss_notes, read_line_ways

    found = read_line_ways(
        wanted.path, wanted.layer, wanted.crs, wanted.degrees, private=wanted.private, towgs84=wanted.towgs84
    )
    _require_overlap(found, wanted)
    networks = {mode: _nodes_named_by_row(network) for mode, network in _assembled(found, wanted).items()}
    notes = (*_notes(networks, found, wanted.path), *near_miss_notes(networks["walk"]))
    return ModesRead.of(networks, found, notes)


def _nodes_named_by_row(network: StreetNetwork) -> StreetNetwork:
    """The same network; a layer of lines has no ids of nodes."""
    return replace(network, node_osm_id=np.arange(network.node_count, dtype=np.int64))


def _read_graph(wanted: Wanted) -> ModesRead:
    # Imported here, as above.
    from circle15.inputs.streets.graphs import graph_edges, read_graphml

    path = wanted.path
    edges = graph_edges(read_graphml(path), wanted.crs, wanted.degrees, path.name)
    found = edges.found
    _require_overlap(found, wanted)
    networks: dict[Mode, StreetNetwork] = {}
    for mode in wanted.bounds:
        _require_ways(found, mode, wanted)
        networks[mode] = replace(assemble_edges(found.ways, edges.given_m, wanted.crs, mode), way_names=found.names)
    return ModesRead.of(networks, found, _notes(networks, found, path))


def _degrees(bounds: Box | None, crs: pyproj.CRS) -> Box | None:
    """The box in degrees around a box in metres."""
    if bounds is None:
        return None
    west, south, east, north = transformer(crs, 4326).transform_bounds(*bounds)
    return west, south, east, north


def _require_overlap(found: WaysFound, wanted: Wanted) -> None:
    if len(permitted(found.ways, "walk")):
        return
    district, file = wanted.degrees["walk"], wanted.path.name
    if district is None or not np.isfinite(found.box).all():
        lost = found.left_out.get("walk", {}).get("no_nodes")
        raise DataError("network.no_nodes" if lost else "network.no_highways", file=file)
    key = "network.none_here" if _overlap(found.box, district) else "network.elsewhere"
    raise DataError(key, file=file, streets=_degrees_text(found.box), district=_degrees_text(district))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _degrees_text(box: Box) -> str:
    """A box as a planner reads it.

    Examples
    --------
    >>> _degrees_text((120.1, 30.0, 120.2, 30.1))
    '120.1000~120.2000, 30.0000~30.1000'
    """
    west, south, east, north = box
    return f"{west:.4f}~{east:.4f}, {south:.4f}~{north:.4f}"


def _notes(networks: Mapping[Mode, StreetNetwork], found: WaysFound, path: Path) -> tuple[Note, ...]:
    """What was read, left out, crossed, and how it hangs together."""
    left_out = found.left_out.get("walk", {})
    out = sum(left_out.values())
    read = Note("network.ways", {"file": path.name, "read": found.read, "kept": found.read - out, "left_out": out})
    reasons = [Note(f"network.left_out_{why}", {"ways": left_out[why]}) for why in REASONS if left_out.get(why)]
    others = [note for mode in networks if mode != "walk" for note in mode_notes(networks[mode], found)]
    return (read, *reasons, *found.notes, _islands_note(networks["walk"]), *others, *odd_notes(found))


def _islands_note(network: StreetNetwork) -> Note:
    street_m = network.island_street_m
    facts: dict[str, object] = {
        "edges": network.edge_count,
        "nodes": network.node_count,
        "km": float(street_m.sum()) / 1000,
        "islands": len(street_m),
        "share": float(street_m[0] / street_m.sum()),
    }
    return Note("network.islands", facts)
