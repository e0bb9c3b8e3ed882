import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from assessed_towns import (
    RANDOM_CIRCLES,
    RANDOM_ZONES,
    WORKED_CIRCLES,
    WORKED_ZONES,
    as_documented,
    make_service,
    make_zones,
    random_cells,
    table_under,
    worked_cells,
    worked_facilities,
    worked_pairs,
    worked_sites,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from circle15.access.measures.floating_catchment_area import ratio_of_supply
from circle15.assess.index import (
    INDEX_COLUMNS,
    PART_COLUMNS,
    combine_parts,
    index_parts,
    index_table,
    supplies_of_services,
    supply_scores,
    supply_table,
)
from circle15.assess.index.explained import explain
from circle15.assess.index.parts import CLASS_LEVEL
from circle15.assess.index.slices import SLICE_COLUMNS, index_slices, people_of_slices
from circle15.assess.places import sites_of_services
from circle15.assess.reach import soft_reach, strict_reach
from circle15.assess.units import unit_people
from circle15.assess.weights import service_weights
from circle15.errors import ConfigurationError

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "index.md"
CASES = settings(derandomize=True, deadline=None, max_examples=25)
SCORES = ["access", "balanced_access", "balance", "balance_people", "balance_services"]
WEIGHTS = {"childcare": 0.5, "clinic": 0.25, "fitness": 0.25}


def worked_parts(score=soft_reach):
    supplies = supplies_of_services(worked_sites())
    return index_parts(worked_cells(), make_zones(WORKED_ZONES), WORKED_CIRCLES, score, supplies)


def index_of(cells, zones=RANDOM_ZONES, circles=RANDOM_CIRCLES, score=soft_reach):
    return index_table(index_parts(cells, zones, circles, score), WEIGHTS, unit_people(cells, zones))


def county(table):
    return table[table["level"] == "county"].iloc[0]


# --- By hand (docs/index.md) ---


def test_worked_reach_of_each_cell():
    cells = worked_cells()
    reach = {
        circle.service.id: soft_reach(circle.metres(cells), circle.limits_m(cells)).tolist()
        for circle in WORKED_CIRCLES
    }
    assert reach["childcare"] == pytest.approx([1, 1, 0.64, 1, 0.64, 0, 0.64, 0, 0], abs=1e-15)
    assert reach["clinic"] == pytest.approx([0.64, 0, 0, 1, 0.64, 0, 0.64, 0, 0], abs=1e-15)
    assert reach["fitness"] == pytest.approx([0, 0.25, 1, 0.25, 1, 1, 0, 0.25, 1], abs=1e-15)


@pytest.mark.parametrize(
    ("code", "service", "people", "access", "root_access"),
    [
        ("11", "childcare", 40, 27.8 / 40, 31 / 40),
        ("11", "clinic", 500, 292 / 500, 340 / 500),
        ("11", "fitness", 500, 200 / 500, 250 / 500),
        ("12", "childcare", 0, None, None),
        ("12", "clinic", 250, 0, 0),
        ("12", "fitness", 250, 1, 1),
        ("1", "childcare", 40, 27.8 / 40, 31 / 40),
        ("1", "clinic", 750, 292 / 750, 340 / 750),
        ("1", "fitness", 750, 450 / 750, 500 / 750),
    ],
)
def test_worked_parts(code, service, people, access, root_access):
    parts = worked_parts()
    row = parts[(parts["code"] == code) & (parts["service"] == service)].iloc[0]
    assert row["people"] == people
    for figure, value in (("access", access), ("root_access", root_access)):
        assert math.isnan(row[figure]) if value is None else row[figure] == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("code", "people", "access", "balanced_access", "balance", "balance_people", "balance_services"),
    [
        ("11", 500, 0.5935, 0.46580625, 0.46580625 / 0.5935, 0.4784125 / 0.5935, 0.46580625 / 0.4784125),
        ("12", 250, 0.5, 0.25, 0.5, 1.0, 0.5),
        ("1", 750, 0.59483333333333, 0.44555625, 0.74904385, 0.77803540, 0.96273750),
    ],
)
def test_worked_index(code, people, access, balanced_access, balance, balance_people, balance_services):
    cells, zones = worked_cells(), make_zones(WORKED_ZONES)
    table = index_table(worked_parts(), WEIGHTS, unit_people(cells, zones))
    assert tuple(table.columns) == INDEX_COLUMNS
    row = table[table["code"] == code].iloc[0]
    assert row["people"] == people
    expected = [access, balanced_access, balance, balance_people, balance_services]
    assert row[SCORES].tolist() == pytest.approx(expected, abs=1e-8)


