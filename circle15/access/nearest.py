"""The nearest facility of each point, by one search from all facilities at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.layout import lay_doors, moved, points_of, seeds_of, streets_of, twins_of
from circle15.access.search import NONE, meet, reach_nodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.access.layout import OnEdges, Points
    from circle15.access.search import NodeReach
    from circle15.model.network import StreetNetwork


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest facility of each point.

    Attributes
    ----------
    metres
        float64, (n,): travel from the point to the facility, with both legs; ``inf`` where no facility can be reached.
    facility
        int32, (n,): its number, of equally near ones the smallest; -1 where none can be reached.
    """

    metres: NDArray[np.float64]
    facility: NDArray[np.int32]


def nearest_facility(
    network: StreetNetwork,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
) -> Nearest:
    """Metres from each origin to the nearest facility, and which one it is.

    The way is the leg of the origin, the streets, and the leg of the entrance. Two points on one edge reach each
    other along it. Origins and entrances off the network are reached by nobody.

    Parameters
    ----------
    network
        The streets.
    origins
        (n,): cells, or any other points.
    entrances
        (m,): all entrances of all facilities.
    entrance_facility
        (m,): the number (0 or more) of the facility each entrance belongs to.

    Examples
    --------
    One street of 100 m; a facility 10 m beside its middle, a cell 5 m beside its start:

    >>> import pyproj
    >>> from circle15.access.joins import join_to_edges
    >>> from circle15.model.network import StreetNetwork
    >>> street = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 2]), line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ... )
    >>> cell = join_to_edges(street, np.array([[0.0, 5.0]]), max_leg_m=300)
    >>> entrance = join_to_edges(street, np.array([[50.0, 10.0]]), max_leg_m=300)
    >>> nearest_facility(street, cell, entrance, np.array([0])).metres.tolist()
    [65.0]
    """
    reach = reach_from_entrances(network, entrances, entrance_facility)
    return nearest_from_reach(network, reach, origins, entrances, entrance_facility)


def reach_from_entrances(
    network: StreetNetwork,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float = np.inf,
) -> NodeReach:
    """Metres from every node to the nearest entrance with its leg, and whose it is; ``inf`` beyond ``limit_m``."""
    return reach_nodes(streets_of(network), seeds_of(network, entrances, entrance_facility), limit_m)


def nearest_from_reach(
    network: StreetNetwork,
    reach: NodeReach,
    origins: EdgeJoins,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
) -> Nearest:
    """The nearest facility of each origin, from what ``reach_from_entrances`` found for the same entrances.

    Beyond the limit of that search, origins may be left at ``inf``; within it, they are exact.
    """
    doors = lay_doors(network, entrances, entrance_facility)
    found = Nearest(np.full(len(origins), np.inf), np.full(len(origins), NONE, dtype=np.int32))
    meet_all(network, reach, doors, points_of(network, origins), found)
    found.metres[~origins.on_network] = np.inf
    found.facility[~origins.on_network] = NONE
    return found


def meet_all(network: StreetNetwork, reach: NodeReach, doors: OnEdges, points: Points, found: Nearest) -> None:
    """Fill each point's nearest; one in a gated compound takes the better of the layers of goals and of homes."""
    streets = streets_of(network)
    meet(streets, reach, doors, points, found.metres, found.facility)
    rows, twin = twins_of(network, points.edge)
    if not len(rows):
        return
    out = Nearest(np.empty(len(rows)), np.empty(len(rows), dtype=np.int32))
    meet(streets, reach, doors, moved(points, rows, twin), out.metres, out.facility)
    nearer = out.metres < found.metres[rows]
    nearer |= (out.metres == found.metres[rows]) & (out.facility < found.facility[rows])
    found.metres[rows[nearer]], found.facility[rows[nearer]] = out.metres[nearer], out.facility[nearer]
