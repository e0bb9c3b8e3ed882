import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from lattice_towns import CORNER, lines_of, streets, towns

from circle15.access.isochrones import _mended, facility_isochrones, reach_grid, service_isochrones
from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.errors import DataError

LIMITS_M = (300.0, 600.0, 900.0)


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


@pytest.fixture(scope="module")
def blocks():
    network = town_of_blocks()
    doors = CORNER + np.array([[500.0, 500.0], [1700.0, 900.0], [1000.0, 1800.0], [1020.0, 1790.0]])
    entrances = join_to_edges(network, doors, 300)
    low, high = network.node_xy.min(axis=0) - 350, network.node_xy.max(axis=0) + 350
    return network, entrances, np.array([0, 1, 2, 2]), reach_grid(network, (*low, *high), 12.5, 300)


def truth(network, entrances, grid, limit_m, count=60_000):
    """Random points over the grid, and which of them are truly within the limit."""
    rng = np.random.default_rng(11)
    xy = rng.uniform([grid.x[0], grid.y[0]], [grid.x[-1], grid.y[-1]], (count, 2))
    found = nearest_facility(network, join_to_edges(network, xy, 300), entrances, np.zeros(len(entrances), dtype=int))
    return xy, found.metres <= limit_m


def assert_like_truth(area, network, entrances, grid, limit_m):
    xy, within = truth(network, entrances, grid, limit_m)
    drawn = shapely.contains_xy(area, xy)
    assert (drawn == within).mean() >= 0.99
    assert abs(drawn.sum() - within.sum()) / within.sum() <= 0.02


def test_the_area_of_a_service_is_where_searched_points_are_within_the_limit(blocks):
    network, entrances, _, grid = blocks
    areas = service_isochrones(network, grid, entrances, LIMITS_M)
    assert areas["limit_m"].tolist() == list(LIMITS_M)
    for limit_m, area in zip(areas["limit_m"], areas.geometry, strict=True):
        assert_like_truth(area, network, entrances, grid, limit_m)


