"""Old datums by parameters, against the seven-parameter transformation worked out by hand."""

import datetime

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.facilities.layers import read_facility_layer
from circle15.inputs.files.helmert import require_own_crs, shifted_transformer, to_wgs84_by
from circle15.inputs.files.layers import read_layer
from circle15.inputs.population.landuse import read_residential
from circle15.inputs.streets.lines import read_line_ways
from circle15.model.study import FacilitySource, LandUseSource

XIAN80, BEIJING54 = 4610, 4214
XIAN80_METRES, CGCS2000_METRES = 2385, 4549  # 3-degree zones around 120 E
ELLIPSOIDS = {XIAN80: (6378140.0, 298.257), BEIJING54: (6378245.0, 298.3)}
SEVEN = (15.8, -154.4, -82.3, 0.35, -0.21, 1.1, -2.5)
THREE = SEVEN[:3]


def by_hand(lon, lat, parameters, epsg):
    """Bursa-Wolf with the position vector turned, and the latitude by iterating."""
    dx, dy, dz, rx, ry, rz, scale = (*parameters, *[0.0] * (7 - len(parameters)))
    axis_m, inverse_flattening = ELLIPSOIDS[epsg]
    x, y, z = from_middle(np.radians(lon), np.radians(lat), axis_m, 1.0 / inverse_flattening)
    second = np.pi / 180.0 / 3600.0
    rx, ry, rz, size = rx * second, ry * second, rz * second, 1.0 + scale * 1e-6
    there = (
        dx + size * (x - rz * y + ry * z),
        dy + size * (rz * x + y - rx * z),
        dz + size * (-ry * x + rx * y + z),
    )
    return to_degrees(*there)


def from_middle(lon, lat, axis_m, flattening):
    e2 = flattening * (2.0 - flattening)
    radius_m = axis_m / np.sqrt(1.0 - e2 * np.sin(lat) ** 2)
    return (
        radius_m * np.cos(lat) * np.cos(lon),
        radius_m * np.cos(lat) * np.sin(lon),
        radius_m * (1.0 - e2) * np.sin(lat),
    )


def to_degrees(x, y, z, axis_m=6378137.0, flattening=1.0 / 298.257223563):
    e2 = flattening * (2.0 - flattening)
    across_m = np.hypot(x, y)
    lat = np.arctan2(z, across_m * (1.0 - e2))
    for _ in range(60):
        lat = np.arctan2(z + e2 * axis_m / np.sqrt(1.0 - e2 * np.sin(lat) ** 2) * np.sin(lat), across_m)
    return np.degrees(np.arctan2(y, x)), np.degrees(lat)


def metres_apart(one, other):
    return pyproj.Geod(ellps="WGS84").inv(one[0], one[1], other[0], other[1])[2]


@pytest.mark.parametrize("epsg", [XIAN80, BEIJING54])
@pytest.mark.parametrize("parameters", [THREE, SEVEN], ids=["three", "seven"])
def test_degrees_move_as_by_hand(epsg, parameters):
    shift = to_wgs84_by(pyproj.CRS.from_epsg(epsg), parameters, "区划.shp")
    lon, lat = np.array([75.0, 104.0, 120.1, 134.5]), np.array([39.0, 30.7, 30.2, 48.3])
    moved, hand = shift.transform(lon, lat), by_hand(lon, lat, parameters, epsg)
    assert metres_apart(moved, hand).max() < 1e-6
    assert metres_apart(moved, (lon, lat)).min() > 20
    assert metres_apart(shift.transform(*moved, direction="INVERSE"), (lon, lat)).max() < 0.01  # heights are let go


def test_projected_metres_move_before_they_are_projected_again():
    lon, lat = np.array([120.1]), np.array([30.2])
    old = pyproj.Transformer.from_crs(XIAN80, XIAN80_METRES, always_xy=True).transform(lon, lat)
    target = pyproj.CRS.from_epsg(CGCS2000_METRES)
    moved = shifted_transformer(pyproj.CRS.from_epsg(XIAN80_METRES), SEVEN, target, "用地.tif").transform(*old)
    onward = pyproj.Transformer.from_crs("EPSG:4326", target, always_xy=True)
    assert np.allclose(moved, onward.transform(*by_hand(lon, lat, SEVEN, XIAN80)), rtol=0, atol=1e-6)


@pytest.fixture
def parcels(tmp_path):
    """A square in Xian 1980 metres, as a shapefile; and its corners by hand, degrees on WGS 84."""
    square = shapely.box(509000.0, 3341000.0, 509400.0, 3341300.0)
    path = tmp_path / "用地.shp"
    gpd.GeoDataFrame({"fclass": ["residential"]}, geometry=[square], crs=XIAN80_METRES).to_file(path)
    corners = shapely.get_coordinates(square)
    degrees = pyproj.Transformer.from_crs(XIAN80_METRES, XIAN80, always_xy=True).transform(*corners.T)
    return path, by_hand(*degrees, SEVEN, XIAN80)


def test_a_layer_with_parameters_comes_on_wgs84(parcels):
    path, hand = parcels
    layer = read_layer(path, around=(0.0, 0.0, 1.0, 1.0), towgs84=SEVEN)
    assert layer.crs.to_epsg() == 4326
    ours = {tuple(place) for place in shapely.get_coordinates(layer.geometry.iloc[0]).round(9)}
    assert ours == {tuple(place) for place in np.column_stack(hand).round(9)}


