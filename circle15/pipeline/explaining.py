"""The index of a finished run opened down to the cells and facilities behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.assess.circles import deciding_circles
from circle15.assess.index.capacity import supplies_of_services
from circle15.assess.index.explained import explain
from circle15.assess.index.parts import CLASS_LEVEL
from circle15.assess.places import sites_of_services
from circle15.assess.rules import CLASSES
from circle15.assess.weights.study import study_weights
from circle15.catalogue.suggestions import closest
from circle15.errors import DataError, UsageError
from circle15.pipeline.assessing import reach_score
from circle15.publish.tables import explanation_sheets
from circle15.publish.workbook import write_sheets
from circle15.words import LANGUAGES, say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.assess.index.explained import Explanation
    from circle15.catalogue.entries import Service
    from circle15.results import Results

MOST_NAMED = 12


def explained(results: Results, unit: str | None = None, service: str | None = None) -> Explanation:
    """Why a unit scores what it scores.

    Parameters
    ----------
    results
        A finished run.
    unit
        Name or code of a unit, or 城镇 or 乡村 for all towns of a class; None for the whole area.
    service
        Id or name: the score of one service alone; None for the whole index.

    Raises
    ------
    UsageError
        A unit or a service that the run does not have, or a name that several units bear.

    Examples
    --------
    ``explained(Results.load(folder), "石桥镇").services`` tells how many points each service costs the town.
    """
    wanted = unit_of(results, unit)
    circles = deciding_circles(results.catalogue, results.counted_groups())
    weights = study_weights(results.catalogue, results.study.index)
    if service is not None:
        own = service_of(results, service).id
        circles = tuple(circle for circle in circles if circle.service.id == own)
        weights = {own: 1.0}
    sites = sites_of_services(results.cells, results.pairs, results.facilities, circles)
    return explain(
        results.cells,
        results.zones,
        circles,
        weights,
        results.facilities,
        wanted,
        reach_score(results.study.index),
        supplies_of_services(sites),
    )


def write_explanation(results: Results, explanation: Explanation, path: Path, lang: str) -> None:
    """Write the index of a run and what the scores of one unit lack as an Excel workbook.

    Raises
    ------
    UsageError
        The file's name does not end in ``.xlsx``.
    DataError
        The file cannot be written: it is open in Excel, or its folder is not there.
    """
    require_workbook(path)
    draft = path.with_name(f"{path.stem}.draft.xlsx")
    try:
        write_sheets(explanation_sheets(explanation, results, lang), draft, results.study.study.place, lang)
        draft.replace(path)
    except OSError as fault:
        draft.unlink(missing_ok=True)
        raise DataError("index.not_written", file=str(path)) from fault


def require_workbook(path: Path) -> None:
    """Raise where an explanation cannot be written to a file of this name.

    Raises
    ------
    UsageError
        It does not end in ``.xlsx``.
    DataError
        Its folder is not there.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError("index.not_xlsx", found=path.name)
    if not path.absolute().parent.is_dir():
        raise DataError("index.not_written", file=str(path))


def unit_of(results: Results, said: str | None) -> tuple[str, str]:
    """Level and code of a unit by its code or its name; the whole area where nothing is said.

    Raises
    ------
    UsageError
        There is none, or there are several.
    """
    zones = results.zones
    if said is None:
        return str(zones["level"].iloc[0]), str(zones["code"].iloc[0])
    said = said.strip()
    found = zones[zones["code"] == said]
    found = found if len(found) else zones[zones["name"] == said]
    if len(found) > 1:
        codes = "、".join(f"{name}（{code}）" for name, code in zip(found["name"], found["code"], strict=True))
        raise UsageError("index.unit_several", found=said, units=codes)
    if len(found) == 1:
        return str(found["level"].iloc[0]), str(found["code"].iloc[0])
    return CLASS_LEVEL, _class_of(results, said)


def _class_of(results: Results, said: str) -> str:
    """``urban`` or ``rural``, where that is what was said and the study has such towns."""
    present = set(results.index_parts.loc[results.index_parts["level"] == CLASS_LEVEL, "code"])
    for kind in CLASSES:
        if kind in present and said in (kind, *(say(f"tables.class_{kind}", lang) for lang in LANGUAGES)):
            return kind
    listed = results.zones.loc[results.zones["level"] == results.listed_level(), "name"].tolist()
    nearest = closest(said, results.zones["name"].tolist())
    known = list(dict.fromkeys([*([] if nearest is None else [nearest]), *listed]))
    raise UsageError("index.unit_unknown", found=said, known="、".join(known[:MOST_NAMED]))


def service_of(results: Results, said: str) -> Service:
    """A service of a run by its id or its name in either language.

    Raises
    ------
    UsageError
        There is none.
    """
    services = results.catalogue.services
    for service in services.values():
        if said.strip() in (service.id, service.label.zh, service.label.en):
            return service
    nearest = closest(said, services)
    ordered = [id_ for id_ in services if id_ != nearest]
    known = ordered if nearest is None else [nearest, *ordered]
    raise UsageError("index.service_unknown", found=said, known=", ".join(known))
