"""The arrays that every draw is worked out on: distances to the few nearest sites, people, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.rules import CLASSES, is_rural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.catalogue.entries import Catalogue

NOBODY = -1
NOT_USED = float("nan")


@dataclass(frozen=True, eq=False)
class FewSites:
    """The few nearest sites of one need of a service, per cell in the order of ``cells``.

    Attributes
    ----------
    count
        How many sites the need asks for: the metres to the count-th site that is there decide.
    metres
        float64, (cells, few): the nearest first, by the mode of the cell's own rule; ``inf`` where there are fewer.
    facility
        int32, (cells, few): numbers that tell the study's facilities apart, -1 where there are fewer.
    """

    count: int
    metres: NDArray[np.float64]
    facility: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ways:
    """How cells come to the streets, per mode of travel.

    Attributes
    ----------
    leg_m
        By mode: float64, (cells,): the leg from the cell to its street, in metres of travel of the mode.
    per_walked_m
        By mode: metres of travel of the mode that go by while one walks a metre.
    cell_m
        Side of a cell, metres.
    """

    leg_m: Mapping[str, NDArray[np.float64]]
    per_walked_m: Mapping[str, float]
    cell_m: float

    def width_m(self, mode: str) -> float:
        """Side of a cell in metres of travel of a mode."""
        return self.cell_m * self.per_walked_m.get(mode, NOT_USED)

    def legs_m(self, mode: str, cells: int) -> NDArray[np.float64]:
        """The leg of each cell by a mode; NaN by one that no cell is counted by."""
        return self.leg_m.get(mode, np.full(cells, NOT_USED))


@dataclass(frozen=True, eq=False)
class District:
    """One study, its cells sorted so that those of a smallest unit stand together.

    Attributes
    ----------
    services
        Ids, in the order of all arrays; S of them.
    speeds
        Ids of the speeds; those of a service's two classes of town are in ``speed_of``.
    speed_of
        intp, (S, 2): which speed makes the limit, -1 where metres decide.
    limits_m
        (S, 2): the limit in towns of either class.
    rural
        int32, (cells,): 1 where the rural rule counts.
    needs
        Per service, in the order of its needs.
    leg_m, width_m
        (S, cells) the leg and (S, 2) the side of a cell, in metres of travel of each rule's mode.
    groups, group_of
        Ids of the groups of people, and (S,) which one a service counts.
    people
        (groups, cells); ``second`` the same by a second source, None where there is none.
    held
        int64, (atoms,): the unit whose people every draw keeps.
    block
        int64, (cells,): the square of several cells that a cell lies in.
    cell_number
        int64, (cells,): the place of each cell by id: what chance knows it by.
    atom_start
        (atoms + 1,): where the cells of each smallest unit begin.
    unit_of_atom
        (atoms, levels): rows of ``units``, -1 where none.
    units
        ``level, code, name``, in the order of the zones.
    facilities
        How many facilities there are in all.
    """

    services: tuple[str, ...]
    speeds: tuple[str, ...]
    speed_of: NDArray[np.intp]
    limits_m: NDArray[np.float64]
    rural: NDArray[np.int32]
    needs: tuple[tuple[FewSites, ...], ...]
    leg_m: NDArray[np.float64]
    width_m: NDArray[np.float64]
    groups: tuple[str, ...]
    group_of: NDArray[np.int64]
    people: NDArray[np.float64]
    second: NDArray[np.float64] | None
    held: NDArray[np.int64]
    block: NDArray[np.int64]
    cell_number: NDArray[np.int64]
    atom_start: NDArray[np.int64]
    unit_of_atom: NDArray[np.int64]
    units: pd.DataFrame
    facilities: int


def district_of(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    catalogue: Catalogue,
    circles: Sequence[Circle],
    sites: Mapping[str, Sequence[FewSites]],
    ways: Ways,
    held_level: str | None = None,
    second: NDArray[np.float64] | None = None,
) -> District:
    """The arrays of a study.

    Parameters
    ----------
    cells
        ``cell_id, x, y, urban_rural, <level>_code, persons_<group>``; in any order.
    zones
        ``level, code, name``.
    catalogue
        The speeds.
    circles
        The circle of each service that decides.
    sites
        By service id, each need's few nearest sites, rows as in ``cells``.
    ways
        The cells' legs, rows as in ``cells``.
    held_level
        The level whose units have official totals, which no draw changes; None: only the whole area's is held.
    second
        (cells,): persons of a second source, rows as in ``cells``.
    """
    units = zones[["level", "code", "name"]].reset_index(drop=True)
    number = np.argsort(np.argsort(cells["cell_id"].to_numpy(dtype=str), kind="stable"), kind="stable")
    of_level = _unit_rows(cells, units)
    order = np.lexsort((number, *of_level.T[::-1]))
    sorted_cells, of_level = cells.iloc[order], of_level[order]
    first = np.append(True, (of_level[1:] != of_level[:-1]).any(axis=1)) if len(order) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(first)
    groups = tuple(dict.fromkeys(circle.group for circle in circles))
    speeds = tuple(dict.fromkeys(speed for circle in circles for speed in _speed_ids(catalogue, circle) if speed))
    persons = np.array([sorted_cells[f"persons_{group}"].to_numpy(dtype=np.float64) for group in groups])
    held = sorted_cells[f"{held_level}_code"].to_numpy(dtype=str) if held_level is not None else np.zeros(len(order))
    return District(
        services=tuple(circle.service.id for circle in circles),
        speeds=speeds,
        speed_of=np.array([[_place(speeds, speed) for speed in _speed_ids(catalogue, circle)] for circle in circles]),
        limits_m=np.array([[circle.rule(kind).limit_m for kind in CLASSES] for circle in circles]),
        rural=is_rural(sorted_cells).astype(np.int32),
        needs=tuple(tuple(_taken(need, order) for need in sites[circle.service.id]) for circle in circles),
        leg_m=np.array([_legs(circle, ways, sorted_cells, order) for circle in circles]),
        width_m=np.array([[ways.width_m(circle.rule(kind).mode) for kind in CLASSES] for circle in circles]),
        groups=groups,
        group_of=np.array([groups.index(circle.group) for circle in circles], dtype=np.int64),
        people=persons,
        second=None if second is None else _second_people(persons, sorted_cells, second[order]),
        held=np.unique(held, return_inverse=True)[1].astype(np.int64)[starts],
        block=_blocks(sorted_cells, ways.cell_m),
        cell_number=number[order].astype(np.int64),
        atom_start=np.append(starts, len(order)).astype(np.int64),
        unit_of_atom=of_level[starts].astype(np.int64),
        units=units,
        facilities=1 + max((int(need.facility.max(initial=-1)) for own in sites.values() for need in own), default=-1),
    )


# Sides of a block, in cells: errors of gridded people go together over some hundred metres.
BLOCK_CELLS = 5


def _blocks(cells: pd.DataFrame, cell_m: float) -> NDArray[np.int64]:
    """The block of each cell, by the fixed grid: the same from year to year."""
    column = np.floor(cells["x"].to_numpy() / (cell_m * BLOCK_CELLS)).astype(np.int64)
    row = np.floor(cells["y"].to_numpy() / (cell_m * BLOCK_CELLS)).astype(np.int64)
    blocks: NDArray[np.int64] = row * 1_000_003 + column
    return blocks


def _unit_rows(cells: pd.DataFrame, units: pd.DataFrame) -> NDArray[np.int64]:
    """(cells, levels): the row of ``units`` of each cell at each level, from the widest level down."""
    columns = []
    for level in units["level"].unique():
        here = units[units["level"] == level]
        place = dict(zip(here["code"], here.index, strict=True))
        columns.append([place.get(code, NOBODY) for code in cells[f"{level}_code"]])
    return np.array(columns, dtype=np.int64).T.reshape(len(cells), -1)


def _speed_ids(catalogue: Catalogue, circle: Circle) -> tuple[str, ...]:
    """The speed that makes the limit in towns of either class, "" where metres decide."""
    reaches = [circle.service.reach(kind) for kind in CLASSES]
    speeds = [catalogue.speed_for(circle.service, reach) for reach in reaches]
    by_metres = [reach.decides == "metres" and reach.metres is not None for reach in reaches]
    return tuple("" if metres or speed is None else speed.id for metres, speed in zip(by_metres, speeds, strict=True))


def _place(speeds: Sequence[str], speed: str) -> int:
    return speeds.index(speed) if speed else NOBODY


def _taken(need: FewSites, order: NDArray[np.intp]) -> FewSites:
    return FewSites(need.count, np.ascontiguousarray(need.metres[order]), np.ascontiguousarray(need.facility[order]))


def _legs(circle: Circle, ways: Ways, cells: pd.DataFrame, order: NDArray[np.intp]) -> NDArray[np.float64]:
    """The leg of each cell by the mode of its own rule."""
    urban, rural = (ways.legs_m(circle.rule(kind).mode, len(order))[order] for kind in CLASSES)
    return np.where(is_rural(cells), rural, urban)


def _second_people(
    persons: NDArray[np.float64], cells: pd.DataFrame, second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Each group as the second source would place it: with the same share of each cell's people."""
    everyone = cells["persons_all"].to_numpy(dtype=np.float64)
    ratio = np.divide(second, everyone, out=np.zeros(len(second)), where=everyone > 0)
    placed: NDArray[np.float64] = persons * ratio
    return placed