def test_the_documented_parts_and_scores_are_the_computed():
    text = DOCUMENT.read_text(encoding="utf-8")
    parts = worked_parts()
    parts = parts[parts["level"] != CLASS_LEVEL]
    parts["name"] = parts["code"].map({code: name for _, code, name, _ in WORKED_ZONES})
    people = unit_people(worked_cells(), make_zones(WORKED_ZONES))
    scores = index_table(worked_parts(), WEIGHTS, people)
    figures = ["people", "capacity", "quality", "root_supply"]
    assert_documented(text, "Parts of the index", ["name", "service"], ["people", "access", "root_access"], parts)
    assert_documented(text, "Scores", ["name"], ["people", *SCORES], scores)
    assert_documented(text, "Parts of quality", ["name", "service"], figures, parts)
    assert_documented(text, "Quality and overall", ["name"], ["quality_weight", "quality", "overall"], scores)
    whole = scores[scores["level"] == "county"]
    assert_documented(text, "Between and within towns", ["name"], ["balance_between", "balance_within"], whole)


def assert_documented(text, heading, keys, figures, computed):
    documented = table_under(text, heading).set_index(keys)
    assert len(documented) == len(computed)
    for key, row in computed.set_index(keys).iterrows():
        for figure in figures:
            value, rounding = as_documented(documented.loc[key, figure])
            assert row[figure] == pytest.approx(value, abs=rounding + 1e-12, nan_ok=True), (key, figure)


def test_the_documented_supply_per_head_of_each_facility_and_cell_is_the_computed():
    text = DOCUMENT.read_text(encoding="utf-8")
    sites = {each.circle.service.id: each for each in worked_sites()}
    rows, ratios = [], {}
    for service in ("childcare", "fitness"):
        table, facilities = supply_table(sites[service]), sites[service].facilities
        ratios |= dict(zip(facilities["facility_id"], ratio_of_supply(table, np.ones(len(table.cost))), strict=True))
        found = supply_scores(sites[service])
        for number, cell in enumerate(sites[service].cells["cell_id"]):
            quality = math.nan if found.quality is None else found.quality[number]
            u = found.score[number]
            rows.append((cell, service, found.per_head[number], found.capacity[number], quality, u, math.sqrt(u)))
    for facility, documented in table_under(text, "Supply per head").set_index("facility").iterrows():
        assert ratios[facility] == pytest.approx(float(documented["places / people"]), abs=1e-12)
    scores = pd.DataFrame(rows, columns=["cell_id", "service", "2SFCA", "m", "q", "u", "sqrt u"])
    served = scores[scores["u"] > 0]
    assert_documented(text, "Supply scores", ["cell_id", "service"], ["2SFCA", "m", "q", "u", "sqrt u"], served)
    assert (scores.loc[scores["u"] == 0, ["2SFCA", "m"]] == 0).all(axis=None)


def test_the_documented_slices_are_the_computed():
    people = people_of_slices(worked_cells(), make_zones(WORKED_ZONES))
    table = index_slices(worked_parts(), WEIGHTS, people, WORKED_CIRCLES)
    assert tuple(table.columns) == SLICE_COLUMNS
    assert set(table["code"]) == {"1", "11", "12", "urban"}
    figures = ["people", "weight", "access", "balanced_access", "quality", "overall"]
    whole, text = table[table["level"] == "county"], DOCUMENT.read_text(encoding="utf-8")
    assert_documented(text, "Slices of Lattice", ["slice", "slice_id"], figures, whole)
    east = table[(table["code"] == "12") & (table["slice"] == "service")].set_index("slice_id")
    assert east.loc["childcare", ["people", "weight"]].tolist() == [0.0, 0.0]
    assert math.isnan(east.loc["childcare", "access"])
    assert east["weight"].sum() == 1.0


