"""Does a list lie on the datum that it declares? A test of fit, which warns and never corrects.

The list is tried on every datum, and pushed aside by some 800 vectors as long as the datums' own shifts. Each trial
gets a score from all the evidence there is. A wrong datum is, for the streets and buildings, one more meaningless
push: its score is one draw among those of the pushed places, whatever the city, the streets and the list. So a datum is
believed only if (almost) no pushed place fits as well as it does; the share of those that do is the probability of
saying something wrong, and it is kept small by that, not by any figure fitted to a city.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from circle15.inputs.facilities.fit_buildings import SHAPES as BUILDING_SHAPES
from circle15.inputs.facilities.fit_buildings import building_classes
from circle15.inputs.facilities.fit_evidence import class_score, tilt_score
from circle15.inputs.facilities.fit_names import SHAPES as NAME_SHAPES
from circle15.inputs.facilities.fit_names import name_classes
from circle15.inputs.facilities.fit_people import TILTS, people_at
from circle15.inputs.facilities.fit_places import SHAPES as PLACE_SHAPES
from circle15.inputs.facilities.fit_places import named_units, place_classes
from circle15.inputs.facilities.fit_streets import SHAPES as STREET_SHAPES
from circle15.inputs.facilities.fit_streets import street_classes, street_distances, street_tree
from circle15.inputs.facilities.fit_trials import CANDIDATES, make_trials

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyproj
    from numpy.typing import NDArray
    from scipy.spatial import cKDTree

    from circle15.inputs.facilities.fit_names import Named
    from circle15.inputs.facilities.fit_trials import Trials
    from circle15.model.network import StreetNetwork
    from circle15.model.population import PopulationGrid
    from circle15.model.study import Datum
    from circle15.model.zones import Zones

    Floats = NDArray[np.float64]
    Outcome = Literal["as_declared", "looks_like", "undecided"]

# With fewer places any accident looks like a pattern.
LEAST_PLACES = 10
# The share of trials, itself included, that may fit as well as a datum that is believed: of some 700 no other one.
BELIEVED = 0.0025
# The datum believed must be this many times as likely as the next: 20 to 1.
ODDS = np.log(20.0)
# And this many times as likely as the best of the pushes, 10 to 1: where nothing fits, the best of three datums is
# ahead of some 700 pushes by a hair more often than one in 700.
LEAD = np.log(10.0)


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known to lie right, all in the same metres.

    Attributes
    ----------
    to_metres
        From WGS 84 degrees.
    streets
        The streets as ``fit_streets.street_tree`` gives them.
    zones, population
        The study's.
    footprints
        A tree of building polygons; empty where none are given.
    named
        Streets and estates by their names.
    """

    to_metres: pyproj.Transformer
    streets: cKDTree
    zones: Zones
    population: PopulationGrid | None
    footprints: shapely.STRtree
    named: Named = field(default_factory=dict)


def truth_of(
    network: StreetNetwork,
    zones: Zones,
    population: PopulationGrid | None,
    footprints: NDArray[np.object_],
    to_metres: pyproj.Transformer,
    named: Named,
) -> Truth:
    """Gather what lists are held against."""
    footprint_tree = shapely.STRtree(footprints)
    return Truth(to_metres, street_tree(network), zones, population, footprint_tree, named)


@dataclass(frozen=True, eq=False)
class Fit:
    """How well a list fits on every datum, in the order of ``CANDIDATES``.

    Attributes
    ----------
    places
        Distinct places tried.
    pushes
        Trials that mean nothing.
    scores
        By kind of evidence: log-likelihood ratio of every datum against a place that means nothing, (3,).
    total
        Their sum, (3,).
    chance
        The probability that a place that means nothing fits as well, (3,).
    street_m
        Median metres to the nearest street, (3,), inf beyond 500 m.
    lead
        How far the total is ahead of the best of the pushes, (3,).
    """

    places: int
    pushes: int
    scores: dict[str, Floats]
    total: Floats
    chance: Floats
    street_m: Floats
    lead: Floats


