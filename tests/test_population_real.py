"""People of two real places, from buildings to the last official person."""

from pathlib import Path

import pytest

from circle15.catalogue.loader import load_catalogue
from circle15.inputs.population.read import read_population
from circle15.inputs.zones.crosswalk import read_crosswalk
from circle15.inputs.zones.read import read_zones
from circle15.model.study import Crosswalk, LandUseSource, PopulationSource, TotalsSource, ZoneSource

HANGZHOU = Path(__file__).resolve().parent / "real" / "hangzhou"


def test_hangzhou_meets_the_census_of_2020_in_the_districts_of_today(field_data):
    districts = ZoneSource(file="hangzhou/districts.gpkg", level="county", name="名称", code="行政区划代码")
    zones, _, _ = read_zones([districts], field_data, None, "杭州", "hangzhou")
    source = PopulationSource(
        buildings="hangzhou/buildings.gpkg",
        floors="floors",
        landuse=LandUseSource(file="hangzhou/landuse.gpkg"),
        totals=TotalsSource(file="zhejiang_census_2020.csv", level="county"),
    )
    crosswalk, rows, _ = read_crosswalk(Crosswalk(file="crosswalk.csv"), HANGZHOU)
    assert rows.counts() == {"used": 2, "fixed": 0, "excluded": 0}
    grid, _, notes = read_population(source, field_data, zones, 100, load_catalogue().groups, crosswalk)
    everyone = grid.persons.groupby(grid.cells["county_code"]).sum()
    census = {"330102": 1_845_444, "330105": 1_120_985, "330106": 1_112_992, "330108": 503_859}
    assert everyone["all"].to_dict() == pytest.approx(census, rel=1e-9)
    under_3 = 503_859 * (0.0085 + 0.047 * 2 / 4)
    assert everyone.loc["330108", "0_2"] == pytest.approx(under_3, rel=1e-9)
    assert everyone.loc["330102", "65p"] == pytest.approx(357_657 * 0.1727 + 1_487_787 * 0.0728, rel=1e-9)
    told = {note.key: note for note in notes}
    assert "西湖区" in told["population.uncovered_residential"].facts["units"]
    assert "上城区" not in told["population.uncovered_residential"].facts["units"]
    assert all("{" not in note.sentence(lang) for note in notes for lang in ("zh", "en"))


def test_las_palmas_meets_its_total(field_data):
    boundary = ZoneSource(file="las_palmas/boundary.geojson", level="county", name="NAMEUNIT", code="NATCODE")
    zones, _, _ = read_zones([boundary], field_data, None, "Las Palmas", "las_palmas")
    source = PopulationSource(buildings="las_palmas/las_palmas.osm.pbf", total_persons=443_141)
    grid, _, notes = read_population(source, field_data, zones, 100, load_catalogue().groups)
    assert grid.persons["all"].sum() == pytest.approx(443_141, rel=1e-9)
    assert grid.persons.columns.tolist() == ["all"]
    told = {note.key: note.facts for note in notes}
    assert told["population.floors_unknown"]["count"] < told["population.floors_unknown"]["of"] < 22_651
