"""The list of issues brought up to date: runs into the register, the office's words from one list into the next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.assess.circles import deciding_circles
from circle15.assess.clusters import Gathering
from circle15.assess.issues.columns import no_facilities
from circle15.assess.issues.entering import Entering, entered
from circle15.assess.issues.losses import list_changes
from circle15.assess.issues.registry import Entry
from circle15.assess.issues.shortfalls import run_of, shortfalls
from circle15.assess.issues.states import state_history, states_in
from circle15.assess.issues.words import taken_over
from circle15.assess.scoreboard import compared
from circle15.assess.units import total
from circle15.errors import ConfigurationError, DataError
from circle15.inputs.issues.workbook import read_issue_workbook
from circle15.model.ledger import Ledger
from circle15.pipeline.finished import finished_periods, place_folder
from circle15.pipeline.issues.squares import load_scoreboard, settled_squares, with_squares
from circle15.pipeline.writing import refresh_page
from circle15.pipeline.years.causes import causes_of
from circle15.publish.brief import brief_of
from circle15.publish.brief_page import write_brief
from circle15.publish.issue_layers import write_issue_layers
from circle15.publish.issue_rows import Listing, as_of
from circle15.publish.issues import default_words, own_headers, write_issues
from circle15.publish.scoreboard import write_scoreboard
from circle15.results import Results
from circle15.results.folders import replacing
from circle15.results.issue_register import load_register, save_register
from circle15.results.single_files import putting, require_closed
from circle15.results.store import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from circle15.assess.circles import Circle
    from circle15.assess.issues.registry import Registry
    from circle15.assess.issues.shortfalls import Shortfalls
    from circle15.assess.issues.words import Taken, TakenOver
    from circle15.model.issue_rows import WrittenRow

ISSUES, REGISTRY, WORKBOOK, LAYERS = "issues", "registry", "问题清单.xlsx", "issues.gpkg"
SCOREBOARD, BOARD = "scoreboard.parquet", "晾晒表.xlsx"
# What an office may save the list as.
TABLES = (".xlsx", ".xlsm", ".xls", ".et", ".csv")


@dataclass(frozen=True, eq=False)
class Updated:
    """The list brought up to date.

    Attributes
    ----------
    registry
        The register as it is now.
    history, states
        Every state of every issue, and the last: ``assess.issues.states.STATE_TYPES``.
    board
        The scoreboard of all periods: ``assess.scoreboard.SCOREBOARD_TYPES``.
    entered
        The periods whose runs were entered.
    taken, ledger
        What was taken over from the list as the office gave it back, and the account of its rows.
    folder
        Where the files lie.
    latest
        The results of the last period, by whose names things are called.
    unread
        Names of other workbooks beside the list, which may be the list that an office saved under another name.
    """

    registry: Registry
    history: pd.DataFrame
    states: pd.DataFrame
    board: pd.DataFrame
    entered: tuple[str, ...]
    taken: tuple[Taken, ...]
    ledger: Ledger
    folder: Path
    latest: Results
    unread: tuple[str, ...] = ()


def update_issues(
    home: Path, place: str | None, period: str | None, lang: str, progress: Callable[[str], None] = lambda _: None
) -> Updated:
    """Enter finished runs into the list of a place and write it anew, with what the office has filled in.

    Parameters
    ----------
    home
        The workspace: the folder with ``data/processed``.
    place
        The id of the place; may be None where only one has been run.
    period
        The run to enter; None for every run that is new or has changed since it was entered. What follows it is looked
        at again.
    lang
        ``zh`` or ``en``.
    progress
        Called with each period as its turn comes.

    Raises
    ------
    ConfigurationError
        Nothing has been run, or runs of different grids.
    UsageError
        Several places have been run.
    DataError
        The list is open in another program or damaged; nothing is changed then.
    """
    runs = place_folder(home, place)
    folder = runs / ISSUES
    registry = load_register(folder / REGISTRY)
    rows = _given_back(registry, folder)
    todo = periods_to_enter(registry, runs, period)
    board = load_scoreboard(folder / SCOREBOARD)
    latest: Results | None = None
    for each in todo:
        progress(each)
        latest = Results.load(runs / each)
        registry = enter_run(registry, latest, run_hash(runs / each), lang)
        board = with_squares(board, latest)
    for each in _without_squares(board, registry, runs):
        board = with_squares(board, Results.load(runs / each))
    words = _taken_over(registry, rows)
    registry = registry.with_words(words.words)
    last = registry.periods[-1]
    if latest is None or latest.study.study.period != last:
        latest = _last_results(runs, last)
    history = state_history(registry)
    states = states_in(history, registry, last)
    written = default_words(registry, latest, states, lang)
    registry = registry.with_words(replace(registry.words, written=written, own=own_headers(lang)))
    board = settled_squares(board, registry, history, latest)
    unread = other_workbooks(folder)
    updated = Updated(registry, history, states, board, tuple(todo), words.taken, words.ledger, folder, latest, unread)
    _write(updated, period or last, lang)
    refresh_page(runs / last, latest)
    return updated


def periods_to_enter(registry: Registry, runs: Path, period: str | None) -> list[str]:
    """The runs to enter, in order: those asked for or changed, and all that have been run after the first of them.

    Raises
    ------
    ConfigurationError
        The period has not been run, or nothing that has been run is left.
    """
    finished = finished_periods(runs)
    if period is not None and period not in finished:
        raise ConfigurationError("issues.period_not_run", period=period, known="、".join(finished))
    changed = [each for each in finished if _is_new(registry, runs, each)] if period is None else [period]
    if not changed:
        return []
    first = finished.index(changed[0])
    entered_already = set(registry.periods)
    return [each for each in finished[first:] if each in changed or each in entered_already]


def _is_new(registry: Registry, runs: Path, period: str) -> bool:
    entry = registry.entry(period)
    return entry is None or entry.run != run_hash(runs / period)


def _without_squares(board: pd.DataFrame, registry: Registry, runs: Path) -> list[str]:
    """Periods entered whose squares are gone with their file, and whose runs are still there."""
    return [each for each in finished_periods(runs) if each in registry.periods and each not in set(board["period"])]


def run_hash(folder: Path) -> str:
    """sha256 of a run's manifest, which names every input and output with theirs."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _last_results(runs: Path, period: str) -> Results:
    """The results of the last period entered; of the last one run where they are gone."""
    finished = finished_periods(runs)
    return Results.load(runs / (period if period in finished else finished[-1]))


