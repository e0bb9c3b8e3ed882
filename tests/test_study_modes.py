"""The streets of a whole study for each mode: one file, its own changes, slopes and the wait at crossings."""

import numpy as np
import osmium
import pytest
import rasterio
from small_study import EAST, NORTH, SOUTH, WEST, write_small_study

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.study_file import read_study
from circle15.inputs.zones.read import read_zones
from circle15.pipeline.streets.study_streets import study_streets
from circle15.words import say

AROUND_M = {"walk": 300.0, "cycle": 800.0, "drive": 1000.0}
MODES = ("walk", "cycle", "drive")
ARRAYS = ("node_xy", "node_osm_id", "from_node", "to_node", "length_m", "forward_m", "kind", "way_id", "line_xy")


def streets_of(folder, modes=MODES, network="", **more):
    study_path = write_small_study(folder)
    text = study_path.read_text(encoding="utf-8")
    text = text.replace('file = "streets.osm.pbf"', f'file = "streets.osm.pbf"\n{network}')
    study_path.write_text(text, encoding="utf-8")
    for made in more.get("then", ()):
        made(folder)
    study = read_study(study_path)
    zones, _, _ = read_zones(study.zones, folder, None, study.study.place, study.study.id, study.official_units)
    return study_streets(study, folder, zones, AROUND_M, modes, **more.get("given", {}))


def same(one, other):
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in ARRAYS)


def patch(folder, *rows):
    lines = ["动作,坐标,名称,出行方式,道路类别", *(",".join(row) for row in rows)]
    (folder / "changes.csv").write_text("\n".join(lines), encoding="utf-8")


PATCHED = '[network.patch]\nfile = "changes.csv"\ndatum = "wgs84"'


def patched(folder, *rows, modes=MODES):
    return streets_of(folder, modes, PATCHED, then=[lambda folder: patch(folder, *rows)])


def written(lon, lat):
    return f"{lon:.6f} {lat:.6f}"


# The lattice has a street every 0.0030909 degrees; a square's middle, and the street north of it.
STEP_LON, STEP_LAT = (EAST - WEST + 0.024) / 11, (NORTH - SOUTH + 0.024) / 11


def at(column, row):
    return WEST - 0.012 + column * STEP_LON, SOUTH - 0.012 + row * STEP_LAT


ACROSS = '"' + written(*at(5.5, 5)) + "; " + written(*at(5.5, 6)) + '"'
ON_STREET = '"' + written(*at(5.5, 6)) + '"'


def test_walkers_have_the_same_streets_whoever_else_travels(tmp_path):
    alone, together = streets_of(tmp_path / "a", ()), streets_of(tmp_path / "b")
    assert list(alone.networks) == ["walk"]
    assert list(together.networks) == list(MODES)
    assert together.network is together.networks["walk"]
    assert same(alone.network, together.network)
    assert {mode: network.mode for mode, network in together.networks.items()} == {mode: mode for mode in MODES}


def test_each_mode_has_surroundings_of_its_own(tmp_path):
    counts = [network.edge_count for network in streets_of(tmp_path).networks.values()]
    assert counts[0] < counts[1] <= counts[2]


def test_a_bridge_is_for_walkers_unless_it_names_more(tmp_path):
    plain = streets_of(tmp_path / "a")
    walked = patched(tmp_path / "b", ("新增桥", ACROSS, "甲桥", "", ""))
    for_all = patched(tmp_path / "c", ("新增桥", ACROSS, "甲桥", "步行；骑行、驾车", "支路"))
    more = {mode: walked.networks[mode].edge_count - plain.networks[mode].edge_count for mode in MODES}
    assert more == {"walk": 3, "cycle": 0, "drive": 0}
    more = {mode: for_all.networks[mode].edge_count - plain.networks[mode].edge_count for mode in MODES}
    assert more == {"walk": 3, "cycle": 3, "drive": 3}
    drive = for_all.networks["drive"]
    bridge = drive.way_id < 0
    assert drive.forward_m[bridge] == pytest.approx(drive.length_m[bridge] * 36 / 20)
    assert drive.mode == "drive"
    assert [row.fate for row in for_all.ledger.rows] == ["used"]