def test_the_documented_losses_are_the_computed():
    found = worked_explanation(("county", "1"))
    sums = found.cells.groupby(["unit_name", "service"], as_index=False)[
        ["people_beyond", "lost_root", "lost_balanced_access"]
    ].sum()
    figures = ["people_beyond", "lost_root", "lost_balanced_access"]
    text = DOCUMENT.read_text(encoding="utf-8")
    assert_documented(text, "What Lattice lacks", ["unit_name", "service"], figures, sums)
    assert found.units["unit_name"].tolist() == ["West", "East"]
    assert found.units["people"].tolist() == [500.0, 250.0]


def worked_explanation(unit, circles=WORKED_CIRCLES):
    supplies = supplies_of_services(worked_sites())
    zones = make_zones(WORKED_ZONES)
    return explain(worked_cells(), zones, circles, WEIGHTS, worked_facilities(), unit, soft_reach, supplies)


def test_one_service_alone_is_explained_down_to_the_facility():
    found = worked_explanation(("town", "11"), WORKED_CIRCLES[1:2])
    assert found.scores["balanced_access"] == pytest.approx(0.68**2, abs=1e-15)
    assert found.services["service"].tolist() == ["clinic"]
    assert found.facilities[["facility_id", "facility_name", "people", "people_beyond"]].to_numpy().tolist() == [
        ["Clinic", "Clinic", 500.0, 400.0]
    ]
    assert found.units["unit_code"].tolist() == ["11"]
    assert found.cells["cell_id"].iloc[0] in ("c2", "c8")
    assert found.cells["lost_root"].sum() == pytest.approx(0.32, abs=1e-15)
    assert found.cells["lost_quality"].isna().all()


def test_a_unit_where_nobody_lives_has_nothing_to_explain():
    zones = make_zones([*WORKED_ZONES, ("town", "13", "Reservoir", "1")])
    found = explain(worked_cells(), zones, WORKED_CIRCLES, WEIGHTS, worked_facilities(), ("town", "13"))
    assert found.people == 0.0
    assert math.isnan(found.scores["balanced_access"])
    assert len(found.services) == len(found.cells) == len(found.facilities) == 0


def test_a_unit_whose_services_all_count_nothing_has_no_score_and_weights_of_0():
    weights = {"childcare": 1.0, "clinic": 0.0, "fitness": 0.0}  # nobody of 0-2 lives in East
    zones = make_zones(WORKED_ZONES)
    found = explain(worked_cells(), zones, WORKED_CIRCLES, weights, worked_facilities(), ("town", "12"))
    assert math.isnan(found.scores["balanced_access"])
    assert sorted(found.services["service"]) == ["clinic", "fitness"]
    assert (found.services["weight"] == 0.0).all()


@pytest.mark.parametrize("unknown", [0, 2, 3], ids=["all-known", "a-fifth", "more"])
def test_a_service_with_too_many_unknown_capacities_has_no_supply_score(unknown):
    facilities = worked_facilities()
    sun = facilities[facilities["facility_id"] == "Sun"]
    more = pd.concat([sun.assign(facility_id=f"Sun {number}") for number in range(8)])
    more["capacity"] = [math.nan] * unknown + [1.0] * (8 - unknown)
    pairs = worked_pairs()
    own = pairs[pairs["facility_id"] == "Sun"]
    pairs = pd.concat([pairs, *(own.assign(facility_id=id_) for id_ in more["facility_id"])])
    sites = sites_of_services(worked_cells(), pairs, pd.concat([facilities, more]), WORKED_CIRCLES)[0]
    assert sites.lack == ("capacity" if unknown > 2 else "")
    assert ("childcare" in supplies_of_services([sites])) == (unknown <= 2)


