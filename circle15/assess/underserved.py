"""Where the people live who are not covered: cells, and the areas they form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sklearn.cluster import DBSCAN

from circle15.assess.place_names import area_name, side_of
from circle15.assess.quantiles import weighted_quantile
from circle15.assess.units import ordered_cells, total
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from circle15.assess.circles import Circle

Reason = Literal["off_network", "island", "barrier", "none_near"]

# Cells up to a knight's move apart (2.24 sides) belong together, so that a lane or a field one cell wide does not
# split a hamlet; 2.5 lies well between two possible distances, so no rounding decides.
NEIGHBOUR_SIDES = 2.5
# Around one of its cells an area has at least this many residents, or the group's share of as many.
HAMLET_RESIDENTS = 50.0
# A walk at least this many times the straight line is a way round something.
DETOUR = 2.0
NO_CLUSTER = -1

AREA_TYPES = {
    "area_id": "str", "rank": "int64", "service": "str", "name": "str", "town_code": "str", "village_code": "str",
    "people": "float64", "cells": "int64", "nearest_facility_id": "str", "nearest_min": "float64",
    "straight_m": "float64", "network_m": "float64", "reason": "str",
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


@dataclass(frozen=True, eq=False)
class Cluster:
    """Under-served cells of one service and town that lie together, ordered by cell_id.

    ``persons`` are those of the circle's group, per row of ``cells``; all above 0.
    """

    circle: Circle
    town_code: str
    cells: pd.DataFrame
    persons: NDArray[np.float64]

    @property
    def people(self) -> float:
        """People in it that are not covered."""
        return total(self.persons)

    @property
    def heaviest(self) -> int:
        """Row of the cell with most of these people; of several the one with the smaller id."""
        return int(np.argmax(self.persons))

    @property
    def centre(self) -> tuple[float, float]:
        """Where these people live on average, metres."""
        x, y = (total(self.cells[axis].to_numpy(dtype=np.float64) * self.persons) for axis in ("x", "y"))
        return x / self.people, y / self.people


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
    lang: str,
    *,
    hamlet_residents: float = HAMLET_RESIDENTS,
) -> Underserved:
    """Cluster the under-served cells of each service, town by town, and describe each cluster.

    Density clustering (DBSCAN; Ester et al. 1996) of cell centres weighted by the people not covered: a cell is
    the core of an area where at least ``hamlet_residents`` live within 2.5 cell sides of it, not covered. For a
    group that is a part of the population this is scaled by the group's share in the whole place, so that an area
    means the same settlement whether its infants or all its residents are counted. Each area lies in one town.

    Parameters
    ----------
    cells
        ``cell_id``, ``x``, ``y``, ``<level>_code``, ``urban_rural``, ``persons_<group>``, ``on_network``,
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
    lang
        Language of the areas' names: ``zh`` or ``en``.
    hamlet_residents
        Residents that make a settlement.

    Returns
    -------
    Underserved
        ``area_id`` is made of the service, the town's code and the area's cell with most people, so it stays the
        same while that cell does. ``nearest_facility_id`` and ``network_m`` are from that cell by the network; where
        none can be reached the facility is the nearest in a straight line. ``straight_m`` is the straight line
        from that cell to the facility nearest in a straight line, which need not be the same one. ``nearest_min``
        is the people-weighted median, ``inf`` where most cannot get there. ``village_code`` is the village in
        which most of its people live, "" where that is not known.
    """
    cells = ordered_cells(cells)
    found = underserved_cells(cells, circles)
    rows: list[dict[str, object]] = []
    scattered = []
    for circle in circles:
        outside = cells[found[circle.service.id]]
        clusters = list(_clusters(cells, outside, circle, _town_level(zones), cell_m, hamlet_residents))
        rows += _ranked([_area(cluster, zones, _entrances_of(circle, entrances), cell_m, lang) for cluster in clusters])
        scattered.append(_scattered(circle, outside, clusters))
    return Underserved(_as_areas(rows, zones), pd.DataFrame(scattered, columns=["service", "people", "cells"]))


def _town_level(zones: gpd.GeoDataFrame) -> str:
    present = set(zones["level"])
    return next(level for level in ("town", "county", "place") if level in present)


def _entrances_of(circle: Circle, entrances: pd.DataFrame) -> Entrances:
    """Ordered by facility and place, so that the first of equally near ones has the smaller id."""
    own = entrances[entrances["service"] == circle.service.id].sort_values(["facility_id", "x", "y"], kind="stable")
    return Entrances(own["facility_id"].to_numpy(dtype=object), own[["x", "y"]].to_numpy(dtype=np.float64))


def _clusters(
    cells: pd.DataFrame, outside: pd.DataFrame, circle: Circle, level: str, cell_m: float, hamlet_residents: float
) -> Iterator[Cluster]:
    everyone = total(cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64))
    needed = hamlet_residents * total(circle.persons(cells)) / everyone
    for town_code, in_town in outside.groupby(f"{level}_code", sort=True):
        labels = _labels(in_town, circle.persons(in_town), cell_m, needed)
        for label in range(int(labels.max()) + 1):
            members = in_town[labels == label]
            yield Cluster(circle, str(town_code), members, circle.persons(members))


def _labels(
    in_town: pd.DataFrame, persons: NDArray[np.float64], cell_m: float, needed_persons: float
) -> NDArray[np.int64]:
    """Number of each cell's cluster from 0 on, ``NO_CLUSTER`` for none."""
    # scikit-learn takes whole thresholds only, so the weights are told in shares of what is needed.
    search = DBSCAN(eps=NEIGHBOUR_SIDES * cell_m, min_samples=1)
    weights = persons / needed_persons
    labels: NDArray[np.int64] = search.fit(
        in_town[["x", "y"]].to_numpy(dtype=np.float64), sample_weight=weights
    ).labels_
    return labels


