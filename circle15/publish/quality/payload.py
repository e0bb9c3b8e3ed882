"""What the report's page carries, as plain JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.units import listed_level
from circle15.model.quality import SEVERITIES
from circle15.publish.map.content import lonlat
from circle15.publish.map.payload import BORDER_TOLERANCE_M
from circle15.publish.map.shapes import pack_shapes, thinned, thinned_together
from circle15.publish.offline_page import CONTROLS
from circle15.publish.quality.telling import (
    SEVERITY_SIGNS,
    VERDICT_SIGNS,
    counts_words,
    place_words,
    state_words,
    title_words,
)
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from circle15.model.quality import Finding, FindingGroup, Quality
    from circle15.model.zones import Zones

# So many findings of one kind are listed on the page; the workbook has them all.
MOST_OF_A_KIND = 1000
MICRODEGREE = 1_000_000
# Web Mercator ends there.
NORTHERNMOST = 85.0


def quality_content(quality: Quality, lang: str) -> tuple[dict[str, object], str]:
    """The page's data, and its polygons packed as text."""
    units, packed = _units(quality.zones)
    groups = [_group(group, lang) for severity in SEVERITIES for group in quality.groups(severity)]
    return {
        "lang": lang,
        "words": _words(lang),
        "title": title_words(quality, lang),
        "verdict": quality.verdict,
        "sign": VERDICT_SIGNS[quality.verdict],
        "conclusion": say(f"quality.verdict_{quality.verdict}", lang),
        "next": say(f"quality.next_{quality.verdict}", lang),
        "counts": counts_words(quality, lang),
        "files": _files(quality, lang),
        "signs": dict(SEVERITY_SIGNS),
        "severity_counts": {severity: quality.count(severity) for severity in SEVERITIES},
        "groups": groups,
        **units,
    }, packed


def _words(lang: str) -> dict[str, str]:
    rooms = ("quality.page_", "quality.column_", "quality.severity_", "terms.", *CONTROLS)
    return {key.split(".", 1)[1]: text for key, text in phrasebook(lang).items() if key.startswith(rooms)}


def _files(quality: Quality, lang: str) -> list[dict[str, object]]:
    return [
        {
            "file": account.file,
            "kind": account.label.in_language(lang),
            "state": account.state,
            "told": state_words(account, lang),
            "rows": account.rows_in,
            "used": account.used,
            "fixed": account.fixed,
            "excluded": account.excluded,
            "faults": quality.count("fault", account.file),
            "warnings": quality.count("warning", account.file),
        }
        for account in quality.files
    ]


def _group(group: FindingGroup, lang: str) -> dict[str, object]:
    shown = list(zip(group.numbers, group.findings, strict=True))[:MOST_OF_A_KIND]
    return {
        "severity": group.first.severity,
        "count": len(group.findings),
        "mend": group.first.mend(lang),
        "findings": [_finding(number, finding, lang) for number, finding in shown],
    }


def _finding(number: int, finding: Finding, lang: str) -> dict[str, object]:
    told: dict[str, object] = {
        "n": number,
        "file": finding.source,
        "where": place_words(finding.at, lang),
        "what": finding.sentence(lang),
    }
    at = finding.at
    if at is not None and finding.located and abs(at.lat) <= NORTHERNMOST and abs(at.lon) <= 180.0:
        told["at"] = [round(at.lon * MICRODEGREE), round(at.lat * MICRODEGREE)]
    return told


def _units(zones: Zones | None) -> tuple[dict[str, object], str]:
    """Outlines of the study's area, of its listed units with their names, and of its villages."""
    if zones is None:
        return {"shapes": {"root": [], "town": [], "village": []}, "sections": [], "towns": []}, ""
    listed = listed_level(zones.levels)
    towns = zones.at_level(listed)
    layers = {
        "root": thinned(list(zones.root.geometry), BORDER_TOLERANCE_M),
        "town": thinned_together(list(towns.geometry), BORDER_TOLERANCE_M),
        "village": thinned_together(list(zones.at_level("village").geometry), BORDER_TOLERANCE_M)
        if listed != "village"
        else [],
    }
    packed, starts = pack_shapes([shape for shapes in layers.values() for shape in shapes], zones.crs)
    ends = np.cumsum([len(shapes) for shapes in layers.values()]).tolist()
    shapes = {name: starts[end - len(layers[name]) : end] for name, end in zip(layers, ends, strict=True)}
    inside = lonlat(towns.geometry.representative_point())
    names = [{"name": name, "at": at} for name, at in zip(towns["name"].tolist(), inside, strict=True)]
    return {"shapes": shapes, "sections": packed.sections, "towns": names}, packed.text
