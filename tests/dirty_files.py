"""Messy lists as files: xlsx, xls and csv."""

from __future__ import annotations

import csv
import datetime

import openpyxl
import xlwt


def write_dirty(table, folder):
    """Write a messy list into ``folder``; its path."""
    path = folder / f"list.{table.kind}"
    {"csv": _csv, "xls": _xls, "xlsx": _xlsx}[table.kind](table, path)
    return path


def _csv(table, path):
    (sheet,) = table.sheets
    with path.open("w", newline="", encoding=table.encoding) as file:
        csv.writer(file, delimiter=table.separator).writerows(map(_ended, sheet.rows) if table.seed % 3 else sheet.rows)


def _ended(row):
    """The row without the empty cells at its end, as some programs write it."""
    filled = [at for at, cell in enumerate(row) if cell != ""]
    return row[: max(filled, default=0) + 1]


def _xlsx(table, path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in table.sheets:
        made = book.create_sheet(sheet.name)
        for at, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row, 1):
                if value == "":
                    continue
                cell = made.cell(at, column, value)
                if isinstance(value, str) and not value.startswith("#N") and not value.startswith("#R"):
                    cell.data_type = "s"  # a name that begins with = is no formula
        for top, left, bottom, right in sheet.merges:
            made.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)


def _xls(table, path):
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for sheet in table.sheets:
        made = book.add_sheet(sheet.name)
        for at, row in enumerate(sheet.rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime.datetime):
                    made.write(at, column, value, day)
                elif value != "":
                    made.write(at, column, value)
        for top, left, bottom, right in sheet.merges:
            made.merge(top, bottom, left, right)
    book.save(str(path))
