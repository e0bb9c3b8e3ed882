"""What several test files share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same cases on every run; times are measured by the benchmarks, never by a test.
settings.register_profile("circle15", derandomize=True, deadline=None, database=None)
settings.load_profile("circle15")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def field_data() -> Path:
    """Real street data and published benchmarks, kept outside the repository because of their licences."""
    folder = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no field data at {folder}")
    return folder
