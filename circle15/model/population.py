"""People on a fixed square grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import DataError

if TYPE_CHECKING:
    import pyproj
    from numpy.typing import NDArray

EVERYONE = "all"
# A source and a census of nearby years seldom differ more: beyond, one of them is of other land or other people.
LEAST_FACTOR, MOST_FACTOR = 0.5, 2.0
FACTOR_COLUMNS = ("unit", "group", "source_persons", "official_persons", "factor")
COMPARED_COLUMNS = ("unit", "persons", "compared_persons", "ratio", "moved_share")


def no_rows(columns: tuple[str, ...]) -> pd.DataFrame:
    """An empty table of units and figures.

    Examples
    --------
    >>> no_rows(FACTOR_COLUMNS).dtypes.astype(str).tolist()
    ['str', 'str', 'float64', 'float64', 'float64']
    """
    kinds = {column: "str" if column in ("unit", "group") else "float64" for column in columns}
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})


def no_factors() -> pd.DataFrame:
    """The table of factors of a study without official totals."""
    return no_rows(FACTOR_COLUMNS)


def nothing_compared() -> pd.DataFrame:
    """The comparison of a study with one source of people."""
    return no_rows(COMPARED_COLUMNS)


def cell_ids(column: NDArray[np.int64], row: NDArray[np.int64], cell_m: int) -> NDArray[np.str_]:
    """Names of grid cells: size, then row north and column east of the coordinate system's origin.

    The grid is fixed to the coordinate system, so a cell keeps its id from year to year. Padded with zeros, so
    that text order is grid order.

    Examples
    --------
    >>> cell_ids(np.array([5123]), np.array([33456]), cell_m=100).tolist()
    ['100mN033456E005123']
    """
    return np.array(
        [f"{cell_m}mN{r:06d}E{c:06d}" for c, r in zip(column.tolist(), row.tolist(), strict=True)],
        dtype=np.str_,
    )


@dataclass(frozen=True, eq=False)
class PopulationGrid:
    """The cells of the study's area that hold people or residential land.

    Attributes
    ----------
    crs
        The metric coordinate system of the grid.
    cell_m
        Side of a cell, metres; cell (column, row) covers ``[column * cell_m, (column + 1) * cell_m)`` eastward and
        the same northward.
    cells
        Ordered by cell_id, index 0..n-1: ``cell_id``; ``x``, ``y`` (its centre, metres); ``residential_m2`` (float,
        NaN throughout where land use is not known); and ``<level>_code`` (str, "" where none) for each level of
        the study's zones.
    persons
        Same rows; a float column per group id that the place has figures for. ``all`` is always there.
    factors
        ``unit`` (code), ``group``, ``source_persons``, ``official_persons``, ``factor``: how official totals changed
        the source; no rows where there are no official totals.
    compared
        ``unit`` (code; the whole area first), ``persons``, ``compared_persons``, ``ratio``, ``moved_share``: a second
        source beside the first; no rows where there is none.
    compared_cells
        float64, (cells,): the second source's people in each cell; None where there is none.
    """

    crs: pyproj.CRS
    cell_m: int
    cells: pd.DataFrame
    persons: pd.DataFrame
    factors: pd.DataFrame = field(default_factory=no_factors)
    compared: pd.DataFrame = field(default_factory=nothing_compared)
    compared_cells: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if EVERYONE not in self.persons or len(self.persons) != len(self.cells):
            raise DataError("population.no_total")
        values = self.persons.to_numpy(dtype=float)
        if not np.isfinite(values).all() or (values < 0).any():
            raise DataError("population.not_counts")
        if not self.persons[EVERYONE].sum() > 0:
            raise DataError("population.nobody")

    def group_or_fallback(self, group: str, fallback: str | None) -> str:
        """``group`` where the place has figures for it, else ``fallback``, else everyone."""
        if group in self.persons:
            return group
        return fallback if fallback is not None and fallback in self.persons else EVERYONE
