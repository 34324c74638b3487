"""``python -m ukfr_graph.cli``."""

from ukfr_graph.cli import main

main()
