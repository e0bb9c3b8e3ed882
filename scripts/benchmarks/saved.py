"""A saved network of a million streets, back in memory."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from racing import ours, peers
from racing.equality import metres_off
from racing.streets import lattice
from racing.task import Contender, Task

if TYPE_CHECKING:
    from racing.task import Arrays

SIDE = 768
ASKED = 1000


def work(quick: bool) -> dict[str, Any]:
    """A lattice, and some streets of which the metres are asked afterwards."""
    streets = lattice(30 if quick else SIDE)
    asked = np.random.default_rng(10).choice(streets["streets"], ASKED)
    return {**streets, "asked": asked, "asked_from": streets["from_node"][asked], "asked_to": streets["to_node"][asked]}


def told(metres: Any) -> Arrays:  # noqa: ANN401
    """Metres of the streets that were asked for."""
    return {"metres": np.asarray(metres, dtype=np.float64)}


def circle15_save(asked: Arrays) -> Path:
    """``save_network``."""
    from circle15.inputs.streets.saved import save_network

    path = Path(asked["folder"]) / "circle15_network.arrow"
    save_network(ours.network(asked), path)
    return path


def circle15_load(path: Path, asked: Arrays) -> Arrays:
    """``load_network``."""
    from circle15.inputs.streets.saved import load_network

    return told(load_network(path).forward_m[asked["asked"]])


def scipy_save(asked: Arrays) -> Path:
    """``save_npz``, not compressed."""
    from scipy.sparse import save_npz

    path = Path(asked["folder"]) / "scipy.npz"
    save_npz(path, peers.scipy_matrix(asked), compressed=False)
    return path


def scipy_load(path: Path, asked: Arrays) -> Arrays:
    """``load_npz``."""
    from scipy.sparse import load_npz

    matrix = load_npz(path)
    return told(np.asarray(matrix[asked["asked_from"], asked["asked_to"]]).ravel())


def networkx_save(asked: Arrays) -> Path:
    """The graph as a pickle: the fastest of what networkx can be saved as."""
    path = Path(asked["folder"]) / "networkx.pickle"
    path.write_bytes(pickle.dumps(peers.networkx_graph(asked), protocol=5))
    return path


def networkx_load(path: Path, asked: Arrays) -> Arrays:
    """The pickle."""
    graph = pickle.loads(path.read_bytes())
    ends = zip(asked["asked_from"].tolist(), asked["asked_to"].tolist(), strict=True)
    return told([graph[tail][head][peers.METRES] for tail, head in ends])


TASK = Task(
    title="A saved network of a million streets",
    about="""
{what}: {nodes:,} nodes, {streets:,} streets. "Preparing" makes and saves it, "work" reads it again from a file that the
system still holds in memory. circle15 keeps lines, names and kinds as well; scipy metres only.
""",
    work=work,
    contenders=(
        Contender("circle15 `load_network`", "circle15", circle15_save, circle15_load, goals=(("run_s", 0.15),)),
        Contender("scipy `load_npz`", "scipy", scipy_save, scipy_load),
        Contender("networkx, a pickle", "networkx", networkx_save, networkx_load),
    ),
    difference=metres_off,
)
