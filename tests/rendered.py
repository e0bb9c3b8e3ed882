"""What is wrong with a report as it is printed, told from its .docx and the words and fonts of its printed pages."""

import collections
import io
import re
import subprocess
from dataclasses import dataclass
from html import unescape

import docx
from docx.oxml.ns import qn
from docx.shared import Mm

POINTS_PER_MM = 72 / 25.4
TWIPS_PER_MM = 1440 / 25.4
# What a letter may stand out of the text block, and two words may touch.
SLACK_PT = 1.5
# Marks whose empty half a browser sets beyond the edge, or under the mark beside it.
MARKS = "，。、；：！？（）《》“”‘’"
HALF_A_MARK_PT = 8.0
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', re.DOTALL)
# Private use, replacement characters, unassigned: what prints as a box.
BOXES = re.compile("[\ue000-\uf8ff\ufffd\ufffe\uffff\u25a1\u2b1c]")


@dataclass(frozen=True)
class Word:
    """A word of a printed page: number of the page, and its box in points from the upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def printed_words(pdf):
    """The words of a PDF file, by ``pdftotext -bbox``."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return [word for at, page in enumerate(told.split("<page ")[1:], start=1) for word in words_of(page, at)]


def page_count(pdf):
    """How many pages a PDF has."""
    told = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, check=True).stdout.decode()
    return int(re.search(r"(?m)^Pages:\s+(\d+)", told)[1])


def words_of(markup, page):
    """The words of one page of that markup."""
    return [Word(page, *map(float, found[:4]), unescape(found[4])) for found in WORD.findall(markup)]


def fonts_not_inside(pdf):
    """Fonts of a PDF that it does not hold itself: another machine would print other letters."""
    lines = subprocess.run(["pdffonts", str(pdf)], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    return [line.split()[0] for line in lines if line.split()[-5] != "yes"]


def installed_characters():
    """Every character that some font of this machine draws, as ranges, by fontconfig."""
    told = subprocess.run(["fc-list", "--format", "%{charset}\n"], capture_output=True, check=True).stdout.decode()
    ranges = {tuple(int(end, 16) for end in (part.split("-") * 2)[:2]) for part in set(told.split())}
    return sorted(ranges)


def without_glyph(text, ranges):
    """Characters that no font draws, and those that only draw a box."""
    letters = {letter for letter in text if not letter.isspace()}
    drawn = {letter for letter in letters if any(first <= ord(letter) <= last for first, last in ranges)}
    return sorted((letters - drawn) | set(BOXES.findall(text)))


def all_text(content):
    """All text of a .docx but that of headers and footers."""
    word = docx.Document(io.BytesIO(content))
    return "".join(text.text or "" for text in word.element.body.iter(qn("w:t")))


def lost_letters(content, words):
    """Letters of a .docx that are printed less often than they stand in it, with how many are missing."""
    written = collections.Counter(letter for letter in all_text(content) if not letter.isspace())
    printed = collections.Counter(letter for word in words for letter in word.text)
    # Ligatures and full-width spaces aside, a letter is one letter in both.
    return {letter: number - printed[letter] for letter, number in written.items() if number > printed[letter]}


def beyond_the_text(words, left_mm, right_mm, bottom_mm):
    """Words that stand out of the text block of their page; page numbers stand below ``bottom_mm``."""
    left, right, bottom = (side * POINTS_PER_MM for side in (left_mm, right_mm, bottom_mm))
    return [
        word
        for word in words
        if word.bottom < bottom and (word.left < left - SLACK_PT or word.right > right + slack_pt(word.text[-1]))
    ]


def slack_pt(letter):
    """How far the box of a letter may stand out without any of its ink."""
    return HALF_A_MARK_PT if letter in MARKS else SLACK_PT


def over_one_another(words):
    """Pairs of words of a page that cover each other: text that does not fit its cell."""
    found = []
    for page in sorted({word.page for word in words}):
        own = sorted((word for word in words if word.page == page), key=lambda word: word.left)
        for at, word in enumerate(own):
            for other in own[at + 1 :]:
                if other.left >= word.right - SLACK_PT:
                    break
                if other.left >= word.right - max(slack_pt(word.text[-1]), slack_pt(other.text[0])):
                    continue
                height = min(word.bottom, other.bottom) - max(word.top, other.top)
                if height > 0.6 * min(word.bottom - word.top, other.bottom - other.top):
                    found.append((word, other))
    return found


def broken_headers(content, words):
    """Words of the headers of tables that stand on no page whole."""
    word = docx.Document(io.BytesIO(content))
    heads = [cell.text for table in word.tables for cell in table.rows[0].cells]
    wanted = {part for text in heads for part in re.findall(r"[A-Za-z]{3,}", text)}
    printed = {part for each in words for part in re.findall(r"[A-Za-z]{3,}", each.text)}
    return sorted(wanted - printed)


def wide_tables(content):
    """Tables that are wider than the text, with their width in millimetres."""
    word = docx.Document(io.BytesIO(content))
    section = word.sections[-1]
    text_mm = (section.page_width - section.left_margin - section.right_margin) / Mm(1)
    widths = [
        sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))) / TWIPS_PER_MM
        for table in word.tables
    ]
    return [round(width, 1) for width in widths if width > text_mm + 0.2]


def empty_sections(content):
    """Headings that nothing follows but another heading of their own level or a higher one, or the end."""
    word = docx.Document(io.BytesIO(content))
    styles = {style.style_id: style.name for style in word.styles}
    found, open_ = [], []
    for child in word.element.body:
        style = child.find(qn("w:pPr") + "/" + qn("w:pStyle")) if child.tag == qn("w:p") else None
        name = "" if style is None else styles.get(style.get(qn("w:val")), "")
        text = "".join(each.text or "" for each in child.iter(qn("w:t"))).strip()
        if name.startswith("Heading "):
            level = int(name.split()[1])
            found += [title for above, title in open_ if above >= level]
            open_ = [each for each in open_ if each[0] < level] + [(level, text)]
        elif text or child.tag == qn("w:tbl") or next(child.iter(qn("w:drawing")), None) is not None:
            open_ = []
    return found + [title for _, title in open_]


def empty_pages(words, pages):
    """Pages on which nothing stands but their number."""
    number = re.compile(r"[—\d]+")
    told = {word.page for word in words if not number.fullmatch(word.text)}
    return sorted(set(range(1, pages + 1)) - told)
