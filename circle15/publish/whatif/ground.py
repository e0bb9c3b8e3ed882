"""What the what-if page computes from: the people, the streets, the sites there are and the places for new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.units import listed_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.assess.circles import Circle
    from circle15.assess.places import Sites
    from circle15.catalogue.entries import Catalogue, Mode, Travel, UrbanRural
    from circle15.model.network import StreetNetwork
    from circle15.model.study import Study
    from circle15.publish.whatif.runs import Runs


@dataclass(frozen=True, eq=False)
class HeldWay:
    """Streets of one mode and direction, and where everything joins them.

    Attributes
    ----------
    mode, travel
        How one travels, and whether people go to the site or it comes to them.
    network
        The streets, in the direction in which they are searched.
    cells, entrances, candidates
        The joins of all cells, of all entrances of existing sites, and of the places for new ones.
    reached
        By limit in metres: the cells that each candidate reaches within it, numbered among those of ``counted``.
    counted
        By limit in metres: the classes of town ("urban", "rural") whose cells some service counts by it.
    """

    mode: Mode
    travel: Travel
    network: StreetNetwork
    cells: EdgeJoins
    entrances: EdgeJoins
    candidates: EdgeJoins
    reached: Mapping[float, Runs]
    counted: Mapping[float, tuple[UrbanRural, ...]]


@dataclass(frozen=True)
class NameRule:
    """When a new site is taken for one that stands there already: of one service, one plain name, and near.

    Attributes
    ----------
    ignored
        The signs that a plain name leaves out.
    suffixes
        What companies put behind their names; the first that fits is left out.
    within_m
        How near.
    """

    ignored: str
    suffixes: tuple[str, ...]
    within_m: float


@dataclass(frozen=True, eq=False)
class Ground:
    """A study as the page needs it; every table is that of a run.

    Attributes
    ----------
    study, catalogue, zones, cells, facilities, index_parts, index
        As in ``Results``; cells are ordered by cell_id.
    circles
        The circle of each service that decides.
    weights
        Of each service.
    sites
        Of each service: who reaches what, and its standard of places.
    fixed
        Services that cannot be changed in the page.
    names
        When a new site is taken for one that stands there already.
    entrance_facility
        (entrances,): the row of ``facilities`` that each entrance belongs to.
    candidates
        By id: ``name``, ``lon``, ``lat`` (WGS 84 with seven decimals; what is searched lies exactly there), ``places``
        (NaN where nothing is said), ``services`` (ids; none for all), ``origin`` (list, parcel, building, street),
        ``cell`` (the row of the nearest cell).
    every_m
        Side of the squares that have one candidate each.
    ways
        The streets of every rule by which people are counted.
    """

    study: Study
    catalogue: Catalogue
    zones: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    index_parts: pd.DataFrame
    index: pd.DataFrame
    circles: tuple[Circle, ...]
    weights: Mapping[str, float]
    sites: tuple[Sites, ...]
    fixed: frozenset[str]
    names: NameRule
    entrance_facility: NDArray[np.int64]
    candidates: pd.DataFrame
    every_m: int
    ways: tuple[HeldWay, ...]

    @property
    def root(self) -> pd.Series:
        """The study's whole area: its row of ``zones``."""
        row: pd.Series = self.zones[self.zones["parent_code"] == ""].iloc[0]
        return row

    def listed_level(self) -> str:
        """The level whose units are listed: towns; where a study has none its counties, else the whole."""
        return listed_level(set(self.zones["level"]))
