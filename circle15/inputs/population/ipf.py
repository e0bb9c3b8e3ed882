"""Iterative proportional fitting: a table scaled until its rows and its columns add up to what is known of them.

Deming, W. E. and Stephan, F. F. (1940), On a least squares adjustment of a sampled frequency table when the expected
marginal totals are known, Annals of Mathematical Statistics 11(4). The odds between cells stay those of the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLOSE = 1e-12  # of a margin: what may be missing when fitting ends
MET = 1e-9  # of a margin: what must not be missing
MOST_ROUNDS = 5000
OPENED = 1e-3  # of a cell's share if rows and columns were independent


@dataclass(frozen=True, eq=False)
class Fitted:
    """A table that meets its margins.

    Attributes
    ----------
    persons
        The table, (rows, columns).
    rounds
        How many times all rows and columns were scaled.
    missed
        The largest share of a column's margin that is still missing; rows are met last, so exactly.
    opened
        Whether empty cells had to be opened, since the margins could not be met without them.
    """

    persons: NDArray[np.float64]
    rounds: int
    missed: float
    opened: bool


def fit_margins(seed: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Fitted:
    """Scale a table to the margins of its rows and columns.

    Parameters
    ----------
    seed
        What is known of each cell, 0 or more, (rows, columns). A row or column of zeros whose margin is above 0 is
        seeded by the margins alone. Where zeros of the seed make the margins impossible to meet, each gets a
        thousandth of what independence of rows and columns would give it.
    rows, columns
        Persons of each row and column; the sum of both is the same.

    Examples
    --------
    >>> fitted = fit_margins(np.array([[1.0, 1.0], [1.0, 3.0]]), np.array([10.0, 20.0]), np.array([12.0, 18.0]))
    >>> fitted.persons.sum(axis=1).tolist(), bool(np.allclose(fitted.persons.sum(axis=0), [12, 18]))
    ([10.0, 20.0], True)
    """
    total = rows.sum()
    independent = np.outer(rows, columns) / total if total > 0 else np.zeros(seed.shape)
    start = np.where(_empty(seed, rows, columns), independent, seed)
    fitted = _scaled(start, rows, columns)
    if fitted.missed <= MET:
        return fitted
    opened = _scaled(start / start.sum() * total + OPENED * independent, rows, columns)
    return Fitted(opened.persons, opened.rounds, opened.missed, opened=True)


def fit_beside(
    seed: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64], held: NDArray[np.bool_]
) -> Fitted:
    """Fit a table some of whose rows are known and stay as they are; all are fitted where they leave less than nothing.

    Parameters
    ----------
    seed, rows, columns
        As for ``fit_margins``.
    held
        The rows that stay, (rows,).

    Examples
    --------
    >>> known = np.array([[4.0, 6.0], [1.0, 1.0]])
    >>> fit_beside(known, np.array([10.0, 20.0]), np.array([12.0, 18.0]), np.array([True, False])).persons.tolist()
    [[4.0, 6.0], [8.0, 12.0]]
    """
    left = columns - seed[held].sum(axis=0)
    whole = left.sum()
    if not held.any() or held.all() or left.min() < -MET * columns.sum() or not whole > 0:
        return fit_margins(seed, rows, columns)
    left = np.maximum(left, 0.0)
    fitted = fit_margins(seed[~held], rows[~held], left * (rows[~held].sum() / left.sum()))
    persons = seed.copy()
    persons[~held] = fitted.persons
    return Fitted(persons, fitted.rounds, fitted.missed, fitted.opened)


def _empty(seed: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Cells of rows or columns that have people but nothing to place them by."""
    bare_rows = (seed.sum(axis=1) == 0) & (rows > 0)
    bare_columns = (seed.sum(axis=0) == 0) & (columns > 0)
    empty: NDArray[np.bool_] = bare_rows[:, None] | bare_columns[None, :]
    return empty


def _scaled(table: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Fitted:
    missed = np.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        table = table * _factors(table.sum(axis=0), columns)[None, :]
        table = table * _factors(table.sum(axis=1), rows)[:, None]
        missed = _missed(table, rows, columns)
        if missed <= CLOSE:
            return Fitted(table, rounds, missed, opened=False)
    return Fitted(table, MOST_ROUNDS, missed, opened=False)


def _factors(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def _missed(table: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    """The largest miss of a margin, as a share of it."""
    shares = [
        np.divide(np.abs(found - wanted), wanted, out=np.zeros_like(wanted), where=wanted > 0)
        for found, wanted in ((table.sum(axis=0), columns), (table.sum(axis=1), rows))
    ]
    return float(np.concatenate(shares).max(initial=0.0))
