"""Facilities: where the offices have put them, street by street and town by town.

Places are chosen one after another where most people are still without one, with some luck. New estates count for
little, because services have not followed people there; small hill villages lose against larger ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.spatial import KDTree

from circle15.sample.settlements import island_index
from circle15.sample.zones import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.sample.grids import Grid
    from circle15.sample.people import Homes
    from circle15.sample.plan import FacilityList, Plan
    from circle15.sample.settlements import Settlement
    from circle15.sample.terrain import Mesh
    from circle15.sample.zones import Units

CROWD_M = 100.0
ESTATE_COUNTS = 0.12  # of a person in a new estate, in the eyes of the offices
STILL_WANTING = 0.15  # of the demand near a site, once it stands
LUCK = 0.45  # spread of the logarithm of a place's merit
OFF_STREET_M = (14.0, 38.0)
STREETS = ("解放路", "人民路", "新华路", "建设路", "文化路", "迎春路", "学士路", "和平路")
BEYOND_SERVICES = ("kindergarten", "clinic")  # each has one site just across the border
TWO_GATES_SERVICE = "primary_school"
NO_COORDINATES_SERVICE = "canteen"
BEYOND_M = 150.0
OTHER_NEIGHBOUR_M = 3000.0
FAR_OUTSIDE_SERVICE = "childcare"
FAR_OUTSIDE_M = (96_000.0, 61_000.0)


@dataclass(frozen=True, eq=False)
class Corners:
    """Street corners where a facility may stand.

    Attributes
    ----------
    xy
        float64, (n, 2): metres.
    village, town
        int64, (n,): indices, ``NOWHERE`` beyond the border.
    beyond_m
        float64, (n,): how far beyond the border; 0 within.
    """

    xy: NDArray[np.float64]
    village: NDArray[np.int64]
    town: NDArray[np.int64]
    beyond_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Crowds:
    """People gathered by the hundred metres: middles in metres (n, 2), and how many count."""

    xy: NDArray[np.float64]
    wanting: NDArray[np.float64]


def make_facilities(
    plan: Plan, mesh: Mesh, units: Units, settlements: tuple[Settlement, ...], grids: tuple[Grid, ...], homes: Homes
) -> dict[str, pd.DataFrame]:
    """The rows of every list, by service: ``id, name, address, x, y, capacity, flag``; NaN where not known."""
    corners = _corners(mesh, units, settlements, grids)
    crowds = _crowds(homes)
    lists = {}
    for each in plan.lists:
        rng = plan.random(f"facilities {each.service}")
        places = _places(each, corners, crowds, rng)
        if each.service in BEYOND_SERVICES:
            places.append(_beyond(corners, BEYOND_SERVICES.index(each.service)))
        lists[each.service] = _with_odd_rows(each, _described(plan, units, each, corners, places, rng), rng)
    return lists


def _corners(mesh: Mesh, units: Units, settlements: tuple[Settlement, ...], grids: tuple[Grid, ...]) -> Corners:
    island = island_index(settlements)
    xy = np.concatenate([grid.open_xy for index, grid in enumerate(grids) if index != island])
    place = mesh.nearest(xy)
    county = shapely.coverage_union_all(mesh.pieces[units.town_of != NOWHERE])
    return Corners(xy, units.village_of[place], units.town_of[place], shapely.distance(county, shapely.points(xy)))


def _crowds(homes: Homes) -> Crowds:
    bins, crowd = np.unique(np.floor(homes.xy / CROWD_M).astype(np.int64), axis=0, return_inverse=True)
    counting = homes.persons * np.where(homes.estate, ESTATE_COUNTS, 1.0)
    middles = (bins.astype(np.float64) + 0.5) * CROWD_M
    return Crowds(middles, np.bincount(crowd.ravel(), weights=counting).astype(np.float64))


def _places(each: FacilityList, corners: Corners, crowds: Crowds, rng: np.random.Generator) -> list[int]:
    """Corners of all sites of one list, town by town."""
    near = _near(corners, crowds, each.reach_m)
    luck = rng.lognormal(0.0, LUCK, len(corners.xy))
    wanting = crowds.wanting.copy()
    places = []
    for town, count in enumerate(each.counts):
        merit = np.where(corners.town == town, luck, 0.0)
        for _ in range(count):
            best = int(np.argmax(merit * (near @ wanting)))
            places.append(best)
            wanting[near[best].indices] *= STILL_WANTING
    return places


def _near(corners: Corners, crowds: Crowds, reach_m: float) -> csr_matrix:
    pairs = KDTree(corners.xy).sparse_distance_matrix(KDTree(crowds.xy), reach_m, output_type="coo_matrix")
    return coo_matrix((np.ones(pairs.nnz), (pairs.row, pairs.col)), shape=pairs.shape).tocsr()


def _beyond(corners: Corners, number: int) -> int:
    """A corner just across the border: the nearest of all (number 0), or the nearest that is not near that one."""
    outside = np.flatnonzero(corners.beyond_m > BEYOND_M)
    outside = outside[np.argsort(corners.beyond_m[outside], kind="stable")]
    elsewhere = np.linalg.norm(corners.xy[outside] - corners.xy[outside[0]], axis=1) > OTHER_NEIGHBOUR_M
    return int(outside[0] if number == 0 else outside[elsewhere][0])


def _described(
    plan: Plan, units: Units, each: FacilityList, corners: Corners, places: list[int], rng: np.random.Generator
) -> pd.DataFrame:
    """Names, addresses and figures of the facilities at ``places``."""
    turn, off = rng.uniform(0, 2 * np.pi, len(places)), rng.uniform(*OFF_STREET_M, len(places))
    xy = corners.xy[places] + np.stack([np.cos(turn), np.sin(turn)], axis=1) * off[:, None]
    names = _names(plan, units, each, corners, places)
    return pd.DataFrame(
        {
            "id": [f"{each.prefix}{number:03d}" for number in range(1, len(places) + 1)],
            "name": names,
            "address": [_address(plan, units, int(corners.village[place]), rng) for place in places],
            "x": xy[:, 0],
            "y": xy[:, 1],
            "capacity": _capacities(each, len(places), rng),
            "flag": rng.random(len(places)) < each.flag_share,
        }
    )


def _capacities(each: FacilityList, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    if each.capacity is None:
        return np.full(count, np.nan)
    low, high, step = each.capacity
    return low + step * rng.integers(0, (high - low) // step + 1, count).astype(np.float64)


def _names(plan: Plan, units: Units, each: FacilityList, corners: Corners, places: list[int]) -> list[str]:
    """Names after the village, or the town for its first."""
    names: list[str] = []
    towns: set[int] = set()
    for place in places:
        if corners.village[place] == NOWHERE:
            names.append(each.names.rural.format(unit="邻县界牌村", base="邻县界牌", nth=""))
            continue
        village = units.villages[corners.village[place]]
        town = plan.towns[village.town]
        pattern = each.names.urban if village.urban else each.names.rural
        if village.town not in towns and each.names.first and town.kind != "street":
            pattern = each.names.first
        towns.add(village.town)
        names.append(_first_free(pattern, names, unit=village.name, base=village.short_name, town=town.name))
    return names


def _first_free(pattern: str, taken: list[str], **facts: str) -> str:
    """The name without a number, or with the first number that is free."""
    names = (pattern.format(nth=nth, **facts) for nth in ("", *(f"第{digit}" for digit in "二三四五六七八九")))
    return next(name for name in names if name not in taken)


def _address(plan: Plan, units: Units, village: int, rng: np.random.Generator) -> str:
    number = int(rng.integers(1, 300))
    street = STREETS[int(rng.integers(len(STREETS)))]
    if village == NOWHERE:
        return f"邻县界牌村{number}号"
    each = units.villages[village]
    road = f"{street}{number}号" if each.urban else f"{number}号"
    return f"{plan.county.name}{plan.towns[each.town].name}{each.name}{road}"


def _with_odd_rows(each: FacilityList, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rows such as real lists have: a school's second gate, a site without coordinates, one in another place."""
    odd = rows.iloc[:1].copy()
    if each.service == TWO_GATES_SERVICE:
        odd[["x", "y"]] += np.array([120.0, -85.0])
        return pd.concat([odd, rows], ignore_index=True).sort_values("id", kind="stable", ignore_index=True)
    odd["id"] = f"{each.prefix}{len(rows) + 1:03d}"
    odd["capacity"] = _capacities(each, 1, rng)
    if each.service == NO_COORDINATES_SERVICE:
        odd[["name", "x", "y"]] = "筹建中的老年食堂", np.nan, np.nan
        return pd.concat([rows, odd], ignore_index=True)
    if each.service == FAR_OUTSIDE_SERVICE:
        odd["name"] = "示例县驻外托育园"
        odd[["x", "y"]] += np.array(FAR_OUTSIDE_M)
        return pd.concat([rows, odd], ignore_index=True)
    return rows
