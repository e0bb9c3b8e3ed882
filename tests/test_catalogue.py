import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import circle15.catalogue
from circle15.catalogue.entries import Catalogue, Group, Label, Reach, Service, Source
from circle15.catalogue.exchange import catalogue_from_dict, catalogue_to_dict
from circle15.catalogue.loader import load_catalogue
from circle15.catalogue.narrow import narrow_catalogue
from circle15.catalogue.services_table import services_table
from circle15.catalogue.shape import Spot, read_entry
from circle15.catalogue.suggestions import closest
from circle15.errors import Circle15Error, ConfigurationError, Faults
from circle15.words import phrasebook

SHIPPED = Path(circle15.catalogue.__file__).parent
CATALOGUE = load_catalogue()
CORE = {
    "childcare", "kindergarten", "primary_school", "middle_school", "health_centre", "clinic", "canteen", "aid_station"
}  # fmt: skip

# id, name holds, domain, department, group, urban (min, m, mode), rural (min, m, mode): the agreed table of services.
TABLE = """
childcare|托育机构|幼有善育|卫健|0_2|15 1000 walk|15 - cycle
kindergarten|幼儿园|学有优教|教育|3_5|10 500 walk|15 - walk
primary_school|小学|学有优教|教育|6_11|10 500 walk|15 - cycle
middle_school|初中|学有优教|教育|12_14|15 1000 walk|15 - cycle
high_school|高中|学有优教|教育|15_17|15 - walk|15 - cycle
health_centre|社区卫生服务中心|病有良医|卫健|all|15 1000 walk|15 - drive
clinic|村卫生室|病有良医|卫健|all|10 500 walk|10 500 walk
canteen|老年食堂|老有康养|民政|60p|15 1000 walk|15 1000 walk
day_care|日间照料|老有康养|民政|65p|15 1000 walk|15 1000 walk
care_union|康养联合体|老有康养|民政|65p|30 - drive|30 - drive
aid_station|助联体服务站|弱有众扶|民政|low_income|15 1000 walk|15 1000 walk
aid_point|助联体服务点|弱有众扶|民政|low_income|15 1000 walk|15 1000 walk
disabled_home|残疾人之家|弱有众扶|残联|disabled|30 - drive|30 - drive
fitness|体育健身场地|病有良医|体育|all|10 1000 walk|10 1000 walk
culture|公共文化空间|公共文化|文化|all|15 1000 walk|15 1500 walk
ambulance|急救站|病有良医|卫健|all|9 - drive|12 - drive
shelter|避灾安置场所|弱有众扶|应急|all|15 - walk|15 - walk
aed|AED|病有良医|红十字|all|4 300 walk|4 300 walk
"""
ROWS = [row.split("|") for row in TABLE.strip().splitlines()]

POOL = """
label = { zh = "游泳馆", en = "Swimming pool" }
domain = "health"
department = "sports"
group = "all"
speed = "adult"
colour = "#123456"
urban = { minutes = 20 }

[[sources]]
fact = { zh = "20分钟", en = "20 minutes" }
document = "本区体育设施规划"
evidence = "A"
"""


def reach_of(text):
    minutes, metres, mode = text.split()
    return float(minutes), None if metres == "-" else float(metres), mode


def own_folder(tmp_path, **files):
    """A study's own catalogue folder; ``services__pool`` stands for ``services/pool.toml``."""
    folder = tmp_path / "catalogue"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        file = folder / (name.replace("__", "/") + ".toml")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def refusal(folder):
    with pytest.raises(Circle15Error) as caught:
        load_catalogue(folder)
    return caught.value


# What ships


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_service_of_the_agreed_table_ships_as_agreed(row):
    service_id, name, domain, department, group, urban, rural = row
    service = CATALOGUE.services[service_id]
    assert name in service.label.zh
    assert CATALOGUE.domains[service.domain].label.zh == domain
    assert CATALOGUE.departments[service.department].label.zh == department
    assert service.group == group
    assert (service.urban.minutes, service.urban.metres, service.urban.mode) == reach_of(urban)
    assert (service.rural.minutes, service.rural.metres, service.rural.mode) == reach_of(rural)


