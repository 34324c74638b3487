"""The files that crawlers ask for: the rules for them, and the list of the pages."""
