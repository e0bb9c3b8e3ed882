"""The streets within an area alone: cut at its border, as in a data set that ends there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

# Pieces shorter than this share of their street are the rounding of a crossing, not a piece.
LEAST_SHARE = 1e-9


class _Piece(NamedTuple):
    """A part of an edge: shares of its line, and the part's vertices."""

    edge: int
    begin: float
    end: float
    xy: NDArray[np.float64]


def streets_inside(network: StreetNetwork, area: shapely.Geometry) -> StreetNetwork | None:
    """The streets inside an area; one that crosses its border ends there, and goes on where it comes back in.

    Parameters
    ----------
    network
        The streets of one mode.
    area
        In the network's metres.

    Returns
    -------
    StreetNetwork or None
        Pieces count their share of the street's metres in each direction. None where no street is inside.

    Examples
    --------
    >>> import pyproj
    >>> from circle15.model.network import StreetNetwork
    >>> street = StreetNetwork(
    ...     crs=pyproj.CRS.from_epsg(4550), node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     node_osm_id=np.arange(2, dtype=np.int64), from_node=np.array([0], dtype=np.int32),
    ...     to_node=np.array([1], dtype=np.int32), length_m=np.array([100.0]), forward_m=np.array([100.0]),
    ...     kind=np.zeros(1, dtype=np.int16), kinds=("footway",), way_id=np.zeros(1, dtype=np.int64),
    ...     line_start=np.array([0, 2]), line_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ... )
    >>> streets_inside(street, shapely.box(-50, -50, 40, 50)).line_xy.tolist()
    [[0.0, 0.0], [40.0, 0.0]]
    """
    edge = np.repeat(np.arange(network.edge_count), np.diff(network.line_start))
    lines = shapely.linestrings(network.line_xy, indices=edge)
    shapely.prepare(area)
    whole = shapely.covers(area, lines)
    crossing = np.flatnonzero(~whole & shapely.intersects(area, lines))
    pieces = _pieces(lines, crossing, area)
    if not whole.any() and not pieces:
        return None
    return _cut(network, np.flatnonzero(whole), pieces)


def _pieces(lines: NDArray[np.object_], crossing: NDArray[np.int64], area: shapely.Geometry) -> list[_Piece]:
    """The parts inside of the lines that cross the border, in the order of the lines."""
    shares = _crossings(lines, crossing, area)
    pieces = []
    for number, edge in enumerate(crossing.tolist()):
        ends = np.unique(np.concatenate([[0.0, 1.0], shares[number]]))
        for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            middle = shapely.line_interpolate_point(lines[edge], (begin + end) / 2, normalized=True)
            if end - begin > LEAST_SHARE and shapely.covers(area, middle):
                pieces.append(_Piece(edge, begin, end, _part_xy(lines[edge], begin, end)))
    return pieces


def _crossings(
    lines: NDArray[np.object_], crossing: NDArray[np.int64], area: shapely.Geometry
) -> list[NDArray[np.float64]]:
    """Where each crossing line meets the border, as shares of the line."""
    border_xy, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(area)), return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    borders = shapely.linestrings(np.stack([border_xy[joined], border_xy[joined + 1]], axis=1))
    line, border = shapely.STRtree(borders).query(lines[crossing], predicate="intersects")
    met = shapely.intersection(lines[crossing[line]], borders[border])
    met_xy, of = shapely.get_coordinates(met, return_index=True)
    share = shapely.line_locate_point(lines[crossing[line[of]]], shapely.points(met_xy), normalized=True)
    return [share[line[of] == number] for number in range(len(crossing))]


def _part_xy(line: shapely.LineString, begin: float, end: float) -> NDArray[np.float64]:
    """The vertices of a line between two shares of it."""
    xy = shapely.get_coordinates(line)
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    ends = np.array([begin, end]) * at[-1]
    inner = xy[(at > ends[0]) & (at < ends[1])]
    first, last = (np.array([[np.interp(share, at, xy[:, 0]), np.interp(share, at, xy[:, 1])]]) for share in ends)
    return np.concatenate([first, inner, last])


def _cut(network: StreetNetwork, whole: NDArray[np.int64], pieces: list[_Piece]) -> StreetNetwork:
    """The network of whole edges and pieces; a piece's end that is no end of its street is a node of its own."""
    node_of: dict[tuple[int, float], int] = {}
    node_xy = [network.node_xy]

    def node(piece: _Piece, share: float) -> int:
        if share in (0.0, 1.0):
            return int((network.from_node if share == 0.0 else network.to_node)[piece.edge])
        if (piece.edge, share) not in node_of:
            node_of[piece.edge, share] = network.node_count + len(node_of)
            node_xy.append(piece.xy[[0 if share == piece.begin else -1]])
        return node_of[piece.edge, share]

    ends = np.array([(node(each, each.begin), node(each, each.end)) for each in pieces], dtype=np.int32).reshape(-1, 2)
    edge = np.concatenate([whole, np.array([each.edge for each in pieces], dtype=np.int64)])
    share = np.concatenate([np.ones(len(whole)), [each.end - each.begin for each in pieces]])
    lines = [network.line_xy[network.line_start[at] : network.line_start[at + 1]] for at in whole.tolist()]
    lines += [each.xy for each in pieces]
    new_ids = np.full(len(node_of), -1, dtype=np.int64)
    return replace(
        network,
        node_xy=np.concatenate(node_xy),
        node_osm_id=np.concatenate([network.node_osm_id, new_ids]),
        from_node=np.concatenate([network.from_node[whole], ends[:, 0]]),
        to_node=np.concatenate([network.to_node[whole], ends[:, 1]]),
        length_m=network.length_m[edge] * share,
        forward_m=network.forward_m[edge] * share,
        backward_m=None if network.backward_m is None else network.backward_m[edge] * share,
        kind=network.kind[edge],
        way_id=network.way_id[edge],
        line_start=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
        line_xy=np.concatenate(lines),
        restricted=None if network.restricted is None else network.restricted[edge],
    )
