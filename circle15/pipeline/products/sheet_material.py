"""What map sheets of a finished run are drawn from: streets, open issues, proposed sites, the change before it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from circle15.pipeline.issues.entered import entered_issues
from circle15.pipeline.products.sheet_streets import sheet_streets
from circle15.publish.issue_layers import issue_shapes, office_words
from circle15.publish.issue_rows import issue_rows
from circle15.publish.sheets.material import Material, Project, no_streets
from circle15.results.last_period import last_period_of
from circle15.results.siting import load_sitings

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.results import Results
    from circle15.results.comparison import Comparison


def sheet_material(home: Path, run: Path, results: Results, lang: str) -> tuple[Material, tuple[str, ...]]:
    """What sheets are drawn from, and what of it is not at hand: names in ``words/map_sheets``.

    Parameters
    ----------
    home
        The workspace.
    run, results
        The finished run and its folder of tables.
    lang
        ``zh`` or ``en``.
    """
    streets, last = sheet_streets(home, run, results), last_period_of(results, run.parent)
    issues = open_issues(run, results, lang)
    material = Material(
        results=results,
        lang=lang,
        streets=streets or no_streets(),
        issues=issues or (),
        projects=proposed(home, run, results),
        split=None if last is None else last.split,
        before="" if last is None else last.period,
    )
    lacking = {"lacks_streets": streets, "lacks_comparison": last, "lacks_issues": issues}
    return material, tuple(key for key, found in lacking.items() if found is None)


def report_map_material(home: Path, run: Path, results: Results, comparison: Comparison | None, lang: str) -> Material:
    """What the maps of a report are drawn from: they show the whole district without issues, and its own comparison."""
    return Material(
        results=results,
        lang=lang,
        streets=sheet_streets(home, run, results) or no_streets(),
        projects=proposed(home, run, results),
        split=None if comparison is None else comparison.split,
        before="" if comparison is None else comparison.periods[0],
    )


def open_issues(run: Path, results: Results, lang: str) -> tuple[dict[str, Any], ...] | None:
    """The issues that were open at the end of the period; None where this very run has not been entered."""
    listing = entered_issues(run, results)
    if listing is None:
        return None
    shapes, towns = issue_shapes(listing), listing.last_sightings["town_code"]
    rows = [row for row in issue_rows(listing, lang) if row["is_open"] and row["checked"] == run.name]
    told = []
    for row in rows:
        id_ = row["id"]
        people = row["people_last"] if math.isnan(row["people"]) else row["people"]
        shown = {"people": people, "town_code": towns[id_], "geometry": shapes[id_]}
        told.append(row | office_words(listing, id_) | shown)
    return tuple(told)


def proposed(home: Path, run: Path, results: Results) -> tuple[Project, ...]:
    """The new sites of every siting of this period."""
    crs = results.cells.crs
    return tuple(
        _project(row, record.service, record.name)
        for record in load_sitings(home, run.parent.name, run.name)
        for row in record.new_sites.to_crs(crs).itertuples(index=False)
    )


def _project(row: Any, service: str, plan: str) -> Project:  # noqa: ANN401  a row of sites
    return Project(
        service, str(row.name or row.candidate), row.geometry.x, row.geometry.y, float(row.persons_new), plan,
        str(row.town),
    )  # fmt: skip
