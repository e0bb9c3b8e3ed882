"""Tasks that take no time, some of whose contenders have another answer, fail, die or never end."""

import os
import time

import numpy as np
from racing.equality import metres_off
from racing.task import Contender, Task


def work(_quick):
    return {"numbers": np.arange(10.0), "what": "ten numbers"}


def part(whole, share):
    return {**whole, "numbers": whole["numbers"][::share]}


def doubled(_, asked):
    return {"metres": asked["numbers"] * 2}


def one_more(_, asked):
    return {"metres": asked["numbers"] * 2 + (asked["numbers"] == 3)}


def no_way(_, asked):
    return {"metres": np.where(asked["numbers"] == 9, np.inf, asked["numbers"] * 2)}


def not_a_number(_, asked):
    return {"metres": np.where(asked["numbers"] == 9, np.nan, asked["numbers"] * 2)}


def dies(_, _asked):
    os._exit(1)


def never_ends(_, _asked):
    time.sleep(600)


def not_installed(_):
    import a_package_that_nobody_has  # noqa: F401


def changing(_, asked):
    return {"metres": asked["numbers"] * 2 + time.perf_counter()}


def contender(name, run, prepare=lambda _: None, **more):
    return Contender(name, "numpy", prepare, run, **more)


TASK = Task(
    title="Twice",
    about="All of {what}.",
    work=work,
    contenders=(
        contender("ours", doubled, goals=(("run_s", 60.0),)),
        contender("alike", doubled, goals=(("times_run", 1e9),)),
        contender("half", doubled, share=2),
        contender("one more", one_more),
        contender("one more, allowed", one_more, tolerance=1.0),
        contender("no way", no_way),
        contender("no number", not_a_number),
        contender("dies", dies),
        contender("never ends", never_ends),
        contender("not here", doubled, not_installed),
        contender("too large", doubled, needs_gb=1e6),
        contender("not in quick", doubled, in_quick=False),
    ),
    difference=metres_off,
    part=part,
    part_of_answer=lambda answer, share: {"metres": answer["metres"][::share]},
)
