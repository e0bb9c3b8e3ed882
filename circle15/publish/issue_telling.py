"""Reasons, fixes and evidence of issues in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from circle15.publish.reasons import reason_in_words
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Service
    from circle15.publish.issue_rows import Listing

PLACES = ("full", "capacity_unknown")


def reason_of(sighting: Mapping[str, Any], lang: str) -> str:
    """Why its people are badly off."""
    if sighting["reason"] in PLACES:
        return say(f"issues.reason_{sighting['reason']}", lang)
    return reason_in_words(sighting["reason"], sighting["mode"], lang)


def fix_of(sighting: Mapping[str, Any], service: Service | None, lang: str) -> str:
    """The cheapest fix and whom it would serve, of how many."""
    facts = {"people": persons(sighting["fix_people"]), "of": persons(sighting["people"])}
    fix = sighting["fix"]
    if fix == "site":
        key = "issues.fix_site" if sighting["fix_people"] > 0 else "issues.fix_site_none"
        return say(key, lang, **(facts if sighting["fix_people"] > 0 else {}))
    if not sighting["fix_facility_id"]:
        return say("issues.fix_places_outside", lang)
    facility = sighting["fix_facility"] or sighting["fix_facility_id"]
    if fix == "path":
        return say("issues.fix_path", lang, facility=facility, metres=round(sighting["fix_straight_m"]), **facts)
    if fix == "report":
        return say("issues.fix_report", lang, facility=facility)
    unit = (
        say("issues.places_unit", lang) if service is None or service.capacity_unit is None else service.capacity_unit
    )
    return say("issues.fix_places", lang, facility=facility, places=round(sighting["fix_places"]), unit=unit, **facts)


def persons(people: float) -> str:
    """People as a number that is read: whole, and never nought where there is somebody.

    Examples
    --------
    >>> persons(1234.4), persons(0.3), persons(0.0)
    ('1,234', '<1', '0')
    """
    if math.isnan(people):
        return "-"
    return "<1" if 0 < people < 0.5 else f"{people:,.0f}"


def evidence_of(
    state: Mapping[str, Any],
    sightings: dict[str, dict[str, Any]],
    checks: dict[str, dict[str, Any]],
    listing: Listing,
    lang: str,
) -> str:
    """What shows that an issue is in its state, in numbers."""
    period, kind = state["period"], state["state"]
    check, now = checks.get(period), sightings.get(period)
    parts = []
    if kind == "new":
        parts = _origin(state["id"], listing, lang)
    if kind == "returned":
        parts = [_returned(state, listing, lang)]
    if check is not None and kind not in ("new", "returned", "unchecked"):
        parts = [_progress(check, now, lang), *_left(kind, check, lang)]
    if kind in ("new", "returned") and now is not None and now["lost_facility"]:
        parts.append(say("issues.evidence_lost", lang, facility=now["lost_facility"]))
    if kind == "unchecked":
        parts = [say("issues.evidence_unchecked", lang)]
    return say("issues.between", lang).join(part for part in parts if part)


def _origin(id_: str, listing: Listing, lang: str) -> list[str]:
    origin = listing.issued[id_]["origin"]
    return [say("issues.evidence_origin", lang, origin=origin)] if origin else []


def _returned(state: Mapping[str, Any], listing: Listing, lang: str) -> str:
    """When it was closed before, and how many people are in it again."""
    periods = listing.registry.periods
    closings = listing.closings[state["id"]]
    before = [each for each in closings if periods.index(each) < periods.index(state["period"])]
    return say("issues.evidence_returned", lang, closed=before[-1], people=persons(state["people"]))


def _progress(check: Mapping[str, Any], now: Mapping[str, Any] | None, lang: str) -> str:
    """How many there were, how many of those places are served now and by what."""
    served = max(check["people_now"] - check["still"], 0.0)
    facts = {"before": persons(check["people_before"]), "now": persons(check["people_now"])}
    if check["people_now"] == 0:
        return say("issues.evidence_nobody", lang, before=facts["before"])
    if served < 0.5 and now is not None:
        return say("issues.evidence_none", lang, before=facts["before"], people=persons(now["people"]))
    told = say("issues.evidence_served", lang, **facts, served=persons(served))
    return told + _by_what(check, lang)


def _by_what(check: Mapping[str, Any], lang: str) -> str:
    if not check["facility"] or math.isnan(check["served_m"]):
        return ""
    change = say(f"issues.change_{check['change'] or 'none'}", lang)
    figures = {"metres": f"{check['served_m']:,.0f}", "minutes": f"{check['served_min']:.1f}"}
    return say("issues.evidence_facility", lang, change=change, facility=check["facility"], **figures)


def _left(kind: str, check: Mapping[str, Any], lang: str) -> list[str]:
    """Who is left, where the state alone does not say."""
    if kind == "merged":
        return [say("issues.evidence_merged", lang, still=persons(check["still"]), into=check["into"])]
    if kind == "remaining":
        return [say("issues.evidence_remaining", lang, still=persons(check["still"]))]
    if kind == "closed" and check["still"] > 0:
        return [say("issues.evidence_left", lang, still=persons(check["still"]))]
    return []
