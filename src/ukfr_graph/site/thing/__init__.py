"""The page of a node, whatever it is."""
