"""Where cells and facilities join the streets: at the nearest point on an edge, not at a node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.curve import morton_order
from circle15.access.segments import SegmentTree, nearest_segments, segment_tree
from circle15.errors import DataError
from circle15.model.exact import exact_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

# A foot as near as this to an end of its edge is that end, from where every street that meets there can be taken:
# rounding, a few 1e-9 m in a district's coordinates, must not force anyone along a one-way street.
AT_END_M = 1e-7


@dataclass(frozen=True, eq=False)
class EdgeJoins:
    """The foot of each point on its nearest edge.

    Attributes
    ----------
    edge
        int32, (n,): the edge; of edges at the same distance the one with the smaller number. Of places on one edge
        that are as near, the foot is the one that its line comes to first.
    share
        float64, (n,): where on the edge's line the foot is: 0 at its ``from_node``, 1 at its ``to_node``. What the
        parts of the edge cost is for the search to say, so joins serve every network with the same lines.
    leg_m
        float64, (n,): metres of the straight leg from the point to its foot.
    leg_travel_m
        float64, (n,): the leg as it is counted, in the metres of travel of the network's mode.
    on_network
        bool, (n,): whether the leg is short enough to be walked.
    island
        int32, (n,): which connected part of the streets the edge is on; 0 has the most street metres.
    foot_xy
        float64, (n, 2): the foot, metres.
    """

    edge: NDArray[np.int32]
    share: NDArray[np.float64]
    leg_m: NDArray[np.float64]
    leg_travel_m: NDArray[np.float64]
    on_network: NDArray[np.bool_]
    island: NDArray[np.int32]
    foot_xy: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> EdgeJoins:
        """The joins of some points: row numbers, or a mask."""
        return EdgeJoins(
            self.edge[rows],
            self.share[rows],
            self.leg_m[rows],
            self.leg_travel_m[rows],
            self.on_network[rows],
            self.island[rows],
            self.foot_xy[rows],
        )


def join_to_edges(
    network: StreetNetwork,
    xy: NDArray[np.float64],
    max_leg_m: float,
    leg_factor: float = 1.0,
    joinable: NDArray[np.bool_] | None = None,
) -> EdgeJoins:
    """Join points to the streets, each at the nearest point on an edge.

    Parameters
    ----------
    network
        The streets.
    xy
        float64, (n, 2): points in the metric system of ``network``.
    max_leg_m
        The longest straight leg that is walked. A point further away is joined all the same, so that its leg can
        be told, and marked as off the network.
    leg_factor
        Legs are walked in every mode. This turns their metres into metres of travel of the network's mode: the
        speed of the mode over that of walking, 1 on foot.
    joinable
        bool, (edges,): the edges that a point may join; the others, like motorways, are only passed. None for all.

    Raises
    ------
    DataError
        A coordinate is not a number, ``leg_factor`` is not a number above 0, or no edge is joinable.

    Examples
    --------
    One street of 100 m; a cell 5 m beside it, a quarter of the way along:

    >>> import pyproj
    >>> from circle15.model.network import StreetNetwork
    >>> street = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 2]), line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ... )
    >>> cell = join_to_edges(street, np.array([[25.0, 5.0]]), max_leg_m=300)
    >>> cell.leg_m.tolist(), cell.share.tolist()
    ([5.0], [0.25])
    """
    points = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
    wrong = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(wrong):
        raise DataError("access.not_coordinates", row=int(wrong[0]) + 1, x=points[wrong[0], 0], y=points[wrong[0], 1])
    if not (np.isfinite(leg_factor) and leg_factor > 0):
        raise DataError("access.bad_leg_factor", found=leg_factor)
    tree = segment_tree(network, joinable)
    segment, share, leg_m = _nearest(tree, points)
    edge, foot_share, foot_xy = _feet(tree, segment, share)
    leg_travel_m, on_network = exact_m(leg_m * leg_factor), leg_m <= max_leg_m
    return EdgeJoins(edge, foot_share, leg_m, leg_travel_m, on_network, network.edge_island[edge], foot_xy)


def _nearest(
    tree: SegmentTree, points: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Each point's segment, where on it the foot is (0 to 1), and the leg."""
    found = np.empty(len(points), dtype=np.int32)
    share, leg_m = np.empty(len(points)), np.empty(len(points))
    order = morton_order(points)
    nearest_segments(
        *(tree.ends, tree.edge, tree.along_m, tree.boxes, tree.level_start), points, order, found, share, leg_m
    )
    return found, share, leg_m


def _feet(
    tree: SegmentTree, segment: NDArray[np.int32], share: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """The edge of each foot, where on the edge's line it is (0 to 1), and its coordinates."""
    edge = tree.edge[segment]
    start, end = tree.ends[segment, :2], tree.ends[segment, 2:]
    foot_xy = np.where(share[:, None] == 1.0, end, start + share[:, None] * (end - start))
    piece_m = np.hypot(end[:, 0] - start[:, 0], end[:, 1] - start[:, 1])
    line_m = tree.line_m[edge]
    along_m = tree.along_m[segment] + share * piece_m
    of_line = np.minimum(along_m / np.where(line_m > 0, line_m, 1.0), 1.0)
    of_line[along_m < AT_END_M] = 0.0
    of_line[(line_m - along_m < AT_END_M) & (line_m > 0)] = 1.0
    return edge, of_line, foot_xy
