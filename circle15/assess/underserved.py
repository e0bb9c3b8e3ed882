"""Where the people live who are not covered: cells, and the areas they form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.assess.circles import joined_column
from circle15.assess.clusters import Cluster, clusters, outside_of
from circle15.assess.place_names import Gazetteer, gazetteer, ordinal
from circle15.assess.quantiles import weighted_quantile
from circle15.assess.units import ordered_cells, total
from circle15.model.population import EVERYONE
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.clusters import Gathering, Outside

Reason = Literal["off_network", "island", "barrier", "just_beyond", "none_near"]

# A way at least this many times the straight line is a way round something, or by car over slow roads.
DETOUR = 2.0

AREA_TYPES = {
    "area_id": "str", "rank": "int64", "service": "str", "name": "str", "town_code": "str", "village_code": "str",
    "people": "float64", "cells": "int64", "nearest_facility_id": "str", "nearest_min": "float64",
    "mode": "str", "straight_m": "float64", "network_m": "float64", "reason": "str",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Underserved:
    """The areas, and what lies outside them; per service their people add up to the people not covered.

    Attributes
    ----------
    areas
        ``AREA_TYPES`` and ``geometry`` (the squares of its cells, as one multipolygon), ordered by service (in the
        order of the circles) and rank.
    scattered
        ``service, people, cells``: under-served cells too thinly settled to form an area.
    """

    areas: gpd.GeoDataFrame
    scattered: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Entrances:
    """Where the facilities of one service can be entered: ``xy`` is (entrances, 2) metres, ordered by facility."""

    facility_id: NDArray[np.object_]
    xy: NDArray[np.float64]

    def nearest(self, x: float, y: float) -> tuple[str, float]:
        """The facility nearest in a straight line, and the metres to it; "" and ``inf`` where there is none."""
        if not len(self.xy):
            return "", float("inf")
        straight_m = np.hypot(self.xy[:, 0] - x, self.xy[:, 1] - y)
        at = int(np.argmin(straight_m))
        return str(self.facility_id[at]), float(straight_m[at])


def underserved_cells(cells: pd.DataFrame, circles: Sequence[Circle]) -> pd.DataFrame:
    """Whether a cell has people of the group who cannot reach the service: a bool column per service.

    On the index of ``cells``.
    """
    return pd.DataFrame(
        {circle.service.id: (circle.persons(cells) > 0) & ~circle.served(cells) for circle in circles},
        index=cells.index,
    )


def underserved_areas(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    entrances: pd.DataFrame,
    cell_m: float,
    gathering: Gathering,
    lang: str,
) -> Underserved:
    """Cluster the under-served cells of each service, town by town, and describe each cluster.

    A settlement is where enough people who are not covered live close to each other (``gathering``). For a group
    that is a part of the population the number is scaled by the group's share in the whole place, so that an
    area means the same settlement whether its infants or all its residents are counted. Each area lies in one
    town and, where it can be divided, is no wider than the circle: one site could stand for it. See ``clusters``.

    Parameters
    ----------
    cells
        ``cell_id``, ``x``, ``y``, ``<level>_code``, ``urban_rural``, ``persons_<group>``, ``on_network`` (and
        ``<mode>_on_network``),
        ``<service>_m``, ``<service>_facility``; in any order.
    zones
        ``level, code, name, geometry``, in the metric system of ``cells``. Where the study has no towns, the level
        above takes their place, in ``town_code`` too.
    circles
        The deciding circle of each service.
    entrances
        ``service, facility_id, x, y`` of the facilities of all services.
    cell_m
        Side of a cell, metres.
    gathering
        What makes cells one area.
    lang
        Language of the areas' names: ``zh`` or ``en``.

    Returns
    -------
    Underserved
        ``area_id`` is made of the service, the town's code and the area's cell with most people, so it stays the
        same while that cell does. ``nearest_facility_id`` and ``network_m`` are from that cell by the network; where
        none can be reached the facility is the nearest in a straight line. ``straight_m`` is the straight line
        from that cell to the facility nearest in a straight line, which need not be the same one. ``network_m`` is
        metres of level travel by ``mode``, that of the cell's rule. ``nearest_min``
        is the people-weighted median, ``inf`` where most cannot get there. ``village_code`` is the village in
        which most of its people live, "" where that is not known.
    """
    cells = ordered_cells(cells)
    names = gazetteer(zones)
    rows: list[dict[str, object]] = []
    scattered = []
    for circle in circles:
        beyond = underserved_cells(cells, [circle])[circle.service.id].to_numpy(dtype=bool)
        outside = outside_of(cells[_columns_read(cells, circle)], beyond, circle, f"{names.town_level}_code")
        needed_persons = gathering.least_residents * _share_of_everyone(cells, circle)
        found = list(clusters(outside, circle, gathering.within_m, needed_persons))
        own_entrances = _entrances_of(circle, entrances)
        rows += told_apart(_ranked([_area(cluster, names, own_entrances, cell_m, lang) for cluster in found]), lang)
        scattered.append(_scattered(circle, outside, found))
    return Underserved(_as_areas(rows, zones), pd.DataFrame(scattered, columns=["service", "people", "cells"]))


def _columns_read(cells: pd.DataFrame, circle: Circle) -> list[str]:
    """The columns of ``cells`` that describing an area takes; a study's full frame is many times as wide."""
    service = circle.service.id
    own = {f"persons_{circle.group}", f"{service}_m", f"{service}_facility"}
    place = {"cell_id", "x", "y", "town_code", "county_code", "place_code", "village_code", "urban_rural"}
    joined = {joined_column(mode) for mode in (circle.urban.mode, circle.rural.mode)}
    return [column for column in cells.columns if column in own | place | joined]


