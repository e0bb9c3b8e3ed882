"""A study's own number of places that there ought to be, put in the place of the catalogue's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Supply
from circle15.catalogue.narrow import restated
from circle15.errors import ConfigurationError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Catalogue


def with_own_supply(catalogue: Catalogue, per_1000_group: Mapping[str, float]) -> Catalogue:
    """The catalogue with a study's own places per 1000 of the group, marked as the study's own choice.

    Parameters
    ----------
    catalogue
        The narrowed catalogue of the study; it is left as it is.
    per_1000_group
        By service id; services that the study does not use are passed over.

    Raises
    ------
    ConfigurationError, Faults
        The lists of a service count no places.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> canteen = with_own_supply(load_catalogue(), {"canteen": 40.0}).services["canteen"]
    >>> canteen.supply, canteen.unchecked_values()[-1]
    (Supply(per_1000=40.0, of='group'), 'supply')
    """
    own = {key: number for key, number in per_1000_group.items() if key in catalogue.services}
    services = dict(catalogue.services)
    raise_faults(
        [
            ConfigurationError("supply.not_for_a_number", service=key, label=services[key].label)
            for key in own
            if services[key].capacity_unit is None
        ]
    )
    for key, number in own.items():
        sources = restated(services[key], ("supply",))
        services[key] = replace(services[key], supply=Supply(number, "group"), sources=sources)
    return replace(catalogue, services=services)
