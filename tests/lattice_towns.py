"""Random small towns, and an oracle that shares nothing with the search but the definitions.

The oracle finds feet with shapely, cuts every street at every foot, and walks the cut streets with networkx.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx
import numpy as np
import pyproj
import shapely
from hypothesis import strategies as st

from circle15.access.joins import EdgeJoins, join_to_edges
from circle15.inputs.streets.walking import kind_number, kinds
from circle15.model.network import StreetNetwork

CRS = pyproj.CRS.from_epsg(4550)
CORNER = np.array([500_000.0, 3_300_000.0])  # where coordinates of a real district lie
MAX_LEG_M = 300.0
AT_ONE_PLACE_M = 1e-7  # coordinates have steps of 5e-10 m here: what is nearer than this is one place


def streets(node_xy, ends, bends=None, factor=None, crs=CRS, back_factor=None):
    """A network of straight edges; ``bends[e]`` are further vertices of edge ``e``, ``factor[e]`` its factor.

    ``back_factor[e]`` is the factor of the way back: ``inf`` where there is none, the same where none is given.
    """
    node_xy = np.asarray(node_xy, dtype=float).reshape(-1, 2)
    ends = np.asarray(ends, dtype=np.int32).reshape(-1, 2)
    bends = bends or {}
    lines = [
        np.vstack([node_xy[a], np.asarray(bends.get(edge, []), dtype=float).reshape(-1, 2), node_xy[b]])
        for edge, (a, b) in enumerate(ends.tolist())
    ]
    length_m = np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines])
    # No way back is none, even where the street has no length.
    back = None if back_factor is None else np.asarray(back_factor, dtype=float)
    backward_m = (
        None if back is None else np.where(np.isinf(back), np.inf, length_m * np.where(np.isinf(back), 1, back))
    )
    return StreetNetwork(
        crs=crs,
        node_xy=node_xy,
        node_osm_id=np.arange(len(node_xy), dtype=np.int64),
        from_node=ends[:, 0].copy(),
        to_node=ends[:, 1].copy(),
        length_m=length_m,
        forward_m=length_m * (np.ones(len(ends)) if factor is None else np.asarray(factor, dtype=float)),
        backward_m=backward_m,
        kind=np.zeros(len(ends), dtype=np.int16),
        kinds=("footway",),
        way_id=np.arange(len(ends), dtype=np.int64),
        line_start=np.cumsum([0, *(len(line) for line in lines)]).astype(np.int64),
        line_xy=np.vstack(lines),
    )


def as_read(network):
    """The same with the kinds that a reader gives to streets."""
    kind = np.full(network.edge_count, kind_number("footway"), dtype=np.int16)
    return replace(network, kinds=kinds(), kind=kind)


@dataclass(frozen=True, eq=False)
class Town:
    """Streets, cells and entrances, the longest way that counts, and how much a metre of leg counts."""

    network: StreetNetwork
    cell_xy: np.ndarray
    entrance_xy: np.ndarray
    entrance_facility: np.ndarray
    limit_m: float
    leg_factor: float = 1.0

    @cached_property
    def cells(self) -> EdgeJoins:
        return join_to_edges(self.network, self.cell_xy, MAX_LEG_M, self.leg_factor)

    @cached_property
    def entrances(self) -> EdgeJoins:
        return join_to_edges(self.network, self.entrance_xy, MAX_LEG_M, self.leg_factor)

    @property
    def facilities(self):
        return np.unique(self.entrance_facility).tolist()


@st.composite
def towns(draw):
    """Lattice towns: jittered or not, with missing, parallel, bent, looping and empty streets, and islands."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="seed"))
    across, up = draw(st.integers(2, 8)), draw(st.integers(2, 8))
    gap_m = draw(st.sampled_from([50.0, 100.0, 400.0]))
    jitter_m = gap_m * draw(st.sampled_from([0.0, 0.2, 0.45]))
    kept = draw(st.sampled_from([0.4, 0.7, 1.0]))
    oddities = draw(st.integers(0, 4))
    cells, facilities, more = draw(st.integers(1, 40)), draw(st.integers(1, 8)), draw(st.integers(0, 8))
    limit_m = draw(st.sampled_from([150.0, 600.0, 1080.0]))

    network = _lattice_streets(rng, across, up, gap_m, jitter_m, kept, oddities)
    owners = np.concatenate([np.arange(facilities), rng.integers(0, facilities, more)])
    return Town(
        network=network,
        cell_xy=_points(rng, network, cells, gap_m),
        entrance_xy=_points(rng, network, len(owners), gap_m),
        entrance_facility=rng.permutation(owners),
        limit_m=limit_m,
    )


