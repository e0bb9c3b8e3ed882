"""The league of towns, as a table on the console."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd

    from circle15.results import Results

SCORES = ("balanced_access", "access", "balance")
# Shown where any service has supply data.
OF_SUPPLY = ("quality", "overall")


def league(results: Results, lang: str) -> Table:
    """The towns of a study (else its counties, or itself) by balanced access, and the whole area below."""
    about = results.study.study
    level = results.listed_level()
    table = Table(title=escape(say("cli.table_title", lang, place=about.place, period=about.period)))
    table.add_column(say(f"terms.{level}", lang))
    for header in standings(results, lang):
        table.add_column(header)
    for figure in ("people", *scores_shown(results.index), "all_services"):
        table.add_column(say(f"cli.column_{figure}", lang), justify="right")
    table.add_column(say("cli.column_weakest", lang), overflow="fold")
    for unit in _units(results, level):
        table.add_row(*_row(results, unit, lang))
    if level != _root(results).level:
        table.add_section()
        table.add_row(*_row(results, _root(results), lang))
    return table


def scores_shown(index: pd.DataFrame) -> tuple[str, ...]:
    """The scores that a league shows."""
    return (*SCORES, *OF_SUPPLY) if index["overall"].notna().any() else SCORES


def _units(results: Results, level: str) -> list[Any]:
    units = results.index[results.index["level"] == level]
    return list(units.sort_values("balanced_access", ascending=False, kind="stable").itertuples(index=False))


def _root(results: Results) -> Any:  # noqa: ANN401  a row of pandas
    """The unit that holds all others: the first, since units are ordered by level."""
    return next(results.index.itertuples(index=False))


def _row(results: Results, unit: Any, lang: str) -> list[str]:  # noqa: ANN401
    rows = results.coverage
    rows = rows[(rows["level"] == unit.level) & (rows["code"] == unit.code)]
    everything = float(rows.loc[rows["service"] == "all_services", "coverage"].iloc[0])
    scores = [score_text(getattr(unit, figure), lang) for figure in scores_shown(results.index)]
    return [
        escape(str(unit.name)),
        *(told.get((unit.level, unit.code), "") for told in standings(results, lang).values()),
        f"{unit.people:,.0f}",
        *scores,
        _share(everything, lang),
        _weakest(results, rows, lang),
    ]


def standings(results: Results, lang: str) -> dict[str, dict[tuple[str, str], str]]:
    """By header, the tier of each listed unit and the places that it may stand at, never a bare ordinal.

    By level and code of the unit; no header where nothing was drawn, or a unit alone has nobody to stand beside.
    """
    found = results.uncertainty[results.uncertainty["level"] == results.listed_level()]
    if found.empty:
        return {}
    units: list[Any] = list(found.itertuples(index=False))
    tiers = {(unit.level, unit.code): _tier(unit.tier, lang) for unit in units}
    places = {(unit.level, unit.code): _places(unit.rank_low, unit.rank_high, lang) for unit in units}
    told = {"tier": tiers, "rank_range": places}
    known = {"tier": found["tier"].notna().any(), "rank_range": found["rank_low"].notna().any()}
    return {say(f"steadiness.{name}", lang): told[name] for name in told if known[name]}


def _tier(tier: float, lang: str) -> str:
    return say("terms.no_data", lang) if math.isnan(tier) else f"{tier:.0f}"


def _places(low: float, high: float, lang: str) -> str:
    """The places that a unit may stand at, in a column whose header says what they are."""
    if math.isnan(low):
        return say("terms.no_data", lang)
    return f"{low:.0f}" if low == high else say("steadiness.range", lang, low=int(low), high=int(high))


def _weakest(results: Results, rows: pd.DataFrame, lang: str) -> str:
    known = rows[(rows["service"] != "all_services") & rows["coverage"].notna()].drop_duplicates("service")
    if known.empty:
        return say("terms.no_data", lang)
    worst = known.sort_values(["coverage", "service"]).iloc[0]
    label = results.catalogue.services[worst["service"]].label.in_language(lang)
    return escape(f"{label} {_share(worst['coverage'], lang)}")


def score_text(value: float, lang: str) -> str:
    """A score out of 100."""
    return say("terms.no_data", lang) if math.isnan(value) else f"{value * 100:.1f}"


def _share(value: float, lang: str) -> str:
    return say("terms.no_data", lang) if math.isnan(value) else f"{value:.1%}"
