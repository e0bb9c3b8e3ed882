"""Files of a study spoilt in every way that random bytes and ill will find, and what the readers made of them."""

import io
import os
import socket
import sys
import traceback
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOSTILE_NAMES = (
    "../canary.csv", "..\\canary.csv", "lists/../../canary.csv", "/etc/passwd", "C:\\Windows\\win.ini",
    "\\\\server\\share\\x.csv",
    "/vsicurl/{address}/x.tif", "/vsizip/../canary.zip/x.shp", "/vsigzip//vsicurl/{address}/x.gz",
    "{address}/x.geojson", "WFS:{address}",
    "x.vrt", "con.csv", "a\x00b.csv", "", ".", "x" * 5000, "file:///etc/passwd",
    "SQLITE:../canary.gpkg", "GTIFF_DIR:1:people.tif",
    "linked.csv", "linked.gpkg",
)  # fmt: skip
HOSTILE_TEXTS = (
    b"=cmd|'/c calc'!A1", b"<script>alert(1)</script>", b"{0.__class__}", b"%s%n", b"\xff\xfe",
    b"\x00" * 64, b"9" * 400, b"1e999", b"-1e308", b"nan",
    b"'; DROP TABLE x;--", "\u202e\u2066经度".encode(),
    b"\r\n\r\n", b'"', b",,,,,,,,", b"[[[[[[", b"{{{{", b"null", b"\xa1\xa1", b"1e400,1e400",
)  # fmt: skip
POINTERS = (
    b'<VRTDataset rasterXSize="10" rasterYSize="10"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
    b'<SourceFilename relativeToVRT="0">/vsicurl/{address}/a.tif</SourceFilename></SimpleSource>'
    b"</VRTRasterBand></VRTDataset>",
    b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/vsicurl/{address}/a.geojson</SrcDataSource>"
    b"</OGRVRTLayer></OGRVRTDataSource>",
    b'<GDAL_WMS><Service name="TMS"><ServerUrl>{address}/${z}/${x}/${y}.png</ServerUrl></Service></GDAL_WMS>',
    b'{"type": "FeatureCollection", "features": [], "links": [{"rel": "next", "href": "{address}/next"}]}',
    b'<!DOCTYPE osm [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "{address}/x">]>'
    b"<osm>&b;&x;</osm>",
    b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    b"%PDF-1.4 nothing",
    b"PK\x03\x04broken",
    b"",
    b"\n",
    b"II*\0",
    b"SQLite format 3\0",
    b"\0\0\x27\x0a",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)
MOVES = ("os.mkdir", "os.rename", "os.remove", "os.symlink", "os.link", "shutil.rmtree")
TEXTS = (".csv", ".geojson", ".toml", ".prj", ".cpg", ".txt", ".osm")


@dataclass
class Outcomes:
    """What became of the cases, and what must not have happened."""

    cases: int = 0
    accepted: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)


def mutate(rng, content, ending, others, address):
    """Spoil the bytes of a file; ``others`` are the contents of the study's other files."""
    ways = [_flip_bits, _truncate, _drop_chunk, _repeat_chunk, _insert_bytes, _zero_run, _shuffle_chunks]
    if ending in TEXTS:
        ways += [_hostile_text] * 5 + [_drop_line, _repeat_line, _reencode]
    if ending == ".xlsx":
        ways += [_inside_zip] * 6
    choice = rng.random()
    if choice < 0.06:
        return POINTERS[rng.integers(len(POINTERS))].replace(b"{address}", address.encode())
    if choice < 0.10:
        return others[rng.integers(len(others))]
    for _ in range(int(rng.integers(1, 4))):
        content = ways[rng.integers(len(ways))](rng, content)
    return content


def _span(rng, raw, longest=200):
    at = int(rng.integers(len(raw))) if raw else 0
    return at, min(len(raw), at + int(rng.integers(1, longest)))


def _flip_bits(rng, raw):
    spoilt = bytearray(raw)
    for _ in range(int(rng.integers(1, 9))):
        if spoilt:
            spoilt[int(rng.integers(len(spoilt)))] ^= 1 << int(rng.integers(8))
    return bytes(spoilt)


def _truncate(rng, raw):
    return raw[: int(rng.integers(len(raw) + 1))]


def _drop_chunk(rng, raw):
    first, last = _span(rng, raw)
    return raw[:first] + raw[last:]


def _repeat_chunk(rng, raw):
    first, last = _span(rng, raw)
    return raw[:last] + raw[first:last] * int(rng.integers(1, 5)) + raw[last:]


def _insert_bytes(rng, raw):
    first, _ = _span(rng, raw)
    return raw[:first] + rng.bytes(int(rng.integers(1, 50))) + raw[first:]


def _zero_run(rng, raw):
    first, last = _span(rng, raw)
    return raw[:first] + bytes(last - first) + raw[last:]


