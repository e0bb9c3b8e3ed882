"""Areas of reach."""

from circle15.access.isochrones.areas import facility_isochrones, service_isochrones
from circle15.access.isochrones.grid import ReachGrid, reach_grid

__all__ = ["ReachGrid", "facility_isochrones", "reach_grid", "service_isochrones"]
