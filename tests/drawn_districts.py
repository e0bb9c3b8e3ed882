"""Made-up districts whose truth is known, and what an office would see of them.

Homes, sites and people are drawn first: the truth. What the office has is the truth with errors put on: people
misplaced, sites listed that have closed and sites not listed, cells stood for by their centres, legs counted straight,
and a statement of weights, limits, speeds and scoring that is not quite the right one. The truth is scored by a plain
reading of the definitions that shares nothing with the program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from circle15.assess.uncertainty.district import District, FewSites
from circle15.assess.uncertainty.parameters import Widths

CELL_M = 100.0
FEW = 4
SPEEDS = ("adult", "elder", "child")
WIDTHS = Widths(
    weight_concentration=50.0,
    speeds={"adult": (0.85, 1.15), "elder": (0.86, 1.22), "child": (0.85, 1.15)},
    limit_share=0.1,
    other_reach=0.5,
    least_exponent=0.25,
    most_exponent=1.0,
    missing_facility=0.03,
    people_cell_share=0.5,
    people_block_share=0.2,
    most_leg_factor=1.4,
    offset_share=0.5,
)


@dataclass(frozen=True, eq=False)
class Truth:
    """A district as it is: homes in metres, people by cell, sites by service, and what the right index would be."""

    home_xy: np.ndarray
    leg_m: np.ndarray
    people: np.ndarray
    sites: tuple[np.ndarray, ...]
    town: np.ndarray
    limits_m: np.ndarray
    weights: np.ndarray
    exponent: float
    strict: bool

    def scores(self) -> np.ndarray:
        """(towns,): the index by its definition, one town and one service at a time."""
        return np.array([self._score(town) for town in range(self.town.max() + 1)])

    def _score(self, town: int) -> float:
        here = self.town == town
        parts = []
        for service, sites in enumerate(self.sites):
            metres = _blocks(self.home_xy[here], sites).min(axis=1) + self.leg_m[here]
            share = metres / self.limits_m[service]
            reach = (share <= 1).astype(float) if self.strict else np.clip(2 - share, 0, 1)
            root = (self.people[here] * np.sqrt(reach)).sum() / self.people[here].sum()
            parts.append(self.weights[service] * (root**2) ** self.exponent)
        return float(sum(parts) ** (1 / self.exponent))


@dataclass(frozen=True, eq=False)
class Seen:
    """A district as its office sees it, with the truth beside."""

    district: District
    weights: np.ndarray
    truth: Truth


def seen_district(seed: int, columns: int = 40, rows: int = 30, services: int = 6) -> Seen:
    """One district of ``columns x rows`` cells in twelve towns."""
    chance = np.random.default_rng(seed)
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(columns), np.arange(rows)))
    town = np.minimum(column * 4 // columns, 3) * 3 + np.minimum(row * 3 // rows, 2)
    order = np.argsort(town, kind="stable")
    column, row, town = column[order], row[order], town[order]
    centre = np.column_stack([column + 0.5, row + 0.5]) * CELL_M
    people = chance.gamma(0.6, 60, len(town)) * chance.gamma(2, 0.5, 12)[town]
    leg_m = chance.uniform(0, 80, len(town))
    sites = tuple(_sites(chance, columns, rows) for _ in range(services))
    limits_m, weights = chance.choice([500.0, 600.0, 720.0, 900.0], services), np.full(services, 1 / services)
    truth = _truth(chance, centre, leg_m, people, sites, town, limits_m, weights)
    listed = tuple(_listed(chance, own, columns, rows) for own in sites)
    block = row // 5 * 1_000_003 + column // 5
    return Seen(
        _district(centre, leg_m, _misplaced(chance, people, town, block), listed, town, limits_m, block, chance),
        weights,
        truth,
    )


def _truth(chance, centre, leg_m, people, sites, town, limits_m, weights) -> Truth:
    """What the office does not know, drawn around what it states."""
    own_speed = np.array([chance.uniform(*WIDTHS.speeds[speed]) for speed in SPEEDS])
    services = len(limits_m)
    return Truth(
        home_xy=centre + chance.uniform(-0.5, 0.5, centre.shape) * WIDTHS.offset_share * CELL_M,
        leg_m=leg_m * chance.uniform(1, WIDTHS.most_leg_factor),
        people=people,
        sites=sites,
        town=town,
        limits_m=limits_m * own_speed[np.arange(services) % 3] * chance.uniform(0.9, 1.1, services),
        weights=chance.dirichlet(WIDTHS.weight_concentration * weights),
        exponent=float(0.25 * 4 ** chance.random()),
        strict=bool(chance.random() < WIDTHS.other_reach),
    )


def _sites(chance, columns, rows) -> np.ndarray:
    count = max(3, int(chance.integers(12, 40) * columns * rows / 1200))  # 12 to 39 in a district of full size
    return chance.uniform(0, 1, (count, 2)) * (columns * CELL_M, rows * CELL_M)


def _listed(chance, true_sites, columns, rows) -> np.ndarray:
    """The list: 3 % of the sites are not on it, and 3 % of those on it have closed."""
    kept = true_sites[chance.random(len(true_sites)) >= WIDTHS.missing_facility]
    closed = chance.binomial(len(kept), WIDTHS.missing_facility)
    return np.concatenate([kept, chance.uniform(0, 1, (closed, 2)) * (columns * CELL_M, rows * CELL_M)])


def _misplaced(chance, people, town, block) -> np.ndarray:
    """The people as a grid shows them: every cell and block off, the towns' totals right."""
    of_block = dict(zip(np.unique(block).tolist(), chance.uniform(0.8, 1.2, len(np.unique(block))), strict=True))
    shown = people * chance.uniform(0.5, 1.5, len(people)) * np.array([of_block[each] for each in block.tolist()])
    return shown * (np.bincount(town, people) / np.bincount(town, shown))[town]