def test_no_service_ships_outside_the_agreed_table():
    assert set(CATALOGUE.services) == {row[0] for row in ROWS}


def test_the_five_layers_of_every_study_are_core():
    assert {service.id for service in CATALOGUE.services.values() if service.core} == CORE


def test_groups_have_the_agreed_ids_and_fall_back_on_everyone():
    ages = {group.id: (group.from_age, group.to_age) for group in CATALOGUE.groups.values()}
    assert ages == {
        "all": (None, None), "0_2": (0, 2), "3_5": (3, 5), "6_11": (6, 11), "12_14": (12, 14), "15_17": (15, 17),
        "60p": (60, None), "65p": (65, None), "80p": (80, None), "low_income": (None, None), "disabled": (None, None),
        "newcomers": (None, None),
    }  # fmt: skip
    assert {group.id: group.fallback for group in CATALOGUE.groups.values()} == dict.fromkeys(ages, "all") | {
        "all": None,
        "low_income": "disabled",  # the aid stations are for both
    }


def test_speeds_are_the_agreed_ones():
    speeds = {speed.id: (speed.m_s, speed.mode) for speed in CATALOGUE.speeds.values()}
    assert speeds == {
        "gb": (1.0, "walk"), "adult": (1.2, "walk"), "elder": (0.9, "walk"), "caregiver": (1.0, "walk"),
        "child": (1.0, "walk"), "cycle": (3.3, "cycle"), "drive": (10.0, "drive"),
    }  # fmt: skip


def test_the_seven_fields_and_culture_are_the_domains():
    names = [domain.label.zh for domain in CATALOGUE.domains.values()]
    assert names == ["幼有善育", "学有优教", "劳有所得", "住有宜居", "老有康养", "病有良医", "弱有众扶", "公共文化"]


def test_the_circles_that_documents_name_are_there():
    minutes = {c.label.zh: (c.from_minutes, c.to_minutes, len(c.sources)) for c in CATALOGUE.circles.values()}
    assert minutes["15分钟公共服务圈"] == (15, 15, 4)
    assert minutes["15分钟托育服务圈"] == (15, 15, 1)
    assert minutes["10分钟健身圈"] == (10, 10, 2)
    assert minutes["5—15分钟生活圈"] == (5, 15, 1)
    assert all(source.evidence == "A" for circle in CATALOGUE.circles.values() for source in circle.sources)


def test_services_are_ordered_by_domain_then_core_then_age():
    ids = list(CATALOGUE.services)
    assert ids[:5] == ["childcare", "kindergarten", "primary_school", "middle_school", "high_school"]
    assert ids[-1] == "culture"


@pytest.mark.parametrize("service", CATALOGUE.services.values(), ids=list(CATALOGUE.services))
def test_every_stated_value_names_its_source(service):
    sourced = {value for source in service.sources for value in source.about}
    assert sourced == set(service.stated_values())


def test_what_is_not_in_a_document_read_is_marked_in_the_table():
    for service, row in zip(CATALOGUE.services.values(), services_table(CATALOGUE, "zh").rows, strict=True):
        unchecked = any(source.evidence in "CD" for source in service.sources)
        assert ("未核对原文" in row[-1]) == unchecked
    english = {row[0]: row[-1] for row in services_table(CATALOGUE, "en").rows}
    assert english["ambulance"] == "A"
    assert english["high_school"] == "D; original not checked: urban standard, rural standard"


def test_a_value_with_one_unread_source_counts_as_unchecked():
    read, unread = (Source(Label("甲", "a"), "文件", grade, ("urban",)) for grade in ("A", "C"))
    service = replace(CATALOGUE.services["ambulance"], sources=(read, unread))
    assert service.unchecked_values() == ("urban", "rural")  # rural has no source left at all


def test_the_table_says_mode_and_deciding_measure():
    rows = {row[0]: row for row in services_table(CATALOGUE, "zh").rows}
    assert rows["childcare"][5:7] == ("步行15分钟", "骑行15分钟")
    assert rows["ambulance"][5:7] == ("驾车9分钟", "驾车12分钟")
    assert rows["culture"][6] == "步行1500米：1处必备场馆、2处公益性文化空间"
    assert len(services_table(CATALOGUE, "en").headers) == len(rows["culture"])


