"""A study's siting problem: its people, its existing sites, its candidates, and the ways between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.circles import deciding_circles
from circle15.assess.weights.study import study_weights
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError, UsageError
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.search.classes import class_of_cells
from circle15.pipeline.siting.asked import farther, given_lists, require_fitting, settings_of
from circle15.pipeline.siting.candidates import candidates_of, towns_of
from circle15.pipeline.siting.rules import by_town, grown, with_costs, with_marks, with_places
from circle15.pipeline.siting.usable import require_usable
from circle15.pipeline.siting.ways import existing_sites, ways_of
from circle15.siting import SitingProblem
from circle15.siting.problem import CLOSING, KEPT, NEW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.model.ledger import Note
    from circle15.model.study import SitingSettings
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.siting.asked import Asked


def siting_problem(inputs: StudyInputs, folder: Path, asked: Asked) -> tuple[SitingProblem, tuple[Note, ...]]:
    """The problem as tables, and what is to be said of the candidates.

    Parameters
    ----------
    inputs
        The study.
    folder
        That of ``study.toml``.
    asked
        What is asked for.

    Raises
    ------
    UsageError
        The study has no such service, or services that cannot be asked for together.
    ConfigurationError
        A standard asks for several kinds of site at once, a rule names what is not there, no candidate can be reached
        or paid.
    DataError, Faults
        A list of candidates is wrong.
    """
    require_fitting(asked)
    services = [_service(inputs, id_) for id_ in asked.services]
    settings = settings_of(inputs, asked)
    cells = _cells(inputs, services)
    existing = pd.concat([existing_sites(inputs, each, CLOSING if settings.may_close else KEPT) for each in services])
    new, notes = candidates_of(inputs, folder, settings, given_lists(asked), asked.service)
    candidates = pd.concat([existing.assign(town=towns_of(inputs, existing)), new[~new.index.isin(existing.index)]])
    candidates = _filled(candidates, existing)
    ids = {each.id: cells.index[(cells["service"] == each.id).to_numpy()].to_numpy(object) for each in services}
    pairs = ways_of(inputs, ids, candidates, farther(asked))
    if settings.grow is not None:
        more, ways = grown(candidates[candidates["kind"] != NEW], pairs, settings.grow)
        candidates, pairs = pd.concat([candidates, more]), pd.concat([pairs, ways], ignore_index=True)
    candidates = with_costs(_with_places(candidates, asked, settings), settings)
    candidates = with_marks(candidates, settings.must, settings.forbid)
    open_to_all = int(((candidates["kind"] == NEW) & ~candidates["forbidden"]).sum())
    problem = SitingProblem(
        cells=cells if len(services) > 1 else cells.drop(columns="weight"),
        candidates=candidates,
        pairs=pairs,
        sites=open_to_all if asked.sites is None else asked.sites,
        objective=asked.objective,
        budget=np.inf if settings.budget is None else settings.budget,
        floors=by_town(inputs.zones, settings.floors),
        caps=by_town(inputs.zones, settings.caps),
        apart_m=settings.apart_m,
        moves=settings.move,
        close_at_most=settings.most_closings,
    )
    require_usable(problem)
    return problem, notes


def _service(inputs: StudyInputs, id_: str) -> Service:
    services = inputs.catalogue.services
    if id_ not in services:
        likely = closest(id_, services) or next(iter(services))
        raise UsageError("siting.service_unknown", service=id_, known=", ".join(services), closest=likely)
    if services[id_].needs:
        raise ConfigurationError("siting.compound", service=services[id_].label)
    return services[id_]


def _filled(candidates: pd.DataFrame, existing: pd.DataFrame) -> pd.DataFrame:
    """All columns of all candidates: existing sites cost nothing, and are neither must nor forbidden by themselves."""
    own = candidates.index.isin(existing.index)
    filled = candidates.assign(
        must=candidates["must"].eq(True),
        forbidden=candidates["forbidden"].eq(True),
        cost=candidates["cost"].astype(np.float64).where(~own, 0.0),
        origin=candidates["origin"].where(~own, "existing"),
        grows="",
    )
    filled["services"] = [each if isinstance(each, tuple) else () for each in candidates["services"]]
    return filled


def _with_places(candidates: pd.DataFrame, asked: Asked, settings: SitingSettings) -> pd.DataFrame:
    return with_places(candidates, settings.capacity if asked.places is None else asked.places)


def _cells(inputs: StudyInputs, services: Sequence[Service]) -> pd.DataFrame:
    """A row per cell and service; ids are those of the cells, with the service before them where there are several.

    ``weight`` is what a person of a service counts: the service's weight in the index over the people of its group, so
    that all services together count as many as there are people of all groups.
    """
    grid = inputs.population
    cells = grid.cells.assign(urban_rural=class_of_cells(inputs.zones, grid).to_numpy())
    people = {f"persons_{group}": grid.persons[group].to_numpy() for group in grid.persons}
    cells = cells.assign(**people)
    circles = {each.service.id: each for each in deciding_circles(inputs.catalogue, counted_groups(inputs))}
    weights = study_weights(inputs.catalogue, inputs.study.index)
    ids = cells["cell_id"].astype(str)
    tables = []
    for each in services:
        persons = circles[each.id].persons(cells)
        count = float(np.sum(persons))
        table = pd.DataFrame(
            {
                "persons": persons,
                "unit": cells[f"{inputs.zones.levels[-1]}_code"].to_numpy(),
                "limit_m": circles[each.id].limits_m(cells),
                "service": each.id,
                "weight": weights[each.id] / count if count > 0 else 0.0,
            }
            | people
        )
        tables.append(table.set_index((ids if len(services) == 1 else each.id + ":" + ids).to_numpy(object)))
    whole = pd.concat(tables)
    shares = float((whole["persons"] * whole["weight"]).sum())
    return whole.assign(weight=whole["weight"] * (float(whole["persons"].sum()) / shares if shares > 0 else 1.0))
