"""What the text of a study is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from circle15.catalogue.entries import Label
    from circle15.inputs.recognise.found import Found
    from circle15.workspace.proposal import Proposal


@dataclass(frozen=True)
class Form:
    """What the text of a study is made of.

    Attributes
    ----------
    place, id, period
        As ``[study]`` wants them.
    study
        The study's own path, as a planner types it.
    proposal
        What each section uses.
    files
        Names in the study's folder, by the file they are copies of.
    templates
        Service id and name of the template, of lists yet to be filled in.
    labels
        Names of services by id.
    lang
        Of the comments.
    """

    place: str
    id: str
    period: str
    study: str
    proposal: Proposal
    files: Mapping[Path, str]
    templates: tuple[tuple[str, str], ...]
    labels: Mapping[str, Label]
    lang: str

    def file(self, found: Found) -> str:
        """The name of what was found, in the study's folder."""
        return self.files[found.path]
