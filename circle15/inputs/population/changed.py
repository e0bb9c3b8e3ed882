"""The people of a study as a scenario has them: more or fewer of a group in a unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.scenario.references import like
from circle15.inputs.scenario.values import Spot
from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.model.population import PopulationGrid
    from circle15.model.scenario import PeopleChange
    from circle15.model.zones import Zones

TABLE = "people"
KIND = "groups"
OLDEST = 200


@dataclass(frozen=True, eq=False)
class _Unit:
    """A unit that a change names, and the rows of its cells."""

    code: str
    name: str
    rows: NDArray[np.int64]


def changed_people(
    grid: PopulationGrid, changes: Sequence[PeopleChange], file: str, zones: Zones, groups: Mapping[str, Group]
) -> tuple[PopulationGrid, Ledger]:
    """More or fewer people, one change after the other, in the order of the file.

    Where everyone changes, every group does in step. Where one group does, so does what lies within it (those of 80
    within those of 60 and over) in step, and what it lies within changes by as many persons. New people live where
    those of their group live already; where none do, where anyone lives.

    Parameters
    ----------
    grid
        The people as the study's files have them.
    changes, file
        ``[[people]]`` of a scenario, and its file.
    zones
        Units by whose codes the changes name them.
    groups
        The catalogue's groups.

    Raises
    ------
    ConfigurationError, Faults
        A unit or a group that is not known, or a unit in which nobody lives.
    """
    faults: list[Circle15Error] = []
    rows: list[LedgerRow] = []
    persons = grid.persons
    for number, change in enumerate(changes, start=1):
        with collecting(faults):
            spot = Spot(file, TABLE, number, "")
            unit = _unit(spot, change, grid, zones)
            group = _group(spot, change, persons)
            before = float(persons[group].iloc[unit.rows].sum())
            persons = _changed(persons, unit, group, _wanted(spot, change, unit, persons[group], persons), groups)
            after = float(persons[group].iloc[unit.rows].sum())
            rows.append(_line(file, number, unit, group, groups, (before, after)))
    raise_faults(faults)
    return replace(grid, persons=persons), Ledger(tuple(rows))


def _unit(spot: Spot, change: PeopleChange, grid: PopulationGrid, zones: Zones) -> _Unit:
    """The unit of a code, of equal codes the wider one."""
    found = zones.frame[zones.frame["code"] == change.unit]
    if not len(found):
        named = zones.frame.loc[zones.frame["name"] == change.unit, "code"]
        guess = like(change.unit, zones.frame["code"]) if not len(named) else like(named.iloc[0], named)
        raise ConfigurationError("scenario.no_unit", where=spot.table_named, found=change.unit, like=guess)
    level, name = found["level"].iloc[0], str(found["name"].iloc[0])
    return _Unit(change.unit, name, np.flatnonzero(grid.cells[f"{level}_code"].to_numpy() == change.unit))


def _group(spot: Spot, change: PeopleChange, persons: pd.DataFrame) -> str:
    if change.group not in persons:
        facts = {"found": change.group, "known": ", ".join(map(str, persons))}
        raise ConfigurationError("scenario.no_group", where=spot.table_named, **facts)
    return change.group


def _wanted(
    spot: Spot, change: PeopleChange, unit: _Unit, own: pd.Series, persons: pd.DataFrame
) -> NDArray[np.float64]:
    """How many of the group the unit's cells are to hold, (rows,)."""
    here = own.to_numpy(np.float64)[unit.rows]
    if change.factor is not None:
        return here * change.factor
    total, wanted = float(here.sum()), change.persons or 0.0
    if not total > 0:
        here = persons[EVERYONE].to_numpy(np.float64)[unit.rows]
        total = float(here.sum())
    if total > 0:
        return here * (wanted / total)
    if wanted > 0:
        raise ConfigurationError("scenario.nobody_there", where=spot.table_named, unit=unit.name)
    return here


def _changed(
    persons: pd.DataFrame, unit: _Unit, group: str, wanted: NDArray[np.float64], groups: Mapping[str, Group]
) -> pd.DataFrame:
    before = persons[group].to_numpy(np.float64)[unit.rows]
    step = np.divide(wanted, before, out=np.ones_like(wanted), where=before > 0)
    columns = {}
    for name in persons:
        values = persons[name].to_numpy(np.float64).copy()
        if name == group:
            values[unit.rows] = wanted
        elif group == EVERYONE or _within(str(name), group, groups):
            values[unit.rows] *= step
        elif _within(group, str(name), groups):
            values[unit.rows] = np.maximum(values[unit.rows] + (wanted - before), 0.0)
        columns[name] = values
    return pd.DataFrame(columns, index=persons.index)


def _within(inner: str, outer: str, groups: Mapping[str, Group]) -> bool:
    """Whether everyone of one group is of another: by age, and all are of everyone.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> groups = load_catalogue().groups
    >>> [_within(*pair, groups) for pair in (("80p", "60p"), ("60p", "80p"), ("disabled", "all"), ("disabled", "60p"))]
    [True, False, True, False]
    """
    if outer == EVERYONE:
        return inner != EVERYONE
    one, other = groups.get(inner), groups.get(outer)
    if one is None or other is None or one.from_age is None or other.from_age is None:
        return False
    ends = [OLDEST if each.to_age is None else each.to_age for each in (one, other)]
    return other.from_age <= one.from_age and ends[0] <= ends[1]


def _line(
    file: str, number: int, unit: _Unit, group: str, groups: Mapping[str, Group], ends: tuple[float, float]
) -> LedgerRow:
    label = groups[group].label
    facts = {"unit": unit.name, "group": label, "before": ends[0], "after": ends[1]}
    note = Note("scenario.did_people", facts, Place(file, TABLE, number))
    return LedgerRow(file, TABLE, number, "used", KIND, unit.code, unit.name, (note,))
