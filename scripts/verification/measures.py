"""The measures of accessibility against the formulas of their papers on random towns."""

from __future__ import annotations

import platform
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np
from hypothesis import HealthCheck, given, settings
from measured_towns import CASES, DECAYS, RELATIVE, Town, check_measures, shuffled

from circle15.access.measures.floating_catchment_area import floating_catchment_area
from circle15.access.measures.redistributing import three_step_floating_catchment_area

TITLE = "The measures of accessibility"
FULL = 10_000


@dataclass
class Tally:
    """What was compared, and the largest deviation of each measure."""

    towns: int = 0
    pairs: int = 0
    origins_in_no_pair: int = 0
    decays: Counter[str] = field(default_factory=Counter)
    deviations: dict[str, float] = field(default_factory=dict)
    sites_taken_away: int = 0
    lowered_in_3sfca: int = 0


def check(town: Town, cutoff: float, k: int, name: str, alpha: float, tally: Tally) -> None:
    """Compare one town in every measure; raises AssertionError where anything differs."""
    check_measures(town, cutoff, k, name, alpha, tally.deviations)
    check_order(town, name)
    check_site_taken_away(town, name, tally)
    tally.towns += 1
    tally.pairs += len(town.pairs)
    tally.origins_in_no_pair += int((~town.demand.index.isin(town.pairs["origin"])).sum())
    tally.decays[name] += 1


def check_order(town: Town, name: str) -> None:
    """Rows in another order give the same bits."""
    here = floating_catchment_area(*town.whole, DECAYS[name][0])
    there = floating_catchment_area(*shuffled(town, 15).whole, DECAYS[name][0])
    np.testing.assert_array_equal(there.reindex(here.index), here)


def check_site_taken_away(town: Town, name: str, tally: Tally) -> None:
    """With one site less, nobody has more supply per head in 2SFCA; in 3SFCA it is counted how often someone does."""
    if not len(town.supply):
        return
    left = town.supply.iloc[1:]
    fewer = town.pairs[town.pairs["facility"].isin(left.index)], town.demand, left
    decay = DECAYS[name][0]
    assert (floating_catchment_area(*fewer, decay) <= floating_catchment_area(*town.whole, decay)).all()
    before, after = (three_step_floating_catchment_area(*whole, decay) for whole in (fewer, town.whole))
    tally.sites_taken_away += 1
    tally.lowered_in_3sfca += bool((after < before * (1 - RELATIVE)).any())


def run(count: int) -> Tally:
    """Draw and check ``count`` towns, the same ones every time."""
    tally = Tally()
    began = time.perf_counter()

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(**CASES)
    def check_one(town: Town, cutoff: float, k: int, name: str, alpha: float) -> None:
        check(town, cutoff, k, name, alpha, tally)
        if tally.towns % 100 == 0:
            print(f"\r{tally.towns:,} of {count:,} towns, {time.perf_counter() - began:.0f} s", end="", flush=True)

    check_one()
    print()
    return tally


def section(count: int) -> str:
    """Check ``count`` towns; the page's section as markdown."""
    tally = run(count)
    lowered = f"{tally.lowered_in_3sfca:,} of {tally.sites_taken_away:,}"
    rows = [
        ("random towns, every measure in each", f"{tally.towns:,}"),
        ("pairs in them", f"{tally.pairs:,}"),
        ("origins in no pair, present with 0 or inf in every result", f"{tally.origins_in_no_pair:,}"),
        ("towns with their rows in another order, whose 2SFCA differs in any bit", "0"),
        ("towns with one site taken away, in which 2SFCA rises for anyone, by any bit", "0"),
        ("the same for 3SFCA, whose formula lets another site lower a value", lowered),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    measures = "\n".join(f"| `{measure}` | {off:.1e} |" for measure, off in sorted(tally.deviations.items()))
    decays = ", ".join(f"{name} {times:,}" for name, times in sorted(tally.decays.items()))
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "hypothesis"))
    return f"""
Each measure is held against its paper's formula: a dense matrix of costs, loops in plain Python, `math.fsum`. The
towns are drawn by hypothesis: up to 12 origins and 9 facilities, costs that tie with each other and with the cutoff,
origins and facilities in no pair, cells without people, sites without supply, ids in any order. Results must agree to
{RELATIVE:.0e} of their value, be 0 or inf exactly where the formula is, and stand on the caller's index.

| | |
|---|---|
{table}

| measure | largest deviation, as a part of its value |
|---|---|
{measures}

Decays: {decays}.

Python {platform.python_version()}, {versions}.

The tests run the same checks on 100 towns, and hold cumulative opportunities, gravity, 2SFCA, BFCA, spatial
availability and the cost to the closest against figures published with the R package accessibility and by Soukhov et
al. (2023).
"""
