"""Ids of issues on random footprints against trying everything, and random towns over three runs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from issue_matches import area_rows, check_matching, footprint_rows
from issue_towns import run_of_town

from circle15.assess.issues.registry import Registry
from circle15.assess.issues.states import state_history
from circle15.pipeline.issues.updating import enter_run

TITLE = "Issues"
FULL = 10_000
# A town over three runs takes as long as so many matchings.
MATCHINGS_PER_TOWN = 100

SITES = [("clinic", "k1", "中心站", 9, 3, None)]
people = st.dictionaries(
    st.tuples(st.integers(0, 19), st.integers(0, 5)), st.integers(20, 90).map(float), min_size=12, max_size=60
)


@dataclass
class Counts:
    """What was compared."""

    matchings: int = 0
    matched: int = 0
    towns: int = 0
    issues: int = 0
    states: int = 0


def run(count: int) -> Counts:
    """Draw ``count`` cases, the same ones every time; any violation raises."""
    counts = Counts()
    many = {"derandomize": True, "database": None, "deadline": None, "suppress_health_check": list(HealthCheck)}

    @settings(max_examples=count, **many)
    @given(footprint_rows, area_rows, st.randoms(use_true_random=False))
    def every_matching(old, new, random) -> None:  # noqa: ANN001
        counts.matched += check_matching(old, new, random)
        counts.matchings += 1

    @settings(max_examples=max(count // MATCHINGS_PER_TOWN, 1), **many)
    @given(people, people, people)
    def every_town(first, second, third) -> None:  # noqa: ANN001
        runs = [run_of_town(str(2025 + at), rows, SITES) for at, rows in enumerate((first, second, third))]
        registry = Registry()
        for each in runs:
            registry = enter_run(registry, each, each.study.study.period, "zh")
        _check_town(registry, runs)
        counts.towns += 1
        counts.issues += len(registry.issued)
        counts.states += len(state_history(registry))

    every_matching()
    every_town()
    return counts


def _check_town(registry: Registry, runs: list) -> None:
    """Ids once, people of the areas, and the same register whatever period was entered again last."""
    assert registry.issued["id"].is_unique
    for each in runs:
        period = each.study.study.period
        seen = registry.sightings[registry.sightings["period"] == period]
        assert seen["id"].is_unique
        assert seen["people"].sum() == each.underserved["people"].sum()
    again = registry
    for each in reversed(runs):
        again = enter_run(again, each, each.study.study.period, "zh")
    for name in ("issued", "sightings", "footprints"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(registry, name))


def section(count: int) -> str:
    """Compare, and tell what was compared."""
    found = run(count)
    return f"""Which area of today is which issue of before, on random footprints: each id and area once, a quarter of
the smaller shared, the most people altogether as found by trying everything, and the same in any order of rows. Random
towns over three runs: ids never twice, the issues' people are the areas' people exactly, and entering all runs again in
reverse changes nothing.

| | |
|---|---:|
| matchings compared | {found.matchings:,} |
| areas matched in them | {found.matched:,} |
| towns over three runs | {found.towns:,} |
| issues in them | {found.issues:,} |
| states | {found.states:,} |
"""
