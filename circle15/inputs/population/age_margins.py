"""Official ages of a wider unit met by the towns within it, whose total people are known by themselves.

A town table often gives people only, the county's table ages too; or both give ages, of different years. The people of
each town and the people of each age of the county are then both met, by iterative proportional fitting over towns
and ages. What the town table tells of ages is where the fitting starts; where it tells nothing, each town starts with
the county's ages. Where the county's ages stand in the towns' own table, towns with ages of their own keep them, and
the others are fitted to what is left. Where the county's people are not the sum of its towns', the towns' are kept and
the county's ages scaled to them, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.errors import ConfigurationError, DataError
from circle15.inputs.files.listing import few
from circle15.inputs.population.gridding import lineage
from circle15.inputs.population.ipf import MET, fit_beside
from circle15.inputs.population.unit_names import unit_names, unit_place
from circle15.model.ledger import Note
from circle15.model.population import EVERYONE
from circle15.model.zones import LEVELS, level_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.inputs.population.totals import OfficialTotals
    from circle15.model.ledger import Place
    from circle15.model.zones import Zones

ROUNDING = 1e-9  # of the total: ages summed in another order
OLDEST = 200


@dataclass(frozen=True, eq=False)
class FittedAges:
    """Totals that meet the wider unit's ages, and the people per group that the fitting began with.

    Attributes
    ----------
    totals
        The towns' totals with their groups fitted.
    seeds
        Same index: a column per fitted group, persons as the town table tells them or as the wider unit's ages do.
    notes
        Where margins contradict each other, and by how much.
    """

    totals: OfficialTotals
    seeds: pd.DataFrame
    notes: tuple[Note, ...]


def fit_ages(totals: OfficialTotals, ages: OfficialTotals, zones: Zones, groups: Mapping[str, Group]) -> FittedAges:
    """Fit the towns' groups to the ages of the units above them.

    Parameters
    ----------
    totals
        Persons, and groups where known, of the narrower units.
    ages
        Persons and groups of units of the same level or a wider one.
    zones
        The study's units.
    groups
        The catalogue's groups by id.

    Raises
    ------
    ConfigurationError
        Ages of units narrower than those of the totals.
    DataError
        No ages for a unit with people, or no group of ages at all.
    """
    if LEVELS.index(ages.level) > LEVELS.index(totals.level):
        raise ConfigurationError(
            "raking.ages_narrower", ages=level_label(ages.level), totals=level_label(totals.level), file=ages.file
        )
    above = _units_above(totals, ages, zones)
    tree = _tree([groups[str(group)] for group in ages.groups if groups[str(group)].from_age is not None])
    if not tree:
        raise DataError("raking.no_ages", file=ages.file)
    persons, seeds = (pd.DataFrame(0.0, index=totals.persons.index, columns=list(tree)) for _ in range(2))
    notes = []
    for code in sorted(set(above[totals.persons > 0])):
        towns = above.index[(above == code) & (totals.persons > 0)]
        began, fitted, told = _fit_unit(totals, ages, code, towns, tree, zones)
        notes += told
        seeds.loc[towns] = np.column_stack([began[group] for group in tree])
        persons.loc[towns] = np.column_stack([fitted[group] for group in tree])
    fitted_totals = replace(totals, groups=_with_others(totals, ages, above, persons, groups))
    return FittedAges(fitted_totals, seeds, tuple(notes))


def _units_above(totals: OfficialTotals, ages: OfficialTotals, zones: Zones) -> pd.Series:
    """The unit of the ages that each unit of the totals belongs to."""
    frame, codes = zones.frame, lineage(zones)
    of_level = (frame["level"] == totals.level).to_numpy()
    known = dict(zip(frame["code"][of_level], codes[f"{ages.level}_code"][of_level], strict=True))
    above = pd.Series([known[code] for code in totals.persons.index], index=totals.persons.index, dtype=object)
    missing = sorted(set(above[totals.persons > 0]) - set(ages.persons.index[ages.persons > 0]))
    if missing:
        names = unit_names(zones, ages.level)
        units = few([f"{names.get(code, '—')}（{code}）" for code in missing])
        raise DataError("raking.ages_missing", file=ages.file, units=units)
    return above


# --- groups within groups -----------------------------------------------------------------------------------------


def _tree(groups: Sequence[Group]) -> dict[str, str]:
    """Each group and the narrowest one around it (everyone where none), widest first; none that cross another.

    Of two groups that cross, such as 6-15 and 12-17, the later one is left out: no table of disjoint ages holds both.
    """
    wide_first = sorted(groups, key=lambda group: (_first(group), -_last(group)))
    kept: list[Group] = []
    for group in wide_first:
        if not any(_first(other) < _first(group) <= _last(other) < _last(group) for other in kept):
            kept.append(group)
    return {group.id: _around(group, kept) for group in kept}


def _around(group: Group, groups: Sequence[Group]) -> str:
    wider = [other for other in groups if other.id != group.id and _holds(other, group)]
    return min(wider, key=lambda other: _last(other) - _first(other)).id if wider else EVERYONE


def _holds(wide: Group, narrow: Group) -> bool:
    return _first(wide) <= _first(narrow) and _last(narrow) <= _last(wide)


def _first(group: Group) -> int:
    return group.from_age or 0


def _last(group: Group) -> int:
    return OLDEST if group.to_age is None else group.to_age


# --- one wider unit -----------------------------------------------------------------------------------------------


def _fit_unit(
    totals: OfficialTotals, ages: OfficialTotals, code: str, towns: pd.Index, tree: Mapping[str, str], zones: Zones
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]], list[Note]]:
    """Persons per group and town of one wider unit, as they began and as fitted."""
    people = totals.persons[towns].to_numpy()
    wanted = ages.groups.loc[code] * (people.sum() / ages.persons[code])
    began = _began(totals, ages, code, towns, tree)
    columns = _parts({EVERYONE: np.array([people.sum()])} | {g: np.array([wanted[g]]) for g in tree}, tree)[0]
    place = unit_place(zones, ages.level, code, ages.file)
    name = unit_names(zones, ages.level)[code]
    notes = _margin_notes(ages, code, float(people.sum()), name, place)
    seed = _parts({EVERYONE: people} | began, tree)
    held = _held(totals, ages, towns, tree)
    fitted = fit_beside(seed, people, columns * (people.sum() / columns.sum()), held)
    if fitted.opened:
        notes.append(Note("raking.cells_opened", {"file": ages.file, "unit": name}, place))
    if fitted.missed > MET:
        notes.append(Note("raking.not_converged", {"file": ages.file, "unit": name, "missed": fitted.missed}, place))
    return began, _wholes(fitted.persons, tree), notes


def _began(
    totals: OfficialTotals, ages: OfficialTotals, code: str, towns: pd.Index, tree: Mapping[str, str]
) -> dict[str, NDArray[np.float64]]:
    """Persons per group and town to begin with: by the town's own ages where it tells them, else the wider unit's."""
    own: dict[str, NDArray[np.float64]] = {EVERYONE: totals.persons[towns].to_numpy()}
    told = _told(totals)
    own |= {group: told[group][towns].to_numpy() for group in tree if group in told}
    wide = {EVERYONE: float(ages.persons[code])} | {group: float(ages.groups[group][code]) for group in tree}
    began = {EVERYONE: own[EVERYONE]}
    for group, around in tree.items():
        share = np.full(len(towns), wide[group] / wide[around] if wide[around] > 0 else 0.0)
        if group in own and around in own:
            known = (own[around] > 0) & ~np.isnan(own[group])
            share = np.divide(own[group], own[around], out=share, where=known)
        began[group] = began[around] * share
    return {group: began[group] for group in tree}


def _told(totals: OfficialTotals) -> pd.DataFrame:
    """What the towns' rows say of groups, NaN where they do not."""
    return totals.groups if totals.partly is None else totals.groups.join(totals.partly)


