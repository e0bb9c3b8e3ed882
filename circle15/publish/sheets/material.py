"""What sheets are drawn from: a finished run, and what is known beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.publish.drawing.letters import drawable
from circle15.publish.drawing.typeface import typeface
from circle15.publish.map.content import source_rows
from circle15.words import phrasebook

if TYPE_CHECKING:
    import pandas as pd
    import shapely
    from numpy.typing import NDArray

    from circle15.publish.drawing.fonts import Typeface
    from circle15.results import Results

# What of an issue stands on a sheet; and the rooms whose sentences do.
ISSUE_TEXTS = ("service", "place", "unit", "due")
ROOMS = ("map_sheets.", "terms.", "map.", "assess.", "rules.", "comparison.", "issues.", "steadiness.", "charts.")


@dataclass(frozen=True, eq=False)
class Streets:
    """Lines that are drawn lightly under everything: those of ``main`` roads, and the others.

    Attributes
    ----------
    xy
        float64, (vertices, 2): metres.
    start
        int64, (lines + 1,): line ``i`` is ``xy[start[i]:start[i + 1]]``.
    main
        bool, (lines,).
    """

    xy: NDArray[np.float64]
    start: NDArray[np.int64]
    main: NDArray[np.bool_]


def no_streets() -> Streets:
    """No streets at hand."""
    return Streets(np.empty((0, 2)), np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.bool_))


@dataclass(frozen=True)
class Project:
    """A site that is proposed or planned: where, and for how many."""

    service: str
    name: str
    x: float
    y: float
    people: float
    plan: str
    town: str


@dataclass(frozen=True, eq=False)
class Material:
    """Everything that sheets of one period show.

    Attributes
    ----------
    results
        The run.
    lang
        The language of the words.
    streets
        Lines under the map; none where the files are not at hand.
    issues
        Open issues as the list tells them (see ``publish.issue_rows``), with ``unit``, ``due`` and ``geometry``; none
        where the run has not been entered.
    projects
        Proposed sites, in the order of the plans.
    split
        ``Comparison.split`` with the period before, and that period; None where nothing was compared.
    """

    results: Results
    lang: str
    streets: Streets = field(default_factory=no_streets)
    issues: tuple[dict[str, Any], ...] = ()
    projects: tuple[Project, ...] = ()
    split: pd.DataFrame | None = None
    before: str = ""

    @cached_property
    def face(self) -> Typeface:
        """One typeface that writes every name and word of these sheets."""
        words = (text for key, text in phrasebook(self.lang).items() if key.startswith(ROOMS))
        letters = {letter for name in self._names() for letter in drawable(name)}
        return typeface((letters | set("".join(words))) - set("\n\t"))

    def require_letters(self) -> None:
        """Look for the typeface now, before anything is drawn.

        Raises
        ------
        DataError
            No font of this machine has every character.
        """
        _ = self.face

    def _names(self) -> set[str]:
        results, catalogue = self.results, self.results.catalogue
        names = {str(name) for frame in (results.zones, results.underserved) for name in frame["name"]}
        names |= {each.label.in_language(self.lang) for each in catalogue.services.values()}
        names |= {each.label.in_language(self.lang) for each in catalogue.groups.values()}
        names |= {each.label.in_language(self.lang) for each in catalogue.departments.values()}
        names |= {results.study.study.place, *(project.name for project in self.projects)}
        names |= {row["provider"] for row in source_rows(results.study, {}, self.lang)}
        return names | {str(issue[name]) for issue in self.issues for name in ISSUE_TEXTS}

    @cached_property
    def towns(self) -> tuple[Any, ...]:
        """The listed units with their shapes, in the order of their codes."""
        zones = self.results.zones[self.results.zones["level"] == self.results.listed_level()]
        return tuple(zones.sort_values("code", kind="stable").itertuples(index=False))

    @cached_property
    def whole(self) -> shapely.Geometry:
        """The shape of the whole area."""
        return self.results.zones.geometry.iloc[0]
