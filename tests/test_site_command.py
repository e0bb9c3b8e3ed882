"""From a study's files to new sites: candidates from the streets, the command, and the run after they are built."""

import re
from dataclasses import replace

import numpy as np
import pytest
from lattice_towns import streets
from siting_problems import village_problem
from small_study import write_small_study

from circle15.access.joins import join_to_edges
from circle15.access.nearest import nearest_facility
from circle15.cli.main import main
from circle15.errors import ConfigurationError, UsageError
from circle15.pipeline.siting import ways as siting_ways
from circle15.pipeline.siting.asked import Asked
from circle15.pipeline.siting.sited_study import site_study
from circle15.pipeline.siting.usable import require_usable
from circle15.siting.street_candidates import street_candidates


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work") / "data" / "raw" / "xiao"
    folder.mkdir(parents=True)
    write_small_study(folder)
    return folder


@pytest.fixture(scope="module")
def sited(study):
    return site_study(study, Asked("clinic", 1, every_m=100))


@pytest.fixture
def cross():
    """Four streets of 250 m that meet at (150, 150), and a lane of two nodes far to the east."""
    xy = np.array([[150.0, 150.0], [150.0, 400.0], [400.0, 150.0], [150.0, -100.0], [-100.0, 150.0]])
    lane = np.array([[910.0, 150.0], [990.0, 150.0]])
    ends = np.array([[0, 1], [0, 2], [0, 3], [0, 4], [5, 6]])
    return streets(np.concatenate([xy, lane]), ends)


def test_a_square_has_its_junction_or_else_the_node_nearest_its_middle(cross):
    found = street_candidates(cross, 300)
    at = {id_: (row["x_m"], row["y_m"]) for id_, row in found.iterrows()}
    assert at["300mN00000E00000"] == (150.0, 150.0)
    assert at["300mN00000E00003"] == (990.0, 150.0)
    assert len(found) == 6
    assert found.index.is_monotonic_increasing


def test_streets_that_may_not_be_joined_give_no_candidates(cross):
    joinable = np.array([True, True, True, True, False])
    assert "300mN00000E00003" not in street_candidates(cross, 300, joinable).index


def test_candidates_are_called_by_the_streets_that_meet(cross):
    named = replace(cross, way_names={int(cross.way_id[0]): "人民路;G329", int(cross.way_id[1]): "建设路"})
    assert street_candidates(named, 300).loc["300mN00000E00000", "name"] == "人民路 / 建设路"


def test_the_value_is_what_a_search_from_all_sites_finds(sited):
    plan, inputs = sited.plan, sited.inputs
    problem = plan.problem
    service = inputs.catalogue.services["clinic"]
    parts = siting_ways.own_parts(inputs.catalogue, service, np.full(len(problem.cells), "urban", dtype=object))
    assert [part.mode for part in parts] == ["walk"]
    streets_ = siting_ways.joined_ways(inputs, inputs.networks, [part.way for part in parts])[parts[0].way]
    own, _ = siting_ways.entrances_of(inputs.facilities, "clinic")
    new = problem.candidates.loc[list(plan.new), ["x_m", "y_m"]].to_numpy()
    for joins, value in (
        (streets_.entrances.take(own), plan.before),
        (doors_with(inputs, streets_, own, new), plan.value),
    ):
        metres = nearest_facility(streets_.network, streets_.cells, joins, np.arange(len(joins), dtype=np.int32)).metres
        assert problem.cells["persons"].to_numpy()[metres <= problem.cells["limit_m"].to_numpy()].sum() == value


def doors_with(inputs, joined, own, new):
    """Entrances of the existing sites and of the new ones, joined together."""
    xy = np.concatenate([inputs.facilities.entrances[["x", "y"]].to_numpy()[own], new])
    max_leg_m, network = inputs.study.network.max_leg_m, joined.network
    return join_to_edges(network, xy, max_leg_m, 1.0, siting_ways.joinable_edges(network))


@pytest.mark.parametrize(
    ("lang", "more"),
    [
        ("zh", ["--sites", "1"]),
        ("zh", ["--sites", "1", "--capacity", "20"]),
        ("en", ["--sites", "1", "--objective", "distance"]),
        ("en", ["--sites", "9", "--objective", "everyone"]),
    ],
    ids=["people", "places", "distance", "everyone"],
)
def test_the_command_tells_the_plan(study, capsys, lang, more):
    assert main(["--lang", lang, "site", str(study), "--service", "clinic", "--every", "100", *more]) == 0
    told = capsys.readouterr().out
    assert ("已证明" if lang == "zh" else "Proven") in told
    assert re.search(r"求解用时 \d+\.\d 秒。" if lang == "zh" else r"Solved in \d+\.\d s\.", told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--service", "cinema", "--sites", "1"], "cinema"),
        (["--service", "clinic", "--sites", "9999"], "9999"),
        (["--service", "clinic", "--sites", "1", "--objective", "places"], "--capacity"),
        (["--service", "clinic", "--sites", "1", "--objective", "people", "--capacity", "5"], "--capacity"),
        (["--service", "clinic", "--sites", "一"], "--sites 应为 0 到 10000 之间的整数"),
        (["--service", "clinic", "--sites", "1", "--budget", "-5"], "--budget 应为不小于 0 的数"),
        (["--service", "clinic", "--sites", "1", "--budget", "nan"], "--budget 应为不小于 0 的数"),
        (["--service", "clinic", "--sites", "1", "--apart", "inf"], "--apart 应为 0 到 50000 之间的数"),
        (["--service", "clinic", "--sites", "1", "--objective", "best"], "people"),
        (["--service", "clinic"], "--sites"),
        (
            ["--service", "clinic", "--sites", "1", "--budget", "90", "--cost", "300.5"],
            "造价 300.5 万元，超过预算 90 万元",
        ),
    ],
    ids=[
        "service",
        "more",
        "no_capacity",
        "capacity_for_people",
        "no_number",
        "negative",
        "nan",
        "infinite",
        "no_objective",
        "no_sites",
        "too_dear",
    ],
)
def test_what_is_typed_wrongly_is_told(study, capsys, arguments, told):
    assert main(["site", str(study), *arguments]) != 0
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err


def test_an_unknown_service_is_a_fault_of_usage(study):
    with pytest.raises(UsageError):
        site_study(study, Asked("cinema", 1))


@pytest.mark.parametrize(("objective", "too_far_m"), [("people", 1001.0), ("index", 2001.0), ("distance", 3001.0)])
def test_candidates_that_nobody_reaches_are_no_answer(objective, too_far_m):
    """Existing sites are reached, the candidates are not: a wrong datum, and not a county that needs nothing."""
    own = village_problem()
    table = own.candidates.assign(forbidden=False)
    near = replace(own, candidates=table, objective=objective)
    require_usable(near)
    new = near.pairs["candidate"].isin(table.index[1:])
    far = replace(near, pairs=near.pairs.assign(metres=near.pairs["metres"].mask(new, too_far_m)))
    with pytest.raises(ConfigurationError) as fault:
        require_usable(far)
    assert (fault.value.key, fault.value.facts) == ("candidates.reach_nobody", {"count": 2})
