"""A choice of sites, how good it is, and how hard it was looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Two sums of the same weights may differ by so much of themselves.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Effort:
    """How hard to try. Without ``seconds`` the answer is the same on every machine.

    Attributes
    ----------
    gap
        Good enough: bound less value, as a part of the bound.
    shakes, rounds, nodes
        Most restarts of the interchange, rounds of the dual, nodes of the search tree.
    ties
        Most trials for a choice of smaller numbers that is equally good; 0 takes the first one found.
    seconds
        Most seconds of the search tree.
    """

    gap: float = 0.0
    shakes: int = 20
    rounds: int = 2000
    nodes: int = 20_000
    ties: int = 20
    seconds: float = float("inf")


USUAL = Effort()


@dataclass(frozen=True, eq=False)
class Choice:
    """Sites and how good they are.

    Attributes
    ----------
    sites
        Numbers of the sites that stand, ascending.
    value
        What they reach.
    bound
        No choice reaches more (or, where less is better, less).
    nodes
        Nodes of the search tree.
    """

    sites: NDArray[np.int64]
    value: float
    bound: float
    nodes: int

    @property
    def gap(self) -> float:
        """Bound and value apart, as a part of the bound; 0 where the choice is proven best."""
        apart = abs(self.bound - self.value)
        return 0.0 if apart <= ROUNDING * abs(self.bound) else apart / abs(self.bound)

    @property
    def proven(self) -> bool:
        """Whether no other choice is better."""
        return self.gap == 0.0
