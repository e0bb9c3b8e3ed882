"""The test of fit of a list's declared datum."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from declared_lists import (
    DATUMS,
    METRIC,
    MIDDLE_M,
    TO_METRES,
    TOWNS,
    anywhere,
    beside,
    crooked_streets,
    mark,
    named_lists,
    named_town,
    outcomes,
    truth_of_streets,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from swapped_lists import check_swapped

from circle15.inputs.facilities.fit import fit_list, verdict
from circle15.inputs.facilities.fit_buildings import building_classes
from circle15.inputs.facilities.fit_evidence import class_score, tilt_score
from circle15.inputs.facilities.fit_names import EDGES_M as NAME_EDGES_M
from circle15.inputs.facilities.fit_names import SHAPES as NAME_SHAPES
from circle15.inputs.facilities.fit_names import joined, name_classes, named_shapes
from circle15.inputs.facilities.fit_notes import fit_notes
from circle15.inputs.facilities.fit_pair_notes import pair_notes
from circle15.inputs.facilities.fit_pairs import ListedPlaces, common, lists_apart
from circle15.inputs.facilities.fit_places import named_units, place_classes
from circle15.inputs.facilities.fit_streets import EDGES_M, SHAPES, street_classes
from circle15.inputs.facilities.fit_trials import MOST_POINTS, make_trials
from circle15.inputs.facilities.fit_truth import named_land, read_truth
from circle15.inputs.files.datum import shifted_to, to_wgs84
from circle15.model.study import LandUseSource
from circle15.model.zones import Zones
from circle15.pipeline.reading.study_catalogue import study_catalogue
from circle15.pipeline.reading.study_inputs import read_inputs


class TestTrials:
    def test_the_first_three_are_the_datums(self):
        lon, lat = np.array([120.1, 120.2, 120.3]), np.array([30.1, 30.2, 30.3])
        trials = make_trials(lon, lat, TO_METRES)
        for number, datum in enumerate(DATUMS):
            there = np.column_stack(TO_METRES.transform(*to_wgs84(lon, lat, datum)))
            assert np.allclose(trials.xy[number], there[trials.points], rtol=0, atol=1e-6)

    def test_the_others_are_pushes_of_the_whole_list_apart_from_all_datums(self):
        trials = make_trials(np.linspace(120.0, 120.4, 30), np.linspace(30.4, 30.0, 30), TO_METRES)
        pushes = trials.xy[trials.pushed] - trials.xy[0]
        assert np.ptp(pushes, axis=1).max() < 1e-6
        datums = (trials.xy[:3] - trials.xy[0]).mean(axis=1)
        assert np.linalg.norm(pushes[:, None, 0] - datums[None], axis=2).min() > 250.0
        assert 600 < len(pushes) < 830

    def test_a_long_list_is_thinned_and_repeats_count_once(self):
        lon, lat = np.repeat(np.linspace(120.0, 120.4, 900), 2), np.full(1800, 30.2)
        points = make_trials(lon, lat, TO_METRES).points
        assert len(points) <= MOST_POINTS
        assert len(np.unique(lon[points])) == len(points)
        assert np.ptp(lon[points]) > 0.39

    def test_the_order_of_rows_leaves_no_trace(self):
        rng = np.random.default_rng(5)
        streets = crooked_streets(rng)
        lon, lat = (np.asarray(part) for part in beside(streets, rng, 40))
        truth, order = truth_of_streets(streets, square(["甲镇"])), rng.permutation(40)
        one, other = fit_list(lon, lat, [""] * 40, truth), fit_list(lon[order], lat[order], [""] * 40, truth)
        assert np.array_equal(one.total, other.total)
        assert np.array_equal(one.chance, other.chance)

    @pytest.mark.parametrize(
        ("lon", "lat"), [([-15.43, -15.42], [28.1, 28.12]), ([], []), ([9.5, 120.1], [47.1, 30.2])]
    )
    def test_where_gcj02_shifts_nothing_there_is_nothing_to_say(self, lon, lat):
        assert make_trials(np.array(lon, dtype=float), np.array(lat, dtype=float), TO_METRES) is None


class TestEvidence:
    def test_shapes_are_shares(self):
        assert np.allclose(SHAPES.sum(axis=1), 1.0)
        assert SHAPES.shape[1] == len(EDGES_M) - 1
        assert street_classes(np.array([1.99, 2.0, 499.0, 500.0, np.inf])).tolist() == [0, 1, 17, 18, 18]

    def test_a_score_by_hand(self):
        # Four pushed trials of one point: class 0 once, class 1 thrice; so a quarter lies in class 0 anyway.
        classes = np.array([[0], [0], [1], [1], [1]])
        score = class_score(classes, np.array([[1.0, 0.0]]), slice(1, None))
        assert score[0] == pytest.approx(np.log(0.2 + 0.8 / 0.25), abs=1e-5)
        assert score[2] == pytest.approx(np.log(0.8), abs=1e-5)

    def test_density_that_tells_nothing_scores_nothing(self):
        assert tilt_score(np.zeros((5, 3)), (0.5,), slice(1, None)).tolist() == [0.0] * 5
        assert np.allclose(tilt_score(np.full((5, 3), 7.0), (-0.5, 1.0), slice(1, None)), 0.0)

    def test_within_a_building_beside_it_and_far_off(self):
        trials = make_trials(np.array([120.1]), np.array([30.2]), TO_METRES)
        x, y = trials.xy[0, 0]
        for gap_m, expected in ((-5.0, 0), (3.0, 1), (30.0, 5), (90.0, 7)):
            wall = shapely.box(x + gap_m, y - 50.0, x + 100.0, y + 50.0)
            assert building_classes(trials, shapely.STRtree([wall]))[0, 0] == expected

    def test_units_named(self):
        zones = square(["上桥头村", "桥头村", "城"])
        found = named_units(["桥头镇上桥头村3号", "桥头村", "上桥头村与桥头村", "城", "", "桥头"], zones, "town")
        assert sorted(found) == [0, 1]
        trials = make_trials(np.array([120.1, 120.2]), np.array([30.2, 30.2]), TO_METRES)
        unit = shapely.Point(trials.xy[1, 1]).buffer(50.0)
        assert place_classes(trials, {1: unit})[:3, 0].tolist() == [1, 0, 1]


class TestNames:
    def test_streets_by_name_and_ways_of_several_names(self):
        lines = shapely.linestrings([[(0, 0), (9, 0)], [(9, 0), (9, 9)], [(0, 0), (0, 9)]])
        called = named_shapes(["文一路", "文一路; 学院路", "东"], lines)
        assert {name: shapely.length(shapes).tolist() for name, shapes in called.items()} == {
            "学院路": [9.0],
            "文一路": [9.0, 9.0],
        }

    def test_a_shape_that_is_none_has_no_name(self):
        assert named_shapes(["水湘人家"], np.array([None], dtype=object)) == {}

    def test_what_either_calls_by_a_name(self):
        one, other = ({"文一路": shapely.points([[x, 0.0]])} for x in (1.0, 2.0))
        both = joined(one, other | {"人民路": shapely.points([[3.0, 0.0]])})
        assert {name: shapely.get_x(shapes).tolist() for name, shapes in both.items()} == {
            "人民路": [3.0],
            "文一路": [1.0, 2.0],
        }

    def test_classes_of_metres_to_the_street_named(self):
        trials = make_trials(np.array([120.1, 120.2]), np.array([30.2, 30.2]), TO_METRES)
        (x, y), far = trials.xy[0, 1], trials.xy[0, 1] + (9000.0, 0.0)
        called = {
            "文一路": shapely.linestrings([[(x - 900, y + 40), (x + 900, y + 40)]]),
            "学院路": shapely.linestrings([[far, far + 1.0]]),
        }
        classes = name_classes(trials, ["无名", "学院路口文一路1号"], called)
        assert classes.shape == (len(trials.xy), 2)
        assert classes[0].tolist() == [len(NAME_EDGES_M), 2]
        assert name_classes(trials, ["", ""], called).size == 0

    def test_shapes_are_shares(self):
        assert np.allclose(NAME_SHAPES.sum(axis=1), 1.0)
        assert NAME_SHAPES.shape[1] == len(NAME_EDGES_M) + 1

    @pytest.mark.parametrize("kind", sorted(TOWNS))
    @settings(max_examples=2, deadline=None, derandomize=True)
    @given(seed=st.integers(0, 2**32 - 1))
    def test_addresses_tell_lists_in_towns_of_any_shape(self, kind, seed):
        rng = np.random.default_rng(seed)
        lines, truth = named_town(kind, rng)
        truth = replace(truth, zones=square(["甲镇"]))
        points, texts = named_lists(lines, rng, 40)
        datum = DATUMS[seed % 3]
        fit = fit_list(*shifted_to(*points, datum), texts, truth)
        assert Counter(mark(datum, declared, verdict(fit, declared)) for declared in DATUMS)["wrong"] == 0
        astray = fit_list(*shifted_to(*map(np.asarray, anywhere(rng, 40)), datum), texts, truth)
        assert verdict(astray, datum).outcome == "undecided"

    @pytest.mark.parametrize("kind", sorted(TOWNS))
    def test_half_of_the_rows_with_an_address_are_enough(self, kind):
        rng = np.random.default_rng(15)
        lines, truth = named_town(kind, rng)
        points, texts = named_lists(lines, rng, 40)
        fit = fit_list(*shifted_to(*points, "gcj02"), texts, replace(truth, zones=square(["甲镇"])))
        assert [mark("gcj02", declared, verdict(fit, declared)) for declared in DATUMS] == ["right"] * 3


class TestLand:
    def land(self, folder, columns):
        zones = square(["甲镇"])
        x, y = np.tile(MIDDLE_M, (3, 1)).T
        shapes = shapely.box(x, y, x + 90.0, y + 90.0)
        frame = gpd.GeoDataFrame({"fclass": ["residential"] * 3, **columns}, geometry=shapes, crs=METRIC)
        frame.to_file(folder / "用地.gpkg", layer="land")
        return named_land(LandUseSource(file="用地.gpkg"), folder, zones)

    def test_estates_by_name(self, tmp_path):
        assert {name: len(each) for name, each in self.land(tmp_path, {"name": ["水湘人家", None, "苑"]}).items()} == {
            "水湘人家": 1
        }

    def test_land_without_names_and_no_land(self, tmp_path):
        assert self.land(tmp_path, {}) == {}
        assert named_land(None, tmp_path, square(["甲镇"])) == {}


def square(names):
    """A square county in strips of towns."""
    x, y = MIDDLE_M
    whole = {"level": "county", "code": "1", "name": "县", "parent_code": "", "urban_rural": ""}
    towns = [{**whole, "level": "town", "code": name, "name": name, "parent_code": "1"} for name in names]
    sides = np.linspace(x - 12000.0, x + 12000.0, len(names) + 1)
    strips = [shapely.box(west, y - 12000.0, east, y + 12000.0) for west, east in pairwise(sides)]
    area = shapely.box(sides[0], y - 12000.0, sides[-1], y + 12000.0)
    return Zones(gpd.GeoDataFrame([whole, *towns], geometry=[area, *strips], crs=METRIC))


class TestVerdict:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_a_list_beside_streets_is_told_on_every_datum(self, seed):
        rng = np.random.default_rng(seed)
        streets = crooked_streets(rng)
        truth = truth_of_streets(streets, square(["甲镇"]))
        marks = Counter(mark(*each) for each in outcomes(beside(streets, rng, 80), truth))
        assert marks == {"right": 9}

    def test_points_that_have_nothing_to_do_with_streets_are_left_undecided(self):
        rng = np.random.default_rng(11)
        truth = truth_of_streets(crooked_streets(rng), square(["甲镇"]))
        marks = Counter(mark(*each) for _ in range(3) for each in outcomes(anywhere(rng, 60), truth, datums=DATUMS))
        assert marks["wrong"] <= 1
        assert marks["undecided"] >= 24

    def test_few_points_are_left_undecided(self):
        rng = np.random.default_rng(3)
        streets = crooked_streets(rng)
        truth = truth_of_streets(streets, square(["甲镇"]))
        marks = Counter(mark(*each) for each in outcomes(beside(streets, rng, 9), truth))
        assert marks == {"undecided": 9}

    def test_one_place_many_times_is_one_place(self):
        rng = np.random.default_rng(3)
        streets = crooked_streets(rng)
        lon, lat = (np.repeat(part, 100) for part in beside(streets, rng, 5))
        fit = fit_list(lon, lat, [""] * 500, truth_of_streets(streets, square(["甲镇"])))
        assert fit.places == 5
        assert verdict(fit, "wgs84").outcome == "undecided"


@pytest.fixture(scope="module")
def county(county_home):
    study = county_home / "data" / "raw" / "shili" / "study.toml"
    return study, read_inputs(study, lambda *_: None)


def judged(county, declared):
    """What the notes say where every list that is on GCJ-02 declares ``declared``."""
    study, inputs = county
    truth = read_truth(inputs.network, inputs.zones, inputs.population, inputs.study.population, study.parent)
    catalogue = study_catalogue(inputs.study, study.parent)
    sources = [source.model_copy(update={"datum": declared}) for source in inputs.study.facilities]
    return fit_notes(sources, catalogue.services, moved(inputs, declared), inputs.facilities, truth)


def moved(inputs, declared):
    """The account as it would be had the lists been read as ``declared``."""
    true = {source.service: source.datum for source in inputs.study.facilities}
    rows = []
    for row in inputs.ledger.rows:
        said = shifted_to(np.array([row.lon]), np.array([row.lat]), true.get(row.kind, "wgs84"))
        lon, lat = to_wgs84(*said, declared)
        rows.append(replace(row, lon=float(lon[0]), lat=float(lat[0])))
    return replace(inputs.ledger, rows=tuple(rows))


class TestCounty:
    def test_its_lists_fit_what_they_declare(self, county):
        notes = [note for note in county[1].notes if note.key.startswith("fit.")]
        assert [note.key for note in notes] == ["fit.as_declared"] * len(county[1].study.facilities)
        assert all(note.at.file == note.facts["file"] for note in notes)

    @pytest.mark.parametrize("declared", ["wgs84", "gcj02", "bd09"])
    def test_a_wrong_declaration_is_seen_and_the_right_one_is_not(self, county, declared):
        true = {source.file: source.datum for source in county[1].study.facilities}
        for note in judged(county, declared):
            told = {"cgcs2000": "wgs84"}.get(true[note.facts["file"]], true[note.facts["file"]])
            assert note.key == ("fit.as_declared" if told == declared else "fit.looks_like")
            assert note.facts.get("datum", declared) == told
            assert note.facts["file"] in note.sentence("zh")
            assert declared in note.sentence("en")
            assert told == declared or "datum" in note.mend("zh")


def test_swapped_lists_and_rows_are_caught():
    for seed in range(30):
        check_swapped(seed, lists=3)


def listed(file, declared, wgs84, names, addresses=None):
    """Places that truly lie at ``wgs84``, in a file whose degrees are read as ``declared``."""
    lon, lat = (np.asarray(axis, dtype=float) for axis in wgs84)
    return ListedPlaces(file, declared, lon, lat, names, addresses or [""] * len(names))


def some_places(count, seed=4):
    return tuple(np.array(axis) for axis in anywhere(np.random.default_rng(seed), count))


def misread(wgs84, true, declared):
    """Where places lie if degrees on one datum are read as another."""
    return to_wgs84(*shifted_to(*wgs84, true), declared)


class TestPairs:
    names = tuple(f"第{number}小学" for number in range(12))

    @pytest.mark.parametrize(
        ("true", "declared"),
        [(true, declared) for true in DATUMS for declared in DATUMS if true != declared],
    )
    def test_a_list_read_on_the_wrong_datum_is_told_with_the_change_that_mends_it(self, true, declared):
        places = some_places(12)
        wrong = listed("a.csv", declared, misread(places, true, declared), self.names)
        (apart,) = lists_apart([wrong, listed("b.csv", "cgcs2000", places, self.names)], TO_METRES)
        assert (apart.pairs, apart.sharing) == (12, 12)
        assert apart.metres > 200.0
        assert [(each.file, each.datum, round(each.metres)) for each in apart.changes if each.file == "a.csv"] == [
            ("a.csv", true, 0)
        ]

    def test_lists_that_agree_to_the_width_of_a_site_are_not_told(self):
        places = some_places(12)
        near = (places[0] + 0.0005, places[1])
        assert lists_apart([listed("a.csv", "wgs84", places, self.names), listed("b.csv", "gcj02", near, self.names)],
                           TO_METRES) == ()  # fmt: skip

    def test_namesakes_that_share_no_shift_are_not_told(self):
        one, other = some_places(12, 4), some_places(12, 5)
        assert lists_apart([listed("a", "wgs84", one, self.names), listed("b", "wgs84", other, self.names)],
                           TO_METRES) == ()  # fmt: skip

    def test_four_pairs_are_too_few(self):
        places = some_places(4)
        lists = [listed("a", "wgs84", misread(places, "gcj02", "wgs84"), self.names[:4])]
        assert lists_apart([*lists, listed("b", "wgs84", places, self.names[:4])], TO_METRES) == ()

    def test_some_namesakes_elsewhere_do_not_hide_the_shift(self):
        places = some_places(12)
        lon, lat = misread(places, "gcj02", "wgs84")
        lon[:4] += 0.3
        (apart,) = lists_apart([listed("a", "wgs84", (lon, lat), self.names), listed("b", "wgs84", places, self.names)],
                               TO_METRES)  # fmt: skip
        assert (apart.pairs, apart.sharing) == (8, 8)
        assert {(each.file, each.datum) for each in apart.changes} >= {("a", "gcj02")}

    def test_a_shift_that_no_datum_explains(self):
        places = some_places(12)
        moved = (places[0] - 0.006, places[1] - 0.006)
        (apart,) = lists_apart([listed("a", "wgs84", moved, self.names), listed("b", "wgs84", places, self.names)],
                               TO_METRES)  # fmt: skip
        assert apart.changes == ()

    def test_same_facilities_by_name_else_by_address_and_each_row_once(self):
        one = listed("a", "wgs84", some_places(5), ["甲校", "乙 校", "丙校", "丙校", ""], ["", "", "", "", "东街１2号"])
        other = listed("b", "wgs84", some_places(4), ["乙校", "丙校", "丁校", "甲校"], ["", "", "东街 12号", "东街"])
        assert common(one, other).tolist() == [[0, 3], [1, 0], [4, 2]]
        assert common(listed("a", "wgs84", some_places(2), ["", ""]), other).shape == (0, 2)

    def test_what_is_said_and_what_to_do(self):
        places = some_places(12)
        lists = [
            listed("a.csv", "wgs84", misread(places, "gcj02", "wgs84"), self.names),
            listed("b.csv", "wgs84", places, self.names),
        ]
        (note,) = pair_notes(lists, TO_METRES)
        assert note.key == "fit.lists_apart"
        for lang in ("zh", "en"):
            said = note.sentence(lang)
            assert all(part in said for part in ("a.csv", "b.csv", "gcj02", "12"))
            assert "datum" in note.mend(lang)
        moved = listed("c.csv", "wgs84", (places[0] - 0.006, places[1] - 0.006), self.names)
        (note,) = pair_notes([lists[1], moved], TO_METRES)
        assert note.key == "fit.lists_apart_else"
        assert note.sentence("zh")

    def test_lists_of_one_file_count_together_and_never_against_each_other(self):
        places = some_places(12)
        wrong = misread(places, "gcj02", "wgs84")
        halves = [
            listed("a.csv", "wgs84", [axis[part] for axis in wrong], self.names[part])
            for part in (slice(0, 3), slice(3, 12))
        ]
        right = listed("b.csv", "wgs84", places, self.names)
        assert [note.facts["pairs"] for note in pair_notes([*halves, right], TO_METRES)] == [12]
        assert pair_notes([listed("a.csv", "wgs84", wrong, self.names), replace(right, file="a.csv")], TO_METRES) == ()
