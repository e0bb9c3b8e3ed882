"""What is known of the gated compounds of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.model.network import StreetNetwork

KEYS = {"gated": "compounds.gated", "open": "compounds.open"}


def compound_notes(network: StreetNetwork, compounds: str) -> Note:
    """How many streets are inside compounds, how long they are, and in how many connected places they lie.

    Parameters
    ----------
    network
        The streets, those inside compounds ``restricted``.
    compounds
        ``gated`` or ``open``: how they are walked.
    """
    if network.restricted is None:
        return Note("compounds.none")
    inner = np.flatnonzero(network.restricted)
    ends = (network.from_node[inner], network.to_node[inner])
    links = coo_matrix((np.ones(len(inner), dtype=np.int8), ends), shape=(network.node_count, network.node_count))
    _, part = connected_components(links, directed=False)
    facts: dict[str, object] = {
        "ways": len(np.unique(network.way_id[inner])),
        "km": float(network.length_m[inner].sum()) / 1000,
        "compounds": len(np.unique(part[ends[0]])),
    }
    return Note(KEYS[compounds], facts)
