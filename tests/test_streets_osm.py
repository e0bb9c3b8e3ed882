from xml.sax.saxutils import quoteattr

import numpy as np
import osmium
import pyproj
import pytest

from circle15.errors import DataError
from circle15.inputs.streets.read import read_streets

CRS = pyproj.CRS.from_epsg(4550)  # central meridian 123 E
TO_DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
CORNER = (500_000.0, 3_300_000.0)
CENTIMETRES = 0.03  # places in a file are whole 1e-7 degrees


def degrees(x, y):
    return TO_DEGREES.transform(CORNER[0] + x, CORNER[1] + y)


def tag_lines(tags):
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def write_osm(path, nodes, ways, relations=()):
    """An .osm file: ``nodes`` id -> metres from the corner, ``ways`` and ``relations`` (id, refs or members, tags)."""
    text = ['<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">']
    for node, (x, y) in nodes.items():
        lon, lat = degrees(x, y)
        text.append(f'<node id="{node}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>')
    for way, refs, tags in ways:
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        text.append(f'<way id="{way}" version="1">{inside}{tag_lines(tags)}</way>')
    for relation, members, tags in relations:
        inside = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
        text.append(f'<relation id="{relation}" version="1">{inside}{tag_lines(tags)}</relation>')
    path.write_text("\n".join([*text, "</osm>"]), encoding="utf-8")
    return path


def read(path, bounds=None):
    return read_streets(path, layer=None, crs=CRS, bounds=bounds)


def edges(network):
    """Every edge as (osm node, osm node, whole metres, way, kind), sorted."""
    ids = network.node_osm_id
    pairs = [sorted((int(ids[a]), int(ids[b]))) for a, b in zip(network.from_node, network.to_node, strict=True)]
    metres, ways = network.length_m.tolist(), network.way_id.tolist()
    assert np.allclose(metres, np.round(metres), atol=CENTIMETRES)
    names = [network.kinds[kind] for kind in network.kind]
    return sorted((*pair, round(m), way, kind) for pair, m, way, kind in zip(pairs, metres, ways, names, strict=True))


def facts(notes, key):
    return next(note.facts for note in notes if note.key == f"network.{key}")


CROSSROADS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (100, -100), 6: (200, 50)}


def test_names_are_kept_by_way(tmp_path):
    ways = [
        (10, [1, 2, 3], {"highway": "residential", "name": "文一路"}),
        (11, [4, 2, 5], {"highway": "footway"}),
        (13, [1, 4], {"highway": "motorway", "name": "高速"}),
    ]
    assert read(write_osm(tmp_path / "town.osm", CROSSROADS, ways))[0].way_names == {10: "文一路"}


def test_a_crossroads_by_hand(tmp_path):
    ways = [
        (10, [1, 2, 3], {"highway": "residential"}),
        (11, [4, 2, 5], {"highway": "footway"}),
        (12, [3, 6], {"highway": "steps"}),
        (13, [1, 4], {"highway": "motorway"}),
        (14, [1, 5], {"highway": "service", "access": "private"}),
        (15, [4, 6], {"route": "ferry"}),
        (16, [5, 3], {"building": "yes"}),
    ]
    network, notes = read(write_osm(tmp_path / "town.osm", CROSSROADS, ways))
    assert edges(network) == [
        (1, 2, 100, 10, "residential"),
        (2, 3, 100, 10, "residential"),
        (2, 4, 100, 11, "footway"),
        (2, 5, 100, 11, "footway"),
        (3, 6, 50, 12, "steps"),
    ]
    steps = network.way_id == 12
    assert network.forward_m[steps] == pytest.approx(2 * network.length_m[steps])
    assert facts(notes, "ways") == {"file": "town.osm", "read": 5, "kept": 3, "left_out": 2}
    assert facts(notes, "left_out_never") == {"ways": 1}
    assert facts(notes, "left_out_access") == {"ways": 1}
    assert facts(notes, "islands")["islands"] == 1
    for note in notes:
        assert note.sentence("zh")
        assert note.sentence("en")


def test_lengths_are_those_of_the_places_in_the_file(tmp_path):
    network, _ = read(write_osm(tmp_path / "town.osm", CROSSROADS, [(10, [1, 2, 4], {"highway": "path"})]))
    places = [tuple(round(part, 7) for part in degrees(*CROSSROADS[node])) for node in (1, 2, 4)]
    x, y = np.array([TO_METRES.transform(*place) for place in places]).T
    assert network.length_m.sum() == pytest.approx(np.hypot(np.diff(x), np.diff(y)).sum(), rel=1e-12)


def write_pbf(path, nodes, ways):
    with osmium.SimpleWriter(str(path)) as writer:
        for node, (x, y) in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=degrees(x, y)))
        for way, refs, tags in ways:
            writer.add_way(osmium.osm.mutable.Way(id=way, version=1, nodes=refs, tags=tags))
    return path


