"""One row of the design over all cells: compiled, and told every number it needs.

A row holds two draws, A and B. Beside these two the kernel works out A with one source at a time from B, which is what
the shares of the variance are made of (Saltelli et al. 2010). The variants are

    0 A   1 speeds of B   2 limits of B   3 reach of B   4 omissions of B   5 people of B   6 snapping of B   7 B

Kernels that call each other stand together here, as in ``access.search``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from circle15.access.compiled import (
    FILL_METRES,
    INT,
    METRES,
    READ_INT,
    READ_METRES,
    READ_ROWS,
    compiled,
    inlined,
    named,
)
from circle15.assess.uncertainty.chance import FIRST, GOLDEN, SECOND, UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

VARIANTS = ("a", "speeds", "limits", "reach", "omissions", "people", "snapping", "b")
KEY = numba.types.uint64
READ_KEYS = numba.types.Array(numba.types.uint64, 1, "C", readonly=True)
READ_FLAGS = numba.types.Array(numba.types.uint8, 1, "C", readonly=True)
_GOLDEN, _FIRST, _SECOND = np.uint64(GOLDEN), np.uint64(FIRST), np.uint64(SECOND)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
OUT = np.inf


class People(NamedTuple):
    """People per group and cell as the study has them, and what a draw may change them by.

    Attributes
    ----------
    counted, second
        float64, (groups * cells,): by the study's source, and by the second (empty where there is none).
    held
        int64, (atoms,): the unit whose people stay.
    block, number
        int64, (cells,): what chance knows the cell's block and the cell by.
    """

    counted: NDArray[np.float64]
    second: NDArray[np.float64]
    held: NDArray[np.int64]
    block: NDArray[np.int64]
    number: NDArray[np.int64]


class Sites(NamedTuple):
    """The few nearest sites of one need: ``metres`` and ``facility`` are (cells * few,)."""

    metres: NDArray[np.float64]
    facility: NDArray[np.int32]


class Units(NamedTuple):
    """``atom_start`` (atoms + 1,), ``unit_of_atom`` (atoms * levels,), -1 where none."""

    atom_start: NDArray[np.int64]
    unit_of_atom: NDArray[np.int64]


class Judgement(NamedTuple):
    """By which a service's distances are scored in the variants 0-7.

    Attributes
    ----------
    limit_m
        float64, (8 * 2,): by variant and class of town.
    strict
        uint8, (8,): whether only what is within the limit counts.
    least_m, most_m
        float64, (2,): the narrowest and the widest limit by class of town.
    """

    limit_m: NDArray[np.float64]
    strict: NDArray[np.uint8]
    least_m: NDArray[np.float64]
    most_m: NDArray[np.float64]


class Snapping(NamedTuple):
    """What joins to the streets may add to a service's distances.

    Attributes
    ----------
    leg_m
        float64, (cells,): the legs.
    width_m
        float64, (2,): the side of a cell by class of town.
    leg_factor
        float64, (2,): how much longer legs are in A and in B.
    offset_share
        float64, (1,): share of a cell's side within which its homes' centre lies.
    key
        uint64, (2,): of the offsets in A and in B.
    number
        int64, (cells,): what chance knows the cell by.
    """

    leg_m: NDArray[np.float64]
    width_m: NDArray[np.float64]
    leg_factor: NDArray[np.float64]
    offset_share: NDArray[np.float64]
    key: NDArray[np.uint64]
    number: NDArray[np.int64]


PEOPLE = named(People, READ_METRES, READ_METRES, READ_ROWS, READ_ROWS, READ_ROWS)
SITES = named(Sites, READ_METRES, READ_INT)
UNITS = named(Units, READ_ROWS, READ_ROWS)
SNAPPING = named(Snapping, READ_METRES, READ_METRES, READ_METRES, READ_METRES, READ_KEYS, READ_ROWS)
JUDGEMENT = named(Judgement, READ_METRES, READ_FLAGS, READ_METRES, READ_METRES)


@inlined
def _uniform(key: int, counter: int) -> float:
    """Number ``counter`` of a stream (see ``assess.uncertainty.chance``)."""
    word = key + (np.uint64(counter) + np.uint64(1)) * _GOLDEN
    word = (word ^ (word >> _S30)) * _FIRST
    word = (word ^ (word >> _S27)) * _SECOND
    word = word ^ (word >> _S31)
    return np.float64(word >> _S11) * UNIT


@compiled(METRES, KEY, INT)
def uniform_at(key: int, counter: int) -> float:
    """Number ``counter`` (0 or more) of a stream."""
    number: float = _uniform(key, counter)
    return number


@compiled(INT, PEOPLE, KEY, KEY, METRES, METRES, FILL_METRES)
def draw_factors(
    people: People, cell_key: int, block_key: int, cell_share: float, block_share: float, factor: NDArray[np.float64]
) -> int:
    """Fill ``factor``, (cells,): every cell and every block of cells has its own, between 1 - share and 1 + share."""
    for cell in range(len(factor)):
        of_cell = cell_share * (2.0 * _uniform(cell_key, people.number[cell]) - 1.0)
        of_block = block_share * (2.0 * _uniform(block_key, people.block[cell]) - 1.0)
        factor[cell] = (1.0 + of_cell) * (1.0 + of_block)
    return len(factor)


@compiled(INT, PEOPLE, UNITS, READ_METRES, METRES, INT, FILL_METRES, FILL_METRES, FILL_METRES)
def draw_people(
    people: People,
    units: Units,
    factor: NDArray[np.float64],
    mixed: float,
    groups: int,
    held_before: NDArray[np.float64],
    held_after: NDArray[np.float64],
    drawn: NDArray[np.float64],
) -> int:
    """Fill ``drawn``, (groups * cells,): another placing of the same people; every held unit keeps its total.

    Where there is a second source the two are mixed, ``mixed`` of the second; else people are multiplied by ``factor``.
    """
    cells, start = len(people.number), units.atom_start
    for group in range(groups):
        held_before[:] = 0.0
        held_after[:] = 0.0
        first = group * cells
        for atom in range(len(start) - 1):
            before, after = 0.0, 0.0
            for cell in range(start[atom], start[atom + 1]):
                counted = people.counted[first + cell]
                placed = counted * factor[cell]
                if len(people.second) > 0:
                    placed = (1.0 - mixed) * counted + mixed * people.second[first + cell]
                drawn[first + cell] = placed
                before += counted
                after += placed
            held_before[people.held[atom]] += before
            held_after[people.held[atom]] += after
        for unit in range(len(held_after)):
            held_after[unit] = held_before[unit] / held_after[unit] if held_after[unit] > 0.0 else 1.0
        for atom in range(len(start) - 1):
            scale = held_after[people.held[atom]]
            for cell in range(start[atom], start[atom + 1]):
                drawn[first + cell] *= scale
    return cells


@compiled(INT, SITES, INT, READ_FLAGS, INT, FILL_METRES)
def complete_need(sites: Sites, count: int, present: NDArray[np.uint8], few: int, metres: NDArray[np.float64]) -> int:
    """Raise ``metres``, (cells,), to those of the count-th site that is there; ``inf`` where there are fewer."""
    for cell in range(len(metres)):
        left, found = count, OUT
        for place in range(cell * few, (cell + 1) * few):
            facility = sites.facility[place]
            if facility < 0:
                break
            if present[facility] != 0:
                left -= 1
                if left == 0:
                    found = sites.metres[place]
                    break
        metres[cell] = max(metres[cell], found)
    return count


@inlined
def _root(metres: float, limit_m: float, strict: int) -> float:
    """The root of the reach score."""
    if strict != 0:
        return 1.0 if metres <= limit_m else 0.0
    root: float = np.sqrt(min(max(2.0 - metres / limit_m, 0.0), 1.0))
    return root


@inlined
def _more(snapping: Snapping, half: int, cell: int, of_class: int) -> float:
    """What a longer leg and homes away from the cell's centre add to a distance, metres of travel."""
    offset = snapping.offset_share[0] * (_uniform(snapping.key[half], snapping.number[cell]) - 0.5)
    more_m: float = (snapping.leg_factor[half] - 1.0) * snapping.leg_m[cell] + offset * snapping.width_m[of_class]
    return more_m


