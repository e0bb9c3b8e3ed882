"""The list of issues as a finished run has been entered into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.assess.issues.states import state_history, states_in
from circle15.model.ledger import Ledger
from circle15.pipeline.issues.updating import ISSUES, REGISTRY, run_hash
from circle15.publish.issue_rows import Listing, as_of
from circle15.results.issue_register import load_register

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.results import Results


def entered_issues(run: Path, results: Results) -> Listing | None:
    """The issues as they were at the end of the period; None where this very run has not been entered.

    Parameters
    ----------
    run, results
        The finished run and its folder of tables.
    """
    registry = load_register(run.parent / ISSUES / REGISTRY)
    entry = registry.entry(run.name)
    if entry is None or entry.run != run_hash(run):
        return None
    history = state_history(registry)
    now = Listing(registry, history, states_in(history, registry, registry.periods[-1]), results, (), Ledger())
    return as_of(now, run.name)
