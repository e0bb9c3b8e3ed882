"""What the index of a run can carry: draws over all that it rests on, on distances that the run has searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.uncertainty.district import FewSites, Ways, district_of
from circle15.assess.uncertainty.draws import run_draws
from circle15.assess.uncertainty.parameters import study_widths
from circle15.assess.uncertainty.removals import removals_table
from circle15.assess.uncertainty.tables import (
    UncertaintyTables,
    nothing_drawn,
    uncertainty_tables,
)
from circle15.assess.units import listed_level
from circle15.assess.weights.league import scenarios_table, weight_schemes, weights_table
from circle15.assess.weights.study import stated_schemes, study_weights
from circle15.model.zones import LEVELS
from circle15.pipeline.search.joining import leg_factor
from circle15.pipeline.search.kept_searches import kept_few
from circle15.pipeline.search.nearest import entrances_of
from circle15.pipeline.search.needs import sites_of_needs
from circle15.pipeline.search.parts import own_parts
from circle15.pipeline.search.threads import threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.uncertainty.district import District
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.parts import Part
    from circle15.pipeline.search.searching import Searched

# So many sites beyond those that decide are known, to go to where some are not there: that all of them are missing
# happens once in a million.
FURTHER = 3


@dataclass(frozen=True, eq=False)
class Steadiness:
    """Tables as in ``Results``."""

    uncertainty: pd.DataFrame
    settled_pairs: pd.DataFrame
    sensitivity: pd.DataFrame
    removals: pd.DataFrame
    weight_scenarios: pd.DataFrame
    scheme_weights: pd.DataFrame


def steadiness(
    inputs: StudyInputs,
    searched: Searched,
    cells: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    parts: pd.DataFrame,
    index: pd.DataFrame,
) -> Steadiness:
    """How firmly the index stands: under draws, without a service, under other weights.

    Parameters
    ----------
    cells
        As in ``Results``, in the order of the population grid.
    circles
        The circle of each service that decides.
    parts, index
        As in ``Results``.
    """
    catalogue, study = inputs.catalogue, inputs.study
    weights = study_weights(catalogue, study.index)
    league = _league_and_above(index)
    found = _drawn(inputs, searched, cells, circles, index, weights) if study.uncertainty.draws else nothing_drawn()
    listed = league[league["level"] == listed_level(set(index["level"]))]
    schemes = weight_schemes(stated_schemes(catalogue, study.index), parts, listed)
    return Steadiness(
        found.uncertainty,
        found.settled_pairs,
        found.sensitivity,
        removals_table(parts, league, weights),
        scenarios_table(schemes, parts, league),
        weights_table(schemes),
    )


def _league_and_above(index: pd.DataFrame) -> pd.DataFrame:
    """``level, code, name`` of the listed units and of those that hold them."""
    levels = [str(level) for level in index["level"].unique()]
    known = [level for level in levels if level in (*LEVELS, "place")]
    wanted = known[: known.index(listed_level(set(known))) + 1]
    return index.loc[index["level"].isin(wanted), ["level", "code", "name"]].reset_index(drop=True)


def _drawn(
    inputs: StudyInputs,
    searched: Searched,
    cells: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    index: pd.DataFrame,
    weights: dict[str, float],
) -> UncertaintyTables:
    study, catalogue = inputs.study, inputs.catalogue
    district = study_district(inputs, searched, cells, circles)
    speeds = {id_: speed.m_s for id_, speed in catalogue.speeds.items()}
    units = district.units
    league = set(_league_and_above(index)["level"])
    draws = run_draws(
        district,
        np.array([weights[service] for service in district.services]),
        study_widths(study.uncertainty, speeds),
        study.uncertainty.draws,
        strict=study.index.reach == "strict",
        compared=np.flatnonzero(units["level"].isin(league)),
        threads=threads(),
    )
    published = index.set_index(["level", "code"])["balanced_access"]
    scores = published.reindex(pd.MultiIndex.from_frame(units[["level", "code"]])).to_numpy(dtype=np.float64)
    return uncertainty_tables(draws, units, np.round(scores, 12), listed_level(set(units["level"])))


def study_district(
    inputs: StudyInputs, searched: Searched, cells: gpd.GeoDataFrame, circles: Sequence[Circle]
) -> District:
    """The arrays that the draws of a study are worked out on; the few nearest sites are searched, or recalled."""
    study, catalogue = inputs.study, inputs.catalogue
    sites = {circle.service.id: few_sites(inputs, searched, circle) for circle in circles}
    modes = {mode: joined.cells for mode, joined in searched.by_mode.items()}
    return district_of(
        cells,
        inputs.zones.frame,
        catalogue,
        circles,
        sites,
        Ways(
            {mode: _known(joins.leg_travel_m) for mode, joins in modes.items()},
            {mode: leg_factor(catalogue, mode) for mode in modes},
            float(inputs.population.cell_m),
        ),
        None if study.population.totals is None else study.population.totals.level,
        inputs.population.compared_cells,
    )


def _known(leg_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """A leg of a cell that no street is near adds nothing: its distances are infinite already."""
    return np.where(np.isfinite(leg_m), leg_m, 0.0)


def few_sites(inputs: StudyInputs, searched: Searched, circle: Circle) -> tuple[FewSites, ...]:
    """The few nearest sites of each need of a service, every cell by the mode of its own rule."""
    layer = inputs.facilities
    parts = own_parts(inputs.catalogue, circle.service, searched.classes)
    needs = sites_of_needs(circle.service, layer) or [(1, layer.rows_of(circle.service.id))]
    return tuple(_few_of_need(inputs, searched, parts, count, facilities) for count, facilities in needs)


def _few_of_need(
    inputs: StudyInputs, searched: Searched, parts: Sequence[Part], count: int, facilities: NDArray[np.int64]
) -> FewSites:
    few = min(count + FURTHER, max(len(facilities), count))
    cells = len(searched.classes)
    metres, facility = np.full((cells, few), np.inf), np.full((cells, few), -1, dtype=np.int32)
    for part in parts:
        streets = searched.ways[part.way]
        own, owner = entrances_of(inputs.facilities, part.service.id)
        of_need = np.isin(owner, facilities)
        doors = (streets.entrances.take(own).take(of_need), owner[of_need])
        found = kept_few(streets.kept, streets.network, streets.cells.take(part.rows), doors, few)
        metres[part.rows], facility[part.rows] = found.metres, found.facility
    return FewSites(count, metres, _by_id(inputs)[facility])


def _by_id(inputs: StudyInputs) -> NDArray[np.int32]:
    """The place of each facility by its id, and -1 last, for none: the order of a list's rows leaves no trace."""
    facilities = inputs.facilities.facilities
    ids = facilities["service"].astype(str) + "/" + facilities["facility_id"].astype(str)
    place = np.argsort(np.argsort(ids.to_numpy(dtype=str), kind="stable"), kind="stable")
    return np.append(place, -1).astype(np.int32)
