"""Which facilities of two years are the same, and what has become of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from circle15.assess.changes import SAME_PLACE_M, facility_changes
from circle15.assess.comparison.changed_sites import SEVERAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.model.facilities import FacilityLayer

MATCH_COLUMNS = ("service", "old_id", "new_id", "old_name", "new_name", "moved_m", "inside")
NAMED_COLUMNS = ("change", "old_id", "new_id", "site")
BETWEEN_NAMES = "、"


def matched_facilities(old: FacilityLayer, new: FacilityLayer) -> pd.DataFrame:
    """Every facility of either year once: ``MATCH_COLUMNS``, an id "" where a year does not have it."""
    changes = facility_changes(_frame(old), _frame(new))
    once: pd.DataFrame = changes.drop_duplicates(["service", "old_id", "new_id"])[list(MATCH_COLUMNS)]
    return once.reset_index(drop=True)


def _frame(layer: FacilityLayer) -> gpd.GeoDataFrame:
    first = layer.entrances.drop_duplicates("facility")
    points = gpd.points_from_xy(first["x"], first["y"])
    return gpd.GeoDataFrame(layer.facilities.copy(), geometry=points, crs=layer.crs)


def changed_sites(matches: pd.DataFrame, old: FacilityLayer, new: FacilityLayer, service: str) -> pd.DataFrame:
    """The sites of one service that are not where they were, or not what they were: ``NAMED_COLUMNS``.

    ``change`` is ``opened``, ``closed``, ``moved`` (farther than a survey errs), or ``shifted``: surveyed anew, with
    other entrances, or of another kind.
    """
    own = matches[matches["service"] == service]
    places = [_places(layer, service) for layer in (old, new)]
    rows = [
        (_change(match), match.old_id, match.new_id, match.new_name or match.old_name)
        for match in own.itertuples(index=False)
        if places[0].get(str(match.old_id)) != places[1].get(str(match.new_id))
    ]
    frame = pd.DataFrame(rows, columns=list(NAMED_COLUMNS)).astype("str")
    return frame.sort_values(["change", "new_id", "old_id"], ignore_index=True)


def together(named: pd.DataFrame) -> pd.DataFrame:
    """Several sites as one: where a standard asks for several at once, none of them does anything alone."""
    if len(named) < 2:
        return named
    return pd.DataFrame([(SEVERAL, "", "", BETWEEN_NAMES.join(named["site"]))], columns=list(NAMED_COLUMNS))


def _change(match: object) -> str:
    if not match.old_id:  # type: ignore[attr-defined]
        return "opened"
    if not match.new_id:  # type: ignore[attr-defined]
        return "closed"
    return "moved" if match.moved_m > SAME_PLACE_M else "shifted"  # type: ignore[attr-defined]


def _places(layer: FacilityLayer, service: str) -> dict[str, object]:
    """Where the entrances of each facility of a service are, and of what kind it is."""
    rows = layer.rows_of(service)
    doors = layer.entrances[np.isin(layer.entrances["facility"].to_numpy(), rows)]
    found: dict[int, list[tuple[float, float]]] = {}
    for facility, x, y in doors[["facility", "x", "y"]].itertuples(index=False, name=None):
        found.setdefault(int(facility), []).append((x, y))
    listed = layer.facilities
    return {
        str(listed["facility_id"].iloc[row]): (sorted(found[row]), str(listed["kind"].iloc[row]))
        for row in rows.tolist()
    }


def with_capacities(
    layer: FacilityLayer, other: FacilityLayer, same: dict[str, str], services: Sequence[str]
) -> tuple[pd.DataFrame, ...]:
    """Per service its facilities with the capacities and flags of another year, where that one has them.

    Parameters
    ----------
    layer
        The facilities.
    other
        Those of the other year.
    same
        Ids of the other year by those of ``layer``. What the other year does not have keeps its own.
    """
    own = layer.facilities
    figures = [column for column in own if column == "capacity" or str(column).startswith("flag_")]
    shared = [column for column in figures if column in other.facilities]
    theirs = other.facilities.set_index("facility_id")[shared]
    ids = own["facility_id"].map(same)
    known = ids.notna().to_numpy()
    changed = own.copy()
    for column in shared:
        changed.loc[known, column] = theirs[column].reindex(ids[known]).to_numpy()
    return tuple(changed[changed["service"] == service].reset_index(drop=True) for service in services)
