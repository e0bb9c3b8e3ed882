"""The benchmarks run on small work, and nobody with another answer is shown with seconds."""

import json
from dataclasses import replace

import bench
import numpy as np
import pytest
import shapely
from racing import areas
from racing.equality import metres_off, pairs_off
from racing.lane import digest_of
from racing.page import figure, page, section
from racing.race import QUICK, race
from racing.records import put, read
from racing.result import goals, results
from racing.streets import lattice
from racing.task import Absent, Contender, Task, Unequal
from racing.work import OnDisk, keep

SHORT = replace(QUICK, rounds=1, least_run_s=0.0, longest_s=60.0)
MADE_UP = ("nearest", "searches", "pairs", "pairs_large", "pairs_lattice", "cold")


@pytest.fixture(scope="module")
def raced(tmp_path_factory):
    return race("raced_tasks", replace(SHORT, longest_s=2.0), tmp_path_factory.mktemp("race"))


def of(record, name):
    return next(kept for kept in record["contenders"] if kept["name"] == name)


@pytest.mark.parametrize("name", ["one more", "no way", "no number"])
def test_another_answer_is_told_and_its_seconds_are_not(raced, name):
    kept = of(raced, name)
    assert kept["unequal"]
    assert kept["run_s"] == []
    assert kept["peak_mb"] is None
    lines = [line for line in section(raced).splitlines() if line.startswith("|")]
    row = next(line for line in lines if line.startswith(f"| {name} "))
    assert "not our answer" in row
    assert row.count("|") == lines[0].count("|")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("dies", "its process died"),
        ("never ends", "stopped after 2 s"),
        ("not here", "ModuleNotFoundError: No module named 'a_package_that_nobody_has'"),
        ("too large", "left out: it needs about 1e+06 GB of memory"),
    ],
)
def test_who_cannot_run_is_told_and_the_race_goes_on(raced, name, why):
    kept = of(raced, name)
    assert kept["failed"].startswith(why)
    assert not kept["unequal"]
    assert kept["run_s"] == []


def test_equal_answers_have_seconds_and_memory(raced):
    for name in ("ours", "alike", "one more, allowed"):
        kept = of(raced, name)
        assert kept["failed"] == ""
        assert len(kept["run_s"]) == len(kept["prepare_s"]) == SHORT.rounds
        assert 10 < kept["peak_mb"] < 1000
    assert (of(raced, "alike")["off"], of(raced, "one more, allowed")["off"]) == (0.0, 1.0)


def test_a_share_of_the_work_is_checked_and_its_seconds_multiplied(raced):
    half = of(raced, "half")
    assert half["failed"] == ""
    assert half["share"] == 2
    assert ", 1/2 |" in section(raced)


def test_who_takes_no_part_in_a_small_race_is_not_in_it(raced):
    assert all(kept["name"] != "not in quick" for kept in raced["contenders"])


def test_goals_are_told_as_reached_or_not(raced):
    ours, alike = goals(raced)
    assert (ours.met, alike.met) == (True, False)
    told = [line for line in section(raced).splitlines() if line.startswith("- Goal")]
    assert [line.rsplit(", ", 1)[1] for line in told] == ["**reached**.", "**not reached**."]


def test_a_goal_without_a_figure_is_not_reached(raced):
    failed = {**of(raced, "dies"), "goals": [["times_run", 2]]}
    (goal,) = goals({**raced, "contenders": [{**of(raced, "ours"), "goals": []}, failed]})
    assert not goal.met
    assert "no figure in this run" in section({**raced, "contenders": [of(raced, "ours"), failed]})


def test_ours_must_have_the_same_answer_in_every_turn(tmp_path):
    record = race("raced_against_itself", SHORT, tmp_path)
    ours, alike = record["contenders"]
    assert ours["failed"] == "not our answer: it differs from turn to turn"
    assert ours["unequal"]
    assert ours["run_s"] == []
    assert all(np.isnan(result.times_run) for result in results(record))
    assert alike["unequal"]


def test_a_share_of_what_is_no_sum_is_refused():
    halved = Contender("half", "numpy", lambda _: None, lambda _, asked: asked, share=2)
    with pytest.raises(ValueError, match="is no sum"):
        Task("A whole", "", lambda _: {}, (halved,), metres_off)


@pytest.mark.parametrize("name", MADE_UP)
def test_each_task_of_made_up_streets_runs(name, tmp_path):
    record = race(f"benchmarks.{name}", replace(SHORT, rounds=0, against=("networkx", "scipy")), tmp_path)
    kept = record["contenders"]
    assert {one["name"].split()[0] for one in kept} == {"circle15", "scipy", "networkx"}
    assert [one["failed"] for one in kept] == [""] * len(kept)
    assert all(one["run_s"] for one in kept)
    json.dumps(record)


