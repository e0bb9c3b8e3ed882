"""All draws of a study: the score of every unit in each, and those that tell the sources apart.

Draws come in rows of two, A and B, independent of each other; both count as draws. Beside them stands, per source, A
with that source alone from B (radial design of Saltelli et al. 2010), so one pass serves intervals and shares of the
variance alike. No distance is searched again: a limit, a speed or a leg changes what metres are held against, and a
site that is not there gives way to the next of the few nearest.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import read_only
from circle15.assess.uncertainty.kernel import (
    VARIANTS,
    Judgement,
    People,
    Sites,
    Snapping,
    Units,
    complete_need,
    draw_factors,
    draw_people,
    score_service,
)
from circle15.assess.uncertainty.parameters import NO_WIDTH, SOURCES, draw_parameters
from circle15.assess.weights.compensability import combined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from circle15.assess.uncertainty.district import District
    from circle15.assess.uncertainty.parameters import Parameters, Widths

BLOCK_ROWS = 32
# Scores that differ by less are one: so that ties do not hang on the last bit of a library's powers.
DECIMALS = 12
PEOPLE_OF_B = (VARIANTS.index("people"), VARIANTS.index("b"))


@dataclass(frozen=True, eq=False)
class Draws:
    """Scores of the draws; ``n`` rows.

    Attributes
    ----------
    a, b
        (n, units): balanced access in the draws A and B; NaN where a unit has no data.
    mixed
        (sources, n, compared): A with one source from B, in the order of ``SOURCES``, for the units ``compared``.
    compared
        Rows of ``District.units``.
    as_scored
        bool, (2 n,): which of ``all`` score reach (strict or soft) as the study does.
    """

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    mixed: NDArray[np.float64]
    compared: NDArray[np.int64]
    as_scored: NDArray[np.bool_]

    @property
    def all(self) -> NDArray[np.float64]:
        """(2 n, units): every draw."""
        return np.concatenate([self.a, self.b])


@dataclass(frozen=True, eq=False)
class _Row:
    """The two draws of one row: row ``at`` of each."""

    a: Parameters
    b: Parameters
    at: int


def run_draws(
    district: District,
    weights: NDArray[np.float64],
    widths: Widths,
    draws: int,
    strict: bool = False,
    compared: NDArray[np.int64] | None = None,
    threads: int = 1,
) -> Draws:
    """Draw and score.

    Parameters
    ----------
    district
        The arrays of the study.
    weights
        (services,): the stated ones; add up to 1.
    widths
        How far each source goes.
    draws
        How many; an odd number is rounded up.
    strict
        Whether the study counts only what is within the limit.
    compared
        The rows of the units whose variance is to be told apart by source; all where not given.
    threads
        How many rows are worked out side by side; it changes no bit.
    """
    rows = (draws + 1) // 2
    compared = np.arange(len(district.units)) if compared is None else compared
    arrays = _Arrays.of(district)
    found, scorings = [], []
    for first in range(0, rows, BLOCK_ROWS):
        numbers = range(first, min(first + BLOCK_ROWS, rows))
        a, b = (
            draw_parameters(
                [2 * n + half for n in numbers], widths, weights, district.speeds, district.facilities, strict
            )
            for half in (0, 1)
        )
        block = [_Row(a, b, at) for at in range(len(numbers))]
        roots = np.array(_side_by_side(arrays, block, widths, threads))
        found.append(_scores(roots, a, b, compared))
        scorings.append((a.strict == strict, b.strict == strict))
    a_scores, b_scores, mixed = (np.concatenate([each[part] for each in found], axis=-2) for part in range(3))
    as_scored = np.concatenate([own for half in zip(*scorings, strict=True) for own in half])
    return Draws(a_scores, b_scores, mixed, compared, as_scored)


def published_scores(district: District, weights: NDArray[np.float64], strict: bool = False) -> NDArray[np.float64]:
    """(units,): balanced access with nothing drawn: the published index."""
    return combined(published_roots(district, strict), weights, 0.5)


def published_roots(district: District, strict: bool = False) -> NDArray[np.float64]:
    """(units, services): root access with nothing drawn; NaN where there is nobody."""
    even = np.full(len(district.services), 1.0 / len(district.services))
    still = draw_parameters([0], NO_WIDTH, even, district.speeds, district.facilities, strict)
    roots = _roots_of_row(_Arrays.of(district), _Row(still, still, 0), NO_WIDTH)
    result: NDArray[np.float64] = roots[0]
    return result


def _side_by_side(
    arrays: _Arrays, block: list[_Row], widths: Widths, threads: int
) -> Iterator[NDArray[np.float64]] | list[NDArray[np.float64]]:
    if threads < 2:
        return [_roots_of_row(arrays, row, widths) for row in block]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda row: _roots_of_row(arrays, row, widths), block))


@dataclass(frozen=True, eq=False)
class _Arrays:
    """The district as the kernels take it."""

    district: District
    people: People
    units: Units
    sites: tuple[tuple[tuple[Sites, int, int], ...], ...]
    leg_m: tuple[NDArray[np.float64], ...]
    width_m: tuple[NDArray[np.float64], ...]
    rural: NDArray[np.int32]
    held: int

    @classmethod
    def of(cls, district: District) -> _Arrays:
        second = np.zeros(0) if district.second is None else district.second.ravel()
        places = (read_only(district.held), read_only(district.block), read_only(district.cell_number))
        return cls(
            district,
            People(read_only(district.people.ravel()), read_only(second), *places),
            Units(read_only(district.atom_start), read_only(district.unit_of_atom.ravel())),
            tuple(tuple(_sites(need.metres, need.facility, need.count) for need in own) for own in district.needs),
            tuple(read_only(leg_m) for leg_m in district.leg_m),
            tuple(read_only(width_m) for width_m in district.width_m),
            read_only(district.rural),
            1 + int(district.held.max(initial=0)),
        )


def _sites(metres: NDArray[np.float64], facility: NDArray[np.int32], count: int) -> tuple[Sites, int, int]:
    return Sites(read_only(metres.ravel()), read_only(facility.ravel())), count, metres.shape[1]


def _roots_of_row(arrays: _Arrays, row: _Row, widths: Widths) -> NDArray[np.float64]:
    """(8 variants, units, services): root access, NaN where there is nobody."""
    district = arrays.district
    units, cells = len(district.units), len(district.rural)
    people = tuple(_people(arrays, half, row.at, widths) for half in (row.a, row.b))
    sums = np.zeros((len(district.services), 10, units))
    judged, snapping = _judgements(district, row), _snappings(arrays, row, widths)
    for service in range(len(district.services)):
        a_m, b_m = (read_only(_metres(arrays, service, half.present[row.at], cells)) for half in (row.a, row.b))
        group = slice(district.group_of[service] * cells, (district.group_of[service] + 1) * cells)
        own, other = (read_only(drawn[group]) for drawn in people)
        of_service = sums[service].reshape(-1)
        ways = (snapping[service], own, other, arrays.rural, judged[service], arrays.units)
        score_service(a_m, b_m, *ways, of_service)
    return _means(sums)


def _people(arrays: _Arrays, drawn: Parameters, at: int, widths: Widths) -> NDArray[np.float64]:
    """(groups * cells,)."""
    placed = np.empty(len(arrays.people.counted))
    factor = np.ones(len(arrays.rural))
    if len(arrays.people.second) == 0:
        shares = (widths.people_cell_share, widths.people_block_share)
        draw_factors(arrays.people, drawn.cell_key[at], drawn.block_key[at], *shares, factor)
    groups, before, after = len(arrays.district.groups), np.zeros(arrays.held), np.zeros(arrays.held)
    # Where people may not vary, nor may they come from another source.
    mixed = float(drawn.mixed[at]) if widths.people_cell_share + widths.people_block_share > 0 else 0.0
    draw_people(arrays.people, arrays.units, read_only(factor), mixed, groups, before, after, placed)
    return placed


def _metres(arrays: _Arrays, service: int, present: NDArray[np.uint8], cells: int) -> NDArray[np.float64]:
    metres = np.full(cells, -np.inf)
    for sites, count, few in arrays.sites[service]:
        complete_need(sites, count, read_only(present), few, metres)
    return metres


def _snappings(arrays: _Arrays, row: _Row, widths: Widths) -> list[Snapping]:
    """Of every service."""
    halves = (row.a, row.b)
    factors, share = np.array([half.leg_factor[row.at] for half in halves]), np.array([widths.offset_share])
    keys = np.array([half.offset_key[row.at] for half in halves], dtype=np.uint64).T
    same = (read_only(factors), read_only(share))
    return [
        Snapping(leg_m, width_m, *same, read_only(key), arrays.people.number)
        for leg_m, width_m, key in zip(arrays.leg_m, arrays.width_m, keys, strict=True)
    ]


def _judgements(district: District, row: _Row) -> list[Judgement]:
    """Of every service."""
    limits, strict = _limits(district, row), read_only(_strict(row))
    least, most = limits.min(axis=1), limits.max(axis=1)
    return [
        Judgement(read_only(own.ravel()), strict, read_only(low), read_only(high))
        for own, low, high in zip(limits, least, most, strict=True)
    ]


def _limits(district: District, row: _Row) -> NDArray[np.float64]:
    """(services, 8 variants, 2 classes)."""
    speed_a, speed_b = (np.append(half.speeds[row.at], 1.0)[district.speed_of] for half in (row.a, row.b))
    limit_a, limit_b = (half.limits[row.at][:, None] for half in (row.a, row.b))
    factors = np.repeat((speed_a * limit_a)[:, None], len(VARIANTS), axis=1)
    factors[:, VARIANTS.index("speeds")] = speed_b * limit_a
    factors[:, VARIANTS.index("limits")] = speed_a * limit_b
    factors[:, VARIANTS.index("b")] = speed_b * limit_b
    limits: NDArray[np.float64] = factors * district.limits_m[:, None]
    return limits


def _strict(row: _Row) -> NDArray[np.uint8]:
    flags = np.full(len(VARIANTS), row.a.strict[row.at], dtype=np.uint8)
    flags[[VARIANTS.index("reach"), VARIANTS.index("b")]] = row.b.strict[row.at]
    return flags


def _means(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """(8, units, services) of the sums (services, 10, units)."""
    people = np.repeat(sums[:, 8:9], len(VARIANTS), axis=1)
    people[:, PEOPLE_OF_B] = sums[:, 9:10]
    means = np.divide(sums[:, :8], people, out=np.full(people.shape, np.nan), where=people > 0)
    result: NDArray[np.float64] = np.ascontiguousarray(means.transpose(1, 2, 0))
    return result


def _scores(
    roots: NDArray[np.float64], a: Parameters, b: Parameters, compared: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(rows, units) of A and of B, and (sources, rows, compared) of the mixtures."""
    own, few = roots[:, 0], roots[:, :, compared]
    mixed = []
    for source in SOURCES:
        of_variant = few[:, VARIANTS.index(source) if source in VARIANTS else 0]
        weights, exponent = (b if source == "weights" else a).weights, (b if source == "aggregation" else a).exponent
        mixed.append(_score(of_variant, weights, exponent))
    return (
        _score(own, a.weights, a.exponent),
        _score(roots[:, VARIANTS.index("b")], b.weights, b.exponent),
        np.array(mixed),
    )


def _score(
    roots: NDArray[np.float64], weights: NDArray[np.float64], exponent: NDArray[np.float64]
) -> NDArray[np.float64]:
    powers = np.repeat(exponent[:, None], roots.shape[1], axis=1)
    return np.round(combined(roots, weights[:, None, :], powers), DECIMALS)
