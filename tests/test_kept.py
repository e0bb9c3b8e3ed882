"""Arrays kept between runs."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle15.pipeline.search.kept import KeptArrays, hash_of


def counted(arrays):
    """A maker that counts how often it is asked."""
    calls = []

    def made():
        calls.append(1)
        return arrays

    return made, calls


@pytest.fixture
def kept(tmp_path):
    return KeptArrays(tmp_path / "kept")


def test_what_was_made_once_is_not_made_again(kept):
    made, calls = counted({"metres": np.array([1.5, np.inf]), "facility": np.array([3, -1], dtype=np.int32)})
    first, second = kept.recalled("a", made), kept.recalled("a", made)
    assert len(calls) == 1
    for name in ("metres", "facility"):
        assert first[name].dtype == second[name].dtype
        assert first[name].tobytes() == second[name].tobytes()


def test_without_a_folder_nothing_is_kept():
    made, calls = counted({"a": np.zeros(1)})
    for _ in range(2):
        KeptArrays(None).recalled("a", made)
    assert len(calls) == 2


@pytest.mark.parametrize("left", [b"", b"PK", "half"], ids=["empty", "two bytes", "cut in half"])
def test_a_damaged_file_is_made_anew(kept, left):
    made, calls = counted({"a": np.arange(1000)})
    kept.recalled("a", made)
    (path,) = kept.folder.iterdir()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if left == "half" else left)
    assert kept.recalled("a", made)["a"].tolist() == list(range(1000))
    assert len(calls) == 2
    kept.recalled("a", made)
    assert len(calls) == 2


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path):
    (tmp_path / "kept").write_text("a file, no folder", encoding="utf-8")
    made, _ = counted({"a": np.ones(2)})
    assert KeptArrays(tmp_path / "kept").recalled("a", made)["a"].tolist() == [1.0, 1.0]


def test_what_was_not_asked_for_longest_goes_first(kept):
    for name in ("old", "asked", "new"):
        kept.recalled(name, lambda: {"a": np.zeros(100)})
    for age, name in enumerate(("new", "asked", "old")):
        os.utime(kept.folder / f"{name}.npz", ns=(10**18 - age, 10**18 - age))
    size = (kept.folder / "old.npz").stat().st_size
    kept.recalled("old", dict)  # asked for just now
    kept.trim(most_bytes=2 * size)
    assert sorted(path.stem for path in kept.folder.iterdir()) == ["new", "old"]


@given(st.lists(st.one_of(st.text(), st.floats(allow_nan=False), st.integers(0, 9), st.none()), max_size=4), st.data())
def test_other_parts_have_another_hash(parts, data):
    others = data.draw(st.lists(st.one_of(st.text(), st.integers(0, 9)), max_size=4))
    same = [(type(part), part) for part in parts] == [(type(part), part) for part in others]
    assert (hash_of(*parts) == hash_of(*others)) == same


def test_two_arrays_are_not_one_long_one():
    assert hash_of(np.array([1, 2]), np.array([3])) != hash_of(np.array([1]), np.array([2, 3]))
    assert hash_of(np.zeros((2, 3))) != hash_of(np.zeros((3, 2)))
