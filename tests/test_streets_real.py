"""Streets of three real places, against counts made in other ways."""

import numpy as np
import osmium
import pyogrio
import pyproj
import pytest
import shapely

from circle15.errors import DataError
from circle15.inputs.streets.graphs import from_networkx, to_networkx
from circle15.inputs.streets.read import read_streets
from circle15.inputs.streets.walking import may_walk
from circle15.model.projection import metric_crs

HANGZHOU = metric_crs(120.2, 30.2)


@pytest.fixture(scope="module")
def hangzhou(field_data):
    return read_streets(field_data / "hangzhou" / "roads.gpkg", layer=None, crs=HANGZHOU, bounds=None)


@pytest.fixture(scope="module")
def roads(field_data):
    frame = pyogrio.read_dataframe(field_data / "hangzhou" / "roads.gpkg", columns=["osm_id", "fclass"])
    return frame[~frame["fclass"].isin(["motorway", "motorway_link"])]


def facts(notes, key):
    return next(note.facts for note in notes if note.key == f"network.{key}")


def test_hangzhou_is_as_long_as_its_lines(hangzhou, roads):
    network, notes = hangzhou
    drawn_m = roads.to_crs(HANGZHOU).length
    assert network.length_m.sum() == pytest.approx(drawn_m.sum(), rel=1e-12)
    per_way = dict(zip(roads["osm_id"].astype(int), drawn_m, strict=True))
    ways, which = np.unique(network.way_id, return_inverse=True)
    mine = np.bincount(which, weights=network.length_m)
    assert np.allclose(mine, [per_way[way] for way in ways], rtol=1e-9, atol=0)
    steps_m = drawn_m[roads["fclass"] == "steps"].sum()
    assert network.forward_m.sum() == pytest.approx(drawn_m.sum() + steps_m, rel=1e-12)
    assert facts(notes, "ways") == {"file": "roads.gpkg", "read": 38_800, "kept": 36_873, "left_out": 1_927}


def test_hangzhou_hangs_together_as_published(hangzhou):
    network, _ = hangzhou
    assert len(network.island_street_m) == 448
    nodes = np.bincount(network.node_island)
    assert network.node_count == 63_973
    assert nodes[0] / nodes.sum() == pytest.approx(0.9646, abs=0.001)
    degree = np.bincount(np.concatenate([network.from_node, network.to_node]))
    assert (degree >= 3).sum() == 46_726  # junctions proper; the others end or carry on


def test_hangzhou_has_a_node_wherever_vertices_meet(hangzhou, roads):
    network, _ = hangzhou
    lines = np.asarray(roads.geometry)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    repeats = np.zeros(len(xy), dtype=bool)
    repeats[1:] = (line[1:] == line[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    vertices, counts = np.unique(np.round(xy[~repeats], 7), axis=0, return_counts=True)
    ends = np.round(shapely.get_coordinates([shapely.get_point(lines, 0), shapely.get_point(lines, -1)]), 7)
    expected = {tuple(place) for place in vertices[counts > 1].tolist()} | {tuple(place) for place in ends.tolist()}
    to_degrees = pyproj.Transformer.from_crs(HANGZHOU, "EPSG:4326", always_xy=True)
    places = np.round(np.column_stack(to_degrees.transform(*network.node_xy.T)), 7)
    assert {tuple(place) for place in places.tolist()} == expected


def test_a_district_of_hangzhou_is_the_same_streets(hangzhou, field_data):
    whole, _ = hangzhou
    west, south = pyproj.Transformer.from_crs("EPSG:4326", HANGZHOU, always_xy=True).transform(120.15, 30.25)
    bounds = (west, south, west + 3000, south + 3000)
    part, notes = read_streets(field_data / "hangzhou" / "roads.gpkg", layer=None, crs=HANGZHOU, bounds=bounds)
    inside = (whole.node_xy >= bounds[:2]).all(axis=1) & (whole.node_xy <= bounds[2:]).all(axis=1)
    kept = {tuple(xy) for xy in part.node_xy.tolist()}
    assert {tuple(xy) for xy in whole.node_xy[inside].tolist()} <= kept
    assert facts(notes, "left_out_outside")["ways"] > 30_000


def tagged_ways(path):
    """Id and length in degrees of every way that may be walked, as osmium's own geometry factory draws it."""
    draw = osmium.geom.WKBFactory()
    highways = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for way in highways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)):
        if "highway" in way.tags and may_walk(dict(way.tags)):
            yield way.id, bytes.fromhex(draw.create_linestring(way))


