"""A finished run looked at with another speed, limit or weight: no file of the study is read, nothing is searched.

A run keeps metres, and minutes are metres over a speed. So its tables follow anew from what it has written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from circle15.assess.circles import deciding_circles
from circle15.assess.rules import CLASSES
from circle15.assess.weights.study import study_weights
from circle15.catalogue.narrow import narrow_catalogue
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError, UsageError
from circle15.pipeline.assessing import assess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from circle15.assess.circles import Circle
    from circle15.catalogue.entries import Catalogue, Reach, UrbanRural
    from circle15.model.study import IndexSettings
    from circle15.pipeline.assessing import Assessed
    from circle15.results import Results

NOTHING: Mapping[str, float] = MappingProxyType({})
# Beyond these a limit is in another unit, as in a study: hours or seconds, kilometres.
LEAST_MIN, MOST_MIN, LEAST_M, MOST_M = 1.0, 120.0, 50.0, 60_000.0


@dataclass(frozen=True)
class Variation:
    """What is to be otherwise than in the run.

    Attributes
    ----------
    speeds_m_s
        Metres per second by speed id.
    minutes, metres
        Limits by service id, or by ``<service>.urban`` and ``<service>.rural``; the kind that is given decides.
    weight_factors
        By service id: how many times its present weight a service counts.
    reach
        How reach is scored; None as in the run.
    """

    speeds_m_s: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    minutes: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    metres: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    weight_factors: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    reach: Literal["soft", "strict"] | None = None


@dataclass(frozen=True, eq=False)
class Varied:
    """The tables under a variation, and the circles that made them.

    ``unsearched`` are services whose limit is now wider than the run has searched for every site in reach: their
    coverage and index are exact, of their places nothing is said.
    """

    assessed: Assessed
    circles: tuple[Circle, ...]
    unsearched: tuple[str, ...]


def varied(results: Results, variation: Variation) -> Varied:
    """The tables of a finished run as they would be under a variation.

    Parameters
    ----------
    results
        What the run found.
    variation
        What is to be otherwise; the empty one gives the run's own tables, to the last bit.

    Raises
    ------
    UsageError
        A service or speed that the run does not have.
    ConfigurationError, Faults
        A speed, limit or weight that cannot be.

    Examples
    --------
    ``varied(Results.load(folder), Variation(speeds_m_s={"elder": 0.8})).assessed.index``
    """
    counted, catalogue = results.counted_groups(), results.catalogue
    for speed in variation.speeds_m_s:
        if speed not in catalogue.speeds:
            raise _unknown("--speed", speed, catalogue.speeds)
    # The study's own supply stays; speeds and limits are checked as those of a study are.
    changed = narrow_catalogue(catalogue, catalogue.services, variation.speeds_m_s, _reaches(catalogue, variation))
    circles = deciding_circles(changed, counted)
    unsearched = tuple(_unsearched(deciding_circles(catalogue, counted), circles))
    settings = _settings(results, variation)
    assessed = assess(
        results.cells, results.pairs, results.facilities, results.zones, changed, circles, settings, unsearched
    )
    return Varied(assessed, circles, unsearched)


def _reaches(catalogue: Catalogue, variation: Variation) -> dict[str, dict[str, Reach]]:
    """The varied limits as a study would state them."""
    reaches: dict[str, dict[str, Reach]] = {}
    for name, minutes in variation.minutes.items():
        _require_between(name, minutes, LEAST_MIN, MOST_MIN)
        for service, kind in _named(catalogue, name):
            own = catalogue.services[service].reach(kind)
            reaches.setdefault(service, {})[kind] = replace(own, minutes=minutes, decides="minutes")
    for name, metres in variation.metres.items():
        _require_between(name, metres, LEAST_M, MOST_M)
        for service, kind in _named(catalogue, name):
            own = reaches.get(service, {}).get(kind, catalogue.services[service].reach(kind))
            reaches.setdefault(service, {})[kind] = replace(own, metres=metres, decides="metres")
    return reaches


def _unknown(option: str, found: str, known: Iterable[str]) -> UsageError:
    """An id that the run does not have, with those that it has, the nearest first."""
    names = list(known)
    nearest = closest(found, names)
    ordered = names if nearest is None else [nearest, *(name for name in names if name != nearest)]
    return UsageError("vary.unknown", option=option, found=found, known=", ".join(ordered))


def _require_between(name: str, found: float, least: float, most: float) -> None:
    if not least <= found <= most:
        raise ConfigurationError("vary.limit_wrong", service=name, found=found, least=least, most=most)


def _named(catalogue: Catalogue, name: str) -> Iterator[tuple[str, UrbanRural]]:
    """The service and the classes of town that a name of a limit means."""
    service, _, said = name.partition(".")
    if service not in catalogue.services:
        raise _unknown("--limit", service, catalogue.services)
    if said and said not in CLASSES:
        raise _unknown("--limit", said, CLASSES)
    yield from ((service, kind) for kind in CLASSES if said in ("", kind))


def _settings(results: Results, variation: Variation) -> IndexSettings:
    """How the index is made, with the varied weights."""
    own = results.study.index
    services = results.catalogue.services
    for service, factor in variation.weight_factors.items():
        if service not in services:
            raise _unknown("--weight", service, services)
        if not 0 <= factor < float("inf"):
            raise ConfigurationError("assess.weight_wrong", service=service, weight=factor)
    changes: dict[str, object] = {} if variation.reach is None else {"reach": variation.reach}
    if variation.weight_factors:
        weights = study_weights(results.catalogue, own)
        changes["weights"] = {id_: weight * variation.weight_factors.get(id_, 1.0) for id_, weight in weights.items()}
        changes["scheme"] = "expert"
    return own.model_copy(update=changes)


def _unsearched(before: Sequence[Circle], after: Sequence[Circle]) -> Iterator[str]:
    """Services of which some cell may now reach a site that no pair was written down for."""
    for old, new in zip(before, after, strict=True):
        if any(new.rule(kind).limit_m > old.rule(kind).limit_m for kind in CLASSES):
            yield new.service.id
