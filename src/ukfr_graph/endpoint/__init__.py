"""The interfaces for programs: SPARQL, graphs and health, on bare ASGI."""