def _share_of_everyone(cells: pd.DataFrame, circle: Circle) -> float:
    everyone = cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    return total(circle.persons(cells)) / total(everyone)


def _entrances_of(circle: Circle, entrances: pd.DataFrame) -> Entrances:
    """Ordered by facility and place, so that the first of equally near ones has the smaller id."""
    own = entrances[entrances["service"] == circle.service.id].sort_values(["facility_id", "x", "y"], kind="stable")
    return Entrances(own["facility_id"].to_numpy(dtype=object), own[["x", "y"]].to_numpy(dtype=np.float64))


def _area(cluster: Cluster, names: Gazetteer, entrances: Entrances, cell_m: float, lang: str) -> dict[str, object]:
    cells, heaviest = cluster.cells, cluster.heaviest
    service = cluster.circle.service.id
    straight_id, straight_m = entrances.nearest(*cells.xy[heaviest].tolist())
    village_code = _village_code(cells)
    return {
        "area_id": f"{service}-{cluster.town_code}-{cells.cell_id[heaviest]}",
        "service": service,
        "name": names.name(*cluster.centre, cluster.town_code, village_code, lang),
        "town_code": cluster.town_code,
        "village_code": village_code,
        "people": cluster.people,
        "cells": len(cells.persons),
        "nearest_facility_id": cells.facility[heaviest] or straight_id,
        "nearest_min": weighted_quantile(cells.minutes, cells.persons, 0.5),
        "mode": cells.mode[heaviest],
        "straight_m": straight_m,
        "network_m": float(cells.metres[heaviest]),
        "reason": _reason(cluster, straight_m),
        "geometry": _squares(cells.xy, cell_m),
    }


def _reason(cluster: Cluster, straight_m: float) -> Reason:
    """Why its people are not covered; the figures compared are those the area shows."""
    cells, heaviest = cluster.cells, cluster.heaviest
    if _most(cluster, ~cells.on_network):
        return "off_network"
    # On the network, some facility exists, and yet no way leads to any: another island.
    if np.isfinite(straight_m) and _most(cluster, cells.on_network & np.isinf(cells.metres)):
        return "island"
    if straight_m > cells.limit_m[heaviest]:
        return "none_near"
    return "barrier" if cells.metres[heaviest] >= DETOUR * straight_m else "just_beyond"


def _most(cluster: Cluster, which: NDArray[np.bool_]) -> bool:
    return bool(which.any()) and total(cluster.cells.persons[which]) > 0.5 * cluster.people


def _village_code(cells: Outside) -> str:
    """The village with most of its people, of several the smaller code; "" where villages are not known."""
    people = {code: total(cells.persons[cells.village_code == code]) for code in sorted(set(cells.village_code) - {""})}
    return str(max(people, key=people.__getitem__, default=""))


def _squares(xy: NDArray[np.float64], cell_m: float) -> shapely.MultiPolygon:
    half = cell_m / 2.0
    x, y = xy.T
    union = shapely.normalize(shapely.coverage_union_all(shapely.box(x - half, y - half, x + half, y + half)))
    return union if isinstance(union, shapely.MultiPolygon) else shapely.MultiPolygon([union])


def _ranked(areas: list[dict[str, object]]) -> list[dict[str, object]]:
    """Most people first, ties to the smaller id."""
    frame = pd.DataFrame(areas, columns=["area_id", "people"])
    frame["fewest_first"] = -frame["people"].astype("float64")
    order = frame.sort_values(["fewest_first", "area_id"], kind="stable").index
    return [areas[at] | {"rank": rank} for rank, at in enumerate(order, start=1)]


def told_apart(areas: list[dict[str, object]], lang: str) -> list[dict[str, object]]:
    """The areas of one service; those of one name are numbered in their order.

    Examples
    --------
    >>> [area["name"] for area in told_apart([{"name": "甲"}, {"name": "乙"}, {"name": "甲"}], "zh")]
    ['甲（之一）', '乙', '甲（之二）']
    """
    count = Counter(area["name"] for area in areas)
    seen: Counter[object] = Counter()
    found = []
    for area in areas:
        name = area["name"]
        seen[name] += 1
        again = say("assess.area_again", lang, name=name, number=ordinal(seen[name], lang))
        found.append(area | {"name": again} if count[name] > 1 else area)
    return found


def _as_areas(rows: list[dict[str, object]], zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(rows, columns=[*AREA_TYPES, "geometry"], geometry="geometry", crs=zones.crs)
    return frame.astype(AREA_TYPES)


def _scattered(circle: Circle, outside: Outside, found: list[Cluster]) -> tuple[str, float, int]:
    gathered = [cluster.cells.row for cluster in found]
    single = ~np.isin(outside.row, np.concatenate(gathered)) if gathered else np.ones(len(outside.row), dtype=bool)
    return circle.service.id, total(outside.persons[single]), int(single.sum())