@st.composite
def directed_towns(draw):
    """The same with one-way streets, slopes, and legs that count otherwise than the streets do."""
    town = draw(towns())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="directions"))
    one_way, sloping = draw(st.sampled_from([0.0, 0.3, 0.8, 1.0])), draw(st.sampled_from([0.0, 0.5, 1.0]))
    return replace(
        town,
        network=with_directions(rng, town.network, one_way, sloping),
        leg_factor=draw(st.sampled_from([1.0, 3.0, 1 / 3, 7.123])),
    )


def with_directions(rng, network, one_way, sloping):
    """The streets with a share of slopes, that cost more one way, and a share of one-way streets, either way."""
    there, back = network.forward_m.copy(), network.forward_m.copy()
    slopes = rng.random(network.edge_count) < sloping
    there[slopes] *= rng.uniform(0.9, 1.8, slopes.sum())
    back[slopes] *= rng.uniform(0.9, 1.8, slopes.sum())
    closed = rng.random(network.edge_count) < one_way
    against = rng.random(network.edge_count) < 0.5
    there[closed & against], back[closed & ~against] = np.inf, np.inf
    return replace(network, forward_m=there, backward_m=back)


def _lattice_streets(rng, across, up, gap_m, jitter_m, kept, oddities):
    column, row = np.meshgrid(np.arange(across), np.arange(up))
    node_xy = np.stack([column.ravel(), row.ravel()], axis=1) * gap_m + CORNER
    node_xy = node_xy + rng.uniform(-jitter_m, jitter_m, node_xy.shape) * (jitter_m > 0)
    number = np.arange(across * up).reshape(up, across)
    ends = np.vstack(
        [
            np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1),
            np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1),
        ]
    )
    ends = ends[rng.random(len(ends)) < kept] if kept < 1 else ends
    ends = ends if len(ends) else np.array([[0, 1]])
    turned = rng.random(len(ends)) < 0.5
    ends[turned] = ends[turned, ::-1]
    bends = {edge: _bend(rng, node_xy[ends[edge]], gap_m) for edge in np.flatnonzero(rng.random(len(ends)) < 0.3)}
    return _with_oddities(rng, node_xy, ends, bends, gap_m, oddities)


def _with_oddities(rng, node_xy, ends, bends, gap_m, oddities):
    """Add parallel streets, loops, streets without length, and islands of one street."""
    ends, node_xy = ends.tolist(), node_xy.tolist()
    for _ in range(oddities):
        what, at = rng.integers(0, 4), int(rng.integers(0, len(node_xy)))
        new, here = len(ends), np.array(node_xy[at])
        if what == 0:
            a, b = ends[int(rng.integers(0, len(ends)))]
            ends.append([a, b])
            bends[new] = _bend(rng, np.array([node_xy[a], node_xy[b]]), gap_m)
        elif what == 1:
            ends.append([at, at])
            bends[new] = here + rng.uniform(-gap_m, gap_m, (3, 2))
        elif what == 2:
            node_xy.append(here.tolist())
            ends.append([at, len(node_xy) - 1])
        else:
            island = here + rng.uniform(-gap_m, gap_m, (2, 2))
            node_xy.extend(island.tolist())
            ends.append([len(node_xy) - 2, len(node_xy) - 1])
    factor = rng.choice([1.0, 1.0, 1.0, 1.7], len(ends))
    return streets(node_xy, ends, bends, factor)


