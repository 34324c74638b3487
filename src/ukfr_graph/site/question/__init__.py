"""The saved queries and their answers."""
