"""The looks of the layers: the colours and classes of the map page, so that all that is handed over looks the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, pairwise, repeat
from typing import TYPE_CHECKING

from circle15.publish.handover.attributes import service_names
from circle15.publish.handover.signs import Dot, Entry, Fill, Lettering, Look, Stroke, quoted_column, quoted_text
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.publish.handover.signs import Geometry, Sign
    from circle15.results import Results

BORDER, FAINT_BORDER, AREA, NO_DATA = "#33464f", "#8b999f", "#8c1d18", "#c9cdcf"
# Light to dark, so that they read in grey too; five fixed classes, so that years compare.
FIFTHS = ("#f1e4d3", "#cfd9cf", "#97bcbb", "#4f8d95", "#12525f")
WITHIN, BEYOND, UNREACHABLE = "#3f8f97", "#f3c87a", "#8a5a52"
BANDS = ("#0b5563", "#3f8f97", "#a3d0c8", "#f3c87a", "#dd7f46")
CHANGED = {
    "path": "#0a7d45", "bridge": "#0a7d45", "gate": "#0a7d45", "block": "#b3123c",
    "open": "#5a3aa0", "close": "#5a3aa0",
}  # fmt: skip
VILLAGE_NAMES_FROM, SITE_NAMES_FROM, AREA_LABELS_FROM = 60_000, 30_000, 50_000
RANKS_ALWAYS = 10
PERCENT = 100


def shares(column: str, lang: str, lettering: Lettering | None = None) -> Look:
    """A choropleth of a share of one: five fixed classes, and 无数据 apart from 0."""
    field = quoted_column(column)
    bounds = [step / len(FIFTHS) for step in range(len(FIFTHS) + 1)]
    entries = []
    for (low, high), colour in zip(pairwise(bounds), FIFTHS, strict=True):
        last = f"{field} <= 1" if high == 1 else f"{field} < {high:g}"
        label = f"{low * PERCENT:.0f}–{high * PERCENT:.0f}"
        entries.append(Entry(f"{field} >= {low:g} AND {last}", label, Fill(colour, "#ffffff")))
    entries.append(Entry(f"{field} IS NULL", say("terms.no_data", lang), Fill(NO_DATA, "#ffffff")))
    return Look((*reversed(entries[:-1]), entries[-1]), lettering=lettering)


def units_by(column: str, level: str, lang: str) -> Look:
    """A choropleth of the units of one level alone, with their names and values, of a layer that holds all levels."""
    own = f"{quoted_column('level')} = {quoted_text(level)}"
    score = score_labels(column)
    look = shares(column, lang, replace(score, expression=f"if({own}, {score.expression}, '')"))
    entries = tuple(replace(entry, given=f"{own} AND {entry.given}") for entry in look.entries)
    return replace(look, entries=entries)


def score_labels(column: str) -> Lettering:
    """The name of a unit, and beneath it its value out of 100."""
    value = quoted_column(column)
    return Lettering(f"\"name\" || if({value} IS NULL, '', '\\n' || format_number({value} * {PERCENT}, 1))", priority=8)


def borders(colour: str, width_mm: float, label: str, *, dashed: bool = False, names_from: int | None = None) -> Look:
    """Open areas with a border; ``names_from`` puts their names on, 0 at every scale."""
    lettering = None
    if names_from is not None:
        lettering = Lettering('"name"', 8 if names_from else 10, nearer_than=names_from, priority=3)
    return Look((Entry("", label, Fill(None, colour, width_mm, dashed=dashed)),), lettering=lettering)


def in_reach(service: str, lang: str) -> Look:
    """Cells by a service: within the standard, beyond it, and where no street leads to one."""
    covered, facility = quoted_column(f"{service}_covered"), quoted_column(f"{service}_facility")
    none = f"coalesce({facility}, '') = ''"
    return Look(
        (
            Entry(f"{covered} = 1", say("handover.within", lang), Fill(WITHIN)),
            Entry(f"{covered} = 0 AND NOT ({none})", say("handover.beyond", lang), Fill(BEYOND)),
            Entry(f"{covered} = 0 AND {none}", say("tables.unreachable", lang), Fill(UNREACHABLE)),
        ),
        opacity=0.85,
    )


def services_in_reach(services: Iterable[str], lang: str) -> Look:
    """Cells by what share of the services is within its standard there: fifths, all of them apart."""
    columns = [quoted_column(f"{id_}_covered") for id_ in services]
    share = f"({' + '.join(columns)}) / {len(columns)}.0"
    entries = [Entry(f"{share} = 1", say("handover.all_in_reach", lang), Fill(FIFTHS[-1]))]
    limits = [step / (len(FIFTHS) - 1) for step in range(len(FIFTHS))]
    for (low, high), colour in reversed(list(zip(pairwise(limits), FIFTHS, strict=False))):
        label = say("handover.share_in_reach", lang, low=low * PERCENT, high=high * PERCENT)
        entries.append(Entry(f"{share} >= {low:g} AND {share} < {high:g}", label, Fill(colour)))
    return Look(tuple(entries), opacity=0.85)


def sites(results: Results, lang: str) -> Look:
    """Facilities in the colours of their services."""
    names = service_names(results, lang)
    entries = [
        Entry(id_, names[id_], Dot(service.colour.lower())) for id_, service in results.catalogue.services.items()
    ]
    return Look(tuple(entries), by="service", lettering=_site_names())


def sites_of(results: Results, service: str, lang: str) -> Look:
    """The facilities of one service: those outside the district apart, since they count too."""
    colour = results.catalogue.services[service].colour.lower()
    return Look(
        (
            Entry("1", say("handover.inside", lang), Dot(colour, 2.8)),
            Entry("0", say("handover.outside", lang), Dot(colour, 1.8, "#5b6b73")),
        ),
        by="inside",
        lettering=_site_names(),
    )


def _site_names() -> Lettering:
    return Lettering('"name"', 8, nearer_than=SITE_NAMES_FROM)


def lacking(lang: str) -> Look:
    """Under-served areas, with their rank and people."""
    people = say("handover.people_unit", lang)
    number = quoted_text(say("handover.number_sign", lang))
    label = f'{number} || "rank" || \'\\n\' || format_number("people", 0) || {quoted_text(people)}'
    label = f'if("rank" <= {RANKS_ALWAYS} OR @map_scale < {AREA_LABELS_FROM}, {label}, NULL)'
    return Look(
        (Entry("", say("tables.sheet_underserved", lang), Fill("#d6604d", AREA, 0.4, 0.55)),),
        lettering=Lettering(label, 8, AREA),
    )


def lacking_by_service(results: Results, lang: str) -> Look:
    """All under-served areas in the colours of their services."""
    names = service_names(results, lang)
    entries = [
        Entry(id_, names[id_], Fill(service.colour.lower(), AREA, 0.2, 0.2))
        for id_, service in results.catalogue.services.items()
    ]
    return Look(tuple(entries), by="service")


def bands(minutes: Iterable[float], lang: str) -> Look:
    """Bands of minutes, nearest first."""
    colours = chain(BANDS, repeat(BANDS[-1]))
    entries = [
        Entry(f"{limit:g}", say("handover.minutes", lang, minutes=limit), Fill(colour, "#ffffff"))
        for limit, colour in zip(sorted(set(minutes)), colours, strict=False)
    ]
    return Look(tuple(entries), by="minutes", opacity=0.8, least_on_top="minutes")


def changes(geometry: Geometry, lang: str) -> Look:
    """The study's own changes to the streets, by what was done."""

    def sign(colour: str) -> Sign:
        signs: dict[Geometry, Sign] = {
            "Polygon": Fill(None, colour, 0.6),
            "Line": Stroke(colour, 0.9),
            "Point": Dot(colour, 3),
        }
        return signs[geometry]

    entries = (Entry(action, say(f"map.change_{action}", lang), sign(colour)) for action, colour in CHANGED.items())
    return Look(tuple(entries), by="action", lettering=Lettering('"name"', 8, nearer_than=SITE_NAMES_FROM))
