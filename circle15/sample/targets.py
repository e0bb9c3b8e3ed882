"""What the county has promised by when, and what its offices report on what no list can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from circle15.sample.lists import Row
    from circle15.sample.plan import PlannedTargets


def target_table(targets: PlannedTargets) -> list[Row]:
    """The table of five years as a plan prints it: headers, then a row per indicator."""
    years = tuple(f"{year}年" for year in targets.years)
    rows = [(each.domain, each.indicator, each.unit, each.department, *each.values) for each in targets.rows]
    return [("领域", "指标", "单位", "牵头单位", *years), *rows]


def reported_table(targets: PlannedTargets) -> list[Row]:
    """What offices have entered by hand: headers, then a row per indicator and year."""
    rows = [(each.indicator, each.year, each.value, each.source, each.by) for each in targets.reported]
    return [("指标", "年份", "值", "来源", "填报人"), *rows]
