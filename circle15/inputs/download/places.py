"""The outline of a place that is known by its name only."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from circle15.errors import DataError
from circle15.inputs.download.asking import AGENT

if TYPE_CHECKING:
    import shapely

    from circle15.inputs.download.asking import Patience


def outline_of(name: str, server: str, patience: Patience) -> shapely.Geometry:
    """The outline of the best place of this name, in degrees.

    Parameters
    ----------
    name
        Such as 浙江省湖州市长兴县.
    server
        Address of the Nominatim search.
    patience
        How long to wait for an answer; it is asked once.

    Raises
    ------
    DataError
        The server cannot be reached, does not answer, or knows no area of this name.
    """
    import osmnx
    import requests

    wanted = {
        "nominatim_url": server,
        "requests_timeout": patience.timeout_s,
        "use_cache": False,
        "doh_url_template": None,
        "http_user_agent": AGENT,
        "requests_kwargs": {"hooks": {"response": _refuse}},
    }
    before = {key: getattr(osmnx.settings, key) for key in wanted}
    looked_up = socket.getaddrinfo
    try:
        for key, value in wanted.items():
            setattr(osmnx.settings, key, value)
        outline: shapely.Geometry = osmnx.geocode_to_gdf(name).geometry.iloc[0]
    except requests.exceptions.HTTPError as fault:
        raise DataError("fetch.busy", servers=server) from fault
    except (requests.exceptions.RequestException, OSError) as fault:
        raise DataError("fetch.offline") from fault
    except (ValueError, TypeError, KeyError) as fault:  # OSMnx's own errors of an answer without an area
        raise DataError("fetch.unknown_place", name=name) from fault
    finally:
        socket.getaddrinfo = looked_up
        for key, value in before.items():
            setattr(osmnx.settings, key, value)
    return outline


def _refuse(response: Any, **_: object) -> None:  # noqa: ANN401 - a response of requests, which publishes no types
    """Raise where the server does not answer with 200: OSMnx would wait a minute and ask again without end."""
    if not response.ok:
        response.close()
    response.raise_for_status()
