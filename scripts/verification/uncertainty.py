"""Rank intervals against districts whose true ranks are known, shares of variance against published functions."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np
from drawn_districts import WIDTHS, seen_district
from known_functions import G_TOTAL, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, g_shares, ishigami_shares

from circle15.assess.uncertainty.draws import published_scores, run_draws
from circle15.assess.uncertainty.ranks import HIGH, LOW, beats, rank_intervals, ranks_of, tiers

TITLE = "Uncertainty: rank intervals, tiers and shares of variance"
FULL = 200
DRAWS = 1000
NOMINAL = HIGH - LOW


@dataclass
class Tally:
    """What came out, over all districts."""

    units: int = 0
    ranks_inside: int = 0
    scores_inside: int = 0
    widths: list[float] = field(default_factory=list)
    pairs: int = 0
    settled: int = 0
    settled_right: int = 0
    parted: int = 0
    parted_right: int = 0
    districts_at_nominal: int = 0


def check(seed: int, tally: Tally, draws: int = DRAWS) -> None:
    """Draw one district, see it as its office would, and hold the intervals against the truth."""
    seen = seen_district(seed)
    found = run_draws(seen.district, seen.weights, WIDTHS, draws)
    scores, truth = found.all[:, 1:], seen.truth.scores()
    true_ranks = ranks_of(truth[None])[0]
    low, high = rank_intervals(ranks_of(scores))
    inside = (low <= true_ranks) & (true_ranks <= high)
    bounds = np.quantile(scores, [LOW, HIGH], axis=0)
    tally.units += len(truth)
    tally.ranks_inside += int(inside.sum())
    tally.scores_inside += int(((bounds[0] <= truth) & (truth <= bounds[1])).sum())
    tally.widths += (high - low).tolist()
    tally.districts_at_nominal += int(inside.mean() >= NOMINAL)
    _check_pairs(scores, published_scores(seen.district, seen.weights)[1:], truth, tally)


def _check_pairs(scores: np.ndarray, published: np.ndarray, truth: np.ndarray, tally: Tally) -> None:
    """What is said of pairs: those settled, and those parted by tiers."""
    won = beats(scores)
    tier = tiers(published, won)
    better = truth[:, None] > truth[None, :]
    settled, parted = won >= 0.95, tier[:, None] < tier[None, :]
    tally.pairs += len(truth) * (len(truth) - 1) // 2
    tally.settled += int(settled.sum())
    tally.settled_right += int((settled & better).sum())
    tally.parted += int(parted.sum())
    tally.parted_right += int((parted & better).sum())
    assert not (parted & ~settled).any(), "tiers part what is not settled"


def run(count: int, draws: int = DRAWS) -> Tally:
    """Check ``count`` districts, the same ones every time."""
    tally, began = Tally(), time.perf_counter()
    for seed in range(count):
        check(seed, tally, draws)
        if count >= 20 and (seed + 1) % 10 == 0:
            print(f"\r{seed + 1} of {count} districts, {time.perf_counter() - began:.0f} s", end="", flush=True)
    print()
    return tally


def section(count: int) -> str:
    """Check ``count`` districts; the page's section as markdown."""
    tally = run(count)
    inside = tally.ranks_inside / tally.units
    assert inside >= 0.9, f"rank intervals hold the true rank in {inside:.1%}"
    ishigami, g = ishigami_shares(2**15), g_shares(2**15)
    rows = [
        ("districts, of 1,200 cells, 12 towns and 6 services", f"{count:,}"),
        ("draws in each", f"{DRAWS:,}"),
        ("nominal coverage of an interval (5th to 95th percentile)", f"{NOMINAL:.0%}"),
        ("**true ranks within their interval**", f"**{inside:.1%}** of {tally.units:,}"),
        ("true scores within their interval", f"{tally.scores_inside / tally.units:.1%}"),
        ("districts of which at least 90 % of the towns are within", f"{tally.districts_at_nominal / count:.1%}"),
        ("mean width of a rank interval, in places of 12", f"{np.mean(tally.widths):.1f}"),
        ("pairs whose order is called settled", f"{tally.settled / tally.pairs:.1%} of {tally.pairs:,}"),
        ("of these in the true order", f"{tally.settled_right / max(tally.settled, 1):.1%}"),
        ("pairs parted by tiers", f"{tally.parted / tally.pairs:.1%}"),
        ("of these in the true order", f"{tally.parted_right / max(tally.parted, 1):.1%}"),
        ("Ishigami function, first order: published, found", f"{_told(ISHIGAMI_FIRST)}, {_told(ishigami.first)}"),
        ("Ishigami function, total order: published, found", f"{_told(ISHIGAMI_TOTAL)}, {_told(ishigami.total)}"),
        ("G function of Sobol', total order: by formula, found", f"{_told(G_TOTAL[:4])}, {_told(g.total[:4])}"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    return f"""
A district is drawn: homes, legs, people, sites, and the right limits, speeds, weights, scoring and exponent. Then what
its office has: people misplaced with the towns' totals right, 3 % of the sites not listed and 3 % of those listed
closed, cells stood for by their centres, legs counted straight, and the stated weights, limits and scoring. The errors
are put on the truth to make what is seen, while the program puts them on what it sees: it cannot simply undo them, and
of sites that are not listed it knows nothing. The truth is scored by a plain reading of the definitions.

| | |
|---|---|
{table}

Python {platform.python_version()}, numpy {version("numpy")}, numba {version("numba")}.

The tests run the same checks on fewer districts and draws.
"""


def _told(figures: np.ndarray) -> str:
    return " ".join(f"{figure:.3f}" for figure in figures)