def _bend(rng, both_ends, gap_m):
    """One vertex; two where both ends are one place, as a street there and back by the same line has no one foot."""
    return both_ends.mean(axis=0) + rng.normal(0, gap_m / 5, (1 + (both_ends[0] == both_ends[1]).all(), 2))


def _points(rng, network, count, gap_m):
    """Points anywhere, on nodes, on edges, and beyond the longest leg."""
    low, high = network.node_xy.min(axis=0) - gap_m, network.node_xy.max(axis=0) + gap_m
    xy = rng.uniform(low, high, (count, 2))
    what = rng.integers(0, 8, count)
    on_node = rng.integers(0, network.node_count, count)
    xy[what == 0] = network.node_xy[on_node[what == 0]]
    on_edge = rng.integers(0, network.edge_count, count)
    share = rng.random((count, 1))
    straight = (
        network.node_xy[network.from_node[on_edge]] * (1 - share) + share * network.node_xy[network.to_node[on_edge]]
    )
    xy[what == 1] = straight[what == 1]
    xy[what == 2] = np.round((xy[what == 2] - CORNER) / gap_m * 2) * gap_m / 2 + CORNER
    xy[(what == 3) & (rng.random(count) < 0.3)] += 2 * MAX_LEG_M
    return xy


def lines_of(network):
    """The edges as shapely lines."""
    return [
        shapely.LineString(network.line_xy[a:b])
        for a, b in zip(network.line_start[:-1], network.line_start[1:], strict=True)
    ]


def check_joins(network, xy, joins, max_leg_m=MAX_LEG_M):
    """Each join against the distance to every edge: the smallest, on an edge that has it, the smaller edge of ties."""
    lines = np.array(lines_of(network))
    distance = shapely.distance(lines[None, :], shapely.points(xy)[:, None])
    shortest = distance.min(axis=1)
    rows = np.arange(len(xy))
    np.testing.assert_allclose(joins.leg_m, shortest, rtol=0, atol=1e-7)
    np.testing.assert_allclose(distance[rows, joins.edge], shortest, rtol=0, atol=1e-7)
    clear = (distance <= shortest[:, None] + 1e-7).sum(axis=1) == 1
    np.testing.assert_array_equal(joins.edge[clear], distance.argmin(axis=1)[clear])
    settled = np.abs(shortest - max_leg_m) > 1e-6
    np.testing.assert_array_equal(joins.on_network[settled], (shortest <= max_leg_m)[settled])
    foot = shapely.distance(shapely.points(joins.foot_xy), lines[joins.edge])
    np.testing.assert_allclose(foot, 0, atol=1e-7)


