"""The coding workbench: a statement's text with its marks, and one form for what is marked."""
