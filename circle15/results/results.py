"""What a finished run holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import pandas as pd

from circle15.assess.catchments import CATCHMENT_COLUMNS
from circle15.assess.edge_effects import EDGE_COLUMNS
from circle15.assess.empty import empty_table
from circle15.assess.index.slices import SLICE_COLUMNS
from circle15.assess.inequality.gaps import GAP_COLUMNS
from circle15.assess.inequality.table import INEQUALITY_COLUMNS
from circle15.assess.loads import LOAD_COLUMNS
from circle15.assess.states import STATE_COLUMNS
from circle15.assess.targets.table import no_targets
from circle15.assess.uncertainty.removals import REMOVAL_COLUMNS
from circle15.assess.uncertainty.tables import TEXT as UNCERTAINTY_TEXT
from circle15.assess.uncertainty.tables import nothing_drawn
from circle15.assess.units import listed_level
from circle15.assess.weights.league import SCENARIO_COLUMNS, WEIGHT_COLUMNS
from circle15.assess.yardsticks.disagreements import DISAGREEMENT_COLUMNS
from circle15.assess.yardsticks.flag_shares import FLAG_SHARE_COLUMNS
from circle15.assess.yardsticks.presence import PRESENCE_COLUMNS
from circle15.assess.yardsticks.ratios import RATIO_COLUMNS
from circle15.assess.yardsticks.responses import RESPONSE_COLUMNS
from circle15.model.population import no_factors, nothing_compared

if TYPE_CHECKING:
    from circle15.catalogue.entries import Catalogue
    from circle15.model.ledger import Note
    from circle15.model.study import Study


Frame = TypeVar("Frame", bound=pd.DataFrame)

BESIDE = ("inequality", "gaps", "presence", "disagreements", "ratios", "flag_shares", "responses")
CAPACITY = ("service_states", "loads", "catchments", "edge_effects")
SHAPES = ("zones", "cells", "facilities", "underserved", "isochrones", "patch")
STEADINESS = ("uncertainty", "settled_pairs", "sensitivity", "removals", "weight_scenarios", "scheme_weights")
TABLES = (
    "pairs", "coverage", "rules", "index_parts", "index", "index_slices", "ledger", "factors", "compared_people",
    *CAPACITY, *STEADINESS, *BESIDE, "targets",
)  # fmt: skip


def _with_text(frame: Frame) -> Frame:
    """The frame with its columns of Python objects as pandas' text, which is what parquet gives back."""
    objects = [column for column, dtype in frame.dtypes.items() if pd.api.types.is_object_dtype(dtype)]
    return frame.astype(dict.fromkeys(objects, "str")) if objects else frame


def no_patch() -> gpd.GeoDataFrame:
    """No changes to the streets."""
    columns = {name: pd.Series([], dtype="str") for name in ("action", "name", "status")}
    return gpd.GeoDataFrame(columns, geometry=[], crs=4326)


def no_rules() -> pd.DataFrame:
    """Nobody counted by any rule."""
    text = ("level", "code", "name", "service", "urban_rural", "mode")
    numbers = ("minutes", "limit_m", "people", "covered_people")
    kinds = dict.fromkeys(text, "str") | dict.fromkeys(numbers, "float64")
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})


