import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.inputs.streets import areas as osm_areas
from circle15.inputs.streets.areas import Area, Ring, cross_areas
from circle15.inputs.streets.sight import lines_of_sight
from circle15.inputs.streets.ways import Ways, starts


def ring(first_id, places):
    return Ring(np.arange(first_id, first_id + len(places)), np.array(places, dtype=np.float64))


def rim_and_streets(area, entrances):
    """The outer rim as a way, and a street going off from each vertex with an id in ``entrances``."""
    outer = area.outer
    place = {int(i): xy for one in area.rings for i, xy in zip(one.vertex_id, one.xy, strict=True)}
    lines = [[*outer.vertex_id.tolist(), int(outer.vertex_id[0])], *([entry, 1000 + entry] for entry in entrances)]
    place |= {1000 + entry: place[entry] + 1000 for entry in entrances}
    ids = [vertex for line in lines for vertex in line]
    return Ways(
        np.array([area.way_id, *range(100, 100 + len(entrances))], dtype=np.int64),
        np.zeros(len(lines), dtype=np.int16),
        starts(np.array([len(line) for line in lines], dtype=np.int64)),
        np.array(ids, dtype=np.int64),
        np.array([place[vertex] for vertex in ids]),
    )


def lines_across(area, *entrances):
    ways = cross_areas([area], rim_and_streets(area, entrances)).ways
    return {tuple(sorted(pair)) for pair in ways.vertex_id.reshape(-1, 2).tolist()}


U_SHAPE = Area(1, ring(1, [(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]))


def test_a_u_shaped_square_is_crossed_around_its_inward_corners():
    assert lines_across(U_SHAPE, 8, 3) == {(6, 8), (3, 5)}  # 5-6 is on the rim already


def test_entrances_in_sight_of_each_other_are_joined_straight():
    assert lines_across(U_SHAPE, 1, 2, 5) == {(1, 5), (2, 5)}


def test_one_entrance_needs_no_crossing_nor_does_none():
    assert lines_across(U_SHAPE, 1) == set()
    assert lines_across(U_SHAPE) == set()


def test_the_rim_of_a_hole_is_walked_where_a_street_enters_there():
    square = Area(
        1, ring(1, [(0, 0), (30, 0), (30, 30), (0, 30)]), (ring(11, [(10, 10), (10, 20), (20, 20), (20, 10)]),)
    )
    across = cross_areas([square], rim_and_streets(square, (1, 13))).ways
    rims = [across.vertex_id[a:b].tolist() for a, b in zip(across.start, across.start[1:], strict=False) if b - a > 2]
    assert rims == [[11, 12, 13, 14, 11]]


def test_an_area_of_too_many_corners_is_limited_and_counted(monkeypatch):
    monkeypatch.setattr(osm_areas, "MOST_POINTS", 3)
    found = cross_areas([U_SHAPE], rim_and_streets(U_SHAPE, (8, 3)))
    assert (len(found.ways), found.crossed, found.limited) == (0, 0, 1)
    found = cross_areas([U_SHAPE], rim_and_streets(U_SHAPE, (1, 2, 5)))
    assert (found.crossed, found.limited) == (1, 1)
    found = cross_areas([U_SHAPE], rim_and_streets(U_SHAPE, (1, 2, 5, 8)))
    assert (len(found.ways), found.limited) == (0, 1)


@st.composite
def combs(draw):
    """A square whose upper rim is cut in and out at random, perhaps with a pool in its lower part."""
    depth = draw(st.lists(st.integers(10, 40), min_size=3, max_size=7))
    top = [(10.0 * column + side, float(y)) for column, y in enumerate(depth) for side in (0, 9)]
    width = 10.0 * len(depth)
    outer = [(0.0, 0.0), (width, 0.0), *reversed([(x + 0.5, y) for x, y in top])]
    pool = ring(101, [(3.0, 2.0), (3.0, 7.0), (width - 3, 7.0), (width - 3, 2.0)])
    area = Area(1, ring(1, outer), (pool,) if draw(st.booleans()) else ())
    entrances = draw(st.sets(st.integers(1, len(outer)), min_size=2, max_size=5))
    return area, sorted(entrances)


def shortest(lines, place, entrances):
    graph = nx.Graph()
    for a, b in lines:
        graph.add_edge(a, b, metres=float(np.hypot(*(place[a] - place[b]))))
    return [nx.shortest_path_length(graph, a, b, weight="metres") for a in entrances for b in entrances if a < b]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(combs())
def test_ways_across_are_as_short_as_over_every_line_of_sight(area_and_entrances):
    area, entrances = area_and_entrances
    place = {int(i): xy for one in area.rings for i, xy in zip(one.vertex_id, one.xy, strict=True)}
    everyone = sorted(place)
    sight = [
        (a, b)
        for a in everyone
        for b in everyone
        if a < b and area.polygon.covers(shapely.LineString([place[a], place[b]]))
    ]
    outer = area.outer.vertex_id.tolist()
    rim = [*zip(outer, [*outer[1:], outer[0]], strict=True)]
    mine = shortest([*lines_across_simple(area, entrances), *rim], place, entrances)
    assert mine == pytest.approx(shortest(sight, place, entrances), rel=1e-12)


def lines_across_simple(area, entrances):
    ways = cross_areas([area], rim_and_streets(area, entrances)).ways
    assert (np.diff(ways.start) == 2).all()
    return [tuple(pair) for pair in ways.vertex_id.reshape(-1, 2).tolist()]


def star(rng, corners, reach):
    """A rim around the origin on whole metres: sharp corners, straight stretches, spikes."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    rim = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.integers(reach // 3, reach, corners)[:, None]
    return np.round(rim)


@pytest.mark.parametrize("turned", [1, -1])
def test_lines_of_sight_are_those_that_the_whole_polygon_covers(turned):
    rng, seen, hidden = np.random.default_rng(8), 0, 0
    for _ in range(300):
        outer, hole = star(rng, int(rng.integers(4, 14)), 30)[::turned], star(rng, int(rng.integers(3, 7)), 9)
        ids, xy = np.arange(len(outer) + len(hole)), np.concatenate([outer, hole]) + np.array([500_000, 3_400_000])
        area = Area(1, Ring(ids[: len(outer)], xy[: len(outer)]), (Ring(ids[len(outer) :], xy[len(outer) :]),))
        if not area.polygon.is_valid:
            continue
        a, b = np.triu_indices(len(ids), k=1)
        inside = shapely.covers(area.polygon, shapely.linestrings(np.stack([xy[a], xy[b]], axis=1)))
        one, other = lines_of_sight(area, ids, xy)
        assert [*zip(one.tolist(), other.tolist(), strict=True)] == [
            *zip(a[inside].tolist(), b[inside].tolist(), strict=True)
        ]
        seen, hidden = seen + int(inside.sum()), hidden + int((~inside).sum())
    assert min(seen, hidden) > 1000
