"""The league under other weights and another compensability: what a stated choice decides, and what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.index.scores import overall_score
from circle15.assess.uncertainty.ranks import ranks_of
from circle15.assess.weights.compensability import EXPONENTS, PUBLISHED, combined
from circle15.assess.weights.data_driven import entropy_weights, principal_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

WEIGHT_COLUMNS = ("scheme", "service", "weight")
SCENARIO_COLUMNS = (
    "level", "code", "name", "scheme", "exponent", "score", "overall", "rank", "published_rank", "rank_change",
)  # fmt: skip
# Schemes that follow the data: for comparison alone.
FOLLOWING = ("pca", "entropy")


def roots_of_units(
    parts: pd.DataFrame, units: pd.DataFrame, services: Sequence[str], column: str = "root_access"
) -> NDArray[np.float64]:
    """(units, services): root access, or root supply; NaN where a unit has nobody of a service's group, or no data."""
    table = parts.pivot(index=["level", "code"], columns="service", values=column)
    rows = pd.MultiIndex.from_frame(units[["level", "code"]])
    return table.reindex(index=rows, columns=list(services)).to_numpy(dtype=np.float64)


def weight_schemes(
    stated: Mapping[str, Mapping[str, float]], parts: pd.DataFrame, units: pd.DataFrame
) -> dict[str, dict[str, float]]:
    """The stated schemes and, beside them, those that follow the data of ``units``.

    Parameters
    ----------
    stated
        Weights by scheme and service, the study's own choice first.
    parts
        ``level, code, service, root_access``.
    units
        The units of the league. Those that lack a service tell nothing of how services go together and are left out;
        where fewer than three are left, no weights follow from them.
    """
    services = list(next(iter(stated.values())))
    roots = roots_of_units(parts, units, services)
    whole = roots[~np.isnan(roots).any(axis=1)]
    schemes = {scheme: dict(weights) for scheme, weights in stated.items()}
    for scheme, found in (("pca", principal_weights(whole)), ("entropy", entropy_weights(whole))):
        if not np.isnan(found).any():
            schemes[scheme] = dict(zip(services, found.tolist(), strict=True))
    return schemes


def weights_table(schemes: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """``WEIGHT_COLUMNS``: the weight of each service by each scheme."""
    rows = [(scheme, service, weight) for scheme, weights in schemes.items() for service, weight in weights.items()]
    return pd.DataFrame(rows, columns=list(WEIGHT_COLUMNS))


def scenarios_table(
    schemes: Mapping[str, Mapping[str, float]], parts: pd.DataFrame, units: pd.DataFrame
) -> pd.DataFrame:
    """Balanced access, overall score and rank of every unit under each scheme, and under the first with each exponent.

    The rank is that of balanced access; ``parts`` have ``root_supply`` too.

    Returns
    -------
    pandas.DataFrame
        ``SCENARIO_COLUMNS``; ``exponent`` 0 is the minimum over services; ``rank_change`` above 0 where the unit stands
        better than in the published league.
    """
    first = next(iter(schemes))
    cases = [(scheme, PUBLISHED) for scheme in schemes]
    cases += [(first, exponent) for exponent in EXPONENTS if exponent != PUBLISHED]
    rows = [
        row
        for level in units["level"].unique()
        for row in _of_level(schemes, cases, parts, units[units["level"] == level])
    ]
    return pd.DataFrame(rows, columns=list(SCENARIO_COLUMNS))


def _of_level(
    schemes: Mapping[str, Mapping[str, float]],
    cases: Sequence[tuple[str, float]],
    parts: pd.DataFrame,
    units: pd.DataFrame,
) -> Iterator[tuple[object, ...]]:
    services = list(next(iter(schemes.values())))
    roots = roots_of_units(parts, units, services)
    supply = roots_of_units(parts, units, services, "root_supply")
    published = np.full(len(units), np.nan)
    for at, (scheme, exponent) in enumerate(cases):
        weights = np.array(list(schemes[scheme].values()))
        scores = combined(roots, weights, exponent)
        overall = overall_score(scores, combined(supply, weights, exponent))
        ranks = np.where(np.isnan(scores), np.nan, ranks_of(np.round(scores, 12)[None])[0])
        published = ranks if at == 0 else published
        figures = np.column_stack([scores, overall, ranks, published, published - ranks])
        for unit, own in zip(units.itertuples(index=False), figures, strict=True):
            yield (unit.level, unit.code, unit.name, scheme, exponent, *own)
