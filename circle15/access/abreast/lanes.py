"""Lanes: metres of several searches side by side, and what is done with all of them at once.

The compiler makes no vector instructions of plain loops here, so they are asked for. They are those of the machine at
hand, from two lanes at a time to eight, and round like any other: sums and minima are the same to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from circle15.access.compiled import FILL_TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LANES = 8
LANE_BYTES = 8 * LANES  # a row is one line of the processor's cache
FILL_LANES = FILL_TABLE

_ROW = ir.VectorType(ir.DoubleType(), LANES)
_ANY = ir.IntType(LANES)
_INT = ir.IntType(64)


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


def _row(context: Any, builder: Any, table: Any, array: Any, row: Any) -> Any:  # noqa: ANN401 - of the compiler
    """Where a row of lanes is."""
    data = context.make_array(table)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [builder.mul(row, _INT(LANES))]), _ROW.as_pointer())


def _all(builder: Any, metres: Any) -> Any:  # noqa: ANN401
    """The same metres in every lane."""
    one = builder.insert_element(ir.Constant(_ROW, ir.Undefined), metres, ir.IntType(32)(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


def _load(builder: Any, row: Any) -> Any:  # noqa: ANN401
    return builder.load(row, align=LANE_BYTES)


def _marks(builder: Any, which: Any) -> Any:  # noqa: ANN401
    """A bit for each lane."""
    return builder.zext(builder.bitcast(which, _ANY), _INT)


@intrinsic
def pass_on(_: Any, lanes: Any, here: Any, to: Any, street_m: Any, limit_m: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401
    """Offer the metres of row ``here`` and ``street_m`` to row ``to``; the lanes that are within the limit and shorter.

    ``pass_on(lanes, here, to, street_m, limit_m)`` gives a bit for each lane that has become shorter, and writes it.
    """

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        table, here, to, street_m, limit_m = args
        there = _row(context, builder, signature.args[0], table, to)
        way_m = builder.fadd(
            _load(builder, _row(context, builder, signature.args[0], table, here)), _all(builder, street_m)
        )
        known_m = _load(builder, there)
        shorter = builder.and_(
            builder.fcmp_ordered("<", way_m, known_m), builder.fcmp_ordered("<=", way_m, _all(builder, limit_m))
        )
        builder.store(builder.select(shorter, way_m, known_m), there, align=LANE_BYTES)
        return _marks(builder, shorter)

    return types.int64(lanes, types.int64, types.int64, types.float64, types.float64), code


@intrinsic
def meet(  # noqa: PLR0913
    _: Any,  # noqa: ANN401
    lanes: Any,  # noqa: ANN401
    tail: Any,  # noqa: ANN401
    head: Any,  # noqa: ANN401
    parts_m: Any,  # noqa: ANN401
    limit_m: Any,  # noqa: ANN401
    ways: Any,  # noqa: ANN401
    way: Any,  # noqa: ANN401
) -> tuple[Any, Callable[..., Any]]:
    """Write the metres of a place between two nodes to row ``way`` of ``ways``; the lanes that are within the limit.

    ``meet(lanes, tail, head, (tail_m, head_m, leg_m), limit_m, ways, way)`` gives a bit for each lane within the limit.
    """

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        table, tail, head, parts, limit_m, ways, way = args
        tail_m, head_m, leg_m = (_all(builder, builder.extract_value(parts, part)) for part in range(3))
        by_tail_m = builder.fadd(_load(builder, _row(context, builder, signature.args[0], table, tail)), tail_m)
        by_head_m = builder.fadd(_load(builder, _row(context, builder, signature.args[0], table, head)), head_m)
        nearer = builder.fcmp_ordered("<", by_head_m, by_tail_m)
        way_m = builder.fadd(builder.select(nearer, by_head_m, by_tail_m), leg_m)
        builder.store(way_m, _row(context, builder, signature.args[5], ways, way), align=LANE_BYTES)
        return _marks(builder, builder.fcmp_ordered("<=", way_m, _all(builder, limit_m)))

    three = types.UniTuple(types.float64, 3)
    return types.int64(lanes, types.int64, types.int64, three, types.float64, ways, types.int64), code
