"""A study of one square kilometre with a file of every format, quick enough to be read ten thousand times."""

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import pandas as pd
import rasterio
import shapely

WEST, SOUTH, EAST, NORTH = 120.500, 30.000, 120.510, 30.009
MIDDLE = (WEST + EAST) / 2
BEYOND = 0.012

STUDY = """\
[study]
place = "小区县"
id = "xiao"
period = "2026"
date = 2026-06-30
services = ["childcare", "clinic", "canteen"]

[[zones]]
file = "county.gpkg"
level = "county"

[[zones]]
file = "towns.shp"
level = "town"

[[zones]]
file = "villages.geojson"
level = "village"

[network]
file = "streets.osm.pbf"

[population]
raster = "people.tif"

[population.landuse]
file = "landuse.gpkg"

[population.totals]
file = "totals.csv"
level = "town"

[[facilities]]
service = "childcare"
file = "childcare.csv"
datum = "gcj02"
date = 2026-06-30

[[facilities]]
service = "clinic"
file = "clinics.xlsx"
datum = "wgs84"

[[facilities]]
service = "canteen"
file = "canteens.geojson"
datum = "cgcs2000"
"""


def write_small_study(folder):
    """Write the study and its files; gives the path of ``study.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_zones(folder)
    _write_streets(folder / "streets.osm.pbf")
    _write_people(folder)
    _write_lists(folder)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder / "study.toml"


def _write_zones(folder):
    whole = shapely.box(WEST, SOUTH, EAST, NORTH)
    halves = [shapely.box(WEST, SOUTH, MIDDLE, NORTH), shapely.box(MIDDLE, SOUTH, EAST, NORTH)]
    frame = {"code": ["339900"], "name": ["小区县"]}
    gpd.GeoDataFrame(frame, geometry=[whole], crs=4490).to_file(folder / "county.gpkg")
    frame = {"code": ["339900001", "339900002"], "name": ["西镇", "东街道"]}
    gpd.GeoDataFrame(frame, geometry=halves, crs=4490).to_file(folder / "towns.shp", encoding="gb18030")
    frame = {"code": ["339900001001", "339900002001"], "name": ["西村", "东社区"]}
    gpd.GeoDataFrame(frame, geometry=halves, crs=4326).to_file(folder / "villages.geojson")
    frame = {"fclass": ["residential", "park"]}
    gpd.GeoDataFrame(frame, geometry=halves, crs=4326).to_file(folder / "landuse.gpkg")


def _write_streets(path):
    """A lattice of streets a good way beyond the border, and a relation at the end as extracts have them."""
    lon = np.linspace(WEST - BEYOND, EAST + BEYOND, 12)
    lat = np.linspace(SOUTH - BEYOND, NORTH + BEYOND, 12)
    numbers = np.arange(1, 145).reshape(12, 12)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number in numbers.ravel():
            row, column = divmod(int(number) - 1, 12)
            place = (float(lon[column]), float(lat[row]))
            writer.add_node(osmium.osm.mutable.Node(id=int(number), version=1, location=place))
        for way, nodes in enumerate([*numbers, *numbers.T], start=1001):
            tags = {"highway": "residential", "name": f"路{way}"}
            writer.add_way(osmium.osm.mutable.Way(id=way, version=1, nodes=nodes.tolist(), tags=tags))
        tags = {"type": "route", "route": "bus"}
        writer.add_relation(osmium.osm.mutable.Relation(id=2001, version=1, members=[("w", 1001, "")], tags=tags))


def _write_people(folder):
    people = np.arange(1, 121, dtype=np.float32).reshape(10, 12)
    shape = {"height": 10, "width": 12, "count": 1, "dtype": people.dtype, "nodata": -1.0}
    place = {"crs": 4326, "transform": rasterio.Affine(0.001, 0, WEST - 0.001, 0, -0.001, NORTH + 0.0005)}
    with rasterio.open(folder / "people.tif", "w", driver="GTiff", **shape, **place) as raster:
        raster.write(people, 1)
    totals = pd.DataFrame({"代码": ["339900001", "339900002"], "名称": ["西镇", "东街道"], "常住人口": [3000, 4000]})
    totals.assign(**{"0-2岁": [90, 100], "60岁及以上": [600, 700]}).to_csv(
        folder / "totals.csv", index=False, encoding="gb18030"
    )


def _write_lists(folder):
    lon, lat = np.linspace(WEST + 0.001, EAST - 0.001, 6), np.linspace(SOUTH + 0.001, NORTH - 0.001, 6)
    names = [f"第{number}处" for number in "一二三四五六"]
    table = pd.DataFrame({"编号": range(1, 7), "名称": names, "经度": lon + 0.0045, "纬度": lat - 0.0024})
    table.assign(托位数=["40张", "30", "", "55", "１２", "20"], 地址="某路1号").to_csv(
        folder / "childcare.csv", index=False, encoding="gb18030"
    )
    book = openpyxl.Workbook()
    book.active.append(["名称", "经度", "纬度", "地址"])
    for name, x, y in zip(names, lon, lat[::-1], strict=True):
        book.active.append([name, float(x), float(y), "某街2号"])
    book.save(folder / "clinics.xlsx")
    points = gpd.GeoDataFrame({"name": names}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    points.to_file(folder / "canteens.geojson")
