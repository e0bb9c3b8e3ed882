"""The figures of a run that indicators of documents are: shares, ratios, minutes, counts of the whole place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import pandas as pd

from circle15.catalogue.entries import ALL_SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from circle15.catalogue.targets.entries import Compute

# What a gap is counted in.
Counted = Literal["people", "town", "village", "places", "sites", "flagged_sites", "flagged_places", ""]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tables of a run that figures are read from; those that a run does not have are empty.

    Attributes
    ----------
    coverage, facilities
        As in ``Results``; the first unit of ``coverage`` is the whole place.
    presence, flag_shares, responses
        Tables of the yardsticks, whose rows of the whole place count.
    """

    coverage: pd.DataFrame
    facilities: pd.DataFrame
    presence: pd.DataFrame = field(default_factory=pd.DataFrame)
    flag_shares: pd.DataFrame = field(default_factory=pd.DataFrame)
    responses: pd.DataFrame = field(default_factory=pd.DataFrame)

    def of_place(self, table: pd.DataFrame, service: str) -> pd.DataFrame:
        """The rows of the whole place and one service."""
        if table.empty:
            return table
        root = self.coverage.iloc[0]
        here = (table["level"] == root["level"]) & (table["code"] == root["code"]) & (table["service"] == service)
        rows: pd.DataFrame = table[here]
        return rows

    def residents(self) -> float:
        """All residents of the place."""
        rows = self.of_place(self.coverage, ALL_SERVICES)
        return float(rows["people"].iloc[0]) if len(rows) else math.nan


@dataclass(frozen=True)
class Figure:
    """One figure, with what it is a ratio of.

    Attributes
    ----------
    value
        A fraction, a ratio per so many, minutes or a count; never rounded.
    have, of
        What it counts and what it is held against (people, units, places): ``value = have / of * per``.
    per
        Of a ratio, per how many.
    counted
        What a gap is counted in; "" where no number of anything mends it.
    inverse
        Whether it falls the more there is: people per site.
    share
        Whether the value is a fraction, which documents give in percent.
    """

    value: float
    have: float = math.nan
    of: float = math.nan
    per: float = 1.0
    counted: Counted = ""
    inverse: bool = False
    share: bool = False

    def needed(self, target: float, *, strict: bool) -> int | None:
        """The smallest number of further people, units, places or sites that meets a target; None where none does.

        Parameters
        ----------
        target
            In the figure's own measure: a fraction, a ratio, a count.
        strict
            Whether the target must be passed and not only met.

        Examples
        --------
        17 of 20 villages and 90 %: one more. 80 places among 20,000 people and 4.5 per 1000: ten more.

        >>> Figure(0.85, 17, 20, counted="village", share=True).needed(0.9, strict=False)
        1
        >>> Figure(4.0, 80, 20_000, 1000, "places").needed(4.5, strict=False)
        10
        """
        if not self.counted or not math.isfinite(self.have) or (math.isnan(self.of) and not self.inverse):
            return None
        return whole_number_missing(self.have, self._required(target), strict=strict)

    def _required(self, target: float) -> Fraction:
        exact = Fraction(str(target))
        if self.inverse:
            return Fraction(self.of) / exact
        return exact * Fraction(self.of) / Fraction(self.per)


def whole_number_missing(have: float, required: Fraction, *, strict: bool) -> int:
    """The smallest whole number that brings what there is to what is required, or beyond it.

    Examples
    --------
    >>> whole_number_missing(17, Fraction(17), strict=False), whole_number_missing(17, Fraction(17), strict=True)
    (0, 1)
    """
    short = required - Fraction(have)
    if short < 0:
        return 0
    return math.floor(short) + 1 if strict else math.ceil(short)


def figure_of(compute: Compute, evidence: Evidence) -> Figure | None:
    """The figure of a specification; None where this run does not have it, or where there has been no run."""
    if evidence.coverage.empty:
        return None
    found = MEASURES[compute.measure](compute, evidence)
    return None if found is None or math.isnan(found.value) else found


def _coverage(compute: Compute, evidence: Evidence) -> Figure | None:
    rows = evidence.of_place(evidence.coverage, compute.service)
    if rows.empty:
        return None
    first = rows.iloc[0]
    return _share(float(first["covered_people"]), float(first["people"]), "people")