def test_a_pbf_gives_the_same_as_its_xml_whatever_the_path_is_called(tmp_path):
    ways = [(10, [1, 2, 3], {"highway": "residential"}), (11, [4, 2, 5], {"highway": "footway"})]
    folder = tmp_path / "示例县"
    folder.mkdir()
    from_pbf, _ = read(write_pbf(folder / "路网.osm.pbf", CROSSROADS, ways))
    from_xml, _ = read(write_osm(tmp_path / "town.osm", CROSSROADS, ways))
    write_pbf(folder / "dated.osm.pbf", CROSSROADS, ways).rename(tmp_path / "town.2026.pbf")
    dated, _ = read(tmp_path / "town.2026.pbf")
    assert edges(dated) == edges(from_pbf)
    from_bz2, _ = read(write_pbf(folder / "路网.osm.bz2", CROSSROADS, ways))
    assert edges(from_pbf) == edges(from_xml) == edges(from_bz2)


def test_ways_beyond_the_bounds_are_left_out_and_the_others_kept_whole(tmp_path):
    nodes = {1: (0, 0), 2: (1000, 0), 3: (5000, 0), 4: (9000, 0), 5: (9000, 100)}
    ways = [(10, [1, 2, 3], {"highway": "path"}), (11, [3, 4], {"highway": "path"}), (12, [4, 5], {"highway": "path"})]
    bounds = (CORNER[0] - 10, CORNER[1] - 10, CORNER[0] + 1500, CORNER[1] + 10)
    network, notes = read(write_osm(tmp_path / "town.osm", nodes, ways), bounds)
    assert [(edge[2], edge[3]) for edge in edges(network)] == [(5000, 10)]
    assert facts(notes, "left_out_outside") == {"ways": 2}
    assert facts(notes, "ways")["kept"] == 1


def test_a_way_with_missing_nodes_is_cut_there(tmp_path):
    ways = [(10, [1, 2, 99, 4, 5], {"highway": "path"}), (11, [98, 97], {"highway": "path"})]
    network, notes = read(write_osm(tmp_path / "town.osm", CROSSROADS, ways))
    assert edges(network) == [(1, 2, 100, 10, "path"), (4, 5, 200, 10, "path")]
    assert facts(notes, "incomplete_ways") == {"ways": 2}
    assert facts(notes, "left_out_no_nodes") == {"ways": 1}
    assert facts(notes, "ways") == {"file": "town.osm", "read": 2, "kept": 1, "left_out": 1}


def test_streets_elsewhere_name_both_places(tmp_path):
    path = write_osm(tmp_path / "town.osm", CROSSROADS, [(10, [1, 2], {"highway": "path"})])
    with pytest.raises(DataError) as caught:
        read(path, (CORNER[0] + 50_000, CORNER[1], CORNER[0] + 60_000, CORNER[1] + 1000))
    assert caught.value.key == "network.elsewhere"
    assert "town.osm" in str(caught.value)
    assert "123.0000~123.0010" in str(caught.value)


def test_a_district_between_the_streets_is_said(tmp_path):
    nodes = {1: (0, 0), 2: (100, 0), 3: (9000, 9000), 4: (9000, 9100)}
    ways = [(10, [1, 2], {"highway": "path"}), (11, [3, 4], {"highway": "path"})]
    with pytest.raises(DataError) as caught:
        read(
            write_osm(tmp_path / "town.osm", nodes, ways),
            tuple(CORNER[side % 2] + 4000 + 500 * side for side in range(4)),
        )
    assert caught.value.key == "network.none_here"
    assert caught.value.sentence("en")


@pytest.mark.parametrize("content", [b"", b"hello", b"<osm><node", b"PK\x03\x04"])
@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "镇.osm.pbf", "town.osm.bz2"])
def test_a_damaged_file_is_said(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert caught.value.key == "network.damaged_osm"
    assert name in str(caught.value)


def test_a_file_without_highways_is_said(tmp_path):
    path = write_osm(tmp_path / "houses.osm", CROSSROADS, [(10, [1, 2, 4, 1], {"building": "yes"})])
    with pytest.raises(DataError, match=r"houses\.osm"):
        read(path)
    path = write_osm(tmp_path / "motorway.osm", CROSSROADS, [(10, [1, 2, 4], {"highway": "motorway"})])
    with pytest.raises(DataError, match=r"motorway\.osm"):
        read(path)


def test_a_file_that_is_not_there_or_of_no_kind_is_said(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "none.osm.pbf")
    assert caught.value.key == "layers.missing_file"
    (tmp_path / "streets.dwg").write_bytes(b"AC1032")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "streets.dwg")
    assert caught.value.key == "network.unknown_format"


SQUARE = {
    1: (0, 0), 2: (80, 0), 3: (80, 60), 4: (0, 60),  # the square
    5: (-50, 0), 6: (130, 60), 7: (40, 0),  # streets to two corners; 7 is a vertex of the rim
    21: (20, 20), 22: (60, 20), 23: (60, 40), 24: (20, 40),  # a pool
}  # fmt: skip
STREETS = [(10, [5, 1], {"highway": "footway"}), (11, [3, 6], {"highway": "footway"})]