def _shuffle_chunks(rng, raw):
    (a, b), (c, d) = sorted([_span(rng, raw), _span(rng, raw)])
    return raw[:a] + raw[c:d] + raw[b:c] + raw[a:b] + raw[d:] if b <= c else raw[a:b] + raw


def _hostile_text(rng, raw):
    """Put a hostile text in the place of a word, a number or a cell."""
    marks = [at for at, byte in enumerate(raw) if byte in b',"\n=: ']
    if len(marks) < 2:
        return raw + HOSTILE_TEXTS[rng.integers(len(HOSTILE_TEXTS))]
    at = int(rng.integers(len(marks) - 1))
    return raw[: marks[at] + 1] + HOSTILE_TEXTS[rng.integers(len(HOSTILE_TEXTS))] + raw[marks[at + 1] :]


def _drop_line(rng, raw):
    lines = raw.split(b"\n")
    del lines[int(rng.integers(len(lines)))]
    return b"\n".join(lines)


def _repeat_line(rng, raw):
    lines = raw.split(b"\n")
    at = int(rng.integers(len(lines)))
    return b"\n".join([*lines[:at], *lines[at : at + 1] * int(rng.integers(2, 30)), *lines[at + 1 :]])


def _reencode(rng, raw):
    text = raw.decode("utf-8", errors="replace")
    return text.encode(("utf-16", "utf-16-be", "gb18030", "utf-8-sig", "big5")[rng.integers(5)], errors="replace")


def _inside_zip(rng, raw):
    """Spoil one member of a workbook, or its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            members = {name: packed.read(name) for name in packed.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, KeyError):
        return raw
    if not members:
        return raw
    name = sorted(members)[int(rng.integers(len(members)))]
    content = members.pop(name)
    new_name = "../../escaped.xml" if rng.random() < 0.05 else name
    spoil = (_flip_bits, _truncate, _hostile_text, _drop_chunk, _repeat_chunk)[rng.integers(5)]
    members[new_name] = spoil(rng, content)
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for each, bytes_ in members.items():
                packed.writestr(each, bytes_)
        return out.getvalue()


class Listener:
    """A server that counts who calls; nobody may."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def calls(self):
        """How many connections have come since last asked."""
        count = 0
        while True:
            try:
                self.socket.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1


class Watch:
    """An audit hook that notes files opened or made outside a folder, and sockets; libraries' own C code escapes it."""

    def __init__(self):
        self.folder = None
        self.seen = []
        sys.addaudithook(self._hook)

    def _hook(self, event, arguments):
        if self.folder is None:
            return
        if event in ("socket.connect", "socket.getaddrinfo"):
            self.seen.append(f"{event} {arguments[-1]}")
        elif (event in MOVES and not _within_an_open_folder(event, arguments)) or (
            event == "open" and isinstance(arguments[0], str | bytes) and _writes(arguments)
        ):
            self._note(event, arguments[0])

    def _note(self, event, name):
        said = name.decode() if isinstance(name, bytes) else str(name)
        path = Path(said).resolve()
        if said != os.devnull and not path.is_relative_to(self.folder):
            self.seen.append(f"{event} {path}")

    @contextmanager
    def within(self, folder):
        """Note what leaves ``folder`` while the block runs."""
        self.folder, self.seen = Path(folder).resolve(), []
        try:
            yield self.seen
        finally:
            self.folder = None


def _within_an_open_folder(event, arguments):
    """Whether ``shutil.rmtree``, which is noted itself, names what it removes from where it stands."""
    return event == "os.remove" and arguments[1] != -1


def _writes(arguments):
    mode, flags = arguments[1], arguments[2]
    return (isinstance(mode, str) and any(letter in mode for letter in "wax+")) or bool(flags & 0o3)


def hostile_study(rng, text, address):
    """The study with one of its file names, or any value, made hostile."""
    lines = text.split("\n")
    named = [at for at, line in enumerate(lines) if line.startswith(("file = ", "raster = "))]
    at = named[int(rng.integers(len(named)))]
    name = HOSTILE_NAMES[rng.integers(len(HOSTILE_NAMES))].replace("{address}", address)
    key = lines[at].split(" = ")[0]
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", "\\u0000")
    return "\n".join([*lines[:at], f'{key} = "{quoted}"', *lines[at + 1 :]])


def told(outcomes, case, read, refusals):
    """Run one case; a refusal must speak both languages, and anything else is noted with its traceback."""
    outcomes.cases += 1
    try:
        read()
    except refusals as fault:
        sentence = fault.sentence("zh")
        if not any("\u4e00" <= character <= "\u9fff" for character in sentence) or not fault.sentence("en"):
            outcomes.failures.append(f"{case}: no sentence: {sentence!r}")
        outcomes.refused += 1
    except BaseException:  # noqa: BLE001 - whatever it is, it is a finding
        outcomes.failures.append(f"{case}: {traceback.format_exc()}")
    else:
        outcomes.accepted += 1
