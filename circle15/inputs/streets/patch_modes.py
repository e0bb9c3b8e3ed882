"""A study's own changes to the streets, done for each mode that they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.inputs.streets.patch import Done, Patched, apply_changes, patched
from circle15.inputs.streets.uses import MODES
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.changes import Change
    from circle15.model.network import StreetNetwork


@dataclass(frozen=True, eq=False)
class PatchedModes:
    """The streets of each mode after all changes, and one account of every row for all modes.

    A row is told as it went for the first mode that it could be done for, walking before cycling before driving.
    """

    networks: Mapping[Mode, StreetNetwork]
    account: Patched


def changes_for(changes: Sequence[Change], mode: Mode) -> list[Change]:
    """The changes that are for one mode, in their order."""
    return [change for change in changes if mode in change.modes]


def apply_to_modes(networks: Mapping[Mode, StreetNetwork], changes: Sequence[Change], compounds: str) -> PatchedModes:
    """Do each change for the modes that it is for, see ``apply_changes``.

    What is added is for walkers, what is blocked, opened or closed for everyone, unless a row names modes. A row for
    modes that the study does not use is left out and says so; one that names several modes says for which of them it
    could not be done.
    """
    results = {mode: apply_changes(networks[mode], changes_for(changes, mode), compounds) for mode in networks}
    outcomes = {mode: iter(result.done) for mode, result in results.items()}
    done = [
        _merged(change, {m: next(outcomes[m]) for m in MODES if m in networks and m in change.modes})
        for change in changes
    ]
    return PatchedModes(
        {mode: result.network for mode, result in results.items()}, patched(results["walk"].network, done)
    )


def _merged(change: Change, by_mode: Mapping[Mode, Done]) -> Done:
    if not by_mode:
        return Done(
            change,
            None,
            list(change.mended),
            [*change.against, Note("modes.patch_not_used", {"name": change.name or "—"}, change.at)],
        )
    lead = next((mode for mode, one in by_mode.items() if not one.against), next(iter(by_mode)))
    result = by_mode[lead]
    if not result.against and change.named_modes:
        failed = [mode for mode, one in by_mode.items() if one.against]
        result.mended += [result.note(f"modes.patch_not_{mode}") for mode in failed]
    return result


def bridge_ids(changes: Sequence[Change]) -> frozenset[int]:
    """Ids of the ways that are bridges or tunnels which changes add."""
    return frozenset(change.way_id for change in changes if change.action == "bridge")