def test_metres_decide_only_where_the_text_speaks_of_metres():
    by_metres = {
        service.id
        for service in CATALOGUE.services.values()
        if "metres" in {service.urban.decides, service.rural.decides}
    }
    assert by_metres == {"culture"}


def test_the_speed_of_a_reach_follows_its_mode():
    childcare, centre = CATALOGUE.services["childcare"], CATALOGUE.services["health_centre"]
    assert CATALOGUE.speed_for(childcare, childcare.urban).id == "caregiver"
    assert CATALOGUE.speed_for(childcare, childcare.rural).id == "cycle"
    assert CATALOGUE.speed_for(centre, centre.rural).id == "drive"


# OpenStreetMap


@pytest.mark.parametrize(
    ("tags", "services"),
    [
        ({"amenity": "school"}, {"primary_school"}),
        ({"amenity": "school", "isced:level": "1"}, {"primary_school"}),
        ({"amenity": "school", "isced:level": "1;2"}, {"primary_school", "middle_school"}),
        ({"amenity": "school", "isced:level": "2"}, {"middle_school"}),
        ({"amenity": "school", "isced:level": "2;3"}, {"middle_school", "high_school"}),
        ({"amenity": "school", "school": "secondary"}, {"middle_school"}),
        ({"amenity": "kindergarten"}, {"kindergarten"}),
        ({"amenity": "doctors"}, {"clinic"}),
        ({"amenity": "social_facility", "social_facility:for": "senior"}, {"day_care"}),
        ({"amenity": "social_facility", "social_facility": "nursing_home", "social_facility:for": "senior"}, set()),
        ({"amenity": "restaurant"}, set()),
        ({}, set()),
    ],
)
def test_tags_make_an_object_these_services(tags, services):
    assert {service.id for service in CATALOGUE.services.values() if service.matches_osm(tags)} == services


# Colours


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(rgb):
    x, y, z = (
        sum(w * max(part, 0) for w, part in zip(row, rgb, strict=True)) / white
        for row, white in (
            ((0.4124, 0.3576, 0.1805), 0.9505),
            ((0.2126, 0.7152, 0.0722), 1.0),
            ((0.0193, 0.1192, 0.9505), 1.089),
        )
    )
    f = [v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


# Machado, Oliveira and Fernandes (2009), full deficiency, on linear RGB.
SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_core_colours_stay_apart_for_colour_blind_readers(sight):
    colours = [CATALOGUE.services[service_id].colour for service_id in sorted(CORE)]
    seen = [lab([sum(w * p for w, p in zip(row, linear(c), strict=True)) for row in SIGHTS[sight]]) for c in colours]
    gaps = [sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) ** 0.5 for i, p in enumerate(seen) for q in seen[:i]]
    assert min(gaps) > 10  # about 2 is just visible side by side


def test_no_two_services_share_a_colour():
    colours = [service.colour for service in CATALOGUE.services.values()]
    assert len(set(colours)) == len(colours)


# A study's own entries


def test_a_new_service_is_one_file_and_no_code(tmp_path):
    catalogue = load_catalogue(own_folder(tmp_path, services__pool=POOL))
    assert set(catalogue.services) - set(CATALOGUE.services) == {"pool"}
    assert catalogue.services["pool"].urban == Reach(minutes=20.0)
    assert catalogue.services["pool"].rural == Reach(minutes=20.0)
    row = next(row for row in services_table(catalogue, "zh").rows if row[0] == "pool")
    assert row == ("pool", "游泳馆", "病有良医", "体育", "全体居民", "步行20分钟", "步行20分钟", "—", "—", "A")
    assert narrow_catalogue(catalogue, ["pool"], {}, {}).services == {"pool": catalogue.services["pool"]}