@pytest.mark.parametrize(("told", "known"), [("普惠", True), ("", False), ("公办", False)])
def test_a_flag_counts_only_where_the_lists_have_a_column_for_it(told, known):
    facilities = worked_facilities().assign(flags_told=told)
    found = supply_scores(sites_of_services(worked_cells(), worked_pairs(), facilities, WORKED_CIRCLES)[0])
    assert (found.quality is not None) == known
    assert found.score.tolist() == pytest.approx(([1, 0.25, 0, 0.25] if known else [1, 0.5, 0, 0.5]) + [0] * 5)


def test_worked_weights_are_equal_over_domains_then_within():
    assert service_weights([circle.service for circle in WORKED_CIRCLES]) == WEIGHTS


def test_strict_reach_makes_access_the_coverage():
    parts = worked_parts(strict_reach)
    west = parts[parts["code"] == "11"]
    assert tuple(parts.columns) == PART_COLUMNS
    assert west["access"].tolist() == west["root_access"].tolist() == [15 / 40, 100 / 500, 150 / 500]


def test_a_unit_without_people_has_no_data():
    zones = make_zones([*WORKED_ZONES, ("town", "13", "Reservoir", "1")])
    row = index_of(worked_cells(), zones, WORKED_CIRCLES).iloc[-1]
    assert (row["code"], row["people"]) == ("13", 0.0)
    assert row[SCORES].isna().all()


# --- Weights ---


def test_given_weights_are_scaled_to_one():
    services = [make_service("a", "all"), make_service("b", "all")]
    assert service_weights(services, {"b": 3, "a": 1}) == {"a": 0.25, "b": 0.75}


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ({"a": 1.0}, "缺少这些服务的权重：b"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, "未使用的服务：c"),
        ({"a": 1.0, "b": -1.0}, "“b”的权重为 -1.0"),
        ({"a": 1.0, "b": math.nan}, "“b”的权重为 nan"),
        ({"a": 0.0, "b": 0.0}, "全部为 0"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights, says):
    with pytest.raises(ConfigurationError, match=says):
        service_weights([make_service("a", "all"), make_service("b", "all")], weights)


def test_no_services_have_no_weights():
    with pytest.raises(ConfigurationError, match="没有任何服务"):
        service_weights([])


@CASES
@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=20))
def test_default_weights_give_each_domain_the_same(domains):
    services = [make_service(f"s{number}", "all", domain) for number, domain in enumerate(domains)]
    weights = service_weights(services)
    of_domain = pd.Series(weights).groupby(pd.Series({service.id: service.domain for service in services})).sum()
    assert of_domain.to_numpy() == pytest.approx(1 / len(set(domains)), rel=1e-12)


# --- Invariants ---


@CASES
@given(random_cells())
def test_bounds_and_the_split_of_balance(cells):
    table = index_of(cells)
    known = table[table["access"].notna()]
    assert (known["access"] >= known["balanced_access"]).all()
    assert known[["access", "balanced_access"]].stack().between(0, 1).all()
    served = known[known["access"] > 0]
    assert served[["balance", "balance_people", "balance_services"]].stack().between(0, 1).all()
    product = served["balance_people"] * served["balance_services"]
    assert product.to_numpy() == pytest.approx(served["balance"].to_numpy(), rel=1e-12)
    assert (served["access"] * served["balance"]).to_numpy() == pytest.approx(
        served["balanced_access"].to_numpy(), rel=1e-12
    )
    unserved = known[known["access"] == 0]
    assert unserved[["balance", "balance_people", "balance_services"]].isna().all(axis=None)


@CASES
@given(random_cells())
def test_all_served_is_one_and_none_served_is_zero(cells):
    metres = [f"{circle.service.id}_m" for circle in RANDOM_CIRCLES]
    all_served = index_of(cells.assign(**dict.fromkeys(metres, 100.0)))
    assert (all_served.loc[all_served["people"] > 0, SCORES] == 1.0).all(axis=None)
    none_served = index_of(cells.assign(**dict.fromkeys(metres, math.inf)))
    peopled = none_served[none_served["people"] > 0]
    assert (peopled[["access", "balanced_access"]] == 0.0).all(axis=None)
    assert none_served["balance"].isna().all()


