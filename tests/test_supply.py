import pytest
from small_study import write_small_study

from circle15.catalogue.entries import QualityTarget, Supply
from circle15.catalogue.exchange import catalogue_from_dict, catalogue_to_dict
from circle15.catalogue.loader import load_catalogue
from circle15.catalogue.own_supply import with_own_quality, with_own_supply
from circle15.catalogue.services_table import services_table
from circle15.errors import Circle15Error, ConfigurationError
from circle15.inputs.study_file import read_study
from circle15.pipeline.reading.study_catalogue import study_catalogue

CATALOGUE = load_catalogue()


def test_the_shipped_numbers_are_the_agreed_ones():
    numbers = {id_: service.supply for id_, service in CATALOGUE.services.items() if service.supply}
    each_child = Supply(1000, "group")
    assert numbers == {
        "childcare": Supply(4.5, "residents"),
        "kindergarten": each_child,
        "primary_school": each_child,
        "middle_school": each_child,
    }


@pytest.mark.parametrize("service", ["childcare", "kindergarten", "primary_school", "middle_school"])
def test_every_number_is_marked_as_not_checked_against_its_text(service):
    assert "supply" in CATALOGUE.services[service].unchecked_values()
    row = next(row for row in services_table(CATALOGUE, "zh").rows if row[0] == service)
    assert "供给数值" in row[-1]
    assert "未核对原文" in row[-1]


def test_the_number_stands_beside_the_words_of_the_texts():
    rows = {row[0]: row[7] for row in services_table(CATALOGUE, "zh").rows}
    assert rows["kindergarten"] == (
        "每5000人口1所9—12班幼儿园（湖州）；计算采用：每千名服务对象1000个学位，其中应有85%为“普惠”"
    )
    assert rows["primary_school"] == "每千名服务对象1000个学位"
    assert rows["childcare"].endswith("计算采用：每千常住人口4.5个托位，其中应有60%为“普惠”")
    assert rows["clinic"] == "—"


def test_a_studys_own_number_is_its_own_choice():
    own = with_own_supply(CATALOGUE, {"childcare": 250.0})
    service = own.services["childcare"]
    assert service.supply == Supply(250.0, "group")
    assert [source.document for source in service.sources if "supply" in source.about] == ["study.toml"]
    assert set(service.stated_values()) == {value for source in service.sources for value in source.about}
    assert CATALOGUE.services["childcare"].supply == Supply(4.5, "residents")
    assert catalogue_from_dict(catalogue_to_dict(own)) == own


def test_a_number_for_a_service_whose_lists_count_nothing_is_refused():
    with pytest.raises(ConfigurationError) as fault:
        with_own_supply(CATALOGUE, {"clinic": 2.0})
    assert "不计容量" in str(fault.value)
    assert "standards.clinic" in str(fault.value)


@pytest.mark.parametrize("number", ["0", "-4", "2000000", "'四十'"], ids=["none", "negative", "too-many", "text"])
def test_a_number_that_is_none_is_refused(tmp_path, number):
    study = write_small_study(tmp_path)
    with study.open("a", encoding="utf-8") as file:
        file.write(f"\n[standards.canteen]\nsupply_per_1000_group = {number}\n")
    with pytest.raises(Circle15Error) as fault:
        read_study(study)
    assert "supply_per_1000_group" in str(fault.value)


def test_a_study_gives_its_number_beside_its_reach(tmp_path):
    study = write_small_study(tmp_path)
    with study.open("a", encoding="utf-8") as file:
        file.write("\n[standards.canteen]\nsupply_per_1000_group = 40\n[standards.canteen.urban]\nminutes = 10\n")
    canteen = study_catalogue(read_study(study), tmp_path).services["canteen"]
    assert canteen.supply == Supply(40.0, "group")
    assert canteen.urban.minutes == 10


def test_the_shipped_shares_of_flagged_places_are_the_agreed_ones():
    targets = {id_: service.quality for id_, service in CATALOGUE.services.items() if service.quality}
    assert targets == {
        "childcare": QualityTarget("普惠", 0.6),
        "kindergarten": QualityTarget("普惠", 0.85),
        "shelter": QualityTarget("规范化", 1.0),
    }
    assert "quality" in CATALOGUE.services["childcare"].unchecked_values()
    assert "quality" not in CATALOGUE.services["shelter"].unchecked_values()


def test_a_studys_own_share_is_its_own_choice():
    own = with_own_quality(CATALOGUE, {"kindergarten": QualityTarget("公办", 0.7), "absent": QualityTarget("甲", 0.5)})
    service = own.services["kindergarten"]
    assert service.quality == QualityTarget("公办", 0.7)
    assert [source.document for source in service.sources if "quality" in source.about] == ["study.toml"]
    assert catalogue_from_dict(catalogue_to_dict(own)) == own


def test_a_flag_that_is_none_of_the_services_is_refused_with_those_there_are(tmp_path):
    study = write_small_study(tmp_path)
    with study.open("a", encoding="utf-8") as file:
        file.write('\n[standards.childcare]\nquality = { flag = "示范", share = 0.5 }\n')
    with pytest.raises(ConfigurationError) as fault:
        study_catalogue(read_study(study), tmp_path)
    assert "示范" in str(fault.value)
    assert "普惠" in str(fault.value)


@pytest.mark.parametrize("share", ["0", "60", "'六成'"], ids=["none", "percent", "text"])
def test_a_share_that_is_none_is_refused(tmp_path, share):
    study = write_small_study(tmp_path)
    with study.open("a", encoding="utf-8") as file:
        file.write(f'\n[standards.childcare]\nquality = {{ flag = "普惠", share = {share} }}\n')
    with pytest.raises(Circle15Error) as fault:
        read_study(study)
    assert "share" in str(fault.value)
