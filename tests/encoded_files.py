"""Lists with random Chinese text in every encoding, separator and line end, and the same files damaged."""

import csv
import io
import random
from dataclasses import dataclass

from circle15.errors import DataError
from circle15.inputs.files.tables import read_table

ENCODINGS = {
    "UTF-8": ("", "utf-8"),
    "UTF-8 with mark": ("\ufeff", "utf-8"),
    "UTF-16 LE with mark": ("\ufeff", "utf-16-le"),
    "UTF-16 BE with mark": ("\ufeff", "utf-16-be"),
    "UTF-16 LE": ("", "utf-16-le"),
    "UTF-16 BE": ("", "utf-16-be"),
    "GB18030": ("", "gb18030"),
    "GB18030 with mark": ("\ufeff", "gb18030"),
}
DAMAGE = ("UTF-8 cut within a character", "UTF-8 without one of its bytes")
SEPARATORS = (",", ";", "\t", "|", "，", "；")
LINE_ENDS = ("\n", "\r\n", "\r")
HEADERS = (
    ("名称", "地址", "经度", "纬度"),
    ("*机构名称", "联系电话", "详细地址", "经度（高德）", "纬度（高德）", "托位数（个）"),
    ("name", "lon", "lat", "address"),
)
# Characters of a kind: the first and the last.
COMMON, REST, RARE, RAREST = (0x4E00, 0x9FA5), (0x9FA6, 0x9FFC), (0x3400, 0x4DB5), (0x20000, 0x2A6D6)
EMOJI, WIDE, KANA, LATIN = (0x1F600, 0x1F64F), (0xFF01, 0xFF5E), (0x3041, 0x3093), (0x21, 0x7E)
KINDS = (COMMON,) * 12 + (REST, RARE, RAREST, EMOJI, WIDE, WIDE, KANA, LATIN, LATIN)
MARKS = "·—…“”‘’、。《》°′″№①Ⅳ㎡"


@dataclass(frozen=True)
class EncodedFile:
    """A list as written, and its bytes."""

    how: str
    separator: str
    line_end: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    content: bytes
    damaged: bool


def text(dice: random.Random, most: int) -> str:
    """Random text of one to ``most`` characters, stripped and not empty."""
    signs = [
        dice.choice(MARKS) if dice.random() < 0.05 else chr(dice.randint(*dice.choice(KINDS)))
        for _ in range(dice.randint(1, most))
    ]
    return "".join(signs).strip() or "甲"


def cell(dice: random.Random, header: str) -> str:
    """A cell of the column of one header."""
    return f"{dice.uniform(20, 122):.6f}" if "度" in header or header in ("lon", "lat") else text(dice, 12)


def encoded_file(seed: int) -> EncodedFile:
    """The list of one seed, the same in each run."""
    dice = random.Random(seed)
    headers = dice.choice(HEADERS)
    count = dice.randint(1, 12)
    rows = tuple(tuple(cell(dice, header) for header in headers) for _ in range(count))
    separator, line_end = dice.choice(SEPARATORS), dice.choice(LINE_ENDS)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end)
    if dice.random() < 0.2 and separator.isascii():
        out.write(f"sep={separator}{line_end}")
    writer.writerows([headers, *rows])
    how = dice.choice([*ENCODINGS, *DAMAGE])
    mark, encoding = ENCODINGS.get(how, ("", "utf-8"))
    content = (mark + out.getvalue()).encode(encoding)
    if how in DAMAGE:
        content = damaged(content, how, dice)
    return EncodedFile(how, separator, line_end, headers, rows, content, how in DAMAGE)


def damaged(content: bytes, how: str, dice: random.Random) -> bytes:
    """UTF-8 bytes cut behind the first byte of a wide character, or without one of a wide character's bytes."""
    wide = [at for at, byte in enumerate(content) if byte >= 0xE0]
    at = dice.choice(wide or [len(content) - 1])
    return content[: at + 1] if how == DAMAGE[0] else content[:at] + content[at + 1 :]


def outcome(file: EncodedFile, path) -> str:
    """``read`` where the text is what was written, ``refused``, or ``wrong``."""
    path.write_bytes(file.content)
    try:
        table = read_table(path)
    except DataError:
        return "refused"
    same = table.headers == file.headers and table.rows == file.rows
    return "read" if same and not file.damaged else "wrong"
