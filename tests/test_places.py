import numpy as np
import pandas as pd
import pytest
from crowded_places import ZONES, nursery, random_district, street_cells, street_facilities, street_pairs

from circle15.assess.catchments import CATCHMENT_COLUMNS, catchments_table
from circle15.assess.coverage import coverage_table
from circle15.assess.loads import LOAD_COLUMNS, loads_table
from circle15.assess.places import places_of_services
from circle15.assess.states import STATE_COLUMNS, served_persons, share_columns, states_table
from circle15.assess.supply import places_per_head, standard_per_head
from circle15.catalogue.entries import Supply


def places(circle=None, cells=None, facilities=None):
    cells = street_cells() if cells is None else cells
    facilities = street_facilities() if facilities is None else facilities
    return places_of_services(cells, street_pairs(), facilities, [circle or nursery()])


# Half a place per infant: c1 10, c2 20, c3 5, c4 15, c5 10, c6 4 (out of reach). N1 (10 places) is reached by c1 and
# c2, N2 (20) by c2, c3 and c4, N3 (30) by c4 and c5. Everyone to the nearest: c1 and c2 (tie) want 30 at N1, c3 and c4
# (tie) 20 at N2, c5 10 at N3. Given out: c4 moves to N3 (15, full 25 of 30), c3 stays (5), c2 fills N2 (15); N1 keeps
# c1 (10), and 5 of c2's 20 find nothing.
def test_the_street_worked_by_hand():
    (found,) = places()
    assert found.per_head == 0.5
    assert found.lack == ""
    assert found.found.assigned.tolist() == [10.0, 20.0, 25.0]
    assert found.served_share[[0, 2, 3, 4]].tolist() == [1.0, 1.0, 1.0, 1.0]
    assert found.served_share[1] == 0.75
    assert found.served_share[5] == 0.0
    assert served_persons(found).tolist() == [20.0, 30.0, 10.0, 30.0, 20.0, 0.0]


def test_the_states_of_the_street():
    table = states_table(ZONES, places()).set_index("code")
    figures = table[["people", "served", "reachable_without_capacity", "out_of_reach"]]
    assert figures.loc["1"].tolist() == [128.0, 110.0, 10.0, 8.0]
    assert figures.loc["11"].tolist() == [70.0, 60.0, 10.0, 0.0]
    assert figures.loc["12"].tolist() == [58.0, 50.0, 0.0, 8.0]
    assert table.loc["12", "served_share"] == 50.0 / 58.0
    assert table["places_due"].tolist() == [64.0, 35.0, 29.0]  # half a place per head, in reach or not


def test_the_loads_of_the_street():
    table = loads_table(places()).set_index("facility_id")
    assert table["nearest_places"].tolist() == [30.0, 20.0, 10.0]
    assert table["missing_places"].tolist() == [20.0, 0.0, 0.0]
    assert table["state"].tolist() == ["short", "short", "spare"]
    assert table["set_id"].tolist() == ["N1", "N1", ""]
    assert table["set_facilities"].tolist() == [2, 2, 0]
    assert table["set_missing"].tolist()[:2] == [5.0, 5.0]


def test_the_service_areas_of_the_street():
    table = catchments_table(places())
    infants = table[table["group"] == "0-2"].set_index("facility_id")
    assert infants["people_nearest"].tolist() == [60.0, 40.0, 20.0]
    assert infants["people_with_choice"].tolist() == [40.0, 30.0, 0.0]
    assert infants["people_in_reach"].tolist() == [60.0, 80.0, 50.0]
    assert infants["people_assigned"].tolist() == [20.0, 40.0, 50.0]
    assert infants["competitors"].tolist() == [1, 1, 0]
    everyone = table[table["group"] == "all"].set_index("facility_id")
    assert everyone["people_nearest"].tolist() == [2000.0, 2000.0, 1000.0]
    assert everyone["people_assigned"].tolist() == [1000.0, 1750.0, 2000.0]
    assert table["group"].tolist() == ["0-2", "all"] * 3


def test_a_facility_of_unknown_capacity_counts_for_reach_alone():
    facilities = pd.concat([street_facilities(), street_facilities(), street_facilities()], ignore_index=True)
    facilities["facility_id"] = [f"{name}{n}" for n, name in enumerate(facilities["facility_id"])]
    pairs = pd.concat([street_pairs().assign(facility_id=name) for name in facilities["facility_id"]])
    own = pairs["facility_id"].str[:2]
    keep = [(pairs.iloc[n]["cell_id"], own.iloc[n]) for n in range(len(pairs))]
    wanted = set(zip(street_pairs()["cell_id"], street_pairs()["facility_id"], strict=True))
    pairs = pairs[[each in wanted for each in keep]].drop_duplicates(["cell_id", "facility_id"])
    facilities.loc[0, "capacity"] = np.nan
    (found,) = places_of_services(street_cells(), pairs, facilities, [nursery()])
    assert found.lack == ""
    loads = loads_table([found]).set_index("facility_id")
    assert loads.loc["N10", "state"] == "unknown"
    assert np.isnan(loads.loc["N10", ["assigned_places", "missing_places"]].to_numpy(float)).all()
    assert loads.loc["N10", "nearest_places"] > 0
    assert np.isnan(catchments_table([found]).set_index("facility_id").loc["N10", "people_assigned"]).all()


