"""Who is asked to do what."""
