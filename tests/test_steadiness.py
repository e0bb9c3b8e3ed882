"""How firmly the index of a run stands: on the run's own distances, in its tables, on the console."""

from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from assessed_towns import make_service
from click.testing import CliRunner
from ruled_town import inputs_of
from small_study import write_small_study

from circle15.assess.circles import deciding_circles
from circle15.assess.scoreboard import no_scoreboard
from circle15.assess.uncertainty.draws import published_scores
from circle15.assess.weights.study import settings_of_some
from circle15.catalogue.entries import Label, Need, Reach
from circle15.cli.commands import build_cli
from circle15.errors import Circle15Error
from circle15.model.study import UncertaintySettings
from circle15.pipeline.assessing import assess
from circle15.pipeline.issues.squares import with_squares
from circle15.pipeline.run import run_study
from circle15.pipeline.search.searching import cells_frame, facilities_frame, search
from circle15.pipeline.uncertainty import steadiness, study_district
from circle15.pipeline.years.rejudging import rejudged
from circle15.results import Results
from circle15.words import say

TABLES = ("uncertainty", "settled_pairs", "sensitivity", "removals", "weight_scenarios", "scheme_weights")
BY_CAR = Reach(minutes=3, mode="drive")
SERVICES = [
    make_service("clinic", "all", "health", rural=Reach(minutes=10, mode="cycle")),
    replace(
        make_service("culture", "all", "culture", urban=Reach(minutes=15), rural=BY_CAR),
        needs=(
            Need(Label("场馆", "venue"), 1, ("场馆",)),
            Need(Label("空间", "space"), 2, ("空间",)),
        ),
    ),
]
SITES = [
    *(("clinic", f"c{number}", at, "") for number, at in enumerate((400.0, 1700.0, 3300.0))),
    *(("culture", f"v{number}", at, "场馆") for number, at in enumerate((900.0, 2600.0))),
    *(("culture", f"s{number}", at, "空间") for number, at in enumerate((300.0, 1500.0, 2900.0))),
]


@pytest.fixture(scope="module")
def inputs():
    made = inputs_of(SERVICES, SITES)
    return replace(made, study=made.study.model_copy(update={"uncertainty": UncertaintySettings(draws=40)}))


def firmness(inputs):
    """The index, how firmly it stands, and the arrays that its draws are worked out on."""
    searched = search(inputs)
    circles = deciding_circles(inputs.catalogue, dict.fromkeys(inputs.catalogue.services, "all"))
    cells, facilities = cells_frame(inputs, searched), facilities_frame(inputs, searched)
    zones, catalogue = inputs.zones.frame, inputs.catalogue
    assessed = assess(cells, searched.pairs, facilities, zones, catalogue, circles, inputs.study.index)
    district = study_district(inputs, searched, cells, circles)
    return assessed.index, steadiness(inputs, searched, cells, circles, assessed.index_parts, assessed.index), district


