"""Damage that libraries answer with faults of their own, or with none: each told as the family tells it."""

import os
import time
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import xlwt

from circle15.errors import DataError
from circle15.inputs.files.hushed import hushed
from circle15.inputs.files.layers import read_layer
from circle15.inputs.files.ole_sectors import is_whole
from circle15.inputs.files.tables import read_table
from circle15.inputs.files.workbooks import read_workbook
from circle15.inputs.population.landuse import read_residential
from circle15.inputs.population.raster_file import opened_raster
from circle15.inputs.streets.osm import read_osm_ways
from circle15.model.study import LandUseSource

OLD_BOOK = Path(__file__).parent / "files" / "old_book.xls"


@pytest.fixture
def shapefile(tmp_path):
    path = tmp_path / "乡镇.shp"
    boxes = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)]
    gpd.GeoDataFrame({"name": ["西镇", "东镇"]}, geometry=boxes, crs=4490).to_file(path, encoding="gb18030")
    return path


def test_a_workbook_whose_sectors_go_in_a_circle_is_refused_at_once(tmp_path):
    """A reader that follows them never comes to an end, and takes all memory."""
    raw = bytearray(OLD_BOOK.read_bytes())
    table = (int.from_bytes(raw[76:80], "little") + 1) * 512
    first = int.from_bytes(raw[48:52], "little")  # of the directory's chain
    assert is_whole(bytes(raw))
    raw[table + 4 * first : table + 4 * first + 4] = first.to_bytes(4, "little")
    assert not is_whole(bytes(raw))
    (tmp_path / "a.xls").write_bytes(raw)
    with pytest.raises(DataError, match="不是可读的 Excel 文件"):
        read_table(tmp_path / "a.xls")


def test_a_table_that_says_to_have_four_billion_rows_is_not_believed(shapefile):
    dbf = shapefile.with_suffix(".dbf")
    raw = bytearray(dbf.read_bytes())
    raw[4:8] = b"\xff\xff\xff\xff"
    dbf.write_bytes(raw)
    began = time.process_time()
    with suppress(DataError):
        read_layer(shapefile)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("said", ['GEOGCS["x"', 'GEOGCS["x",DATUM[]]', "PROJCS[]"])
def test_a_coordinate_system_that_is_none_is_refused_by_the_files_name(shapefile, said):
    shapefile.with_suffix(".prj").write_text(said, encoding="ascii")
    with pytest.raises(DataError, match=r"乡镇\.shp.*坐标系"):
        read_layer(shapefile)


def test_a_raster_whose_coordinate_system_is_no_text_is_refused(tmp_path):
    path = tmp_path / "people.asc"
    profile = {"height": 2, "width": 2, "count": 1, "dtype": "float32", "crs": 4326}
    transform = rasterio.Affine(0.1, 0, 120, 0, -0.1, 30)
    with rasterio.open(path, "w", driver="AAIGrid", transform=transform, **profile) as raster:
        raster.write(np.ones((2, 2), dtype=np.float32), 1)
    prj = path.with_suffix(".prj")
    prj.write_bytes(prj.read_bytes().replace(b"WGS", b"W\xad\xad", 1))
    with pytest.raises(DataError, match=r"people\.asc"), opened_raster(path):
        pass


def test_one_ring_that_does_not_close_leaves_the_other_shapes(tmp_path):
    path = tmp_path / "units.geojson"
    good = '{"type": "Feature", "properties": {"name": "a"}, "geometry": {"type": "Polygon", "coordinates": [[%s]]}}'
    rings = "[120,30],[121,30],[121,31],[120,30]", "[120,30],[120,30]"
    features = ",".join(good % ring for ring in rings)
    path.write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}', encoding="utf-8")
    shapes = read_layer(path).geometry
    assert shapes.notna().tolist() == [True, False]


@pytest.mark.parametrize("wrong", ['id="{{{{" lat="30"', 'id="1" lat="{0}"'])
def test_an_object_without_a_number_or_a_place_is_no_traceback(tmp_path, wrong):
    path = tmp_path / "streets.osm"
    path.write_text(f'<osm version="0.6"><node {wrong} lon="120"/></osm>', encoding="utf-8")
    with pytest.raises(DataError, match=r"streets\.osm"):
        read_osm_ways(path, "EPSG:32651", {"walk": None})


def test_a_land_use_without_words_is_told_with_those_there_are(tmp_path):
    boxes = [shapely.box(120, 30, 120.1, 30.1)] * 2
    frame = gpd.GeoDataFrame({"fclass": ["park", None]}, geometry=boxes, crs=4326)
    frame.to_file(tmp_path / "land.gpkg")

    class Zones:
        crs = frame.estimate_utm_crs()
        root = frame.to_crs(crs)

    with pytest.raises(DataError, match="park"):
        read_residential(LandUseSource(file="land.gpkg"), tmp_path, Zones)


def test_a_reader_that_gives_up_writes_nothing_to_the_console(tmp_path, capfd):
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("a")
    for row in range(20):
        sheet.write(row, 0, f"名{row}")
    workbook.save(str(tmp_path / "a.xls"))
    raw = bytearray((tmp_path / "a.xls").read_bytes())
    raw[514] = 0  # the version of the stream: the reader in Rust gives up over it
    (tmp_path / "a.xls").write_bytes(raw)
    with pytest.raises(DataError, match=r"a\.xls"):
        read_workbook(tmp_path / "a.xls")
    assert capfd.readouterr().err == ""


def test_what_libraries_write_is_hushed_and_only_meanwhile(capfd):
    with hushed():
        os.write(2, b"panicked")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