def test_a_block_is_for_everyone_unless_it_names_some(tmp_path):
    plain = streets_of(tmp_path / "a")
    everyone = patched(tmp_path / "b", ("封闭道路", ON_STREET, "断", "", ""))
    cars = patched(tmp_path / "c", ("封闭道路", ON_STREET, "断", "机动车", ""))
    nodes = {mode: plain.networks[mode].node_count for mode in MODES}
    assert {mode: everyone.networks[mode].node_count - nodes[mode] for mode in MODES} == dict.fromkeys(MODES, 2)
    assert {mode: cars.networks[mode].node_count - nodes[mode] for mode in MODES} == {"walk": 0, "cycle": 0, "drive": 2}
    assert same(cars.network, plain.network)
    assert [row.fate for row in cars.ledger.rows] == ["used"]
    assert len(cars.patch) == 1


def test_rows_that_cannot_be_done_say_so(tmp_path):
    rows = [
        ("新增道路", ACROSS, "丙", "骑马", ""),
        ("封闭道路", ON_STREET, "丁", "驾车", ""),
        ("封闭道路", ON_STREET, "戊", "", ""),
    ]
    walkers = patched(tmp_path, *rows, modes=())
    assert [row.fate for row in walkers.ledger.rows] == ["excluded", "excluded", "used"]
    keys = [[note.key for note in row.reasons] for row in walkers.ledger.rows]
    assert keys == [["modes.patch_unknown"], ["modes.patch_not_used"], []]
    assert walkers.ledger.rows[0].reasons[0].at.row == 2
    for row in walkers.ledger.rows:
        assert all(note.sentence("zh") and note.sentence("en") for note in row.reasons)


def add_path(folder):
    """A footway across one square of the lattice, which no car may use, and its id."""
    path, made = folder / "streets.osm.pbf", folder / "made.osm.pbf"
    with osmium.SimpleWriter(str(made)) as writer:
        for thing in osmium.FileProcessor(str(path)):
            if thing.is_relation():
                tags = {"highway": "footway"}
                writer.add_way(osmium.osm.mutable.Way(id=1500, version=1, nodes=[66, 79], tags=tags))
            writer.add(thing)
    made.replace(path)


def test_a_row_for_several_modes_says_for_which_it_cannot_be_done(tmp_path):
    lon, lat = np.add(at(5, 5), at(6, 6)) / 2
    row = ("封闭道路", '"' + written(lon, lat) + '"', "断", "步行;驾车", "")
    found = streets_of(tmp_path, MODES, PATCHED, then=[add_path, lambda folder: patch(folder, row)])
    (row,) = found.ledger.rows
    assert row.fate == "fixed"
    assert [note.key for note in row.reasons] == ["modes.patch_not_drive"]


# Slopes and crossings


