"""A study's siting problem: its people, its existing sites, its candidates, and the ways between them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.circles import deciding_circles
from circle15.assess.weights.study import study_weights
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError, UsageError, raise_faults
from circle15.model.ledger import Note
from circle15.model.study import CandidateSource, SitingSettings
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.progress import of_stage, untold
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.reading.study_inputs import present, searching_inputs
from circle15.pipeline.search.classes import class_of_cells
from circle15.pipeline.siting.candidates import candidates_of, towns_of
from circle15.pipeline.siting.rules import by_town, grown, towns_named, with_costs, with_marks, with_places
from circle15.pipeline.siting.ways import existing_sites, ways_of
from circle15.siting import Effort, SitingProblem, solve
from circle15.siting.curve import curve
from circle15.siting.explained import explain
from circle15.siting.problem import CLOSING, KEPT, NEW
from circle15.siting.trade_off import trade_off

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.model.study import Datum
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.checking import CheckedStudy
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.siting import SitingPlan
    from circle15.siting.curve import Curve
    from circle15.siting.explained import Explanation
    from circle15.siting.problem import Objective

# So many sites are named in one sentence.
NAMES_TOLD, BETWEEN = 8, "、"
# Ways are searched so many times as far as the limit where people beyond it count too.
FARTHER = {"index": 2.0, "distance": 3.0, "longest": 10.0}


@dataclass(frozen=True)
class Asked:
    """What a planner asks for.

    Attributes
    ----------
    service
        Id of the service.
    sites
        The most new sites; None for as many as there are candidates, which only ``everyone`` allows.
    objective
        See ``SitingProblem``.
    places
        Places of each new site whose list says none, for the objective ``places``; None for any other.
    every_m
        Metres between candidates from the streets; None as ``[siting]`` says.
    also
        Ids of further services that each new site takes in as well.
    settings
        Keys of ``[siting]`` that are answered here instead, with their answers.
    files, datum
        Lists of candidates beside those of ``[siting]``, and what their degrees are on.
    seconds
        How long may be looked for a better choice; None for as long as it takes.
    curve, trade_off
        Whether to solve every number of sites, and what lies between most people and most index.
    """

    service: str
    sites: int | None
    objective: Objective = "people"
    places: float | None = None
    every_m: int | None = None
    also: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    datum: Datum | None = None
    seconds: float | None = None
    curve: bool = False
    trade_off: bool = False

    @property
    def services(self) -> tuple[str, ...]:
        """All services that a new site takes in."""
        return (self.service, *self.also)


@dataclass(frozen=True, eq=False)
class SitedStudy:
    """A study's plan.

    Attributes
    ----------
    inputs
        What the study's files say.
    services
        What was sited.
    plan, why
        The sites, and what each does.
    unknown_places
        How many existing sites were counted as holding nobody because their places are not known; 0 where places do
        not count.
    notes
        What is to be said of the candidates' lists.
    curve, trade_off
        None where not asked for.
    """

    inputs: StudyInputs
    services: tuple[Service, ...]
    plan: SitingPlan
    why: Explanation
    unknown_places: int
    notes: tuple[Note, ...] = ()
    curve: Curve | None = None
    trade_off: pd.DataFrame | None = None

    @property
    def service(self) -> Service:
        """The one that was asked for first."""
        return self.services[0]


def site_study(study: Path, asked: Asked, progress: Progress = untold, lang: str = "zh") -> SitedStudy:
    """Check a study as a run does, and site a service in it.

    Raises
    ------
    Circle15Error
        A file or a setting is wrong, or the problem cannot be solved.
    """
    return site_checked(check_study(study, progress, lang), asked, progress)


def site_checked(checked: CheckedStudy, asked: Asked, progress: Progress = untold) -> SitedStudy:
    """Site a service in a study that has been read and checked.

    Raises
    ------
    Circle15Error
        The faults that the check found; a list of candidates or a setting is wrong; the problem cannot be solved.
    """
    raise_faults(checked.faults)
    reading = present(checked.reading)
    inputs = searching_inputs(reading)
    progress("search")
    problem, notes = siting_problem(inputs, reading.path.parent, asked)
    progress("site")
    effort = Effort(left_s=_left(asked.seconds))
    with towns_named(inputs.zones):
        plan = solve(problem, effort)
    services = tuple(inputs.catalogue.services[id_] for id_ in asked.services)
    unknown = _unknown_places(inputs, services) if asked.objective == "places" else 0
    return SitedStudy(
        inputs,
        services,
        plan,
        explain(plan),
        unknown,
        notes,
        curve(problem, effort, of_stage(progress, "site")) if asked.curve else None,
        trade_off(problem, effort, of_stage(progress, "site")) if asked.trade_off else None,
    )


def closings_told(sited: SitedStudy) -> list[Note]:
    """What is to be said where existing sites may close: that none earns anything by it, and which are not needed."""
    table = sited.plan.problem.candidates
    if not (table["kind"] == CLOSING).any():
        return []
    notes = [] if sited.plan.closed else [Note("candidates.none_closes")]
    spare = list(sited.why.spare) if sited.plan.objective != "places" else []
    names = BETWEEN.join(map(str, table.loc[spare[:NAMES_TOLD], "name"]))
    return notes + ([Note("candidates.spare", {"count": len(spare), "names": names})] if spare else [])


def _left(seconds: float | None) -> Callable[[], float]:
    """How many seconds are left of so many, from now on."""
    if seconds is None:
        return lambda: float("inf")
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def _unknown_places(inputs: StudyInputs, services: Sequence[Service]) -> int:
    own = inputs.facilities.facilities[inputs.facilities.facilities["service"].isin([each.id for each in services])]
    return int(own["capacity"].isna().sum())


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
        A standard asks for several kinds of site at once, a rule names what is not there.
    DataError, Faults
        A list of candidates is wrong.
    """
    require_fitting(asked)
    services = [_service(inputs, id_) for id_ in asked.services]
    settings = _settings(inputs, asked)
    cells = _cells(inputs, services)
    existing = pd.concat([existing_sites(inputs, each, CLOSING if settings.may_close else KEPT) for each in services])
    new, notes = candidates_of(inputs, folder, settings, _further(asked), asked.service)
    candidates = pd.concat([existing.assign(town=towns_of(inputs, existing)), new[~new.index.isin(existing.index)]])
    candidates = _filled(candidates, existing)
    ids = {each.id: cells.index[(cells["service"] == each.id).to_numpy()].to_numpy(object) for each in services}
    pairs = ways_of(inputs, ids, candidates, _farther(asked))
    if settings.grow is not None:
        more, ways = grown(candidates[candidates["kind"] == KEPT], pairs, settings.grow)
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
    return problem, notes


