"""A layer of streets without any one-way street, where a service is counted by car."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.osm_file import is_osm
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from circle15.model.network import StreetNetwork
    from circle15.pipeline.reading.study_inputs import StudyInputs


def one_way_notes(inputs: StudyInputs) -> tuple[Note, ...]:
    """Say that an office's layer knows no one-way streets: then cars seem to get everywhere the shortest way.

    In OpenStreetMap a place may well have none; a layer of an office most often lacks the column.
    """
    file, driven = inputs.study.network.file, inputs.networks.get("drive")
    if driven is None or is_osm(file) or _has_one_way(driven):
        return ()
    return (Note("rules.no_one_way", {"file": file}, Place(file)),)


def _has_one_way(network: StreetNetwork) -> bool:
    return any(bool(np.isinf(metres).any()) for metres in network.directions_m)
