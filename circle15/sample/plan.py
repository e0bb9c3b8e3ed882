"""What is fixed about the invented county: its lines, towns and names, read from ``plan.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from numpy.typing import NDArray

Place = tuple[float, float]
AGE_COLUMNS = ("0-2岁", "3-5岁", "6-11岁", "12-14岁", "60岁及以上", "65岁及以上", "80岁及以上")


class Part(BaseModel):
    """A table of ``plan.toml``: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class County(Part):
    """``[county]``; lengths in kilometres."""

    code: str
    name: str
    centre: Place
    radius: float
    surroundings: float


class Lines(Part):
    """``[lines]``: corners of lines that are drawn as smooth curves, kilometres."""

    river: tuple[Place, ...]
    railway: tuple[Place, ...]
    motorway: tuple[Place, ...]


class Reservoir(Part):
    """``[reservoir]``, kilometres."""

    centre: Place
    radius: float
    island_radius: float


class River(Part):
    """``[river]``: its width in metres, and where country roads cross, kilometres."""

    half_width_m: float
    crossings: tuple[Place, ...]


class Railway(Part):
    """``[railway]``: where country roads pass under it, kilometres."""

    crossings: tuple[Place, ...]


class Core(Part):
    """``[core]``: the street grid of the county town."""

    centre: Place
    semi_axes: Place
    angle_deg: float
    spacing_m: float
    bridge_columns: tuple[int, ...]
    bridges_under_construction_columns: tuple[int, ...]
    underpass_columns: tuple[int, ...]
    plaza_cells: tuple[tuple[int, int], ...]
    streets_north: tuple[str, ...]
    streets_east: tuple[str, ...]


class Town(Part):
    """``[[towns]]``: a street (街道), town (镇) or township (乡) with its official figures.

    ``raster_bias`` is by what share the population raster misses the official total; ``ages`` are shares of
    ``persons`` in the order of ``AGE_COLUMNS``.
    """

    code: str
    name: str
    kind: Literal["street", "town", "township"]
    urban_rural: Literal["城镇", "乡村"]
    centre: Place
    persons: int
    raster_bias: float
    ages: tuple[float, ...]
    communities: tuple[str, ...]
    villages: tuple[str, ...]


class Names(Part):
    """Patterns of names: in communities, in villages, and of a town's first ("" where it is like the others)."""

    urban: str
    rural: str
    first: str


class FacilityList(Part):
    """``[[lists]]``: the list that an office keeps of one service.

    ``capacity`` is lowest, highest and step; ``headers`` are the office's own; ``flag_share`` is the share of
    facilities that carry the list's quality flag.
    """

    service: str
    file: str
    prefix: str
    datum: Literal["wgs84", "cgcs2000", "gcj02"]
    headers: dict[str, str]
    flag_share: float = 0.0
    capacity: tuple[int, int, int] | None = None
    names: Names
    reach_m: float
    counts: tuple[int, ...]


class Target(Part):
    """``[[targets.rows]]``: an indicator, and its target of each year as the plan prints it."""

    domain: str
    indicator: str
    unit: str
    department: str
    values: tuple[int | float | str, ...]


class ReportedValue(Part):
    """``[[targets.reported]]``: what an office has entered on an indicator of one year."""

    indicator: str
    year: int
    value: float
    source: str
    by: str


class PlannedTargets(Part):
    """``[targets]``: what the county has promised, and what is reported by hand."""

    years: tuple[int, ...]
    rows: tuple[Target, ...]
    reported: tuple[ReportedValue, ...]


class ClosedSite(Part):
    """``[past.closed]``: a facility that a list no longer has; it stood at the seat of ``village``."""

    service: str
    id: str
    name: str
    address: str
    village: str
    capacity: int


class Past(Part):
    """``[past]``: the county a year before, by what has happened since."""

    period: str
    bridge_column: int
    grown_village: str
    grown_persons: int
    opened: tuple[str, ...]
    closed: ClosedSite


class Plan(Part):
    """The whole ``plan.toml``."""

    seed: int
    epsg: int
    origin_m: Place
    county: County
    lines: Lines
    valleys: dict[str, tuple[Place, ...]]
    reservoir: Reservoir
    river: River
    railway: Railway
    core: Core
    towns: tuple[Town, ...]
    anchors: dict[str, Place]
    lists: tuple[FacilityList, ...]
    targets: PlannedTargets
    past: Past

    def metres(self, places: tuple[Place, ...]) -> NDArray[np.float64]:
        """Kilometres of the plan as metres of its coordinate system: (n, 2)."""
        metres: NDArray[np.float64] = np.array(places, dtype=np.float64) * 1000.0 + np.array(self.origin_m)
        return metres

    def random(self, purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that a change in one part leaves the others as they are."""
        return np.random.Generator(np.random.PCG64([self.seed, *purpose.encode("ascii")]))


@cache
def load_plan() -> Plan:
    """Read the plan.

    Examples
    --------
    >>> plan = load_plan()
    >>> plan.county.name, len(plan.towns), sum(town.persons for town in plan.towns)
    ('示例县', 12, 300426)
    """
    text = files(__package__).joinpath("plan.toml").read_text(encoding="utf-8")
    return Plan.model_validate(tomllib.loads(text))