def test_a_square_is_crossed_between_its_entrances(tmp_path):
    square = (12, [1, 7, 2, 3, 4, 1], {"highway": "pedestrian", "area": "yes"})
    network, notes = read(write_osm(tmp_path / "town.osm", SQUARE, [*STREETS, square]))
    assert (1, 3, 100, 12, "area") in edges(network)
    assert [edge[2] for edge in edges(network) if edge[4] == "pedestrian"] == [140, 140]
    assert facts(notes, "areas") == {"areas": 1, "crossed": 1}


def test_a_closed_way_that_is_no_area_is_walked_along_only(tmp_path):
    ring = (12, [1, 7, 2, 3, 4, 1], {"highway": "pedestrian"})
    network, _ = read(write_osm(tmp_path / "town.osm", SQUARE, [*STREETS, ring]))
    assert {edge[4] for edge in edges(network)} == {"footway", "pedestrian"}


def test_a_square_that_is_private_is_not_walked(tmp_path):
    square = (12, [1, 7, 2, 3, 4, 1], {"highway": "pedestrian", "area": "yes", "access": "private"})
    network, _ = read(write_osm(tmp_path / "town.osm", SQUARE, [*STREETS, square]))
    assert {edge[4] for edge in edges(network)} == {"footway"}


def test_a_pool_in_a_square_is_walked_around(tmp_path):
    ways = [*STREETS, (12, [1, 7, 2, 3, 4, 1], {}), (13, [21, 22, 23, 24, 21], {})]
    relation = (9, [(12, "outer"), (13, "inner")], {"type": "multipolygon", "highway": "pedestrian"})
    network, notes = read(write_osm(tmp_path / "town.osm", SQUARE, ways, [relation]))
    across = [(*edge[:2], edge[3]) for edge in edges_any_length(network) if edge[4] == "area"]
    # Shortest is 1-22-3 or 1-24-3, both hypot(60, 20) + hypot(20, 40) and hypot(20, 40) + hypot(60, 20).
    assert across in ([(1, 22, -9), (3, 22, -9)], [(1, 24, -9), (3, 24, -9)])
    assert sorted(edge[2] for edge in edges_any_length(network) if edge[4] == "pedestrian") == [140.0, 140.0]
    assert facts(notes, "areas") == {"areas": 1, "crossed": 1}
    assert facts(notes, "islands")["islands"] == 1


def edges_any_length(network):
    ids = network.node_osm_id
    pairs = [sorted((int(ids[a]), int(ids[b]))) for a, b in zip(network.from_node, network.to_node, strict=True)]
    names = [network.kinds[kind] for kind in network.kind]
    metres = np.round(network.length_m, 1).tolist()
    return sorted((*pair, m, w, k) for pair, m, w, k in zip(pairs, metres, network.way_id.tolist(), names, strict=True))


def test_a_lone_square_stays_as_its_rim(tmp_path):
    square = (12, [1, 7, 2, 3, 4, 1], {"highway": "pedestrian", "area": "yes"})
    street = (10, [5, 6], {"highway": "footway"})
    network, notes = read(write_osm(tmp_path / "town.osm", SQUARE, [street, square]))
    assert [edge[2] for edge in edges_any_length(network) if edge[4] == "pedestrian"] == [280.0]
    assert facts(notes, "areas") == {"areas": 1, "crossed": 0}
    assert facts(notes, "islands")["islands"] == 2


def test_the_order_of_the_file_leaves_no_trace(tmp_path):
    pool = [(12, [1, 7, 2, 3, 4, 1], {}), (13, [21, 22, 23, 24, 21], {})]
    square = (14, [2, 3, 6, 2], {"highway": "pedestrian", "area": "yes"})
    relation = (9, [(12, "outer"), (13, "inner")], {"type": "multipolygon", "highway": "pedestrian"})
    ways = [*STREETS, *pool, square]
    one, _ = read(write_osm(tmp_path / "one.osm", SQUARE, ways, [relation]))
    two, _ = read(write_osm(tmp_path / "two.osm", dict(reversed(SQUARE.items())), ways[::-1], [relation]))
    assert one.edge_count > 10
    for name in ("node_xy", "node_osm_id", "from_node", "to_node", "length_m", "forward_m", "way_id", "line_xy"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_ways_whose_nodes_cannot_be_found_are_said(tmp_path):
    drawn_in_an_editor = [(-10, [-1, -2], {"highway": "path"})]
    with pytest.raises(DataError) as caught:
        read(write_osm(tmp_path / "town.osm", {-1: (0, 0), -2: (100, 0)}, drawn_in_an_editor))
    assert caught.value.key == "network.no_nodes"
    assert "town.osm" in str(caught.value)
