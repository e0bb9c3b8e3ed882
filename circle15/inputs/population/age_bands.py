"""Age bands of an official table, and age groups made from them.

A band is what a header says: ``0-4岁``, ``85岁及以上``, ``AGES_1-4``, ``60+``. People of a band are taken to be spread
evenly over its years, so a group that cuts a band gets its share of the years. The band without an upper end
cannot be cut: how its people are spread is not known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

OLDEST = 120  # an end for the open band, where one is needed to compare bands


@dataclass(frozen=True, order=True)
class AgeBand:
    """Ages from ``from_age`` to ``to_age`` in completed years, both included; None for "and over"."""

    from_age: int
    to_age: int | None

    @property
    def last_age(self) -> int:
        """``to_age``, or an age that no one outlives."""
        return OLDEST if self.to_age is None else self.to_age

    @property
    def years(self) -> int:
        """How many years of age it holds."""
        return self.last_age - self.from_age + 1


_NOT_AGE = re.compile(
    r"^ages?_?|常住|户籍|老年人口|人口数|人口|人数|老年人|老人|儿童|婴幼儿|占比|比重|比例|数量|合计|小计|share|pop(?:ulation)?"
    r"|\((?:人|万人|%|‰|占比)\)|%|_"
)
_DASH = r"[-~‐‑–—―−～至到]"
_AGE = r"(?:周?岁)?"
# In official Chinese 以上 includes the age it names; 以下 alone does not (3岁以下 are those of 0 to 2), 及以下 does.
_FORMS = (
    (re.compile(rf"(\d+){_AGE}{_DASH}(\d+){_AGE}"), lambda a, b: AgeBand(int(a), int(b))),
    (re.compile(rf"(?:≥|>=)(\d+){_AGE}|(\d+){_AGE}(?:及|\(含\))?以上|(\d+){_AGE}(?:\+|p|plus)"), lambda *a: _open(a)),
    (re.compile(rf"(\d+){_AGE}(?:及|\(含\))以下"), lambda a: AgeBand(0, int(a))),
    (re.compile(rf"(?:不满|未满|<)(\d+){_AGE}|(\d+){_AGE}以下"), lambda *a: _below(a)),
    (re.compile(r"(\d+)周?岁"), lambda a: AgeBand(int(a), int(a))),
)
_SINGLE_YEAR = re.compile(r"ages?_?(\d+)")


def _open(ages: tuple[str | None, ...]) -> AgeBand:
    return AgeBand(int(next(age for age in ages if age)), None)


def _below(ages: tuple[str | None, ...]) -> AgeBand:
    return AgeBand(0, int(next(age for age in ages if age)) - 1)


def parse_band(header: str) -> AgeBand | None:
    """The ages that a header names, None where it names none or only one sex.

    Examples
    --------
    >>> parse_band("AGES_1-4"), parse_band("85岁及以上人口（人）")
    (AgeBand(from_age=1, to_age=4), AgeBand(from_age=85, to_age=None))
    >>> parse_band("AGES_85P") == parse_band("85+") == parse_band("≥85岁") == AgeBand(85, None)
    True
    >>> parse_band("AGES_0"), parse_band("3岁以下")
    (AgeBand(from_age=0, to_age=0), AgeBand(from_age=0, to_age=2))
    >>> parse_band("AGES_W_15-49") is parse_band("女性15-49岁") is parse_band("2020") is None
    True
    """
    plain = unicodedata.normalize("NFKC", header).lower().replace(" ", "")
    single = _SINGLE_YEAR.fullmatch(plain)
    if single:
        return AgeBand(int(single[1]), int(single[1]))
    ages = _NOT_AGE.sub("", plain)
    for form, band in _FORMS:
        match = form.fullmatch(ages)
        if match:
            return _sensible(band(*match.groups()))
    return None


def _sensible(band: AgeBand) -> AgeBand | None:
    return band if 0 <= band.from_age <= band.last_age <= OLDEST else None


def finest_cover(bands: Iterable[AgeBand]) -> tuple[AgeBand, ...]:
    """The bands that together say most: disjoint, covering the most years, and then as many of them as possible.

    Tables give summary bands (0-14, 15-64, 65+) beside fine ones; counting both would count people twice.

    Examples
    --------
    >>> bands = [AgeBand(0, 14), AgeBand(15, None), AgeBand(0, 4), AgeBand(5, 14), AgeBand(65, None)]
    >>> [(band.from_age, band.to_age) for band in finest_cover(bands)]
    [(0, 4), (5, 14), (15, None)]
    """
    return _finest_cover(tuple(sorted(set(bands), key=lambda band: (band.last_age, band.from_age))))


@cache
def _finest_cover(by_end: tuple[AgeBand, ...]) -> tuple[AgeBand, ...]:
    best: list[tuple[int, int, tuple[AgeBand, ...]]] = [(0, 0, ())]  # at [n]: years, count, bands for ages below n
    for age in range(OLDEST + 1):
        best.append(best[age])
        for band in (band for band in by_end if band.last_age == age):
            years, count, before = best[band.from_age]
            found = (years + band.years, count + 1, (*before, band))
            if found[:2] > best[-1][:2]:
                best[-1] = found
    return best[-1][2]


def covers_all_ages(cover: tuple[AgeBand, ...]) -> bool:
    """Whether disjoint bands leave no age out."""
    return sum(band.years for band in cover) == OLDEST + 1


def band_shares(group: AgeBand, bands: Iterable[AgeBand]) -> dict[AgeBand, float]:
    """Which share of each band's people belongs to an age group; empty where the bands do not tell.

    Parameters
    ----------
    group
        The group's ages.
    bands
        The bands that people are known for; they may overlap. A band that is the group itself is taken as it is;
        otherwise the group is put together from the finest disjoint bands.

    Examples
    --------
    >>> bands = [AgeBand(0, 0), AgeBand(1, 4), AgeBand(5, 9), AgeBand(10, None)]
    >>> [(band.from_age, share) for band, share in band_shares(AgeBand(0, 2), bands).items()]
    [(0, 1.0), (1, 0.5)]
    >>> band_shares(AgeBand(60, None), bands)  # would cut the open band
    {}
    """
    bands = tuple(bands)
    if group in bands:
        return {group: 1.0}
    parts = {band: _shared_years(band, group) for band in finest_cover(bands)}
    parts = {band: years for band, years in parts.items() if years}
    cuts_open_band = any(band.to_age is None and years < band.years for band, years in parts.items())
    if cuts_open_band or sum(parts.values()) < group.years:
        return {}
    return {band: years / band.years for band, years in parts.items()}


def _shared_years(band: AgeBand, group: AgeBand) -> int:
    return max(0, min(band.last_age, group.last_age) - max(band.from_age, group.from_age) + 1)
