"""A file of targets, whatever it is: a pasted text, a text of tabs or bars, a workbook."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.catalogue.targets.entries import TargetDocument
from circle15.errors import DataError
from circle15.inputs.files.grids import Grid
from circle15.inputs.files.present import require_file
from circle15.inputs.files.separated import read_separated
from circle15.inputs.files.sheets import read_sheets
from circle15.inputs.files.texts import read_text
from circle15.inputs.files.workbook_parts import percent_cells
from circle15.inputs.files.workbooks import is_workbook
from circle15.inputs.targets.glued import find_glued
from circle15.inputs.targets.laid_out import grid_of_text, read_laid_out, with_percents
from circle15.inputs.targets.made import Imported, make_series
from circle15.inputs.targets.pasted import read_pasted
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from circle15.inputs.targets.glued import Glued
    from circle15.inputs.targets.raw import RawTable

_SPAN = re.compile(r"(20\d\d)\s*年?\s*[-—–~～至]{1,2}\s*(20\d\d)\s*年?")
PLANS = {"十三五": 2016, "十四五": 2021, "十五五": 2026}
SPAN_YEARS = 4
ROWS_SHOWN = 8


def read_target_file(path: Path, place: str = "", first_year: int | None = None) -> Imported:
    """The targets of one file.

    Parameters
    ----------
    path
        A text as a government page gives it (one cell per line, or cells parted by tabs, bars or blanks), a csv, or a
        workbook.
    place
        Whose targets they are.
    first_year
        The first year that has targets; earlier ones are baselines. Where not given, the span that stands above the
        table (2023—2027年, “十四五”); without one the table's first year.

    Raises
    ------
    DataError
        No such file, no table of targets in it, or one whose cells have run together.
    """
    require_file(path)
    tables, failed = _tables_of_workbook(path) if is_workbook(path) else (_tables_of_text(path), ())
    document = _document(path, tables, place, first_year)
    made = make_series(tables, document)
    imported = replace(made, notes=(*failed, *_unread_years(tables), *made.notes))
    if not imported.series.indicators:
        raise DataError("targets.no_rows", file=path.name)
    if first_year is None and not _says_what_is_baseline(tables):
        facts: dict[str, object] = {"file": path.name, "first_year": document.first_year}
        unknown = Note("targets.no_baseline", facts, Place(path.name))
        return replace(imported, notes=(unknown, *imported.notes))
    return imported


def _unread_years(tables: Sequence[RawTable]) -> Iterator[Note]:
    """A note per column whose header names a year and something that is not understood."""
    for table in tables:
        for header in table.unread:
            yield Note("targets.year_unread", {"header": header}, Place(table.file, table.sheet))


def _says_what_is_baseline(tables: Sequence[RawTable]) -> bool:
    """Whether a header or the text above a table tells years of targets from those before."""
    years = sorted(year.year for table in tables for year in table.years)
    named = any(year.baseline for table in tables for year in table.years)
    return named or _named_span(_above(tables), years) is not None


def glued_in(path: Path) -> Glued | None:
    """The table of a file whose cells have run together; None where there is none such."""
    return None if is_workbook(path) else find_glued(read_text(path))


def _tables_of_workbook(path: Path) -> tuple[tuple[RawTable, ...], tuple[Note, ...]]:
    """The tables of its sheets, and what was seen in reading those: cells whose formulas failed are empty."""
    grids, _ = read_sheets(path, None)
    percents = percent_cells(path)
    shown = [with_percents(grid, percents.get(grid.sheet, frozenset())) for grid in grids]
    tables = {grid.sheet: table for grid in shown if (table := read_laid_out(grid)) is not None}
    if not tables:
        raise DataError("targets.no_table", file=path.name)
    return tuple(tables.values()), tuple(note for grid in shown if grid.sheet in tables for note in grid.notes)


def _tables_of_text(path: Path) -> tuple[RawTable, ...]:
    text = read_text(path)
    grid = _grid_of_csv(path) if path.suffix.lower() == ".csv" else grid_of_text(text, path.name)
    laid_out = None if grid is None else read_laid_out(grid)
    if laid_out is not None:
        return (laid_out,)
    tables = read_pasted(text, path.name) or read_pasted(text, path.name, blanks_part=True)
    if tables:
        return tables
    glued = find_glued(text)
    if glued is not None:
        raise _run_together(path, glued)
    raise DataError("targets.no_table", file=path.name)


def _grid_of_csv(path: Path) -> Grid:
    rows = read_separated(path)
    width = max(map(len, rows), default=0)
    return Grid(path.name, "", tuple(tuple(row) + ("",) * (width - len(row)) for row in rows))


def _run_together(path: Path, glued: Glued) -> DataError:
    """The refusal of a table without separators, with ways to part its first rows."""
    shown = [row for row in glued.rows if row.ways][:ROWS_SHOWN]
    proposals = "\n".join(f"  {row.name} {row.run}：{' | '.join('，'.join(way) for way in row.ways)}" for row in shown)
    years = "、".join(map(str, glued.years))
    return DataError(
        "targets.run_together", file=path.name, years=years, rows=len(glued.rows), shown=len(shown), proposals=proposals
    )


def _document(path: Path, tables: Sequence[RawTable], place: str, first_year: int | None) -> TargetDocument:
    above = _above(tables)
    years = sorted(year.year for table in tables for year in table.years)
    first, last = _named_span(above, years) or (years[0], years[-1])
    title = next((text for text in reversed(above) if "目标" in text or "指标" in text), path.stem)
    return TargetDocument(path.stem, title, place, "", "", None, first_year or first, max(last, years[-1]))


def _above(tables: Sequence[RawTable]) -> list[str]:
    """The lines above the tables."""
    return [aside.text for table in tables for aside in table.aside if aside.why == "before"]


def _named_span(above: Sequence[str], years: Sequence[int]) -> tuple[int, int] | None:
    """The span that the text above a table names, where it ends with the table's last year."""
    for text in reversed(above):
        for found in _SPAN.finditer(text):
            first, last = int(found[1]), int(found[2])
            if first < last and last == years[-1]:
                return first, last
        for plan, first in PLANS.items():
            if plan in text and years[-1] == first + SPAN_YEARS:
                return first, first + SPAN_YEARS
    return None
