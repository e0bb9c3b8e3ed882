"""The state of every issue in every period (新增, 未销号, 已销号, 反复 ...), from what was seen alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.issues.columns import no_rows, records
from circle15.model.period import months_after, span_of

if TYPE_CHECKING:
    from circle15.assess.issues.registry import Entry, Registry

# Of an issue that is open: seen for the first time, seen again, come back after it was closed, part of another one,
# too thinly settled for an area by now, not looked at.
OPEN = ("new", "open", "returned", "merged", "remaining", "unchecked")
CLOSED = ("closed", "nobody")
STATE_TYPES = {
    "id": "str", "period": "str", "state": "str", "people": "float64", "run": "str", "first_seen": "str",
    "last_seen": "str", "returned": "int64", "due": "str", "is_open": "bool",
}  # fmt: skip


def state_history(registry: Registry) -> pd.DataFrame:
    """The state of every issue in every period from its first on: ``STATE_TYPES``, by id and period.

    An issue that is closed and stays so has no further rows. ``people`` are those it counts in that period, NaN where
    it was not looked at. ``due`` is reckoned from the period in which it was first seen, or last came back.

    Parameters
    ----------
    registry
        The register.
    """
    if not registry.entries:
        return no_rows(STATE_TYPES)
    seen = {(row["id"], row["period"]): float(row["people"]) for row in records(registry.sightings)}
    checks = {(row["id"], row["period"]): row for row in records(registry.checks)}
    rows: list[dict[str, object]] = []
    for id_ in sorted({id_ for id_, _ in seen}):
        rows += _history(id_, registry.entries, seen, checks)
    return pd.DataFrame(rows, columns=list(STATE_TYPES)).astype(STATE_TYPES)


def _history(
    id_: str,
    entries: tuple[Entry, ...],
    seen: dict[tuple[str, str], float],
    checks: dict[tuple[str, str], dict[str, object]],
) -> list[dict[str, object]]:
    """The rows of one issue, period by period."""
    rows: list[dict[str, object]] = []
    for entry in entries:
        key, last = (id_, entry.period), rows[-1] if rows else None
        state = _state(last, key in seen, checks.get(key))
        if state:
            people = seen.get(key, _left(state, checks.get(key)))
            rows.append(_row(id_, entry, state, people, last))
    return rows


def _state(last: dict[str, object] | None, is_seen: bool, check: dict[str, object] | None) -> str:
    """The state in a period; "" where there is nothing to say: not seen yet, or closed and so still."""
    if last is None:
        return "new" if is_seen else ""
    if not last["is_open"]:
        return "returned" if is_seen else ""
    if is_seen:
        return "open"
    outcome = "unchecked" if check is None else str(check["outcome"])
    return outcome if outcome in (*OPEN, *CLOSED) else "unchecked"


def _left(state: str, check: dict[str, object] | None) -> float:
    return float("nan") if check is None or state == "unchecked" else float(str(check["still"]))


def _row(id_: str, entry: Entry, state: str, people: float, last: dict[str, object] | None) -> dict[str, object]:
    begins = last is None or state == "returned"
    is_seen = state in ("new", "open", "returned")
    due = months_after(span_of(entry.period).last, entry.due_months).isoformat()
    return {
        "id": id_,
        "period": entry.period,
        "state": state,
        "people": people,
        "run": entry.run,
        "first_seen": entry.period if last is None else last["first_seen"],
        "last_seen": entry.period if is_seen or last is None else last["last_seen"],
        "returned": (0 if last is None else int(str(last["returned"]))) + (state == "returned"),
        "due": due if begins or last is None else last["due"],
        "is_open": state in OPEN,
    }


def states_in(history: pd.DataFrame, registry: Registry, period: str) -> pd.DataFrame:
    """The last state of every issue up to a period: ``STATE_TYPES``, by id."""
    upto = registry.periods[: registry.periods.index(period) + 1]
    known = history[history["period"].isin(upto)]
    return known.drop_duplicates("id", keep="last").reset_index(drop=True)


def counts_of(history: pd.DataFrame, period: str) -> dict[str, int]:
    """How many issues are in each state in one period; those closed before are not counted.

    Examples
    --------
    >>> counts_of(pd.DataFrame({"period": ["2026", "2026"], "state": ["new", "closed"]}), "2026")["closed"]
    1
    """
    states = history.loc[history["period"] == period, "state"].value_counts()
    return {state: int(states.get(state, 0)) for state in (*OPEN, *CLOSED)}
