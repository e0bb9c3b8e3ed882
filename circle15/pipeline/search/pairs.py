"""Every site in reach of every cell, each by the rule that counts the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.pipeline.progress import in_parts, no_pieces
from circle15.pipeline.search.kept_searches import kept_pairs
from circle15.pipeline.search.nearest import entrances_of
from circle15.pipeline.search.threads import threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.pipeline.progress import Pieces
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Ways
    from circle15.pipeline.search.parts import Part


def rule_pairs(inputs: StudyInputs, parts: Sequence[Part], ways: Ways, pieces: Pieces = no_pieces) -> pd.DataFrame:
    """All pairs of a cell and a facility of a service, by the mode of the rule that counts the cell.

    Parameters
    ----------
    parts
        The cells that every service counts by each mode.
    ways
        The streets of these modes.
    pieces
        Told how far the search has come.

    Returns
    -------
    pandas.DataFrame
        ``cell_id, facility_id, service, mode, metres, minutes``, ordered by cell and facility: as far as the largest
        limit of the service's rules of that mode, which may be beyond the cell's own.
    """
    each = zip(parts, in_parts(pieces, len(parts)), strict=True)
    rows = pd.concat([_rows_of_part(inputs, part, ways, own) for part, own in each], ignore_index=True)
    rows = rows.iloc[np.lexsort([rows["facility"], rows["origin"]])]
    cells, facilities = inputs.population.cells, inputs.facilities.facilities.iloc[rows["facility"]]
    return pd.DataFrame(
        {
            "cell_id": cells["cell_id"].to_numpy()[rows["origin"]],
            "facility_id": facilities["facility_id"].to_numpy(),
            "service": facilities["service"].to_numpy(),
            "mode": rows["mode"].to_numpy(),
            "metres": rows["metres"].to_numpy(),
            "minutes": rows["minutes"].to_numpy(),
        }
    )


def _rows_of_part(inputs: StudyInputs, part: Part, ways: Ways, pieces: Pieces) -> pd.DataFrame:
    """``origin`` (row of the cells), ``facility`` (row of the facilities), ``metres``, ``minutes``, ``mode``."""
    streets = ways[part.way]
    own, owner = entrances_of(inputs.facilities, part.service.id)
    cells, entrances = streets.cells.take(part.rows), streets.entrances.take(own)
    doors = entrances, owner
    pairs = kept_pairs(streets.kept, streets.network, cells, doors, part.limit_m, threads(), pieces)
    pieces(1, 1)
    minutes = pairs["metres"] / part.speed_m_s / 60.0
    return pairs.assign(origin=part.rows[pairs["origin"].to_numpy()], minutes=minutes, mode=part.mode)
