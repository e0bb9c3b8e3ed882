"""The figures of a run as one long table, so that runs can be laid beside each other; and the split in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.comparison.shapley import shapley_parts
from circle15.assess.comparison.split import SERVICE_MEASURES, SPLIT_COLUMNS, UNIT_MEASURES
from circle15.assess.comparison.years import FACTORS
from circle15.catalogue.entries import ALL_SERVICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

KEYS = ["level", "code", "service", "measure"]
FIGURE_COLUMNS = (*KEYS, "value")
# What changed but for the definitions, where only results are left to tell.
UNDIVIDED = "undivided"
OF_COVERAGE = ("covered_people", "coverage")


def figures_table(parts: pd.DataFrame, coverage: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """All figures of a run that are compared: ``FIGURE_COLUMNS``.

    Parameters
    ----------
    parts, coverage, index
        As in ``Results``. Columns that an older program did not know are left out.
    """
    first = coverage.drop_duplicates(["level", "code", "service"])
    first = first[first["service"] != ALL_SERVICES]
    frames = [
        *(_long(parts, measure) for measure in SERVICE_MEASURES if measure not in OF_COVERAGE),
        *(_long(first, measure) for measure in OF_COVERAGE),
        *(_long(index.assign(service=ALL_SERVICES), measure) for measure in UNIT_MEASURES),
    ]
    return pd.concat(frames, ignore_index=True)[list(FIGURE_COLUMNS)]


def _long(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    if measure not in frame:
        return pd.DataFrame(columns=list(FIGURE_COLUMNS)).astype({"value": "float64"})
    columns = frame[["level", "code", "service", measure]].rename(columns={measure: "value"})
    return columns.assign(measure=measure)


def values_at(figures: pd.DataFrame, keys: pd.DataFrame) -> pd.Series:
    """The figures of the rows of ``keys``, NaN where there are none; on the index of ``keys``."""
    found = figures.drop_duplicates(KEYS).set_index(KEYS)["value"]
    wanted = pd.MultiIndex.from_frame(keys[KEYS])
    return pd.Series(found.reindex(wanted).to_numpy(dtype=np.float64), index=keys.index)


def halves_table(figures: Sequence[pd.DataFrame], units: gpd.GeoDataFrame, services: Sequence[str]) -> pd.DataFrame:
    """The change split in definitions and all else: what results without their raw files still tell.

    Parameters
    ----------
    figures
        Of the old data under the old definitions, the new data under the old, the old under the new, the new under
        the new.
    units
        ``level, code, name`` of the units that are told.
    services
        Those that both years were judged by.

    Returns
    -------
    pandas.DataFrame
        ``SPLIT_COLUMNS`` and ``undivided``, which is the part of facilities, capacity, population and network
        together; each of these is NaN.
    """
    keys = pd.DataFrame(
        [
            (*unit, service, measure)
            for unit in units[["level", "code", "name"]].itertuples(index=False, name=None)
            for service, measures in [*((id_, SERVICE_MEASURES) for id_ in services), (ALL_SERVICES, UNIT_MEASURES)]
            for measure in measures
        ],
        columns=["level", "code", "name", "service", "measure"],
    )
    values = np.stack([values_at(each, keys).to_numpy() for each in figures])
    undivided, definitions = shapley_parts(values)
    columns = {"old": values[0], "old_under_new": values[2], "new": values[3], "change": values[3] - values[0]}
    columns |= dict.fromkeys(FACTORS, np.full(len(keys), np.nan)) | {"definitions": definitions, UNDIVIDED: undivided}
    return keys.assign(**columns)[[*SPLIT_COLUMNS, UNDIVIDED]]
