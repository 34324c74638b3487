"""Finding what something is called."""
