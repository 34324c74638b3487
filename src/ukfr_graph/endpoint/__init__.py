"""What programs ask: SPARQL, graphs and health, on bare ASGI."""
