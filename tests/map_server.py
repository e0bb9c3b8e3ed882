"""A server on this machine that answers like the Overpass API and Nominatim, well or badly as it is told."""

import json
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import numpy as np

WEST, SOUTH, EAST, NORTH = 120.45, 29.95, 120.56, 30.06
STEP = 0.002
# So soon does a server notice that it is to end.
NOTICED_S = 0.02


def world():
    """A lattice of streets, a clinic and a boundary, as the API's elements."""
    lon, lat = np.arange(WEST, EAST, STEP), np.arange(SOUTH, NORTH, STEP)
    numbers = np.arange(1, len(lon) * len(lat) + 1).reshape(len(lat), len(lon))
    nodes = [
        {"type": "node", "id": int(numbers[row, column]), "lon": round(float(x), 7), "lat": round(float(y), 7)}
        for row, y in enumerate(lat)
        for column, x in enumerate(lon)
    ]
    nodes[numbers[27, 27] - 1]["tags"] = {"amenity": "clinic", "name": "卫生站"}
    ways = [
        {"type": "way", "id": number, "nodes": [int(node) for node in line], "tags": {"highway": "residential"}}
        for number, line in enumerate([*numbers, *numbers.T], start=10_001)
    ]
    rim = [*numbers[0], *numbers[:, -1][1:], *numbers[-1][::-1][1:], *numbers[:, 0][::-1][1:]]
    ways.append({"type": "way", "id": 20_001, "nodes": [int(node) for node in rim]})
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "6", "name": "小区县"}
    members = [{"type": "way", "ref": 20_001, "role": "outer"}]
    return nodes, ways, [{"type": "relation", "id": 30_001, "members": members, "tags": tags}]


NODES, WAYS, RELATIONS = world()
BY_ID = {node["id"]: node for node in NODES}


def answer(query):
    """What the API says to a question about a polygon: the ways that enter it with all their nodes, and the rest."""
    numbers = [float(number) for number in re.search(r"poly:'([^']+)'", query)[1].split()]
    south, north, west, east = min(numbers[::2]), max(numbers[::2]), min(numbers[1::2]), max(numbers[1::2])
    inside = {node["id"] for node in NODES if west <= node["lon"] <= east and south <= node["lat"] <= north}
    ways = [way for way in WAYS if inside & set(way["nodes"])]
    wanted = {node for way in ways for node in way["nodes"]} | {id_ for id_ in inside if "tags" in BY_ID[id_]}
    elements = [BY_ID[id_] for id_ in sorted(wanted)] + ways + (RELATIONS if ways else [])
    about = {"timestamp_osm_base": "2026-06-30T00:00:00Z"}
    return {"version": 0.6, "osm3s": about, "elements": elements}


class MapServer:
    """The server; ``moods`` are how it takes the next requests, ``fine`` once they are used up.

    fine, busy (429), gateway (504), late (no answer in time), half (the body breaks off), html (an error page with
    200), remark (an error in the answer), gaps (ways without their nodes), refused (400), hang up.
    """

    def __init__(self, *moods, late_s=1.0):
        self.moods, self.asked, self.late_s = list(moods), [], late_s
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
                mood = outer.moods.pop(0) if outer.moods else "fine"
                outer.asked.append((mood, query))
                getattr(outer, f"_{mood}")(self, query)

            def do_GET(self):
                mood = outer.moods.pop(0) if outer.moods else "fine"
                outer.asked.append((mood, self.path))
                getattr(outer, f"_{mood}")(self, None)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/api"
        threading.Thread(target=self.server.serve_forever, args=(NOTICED_S,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def _send(self, handler, body, status=200, kind="application/json", length=None, **headers):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    def _body(self, query):
        if query is None:
            ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
            place = {
                "osm_type": "relation", "osm_id": 30_001, "place_id": 1, "class": "boundary", "type": "administrative",
                "display_name": "小区县", "name": "小区县", "lat": "30", "lon": "120.5", "place_rank": 10,
                "importance": 1, "addresstype": "county", "boundingbox": [str(SOUTH), str(NORTH), str(WEST), str(EAST)],
                "geojson": {"type": "Polygon", "coordinates": [ring]},
            }  # fmt: skip
            return json.dumps([place]).encode()
        return json.dumps(answer(query)).encode()

    def _fine(self, handler, query):
        self._send(handler, self._body(query))

    def _busy(self, handler, _):
        self._send(handler, b"too many", 429, "text/plain", Retry_After="7")

    def _gateway(self, handler, _):
        self._send(handler, b"<html>504</html>", 504, "text/html")

    def _refused(self, handler, _):
        self._send(handler, b"<html>bad request</html>", 400, "text/html")

    def _html(self, handler, _):
        self._send(handler, b"<html><body>please log in</body></html>", 200, "text/html")

    def _half(self, handler, query):
        body = self._body(query)
        self._send(handler, body[: len(body) // 2], length=len(body))
        handler.close_connection = True

    def _halved(self, handler, query):
        body = self._body(query)
        self._send(handler, body[: len(body) // 2])

    def _remark(self, handler, query):
        told = answer(query) | {"remark": 'runtime error: Query timed out in "query" at line 1'}
        told["elements"] = told["elements"][:100]
        self._send(handler, json.dumps(told).encode())

    def _gaps(self, handler, query):
        told = answer(query)
        told["elements"] = [element for element in told["elements"] if element["type"] != "node" or element["id"] % 7]
        self._send(handler, json.dumps(told).encode())

    def _late(self, handler, query):
        time.sleep(self.late_s)
        self._fine(handler, query)

    def _hang_up(self, handler, _):
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    def _empty(self, handler, _):
        self._send(handler, b'{"elements": []}' if _ is not None else b"[]")
