"""A thousand joint draws over everything that the index of a district rests on, beyond the search."""

from __future__ import annotations

import importlib.util
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from racing.task import Absent, Contender, Task, Unequal

if TYPE_CHECKING:
    from racing.task import Arrays

CELLS, SERVICES, TOWNS, SITES, GROUPS, FEW, DRAWS = 25_000, 12, 12, 40, 6, 4, 1000
CELL_M = 100.0
SPEEDS = ("adult", "elder", "child")


def work(quick: bool) -> dict[str, Any]:
    """A square district: cells by town, metres along a lattice to the few nearest sites of each service, people."""
    if importlib.util.find_spec("circle15.assess.uncertainty") is None:
        raise Absent("circle15 has no circle15.assess.uncertainty yet, which draws")
    cells, chance = (2_500 if quick else CELLS), np.random.default_rng(15)
    side = int(np.ceil(np.sqrt(cells)))
    column, row = np.arange(cells) % side, np.arange(cells) // side
    town = np.minimum(column * 4 // side, 3) * 3 + np.minimum(row * 3 // side, 2)
    order = np.argsort(town, kind="stable")
    column, row, town = column[order], row[order], town[order]
    xy = (np.column_stack([column, row]) + 0.5) * CELL_M
    sites = chance.uniform(0, side * CELL_M, (SERVICES, SITES, 2))
    nearest = [_nearest(xy, own) for own in sites]
    return {
        "metres": np.array([metres for metres, _ in nearest]),
        "facility": np.array([site + SITES * at for at, (_, site) in enumerate(nearest)], dtype=np.int32),
        "limits_m": chance.choice([500.0, 720.0, 900.0, 1080.0], SERVICES),
        "leg_m": chance.uniform(0, 60, cells),
        "people": chance.gamma(0.5, 40, (GROUPS, cells)),
        "town": town,
        "block": row // 5 * 1_000_003 + column // 5,
        "cells": cells,
        "services": SERVICES,
        "towns": TOWNS,
        "draws": 100 if quick else DRAWS,
    }


def _nearest(xy: Any, sites: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Metres to the few nearest sites, and which they are."""
    metres = np.abs(xy[:, None, :] - sites[None, :, :]).sum(axis=2)
    few = np.argsort(metres, axis=1, kind="stable")[:, :FEW]
    return np.take_along_axis(metres, few, 1), few


def district(asked: Arrays) -> Any:  # noqa: ANN401
    """The work as the draws take it."""
    import pandas as pd

    from circle15.assess.uncertainty.district import District, FewSites

    services, town = int(asked["services"]), asked["town"]
    towns, cells = int(town.max()) + 1, len(town)
    lists = zip(asked["metres"], asked["facility"], strict=True)
    names = ["all", *(f"town {number}" for number in range(towns))]
    return District(
        services=tuple(f"s{service}" for service in range(services)),
        speeds=SPEEDS,
        speed_of=np.repeat(np.arange(services)[:, None] % 3, 2, axis=1),
        limits_m=np.repeat(asked["limits_m"][:, None], 2, axis=1),
        rural=np.zeros(cells, dtype=np.int32),
        needs=tuple((FewSites(1, metres, facility),) for metres, facility in lists),
        leg_m=np.tile(asked["leg_m"], (services, 1)),
        width_m=np.full((services, 2), CELL_M),
        groups=tuple(f"g{group}" for group in range(len(asked["people"]))),
        group_of=np.arange(services) % len(asked["people"]),
        people=asked["people"],
        second=None,
        held=np.arange(towns),
        block=asked["block"],
        cell_number=np.arange(cells),
        atom_start=np.append(np.searchsorted(town, np.arange(towns)), cells),
        unit_of_atom=np.column_stack([np.zeros(towns, dtype=np.int64), np.arange(1, towns + 1)]),
        units=pd.DataFrame({"level": ["county", *["town"] * towns], "code": names, "name": names}),
        facilities=int(asked["facility"].max()) + 1,
    )


def tables(prepared: Any, asked: Arrays, threads: int) -> Arrays:  # noqa: ANN401
    """All draws, their intervals, tiers and shares of variance."""
    from circle15.assess.uncertainty.draws import published_scores, run_draws
    from circle15.assess.uncertainty.parameters import study_widths
    from circle15.assess.uncertainty.tables import uncertainty_tables
    from circle15.model.study import UncertaintySettings

    weights = np.full(len(prepared.services), 1 / len(prepared.services))
    widths = study_widths(UncertaintySettings(), {"adult": 1.2, "elder": 0.9, "child": 1.0})
    found = run_draws(prepared, weights, widths, int(asked["draws"]), threads=threads)
    told = uncertainty_tables(found, prepared.units, published_scores(prepared, weights), "town")
    columns = ["score_low", "score_high", "rank_low", "rank_high", "tier"]
    return {"intervals": told.uncertainty[columns].to_numpy(dtype=np.float64)}


def same(ours: Arrays, theirs: Arrays, _: float) -> float:
    """Threads change no bit."""
    if ours["intervals"].tobytes() != theirs["intervals"].tobytes():
        raise Unequal("other intervals")
    return 0.0


TASK = Task(
    title="A thousand draws",
    about="""
{draws:,} joint draws on a district of {cells:,} cells, {services} services and {towns} towns whose distances have been
searched: weights, exponent, speeds, limits, scoring, missing sites, people and joins to the streets, and for each of
these eight sources the mixtures that its share of the variance takes: four passes over the cells for every draw. "Work"
ends with the tables: intervals, pairs, tiers, shares of variance. Nobody else is known to do this.
""",
    work=work,
    contenders=(
        Contender(
            "circle15 `run_draws`, two threads",
            "circle15",
            district,
            partial(tables, threads=2),
            goals=(("run_s", 5.0),),
        ),
        Contender("circle15 `run_draws`, one thread", "circle15", district, partial(tables, threads=1)),
    ),
    difference=same,
)
