"""The same pairs by one thread and by two."""

from __future__ import annotations

from functools import partial

from racing.equality import pairs_off
from racing.task import Contender, Task

from benchmarks import pairs

TASK = Task(
    title="Two threads",
    about="""
All pairs of 20,000 sites and places within 15 minutes as above, by circle15 alone. The same bits whatever the threads.
""",
    work=pairs.work,
    contenders=(
        Contender("circle15, 2 threads", "circle15", pairs.circle15_prepare, partial(pairs.circle15, threads=2)),
        Contender("circle15, 1 thread", "circle15", pairs.circle15_prepare, pairs.circle15, tolerance=0.0),
    ),
    difference=pairs_off(pairs.LIMIT_M),
    tell=pairs.tell,
)
