"""A network that is saved comes back to the last bit, or not at all."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyproj
import pytest

from circle15.errors import DataError
from circle15.inputs.streets.saved import FACTS, SEAL, WayNames, load_network, save_network
from circle15.model.digest import CHUNK_BYTES, digest_of, sha256_of
from circle15.model.network import StreetNetwork

CRS = pyproj.CRS.from_epsg(4550)
ARRAYS = [
    "node_xy",
    "node_osm_id",
    "from_node",
    "to_node",
    "length_m",
    "forward_m",
    "backward_m",
    "kind",
    "way_id",
    "line_start",
    "line_xy",
    "restricted",
]


def town(**changes):
    """Two streets of three nodes, one of them one-way and in a compound, and a lane elsewhere."""
    xy = np.array([[500_000.0, 3_300_000.0], [500_100.0, 3_300_000.0], [500_100.0, 3_300_050.5], [0, 0], [0, 1 / 3]])
    parts = {
        "crs": CRS,
        "node_xy": xy,
        "node_osm_id": np.array([11, 2**40, -3, 7, 8]),
        "from_node": np.array([0, 1, 3], dtype=np.int32),
        "to_node": np.array([1, 2, 4], dtype=np.int32),
        "length_m": np.array([100.0, 50.5, 1 / 3]),
        "forward_m": np.array([100.0, 101.0, 1 / 3]),
        "backward_m": np.array([100.0, np.inf, 1 / 3]),
        "kind": np.array([0, 1, 0], dtype=np.int16),
        "kinds": ("footway", "台阶"),
        "way_id": np.array([5, 6, 2**35]),
        "line_start": np.array([0, 2, 4, 6]),
        "line_xy": xy[[0, 1, 1, 2, 3, 4]],
        "restricted": np.array([False, True, False]),
        "way_names": {2**35: "巷", 5: "文一路;Wenyi Road"},
        "mode": "drive",
    }
    return StreetNetwork(**(parts | changes))


def same(one, other):
    pairs = [(getattr(one, name), getattr(other, name)) for name in ARRAYS]
    return all(
        (a is None and b is None) or (a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
        for a, b in pairs
    )


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "示例县" / "walk.arrow"
    save_network(town(), path)
    return path


def test_a_network_comes_back_to_the_last_bit(saved):
    loaded = load_network(saved)
    assert same(loaded, town())
    assert (loaded.crs, loaded.kinds, loaded.mode) == (CRS, ("footway", "台阶"), "drive")
    assert loaded.way_names == {5: "文一路;Wenyi Road", 2**35: "巷"}
    assert loaded.way_names.get(6, "") == ""
    assert list(loaded.way_names) == [5, 2**35]
    assert loaded.node_island.tolist() == town().node_island.tolist() == [0, 0, 0, 1, 1]
    assert loaded.digest == digest_of(loaded) == town().digest
    assert not loaded.line_xy.flags.writeable


@pytest.mark.parametrize("missing", ["backward_m", "restricted"])
def test_what_a_network_does_not_have_is_not_made_up(tmp_path, missing):
    network = town(**{missing: None})
    save_network(network, tmp_path / "x.arrow")
    assert same(load_network(tmp_path / "x.arrow"), network)


def test_a_network_without_any_named_street_comes_back_without_names(tmp_path):
    save_network(town(way_names={}), tmp_path / "x.arrow")
    loaded = load_network(tmp_path / "x.arrow")
    assert loaded.way_names == {}
    assert [loaded.way_names.get(way, "") for way in loaded.way_id.tolist()] == ["", "", ""]


def test_a_loaded_network_is_saved_as_the_same_bytes(saved, tmp_path):
    save_network(load_network(saved), tmp_path / "again.arrow")
    assert (tmp_path / "again.arrow").read_bytes() == saved.read_bytes()


def test_a_network_is_replaced_in_one_step_while_the_old_one_is_in_use(saved):
    old = load_network(saved)
    save_network(replace(town(), mode="walk"), saved)
    assert load_network(saved).mode == "walk"
    assert same(old, town())
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def refusal(path):
    with pytest.raises(DataError) as caught:
        load_network(path)
    assert path.name in caught.value.sentence("zh")
    assert path.name in caught.value.sentence("en")
    return caught.value.key


def test_a_file_that_is_not_there(tmp_path):
    assert refusal(tmp_path / "none.arrow") == "saved.missing"
    assert refusal(tmp_path) == "saved.missing"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"ARROW", "路网".encode("gb18030")], ids=repr)
def test_a_file_of_another_kind(tmp_path, content):
    path = tmp_path / "x.arrow"
    path.write_bytes(content)
    assert refusal(path) == "saved.other_format"


def rewritten(saved, change):
    """The file with its metadata or columns changed, as another program would write it."""
    with pa.OSFile(str(saved), "rb") as file:
        batch = pa.ipc.open_file(pa.BufferReader(file.read_buffer())).get_batch(0)
    told = dict(batch.schema.metadata)
    batch = change(batch, told).replace_schema_metadata(told)
    with pa.OSFile(str(saved), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return saved


def with_fact(name, value):
    def change(batch, told):
        told[FACTS] = json.dumps(json.loads(told[FACTS]) | {name: value}).encode()
        return batch

    return change


def without_facts(batch, told):
    del told[FACTS]
    return batch


def without_seal(batch, told):
    del told[SEAL]
    return batch


def test_an_arrow_file_of_something_else(saved):
    assert refusal(rewritten(saved, without_facts)) == "saved.other_format"


def test_a_network_of_another_version(saved):
    assert refusal(rewritten(saved, with_fact("version", 99))) == "saved.other_version"


def of_another_type(batch, _):
    return batch.set_column(0, "node_xy", pa.array([[1, 2]], type=pa.large_list(pa.int64())))


def with_nulls(batch, _):
    return batch.set_column(0, "node_xy", pa.array([[1.0, None]], type=pa.large_list(pa.float64())))


def without_a_column(batch, _):
    return batch.remove_column(3)


@pytest.mark.parametrize(
    "change",
    [
        *(with_fact("mode", "walk"), with_fact("crs", "EPSG:4326"), with_fact("kinds", ["footway", "x"])),
        *(with_fact("digest", "0" * 64), without_seal, of_another_type, with_nulls, without_a_column),
    ],
    ids=["mode", "crs", "kinds", "digest", "seal", "type", "nulls", "column"],
)
def test_a_file_that_somebody_changed(saved, change):
    assert refusal(rewritten(saved, change)) == "saved.damaged"


def test_every_broken_copy_is_refused_or_says_the_same(saved, tmp_path):
    content, path, refused = saved.read_bytes(), tmp_path / "x.arrow", 0
    rng = np.random.default_rng(5)
    for number in range(400):
        spoilt = bytearray(content)
        if number % 4 == 0:
            spoilt = spoilt[: int(rng.integers(len(content)))]
        else:
            for place in rng.integers(len(content), size=number % 4).tolist():
                spoilt[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(spoilt))
        try:
            loaded = load_network(path)
        except DataError as fault:
            refused += fault.key.startswith("saved.")
        else:
            assert same(loaded, town())  # what was turned fills the space between the arrays
            assert loaded.way_names == town().way_names
    assert refused > 200


def test_a_file_that_cannot_be_written(tmp_path):
    (tmp_path / "folder").write_text("a file where a folder belongs", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        save_network(town(), tmp_path / "folder" / "x.arrow")
    assert caught.value.key == "saved.not_written"
    (tmp_path / "x.arrow").mkdir()
    with pytest.raises(DataError):
        save_network(town(), tmp_path / "x.arrow")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "x.arrow"]


def test_the_digest_heeds_all_that_decides_and_nothing_else():
    one = town()
    other = {
        "node_xy": one.node_xy + 1,
        "node_osm_id": one.node_osm_id + 1,
        "length_m": one.length_m + 1,
        "forward_m": one.forward_m + 1,
        "backward_m": one.backward_m[::-1].copy(),
        "kind": 1 - one.kind,
        "kinds": ("footway", "steps"),
        "way_id": one.way_id + 1,
        "line_xy": one.line_xy + 1,
        "restricted": None,
        "mode": "cycle",
        "crs": pyproj.CRS.from_epsg(4549),
    }
    digests = [replace(one, **{name: value}).digest for name, value in other.items()]
    assert len({one.digest, *digests}) == 1 + len(digests)
    assert replace(one, way_names={}).digest == one.digest
    assert len(one.digest) == 64


def test_the_digest_heeds_no_way_of_saying_the_same():
    both = town(backward_m=None, restricted=None)
    assert replace(both, backward_m=both.forward_m.copy(), restricted=np.zeros(3, dtype=np.bool_)).digest == both.digest
    turned = np.asfortranarray(both.node_xy)
    assert replace(both, node_xy=turned).digest == both.digest


def test_the_digest_of_long_arrays_is_that_of_all_their_chunks():
    long = np.arange(CHUNK_BYTES // 8 + 5)
    assert len({sha256_of({"a": long}), sha256_of({"a": long[:-1]}), sha256_of({"b": long})}) == 3
    changed = long.copy()
    changed[-1] += 1
    assert sha256_of({"a": changed}) != sha256_of({"a": long}) == sha256_of({"a": long.copy()})


def test_names_are_words_or_nothing():
    names = WayNames.of({3: "", 1: "a", -5: "中"})
    assert dict(names) == {-5: "中", 1: "a", 3: ""}
    assert WayNames.of(names) is names
    assert len(WayNames.of({})) == 0
