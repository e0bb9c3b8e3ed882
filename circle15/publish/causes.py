"""What a change between two periods is due to, in a sentence: the same on the console and in the brief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import ALL_SERVICES
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.catalogue.entries import Catalogue

CAUSES = ("facilities", "capacity", "population", "network", "definitions", "undivided")
# The scores that sentences are of.
TOLD = ("balanced_access", "overall")
# A change that shows as 0.00 points.
NOTHING = 5e-5
SITES_NAMED = 3


@dataclass(frozen=True, eq=False)
class Causes:
    """What a comparison found of one unit, the whole area.

    Attributes
    ----------
    before
        The older period.
    split, sites
        The rows of that unit in ``results.comparison.Comparison.split`` and ``sites``.
    """

    before: str
    split: pd.DataFrame
    sites: pd.DataFrame


def causes_shown(rows: pd.DataFrame) -> list[str]:
    """The causes that are told apart here."""
    return [
        cause for cause in CAUSES if rows[cause].notna().any() and (cause != "undivided" or (rows[cause] != 0).any())
    ]


def changes_told(split: pd.DataFrame, lang: str) -> list[str]:
    """A sentence per score of one unit: from where to where, and the parts of the change."""
    lines = []
    for measure in TOLD:
        rows = split[(split["measure"] == measure) & (split["service"] == ALL_SERVICES)]
        if len(rows) and rows["change"].notna().all():
            lines.append(change_told(rows, measure, lang))
    return lines


def change_told(rows: pd.DataFrame, measure: str, lang: str) -> str:
    """One score of one unit: from where to where, and the parts of the change."""
    row = rows.iloc[0]
    facts = {"name": row["name"], "measure": say(f"comparison.measure_{measure}", lang), "old": row["old"] * 100}
    parts = [
        say("comparison.part", lang, factor=say(f"comparison.{cause}", lang), points=row[cause] * 100)
        for cause in causes_shown(rows)
        if abs(row[cause]) >= NOTHING
    ]
    joined = say("comparison.between_parts", lang).join(parts)
    if abs(row["change"]) < NOTHING and not parts:
        return say("comparison.whole_same", lang, **facts)
    if abs(row["change"]) < NOTHING:
        return say("comparison.whole_even", lang, **facts, parts=joined)
    key = "comparison.whole_rose" if row["change"] > 0 else "comparison.whole_fell"
    return say(key, lang, **facts, new=row["new"] * 100, change=row["change"] * 100, parts=joined)


def causes_told(causes: Causes, catalogue: Catalogue, lang: str) -> list[str]:
    """What moved the whole area's scores since the older period, and which facilities did most."""
    told = changes_told(causes.split, lang)
    lines = [say("brief.like_for_like", lang, before=causes.before, told=sentence) for sentence in told]
    sites = causes.sites[causes.sites["balanced_access"].abs() >= NOTHING]
    most = sites.assign(size=sites["balanced_access"].abs()).sort_values(
        ["size", "service", "old_id", "new_id"], ascending=[False, True, True, True], kind="stable"
    )
    named = [_site_told(row, catalogue, lang) for row in most.head(SITES_NAMED).to_dict("records")]
    return lines + ([say("brief.sites", lang, named=say("brief.between", lang).join(named))] if named else [])


def _site_told(row: Mapping[Any, Any], catalogue: Catalogue, lang: str) -> str:
    service = catalogue.services.get(row["service"])
    label = row["service"] if service is None else service.label.in_language(lang)
    change = say(f"comparison.{row['change']}", lang)
    points = row["balanced_access"] * 100
    return say("brief.site", lang, change=change, site=row["site"], service=label, points=points)
