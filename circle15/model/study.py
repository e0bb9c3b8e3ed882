"""What a study uses: the shape of ``study.toml``.

Every key of the file is a field here, and a field that is not here is refused. Paths are relative to the folder
of ``study.toml``.
"""

from __future__ import annotations

import calendar
import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
# What same rows of a list may be merged by.
DuplicateRule = Literal["id", "name", "address"]
Level = Literal["county", "town", "village"]
UrbanRural = Literal["urban", "rural"]
# A year, a quarter of one, or a month.
PERIOD_FORM = r"^\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$"
FolderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-\u4e00-\u9fff]+$")]
FileName = Annotated[str, Field(min_length=1)]
Period = Annotated[str, Field(pattern=PERIOD_FORM)]


class Part(BaseModel):
    """A table of ``study.toml``: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Provenance(Part):
    """Who gave a file, and the date its contents are of; both are printed on every map that uses it."""

    provider: str = ""
    date: datetime.date | None = None
    licence: str = ""


class About(Part):
    """``[study]``: the place and the period."""

    place: str
    id: FolderName
    period: Period
    date: datetime.date | None = None
    services: tuple[str, ...] = ()
    crs: int | None = Field(default=None, description="EPSG code of a metric system; chosen by longitude if not given")
    cell_m: int = Field(default=100, ge=10, le=1000)

    @property
    def day(self) -> datetime.date:
        """The day the study is of: ``date``, else the last day of its period.

        Examples
        --------
        >>> [About(place="甲", id="a", period=p).day.isoformat() for p in ("2025", "2025Q3", "2024-02")]
        ['2025-12-31', '2025-09-30', '2024-02-29']
        """
        if self.date is not None:
            return self.date
        year, part = int(self.period[:4]), self.period[4:]
        month = 12 if not part else 3 * int(part[1]) if part[0] == "Q" else int(part[1:])
        return datetime.date(year, month, calendar.monthrange(year, month)[1])


class Layer(Provenance):
    """A vector or raster file with a coordinate system of its own.

    ``towgs84`` are the parameters (3 or 7: metres, arc seconds, parts per million; position vector) that take a layer
    on the Beijing 1954 or Xian 1980 datum to WGS 84; without them such a layer is refused.
    """

    towgs84: tuple[float, ...] | None = None

    @field_validator("towgs84")
    @classmethod
    def _three_or_seven(cls, values: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if values is not None and len(values) not in (3, 7):
            raise ValueError("towgs84")
        return values


class ZoneSource(Layer):
    """``[[zones]]``: a polygon file of one level, or the administrative boundaries of an OSM extract.

    ``code``, ``name``, ``parent`` and ``urban_rural`` name columns. For an OSM file give ``admin_level``.
    ``only`` keeps the units with these codes or names.
    """

    file: FileName
    level: Level
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    parent: str | None = None
    urban_rural: str | None = Field(default=None, description="column that says 城镇/乡村 (urban/rural)")
    all_are: UrbanRural | None = None
    admin_level: int | None = Field(default=None, ge=1, le=12)
    only: tuple[str, ...] = ()


class OfficialUnits(Provenance):
    """``[[official_units]]``: the official list of towns or villages, which names and codes are matched to.

    ``code``, ``name`` and ``parent`` name columns.
    """

    file: FileName
    level: Level
    sheet: str | None = None
    code: str | None = None
    name: str | None = None
    parent: str | None = None


class Crosswalk(Provenance):
    """``[crosswalk]``: a small table of old codes or names and today's, for boundaries and totals of different years.

    ``old``, ``new`` and ``share`` name columns; ``share`` is the part of an old unit that belongs to one of today's,
    where it has been split.
    """

    file: FileName
    sheet: str | None = None
    old: str | None = None
    new: str | None = None
    share: str | None = None


class PatchSource(Provenance):
    """``[network.patch]``: paths, gates, bridges, blocks and compounds that the streets lack (geojson or a table)."""

    file: FileName
    sheet: str | None = None
    datum: Datum | None = None


class TerrainSource(Provenance):
    """``[network.dem]``: a terrain model (GeoTIFF, heights in metres), by which slopes slow walking.

    ``nodata`` is the value of pixels without a height where the file does not declare it.
    """

    file: FileName
    nodata: float | None = None


class NetworkSource(Layer):
    """``[network]``: the streets, and how far from a street a cell may lie.

    ``ignore_islands_below_m`` leaves out connected parts with fewer street metres; 0 keeps them all. ``not_walked``
    names classes of street (``trunk``) on which nobody walks here. ``compounds`` says how streets marked private are
    walked: ``gated`` lets residents out and nobody else through, ``open`` lets everyone through, ``as_mapped`` leaves
    them out. ``whole`` says that someone has made sure that an extract is not cut short. ``crossing_delay_s`` is the
    wait at each signal or marked crossing that a walk passes; 0 counts none.
    """

    file: FileName
    layer: str | None = None
    max_leg_m: float = Field(default=300.0, gt=0)
    ignore_islands_below_m: float = Field(default=0.0, ge=0)
    not_walked: tuple[str, ...] = ()
    compounds: Literal["as_mapped", "gated", "open"] = "as_mapped"
    patch: PatchSource | None = None
    whole: bool = False
    dem: TerrainSource | None = None
    crossing_delay_s: float = Field(default=0.0, ge=0, le=300)


class LandUseSource(Layer):
    """``[population.landuse]``: polygons of land use, and which values of ``column`` are residential."""

    file: FileName
    layer: str | None = None
    column: str = "fclass"
    residential: tuple[str, ...] = ("residential",)


class TotalsSource(Provenance):
    """``[population.totals]``: official totals, and counts or shares by age, per unit of one level.

    Units of another year are joined to today's by ``[crosswalk]``.
    """

    file: FileName
    level: Level
    sheet: str | None = None
    code: str | None = None
    name: str | None = None
    total: str | None = None


class GroupCounts(Provenance):
    """``[[population.groups]]``: persons of further groups (低保, 残疾, 新居民) per unit.

    ``columns`` maps a group's id to the file's own header where the catalogue's aliases do not find it.
    """

    file: FileName
    level: Level
    sheet: str | None = None
    code: str | None = None
    name: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)


class ComparedPeople(Layer):
    """``[population.compare]``: a second raster or building layer, shown beside the first and never mixed with it."""

    raster: FileName | None = None
    buildings: FileName | None = None
    layer: str | None = None
    floors: str | None = None
    floors_unknown: float = Field(default=1.0, gt=0)
    nodata: float | None = None

    @model_validator(mode="after")
    def _one_source(self) -> ComparedPeople:
        if (self.raster is None) == (self.buildings is None):
            raise ValueError("raster or buildings")
        return self


class PopulationSource(Layer):
    """``[population]``: a raster of persons, or building footprints; official totals to meet, if any.

    ``total_persons`` is an official total of the whole area where none is known per unit. ``ages`` is a
    table of a wider unit's people by age, which the towns' totals are fitted to. ``nodata`` is the value of pixels
    without data where the raster does not declare it.
    """

    raster: FileName | None = None
    buildings: FileName | None = None
    layer: str | None = None
    floors: str | None = Field(default=None, description="column of the number of floors")
    floors_unknown: float = Field(default=1.0, gt=0)
    landuse: LandUseSource | None = None
    totals: TotalsSource | None = None
    total_persons: float | None = Field(default=None, gt=0)
    ages: TotalsSource | None = None
    nodata: float | None = None
    groups: tuple[GroupCounts, ...] = ()
    compare: ComparedPeople | None = None

    @model_validator(mode="after")
    def _one_source(self) -> PopulationSource:
        if (self.raster is None) == (self.buildings is None):
            raise ValueError("raster or buildings")
        return self


class FacilitySource(Layer):
    """``[[facilities]]``: a list of one service, or ``from_osm`` for the tags of an OSM extract.

    ``columns`` maps id, name, lon, lat, lonlat, address, capacity, status, opened, closed, serves, delivers, delivery
    and flags to the file's own headers where the catalogue's aliases do not find them. ``header_row`` is the row of the
    headers where the reader finds the wrong one. ``merge`` says which duplicates become one facility; the others are
    only listed.
    """

    service: str
    file: FileName
    datum: Datum | None = None
    sheet: str | None = None
    layer: str | None = None
    from_osm: bool = False
    header_row: int | None = Field(default=None, ge=1)
    columns: dict[str, str] = Field(default_factory=dict)
    merge: tuple[DuplicateRule, ...] = ("id", "name")


class ReachOverride(Part):
    """A study's own standard of a service for one class of towns."""

    # Beyond these a value is in another unit: hours or seconds, kilometres.
    minutes: float = Field(ge=1, le=120)
    metres: float | None = Field(default=None, ge=50, le=60000)
    decides: Literal["minutes", "metres"] = "minutes"
    mode: Literal["walk", "cycle", "drive"] = "walk"