def test_the_area_of_each_facility_is_where_searched_points_are_within_the_limit(blocks):
    network, entrances, owners, grid = blocks
    areas = facility_isochrones(network, grid, entrances, owners, LIMITS_M)
    assert areas["facility"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    for facility, limit_m, area in zip(areas["facility"], areas["limit_m"], areas.geometry, strict=True):
        assert_like_truth(area, network, entrances.take(owners == facility), grid, limit_m)


def test_the_area_of_a_service_is_that_of_its_facilities_together(blocks):
    network, entrances, owners, grid = blocks
    together = service_isochrones(network, grid, entrances, [600.0]).geometry[0]
    each = facility_isochrones(network, grid, entrances, owners, [600.0]).geometry.union_all()
    assert each.symmetric_difference(together).area / together.area < 0.005


def test_areas_are_valid_nested_and_in_the_same_metric_system(blocks):
    network, entrances, owners, grid = blocks
    areas = facility_isochrones(network, grid, entrances, owners, (900, 300, 600, 300))
    assert areas.crs == network.crs
    assert areas.geometry.is_valid.all()
    assert set(areas.geometry.geom_type) == {"MultiPolygon"}
    for _, of_one in areas.groupby("facility"):
        small, middle, large = of_one.geometry
        assert small.difference(middle).area < 1e-6
        assert middle.difference(large).area < 1e-6


def test_a_river_without_a_bridge_near_is_not_crossed(blocks):
    network, entrances, owners, grid = blocks
    area = facility_isochrones(network, grid, entrances, owners, [300.0]).geometry[1]
    river_y = CORNER[1] + 12.5 * 90.0
    assert area.bounds[3] < river_y + 90
    ahead = service_isochrones(network, grid, entrances, [900.0]).geometry[0]
    assert ahead.bounds[3] > river_y + 90


def test_a_hole_between_streets_stays_a_hole():
    ring = streets(
        [[0, 0], [1000, 0], [1000, 1000], [0, 1000], [2000, 0], [2000, 100]],
        [[0, 1], [1, 2], [2, 3], [3, 0], [1, 4], [4, 5]],
        factor=[1, 1, 1, 1, 0.1, 1],
    )
    grid = reach_grid(ring, (-400, -400, 2600, 1400), 12.5, 100)
    door = join_to_edges(ring, np.array([[0.0, 0.0]]), 100)
    (area,) = service_isochrones(ring, grid, door, [5000.0]).geometry
    assert [len(part.interiors) for part in area.geoms] == [1]
    assert not area.contains(shapely.Point(500, 500))
    within_a_leg = shapely.union_all(lines_of(ring)).buffer(100, quad_segs=64)
    assert area.area == pytest.approx(within_a_leg.area, rel=0.002)


def test_facilities_far_apart_have_areas_of_their_own():
    street = streets([[0, 0], [4000, 0]], [[0, 1]])
    grid = reach_grid(street, (-400, -400, 4400, 400), 12.5, 300)
    doors = join_to_edges(street, np.array([[1000.0, 0.0], [3000.0, 0.0]]), 300)
    (area,) = service_isochrones(street, grid, doors, [200.0]).geometry
    assert [part.area for part in area.geoms] == pytest.approx([2 * 200**2] * 2, rel=0.01)


def test_a_facility_in_the_middle_of_a_long_street_is_reached_along_it():
    street = streets([[0, 0], [4000, 0]], [[0, 1]])
    grid = reach_grid(street, (0, -400, 4000, 400), 12.5, 300)
    door = join_to_edges(street, np.array([[2000.0, 40.0]]), 300)
    (area,) = facility_isochrones(street, grid, door, np.array([5]), [340.0]).geometry
    assert area.area == pytest.approx(2 * 300**2, rel=0.005)  # |x| + |y| <= 340 - 40
    assert area.contains(shapely.Point(2290, 0))
    assert not area.contains(shapely.Point(2310, 0))


def test_legs_end_at_their_longest():
    street = streets([[0, 0], [1000, 0]], [[0, 1]])
    grid = reach_grid(street, (-400, -400, 1400, 400), 12.5, 100)
    door = join_to_edges(street, np.array([[500.0, 0.0]]), 100)
    (area,) = service_isochrones(street, grid, door, [10_000.0]).geometry
    assert area.area == pytest.approx(1000 * 200 + np.pi * 100**2, rel=0.002)


def test_what_nobody_reaches_has_no_row():
    street = streets([[0, 0], [1000, 0]], [[0, 1]])
    grid = reach_grid(street, (-400, -400, 1400, 400), 25, 300)
    off = join_to_edges(street, np.array([[500.0, 900.0]]), 300)
    assert len(service_isochrones(street, grid, off, [300.0])) == 0
    empty = facility_isochrones(street, grid, off, np.array([0]), [300.0])
    assert empty.columns.tolist() == ["facility", "limit_m", "geometry"]
    assert len(empty) == 0
    beside = join_to_edges(street, np.array([[500.0, 250.0]]), 300)
    assert len(facility_isochrones(street, grid, beside, np.array([0]), [200.0])) == 0


def test_a_facility_outside_the_grid_shows_what_reaches_into_it():
    street = streets([[0, 0], [2000, 0]], [[0, 1]])
    grid = reach_grid(street, (0, -400, 1000, 400), 25, 300)
    doors = join_to_edges(street, np.array([[1200.0, 0.0], [1900.0, 0.0]]), 300)
    areas = facility_isochrones(street, grid, doors, np.array([0, 1]), [300.0])
    assert areas["facility"].tolist() == [0]
    assert areas.geometry[0].bounds[2] <= 1000


@pytest.mark.parametrize(("bounds", "spacing_m"), [((0, 0, 100, 100), 0.0), ((0, 0, 0, 100), 25.0)])
def test_a_grid_of_nothing_is_refused(bounds, spacing_m):
    with pytest.raises(DataError) as fault:
        reach_grid(streets([[0, 0], [100, 0]], [[0, 1]]), bounds, spacing_m, 300)
    assert fault.value.sentence("zh")
    assert fault.value.sentence("en")


def test_rings_that_touch_themselves_are_mended():
    bow = shapely.MultiPolygon([shapely.Polygon([[0, 0], [2, 2], [2, 0], [0, 2]])])
    assert not bow.is_valid
    assert _mended(bow).is_valid
    assert _mended(bow).area == 2.0


@settings(derandomize=True, deadline=None, max_examples=40)
@given(towns())
def test_areas_of_any_town_are_valid_and_nested(town):
    low, high = town.network.node_xy.min(axis=0) - 350, town.network.node_xy.max(axis=0) + 350
    grid = reach_grid(town.network, (*low, *high), 25, 300)
    areas = facility_isochrones(town.network, grid, town.entrances, town.entrance_facility, (300, 600, 900))
    assert areas.geometry.is_valid.all()
    for _, of_one in areas.groupby("facility"):
        for inner, outer in zip(of_one.geometry, of_one.geometry[1:], strict=False):
            assert inner.difference(outer).area < 1e-6