@pytest.fixture(scope="module")
def firm(inputs):
    return firmness(inputs)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small study, run with weights from a table of comparisons."""
    home = tmp_path_factory.mktemp("home")
    study = write_small_study(home / "data" / "raw" / "xiao")
    text = '\n[index]\ncomparisons_file = "权重.csv"\n\n[uncertainty]\ndraws = 30\n'
    study.write_text(study.read_text(encoding="utf-8") + text, encoding="utf-8")
    rows = ",childcare,clinic,canteen\nchildcare,1,2,4\nclinic,,1,2\n"
    (study.parent / "权重.csv").write_text(rows, encoding="gb18030")
    return home, run_study(study)


def test_nothing_drawn_is_the_index_of_the_run_over_modes_classes_and_needs(firm):
    index, found, district = firm
    assert sorted(len(needs) for needs in district.needs) == [1, 2]
    shares = dict(zip(found.scheme_weights["service"], found.scheme_weights["weight"], strict=True))
    scores = published_scores(district, np.array([shares[service] for service in district.services]))
    assert 0 < scores[0] < 1
    assert np.abs(scores - index["balanced_access"].to_numpy()).max() <= 1e-12


def test_the_tables_of_a_run(firm):
    index, found, _ = firm
    assert found.uncertainty["code"].tolist() == ["1", "11", "12"]
    assert (found.uncertainty["draws"] == 40).all()
    assert found.uncertainty["score"].to_numpy() == pytest.approx(index["balanced_access"].to_numpy())
    assert found.uncertainty["score_high"].gt(found.uncertainty["score_low"]).all()
    assert len(found.settled_pairs) == 1
    assert set(found.removals["service"]) == {"clinic", "culture"}
    assert set(found.weight_scenarios["scheme"]) == {"equal"}
    assert found.weight_scenarios["exponent"].unique().tolist() == [0.5, 1.0, 0.25, 0.0]


def test_the_order_of_the_list_leaves_no_trace(inputs, firm):
    layer = inputs.facilities
    order = np.arange(len(layer.facilities))[::-1]
    place = np.argsort(order)
    entrances = layer.entrances.assign(facility=place[layer.entrances["facility"]])
    turned = replace(
        layer,
        facilities=layer.facilities.iloc[order].reset_index(drop=True),
        entrances=entrances.sort_values("facility", ignore_index=True),
    )
    _, again, _ = firmness(replace(inputs, facilities=turned))
    assert again.uncertainty.equals(firm[1].uncertainty)
    assert again.sensitivity.equals(firm[1].sensitivity)


def test_no_draws_leave_tables_empty_but_tell_what_is_stated(inputs):
    without = inputs.study.model_copy(update={"uncertainty": UncertaintySettings(draws=0)})
    _, found, _ = firmness(replace(inputs, study=without))
    assert found.uncertainty.empty
    assert found.settled_pairs.empty
    assert len(found.removals) > 0


def test_results_come_back_as_they_were(small):
    _, run = small
    back = Results.load(run.tables)
    for name in TABLES:
        assert getattr(back, name).equals(getattr(run.results, name)), name
    assert back.study.uncertainty.draws == 30


def test_squares_gaps_and_comparison_weigh_as_the_index_does(small):
    results = small[1].results
    board = with_squares(no_scoreboard(), results)
    whole = board[(board["domain"] == "") & (board["department"] == "")].set_index(["level", "code"])
    index = results.index.set_index(["level", "code"]).loc[whole.index]
    assert whole["balanced_access"].to_numpy() == pytest.approx(index["balanced_access"].to_numpy(), nan_ok=True)
    gaps = results.gaps[(results.gaps["comparison"] == "young") & (results.gaps["service"] == "all_services")]
    access = results.index.set_index(["level", "code"]).loc[zip(gaps["level"], gaps["code"], strict=True), "access"]
    assert len(gaps) > 0
    assert gaps["access_second"].to_numpy() == pytest.approx(access.to_numpy())


@pytest.mark.parametrize(("services", "weights"), [(("childcare", "clinic"), (2 / 3, 1 / 3)), (("canteen",), (1.0,))])
def test_compared_services_keep_what_the_comparisons_say_of_them(small, services, weights):
    results = small[1].results
    stated = settings_of_some(results.catalogue, results.study.index, services).weights
    assert [stated[service] / sum(stated.values()) for service in services] == pytest.approx(weights)
    judged = rejudged(results, results.catalogue, results.study.index, services).assessed
    slices = judged.index_slices
    own = slices[(slices["level"] == "county") & (slices["slice"] == "service")]
    assert own["weight"].to_numpy() == pytest.approx(weights)


def test_a_run_judged_by_its_own_definitions_is_the_run(small):
    results = small[1].results
    judged = rejudged(results, results.catalogue, results.study.index, tuple(results.catalogue.services)).assessed
    pd.testing.assert_frame_equal(judged.index, results.index, check_exact=True)


def test_the_workbook_tells_tiers_and_places(small):
    _, run = small
    book = openpyxl.load_workbook(run.tables / "tables.xlsx", read_only=True)
    for sheet in ("uncertainty", "sensitivity", "removals", "weight_scenarios", "scheme_weights"):
        assert say(f"steadiness.sheet_{sheet}", "zh") in book.sheetnames
    headers = [cell.value for cell in next(book[say("tables.sheet_index", "zh")].iter_rows(max_row=1))]
    assert say("steadiness.tier", "zh") in headers
    assert say("steadiness.rank_range", "zh") in headers


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_shows_tiers_sources_and_moves(small, lang, monkeypatch):
    home, _ = small
    monkeypatch.chdir(home)
    found = CliRunner().invoke(build_cli(lang), ["index", "--uncertainty"], catch_exceptions=False)
    assert found.exit_code == 0
    for key in ("title_sources", "title_removals", "source_omissions", "scheme_equal"):
        assert say(f"steadiness.{key}", lang) in found.output


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param('[index]\nscheme = "ahp"\n', "weights.no_ahp", id="scheme without comparisons"),
        pytest.param('[index]\ncomparisons_file = "none.csv"\n', "layers.missing_file", id="no such file"),
        pytest.param("[uncertainty.speeds]\neldest = [0.7, 1.0]\n", "catalogue.unknown_id", id="unknown speed"),
    ],
)
def test_what_a_study_states_wrongly_is_told_before_anything_is_searched(tmp_path, text, key):
    study = write_small_study(tmp_path / "data" / "raw" / "xiao")
    study.write_text(study.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
    with pytest.raises(Circle15Error) as fault:
        run_study(study)
    keys = [each.key for each in getattr(fault.value, "faults", [fault.value])]
    assert any(found.startswith(key) for found in keys), keys
    assert not (tmp_path / "data" / "processed" / "xiao" / "2026").exists()


def test_comparisons_from_a_file_are_kept_with_the_run(small):
    _, run = small
    weights = run.results.scheme_weights
    weights = weights[weights["scheme"] == "ahp"].set_index("service")["weight"]
    assert weights.to_dict() == pytest.approx({"childcare": 4 / 7, "clinic": 2 / 7, "canteen": 1 / 7})
    assert run.results.study.index.comparisons["clinic"]["canteen"] == 2