def test_a_new_group_speed_and_domain_serve_a_new_service(tmp_path):
    folder = own_folder(
        tmp_path,
        groups='[students]\nlabel = { zh = "学生", en = "Students" }\nfallback = "all"\n',
        speeds='[slow]\nlabel = { zh = "慢行", en = "Slow" }\nmode = "walk"\nm_s = 0.6\nsources = []\n',
        domains='[play]\nlabel = { zh = "全民健身", en = "Sports" }\n',
        services__pool=POOL.replace('"all"', '"students"').replace('"adult"', '"slow"').replace('"health"', '"play"'),
    )
    catalogue = load_catalogue(folder)
    pool = catalogue.services["pool"]
    assert pool.urban.limit_m(catalogue.speeds[pool.speed].m_s) == 720.0
    assert list(narrow_catalogue(catalogue, ["pool"], {}, {}).groups) == ["all", "students"]


def test_an_own_file_takes_the_place_of_the_shipped_one(tmp_path):
    own = (SHIPPED / "services" / "canteen.toml").read_text(encoding="utf-8").replace("minutes = 15", "minutes = 12")
    catalogue = load_catalogue(own_folder(tmp_path, services__canteen=own))
    assert catalogue.services["canteen"].urban.minutes == 12.0
    assert list(catalogue.services) == list(CATALOGUE.services)
    assert {**catalogue.services, "canteen": None} == {**CATALOGUE.services, "canteen": None}


def test_an_empty_own_folder_changes_nothing(tmp_path):
    assert load_catalogue(own_folder(tmp_path)) == CATALOGUE


def test_a_byte_order_mark_is_no_fault(tmp_path):
    folder = own_folder(tmp_path, services__pool="")
    (folder / "services" / "pool.toml").write_bytes(b"\xef\xbb\xbf" + POOL.encode())
    assert "pool" in load_catalogue(folder).services


# What is refused