def test_areas_of_reach_race_against_cutting_and_uniting(tmp_path):
    record = race("benchmarks.isochrones", replace(SHORT, rounds=0, against=("shapely",)), tmp_path)
    assert [one["failed"] for one in record["contenders"]] == ["", ""]
    assert 0 < record["contenders"][1]["off"] < 0.015


def test_a_saved_network_races(tmp_path):
    pytest.importorskip("circle15.inputs.streets.saved")
    record = race("benchmarks.saved", replace(SHORT, rounds=0, against=("scipy",)), tmp_path)
    assert [one["failed"] for one in record["contenders"]] == ["", ""]


def test_where_ours_cannot_run_nobody_is_raced(tmp_path, elsewhere, monkeypatch):
    record = race("raced_without_ours", SHORT, tmp_path / "race")
    assert [kept["failed"] for kept in record["contenders"]] == ["its process died", "not raced"]
    monkeypatch.setattr("racing.race.race", lambda *_: record)
    assert not bench.run(["nearest"], SHORT)
    assert list(elsewhere.iterdir()) == []


def pairs(*rows):
    facility, origin, metres = zip(*rows, strict=True)
    return {"facility": np.array(facility), "origin": np.array(origin), "metres": np.array(metres)}


def test_pairs_in_any_order_are_equal_and_those_at_the_very_limit_may_lack():
    ours = pairs((0, 1, 50.0), (0, 2, 100.0), (1, 1, 7.0))
    assert pairs_off(100.0)(ours, pairs((1, 1, 7.25), (0, 1, 50.0)), 0.5) == 0.25


@pytest.mark.parametrize(
    "theirs",
    [
        [(0, 1, 50.0)],
        [(0, 1, 50.0), (1, 1, 7.0), (1, 2, 60.0)],
        [(0, 1, 50.0), (1, 1, 8.0)],
        [(0, 1, 50.0), (1, 1, np.nan)],
        [(0, 1, 50.0), (1, 1, 7.0), (1, 1, 7.0)],
    ],
    ids=["one lacks", "one too many", "another way", "no number", "twice"],
)
def test_other_pairs_are_refused(theirs):
    with pytest.raises(Unequal):
        pairs_off(100.0)(pairs((0, 1, 50.0), (1, 1, 7.0)), pairs(*theirs), 0.5)


def boxes(*rows):
    return areas.packed([(facility, limit_m, shapely.box(0, 0, side, 1)) for facility, limit_m, side in rows])


def test_areas_are_held_against_each_other_by_facility_and_limit():
    ours = boxes((0, 5.0, 1), (0, 10.0, 2), (1, 5.0, 4))
    assert areas.overlap_off(ours, boxes((1, 5.0, 4), (0, 10.0, 2), (0, 5.0, 1)), 0.0) == 0.0
    assert areas.overlap_off(ours, boxes((0, 5.0, 1), (0, 10.0, 2), (1, 5.0, 1)), 0.5) == pytest.approx(0.25)
    assert areas.tell(ours) == "3 areas, 0 km²"


def test_the_areas_of_a_share_are_those_of_its_facilities_numbered_anew():
    every_second = areas.part_of_answer(boxes((2, 5.0, 3), (1, 5.0, 2), (0, 5.0, 1)), 2)
    assert areas.overlap_off(every_second, boxes((0, 5.0, 1), (1, 5.0, 3)), 0.0) == 0.0


@pytest.mark.parametrize(
    "theirs",
    [
        boxes((0, 5.0, 1)),
        boxes((0, 5.0, 2), (1, 5.0, 2)),
        areas.packed(
            [(0, 5.0, shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), (1, 5.0, shapely.box(0, 0, 2, 1))],
        ),
    ],
    ids=["one lacks", "larger", "not valid"],
)
def test_other_areas_are_refused(theirs):
    with pytest.raises(Unequal):
        areas.overlap_off(boxes((0, 5.0, 1), (1, 5.0, 2)), theirs, 0.1)


def test_a_street_is_cut_where_the_metres_run_out():
    line = np.array([[0.0, 0.0], [100.0, 0.0]])
    work = {"xy": line, "from_node": np.array([0]), "to_node": np.array([1]), "metres": np.array([200.0])}
    graph = areas.graph_of_lines({**work, "line_start": np.array([0, 2]), "line_xy": line, "epsg": 4549})
    area = areas.cut_and_buffered(graph, 1, 50.0, 5.0)  # 200 m of walking on 100 m of line: a quarter of it
    assert area.bounds == pytest.approx((70.0, -5.0, 105.0, 5.0))
    assert areas.cut_and_buffered(graph, 0, 300.0, 5.0).bounds == pytest.approx((-5.0, -5.0, 105.0, 5.0))


