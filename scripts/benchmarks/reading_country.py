"""An OpenStreetMap extract to a network to walk: a small country."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from benchmarks import reading

TASK = replace(
    reading.TASK,
    title="An extract to a network to walk: Liechtenstein",
    about="The same with villages and mountain paths.",
    work=partial(reading.work, "liechtenstein", 32632),
)
