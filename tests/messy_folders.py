"""Folders as offices keep them: last year's list beside this year's, titles, old formats, files of no use."""

import csv
import shutil

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import xlwt

PLACE = "示例县"


def messy_folder(folder, clean):
    """Write the invented county as a messy folder; ``clean`` holds its own clean files."""
    data, lists = folder / "底 图", folder / "各科室报来"
    for path in (data, lists):
        path.mkdir(parents=True)
    shutil.copy(clean / "shili.osm.pbf", data / "shili.osm.pbf")
    shutil.copy(clean / "人口.tif", data / "ppp_2026.tif")
    for level in ("county", "town", "village"):
        units = gpd.read_file(clean / "行政区划.gpkg", layer=level)
        shape_file(units, data / f"{level}_{len(units)}.shp")
    shutil.copy(clean / "土地利用.gpkg", data / "土地利用.gpkg")
    shutil.copy(clean / "人口统计.xlsx", lists / "七普.xlsx")
    old_format(rows_of(clean / "托育机构.xlsx"), lists / "托育'机构\"2026.xls".replace('"', "”"))
    rows = rows_of(clean / "托育机构.xlsx")
    old_format(rows[: len(rows) // 2], lists / "托育'机构”2025.xls")
    renamed(rows_of(clean / "幼儿园.xlsx"), {"经度": "经度（高德）", "纬度": "纬度（高德）"}, lists / "学前.xlsx")
    renamed(rows_of(clean / "小学.csv"), {"经度": "X", "纬度": "Y"}, lists / "小学.xlsx")
    for name in ("初中.csv", "卫生服务中心.xlsx", "卫生服务站.xlsx", "老年食堂.xlsx", "助联体.csv"):
        shutil.copy(clean / name, lists / name)
    useless(folder)
    return folder


def useless(folder):
    (folder / "通知.docx").write_bytes(b"PK\x03\x04")
    (folder / "数据.zip").write_bytes(b"PK\x03\x04")
    (folder / "坏了.xlsx").write_bytes(b"not a workbook")
    (folder / "坏了.gpkg").write_bytes(b"not a layer")
    (folder / "坏了.tif").write_bytes(b"not a raster")
    (folder / "空的.csv").write_bytes(b"")
    (folder / "~$托育.xlsx").write_bytes(b"lock")
    (folder / "预算.csv").write_text("科目,金额\n办公,100\n差旅,200\n", encoding="gb18030")
    (folder / "敬老院.csv").write_text("名称,地址\n幸福助餐点,某路1号\n和平助餐点,某路2号\n", encoding="utf-8")
    (folder / "公交站.csv").write_text("名称,经度,纬度\n东门,120.51,30.21\n西门,120.52,30.22\n", encoding="utf-8")


def rows_of(path):
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text(encoding="gb18030").splitlines()))
    return [["" if cell is None else cell for cell in row] for row in openpyxl.load_workbook(path).active.values]


def old_format(rows, path):
    """Write an .xls, as Excel 2003 did."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for line, row in enumerate(rows):
        for at, cell in enumerate(row):
            sheet.write(line, at, cell)
    book.save(str(path))


def renamed(rows, headers, path):
    book = openpyxl.Workbook()
    book.active.append([headers.get(header, header) for header in rows[0]])
    for row in rows[1:]:
        book.active.append([number(cell) for cell in row])
    book.save(path)


def number(cell):
    try:
        return float(cell) if "." in str(cell) else cell
    except ValueError:
        return cell


def shape_file(frame, path):
    """A shapefile in GBK that does not say so."""
    short = frame.rename(columns={"城乡分类": "城乡", "上级代码": "上级", "行政区划代码": "代码"})
    pyogrio.write_dataframe(short, path, encoding="GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)


def points_csv(path, names, header="名称,经度,纬度"):
    lon = 120.5 + np.arange(len(names)) / 1000
    lines = [header, *(f"{name},{x:.6f},30.200001" for name, x in zip(names, lon, strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
