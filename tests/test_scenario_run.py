"""A study under a scenario: equal to a fresh run of the study whose files say the same; every fault told at once."""

from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from drawn_scenarios import Drawn
from small_study import SOUTH, WEST, write_small_study

from circle15.assess.before_after import SCORES, services_before_after, units_before_after
from circle15.cli.main import main
from circle15.errors import Circle15Error, Faults
from circle15.inputs.scenario.read import read_scenario
from circle15.inputs.study_file import read_study
from circle15.model.projection import transformer
from circle15.model.scenario import ClosedSite, OpenedSite, PathChange, PeopleChange, ResizedSite, Scenario
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import whole_inputs
from circle15.pipeline.run import compute
from circle15.pipeline.scenarios.assessed import assessed_only
from circle15.pipeline.scenarios.each_alone import MOST_ALONE, each_alone, parts_of
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.publish.scenario_alone import together
from circle15.results import Results
from circle15.results.results import SHAPES, TABLES
from circle15.results.scenario import BeforeAfter, load_before_after, scenario_folders

NEW = OpenedSite("clinic", "新诊所", 120.5021234, 30.0071234)
LIST = """
[[facilities]]
service = "childcare"
file = "new.csv"
datum = "wgs84"
date = 2026-06-30
"""
# Where a row stands in the files, and of what day its list is: all that a scenario's site has otherwise.
STANDING = ["file", "sheet", "row", "as_of"]


def small(folder):
    path = write_small_study(folder / "data" / "raw" / "xiao")
    path.write_text(path.read_text(encoding="utf-8") + "\n[uncertainty]\ndraws = 40\n", encoding="utf-8")
    return path


def inputs_of(path):
    return whole_inputs(read_files(read_study(path), path, untold))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def base(study):
    return inputs_of(study)


def under(base, study, **parts):
    return with_scenario(base, Scenario("方案", **parts), "scenario.toml", study.parent)


def assert_same(one, other):
    """All tables of two results are the same, bit for bit, but for where rows stand in the files."""
    for name in (*SHAPES, *TABLES):
        if name == "ledger":
            continue
        frames = [getattr(each, name) for each in (one, other)]
        frames = [frame.drop(columns=[c for c in STANDING if c in frame and name == "facilities"]) for frame in frames]
        pd.testing.assert_frame_equal(*frames, check_exact=True, obj=name)


def test_opened_sites_are_rows_of_their_lists(study, base, tmp_path):
    childcare = OpenedSite("childcare", "新托育", 120.5011234, 30.0081234, 45.0)
    scenario = under(base, study, opened=(childcare, NEW))
    fresh = small(tmp_path)
    fresh.write_text(fresh.read_text(encoding="utf-8") + LIST, encoding="utf-8")
    book = openpyxl.load_workbook(fresh.parent / "clinics.xlsx")
    book.active.append([NEW.name, NEW.lon, NEW.lat, ""])
    book.save(fresh.parent / "clinics.xlsx")
    row = {"名称": [childcare.name], "经度": [childcare.lon], "纬度": [childcare.lat], "托位数": [45]}
    pd.DataFrame(row).to_csv(fresh.parent / "new.csv", index=False, encoding="utf-8")
    listed = inputs_of(fresh)
    # The study names one list more: it is all that its settings have otherwise.
    computed = [compute(inputs, untold, "zh") for inputs in (scenario, replace(listed, study=base.study))]
    assert_same(*computed)
    assert len(computed[0].facilities) == len(base.facilities.facilities) + 2


def test_an_empty_scenario_changes_nothing(study, base):
    same = under(base, study)
    assert same.facilities.facilities.equals(base.facilities.facilities)
    assert same.facilities.entrances.equals(base.facilities.entrances)
    assert same.population.persons.equals(base.population.persons)
    assert same.networks is base.networks