def test_liechtenstein_is_as_long_as_osmium_draws_it(field_data):
    path = field_data / "liechtenstein" / "liechtenstein.osm.pbf"
    crs = metric_crs(9.5, 47.1)
    network, notes = read_streets(path, layer=None, crs=crs, bounds=None)
    drawn = shapely.from_wkb([line for _, line in tagged_ways(path)])
    metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    drawn = shapely.transform(drawn, metres.transform, interleaved=False)
    streets = np.array(network.kinds)[network.kind] != "area"
    assert network.length_m[streets].sum() == pytest.approx(shapely.length(drawn).sum(), rel=1e-9)
    assert facts(notes, "ways")["kept"] == len(drawn)


def test_liechtenstein_goes_to_networkx_and_back(field_data):
    crs = metric_crs(9.5, 47.1)
    path = field_data / "liechtenstein" / "liechtenstein.osm.pbf"
    network, _ = read_streets(path, layer=None, crs=crs, bounds=None)
    graph = to_networkx(network)
    back = from_networkx(graph, crs)
    assert graph.number_of_edges() == network.edge_count
    assert np.array_equal(back.node_xy, network.node_xy)
    assert np.array_equal(back.from_node, network.from_node)
    assert np.array_equal(back.length_m, network.length_m)
    assert np.array_equal(back.forward_m, network.forward_m)


def test_las_palmas_has_steps_squares_and_no_motorways(field_data):
    path = field_data / "las_palmas" / "las_palmas.osm.pbf"
    network, notes = read_streets(path, layer=None, crs=metric_crs(-15.4, 28.1), bounds=None)
    ways = {kind: len(np.unique(network.way_id[network.kind == row])) for row, kind in enumerate(network.kinds)}
    assert 600 < ways["steps"] <= 723
    assert "motorway" not in ways
    assert facts(notes, "ways")["read"] == 13_954
    assert facts(notes, "areas")["crossed"] > 80
    assert facts(notes, "islands")["share"] > 0.95
    assert 20_000 < network.node_count < 25_000
    assert "network.perhaps_cut" not in [note.key for note in notes]


def block_ends(content):
    """Where each block of a pbf ends: a length, a header that ends with the length of its blob, the blob."""
    at, ends = 0, []
    while at < len(content):
        header_at, header_length = at + 4, int.from_bytes(content[at : at + 4], "big")
        varint = content[header_at : header_at + header_length].rpartition(b"\x18")[2]
        at = header_at + header_length + sum((byte & 127) << (7 * place) for place, byte in enumerate(varint))
        ends.append(at)
    return ends


def test_an_extract_cut_between_two_blocks_is_said(field_data, tmp_path):
    content = (field_data / "las_palmas" / "las_palmas.osm.pbf").read_bytes()
    ends = block_ends(content)
    assert ends[-1] == len(content)
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(content[: ends[-2]])
    _, notes = read_streets(path, layer=None, crs=metric_crs(-15.4, 28.1), bounds=None)
    assert "network.perhaps_cut" in [note.key for note in notes]
    path.write_bytes(content[: ends[-2] - 100])
    with pytest.raises(DataError):
        read_streets(path, layer=None, crs=metric_crs(-15.4, 28.1), bounds=None)
