"""One prepared network that serves many searches."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from racing.equality import metres_off
from racing.task import Task

from benchmarks.nearest import CONTENDERS, part, part_of_answer, work

SHARES = {"igraph": 5, "networkx": 10, "pandana": 25}

TASK = Task(
    title="Fifty searches on one prepared network",
    about="""
The same {nodes:,} nodes, prepared once. {services} times the nearest of {each} sites at
every node, as for what-if questions. circle15 prepares for many searches within its one call: its "work" holds that.
A share is one of the searches, not of the preparing.
""",
    work=partial(work, 50),
    contenders=tuple(replace(one, share=SHARES.get(one.package, 1), goals=()) for one in CONTENDERS),
    difference=metres_off,
    part=part,
    part_of_answer=part_of_answer,
)
