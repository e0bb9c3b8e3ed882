"""Who may use which street, in which direction and how fast: rules one by one, and the same in every format."""

import tomllib
from functools import partial
from importlib.resources import files

import networkx as nx
import numpy as np
import pytest
from mode_towns import MODES, read, streets_by_place, write_graph, write_lines, write_osm, write_pbf
from test_streets_osm import CRS

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.streets import speeds as speeds_module
from circle15.inputs.streets.graphs import from_networkx, to_networkx
from circle15.inputs.streets.mode_notes import two_way_share
from circle15.inputs.streets.speeds import drive_kmh, drive_speeds, every_kind, limit_kmh
from circle15.inputs.streets.uses import BITS, PRIVATE, may_use, use_of
from circle15.inputs.streets.walking import kinds, walking_rules
from circle15.words import say

INF = float("inf")
ARRAYS = (
    "node_xy", "node_osm_id", "from_node", "to_node", "length_m", "forward_m", "kind", "way_id", "line_start", "line_xy"
)  # fmt: skip


def said(mode, **tags):
    """What a mode may do on a way: both, forward, backward, none; keys with "__" for ":"."""
    use = use_of([(key.replace("__", ":"), value) for key, value in tags.items()])
    private = use.permits >> (BITS * MODES.index(mode)) & PRIVATE
    word = {(1, 1): "both", (1, 0): "forward", (0, 1): "backward", (0, 0): "none"}[may_use(use.permits, mode)]
    return f"{word} inside" if private else word


@pytest.mark.parametrize(
    ("walk", "cycle", "drive", "tags"),
    [
        ("both", "both", "both", {"highway": "residential"}),
        ("both", "none", "none", {"highway": "footway"}),
        ("both", "both", "none", {"highway": "footway", "bicycle": "yes"}),
        ("both", "both", "none", {"highway": "pedestrian", "bicycle": "designated"}),
        ("both", "none", "none", {"highway": "pedestrian"}),
        ("both", "none", "both", {"highway": "pedestrian", "motor_vehicle": "yes"}),
        ("both", "none", "none", {"highway": "footway", "motor_vehicle": "yes"}),
        ("both", "none", "none", {"highway": "steps", "bicycle": "yes", "motor_vehicle": "yes"}),
        ("both", "both", "none", {"highway": "cycleway"}),
        ("both", "none", "none", {"highway": "cycleway", "bicycle": "dismount"}),
        ("both", "both", "none", {"highway": "path"}),
        ("both", "both", "none", {"highway": "track"}),
        ("both", "both", "both", {"highway": "track", "motor_vehicle": "yes"}),
        ("none", "none", "forward", {"highway": "motorway"}),
        ("none", "none", "both", {"highway": "motorway", "oneway": "no"}),
        ("none", "none", "both", {"highway": "motorway_link"}),
        ("none", "none", "both", {"highway": "trunk", "motorroad": "yes"}),
        ("none", "none", "none", {"highway": "construction"}),
        ("none", "none", "none", {"highway": "footway", "route": "ferry"}),
        ("none", "none", "none", {"highway": "service", "route": "ferry", "motor_vehicle": "yes"}),
        ("both", "none", "none", {"highway": "service", "area": "yes"}),
        ("both", "both", "none", {"highway": "residential", "motor_vehicle": "no"}),
        ("both", "both", "none", {"highway": "residential", "motorcar": "no"}),
        ("both", "none", "none", {"highway": "residential", "vehicle": "no"}),
        ("both", "both", "none", {"highway": "residential", "vehicle": "no", "bicycle": "yes"}),
        ("both", "both", "both", {"highway": "residential", "motor_vehicle": "destination"}),
        ("none", "none", "both", {"highway": "residential", "access": "no", "motorcar": "yes"}),
        ("both", "none", "none", {"highway": "residential", "access": "no", "foot": "yes"}),
        ("both inside", "both inside", "both inside", {"highway": "service", "access": "private"}),
        ("both", "both inside", "both", {"highway": "service", "access": "private", "foot": "yes", "motorcar": "yes"}),
        ("both", "both", "both inside", {"highway": "service", "motor_vehicle": "private"}),
        ("none", "none", "none", {"highway": "service", "access": "military"}),
        ("none", "none", "none", {"highway": "service", "access": "private;military"}),
        ("none", "none", "none", {"highway": "busway"}),
        ("both", "forward", "forward", {"highway": "residential", "oneway": "yes"}),
        ("both", "backward", "backward", {"highway": "residential", "oneway": "-1"}),
        ("both", "forward", "forward", {"highway": "residential", "oneway": "1"}),
        ("both", "both", "both", {"highway": "residential", "oneway": "reversible"}),
        ("both", "both", "both", {"highway": "residential", "oneway": "sometimes"}),
        ("both", "forward", "forward", {"highway": "tertiary", "junction": "roundabout"}),
        ("both", "both", "both", {"highway": "tertiary", "junction": "circular"}),
        ("both", "both", "forward", {"highway": "residential", "oneway": "yes", "oneway__bicycle": "no"}),
        ("both", "both", "forward", {"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}),
        ("both", "both", "forward", {"highway": "residential", "oneway": "yes", "cycleway__left": "opposite"}),
        ("both", "both", "forward", {"highway": "residential", "oneway": "yes", "cycleway__left__oneway": "-1"}),
        ("both", "forward", "both", {"highway": "residential", "oneway__bicycle": "yes"}),
        ("both", "forward", "both", {"highway": "residential", "oneway": "yes", "oneway__motor_vehicle": "no"}),
        ("forward", "none", "none", {"highway": "footway", "oneway__foot": "yes"}),
        ("backward", "none", "none", {"highway": "footway", "oneway__foot": "-1"}),
        ("both", "none", "none", {"highway": "footway", "oneway": "yes"}),
    ],
    ids=str,
)
def test_who_may_use_a_way_and_in_which_direction(walk, cycle, drive, tags):
    assert [said(mode, **tags) for mode in MODES] == [walk, cycle, drive]


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("30", 30), ("30 km/h", 30), ("30kmh", 30), ("30 mph", 48.28032), ("30mph", 48.28032), ("CN:urban", 50),
        ("DE:rural", 80), ("walk", 7), ("DE:walk", 7), ("none", INF), ("", INF), ("0", INF), ("50; 30", 30),
        ("signals;40", 40), ("2.5", 2.5),
    ],
)  # fmt: skip
def test_limits_of_speed(text, kmh):
    assert limit_kmh(text) == pytest.approx(kmh)


