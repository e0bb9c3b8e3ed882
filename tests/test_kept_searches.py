"""Searches kept between runs: only what changed is searched again, and nothing of a result shows it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lattice_towns import as_read, streets
from pandas.testing import assert_frame_equal
from small_study import write_small_study

from circle15.access.joins import join_to_edges
from circle15.inputs.study_file import read_study
from circle15.pipeline.folders import searches_folder
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import whole_inputs
from circle15.pipeline.run import compute, run_study
from circle15.pipeline.search import kept_searches
from circle15.pipeline.search.kept import KeptArrays
from circle15.pipeline.search.kept_searches import kept_needs
from circle15.results.results import SHAPES, TABLES


@pytest.fixture
def searches(monkeypatch):
    """What was joined and searched for, as it happens."""
    done = []
    join, nearest, pairs = kept_searches.join_to_edges, kept_searches.nearest_of_services, kept_searches.pairs_within

    def joined(*arguments):
        done.append("joins")
        return join(*arguments)

    def found(network, cells, services, *more):
        done.extend(f"nearest {service}" for service in services)
        return nearest(network, cells, services, *more)

    def paired(*arguments):
        done.append("pairs")
        return pairs(*arguments)

    monkeypatch.setattr(kept_searches, "join_to_edges", joined)
    monkeypatch.setattr(kept_searches, "nearest_of_services", found)
    monkeypatch.setattr(kept_searches, "pairs_within", paired)
    return done


@pytest.fixture
def study(tmp_path):
    return write_small_study(tmp_path / "data" / "raw" / "xiao")


def assert_same(one, other):
    for name in (*SHAPES, *TABLES):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.notes == other.notes


def with_settings(study, text):
    study.write_text(study.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_second_run_searches_nothing_and_finds_the_same(study, searches):
    first = run_study(study)
    before = written(first)
    assert "nearest clinic" in searches
    searches.clear()
    second = run_study(study)
    assert searches == []
    assert_same(first.results, second.results)
    assert written(second) == before


def computed(study):
    """The results of a study; nothing is written but the searches."""
    inputs = whole_inputs(read_files(read_study(study), study, lambda *_: None))
    kept = KeptArrays(searches_folder(study, inputs.study.study))
    results = compute(replace(inputs, kept=kept), lambda *_: None, "zh")
    kept.trim()
    return results


def elsewhere(study, folder):
    """The same study where nothing is kept."""
    return Path(shutil.copytree(study.parent, folder / "data" / "raw" / "xiao")) / study.name


def written(run):
    return {path.name: path.read_bytes() for path in run.tables.iterdir()}


def test_a_slower_walk_or_a_shorter_limit_searches_nothing(study, searches, tmp_path):
    computed(study)
    searches.clear()
    slower = "\n[speeds]\nelder = 0.8\n[standards.clinic.urban]\nminutes = 7.5\n"
    with_settings(study, slower)
    kept = computed(study)
    assert searches == []
    assert_same(kept, computed(elsewhere(study, tmp_path / "elsewhere")))


def test_a_faster_walk_searches_pairs_once_and_one_list_its_own_service_only(study, searches, tmp_path):
    slow = computed(study)
    searches.clear()
    shipped = study.read_text(encoding="utf-8")
    faster = "\n[speeds]\nelder = 1.15\n"
    with_settings(study, faster)
    assert_same(computed(study), computed(elsewhere(study, tmp_path / "elsewhere")))
    assert set(searches) >= {"pairs"}
    searches.clear()
    study.write_text(shipped, encoding="utf-8")
    assert_same(computed(study), slow)
    assert searches == []  # what reaches farther serves the shorter way, too
    table = study.parent / "childcare.csv"
    lines = table.read_text(encoding="gb18030").splitlines()
    table.write_text("\n".join(lines[:-1]) + "\n", encoding="gb18030")
    computed(study)
    assert {done for done in searches if done.startswith("nearest")} == {"nearest childcare"}


def test_spoilt_searches_are_searched_again(study, searches):
    first = computed(study)
    for path in (study.parents[2] / "processed" / "xiao" / "searches").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    searches.clear()
    assert_same(computed(study), first)
    assert "nearest clinic" in searches


def test_a_compound_standard_is_searched_once_whatever_the_study_calls_its_sites(monkeypatch, tmp_path):
    network = as_read(streets([[0, 0], [1000, 0]], [[0, 1]]))
    cells = join_to_edges(network, np.array([[100.0, 10.0], [900.0, 10.0]]), 300)
    doors = join_to_edges(network, np.array([[0.0, 0.0], [500.0, 0.0], [1000.0, 0.0]]), 300)
    kept, done, needs = KeptArrays(tmp_path), [], kept_searches.nearest_of_needs
    monkeypatch.setattr(kept_searches, "nearest_of_needs", lambda *asked: done.append(1) or needs(*asked))

    def found(first):
        """One of the site in the middle and the nearer of the others; the study numbers them from ``first``."""
        sites = [(1, np.array([first + 1])), (1, np.array([first, first + 2]))]
        return kept_needs(kept, network, cells, (doors, np.arange(first, first + 3, dtype=np.int32)), sites)

    for first in (0, 7, 7):
        nearest = found(first)
        assert nearest.metres.tolist() == [410.0, 410.0]
        assert nearest.facility.tolist() == [first + 1, first + 1]
    assert done == [1]
    other = [(2, np.array([0, 1, 2]))]
    second = kept_needs(kept, network, cells, (doors, np.arange(3, dtype=np.int32)), other)
    assert second.metres.tolist() == [410.0, 410.0]
    assert done == [1, 1]