def _given_back(registry: Registry, folder: Path) -> list[WrittenRow]:
    """The rows of the list as it lies there; none where it is not there.

    Raises
    ------
    DataError
        The list is open or damaged, or the register is gone and the list is there.
    """
    path = folder / WORKBOOK
    for held in (path, *sorted(folder.glob(f"*/{BOARD}"))):
        require_closed(held)
    if not path.exists():
        return []
    if not registry.entries:
        raise DataError("issues.register_missing", file=str(path), folder=str(folder / REGISTRY))
    return [_without(row, registry.words.own) for row in read_issue_workbook(path)]


def other_workbooks(folder: Path) -> tuple[str, ...]:
    """Names of tables beside the list that are not the list; what programs put there while they hold one open is none.

    They are not read: which words of an older copy are newer than the list's cannot be known.
    """
    names = (path.name for path in folder.glob("*") if path.suffix.lower() in TABLES)
    return tuple(sorted(name for name in names if name != WORKBOOK and not name.startswith(("~", "."))))


def _taken_over(registry: Registry, rows: Sequence[WrittenRow]) -> TakenOver:
    """The office's words; after the runs are entered, so that ids given today are known."""
    headers = list(dict.fromkeys(header for row in rows for header in row.extra))
    return taken_over(registry.words, rows, registry.issued["id"], headers)


def _without(row: WrittenRow, own: Sequence[str]) -> WrittenRow:
    """A row without columns that an earlier version of the list called its own."""
    return replace(row, extra={header: text for header, text in row.extra.items() if header not in own})


def enter_run(registry: Registry, results: Results, run: str, lang: str) -> Registry:
    """The register with one finished run; its list changes are told against the period entered before it."""
    circles = deciding_circles(results.catalogue, results.counted_groups())
    settings = results.study.underserved
    tables = run_of(
        results.cells, results.zones, results.underserved, results.facilities, results.pairs, results.loads,
        Gathering(settings.within_m, settings.least_residents), lang,
    )  # fmt: skip
    found = shortfalls(tables, circles)
    period = results.study.study.period
    before = registry.facilities[registry.facilities["period"] == registry.before(period)]
    changes = list_changes(before if len(before) else no_facilities(results.facilities.crs), results.facilities)
    changes = changes if len(before) else changes.iloc[:0]
    grid = f"{results.study.study.cell_m} m, {results.cells.crs.name}"
    new = Entering(_entry(results, circles, found, run), grid, tables, circles, found, changes)
    return entered(registry, new)


def _entry(results: Results, circles: Sequence[Circle], found: Shortfalls, run: str) -> Entry:
    scattered = found.scattered.groupby("service", sort=False)["people"].sum()
    return Entry(
        period=results.study.study.period,
        run=run,
        due_months=results.study.issues.due_months,
        limits={circle.service.id: _limits(circle) for circle in circles},
        with_places=found.with_places,
        people=total(results.cells["persons_all"].to_numpy(dtype=float)),
        scattered={str(service): float(people) for service, people in scattered.items()},
    )


def _limits(circle: Circle) -> str:
    """The rules of a circle in one line, which changes when they do."""
    return "; ".join(f"{rule.mode} {rule.limit_m:.6g} m" for rule in (circle.urban, circle.rural))


def _write(updated: Updated, period: str, lang: str) -> None:
    """Put the list in place first, which another program may hold, then the register; all of it or nothing."""
    folder = updated.folder
    folder.mkdir(parents=True, exist_ok=True)
    listing, against = listing_of(updated), compared(updated.board)
    told = [each for each in updated.registry.periods if each in {*updated.entered, period}]
    with replacing(folder / REGISTRY, *(folder / each for each in told)) as (draft, *parts):
        save_register(updated.registry, draft)
        for each, part in zip(told, parts, strict=True):
            causes = causes_of(folder.parent, against, each)
            write_brief(brief_of(as_of(listing, each), against, each, lang, causes), part, lang)
            write_scoreboard(against, each, updated.latest, part / BOARD, lang)
        with putting(folder / WORKBOOK, folder / LAYERS, folder / SCOREBOARD) as (workbook, layers, board):
            write_issues(listing, workbook, lang)
            write_issue_layers(listing, layers, lang)
            updated.board.to_parquet(board, index=False, compression="zstd")


def listing_of(updated: Updated) -> Listing:
    """What the list is written from."""
    return Listing(updated.registry, updated.history, updated.states, updated.latest, updated.taken, updated.ledger)
