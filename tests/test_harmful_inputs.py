"""Each harmful file or name through the command line: refused in a sentence, with nothing written but the report."""

import tracemalloc

import pytest
from harmful_inputs import HARMFUL, huge_raster
from small_study import write_small_study

from circle15.cli.main import main
from circle15.inputs.population import raster
from circle15.inputs.population.read import read_population
from circle15.inputs.study_file import read_study
from circle15.model.study import PopulationSource
from circle15.pipeline.reading.study_files import study_zones

REPORT = {"data_quality.html", "data_quality.xlsx"}


@pytest.fixture
def study(tmp_path):
    return write_small_study(tmp_path / "work" / "data" / "raw" / "xiao")


def files_below(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


# A run reads as a check does: some of them show it.
COMMANDS = [("check", spoil) for spoil in HARMFUL] + [("run", spoil) for spoil in HARMFUL[::5]]


@pytest.mark.parametrize(
    ("command", "spoil"), COMMANDS, ids=[f"{command}-{spoil.__name__}" for command, spoil in COMMANDS]
)
def test_refused_in_a_sentence_and_nothing_written(study, tmp_path, capfd, monkeypatch, spoil, command):
    words = spoil(study.parent)
    before = files_below(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main([command, str(study)]) == 1
    told = capfd.readouterr()
    assert any(words in line for line in (told.err + told.out).splitlines()), told
    assert "Traceback" not in told.err + told.out
    assert "程序内部出错" not in told.err + told.out
    # Streets that are sound are kept for the next check.
    kept = tmp_path / "work" / "data" / "processed" / "xiao" / "streets"
    written = {path for path in files_below(tmp_path) - before if kept not in path.parents}
    assert {path.name for path in written} <= REPORT
    assert {path.parent for path in written} <= {tmp_path / "work" / "data" / "processed" / "xiao" / "check" / "2026"}


def peak_of_people(path):
    """The most bytes that Python and NumPy hold at one time while the people of a study are read, beyond those before.

    Counted by allocation, not by what the system says of the process: that depends on what was compiled before, on
    GDAL's cache, and on Linux on the process that started it.
    """
    study = read_study(path)
    zones = study_zones(study, path.parent)
    tracemalloc.start()
    try:
        grid, _, _ = read_population(PopulationSource(raster="people.tif"), path.parent, zones, study.study.cell_m, {})
        assert grid.persons["all"].sum() > 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_raster_is_read_in_strips(study, monkeypatch):
    """A quarter of a million pixels in ten strips need no more than a sixth of what the same raster needs at once."""
    side = 500
    huge_raster(study.parent, side)
    monkeypatch.setattr(raster, "PIXELS_AT_ONCE", side**2)
    monkeypatch.setattr(raster, "PARTS_AT_ONCE", side**2)
    at_once = peak_of_people(study)
    assert at_once > 8 * 8 * side**2  # row, column, x, y, people and more of each pixel, as whole arrays
    monkeypatch.setattr(raster, "PIXELS_AT_ONCE", side**2 // 10)
    monkeypatch.setattr(raster, "PARTS_AT_ONCE", side**2 // 20)
    assert peak_of_people(study) < at_once / 6
