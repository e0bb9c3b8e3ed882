"""Lanes: metres of several searches side by side, and what is done with all of them at once.

The compiler makes no vector instructions of plain loops here, so they are asked for. They are those of the machine at
hand, for two lanes at a time or for all, and round like any others: sums and minima are the same to the last bit.

Compiled code is renewed with its file alone: who changes what is done here touches ``spread`` and ``reach`` too.
"""
# ruff: noqa: ANN401, ARG001 - the compiler's own values, and arguments that are known to it by their order

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LANES = 8
LANE_BYTES = 8 * LANES  # a row is one line of the processor's cache

_INT, _PLACE = ir.IntType(64), ir.IntType(32)
_ROW, _PLACES, _MARKS = ir.VectorType(ir.DoubleType(), LANES), ir.VectorType(_PLACE, LANES), ir.IntType(LANES)


def empty_lanes(rows: int) -> NDArray[np.float64]:
    """Room for ``rows`` rows of lanes, float64 (rows, LANES), that begin where lines of the cache do.

    Examples
    --------
    >>> lanes = empty_lanes(3)
    >>> lanes.shape, lanes.ctypes.data % LANE_BYTES
    ((3, 8), 0)
    """
    room = np.empty((rows + 1) * LANES)
    skipped = -(room.ctypes.data // room.itemsize) % LANES
    return room[skipped : skipped + rows * LANES].reshape(rows, LANES)


def _instructions(function: Callable[..., Any]) -> Callable[..., int]:
    """What compiled code calls gives a number; here stands how the compiler writes it."""
    return cast("Callable[..., int]", intrinsic(function))


@_instructions
def pass_on(_: Any, lanes: Any, here: Any, to: Any, street_m: Any, limit_m: Any) -> tuple[Any, Callable[..., Any]]:
    """Offer the metres of row ``here`` and ``street_m`` to row ``to``, and write those that are shorter there.

    ``pass_on(lanes, here, to, street_m, limit_m)`` gives a bit for each lane written; beyond the limit none is.
    """

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        table, here, to, street_m, limit_m = args
        rows = signature.args[0], table
        there = _row(context, builder, *rows, to)
        known_m = _load(builder, there)
        way_m = builder.fadd(_load(builder, _row(context, builder, *rows, here)), _all(builder, street_m))
        within = builder.fcmp_ordered("<=", way_m, _all(builder, limit_m))
        shorter = builder.and_(builder.fcmp_ordered("<", way_m, known_m), within)
        builder.store(builder.select(shorter, way_m, known_m), there, align=LANE_BYTES)
        return _marks(builder, shorter)

    return types.int64(lanes, types.int64, types.int64, types.float64, types.float64), code


@_instructions
def meet(
    _: Any, lanes: Any, tail: Any, head: Any, parts_m: Any, limit_m: Any, ways: Any, way: Any
) -> tuple[Any, Callable[..., Any]]:
    """Write the metres of a place between two nodes to row ``way`` of ``ways``.

    ``meet(lanes, tail, head, (tail_m, head_m, leg_m), limit_m, ways, way)`` gives a bit for each lane within the limit.
    """

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        table, tail, head, parts, limit_m, ways, way = args
        tail_m, head_m, leg_m = (_all(builder, builder.extract_value(parts, part)) for part in range(3))
        rows = signature.args[0], table
        by_tail_m = builder.fadd(_load(builder, _row(context, builder, *rows, tail)), tail_m)
        by_head_m = builder.fadd(_load(builder, _row(context, builder, *rows, head)), head_m)
        nearer = builder.fcmp_ordered("<", by_head_m, by_tail_m)
        way_m = builder.fadd(builder.select(nearer, by_head_m, by_tail_m), leg_m)
        builder.store(way_m, _row(context, builder, signature.args[5], ways, way), align=LANE_BYTES)
        return _marks(builder, builder.fcmp_ordered("<=", way_m, _all(builder, limit_m)))

    three = types.UniTuple(types.float64, 3)  # type: ignore[no-untyped-call]
    return types.int64(lanes, types.int64, types.int64, three, types.float64, ways, types.int64), code


def _row(context: Any, builder: Any, table: Any, array: Any, row: Any) -> Any:
    """Where a row of lanes is."""
    data = context.make_array(table)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [builder.mul(row, _INT(LANES))]), _ROW.as_pointer())


def _load(builder: Any, row: Any) -> Any:
    return builder.load(row, align=LANE_BYTES)


def _all(builder: Any, metres: Any) -> Any:
    """The same metres in every lane."""
    one = builder.insert_element(ir.Constant(_ROW, ir.Undefined), metres, _PLACE(0))
    return builder.shuffle_vector(one, one, ir.Constant(_PLACES, [0] * LANES))


def _marks(builder: Any, which: Any) -> Any:
    """A bit for each lane."""
    return builder.zext(builder.bitcast(which, _MARKS), _INT)
