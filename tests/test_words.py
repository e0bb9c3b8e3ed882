import ast
import re
import string
from pathlib import Path

import pytest

import circle15
from circle15.publish.beside import FORMS as BESIDE_FORMS
from circle15.publish.capacity import FORMS as CAPACITY_FORMS
from circle15.publish.index import FORMS as INDEX_FORMS
from circle15.publish.steadiness import FORMS as STEADINESS_FORMS
from circle15.publish.tables import FORMS, ROOMS
from circle15.publish.targets import FORMS as TARGET_FORMS
from circle15.words import phrasebook, say

PACKAGE = Path(circle15.__file__).parent
ERRORS = ("Circle15Error", "ConfigurationError", "DataError", "UsageError")


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same_things():
    zh, en = phrasebook("zh"), phrasebook("en")
    assert set(zh) == set(en)
    differing = [key for key in zh if fields(zh[key]) != fields(en[key])]
    assert differing == []


def calls_with_facts():
    """Place, key and names of the facts of every call in the code that puts literal facts to a literal key."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and is_key(node.args[0]):
                for key, facts in told(node):
                    yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", key, facts


def is_key(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value


def told(call):
    """The keys that a call tells by, each with its facts; none where the facts are not literal."""
    key = call.args[0].value
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "Note":
        facts = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
        literal = isinstance(facts, ast.Dict) and all(isinstance(each, ast.Constant) for each in facts.keys)
        return [(key, {each.value for each in facts.keys})] if literal else []
    facts = {keyword.arg for keyword in call.keywords}
    if None in facts:
        return []
    if name in ERRORS:
        return [(key, facts)]
    if name == "fault":
        return [(key, facts | {"file", "where"})]
    if name == "not_known":
        return [(key, facts | {"found", "known"}), (f"{key}_like", facts | {"found", "known", "closest"})]
    return []


def test_every_error_and_note_in_the_code_has_its_sentence_with_these_facts():
    calls = list(calls_with_facts())
    assert len(calls) > 100
    templates = phrasebook("zh")
    wrong = [
        f"{place} {key}: {sorted(facts)}"
        for place, key, facts in calls
        if key not in templates or fields(templates[key]) != facts
    ]
    assert wrong == []


def test_a_key_whose_facts_are_not_literal_has_its_sentence_too():
    call = re.compile(r'(?:Error|Note|\.fault|not_known)\(\s*"([a-z_]+\.[a-z0-9_]+)"')
    keys = {key for path in PACKAGE.rglob("*.py") for key in call.findall(path.read_text(encoding="utf-8"))}
    assert keys - set(phrasebook("zh")) == set()


def test_a_fact_is_never_read_as_a_template():
    assert "{folder}" in say("layers.missing_file", "en", file="{folder}", folder="x")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_header_of_a_sheet_means_one_thing_in_all_rooms(lang):
    headers = [
        (key.partition(".")[2], sentence)
        for key, sentence in phrasebook(lang).items()
        if key.partition(".")[0] in ROOMS and not key.partition(".")[2].startswith(("define_", "field_", "class_"))
    ]
    words = dict(headers)
    assert [(name, sentence) for name, sentence in headers if words[name] != sentence] == []


def test_a_column_is_shown_in_one_way_wherever_its_form_is_told():
    told = [BESIDE_FORMS, CAPACITY_FORMS, INDEX_FORMS, STEADINESS_FORMS, TARGET_FORMS]
    assert [name for forms in told for name, form in forms.items() if FORMS[name] != form] == []
