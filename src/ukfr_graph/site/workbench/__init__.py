"""The SPARQL workbench."""
