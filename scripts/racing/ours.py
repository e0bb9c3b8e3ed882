"""circle15 on plain arrays: the one place here that knows how its search is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import shapely
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.model.network import StreetNetwork
    from racing.task import Arrays

    Table = NDArray[np.float64]


def network(work: Arrays, of: str = "") -> StreetNetwork:
    """The streets of a work (those whose names begin with ``of``), with what every search needs made ready."""
    import pyproj

    from circle15.access.layout import streets_of
    from circle15.model.network import StreetNetwork

    streets = len(work[f"{of}from_node"])
    made = StreetNetwork(
        crs=pyproj.CRS.from_epsg(work["epsg"]),
        node_xy=work[f"{of}xy"],
        node_osm_id=np.arange(len(work[f"{of}xy"]), dtype=np.int64),
        from_node=work[f"{of}from_node"],
        to_node=work[f"{of}to_node"],
        length_m=work[f"{of}metres"],
        forward_m=work[f"{of}metres"],
        kind=np.zeros(streets, dtype=np.int16),
        kinds=("footway",),
        way_id=np.arange(streets, dtype=np.int64),
        line_start=work[f"{of}line_start"],
        line_xy=work[f"{of}line_xy"],
    )
    streets_of(made)
    return made


def at_nodes(streets: StreetNetwork, nodes: NDArray[np.integer]) -> EdgeJoins:
    """Points that stand at nodes, joined there without a leg; at a node without a street they are off the network."""
    from circle15.access.joins import EdgeJoins

    edge_of = np.full(streets.node_count, -1, dtype=np.int32)
    edge_of[streets.to_node] = np.arange(streets.edge_count)
    edge_of[streets.from_node] = np.arange(streets.edge_count)
    edge, off = edge_of[nodes], edge_of[nodes] < 0
    edge, no_leg_m = np.where(off, 0, edge).astype(np.int32), np.zeros(len(nodes))
    return EdgeJoins(
        edge=edge,
        share=np.where(streets.from_node[edge] == nodes, 0.0, 1.0),
        leg_m=no_leg_m,
        leg_travel_m=no_leg_m,
        on_network=~off,
        island=np.zeros(len(nodes), dtype=np.int32),
        foot_xy=streets.node_xy[nodes],
    )


def nearest_m(streets: StreetNetwork, places: EdgeJoins, services: list[EdgeJoins], threads: int = 1) -> Table:
    """Metres from every place to the nearest site of each service: a row each."""
    from circle15.access.nearest import nearest_of_services

    asked = {f"{number:04}": (sites, np.arange(len(sites))) for number, sites in enumerate(services)}
    found = nearest_of_services(streets, places, asked, threads)
    return np.stack([found[service].metres for service in asked])


def pairs(
    streets: StreetNetwork, places: EdgeJoins, sites: EdgeJoins, limit_m: float, threads: int = 1
) -> dict[str, NDArray[np.generic]]:
    """All places within reach of each site."""
    from circle15.access.pairs import pairs_of

    return pairs_of(streets, places, sites, np.arange(len(sites)), limit_m, threads)._asdict()


Area = tuple[int, float, "shapely.Geometry"]
MAX_LEG_M = 300.0
FIELD_SPACING_M, STRIP_SPACINGS = 12.5, 3.0  # metres; to the width of a strip


def strips(
    streets: StreetNetwork, doors: EdgeJoins, limits_m: Sequence[float], width_m: float, threads: int = 1
) -> Iterator[Area]:
    """Strips along the streets in reach of each site."""
    from circle15.access.isochrones import street_buffers

    number = np.arange(len(doors))
    spacing_m = width_m / STRIP_SPACINGS
    found = street_buffers(streets, doors, number, limits_m, width_m=width_m, spacing_m=spacing_m, threads=threads)
    return zip(found["facility"], found["limit_m"], found.geometry, strict=True)


def fields(streets: StreetNetwork, sites: EdgeJoins, limits_m: Sequence[float], threads: int = 1) -> Iterator[Area]:
    """Where somebody who walks to the nearest street is within reach of each site."""
    from circle15.access.isochrones import facility_isochrones, reach_grid

    grid = reach_grid(streets, sites, max(limits_m), spacing_m=FIELD_SPACING_M, max_leg_m=MAX_LEG_M, threads=threads)
    found = facility_isochrones(streets, grid, sites, np.arange(len(sites)), limits_m, threads)
    return zip(found["facility"], found["limit_m"], found.geometry, strict=True)
