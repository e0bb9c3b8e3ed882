"""Of every town or village that ought to have a site: whether it has, in it or named as served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from circle15.assess.empty import table_of
from circle15.assess.flags import carries_flag, flag_known
from circle15.assess.units import ordered_cells, total, units_of
from circle15.assess.yardsticks.units import chains, facility_units
from circle15.assess.yardsticks.villages import is_administrative
from circle15.model.facilities import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.yardsticks.units import Chain
    from circle15.catalogue.entries import Presence

    State = Literal["located", "named", "delivered", "unknown", "none"]

STATE_COLUMNS = ("service", "level", "code", "name", "sites", "named_sites", "delivering_sites", "state", "people")


@dataclass(frozen=True, eq=False)
class _Sites:
    """The facilities of one service that count.

    Attributes
    ----------
    units
        Code of the unit of each level, per facility.
    counted, unknown
        Which carry the flag that is asked for, and of which it is not known.
    serves, delivers
        Row and units named of the facilities that name any.
    """

    units: pd.DataFrame
    counted: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    serves: tuple[tuple[int, frozenset[str]], ...]
    delivers: tuple[tuple[int, frozenset[str]], ...]

    def naming(self, said: tuple[tuple[int, frozenset[str]], ...], called: set[str]) -> NDArray[np.bool_]:
        """Which facilities name a unit by any of the names that it and the units above go by."""
        found = np.zeros(len(self.counted), dtype=np.bool_)
        found[[row for row, units in said if units & called]] = True
        return found


def unit_presence(
    cells: pd.DataFrame, facilities: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]
) -> pd.DataFrame:
    """Of every town or village that ought to have a site, whether it has.

    Parameters
    ----------
    cells
        ``cell_id``, ``<level>_code``, ``persons_<group>``.
    facilities
        ``facility_id, service, inside``, points; ``serves``, ``delivers``, ``flags_told`` and ``flag_<name>`` where
        the lists say so.
    zones
        ``level, code, name, parent_code, urban_rural, geometry``.
    circles
        The deciding circle of each service; those whose service asks no presence are left out.

    Returns
    -------
    pandas.DataFrame
        ``STATE_COLUMNS``, by service, in the order of ``zones``. ``state``: ``located`` (enough sites lie in it),
        ``named`` (enough with those whose list names it or a unit above it as served), ``delivered`` (only delivered
        to), ``unknown`` (sites lie in it of which the flag asked for is not known) or ``none``. ``people`` are those
        of the group counted.
    """
    cells, above = ordered_cells(cells), chains(zones)
    held = facility_units(facilities, zones)
    of_unit = {(unit.level, unit.code): unit.rows for unit in units_of(zones, cells)}
    rows = [
        (circle.service.id, level, code, *state, total(circle.persons(cells)[of_unit[level, code]]))
        for circle in circles
        if circle.service.presence is not None
        for level, code, *state in _states(circle.service.presence, _sites(facilities, held, circle), zones, above)
    ]
    return table_of(rows, STATE_COLUMNS)


def _sites(facilities: gpd.GeoDataFrame, held: pd.DataFrame, circle: Circle) -> _Sites:
    own = (facilities["service"] == circle.service.id).to_numpy()
    of_service = facilities[own]
    flag = None if circle.service.presence is None else circle.service.presence.flag
    every = np.ones(len(of_service), dtype=np.bool_)
    return _Sites(
        units=held[own],
        counted=every if flag is None else carries_flag(of_service, flag),
        unknown=~every if flag is None else ~flag_known(of_service, flag),
        serves=_named(of_service, "serves"),
        delivers=_named(of_service, "delivers"),
    )


def _named(facilities: gpd.GeoDataFrame, column: str) -> tuple[tuple[int, frozenset[str]], ...]:
    if column not in facilities:
        return ()
    return tuple((row, frozenset(said.split(BETWEEN))) for row, said in enumerate(facilities[column]) if said)


def _states(
    presence: Presence, sites: _Sites, zones: gpd.GeoDataFrame, above: Mapping[tuple[str, str], Chain]
) -> Iterator[tuple[str, str, str, int, int, int, State]]:
    """``level, code, name`` of every unit asked, its sites, and its state."""
    if presence.level not in sites.units:
        return
    units = sites.units[presence.level].to_numpy(dtype=object)
    for code, name in _asked(presence, zones):
        called = {":".join(unit) for unit in above[presence.level, code]}
        here: NDArray[np.bool_] = units == code
        named = sites.naming(sites.serves, called) & ~here
        delivered = sites.naming(sites.delivers, called)
        state = _state(presence.count, sites, here, named, delivered)
        within, by_name, brought = (int((sites.counted & which).sum()) for which in (here, named, delivered))
        yield presence.level, code, name, within, by_name, brought, state


def _asked(presence: Presence, zones: gpd.GeoDataFrame) -> Iterator[tuple[str, str]]:
    """Code and name of the units that ought to have a site."""
    units = zones[zones["level"] == presence.level]
    every = presence.villages == "all" or presence.level != "village"
    for code, name, kind in zip(units["code"], units["name"], units["urban_rural"], strict=True):
        if every or is_administrative(name, code, kind):
            yield code, name


def _state(
    least: int,
    sites: _Sites,
    here: NDArray[np.bool_],
    named: NDArray[np.bool_],
    delivered: NDArray[np.bool_],
) -> State:
    if (sites.counted & here).sum() >= least:
        return "located"
    if (sites.counted & (here | named)).sum() >= least:
        return "named"
    if (sites.counted & delivered).any():
        return "delivered"
    return "unknown" if ((sites.counted | sites.unknown) & (here | named)).sum() >= least else "none"
