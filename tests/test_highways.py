"""Highways read from the blocks of a pbf file are those that osmium reads."""

from pathlib import Path

import osmium
import pytest
from broken_pbf import block_borders, broken
from written_extracts import OPTIONS, agree, objects, plain, wanted, write

from circle15.inputs.files.pbf.blobs import DAMAGE
from circle15.inputs.streets import highways_pbf
from circle15.inputs.streets.highways import NOWHERE, Asked
from circle15.inputs.streets.highways_any import read_any_highways
from circle15.inputs.streets.highways_pbf import read_pbf_highways
from circle15.inputs.streets.uses import KEYS

PATH = {"highway": "path"}


@pytest.mark.parametrize("options", OPTIONS)
def test_random_extracts_in_order(tmp_path, options):
    for seed in range(25):
        agree(write(tmp_path / "x.pbf", *objects(seed), options))


def test_what_is_too_large_to_be_kept_is_read_again(tmp_path, monkeypatch):
    for seed in range(10):
        path = write(tmp_path / "x.pbf", *objects(seed))
        kept = agree(path)
        with monkeypatch.context() as patch:
            patch.setattr(highways_pbf, "MOST_KEPT_BYTES", 0)
            assert agree(path) == kept


def test_random_extracts_in_any_order(tmp_path):
    met = 0
    for seed in range(40):
        town = objects(seed)
        shuffled = agree(write(tmp_path / "x.pbf", *town, shuffled=seed))
        met += len(shuffled[0])
        assert shuffled == agree(write(tmp_path / "y.pbf", *town))
    assert met > 100


def test_a_real_extract(field_data):
    rows, *_ = agree(field_data / "liechtenstein" / "liechtenstein.osm.pbf")
    assert len(rows) > 4000


def test_a_file_in_which_ways_stand_before_their_nodes_in_other_blocks(tmp_path):
    path, many = tmp_path / "x.pbf", 40
    with osmium.SimpleWriter(str(path)) as writer:
        mutable = osmium.osm.mutable
        for lot in range(0, 4 * many, many):
            for number in range(lot, lot + many):
                writer.add_way(mutable.Way(id=number + 1, version=1, nodes=[number + 1, number + 2], tags=PATH))
            for number in range(lot, lot + many):
                writer.add_node(mutable.Node(id=number + 1, version=1, location=(120 + number * 1e-5, 30.0)))
    assert len(block_borders(path.read_bytes())) == 1 + 8
    highways = read_pbf_highways(path, Asked(tuple(sorted(KEYS)), wanted))
    assert highways.read == len(highways.way_id) == 4 * many
    assert (highways.xy != NOWHERE).all(axis=1).sum() == 2 * 4 * many - 1  # the last way's last node is missing
    assert plain(highways) == plain(read_any_highways(path, Asked(tuple(sorted(KEYS)), wanted)))


def test_a_node_that_stands_there_twice_is_where_it_was_said_last(tmp_path):
    path = tmp_path / "x.pbf"
    twice = [(1, 120.0, 30.0), (2, 120.1, 30.0), (2, 120.2, 30.0)]
    write(path, twice, [(5, [1, 2], {"highway": "path"})], [])
    assert read_pbf_highways(path, Asked(("highway",), wanted)).xy[:, 0].tolist() == [1_200_000_000, 1_202_000_000]
    agree(path)


def test_broken_files_are_damaged_and_nothing_worse(tmp_path):
    whole = write(tmp_path / "whole.pbf", *objects(3), ",pbf_compression=none").read_bytes()
    path, refused = tmp_path / "x.pbf", 0
    for number in range(420):
        path.write_bytes(broken(whole, number)[1])
        try:
            read_pbf_highways(path, Asked(tuple(sorted(KEYS)), wanted))
        except DAMAGE:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00\x00\x00\x01\x0a", b"<osm/>", b"\xff" * 200], ids=repr)
def test_what_is_no_extract_at_all(tmp_path, content):
    path: Path = tmp_path / "x.pbf"
    path.write_bytes(content)
    with pytest.raises(DAMAGE):
        read_pbf_highways(path, Asked(("highway",), wanted))