def test_closed_and_resized_sites(study, base):
    rows = base.facilities.facilities
    id_ = rows.loc[(rows["service"] == "childcare") & (rows["name"] == "第二处"), "facility_id"].item()
    found = under(
        base,
        study,
        closed=(ClosedSite("clinic", name="第一处"),),
        resized=(ResizedSite("childcare", 99.0, facility=id_),),
    ).facilities
    assert len(found.facilities) == len(rows) - 1
    assert found.facilities.set_index("facility_id").loc[id_, "capacity"] == 99
    gone = rows[(rows["service"] == "clinic") & (rows["name"] == "第一处")].index[0]
    kept = base.facilities.entrances[base.facilities.entrances["facility"] != gone]
    np.testing.assert_array_equal(found.entrances[["x", "y"]], kept[["x", "y"]])
    assert found.entrances["facility"].is_monotonic_increasing


def test_what_closes_and_opens_again_is_as_before(study, base):
    rows = base.facilities.facilities
    old = rows[(rows["service"] == "clinic") & (rows["name"] == "第三处")].iloc[0]
    row = next(row for row in base.ledger.rows if row.object_id == old["facility_id"])
    again = OpenedSite("clinic", "第三处", round(row.lon, 7), round(row.lat, 7))
    closed = ClosedSite("clinic", facility=old["facility_id"])
    found = under(base, study, closed=(closed,), opened=(again,))
    assert list(found.facilities.facilities["facility_id"]) == list(rows["facility_id"])
    before, after = assessed_only(base), assessed_only(found)
    pd.testing.assert_frame_equal(before.coverage, after.coverage, check_exact=True)


def test_each_change_is_told_by_itself_and_all_together(study, base):
    """Two sites on one spot do together what each does; one that stands in the way of itself cannot be alone."""
    clinic = base.facilities.facilities.query("service == 'clinic'").iloc[0]
    at = base.facilities.entrances.set_index("facility").loc[[clinic.name]].iloc[0]
    again = OpenedSite("clinic", clinic["name"], *transformer(base.zones.crs, 4326).transform(at["x"], at["y"]))
    closed = ClosedSite("clinic", facility=clinic["facility_id"])
    far = replace(NEW, lon=WEST + 0.002, lat=SOUTH + 0.003)
    scenario = Scenario("方案", (far, replace(far, name="另一诊所"), again), (closed,))
    ends = [assessed_only(each) for each in (base, with_scenario(base, scenario, "a.toml", study.parent))]
    frames = [getattr(each, name) for name in ("index", "coverage") for each in ends]
    found = BeforeAfter(scenario, units_before_after(*frames[:2]), services_before_after(*frames[2:]))
    alone = each_alone(base, found, "a.toml", study.parent, untold)
    assert alone[["table", "number", "done"]].to_numpy().tolist() == [
        ["open", 1, True], ["open", 2, True], ["open", 3, False], ["close", 1, True],
    ]  # fmt: skip
    one, two, _, gone = alone["reached_clinic"]
    assert one == two == together(found)["reached_clinic"] > 0
    assert gone <= 0
    assert alone.loc[:1, "reached_canteen"].tolist() == [0.0, 0.0]


def test_many_changes_are_taken_by_their_kind():
    many = Scenario("一", opened=(NEW,) * MOST_ALONE, closed=(ClosedSite("clinic", "a"),))
    told = [(table, number, len(alone.opened), len(alone.closed)) for table, number, alone in parts_of(many)]
    assert told == [("open", 0, MOST_ALONE, 0), ("close", 0, 0, 1)]
    assert parts_of(Scenario("一", opened=(NEW,))) == []


