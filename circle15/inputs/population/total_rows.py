"""The account of the rows of an official table, and its own sum held against the sum of its rows."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.columns import plain
from circle15.inputs.population.unit_names import to_degrees
from circle15.model.ledger import Ledger, LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.inputs.files.tables import Table
    from circle15.model.zones import Zones

AREAS = ("", "全区", "全县", "全市")
SUMS = frozenset(f"{area}{word}" for area in AREAS for word in ("合计", "总计", "共计")) | {"total"}
PART_SUMS = frozenset(("小计", "subtotal"))
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


def sum_note(table: Table, header: str, keys: Sequence[str], figures: NDArray[np.float64]) -> tuple[Note, ...]:
    """Hold the table's own 合计 against the sum of its rows.

    Parameters
    ----------
    table
        The table.
    header
        The column that is added up.
    keys
        Each row's unit as the table names it.
    figures
        The column as numbers, (rows,).
    """
    rows = np.array([not is_sum(key) for key in keys], dtype=bool)
    added = float(np.nansum(figures[rows]))
    for row, said in _said_sums(table, keys, figures, added):
        if abs(said - added) > SAME_PERSONS:
            facts = {"file": table.file, "row": row, "said": said, "sum": added, "difference": added - said}
            place = Place(table.file, table.sheet, row, header)
            return (Note("raking.total_row_differs", {**facts, "column": header}, place),)
    return ()


def _said_sums(
    table: Table, keys: Sequence[str], figures: NDArray[np.float64], added: float
) -> list[tuple[int, float]]:
    """Row and sum of each 合计: among the rows, or set aside when the table was read (the number nearest the sum)."""
    said = [
        (table.row_numbers[at], float(figures[at]))
        for at, key in enumerate(keys)
        if plain(key) in SUMS and not np.isnan(figures[at])
    ]
    for aside in getattr(table, "set_aside", ()):
        text = unicodedata.normalize("NFKC", aside.text).replace(",", "")
        numbers = [float(number) for number in NUMBER.findall(text)]
        near = [number for number in numbers if added / 2 <= number <= added * 2]
        if aside.kind == "total" and "小计" not in text and near:
            said.append((aside.row, min(near, key=lambda number: abs(number - added))))
    return said


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
        By row of the table: what was mended, or why it is excluded.
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
    for aside in getattr(table, "set_aside", ()):
        reason = Note(f"raking.aside_{aside.kind}", {}, Place(table.file, table.sheet, aside.row))
        rows.append(LedgerRow(table.file, table.sheet, aside.row, "excluded", kind, "", aside.text, (reason,)))
    return Ledger(tuple(sorted(rows, key=lambda row: row.row)))


def unit_degrees(zones: Zones, level: str) -> dict[str, tuple[float, float]]:
    """A point (lon, lat) within each unit of a level, by code."""
    units = zones.at_level(level)
    points = units.geometry.representative_point()
    lon, lat = to_degrees(zones.crs).transform(points.x.to_numpy(), points.y.to_numpy())
    return dict(zip(units["code"], zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
