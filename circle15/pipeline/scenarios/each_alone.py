"""What each change of a scenario would do by itself, beside what all do together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from circle15.assess.before_after import services_before_after, units_before_after
from circle15.errors import Circle15Error
from circle15.model.scenario import Scenario
from circle15.pipeline.progress import of_stage
from circle15.pipeline.scenarios.assessed import assessed_only
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.results.scenario import WHOLE, BeforeAfter, nothing_alone

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_inputs import StudyInputs

# The tables of a scenario's file, and what they are in a ``Scenario``.
PARTS = {"open": "opened", "close": "closed", "resize": "resized", "path": "paths", "people": "people"}
# More changes than this are taken by their kind: every part is a search of its own.
MOST_ALONE = 12


def parts_of(scenario: Scenario) -> list[tuple[str, int, Scenario]]:
    """A scenario's changes one by one, or of many all of a kind at once; none where there is only one.

    Returns
    -------
    list
        Of the table in the scenario's file, the number in it (0 for all of it), and the scenario of that alone.

    Examples
    --------
    >>> from circle15.model.scenario import ClosedSite
    >>> two = Scenario("一", closed=(ClosedSite("clinic", "a"), ClosedSite("clinic", "b")))
    >>> [(table, number, len(alone.closed)) for table, number, alone in parts_of(two)]
    [('close', 1, 1), ('close', 2, 1)]
    """
    every = [
        (table, number, _alone(scenario, field, (change,)))
        for table, field in PARTS.items()
        for number, change in enumerate(getattr(scenario, field), start=1)
    ]
    if len(every) > MOST_ALONE:
        kinds = {table: getattr(scenario, field) for table, field in PARTS.items()}
        every = [(table, 0, _alone(scenario, PARTS[table], own)) for table, own in kinds.items() if own]
    return every if len(every) > 1 else []


def _alone(scenario: Scenario, field: str, changes: tuple[Any, ...]) -> Scenario:
    """A scenario of these changes alone."""
    parts: dict[str, Any] = {field: changes}
    return replace(Scenario(scenario.name), **parts)


def each_alone(base: StudyInputs, found: BeforeAfter, file: str, folder: Path, progress: Progress) -> pd.DataFrame:
    """What each change of a scenario would do in the whole area if it were the only one.

    Parameters
    ----------
    base
        The study as it is.
    found
        The scenario, and the figures without it.
    file
        The name of the scenario's file.
    folder
        Where the study's files lie.

    Returns
    -------
    DataFrame
        See ``BeforeAfter.alone``.
    """
    parts, records = parts_of(found.scenario), []
    if not parts:
        return nothing_alone()
    progress("alone")
    pieces = of_stage(progress, "alone")
    for done, (table, number, alone) in enumerate(parts, start=1):
        records.append({"table": table, "number": number, **_steps(base, found, alone, file, folder)})
        pieces(done, len(parts))
    return pd.DataFrame(records).astype({"table": "str"})


def _steps(base: StudyInputs, found: BeforeAfter, alone: Scenario, file: str, folder: Path) -> dict[str, float | bool]:
    """The steps of one change; one that cannot be by itself, as a path that starts on another new one, has none."""
    try:
        after = assessed_only(with_scenario(base, alone, file, folder))
    except Circle15Error:
        return {"done": False, **dict.fromkeys(WHOLE, float("nan"))}
    units = units_before_after(after.index, after.index)
    services = services_before_after(after.coverage, after.coverage)
    was, now = found.whole("before"), BeforeAfter(alone, units, services).whole("after")
    return {"done": True, **{figure: now[figure] - was[figure] for figure in was}}
