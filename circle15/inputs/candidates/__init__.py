"""Lists of places where new sites may be built: points, parcels, buildings."""
