"""Cumulative opportunities: what lies within a cutoff, or on the whole of an interval of cutoffs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.measures.decay import binary, positive
from circle15.access.measures.gravity import reachable_supply, reaching_demand
from circle15.access.measures.pair_table import pair_table
from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    # What makes of (cutoffs, places), with axis=0, one figure per place: np.mean, np.median, np.min, np.max.
    Summary = Callable[..., NDArray[np.float64]]

MOST_CUTOFFS = 10_000
ALMOST = 1e-9  # of a step: so that 10 to 11 by 0.1 ends with 11


def cumulative_cutoff(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, cutoff: float) -> pd.Series:
    """Opportunities that each origin reaches at a cost of no more than the cutoff: ``sum_j S_j [c_ij <= cutoff]``.

    The measure of Wachs and Kumagai (1973).

    Parameters
    ----------
    pairs, demand, supply
        As for ``pair_table``; of ``demand`` only the index counts.
    cutoff
        In the unit of the costs.

    Returns
    -------
    pandas.Series
        float64, in units of ``supply``, on the index of ``demand``.

    Raises
    ------
    DataError, Faults
        As ``pair_table``, or a cutoff that is not above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a", "a"], "facility": ["x", "y"], "cost": [15.0, 15.5]})
    >>> cumulative_cutoff(pairs, pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8, "y": 6}), 15).to_dict()
    {'a': 8.0, 'b': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_origin(reachable_supply(table, table.weights(binary(cutoff))), "cumulative_cutoff")


def passive_cumulative_cutoff(pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, cutoff: float) -> pd.Series:
    """People who reach each facility at a cost of no more than the cutoff: ``sum_i P_i [c_ij <= cutoff]``.

    Takes and refuses what ``cumulative_cutoff`` does; of ``supply`` only the index counts.

    Returns
    -------
    pandas.Series
        float64, persons, on the index of ``supply``. Who reaches two facilities counts at both.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "x"], "cost": [15.0, 4.0]})
    >>> passive_cumulative_cutoff(pairs, pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8, "y": 6}), 15).to_dict()
    {'x': 50.0, 'y': 0.0}
    """
    table = pair_table(pairs, demand, supply)
    return table.by_facility(reaching_demand(table, table.weights(binary(cutoff))), "passive_cumulative_cutoff")


def cumulative_interval(
    pairs: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    start: float,
    stop: float,
    step: float = 1.0,
    summary: Summary = np.mean,
) -> pd.Series:
    """Opportunities over an interval of cutoffs, so that no one cutoff decides (Tomasiello et al. 2023).

    ``summary`` of ``cumulative_cutoff`` at ``start, start + step, ...``, with ``stop`` where a step ends there.

    Parameters
    ----------
    pairs, demand, supply
        As for ``cumulative_cutoff``.
    start, stop, step
        In the unit of the costs.
    summary
        ``np.mean``, ``np.median``, ``np.min`` or ``np.max``.

    Returns
    -------
    pandas.Series
        float64, in units of ``supply``, on the index of ``demand``.

    Raises
    ------
    DataError, Faults
        As ``cumulative_cutoff``; or an interval that ends before it begins, or has more than ``MOST_CUTOFFS`` steps.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a", "a"], "facility": ["x", "y"], "cost": [10.0, 12.0]})
    >>> demand, supply = pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8, "y": 6})
    >>> cumulative_interval(pairs, demand, supply, 10, 13).to_dict()
    {'a': 11.0, 'b': 0.0}
    """
    table, cutoffs = pair_table(pairs, demand, supply), cutoffs_of(start, stop, step)
    reached = np.array([reachable_supply(table, table.weights(binary(cutoff))) for cutoff in cutoffs.tolist()])
    return table.by_origin(summary(reached, axis=0), "cumulative_interval")


def passive_cumulative_interval(
    pairs: pd.DataFrame,
    demand: pd.Series,
    supply: pd.Series,
    start: float,
    stop: float,
    step: float = 1.0,
    summary: Summary = np.mean,
) -> pd.Series:
    """People who reach each facility, over an interval of cutoffs.

    Takes and refuses what ``cumulative_interval`` does.

    Returns
    -------
    pandas.Series
        float64, persons, on the index of ``supply``.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "x"], "cost": [10.0, 12.0]})
    >>> demand, supply = pd.Series({"a": 30, "b": 20}), pd.Series({"x": 8})
    >>> passive_cumulative_interval(pairs, demand, supply, 10, 13, summary=np.max).to_dict()
    {'x': 50.0}
    """
    table, cutoffs = pair_table(pairs, demand, supply), cutoffs_of(start, stop, step)
    reaching = np.array([reaching_demand(table, table.weights(binary(cutoff))) for cutoff in cutoffs.tolist()])
    return table.by_facility(summary(reaching, axis=0), "passive_cumulative_interval")


def cutoffs_of(start: float, stop: float, step: float) -> NDArray[np.float64]:
    """The cutoffs of an interval, ascending.

    Raises
    ------
    DataError
        A bound or the step is not above 0, the interval ends before it begins, or has too many steps.

    Examples
    --------
    >>> cutoffs_of(10, 15, 2).tolist()
    [10.0, 12.0, 14.0]
    """
    first, last, width = positive("start", start), positive("stop", stop), positive("step", step)
    if last < first:
        raise DataError("measures.interval_backwards", start=first, stop=last)
    steps = (last - first) / width + ALMOST
    if steps >= MOST_CUTOFFS:
        raise DataError("measures.interval_too_fine", start=first, stop=last, step=width, most=MOST_CUTOFFS)
    cutoffs: NDArray[np.float64] = np.minimum(first + width * np.arange(int(steps) + 1), last)
    return cutoffs