def test_without_parameters_it_is_refused(parcels):
    with pytest.raises(DataError) as fault:
        read_layer(parcels[0])
    assert fault.value.key == "layers.old_datum"
    assert "towgs84" in str(fault.value)


def test_a_list_of_polygons_and_land_use_take_their_own_parameters(parcels, kindergarten, square_zones):
    path, hand = parcels
    source = FacilitySource(service="kindergarten", file=path.name, datum="wgs84", towgs84=SEVEN)
    row = read_facility_layer(source, path, kindergarten, datetime.date(2026, 6, 30)).rows[0]
    assert hand[0].min() < row.lon < hand[0].max()
    assert hand[1].min() < row.lat < hand[1].max()
    land = read_residential(LandUseSource(file=path.name, towgs84=SEVEN), path.parent, square_zones)
    onward = pyproj.Transformer.from_crs("EPSG:4326", square_zones.crs, always_xy=True).transform(*hand)
    assert np.allclose(land.bounds, [onward[0].min(), onward[1].min(), onward[0].max(), onward[1].max()], atol=1e-4)


@pytest.fixture
def kindergarten():
    from circle15.catalogue.loader import load_catalogue

    return load_catalogue(None).services["kindergarten"]


@pytest.fixture
def square_zones():
    from circle15.model.zones import Zones

    county = {"level": "county", "code": "1", "name": "县", "parent_code": "", "urban_rural": ""}
    area = shapely.box(500000.0, 3330000.0, 520000.0, 3350000.0)
    return Zones(gpd.GeoDataFrame([county], geometry=[area], crs=CGCS2000_METRES))


def test_streets_take_parameters(tmp_path):
    path = tmp_path / "道路.shp"
    line = shapely.LineString([(120.1, 30.2), (120.11, 30.2)])
    gpd.GeoDataFrame({"fclass": ["residential"]}, geometry=[line], crs=BEIJING54).to_file(path)
    metric = pyproj.CRS.from_epsg(CGCS2000_METRES)
    ways = read_line_ways(path, None, metric, {"walk": (120.0, 30.1, 120.2, 30.3)}, towgs84=SEVEN).ways
    hand = by_hand(np.array([120.1, 120.11]), np.array([30.2, 30.2]), SEVEN, BEIJING54)
    onward = pyproj.Transformer.from_crs("EPSG:4326", metric, always_xy=True).transform(*hand)
    assert np.allclose(ways.vertex_xy, np.column_stack(onward), rtol=0, atol=0.02)  # vertices are kept to 1e-7 degrees


def test_a_raster_takes_parameters(tmp_path, square_zones):
    from circle15.inputs.population.gridding import unit_finder
    from circle15.inputs.population.raster import raster_people

    path = tmp_path / "人口.tif"
    lon, lat = 120.1, 30.2
    corner = rasterio.Affine(0.001, 0.0, lon, 0.0, -0.001, lat)
    with rasterio.open(
        path, "w", driver="GTiff", width=2, height=2, count=1, dtype="float32", crs=f"EPSG:{XIAN80}", transform=corner
    ) as file:
        file.write(np.array([[[4.0, 0.0], [0.0, 0.0]]], dtype="float32"))
    finder = unit_finder(square_zones, 100)
    with pytest.raises(DataError):
        raster_people(path, finder)
    far = (*(1000.0 * part for part in THREE[:2]), 0.0)  # tens of kilometres, so that cells must show it
    with pytest.raises(DataError, match=r"人口\.tif"):
        raster_people(path, finder, towgs84=far)
    people = raster_people(path, finder, towgs84=SEVEN).tallied
    middle = by_hand(np.array([lon + 0.0005]), np.array([lat - 0.0005]), SEVEN, XIAN80)
    x, y = pyproj.Transformer.from_crs("EPSG:4326", square_zones.crs, always_xy=True).transform(*middle)
    assert people["weight"].sum() == pytest.approx(4.0, abs=1e-9)
    for axis, number, middle_m in (("x", "column", x[0]), ("y", "row", y[0])):
        moment = people[f"moment_{axis}"] + people["weight"] * people[number] * 100.0
        assert moment.sum() / 4.0 == pytest.approx(middle_m, abs=0.5)


@pytest.mark.parametrize("epsg", [4326, 4490, CGCS2000_METRES, 32651])
def test_a_new_datum_takes_none(epsg):
    with pytest.raises(ConfigurationError) as fault:
        to_wgs84_by(pyproj.CRS.from_epsg(epsg), THREE, "区划.gpkg")
    assert fault.value.key == "layers.towgs84_needless"


@pytest.mark.parametrize("file", ["幼儿园.xlsx", "小学.csv", "shili.osm.pbf", "hangzhou.graphml"])
def test_a_file_without_a_coordinate_system_takes_none(file):
    with pytest.raises(ConfigurationError) as fault:
        require_own_crs(file)
    assert fault.value.key == "layers.towgs84_of_other"


def test_parameters_are_three_or_seven():
    with pytest.raises(ValueError, match="towgs84"):
        LandUseSource(file="a.shp", towgs84=(1.0, 2.0))
