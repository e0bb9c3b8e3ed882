"""Slopes: streets on ground made by hand, in each direction."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from test_streets_assembly import CRS  # the same metric system for all

from circle15.errors import DataError
from circle15.inputs.streets.assembly import assemble
from circle15.inputs.streets.slope import slope_factor, with_slope
from circle15.inputs.streets.spans import span_heights
from circle15.inputs.streets.speeds import number_of_kind
from circle15.inputs.streets.terrain import heights_at, read_terrain
from circle15.inputs.streets.ways import Ways, starts
from circle15.model.study import TerrainSource
from circle15.words import say

X0, Y0 = 500_000.0, 3_300_000.0
PIXEL_M = 10.0
SIDE = 60  # pixels: the model covers 600 x 600 m


def from_origin(west, north, width, height):
    return Affine(width, 0.0, west, 0.0, -height, north)


def town(lines):
    """Streets of (way, kind, [(x, y), ...]) metres from the corner; equal places are one."""
    places = sorted({xy for _, _, line in lines for xy in line})
    ids = [places.index(xy) for _, _, line in lines for xy in line]
    ways = Ways(
        np.array([way for way, _, _ in lines], dtype=np.int64),
        np.array([number_of_kind(kind) for _, kind, _ in lines], dtype=np.int16),
        starts(np.array([len(line) for _, _, line in lines], dtype=np.int64)),
        np.array(ids, dtype=np.int64),
        np.array([places[at] for at in ids], dtype=np.float64) + np.array([X0, Y0]),
    )
    return assemble(ways, CRS)


def written(folder, height, crs=CRS, pixel=PIXEL_M, **more):
    """A terrain model whose pixels' centres have ``height(x, y)``, metres from the corner."""
    across = (np.arange(SIDE) + 0.5) * pixel
    x, y = np.meshgrid(across, across[::-1])
    heights = np.broadcast_to(height(x, y), x.shape)
    profile = {"driver": "GTiff", "height": SIDE, "width": SIDE, "count": 1, "dtype": "float64"}
    profile |= {
        "crs": None if crs is None else crs.to_wkt(),
        "transform": from_origin(X0, Y0 + SIDE * pixel, pixel, pixel),
    }
    with rasterio.open(folder / "dem.tif", "w", **profile | more) as raster:
        raster.write(heights.astype(profile["dtype"] if "dtype" not in more else more["dtype"]), 1)
    return folder


def terrain(folder, network, nodata=None):
    return read_terrain(TerrainSource(file="dem.tif", nodata=nodata), folder, network.crs, network.line_xy)


def sloped(folder, network, spans=(), nodata=None):
    return with_slope(network, terrain(folder, network, nodata), spans)


def ramp(share):
    return lambda x, y: 100.0 + share * x + 0 * y


def directions(network):
    """Metres there and back of every way: from the west, or south, and back."""
    rows = {}
    for edge in range(network.edge_count):
        a, b = network.node_xy[network.from_node[edge]], network.node_xy[network.to_node[edge]]
        both = [float(metres[edge]) for metres in network.directions_m]
        rows[int(network.way_id[edge])] = tuple(both if tuple(a) < tuple(b) else both[::-1])
    return rows


STREET = [(1, "residential", [(100, 100), (300, 100)])]


def factor(slope):
    return np.exp(3.5 * abs(slope + 0.05)) / np.exp(3.5 * 0.05)


@pytest.mark.parametrize("share", [0.1, -0.1, 0.05, -0.05, 0.3])
def test_an_even_slope_by_hand(tmp_path, share):
    network, notes = sloped(written(tmp_path, ramp(share)), town(STREET))
    assert directions(network)[1] == pytest.approx((200 * factor(share), 200 * factor(-share)), rel=1e-9)
    assert [note.key for note in notes] == ["terrain.used"]
    assert notes[0].facts["pixel_m"] == pytest.approx(PIXEL_M)
    assert notes[0].facts["longer"] == pytest.approx((factor(share) + factor(-share)) / 2 - 1)


def test_the_factor_is_toblers_against_the_level():
    """Tobler's speeds, km/h: 5.04 on the level, 6 at 5 % down, 3.55 at 10 % up."""
    speeds = 6 * np.exp(-3.5 * abs(0.05)) / slope_factor(np.array([0.0, -0.05, 0.1]))
    assert speeds.round(2).tolist() == [5.04, 6.0, 3.55]


def test_a_street_over_a_ridge_is_the_sum_of_its_pieces(tmp_path):
    ridge = written(tmp_path, lambda x, y: 100 - 0.2 * abs(x - 205) + 0 * y)
    network, _ = sloped(ridge, town([(1, "residential", [(105, 100), (305, 100)])]))
    there = 100 * factor(0.2) + 100 * factor(-0.2)
    assert directions(network)[1] == pytest.approx((there, there), rel=1e-9)
    uneven, _ = sloped(ridge, town([(1, "residential", [(105, 100), (255, 100)])]))
    up, down = 100 * factor(0.2) + 50 * factor(-0.2), 100 * factor(-0.2) + 50 * factor(0.2)
    assert directions(uneven)[1] == pytest.approx((up, down), rel=1e-9)


