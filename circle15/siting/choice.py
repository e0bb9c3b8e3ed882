"""A choice of sites, how good it is, and how hard it was looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

# Two sums of the same weights may differ by so much of themselves.
ROUNDING = 1e-9


def unlimited() -> float:
    """Time without end."""
    return float("inf")


def untold(_done: int, _of: int) -> None:
    """Tell nobody how far it has come."""


@dataclass(frozen=True)
class Effort:
    """How hard to try. Without ``left_s`` the answer is the same on every machine.

    Attributes
    ----------
    gap
        Good enough: bound less value, as a part of the bound.
    shakes, rounds, nodes
        Most restarts of the interchange, rounds of the dual, nodes of the search tree.
    ties
        Most trials for a choice of smaller numbers that is equally good; 0 takes the first one found.
    left_s
        Tells how many seconds are left: once there are none, the best choice found so far is given, with its bound.
    """

    gap: float = 0.0
    shakes: int = 20
    rounds: int = 2000
    nodes: int = 20_000
    ties: int = 20
    left_s: Callable[[], float] = unlimited

    @property
    def out_of_time(self) -> bool:
        """Whether no time is left."""
        return self.left_s() <= 0

    def share(self, parts: int) -> Effort:
        """The effort for the first of so many parts that are left: its share of the time, and all else alike."""
        kept_s = self.left_s() * (1.0 - 1.0 / parts) if self.left_s is not unlimited and parts > 1 else 0.0
        return replace(self, left_s=lambda: self.left_s() - kept_s) if kept_s > 0 else self


USUAL = Effort()


def near_enough(value: float, bound: float, effort: Effort, rest: float = 0.0) -> bool:
    """Whether a value is as near to its bound, where more is better, as is asked for.

    Parameters
    ----------
    value, bound
        What is reached, and what none exceeds.
    effort
        How near is good enough.
    rest
        What is counted besides: with it the value is what was asked for, of which a gap is a part.

    Examples
    --------
    >>> near_enough(99.0, 100.0, Effort(gap=0.01)), near_enough(99.0, 100.0, USUAL)
    (True, False)
    >>> near_enough(99.0, 100.0, Effort(gap=0.01), rest=-90.0)
    False
    """
    return bound - value <= max(effort.gap, ROUNDING) * abs(bound + rest)


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
        if apart <= ROUNDING * abs(self.bound):
            return 0.0
        return apart / abs(self.bound) if self.bound else float("inf")

    @property
    def proven(self) -> bool:
        """Whether no other choice is better."""
        return self.gap == 0.0
