"""What each field of the layers and tables means, as a table beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.circles import further_column, joined_column
from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.tables import ROOMS
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Mode
    from circle15.results import Results

GEOMETRY = "geometry"
FIELD_COLUMNS = ("layer", "field", "meaning")
# What follows a service's id in the name of a field.
OF_SERVICE = ("m", "facility", "mode", "covered", "coverage", "served_share")
LEVELS = ("place", "county", "town", "village")
FLAG = "flag_"
MODES: tuple[Mode, ...] = ("walk", "cycle", "drive")


def fields_table(layers: Mapping[str, pd.DataFrame], results: Results, lang: str) -> pd.DataFrame:
    """``layer, field, meaning`` of every field of ``layers`` but the shapes; "" where there is nothing to say."""
    composed = _composed(results, lang)
    rows = [
        (layer, str(field), _meaning(layer, str(field), composed, lang))
        for layer, frame in layers.items()
        for field in frame
        if field != GEOMETRY
    ]
    return pd.DataFrame(rows, columns=list(FIELD_COLUMNS)).astype("str")


def _meaning(layer: str, field: str, composed: Mapping[str, str], lang: str) -> str:
    """A layer's own meaning of a field first, then the common one."""
    own = next(
        (
            key
            for name in (f"field_{layer}_{field}", f"field_{field}")
            for key in (f"{room}.{name}" for room in ROOMS)
            if key in phrasebook(lang)
        ),
        "",
    )
    if own:
        return say(own, lang)
    if field.startswith(FLAG):
        return say("tables.field_flag", lang, flag=field.removeprefix(FLAG))
    return composed.get(field, "")


def _composed(results: Results, lang: str) -> dict[str, str]:
    """Fields whose names are made of the id of a service, a group or a level."""
    services = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    services[ALL_SERVICES] = say("tables.all_services", lang)
    of_services = {
        f"{id_}_{end}": say(f"tables.field_of_service_{end}", lang, service=label)
        for id_, label in services.items()
        for end in OF_SERVICE
    }
    of_services |= {
        further_column(id_, mode): say(f"tables.field_of_service_by_{mode}", lang, service=label)
        for id_, label in services.items()
        for mode in MODES
    }
    joined = {joined_column(mode): say(f"tables.field_on_network_{mode}", lang) for mode in MODES if mode != "walk"}
    groups = results.catalogue.groups.items()
    persons = {f"persons_{id_}": say("tables.field_persons", lang, group=group.label) for id_, group in groups}
    codes = {
        f"{level}_code": say("tables.field_level_code", lang, level=say(f"terms.{level}", lang)) for level in LEVELS
    }
    return of_services | joined | persons | codes
