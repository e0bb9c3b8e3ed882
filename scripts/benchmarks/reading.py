"""An OpenStreetMap extract to a network to walk: a city."""

from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from racing.extracts import highways_as_xml
from racing.streets import field_data
from racing.task import Contender, Task, Unequal

if TYPE_CHECKING:
    from collections.abc import Callable

    from racing.task import Arrays


def work(place: str, epsg: int, _quick: bool) -> dict[str, Any]:
    """Which extract, and the metric system of the place."""
    return {"extract": str(field_data(place, f"{place}.osm.pbf")), "epsg": epsg}


def importing(module: str) -> Callable[[Arrays], None]:
    """Nothing to prepare but the imports."""

    def prepare(_: Arrays) -> None:
        importlib.import_module(module)

    return prepare


def counted(kilometres: float, streets: int, nodes: int) -> Arrays:
    """What was read."""
    return {"kilometres": np.array(kilometres), "streets": np.array(streets), "nodes": np.array(nodes)}


def tell(answer: Arrays) -> str:
    """Kilometres, streets, nodes."""
    return "{kilometres:,.0f} km, {streets:,} streets, {nodes:,} nodes".format(
        **{name: array.item() for name, array in answer.items()}
    )


def kilometres_off(ours: Arrays, theirs: Arrays, tolerance: float) -> float:
    """By which share of ours the kilometres differ."""
    off = abs(float(theirs["kilometres"] / ours["kilometres"]) - 1.0)
    if not off <= tolerance:
        raise Unequal(f"{tell(theirs)}; ours: {tell(ours)}")
    return off


def circle15(_: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``read_streets``: what may be walked, lines across squares, islands told."""
    import pyproj

    from circle15.inputs.streets.read import read_streets

    crs = pyproj.CRS.from_epsg(asked["epsg"])
    network, _notes = read_streets(Path(asked["extract"]), layer=None, crs=crs, bounds=None)
    return counted(network.length_m.sum() / 1000, network.edge_count, network.node_count)


def pyrosm_tables(_: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``get_network("walking")`` with nodes: two tables."""
    nodes, edges = _pyrosm(asked).get_network("walking", nodes=True)
    return counted(edges["length"].sum() / 1000, len(edges), len(nodes))


def pyrosm_graph(_: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """``get_graph("walking")``: a graph of igraph's, simplified."""
    graph = _pyrosm(asked).get_graph("walking", graph_type="igraph", retain_all=True)
    both_ways = np.array(graph.es["length"]).sum() / 1000
    return counted(both_ways / 2, graph.ecount() // 2, graph.vcount())


def _pyrosm(asked: Arrays) -> Any:  # noqa: ANN401
    """The extract, and nothing kept of earlier reads."""
    from pyrosm import OSM

    OSM.clear_cache(asked["extract"])
    return OSM(asked["extract"])


def osmnx_prepare(asked: Arrays) -> Path:
    """The extract's highways as XML."""
    importlib.import_module("osmnx")
    return highways_as_xml(Path(asked["extract"]), Path(asked["folder"]) / "highways.osm")


def osmnx(xml: Path, _: Arrays) -> Arrays:
    """``graph_from_xml``, simplified: each highway of any kind, both directions."""
    import osmnx as ox

    graph = ox.graph_from_xml(xml, retain_all=True)
    one_way = [metres for *_, metres, back in _lengths(graph) if not back]
    return counted(sum(one_way) / 1000, len(one_way), len(graph))


def _lengths(graph: Any) -> Any:  # noqa: ANN401
    for _, _, of in graph.edges(data=True):
        yield of["length"], of.get("reversed") is True


TASK = Task(
    title="An extract to a network to walk: Las Palmas",
    about="""
OpenStreetMap's extract of the city, .osm.pbf. What each takes for walkable is not alike, so kilometres are told and
need only agree to half of ours: circle15 leaves out what may not be walked and lays lines across squares; pyrosm has a
filter of its own and a street for each two neighbouring nodes; OSMnx has none and gets the highways alone, as XML, made
ready beforehand ("preparing").
""",
    work=partial(work, "las_palmas", 32628),
    contenders=(
        Contender("circle15 `read_streets`", "circle15", importing("circle15.inputs.streets.read"), circle15),
        Contender("pyrosm `get_graph`", "pyrosm", importing("pyrosm"), pyrosm_graph, tolerance=0.5, in_quick=False),
        Contender(
            "pyrosm `get_network`",
            "pyrosm",
            importing("pyrosm"),
            pyrosm_tables,
            tolerance=0.5,
            goals=(("times_run", 2.5), ("times_memory", 2.0)),
            in_quick=False,
        ),
        Contender(
            "OSMnx `graph_from_xml`",
            "osmnx",
            osmnx_prepare,
            osmnx,
            tolerance=0.5,
            goals=(("times_run", 20.0),),
            in_quick=False,
        ),
    ),
    difference=kilometres_off,
    tell=tell,
)
