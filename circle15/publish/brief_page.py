"""The brief as a page of text and as a page to print: names are text in both, never markup."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.publish.brief import Brief

PAGE, TEXT = "brief.html", "brief.md"
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$])")
STYLE = """
@page { size: A4; margin: 16mm 18mm; }
body { font: 10.5pt/1.55 "Microsoft YaHei", "Noto Sans CJK SC", "PingFang SC", sans-serif; color: #222; margin: 0 auto;
  max-width: 174mm; padding: 6mm; }
h1 { font-size: 17pt; color: #1f4e5f; border-bottom: 2px solid #1f4e5f; padding-bottom: 2mm; margin: 0 0 3mm; }
h2 { font-size: 12pt; color: #1f4e5f; margin: 4mm 0 1mm; }
ul { margin: 0; padding-left: 5mm; }
li { margin: 0.6mm 0; overflow-wrap: anywhere; }
footer { margin-top: 5mm; padding-top: 2mm; border-top: 1px solid #bbb; font-size: 8.5pt; color: #666; }
@media print { body { padding: 0; max-width: none; } li { break-inside: avoid; } }
"""


def write_brief(brief: Brief, folder: Path, lang: str) -> None:
    """Write ``brief.md`` and ``brief.html``: the same bytes for the same brief."""
    (folder / TEXT).write_text(brief_text(brief, lang), encoding="utf-8", newline="\n")
    (folder / PAGE).write_text(brief_html(brief, lang), encoding="utf-8", newline="\n")


def brief_text(brief: Brief, lang: str) -> str:
    r"""The brief as Markdown.

    Examples
    --------
    >>> from circle15.publish.brief import Brief
    >>> brief_text(Brief("甲县 *1*", (("现状", ("一句。",)),)), "zh").splitlines()[:5]
    ['# 甲县 \\*1\\*', '', '## 现状', '', '- 一句。']
    """
    parts = [f"# {_plain(brief.title)}"]
    for heading, lines in brief.sections:
        parts.append(f"## {_plain(heading)}")
        parts.append("\n".join(f"- {_plain(line)}" for line in lines))
    parts.append(_plain(say("brief.footer", lang)))
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Text in one line that no Markdown makes anything else of."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def brief_html(brief: Brief, lang: str) -> str:
    """The brief as one HTML file without scripts, made to be printed on one sheet of A4."""
    parts = [f"<h1>{html.escape(brief.title)}</h1>"]
    for heading, lines in brief.sections:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        parts.append(f"<h2>{html.escape(heading)}</h2><ul>{items}</ul>")
    parts.append(f"<footer>{html.escape(say('brief.footer', lang))}</footer>")
    tag = "zh-CN" if lang == "zh" else lang
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{html.escape(brief.title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )
