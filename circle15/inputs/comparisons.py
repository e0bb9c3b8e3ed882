"""A table of pairwise comparisons: the names across the top and down the side, how many times as important between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.errors import DataError, collecting, raise_faults
from circle15.inputs.files.paths import require_own_path
from circle15.inputs.files.sheets import read_sheets
from circle15.inputs.files.values.width import half_width

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.errors import Circle15Error
    from circle15.inputs.files.grids import Grid
    from circle15.model.study import Study


def with_comparisons(study: Study, folder: Path) -> Study:
    """The study with the comparisons of its ``[index] comparisons_file`` put in; as it is where it names none.

    Raises
    ------
    ConfigurationError, DataError, Faults
        The file cannot be read, or holds no such table.
    """
    name = study.index.comparisons_file
    if name is None:
        return study
    comparisons = read_comparisons(require_own_path(folder, name))
    return study.model_copy(update={"index": study.index.model_copy(update={"comparisons": comparisons})})


def read_comparisons(path: Path) -> dict[str, dict[str, float]]:
    """How many times as important each row's name is as each column's; blank cells are left out.

    Parameters
    ----------
    path
        csv, xlsx or xls; the first sheet. A judgement is a number or a fraction, ``1/3``.

    Raises
    ------
    DataError, Faults
        The file cannot be read, has no such table, names twice, or cells that are no judgements: all of them at once.
    """
    grid = read_sheets(path, None)[0][0]
    top = next((at for at in grid.filled() if sum(bool(cell) for cell in grid.rows[at][1:]) > 1), None)
    if top is None:
        raise DataError("weights.no_table", file=grid.place)
    names = grid.rows[top]
    twice = next((name for name in names[1:] if name and names[1:].count(name) > 1), None)
    if twice is not None:
        raise DataError("weights.column_twice", file=grid.place, row=top + 1, name=twice)
    faults: list[Circle15Error] = []
    found: dict[str, dict[str, float]] = {}
    for at in range(top + 1, len(grid.rows)):
        row = grid.rows[at]
        if row and row[0] and any(row[1:]):
            with collecting(faults):
                if row[0] in found:
                    raise DataError("weights.row_twice", file=grid.place, row=at + 1, name=row[0])
                found[row[0]] = _judgements(grid, at, names)
    raise_faults(faults)
    if not found:
        raise DataError("weights.no_table", file=grid.place)
    return found


def _judgements(grid: Grid, at: int, names: tuple[str, ...]) -> dict[str, float]:
    row, found = grid.rows[at], {}
    for name, cell in zip(names[1:], row[1:], strict=False):
        if cell and name:
            value = _number(cell)
            if value is None:
                raise DataError("weights.no_judgement", file=grid.place, row=at + 1, column=name, found=cell)
            found[name] = value
    return found


def _number(text: str) -> float | None:
    """A number, or one over another: 1/3, 1：3."""
    parts = half_width(text).replace(":", "/").split("/")
    try:
        numbers = [float(part) for part in parts]
        return numbers[0] if len(numbers) == 1 else numbers[0] / numbers[1] if len(numbers) == 2 else None
    except (ValueError, ZeroDivisionError):
        return None
