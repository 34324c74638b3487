"""Changes between two versions of a dataset: as a page, a feed, and triples."""
