"""Where sites go, against every choice tried, on small random towns."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from siting_problems import (
    SitingTown,
    check_centre,
    check_fewest,
    check_least_walking,
    check_most,
    check_one_fewer,
    check_order_of_cells,
    check_placed,
    siting_town,
)

TITLE = "Where sites go"
FULL = 2_000


@dataclass
class Tally:
    """What was compared."""

    towns: int = 0
    choices: int = 0
    impossible: int = 0
    budgets: int = 0
    floors: int = 0
    musts: int = 0
    distances: int = 0
    covered: int = 0


def check(number: int, tally: Tally) -> None:
    """Compare one town in every respect; raises AssertionError where anything differs."""
    town: SitingTown = siting_town(number)
    choices = town.choices()
    check_most(town, town.cover, choices, town.reached)
    check_most(town, town.stairs, choices, town.reach)
    check_placed(town, choices)
    check_least_walking(town, choices)
    tally.covered += check_fewest(town, choices)
    check_centre(town, choices)
    check_one_fewer(town, choices)
    check_order_of_cells(town, number)
    tally.towns += 1
    tally.choices += len(choices)
    tally.impossible += not choices
    tally.budgets += bool(np.isfinite(town.budget))
    tally.floors += bool(town.floor.any() or (town.cap < town.sites).any())
    tally.musts += bool(town.must)
    tally.distances += bool(town.near)


def section(count: int) -> str:
    """Check ``count`` towns; the page's section as markdown."""
    tally = Tally()
    for number in range(count):
        check(number, tally)
        if (number + 1) % 50 == 0:
            print(f"\r{number + 1:,} of {count:,} towns", end="", flush=True)
    print()
    rows = [
        ("random towns", f"{tally.towns:,}"),
        ("choices that the rules allow, each tried for each problem", f"{tally.choices:,}"),
        ("towns whose rules allow no choice, found to be so by all", f"{tally.impossible:,}"),
        ("towns with a budget and a cost per candidate", f"{tally.budgets:,}"),
        ("towns with floors or caps", f"{tally.floors:,}"),
        ("towns with sites that must stand", f"{tally.musts:,}"),
        ("towns with candidates too near to each other", f"{tally.distances:,}"),
        ("towns whose reachable people can all be covered under the rules", f"{tally.covered:,}"),
        ("problems whose optimum, or whose first of equal optima, differs from the best of all choices", "0"),
        ("bounds of the dual, of all choices or with or without one candidate, below a choice", "0"),
        ("greedy choices that are better than the optimum or break a rule", "0"),
        ("towns where a candidate more lowers the optimum, or another order of cells changes the sites", "0"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "highspy"))
    return f"""
Six problems on each town: most people within reach (MCLP), most people who find a place where places are few
(capacitated MCLP), most index (reach falling from the limit to twice the limit, under the root), least walking
(p-median), the shortest longest way (p-centre), the cheapest sites that cover all that can be covered (LSCP). The
oracle shares nothing with the solver: it lists every set of candidates, holds each against the rules one by one, and
scores it from the whole table of metres; who finds a place is the least of all cuts. Towns have up to 12 cells and 7
candidates, ties on purpose, candidates that must or must not stand, floors and caps per town, budgets, and pairs of
candidates of which only one may stand.

| | |
|---|---|
{table}

Python {platform.python_version()}, {versions}.

The tests run the same checks on 60 towns.
"""