def test_a_path_is_a_row_of_the_patch(study, base, tmp_path):
    line = "120.5005 30.0005, 120.5085 30.0085"
    scenario = under(base, study, paths=(PathChange("path", line, "新路"),))
    fresh = small(tmp_path)
    pd.DataFrame({"动作": ["path"], "名称": ["新路"], "坐标串": [line]}).to_csv(
        fresh.parent / "patch.csv", index=False, encoding="utf-8"
    )
    named = '[network]\nfile = "streets.osm.pbf"\npatch = { file = "patch.csv", datum = "wgs84" }'
    text = fresh.read_text(encoding="utf-8").replace('[network]\nfile = "streets.osm.pbf"', named)
    fresh.write_text(text, encoding="utf-8")
    own = inputs_of(fresh)
    for name in ("node_xy", "from_node", "to_node", "forward_m", "backward_m", "line_xy"):
        np.testing.assert_array_equal(getattr(scenario.network, name), getattr(own.network, name))
    pd.testing.assert_frame_equal(assessed_only(scenario).index, assessed_only(own).index, check_exact=True)
    assert scenario.network.edge_count > base.network.edge_count
    assert [row.fate for row in scenario.ledger.rows if row.file == "scenario.toml"] == ["fixed"]
    assert any(note.key == "patch.done" and note.facts["file"] == "scenario.toml" for note in scenario.notes)


def test_people_of_a_group_change_with_those_within_and_around_it(study, base):
    persons = base.population.persons
    west = base.population.cells["town_code"] == "339900001"
    assert {"all", "0_2", "60p"} <= set(persons)
    found = under(base, study, people=(PeopleChange("339900001", "0_2", 2.0),)).population.persons
    np.testing.assert_allclose(found.loc[west, "0_2"], 2 * persons.loc[west, "0_2"])
    np.testing.assert_allclose(found.loc[west, "all"] - persons.loc[west, "all"], persons.loc[west, "0_2"])
    assert found.loc[~west].equals(persons.loc[~west])
    assert found["60p"].equals(persons["60p"])
    total = under(base, study, people=(PeopleChange("339900", persons=14000.0),)).population.persons
    np.testing.assert_allclose(total.to_numpy(), persons.to_numpy() * (14000 / persons["all"].sum()))
    none = under(base, study, people=(PeopleChange("339900001", "0_2", persons=0.0),))
    back = under(none, study, people=(PeopleChange("339900001", "0_2", persons=90.0),)).population.persons
    assert back.loc[west, "0_2"].sum() == pytest.approx(90)


