"""Where the streets are probably incomplete, told with places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.gaps import sparse_villages, street_m_of_cells, worst_cluster
from circle15.model.ledger import Note, Place
from circle15.model.population import EVERYONE
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.pipeline.reading.study_inputs import StudyInputs

SHOWN = 10


def network_gaps(inputs: StudyInputs, cells: EdgeJoins) -> NDArray[np.bool_]:
    """Whether a cell has people and no street within reach, (cells,)."""
    persons = inputs.population.persons[EVERYONE].to_numpy()
    gaps: NDArray[np.bool_] = ~cells.on_network & (persons > 0)
    return gaps


def gap_notes(inputs: StudyInputs, cells: EdgeJoins) -> list[Note]:
    """Who lives far from any street, by town, with the worst cluster; and villages with hardly any street."""
    gaps = network_gaps(inputs, cells)
    grid = inputs.population.cells
    persons, xy = inputs.population.persons[EVERYONE].to_numpy(), grid[["x", "y"]].to_numpy()
    notes = []
    if gaps.any():
        worst = worst_cluster(xy[gaps], persons[gaps], inputs.population.cell_m)
        facts: dict[str, object] = {
            "cells": int(gaps.sum()),
            "persons": round(float(persons[gaps].sum())),
            "towns": _by_town(inputs, persons * gaps),
            "worst_cells": worst.cells,
            "worst_persons": round(worst.persons),
        }
        notes.append(Note("gaps.far", facts, _place(inputs, xy[gaps][worst.row])))
    return [*notes, *_sparse(inputs, xy, persons)]


def _sparse(inputs: StudyInputs, xy: NDArray[np.float64], persons: NDArray[np.float64]) -> list[Note]:
    if "village" not in inputs.zones.levels:
        return []
    street_m = street_m_of_cells(inputs.network, xy, inputs.population.cell_m)
    units = inputs.zones.at_level("village").set_index("code")
    notes = []
    for _, row in sparse_villages(street_m, persons, inputs.population.cells["village_code"]).iterrows():
        inside = units.geometry[row["code"]].representative_point()
        name = units["name"][row["code"]]
        facts = {"village": name, "persons": round(row["persons"]), "street_m": round(row["street_m"])}
        notes.append(Note("gaps.sparse", facts, _place(inputs, np.array([inside.x, inside.y]))))
    return notes


def _by_town(inputs: StudyInputs, persons: NDArray[np.float64]) -> str:
    """Names of the towns with most of these people, and how many."""
    level = next(level for level in ("town", "county", "place", "village") if level in inputs.zones.levels)
    codes = inputs.population.cells[f"{level}_code"]
    sums = pd.Series(persons).groupby(codes.to_numpy()).sum()
    names = inputs.zones.at_level(level).set_index("code")["name"]
    most = sorted(((-count, code) for code, count in sums.items() if count > 0 and code in names.index))
    shown = "、".join(f"{names[code]} {-count:,.0f}" for count, code in most[:SHOWN])
    return shown + ("……" if len(most) > SHOWN else "")


def _place(inputs: StudyInputs, xy: NDArray[np.float64]) -> Place:
    to_degrees = transformer(inputs.network.crs, 4326)
    lon, lat = to_degrees.transform(xy[0], xy[1])
    return Place(inputs.study.network.file, lon=round(lon, 6), lat=round(lat, 6))
