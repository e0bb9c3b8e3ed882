"""Issues over several runs: ids, states, evidence, fixes; counted by hand on a lattice county."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from issue_matches import area_rows, check_matching, footprint_rows, table
from issue_towns import CANTEEN, CLINIC, hamlet, run_of_town

from circle15.assess.circles import deciding_circles
from circle15.assess.clusters import Gathering
from circle15.assess.issues.ids import Serials, known_ids, plain_id
from circle15.assess.issues.matching import matched, origins, overlaps
from circle15.assess.issues.registry import Registry
from circle15.assess.issues.shortfalls import run_of, shortfalls
from circle15.assess.issues.states import state_history, states_in
from circle15.errors import ConfigurationError, DataError
from circle15.pipeline.issues.updating import enter_run
from circle15.results.issue_register import load_register, save_register

CORE = hamlet(8, 3, 100, 4)
WEST, EAST = hamlet(1, 0, 40), hamlet(15, 5, 50)
CENTRE = ("clinic", "k1", "中心站", 9, 3, None)
WEST_SITE = ("clinic", "k2", "西站", 2, 0, None)
CROWD = hamlet(3, 3, 100, 4)
WEST_ID, EAST_ID = "WZ-339901001-001", "WZ-339901002-001"


def crowded(places):
    return ("clinic", "k1", "西站", 5, 3, places)


ENTERED = {}


def entered(*runs, registry=None):
    """The register after these runs; what several tests begin with is worked out once."""
    if not runs:
        return registry or Registry()
    key = (id(registry), *map(id, runs))
    if key not in ENTERED:
        before, run = entered(*runs[:-1], registry=registry), runs[-1]
        # The runs are kept, so that no other is given their id.
        ENTERED[key] = enter_run(before, run, f"hash of {run.study.study.period}", "zh"), registry, runs
    return ENTERED[key][0]


RUNS = {}


def town(period, people=None, sites=(CENTRE,), **more):
    people = people or CORE | WEST | EAST
    key = repr((period, people, sites, more))
    if key not in RUNS:
        RUNS[key] = run_of_town(period, people, sites, **more)
    return RUNS[key]


def states_of(registry, id_):
    history = state_history(registry)
    return history.loc[history["id"] == id_, ["period", "state"]].to_numpy().tolist()


def sighting(registry, period, id_):
    table = registry.sightings
    return table[(table["period"] == period) & (table["id"] == id_)].iloc[0]


def check(registry, period, id_):
    table = registry.checks
    return table[(table["period"] == period) & (table["id"] == id_)].iloc[0]


# --- Three runs ---


def test_a_site_opens_and_closes_and_its_issue_closes_and_returns_under_one_id():
    registry = entered(town("2025"), town("2026", sites=(CENTRE, WEST_SITE)), town("2027"))
    assert registry.issued["id"].tolist() == [WEST_ID, EAST_ID]
    assert states_of(registry, WEST_ID) == [["2025", "new"], ["2026", "closed"], ["2027", "returned"]]
    assert states_of(registry, EAST_ID) == [["2025", "new"], ["2026", "open"], ["2027", "open"]]
    closed = check(registry, "2026", WEST_ID)
    assert closed[["people_before", "people_now", "still", "facility", "change"]].tolist() == [
        120,
        120,
        0,
        "西站",
        "opened",
    ]
    # 1100 m to the centre before; the site stands in the middle of three cells, 0 or 100 m from each.
    assert closed[["before_m", "served_m", "served_min"]].tolist() == [1100.0, 100.0, 2.5]
    assert sighting(registry, "2027", WEST_ID)["lost_facility"] == "西站"


def test_due_dates_run_from_the_first_period_and_anew_from_a_return():
    registry = entered(town("2025"), town("2026", sites=(CENTRE, WEST_SITE)), town("2027", due_months=6))
    history = state_history(registry)
    assert history.loc[history["id"] == WEST_ID, "due"].tolist() == ["2026-12-31", "2026-12-31", "2028-06-30"]
    assert set(history.loc[history["id"] == EAST_ID, "due"]) == {"2026-12-31"}


def test_the_same_period_again_changes_nothing():
    once = entered(town("2025"), town("2026", sites=(CENTRE, WEST_SITE)))
    again = entered(town("2026", sites=(CENTRE, WEST_SITE)), town("2025"), registry=once)
    for name in ("issued", "sightings", "checks", "footprints"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(once, name))
    assert again.entries == once.entries


def test_an_earlier_period_entered_later_keeps_what_came_after():
    straight = entered(town("2025"), town("2026", sites=(CENTRE, WEST_SITE)), town("2027"))
    late = entered(town("2026", sites=(CENTRE, WEST_SITE)), town("2027"), town("2025"))
    assert late.periods == ["2025", "2026", "2027"]
    assert set(late.sightings.loc[late.sightings["period"] == "2027", "id"]) == {WEST_ID, EAST_ID}
    # 2026 was entered when the western issue was not known, so nothing is claimed of it there.
    assert states_of(late, WEST_ID) == [["2025", "new"], ["2026", "unchecked"], ["2027", "open"]]
    settled = entered(town("2026", sites=(CENTRE, WEST_SITE)), town("2027"), registry=late)
    assert states_of(settled, WEST_ID) == states_of(straight, WEST_ID)
    assert states_of(settled, EAST_ID) == states_of(straight, EAST_ID)


def test_a_period_run_again_with_other_data_withdraws_an_id_and_knows_it_again():
    first = entered(town("2025"))
    mended = entered(town("2025", sites=(CENTRE, WEST_SITE)), registry=first)
    assert mended.sightings["id"].tolist() == [EAST_ID]
    assert states_of(mended, WEST_ID) == []
    back = entered(town("2025"), registry=mended)
    assert back.sightings["id"].tolist() == [WEST_ID, EAST_ID]
    assert len(back.issued) == 2


def test_an_id_is_never_given_twice():
    first = entered(town("2025"))
    elsewhere = CORE | hamlet(1, 5, 40) | EAST
    mended = entered(town("2025", elsewhere), registry=first)
    assert mended.issued["id"].tolist() == [WEST_ID, EAST_ID, "WZ-339901001-002"]
    assert mended.sightings["id"].tolist() == ["WZ-339901001-002", EAST_ID]


# --- Splits, merges, borders ---


def strip(persons):
    """Eight cells in a row at the southern edge of the western town."""
    return {(at, 0): float(people) for at, people in enumerate(persons)}


def test_of_a_split_area_the_part_with_most_people_keeps_the_id_and_the_other_names_it():
    far = ("clinic", "k1", "远站", 19, 5, None)
    whole = town("2025", strip([60] * 8), (far,))
    assert whole.underserved["people"].tolist() == [480.0]
    # Nobody lives in the middle any more: 60 x 2 to the west, 60 x 4 to the east.
    split = entered(whole, town("2026", strip([60, 60, 0, 0, 60, 60, 60, 60]), (far,)))
    now = split.sightings[split.sightings["period"] == "2026"].set_index("id")
    assert now["people"].to_dict() == {WEST_ID: 240.0, "WZ-339901001-002": 120.0}
    assert split.issued.set_index("id").at["WZ-339901001-002", "origin"] == WEST_ID
    assert states_of(split, WEST_ID) == [["2025", "new"], ["2026", "open"]]


def test_areas_that_grow_together_go_on_under_the_id_of_the_larger_and_the_other_says_where_it_went():
    far = ("clinic", "k1", "远站", 19, 5, None)
    apart = town("2025", strip([60, 60, 0, 0, 60, 60, 60, 60]), (far,))
    registry = entered(apart, town("2026", strip([60] * 8), (far,)))
    large, small = registry.sightings.loc[registry.sightings["period"] == "2025", "id"]
    assert sighting(registry, "2025", large)["people"] == 240.0
    now = registry.sightings[registry.sightings["period"] == "2026"]
    assert now[["id", "people"]].to_numpy().tolist() == [[large, 480.0]]
    merged = check(registry, "2026", small)
    assert merged[["outcome", "into", "still"]].tolist() == ["merged", large, 120.0]
    last = states_in(state_history(registry), registry, "2026").set_index("id")
    assert last.loc[small, ["state", "is_open"]].tolist() == ["merged", True]


def test_a_moved_border_changes_the_town_of_an_issue_and_not_its_id():
    people = CORE | hamlet(12, 0, 50)
    registry = entered(town("2025", people), town("2026", people, border=16))
    (id_,) = set(registry.sightings["id"])
    assert id_ == EAST_ID
    assert registry.sightings["town_code"].tolist() == ["339901002", "339901001"]


def test_a_border_through_an_area_splits_it():
    people = CORE | {(at, 0): 60.0 for at in range(12, 18)}
    registry = entered(town("2025", people), town("2026", people, border=14))
    now = registry.sightings[registry.sightings["period"] == "2026"].set_index("id")["people"].to_dict()
    assert now == {EAST_ID: 240.0, "WZ-339901001-001": 120.0}
    assert registry.issued.set_index("id").at["WZ-339901001-001", "origin"] == EAST_ID


# --- What closes and what does not ---


def test_an_area_that_falls_below_an_area_without_being_served_is_not_closed():
    fewer = CORE | hamlet(1, 0, 30) | EAST  # 90 of 120 left; 100 make an area
    registry = entered(town("2025"), town("2026", fewer))
    assert check(registry, "2026", WEST_ID)[["outcome", "still"]].tolist() == ["remaining", 90.0]
    assert states_of(registry, WEST_ID)[-1] == ["2026", "remaining"]


def test_a_few_who_are_left_do_not_keep_an_issue_open_and_are_told():
    # A site four streets from two of the three cells.
    site = ("clinic", "k3", "南站", 5, 1, None)
    registry = entered(town("2025"), town("2026", sites=(CENTRE, site)))
    closed = check(registry, "2026", WEST_ID)
    assert closed[["outcome", "still", "people_now"]].tolist() == ["closed", 40.0, 120.0]


def test_a_place_that_nobody_lives_in_any_more_is_closed_and_says_so():
    registry = entered(town("2025"), town("2026", CORE | EAST))
    assert check(registry, "2026", WEST_ID)["outcome"] == "nobody"
    assert states_of(registry, WEST_ID)[-1] == ["2026", "nobody"]


def test_a_service_that_is_not_looked_at_closes_nothing():
    both = run_of_town("2025", CORE | WEST, (CENTRE, ("canteen", "c1", "食堂", 9, 3, None)), services=(CLINIC, CANTEEN))
    registry = entered(both, town("2026", CORE | WEST))
    canteen = registry.issued.loc[registry.issued["service"] == "canteen", "id"].iloc[0]
    assert canteen == "ZC-339901001-001"
    assert states_of(registry, canteen) == [["2025", "new"], ["2026", "unchecked"]]


def test_a_study_that_has_lost_a_place_closes_nothing_there():
    smaller = town("2026", CORE | EAST)
    zones = smaller.zones.copy()
    zones.geometry = zones.geometry.intersection(zones.geometry.iloc[2].buffer(300))
    registry = entered(town("2025"), dataclasses.replace(smaller, zones=zones))
    assert check(registry, "2026", WEST_ID)["outcome"] == "outside"
    assert states_of(registry, WEST_ID)[-1] == ["2026", "unchecked"]


def test_another_grid_is_refused():
    registry = dataclasses.replace(entered(town("2025")), grid="200 m, another system")
    with pytest.raises(ConfigurationError) as fault:
        entered(town("2026"), registry=registry)
    assert fault.value.key == "issues.other_grid"


def test_a_wider_standard_is_named_as_the_cause():
    # The western hamlet is 500, 600 and 700 m from this site: beyond 400 m, within 800 m.
    site = ("clinic", "k1", "中心站", 8, 0, None)
    before = run_of_town("2025", CORE | WEST, (site,))
    after = run_of_town("2026", CORE | WEST, (site,))
    after = dataclasses.replace(
        after, catalogue=_twice_as_wide(after.catalogue), underserved=after.underserved.iloc[:0]
    )
    registry = entered(before, after)
    assert check(registry, "2026", WEST_ID)[["outcome", "change"]].tolist() == ["closed", "standard"]


def _twice_as_wide(catalogue):
    clinic = catalogue.services["clinic"]
    reach = dataclasses.replace(clinic.urban, minutes=clinic.urban.minutes * 2)
    return dataclasses.replace(catalogue, services={"clinic": dataclasses.replace(clinic, urban=reach, rural=reach)})


# --- Fixes ---


def test_a_new_site_stands_where_it_reaches_most_people():
    registry = entered(town("2025"))
    west = sighting(registry, "2025", WEST_ID)
    assert west[["fix", "fix_people", "fix_x", "fix_y"]].tolist() == ["site", 120.0, 560_250.0, 3_310_050.0]


def test_where_a_site_is_near_and_the_way_is_shut_a_path_comes_before_a_site():
    # 200 m in a straight line from the centre, and no street leads there; the third cell is of the next town.
    people = CORE | hamlet(8, 5, 50)
    registry = entered(town("2025", people, blocked=list(hamlet(8, 5, 50))))
    row = registry.sightings.iloc[0]
    assert row[["reason", "fix", "fix_facility", "fix_people"]].tolist() == ["island", "path", "中心站", 100.0]
    assert row["fix_straight_m"] == 200.0


def test_a_full_facility_is_an_issue_of_its_own_with_the_places_that_lack():
    # 400 people, one place for each; 150 are there.
    registry = entered(run_of_town("2025", CROWD, (crowded(150),), per_1000=1000))
    (row,) = registry.sightings.to_dict("records")
    assert (row["kind"], row["reason"], row["people"], row["set_facilities"]) == ("places", "full", 250.0, 1)
    assert (row["fix"], row["fix_facility"], row["fix_places"]) == ("places", "西站", 250.0)


def test_enlarging_the_facility_closes_it():
    def full(period, places):
        return run_of_town(period, CROWD, (crowded(places),), per_1000=1000)

    registry = entered(full("2025", 150), full("2026", 400), full("2027", 150))
    id_ = registry.issued["id"].iloc[0]
    closed = check(registry, "2026", id_)
    assert closed[["outcome", "change", "facility", "still"]].tolist() == ["closed", "enlarged", "西站", 0.0]
    assert [state for _, state in states_of(registry, id_)] == ["new", "closed", "returned"]


def test_two_services_lacking_at_one_place_are_linked_and_stay_two():
    sites = (CENTRE, ("canteen", "c1", "食堂", 9, 3, None))
    registry = entered(run_of_town("2025", CORE | WEST, sites, services=(CLINIC, CANTEEN)))
    linked = registry.sightings.set_index("id")["together"].to_dict()
    assert linked == {WEST_ID: "ZC-339901001-001", "ZC-339901001-001": WEST_ID}


# --- Ids and matching ---


def test_ids_as_people_type_them():
    known = known_ids(["TY-330199001-003", "TY-330199001-004"])
    for typed in ("ty-330199001-3", "ＴＹ－３３０１９９００１－００３", " TY - 330199001-003 ", "TY—330199001—003"):
        assert known[plain_id(typed)] == "TY-330199001-003"
    assert plain_id("TY-330199001-005") not in known


def test_serials_go_on_where_they_were():
    serials = Serials(["TY-1-001", "TY-1-012", "YE-1-003"])
    assert [serials.next("childcare", "1"), serials.next("childcare", "1"), serials.next("kindergarten", "1")] == [
        "TY-1-013", "TY-1-014", "YE-1-004",
    ]  # fmt: skip


def test_most_people_altogether_and_not_who_comes_first():
    # Greedy would give b its largest overlap (60 in area 1) and leave a with nothing.
    old = table([("a", "1", 50), ("b", "1", 60), ("b", "2", 55)], "id")
    new = table([(0, "2", 100), (1, "1", 100)], "area")
    found = overlaps(old, new)
    assert matched(found) == {0: "b", 1: "a"}


def test_of_equal_parts_the_smaller_id_gets_the_smaller_area():
    old = table([(id_, cell, 10) for id_ in ("a", "b") for cell in ("1", "2")], "id")
    new = table([(0, "1", 10), (1, "2", 10)], "area")
    assert matched(overlaps(old, new)) == {0: "a", 1: "b"}


def test_neighbours_that_share_a_fringe_are_two_issues():
    old = table([("a", "1", 95), ("a", "2", 5)], "id")
    new = table([(0, "2", 5), (0, "3", 95)], "area")
    found = overlaps(old, new)
    assert found["share"].tolist() == [0.05]
    assert matched(found) == {}
    assert origins(found, [0]) == {0: ""}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(footprint_rows, area_rows, st.randoms(use_true_random=False))
def test_matching_is_the_same_in_every_order_of_rows_and_shares_most_people(old_rows, new_rows, random):
    assert check_matching(old_rows, new_rows, random) <= 4


people = st.dictionaries(
    st.tuples(st.integers(0, 19), st.integers(0, 5)), st.integers(1, 90).map(float), min_size=1, max_size=30
)


@settings(max_examples=2, deadline=None, derandomize=True)
@given(people, people, st.integers(0, 5))
def test_areas_keep_their_people_ids_are_unique_and_the_order_of_rows_leaves_no_trace(before, after, seed):
    registry = entered(town("2025", before), town("2026", after))
    mixed = entered(town("2025", before, shuffle=seed), town("2026", after, shuffle=seed + 1))
    for name in ("issued", "sightings", "checks", "footprints"):
        pd.testing.assert_frame_equal(getattr(mixed, name), getattr(registry, name))
    for period, rows in (("2025", before), ("2026", after)):
        run = town(period, rows)
        seen = registry.sightings[registry.sightings["period"] == period]
        assert seen["id"].is_unique
        assert seen["people"].sum() == run.underserved["people"].sum()
        own = registry.footprints[registry.footprints["period"] == period]
        assert not own["cell_id"].duplicated().any()
        assert own.groupby("id")["persons"].sum().to_dict() == seen.set_index("id")["people"].to_dict()


@settings(max_examples=3, deadline=None, derandomize=True)
@given(people, st.integers(20, 500))
def test_those_without_a_place_are_the_people_of_the_issues_and_the_scattered(rows, places):
    run = run_of_town("2025", rows, (("clinic", "k1", "中心站", 9, 3, places),), per_1000=1000)
    gathering = Gathering(100.0, 100.0)
    tables = run_of(run.cells, run.zones, run.underserved, run.facilities, run.pairs, run.loads, gathering, "zh")
    found = shortfalls(tables, deciding_circles(run.catalogue, run.counted_groups()))
    state = run.service_states.iloc[0]
    rest = found.scattered.set_index("kind")["people"]
    told = found.frame.groupby("kind")["people"].sum().reindex(["reach", "places"]).fillna(0.0)
    assert told["reach"] + rest["reach"] == pytest.approx(state["out_of_reach"], abs=1e-9)
    if not np.isnan(state["reachable_without_capacity"]):
        assert told["places"] + rest["places"] == pytest.approx(state["reachable_without_capacity"], abs=1e-9)


# --- The register on disk ---


def test_a_register_comes_back_as_it_was_and_is_written_alike(tmp_path):
    registry = entered(town("2025"), town("2026", sites=(CENTRE, WEST_SITE)))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    save_register(registry, tmp_path / "one")
    back = load_register(tmp_path / "one")
    save_register(back, tmp_path / "two")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 6
    assert [(tmp_path / "one" / name).read_bytes() for name in files] == [
        (tmp_path / "two" / name).read_bytes() for name in files
    ]
    pd.testing.assert_frame_equal(back.sightings, registry.sightings)
    assert back.entries == registry.entries


@pytest.mark.parametrize("damage", ["cut_json", "no_table", "half_table"])
def test_a_damaged_register_is_refused_and_not_begun_anew(tmp_path, damage):
    save_register(entered(town("2025")), tmp_path)
    if damage == "cut_json":
        path = tmp_path / "registry.json"
        path.write_text(path.read_text(encoding="utf-8")[:50], encoding="utf-8")
    elif damage == "no_table":
        (tmp_path / "issued.parquet").unlink()
    else:
        (tmp_path / "sightings.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError) as fault:
        load_register(tmp_path)
    assert fault.value.key == "issues.register_damaged"


def test_a_register_of_another_version_says_so(tmp_path):
    save_register(entered(town("2025")), tmp_path)
    path = tmp_path / "registry.json"
    told = json.loads(path.read_text(encoding="utf-8")) | {"form": 99}
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(DataError) as fault:
        load_register(tmp_path)
    assert fault.value.key == "issues.register_of_other_version"
