"""What changed in the facility lists from one snapshot to another: added, closed, moved, renamed, resized."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from numpy.typing import NDArray

    Record = dict[Hashable, Any]

# Surveyed again, the same door lies some metres beside itself; beyond this a facility has moved.
SAME_PLACE_M = 50.0
# The same id farther away and by another name is another facility: offices number their lists anew.
NEAR_M = 500.0
# What stands for a side that is not there.
EMPTY = {"facility_id": "", "name": "", "capacity": float("nan"), "file": "", "row": 0}
CHANGES = ("added", "closed", "moved", "renamed", "resized", "capacity_lost", "unchanged")
CHANGE_COLUMNS = (
    "service", "change", "old_id", "new_id", "old_name", "new_name", "moved_m", "old_capacity", "new_capacity",
    "inside", "old_file", "old_row", "new_file", "new_row", "geometry",
)  # fmt: skip


def facility_changes(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Compare two snapshots of the facilities of one place.

    Facilities are the same where, in this order and each taken once, they have the same id and name, the same name
    within ``NEAR_M``, the same id within ``NEAR_M``, the same name however far, or the same place within
    ``SAME_PLACE_M``, all within one service; of several the nearest. So a list that was numbered anew follows its
    names. A facility may have changed in several ways and has a row for each.

    Parameters
    ----------
    old, new
        ``facility_id, service, name, capacity, inside, file, row, geometry`` as in ``Results.facilities``; points in
        metres, perhaps of different systems.

    Returns
    -------
    GeoDataFrame
        ``CHANGE_COLUMNS``, in the system of ``new``, ordered by service, change, name and id. ``moved_m`` is the
        distance between the two places, NaN where there is one only. ``inside`` is that of the newer snapshot where
        there is one. ``capacity_lost`` is a capacity that was known and is not any more. Points are those of the
        newer snapshot, of the older one for what closed.

    Examples
    --------
    >>> import geopandas as gpd
    >>> def snapshot(id_, name, east_m):
    ...     said = {"facility_id": [id_], "service": "clinic", "name": [name], "capacity": 10.0, "inside": True}
    ...     point = gpd.points_from_xy([east_m], [0.0])
    ...     return gpd.GeoDataFrame({**said, "file": "a.xlsx", "row": 2}, geometry=point, crs=4549)
    >>> changed = facility_changes(snapshot("7", "甲站", 0.0), snapshot("8", "甲 站", 900.0))
    >>> changed[["change", "moved_m"]].to_records(index=False).tolist()
    [('moved', 900.0)]
    """
    before = _prepared(old.to_crs(new.crs))
    after = _prepared(new)
    rows: list[tuple[object, ...]] = []
    for service in sorted({*before["service"], *after["service"]}):
        rows += _of_service(before[before["service"] == service], after[after["service"] == service])
    frame = _typed(rows, new)
    order = [CHANGES.index(change) for change in frame["change"]]
    names = frame["new_name"].where(frame["new_name"] != "", frame["old_name"])
    keys = (frame["new_id"] + "\n" + frame["old_id"], names, order, frame["service"])
    return frame.iloc[np.lexsort([np.asarray(key) for key in keys])].reset_index(drop=True)