@pytest.mark.parametrize("text", ["fast", "-30", "30 knots", "30-50", "XX:"])
def test_a_limit_that_nobody_knows_is_none_and_is_counted(text):
    assert np.isnan(limit_kmh(text))
    use = use_of([("highway", "residential"), ("maxspeed", text)])
    assert (use.drive_kmh, use.odd_maxspeed) == (20.0, text)
    assert use_of([("highway", "footway"), ("maxspeed", text)]).odd_maxspeed == ""


def test_a_limit_only_ever_slows():
    for kind in every_kind():
        assert drive_kmh(kind, "5") == 5.0
        assert drive_kmh(kind, "200") == drive_kmh(kind, "")


def test_metres_of_driving_are_length_times_reference_over_speed(tmp_path):
    nodes = {1: (0, 0), 2: (300, 0), 3: (600, 0), 4: (900, 0)}
    ways = [
        (10, [1, 2], {"highway": "residential"}),
        (11, [2, 3], {"highway": "primary", "maxspeed": "18"}),
        (12, [3, 4], {"highway": "motorway"}),
    ]
    network = read(write_osm(tmp_path / "town.osm", nodes, ways)).networks["drive"]
    assert streets_by_place(network) == [
        ((0, 0), (300, 0), pytest.approx(300 * 36 / 20, abs=0.1), pytest.approx(300 * 36 / 20, abs=0.1)),
        ((300, 0), (600, 0), pytest.approx(600, abs=0.1), pytest.approx(600, abs=0.1)),
        ((600, 0), (900, 0), pytest.approx(300 * 36 / 80, abs=0.1), INF),
    ]
    assert network.mode == "drive"
    assert [network.kinds[kind] for kind in network.kind] == ["residential", "primary", "motorway"]


def test_a_shipped_speed_that_no_car_drives_at_is_refused(monkeypatch):
    table = {**speeds_module.rules_table("drive"), "speed_kmh": {"residential": 720, "other": 10}}
    monkeypatch.setattr(speeds_module, "rules_table", lambda _: table)
    with pytest.raises(ConfigurationError) as fault:
        drive_speeds.__wrapped__()
    assert "720" in str(fault.value)
    assert "residential" in str(fault.value)


def test_kinds_of_walking_networks_are_the_first_of_all_kinds():
    assert every_kind()[: len(kinds())] == kinds()
    assert set(every_kind()) == {*kinds(), "motorway", "motorway_link"}


def test_the_rules_are_told_apart_from_law():
    for name in ("cycling", "driving", "directions"):
        text = files("circle15.catalogue").joinpath(f"{name}.toml").read_text(encoding="utf-8")
        assert "evidence D" in text
        assert tomllib.loads(text)


# Formats

