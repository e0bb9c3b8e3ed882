"""Finished streets kept between runs: read anew where anything is new, and no output shows which it was."""

import ast
import json
import os
import shutil
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import osmium
import pytest
import rasterio
from small_study import NORTH, SOUTH, WEST, write_small_study

from circle15.inputs.study_file import read_study
from circle15.pipeline.fingerprints import code_of
from circle15.pipeline.folders import streets_folder
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.reading.study_files import study_zones
from circle15.pipeline.run import run_study
from circle15.pipeline.streets import kept_streets as room
from circle15.pipeline.streets import street_key
from circle15.pipeline.streets.kept_streets import kept_streets
from circle15.pipeline.streets.street_key import CODE, AskedStreets, key_of_streets
from circle15.pipeline.streets.study_streets import study_streets

NETWORK = """file = "streets.osm.pbf"
compounds = "gated"
crossing_delay_s = 10.0

[network.patch]
file = "changes.csv"
datum = "wgs84"

[network.dem]
file = "hills.tif"
"""
# A bridge with a name in two scripts, a street blocked for everyone, one row without a place and one without an action.
CHANGES = f"""动作,坐标,名称,出行方式,开始日期
新增道路,{WEST + 0.0012} {SOUTH + 0.0012}; {WEST + 0.0052} {SOUTH + 0.0052},<b>“新路” Xīnlù</b>,,2026-01-01
封闭,{WEST + 0.0018} {SOUTH + 0.001},,,
新增道路,,没有位置,,
拆除,{WEST} {SOUTH},没有这种动作,,
"""
ARRAYS = (
    "node_xy", "node_osm_id", "from_node", "to_node", "length_m", "forward_m", "kind", "way_id", "line_start",
    "line_xy",
)  # fmt: skip


def write_study(folder):
    study = write_small_study(folder)
    text = study.read_text(encoding="utf-8").replace('file = "streets.osm.pbf"\n', NETWORK)
    study.write_text(text, encoding="utf-8")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    write_hills(folder / "hills.tif")
    make_private(folder / "streets.osm.pbf", 1006)
    return study


def make_private(path, way):
    """Mark one street as private, so that those as mapped are others than those that are walked."""
    made = path.with_name("marked.osm.pbf")
    with osmium.SimpleWriter(str(made)) as writer:
        for thing in osmium.FileProcessor(str(path)):
            own = thing.is_way() and thing.id == way
            writer.add(thing.replace(tags={**dict(thing.tags), "access": "private"}) if own else thing)
    made.replace(path)


def write_hills(path, top_m=80.0):
    heights = np.linspace(0.0, top_m, 40 * 40, dtype=np.float32).reshape(40, 40)
    shape = {"height": 40, "width": 40, "count": 1, "dtype": heights.dtype, "nodata": -9999.0}
    place = {"crs": 4326, "transform": rasterio.Affine(0.002, 0, WEST - 0.035, 0, -0.002, NORTH + 0.035)}
    with rasterio.open(path, "w", driver="GTiff", **shape, **place) as raster:
        raster.write(heights, 1)


