import numpy as np
import shapely
from lattice_towns import streets

from circle15.pipeline.notes.border import cut_sides, short_sides


def lattice(west, east):
    """Streets every 100 m, from 2 km south to 2 km north, and from ``west`` to ``east``."""
    x, y = np.arange(west, east + 1, 100.0), np.arange(-2000, 2001, 100.0)
    column, row = np.meshgrid(np.arange(len(x)), np.arange(len(y)))
    number = row * len(x) + column
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    up = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    node_xy = np.stack([x[column.ravel()], y[row.ravel()]], axis=1)
    return streets(node_xy, np.vstack([across, up]))


AREA = shapely.box(-1000, -1000, 1000, 1000)


def test_streets_that_go_on_everywhere_are_cut_nowhere():
    assert cut_sides(lattice(-2000, 2000), AREA, 500) == ()


def test_streets_that_end_at_the_eastern_border_are_cut_in_the_east():
    assert "east" in cut_sides(lattice(-2000, 1000), AREA, 500)
    assert "west" not in cut_sides(lattice(-2000, 1000), AREA, 500)


def test_a_side_without_streets_inside_is_not_cut():
    assert "east" not in cut_sides(lattice(-2000, 300), AREA, 500)


def test_streets_that_go_on_as_far_as_a_rule_reaches_are_short_nowhere():
    assert short_sides(lattice(-2000, 2000), AREA, 900) == ()


def test_streets_that_go_on_but_not_far_enough_are_short_on_that_side():
    assert "east" in short_sides(lattice(-2000, 1800), AREA, 900)
    assert "west" not in short_sides(lattice(-2000, 1800), AREA, 900)
    assert "east" not in short_sides(lattice(-2000, 1800), AREA, 700)


def test_a_side_without_streets_inside_is_not_short():
    assert "east" not in short_sides(lattice(-2000, 300), AREA, 900)
