"""The sites that a problem was solved with, and how good they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.siting.choice import Choice

if TYPE_CHECKING:
    import pandas as pd

    from circle15.siting.problem import Objective, SitingProblem


@dataclass(frozen=True, eq=False)
class SitingPlan:
    """Where sites stand, and the proof.

    Attributes
    ----------
    problem
        What was asked.
    sites
        All that stand, by id: ``name``, ``town``, ``kind``, and for ``places`` also ``places`` and ``placed``.
    new, closed
        Ids of the new sites, and of the existing ones that close.
    value, bound
        In the objective's unit: people (``people``, ``places``), people by the root of their reach (``index``),
        person-metres (``distance``), metres (``longest``), what new sites cost less what closing frees, or their
        number (``everyone``). No choice under the rules is better than the bound.
    before
        The value with the existing sites alone; for ``everyone`` the people whom they reach.
    nodes
        Nodes of the search tree.
    persons, reachable, reached
        All people; those within the limit of any candidate or existing site; those within that of a site that stands.
    unreachable
        Cells beyond the limit of every candidate and existing site: ``cell``, ``unit``, ``persons``, ``nearest_m`` to
        the nearest of all that the pairs know, ``inf`` where they know none.
    """

    problem: SitingProblem
    sites: pd.DataFrame
    new: tuple[object, ...]
    closed: tuple[object, ...]
    value: float
    bound: float
    before: float
    nodes: int
    persons: float
    reachable: float
    reached: float
    unreachable: pd.DataFrame

    @property
    def objective(self) -> Objective:
        """What was sought."""
        return self.problem.objective

    @property
    def gap(self) -> float:
        """Bound and value apart, as a part of the bound; 0 where no choice is better."""
        return self._choice.gap

    @property
    def proven(self) -> bool:
        """Whether no choice is better."""
        return self._choice.proven

    @property
    def _choice(self) -> Choice:
        return Choice(self.sites.index.to_numpy(), self.value, self.bound, self.nodes)

    def unreachable_by_unit(self) -> pd.Series:
        """People whom no candidate can reach, by unit, most first, then by name."""
        people = self.unreachable.groupby("unit", sort=True)["persons"].sum()
        return people.sort_values(ascending=False, kind="stable")