def ask(path, **other):
    study = read_study(path)
    about = {
        "study": study,
        "folder": path.parent,
        "zones": study_zones(study, path.parent),
        "surroundings_m": {"walk": 1500.0, "cycle": 2000.0, "drive": 2500.0},
        "modes": ("walk", "cycle"),
        "waiting_m_s": 1.2,
    }
    return AskedStreets(**(about | other))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The study as it is, read once: its file, the name of its streets, and a folder where they are kept."""
    path = write_study(tmp_path_factory.mktemp("shipped") / "xiao")
    asked, kept = ask(path), path.parents[1] / "kept"
    return SimpleNamespace(path=path, asked=asked, key=key_of_streets(asked), kept=kept, read=kept_streets(kept, asked))


@pytest.fixture
def path(shipped, tmp_path):
    return Path(shutil.copytree(shipped.path.parent, tmp_path / "data" / "raw" / "xiao")) / shipped.path.name


@pytest.fixture
def reads(monkeypatch):
    """One entry each time that streets are read from their files."""
    done = []
    monkeypatch.setattr(room, "study_streets", lambda *given: done.append(1) or study_streets(*given))
    return done


def assert_same_network(one, other):
    for name in ARRAYS:
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.dtype == theirs.dtype
        assert mine.tobytes() == theirs.tobytes()
    for mine, theirs in zip(one.directions_m, other.directions_m, strict=True):
        assert mine.tobytes() == theirs.tobytes()
    assert (one.backward_m is None, one.restricted is None) == (other.backward_m is None, other.restricted is None)
    assert one.restricted is None or (one.restricted == other.restricted).all()
    assert (one.kinds, one.mode, one.digest) == (other.kinds, other.mode, other.digest)
    assert dict(one.way_names) == dict(other.way_names)
    assert one.crs.to_json() == other.crs.to_json()
    assert one.node_island.tolist() == other.node_island.tolist()


def assert_same(one, other):
    assert list(one.networks) == list(other.networks)
    for mode in one.networks:
        assert_same_network(one.networks[mode], other.networks[mode])
    assert_same_network(one.as_mapped, other.as_mapped)
    assert repr(one.notes) == repr(other.notes)
    assert repr(one.ledger) == repr(other.ledger)
    assert one.patch.drop(columns="geometry").to_dict("list") == other.patch.drop(columns="geometry").to_dict("list")
    assert one.patch.to_wkb().equals(other.patch.to_wkb())
    assert one.patch.crs.to_json() == other.patch.crs.to_json()


def test_streets_are_read_once_and_are_the_same(shipped, reads):
    asked = shipped.asked
    fresh = study_streets(asked.study, asked.folder, asked.zones, asked.surroundings_m, asked.modes, asked.waiting_m_s)
    assert {row.fate for row in fresh.ledger.rows} >= {"used", "excluded"}
    assert len(fresh.patch) >= 2
    assert fresh.as_mapped.edge_count < fresh.network.edge_count
    assert_same(shipped.read, fresh)
    assert_same(kept_streets(shipped.kept, asked), fresh)
    assert reads == []


def outputs(run):
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for folder in (run.tables, run.maps, run.checked.folder)
        for file in sorted(folder.rglob("*"))
    }


def test_a_run_from_kept_streets_writes_the_same_bytes_as_one_that_reads_anew(path, reads):
    in_study(path, 'file = "towns.shp"\n', 'file = "towns.shp"\nall_are = "rural"\n')
    check_study(path)
    assert len(reads) == 1
    run = run_study(path)
    assert len(reads) == 1
    assert list(run.checked.reading.streets.networks) != ["walk"]
    from_kept = outputs(run)
    shutil.rmtree(streets_folder(path, run.results.study.study))
    assert outputs(run_study(path)) == from_kept
    assert len(reads) == 2
    assert any(streets_folder(path, run.results.study.study).iterdir())


def changed_file(name):
    def change(path):
        file = path.parent / name
        file.write_bytes(file.read_bytes() + b"\n")

    return change


def new_file(name):
    return lambda path: (path.parent / name).write_bytes(b"new")


def renamed_streets(path):
    (path.parent / "streets.osm.pbf").rename(path.parent / "roads.osm.pbf")
    in_study(path, "streets.osm.pbf", "roads.osm.pbf")


def in_study(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def setting(old, new):
    return lambda path: in_study(path, old, new)


def wider_zones(path):
    wide = gpd.read_file(path.parent / "county.gpkg")
    wide.geometry = wide.geometry.scale(1.01, 1.0)
    wide.to_file(path.parent / "county.gpkg")


CHANGED = {
    "bytes of the extract": changed_file("streets.osm.pbf"),
    "bytes of the changes": changed_file("changes.csv"),
    "bytes of the terrain model": changed_file("hills.tif"),
    "a file beside the extract": new_file("streets.osm.pbf.aux.xml"),
    "a mask beside the terrain model": new_file("hills.tif.msk"),
    "the name of the extract": renamed_streets,
    "how far a leg may be": setting("[network]\n", "[network]\nmax_leg_m = 200.0\n"),
    "small islands": setting("[network]\n", "[network]\nignore_islands_below_m = 50.0\n"),
    "classes not walked": setting("[network]\n", '[network]\nnot_walked = ["trunk"]\n'),
    "compounds": setting('"gated"', '"open"'),
    "waits": setting("10.0", "12.0"),
    "the datum of the changes": setting('datum = "wgs84"\n\n[network.dem]', 'datum = "gcj02"\n\n[network.dem]'),
    "the value without height": setting('"hills.tif"', '"hills.tif"\nnodata = 0.0'),
    "no changes": setting('[network.patch]\nfile = "changes.csv"\ndatum = "wgs84"\n', ""),
    "the day": setting("date = 2026-06-30\nservices", "date = 2026-07-01\nservices"),
    "the zones' box": wider_zones,
    "the coordinate system": setting('place = "小区县"', 'place = "小区县"\ncrs = 4550'),
}
# What the streets do not hang on.
UNCHANGED = {
    "who gave the extract": setting("[network]\n", '[network]\nprovider = "测绘院"\nlicence = "内部"\n'),
    "who gave the changes": setting('"changes.csv"', '"changes.csv"\nprovider = "街道办"\ndate = 2026-05-01'),
    "the name of the place": setting("小区县", "大区县"),
    "a list": changed_file("childcare.csv"),
    "the date of the files": lambda path: os.utime(path.parent / "streets.osm.pbf", (1e9, 1e9)),
}


@pytest.mark.parametrize("what", CHANGED)
def test_whatever_streets_hang_on_changes_their_name(shipped, path, what):
    CHANGED[what](path)
    assert key_of_streets(ask(path)) not in (shipped.key, None)


@pytest.mark.parametrize("what", UNCHANGED)
def test_whatever_they_do_not_hang_on_leaves_their_name(shipped, path, what):
    UNCHANGED[what](path)
    assert key_of_streets(ask(path)) == shipped.key


@pytest.mark.parametrize(
    "other",
    [
        {"surroundings_m": {"walk": 1500.5, "cycle": 2000.0, "drive": 2500.0}},
        {"surroundings_m": {"walk": 1500.0, "cycle": 2000.5, "drive": 2500.0}},
        {"modes": ("walk", "drive")},
        {"modes": ()},
        {"waiting_m_s": 1.3},
    ],
    ids=["walked", "cycled", "drives", "walks alone", "waits"],
)
def test_another_horizon_is_another_name(shipped, other):
    assert key_of_streets(replace(shipped.asked, **other)) not in (shipped.key, None)


def test_how_far_a_mode_reaches_that_nobody_uses_does_not_count(shipped):
    around = {"walk": 1500.0, "cycle": 2000.0, "drive": 9000.0}
    assert key_of_streets(replace(shipped.asked, surroundings_m=around)) == shipped.key


def test_another_program_or_library_is_another_name(shipped, monkeypatch):
    monkeypatch.setattr(street_key, "code_of", lambda *_: "other")
    code = key_of_streets(shipped.asked)
    monkeypatch.setattr(street_key, "versions", lambda: {"osmium": "99"})
    assert len({shipped.key, code, key_of_streets(shipped.asked)}) == 3


def test_the_day_counts_only_where_changes_have_dates(path):
    setting('[network.patch]\nfile = "changes.csv"\ndatum = "wgs84"\n', "")(path)
    asked = ask(path)
    later = asked.study.model_copy(update={"study": asked.study.study.model_copy(update={"date": date(2030, 1, 1)})})
    assert key_of_streets(replace(asked, study=later)) == key_of_streets(asked)


def modules_of(name, found):
    """All modules of the project that one imports, near and far."""
    spec = find_spec(name)
    if name in found or spec is None or spec.origin is None:
        return found
    found.add(name)
    for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("circle15."):
            modules_of(node.module, found)
    return found


def test_the_name_holds_all_code_that_reads_streets():
    of_sentences = ("circle15.words", "circle15.errors")
    needed = {
        name
        for name in modules_of("circle15.pipeline.streets.study_streets", set())
        if not name.startswith(of_sentences)
    }
    assert len(needed) > 50
    packages = {name if find_spec(name).submodule_search_locations else name.rpartition(".")[0] for name in needed}
    assert packages <= set(CODE)


def test_code_is_known_by_what_it_says(tmp_path, monkeypatch):
    (tmp_path / "roads15").mkdir()
    rules = tmp_path / "roads15" / "rules.toml"
    for name, text in (("__init__.py", ""), ("rules.toml", "speed = 1\n")):
        (tmp_path / "roads15" / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    before = code_of("roads15")
    rules.write_text("speed = 2\n", encoding="utf-8")
    code_of.cache_clear()
    assert code_of("roads15") != before
    code_of.cache_clear()


def cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def emptied(file):
    file.write_bytes(b"")


def one_bit(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("spoil", [cut, emptied, one_bit, Path.unlink], ids=["cut", "empty", "a bit", "gone"])
@pytest.mark.parametrize("name", ["walk.arrow", "cycle.arrow", "as_mapped.arrow", "told.json"])
def test_spoilt_files_are_not_taken(shipped, tmp_path, name, spoil):
    folder = shutil.copytree(shipped.kept / shipped.key, tmp_path / shipped.key)
    assert room._loaded(folder, shipped.asked.zones.crs) is not None
    spoil(folder / name)
    assert room._loaded(folder, shipped.asked.zones.crs) is None


@pytest.mark.parametrize("told", ["{}", "[]", '{"modes": ["fly"]}', '{"modes": 7}', "null"])
def test_a_file_of_another_form_is_not_taken(shipped, tmp_path, told):
    folder = shutil.copytree(shipped.kept / shipped.key, tmp_path / shipped.key)
    (folder / "told.json").write_text(f"{room._seal(told)}\n{told}", encoding="utf-8")
    assert room._loaded(folder, shipped.asked.zones.crs) is None


def test_spoilt_streets_are_read_anew_and_mended(shipped, tmp_path, reads):
    kept = shutil.copytree(shipped.kept, tmp_path / "kept")
    cut(kept / shipped.key / "walk.arrow")
    for _ in range(2):
        assert_same(kept_streets(kept, shipped.asked), shipped.read)
    assert len(reads) == 1


def test_a_folder_that_cannot_be_written_only_costs_time(shipped, tmp_path, reads):
    (tmp_path / "kept").write_text("a file, no folder", encoding="utf-8")
    assert_same(kept_streets(tmp_path / "kept", shipped.asked), shipped.read)
    assert len(reads) == 1


def test_a_file_exchanged_while_it_is_read_is_not_kept(path, tmp_path, monkeypatch):
    def read(*given):
        streets = study_streets(*given)
        changed_file("changes.csv")(path)
        return streets

    monkeypatch.setattr(room, "study_streets", read)
    kept_streets(tmp_path / "kept", ask(path))
    assert not (tmp_path / "kept").exists()


def test_a_study_without_its_files_has_no_name(path):
    asked = ask(path)
    (path.parent / "changes.csv").unlink()
    assert key_of_streets(asked) is None


def test_what_was_not_asked_for_longest_goes_first(tmp_path):
    for age, name in enumerate(("new", "asked", "old")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "walk.arrow").write_bytes(bytes(1000))
        (tmp_path / name / "told.json").write_bytes(b"")
        os.utime(tmp_path / name / "told.json", ns=(10**18 - age, 10**18 - age))
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "walk.arrow").write_bytes(bytes(1000))
    room._trim(tmp_path, most_bytes=2500)
    assert {folder.name for folder in tmp_path.iterdir()} == {"new", "asked"}
    room._trim(tmp_path, most_bytes=0)
    assert {folder.name for folder in tmp_path.iterdir()} == {"new"}


def test_what_is_kept_names_no_folder_of_this_machine(shipped):
    text = (shipped.kept / shipped.key / "told.json").read_text(encoding="utf-8").partition("\n")[2]
    assert {"modes", "as_mapped", "notes", "ledger", "patch"} == set(json.loads(text))
    assert str(shipped.path.parent) not in text