TOWN = {1: (0, 0), 2: (200, 0), 3: (400, 0), 4: (200, 200), 5: (200, -200), 6: (600, 100), 7: (0, -100)}
PLAIN = [
    (10, [1, 2], {"highway": "residential", "oneway": "yes"}),
    (11, [2, 3], {"highway": "secondary", "maxspeed": "20"}),
    (12, [2, 4], {"highway": "footway"}),
    (13, [2, 5], {"highway": "tertiary", "oneway": "-1"}),
    (14, [3, 6], {"highway": "primary", "bridge": "yes"}),
    (15, [1, 7], {"highway": "cycleway"}),
    (16, [6, 4], {"highway": "motorway_link", "oneway": "yes"}),
    (17, [5, 3], {"highway": "steps"}),
]
RICH = [
    *PLAIN,
    (18, [4, 1], {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}),
    (19, [7, 5], {"highway": "footway", "bicycle": "yes"}),
    (20, [5, 6], {"highway": "service", "motor_vehicle": "no"}),
    (21, [7, 2], {"highway": "tertiary", "junction": "roundabout"}),
    (22, [7, 3], {"highway": "residential", "oneway": "yes", "cycleway": "opposite"}),
]


def written(folder, ways, kind):
    if kind == "osm":
        return write_osm(folder / "town.osm", TOWN, ways)
    if kind == "pbf":
        return write_pbf(folder / "town.osm.pbf", TOWN, ways)
    if kind == "graphml":
        return write_graph(folder / "town.graphml", TOWN, ways)
    return write_lines(folder / "town.gpkg", TOWN, ways, geofabrik=kind == "geofabrik")


@pytest.mark.parametrize(
    ("kind", "ways"),
    [("pbf", RICH), ("columns", RICH), ("graphml", RICH), ("geofabrik", PLAIN)],
    ids=["pbf", "columns", "graphml", "geofabrik"],
)
def test_every_format_gives_the_same_streets(tmp_path, kind, ways):
    plain = read(written(tmp_path, ways, "osm"))
    other = read(written(tmp_path, ways, kind))
    for mode in MODES:
        assert streets_by_place(other.networks[mode]) == streets_by_place(plain.networks[mode])
    assert other.span_ids == plain.span_ids == {14}


def test_the_town_by_hand(tmp_path):
    read_town = read(written(tmp_path, RICH, "osm")).networks
    reached = {mode: streets_by_place(read_town[mode]) for mode in MODES}
    one = next(row for row in reached["cycle"] if row[:2] == ((0, 0), (200, 0)))
    assert one == ((0, 0), (200, 0), 200.0, INF)
    against = next(row for row in reached["drive"] if row[:2] == ((200, -200), (200, 0)))
    assert against == ((200, -200), (200, 0), pytest.approx(200 * 36 / 28, abs=0.1), INF)
    both = next(row for row in reached["cycle"] if row[:2] == ((0, 0), (200, 200)))
    assert both[2] == both[3] == pytest.approx(282.8, abs=0.1)
    assert [len(reached[mode]) for mode in MODES] == [12, 10, 8]
    assert all(np.isfinite(row[2:]).all() for row in reached["walk"])


def test_the_order_of_ways_leaves_no_trace(tmp_path):
    one = read(written(tmp_path, RICH, "osm"))
    turned = [(way + 0, refs, tags) for way, refs, tags in reversed(RICH)]
    other = read(written(tmp_path, turned, "columns"))
    assert all(streets_by_place(one.networks[m]) == streets_by_place(other.networks[m]) for m in MODES)


def test_walking_is_the_same_whoever_else_travels(tmp_path):
    path = written(tmp_path, RICH, "osm")
    alone, together = read(path, ("walk",)).networks["walk"], read(path).networks["walk"]
    assert all(getattr(alone, name).tobytes() == getattr(together, name).tobytes() for name in ARRAYS)
    assert alone.kinds == together.kinds == kinds()
    assert alone.backward_m is together.backward_m is None


def test_walkers_have_surroundings_of_their_own(tmp_path):
    path = written(tmp_path, RICH, "osm")
    bounds = (500_000.0 - 10, 3_300_000.0 - 10, 500_000.0 + 50, 3_300_000.0 + 50)
    from circle15.inputs.streets.read import Wanted, read_modes

    wide = read_modes(Wanted(path, None, CRS, {"walk": bounds, "drive": None})).networks
    alone = read(path, ("walk",), bounds).networks["walk"]
    assert sorted({*wide["walk"].way_id}) == [10, 15, 18, 21, 22], "the ways whose boxes touch"
    assert all(getattr(alone, name).tobytes() == getattr(wide["walk"], name).tobytes() for name in ARRAYS)
    assert wide["drive"].edge_count == 8


@pytest.mark.parametrize("mode", ["cycle", "drive"])
def test_there_and_back_through_networkx_conserves_directions(tmp_path, mode):
    network = read(written(tmp_path, RICH, "osm")).networks[mode]
    graph = to_networkx(network)
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.number_of_edges() == sum(np.isfinite(metres).sum() for metres in network.directions_m)
    back = from_networkx(graph, CRS, mode)
    assert back.mode == mode
    assert all(np.array_equal(getattr(network, name), getattr(back, name)) for name in ARRAYS if name != "forward_m")
    for there, again in zip(network.directions_m, back.directions_m, strict=True):
        assert np.allclose(there, again, rtol=1e-12)


