from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from assessed_towns import WORKED_CIRCLES, WORKED_ZONES, make_zones, worked_cells
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lattice_towns import lines_of, streets, towns
from small_study import EAST, NORTH, write_small_study

from circle15.access.inside import streets_inside
from circle15.assess.circles import deciding_circles
from circle15.assess.coverage import coverage_table
from circle15.assess.edge_effects import edge_effects
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.pipeline.search.edge_effects import effects_of_border, facilities_inside
from circle15.pipeline.search.searching import cells_frame, search

AREA = shapely.box(0, -50, 100, 50)


def test_a_street_over_the_border_ends_there_and_keeps_its_share_of_metres():
    network = streets([[50, 0], [150, 0]], [[0, 1]], factor=[2.0], back_factor=[3.0])
    cut = streets_inside(network, AREA)
    assert cut.line_xy.tolist() == [[50.0, 0.0], [100.0, 0.0]]
    assert (cut.length_m[0], cut.forward_m[0], cut.backward_m[0]) == (50.0, 100.0, 150.0)
    assert cut.from_node[0] == 0
    assert cut.to_node[0] == 2
    assert cut.node_xy[2].tolist() == [100.0, 0.0]


def test_a_street_that_leaves_and_comes_back_is_two_pieces_that_do_not_meet():
    network = streets([[50, 0], [50, 20]], [[0, 1]], bends={0: [[150, 0], [150, 20]]})
    cut = streets_inside(network, AREA)
    assert cut.edge_count == 2
    assert cut.length_m.tolist() == pytest.approx([50.0, 50.0])
    assert sorted({*cut.from_node.tolist(), *cut.to_node.tolist()}) == [0, 1, 2, 3]


def test_a_street_on_the_border_itself_is_inside():
    network = streets([[100, -20], [100, 20]], [[0, 1]])
    assert streets_inside(network, AREA).length_m.tolist() == [40.0]


def test_one_way_streets_and_compounds_stay_what_they_are():
    network = streets([[0, 0], [90, 0], [200, 0]], [[0, 1], [1, 2]], back_factor=[np.inf, 1.0])
    network = replace(network, restricted=np.array([False, True]))
    cut = streets_inside(network, AREA)
    assert cut.backward_m.tolist() == [np.inf, 10.0]
    assert cut.restricted.tolist() == [False, True]


def test_where_no_street_is_inside_there_is_no_network():
    assert streets_inside(streets([[200, 0], [300, 0]], [[0, 1]]), AREA) is None


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(towns(), st.integers(0, 10_000))
def test_the_pieces_are_what_shapely_cuts_out(town, number):
    dice = np.random.default_rng(number)
    corners = town.network.node_xy.min(axis=0) + dice.random((6, 2)) * np.ptp(town.network.node_xy, axis=0)
    area = shapely.MultiPoint(corners).convex_hull.difference(shapely.Point(corners.mean(axis=0)).buffer(20, 2))
    if shapely.get_type_id(area) not in (3, 6):
        return
    cut = streets_inside(town.network, area)
    whole_m = shapely.length(shapely.intersection(area, np.array(lines_of(town.network)))).sum()
    assert (0.0 if cut is None else cut.length_m.sum()) == pytest.approx(whole_m, rel=1e-9, abs=1e-6)
    if cut is not None:
        lines = np.array(lines_of(cut))
        assert shapely.distance(lines, area).max() < 1e-6
        ends = shapely.points(cut.node_xy[cut.from_node]), shapely.points(cut.node_xy[cut.to_node])
        assert (
            max(
                shapely.distance(shapely.get_point(lines, at), end).max() for at, end in zip((0, -1), ends, strict=True)
            )
            < 1e-9
        )