def test_a_bend_is_climbed_along_the_line(tmp_path):
    """100 m across the slope, then 100 m up it: half level, half 10 %."""
    network, _ = sloped(written(tmp_path, ramp(0.1)), town([(1, "footway", [(100, 100), (100, 200), (200, 200)])]))
    assert directions(network)[1] == pytest.approx((100 + 100 * factor(0.1), 100 + 100 * factor(-0.1)), rel=1e-9)


def test_steps_and_lifts_keep_their_own_pace(tmp_path):
    network, _ = sloped(
        written(tmp_path, ramp(0.3)),
        town([(1, "steps", [(100, 100), (200, 100)]), (2, "elevator", [(200, 100), (210, 100)])]),
    )
    assert directions(network) == {1: (200.0, 200.0), 2: (10.0, 10.0)}
    assert network.backward_m is None


def test_a_bridge_and_a_tunnel_run_straight_between_their_ends(tmp_path):
    valley = written(tmp_path, lambda x, y: np.where((x > 150) & (x < 350), 50.0, 100.0) + 0 * y)
    street = [
        (1, "residential", [(100, 100), (120, 100)]),
        (2, "residential", [(120, 100), (380, 100)]),
        (3, "residential", [(380, 100), (400, 100)]),
    ]
    plain, notes = sloped(valley, town(street))
    assert directions(plain)[2][0] > 300
    assert "terrain.steep" in {note.key for note in notes}
    bridged, notes = sloped(valley, town(street), {2})
    assert directions(bridged) == {1: (20.0, 20.0), 2: (260.0, 260.0), 3: (20.0, 20.0)}
    assert [note.key for note in notes] == ["terrain.used"]


def test_a_bridge_of_several_streets_is_straight_over_all_of_them(tmp_path):
    """From 100 m of height to 126 m over 260 m, with a fork of the bridge in its midst: 10 % all the way."""
    valley = written(
        tmp_path, lambda x, y: np.where((x > 150) & (x < 350), 20.0, np.where(x < 200, 100.0, 126.0)) + 0 * y
    )
    street = [
        (1, "residential", [(100, 100), (120, 100)]),
        (2, "residential", [(120, 100), (220, 100)]),
        (3, "residential", [(220, 100), (380, 100)]),
        (4, "residential", [(380, 100), (400, 100)]),
        (5, "footway", [(220, 100), (220, 150), (260, 150), (260, 150.5)]),
    ]
    network, _ = sloped(valley, town(street[:4]), {2, 3})
    assert directions(network)[2] == pytest.approx((100 * factor(0.1), 100 * factor(-0.1)), rel=1e-9)
    assert directions(network)[3] == pytest.approx((160 * factor(0.1), 160 * factor(-0.1)), rel=1e-9)


def test_heights_amid_bridges_balance():
    """Three bridges of 100, 200 and 200 m meet; their other ends stand at 0, 10 and 20 m: 10/4 + 20/4 = 7.5 m."""
    network = town(
        [
            (1, "residential", [(100, 100), (200, 100)]),
            (2, "residential", [(200, 100), (400, 100)]),
            (3, "residential", [(200, 100), (200, 300)]),
        ]
    )
    ground = np.zeros(4)
    at = {tuple((xy - np.array([X0, Y0])).tolist()): node for node, xy in enumerate(network.node_xy)}
    ground[at[400.0, 100.0]], ground[at[200.0, 300.0]], ground[at[200.0, 100.0]] = 10.0, 20.0, -999.0
    heights = span_heights(network, ground, np.ones(3, dtype=bool))
    assert heights[at[200.0, 100.0]] == pytest.approx(7.5)
    ground[at[200.0, 300.0]] = np.nan
    assert span_heights(network, ground, np.ones(3, dtype=bool))[at[200.0, 100.0]] == pytest.approx(10 / 3)


@pytest.mark.parametrize("height", [0.0, 512.3, 1 / 3, -12.7])
def test_level_ground_gives_every_metre_as_without_it(tmp_path, height):
    rng = np.random.default_rng(1)
    places = [tuple(xy) for xy in (rng.random((30, 2)) * 500 + 30).round(2).tolist()]
    kinds = ["residential", "steps", "footway"]
    lines = [(n, kinds[n % 3], [places[n], places[(7 * n + 3) % 30]]) for n in range(30) if n != (7 * n + 3) % 30]
    network = town(lines)
    level, notes = sloped(written(tmp_path, lambda x, y: height + 0 * x * y), network, {0, 1, 2, 3, 4, 5})
    assert level.forward_m.tobytes() == network.forward_m.tobytes()
    assert level.backward_m is None
    assert notes[0].facts["longer"] == 0.0


