"""Extracts that are cut or damaged are never taken for whole."""

import gzip

import osmium
import pytest
from broken_pbf import block_borders, broken, says_the_same
from small_study import write_small_study

from circle15.errors import DataError
from circle15.inputs.files.contents import is_tiff, require_layer_content, require_no_entities
from circle15.inputs.files.paths import require_own_path
from circle15.inputs.files.pbf_blocks import require_whole_pbf


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    write_small_study(folder)
    return (folder / "streets.osm.pbf").read_bytes()


def objection(path, content, *, vouched=False):
    path.write_bytes(content)
    try:
        require_whole_pbf(path, vouched=vouched)
    except DataError as fault:
        return fault.key.removeprefix("osm.pbf_") if path.name in fault.sentence("zh") else "nameless"
    return None


def test_a_whole_extract_passes(tmp_path, extract):
    assert objection(tmp_path / "x.osm.pbf", extract) is None


def test_real_extracts_pass(field_data):
    for place in ("las_palmas", "liechtenstein"):
        require_whole_pbf(field_data / place / f"{place}.osm.pbf", vouched=False)


@pytest.mark.parametrize("place", ["las_palmas", "liechtenstein"])
def test_every_cut_between_blocks_is_seen(field_data, tmp_path, place):
    content = (field_data / place / f"{place}.osm.pbf").read_bytes()
    borders = block_borders(content)
    assert borders[-1] == len(content)
    seen = {objection(tmp_path / "x.osm.pbf", content[:border]) for border in borders[:-1]}
    assert None not in seen
    assert objection(tmp_path / "x.osm.pbf", content) is None


def test_every_broken_copy_is_seen(tmp_path, extract):
    for number in range(210):
        way, content = broken(extract, number)
        if content != extract and not says_the_same(extract, content):
            assert objection(tmp_path / "x.osm.pbf", content) is not None, (number, way)


def test_damage_is_never_vouched_for(tmp_path, extract):
    assert objection(tmp_path / "x.osm.pbf", extract[:-3], vouched=True) == "cut"
    spoilt = bytearray(extract)
    spoilt[len(spoilt) // 2] ^= 8
    assert objection(tmp_path / "x.osm.pbf", bytes(spoilt), vouched=True) == "damaged"


def written(path, nodes, relations):
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number in range(1, nodes + 1):
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=(120.0, 30.0)))
        for number in range(1, relations + 1):
            writer.add_relation(osmium.osm.mutable.Relation(id=number, version=1, members=[("n", 1, "")], tags={}))
    return path.read_bytes()


def test_what_cannot_be_told_from_a_cut_needs_someone_to_vouch_for_it(tmp_path):
    path = tmp_path / "x.osm.pbf"
    no_relations = written(path, 10, 0)
    assert objection(path, no_relations) == "no_relations"
    assert objection(path, no_relations, vouched=True) is None
    full_end = written(path, 8000, 8000)
    assert objection(path, full_end) == "full_end"
    assert objection(path, full_end, vouched=True) is None


@pytest.mark.parametrize("content", [b"", b"\n", b"PK\x03\x04", b"<osm/>", b"\x00\x00\x00\x0d"], ids=repr)
def test_what_is_no_extract_at_all(tmp_path, content):
    assert objection(tmp_path / "x.osm.pbf", content) in ("cut", "damaged")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_packed_or_not(tmp_path, encoding):
    text = '<?xml version="1.0"?>\n<!DOCTYPE osm [<!ENTITY a "aaaa">]>\n<osm>&a;</osm>'.encode(encoding)
    (tmp_path / "x.osm").write_bytes(text)
    (tmp_path / "x.osm.gz").write_bytes(gzip.compress(text))
    for name in ("x.osm", "x.osm.gz"):
        with pytest.raises(DataError) as raised:
            require_no_entities(tmp_path / name)
        assert raised.value.key == "osm.xml_entities"


def test_plain_osm_passes_and_broken_packing_is_told(tmp_path):
    (tmp_path / "x.osm").write_text('<osm version="0.6"><node id="1" lat="30" lon="120"/></osm>', encoding="utf-8")
    require_no_entities(tmp_path / "x.osm")
    (tmp_path / "x.osm.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError):
        require_no_entities(tmp_path / "x.osm.gz")


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".geojson"])
def test_a_text_that_points_elsewhere_is_no_layer(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    path.write_text("<OGRVRTDataSource></OGRVRTDataSource>", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        require_layer_content(path)
    assert raised.value.key == "layers.other_content"
    assert not is_tiff(path)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    (tmp_path / "x.csv").write_text("a", encoding="utf-8")
    try:
        (folder / "x.csv").symlink_to(tmp_path / "x.csv")
    except OSError:
        pytest.skip("this system makes no links for this user")
    with pytest.raises(ValueError, match="链接"):
        require_own_path(folder, "x.csv")


@pytest.mark.parametrize(
    "name",
    [
        *("../x.csv", "a/../../x.csv", "..\\x.csv", "/x.csv", "C:\\x.csv", "\\\\server\\x.csv", "C:x.csv"),
        *("http://h/x.csv", "/vsicurl/http://h/x", "x.vrt", "NUL", "con.csv", "a\x00b", "", ".", "a\nb.csv", "x:y"),
    ],
    ids=repr,
)
def test_names_that_lead_out_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"study\.toml"):
        require_own_path(tmp_path, name)


@pytest.mark.parametrize("name", ["名单.csv", "lists/2026 年(新).xlsx", "a.b.c.osm.pbf", "..x.csv"])
def test_ordinary_names_pass(tmp_path, name):
    assert require_own_path(tmp_path, name) == tmp_path / name
