"""Networks from the graph: read by one query, measured, laid out and written for other tools.

Nothing is imported here: networkx and numpy are heavy, and are imported where they are used.
"""
