"""OpenStreetMap extracts as the peers want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def highways_as_xml(extract: Path, xml: Path) -> Path:
    """Only the highways of an extract and their nodes, as XML, which OSMnx wants; it filters nothing.

    Nodes that the extract does not hold are taken out of its ways: OSMnx would refuse the file.
    """
    import osmium

    ways = osmium.FileProcessor(str(extract)).with_locations().with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    with osmium.BackReferenceWriter(str(xml), str(extract), overwrite=True) as writer:
        for way in ways.with_filter(osmium.filter.KeyFilter("highway")):
            held = [node.ref for node in way.nodes if node.location.valid()]
            if len(held) > 1:
                writer.add(way.replace(nodes=held))
    return xml
