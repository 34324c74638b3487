"""Networks from the graph: read by one query, measured, laid out and written for other tools.

Nothing is imported here: networkx, numpy and scipy are heavy, and are imported where they are used.
"""