@pytest.mark.parametrize(
    ("circle", "capacity", "lack"),
    [
        (nursery(supply=None), (10.0, 20.0, 30.0), "standard"),
        (nursery(group="0-1", counted="all"), (10.0, 20.0, 30.0), "group"),
        (nursery(), (10.0, np.nan, 30.0), "capacity"),
    ],
    ids=["no-standard", "group-unknown", "capacity-unknown"],
)
def test_where_nothing_can_be_said_of_places_reach_is_told_all_the_same(circle, capacity, lack):
    (found,) = places(circle, facilities=street_facilities(capacity))
    assert found.lack == lack
    assert np.isnan(found.served_share).all()
    row = states_table(ZONES, [found]).iloc[0]
    assert np.isnan([row["served"], row["reachable_without_capacity"], row["served_share"]]).all()
    assert row["out_of_reach"] == found.circle.persons(found.cells)[5]
    assert catchments_table([found])["people_nearest"].iloc[0] > 0
    assert catchments_table([found])["people_assigned"].isna().all()


def test_one_more_part_of_a_compound_standard_takes_no_data_of_places_away():
    """Of three facilities near somebody one has no known capacity, whoever has all other parts of the standard."""
    lacking = street_cells()
    lacking["nursery_m"] = np.where(lacking["cell_id"].isin(["c2", "c3", "c4"]), np.inf, lacking["nursery_m"])
    unknown = street_facilities((10.0, np.nan, 30.0))
    (before,), (after,) = places(cells=lacking, facilities=unknown), places(facilities=unknown)
    assert len(before.pairs) < len(before.near) == len(after.pairs)
    assert before.lack == after.lack == "capacity"


def test_a_standard_of_residents_holds_for_who_stands_in_for_the_group():
    (found,) = places(nursery(supply=Supply(4.5, "residents"), group="0-1", counted="all"))
    assert found.lack == ""
    assert found.per_head == 0.0045


def test_a_facility_without_places_is_told_from_one_of_unknown_capacity():
    table = loads_table(places(facilities=street_facilities((0.0, 60.0, 30.0)))).set_index("facility_id")
    assert table["state"].tolist() == ["none", "spare", "spare"]
    assert table.loc["N1", "assigned_places"] == 0.0


def test_nobody_of_the_group_is_no_data():
    (found,) = places(cells=street_cells(infants=[0.0] * 6))
    assert found.lack == "group"
    row = states_table(ZONES, [found]).iloc[0]
    assert np.isnan(row["served_share"])
    assert row["out_of_reach"] == 0.0


def test_a_study_without_services_or_facilities_gives_empty_tables():
    assert list(states_table(ZONES, ())) == list(STATE_COLUMNS)
    assert list(loads_table(())) == list(LOAD_COLUMNS)
    assert list(catchments_table(())) == list(CATCHMENT_COLUMNS)
    found = places_of_services(street_cells(), street_pairs().iloc[:0], street_facilities().iloc[:0], [nursery()])
    assert len(loads_table(found)) == len(catchments_table(found)) == 0
    row = states_table(ZONES, found).iloc[0]
    assert row["served"] == 0.0


@pytest.mark.parametrize("number", range(8))
def test_the_three_states_add_up_exactly_and_agree_with_coverage(number):
    cells, zones, pairs, facilities, circles = random_district(number)
    found = places_of_services(cells, pairs, facilities, circles)
    table = states_table(zones, found)
    key = ["level", "code", "service"]
    covered = coverage_table(cells, zones, circles).set_index(key)["covered_people"]
    known = table[table["served"].notna()]
    reached = known["served"] + known["reachable_without_capacity"]
    assert (reached + known["out_of_reach"] == known["people"]).all()
    assert (reached.to_numpy() == covered.reindex(pd.MultiIndex.from_frame(known[key])).to_numpy()).all()
    assert (known["reachable_without_capacity"] >= 0).all()
    for _, towns in known[known["level"] == "town"].groupby("service"):
        district = known[(known["level"] == "county") & (known["service"] == towns["service"].iloc[0])].iloc[0]
        for column in ("people", "served", "reachable_without_capacity", "out_of_reach"):
            assert towns[column].sum() == district[column]


@pytest.mark.parametrize("number", range(8))
def test_service_areas_hold_everyone_in_reach_once(number):
    cells, zones, pairs, facilities, circles = random_district(number)
    found = places_of_services(cells, pairs, facilities, circles)
    table = catchments_table(found)
    own = table[table["group"] == table["service"].map({each.service.id: each.group for each in circles})]
    covered = coverage_table(cells, zones, circles).query("level == 'county'").set_index("service")["covered_people"]
    for service, areas in own.groupby("service"):
        assert areas["people_nearest"].sum() == pytest.approx(covered[service], rel=1e-12)
    served = states_table(zones, found).query("level == 'county'").set_index("service")["served"].dropna()
    sent = own.groupby("service")["people_assigned"].sum()
    assert sent[served.index].tolist() == pytest.approx(served.tolist(), rel=1e-9)


def test_the_order_of_rows_leaves_no_trace():
    cells, zones, pairs, facilities, circles = random_district(3)
    one = places_of_services(cells, pairs, facilities, circles)
    other = places_of_services(
        cells.iloc[::-1], pairs.sample(frac=1, random_state=1), facilities.sample(frac=1, random_state=2), circles
    )
    for table in (loads_table, catchments_table, lambda found: states_table(zones, found)):
        pd.testing.assert_frame_equal(table(one), table(other), check_exact=True)
    shares = dict(share_columns(other))
    for name, share in share_columns(one):
        pd.testing.assert_series_equal(share, shares[name], check_exact=True)


def test_places_per_head_are_the_same_for_every_unit_of_a_district():
    circle = nursery(supply=Supply(4.5, "residents"))
    assert standard_per_head(street_cells(), circle) == 4.5 * 6000 / 1000 / 128
    assert np.isnan(places_per_head(Supply(4.5, "residents"), 100.0, 0.0))