@CASES
@given(random_cells(), st.sampled_from([soft_reach, strict_reach]), st.data())
def test_another_facility_never_lowers_access_or_balanced_access(cells, score, data):
    nearer = cells.copy()
    for circle in RANDOM_CIRCLES:
        column = f"{circle.service.id}_m"
        new = data.draw(st.lists(st.floats(0.0, 5000.0), min_size=len(cells), max_size=len(cells)))
        nearer[column] = np.minimum(cells[column], new)
    before, after = index_of(cells, score=score), index_of(nearer, score=score)
    for figure in ("access", "balanced_access"):
        assert (after[figure].fillna(0) >= before[figure].fillna(0)).all()


@CASES
@given(random_cells(), st.floats(0.0, 60.0))
def test_more_minutes_never_lower_access_or_balanced_access(cells, extra_minutes):
    longer = []
    for circle in RANDOM_CIRCLES:
        urban, rural = (
            replace(reach, minutes=reach.minutes + extra_minutes, metres=(reach.metres or 0) + 60 * extra_minutes)
            for reach in (circle.service.urban, circle.service.rural)
        )
        longer.append(replace(circle, service=replace(circle.service, urban=urban, rural=rural)))
    before, after = index_of(cells), index_of(cells, circles=longer)
    for figure in ("access", "balanced_access"):
        assert (after[figure].fillna(0) >= before[figure].fillna(0)).all()


@CASES
@given(random_cells(), st.dictionaries(st.sampled_from(["10", "11", "12", "13"]), st.sampled_from("xyz"), min_size=4))
def test_the_county_from_towns_in_any_grouping_equals_the_county_from_cells(cells, region_of):
    parts = index_parts(cells, RANDOM_ZONES, RANDOM_CIRCLES)
    people = unit_people(cells, RANDOM_ZONES)
    towns = parts[parts["level"] == "town"]
    straight = combine_parts(towns, dict.fromkeys(region_of, "1"), "county")
    by_region = combine_parts(combine_parts(towns, region_of, "region"), dict.fromkeys("xyz", "1"), "county")
    from_cells = index_table(parts, WEIGHTS, people[:1])
    for combined in (straight, by_region):
        from_towns = index_table(combined, WEIGHTS, people[:1], "town")
        assert_frame_equal(from_towns, from_cells, rtol=1e-12, atol=1e-12)


@CASES
@given(random_cells(), st.data())
def test_splitting_a_town_changes_nothing_for_the_county(cells, data):
    halves = data.draw(st.lists(st.sampled_from(["10", "19"]), min_size=len(cells), max_size=len(cells)))
    split = cells.assign(town_code=np.where(cells["town_code"] == "10", halves, cells["town_code"]))
    zones = make_zones(
        [("county", "1", "County", "")] + [("town", f"1{town}", f"Town {town}", "1") for town in (0, 1, 2, 3, 9)]
    )
    assert county(index_of(split, zones))[SCORES].equals(county(index_of(cells))[SCORES])


@CASES
@given(random_cells(), st.floats(0.01, 1000.0))
def test_scaling_everyone_changes_nothing(cells, factor):
    scaled = cells.assign(**{group: cells[group] * factor for group in ("persons_all", "persons_0-2")})
    assert_frame_equal(index_of(scaled)[SCORES], index_of(cells)[SCORES], rtol=1e-11, atol=1e-12)


@CASES
@given(random_cells(), st.randoms(use_true_random=False))
def test_shuffled_rows_change_nothing(cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    assert_frame_equal(index_of(cells.iloc[order]), index_of(cells), check_exact=True)


@CASES
@given(random_cells(), st.sampled_from(["childcare", "clinic", "fitness"]))
def test_a_service_nobody_is_there_for_counts_as_if_it_did_not_exist(cells, absent):
    circles = [replace(circle, group="0-2") if circle.service.id == absent else circle for circle in RANDOM_CIRCLES]
    circles = [replace(circle, group="all") if circle.service.id != absent else circle for circle in circles]
    without_infants = cells.assign(**{"persons_0-2": 0.0})
    kept = [circle for circle in circles if circle.service.id != absent]
    assert_frame_equal(
        index_of(without_infants, circles=circles), index_of(without_infants, circles=kept), check_exact=True
    )
