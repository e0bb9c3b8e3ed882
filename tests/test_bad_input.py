"""Whatever is wrong with an office's files: one sentence that names the file and the mend, and nothing written."""

import re
import shutil

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import pytest
import rasterio
from shapely import affinity

from circle15.cli.main import main


@pytest.fixture
def county(county_home, tmp_path):
    """The sample's files in a workspace of their own, to spoil."""
    return shutil.copytree(county_home / "data", tmp_path / "data") / "raw" / "shili"


def edit_study(folder, old, new):
    path = folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def missing_file(folder):
    (folder / "老年食堂.xlsx").unlink()
    return "老年食堂.xlsx"


def unknown_key(folder):
    edit_study(folder, "[network]\n", "[network]\nmax_leg = 300\n")
    return "max_leg_m"


def wrong_type(folder):
    edit_study(folder, "max_leg_m = 300", 'max_leg_m = "三百"')
    return "network.max_leg_m"


def no_datum(folder):
    path = folder / "study.toml"
    path.write_text(re.sub(r'datum = "\w+".*\n', "", path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    return "gcj02"


def no_crs(folder):
    land = gpd.read_file(folder / "土地利用.gpkg")[["用地类型", "geometry"]]
    land.rename(columns={"用地类型": "LX"}).to_file(folder / "土地利用.shp", encoding="utf-8")
    edit_study(folder, 'column = "用地类型"', 'column = "LX"')
    (folder / "土地利用.prj").unlink()
    edit_study(folder, '土地利用.gpkg"\nlayer = "landuse"', '土地利用.shp"')
    return "坐标系"


def old_datum(folder):
    land = gpd.read_file(folder / "土地利用.gpkg")
    (folder / "土地利用.gpkg").unlink()
    land.to_crs(4326).set_crs(4214, allow_override=True).to_file(folder / "土地利用.gpkg", layer="landuse")
    return "北京54"


def older_datum(folder):
    land = gpd.read_file(folder / "土地利用.gpkg")
    (folder / "土地利用.gpkg").unlink()
    land.to_crs(4326).set_crs(4610, allow_override=True).to_file(folder / "土地利用.gpkg", layer="landuse")
    return "西安80"


def swapped_coordinates(folder):
    path = folder / "托育机构.xlsx"
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    headers = [cell.value for cell in sheet[1]]
    lon, lat = headers.index("经度") + 1, headers.index("纬度") + 1
    for row in range(2, sheet.max_row + 1):
        east, north = sheet.cell(row, lon).value, sheet.cell(row, lat).value
        sheet.cell(row, lon).value, sheet.cell(row, lat).value = north, east
    workbook.save(path)
    return "写反"


def no_highways(folder):
    writer = osmium.SimpleWriter(str(folder / "shili.osm.pbf"), overwrite=True)
    writer.add_node(osmium.osm.mutable.Node(id=1, location=(120.6, 29.5), tags={"place": "village"}))
    writer.close()
    return "shili.osm.pbf"


def nobody(folder):
    with rasterio.open(folder / "人口.tif") as raster:
        profile, people = raster.profile, raster.read(1)
    profile.update(nodata=-99999.0)
    with rasterio.open(folder / "人口.tif", "w", **profile) as raster:
        raster.write(np.zeros_like(people), 1)
    return "人口.tif"


def overlapping_zones(folder):
    layers = {layer: gpd.read_file(folder / "行政区划.gpkg", layer=layer) for layer in ("county", "town", "village")}
    towns = layers["town"]
    towns.loc[0, "geometry"] = affinity.scale(towns.geometry[0], 1.6, 1.6)
    (folder / "行政区划.gpkg").unlink()
    for layer, frame in layers.items():
        frame.to_file(folder / "行政区划.gpkg", layer=layer)
    return towns["名称"][0]


def raster_without_crs(folder):
    with rasterio.open(folder / "人口.tif") as raster:
        profile, people = raster.profile, raster.read(1)
    profile.update(crs=None)
    with rasterio.open(folder / "人口.tif", "w", **profile) as raster:
        raster.write(people, 1)
    return "人口.tif"


def no_workbook(folder):
    (folder / "幼儿园.xlsx").write_text("<html><table><tr><td>名称</td></tr></table></html>", encoding="utf-8")
    return "幼儿园.xlsx"


def unknown_service(folder):
    edit_study(folder, 'service = "childcare"', 'service = "childcar"')
    return "childcare"


def unknown_system(folder):
    edit_study(folder, "[study]\n", "[study]\ncrs = 999999\n")
    return "crs = 999999"


def mode_that_nobody_knows(folder):
    edit_study(folder, "[population]", '[standards.clinic.rural]\nminutes = 15\nmode = "bus"\n\n[population]')
    return "bus"


def damaged_streets(folder):
    path = folder / "shili.osm.pbf"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return "shili.osm.pbf"


def number_as_period(folder):
    edit_study(folder, 'period = "2026"', "period = 2026")
    return 'study.period 写的是 2026。请加英文双引号：period = "2026"。'


def dotted_date(folder):
    edit_study(folder, "date = 2026-06-30", "date = 2026.6.30")
    return "第 8 行第 14 列写法有误：日期请写成 2026-06-30，不加引号。"


def chinese_quotes(folder):
    edit_study(folder, 'file = "小学.csv"', "file = “小学.csv”")
    return "该行用了中文引号或标点，请换成英文的"


def backslashes(folder):
    edit_study(folder, 'file = "小学.csv"', 'file = "数据\\小学.csv"')
    return "路径中的 \\ 请改写为 /"


def datum_in_chinese(folder):
    edit_study(folder, 'datum = "gcj02"', 'datum = "高德"')
    return '（名单“托育机构.xlsx”） 写的是 "高德"，是否想写 "gcj02"？只能是 wgs84、cgcs2000、gcj02、bd09。'


def service_in_chinese(folder):
    edit_study(folder, 'service = "childcare"', 'service = "托育机构"')
    return "名单“托育机构.xlsx”的服务“托育机构”不存在，是否想写托育机构（childcare）？"


def folder_for_a_file(folder):
    (folder / "小学.csv").unlink()
    (folder / "小学.csv").mkdir()
    return "“小学.csv”是文件夹，不是文件"


def raster_for_a_layer(folder):
    edit_study(folder, 'file = "土地利用.gpkg"\nlayer = "landuse"', 'file = "人口.tif"')
    return "“人口.tif”是栅格，不是面图层"


def rewrite_list(folder, mend):
    """Write 小学.csv anew with other lines."""
    path = folder / "小学.csv"
    lines = path.read_text(encoding="gb18030").splitlines()
    path.write_text("\n".join(mend([line.split(",") for line in lines])), encoding="utf-8")


def no_coordinate_columns(folder):
    rewrite_list(folder, lambda rows: [f"{row[0]},甲" for row in rows])
    return "“小学.csv”没有经纬度列"


def totals_of_nobody(folder):
    workbook = openpyxl.load_workbook(folder / "人口统计.xlsx")
    sheet = workbook.active
    total = [cell.value for cell in sheet[1]].index("常住人口") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, total).value = 0
    workbook.save(folder / "人口统计.xlsx")
    return "“人口统计.xlsx”的“常住人口”列"


FAULTS = [
    missing_file,
    unknown_key,
    wrong_type,
    no_datum,
    no_crs,
    old_datum,
    older_datum,
    swapped_coordinates,
    no_highways,
    nobody,
    overlapping_zones,
    raster_without_crs,
    no_workbook,
    unknown_service,
    unknown_system,
    mode_that_nobody_knows,
    damaged_streets,
    number_as_period,
    dotted_date,
    chinese_quotes,
    backslashes,
    datum_in_chinese,
    service_in_chinese,
    folder_for_a_file,
    raster_for_a_layer,
    no_coordinate_columns,
    totals_of_nobody,
]


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_one_sentence_exit_code_1_and_nothing_written_but_the_report(county, tmp_path, capsys, spoil):
    words = spoil(county)
    assert main(["run", str(county / "study.toml")]) == 1
    told = capsys.readouterr()
    sentences = [line for line in told.err.splitlines() if not line.startswith("· ")]
    assert any(words in line for line in sentences), told.err
    assert re.search(r"请", told.err), "the sentence says what to do"
    assert "Traceback" not in told.err + told.out
    assert "程序内部出错" not in told.err
    # Streets that are sound are kept for the next check.
    aside = (county, tmp_path / "data" / "processed" / "shili" / "streets")
    written = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and not set(aside) & set(path.parents)]
    assert {path.name for path in written} <= {"data_quality.html", "data_quality.xlsx"}
    assert not (tmp_path / "maps").exists()


def test_faults_of_several_files_are_told_in_one_go(county, capsys):
    swapped_coordinates(county)
    nobody(county)
    no_highways(county)
    assert main(["run", str(county / "study.toml")]) == 1
    told = capsys.readouterr().err
    for file in ("托育机构.xlsx", "人口.tif", "shili.osm.pbf"):
        assert file in told


def test_the_same_in_english(county, capsys):
    overlapping_zones(county)
    assert main(["--lang", "en", "run", str(county / "study.toml")]) == 1
    assert "overlap" in capsys.readouterr().err


def test_a_list_in_place_of_the_study_is_a_wrong_command(county, capsys):
    assert main(["run", str(county / "托育机构.xlsx")]) == 2
    assert "命令后面应写 study.toml、其所在文件夹或研究区的代号" in capsys.readouterr().err


def test_one_fault_that_several_settings_share_is_told_once(county, capsys):
    (county / "行政区划.gpkg").write_bytes(b"damaged")
    assert main(["run", str(county / "study.toml")]) == 1
    assert capsys.readouterr().err.count("“行政区划.gpkg”") == 1
