"""From what was found by comparison to links that a person confirmed: candidates, decisions, acceptance."""
