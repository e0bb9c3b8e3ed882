"""Lattice towns with closed gates, and an oracle that walks them by the words of the rule, with networkx."""

from __future__ import annotations

from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from gated_towns import IN, OUT, PUBLIC, GatedStreets, gated_towns
from hypothesis import strategies as st
from lattice_towns import MAX_LEG_M, as_read, check_nearest, streets

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.inputs.streets.gates import behind_gates


class BehindGates(GatedStreets):
    """The oracle: who walks through which gate, from the words of the rule, by networkx.

    It knows each street's part by walking there, and never marks a street of the network itself.
    """

    def __init__(self, town, gates):
        self.gates = {node for node in gates if self._ends(town.network, node) == 2}
        self.own, self.tied = {}, False
        self.part, self.is_town = self._parts(town.network)
        private = [not self.is_town[edge] for edge in range(town.network.edge_count)]
        super().__init__(replace(town, network=replace(town.network, restricted=np.array(private))))

    @staticmethod
    def _ends(network, node):
        return int((network.from_node == node).sum() + (network.to_node == node).sum())

    def _parts(self, network):
        """The part of each public street, and whether each street is of the town."""
        whole, public = nx.Graph(), nx.Graph()
        ends = list(zip(network.from_node.tolist(), network.to_node.tolist(), strict=True))
        for edge, pair in enumerate(ends):
            whole.add_edges_from((("street", edge), ("place", node)) for node in pair)
            if network.restricted[edge]:
                continue
            public.add_node(edge)
            public.add_edges_from((edge, ("place", node)) for node in pair if node not in self.gates)
        part = {}
        for number, members in enumerate(nx.connected_components(public)):
            part |= {edge: number for edge in members if isinstance(edge, int)}
        is_town = dict.fromkeys(range(len(ends)), False)
        for members in nx.connected_components(whole):
            metres = {}
            for kind, edge in members:
                if kind == "street" and edge in part:
                    metres[part[edge]] = metres.get(part[edge], 0.0) + network.length_m[edge]
            longest = sorted(metres.values())[-2:]
            self.tied |= len(longest) == 2 and bool(np.isclose(*longest))
            lead = max(metres, key=metres.get, default=None)
            is_town |= {edge: part[edge] == lead for kind, edge in members if kind == "street" and edge in part}
        return part, is_town

    def _cut(self, edge, hung):
        """As before, but in public nobody passes a gate: there, an end of a street is a place of its own."""
        network = self.town.network
        length_m = self.lines[edge].length
        tail, head = int(network.from_node[edge]), int(network.to_node[edge])
        stops = [(0.0, tail), *((at, ("foot", *name)) for at, name in hung), (length_m, head)]
        if self.is_town[edge]:
            stops[0] = (0.0, self._own_end(tail, edge, "tail"))
            stops[-1] = (length_m, self._own_end(head, edge, "head"))
        for a, b, metres in self._pieces(edge, stops):
            for state in (PUBLIC,) if self.is_town[edge] else (OUT, IN):
                self._step((a, state), (b, state), metres)
        for _, place in stops:
            inside = self.own.get(place, place)
            self._step((inside, OUT), (place, PUBLIC), 0.0)
            self._step((place, PUBLIC), (inside, IN), 0.0)

    def _own_end(self, node, edge, end):
        if node not in self.gates:
            return node
        self.own["gate", node, edge, end] = node
        return ("gate", node, edge, end)


@st.composite
def towns_with_gates(draw):
    """Towns with private streets, cut in some more places, and gates at some places."""
    town = draw(gated_towns())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="closed"))
    share = draw(st.sampled_from([0.0, 0.15, 0.5, 1.0]))
    network = as_read(halved(town.network, rng.random(town.network.edge_count) < 0.5))
    town = replace(town, network=network)
    return town, set(np.flatnonzero(rng.random(network.node_count) < share).tolist())


def halved(network, which):
    """The same streets, some cut at the middle of their first piece of line."""
    bends, ends, xy, factor, private = {}, [], network.node_xy.tolist(), [], []
    for edge in range(network.edge_count):
        line = network.line_xy[network.line_start[edge] : network.line_start[edge + 1]]
        middle, own = (line[0] + line[1]) / 2, []
        if which[edge] and network.length_m[edge] > 0:
            xy.append(middle.tolist())
            own = [[int(network.from_node[edge]), len(xy) - 1], [len(xy) - 1, int(network.to_node[edge])]]
            bends[len(ends) + 1] = line[1:-1].tolist()
        else:
            own = [[int(network.from_node[edge]), int(network.to_node[edge])]]
            bends[len(ends)] = line[1:-1].tolist()
        ends += own
        ratio = network.forward_m[edge] / network.length_m[edge] if network.length_m[edge] else 1.0
        factor += [ratio] * len(own)
        private += [bool(network.restricted[edge])] * len(own)
    return replace(streets(xy, ends, bends, factor), restricted=np.array(private))


@dataclass(frozen=True)
class Checked:
    """What one town held: closed gates on its streets, streets behind them, gates shut, and the largest deviation."""

    gates: int
    inside: int
    shut: int
    deviation_m: float


def check_gates(town, gates):
    """Compare every cell's way with the oracle's; None where two parts are equally long, or a join is undecided."""
    oracle = BehindGates(town, gates)
    if oracle.tied:
        return None
    gated = behind_gates(town.network, gates, "a.osm")
    network = gated.network
    cells, entrances = (join_to_edges(network, xy, MAX_LEG_M) for xy in (town.cell_xy, town.entrance_xy))
    for new, old in ((cells, town.cells), (entrances, town.entrances)):
        if (network.way_id[new.edge] != old.edge).any():
            return None
    nearest = nearest_facility(network, cells, entrances, town.entrance_facility)
    deviation_m = check_nearest(town, nearest, oracle.metres())
    facts = next((note.facts for note in gated.notes if note.key == "compounds.behind"), {"ways": 0, "shut": 0})
    return Checked(len(oracle.gates), facts["ways"], facts["shut"], deviation_m)