SLIPS = {
    "unknown_key": ("speed =", "sped =", "unknown_key_like", ["sped", "speed", "pool.toml"]),
    "nested_key": ("minutes =", "minuts =", "unknown_key_like", ["urban.minuts", "“minuts”是不是“minutes”"]),
    "far_key": ("colour =", '"颜色" =', "unknown_key", ["颜色"]),
    "text_for_number": ("minutes = 20", 'minutes = "20"', "not_number", ["urban.minutes", "20"]),
    "bool_for_number": ("minutes = 20", "minutes = true", "not_number", ["urban.minutes"]),
    "infinite": ("minutes = 20", "minutes = inf", "not_number", ["urban.minutes", "inf"]),
    "huge": ("minutes = 20", "minutes = 1" + "0" * 400, "not_number", ["urban.minutes"]),
    "too_far": ("minutes = 20", "minutes = 2000", "out_of_range", ["2000", "120"]),
    "not_positive": ("minutes = 20", "minutes = 0", "out_of_range", ["urban.minutes"]),
    "number_for_text": ('"游泳馆"', "3", "not_text", ["label.zh", "3"]),
    "empty": ('"游泳馆"', '" "', "empty_text", ["label.zh"]),
    "no_table": ('{ zh = "游泳馆", en = "Swimming pool" }', '"游泳馆"', "not_table", ["label", "游泳馆"]),
    "domain": ('"health"', '"heath"', "unknown_id_like", ["domain", "heath", "是不是“health”"]),
    "department": ('"sports"', '"sport"', "unknown_id_like", ["department", "是不是“sports”"]),
    "group": ('"all"', '"90p"', "unknown_id_like", ["group", "90p"]),
    "speed": ('"adult"', '"adlt"', "unknown_id_like", ["speed", "是不是“adult”"]),
    "cycle_speed": ('"adult"', '"cycle"', "not_a_walking_speed", ["speed", "cycle"]),
    "mode": ("20 }", '20, mode = "walks" }', "not_a_choice_like", ["urban.mode", "是不是“walk”"]),
    "evidence": ('evidence = "A"', 'evidence = "E"', "not_a_choice", ["sources[1].evidence", "A, B, C, D"]),
    "colour": ("#123456", "blue", "wrong_form", ["colour", "blue", "#0072B2"]),
    "no_metres": ("{ minutes = 20 }", '{ minutes = 20, decides = "metres" }', "no_metres", ["urban"]),
    "list": ("urban =", 'quality_flags = "普惠"\nurban =', "not_list", ["quality_flags", "普惠"]),
    "yes_no": ("urban =", 'core = "yes"\nurban =', "not_yes_or_no", ["core", "yes"]),
    "count": (
        "urban =", 'needs = [{ label = { zh = "馆", en = "v" }, count = 1.5 }]\nurban =', "not_whole_number",
        ["needs[1].count", "1.5"],
    ),
    "id": ("urban =", 'id = "pool"\nurban =', "id_in_table", ["id", "pool"]),
    "missing": ('department = "sports"\n', "", "missing_key", ["department"]),
    "missing_urban": ("urban = { minutes = 20 }", "", "missing_key", ["urban"]),
    "syntax": ("urban = {", "urban = ", "not_toml", ["第8行"]),
    "source": ("[[sources]]", "[[also]]", "missing_key", []),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_each_slip_is_told_with_file_key_and_mend_in_both_languages(slip, tmp_path):
    right, wrong, key, fragments = SLIPS[slip]
    assert right in POOL
    error = refusal(own_folder(tmp_path, services__pool=POOL.replace(right, wrong, 1)))
    keys = {fault.key for fault in (error.faults if isinstance(error, Faults) else [error])}
    assert f"catalogue.{key}" in keys
    assert str(tmp_path) in error.sentence("en")
    assert [fragment for fragment in fragments if fragment not in error.sentence("zh")] == []


def test_a_slip_in_the_one_standard_is_told_once(tmp_path):
    error = refusal(own_folder(tmp_path, services__pool=POOL.replace("minutes = 20", 'minutes = "20"')))
    assert isinstance(error, ConfigurationError)
    assert error.sentence("zh").endswith("的“urban.minutes”应是数字，现为20。请写成不带引号和单位的数字。")
    assert error.sentence("en").endswith(
        "urban.minutes should be a number, but is 20. Write a number without quotes or unit."
    )


def test_all_faults_of_all_files_are_told_in_one_go(tmp_path):
    folder = own_folder(
        tmp_path,
        services__pool=POOL.replace("speed =", "sped =").replace("evidence =", "evidense ="),
        services__rink=POOL.replace("#123456", "red"),
        groups="[kids]\nfrom_age = 1.5\n",
    )
    error = refusal(folder)
    assert isinstance(error, Faults)
    assert [fault.key.removeprefix("catalogue.") for fault in error.faults] == [
        "missing_key", "not_whole_number",
        "unknown_key_like", "missing_key", "unknown_key_like", "missing_key",
        "wrong_form",
    ]  # fmt: skip
    assert len(error.sentence("zh").splitlines()) == 7


def test_an_empty_service_file_is_not_passed_over(tmp_path):
    error = refusal(own_folder(tmp_path, services__pool=""))
    assert {fault.facts["where"] for fault in error.faults} >= {"label", "urban", "sources"}


@pytest.mark.parametrize("name", ["Pool", "游泳馆", "all_services", "leg", "_x y", "a-b"])
def test_an_id_that_cannot_be_a_column_is_refused(name, tmp_path):
    folder = own_folder(tmp_path, **{f"services__{name}": POOL})
    assert refusal(folder).key == "catalogue.bad_id"


def test_a_file_that_no_one_would_read_is_refused(tmp_path):
    folder = own_folder(tmp_path, speed="", service__pool=POOL)
    (folder / "services").mkdir()
    (folder / "services" / "pool.toml.txt").write_text(POOL, encoding="utf-8")
    (folder / "README.md").write_text("notes", encoding="utf-8")
    told = refusal(folder).sentence("zh").splitlines()
    assert len(told) == 3
    assert "“service/”" in told[0]
    assert "是不是“services/”" in told[0]
    assert "是不是“speeds.toml”" in told[1]
    assert "pool.toml.txt" in told[2]


def test_every_fault_of_the_catalogue_has_its_sentence():
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.py")))
    told = {key for key in phrasebook("zh") if key.startswith("catalogue.")}
    assert set(re.findall(r'"(catalogue\.[a-z_]+)"', code)) <= told
    with_suggestion = set(re.findall(r'not_known\(\s*"(catalogue\.[a-z_]+)"', code))
    assert len(with_suggestion) == 4
    assert {f"{key}_like" for key in with_suggestion} <= told


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert "找不到" in refusal(tmp_path / "none").sentence("zh")


def test_a_file_in_the_office_encoding_is_refused_with_the_mend(tmp_path):
    folder = own_folder(tmp_path, services__pool="")
    (folder / "services" / "pool.toml").write_bytes(POOL.encode("gb18030"))
    error = refusal(folder)
    assert error.key == "catalogue.not_utf8"
    assert "另存为UTF-8" in error.sentence("zh")


def test_groups_that_lead_back_to_themselves_are_refused(tmp_path):
    label = 'label = { zh = "甲", en = "a" }'
    folder = own_folder(tmp_path, groups=f'[a]\n{label}\nfallback = "b"\n[b]\n{label}\nfallback = "a"\n')
    assert {fault.key for fault in refusal(folder).faults} == {"catalogue.fallback_circle"}


def test_ages_the_wrong_way_round_are_refused(tmp_path):
    folder = own_folder(tmp_path, groups='[a]\nlabel = { zh = "甲", en = "a" }\nfrom_age = 6\nto_age = 3\n')
    assert refusal(folder).key == "catalogue.ages_reversed"


def test_an_own_speed_that_nobody_walks_at_is_refused(tmp_path):
    text = '[fast]\nlabel = { zh = "快", en = "Fast" }\nmode = "walk"\nm_s = 4.3\nsources = []\n'
    assert refusal(own_folder(tmp_path, speeds=text)).key == "catalogue.walk_speed"


PLAIN_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(key=st.sampled_from([*sorted(tomllib.loads(POOL)), "also", "needs", "osm_tags", "extra"]), value=PLAIN_VALUES)
def test_no_value_whatever_breaks_the_reader(key, value):
    faults = []
    service = read_entry(
        Service, {"rural": {"minutes": 20}, **tomllib.loads(POOL), "id": "pool", key: value}, Spot("f"), faults
    )
    assert (service is None) == bool(faults)
    assert all(fault.sentence("zh") and fault.sentence("en") for fault in faults)


# One study's part


def test_a_study_keeps_its_services_in_the_catalogues_order():
    narrowed = narrow_catalogue(CATALOGUE, ["culture", "canteen", "childcare", "canteen"], {}, {})
    assert list(narrowed.services) == ["childcare", "canteen", "culture"]
    assert list(narrowed.groups) == ["all", "0_2", "60p"]
    assert list(narrowed.domains) == ["infant_care", "elder_care", "culture"]
    assert list(narrowed.departments) == ["civil_affairs", "health", "culture_tourism"]
    assert narrowed.services["canteen"] == CATALOGUE.services["canteen"]


def test_a_studys_own_speed_counts_and_says_whose_it_is():
    narrowed = narrow_catalogue(CATALOGUE, ["canteen"], {"elder": 0.8}, {})
    assert narrowed.speeds["elder"].m_s == 0.8
    assert narrowed.speeds["elder"].sources[0].document == "study.toml"
    assert narrowed.speeds["adult"] == CATALOGUE.speeds["adult"]
    assert CATALOGUE.speeds["elder"].m_s == 0.9


def test_a_studys_own_standard_counts_and_is_no_longer_backed_by_the_document():
    own = Reach(minutes=20.0, mode="walk")
    service = narrow_catalogue(CATALOGUE, ["ambulance"], {}, {"ambulance": {"rural": own}}).services["ambulance"]
    shipped = CATALOGUE.services["ambulance"]
    assert (service.urban, service.rural) == (shipped.urban, own)
    assert service.unchecked_values() == ("rural",)
    assert shipped.unchecked_values() == ()


@pytest.mark.parametrize(
    ("ids", "speeds", "standards", "fragment"),
    [
        (["kindergarden"], {}, {}, "是不是“kindergarten”"),
        (["托育机构"], {}, {}, "是不是“childcare”"),
        (["zzz"], {}, {}, "已有的是：childcare, kindergarten"),
        (["canteen"], {"eldr": 0.9}, {}, "是不是“elder”"),
        (["canteen"], {"elder": 0.1}, {}, "0.36千米/时"),
        (["canteen"], {"elder": 4.3}, {}, "合15.48千米/时；步行速度应在0.5到10千米/时之间"),
        (["canteen"], {"elder": float("nan")}, {}, "speeds.elder"),
        (["canteen"], {"cycle": 30.0}, {}, "骑行速度"),
        (["canteen"], {}, {"canten": {}}, "“standards”写了“canten”"),
        (["canteen"], {}, {"canteen": {"town": Reach(15)}}, "urban, rural"),
        (["canteen"], {}, {"canteen": {"urban": Reach(15, decides="metres")}}, "standards.canteen.urban"),
    ],
)
def test_a_slip_in_the_study_is_told_with_what_was_meant(ids, speeds, standards, fragment):
    with pytest.raises(ConfigurationError) as caught:
        narrow_catalogue(CATALOGUE, ids, speeds, standards)
    assert fragment in caught.value.sentence("zh")
    assert "study.toml" in caught.value.sentence("en")


@pytest.mark.parametrize("km_h", [0.5, 10.0])
def test_the_slowest_and_fastest_walk_are_allowed(km_h):
    assert narrow_catalogue(CATALOGUE, ["canteen"], {"elder": km_h / 3.6}, {}).speeds["elder"].m_s == km_h / 3.6


# Saved and loaded


def test_a_catalogue_survives_json_whole_and_in_order():
    text = json.dumps(catalogue_to_dict(CATALOGUE), ensure_ascii=False)
    again = catalogue_from_dict(json.loads(text))
    assert again == CATALOGUE
    assert [list(getattr(again, kind)) for kind in vars(again)] == [
        list(getattr(CATALOGUE, kind)) for kind in vars(CATALOGUE)
    ]
    assert json.dumps(catalogue_to_dict(again), ensure_ascii=False) == text


REACHES = st.builds(
    Reach,
    minutes=st.floats(0.1, 120),
    metres=st.floats(1, 60000),
    decides=st.sampled_from(["minutes", "metres"]),
    mode=st.sampled_from(["walk", "cycle", "drive"]),
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    ids=st.sets(st.sampled_from(sorted(CATALOGUE.services)), min_size=1),
    elder=st.floats(0.5 / 3.6, 10 / 3.6),
    standards=st.dictionaries(
        st.sampled_from(sorted(CATALOGUE.services)), st.dictionaries(st.sampled_from(["urban", "rural"]), REACHES)
    ),
)
def test_any_studys_catalogue_survives_json(ids, elder, standards):
    narrowed = narrow_catalogue(CATALOGUE, ids, {"elder": elder}, standards)
    assert set(narrowed.services) == ids
    assert {service.group for service in narrowed.services.values()} <= set(narrowed.groups)
    for service_id, service in narrowed.services.items():
        own = standards.get(service_id, {})
        assert service.reach("urban") == own.get("urban", CATALOGUE.services[service_id].urban)
        assert service.reach("rural") == own.get("rural", CATALOGUE.services[service_id].rural)
    assert catalogue_from_dict(json.loads(json.dumps(catalogue_to_dict(narrowed)))) == narrowed


def test_a_saved_catalogue_that_someone_edited_is_refused():
    plain = catalogue_to_dict(CATALOGUE)
    plain["services"]["canteen"]["group"] = "61p"
    with pytest.raises(Faults, match="是不是“60p”"):
        catalogue_from_dict(plain)
    plain["services"]["canteen"]["urban"]["minutes"] = None
    with pytest.raises(Faults, match=r"catalogue\.services\.canteen\.urban\.minutes"):
        catalogue_from_dict(plain)


# Did you mean


@given(words=st.lists(st.text("abc_", min_size=1, max_size=6), min_size=1, unique=True), data=st.data())
@settings(derandomize=True, deadline=None)
def test_a_known_word_is_closest_to_itself_in_any_order(words, data):
    word = data.draw(st.sampled_from(words))
    found = closest(word, words)
    assert found is not None
    assert closest(word, data.draw(st.permutations(words))) == found
    if not any(other != word and other.strip() == word.strip() for other in words):
        assert found == word


def test_of_two_equally_near_words_the_smaller_is_meant():
    assert closest("aid", ["aidb", "aida"]) == "aida"
    assert closest("", []) is None


def test_a_group_and_catalogue_can_be_made_by_hand():
    group = Group("all", Label("全体", "All"))
    assert Catalogue({}, {"all": group}, {}, {}, {}).standards == {}
