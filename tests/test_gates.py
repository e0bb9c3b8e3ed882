"""Gates that are closed to the public: what lies behind them is inside a compound."""

import itertools
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from gated_towns import IN, OUT, PUBLIC, GatedStreets, gated_towns
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lattice_towns import MAX_LEG_M, check_nearest, streets
from test_patch import as_read, walked
from test_streets_osm import CRS, tag_lines, write_osm

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.inputs.streets import gates as gates_module
from circle15.inputs.streets.gates import behind_gates, read_closed_gates
from circle15.inputs.streets.read import read_streets
from circle15.inputs.streets.walking import is_closed_gate, walking_rules


def metres(network, cell, door):
    cells, doors = (join_to_edges(network, np.array([xy], dtype=float), 300) for xy in (cell, door))
    return nearest_facility(network, cells, doors, np.array([0])).metres[0]


def facts(gated, key):
    return next((note.facts for note in gated.notes if note.key == f"compounds.{key}"), None)


# A street of 1 km with a gate (1) to a yard of 300 m in its middle.
YARD = walked([[0, 0], [500, 0], [500, 100], [500, 300], [1000, 0]], [[0, 1], [1, 4], [1, 2], [2, 3]])
# A town's ring of streets, and a short cut across it with a gate in its middle (4).
RING = walked(
    [[0, 0], [400, 0], [400, 400], [0, 400], [200, 0], [200, 200], [200, 400]],
    [[0, 4], [4, 1], [1, 2], [2, 6], [6, 3], [3, 0], [4, 5], [5, 6]],
)


def test_what_lies_behind_the_only_gate_is_inside_a_compound():
    gated = behind_gates(YARD, {2}, "a.osm")
    assert gated.network.restricted.tolist() == [way == 3 for way in gated.network.way_id]
    assert facts(gated, "behind") == {"gates": 1, "ways": 1, "km": 0.2, "shut": 0}
    assert metres(gated.network, [500, 250], [900, 0]) == 250 + 400, "residents walk out"
    assert metres(gated.network, [900, 0], [500, 250]) == 250 + 400, "and visitors in"


def test_a_gate_that_one_can_walk_around_is_passed_by_nobody():
    assert metres(RING, [200, 150], [200, 250]) == 100
    gated = behind_gates(RING, {5}, "a.osm")
    assert gated.network.restricted is None
    assert facts(gated, "behind")["shut"] == 1
    assert metres(gated.network, [200, 150], [200, 250]) == 150 + 200 + 400 + 200 + 150
    assert gated.network.edge_count == RING.edge_count
    assert gated.network.node_count == RING.node_count + 1


def test_nobody_walks_through_a_compound_by_its_two_gates():
    # 0 -gate 1- 2 -gate 3- 4 across, and the long way round by 5.
    town = walked(
        [[0, 0], [100, 0], [200, 0], [300, 0], [400, 0], [200, 500]], [[0, 1], [1, 2], [2, 3], [3, 4], [0, 5], [5, 4]]
    )
    gated = behind_gates(town, {1, 3}, "a.osm")
    assert gated.network.way_id[gated.network.restricted].tolist() == [1, 2]
    around_m = 2 * np.hypot(200, 500)
    assert metres(gated.network, [50, 0], [350, 0]) == pytest.approx(50 + around_m + 50)
    assert metres(gated.network, [150, 0], [350, 0]) == pytest.approx(200)
    assert metres(gated.network, [150, 0], [50, 0]) == pytest.approx(100)


def test_a_gate_within_a_compound_is_open_to_those_inside():
    row = walked([[0, 0], [500, 0], [600, 0], [700, 0]], [[0, 1], [1, 2], [2, 3]])
    gated = behind_gates(row, {1, 2}, "a.osm")
    assert gated.network.restricted.tolist() == [False, True, True]
    assert metres(gated.network, [690, 0], [10, 0]) == 680
    assert facts(gated, "behind") == {"gates": 2, "ways": 2, "km": 0.2, "shut": 0}


def test_a_street_that_only_private_streets_lead_to_is_inside_too():
    row = walked([[0, 0], [500, 0], [600, 0], [700, 0]], [[0, 1], [1, 2], [2, 3]])
    row = replace(row, restricted=np.array([False, True, False]))
    gated = behind_gates(row, set(), "a.osm")
    assert gated.network.restricted.tolist() == [False, True, True]
    assert metres(gated.network, [690, 0], [10, 0]) == 680
    assert facts(gated, "behind") == {"gates": 0, "ways": 1, "km": 0.1, "shut": 0}


def test_a_gate_at_a_fork_stays_open_and_is_told_with_its_place():
    gated = behind_gates(YARD, {1}, "a.osm")
    assert gated.network is YARD
    (note,) = gated.notes
    assert (note.key, note.facts) == ("compounds.gates_at_forks", {"gates": 1})
    assert np.isfinite([note.at.lon, note.at.lat]).all()


