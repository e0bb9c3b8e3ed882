"""The streets as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import DataError
from circle15.model.adjacency import Adjacency, arrivals
from circle15.model.compounds import Layers, layered
from circle15.model.digest import digest_of
from circle15.model.exact import exact_m
from circle15.model.islands import first_of_island

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyproj
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Streets that one mode may use: nodes, edges, and each edge's line.

    Checked at construction: arrays fit each other, lengths are finite and not negative, every edge may be used in one
    direction at least, every line starts at its edge's ``from_node`` and ends at its ``to_node``.

    Attributes
    ----------
    crs
        The metric coordinate system of all coordinates here.
    node_xy
        float64, (nodes, 2): metres.
    node_osm_id
        int64, (nodes,): the source's id of the node, or its row where the source has none.
    from_node, to_node
        int32, (edges,). A loop has both the same; parallel edges are allowed.
    length_m
        float64, (edges,): length of the edge's line.
    forward_m
        float64, (edges,): metres of level travel from ``from_node`` to ``to_node``: ``length_m`` times the factors of
        its kind and of its slope in that direction, and for driving of its class. ``inf`` where the mode may not go
        that way.
    backward_m
        float64, (edges,): the same from ``to_node`` to ``from_node``. None where both directions are alike.
    mode
        Who travels here: on foot, by bicycle, by car.
    kind
        int16, (edges,): which of ``kinds`` the edge is.
    kinds
        Names of the kinds of way ("footway", "steps", ...).
    way_id
        int64, (edges,): the source's id of the way, or its row.
    line_start
        int64, (edges + 1,): the line of edge ``e`` is ``line_xy[line_start[e]:line_start[e + 1]]``.
    line_xy
        float64, (vertices, 2): metres.
    restricted
        bool, (edges,): inside a gated compound, where a walk may begin or end but which nobody walks through. None
        where no edge is.
    way_names
        What ways are called, by ``way_id``; several names of one way with ";" between them.
    """

    crs: pyproj.CRS
    node_xy: NDArray[np.float64]
    node_osm_id: NDArray[np.int64]
    from_node: NDArray[np.int32]
    to_node: NDArray[np.int32]
    length_m: NDArray[np.float64]
    forward_m: NDArray[np.float64]
    kind: NDArray[np.int16]
    kinds: tuple[str, ...]
    way_id: NDArray[np.int64]
    line_start: NDArray[np.int64]
    line_xy: NDArray[np.float64]
    restricted: NDArray[np.bool_] | None = None
    way_names: Mapping[int, str] = field(default_factory=dict)
    backward_m: NDArray[np.float64] | None = None
    mode: Mode = "walk"

    def __post_init__(self) -> None:
        nodes, edges = len(self.node_xy), len(self.from_node)
        if edges == 0:
            raise DataError("network.no_edges")
        per_edge = (self.to_node, self.length_m, self.forward_m, self.kind, self.way_id, self.line_start[1:])
        marks = 0 if self.restricted is None else abs(len(self.restricted) - edges)
        if marks or any(len(array) != edges for array in per_edge) or len(self.node_osm_id) != nodes:
            raise DataError("network.arrays_differ", nodes=nodes, edges=edges)
        ends = np.concatenate([self.from_node, self.to_node])
        if ends.min() < 0 or ends.max() >= nodes:
            raise DataError("network.arrays_differ", nodes=nodes, edges=edges)
        if len(self.directions_m[1]) != edges:
            raise DataError("network.arrays_differ", nodes=nodes, edges=edges)
        # An edge must be of use in one direction; NaN survives the minimum, so that it is found.
        for metres in (self.length_m, np.minimum(*self.directions_m)):
            wrong = np.flatnonzero(~(np.isfinite(metres) & (metres >= 0)))
            if len(wrong):
                raise DataError("network.bad_length", way=int(self.way_id[wrong[0]]), metres=float(metres[wrong[0]]))
        for array in (
            *per_edge,
            self.from_node,
            self.node_xy,
            self.node_osm_id,
            self.line_xy,
            self.line_start,
            *self.directions_m,
            *(() if self.restricted is None else (self.restricted,)),
        ):
            array.flags.writeable = False

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.node_xy)

    @property
    def edge_count(self) -> int:
        """Number of undirected edges."""
        return len(self.from_node)

    @property
    def directions_m(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``forward_m`` and ``backward_m``, the same array twice where both directions are alike."""
        return self.forward_m, self.forward_m if self.backward_m is None else self.backward_m

    @cached_property
    def exact_directions_m(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``directions_m`` as a search adds them up: multiples of 2**-34 m (see ``model.exact``)."""
        forward_m = exact_m(self.forward_m)
        return forward_m, forward_m if self.backward_m is None else exact_m(self.backward_m)

    @cached_property
    def digest(self) -> str:
        """A short name for all that decides who reaches what here, see ``digest_of``."""
        return digest_of(self)

    @cached_property
    def adjacency(self) -> Adjacency:
        """The ways to each node."""
        return arrivals(self.from_node, self.to_node, *self.exact_directions_m, self.node_count)

    @cached_property
    def layers(self) -> Layers | None:
        """The layers that keep ways from passing through gated compounds; None where no edge is restricted."""
        if self.restricted is None or not self.restricted.any():
            return None
        return layered(self.from_node, self.to_node, *self.exact_directions_m, self.restricted, self.node_count)

    @cached_property
    def node_island(self) -> NDArray[np.int32]:
        """int32, (nodes,): which connected part each node is on; 0 is the part with the most street metres.

        Directions do not count: what one street connects, one way or both, is one part.
        """
        first = first_of_island(self.from_node, self.to_node, self.node_count)
        part = (np.cumsum(first == np.arange(self.node_count)) - 1)[first]
        count = int(part.max()) + 1
        street_m = np.bincount(part[self.from_node], weights=self.length_m, minlength=count)
        rank = np.empty(count, dtype=np.int32)
        rank[np.argsort(-street_m, kind="stable")] = np.arange(count, dtype=np.int32)
        island: NDArray[np.int32] = rank[part]
        return island

    @property
    def edge_island(self) -> NDArray[np.int32]:
        """int32, (edges,): which connected part each edge is on."""
        island: NDArray[np.int32] = self.node_island[self.from_node]
        return island

    @cached_property
    def island_street_m(self) -> NDArray[np.float64]:
        """float64, (islands,): street metres of each connected part, the largest first."""
        street_m: NDArray[np.float64] = np.bincount(self.edge_island, weights=self.length_m).astype(np.float64)
        return street_m


def reversed_streets(network: StreetNetwork) -> StreetNetwork:
    """The same streets, travelled the other way: for what comes from a site to people, like an ambulance.

    Metres from each origin to a facility on the reversed streets are those from the facility to the origin. Joins
    made on either serve both.

    Examples
    --------
    >>> import pyproj
    >>> one_way = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     backward_m=np.array([np.inf]), kind=np.zeros(1, dtype=np.int16), kinds=("residential",),
    ...     way_id=np.zeros(1, dtype=np.int64), line_start=np.array([0, 2]),
    ...     line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]), mode="drive",
    ... )
    >>> [metres.tolist() for metres in reversed_streets(one_way).directions_m]
    [[inf], [100.0]]
    """
    forward_m, backward_m = network.directions_m
    return replace(network, forward_m=backward_m, backward_m=None if network.backward_m is None else forward_m)
