import numpy as np
import pyproj
import pytest

from circle15.errors import ConfigurationError
from circle15.inputs.streets.islands import without_classes, without_loose_areas, without_small_islands
from circle15.model.network import StreetNetwork


def three_streets():
    """A street of two edges (200 m), a path of 30 m and a path of 60 m, none connected with another."""
    lines = [[(0, 0), (50, 0), (100, 0)], [(100, 0), (200, 0)], [(0, 10), (30, 10)], [(0, 50), (60, 50)]]
    lengths = np.array([100.0, 100.0, 30.0, 60.0])
    return StreetNetwork(
        crs=pyproj.CRS.from_epsg(4549),
        node_xy=np.array([[0, 0], [100, 0], [200, 0], [0, 10], [30, 10], [0, 50], [60, 50]], dtype=float),
        node_osm_id=np.arange(7, dtype=np.int64),
        from_node=np.array([0, 1, 3, 5], dtype=np.int32),
        to_node=np.array([1, 2, 4, 6], dtype=np.int32),
        length_m=lengths,
        forward_m=lengths.copy(),
        kind=np.array([0, 0, 1, 0], dtype=np.int16),
        kinds=("footway", "trunk"),
        way_id=np.array([1, 1, 2, 3], dtype=np.int64),
        line_start=np.cumsum([0, 3, 2, 2, 2]),
        line_xy=np.array([point for line in lines for point in line], dtype=float),
    )


def test_short_fragments_go_and_the_rest_keeps_its_lines():
    network, note = without_small_islands(three_streets(), below_m=50)
    assert note.facts == {"islands": 1, "km": 0.03, "below_m": 50}
    assert network.way_id.tolist() == [1, 1, 3]
    assert network.node_osm_id.tolist() == [0, 1, 2, 5, 6]
    assert network.from_node.tolist() == [0, 1, 3]
    assert network.line_xy[network.line_start[2] : network.line_start[3]].tolist() == [[0, 50], [60, 50]]
    assert network.island_street_m.tolist() == [200, 60]


def test_the_largest_part_stays_however_short():
    network, _ = without_small_islands(three_streets(), below_m=1e6)
    assert network.way_id.tolist() == [1, 1]


def test_a_square_that_no_street_touches_is_left_out():
    network, notes = without_loose_areas(three_streets(), area_ids={1, 3})
    assert network.way_id.tolist() == [1, 1, 2]
    assert [note.facts for note in notes] == [{"areas": 1}]


def test_streets_without_loose_squares_stay_as_they_are():
    streets = three_streets()
    assert without_loose_areas(streets, area_ids={1}) == (streets, ())


def test_a_class_that_a_study_rules_out_is_left_out():
    network, note = without_classes(three_streets(), ["trunk"])
    assert network.way_id.tolist() == [1, 1, 3]
    assert note.facts == {"classes": "trunk", "km": 0.03}


def test_a_class_that_does_not_exist_is_told_with_a_guess():
    with pytest.raises(ConfigurationError, match=r"trunks.*trunk"):
        without_classes(three_streets(), ["trunks"])
