"""By how much official totals changed what the source says: a row per unit and group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.inputs.population.raking import codes_at_level
from circle15.inputs.population.unit_names import unit_names, unit_place
from circle15.model.ledger import Note
from circle15.model.population import EVERYONE, FACTOR_COLUMNS, LEAST_FACTOR, MOST_FACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.catalogue.entries import Group
    from circle15.inputs.population.totals import OfficialTotals
    from circle15.model.zones import Zones


def raking_factors(cells: pd.DataFrame, totals: OfficialTotals, seeds: pd.DataFrame, zones: Zones) -> pd.DataFrame:
    """The table of factors.

    Parameters
    ----------
    cells
        ``unit, persons`` as the source says them, before any scaling.
    totals
        The official totals, their groups fitted.
    seeds
        Persons per unit and group that the fitting of ages began with; no columns where no ages were fitted.
    zones
        The study's units.

    Returns
    -------
    pandas.DataFrame
        ``unit`` (code), ``group``, ``source_persons``, ``official_persons``, ``factor`` (official over source). NaN
        stands for what the source does not tell: people of a group, or a factor where it has nobody.
    """
    codes = codes_at_level(cells, zones, totals.level)
    found = cells["persons"].groupby(codes).sum()
    frames = [_rows(EVERYONE, found.reindex(totals.persons.index).fillna(0.0), totals.persons)]
    for group in totals.groups:
        source = seeds[group] if group in seeds else pd.Series(np.nan, index=totals.persons.index)
        frames.append(_rows(str(group), source, totals.groups[group]))
    stacked = pd.concat(frames, ignore_index=True)
    return stacked.sort_values("unit", kind="stable", ignore_index=True)[list(FACTOR_COLUMNS)]


def _rows(group: str, source: pd.Series, official: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame({"unit": official.index.astype(object), "group": group})
    frame["source_persons"], frame["official_persons"] = source.to_numpy(float), official.to_numpy(float)
    frame["factor"] = (frame["official_persons"] / frame["source_persons"]).where(frame["source_persons"] > 0)
    return frame


def in_persons(cells: pd.DataFrame, totals: OfficialTotals) -> pd.DataFrame:
    """Floor areas as persons: so scaled that all of them together are the official total of the whole area."""
    return cells.assign(persons=cells["persons"] * (totals.persons.sum() / cells["persons"].sum()))


def far_notes(
    factors: pd.DataFrame, totals: OfficialTotals, zones: Zones, groups: Mapping[str, Group]
) -> tuple[Note, ...]:
    """Name the units whose source and official people differ more than twofold."""
    names = unit_names(zones, totals.level)
    far = factors[(factors["factor"] < LEAST_FACTOR) | (factors["factor"] > MOST_FACTOR)]
    notes = []
    for row in far.itertuples(index=False):
        unit, group = str(row.unit), str(row.group)
        facts: dict[str, object] = {
            "unit": names[unit],
            "code": unit,
            "group": groups[group].label if group in groups else group,
            "source": row.source_persons,
            "official": row.official_persons,
            "factor": row.factor,
        }
        notes.append(Note("raking.factor_far", facts, unit_place(zones, totals.level, unit, totals.file)))
    return tuple(notes)


def density_note(source_persons: float, totals: OfficialTotals, pixel_m2: float, file: str) -> tuple[Note, ...]:
    """Say where a raster's sum fits the official total only if its values are persons per km2, or per hectare.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> towns = SimpleNamespace(persons=pd.Series([50_000.0]))
    >>> [note.facts["per"] for note in density_note(5_100_000.0, towns, 100.0 * 100.0, "a.tif")]
    ['km²']
    >>> density_note(51_000.0, towns, 100.0 * 100.0, "a.tif")
    ()
    """
    official = float(totals.persons.sum())
    if not (official > 0 and source_persons > 0 and pixel_m2 > 0) or _times_off(source_persons, official) <= UNLIKELY:
        return ()
    for per, per_m2 in (("km²", 1e6), ("ha", 1e4), ("m²", 1.0)):
        persons = source_persons * pixel_m2 / per_m2
        if _times_off(persons, official) <= LIKELY:
            facts = {"file": file, "source": source_persons, "official": official, "per": per, "persons": persons}
            return (Note("population.raster_density", facts),)
    return ()


UNLIKELY, LIKELY = 3.0, 1.5


def _times_off(found: float, wanted: float) -> float:
    return max(found / wanted, wanted / found)
