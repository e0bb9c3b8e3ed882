"""What is within reach, on the streets and on the map: exact stretches of streets, and areas that can be believed.

``reached_stretches``
    The stretches of each street within each limit, cut where the metres run out.
``reach_grid``, ``facility_isochrones``, ``service_isochrones``
    Areas: where somebody who joins the nearest street, as a cell does, is within each limit. The streets that
    points of a grid join are kept, so that the line between two points is drawn where the field truly passes the limit,
    also where what lies behind a wall joins another street. Areas of rising limits nest exactly and are valid.
``street_buffers``
    Areas as other tools draw them: a strip of one width along every street within reach.
"""

from circle15.access.isochrones.areas import facility_isochrones, service_isochrones
from circle15.access.isochrones.grid import ReachGrid, reach_grid
from circle15.access.isochrones.stretches import reached_stretches
from circle15.access.isochrones.strips import street_buffers

__all__ = [
    "ReachGrid",
    "facility_isochrones",
    "reach_grid",
    "reached_stretches",
    "service_isochrones",
    "street_buffers",
]
