"""What several test files share."""

import gc
import importlib
import os
from pathlib import Path

import pytest
from hypothesis import settings
from shared_runs import made_once, make_county_files, make_county_home, make_demo_years, make_small_run

# The same cases on every run; times are measured by the benchmarks, never by a test.
settings.register_profile("circle15", derandomize=True, deadline=None, database=None)
settings.load_profile("circle15")

# The files that take longest begin first, so that no worker is left with one of them at the end; the county's years are
# run by the first and read by others when they are there.
LONGEST = (
    "test_demo.py", "test_real_studies.py", "test_map_browser.py", "test_bad_input.py", "test_bench.py",
    "test_compare.py", "test_fit.py", "test_messy_folder.py", "test_issue_workbook.py", "test_issues.py",
    "test_people.py", "test_check.py", "test_kept_searches.py", "test_fetch.py", "test_report_numbers.py",
    "test_years.py", "test_map_page.py", "test_hostile_names.py", "test_kept_streets.py", "test_siting_record.py",
    "test_study_page_browser.py", "test_whatif.py", "test_scoreboard.py", "test_workspace.py",
)  # fmt: skip
# How many new objects make Python look for unreachable ones: tests make many and keep few.
NEW_OBJECTS = 50_000
# Files of a test need not outlast a power cut: GDAL waits for the disk after every layer otherwise.
os.environ.setdefault("OGR_SQLITE_SYNCHRONOUS", "OFF")
REPOSITORY = Path(__file__).resolve().parent.parent
# Runs in the Python that QGIS brings, not in this one.
collect_ignore = ["opened_in_qgis.py"]


def pytest_configure() -> None:
    """Compile what a fresh checkout has not compiled yet.

    Workers begin at either end of the kernels, so that each loads what another has compiled and kept.
    """
    gc.disable()  # until all modules are there: nothing of them is garbage
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        paths = sorted((REPOSITORY / "circle15").rglob("*.py"))
        kernels = [path for path in paths if "\n@compiled(" in path.read_text(encoding="utf-8")]
        for path in kernels[:: -1 if int(worker.removeprefix("gw")) % 2 else 1]:
            importlib.import_module(".".join(path.relative_to(REPOSITORY).with_suffix("").parts))


def pytest_collection_modifyitems(items) -> None:
    """The longest files first, all else as it comes."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: no search for garbage need look at them again."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    gc.enable()


@pytest.fixture(scope="session")
def field_data() -> Path:
    """Real street data and published benchmarks, kept outside the repository because of their licences."""
    folder = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no field data at {folder}")
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all workers of one run of the tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def county_files(shared) -> Path:
    """The raw files of the invented county; copy them to spoil them."""
    return made_once(shared / "county_files", make_county_files)


@pytest.fixture(scope="session")
def county_home(shared, county_files) -> Path:
    """A workspace with the county's files and its streets as read and kept; copy it to spoil or write there."""
    return made_once(shared / "county_home", lambda folder: make_county_home(folder, county_files))


@pytest.fixture(scope="session")
def demo_years(shared) -> Path:
    """A workspace with the invented county of both years, run by ``circle15 demo --years``; copy it to write there."""
    return made_once(shared / "demo_years", make_demo_years)


@pytest.fixture(scope="session")
def small_run(shared) -> Path:
    """A workspace with the small study, run; copy it to write there."""
    return made_once(shared / "small_run", make_small_run)