def _held(totals: OfficialTotals, ages: OfficialTotals, towns: pd.Index, tree: Mapping[str, str]) -> NDArray[np.bool_]:
    """The towns whose ages stand in the same table as the wider unit's: they are what that is the sum of."""
    told = _told(totals)
    if ages is not totals.margins or not set(tree) <= set(told):
        return np.zeros(len(towns), dtype=bool)
    held: NDArray[np.bool_] = told.loc[towns, list(tree)].notna().all(axis=1).to_numpy()
    return held


def _parts(wholes: Mapping[str, NDArray[np.float64]], tree: Mapping[str, str]) -> NDArray[np.float64]:
    """Each group (everyone first) without the groups within it: disjoint, (units, 1 + groups)."""
    parts = {group: wholes[group].astype(np.float64) for group in (EVERYONE, *tree)}
    for group, around in tree.items():
        parts[around] = parts[around] - wholes[group]
    return np.maximum(np.column_stack(list(parts.values())), 0.0)


def _wholes(parts: NDArray[np.float64], tree: Mapping[str, str]) -> dict[str, NDArray[np.float64]]:
    """Each group with the groups within it again."""
    wholes = dict(zip((EVERYONE, *tree), parts.T, strict=True))
    for group in reversed(list(tree)):
        wholes[tree[group]] = wholes[tree[group]] + wholes[group]
    return {group: wholes[group] for group in tree}


def _margin_notes(ages: OfficialTotals, code: str, people: float, name: str, place: Place) -> list[Note]:
    official = float(ages.persons[code])
    if abs(people - official) <= ROUNDING * people:
        return []
    facts: dict[str, object] = {
        "file": ages.file,
        "unit": name,
        "towns": people,
        "official": official,
        "share": people / official - 1,
    }
    return [Note("raking.margins_differ", facts, place)]


# --- groups that are not fitted -----------------------------------------------------------------------------------


def _with_others(
    totals: OfficialTotals,
    ages: OfficialTotals,
    above: pd.Series,
    fitted: pd.DataFrame,
    groups: Mapping[str, Group],
) -> pd.DataFrame:
    """Fitted groups; the towns' own others, within the fitted group around; the wider unit's others by share."""
    persons = {str(group): fitted[group] for group in fitted}
    for group in [str(group) for group in totals.groups if group not in fitted]:
        around = (
            _around(groups[group], [groups[str(g)] for g in fitted]) if groups[group].from_age is not None else EVERYONE
        )
        whole = totals.persons if around == EVERYONE else totals.groups.get(around)
        now = totals.persons if around == EVERYONE else fitted[around]
        persons[group] = totals.groups[group] if whole is None else now * (totals.groups[group] / whole).fillna(0.0)
    for group in [str(group) for group in ages.groups if group not in persons]:
        share = (ages.groups[group] / ages.persons).fillna(0.0)
        persons[group] = totals.persons * above.map(share).fillna(0.0)
    return pd.DataFrame({group: persons[group] for group in groups if group in persons}, index=totals.persons.index)
