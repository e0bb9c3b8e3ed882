from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from lattice_towns import CORNER, directed_towns, lines_of, streets, towns
from reach_truth import check_bands, measured, true_metres

from circle15.access.isochrones import (
    facility_isochrones,
    reach_grid,
    reached_stretches,
    service_isochrones,
    street_buffers,
)
from circle15.access.joins import join_to_edges
from circle15.errors import DataError

LIMITS_M = (300.0, 600.0, 900.0)
MAX_LEG_M = 300.0


def town_of_blocks(blocks=25, gap_m=90.0, seed=7):
    """A jittered lattice of 2.2 km with a tenth of its streets missing and a river with two bridges."""
    rng = np.random.default_rng(seed)
    column, row = np.meshgrid(np.arange(blocks), np.arange(blocks))
    xy = np.stack([column.ravel(), row.ravel()], axis=1) * gap_m + rng.uniform(-25, 25, (blocks**2, 2)) + CORNER
    number = np.arange(blocks**2).reshape(blocks, blocks)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    up = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    over_river = up[:, 0] // blocks == blocks // 2
    bridge = over_river & np.isin(up[:, 0] % blocks, [4, 19])
    ends = np.vstack([across, up[~over_river | bridge]])
    return streets(xy, ends[rng.random(len(ends)) > 0.1])


def areas_of(network, doors, limits_m, *, owners=None, spacing_m=12.5, max_leg_m=MAX_LEG_M, **more):
    """The areas of each facility, or of all together where no owners are given."""
    grid = reach_grid(network, doors, max(limits_m), spacing_m=spacing_m, max_leg_m=max_leg_m, **more)
    if owners is None:
        return service_isochrones(network, grid, doors, limits_m)
    return facility_isochrones(network, grid, doors, np.asarray(owners), limits_m)


@pytest.fixture(scope="module")
def blocks():
    network = town_of_blocks()
    doors = CORNER + np.array([[500.0, 500.0], [1700.0, 900.0], [1000.0, 1800.0], [1020.0, 1790.0]])
    entrances, owners = join_to_edges(network, doors, MAX_LEG_M), np.array([0, 1, 2, 2])
    return network, entrances, owners, areas_of(network, entrances, LIMITS_M, owners=owners)


def assert_like_truth(found):
    assert max(found.wrong) <= 0.004
    assert max(found.wrong_of_area) <= 0.02
    assert max(map(abs, found.area_error)) <= 0.01


def test_the_area_of_a_service_is_where_searched_points_are_within_the_limit(blocks):
    network, entrances, _, _ = blocks
    areas = areas_of(network, entrances, LIMITS_M)
    assert areas["limit_m"].tolist() == list(LIMITS_M)
    assert check_bands(areas) == 2
    assert_like_truth(measured(network, entrances, areas, np.random.default_rng(3), 40_000, MAX_LEG_M))


