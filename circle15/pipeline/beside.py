"""The tables beside the index: inequality, gaps, presence, ratios, flagged shares, responses, disagreements.

A run makes them once; what is looked at with other speeds or limits does without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.flags import flag_known
from circle15.assess.inequality.gaps import gaps_table
from circle15.assess.inequality.table import inequality_table, kappas
from circle15.assess.weights.study import study_weights
from circle15.assess.yardsticks.disagreements import KINDS, disagreements_table
from circle15.assess.yardsticks.flag_shares import flag_shares_table
from circle15.assess.yardsticks.presence import presence_table
from circle15.assess.yardsticks.ratios import ratios_table
from circle15.assess.yardsticks.responses import responses_table
from circle15.assess.yardsticks.unit_presence import unit_presence
from circle15.catalogue.entries import Label
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from circle15.assess.circles import Circle
    from circle15.catalogue.entries import Catalogue
    from circle15.model.study import InequalitySettings, Study
    from circle15.pipeline.assessing import Assessed


@dataclass(frozen=True, eq=False)
class Beside:
    """Tables as in ``Results``, and what their reader should know."""

    inequality: pd.DataFrame
    gaps: pd.DataFrame
    presence: pd.DataFrame
    disagreements: pd.DataFrame
    ratios: pd.DataFrame
    flag_shares: pd.DataFrame
    responses: pd.DataFrame
    notes: tuple[Note, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by their names in ``Results``."""
        return {name: value for name, value in vars(self).items() if name != "notes"}


def measure_beside(
    assessed: Assessed,
    facilities: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    circles: Sequence[Circle],
    catalogue: Catalogue,
    study: Study,
) -> Beside:
    """All that is told beside the index, from what the run has assessed.

    Parameters
    ----------
    assessed
        Cells, coverage and states of places.
    facilities, zones
        As in ``Results``.
    circles
        The deciding circle of each service.
    catalogue, study
        Groups and services, aversion to inequality and weights.

    Raises
    ------
    ConfigurationError
        Weights that cannot be.
    """
    cells = assessed.cells
    own = kappas(cells, circles, study.inequality.epsilon)
    kappa = {id_: study.inequality.kappa.get(id_, found) for id_, found in own.items()}
    weights = study_weights(catalogue, study.index)
    states = unit_presence(cells, facilities, zones, circles)
    disagreements = disagreements_table(states, assessed.coverage, zones)
    responses = responses_table(cells, zones, circles)
    return Beside(
        inequality=inequality_table(cells, zones, circles, assessed.coverage, assessed.service_states, kappa),
        gaps=gaps_table(cells, zones, circles, catalogue.groups, weights),
        presence=presence_table(states, zones, circles),
        disagreements=disagreements,
        ratios=ratios_table(cells, facilities, zones, circles),
        flag_shares=flag_shares_table(facilities, zones, circles),
        responses=responses,
        notes=(
            *_disagreement_notes(disagreements, circles),
            *_presence_notes(facilities, zones, circles),
            *_response_notes(responses, circles),
            *_kappa_notes(own, study.inequality),
        ),
    )


def _disagreement_notes(found: pd.DataFrame, circles: Sequence[Circle]) -> list[Note]:
    if found.empty:
        return []
    counts = []
    for circle in circles:
        own, label = found[found["service"] == circle.service.id], circle.service.label
        if len(own):
            present, reached = (int((own["disagreement"] == kind).sum()) for kind in KINDS)
            counts.append(Label(f"{label.zh}（{present}、{reached}）", f"{label.en} ({present}, {reached})"))
    present, reached = (int((found["disagreement"] == kind).sum()) for kind in KINDS)
    facts = {"present": present, "reached": reached, "counts": Label.listing(counts)}
    return [Note("inequality.disagree", facts)]


def _presence_notes(facilities: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]) -> list[Note]:
    """Say which presence cannot be counted, for want of villages or of a column."""
    notes = []
    asked = [circle.service for circle in circles if circle.service.presence is not None]
    absent = [each.label for each in asked if each.presence and each.presence.level not in set(zones["level"])]
    if absent:
        notes.append(Note("inequality.no_villages", {"services": Label.listing(absent)}))
    for service in asked:
        flag = None if service.presence is None else service.presence.flag
        own = facilities[facilities["service"] == service.id]
        if flag is not None and len(own) and not flag_known(own, flag).any():
            notes.append(Note("inequality.flag_not_listed", {"service": service.label, "flag": flag}))
    return notes


def _response_notes(responses: pd.DataFrame, circles: Sequence[Circle]) -> list[Note]:
    told = set(responses["service"])
    coming = [
        circle.service.label for circle in circles if circle.service.id in told and circle.service.travel == "from_site"
    ]
    return [Note("inequality.response_only_drive", {"services": Label.listing(coming)})] if coming else []


def _kappa_notes(own: Mapping[str, float], settings: InequalitySettings) -> list[Note]:
    """Give the figures that keep later years comparable, exactly as they are to be written down."""
    found = {id_: kappa for id_, kappa in own.items() if id_ not in settings.kappa and kappa == kappa}
    if not found:
        return []
    key = "inequality.kappa_partly" if settings.kappa else "inequality.kappa_of_this_run"
    kappas = ", ".join(f"{id_} = {float(kappa)!r}" for id_, kappa in found.items())
    return [Note(key, {"epsilon": settings.epsilon, "kappas": kappas})]
