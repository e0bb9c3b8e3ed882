"""People from rasters: conserved in every projection, resolution and offset."""

import tempfile
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from peopled_places import METRIC, X0, Y0, county_of_four_towns, keys, square, write_raster, zones_of

from circle15.errors import DataError
from circle15.inputs.population.gridding import unit_finder
from circle15.inputs.population.raster import raster_people
from circle15.inputs.population.read import read_population
from circle15.model.study import PopulationSource


def raster_around(crs, pixel_m, offset, size):
    """A transform that puts ``size`` x ``size`` pixels of about ``pixel_m`` around the county's middle."""
    to_raster = pyproj.Transformer.from_crs(METRIC, crs, always_xy=True)
    x, y = to_raster.transform(X0, Y0)
    step = pixel_m / 111_000 if pyproj.CRS(crs).is_geographic else pixel_m
    return Affine(step, 0, x + (offset[0] - size / 2) * step, 0, -step, y - (offset[1] - size / 2) * step)


CASES = (
    ("EPSG:4549", 100.0), ("EPSG:4490", 92.7), ("EPSG:4326", 20.0), ("EPSG:3857", 250.0), ("EPSG:32650", 1000.0),
    ("ESRI:54009", 92.7),
)  # fmt: skip


@pytest.mark.parametrize(("crs", "pixel_m"), CASES)
def test_nobody_is_lost_or_made(crs, pixel_m):
    """Wherever the pixels lie among the cells; many more at random with all else in ``random_rasters``."""
    dice = np.random.default_rng(int(pixel_m) + len(crs))
    values, offset = dice.gamma(0.5, 20.0, size=(6, 6)), dice.random(2)
    zones = county_of_four_towns()
    with tempfile.TemporaryDirectory() as folder:
        write_raster(folder, values, crs, raster_around(crs, pixel_m, offset, 6))
        grid, _, notes = read_population(PopulationSource(raster="人口.tif"), Path(folder), zones, 100, {})
    persons = grid.persons["all"]
    assert persons.sum() == pytest.approx(values.sum(), rel=1e-9)
    assert persons.groupby(grid.cells["town_code"]).sum().sum() == pytest.approx(persons.sum(), rel=1e-12)
    assert set(grid.cells["town_code"]) <= {"t0", "t1", "t2", "t3"}
    assert keys(notes)["population.raster_window"]["outside"] == 0


def test_pixels_that_are_cells_stay_as_they_are(tmp_path):
    values = 2.0 ** np.arange(12).reshape(3, 4)
    write_raster(tmp_path, values, METRIC, Affine(100, 0, X0, 0, -100, Y0 + 300))
    zones = zones_of(("county", "c", "", square(-1000, -1000, 1000, 1000)))
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert grid.persons["all"].tolist() == np.flipud(values).ravel().tolist()  # cells run from south to north
    assert grid.cells["x"].iloc[0] == X0 + 50
    assert grid.cells["cell_id"].iloc[0] == "100mN033500E005000"


def test_a_fine_cell_size_spreads_a_pixel_evenly(tmp_path):
    write_raster(tmp_path, np.array([[400.0]]), METRIC, Affine(200, 0, X0, 0, -200, Y0 + 200))
    zones = zones_of(("county", "c", "", square(-1000, -1000, 1000, 1000)))
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert grid.persons["all"].tolist() == pytest.approx([100.0] * 4)


def test_people_outside_are_left_out_and_told(tmp_path):
    write_raster(tmp_path, np.full((4, 4), 10.0), METRIC, Affine(100, 0, X0, 0, -100, Y0 + 400))
    zones = zones_of(("county", "c", "", square(0, 0, 200, 350)))
    grid, _, notes = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    told = keys(notes)["population.raster_window"]
    assert grid.persons["all"].sum() == pytest.approx(70.0)  # 2 x 3.5 pixels
    assert (told["inside"], told["outside"], told["total"]) == pytest.approx((70.0, 90.0, 160.0))


def test_a_cell_on_a_border_goes_whole_to_the_unit_with_most_people(tmp_path):
    write_raster(tmp_path, np.array([[1.0, 3.0]]), METRIC, Affine(50, 0, X0, 0, -50, Y0 + 50))
    zones = zones_of(
        ("county", "c", "", square(-1000, -1000, 1000, 1000)),
        ("town", "a", "c", square(-1000, -1000, 50, 1000)),
        ("town", "b", "c", square(50, -1000, 1000, 1000)),
        ("village", "b1", "b", square(50, -1000, 90, 1000)),
    )
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    cell = grid.cells.iloc[0]
    assert grid.persons["all"].tolist() == [4.0]
    assert (cell["county_code"], cell["town_code"], cell["village_code"]) == ("c", "b", "b1")


def test_a_tie_goes_to_the_smaller_code(tmp_path):
    write_raster(tmp_path, np.array([[2.0, 2.0]]), METRIC, Affine(50, 0, X0, 0, -50, Y0 + 50))
    zones = zones_of(
        ("county", "c", "", square(-1000, -1000, 1000, 1000)),
        ("town", "a", "c", square(50, -1000, 1000, 1000)),
        ("town", "b", "c", square(-1000, -1000, 50, 1000)),
    )
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert grid.cells["town_code"].tolist() == ["a"]