def test_the_area_of_each_facility_is_where_searched_points_are_within_the_limit(blocks):
    network, entrances, owners, areas = blocks
    assert areas["facility"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert areas["limit_m"].tolist() == list(LIMITS_M) * 3
    assert areas.crs == network.crs
    assert check_bands(areas) == 6
    for facility, own in areas.groupby("facility"):
        doors = entrances.take(owners == facility)
        assert_like_truth(measured(network, doors, own, np.random.default_rng(3), 40_000, MAX_LEG_M))


def test_a_finer_grid_comes_nearer_to_the_truth(blocks):
    network, entrances, _, _ = blocks
    doors = entrances.take(np.array([1]))
    wrong = []
    for spacing_m in (40.0, 20.0, 10.0, 5.0):
        areas = areas_of(network, doors, [900.0], spacing_m=spacing_m)
        found = measured(network, doors, areas, np.random.default_rng(3), 40_000, MAX_LEG_M)
        wrong += found.wrong_of_area
    assert wrong == sorted(wrong, reverse=True)
    assert wrong[-1] < 0.003


def test_the_area_of_a_service_is_that_of_its_facilities_together(blocks):
    network, entrances, _, each = blocks
    for limit_m, own in each.groupby("limit_m"):
        together = areas_of(network, entrances, [limit_m]).geometry[0]
        united = own.geometry.union_all()
        assert united.symmetric_difference(together).area / together.area < 0.005


def test_the_grid_is_the_same_whoever_else_it_is_laid_for(blocks):
    network, entrances, owners, together = blocks
    alone = areas_of(network, entrances.take(owners == 1), LIMITS_M, owners=[1])
    for ours, theirs in zip(alone.geometry, together.geometry[3:6], strict=True):
        assert ours.symmetric_difference(theirs).area < 1e-6


def test_the_order_of_facilities_and_limits_leaves_no_trace(blocks):
    network, entrances, _, areas = blocks
    turned = areas_of(network, entrances.take(np.array([3, 1, 0, 2])), (900, 300, 600, 300), owners=[2, 1, 0, 2])
    assert turned["limit_m"].tolist() == areas["limit_m"].tolist()
    assert [area.wkb for area in turned.geometry] == [area.wkb for area in areas.geometry]


def test_threads_leave_no_trace(blocks):
    network, entrances, owners, areas = blocks
    grid = reach_grid(network, entrances, max(LIMITS_M), spacing_m=12.5, max_leg_m=MAX_LEG_M)
    joined_by = [
        reach_grid(network, entrances, max(LIMITS_M), spacing_m=12.5, max_leg_m=MAX_LEG_M, threads=n) for n in (2, 5)
    ]
    assert all((other.tiles.segment == grid.tiles.segment).all() for other in joined_by)
    by_two = facility_isochrones(network, grid, entrances, owners, LIMITS_M, threads=2)
    assert [area.wkb for area in by_two.geometry] == [area.wkb for area in areas.geometry]
    assert by_two["facility"].tolist() == areas["facility"].tolist()
    one, many = (
        street_buffers(network, entrances, owners, LIMITS_M, width_m=40, spacing_m=10, threads=n) for n in (1, 9)
    )
    assert [area.wkb for area in one.geometry] == [area.wkb for area in many.geometry]


def test_a_river_without_a_bridge_near_is_not_crossed(blocks):
    _, _, _, areas = blocks
    river_y = CORNER[1] + 12.5 * 90.0
    near, _, far = areas[areas["facility"] == 1].geometry
    assert near.bounds[3] < river_y + 45
    assert far.bounds[3] > river_y + 90


def test_the_diamond_of_two_streets_that_cross():
    network = streets([[0, 0], [-800, 0], [800, 0], [0, -800], [0, 800]], [[0, 1], [0, 2], [0, 3], [0, 4]])
    door = join_to_edges(network, np.array([[0.0, 0.0]]), MAX_LEG_M)
    areas = areas_of(network, door, (200.0, 400.0, 600.0), spacing_m=9.0)
    for limit_m, area in zip(areas["limit_m"], areas.geometry, strict=True):
        assert area.area == pytest.approx(2 * limit_m**2, rel=0.002)
        assert area.bounds == pytest.approx((-limit_m, -limit_m, limit_m, limit_m), abs=9)


def test_a_wall_between_two_streets_is_where_they_are_equally_near():
    # Two parallel streets 100 m apart, joined 1 km to the east: the other side of the middle is far away.
    network = streets([[0, 0], [1000, 0], [1000, 100], [0, 100]], [[0, 1], [1, 2], [2, 3]])
    door = join_to_edges(network, np.array([[300.0, 0.0]]), MAX_LEG_M)
    (area,) = areas_of(network, door, [200.0], spacing_m=7.0).geometry
    assert area.bounds[3] == pytest.approx(50.0, abs=0.02)
    # The half of the diamond south of the street, and the half north of it without its tip beyond the wall.
    assert area.area == pytest.approx(200**2 + (200**2 - 150**2), rel=0.002)


def test_an_island_of_streets_stays_out():
    network = streets([[0, 0], [1000, 0], [400, 60], [600, 60]], [[0, 1], [2, 3]])
    door = join_to_edges(network, np.array([[500.0, 0.0]]), MAX_LEG_M)
    (area,) = areas_of(network, door, [150.0], spacing_m=5.0).geometry
    assert area.area == pytest.approx(150**2 + 150**2 - 120**2, rel=0.005)
    assert not area.intersects(shapely.LineString([[400, 60], [600, 60]]))


def test_a_hole_between_streets_stays_a_hole():
    ring = streets(
        [[0, 0], [1000, 0], [1000, 1000], [0, 1000], [2000, 0], [2000, 100]],
        [[0, 1], [1, 2], [2, 3], [3, 0], [1, 4], [4, 5]],
        factor=[1, 1, 1, 1, 0.1, 1],
    )
    door = join_to_edges(ring, np.array([[0.0, 0.0]]), 100)
    (area,) = areas_of(ring, door, [5000.0], max_leg_m=100).geometry
    assert [len(part.interiors) for part in area.geoms] == [1]
    assert not area.contains(shapely.Point(500, 500))
    within_a_leg = shapely.union_all(lines_of(ring)).buffer(100, quad_segs=64)
    assert area.area == pytest.approx(within_a_leg.area, rel=0.002)


def test_an_island_in_a_hole_is_a_part_of_its_own():
    # A street of steps leads into the ring; only the last 100 m of the way back out are within reach from the middle.
    network = streets(
        [[0, 0], [1000, 0], [1000, 1000], [0, 1000], [480, 500], [520, 500]],
        [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5]],
    )
    doors = join_to_edges(network, np.array([[0.0, 0.0], [500.0, 500.0]]), 100)
    (area,) = areas_of(network, doors, [5000.0], max_leg_m=100).geometry
    assert sorted(len(part.interiors) for part in area.geoms) == [0, 1]
    assert area.is_valid


