"""A short name for the content of a network."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

CHUNK_BYTES = 4 * 1024 * 1024
MOST_THREADS = 4


def digest_of(network: StreetNetwork) -> str:
    """sha256 of all that decides who reaches what: 64 characters, the same wherever the same network is made.

    Streets' names decide nothing and do not count, nor does it count how a thing is said: ``backward_m`` that equals
    ``forward_m`` is the same as none, and ``restricted`` that is nowhere true the same as none. ``network.digest`` is
    the same, found once.

    Examples
    --------
    >>> from circle15.model.digest import sha256_of
    >>> sha256_of({"a": np.arange(3)}) == sha256_of({"a": np.arange(3, dtype=np.int32)})
    False
    """
    forward_m, backward_m = network.directions_m
    same = backward_m is forward_m or np.array_equal(forward_m, backward_m)
    arrays: dict[str, NDArray[Any]] = {
        "node_xy": network.node_xy,
        "node_osm_id": network.node_osm_id,
        "from_node": network.from_node,
        "to_node": network.to_node,
        "length_m": network.length_m,
        "forward_m": forward_m,
        "kind": network.kind,
        "way_id": network.way_id,
        "line_start": network.line_start,
        "line_xy": network.line_xy,
    }
    if not same:
        arrays["backward_m"] = backward_m
    if network.restricted is not None and network.restricted.any():
        arrays["restricted"] = network.restricted
    facts = {"crs": network.crs.to_wkt(), "kinds": list(network.kinds), "mode": network.mode}
    return sha256_of(arrays, facts)


def sha256_of(arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, object] | None = None) -> str:
    """sha256 of named arrays, their types and shapes, and of plain facts.

    Arrays are cut into chunks of 4 MiB, which threads work on side by side; what is named is the row of their digests.

    Parameters
    ----------
    arrays
        By name; in the order of names, whichever order they stand in.
    facts
        What JSON can tell.
    """
    chunks = {name: _chunks(array) for name, array in sorted(arrays.items())}
    with ThreadPoolExecutor(max(1, min(MOST_THREADS, os.cpu_count() or 1))) as pool:
        found = iter(pool.map(_sha256, (chunk for each in chunks.values() for chunk in each)))
        rows = [
            [name, arrays[name].dtype.newbyteorder("<").str, list(arrays[name].shape), [next(found) for _ in each]]
            for name, each in chunks.items()
        ]
    told = json.dumps([rows, facts or {}], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def _chunks(array: NDArray[Any]) -> list[NDArray[np.uint8]]:
    plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8)
    return [plain[begin : begin + CHUNK_BYTES] for begin in range(0, len(plain), CHUNK_BYTES)]


def _sha256(chunk: NDArray[np.uint8]) -> str:
    return hashlib.sha256(chunk).hexdigest()  # type: ignore[arg-type]
