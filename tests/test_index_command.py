"""``circle15 index`` on a small study, and the functions behind it."""

import json
import math
import shutil
from dataclasses import replace

import click
import openpyxl
import pytest
from click.testing import CliRunner

from circle15.cli import index as command
from circle15.cli.commands import build_cli
from circle15.errors import Circle15Error, DataError, UsageError
from circle15.pipeline.explaining import explained, unit_of, write_explanation
from circle15.pipeline.finished import finished_run
from circle15.results import Results


@pytest.fixture(scope="module")
def home(small_run):
    return small_run


@pytest.fixture(scope="module")
def results(home):
    return Results.load(finished_run(home, None, None))


def invoke(home, *arguments, lang="zh"):
    return CliRunner().invoke(build_cli(lang), ["index", "--folder", str(home), *arguments])


def towns(results):
    return results.index[results.index["level"] == results.listed_level()]


def test_the_studys_own_share_of_flagged_places_is_its_standard(results):
    service = results.catalogue.services["childcare"]
    assert (service.quality.flag, service.quality.share) == ("普惠", 0.5)
    assert "quality" in service.unchecked_values()


def test_every_unit_of_the_run_is_explained_to_its_shown_scores(results):
    for unit in towns(results).itertuples():
        found = explained(results, unit.code)
        assert found.scores["balanced_access"] == unit.balanced_access
        for loss, score in (("lost_access", unit.access), ("lost_balanced_access", unit.balanced_access)):
            for table in (found.services, found.units, found.facilities, found.cells):
                assert table[loss].sum() == pytest.approx(1.0 - score, abs=1e-12)
        assert found.scores["quality"] == pytest.approx(unit.quality, abs=1e-15, nan_ok=True)


def test_the_league_shows_every_unit_the_whole_and_what_quality_speaks_of(home, results):
    told = invoke(home)
    assert told.exit_code == 0, told.output
    for unit in towns(results).itertuples():
        assert unit.name in told.output
        assert f"{100 * unit.balanced_access:.1f}" in told.output
    whole = results.index.iloc[0]
    assert "没有供给标准或容量资料" in told.output or whole["quality_weight"] == 1
    if not math.isnan(whole["balance_between"]):
        assert f"{100 * whole['balance_between']:.1f}" in told.output


def test_slices_add_up_to_the_whole_weight(home, results):
    slices = results.index_slices
    whole = slices[slices["code"] == results.zones["code"].iloc[0]]
    for _, rows in whole.groupby("slice"):
        assert rows["weight"].sum() == pytest.approx(1.0, abs=1e-12)
    told = invoke(home, "--by", "domain")
    assert told.exit_code == 0, told.output
    for id_ in whole.loc[whole["slice"] == "domain", "slice_id"]:
        assert results.catalogue.domains[id_].label.zh in told.output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_unit_is_explained_and_written(home, results, tmp_path, lang):
    unit = towns(results).iloc[0]
    out = tmp_path / "why.xlsx"
    told = invoke(home, "--unit", unit["name"], "--service", "childcare", "--out", str(out), lang=lang)
    assert told.exit_code == 0, told.output
    assert unit["name"] in told.output
    book = openpyxl.load_workbook(out)
    assert len(book.sheetnames) == 7
    headers = [cell.value for cell in book.worksheets[0][1]]
    assert ("优质" if lang == "zh" else "Quality") in headers
    assert not list(tmp_path.glob("*draft*"))


def test_a_service_alone_has_its_own_league(home, results):
    told = invoke(home, "--service", results.catalogue.services["childcare"].label.zh)
    assert told.exit_code == 0, told.output
    assert results.catalogue.services["childcare"].label.zh in told.output


@pytest.mark.parametrize(
    ("unit", "service", "said"),
    [("nowhere", None, "nowhere"), (None, "schoool", "schoool"), ("", None, "--unit")],
    ids=["unit", "service", "nothing"],
)
def test_what_is_not_there_is_told_in_a_sentence(results, unit, service, said):
    with pytest.raises(UsageError) as fault:
        explained(results, unit, service)
    assert said in str(fault.value)


def test_a_name_that_two_units_bear_asks_for_the_code(results):
    zones = results.zones.copy()
    level = zones["level"] == results.listed_level()
    zones.loc[level, "name"] = "东村"
    assert level.sum() > 1
    found = replace(results, zones=zones)
    with pytest.raises(UsageError) as fault:
        unit_of(found, "东村")
    assert zones.loc[level, "code"].iloc[0] in str(fault.value)


def test_urban_and_rural_are_units_by_their_names(results):
    kinds = set(results.index_parts.loc[results.index_parts["level"] == "class", "code"])
    names = {"urban": "城镇", "rural": "乡村"}
    for kind in kinds:
        assert unit_of(results, names[kind]) == unit_of(results, kind) == ("class", kind)
    assert explained(results, min(kinds)).people > 0


@pytest.mark.parametrize("out", ["why.csv", "absent/why.xlsx"], ids=["ending", "folder"])
def test_what_cannot_be_written_is_refused_before_anything_is_printed(home, tmp_path, out):
    told = invoke(home, "--out", str(tmp_path / out))
    assert isinstance(told.exception, (UsageError, DataError))
    assert told.output == ""


def test_a_run_of_another_version_is_not_called_unfinished(home, tmp_path):
    run = tmp_path / "2026"
    shutil.copytree(finished_run(home, None, None), run)
    manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
    del manifest["outputs"]["gaps.parquet"]
    manifest["versions"]["circle15"] = "0.0.9"
    (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError) as fault:
        Results.load(run)
    assert fault.value.key == "results.other_version"
    assert fault.value.facts["made_by"] == "0.0.9"
    (run / "cells.parquet").unlink()
    shutil.copy2(finished_run(home, None, None) / "run.json", run / "run.json")
    with pytest.raises(DataError) as lost:
        Results.load(run)
    assert lost.value.key == "results.no_run"


def test_what_cannot_be_written_is_told(results, tmp_path):
    explanation = explained(results, None, "childcare")
    with pytest.raises(UsageError, match="xlsx"):
        write_explanation(results, explanation, tmp_path / "why.csv", "zh")
    with pytest.raises(DataError):
        write_explanation(results, explanation, tmp_path / "absent" / "why.xlsx", "zh")


def shown_further(_results, lang):
    click.echo(f"further in {lang}")


def test_others_add_what_they_print(home, monkeypatch):
    monkeypatch.setattr(command, "FURTHER", (("unit_unknown", f"{__name__}:shown_further"),))
    monkeypatch.setattr(command, "say", lambda key, *_, **__: key)
    told = invoke(home, "--unit_unknown")
    assert told.exit_code == 0, told.output
    assert "further in zh" in told.output


def test_the_figures_beside_the_index_are_printed_on_demand(home):
    alone, beside = invoke(home), invoke(home, "--beside")
    assert beside.exit_code == 0, beside.output
    assert beside.output.startswith(alone.output)
    assert len(beside.output) > len(alone.output)


def test_faults_of_the_command_are_errors_of_the_tool(home):
    told = invoke(home, "--unit", "nowhere")
    assert isinstance(told.exception, Circle15Error)
