"""How much each service counts in the index: a stated choice, never fitted to the data."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service


def service_weights(services: Sequence[Service], overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """Weights that add up to 1: the study's own, or else the default.

    Parameters
    ----------
    services
        The study's services.
    overrides
        ``[index] weights`` of the study, by service id; of any sum. Empty for the default.

    Raises
    ------
    ConfigurationError
        Weights are given for some services only, for a service that the study does not use, or are negative,
        not finite or all 0.
    """
    if not services:
        raise ConfigurationError("assess.no_services")
    return given_weights(services, overrides) if overrides else equal_weights(services)


def equal_weights(services: Sequence[Service]) -> dict[str, float]:
    """Equal over domains, then equal within a domain: a domain with many lists does not outvote the others."""
    of_domain = Counter(service.domain for service in services)
    return {service.id: 1.0 / len(of_domain) / of_domain[service.domain] for service in services}


def given_weights(services: Sequence[Service], weights: Mapping[str, float]) -> dict[str, float]:
    """The study's own weights, scaled to add up to 1.

    Raises
    ------
    ConfigurationError
        As for ``service_weights``.
    """
    ids = [service.id for service in services]
    missing = [service for service in ids if service not in weights]
    unknown = sorted(set(weights) - set(ids))
    if missing:
        raise ConfigurationError("assess.weights_missing", services="、".join(missing))
    if unknown:
        raise ConfigurationError("assess.weights_unknown", services="、".join(unknown), known="、".join(ids))
    for service in ids:
        if not (math.isfinite(weights[service]) and weights[service] >= 0):
            raise ConfigurationError("assess.weight_wrong", service=service, weight=weights[service])
    whole = math.fsum(weights[service] for service in ids)
    if whole == 0:
        raise ConfigurationError("assess.weights_zero")
    return {service: weights[service] / whole for service in ids}
