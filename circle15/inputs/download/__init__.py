"""From the map servers of OpenStreetMap to an extract: the only room that opens a socket, and only for ``fetch``."""
