"""A whole run: read, search, assess, write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.coverage import coverage_table
from circle15.assess.index import index_parts, index_table, service_weights
from circle15.assess.underserved import underserved_areas
from circle15.pipeline.observations import observations
from circle15.pipeline.reading import StudyInputs, read_inputs
from circle15.pipeline.reach_bands import reach_bands
from circle15.pipeline.searching import cells_frame, facilities_frame, search
from circle15.pipeline.writing import write_run
from circle15.results import Results
from circle15.results.store import plain_facts

if TYPE_CHECKING:
    from circle15.model.ledger import Ledger
    from circle15.pipeline.reading import Progress

STUDY_FILE = "study.toml"


@dataclass(frozen=True)
class FinishedRun:
    """Results, and the folders where their tables and maps lie."""

    results: Results
    tables: Path
    maps: Path
