"""The tables of the list of issues: their columns, and the same tables without rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is wrong at a place: its people are out of reach, or in reach of facilities without a place left.
OUT_OF_REACH, NO_PLACES = "reach", "places"
# One row per shortfall of a run; ``docs/issues.md`` says what each means.
SHORTFALL_TYPES = {
    "kind": "str", "service": "str", "group": "str", "town_code": "str", "village_code": "str", "name": "str",
    "people": "float64", "cells": "int64", "x": "float64", "y": "float64", "reason": "str", "mode": "str",
    "straight_m": "float64", "network_m": "float64", "nearest_min": "float64", "nearest_id": "str",
    "set_id": "str", "set_facilities": "int64", "detour": "float64",
    "fix": "str", "fix_people": "float64", "fix_x": "float64", "fix_y": "float64", "fix_facility_id": "str",
    "fix_places": "float64", "fix_straight_m": "float64", "site_people": "float64", "site_more": "float64",
    "path_people": "float64",
}  # fmt: skip
# The cells of each shortfall: ``shortfall`` is its row.
MEMBER_TYPES = {
    "shortfall": "int64", "cell_id": "str", "x": "float64", "y": "float64", "persons": "float64",
    "residents": "float64",
}  # fmt: skip
SIGHTING_TYPES = {
    "period": "str", "id": "str", **SHORTFALL_TYPES, "town": "str", "village": "str", "nearest": "str",
    "fix_facility": "str", "together": "str", "lost_facility": "str",
}  # fmt: skip
CHECK_TYPES = {
    "period": "str", "id": "str", "outcome": "str", "people_before": "float64", "people_now": "float64",
    "still": "float64", "into": "str", "facility_id": "str", "facility": "str", "change": "str", "served_m": "float64",
    "served_min": "float64", "before_m": "float64",
}  # fmt: skip
FOOTPRINT_TYPES = {
    "period": "str", "id": "str", "cell_id": "str", "x": "float64", "y": "float64", "persons": "float64",
    "residents": "float64",
}  # fmt: skip
ISSUED_TYPES = {"id": "str", "kind": "str", "service": "str", "town_code": "str", "origin": "str"}
FACILITY_TYPES = {
    "period": "str", "facility_id": "str", "service": "str", "name": "str", "capacity": "float64", "inside": "bool",
    "file": "str", "row": "int64",
}  # fmt: skip


def no_rows(types: Mapping[str, str]) -> pd.DataFrame:
    """A table without rows whose columns have these types.

    Examples
    --------
    >>> no_rows({"id": "str", "people": "float64"}).dtypes.astype(str).tolist()
    ['str', 'float64']
    """
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in types.items()})


def typed(rows: list[dict[str, object]], types: Mapping[str, str]) -> pd.DataFrame:
    """Rows as a table of these columns and types."""
    return pd.DataFrame(rows, columns=list(types)).astype(dict(types)) if rows else no_rows(types)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as dicts by the names of its columns.

    Examples
    --------
    >>> records(pd.DataFrame({"id": ["a"], "people": [2.0]}))
    [{'id': 'a', 'people': 2.0}]
    """
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def no_facilities(crs: object = None) -> gpd.GeoDataFrame:
    """A layer of facilities without rows."""
    return gpd.GeoDataFrame(no_rows(FACILITY_TYPES), geometry=[], crs=crs)
