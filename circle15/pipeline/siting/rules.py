"""The rules of a siting problem by the names that a planner writes: towns, candidates, costs, places."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.suggestions import closest, not_known
from circle15.errors import Circle15Error, ConfigurationError, Faults, collecting, raise_faults
from circle15.siting.problem import CLOSING, NEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from circle15.model.study import SitingSettings
    from circle15.model.zones import Zones

GROWN = "+"


def by_town(zones: Zones, told: Mapping[str, int]) -> dict[str, int]:
    """Numbers by the codes of towns, which may be told by name or by code.

    Raises
    ------
    ConfigurationError, Faults
        No such town, or several of one name.
    """
    towns = zones.at_level("town" if "town" in zones.levels else zones.levels[-1])
    names, codes = towns["name"].tolist(), towns["code"].tolist()
    found: dict[str, int] = {}
    faults: list[Circle15Error] = []
    for town, count in told.items():
        with collecting(faults):
            found[_code(town, names, codes)] = count
    raise_faults(faults)
    return found


def _code(town: str, names: Sequence[str], codes: Sequence[str]) -> str:
    if town in codes:
        return town
    own = [code for name, code in zip(names, codes, strict=True) if name == town]
    if len(own) > 1:
        raise ConfigurationError("candidates.towns_alike", town=town, codes="、".join(own))
    if not own:
        raise not_known("candidates.unknown_town", town, names)
    return own[0]


def with_marks(candidates: pd.DataFrame, must: Sequence[str], forbid: Sequence[str]) -> pd.DataFrame:
    """Candidates with those marked that have to be chosen, or must not be, by id or by a name that only one has.

    Raises
    ------
    ConfigurationError, Faults
        No candidate is called so, or several are.
    """
    faults: list[Circle15Error] = []
    marked = candidates.copy()
    for column, names in (("must", must), ("forbidden", forbid)):
        for name in names:
            with collecting(faults):
                marked.loc[_candidate(candidates, name), column] = True
    raise_faults(faults)
    return marked


def _candidate(candidates: pd.DataFrame, name: str) -> object:
    if name in candidates.index:
        return name
    own = candidates.index[(candidates["name"] == name).to_numpy()]
    if len(own) > 1:
        raise ConfigurationError("candidates.names_alike", name=name, ids="、".join(map(str, own[:10])))
    if not len(own):
        near = closest(name, [str(each) for each in (*candidates.index, *candidates["name"]) if each])
        if near is None:
            raise ConfigurationError("candidates.unknown", found=name)
        raise ConfigurationError("candidates.unknown_like", found=name, closest=near)
    return own[0]


def with_costs(candidates: pd.DataFrame, settings: SitingSettings) -> pd.DataFrame:
    """Candidates with what each costs, or frees where it closes; without the column where it is not known of all.

    Raises
    ------
    ConfigurationError
        There is a budget, and a candidate without a cost.
    """
    kind = candidates["kind"]
    cost = candidates["cost"].where(~candidates["cost"].isna(), np.nan if settings.cost is None else settings.cost)
    cost = cost.astype(np.float64).where(kind == NEW, 0.0).mask(kind == CLOSING, settings.close_saves or 0.0)
    lacking = candidates.index[cost.isna()]
    if not len(lacking):
        return candidates.assign(cost=cost)
    if settings.budget is not None:
        raise ConfigurationError("candidates.no_cost", candidate=lacking[0], count=len(lacking))
    return candidates.drop(columns="cost")


def with_places(candidates: pd.DataFrame, places: float | None) -> pd.DataFrame:
    """Candidates with their places; those of new sites whose lists say none are ``places``, where that is given."""
    if places is None:
        return candidates
    return candidates.assign(places=candidates["places"].fillna(places))


def grown(existing: pd.DataFrame, pairs: pd.DataFrame, places: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Existing sites once more as candidates at the same ways, for the places that each would gain if it stays.

    Parameters
    ----------
    existing
        Those that are there, by id.
    pairs
        ``cell``, ``candidate``, ``metres`` of all candidates.
    places
        What each gains.
    """
    more = existing.assign(kind=NEW, places=places, grows=existing.index.to_numpy(object))
    more.index = more.index + GROWN
    ways = pairs[pairs["candidate"].isin(existing.index)]
    return more, ways.assign(candidate=ways["candidate"] + GROWN)


@contextmanager
def towns_named(zones: Zones) -> Iterator[None]:
    """Tell errors about towns by their names; the problem knows their codes."""
    names = dict(zip(zones.frame["code"], zones.frame["name"], strict=True))
    try:
        yield
    except Faults as several:
        raise_faults([_named(fault, names) for fault in several.faults])
    except Circle15Error as fault:
        raise _named(fault, names) from fault


def _named(fault: Circle15Error, names: Mapping[str, str]) -> Circle15Error:
    town = fault.facts.get("town")
    return fault if town not in names else type(fault)(fault.key, **(fault.facts | {"town": names[str(town)]}))