WRONG = {
    "service": ({"opened": (OpenedSite("clinics", "甲", 120.502, 30.007),)}, "no_service"),
    "far": ({"opened": (OpenedSite("clinic", "甲", 121.5, 30.007),)}, "far_off"),
    "flag": ({"opened": (OpenedSite("childcare", "甲", 120.502, 30.007, flags=("惠普",)),)}, "no_flag"),
    "stands": ({"opened": (replace(NEW, lon=120.501, lat=30.008, name="第一处"),)}, "stands"),
    "stands_twice": ({"opened": (NEW, replace(NEW, lon=120.5021))}, "stands"),
    "facility": ({"closed": (ClosedSite("clinic", name="第十处"),)}, "no_facility"),
    "of_other_service": ({"closed": (ClosedSite("clinic", facility="1"),)}, "no_facility"),
    "same": ({"closed": (ClosedSite("childcare", "1"), ClosedSite("childcare", name="第一处"))}, "same_facility"),
    "closed_resized": (
        {"closed": (ClosedSite("childcare", "1"),), "resized": (ResizedSite("childcare", 5.0, "1"),)},
        "same_facility",
    ),
    "unit": ({"people": (PeopleChange("339900009", factor=1.0),)}, "no_unit"),
    "unit_name": ({"people": (PeopleChange("西镇", factor=1.0),)}, "no_unit"),
    "group": ({"people": (PeopleChange("339900001", "0_3", factor=1.0),)}, "no_group"),
    "action": ({"paths": (PathChange("拆除", "120.5 30, 120.6 30"),)}, "path_fault"),
    "shape": ({"paths": (PathChange("path", "120.5 30"),)}, "path_fault"),
    "nothing_blocked": ({"paths": (PathChange("block", "119.5 30, 119.51 30"),)}, "path_fault"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_scenario_names_and_nobody_has_is_told(study, base, name):
    parts, key = WRONG[name]
    with pytest.raises(Circle15Error) as caught:
        under(base, study, **parts)
    assert caught.value.key == f"scenario.{key}"
    for lang in ("zh", "en"):
        assert "{" not in caught.value.sentence(lang)


def test_the_faults_of_all_parts_come_at_once(study, base):
    with pytest.raises(Faults) as caught:
        under(base, study, opened=WRONG["far"][0]["opened"], people=WRONG["unit"][0]["people"],
              closed=WRONG["facility"][0]["closed"], paths=WRONG["shape"][0]["paths"])  # fmt: skip
    assert len(caught.value.faults) == 4


def test_an_unknown_flag_column_is_made(study, base):
    found = under(base, study, opened=(OpenedSite("childcare", "甲", 120.502, 30.007, 20.0, ("普惠",)),))
    rows = found.facilities.facilities
    assert rows.loc[rows["name"] == "甲", "flag_普惠"].item()
    assert rows["flag_普惠"].sum() == 1


def test_the_command_writes_beside_the_study_as_it_is(tmp_path, capsys):
    path = small(tmp_path)
    file = tmp_path / "plan.toml"
    file.write_text(
        'name = "方案 <一>"\n[[open]]\nservice = "clinic"\nname = "=1+1"\nlon = 120.5021234\nlat = 30.0071234\n'
        '[[people]]\nunit = "339900001"\nfactor = 1.5\n',
        encoding="utf-8",
    )
    assert main(["run", str(path), "--scenario", str(file)]) == 0
    told = capsys.readouterr().out
    assert "每项改动单独实施" in told
    assert "方案 <一>" in told
    folder, _ = scenario_folders(tmp_path, "xiao", "方案 <一>", "2026")
    assert not (tmp_path / "data" / "processed" / "xiao" / "2026").exists()
    found, results = load_before_after(folder), Results.load(folder)
    assert found.scenario == read_scenario(file)
    assert results.study.study.place == "小区县（方案 <一>）"
    assert list(found.units["code"]) == list(results.index["code"])
    services = results.coverage.drop_duplicates(["level", "code", "service"])
    assert list(found.services["service"]) == list(services["service"])
    whole = found.services.query("service == 'clinic' and level == 'county'").iloc[0]
    assert whole["covered_people_after"] >= whole["covered_people_before"]
    book = openpyxl.load_workbook(folder / "before_after.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert {cell.data_type for cell in cells} == {"s"}
    alone = [cell.value for cell in book["逐项效果"]["A"]]
    assert alone[-4:] == ["新设", "人口", "各项一起", "一起与单独合计之差"]
    assert found.alone["done"].tolist() == [True, True]
    assert {cell.number_format for row in book["逐项效果"].iter_rows(min_row=4, min_col=5) for cell in row} == {"#,##0"}
    file.write_text('name = "方案 <二>"\n[[close]]\nservice = "clinic"\nname = "没有"\n', encoding="utf-8")
    assert main(["--lang", "en", "run", str(path), "--scenario", str(file)]) == 1
    assert "[[close]] no. 1" in capsys.readouterr().err
    assert list(folder.parents[1].iterdir()) == [folder.parent]


def test_drawn_scenarios_are_what_lists_would_say(tmp_path):
    drawn = Drawn(tmp_path)
    scenarios = [drawn.check(number) for number in range(3)]
    assert any(scenario.opened for scenario in scenarios)
    assert any(scenario.closed for scenario in scenarios)


def test_the_whole_area_comes_first_whatever_its_level_is_called():
    index = pd.DataFrame({"level": ["place", "county"], "code": ["z", "a"], "name": ["全域", "甲县"]})
    index = index.assign(**dict.fromkeys(SCORES, 0.5))
    assert list(units_before_after(index, index)["code"]) == ["z", "a"]
