"""The table of inequality, gaps, and the examples of docs/beside.md."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from assessed_towns import (
    CLINIC,
    WORKED_CIRCLES,
    WORKED_ZONES,
    as_documented,
    make_circle,
    make_service,
    make_zones,
    random_cells,
    table_under,
    walk,
    worked_cells,
)
from beside_towns import (
    GROUPS,
    NO_STATES,
    canteens,
    check_table,
    county,
    per_1000,
    presence,
    served_circle,
    tables_of,
    villagers,
)
from hypothesis import given, settings

from circle15.assess.coverage import coverage_table
from circle15.assess.inequality.gaps import gaps_table
from circle15.assess.inequality.table import MOST_MIN, inequality_table, kappas
from circle15.assess.states import STATE_COLUMNS
from circle15.assess.yardsticks.disagreements import disagreements_table
from circle15.assess.yardsticks.flag_shares import flag_shares_table
from circle15.assess.yardsticks.presence import presence_table
from circle15.assess.yardsticks.ratios import ratios_table
from circle15.assess.yardsticks.unit_presence import unit_presence

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "beside.md").read_text(encoding="utf-8")


def row_of(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    assert len(table) == 1, (wanted, table)
    return table.iloc[0]


def holds(found, heading):
    """Every figure of a documented table of figure and value."""
    told = table_under(TEXT, heading)
    for figure, value in zip(told["figure"], told["value"], strict=True):
        number, off = as_documented(value)
        assert found[figure] == pytest.approx(number, abs=max(off, 1e-12), nan_ok=True), figure
    return len(told)


# --- the examples --------------------------------------------------------------------------------------------------


def test_inequality_of_the_documented_clinic():
    told, cells = table_under(TEXT, "Scores"), worked_cells()
    assert told["people"].astype(float).tolist() == cells["persons_all"].tolist()
    assert told["metres"].astype(float).tolist() == cells["clinic_m"].tolist()
    assert told["minutes"].astype(float).to_numpy() == pytest.approx(CLINIC.minutes(cells), abs=5e-4)
    table = tables_of(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES)
    assert holds(row_of(table, code="1", service="clinic"), "Inequality of the clinic") == 10
    west = row_of(table, code="11", service="clinic")
    assert west["theil"] == pytest.approx(row_of(table, code="1", service="clinic")["theil_within"], abs=1e-12)
    assert np.isnan(row_of(table, code="12", service="clinic")["theil"])


def test_yardsticks_of_the_documented_villages():
    circle = served_circle(presence=presence(), supply=per_1000(200, "group"), quality_flags=("示范",))
    cells, zones, sites = villagers(), county(), canteens()
    states = unit_presence(cells, sites, zones, [circle])
    disagreements = disagreements_table(states, coverage_table(cells, zones, [circle]), zones)
    told = table_under(TEXT, "Villages")
    assert states["name"].tolist() == told["village"].tolist()
    assert states["state"].tolist() == told["state"].tolist()
    named = dict(zip(disagreements["name"], disagreements["disagreement"], strict=True))
    assert [named.get(village, "-") for village in told["village"]] == told["disagreement"].tolist()
    found = pd.concat(
        [
            row_of(presence_table(states, zones, [circle]), code="1"),
            row_of(ratios_table(cells, sites, zones, [circle]), code="1")[
                ["per_1000", "places_missing", "unknown_facilities"]
            ],
            row_of(flag_shares_table(sites, zones, [circle]), code="1")[["flag_share", "capacity_flag_share"]],
        ]
    )
    assert holds(found, "Yardsticks of the county") == 8


# --- inequality ----------------------------------------------------------------------------------------------------


@settings(max_examples=15, derandomize=True, deadline=None)
@given(random_cells())
def test_inequality_of_any_place(cells):
    assert check_table(cells) > 0


def test_who_cannot_get_there_counts_as_two_hours_and_is_told():
    cells = worked_cells()
    cells.loc[0, "clinic_m"] = np.inf
    cells.loc[1, "clinic_m"] = 1.2 * 60 * (MOST_MIN + 1)
    kappa = {"childcare": 0.05, "clinic": 0.05, "fitness": 0.05}
    row = row_of(tables_of(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES, kappa), code="1", service="clinic")
    assert row["capped_people"] == 150.0
    minutes = np.minimum(cells["clinic_m"] / 72.0, MOST_MIN)
    by_hand = math.log(np.average(np.exp(0.05 * minutes), weights=cells["persons_all"])) / 0.05
    assert row["equivalent_min"] == pytest.approx(by_hand, abs=1e-9)
    cells.loc[0, "clinic_m"] = 60.0
    nearer = row_of(tables_of(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES, kappa), code="1", service="clinic")
    assert nearer["equivalent_min"] < row["equivalent_min"]


def test_a_service_that_nobody_can_reach():
    cells = worked_cells().assign(clinic_m=np.inf)
    table = tables_of(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES)
    row = row_of(table, code="1", service="clinic")
    assert (row["coverage"], row["fgt0"], row["fgt1"], row["fgt2"]) == (0.0, 1.0, 1.0, 1.0)
    assert row["equivalent_min"] == MOST_MIN
    assert row["capped_people"] == row["people"]
    assert np.isnan(row[["theil", "theil_between", "theil_within", "gini", "palma"]].to_numpy(dtype=float)).all()


def test_units_without_people_of_the_group_have_no_data():
    row = row_of(tables_of(worked_cells(), make_zones(WORKED_ZONES), WORKED_CIRCLES), code="12", service="childcare")
    assert (row["people"], row["uncovered_people"], row["capped_people"]) == (0.0, 0.0, 0.0)
    silent = ["coverage", "median_min", "equivalent_min", "theil", "gini", "palma", "fgt0", "fgt2"]
    assert np.isnan(row[silent].to_numpy(dtype=float)).all()


def test_a_place_of_one_town_and_no_villages():
    zones = make_zones([("county", "1", "Lattice", ""), ("town", "11", "All", "1")])
    cells = worked_cells().assign(town_code="11")
    row = row_of(tables_of(cells, zones, WORKED_CIRCLES), code="1", service="clinic")
    assert row["theil_between"] == pytest.approx(0.0, abs=1e-15)
    assert row["theil_within"] == pytest.approx(row["theil"], abs=1e-15)


def test_a_place_that_is_one_county():
    zones = make_zones([("county", "1", "Lattice", "")])
    row = row_of(tables_of(worked_cells().drop(columns="town_code"), zones, WORKED_CIRCLES), service="clinic")
    assert np.isnan(row["theil_between"])
    assert row["theil"] > 0


def test_concentration_says_whether_older_people_live_where_it_is_good():
    cells = worked_cells()
    zones = make_zones(WORKED_ZONES)
    near = cells.assign(persons_60p=cells["persons_all"] * np.where(cells["clinic_m"] < 1000, 0.5, 0.1))
    far = cells.assign(persons_60p=cells["persons_all"] * np.where(cells["clinic_m"] < 1000, 0.1, 0.5))
    assert row_of(tables_of(near, zones, WORKED_CIRCLES), code="1", service="clinic")["concentration_60p"] > 0.1
    assert row_of(tables_of(far, zones, WORKED_CIRCLES), code="1", service="clinic")["concentration_60p"] < -0.1
    unknown = row_of(tables_of(cells, zones, WORKED_CIRCLES), code="1", service="clinic")
    assert np.isnan(unknown["concentration_60p"])
    assert np.isnan(unknown["concentration_low_income"])


def test_kappa_is_the_number_that_is_told():
    found = kappas(worked_cells(), WORKED_CIRCLES, 1.0)
    assert found["clinic"] == float(f"{found['clinic']:.4g}")
    doubled = kappas(worked_cells(), WORKED_CIRCLES, 2.0)
    assert doubled["clinic"] == pytest.approx(2 * found["clinic"], rel=1e-3)
    nobody = kappas(worked_cells().assign(**{"persons_0-2": 0.0}), WORKED_CIRCLES, 1.0)
    assert np.isnan(nobody["childcare"])


def test_feasible_coverage_is_that_of_the_states():
    cells, zones = worked_cells(), make_zones(WORKED_ZONES)
    coverage = coverage_table(cells, zones, WORKED_CIRCLES)
    states = pd.DataFrame([("county", "1", "clinic", 0.25)], columns=["level", "code", "service", "served_share"])
    states = pd.concat([NO_STATES, states])[list(STATE_COLUMNS)]
    table = inequality_table(cells, zones, WORKED_CIRCLES, coverage, states, kappas(cells, WORKED_CIRCLES, 1.0))
    assert row_of(table, code="1", service="clinic")["feasible_coverage"] == 0.25
    assert np.isnan(row_of(table, code="11", service="clinic")["feasible_coverage"])


# --- gaps ----------------------------------------------------------------------------------------------------------


def test_gaps_by_hand():
    """Canteen within 810 m for the 100 of 桥头村 and the 50 of 岭下村; clinic for everyone, 900 m, West alone."""
    cells = villagers().assign(clinic_m=[100.0, 900.0, 5000.0, 5000.0])
    canteen, clinic = served_circle(), make_circle(make_service("clinic", "all", urban=walk(15.0)), "all", 1.0)
    gaps = gaps_table(cells, county(), [canteen, clinic], GROUPS, {"canteen": 0.5, "clinic": 0.5})
    root = gaps[gaps["code"] == "1"]
    urban = row_of(root, comparison="urban_rural", service="canteen")
    assert (urban["first"], urban["second"]) == ("urban", "rural")
    assert (urban["people_first"], urban["people_second"]) == (200.0, 100.0)
    assert (urban["coverage_first"], urban["coverage_second"], urban["coverage_gap"]) == (0.5, 0.5, 0.0)
    assert row_of(root, comparison="urban_rural", service="clinic")["coverage_gap"] == 1.0
    together = row_of(root, comparison="urban_rural", service="all_services")
    assert together["coverage_gap"] == 0.5
    assert (together["people_first"], together["people_second"]) == (1000.0, 500.0)
    old = row_of(root, comparison="old", service="canteen")
    every = (0.5 + 1000 / 1500) / 2
    assert (old["first"], old["second"]) == ("60p", "all_services")
    assert old["coverage_gap"] == pytest.approx(0.5 - every)
    assert row_of(root, comparison="old", service="all_services")["people_first"] == 300.0
    older = row_of(root, comparison="group_residents", service="clinic", first="60p")
    assert older["coverage_gap"] == pytest.approx(200 / 300 - 1000 / 1500)
    assert root[root["comparison"] == "young"].empty
    assert set(gaps["level"]) == {"county", "town"}
    assert "urban_rural" not in set(gaps.loc[gaps["code"] == "11", "comparison"])


def test_a_service_counted_by_another_group_says_nothing_of_the_old():
    fallback = make_circle(make_service("canteen", "60p", urban=walk(15.0)), "all", 0.9)
    gaps = gaps_table(villagers().drop(columns="persons_60p"), county(), [fallback], GROUPS, {"canteen": 1.0})
    assert set(gaps["comparison"]) == {"urban_rural"}


def test_gaps_where_one_side_has_nobody_are_no_data():
    cells = villagers()
    cells.loc[2:, "persons_60p"] = 0.0
    row = row_of(
        gaps_table(cells, county(), [served_circle()], GROUPS, {"canteen": 1.0}),
        code="1", comparison="urban_rural", service="canteen",
    )  # fmt: skip
    assert (row["people_first"], row["people_second"]) == (200.0, 0.0)
    assert np.isnan(row["coverage_gap"])
