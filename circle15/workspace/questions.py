"""What a planner has to answer before a proposed study runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.inputs.recognise.tables import TEXTS, WORKBOOKS
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.inputs.recognise.found import Found
    from circle15.workspace.form import Form
    from circle15.workspace.proposal import Proposal


def questions(form: Form) -> tuple[Note, ...]:
    """What a planner has to answer before the study runs, or should look at, in the order of the file."""
    proposal = form.proposal
    asked: list[Note] = [] if proposal.zones else [Note("init.ask_zones")]
    asked += [] if proposal.network else [Note("init.ask_network")]
    asked += people_questions(proposal)
    units = (proposal.totals, *proposal.groups, *proposal.official_units)
    asked += [Note("init.ask_level", {"file": found.label()}) for found in units if found and not found.level]
    asked += [] if proposal.facilities or form.templates else [Note("init.ask_facilities")]
    asked += _datum_questions(proposal)
    asked += [Note("init.ask_service", {"file": found.label()}) for found in proposal.uncertain]
    if form.templates and not proposal.facilities:
        asked.append(Note("init.ask_template", {"count": len(form.templates)}))
    return tuple(asked)


def people_questions(proposal: Proposal) -> list[Note]:
    """What is missing of the people."""
    if proposal.raster is None and proposal.buildings is None:
        return [Note("init.ask_population")]
    if proposal.buildings is not None and proposal.totals is None:
        return [Note("init.ask_totals")]
    return []


def datum_question(found: Found) -> Note | None:
    """The question which datum a list is on; None where its headers or its name tell."""
    return None if found.datum else Note("init.ask_datum", {"file": found.label()})


def patch_question(found: Found) -> Note | None:
    """The question which datum a table of changes to the streets is on; a layer says it itself."""
    return datum_question(found) if found.path.suffix.lower() in (*WORKBOOKS, *TEXTS) else None


def _datum_questions(proposal: Proposal) -> list[Note]:
    """All lists that do not tell, in one question."""
    unsaid = [found.label() for found in proposal.facilities if not found.datum]
    patch = proposal.patch
    unsaid += [patch.label()] if patch is not None and patch_question(patch) is not None else []
    if not unsaid:
        return []
    return [Note("init.ask_datums", {"count": len(unsaid), "files": Label.listing(unsaid)})]
