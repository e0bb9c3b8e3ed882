"""How far what the index takes for given may lie from the truth: widths with their reasons and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Evidence, Label
from circle15.catalogue.shape import Spot, read_entry
from circle15.catalogue.toml_file import read_toml
from circle15.errors import raise_faults

if TYPE_CHECKING:
    from circle15.errors import ConfigurationError

FILE = "uncertainty.toml"


@dataclass(frozen=True)
class Width:
    """One width: its value and why; ``evidence`` as of a ``Source``."""

    value: float
    label: Label
    reason: Label
    document: str
    evidence: Evidence


@dataclass(frozen=True)
class SpeedRange:
    """The range of a speed, metres per second, stated around ``at``."""

    at: float
    low: float
    high: float
    reason: Label
    document: str
    evidence: Evidence


@dataclass(frozen=True)
class UncertaintyWidths:
    """All of ``uncertainty.toml``; what each means stands in its reason."""

    weight_concentration: Width
    limit_share: Width
    other_reach: Width
    least_exponent: Width
    most_exponent: Width
    missing_facility: Width
    people_cell_share: Width
    people_block_share: Width
    most_leg_factor: Width
    offset_share: Width
    unlisted_speed_share: Width
    speeds: dict[str, SpeedRange]


@cache
def uncertainty_widths() -> UncertaintyWidths:
    """The shipped widths.

    Raises
    ------
    ConfigurationError, Faults
        The file says something wrong.

    Examples
    --------
    >>> elder = uncertainty_widths().speeds["elder"]
    >>> elder.low, elder.high
    (0.77, 1.1)
    """
    faults: list[ConfigurationError] = []
    table = read_toml(files(__package__).joinpath(FILE))
    read = read_entry(UncertaintyWidths, table, Spot(FILE), faults)
    raise_faults(faults)
    assert read is not None  # a table without faults is read
    return read
