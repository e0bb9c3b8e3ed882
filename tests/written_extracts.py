"""Random small extracts: shared nodes, closed ways, relations, places that are missing, any order; and two readers."""

import numpy as np
import osmium

from circle15.inputs.streets.highways import Asked
from circle15.inputs.streets.highways_any import read_any_highways
from circle15.inputs.streets.highways_pbf import read_pbf_highways
from circle15.inputs.streets.uses import KEYS

WORDS = {
    "highway": ["residential", "footway", "pedestrian", "motorway", "steps", "service", "公路"],
    "access": ["private", "no", "yes"],
    "oneway": ["yes", "-1", "也许"],
    "maxspeed": ["30", "快"],
    "name": ["文一路", "", "A & B <c>"],
    "bridge": ["yes"],
    "building": ["yes"],
    "foot": ["designated;permissive"],
    "surface": ["asphalt"],
    "area": ["yes", "no"],
}
SIDE = 30
# How osmium is told to write: nodes one by one, blocks not packed, no words of editors.
OPTIONS = [
    "",
    ",pbf_dense_nodes=false",
    ",pbf_compression=none",
    ",add_metadata=false",
    ",pbf_dense_nodes=false,pbf_compression=none",
]


def objects(seed):
    """Nodes (id, longitude, latitude), ways (id, refs, tags), relations (id, members, tags), of one random town."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(4, 60))
    ids = rng.choice([20, 10**4, 11 * 10**9], p=[0.3, 0.4, 0.3])
    numbers = np.unique(rng.integers(1, max(int(ids), count), count)).tolist()
    places = rng.integers(0, SIDE, (len(numbers), 2)) * 1e-4
    corner = rng.choice([[120.0, 30.0], [-15.4, 28.1], [-70.0, -33.0]], axis=0)
    nodes = [(n, *(corner + place).round(7).tolist()) for n, place in zip(numbers, places, strict=True)]
    known = [*numbers, 5 * 10**9 + 1, 7]
    ways = [(way, _refs(rng, known), _tags(rng)) for way in rng.choice(10**6, int(rng.integers(1, 25)), replace=False)]
    ways = sorted((int(way), refs, tags) for way, refs, tags in ways)
    relations = [
        (number, _members(rng, [way for way, _, _ in ways]), _relation_tags(rng))
        for number in range(1, int(rng.integers(1, 5)))
    ]
    return nodes, ways, relations


def _refs(rng, known):
    refs = rng.choice(known, int(rng.integers(1, 9))).tolist()
    return [*refs, refs[0]] if rng.random() < 0.3 else refs


def _tags(rng):
    keys = [key for key in WORDS if rng.random() < (0.85 if key == "highway" else 0.25)]
    return {key: str(rng.choice(WORDS[key])) for key in keys}


def _members(rng, ways):
    chosen = rng.choice(ways, int(rng.integers(0, 4))).tolist()
    roles = rng.choice(["outer", "inner", "", "角色"], len(chosen)).tolist()
    return [("w", way, role) for way, role in zip(chosen, roles, strict=True)] + [("n", 7, "x")]


def _relation_tags(rng):
    return {"type": str(rng.choice(["multipolygon", "boundary", "route"])), **_tags(rng)}


def write(path, nodes, ways, relations, options="", shuffled=None):
    """An extract in the format that its name says, in order of kinds and ids unless a seed says to shuffle it."""
    mutable = osmium.osm.mutable
    calls = [
        *(("add_node", mutable.Node(id=n, version=1, location=(lon, lat), tags={})) for n, lon, lat in nodes),
        *(("add_way", mutable.Way(id=w, version=1, nodes=refs, tags=tags)) for w, refs, tags in ways),
        *(("add_relation", mutable.Relation(id=r, version=1, members=m, tags=tags)) for r, m, tags in relations),
    ]
    order = range(len(calls)) if shuffled is None else np.random.default_rng(shuffled).permutation(len(calls)).tolist()
    target = osmium.io.File(str(path), f"{path.suffix[1:]}{options}")
    with osmium.SimpleWriter(target, overwrite=True) as writer:
        for name, thing in (calls[row] for row in order):
            getattr(writer, name)(thing)
    return path


def wanted(tags):
    return tags.get("highway") != "motorway"


def plain(highways):
    """All that was read, ways and relations in order of ids, as far as two readers must agree."""
    rows = []
    for way in np.argsort(highways.way_id, kind="stable").tolist():
        line = highways.line(way)
        said = sorted(highways.said[highways.says[way]].items())
        rows.append((int(highways.way_id[way]), said, line.node_id.tolist(), line.xy.tolist()))
    counts = sorted((sorted(tags.items()), count) for tags, count in zip(highways.said, highways.count, strict=True))
    members = {way: (line.node_id.tolist(), line.xy.tolist()) for way, line in highways.members.items()}
    relations = [(r.id, sorted(r.tags.items()), r.members) for r in highways.relations]
    whole = (highways.read, highways.relation_count, highways.is_sorted)
    return rows, counts, members, relations, dict(highways.names), whole


def agree(path):
    from_blocks = plain(read_pbf_highways(path, Asked(tuple(sorted(KEYS)), wanted)))
    assert from_blocks == plain(read_any_highways(path, Asked(tuple(sorted(KEYS)), wanted)))
    return from_blocks