@dataclass(frozen=True, eq=False)
class Results:
    """Everything a run of one place and period found; all coordinates in one metric system.

    Attributes
    ----------
    study
        The resolved ``study.toml``.
    catalogue
        The services of this study with their standards as used, and their groups, speeds, domains, departments.
    zones
        ``level, code, name, parent_code, urban_rural, geometry``.
    cells
        ``cell_id, x, y, <level>_code ..., urban_rural, residential_m2, persons_<group> ..., leg_m, on_network,
        island, network_gap, <mode>_on_network, <service>_m, <service>_facility, <service>_mode,
        <service>_covered ..., geometry`` (square). ``leg_m``, ``on_network`` and ``island`` are of the walking
        streets. ``network_gap``: people live here and no street is near. ``<service>_m`` is metres of level travel,
        by the mode of the cell's own rule, to the facility that decides, with both access legs; ``inf`` where there
        is none. ``<service>_facility`` is its id, "" where none; ``<service>_mode`` the mode; ``<service>_covered``
        whether it is within reach; ``<service>_served_share`` what share of the cell's people finds a place,
        NaN where nobody lives or nothing can be said. ``<service>_<mode>_m`` the metres by another mode, where a
        further circle asks for it.
    pairs
        ``cell_id, facility_id, service, mode, metres, minutes``: by the rule of the cell alone, as far as the
        largest limit of the service's rules of that mode.
    facilities
        ``facility_id, service, name, address, capacity, inside, leg_m, on_network, island, file, row, geometry``.
    coverage
        ``level, code, name, service, group, minutes, limit_m, people, covered_people, uncovered_people, coverage,
        median_min, p90_min, area_coverage``; ``minutes`` and ``limit_m`` (metres of level travel) are of the
        unit's rule, the urban one where it has cells of both classes; service ``all_services`` counts people with
        every service in reach. NaN is 无数据.
    rules
        ``level, code, name, service, urban_rural, mode, minutes, limit_m, people, covered_people``: by which rule
        people were counted, per class of town as they were counted (unknown as urban); adds up to ``coverage`` exactly.
    index_parts
        ``level, code, service, people, access, root_access, capacity, quality, root_supply, listed_root_square``
        (A_zs, h_zs, the means of m and q, v_zs, and the mean of h² of the towns); level ``class`` has all cells of
        ``urban`` and ``rural`` towns. NaN is 无数据.
    index
        ``level, code, name, people, access, balanced_access, balance, balance_people, balance_services,
        balance_between, balance_within, quality, overall, quality_weight``; fractions, NaN is 无数据.
    index_slices
        ``level, code, name, slice, slice_id, people, weight, access, balanced_access, balance, balance_people,
        balance_services, quality, overall``: the index of a part of the services (see ``assess.index.slices``).
    underserved
        ``area_id, rank, service, name, town_code, village_code, people, cells, nearest_facility_id,
        nearest_min, straight_m, network_m, reason, geometry``.
    isochrones
        ``service, facility_id`` ("" for all of a service), ``minutes, geometry``.
    ledger
        ``file, sheet, row, fate, kind, object_id, name, reasons, lon, lat``: every row of every file; ``reasons`` is
        JSON, a list of notes with their keys and facts, "" where a row is used as it stands.
    factors
        ``unit, group, source_persons, official_persons, factor``: how official totals changed the source, by unit of
        the totals' level and group; no rows where there are no official totals.
    compared_people
        ``unit, persons, compared_persons, ratio, moved_share``: a second source of people beside the study's, the
        whole area first; no rows where there is none.
    patch
        ``action, name, status, geometry``: the study's own changes to the streets, where they are on the ground.
    service_states
        ``level, code, name, service, group, people, served, reachable_without_capacity, out_of_reach, served_share,
        places_due``: the three states (see ``assess.states``); NaN where nothing can be said of places.
    loads
        ``service, facility_id, name, inside, capacity, nearest_places, missing_places, assigned_places, state, set_id,
        set_facilities, set_missing``: how full each facility is (see ``assess.loads``).
    catchments
        ``service, facility_id, name, inside, group, people_nearest, people_with_choice, people_in_reach,
        people_assigned, competitors``: who uses which facility (see ``assess.catchments``).
    edge_effects
        ``level, code, name, service, group, people, coverage, coverage_without_outside_facilities,
        coverage_inside_only, people_gained``: what hangs on what lies beyond the border.
    targets
        Where the place stands against the targets of its documents (see ``assess.targets.table``); no rows where the
        study names none.
    inequality
        ``level, code, name, service, group, people, coverage, uncovered_people, feasible_coverage, median_min, p90_min,
        equivalent_min, capped_people, kappa, theil, theil_between, theil_within, gini, palma, concentration_60p,
        concentration_low_income, fgt0, fgt1, fgt2`` (see ``assess.inequality.table``).
    gaps
        ``level, code, name, comparison, first, second, service, people_first, people_second, coverage_first,
        coverage_second, coverage_gap, access_first, access_second, access_gap``: the first minus the second
        (see ``assess.inequality.gaps``).
    presence
        ``level, code, name, service, presence_level, villages, least, flag, units, units_located, units_named,
        units_delivered, units_unknown, units_missing, presence_share, share_with_delivery, people, people_without``
        (see ``assess.yardsticks.presence``).
    disagreements
        ``service, disagreement, level, code, name, town, state, sites, people, covered_people, uncovered_people,
        coverage, median_min``: where presence and access say different things.
    ratios
        ``level, code, name, service, base, base_people, facilities, unknown_facilities, supply, per_1000, per_head,
        standard_per_1000, standard_places, places_missing`` (see ``assess.yardsticks.ratios``).
    flag_shares
        ``level, code, name, service, flag, facilities, flag_unknown, flagged_facilities, flag_share, capacity_unknown,
        known_capacity, flagged_capacity, capacity_flag_share``.
    responses
        ``level, code, name, service, urban_rural, minutes, people, without_way, mean_min, p90_min, within_share``:
        minutes of driving; ``urban_rural`` is "" for both classes together.
    uncertainty
        ``level, code, name, score, score_low, score_median, score_high, rank, rank_low, rank_high, tier, tier_units,
        pairs_settled, draws``: balanced access as published, with its 5th to 95th percentile over the draws, and so of
        the rank within the level; tiers from the best down; the share of the unit's pairs whose order is settled. No
        rows where nothing is drawn.
    settled_pairs
        ``level, code, name, other_code, other_name, beats_share, settled``: of every pair of the league, the better one
        first, in what share of the draws it is the better one.
    sensitivity
        ``level, code, name, outcome, source, first_order, first_error, total_order, total_error, draws``: the shares of
        the variance that each source makes, with half of their 95 % interval; of the ``score`` of each unit of the
        league and above, and of the ``rank_shift`` of the league.
    removals
        ``level, code, name, service, score, score_without, score_change, rank, rank_without, rank_change``: balanced
        access with one service left out.
    weight_scenarios
        ``level, code, name, scheme, exponent, score, overall, rank, published_rank, rank_change``: balanced access and
        overall score under other weights, and under the stated ones with another exponent over services (0: the
        minimum).
    scheme_weights
        ``scheme, service, weight``: the study's own scheme first.
    notes
        What the reader of these numbers should know; what bears most on them first.
    """

    study: Study
    catalogue: Catalogue
    zones: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    pairs: pd.DataFrame
    facilities: gpd.GeoDataFrame
    coverage: pd.DataFrame
    index_parts: pd.DataFrame
    index: pd.DataFrame
    underserved: gpd.GeoDataFrame
    isochrones: gpd.GeoDataFrame
    ledger: pd.DataFrame
    notes: tuple[Note, ...]
    factors: pd.DataFrame = field(default_factory=no_factors)
    compared_people: pd.DataFrame = field(default_factory=nothing_compared)
    patch: gpd.GeoDataFrame = field(default_factory=no_patch)
    rules: pd.DataFrame = field(default_factory=no_rules)
    service_states: pd.DataFrame = field(default_factory=partial(empty_table, STATE_COLUMNS))
    index_slices: pd.DataFrame = field(default_factory=partial(empty_table, SLICE_COLUMNS))
    loads: pd.DataFrame = field(default_factory=partial(empty_table, LOAD_COLUMNS))
    catchments: pd.DataFrame = field(default_factory=partial(empty_table, CATCHMENT_COLUMNS))
    edge_effects: pd.DataFrame = field(default_factory=partial(empty_table, EDGE_COLUMNS))
    targets: pd.DataFrame = field(default_factory=no_targets)
    inequality: pd.DataFrame = field(default_factory=partial(empty_table, INEQUALITY_COLUMNS))
    gaps: pd.DataFrame = field(default_factory=partial(empty_table, GAP_COLUMNS))
    presence: pd.DataFrame = field(default_factory=partial(empty_table, PRESENCE_COLUMNS))
    disagreements: pd.DataFrame = field(default_factory=partial(empty_table, DISAGREEMENT_COLUMNS))
    ratios: pd.DataFrame = field(default_factory=partial(empty_table, RATIO_COLUMNS))
    flag_shares: pd.DataFrame = field(default_factory=partial(empty_table, FLAG_SHARE_COLUMNS))
    responses: pd.DataFrame = field(default_factory=partial(empty_table, RESPONSE_COLUMNS))
    uncertainty: pd.DataFrame = field(default_factory=lambda: nothing_drawn().uncertainty)
    settled_pairs: pd.DataFrame = field(default_factory=lambda: nothing_drawn().settled_pairs)
    sensitivity: pd.DataFrame = field(default_factory=lambda: nothing_drawn().sensitivity)
    removals: pd.DataFrame = field(default_factory=partial(empty_table, REMOVAL_COLUMNS, UNCERTAINTY_TEXT))
    weight_scenarios: pd.DataFrame = field(default_factory=partial(empty_table, SCENARIO_COLUMNS, UNCERTAINTY_TEXT))
    scheme_weights: pd.DataFrame = field(default_factory=partial(empty_table, WEIGHT_COLUMNS, UNCERTAINTY_TEXT))

    def __post_init__(self) -> None:
        """Give all text one type, so that results just computed equal the same results read back."""
        for name in (*SHAPES, *TABLES):
            object.__setattr__(self, name, _with_text(getattr(self, name)))

    def listed_level(self) -> str:
        """The level whose units are listed and compared: towns; where a study has none its counties, else the place."""
        return listed_level(set(self.zones["level"]))

    def counted_groups(self) -> dict[str, str]:
        """The group of people that each service is counted by: its own, or the one that stood in for it."""
        first = self.coverage.drop_duplicates("service")
        return dict(zip(first["service"], first["group"], strict=True))

    @classmethod
    def load(cls, folder: Path | str) -> Results:
        """Read back what a run wrote to ``data/processed/<place>/<period>``.

        Raises
        ------
        DataError
            The folder holds no finished run.
        """
        from circle15.results.store import load_results

        return load_results(Path(folder))
