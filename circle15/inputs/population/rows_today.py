"""The rows of a table of units joined to today's units, also where these have merged or split since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import DataError
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.files.listing import few
from circle15.inputs.zones.crosswalk import split_exactly
from circle15.inputs.zones.unit_names import plain_code
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.inputs.files.tables import Table
    from circle15.inputs.zones.crosswalk import CrosswalkTable


@dataclass(frozen=True, eq=False)
class RowsToday:
    """Which part of which row belongs to which unit of the study.

    Attributes
    ----------
    row, part
        The row of the table and which of its shares, (n,), in the order of the rows' keys, so that sums over merged
        units do not hang on the order of the rows.
    unit
        Code of the study's unit, (n,).
    shares
        All shares of each row, also those of units elsewhere, by row.
    notes
        What the crosswalk did.
    """

    row: NDArray[np.int64]
    part: NDArray[np.int64]
    unit: NDArray[np.object_]
    shares: Mapping[int, tuple[float, ...]]
    notes: tuple[Note, ...]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows of which at least a part belongs to the study, each once, in the order of their keys."""
        kept: NDArray[np.int64] = pd.unique(self.row)
        return kept

    def parts(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The part of each row's figure; the parts of a row add up to it exactly.

        Parameters
        ----------
        values
            A figure per row of the table.
        """
        pieces = {row: split_exactly(float(values[row]), self.shares[row]) for row in self.rows.tolist()}
        return np.array([pieces[row][part] for row, part in zip(self.row.tolist(), self.part.tolist(), strict=True)])

    def parts_of_each(self, figures: pd.DataFrame) -> pd.DataFrame:
        """The same for every column of a frame with a line per row of the table."""
        parts = {column: self.parts(figures[column].to_numpy(dtype=np.float64)) for column in figures}
        return pd.DataFrame(parts, index=range(len(self.row)), columns=figures.columns)


def rows_today(keys: Sequence[str], crosswalk: CrosswalkTable, units: pd.DataFrame, file: str) -> RowsToday:
    """Join the rows of a table to the study's units.

    Parameters
    ----------
    keys
        The code or name of each row.
    crosswalk
        Which of today's units those of the table belong to.
    units
        ``level, code, name`` of the units of one level.
    file
        The table, named in errors.

    Raises
    ------
    DataError
        A name that two units have.
    """
    today = [crosswalk.today(key) for key in keys]
    _require_clear(today, units, file)
    level = str(units["level"].iloc[0])
    codes = dict(zip(units["name"], units["code"], strict=True))
    codes |= {plain_code(code, level): code for code in units["code"]} | {code: code for code in units["code"]}
    found = sorted(
        (key, row, part, unit)
        for row, key in enumerate(keys)
        for part, (name, _) in enumerate(today[row])
        if (unit := codes.get(name, codes.get(plain_code(name, level), "")))
    )
    rows, parts = np.array([line[1:3] for line in found], dtype=np.int64).reshape(-1, 2).T
    shares = {row: tuple(share for _, share in its) for row, its in enumerate(today)}
    unit = np.array([line[3] for line in found], dtype=object)
    return RowsToday(rows, parts, unit, shares, _applied(keys, today, set(rows.tolist()), crosswalk, file))


def unit_keys(table: Table, code: str | None, name: str | None) -> list[str] | None:
    """Each row's code, or its name where it has none; None where the table has neither column.

    Parameters
    ----------
    table
        A table of units.
    code, name
        The columns that ``study.toml`` names.
    """
    known = aliases("zone")
    code = choose_column(table.headers, "code", known["code"], code, table.file)
    name = choose_column(table.headers, "name", known["name"], name, table.file)
    header = code if code is not None else name
    if header is None:
        return None
    keys, names = table.column(header), table.column(name if name is not None else header)
    return [key or its for key, its in zip(keys, names, strict=True)]


def row_twice(keys: Sequence[str], today: RowsToday, crosswalk: CrosswalkTable) -> tuple[int, int] | None:
    """The first row of a unit that has one already, and that one; rows of old units that became part of it are no such.

    Parameters
    ----------
    keys
        The code or name of each row.
    today
        From ``rows_today``.
    crosswalk
        Which of today's units those of the table belong to.
    """
    first: dict[str, int] = {}
    unit_of = dict(zip(today.row.tolist(), today.unit.tolist(), strict=True))
    for row in sorted(unit_of):
        if crosswalk.today(keys[row]) != ((keys[row], 1.0),):
            continue
        if unit_of[row] in first:
            return row, first[unit_of[row]]
        first[unit_of[row]] = row
    return None


def _require_clear(today: Sequence[tuple[tuple[str, float], ...]], units: pd.DataFrame, file: str) -> None:
    named = {name for its in today for name, _ in its}
    repeated = sorted(set(units.loc[units["name"].duplicated(), "name"]) & named)
    if repeated:
        raise DataError("population.name_ambiguous", file=file, names="、".join(repeated))


def _applied(
    keys: Sequence[str],
    today: Sequence[tuple[tuple[str, float], ...]],
    rows: set[int],
    crosswalk: CrosswalkTable,
    file: str,
) -> tuple[Note, ...]:
    turned = sorted(
        f"{keys[row]} → {'、'.join(name for name, _ in today[row])}"
        for row in rows
        if [name for name, _ in today[row]] != [keys[row]]
    )
    if not turned:
        return ()
    facts: dict[str, object] = {"file": file, "crosswalk": crosswalk.file, "rows": len(turned), "units": few(turned)}
    return (Note("crosswalk.applied", facts),)