def test_one_way_streets_are_travelled_to_the_facility():
    street = streets([[0, 0], [2000, 0]], [[0, 1]])
    closed = np.array([np.inf])
    for network, side in (
        (replace(street, backward_m=closed), (700.0, 1000.0)),
        (replace(street, forward_m=closed, backward_m=street.forward_m), (1000.0, 1300.0)),
    ):
        door = join_to_edges(network, np.array([[1000.0, 0.0]]), MAX_LEG_M)
        (area,) = areas_of(network, door, [300.0], spacing_m=5.0).geometry
        assert area.area == pytest.approx(300**2, rel=0.01)
        assert (area.bounds[0], area.bounds[2]) == pytest.approx(side, abs=0.1)


def test_legs_are_walked_at_the_speed_of_walking_in_every_mode():
    street = streets([[0, 0], [4000, 0]], [[0, 1]])
    door = join_to_edges(street, np.array([[2000.0, 0.0]]), MAX_LEG_M, 4.0)
    (area,) = areas_of(street, door, [800.0], leg_factor=4.0).geometry
    assert area.area == pytest.approx(2 * 800 * 200, rel=0.005)  # |x| + 4 |y| <= 800


def test_facilities_far_apart_have_areas_of_their_own():
    street = streets([[0, 0], [4000, 0]], [[0, 1]])
    doors = join_to_edges(street, np.array([[1000.0, 0.0], [3000.0, 0.0]]), MAX_LEG_M)
    (area,) = areas_of(street, doors, [200.0]).geometry
    assert [part.area for part in area.geoms] == pytest.approx([2 * 200**2] * 2, rel=0.01)


def test_a_facility_in_the_middle_of_a_long_street_is_reached_along_it():
    street = streets([[0, 0], [4000, 0]], [[0, 1]])
    door = join_to_edges(street, np.array([[2000.0, 40.0]]), MAX_LEG_M)
    (area,) = areas_of(street, door, [340.0], owners=[5]).geometry
    assert area.area == pytest.approx(2 * 300**2, rel=0.005)  # |x| + |y| <= 340 - 40
    assert area.contains(shapely.Point(2290, 0))
    assert not area.contains(shapely.Point(2310, 0))


def test_legs_end_at_their_longest():
    street = streets([[0, 0], [1000, 0]], [[0, 1]])
    door = join_to_edges(street, np.array([[500.0, 0.0]]), 100)
    (area,) = areas_of(street, door, [10_000.0], max_leg_m=100).geometry
    assert area.area == pytest.approx(1000 * 200 + np.pi * 100**2, rel=0.002)


