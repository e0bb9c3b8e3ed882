"""What is known of a facility's quality flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.model.facilities import BETWEEN, FLAG, FLAGS_TOLD

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def carries_flag(facilities: pd.DataFrame, flag: str) -> NDArray[np.bool_]:
    """Whether each facility is known to carry a flag."""
    column = f"{FLAG}{flag}"
    if column not in facilities:
        return np.zeros(len(facilities), dtype=np.bool_)
    return facilities[column].to_numpy(dtype=np.bool_)


def flag_known(facilities: pd.DataFrame, flag: str) -> NDArray[np.bool_]:
    """Whether it is known of each facility that it carries a flag or does not: whether its own list asks.

    A list without a column of the flag says nothing: its facilities are neither flagged nor unflagged. Facilities of
    which no one wrote down what their list asks are known where any of their service carries the flag.
    """
    carried = carries_flag(facilities, flag)
    if FLAGS_TOLD not in facilities:
        services = set(facilities.loc[carried, "service"])
        return facilities["service"].isin(services).to_numpy(dtype=np.bool_)
    asked = [flag in str(said).split(BETWEEN) for said in facilities[FLAGS_TOLD]]
    return np.array(asked, dtype=np.bool_) | carried
