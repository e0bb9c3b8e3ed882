"""Downloaded objects as an extract: .osm.pbf, in order of kind and id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from circle15.inputs.files.room import require_room

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.inputs.download.answers import Elements

# More than an object with its tags takes in a compressed extract.
OBJECT_BYTES = 200
LETTERS = {"node": "n", "way": "w", "relation": "r"}


def write_extract(elements: Elements, path: Path) -> None:
    """Write the objects; the same objects give the same bytes.

    Raises
    ------
    OSError
        There is no room for the file: found out before, since the writer of extracts would end the program.
    """
    import osmium

    require_room(path, OBJECT_BYTES * sum(map(len, (elements.nodes, elements.ways, elements.relations))))
    header = osmium.io.Header()
    header.set("generator", "circle15")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, node in sorted(elements.nodes.items()):
            place = (float(node["lon"]), float(node["lat"]))
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=place, tags=_tags(node)))
        for number, way in sorted(elements.ways.items()):
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=way["nodes"], tags=_tags(way)))
        for number, relation in sorted(elements.relations.items()):
            members = [(LETTERS[part["type"]], part["ref"], part["role"]) for part in relation.get("members", ())]
            writer.add_relation(
                osmium.osm.mutable.Relation(id=number, version=1, members=members, tags=_tags(relation))
            )


def _tags(element: dict[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in sorted(element.get("tags", {}).items())}
