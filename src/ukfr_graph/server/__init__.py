"""HTTP, and nothing else: every answer comes from the workers."""
