"""A study's plan of sites: checked, stated, solved and explained."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import raise_faults
from circle15.model.ledger import Note
from circle15.pipeline.progress import of_stage, untold
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.reading.study_files import present
from circle15.pipeline.reading.study_inputs import searching_inputs
from circle15.pipeline.siting.rules import towns_named
from circle15.pipeline.siting.study_problem import siting_problem
from circle15.siting import Effort, solve
from circle15.siting.curve import curve
from circle15.siting.explained import explain
from circle15.siting.problem import CLOSING
from circle15.siting.trade_off import trade_off

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from circle15.catalogue.entries import Service
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.checking import CheckedStudy
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.siting.asked import Asked
    from circle15.siting import SitingPlan
    from circle15.siting.curve import Curve
    from circle15.siting.explained import Explanation

# So many sites are named in one sentence.
NAMES_TOLD, BETWEEN = 8, "、"


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
    solved_s
        How many seconds it took to find the sites; told on the console alone, so that files are the same again.
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
    solved_s: float
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
    effort, begun_s = Effort(left_s=_left(asked.seconds)), time.monotonic()
    with towns_named(inputs.zones):
        plan = solve(problem, effort)
    solved_s = time.monotonic() - begun_s
    services = tuple(inputs.catalogue.services[id_] for id_ in asked.services)
    unknown = _unknown_places(inputs, services) if asked.objective == "places" else 0
    return SitedStudy(
        inputs,
        services,
        plan,
        explain(plan),
        unknown,
        solved_s,
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
