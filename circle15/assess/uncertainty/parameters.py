"""What a draw holds, and how it is drawn from the widths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv

from circle15.assess.uncertainty.chance import key_of, uniforms
from circle15.catalogue.uncertainty import uncertainty_widths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.model.study import UncertaintySettings

SOURCES = ("weights", "aggregation", "speeds", "limits", "reach", "omissions", "people", "snapping")
SEED = 15
# Numbers that name the streams of one draw.
(WEIGHTS, AGGREGATION, SPEEDS, LIMITS, REACH, OMISSIONS, MIXED, LEGS, CELLS, BLOCKS, OFFSETS) = range(11)


@dataclass(frozen=True)
class Widths:
    """The widths of one study.

    Attributes
    ----------
    weight_concentration
        Concentration of the Dirichlet distribution around the stated weights.
    speeds
        Least and most factor of each speed, by its id.
    limit_share
        A limit varies by this share either way.
    other_reach
        Chance of the way to score reach that the study has not chosen.
    least_exponent, most_exponent
        Range of the exponent over services, even in the logarithm.
    missing_facility
        Chance that a facility is not there.
    people_cell_share, people_block_share
        Shares by which the people of a cell and of a block vary either way.
    most_leg_factor
        Legs are up to so many times as long.
    offset_share
        Distances vary by half this share of a cell's side either way.
    """

    weight_concentration: float
    speeds: Mapping[str, tuple[float, float]]
    limit_share: float
    other_reach: float
    least_exponent: float
    most_exponent: float
    missing_facility: float
    people_cell_share: float
    people_block_share: float
    most_leg_factor: float
    offset_share: float


NO_WIDTH = Widths(float("inf"), {}, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0)


def study_widths(settings: UncertaintySettings, speeds_m_s: Mapping[str, float]) -> Widths:
    """The catalogue's widths with the study's own in their place.

    Parameters
    ----------
    settings
        ``[uncertainty]`` of the study.
    speeds_m_s
        The study's speeds by id.

    Examples
    --------
    >>> from circle15.model.study import UncertaintySettings
    >>> widths = study_widths(UncertaintySettings(limit_share=0.2), {"elder": 0.9})
    >>> widths.limit_share, [round(factor, 3) for factor in widths.speeds["elder"]]
    (0.2, [0.856, 1.222])
    """
    shipped = uncertainty_widths()
    names = [name for name in Widths.__dataclass_fields__ if name != "speeds"]
    own = {name: getattr(settings, name) for name in names}
    values = {name: getattr(shipped, name).value if own[name] is None else float(own[name]) for name in names}
    factors = {id_: _factors(settings, id_, m_s) for id_, m_s in speeds_m_s.items()}
    return Widths(speeds=factors, **values)


def _factors(settings: UncertaintySettings, speed: str, m_s: float) -> tuple[float, float]:
    """The least and the most factor of a speed."""
    if speed in settings.speeds:
        low, high = settings.speeds[speed]
        return low / m_s, high / m_s
    shipped = uncertainty_widths()
    if speed in shipped.speeds:
        found = shipped.speeds[speed]
        return found.low / found.at, found.high / found.at
    share = shipped.unlisted_speed_share.value
    return 1.0 - share, 1.0 + share


@dataclass(frozen=True, eq=False)
class Parameters:
    """Several draws, n of them; what every cell is told by itself comes from the keys.

    Attributes
    ----------
    weights
        (n, services): add up to 1.
    exponent
        (n,).
    speeds
        (n, speeds): factors.
    limits
        (n, services): factors.
    strict
        bool, (n,): whether only what is within the limit counts.
    present
        uint8, (n, facilities): 0 where a facility is missing.
    mixed
        (n,): how much of the second source of people.
    leg_factor
        (n,).
    cell_key, block_key
        uint64, (n,): of the errors of people.
    offset_key
        uint64, (n, services).
    """

    weights: NDArray[np.float64]
    exponent: NDArray[np.float64]
    speeds: NDArray[np.float64]
    limits: NDArray[np.float64]
    strict: NDArray[np.bool_]
    present: NDArray[np.uint8]
    mixed: NDArray[np.float64]
    leg_factor: NDArray[np.float64]
    cell_key: NDArray[np.uint64]
    block_key: NDArray[np.uint64]
    offset_key: NDArray[np.uint64]


def draw_parameters(
    numbers: Sequence[int],
    widths: Widths,
    weights: NDArray[np.float64],
    speeds: Sequence[str],
    facilities: int,
    strict: bool,
) -> Parameters:
    """Draws by their numbers: draw 7 is the same whatever stands beside it.

    Parameters
    ----------
    numbers
        Which draws.
    widths
        How far they go.
    weights
        (services,): the stated ones.
    speeds
        Ids, in the order of the result.
    facilities
        How many there are.
    strict
        Whether the study counts only what is within the limit.
    """
    services = len(weights)
    ranges = np.array([widths.speeds.get(speed, (1.0, 1.0)) for speed in speeds]).reshape(-1, 2)
    span = np.log(widths.most_exponent / widths.least_exponent)
    return Parameters(
        weights=np.array([_dirichlet(widths.weight_concentration, weights, _key(n, WEIGHTS)) for n in numbers]),
        exponent=widths.least_exponent * np.exp(span * _one(numbers, AGGREGATION)),
        speeds=ranges[:, 0] + (ranges[:, 1] - ranges[:, 0]) * _several(numbers, SPEEDS, len(speeds)),
        limits=1.0 + widths.limit_share * (2.0 * _several(numbers, LIMITS, services) - 1.0),
        strict=strict ^ (_one(numbers, REACH) < widths.other_reach),
        present=(_several(numbers, OMISSIONS, facilities) >= widths.missing_facility).astype(np.uint8),
        mixed=_one(numbers, MIXED),
        leg_factor=1.0 + (widths.most_leg_factor - 1.0) * _one(numbers, LEGS),
        cell_key=np.array([_key(n, CELLS) for n in numbers], dtype=np.uint64),
        block_key=np.array([_key(n, BLOCKS) for n in numbers], dtype=np.uint64),
        offset_key=np.array([[_key(n, OFFSETS, s) for s in range(services)] for n in numbers], dtype=np.uint64),
    )


def _key(draw: int, *stream: int) -> int:
    return key_of(SEED, draw, *stream)


def _one(numbers: Sequence[int], stream: int) -> NDArray[np.float64]:
    return _several(numbers, stream, 1)[:, 0]


def _several(numbers: Sequence[int], stream: int, count: int) -> NDArray[np.float64]:
    return np.array([uniforms(_key(n, stream), count) for n in numbers]).reshape(len(numbers), count)


def _dirichlet(concentration: float, weights: NDArray[np.float64], key: int) -> NDArray[np.float64]:
    """Weights around the stated ones: gamma variates over their sum; a weight of 0 stays 0."""
    if not np.isfinite(concentration):
        return weights
    counted = weights > 0
    drawn = np.zeros(len(weights))
    drawn[counted] = gammaincinv(concentration * weights[counted], uniforms(key, len(weights))[counted])
    return drawn / drawn.sum() if drawn.sum() > 0 else weights