class CutStreets:
    """The oracle: streets cut at every foot, each point hung on its foot by its leg, arcs as they are travelled."""

    def __init__(self, town):
        self.town = town
        self.lines = lines_of(town.network)
        self.graph = nx.DiGraph()
        feet = {edge: [] for edge in range(town.network.edge_count)}
        for kind, joins, xy in (("cell", town.cells, town.cell_xy), ("door", town.entrances, town.entrance_xy)):
            for row in range(len(xy)):
                self._hang(feet, (kind, row), shapely.Point(xy[row]), int(joins.edge[row]))
        for edge, hung in feet.items():
            self._cut(edge, sorted(hung))

    def _hang(self, feet, name, point, edge):
        self.graph.add_node(name)
        line = self.lines[edge]
        leg_m = line.distance(point)
        if leg_m <= MAX_LEG_M:
            feet[edge].append((self._project(line, point), name))
            self._step(name, ("foot", *name), leg_m * self.town.leg_factor)
            self._step(("foot", *name), name, leg_m * self.town.leg_factor)

    @staticmethod
    def _project(line, point):
        """How far along the line; what is within rounding of an end of it is there."""
        at = line.project(point)
        return 0.0 if at < AT_ONE_PLACE_M else line.length if line.length - at < AT_ONE_PLACE_M else at

    def _cut(self, edge, hung):
        network = self.town.network
        stops = [(0.0, int(network.from_node[edge])), *((at, ("foot", *name)) for at, name in hung)]
        stops.append((self.lines[edge].length, int(network.to_node[edge])))
        for a, b, metres in self._pieces(edge, stops):
            self._step(a, b, metres)

    def _pieces(self, edge, stops):
        """The ways between neighbouring stops on an edge, in each direction that is permitted."""
        length_m = self.lines[edge].length
        for way_m, along in zip(self.town.network.directions_m, (True, False), strict=True):
            for (at, a), (then, b) in itertools.pairwise(stops):
                share = (then - at) / length_m if length_m else float(b == stops[-1][1])
                one_place = then - at < AT_ONE_PLACE_M and length_m > 0
                metres = 0.0 if one_place or share == 0 else share * way_m[edge]
                if a != b and metres < np.inf:
                    yield (a, b, metres) if along else (b, a, metres)

    def _step(self, a, b, metres):
        if metres < self.graph.get_edge_data(a, b, {"metres": np.inf})["metres"]:
            self.graph.add_edge(a, b, metres=metres)

    def metres(self):
        """float64, (cells, facilities): by Dijkstra against the travel, from all doors of each facility."""
        town = self.town
        against = self.graph.reverse(copy=False)
        table = np.full((len(town.cell_xy), len(town.facilities)), np.inf)
        for column, facility in enumerate(town.facilities):
            doors = [("door", int(row)) for row in np.flatnonzero(town.entrance_facility == facility)]
            found = nx.multi_source_dijkstra_path_length(against, doors, weight="metres")
            for row in range(len(table)):
                table[row, column] = found.get(("cell", row), np.inf)
        return table


def covered_cells(people):
    """The rows of the cells in a sum of powers of two: the sum is the set."""
    return {row for row in range(people.bit_length()) if people >> row & 1}


def check_nearest(town, nearest, table):
    """Metres to 1e-6, and the facility unless another is as near to 1e-9; give the largest deviation in metres."""
    best = table.min(axis=1)
    np.testing.assert_allclose(nearest.metres, best, rtol=0, atol=1e-6)
    assert (nearest.facility[np.isinf(best)] == -1).all()
    for row in np.flatnonzero(np.isfinite(best)):
        near = [town.facilities[column] for column in np.flatnonzero(table[row] <= best[row] + 1e-9)]
        assert nearest.facility[row] in near
    return _largest_deviation(nearest.metres, best)


def check_pairs(town, pairs, table):
    """The oracle's pairs within the limit, to 1e-6; only a way of just the limit may differ. Give the deviation."""
    ours = np.full(table.shape, np.inf)
    column = np.searchsorted(town.facilities, pairs["facility"])
    ours[pairs["origin"], column] = pairs["metres"]
    assert len(pairs) == np.isfinite(ours).sum(), "a pair comes once"
    clear = np.abs(table - town.limit_m) > 1e-6
    np.testing.assert_array_equal((ours <= town.limit_m)[clear], (table <= town.limit_m)[clear])
    both = np.isfinite(ours)
    np.testing.assert_allclose(ours[both], table[both], rtol=0, atol=1e-6)
    return _largest_deviation(ours[both], table[both])


def _largest_deviation(ours, theirs):
    finite = np.isfinite(theirs)
    return float(np.abs(ours[finite] - theirs[finite]).max(initial=0.0))


def check_coverage(town, nearest, table):
    """The people within the limit, one power of two per cell, decode to the oracle's set of cells."""
    best = table.min(axis=1)
    clear = np.abs(best - town.limit_m) > 1e-6
    people = sum(2**row for row in np.flatnonzero(clear & (nearest.metres <= town.limit_m)).tolist())
    assert covered_cells(people) == {row for row in range(len(best)) if clear[row] and best[row] <= town.limit_m}
