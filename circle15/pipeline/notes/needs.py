"""What a reader should know about standards that ask for several kinds of site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.assess.needs import NONE, needs_met
from circle15.catalogue.entries import Label
from circle15.model.ledger import Note, Place
from circle15.pipeline.search.needs import sites_of_needs

if TYPE_CHECKING:
    from circle15.catalogue.entries import Service
    from circle15.pipeline.reading.study_inputs import StudyInputs

KINDS_SHOWN = 10


def need_notes(inputs: StudyInputs) -> list[Note]:
    """Say which compound standards cannot be counted as written, and which sites count for none of their parts."""
    layer = inputs.facilities
    compound = [service for service in inputs.catalogue.services.values() if service.needs]
    listed = [service for service in compound if len(layer.rows_of(service.id))]
    untold = [service for service in listed if sites_of_needs(service, layer) is None]
    names = Label.listing(service.label for service in untold)
    notes = [Note("study.needs_not_counted", {"services": names})] if untold else []
    for service in listed:
        if service not in untold:
            notes += _absent(inputs, service)
        if _names_kinds(inputs, service):
            notes += _unknown(inputs, service)
    return notes


def _names_kinds(inputs: StudyInputs, service: Service) -> bool:
    """Whether the lists of a service say of any site what kind it is."""
    return bool((inputs.facilities.facilities["kind"].iloc[inputs.facilities.rows_of(service.id)] != "").any())


def _absent(inputs: StudyInputs, service: Service) -> list[Note]:
    """The needs that too few sites meet: nobody can be covered."""
    kinds = inputs.facilities.facilities["kind"].iloc[inputs.facilities.rows_of(service.id)]
    met = needs_met(service, kinds)
    return [
        Note(
            "rules.need_absent",
            {"service": service.label, "need": need.label, "needed": need.count, "found": int((met == number).sum())},
        )
        for number, need in enumerate(service.needs)
        if (met == number).sum() < need.count
    ]


def _unknown(inputs: StudyInputs, service: Service) -> list[Note]:
    """The sites that count for none of the needs, file by file, with what their lists call them."""
    rows = inputs.facilities.facilities.iloc[inputs.facilities.rows_of(service.id)]
    unknown = rows[needs_met(service, rows["kind"]) == NONE]
    notes = []
    for file, sites in unknown.groupby("file", sort=True):
        kinds = sorted(set(sites["kind"]) - {""})
        shown = "、".join(kinds[:KINDS_SHOWN]) + ("……" if len(kinds) > KINDS_SHOWN else "")
        facts = {"service": service.label, "sites": len(sites), "listed": len(rows), "kinds": shown or "—"}
        notes.append(Note("rules.kinds_unknown", facts, Place(str(file))))
    return notes
