"""What a planner asks of a siting, by the command line and by ``[siting]`` of the study."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.errors import UsageError
from circle15.model.study import CandidateSource, SitingSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from circle15.model.study import Datum
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.siting.problem import Objective

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


def settings_of(inputs: StudyInputs, asked: Asked) -> SitingSettings:
    """``[siting]`` with what the command says laid over it.

    Raises
    ------
    UsageError
        Sites are to grow where places do not count; closing is to free money where no budget limits it.
    """
    own = inputs.study.siting
    given = dict(asked.settings) | ({} if asked.every_m is None else {"every_m": asked.every_m})
    settings = SitingSettings.model_validate(own.model_dump() | given)
    if settings.grow is not None and asked.objective != "places":
        if "grow" in given:
            raise UsageError("candidates.grow_places")
        settings = settings.model_copy(update={"grow": None})
    if settings.close_saves is not None and settings.budget is None:
        raise UsageError("candidates.saves_nothing")
    return settings


def farther(asked: Asked) -> float:
    """How many times as far as the limit is searched; what the index counts lies up to twice as far."""
    counts_index = asked.curve or asked.trade_off
    return max(FARTHER.get(asked.objective, 1.0), FARTHER["index"] if counts_index else 1.0)


def given_lists(asked: Asked) -> list[tuple[CandidateSource, Path]]:
    """The lists of candidates that the command names, and where they lie."""
    return [(CandidateSource(file=path.name, datum=asked.datum), path) for path in asked.files]
