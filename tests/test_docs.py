"""What the documents promise stands in the code."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from circle15.model.study import Study

REPOSITORY = Path(__file__).resolve().parent.parent
DOCUMENTS = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")]


def keys_of(table):
    """Every key of a table of study.toml and of the tables in it."""
    for name, field in table.model_fields.items():
        yield name
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from keys_of(inner)


def test_every_setting_of_a_study_is_explained():
    text = (REPOSITORY / "docs" / "study.zh.md").read_text(encoding="utf-8")
    assert [key for key in sorted(set(keys_of(Study))) if not re.search(rf"\b{key}\b", text)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_and_picture_is_there(document):
    text = document.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []
