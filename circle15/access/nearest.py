"""The nearest facility of each point, by one search from all facilities at once.

Metres on the streets are added up as multiples of 2**-34 m (``model.exact``), so that below 524 km every sum is exact:
equally long ways tie to the last bit, the smaller number is taken, and no result depends on an order of work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.blocks import in_order
from circle15.access.elimination import prepare, reach_prepared
from circle15.access.layout import lay_doors, moved, points_of, seeds_of, streets_of, twins_of
from circle15.access.search import NONE, meet, reach_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from circle15.access.elimination import Prepared
    from circle15.access.joins import EdgeJoins
    from circle15.access.layout import OnEdges, Points
    from circle15.access.search import NodeReach
    from circle15.model.network import StreetNetwork

WORTH_PREPARING = 20  # preparing takes about as long as a dozen searches, and halves each


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
    prepared: Prepared | None = None,
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
    prepared
        From ``prepare(streets_of(network))``, where many searches follow each other; the result is the same.

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
    reach = reach_from_entrances(network, entrances, entrance_facility, prepared=prepared)
    return nearest_from_reach(network, reach, origins, entrances, entrance_facility)


def nearest_of_services(
    network: StreetNetwork,
    origins: EdgeJoins,
    services: Mapping[str, tuple[EdgeJoins, NDArray[np.integer]]],
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Nearest]:
    """The nearest facility of each origin for each of several services; many searches are prepared for.

    Parameters
    ----------
    network, origins
        As for ``nearest_facility``.
    services
        The entrances of each service, and the number of the facility each entrance belongs to.
    threads
        How many services are searched at a time; the results are the same, to the last bit.
    progress
        Called as ``progress(done, of)`` after each service.
    """
    streets, points = streets_of(network), points_of(network, origins)
    prepared = prepare(streets) if len(services) >= WORTH_PREPARING else None

    def search(service: str) -> Nearest:
        entrances, entrance_facility = services[service]
        reach = reach_from_entrances(network, entrances, entrance_facility, prepared=prepared)
        return _at_points(network, reach, points, origins.on_network, lay_doors(network, *services[service]))

    return dict(zip(services, in_order(search, list(services), threads, progress), strict=True))


def reach_from_entrances(
    network: StreetNetwork,
    entrances: EdgeJoins,
    entrance_facility: NDArray[np.integer],
    limit_m: float = np.inf,
    prepared: Prepared | None = None,
) -> NodeReach:
    """Metres from every node to the nearest entrance with its leg, and whose it is.

    Beyond ``limit_m`` metres are ``inf``, unless a search on ``prepared`` streets found them all the same.
    """
    seeds = seeds_of(network, entrances, entrance_facility)
    return reach_nodes(streets_of(network), seeds, limit_m) if prepared is None else reach_prepared(prepared, seeds)


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
    return _at_points(network, reach, points_of(network, origins), origins.on_network, doors)


def _at_points(
    network: StreetNetwork, reach: NodeReach, points: Points, on_network: NDArray[np.bool_], doors: OnEdges
) -> Nearest:
    found = Nearest(np.empty(len(points.edge)), np.empty(len(points.edge), dtype=np.int32))
    meet_all(network, reach, doors, points, found)
    found.metres[~on_network] = np.inf
    found.facility[~on_network] = NONE
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
