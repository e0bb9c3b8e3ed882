"""What a siting found, as the record that is kept: figures, tables, scenario and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.before_after import services_before_after, units_before_after
from circle15.model.ledger import Note
from circle15.pipeline.progress import untold
from circle15.pipeline.siting.plan_scenario import STREET, planned_scenario
from circle15.pipeline.siting.sited.curves import curve_table, trade_off_table
from circle15.pipeline.siting.sited.people import gained_people, reached_cells, who_gains
from circle15.pipeline.siting.sited.seen import seen_plan
from circle15.pipeline.siting.sited.sites import runner_ups, shares_table, sites_table
from circle15.pipeline.siting.sited.unreachable import by_unit_and_reason, unreachable_cells
from circle15.pipeline.siting.sited_study import closings_told
from circle15.results.siting import ALSO, SitingRecord
from circle15.siting.problem import NEW

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from circle15.pipeline.progress import Progress
    from circle15.pipeline.siting.asked import Asked
    from circle15.pipeline.siting.sited.seen import SeenPlan
    from circle15.pipeline.siting.sited_study import SitedStudy

SCORES = ("access", "balanced_access", "balance", "overall")


def siting_record(
    sited: SitedStudy, asked: Asked, folder: Path, name: str, lang: str = "zh", progress: Progress = untold
) -> SitingRecord:
    """Everything that is kept of a siting.

    The figures before and after are those of a run of the study, and of a run of it under the plan as a scenario, to
    the last bit.

    Parameters
    ----------
    sited, asked
        What was found, and what was asked.
    folder
        That of ``study.toml``.
    name
        What the proposal is called.
    lang
        Language of the new sites' names.
    progress
        Told as it begins.
    """
    progress("base")
    planned = planned_scenario(sited, name, lang)
    seen = seen_plan(sited, planned, folder)
    plan, about = sited.plan, sited.inputs.study.study
    unreachable = unreachable_cells(seen)
    services = services_before_after(seen.before.coverage, seen.after.coverage)
    whole = services[services["service"] == seen.service].iloc[0]
    return SitingRecord(
        name=name,
        place=about.place,
        place_id=about.id,
        period=about.period,
        service=seen.service,
        services=tuple(service.id for service in sited.services),
        group=seen.circle.group,
        objective=plan.objective,
        sites_asked=plan.problem.sites if asked.sites is None else asked.sites,
        capacity=asked.places,
        value=float(plan.value),
        before=float(plan.before),
        bound=float(plan.bound),
        gap=float(plan.gap),
        proven=bool(plan.proven),
        persons=float(whole["people_after"]),
        reachable=float(np.sum(seen.persons)) - float(unreachable["persons"].sum()),
        reached_before=float(whole["covered_people_before"]),
        reached_after=float(whole["covered_people_after"]),
        candidates=int((plan.problem.candidates["kind"] == NEW).sum()),
        knee=None if sited.curve is None else sited.curve.knee,
        scenario=planned.scenario,
        sites=sites_table(seen),
        reached=reached_cells(seen),
        unreachable=unreachable,
        gained=gained_people(seen),
        shares=shares_table(seen),
        runner_ups=runner_ups(seen),
        units=_units(seen, services),
        groups=who_gains(seen),
        curve=curve_table(sited),
        trade_off=trade_off_table(sited),
        unreachable_units=by_unit_and_reason(unreachable),
        notes=(*_also(sited, services), *sited.notes, *_notes(sited)),
    )


def _also(sited: SitedStudy, services: pd.DataFrame) -> list[Note]:
    """What the plan does for the further services that its sites take in."""
    catalogue, notes = sited.inputs.catalogue, []
    for service in sited.services[1:]:
        whole = services[services["service"] == service.id].iloc[0]
        facts: dict[str, object] = {"service": service.label, "group": catalogue.groups[whole["group"]].label}
        facts |= {"persons": float(whole["people_after"])}
        for when in ("before", "after"):
            share = float(whole[f"coverage_{when}"]) if whole["people_after"] > 0 else 0.0
            facts |= {when: float(whole[f"covered_people_{when}"]), f"share_{when}": share}
        notes.append(Note(ALSO, facts))
    return notes


def _notes(sited: SitedStudy) -> list[Note]:
    """What is to be said of the candidates, and of sites of which no places are known."""
    from_streets = (sited.plan.problem.candidates["origin"] == STREET).any()
    notes = [Note("siting.candidates_are")] if from_streets else []
    notes += [Note("siting.places_unknown", {"count": sited.unknown_places})] if sited.unknown_places else []
    return notes + list(closings_told(sited))


def _units(seen: SeenPlan, services: pd.DataFrame) -> pd.DataFrame:
    own = services[services["service"] == seen.service]
    figures = {"people": own["people_after"]}
    for when in ("before", "after"):
        figures |= {f"reached_{when}": own[f"covered_people_{when}"], f"coverage_{when}": own[f"coverage_{when}"]}
    reached = own[["level", "code", "name"]].assign(**figures)
    scores = units_before_after(seen.before.index, seen.after.index)
    columns = [f"{score}_{when}" for score in SCORES for when in ("before", "after")]
    return reached.merge(scores[["level", "code", *columns]], on=["level", "code"], how="left")
