import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from assessed_towns import (
    CHILDCARE,
    RANDOM_CIRCLES,
    RANDOM_ZONES,
    WORKED_CIRCLES,
    WORKED_ZONES,
    as_documented,
    make_catalogue,
    make_circle,
    make_service,
    make_zones,
    random_cells,
    table_under,
    walk,
    worked_cells,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from circle15.assess.circles import deciding_circles, further_circles
from circle15.assess.coverage import COVERAGE_COLUMNS, coverage_table
from circle15.assess.quantiles import weighted_quantile
from circle15.assess.rules import Rule
from circle15.errors import ConfigurationError, DataError

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "index.md"
CASES = settings(derandomize=True, deadline=None, max_examples=25)


def row_of(table, code, service):
    return table[(table["code"] == code) & (table["service"] == service)].iloc[0]


def longer(circle, extra_minutes):
    """The same circle with more minutes, and more metres where these decide."""
    urban, rural = (
        replace(reach, minutes=reach.minutes + extra_minutes, metres=(reach.metres or 0) + 60 * extra_minutes)
        for reach in (circle.service.urban, circle.service.rural)
    )
    return make_circle(replace(circle.service, urban=urban, rural=rural), circle.group, circle.urban.speed_m_s)


def further(circle):
    """The further circles of a circle on foot."""
    return further_circles(make_catalogue(adult=circle.urban.speed_m_s), [circle], ["urban", "rural"])


# --- By hand (docs/index.md) ---


@pytest.mark.parametrize(
    ("code", "service", "people", "covered", "median_min", "p90_min", "area"),
    [
        ("11", "childcare", 40, 15, 1224 / 60, 1824 / 60, 8000 / 20000),
        ("11", "clinic", 500, 100, 680 / 1.2 / 60, 1280 / 1.2 / 60, 3000 / 20000),
        ("11", "fitness", 500, 150, 1260 / 1.2 / 60, 1860 / 1.2 / 60, 6000 / 20000),
        ("12", "clinic", 250, 0, 1880 / 1.2 / 60, 1880 / 1.2 / 60, 0.0),
        ("12", "fitness", 250, 250, 660 / 1.2 / 60, 660 / 1.2 / 60, 1.0),
        ("1", "childcare", 40, 15, 1224 / 60, 1824 / 60, 8000 / 30000),
        ("1", "clinic", 750, 100, 680 / 1.2 / 60, 1880 / 1.2 / 60, 3000 / 30000),
        ("1", "fitness", 750, 400, 660 / 1.2 / 60, 1860 / 1.2 / 60, 16000 / 30000),
        ("1", "all_services", 750, 0, None, None, 0.0),
    ],
)
def test_worked_town(code, service, people, covered, median_min, p90_min, area):
    row = row_of(coverage_table(worked_cells(), make_zones(WORKED_ZONES), WORKED_CIRCLES), code, service)
    assert (row["people"], row["covered_people"], row["uncovered_people"]) == (people, covered, people - covered)
    assert row["coverage"] == covered / people
    assert row["area_coverage"] == pytest.approx(area, rel=1e-15)
    for figure, minutes in (("median_min", median_min), ("p90_min", p90_min)):
        assert math.isnan(row[figure]) if minutes is None else row[figure] == pytest.approx(minutes, rel=1e-15)


def test_the_documented_coverage_is_the_computed():
    documented = table_under(DOCUMENT.read_text(encoding="utf-8"), "Coverage of the town")
    table = coverage_table(worked_cells(), make_zones(WORKED_ZONES), WORKED_CIRCLES).set_index(["name", "service"])
    for row in documented.to_dict("records"):
        for figure in documented.columns[2:]:
            value, rounding = as_documented(row[figure])
            computed = table.loc[(row["name"], row["service"]), figure]
            assert computed == pytest.approx(value, abs=rounding + 1e-12, nan_ok=True), (row, figure)
    assert len(documented) == 9


def test_rows_stand_by_unit_then_service_with_further_circles_beside_their_service():
    service = make_service("day_care", "all", also=(walk(5.0), walk(30.0)))
    cells = worked_cells().assign(day_care_m=600.0)
    day_care = make_circle(service, "all", 1.0)
    table = coverage_table(cells, make_zones(WORKED_ZONES), (day_care, CHILDCARE), further(day_care))
    assert tuple(table.columns) == COVERAGE_COLUMNS
    first = table[table["code"] == "1"]
    assert first["service"].tolist() == ["day_care", "day_care", "day_care", "childcare", "all_services"]
    assert first["minutes"].tolist()[:4] == [15.0, 5.0, 30.0, 15.0]
    assert first["coverage"].tolist()[:3] == [1.0, 0.0, 1.0]
    assert table["code"].unique().tolist() == ["1", "11", "12"]


def test_further_circles_do_not_decide_over_all_services():
    day_care = make_circle(make_service("day_care", "all", also=(walk(5.0),)), "all", 1.0)
    cells = worked_cells().assign(day_care_m=600.0)
    table = coverage_table(cells, make_zones(WORKED_ZONES), (day_care,), further(day_care))
    assert row_of(table, "1", "all_services")["coverage"] == 1.0


def test_a_unit_without_people_of_the_group_has_no_data():
    zones = make_zones([*WORKED_ZONES, ("town", "13", "Reservoir", "1")])
    table = coverage_table(worked_cells(), zones, WORKED_CIRCLES)
    without_infants = row_of(table, "12", "childcare")
    assert without_infants["people"] == without_infants["covered_people"] == without_infants["uncovered_people"] == 0.0
    assert np.isnan(without_infants[["coverage", "median_min", "p90_min"]].to_numpy(dtype=float)).all()
    reservoir = table[table["code"] == "13"]
    assert len(reservoir) == 4
    assert (reservoir["people"] == 0).all()
    assert reservoir[["coverage", "median_min", "p90_min", "area_coverage"]].isna().all(axis=None)


def test_unknown_land_use_has_no_area_coverage():
    cells = worked_cells().assign(residential_m2=np.nan)
    assert coverage_table(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES)["area_coverage"].isna().all()


def test_unreachable_people_make_infinite_minutes():
    cells = worked_cells().assign(clinic_m=np.inf)
    row = row_of(coverage_table(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES), "1", "clinic")
    assert (row["coverage"], row["median_min"], row["p90_min"]) == (0.0, np.inf, np.inf)


def test_exactly_at_the_limit_is_within_reach():
    cells = worked_cells().assign(childcare_m=np.nextafter(900.0, np.inf))
    cells.loc[cells["cell_id"] == "c1", "childcare_m"] = 900.0
    row = row_of(coverage_table(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES), "11", "childcare")
    assert row["covered_people"] == 5.0


def test_the_class_of_the_town_chooses_the_limit_and_an_unknown_class_is_strict():
    service = make_service("clinic", "all", urban=walk(10.0), rural=walk(20.0, 1500.0, "metres"))
    cells = pd.DataFrame({"urban_rural": ["urban", "rural", ""]})
    assert make_circle(service, "all", 1.2).limits_m(cells).tolist() == [720.0, 1500.0, 720.0]


def test_circles_take_the_counted_group_and_the_speed_of_the_service():
    catalogue = make_catalogue(make_service("aid", "low-income"), adult=1.1)
    (circle,) = deciding_circles(catalogue, {"aid": "all"})
    assert (circle.group, circle.urban) == ("all", Rule("walk", 15.0, 15.0 * 60 * 1.1, 1.1))


# --- Bad input ---


def test_a_study_without_services_is_refused():
    with pytest.raises(ConfigurationError, match="没有任何服务"):
        deciding_circles(make_catalogue(), {})


def test_an_unknown_distance_is_refused():
    cells = worked_cells()
    cells.loc[3, "clinic_m"] = np.nan
    with pytest.raises(DataError, match=r"c4.*clinic"):
        coverage_table(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES)


def test_a_cell_that_stands_twice_is_refused():
    cells = worked_cells()
    with pytest.raises(DataError, match="c9"):
        coverage_table(pd.concat([cells, cells.tail(1)]), make_zones(WORKED_ZONES), WORKED_CIRCLES)


def test_a_cell_of_a_unit_that_is_not_there_is_refused():
    with pytest.raises(DataError, match="12"):
        coverage_table(worked_cells(), make_zones(WORKED_ZONES[:2]), WORKED_CIRCLES)


# --- Properties ---


@CASES
@given(random_cells())
def test_counts_equal_a_count_cell_by_cell(cells):
    table = coverage_table(cells, RANDOM_ZONES, RANDOM_CIRCLES)
    for row in table[table["service"] != "all_services"].itertuples():
        circle = next(circle for circle in RANDOM_CIRCLES if circle.service.id == row.service)
        people = covered = Fraction(0)
        for cell in cells.to_dict("records"):
            if cell[f"{row.level}_code"] == row.code:
                reach = circle.service.rural if cell["urban_rural"] == "rural" else circle.service.urban
                limit_m = reach.metres if reach.decides == "metres" else reach.minutes * 60 * circle.urban.speed_m_s
                persons = Fraction(cell[f"persons_{circle.group}"])
                people += persons
                covered += persons if cell[f"{row.service}_m"] <= limit_m else 0
        assert row.people == float(people)
        assert row.covered_people == pytest.approx(float(covered), rel=1e-12, abs=1e-12 * row.people)


@CASES
@given(random_cells())
def test_covered_and_uncovered_add_up_to_people_exactly(cells):
    table = coverage_table(cells, RANDOM_ZONES, RANDOM_CIRCLES)
    assert (table["covered_people"] + table["uncovered_people"] == table["people"]).all()
    assert (table[["covered_people", "uncovered_people"]] >= 0).all(axis=None)
    assert table["coverage"].dropna().between(0.0, 1.0).all()


@CASES
@given(random_cells())
def test_towns_sum_to_the_county(cells):
    # Whole persons and thousandths of two: figures whose sums a float holds without rounding.
    for group in ("persons_0-2", "persons_all"):
        cells[group] = np.round(cells[group] * 1024) / 1024
    table = coverage_table(cells, RANDOM_ZONES, RANDOM_CIRCLES)
    counts = ["people", "covered_people", "uncovered_people"]
    towns = table[table["level"] == "town"].groupby("service", sort=False)[counts].sum()
    county = table[table["level"] == "county"].set_index("service")[counts]
    assert_frame_equal(towns, county, check_exact=True)


@CASES
@given(random_cells(), st.floats(0.0, 60.0))
def test_more_minutes_never_lower_coverage(cells, extra_minutes):
    before = coverage_table(cells, RANDOM_ZONES, RANDOM_CIRCLES)
    after = coverage_table(cells, RANDOM_ZONES, [longer(circle, extra_minutes) for circle in RANDOM_CIRCLES])
    for share in ("coverage", "area_coverage"):
        assert (after[share].fillna(1.0) >= before[share].fillna(1.0)).all()


@CASES
@given(random_cells())
def test_all_services_cover_no_more_than_any_one(cells):
    everyone = [replace(circle, group="all") for circle in RANDOM_CIRCLES]
    table = coverage_table(cells, RANDOM_ZONES, everyone).pivot(
        index="code", columns="service", values="covered_people"
    )
    # A millionth of a millionth of a person is what adding in another grouping may leave.
    assert (table["all_services"] <= table.min(axis=1) + 1e-9).all()


@CASES
@given(random_cells(), st.randoms(use_true_random=False))
def test_shuffled_rows_change_nothing(cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    assert_frame_equal(
        coverage_table(cells.iloc[order], RANDOM_ZONES, RANDOM_CIRCLES),
        coverage_table(cells, RANDOM_ZONES, RANDOM_CIRCLES),
        check_exact=True,
    )


# --- Quantiles ---


def slow_quantile(values, persons, share):
    """By the definition, in exact fractions."""
    whole = sum(Fraction(person) for person in persons)
    for value in sorted(values):
        below = sum(Fraction(person) for other, person in zip(values, persons, strict=True) if other <= value)
        if below >= share * whole and whole > 0:
            if below == 0:
                continue
            return value
    return math.nan


@CASES
@given(
    st.lists(
        st.tuples(st.one_of(st.floats(0.0, 100.0), st.just(math.inf)), st.integers(0, 1000)), min_size=1, max_size=20
    ),
    st.sampled_from([Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(1)]),
)
def test_quantile_is_the_smallest_value_that_the_share_does_not_exceed(pairs, share):
    values, persons = zip(*pairs, strict=True)
    found = weighted_quantile(np.array(values), np.array(persons, dtype=float), float(share))
    expected = slow_quantile(values, persons, share)
    assert found == expected or (math.isnan(found) and math.isnan(expected))


def test_the_rounding_of_a_sum_does_not_move_a_quantile():
    values = np.arange(10.0)
    assert weighted_quantile(values, np.full(10, 1.0), 0.9) == 8.0
    assert weighted_quantile(values, np.full(10, 0.1), 0.9) == 8.0
    assert weighted_quantile(values, np.full(10, 1 / 3), 0.5) == 4.0


def test_cells_without_people_have_no_say_in_a_quantile():
    assert weighted_quantile(np.array([1.0, 2.0, np.inf]), np.array([0.0, 3.0, 0.0]), 0.5) == 2.0
    assert math.isnan(weighted_quantile(np.array([1.0]), np.array([0.0]), 0.5))


def test_the_limit_applied_is_told_in_metres_whether_minutes_or_metres_decide():
    table = coverage_table(worked_cells(), make_zones(WORKED_ZONES), WORKED_CIRCLES)
    told = table[["service", "minutes", "limit_m"]].head(4).fillna(-1).to_numpy().tolist()
    assert told[0] == ["childcare", 15, 900]
    assert told[1][0] == "clinic"
    assert told[1][2] == 500
    assert told[2:] == [["fitness", 10, 720], ["all_services", -1, -1]]
