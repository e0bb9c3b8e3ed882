"""Nodes that their tags single out, from extracts that are whole and from broken ones."""

import pytest

from circle15.errors import DataError
from circle15.inputs.streets.crossings import read_crossings
from circle15.inputs.streets.gates import read_closed_gates

READERS = pytest.mark.parametrize("read", [read_closed_gates, read_crossings], ids=lambda read: read.__name__)
TAGS = '<tag k="barrier" v="gate"/><tag k="access" v="private"/><tag k="highway" v="traffic_signals"/>'


def written(folder, node):
    path = folder / "town.osm"
    path.write_text(f'<osm version="0.6">{node}</osm>', encoding="utf-8")
    return path


@READERS
def test_a_node_is_found_by_its_tags(tmp_path, read):
    bare = '<node id="8" lat="30" lon="120"/>'
    path = written(tmp_path, f'<node id="7" lat="30" lon="120">{TAGS}</node>{bare}')
    assert read(path) == {7}


@READERS
@pytest.mark.parametrize("place", ['id="x" lat="30" lon="120"', 'id="7" lat="north" lon="120"'], ids=["id", "place"])
def test_numbers_that_are_none_are_damage(tmp_path, read, place):
    with pytest.raises(DataError) as fault:
        read(written(tmp_path, f"<node {place}>{TAGS}</node>"))
    assert fault.value.key == "network.damaged_osm"
