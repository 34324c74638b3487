"""Descriptions of the dataset: VoID and DCAT."""