def test_a_sliver_between_towns_goes_to_the_nearest_and_what_is_far_is_told(tmp_path):
    write_raster(
        tmp_path, np.array([[5.0, 0, 0, 0, 0, 0, 0, 0, 0, 1.0]]), METRIC, Affine(100, 0, X0, 0, -100, Y0 + 100)
    )
    zones = zones_of(
        ("county", "c", "", square(-1000, -1000, 2000, 1000)),
        ("town", "a", "c", square(-1000, -1000, -20, 1000)),
    )
    grid, _, notes = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert grid.cells["town_code"].tolist() == ["a", ""]
    assert keys(notes)["population.gap_closed"]["share"] == pytest.approx(5 / 6)
    assert keys(notes)["population.gap_left"]["share"] == pytest.approx(1 / 6)


def test_declared_nodata_is_nobody_and_undeclared_is_told(tmp_path):
    zones = zones_of(("county", "c", "", square(-1000, -1000, 1000, 1000)))
    values = np.array([[-9999.0, 7.0], [np.nan, -1.0]])
    at = Affine(100, 0, X0, 0, -100, Y0 + 200)
    write_raster(tmp_path, values, METRIC, at, nodata=-9999.0)
    grid, _, notes = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert grid.persons["all"].tolist() == pytest.approx([7.0])
    assert keys(notes)["population.raster_bad_pixels"]["pixels"] == 2
    write_raster(tmp_path, values, METRIC, at)
    _, _, notes = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert keys(notes)["population.raster_bad_pixels"]["pixels"] == 3


def fault(tmp_path, zones=None):
    zones = zones or zones_of(("county", "c", "", square(-1000, -1000, 1000, 1000)))
    with pytest.raises(DataError) as caught:
        read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")
    return caught.value


def test_a_large_undeclared_nodata_is_refused(tmp_path):
    values = np.array([[65535, 3], [65535, 8]], dtype=np.uint16)
    write_raster(tmp_path, values, METRIC, Affine(100, 0, X0, 0, -100, Y0 + 200))
    assert fault(tmp_path).facts["pixels"] == 2
    write_raster(tmp_path, values, METRIC, Affine(100, 0, X0, 0, -100, Y0 + 200), nodata=65535)
    zones = zones_of(("county", "c", "", square(-1000, -1000, 1000, 1000)))
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), tmp_path, zones, 100, {})
    assert grid.persons["all"].sum() == 11


def test_a_raster_elsewhere_is_refused_with_both_boxes(tmp_path):
    write_raster(tmp_path, np.ones((2, 2)), "EPSG:4326", Affine(0.01, 0, 28.1, 0, -0.01, 120.0))  # lat and lon swapped
    found = fault(tmp_path)
    assert found.key == "population.raster_elsewhere"
    assert found.facts["raster_box"] != found.facts["area_box"]
    write_raster(tmp_path, np.ones((2, 2)), "EPSG:4326", Affine(0.01, 0, -70.0, 0, -0.01, 30.0))
    assert fault(tmp_path).facts["raster_box"] == "-70.0000–-69.9800°E, 29.9800–30.0000°N"


def test_a_raster_without_a_usable_coordinate_system_is_refused(tmp_path):
    at = Affine(100, 0, X0, 0, -100, Y0 + 200)
    write_raster(tmp_path, np.ones((2, 2)), None, at)
    assert fault(tmp_path).key == "layers.no_crs"
    write_raster(tmp_path, np.ones((2, 2)), "EPSG:2437", at)  # Beijing 1954
    assert fault(tmp_path).key == "layers.old_datum"


def test_nobody_at_all_is_refused(tmp_path):
    write_raster(tmp_path, np.zeros((2, 2)), METRIC, Affine(100, 0, X0, 0, -100, Y0 + 200))
    assert fault(tmp_path).key == "population.zero"


def test_a_file_that_is_no_raster_of_one_band_is_refused(tmp_path):
    assert fault(tmp_path).key == "layers.missing_file"
    (tmp_path / "人口.tif").write_text("no raster", encoding="utf-8")
    assert fault(tmp_path).key == "population.raster_unreadable"
    values = np.ones((2, 2))
    path = tmp_path / "人口.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        crs=METRIC,
        transform=Affine(100, 0, X0, 0, -100, Y0 + 200),
        height=2,
        width=2,
        count=3,
        dtype="float64",
    ) as raster:
        raster.write(np.stack([values] * 3))
    assert fault(tmp_path).key == "population.raster_bands"


def test_how_the_file_is_cut_into_tiles_changes_nothing(tmp_path):
    values = np.random.default_rng(3).gamma(0.5, 20.0, size=(64, 96))
    at = raster_around("EPSG:4326", 92.7, (0.3, 0.7), 64)
    finder = unit_finder(county_of_four_towns(), 100)
    striped = raster_people(write_raster(tmp_path, values, "EPSG:4326", at), finder).tallied
    tiled_path = write_raster(tmp_path, values, "EPSG:4326", at, tiled=True, blockxsize=16, blockysize=32)
    tiled = raster_people(tiled_path, finder).tallied
    assert striped.equals(tiled)