def test_the_town_worked_by_hand_loses_what_lay_beyond():
    cells, zones = worked_cells(), make_zones(WORKED_ZONES)
    same = {circle.service.id: circle.metres(cells) for circle in WORKED_CIRCLES}
    farther = {id_: metres + 600.0 for id_, metres in same.items()}
    table = edge_effects(cells, zones, WORKED_CIRCLES, same, farther)
    covered = coverage_table(cells, zones, WORKED_CIRCLES).query("service != 'all_services'").reset_index(drop=True)
    assert table["coverage"].equals(covered["coverage"])
    assert table["coverage_without_outside_facilities"].equals(covered["coverage"])
    clinic = table[(table["level"] == "county") & (table["service"] == "clinic")].iloc[0]
    # Only the clinic's own block is within 500 m; with 600 m more nobody is.
    assert (clinic["coverage"], clinic["coverage_inside_only"], clinic["people_gained"]) == (100.0 / 750.0, 0.0, 100.0)


def test_cells_out_of_order_are_refused():
    cells = worked_cells()
    metres = {circle.service.id: circle.metres(cells) for circle in WORKED_CIRCLES}
    with pytest.raises(ValueError, match="ordered"):
        edge_effects(cells.iloc[::-1], make_zones(WORKED_ZONES), WORKED_CIRCLES, metres, metres)


def test_a_unit_without_people_is_no_data():
    cells = worked_cells().assign(**{"persons_0-2": 0.0})
    metres = {circle.service.id: circle.metres(cells) for circle in WORKED_CIRCLES}
    table = edge_effects(cells, make_zones(WORKED_ZONES), WORKED_CIRCLES, metres, metres)
    childcare = table[table["service"] == "childcare"]
    assert childcare["coverage"].isna().all()
    assert childcare["people_gained"].tolist() == [0.0, 0.0, 0.0]


@pytest.fixture(scope="module")
def bordered(tmp_path_factory):
    """The small study, whose clinics are all outside but one."""
    path = write_small_study(tmp_path_factory.mktemp("border"))
    lon, lat = [EAST - 0.001, EAST + 0.0012, EAST + 0.001], [NORTH - 0.001, NORTH - 0.004, NORTH - 0.008]
    table = pd.DataFrame({"名称": ["界内站", "界外甲", "界外乙"], "经度": lon, "纬度": lat})
    table.to_excel(path.parent / "clinics.xlsx", index=False)
    inputs = read_inputs(path, lambda *_: None)
    searched = search(inputs)
    return inputs, searched, cells_frame(inputs, searched), deciding_circles(inputs.catalogue, counted_groups(inputs))


def covered_again(inputs, circles):
    """Coverage of the same study searched anew."""
    cells = cells_frame(inputs, search(inputs))
    return coverage_table(cells, inputs.zones.frame, circles).query("service != 'all_services'")["coverage"].to_numpy()


def test_the_effects_are_those_of_studies_that_end_at_the_border(bordered):
    inputs, searched, cells, circles = bordered
    table = effects_of_border(inputs, searched, cells, circles)
    inside = replace(inputs, facilities=facilities_inside(inputs.facilities))
    np.testing.assert_array_equal(table["coverage_without_outside_facilities"], covered_again(inside, circles))
    area = inputs.zones.root.geometry.iloc[0]
    clipped = {mode: streets_inside(network, area) for mode, network in inputs.networks.items()}
    ended = replace(inside, networks=clipped)
    np.testing.assert_array_equal(table["coverage_inside_only"], covered_again(ended, circles))
    clinics = table[(table["level"] == "county") & (table["service"] == "clinic")].iloc[0]
    assert clinics["coverage"] > clinics["coverage_without_outside_facilities"] > 0
    assert clinics["people_gained"] > 0


def test_a_service_with_all_its_sites_outside_is_reached_by_nobody_inside(bordered):
    inputs, searched, cells, circles = bordered
    outside = inputs.facilities.facilities.assign(inside=False)
    inputs = replace(inputs, facilities=replace(inputs.facilities, facilities=outside))
    table = effects_of_border(inputs, searched, cells, circles)
    assert (table["coverage_without_outside_facilities"].dropna() == 0).all()
    assert (table["people_gained"] == table["coverage"].fillna(0) * table["people"]).sum() > 0
