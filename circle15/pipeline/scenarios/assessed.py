"""Coverage and index of a study, without what a run makes of them besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.assess.circles import deciding_circles
from circle15.pipeline.assessing import assess
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.search.searching import cells_frame, facilities_frame, search

if TYPE_CHECKING:
    from circle15.pipeline.assessing import Assessed
    from circle15.pipeline.reading.study_inputs import StudyInputs


def assessed_only(inputs: StudyInputs) -> Assessed:
    """Coverage and index of a study, without what a run makes of them besides."""
    searched = search(inputs)
    cells, facilities = cells_frame(inputs, searched), facilities_frame(inputs, searched)
    circles = deciding_circles(inputs.catalogue, counted_groups(inputs))
    frame, settings = inputs.zones.frame, inputs.study.index
    return assess(cells, searched.pairs, facilities, frame, inputs.catalogue, circles, settings)