def test_a_one_way_footway_is_one_way_for_walkers_in_every_order(tmp_path):
    ways = [
        (10, [1, 2], {"highway": "footway", "oneway:foot": "yes"}),
        (11, [4, 2], {"highway": "footway", "oneway:foot": "-1"}),
    ]
    network = read(write_osm(tmp_path / "town.osm", TOWN, ways), ("walk",)).networks["walk"]
    assert streets_by_place(network) == [((0, 0), (200, 0), 200.0, INF), ((200, 0), (200, 200), 200.0, INF)]
    again = from_networkx(to_networkx(network), CRS)
    assert streets_by_place(again) == streets_by_place(network)


def test_private_roads_are_inside_compounds_for_vehicles_too(tmp_path):
    ways = [(10, [1, 2], {"highway": "service"}), (11, [2, 3], {"highway": "service", "access": "private"})]
    path = write_osm(tmp_path / "town.osm", TOWN, ways)
    assert all(network.restricted is None for network in read(path).networks.values())
    for network in read(path, private=True).networks.values():
        assert dict(zip(network.way_id.tolist(), network.restricted.tolist(), strict=True)) == {10: False, 11: True}


def test_values_of_oneway_that_nobody_knows_are_told_once(tmp_path):
    ways = [
        (10, [1, 2], {"highway": "residential", "oneway": "vielleicht", "maxspeed": "schnell"}),
        (11, [2, 3], {"highway": "residential", "oneway": "vielleicht"}),
        (12, [2, 4], {"highway": "footway", "oneway": "egal"}),
    ]
    path = write_osm(tmp_path / "town.osm", TOWN, ways)
    told = {note.key: note.facts for note in read(path).notes}
    assert told["modes.odd_oneway"] == {"ways": 2, "values": "vielleicht（2）"}
    assert told["modes.odd_maxspeed"] == {"ways": 1, "values": "schnell（1）"}
    assert not any(note.key.startswith("modes.") for note in read(path, ("walk",)).notes)


def test_streets_without_a_road_to_drive_on_are_refused(tmp_path):
    path = write_osm(tmp_path / "town.osm", TOWN, [(10, [1, 2], {"highway": "footway"})])
    with pytest.raises(DataError) as fault:
        read(path, ("walk", "drive"))
    assert fault.value.key == "modes.drive_none"


def test_how_streets_hang_together_there_and_back(tmp_path):
    """A ring of one-way streets of 800 m, a blind street of 200 m into it and one of 400 m out of it."""
    nodes = {1: (0, 0), 2: (200, 0), 3: (200, 200), 4: (0, 200), 5: (-200, 0), 6: (600, 200)}
    one_way = {"highway": "residential", "oneway": "yes"}
    ways = [(10, [1, 2, 3, 4, 1], one_way), (11, [5, 1], one_way), (12, [3, 6], one_way)]
    streets = read(write_osm(tmp_path / "town.osm", nodes, ways))
    assert two_way_share(streets.networks["drive"]) == pytest.approx(800 / 1400, rel=1e-4)
    assert two_way_share(streets.networks["walk"]) == 1.0
    facts = next(note.facts for note in streets.notes if note.key == "modes.drive_streets")
    approx = partial(pytest.approx, rel=1e-4)
    assert facts == {
        "ways": 3, "km": approx(1.4), "one_way_km": approx(1.4), "share": approx(800 / 1400),
    }  # fmt: skip
    assert "57.14%" in say("modes.drive_streets", "zh", **facts)


def test_walkers_heed_only_their_own_word_on_direction():
    assert walking_rules().oneway.keys == ("oneway:foot",)


# Real streets


def test_streets_of_a_city_hang_together_for_cars(field_data):
    from circle15.inputs.streets.read import Wanted, read_modes
    from circle15.model.projection import metric_crs

    path = field_data / "las_palmas" / "las_palmas.osm.pbf"
    crs = metric_crs(-15.4, 28.1)
    networks = read_modes(Wanted(path, None, crs, dict.fromkeys(MODES))).networks
    assert two_way_share(networks["drive"]) > 0.93
    assert two_way_share(networks["cycle"]) > 0.93
    kmh = 36 * networks["drive"].length_m / np.minimum(*networks["drive"].directions_m)
    assert kmh.max() <= 80 + 1e-9
    assert 10 < np.median(kmh) < 40
    steps = [network.kinds.index("steps") for network in networks.values()]
    shares = [(network.kind == number).any() for network, number in zip(networks.values(), steps, strict=True)]
    assert shares == [True, False, False]
