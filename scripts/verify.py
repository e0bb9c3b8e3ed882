"""Hold circle15 against oracles and generated truths in large numbers; write the outcome to docs/verification.md.

python scripts/verify.py                 every topic, in full
python scripts/verify.py search          one topic
python scripts/verify.py search 300      one topic, as many cases as asked

A topic is a module of ``scripts/verification`` with ``TITLE``, ``FULL`` (its number of cases) and ``section(count)``,
which raises at the first case that differs and returns its section of the page.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
REPOSITORY = SCRIPTS.parent
PAGE = REPOSITORY / "docs" / "verification.md"
TOPICS = tuple(sorted(path.stem for path in (SCRIPTS / "verification").glob("*.py")))
HEAD = """# What is verified, and how

Each section below was written by `python scripts/verify.py <topic>`, which stops at the first case that differs and
prints it. The tests run the same checks on fewer cases.
"""


def sections(page: str) -> dict[str, str]:
    """The page's sections by title."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def verify(topic: str, count: int | None) -> None:
    """Run one topic and put its section into the page."""
    module = importlib.import_module(f"verification.{topic}")
    text = module.section(count or module.FULL).strip()
    told = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    told[module.TITLE] = f"{text}\n\nTo repeat: `python scripts/verify.py {topic}`"
    page = "\n".join([HEAD, *(f"## {title}\n\n{told[title]}\n" for title in sorted(told))])
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    print(f"{topic}: as it should be; written to {PAGE.relative_to(REPOSITORY)}")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topic", nargs="?", choices=TOPICS, help="all where not given")
    parser.add_argument("count", type=int, nargs="?", help="number of cases")
    asked = parser.parse_args()
    sys.path[:0] = [str(SCRIPTS), str(REPOSITORY), str(REPOSITORY / "tests")]
    for topic in TOPICS if asked.topic is None else (asked.topic,):
        verify(topic, asked.count)


if __name__ == "__main__":
    main()
