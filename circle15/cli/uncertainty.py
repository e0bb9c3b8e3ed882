"""How firmly the index of a finished run stands: tiers, sources of the spread, services and weights taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from circle15.results import Results


def show_uncertainty(results: Results, lang: str) -> None:
    """Print the tiers, what makes the spread, and who moves without a service or under other weights."""
    from circle15.cli.console import standard_output

    console = standard_output()
    if results.uncertainty.empty:
        console.print(escape(say("steadiness.no_draws", lang)))
    else:
        console.print(_tiers(results, lang))
        console.print(_sources(results, lang))
        console.print(escape(league_line(results, lang)), soft_wrap=True)
    for table in (_removals(results, lang), _schemes(results, lang)):
        console.print(table)
    from circle15.publish.steadiness import follows_data

    if follows_data(results):
        console.print(escape(say("steadiness.warning_following", lang)), soft_wrap=True)


def league_line(results: Results, lang: str) -> str:
    """What tiers rest on, and how much of the league's order is settled; "" where nothing was drawn."""
    from circle15.assess.uncertainty.tables import settled_pairs_share

    settled = settled_pairs_share(results.settled_pairs)
    if settled != settled:
        return ""
    return say("steadiness.league_line", lang, draws=int(results.uncertainty["draws"].iloc[0]), settled=settled)


def _tiers(results: Results, lang: str) -> Table:
    """One row per tier of the league."""
    from circle15.publish.steadiness import rank_told, tier_told

    about, found = results.study.study, results.uncertainty
    draws = int(found["draws"].iloc[0])
    title = say("steadiness.title_tiers", lang, place=about.place, period=about.period, draws=draws)
    table = Table(title=escape(title))
    for column in ("tier", "column_units", "column_score"):
        table.add_column(say(f"steadiness.{column}", lang), overflow="fold")
    league = found[(found["level"] == results.listed_level()) & found["tier"].notna()]
    for _, units in league.sort_values(["tier", "score"], ascending=[True, False]).groupby("tier"):
        rows: list[Any] = list(units.itertuples(index=False))
        places = [rank_told(unit.rank_low, unit.rank_high, lang) for unit in rows]
        names = [
            say("steadiness.with_more", lang, what=unit.name, more=place)
            for unit, place in zip(rows, places, strict=True)
        ]
        scores = [_interval(unit.score, unit.score_low, unit.score_high, lang) for unit in rows]
        table.add_row(tier_told(rows[0].tier, lang), escape("\n".join(names)), "\n".join(scores))
    return table


def _interval(score: float, low: float, high: float, lang: str) -> str:
    """A score out of 100 with its interval."""
    return say("steadiness.with_more", lang, what=f"{100 * score:.1f}", more=f"{100 * low:.1f}–{100 * high:.1f}")


def _sources(results: Results, lang: str) -> Table:
    """One row per source: its share of the shift of places, and of the whole area's score."""
    table = Table(title=say("steadiness.title_sources", lang))
    table.add_column(say("steadiness.spread_source", lang))
    for column in ("column_league_first", "column_league_total", "column_score_total"):
        table.add_column(say(f"steadiness.{column}", lang), justify="right")
    frame = results.sensitivity
    places = frame[frame["outcome"] == "rank_shift"].set_index("source")
    whole = frame[frame["outcome"] == "score"].drop_duplicates("source").set_index("source")
    for source in whole.index:
        own = places.loc[source] if source in places.index else None
        shares = [_share(None if own is None else own[f"{order}_order"], lang) for order in ("first", "total")]
        name = say(f"steadiness.source_{source}", lang)
        table.add_row(name, *shares, _share(whole.loc[source, "total_order"], lang))
    return table


def _share(value: float | None, lang: str) -> str:
    return say("terms.no_data", lang) if value is None or value != value else f"{round(value, 2) + 0.0:.0%}"


def _removals(results: Results, lang: str) -> Table:
    labels = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    frame = results.removals
    cases = ((labels.get(str(service), str(service)), rows) for service, rows in frame.groupby("service", sort=False))
    return _moves(results, say("steadiness.title_removals", lang), say("tables.service", lang), cases, lang)


def _schemes(results: Results, lang: str) -> Table:
    from circle15.publish.steadiness import scenarios_told

    frame = scenarios_told(results, lang).assign(level=results.weight_scenarios["level"])
    grouped = frame.groupby(["scheme", "exponent"], sort=False)
    cases = ((f"{scheme}，{say('steadiness.exponent', lang)} {exponent}", rows) for (scheme, exponent), rows in grouped)
    return _moves(results, say("steadiness.title_schemes", lang), say("steadiness.scheme", lang), cases, lang)


def _moves(results: Results, title: str, header: str, cases: Iterator[tuple[str, pd.DataFrame]], lang: str) -> Table:
    """Per case how many units of the league change their place, and which of them most."""
    table = Table(title=title)
    table.add_column(header, overflow="fold")
    table.add_column(say("steadiness.column_moved", lang), justify="right")
    table.add_column(say("steadiness.column_most", lang), overflow="fold")
    for name, rows in cases:
        league = rows[(rows["level"] == results.listed_level()) & rows["rank_change"].notna()]
        moved = league[league["rank_change"] != 0]
        most = moved.loc[moved["rank_change"].abs() == moved["rank_change"].abs().max()]
        told = [
            say("steadiness.moved_unit", lang, name=unit.name, change=int(unit.rank_change))
            for unit in most.head(3).itertuples(index=False)
        ]
        table.add_row(escape(name), str(len(moved)), escape("、".join(told) or say("steadiness.nobody_moved", lang)))
    return table
