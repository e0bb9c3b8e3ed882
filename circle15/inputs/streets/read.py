"""The street network of a place, from whichever file an office has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from circle15.errors import DataError
from circle15.inputs.files.layers import require_file
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.streets.assembly import assemble, assemble_edges
from circle15.inputs.streets.graphs import graph_edges, read_graphml
from circle15.inputs.streets.islands import without_loose_areas
from circle15.inputs.streets.lines import near_miss_notes, read_line_ways
from circle15.inputs.streets.osm import read_osm_ways
from circle15.inputs.streets.ways import Box, WaysFound
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

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
    """Read the streets that can be walked.

    Parameters
    ----------
    path
        ``.osm.pbf`` or ``.osm`` (an OpenStreetMap extract), ``.gpkg``, ``.shp`` or ``.geojson`` (lines in Geofabrik's
        schema), or ``.graphml`` (OSMnx).
    layer
        Which layer of a file of several.
    crs
        The metric system of the result.
    bounds
        The district and its surroundings: west, south, east, north in metres of ``crs``. Ways whose own box does not
        touch it are left out; the others are kept whole. Boxes are compared in degrees, so a way that lies just
        beyond the bounds may stay.
    private
        Whether streets inside gated compounds are read, too, and marked ``restricted``; a graph holds none.
    towgs84
        What takes a line layer on an old datum to WGS 84, see ``helmert``.
    cut_at
        Ids of places in an OpenStreetMap extract at which its ways are cut: its gates.

    Returns
    -------
    StreetNetwork
    tuple of Note
        How many ways were read, kept and left out and why, islands, areas crossed, and what looks wrong.

    Raises
    ------
    DataError
        No such file, of another kind or damaged, no highways, no coordinate system, an old datum, or elsewhere.
    """
    require_file(path)
    name = path.name.lower()
    if is_osm(name):
        return _read_osm(path, crs, bounds, private, cut_at)
    if name.endswith(LINE_ENDINGS):
        return _read_lines(path, layer, crs, bounds, private, towgs84)
    if name.endswith(GRAPH_ENDING):
        return _read_graph(path, crs, bounds)
    raise DataError("network.unknown_format", file=path.name)


def _read_osm(path: Path, crs: pyproj.CRS, bounds: Box | None, private: bool, cut_at: Collection[int]) -> Read:
    found = read_osm_ways(path, crs, _degrees(bounds, crs), private=private)
    _require_overlap(found, path, crs, bounds)
    network, loose = without_loose_areas(_told(assemble(found.ways, crs, cut_at), found), found.area_ids)
    return network, (*_notes(network, found, path), *loose)


def _read_lines(
    path: Path,
    layer: str | None,
    crs: pyproj.CRS,
    bounds: Box | None,
    private: bool,
    towgs84: tuple[float, ...] | None,
) -> Read:
    found = read_line_ways(path, layer, crs, _degrees(bounds, crs), private=private, towgs84=towgs84)
    _require_overlap(found, path, crs, bounds)
    network = _told(_nodes_named_by_row(assemble(found.ways, crs)), found)
    notes = (*_notes(network, found, path), *near_miss_notes(network))
    return network, notes


def _told(network: StreetNetwork, found: WaysFound) -> StreetNetwork:
    """The same network with what ways are called, and the streets inside gated compounds marked."""
    network = replace(network, way_names=found.names)
    if not found.private_ids:
        return network
    ids = np.array(sorted(found.private_ids), dtype=np.int64)
    return replace(network, restricted=np.isin(network.way_id, ids))


def _nodes_named_by_row(network: StreetNetwork) -> StreetNetwork:
    """The same network; a layer of lines has no ids of nodes."""
    return replace(network, node_osm_id=np.arange(network.node_count, dtype=np.int64))


def _read_graph(path: Path, crs: pyproj.CRS, bounds: Box | None) -> Read:
    edges = graph_edges(read_graphml(path), crs, _degrees(bounds, crs), path.name)
    _require_overlap(edges.found, path, crs, bounds)
    network = _told(assemble_edges(edges.found.ways, edges.given_m, crs), edges.found)
    return network, _notes(network, edges.found, path)


def _degrees(bounds: Box | None, crs: pyproj.CRS) -> Box | None:
    """The box in degrees around a box in metres."""
    if bounds is None:
        return None
    west, south, east, north = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform_bounds(*bounds)
    return west, south, east, north


def _require_overlap(found: WaysFound, path: Path, crs: pyproj.CRS, bounds: Box | None) -> None:
    if len(found.ways):
        return
    district = _degrees(bounds, crs)
    if district is None or not np.isfinite(found.box).all():
        raise DataError("network.no_nodes" if found.left_out.get("no_nodes") else "network.no_highways", file=path.name)
    key = "network.none_here" if _overlap(found.box, district) else "network.elsewhere"
    raise DataError(key, file=path.name, streets=_degrees_text(found.box), district=_degrees_text(district))


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


def _notes(network: StreetNetwork, found: WaysFound, path: Path) -> tuple[Note, ...]:
    """What was read, left out, crossed, and how it hangs together."""
    out = sum(found.left_out.values())
    read = Note("network.ways", {"file": path.name, "read": found.read, "kept": found.read - out, "left_out": out})
    reasons = [
        Note(f"network.left_out_{why}", {"ways": found.left_out[why]}) for why in REASONS if found.left_out.get(why)
    ]
    return (read, *reasons, *found.notes, _islands_note(network))


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