def test_areas_end_at_the_bounds():
    street = streets([[0, 0], [2000, 0]], [[0, 1]])
    doors = join_to_edges(street, np.array([[1200.0, 0.0], [1900.0, 0.0]]), MAX_LEG_M)
    areas = areas_of(street, doors, [300.0], owners=[0, 1], bounds=(0, -400, 1000, 400))
    assert areas["facility"].tolist() == [0]
    assert areas.geometry[0].bounds[2] <= 1000 + 12.5
    whole = areas_of(street, doors, [300.0], owners=[0, 1])
    cut = whole.geometry[0].intersection(shapely.box(0, -400, 1000, 400))
    assert cut.difference(areas.geometry[0]).area < 1e-6


def test_what_nobody_reaches_has_no_row():
    street = streets([[0, 0], [1000, 0]], [[0, 1]])
    off = join_to_edges(street, np.array([[500.0, 900.0]]), MAX_LEG_M)
    assert len(areas_of(street, off, [300.0])) == 0
    empty = areas_of(street, off, [300.0], owners=[0])
    assert empty.columns.tolist() == ["facility", "limit_m", "geometry"]
    assert len(empty) == 0
    beside = join_to_edges(street, np.array([[500.0, 250.0]]), MAX_LEG_M)
    assert len(areas_of(street, beside, [200.0], owners=[0])) == 0
    assert len(areas_of(street, beside.take(np.zeros(0, dtype=int)), [200.0])) == 0
    assert len(areas_of(street, beside, [-5.0], owners=[0])) == 0
    assert len(street_buffers(street, beside, np.array([0]), [-5.0], width_m=25, spacing_m=10)) == 0
    grid = reach_grid(street, beside, 300.0, spacing_m=25, max_leg_m=MAX_LEG_M)
    assert len(service_isochrones(street, grid, beside, [])) == 0
    assert len(reached_stretches(street, off, np.array([0]), [300.0])) == 0
    assert len(street_buffers(street, off, np.array([0]), [300.0], width_m=25, spacing_m=10)) == 0


def test_wrong_questions_are_answered_with_a_sentence(blocks):
    network, entrances, owners, _ = blocks
    one = entrances.take(owners == 0)
    grid = reach_grid(network, one, 300.0, spacing_m=25, max_leg_m=MAX_LEG_M)
    asked = [
        lambda: reach_grid(network, one, 300.0, spacing_m=0.0, max_leg_m=MAX_LEG_M),
        lambda: reach_grid(network, one, 300.0, spacing_m=25.0, max_leg_m=MAX_LEG_M, bounds=(0, 0, 0, 9)),
        lambda: service_isochrones(network, grid, one, [600.0]),
        lambda: service_isochrones(network, grid, entrances, [300.0]),
        lambda: street_buffers(network, one, np.array([0]), [300.0], width_m=0, spacing_m=25),
        lambda: reach_grid(network, one, np.inf, spacing_m=25.0, max_leg_m=MAX_LEG_M),
        lambda: reached_stretches(network, one, np.array([0]), [300.0, np.nan]),
    ]
    for ask in asked:
        with pytest.raises(DataError) as fault:
            ask()
        assert fault.value.sentence("zh") != fault.value.sentence("en")


@settings(derandomize=True, deadline=None, max_examples=40)
@given(towns())
def test_areas_of_any_town_are_valid_and_nested_and_grow(town):
    owners, network = town.entrance_facility, town.network
    limits_m = (150.0, 300.0, 301.0, 600.0)
    grid = reach_grid(network, town.entrances, 600.0, spacing_m=25, max_leg_m=MAX_LEG_M)
    check_bands(facility_isochrones(network, grid, town.entrances, owners, limits_m))
    together = service_isochrones(network, grid, town.entrances, limits_m)
    check_bands(together)
    fewer = service_isochrones(network, grid, town.entrances.take(owners != owners[0]), limits_m)
    for limit_m, area in zip(fewer["limit_m"], fewer.geometry, strict=True):
        (larger,) = together.geometry[together["limit_m"] == limit_m]
        assert area.difference(larger).area <= 0.01 * larger.area + 25.0**2


@settings(derandomize=True, deadline=None, max_examples=40)
@given(directed_towns())
def test_points_well_within_an_area_are_within_reach_whatever_the_directions(town):
    network, doors = town.network, town.entrances
    areas = areas_of(network, doors, [town.limit_m], spacing_m=6.25, leg_factor=town.leg_factor)
    if not len(areas):
        return
    found = measured(network, doors, areas, np.random.default_rng(5), 4000, MAX_LEG_M, town.leg_factor)
    assert found.wrong[0] <= 0.02


