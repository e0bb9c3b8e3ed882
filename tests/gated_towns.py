"""Lattice towns with gated compounds, and an oracle that walks them state by state with networkx.

A walk is private streets, then public ones, then private ones: the oracle knows this rule and no layers.
"""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from lattice_towns import MAX_LEG_M, CutStreets, towns

OUT, PUBLIC, IN = range(3)
STATES = (OUT, PUBLIC, IN)


@st.composite
def gated_towns(draw, plain=towns):
    """Lattice towns of which some streets are private: scattered, or all those of a quarter."""
    town = draw(plain())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="gates"))
    share, quarter = draw(st.sampled_from([0.0, 0.1, 0.4, 0.8, 1.0])), draw(st.booleans())
    network = town.network
    restricted = rng.random(network.edge_count) < share
    if quarter:
        middle = (network.node_xy[network.from_node] + network.node_xy[network.to_node]) / 2
        centre = network.node_xy[rng.integers(0, network.node_count)]
        restricted = np.hypot(*(middle - centre).T) < share * 3 * np.ptp(network.node_xy[:, 0]) / 2
    return replace(town, network=replace(network, restricted=restricted))


class GatedStreets(CutStreets):
    """The oracle: every place three times, once per state of a walk from a cell to a door."""

    def _hang(self, feet, name, point, edge):
        line = self.lines[edge]
        leg_m = line.distance(point)
        self.graph.add_node(name)
        if leg_m > MAX_LEG_M:
            return
        leg_m *= self.town.leg_factor
        feet[edge].append((self._project(line, point), name))
        inside = bool(self.town.network.restricted[edge])
        if name[0] == "cell":
            self._step(name, (("foot", *name), OUT if inside else PUBLIC), leg_m)
        else:
            for state in (OUT, IN) if inside else (PUBLIC,):
                self._step((("foot", *name), state), name, leg_m)

    def _cut(self, edge, hung):
        network = self.town.network
        stops = [(0.0, int(network.from_node[edge])), *((at, ("foot", *name)) for at, name in hung)]
        stops.append((self.lines[edge].length, int(network.to_node[edge])))
        for a, b, metres in self._pieces(edge, stops):
            for state in (OUT, IN) if network.restricted[edge] else (PUBLIC,):
                self._step((a, state), (b, state), metres)
        for _, place in stops:
            self._step((place, OUT), (place, PUBLIC), 0.0)
            self._step((place, PUBLIC), (place, IN), 0.0)

    def metres(self):
        """float64, (cells, facilities): by Dijkstra from each cell, the way it is walked."""
        town = self.town
        table = np.full((len(town.cell_xy), len(town.facilities)), np.inf)
        for row in range(len(table)):
            found = nx.single_source_dijkstra_path_length(self.graph, ("cell", row), weight="metres")
            for door, facility in enumerate(town.entrance_facility.tolist()):
                column = town.facilities.index(facility)
                table[row, column] = min(table[row, column], found.get(("door", door), np.inf))
        return table
