"""Where units stand: the tier of each, and from where to where its score and its place may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.map.content import Figures, figures, records

if TYPE_CHECKING:
    from circle15.results import Results

STANDING_FIGURES = ("score_low", "score_high", "rank_low", "rank_high", "tier", "tier_units")


def standing_book(results: Results, level: str) -> dict[str, Figures]:
    """By code of the units of one level; empty where nothing was drawn."""
    table = results.uncertainty[results.uncertainty["level"] == level]
    return {str(row["code"]): figures(row, STANDING_FIGURES) for row in records(table)}


def root_standing(results: Results) -> Figures | None:
    """The range of the whole area's score; None where nothing was drawn."""
    root = results.zones[results.zones["parent_code"] == ""].iloc[0]
    return standing_book(results, str(root["level"])).get(str(root["code"]))
