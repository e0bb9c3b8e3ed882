"""The small study again with every format and every kind of input that a study can name, in three studies."""

import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import osmnx
import pandas as pd
import pyogrio
import rasterio
import shapely
import xlwt
from small_study import EAST, MIDDLE, NORTH, SOUTH, STUDY, WEST, write_small_study

MORE = """
[[facilities]]
service = "aid_station"
file = "canteens.xls"
datum = "wgs84"

[[facilities]]
service = "clinic"
file = "clinics.shp"
datum = "cgcs2000"

[[facilities]]
service = "clinic"
file = "clinics.zip"
datum = "cgcs2000"

[[facilities]]
service = "childcare"
file = "places.osm"
from_osm = true

[network.patch]
file = "patch.geojson"

[crosswalk]
file = "crosswalk.csv"

[[official_units]]
file = "units.xlsx"
level = "town"

[[population.groups]]
file = "groups.xlsx"
level = "town"
"""
LISTS = '[[facilities]]\nservice = "childcare"\nfile = "childcare.csv"\ndatum = "gcj02"\n'
HEAD = STUDY.split("[[zones]]", maxsplit=1)[0].replace('"childcare", "clinic", "canteen"', '"childcare"')
OF_LAYERS = """\
[[zones]]
file = "towns.zip"
level = "town"

[network]
file = "streets.geojson"
compounds = "gated"

[network.patch]
file = "patch.xlsx"
datum = "wgs84"

[population]
buildings = "houses.gpkg"

[population.totals]
file = "totals.xlsx"
level = "town"

[population.compare]
raster = "people.asc"

"""
OF_TEXTS = """\
[[zones]]
file = "villages.geojson"
level = "village"

[network]
file = "{streets}"

[population]
raster = "people.asc"

"""
STUDIES = {
    "study.toml": STUDY.replace('"canteen"]', '"canteen", "aid_station"]') + MORE,
    "layers.toml": HEAD + OF_LAYERS + LISTS,
    "xml.toml": HEAD + OF_TEXTS.replace("{streets}", "streets.osm") + LISTS,
    "graph.toml": HEAD + OF_TEXTS.replace("{streets}", "streets.graphml") + LISTS,
}
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def write_every_format(folder):
    """Write the files and the studies of ``STUDIES``, which share them."""
    write_small_study(folder)
    _write_layers(folder)
    _write_tables(folder)
    _write_streets(folder)
    for name, text in STUDIES.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_layers(folder):
    with zipfile.ZipFile(folder / "towns.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for part in SHAPE_PARTS:
            packed.write(folder / f"towns{part}", f"乡镇/towns{part}")
    lon, lat = np.linspace(WEST + 0.002, EAST - 0.002, 5), np.linspace(SOUTH + 0.002, NORTH - 0.002, 5)
    points = gpd.GeoDataFrame(
        {"名称": [f"卫生室{n}" for n in range(5)]}, geometry=gpd.points_from_xy(lon, lat), crs=4490
    )
    pyogrio.write_dataframe(points, folder / "clinics.shp", encoding="GBK")
    (folder / "clinics.cpg").unlink(missing_ok=True)
    with zipfile.ZipFile(folder / "clinics.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for part in (".shp", ".shx", ".dbf", ".prj"):
            packed.write(folder / f"clinics{part}", f"clinics{part}")
    boxes = [shapely.box(x, y, x + 0.0003, y + 0.0002) for x in lon for y in lat]
    houses = gpd.GeoDataFrame({"层数": [6] * len(boxes)}, geometry=boxes, crs=4490)
    houses.to_file(folder / "houses.gpkg")
    added = {"动作": ["新增道路", "封闭道路"], "名称": ["新路", "旧路"]}
    lines = [shapely.LineString([(WEST, SOUTH), (EAST, NORTH)]), shapely.LineString([(WEST, NORTH), (WEST, SOUTH)])]
    gpd.GeoDataFrame(added, geometry=lines, crs=4326).to_file(folder / "patch.geojson")
    profile = {"height": 10, "width": 12, "count": 1, "dtype": "float32", "nodata": -1.0}
    place = {"crs": 4326, "transform": rasterio.Affine(0.001, 0, WEST - 0.001, 0, -0.001, NORTH + 0.0005)}
    with rasterio.open(folder / "people.asc", "w", driver="AAIGrid", **profile, **place) as raster:
        raster.write(np.arange(1, 121, dtype=np.float32).reshape(10, 12), 1)


def _write_tables(folder):
    _book(folder / "patch.xlsx", [["动作", "名称", "坐标串"], ["新增道路", "新路", f"{WEST},{SOUTH};{EAST},{NORTH}"]])
    _book(folder / "units.xlsx", [["代码", "名称"], ["339900001", "西镇"], ["339900002", "东街道"]])
    _book(folder / "groups.xlsx", [["代码", "低保人数", "残疾人数"], ["339900001", 30, 40], ["339900002", 50, 60]])
    _book(folder / "totals.xlsx", [["名称", "常住人口", "0-2岁"], ["西镇", 3000, 90], ["东街道", 4000, 100]])
    crosswalk = pd.DataFrame({"原代码": ["339900901", "339900902"], "现代码": ["339900001", "339900002"]})
    crosswalk.to_csv(folder / "crosswalk.csv", index=False, encoding="utf-8-sig")
    book = xlwt.Workbook()
    sheet = book.add_sheet("食堂")
    rows = [["名称", "经度", "纬度"], *([f"食堂{n}", MIDDLE + n / 2000, SOUTH + 0.004] for n in range(4))]
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(line, column, cell)
    book.save(str(folder / "canteens.xls"))


def _book(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def _write_streets(folder):
    """The lattice as lines, as XML and as a graph; and places as XML."""
    with osmium.SimpleWriter(str(folder / "streets.osm"), overwrite=True) as writer:
        for item in osmium.FileProcessor(str(folder / "streets.osm.pbf")):
            writer.add(item)
    with osmium.SimpleWriter(str(folder / "places.osm"), overwrite=True) as writer:
        tags = {"amenity": "childcare", "name": "托育园"}
        for number in range(1, 4):
            at = (MIDDLE + number / 3000, SOUTH + 0.003)
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=at, tags=tags))
    graph = osmnx.graph_from_xml(folder / "streets.osm", retain_all=True, simplify=True)
    osmnx.save_graphml(graph, folder / "streets.graphml")
    edges = osmnx.graph_to_gdfs(graph, nodes=False).reset_index()
    lines = {"osm_id": range(1, len(edges) + 1), "fclass": ["residential"] * len(edges)}
    gpd.GeoDataFrame(lines, geometry=edges.geometry.to_numpy(), crs=4326).to_file(folder / "streets.geojson")
