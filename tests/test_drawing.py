import itertools
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text
from PIL import Image, ImageOps

from circle15.errors import DataError
from circle15.publish.drawing import house_style, new_figure, pdf_bytes, png_bytes, typeface
from circle15.publish.drawing.colours import BLUES, INK, ORANGES, PAPER, letters_on, luminance, ramp
from circle15.publish.drawing.fonts import characters_of
from circle15.publish.drawing.letters import drawable, fitted, shortened, width_mm, wrapped
from circle15.publish.drawing.paper import new_paper
from circle15.publish.sheets.labels import Box
from circle15.publish.sheets.panel import Panel

BOX = "均衡可及指数"


def write_font(path, characters, family="Test Hei"):
    """A font whose glyphs are squares, one em wide."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 700), (800, 700), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = [".notdef", *(f"uni{ord(each):04X}" for each in characters)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(each): f"uni{ord(each):04X}" for each in characters})
    font.setupGlyf(dict.fromkeys(names, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return path


def write_collection(path, families):
    parts = [write_font(path.with_name(f"{at}.part"), text, name) for at, (name, text) in enumerate(families)]
    collection = TTCollection()
    collection.fonts = [TTFont(part) for part in parts]
    collection.save(path)
    for font, part in zip(collection.fonts, parts, strict=True):
        font.close()
        part.unlink()
    return path


def test_a_font_is_found_by_its_file_in_a_folder_below(tmp_path):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = write_font(folder / "SimHei.TTF", BOX)
    found = typeface(BOX, (tmp_path,))
    assert (found.name, found.regular.path, found.bold) == ("黑体", str(path), found.regular)


def test_the_face_of_a_collection_is_the_one_for_simplified_chinese(tmp_path):
    write_collection(tmp_path / "NotoSansCJK-Regular.ttc", [("Noto Sans CJK JP", "均"), ("Noto Sans CJK SC", BOX)])
    found = typeface(BOX, (tmp_path,))
    assert found.regular.index == 1
    assert characters_of(found.regular) == set(map(ord, BOX))


def test_the_font_that_has_all_characters_is_taken_before_the_preferred_one(tmp_path):
    write_font(tmp_path / "msyh.ttf", "均衡")
    write_font(tmp_path / "simsun.ttf", BOX)
    assert typeface("均", (tmp_path,)).name == "微软雅黑"
    assert typeface("均指", (tmp_path,)).name == "宋体"


def test_a_missing_glyph_is_named_with_the_fonts_to_install(tmp_path):
    write_font(tmp_path / "simhei.ttf", "均衡")
    with pytest.raises(DataError) as fault:
        typeface("均及\U0001f3e5", (tmp_path,))
    for lang in ("zh", "en"):
        sentence = fault.value.sentence(lang)
        assert "及 (U+53CA)" in sentence
        assert "U+1F3E5" in sentence
        assert "思源黑体" in sentence


@pytest.mark.parametrize("content", [None, b"", b"not a font"], ids=["none", "empty", "text"])
def test_no_font_that_can_be_read_is_one_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "msyh.ttc").write_bytes(content)
        (tmp_path / "simhei.ttf").write_bytes(content)
    with pytest.raises(DataError) as fault:
        typeface("", (tmp_path,))
    assert fault.value.key == "drawing.no_font"
    assert "微软雅黑" in fault.value.sentence("zh")


def test_a_text_in_a_font_without_its_glyphs_stops_the_figure_and_not_with_boxes():
    with house_style():
        figure = new_figure(40, 20)
        figure.text(0.1, 0.5, "托育")  # in matplotlib's own font, which writes no Chinese
    for make in (png_bytes, pdf_bytes):
        with pytest.raises(DataError) as fault:
            make(figure)
        assert "托 (U+6258)" in fault.value.sentence("en")


def small_figure():
    with house_style():
        paper = new_paper(40, 20, typeface())
        paper.text(2, 10, "$x^2$ 均衡 <b>", 9)
        paper.box(2, 12, 10, 4, facecolor=BLUES[3], hatch="//")
    return paper.figure


def test_markup_and_mathematics_are_text():
    texts = [text for text in small_figure().findobj(Text) if text.get_text()]
    assert [text.get_text() for text in texts] == ["$x^2$ 均衡 <b>"]
    assert not any(text.get_parse_math() for text in texts)


def test_the_same_figure_gives_the_same_bytes_in_another_process():
    own = (png_bytes(small_figure(), 72), pdf_bytes(small_figure()))
    program = "import sys, test_drawing as t; f = t.small_figure(); "
    program += "sys.stdout.buffer.write(t.png_bytes(f, 72) + t.pdf_bytes(f))"
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=_with_seed("7"), timeout=60
    )
    assert other.stdout == b"".join(own)
    assert all(b"Date" not in part and b"atplotlib" not in part for part in own)


def _with_seed(seed):
    here = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    return {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": here, "TZ": "Asia/Shanghai"}


def test_a_machine_with_settings_of_its_own_draws_the_same():
    plain = png_bytes(small_figure(), 72)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.facecolor": "black"}):
        assert png_bytes(small_figure(), 72) == plain


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_is_drawable_is_one_line_and_stays_as_it_is(text):
    line = drawable(text)
    assert drawable(line) == line
    assert not set(line) & set("\n\r\t\u2028\u200b\u202e")
    assert [each for each in line if not each.isspace()] == [
        each for each in text if not each.isspace() and each.isprintable()
    ] or not text.isprintable()


@given(st.text(alphabet="均衡可及，。ab cd1%(）—", min_size=1, max_size=60), st.floats(12, 60))
@settings(max_examples=40, deadline=None)
def test_wrapped_lines_fit_and_lose_nothing(text, most):
    face, text = typeface(), drawable(text)
    lines = wrapped(text, most, 9, face)
    assert all(width_mm(line, 9, face) <= most for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("most", range(10, 60, 2))
def test_no_line_ends_within_a_bracket(most):
    lines = wrapped("坐标系（CGCS2000）数据期 2020（2020-11-01）“示例”", most, 9, typeface())
    assert not [line for line in lines if line[-1] in "（“" or line[0] in "）"]


def test_words_of_a_key_take_a_second_line_before_anything_of_them_is_left_out():
    words = "每 km² 不可达 1,000 人以下、1,000—2,000、2,000 以上"
    with house_style():
        paper = new_paper(60, 60, typeface())
        panel = Panel(paper, Box(2, 2, 50, 58), 1.0)
        panel.key([(lambda *_: None, "设施"), (lambda *_: None, words), (lambda *_: None, "边界")])
        written = [(text.get_text(), text.get_position()[1]) for text in paper.ground.texts]
    assert "".join(text for text, _ in written).replace(" ", "") == f"设施{words}边界".replace(" ", "")
    assert len(written) == 4
    below = [after - before for (_, before), (_, after) in itertools.pairwise(written)]
    assert all(each * below[0] > 0 for each in below)
    assert abs(below[0]) == pytest.approx(abs(below[2]))


def test_a_shortened_line_is_as_long_as_fits():
    face = typeface()
    line = shortened("均" * 30, 20, 10, face)
    assert width_mm(line, 10, face) <= 20 < width_mm(line[:-1] + "均…", 10, face)
    assert shortened("均", 20, 10, face) == "均"


@pytest.mark.parametrize(("letters", "share", "whole"), [(5, 1.0, True), (11, 10 / 11, True), (30, 0.8, False)])
def test_a_line_is_set_smaller_before_anything_of_it_is_left_out(letters, share, whole):
    face = typeface()
    words, size = fitted("均" * letters, 10 * width_mm("均", 10, face), 10, face)
    assert size == pytest.approx(10 * share)
    assert (words == "均" * letters) == whole
    assert width_mm(words, size, face) <= 10 * width_mm("均", 10, face) * (1 + 1e-6)


def test_the_measured_width_is_the_drawn_one():
    with house_style():
        paper = new_paper(100, 20, typeface())
        text = paper.text(5, 10, "示例县 Town 1:50 000", 9)
        box = text.get_window_extent(paper.figure.canvas.get_renderer())
        drawn = box.width / paper.figure.dpi * 25.4
    assert drawn == pytest.approx(width_mm("示例县 Town 1:50 000", 9, paper.face), abs=0.6)


@pytest.mark.parametrize("colours", [BLUES, ORANGES], ids=["blues", "oranges"])
def test_ramps_grow_darker_for_every_kind_of_eye(colours):
    steps = [ramp(colours, share) for share in np.linspace(0, 1, 21)]
    brightness = [luminance(colour) for colour in steps]
    assert all(a > b for a, b in itertools.pairwise(brightness))
    for kind in COLOUR_BLIND.values():
        seen = [float(_seen(colour, kind) @ [0.2126, 0.7152, 0.0722]) for colour in steps]
        assert all(a > b for a, b in itertools.pairwise(seen))


# Machado, Oliveira, Fernandes (2009), full severity, on linear RGB.
COLOUR_BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def _seen(colour, kind):
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(kind) @ linear, 0, 1)


def test_letters_are_read_on_every_colour():
    for colours in (BLUES, ORANGES):
        for share in np.linspace(0, 1, 21):
            ground = ramp(colours, share)
            ink, other = luminance(letters_on(ground)) + 0.05, luminance(ground) + 0.05
            assert max(ink, other) / min(ink, other) >= 4.0
    assert letters_on(PAPER) == INK


def test_a_png_opens_at_its_size_and_in_grey(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(small_figure(), 127))
    with Image.open(path) as image:
        assert image.size == (200, 100)
        assert len(set(ImageOps.grayscale(image).get_flattened_data())) > 3
