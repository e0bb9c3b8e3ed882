"""The account that a reader keeps of the ways it meets."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.inputs.streets.uses import SPAN, mask_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.uses import Use


def _counters() -> defaultdict[Mode, Counter[str]]:
    return defaultdict(Counter)


@dataclass(eq=False)
class Account:
    """Why ways are left out, by mode; which of those kept are bridges or tunnels; values that nobody knows.

    ``odd`` counts ways by (key, value).
    """

    left_out: defaultdict[Mode, Counter[str]] = field(default_factory=_counters)
    spans: list[int] = field(default_factory=list)
    odd: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, use: Use, permits: int, modes: Collection[Mode]) -> None:
        """Count why modes may not use a way, of which ``permits`` are wanted."""
        for mode in modes:
            if not permits & mask_of(mode):
                self.left_out[mode][use.reasons[mode]] += 1

    def keep(self, way_id: int, use: Use, permits: int) -> None:
        """Note what is to be known of a way that is kept."""
        if use.permits & SPAN:
            self.spans.append(way_id)
        if permits & ~mask_of("walk"):
            self.odd.update(("oneway", value) for value in use.odd_oneway)
        if permits & mask_of("drive") and use.odd_maxspeed:
            self.odd["maxspeed", use.odd_maxspeed] += 1

    def reasons(self) -> dict[Mode, dict[str, int]]:
        """``left_out`` as plain tables."""
        return {mode: dict(counts) for mode, counts in self.left_out.items()}
