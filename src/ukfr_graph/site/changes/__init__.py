"""What has changed between two versions of a dataset: as a page, a feed, and triples."""
