"""Each cell is counted by the rule of its town's class, in that rule's mode; compound standards by their last site."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from assessed_towns import RANDOM_CIRCLES, RANDOM_ZONES, make_catalogue, make_service, random_cells
from hypothesis import given, settings
from ruled_town import CELLS_AT_M, PERSONS, county, inputs_of

from circle15.assess.circles import deciding_circles, further_circles
from circle15.assess.coverage import coverage_table
from circle15.assess.needs import need_of
from circle15.assess.rules import Rule, counted_classes
from circle15.assess.rules_table import RULE_COLUMNS, rules_table
from circle15.catalogue.entries import Label, Need, Reach
from circle15.pipeline.notes.joins import join_notes
from circle15.pipeline.notes.needs import need_notes
from circle15.pipeline.reading.horizon import horizon_of
from circle15.pipeline.search.searching import cells_frame, search

CASES = settings(derandomize=True, deadline=None, max_examples=25)
WALK, CYCLE, DRIVE = (Reach(minutes=15, mode=mode) for mode in ("walk", "cycle", "drive"))
CHILDCARE = make_service("childcare", "all", urban=WALK, rural=CYCLE)
CENTRE = make_service("centre", "all", urban=WALK, rural=DRIVE, also=(Reach(minutes=40, mode="walk"),))
AMBULANCE = replace(make_service("ambulance", "all", urban=DRIVE, rural=DRIVE), travel="from_site")
SITES = [(service, f"{service}-0", 0.0, "") for service in ("childcare", "centre", "ambulance")]


def searched_cells(inputs):
    found = search(inputs)
    return cells_frame(inputs, found), found


def assessed(inputs):
    """Cells, the circles that decide, and the further ones."""
    cells, _ = searched_cells(inputs)
    deciding = deciding_circles(inputs.catalogue, dict.fromkeys(inputs.catalogue.services, "all"))
    return cells, deciding, further_circles(inputs.catalogue, deciding, counted_classes(cells["urban_rural"]))


# --- By hand: one road, a site at its western end ---


def test_each_cell_is_as_far_as_the_mode_of_its_own_rule_makes_it():
    cells, _ = searched_cells(inputs_of([CHILDCARE, CENTRE, AMBULANCE], SITES))
    assert cells["childcare_mode"].tolist() == ["walk", "walk", "cycle", "cycle"]
    assert cells["childcare_m"].tolist() == [510.0, 1510.0, 2525.0, 3525.0]
    assert cells["centre_mode"].tolist() == ["walk", "walk", "drive", "drive"]
    assert cells["centre_m"].tolist() == [510.0, 1510.0, 3 * 2500.0 + 100.0, 3 * 3500.0 + 100.0]
    assert cells["centre_facility"].tolist() == ["centre-0"] * 4


def test_what_comes_to_people_goes_the_other_way():
    cells, _ = searched_cells(inputs_of([AMBULANCE], SITES[2:]))
    assert cells["ambulance_m"].tolist() == [2 * at + 100.0 for at in CELLS_AT_M]


def test_coverage_counts_each_town_by_its_own_rule():
    inputs = inputs_of([CHILDCARE, CENTRE, AMBULANCE], SITES)
    cells, deciding, further = assessed(inputs)
    table = coverage_table(cells, inputs.zones.frame, deciding, further).set_index(["code", "service"])
    # 15 minutes are 1080 m on foot, 2700 m by bicycle, 10,800 m by car.
    covered = {("11", "childcare"): 100, ("12", "childcare"): 30, ("1", "childcare"): 130, ("12", "centre"): 37}
    covered |= {("11", "ambulance"): 150, ("12", "ambulance"): 37}
    first = table[~table.index.duplicated()]
    assert {key: first.loc[key, "covered_people"] for key in covered} == covered
    assert first.loc[("12", "childcare"), ["minutes", "limit_m"]].tolist() == [15.0, 2700.0]
    assert first.loc[("1", "childcare"), ["minutes", "limit_m"]].tolist() == [15.0, 1080.0]
    assert first.loc[("12", "centre"), "median_min"] == 7600.0 / 12.0 / 60.0


def test_a_further_circle_on_foot_is_walked_where_the_rule_drives():
    inputs = inputs_of([CENTRE], SITES[1:2])
    cells, deciding, further = assessed(inputs)
    assert cells["centre_walk_m"].tolist() == [at + 10.0 for at in CELLS_AT_M]
    table = coverage_table(cells, inputs.zones.frame, deciding, further)
    rows = table[(table["code"] == "12") & (table["service"] == "centre")]
    # 40 minutes on foot are 2880 m: the first cell of the country, not the second.
    assert rows[["minutes", "covered_people"]].to_numpy().tolist() == [[15.0, 37.0], [40.0, 30.0]]


def test_pairs_are_of_the_cells_own_mode_with_its_minutes():
    inputs = inputs_of([CHILDCARE], SITES[:1])
    cells, found = searched_cells(inputs)
    pairs = found.pairs
    assert list(pairs) == ["cell_id", "facility_id", "service", "mode", "metres", "minutes"]
    assert pairs["cell_id"].tolist() == [cells["cell_id"][0], cells["cell_id"][2]]
    assert pairs[["mode", "metres"]].to_numpy().tolist() == [["walk", 510.0], ["cycle", 2525.0]]
    assert pairs["minutes"].tolist() == [510 / 1.2 / 60, 2525 / 3.0 / 60]


def test_the_rules_table_tells_who_was_counted_by_what():
    inputs = inputs_of([CHILDCARE], SITES[:1])
    cells, deciding, _ = assessed(inputs)
    table = rules_table(cells, inputs.zones.frame, deciding)
    assert tuple(table) == RULE_COLUMNS
    assert table.drop(columns=["level", "name", "service"]).to_numpy().tolist() == [
        ["1", "urban", "walk", 15, 1080.0, 150.0, 100.0],
        ["1", "rural", "cycle", 15, 2700.0, 37.0, 30.0],
        ["11", "urban", "walk", 15, 1080.0, 150.0, 100.0],
        ["12", "rural", "cycle", 15, 2700.0, 37.0, 30.0],
    ]


def test_an_unknown_class_counts_as_urban_and_only_its_modes_are_searched():
    inputs = inputs_of([CHILDCARE], SITES[:1], county(west="", east=""))
    cells, found = searched_cells(inputs)
    assert cells["childcare_mode"].tolist() == ["walk"] * 4
    assert set(found.by_mode) == {"walk"}
    assert set(rules_table(cells, inputs.zones.frame, assessed(inputs)[1])["urban_rural"]) == {"urban"}


def test_a_study_of_towns_alone_needs_no_streets_but_walking_ones():
    catalogue = make_catalogue(CHILDCARE, CENTRE, adult=1.2, cycle=3.0, drive=12.0)
    towns, both = horizon_of(catalogue, ["urban"]), horizon_of(catalogue, ["urban", "rural"])
    assert towns.streets_m == {"walk": 2 * 40 * 60 * 1.2}
    assert both.modes == ("walk", "cycle", "drive")
    # A rule by car does not make the lists of the other services reach as far.
    assert both.facilities_m == {"childcare": 2 * 2700.0, "centre": 2 * 10_800.0}


def test_the_speeds_of_a_study_change_no_metres_but_limits_and_legs():
    inputs = inputs_of([CHILDCARE], SITES[:1])
    slower = replace(inputs.catalogue, speeds=make_catalogue(adult=1.2, cycle=2.4, drive=12.0).speeds)
    cells, _ = searched_cells(replace(inputs, catalogue=slower))
    assert cells["childcare_m"].tolist() == [510.0, 1510.0, 2520.0, 3520.0]
    (circle,) = deciding_circles(slower, {"childcare": "all"})
    assert circle.rural == Rule("cycle", 15, 15 * 60 * 2.4, 2.4)


def test_cells_off_the_streets_of_their_mode_are_told_apart_from_walkers():
    inputs = inputs_of([CHILDCARE], SITES[:1])
    ridden = inputs.networks["cycle"]
    kept = np.arange(4)  # the streets of the urban town alone are ridden
    short = replace(
        ridden, from_node=ridden.from_node[kept], to_node=ridden.to_node[kept], length_m=ridden.length_m[kept],
        forward_m=ridden.forward_m[kept], kind=ridden.kind[kept], way_id=ridden.way_id[kept],
        line_start=ridden.line_start[:5],
    )  # fmt: skip
    inputs = replace(inputs, networks={**inputs.networks, "cycle": short})
    cells, found = searched_cells(inputs)
    assert cells["childcare_m"].tolist() == [510.0, 1510.0, np.inf, np.inf]
    assert cells["on_network"].all()
    assert cells["cycle_on_network"].tolist() == [True, True, False, False]
    (note,) = join_notes(inputs, found)
    assert (note.key, note.facts["cells"], note.facts["persons"]) == ("rules.cells_off_network", 2, 37)


# --- Compound standards ---

VENUE = Need(Label("必备场馆", "venue"), 1, ("图书馆", "博物馆"))
SPACE = Need(Label("文化空间", "space"), 2, ("书屋", "乡村博物馆"))
CULTURE = replace(
    make_service("culture", "all", urban=Reach(15, 1000, "metres", "walk"), rural=Reach(15, 1500, "metres", "walk")),
    needs=(VENUE, SPACE),
)
CULTURE_SITES = [
    ("culture", "a-library", 600.0, "县图书馆"),
    ("culture", "b-room", 0.0, "农家书屋"),
    ("culture", "c-room", 2000.0, "农家书屋"),
    ("culture", "d-park", 500.0, "公园"),
    ("culture", "e-room", 2600.0, "乡村博物馆"),
]


def test_the_last_site_that_a_compound_standard_asks_for_decides():
    cells, found = searched_cells(inputs_of([CULTURE], CULTURE_SITES))
    # 500: venue at 100 m, rooms at 500 and 1500; 1500: venue 900, rooms 500 and 1100 (0 m is 1500 away);
    # 2500: venue 1900, rooms 100 and 500; 3500: venue 2900, rooms 900 and 1500. And a leg of 10 m each.
    assert cells["culture_m"].tolist() == [1510.0, 1110.0, 1910.0, 2910.0]
    assert cells["culture_facility"].tolist() == ["c-room", "e-room", "a-library", "a-library"]
    # Every site in reach is a pair, the park too: pairs know no needs.
    assert "d-park" in set(found.pairs["facility_id"])


@pytest.mark.parametrize("needs", [(VENUE, SPACE), (SPACE, VENUE)], ids=["lacking last", "lacking first"])
def test_too_few_of_one_kind_serve_nobody_and_are_told(needs):
    inputs = inputs_of([replace(CULTURE, needs=needs)], CULTURE_SITES[:2])
    cells, _ = searched_cells(inputs)
    assert np.isinf(cells["culture_m"]).all()
    assert (cells["culture_facility"] == "").all()
    (absent,) = need_notes(inputs)
    assert (absent.key, absent.facts["needed"], absent.facts["found"]) == ("rules.need_absent", 2, 1)


def test_a_list_that_does_not_tell_kinds_is_counted_by_the_nearest_site_and_says_so():
    inputs = inputs_of([CULTURE], [(service, id_, at, "") for service, id_, at, _ in CULTURE_SITES])
    cells, _ = searched_cells(inputs)
    assert cells["culture_m"].tolist() == [10.0, 510.0, 110.0, 910.0]
    assert [note.key for note in need_notes(inputs)] == ["study.needs_not_counted"]


def test_without_any_site_of_one_kind_the_nearest_site_counts_and_that_is_told():
    rooms_alone = [site for site in CULTURE_SITES if site[1] != "a-library"]
    inputs = inputs_of([CULTURE], rooms_alone)
    cells, _ = searched_cells(inputs)
    assert cells["culture_m"].tolist() == [10.0, 510.0, 110.0, 910.0]
    told = [note.key for note in need_notes(inputs)]
    assert told == ["study.needs_not_counted", "rules.kinds_unknown"]


def test_sites_of_no_kind_count_for_none_and_are_told_with_what_they_are_called():
    (note,) = need_notes(inputs_of([CULTURE], CULTURE_SITES))
    assert (note.key, note.facts["sites"], note.facts["listed"], note.facts["kinds"]) == (
        "rules.kinds_unknown", 1, 5, "公园",
    )  # fmt: skip
    assert "公园" in note.sentence("zh")


@pytest.mark.parametrize(
    ("kind", "need"),
    [
        ("图书馆", 0),
        ("乡村博物馆（村级）", 1),
        ("必备场馆", 0),
        ("", -1),
        ("公 园", -1),
        ("VENUE", 0),
        ("书屋、图书馆", 0),
    ],
)
def test_the_longest_word_decides_which_need_a_site_meets(kind, need):
    assert need_of(CULTURE.needs, kind) == need


# --- Properties ---


@CASES
@given(random_cells())
def test_people_by_rule_add_up_to_coverage_exactly(cells):
    coverage = coverage_table(cells, RANDOM_ZONES, RANDOM_CIRCLES).set_index(["level", "code", "service"])
    by_rule = rules_table(cells, RANDOM_ZONES, RANDOM_CIRCLES)
    sums = by_rule.groupby(["level", "code", "service"])[["people", "covered_people"]].sum()
    of_units = coverage.loc[sums.index, ["people", "covered_people"]]
    pd.testing.assert_frame_equal(sums, of_units, check_exact=True)
    left_out = coverage.drop(index=[*sums.index]).query("service != 'all_services'")
    assert (left_out["people"] == 0).all()
    assert (by_rule["covered_people"] <= by_rule["people"] * (1 + 1e-12)).all()
    assert (by_rule[["people", "covered_people"]] >= 0).all(axis=None)


def test_the_people_of_the_town_are_all_counted():
    inputs = inputs_of([CHILDCARE, CENTRE], SITES[:2])
    cells, deciding, _ = assessed(inputs)
    table = rules_table(cells, inputs.zones.frame, deciding)
    assert table[table["code"] == "1"].groupby("service")["people"].sum().tolist() == [sum(PERSONS)] * 2


def test_services_without_any_site_serve_nobody_by_any_mode():
    inputs = inputs_of([CHILDCARE, CENTRE, CULTURE], SITES[:1])
    cells, deciding, further = assessed(inputs)
    assert np.isinf(cells[["centre_m", "culture_m", "centre_walk_m"]]).all(axis=None)
    table = coverage_table(cells, inputs.zones.frame, deciding, further)
    assert (table.loc[table["service"].isin(["centre", "culture"]), "covered_people"] == 0).all()
    assert search(inputs_of([CENTRE], [])).pairs.empty
    assert need_notes(inputs) == []
