"""Facilities of all services of a study, and their entrances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    import pyproj
    from numpy.typing import NDArray

FACILITY_COLUMNS = (
    "facility_id",
    "service",
    "name",
    "address",
    "kind",
    "capacity",
    "inside",
    "file",
    "sheet",
    "row",
    "as_of",
)
# Columns of quality flags begin so; the last says which flags the list of a facility has columns for.
FLAG = "flag_"
FLAGS_TOLD = "flags_told"
BETWEEN = "；"
ENTRANCE_COLUMNS = ("facility", "x", "y")


@dataclass(frozen=True, eq=False)
class FacilityLayer:
    """Facilities, one row each, and one or more entrances per facility.

    Attributes
    ----------
    crs
        The metric coordinate system of the entrances.
    facilities
        Ordered by (service, facility_id), index 0..n-1. ``facility_id`` (str, unique), ``service``, ``name``,
        ``address`` (str), ``kind`` (what its list calls it, "" where nothing asks for it), ``capacity`` (float, NaN
        where not known), ``inside`` (bool: within the study's area, otherwise in its surroundings), ``file``,
        ``sheet`` and ``row`` (the first source row), ``as_of`` (the day that row's list is of, ISO; "" where not
        known), and a bool column ``flag_<name>`` per quality flag that a list
        carries. Layers that are read also say, parted by ``；`` and "" where there is nothing: ``serves`` and
        ``delivers``, the units named as served by it and as delivered to (``village:330102001001``), and
        ``flags_told``, the flags that its own list has a column for: a flag that is not among them is not known of it.
    entrances
        ``facility`` (row of ``facilities``), ``x``, ``y`` in metres; ordered by facility.
    """

    crs: pyproj.CRS
    facilities: pd.DataFrame
    entrances: pd.DataFrame

    def __post_init__(self) -> None:
        ids = self.facilities["facility_id"]
        twice = ids[ids.duplicated()]
        if len(twice):
            raise DataError("facilities.id_twice", facility_id=twice.iloc[0])
        bare = np.setdiff1d(np.arange(len(ids)), self.entrances["facility"].to_numpy())
        if len(bare):
            raise DataError("facilities.no_entrance", facility_id=ids.iloc[bare[0]])

    def rows_of(self, service: str) -> NDArray[np.int64]:
        """Rows of ``facilities`` that belong to ``service``, ascending."""
        rows: NDArray[np.int64] = np.flatnonzero(self.facilities["service"].to_numpy() == service)
        return rows
