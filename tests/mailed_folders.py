"""The invented county as its bureaus mail it: titles, notes, totals, old formats, closed and planned sites, slivers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import shapely
from messy_folders import number, old_format, rows_of, shape_file

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "示例县"
# What the lists say of their sites: neither counts on the day of the study.
CLOSED = {"canteen": ("百步社区老年食堂", "大桥社区老年食堂")}
PLANNED = {"childcare": ("云溪托育园",)}
DATUMS = {
    "助联体": "cgcs2000",
    "初中": "cgcs2000",
    "小学": "cgcs2000",
    "卫生院": "wgs84",
    "路网修补": "wgs84",
}
NOTE = "注：以上数据截至2026年6月底，由各街道（乡镇）上报。"


def mailed_folder(folder: Path, clean: Path) -> Path:
    """Write the messy folder; ``clean`` holds the county's own clean files."""
    for write in (_maps, _people, _health, _schools, _elders, _useless):
        write(folder, clean)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _maps(folder: Path, clean: Path) -> None:
    home = _made(folder / "自规局 底图")
    shutil.copy(clean / "shili.osm.pbf", home / "示例县道路.osm.pbf")
    shutil.copy(clean / "土地利用.gpkg", home / "国土调查.gpkg")
    for level, name in (("county", "县界"), ("town", "乡镇街道界"), ("village", "村社区界")):
        units = gpd.read_file(clean / "行政区划.gpkg", layer=level)
        shape_file(_badly_drawn(units) if level == "town" else units, home / f"{name}.shp")
    rows = [
        ["动作", "坐标", "道路类别", "名称", "备注"],
        ["新增道路", "120.5990 29.4950, 120.5996 29.4956", "人行道", "公园小路", "现场踏勘"],
    ]
    book(home / "路网修补.xlsx", rows)


def _badly_drawn(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One unit a little too large, one a little too small, and one without its code."""
    drawn = units.copy()
    shapes = drawn.geometry.to_crs(4549)
    shapes.iloc[0] = shapes.iloc[0].buffer(4, join_style="mitre")
    shapes.iloc[4] = shapes.iloc[4].buffer(-3, join_style="mitre")
    drawn["geometry"] = shapely.set_precision(shapes.to_crs(drawn.crs).values, 1e-9)
    drawn.loc[11, "代码"] = ""
    return drawn


def _people(folder: Path, clean: Path) -> None:
    home = _made(folder / "统计局")
    shutil.copy(clean / "人口.tif", home / "ppp_2026.tif")
    header, *towns = rows_of(clean / "人口统计.xlsx")
    wan = [[code, name, *(count / 10_000 for count in counts)] for code, name, *counts in towns]
    total = ["", "合计", *(sum(row[at] for row in wan) for at in range(2, len(header)))]
    title = [f"{PLACE}2025年末人口情况表"]
    units = [*header[:2], *(f"{each}（万人）" for each in header[2:])]
    book(home / "各乡镇人口.xlsx", [title, units, *wan, total, [NOTE]])
    poor = [[name, round(total / 150)] for _, name, total, *_ in towns]
    book(home / "低保对象统计.xlsx", [["乡镇（街道）", "低保人数"], *poor, ["合计", sum(row[1] for row in poor)]])


def _health(folder: Path, clean: Path) -> None:
    home = _made(folder / "卫健局")
    header, *rows = rows_of(clean / "托育机构.xlsx")
    state = ["拟建" if row[1] in PLANNED["childcare"] else "在营" for row in rows]
    rows = [[*row, each] for row, each in zip(rows, state, strict=True)]
    total = ["合计", "", "", "", "", sum(float(row[5] or 0) for row in rows), "", ""]
    titled = [[f"{PLACE}托育机构一览表（高德坐标）"], [*header, "状态"]]
    old_format([*titled, *rows, total, [NOTE]], home / "托育机构2026年.xls")
    old_format([header, *(row[:-1] for row in rows[:20])], home / "托育机构2025年.xls")
    header, *rows = rows_of(clean / "卫生服务中心.xlsx")
    dms = [[*row[:3], _dms(row[3]), _dms(row[4]), f"{row[5]}张", row[6]] for row in rows]
    book(home / "卫生院.xlsx", [header, *dms])
    header, *rows = rows_of(clean / "卫生服务站.xlsx")
    cells = [[*row[:3], f"{row[3]},{row[4]}", row[5]] for row in rows]
    book(home / "卫生服务站.xlsx", [[*header[:3], "经纬度（高德）", header[5]], *cells, cells[0]])


def _schools(folder: Path, clean: Path) -> None:
    home = _made(folder / "教育局")
    header, *rows = rows_of(clean / "小学.csv")
    text = "\r\n".join("\t".join(row) for row in [header, *rows]) + "\r\n"
    (home / "小学.csv").write_bytes(text.encode("utf-16"))
    header, *rows = rows_of(clean / "初中.csv")
    book(home / "初中.xlsx", [header, *([*row[:3], float(row[3]), float(row[4]), f"{row[5]}个"] for row in rows)])
    header, *rows = rows_of(clean / "幼儿园.xlsx")
    book(home / "幼儿园（高德）.xlsx", [header, *rows, rows[3]])


def _elders(folder: Path, clean: Path) -> None:
    home = _made(folder / "民政局")
    _canteens(rows_of(clean / "老年食堂.xlsx"), home / "老年食堂.xlsx")
    shutil.copy(clean / "助联体.csv", home / "助联体.csv")
    shutil.copy(clean / "文化空间.csv", home / "文化空间.csv")
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows_of(clean / "居家养老.xlsx")]
    page = "<html><table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></html>"
    (home / "居家养老.xls").write_text(page, encoding="utf-8")


def _canteens(rows: list[list[object]], path: Path) -> None:
    """A title over all columns, and two rows of headers with merged cells."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append([f"{PLACE}老年食堂、助餐点基本情况"])
    sheet.append(["编号", "名称", "地址", "高德坐标", "", "餐位数", "运营状态"])
    sheet.append(["", "", "", "经度", "纬度", "", ""])
    for at in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3"):
        sheet.merge_cells(at)
    for row in rows[1:]:
        sheet.append([*row, "已停业" if row[1] in CLOSED["canteen"] else "运营"])
    sheet.append(["合计", "", "", "", "", sum(float(row[5] or 0) for row in rows[1:])])
    sheet.append([NOTE])
    made.save(path)


def _useless(folder: Path, _: Path) -> None:
    (folder / "关于报送资料的通知.docx").write_bytes(b"PK\x03\x04")
    (folder / "现场照片.jpg").write_bytes(b"\xff\xd8\xff\xe0")


def book(path: Path, rows: list[list[object]]) -> None:
    """One sheet with these rows."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append([number(cell) for cell in row])
    made.save(path)


def _dms(value: object) -> str:
    hundredths = round(float(str(value)) * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return f"{degrees}°{minutes}′{seconds / 100:.2f}″"