def write_terrain(folder, share=0.1):
    """Ground that rises to the east, and less than level to see it in its metres."""
    size, across = 0.0005, 120
    lon = WEST - 0.025 + (np.arange(across) + 0.5) * size
    heights = np.broadcast_to(10 + share * 96_500 * (lon - WEST), (across, across)).astype(np.float32)
    profile = {"driver": "GTiff", "height": across, "width": across, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    place = rasterio.Affine(size, 0, WEST - 0.025, 0, -size, NORTH + 0.025)
    with rasterio.open(folder / "dem.tif", "w", **profile, transform=place) as raster:
        raster.write(heights, 1)


DEM = '[network.dem]\nfile = "dem.tif"\nprovider = "测绘院"'


def test_a_terrain_model_slows_walkers_uphill_and_nobody_else(tmp_path):
    plain = streets_of(tmp_path / "a")
    sloped = streets_of(tmp_path / "b", MODES, DEM, then=[write_terrain])
    for mode in ("cycle", "drive"):
        assert same(sloped.networks[mode], plain.networks[mode])
    walk = sloped.network
    east = walk.node_xy[walk.to_node, 0] - walk.node_xy[walk.from_node, 0]
    up = np.where(east > 100, walk.forward_m, walk.backward_m)[np.abs(east) > 100]
    assert up == pytest.approx(1.419 * walk.length_m[np.abs(east) > 100], rel=0.01)
    assert "terrain.used" in {note.key for note in sloped.notes}


def test_level_ground_changes_nothing_at_all(tmp_path):
    plain = streets_of(tmp_path / "a", ())
    level = streets_of(tmp_path / "b", (), DEM, then=[lambda folder: write_terrain(folder, 0.0)])
    assert same(level.network, plain.network)
    assert level.network.backward_m is None


def test_what_the_choice_of_compounds_changes_is_told_on_the_same_slopes(tmp_path):
    text = f'compounds = "open"\n{DEM}'
    found = streets_of(tmp_path, (), text, then=[add_private, write_terrain])
    assert found.as_mapped.backward_m is not None
    assert found.network.edge_count > found.as_mapped.edge_count


def add_private(folder):
    path, made = folder / "streets.osm.pbf", folder / "made.osm.pbf"
    with osmium.SimpleWriter(str(made)) as writer:
        for thing in osmium.FileProcessor(str(path)):
            if thing.is_relation():
                tags = {"highway": "service", "access": "private"}
                writer.add_way(osmium.osm.mutable.Way(id=1500, version=1, nodes=[66, 79], tags=tags))
            writer.add(thing)
    made.replace(path)


def test_private_roads_are_driven_as_compounds_say(tmp_path):
    kept = {}
    for compounds in ("as_mapped", "gated", "open"):
        folder = tmp_path / compounds
        found = streets_of(folder, MODES, f'compounds = "{compounds}"', then=[add_private])
        drive = found.networks["drive"]
        kept[compounds] = (1500 in drive.way_id, drive.restricted is not None and bool(drive.restricted.any()))
    assert kept == {"as_mapped": (False, False), "gated": (True, True), "open": (True, False)}


def tag_signal(folder):
    path, made = folder / "streets.osm.pbf", folder / "made.osm.pbf"
    with osmium.SimpleWriter(str(made)) as writer:
        for thing in osmium.FileProcessor(str(path)):
            if thing.is_node() and thing.id == 66:
                writer.add_node(thing.replace(tags={"highway": "traffic_signals"}))
            else:
                writer.add(thing)
    made.replace(path)


def test_a_wait_is_told_as_metres_of_an_adult(tmp_path):
    plain = streets_of(tmp_path / "a", ())
    found = streets_of(
        tmp_path / "b", ("drive",), "crossing_delay_s = 30", then=[tag_signal], given={"waiting_m_s": 1.0}
    )
    longer = found.network.forward_m - plain.network.forward_m
    assert sorted(longer[longer > 0]) == pytest.approx([15.0] * 4)
    assert "modes.crossings" in {note.key for note in found.notes}
    without = streets_of(tmp_path / "c", (), "crossing_delay_s = 0", then=[tag_signal])
    assert same(without.network, plain.network)


def test_terrain_that_is_not_there_is_told_in_a_sentence(tmp_path):
    with pytest.raises(DataError) as fault:
        streets_of(tmp_path, (), DEM)
    assert "dem.tif" in say(fault.value.key, "zh", **fault.value.facts)


# Numbers in other units


@pytest.mark.parametrize(
    ("key", "value", "sentence", "meant"),
    [
        ("minutes", "900", "modes.in_seconds", 15.0),
        ("minutes", "0.25", "modes.in_hours", 15.0),
        ("metres", "1", "modes.in_km", 1000.0),
        ("metres", "1.5", "modes.in_km", 1500.0),
        ("minutes", "90000", "study.wrong_less_than_equal", None),
        ("minutes", "0", "study.wrong_greater_than_equal", None),
        ("metres", "900000", "study.wrong_less_than_equal", None),
    ],
)
def test_thresholds_in_another_unit_are_told(tmp_path, key, value, sentence, meant):
    path = write_small_study(tmp_path)
    values = {"minutes": "15", key: value}
    table = "\n".join(f"{name} = {number}" for name, number in values.items())
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n[standards.canteen.urban]\n{table}\n")
    with pytest.raises(ConfigurationError) as fault:
        read_study(path)
    assert (fault.value.key, fault.value.facts.get("meant")) == (sentence, meant)
    assert value in say(fault.value.key, "zh", **fault.value.facts)


@pytest.mark.parametrize("text", ["crossing_delay_s = -1", "crossing_delay_s = 1000", 'crossing_delay_s = "一分钟"'])
def test_a_wait_that_nobody_waits_is_refused(tmp_path, text):
    with pytest.raises(ConfigurationError) as fault:
        streets_of(tmp_path, (), text)
    assert "crossing_delay_s" in say(fault.value.key, "zh", **fault.value.facts)
