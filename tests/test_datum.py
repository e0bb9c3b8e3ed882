import json

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.inputs.files.datum import gcj02_to_bd09, in_gcj_box, to_wgs84, wgs84_to_gcj02

GEOD = pyproj.Geod(ellps="WGS84")


def point(lon, lat):
    return np.array([float(lon)]), np.array([float(lat)])


def metres(here, there):
    return GEOD.inv(here[0], here[1], there[0], there[1])[2]


@pytest.fixture(scope="module")
def reference(field_data):
    return json.loads((field_data / "benchmarks" / "gcj02" / "reference_points.json").read_text(encoding="utf-8"))


def test_forward_equals_the_reference_points(reference):
    for lat, lon, gcj_lat, gcj_lon in reference["eviltransform_tests_wgs_lat_lng_to_gcj_lat_lng"]:
        assert metres(wgs84_to_gcj02(*point(lon, lat)), point(gcj_lon, gcj_lat))[0] < 1e-6


def test_inverse_is_exact_at_the_reference_points(reference):
    assert reference["eviltransform_tolerances"]["gcj_to_wgs_exact_m"] == 0.5
    for lat, lon, gcj_lat, gcj_lon in reference["eviltransform_tests_wgs_lat_lng_to_gcj_lat_lng"]:
        assert metres(to_wgs84(*point(gcj_lon, gcj_lat), "gcj02"), point(lon, lat))[0] < 1e-6


def test_the_published_readme_values(reference):
    known = reference["coordtransform_readme_lng_lat"]
    here = point(*known["input"])
    assert np.allclose(np.ravel(wgs84_to_gcj02(*here)), known["wgs84togcj02"], rtol=0, atol=1e-12)
    assert np.allclose(np.ravel(gcj02_to_bd09(*here)), known["gcj02tobd09"], rtol=0, atol=1e-12)
    # The published ways back are one-step guesses: near ours, and not exact.
    assert metres(to_wgs84(*here, "gcj02"), point(*known["gcj02towgs84"]))[0] < 5.0


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.floats(74, 135), st.floats(4, 53))
def test_there_and_back_is_the_same_point(lon, lat):
    here = point(lon, lat)
    gcj = wgs84_to_gcj02(*here)
    assert np.allclose(np.ravel(to_wgs84(*gcj, "gcj02")), [lon, lat], rtol=0, atol=1e-9)
    assert np.allclose(np.ravel(to_wgs84(*gcj02_to_bd09(*gcj), "bd09")), [lon, lat], rtol=0, atol=1e-9)
    assert 50 < metres(here, gcj)[0] < 1500


def test_points_abroad_stay():
    vaduz = point(9.52, 47.14)
    assert not in_gcj_box(*vaduz)[0]
    assert np.array_equal(np.ravel(wgs84_to_gcj02(*vaduz)), [9.52, 47.14])
    assert np.array_equal(np.ravel(to_wgs84(*vaduz, "gcj02")), [9.52, 47.14])


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000"])
def test_wgs84_and_cgcs2000_are_one(datum):
    assert np.array_equal(np.ravel(to_wgs84(*point(120.1, 30.2), datum)), [120.1, 30.2])


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_unknown_stays_unknown_and_spoils_no_neighbour(datum):
    lon, lat = to_wgs84(np.array([np.nan, 120.1]), np.array([30.0, 30.2]), datum)
    alone = to_wgs84(*point(120.1, 30.2), datum)
    assert np.isnan(lon[0])
    assert (lon[1], lat[1]) == (alone[0][0], alone[1][0])


def test_no_points_at_all():
    lon, lat = to_wgs84(np.empty(0), np.empty(0), "bd09")
    assert lon.shape == lat.shape == (0,)
