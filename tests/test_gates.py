"""Gates that are closed to the public: what lies behind them is inside a compound."""

from dataclasses import replace

import numpy as np
import pytest
from closed_gates import check_gates, towns_with_gates
from hypothesis import assume, given, settings
from test_patch import walked
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


@settings(max_examples=60, deadline=None)
@given(towns_with_gates())
def test_every_walk_is_that_of_the_oracle(made):
    tally = check_gates(*made)
    assume(tally is not None)