def _presence(compute: Compute, evidence: Evidence) -> Figure | None:
    """Towns or villages with a site in them, named as served, or delivered to, as the documents count them."""
    rows = evidence.of_place(evidence.presence, compute.service)
    rows = rows[rows["presence_level"] == compute.words[0]] if len(rows) else rows
    if rows.empty or not rows["share_with_delivery"].notna().iloc[0]:
        return None
    first = rows.iloc[0]
    have = float(first["units_located"] + first["units_named"] + first["units_delivered"])
    return _share(have, float(first["units"]), "town" if compute.words[0] == "town" else "village")


def _share(have: float, of: float, counted: Counted) -> Figure | None:
    return Figure(have / of, have, of, counted=counted, share=True) if of > 0 else None


def _own_sites(compute: Compute, evidence: Evidence) -> pd.DataFrame:
    """The facilities of the service inside the place."""
    own = evidence.facilities[evidence.facilities["service"] == compute.service]
    return own[own["inside"].astype(bool)]


def _capacity_known(compute: Compute, evidence: Evidence) -> float:
    """The places of all sites; NaN where a site's are not known, since a sum without them would be too small."""
    sites = _own_sites(compute, evidence)
    return math.nan if sites.empty else math.fsum(sites["capacity"])


def _ratio(compute: Compute, evidence: Evidence) -> Figure | None:
    have, of, per = _capacity_known(compute, evidence), evidence.residents(), float(compute.words[0])
    return Figure(have / of * per, have, of, per, "places") if of > 0 else None


def _sites_ratio(compute: Compute, evidence: Evidence) -> Figure | None:
    sites, of, per = _own_sites(compute, evidence), evidence.residents(), float(compute.words[0])
    return Figure(len(sites) / of * per, len(sites), of, per, "sites") if len(sites) and of > 0 else None


def _people_per_site(compute: Compute, evidence: Evidence) -> Figure | None:
    sites, of = _own_sites(compute, evidence), evidence.residents()
    return Figure(of / len(sites), len(sites), of, counted="sites", inverse=True) if len(sites) else None


def _flag_row(compute: Compute, evidence: Evidence) -> pd.Series | None:
    rows = evidence.of_place(evidence.flag_shares, compute.service)
    rows = rows[rows["flag"] == compute.words[0]] if len(rows) else rows
    return None if rows.empty else rows.iloc[0]


def _flag_share(compute: Compute, evidence: Evidence) -> Figure | None:
    row = _flag_row(compute, evidence)
    if row is None:
        return None
    if compute.words[1] == "capacity":
        if row["flag_unknown"] > 0 or row["capacity_unknown"] > 0:
            return None
        return _share(float(row["flagged_capacity"]), float(row["known_capacity"]), "flagged_places")
    if row["flag_unknown"] > 0:
        return None
    return _share(float(row["flagged_facilities"]), float(row["facilities"]), "flagged_sites")


def _flag_sites(compute: Compute, evidence: Evidence) -> Figure | None:
    row = _flag_row(compute, evidence)
    if row is None or row["flag_unknown"] > 0:
        return None
    return _count(float(row["flagged_facilities"]), "flagged_sites")


def _flag_capacity(compute: Compute, evidence: Evidence) -> Figure | None:
    row = _flag_row(compute, evidence)
    if row is None or row["flag_unknown"] > 0 or row["capacity_unknown"] > 0:
        return None
    return _count(float(row["flagged_capacity"]), "flagged_places")


def _minutes(compute: Compute, evidence: Evidence) -> Figure | None:
    rows = evidence.of_place(evidence.responses, compute.service)
    kind = "" if compute.words[1] == "all" else compute.words[1]
    rows = rows[rows["urban_rural"] == kind] if len(rows) else rows
    return None if rows.empty else Figure(float(rows[f"{compute.words[0]}_min"].iloc[0]))


def _sites(compute: Compute, evidence: Evidence) -> Figure | None:
    sites = _own_sites(compute, evidence)
    return None if sites.empty else _count(float(len(sites)), "sites")


def _capacity(compute: Compute, evidence: Evidence) -> Figure | None:
    return _count(_capacity_known(compute, evidence), "places")


def _count(have: float, counted: Counted) -> Figure:
    return Figure(have, have, 1.0, counted=counted)


MEASURES: Mapping[str, Callable[[Compute, Evidence], Figure | None]] = {
    "coverage": _coverage,
    "presence": _presence,
    "ratio": _ratio,
    "sites_ratio": _sites_ratio,
    "people_per_site": _people_per_site,
    "flag_share": _flag_share,
    "flag_sites": _flag_sites,
    "flag_capacity": _flag_capacity,
    "minutes": _minutes,
    "sites": _sites,
    "capacity": _capacity,
}
