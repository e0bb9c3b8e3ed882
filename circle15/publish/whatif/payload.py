"""Everything the what-if page carries: what it says as JSON, whole numbers, and floats to the last bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.access.layout import streets_of
from circle15.assess.rules import is_rural
from circle15.publish.map.grid import lonlat_lattice, unit_numbers
from circle15.publish.map.packing import pack, steps
from circle15.publish.map.payload import BORDER_TOLERANCE_M, markup_free_json
from circle15.publish.map.shapes import pack_shapes, thinned, thinned_together
from circle15.publish.whatif.content import (
    candidate_columns,
    facility_columns,
    overview,
    page_words,
    service_rows,
    town_rows,
    village_names,
)
from circle15.publish.whatif.doubles import pack_doubles
from circle15.publish.whatif.runs import runs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.publish.map.packing import Pack
    from circle15.publish.whatif.ground import Ground, HeldWay

    Whole = dict[str, NDArray[np.int64]]
    Floats = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Payload:
    """The page's data: four texts that hold no markup."""

    content: str
    whole: str
    doubles: str
    shapes: str


def make_payload(ground: Ground, lang: str) -> Payload:
    """Pack a study for the page in ``lang``."""
    towns, villages = town_rows(ground), village_names(ground)
    cells, lattice = _cells(ground, [str(town["code"]) for town in towns], [code for code, _ in villages])
    whole, doubles = {**cells, **_candidates(ground)}, _people(ground)
    for number, way in enumerate(ground.ways):
        whole |= {f"w{number}_{name}": values for name, values in _way_numbers(way).items()}
        doubles |= {f"w{number}_{name}": values for name, values in _way_metres(way).items()}
    whole |= _catchments(ground) | _covered(ground)
    packed, floats = pack(whole), pack_doubles(doubles)
    shapes, borders = _borders(ground)
    content = {
        "lang": lang,
        "words": page_words(lang),
        **overview(ground, lang),
        "grid": lattice,
        "towns": towns,
        "villages": [name for _, name in villages],
        "services": service_rows(ground, lang),
        "facilities": facility_columns(ground),
        "candidates": candidate_columns(ground),
        "every_m": ground.every_m,
        "ways": [_way_facts(way) for way in ground.ways],
        "sections": {"whole": packed.sections, "doubles": floats.sections, "shapes": shapes.sections},
        "shapes": borders,
    }
    return Payload(markup_free_json(content), packed.text, floats.text, shapes.text)


def _cells(ground: Ground, towns: list[str], villages: list[str]) -> tuple[Whole, dict[str, object]]:
    """Where each cell lies, its town and village (from 1; 0 for none), and whether its town is rural."""
    cells, cell_m = ground.cells, ground.study.study.cell_m
    column = np.floor(cells["x"].to_numpy(dtype=float) / cell_m).astype(np.int64)
    row = np.floor(cells["y"].to_numpy(dtype=float) / cell_m).astype(np.int64)
    first = (int(column.min()), int(row.min()))
    size = (int(column.max()) - first[0] + 1, int(row.max()) - first[1] + 1)
    sections = {
        "place": steps((row - first[1]) * size[0] + column - first[0]),
        "town": steps(unit_numbers(cells[f"{ground.listed_level()}_code"], towns)),
        "rural": is_rural(cells).astype(np.int64),
        "in_root": (cells[f"{ground.root['level']}_code"] == ground.root["code"]).to_numpy(dtype=np.int64),
    }
    if villages:
        sections["village"] = steps(unit_numbers(cells["village_code"], villages))
    lattice = lonlat_lattice(ground.zones.crs, first, size, cell_m)
    return sections, {"cell_m": cell_m, "columns": size[0], "lattice": lattice}


def _people(ground: Ground) -> Floats:
    groups = dict.fromkeys(["all", *(circle.group for circle in ground.circles)])
    return {f"persons_{group}": ground.cells[f"persons_{group}"].to_numpy(np.float64) for group in groups}


def _candidates(ground: Ground) -> Whole:
    degrees = {axis: np.rint(ground.candidates[axis].to_numpy() * 1e7).astype(np.int64) for axis in ("lon", "lat")}
    cell = {"cell": ground.candidates["cell"].to_numpy(np.int64)}
    return {f"candidate_{name}": steps(values) for name, values in (degrees | cell).items()}


def _covered(ground: Ground) -> Whole:
    """Who is within reach of the services that the page cannot change."""
    fixed = [circle for circle in ground.circles if circle.service.id in ground.fixed]
    return {f"covered_{each.service.id}": each.served(ground.cells).astype(np.int64) for each in fixed}


def _catchments(ground: Ground) -> Whole:
    """The cells within the limit of each existing site, for the services that have a standard of places."""
    found: Whole = {}
    for sites in ground.sites:
        service = sites.circle.service.id
        if service in ground.fixed or np.isnan(sites.per_head):
            continue
        order = np.lexsort((sites.near["origin"], sites.near["facility"]))
        facility, cell = (sites.near[name].to_numpy()[order] for name in ("facility", "origin"))
        runs = runs_of(facility, cell, len(sites.facilities))
        found |= {f"catch_{service}_{name}": values for name, values in runs._asdict().items()}
    return found


def _way_numbers(way: HeldWay) -> Whole:
    streets = streets_of(way.network)
    layers = way.network.layers
    twin = None if layers is None else layers.twin[way.cells.edge]
    numbers = {
        "from": steps(streets.from_node.astype(np.int64)),
        "to": streets.to_node.astype(np.int64) - streets.from_node,
        "cell_edge": _edges(way.cells),
        "door_edge": _edges(way.entrances),
        "candidate_edge": _edges(way.candidates),
    }
    if twin is not None:
        numbers["twin"] = twin.astype(np.int64)
    for number, runs in enumerate(way.reached.values()):
        numbers |= {f"reached{number}_{name}": values for name, values in runs._asdict().items()}
    return numbers


def _edges(joins: EdgeJoins) -> NDArray[np.int64]:
    """Each join's edge from 1 on as steps; 0 where it is off the network."""
    return steps(np.where(joins.on_network, joins.edge.astype(np.int64) + 1, 0))


def _way_metres(way: HeldWay) -> Floats:
    streets = streets_of(way.network)
    metres = {"forward": streets.forward_m}
    if not np.array_equal(streets.forward_m, streets.backward_m):
        metres["backward"] = streets.backward_m
    for name, joins in (("cell", way.cells), ("door", way.entrances), ("candidate", way.candidates)):
        metres |= {f"{name}_share": joins.share, f"{name}_leg": joins.leg_travel_m}
    return metres


def _way_facts(way: HeldWay) -> dict[str, object]:
    return {
        "mode": way.mode,
        "travel": way.travel,
        "nodes": len(streets_of(way.network).start) - 1,
        "reached": [{"limit_m": limit_m, "classes": kinds} for limit_m, kinds in way.counted.items()],
    }


def _borders(ground: Ground) -> tuple[Pack, dict[str, list[int]]]:
    zones = ground.zones.sort_values("code", kind="stable")
    root = list(zones.loc[zones["parent_code"] == ""].geometry)
    towns = list(zones.loc[zones["level"] == ground.listed_level()].geometry)
    layers = {"root": thinned(root, BORDER_TOLERANCE_M), "town": thinned_together(towns, BORDER_TOLERANCE_M)}
    packed, starts = pack_shapes([shape for shapes in layers.values() for shape in shapes], zones.crs)
    places = iter(starts)
    return packed, {name: [next(places) for _ in shapes] for name, shapes in layers.items()}
