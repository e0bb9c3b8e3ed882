"""Floats as short text, to the last bit: what must decide in the browser as it does in a run.

Each number's eight bytes are laid in eight planes, first all lowest bytes, then all second ones: the high bytes of
metres and people are much alike, so the planes deflate well. ``assets/doubles.js`` is the other half.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

import numpy as np

from circle15.publish.map.packing import Pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def pack_doubles(sections: Mapping[str, NDArray[np.float64]]) -> Pack:
    """Sections of floats as text, in the mapping's order; any float comes back as it was, ``inf`` and NaN too.

    Examples
    --------
    >>> numbers = np.array([0.1, np.inf])
    >>> packed = pack_doubles({"one": numbers})
    >>> planes = np.frombuffer(zlib.decompress(base64.b64decode(packed.text)), dtype=np.uint8)
    >>> planes.reshape(8, -1).T.copy().view("<f8").ravel().tolist(), packed.sections
    ([0.1, inf], (('one', 2),))
    """
    whole = np.concatenate([np.zeros(0), *sections.values()]).astype("<f8")
    planes = np.ascontiguousarray(whole.view(np.uint8).reshape(-1, 8).T)
    text = base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")
    return Pack(text, tuple((name, len(values)) for name, values in sections.items()))
