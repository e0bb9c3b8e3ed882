"""The value of an indicator in a year: entered by hand, added up from yearly flows, computed from a run, or none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from circle15.assess.targets.units import to_unit

if TYPE_CHECKING:
    from circle15.assess.targets.figures import Figure
    from circle15.catalogue.targets.entries import Indicator, TargetSeries
    from circle15.model.targets import Reported

Origin = Literal["computed", "reported", "summed", "beside", "none"]
Entries = dict[tuple[str, int], "Reported"]


@dataclass(frozen=True)
class Value:
    """What an indicator stands at.

    Attributes
    ----------
    number, second
        In its unit; NaN where there is none.
    done
        Of a target in words, whether it is met, as entered; None where nothing is.
    year
        The year that it is of: of a later target, the present one.
    origin
        ``computed`` from this run, ``reported`` by hand, ``summed`` from yearly flows that were entered, ``beside``:
        computed and not judged by, ``none``.
    computed
        What this run gives, whatever has been entered; NaN where it gives nothing.
    source, by
        Of an entry.
    missing_years
        The years whose flows have not been entered, where only some have: no total is made of the others.
    flows
        The sum of the flows entered, where it is no total for want of years, or differs from the total entered; NaN
        else.
    """

    number: float = math.nan
    second: float = math.nan
    done: bool | None = None
    year: int = 0
    origin: Origin = "none"
    computed: float = math.nan
    source: str = ""
    by: str = ""
    missing_years: tuple[int, ...] = ()
    flows: float = math.nan


def value_in(
    indicator: Indicator, year: int, now: int, figure: Figure | None, entries: Entries, series: TargetSeries
) -> Value:
    """What an indicator stands at in a year.

    Parameters
    ----------
    year
        The year asked for.
    now
        The year of the run. For later years the present value stands, except for flows, which begin anew.
    figure
        The figure of the run that the indicator is; None where there is none.
    entries
        What was reported, by indicator and year.
    series
        The documents and indicators.

    Returns
    -------
    Value
        An entry counts before a figure of the run, since somebody answers for it; both are told.
    """
    computed = math.nan if figure is None else to_unit(figure.value, indicator.unit, share=figure.share)
    asked = year if year <= now or indicator.kind == "flow" else _last_year(indicator, year, now, entries)
    entry = entries.get((indicator.id, asked))
    total, missing = _sum_of_flows(indicator, min(year, now), entries, series)
    shown = computed if asked == now else math.nan
    if entry is not None:
        return _reported(entry, asked, shown, total)
    if total is not None and not missing:
        return Value(total, year=min(year, now), origin="summed", computed=shown)
    if math.isnan(shown):
        return Value(missing_years=missing, flows=math.nan if total is None else total)
    beside = indicator.compute is not None and indicator.compute.shown_only
    return Value(shown, year=now, origin="beside" if beside else "computed", computed=shown)


def _last_year(indicator: Indicator, year: int, now: int, entries: Entries) -> int:
    """The year whose value stands for a later one: itself where it was entered, else the run's."""
    return year if (indicator.id, year) in entries else now


def _reported(entry: Reported, year: int, computed: float, total: float | None) -> Value:
    number = math.nan if entry.value is None else entry.value
    second = math.nan if entry.second is None else entry.second
    differs = total is not None and not math.isclose(total, number, rel_tol=1e-9)
    return Value(
        number, second, entry.done, year, "reported", computed, entry.source, entry.by,
        flows=total if differs and total is not None else math.nan,
    )  # fmt: skip


def _sum_of_flows(
    indicator: Indicator, year: int, entries: Entries, series: TargetSeries
) -> tuple[float | None, tuple[int, ...]]:
    """The sum of the flows from the first year of the span, and the years that are not entered; None without any."""
    if not indicator.sum_of:
        return None, ()
    document = next(each for each in series.documents if each.id == indicator.document)
    years = range(document.first_year, year + 1)
    flows = {at: entries[indicator.sum_of, at] for at in years if (indicator.sum_of, at) in entries}
    missing = tuple(at for at in years if at not in flows)
    if not flows:
        return None, ()
    return math.fsum(entry.value or 0.0 for entry in flows.values()), missing


def entries_of(reported: tuple[Reported, ...]) -> Entries:
    """What was reported, by indicator and year."""
    return {(each.indicator, each.year): each for each in reported}
