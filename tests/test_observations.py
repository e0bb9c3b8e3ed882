import ast
from pathlib import Path

import circle15
from circle15.model.ledger import Note
from circle15.pipeline.notes.observations import BY_WEIGHT, by_weight

PACKAGE = Path(circle15.__file__).parent
OBSERVATIONS = PACKAGE / "pipeline" / "notes" / "observations.py"


def keys_written(keys):
    """Those of the keys that stand as literals in the code; files that hold none as text need no parsing."""
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path != OBSERVATIONS]
    trees = [ast.parse(text) for text in texts if any(key in text for key in keys)]
    observed = ast.parse(OBSERVATIONS.read_text(encoding="utf-8"))
    functions = [node for node in observed.body if isinstance(node, ast.FunctionDef)]
    return {
        node.value
        for tree in [*trees, *functions]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in keys
    }


def test_every_note_that_has_a_weight_is_written_somewhere():
    assert len(set(BY_WEIGHT)) == len(BY_WEIGHT)
    assert set(BY_WEIGHT) - keys_written(set(BY_WEIGHT)) == set()


def test_what_bears_on_the_numbers_comes_before_statistics_of_the_streets():
    keys = ["network.ways", "study.needs_not_counted", "population.raster_window", "access.cells_off_network"]
    keys += ["network.left_out_never", "study.group_fallback", "study.class_unknown", "facilities.excluded_rows"]
    assert [note.key for note in by_weight(Note(key) for key in keys)] == [
        "facilities.excluded_rows",
        "study.class_unknown",
        "study.group_fallback",
        "access.cells_off_network",
        "study.needs_not_counted",
        "population.raster_window",
        "network.ways",
        "network.left_out_never",
    ]


def test_notes_of_equal_weight_stay_as_they_came():
    notes = [Note("study.group_fallback", {"service": name}) for name in "bac"]
    assert list(by_weight(notes)) == notes