def _typed(rows: list[tuple[object, ...]], new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows of ``CHANGE_COLUMNS`` as a frame, typed even where there are none."""
    frame = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))
    numbers = dict.fromkeys(("moved_m", "old_capacity", "new_capacity"), "float64")
    whole = dict.fromkeys(("old_row", "new_row"), "int64")
    return gpd.GeoDataFrame(frame.astype(numbers | whole | {"inside": bool}), geometry="geometry", crs=new.crs)


def change_counts(changes: pd.DataFrame) -> pd.DataFrame:
    """How many facilities of each service changed in each way: index service, columns ``CHANGES``."""
    counts = pd.crosstab(changes["service"], changes["change"])
    return counts.reindex(columns=list(CHANGES), fill_value=0)


def plain_name(name: str) -> str:
    """A name without width, case, blanks and signs: written otherwise it is the same name.

    Examples
    --------
    >>> plain_name("（甲） 幼儿园") == plain_name("(甲)幼儿园")
    True
    """
    said = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in said if character.isalnum())


def _prepared(facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Ordered by id, with the plain name, x and y; so that the order of rows decides nothing."""
    ordered = facilities.sort_values("facility_id", kind="stable").reset_index(drop=True)
    xy = shapely.get_coordinates(ordered.geometry.to_numpy())
    return ordered.assign(plain=[plain_name(name) for name in ordered["name"]], x=xy[:, 0], y=xy[:, 1])


def _of_service(old: pd.DataFrame, new: pd.DataFrame) -> list[tuple[object, ...]]:
    matched: dict[int, int] = {}
    for pairs in (_same_id_and_name, _same_name_near, _same_id_near, _same_name, _same_place):
        free_old = old.drop(index=list(matched))
        free_new = new.drop(index=list(matched.values()))
        matched |= dict(pairs(free_old, free_new))
    before, after = _records(old), _records(new)
    rows = [row for one, other in matched.items() for row in _changed(before[one], after[other])]
    rows += [_row("closed", record, None) for at, record in before.items() if at not in matched]
    come = after.keys() - set(matched.values())
    return rows + [_row("added", None, after[at]) for at in sorted(come)]


def _records(facilities: pd.DataFrame) -> dict[int, Record]:
    """Each facility's columns by name, by row."""
    return dict(zip(facilities.index.tolist(), facilities.to_dict("records"), strict=True))


def _same_id_and_name(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs of the same id and name, however far."""
    yield from _pairs_by(["facility_id", "plain"], old, new, np.inf)


def _same_name_near(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs of the same name within ``NEAR_M``, the nearest first."""
    yield from _pairs_by(["plain"], old[old["plain"] != ""], new, NEAR_M)


def _same_id_near(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs of the same id that the place bears out."""
    yield from _pairs_by(["facility_id"], old, new, NEAR_M)


def _same_name(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs of the same name, the nearest first."""
    yield from _pairs_by(["plain"], old[old["plain"] != ""], new, np.inf)


def _pairs_by(keys: list[str], old: pd.DataFrame, new: pd.DataFrame, within_m: float) -> Iterator[tuple[int, int]]:
    """Pairs that agree in ``keys`` and lie no farther apart, the nearest first."""
    before, after = (side[[*keys, "x", "y"]].reset_index() for side in (old, new))
    pairs = before.merge(after, on=keys, suffixes=("", "_new"))
    metres = np.hypot(*(pairs[axis].to_numpy() - pairs[f"{axis}_new"].to_numpy() for axis in ("x", "y")))
    near = metres <= within_m
    yield from _nearest_first(pairs["index"].to_numpy()[near], pairs["index_new"].to_numpy()[near], metres[near])


def _same_place(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs at the same place, the nearest first."""
    points = shapely.points(new[["x", "y"]].to_numpy())
    ask = shapely.points(old[["x", "y"]].to_numpy())
    one, other = shapely.STRtree(points).query(ask, predicate="dwithin", distance=SAME_PLACE_M)
    metres = shapely.distance(ask[one], points[other])
    yield from _nearest_first(old.index.to_numpy()[one], new.index.to_numpy()[other], metres)


def _nearest_first(
    old: NDArray[np.int64], new: NDArray[np.int64], metres: NDArray[np.float64]
) -> Iterator[tuple[int, int]]:
    """Take pairs by distance, each facility once; ties go to the smaller ids, which the rows are in order of."""
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for at in np.lexsort((new, old, metres)):
        before, after = int(old[at]), int(new[at])
        if before not in taken_old and after not in taken_new:
            taken_old.add(before)
            taken_new.add(after)
            yield before, after


def _changed(old: Record, new: Record) -> list[tuple[object, ...]]:
    """A row for each way in which a facility changed; one that says unchanged where it did not."""
    ways = []
    if _metres(old, new) > SAME_PLACE_M:
        ways.append("moved")
    if old["plain"] != new["plain"]:
        ways.append("renamed")
    if old["capacity"] != new["capacity"] and not np.isnan(new["capacity"]):
        ways.append("resized")
    if not np.isnan(old["capacity"]) and np.isnan(new["capacity"]):
        ways.append("capacity_lost")
    return [_row(way, old, new) for way in ways or ["unchanged"]]


def _metres(one: Record, other: Record) -> float:
    return float(np.hypot(one["x"] - other["x"], one["y"] - other["y"]))


def _row(change: str, old: Record | None, new: Record | None) -> tuple[object, ...]:
    """A row of ``CHANGE_COLUMNS``; where there is only one facility, the other side is empty."""
    last = new or old or {}
    metres = _metres(old, new) if old is not None and new is not None else float("nan")
    sides = {name: tuple(empty if side is None else side[name] for side in (old, new)) for name, empty in EMPTY.items()}
    return (
        *(last["service"], change),
        *(*sides["facility_id"], *sides["name"], metres, *sides["capacity"], bool(last["inside"])),
        *(sides["file"][0], sides["row"][0], sides["file"][1], sides["row"][1]),
        last["geometry"],
    )


def reasons_gone(changes: pd.DataFrame, ledger: pd.DataFrame) -> pd.Series:
    """Why a closed facility is not counted any more, where the newer list still has it.

    Parameters
    ----------
    changes
        As ``facility_changes`` gives it.
    ledger
        ``kind, fate, object_id, name, reasons`` of the newer snapshot.

    Returns
    -------
    Series
        On the index of ``changes``: the ledger's reasons of the row that was left out and has the same name, else the
        same id; "" where there is none.
    """
    out = ledger[ledger["fate"] == "excluded"]
    plain = [plain_name(name) for name in out["name"]]
    rows = [*zip(out["kind"], plain, out["reasons"], strict=True)]
    by_name = {(kind, name): reasons for kind, name, reasons in reversed(rows) if name}
    by_id = {
        (kind, id_): reasons for kind, id_, reasons in zip(out["kind"], out["object_id"], out["reasons"], strict=True)
    }
    return pd.Series(
        [
            by_name.get((service, plain_name(name)), by_id.get((service, id_), "")) if change == "closed" else ""
            for service, change, id_, name in zip(
                changes["service"], changes["change"], changes["old_id"], changes["old_name"], strict=True
            )
        ],
        index=changes.index,
        dtype="str",
    )
