"""What a study states of weights and uncertainty, held against its services and speeds before any search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.assess.weights.study import study_weights
from circle15.catalogue.suggestions import not_known
from circle15.errors import collecting, raise_faults

if TYPE_CHECKING:
    from circle15.catalogue.entries import Catalogue
    from circle15.errors import Circle15Error
    from circle15.model.study import Study

STUDY_FILE = "study.toml"


def require_weights(catalogue: Catalogue, study: Study) -> None:
    """See to it that weights follow from what a study states, and that its ranges are of speeds that there are.

    Raises
    ------
    ConfigurationError, Faults
        As ``study_weights``; a range of a speed that is not known.
    """
    faults: list[Circle15Error] = []
    with collecting(faults):
        study_weights(catalogue, study.index)
    for speed in study.uncertainty.speeds:
        if speed not in catalogue.speeds:
            facts = {"file": STUDY_FILE, "where": "uncertainty.speeds"}
            faults.append(not_known("catalogue.unknown_id", speed, catalogue.speeds, **facts))
    raise_faults(faults)
