"""The account of the rows of an official table, and its own sum held against the sum of its rows."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.columns import plain
from circle15.inputs.files.tables import rows_set_aside
from circle15.inputs.population.figures import times_of
from circle15.inputs.population.unit_names import to_degrees
from circle15.model.ledger import Ledger, LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.inputs.files.tables import Table
    from circle15.inputs.population.figures import Figures
    from circle15.model.zones import Zones

AREAS = ("", "全区", "全县", "全市")
SUMS = frozenset(f"{area}{word}" for area in AREAS for word in ("合计", "总计", "共计")) | {"total"}
PART_SUMS = frozenset(("小计", "subtotal"))
NOT_DIGITS = re.compile(r"[^0-9].*")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SAME_PERSONS = 0.5  # sums of whole persons
NAN = float("nan")


def is_sum(key: str) -> bool:
    """Whether a row's name says that it adds up others.

    Examples
    --------
    >>> is_sum("合 计"), is_sum("小计"), is_sum("合兴镇")
    (True, True, False)
    """
    return plain(key) in SUMS | PART_SUMS


def sum_note(figures: Figures, rows: NDArray[np.bool_]) -> tuple[Note, ...]:
    """Hold the table's own 合计 against the sum of its rows.

    Parameters
    ----------
    figures
        The column that is added up.
    rows
        Which rows add up to it: none that is a sum itself, (rows,).
    """
    table, header = figures.table, figures.header
    added = float(np.nansum(figures.values[rows]))
    for row, said in _said_sums(figures, rows, added):
        if abs(said - added) > _rounding(figures, rows):
            facts = {"file": table.file, "row": row, "said": said, "sum": added, "difference": added - said}
            place = Place(table.file, table.sheet, row, header)
            return (Note("raking.total_row_differs", {**facts, "column": header}, place),)
    return ()


def _rounding(figures: Figures, rows: NDArray[np.bool_]) -> float:
    """What rounded rows may miss of a rounded sum: half of the last digit written for each."""
    if not figures.unit:
        return SAME_PERSONS
    texts = [figures.cells[at].text.rpartition(".") for at in np.flatnonzero(rows)]
    digits = max((len(NOT_DIGITS.sub("", after)) for _, dot, after in texts if dot), default=0)
    return float((int(rows.sum()) + 1) / 2 * times_of(figures) * 0.1**digits)


def _said_sums(figures: Figures, rows: NDArray[np.bool_], added: float) -> list[tuple[int, float]]:
    """Row and sum of each 合计: among the rows, or set aside when the table was read (the number nearest the sum)."""
    table = figures.table
    cells = zip(table.row_numbers, table.rows, figures.values.tolist(), rows.tolist(), strict=True)
    said = [(row, value) for row, cells_, value, own in cells if not own and _says_sum(cells_) and not np.isnan(value)]
    for aside in table.set_aside:
        text = unicodedata.normalize("NFKC", aside.text).replace(",", "")
        numbers = [float(number) * times_of(figures) for number in NUMBER.findall(text)]
        near = [number for number in numbers if added / 2 <= number <= added * 2]
        if aside.kind == "total" and "小计" not in text and near:
            said.append((aside.row, min(near, key=lambda number: abs(number - added))))
    return said


def _says_sum(cells: Sequence[str]) -> bool:
    return any(plain(cell) in SUMS for cell in cells)


def row_account(
    table: Table,
    kind: str,
    keys: Sequence[str],
    codes: Sequence[str],
    reasons: Mapping[int, tuple[Note, ...]],
    excluded: frozenset[int],
    places: Mapping[str, tuple[float, float]],
) -> Ledger:
    """A ledger row for every row of a table, and for every row that was set aside when it was read.

    Parameters
    ----------
    table
        The table.
    kind
        ``totals`` or ``groups``.
    keys, codes
        Each row's unit as the table names it, and the code of the study's unit ("" where it is none).
    reasons
        By row of the table: what was mended, or why it is excluded; of rows of no unit only why.
    excluded
        Rows of units of the study that are not used all the same. Rows of no unit are excluded too.
    places
        Degrees of the units by code.
    """
    rows = []
    for at, (key, code) in enumerate(zip(keys, codes, strict=True)):
        notes = reasons.get(at, ())
        gone = not code or at in excluded
        if not code and not notes:
            word = "raking.row_is_sum" if is_sum(key) else "raking.row_elsewhere"
            notes = (Note(word, {"unit": key or "—"}, Place(table.file, table.sheet, table.row_numbers[at])),)
        fate = "excluded" if gone else "fixed" if notes else "used"
        lon, lat = places.get(code, (NAN, NAN))
        row = LedgerRow(table.file, table.sheet, table.row_numbers[at], fate, kind, code, key, notes, lon, lat)  # type: ignore[arg-type]
        rows.append(row)
    return Ledger(tuple(sorted((*rows, *rows_set_aside(table, kind)), key=lambda row: row.row)))


def unit_degrees(zones: Zones, level: str) -> dict[str, tuple[float, float]]:
    """A point (lon, lat) within each unit of a level, by code."""
    units = zones.at_level(level)
    points = units.geometry.representative_point()
    lon, lat = to_degrees(zones.crs).transform(points.x.to_numpy(), points.y.to_numpy())
    return dict(zip(units["code"], zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