def _service(inputs: StudyInputs, id_: str) -> Service:
    services = inputs.catalogue.services
    if id_ not in services:
        likely = closest(id_, services) or next(iter(services))
        raise UsageError("siting.service_unknown", service=id_, known=", ".join(services), closest=likely)
    if services[id_].needs:
        raise ConfigurationError("siting.compound", service=services[id_].label)
    return services[id_]


def require_fitting(asked: Asked) -> None:
    """Raise where what is asked for does not go together, as far as it shows without the study.

    Raises
    ------
    UsageError
        A service twice, several services by places, or no number of sites.
    """
    for id_ in asked.services:
        if asked.services.count(id_) > 1:
            raise UsageError("candidates.service_twice", service=id_)
    if asked.also and asked.objective == "places":
        raise UsageError("candidates.shared_places")
    if asked.sites is None and asked.objective != "everyone":
        raise UsageError("candidates.no_sites")


def _settings(inputs: StudyInputs, asked: Asked) -> SitingSettings:
    """``[siting]`` with what the command says laid over it.

    Raises
    ------
    UsageError
        Sites are to grow where places do not count, or may grow and close at once; closing is to free money where no
        budget limits it.
    """
    own = inputs.study.siting
    given = dict(asked.settings) | ({} if asked.every_m is None else {"every_m": asked.every_m})
    settings = SitingSettings.model_validate(own.model_dump() | given)
    if settings.grow is not None and asked.objective != "places":
        if "grow" in given:
            raise UsageError("candidates.grow_places")
        settings = settings.model_copy(update={"grow": None})
    if settings.grow is not None and settings.may_close:
        raise UsageError("candidates.grow_and_close")
    if settings.close_saves is not None and settings.budget is None:
        raise UsageError("candidates.saves_nothing")
    return settings


def _farther(asked: Asked) -> float:
    """How many times as far as the limit is searched; what the index counts lies up to twice as far."""
    counts_index = asked.curve or asked.trade_off
    return max(FARTHER.get(asked.objective, 1.0), FARTHER["index"] if counts_index else 1.0)


def _further(asked: Asked) -> list[tuple[CandidateSource, Path]]:
    return [(CandidateSource(file=path.name, datum=asked.datum), path) for path in asked.files]


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