def test_a_one_way_street_stays_shut(tmp_path):
    network = town(STREET)
    shut = replace(network, backward_m=np.array([np.inf]))
    there, back = directions(sloped(written(tmp_path, ramp(0.1)), shut)[0])[1]
    assert (there, back) == (pytest.approx(200 * factor(0.1)), np.inf)


def test_pieces_are_no_shorter_than_a_pixel(tmp_path):
    """Heights swing from pixel to pixel; a street of a pixel and a half is one piece, between its ends."""
    swinging = written(tmp_path, lambda x, y: 100 + 2.0 * (np.floor(x / PIXEL_M) % 2) + 0 * y)
    network, _ = sloped(swinging, town([(1, "residential", [(105, 105), (124, 105)])]))
    ends = heights_at(terrain(tmp_path, network), np.array([[X0 + 105, Y0 + 105], [X0 + 124, Y0 + 105]]))[0]
    rise = (ends[1] - ends[0]) / 19
    assert directions(network)[1] == pytest.approx((19 * factor(rise), 19 * factor(-rise)), rel=1e-9)


def test_heights_are_bilinear_between_centres(tmp_path):
    folder = written(tmp_path, lambda x, y: 0.3 * x + 0.01 * x * y - 0.2 * y)
    model = terrain(folder, town([(1, "footway", [(100, 90), (290, 280)])]))
    rng = np.random.default_rng(2)
    xy = rng.random((50, 2)) * 180 + [105, 95]
    heights, beyond = heights_at(model, xy + np.array([X0, Y0]))
    x, y = xy.T
    assert heights == pytest.approx(0.3 * x + 0.01 * x * y - 0.2 * y, rel=1e-9)
    assert not beyond.any()


def test_a_model_in_degrees_gives_the_same_slopes(tmp_path):
    to_degrees = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform([X0, X0 + 600], [Y0, Y0 + 600])
    size = 0.0001
    columns, rows = int((lon[1] - lon[0]) / size) + 2, int((lat[1] - lat[0]) / size) + 2
    west, north = lon[0] - size, lat[1] + size
    centres = np.meshgrid(west + (np.arange(columns + 1) + 0.5) * size, north - (np.arange(rows + 1) + 0.5) * size)
    x, _ = to_degrees.transform(*centres, direction="INVERSE")
    heights = 100 + 0.1 * (x - X0)
    profile = {"driver": "GTiff", "height": rows + 1, "width": columns + 1, "count": 1, "dtype": "float64"}
    with rasterio.open(
        tmp_path / "dem.tif", "w", **profile, crs="EPSG:4326", transform=from_origin(west, north, size, size)
    ) as raster:
        raster.write(heights, 1)
    network, notes = sloped(tmp_path, town(STREET))
    assert directions(network)[1] == pytest.approx((200 * factor(0.1), 200 * factor(-0.1)), rel=1e-5)
    assert notes[0].facts["pixel_m"] == pytest.approx(11.1, abs=0.3), "the longer side"


def test_slopes_of_no_street_are_cut_and_told(tmp_path):
    network, notes = sloped(written(tmp_path, ramp(0.8)), town(STREET))
    assert directions(network)[1] == pytest.approx((200 * factor(0.5), 200 * factor(-0.5)), rel=1e-9)
    steep = next(note for note in notes if note.key == "terrain.steep")
    assert steep.facts == {"pieces": 20, "km": pytest.approx(0.2), "most": 0.5}


def hole(x, y):
    return np.where(x > 290, np.nan, 100 + 0.1 * x) + 0 * y


def test_a_small_hole_is_walked_as_level_and_told(tmp_path):
    network = town([*STREET, (2, "residential", [(50, 50), (50, 550)])])
    result, notes = sloped(written(tmp_path, hole), network)
    there, _ = directions(result)[1]
    assert there == pytest.approx(180 * factor(0.1) + 20, rel=1e-9)
    assert directions(result)[2] == pytest.approx((500, 500))
    unknown = next(note for note in notes if note.key == "terrain.unknown")
    assert unknown.facts["km"] == pytest.approx(0.02)
    assert unknown.facts["share"] == pytest.approx(20 / 700)


@pytest.mark.parametrize("value", [-32768.0, -9999.0, 65535.0])
def test_heights_of_no_land_are_holes_declared_or_not(tmp_path, value):
    folder = written(tmp_path, lambda x, y: np.where(x > 290, value, 100 + 0.1 * x) + 0 * y)
    _, notes = sloped(folder, town([*STREET, (2, "residential", [(50, 50), (50, 550)])]))
    assert "terrain.unknown" in {note.key for note in notes}


