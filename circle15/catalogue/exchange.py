"""A catalogue as plain JSON values, and back, without loss."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from circle15.catalogue.checks import faults_of_catalogue
from circle15.catalogue.entries import Catalogue
from circle15.catalogue.shape import Spot, read_entry
from circle15.errors import Faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Group, Service, Speed
    from circle15.errors import ConfigurationError


def catalogue_to_dict(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as dicts, lists, texts and numbers only, in its own order.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> catalogue = load_catalogue()
    >>> catalogue_from_dict(catalogue_to_dict(catalogue)) == catalogue
    True
    """
    plain: dict[str, Any] = json.loads(json.dumps(asdict(catalogue), allow_nan=False))
    return plain


def catalogue_from_dict(plain: Mapping[str, Any], file: str = "run.json") -> Catalogue:
    """The catalogue that ``catalogue_to_dict`` gave.

    Parameters
    ----------
    plain
        What was saved.
    file
        Where it was saved, for the sentence of a fault.

    Raises
    ------
    Faults
        The values are not those of a catalogue, for instance because someone edited them.
    """
    faults: list[ConfigurationError] = []
    spot = Spot(file, "catalogue")
    catalogue = read_entry(Catalogue, dict(plain), spot, faults)
    if catalogue is not None:
        faults += faults_of_catalogue(catalogue, _spots(catalogue, spot))
    if catalogue is None or faults:
        raise Faults(faults)
    return catalogue


def _spots(catalogue: Catalogue, spot: Spot) -> dict[tuple[str, str], Spot]:
    kinds: dict[str, Mapping[str, Service | Group | Speed]] = {
        "services": catalogue.services,
        "groups": catalogue.groups,
        "speeds": catalogue.speeds,
    }
    return {(kind, entry.id): spot.key(kind).key(key) for kind, found in kinds.items() for key, entry in found.items()}