def _area(
    cluster: Cluster, zones: gpd.GeoDataFrame, entrances: Entrances, cell_m: float, lang: str
) -> dict[str, object]:
    service = cluster.circle.service.id
    heaviest = cluster.cells.iloc[cluster.heaviest]
    straight_id, straight_m = entrances.nearest(heaviest["x"], heaviest["y"])
    village_code = _village_code(cluster)
    return {
        "area_id": f"{service}-{cluster.town_code}-{heaviest['cell_id']}",
        "service": service,
        "name": _name(cluster, zones, village_code, lang),
        "town_code": cluster.town_code,
        "village_code": village_code,
        "people": cluster.people,
        "cells": len(cluster.cells),
        "nearest_facility_id": heaviest[f"{service}_facility"] or straight_id,
        "nearest_min": weighted_quantile(cluster.circle.minutes_walked(cluster.cells), cluster.persons, 0.5),
        "straight_m": straight_m,
        "network_m": float(heaviest[f"{service}_m"]),
        "reason": _reason(cluster, straight_m),
        "geometry": _squares(cluster.cells, cell_m),
    }


def _reason(cluster: Cluster, straight_m: float) -> Reason:
    """Why its people are not covered; the figures compared are those the area shows."""
    network_m = cluster.circle.metres(cluster.cells)
    on_network = cluster.cells["on_network"].to_numpy(dtype=bool)
    if _most(cluster, ~on_network):
        return "off_network"
    # On the network, some facility exists, and yet no way leads to any: another island.
    if np.isfinite(straight_m) and _most(cluster, on_network & np.isinf(network_m)):
        return "island"
    limit_m = cluster.circle.limits_m(cluster.cells)
    if straight_m <= limit_m[cluster.heaviest] and network_m[cluster.heaviest] >= DETOUR * straight_m:
        return "barrier"
    return "none_near"


def _most(cluster: Cluster, which: NDArray[np.bool_]) -> bool:
    return total(cluster.persons[which]) > 0.5 * cluster.people


def _village_code(cluster: Cluster) -> str:
    """The village with most of its people, of several the smaller code; "" where villages are not known."""
    if "village_code" not in cluster.cells:
        return ""
    codes = cluster.cells["village_code"].to_numpy(dtype=object)
    people = {code: total(cluster.persons[codes == code]) for code in sorted(set(codes) - {""})}
    return str(max(people, key=people.__getitem__, default=""))


def _name(cluster: Cluster, zones: gpd.GeoDataFrame, village_code: str, lang: str) -> str:
    """Named in the town that owns it, or in the whole area where none does."""
    towns = zones[(zones["level"] == _town_level(zones)) & (zones["code"] == cluster.town_code)]
    town = towns.iloc[0] if len(towns) else zones.iloc[0]
    x, y = cluster.centre
    return area_name(town["name"], side_of(x, y, town.geometry), _village_name(zones, village_code, x, y), lang)


def _village_name(zones: gpd.GeoDataFrame, village_code: str, x: float, y: float) -> str:
    """The village of this code, else the one whose centroid is nearest, else ""."""
    villages = zones[zones["level"] == "village"].sort_values("code", kind="stable")
    if villages.empty:
        return ""
    here = villages[villages["code"] == village_code]
    if len(here):
        return str(here["name"].iloc[0])
    middles = shapely.get_coordinates(shapely.centroid(villages.geometry.to_numpy()))
    return str(villages["name"].iloc[int(np.argmin(np.hypot(middles[:, 0] - x, middles[:, 1] - y)))])


def _squares(cells: pd.DataFrame, cell_m: float) -> shapely.MultiPolygon:
    x, y = cells["x"].to_numpy(dtype=np.float64), cells["y"].to_numpy(dtype=np.float64)
    half = cell_m / 2.0
    union = shapely.normalize(shapely.union_all(shapely.box(x - half, y - half, x + half, y + half)))
    return union if isinstance(union, shapely.MultiPolygon) else shapely.MultiPolygon([union])


def _ranked(areas: list[dict[str, object]]) -> list[dict[str, object]]:
    """Most people first, ties to the smaller id."""
    frame = pd.DataFrame(areas, columns=["area_id", "people"])
    frame["fewest_first"] = -frame["people"].astype("float64")
    order = frame.sort_values(["fewest_first", "area_id"], kind="stable").index
    return [areas[at] | {"rank": rank} for rank, at in enumerate(order, start=1)]


def _as_areas(rows: list[dict[str, object]], zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(rows, columns=[*AREA_TYPES, "geometry"], geometry="geometry", crs=zones.crs)
    return frame.astype(AREA_TYPES)


def _scattered(circle: Circle, outside: pd.DataFrame, clusters: list[Cluster]) -> tuple[str, float, int]:
    gathered = {cell for cluster in clusters for cell in cluster.cells["cell_id"]}
    rest = outside[~outside["cell_id"].isin(gathered)]
    return circle.service.id, total(circle.persons(rest)), len(rest)