def _district(centre, leg_m, people, listed, town, limits_m, block, chance) -> District:
    needs, first = [], 0
    for own in listed:
        metres = _blocks(centre, own) + leg_m[:, None]
        nearest = np.argsort(metres, axis=1, kind="stable")[:, :FEW]
        needs.append((FewSites(1, np.take_along_axis(metres, nearest, 1), (nearest + first).astype(np.int32)),))
        first += len(own)
    services, towns, cells = len(listed), int(town.max()) + 1, len(town)
    return District(
        services=tuple(f"s{service}" for service in range(services)),
        speeds=SPEEDS,
        speed_of=np.repeat(np.arange(services)[:, None] % 3, 2, axis=1),
        limits_m=np.repeat(limits_m[:, None], 2, axis=1),
        rural=chance.integers(0, 2, cells).astype(np.int32),
        needs=tuple(needs),
        leg_m=np.tile(leg_m, (services, 1)),
        width_m=np.full((services, 2), CELL_M),
        groups=("all",),
        group_of=np.zeros(services, dtype=np.int64),
        people=people[None],
        second=None,
        held=np.arange(towns),
        block=block,
        cell_number=np.arange(cells),
        atom_start=np.append(np.searchsorted(town, np.arange(towns)), cells),
        unit_of_atom=np.column_stack([np.zeros(towns, dtype=np.int64), np.arange(1, towns + 1)]),
        units=pd.DataFrame(
            {
                "level": ["county"] + ["town"] * towns,
                "code": ["0", *(f"{number:02d}" for number in range(1, towns + 1))],
                "name": ["All", *(f"T{number}" for number in range(1, towns + 1))],
            }
        ),
        facilities=first,
    )


def _blocks(from_xy: np.ndarray, to_xy: np.ndarray) -> np.ndarray:
    """Metres along a lattice of streets."""
    return np.abs(from_xy[:, None, :] - to_xy[None, :, :]).sum(axis=2)