@settings(derandomize=True, deadline=None, max_examples=40)
@given(directed_towns())
def test_stretches_end_where_the_metres_run_out(town):
    network, doors, owners = town.network, town.entrances, town.entrance_facility
    stretches = reached_stretches(network, doors, np.zeros(len(owners), dtype=int), [town.limit_m])
    assert stretches.geometry.is_valid.all()
    within = stretches.geometry.interpolate(0.5, normalized=True)
    xy = shapely.get_coordinates(within)
    metres = _metres_on_edges(network, doors, stretches["edge"].to_numpy(), xy)
    assert (metres <= town.limit_m + 1e-6).all()
    _check_rest(network, doors, stretches, town.limit_m)


def _metres_on_edges(network, doors, edge, xy):
    """True metres of places on known edges: joined to these alone, and searched on all streets."""
    metres = np.full(len(xy), np.inf)
    joins = join_to_edges(network, xy, MAX_LEG_M)
    same = joins.edge == edge  # where several streets lie on one line the join may be another's
    if same.any():
        metres[same] = true_metres(network, doors, xy[same], MAX_LEG_M)
    return np.where(same, metres, -np.inf)


def _check_rest(network, doors, stretches, limit_m):
    """The middles of what the stretches leave out of their edges are beyond the limit."""
    lines = lines_of(network)
    edges, middles = [], []
    for edge, line in enumerate(lines):
        own = stretches[stretches["edge"] == edge]
        shares = [0.0, *np.stack([own["start_share"], own["end_share"]], axis=1).ravel().tolist(), 1.0]
        assert shares == sorted(shares)
        for start, end in zip(shares[::2], shares[1::2], strict=True):
            if (end - start) * line.length > 1e-3:
                edges.append(edge)
                middles.append(line.interpolate((start + end) / 2, normalized=True))
    if not edges:
        return
    xy = shapely.get_coordinates(middles)
    joins = join_to_edges(network, xy, MAX_LEG_M)
    same = joins.edge == np.array(edges)
    if same.any():
        assert (true_metres(network, doors, xy[same], MAX_LEG_M) >= limit_m - 1e-6).all()


def test_a_street_reached_from_both_ends_and_a_door_has_stretches_between():
    ring = streets([[0, 0], [1000, 0]], [[0, 1], [0, 1]], bends={1: [[500, 100]]})
    doors = join_to_edges(ring, np.array([[0.0, -10.0], [1000.0, -10.0], [500.0, -10.0]]), MAX_LEG_M)
    found = reached_stretches(ring, doors, np.zeros(3, dtype=int), [110.0, 260.0])
    straight = found[found["edge"] == 0]
    assert straight["start_share"].tolist() == pytest.approx([0.0, 0.4, 0.9, 0.0])
    assert straight["end_share"].tolist() == pytest.approx([0.1, 0.6, 1.0, 1.0])
    assert [line.wkt for line in straight.geometry.iloc[:1]] == ["LINESTRING (0 0, 100 0)"]
    bent = found[(found["edge"] == 1) & (found["limit_m"] == 260.0)]
    assert bent.geometry.length.tolist() == pytest.approx([250.0, 250.0])


def test_strips_are_streets_cut_and_buffered(blocks):
    network, entrances, owners, _ = blocks
    strips = street_buffers(network, entrances, owners, LIMITS_M, width_m=40, spacing_m=10)
    check_bands(strips)
    lines = reached_stretches(network, entrances, owners, LIMITS_M)
    for (facility, limit_m), own in lines.groupby(["facility", "limit_m"]):
        exact = shapely.union_all(own.geometry.buffer(40, quad_segs=32))
        (strip,) = strips.geometry[(strips["facility"] == facility) & (strips["limit_m"] == limit_m)]
        assert strip.intersection(exact).area / strip.union(exact).area > 0.985


@settings(derandomize=True, deadline=None, max_examples=30)
@given(directed_towns())
def test_strips_of_any_town_are_valid_and_nested(town):
    strips = street_buffers(
        town.network, town.entrances, town.entrance_facility, (150.0, 300.0, 600.0), width_m=30, spacing_m=20
    )
    check_bands(strips)
