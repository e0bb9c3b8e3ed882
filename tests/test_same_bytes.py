"""The same inputs give the same bytes: wherever they lie, in whatever order Python hashes, at whatever hour."""

import shutil

from pandas.testing import assert_frame_equal
from same_files import differing, files_of
from shared_runs import in_own_process

from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.pipeline.run import compute
from circle15.results import Results
from circle15.results.results import SHAPES, TABLES


def test_every_file_is_the_same_in_another_folder_hash_seed_and_time_zone(small_run, tmp_path):
    again = tmp_path / "deeper" / "again"
    study = shutil.copytree(small_run / "data" / "raw" / "xiao", again / "data" / "raw" / "xiao") / "study.toml"
    in_own_process("-m", "circle15", "run", str(study), hash_seed="4711", time_zone="Asia/Shanghai")
    files = files_of(small_run)
    assert {"searches", "streets"} <= {part for file in files for part in file.parts}
    assert differing(small_run, again) == []
    assert len(files) > 25


def test_the_countys_raw_files_are_the_same_in_another_process(county_files, demo_years):
    own = demo_years / "data" / "raw" / "shili"
    past = [str(file) for file in files_of(own) if "2025" in file.parts]
    assert differing(county_files, own) == past


def test_results_read_back_equal_those_computed(small_run):
    study = small_run / "data" / "raw" / "xiao" / "study.toml"
    computed = compute(read_inputs(study, lambda *_: None), lambda *_: None, "zh")
    read_back = Results.load(small_run / "data" / "processed" / "xiao" / "2026")
    for name in (*SHAPES, *TABLES):
        assert_frame_equal(getattr(computed, name), getattr(read_back, name))
    assert computed.notes == read_back.notes
    assert computed.study == read_back.study
