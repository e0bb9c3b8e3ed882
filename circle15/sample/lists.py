"""Facilities as the tables that offices send: Chinese headers, degrees in the list's own datum."""

from __future__ import annotations

import csv
import datetime
import io
from typing import TYPE_CHECKING

import numpy as np
import xlsxwriter

from circle15.inputs.files.datum import wgs84_to_gcj02
from circle15.sample.people import to_degrees

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from circle15.sample.plan import FacilityList, Plan

COORDINATE_DIGITS = 6  # a tenth of a metre, as map services give them
CREATED = datetime.datetime(2026, 6, 30, 9, 0, 0)  # written into every workbook, so that its bytes do not change

Cell = str | int | float
Row = tuple[Cell, ...]


def office_table(plan: Plan, each: FacilityList, facilities: pd.DataFrame) -> list[Row]:
    """Headers and rows of one list; blank where the office does not know."""
    degrees = to_degrees(plan, facilities[["x", "y"]].to_numpy(dtype=np.float64))
    lon, lat = degrees[:, 0], degrees[:, 1]
    if each.datum == "gcj02":
        lon, lat = wgs84_to_gcj02(lon, lat)
    columns = {
        each.headers["id"]: facilities["id"].tolist(),
        each.headers["name"]: facilities["name"].tolist(),
        "地址": facilities["address"].tolist(),
        "经度": [_degrees(value) for value in lon],
        "纬度": [_degrees(value) for value in lat],
    }
    if "capacity" in each.headers:
        columns[each.headers["capacity"]] = [int(value) for value in facilities["capacity"]]
    if "flag" in each.headers:
        columns[each.headers["flag"]] = ["是" if flag else "否" for flag in facilities["flag"]]
    return [tuple(columns), *zip(*columns.values(), strict=True)]


def _degrees(value: float) -> Cell:
    return round(float(value), COORDINATE_DIGITS) if np.isfinite(value) else ""


def write_table(path: Path, rows: list[Row]) -> None:
    """Write rows as a workbook or, by the name's ending, as csv in GB18030 as Excel saves it in China."""
    if path.suffix == ".csv":
        _write_csv(path, rows)
    else:
        _write_workbook(path, rows)


def _write_csv(path: Path, rows: list[Row]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode("gb18030"))


def _write_workbook(path: Path, rows: list[Row]) -> None:
    """Text stays text: a name that begins with = is no formula."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {**options, "in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED, "author": ""})
        sheet = workbook.add_worksheet("Sheet1")
        bold = workbook.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell, bold if number == 0 else None)
        sheet.set_column(1, 2, 32)
    path.write_bytes(made.getbuffer())
