"""The county as an OSM extract: nodes, ways and relations in a .osm.pbf."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import osmium
import shapely

from circle15.inputs.download.extract import OBJECT_BYTES
from circle15.inputs.files.room import require_room
from circle15.sample.grids import Tags
from circle15.sample.people import to_degrees

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.sample.parcels import Parcel
    from circle15.sample.plan import Plan
    from circle15.sample.streets import Streets
    from circle15.sample.terrain import Terrain

FIRST_WAY = 1_000_001
FIRST_RELATION = 2_000_001
Key = tuple[float, float]


@dataclass(eq=False)
class Extract:
    """Objects being gathered; a point met twice is one node."""

    ids: dict[Key, int] = field(default_factory=dict)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[tuple[int, ...], Tags]] = field(default_factory=list)
    relations: list[tuple[tuple[tuple[int, str], ...], Tags]] = field(default_factory=list)

    def node(self, xy: NDArray[np.float64], tags: Tags = ()) -> int:
        """The id of the node at a point in metres, by the centimetre."""
        east, north = np.round(xy, 2).tolist()
        number = self.ids.setdefault((east, north), len(self.ids) + 1)
        if tags:
            self.node_tags[number] = tags
        return number

    def way(self, xy: NDArray[np.float64], tags: Tags) -> int:
        """Add a way along points in metres and give its id."""
        self.ways.append((tuple(self.node(point) for point in xy), tags))
        return FIRST_WAY + len(self.ways) - 1


def write_extract(path: Path, plan: Plan, terrain: Terrain, streets: Streets, parcels: tuple[Parcel, ...]) -> None:
    """Write streets, walls and gates, railway, water and land use."""
    extract = Extract()
    for street in streets.ways:
        extract.way(street.xy, street.tags)
    for grid in streets.grids:
        for gate in grid.gates:
            extract.node(gate, (("barrier", "gate"),))
        for wall in grid.walls:
            extract.way(shapely.get_coordinates(wall), (("barrier", "fence"),))
    extract.way(shapely.get_coordinates(terrain.railway), (("railway", "rail"), ("name", "示例铁路")))
    _add_water(extract, terrain)
    _add_land_use(extract, parcels)
    _write(path, plan, extract)


def _add_water(extract: Extract, terrain: Terrain) -> None:
    extract.way(shapely.get_coordinates(terrain.river), (("waterway", "river"), ("name", "示例江")))
    extract.way(_ring(terrain.river_area), (("natural", "water"), ("water", "river"), ("name", "示例江")))
    shore = extract.way(_ring(terrain.reservoir), ())
    island = extract.way(_ring(terrain.island), (("place", "islet"), ("name", "湖心岛")))
    tags = (("natural", "water"), ("water", "reservoir"), ("name", "示例水库"), ("type", "multipolygon"))
    extract.relations.append((((shore, "outer"), (island, "inner")), tags))


def _add_land_use(extract: Extract, parcels: tuple[Parcel, ...]) -> None:
    own = {"park": (("leisure", "park"),), "industry": (("landuse", "industrial"),), "public": ()}
    for parcel in parcels:
        tags = own.get(parcel.kind, (("landuse", "residential"),))
        for part in shapely.get_parts(parcel.area):
            if tags and part.geom_type == "Polygon":
                extract.way(_ring(part), tags)


def _ring(area: shapely.Polygon) -> NDArray[np.float64]:
    ring: NDArray[np.float64] = shapely.get_coordinates(shapely.get_exterior_ring(area))
    return ring


def _write(path: Path, plan: Plan, extract: Extract) -> None:
    """Without time, user or version of the writer, so that the same county is the same bytes."""
    header = osmium.io.Header()
    header.set("generator", "circle15")
    degrees = to_degrees(plan, np.array(list(extract.ids)))
    require_room(path, OBJECT_BYTES * (len(extract.ids) + len(extract.ways) + len(extract.relations)))
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, (lon, lat) in enumerate(degrees.tolist(), start=1):
            tags = dict(extract.node_tags.get(number, ()))
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=(lon, lat), tags=tags))
        for number, (nodes, way_tags) in enumerate(extract.ways, start=FIRST_WAY):
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=dict(way_tags)))
        for number, (members, relation_tags) in enumerate(extract.relations, start=FIRST_RELATION):
            named = [("w", way, role) for way, role in members]
            writer.add_relation(
                osmium.osm.mutable.Relation(id=number, version=1, members=named, tags=dict(relation_tags))
            )
