"""What several test files share."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def field_data() -> Path:
    """Real street data and published benchmarks, kept outside the repository because of their licences."""
    folder = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no field data at {folder}")
    return folder
