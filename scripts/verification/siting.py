"""Where sites go, against every choice tried, on small random towns."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from siting_plans import OBJECTIVES, check_plan
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
    plans: int = 0
    refused: int = 0
    closing: int = 0
    growing: int = 0
    shared: int = 0
    closed: int = 0


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
    for objective in OBJECTIVES:
        check_tables(number, objective, tally)


def check_tables(number: int, objective: str, tally: Tally) -> None:
    """Compare one problem as a planner states it."""
    plan = check_plan(number, objective)
    tally.plans += 1
    tally.refused += plan is None
    if plan is not None:
        table = plan.problem.candidates
        tally.closing += bool((table["kind"] == "closing").any())
        tally.growing += bool((table["grows"] != "").any())
        tally.shared += "weight" in plan.problem.cells
        tally.closed += bool(plan.closed)


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
        ("problems by ids and tables, each kind for each town", f"{tally.plans:,}"),
        ("of these refused because no choice can keep to the rules, or nobody is in reach", f"{tally.refused:,}"),
        ("with existing sites that may close; in which one does", f"{tally.closing:,}; {tally.closed:,}"),
        ("with an existing site that may grow", f"{tally.growing:,}"),
        ("with two services in one building", f"{tally.shared:,}"),
        ("plans that are not the best of all choices, break a rule, or name others as unreachable", "0"),
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

The problems by ids are stated as a planner does: existing sites that stay, may close or may grow, costs and a budget,
floors and caps by town, must and forbidden, distances, one or two services in a building. Their oracle reads the tables
alone, one pair at a time. The tests run the same checks on 60 towns, and on 12 for each kind of problem by ids.
"""