def test_a_declared_height_is_a_hole(tmp_path):
    folder = written(tmp_path, lambda x, y: np.where(x > 290, 0.0, 100 + 0.1 * x) + 0 * y)
    network = town([*STREET, (2, "residential", [(50, 50), (50, 550)])])
    assert "terrain.steep" in {note.key for note in sloped(folder, network)[1]}
    assert {note.key for note in sloped(folder, network, nodata=0.0)[1]} == {"terrain.used", "terrain.unknown"}


@pytest.mark.parametrize(
    ("line", "height", "key"),
    [
        ([(300, 100), (900, 100)], ramp(0.1), "terrain.not_covering"),
        ([(100, 100), (500, 100)], hole, "terrain.holes"),
        ([(5000, 100), (6000, 100)], ramp(0.1), "terrain.elsewhere"),
    ],
)
def test_a_model_that_does_not_cover_the_streets_is_refused(tmp_path, line, height, key):
    with pytest.raises(DataError) as fault:
        sloped(written(tmp_path, height), town([(1, "residential", line)]))
    assert fault.value.key == key
    assert "dem.tif" in say(key, "zh", **fault.value.facts)
    if key == "terrain.not_covering":
        assert fault.value.facts["share"] == pytest.approx(0.5, abs=0.03)


def test_files_that_hold_no_heights_are_refused(tmp_path):
    network = town(STREET)
    with pytest.raises(DataError) as fault:
        terrain(tmp_path, network)
    assert fault.value.key == "layers.missing_file"
    (tmp_path / "dem.tif").write_bytes(b"II*\x00 no raster")
    with pytest.raises(DataError) as fault:
        terrain(tmp_path, network)
    assert fault.value.key == "terrain.unreadable"
    (tmp_path / "dem.tif").unlink()
    with pytest.raises(DataError) as fault:
        terrain(written(tmp_path, ramp(0.1), crs=None), network)
    assert fault.value.key == "layers.no_crs"
    with pytest.raises(DataError) as fault:
        terrain(written(tmp_path, ramp(0.1), count=3, dtype="uint8"), network)
    assert fault.value.key == "terrain.picture"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-2, 2), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(1, 58), st.integers(1, 58)), min_size=2, max_size=6, unique=True),
)
def test_turning_a_street_swaps_its_directions(tmp_path_factory, waves, places):
    folder = tmp_path_factory.mktemp("terrain")
    a, b, c, d, e, f = waves
    written(
        folder, lambda x, y: 100 + a * np.sin(x / 50 + b) * 9 + c * np.cos(y / 70 + d) * 9 + e * x / 99 + f * y / 99
    )
    line = [(10.0 * x + 3, 10.0 * y + 7) for x, y in places]
    one, _ = sloped(folder, town([(1, "footway", line)]))
    other, _ = sloped(folder, town([(1, "footway", line[::-1])]))
    assert np.allclose(one.directions_m, other.directions_m, rtol=1e-9)
    assert (np.add(*one.directions_m) >= 2 * 0.8393 * one.length_m).all()


def test_uphill_is_longer_than_downhill_in_the_mountains(tmp_path, field_data):
    """Liechtenstein on a plane that rises to the east: streets that climb are longer up."""
    from circle15.inputs.streets.read import Wanted, read_modes

    crs = pyproj.CRS.from_epsg(32632)
    read = read_modes(Wanted(field_data / "liechtenstein" / "liechtenstein.osm.pbf", None, crs, {"walk": None}))
    network = read.networks["walk"]
    low, high = network.line_xy.min(axis=0) - 100, network.line_xy.max(axis=0) + 100
    columns, rows = ((high - low) / 90).astype(int) + 1
    x = low[0] + (np.arange(columns) + 0.5) * 90
    profile = {"driver": "GTiff", "height": rows, "width": columns, "count": 1, "dtype": "float64", "crs": crs.to_wkt()}
    with rasterio.open(tmp_path / "dem.tif", "w", **profile, transform=from_origin(low[0], high[1], 90, 90)) as raster:
        raster.write(np.broadcast_to(450 + 0.15 * (x - low[0]), (rows, columns)), 1)
    result, _ = sloped(tmp_path, network, read.span_ids)
    east = network.node_xy[network.to_node, 0] - network.node_xy[network.from_node, 0]
    up = np.where(east > 0, result.forward_m, result.backward_m)
    down = np.where(east > 0, result.backward_m, result.forward_m)
    climbs = (np.abs(east) > 20) & (network.kinds.index("steps") != network.kind)
    assert climbs.sum() > 3000
    assert (up[climbs] > down[climbs]).mean() > 0.99, "one that winds may go down more steeply than up"
    assert up[climbs].sum() > 1.2 * down[climbs].sum()
