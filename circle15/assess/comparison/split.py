"""The change of every figure of every unit, split by what it is due to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.comparison.shapley import shapley_parts, values_of_sets
from circle15.assess.comparison.years import FACTORS, state_values
from circle15.catalogue.entries import ALL_SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from circle15.assess.comparison.years import State, StateValues, TwoYears

    Floats = NDArray[np.float64]

# Figures of a unit and service, and of a unit alone.
SERVICE_MEASURES = ("people", "covered_people", "coverage", "access", "root_access", "root_supply")
UNIT_MEASURES = ("access", "balanced_access", "quality", "overall")
SPLIT_COLUMNS = ("level", "code", "name", "service", "measure", "old", "old_under_new", "new", "change", *FACTORS)


def mixtures(years: TwoYears) -> Callable[[State], StateValues]:
    """Gives the figures of any mixture of the two years, each worked out once.

    A factor that does not differ is taken as in the old year.
    """
    known: dict[State, StateValues] = {}

    def values(new: State) -> StateValues:
        told = tuple(each and differs for each, differs in zip(new, years.moved, strict=True))
        if told not in known:
            known[told] = state_values(years, told)
        return known[told]

    return values


def split_table(years: TwoYears, values: Callable[[State], StateValues]) -> pd.DataFrame:
    """The change of every unit and service by factor.

    Parameters
    ----------
    years
        Both years.
    values
        From ``mixtures``.

    Returns
    -------
    pandas.DataFrame
        ``SPLIT_COLUMNS``, by unit in the order of ``years.units``, services, then all services together
        (``all_services``), and measure. ``old`` and ``new`` are the two years on today's units with what both years
        have; ``old_under_new`` is the old year under the new definitions; ``change`` is ``new - old``, and the columns
        of ``FACTORS`` add up to it (1e-9). NaN where either has no figure.
    """
    flat = values_of_sets(lambda new: _flat(values(new)), years.moved)
    parts = shapley_parts(flat)
    judged_anew = 1 << FACTORS.index("definitions")
    ends = {"old": flat[0], "old_under_new": flat[judged_anew], "new": flat[-1], "change": flat[-1] - flat[0]}
    columns = ends | dict(zip(FACTORS, parts, strict=True))
    return _table(years, columns)


def _flat(values: StateValues) -> Floats:
    """All figures of a mixture in one row: measures by units by services, then measures by units."""
    means = values.means
    by_service = (means.people, values.coverage * means.people, values.coverage, means.access, means.root_access)
    of_services = np.stack([*by_service, means.root_supply])
    of_services[1] = np.where(means.people > 0, of_services[1], 0.0)
    of_units = np.stack([getattr(values.scores, measure) for measure in UNIT_MEASURES])
    return np.concatenate([of_services.ravel(), of_units.ravel()])


def _table(years: TwoYears, columns: Mapping[str, Floats]) -> pd.DataFrame:
    """Figures by measure, unit and service as rows by unit, service and measure."""
    units, services = years.units, years.services
    shape = (len(SERVICE_MEASURES), len(units), len(services))
    cut = int(np.prod(shape))
    of_services = pd.DataFrame({name: values[:cut] for name, values in columns.items()})
    measure, unit, service = (axis.ravel() for axis in np.indices(shape))
    keys = {"unit": unit, "place": service, "rank": measure}
    of_services = of_services.assign(
        **keys,
        service=np.array(services, dtype=object)[service],
        measure=np.array(SERVICE_MEASURES, dtype=object)[measure],
    )
    of_units = pd.DataFrame({name: values[cut:] for name, values in columns.items()})
    measure, unit = (axis.ravel() for axis in np.indices((len(UNIT_MEASURES), len(units))))
    of_units = of_units.assign(
        unit=unit,
        place=len(services),
        rank=measure,
        service=ALL_SERVICES,
        measure=np.array(UNIT_MEASURES, dtype=object)[measure],
    )
    whole = pd.concat([of_services, of_units], ignore_index=True).sort_values(["unit", "place", "rank"])
    named = units[["level", "code", "name"]].iloc[whole["unit"]].reset_index(drop=True)
    return pd.concat([named, whole.reset_index(drop=True)], axis=1)[list(SPLIT_COLUMNS)]
