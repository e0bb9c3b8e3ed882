"""What a siting found, in sentences written from its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.results.siting import ALSO
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.catalogue.entries import Catalogue
    from circle15.results.siting import SitingRecord

# Fewer would be told as nobody.
LEAST_PERSONS = 0.5
# Scores that differ by less are shown alike.
NOTHING = 5e-5
UNITS_TOLD = 5
REASONS = ("too_far", "island", "off_network")


def heading(record: SitingRecord, lang: str) -> str:
    """The place, the period and what the proposal is called."""
    return say("sited.heading", lang, place=record.place, period=record.period, name=record.name)


def siting_told(record: SitingRecord, catalogue: Catalogue, lang: str) -> list[str]:
    """Everything that a siting found, the most important first."""
    return [*lead_told(record, catalogue, lang), *remarks_told(record, lang)]


def lead_told(record: SitingRecord, catalogue: Catalogue, lang: str) -> list[str]:
    """What comes first: who is reached, what was sought where that is something else, and how good the plan is."""
    return [reached_told(record, catalogue, lang), *_objective_told(record, lang), proof_told(record, lang)]


def remarks_told(record: SitingRecord, lang: str) -> list[str]:
    """Everything else, the most important first."""
    return [
        *_also_told(record, lang),
        *_changed_told(record, lang),
        *_score_told(record, lang),
        *_towns_told(record, lang),
        *_knee_told(record, lang),
        *_equity_told(record, lang),
        *unreachable_told(record, lang),
        *_trade_off_told(record, lang),
        *(note.sentence(lang) for note in record.notes if note.key != ALSO),
    ]


def effects_told(record: SitingRecord, catalogue: Catalogue, lang: str) -> list[str]:
    """What the plan does, without how it was found: what the command tells after the plan itself."""
    return [
        reached_told(record, catalogue, lang),
        *_also_told(record, lang),
        *_changed_told(record, lang),
        *_score_told(record, lang),
        *_towns_told(record, lang),
        *_equity_told(record, lang),
        *unreachable_told(record, lang),
        *_trade_off_told(record, lang),
    ]


def reached_told(record: SitingRecord, catalogue: Catalogue, lang: str) -> str:
    """How many more people the plan reaches."""
    gained = record.reached_after - record.reached_before
    facts = {
        "service": catalogue.services[record.service].label,
        "group": catalogue.groups[record.group].label,
        "sites": len(record.new_sites),
        "before": record.reached_before,
        "after": record.reached_after,
        "gained": abs(gained),
        "persons": record.persons,
        "share_before": _share(record.reached_before, record.persons),
        "share_after": _share(record.reached_after, record.persons),
    }
    if not len(record.sites) and not record.scenario.resized:
        key = "sited.told_none" if record.sites_asked else "sited.told_none_asked"
        return say(key, lang, **{name: facts[name] for name in ("service", "group", "before", "persons")})
    named = {name: facts.pop(name) for name in ("service", "sites")}
    facts["deed"] = _deed(record, named, lang)
    if abs(gained) < LEAST_PERSONS:
        return say("sited.told_alike", lang, **{name: facts[name] for name in ("deed", *ALIKE)})
    return say("sited.told_reached" if gained > 0 else "sited.told_lost", lang, **facts)


ALIKE = ("group", "before", "persons", "share_before")


def _deed(record: SitingRecord, named: Mapping[str, object], lang: str) -> str:
    """What is done: sites that are new, else those that are there and grow or close."""
    closed = len(record.scenario.closed)
    if len(record.new_sites) and closed:
        return say("sited.deed_moved", lang, closed=closed, **named)
    if len(record.new_sites):
        return say("sited.deed_new", lang, **named)
    return say("sited.deed_changed", lang, service=named["service"])


def _also_told(record: SitingRecord, lang: str) -> list[str]:
    """The same of the further services that the sites take in."""
    return [note.sentence(lang) for note in record.notes if note.key == ALSO]


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def proof_told(record: SitingRecord, lang: str) -> str:
    """Whether any other choice could be better, and by how much."""
    if record.proven:
        return say("sited.told_proven", lang, candidates=record.candidates)
    return say("sited.told_gap", lang, candidates=record.candidates, bound=record.bound, gap=record.gap)


def _objective_told(record: SitingRecord, lang: str) -> list[str]:
    """The value that was sought, where it is not the people within reach."""
    if record.objective == "people" or not math.isfinite(record.value):
        return []
    sought = sought_word(record.objective, record.sites["cost"])
    return [value_told(sought, record.before, record.value, record.persons, lang)]


def sought_word(objective: str, costs: pd.Series) -> str:
    """The objective; of the fewest sites ``cheapest`` where what they cost is known, which is then what is least."""
    return "cheapest" if objective == "everyone" and len(costs) and costs.notna().all() else objective


def value_told(objective: str, before: float, value: float, persons: float, lang: str) -> str:
    """What was sought, before and after; without a figure before where some reach no site that is there."""
    if math.isfinite(before):
        return say(f"siting.value_{objective}", lang, before=before, value=value, persons=persons)
    return say("siting.value_longest_now", lang, value=value, persons=persons)


def _changed_told(record: SitingRecord, lang: str) -> list[str]:
    """What happens to existing sites."""
    counts = {"closed": len(record.scenario.closed), "grown": len(record.scenario.resized)}
    return [say(f"sited.told_{what}", lang, **{what: count}) for what, count in counts.items() if count]


def _score_told(record: SitingRecord, lang: str) -> list[str]:
    whole = record.units.iloc[0]
    ends = [float(whole[f"balanced_access_{when}"]) for when in ("before", "after")]
    if any(math.isnan(end) for end in ends):
        return []
    return [say("sited.told_score", lang, name=whole["name"], before=ends[0] * 100, after=ends[1] * 100)]


def _towns_told(record: SitingRecord, lang: str) -> list[str]:
    """The towns whose coverage rises most."""
    towns = record.units[record.units["level"] == towns_level(record)]
    step = towns["reached_after"] - towns["reached_before"]
    up = towns.assign(step=step)[step >= LEAST_PERSONS].sort_values(["step", "code"], ascending=[False, True])
    if len(towns) < 2 or not len(up):
        return []
    told = say("siting.between", lang).join(
        say("sited.town_step", lang, name=row["name"], persons=row["step"])
        for row in up.head(UNITS_TOLD).to_dict("records")
    )
    return [say("sited.told_towns", lang, count=len(up), of=len(towns), towns=told)]


def towns_level(record: SitingRecord) -> str:
    """The level by which units are listed: towns, else the narrowest."""
    levels = list(dict.fromkeys(record.units["level"]))
    return "town" if "town" in levels else levels[-1]


def _knee_told(record: SitingRecord, lang: str) -> list[str]:
    return [] if record.knee is None else [say("sited.told_knee", lang, sites=record.knee)]


def _equity_told(record: SitingRecord, lang: str) -> list[str]:
    """Where those live who gain, beside where all live."""
    lines = []
    for kind, id_ in (("town", "lowest"), ("class", "rural")):
        own = record.groups[record.groups["kind"] == kind]
        gained, persons = float(own["gained"].sum()), float(own["persons"].sum())
        row = own[own["id"] == id_]
        if gained >= LEAST_PERSONS and len(row) and len(own) > 1:
            shares = {
                "of_gain": float(row["gained"].iloc[0]) / gained,
                "of_people": float(row["persons"].iloc[0]) / persons,
            }
            lines.append(say(f"sited.told_{id_}", lang, **shares))
    return lines


def unreachable_told(record: SitingRecord, lang: str) -> list[str]:
    """How many people no candidate reaches, why, and where."""
    table = record.unreachable_units
    persons = float(table["persons"].sum())
    if persons < LEAST_PERSONS:
        return [say("sited.told_almost_reachable" if len(table) else "sited.told_all_reachable", lang)]
    mark = say("siting.between", lang)
    sums = table.groupby("reason")["persons"].sum()
    reasons = [
        say("sited.reason_count", lang, reason=say(f"sited.reason_{reason}", lang), persons=float(sums[reason]))
        for reason in REASONS
        if sums.get(reason, 0.0) >= LEAST_PERSONS
    ]
    units = table.groupby(["unit", "unit_name"], sort=True)["persons"].sum().reset_index()
    units = units[units["persons"] >= LEAST_PERSONS].sort_values(["persons", "unit"], ascending=[False, True])
    most = units.head(UNITS_TOLD).to_dict("records")
    told = mark.join(say("sited.town_step", lang, name=row["unit_name"], persons=row["persons"]) for row in most)
    facts = {"persons": persons, "count": len(units), "reasons": mark.join(reasons), "units": told}
    return [say("sited.told_unreachable", lang, **facts)]


def _trade_off_told(record: SitingRecord, lang: str) -> list[str]:
    table = record.trade_off
    if len(table) < 2:
        return []
    first, last = table.iloc[0], table.iloc[-1]
    lost, won = float(first["people"] - last["people"]), float(last["index"] - first["index"])
    if lost < LEAST_PERSONS and won < LEAST_PERSONS:
        return [say("sited.told_no_trade", lang)]
    return [say("sited.told_trade", lang, lost=lost, won=won)]
