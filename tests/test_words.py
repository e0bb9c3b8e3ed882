import re
import string
from pathlib import Path

import circle15
from circle15.words import phrasebook, say

PACKAGE = Path(circle15.__file__).parent


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_say_the_same_things():
    zh, en = phrasebook("zh"), phrasebook("en")
    assert set(zh) == set(en)
    differing = [key for key in zh if fields(zh[key]) != fields(en[key])]
    assert differing == []


def test_every_error_and_note_in_the_code_has_its_sentence_with_these_facts():
    call = re.compile(r'(?:Error|Note)\(\s*"([a-z_]+\.[a-z0-9_]+)"')
    keys = {key for path in PACKAGE.rglob("*.py") for key in call.findall(path.read_text(encoding="utf-8"))}
    assert len(keys) > 20
    assert keys - set(phrasebook("zh")) == set()


def test_a_fact_is_never_read_as_a_template():
    assert "{folder}" in say("layers.missing_file", "en", file="{folder}", folder="x")
