"""Random siting problems as tables, with every rule a planner may write, and every choice held against them.

The oracle knows the tables alone: it reads metres from the pairs, one by one, and lists every set of candidates.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pandas as pd
from siting_problems import THOROUGH, as_existing, problem_of, siting_town

from circle15.errors import Circle15Error
from circle15.siting import solve

OBJECTIVES = ("people", "places", "index", "distance", "longest", "everyone")
REFUSED = [
    "siting.more_than_candidates",
    "siting.none_in_reach",
    "siting.no_choice",
    "siting.not_everyone",
    "siting.floors_exceed",
    "siting.floor_unmet",
    "siting.floor_above_cap",
    "siting.cap_exceeded",
    "siting.more_musts",
    "siting.must_and_must_not",
    "siting.musts_exceed_budget",
]


def plan_problem(number, objective):
    """A problem of up to eight candidates: some exist and stay or may close, some grow, some serve two services."""
    dice = np.random.default_rng(50_000 + number)
    problem = problem_of(as_existing(siting_town(number)), objective)
    candidates, pairs = problem.candidates.copy(), problem.pairs
    closing = (candidates["kind"] == "new") & ~candidates["forbidden"] & (dice.random(len(candidates)) < 0.3)
    candidates["kind"] = candidates["kind"].where(~closing, "closing")
    candidates["must"] = (
        (candidates["kind"] != "kept") & ~candidates["forbidden"] & (dice.random(len(candidates)) < 0.1)
    )
    candidates[["x_m", "y_m"]] = dice.integers(0, 4, (len(candidates), 2)) * 300.0
    candidates["grows"] = ""
    if objective == "places":
        candidates, pairs = with_growth(candidates, pairs, dice, "closing" if number % 2 else "kept")
    changed = replace(problem, candidates=candidates, pairs=pairs, apart_m=float(dice.choice([0.0, 0.0, 300.1])))
    new = int((candidates["kind"] == "new").sum())
    changed = replace(
        changed,
        sites=min(problem.sites, new),
        moves=int(dice.choice([0, 1, 1, 2])),
        close_at_most=[None, None, 0, 1, 2][dice.integers(5)],
    )
    return changed if objective == "places" or dice.random() < 0.5 else with_second_service(changed, dice)


def with_growth(candidates, pairs, dice, kind):
    own = candidates[(candidates["kind"] == kind) & (dice.random(len(candidates)) < 0.7)].iloc[:1]
    more = own.assign(kind="new", places=dice.integers(1, 30, len(own)).astype(float), grows=own.index, must=False)
    more.index = more.index + "+"
    ways = pairs[pairs["candidate"].isin(own.index)]
    ways = ways.assign(candidate=ways["candidate"] + "+")
    return pd.concat([candidates, more]), pd.concat([pairs, ways], ignore_index=True)


def with_second_service(problem, dice):
    """The cells once more for a second service, which those that exist and some others do not take in."""
    cells, ways = problem.cells.assign(service="a", weight=1.0), problem.pairs
    other = cells.assign(service="b", weight=float(dice.choice([0.5, 2.0, 3.25])))
    other["persons"] = dice.integers(0, 40, len(other)).astype(float)
    other["limit_m"] = dice.choice([400.0, 700.0], len(other))
    other.index = "b:" + other.index
    takes = (problem.candidates["kind"] == "new") & (dice.random(len(problem.candidates)) < 0.8)
    more = ways[ways["candidate"].isin(problem.candidates.index[takes])]
    more = more.assign(cell="b:" + more["cell"].astype(str))
    return replace(problem, cells=pd.concat([cells, other]), pairs=pd.concat([ways, more], ignore_index=True))


class Oracle:
    """Every set of candidates that the rules allow, and what each is worth."""

    def __init__(self, problem):
        self.problem, self.table = problem, problem.candidates
        self.existing = set(self.table.index[self.table["kind"] != "new"])
        self.kept = set(self.table.index[self.table["kind"] == "kept"])
        self.saves = {site: self.cost(site) if "cost" in self.table else 0.0 for site in self.existing - self.kept}
        self.open = set(self.table.index[~self.table["forbidden"]]) | self.existing
        rows = zip(problem.pairs["cell"], problem.pairs["candidate"], problem.pairs["metres"], strict=True)
        self.metres = {(cell, site): metres for cell, site, metres in rows}
        self.cells = problem.cells.to_dict("index")
        self.choices = [choice for choice in self._sets() if self.allows(choice)]

    def _sets(self):
        ids = sorted(self.table.index)
        return map(frozenset, chain.from_iterable(combinations(ids, size) for size in range(len(ids) + 1)))

    def allows(self, choice):
        problem, table = self.problem, self.table
        must = set(table.index[table["must"]]) | self.kept
        new, closed = choice - self.existing, self.existing - choice
        if not must <= choice <= self.open or len(new) > problem.sites + min(len(closed), problem.moves):
            return False
        if problem.close_at_most is not None and len(closed) > problem.close_at_most:
            return False
        if round(self.spent(choice), 4) > round(problem.budget, 4):
            return False
        if any(table.at[site, "grows"] not in {"", *choice} for site in choice):
            return False
        towns = [table.at[site, "town"] for site in choice if table.at[site, "grows"] == ""]
        if any(towns.count(town) < floor for town, floor in problem.floors.items()):
            return False
        if any(towns.count(town) > cap for town, cap in problem.caps.items()):
            return False
        return not any(self.near(one, other) for one, other in combinations(choice, 2) if {one, other} & new)

    def cost(self, site):
        return float(self.table.at[site, "cost"]) if "cost" in self.table else 1.0

    def spent(self, choice):
        """What new sites cost, less what those that close free."""
        freed = sum(self.saves[site] for site in self.existing - choice)
        return sum(self.cost(site) for site in choice - self.existing) - freed

    def near(self, one, other):
        a, b = self.table.loc[one], self.table.loc[other]
        far = np.hypot(a["x_m"] - b["x_m"], a["y_m"] - b["y_m"]) >= self.problem.apart_m
        return not far and a["grows"] == "" and b["grows"] == ""

    def nearest(self, cell, choice):
        return min((self.metres.get((cell, site), np.inf) for site in choice), default=np.inf)

    def worth(self, choice):
        """More is better; None where a choice is none."""
        return getattr(self, f"_{self.problem.objective}")(choice)

    def _sum(self, each):
        return sum(cell["persons"] * cell.get("weight", 1.0) * each(id_, cell) for id_, cell in self.cells.items())

    def _people(self, choice):
        return self._sum(lambda id_, cell: float(self.nearest(id_, choice) <= cell["limit_m"]))

    def _index(self, choice):
        return self._sum(lambda id_, cell: np.sqrt(np.clip(2 - self.nearest(id_, choice) / cell["limit_m"], 0, 1)))

    def _distance(self, choice):
        return -self._sum(lambda id_, _: min(self.nearest(id_, choice), self.problem.beyond_m))

    def _longest(self, choice):
        told = [
            self.nearest(id_, choice)
            for id_, cell in self.cells.items()
            if cell["persons"] > 0 and any((id_, site) in self.metres for site in self.open)
        ]
        return None if not told or max(told) == np.inf else -max(told)

    def _everyone(self, choice):
        for id_, cell in self.cells.items():
            reachable = self.nearest(id_, self.open) <= cell["limit_m"]
            if cell["persons"] > 0 and reachable and self.nearest(id_, choice) > cell["limit_m"]:
                return None
        return -self.spent(choice)

    def _places(self, choice):
        """The least cut: places of full sites, and all who reach the others."""
        least = np.inf
        for full in chain.from_iterable(combinations(sorted(choice), size) for size in range(len(choice) + 1)):
            others = choice - set(full)
            people = sum(
                cell["persons"] for id_, cell in self.cells.items() if self.nearest(id_, others) <= cell["limit_m"]
            )
            least = min(least, sum(self.table.at[site, "places"] for site in full) + people)
        return least

    def first(self, choices):
        """Of equals that which closes least, of these that of fewest sites, then of the smaller ids."""
        return min(choices, key=lambda choice: (len(self.existing - choice), len(choice), sorted(choice)))

    @property
    def worths(self):
        return {choice: worth for choice in self.choices if (worth := self.worth(choice)) is not None}

    def unreachable(self):
        return [
            id_
            for id_, cell in sorted(self.cells.items())
            if cell["persons"] > 0 and self.nearest(id_, self.open) > cell["limit_m"]
        ]


def solved_or_refused(problem):
    """The plan, or the key of the sentence that refuses it."""
    try:
        return solve(problem, THOROUGH), ""
    except Circle15Error as fault:
        return None, fault.key


def check_plan(number, objective):
    """The plan is the best of all choices, and says so; gives the plan, or None where the problem is refused."""
    problem = plan_problem(number, objective)
    oracle = Oracle(problem)
    worths = oracle.worths
    plan, refused = solved_or_refused(problem)
    if plan is None:
        assert refused in REFUSED
        assert refused in REFUSED[:2] or not worths, (refused, number)
        return None
    stands = frozenset(plan.sites.index)
    best = max(worths.values())
    sign = -1.0 if objective in ("distance", "longest", "everyone") else 1.0
    assert plan.proven
    assert stands in worths, number
    assert np.isclose(worths[stands], best, rtol=1e-9, atol=1e-9)
    assert np.isclose(sign * plan.value, best, rtol=1e-9, atol=1e-6)
    assert set(plan.new) == stands - oracle.existing
    assert set(plan.closed) == oracle.existing - stands
    equals = [choice for choice, worth in worths.items() if np.isclose(worth, best, rtol=1e-9, atol=1e-9)]
    if objective == "longest":  # of equally long ways the cheapest
        least = min(map(oracle.spent, equals))
        equals = [choice for choice in equals if oracle.spent(choice) <= least + 1e-9]
    assert stands == oracle.first(equals), (number, sorted(stands), sorted(oracle.first(equals)))
    assert plan.unreachable["cell"].tolist() == oracle.unreachable()
    check_fewer(problem, plan, sign)
    return plan


def check_fewer(problem, plan, sign):
    """Without one of its candidates the optimum is no better."""
    new = problem.candidates.index[(problem.candidates["kind"] == "new") & ~problem.candidates["must"]]
    if not len(new) or problem.objective in ("everyone", "longest"):  # these ask of whom the candidates reach
        return
    left = problem.candidates.drop(index=new[-1])
    pairs = problem.pairs[problem.pairs["candidate"] != new[-1]]
    sites = min(problem.sites, int(((left["kind"] == "new") & ~left["forbidden"]).sum()))
    towns = set(left["town"])
    floors = {town: floor for town, floor in problem.floors.items() if town in towns}
    fewer, _ = solved_or_refused(replace(problem, candidates=left, pairs=pairs, sites=sites, floors=floors))
    if fewer is not None and floors == dict(problem.floors):
        assert sign * fewer.value <= sign * plan.value + 1e-6
