"""Coding by people: what two coders agree on, and acts that change the records of a statement."""
