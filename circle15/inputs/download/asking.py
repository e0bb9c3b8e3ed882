"""Questions to the Overpass API through OSMnx: several servers, few tries, and every answer kept."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely

from circle15.errors import DataError
from circle15.inputs.download.answers import Elements, NoAnswer, elements_of, read_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from circle15.inputs.download.tiles import Tile

    Tags = Mapping[str, bool | list[str]]

# How the servers know who asks, as their rules of use want.
AGENT = "circle15"
BUSY = (429, 502, 503, 504)
LONGEST_WAIT_S = 120.0
# One query of a tile must not be cut in pieces: the tile is the piece.
NO_SUBDIVISION_M2 = 1e12


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, and between the rounds in which every server is asked once."""

    timeout_s: float = 180.0
    waits_s: tuple[float, ...] = (5.0, 20.0, 60.0)
    sleep: Callable[[float], None] = field(default=time.sleep)


def ask(tile: Tile, tags: Tags, servers: tuple[str, ...], folder: Path, patience: Patience) -> Elements:
    """The objects of one tile: from the answer kept in ``folder``, else from the first server that gives a whole one.

    Parameters
    ----------
    tile
        The piece of the world.
    tags
        Keys of objects, each with its values or True for any.
    servers
        Addresses of the API, the best first.
    folder
        Answers are kept here, a folder per tile, so that a download that broke off goes on where it stopped.
    patience
        How long to wait.

    Raises
    ------
    DataError
        No server can be reached, or none gave a whole answer in all rounds.
    """
    home = folder / tile.name
    for kept in sorted(home.glob("*.json")):
        try:
            return read_answer(kept)
        except NoAnswer:
            kept.unlink()
    failures: list[NoAnswer] = []
    for wait_s in (*patience.waits_s, None):
        round_ = []
        for server in servers:
            try:
                return _ask_one(tile, tags, server, home, patience)
            except NoAnswer as failure:
                round_.append(failure)
        failures = round_
        if wait_s is None or all(failure.why == "unreachable" for failure in failures):
            break
        patience.sleep(min(max(wait_s, *(failure.after_s for failure in failures)), LONGEST_WAIT_S))
    raise _gave_up(failures, servers)


def _gave_up(failures: list[NoAnswer], servers: tuple[str, ...]) -> DataError:
    reasons = {failure.why for failure in failures}
    if reasons == {"unreachable"}:
        return DataError("fetch.offline")
    why = next(why for why in ("busy", "slow", "broken", "refused", "unreachable") if why in reasons)
    return DataError(f"fetch.{why}", servers="、".join(servers))


def _ask_one(tile: Tile, tags: Tags, server: str, home: Path, patience: Patience) -> Elements:
    """Ask one server once."""
    import osmnx
    import requests
    import urllib3

    found: list[Elements] = []
    with _settings(server, home, patience, lambda response, **_: found.append(_checked(response))):
        try:
            osmnx.features_from_polygon(shapely.box(*tile.box), tags=dict(tags))
        except InterruptedError:  # what the mode that only downloads ends with
            pass
        except requests.exceptions.Timeout as fault:
            raise NoAnswer("slow") from fault
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as fault:
            raise NoAnswer("broken") from fault
        except (requests.exceptions.RequestException, OSError) as fault:
            hung_up = any(isinstance(cause, urllib3.exceptions.ProtocolError) for cause in fault.args)
            raise NoAnswer("broken" if hung_up else "unreachable") from fault
    if not found:
        raise NoAnswer("broken")
    return found[0]


def _checked(response: Any) -> Elements:  # noqa: ANN401 - a response of requests, which publishes no types
    """The objects of an answer, before OSMnx sees it: it would wait and ask again without end, or keep half of it."""
    try:
        return _elements(response)
    except BaseException:
        response.close()
        raise


def _elements(response: Any) -> Elements:  # noqa: ANN401
    if response.status_code in BUSY:
        after = response.headers.get("Retry-After", "")
        raise NoAnswer("busy", float(after) if after.isdigit() else 0.0)
    if not response.ok:
        raise NoAnswer("refused")
    try:
        return elements_of(response.json())
    except ValueError as fault:
        raise NoAnswer("broken") from fault


@contextmanager
def _settings(server: str, home: Path, patience: Patience, check: Callable[..., None]) -> Iterator[None]:
    """OSMnx set to ask one server and only keep its answer; all as it was afterwards."""
    import osmnx

    wanted = {
        "overpass_url": server,
        "overpass_rate_limit": False,
        "requests_timeout": patience.timeout_s,
        "requests_kwargs": {"hooks": {"response": check}},
        "use_cache": True,
        "cache_folder": home,
        "cache_only_mode": True,
        "max_query_area_size": NO_SUBDIVISION_M2,
        "doh_url_template": None,
        "http_user_agent": AGENT,
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    looked_up = socket.getaddrinfo  # OSMnx replaces it to stay with one address
    try:
        for name, value in wanted.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        socket.getaddrinfo = looked_up
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
