"""HiGHS, asked for one mixed-integer program (Huangfu and Hall 2018)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from highspy import HighsLp
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from circle15.siting.arrays import Floats


SEED = 15
# About what an objective is to add up to.
SCALED = 1e6


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise ``cost @ x`` for ``low <= x <= high`` and ``row_low <= rows @ x <= row_high``, some x whole numbers."""

    cost: Floats
    low: Floats
    high: Floats
    whole: NDArray[np.bool_]
    rows: csr_matrix
    row_low: Floats
    row_high: Floats


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found: ``x`` None where nothing is known to fit; ``bound`` is no larger than any fitting value."""

    x: Floats | None
    value: float
    bound: float
    nodes: int
    impossible: bool


def solved(program: Program, start: Floats | None, gap: float, nodes: int, seconds: float = float("inf")) -> Answer:
    """Solve a program.

    Parameters
    ----------
    program
        What is asked.
    start
        A fitting x to begin with; None where there is none.
    gap
        Stop where value and bound differ by no more than this part of the value.
    nodes
        The most nodes of the search tree: the same on every machine.
    seconds
        The most seconds; results then depend on the machine.
    """
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _options(gap, nodes, seconds).items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program))
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    impossible = status == highspy.HighsModelStatus.kInfeasible
    known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = float(info.objective_function_value) if known else float("inf")
    return Answer(
        x=np.array(solver.getSolution().col_value) if known else None,
        value=value,
        bound=float(info.mip_dual_bound) if program.whole.any() else value,
        nodes=int(info.mip_node_count),
        impossible=impossible,
    )


def scale_of(weight: Floats) -> float:
    """The power of two that makes all weight about ``SCALED``: the solver's tolerances are absolute."""
    return float(2.0 ** round(math.log2(SCALED / max(float(np.sum(weight)), 1e-300))))


def _options(gap: float, nodes: int, seconds: float) -> dict[str, bool | int | float]:
    return {
        "output_flag": False,
        "random_seed": SEED,
        "threads": 1,
        "mip_rel_gap": gap,
        "mip_abs_gap": 0.0,
        "mip_max_nodes": nodes,
        "time_limit": seconds,
    }


def _model(program: Program) -> HighsLp:
    import highspy

    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = program.rows.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.low, program.high
    model.row_lower_, model.row_upper_ = program.row_low, program.row_high
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.whole.tolist()]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = program.rows.indices.astype(np.int32)
    model.a_matrix_.value_ = program.rows.data.astype(np.float64)
    return model
