"""Where streets are probably missing: each figure worked by hand."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from lattice_towns import CORNER, CRS, streets

from circle15.access.gaps import sparse_villages, street_m_of_cells, worst_cluster
from circle15.access.joins import join_to_edges
from circle15.model.zones import Zones
from circle15.pipeline.notes.gaps import gap_notes, network_gaps

CELL_M = 100.0


def centres(*places):
    """Centres of cells by column and row."""
    return np.array(places) * CELL_M + CELL_M / 2


def test_cells_that_touch_at_a_corner_are_one_cluster_and_the_most_people_decide():
    xy = centres((0, 0), (1, 1), (2, 0), (9, 9), (9, 8))
    worst = worst_cluster(xy, np.array([1.0, 4.0, 2.0, 3.0, 3.5]), CELL_M)
    assert (worst.cells, worst.persons, worst.row) == (3, 7.0, 1)


def test_of_equal_clusters_and_cells_the_first_is_told():
    worst = worst_cluster(centres((5, 5), (-3, 0), (-3, 1)), np.array([2.0, 1.0, 1.0]), CELL_M)
    assert (worst.cells, worst.persons, worst.row) == (2, 2.0, 1)


def test_one_cell_is_a_cluster():
    assert worst_cluster(centres((-1, -1)), np.array([0.5]), CELL_M).cells == 1


def test_metres_of_street_are_counted_in_the_cells_they_lie_in():
    # One street of 300 m along the first row from the middle of cell 0 into cell 3; one bent inside cell (0, 2).
    network = streets([[50, 50], [350, 50], [20, 210], [80, 270]], [[0, 1], [2, 3]], {1: [[80, 210]]})
    found = street_m_of_cells(network, centres((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (0, 2)), CELL_M)
    assert found.tolist() == pytest.approx([50, 100, 100, 50, 0, 120], abs=10)
    assert found.sum() == pytest.approx(300 + 120)


def test_no_metres_are_made_between_the_end_of_one_street_and_the_begin_of_the_next():
    network = streets([[10, 10], [20, 10], [910, 910], [920, 910]], [[0, 1], [2, 3]])
    cells = centres(*((column, row) for column in range(10) for row in range(10)))
    found = street_m_of_cells(network, cells, CELL_M)
    assert sorted(found[found > 0].tolist()) == pytest.approx([10, 10])


@given(arrays.arrays(np.float64, (5, 2), elements=st.floats(0, 999, width=32)))
def test_every_metre_is_counted_once(xy):
    network = streets(xy, [[0, 1], [1, 2], [3, 4]])
    cells = centres(*((column, row) for column in range(10) for row in range(10)))
    assert street_m_of_cells(network, cells, CELL_M).sum() == pytest.approx(network.length_m.sum())


def village_table(street_m, persons, village):
    return sparse_villages(np.array(street_m), np.array(persons, dtype=float), pd.Series(village))


def test_a_village_with_far_less_street_than_the_others_is_told():
    found = village_table(
        [100, 100, 100, 100, 19, 0, 500],
        [200, 200, 200, 200, 60, 50, 0],
        ["a", "b", "c", "d", "e", "e", "e"],
    )
    # e has people in two cells, with 19 m in them: 9.5 m per cell against a median of 100.
    assert found[["code", "persons", "street_m", "cells"]].to_numpy().tolist() == [["e", 110.0, 19.0, 2]]


@pytest.mark.parametrize(
    ("street_m", "persons", "villages"),
    [
        ([100, 100, 100, 100, 20], [200] * 5, list("abcde")),
        ([100, 100, 100, 100, 0], [200, 200, 200, 200, 99], list("abcde")),
        ([100, 100, 100, 0], [200] * 4, list("abcd")),
        ([100, 100, 100, 100, 0], [200] * 5, ["a", "b", "c", "d", ""]),
        ([0, 0, 0, 0, 0], [200] * 5, list("abcde")),
    ],
    ids=["just enough street", "few people", "too few villages", "of no village", "no streets anywhere"],
)
def test_nothing_is_told_of(street_m, persons, villages):
    assert len(village_table(street_m, persons, villages)) == 0


def made_inputs(cell_xy, persons, network):
    """Two towns side by side, of 5 km each, each with three villages above each other."""
    west, south = CORNER
    rows = [("county", "1", "县", "", shapely.box(west, south, west + 10_000, south + 6000))]
    for town, x in (("11", west), ("12", west + 5000)):
        rows.append(("town", town, f"镇{town}", "1", shapely.box(x, south, x + 5000, south + 6000)))
        for number in range(3):
            low = south + 2000 * number
            village = shapely.box(x, low, x + 5000, low + 2000)
            rows.append(("village", f"{town}{number}", f"村{town}{number}", town, village))
    frame = pd.DataFrame(rows, columns=["level", "code", "name", "parent_code", "geometry"]).assign(urban_rural="")
    frame = frame.sort_values(["level", "code"], kind="stable")
    zones = Zones(gpd.GeoDataFrame(frame.reset_index(drop=True), geometry="geometry", crs=CRS))
    x, y = (np.array(cell_xy, dtype=float) + CORNER).T
    town = np.where(x < west + 5000, "11", "12")
    village = [code + str(int(row)) for code, row in zip(town, (y - south) // 2000, strict=True)]
    cells = pd.DataFrame({"x": x, "y": y, "county_code": "1", "town_code": town, "village_code": village})
    population = SimpleNamespace(cells=cells, persons=pd.DataFrame({"all": persons}), cell_m=100)
    study = SimpleNamespace(network=SimpleNamespace(file="路网.osm.pbf"))
    return SimpleNamespace(zones=zones, population=population, network=network, study=study)


def joined(inputs):
    return join_to_edges(inputs.network, inputs.population.cells[["x", "y"]].to_numpy(), 300.0)


# Each village's street runs through its two cells, but for the last village: its people live 1 km from any street.
CELLS = [(1050 + 5000 * town + 100 * one, 1050 + 2000 * row) for town in (0, 1) for row in range(3) for one in (0, 1)]
STREETS = streets(
    np.array(
        [(1000 + 5000 * town + 200 * end, 1050 + 2000 * row) for town in (0, 1) for row in range(3) for end in (0, 1)]
    )
    + CORNER,
    [[2 * n, 2 * n + 1] for n in range(6)],
)
MOVED = [*CELLS[:10], (6050, 5950), (6150, 5850)]


def test_people_far_from_streets_are_told_by_town_with_the_worst_place():
    inputs = made_inputs(MOVED, [100.0] * 10 + [70.0, 80.0], STREETS)
    joins = joined(inputs)
    assert network_gaps(inputs, joins).tolist() == [False] * 10 + [True] * 2
    far, sparse = gap_notes(inputs, joins)
    assert far.facts == {"cells": 2, "persons": 150, "towns": "镇12 150", "worst_cells": 2, "worst_persons": 150}
    assert sparse.facts == {"village": "村122", "persons": 150, "street_m": 0}
    assert far.at.file == sparse.at.file == "路网.osm.pbf"
    to_degrees = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)
    most = to_degrees.transform(*(CORNER + MOVED[-1]))
    assert (far.at.lon, far.at.lat) == pytest.approx(most, abs=1e-6), "the cell of 80 people"
    for note in (far, sparse):
        assert note.sentence("zh") != note.sentence("en")


def test_where_nobody_lives_nothing_is_missing():
    inputs = made_inputs(MOVED, [100.0] * 10 + [0.0, 0.0], STREETS)
    assert not network_gaps(inputs, joined(inputs)).any()
    assert gap_notes(inputs, joined(inputs)) == []


def test_where_streets_are_complete_nothing_is_told():
    inputs = made_inputs(CELLS, [100.0] * 12, STREETS)
    assert gap_notes(inputs, joined(inputs)) == []
