"""The index: access, balanced access, balance and its factors, quality and overall, from cells to the district.

``scores`` has the formulas on arrays, ``parts`` the means over people they are made of, ``capacity`` the supply scores
of cells, ``table`` the index of every unit. ``docs/index.md`` has the definitions and an example worked by hand.
"""

from circle15.assess.index.capacity import (
    SupplyScores,
    capacity_score,
    quality_score,
    supplies_of_services,
    supply_score,
    supply_scores,
    supply_table,
)
from circle15.assess.index.parts import PART_COLUMNS, ReachScore, combine_parts, index_parts
from circle15.assess.index.scores import ALPHA, Scores, UnitMeans, means_over_people, unit_scores
from circle15.assess.index.table import INDEX_COLUMNS, index_table, unit_means

__all__ = [
    "ALPHA", "INDEX_COLUMNS", "PART_COLUMNS", "ReachScore", "Scores", "SupplyScores", "UnitMeans", "capacity_score",
    "combine_parts", "index_parts", "index_table", "means_over_people", "quality_score", "supplies_of_services",
    "supply_score", "supply_scores", "supply_table", "unit_means", "unit_scores",
]  # fmt: skip
