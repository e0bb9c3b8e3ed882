"""From metres to tables: all that follows from people, distances and standards without another search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.catchments import catchments_table
from circle15.assess.circles import further_circles
from circle15.assess.coverage import coverage_table
from circle15.assess.index import index_parts, index_table, supplies_of_services
from circle15.assess.index.parts import CLASS_LEVEL
from circle15.assess.index.slices import index_slices, people_of_slices
from circle15.assess.loads import loads_table
from circle15.assess.places import places_of_services
from circle15.assess.reach import soft_reach, strict_reach
from circle15.assess.rules import counted_classes
from circle15.assess.rules_table import rules_table
from circle15.assess.states import share_columns, states_table
from circle15.assess.weights.study import study_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import geopandas as gpd
    import pandas as pd

    from circle15.assess.circles import Circle
    from circle15.assess.index import ReachScore
    from circle15.assess.places import Places
    from circle15.catalogue.entries import Catalogue
    from circle15.model.study import IndexSettings


@dataclass(frozen=True, eq=False)
class Assessed:
    """Tables as in ``Results``; ``places`` is what those on capacity are made of.

    ``cells`` has the columns ``<service>_covered`` and ``<service>_served_share``.
    """

    cells: gpd.GeoDataFrame
    places: tuple[Places, ...]
    coverage: pd.DataFrame
    rules: pd.DataFrame
    service_states: pd.DataFrame
    loads: pd.DataFrame
    catchments: pd.DataFrame
    index_parts: pd.DataFrame
    index: pd.DataFrame
    index_slices: pd.DataFrame


def assess(
    cells: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    facilities: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    catalogue: Catalogue,
    circles: Sequence[Circle],
    settings: IndexSettings,
    unsearched: Collection[str] = (),
) -> Assessed:
    """The tables of a study whose distances are known.

    Parameters
    ----------
    cells, pairs, facilities, zones
        As in ``Results``.
    catalogue
        Services and speeds by which people are counted.
    circles
        The circle of each service that decides.
    settings
        How reach is scored, and the weights.
    unsearched
        Services whose ``pairs`` do not go as far as their circle: nothing is said of their places.
    """
    cells = cells.assign(**{f"{circle.service.id}_covered": circle.served(cells) for circle in circles})
    searched = [circle for circle in circles if circle.service.id not in unsearched]
    places = places_of_services(cells, pairs, facilities, searched)
    shares = {name: share.reindex(cells["cell_id"]).to_numpy() for name, share in share_columns(places)}
    cells = cells.assign(**shares)
    further = further_circles(catalogue, circles, counted_classes(cells["urban_rural"].unique()))
    parts = index_parts(cells, zones, circles, reach_score(settings), supplies_of_services(places))
    weights = study_weights(catalogue, settings)
    people = people_of_slices(cells, zones)
    return Assessed(
        cells=cells,
        places=places,
        coverage=coverage_table(cells, zones, circles, further),
        rules=rules_table(cells, zones, circles),
        service_states=states_table(zones, places),
        loads=loads_table(places),
        catchments=catchments_table(places),
        index_parts=parts,
        index=index_table(parts, weights, people[people["level"] != CLASS_LEVEL]),
        index_slices=index_slices(parts, weights, people, circles),
    )


def reach_score(settings: IndexSettings) -> ReachScore:
    """How a study scores a distance against its limit."""
    return strict_reach if settings.reach == "strict" else soft_reach
