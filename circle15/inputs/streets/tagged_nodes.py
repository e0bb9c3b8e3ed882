"""Nodes of an OpenStreetMap extract that their tags single out: signals, crossings, gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.inputs.files.osm_file import damage, open_osm
from circle15.inputs.files.present import require_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def tagged_nodes(path: Path, key: str, is_meant: Callable[[Mapping[str, str]], bool]) -> frozenset[int]:
    """The ids of all nodes with a key whose tags say what is looked for.

    Raises
    ------
    DataError
        No such file, or a damaged one.
    """
    import osmium  # Imported here: other formats need no osmium.

    require_file(path)
    try:
        nodes = osmium.FileProcessor(open_osm(path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter(key))
        return frozenset(node.id for node in nodes if is_meant(dict(node.tags)))
    except damage() as fault:
        raise DataError("network.damaged_osm", file=path.name) from fault
