"""The weights that a study states, and the other schemes beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.weights.ahp import checked_matrix, consistent_weights
from circle15.assess.weights.given import equal_weights, given_weights, service_weights
from circle15.errors import Circle15Error, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Catalogue, Label, Service
    from circle15.model.study import IndexSettings

WHERE = "study.toml [index.comparisons]"


def chosen_scheme(settings: IndexSettings) -> str:
    """``equal``, ``expert`` or ``ahp``: what the study says, else what it gives.

    Raises
    ------
    ConfigurationError
        A scheme is asked for whose weights or comparisons are not there.
    """
    given = {"expert": bool(settings.weights), "ahp": bool(settings.comparisons), "equal": True}
    if settings.scheme is not None:
        if not given[settings.scheme]:
            raise ConfigurationError(f"weights.no_{settings.scheme}")
        return settings.scheme
    return next(scheme for scheme, there in given.items() if there)


def study_weights(catalogue: Catalogue, settings: IndexSettings) -> dict[str, float]:
    """The weight of each service by the scheme that the study has chosen; they add up to 1.

    Raises
    ------
    ConfigurationError, Faults
        As ``service_weights``, ``compared_weights`` and ``chosen_scheme``.
    """
    return scheme_weights(catalogue, settings, chosen_scheme(settings))


def scheme_weights(catalogue: Catalogue, settings: IndexSettings, scheme: str) -> dict[str, float]:
    """The weight of each service by a stated scheme (``equal``, ``expert``, ``ahp``), by service id."""
    services = list(catalogue.services.values())
    if scheme == "ahp":
        return compared_weights(catalogue, settings.comparisons, settings.comparisons_file or WHERE)
    return service_weights(services, settings.weights if scheme == "expert" else None)


def stated_schemes(catalogue: Catalogue, settings: IndexSettings) -> dict[str, dict[str, float]]:
    """Weights by every scheme that the study gives what is needed for; the chosen one first.

    A scheme that is not the chosen one and is at fault is left out: the index does not rest on it.
    """
    first = chosen_scheme(settings)
    schemes = {first: scheme_weights(catalogue, settings, first)}
    given = {"equal": True, "expert": bool(settings.weights), "ahp": bool(settings.comparisons)}
    for scheme in (scheme for scheme, there in given.items() if there and scheme != first):
        try:
            schemes[scheme] = scheme_weights(catalogue, settings, scheme)
        except Circle15Error:
            continue
    return schemes


def settings_of_some(catalogue: Catalogue, settings: IndexSettings, services: Sequence[str]) -> IndexSettings:
    """The settings under which some of a study's services are scored alone: by the same scheme, weights scaled up.

    Equal weights are equal over the domains of these services; stated ones keep their proportions.

    Parameters
    ----------
    catalogue
        All of the study's services.
    settings
        The study's own.
    services
        Ids of those that are scored.

    Raises
    ------
    ConfigurationError, Faults
        As ``study_weights``.
    """
    scheme = chosen_scheme(settings)
    own: dict[str, float] = {}
    if scheme != "equal":
        whole = scheme_weights(catalogue, settings, scheme)
        own = {id_: whole[id_] for id_ in services}
    changes = {"scheme": "expert" if own else "equal", "weights": own, "comparisons": {}, "comparisons_file": None}
    return settings.model_copy(update=changes)


def compared_weights(
    catalogue: Catalogue, comparisons: Mapping[str, Mapping[str, float]], where: str = WHERE
) -> dict[str, float]:
    """Weights from comparisons of all services, or of all domains, whose services share the domain's weight equally.

    Parameters
    ----------
    catalogue
        The study's services and domains.
    comparisons
        ``comparisons[a][b]``: how many times as important a is as b; by id or name; every pair in one direction at
        least.
    where
        The file, or the part of ``study.toml``, where they stand.

    Raises
    ------
    ConfigurationError, Faults
        Names that are neither all services nor all domains, a pair that is missing, judgements that cannot be, or a
        consistency ratio above 0.1.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue, narrow_catalogue
    >>> catalogue = narrow_catalogue(load_catalogue(), ["childcare", "clinic"], {}, {})
    >>> compared_weights(catalogue, {"childcare": {"clinic": 3}})
    {'childcare': 0.75, 'clinic': 0.25}
    """
    services = list(catalogue.services.values())
    labels = {service.id: service.label for service in services}
    domains = {service.domain: catalogue.domains[service.domain].label for service in services}
    said = {name for row, judgements in comparisons.items() for name in (row, *judgements)}
    own = _numbered(labels, said)
    if own is not None:
        weights = _weights(labels, own, comparisons, where)
        return given_weights(services, weights)
    of_domains = _numbered(domains, said)
    if of_domains is None:
        known = "、".join(label.zh for label in (*domains.values(), *labels.values()))
        raise ConfigurationError("weights.unknown_names", where=where, found="、".join(sorted(said)), known=known)
    return _within_domains(services, _weights(domains, of_domains, comparisons, where))


def _numbered(labels: Mapping[str, Label], said: set[str]) -> dict[str, int] | None:
    """The place of each name among ``labels``, by id or in either language; None where a name is no such."""
    places: dict[str, int] = {}
    for place, (id_, label) in enumerate(labels.items()):
        places |= dict.fromkeys((id_, label.zh, label.en), place)
    return places if said <= set(places) else None


def _weights(
    labels: Mapping[str, Label],
    places: Mapping[str, int],
    comparisons: Mapping[str, Mapping[str, float]],
    where: str,
) -> dict[str, float]:
    names = [label.zh for label in labels.values()]
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for row, judgements in comparisons.items():
        for column, value in judgements.items():
            matrix[places[row], places[column]] = value
    _fill_reverse(matrix)
    missing = [f"{names[a]}/{names[b]}" for a, b in np.argwhere(np.isnan(np.triu(matrix)))]
    if missing:
        raise ConfigurationError("weights.pairs_missing", where=where, pairs="、".join(missing))
    weights = consistent_weights(names, checked_matrix(names, matrix, where), where)
    return dict(zip(labels, weights.tolist(), strict=True))


def _fill_reverse(matrix: np.ndarray) -> None:
    """A judgement said in one direction holds in the other."""
    for row, column in np.argwhere(np.isnan(matrix)):
        reverse = matrix[column, row]
        if np.isfinite(reverse) and reverse > 0:
            matrix[row, column] = 1.0 / reverse


def _within_domains(services: Sequence[Service], of_domain: Mapping[str, float]) -> dict[str, float]:
    """A domain's weight divided equally among its services."""
    equal = equal_weights(services)
    domains = len(of_domain)
    return {service.id: equal[service.id] * domains * of_domain[service.domain] for service in services}