def test_what_is_too_long_for_a_compound_is_none_and_its_gate_stays_open(monkeypatch):
    rules = replace(walking_rules(), compound_most_m=150.0)
    monkeypatch.setattr(gates_module, "walking_rules", lambda: rules)
    gated = behind_gates(YARD, {2}, "a.osm")
    assert gated.network is YARD
    assert facts(gated, "too_long") == {"parts": 1, "km": 0.2}
    assert facts(gated, "behind") == {"gates": 1, "ways": 0, "km": 0.0, "shut": 0}


@pytest.mark.parametrize("gates", [set(), {0}, {99}], ids=["none", "at a dead end", "on no street"])
def test_gates_that_close_nothing_leave_the_very_same_network(gates):
    gated = behind_gates(YARD, gates, "a.osm")
    assert gated.network is YARD
    assert gated.notes == ()


def test_a_gate_on_a_ring_without_forks_cuts_the_ring():
    ring = walked([[0, 0]], [[0, 0]], {0: [[100, 0], [100, 100], [0, 100]]})
    gated = behind_gates(ring, {0}, "a.osm")
    assert metres(ring, [50, 0], [0, 50]) == 100
    assert metres(gated.network, [50, 0], [0, 50]) == 300


def test_every_note_is_said_in_both_languages():
    notes = [*behind_gates(YARD, {1, 2}, "a.osm").notes]
    assert len(notes) == 2
    for note in notes:
        assert note.sentence("zh") != note.sentence("en")


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"access": "private"}, True),
        ({"access": "no"}, True),
        ({"foot": "residents"}, True),
        ({"access": "yes", "foot": "permit"}, True),
        ({"locked": "yes"}, True),
        ({"access": "private", "foot": "yes"}, False),
        ({"access": "private", "foot": "permissive", "locked": "yes"}, False),
        ({"access": "customers"}, False),
        ({"motor_vehicle": "private"}, False),
        ({"locked": "no"}, False),
        ({}, False),
    ],
    ids=lambda value: str(value) if isinstance(value, bool) else ",".join(f"{k}={v}" for k, v in value.items()),
)
def test_which_gates_are_closed(tags, closed):
    assert is_closed_gate({"barrier": "gate", **tags}) is closed
    assert is_closed_gate({"barrier": "bollard", **tags}) is False
    assert is_closed_gate(tags) is False


def with_tags(path, node, tags):
    """Tag a node of a written file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f'<node id="{node}"'))
    lines[at] = lines[at].replace("/>", f">{tag_lines(tags)}</node>")
    path.write_text("\n".join(lines), encoding="utf-8")


PLACES = {1: (0, 0), 2: (500, 0), 3: (500, 100), 4: (500, 300), 5: (1000, 0)}


def test_gates_are_read_from_an_extract_and_its_ways_cut_there(tmp_path):
    ways = [(10, [1, 2, 5], {"highway": "residential"}), (11, [2, 3, 4], {"highway": "service"})]
    path = write_osm(tmp_path / "town.osm", PLACES, ways)
    with_tags(path, 3, {"barrier": "lift_gate", "access": "private"})
    with_tags(path, 5, {"barrier": "gate"})
    gates = read_closed_gates(path)
    assert gates == {3}
    plain, _ = read_streets(path, layer=None, crs=CRS, bounds=None)
    assert plain.edge_count == 3, "as mapped, gates close nothing and cut nothing"
    network, _ = read_streets(path, layer=None, crs=CRS, bounds=None, private=True, cut_at=gates)
    assert network.edge_count == 4
    gated = behind_gates(network, gates, path.name)
    lengths = network.length_m[gated.network.restricted]
    assert lengths.round().tolist() == [200]


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
        factor = network.walk_m[edge] / length_m if length_m > 0 else 0.0
        tail, head = int(network.from_node[edge]), int(network.to_node[edge])
        stops = [(0.0, tail), *((at, ("foot", *name)) for at, name in hung), (length_m, head)]
        if self.is_town[edge]:
            stops[0] = (0.0, self._own_end(tail, edge, "tail"))
            stops[-1] = (length_m, self._own_end(head, edge, "head"))
        for (at, a), (then, b) in itertools.pairwise(stops):
            for state in (PUBLIC,) if self.is_town[edge] else (OUT, IN):
                self._step((a, state), (b, state), (then - at) * factor)
                self._step((b, state), (a, state), (then - at) * factor)
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
        ratio = network.walk_m[edge] / network.length_m[edge] if network.length_m[edge] else 1.0
        factor += [ratio] * len(own)
        private += [bool(network.restricted[edge])] * len(own)
    return replace(streets(xy, ends, bends, factor), restricted=np.array(private))


@settings(max_examples=60, deadline=None)
@given(towns_with_gates())
def test_every_walk_is_that_of_the_oracle(made):
    town, gates = made
    oracle = BehindGates(town, gates)
    assume(not oracle.tied)
    network = behind_gates(town.network, gates, "a.osm").network
    cells, entrances = (join_to_edges(network, xy, MAX_LEG_M) for xy in (town.cell_xy, town.entrance_xy))
    for new, old in ((cells, town.cells), (entrances, town.entrances)):
        assume((network.way_id[new.edge] == old.edge).all())
    check_nearest(town, nearest_facility(network, cells, entrances, town.entrance_facility), oracle.metres())
