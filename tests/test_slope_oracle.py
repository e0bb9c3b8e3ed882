"""Streets on random ground: every piece climbed in plain Python, and the way there and the way back walked anew."""

import itertools
import math
from dataclasses import replace

import numpy as np
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lattice_towns import CutStreets, Town, as_read, towns

from circle15.access.nearest import nearest_facility
from circle15.inputs.streets.slope import with_slope
from circle15.inputs.streets.terrain import read_terrain
from circle15.model.network import reversed_streets
from circle15.model.study import TerrainSource

MARGIN_M = 300.0
# Tobler: fastest at 5 % down, against the level; slopes beyond 50 % are taken for faults of the model.
STEEPEST = 0.5


class Ground:
    """Heights at the centres of square pixels, straight between them both ways."""

    def __init__(self, network, pixel_m, relief_m, seed):
        rng = np.random.default_rng(seed)
        self.pixel_m = pixel_m
        self.west, south = network.line_xy.min(axis=0) - MARGIN_M
        east, self.north = network.line_xy.max(axis=0) + MARGIN_M
        shape = int((self.north - south) / pixel_m) + 2, int((east - self.west) / pixel_m) + 2
        self.heights = 500.0 + relief_m * rng.standard_normal(shape)

    def written(self, folder, crs):
        """As a GeoTIFF."""
        transform = Affine(self.pixel_m, 0.0, self.west, 0.0, -self.pixel_m, self.north)
        rows, columns = self.heights.shape
        size = {"height": rows, "width": columns, "count": 1, "dtype": "float64"}
        with rasterio.open(
            folder / "dem.tif", "w", driver="GTiff", crs=crs.to_wkt(), transform=transform, **size
        ) as raster:
            raster.write(self.heights, 1)

    def height(self, x, y):
        column, row = (x - self.west) / self.pixel_m - 0.5, (self.north - y) / self.pixel_m - 0.5
        c, r = math.floor(column), math.floor(row)
        right, down = column - c, row - r
        top = (1 - right) * self.heights[r, c] + right * self.heights[r, c + 1]
        bottom = (1 - right) * self.heights[r + 1, c] + right * self.heights[r + 1, c + 1]
        return float((1 - down) * top + down * bottom)


def at(line, metres):
    """The place so far along a line."""
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        step = math.hypot(x1 - x0, y1 - y0)
        if metres <= step and step > 0:
            return x0 + metres / step * (x1 - x0), y0 + metres / step * (y1 - y0)
        metres -= step
    return line[-1]


def factor(slope):
    slope = min(max(slope, -STEEPEST), STEEPEST)
    return math.exp(3.5 * abs(slope + 0.05)) / math.exp(3.5 * 0.05)


def climbed(ground, line):
    """How many times as long as on the level a line is, there and back."""
    whole = sum(math.dist(a, b) for a, b in itertools.pairwise(line))
    count = max(1, int(whole / ground.pixel_m))
    heights = [ground.height(*at(line, whole * n / count)) for n in range(count + 1)]
    slopes = [(b - a) / (whole / count) if whole else 0.0 for a, b in itertools.pairwise(heights)]
    return sum(map(factor, slopes)) / count, sum(factor(-slope) for slope in slopes) / count


@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(towns(), st.sampled_from([13.0, 37.0, 110.0]), st.sampled_from([0.5, 4.0, 30.0]), st.integers(0, 10_000))
def test_the_way_there_and_the_way_back_over_random_ground(tmp_path_factory, town, pixel_m, relief_m, seed):
    network = as_read(town.network)
    network = replace(network, forward_m=network.length_m, backward_m=None)
    ground = Ground(network, pixel_m, relief_m, seed)
    folder = tmp_path_factory.mktemp("ground")
    ground.written(folder, network.crs)
    terrain = read_terrain(TerrainSource(file="dem.tif"), folder, network.crs, network.line_xy)
    sloped, _ = with_slope(network, terrain, frozenset())
    vertices = np.split(network.line_xy, network.line_start[1:-1])
    there, back = np.array([climbed(ground, [tuple(xy) for xy in line.tolist()]) for line in vertices]).T
    np.testing.assert_allclose(sloped.directions_m[0], network.length_m * there, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(sloped.directions_m[1], network.length_m * back, rtol=1e-6, atol=1e-9)
    truth = replace(network, forward_m=network.length_m * there, backward_m=network.length_m * back)
    for walked, true in ((sloped, truth), (reversed_streets(sloped), reversed_streets(truth))):
        own = Town(walked, town.cell_xy, town.entrance_xy, town.entrance_facility, town.limit_m)
        found = nearest_facility(walked, own.cells, own.entrances, own.entrance_facility)
        table = CutStreets(replace(own, network=true)).metres()
        np.testing.assert_allclose(found.metres, table.min(axis=1), rtol=1e-6, atol=1e-6)
