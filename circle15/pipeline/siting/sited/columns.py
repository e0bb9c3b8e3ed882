"""Columns of one kind whatever the rows are, so that a table without rows reads back like any other."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

Frame = TypeVar("Frame", bound=pd.DataFrame)
FLAGS, WHOLE = ("shared", "proven"), ("cells", "new_sites")


def typed(frame: Frame, text: tuple[str, ...]) -> Frame:
    """Columns of text as text and all others as numbers, also where there are no rows."""
    kinds = {
        column: "str" if column in text else "float64" for column in frame if column not in ("geometry", *FLAGS, *WHOLE)
    }
    return frame.astype(kinds)
