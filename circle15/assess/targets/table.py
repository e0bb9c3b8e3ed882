"""Every indicator and year of a study's documents: value, target, gap, what it takes, light and line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.targets.figures import figure_of
from circle15.assess.targets.judging import direction, gap, light, meets, worse
from circle15.assess.targets.lines import line_at, next_target, position_of
from circle15.assess.targets.units import from_unit, is_counted, power_of
from circle15.assess.targets.values import entries_of, value_in

if TYPE_CHECKING:
    import datetime

    from circle15.assess.targets.figures import Evidence, Figure
    from circle15.assess.targets.judging import Light
    from circle15.assess.targets.values import Value
    from circle15.catalogue.targets.entries import Indicator, TargetValue
    from circle15.model.targets import TargetPlan

TARGET_COLUMNS = (
    "document", "indicator_id", "position", "domain", "department", "indicator", "unit", "kind", "class", "better",
    "year", "role", "operator", "target", "target_second", "target_text", "value", "value_second", "done", "value_year",
    "origin", "computed", "compute", "source", "reported_by", "state", "gap", "gap_second", "needed", "needed_second",
    "needed_of", "light", "line", "on_line", "next_year", "next_target", "next_gap", "missing_years", "sum_of_flows",
    "remark",
)  # fmt: skip
TEXT = frozenset(
    {
        *("document", "indicator_id", "position", "domain", "department", "indicator", "unit", "kind", "class"),
        *("better", "role", "operator", "target_text", "done", "origin", "compute", "source", "reported_by", "state"),
        *("needed_of", "light", "on_line", "missing_years", "remark"),
    }
)
NO_DATA = float("nan")


def no_targets() -> pd.DataFrame:
    """The table of a study without targets."""
    return _framed([])


def targets_table(plan: TargetPlan, evidence: Evidence, day: datetime.date) -> pd.DataFrame:
    """Where a place stands against the targets of its documents.

    Parameters
    ----------
    plan
        The indicators, and what was reported on them.
    evidence
        The tables of the run.
    day
        The day that the run is of.

    Returns
    -------
    pandas.DataFrame
        ``TARGET_COLUMNS``, one row per indicator and year, in the order of the documents. Numbers are in the
        indicator's unit; ``*_second`` are of the other number of a pair. ``state``: ``met``, ``short``, ``no_value``,
        ``no_number`` (the target is in words), ``shown`` (the text sets no number for the figure shown) or
        ``baseline``. ``needed`` is the smallest number of ``needed_of`` that meets the target: people, towns, villages,
        places, sites, sites or places to be flagged, or things of the indicator's unit; NaN where there is none.
        ``line`` is where the straight line to the target stands on ``day``, ``on_line`` whether the value is there:
        yes, no or "". ``light``: green, amber, red, grey.
    """
    entries = entries_of(plan.reported)
    spans = {document.id: document.first_year for document in plan.series.documents}
    position = position_of(day)
    rows = []
    for indicator in plan.series.indicators:
        figure = None if indicator.compute is None else figure_of(indicator.compute, evidence)
        for target in indicator.values:
            value = value_in(indicator, target.year, day.year, figure, entries, plan.series)
            rows.append(_row(indicator, target, value, figure, position, spans[indicator.document]))
    return _framed(rows)


def _framed(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(TARGET_COLUMNS))
    kinds = {column: "str" if column in TEXT else "float64" for column in TARGET_COLUMNS} | {"year": "int64"}
    return frame.astype(kinds)


def _row(
    indicator: Indicator, target: TargetValue, value: Value, figure: Figure | None, position: float, first_year: int
) -> dict[str, object]:
    """One indicator and year."""
    row: dict[str, object] = {
        "document": indicator.document, "indicator_id": indicator.id, "position": indicator.position,
        "domain": indicator.domain, "department": indicator.department, "indicator": indicator.name,
        "unit": indicator.unit, "kind": indicator.kind, "class": indicator.spatial, "better": indicator.better,
        "year": target.year, "role": target.role, "operator": target.operator, "target": _number(target.value),
        "target_second": _number(target.second), "target_text": target.text, "value": value.number,
        "value_second": value.second, "done": {None: "", True: "yes", False: "no"}[value.done],
        "value_year": float(value.year) if value.year else NO_DATA, "origin": value.origin,
        "computed": value.computed, "compute": indicator.compute.text() if indicator.compute else "",
        "source": value.source, "reported_by": value.by, "sum_of_flows": value.flows,
        "missing_years": "、".join(map(str, value.missing_years)), "remark": indicator.remark,
    }  # fmt: skip
    return row | _judged(indicator, target, value, figure, position, first_year) | _next(indicator, target, value)


def _number(value: float | None) -> float:
    return NO_DATA if value is None else value


NOT_JUDGED: dict[str, object] = {
    "gap": NO_DATA, "gap_second": NO_DATA, "needed": NO_DATA, "needed_second": NO_DATA, "needed_of": "",
    "light": "grey", "line": NO_DATA, "on_line": "",
}  # fmt: skip


def _judged(
    indicator: Indicator, target: TargetValue, value: Value, figure: Figure | None, position: float, first_year: int
) -> dict[str, object]:
    """State, gap, need, light and line."""
    state = _state(target, value)
    if state is not None:
        told: dict[str, object] = {"state": state}
        return NOT_JUDGED | told | ({"light": "green" if state == "met" else "red"} if value.done is not None else {})
    judged = _compared(indicator, target, value.number, figure, value, position, first_year, second=False)
    if target.second is None or target.operator == "between":
        return judged
    other = _compared(indicator, target, value.second, None, value, position, first_year, second=True)
    lights: tuple[Light, Light] = (judged["light"], other["light"])  # type: ignore[assignment]
    met = judged["state"] == other["state"] == "met"
    on_line = "no" if "no" in (judged["on_line"], other["on_line"]) else judged["on_line"]
    return judged | {
        "state": "met" if met else "short", "light": worse(*lights), "on_line": on_line,
        "gap_second": other["gap"], "needed_second": other["needed"],
        "needed_of": judged["needed_of"] or other["needed_of"],
    }  # fmt: skip


def _state(target: TargetValue, value: Value) -> str | None:
    """The state of what is not compared by numbers; None where it is."""
    if target.role == "baseline":
        return "baseline"
    if value.done is not None:
        return "met" if value.done else "short"
    if value.origin == "beside":
        return "shown"
    if target.value is None:
        return "no_number"
    pair = target.second is not None and target.operator != "between"
    if math.isnan(value.number) or (pair and math.isnan(value.second)):
        return "no_value"
    return None


def _compared(
    indicator: Indicator,
    target: TargetValue,
    number: float,
    figure: Figure | None,
    value: Value,
    position: float,
    first_year: int,
    *,
    second: bool,
) -> dict[str, object]:
    """One number against its target."""
    better = direction(target.operator, indicator.better)
    easier = target.operator == "between" and better == "less"
    asked = _number(target.second if second or easier else target.value)
    met = meets(number, target.operator, asked, None if second else target.second, indicator.better)
    line = line_at(indicator, target.year, position, first_year, second=second)
    over = position >= target.year
    on_line = met if over or line is None else meets(number, "=", line, None, better)
    wanted = asked if over or line is None else line
    needed, counted = (0, "") if met else _needed(indicator, target, number, asked, figure, value, better)
    return {
        "state": "met" if met else "short",
        "gap": 0.0 if met else gap(number, asked, better),
        "gap_second": NO_DATA,
        "needed": NO_DATA if needed is None else float(needed),
        "needed_second": NO_DATA,
        "needed_of": counted,
        "light": light(number, wanted, met, on_line and not over, better),
        "line": _number(line),
        "on_line": "" if line is None else "yes" if on_line else "no",
    }


def _needed(
    indicator: Indicator,
    target: TargetValue,
    number: float,
    asked: float,
    figure: Figure | None,
    value: Value,
    better: str,
) -> tuple[int | None, str]:
    """How much it takes to meet a target, and of what: by the figure's own counts, else in the indicator's own unit."""
    strict = target.operator in (">", "<")
    if value.origin == "computed" and figure is not None:
        needed = figure.needed(from_unit(asked, indicator.unit, share=figure.share), strict=strict)
        return needed, figure.counted if needed is not None else ""
    if better == "less" or indicator.kind == "level" or not is_counted(indicator.unit):
        return None, ""
    short = (asked - number) * 10.0 ** power_of(indicator.unit)
    # A dust of binary digits is no further thing.
    whole = math.floor(round(short, 6)) + 1 if strict else math.ceil(round(short, 6))
    return whole, "unit"


def _next(indicator: Indicator, target: TargetValue, value: Value) -> dict[str, object]:
    """The next year's target, and how far the present value is from it; a flow begins anew, so that it has no gap."""
    found = next_target(indicator, target.year)
    if found is None:
        return {"next_year": NO_DATA, "next_target": NO_DATA, "next_gap": NO_DATA}
    year, number = found
    judged = value.origin in ("computed", "reported", "summed") and indicator.kind != "flow"
    following = indicator.value_of(year)
    better = direction(following.operator if following else "=", indicator.better)
    missing = gap(value.number, number, better) if judged and not math.isnan(value.number) else NO_DATA
    return {"next_year": float(year), "next_target": number, "next_gap": missing}
