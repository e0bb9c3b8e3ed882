"""The account that a reader keeps of the ways it meets."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.inputs.streets.uses import CROSSING, SPAN, mask_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.uses import Use


def _counters() -> defaultdict[Mode, Counter[str]]:
    return defaultdict(Counter)


@dataclass(eq=False)
class Account:
    """Why ways are left out, by mode; which of those kept are bridges, tunnels or crossings; values nobody knows.

    ``odd`` counts ways by (key, value).
    """

    left_out: defaultdict[Mode, Counter[str]] = field(default_factory=_counters)
    spans: list[int] = field(default_factory=list)
    crossings: list[int] = field(default_factory=list)
    odd: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, use: Use, permits: int, modes: Collection[Mode], ways: int = 1) -> None:
        """Count why modes may not use ways of one use, of which ``permits`` are wanted."""
        for mode in modes:
            if not permits & mask_of(mode):
                self.left_out[mode][use.reasons[mode]] += ways

    def keep(self, way_id: int, use: Use, permits: int) -> None:
        """Note what is to be known of a way that is kept."""
        self.keep_all([way_id], use, permits)

    def keep_all(self, way_ids: Sequence[int], use: Use, permits: int) -> None:
        """Note what is to be known of ways of one use that are kept."""
        if use.permits & SPAN:
            self.spans.extend(way_ids)
        if use.permits & CROSSING:
            self.crossings.extend(way_ids)
        if permits & ~mask_of("walk"):
            for value in use.odd_oneway:
                self.odd["oneway", value] += len(way_ids)
        if permits & mask_of("drive") and use.odd_maxspeed:
            self.odd["maxspeed", use.odd_maxspeed] += len(way_ids)

    def reasons(self) -> dict[Mode, dict[str, int]]:
        """``left_out`` as plain tables."""
        return {mode: dict(counts) for mode, counts in self.left_out.items()}