class QualityOverride(Part):
    """A study's own share of a service's places that ought to bear a quality flag."""

    flag: str
    share: float = Field(ge=0.01, le=1)


class StandardOverride(Part):
    """``[standards.<service>]``: its reach by class of towns, places per 1000 of its group, and their quality."""

    urban: ReachOverride | None = None
    rural: ReachOverride | None = None
    supply_per_1000_group: float | None = Field(default=None, ge=0.001, le=1_000_000)
    quality: QualityOverride | None = None


class IndexSettings(Part):
    """``[index]``: how the index scores reach, and the weights of services.

    ``scheme`` says which weights count where several are given; without it the expert's ``weights``, else those of
    ``comparisons`` (``comparisons[a][b]``: how many times as important a is as b), else equal ones.
    ``comparisons_file`` is a table of the comparisons, read into ``comparisons``.
    """

    reach: Literal["soft", "strict"] = "soft"
    scheme: Literal["equal", "expert", "ahp"] | None = None
    weights: dict[str, float] = Field(default_factory=dict)
    comparisons: dict[str, dict[str, float]] = Field(default_factory=dict)
    comparisons_file: FileName | None = None


class UncertaintySettings(Part):
    """``[uncertainty]``: how many draws (0 = none), and the study's own widths in place of the catalogue's.

    ``speeds`` holds the least and the most metres per second by speed id. The other widths are those of
    ``catalogue/uncertainty.toml``; one that is not given stays.
    """

    draws: int = Field(default=1000, ge=0, le=20_000)
    weight_concentration: float | None = Field(default=None, ge=2, le=1e6)
    speeds: dict[str, tuple[float, float]] = Field(default_factory=dict)
    limit_share: float | None = Field(default=None, ge=0, lt=0.5)
    other_reach: float | None = Field(default=None, ge=0, le=1)
    least_exponent: float | None = Field(default=None, ge=0.05, le=1)
    most_exponent: float | None = Field(default=None, ge=0.05, le=1)
    missing_facility: float | None = Field(default=None, ge=0, le=0.5)
    people_cell_share: float | None = Field(default=None, ge=0, lt=1)
    people_block_share: float | None = Field(default=None, ge=0, lt=1)
    most_leg_factor: float | None = Field(default=None, ge=1, le=3)
    offset_share: float | None = Field(default=None, ge=0, le=2)

    @field_validator("speeds")
    @classmethod
    def _from_low_to_high(cls, ranges: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        if any(not 0 < low <= high for low, high in ranges.values()):
            raise ValueError("speeds")
        return ranges

    @model_validator(mode="after")
    def _exponents_in_order(self) -> UncertaintySettings:
        least = 0.25 if self.least_exponent is None else self.least_exponent
        most = 1.0 if self.most_exponent is None else self.most_exponent
        if least > most:
            raise ValueError("least_exponent")
        return self


class InequalitySettings(Part):
    """``[inequality]``: aversion to inequality in the Kolm-Pollak equivalent of minutes.

    ``epsilon`` is Atkinson's; ``kappa`` per minute, by service id, as the base year found them: with them the years
    compare. A service that is not named there gets its kappa from this study's own minutes.
    """

    epsilon: float = Field(default=1.0, gt=0, le=10)
    kappa: dict[str, Annotated[float, Field(ge=0, le=10)]] = Field(default_factory=dict)


class UnderservedSettings(Part):
    """``[underserved]``: uncovered cells no further apart than ``within_m`` and with enough residents form an area."""

    within_m: float = Field(default=500.0, ge=100, le=1000)
    least_residents: float = Field(default=200.0, gt=0)


class TargetSettings(Part):
    """``[targets]``: the documents that the study is measured by, and values that are entered by hand.

    ``documents`` are ids of the shipped series; where none are named, those of ``place`` (a name or code; the study's
    own place where not given). ``files`` are target tables of the office's own. ``first_year`` is the first year with
    targets in them, earlier ones being baselines. ``reported`` is the filled-in template. ``compute`` says by an
    indicator's name which figure of this tool it is.
    """

    documents: tuple[str, ...] = ()
    files: tuple[FileName, ...] = ()
    reported: FileName | None = None
    place: str | None = None
    first_year: int | None = Field(default=None, ge=1990, le=2100)
    compute: dict[str, str] = Field(default_factory=dict)


class IssueSettings(Part):
    """``[issues]``: an issue is due ``due_months`` after the end of the period in which it is first seen."""

    due_months: int = Field(default=12, ge=1, le=120)


class ReportSettings(Part):
    """``[report]``: who gives the annual report out, and the office's own Word template for it."""

    issuer: str = ""
    template: FileName | None = None


class CandidateSource(Layer):
    """``[[siting.candidates]]``: sites that may be chosen: a list of points, a layer of points, or one of parcels.

    ``columns`` maps id, name, lon, lat, lonlat, capacity, cost, must, forbidden and services to the file's own headers
    where the catalogue's aliases do not find them. ``services`` are those that every site of the list may take in where
    its row says none.
    """

    file: FileName
    datum: Datum | None = None
    sheet: str | None = None
    layer: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    columns: dict[str, str] = Field(default_factory=dict)
    services: tuple[str, ...] = ()


class AllowedLand(Layer):
    """``[siting.landuse]``: polygons of land use, and the values of ``column`` on which streets give candidates."""

    file: FileName
    layer: str | None = None
    column: str = "fclass"
    allowed: tuple[str, ...] = Field(min_length=1)


class SitingSettings(Part):
    """``[siting]``: which sites may be chosen, and the rules that a choice keeps to; the command's options come first.

    ``buildings`` are services whose existing sites may take in another. ``streets`` gives candidates from the streets:
    a junction per square of ``every_m`` metres, every junction, or a point every so many metres; without it squares
    where nothing else gives candidates. ``cost`` and ``capacity`` are those of a new site whose list says none, costs
    in the unit of ``budget``. ``floors`` and ``caps`` are by town; ``must`` and ``forbid`` name candidates. Existing
    sites may close with ``close_allowed``, ``close_at_most`` or ``move``: so many of those that close make room for
    another new one, and each frees ``close_saves`` of the budget.
    """

    candidates: tuple[CandidateSource, ...] = ()
    buildings: tuple[str, ...] = ()
    streets: Literal["squares", "junctions", "along", "none"] | None = None
    every_m: int = Field(default=300, ge=50, le=5000)
    landuse: AllowedLand | None = None
    budget: float | None = Field(default=None, ge=0)
    cost: float | None = Field(default=None, ge=0)
    capacity: float | None = Field(default=None, gt=0)
    floors: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    caps: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    must: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    apart_m: float = Field(default=0.0, ge=0, le=50_000)
    close_allowed: bool = False
    close_at_most: int | None = Field(default=None, ge=0)
    close_saves: float | None = Field(default=None, ge=0)
    move: int = Field(default=0, ge=0)
    grow: float | None = Field(default=None, gt=0)

    @property
    def may_close(self) -> bool:
        """Whether any existing site may close."""
        return self.close_allowed or bool(self.close_at_most) or self.move > 0

    @property
    def most_closings(self) -> int | None:
        """The most existing sites that close; None for as many as earn something by it."""
        if self.close_at_most is not None or self.close_allowed:
            return self.close_at_most
        return self.move


class MapSettings(Part):
    """``[map]``: an online base map is used only where a 天地图 key is given."""

    tianditu_key: str | None = None


class Study(Part):
    """A whole ``study.toml``."""

    study: About
    zones: tuple[ZoneSource, ...] = Field(min_length=1)
    network: NetworkSource
    population: PopulationSource
    facilities: tuple[FacilitySource, ...] = Field(min_length=1)
    official_units: tuple[OfficialUnits, ...] = ()
    crosswalk: Crosswalk | None = None
    speeds: dict[str, float] = Field(default_factory=dict, description="m/s by speed id")
    standards: dict[str, StandardOverride] = Field(default_factory=dict)
    index: IndexSettings = IndexSettings()
    inequality: InequalitySettings = InequalitySettings()
    uncertainty: UncertaintySettings = UncertaintySettings()
    underserved: UnderservedSettings = UnderservedSettings()
    targets: TargetSettings | None = None
    issues: IssueSettings = IssueSettings()
    report: ReportSettings = ReportSettings()
    siting: SitingSettings = SitingSettings()
    map: MapSettings = MapSettings()