@compiled(INT, READ_METRES, READ_METRES, SNAPPING, READ_METRES, READ_METRES, READ_INT, JUDGEMENT, UNITS, FILL_METRES)
def score_service(
    a_m: NDArray[np.float64],
    b_m: NDArray[np.float64],
    snapping: Snapping,
    a_people: NDArray[np.float64],
    b_people: NDArray[np.float64],
    rural: NDArray[np.int32],
    judged: Judgement,
    units: Units,
    sums: NDArray[np.float64],
) -> int:
    """Add to ``sums``, (10 * units,): people times root of reach in the variants 0-7, then the people of A and of B.

    Parameters
    ----------
    a_m, b_m
        (cells,): metres to the site that decides, by the omissions of A and of B.
    a_people, b_people
        (cells,): people of the service's group.
    judged
        Limits and scoring; the limits of variants 0, 3, 4, 5 and 6 are those of A.
    """
    limit, strict, least, most = judged
    atoms = len(units.atom_start) - 1
    levels = len(units.unit_of_atom) // max(atoms, 1)
    here = np.zeros(10)
    width = len(sums) // 10
    longest = max(snapping.leg_factor[0], snapping.leg_factor[1]) - 1.0
    for atom in range(atoms):
        here[:] = 0.0
        always_own, always_other = 0.0, 0.0
        for cell in range(units.atom_start[atom], units.atom_start[atom + 1]):
            of_class = rural[cell]
            own, other = a_people[cell], b_people[cell]
            here[8] += own
            here[9] += other
            offset = 0.5 * snapping.offset_share[0] * snapping.width_m[of_class]
            # Most cells are within every limit of this row, or beyond twice every limit: nothing to be worked out.
            if max(a_m[cell], b_m[cell]) + longest * snapping.leg_m[cell] + offset <= least[of_class]:
                always_own += own
                always_other += other
                continue
            if min(a_m[cell], b_m[cell]) - offset >= 2.0 * most[of_class]:
                continue
            a_more, b_more = _more(snapping, 0, cell, of_class), _more(snapping, 1, cell, of_class)
            a = a_m[cell] + a_more
            root = _root(a, limit[of_class], strict[0])
            here[0] += own * root
            here[1] += own * _root(a, limit[2 + of_class], strict[1])
            here[2] += own * _root(a, limit[4 + of_class], strict[2])
            here[3] += own * _root(a, limit[6 + of_class], strict[3])
            omitted = root  # most cells lose no site in a draw
            if b_m[cell] != a_m[cell]:
                omitted = _root(b_m[cell] + a_more, limit[8 + of_class], strict[4])
            here[4] += own * omitted
            here[5] += other * root
            here[6] += own * _root(a_m[cell] + b_more, limit[12 + of_class], strict[6])
            here[7] += other * _root(b_m[cell] + b_more, limit[14 + of_class], strict[7])
        here[:8] += always_own
        here[5] += always_other - always_own
        here[7] += always_other - always_own
        for level in range(levels):
            unit = units.unit_of_atom[atom * levels + level]
            if unit >= 0:
                for what in range(10):
                    sums[what * width + unit] += here[what]
    return atoms
