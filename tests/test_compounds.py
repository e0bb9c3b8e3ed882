"""What a study says of its gated compounds, and what the three ways of walking them make of its streets."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import osmium
import pandas as pd
import pytest
from assessed_towns import CHILDCARE, CLINIC, make_catalogue
from small_study import write_small_study
from test_patch import LADDER, walked

from circle15.inputs.streets.compounds import compound_notes
from circle15.inputs.study_file import read_study
from circle15.pipeline.notes.compounds import compounds_effect
from circle15.pipeline.reading.study_files import study_zones
from circle15.pipeline.search.kept import NOTHING_KEPT
from circle15.pipeline.streets.study_streets import study_streets


def effect(metres_now, persons):
    """Two cells, at both western ends of the ladder; a nursery and a clinic at the northern one."""
    at = pd.DataFrame({"x": [0.0, 0.0], "y": [0.0, 100.0]})
    door = pd.DataFrame({"facility": [0, 1], "x": [0.0, 0.0], "y": [100.0, 100.0]})
    rows = {"childcare": [0], "clinic": [1]}
    inputs = SimpleNamespace(
        as_mapped=LADDER,
        networks={"walk": LADDER},
        catalogue=make_catalogue(CHILDCARE.service, CLINIC.service, adult=1.2),
        study=SimpleNamespace(network=SimpleNamespace(max_leg_m=300.0)),
        kept=NOTHING_KEPT,
        population=SimpleNamespace(cells=at),
        facilities=SimpleNamespace(entrances=door, rows_of=lambda service: np.array(rows[service])),
    )
    cells = pd.DataFrame({"urban_rural": ["urban", "urban"], "persons_0-2": persons, "persons_all": [10.0, 20.0]})
    cells["childcare_m"], cells["clinic_m"] = metres_now
    return compounds_effect(inputs, cells, (CHILDCARE, CLINIC))


def test_people_who_gain_and_who_lose_are_told_per_service():
    # As mapped, the southern cell walks 2,100 m and the northern 0 m. Now the nursery is near both, the clinic far.
    (note,) = effect(([100.0, 0.0], [2100.0, np.inf]), [5.0, 7.0])
    assert note.key == "compounds.effect"
    assert note.facts["changes"].zh == "childcare +5；clinic -20"
    assert note.sentence("zh") != note.sentence("en")


@pytest.mark.parametrize("persons", [[0.0, 7.0], [0.4, 7.0]], ids=["nobody", "less than half a person"])
def test_no_effect_is_said_too(persons):
    (note,) = effect(([100.0, 0.0], [2100.0, 0.0]), persons)
    assert note.key == "compounds.effect_none"


def test_a_study_as_mapped_has_no_effect_to_tell():
    assert compounds_effect(SimpleNamespace(as_mapped=None, study=read_nothing(), facilities=None), None, ()) == []


def read_nothing():
    return SimpleNamespace(network=SimpleNamespace(max_leg_m=300.0))


def test_compounds_are_counted_where_their_streets_hang_together():
    row = walked([[0, 0], [100, 0], [200, 0], [300, 0], [400, 0]], [[0, 1], [1, 2], [2, 3], [3, 4]])
    inner = replace(row, restricted=np.array([True, True, False, True]), way_id=np.array([5, 5, 6, 7]))
    note = compound_notes(inner, "gated")
    assert (note.key, note.facts) == ("compounds.gated", {"ways": 2, "km": 0.3, "compounds": 2})
    assert compound_notes(inner, "open").key == "compounds.open"
    assert compound_notes(row, "gated").key == "compounds.none"


def streets_of(folder, compounds, gate):
    study_path = write_small_study(folder)
    text = study_path.read_text(encoding="utf-8").replace(
        'file = "streets.osm.pbf"', f'file = "streets.osm.pbf"\ncompounds = "{compounds}"'
    )
    study_path.write_text(text, encoding="utf-8")
    add_yard(folder / "streets.osm.pbf", gate)
    study = read_study(study_path)
    return study_streets(study, folder, study_zones(study, folder), {"walk": 1000.0})


def add_yard(path, gate):
    """A blind street (way 1500) of two pieces from the middle of the lattice, with a gate in its middle."""
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    lon, lat = next((one.location.lon, one.location.lat) for one in nodes if one.id == 66)
    made = path.with_name("with_yard.osm.pbf")
    node = osmium.osm.mutable.Node
    with osmium.SimpleWriter(str(made)) as writer:
        added = False
        for thing in osmium.FileProcessor(str(path)):
            if not added and not thing.is_node():
                writer.add_node(node(id=901, version=1, location=(lon + 0.0005, lat + 0.0005), tags=gate))
                writer.add_node(node(id=902, version=1, location=(lon + 0.001, lat + 0.001)))
                added = True
            if thing.is_relation():
                tags = {"highway": "service"}
                writer.add_way(osmium.osm.mutable.Way(id=1500, version=1, nodes=[66, 901, 902], tags=tags))
            writer.add(thing)
    made.replace(path)


CLOSED = {"barrier": "gate", "access": "private"}


def test_a_closed_gate_makes_what_is_behind_it_a_compound_where_the_study_says_gated(tmp_path):
    found = streets_of(tmp_path, "gated", CLOSED)
    inside = found.network.restricted
    assert found.network.way_id[inside].tolist() == [1500]
    keys = {note.key for note in found.notes}
    assert {"compounds.behind", "compounds.gated"} <= keys
    assert found.as_mapped.restricted is None
    assert found.as_mapped.length_m.sum() == pytest.approx(found.network.length_m.sum()), "as mapped, it is walked"


@pytest.mark.parametrize("compounds", ["as_mapped", "open"])
def test_otherwise_gates_close_nothing(tmp_path, compounds):
    found = streets_of(tmp_path, compounds, CLOSED)
    assert found.network.restricted is None
    assert (found.network.way_id == 1500).sum() == 1, "not even cut there"
    assert not any(note.key == "compounds.behind" for note in found.notes)


def test_a_plain_gate_is_open(tmp_path):
    found = streets_of(tmp_path, "gated", {"barrier": "gate"})
    assert found.network.restricted is None
    assert [note.key for note in found.notes if note.key.startswith("compounds")] == ["compounds.none"]
