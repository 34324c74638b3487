"""The statements, and each read with the graph."""
