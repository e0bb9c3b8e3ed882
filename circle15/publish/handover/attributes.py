"""The fields of a layer in a planner's words: their names, and what their codes stand for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.circles import further_column, joined_column
from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.fields import FLAG, GEOMETRY, LEVELS, MODES, OF_SERVICE
from circle15.publish.tables import ROOMS
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.results import Results

# Words for fields that no sheet shows, or shows under another name.
ALIAS = "handover.alias_"
REASONS = ("none_near", "barrier", "just_beyond", "island", "off_network")
FATES = ("used", "fixed", "excluded")
STATES = ("unknown", "none", "short", "full", "spare")
CLASSES = ("urban", "rural")
YES_NO = ("inside", "on_network", "network_gap")
YES_NO_ENDS = ("_covered", "_on_network")


@dataclass(frozen=True)
class Attribute:
    """One field: its name in the file, its name in words, and its codes with what each stands for."""

    name: str
    alias: str
    codes: Mapping[str, str]


def attributes(layer: str, frame: pd.DataFrame, results: Results, lang: str) -> tuple[Attribute, ...]:
    """The fields of one layer or table but its shapes, in their order; no two bear the same name in words."""
    composed, codes = _composed(results, lang), codes_of(results, lang)
    names = [str(field) for field in frame if field != GEOMETRY]
    aliases = [_alias(name, composed, lang) for name in names]
    counted = Counter(aliases)
    told = [f"{alias} {name}" if counted[alias] > 1 else alias for name, alias in zip(names, aliases, strict=True)]
    return tuple(Attribute(name, alias, _codes(layer, name, codes)) for name, alias in zip(names, told, strict=True))


def _alias(name: str, composed: Mapping[str, str], lang: str) -> str:
    """The header of a sheet first; then what is made of a service's, group's or level's name; else the name itself."""
    if name in composed:
        return composed[name]
    keys = (f"{ALIAS}{name}", *(f"{room}.{name}" for room in ROOMS))
    key = next((key for key in keys if key in phrasebook(lang)), "")
    if key:
        return say(key, lang)
    return name.removeprefix(FLAG) if name.startswith(FLAG) else name


def _composed(results: Results, lang: str) -> dict[str, str]:
    services = service_names(results, lang)
    ends = {
        f"{id_}_{end}": say(f"handover.of_service_{end}", lang, service=label)
        for id_, label in services.items()
        for end in OF_SERVICE
    }
    modes = {mode: say(f"rules.mode_{mode}", lang) for mode in MODES}
    ends |= {
        further_column(id_, mode): say("handover.of_service_by_mode", lang, service=label, mode=modes[mode])
        for id_, label in services.items()
        for mode in MODES
    }
    joined = {joined_column(mode): say("handover.joined", lang, mode=modes[mode]) for mode in MODES if mode != "walk"}
    groups = {
        f"persons_{id_}": say("handover.persons_of", lang, group=group.label.in_language(lang))
        for id_, group in results.catalogue.groups.items()
    }
    levels = {f"{level}_code": say("handover.code_of", lang, level=say(f"terms.{level}", lang)) for level in LEVELS}
    return ends | joined | groups | levels


def service_names(results: Results, lang: str) -> dict[str, str]:
    """Services by id, and all of them together."""
    named = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    return {**named, ALL_SERVICES: say("tables.all_services", lang)}


def codes_of(results: Results, lang: str) -> dict[str, dict[str, str]]:
    """What the codes of each kind stand for, by the name of the field that commonly holds them."""
    return {
        "level": {level: say(f"terms.{level}", lang) for level in LEVELS},
        "service": service_names(results, lang),
        "group": {id_: group.label.in_language(lang) for id_, group in results.catalogue.groups.items()},
        "mode": {mode: say(f"rules.mode_{mode}", lang) for mode in MODES},
        "urban_rural": {kind: say(f"tables.class_{kind}", lang) for kind in CLASSES},
        "reason": {reason: say(f"assess.reason_{reason}", lang) for reason in REASONS},
        "fate": {fate: say(f"tables.fate_{fate}", lang) for fate in FATES},
        "state": {state: say(f"capacity_sheets.state_{state}", lang) for state in STATES},
        "yes_no": {"1": say("tables.yes", lang), "0": say("tables.no", lang)},
    }


def _codes(layer: str, name: str, codes: Mapping[str, dict[str, str]]) -> Mapping[str, str]:
    return codes.get(code_list(layer, name), {})


def code_list(layer: str, name: str) -> str:
    """By which list of codes a field is read; "" where it holds none."""
    if name in YES_NO or name.startswith(FLAG) or name.endswith(YES_NO_ENDS):
        return "yes_no"
    if name == "mode" or name.endswith("_mode"):
        return "mode"
    if name == "reason":
        return "reason" if layer == "underserved" else ""
    if name == "state":
        return "state" if layer == "loads" else ""
    return name if name in ("level", "service", "group", "urban_rural", "fate", "state") else ""
