"""A finished run looked at with another speed, limit or weight, against runs of studies that say so themselves."""

import pandas as pd
import pytest
from click.testing import CliRunner
from shared_runs import write_own_study

from circle15.cli.commands import build_cli
from circle15.errors import Circle15Error, ConfigurationError, UsageError
from circle15.pipeline.finished import finished_run
from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.pipeline.run import compute
from circle15.pipeline.variation import Variation, varied
from circle15.results import Results

TABLES = ("coverage", "rules", "service_states", "loads", "catchments", "index_parts", "index", "index_slices")


@pytest.fixture(scope="module")
def home(small_run):
    return small_run


@pytest.fixture(scope="module")
def results(home):
    return Results.load(finished_run(home, None, None))


def assert_tables(assessed, results):
    for name in TABLES:
        expected = getattr(results, name)
        found = getattr(assessed, name).astype(expected.dtypes.to_dict())
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


def run_with(folder, text):
    """What a run finds of the small study with further settings; ``text`` goes on with the standard of childcare."""
    study = write_own_study(folder)
    # Nothing here looks at draws.
    with study.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n[uncertainty]\ndraws = 0\n")
    return compute(read_inputs(study, lambda *_: None), lambda *_: None, "zh")


def test_nothing_varied_gives_the_runs_own_tables_to_the_last_bit(results):
    assert_tables(varied(results, Variation()).assessed, results)


@pytest.mark.parametrize(
    ("variation", "settings"),
    [
        (
            Variation(speeds_m_s={"elder": 0.7, "caregiver": 0.8}, reach="strict", weight_factors={"childcare": 3.0}),
            "[speeds]\nelder = 0.7\ncaregiver = 0.8\n"
            '[index]\nreach = "strict"\nweights = { childcare = 3, clinic = 1, canteen = 1 }\n',
        ),
        (
            Variation(minutes={"clinic": 6.0}, metres={"canteen.urban": 300.0}),
            "[standards.clinic]\nurban = { minutes = 6 }\nrural = { minutes = 6 }\n"
            '[standards.canteen]\nurban = { minutes = 15, metres = 300, decides = "metres" }\n',
        ),
    ],
    ids=["speeds, score and weights", "minutes and metres"],
)
def test_a_variation_is_what_a_study_that_says_so_finds(results, tmp_path, variation, settings):
    found = varied(results, variation)
    assert found.unsearched == ()
    again = run_with(tmp_path, f"\n{settings}")
    for name in TABLES:
        expected = getattr(again, name)
        table = getattr(found.assessed, name).astype(expected.dtypes.to_dict())
        # Weights of another sum are the same but for the last bit.
        pd.testing.assert_frame_equal(table, expected, check_exact=name not in ("index", "index_slices"), rtol=1e-14)


def test_beyond_what_was_searched_nothing_is_said_of_places_but_coverage_is_exact(results, tmp_path):
    found = varied(results, Variation(minutes={"childcare": 25.0}))
    again = run_with(tmp_path, "urban = { minutes = 25 }\nrural = { minutes = 25, mode = 'cycle' }\n")
    assert found.unsearched == ("childcare",)
    pd.testing.assert_frame_equal(
        found.assessed.coverage.astype(again.coverage.dtypes.to_dict()), again.coverage, check_exact=True
    )
    assert set(found.assessed.loads["service"]) == set(again.loads["service"]) - {"childcare"}


@pytest.mark.parametrize(
    ("variation", "said"),
    [
        (Variation(speeds_m_s={"eldest": 0.8}), "eldest"),
        (Variation(speeds_m_s={"elder": 80.0}), "80"),
        (Variation(minutes={"canten": 10.0}), "canteen"),
        (Variation(minutes={"canteen.towns": 10.0}), "towns"),
        (Variation(minutes={"canteen": 900.0}), "900"),
        (Variation(weight_factors={"canteen": -1.0}), "canteen"),
        (Variation(weight_factors={"school": 1.0}), "school"),
    ],
    ids=["speed", "speed of a car", "service", "class", "seconds", "negative weight", "weight of none"],
)
def test_what_cannot_be_is_told_in_a_sentence(results, variation, said):
    with pytest.raises(Circle15Error) as fault:
        varied(results, variation)
    assert said in str(fault.value)


def invoke(home, *arguments):
    return CliRunner().invoke(build_cli("zh"), ["vary", "--folder", str(home), *arguments])


def test_the_command_shows_before_and_after_and_changes_no_file(home):
    before = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
    told = invoke(home, "--speed", "elder=0.6", "--limit", "clinic=400m", "--weight", "childcare=2")
    assert told.exit_code == 0
    assert "→" in told.output
    assert "没有改动任何文件" in told.output
    assert {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), UsageError),
        (("--speed", "elder"), UsageError),
        (("--speed", "elder=fast"), UsageError),
        (("--limit", "=5"), UsageError),
        (("nowhere", "--speed", "elder=1"), ConfigurationError),
        (("--period", "1999", "--speed", "elder=1"), ConfigurationError),
    ],
    ids=["nothing", "no number", "no such number", "no name", "no such place", "no such period"],
)
def test_wrong_words_are_refused_by_kind(home, arguments, error):
    told = invoke(home, *arguments)
    assert isinstance(told.exception, error)


def test_of_several_places_one_must_be_named(tmp_path):
    for place in ("a", "b"):
        folder = tmp_path / "data" / "processed" / place / "2026"
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="a、b"):
        finished_run(tmp_path, None, None)
    assert finished_run(tmp_path, "b", None).parent.name == "b"


def test_the_last_run_is_the_one_that_ends_last(tmp_path):
    for period in ("2026", "2026Q3", "2025", "check"):
        folder = tmp_path / "data" / "processed" / "a" / period
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}", encoding="utf-8")
    assert finished_run(tmp_path, "a", None).name == "2026"
