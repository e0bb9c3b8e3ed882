"""Three real places, from raw files to map and tables."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from circle15.inputs.files.datum import to_wgs84
from circle15.pipeline.run import run_study
from circle15.results import Results

HERE = Path(__file__).parent
CENSUS = "zhejiang_census_2020.csv"


@pytest.fixture(scope="module")
def run_place(field_data, tmp_path_factory):
    """Run a place once, in a workspace of its own."""
    done = {}

    def run(place):
        if place not in done:
            folder = tmp_path_factory.mktemp(place) / "data" / "raw" / place
            shutil.copytree(field_data / place, folder)
            shutil.copy(field_data / CENSUS, folder)
            shutil.copytree(HERE / place, folder, dirs_exist_ok=True)
            done[place] = run_study(folder / "study.toml")
        return done[place]

    return run


def assert_sound(run):
    """What holds of every finished run."""
    results = run.results
    cells, coverage = results.cells, results.coverage
    assert cells["cell_id"].is_unique
    for service in results.catalogue.services:
        metres = cells[f"{service}_m"]
        assert not metres.isna().any()
        assert (metres >= 0).all()
        assert ((cells[f"{service}_facility"] == "") == np.isinf(metres)).all()
        pairs = results.pairs[results.pairs["service"] == service]
        nearest = pairs.groupby("cell_id")["metres"].min()
        within = cells.set_index("cell_id")[f"{service}_m"].reindex(nearest.index)
        # Of a compound standard the last of several sites decides.
        compound = bool(results.catalogue.services[service].needs)
        assert (within >= nearest).all() if compound else (within == nearest).all()
    assert (coverage["covered_people"] + coverage["uncovered_people"] == coverage["people"]).all()
    assert coverage["coverage"].dropna().between(0, 1).all()
    index = results.index.dropna(subset=["balance"])
    assert (index["balanced_access"] <= index["access"]).all()
    assert np.allclose(index["balance_people"] * index["balance_services"], index["balance"], atol=1e-12)


def assert_written(run):
    """The manifest's hashes fit the files, and what is reloaded is what was computed."""
    manifest = json.loads((run.tables / "run.json").read_text(encoding="utf-8"))
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((run.tables / name).read_bytes()).hexdigest() == digest
    again = Results.load(run.tables)
    assert again.study == run.results.study
    assert again.catalogue == run.results.catalogue
    assert again.notes == run.results.notes
    pd.testing.assert_frame_equal(again.index, run.results.index)
    pd.testing.assert_frame_equal(again.coverage, run.results.coverage)
    assert (again.cells.geometry == run.results.cells.geometry).all()


@pytest.mark.parametrize(("place", "people"), [("hangzhou", None), ("las_palmas", 443_141), ("liechtenstein", 39_000)])
def test_the_run_is_sound_and_written_whole(run_place, place, people):
    run = run_place(place)
    assert_sound(run)
    assert_written(run)
    if people is not None:
        assert abs(run.results.cells["persons_all"].sum() / people - 1) <= 1e-9


def test_hangzhou_meets_the_census_of_each_district_of_today(run_place):
    cells = run_place("hangzhou").results.cells
    people = cells.groupby("county_code")["persons_all"].sum()
    # 上城 is 上城 and 江干 of the census, 拱墅 is 下城 and 拱墅.
    assert people["330102"] == pytest.approx(1_845_444, rel=1e-9)
    assert people["330105"] == pytest.approx(1_120_985, rel=1e-9)


def test_every_reading_room_of_hangzhou_is_used_or_excluded_with_a_reason(run_place):
    ledger = run_place("hangzhou").results.ledger
    rooms = ledger[ledger["file"] == "reading_rooms_gcj02.csv"]
    assert sorted(rooms["row"]) == list(range(2, 225))
    assert set(rooms["fate"]) <= {"used", "fixed", "excluded"}
    assert (rooms.loc[rooms["fate"] != "used", "reasons"] != "").all()


def test_the_reading_rooms_are_turned_from_gcj02(run_place, field_data):
    listed = pd.read_csv(field_data / "hangzhou" / "reading_rooms_gcj02.csv", encoding="gb18030")
    lon, lat = listed["经度(高德)"].to_numpy(), listed["纬度(高德)"].to_numpy()
    true_lon, true_lat = to_wgs84(lon, lat, "gcj02")
    shift_m = np.hypot((lon - true_lon) * np.cos(np.radians(lat)), lat - true_lat) * 111_195
    assert 400 <= shift_m.mean() <= 650
    used = run_place("hangzhou").results.facilities
    used = used[used["service"] == "culture"].to_crs(4326).set_index("facility_id")
    at = listed.set_index("编号").index.get_indexer(used.index)
    assert np.allclose(used.geometry.x, true_lon[at], atol=1e-8)
    assert np.allclose(used.geometry.y, true_lat[at], atol=1e-8)


def test_liechtensteins_municipalities_come_from_the_extract(run_place):
    zones = run_place("liechtenstein").results.zones
    towns = zones[zones["level"] == "town"]
    assert len(towns) == 11
    assert towns.geometry.area.sum() / 1e6 == pytest.approx(160.5, rel=0.01)  # the country's published area, km2
