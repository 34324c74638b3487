"""Reviewing candidates for links."""