@dataclass(frozen=True)
class Verdict:
    """What a fit says of a declaration: ``datum`` is the datum that fits, None where undecided."""

    outcome: Outcome
    datum: Datum | None
    odds: float


def fit_list(lon: Floats, lat: Floats, texts: Sequence[str], truth: Truth) -> Fit | None:
    """Try a list on every datum.

    Parameters
    ----------
    lon, lat
        The degrees that the list says, shape (n,), NaN-free.
    texts
        Of every row its name and address.
    truth
        What lies right.

    Returns
    -------
    Fit
        None where GCJ-02 shifts nothing: outside China.
    """
    trials = make_trials(lon, lat, truth.to_metres)
    if trials is None:
        return None
    metres = street_distances(trials, truth.streets)
    scores = {"streets": class_score(street_classes(metres), STREET_SHAPES, trials.pushed)}
    told = [texts[row] for row in trials.points]
    scores |= _of_buildings(trials, truth) | _of_places(trials, told, truth) | _of_names(trials, told, truth)
    if truth.population is not None:
        scores["people"] = tilt_score(people_at(trials, truth.population), TILTS, trials.pushed)
    total = np.sum(list(scores.values()), axis=0)
    datums = slice(0, len(CANDIDATES))
    return Fit(
        len(trials.points),
        len(total) - len(CANDIDATES),
        {kind: score[datums] for kind, score in scores.items()},
        total[datums],
        chance(total, len(CANDIDATES)),
        np.median(metres[datums], axis=1),
        total[datums] - total[len(CANDIDATES) :].max(),
    )


def chance(total: Floats, datums: int) -> Floats:
    """Of the first ``datums`` scores the share of the others that are as high, counting itself among them.

    Examples
    --------
    >>> chance(np.array([5.0, 1.0, 0.0, 2.0, 1.0]), 2).tolist()
    [0.25, 0.75]
    """
    pushed = total[datums:]
    as_high = (pushed[None, :] >= total[:datums, None]).sum(axis=1)
    share: Floats = (1.0 + as_high) / (1.0 + len(pushed))
    return share


def _of_buildings(trials: Trials, truth: Truth) -> dict[str, Floats]:
    if not len(truth.footprints.geometries):
        return {}
    return {"buildings": class_score(building_classes(trials, truth.footprints), BUILDING_SHAPES, trials.pushed)}


def _of_places(trials: Trials, texts: Sequence[str], truth: Truth) -> dict[str, Floats]:
    """One kind of evidence per level below the whole area, where rows name units of it."""
    scores = {}
    for level in truth.zones.levels[1:]:
        units = named_units(texts, truth.zones, level)
        if units:
            scores[level] = class_score(place_classes(trials, units), PLACE_SHAPES, trials.pushed)
    return scores


def _of_names(trials: Trials, texts: Sequence[str], truth: Truth) -> dict[str, Floats]:
    classes = name_classes(trials, texts, truth.named)
    return {"names": class_score(classes, NAME_SHAPES, trials.pushed)} if classes.size else {}


def verdict(fit: Fit, declared: Datum) -> Verdict:
    """Whether a list fits as declared, fits as another datum, or says too little.

    Examples
    --------
    >>> total = np.array([40.0, -3.0, -5.0])
    >>> fit = Fit(60, 799, {}, total, np.array([1, 500, 600]) / 800, np.zeros(3), total - 9.0)
    >>> verdict(fit, "cgcs2000").outcome, verdict(fit, "gcj02").outcome, verdict(fit, "gcj02").datum
    ('as_declared', 'looks_like', 'wgs84')
    """
    next_best, best = np.argsort(fit.total, kind="stable")[-2:]
    odds = float(fit.total[best] - fit.total[next_best])
    fits = CANDIDATES[int(best)]
    right = fits == ("wgs84" if declared == "cgcs2000" else declared)
    believed = fit.chance[best] <= BELIEVED and odds >= ODDS and fit.lead[best] >= LEAD
    if fit.places < LEAST_PLACES or not believed:
        return Verdict("undecided", None, odds)
    return Verdict("as_declared" if right else "looks_like", fits, odds)