def test_work_is_read_from_its_folder_as_it_was(tmp_path):
    keep({"numbers": np.arange(3), "none": np.zeros((0, 2)), "epsg": 4549, "what": "三"}, tmp_path / "work")
    work = OnDisk(tmp_path / "work")
    assert set(work) == {"numbers", "none", "epsg", "what"}
    assert work["numbers"].tolist() == [0, 1, 2]
    assert work["none"].shape == (0, 2)
    assert (work["epsg"], work["what"]) == (4549, "三")
    with pytest.raises(KeyError):
        work["nothing"]


def test_answers_have_the_same_digest_only_where_they_are_the_same():
    one = {"metres": np.arange(4.0), "pairs": np.array(4)}
    assert digest_of(one) == digest_of({name: one[name] for name in reversed(one)})
    others = [{**one, "pairs": np.array(5)}, {**one, "metres": np.arange(4)}, {**one, "metres": np.zeros((2, 2))}]
    assert len({digest_of(other) for other in [one, *others, {"metres": np.zeros(0)}]}) == 5


def test_records_stand_beside_each_other_and_the_newer_one_of_a_task_is_kept(tmp_path):
    path = tmp_path / "benchmarks.json"
    put(path, "one", {"run_s": [1.23456789]})
    put(path, "other", {"run_s": []})
    assert put(path, "one", {"run_s": [2.0]}) == read(path) == {"one": {"run_s": [2.0]}, "other": {"run_s": []}}
    assert list(tmp_path.iterdir()) == [path]


def test_the_page_holds_every_record_and_the_picture(raced):
    text = page({"one": raced, "other": {**raced, "title": "Thrice"}}, "images/benchmarks.svg")
    assert text.count("\n## ") == 3
    assert "](images/benchmarks.svg)" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0123, "0.0123"), (1.5, "1.50"), (99.96, "100.0"), (12345.6, "12,346"), (0.0, "0"), (float("nan"), "")],
)
def test_figures_have_three_digits_that_count(value, text):
    assert figure(value) == text


def test_the_lattice_is_the_same_every_time_and_mostly_one_part():
    one, other = lattice(40), lattice(40)
    assert all(np.array_equal(one[name], other[name]) for name in one if isinstance(one[name], np.ndarray))
    from racing import ours

    island = ours.network(one).node_island
    assert (island == 0).mean() > 0.98


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(bench, "RECORDS", tmp_path / "docs" / "benchmarks.json")
    monkeypatch.setattr(bench, "PAGE", tmp_path / "docs" / "benchmarks.md")
    monkeypatch.setattr(bench, "PICTURE", tmp_path / "docs" / "benchmarks.svg")
    return tmp_path / "docs"


@pytest.mark.usefixtures("elsewhere")
def test_a_record_is_kept_and_the_page_drawn_and_another_answer_ends_with_no(raced, monkeypatch):
    pytest.importorskip("matplotlib")
    fine = {**raced, "contenders": [of(raced, "ours"), of(raced, "alike")]}
    told = {"benchmarks.nearest": fine, "benchmarks.pairs": raced}
    monkeypatch.setattr("racing.race.race", lambda module, *_: told[module])
    assert bench.run(["nearest"], replace(SHORT, quick=False))
    assert not bench.run(["pairs"], replace(SHORT, quick=False))
    assert set(read(bench.RECORDS)) == {"nearest", "pairs"}
    monkeypatch.setattr("sys.argv", ["bench.py", "nearest", "pairs", "--missing"])
    monkeypatch.setattr(bench, "compile_once", lambda: None)
    monkeypatch.delitem(told, "benchmarks.nearest")
    assert bench.main() == 0  # nothing is missing, so nothing is raced
    text = bench.PAGE.read_text(encoding="utf-8")
    assert text.count("## Twice") == 2
    first = bench.PICTURE.read_bytes()
    bench.write_page()
    assert bench.PICTURE.read_bytes() == first
    assert first.startswith(b"<?xml")


@pytest.mark.parametrize("pace", [SHORT, replace(SHORT, quick=False, against=("scipy",))], ids=["quick", "against"])
def test_a_small_race_or_one_against_some_writes_nothing(raced, elsewhere, monkeypatch, pace):
    monkeypatch.setattr("racing.race.race", lambda *_: raced)
    bench.run(["nearest"], pace)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.usefixtures("elsewhere")
def test_a_task_whose_data_are_not_here_is_left_out(monkeypatch, capsys):
    def absent(*_):
        raise Absent("no city")

    monkeypatch.setattr("racing.race.race", absent)
    assert bench.run(["nearest"], SHORT)
    assert "left out: no city" in capsys.readouterr().out


@pytest.mark.usefixtures("elsewhere")
def test_a_page_without_records_is_drawn():
    pytest.importorskip("matplotlib")
    bench.write_page()
    assert bench.PICTURE.is_file()


def test_an_unknown_task_is_refused_with_the_names_there_are(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench.py", "nearst"])
    with pytest.raises(SystemExit):
        bench.main()
    assert "no such task: nearst; there are nearest, searches, pairs" in capsys.readouterr().err
