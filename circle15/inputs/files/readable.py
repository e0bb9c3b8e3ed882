"""Whether a file is there and safe to read, before any library opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.inputs.files.contents import require_no_entities
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.files.pbf_blocks import require_whole_pbf
from circle15.inputs.files.present import require_file

if TYPE_CHECKING:
    from pathlib import Path

GRAPH_ENDING = ".graphml"


def require_readable(path: Path, *, vouched: bool) -> None:
    """Raise ``DataError`` where a file is missing, an extract is not whole, or an XML file declares entities.

    Parameters
    ----------
    path
        A file that a study names.
    vouched
        Someone made sure that the study's extracts are whole.
    """
    require_file(path)
    if path.suffix.lower() == ".pbf":
        require_whole_pbf(path, vouched=vouched)
    elif is_osm(path.name) or path.suffix.lower() == GRAPH_ENDING:
        require_no_entities(path)
