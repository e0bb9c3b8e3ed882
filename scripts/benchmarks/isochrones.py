"""Areas of reach of 500 sites at 5, 10 and 15 minutes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from racing import areas, ours, recipe
from racing.streets import drawn_nodes, hangzhou
from racing.task import Contender, Task

if TYPE_CHECKING:
    from racing.task import Arrays

LIMITS_M = (360.0, 720.0, 1080.0)
WIDTH_M = 25.0


def work(quick: bool) -> dict[str, Any]:
    """Streets and the nodes of the sites."""
    streets = hangzhou(quick)
    sites = drawn_nodes(streets, 10 if quick else 500, seed=11)
    return {**streets, "sites": sites, "count": len(sites), "width_m": WIDTH_M}


def part(whole: Arrays, share: int) -> dict[str, Any]:
    """Every ``share``-th site."""
    return {**whole, "sites": whole["sites"][::share]}


def strips(streets: Any, asked: Arrays, threads: int = 1) -> Arrays:  # noqa: ANN401
    """``street_buffers``: streets cut where the metres run out, and a strip along them."""
    sites = ours.at_nodes(streets, asked["sites"])
    return areas.packed(ours.strips(streets, sites, LIMITS_M, WIDTH_M, threads))


def fields(streets: Any, asked: Arrays, threads: int = 1) -> Arrays:  # noqa: ANN401
    """``facility_isochrones``: where somebody who joins the nearest street is within reach."""
    sites = ours.at_nodes(streets, asked["sites"])
    return areas.packed(ours.fields(streets, sites, LIMITS_M, threads))


def each(graph: Any, asked: Arrays, area: Any) -> Arrays:  # noqa: ANN401
    """One area after the other."""
    sites = enumerate(asked["sites"].tolist())
    return areas.packed((number, limit_m, area(graph, site, limit_m)) for number, site in sites for limit_m in LIMITS_M)


def cut(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """Networkx and shapely: cut, buffer, unite."""
    return each(graph, asked, lambda *at: areas.cut_and_buffered(*at, WIDTH_M))


def osmnx(graph: Any, asked: Arrays) -> Arrays:  # noqa: ANN401
    """The recipe of OSMnx's examples."""
    return each(graph, asked, recipe.area)


TASK = Task(
    title="Areas of reach of 500 sites at 5, 10 and 15 minutes",
    about="""
Streets: {what}; {nodes:,} nodes, {streets:,} streets; {count} sites at nodes. `street_buffers` and "cut, buffer, unite"
draw the same: streets in reach, cut where the metres run out, {width_m:g} m to each side; 0.985 of it must be common.
OSMnx's recipe draws whole streets between nodes in reach, wider at nodes, without holes; `facility_isochrones` draws
where somebody who walks to the nearest street is within reach: these are other areas, of which a fifth must be in
common. "Furthest off" is 1 less the mean overlap (intersection over union). All areas must be valid.
""",
    work=work,
    contenders=(
        Contender("circle15 `street_buffers`", "circle15", ours.network, strips),
        Contender("circle15 `street_buffers`, 2 threads", "circle15", ours.network, partial(strips, threads=2)),
        Contender("circle15 `facility_isochrones`", "circle15", ours.network, fields, tolerance=0.8),
        Contender(
            "circle15 `facility_isochrones`, 2 threads",
            "circle15",
            ours.network,
            partial(fields, threads=2),
            tolerance=0.8,
        ),
        Contender(
            "networkx and shapely: cut, buffer, unite",
            "shapely",
            areas.graph_of_lines,
            cut,
            share=25,
            tolerance=0.015,
            goals=(("times_run", 80),),
            needs_gb=2.0,
        ),
        Contender(
            "OSMnx's recipe",
            "osmnx",
            areas.graph_of_lines,
            osmnx,
            share=25,
            tolerance=0.8,
            goals=(("times_run", 120),),
            needs_gb=2.0,
            in_quick=False,
        ),
    ),
    difference=areas.overlap_off,
    tell=areas.tell,
    part=part,
    part_of_answer=areas.part_of_answer,
)
